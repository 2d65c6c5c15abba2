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
}
