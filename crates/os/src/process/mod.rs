//! Programs that are started here: each has a terminal of its own and bounds, can be watched while it
//! runs, and is ended together with everything that it started.
//!
//! Linux and Windows tell where each thread waits, which sockets a program holds and what it costs. No
//! other system is asked yet: [`Child::start`] fails there with [`std::io::ErrorKind::Unsupported`], so
//! that nothing is claimed of a program that was never seen.

#[cfg(any(windows, test))]
mod calls;
#[cfg(not(any(target_os = "linux", windows)))]
mod elsewhere;
#[cfg(any(windows, test))]
mod interpreter;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use std::net::SocketAddr;
use std::time::Duration;

#[cfg(not(any(target_os = "linux", windows)))]
pub use elsewhere::{Child, Terminal, tasks};
#[cfg(target_os = "linux")]
pub use linux::{Child, Terminal, dials, tasks};
#[cfg(windows)]
pub use windows::{Child, Terminal, tasks};

/// To which addresses a program connects: no other system than Linux tells of one that was refused.
#[cfg(not(target_os = "linux"))]
pub fn dials(
    _command: &[std::ffi::OsString],
    _environment: &[(&str, &str)],
    _bounds: &Bounds,
    _time: Duration,
) -> Option<Vec<SocketAddr>> {
    None
}

/// What the system lets each process of a program use. A stricter bound that the user has already
/// stays.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Processor time, in seconds.
    pub cpu_seconds: u64,
    /// Memory for data, in bytes.
    pub memory: u64,
    /// Size of a file that is written, in bytes.
    pub file: u64,
    /// Processes and threads beside those that the machine runs at the start.
    pub processes: u64,
}

/// How a program's first process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit status.
    Status(i32),
    /// By this signal.
    Signal(i32),
}

/// What living processes of a program use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// How many processes there are.
    pub processes: usize,
    /// Their memory, in bytes.
    pub memory: u64,
    /// Processor time that they have used since each was started.
    pub cpu: Duration,
}

/// What a thread does at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// What it does.
    pub doing: Doing,
    /// The number of the system call in which it is, where it is in one and the system says so.
    pub call: Option<i64>,
    /// How long that call waits at most; `None` where it has no bound, or none is known.
    pub at_most: Option<Duration>,
    /// How often it has been put aside so far, by its own wish or not: two looks with the same count
    /// saw one and the same wait.
    pub switches: u64,
}

/// What a thread does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It computes, or would if it had a processor.
    Runs,
    /// It waits for bytes to read.
    Reads(File),
    /// It waits for room to write.
    Writes(File),
    /// It waits for a client of a listener.
    Accepts,
    /// It waits for its connection to this address, where it is known.
    Connects(Option<SocketAddr>),
    /// It waits until one of these is ready: `select`, `poll`, `epoll`.
    Polls(Vec<Polled>),
    /// It waits for time to pass.
    Sleeps,
    /// It waits for a process that it started.
    WaitsForChild,
    /// It waits for another thread.
    WaitsForThread,
    /// It waits in another system call.
    Else,
    /// The system does not say.
    Unknown,
}

/// What a descriptor leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// A terminal.
    Terminal,
    /// A socket.
    Socket,
    /// Anything else, or not known.
    Else,
}

/// What a thread waits for on one of several descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// What is typed on a terminal.
    Terminal,
    /// A client of a listener.
    Listener,
    /// A connection that is being made, to this address where it is known.
    Connecting(Option<SocketAddr>),
    /// Bytes of a connection.
    Connection,
    /// Anything else, or not known.
    Else,
}
