//! Judgements: a verdict, its explanation, and an illustration.

use core::net::IpAddr;
use std::str::FromStr;

use serde::Serialize;

use super::text::Text;
use crate::address::prefix::{bits, width};
use crate::phrases::{Lang, Value, say};

/// The verdict on an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Right, as far as the server can know.
    Right,
    /// Possibly right, but the server cannot verify it.
    Plausible,
    /// Wrong, with an explanation of its own.
    Near,
    /// Wrong.
    Wrong,
    /// Stored for the teacher, who marks it.
    Kept,
    /// Not understood, empty or too long. It does not count.
    Unclear,
    /// Not to be judged before something happens. It does not count.
    Waiting,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Verdict; 7] = [
        Verdict::Right,
        Verdict::Plausible,
        Verdict::Near,
        Verdict::Wrong,
        Verdict::Kept,
        Verdict::Unclear,
        Verdict::Waiting,
    ];

    /// Its name in JSON, in exports and in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Plausible => "plausible",
            Verdict::Near => "near",
            Verdict::Wrong => "wrong",
            Verdict::Kept => "kept",
            Verdict::Unclear => "unclear",
            Verdict::Waiting => "waiting",
        }
    }

    /// Whether the question is done.
    pub fn is_done(self) -> bool {
        matches!(self, Verdict::Right | Verdict::Plausible | Verdict::Kept)
    }

    /// Whether the answer is counted as an attempt and stored.
    pub fn counts(self) -> bool {
        !matches!(self, Verdict::Unclear | Verdict::Waiting)
    }
}

impl FromStr for Verdict {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Verdict::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or(())
    }
}

/// The teacher's mark of a stored answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// The pupil has it.
    Good,
    /// Something is missing.
    Partly,
    /// To be done again.
    Again,
}

impl Mark {
    /// All marks.
    pub const ALL: [Mark; 3] = [Mark::Good, Mark::Partly, Mark::Again];

    /// Its name in JSON, in exports and in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Good => "good",
            Mark::Partly => "partly",
            Mark::Again => "again",
        }
    }

    /// The id of the phrase for it.
    pub fn phrase(self) -> &'static str {
        match self {
            Mark::Good => "lesson-mark-good",
            Mark::Partly => "lesson-mark-partly",
            Mark::Again => "lesson-mark-again",
        }
    }
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Mark::ALL.into_iter().find(|it| it.word() == text);
        found.ok_or(())
    }
}

/// An illustration of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// The line of a program that answers the question.
    Line {
        /// The listing's id.
        listing: String,
        /// The line, counted from 1.
        line: usize,
    },
    /// Two addresses, one below the other.
    Bits {
        /// The addresses.
        rows: [Row; 2],
        /// The number of leading bits they have in common, once the pupil has found it.
        common: Option<u8>,
    },
}

/// An address and its bits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The address.
    pub address: IpAddr,
    /// Its 32 or 128 bits, as `0` and `1`.
    pub bits: String,
}

impl Row {
    /// Creates the row of an address.
    pub fn new(address: IpAddr) -> Row {
        let width = usize::from(width(address));
        Row {
            address,
            bits: format!("{:0width$b}", bits(address)),
        }
    }
}

/// A judged answer, for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, and what to do next.
    pub explanation: Text,
    /// The illustration, if there is one.
    pub show: Option<Show>,
}

/// Answers with an explanation of their own.
#[derive(Debug)]
pub struct Case<T> {
    /// The answers.
    pub when: Vec<T>,
    /// Their verdict.
    pub verdict: Verdict,
    /// The explanation.
    pub text: Text,
}

impl<T> Case<T> {
    /// The finding for an answer of this case.
    pub fn finding(&self) -> Finding<'_> {
        Finding::of(self.verdict).text(&self.text)
    }
}

/// The finding about an answer: a judgement to which the question may add its own hint or
/// explanation.
#[derive(Debug)]
pub struct Finding<'a> {
    pub(super) verdict: Verdict,
    said: Vec<Said<'a>>,
    pub(super) show: Option<Show>,
}

/// One part of the explanation.
#[derive(Debug)]
enum Said<'a> {
    /// A text of the lesson.
    Text(&'a Text),
    /// A phrase of the program, with its arguments.
    Phrase(&'static str, Vec<(&'static str, Value<'static>)>),
}

impl<'a> Finding<'a> {
    /// Creates a finding without an explanation.
    pub fn of(verdict: Verdict) -> Self {
        Finding {
            verdict,
            said: Vec::new(),
            show: None,
        }
    }

    /// Adds a text of the lesson to the explanation.
    pub fn text(mut self, text: &'a Text) -> Self {
        self.said.push(Said::Text(text));
        self
    }

    /// Adds a phrase without arguments to the explanation.
    pub fn phrase(self, id: &'static str) -> Self {
        self.say(id, Vec::new())
    }

    /// Adds a phrase to the explanation.
    pub fn say(mut self, id: &'static str, args: Vec<(&'static str, Value<'static>)>) -> Self {
        self.said.push(Said::Phrase(id, args));
        self
    }

    /// Sets the illustration.
    pub fn show(mut self, show: Show) -> Self {
        self.show = Some(show);
        self
    }

    /// Whether there is no explanation yet.
    pub fn is_silent(&self) -> bool {
        self.said.is_empty()
    }

    /// Formats the finding for the page.
    pub fn judgement(self, lang: Lang) -> Judgement {
        let mut explanation = Text::default();
        for said in self.said {
            match said {
                Said::Text(text) => explanation.append(text),
                Said::Phrase(id, args) => explanation.sentence(&say(lang, id, &args)),
            }
        }
        Judgement {
            verdict: self.verdict,
            explanation,
            show: self.show,
        }
    }
}
