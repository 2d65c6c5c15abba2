//! What a program waits for, from facts: the system call in which each of its threads is, and what
//! the descriptors of that call are.
//!
//! `/proc/PID/task/TID/syscall` has the call's number and its arguments, `/proc/PID/fd` what a
//! descriptor leads to, `/proc/PID/net/tcp` the state of a connection, and `/proc/PID/mem` the list
//! that `poll` and `select` were given.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Duration;

use super::proc::{Process, arguments, read, state, switches, threads};
use super::sockets::{Sockets, State};
use crate::process::Waits;

/// What a descriptor leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Terminal,
    /// A socket, by its inode.
    Socket(String),
    Else,
}

/// What waits at the end of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Far {
    Client,
    Message,
    Connecting(Option<SocketAddr>),
}

/// A thread's place, and how often it has gone to sleep so far: two looks that agree in both saw
/// one and the same wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub waits: Waits,
    /// Whether it goes on by itself in a moment, whoever it waits for.
    brief: bool,
    switches: u64,
}

/// What the threads of a program do, at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity(Vec<Place>);

impl Activity {
    /// A look at all threads of these processes.
    pub fn of(processes: &[Process], sockets: &Sockets) -> Activity {
        let mut places = Vec::new();
        for process in processes {
            for thread in threads(process.pid) {
                let look = Look {
                    pid: process.pid,
                    sockets,
                };
                places.extend(look.place(&thread));
            }
        }
        // Machines that run other languages have threads that only serve it.
        let serves = |place: &Place| matches!(place.waits, Waits::Lock | Waits::Child);
        if !places.iter().all(serves) {
            places.retain(|place| !serves(place));
        }
        Activity(places)
    }

    /// Whether it waits for somebody else: nothing will happen unless something is typed, sent,
    /// connected or closed.
    pub fn is_settled(&self) -> bool {
        !self.0.is_empty()
            && self.0.iter().all(|place| {
                !place.brief && !matches!(place.waits, Waits::Runs | Waits::Sleep | Waits::Other(_))
            })
    }

    /// Threads that do something of their own.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing of the program is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some thread waits there.
    pub fn has(&self, waits: Waits) -> bool {
        self.0.iter().any(|place| place.waits == waits)
    }

    /// Whether it waits for its keyboard.
    pub fn at_keyboard(&self) -> bool {
        self.has(Waits::Keyboard) || self.has(Waits::KeyboardOrReceive)
    }

    /// Whether it waits for bytes of a connection.
    pub fn receives(&self) -> bool {
        [
            Waits::Receive,
            Waits::KeyboardOrReceive,
            Waits::AcceptOrReceive,
        ]
        .iter()
        .any(|waits| self.has(*waits))
    }

    /// The one place that tells most: what computes, else what waits for the outside. `None` when
    /// nothing of the program is left.
    pub fn telling(&self) -> Option<Waits> {
        let rank = |waits: &Waits| match waits {
            Waits::Runs | Waits::Print => 0,
            Waits::Connect(_) | Waits::Send => 1,
            Waits::Keyboard | Waits::KeyboardOrReceive => 2,
            Waits::Receive | Waits::AcceptOrReceive => 3,
            Waits::Accept => 4,
            Waits::Sleep => 5,
            Waits::Other(_) => 6,
            Waits::Child | Waits::Lock => 7,
        };
        self.0.iter().map(|place| place.waits).min_by_key(rank)
    }
}

/// A look at one process.
#[derive(Clone, Copy, Debug)]
struct Look<'a> {
    pid: i32,
    sockets: &'a Sockets,
}

