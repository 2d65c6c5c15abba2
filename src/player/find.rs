//! Finding a server on the local network, as `serve` announces itself (mDNS).

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use mdns_sd::{ResolvedService, ServiceDaemon, ServiceEvent};

use game::limits::SERVERS_FOUND;
use game::protocol::SERVICE;
use os::endpoint::Target;

/// How long a server is looked for. It answers within a tenth of a second, if it does.
const SEARCH: Duration = Duration::from_millis(1500);
/// How long another one is waited for once one was found.
const ANOTHER: Duration = Duration::from_millis(500);
/// Characters of a server's name that are shown.
const NAME_CHARS: usize = 40;

/// A server that announces itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name that it gives itself.
    pub name: String,
    /// Where it is.
    pub server: Target,
}

/// The servers of the local network, by name; none where it can't be asked.
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

/// What an announcement says. Anybody on the network can have written it.
fn read(service: &ResolvedService) -> Option<Found> {
    let addresses = service.get_addresses().iter();
    let best = addresses
        .map(|address| address.to_ip_addr())
        .min_by_key(|ip| (rank(*ip), *ip))?;
    let name = service.fullname.strip_suffix(SERVICE)?;
    Some(Found {
        name: plain(name.trim_end_matches('.')),
        server: Target {
            host: best.to_string(),
            port: service.port,
        },
    })
}

/// Addresses that others can type come first; this machine's own end of the loopback comes last.
/// A link-local one of IPv6 needs a zone, which is not told.
fn rank(ip: IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() => 3,
        IpAddr::V6(ip) if ip.is_unicast_link_local() => 2,
        IpAddr::V6(_) => 1,
        IpAddr::V4(_) => 0,
    }
}

/// A name without what could move a terminal's cursor.
fn plain(name: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    name.chars().filter(is_plain).take(NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_name_can_do_nothing_to_a_terminal() {
        assert_eq!(plain("Juste prix 4F2A"), "Juste prix 4F2A");
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\n"), "a2Jbc");
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
