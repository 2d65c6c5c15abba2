//! Echo requests (ICMP) that the system itself sends, for every user.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// Whether the system sends echo requests: Windows. Elsewhere a socket does, if the system lends one.
pub const HAS_OWN: bool = cfg!(windows);

/// Sends an echo request, and waits for its reply. Returns how long that took.
///
/// # Errors
/// [`io::ErrorKind::TimedOut`] when no reply came in time, [`io::ErrorKind::Unsupported`] where the
/// system sends none, or the system's.
pub fn echo(address: SocketAddr, payload: &[u8], patience: Duration) -> io::Result<Duration> {
    #[cfg(windows)]
    {
        let took = match address {
            SocketAddr::V4(v4) => win32::echo_v4(*v4.ip(), payload, patience),
            SocketAddr::V6(v6) => win32::echo_v6(v6, payload, patience),
        };
        took?.ok_or(io::ErrorKind::TimedOut.into())
    }
    #[cfg(not(windows))]
    {
        let _ = (address, payload, patience);
        Err(io::ErrorKind::Unsupported.into())
    }
}
