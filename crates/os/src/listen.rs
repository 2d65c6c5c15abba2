//! Listening sockets, and the errors of accepting.

use std::io;
use std::net::{Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

use game::limits::BACKLOG;

/// Listens at that address, whatever connections of it still linger. An IPv6 address takes no
/// IPv4.
pub fn open(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // After a stop the port is free at once, whatever connections still linger. Windows frees it by
    // itself; there the option would let two servers share a port, and another program could take
    // the port from this one.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(windows)]
    win32::exclusive(&socket)?;
    if address.is_ipv6() {
        // 0.0.0.0 has a socket of its own.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Listens in front of a listener at the same address that has agreed to share it (see
/// `process::Child::share_listeners`): connections of this machine's programs come here.
///
/// The kernel prefers a listener that is bound to the interface through which a connection comes, and
/// all of them come through the loopback interface, whatever address of the machine they go to.
///
/// # Errors
/// The system's, and where this is unknown how to do.
#[cfg(target_os = "linux")]
pub fn in_front(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.bind_device(Some(b"lo"))?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The same where it is unknown how to do.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn in_front(_address: SocketAddr) -> io::Result<std::net::TcpListener> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether `[::]` could not be bound because the machine has no IPv6.
pub fn is_no_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    address.ip() == Ipv6Addr::UNSPECIFIED && is_one_of(error, &errors::NO_IPV6)
}

/// Whether the system keeps the port for itself: Windows answers so where Hyper-V or WSL have excluded a
/// range of ports, or where a program has the port for itself alone.
pub fn is_reserved(error: &io::Error) -> bool {
    is_one_of(error, &errors::RESERVED)
}

/// Whether the client was gone before it was accepted.
pub fn was_client_gone(error: &io::Error) -> bool {
    is_one_of(error, &errors::CLIENT_GONE)
}

/// Whether there was no descriptor, or no memory, for one more connection.
pub fn is_shortage(error: &io::Error) -> bool {
    is_one_of(error, &errors::SHORTAGE)
}

fn is_one_of(error: &io::Error, codes: &[i32]) -> bool {
    error
        .raw_os_error()
        .is_some_and(|code| codes.contains(&code))
}

/// The system's numbers of errors that std has no kind for.
#[cfg(unix)]
mod errors {
    use rustix::io::Errno;

    pub const NO_IPV6: [i32; 2] = [
        Errno::AFNOSUPPORT.raw_os_error(),
        Errno::ADDRNOTAVAIL.raw_os_error(),
    ];
    pub const RESERVED: [i32; 0] = [];
    pub const CLIENT_GONE: [i32; 2] = [
        Errno::CONNABORTED.raw_os_error(),
        Errno::PROTO.raw_os_error(),
    ];
    pub const SHORTAGE: [i32; 4] = [
        Errno::MFILE.raw_os_error(),
        Errno::NFILE.raw_os_error(),
        Errno::NOBUFS.raw_os_error(),
        Errno::NOMEM.raw_os_error(),
    ];
}

/// The system's numbers of errors that std has no kind for: Winsock's.
#[cfg(windows)]
mod errors {
    /// WSAEAFNOSUPPORT, WSAEADDRNOTAVAIL.
    pub const NO_IPV6: [i32; 2] = [10_047, 10_049];
    /// WSAEACCES.
    pub const RESERVED: [i32; 1] = [10_013];
    /// WSAECONNABORTED, WSAECONNRESET.
    pub const CLIENT_GONE: [i32; 2] = [10_053, 10_054];
    /// WSAEMFILE, WSAENOBUFS.
    pub const SHORTAGE: [i32; 2] = [10_024, 10_055];
}
