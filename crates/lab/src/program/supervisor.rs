//! Supervises one program: a thread that reads what it prints, sees its end, and stops it when it goes
//! beyond a bound.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use os::process::{Child, End, Terminal, Usage, tasks};

use super::{Bound, Ended};
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

/// A program's terminal: what it prints is taken by the supervisor alone.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal,
    /// Held while what was printed is taken and written down.
    reading: Mutex<()>,
}

impl Screen {
    /// The terminal of a program that has just been started.
    pub fn new(terminal: Terminal) -> Screen {
        Screen {
            terminal,
            reading: Mutex::new(()),
        }
    }

    /// Types a line. One that nobody will read is lost.
    pub fn type_line(&self, line: &str) {
        // The end of a program that has left its terminal is in the log.
        let _ = self.terminal.type_line(line);
    }

    /// Waits until all that the program has printed is written down.
    pub fn catch_up(&self) {
        let deadline = Instant::now() + BEAT;
        loop {
            let waits = {
                let _reading = self.held();
                self.terminal.has_output()
            };
            if !waits || Instant::now() >= deadline {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn held(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread's own.
#[derive(Debug)]
pub struct Supervisor {
    /// The program.
    pub child: Arc<Child>,
    /// Its terminal.
    pub screen: Arc<Screen>,
    /// Where its output and its end are written down.
    pub log: Log,
    /// Set when the program is stopped.
    pub stop: Arc<Stop>,
}

impl Supervisor {
    /// Runs until the program has ended and all that it printed is read, or it is stopped.
    pub fn run(self) {
        let (mut counted, mut known) = (Instant::now(), tasks());
        let (mut printed, mut counts) = (0, 0_u32);
        while !self.stop.0.load(Ordering::Relaxed) {
            self.child.wait(&self.screen.terminal, BEAT);
            // Before the output is read: what it printed last comes before its end.
            let ended = self.child.ended();
            printed += self.read();
            if let Some(end) = ended {
                self.log.note(Event::Ended(match end {
                    End::Status(status) => Ended::Status(status),
                    End::Signal(signal) => Ended::Signal(signal),
                }));
                return self.keep_children();
            }
            let mut exceeded = (printed > PROGRAM_OUTPUT).then_some(Bound::Output);
            if counted.elapsed() >= COUNT {
                (counted, known) = (Instant::now(), tasks());
                counts += 1;
                let usage = match counts % WHOLE == 0 {
                    true => self.child.whole_usage(),
                    false => self.child.usage(),
                };
                exceeded = exceeded.or(beyond(usage));
            } else if has_grown(known) {
                known = tasks();
                exceeded = exceeded.or(beyond(self.child.usage()));
            }
            if let Some(bound) = exceeded {
                self.child.kill();
                return self.log.note(Event::Ended(Ended::Beyond(bound)));
            }
        }
    }

    /// What the first process has left behind has the same bounds, until it has gone or is stopped.
    fn keep_children(&self) {
        while !self.stop.0.load(Ordering::Relaxed) {
            let usage = self.child.whole_usage();
            if usage.processes == 0 {
                return;
            }
            if beyond(usage).is_some() {
                return self.child.kill();
            }
            thread::sleep(BEAT);
        }
    }

    /// Reads all that waits, within the bound. Returns how many bytes it was.
    fn read(&self) -> usize {
        let mut buffer = [0; 4096];
        let mut total = 0;
        let _reading = self.screen.held();
        let terminal = &self.screen.terminal;
        while total <= PROGRAM_OUTPUT && terminal.has_output() {
            match terminal.read(&mut buffer) {
                // The program has closed its side.
                Ok(0) | Err(_) => break,
                Ok(length) => {
                    self.log.note(Event::Printed(buffer[..length].to_vec()));
                    total += length;
                }
            }
        }
        total
    }
}

/// Whether the machine has many more tasks than it had.
fn has_grown(known: Option<u64>) -> bool {
    known
        .zip(tasks())
        .is_some_and(|(then, now)| now > then + GROWTH)
}

fn beyond(usage: Usage) -> Option<Bound> {
    if usage.processes > PROGRAM_PROCESSES {
        Some(Bound::Processes)
    } else {
        (usage.memory > PROGRAM_MEMORY).then_some(Bound::Memory)
    }
}
