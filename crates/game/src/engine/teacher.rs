//! The teacher's side of an engine: rooms opened and ordered about, and conversations ended.

use std::collections::HashMap;

use crate::limits::{DOORS, SHARED_ROOMS, WATCHED_BYTES};
use crate::rules::{Entry, Order, PlayerId, Record, RoomCode, RoomId, Rules, Score};

use super::{ConnKey, Engine, Now};

/// Why a room was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// A room with this code is, or was, open.
    Taken,
    /// The server keeps no more rooms.
    TooMany,
}

/// The latest messages of a watched connection.
#[derive(Debug, Default)]
pub(super) struct Watched {
    pub(super) heard: Box<[u8]>,
    pub(super) said: Box<[u8]>,
}

impl Watched {
    /// Keeps the beginning of a received message.
    pub(super) fn heard(&mut self, message: &[u8]) {
        self.heard = message[..message.len().min(WATCHED_BYTES)].into();
    }

    /// Keeps the beginning of a sent message.
    pub(super) fn said(&mut self, message: &[u8]) {
        self.said = message[..message.len().min(WATCHED_BYTES)].into();
    }
}

impl Engine {
    /// Whether a room of this engine can be opened.
    ///
    /// # Errors
    ///
    /// There is, or was, one with this code; or there are as many as a server keeps.
    pub fn may_open(&self, code: RoomCode) -> Result<(), NotOpened> {
        let room = RoomId::Shared(code);
        if self
            .rooms
            .get(&room)
            .is_some_and(|h| h.room.rules().is_some())
        {
            return Err(NotOpened::Taken);
        }
        let is_shared = |id: &&RoomId| matches!(id, RoomId::Shared(_));
        let open = self.rooms.keys().filter(is_shared).count();
        if open >= SHARED_ROOMS / self.settings.engines {
            return Err(NotOpened::TooMany);
        }
        Ok(())
    }

    pub(super) fn propose_room(&mut self, code: RoomCode, rules: Rules, now: Now) {
        let seed = self.new_seed();
        self.propose(Record {
            room: RoomId::Shared(code),
            at: now.at,
            entry: Entry::Open { rules, seed },
        });
    }

    /// Proposes the teacher's order for a room of this engine.
    pub(super) fn order(&mut self, code: RoomCode, order: Order, now: Now) {
        self.propose(Record {
            room: RoomId::Shared(code),
            at: now.at,
            entry: Entry::Order(order),
        });
    }

    /// Ends the conversation of a program that is stuck, with a farewell or by closing it at once.
    pub(super) fn free(&mut self, key: ConnKey, at_once: bool, now: Now) {
        if let Some(connection) = self.connection_mut(key) {
            connection.end(now);
            if at_once {
                connection.cut(now);
            }
            self.touch(key);
        }
    }

    /// The shared rooms of this engine that are open: their rules and how many players they have.
    pub fn shared_rooms(&self) -> Vec<(RoomCode, Rules, usize)> {
        let mut found = Vec::new();
        for (id, hosted) in &self.rooms {
            if let (RoomId::Shared(code), Some(rules)) = (id, hosted.room.rules())
                && !hosted.room.decided().closed
            {
                found.push((*code, rules, hosted.room.seats().len()));
            }
        }
        found
    }

    /// Records whether the winner of a round in a shared room plays by the page.
    pub(super) fn remember_door(&mut self, score: &Score) {
        let RoomId::Shared(_) = score.room else {
            return;
        };
        let key = (self.rooms.get(&score.room)).and_then(|hosted| hosted.newest(score.player));
        let Some(connection) = key
            .and_then(|key| self.connection(key))
            .filter(|_| score.won)
        else {
            return;
        };
        let is_page = connection.is_json();
        remember(&mut self.doors, score.player, is_page, DOORS);
    }
}

/// Records a player's door. At most `most` players are recorded.
fn remember(doors: &mut HashMap<PlayerId, bool>, player: PlayerId, is_page: bool, most: usize) {
    if doors.len() >= most {
        doors.clear();
    }
    doors.insert(player, is_page);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_are_forgotten_before_there_are_too_many() {
        let mut doors = HashMap::new();
        for player in 0..3 {
            remember(&mut doors, PlayerId([player; 16]), true, 3);
        }
        assert_eq!(doors.len(), 3);
        remember(&mut doors, PlayerId([3; 16]), false, 3);
        assert_eq!(doors, HashMap::from([(PlayerId([3; 16]), false)]));
    }
}
