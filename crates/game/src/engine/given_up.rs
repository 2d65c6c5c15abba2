//! Results of rounds that a player gave up by giving up their seat: a player who takes a new seat for
//! a new number, until a first guess is right, has results of all the others too.
//!
//! In a mode with one number for the room the result waits until the round ends, since it tells the
//! number. Until then it is in memory only: a restart forgets it.

use crate::limits::GIVEN_UP;
use crate::rules::{Entry, Name, Order, PlayerId, Record, RoomId, Score};

use super::{Engine, Now};

impl Engine {
    /// The round that this entry's player gives up, if they have guessed in it. Call it before the entry
    /// is applied.
    pub(super) fn given_up(&self, sequence: u64, record: &Record) -> Option<Score> {
        let player = match record.entry {
            Entry::Quit { player, epoch } if self.seated_epoch(record.room, player)? <= epoch => {
                player
            }
            Entry::Order(Order::Kick { player, .. } | Order::Erase { player, .. }) => player,
            _ => return None,
        };
        let room = &self.rooms.get(&record.room)?.room;
        let mut score = room.unfinished(player, sequence)?;
        if let Entry::Order(Order::Erase { name, .. }) = &record.entry {
            score.name = name.clone();
        }
        Some(score)
    }

    /// Gives the results that wait the name of a player who was erased.
    pub(super) fn erase_given_up(&mut self, room: RoomId, player: PlayerId, name: &Name) {
        let waiting = self.given_up.get_mut(&room).into_iter().flatten();
        for score in waiting.filter(|score| score.player == player) {
            score.name = name.clone();
        }
    }

    fn seated_epoch(&self, room: RoomId, player: PlayerId) -> Option<u32> {
        Some(self.rooms.get(&room)?.room.seat(player)?.epoch)
    }

    /// Proposes the result of a round that was given up, or keeps it until the round ends; proposes
    /// those whose round this entry has ended.
    pub(super) fn record_given_up(
        &mut self,
        room: RoomId,
        given_up: Option<Score>,
        sequence: u64,
        now: Now,
    ) {
        if given_up.is_none() && self.given_up.is_empty() {
            return;
        }
        let Some(hosted) = self.rooms.get(&room) else {
            self.given_up.remove(&room);
            return;
        };
        let (round, ended) = hosted.room.round();
        let mut results = Vec::new();
        match (given_up, round) {
            (Some(score), None) => results.push(score),
            (Some(score), Some(_)) => {
                let waiting = self.given_up.entry(room).or_default();
                if waiting.len() < GIVEN_UP {
                    waiting.push(score);
                }
            }
            (None, _) => {}
        }
        if let Some(ended) = ended
            && let Some(waiting) = self.given_up.get_mut(&room)
        {
            let is_over = |score: &mut Score| score.round <= ended.round;
            for score in waiting.extract_if(.., is_over) {
                // One of an earlier round was kept too late to know its number.
                if score.round == ended.round {
                    results.push(Score {
                        number: ended.number,
                        cause: sequence,
                        ..score
                    });
                }
            }
            if waiting.is_empty() {
                self.given_up.remove(&room);
            }
        }
        for score in results {
            self.propose(Record {
                room: RoomId::Results,
                at: now.at,
                entry: Entry::Result(Box::new(score)),
            });
        }
    }
}
