//! The facts by which answers are judged.
//!
//! The server fills in what it knows; the lesson says what it cannot verify. Facts are not stored.

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use crate::address::Interface;

/// What is known about a pupil and the network at this moment.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The address from which the pupil's requests come.
    pub seen: Option<IpAddr>,
    /// Whether a proxy forwarded a request (`Via`, `Forwarded`, `X-Forwarded-For`).
    pub proxied: bool,
    /// The server's own addresses.
    pub server: Vec<Interface>,
    /// The other pupils of the room. The page proposes the first as the neighbour.
    pub neighbours: Vec<Neighbour>,
    /// The teacher's name for the school's server (`--local-name`); `None` for the lesson's.
    pub local_name: Option<String>,
    /// How the server resolved the names of [`Lesson::names`](super::Lesson::names).
    pub names: BTreeMap<String, Resolved>,
    /// The log of the pupil's practice port since this question began; `None` before the pupil
    /// opened the port.
    pub practice: Option<PracticeLog>,
    /// The number of rounds of the game that the pupil has won.
    pub wins: u32,
}

/// Another pupil of the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Their name in the room.
    pub name: String,
    /// The address from which their requests come.
    pub seen: IpAddr,
}

/// The result of resolving a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// The name has these addresses.
    Found {
        /// The addresses, at least one.
        addresses: Vec<IpAddr>,
        /// Where they come from.
        how: NameSource,
        /// How long it took, in milliseconds.
        ms: f64,
    },
    /// The name could not be resolved; the sentence says why.
    Failed(String),
}

/// Where the addresses of a name come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// A name server.
    Server(SocketAddr),
    /// The server's own file of names.
    Hosts,
    /// The standard: `localhost` is always the machine itself.
    Standard,
}

/// What happened at a pupil's practice port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PracticeLog {
    /// The latest events of all connections, in order, at most
    /// [`PRACTICE_EVENTS`](crate::limits::PRACTICE_EVENTS).
    pub events: Vec<PracticeEvent>,
}

/// An event at a practice port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PracticeEvent {
    /// A program connected.
    Connected {
        /// The time of day, as the page shows it: `10:42:03`.
        at: String,
        /// The program's port.
        from: u16,
    },
    /// The server sent this message, in one send.
    Said(String),
    /// The program sent these bytes, as one receive returned them.
    Sent(Vec<u8>),
    /// It is the program's turn, and nothing has arrived for this many seconds. A later such event
    /// replaces it.
    Silent(u32),
    /// The program closed the connection.
    Closed,
    /// The connection broke, as when a program is killed.
    Broke,
}

impl Facts {
    /// The address from which requests come; an IPv4-mapped one as IPv4.
    pub fn seen(&self) -> Option<IpAddr> {
        self.seen.map(|address| address.to_canonical())
    }

    /// Whether this is one of the server's addresses.
    pub fn is_server(&self, address: IpAddr) -> bool {
        self.server.iter().any(|it| it.address == address)
    }

    /// Whether requests from there come from the server's own machine.
    pub fn is_here(&self, seen: IpAddr) -> bool {
        seen.is_loopback() || self.is_server(seen)
    }

    /// The server's network that contains all these addresses, loopback excluded.
    pub fn network(&self, addresses: &[IpAddr]) -> Option<crate::address::prefix::Prefix> {
        let mut networks = self.server.iter().map(|it| (it.address, it.network));
        let found = networks.find(|(own, network)| {
            !own.is_loopback() && addresses.iter().all(|it| network.contains(*it))
        });
        found.map(|(_, network)| network)
    }

    /// The pupil's and the neighbour's address, if they can be compared: different, of one family,
    /// and not loopback.
    pub fn pair(&self) -> Option<(IpAddr, IpAddr)> {
        let mine = self.seen()?;
        let theirs = self.neighbours.first()?.seen.to_canonical();
        let differ = mine != theirs && mine.is_ipv4() == theirs.is_ipv4();
        let real = !mine.is_loopback() && !theirs.is_loopback();
        (differ && real).then_some((mine, theirs))
    }
}
