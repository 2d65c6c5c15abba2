//! One game against a server that is not understood yet: chooses the next guess, and decides what
//! an answer means in the light of the others.
//!
//! Guesses halve what is left possible. While the hints' direction is in doubt, an end of the range
//! is guessed instead (a calibration): its answer can only mean one thing. A game takes at most two
//! tries more than the optimum for that.

use std::collections::BTreeSet;

use super::hint::Trust;
use super::infer::{Judgement, infer};
use super::learned::{Dialect, Grounds};
use super::meaning::Meaning;
use super::memory::Memory;
use super::observation::Observation;
use super::strategy::{Guesses, Strategy};
use super::text::Heard;
use game::limits::NUMBER;
use game::rules::Range;

/// Doubt above which an end of the range is guessed at once.
const DOUBTFUL: f64 = 0.2;
/// Doubt below which the hints' direction is certain.
const CERTAIN: f64 = 0.01;
/// How far from the middle of the numbers left the guess may be, to avoid a number.
const AVOIDED: i64 = 16;
/// Doubt below which the only number that is left counts as such: that its like be left is a coincidence
/// itself, so that some doubt always stays.
const LEFT_OVER: f64 = 0.1;
/// The first answers of a game, which a later answer may show to be prompts.
const MAYBE_PROMPTS: usize = 3;
/// Numbers that were tried and are remembered: more than are tried one by one.
const TRIED: usize = 512;
/// Numbers that are tried one by one on a server that gives no hints.
const ONE_BY_ONE: u64 = 128;
/// Answers kept of one game. Beyond it, only the lowest and the highest guess of each text are kept.
const KEPT: usize = 48;

/// What an answer did to the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The answer was a hint.
    Hint,
    /// The secret number is found.
    Won,
    /// The answer did not judge the guess.
    NotJudged,
    /// The guess of this number had won, unnoticed; the answer belongs to the next game.
    WonBefore(i64),
    /// The answer contradicts the earlier ones, which are forgotten.
    Contradiction,
}

/// One game in progress.
#[derive(Debug)]
pub struct Deduction {
    seen: Vec<Observation>,
    tries: u32,
    calibrations: u32,
    guesses: Guesses,
    strategy: Strategy,
    announced: Option<Range>,
    /// The possible ranges with their prior weights, the most likely first; never empty.
    ranges: Vec<(Range, f64)>,
    judgement: Option<Judgement>,
    /// The numbers that were judged, at most [`TRIED`].
    tried: BTreeSet<i64>,
    /// The only number that the answers before the last one had left.
    left_before: Option<i64>,
}

impl Deduction {
    /// A game in the range that was announced, else in a likely one.
    pub fn new(strategy: Strategy, announced: Option<Range>) -> Deduction {
        Deduction {
            seen: Vec::new(),
            tries: 0,
            calibrations: 0,
            guesses: Guesses::new(strategy),
            strategy,
            announced,
            ranges: ranges(announced),
            judgement: None,
            tried: BTreeSet::new(),
            left_before: None,
        }
    }

    /// The only number that the answers leave, if there is hardly a doubt about their meaning.
    pub fn left_over(&self) -> Option<i64> {
        let judgement = self.judgement.as_ref()?;
        if judgement.doubt >= LEFT_OVER {
            return None;
        }
        if judgement.best.is_without_hints() {
            let range = judgement.best.range;
            let mut left = self.untried(range);
            let only = left.next()?;
            return left.next().is_none().then_some(only);
        }
        let possible = judgement.best.possible;
        (possible.min == possible.max).then_some(possible.min.into())
    }

    /// What [`Deduction::left_over`] was before the last answer.
    pub fn left_before(&self) -> Option<i64> {
        self.left_before
    }

    /// Whether the server gives no hints, as far as is known.
    pub fn is_without_hints(&self) -> bool {
        let judgement = self.judgement.as_ref();
        judgement.is_some_and(|it| it.doubt < CERTAIN && it.best.is_without_hints())
    }

    /// Whether an answer of this game was taken for a miss.
    pub fn has_miss(&self) -> bool {
        self.seen
            .iter()
            .any(|seen| self.meaning(seen).is_some_and(Meaning::is_miss))
    }

    /// Whether an answer has the words of a hint of this game.
    pub fn is_hint(&self, answer: &Observation) -> bool {
        let mut same = self.seen.iter().filter(|seen| seen.key == answer.key);
        same.any(|seen| self.meaning(seen).is_some_and(Meaning::is_hint))
    }

