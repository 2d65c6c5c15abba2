//! Where the relay waits for clients.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};

use socket2::SockRef;
use tokio::net::TcpListener;

use game::phrases::{Lang, say};
use os::console::{Failure, reason};
use os::endpoint::{LESSON_PORT, ListenAddress, Target};
use os::listen;

/// Listens at all addresses behind this one. Where there are several, IPv6's may be missing.
pub fn open(
    listen: &ListenAddress,
    target: &Target,
    lang: Lang,
) -> Result<(Vec<TcpListener>, Vec<SocketAddr>), Failure> {
    let mut wanted = listen.resolve().map_err(|error| {
        let address = listen.to_string().into();
        let why = reason(&error, lang).into();
        let args = [("address", address), ("reason", why)];
        Failure::Run(say(lang, "tap-no-listen", &args))
    })?;
    // Each would get another free port, and a client wants one.
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
            Err(error) => return Err(not_open(address, target, &error, lang)),
        }
    }
    match missing {
        Some((address, error)) if listeners.is_empty() => {
            Err(not_open(address, target, &error, lang))
        }
        _ => Ok((listeners, addresses)),
    }
}

/// `localhost` is ::1 too, where there is IPv6.
fn is_no_ipv6(address: SocketAddr, error: &io::Error) -> bool {
    let not_here = address.is_ipv6() && error.kind() == ErrorKind::AddrNotAvailable;
    not_here || listen::is_no_ipv6(address, error)
}

fn open_one(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = listen::open(address)?;
    // Those whom it accepts keep telnet's urgent bytes in their place from the first on.
    SockRef::from(&listener).set_out_of_band_inline(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

fn not_open(address: SocketAddr, target: &Target, error: &io::Error, lang: Lang) -> Failure {
    let place = ("address", address.to_string().into());
    let port = ("port", address.port().to_string().into());
    let sentence = match error.kind() {
        ErrorKind::AddrInUse => {
            let other = ("other", other_port(address.port()).into());
            let target = ("target", target.to_string().into());
            say(lang, "tap-bind-in-use", &[place, port, other, target])
        }
        _ => {
            let why = ("reason", reason(error, lang).into());
            say(lang, "tap-bind-other", &[place, port, why])
        }
    };
    Failure::Run(sentence)
}

/// A port to take in the place of this one.
fn other_port(port: u16) -> String {
    let next = port.checked_add(1).filter(|port| *port > 1024);
    next.unwrap_or(LESSON_PORT + 1).to_string()
}

/// A relay whose target is itself would fill all its places with one client.
pub fn refuse_itself(
    addresses: &[SocketAddr],
    target: &Target,
    targets: &[SocketAddr],
    lang: Lang,
) -> Result<(), Failure> {
    let itself = |(here, there): (&SocketAddr, &SocketAddr)| {
        let (from, to) = (here.ip(), there.ip());
        let everywhere = from.is_unspecified() && is_here(to);
        let anywhere = to.is_unspecified() && is_here(from);
        here.port() == there.port() && (from == to || everywhere || anywhere)
    };
    let mut pairs = addresses
        .iter()
        .flat_map(|here| targets.iter().map(move |it| (here, it)));
    if !pairs.any(itself) {
        return Ok(());
    }
    let other = other_port(target.port).into();
    let args = [("target", target.to_string().into()), ("other", other)];
    Err(Failure::Usage(say(lang, "tap-itself", &args)))
}

/// Whether an address is one of this machine.
fn is_here(ip: IpAddr) -> bool {
    let own = || if_addrs::get_if_addrs().unwrap_or_default();
    ip.is_loopback() || ip.is_unspecified() || own().iter().any(|it| it.ip() == ip)
}
