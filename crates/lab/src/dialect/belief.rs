//! What the learner believes of each answer, and why.

use super::{Known, Meaning};

/// What decided the meaning of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grounds {
    /// Its words alone.
    Words,
    /// An end of the range was answered so, or the rest of the game allows nothing else.
    Game,
    /// A game that was won showed it.
    Win,
}

/// What an answer is taken to mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The answer, as it was first seen, on one line.
    pub sample: String,
    /// The guess that it answered then.
    pub guess: i64,
    /// What it means.
    pub meaning: Meaning,
    /// How often it was seen.
    pub times: u32,
    /// What decided.
    pub grounds: Grounds,
    /// What its words alone would say, if they say anything.
    pub words: Option<Meaning>,
}

impl Belief {
    /// Whether its words say the contrary.
    pub fn is_contrary(&self) -> bool {
        matches!(
            (self.words, self.meaning),
            (Some(Meaning::TooSmall), Meaning::TooBig) | (Some(Meaning::TooBig), Meaning::TooSmall)
        )
    }
}

impl From<&Known> for Belief {
    fn from(known: &Known) -> Belief {
        Belief {
            sample: known.first.heard.sample.clone(),
            guess: known.first.guess,
            meaning: known.meaning,
            times: known.times,
            grounds: known.grounds,
            words: known.first.reading.map(|reading| reading.meaning),
        }
    }
}
