//! `net common`: what addresses have in common, bit by bit, and whether they are on one network.

use std::net::IpAddr;

use super::system::interfaces;
use crate::cli::net::Common;
use game::address::Interface;
use game::address::prefix::{Prefix, bits, common_length, width};
use game::phrases::{Lang, say};
use os::console::{Failure, print};

/// Compares the addresses.
///
/// # Errors
/// The addresses are of both families, or the system does not list its own.
pub fn common(args: &Common, lang: Lang) -> Result<(), Failure> {
    let addresses = [&[args.first], args.others.as_slice()].concat();
    let ipv4 = args.first.is_ipv4();
    if addresses.iter().any(|address| address.is_ipv4() != ipv4) {
        return Err(Failure::Usage(say(lang, "common-mixed", &[])));
    }
    let length = addresses
        .iter()
        .map(|other| common_length(args.first, *other));
    let length = length.min().expect("the first is there");
    let prefix = Prefix::new(args.first, length).expect("no more than its bits");
    let network = Network::of(&addresses, &interfaces(lang)?);
    let text = match args.json {
        true => document(&addresses, prefix, &network).to_string(),
        false => [
            picture(&addresses, length),
            in_common(prefix, lang),
            network.sentence(lang),
        ]
        .join("\n"),
    };
    print(&text, lang)
}

/// Whether the addresses are on one network. This depends on the network's prefix length, which only
/// a machine on that network knows.
#[derive(Debug, PartialEq, Eq)]
struct Network {
    length: u8,
    same: bool,
    /// The interface whose prefix length it is; `None` if no interface is on the network, and the usual
    /// length is assumed.
    interface: Option<String>,
}

impl Network {
    fn of(addresses: &[IpAddr], interfaces: &[Interface]) -> Network {
        let ours = interfaces.iter().filter(|it| {
            let mut addresses = addresses.iter();
            addresses.any(|address| it.network.contains(*address))
        });
        let narrowest = ours.max_by_key(|it| it.network.length());
        let (network, interface) = match narrowest {
            Some(it) => (it.network, Some(it.name.clone())),
            None => {
                let usual = if addresses[0].is_ipv4() { 24 } else { 64 };
                let usual = Prefix::new(addresses[0], usual);
                (usual.expect("shorter than an address"), None)
            }
        };
        Network {
            length: network.length(),
            same: addresses.iter().all(|it| network.contains(*it)),
            interface,
        }
    }

    fn sentence(&self, lang: Lang) -> String {
        let id = match (&self.interface, self.same) {
            (Some(_), true) => "common-same",
            (Some(_), false) => "common-differs",
            (None, true) => "common-would-be-same",
            (None, false) => "common-would-differ",
        };
        let interface = self.interface.as_deref().unwrap_or_default();
        let length = self.length.to_string();
        let args = [("interface", interface.into()), ("length", length.into())];
        say(lang, id, &args)
    }
}

fn in_common(prefix: Prefix, lang: Lang) -> String {
    let args = [
        ("bits", prefix.length().into()),
        ("prefix", prefix.to_string().into()),
        ("mask", prefix.mask().to_string().into()),
    ];
    say(lang, "common-bits", &args)
}

fn document(addresses: &[IpAddr], prefix: Prefix, network: &Network) -> serde_json::Value {
    let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    serde_json::json!({
        "addresses": addresses,
        "bits": prefix.length(),
        "prefix": prefix.to_string(),
        "mask": prefix.mask().to_string(),
        "same_network": network.same,
        "network_bits": network.length,
        "interface": network.interface,
    })
}

/// Bits in a line of the picture: an IPv4 address takes one line, an IPv6 address four.
const LINE: u8 = 32;

