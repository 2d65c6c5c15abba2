//! What a judgement is: a verdict, why, and what to show beside it.

use core::net::IpAddr;
use std::str::FromStr;

use serde::Serialize;

use super::text::Text;
use crate::address::prefix::{bits, width};
use crate::phrases::{Lang, Value, say};

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Right, as far as the server can know.
    Right,
    /// It may well be right, but the server cannot verify it from where it is.
    Plausible,
    /// Not right, with an explanation of its own.
    Near,
    /// Not right.
    Wrong,
    /// Kept for the teacher, who marks it.
    Kept,
    /// No answer to this question: not understood, empty or too long. It does not count.
    Unclear,
    /// It can't be judged yet: something has to happen first. It does not count.
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

    /// The word for it in JSON, in exports and where progress is kept.
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

    /// Whether the question is done with it.
    pub fn is_done(self) -> bool {
        matches!(self, Verdict::Right | Verdict::Plausible | Verdict::Kept)
    }

    /// Whether it is an attempt at an answer, to be kept and counted.
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

/// What the teacher makes of a kept answer.
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

    /// The word for it in JSON, in exports and where progress is kept.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Good => "good",
            Mark::Partly => "partly",
            Mark::Again => "again",
        }
    }

    /// The phrase for people.
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

/// What is shown beside a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// The line of a program that answers the question, from 1 on.
    Line {
        /// The listing's id.
        listing: String,
        /// Its line.
        line: usize,
    },
    /// Two addresses below each other.
    Bits {
        /// Both.
        rows: [Row; 2],
        /// How many of their first bits they have in common, once the pupil has found it.
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
    /// That address.
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
    /// What it is worth.
    pub verdict: Verdict,
    /// Why, and what to do next.
    pub explanation: Text,
    /// What to show beside it.
    pub show: Option<Show>,
}

/// An answer with an explanation of its own.
#[derive(Debug)]
pub struct Case<T> {
    /// The answers that it is about.
    pub when: Vec<T>,
    /// What they are worth.
    pub verdict: Verdict,
    /// Why.
    pub text: Text,
}

impl<T> Case<T> {
    /// The case as what was found.
    pub fn finding(&self) -> Finding<'_> {
        Finding::of(self.verdict).text(&self.text)
    }
}

/// What was found about an answer, before the question's own words are added.
#[derive(Debug)]
pub struct Finding<'a> {
    pub(super) verdict: Verdict,
    said: Vec<Said<'a>>,
    pub(super) show: Option<Show>,
}

/// Why an answer is judged so.
#[derive(Debug)]
enum Said<'a> {
    /// The lesson's own words.
    Text(&'a Text),
    /// A phrase of the program.
    Phrase(&'static str, Vec<(&'static str, Value<'static>)>),
}

impl<'a> Finding<'a> {
    /// A verdict, without a word yet.
    pub fn of(verdict: Verdict) -> Self {
        Finding {
            verdict,
            said: Vec::new(),
            show: None,
        }
    }

    /// And these words of the lesson.
    pub fn text(mut self, text: &'a Text) -> Self {
        self.said.push(Said::Text(text));
        self
    }

    /// And this phrase.
    pub fn phrase(self, id: &'static str) -> Self {
        self.say(id, Vec::new())
    }

    /// And this phrase, with its arguments.
    pub fn say(mut self, id: &'static str, args: Vec<(&'static str, Value<'static>)>) -> Self {
        self.said.push(Said::Phrase(id, args));
        self
    }

    /// And this to see.
    pub fn show(mut self, show: Show) -> Self {
        self.show = Some(show);
        self
    }

    /// Whether nothing was said yet.
    pub fn is_silent(&self) -> bool {
        self.said.is_empty()
    }

    /// For the page.
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
