//! The TCP sockets of a process, as `/proc/PID/net/tcp` lists them.

use std::collections::HashMap;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

/// What a socket is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for clients.
    Listening,
    /// It is being connected.
    Connecting,
    /// It is, or was, connected.
    Connected,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    local: SocketAddr,
    peer: SocketAddr,
    state: State,
    inode: &'a str,
}

/// The sockets of a program, as far as they were looked up. The system's table is slow to read, and
/// once a socket listens or is connected it stays so.
#[derive(Debug, Default)]
pub struct Sockets(Mutex<HashMap<String, State>>);

/// Sockets that are remembered: more than a learner's program opens in a game.
const REMEMBERED: usize = 1024;

impl Sockets {
    /// The state of the socket with that inode, and its other end while it is being connected.
    pub fn look_up(&self, pid: i32, inode: &str) -> Option<(State, Option<SocketAddr>)> {
        // A table is whole whatever panicked.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = known.get(inode) {
            return Some((*state, None));
        }
        let of_it = |line: Line<'_>| (line.inode == inode).then_some((line.state, line.peer));
        let (state, peer) = find(pid, of_it).into_iter().next()?;
        if state != State::Connecting && known.len() < REMEMBERED {
            known.insert(inode.to_owned(), state);
        }
        Some((state, Some(peer)))
    }
}

/// The addresses on which these processes wait for clients.
pub fn listening(pids: &[i32]) -> Vec<SocketAddr> {
    let lines = held(pids, |line| (line.state, line.local));
    let listens = lines.iter().filter(|(state, _)| *state == State::Listening);
    let mut found: Vec<SocketAddr> = listens.map(|(_, local)| *local).collect();
    found.sort();
    found.dedup();
    found
}

/// Whether these processes hold a connection, though its other end may be closed.
pub fn connected(pids: &[i32]) -> bool {
    held(pids, |line| line.state).contains(&State::Connected)
}

/// What there is to tell of each socket that these processes hold.
fn held<T>(pids: &[i32], tell: impl Fn(Line<'_>) -> T) -> Vec<T> {
    let mut found = Vec::new();
    for pid in pids {
        let inodes = inodes(*pid);
        let ours = |line: Line<'_>| {
            let ours = inodes.iter().any(|inode| inode == line.inode);
            ours.then(|| tell(line))
        };
        found.extend(find(*pid, ours));
    }
    found
}

/// The sockets that a process holds.
fn inodes(pid: i32) -> Vec<String> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return Vec::new();
    };
    let inode = |entry: fs::DirEntry| {
        let target = fs::read_link(entry.path()).ok()?;
        let inside = target.to_str()?.strip_prefix("socket:[")?;
        Some(inside.strip_suffix(']')?.to_owned())
    };
    entries.filter_map(|entry| inode(entry.ok()?)).collect()
}

fn find<T>(pid: i32, pick: impl Fn(Line<'_>) -> Option<T>) -> Vec<T> {
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let text = fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        found.extend(text.lines().filter_map(read).filter_map(&pick));
    }
    found
}

/// One line: number, local end, other end, state, four fields of queues and times, owner, a
/// time-out, the inode.
fn read(line: &str) -> Option<Line<'_>> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let state = match *fields.get(3)? {
        "0A" => State::Listening,
        "02" | "03" => State::Connecting,
        _ => State::Connected,
    };
    Some(Line {
        local: address(fields.get(1)?)?,
        peer: address(fields.get(2)?)?,
        state,
        inode: fields.get(9)?,
    })
}

/// An address as the kernel writes it: the words in the machine's byte order, the port in hex.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let word = |from: usize| u32::from_str_radix(ip.get(from..from + 8)?, 16).ok();
    let ip = match ip.len() {
        8 => IpAddr::V4(Ipv4Addr::from(word(0)?.to_ne_bytes())),
        32 => {
            let mut bytes = [0; 16];
            for (index, four) in bytes.chunks_exact_mut(4).enumerate() {
                four.copy_from_slice(&word(8 * index)?.to_ne_bytes());
            }
            IpAddr::V6(Ipv6Addr::from(bytes))
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip.to_canonical(), port))
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
            let pid = i32::try_from(std::process::id()).expect("a process id");
            assert!(listening(&[pid]).contains(&address), "{address}");
        }
    }
}
