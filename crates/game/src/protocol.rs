//! What players ask and what they are told: every request and every reply, one enum each.
//!
//! [`crate::wire`] turns bytes into a [`Request`] and a [`Reply`] into bytes; the doors differ in
//! nothing else. `docs/protocol.md` has the table of both for people.

use crate::rules::{
    Answer, Commitment, Name, NameError, Opening, Range, ResumeCode, RoomCode, Rules, Tally,
    Verdict,
};

pub use crate::rules::Pack;

/// The service by which servers are found on the local network (DNS-SD).
pub const SERVICE: &str = "_juste-prix._tcp.local.";

/// A message that was understood. The text is the message's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// An integer; one that no `i64` holds is taken as the nearest that one does.
    Guess(i64),
    /// `AIDE`, `HELP`.
    Help,
    /// `NOM x`, `NAME x`.
    Name(&'a str),
    /// `SALLE c`, `ROOM c`: a shared room, or none for the public hall.
    Room(Option<RoomCode>),
    /// `SCORES`.
    Scores,
    /// `MOTS p`, `WORDS p`.
    Words(Pack),
    /// `REPRENDRE`, `RESUME`: asks for my code.
    Code,
    /// `REPRENDRE c`, `RESUME c`.
    Resume(ResumeCode),
    /// `PREUVE`, `PROOF`.
    Proof,
    /// `FIN`, `QUIT`.
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
    /// Not the JSON object that was expected here.
    NotJson,
    /// A line began and did not end within [`crate::limits::LINE_DEADLINE`].
    Unfinished,
    /// `SALLE` and no code, or something that can't be one.
    RoomCode,
    /// `MOTS` and no pack of that name.
    Pack,
    /// `REPRENDRE` and something that can't be a code.
    ResumeCode,
}

/// Why a request was refused. It costs no try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not understood; the message, escaped and cut for quoting; the range of a guess.
    Misread(Misread, Box<str>, Range),
    /// A guess outside the range; the message, escaped and cut; the range.
    OutOfRange(Box<str>, Range),
    /// A name that can't be one.
    Name(NameError),
    /// No such room.
    NoRoom(RoomCode),
    /// The room has all the players it can have.
    RoomFull,
    /// The teacher lets nobody new in.
    Locked,
    /// The teacher lets this player in no more.
    Barred,
    /// The teacher has paused the room.
    Paused,
    /// A code that leads to no seat.
    NoSeat,
    /// Another connection speaks for this seat now.
    Elsewhere,
    /// The player has no seat here any more.
    Gone,
    /// This is the text door, not a page.
    NotAPage,
    /// This address may not say for whom it connects.
    NotTrusted,
}

/// One line of a scoreboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The player's name when they last won.
    pub name: Name,
    /// What they won.
    pub tally: Tally,
}

/// A commitment and the opening of the round before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The round being played.
    pub round: u32,
    /// What binds its number.
    pub commitment: Commitment,
    /// The round before, opened.
    pub previous: Option<Opening>,
}

/// Where a resumed player is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Their name.
    pub name: Name,
    /// Their round.
    pub round: u32,
    /// Their tries in it.
    pub tries: u32,
    /// The numbers still possible for them.
    pub possible: Range,
    /// Their last guess that the journal has, and its verdict.
    pub last: Option<(i32, Verdict)>,
    /// The room's rules.
    pub rules: Rules,
}

/// Everything a player can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// On connection.
    Greeting(Range),
    /// To a guess.
    Guess(Answer),
    /// To `AIDE`.
    Help(Range),
    /// To `NOM`: the name, perhaps with a suffix, and the code to resume.
    Named(Name, Option<ResumeCode>),
    /// To `SALLE`: in the room, under this name.
    Entered {
        /// The room's label.
        room: Box<str>,
        /// Its rules.
        rules: Rules,
        /// The player's name there.
        name: Name,
    },
    /// To `SCORES`: mine, if I have a seat, and the best, best first.
    Scores {
        /// Mine.
        mine: Option<Line>,
        /// The best.
        best: Vec<Line>,
    },
    /// To `MOTS`.
    Words(Pack),
    /// To `REPRENDRE` without a code.
    Code(ResumeCode),
    /// To `REPRENDRE` with one.
    Resumed(Box<Resumed>),
    /// To `PREUVE`.
    Proof(Box<Proof>),
    /// The end, of either side's making.
    Bye,
    /// Anything refused.
    Refused(Refusal),
}
