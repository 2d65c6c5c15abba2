//! How a bot chooses its guesses. Randomness is an argument.

use std::collections::HashMap;
use std::str::FromStr;

use game::rules::Range;

/// A way to choose guesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The middle of the numbers left possible: optimal in the worst case.
    Bisect,
    /// The smallest number left possible: 1, 2, 3…
    Linear,
    /// A random number that was not tried yet, whatever was answered.
    Random,
}

impl FromStr for Strategy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "bisect" => Ok(Strategy::Bisect),
            "linear" => Ok(Strategy::Linear),
            "random" => Ok(Strategy::Random),
            _ => Err(()),
        }
    }
}

/// The guesses of one game.
#[derive(Debug)]
pub struct Guesses {
    strategy: Strategy,
    untried: Shuffle,
}

impl Guesses {
    /// A game without guesses.
    pub fn new(strategy: Strategy) -> Guesses {
        Guesses {
            strategy,
            untried: Shuffle::default(),
        }
    }

    /// The next guess, or `None` if no number is left possible. `range` is the game's range,
    /// `possible` what the answers left of it, `entropy` a random number.
    pub fn next(&mut self, range: Range, possible: Range, entropy: u64) -> Option<i32> {
        let left = possible.min <= possible.max;
        match self.strategy {
            Strategy::Bisect => left.then(|| possible.min.midpoint(possible.max)),
            Strategy::Linear => left.then_some(possible.min),
            Strategy::Random => {
                let place = self.untried.next(range.size(), entropy)?;
                i32::try_from(i64::from(range.min) + i64::try_from(place).ok()?).ok()
            }
        }
    }
}

/// The numbers below a size in random order, by a Fisher–Yates shuffle that goes only as far as
/// numbers are drawn: memory grows with the draws, not with the size.
#[derive(Debug, Default)]
struct Shuffle {
    drawn: u64,
    /// The places that do not hold their own number any more.
    moved: HashMap<u64, u64>,
}

impl Shuffle {
    fn next(&mut self, size: u64, entropy: u64) -> Option<u64> {
        let left = size.checked_sub(self.drawn).filter(|left| *left > 0)?;
        // A 64-bit fraction of what is left: the bias is below 2^-32.
        let offset = (u128::from(entropy) * u128::from(left)) >> 64;
        let place = self.drawn + u64::try_from(offset).expect("a fraction of what is left");
        let first = self.moved.remove(&self.drawn).unwrap_or(self.drawn);
        let chosen = if place == self.drawn {
            first
        } else {
            self.moved.insert(place, first).unwrap_or(place)
        };
        self.drawn += 1;
        Some(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    /// How many guesses a truthful server takes.
    fn tries(strategy: Strategy, range: Range, number: i32, chance: impl Fn(u32) -> u64) -> u32 {
        let mut guesses = Guesses::new(strategy);
        let mut possible = range;
        for tries in 1.. {
            let guess = guesses.next(range, possible, chance(tries));
            let guess = guess.expect("the number is still to be tried");
            assert!(range.contains(guess.into()), "{guess}");
            match guess.cmp(&number) {
                std::cmp::Ordering::Less => possible.min = possible.min.max(guess + 1),
                std::cmp::Ordering::Greater => possible.max = possible.max.min(guess - 1),
                std::cmp::Ordering::Equal => return tries,
            }
        }
        unreachable!("every strategy ends")
    }

    #[test]
    fn bisect_is_optimal_and_linear_counts() {
        for range in [
            Range::LESSON,
            Range { min: -7, max: 24 },
            Range { min: 5, max: 6 },
        ] {
            let worst = (range.min..=range.max).map(|n| tries(Strategy::Bisect, range, n, |_| 0));
            assert_eq!(worst.max(), Some(range.optimum()), "{range}");
            for number in range.min..=range.max {
                let linear = tries(Strategy::Linear, range, number, |_| 0);
                assert_eq!(
                    i64::from(linear),
                    i64::from(number) - i64::from(range.min) + 1
                );
            }
        }
    }

    #[test]
    fn answers_that_contradict_each_other_leave_no_guess() {
        let none = Range { min: 51, max: 50 };
        for strategy in [Strategy::Bisect, Strategy::Linear] {
            assert_eq!(Guesses::new(strategy).next(Range::LESSON, none, 0), None);
        }
    }

    proptest! {
        /// Protects the game's end: each number is tried exactly once.
        #[test]
        fn random_tries_each_number_once(size in 2..60_i32, chances in any::<[u64; 60]>()) {
            let range = Range { min: -10, max: size - 11 };
            let mut guesses = Guesses::new(Strategy::Random);
            let draw = |chance: &u64| guesses.next(range, range, *chance);
            let mut all: Vec<i32> = chances.iter().map_while(draw).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (range.min..=range.max).collect::<Vec<_>>());
        }
    }
}
