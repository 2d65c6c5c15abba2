//! Questions about the pupil's own address and the neighbour's. Answers are compared with the
//! addresses from which requests come; the explanation gives the likely reason of a difference.

use core::net::IpAddr;

use super::facts::{Facts, Neighbour};
use super::judge::{Finding, Verdict};
use super::typed::{Typed, typed};
use crate::address::kind::Kind;
use crate::address::prefix::{Prefix, common_length};
use crate::phrases::{Lang, say};

/// The network that VirtualBox and QEMU give to virtual machines behind NAT.
const VIRTUAL: &str = "10.0.2.0/24";

/// Judges an answer about the pupil's own address.
pub fn own(answer: &str, facts: &Facts, lang: Lang) -> Finding<'static> {
    let Some(seen) = facts.seen() else {
        return Finding::of(Verdict::Waiting).phrase("lesson-own-unseen");
    };
    match typed(answer) {
        Typed::Address(typed) => own_address(typed, seen, facts, lang),
        other => no_address(other),
    }
}

/// The finding about an answer that is not one address.
fn no_address(typed: Typed) -> Finding<'static> {
    let near = Finding::of(Verdict::Near);
    let unclear = Finding::of(Verdict::Unclear);
    match typed {
        Typed::Mask => near.phrase("lesson-address-mask"),
        Typed::Card => near.phrase("lesson-address-card"),
        Typed::NoByte(byte) => near.say("lesson-address-no-byte", vec![("byte", byte.into())]),
        Typed::Short => near.phrase("lesson-address-short"),
        Typed::Several => unclear.phrase("lesson-address-several"),
        Typed::Nothing | Typed::Address(_) => unclear.phrase("lesson-address-none"),
    }
}

fn near(id: &'static str) -> Finding<'static> {
    Finding::of(Verdict::Near).phrase(id)
}

fn plausible(id: &'static str, seen: IpAddr) -> Finding<'static> {
    Finding::of(Verdict::Plausible).say(id, vec![("seen", seen.to_string().into())])
}

fn own_address(typed: IpAddr, seen: IpAddr, facts: &Facts, lang: Lang) -> Finding<'static> {
    let shared = facts
        .neighbours
        .iter()
        .any(|it| it.seen.to_canonical() == seen);
    if typed.is_loopback() {
        return near("lesson-own-loopback");
    }
    if typed == seen {
        let right = Finding::of(Verdict::Right);
        return match (facts.proxied, shared) {
            (true, _) => near("lesson-own-is-proxy"),
            (_, true) => right.phrase("lesson-own-right-shared"),
            _ if is_public(seen) && seen.is_ipv4() => right.phrase("lesson-own-right-public"),
            _ => right.phrase("lesson-own-right"),
        };
    }
    if let Some(finding) = no_machine(typed, seen, facts, lang) {
        return finding;
    }
    if facts.is_here(seen) {
        return if facts.is_server(typed) {
            Finding::of(Verdict::Right).phrase("lesson-own-here")
        } else {
            Finding::of(Verdict::Wrong).phrase("lesson-own-not-here")
        };
    }
    if facts.is_server(typed) {
        return near("lesson-own-server");
    }
    if let Some(neighbour) = at(facts, typed) {
        let name = neighbour.name.clone().into();
        return Finding::of(Verdict::Near).say("lesson-own-neighbour", vec![("name", name)]);
    }
    unverified(typed, seen, shared, facts)
}

/// The finding about an address that no machine can have, or none on this network.
fn no_machine(typed: IpAddr, seen: IpAddr, facts: &Facts, lang: Lang) -> Option<Finding<'static>> {
    let kind = Kind::of(typed);
    let of_all = matches!(kind, Kind::Unspecified | Kind::Multicast | Kind::Broadcast);
    if of_all || matches!(kind, Kind::Documentation | Kind::Reserved) {
        let kind = say(lang, kind.phrase(), &[]);
        return Some(
            Finding::of(Verdict::Wrong).say("lesson-address-kind", vec![("kind", kind.into())]),
        );
    }
    let network = facts.network(&[seen, typed])?;
    if !network.is_ipv4() || network.host_bits() < 2 {
        return None;
    }
    match typed {
        _ if typed == network.first() => Some(near("lesson-address-network")),
        _ if typed == network.last() => Some(near("lesson-address-broadcast")),
        _ => None,
    }
}

