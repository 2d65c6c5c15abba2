//! The addresses at which other machines reach this one, and the links made of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use game::address::Interface;

use crate::{Bound, Token};
use game::rules::RoomCode;

/// Prefixes of the names of interfaces that lead to containers and virtual machines, not to a class:
/// those of Linux, of VMware and VirtualBox, and of Hyper-V and WSL on Windows.
const NOT_A_CLASS: [&str; 9] = [
    "docker",
    "br-",
    "virbr",
    "veth",
    "lxc",
    "vmnet",
    "vboxnet",
    "vEthernet (WSL",
    "vEthernet (Default Switch",
];

impl Bound {
    /// The page's origin in a link to this address.
    pub fn origin(&self, address: SocketAddr) -> String {
        match (self.is_secure, &self.name) {
            (false, _) => format!("http://{address}"),
            (true, None) => format!("https://{address}"),
            (true, Some(name)) => format!("https://{name}:{}", address.port()),
        }
    }

    /// The link of the page for players, in a room if one is given.
    pub fn page_link(&self, address: SocketAddr, room: Option<RoomCode>) -> String {
        let room = room.map(|code| format!("#{code}"));
        format!("{}/{}", self.origin(address), room.unwrap_or_default())
    }

    /// The teacher's private link. A browser never sends the part after `#`.
    pub fn teacher_link(&self, address: SocketAddr, token: &Token) -> String {
        format!("{}/prof#{}", self.origin(address), token.secret())
    }
}

/// The addresses at which these listeners are reached: the machine's own addresses for a listener on
/// all of them. One loopback address, if there is any, comes last.
pub fn reachable(bound: &[SocketAddr], local: &[IpAddr]) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for door in bound {
        let of_family = |ip: &&IpAddr| ip.is_ipv4() == door.is_ipv4();
        let own = [door.ip()];
        let ips = if door.ip().is_unspecified() {
            local
        } else {
            &own
        };
        for ip in ips.iter().filter(of_family) {
            let address = SocketAddr::new(*ip, door.port());
            if !found.contains(&address) {
                found.push(address);
            }
        }
    }
    let (here, mut others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| address.ip().is_loopback());
    others.extend(here.first());
    others
}

/// This machine's addresses: first the one of its default route, then IPv4, then IPv6, then loopback.
/// Link-local addresses are left out, since they need a zone that a pupil does not know.
pub fn local_addresses() -> Vec<IpAddr> {
    let outward = outward_address();
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    let mut found: Vec<IpAddr> = interfaces
        .iter()
        .filter(|interface| !interface.is_link_local() && is_of_class(&interface.name))
        .map(|interface| interface.ip())
        .collect();
    found.sort_by_key(|ip| (ip.is_loopback(), Some(*ip) != outward, ip.is_ipv6()));
    found
}

/// Whether an interface with this name may lead to a class.
pub fn is_of_class(name: &str) -> bool {
    !NOT_A_CLASS.iter().any(|prefix| name.starts_with(prefix))
}

/// All of this machine's addresses with their networks; empty if the system does not tell.
pub fn interfaces() -> Vec<Interface> {
    os::interfaces::interfaces().unwrap_or_default()
}

/// The interfaces of a machine in two networks, for tests.
#[cfg(test)]
pub fn two_networks() -> [Interface; 2] {
    let interface = |address: &str, network: &str| Interface {
        name: "eth0".to_owned(),
        address: address.parse().expect("an address"),
        network: network.parse().expect("a network"),
    };
    [
        interface("192.168.1.10", "192.168.1.0/24"),
        interface("2001:db8::10", "2001:db8::/64"),
    ]
}

/// The local address of the default route; the remote address is reserved for documentation (RFC 5737).
fn outward_address() -> Option<IpAddr> {
    address_towards(Ipv4Addr::new(192, 0, 2, 1).into())
}

/// This machine's address as the machine at `far` reaches it: that of the route there. Connecting a UDP
/// socket chooses a route and sends nothing.
pub fn address_towards(far: IpAddr) -> Option<IpAddr> {
    let any: IpAddr = match far {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((far, DISCARD)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// The port of a service that answers nothing (RFC 863).
const DISCARD: u16 = 9;

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        let address = |text: &&str| text.parse().expect("an address");
        texts.iter().map(address).collect()
    }

    fn local() -> Vec<IpAddr> {
        let ip = |text: &str| text.parse().expect("an address");
        ["192.168.1.10", "2001:db8::5", "127.0.0.1", "::1"]
            .map(ip)
            .to_vec()
    }

    #[test]
    fn unspecified_addresses_become_those_that_pupils_can_type() {
        let doors = addresses(&["0.0.0.0:50000", "[::]:50000"]);
        let expected = addresses(&[
            "192.168.1.10:50000",
            "[2001:db8::5]:50000",
            "127.0.0.1:50000",
        ]);
        assert_eq!(reachable(&doors, &local()), expected);
        let doors = addresses(&["10.0.0.1:7"]);
        assert_eq!(reachable(&doors, &local()), doors);
        let doors = addresses(&["[::]:7"]);
        assert_eq!(
            reachable(&doors, &local()),
            addresses(&["[2001:db8::5]:7", "[::1]:7"])
        );
    }
}
