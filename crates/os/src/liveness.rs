//! How this side of a connection notices that the other one is gone.

use std::io;
use std::time::Duration;

#[cfg(unix)]
use std::os::fd::AsFd as AsSocket;
#[cfg(windows)]
use std::os::windows::io::AsSocket;

/// Breaks the connection when bytes were sent and nobody has acknowledged them for this time: the
/// other machine has vanished, or, on Linux, its program does not read. Windows is told the time in
/// seconds; elsewhere the system's own patience decides.
///
/// # Errors
/// The system's, when the option can't be set.
pub fn limit_unacknowledged(stream: &impl AsSocket, time: Duration) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(time))?;
    // A Windows without the option has its own patience.
    #[cfg(windows)]
    let _ = win32::limit_unacknowledged(stream, time);
    #[cfg(not(any(target_os = "linux", windows)))]
    let _ = (stream, time);
    Ok(())
}
