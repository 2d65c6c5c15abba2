//! How the other side talks: one learner, without input or output, for any server of the game.
//!
//! [`Learner`] is fed with what arrives and says what to do next. Words ([`lexicon`], [`hint`]) are
//! a prior only; [`infer`] weighs every way to understand the answers by how well it explains the
//! game. [`question`] knows what is asked before a game, [`range`] which numbers are announced,
//! [`way`] how a message can be sent. What was learned is a [`Dialect`], good for the next
//! conversation with the same server; [`belief`] tells it with its evidence.
//!
//! Times are durations since any one moment of the caller's choice.

pub mod belief;
pub mod explain;
pub mod game;
pub mod hint;
pub mod infer;
pub mod learner;
pub mod lexicon;
pub mod memory;
pub mod question;
pub mod range;
pub mod seen;
pub mod strategy;
pub mod text;
pub mod token;
pub mod way;

use std::collections::BTreeSet;

use ::game::rules::Range;

pub use belief::{Belief, Grounds};
pub use learner::{Action, Learner, Outcome, Played, Stop, Wish};

use memory::Memory;
use question::Question;
use seen::{Seen, View};
use text::Heard;
use token::Token;
use way::Way;

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The guess is smaller than the number.
    TooSmall,
    /// The guess is bigger than the number.
    TooBig,
    /// The guess is the number.
    Found,
    /// The game is over without a win.
    Lost,
    /// The message was not understood, or is not allowed.
    Refused,
    /// It does not judge the guess: a prompt, a greeting.
    Nothing,
}

/// What the server does after a win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterWin {
    /// It closes the connection.
    Closes,
    /// It asks whether to play again.
    Asks,
    /// The next guess begins another game.
    PlaysOn,
    /// It leaves the connection open. Whether it plays on was not tried.
    StaysOpen,
    /// It leaves the connection open, and does not answer any more.
    Hangs,
}

/// An answer as it was met, whatever the numbers in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// It, as first seen, with its guess.
    pub first: Seen,
    /// How often.
    pub times: u32,
    /// What it meant when it was last understood.
    pub meaning: Meaning,
    /// What decided.
    pub grounds: Grounds,
}

/// Different answers that are kept: more than any server has, but for those that talk at random.
const KNOWN: usize = 64;
/// Prompts that are kept.
const PROMPTS: usize = 32;

/// All that is known of how a server talks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Whether the server says something before it is spoken to.
    pub speaks_first: Option<bool>,
    /// How guesses are sent, once one was judged.
    pub way: Option<Way>,
    /// Whether its answers end in a newline.
    pub newline: Option<bool>,
    /// The numbers that it announces, or that it was played in.
    pub range: Option<Range>,
    /// Whether it announces them.
    pub announced: bool,
    /// The tries that it gives.
    pub tries: Option<u32>,
    /// What it asked before the first guess: the question, its text and the reply.
    pub asked: Vec<(Question, String, String)>,
    /// Messages that it takes before the first guess without having asked: as a name, it may be.
    pub unasked: u32,
    /// Whether a part of an answer came later than the rest.
    pub second_read: bool,
    /// How often its answers contradicted each other, and a game was begun anew.
    pub restarts: u32,
    /// What it does after a win.
    pub after_win: Option<AfterWin>,
    /// The answers to guesses.
    pub answers: Vec<Known>,
    /// Sentences that are no answers.
    prompts: Vec<Vec<Token>>,
    /// Answers after which nothing more came.
    whole: BTreeSet<String>,
    memory: Memory,
}

impl Dialect {
    /// Nothing is known but whether the server speaks first, if that is.
    pub fn starting(speaks_first: Option<bool>) -> Dialect {
        Dialect {
            speaks_first,
            ..Dialect::default()
        }
    }

    /// What this answer means, by what was learned, else by its words.
    pub fn meaning_of(&self, text: &[u8]) -> Option<Meaning> {
        let heard = Heard::new(text).without(&self.prompts);
        let seen = Seen::new(0, heard, false);
        let same = |known: &&Known| known.first.key == seen.key;
        let known = self.answers.iter().find(same).map(|known| known.meaning);
        let learned = || {
            let kind = View::Words.kind(&seen);
            self.memory
                .counts(&View::Words, &kind)?
                .most()
                .map(|(meaning, _)| meaning)
        };
        let words = || seen.reading.map(|reading| reading.meaning);
        known.or_else(learned).or_else(words)
    }

    /// Whether an answer that means too small was met, and one that means too big.
    pub fn has_both_hints(&self) -> bool {
        let met = |meaning| self.answers.iter().any(|known| known.meaning == meaning);
        met(Meaning::TooSmall) && met(Meaning::TooBig)
    }

    /// Whether the hints' words mean the contrary of what they say.
    pub fn is_inverted(&self) -> bool {
        self.answers
            .iter()
            .any(|known| Belief::from(known).is_contrary())
    }

    fn add_prompts(&mut self, heard: &Heard) {
        for sentence in heard.sentences() {
            // « + : plus grand » explains a hint; the hint itself must not be taken for a prompt.
            if sentence.len() <= 3 && hint::of(&sentence).is_some() {
                continue;
            }
            if self.prompts.len() < PROMPTS && !self.prompts.contains(&sentence) {
                self.prompts.push(sentence);
            }
        }
        self.prompts
            .sort_by_key(|prompt| std::cmp::Reverse(prompt.len()));
    }

    /// Whether this answer was met before.
    fn knows(&self, heard: &Heard) -> bool {
        let key = heard.key();
        self.answers.iter().any(|known| known.first.key == key)
    }

    /// Whether this was a whole answer before.
    fn is_whole(&self, heard: &Heard) -> bool {
        self.whole.contains(&heard.shape())
    }

    fn add_whole(&mut self, heard: &Heard) {
        if self.whole.len() < KNOWN {
            self.whole.insert(heard.shape());
        }
    }

    /// Takes back what was no answer.
    fn forget(&mut self, heard: &Heard) {
        let key = heard.key();
        self.answers.retain(|known| known.first.key != key);
    }

    /// Counts an answer, with what it is taken to mean now.
    fn note(&mut self, seen: &Seen, meaning: Meaning, grounds: Grounds) {
        let same = |known: &&mut Known| known.first.key == seen.key;
        if let Some(known) = self.answers.iter_mut().find(same) {
            known.times += 1;
            (known.meaning, known.grounds) = (meaning, grounds);
        } else if self.answers.len() < KNOWN {
            self.answers.push(Known {
                first: seen.clone(),
                times: 1,
                meaning,
                grounds,
            });
        }
    }
}
