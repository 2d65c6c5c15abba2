//! From guesses and answers to meanings: every way to understand the answers is a hypothesis, and
//! its weight is how well it explains the game.
//!
//! A hypothesis says how answers are told apart ([`View`]), what each kind of answer means, and
//! which numbers can be drawn. Kinds that mean « too small » were answered below the secret, those
//! that mean « too big » above it: what is left between them, as a part of the range, is how likely
//! the game was under it. Words give each meaning a weight beforehand, former games another.

use super::Meaning;
use super::hint::{Reading, Trust};
use super::memory::Memory;
use super::seen::{SLOTS, Seen, View, is_code, views};
use game::rules::Range;

/// Kinds of answers whose meanings are weighed against each other; of more, the rarest are taken
/// at their word.
const KINDS: usize = 6;
/// The part of the likeliest hypothesis's weight from which another one is nearly as likely.
const NEARLY: f64 = 0.01;
/// The part of the likeliest hypothesis's weight below which a rival is not asked any more.
const NEGLIGIBLE: f64 = 1e-5;

/// One way to understand the game so far.
#[derive(Clone, Debug)]
pub struct Hypothesis {
    /// How answers are told apart.
    pub view: View,
    /// What each kind means.
    pub meanings: Vec<(String, Meaning)>,
    /// The numbers that can be drawn.
    pub range: Range,
    /// Those that the answers leave.
    pub possible: Range,
    /// How well it explains the game.
    pub weight: f64,
}

impl Hypothesis {
    /// What this answer means.
    pub fn meaning(&self, seen: &Seen) -> Option<Meaning> {
        self.meaning_of(&self.view.kind(seen))
    }

    fn meaning_of(&self, kind: &str) -> Option<Meaning> {
        let known = self.meanings.iter().find(|(it, _)| it == kind);
        known.map(|(_, meaning)| *meaning)
    }

    /// Whether the other one understands one of the hints in another way.
    fn disagrees(&self, other: &Hypothesis, game: &[Seen]) -> bool {
        game.iter().any(|seen| {
            let (mine, theirs) = (self.meaning(seen), other.meaning(seen));
            mine != theirs
        })
    }
}

/// All that is left to believe, the likeliest first.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The likeliest.
    pub best: Hypothesis,
    /// The part of the weight that disagrees with it on an answer.
    pub doubt: f64,
}

/// Weighs all hypotheses, or none if nothing explains the game.
pub fn infer(game: &[Seen], ranges: &[(Range, f64)], memory: &Memory) -> Option<Judgement> {
    let mut all = Vec::new();
    let known = |view: &View| {
        game.iter()
            .all(|seen| memory.counts(view, &view.kind(seen)).is_some())
    };
    let code = memory.codes().find(|view| known(view));
    let views = code.map_or_else(|| views(game), |view| vec![view]);
    let all_ways = views.into_iter().flat_map(|view| {
        let inverted = inversion(game);
        [
            (view.clone(), false, 1.0 - inverted),
            (view, true, inverted),
        ]
    });
    for (view, inverted, likely) in all_ways {
        let kinds = kinds(&view, game, inverted, memory);
        for (range, weight) in ranges {
            let start = Partial {
                low: i64::from(range.min),
                high: i64::from(range.max),
                weight: weight * likely * prior(&view, game),
                answers: game.len(),
                noisy: false,
                directions: [0; 2],
                twice: [false; 2],
                meanings: Vec::new(),
            };
            expand(&kinds, start, &mut |partial| {
                all.extend(partial.hypothesis(&view, *range));
            });
        }
    }
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let total: f64 = all.iter().map(|hypothesis| hypothesis.weight).sum();
    let best = narrowest(&all, game)?.clone();
    let heavy = all
        .iter()
        .filter(|other| other.weight > NEGLIGIBLE * best.weight);
    let rivals = heavy.filter(|other| best.disagrees(other, game));
    let doubt = rivals.map(|rival| rival.weight).sum::<f64>() / total;
    Some(Judgement { best, doubt })
}

/// The likeliest hypothesis, in the narrowest range that explains the game nearly as well: to rule
/// that out first costs a few guesses, to look for the number in all of a wide one costs many.
fn narrowest<'a>(all: &'a [Hypothesis], game: &[Seen]) -> Option<&'a Hypothesis> {
    let best = all.first()?;
    let near = all
        .iter()
        .take_while(|other| other.weight > NEARLY * best.weight);
    let alike = near.filter(|other| !best.disagrees(other, game));
    alike.min_by_key(|other| other.range.size())
}

/// How likely answers are told apart so.
fn prior(view: &View, game: &[Seen]) -> f64 {
    // A number that is like a code, and is none, could as well have been another one each time.
    let codes = (0..SLOTS).any(|slot| is_code(game, slot));
    let unexplained = if codes { half_to_the(game.len()) } else { 1.0 };
    match view {
        View::Words => unexplained,
        View::Text => 0.2 * unexplained,
        View::Slot(_) => 0.1,
        View::Mark(_) => 0.005 * unexplained,
    }
}

/// How likely the hints' words mean the contrary of what they say, all of them.
fn inversion(game: &[Seen]) -> f64 {
    let surest = game
        .iter()
        .filter_map(Seen::hint)
        .map(|reading| reading.trust)
        .max();
    match surest {
        None => 0.0,
        Some(Trust::High) => 0.01,
        Some(Trust::Fair) => 0.12,
        Some(Trust::Low) => 0.4,
    }
}

/// All answers of one kind.
struct Kind {
    name: String,
    lowest: i64,
    highest: i64,
    count: usize,
    /// The weight of each meaning: too small, too big, found, nothing.
    weights: [f64; 4],
}

