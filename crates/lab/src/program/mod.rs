//! A learner's program, started by the checker and kept within bounds.
//!
//! It runs in a session of its own, on a terminal of its own ([`os::process`]), in bounds of time,
//! memory, output and processes ([`supervisor`]). When it is dropped, everything that it started is
//! killed, and nothing else, also after a panic and after Ctrl-C. [`activity`] judges where it waits.
//!
//! A [`Host`] runs programs elsewhere, such as in a pupil's page; they are watched in the same way.

mod activity;
mod supervisor;

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use os::process::{Bounds, Child, Thread};

pub use crate::process::{Bound, Ended, Waits};
use crate::trace::{Event, Log};
pub use activity::Activity;
use game::limits::{PROGRAM_CPU_SECONDS, PROGRAM_FILE, PROGRAM_MEMORY, PROGRAM_PROCESSES};
use supervisor::{Screen, Stop, Supervisor};

/// Two looks that agree are so far apart: what was sent has reached the program by then.
const LOOK: Duration = Duration::from_millis(12);
/// A program that is given something and does not move in this time takes no notice of it.
const UNMOVED: Duration = Duration::from_millis(300);
/// The patience with a program that the machine keeps waiting.
const STARVED: u32 = 8;
/// Python prints where it was within this time after Ctrl-C.
const TRACEBACK: Duration = Duration::from_millis(700);

/// Starts a learner's program where this system can't: in a page.
pub trait Host: fmt::Debug + Send + Sync {
    /// Starts it from its beginning. All that it prints, and its end, is written to the log.
    ///
    /// # Errors
    /// It can't be started any more.
    fn start(&self, log: &Log) -> io::Result<Box<dyn Guest>>;
}

/// A program that a [`Host`] runs. Dropping it ends the program.
pub trait Guest: fmt::Debug {
    /// What each of its threads does now; none once it has ended.
    fn threads(&self) -> Vec<Thread>;

    /// How long it was in no call, since its start.
    fn busy(&self) -> Duration;

    /// Types a line on its keyboard.
    fn type_line(&self, line: &str);

    /// Waits until all that it has printed so far is in the log.
    fn catch_up(&self);

    /// Raises `KeyboardInterrupt` where it waits.
    fn interrupt(&self);

    /// Whether it holds a connection.
    fn is_connected(&self) -> bool;

    /// The addresses on which it waits for clients, as it knows them.
    fn listening(&self) -> Vec<SocketAddr>;

    /// An address of this machine that leads to its listener, the same as long as it listens
    /// anywhere.
    fn entrance(&self) -> Option<SocketAddr>;
}

/// The running program.
#[derive(Debug)]
pub struct Program {
    body: Body,
    log: Log,
}

#[derive(Debug)]
enum Body {
    Process(Process),
    Guest(Box<dyn Guest>),
}

/// A program that this system runs.
#[derive(Debug)]
struct Process {
    child: Arc<Child>,
    screen: Arc<Screen>,
    supervisor: Option<JoinHandle<()>>,
    stop: Arc<Stop>,
}

impl Program {
    /// Starts a command. All that happens to it is written to the log.
    pub fn start(command: &[OsString], log: &Log) -> io::Result<Program> {
        let (child, terminal) = Child::start(command, &environment(), &BOUNDS)?;
        log.note(Event::Started);
        let (child, screen) = (Arc::new(child), Arc::new(Screen::new(terminal)));
        let stop = Arc::new(Stop::default());
        let supervisor = Supervisor {
            child: child.clone(),
            screen: screen.clone(),
            log: log.clone(),
            stop: stop.clone(),
        };
        let process = Process {
            child,
            screen,
            supervisor: Some(thread::spawn(move || supervisor.run())),
            stop,
        };
        Ok(Program {
            body: Body::Process(process),
            log: log.clone(),
        })
    }

    /// Lets a host start its program. All that happens to it is written to the log.
    pub fn hosted(host: &dyn Host, log: &Log) -> io::Result<Program> {
        log.note(Event::Started);
        let guest = host.start(log)?;
        Ok(Program {
            body: Body::Guest(guest),
            log: log.clone(),
        })
    }

    /// Types a line on its keyboard.
    pub fn type_line(&self, line: &str) {
        self.log.note(Event::Typed(line.to_owned()));
        match &self.body {
            Body::Process(it) => it.screen.type_line(line),
            Body::Guest(it) => it.type_line(line),
        }
    }

    /// How it ended, if it did.
    pub fn ended(&self) -> Option<Ended> {
        self.log.look(|trace| trace.ended())
    }

    /// Waits until all that it has printed so far is in the log.
    pub fn catch_up(&self) {
        match &self.body {
            Body::Process(it) => it.screen.catch_up(),
            Body::Guest(it) => it.catch_up(),
        }
    }

    /// What it does right now.
    pub fn activity(&self) -> Activity {
        Activity::of(&match &self.body {
            Body::Process(it) => it.child.threads(),
            Body::Guest(it) => it.threads(),
        })
    }

    /// Waits until it has ended, or waits for somebody else and takes no more notice of what it was
    /// given; at most this time. The last look at it.
    ///
    /// `before` is a look from before it was given something: it must have moved since, or have
    /// had [`UNMOVED`] to do so.
    pub fn settle(&self, before: Option<&Activity>, time: Duration) -> Activity {
        let patience = Patience::new(self, time);
        let mut last = self.activity();
        while self.ended().is_none() && !patience.is_over(self) {
            thread::sleep(LOOK);
            let now = self.activity();
            let moved = before != Some(&now) || patience.started.elapsed() >= UNMOVED;
            if moved && now.is_settled() && now == last {
                return now;
            }
            last = now;
        }
        last
    }

