//! What is true here and now, which the server sees and the lesson judges by.
//!
//! Whoever asks for a judgement fills in what is known; what is not known is left out, and the
//! lesson says what it can't verify. None of this is kept.

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use crate::address::Interface;

/// What is known about a pupil and the network at this moment.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The address from which the pupil's requests come.
    pub seen: Option<IpAddr>,
    /// Whether a request says that a proxy passed it on (`Via`, `Forwarded`, `X-Forwarded-For`).
    pub proxied: bool,
    /// The server's own addresses.
    pub server: Vec<Interface>,
    /// The other pupils of the room; the first is the one that the page proposes as the neighbour.
    pub neighbours: Vec<Neighbour>,
    /// The name that stands for the school's own server (`--local-name`), else the lesson's own.
    pub local_name: Option<String>,
    /// The names of [`Lesson::names`](super::Lesson::names), as the server resolved them.
    pub names: BTreeMap<String, Resolved>,
    /// The practice port, once the pupil has opened it: what was seen there since this question
    /// was begun.
    pub practice: Option<PracticeLog>,
    /// Rounds of the game that the pupil has won.
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

/// What became of a name.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// It leads to these addresses.
    Found {
        /// At least one.
        addresses: Vec<IpAddr>,
        /// Who said so.
        how: NameSource,
        /// In how many milliseconds.
        ms: f64,
    },
    /// It leads nowhere from here: the sentence that says why.
    Failed(String),
}

/// Who knew a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameSource {
    /// A name server.
    Server(SocketAddr),
    /// The server's own file of names.
    Hosts,
    /// The standard: `localhost` is always the machine itself.
    Standard,
}

/// What was seen at a pupil's practice port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PracticeLog {
    /// Of all connections in the order in which it happened, at most
    /// [`PRACTICE_EVENTS`](crate::limits::PRACTICE_EVENTS), the latest.
    pub events: Vec<PracticeEvent>,
}

/// Something that happened at a practice port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PracticeEvent {
    /// A program connected.
    Connected {
        /// The time of day, as the page shows it: `10:42:03`.
        at: String,
        /// From which port.
        from: u16,
    },
    /// The server sent this message, in one piece.
    Said(String),
    /// The program sent this, as one receive got it.
    Sent(Vec<u8>),
    /// It is the program's turn, and nothing has come for so many seconds. Only the latest such
    /// event is worth keeping.
    Silent(u32),
    /// It closed the connection.
    Closed,
    /// The connection broke, as when a program is killed.
    Broke,
}

impl Facts {
    /// The address from which requests come, as IPv4 where IPv6 only carries it.
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

    /// The server's network in which all of these are, the loopback apart.
    pub fn network(&self, addresses: &[IpAddr]) -> Option<crate::address::prefix::Prefix> {
        let mut networks = self.server.iter().map(|it| (it.address, it.network));
        let found = networks.find(|(own, network)| {
            !own.is_loopback() && addresses.iter().all(|it| network.contains(*it))
        });
        found.map(|(_, network)| network)
    }

    /// The pupil's address and the neighbour's, if they can be compared: of one family, different,
    /// and not the loopback.
    pub fn pair(&self) -> Option<(IpAddr, IpAddr)> {
        let mine = self.seen()?;
        let theirs = self.neighbours.first()?.seen.to_canonical();
        let differ = mine != theirs && mine.is_ipv4() == theirs.is_ipv4();
        let real = !mine.is_loopback() && !theirs.is_loopback();
        (differ && real).then_some((mine, theirs))
    }
}
