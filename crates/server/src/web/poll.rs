//! The game for networks that block WebSockets: messages by `POST`, what comes by a `GET` that
//! waits. A session is one end of a pair of sockets; the other end is a worker's, and has lines.
//!
//! Nothing is read from the pair before somebody asks for it: what a player does not fetch stays
//! in the pair's own buffer, and when that is full the worker treats them as a reader that does
//! not read. A session that nobody asks for is closed, which its worker takes for a lost connection.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use data_encoding::BASE32_NOPAD;
use socket2::SockRef;
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::super::listen::Place;
use super::super::stream::Stream;
use game::engine::guest::Via;
use game::limits::{
    POLL_BUFFER, POLL_IDLE, POLL_LINES, POLL_SESSIONS, POLL_SWEEP, POLL_WAIT, SPEAK_DEADLINE,
};
use os::system;

/// All sessions.
#[derive(Default)]
pub struct Polls {
    open: Mutex<HashMap<String, Arc<Session>>>,
}

/// One player who plays by requests.
pub struct Session {
    pub via: Via,
    stream: UnixStream,
    /// The beginning of a line whose end has not been read.
    tail: Mutex<Vec<u8>>,
    /// Whoever waits here is told that somebody else does now.
    newer: Notify,
    /// Requests for it that are being answered.
    busy: AtomicUsize,
    /// When the last of them was.
    asked: Mutex<Instant>,
    /// Its descriptor's place among all connections; the worker's end has its own.
    _place: Place,
}

/// What a request for what has come gets.
#[derive(Debug, PartialEq, Eq)]
pub enum Came {
    /// These lines, each with its newline.
    Lines(Vec<u8>),
    /// Nothing yet.
    Nothing,
    /// Another request waits for it now.
    Elsewhere,
    /// Nothing, and nothing will.
    Over,
}

/// Why a message was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Unheard {
    /// The conversation is over.
    Over,
    /// So many messages wait for their answers that none is read.
    TooMany,
}

impl Polls {
    /// Opens a session: its name, itself, and the end for a worker. None where there is no room.
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

    /// The session of that name, at the door where it was opened.
    pub fn find(&self, id: &str, via: Via) -> Option<Arc<Session>> {
        let open = lock(&self.open);
        let session = open.get(id).filter(|session| session.via == via)?;
        Some(session.clone())
    }

    /// Closes a session.
    pub fn close(&self, id: &str) {
        lock(&self.open).remove(id);
    }

    /// Closes those that nobody has asked for in a while, for ever.
    pub async fn sweep(&self) {
        loop {
            tokio::time::sleep(POLL_SWEEP).await;
            lock(&self.open).retain(|_, session| session.is_asked());
        }
    }
}

/// Closes the session that was not asked for the longest time, if there is one that nobody asks for
/// just now: somebody who opens many must not keep others out.
fn make_room(open: &mut HashMap<String, Arc<Session>>) -> bool {
    let idle = open.iter().filter(|(_, session)| !session.is_busy());
    let longest = idle.min_by_key(|(_, session)| *lock(&session.asked));
    let longest = longest.map(|(id, _)| id.clone());
    longest.is_some_and(|id| open.remove(&id).is_some())
}

/// A name that nobody can guess.
fn new_id() -> String {
    let mut bytes = [0; 16];
    system::entropy()(&mut bytes);
    BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()
}

