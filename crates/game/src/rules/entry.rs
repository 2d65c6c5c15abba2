//! The entries: everything that can happen to a room.
//!
//! A room is a fold over its entries, in the journal's order. [`crate::room::Room::apply`] enforces
//! the rule stated beside each. Entries are idempotent: applying one twice has the effect of
//! applying it once. Each carries the time at which it was proposed ([`Record::at`]); the room's
//! time is the maximum over its entries and never decreases.

use serde::{Deserialize, Serialize};

use super::{Met, Millis, Name, Order, Party, PlayerId, Proposal, RoomId, Rules, Seed};

/// One event, as accepted, with the randomness it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Opens the room. Only the first one counts, also after a restart.
    Open {
        /// Mode, range and time limit.
        rules: Rules,
        /// Seed of the numbers, in a mode with one number for the room.
        seed: Seed,
    },
    /// Takes a seat, with epoch 1. Proposed by the player's first accepted request, never by
    /// connecting. A name that is taken gets a suffix. If the player is seated already, the seat
    /// stays and the second request is refused: two machines may propose it at once.
    Join {
        /// The player.
        player: PlayerId,
        /// The name they asked for, or a pseudonym.
        name: Name,
        /// Seed of the numbers, in a mode with one number for each player.
        seed: Seed,
    },
    /// Another connection takes the seat over. Ignored unless its epoch is newer; requests of older
    /// epochs are refused from then on.
    Attach {
        /// The player.
        player: PlayerId,
        /// The connection's epoch: the seat's epoch plus one.
        epoch: u32,
    },
    /// A guess, judged by the room's time and the journal's order. If a round ended since the
    /// player's last guess, it is not judged and costs no try: its answer says how the round ended.
    Guess {
        /// The player.
        player: PlayerId,
        /// The epoch of the connection that sent it.
        epoch: u32,
        /// Number of the player's request, from 1; a repeated number is ignored.
        n: u32,
        /// The guessed number, in the room's range.
        value: i32,
    },
    /// Changes the player's name; a name that is taken gets a suffix.
    Rename {
        /// The player.
        player: PlayerId,
        /// The epoch of the connection that sent it.
        epoch: u32,
        /// Number of the player's request, from 1; a repeated number is ignored.
        n: u32,
        /// The name asked for.
        name: Name,
    },
    /// Ends the round because its time limit has passed. Any machine with players in the room
    /// proposes it. Ignored before the deadline and for any other round.
    Close {
        /// The round that ends.
        round: u32,
    },
    /// The player leaves, whatever their epoch. Journals of the first version have it, which every
    /// later one reads; [`Entry::Quit`] replaced it.
    Leave {
        /// The player.
        player: PlayerId,
    },
    /// The result of one player's round; in [`RoomId::Results`] only. Proposed after the entry that
    /// ended the round was applied, and again after a crash in between: readers identify a result
    /// by room, player and cause.
    Result(Box<Score>),
    /// An order of the teacher; see [`super::order`].
    Order(Order),
    /// The player's answer to a question of the lesson. A later answer replaces it; attempts are
    /// counted. Ignored without a seat.
    Answer {
        /// The player.
        player: PlayerId,
        /// The question's id.
        question: Box<str>,
        /// The verdict's name in JSON.
        verdict: Box<str>,
        /// What may be kept of the answer.
        text: Option<Box<str>>,
    },
    /// The player leaves, or was away too long. Besides the order to kick, the only way to lose a
    /// seat. Ignored if a newer connection has taken the seat over.
    Quit {
        /// The player.
        player: PlayerId,
        /// The epoch of the connection that leaves, or of the last one that did.
        epoch: u32,
    },
    /// The player's connection is gone, and their seat stays: a round does not wait for them until they
    /// are back. Proposed in [`Mode::Closest`](super::Mode::Closest) only. Ignored if a newer
    /// connection has taken the seat over.
    Away {
        /// The player.
        player: PlayerId,
        /// The epoch of the connection that is gone.
        epoch: u32,
    },
    /// What is left of an entry that the teacher had erased. Changes nothing.
    Erased,
    /// A tournament of the pupils' programs begins, in place of the room's latest. Ignored unless its
    /// number is larger than the latest's.
    Tournament {
        /// Counted from 1 in the room.
        number: u32,
        /// How many pairs there are.
        pairs: u32,
    },
    /// A pupil's program takes part in the room's latest tournament. Ignored in an earlier one, and for
    /// a second program of the same kind.
    Entered {
        /// Whose program it is.
        player: PlayerId,
        /// The tournament's number.
        number: u32,
        /// Whether it is a server or a client.
        party: Party,
        /// The number of the neutral name that the projector shows.
        alias: u32,
        /// The player's name.
        name: Name,
    },
    /// Two programs of the room's latest tournament have met. Ignored in an earlier one, for a pair that
    /// has met, and for a program that does not take part.
    Met {
        /// The tournament's number.
        number: u32,
        /// What became of the two.
        met: Met,
    },
    /// A pupil proposes a rule for the room's protocol page, in place of their earlier one on the topic.
    /// Ignored without a seat, and beyond what one pupil and a room may have.
    Proposal(Proposal),
}

impl Entry {
    /// Whether the entry gives a seat up.
    pub fn is_departure(&self) -> bool {
        matches!(self, Entry::Leave { .. } | Entry::Quit { .. })
    }

    /// The player the entry is about; `None` if it is about the room, or about two.
    pub fn player(&self) -> Option<PlayerId> {
        match self {
            Entry::Join { player, .. }
            | Entry::Attach { player, .. }
            | Entry::Guess { player, .. }
            | Entry::Rename { player, .. }
            | Entry::Answer { player, .. }
            | Entry::Leave { player }
            | Entry::Quit { player, .. }
            | Entry::Away { player, .. }
            | Entry::Entered { player, .. } => Some(*player),
            Entry::Result(score) => Some(score.player),
            Entry::Order(order) => order.player().copied(),
            Entry::Proposal(proposal) => Some(proposal.player),
            Entry::Open { .. }
            | Entry::Close { .. }
            | Entry::Erased
            | Entry::Tournament { .. }
            | Entry::Met { .. } => None,
        }
    }
}

/// An entry with its room and time, as a journal stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The room that applies it.
    pub room: RoomId,
    /// The time at which it was proposed.
    pub at: Millis,
    /// What happened.
    pub entry: Entry,
}

/// The result of one player's round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The room.
    pub room: RoomId,
    /// The sequence of the entry that ended the round.
    pub cause: u64,
    /// The room's rules.
    pub rules: Rules,
    /// The round, counted from 1 in the room, or for the player in a mode with one number for each.
    pub round: u32,
    /// The player.
    pub player: PlayerId,
    /// Their name at that time.
    pub name: Name,
    /// Number of judged guesses.
    pub tries: u32,
    /// Their last guess.
    pub guess: i32,
    /// The number that was drawn.
    pub number: i32,
    /// Whether they won.
    pub won: bool,
    /// Their wins in this room since they sat down, including this one.
    pub tally: super::Tally,
}
