//! The room test: what the network lets each browser of a room do, and how their addresses look
//! from here. One test at a time, the latest, and nothing of it outlives the process.

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use game::address::Interface;
use game::engine::trial::{AskedPage, Ticket};
use game::limits::TRIAL_TIME;
use game::rules::RoomCode;

/// Which of this process's tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunNumber(u64);

/// What came of one try, as far as a browser can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It works.
    Open,
    /// It failed at once.
    Refused,
    /// Nothing came, for as long as the page waited.
    Silent,
    /// Somebody else has answered in the server's place.
    Intercepted,
    /// Browsers do not go to this port at all.
    Banned,
    /// This page may not try it: it came by an IPv6 address, or through encryption.
    Untried,
}

/// What a page reports. Whether the text door was reached only this server knows for sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// A WebSocket, up to the greeting.
    pub websocket: Outcome,
    /// Requests that wait, up to an answer.
    pub poll: Outcome,
    /// The text door.
    pub port: Outcome,
}

/// Where a browser is, as its address tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Network {
    /// On the server's own machine.
    Here,
    /// In a network that the server is in too.
    Same,
    /// Behind a router, at least.
    Other,
}

impl Network {
    /// Where this address is, seen from a machine with these interfaces.
    pub fn of(address: IpAddr, interfaces: &[Interface]) -> Network {
        let address = address.to_canonical();
        let is_own = |it: &Interface| it.address == address;
        if address.is_loopback() || interfaces.iter().any(is_own) {
            return Network::Here;
        }
        match interfaces.iter().any(|it| it.network.contains(address)) {
            true => Network::Same,
            false => Network::Other,
        }
    }
}

/// One page that was asked, and what is known of it.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The page.
    pub page: AskedPage,
    /// The worker that has its connection.
    pub worker: usize,
    /// What it reports, once it has.
    pub report: Option<Report>,
    /// Whether its report came through a proxy.
    pub relayed: bool,
    /// Whether its ticket came to the text door.
    pub reached: bool,
}

/// A test, as it is now.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether reports may still come.
    pub is_running: bool,
    /// Pages that were too many to be asked.
    pub left_out: usize,
    /// The others.
    pub tested: Vec<Tested>,
}

struct Run {
    number: RunNumber,
    room: Option<RoomCode>,
    begun: Instant,
    left_out: usize,
    tested: Vec<Tested>,
}

impl Run {
    fn find(&mut self, ticket: Ticket) -> Option<&mut Tested> {
        self.tested.iter_mut().find(|it| it.page.ticket == ticket)
    }
}

/// The latest test.
#[derive(Default)]
pub struct Trials(Mutex<(RunNumber, Option<Run>)>);

impl Trials {
    /// Begins a test of a room, or of the public hall; the one before is forgotten.
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
        });
        number
    }

    /// Pages of a worker are about to be asked.
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

    /// A ticket came to the text door.
    pub fn reached(&self, ticket: Ticket) {
        let mut locked = self.locked();
        if let Some(tested) = locked.1.as_mut().and_then(|run| run.find(ticket)) {
            tested.reached = true;
        }
    }

    /// A page reports, from this address, perhaps through a proxy. The first report counts. False:
    /// it was not asked.
    pub fn report(&self, ticket: Ticket, report: Report, from: IpAddr, relayed: bool) -> bool {
        let mut locked = self.locked();
        let Some(tested) = locked.1.as_mut().and_then(|run| run.find(ticket)) else {
            return false;
        };
        // Its requests come from elsewhere than its WebSocket: something sends them on. (A browser
        // may well take IPv4 for one and IPv6 for the other.)
        let (from, peer) = (from.to_canonical(), tested.page.peer.to_canonical());
        let is_elsewhere = from != peer && from.is_ipv4() == peer.is_ipv4();
        tested.relayed |= relayed || is_elsewhere;
        tested.report.get_or_insert(report);
        true
    }

    /// How the test of a room is going; none if the latest was another's.
    pub fn look(&self, room: Option<RoomCode>) -> Option<Look> {
        let locked = self.locked();
        let run = locked.1.as_ref().filter(|run| run.room == room)?;
        let all_told = run.tested.iter().all(|it| it.report.is_some());
        Some(Look {
            is_running: !all_told && run.begun.elapsed() < TRIAL_TIME,
            left_out: run.left_out,
            tested: run.tested.clone(),
        })
    }

    fn locked(&self) -> MutexGuard<'_, (RunNumber, Option<Run>)> {
        self.0.lock().expect("nobody panics while holding it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::two_networks;

    #[test]
    fn an_address_tells_how_far_a_browser_is() {
        let interfaces = two_networks();
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
        ];
        for (address, expected) in table {
            let address = address.parse().expect("an address");
            assert_eq!(Network::of(address, &interfaces), expected, "{address}");
        }
    }
}
