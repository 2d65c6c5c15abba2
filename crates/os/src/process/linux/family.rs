//! Which processes belong to a program: those of its session or group, and those that left both but
//! carry its mark or were adopted by this process. All that run at this moment are ended when this process
//! is asked to end.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::process::exit;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use procfs::process::{LimitValue, Process, Stat, all_processes};
use rustix::process::{
    Pid, PidfdFlags, Signal, getpid, pidfd_open, pidfd_send_signal, set_child_subreaper,
};
use tokio::runtime::Builder;

use super::super::Usage;
use crate::signals::EndRequests;

/// The environment variable that holds a program's mark.
pub const MARK: &str = "JUSTE_PRIX_CHECK";
/// Processes in a tree that are looked at: more than a bounded program has.
const TREE: usize = 256;
/// All marks are at least this large, and no user has such a limit: see [`Mark`].
const MARKS: u64 = 1 << 62;

/// 62 random bits by which all that a program started is known again, wherever it went.
///
/// It is the value of an environment variable, and the limit on real-time processor time
/// (`RLIMIT_RTTIME`, in microseconds), which every descendant inherits. A process can clear its
/// environment; without the rights of root it can lower the limit but not lift it, and of what it
/// starts no other process of this user has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub u64);

impl Mark {
    /// A mark that no other program has.
    pub fn new() -> io::Result<Mark> {
        let bits = getrandom::u64().map_err(io::Error::other)?;
        Ok(Mark(MARKS | bits >> 2))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// The processes of a program.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The first process, which leads its session and its group.
    pub leader: Pid,
    mark: Mark,
    /// Ticks since the machine's start, when the first process was started.
    started: u64,
}

/// A process and what its line in `/proc/PID/stat` says.
pub type Member = (Process, Stat);

impl Family {
    /// The family of a process that was just started.
    pub fn of(leader: Pid, mark: Mark) -> Family {
        let stat = look(leader.as_raw_pid());
        Family {
            leader,
            mark,
            started: stat.map_or(0, |(_, stat)| stat.starttime),
        }
    }

    /// All that live.
    pub fn members(&self) -> Vec<Member> {
        let mut all = everything();
        all.retain(|member| member.1.state != 'Z' && self.has(member));
        all
    }

    /// The first process and its children, and theirs, as far as they live.
    pub fn tree(&self) -> Vec<Member> {
        let mut found = Vec::new();
        let mut next = vec![self.leader.as_raw_pid()];
        while let Some(pid) = next.pop().filter(|_| found.len() < TREE) {
            let Some(member) = look(pid) else {
                continue;
            };
            for task in member.0.tasks().into_iter().flatten().flatten() {
                let children = task.children().unwrap_or_default();
                next.extend(children.into_iter().filter_map(|it| i32::try_from(it).ok()));
            }
            if member.1.state != 'Z' {
                found.push(member);
            }
        }
        found
    }

    /// Kills all that live, each by a handle that can't mean another process. Returns how many there
    /// were.
    pub fn sweep(&self) -> usize {
        let members = self.members();
        for (process, _) in &members {
            let Some(pid) = Pid::from_raw(process.pid) else {
                continue;
            };
            let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
                continue;
            };
            // The number may have gone to another process before the handle was opened.
            if look(process.pid).is_some_and(|now| self.has(&now)) {
                // It may have ended by itself.
                let _ = pidfd_send_signal(handle, Signal::KILL);
            }
        }
        members.len()
    }

    /// Those that have ended and whose exit status this process has to take, since it adopted them.
    pub fn dead_orphans(&self) -> Vec<Pid> {
        let all = everything().into_iter();
        let dead = all.filter(|it| it.1.state == 'Z' && is_orphan(&it.1) && self.has(it));
        dead.filter_map(|it| Pid::from_raw(it.0.pid)).collect()
    }