const MEANINGS: [Meaning; 4] = [
    Meaning::TooSmall,
    Meaning::TooBig,
    Meaning::Found,
    Meaning::Nothing,
];

fn kinds(view: &View, game: &[Seen], inverted: bool, memory: &Memory) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for seen in game {
        let name = view.kind(seen);
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.name == name) {
            kind.lowest = kind.lowest.min(seen.guess);
            kind.highest = kind.highest.max(seen.guess);
            kind.count += 1;
            continue;
        }
        let words = by_words(seen, inverted);
        let mut weights = MEANINGS.map(|meaning| memory.weight(view, &name, meaning));
        for (weight, word) in weights.iter_mut().zip(words) {
            *weight *= word;
        }
        kinds.push(Kind {
            name,
            lowest: seen.guess,
            highest: seen.guess,
            count: 1,
            weights,
        });
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    for kind in kinds.iter_mut().skip(KINDS) {
        let most = kind.weights.iter().copied().fold(0.0, f64::max);
        for weight in kind.weights.iter_mut().filter(|weight| **weight < most) {
            *weight = 0.0;
        }
    }
    kinds
}

/// How likely such words are for each meaning, as learners' servers talk.
fn by_words(seen: &Seen, inverted: bool) -> [f64; 4] {
    let [small, big, found, nothing] = match seen.reading {
        None => [1.0, 1.0, 1.0, 0.03],
        Some(Reading { meaning, trust }) => match (meaning, trust) {
            (Meaning::TooSmall, Trust::High) => [1.0, 0.001, 0.002, 0.002],
            (Meaning::TooSmall, Trust::Fair) => [1.0, 0.01, 0.005, 0.01],
            (Meaning::TooSmall, Trust::Low) => [1.0, 0.05, 0.02, 0.02],
            (Meaning::TooBig, Trust::High) => [0.001, 1.0, 0.002, 0.002],
            (Meaning::TooBig, Trust::Fair) => [0.01, 1.0, 0.005, 0.01],
            (Meaning::TooBig, Trust::Low) => [0.05, 1.0, 0.02, 0.02],
            (Meaning::Found, Trust::High) => [1e-4, 1e-4, 1.0, 1e-4],
            (Meaning::Found, _) => [0.003, 0.003, 1.0, 0.003],
            (Meaning::Lost | Meaning::Refused | Meaning::Nothing, _) => [0.01, 0.01, 0.001, 1.0],
        },
    };
    let [small, big] = match inverted {
        true => [big, small],
        false => [small, big],
    };
    // The end of a conversation is seldom a hint.
    let found = if seen.ended { found * 3000.0 } else { found };
    [small, big, found, nothing]
}

#[derive(Clone)]
struct Partial {
    low: i64,
    high: i64,
    weight: f64,
    /// Answers in the game.
    answers: usize,
    /// Whether some of them judge nothing.
    noisy: bool,
    /// Answers that mean too small, and too big.
    directions: [usize; 2],
    /// Whether more than one kind of answer does.
    twice: [bool; 2],
    meanings: Vec<(String, Meaning)>,
}

impl Partial {
    /// With this kind meaning that, unless no number is left.
    fn with(&self, kind: &Kind, meaning: Meaning, weight: f64) -> Option<Partial> {
        let mut next = self.clone();
        next.weight *= weight;
        match meaning {
            Meaning::TooSmall => next.low = next.low.max(kind.highest.saturating_add(1)),
            Meaning::TooBig => next.high = next.high.min(kind.lowest.saturating_sub(1)),
            Meaning::Found if kind.lowest == kind.highest => {
                (next.low, next.high) = (next.low.max(kind.lowest), next.high.min(kind.highest));
            }
            Meaning::Found => return None,
            // A hint explains itself: it halves what is left. If some answers judge nothing, each
            // of them all could as well have been another one.
            Meaning::Lost | Meaning::Refused | Meaning::Nothing if !next.noisy => {
                next.noisy = true;
                next.weight *= half_to_the(next.answers);
            }
            Meaning::Lost | Meaning::Refused | Meaning::Nothing => {}
        }
        if let Some(index) = MEANINGS[..2].iter().position(|it| *it == meaning) {
            next.say_twice(index, kind.count);
        }
        next.meanings.push((kind.name.clone(), meaning));
        (next.low <= next.high && next.weight > 1e-30).then_some(next)
    }

    /// One kind a direction is the rule. Where there are more, each of the answers could as well
    /// have been another one of them.
    fn say_twice(&mut self, direction: usize, count: usize) {
        let before = std::mem::replace(&mut self.directions[direction], 0);
        self.directions[direction] = before + count;
        if before > 0 {
            let chosen = if self.twice[direction] {
                count
            } else {
                before + count
            };
            self.weight *= 0.01 * half_to_the(chosen);
            self.twice[direction] = true;
        }
    }

    fn hypothesis(self, view: &View, range: Range) -> Option<Hypothesis> {
        let left = (self.high - self.low + 1) as f64;
        Some(Hypothesis {
            view: view.clone(),
            meanings: self.meanings,
            range,
            possible: Range {
                min: i32::try_from(self.low).ok()?,
                max: i32::try_from(self.high).ok()?,
            },
            weight: self.weight * left / range.size() as f64,
        })
    }
}

fn half_to_the(count: usize) -> f64 {
    0.5_f64.powi(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Every meaning of every kind that leaves a number.
fn expand(kinds: &[Kind], partial: Partial, each: &mut impl FnMut(Partial)) {
    let Some((kind, rest)) = kinds.split_first() else {
        return each(partial);
    };
    for (meaning, weight) in MEANINGS.into_iter().zip(kind.weights) {
        if weight > 0.0
            && let Some(next) = partial.with(kind, meaning, weight)
        {
            expand(rest, next, each);
        }
    }
}
