//! The sessions of the long poll, for networks that block WebSockets. A session is one end of a
//! connection in memory; a worker serves the other end like any connection that sends lines.
//!
//! The connection is read only when a request asks for messages. What a player does not fetch stays
//! in its buffer; once that is full, the worker treats them like any client that does not read. A session without requests is closed, which its worker sees as a lost connection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use data_encoding::BASE32_NOPAD;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::pipe::{self, Closed, PageEnd};
use crate::stream::Stream;
use game::engine::guest::Via;
use game::limits::{POLL_IDLE, POLL_SESSIONS, POLL_WAIT, SPEAK_DEADLINE};
use game::shares::Place;
use os::system;

/// All open sessions, by their ids.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Arc<Session>>>,
}

/// One player of the long poll.
pub struct Session {
    pub via: Via,
    /// The place of its permit, which its worker has.
    pub place: Place,
    end: PageEnd,
    /// Notified when a newer request waits for messages.
    newer: Notify,
    /// Requests in progress.
    busy: AtomicUsize,
    /// When the last request ended.
    asked: Mutex<Instant>,
}

/// The outcome of a request that waits for messages.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// Lines, each with its newline.
    Lines(Vec<u8>),
    /// No line came in time.
    TimedOut,
    /// A newer request waits instead.
    Superseded,
    /// The conversation is over.
    Over,
}

/// Why a message was not sent.
#[derive(Debug, PartialEq, Eq)]
pub enum SendError {
    /// The conversation is over.
    Over,
    /// The worker reads no more messages until it has answered some.
    TooMany,
}

impl Sessions {
    /// Opens a session with a permit at this place. Returns its id, the session and the worker's end.
    pub fn open(&self, via: Via, place: Place) -> (String, Arc<Session>, Stream) {
        let mut open = lock(&self.open);
        if open.len() >= 2 * POLL_SESSIONS {
            // Those that have yielded are still there, for what was not fetched.
            open.retain(|_, session| !session.end.is_closed());
        }
        let (end, theirs) = pipe::pair();
        let session = Arc::new(Session {
            via,
            place,
            end,
            newer: Notify::new(),
            busy: AtomicUsize::new(0),
            asked: Mutex::new(Instant::now()),
        });
        let id = new_id();
        open.insert(id.clone(), session.clone());
        (id, session, Stream::Memory(theirs))
    }

    /// The session of that id, if it was opened for the same protocol.
    pub fn find(&self, id: &str, via: Via) -> Option<Arc<Session>> {
        let open = lock(&self.open);
        let session = open.get(id).filter(|session| session.via == via)?;
        Some(session.clone())
    }

    /// Closes a session.
    pub fn close(&self, id: &str) {
        lock(&self.open).remove(id);
    }

    /// Closes unused sessions. Called every [`POLL_SWEEP`](game::limits::POLL_SWEEP).
    pub fn sweep(&self) {
        lock(&self.open).retain(|_, session| session.is_asked());
    }
}

/// An id that cannot be guessed.
fn new_id() -> String {
    let mut bytes = [0; 16];
    system::entropy()(&mut bytes);
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}

/// Counts a request in progress; dropping it ends the request.
struct Busy<'a>(&'a Session);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
        *lock(&self.0.asked) = Instant::now();
    }
}

