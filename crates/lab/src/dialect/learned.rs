//! What has been learned of a server's dialect.

use std::collections::BTreeSet;

use super::hint;
use super::meaning::Meaning;
use super::memory::Memory;
use super::observation::{Feature, Observation};
use super::question::Question;
use super::text::Heard;
use super::token::Token;
use super::way::{Ending, LengthPrefix, Way};
use game::rules::Range;

/// Distinct answers kept: more than any server has, unless it talks at random.
const BELIEFS: usize = 64;
/// Prompts kept.
const PROMPTS: usize = 32;

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
    /// It leaves the connection open and stops answering.
    Hangs,
}

/// The evidence for an answer's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grounds {
    /// Its words alone.
    Words,
    /// The other answers of the game allow no other meaning.
    Game,
    /// A game that was won showed it.
    Win,
}

/// What an answer is taken to mean, whatever the numbers in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The answer as it was first seen, with its guess.
    pub first: Observation,
    /// How often it was seen.
    pub times: u32,
    /// The meaning.
    pub meaning: Meaning,
    /// The evidence for the meaning.
    pub grounds: Grounds,
}

impl Belief {
    /// The answer as it was first seen, on one line.
    pub fn sample(&self) -> &str {
        &self.first.heard.sample
    }

    /// What its words alone would say, if they say anything.
    pub fn words(&self) -> Option<Meaning> {
        self.first.reading.map(|reading| reading.meaning)
    }

    /// Whether its words are a hint in the opposite direction.
    pub fn is_contrary(&self) -> bool {
        matches!(
            (self.words(), self.meaning),
            (Some(Meaning::TooSmall), Meaning::TooBig) | (Some(Meaning::TooBig), Meaning::TooSmall)
        )
    }
}

/// What the claim rests on that a game was won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The answer's words say so, and another guess got another answer.
    Words,
    /// The answer to the only number that the hints left over differs from all hints and refusals.
    LeftOver,
    /// The answer is the number of tries, where hints have words.
    Tries,
    /// The answer was the win's in an earlier game.
    Known,
}

/// What tells a win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WinSign {
    /// Words, or any other text.
    Words,
    /// The number of tries alone.
    Tries,
    /// A close without a word.
    Close,
}

/// All that is known of how a server talks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Whether the server says something before it is spoken to.
    pub speaks_first: Option<bool>,
    /// How guesses are sent, once one was judged.
    pub way: Option<Way>,
    /// The length before each of its texts, if it sends one.
    pub prefix: Option<LengthPrefix>,
    /// Whether its answers end in a newline.
    pub newline: Option<bool>,
    /// The range that it announces, else the one that games were played in.
    pub range: Option<Range>,
    /// Whether it announces the range.
    pub announced: bool,
    /// The range that it announced last.
    pub told: Option<Range>,
    /// Tries a game, if it announces them.
    pub tries: Option<u32>,
    /// What it asked before the first guess: the question, its text and the reply.
    pub asked: Vec<(Question, String, String)>,
    /// Messages that it takes before the first guess without having asked: a name, probably.
    pub unasked: u32,
    /// Whether a part of an answer arrived later than the rest.
    pub second_read: bool,
    /// How often a game was restarted because its answers contradicted each other.
    pub restarts: u32,
    /// What it does after a win.
    pub after_win: Option<AfterWin>,
    /// Whether it says only whether the number is right, and gives no hints.
    pub without_hints: bool,
    /// Whether it takes a message after each hint before it waits for the next number.
    pub acknowledged: bool,
    /// Whether it says nothing to that message.
    pub acknowledged_silently: bool,
    /// Whether it waits for a second player before it plays.
    pub two_players: bool,
    /// Whether it takes one guess a connection, and keeps its number.
    pub one_guess: bool,
    /// Whether its hints are the range that is left.
    pub narrows: bool,
    /// Whether the ends of the ranges that it tells are excluded.
    pub exclusive: bool,
    /// Whether games announced different ranges.
    pub ranges_differ: bool,
    /// The end of a message with which it never says that a number is right.
    pub deaf_to: Option<Ending>,
    /// What tells its wins, once one was certain.
    pub win: Option<WinSign>,
    /// The keys of answers that were wins.
    wins: BTreeSet<String>,
    /// Its answers to guesses, at most [`BELIEFS`].
    pub answers: Vec<Belief>,
    /// Sentences that do not judge a guess, the longest first; at most [`PROMPTS`].
    prompts: Vec<Vec<Token>>,
    /// The shapes of answers that were complete; see [`Heard::shape`].
    complete: BTreeSet<String>,
    memory: Memory,
}

impl Dialect {
    /// Nothing is known, except perhaps whether the server speaks first.
    pub fn starting(speaks_first: Option<bool>) -> Dialect {
        Dialect {
            speaks_first,
            ..Dialect::default()
        }
    }

    /// What an answer means: as it was understood before, else as similar answers turned out, else
    /// by its words.
    pub fn meaning_of(&self, guess: i64, bytes: &[u8]) -> Option<Meaning> {
        let heard = self.heard(bytes);
        let seen = self.observe(guess, self.without_prompts(&heard), false);
        if self.is_tries_alone(&seen.heard) {
            return Some(Meaning::Found);
        }
        let same = |belief: &&Belief| belief.first.key == seen.key;
        let known = self.answers.iter().find(same).map(|belief| belief.meaning);
        let kind = || Feature::Words.kind(&seen);
        known
            .or_else(|| self.memory.usual(&Feature::Words, kind()))
            .or(seen.reading.map(|reading| reading.meaning))
    }

