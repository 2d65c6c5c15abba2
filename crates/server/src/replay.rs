//! From the journal's entries back to the rooms, at start.

use std::collections::HashMap;

use game::protocol::Reply;
use game::room::board::Board;
use game::room::{Applied, Room};
use game::rules::{Entry, Millis, PlayerId, Record, RoomId, Score};

/// What the entries amount to.
#[derive(Default)]
pub struct Replay {
    /// Every room that still is.
    pub rooms: HashMap<RoomId, Room>,
    /// The scores of the public hall.
    pub hall: Board,
    /// The latest time that an entry carries.
    pub latest: Millis,
    /// Ends of rounds whose results are not in the journal yet: only the last ones before a crash.
    unrecorded: HashMap<(RoomId, PlayerId, u64), Score>,
    applied: Applied,
}

impl Replay {
    /// The next entries.
    pub fn all(&mut self, first: u64, records: &[Record]) {
        for (sequence, record) in (first..).zip(records) {
            self.apply(sequence, record);
        }
    }

    /// The next entry.
    pub fn apply(&mut self, sequence: u64, record: &Record) {
        self.latest = self.latest.max(record.at);
        if let Entry::Result(score) = &record.entry {
            self.unrecorded
                .remove(&(score.room, score.player, score.cause));
            if let RoomId::Hall(_) = score.room {
                self.hall.record(score);
            }
            return;
        }
        let room = record.room;
        // Only `Open` makes a room: what comes after a hall player has left is about nobody.
        let hosted = match record.entry {
            Entry::Open { .. } => self.rooms.entry(room).or_insert_with(|| Room::new(room)),
            _ => match self.rooms.get_mut(&room) {
                Some(hosted) => hosted,
                None => return,
            },
        };
        hosted.apply(sequence, record.at, &record.entry, &mut self.applied);
        let is_over = hosted.is_over() && record.entry.is_departure();
        if is_over {
            self.rooms.remove(&room);
        }
        for told in self.applied.told.drain(..) {
            if let (RoomId::Hall(_), Reply::Named(name, _)) = (room, told.reply) {
                self.hall.rename(told.player, &name);
            }
        }
        for score in self.applied.scores.drain(..) {
            if let RoomId::Hall(_) = score.room {
                self.hall.record(&score);
            }
            self.unrecorded
                .insert((score.room, score.player, score.cause), score);
        }
    }

    /// The results that are still to be written, in the order of their causes.
    pub fn unrecorded(&mut self, at: Millis) -> Vec<Record> {
        let mut scores: Vec<Score> = self.unrecorded.drain().map(|(_, score)| score).collect();
        scores.sort_by_key(|score| (score.cause, score.player));
        let record = |score| Record {
            room: RoomId::Results,
            at,
            entry: Entry::Result(Box::new(score)),
        };
        scores.into_iter().map(record).collect()
    }
}
