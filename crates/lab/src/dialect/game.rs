//! One game against a server that is not understood yet: which number to guess next, and what its
//! answer means in the light of the others.
//!
//! Guesses halve what is left. While the hints could still point the other way round, an end of
//! the range is guessed: its answer can only mean one thing. Two tries more than the optimum are
//! spent on that at most.

use super::hint::Trust;
use super::infer::{Judgement, infer};
use super::memory::Memory;
use super::seen::Seen;
use super::strategy::{Guesses, Strategy};
use super::text::Heard;
use super::{Dialect, Grounds, Meaning};
use game::limits::NUMBER;
use game::rules::Range;

/// Doubt beyond which an end of the range is guessed at once.
const DOUBTFUL: f64 = 0.2;
/// Doubt below which a direction is settled.
const SETTLED: f64 = 0.01;
/// Answers of which the first may be prompts.
const FIRST: usize = 3;
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
    /// An earlier answer had been the win, after so many guesses; this one is of the next game.
    WonBefore(i64),
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

    /// Whether the range that was announced, or assumed, holds this number.
    pub fn range_holds(&self, number: i64) -> bool {
        self.ranges[0].0.contains(number)
    }

    /// Whether nothing was judged yet.
    pub fn is_fresh(&self) -> bool {
        self.seen.is_empty()
    }

    /// Forgets answers that a later one has shown to be a prompt: it holds them and more.
    pub fn drop_prompts(&mut self, heard: &Heard) -> Vec<Heard> {
        // A prompt alone comes before the first answer, not amid a game.
        if self.seen.len() > FIRST {
            return Vec::new();
        }
        let is_prompt = |seen: &Seen| seen.reading.is_none() && seen.heard.is_part_of(heard);
        let (prompts, seen) = std::mem::take(&mut self.seen)
            .into_iter()
            .partition(is_prompt);
        self.seen = seen;
        let prompts: Vec<Seen> = prompts;
        self.tries -= u32::try_from(prompts.len()).unwrap_or(0).min(self.tries);
        prompts.into_iter().map(|seen| seen.heard).collect()
    }

    /// The server has said nothing more since its last answer: whether that was the win.
    pub fn ended(&mut self, memory: &Memory) -> Option<i64> {
        let before = self.seen.len();
        let last = self.seen.last_mut().filter(|_| before >= 2)?;
        last.ended = true;
        self.judgement = infer(&self.seen, &self.ranges, memory);
        let last = self.seen.last()?;
        let meaning = self.judgement.as_ref()?.best.meaning(last);
        (meaning == Some(Meaning::Found)).then_some(last.guess)
    }

    /// Whether a hint was understood: by its words, or because there are two of them.
    pub fn is_understood(&self) -> bool {
        let certain = self
            .judgement
            .as_ref()
            .is_some_and(|judgement| judgement.doubt < DOUBTFUL);
        certain || self.seen.iter().any(is_hint)
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
        let range = self.ranges[0].0;
        let possible = judgement.best.possible;
        let scarce = left.is_some_and(|left| left <= possible.optimum());
        let sure = self
            .seen
            .iter()
            .any(|seen| seen.reading.is_some_and(|it| it.trust > Trust::Low));
        let hints = self.seen.len();
        let tried = |end: i32| self.seen.iter().any(|seen| seen.guess == i64::from(end));
        let first = !tried(range.min) && !tried(range.max);
        let now = judgement.doubt > DOUBTFUL || first && hints >= 2 && !(scarce && sure);
        let mut ends = [range.min, range.max];
        // The end that may be the number itself comes first, unless the range is a guess: there it
        // could mean that the range is wider.
        let sure = self.announced.is_some();
        ends.sort_by_key(|end| possible.contains((*end).into()) != sure);
        now.then(|| ends.into_iter().find(|end| !tried(*end)))
            .flatten()
    }

    /// What the answer to a guess means.
    pub fn judge(&mut self, seen: Seen, memory: &Memory) -> Effect {
        if let Some(number) = self.won_before(&seen) {
            return Effect::WonBefore(number);
        }
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
            Some(Meaning::Nothing | Meaning::Refused | Meaning::Lost)
                if !is_hint(last) && !self.has_judged(last) =>
            {
                self.seen.pop();
                return Effect::NotJudged;
            }
            _ => Effect::Contradiction,
        };
        if effect == Effect::Contradiction
            && let Some(number) = self.earlier_win(memory, false)
        {
            self.seen.pop();
            return Effect::WonBefore(number);
        }
        self.tries += 1;
        if effect == Effect::Contradiction {
            self.seen.drain(..self.seen.len() - 1);
            self.judgement = infer(&self.seen, &self.ranges, memory);
        }
        effect
    }

    /// The same guess has another answer now: the first one was the win, which nothing had told
    /// from a hint, and the server plays on.
    fn won_before(&self, seen: &Seen) -> Option<i64> {
        let best = &self.judgement.as_ref()?.best;
        let win = self
            .seen
            .iter()
            .find(|it| best.meaning(it) == Some(Meaning::Found))?;
        (win.guess == seen.guess && win.key != seen.key).then_some(win.guess)
    }

    /// Whether both answers are the same, by what tells this server's answers apart.
    pub fn are_alike(&self, one: &Seen, other: &Seen) -> bool {
        let best = self.judgement.as_ref().map(|judgement| &judgement.best);
        best.map_or(one.key == other.key, |best| {
            best.view.kind(one) == best.view.kind(other)
        })
    }

    /// The guess whose answer was the win after all, and was taken for a hint of one game that goes
    /// on: with it, both games explain themselves. `hint` says that the last answer is one.
    pub fn earlier_win(&self, memory: &Memory, hint: bool) -> Option<i64> {
        let last = self.seen.last()?;
        let explains = |at: &usize| {
            let (won, since) = self.seen.split_at(at + 1);
            let win = &won[*at];
            let sides = |one: &Seen| {
                let same = won.iter().filter(|seen| self.are_alike(one, seen));
                let mut sides: Vec<_> = same.map(|seen| seen.guess.cmp(&win.guess)).collect();
                sides.dedup();
                sides.len()
            };
            let sound = win.reading.is_none() && won.iter().all(|seen| sides(seen) == 1);
            let mut learnt = memory.clone();
            learnt.learn(won, win.guess);
            let judgement = || infer(since, &self.ranges, &learnt);
            let fits = |meaning| !hint || meaning != Meaning::Found;
            sound && judgement().is_some_and(|it| it.best.meaning(last).is_some_and(fits))
        };
        let ends = 0..self.seen.len() - 1;
        ends.rev().find(explains).map(|at| self.seen[at].guess)
    }

    /// The game until that win, and the one since.
    pub fn split(mut self, number: i64, memory: &Memory) -> (Game, Game) {
        let mut next = Game::new(self.strategy, self.announced);
        let is_win = |seen: &Seen| seen.guess == number;
        let end = self
            .seen
            .iter()
            .position(is_win)
            .map_or(self.seen.len(), |at| at + 1);
        let since = self.seen.split_off(end);
        let count = u32::try_from(since.len()).unwrap_or(u32::MAX);
        self.tries = self.tries.saturating_sub(count);
        self.calibrations = self.calibrations.min(self.tries);
        for seen in since {
            next.judge(seen, memory);
        }
        (self, next)
    }

    /// Whether an earlier guess had that answer.
    fn has_judged(&self, last: &Seen) -> bool {
        let mut same = self.seen.iter().filter(|seen| seen.key == last.key);
        same.nth(1).is_some()
    }

    /// Guesses an end of the range, since the direction will be in doubt.
    pub fn end(&mut self) -> Option<i64> {
        let bisects = self.strategy == Strategy::Bisect && self.is_fresh();
        let end = i64::from(self.ranges[0].0.min);
        self.calibrations += u32::from(bisects);
        bisects.then_some(end)
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

/// Whether the words are surely those of a hint.
fn is_hint(seen: &Seen) -> bool {
    seen.hint()
        .is_some_and(|reading| reading.trust > Trust::Low)
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
            to(0, 100, 0.01),
            to(0, 1_000, 0.005),
            to(0, 1_000_000, 1e-3),
            (wide, 1e-5),
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
        (by_one, 1e-3),
        (times_ten, 1e-5),
        (wide, 1e-7),
    ]
}
