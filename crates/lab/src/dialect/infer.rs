//! Infers what answers mean. Every way to understand the answers is a hypothesis; its weight is how
//! well it explains the game.
//!
//! A hypothesis says which [`Feature`] tells answers apart, what each kind of answer means, and
//! which numbers can be drawn. Guesses answered by a kind that means « too small » lie below the
//! secret number, those answered by « too big » above it. The share of the range that is left
//! between them is the hypothesis's likelihood. Words and finished games give each meaning a prior.

use super::hint::{Reading, Trust};
use super::meaning::Meaning;
use super::memory::Memory;
use super::observation::{AnswerKind, Feature, Observation, SLOTS, features, is_code};
use game::rules::Range;

/// Kinds of answers whose meanings are weighed against each other. Of rarer kinds only the meaning
/// with the highest prior is considered.
const KINDS: usize = 6;
/// A hypothesis with more than this share of the best one's weight is nearly as likely.
const NEARLY: f64 = 0.01;
/// A hypothesis with less than this share of the best one's weight is ignored.
const NEGLIGIBLE: f64 = 1e-5;

/// One way to understand the game so far.
#[derive(Clone, Debug)]
pub struct Hypothesis {
    /// What tells answers apart.
    pub feature: Feature,
    /// What each kind of answer means.
    pub meanings: Vec<(AnswerKind, Meaning)>,
    /// The numbers that can be drawn.
    pub range: Range,
    /// Those that the answers leave possible.
    pub possible: Range,
    /// How well it explains the game, above 0; comparable between hypotheses of one game.
    pub weight: f64,
}

impl Hypothesis {
    /// What an answer means under it.
    pub fn meaning(&self, seen: &Observation) -> Option<Meaning> {
        self.meaning_of(&self.feature.kind(seen))
    }

    /// Whether the server gives no hints under it: every answer but the win's says the same.
    pub fn is_without_hints(&self) -> bool {
        self.meanings
            .iter()
            .any(|(_, meaning)| *meaning == Meaning::Wrong)
    }

    fn meaning_of(&self, kind: &AnswerKind) -> Option<Meaning> {
        let known = self.meanings.iter().find(|(it, _)| it == kind);
        known.map(|(_, meaning)| *meaning)
    }

    /// Whether the other one gives an answer of the game another meaning.
    fn disagrees(&self, other: &Hypothesis, game: &[Observation]) -> bool {
        game.iter().any(|seen| {
            let (mine, theirs) = (self.meaning(seen), other.meaning(seen));
            mine != theirs
        })
    }
}

/// What is believed of a game.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The likeliest hypothesis, in the narrowest range that is nearly as likely.
    pub best: Hypothesis,
    /// The share of all weight whose hypotheses disagree with it on an answer, from 0 to 1.
    pub doubt: f64,
}

/// Weighs all hypotheses. `None` if no hypothesis explains the game.
///
/// `ranges` are the possible ranges with their prior weights.
pub fn infer(game: &[Observation], ranges: &[(Range, f64)], memory: &Memory) -> Option<Judgement> {
    let mut all = Vec::new();
    let known = |feature: &Feature| {
        game.iter()
            .all(|seen| memory.knows(feature, feature.kind(seen)))
    };
    let code = memory.codes().find(|feature| known(feature));
    let candidates = code.map_or_else(|| features(game), |feature| vec![feature]);
    let all_ways = candidates.into_iter().flat_map(|feature| {
        let inverted = inversion(game);
        [
            (feature.clone(), false, 1.0 - inverted),
            (feature, true, inverted),
        ]
    });
    for (feature, inverted, likely) in all_ways {
        let kinds = kinds(&feature, game, inverted, memory);
        for (range, weight) in ranges {
            let start = Partial {
                low: i64::from(range.min),
                high: i64::from(range.max),
                weight: weight * likely * prior(&feature, game),
                answers: game.len(),
                noisy: false,
                directions: [0; 2],
                twice: [false; 2],
                meanings: Vec::new(),
            };
            expand(&kinds, start, &mut |partial| {
                all.extend(partial.hypothesis(&feature, *range));
            });
        }
    }
    all.extend(without_hints(game, ranges, memory));
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

/// The likeliest hypothesis, in the narrowest range that explains the game nearly as well: ruling
/// out a narrow range costs a few guesses, searching a wide one costs many.
fn narrowest<'a>(all: &'a [Hypothesis], game: &[Observation]) -> Option<&'a Hypothesis> {
    let best = all.first()?;
    let near = all
        .iter()
        .take_while(|other| other.weight > NEARLY * best.weight);
    let alike = near.filter(|other| !best.disagrees(other, game));
    alike.min_by_key(|other| other.range.size())
}

