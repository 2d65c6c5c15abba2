//! To which addresses a program wants to connect, read from the arguments of its own `connect`.
//!
//! The program is started once more, stopped at each of its system calls, and killed at the end.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::FileExt;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use procfs::process::{FDTarget, Process};

use super::super::Bounds;
use super::Child;

/// Addresses that are kept: a program that tries more has no one server.
const MOST: usize = 16;
/// Stops itself until it is watched, then becomes the program.
const STOPS_FIRST: [&str; 4] = ["/bin/sh", "-c", "kill -STOP $$; exec \"$@\"", "sh"];
/// Bytes of the address of a connection over IPv6, the longest that is read.
const ADDRESS: usize = 28;
/// Further addresses come in this time after one, or are not waited for.
const MORE: Duration = Duration::from_secs(1);
/// Between two looks at whether it has stopped.
const LOOK: Duration = Duration::from_millis(2);

/// The addresses to which this command's first TCP connections go, in their order, within this time.
/// `None` where the system does not let a program be watched so.
pub fn dials(
    command: &[OsString],
    environment: &[(&str, &str)],
    bounds: &Bounds,
    time: Duration,
) -> Option<Vec<SocketAddr>> {
    let shell = STOPS_FIRST.iter().map(|word| OsStr::new(word).to_owned());
    let command: Vec<OsString> = shell.chain(command.iter().cloned()).collect();
    thread::scope(|scope| {
        let (started, child) = channel();
        let (send, dialled) = channel();
        // Only the thread that watches a program may wait for its stops, and all of its waits are for it.
        let watcher = scope.spawn(move || {
            let (child, _terminal) = Child::start(&command, environment, bounds).ok()?;
            let leader = Pid::from_raw(child.family.leader.as_raw_pid());
            // The other end is there until this thread has ended.
            let _ = started.send(leader);
            let until = Instant::now() + time;
            watch(leader, until, |address| {
                // The caller may want no more addresses.
                let _ = send.send(address);
            })
        });
        let leader = child.recv();
        let mut until = Instant::now() + time;
        let mut found = Vec::new();
        let is_over = loop {
            let left = until.saturating_duration_since(Instant::now());
            match dialled.recv_timeout(left) {
                Ok(address) if !found.contains(&address) => {
                    found.push(address);
                    until = until.min(Instant::now() + MORE);
                }
                Ok(_) => {}
                Err(over) => break over == RecvTimeoutError::Disconnected,
            }
            if found.len() == MOST {
                break false;
            }
        };
        if let Ok(leader) = leader
            && !is_over
        {
            // It may end by itself at this moment.
            let _ = kill(leader, Signal::SIGKILL);
        }
        watcher.join().ok().flatten().map(|()| found)
    })
}

/// Tells of each address until the program ends or the time is over; `None` if it can't be watched.
fn watch(leader: Pid, until: Instant, mut tell: impl FnMut(SocketAddr)) -> Option<()> {
    let own = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
    loop {
        let flags = own | WaitPidFlag::WUNTRACED | WaitPidFlag::WNOHANG;
        match waitpid(leader, Some(flags)).ok()? {
            WaitStatus::Stopped(..) => break,
            WaitStatus::StillAlive if Instant::now() < until => thread::sleep(LOOK),
            _ => return None,
        }
    }
    let options = Options::PTRACE_O_TRACESYSGOOD
        | Options::PTRACE_O_TRACEFORK
        | Options::PTRACE_O_TRACEVFORK
        | Options::PTRACE_O_TRACECLONE
        | Options::PTRACE_O_EXITKILL;
    ptrace::seize(leader, options).ok()?;
    kill(leader, Signal::SIGCONT).ok()?;
    // Of each thread in the middle of a connect, its socket and where it goes.
    let mut connecting: HashMap<Pid, (i32, SocketAddr)> = HashMap::new();
    let mut is_known = true;
    while Instant::now() < until {
        let status = match waitpid(Pid::from_raw(-1), Some(own)) {
            Ok(status) => status,
            Err(Errno::EINTR) => continue,
            // Nothing is left to wait for: somebody else has taken its end.
            Err(Errno::ECHILD) => return Some(()),
            // A signal that has no name here has stopped it, and what it does next is not known.
            Err(_) => {
                is_known = false;
                break;
            }
        };
        let (thread, signal) = match status {
            WaitStatus::PtraceSyscall(thread) => {
                match connecting.remove(&thread) {
                    // Now the socket has a port, so the system lists it if it is one of UDP.
                    Some((socket, address)) if !is_udp(thread, socket) => tell(address),
                    Some(_) => {}
                    None => connecting.extend(connects(thread).map(|it| (thread, it))),
                }
                (thread, None)
            }
            WaitStatus::PtraceEvent(thread, ..) => (thread, None),
            WaitStatus::Stopped(thread, Signal::SIGSTOP | Signal::SIGTRAP) => (thread, None),
            WaitStatus::Stopped(thread, signal) => (thread, Some(signal)),
            WaitStatus::Exited(thread, _) | WaitStatus::Signaled(thread, ..) => {
                connecting.remove(&thread);
                if thread == leader {
                    return Some(());
                }
                continue;
            }
            _ => continue,
        };
        // It may have been killed meanwhile.
        let _ = ptrace::syscall(thread, signal);
    }
    // The system tells the end of the first thread last: all others are waited for before it.
    let _ = kill(leader, Signal::SIGKILL);
    while let Ok(status) = waitpid(Pid::from_raw(-1), Some(own)) {
        let is_end = matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..));
        if is_end && status.pid() == Some(leader) {
            break;
        }
    }
    is_known.then_some(())
}

