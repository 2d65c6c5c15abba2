//! The calls of Windows that the standard library lacks, behind safe functions. Empty on other systems.
//!
//! The only crate with unsafe code. Each block is one call, or a few on the same handle, and says why it
//! is sound: which handle is open, which buffer has which length. Handles are the standard library's,
//! which close themselves.

#![cfg(windows)]

mod echo;
mod job;
mod process;
mod sockets;
mod stack;
mod system;

pub use echo::{echo_v4, echo_v6};
pub use job::{Job, JobLimits};
pub use process::{ProcessState, ThreadState, interrupt, processes, resume};
pub use sockets::{TcpEntry, TcpKind, exclusive, limit_unacknowledged, readable, tcp_table};
pub use stack::Symbols;
pub use system::{
    Own, console_processes, is_network_drive, lower_thread_priority, own, pipe_bytes, thread_time,
    user_locale,
};

use std::io;

/// The outcome of a call that returns 0 when it fails.
fn check(returned: i32) -> io::Result<()> {
    if returned == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The size of a structure, as the system wants it.
fn size<T>() -> u32 {
    u32::try_from(size_of::<T>()).expect("a structure of the system is small")
}