    /// Whether the last answer was a hint.
    pub fn ends_on_hint(&self) -> bool {
        let last = self.seen.last();
        last.and_then(|seen| self.meaning(seen))
            .is_some_and(Meaning::is_hint)
    }

    /// What an answer of this game is taken to mean.
    fn meaning(&self, seen: &Observation) -> Option<Meaning> {
        self.judgement.as_ref()?.best.meaning(seen)
    }

    /// The two numbers next to each other between which this hint and the others leave none, the likelier
    /// one last: a server that never takes a message for its number gives such hints.
    pub fn squeezed(&self, answer: &Observation) -> Option<Vec<i64>> {
        let judgement = self.judgement.as_ref().filter(|it| it.doubt < CERTAIN)?;
        let last = judgement.best.meaning(answer).filter(|it| it.is_hint())?;
        let range = self.announced;
        let guesses = |meaning: Meaning| {
            let means = move |seen: &&Observation| judgement.best.meaning(seen) == Some(meaning);
            let last = (last == meaning).then_some(answer.guess);
            self.seen
                .iter()
                .filter(means)
                .map(|seen| seen.guess)
                .chain(last)
        };
        let below = range.map(|range| i64::from(range.min) - 1);
        let above = range.map(|range| i64::from(range.max) + 1);
        let low = guesses(Meaning::TooSmall).max().or(below)?;
        let high = guesses(Meaning::TooBig).min().or(above)?;
        (low + 1 == high).then(|| match last {
            Meaning::TooBig => vec![low, high],
            _ => vec![high, low],
        })
    }

    /// Whether it gives no hints and has more numbers than can be tried one by one.
    pub fn is_hopeless(&self) -> bool {
        self.is_without_hints() && self.range().size() > ONE_BY_ONE
    }

    /// The numbers of a range that were not judged, from its start.
    fn untried(&self, range: Range) -> impl Iterator<Item = i64> {
        let all = i64::from(range.min)..=i64::from(range.max);
        all.filter(|number| !self.tried.contains(number))
    }

    /// Guesses that were judged.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Counts a guess that ended the game without being weighed.
    pub fn count_try(&mut self) {
        self.tries += 1;
    }

    /// Guesses that were made at an end of the range to learn the hints' direction.
    pub fn calibrations(&self) -> u32 {
        self.calibrations
    }

    /// The range that the game is played in, as far as is known.
    pub fn range(&self) -> Range {
        let best = self
            .judgement
            .as_ref()
            .map(|judgement| judgement.best.range);
        best.unwrap_or(self.ranges[0].0)
    }

    /// The numbers that are left possible.
    fn possible(&self) -> Range {
        let best = self.judgement.as_ref();
        best.map_or(self.ranges[0].0, |judgement| judgement.best.possible)
    }

    /// Whether the announced or assumed range contains this number.
    pub fn range_holds(&self, number: i64) -> bool {
        self.ranges[0].0.contains(number)
    }

    /// Whether no guess was judged yet.
    pub fn is_fresh(&self) -> bool {
        self.seen.is_empty()
    }

    /// Forgets the answers that `heard` shows to be prompts, because it contains them beside
    /// something else. Returns them.
    pub fn drop_prompts(&mut self, heard: &Heard) -> Vec<Heard> {
        // A prompt alone precedes the first answer; it does not occur amid a game.
        if self.seen.len() > MAYBE_PROMPTS {
            return Vec::new();
        }
        let is_prompt = |seen: &Observation| seen.reading.is_none() && seen.heard.is_part_of(heard);
        let (prompts, seen) = std::mem::take(&mut self.seen)
            .into_iter()
            .partition(is_prompt);
        self.seen = seen;
        let prompts: Vec<Observation> = prompts;
        self.tries -= u32::try_from(prompts.len()).unwrap_or(0).min(self.tries);
        prompts.into_iter().map(|seen| seen.heard).collect()
    }

    /// The server says nothing more after its last answer. Returns the number that it answered, if
    /// that was the win.
    pub fn ended(&mut self, memory: &Memory) -> Option<i64> {
        let before = self.seen.len();
        let last = self.seen.last_mut().filter(|_| before >= 2)?;
        last.ended = true;
        self.judgement = infer(&self.seen, &self.ranges, memory);
        let last = self.seen.last()?;
        let meaning = self.judgement.as_ref()?.best.meaning(last);
        (meaning == Some(Meaning::Found)).then_some(last.guess)
    }

