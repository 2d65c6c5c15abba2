//! What former games have taught: how often each kind of answer turned out to mean what.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Meaning;
use super::seen::{SLOTS, Seen, View, views};

/// How often a kind of answer turned out to mean each thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    small: u32,
    big: u32,
    found: u32,
    nothing: u32,
}

impl Counts {
    fn of(&self, meaning: Meaning) -> u32 {
        match meaning {
            Meaning::TooSmall => self.small,
            Meaning::TooBig => self.big,
            Meaning::Found => self.found,
            Meaning::Lost | Meaning::Refused | Meaning::Nothing => self.nothing,
        }
    }

    fn total(&self) -> u32 {
        self.small + self.big + self.found + self.nothing
    }

    /// What it meant most often, if it was ever known.
    pub fn most(&self) -> Option<(Meaning, u32)> {
        let all = [
            Meaning::TooSmall,
            Meaning::TooBig,
            Meaning::Found,
            Meaning::Nothing,
        ];
        let counts = all.map(|meaning| (meaning, self.of(meaning)));
        counts
            .into_iter()
            .max_by_key(|(_, count)| *count)
            .filter(|(_, count)| *count > 0)
    }

    fn add(&mut self, meaning: Meaning) {
        let count = match meaning {
            Meaning::TooSmall => &mut self.small,
            Meaning::TooBig => &mut self.big,
            Meaning::Found => &mut self.found,
            Meaning::Lost | Meaning::Refused | Meaning::Nothing => &mut self.nothing,
        };
        *count += 1;
    }
}

/// Kinds remembered at most: a server that never says the same twice teaches nothing.
const REMEMBERED: usize = 512;

/// What former games have taught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    counts: BTreeMap<(View, String), Counts>,
}

impl Memory {
    /// Learns from a game whose number is known.
    pub fn learn(&mut self, game: &[Seen], number: i64) {
        for view in views(game) {
            for seen in game {
                let meaning = match seen.guess.cmp(&number) {
                    Ordering::Less => Meaning::TooSmall,
                    Ordering::Greater => Meaning::TooBig,
                    Ordering::Equal => Meaning::Found,
                };
                let key = (view.clone(), view.kind(seen));
                if self.counts.len() < REMEMBERED || self.counts.contains_key(&key) {
                    self.counts.entry(key).or_default().add(meaning);
                }
            }
        }
    }

    /// How often that kind meant what, in former games.
    pub fn counts(&self, view: &View, kind: &str) -> Option<&Counts> {
        self.counts.get(&(view.clone(), kind.to_owned()))
    }

    /// The numbers in answers that are codes: each of their values has had one meaning only.
    /// There are none where words tell the answers apart: then the numbers count tries.
    pub fn codes(&self) -> impl Iterator<Item = View> {
        let told = self.tells_apart(&View::Words);
        let slots = (0..SLOTS).map(View::Slot);
        slots.filter(move |view| !told && self.tells_apart(view))
    }

    /// Whether each kind of that view has had one meaning only.
    fn tells_apart(&self, view: &View) -> bool {
        let of_view = self.counts.iter().filter(|((it, _), _)| it == view);
        let kinds: Vec<&Counts> = of_view.map(|(_, counts)| counts).collect();
        let pure = |counts: &&Counts| {
            let most = counts.most().map(|(_, count)| count);
            most == Some(counts.total())
        };
        kinds.len() >= 2 && kinds.iter().all(pure)
    }

    /// How much a meaning of that kind gains by former games.
    pub fn weight(&self, view: &View, kind: &str, meaning: Meaning) -> f64 {
        self.counts(view, kind).map_or(1.0, |counts| {
            let (of, total) = (f64::from(counts.of(meaning)), f64::from(counts.total()));
            (of + 0.001) / (total + 0.004)
        })
    }
}
