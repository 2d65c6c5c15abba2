//! What an address is for, by the range it is in.

use core::net::IpAddr;

use super::prefix::Prefix;

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// None: "this machine, whichever its address".
    Unspecified,
    /// This machine speaks with itself.
    Loopback,
    /// A home or a school; not reachable from the internet (RFC 1918).
    Private,
    /// Likewise, in IPv6 (RFC 4193).
    UniqueLocal,
    /// One cable or one Wi-Fi, without a router.
    LinkLocal,
    /// An internet provider's customers (RFC 6598).
    Shared,
    /// Many machines at once.
    Multicast,
    /// All machines of a network at once.
    Broadcast,
    /// Examples in texts.
    Documentation,
    /// Kept for later.
    Reserved,
    /// The internet.
    Global,
}

/// The ranges, from IANA's registries of special addresses. The first that fits counts.
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
    /// What this address is for.
    pub fn of(address: IpAddr) -> Kind {
        let fits = |range: &str| {
            let range: Prefix = range.parse().expect("the ranges are prefixes");
            range.contains(address)
        };
        let found = RANGES.into_iter().find(|(range, _)| fits(range));
        found.expect("both families have a range of all").1
    }

    /// The word for programs.
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

    /// The phrase for people.
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
