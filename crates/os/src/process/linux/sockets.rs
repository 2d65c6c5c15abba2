//! The TCP sockets of a program, as `/proc/PID/net/tcp` lists them.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::{FDTarget, Process};
use rustix::process::{Pid, PidfdFlags, PidfdGetfdFlags, pidfd_getfd, pidfd_open};
use socket2::Socket;

use super::family::Member;

/// What a socket is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for clients.
    Listening,
    /// It is being connected to this address.
    Connecting(SocketAddr),
    /// It is, or was, connected.
    Connected,
}

/// The sockets of a program, by their inodes, as far as they were looked up. The system's table is slow
/// to read, and once a socket listens or is connected it stays so.
#[derive(Debug, Default)]
pub struct Sockets(Mutex<HashMap<u64, State>>);

/// Sockets that are remembered: more than a learner's program opens in a game.
const REMEMBERED: usize = 1024;

impl Sockets {
    /// The state of the socket with that inode.
    pub fn look_up(&self, process: &Process, inode: u64) -> Option<State> {
        // A table is whole whatever panicked.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = known.get(&inode) {
            return Some(*state);
        }
        let found = table(process).find(|entry| entry.inode == inode)?;
        let state = state(&found);
        if !matches!(state, State::Connecting(_)) && known.len() < REMEMBERED {
            known.insert(inode, state);
        }
        Some(state)
    }
}

/// The addresses on which these processes wait for clients.
pub fn listening(members: &[Member]) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = held(members)
        .filter(|entry| state(entry) == State::Listening)
        .map(|entry| canonical(entry.local_address))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Lets others share the addresses on which these processes wait for clients: the option is set on the
/// listeners themselves, through handles, which the system lends to a process that may trace these.
pub fn share(members: &[Member]) -> io::Result<()> {
    let listening: Vec<u64> = held(members)
        .filter(|entry| state(entry) == State::Listening)
        .map(|entry| entry.inode)
        .collect();
    for (process, _) in members {
        let Some(pid) = Pid::from_raw(process.pid) else {
            continue;
        };
        let handle = pidfd_open(pid, PidfdFlags::empty())?;
        for file in process.fd().into_iter().flatten().flatten() {
            if matches!(file.target, FDTarget::Socket(inode) if listening.contains(&inode)) {
                let socket = pidfd_getfd(&handle, file.fd, PidfdGetfdFlags::empty())?;
                Socket::from(socket).set_reuse_port(true)?;
            }
        }
    }
    Ok(())
}

/// Whether these processes hold a connection, though its other end may be closed.
pub fn is_connected(members: &[Member]) -> bool {
    held(members).any(|entry| state(&entry) == State::Connected)
}

/// The lines of the sockets that these processes hold.
fn held(members: &[Member]) -> impl Iterator<Item = TcpNetEntry> {
    members.iter().flat_map(|(process, _)| {
        let files = process.fd().into_iter().flatten().flatten();
        let inodes: Vec<u64> = files
            .filter_map(|file| match file.target {
                FDTarget::Socket(inode) => Some(inode),
                _ => None,
            })
            .collect();
        table(process).filter(move |entry| inodes.contains(&entry.inode))
    })
}

/// The sockets of the process's network, not only its own.
fn table(process: &Process) -> impl Iterator<Item = TcpNetEntry> {
    let tables = [process.tcp(), process.tcp6()];
    tables.into_iter().flatten().flatten()
}

fn state(entry: &TcpNetEntry) -> State {
    match entry.state {
        TcpState::Listen => State::Listening,
        TcpState::SynSent | TcpState::SynRecv => State::Connecting(canonical(entry.remote_address)),
        _ => State::Connected,
    }
}

/// The address as a person writes it: an IPv4 address in a socket of IPv6 is an IPv4 address.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// The kernel's table is read as the kernel writes it, on this very process.
    #[test]
    fn a_listener_of_this_process_is_found_at_its_address() {
        for local in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(local) else {
                continue;
            };
            let address = listener.local_addr().expect("bound");
            let myself = Process::myself().expect("Linux has /proc");
            let stat = myself.stat().expect("this process lives");
            let found = listening(&[(myself, stat)]);
            assert!(found.contains(&address), "{address} among {found:?}");
        }
    }
}
