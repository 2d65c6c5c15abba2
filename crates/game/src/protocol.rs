//! The requests of players and the replies to them.
//!
//! [`crate::wire`] turns bytes into a [`Request`] and a [`Reply`] into bytes; the transports differ
//! in nothing else. `docs/protocol.md` has tables of both.

use crate::rules::{
    Answer, Commitment, Name, NameError, Opening, Range, ResumeCode, RoomCode, Rules, Tally,
    Verdict,
};

pub use crate::rules::Pack;

/// The DNS-SD service type by which servers are found on the local network.
pub const SERVICE: &str = "_juste-prix._tcp.local.";

/// A parsed message. It borrows the message's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// An integer; one outside `i64` saturates.
    Guess(i64),
    /// `AIDE`, `HELP`.
    Help,
    /// `NOM x`, `NAME x`.
    Name(&'a str),
    /// `SALLE c`, `ROOM c`: a shared room, or `None` for the public hall.
    Room(Option<RoomCode>),
    /// `SCORES`.
    Scores,
    /// `MOTS p`, `WORDS p`.
    Words(Pack),
    /// `REPRENDRE`, `RESUME`: asks for the player's code.
    Code,
    /// `REPRENDRE c`, `RESUME c`.
    Resume(ResumeCode),
    /// `PREUVE`, `PROOF`.
    Proof,
    /// `FIN`, `QUIT`, `EXIT`, `BYE`.
    Quit,
}

/// Why a message could not be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// Neither an integer nor a word.
    Unknown,
    /// Nothing but blanks.
    Empty,
    /// Longer than [`crate::limits::MESSAGE_BYTES`].
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// UTF-16, as the text of a Windows program or of Java's `writeChars`.
    Utf16,
    /// Not a JSON object of the protocol.
    NotJson,
    /// A line began and did not end within [`crate::limits::LINE_DEADLINE`].
    Unfinished,
    /// `SALLE` without a valid code.
    RoomCode,
    /// `MOTS` without the name of a pack.
    Pack,
    /// `REPRENDRE` with an invalid code.
    ResumeCode,
}

/// Why a request was refused. It costs no try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not understood. Holds the message, escaped and shortened for quoting, and the range of a
    /// guess.
    Misread(Misread, Box<str>, Range),
    /// A guess outside the range. Holds the message, escaped and shortened, and the range.
    OutOfRange(Box<str>, Range),
    /// An invalid name.
    Name(NameError),
    /// No such room.
    NoRoom(RoomCode),
    /// The room is full.
    RoomFull,
    /// The teacher has locked the room.
    Locked,
    /// The teacher has barred this player.
    Barred,
    /// The teacher has paused the room.
    Paused,
    /// No seat has this code.
    NoSeat,
    /// Another connection has taken the seat over.
    Elsewhere,
    /// The player has no seat here any more.
    Gone,
    /// The text listener got an HTTP or TLS request.
    NotAPage,
    /// A PROXY header from an address that is not a trusted proxy.
    NotTrusted,
    /// The server's disk has no space for what was asked.
    NoSpace,
}

/// One line of a scoreboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoreLine {
    /// The player's name when they last won.
    pub name: Name,
    /// What they have won.
    pub tally: Tally,
}

/// A commitment, and the opening of the previous round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The current round.
    pub round: u32,
    /// The commitment to its number.
    pub commitment: Commitment,
    /// The opening of the previous round, if there is one.
    pub previous: Option<Opening>,
}

/// The state of a player who resumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Their name.
    pub name: Name,
    /// Their round.
    pub round: u32,
    /// Their judged guesses in it.
    pub tries: u32,
    /// The numbers still possible for them.
    pub possible: Range,
    /// Their last journaled guess, and its verdict.
    pub last: Option<(i32, Verdict)>,
    /// The room's rules.
    pub rules: Rules,
}

/// A reply to a player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// On connection.
    Greeting(Range),
    /// To a guess.
    Guess(Answer),
    /// To `AIDE`.
    Help(Range),
    /// To `NOM`: the name, perhaps with a suffix, and the code to resume if there is a new one.
    Named(Name, Option<ResumeCode>),
    /// To `SALLE`: the player is in this room, under this name.
    Entered {
        /// The room's label.
        room: Box<str>,
        /// Its rules.
        rules: Rules,
        /// The player's name there.
        name: Name,
    },
    /// To `SCORES`.
    Scores {
        /// The player's own line, if they have a seat.
        mine: Option<ScoreLine>,
        /// The best lines, best first.
        best: Vec<ScoreLine>,
    },
    /// To `MOTS`.
    Words(Pack),
    /// To `REPRENDRE` without a code.
    Code(ResumeCode),
    /// To `REPRENDRE` with one.
    Resumed(Box<Resumed>),
    /// To `PREUVE`.
    Proof(Box<Proof>),
    /// The farewell, whichever side ends the conversation.
    Bye,
    /// A refused request.
    Refused(Refusal),
}