/// The socket and the address of a thread that stands at the beginning of `connect`.
fn connects(thread: Pid) -> Option<(i32, SocketAddr)> {
    let call = fs::read_to_string(format!("/proc/{thread}/syscall")).ok()?;
    let mut words = call.split_ascii_whitespace();
    let number: i64 = words.next()?.parse().ok()?;
    if number != libc::SYS_connect {
        return None;
    }
    let mut arguments =
        words.map_while(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok());
    let (socket, at, length) = (arguments.next()?, arguments.next()?, arguments.next()?);
    let mut bytes = [0; ADDRESS];
    let length = usize::try_from(length).ok()?.min(ADDRESS);
    let memory = fs::File::open(format!("/proc/{thread}/mem")).ok()?;
    read_at(&memory, &mut bytes[..length], at).ok()?;
    Some((i32::try_from(socket).ok()?, address(&bytes[..length])?))
}

fn read_at(memory: &fs::File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    memory.read_exact_at(bytes, at)
}

/// The address in a `sockaddr_in` or a `sockaddr_in6`.
fn address(bytes: &[u8]) -> Option<SocketAddr> {
    let family = i32::from(u16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?));
    let port = u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
    let host: IpAddr = match family {
        libc::AF_INET => <[u8; 4]>::try_from(bytes.get(4..8)?).ok()?.into(),
        libc::AF_INET6 => <[u8; 16]>::try_from(bytes.get(8..24)?).ok()?.into(),
        _ => return None,
    };
    Some(SocketAddr::new(host.to_canonical(), port))
}

/// Whether a process's socket is one of UDP, as names are looked up with and addresses compared.
fn is_udp(process: Pid, socket: i32) -> bool {
    let Ok(process) = Process::new(process.as_raw()) else {
        return false;
    };
    let Ok(FDTarget::Socket(inode)) = process.fd_from_fd(socket).map(|it| it.target) else {
        return false;
    };
    let tables = [process.udp(), process.udp6()];
    let mut entries = tables.into_iter().flatten().flatten();
    entries.any(|entry| entry.inode == inode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_refused_connection_is_read() {
        let bounds = Bounds {
            cpu_seconds: 10,
            memory: 1 << 30,
            file: 1 << 20,
            processes: 64,
        };
        let script = "exec 3<>/dev/tcp/127.0.0.5/$((1024 + 999)) || exec 3<>/dev/udp/127.0.0.6/9";
        let command = ["bash", "-c", script].map(OsString::from);
        let found = dials(&command, &[], &bounds, Duration::from_secs(20));
        assert_eq!(
            found,
            Some(vec!["127.0.0.5:2023".parse().expect("an address")])
        );
    }

    #[test]
    fn an_address_is_read_from_its_bytes() {
        let mut v4 = [0; 16];
        v4[..2].copy_from_slice(&(libc::AF_INET as u16).to_ne_bytes());
        v4[2..8].copy_from_slice(&[0xc3, 0x50, 127, 0, 0, 1]);
        assert_eq!(address(&v4), "127.0.0.1:50000".parse().ok());
        let mut v6 = [0; ADDRESS];
        v6[..2].copy_from_slice(&(libc::AF_INET6 as u16).to_ne_bytes());
        v6[2..4].copy_from_slice(&[0, 80]);
        v6[23] = 1;
        assert_eq!(address(&v6), "[::1]:80".parse().ok());
        assert_eq!(address(&v6[..4]), None);
    }
}
