//! What the system knows of a TCP socket, and when one is ready.

mod kernel;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

pub use kernel::Kernel;
use socket2::SockRef;

/// What is known of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketState {
    /// Bytes that have arrived and that its program has not read.
    pub unread: u32,
    /// All that has arrived.
    pub arrival: Arrival,
}

/// What has arrived at a socket since its connection began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Bytes received.
    pub bytes: u64,
    /// Segments with data received.
    pub segments: u32,
}

/// Waits until a read of this stream would return at once, with bytes, the end or an error; at most
/// `time` where one is given. Returns whether it would. An interrupted wait is over: `false`.
///
/// # Errors
/// The system's, when the stream can't be waited for.
#[cfg(unix)]
pub fn readable(stream: &TcpStream, time: Option<Duration>) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    let mut events = [PollFd::new(stream, PollFlags::IN)];
    // A time that is too long to be told is none.
    let time = time.and_then(|time| Timespec::try_from(time).ok());
    match poll(&mut events, time.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Waits until a read of this stream would return at once, with bytes, the end or an error; at most
/// `time` where one is given. Returns whether it would.
///
/// # Errors
/// The system's, when the stream can't be waited for.
#[cfg(windows)]
pub fn readable(stream: &TcpStream, time: Option<Duration>) -> io::Result<bool> {
    win32::readable(stream, time)
}

/// Acknowledges at once what arrives, as long as the system heeds it: what the other side sends in
/// several goes would otherwise wait there. Only Linux can be told so.
pub fn acknowledge_at_once(stream: &TcpStream) {
    // Without it, everything arrives too, only later.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_quickack(true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// Lets a socket that will connect come from this address. On Linux the port is chosen when it connects: one that
/// is taken now would be lost to every other connection of this machine, wherever it goes, and for a minute after
/// the end. A crowd of a few thousand that comes and goes would leave none.
///
/// # Errors
/// The system's, when this machine does not have the address.
pub fn come_from(socket: SockRef<'_>, source: Ipv4Addr) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use nix::sys::socket::{setsockopt, sockopt::IpBindAddressNoPort};
        // An emulated kernel may not know it: then the port is taken at once.
        let _ = setsockopt(&*socket, IpBindAddressNoPort, &true);
    }
    socket.bind(&SocketAddr::from((source, 0)).into())
}
