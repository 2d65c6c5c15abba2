//! The relay's listening sockets.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use socket2::SockRef;
use tokio::net::TcpListener;

use os::interfaces::interfaces;
use os::listen;

/// Binds all of the addresses. Where there are several, a missing IPv6 address is skipped.
///
/// # Errors
///
/// The first address that could not be bound, and why.
pub fn open(
    mut wanted: Vec<SocketAddr>,
) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), (SocketAddr, io::Error)> {
    // With port 0 each address would get a different port, and a client needs one.
    if wanted.iter().any(|address| address.port() == 0) {
        wanted.truncate(1);
    }
    let several = wanted.len() > 1;
    let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
    let mut missing = None;
    for address in wanted {
        match open_one(address) {
            Ok((listener, address)) => {
                listeners.push(listener);
                addresses.push(address);
            }
            Err(error) if several && is_no_ipv6(address, &error) => {
                missing = Some((address, error));
            }
            Err(error) => return Err((address, error)),
        }
    }
    match missing {
        Some(missing) if listeners.is_empty() => Err(missing),
        _ => Ok((listeners, addresses)),
    }
}

/// Whether binding failed because this machine has no IPv6: `localhost` resolves to ::1 too.
fn is_no_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    let not_here = address.is_ipv6() && error.kind() == ErrorKind::AddrNotAvailable;
    not_here || listen::is_no_ipv6(address, error)
}

fn open_one(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = listen::open(address)?;
    // Accepted sockets inherit it, so telnet's urgent bytes stay in place from the first byte on.
    SockRef::from(&listener).set_out_of_band_inline(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

/// Whether one of the targets is one of the listening addresses. Such a relay would connect to
/// itself until its connections run out.
pub fn loops(addresses: &[SocketAddr], targets: &[SocketAddr]) -> bool {
    let itself = |here: &SocketAddr, there: &SocketAddr| {
        let (from, to) = (here.ip(), there.ip());
        let everywhere = from.is_unspecified() && is_here(to);
        let anywhere = to.is_unspecified() && is_here(from);
        here.port() == there.port() && (from == to || everywhere || anywhere)
    };
    let reaches = |here: &SocketAddr| targets.iter().any(|there| itself(here, there));
    addresses.iter().any(reaches)
}

/// Whether an address belongs to this machine.
fn is_here(ip: IpAddr) -> bool {
    let own = || interfaces().unwrap_or_default();
    ip.is_loopback() || ip.is_unspecified() || own().iter().any(|it| it.address == ip)
}
