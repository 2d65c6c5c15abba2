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
    /// It starts, and waits for players.
    Starts,
    /// It answers a guess.
    Answers,
    /// A whole game can be won by bisection.
    Game,
    /// Its hints are true, and never contradict each other.
    Truth,
    /// Both ends of the range that it announces can be guessed, and drawn.
    Range,
    /// It says that the player has won, and doesn't leave them waiting.
    Won,
    /// It draws a new number for each game.
    Fresh,
    /// It keeps the number to itself until the end.
    Secret,
    /// It says one message a turn, or ends each with a newline.
    Sends,
    /// A guess with and without a newline.
    Newline,
    /// A guess byte by byte.
    Bytes,
    /// Two guesses glued together.
    Pair,
    /// A message that is no number.
    Word,
    /// An empty message.
    Empty,
    /// Numbers just outside the range.
    Outside,
    /// A negative number.
    Negative,
    /// A number with a decimal point.
    Decimal,
    /// A number of forty digits.
    Long,
    /// Bytes that are no text.
    Binary,
    /// It lets a player go who says `FIN`.
    Quit,
    /// Once a game is over, the next player is served.
    Next,
    /// A player leaves in mid-game.
    Leaves,
    /// A player closes their sending side.
    Half,
    /// A player's connection is cut off.
    Reset,
    /// Two players at once.
    Two,
    /// Each player has their own number.
    Own,
    /// It can be started again at once.
    Restart,
    /// A neighbour's machine can reach it.
    Reach,
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

    /// All that `check server` examines.
    pub const SERVER: &[Check] = &[
        Check::Starts,
        Check::Answers,
        Check::Game,
        Check::Truth,
        Check::Range,
        Check::Won,
        Check::Fresh,
        Check::Secret,
        Check::Sends,
        Check::Newline,
        Check::Bytes,
        Check::Pair,
        Check::Word,
        Check::Empty,
        Check::Outside,
        Check::Negative,
        Check::Decimal,
        Check::Long,
        Check::Binary,
        Check::Quit,
        Check::Next,
        Check::Leaves,
        Check::Half,
        Check::Reset,
        Check::Two,
        Check::Own,
        Check::Restart,
        Check::Reach,
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
            Check::Starts => "starts",
            Check::Answers => "answers",
            Check::Game => "game",
            Check::Truth => "truth",
            Check::Range => "range",
            Check::Won => "won",
            Check::Fresh => "fresh",
            Check::Secret => "secret",
            Check::Sends => "sends",
            Check::Newline => "newline",
            Check::Bytes => "bytes",
            Check::Pair => "pair",
            Check::Word => "word",
            Check::Empty => "empty",
            Check::Outside => "outside",
            Check::Negative => "negative",
            Check::Decimal => "decimal",
            Check::Long => "long",
            Check::Binary => "binary",
            Check::Quit => "quit",
            Check::Next => "next",
            Check::Leaves => "leaves",
            Check::Half => "half",
            Check::Reset => "reset",
            Check::Two => "two",
            Check::Own => "own",
            Check::Restart => "restart",
            Check::Reach => "reach",
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
            Check::Starts => "check-starts",
            Check::Answers => "check-answers",
            Check::Game => "check-game",
            Check::Truth => "check-truth",
            Check::Range => "check-range",
            Check::Won => "check-won",
            Check::Fresh => "check-fresh",
            Check::Secret => "check-secret",
            Check::Sends => "check-sends",
            Check::Newline => "check-newline",
            Check::Bytes => "check-bytes",
            Check::Pair => "check-pair",
            Check::Word => "check-word",
            Check::Empty => "check-empty",
            Check::Outside => "check-outside",
            Check::Negative => "check-negative",
            Check::Decimal => "check-decimal",
            Check::Long => "check-long",
            Check::Binary => "check-binary",
            Check::Quit => "check-quit",
            Check::Next => "check-next-player",
            Check::Leaves => "check-leaves",
            Check::Half => "check-half",
            Check::Reset => "check-reset",
            Check::Two => "check-two",
            Check::Own => "check-own",
            Check::Restart => "check-restart",
            Check::Reach => "check-reach",
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

/// A check of `check server`, by its name.
pub struct ServerCheck(pub Check);

impl FromStr for ServerCheck {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let found = Check::SERVER.iter().find(|check| check.id() == text);
        found.map(|check| ServerCheck(*check)).ok_or(())
    }
}
