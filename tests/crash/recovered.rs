//! What a journal holds: a copy of it, replayed as the server does at its start.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use game::protocol::Reply;
use game::room::{Applied, Room};
use game::rules::{Entry, PlayerId, Record, RoomId, Score};
use server::journal::{Journal, Store};

use crate::common::spoken::spoken;

/// All that a journal holds, and all that follows from it.
#[derive(Default)]
pub struct Recovered {
    pub records: Vec<Record>,
    pub rooms: HashMap<RoomId, Room>,
    /// Every reply that entries have had, with its entry's sequence.
    pub told: Vec<(u64, RoomId, PlayerId, Reply)>,
    /// Every proof that could be asked for, and by whom.
    pub proofs: HashSet<(PlayerId, String)>,
    /// Who has ever had that name. (Players here never take one that was another's.)
    pub names: HashMap<String, PlayerId>,
    /// What became of every round.
    pub scores: Vec<Score>,
    /// Seats taken over since the last entry, by [`Recovered::resume`].
    resumed: u64,
    applied: Applied,
}

impl Recovered {
    /// Replays a copy of the folder's journal: whatever the server left is the server's to mend.
    pub fn from(folder: &Path) -> Recovered {
        let copy = tempfile::tempdir().expect("a folder for the copy");
        for name in ["journal.sqlite", "journal.sqlite-wal"] {
            match fs::copy(folder.join(name), copy.path().join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    panic!("{name} can't be copied: {error}")
                }
                _ => {}
            }
        }
        let mut recovered = Recovered::default();
        let store = Store::Local(copy.path().to_owned());
        Journal::open(&store, &mut |sequence, record| {
            recovered.apply(sequence, record);
        })
        .expect("a journal that was killed is sound")
        .close()
        .expect("nothing was written");
        recovered
    }

    /// The sequence of the last entry.
    pub fn head(&self) -> u64 {
        self.records.len() as u64
    }

    /// Applies the next entry, as the server does.
    fn apply(&mut self, sequence: u64, record: Record) {
        let Record { room: id, at, .. } = record;
        if let Entry::Result(_) = record.entry {
            self.records.push(record);
            return;
        }
        let room = self.rooms.entry(id).or_insert_with(|| Room::new(id));
        room.apply(sequence, at, &record.entry, &mut self.applied);
        // Rounds change when someone sits down and when a round has had its results.
        let is_new_round =
            !self.applied.scores.is_empty() || matches!(record.entry, Entry::Join { .. });
        if is_new_round {
            for seat in room.seats() {
                let proof = room.proof(seat.player).expect("who sits has a proof");
                let text = spoken(&Reply::Proof(Box::new(proof)));
                self.proofs.insert((seat.player, text));
            }
        }
        if room.is_over() && record.entry.is_departure() {
            self.rooms.remove(&id);
        }
        for told in self.applied.told.drain(..) {
            if let Reply::Named(name, _) = &told.reply {
                self.names.insert(name.as_str().to_owned(), told.player);
            }
            self.told.push((sequence, id, told.player, told.reply));
        }
        self.scores.append(&mut self.applied.scores);
        self.records.push(record);
    }

    /// Whether the player has a seat there.
    pub fn sits(&self, room: Option<RoomId>, player: PlayerId) -> bool {
        let room = room.and_then(|room| self.rooms.get(&room));
        room.is_some_and(|room| room.seat(player).is_some())
    }

    /// What the server must answer to whoever resumes that seat next.
    pub fn resume(&mut self, id: RoomId, player: PlayerId) -> String {
        let room = self.rooms.get_mut(&id).expect("the player's room is");
        let seat = room.seat(player).expect("the player sits");
        let (epoch, at) = (seat.epoch + 1, seat.seen);
        self.resumed += 1;
        let sequence = self.records.len() as u64 + self.resumed;
        let attach = Entry::Attach { player, epoch };
        room.apply(sequence, at, &attach, &mut self.applied);
        let told = self.applied.told.pop().expect("an attach is answered");
        spoken(&told.reply)
    }
}
