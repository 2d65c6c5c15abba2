//! What the threads of a program do: the system call in which each is, and what the descriptors of
//! that call are.
//!
//! `/proc/PID/task/TID/syscall` has the call's number and its arguments, `/proc/PID/fd` what a
//! descriptor leads to, and `/proc/PID/mem` the list that `poll` and `select` were given. The numbers
//! are those of the processor for which this is built: `libc` has them for each.

use std::fs;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use procfs::ProcError;
use procfs::process::{FDTarget, Process, Syscall, Task};

use super::super::{Doing, File, Polled, Thread};
use super::family::Member;
use super::sockets::{Sockets, State};

/// Descriptors of one call that are looked at: a learner's program waits for a handful.
const LISTED: usize = 64;

/// A look at all threads of these processes.
pub fn of(members: &[Member], sockets: &Sockets) -> Vec<Thread> {
    let mut found = Vec::new();
    for (process, _) in members {
        let look = Look { process, sockets };
        let tasks = process.tasks().into_iter().flatten().flatten();
        found.extend(tasks.filter_map(|task| look.thread(&task)));
    }
    found
}

/// A look at one process.
#[derive(Clone, Copy, Debug)]
struct Look<'a> {
    process: &'a Process,
    sockets: &'a Sockets,
}

/// What a descriptor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Terminal,
    /// A socket, by its inode.
    Socket(u64),
    Else,
}

impl Target {
    fn file(self) -> File {
        match self {
            Target::Terminal => File::Terminal,
            Target::Socket(_) => File::Socket,
            Target::Else => File::Else,
        }
    }
}

