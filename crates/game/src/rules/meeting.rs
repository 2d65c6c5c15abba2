//! What is kept of a tournament of the pupils' programs: who has entered, and what became of each pair.
//! What the programs said, their texts and their addresses are not kept: of a misunderstanding only the topic
//! of the protocol that it is about, and of two programs that are blocked what each waits for.

use serde::{Deserialize, Serialize};

use super::{PlayerId, Topic};

/// One of two programs that meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The program that draws a number and answers.
    Server,
    /// The program that connects and guesses.
    Client,
}

impl Party {
    /// The one that it talks with.
    pub fn other(self) -> Party {
        match self {
            Party::Server => Party::Client,
            Party::Client => Party::Server,
        }
    }
}

/// What a program waits for. The order of the variants is a part of the journal's format (postcard).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// A message of the other program.
    Message,
    /// Its own keyboard.
    Keyboard,
    /// A client that connects.
    Player,
    /// Room to send: the other program does not read.
    Reader,
    /// Time to pass.
    Time,
    /// Nothing: it computes.
    Computing,
    /// Something else.
    Other,
    /// It has ended.
    Ended,
}

/// What is kept of why two programs do not understand each other: nothing that they said. The order of the
/// variants is a part of the journal's format (postcard).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The topic of the protocol that the first misunderstanding is about.
    About(Topic),
    /// What each waits for.
    Waits {
        /// What the server waits for.
        server: Waiting,
        /// What the client waits for.
        client: Waiting,
    },
    /// The program that stopped on an error, or too early.
    Failed(Party),
}

impl Detail {
    /// The topic that the two should agree on.
    pub fn topic(self) -> Option<Topic> {
        match self {
            Detail::About(topic) => Some(topic),
            Detail::Waits { .. } => Some(Topic::Turns),
            Detail::Failed(_) => None,
        }
    }
}

/// What became of two programs that met. The order of the variants is a part of the journal's format
/// (postcard): a new one goes to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellKind {
    /// The client has found the number.
    Won,
    /// They understand each other, and the server's tries were used up.
    Lost,
    /// They do not understand each other.
    Misunderstood,
    /// Each waits for the other.
    Blocked,
    /// The client knocks where the server does not listen.
    Apart,
    /// The server was not there.
    AbsentServer,
    /// The client was not there.
    AbsentClient,
    /// One of them told an error, or ended where it was needed.
    Broken,
    /// They talk, and what they say was not understood here.
    Unclear,
}

impl CellKind {
    /// All kinds.
    pub const ALL: [CellKind; 9] = [
        CellKind::Won,
        CellKind::Lost,
        CellKind::Misunderstood,
        CellKind::Blocked,
        CellKind::Apart,
        CellKind::AbsentServer,
        CellKind::AbsentClient,
        CellKind::Broken,
        CellKind::Unclear,
    ];

    /// Its word in exports, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            CellKind::Won => "won",
            CellKind::Lost => "lost",
            CellKind::Misunderstood => "misunderstood",
            CellKind::Blocked => "blocked",
            CellKind::Apart => "apart",
            CellKind::AbsentServer => "absent-server",
            CellKind::AbsentClient => "absent-client",
            CellKind::Broken => "broken",
            CellKind::Unclear => "unclear",
        }
    }

    /// Whether the two understand each other; `None` if that was not seen.
    pub fn is_understood(self) -> Option<bool> {
        match self {
            CellKind::Won | CellKind::Lost => Some(true),
            CellKind::Unclear => None,
            _ => Some(false),
        }
    }

    /// The program that was not there.
    pub fn absent(self) -> Option<Party> {
        match self {
            CellKind::AbsentServer => Some(Party::Server),
            CellKind::AbsentClient => Some(Party::Client),
            _ => None,
        }
    }
}

/// What is kept of a pair that has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// Whose client it was; `None` for this program's own bot.
    pub client: Option<PlayerId>,
    /// Whose server it was; `None` for this program's own.
    pub server: Option<PlayerId>,
    /// What became of the two.
    pub kind: CellKind,
    /// Numbers that the client said, if it has found the number.
    pub tries: u32,
    /// Whether the client asked its user, and the bot typed the numbers.
    pub typed: bool,
    /// Why they do not understand each other, as far as it is kept.
    pub detail: Option<Detail>,
}

impl Met {
    /// Whether one of the two was this player's.
    pub fn is_of(&self, player: PlayerId) -> bool {
        [self.client, self.server].contains(&Some(player))
    }
}
