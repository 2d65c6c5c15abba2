//! Listening sockets, and the errors of accepting.

use std::io;
use std::net::{Ipv6Addr, SocketAddr};

use rustix::io::Errno;
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
    // After a stop the port is free at once, whatever connections still linger.
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        // 0.0.0.0 has a socket of its own.
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Whether `[::]` could not be bound because the machine has no IPv6.
pub fn is_no_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    let codes = [Errno::AFNOSUPPORT, Errno::ADDRNOTAVAIL];
    address.ip() == Ipv6Addr::UNSPECIFIED && is_one_of(error, &codes)
}

/// Whether the client was gone before it was accepted.
pub fn was_client_gone(error: &io::Error) -> bool {
    is_one_of(error, &[Errno::CONNABORTED, Errno::PROTO])
}

/// Whether there was no descriptor, or no memory, for one more connection.
pub fn is_shortage(error: &io::Error) -> bool {
    is_one_of(
        error,
        &[Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM],
    )
}

fn is_one_of(error: &io::Error, codes: &[Errno]) -> bool {
    let code = error.raw_os_error();
    codes.iter().any(|known| code == Some(known.raw_os_error()))
}
