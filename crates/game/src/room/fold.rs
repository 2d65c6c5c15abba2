//! The fold over a journal's entries, from entries to rooms. It exists once: the engine, the replay
//! at start and the exports of results use it.

use std::collections::HashMap;

use super::board::Board;
use super::{Applied, Room};
use crate::protocol::Reply;
use crate::rules::{Entry, Millis, Name, Order, PlayerId, Record, RoomId, Score};

/// Rooms, or what is kept with them. The hash is fast: nobody chooses keys that collide, since a
/// hall room's id is a hash of what the server drew, and the teacher opens shared rooms.
pub type Rooms<K> = HashMap<RoomId, K, foldhash::fast::RandomState>;

/// A room, with what a fold keeps beside it.
pub trait Kept: AsMut<Room> {
    /// Keeps a room that nobody has opened.
    fn new(room: Room) -> Self;

    /// Whether the hall room is still needed although its player has left.
    fn outlives(&mut self, id: RoomId) -> bool;
}

impl AsMut<Room> for Room {
    fn as_mut(&mut self) -> &mut Room {
        self
    }
}

impl Kept for Room {
    fn new(room: Room) -> Room {
        room
    }

    fn outlives(&mut self, _: RoomId) -> bool {
        false
    }
}

/// The room of an entry that was applied.
pub struct Folded<'a, K> {
    /// The room.
    pub kept: &'a mut K,
    /// Whether the entry opened it.
    pub is_opened: bool,
    /// Whether the entry ended it: call [`end`] once what came of the entry is told.
    pub is_over: bool,
}

/// Applies an entry to its room. What comes of it is added to `out`. `None` if the entry is about no
/// room: only `Open` makes one, and what comes after a hall player has left is about nobody.
pub fn apply<'a, K: Kept>(
    rooms: &'a mut Rooms<K>,
    sequence: u64,
    record: &Record,
    out: &mut Applied,
) -> Option<Folded<'a, K>> {
    let id = record.room;
    let kept = match record.entry {
        Entry::Result(_) | Entry::Erased => return None,
        Entry::Open { .. } => {
            let kept = rooms.entry(id);
            kept.or_insert_with(|| K::new(Room::new(id)))
        }
        _ => rooms.get_mut(&id)?,
    };
    let room = kept.as_mut();
    let was_open = room.rules().is_some();
    room.apply(sequence, record.at, &record.entry, out);
    Some(Folded {
        is_opened: !was_open && room.rules().is_some(),
        is_over: room.is_over() && record.entry.is_departure(),
        kept,
    })
}

/// Forgets a hall room that is over, unless it is still needed.
pub fn end<K: Kept>(rooms: &mut Rooms<K>, id: RoomId) {
    if !rooms.get_mut(&id).is_some_and(|kept| kept.outlives(id)) {
        rooms.remove(&id);
    }
}

impl Applied {
    /// Forgets what came of earlier entries.
    pub fn clear(&mut self) {
        self.told.clear();
        self.scores.clear();
        self.too_early = None;
    }

    /// Whether it changes the scoreboard of the public hall.
    pub fn concerns_hall(&self, room: RoomId) -> bool {
        let named = |reply: &Reply| matches!(reply, Reply::Named(..));
        matches!(room, RoomId::Hall(_))
            && (!self.scores.is_empty() || self.told.iter().any(|told| named(&told.reply)))
    }

    /// Brings the scoreboard of the public hall up to date with what came of an entry for this
    /// room.
    pub fn tell_hall(&self, room: RoomId, hall: &mut Board) {
        if let RoomId::Hall(_) = room {
            for told in &self.told {
                if let Reply::Named(name, _) = &told.reply {
                    hall.rename(told.player, name);
                }
            }
            self.scores.iter().for_each(|score| hall.record(score));
        }
    }
}

/// The rooms and scores of a journal that is read from its beginning.
#[derive(Default)]
pub struct Replay {
    /// Every room that still is.
    pub rooms: Rooms<Room>,
    /// The scores of the public hall.
    pub hall: Board,
    /// The latest time that an entry carries.
    pub latest: Millis,
    /// Ends of rounds whose results are not in the journal yet: only the last ones before a crash.
    pub(super) unrecorded: HashMap<(RoomId, PlayerId, u64), Score>,
    pub(super) applied: Applied,
}

impl Replay {
    /// Applies the next entries, of which the first has the sequence `first`.
    pub fn all(&mut self, first: u64, records: &[Record]) {
        for (sequence, record) in (first..).zip(records) {
            self.apply(sequence, record);
        }
    }

    /// Applies the next entry.
    pub fn apply(&mut self, sequence: u64, record: &Record) {
        self.latest = self.latest.max(record.at);
        if let Entry::Result(score) = &record.entry {
            let ended = (score.room, score.player, score.cause);
            self.unrecorded.remove(&ended);
            if let RoomId::Hall(_) = score.room {
                self.hall.record(score);
            }
            return;
        }
        if let Entry::Order(Order::Erase { player, name }) = &record.entry {
            self.hall.rename(*player, name);
            self.erase_unrecorded(record.room, *player, name);
        }
        let folded = apply(&mut self.rooms, sequence, record, &mut self.applied);
        if folded.is_some_and(|folded| folded.is_over) {
            end(&mut self.rooms, record.room);
        }
        self.applied.tell_hall(record.room, &mut self.hall);
        self.applied.told.clear();
        self.applied.too_early = None;
        for score in self.applied.scores.drain(..) {
            let ended = (score.room, score.player, score.cause);
            self.unrecorded.insert(ended, score);
        }
    }

    /// Forgets a room and its results.
    pub fn forget_room(&mut self, room: RoomId) {
        self.rooms.remove(&room);
        self.unrecorded.retain(|(of, ..), _| *of != room);
    }

    /// Erases who a player of a room was, and who they were in the hall, in a state that stands for
    /// entries which are rewritten.
    pub fn erase_player(&mut self, room: RoomId, player: PlayerId, name: &Name) {
        for room in [room, RoomId::Hall(player)] {
            if let Some(room) = self.rooms.get_mut(&room) {
                room.erase(player, name);
            }
        }
        self.hall.rename(player, name);
        self.erase_unrecorded(room, player, name);
    }

    fn erase_unrecorded(&mut self, room: RoomId, player: PlayerId, name: &Name) {
        let rooms = [room, RoomId::Hall(player)];
        let theirs = |score: &&mut Score| rooms.contains(&score.room) && score.player == player;
        for score in self.unrecorded.values_mut().filter(theirs) {
            score.name = name.clone();
        }
    }

    /// Takes the results that are still to be written, in the order of their causes.
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
