//! What a program did in the place of what was expected.

use super::events;
use crate::program::{Ended, Waits};
use crate::sentence::Sentence;

/// What came instead, for the end of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Came {
    /// It told this error, and ended or went on.
    Crash(String),
    /// Messages without end.
    Floods,
    /// These bytes.
    Sent(Vec<u8>),
    /// It ended.
    Ended(Ended),
    /// It closed its connection.
    Left,
    /// It waits there.
    Waits(Waits),
    /// It goes round and round; the part of one processor that it takes.
    Spins(f64),
    /// Nothing came, and more can't be seen.
    Nothing,
}

impl Came {
    /// How it is said.
    pub fn sentence(&self) -> Sentence {
        match self {
            Came::Crash(error) => Sentence::new("came-crash").text("error", error.as_str()),
            Came::Floods => Sentence::new("came-floods"),
            Came::Sent(bytes) => Sentence::new("came-sent").bytes("bytes", bytes),
            Came::Ended(how) => Sentence::new("came-ended").said("how", events::ended(*how)),
            Came::Left => Sentence::new("came-left"),
            Came::Waits(waits) => Sentence::new("came-waits").said("waits", waits.sentence()),
            Came::Spins(load) => {
                let percent = format!("{:.0}", load * 100.0);
                Sentence::new("came-spins").text("percent", percent)
            }
            Came::Nothing => Sentence::new("came-nothing"),
        }
    }
}