    /// Processor time that all of it has used since its start, in what still runs. Of a guest, the
    /// time that it was in no call.
    pub fn cpu(&self) -> Duration {
        match &self.body {
            Body::Process(it) => it.child.usage().cpu,
            Body::Guest(it) => it.busy(),
        }
    }

    /// Whether it goes round and round: it wants the processor at nearly every look in this time,
    /// whether it gets it or not. Also the part of one processor that it had: 1 is all of it.
    pub fn spins(&self, during: Duration) -> (bool, f64) {
        let (before, started) = (self.cpu(), Instant::now());
        let (mut looks, mut runs) = (0, 0);
        while started.elapsed() < during {
            thread::sleep(LOOK);
            looks += 1;
            let now = self.activity();
            runs += usize::from(now.has(Waits::Runs) || now.has(Waits::Print));
        }
        let used = self.cpu().saturating_sub(before);
        let load = used.as_secs_f64() / started.elapsed().as_secs_f64();
        (runs * 10 >= looks * 9, load)
    }

    /// Whether it holds a connection, though its other end may be closed.
    pub fn is_connected(&self) -> bool {
        match &self.body {
            Body::Process(it) => it.child.is_connected(),
            Body::Guest(it) => it.is_connected(),
        }
    }

    /// The addresses on which it waits for clients.
    pub fn listening(&self) -> Vec<SocketAddr> {
        match &self.body {
            Body::Process(it) => it.child.listening(),
            Body::Guest(it) => it.listening(),
        }
    }

    /// Of a guest that listens, the address of this machine that leads to it.
    pub fn entrance(&self) -> Option<SocketAddr> {
        match &self.body {
            Body::Process(_) => None,
            Body::Guest(it) => it.entrance(),
        }
    }

    /// Whether a host runs it.
    pub fn is_guest(&self) -> bool {
        matches!(self.body, Body::Guest(_))
    }

    /// Lets another listener share the addresses on which it waits for clients.
    ///
    /// # Errors
    /// The system does not lend its sockets.
    pub fn share_listeners(&self) -> io::Result<()> {
        match &self.body {
            Body::Process(it) => it.child.share_listeners(),
            Body::Guest(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Sends it Ctrl-C, so that Python says on which line it is, and what it printed then.
    pub fn interrupt(&self) -> String {
        let mark = self.log.mark();
        self.log.note(Event::Interrupted);
        match &self.body {
            Body::Process(it) => it.child.interrupt(),
            Body::Guest(it) => it.interrupt(),
        }
        let ended = |trace: &crate::trace::Trace| trace.ended().map(|_| ());
        let _ = self.log.wait(Instant::now() + TRACEBACK, ended);
        self.log.look(|trace| trace.printed_since(mark))
    }

    /// Kills what is left of it, and waits until nothing is.
    pub fn stop(self) {
        drop(self);
    }
}

/// A time that a program may take. One that would run, but does not get the processor on a busy
/// machine, has up to [`STARVED`] times as long.
#[derive(Debug)]
pub struct Patience {
    started: Instant,
    used: Duration,
    time: Duration,
}

impl Patience {
    /// From now on.
    pub fn new(program: &Program, time: Duration) -> Patience {
        Patience {
            started: Instant::now(),
            used: program.cpu(),
            time,
        }
    }

    /// Whether it has had its time.
    pub fn is_over(&self, program: &Program) -> bool {
        let passed = self.started.elapsed();
        if passed < self.time || passed >= self.time * STARVED {
            return passed >= self.time;
        }
        let own = program.cpu().saturating_sub(self.used);
        own >= self.time / 2 || program.activity().telling() != Some(Waits::Runs)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.log.note(Event::Stopped);
        }
        if let Body::Process(process) = &mut self.body {
            process.stop.now();
            process.child.kill();
            if let Some(supervisor) = process.supervisor.take() {
                // A supervisor that panicked supervises nothing any more.
                let _ = supervisor.join();
            }
        }
    }
}

/// What each process of a program may use.
const BOUNDS: Bounds = Bounds {
    cpu_seconds: PROGRAM_CPU_SECONDS,
    memory: PROGRAM_MEMORY,
    file: PROGRAM_FILE,
    processes: PROGRAM_PROCESSES as u64,
};

/// The addresses to which a program connects, which is started once more for it. `None` where the system
/// does not tell.
pub fn dials(command: &[OsString], time: Duration) -> Option<Vec<SocketAddr>> {
    os::process::dials(command, &environment(), &BOUNDS, time)
}

/// What a program's surroundings are: its output comes at once and without colours, its text is
/// UTF-8, and it leaves no files behind.
fn environment() -> Vec<(&'static str, &'static str)> {
    let mut variables = vec![
        ("TERM", "dumb"),
        ("NO_COLOR", "1"),
        ("PYTHON_COLORS", "0"),
        ("PYTHONUNBUFFERED", "1"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    let utf8 = |name| {
        let value: Option<String> = std::env::var(name).ok().filter(|it| !it.is_empty());
        value.map(|value| value.to_lowercase().contains("utf"))
    };
    let decided = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(utf8);
    if decided != Some(true) {
        variables.push(("LC_ALL", "C.UTF-8"));
    }
    variables
}
