//! A connection's socket, as a worker serves it: TCP, or in memory. TLS would be one more kind.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown};

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::pipe::WorkerEnd;
use super::worker::inbox::Handle;
use game::engine::ConnKey;

/// A socket that never blocks.
#[derive(Debug)]
pub enum Stream {
    /// A client's own connection.
    Tcp(TcpStream),
    /// A connection that the page's requests relay.
    Memory(WorkerEnd),
}

impl Stream {
    /// A client's connection. It must not block.
    pub fn tcp(stream: std::net::TcpStream) -> Self {
        Stream::Tcp(TcpStream::from_std(stream))
    }

    /// Has the worker told when the connection can be read or written: once, until an attempt has
    /// found nothing to do. Has what is written sent at once.
    pub fn watch(&mut self, registry: &Registry, worker: &Handle, key: ConnKey) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => {
                // Without it an answer may wait 40 ms for the client's acknowledgement. It fails
                // for a client that is gone, as reading will.
                let _ = stream.set_nodelay(true);
                let both = Interest::READABLE | Interest::WRITABLE;
                registry.register(stream, Token(key.index), both)
            }
            Stream::Memory(end) => {
                end.watch(worker.clone(), key);
                Ok(())
            }
        }
    }

    /// Has nobody told any more, so that another worker can watch it.
    pub fn unwatch(&mut self, registry: &Registry) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => registry.deregister(stream),
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
            Stream::Memory(_) => None,
        }
    }

    /// Says that nothing more will be written.
    pub fn shutdown_write(&self) -> io::Result<()> {
        match self {
            Stream::Tcp(stream) => stream.shutdown(Shutdown::Write),
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
            Stream::Memory(end) => end.read(buffer),
        }
    }

    /// Writes as much as can be written now.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.write(bytes),
            Stream::Memory(end) => end.write(bytes),
        }
    }
}
