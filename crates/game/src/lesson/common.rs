//! Questions about the common part of two addresses and about a network's prefix, answered in bits,
//! in bytes, by the beginning of an address, or by a mask.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::facts::Facts;
use super::judge::{Finding, Row, Show, Verdict};
use super::number::read::{Reading, read};
use super::typed::mask_length;
use crate::address::prefix::{Prefix, bits, common_length, width};
use crate::fold::fold;
use crate::phrases::Lang;

/// What an answer claims: the number of bits, and perhaps the bits themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Claim {
    length: u8,
    /// An address that begins with the claimed bits.
    start: Option<IpAddr>,
}

impl Claim {
    /// Reads an answer about addresses of the family of `like`. If trailing zeros leave the length
    /// open, it is at most `most`.
    fn read(answer: &str, like: IpAddr, most: u8, lang: Lang) -> Option<Claim> {
        let text = fold(answer);
        if let Some(claim) = binary(&text, like) {
            return Some(claim);
        }
        let stops = if like.is_ipv4() {
            "()«»\"';=,:"
        } else {
            "()«»\"';=,"
        };
        let tokens = text.split(|c: char| c.is_whitespace() || stops.contains(c));
        let mut dotted = tokens.filter(|it| it.contains(['.', ':']));
        let found = dotted.find_map(|it| beginning(it, like, most));
        found.or_else(|| counted(&text, like, lang))
    }
}

/// Reads at least eight binary digits, with points or spaces between bytes.
fn binary(text: &str, like: IpAddr) -> Option<Claim> {
    let groups: Vec<&str> = text
        .split(['.', ':', ' ', '_'])
        .filter(|it| !it.is_empty())
        .collect();
    let digits = groups.concat();
    let full = groups
        .iter()
        .rev()
        .skip(1)
        .all(|it| matches!(it.len(), 8 | 16));
    let length = u8::try_from(digits.len()).ok()?;
    let fits = digits.bytes().all(|b| matches!(b, b'0' | b'1')) && full;
    if !fits || !(8..=width(like)).contains(&length) {
        return None;
    }
    let bits = u128::from_str_radix(&digits, 2).ok()?;
    let bits = bits.checked_shl(u32::from(width(like) - length))?;
    let start = match like {
        IpAddr::V4(_) => Ipv4Addr::from_bits(u32::try_from(bits).ok()?).into(),
        IpAddr::V6(_) => Ipv6Addr::from_bits(bits).into(),
    };
    Some(Claim {
        length,
        start: Some(start),
    })
}

/// Reads the beginning of an address, such as `192.168.1`, `192.168.1.x` or `192.168.1.0/24`, or a
/// mask.
fn beginning(token: &str, like: IpAddr, most: u8) -> Option<Claim> {
    if let Ok(prefix) = token.parse::<Prefix>() {
        let start = Some(prefix.first());
        let length = prefix.length();
        return (prefix.is_ipv4() == like.is_ipv4()).then_some(Claim { length, start });
    }
    if let Some(length) = token.parse().ok().and_then(mask_length) {
        let start = None;
        return Some(Claim { length, start });
    }
    let open = token.contains(['x', '*']);
    let token = token.trim_end_matches(['.', ':', 'x', '*', '?', '…']);
    let (separator, size, all) = shape(like);
    let groups = token.split(separator).count();
    let (start, used) = match token.parse() {
        Ok(address) => (address, whole_groups(address, most)),
        Err(_) if groups > 1 || open || like.is_ipv6() => {
            let filled = match like {
                IpAddr::V4(_) => format!("{token}{}", ".0".repeat(all.checked_sub(groups)?)),
                IpAddr::V6(_) => format!("{token}::"),
            };
            (filled.parse().ok()?, groups)
        }
        Err(_) => return None,
    };
    let length = u8::try_from(used).ok()?.checked_mul(size)?;
    let start = Some(start).filter(|it| it.is_ipv4() == like.is_ipv4());
    start.is_some().then_some(Claim { length, start })
}

/// The separator of an address's groups, the bits of each, and their number.
fn shape(address: IpAddr) -> (char, u8, usize) {
    match address {
        IpAddr::V4(_) => ('.', 8, 4),
        IpAddr::V6(_) => (':', 16, 8),
    }
}

/// The number of groups that a whole address claims. Trailing zero groups do not count, as far as
/// the claim is then at most `most` bits.
fn whole_groups(address: IpAddr, most: u8) -> usize {
    let (_, size, all) = shape(address);
    let zero = |group: usize| {
        let shift = usize::from(size) * (all - 1 - group);
        bits(address) >> shift & (u128::MAX >> (128 - size)) == 0
    };
    let mut used = all;
    while used > 1 && zero(used - 1) && (used == all || used * usize::from(size) > most.into()) {
        used -= 1;
    }
    used
}

