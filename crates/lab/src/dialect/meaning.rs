//! What an answer to a guess can mean.

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// The guess is smaller than the secret number.
    TooSmall,
    /// The guess is bigger than the secret number.
    TooBig,
    /// The guess is the secret number.
    Found,
    /// The guess is not the secret number; on which side of it is not told.
    Wrong,
    /// The game is over without a win.
    Lost,
    /// The message was not understood, or is not allowed.
    Refused,
    /// The answer does not judge the guess: a prompt, a greeting.
    Nothing,
}

impl Meaning {
    /// Whether it is a hint: too small or too big.
    pub fn is_hint(self) -> bool {
        matches!(self, Meaning::TooSmall | Meaning::TooBig)
    }

    /// Whether it judges the guess, and is neither a prompt nor a refusal.
    pub fn judges(self) -> bool {
        self.is_miss() || matches!(self, Meaning::Found | Meaning::Lost)
    }

    /// Whether the server has judged the guess and not taken it for the number.
    pub fn is_miss(self) -> bool {
        self.is_hint() || self == Meaning::Wrong
    }
}
