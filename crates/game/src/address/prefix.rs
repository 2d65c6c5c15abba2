//! Arithmetic of addresses: bits, network prefixes and masks.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;
use std::str::FromStr;

/// A network prefix, written `192.168.1.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// The network's first address: the bits after the prefix are 0.
    address: IpAddr,
    length: u8,
}

impl Prefix {
    /// The network with a prefix of this length that contains the address; `None` if the address
    /// has fewer bits.
    pub fn new(address: IpAddr, length: u8) -> Option<Prefix> {
        (length <= width(address)).then(|| Prefix {
            address: from_bits(bits(address) & mask_bits(address, length), address),
            length,
        })
    }

    /// The first address: the bits after the prefix are 0.
    pub fn first(self) -> IpAddr {
        self.address
    }

    /// The last address: the bits after the prefix are 1.
    pub fn last(self) -> IpAddr {
        let all = u128::MAX >> (128 - width(self.address));
        let hosts = all & !mask_bits(self.address, self.length);
        from_bits(bits(self.address) | hosts, self.address)
    }

    /// The length of the prefix, in bits.
    pub fn length(self) -> u8 {
        self.length
    }

    /// The number of bits after the prefix.
    pub fn host_bits(self) -> u8 {
        width(self.address) - self.length
    }

    /// Whether this is an IPv4 network.
    pub fn is_ipv4(self) -> bool {
        self.address.is_ipv4()
    }

    /// The mask: 1 for each bit of the prefix.
    pub fn mask(self) -> IpAddr {
        from_bits(mask_bits(self.address, self.length), self.address)
    }

    /// Whether the address is in the network.
    pub fn contains(self, address: IpAddr) -> bool {
        Prefix::new(address, self.length) == Some(self)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl FromStr for Prefix {
    type Err = ();

    /// Parses `ADDRESS/LENGTH`, with any address of the network.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, length) = text.split_once('/').ok_or(())?;
        let address = address.parse().map_err(drop)?;
        Prefix::new(address, length.parse().map_err(drop)?).ok_or(())
    }
}

/// The number of bits of an address of this family.
pub fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// An address as a number.
pub fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_bits().into(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The number of leading bits that two addresses of one family have in common.
pub fn common_length(a: IpAddr, b: IpAddr) -> u8 {
    let differing = u128::BITS - (bits(a) ^ bits(b)).leading_zeros();
    width(a) - u8::try_from(differing).expect("128 fits")
}

/// The number as an address of the family of `like`.
fn from_bits(bits: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => {
            let bits = u32::try_from(bits).expect("the bits of an IPv4 address");
            Ipv4Addr::from_bits(bits).into()
        }
        IpAddr::V6(_) => Ipv6Addr::from_bits(bits).into(),
    }
}

fn mask_bits(like: IpAddr, length: u8) -> u128 {
    let all = u128::MAX >> (128 - width(like));
    // A shift by all 128 bits is none: that mask is 0.
    let hosts = all.checked_shr(length.into()).unwrap_or(0);
    all & !hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_prefix_is_a_network_and_its_mask() {
        let cases = [
            ("192.168.1.77/24", "192.168.1.0/24", "255.255.255.0"),
            ("10.1.2.3/0", "0.0.0.0/0", "0.0.0.0"),
            ("10.1.2.3/32", "10.1.2.3/32", "255.255.255.255"),
            ("172.16.99.1/20", "172.16.96.0/20", "255.255.240.0"),
            (
                "2001:db8:1:2::9/64",
                "2001:db8:1:2::/64",
                "ffff:ffff:ffff:ffff::",
            ),
            ("fe80::1/0", "::/0", "::"),
            (
                "fe80::1/128",
                "fe80::1/128",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            ),
        ];
        for (text, shown, mask) in cases {
            let last = if text.contains(':') {
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            } else {
                "255.255.255.255"
            };
            let prefix: Prefix = text.parse().expect(text);
            assert_eq!(
                (prefix.to_string().as_str(), prefix.mask()),
                (shown, ip(mask))
            );
            assert_eq!(shown.split('/').next(), Some(&*prefix.first().to_string()));
            assert_eq!(
                bits(prefix.last()),
                bits(prefix.first()) | !bits(prefix.mask()) & bits(ip(last))
            );
        }
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "::/129",
            "x/8",
            "10.0.0.0/",
            "/8",
            "10.0.0.0/-1",
        ] {
            assert_eq!(text.parse::<Prefix>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_network_contains_its_own_and_no_other_family() {
        let network: Prefix = "192.168.1.0/24".parse().expect("a network");
        assert!(network.contains(ip("192.168.1.255")));
        assert!(!network.contains(ip("192.168.2.0")));
        assert!(!network.contains(ip("::192.168.1.1")));
    }

    #[test]
    fn common_bits_are_counted_from_the_first() {
        let cases = [
            ("192.168.1.10", "192.168.1.77", 25),
            ("192.168.1.10", "192.168.1.10", 32),
            ("0.0.0.0", "255.255.255.255", 0),
            ("2001:db8::1", "2001:db8::2", 126),
            ("::1", "::1", 128),
            ("::", "8000::", 0),
        ];
        for (a, b, length) in cases {
            assert_eq!(common_length(ip(a), ip(b)), length, "{a} {b}");
        }
    }
}