impl Session {
    /// Whether its worker has ended it: its place may be another's.
    pub fn is_closed(&self) -> bool {
        self.end.is_closed()
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed) > 0
    }

    fn is_asked(&self) -> bool {
        self.is_busy() || lock(&self.asked).elapsed() < POLL_IDLE
    }

    fn busy(&self) -> Busy<'_> {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(self)
    }

    /// Sends a message and a newline. Waits up to [`SPEAK_DEADLINE`] while the worker does not read.
    ///
    /// # Errors
    ///
    /// If the conversation is over, or the worker does not read in time.
    pub async fn send(&self, message: &[u8]) -> Result<(), SendError> {
        let _busy = self.busy();
        let line = [message, b"\n"].concat();
        let sent = async {
            loop {
                let changed = self.end.changed();
                match self.end.send(&line) {
                    Ok(true) => return Ok(()),
                    Ok(false) => changed.await,
                    Err(Closed) => return Err(SendError::Over),
                }
            }
        };
        let sent = tokio::time::timeout(SPEAK_DEADLINE, sent).await;
        sent.unwrap_or(Err(SendError::TooMany))
    }

    /// Waits up to [`POLL_WAIT`] for lines. A newer call supersedes an older one that still waits.
    pub async fn receive(&self) -> Received {
        let _busy = self.busy();
        self.newer.notify_waiters();
        let received = async {
            loop {
                let changed = self.end.changed();
                match self.end.take_lines() {
                    Ok(lines) if lines.is_empty() => changed.await,
                    Ok(lines) => return Received::Lines(lines),
                    Err(Closed) => return Received::Over,
                }
                // If the client has gone meanwhile, the runtime hears of it now and drops this
                // request, which then takes no line along.
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            received = received => received,
            () = self.newer.notified() => Received::Superseded,
            () = tokio::time::sleep(POLL_WAIT) => Received::TimedOut,
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use std::net::{IpAddr, Ipv4Addr};

    use game::limits::{POLL_BUFFER, POLL_SWEEP};
    use game::shares::{Shares, Source};

    use super::*;

    /// A place of some table.
    fn place() -> Place {
        let from = Source::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Shares::new(1).add(from, ())
    }

    /// Protects a worker's memory from players who left without a word, and players from losing
    /// their session while a request of theirs waits.
    #[tokio::test(start_paused = true)]
    async fn an_unused_session_is_closed() {
        let sessions = Arc::new(Sessions::default());
        let open = || sessions.open(Via::PollText, place());
        let ((left, _, _far), (kept, session, _end)) = (open(), open());
        let sweeper = sessions.clone();
        let sweeping = tokio::spawn(async move {
            loop {
                tokio::time::sleep(POLL_SWEEP).await;
                sweeper.sweep();
            }
        });
        let last = tokio::time::Instant::now() + 2 * POLL_IDLE;
        while tokio::time::Instant::now() < last {
            let begun = Instant::now();
            assert_eq!(session.receive().await, Received::TimedOut);
            assert!(begun.elapsed() >= POLL_WAIT, "it waits, then times out");
        }
        assert!(sessions.find(&left, Via::PollText).is_none());
        assert!(sessions.find(&kept, Via::PollText).is_some());
        tokio::time::sleep(POLL_IDLE + POLL_SWEEP + Duration::from_secs(1)).await;
        assert!(sessions.find(&kept, Via::PollText).is_none());
        sweeping.abort();
    }

    fn session() -> (Arc<Session>, Stream) {
        let (_, session, worker) = Sessions::default().open(Via::PollText, place());
        (session, worker)
    }

    /// Protects memory from a player who sends while their worker does not read.
    #[tokio::test(start_paused = true)]
    async fn what_a_worker_does_not_read_is_bounded() {
        let (session, _worker) = session();
        let message = [b'5'; 1000];
        let mut taken = 0;
        let refused = loop {
            let begun = Instant::now();
            match session.send(&message).await {
                Ok(()) => taken += message.len() + 1,
                Err(error) => break (error, begun.elapsed() >= SPEAK_DEADLINE),
            }
            assert!(taken <= POLL_BUFFER, "{taken} bytes were taken");
        };
        assert_eq!(refused, (SendError::TooMany, true));
        assert!(taken > 2 * message.len(), "only {taken} bytes were taken");
    }

    /// Protects memory from an endless line, which no worker sends.
    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_longer_than_any_ends_the_session() {
        let (session, mut worker) = session();
        let mut said = 0;
        while let Ok(count) = worker.write(&[b'x'; 1000]) {
            said += count;
        }
        assert_eq!(
            (session.receive().await, said),
            (Received::Over, POLL_BUFFER)
        );
    }

    #[tokio::test]
    async fn a_request_that_waits_is_woken_by_the_worker() {
        let (session, mut worker) = session();
        let waits = tokio::spawn({
            let session = session.clone();
            async move { session.receive().await }
        });
        tokio::task::yield_now().await;
        assert_eq!(worker.write(b"hi\n").expect("room"), 3);
        let received = waits.await.expect("no panic");
        assert_eq!(received, Received::Lines(b"hi\n".to_vec()));
    }
}