/// The hypotheses that the server gives no hints, one a range: every guess got the same answer, except
/// perhaps the last, which then has won.
fn without_hints<'a>(
    game: &'a [Observation],
    ranges: &'a [(Range, f64)],
    memory: &'a Memory,
) -> impl Iterator<Item = Hypothesis> + 'a {
    let feature = Feature::Text;
    let (last, before) = game.split_last().expect("an answer is weighed");
    let first = before.first().unwrap_or(last);
    let is_won = last.key != first.key;
    let same = |seen: &Observation| seen.key == first.key && seen.hint().is_none() && !seen.ended;
    // A number that takes two or three values may be the hint.
    let has_codes = (0..SLOTS).any(|slot| is_code(game, slot));
    let fits = !has_codes
        && before.iter().all(same)
        && if is_won {
            last.hint().is_none()
        } else {
            same(last)
        };
    let prior = match first.reading.map(|reading| reading.meaning) {
        Some(Meaning::Wrong) => 0.5,
        None => 0.02,
        Some(_) => 1e-4,
    };
    let mut guesses: Vec<i64> = before.iter().map(|seen| seen.guess).collect();
    guesses.extend((!is_won).then_some(last.guess));
    guesses.sort_unstable();
    guesses.dedup();
    let kind = feature.kind(first);
    let said = prior * memory.weight(&feature, &kind, Meaning::Wrong);
    ranges
        .iter()
        .filter(move |_| fits)
        .filter_map(move |(range, weight)| {
            let tried = guesses.iter().filter(|guess| range.contains(**guess));
            let left = range.size().saturating_sub(tried.count() as u64);
            let mut meanings = vec![(kind.clone(), Meaning::Wrong)];
            let (left, possible, won) = if is_won {
                meanings.push((feature.kind(last), Meaning::Found));
                let number = i32::try_from(last.guess).ok()?;
                let only = Range {
                    min: number,
                    max: number,
                };
                (1, only, by_words(last, false)[2])
            } else {
                (left, *range, 1.0)
            };
            let is_possible = left > 0 && (!is_won || range.contains(last.guess));
            is_possible.then(|| Hypothesis {
                feature: feature.clone(),
                meanings,
                range: *range,
                possible,
                weight: weight * said * won * left as f64 / range.size() as f64,
            })
        })
}

/// The prior of a feature.
fn prior(feature: &Feature, game: &[Observation]) -> f64 {
    // If a number that looks like a code is not one, its values are unexplained coincidences.
    let codes = (0..SLOTS).any(|slot| is_code(game, slot));
    let unexplained = if codes { half_to_the(game.len()) } else { 1.0 };
    match feature {
        Feature::Words => unexplained,
        Feature::Text => 0.2 * unexplained,
        Feature::Slot(_) => 0.1,
        Feature::Word(_) => 0.005 * unexplained,
    }
}

/// The prior that all hints mean the opposite of what their words say.
fn inversion(game: &[Observation]) -> f64 {
    let surest = game
        .iter()
        .filter_map(Observation::hint)
        .map(|reading| reading.trust)
        .max();
    match surest {
        None => 0.0,
        Some(Trust::High) => 0.01,
        Some(Trust::Fair) => 0.12,
        Some(Trust::Low) => 0.4,
    }
}

/// The guesses that were answered by one kind.
struct KindStats {
    kind: AnswerKind,
    lowest: i64,
    highest: i64,
    count: usize,
    /// The prior weight of each of [`MEANINGS`].
    weights: [f64; 4],
}

const MEANINGS: [Meaning; 4] = [
    Meaning::TooSmall,
    Meaning::TooBig,
    Meaning::Found,
    Meaning::Nothing,
];

/// The place of the win in [`MEANINGS`].
const FOUND: usize = 2;

