//! The entries: all that can happen to a room, one page.
//!
//! A room is a fold over its entries, in the journal's order. [`crate::room::Room::apply`] keeps
//! the rule told beside each. Each entry is idempotent: applied twice it does what it did once.
//! Each carries the time at which it was proposed ([`Record::at`]); the room's time is the latest
//! that its entries have carried and never goes back.

use serde::{Deserialize, Serialize};

use super::{Millis, Name, Order, PlayerId, RoomId, Rules, Seed};

/// What happened, as accepted, with the randomness it needs: nothing that must be computed again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Opens the room. The first one wins; a later one changes nothing, after a restart too.
    Open {
        /// Mode, range and time limit.
        rules: Rules,
        /// The numbers of a mode with one number for all are derived from it.
        seed: Seed,
    },
    /// Takes a seat, with epoch 1. Made by the player's first accepted request, never by
    /// connecting. A name that is taken gets a suffix. A player who sits keeps their seat, and
    /// who asked for it a second time is refused: two machines may propose it at once.
    Join {
        /// Who.
        player: PlayerId,
        /// The name they asked for, or the pseudonym they were given.
        name: Name,
        /// The numbers of a mode in which each has their own are derived from it.
        seed: Seed,
    },
    /// A connection takes the seat over. Ignored unless the epoch is newer; requests of older
    /// epochs are refused from then on.
    Attach {
        /// Who.
        player: PlayerId,
        /// The connection's epoch: one more than the last one seen.
        epoch: u32,
    },
    /// A guess. Judged by the room's time and the journal's order. The first one after a round
    /// that ended unseen is not judged and costs no try: its answer is the news.
    Guess {
        /// Who.
        player: PlayerId,
        /// The epoch of the connection that sent it.
        epoch: u32,
        /// Counts the player's requests from 1: a repeat is ignored.
        n: u32,
        /// The number, in the room's range.
        value: i32,
    },
    /// Takes another name; one that is taken gets a suffix.
    Rename {
        /// Who.
        player: PlayerId,
        /// The epoch of the connection that sent it.
        epoch: u32,
        /// Counts the player's requests from 1: a repeat is ignored.
        n: u32,
        /// The name.
        name: Name,
    },
    /// The round's time is over: proposed by whoever has players there. Ignored before the
    /// deadline, and for any other round.
    Close {
        /// The round that ends.
        round: u32,
    },
    /// The player leaves, whatever connection speaks for them: as journals have it from before
    /// [`Entry::Quit`].
    Leave {
        /// Who.
        player: PlayerId,
    },
    /// In [`RoomId::Results`] only: what became of one player's round. Proposed after the entry
    /// that ended the round was applied; again after a crash in between, so readers go by
    /// (room, player, cause).
    Result(Box<Score>),
    /// The teacher decides something about the room. What each order does is told in
    /// [`super::order`].
    Order(Order),
    /// The player has answered a question of the lesson. A later answer takes its place; attempts
    /// are counted. Ignored without a seat.
    Answer {
        /// Who.
        player: PlayerId,
        /// The question's name.
        question: Box<str>,
        /// The judgement's word.
        verdict: Box<str>,
        /// What may be kept of the answer.
        text: Option<Box<str>>,
    },
    /// The player leaves, or was away too long: with an order to kick, the only way a seat goes.
    /// Ignored where a newer connection has taken the seat over meanwhile.
    Quit {
        /// Who.
        player: PlayerId,
        /// The epoch of the connection that leaves, or of the last one.
        epoch: u32,
    },
}

impl Entry {
    /// Whether the player gives their seat up.
    pub fn is_departure(&self) -> bool {
        matches!(self, Entry::Leave { .. } | Entry::Quit { .. })
    }

    /// The player whom the entry is about.
    pub fn player(&self) -> Option<PlayerId> {
        match self {
            Entry::Join { player, .. }
            | Entry::Attach { player, .. }
            | Entry::Guess { player, .. }
            | Entry::Rename { player, .. }
            | Entry::Answer { player, .. }
            | Entry::Leave { player }
            | Entry::Quit { player, .. } => Some(*player),
            Entry::Result(score) => Some(score.player),
            Entry::Order(order) => order.player().copied(),
            Entry::Open { .. } | Entry::Close { .. } => None,
        }
    }
}

/// An entry with its room and its time: what a journal keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The fold that it belongs to.
    pub room: RoomId,
    /// When it was proposed.
    pub at: Millis,
    /// What happened.
    pub entry: Entry,
}

/// What became of one player's round, once it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Where.
    pub room: RoomId,
    /// The sequence of the entry that ended the round.
    pub cause: u64,
    /// The room's rules.
    pub rules: Rules,
    /// Which round of the room, or of the player where each has their own.
    pub round: u32,
    /// Who.
    pub player: PlayerId,
    /// Their name then.
    pub name: Name,
    /// Guesses that were judged.
    pub tries: u32,
    /// Their last guess.
    pub guess: i32,
    /// The number that had been drawn.
    pub number: i32,
    /// Whether they won.
    pub won: bool,
    /// Their wins in this room since they sat down, with this one.
    pub tally: super::Tally,
}
