//! The log, folded once more.

use std::collections::HashMap;

use game::protocol::{Refusal, Reply};
use game::room::{Applied, Room};
use game::rules::{Entry, PlayerId, Record, RoomId, Score};
use server::journal::shared_entries;

use crate::machines::event;

/// An entry of a player, and its answer.
#[derive(Debug)]
pub struct Step {
    pub sequence: u64,
    pub entry: Entry,
    pub reply: Reply,
}

/// All that one connection got into the log: what follows a [`Entry::Join`] or [`Entry::Attach`].
#[derive(Debug, Default)]
pub struct Turn {
    pub steps: Vec<Step>,
}

/// A seat's turns, in order.
#[derive(Debug, Default)]
pub struct Seat {
    pub turns: Vec<Turn>,
    /// Whether it is nobody's any more.
    pub left: bool,
    /// Which turn speaks with which epoch.
    epochs: HashMap<u32, usize>,
}

/// All that the log holds, and what follows from it.
#[derive(Default)]
pub struct Replay {
    pub entries: u64,
    pub seats: HashMap<(RoomId, PlayerId), Seat>,
    /// What became of each round, by the rooms.
    pub scores: Vec<Score>,
    /// The same, as the nodes have told it.
    pub results: Vec<Score>,
    /// Entries that said again what had been said.
    pub repeats: u64,
    rooms: HashMap<RoomId, Room>,
    applied: Applied,
}

impl Replay {
    /// Reads the log.
    pub fn read() -> Replay {
        let mut replay = Replay::default();
        let read = shared_entries(&event(), &mut |sequence, record| {
            assert_eq!(sequence, replay.entries + 1, "one order, without a gap");
            replay.entries = sequence;
            replay.apply(sequence, record);
            Ok(())
        });
        read.unwrap_or_else(|error| panic!("expected: a log that can be read; got: {error:?}"));
        replay
    }

    fn apply(&mut self, sequence: u64, record: Record) {
        let Record {
            room: id,
            at,
            entry,
        } = record;
        if let Entry::Result(score) = entry {
            self.results.push(*score);
            return;
        }
        let room = self.rooms.entry(id).or_insert_with(|| Room::new(id));
        room.apply(sequence, at, &entry, &mut self.applied);
        if room.is_over() && entry.is_departure() {
            self.rooms.remove(&id);
        }
        self.scores.append(&mut self.applied.scores);
        let told = std::mem::take(&mut self.applied.told);
        let Some(player) = entry.player() else {
            assert!(told.is_empty(), "{entry:?} of nobody had {told:?}");
            return;
        };
        if entry.is_departure() {
            self.seats.entry((id, player)).or_default().left = true;
            return;
        }
        let mut replies = told.into_iter().map(|told| {
            assert_eq!(told.player, player, "who is answered to {entry:?}");
            told.reply
        });
        let reply = replies.next();
        assert!(replies.next().is_none(), "one answer to {entry:?}");
        self.note(sequence, (id, player), entry, reply);
    }

    fn note(
        &mut self,
        sequence: u64,
        seat: (RoomId, PlayerId),
        entry: Entry,
        reply: Option<Reply>,
    ) {
        let seat = self.seats.entry(seat).or_default();
        let turn = match &entry {
            Entry::Join { .. } | Entry::Attach { .. } => {
                let epoch = match entry {
                    Entry::Attach { epoch, .. } => epoch,
                    _ => 1,
                };
                if matches!(reply, Some(Reply::Refused(Refusal::Elsewhere))) {
                    // The node was behind the log: it asks again by itself.
                    return;
                }
                seat.turns.push(Turn::default());
                let turn = seat.turns.len() - 1;
                if !matches!(reply, Some(Reply::Refused(_))) {
                    seat.epochs.insert(epoch, turn);
                }
                turn
            }
            Entry::Guess { epoch, .. } | Entry::Rename { epoch, .. } => {
                let turn = seat.epochs.get(epoch);
                *turn.unwrap_or_else(|| panic!("{sequence}: nobody has the epoch of {entry:?}"))
            }
            _ => panic!("{sequence}: expected what players here do; got: {entry:?}"),
        };
        let Some(reply) = reply else {
            self.repeats += 1;
            return;
        };
        seat.turns[turn].steps.push(Step {
            sequence,
            entry,
            reply,
        });
    }
}
