//! The room test: what the network lets each browser of a room do, and where the browsers are, as
//! seen from the server. Only the latest test is kept, in memory.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::addresses::is_of_class;
use game::address::Interface;
use game::engine::trial::{AskedPage, Ticket};
use game::limits::TRIAL_TIME;
use game::rules::RoomCode;

/// The number of a test, counted from the process's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunNumber(u64);

/// The outcome of one attempt, as far as a browser can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It works.
    Open,
    /// It failed at once.
    Refused,
    /// No answer came while the page waited.
    Silent,
    /// Another host answered in the server's place.
    Intercepted,
    /// Browsers refuse to connect to this port.
    Banned,
    /// The page can't try it, since it was loaded from an IPv6 address or over TLS.
    Untried,
}

/// A page's report. Only the server knows for sure whether the text protocol's port was reached.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// The attempt of a WebSocket, up to the greeting.
    pub websocket: Outcome,
    /// The attempt of a long poll, up to an answer.
    pub poll: Outcome,
    /// The attempt to reach the text protocol's port.
    pub port: Outcome,
    /// The attempts to reach the machines that it was given, in their order. Where nobody listens, a
    /// machine that is reached refuses.
    #[serde(default)]
    pub machines: Vec<Outcome>,
}

/// Where a browser is, judged by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// On the server's own machine.
    Here,
    /// In one of the server's networks.
    Same,
    /// In a network of the server's machine that only virtual machines and containers share.
    Virtual,
    /// Behind a router, at least.
    Other,
}

impl Network {
    /// Judges an address from a machine with these interfaces.
    pub fn of(address: IpAddr, interfaces: &[Interface]) -> Network {
        let address = address.to_canonical();
        let is_own = |it: &Interface| it.address == address;
        if address.is_loopback() || interfaces.iter().any(is_own) {
            return Network::Here;
        }
        let mut shared = interfaces.iter().filter(|it| it.network.contains(address));
        match shared.next() {
            None => Network::Other,
            Some(first) if is_of_class(&first.name) => Network::Same,
            Some(_) if shared.any(|it| is_of_class(&it.name)) => Network::Same,
            Some(_) => Network::Virtual,
        }
    }
}

/// A page that was asked, and its results so far.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The page's connection and ticket.
    pub page: AskedPage,
    /// The worker of its connection.
    pub worker: usize,
    /// Its report, once it has come.
    pub report: Option<Report>,
    /// Whether a proxy forwards its requests.
    pub relayed: bool,
    /// Whether its ticket reached the text protocol's port.
    pub reached: bool,
}

/// A test, as it is now.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether reports may still come.
    pub is_running: bool,
    /// The number of pages that were not asked, since there were too many.
    pub left_out: usize,
    /// The pages that were asked.
    pub tested: Vec<Tested>,
    /// The machines that this server has tried to reach.
    pub dialled: Vec<(IpAddr, Outcome)>,
}

struct Run {
    number: RunNumber,
    room: Option<RoomCode>,
    begun: Instant,
    left_out: usize,
    tested: Vec<Tested>,
    dialled: Vec<(IpAddr, Outcome)>,
}

impl Run {
    fn find(&mut self, ticket: Ticket) -> Option<&mut Tested> {
        self.tested.iter_mut().find(|it| it.page.ticket == ticket)
    }
}

/// The latest test, if there was one.
#[derive(Default)]
pub struct Trials(Mutex<(RunNumber, Option<Run>)>);

impl Trials {
    /// Begins a test of a room, or of the public hall, which replaces the previous one.
    pub fn begin(&self, room: Option<RoomCode>) -> RunNumber {
        let mut locked = self.locked();
        locked.0.0 += 1;
        let number = locked.0;
        locked.1 = Some(Run {
            number,
            room,
            begun: Instant::now(),
            left_out: 0,
            tested: Vec::new(),
            dialled: Vec::new(),
        });
        number
    }