fn kinds(
    feature: &Feature,
    game: &[Observation],
    inverted: bool,
    memory: &Memory,
) -> Vec<KindStats> {
    let mut kinds: Vec<KindStats> = Vec::new();
    for seen in game {
        let name = feature.kind(seen);
        if let Some(kind) = kinds.iter_mut().find(|kind| kind.kind == name) {
            kind.lowest = kind.lowest.min(seen.guess);
            kind.highest = kind.highest.max(seen.guess);
            kind.count += 1;
            continue;
        }
        let words = by_words(seen, inverted);
        let mut weights = MEANINGS.map(|meaning| memory.weight(feature, &name, meaning));
        for (weight, word) in weights.iter_mut().zip(words) {
            *weight *= word;
        }
        kinds.push(KindStats {
            kind: name,
            lowest: seen.guess,
            highest: seen.guess,
            count: 1,
            weights,
        });
    }
    // A game seldom goes on with the same number after its win.
    let last = game.last().map(|seen| feature.kind(seen));
    for kind in kinds
        .iter_mut()
        .filter(|kind| Some(&kind.kind) != last.as_ref())
    {
        kind.weights[FOUND] *= 0.05;
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

/// How likely such words are for each of [`MEANINGS`], estimated from learners' servers.
fn by_words(seen: &Observation, inverted: bool) -> [f64; 4] {
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
            // A hint may stand beside it.
            (Meaning::Wrong, _) => [0.3, 0.3, 1e-4, 0.01],
            (Meaning::Lost | Meaning::Refused | Meaning::Nothing, _) => [0.01, 0.01, 1e-4, 1.0],
        },
    };
    let [small, big] = if inverted { [big, small] } else { [small, big] };
    // A conversation seldom ends on a hint.
    let refuses = seen
        .reading
        .is_some_and(|it| !it.meaning.is_hint() && it.meaning != Meaning::Found);
    let found = if seen.ended && !refuses {
        found * 3000.0
    } else {
        found
    };
    [small, big, found, nothing]
}

/// A hypothesis that gives a meaning to some of the kinds.
#[derive(Clone)]
struct Partial {
    /// The bounds of what is left possible, inclusive.
    low: i64,
    high: i64,
    weight: f64,
    /// Number of answers in the game.
    answers: usize,
    /// Whether a kind means that nothing is judged.
    noisy: bool,
    /// Number of answers that mean too small, and too big.
    directions: [usize; 2],
    /// Whether several kinds mean too small, and too big.
    twice: [bool; 2],
    meanings: Vec<(AnswerKind, Meaning)>,
}

impl Partial {
    /// Gives a kind a meaning. `None` if that leaves no number possible.
    fn with(&self, kind: &KindStats, meaning: Meaning, weight: f64) -> Option<Partial> {
        let mut next = self.clone();
        next.weight *= weight;
        match meaning {
            Meaning::TooSmall => next.low = next.low.max(kind.highest.saturating_add(1)),
            Meaning::TooBig => next.high = next.high.min(kind.lowest.saturating_sub(1)),
            Meaning::Found if kind.lowest == kind.highest => {
                (next.low, next.high) = (next.low.max(kind.lowest), next.high.min(kind.highest));
            }
            Meaning::Found | Meaning::Wrong => return None,
            // A hint explains itself: it halves what is left. Once some answers judge nothing, any
            // answer could have been one of them.
            Meaning::Lost | Meaning::Refused | Meaning::Nothing if !next.noisy => {
                next.noisy = true;
                next.weight *= half_to_the(next.answers);
            }
            Meaning::Lost | Meaning::Refused | Meaning::Nothing => {}
        }
        if let Some(index) = MEANINGS[..2].iter().position(|it| *it == meaning) {
            next.say_twice(index, kind.count);
        }
        next.meanings.push((kind.kind.clone(), meaning));
        (next.low <= next.high && next.weight > 1e-30).then_some(next)
    }

    /// Lowers the weight if several kinds have the same direction: servers usually have one, and
    /// which of several is given is a coincidence each time.
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

    fn hypothesis(self, feature: &Feature, range: Range) -> Option<Hypothesis> {
        let left = (self.high - self.low + 1) as f64;
        Some(Hypothesis {
            feature: feature.clone(),
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

/// Calls `each` with every assignment of meanings to kinds that leaves a number possible.
fn expand(kinds: &[KindStats], partial: Partial, each: &mut impl FnMut(Partial)) {
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
