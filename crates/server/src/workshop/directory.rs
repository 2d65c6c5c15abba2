//! The class's servers: which programs are published in which room, and under whose name.
//!
//! An entry has a number, which is also its address of the class: see
//! [`class_address`](super::relay::class_address). A seat has one entry, and so has a
//! page; a newer one replaces it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::relay::PageId;
use game::limits::WORKSHOP_PUBLISHED;
use game::rules::{PlayerId, RoomCode};

/// A seat in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The room.
    pub room: RoomCode,
    /// Whose seat it is.
    pub player: PlayerId,
    /// Their name.
    pub name: String,
}

impl Seat {
    /// Whether it is in this room, and this player's if one is given.
    pub fn is(&self, room: RoomCode, player: Option<PlayerId>) -> bool {
        self.room == room && player.is_none_or(|it| self.player == it)
    }

    /// Whether both are one player's in one room.
    pub fn is_same(&self, other: &Seat) -> bool {
        self.is(other.room, Some(other.player))
    }
}

/// A published server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is.
    pub seat: Seat,
    /// The page that published it, with which it goes.
    pub page: PageId,
    /// The port on which it listens.
    pub port: u16,
    /// Where it is, if it runs on the pupil's own machine, not in the page.
    pub outside: Option<SocketAddr>,
    /// Of one on a pupil's own machine: conversations in which it greeted as the game does, just when its
    /// machine had connected to the game; and the others.
    pub greetings: (u32, u32),
}

/// Conversations after which a server on a pupil's own machine forwards.
const GREETINGS: u32 = 3;

impl Entry {
    /// Whether it was seen to lead to the game: mostly, and often enough to be no chance.
    pub fn forwards(&self) -> bool {
        let (same, other) = self.greetings;
        same >= GREETINGS && same > other
    }
}

/// No more servers can be published.
#[derive(Debug, PartialEq, Eq)]
pub struct Full;

/// All published servers.
#[derive(Debug, Default)]
pub struct Directory {
    entries: BTreeMap<u16, Entry>,
    latest: u16,
}

impl Directory {
    /// Adds an entry; returns its number.
    ///
    /// # Errors
    ///
    /// If [`WORKSHOP_PUBLISHED`] servers are published already.
    pub fn add(&mut self, entry: Entry) -> Result<u16, Full> {
        if self.entries.len() >= WORKSHOP_PUBLISHED {
            return Err(Full);
        }
        // There are more numbers than entries.
        loop {
            self.latest = self.latest.wrapping_add(1);
            let [_, low] = self.latest.to_be_bytes();
            if low != 0 && low != 255 && !self.entries.contains_key(&self.latest) {
                self.entries.insert(self.latest, entry);
                return Ok(self.latest);
            }
        }
    }

    /// Removes an entry.
    pub fn remove(&mut self, number: u16) {
        self.entries.remove(&number);
    }

    /// Takes note of how a server on a pupil's own machine has greeted: as the game does, when its machine had
    /// just connected to the game, or not.
    pub fn greeted(&mut self, number: u16, as_game: bool) {
        if let Some(entry) = self.entries.get_mut(&number) {
            let (same, other) = &mut entry.greetings;
            *if as_game { same } else { other } += 1;
        }
    }

    /// The entry of this number.
    pub fn get(&self, number: u16) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// The numbers of the entries that meet a condition.
    pub fn numbers(&self, is_wanted: impl Fn(&Entry) -> bool) -> Vec<u16> {
        let wanted = self.entries.iter().filter(|(_, entry)| is_wanted(entry));
        wanted.map(|(number, _)| *number).collect()
    }

    /// The entries of a room, by number.
    pub fn of(&self, room: RoomCode) -> impl Iterator<Item = (u16, &Entry)> {
        let all = self.entries.iter().map(|(number, entry)| (*number, entry));
        all.filter(move |(_, entry)| entry.seat.is(room, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_hosts_of_a_network_and_the_table_has_a_bound() {
        let entry = |number: u16| Entry {
            seat: Seat {
                room: "A".parse().expect("a code"),
                player: PlayerId([number.to_be_bytes()[1]; 16]),
                name: number.to_string(),
            },
            page: PageId(1),
            port: 50_000,
            outside: None,
            greetings: (0, 0),
        };
        let mut directory = Directory {
            latest: 250,
            ..Directory::default()
        };
        let numbers = (0..8).map(|number| directory.add(entry(number)).ok());
        let expected = [251, 252, 253, 254, 257, 258, 259, 260].map(Some);
        assert_eq!(numbers.collect::<Vec<_>>(), expected);
        for number in 8..WORKSHOP_PUBLISHED as u16 {
            directory.add(entry(number)).expect("there is room");
        }
        assert_eq!(directory.add(entry(0)), Err(Full));
        directory.remove(252);
        assert!(directory.add(entry(0)).is_ok());
        let other: RoomCode = "B".parse().expect("a code");
        assert_eq!(directory.of(other).count(), 0);
    }
}
