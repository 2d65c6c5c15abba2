//! What of an answer may be stored. Addresses may not: of an answer that is an address only the
//! verdict is stored, and in a longer text each address is replaced.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::kind::Kind;

/// What of an answer may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Only the verdict.
    Verdict,
    /// The verdict and this text.
    Text(String),
}

/// The replacement of an address.
const STRUCK: &str = "[IP]";

/// Replaces the addresses that may identify the author of a text. Addresses that every machine has
/// stay: a program may contain 127.0.0.1.
pub fn without_addresses(text: &str) -> String {
    let text = replace(text, |c| c.is_ascii_digit() || c == '.', struck_ipv4);
    let text = replace(&text, |c| c.is_ascii_hexdigit() || c == '-', struck_hyphens);
    replace(
        &text,
        |c| c.is_ascii_hexdigit() || matches!(c, ':' | '.'),
        struck_colons,
    )
}

/// Replaces each maximal run of characters for which `of` holds by what `strike` returns; `None`
/// keeps it.
fn replace(text: &str, of: fn(char) -> bool, strike: fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let start = rest.find(of).unwrap_or(rest.len());
        result.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
        let run = &rest[..end];
        result.push_str(&strike(run).unwrap_or_else(|| run.to_owned()));
        rest = &rest[end..];
    }
    result
}

/// Whether an address may identify somebody. Few ranges of IPv6 are in use: anything else that
/// looks like an address is a slice such as `1::2`.
fn tells(address: IpAddr) -> bool {
    match Kind::of(address) {
        Kind::Loopback | Kind::Unspecified | Kind::Documentation => false,
        Kind::Reserved => address.is_ipv4(),
        _ => true,
    }
}

/// Strikes four or more numbers between points, each of which could be a byte.
fn struck_ipv4(run: &str) -> Option<String> {
    let groups: Vec<&str> = run.split('.').filter(|it| !it.is_empty()).collect();
    let bytes = groups.iter().map(|it| it.parse::<u8>().ok());
    let bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
    let [a, b, c, d, ..] = bytes[..] else {
        return None;
    };
    let address = Ipv4Addr::new(a, b, c, d);
    let strike = bytes.len() > 4 || tells(address.into());
    // The point that ends a sentence stays.
    let end = if run.ends_with('.') { "." } else { "" };
    strike.then(|| format!("{STRUCK}{end}"))
}

/// Strikes a hardware address as Windows writes it: 3C-52-82-4F-10-9A.
fn struck_hyphens(run: &str) -> Option<String> {
    is_card(run, '-').then(|| STRUCK.to_owned())
}

fn is_card(run: &str, separator: char) -> bool {
    let groups: Vec<&str> = run.split(separator).collect();
    groups.len() == 6 && groups.iter().all(|it| it.len() == 2)
}

/// Upper bound of the pieces of an address: eight groups and their colons are fewer.
const PIECES: usize = 24;

/// Strikes IPv6 addresses, and hardware addresses with colons, anywhere in a run.
fn struck_colons(run: &str) -> Option<String> {
    if run.matches(':').count() < 2 {
        return None;
    }
    let marks = run
        .match_indices([':', '.'])
        .flat_map(|(at, _)| [at, at + 1]);
    let mut cuts: Vec<usize> = std::iter::once(0).chain(marks).chain([run.len()]).collect();
    cuts.dedup();
    let is_address = |piece: &str| {
        let address = piece.parse::<Ipv6Addr>();
        address.is_ok_and(|it| tells(IpAddr::V6(it).to_canonical())) || is_card(piece, ':')
    };
    let mut result = String::new();
    let mut at = 0;
    while at + 1 < cuts.len() {
        let ends = at + 1..cuts.len().min(at + 1 + PIECES);
        let found = ends
            .rev()
            .find(|end| is_address(&run[cuts[at]..cuts[*end]]));
        result.push_str(if found.is_some() {
            STRUCK
        } else {
            &run[cuts[at]..cuts[at + 1]]
        });
        at = found.unwrap_or(at + 1);
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_struck_out() {
        let cases = [
            ("Le serveur est en 192.168.1.23.", "Le serveur est en [IP]."),
            ("connect(('10.0.0.7', 50000))", "connect(('[IP]', 50000))"),
            ("http://172.16.0.1:8080/lecon", "http://[IP]:8080/lecon"),
            ("fe80::1c2d:3eff:fe4f:5061%eth0", "[IP]%eth0"),
            ("ip:2a01:e0a:1:2::9, fin", "ip:[IP], fin"),
            ("ether 3c:52:82:4f:10:9a", "ether [IP]"),
            ("3C-52-82-4F-10-9A", "[IP]"),
            ("::ffff:192.168.1.23", "::ffff:[IP]"),
            ("1.192.168.1.23", "[IP]"),
        ];
        for (text, kept) in cases {
            assert_eq!(without_addresses(text), kept);
        }
    }

    #[test]
    fn what_is_no_pupils_address_stays() {
        for text in [
            "bind(('127.0.0.1', 50000))",
            "0.0.0.0 et ::1",
            "à 10:42:03, 4.294.967.296 et 2**32",
            "Python 3.11.2",
            "x[1::2] et a::b",
            "2026-11-22",
            "le serveur tire un nombre entre 1 et 100…",
        ] {
            assert_eq!(without_addresses(text), text);
        }
    }
}
