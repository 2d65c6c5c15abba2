//! Reading of addresses as pupils type them: with a prefix, a port or a zone, in a line of
//! `ifconfig`, or with commas for points. Recognizes what is mistaken for an address: a mask, a
//! hardware address, half an address.

use core::net::{IpAddr, Ipv4Addr};

/// What an answer contains where an address is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// One address.
    Address(IpAddr),
    /// A mask such as 255.255.255.0.
    Mask,
    /// A hardware address: 3c:52:82:4f:10:9a.
    Card,
    /// Four numbers, of which this one exceeds a byte.
    NoByte(String),
    /// The beginning of an address.
    Short,
    /// Different addresses.
    Several,
    /// None of these.
    Nothing,
}

/// Reads an answer.
pub fn typed(answer: &str) -> Typed {
    let text = pointed(answer);
    let tokens = text.split(|c: char| c.is_whitespace() || "()«»\"',;=<>|".contains(c));
    let tokens: Vec<&str> = tokens.map(bare).filter(|it| !it.is_empty()).collect();
    let mut found: Option<Typed> = None;
    let mut before = "";
    for token in tokens {
        // What ifconfig tells beside the address is no second answer.
        let aside = matches!(
            before,
            "netmask" | "broadcast" | "brd" | "masque" | "ether" | "mask"
        );
        before = token;
        let read = one(token);
        found = match (found, read) {
            (None, read) => read,
            (Some(Typed::Address(a)), Some(Typed::Address(b))) if a != b && !aside => {
                return Typed::Several;
            }
            // An address counts for more than what else is there.
            (Some(Typed::Address(a)), _) => Some(Typed::Address(a)),
            (Some(_), Some(read @ Typed::Address(_))) => Some(read),
            (found, _) => found,
        };
    }
    found.unwrap_or(Typed::Nothing)
}

/// Replaces the commas of a French numeric keypad by points, and removes spaces after points.
fn pointed(answer: &str) -> String {
    let chars: Vec<char> = answer.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let has_points = answer.contains(['.', ':']);
    let mut text = String::new();
    for (at, c) in chars.iter().enumerate() {
        let after_point = at > 0 && chars[at - 1] == '.';
        match c {
            ',' if !has_points && at > 0 && digit(at - 1) && digit(at + 1) => text.push('.'),
            ' ' if after_point && digit(at + 1) && text.len() >= 2 => {}
            _ => text.push(*c),
        }
    }
    text
}

/// Removes what may surround an address in a token.
fn bare(token: &str) -> &str {
    let token = token.trim_end_matches(['.', '!', '?', '…']);
    let token = token.split_once("://").map_or(token, |(_, rest)| rest);
    let token = token.split('/').next().unwrap_or(token);
    let token = token.split('%').next().unwrap_or(token);
    match token.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or(inside),
        None => token,
    }
}

/// Classifies one token.
fn one(token: &str) -> Option<Typed> {
    if let Ok(address) = token.parse::<IpAddr>() {
        return Some(address_or_mask(address.to_canonical()));
    }
    let pairs: Vec<&str> = token.split([':', '-']).collect();
    let hexadecimal = |pair: &&str| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit());
    if pairs.len() == 6 && pairs.iter().all(hexadecimal) {
        return Some(Typed::Card);
    }
    // A port behind it.
    let token = token.split(':').next().unwrap_or(token);
    let groups: Vec<&str> = token.split('.').collect();
    let numbers = groups
        .iter()
        .all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    match groups.len() {
        2 | 3 if numbers => Some(Typed::Short),
        4 if numbers => {
            let mut bytes = [0; 4];
            for (byte, group) in bytes.iter_mut().zip(&groups) {
                match group.parse() {
                    Ok(number) => *byte = number,
                    Err(_) => return Some(Typed::NoByte((*group).to_owned())),
                }
            }
            Some(address_or_mask(Ipv4Addr::from(bytes).into()))
        }
        _ => None,
    }
}

fn address_or_mask(address: IpAddr) -> Typed {
    match mask_length(address) {
        Some(_) => Typed::Mask,
        None => Typed::Address(address),
    }
}

/// The length of the prefix of an IPv4 mask: at least eight ones, then only zeros. `None` for other
/// addresses; 255.255.255.255 is the broadcast address.
pub fn mask_length(address: IpAddr) -> Option<u8> {
    let IpAddr::V4(address) = address else {
        return None;
    };
    let bits = address.to_bits();
    let ones = bits.leading_ones();
    let mask = (8..32).contains(&ones) && bits.count_ones() == ones;
    mask.then(|| u8::try_from(ones).expect("at most 32"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_as_they_are_typed() {
        for text in [
            "192.168.1.23",
            " 192.168.1.23 ",
            "192.168.1.23.",
            "192.168.1.23/24",
            "192.168.1.23:50000",
            "http://192.168.1.23:8080/lecon",
            "192,168,1,23",
            "192. 168. 1. 23",
            "192.168.001.023",
            "::ffff:192.168.1.23",
            "mon adresse est « 192.168.1.23 »",
            "inet 192.168.1.23/24 brd 192.168.1.255 scope global",
            "inet 192.168.1.23  netmask 255.255.255.0  broadcast 192.168.1.255",
            "ether 3c:52:82:4f:10:9a inet 192.168.1.23",
        ] {
            let expected = "192.168.1.23".parse().expect("an address");
            assert_eq!(typed(text), Typed::Address(expected), "{text}");
        }
        for text in [
            "fe80::1%eth0",
            "FE80::1",
            "[fe80::1]:8080",
            "fe80::1/64",
            "fe80:0:0::1",
        ] {
            let expected = "fe80::1".parse().expect("an address");
            assert_eq!(typed(text), Typed::Address(expected), "{text}");
        }
    }

    #[test]
    fn what_is_taken_for_one_is_told_apart() {
        let cases = [
            ("255.255.255.0", Typed::Mask),
            ("3c:52:82:4f:10:9a", Typed::Card),
            ("3C-52-82-4F-10-9A", Typed::Card),
            ("192.168.1.300", Typed::NoByte("300".to_owned())),
            ("192.168.1", Typed::Short),
            ("192.168.1.", Typed::Short),
            ("10.0.0.1 ou 10.0.0.2", Typed::Several),
            ("je ne sais pas", Typed::Nothing),
            ("", Typed::Nothing),
            ("4", Typed::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(typed(text), expected, "{text}");
        }
        let all = "255.255.255.255".parse().expect("an address");
        assert_eq!(typed("255.255.255.255"), Typed::Address(all));
        assert_eq!(
            mask_length("255.255.240.0".parse().expect("a mask")),
            Some(20)
        );
        assert_eq!(mask_length("255.0.255.0".parse().expect("no mask")), None);
    }
}
