//! Every check: its stable name, and what it looks at.

use std::str::FromStr;

/// What is examined. The order is the order in which to mend: whoever can't connect has nothing
/// else to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// It connects.
    Connects,
    /// It waits its turn, or speaks first; one message a turn.
    Turn,
    /// What it sends is a number that `int()` reads.
    Number,
    /// After too small its next guess is bigger, after too big smaller.
    Hints,
    /// It stops at the win, or plays on.
    Win,
    /// It stops at `FIN`.
    Fin,
    /// It stops when the server closes.
    Close,
    /// Its process ends when the game has.
    Ends,
    /// It shows the server's text, accents too.
    Text,
    /// A hint and a prompt in one segment.
    Glued,
    /// A hint in two segments.
    Split,
    /// An error message.
    Error,
    /// A server that takes its time.
    Slow,
    /// Nobody listens.
    Refused,
}

impl Check {
    /// All that `check client` examines.
    pub const CLIENT: &[Check] = &[
        Check::Connects,
        Check::Turn,
        Check::Number,
        Check::Hints,
        Check::Win,
        Check::Fin,
        Check::Close,
        Check::Ends,
        Check::Text,
        Check::Glued,
        Check::Split,
        Check::Error,
        Check::Slow,
        Check::Refused,
    ];

    /// Its name for `--only` and in JSON. It never changes.
    pub fn id(self) -> &'static str {
        match self {
            Check::Connects => "connects",
            Check::Turn => "turn",
            Check::Number => "number",
            Check::Hints => "hints",
            Check::Win => "win",
            Check::Fin => "fin",
            Check::Close => "close",
            Check::Ends => "ends",
            Check::Text => "text",
            Check::Glued => "glued",
            Check::Split => "split",
            Check::Error => "error",
            Check::Slow => "slow",
            Check::Refused => "refused",
        }
    }

    /// The phrase of what a sound program does.
    pub fn title(self) -> &'static str {
        match self {
            Check::Connects => "check-connects",
            Check::Turn => "check-turn",
            Check::Number => "check-number",
            Check::Hints => "check-hints",
            Check::Win => "check-win",
            Check::Fin => "check-fin",
            Check::Close => "check-close",
            Check::Ends => "check-ends",
            Check::Text => "check-text",
            Check::Glued => "check-glued",
            Check::Split => "check-split",
            Check::Error => "check-error",
            Check::Slow => "check-slow",
            Check::Refused => "check-refused",
        }
    }
}

/// A check of `check client`, by its name.
pub struct ClientCheck(pub Check);

impl FromStr for ClientCheck {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Check::CLIENT.iter().find(|check| check.id() == text);
        found.map(|check| ClientCheck(*check)).ok_or(())
    }
}