    /// Whether the hints are understood: by their words, or because the direction is nearly certain.
    pub fn is_understood(&self) -> bool {
        let certain = self
            .judgement
            .as_ref()
            .is_some_and(|judgement| judgement.doubt < DOUBTFUL);
        certain || self.seen.iter().any(is_hint)
    }

    /// The answers of this game, at most [`KEPT`].
    pub fn seen(&self) -> &[Observation] {
        &self.seen
    }

    /// Adopts the range that the server has just announced. Whether it is a new one.
    pub fn announce(&mut self, range: Range) -> bool {
        let news = self.announced != Some(range);
        if news {
            self.announced = Some(range);
            self.ranges = ranges(self.announced);
            self.judgement = None;
        }
        news
    }

    /// Narrows the range by a refused guess at one of its ends. Whether it did.
    pub fn shrink(&mut self, guess: i64) -> bool {
        let range = self.range();
        let (min, max) = (i64::from(range.min), i64::from(range.max));
        if min >= max - 1 {
            return false;
        }
        if guess == min {
            let min = range.min + 1;
            return self.announce(Range { min, ..range });
        }
        if guess == max {
            let max = range.max - 1;
            return self.announce(Range { max, ..range });
        }
        false
    }

    /// The next guess, or `None` if no number is left possible. `left` are the tries that the server
    /// still gives, if it says so; `entropy` is a random number. `avoided` are numbers that seemed to win
    /// before: left over, they prove it.
    pub fn next(
        &mut self,
        left: Option<u32>,
        entropy: u64,
        avoided: &BTreeSet<i64>,
    ) -> Option<i64> {
        if let Some(end) = self.calibration(left) {
            self.calibrations += 1;
            return Some(end.into());
        }
        let (range, possible) = (self.range(), self.possible());
        let best = self.judgement.as_ref().map(|judgement| &judgement.best);
        if best.is_some_and(|best| best.is_without_hints()) {
            return self.untried(range).next();
        }
        let guess = self.guesses.next(range, possible, entropy).map(i64::from)?;
        let spare = |number: &i64| possible.contains(*number) && !avoided.contains(number);
        let near = (0..=AVOIDED).flat_map(|far| [guess - far, guess + far]);
        let other = near.into_iter().find(spare);
        Some(
            other
                .filter(|_| self.strategy == Strategy::Bisect)
                .unwrap_or(guess),
        )
    }

