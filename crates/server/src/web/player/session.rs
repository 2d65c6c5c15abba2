//! The sessions of the long poll, for networks that block WebSockets. A session is one end of a
//! pair of sockets; a worker serves the other end like any connection that sends lines.
//!
//! The pair is read only when a request asks for messages. What a player does not fetch stays in
//! the socket's buffer; once that is full, the worker treats them like any client that does not
//! read. A session without requests is closed, which its worker sees as a lost connection.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use data_encoding::BASE32_NOPAD;
use socket2::SockRef;
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::listen::Place;
use crate::stream::Stream;
use game::engine::guest::Via;
use game::limits::{
    POLL_BUFFER, POLL_IDLE, POLL_LINES, POLL_SESSIONS, POLL_SWEEP, POLL_WAIT, SPEAK_DEADLINE,
};
use os::system;

/// All open sessions, by their ids.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<String, Arc<Session>>>,
}

/// One player of the long poll.
pub struct Session {
    pub via: Via,
    stream: UnixStream,
    /// The beginning of a line whose end has not been read.
    tail: Mutex<Vec<u8>>,
    /// Notified when a newer request waits for messages.
    newer: Notify,
    /// Requests in progress.
    busy: AtomicUsize,
    /// When the last request ended.
    asked: Mutex<Instant>,
    /// The permit of this end's descriptor; the worker's end has its own.
    _place: Place,
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
    /// Opens a session. Returns its id, the session and the worker's end, or `None` if there are
    /// too many.
    ///
    /// # Errors
    ///
    /// If the system has no descriptors left.
    pub fn open(
        &self,
        via: Via,
        place: Place,
    ) -> io::Result<Option<(String, Arc<Session>, Stream)>> {
        let mut open = lock(&self.open);
        if open.len() >= POLL_SESSIONS && !make_room(&mut open) {
            return Ok(None);
        }
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        for end in [&ours, &theirs] {
            end.set_nonblocking(true)?;
            SockRef::from(end).set_send_buffer_size(POLL_BUFFER)?;
        }
        let session = Arc::new(Session {
            via,
            stream: UnixStream::from_std(ours)?,
            tail: Mutex::default(),
            newer: Notify::new(),
            busy: AtomicUsize::new(0),
            asked: Mutex::new(Instant::now()),
            _place: place,
        });
        let id = new_id();
        open.insert(id.clone(), session.clone());
        Ok(Some((id, session, Stream::unix(theirs))))
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

    /// Closes unused sessions from time to time. Never returns.
    pub async fn sweep(&self) {
        loop {
            tokio::time::sleep(POLL_SWEEP).await;
            lock(&self.open).retain(|_, session| session.is_asked());
        }
    }
}

/// Closes the session that has been unused for longest, if any is: one caller that opens many must
/// not keep others out.
fn make_room(open: &mut HashMap<String, Arc<Session>>) -> bool {
    let idle = open.iter().filter(|(_, session)| !session.is_busy());
    let longest = idle.min_by_key(|(_, session)| *lock(&session.asked));
    let longest = longest.map(|(id, _)| id.clone());
    longest.is_some_and(|id| open.remove(&id).is_some())
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
                self.stream.writable().await.map_err(|_| SendError::Over)?;
                match self.stream.try_write(&line) {
                    Ok(count) if count == line.len() => return Ok(()),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    // The system does not split a message as short as these. If it does all the
                    // same, the connection ends: the next message must not continue half of this one.
                    Ok(_) | Err(_) => {
                        let _ = SockRef::from(&self.stream).shutdown(std::net::Shutdown::Both);
                        return Err(SendError::Over);
                    }
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
                match self.take() {
                    Ok(Received::TimedOut) => {}
                    Ok(received) => return received,
                    Err(_) => return Received::Over,
                }
                if self.stream.readable().await.is_err() {
                    return Received::Over;
                }
            }
        };
        tokio::select! {
            received = received => received,
            () = self.newer.notified() => Received::Superseded,
            () = tokio::time::sleep(POLL_WAIT) => Received::TimedOut,
        }
    }

    /// Takes the complete lines that have arrived, without waiting.
    fn take(&self) -> io::Result<Received> {
        let mut tail = lock(&self.tail);
        let mut is_over = false;
        let mut buffer = [0; 4096];
        while tail.len() < POLL_LINES {
            match self.stream.try_read(&mut buffer) {
                Ok(0) => {
                    is_over = true;
                    break;
                }
                Ok(count) => tail.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        let end = memchr::memrchr(b'\n', &tail).map_or(0, |last| last + 1);
        let rest = tail.split_off(end);
        let lines = std::mem::replace(&mut *tail, rest);
        Ok(match (lines.is_empty(), is_over) {
            (false, _) => Received::Lines(lines),
            (true, true) => Received::Over,
            // A worker sends no line as long as this.
            (true, false) if tail.len() >= POLL_LINES => Received::Over,
            (true, false) => Received::TimedOut,
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use super::*;
    use crate::listen::Deal;
    use crate::log::Log;
    use crate::proxy::Trusted;

    /// Protects a worker's memory from players who left without a word, and players from losing
    /// their session while a request of theirs waits.
    #[tokio::test(start_paused = true)]
    async fn an_unused_session_is_closed() {
        let deal = Deal::new(Vec::new(), 9, Log::default(), Trusted::default());
        let sessions = Arc::new(Sessions::default());
        let open = || {
            sessions
                .open(Via::PollText, deal.place())
                .expect("a pair")
                .expect("room")
        };
        let ((left, _, _far), (kept, session, _end)) = (open(), open());
        let sweeper = sessions.clone();
        let sweeping = tokio::spawn(async move { sweeper.sweep().await });
        let last = tokio::time::Instant::now() + 2 * POLL_IDLE;
        while tokio::time::Instant::now() < last {
            // Only tokio's clock is paused, and no line comes.
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
        let place = Deal::new(Vec::new(), 9, Log::default(), Default::default()).place();
        let opened = Sessions::default()
            .open(Via::PollText, place)
            .expect("a pair");
        let (_, session, worker) = opened.expect("room");
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
            assert!(taken <= 4 * POLL_BUFFER, "{taken} bytes were taken");
        };
        assert_eq!(refused, (SendError::TooMany, true));
        assert!(taken > 2 * message.len(), "only {taken} bytes were taken");
    }

    /// Protects memory from an endless line, which no worker sends.
    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_longer_than_any_ends_the_session() {
        let (session, mut worker) = session();
        let mut said = 0;
        loop {
            while let Ok(count) = worker.write(&[b'x'; 1000]) {
                said += count;
            }
            match session.receive().await {
                Received::TimedOut => assert!(said < POLL_LINES, "{said} bytes, and no end"),
                received => break assert_eq!(received, Received::Over),
            }
        }
        assert!(said >= POLL_LINES, "it was over after {said} bytes");
    }
}
