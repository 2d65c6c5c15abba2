//! The examination of a class's servers for the teacher's screen: the same as `check server --hosts`
//! makes, with its sentences in both of the pages' languages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::name::Check;
pub use super::report::Verdict;
use super::report::{Finding, Report};
use super::row::Step;
use super::{hosts, server, text};
use game::limits::CELL_CHARS;
use game::phrases::{Lang, say};

pub use super::hosts::{Misread, sheet};

/// A server that is to be examined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The pupil's name, else the address.
    pub name: String,
    /// `HOST:PORT`, as it is shown.
    pub address: String,
    /// The name or the address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// A text in each of the pages' languages, of at most [`CELL_CHARS`] characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    fr: String,
    en: String,
}

impl Told {
    /// What is said in each language.
    pub fn of(say: impl Fn(Lang) -> String) -> Told {
        Told {
            fr: cut(say(Lang::Fr)),
            en: cut(say(Lang::En)),
        }
    }

    /// In this one.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

/// What a program said stands in sentences about it, and a program may say much.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(CELL_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    text.shrink_to_fit();
    text
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The check's name.
    pub check: &'static str,
    /// What a sound program does.
    pub title: Told,
    /// Whether a program that fails it can't play at all.
    pub is_essential: bool,
    /// Whether it keeps the program from being said to play.
    pub is_in_the_way: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// The sentence.
    pub said: Told,
    /// The line of the program, where one is known.
    pub place: Option<Told>,
    /// Where to look, and the Python line that is usually there.
    pub hint: Option<(Told, &'static str)>,
}

/// What came of one program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// Its checks, in the order in which to mend: of a server that of [`list`].
    pub cells: Vec<Cell>,
    /// The check to mend first.
    pub next: Option<&'static str>,
    /// What there is to say first.
    pub summary: Told,
}

impl Examined {
    /// Whether no essential check is in the way: the program can play.
    pub fn is_fit(&self) -> bool {
        let mut essential = self.cells.iter().filter(|it| it.is_essential).peekable();
        essential.peek().is_some() && !essential.any(|it| it.is_in_the_way)
    }
}

/// The word for a verdict.
pub fn word(verdict: Verdict, lang: Lang) -> String {
    text::word(verdict, lang)
}

/// Every check: its name, and what a sound program does.
pub fn list() -> Vec<(&'static str, Told)> {
    let told = |check: &Check| Told::of(|lang| say(lang, check.title(), &[]));
    let checks = server::checks();
    checks
        .iter()
        .map(|check| (check.id(), told(check)))
        .collect()
}

/// Reads a list of servers: an address a line, and a pupil's name behind it.
pub fn read(text: &str) -> Result<Vec<Asked>, Misread> {
    let asked = |hosts::Host { target, name }| Asked {
        name,
        address: target.to_string(),
        host: target.host,
        port: target.port,
    };
    Ok(hosts::parse(text)?.into_iter().map(asked).collect())
}

/// Examines a server at these addresses and no others. Calls `tell` when a check begins; returns
/// soon after `given_up` is set.
pub fn examine(
    asked: &Asked,
    addresses: Vec<SocketAddr>,
    given_up: &Arc<AtomicBool>,
    tell: &mut dyn FnMut(),
) -> Examined {
    let subject = asked.address.clone();
    let report = server::remote(subject, addresses, &server::checks(), given_up, |step| {
        if let Step::Begins(_) = step {
            tell();
        }
    });
    examined(&report)
}

/// What an examination has found.
pub fn examined(report: &Report) -> Examined {
    Examined {
        cells: report.findings.iter().map(cell).collect(),
        next: report.next().map(|finding| finding.check.id()),
        summary: Told::of(|lang| text::summary(report, lang)),
    }
}

fn cell(finding: &Finding) -> Cell {
    let hint = finding.hint();
    Cell {
        check: finding.check.id(),
        title: Told::of(|lang| say(lang, finding.check.title(), &[])),
        is_essential: finding.check.is_essential(),
        is_in_the_way: finding.is_in_the_way(),
        verdict: finding.verdict(),
        said: Told::of(|lang| finding.said().say(lang)),
        place: (finding.place.as_ref()).map(|it| Told::of(|lang| text::place(it).say(lang))),
        hint: hint.map(|hint| (Told::of(|lang| hint.said.say(lang)), hint.code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the memory: a program that says much takes no more of it than one that says little.
    #[test]
    fn a_long_sentence_is_cut() {
        let told = Told::of(|_| "é".repeat(CELL_CHARS + 1));
        let text = told.text(Lang::Fr);
        assert_eq!(text.chars().count(), CELL_CHARS + 1);
        assert!(text.ends_with("é…"), "{text}");
        let whole = "é".repeat(CELL_CHARS);
        assert_eq!(Told::of(|_| whole.clone()).text(Lang::En), whole);
    }
}