    /// What was received, without the lengths before its texts.
    pub fn heard(&self, bytes: &[u8]) -> Heard {
        let texts = self.prefix.and_then(|prefix| prefix.unframe(bytes));
        match texts {
            Some(texts) => Heard::new(&texts.join(&b'\n')),
            None => Heard::new(bytes),
        }
    }

    /// An answer to a guess: read by its words, else by the range that it leaves.
    pub(super) fn observe(&self, guess: i64, heard: Heard, ended: bool) -> Observation {
        let announced = self.range.filter(|_| self.announced);
        let narrowed = hint::narrowed(guess, &heard, announced);
        let seen = Observation::new(guess, heard, ended);
        match narrowed.filter(|_| seen.reading.is_none()) {
            Some(reading) => seen.narrowed(reading),
            None => seen,
        }
    }

    /// Whether this is a bare number on a server that tells its wins so.
    fn is_tries_alone(&self, heard: &Heard) -> bool {
        self.win == Some(WinSign::Tries) && heard.lone_number().is_some_and(|it| it > 0)
    }

    /// Whether such an answer was a win before.
    pub fn knows_win(&self, seen: &Observation) -> bool {
        self.wins.contains(&seen.key) || self.is_tries_alone(&seen.heard)
    }

    /// Whether such an answer was a hint, and nothing else, in the games whose number is known.
    pub(super) fn knows_hint(&self, seen: &Observation) -> bool {
        let kind = Feature::Words.kind(seen);
        let only = self.memory.only(&Feature::Words, kind);
        only.is_some_and(Meaning::is_hint)
    }

    /// How often an answer of these words was heard.
    pub(super) fn times(&self, seen: &Observation) -> u32 {
        let same = self.answers.iter().find(|it| it.first.key == seen.key);
        same.map_or(0, |belief| belief.times)
    }

    /// Whether an answer is known that judges a guess which was not the number.
    pub fn knows_miss(&self) -> bool {
        self.answers.iter().any(|belief| belief.meaning.is_miss())
    }

    /// Whether its hints are worded.
    pub(super) fn has_worded_hints(&self) -> bool {
        let worded = |belief: &Belief| belief.meaning.is_hint() && belief.words().is_some();
        self.answers.iter().any(worded)
    }

    /// Learns that this answer was a win.
    pub(super) fn add_win(&mut self, seen: &Observation, sign: WinSign) {
        self.win = Some(sign);
        if sign == WinSign::Words && self.wins.len() < BELIEFS {
            self.wins.insert(seen.key.clone());
        }
    }

    /// Whether both an answer for too small and one for too big are known.
    pub fn has_both_hints(&self) -> bool {
        let met = |meaning| self.answers.iter().any(|belief| belief.meaning == meaning);
        met(Meaning::TooSmall) && met(Meaning::TooBig)
    }

    /// Whether the words of a hint mean the opposite of what they say.
    pub fn is_inverted(&self) -> bool {
        self.answers.iter().any(Belief::is_contrary)
    }

    /// What finished games have taught.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// An answer without the known prompts.
    pub(super) fn without_prompts(&self, heard: &Heard) -> Heard {
        heard.without(&self.prompts)
    }

    /// Whether an answer consists of known prompts only.
    pub(super) fn is_only_prompts(&self, heard: &Heard) -> bool {
        heard.is_all(&self.prompts)
    }

    /// Learns the sentences of a text that judges nothing.
    pub(super) fn add_prompts(&mut self, heard: &Heard) {
        for sentence in heard.sentences() {
            // « + : plus grand » explains a hint; the hint itself must not become a prompt.
            if sentence.len() <= 3 && hint::read(&Heard::of(&sentence)).is_some() {
                continue;
            }
            if self.prompts.len() < PROMPTS && !self.prompts.contains(&sentence) {
                self.prompts.push(sentence);
            }
        }
        self.prompts
            .sort_by_key(|prompt| std::cmp::Reverse(prompt.len()));
    }

    /// Whether this answer was seen before.
    pub(super) fn knows(&self, heard: &Heard) -> bool {
        let key = heard.key();
        self.answers.iter().any(|belief| belief.first.key == key)
    }

    /// Whether this was a complete answer before.
    pub(super) fn is_complete(&self, heard: &Heard) -> bool {
        self.complete.contains(&heard.shape())
    }

    /// Learns that this was a complete answer.
    pub(super) fn add_complete(&mut self, heard: &Heard) {
        if self.complete.len() < BELIEFS {
            self.complete.insert(heard.shape());
        }
    }

    /// Forgets an answer that turned out to be a prompt.
    pub(super) fn forget(&mut self, heard: &Heard) {
        let key = heard.key();
        self.answers.retain(|belief| belief.first.key != key);
    }

    /// Counts an answer, with the meaning that it has now.
    pub(super) fn note(&mut self, seen: &Observation, meaning: Meaning, grounds: Grounds) {
        let same = |belief: &&mut Belief| belief.first.key == seen.key;
        if let Some(belief) = self.answers.iter_mut().find(same) {
            belief.times += 1;
            (belief.meaning, belief.grounds) = (meaning, grounds);
        } else if self.answers.len() < BELIEFS {
            self.answers.push(Belief {
                first: seen.clone(),
                times: 1,
                meaning,
                grounds,
            });
        }
    }

    /// Learns from the answers of a game whose secret number is known now.
    pub(super) fn learn(&mut self, game: &[Observation], number: i64) {
        self.memory.learn(game, number);
        for belief in &mut self.answers {
            if game.iter().any(|seen| seen.key == belief.first.key) {
                belief.grounds = Grounds::Win;
            }
        }
    }
}
