//! What the relay tells: one event for each thing that happened to a connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use super::marks::Mark;

/// One of the two programs that talk through the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that connected to the relay.
    Client,
    /// The one to which the relay connected.
    Server,
}

impl Side {
    /// The side that it talks to.
    pub fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct TapEvent {
    /// To which connection: they are numbered from 1.
    pub connection: u32,
    /// When, since the relay was opened.
    pub at: Duration,
    /// What.
    pub kind: EventKind,
}

/// What can happen to a connection.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A client has connected.
    Opened {
        /// Its address.
        client: SocketAddr,
        /// The relay's, towards it.
        here: SocketAddr,
    },
    /// The target has accepted.
    Reached(Ends),
    /// The target has not, and the client was reset.
    Unreached {
        /// The last of its addresses that was tried.
        server: SocketAddr,
        /// Why.
        reason: Reason,
    },
    /// Bytes that one `recv` of the relay gave.
    Chunk(Chunk),
    /// Bytes went on while those before them had not been read yet: one `recv` takes them all.
    Glued {
        /// The side that sent them; the other one has not read.
        from: Side,
        /// Bytes that wait together.
        unread: u32,
    },
    /// What the bad network did to the chunk before, on purpose.
    Trouble {
        /// The side whose bytes they are.
        from: Side,
        /// What was done.
        did: Did,
    },
    /// A side will send no more: its `FIN` was passed on.
    Finished(Side),
    /// It is over.
    Closed(Totals),
    /// The capture can't be written any more; the relay goes on.
    CaptureFailed,
    /// It is the last for which there was a place: those who come now wait until one ends.
    Full,
}

/// The four ends of the two connections that make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The client's address.
    pub client: SocketAddr,
    /// The relay's, towards the client.
    pub facing_client: SocketAddr,
    /// The relay's, towards the server.
    pub facing_server: SocketAddr,
    /// The server's.
    pub server: SocketAddr,
}

impl Ends {
    /// A side's own socket: its address, and the relay's from its view.
    pub fn socket(&self, side: Side) -> (SocketAddr, SocketAddr) {
        match side {
            Side::Client => (self.client, self.facing_client),
            Side::Server => (self.server, self.facing_server),
        }
    }
}

/// Why something failed: an error that can be kept and sent on.
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

/// Bytes that arrived together.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Who sent them.
    pub from: Side,
    /// Which chunk of this side it is, from 1.
    pub number: u64,
    /// How many bytes the side had sent before.
    pub position: u64,
    /// The bytes, as many of them as are kept for showing.
    pub bytes: Bytes,
    /// How many there were.
    pub size: usize,
    /// Bytes of a character that the side's chunk before has begun (3 at most).
    pub begun: Bytes,
    /// Who spoke before, and how long ago.
    pub after: Option<(Side, Duration)>,
    /// Merges and splits that can be seen in it.
    pub marks: Vec<Mark>,
    /// What came before it and is not shown, since showing can't keep up.
    pub skipped: Count,
}

/// Chunks, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many chunks.
    pub chunks: u64,
    /// How many bytes.
    pub bytes: u64,
}

impl Count {
    /// One chunk more.
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

/// What the bad network does to a chunk, on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// Sent it in pieces, with a pause between them.
    Split {
        /// The pieces' sizes.
        pieces: Vec<usize>,
        /// The pause.
        pause: Duration,
    },
    /// Kept it back, to send it with what comes next.
    Held {
        /// How many chunks went as one; 1 if nothing came.
        chunks: usize,
        /// Their bytes.
        bytes: usize,
    },
    /// Sent it late.
    Late(Duration),
    /// Reset both sides, after so many bytes of the server.
    Reset {
        /// The server's bytes that still went through.
        after: u64,
    },
}

/// How a connection came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Both sides have said that they would send no more.
    Finished,
    /// A side has reset it; so was the other.
    Reset(Side),
    /// The network has lost a side; the other was reset.
    Lost(Side, Reason),
    /// The bad network has reset both, on purpose.
    Trouble,
    /// The relay stops.
    Stopped,
}

/// A connection's sums, at its end.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    /// How it ended.
    pub end: End,
    /// How long it lasted.
    pub lasted: Duration,
    /// What the client sent.
    pub client: Count,
    /// What the server sent.
    pub server: Count,
    /// Of these, what came last and was not shown.
    pub skipped: Count,
}