impl Look<'_> {
    fn place(self, thread: &Path) -> Option<Place> {
        let call = read(&thread.join("syscall")).unwrap_or_default();
        let mut brief = false;
        let waits = match call.split_ascii_whitespace().next() {
            Some("running") => match state(thread)? {
                'Z' | 'X' => return None,
                _ => Waits::Runs,
            },
            Some(number) => {
                let (number, arguments) = (number.parse().ok()?, arguments(&call));
                let time = self.time(number, &arguments);
                brief = time.is_some_and(|time| time <= BRIEF);
                self.waits(number, &arguments)
            }
            // The system does not tell calls here; the kernel's own function is the next best.
            None => by_kernel_function(thread)?,
        };
        Some(Place {
            waits,
            brief,
            switches: switches(thread)?,
        })
    }

    fn waits(self, number: i64, arguments: &[u64]) -> Waits {
        let first = arguments.first().copied().unwrap_or_default();
        let end = || self.end(first);
        match number {
            libc::SYS_read | libc::SYS_readv | libc::SYS_recvfrom | libc::SYS_recvmsg => {
                match end() {
                    End::Terminal => Waits::Keyboard,
                    // On a socket of any other kind it would not wait.
                    End::Socket(_) => Waits::Receive,
                    End::Else => Waits::Other(number),
                }
            }
            libc::SYS_write | libc::SYS_writev | libc::SYS_sendto | libc::SYS_sendmsg => {
                match end() {
                    End::Socket(_) => Waits::Send,
                    End::Terminal => Waits::Print,
                    End::Else => Waits::Other(number),
                }
            }
            libc::SYS_accept | libc::SYS_accept4 => Waits::Accept,
            libc::SYS_connect => match self.far(&end()) {
                Some(Far::Connecting(address)) => Waits::Connect(address),
                _ => Waits::Connect(None),
            },
            libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Waits::Sleep,
            libc::SYS_wait4 | libc::SYS_waitid => Waits::Child,
            libc::SYS_futex => Waits::Lock,
            _ => self
                .several(number, arguments)
                .unwrap_or(Waits::Other(number)),
        }
    }

    /// Calls that wait for several descriptors at once.
    fn several(self, number: i64, arguments: &[u64]) -> Option<Waits> {
        let descriptors = self.descriptors(number, arguments)?;
        if descriptors.is_empty() {
            return Some(Waits::Sleep);
        }
        let ends: Vec<End> = descriptors.into_iter().map(|it| self.end(it)).collect();
        let keyboard = ends.contains(&End::Terminal);
        let fars: Vec<Far> = ends.iter().filter_map(|end| self.far(end)).collect();
        let connecting = fars.iter().find_map(|far| match far {
            Far::Connecting(address) => Some(*address),
            Far::Client | Far::Message => None,
        });
        if let Some(address) = connecting {
            return Some(Waits::Connect(address));
        }
        let client = fars.contains(&Far::Client);
        match (keyboard, client, fars.contains(&Far::Message)) {
            (true, _, true) => Some(Waits::KeyboardOrReceive),
            (true, _, false) => Some(Waits::Keyboard),
            (false, true, true) => Some(Waits::AcceptOrReceive),
            (false, true, false) => Some(Waits::Accept),
            (false, false, true) => Some(Waits::Receive),
            (false, false, false) => None,
        }
    }

    /// The descriptors that such a call waits for.
    fn descriptors(self, number: i64, arguments: &[u64]) -> Option<Vec<u64>> {
        match number {
            #[cfg(target_arch = "x86_64")]
            libc::SYS_poll => self.polled(arguments),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_select => self.selected(arguments),
            #[cfg(target_arch = "x86_64")]
            libc::SYS_epoll_wait => self.registered(*arguments.first()?),
            libc::SYS_ppoll => self.polled(arguments),
            libc::SYS_pselect6 => self.selected(arguments),
            libc::SYS_epoll_pwait => self.registered(*arguments.first()?),
            _ => None,
        }
    }

    /// How long such a call waits at most. None for one that waits for ever, or any other.
    fn time(self, number: i64, arguments: &[u64]) -> Option<Duration> {
        // An `int` in the low half of a register, below 0 for ever.
        let milliseconds = |index: usize| {
            let bytes = arguments.get(index)?.to_le_bytes();
            let time = i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            u64::try_from(time).ok().map(Duration::from_millis)
        };
        // Seconds and their parts, behind an address.
        let parts = |index: usize, second: u64| {
            let address = arguments.get(index).filter(|address| **address != 0)?;
            let both = self.memory(*address, 16)?;
            let half = |from: usize| {
                let bytes = both[from..from + 8].try_into().ok()?;
                Some(u64::from_ne_bytes(bytes))
            };
            let nanos = half(8)?.saturating_mul(1_000_000_000 / second);
            Duration::from_secs(half(0)?).checked_add(Duration::from_nanos(nanos))
        };
        match number {
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
    fn polled(self, arguments: &[u64]) -> Option<Vec<u64>> {
        let length = usize::try_from(*arguments.get(1)?).ok()?.min(LISTED);
        let list = self.memory(*arguments.first()?, 8 * length)?;
        let entries = list.chunks_exact(8).map(|entry| {
            let number = i32::from_ne_bytes([entry[0], entry[1], entry[2], entry[3]]);
            u64::try_from(number).ok()
        });
        Some(entries.flatten().collect())
    }

    /// The descriptors that `select(highest, read, write)` was asked for, one bit each.
    fn selected(self, arguments: &[u64]) -> Option<Vec<u64>> {
        let highest = usize::try_from(*arguments.first()?).ok()?.min(1024);
        let mut found = Vec::new();
        for set in [*arguments.get(1)?, *arguments.get(2)?] {
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
        let path = format!("/proc/{}/fdinfo/{epoll}", self.pid);
        let info = fs::read_to_string(path).ok()?;
        let targets = info.lines().filter_map(|line| {
            let rest = line.strip_prefix("tfd:")?;
            rest.split_ascii_whitespace().next()?.parse().ok()
        });
        Some(targets.take(LISTED).collect())
    }

    fn memory(self, address: u64, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        let memory = File::open(format!("/proc/{}/mem", self.pid)).ok()?;
        memory.read_exact_at(&mut bytes, address).ok()?;
        Some(bytes)
    }

    /// What a descriptor leads to.
    fn end(self, descriptor: u64) -> End {
        let Ok(target) = fs::read_link(format!("/proc/{}/fd/{descriptor}", self.pid)) else {
            return End::Else;
        };
        let target = target.to_string_lossy();
        if target.starts_with("/dev/pts/") || target.starts_with("/dev/tty") {
            return End::Terminal;
        }
        let inode = target
            .strip_prefix("socket:[")
            .and_then(|it| it.strip_suffix(']'));
        inode.map_or(End::Else, |inode| End::Socket(inode.to_owned()))
    }

    /// What waits at the end of a socket: looked up only where the call itself does not tell.
    fn far(self, end: &End) -> Option<Far> {
        let End::Socket(inode) = end else {
            return None;
        };
        Some(match self.sockets.look_up(self.pid, inode)? {
            (State::Listening, _) => Far::Client,
            (State::Connecting, peer) => Far::Connecting(peer),
            (State::Connected, _) => Far::Message,
        })
    }
}

/// A call that waits so long for the outside goes on by itself: it sees whether more comes, before
/// it answers. One that waits longer only looks again.
const BRIEF: Duration = Duration::from_millis(300);

/// Descriptors that one call may list: a learner's program has a handful.
const LISTED: usize = 64;

/// The place by the name of the kernel's function, where the call itself is not told.
fn by_kernel_function(thread: &Path) -> Option<Waits> {
    let name = read(&thread.join("wchan"))?;
    Some(match name.trim() {
        "" | "0" => Waits::Runs,
        "n_tty_read" => Waits::Keyboard,
        "inet_csk_accept" => Waits::Accept,
        "sk_wait_data" | "tcp_recvmsg" => Waits::Receive,
        "hrtimer_nanosleep" | "do_nanosleep" => Waits::Sleep,
        name if name.starts_with("futex") => Waits::Lock,
        "do_wait" => Waits::Child,
        _ => Waits::Other(-1),
    })
}
