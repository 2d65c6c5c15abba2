//! Supervises one program: a thread that reads what it prints, sees its end, and stops it when it goes
//! beyond a bound.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::proc::{self, Family, Process};
use super::terminal::Terminal;
use super::{Bound, Ended, all_tasks, kill, look_at_end};
use crate::trace::{Event, Log};
use game::limits::{PROGRAM_MEMORY, PROGRAM_OUTPUT, PROGRAM_PROCESSES};

/// The longest wait for something to happen.
const BEAT: Duration = Duration::from_millis(50);
/// Between two counts of memory and processes. At 5 GB/s, the fastest that a program fills memory,
/// the system's own bound holds before.
const COUNT: Duration = Duration::from_millis(200);

/// This many new tasks on the machine are a reason to count at once: the system's own bound on
/// processes does not hold for root, and a program that forks without end doubles in a moment.
const GROWTH: u64 = PROGRAM_PROCESSES as u64;

/// Once in this many counts, processes that hide from their parent are counted too, which takes a
/// look at every process of the machine.
const WHOLE: u32 = 8;

/// Tells the supervisor to end.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Asks the supervisor to end at its next look.
    pub fn now(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The thread's own.
#[derive(Debug)]
pub struct Supervisor {
    pub family: Family,
    pub terminal: Arc<Terminal>,
    pub log: Log,
    pub stop: Arc<Stop>,
}

impl Terminal {
    /// Whether the program has printed what was not read yet.
    fn has_output(&self) -> bool {
        let mut events = [PollFd::new(&self.seat, PollFlags::IN)];
        let now = Timespec::default();
        poll(&mut events, Some(&now)).is_ok() && events[0].revents().contains(PollFlags::IN)
    }

    /// Waits until all that the program has printed is written down.
    pub fn catch_up(&self) {
        let deadline = Instant::now() + BEAT;
        loop {
            let waits = {
                let _reading = self.reading.lock();
                self.has_output()
            };
            if !waits || Instant::now() >= deadline {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Supervisor {
    /// Until the program has ended and all that it printed is read, or it is stopped.
    pub fn run(self) {
        let handle = Pid::from_raw(self.family.leader)
            .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        let (mut counted, mut tasks) = (Instant::now(), all_tasks());
        let (mut printed, mut counts) = (0, 0_u32);
        while !self.stop.0.load(Ordering::Relaxed) {
            self.wait(handle.as_ref());
            // Before the output is read: what it printed last comes before its end.
            let ended = look_at_end(self.family.leader);
            printed += self.read();
            if let Some(ended) = ended {
                self.log.note(Event::Ended(ended));
                return self.keep_children();
            }
            let mut beyond = (printed > PROGRAM_OUTPUT).then_some(Bound::Output);
            if counted.elapsed() >= COUNT {
                (counted, tasks) = (Instant::now(), all_tasks());
                counts += 1;
                let whole = counts % WHOLE == 0;
                beyond = beyond.or_else(|| self.count(whole));
            } else if all_tasks() > tasks + GROWTH {
                tasks = all_tasks();
                beyond = beyond.or_else(|| self.count(false));
            }
            if let Some(bound) = beyond {
                kill(&self.family);
                return self.log.note(Event::Ended(Ended::Beyond(bound)));
            }
        }
    }

    /// What the first process has left behind has the same bounds, until it has gone or is stopped.
    fn keep_children(&self) {
        while !self.stop.0.load(Ordering::Relaxed) {
            let members = self.family.members();
            if members.is_empty() {
                return;
            }
            if beyond(&members).is_some() {
                return kill(&self.family);
            }
            thread::sleep(BEAT);
        }
    }

    /// Until the program prints or ends, or a beat has passed.
    fn wait(&self, handle: Option<&std::os::fd::OwnedFd>) {
        let mut events = vec![PollFd::new(&self.terminal.seat, PollFlags::IN)];
        events.extend(handle.map(|handle| PollFd::new(handle, PollFlags::IN)));
        let beat = Timespec::try_from(BEAT).expect("less than a second");
        // Interrupted or not, the loop looks again.
        let _ = poll(&mut events, Some(&beat));
        let hung_up = events[0].revents() == PollFlags::HUP;
        if hung_up {
            // The program has closed its terminal and lives on: no news will come from there.
            thread::sleep(BEAT);
        }
    }

    /// Reads all that waits, within the bound; how much it was.
    fn read(&self) -> usize {
        let mut buffer = [0; 4096];
        let mut total = 0;
        let _reading = self.terminal.reading.lock();
        while total <= PROGRAM_OUTPUT && self.terminal.has_output() {
            match (&self.terminal.seat).read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => {
                    self.log.note(Event::Printed(buffer[..length].to_vec()));
                    total += length;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The program has closed its side.
                Err(_) => break,
            }
        }
        total
    }

    fn count(&self, whole: bool) -> Option<Bound> {
        beyond(&match whole {
            true => self.family.members(),
            false => self.family.tree(),
        })
    }
}

fn beyond(members: &[Process]) -> Option<Bound> {
    match members.len() > PROGRAM_PROCESSES {
        true => Some(Bound::Processes),
        false => (proc::memory(members) > PROGRAM_MEMORY).then_some(Bound::Memory),
    }
}
