//! A connection that comes from the page's port, on its way to a worker.

use std::net::{IpAddr, TcpStream};
use std::os::unix::net::UnixStream;

use super::listen::Place;

/// How a visitor of the page's port talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// WebSocket, a JSON object a message.
    WebSocketJson,
    /// WebSocket, a message of the text protocol a message.
    WebSocketText,
    /// Long polls, a JSON object a line.
    PollJson,
    /// Long polls, a message of the text protocol a line.
    PollText,
}

/// Random bytes in a cookie, by which a browser is known until it is closed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BrowserId(pub [u8; 16]);

/// A visitor's socket, which does not block.
pub enum Stream {
    /// After a WebSocket's handshake.
    Tcp(TcpStream),
    /// The far end of what long polls read and write.
    Unix(UnixStream),
}

/// A connection that comes from the page's port.
pub struct Visitor {
    /// Its socket.
    pub stream: Stream,
    /// How it talks.
    pub via: Via,
    /// What was read already, behind the handshake.
    pub early: Vec<u8>,
    /// The browser, where it is one that has seen the page.
    pub browser: Option<BrowserId>,
    /// Where it comes from.
    pub peer: IpAddr,
    /// Its place among the open connections.
    pub place: Place,
}
