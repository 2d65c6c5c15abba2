//! A learner's program, started by the checker and kept within bounds.
//!
//! It runs in a process group of its own, on a terminal of its own ([`terminal`]), in bounds of
//! time, memory, output and processes ([`supervisor`]). When it is dropped, whatever it started is
//! killed, and nothing else: its group, and what left the group but carries its mark ([`proc`]).
//! That holds for a panic and for Ctrl-C too ([`interrupts`]). [`waits`] says where it waits.

mod interrupts;
pub mod proc;
pub mod sockets;
mod supervisor;
mod terminal;
pub mod waits;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, kill_process_group, prlimit, waitid,
};

pub use crate::process::{Bound, Ended, Waits};
use crate::trace::{Event, Log};
use game::limits::{PROGRAM_CPU_SECONDS, PROGRAM_FILE, PROGRAM_MEMORY, PROGRAM_PROCESSES};
use proc::Family;
use sockets::Sockets;
use terminal::Terminal;
pub use waits::Activity;

/// Two looks that agree are so far apart: what was sent has reached the program by then.
const LOOK: Duration = Duration::from_millis(12);
/// A program that is given something and does not move in this time takes no notice of it.
const UNMOVED: Duration = Duration::from_millis(300);
/// The patience with a program that the machine keeps waiting.
const STARVED: u32 = 8;
/// Python prints where it was within this time after Ctrl-C.
const TRACEBACK: Duration = Duration::from_millis(700);

/// The running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    family: Family,
    terminal: Arc<Terminal>,
    supervisor: Option<JoinHandle<()>>,
    stop: Arc<supervisor::Stop>,
    sockets: Sockets,
    log: Log,
}

impl Program {
    /// Starts a command. All that happens to it is written to the log.
    pub fn start(command: &[OsString], log: &Log) -> io::Result<Program> {
        let (name, arguments) = command.split_first().ok_or(io::ErrorKind::NotFound)?;
        let (terminal, side) = Terminal::open()?;
        let terminal = Arc::new(terminal);
        let mark = mark()?;
        let mut command = Command::new(name);
        command
            .args(arguments)
            .stdin(Stdio::from(side.try_clone()?))
            .stdout(Stdio::from(side.try_clone()?))
            .stderr(Stdio::from(side))
            .process_group(0)
            .envs(environment())
            .env(proc::MARK, &mark);
        let (child, family) = interrupts::start(|| {
            let child = command.spawn()?;
            let family = Family::of(pid(&child), mark);
            Ok((child, family))
        })?;
        // The command holds the program's side of the terminal: it must close, so that the end of
        // the program is the end of its output.
        drop(command);
        bound(&child);
        log.note(Event::Started);
        let stop = Arc::new(supervisor::Stop::default());
        let supervisor = supervisor::Supervisor {
            family: family.clone(),
            terminal: terminal.clone(),
            log: log.clone(),
            stop: stop.clone(),
        };
        Ok(Program {
            child,
            family,
            terminal,
            supervisor: Some(thread::spawn(move || supervisor.run())),
            stop,
            sockets: Sockets::default(),
            log: log.clone(),
        })
    }

    /// Types a line on its keyboard.
    pub fn type_line(&self, line: &str) {
        self.log.note(Event::Typed(line.to_owned()));
        // A terminal that the program has left takes nothing; its end is in the log.
        let _ = self.terminal.type_line(line);
    }

    /// How it ended, if it did.
    pub fn ended(&self) -> Option<Ended> {
        self.log.look(|trace| trace.ended())
    }

    /// Waits until all that it has printed so far is in the log.
    pub fn catch_up(&self) {
        self.terminal.catch_up();
    }

    /// What it does right now.
    pub fn activity(&self) -> Activity {
        Activity::of(&self.family.tree(), &self.sockets)
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

    /// Processor time that all of it has used since its start, in what still runs.
    pub fn cpu(&self) -> Duration {
        proc::cpu(&self.family.tree())
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
        sockets::connected(&self.pids())
    }

    /// The addresses on which it waits for clients.
    pub fn listening(&self) -> Vec<SocketAddr> {
        sockets::listening(&self.pids())
    }

    fn pids(&self) -> Vec<i32> {
        let members = self.family.members();
        members.iter().map(|process| process.pid).collect()
    }

    /// Sends it Ctrl-C, so that Python says on which line it is, and what it printed then.
    pub fn interrupt(&self) -> String {
        let mark = self.log.mark();
        self.log.note(Event::Interrupted);
        if let Some(group) = Pid::from_raw(self.family.leader) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::INT);
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
        self.stop.now();
        kill(&self.family);
        if let Some(supervisor) = self.supervisor.take() {
            // A supervisor that panicked supervises nothing any more.
            let _ = supervisor.join();
        }
        // Its number is its own until here: it was not waited for before, and nobody kills any more.
        let _ = self.child.wait();
        interrupts::stopped(&self.family);
    }
}

/// Kills all of a family. Its first process must not have been waited for.
fn kill(family: &Family) {
    if let Some(group) = Pid::from_raw(family.leader) {
        // It may be gone.
        let _ = kill_process_group(group, Signal::KILL);
    }
    // Again while something was born meanwhile; killed ones take a moment to go.
    for _ in 0..200 {
        family.sweep();
        if family.members().is_empty() {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// How the first process ended, if it did. It stays to be waited for.
fn look_at_end(leader: i32) -> Option<Ended> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let status = waitid(WaitId::Pid(Pid::from_raw(leader)?), options).ok()??;
    match (status.exit_status(), status.terminating_signal()) {
        (Some(status), _) => Some(Ended::Status(status)),
        (None, Some(signal)) => Some(Ended::Signal(signal)),
        (None, None) => None,
    }
}

/// Bounds that the system itself keeps, for each process of the program.
fn bound(child: &Child) {
    let pid = Pid::from_raw(pid(child));
    let bounds = [
        (Resource::Cpu, PROGRAM_CPU_SECONDS),
        (Resource::Data, PROGRAM_MEMORY),
        (Resource::Fsize, PROGRAM_FILE),
        (Resource::Core, 0),
        (Resource::Nproc, all_tasks() + PROGRAM_PROCESSES as u64),
    ];
    for (resource, most) in bounds {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // A stricter bound of the school's stays; the supervisor watches all the same.
        let _ = prlimit(pid, resource, limit);
    }
}

/// Tasks of the whole machine: the system counts all of a user's, and there are no more than these.
fn all_tasks() -> u64 {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let tasks = load.split(['/', ' ']).nth(4);
    tasks.and_then(|tasks| tasks.parse().ok()).unwrap_or(4096)
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

/// 64 random bits: no other program has this mark.
fn mark() -> io::Result<String> {
    let bits = getrandom::u64().map_err(io::Error::other)?;
    Ok(format!("{bits:016x}"))
}

fn pid(child: &Child) -> i32 {
    i32::try_from(child.id()).expect("the kernel's process numbers are positive and 22 bits")
}