/// Draws the addresses' bits one below another, and marks those in common.
fn picture(addresses: &[IpAddr], common: u8) -> String {
    let first = addresses[0];
    let mut lines = Vec::new();
    for start in (0..width(first)).step_by(LINE.into()) {
        let labels = addresses.iter().map(|address| label(*address, start));
        let labels: Vec<String> = labels.collect();
        let widest = labels.iter().map(String::len).max().unwrap_or(0);
        for (address, label) in addresses.iter().zip(&labels) {
            let digit = |place: u8| {
                let bit = bits(*address) >> (width(*address) - 1 - place) & 1;
                if bit == 1 { '1' } else { '0' }
            };
            lines.push(format!("{label:widest$}  {}", row(first, start, digit)));
        }
        let mark = |place: u8| if place < common { '^' } else { ' ' };
        let marks = row(first, start, mark).replace(['.', ':'], " ");
        lines.push(format!("{:widest$}  {marks}", "").trim_end().to_owned());
    }
    // Lines of marks without a mark are left out.
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// The label of a line of the picture: the whole IPv4 address, or two groups of an IPv6 address.
fn label(address: IpAddr, start: u8) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let group = usize::from(start / 16);
            let groups = v6.segments();
            format!("{:04x}:{:04x}", groups[group], groups[group + 1])
        }
    }
}

/// One character a bit, in groups as the address is written.
fn row(like: IpAddr, start: u8, shown: impl Fn(u8) -> char) -> String {
    let (group, separator) = match like {
        IpAddr::V4(_) => (8, '.'),
        IpAddr::V6(_) => (16, ':'),
    };
    let mut row = String::new();
    for place in start..start + LINE {
        if place != start && place % group == 0 {
            row.push(separator);
        }
        row.push(shown(place));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ips(texts: &[&str]) -> Vec<IpAddr> {
        let parsed = texts.iter().map(|text| text.parse().expect("an address"));
        parsed.collect()
    }

    #[test]
    fn the_picture_marks_the_bits_in_common() {
        let shown = picture(&ips(&["192.168.1.10", "192.168.1.77"]), 25);
        let expected = "192.168.1.10  11000000.10101000.00000001.00001010\n\
                        192.168.1.77  11000000.10101000.00000001.01001101\n\
                        \u{20}             ^^^^^^^^ ^^^^^^^^ ^^^^^^^^ ^";
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_ipv6_address_is_four_lines() {
        let shown = picture(&ips(&["2001:db8::1", "2001:db8::2"]), 126);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines.len(), 12);
        assert_eq!(lines[0], "2001:0db8  0010000000000001:0000110110111000");
        assert_eq!(lines[9], "0000:0001  0000000000000000:0000000000000001");
        assert_eq!(lines[11], "           ^^^^^^^^^^^^^^^^ ^^^^^^^^^^^^^^");
        assert_eq!(picture(&ips(&["::", "8000::"]), 0).lines().count(), 8);
    }

    #[test]
    fn the_network_is_that_of_this_machine_where_it_is_on_it() {
        let interface = |name: &str, address: &str, length| Interface {
            name: name.to_owned(),
            address: ips(&[address])[0],
            network: Prefix::new(ips(&[address])[0], length).expect("a prefix"),
        };
        let interfaces = [
            interface("eth0", "192.168.1.10", 23),
            interface("wlan0", "10.2.3.4", 8),
        ];
        let told = |texts: &[&str]| {
            let network = Network::of(&ips(texts), &interfaces);
            (network.same, network.length, network.interface)
        };
        let by = |name: &str| Some(name.to_owned());
        assert_eq!(
            told(&["192.168.1.10", "192.168.0.9"]),
            (true, 23, by("eth0"))
        );
        assert_eq!(
            told(&["192.168.2.1", "192.168.1.7"]),
            (false, 23, by("eth0"))
        );
        assert_eq!(told(&["10.9.9.9", "10.1.1.1"]), (true, 8, by("wlan0")));
        assert_eq!(told(&["172.16.1.1", "172.16.1.2"]), (true, 24, None));
        assert_eq!(told(&["172.16.1.1", "172.16.2.2"]), (false, 24, None));
        assert_eq!(told(&["2001:db8::1", "2001:db8::2"]), (true, 64, None));
    }
}
