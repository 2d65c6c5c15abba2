//! The purpose of an address, by its range.

use core::net::IpAddr;

use super::prefix::Prefix;

/// The purpose of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The unspecified address: this machine, at any of its addresses.
    Unspecified,
    /// Loopback: a machine that talks to itself.
    Loopback,
    /// A private network, not reachable from the internet (RFC 1918).
    Private,
    /// A private network of IPv6 (RFC 4193).
    UniqueLocal,
    /// Link-local: one cable or one Wi-Fi network, without a router.
    LinkLocal,
    /// A provider's network between its customers and the internet (RFC 6598).
    Shared,
    /// Multicast: many machines at once.
    Multicast,
    /// Broadcast: all machines of a network at once.
    Broadcast,
    /// Examples in documentation.
    Documentation,
    /// Reserved.
    Reserved,
    /// A global address, reachable from the internet.
    Global,
}

/// The ranges of IANA's registries of special-purpose addresses. The first match counts.
const RANGES: [(&str, Kind); 23] = [
    ("0.0.0.0/32", Kind::Unspecified),
    ("0.0.0.0/8", Kind::Reserved),
    ("10.0.0.0/8", Kind::Private),
    ("100.64.0.0/10", Kind::Shared),
    ("127.0.0.0/8", Kind::Loopback),
    ("169.254.0.0/16", Kind::LinkLocal),
    ("172.16.0.0/12", Kind::Private),
    ("192.0.2.0/24", Kind::Documentation),
    ("192.168.0.0/16", Kind::Private),
    ("198.51.100.0/24", Kind::Documentation),
    ("203.0.113.0/24", Kind::Documentation),
    ("224.0.0.0/4", Kind::Multicast),
    ("255.255.255.255/32", Kind::Broadcast),
    ("240.0.0.0/4", Kind::Reserved),
    ("0.0.0.0/0", Kind::Global),
    ("::/128", Kind::Unspecified),
    ("::1/128", Kind::Loopback),
    ("2001:db8::/32", Kind::Documentation),
    ("2000::/3", Kind::Global),
    ("fc00::/7", Kind::UniqueLocal),
    ("fe80::/10", Kind::LinkLocal),
    ("ff00::/8", Kind::Multicast),
    ("::/0", Kind::Reserved),
];

impl Kind {
    /// The kind of an address.
    pub fn of(address: IpAddr) -> Kind {
        let fits = |range: &str| {
            let range: Prefix = range.parse().expect("the ranges are prefixes");
            range.contains(address)
        };
        let found = RANGES.into_iter().find(|(range, _)| fits(range));
        found.expect("both families have a range of all").1
    }

    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Unspecified => "unspecified",
            Kind::Loopback => "loopback",
            Kind::Private => "private",
            Kind::UniqueLocal => "unique-local",
            Kind::LinkLocal => "link-local",
            Kind::Shared => "shared",
            Kind::Multicast => "multicast",
            Kind::Broadcast => "broadcast",
            Kind::Documentation => "documentation",
            Kind::Reserved => "reserved",
            Kind::Global => "global",
        }
    }

    /// The id of the phrase that explains it.
    pub fn phrase(self) -> &'static str {
        match self {
            Kind::Unspecified => "kind-unspecified",
            Kind::Loopback => "kind-loopback",
            Kind::Private => "kind-private",
            Kind::UniqueLocal => "kind-unique-local",
            Kind::LinkLocal => "kind-link-local",
            Kind::Shared => "kind-shared",
            Kind::Multicast => "kind-multicast",
            Kind::Broadcast => "kind-broadcast",
            Kind::Documentation => "kind-documentation",
            Kind::Reserved => "kind-reserved",
            Kind::Global => "kind-global",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_by_their_range() {
        let cases = [
            ("127.8.9.1", Kind::Loopback),
            ("10.0.0.1", Kind::Private),
            ("172.31.255.255", Kind::Private),
            ("172.32.0.0", Kind::Global),
            ("192.168.1.10", Kind::Private),
            ("169.254.3.4", Kind::LinkLocal),
            ("100.127.0.1", Kind::Shared),
            ("8.8.8.8", Kind::Global),
            ("224.0.0.251", Kind::Multicast),
            ("255.255.255.255", Kind::Broadcast),
            ("250.0.0.1", Kind::Reserved),
            ("0.0.0.0", Kind::Unspecified),
            ("::", Kind::Unspecified),
            ("::1", Kind::Loopback),
            ("fe80::1", Kind::LinkLocal),
            ("fd12:3456::1", Kind::UniqueLocal),
            ("2a01:e0a::1", Kind::Global),
            ("2001:db8::1", Kind::Documentation),
            ("ff02::fb", Kind::Multicast),
            ("4000::1", Kind::Reserved),
        ];
        for (address, kind) in cases {
            let parsed = address.parse().expect("an address");
            assert_eq!(Kind::of(parsed), kind, "{address}");
        }
    }
}
