//! What finished games have taught: how often each kind of answer turned out to mean what.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::meaning::Meaning;
use super::observation::{AnswerKind, Feature, Observation, SLOTS, features};

/// How often a kind of answer turned out to have each meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    small: u32,
    big: u32,
    found: u32,
}

impl Counts {
    fn of(&self, meaning: Meaning) -> u32 {
        match meaning {
            Meaning::TooSmall => self.small,
            Meaning::TooBig => self.big,
            Meaning::Found => self.found,
            // It says the same of smaller and of bigger numbers.
            Meaning::Wrong if self.small > 0 && self.big > 0 => self.small + self.big,
            Meaning::Wrong | Meaning::Lost | Meaning::Refused | Meaning::Nothing => 0,
        }
    }

    fn total(&self) -> u32 {
        self.small + self.big + self.found
    }

    /// The most frequent meaning, and how often it occurred.
    fn most(&self) -> Option<(Meaning, u32)> {
        let all = [Meaning::TooSmall, Meaning::TooBig, Meaning::Found];
        let counts = all.map(|meaning| (meaning, self.of(meaning)));
        counts
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .filter(|(_, count)| *count > 0)
    }

    fn add(&mut self, side: Ordering) {
        *match side {
            Ordering::Less => &mut self.small,
            Ordering::Greater => &mut self.big,
            Ordering::Equal => &mut self.found,
        } += 1;
    }
}

/// Kinds remembered at most: a server that never says the same twice teaches nothing.
const REMEMBERED: usize = 512;

/// What finished games have taught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    counts: BTreeMap<(Feature, AnswerKind), Counts>,
}

impl Memory {
    /// Learns from the answers of a game whose secret number is known.
    pub fn learn(&mut self, game: &[Observation], number: i64) {
        for feature in features(game) {
            for seen in game {
                let key = (feature.clone(), feature.kind(seen));
                if self.counts.len() < REMEMBERED || self.counts.contains_key(&key) {
                    let counts = self.counts.entry(key).or_default();
                    counts.add(seen.guess.cmp(&number));
                }
            }
        }
    }

    /// Whether that kind of answer occurred in a finished game.
    pub fn knows(&self, feature: &Feature, kind: AnswerKind) -> bool {
        self.counts.contains_key(&(feature.clone(), kind))
    }

    /// What that kind of answer meant most often.
    pub fn usual(&self, feature: &Feature, kind: AnswerKind) -> Option<Meaning> {
        let counts = self.counts.get(&(feature.clone(), kind))?;
        counts.most().map(|(meaning, _)| meaning)
    }

    /// The only meaning that this kind of answer has had, if it has had one only.
    pub fn only(&self, feature: &Feature, kind: AnswerKind) -> Option<Meaning> {
        let counts = self.counts.get(&(feature.clone(), kind))?;
        let (meaning, count) = counts.most()?;
        (count == counts.total()).then_some(meaning)
    }

    /// The numbers in answers that are codes: each of their values has had one meaning only.
    /// Empty if words tell the answers apart: then the numbers count tries.
    pub fn codes(&self) -> impl Iterator<Item = Feature> {
        let told = self.tells_apart(&Feature::Words);
        let slots = (0..SLOTS).map(Feature::Slot);
        slots.filter(move |feature| !told && self.tells_apart(feature))
    }

    /// Whether each kind of that feature has had one meaning only.
    fn tells_apart(&self, feature: &Feature) -> bool {
        let of_feature = self.counts.iter().filter(|((it, _), _)| it == feature);
        let kinds: Vec<&Counts> = of_feature.map(|(_, counts)| counts).collect();
        let pure = |counts: &&Counts| {
            let most = counts.most().map(|(_, count)| count);
            most == Some(counts.total())
        };
        kinds.len() >= 2 && kinds.iter().all(pure)
    }

    /// The likelihood of a meaning for that kind of answer, by finished games; 1 if it is new.
    pub fn weight(&self, feature: &Feature, kind: &AnswerKind, meaning: Meaning) -> f64 {
        let counts = self.counts.get(&(feature.clone(), kind.clone()));
        counts.map_or(1.0, |counts| {
            let (of, total) = (f64::from(counts.of(meaning)), f64::from(counts.total()));
            (of + 0.001) / (total + 0.004)
        })
    }
}
