//! What a page shows of its programs.

use std::net::SocketAddrV4;

use serde::Serialize;

use super::ProgramId;
use crate::workshop::call::Fd;
use game::limits::WORKSHOP_SHOWN;

/// What a page shows of one of its programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    /// The program.
    pub program: ProgramId,
    /// The socket, if it is about one.
    pub fd: Option<Fd>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened to a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum What {
    /// It waits in a call; of a connected socket, for whom.
    Waits {
        /// The thread.
        lane: u32,
        /// The call.
        call: &'static str,
        /// The other side, or the address listened on.
        peer: Option<SocketAddrV4>,
    },
    /// It goes on.
    Runs {
        /// The thread.
        lane: u32,
    },
    /// It listens.
    Listens {
        /// The address.
        at: SocketAddrV4,
    },
    /// Its listener has this port of the server, or none.
    Port {
        /// The listener's own port.
        of: u16,
        /// The server's port that leads to it.
        port: Option<u16>,
    },
    /// It has accepted a connection.
    Accepted {
        /// This side.
        ours: SocketAddrV4,
        /// The other side.
        peer: SocketAddrV4,
    },
    /// It has connected.
    Connected {
        /// This side.
        ours: SocketAddrV4,
        /// The other side.
        peer: SocketAddrV4,
    },
    /// A call has failed.
    Failed {
        /// The thread.
        lane: u32,
        /// The call.
        call: &'static str,
        /// The error's number.
        number: u16,
        /// The address it was about.
        at: Option<SocketAddrV4>,
    },
    /// It has sent bytes.
    Sent {
        /// How many.
        length: usize,
        /// The first of them, in hexadecimal digits.
        hex: String,
    },
    /// It was given bytes; none at the end of the stream.
    Received {
        /// How many.
        length: usize,
        /// The first of them, in hexadecimal digits.
        hex: String,
    },
    /// It has closed a socket.
    Closed,
    /// It has ended.
    Ended,
}

impl What {
    /// It has sent these bytes.
    pub(super) fn sent(bytes: &[u8]) -> What {
        What::Sent {
            length: bytes.len(),
            hex: shown(bytes),
        }
    }

    /// It was given these bytes.
    pub(super) fn received(bytes: &[u8]) -> What {
        What::Received {
            length: bytes.len(),
            hex: shown(bytes),
        }
    }
}

/// The first bytes of a message, in hexadecimal digits.
fn shown(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&bytes[..bytes.len().min(WORKSHOP_SHOWN)])
}
