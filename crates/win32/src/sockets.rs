//! Ports of its own for a listener, and whose the machine's TCP sockets are.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::windows::io::{AsRawSocket, AsSocket};
use std::time::Duration;

use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, MIB_TCP_STATE_ESTAB, MIB_TCP_STATE_LISTEN, MIB_TCP6ROW_OWNER_PID,
    MIB_TCPROW_OWNER_PID, TCP_TABLE_OWNER_PID_ALL, TCP_TABLE_OWNER_PID_LISTENER,
};
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, IPPROTO_TCP, POLLRDNORM, SO_EXCLUSIVEADDRUSE, SOCKET_ERROR, SOL_SOCKET,
    TCP_MAXRT, WSAPOLLFD, WSAPoll, setsockopt,
};

use crate::size;

/// What the system answers when the buffer is too short (ERROR_INSUFFICIENT_BUFFER).
const TOO_SHORT: u32 = 122;
/// Before the rows of a table comes their number.
const HEAD: usize = size_of::<u32>();

/// Has a socket that is not bound yet take its port for itself: no other program can then listen there
/// too, which Windows allows otherwise.
///
/// # Errors
/// The system's.
pub fn exclusive(socket: &impl AsSocket) -> io::Result<()> {
    set(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1)
}

/// Breaks a connection when bytes that were sent have not been acknowledged for this time, which the
/// system rounds to seconds.
///
/// # Errors
/// The system's.
pub fn limit_unacknowledged(socket: &impl AsSocket, time: Duration) -> io::Result<()> {
    let seconds = i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
    set(socket, IPPROTO_TCP, TCP_MAXRT, seconds.max(1))
}

/// Sets an option whose value is a number.
fn set(socket: &impl AsSocket, level: i32, option: i32, value: i32) -> io::Result<()> {
    let socket = socket.as_socket().as_raw_socket() as usize;
    // SAFETY: the socket is open while it is borrowed, and the option is a number of this length.
    let returned = unsafe {
        let value = (&raw const value).cast();
        setsockopt(socket, level, option, value, size::<i32>() as i32)
    };
    if returned == SOCKET_ERROR {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Waits until a read of this socket would return at once, with bytes, the end or an error; at most
/// `time` where one is given. Returns whether it would.
///
/// # Errors
/// The system's.
pub fn readable(socket: &impl AsSocket, time: Option<Duration>) -> io::Result<bool> {
    // Rounded up; without a time, or with one of more than 24 days, the wait has no bound.
    let most = time.and_then(|time| i32::try_from(time.as_micros().div_ceil(1000)).ok());
    let mut polled = WSAPOLLFD {
        fd: socket.as_socket().as_raw_socket() as usize,
        events: POLLRDNORM,
        revents: 0,
    };
    // SAFETY: the socket is open while it is borrowed, and there is one structure, as the call is told.
    match unsafe { WSAPoll(&mut polled, 1, most.unwrap_or(-1)) } {
        SOCKET_ERROR => Err(io::Error::last_os_error()),
        ready => Ok(ready > 0),
    }
}

/// A TCP socket of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TcpEntry {
    /// Its own address.
    pub local: SocketAddr,
    /// The number of the process that holds it.
    pub process: u32,
    /// Whether it waits for clients.
    pub listens: bool,
    /// Whether it has a connection.
    pub connected: bool,
}

/// Which TCP sockets are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpKind {
    /// Those that wait for clients.
    Listeners,
    /// All. Wine takes seconds on a machine with many connections.
    All,
}

/// The TCP sockets of this machine.
///
/// # Errors
/// The system's.
pub fn tcp_table(kind: TcpKind) -> io::Result<Vec<TcpEntry>> {
    let mut entries: Vec<TcpEntry> = rows(&table(u32::from(AF_INET), kind)?).map(v4).collect();
    entries.extend(rows(&table(u32::from(AF_INET6), kind)?).map(v6));
    Ok(entries)
}

