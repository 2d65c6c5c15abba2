//! The ports that the system gives out by itself, and the programs that hold others.

/// The first of the ports that the system gives to connections and to listeners without a port of
/// their own; `None` where it does not say.
pub fn first_ephemeral() -> Option<u16> {
    if cfg!(target_os = "linux") {
        let range = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").ok()?;
        range.split_ascii_whitespace().next()?.parse().ok()
    } else {
        None
    }
}

/// A program that waits for clients on a port of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its process.
    pub pid: i32,
    /// The beginning of its command: at most 80 characters.
    pub command: String,
}

/// The program that waits for clients on this TCP port, at whichever address; `None` if nobody does, or
/// the system does not show its processes.
#[cfg(target_os = "linux")]
pub fn holder(port: u16) -> Option<Holder> {
    use procfs::net::TcpState;
    use procfs::process::{FDTarget, Process};

    const COMMAND: usize = 80;

    let listens = |process: &Process| -> Vec<u64> {
        let tables = [process.tcp(), process.tcp6()];
        let entries = tables.into_iter().flatten().flatten();
        let here =
            entries.filter(|it| it.state == TcpState::Listen && it.local_address.port() == port);
        here.map(|it| it.inode).collect()
    };
    let inodes = listens(&Process::myself().ok()?);
    if inodes.is_empty() {
        return None;
    }
    let holds = |process: &Process| {
        let mut files = process.fd().into_iter().flatten().flatten();
        files.any(|file| matches!(file.target, FDTarget::Socket(inode) if inodes.contains(&inode)))
    };
    let mut all = procfs::process::all_processes().ok()?.flatten();
    let process = all.find(holds)?;
    let command = process.cmdline().unwrap_or_default().join(" ");
    Some(Holder {
        pid: process.pid,
        command: command.chars().take(COMMAND).collect(),
    })
}

/// The program that waits for clients on this TCP port: other systems do not say.
#[cfg(not(target_os = "linux"))]
pub fn holder(_: u16) -> Option<Holder> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_holds_a_port_is_found() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let holder = holder(port).expect("this very process");
        assert_eq!(holder.pid, std::process::id() as i32);
        assert!(!holder.command.is_empty());
    }
}
