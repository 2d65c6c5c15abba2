//! What a name leads to: compared with what the server found, which need not be what the pupil's
//! own computer finds.

use core::net::IpAddr;

use super::facts::{Facts, NameSource, Resolved};
use super::judge::{Finding, Verdict};
use super::text::Place;
use super::typed::{Typed, typed};
use super::word::Pattern;
use crate::address::kind::Kind;
use crate::address::prefix::common_length;
use crate::phrases::{Lang, decimal};

/// What a name question asks for.
#[derive(Debug)]
pub struct Name {
    /// The name, or the place of the school's own server.
    pub name: Asked,
    /// Words that say that the name leads nowhere.
    pub nowhere: Vec<Pattern>,
}

/// A name, as the lesson's file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// This one.
    Name(String),
    /// Whatever stands for the school's own server.
    Local,
}

impl Asked {
    /// As the file has it; none if it is neither a name nor that place.
    pub fn new(text: &str) -> Option<Asked> {
        if text == format!("{{{}}}", Place::LocalName.word()) {
            return Some(Asked::Local);
        }
        is_name(text).then(|| Asked::Name(text.to_owned()))
    }

    /// The name itself.
    pub fn name<'a>(&'a self, local: &'a str) -> &'a str {
        match self {
            Asked::Name(name) => name,
            Asked::Local => local,
        }
    }
}

/// Whether this can be a machine's name: labels of letters, digits and hyphens (RFC 1123).
pub fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        let inside = label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=63).contains(&label.len())
            && inside
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label) && text.parse::<IpAddr>().is_err()
}

impl Name {
    /// Judges an answer; `local` is the name that stands for the school's own server.
    pub fn judge(&self, answer: &str, facts: &Facts, local: &str, lang: Lang) -> Finding<'static> {
        let name = self.name.name(local).to_owned();
        let Some(resolved) = facts.names.get(&name) else {
            return Finding::of(Verdict::Waiting)
                .say("lesson-name-unknown", vec![("name", name.into())]);
        };
        let nowhere = self.nowhere.iter().any(|it| it.is_in(answer));
        let named =
            |finding: Finding<'static>, id| finding.say(id, vec![("name", name.clone().into())]);
        match (resolved, typed(answer)) {
            (_, Typed::Several) => Finding::of(Verdict::Unclear).phrase("lesson-address-several"),
            (Resolved::Found { addresses, how, ms }, Typed::Address(address)) => {
                let address = address.to_canonical();
                told(found(address, addresses, &name), addresses, *how, *ms, lang)
            }
            (Resolved::Failed(reason), Typed::Address(_)) => {
                let args = vec![("name", name.into()), ("reason", reason.clone().into())];
                Finding::of(Verdict::Plausible).say("lesson-name-only-you", args)
            }
            (Resolved::Failed(reason), _) if nowhere => {
                let args = vec![("name", name.into()), ("reason", reason.clone().into())];
                Finding::of(Verdict::Right).say("lesson-name-nowhere", args)
            }
            (Resolved::Found { .. }, _) if nowhere => {
                named(Finding::of(Verdict::Near), "lesson-name-not-yours")
            }
            (_, Typed::Nothing) => Finding::of(Verdict::Unclear).phrase("lesson-address-none"),
            (_, _) => named(Finding::of(Verdict::Near), "lesson-name-no-address"),
        }
    }
}

/// What an address is worth where these were found.
fn found(typed: IpAddr, addresses: &[IpAddr], name: &str) -> Finding<'static> {
    let named = |verdict, id| Finding::of(verdict).say(id, vec![("name", name.to_owned().into())]);
    if addresses.iter().any(|it| it.to_canonical() == typed) {
        return named(Verdict::Right, "lesson-name-right");
    }
    let public = |address: &IpAddr| Kind::of(*address) == Kind::Global;
    let alike = |address: &&IpAddr| address.is_ipv4() == typed.is_ipv4();
    let near = addresses
        .iter()
        .filter(alike)
        .map(|it| common_length(*it, typed))
        .max();
    match addresses.iter().all(public) {
        true if !public(&typed) => named(Verdict::Wrong, "lesson-name-not-public"),
        // A big site has many addresses, and another name server gives another one.
        true if near.is_some_and(|bits| bits >= 16) => {
            named(Verdict::Plausible, "lesson-name-another")
        }
        true => named(Verdict::Plausible, "lesson-name-elsewhere"),
        false if near.is_none() => named(Verdict::Plausible, "lesson-name-family"),
        false => named(Verdict::Wrong, "lesson-name-wrong"),
    }
}

/// And how the server knows, unless the answer is wrong: that would tell it.
fn told(
    finding: Finding<'static>,
    addresses: &[IpAddr],
    how: NameSource,
    ms: f64,
    lang: Lang,
) -> Finding<'static> {
    if finding.verdict == Verdict::Wrong {
        return finding;
    }
    let all: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
    let finding = finding.say(
        "lesson-name-found",
        vec![("addresses", all.join(", ").into())],
    );
    let ms = decimal(lang, ms, 1);
    match how {
        NameSource::Server(server) => {
            let server = server.to_string().into();
            finding.say(
                "resolve-by-server",
                vec![("server", server), ("ms", ms.into())],
            )
        }
        NameSource::Hosts => finding.say("resolve-by-hosts", vec![("ms", ms.into())]),
        NameSource::Standard => finding.phrase("resolve-by-standard"),
    }
}
