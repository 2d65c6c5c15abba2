//! Programs on Linux: `/proc` tells of them, handles of processes kill them, and a child subreaper
//! keeps hold of those that detach.

mod dials;
mod family;
mod sockets;
mod spawn;
mod terminal;
mod threads;

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use procfs::{Current, LoadAverage};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process_group, pidfd_open, waitid,
};

use super::{Bounds, End, Thread, Usage};
pub use dials::dials;
use family::{Family, Mark};
use sockets::Sockets;
pub use terminal::Terminal;

/// Killed processes take a moment to go; one that does not in this time never will.
const KILLED: Duration = Duration::from_secs(1);
/// Between two looks at processes that were killed.
const LOOK: Duration = Duration::from_millis(5);

/// Tasks (threads of all processes) of the whole machine.
pub fn tasks() -> Option<u64> {
    let load = LoadAverage::current().ok()?;
    Some(u64::from(load.max))
}

/// A program that was started here: its first process and everything that came of it. When it is
/// dropped, all of that is killed.
#[derive(Debug)]
pub struct Child {
    family: Family,
    /// Becomes readable when the first process ends.
    handle: Option<OwnedFd>,
    sockets: Sockets,
    /// Nothing of it is left.
    gone: AtomicBool,
}

impl Child {
    /// Starts a command in a session of its own, on a terminal of its own, with these variables in
    /// its environment beside those of this process.
    ///
    /// While it runs, SIGINT, SIGTERM and SIGHUP end it before they end this process.
    ///
    /// # Errors
    /// The system's, when there is no such command or it can't be started.
    pub fn start(
        command: &[OsString],
        environment: &[(&str, &str)],
        bounds: &Bounds,
    ) -> io::Result<(Child, Terminal)> {
        let (terminal, side) = Terminal::open()?;
        let mark = Mark::new()?;
        let family = family::start(mark, || {
            spawn::spawn(command, environment, bounds, mark, &side)
        })?;
        // The program has the only handles of its side of the terminal: its end is the end of what it
        // prints.
        drop(side);
        let handle = pidfd_open(family.leader, PidfdFlags::empty()).ok();
        let child = Child {
            family,
            handle,
            sockets: Sockets::default(),
            gone: AtomicBool::new(false),
        };
        Ok((child, terminal))
    }

    /// How the first process ended; `None` while it runs. What it started may go on.
    pub fn ended(&self) -> Option<End> {
        // It stays to be waited for, so that its number stays its own.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = waitid(WaitId::Pid(self.family.leader), options).ok()??;
        match (status.exit_status(), status.terminating_signal()) {
            (Some(status), _) => Some(End::Status(status)),
            (None, Some(signal)) => Some(End::Signal(signal)),
            (None, None) => None,
        }
    }

    /// Waits until it prints or its first process ends, `time` at most.
    pub fn wait(&self, terminal: &Terminal, time: Duration) {
        let mut events = vec![PollFd::new(terminal, PollFlags::IN)];
        events.extend(
            self.handle
                .iter()
                .map(|handle| PollFd::new(handle, PollFlags::IN)),
        );
        let most = Timespec::try_from(time).ok();
        // The caller looks again, interrupted or not.
        let _ = poll(&mut events, most.as_ref());
        if events[0].revents() == PollFlags::HUP {
            // The program has closed its terminal and lives on: no news will come from there.
            thread::sleep(time);
        }
    }

    /// Sends Ctrl-C to its first process and all in the same group.
    pub fn interrupt(&self) {
        // It may have ended by itself.
        let _ = kill_process_group(self.family.leader, Signal::INT);
    }

    /// Kills all of it, and waits until nothing is left that the system can end.
    pub fn kill(&self) {
        if !self.gone.load(Ordering::Relaxed) {
            let gone = self.family.kill();
            self.gone.store(gone, Ordering::Relaxed);
        }
    }

    /// What the first process, its children and theirs use: all of a program that does not hide,
    /// without a look at every process of the machine.
    pub fn usage(&self) -> Usage {
        family::usage(&self.family.tree())
    }

    /// What all of its processes use, also those that detached.
    pub fn whole_usage(&self) -> Usage {
        family::usage(&self.family.members())
    }

    /// What the threads of its first process, its children and theirs do.
    pub fn threads(&self) -> Vec<Thread> {
        threads::of(&self.family.tree(), &self.sockets)
    }

    /// The addresses on which it waits for clients.
    pub fn listening(&self) -> Vec<SocketAddr> {
        // Those that detached are looked for where nobody else listens: that takes a look at every process.
        let found = sockets::listening(&self.family.tree());
        match found.is_empty() {
            true => sockets::listening(&self.family.members()),
            false => found,
        }
    }

    /// Lets another listener of this user share the addresses on which it waits for clients; see
    /// [`crate::listen::in_front`]. Holds for what it listens on now.
    ///
    /// # Errors
    /// The system does not lend its sockets.
    pub fn share_listeners(&self) -> io::Result<()> {
        sockets::share(&self.family.members())
    }

    /// Whether it holds a connection, though the other end may have closed it.
    pub fn is_connected(&self) -> bool {
        sockets::is_connected(&self.family.members())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
        family::stopped(&self.family);
        reap(self.family.leader);
    }
}

impl Family {
    /// Kills all of a family, whose first process has not been reaped, or only just, so that its number
    /// is nobody else's. Returns whether nothing is left.
    fn kill(&self) -> bool {
        // It may be gone.
        let _ = kill_process_group(self.leader, Signal::KILL);
        let until = Instant::now() + KILLED;
        // A process may appear while others are killed, and one look may miss it: it has changed its
        // parent meanwhile. Two looks that find none are proof.
        let mut nothing = 0;
        while nothing < 2 && Instant::now() < until {
            if self.sweep() > 0 {
                nothing = 0;
                thread::sleep(LOOK);
            } else {
                nothing += 1;
            }
        }
        for orphan in self.dead_orphans() {
            reap(orphan);
        }
        nothing == 2
    }
}

/// Takes the exit status of a child of this process that has ended, or waits for a killed one to end.
fn reap(child: Pid) {
    // Somebody else may have taken it.
    let _ = waitid(WaitId::Pid(child), WaitIdOptions::EXITED);
}
