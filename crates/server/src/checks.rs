//! A run of the teacher's check: its servers, the threads that examine them, and what is known so
//! far. One run at a time; the latest stays until the next, and nothing of it outlives the process.
//!
//! It is the teacher who says which addresses, but this machine that connects: it goes to the
//! networks that it is in and nowhere else, and never to its own doors. A name is looked up once,
//! and what was found is what is judged and what is connected to.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use crate::addresses::interfaces;
use game::address::Interface;
use game::limits::CLASS_AT_ONCE;
use lab::check::class::{self, Asked, Examined};

/// Why a server of the list is not examined. Each is the id of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody knows the name.
    Unknown,
    /// It is in none of this machine's networks.
    Far,
    /// It is a door of this server.
    Own,
    /// The checker has failed.
    Broken,
}

impl Refusal {
    /// The phrase that says so.
    pub fn phrase(self) -> &'static str {
        match self {
            Refusal::Unknown => "checks-unknown",
            Refusal::Far => "checks-far",
            Refusal::Own => "checks-own",
            Refusal::Broken => "checks-broken",
        }
    }
}

/// How far a server of the list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn has not come.
    Waits,
    /// It is being examined: so many checks have begun.
    Runs(usize),
    /// It was examined.
    Done(Arc<Examined>),
    /// It is not examined.
    Refused(Refusal),
    /// The teacher did not want it any more.
    GivenUp,
}

/// A server of the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which.
    pub asked: Asked,
    /// How far.
    pub state: State,
}

/// A run, as it is now.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether something may still come.
    pub is_running: bool,
    /// Whether the teacher has given it up.
    pub is_given_up: bool,
    /// The servers, in the list's order.
    pub rows: Vec<Row>,
}

/// Why a run did not begin.
#[derive(Debug)]
pub enum NotBegun {
    /// Another one is not over.
    Busy,
    /// The system has no thread left.
    System(io::Error),
}

/// [`class::examine`], or what a test has in its place.
type Examine = fn(&Asked, Vec<SocketAddr>, &Arc<AtomicBool>, &mut dyn FnMut()) -> Examined;

struct Run {
    rows: Vec<Row>,
    /// Threads that examine.
    threads: usize,
    given_up: Arc<AtomicBool>,
}

/// The latest run.
pub struct Runs {
    /// The ports of this server's own doors.
    own: Vec<u16>,
    run: Mutex<Option<Run>>,
    is_ending: AtomicBool,
}

impl Runs {
    /// None yet.
    pub fn new(own: Vec<u16>) -> Runs {
        Runs {
            own,
            run: Mutex::new(None),
            is_ending: AtomicBool::new(false),
        }
    }

    /// Begins to examine these; what is known of the run before is forgotten.
    pub fn begin(self: &Arc<Self>, list: Vec<Asked>) -> Result<(), NotBegun> {
        self.start(list, class::examine)
    }

    fn start(self: &Arc<Self>, list: Vec<Asked>, examine: Examine) -> Result<(), NotBegun> {
        let mut locked = self.locked();
        let is_busy = locked.as_ref().is_some_and(|run| run.threads > 0);
        if is_busy || self.is_ending.load(Ordering::SeqCst) {
            return Err(NotBegun::Busy);
        }
        let rows = list.into_iter().map(|asked| Row {
            asked,
            state: State::Waits,
        });
        let mut run = Run {
            rows: rows.collect(),
            threads: 0,
            given_up: Arc::default(),
        };
        for number in 0..CLASS_AT_ONCE.min(run.rows.len()) {
            let (runs, given_up) = (self.clone(), run.given_up.clone());
            let started = thread::Builder::new()
                .name(format!("check {number}"))
                .spawn(move || runs.work(&given_up, examine));
            match started {
                Ok(_) => run.threads += 1,
                Err(error) if number == 0 => return Err(NotBegun::System(error)),
                // Fewer do it too.
                Err(_) => break,
            }
        }
        *locked = Some(run);
        Ok(())
    }

    /// Gives the run up: what is known so far stays.
    pub fn give_up(&self) {
        if let Some(run) = self.locked().as_mut() {
            run.given_up.store(true, Ordering::SeqCst);
            for row in &mut run.rows {
                if matches!(row.state, State::Waits | State::Runs(_)) {
                    row.state = State::GivenUp;
                }
            }
        }
    }