/// A row of a table, which only the system writes and which any bytes are a value of.
trait Row: Copy {}
impl Row for MIB_TCPROW_OWNER_PID {}
impl Row for MIB_TCP6ROW_OWNER_PID {}

fn table(family: u32, kind: TcpKind) -> io::Result<Vec<u8>> {
    let class = match kind {
        TcpKind::Listeners => TCP_TABLE_OWNER_PID_LISTENER,
        TcpKind::All => TCP_TABLE_OWNER_PID_ALL,
    };
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        let mut length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: the buffer is as long as the call is told.
        let status = unsafe {
            let table = buffer.as_mut_ptr().cast();
            GetExtendedTcpTable(table, &mut length, 0, family, class, 0)
        };
        match status {
            0 => return Ok(buffer),
            // Sockets may come meanwhile.
            TOO_SHORT => buffer.resize(length as usize + 1024, 0),
            error => return Err(io::Error::from_raw_os_error(error as i32)),
        }
    }
}

fn rows<R: Row>(table: &[u8]) -> impl Iterator<Item = R> {
    let count = table
        .first_chunk()
        .map_or(0, |head| u32::from_ne_bytes(*head));
    let rows = table.get(HEAD..).unwrap_or_default();
    rows.chunks_exact(size_of::<R>())
        .take(count as usize)
        // SAFETY: the chunk is as long as a row, of which any bytes are a value.
        .map(|row| unsafe { row.as_ptr().cast::<R>().read_unaligned() })
}

/// A port, as the tables have it: in the network's order, in the lower half.
fn port(field: u32) -> u16 {
    u16::from_be(field as u16)
}

fn v4(row: MIB_TCPROW_OWNER_PID) -> TcpEntry {
    let ip = Ipv4Addr::from_bits(u32::from_be(row.dwLocalAddr));
    entry(ip.into(), row.dwLocalPort, row.dwState, row.dwOwningPid)
}

fn v6(row: MIB_TCP6ROW_OWNER_PID) -> TcpEntry {
    let ip = Ipv6Addr::from(row.ucLocalAddr);
    entry(ip.into(), row.dwLocalPort, row.dwState, row.dwOwningPid)
}

fn entry(ip: IpAddr, field: u32, state: u32, process: u32) -> TcpEntry {
    TcpEntry {
        local: SocketAddr::new(ip, port(field)),
        process,
        listens: state == MIB_TCP_STATE_LISTEN as u32,
        connected: state == MIB_TCP_STATE_ESTAB as u32,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_socket_is_readable_once_bytes_have_come() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let mut near = TcpStream::connect(listener.local_addr().expect("bound")).expect("listens");
        let (far, _) = listener.accept().expect("a client");
        let moment = Some(Duration::from_millis(20));
        assert!(!readable(&far, moment).expect("connected"));
        near.write_all(b"50").expect("connected");
        assert!(readable(&far, None).expect("connected"));
    }

    #[test]
    fn a_listener_of_this_process_is_in_the_table() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let found = tcp_table(TcpKind::Listeners).expect("a table");
        let found = found.iter().find(|entry| entry.local == address);
        assert!(found.is_some_and(|entry| entry.listens), "{found:?}");
    }

    /// A table as Windows gives it: two rows, of which the second is a listener at port 50000.
    #[test]
    fn a_recorded_table_is_read() {
        let mut table = 2_u32.to_ne_bytes().to_vec();
        for row in [
            [5, 0x0100_007f, 0x5000, 0x0100_007f, 0x50c3, 4711],
            [2, 0, 0x50c3, 0, 0, 4712],
        ] {
            table.extend(row.iter().flat_map(|field: &u32| field.to_le_bytes()));
        }
        let found: Vec<TcpEntry> = rows(&table).map(v4).collect();
        let listener = TcpEntry {
            local: "0.0.0.0:50000".parse().expect("an address"),
            process: 4712,
            listens: true,
            connected: false,
        };
        assert_eq!(found.len(), 2);
        assert_eq!(found[1], listener);
        assert_eq!(found[0].local, "127.0.0.1:80".parse().expect("an address"));
        assert!(found[0].connected);
    }
}
