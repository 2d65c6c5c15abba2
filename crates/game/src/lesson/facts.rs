//! The facts by which answers are judged.
//!
//! The server fills in what it knows; the lesson says what it cannot verify. Facts are not stored.

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use super::practice::PracticeLog;
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
    /// Which model answers of programs the pupil may read.
    pub models: Models,
}

/// The model answers of programs that a pupil may read once they have handed in their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// All: the pupil works without a teacher.
    #[default]
    All,
    /// Those of the questions with these ids, which the teacher has opened.
    Opened(Vec<Box<str>>),
}

impl Models {
    /// Whether the one of the question with this id may be read.
    pub fn has(&self, question: &str) -> bool {
        match self {
            Models::All => true,
            Models::Opened(ids) => ids.iter().any(|id| &**id == question),
        }
    }
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
