//! An in-memory connection: one end is a worker's, the other that of requests that relay it.
//!
//! Both directions are bounded. The worker's end behaves as a socket that never blocks and whose
//! readiness is told once, until a read or a write has found nothing to do.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use game::engine::ConnectionId;
use game::limits::POLL_BUFFER;

/// Tells the worker that serves a connection, by its key there, that it can be read or written.
pub type Ready = Arc<dyn Fn(ConnectionId) + Send + Sync>;

/// Both ends of a new connection.
pub fn pair() -> (PageEnd, WorkerEnd) {
    let shared = Arc::new(Shared::default());
    (PageEnd(shared.clone()), WorkerEnd(shared))
}

/// The end of the requests.
#[derive(Debug)]
pub struct PageEnd(Arc<Shared>);

/// The worker's end.
#[derive(Debug)]
pub struct WorkerEnd(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told when something has changed for the requests.
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Bytes for the worker, at most [`POLL_BUFFER`].
    to_worker: Vec<u8>,
    /// Bytes for the requests, at most [`POLL_BUFFER`].
    to_page: Vec<u8>,
    /// Whether the requests' end sends and reads no more.
    page_is_gone: bool,
    /// Whether the worker sends no more.
    worker_is_done: bool,
    /// Whether the worker reads no more.
    worker_is_gone: bool,
    /// How the worker that serves the connection is told, and the key there. `None` on the way to a worker.
    owner: Option<(Ready, ConnectionId)>,
    /// Whether the owner knows that the connection is ready.
    told: bool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pipe")
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under this lock")
    }
}

impl State {
    fn tell_owner(&mut self) {
        if let Some((ready, key)) = &self.owner
            && !std::mem::replace(&mut self.told, true)
        {
            ready(*key);
        }
    }

    fn would_block<T>(&mut self) -> io::Result<T> {
        self.told = false;
        Err(ErrorKind::WouldBlock.into())
    }
}

/// The other end was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl PageEnd {
    /// Completes after the next change. Changes count from this call on, not from the first poll.
    pub fn changed(&self) -> Notified<'_> {
        self.0.changed.notified()
    }

    /// Sends all of these bytes, or none if there is no room for them now.
    pub fn send(&self, bytes: &[u8]) -> Result<bool, Closed> {
        let mut state = self.0.state();
        if state.worker_is_gone {
            return Err(Closed);
        }
        if state.to_worker.len() + bytes.len() > POLL_BUFFER {
            return Ok(false);
        }
        state.to_worker.extend_from_slice(bytes);
        state.tell_owner();
        Ok(true)
    }

    /// Whether the worker has closed its end.
    pub fn is_closed(&self) -> bool {
        self.0.state().worker_is_gone
    }

    /// Takes the whole lines that have come. Fails once no more can come, and for a line that is
    /// longer than the buffer.
    pub fn take_lines(&self) -> Result<Vec<u8>, Closed> {
        let mut state = self.0.state();
        let end = memchr::memrchr(b'\n', &state.to_page).map_or(0, |last| last + 1);
        if end == 0 && (state.worker_is_done || state.to_page.len() >= POLL_BUFFER) {
            return Err(Closed);
        }
        let rest = state.to_page.split_off(end);
        let lines = std::mem::replace(&mut state.to_page, rest);
        if end > 0 {
            state.tell_owner();
        }
        Ok(lines)
    }
}

impl Drop for PageEnd {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.page_is_gone = true;
        state.tell_owner();
    }
}

impl WorkerEnd {
    /// Tells the worker, by this key, when the connection is ready. It is so at once.
    pub fn watch(&self, ready: Ready, key: ConnectionId) {
        let mut state = self.0.state();
        state.owner = Some((ready, key));
        state.told = false;
        state.tell_owner();
    }

    /// Tells no worker any more.
    pub fn unwatch(&self) {
        self.0.state().owner = None;
    }

    /// Reads what has come; 0 bytes mean the end.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.to_worker.is_empty() {
            if state.page_is_gone {
                return Ok(0);
            }
            return state.would_block();
        }
        let count = state.to_worker.len().min(buffer.len());
        buffer[..count].copy_from_slice(&state.to_worker[..count]);
        state.to_worker.drain(..count);
        if state.to_worker.is_empty() {
            // Idle, a connection holds no buffer.
            state.to_worker = Vec::new();
        }
        drop(state);
        self.0.changed.notify_waiters();
        Ok(count)
    }

    /// Writes what there is room for.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state();
        if state.page_is_gone || state.worker_is_done {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let count = bytes.len().min(POLL_BUFFER - state.to_page.len());
        if count == 0 {
            return state.would_block();
        }
        state.to_page.extend_from_slice(&bytes[..count]);
        drop(state);
        self.0.changed.notify_waiters();
        Ok(count)
    }

    /// Says that nothing more will be written.
    pub fn shutdown_write(&self) {
        self.0.state().worker_is_done = true;
        self.0.changed.notify_waiters();
    }
}

impl Drop for WorkerEnd {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.worker_is_done = true;
        state.worker_is_gone = true;
        let owner = state.owner.take();
        drop(state);
        drop(owner);
        self.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// Protects a player from a worker that is not told, and a worker from being told without end.
    #[test]
    fn a_worker_is_told_once_that_its_end_is_ready() {
        let (tell, told) = channel();
        let ready: Ready = Arc::new(move |key| tell.send(key).expect("somebody listens"));
        let (page, end) = pair();
        let key = ConnectionId::from_number(7);
        assert_eq!(page.send(b"50\n"), Ok(true));
        end.watch(ready, key);
        assert_eq!(page.send(b"25\n"), Ok(true));
        assert_eq!(told.try_recv(), Ok(key));
        assert!(told.try_recv().is_err(), "it was told twice");
        let mut buffer = [0; 4];
        assert_eq!(end.read(&mut buffer).expect("bytes"), 4);
        assert_eq!(end.read(&mut buffer).expect("bytes"), 2);
        assert!(end.read(&mut buffer).is_err(), "there is nothing");
        drop(page);
        assert_eq!(told.try_recv(), Ok(key));
        assert_eq!(end.read(&mut buffer).expect("the end"), 0);
        assert!(end.write(b"x").is_err());
    }

    #[test]
    fn lines_are_taken_whole_and_make_room() {
        let (page, end) = pair();
        assert_eq!(end.write(b"one\ntw").expect("room"), 6);
        assert_eq!(page.take_lines(), Ok(b"one\n".to_vec()));
        assert_eq!(page.take_lines(), Ok(Vec::new()));
        let long = [b'x'; POLL_BUFFER];
        assert_eq!(end.write(&long).expect("room"), POLL_BUFFER - 2);
        assert!(end.write(&long).is_err(), "it is full");
        assert_eq!(page.take_lines(), Err(Closed), "no line is as long");
    }

    #[test]
    fn what_was_written_before_the_end_is_still_read() {
        let (page, end) = pair();
        end.write(b"bye\n").expect("room");
        end.shutdown_write();
        assert_eq!(page.take_lines(), Ok(b"bye\n".to_vec()));
        assert_eq!(page.take_lines(), Err(Closed));
        assert_eq!(page.send(b"50\n"), Ok(true), "it still reads");
        drop(end);
        assert_eq!(page.send(b"50\n"), Err(Closed));
    }
}