    fn has(&self, (process, stat): &Member) -> bool {
        // Whatever is older can't have been started by it; most processes are.
        if stat.starttime < self.started {
            return false;
        }
        let leader = self.leader.as_raw_pid();
        if stat.pgrp == leader || stat.session == leader {
            return true;
        }
        match limit(process) {
            Some(limit) if limit >= MARKS => limit == self.mark.0,
            // It has lowered its limit: whichever program it was, that tries to hide.
            Some(_) if is_orphan(stat) => true,
            Some(_) | None => self.is_named(process),
        }
    }

    /// Whether its environment, at its start, held the mark.
    fn is_named(&self, process: &Process) -> bool {
        let environment = process.environ().unwrap_or_default();
        environment
            .get(OsStr::new(MARK))
            .is_some_and(|it| **it == *self.mark.to_string())
    }
}

/// Whether a process is a child of this one, but not one that was started as a program: its parent
/// has ended.
fn is_orphan(stat: &Stat) -> bool {
    stat.ppid == getpid().as_raw_pid() && Pid::from_raw(stat.pid).is_some_and(|pid| !is_leader(pid))
}

/// A process's limit on real-time processor time, in microseconds; `None` if it has none.
fn limit(process: &Process) -> Option<u64> {
    match process.limits().ok()?.max_realtime_timeout.hard_limit {
        LimitValue::Value(most) => Some(most),
        LimitValue::Unlimited => None,
    }
}

/// What living processes use.
pub fn usage(members: &[Member]) -> Usage {
    let pages: u64 = members.iter().map(|(_, stat)| stat.rss).sum();
    let ticks: u64 = members
        .iter()
        .map(|(_, stat)| stat.utime + stat.stime)
        .sum();
    Usage {
        processes: members.len(),
        memory: pages * procfs::page_size(),
        cpu: Duration::from_millis(ticks * 1000 / procfs::ticks_per_second().max(1)),
    }
}

/// Every process of the machine.
fn everything() -> Vec<Member> {
    let all = all_processes().into_iter().flatten().flatten();
    all.filter_map(|process| {
        let stat = process.stat().ok()?;
        Some((process, stat))
    })
    .collect()
}

/// The process of that number, if there is one.
fn look(pid: i32) -> Option<Member> {
    let process = Process::new(pid).ok()?;
    let stat = process.stat().ok()?;
    Some((process, stat))
}

/// Held while a program is started, and for good once this process has been asked to end.
static STARTS: Mutex<()> = Mutex::new(());
static RUNNING: Mutex<Vec<Family>> = Mutex::new(Vec::new());
static PREPARED: Once = Once::new();

/// Starts a program. Between its start and its place in the list no signal is heeded.
pub fn start(mark: Mark, start: impl FnOnce() -> io::Result<Pid>) -> io::Result<Family> {
    PREPARED.call_once(|| {
        // Where this fails, what detaches is the system's child and known by its mark alone.
        let _ = set_child_subreaper(Some(getpid()));
        watch();
    });
    let _starts = held(&STARTS);
    let family = Family::of(start()?, mark);
    held(&RUNNING).push(family);
    Ok(family)
}

/// Takes a program off the list.
pub fn stopped(family: &Family) {
    held(&RUNNING).retain(|it| it.leader != family.leader);
}

/// Whether this is the first process of a program on the list.
fn is_leader(pid: Pid) -> bool {
    held(&RUNNING).iter().any(|family| family.leader == pid)
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // A list of numbers is whole, whatever panicked.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the thread that waits for the signals. Where it can't be had, Ctrl-C ends this process alone,
/// and its programs find their terminal closed.
fn watch() {
    let Ok(runtime) = Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let requests = {
        let _inside = runtime.enter();
        EndRequests::with_hangup()
    };
    let Ok(mut requests) = requests else {
        return;
    };
    thread::spawn(move || {
        let status = runtime.block_on(requests.next());
        // Never given back: nothing more is started.
        let _starts = held(&STARTS);
        let running = held(&RUNNING).clone();
        for family in running {
            family.kill();
        }
        exit(status);
    });
}
