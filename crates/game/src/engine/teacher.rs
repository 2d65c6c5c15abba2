//! The teacher's side of an engine: rooms opened and ordered about, and conversations ended.

use std::collections::HashMap;
use std::iter;

use crate::limits::{SHARED_ROOMS, WATCHED_BYTES, WINNERS_REMEMBERED};
use crate::rules::{Entry, Millis, Order, PlayerId, Record, RoomCode, RoomId, Rules, Score};

use super::{ConnectionId, Engine, Now, Settings, Space};

/// Why a room was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// A room with this code is, or was, open.
    Taken,
    /// The server keeps no more rooms.
    TooMany,
    /// The disk has no space for another.
    NoSpace,
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
    /// There is, or was, one with this code; or there are as many as a server keeps;
    /// or the disk is nearly full.
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
        if self.space != Space::Enough {
            return Err(NotOpened::NoSpace);
        }
        let open = self.rooms.keys().filter(is_shared).count();
        if open >= SHARED_ROOMS / self.settings.engines {
            return Err(NotOpened::TooMany);
        }
        Ok(())
    }

    pub(super) fn propose_room(&mut self, code: RoomCode, rules: Rules, now: Now) {
        let seed = self.new_seed();
        let Settings {
            pace, intermission, ..
        } = self.settings;
        let orders = Order::of_new_room(pace, intermission).map(Entry::Order);
        for entry in iter::once(Entry::Open { rules, seed }).chain(orders) {
            self.propose(Record {
                room: RoomId::Shared(code),
                at: now.at,
                entry,
            });
        }
    }

    /// Proposes the teacher's order for a room of this engine.
    pub(super) fn order(&mut self, code: RoomCode, order: Order, now: Now) {
        if let Order::Kick {
            player, bar: true, ..
        } = order
        {
            self.bar(code, player, now);
        }
        self.propose(Record {
            room: RoomId::Shared(code),
            at: now.at,
            entry: Entry::Order(order),
        });
    }

    /// Ends the conversation of a program that is stuck, with a farewell or by closing it at once.
    pub(super) fn free(&mut self, key: ConnectionId, at_once: bool, now: Now) {
        if let Some(connection) = self.connection_mut(key) {
            connection.end(now);
            if at_once {
                connection.cut(now);
            }
            self.touch(key);
        }
    }

    /// The shared rooms of this engine that are open: their rules, how many players they have, and the
    /// time of their latest entry.
    pub fn shared_rooms(&self) -> Vec<(RoomCode, Rules, usize, Millis)> {
        let mut found = Vec::new();
        for (id, hosted) in &self.rooms {
            if let (RoomId::Shared(code), Some(rules)) = (id, hosted.room.rules())
                && !hosted.room.decided().closed
            {
                found.push((*code, rules, hosted.room.seats().len(), hosted.room.now()));
            }
        }
        found
    }

    /// Records whether the winner of a round in a shared room plays by the page.
    pub(super) fn remember_transport(&mut self, score: &Score) {
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
        remember(&mut self.by_page, score.player, is_page, WINNERS_REMEMBERED);
    }
}

/// Records whether a player plays by the page. At most `most` players are recorded.
fn remember(by_page: &mut HashMap<PlayerId, bool>, player: PlayerId, is_page: bool, most: usize) {
    if by_page.len() >= most {
        by_page.clear();
    }
    by_page.insert(player, is_page);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_are_forgotten_before_there_are_too_many() {
        let mut by_page = HashMap::new();
        for player in 0..3 {
            remember(&mut by_page, PlayerId([player; 16]), true, 3);
        }
        assert_eq!(by_page.len(), 3);
        remember(&mut by_page, PlayerId([3; 16]), false, 3);
        assert_eq!(by_page, HashMap::from([(PlayerId([3; 16]), false)]));
    }
}
