//! One connection of the checker to the server: what is sent and what comes is written down.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use os::socket::{acknowledge_at_once, readable};
use socket2::SockRef;

use crate::trace::{Closing, Event, Log};

/// A machine that does not answer in this time is taken for absent.
const CONNECT: Duration = Duration::from_secs(3);
/// A server that takes nothing for so long is given up.
const WRITE: Duration = Duration::from_secs(2);
/// Bytes read at once.
const READ: usize = 16 * 1024;
/// What a server said to the end is read up to here when a connection is left.
const DRAINED: usize = 64;

/// Connects to the first of these that answers within `patience`. Small messages leave at once; a
/// send that is not taken within `write` fails.
pub fn dial(
    addresses: &[SocketAddr],
    patience: Duration,
    write: Duration,
) -> io::Result<TcpStream> {
    let mut failed = ErrorKind::NotFound.into();
    for address in addresses {
        match TcpStream::connect_timeout(address, patience) {
            Ok(stream) => return prepare(stream, write),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// A stream whose small messages leave at once, and whose sends fail after `write`.
pub fn prepare(stream: TcpStream, write: Duration) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(write))?;
    Ok(stream)
}

/// The connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Its number in the log.
    number: usize,
    log: Log,
    /// Bytes that were sent.
    pub sent: u64,
    /// How the server has closed, once it has.
    pub closing: Option<Closing>,
    /// This side was closed or cut off.
    left: bool,
}

impl Connection {
    /// Connects to the first of these that answers.
    pub fn open(addresses: &[SocketAddr], number: usize, log: &Log) -> io::Result<Connection> {
        let stream = dial(addresses, CONNECT, WRITE)?;
        Ok(Connection::over(stream, number, log))
    }

    /// A connection that is made already.
    pub fn over(stream: TcpStream, number: usize, log: &Log) -> Connection {
        log.note(Event::Connected(number));
        Connection {
            stream,
            number,
            log: log.clone(),
            sent: 0,
            closing: None,
            left: false,
        }
    }

    /// The two ends of the connection: ours and the server's.
    pub fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let ours = self.stream.local_addr().ok()?;
        Some((ours, self.stream.peer_addr().ok()?))
    }

    /// Sends these bytes, in one call.
    pub fn send(&mut self, bytes: &[u8]) {
        self.log.note(Event::Sent(self.number, bytes.to_vec()));
        // An error is not told here: the next read finds that the server has closed.
        if self.stream.write_all(bytes).is_ok() {
            self.sent += bytes.len() as u64;
        }
        // What a server sends in several goes would otherwise wait there, and it would seem to have
        // said all.
        acknowledge_at_once(&self.stream);
    }

    /// What arrives within this time, in one read; nothing if nothing does.
    pub fn read(&mut self, within: Duration) -> Vec<u8> {
        if self.closing.is_some() || self.left {
            return Vec::new();
        }
        let mut buffer = [0; READ];
        let within = within.max(Duration::from_millis(1));
        let read = self
            .stream
            .set_read_timeout(Some(within))
            .and_then(|()| self.stream.read(&mut buffer));
        match read {
            Ok(0) => self.closed(Closing::Closed),
            Ok(count) => {
                acknowledge_at_once(&self.stream);
                let bytes = buffer[..count].to_vec();
                self.log.note(Event::Received(self.number, bytes.clone()));
                return bytes;
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                _ => self.closed(Closing::Reset),
            },
        }
        Vec::new()
    }

    /// Whether something waits to be read: bytes or the end.
    pub fn has_arrived(&self) -> bool {
        readable(&self.stream, Some(Duration::ZERO)).unwrap_or(false)
    }

    fn closed(&mut self, closing: Closing) {
        self.closing = Some(closing);
        self.log.note(Event::ClosedThere(self.number, closing));
    }

    /// Closes this side only: nothing more will be sent.
    pub fn finish(&mut self) {
        self.log.note(Event::Finished(self.number));
        // The server may be gone.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Cuts the connection off, as a machine does that loses its network and comes back.
    pub fn reset(mut self) {
        self.left = true;
        self.log.note(Event::Cut(self.number));
        // Closing with no time to linger sends a reset.
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Closes, as a program does that ends.
    pub fn leave(mut self) {
        self.left = true;
        if self.closing.is_none() {
            self.log.note(Event::ClosedHere(self.number));
        }
    }
}

impl Drop for Connection {
    /// A server that closed first would keep its port for a minute, and could not be started again
    /// for the next check: a reset frees it. It is of no consequence to the server, which has left.
    fn drop(&mut self) {
        let _ = self.stream.set_nonblocking(true);
        let mut buffer = [0; READ];
        for _ in 0..DRAINED {
            match self.stream.read(&mut buffer) {
                Ok(0) => {
                    let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
                    return;
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}
