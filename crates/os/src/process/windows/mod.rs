//! Programs on Windows: a job holds a program with all that it starts, and ends it; the system's list of
//! threads and their stacks tell where it waits.
//!
//! A program talks through pipes, not through a console: Python and Node print at once all the same, a
//! C program that neither flushes nor sets its buffer prints when the buffer is full.

mod pipes;
mod threads;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use win32::{Job, JobLimits, ProcessState, TcpEntry, TcpKind};

use super::interpreter::{self, installed};
use super::{Bounds, End, Thread, Usage};
pub use pipes::Terminal;
use threads::Looks;

/// The first process runs only once it is in its job.
const CREATE_SUSPENDED: u32 = 0x4;
/// The first process and what it starts can be sent Ctrl-Break without this one.
const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
/// The owner of a socket whose owner the system does not tell. No listener of Windows has it.
const NOBODY: u32 = 0;
/// Between two looks whether something was printed or a process has ended.
const LOOK: Duration = Duration::from_millis(3);
/// Killed processes take a moment to go; one that does not in this time never will.
const KILLED: Duration = Duration::from_secs(1);

/// Tasks of the whole machine: not asked, since a job bounds its processes by itself.
pub fn tasks() -> Option<u64> {
    None
}

/// A program that was started here: its first process and everything that came of it. When it is
/// dropped, all of that is killed.
#[derive(Debug)]
pub struct Child {
    first: Mutex<std::process::Child>,
    /// The number of the first process.
    id: u32,
    job: Job,
    looks: Looks,
    /// Listeners that the machine had before.
    older: Vec<SocketAddr>,
}

impl Child {
    /// Starts a command in a job of its own, with pipes for its keyboard and screen, with these
    /// variables in its environment beside those of this process. `python3` finds what of Python is
    /// installed.
    ///
    /// # Errors
    /// The system's, when there is no such command or it can't be started.
    pub fn start(
        command: &[OsString],
        environment: &[(&str, &str)],
        bounds: &Bounds,
    ) -> io::Result<(Child, Terminal)> {
        let older = listeners(&win32::tcp_table(TcpKind::Listeners).unwrap_or_default());
        let words = interpreter::resolve(command, installed);
        let (name, arguments) = words.split_first().ok_or(io::ErrorKind::NotFound)?;
        let job = Job::new(&JobLimits {
            cpu_seconds: bounds.cpu_seconds,
            memory: bounds.memory,
            // One more than is allowed, so that the supervisor sees it.
            processes: u32::try_from(bounds.processes + 1).unwrap_or(u32::MAX),
        })?;
        let mut started = Command::new(here(name));
        started
            .args(arguments)
            .envs(environment.iter().copied())
            .env("PYTHONUTF8", "1")
            .creation_flags(CREATE_SUSPENDED | CREATE_NEW_PROCESS_GROUP);
        let (mut first, terminal) = Terminal::start(&mut started)?;
        let id = first.id();
        if let Err(error) = job.take(&first).and_then(|()| win32::resume(id)) {
            // It has not run yet. It is gone, or goes now.
            let _ = first.kill();
            return Err(error);
        }
        let child = Child {
            first: Mutex::new(first),
            id,
            job,
            looks: Looks::default(),
            older,
        };
        Ok((child, terminal))
    }

    fn first(&self) -> MutexGuard<'_, std::process::Child> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the first process ended; `None` while it runs. What it started may go on.
    pub fn ended(&self) -> Option<End> {
        let status = self.first().try_wait().ok()??;
        Some(End::Status(status.code()?))
    }

    /// Waits until it prints or its first process ends, `time` at most.
    pub fn wait(&self, terminal: &Terminal, time: Duration) {
        let until = Instant::now() + time;
        while !terminal.has_output() && self.ended().is_none() && Instant::now() < until {
            thread::sleep(LOOK);
        }
    }

    /// Sends Ctrl-Break to its first process and all in the same group.
    pub fn interrupt(&self) {
        // It may have ended by itself, and this process may have no console.
        let _ = win32::interrupt(self.id);
    }

    /// Kills all of it, and waits until nothing is left that the system can end.
    pub fn kill(&self) {
        // It may be gone.
        let _ = self.job.end();
        let until = Instant::now() + KILLED;
        while !self.ids().is_empty() && Instant::now() < until {
            thread::sleep(LOOK);
        }
    }

    /// The numbers of its living processes.
    fn ids(&self) -> Vec<u32> {
        self.job.processes().unwrap_or_default()
    }

    fn processes(&self) -> Vec<ProcessState> {
        win32::processes(&self.ids()).unwrap_or_default()
    }

    /// The sockets of all of its processes. A listener that is newer than the program counts where the
    /// system does not tell whose it is, as under wine.
    fn sockets(&self, kind: TcpKind) -> Vec<TcpEntry> {
        let ids = self.ids();
        let is_new = |entry: &TcpEntry| entry.listens && !self.older.contains(&entry.local);
        let mut all = win32::tcp_table(kind).unwrap_or_default();
        all.retain(|entry| match entry.process {
            NOBODY => is_new(entry),
            process => ids.contains(&process),
        });
        all
    }

    /// What all of its processes use.
    pub fn usage(&self) -> Usage {
        let processes = self.processes();
        Usage {
            processes: processes.len(),
            memory: processes.iter().map(|it| it.memory).sum(),
            cpu: processes.iter().map(|it| it.cpu).sum(),
        }
    }

    /// The same: no process leaves its job.
    pub fn whole_usage(&self) -> Usage {
        self.usage()
    }

    /// What the threads of all of its processes do.
    pub fn threads(&self) -> Vec<Thread> {
        self.looks
            .threads(&self.processes(), || self.sockets(TcpKind::All))
    }

    /// The addresses on which it waits for clients.
    pub fn listening(&self) -> Vec<SocketAddr> {
        listeners(&self.sockets(TcpKind::Listeners))
    }

    /// Listeners are not shared here.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`], always.
    pub fn share_listeners(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether it holds a connection, though the other end may have closed it.
    pub fn is_connected(&self) -> bool {
        self.sockets(TcpKind::All)
            .iter()
            .any(|entry| entry.connected)
    }
}

/// The addresses at which some of these sockets wait for clients.
fn listeners(sockets: &[TcpEntry]) -> Vec<SocketAddr> {
    let listens = sockets.iter().filter(|entry| entry.listens);
    listens.map(|entry| entry.local).collect()
}

/// A command's name, or the file of that name in the current folder, as `cmd` finds it before all others.
fn here(name: &OsString) -> PathBuf {
    let name = Path::new(name);
    let alone = name.components().count() == 1;
    let mut program = name.as_os_str().to_owned();
    program.push(".exe");
    let found = [name.to_owned(), program.into()]
        .into_iter()
        .find(|file| alone && file.is_file());
    found
        .and_then(|file| std::path::absolute(file).ok())
        .unwrap_or_else(|| name.to_owned())
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}
