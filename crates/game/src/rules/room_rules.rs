//! The rules of a room, and what a player has won.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::limits::{NUMBER, ROUND_SECONDS};

/// The numbers that can be drawn, both ends included. Written `1..100`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The smallest number.
    pub min: i32,
    /// The largest number.
    pub max: i32,
}

impl Range {
    /// The range of the lesson: 1 to 100.
    pub const LESSON: Range = Range { min: 1, max: 100 };

    /// Whether a guess may be this number.
    pub fn contains(self, value: i64) -> bool {
        (i64::from(self.min)..=i64::from(self.max)).contains(&value)
    }

    /// The count of numbers, at least 2.
    pub fn size(self) -> u64 {
        (i64::from(self.max) - i64::from(self.min) + 1) as u64
    }

    /// The number of guesses that bisection needs at worst: 7 for 1..100.
    pub fn optimum(self) -> u32 {
        64 - self.size().leading_zeros()
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min, self.max)
    }
}

impl FromStr for Range {
    type Err = ();

    /// Parses `MIN..MAX`, with MIN smaller than MAX, both within ±[`NUMBER`].
    fn from_str(text: &str) -> Result<Self, ()> {
        let (min, max) = text.split_once("..").ok_or(())?;
        let (min, max): (i32, i32) = (min.parse().map_err(drop)?, max.parse().map_err(drop)?);
        let valid = min < max && min >= -NUMBER && max <= NUMBER;
        if valid {
            Ok(Range { min, max })
        } else {
            Err(())
        }
    }
}

/// A mode of the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Each player has their own number; one scoreboard.
    Solo,
    /// One number for all; the first to find it wins the round.
    Race,
    /// One number for all, one guess each; the nearest that does not go over wins.
    Closest,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 3] = [Mode::Solo, Mode::Race, Mode::Closest];

    /// Its name on the command line, in the journal and in exports.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Solo => "solo",
            Mode::Race => "course",
            Mode::Closest => "sans-depasser",
        }
    }
}

impl FromStr for Mode {
    type Err = ();

    /// Accepts the French and the English name, in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_lowercase().as_str() {
            "solo" => Ok(Mode::Solo),
            "course" | "race" => Ok(Mode::Race),
            "sans-depasser" | "sans-dépasser" | "closest" => Ok(Mode::Closest),
            _ => Err(()),
        }
    }
}

/// The rules that a room is opened with; they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The mode.
    pub mode: Mode,
    /// The range from which numbers are drawn.
    pub range: Range,
    /// Seconds from a round's first guess to its end. Mandatory in [`Mode::Closest`], allowed in
    /// [`Mode::Race`], refused in [`Mode::Solo`].
    pub limit: Option<u32>,
}

impl Rules {
    /// Combines these rules; `None` if the mode does not allow the limit.
    pub fn new(mode: Mode, range: Range, limit: Option<u32>) -> Option<Self> {
        let fits = match (mode, limit) {
            (Mode::Solo, limit) => limit.is_none(),
            (Mode::Closest, None) => false,
            (Mode::Race | Mode::Closest, limit) => {
                limit.is_none_or(|s| (1..=ROUND_SECONDS).contains(&s))
            }
        };
        fits.then_some(Rules { mode, range, limit })
    }
}

/// What a player has won in a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The number of rounds won.
    pub wins: u32,
    /// The fewest guesses of a win; 0 without a win.
    pub best: u32,
    /// The guesses of all wins together.
    pub tries: u64,
}

impl Tally {
    /// Counts a win.
    pub fn add(&mut self, tries: u32) {
        self.best = if self.wins == 0 {
            tries
        } else {
            self.best.min(tries)
        };
        self.wins += 1;
        self.tries += u64::from(tries);
    }

    /// Counts all wins of another tally.
    pub fn merge(&mut self, other: Tally) {
        self.best = match (self.wins, other.wins) {
            (0, _) => other.best,
            (_, 0) => self.best,
            _ => self.best.min(other.best),
        };
        self.wins += other.wins;
        self.tries += other.tries;
    }

    /// What is left without the wins of another tally that was merged into it. Whose the best win was
    /// is not known: where wins are left, it stays.
    #[must_use]
    pub fn without(&self, other: Tally) -> Tally {
        let wins = self.wins.saturating_sub(other.wins);
        Tally {
            wins,
            best: if wins == 0 { 0 } else { self.best },
            tries: self.tries.saturating_sub(other.tries),
        }
    }

    /// The mean number of guesses of a win, in tenths, rounded; 0 without a win.
    pub fn mean_tenths(&self) -> u64 {
        let wins = u64::from(self.wins);
        if wins == 0 {
            0
        } else {
            (self.tries * 20 + wins) / (2 * wins)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back_and_know_their_optimum() {
        assert_eq!("1..100".parse(), Ok(Range::LESSON));
        for text in [
            "1..1",
            "5..2",
            "1-100",
            "..",
            "1..",
            "0..9999999999",
            "-2000000000..1",
        ] {
            assert_eq!(text.parse::<Range>(), Err(()), "{text}");
        }
        let optimum = |text: &str| text.parse::<Range>().expect(text).optimum();
        assert_eq!(optimum("1..100"), 7);
        assert_eq!(optimum("1..127"), 7);
        assert_eq!(optimum("0..127"), 8);
        assert_eq!(optimum("1..2"), 2);
        assert_eq!(optimum("-1000000000..1000000000"), 31);
    }

    #[test]
    fn a_tally_keeps_the_best_and_the_mean() {
        let mut tally = Tally::default();
        assert_eq!(tally.mean_tenths(), 0);
        for tries in [7, 4, 8] {
            tally.add(tries);
        }
        assert_eq!((tally.wins, tally.best, tally.mean_tenths()), (3, 4, 63));
    }

    #[test]
    fn only_closest_must_have_a_limit() {
        let rules = |mode, limit| Rules::new(mode, Range::LESSON, limit).is_some();
        assert!(rules(Mode::Solo, None) && !rules(Mode::Solo, Some(5)));
        assert!(rules(Mode::Race, None) && rules(Mode::Race, Some(5)));
        assert!(!rules(Mode::Closest, None) && rules(Mode::Closest, Some(5)));
        assert!(!rules(Mode::Closest, Some(0)) && !rules(Mode::Race, Some(90_000)));
    }
}
