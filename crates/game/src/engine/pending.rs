//! What becomes of seats once the journal has the entries that wait for it.
//!
//! A room shows what is committed. Who asks for a seat meanwhile must not be given an epoch that
//! somebody has asked for already, nor a seat whose player is about to leave it; and a name and its score
//! change hands once at a time.

use std::collections::HashMap;

use super::requests::NO_EPOCH;
use crate::rules::{Entry, Order, PlayerId, Record, RoomId};

/// Places that an empty table keeps.
const KEPT: usize = 1000;

/// Seats with entries on their way to the journal; no more than there are such entries.
#[derive(Default)]
pub(super) struct Pending {
    seats: HashMap<(RoomId, PlayerId), Seat>,
    /// How many of the entries give a seat up.
    leaves: usize,
    /// The two players of each return by name, or of its undoing, that is on its way.
    returns: Vec<(RoomId, [PlayerId; 2])>,
}

struct Seat {
    /// The seat's entries on their way.
    entries: u32,
    /// Its newest epoch after them; none if it is gone then.
    epoch: Option<u32>,
}

impl Pending {
    /// The entry is on its way.
    pub(super) fn proposed(&mut self, record: &Record) {
        self.returns.extend(change_of_hands(record));
        if let Some((player, epoch)) = change(&record.entry) {
            let place = self.seats.entry((record.room, player));
            let seat = place.or_insert(Seat { entries: 0, epoch });
            seat.entries += 1;
            seat.epoch = epoch;
            self.leaves += usize::from(epoch.is_none());
        }
    }

    /// The entry is committed, and about to be applied.
    pub(super) fn committed(&mut self, record: &Record) {
        if let Some(change) = change_of_hands(record) {
            let first = self.returns.iter().position(|it| *it == change);
            first.map(|first| self.returns.remove(first));
        }
        let Some((player, epoch)) = change(&record.entry) else {
            return;
        };
        let key = (record.room, player);
        if let Some(seat) = self.seats.get_mut(&key) {
            self.leaves -= usize::from(epoch.is_none());
            seat.entries -= 1;
            if seat.entries == 0 {
                self.seats.remove(&key);
            }
            if self.seats.is_empty() && self.seats.capacity() > KEPT {
                // A crowd that came at once has left a large table behind.
                self.seats = HashMap::new();
            }
        }
    }

    /// Whether nothing is on its way.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.returns.is_empty()
    }

    /// Whether the name and the score of one of these players are about to change hands.
    pub(super) fn returns(&self, room: RoomId, players: [PlayerId; 2]) -> bool {
        let concerns = |(of, pair): &(RoomId, [PlayerId; 2])| {
            *of == room && players.iter().any(|player| pair.contains(player))
        };
        self.returns.iter().any(concerns)
    }

    /// How many seats are about to be given up.
    pub(super) fn leaves(&self) -> usize {
        self.leaves
    }

    /// The newest epoch that a seat will have, where it has this one now; none without a seat.
    /// Another node may have given it a newer one meanwhile.
    pub(super) fn epoch(&self, room: RoomId, player: PlayerId, now: Option<u32>) -> Option<u32> {
        self.seats.get(&(room, player)).map_or(now, |pending| {
            pending.epoch.map(|epoch| now.unwrap_or(0).max(epoch))
        })
    }
}

/// Between whom the entry has a name and its score change hands.
fn change_of_hands(record: &Record) -> Option<(RoomId, [PlayerId; 2])> {
    match record.entry {
        Entry::Order(Order::Inherit { player, to } | Order::UndoReturn { player, to }) => {
            Some((record.room, [player, to]))
        }
        _ => None,
    }
}

/// Whose seat the entry makes, takes over or gives up, and the epoch that it then has.
fn change(entry: &Entry) -> Option<(PlayerId, Option<u32>)> {
    match entry {
        Entry::Join { player, .. } => Some((*player, Some(1))),
        // That asks whether there is a seat, and takes none.
        Entry::Attach {
            epoch: NO_EPOCH, ..
        } => None,
        Entry::Attach { player, epoch } => Some((*player, Some(*epoch))),
        Entry::Quit { player, .. }
        | Entry::Order(Order::Kick { player, .. } | Order::Erase { player, .. }) => {
            Some((*player, None))
        }
        _ => None,
    }
}
