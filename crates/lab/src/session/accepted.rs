//! The program's connection, and the thread that writes down what comes on it.

use std::io::{ErrorKind, Read};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use os::socket::readable;

use crate::trace::{Closing, Event, Log, Trace};

/// What has arrived is written down in this time.
const WRITTEN: Duration = Duration::from_millis(300);

/// The one connection of a run.
#[derive(Debug)]
pub struct Accepted {
    /// The socket.
    pub stream: TcpStream,
    /// Bytes that were sent.
    pub sent: u64,
    /// Held while bytes are taken from the socket and written down.
    reading: Arc<Mutex<()>>,
    /// This side was closed.
    pub closed: Arc<AtomicBool>,
}

impl Accepted {
    /// A program has connected: what it sends is written down from now on.
    pub fn new(stream: TcpStream, log: &Log) -> Option<Accepted> {
        log.note(Event::Connected(1));
        let (reading, closed) = (Arc::new(Mutex::new(())), Arc::new(AtomicBool::new(false)));
        let reader = Reader {
            stream: stream.try_clone().ok()?,
            reading: reading.clone(),
            closed: closed.clone(),
            log: log.clone(),
        };
        thread::spawn(move || reader.read());
        Some(Accepted {
            stream,
            sent: 0,
            reading,
            closed,
        })
    }

    /// Closes this side: what is still read is no word of the other side's.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        // It may be closed already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Waits until all that has arrived is written down.
    pub fn catch_up(&self) {
        let deadline = Instant::now() + WRITTEN;
        loop {
            let arrived = {
                let _taking = held(&self.reading);
                self.stream.peek(&mut [0]).is_ok_and(|count| count > 0)
            };
            if !arrived || Instant::now() >= deadline {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Accepted {
    fn drop(&mut self) {
        // Wakes the reader, which has the other handle.
        self.close();
    }
}

/// The thread that takes what arrives, and writes it down.
#[derive(Debug)]
struct Reader {
    stream: TcpStream,
    reading: Arc<Mutex<()>>,
    closed: Arc<AtomicBool>,
    log: Log,
}

impl Reader {
    fn read(mut self) {
        while self.wait() {
            let lock = self.reading.clone();
            let _taking = held(&lock);
            if self.closed.load(Ordering::Relaxed) || !self.take() {
                return;
            }
        }
    }

    /// Waits until there is something to take, or the end. Returns false when the socket is of no more
    /// use.
    fn wait(&self) -> bool {
        readable(&self.stream, None).is_ok()
    }

    /// Takes what has arrived; whether to go on.
    fn take(&mut self) -> bool {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(0) => {
                self.log.note(Event::ClosedThere(1, Closing::Closed));
                false
            }
            Ok(length) => {
                self.log.note(Event::Received(1, buffer[..length].to_vec()));
                // A flood is left where it is: its sender has to wait.
                !self.log.look(Trace::overflowed)
            }
            Err(error) => match error.kind() {
                ErrorKind::Interrupted | ErrorKind::WouldBlock => true,
                _ => {
                    self.log.note(Event::ClosedThere(1, Closing::Reset));
                    false
                }
            },
        }
    }
}

fn held(lock: &Mutex<()>) -> MutexGuard<'_, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
