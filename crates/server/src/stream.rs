//! A connection's socket, as a worker serves it: TCP, TLS, or in memory.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use tokio_rustls::rustls::ServerConnection;

use super::pipe::{Ready, WorkerEnd};
use super::tls::TlsStream;
use game::engine::ConnectionId;

/// A socket that never blocks.
#[derive(Debug)]
pub enum Stream {
    /// A client's own connection.
    Tcp(TcpStream),
    /// A client's own connection by TLS.
    Tls(Box<TlsStream>),
    /// A connection that the page's requests relay.
    Memory(WorkerEnd),
}

impl Stream {
    /// A client's connection. It must not block.
    pub fn tcp(stream: std::net::TcpStream) -> Self {
        Stream::Tcp(TcpStream::from_std(stream))
    }

    /// A client's connection by TLS. It must not block.
    pub fn tls(stream: std::net::TcpStream, session: ServerConnection) -> Self {
        Stream::Tls(Box::new(TlsStream::new(stream, session)))
    }

    /// A worker serves the connection from this tick on. Returns the tick at which its TLS handshake must be
    /// done, if it has one to do.
    pub fn begin(&mut self, tick: u64) -> Option<u64> {
        if let Stream::Tls(stream) = self {
            stream.begin(tick);
        }
        self.handshake_deadline()
    }

    /// The tick at which the TLS handshake must be done; `None` if it is, or there is none.
    pub fn handshake_deadline(&self) -> Option<u64> {
        match self {
            Stream::Tls(stream) => stream.handshake_deadline(),
            Stream::Tcp(_) | Stream::Memory(_) => None,
        }
    }

    /// Has the worker told when the connection can be read or written: once, until an attempt has
    /// found nothing to do. Has what is written sent at once.
    pub fn watch(
        &mut self,
        registry: &Registry,
        ready: &Ready,
        key: ConnectionId,
    ) -> io::Result<()> {
        let socket = match self {
            Stream::Tcp(stream) => stream,
            Stream::Tls(stream) => stream.socket_mut(),
            Stream::Memory(end) => {
                end.watch(ready.clone(), key);
                return Ok(());
            }
        };
        // Without it an answer may wait 40 ms for the client's acknowledgement. It fails
        // for a client that is gone, as reading will.
        let _ = socket.set_nodelay(true);
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(socket, Token(key.index), both)
    }

    /// Has nobody told any more, so that another worker can watch it.
    pub fn unwatch(&mut self, registry: &Registry) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => registry.deregister(stream),
            Stream::Tls(stream) => registry.deregister(stream.socket_mut()),
            Stream::Memory(end) => {
                end.unwatch();
                Ok(())
            }
        }
    }

    /// Whether a read that does not fill its buffer has emptied the socket, so that the next bytes
    /// are told anew. Edge-triggered epoll and kqueue promise it; elsewhere only a read that would
    /// block arms the socket again.
    pub fn is_emptied_by_short_read(&self) -> bool {
        matches!(self, Stream::Tcp(_)) && cfg!(unix)
    }

    /// The address of a client's own connection.
    pub fn peer(&self) -> Option<IpAddr> {
        match self {
            Stream::Tcp(stream) => Some(stream.peer_addr().ok()?.ip()),
            Stream::Tls(stream) => Some(stream.socket().peer_addr().ok()?.ip()),
            Stream::Memory(_) => None,
        }
    }

    /// Says that nothing more will be written.
    pub fn shutdown_write(&mut self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
            Stream::Tls(stream) => stream.shutdown_write(),
            Stream::Memory(end) => {
                end.shutdown_write();
                Ok(())
            }
        }
    }

    /// Reads what has come; 0 bytes mean the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
            Stream::Memory(end) => end.read(buffer),
        }
    }

    /// Writes as much as can be written now.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Tls(stream) => stream.write(bytes),
            Stream::Memory(end) => end.write(bytes),
        }
    }
}