/// The other pupil with this address.
fn at(facts: &Facts, address: IpAddr) -> Option<&Neighbour> {
    let mut neighbours = facts.neighbours.iter();
    neighbours.find(|it| it.seen.to_canonical() == address)
}

/// Whether an address is public.
fn is_public(address: IpAddr) -> bool {
    Kind::of(address) == Kind::Global
}

/// The finding about an address that differs from the one seen, with the likely reason.
fn unverified(typed: IpAddr, seen: IpAddr, shared: bool, facts: &Facts) -> Finding<'static> {
    let local = Kind::of(typed) == Kind::LinkLocal;
    if typed.is_ipv4() != seen.is_ipv4() {
        return if local {
            near("lesson-own-link-local")
        } else {
            plausible("lesson-own-family", seen)
        };
    }
    if facts.proxied && !is_public(typed) {
        return plausible("lesson-own-proxy", seen);
    }
    if local {
        return near("lesson-own-link-local");
    }
    if is_public(typed) && !is_public(seen) {
        return near("lesson-own-public");
    }
    if !is_public(typed) && is_public(seen) {
        return plausible("lesson-own-nat", seen);
    }
    let virtual_machine: Prefix = VIRTUAL.parse().expect("a prefix");
    if virtual_machine.contains(typed) {
        return plausible("lesson-own-virtual", seen);
    }
    if typed.is_ipv6() && common_length(typed, seen) >= 64 {
        return plausible("lesson-own-temporary", seen);
    }
    if shared && !is_public(typed) {
        return plausible("lesson-own-shared", seen);
    }
    let usual = common_length(typed, seen) >= 24;
    if facts.network(&[typed, seen]).is_some() || usual {
        Finding::of(Verdict::Wrong).phrase("lesson-own-other")
    } else {
        near("lesson-own-far")
    }
}

/// Judges an answer about the neighbour's address.
pub fn neighbour(answer: &str, facts: &Facts, lang: Lang) -> Finding<'static> {
    let Some(neighbour) = facts.neighbours.first() else {
        return Finding::of(Verdict::Waiting).phrase("lesson-neighbour-none");
    };
    match typed(answer) {
        Typed::Address(typed) => their_address(typed, neighbour, facts, lang),
        other => no_address(other),
    }
}

fn their_address(
    typed: IpAddr,
    neighbour: &Neighbour,
    facts: &Facts,
    lang: Lang,
) -> Finding<'static> {
    let theirs = neighbour.seen.to_canonical();
    if typed.is_loopback() {
        return near("lesson-neighbour-loopback");
    }
    let mine = facts.seen();
    let together = mine == Some(theirs);
    let named = |finding: Finding<'static>, id, neighbour: &Neighbour| {
        finding.say(id, vec![("name", neighbour.name.clone().into())])
    };
    if facts.is_here(theirs) && facts.is_server(typed) {
        return named(
            Finding::of(Verdict::Right),
            "lesson-neighbour-here",
            neighbour,
        );
    }
    if let Some(found) = at(facts, typed).filter(|_| !together) {
        return named(Finding::of(Verdict::Right), "lesson-neighbour-right", found);
    }
    if mine == Some(typed) {
        return near(if together {
            "lesson-neighbour-together"
        } else {
            "lesson-neighbour-yours"
        });
    }
    if let Some(finding) = no_machine(typed, theirs, facts, lang) {
        return finding;
    }
    if facts.is_server(typed) {
        return near("lesson-neighbour-server");
    }
    let hidden = together || facts.proxied || is_public(theirs);
    match (typed.is_ipv4() == theirs.is_ipv4(), is_public(typed)) {
        (true, true) if !is_public(theirs) => near("lesson-own-public"),
        (_, false) if hidden => named(
            Finding::of(Verdict::Plausible),
            "lesson-neighbour-hidden",
            neighbour,
        ),
        (false, _) => named(
            Finding::of(Verdict::Plausible),
            "lesson-neighbour-family",
            neighbour,
        ),
        _ => named(
            Finding::of(Verdict::Wrong),
            "lesson-neighbour-other",
            neighbour,
        ),
    }
}
