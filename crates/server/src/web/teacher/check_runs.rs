//! A run of the teacher's check: its servers, the threads that examine them, and the results so far.
//! One run at a time. The latest is kept until the next begins, in memory only.
//!
//! The teacher gives the addresses, but this machine connects: only to addresses in its own
//! networks, and never to its own listeners. A name is resolved once, and the addresses found are
//! both those that are judged and those that are connected to.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use crate::addresses::interfaces;
use game::address::Interface;
use game::limits::CLASS_AT_ONCE;
use lab::check::class::{self, Asked, Examined};

/// Why a server of the list is not examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// The name does not resolve.
    Unknown,
    /// It is in none of this machine's networks.
    Far,
    /// It is a listener of this server.
    Own,
    /// The examination panicked.
    Broken,
}

impl SkipReason {
    /// The phrase's id.
    pub fn phrase(self) -> &'static str {
        match self {
            SkipReason::Unknown => "checks-unknown",
            SkipReason::Far => "checks-far",
            SkipReason::Own => "checks-own",
            SkipReason::Broken => "checks-broken",
        }
    }
}

/// The state of a server of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its turn has not come.
    Waits,
    /// It is being examined; the number of checks begun.
    Runs(usize),
    /// It was examined.
    Done(Arc<Examined>),
    /// It is not examined.
    Skipped(SkipReason),
    /// The teacher cancelled the run before its end.
    Cancelled,
}

/// A server of the list.
#[derive(Clone, Debug)]
pub struct Row {
    /// The server, as the list names it.
    pub asked: Asked,
    pub state: State,
}

/// A run, as it is now.
#[derive(Clone, Debug)]
pub struct Look {
    /// Whether results may still change.
    pub is_running: bool,
    /// Whether the teacher cancelled it.
    pub is_cancelled: bool,
    /// The servers, in the list's order.
    pub rows: Vec<Row>,
}

/// Why a run did not begin.
#[derive(Debug)]
pub enum NotBegun {
    /// Another one is running, or the server is stopping.
    Running,
    /// The system has no thread left.
    NoThread,
}

/// [`class::examine`], or a test's replacement.
type Examine = fn(&Asked, Vec<SocketAddr>, &Arc<AtomicBool>, &mut dyn FnMut()) -> Examined;

struct Run {
    rows: Vec<Row>,
    /// The number of threads that examine.
    threads: usize,
    cancelled: Arc<AtomicBool>,
}

/// The latest run, if there was one.
pub struct Runs {
    /// The ports of this server's own listeners.
    own: Vec<u16>,
    run: Mutex<Option<Run>>,
    is_ending: AtomicBool,
}

impl Runs {
    /// No run yet, on a server with these ports.
    pub fn new(own: Vec<u16>) -> Runs {
        Runs {
            own,
            run: Mutex::new(None),
            is_ending: AtomicBool::new(false),
        }
    }

    /// Begins a run, which replaces the previous one.
    ///
    /// # Errors
    ///
    /// If a run is not over, the server is stopping, or the system has no thread.
    pub fn begin(self: &Arc<Self>, list: Vec<Asked>) -> Result<(), NotBegun> {
        self.start(list, class::examine)
    }

    fn start(self: &Arc<Self>, list: Vec<Asked>, examine: Examine) -> Result<(), NotBegun> {
        let mut locked = self.lock();
        let is_busy = locked.as_ref().is_some_and(|run| run.threads > 0);
        if is_busy || self.is_ending.load(Ordering::SeqCst) {
            return Err(NotBegun::Running);
        }
        let rows = list.into_iter().map(|asked| Row {
            asked,
            state: State::Waits,
        });
        let mut run = Run {
            rows: rows.collect(),
            threads: 0,
            cancelled: Arc::default(),
        };
        for number in 0..CLASS_AT_ONCE.min(run.rows.len()) {
            let (runs, cancelled) = (self.clone(), run.cancelled.clone());
            let started = thread::Builder::new()
                .name(format!("check {number}"))
                .spawn(move || runs.work(&cancelled, examine));
            match started {
                Ok(_) => run.threads += 1,
                Err(_) if number == 0 => return Err(NotBegun::NoThread),
                // Fewer threads suffice.
                Err(_) => break,
            }
        }
        *locked = Some(run);
        Ok(())
    }

    /// Cancels the run. Its results so far are kept.
    pub fn cancel(&self) {
        if let Some(run) = self.lock().as_mut() {
            run.cancelled.store(true, Ordering::SeqCst);
            for row in &mut run.rows {
                if matches!(row.state, State::Waits | State::Runs(_)) {
                    row.state = State::Cancelled;
                }
            }
        }
    }

    /// Cancels the run, and allows no other.
    pub fn end(&self) {
        self.is_ending.store(true, Ordering::SeqCst);
        self.cancel();
    }

    /// The latest run as it is now; `None` if there was none.
    pub fn look(&self) -> Option<Look> {
        let locked = self.lock();
        locked.as_ref().map(|run| Look {
            is_running: run.threads > 0,
            is_cancelled: run.cancelled.load(Ordering::SeqCst),
            rows: run.rows.clone(),
        })
    }