    /// Adds the pages that a worker is about to ask.
    pub fn add(&self, run: RunNumber, worker: usize, pages: Vec<AskedPage>, left_out: usize) {
        let mut locked = self.locked();
        let Some(run) = locked.1.as_mut().filter(|it| it.number == run) else {
            return;
        };
        run.left_out += left_out;
        run.tested.extend(pages.into_iter().map(|page| Tested {
            page,
            worker,
            report: None,
            relayed: false,
            reached: false,
        }));
    }

    /// The machines that the pages of a run have been given, each once.
    pub fn machines(&self, run: RunNumber) -> Vec<IpAddr> {
        let locked = self.locked();
        let run = locked.1.as_ref().filter(|it| it.number == run);
        let tested = run.into_iter().flat_map(|run| &run.tested);
        let mut found: Vec<IpAddr> = tested.map(|it| it.page.peer.to_canonical()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Notes what came of this server's attempt to reach a machine.
    pub fn dialled(&self, run: RunNumber, machine: IpAddr, outcome: Outcome) {
        let mut locked = self.locked();
        if let Some(run) = locked.1.as_mut().filter(|it| it.number == run) {
            run.dialled.push((machine, outcome));
        }
    }

    /// Notes that a ticket reached the text protocol's port.
    pub fn reached(&self, ticket: Ticket) {
        let mut locked = self.locked();
        if let Some(tested) = locked.1.as_mut().and_then(|run| run.find(ticket)) {
            tested.reached = true;
        }
    }

    /// Takes a page's report, sent from this address and perhaps through a proxy. Only the first
    /// report counts. Returns whether the page was asked.
    pub fn report(&self, ticket: Ticket, mut report: Report, from: IpAddr, relayed: bool) -> bool {
        let mut locked = self.locked();
        let Some(tested) = locked.1.as_mut().and_then(|run| run.find(ticket)) else {
            return false;
        };
        // A request from another address than the WebSocket's was forwarded, unless the browser
        // uses IPv4 for one and IPv6 for the other.
        let (from, peer) = (from.to_canonical(), tested.page.peer.to_canonical());
        let is_elsewhere = from != peer && from.is_ipv4() == peer.is_ipv4();
        tested.relayed |= relayed || is_elsewhere;
        report.machines.truncate(tested.page.machines.len());
        tested.report.get_or_insert(report);
        true
    }

    /// The test of a room as it is now; `None` if the latest was another room's.
    pub fn look(&self, room: Option<RoomCode>) -> Option<Look> {
        let locked = self.locked();
        let run = locked.1.as_ref().filter(|run| run.room == room)?;
        let all_told = run.tested.iter().all(|it| it.report.is_some());
        Some(Look {
            is_running: !all_told && run.begun.elapsed() < TRIAL_TIME,
            left_out: run.left_out,
            tested: run.tested.clone(),
            dialled: run.dialled.clone(),
        })
    }

    fn locked(&self) -> MutexGuard<'_, (RunNumber, Option<Run>)> {
        self.0.lock().expect("no panic under this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::two_networks;

    #[test]
    fn an_address_shows_how_far_away_a_browser_is() {
        let mut interfaces = two_networks().to_vec();
        interfaces.push(Interface {
            name: "docker0".to_owned(),
            address: "172.17.0.1".parse().expect("an address"),
            network: "172.17.0.0/16".parse().expect("a network"),
        });
        let table = [
            ("127.0.0.1", Network::Here),
            ("::1", Network::Here),
            ("::ffff:127.0.0.1", Network::Here),
            ("192.168.1.10", Network::Here),
            ("192.168.1.77", Network::Same),
            ("::ffff:192.168.1.77", Network::Same),
            ("2001:db8::99", Network::Same),
            ("192.168.2.77", Network::Other),
            ("2001:db8:1::99", Network::Other),
            ("203.0.113.5", Network::Other),
            ("172.17.0.2", Network::Virtual),
        ];
        for (address, expected) in table {
            let address = address.parse().expect("an address");
            assert_eq!(Network::of(address, &interfaces), expected, "{address}");
        }
    }
}