    /// Gives the run up, and lets none begin any more.
    pub fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
        self.give_up();
    }

    /// How it is going; none if there was none.
    pub fn look(&self) -> Option<Look> {
        let locked = self.locked();
        locked.as_ref().map(|run| Look {
            is_running: run.threads > 0,
            is_given_up: run.given_up.load(Ordering::SeqCst),
            rows: run.rows.clone(),
        })
    }

    /// One thread's part: the next server of the list, until there is none. A thread that was given
    /// up finds another run's rows never: none begins before the last thread has gone.
    fn work(&self, given_up: &Arc<AtomicBool>, examine: Examine) {
        while let Some((index, asked)) = self.next(given_up) {
            let row = || self.examine(index, &asked, given_up, examine);
            let state = catch_unwind(AssertUnwindSafe(row));
            let state = state.unwrap_or(State::Refused(Refusal::Broken));
            self.put(index, state);
        }
    }

    /// The next server whose turn has come; none counts the thread out.
    fn next(&self, given_up: &AtomicBool) -> Option<(usize, Asked)> {
        let mut locked = self.locked();
        let run = locked.as_mut()?;
        let mut rows = run.rows.iter_mut().enumerate();
        let waiting = rows.find(|(_, row)| row.state == State::Waits);
        match waiting.filter(|_| !given_up.load(Ordering::SeqCst)) {
            Some((index, row)) => {
                row.state = State::Runs(0);
                Some((index, row.asked.clone()))
            }
            None => {
                run.threads -= 1;
                None
            }
        }
    }

    fn examine(
        &self,
        index: usize,
        asked: &Asked,
        given_up: &Arc<AtomicBool>,
        examine: Examine,
    ) -> State {
        let found = (asked.host.as_str(), asked.port).to_socket_addrs();
        let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
        let allowed = match allowed(&found, &interfaces(), &self.own) {
            Ok(allowed) => allowed,
            Err(refusal) => return State::Refused(refusal),
        };
        let mut begun = 0;
        let mut tell = || {
            begun += 1;
            self.put(index, State::Runs(begun));
        };
        let examined = examine(asked, allowed, given_up, &mut tell);
        State::Done(Arc::new(examined))
    }

    /// How far that server is, unless it was given up.
    fn put(&self, index: usize, state: State) {
        let mut locked = self.locked();
        let row = locked.as_mut().and_then(|run| run.rows.get_mut(index));
        if let Some(row) = row.filter(|row| row.state != State::GivenUp) {
            row.state = state;
        }
    }

    fn locked(&self) -> MutexGuard<'_, Option<Run>> {
        self.run.lock().expect("nobody panics while holding it")
    }
}

/// Of these addresses those that may be examined: in networks of this machine, and no door of this
/// server.
fn allowed(
    found: &[SocketAddr],
    interfaces: &[Interface],
    own: &[u16],
) -> Result<Vec<SocketAddr>, Refusal> {
    if found.is_empty() {
        return Err(Refusal::Unknown);
    }
    let is_here = |ip: IpAddr| ip.is_loopback() || interfaces.iter().any(|it| it.address == ip);
    let is_near = |ip: IpAddr| is_here(ip) || interfaces.iter().any(|it| it.network.contains(ip));
    let canonical = |address: &SocketAddr| address.ip().to_canonical();
    let is_own = |it: &SocketAddr| is_here(canonical(it)) && own.contains(&it.port());
    if found.iter().any(is_own) {
        return Err(Refusal::Own);
    }
    let near = found.iter().filter(|it| is_near(canonical(it)));
    let near: Vec<SocketAddr> = near.copied().collect();
    match near.is_empty() {
        true => Err(Refusal::Far),
        false => Ok(near),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::two_networks;

    /// Protects other people's machines, and this server's players: whatever a list names, only this
    /// machine's networks are gone to, and never its own doors.
    #[test]
    fn only_neighbours_are_examined_and_never_this_server() {
        let interfaces = two_networks();
        let own = [50_000, 8080];
        let table: &[(&[&str], Result<usize, Refusal>)] = &[
            (&[], Err(Refusal::Unknown)),
            (&["127.0.0.1:50001"], Ok(1)),
            (&["127.0.0.1:50000"], Err(Refusal::Own)),
            (&["127.8.9.1:8080"], Err(Refusal::Own)),
            (&["[::1]:8080"], Err(Refusal::Own)),
            (&["[::ffff:127.0.0.1]:8080"], Err(Refusal::Own)),
            (&["192.168.1.10:50000"], Err(Refusal::Own)),
            (&["192.168.1.10:50001"], Ok(1)),
            (&["192.168.1.77:50000"], Ok(1)),
            (&["[::ffff:192.168.1.77]:50000"], Ok(1)),
            (&["[2001:db8::99]:50000"], Ok(1)),
            (&["[2001:db8::10]:50000"], Err(Refusal::Own)),
            (&["192.168.2.77:50000"], Err(Refusal::Far)),
            (&["0.0.0.0:50001"], Err(Refusal::Far)),
            (&["203.0.113.5:80"], Err(Refusal::Far)),
            (&["203.0.113.5:80", "192.168.1.77:80"], Ok(1)),
            (&["192.168.1.77:80", "127.0.0.1:8080"], Err(Refusal::Own)),
        ];
        for (texts, expected) in table {
            let found: Vec<SocketAddr> = texts
                .iter()
                .map(|text| text.parse().expect("an address"))
                .collect();
            let judged = allowed(&found, &interfaces, &own).map(|it| it.len());
            assert_eq!(judged, *expected, "{texts:?}");
        }
    }

    /// Protects the teacher from a checker that fails: the row says so, and the run ends.
    #[test]
    fn a_checker_that_panics_is_told_of() {
        let runs = Arc::new(Runs::new(Vec::new()));
        let asked = |port| Asked {
            name: "Ada".to_owned(),
            address: format!("127.0.0.1:{port}"),
            host: "127.0.0.1".to_owned(),
            port,
        };
        let list = (1..=20).map(asked).collect();
        let panics: Examine = |_, _, _, _| std::panic::resume_unwind(Box::new("quietly"));
        runs.start(list, panics).expect("begun");
        let look = loop {
            match runs.look().expect("a run") {
                look if look.is_running => thread::yield_now(),
                look => break look,
            }
        };
        assert!(!look.is_given_up);
        let broken = State::Refused(Refusal::Broken);
        assert!(look.rows.iter().all(|row| row.state == broken), "{look:?}");
    }
}
