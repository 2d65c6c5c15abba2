//! One game against a server that is not understood yet: which number to guess next, and what its
//! answer means in the light of the others.
//!
//! Guesses halve what is left. While the hints could still point the other way round, an end of
//! the range is guessed: its answer can only mean one thing. Two tries more than the optimum are
//! spent on that at most.

use super::hint::Trust;
use super::infer::{Judgement, Memory, Seen, infer};
use super::strategy::{Guesses, Strategy};
use super::{Dialect, Grounds, Meaning};
use crate::game::Range;
use crate::limits::NUMBER;

/// Doubt beyond which an end of the range is guessed at once.
const DOUBTFUL: f64 = 0.2;
/// Doubt below which a direction is settled.
const SETTLED: f64 = 1e-3;
/// Answers kept of one game; beyond it, only the lowest and the highest guess of each kind.
const KEPT: usize = 48;

/// What an answer did to the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It was a hint.
    Hint,
    /// The number is found.
    Won,
    /// It did not judge the guess.
    NotJudged,
    /// It can't be, after the others: all of them are forgotten but this one.
    Contradiction,
}

/// The game.
#[derive(Debug)]
pub struct Game {
    seen: Vec<Seen>,
    /// Guesses that were judged.
    pub tries: u32,
    /// Of these, the ones at an end of the range, to learn the direction.
    pub calibrations: u32,
    guesses: Guesses,
    strategy: Strategy,
    announced: Option<Range>,
    ranges: Vec<(Range, f64)>,
    judgement: Option<Judgement>,
}

impl Game {
    /// A game in the range that was announced, else in a likely one.
    pub fn new(strategy: Strategy, announced: Option<Range>) -> Game {
        Game {
            seen: Vec::new(),
            tries: 0,
            calibrations: 0,
            guesses: Guesses::new(strategy),
            strategy,
            announced,
            ranges: ranges(announced),
            judgement: None,
        }
    }

    /// The range in which it is played, as far as is known.
    pub fn range(&self) -> Range {
        let best = self
            .judgement
            .as_ref()
            .map(|judgement| judgement.best.range);
        best.unwrap_or(self.ranges[0].0)
    }

    /// The numbers that are left.
    pub fn possible(&self) -> Range {
        let best = self.judgement.as_ref();
        best.map_or(self.ranges[0].0, |judgement| judgement.best.possible)
    }

    /// Whether nothing was judged yet.
    pub fn is_fresh(&self) -> bool {
        self.seen.is_empty()
    }