/// Reads a number of bits, of bytes or of groups.
fn counted(text: &str, like: IpAddr, lang: Lang) -> Option<Claim> {
    if let Some(digits) = text.trim().strip_prefix("0x") {
        let mask = u32::from_str_radix(digits, 16).ok()?;
        let length = mask_length(Ipv4Addr::from_bits(mask).into())?;
        let start = None;
        return Some(Claim { length, start });
    }
    let numbers = read(&text.replace('/', " "), lang);
    let number = |reading: &Reading| match reading {
        Reading::Number(number) => number.small(),
        Reading::Beyond => None,
    };
    let number = match &numbers[..] {
        [one] => number(one)?,
        // 25 bits sur 32.
        [one, all] if number(all) == Some(width(like).into()) => number(one)?,
        _ => return None,
    };
    let bits = if text.contains("octet") || text.contains("byte") {
        number.checked_mul(8)?
    } else if text.contains("bit")
        || like.is_ipv4() && number > 4
        || number > 8
        || text.contains('/')
    {
        number
    } else if like.is_ipv4() {
        number.checked_mul(8)?
    } else {
        number.checked_mul(16)?
    };
    let length = u8::try_from(bits).ok().filter(|it| *it <= width(like))?;
    let start = None;
    Some(Claim { length, start })
}

/// The two addresses to compare: the pupil's and the neighbour's, or else the lesson's example.
pub fn pair(facts: &Facts, example: (IpAddr, IpAddr)) -> (IpAddr, IpAddr) {
    facts.pair().unwrap_or(example)
}

/// Judges an answer about the common part of two addresses.
pub fn common(answer: &str, pair: (IpAddr, IpAddr), facts: &Facts, lang: Lang) -> Finding<'static> {
    let (mine, theirs) = pair;
    let common = common_length(mine, theirs);
    let Some(claim) = Claim::read(answer, mine, common, lang) else {
        return Finding::of(Verdict::Unclear).phrase("lesson-common-unclear");
    };
    // How much of the claim is true of each address.
    let agrees = |address: IpAddr| match claim.start {
        Some(start) => common_length(start, address) >= claim.length,
        None => true,
    };
    let group = if mine.is_ipv4() { 8 } else { 16 };
    let groups = common / group * group;
    let network = facts.network(&[mine, theirs]).map(Prefix::length);
    let prefix = Prefix::new(mine, common).map_or_else(String::new, |it| it.to_string());
    let args = || {
        vec![
            ("bits", common.into()),
            ("groups", (common / group).into()),
            ("prefix", prefix.clone().into()),
        ]
    };
    let (verdict, id) = match claim.length {
        _ if !agrees(mine) && !agrees(theirs) => (Verdict::Wrong, "lesson-common-neither"),
        length if length > common => (Verdict::Wrong, "lesson-common-too-long"),
        length if length == common => (Verdict::Right, "lesson-common-exact"),
        length if length == groups && groups > 0 => (Verdict::Right, "lesson-common-groups"),
        length if Some(length) == network => (Verdict::Right, "lesson-common-network"),
        _ => (Verdict::Near, "lesson-common-short"),
    };
    let right = verdict == Verdict::Right;
    let finding = Finding::of(verdict);
    let finding = if right {
        finding.say(id, args())
    } else {
        finding.phrase(id)
    };
    finding.show(Show::Bits {
        rows: [Row::new(mine), Row::new(theirs)],
        common: right.then_some(common),
    })
}

/// Judges an answer about the prefix of the pupil's network.
pub fn prefix(answer: &str, facts: &Facts, lang: Lang) -> Finding<'static> {
    let Some(seen) = facts.seen() else {
        return Finding::of(Verdict::Waiting).phrase("lesson-own-unseen");
    };
    let networks = || facts.server.iter().filter(|it| !it.address.is_loopback());
    let own = networks()
        .find(|it| it.network.contains(seen))
        .map(|it| it.network);
    let like = if seen.is_loopback() {
        networks().map(|it| it.address).next().unwrap_or(seen)
    } else {
        seen
    };
    let claim = Claim::read(answer, like, width(like), lang).filter(|it| it.length > 0);
    let Some(Claim { length, .. }) = claim else {
        return Finding::of(Verdict::Unclear).phrase("lesson-prefix-unclear");
    };
    // On the server's own machine any of its networks may be meant.
    let here = facts.is_here(seen) && networks().any(|it| it.network.length() == length);
    let network = own.filter(|it| it.length() == length);
    if let Some(network) = network {
        let args = vec![
            ("length", length.into()),
            ("mask", network.mask().to_string().into()),
            ("network", network.to_string().into()),
        ];
        return Finding::of(Verdict::Right).say("lesson-prefix-right", args);
    }
    if here {
        return Finding::of(Verdict::Right).phrase("lesson-prefix-here");
    }
    let shared = facts
        .pair()
        .map(|(mine, theirs)| common_length(mine, theirs));
    match own {
        Some(_) if shared == Some(length) => {
            Finding::of(Verdict::Near).phrase("lesson-prefix-common")
        }
        Some(_) => Finding::of(Verdict::Wrong),
        None if facts.is_here(seen) => Finding::of(Verdict::Wrong),
        None => Finding::of(Verdict::Plausible).phrase("lesson-prefix-elsewhere"),
    }
}