impl Look<'_> {
    /// What a thread does; `None` if it has ended.
    fn thread(self, task: &Task) -> Option<Thread> {
        let (mut call, mut at_most) = (None, None);
        let doing = match task.syscall() {
            Ok(Syscall::Running) => match task.stat().ok()?.state {
                'Z' | 'X' => return None,
                _ => Doing::Runs,
            },
            Ok(Syscall::Blocked {
                syscall_number,
                argument_registers,
                ..
            }) => {
                call = Some(syscall_number);
                at_most = self.at_most(syscall_number, &argument_registers);
                self.doing(syscall_number, &argument_registers)
            }
            // The system does not tell calls here; the kernel's own function is the next best.
            Err(ProcError::PermissionDenied(_) | ProcError::NotFound(_) | ProcError::Io(..)) => {
                by_kernel_function(task)?
            }
            // It waits, but in no call: for a page of memory, or since it is stopped.
            Ok(_) | Err(_) => Doing::Else,
        };
        let status = task.status().ok()?;
        let switches = [
            status.voluntary_ctxt_switches?,
            status.nonvoluntary_ctxt_switches?,
        ];
        Some(Thread {
            doing,
            call,
            at_most,
            switches: switches.iter().sum(),
        })
    }

    fn doing(self, call: i64, arguments: &[u64; 6]) -> Doing {
        let target = || self.target(arguments[0]);
        match call {
            libc::SYS_read | libc::SYS_readv | libc::SYS_recvfrom | libc::SYS_recvmsg => {
                Doing::Reads(target().file())
            }
            libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg => {
                Doing::Writes(target().file())
            }
            libc::SYS_accept | libc::SYS_accept4 => Doing::Accepts,
            libc::SYS_connect => match self.polled(target()) {
                Polled::Connecting(address) => Doing::Connects(address),
                _ => Doing::Connects(None),
            },
            libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Doing::Sleeps,
            libc::SYS_wait4 | libc::SYS_waitid => Doing::WaitsForChild,
            libc::SYS_futex => Doing::WaitsForThread,
            _ => match self.descriptors(call, arguments) {
                Some(several) => {
                    let targets = several.into_iter().map(|it| self.target(it));
                    Doing::Polls(targets.map(|target| self.polled(target)).collect())
                }
                None => Doing::Else,
            },
        }
    }

    /// The descriptors of a call that waits for several; `None` for any other.
    fn descriptors(self, call: i64, arguments: &[u64; 6]) -> Option<Vec<u64>> {
        match call {
            // Newer processors have only the calls below.
            #[cfg(target_arch = "x86_64")]
            libc::SYS_poll => self.polled_list(arguments),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_select => self.selected(arguments),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_epoll_wait => self.registered(arguments[0]),
            libc::SYS_ppoll => self.polled_list(arguments),
            libc::SYS_pselect6 => self.selected(arguments),
            libc::SYS_epoll_pwait => self.registered(arguments[0]),
            _ => None,
        }
    }

    /// How long a call that waits for several waits at most.
    fn at_most(self, call: i64, arguments: &[u64; 6]) -> Option<Duration> {
        // An `int` in the low half of a register, below 0 for no bound.
        let milliseconds = |index: usize| {
            let bytes = arguments[index].to_le_bytes();
            let time = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            u64::try_from(time).ok().map(Duration::from_millis)
        };
        // Seconds and their parts, behind an address.
        let parts = |index: usize, second: u64| {
            let address = Some(arguments[index]).filter(|address| *address != 0)?;
            let both = self.memory(address, 16)?;
            let half = |from: usize| {
                let bytes = both[from..from + 8].try_into().ok()?;
                Some(u64::from_ne_bytes(bytes))
            };
            let nanos = half(8)?.saturating_mul(1_000_000_000 / second);
            Duration::from_secs(half(0)?).checked_add(Duration::from_nanos(nanos))
        };
        match call {
            #[cfg(target_arch = "x86_64")]
            libc::SYS_poll => milliseconds(2),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_select => parts(4, 1_000_000),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_epoll_wait => milliseconds(3),
            libc::SYS_epoll_pwait => milliseconds(3),
            libc::SYS_ppoll => parts(2, 1_000_000_000),
            libc::SYS_pselect6 => parts(4, 1_000_000_000),
            _ => None,
        }
    }

    /// The descriptors of `poll(list, length)`: each entry is 8 bytes, the first 4 its descriptor.
    fn polled_list(self, arguments: &[u64; 6]) -> Option<Vec<u64>> {
        let length = usize::try_from(arguments[1]).ok()?.min(LISTED);
        let list = self.memory(arguments[0], 8 * length)?;
        let entries = list.chunks_exact(8).map(|entry| {
            let number = i32::from_ne_bytes([entry[0], entry[1], entry[2], entry[3]]);
            u64::try_from(number).ok()
        });
        Some(entries.flatten().collect())
    }

    /// The descriptors that `select(highest, read, write)` was asked for, one bit each.
    fn selected(self, arguments: &[u64; 6]) -> Option<Vec<u64>> {
        let highest = usize::try_from(arguments[0]).ok()?.min(1024);
        let mut found = Vec::new();
        for set in [arguments[1], arguments[2]] {
            if set == 0 || highest == 0 {
                continue;
            }
            let bits = self.memory(set, highest.div_ceil(8))?;
            let is_set = |descriptor: &usize| bits[descriptor / 8] >> (descriptor % 8) & 1 == 1;
            let descriptors = (0..highest).filter(is_set).take(LISTED);
            found.extend(descriptors.map(|it| it as u64));
        }
        Some(found)
    }

    /// The descriptors that an epoll waits for, as the system lists them.
    fn registered(self, epoll: u64) -> Option<Vec<u64>> {
        let mut info = String::new();
        let mut file = self.process.open_relative(format!("fdinfo/{epoll}")).ok()?;
        file.read_to_string(&mut info).ok()?;
        let targets = info.lines().filter_map(|line| {
            let rest = line.strip_prefix("tfd:")?;
            rest.split_ascii_whitespace().next()?.parse().ok()
        });
        Some(targets.take(LISTED).collect())
    }

    fn memory(self, address: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        let memory = self.process.mem().ok()?;
        memory.read_exact_at(&mut bytes, address).ok()?;
        Some(bytes)
    }

    /// What a descriptor leads to.
    fn target(self, descriptor: u64) -> Target {
        let Ok(descriptor) = i32::try_from(descriptor) else {
            return Target::Else;
        };
        match self.process.fd_from_fd(descriptor).map(|it| it.target) {
            Ok(FDTarget::Socket(inode)) => Target::Socket(inode),
            Ok(FDTarget::Path(path)) => {
                let path = path.to_string_lossy();
                let terminal = path.starts_with("/dev/pts/") || path.starts_with("/dev/tty");
                if terminal {
                    Target::Terminal
                } else {
                    Target::Else
                }
            }
            Ok(_) | Err(_) => Target::Else,
        }
    }

    /// What is waited for there. The state of a socket is looked up only where the call does not tell.
    fn polled(self, target: Target) -> Polled {
        match target {
            Target::Terminal => Polled::Terminal,
            Target::Else => Polled::Else,
            Target::Socket(inode) => match self.sockets.look_up(self.process, inode) {
                Some(State::Listening) => Polled::Listener,
                Some(State::Connecting(peer)) => Polled::Connecting(Some(peer)),
                Some(State::Connected) => Polled::Connection,
                None => Polled::Else,
            },
        }
    }
}

/// What a thread does by the name of the kernel's function, where its call is not told; `None` if it
/// has ended.
fn by_kernel_function(task: &Task) -> Option<Doing> {
    let state = task.stat().ok()?.state;
    if state == 'R' {
        return Some(Doing::Runs);
    }
    let path = format!("/proc/{}/task/{}/wchan", task.pid, task.tid);
    let name = fs::read_to_string(path).ok()?;
    Some(match name.trim() {
        // Where it may not be told, it is 0, too.
        "" | "0" => Doing::Unknown,
        "n_tty_read" => Doing::Reads(File::Terminal),
        "inet_csk_accept" => Doing::Accepts,
        "sk_wait_data" | "tcp_recvmsg" => Doing::Reads(File::Socket),
        "hrtimer_nanosleep" | "do_nanosleep" => Doing::Sleeps,
        name if name.starts_with("futex") => Doing::WaitsForThread,
        "do_wait" => Doing::WaitsForChild,
        _ => Doing::Else,
    })
}