    /// Examines one server of the list after another, until none waits. A cancelled thread never
    /// sees another run's rows: no run begins before the last thread has ended.
    fn work(&self, cancelled: &Arc<AtomicBool>, examine: Examine) {
        while let Some((index, asked)) = self.next(cancelled) {
            let row = || self.examine(index, &asked, cancelled, examine);
            let state = catch_unwind(AssertUnwindSafe(row));
            let state = state.unwrap_or(State::Skipped(SkipReason::Broken));
            self.put(index, state);
        }
    }

    /// The next server that waits. If there is none, the thread no longer counts as running.
    fn next(&self, cancelled: &AtomicBool) -> Option<(usize, Asked)> {
        let mut locked = self.lock();
        let run = locked.as_mut()?;
        let mut rows = run.rows.iter_mut().enumerate();
        let waiting = rows.find(|(_, row)| row.state == State::Waits);
        match waiting.filter(|_| !cancelled.load(Ordering::SeqCst)) {
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
        cancelled: &Arc<AtomicBool>,
        examine: Examine,
    ) -> State {
        let found = (asked.host.as_str(), asked.port).to_socket_addrs();
        let found: Vec<SocketAddr> = found.map(Iterator::collect).unwrap_or_default();
        let allowed = match allowed(&found, &interfaces(), &self.own) {
            Ok(allowed) => allowed,
            Err(reason) => return State::Skipped(reason),
        };
        let mut begun = 0;
        let mut tell = || {
            begun += 1;
            self.put(index, State::Runs(begun));
        };
        let examined = examine(asked, allowed, cancelled, &mut tell);
        State::Done(Arc::new(examined))
    }

    /// Sets a server's state, unless it was cancelled.
    fn put(&self, index: usize, state: State) {
        let mut locked = self.lock();
        let row = locked.as_mut().and_then(|run| run.rows.get_mut(index));
        if let Some(row) = row.filter(|row| row.state != State::Cancelled) {
            row.state = state;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Run>> {
        self.run.lock().expect("no panic under this lock")
    }
}

/// The addresses among `found` that may be examined.
///
/// # Errors
///
/// If there is none, all are outside of this machine's networks, or one is a listener of this server.
fn allowed(
    found: &[SocketAddr],
    interfaces: &[Interface],
    own: &[u16],
) -> Result<Vec<SocketAddr>, SkipReason> {
    if found.is_empty() {
        return Err(SkipReason::Unknown);
    }
    let is_here = |ip: IpAddr| ip.is_loopback() || interfaces.iter().any(|it| it.address == ip);
    let is_near = |ip: IpAddr| is_here(ip) || interfaces.iter().any(|it| it.network.contains(ip));
    let canonical = |address: &SocketAddr| address.ip().to_canonical();
    let is_own = |it: &SocketAddr| is_here(canonical(it)) && own.contains(&it.port());
    if found.iter().any(is_own) {
        return Err(SkipReason::Own);
    }
    let near = found.iter().filter(|it| is_near(canonical(it)));
    let near: Vec<SocketAddr> = near.copied().collect();
    match near.is_empty() {
        true => Err(SkipReason::Far),
        false => Ok(near),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addresses::two_networks;

    /// Protects other people's machines, and this server's players: whatever a list names, only
    /// addresses in this machine's networks are examined, and never its own listeners.
    #[test]
    fn only_neighbours_are_examined_and_never_this_server() {
        let interfaces = two_networks();
        let own = [50_000, 8080];
        let table: &[(&[&str], Result<usize, SkipReason>)] = &[
            (&[], Err(SkipReason::Unknown)),
            (&["127.0.0.1:50001"], Ok(1)),
            (&["127.0.0.1:50000"], Err(SkipReason::Own)),
            (&["127.8.9.1:8080"], Err(SkipReason::Own)),
            (&["[::1]:8080"], Err(SkipReason::Own)),
            (&["[::ffff:127.0.0.1]:8080"], Err(SkipReason::Own)),
            (&["192.168.1.10:50000"], Err(SkipReason::Own)),
            (&["192.168.1.10:50001"], Ok(1)),
            (&["192.168.1.77:50000"], Ok(1)),
            (&["[::ffff:192.168.1.77]:50000"], Ok(1)),
            (&["[2001:db8::99]:50000"], Ok(1)),
            (&["[2001:db8::10]:50000"], Err(SkipReason::Own)),
            (&["192.168.2.77:50000"], Err(SkipReason::Far)),
            (&["0.0.0.0:50001"], Err(SkipReason::Far)),
            (&["203.0.113.5:80"], Err(SkipReason::Far)),
            (&["203.0.113.5:80", "192.168.1.77:80"], Ok(1)),
            (&["192.168.1.77:80", "127.0.0.1:8080"], Err(SkipReason::Own)),
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

    /// Protects the teacher from a fault of the examination: the row says so, and the run ends.
    #[test]
    fn an_examination_that_panics_is_reported() {
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
        assert!(!look.is_cancelled);
        let broken = State::Skipped(SkipReason::Broken);
        assert!(look.rows.iter().all(|row| row.state == broken), "{look:?}");
    }
}
