//! How fast seats may guess: token buckets, and the paces of shared rooms.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Millis;
use crate::limits::{
    NEWCOMERS_BURST, NEWCOMERS_RATE, PEOPLE_BURST, PEOPLE_RATE, PROGRAMS_BURST, PROGRAMS_RATE,
};

/// How many guesses a token bucket allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Guesses a second, from 1 to a million.
    pub per_second: u32,
    /// Guesses that a full bucket allows at once, at least 1.
    pub burst: u32,
}

impl Rate {
    /// Microseconds from one token to the next.
    fn interval(self) -> u64 {
        1_000_000 / u64::from(self.per_second.max(1))
    }
}

/// The newcomers who get a full bucket.
const NEWCOMERS: Rate = Rate {
    per_second: NEWCOMERS_RATE,
    burst: NEWCOMERS_BURST,
};

/// A token bucket. A new one is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// The time at which it is full again, in microseconds.
    full: u64,
}

impl Bucket {
    /// The time from which on it has a token, in milliseconds.
    pub fn ready(self, rate: Rate) -> Millis {
        let burst = u64::from(rate.burst.max(1) - 1) * rate.interval();
        self.full.saturating_sub(burst).div_ceil(1000)
    }

    /// The bucket of a newcomer, full as long as `newcomers` has tokens, and else empty.
    pub fn of_newcomer(newcomers: &mut Bucket, rate: Rate, now: Millis) -> Bucket {
        let mut bucket = Bucket::default();
        if !newcomers.admits_newcomer(now) {
            bucket.take_many(rate.burst, rate, now);
        }
        bucket
    }

    /// Takes a token of a bucket of newcomers. False if it has none: the newcomer gets no burst.
    pub fn admits_newcomer(&mut self, now: Millis) -> bool {
        let admits = self.ready(NEWCOMERS) <= now;
        if admits {
            self.take(NEWCOMERS, now);
        }
        admits
    }

    /// Whether no token is missing.
    pub fn is_full(self, now: Millis) -> bool {
        self.full <= now.saturating_mul(1000)
    }

    /// Takes as many tokens.
    pub fn take_many(&mut self, tokens: u32, rate: Rate, now: Millis) {
        let taken = u64::from(tokens) * rate.interval();
        self.full = self.full.max(now.saturating_mul(1000)) + taken;
    }

    /// Takes a token.
    pub fn take(&mut self, rate: Rate, now: Millis) {
        self.take_many(1, rate, now);
    }
}

/// The pace of a shared room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// No rate: the pace of a room that was given none.
    #[default]
    Free,
    /// For people who type: [`PEOPLE_RATE`].
    People,
    /// For programs: [`PROGRAMS_RATE`].
    Programs,
}

impl Pace {
    /// All paces.
    pub const ALL: [Pace; 3] = [Pace::People, Pace::Programs, Pace::Free];

    /// The rate of each seat; `None` without one.
    pub fn rate(self) -> Option<Rate> {
        let (per_second, burst) = match self {
            Pace::Free => return None,
            Pace::People => (PEOPLE_RATE, PEOPLE_BURST),
            Pace::Programs => (PROGRAMS_RATE, PROGRAMS_BURST),
        };
        Some(Rate { per_second, burst })
    }

    /// Its name on the command line, in the journal and in the page's requests.
    pub fn word(self) -> &'static str {
        match self {
            Pace::Free => "free",
            Pace::People => "people",
            Pace::Programs => "programs",
        }
    }
}

impl FromStr for Pace {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Pace::ALL.into_iter().find(|it| it.word() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_allows_a_burst_and_then_its_rate() {
        let rate = Pace::People.rate().expect("a rate");
        let mut bucket = Bucket::default();
        for _ in 0..rate.burst {
            assert!(bucket.ready(rate) <= 5_000);
            bucket.take(rate, 5_000);
        }
        assert_eq!(bucket.ready(rate), 6_000);
        bucket.take(rate, 6_000);
        assert_eq!(bucket.ready(rate), 7_000);
        // It fills up to its burst, and no further.
        for _ in 0..rate.burst {
            assert!(bucket.ready(rate) <= 90_000);
            bucket.take(rate, 90_000);
        }
        assert_eq!(bucket.ready(rate), 91_000);
    }

    #[test]
    fn paces_read_back() {
        for pace in Pace::ALL {
            assert_eq!(pace.word().parse(), Ok(pace));
        }
    }
}
