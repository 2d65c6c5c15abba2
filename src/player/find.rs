//! Finds servers on the local network, where `serve` announces itself by mDNS.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent};

use game::limits::SERVERS_FOUND;
use game::protocol::SERVICE;
use game::visible::visible;
use os::endpoint::Target;

/// Time of the search. A server usually answers within a tenth of a second.
const SEARCH: Duration = Duration::from_millis(1500);
/// Time to wait for further servers once one was found.
const ANOTHER: Duration = Duration::from_millis(500);
/// Characters of a server's name at most.
const NAME_CHARS: usize = 40;

/// A server that announces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name, safe to show on a terminal.
    pub name: String,
    /// Its best address, and its port.
    pub server: Target,
}

/// The servers of the local network, by name. Empty if the network cannot be asked.
pub fn servers() -> Vec<Found> {
    let mut found = BTreeMap::new();
    let Ok(daemon) = ServiceDaemon::new() else {
        return Vec::new();
    };
    if let Ok(events) = daemon.browse(SERVICE) {
        let begun = Instant::now();
        let mut end = begun + SEARCH;
        while let Ok(event) = events.recv_deadline(end) {
            let ServiceEvent::ServiceResolved(service) = event else {
                continue;
            };
            if found.len() < SERVERS_FOUND
                && let Some(server) = read(&service)
            {
                found.insert(service.fullname.clone(), server);
                end = end.min(Instant::now() + ANOTHER);
            }
        }
    }
    let _ = daemon.shutdown();
    found.into_values().collect()
}

/// Reads an announcement, which anybody on the network may have written. `None` without an address.
fn read(service: &ResolvedService) -> Option<Found> {
    let addresses = service.get_addresses().iter();
    let best = addresses
        .map(|address| address.to_ip_addr())
        .min_by_key(|ip| (rank(*ip), *ip))?;
    let name = service.fullname.strip_suffix(SERVICE)?;
    Some(Found {
        name: plain(name.trim_end_matches('.')),
        server: Target::new(best.to_string(), service.port),
    })
}

/// Ranks an address by how easily others can type it; loopback is last. A link-local address of IPv6
/// needs a zone, which is not announced.
fn rank(ip: IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() => 3,
        IpAddr::V6(ip) if ip.is_unicast_link_local() => 2,
        IpAddr::V6(_) => 1,
        IpAddr::V4(_) => 0,
    }
}

/// A name as it is shown: cut, and safe for a terminal.
fn plain(name: &str) -> String {
    let cut: String = name.chars().take(NAME_CHARS).collect();
    visible(&cut).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_name_can_do_nothing_to_a_terminal() {
        assert_eq!(plain("Juste prix 4F2A"), "Juste prix 4F2A");
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\n"), "a\\x1b[2Jb\\u202ec\\n");
        assert_eq!(plain(&"x".repeat(300)).len(), NAME_CHARS);
    }

    #[test]
    fn an_address_that_can_be_typed_is_the_best() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let mut all = ["::1", "fe80::1", "2001:db8::1", "192.168.1.10"].map(ip);
        all.sort_by_key(|ip| rank(*ip));
        assert_eq!(all.map(|ip| ip.to_string())[0], "192.168.1.10");
        assert_eq!(all.map(|ip| ip.to_string())[3], "::1");
    }
}
