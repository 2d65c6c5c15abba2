//! What the relay reports: one event for each thing that happens to a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::marks::Mark;

/// One of the two programs that talk through the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The program that connected to the relay.
    Client,
    /// The program that the relay connected to.
    Server,
}

impl Side {
    /// The opposite side.
    pub fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// Something that happened to a connection.
#[derive(Clone, Debug)]
pub struct TapEvent {
    /// The connection's number, from 1.
    pub connection: u32,
    /// Time since the relay was opened.
    pub at: Duration,
    /// What happened.
    pub kind: EventKind,
}

/// What can happen to a connection.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A client connected.
    Opened {
        /// The client's address.
        client: SocketAddr,
        /// The relay's address that the client connected to.
        here: SocketAddr,
    },
    /// The server accepted.
    Reached(Endpoints),
    /// The server could not be reached; the client was reset.
    Unreached {
        /// The last of the server's addresses that was tried.
        server: SocketAddr,
        /// Why that address failed.
        reason: Reason,
    },
    /// One `recv` of the relay returned bytes.
    Chunk(Chunk),
    /// Bytes were sent on while earlier ones were still unread: one `recv` will take them all.
    Glued {
        /// The sender; the other side has not read.
        from: Side,
        /// Bytes unread by the receiver.
        unread: u32,
    },
    /// The simulated bad network disturbed the chunk before.
    Trouble {
        /// The sender of the chunk.
        from: Side,
        /// What was done to it.
        did: Disturbance,
    },
    /// A side's FIN was passed on: it sends no more.
    Finished(Side),
    /// The connection ended.
    Closed(Totals),
    /// The capture cannot be written any more; the relay goes on.
    CaptureFailed,
    /// This connection took the last permit: further clients wait until one ends.
    Full,
}

/// The addresses of the two TCP connections that make one relayed connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The client's address.
    pub client: SocketAddr,
    /// The relay's address towards the client.
    pub facing_client: SocketAddr,
    /// The relay's address towards the server.
    pub facing_server: SocketAddr,
    /// The server's address.
    pub server: SocketAddr,
}

impl Endpoints {
    /// The local and remote address of a side's own socket.
    pub fn socket(&self, side: Side) -> (SocketAddr, SocketAddr) {
        match side {
            Side::Client => (self.client, self.facing_client),
            Side::Server => (self.server, self.facing_server),
        }
    }
}

/// An I/O error's cause. Unlike `io::Error` it can be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    kind: io::ErrorKind,
    code: Option<i32>,
}

impl From<&io::Error> for Reason {
    fn from(error: &io::Error) -> Self {
        Reason {
            kind: error.kind(),
            code: error.raw_os_error(),
        }
    }
}

impl From<Reason> for io::Error {
    fn from(reason: Reason) -> Self {
        match reason.code {
            Some(code) => io::Error::from_raw_os_error(code),
            None => reason.kind.into(),
        }
    }
}

/// The bytes that one `recv` returned.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The sender.
    pub from: Side,
    /// The chunk's number among those of this side, from 1.
    pub number: u64,
    /// Bytes that this side sent before it.
    pub position: u64,
    /// The bytes that are kept to be shown: a prefix of the chunk.
    pub bytes: Bytes,
    /// The chunk's size in bytes.
    pub size: usize,
    /// The beginning of a character that the side's chunk before left incomplete; at most 3 bytes.
    pub begun: Bytes,
    /// The side that sent last before, and how long ago.
    pub after: Option<(Side, Duration)>,
    /// Merged and split messages detected in it.
    pub marks: Vec<Mark>,
    /// The side's chunks before it that were left out because the display was behind.
    pub skipped: Count,
}

/// A number of chunks and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Chunks.
    pub chunks: u64,
    /// Bytes of these chunks.
    pub bytes: u64,
}

impl Count {
    /// Counts one more chunk of `size` bytes.
    pub fn add(&mut self, size: usize) {
        self.chunks += 1;
        self.bytes += size as u64;
    }
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, more: Count) {
        self.chunks += more.chunks;
        self.bytes += more.bytes;
    }
}

/// What the simulated bad network did to a chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// Sent it in pieces.
    Split {
        /// The pieces' sizes in bytes.
        pieces: Vec<usize>,
        /// The pause between two pieces.
        pause: Duration,
    },
    /// Held it back, to send it with the next chunk.
    Held {
        /// Chunks that were sent as one; 1 if no other came in time.
        chunks: usize,
        /// Bytes of these chunks.
        bytes: usize,
    },
    /// Sent it after this delay.
    Late(Duration),
    /// Reset both sides.
    Reset {
        /// Bytes of the server that went through before.
        after: u64,
    },
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By a FIN of both sides.
    Finished,
    /// By a reset of this side; the other was reset too.
    Reset(Side),
    /// By the network, which lost this side; the other was reset.
    Lost(Side, Reason),
    /// By a reset of the simulated bad network.
    Trouble,
    /// By the relay's stop.
    Stopped,
}

/// What a connection amounted to.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    /// How it ended.
    pub end: End,
    /// Time from the client's arrival to the end.
    pub lasted: Duration,
    /// What the client sent.
    pub client: Count,
    /// What the server sent.
    pub server: Count,
    /// The last chunks of both sides that were left out because the display was behind.
    pub skipped: Count,
}