    /// The end of the range to guess, if the hints' direction is in doubt.
    fn calibration(&self, left: Option<u32>) -> Option<i32> {
        let judgement = self.judgement.as_ref()?;
        if self.strategy != Strategy::Bisect || judgement.doubt < CERTAIN {
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
        // The end that is still possible comes first. In a range that was only assumed it comes last:
        // there a hint beyond it would mean that the range is wider.
        let sure = self.announced.is_some();
        ends.sort_by_key(|end| possible.contains((*end).into()) != sure);
        now.then(|| ends.into_iter().find(|end| !tried(*end)))
            .flatten()
    }

    /// Weighs an answer against the others.
    pub fn judge(&mut self, seen: Observation, memory: &Memory) -> Effect {
        if let Some(number) = self.won_before(&seen) {
            return Effect::WonBefore(number);
        }
        self.left_before = self.left_over();
        if self.tried.len() < TRIED {
            self.tried.insert(seen.guess);
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
            Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Wrong) if !self.forgets() => {
                Effect::Hint
            }
            Some(Meaning::Found) => Effect::Won,
            Some(Meaning::Nothing | Meaning::Refused | Meaning::Lost)
                if !is_hint(last) && !self.has_judged(last) =>
            {
                let last = self.seen.pop().expect("pushed just now");
                self.tried.remove(&last.guess);
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
            self.tried = self.seen.iter().map(|seen| seen.guess).collect();
            self.judgement = infer(&self.seen, &self.ranges, memory);
        }
        effect
    }

    /// The number of an earlier guess that had won, unnoticed: the same guess gets another answer
    /// now, so the server plays on.
    fn won_before(&self, seen: &Observation) -> Option<i64> {
        let best = &self.judgement.as_ref()?.best;
        let win = self
            .seen
            .iter()
            .find(|it| best.meaning(it) == Some(Meaning::Found))?;
        (win.guess == seen.guess && win.key != seen.key).then_some(win.guess)
    }

    /// Whether two answers are of the same kind.
    pub fn are_alike(&self, one: &Observation, other: &Observation) -> bool {
        let best = self.judgement.as_ref().map(|judgement| &judgement.best);
        best.map_or(one.key == other.key, |best| {
            best.feature.kind(one) == best.feature.kind(other)
        })
    }

    /// The last guess whose answer can have been the win: taken as such, it explains the answers up
    /// to it as one game and those after it as the next. `hint` demands that the last answer is a
    /// hint.
    pub fn earlier_win(&self, memory: &Memory, hint: bool) -> Option<i64> {
        let last = self.seen.last()?;
        let explains = |at: &usize| {
            let (won, since) = self.seen.split_at(at + 1);
            let win = &won[*at];
            let sides = |one: &Observation| {
                let same = won.iter().filter(|seen| self.are_alike(one, seen));
                let mut sides: Vec<_> = same.map(|seen| seen.guess.cmp(&win.guess)).collect();
                sides.dedup();
                sides.len()
            };
            let sound = win.reading.is_none() && won.iter().all(|seen| sides(seen) == 1);
            let mut learned = memory.clone();
            learned.learn(won, win.guess);
            let judgement = || infer(since, &self.ranges, &learned);
            let fits = |meaning| !hint || meaning != Meaning::Found;
            sound && judgement().is_some_and(|it| it.best.meaning(last).is_some_and(fits))
        };
        let ends = 0..self.seen.len() - 1;
        ends.rev().find(explains).map(|at| self.seen[at].guess)
    }

    /// Splits the answers into the game that the guess of `number` won, and the game after it.
    pub fn split(mut self, number: i64, memory: &Memory) -> (Deduction, Deduction) {
        let mut next = Deduction::new(self.strategy, self.announced);
        let is_win = |seen: &Observation| seen.guess == number;
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

    /// Whether another guess got the same answer.
    fn has_judged(&self, last: &Observation) -> bool {
        let mut same = self.seen.iter().filter(|seen| seen.key == last.key);
        same.nth(1).is_some()
    }

    /// The end of the range to guess before any answer, because the direction will be in doubt.
    /// Counts as a calibration. `None` if the strategy does not bisect or the game has begun.
    pub fn first_calibration(&mut self) -> Option<i64> {
        let bisects = self.strategy == Strategy::Bisect && self.is_fresh();
        let end = i64::from(self.ranges[0].0.min);
        self.calibrations += u32::from(bisects);
        bisects.then_some(end)
    }

    /// Whether the best hypothesis takes plain hints for answers that judge nothing.
    fn forgets(&self) -> bool {
        let Some(judgement) = &self.judgement else {
            return true;
        };
        let nothing = |seen: &&Observation| judgement.best.meaning(seen) == Some(Meaning::Nothing);
        self.seen.iter().filter(nothing).any(is_hint)
    }

    /// Tells the dialect what this answer, and the earlier ones, are taken to mean now.
    pub fn note(&self, seen: &Observation, dialect: &mut Dialect) {
        let Some(judgement) = &self.judgement else {
            return;
        };
        let grounds = if judgement.doubt < CERTAIN {
            Grounds::Game
        } else {
            Grounds::Words
        };
        if let Some(meaning) = judgement.best.meaning(seen) {
            dialect.note(seen, meaning, grounds);
        }
        // The new answer may have changed what the earlier ones mean.
        for belief in &mut dialect.answers {
            let in_game = self.seen.iter().find(|seen| seen.key == belief.first.key);
            let meaning = in_game.and_then(|seen| judgement.best.meaning(seen));
            if let Some(meaning) = meaning {
                (belief.meaning, belief.grounds) = (meaning, grounds);
            }
        }
    }

    /// Drops answers beyond [`KEPT`], which bounds memory and time in a game of thousands of guesses.
    fn compact(&mut self) {
        if self.seen.len() <= KEPT {
            return;
        }
        let all = std::mem::take(&mut self.seen);
        for (index, seen) in all.iter().enumerate() {
            let same = |other: &&Observation| other.key == seen.key;
            let guesses = all.iter().filter(same).map(|seen| seen.guess);
            let (low, high) = guesses.fold((i64::MAX, i64::MIN), |(low, high), guess| {
                (low.min(guess), high.max(guess))
            });
            let last = index + 1 == all.len();
            if last || seen.guess == low || seen.guess == high {
                self.seen.push(seen.clone());
            }
        }
        // If the server never says the same twice, the newest answers decide.
        let excess = self.seen.len().saturating_sub(KEPT);
        self.seen.drain(..excess);
    }
}

/// Whether the words are a hint with at least fair trust.
fn is_hint(seen: &Observation) -> bool {
    seen.hint()
        .is_some_and(|reading| reading.trust > Trust::Low)
}

/// The possible ranges with their prior weights, the most likely first: an announcement may be off.
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
