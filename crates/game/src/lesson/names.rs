//! Questions about the address of a name. Answers are compared with what the server resolved, which
//! may differ from what the pupil's computer resolves.

use core::net::IpAddr;

use super::facts::{Facts, NameSource, Resolved};
use super::judge::{Finding, Verdict};
use super::text::Place;
use super::typed::{Typed, typed};
use super::word::Pattern;
use crate::address::kind::Kind;
use crate::address::prefix::common_length;
use crate::phrases::{Lang, decimal};

/// The expectation of a name question.
#[derive(Debug)]
pub struct Name {
    /// The name to resolve.
    pub name: Asked,
    /// Words of an answer that says that the name has no address.
    pub nowhere: Vec<Pattern>,
}

/// A name in the lesson's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A fixed name.
    Name(String),
    /// The name of the school's server.
    Local,
}

impl Asked {
    /// Parses a name or `{local-name}`; `None` if it is neither.
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

/// Whether a text is a valid host name (RFC 1123).
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
    /// Judges an answer; `local` is the name of the school's server.
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
                let id = match self.name {
                    Asked::Local => "lesson-name-nowhere",
                    Asked::Name(_) => "lesson-name-not-feasible",
                };
                Finding::of(Verdict::Right).say(id, args)
            }
            (Resolved::Found { .. }, _) if nowhere => {
                named(Finding::of(Verdict::Near), "lesson-name-not-yours")
            }
            (_, Typed::Nothing) => Finding::of(Verdict::Unclear).phrase("lesson-address-none"),
            (_, _) => named(Finding::of(Verdict::Near), "lesson-name-no-address"),
        }
    }
}

/// Judges an address against the resolved ones.
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

/// Adds how the server resolved the name, unless the answer is wrong, since that would give it
/// away.
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
