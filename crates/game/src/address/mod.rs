//! Addresses: their bits ([`prefix`]) and their purpose ([`kind`]), for the commands of `net` and
//! the lesson, which both compare addresses.

pub mod kind;
pub mod prefix;

use core::net::IpAddr;

use prefix::Prefix;

/// Whether two addresses belong to one local network, as far as a server with these interfaces can
/// tell: both are of a kind that no router of the internet forwards, or both are in a network of the
/// server's own.
pub fn are_local(one: IpAddr, other: IpAddr, server: &[Interface]) -> bool {
    use kind::Kind::{LinkLocal, Loopback, Private, UniqueLocal};
    let kinds = [kind::Kind::of(one), kind::Kind::of(other)];
    let are_private = kinds[0] == kinds[1]
        && matches!(kinds[0], LinkLocal | Loopback | Private | UniqueLocal)
        && one.is_ipv4() == other.is_ipv4();
    let is_shared = |it: &Interface| it.network.contains(one) && it.network.contains(other);
    are_private || server.iter().any(is_shared)
}

/// An address of a network interface, and its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The interface's name, such as `eth0`.
    pub name: String,
    /// The address.
    pub address: IpAddr,
    /// Its network.
    pub network: Prefix,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_is_what_stays_in_one_network() {
        let at = |text: &str| text.parse().expect("an address");
        let server = [Interface {
            name: "eth0".into(),
            address: at("193.48.3.1"),
            network: "193.48.3.0/24".parse().expect("a network"),
        }];
        for (one, other, local) in [
            ("192.168.1.7", "192.168.1.9", true),
            ("10.0.0.7", "10.3.0.9", true),
            ("127.0.0.1", "127.0.0.2", true),
            ("fe80::1", "fe80::2", true),
            ("fd00::1", "fd00::2", true),
            ("193.48.3.7", "193.48.3.9", true),
            ("193.48.3.7", "193.48.4.9", false),
            ("82.64.1.1", "90.12.3.4", false),
            ("192.168.1.7", "82.64.1.1", false),
            ("192.168.1.7", "127.0.0.1", false),
            ("192.168.1.7", "fe80::1", false),
            ("100.64.0.1", "100.64.0.2", false),
        ] {
            assert_eq!(
                are_local(at(one), at(other), &server),
                local,
                "{one} {other}"
            );
        }
    }
}
