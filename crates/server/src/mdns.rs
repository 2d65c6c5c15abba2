//! Announces the text door on the local network (mDNS, DNS-SD: RFC 6762 and 6763), so that
//! `juste-prix play` finds it without an address.
//!
//! The announcement does not tell whose machine it is: it has a name drawn at each start, and the
//! addresses and the port that the server listens on, but not the machine's own name.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use data_encoding::BASE32_NOPAD;
use mdns_sd::{IfKind, IfPredicate, ServiceDaemon, ServiceInfo};

use super::addresses::is_of_class;
use game::protocol::SERVICE;
use os::system;

/// How long the server waits at its end for the farewell to be sent.
const FAREWELL: Duration = Duration::from_millis(200);

/// Whether the server is announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Announced {
    /// It is not: it was not asked for, or only this machine can connect.
    #[default]
    No,
    /// It is, under this name.
    As(String),
    /// It could not be, for this reason.
    Failed(String),
}

/// A running announcement.
pub struct Announcer {
    daemon: ServiceDaemon,
    name: String,
}

/// Announces the listeners that other machines can reach, if there are any.
pub fn announce(doors: &[SocketAddr]) -> (Announced, Option<Announcer>) {
    let outside: Vec<SocketAddr> = doors.iter().copied().filter(is_outside).collect();
    let Some(port) = outside.first().map(SocketAddr::port) else {
        return (Announced::No, None);
    };
    let mut random = [0; 5];
    system::entropy()(&mut random);
    let word = &BASE32_NOPAD.encode(&random)[..4];
    let name = format!("Juste prix {word}");
    match register(&outside, &name, word, port) {
        Ok(announcer) => (Announced::As(name), Some(announcer)),
        Err(error) => (Announced::Failed(error.to_string()), None),
    }
}

fn is_outside(door: &SocketAddr) -> bool {
    !door.ip().is_loopback()
}

fn register(
    doors: &[SocketAddr],
    name: &str,
    word: &str,
    port: u16,
) -> Result<Announcer, mdns_sd::Error> {
    let daemon = ServiceDaemon::new()?;
    let others = IfPredicate::new(|interface| !is_of_class(&interface.name));
    daemon.disable_interface(IfKind::Predicate(others))?;
    for (kind, is_ours) in [
        (IfKind::IPv4, doors.iter().any(SocketAddr::is_ipv4)),
        (IfKind::IPv6, doors.iter().any(SocketAddr::is_ipv6)),
    ] {
        if !is_ours {
            daemon.disable_interface(kind)?;
        }
    }
    let host = format!("juste-prix-{}.local.", word.to_ascii_lowercase());
    let own: Vec<IpAddr> = doors.iter().map(SocketAddr::ip).collect();
    let is_everywhere = own.iter().any(IpAddr::is_unspecified);
    let own = if is_everywhere { Vec::new() } else { own };
    let properties: &[(&str, &str)] = &[];
    let info = ServiceInfo::new(SERVICE, name, &host, &own[..], port, properties)?;
    // The addresses change with cables and Wi-Fi.
    let info = if is_everywhere {
        info.enable_addr_auto()
    } else {
        info
    };
    let name = info.get_fullname().to_owned();
    daemon.register(info)?;
    Ok(Announcer { daemon, name })
}

impl Announcer {
    /// Withdraws the announcement.
    pub fn end(self) {
        // A machine that misses the farewell finds that nobody answers.
        if let Ok(told) = self.daemon.unregister(&self.name) {
            let _ = told.recv_timeout(FAREWELL);
        }
        let _ = self.daemon.shutdown();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects a server that is tried on one machine: no other machine learns of it.
    #[test]
    fn a_listener_on_loopback_is_not_announced() {
        let doors = ["127.0.0.1:50000", "[::1]:50000"].map(|text| text.parse().expect("it"));
        assert_eq!(announce(&doors).0, Announced::No);
        assert_eq!(announce(&[]).0, Announced::No);
    }
}