/// A request that is being answered; over when dropped.
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

    /// Sends a message, a newline behind it. Waits a while if the worker does not read now.
    pub async fn speak(&self, message: &[u8]) -> Result<(), Unheard> {
        let _busy = self.busy();
        let line = [message, b"\n"].concat();
        let sent = async {
            loop {
                self.stream.writable().await.map_err(|_| Unheard::Over)?;
                match self.stream.try_write(&line) {
                    Ok(count) if count == line.len() => return Ok(()),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    // A message is shorter than the smallest piece that the system cuts; should it
                    // be cut all the same, half a message must not become the next one's beginning.
                    Ok(_) | Err(_) => {
                        let _ = SockRef::from(&self.stream).shutdown(std::net::Shutdown::Both);
                        return Err(Unheard::Over);
                    }
                }
            }
        };
        let sent = tokio::time::timeout(SPEAK_DEADLINE, sent).await;
        sent.unwrap_or(Err(Unheard::TooMany))
    }

    /// Waits for what comes. Of two requests that wait the older one gets nothing.
    pub async fn listen(&self) -> Came {
        let _busy = self.busy();
        self.newer.notify_waiters();
        let came = async {
            loop {
                match self.take() {
                    Ok(Came::Nothing) => {}
                    Ok(came) => return came,
                    Err(_) => return Came::Over,
                }
                if self.stream.readable().await.is_err() {
                    return Came::Over;
                }
            }
        };
        tokio::select! {
            came = came => came,
            () = self.newer.notified() => Came::Elsewhere,
            () = tokio::time::sleep(POLL_WAIT) => Came::Nothing,
        }
    }

    /// The lines that are there, without waiting: what is taken is given to somebody.
    fn take(&self) -> io::Result<Came> {
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
            (false, _) => Came::Lines(lines),
            (true, true) => Came::Over,
            // No line of a worker is as long as that.
            (true, false) if tail.len() >= POLL_LINES => Came::Over,
            (true, false) => Came::Nothing,
        })
    }
}

/// Nobody panics while holding one of these locks: they are held for a line or two.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under this lock")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use super::super::super::listen::Deal;
    use super::super::super::log::Log;
    use super::super::super::proxy::Trusted;
    use super::*;

    /// Protects a worker's memory from players who have gone without a word, and players from
    /// being taken for gone while a request of theirs waits.
    #[tokio::test(start_paused = true)]
    async fn a_session_that_nobody_asks_for_is_closed() {
        let deal = Deal::new(Vec::new(), 9, Log::default(), Trusted::default());
        let polls = Arc::new(Polls::default());
        let open = || {
            polls
                .open(Via::PollText, deal.place())
                .expect("a pair")
                .expect("room")
        };
        let ((left, _, _far), (kept, session, _end)) = (open(), open());
        let sweeper = polls.clone();
        let sweeping = tokio::spawn(async move { sweeper.sweep().await });
        let last = tokio::time::Instant::now() + 2 * POLL_IDLE;
        while tokio::time::Instant::now() < last {
            // The system's own time stands still: nothing comes.
            let begun = Instant::now();
            assert_eq!(session.listen().await, Came::Nothing);
            assert!(
                begun.elapsed() >= POLL_WAIT,
                "it waits, and then it says so"
            );
        }
        assert!(polls.find(&left, Via::PollText).is_none());
        assert!(polls.find(&kept, Via::PollText).is_some());
        tokio::time::sleep(POLL_IDLE + POLL_SWEEP + Duration::from_secs(1)).await;
        assert!(polls.find(&kept, Via::PollText).is_none());
        sweeping.abort();
    }

    fn session() -> (Arc<Session>, Stream) {
        let place = Deal::new(Vec::new(), 9, Log::default(), Default::default()).place();
        let opened = Polls::default().open(Via::PollText, place).expect("a pair");
        let (_, session, worker) = opened.expect("room");
        (session, worker)
    }

    /// Protects memory and patience from a player who speaks while their worker does not read.
    #[tokio::test(start_paused = true)]
    async fn what_is_said_to_a_worker_that_does_not_read_is_bounded() {
        let (session, _worker) = session();
        let message = [b'5'; 1000];
        let mut taken = 0;
        let refused = loop {
            let begun = Instant::now();
            match session.speak(&message).await {
                Ok(()) => taken += message.len() + 1,
                Err(unheard) => break (unheard, begun.elapsed() >= SPEAK_DEADLINE),
            }
            assert!(taken <= 4 * POLL_BUFFER, "{taken} bytes were taken");
        };
        assert_eq!(refused, (Unheard::TooMany, true));
        assert!(taken > 2 * message.len(), "only {taken} bytes were taken");
    }

    /// Protects memory from a line without end, which no worker says.
    #[tokio::test(start_paused = true)]
    async fn a_line_that_is_longer_than_any_ends_the_session() {
        let (session, mut worker) = session();
        let mut said = 0;
        loop {
            while let Ok(count) = worker.write(&[b'x'; 1000]) {
                said += count;
            }
            match session.listen().await {
                Came::Nothing => assert!(said < POLL_LINES, "{said} bytes, and no end"),
                came => break assert_eq!(came, Came::Over),
            }
        }
        assert!(said >= POLL_LINES, "it was over after {said} bytes");
    }
}
