//! What the system tells of processes, in `/proc`: who belongs to a program, what it costs.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use game::limits::PROGRAM_PROCESSES;

/// The environment variable by which all that a program started is known again, wherever it hid.
pub const MARK: &str = "JUSTE_PRIX_CHECK";

/// A process, as its line in `/proc/PID/stat` tells it.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// `R` runs, `S` waits, `Z` has ended…
    pub state: char,
    group: i32,
    /// Ticks of the processor, its own and the system's for it.
    ticks: u64,
    /// Ticks since the machine's start, when it was started.
    started: u64,
    /// Pages in memory.
    pages: u64,
}

impl Process {
    /// The process of that number, if there is one.
    pub fn of(pid: i32) -> Option<Process> {
        let line = read(Path::new(&format!("/proc/{pid}/stat")))?;
        // The name, in brackets, may hold anything.
        let mut fields = line.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?.chars().next()?;
        let rest: Vec<&str> = fields.collect();
        // `rest[0]` is field 4 of proc(5), the parent.
        let number = |field: usize| rest.get(field - 4)?.parse::<u64>().ok();
        Some(Process {
            pid,
            state,
            group: rest.get(1)?.parse().ok()?,
            ticks: number(14)? + number(15)?,
            started: number(22)?,
            pages: number(24)?,
        })
    }

    /// Whether its environment, at its start, held this variable.
    fn has_mark(&self, mark: &str) -> bool {
        let Ok(environment) = fs::read(format!("/proc/{}/environ", self.pid)) else {
            return false;
        };
        let wanted = format!("{MARK}={mark}");
        environment
            .split(|byte| *byte == 0)
            .any(|entry| entry == wanted.as_bytes())
    }
}

/// The processes of a program: its group, and what left the group but still carries its mark.
#[derive(Clone, Debug)]
pub struct Family {
    /// The number of the first process and of its group.
    pub leader: i32,
    /// What its environment holds for [`MARK`].
    pub mark: String,
    started: u64,
}

impl Family {
    /// The family of a process that was just started.
    pub fn of(leader: i32, mark: String) -> Family {
        let started = Process::of(leader).map_or(0, |process| process.started);
        Family {
            leader,
            mark,
            started,
        }
    }

    /// All that live.
    pub fn members(&self) -> Vec<Process> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let alive = numbers.filter_map(Process::of).filter(|it| it.state != 'Z');
        alive.filter(|process| self.has(process)).collect()
    }

    /// The first process and its children, and theirs: cheaper than a look at all of the machine,
    /// and all that a program is that does not hide.
    pub fn tree(&self) -> Vec<Process> {
        let mut found = Vec::new();
        let mut next = vec![self.leader];
        while let Some(pid) = next.pop().filter(|_| found.len() <= PROGRAM_PROCESSES) {
            found.extend(Process::of(pid).filter(|it| it.state != 'Z'));
            for thread in threads(pid) {
                let children = read(&thread.join("children")).unwrap_or_default();
                let children = children.split_ascii_whitespace();
                next.extend(children.filter_map(|pid| pid.parse::<i32>().ok()));
            }
        }
        found
    }

    fn has(&self, process: &Process) -> bool {
        // Whoever is older can't have been started by it; most are.
        process.started >= self.started
            && (process.group == self.leader || process.has_mark(&self.mark))
    }

    /// Kills all that still carry the mark, each by a handle that can't mean another process.
    pub fn sweep(&self) {
        for process in self.members() {
            let Some(pid) = Pid::from_raw(process.pid) else {
                continue;
            };
            let Ok(handle) = pidfd_open(pid, PidfdFlags::empty()) else {
                continue;
            };
            // The number may have gone to another process before the handle was opened.
            if Process::of(process.pid).is_some_and(|now| self.has(&now)) {
                // It may have ended by itself.
                let _ = pidfd_send_signal(handle, Signal::KILL);
            }
        }
    }
}

/// The memory of these processes, in bytes.
pub fn memory(processes: &[Process]) -> u64 {
    let pages: u64 = processes.iter().map(|process| process.pages).sum();
    pages * page_size() as u64
}

/// The processor time of these processes.
pub fn cpu(processes: &[Process]) -> Duration {
    let ticks: u64 = processes.iter().map(|process| process.ticks).sum();
    Duration::from_millis(ticks * 1000 / clock_ticks_per_second().max(1))
}

/// The folders of a process's threads in `/proc`.
pub fn threads(pid: i32) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

/// A file of `/proc`, which gives all that fits in one read.
pub fn read(path: &Path) -> Option<String> {
    let mut buffer = [0; 4096];
    let length = File::open(path).ok()?.read(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

/// The thread's state, as `ps` shows it: `S` sleeps.
pub(super) fn state(thread: &Path) -> Option<char> {
    let line = read(&thread.join("stat"))?;
    line.rsplit_once(')')?.1.trim_start().chars().next()
}

/// Times the thread has been put aside, by its own wish or not.
pub(super) fn switches(thread: &Path) -> Option<u64> {
    let status = read(&thread.join("status"))?;
    let counts = status.lines().filter_map(|line| {
        let (name, count) = line.split_once(':')?;
        name.ends_with("voluntary_ctxt_switches")
            .then(|| count.trim().parse::<u64>().ok())?
    });
    Some(counts.sum())
}

/// The six arguments of a call, as `/proc/PID/task/TID/syscall` tells it.
pub(super) fn arguments(call: &str) -> Vec<u64> {
    let hex = |text: &str| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok();
    let words = call.split_ascii_whitespace().skip(1).take(6);
    words.filter_map(hex).collect()
}