    /// The answers so far.
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }

    /// Takes the range that the server has just named, if it is another one.
    pub fn announce(&mut self, range: Range) -> bool {
        let news = self.announced != Some(range);
        if news {
            self.announced = Some(range);
            self.ranges = ranges(self.announced);
            self.judgement = None;
        }
        news
    }

    /// Takes a guess that was refused for a number outside the range.
    pub fn shrink(&mut self, guess: i64) -> bool {
        let range = self.range();
        let (min, max) = (i64::from(range.min), i64::from(range.max));
        let narrower = match () {
            () if guess == min && min < max - 1 => Range {
                min: range.min + 1,
                ..range
            },
            () if guess == max && min < max - 1 => Range {
                max: range.max - 1,
                ..range
            },
            () => return false,
        };
        self.announce(narrower)
    }

    /// The next guess, or none if no number is left. `left` are the tries that the server still
    /// gives, where it tells; `entropy` is a random number.
    pub fn next(&mut self, left: Option<u32>, entropy: u64) -> Option<i64> {
        if let Some(end) = self.calibration(left) {
            self.calibrations += 1;
            return Some(end.into());
        }
        let (range, possible) = (self.range(), self.possible());
        self.guesses.next(range, possible, entropy).map(i64::from)
    }

    /// The end of the range to guess, if the direction is in doubt.
    fn calibration(&self, left: Option<u32>) -> Option<i32> {
        let judgement = self.judgement.as_ref()?;
        if self.strategy != Strategy::Bisect || judgement.doubt < SETTLED {
            return None;
        }
        let range = judgement.best.range;
        let possible = judgement.best.possible;
        let scarce = left.is_some_and(|left| left <= possible.optimum());
        let sure = self
            .seen
            .iter()
            .any(|seen| seen.reading.is_some_and(|it| it.trust > Trust::Low));
        let hints = self.seen.len();
        let now = judgement.doubt > DOUBTFUL || hints >= 2 && !(scarce && sure);
        let tried = |end: i32| self.seen.iter().any(|seen| seen.guess == i64::from(end));
        let mut ends = [range.min, range.max];
        // The end that may be the number itself comes first.
        ends.sort_by_key(|end| !possible.contains((*end).into()));
        now.then(|| ends.into_iter().find(|end| !tried(*end)))
            .flatten()
    }

    /// What the answer to a guess means.
    pub fn judge(&mut self, seen: Seen, memory: &Memory) -> Effect {
        self.seen.push(seen);
        self.compact();
        self.judgement = infer(&self.seen, &self.ranges, memory);
        let last = self.seen.last().expect("pushed just now");
        let meaning = self
            .judgement
            .as_ref()
            .and_then(|judgement| judgement.best.meaning(last));
        let effect = match meaning {
            Some(Meaning::TooSmall | Meaning::TooBig) if !self.forgets() => Effect::Hint,
            Some(Meaning::Found) => Effect::Won,
            Some(Meaning::Nothing | Meaning::Refused | Meaning::Lost) if !is_hint(last) => {
                self.seen.pop();
                return Effect::NotJudged;
            }
            _ => Effect::Contradiction,
        };
        self.tries += 1;
        if effect == Effect::Contradiction {
            self.seen.drain(..self.seen.len() - 1);
            self.judgement = infer(&self.seen, &self.ranges, memory);
        }
        effect
    }

    /// Whether the best way to understand the game takes plain hints for nothing.
    fn forgets(&self) -> bool {
        let Some(judgement) = &self.judgement else {
            return true;
        };
        let nothing = |seen: &&Seen| judgement.best.meaning(seen) == Some(Meaning::Nothing);
        self.seen.iter().filter(nothing).any(is_hint)
    }

    /// What each answer is taken to mean now, told to the dialect.
    pub fn note(&self, seen: &Seen, dialect: &mut Dialect) {
        let Some(judgement) = &self.judgement else {
            return;
        };
        let grounds = match judgement.doubt < SETTLED {
            true => Grounds::Game,
            false => Grounds::Words,
        };
        if let Some(meaning) = judgement.best.meaning(seen) {
            dialect.note(seen, meaning, grounds);
        }
        // What was understood one way may be understood in another one now.
        for known in &mut dialect.answers {
            let in_game = self.seen.iter().find(|seen| seen.key == known.first.key);
            let meaning = in_game.and_then(|seen| judgement.best.meaning(seen));
            if let Some(meaning) = meaning {
                (known.meaning, known.grounds) = (meaning, grounds);
            }
        }
    }

    /// Keeps memory and time within bounds in a game of thousands of guesses.
    fn compact(&mut self) {
        if self.seen.len() <= KEPT {
            return;
        }
        let all = std::mem::take(&mut self.seen);
        for (index, seen) in all.iter().enumerate() {
            let same = |other: &&Seen| other.key == seen.key;
            let guesses = all.iter().filter(same).map(|seen| seen.guess);
            let (low, high) = guesses.fold((i64::MAX, i64::MIN), |(low, high), guess| {
                (low.min(guess), high.max(guess))
            });
            let last = index + 1 == all.len();
            if last || seen.guess == low || seen.guess == high {
                self.seen.push(seen.clone());
            }
        }
        // A server that never says the same twice: the newest answers decide.
        let excess = self.seen.len().saturating_sub(KEPT);
        self.seen.drain(..excess);
    }
}

/// Whether the words are those of a hint.
fn is_hint(seen: &Seen) -> bool {
    let reading = seen.reading.filter(|reading| reading.trust > Trust::Low);
    reading.is_some_and(|it| matches!(it.meaning, Meaning::TooSmall | Meaning::TooBig))
}

/// The ranges that are possible, each with its weight: what was announced may be wrong.
fn ranges(announced: Option<Range>) -> Vec<(Range, f64)> {
    let wide = Range {
        min: -NUMBER,
        max: NUMBER,
    };
    let Some(range) = announced else {
        let to = |min, max, weight| (Range { min, max }, weight);
        return vec![
            to(1, 100, 1.0),
            to(0, 100, 0.05),
            to(0, 1_000, 0.05),
            to(0, 1_000_000, 0.01),
            (wide, 1e-4),
        ];
    };
    let by_one = Range {
        min: range.min.saturating_sub(1).max(-NUMBER),
        max: range.max.saturating_add(1).min(NUMBER),
    };
    let times_ten = Range {
        min: by_one.min,
        max: range.max.saturating_mul(10).clamp(by_one.max, NUMBER),
    };
    vec![
        (range, 1.0),
        (by_one, 0.01),
        (times_ten, 1e-3),
        (wide, 1e-6),
    ]
}
