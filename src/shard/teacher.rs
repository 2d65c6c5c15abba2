//! The teacher's side of a shard: rooms opened and ordered about, and what is seen of players.
//!
//! Only what the server can know is told of a player: what came, when, and whose turn it is.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::game::{
    BrowserId, Decided, Ended, Entry, Mode, Order, PlayerId, Range, Record, RoomCode, RoomId,
    Rules, Score, Seat, Tally, Verdict,
};
use crate::limits::{DOORS, SHARED_ROOMS, TILES, WATCHED_BYTES};
use crate::wire::framing::Unfinished;

use super::guest::Via;
use super::talk::{Phase, Talk};
use super::{ConnKey, Hosted, Now, Shard};

/// Why a room was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// There is, or was, one with this code.
    Taken,
    /// There are as many rooms as a server keeps.
    TooMany,
}

/// The door by which a connection came, and how it turned out to talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// By the page's port.
    Guest(Via),
    /// By the text door: nothing was heard yet.
    Silent,
    /// By the text door, in lines.
    Lines,
    /// By the text door, without newlines.
    Unframed,
    /// By the text door, with telnet's negotiations.
    Telnet,
}

/// Whose turn it is, as far as the server can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The player's: nothing is owed to them.
    Theirs,
    /// The player's: a message has begun and has no end yet.
    Begun,
    /// The server's: an answer is on its way, or is held until the round closes.
    Ours,
    /// The player does not read what was sent.
    Unread,
    /// The conversation is being ended.
    Ending,
}

/// One connection, as the teacher sees it.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Which, for [`Shard::free`].
    pub key: ConnKey,
    /// By which door.
    pub door: Door,
    /// Whose turn.
    pub turn: Turn,
    /// Milliseconds since something was last received.
    pub silent_for: u64,
    /// The address, of one that came by the page's port.
    pub peer: Option<IpAddr>,
    /// The browser, of one that came by the page's port.
    pub browser: Option<BrowserId>,
    /// The beginning of the last message received, since the teacher has been watching.
    pub heard: Box<[u8]>,
    /// The beginning of the last message sent.
    pub said: Box<[u8]>,
}

/// One player, as the teacher sees them.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Who; none for a connection that has not played yet.
    pub player: Option<PlayerId>,
    /// Their name.
    pub name: String,
    /// Their round.
    pub round: u32,
    /// Their tries in it.
    pub tries: u32,
    /// The numbers still possible for them.
    pub possible: Option<Range>,
    /// Their last guess and its verdict.
    pub last: Option<(i32, Verdict)>,
    /// What they won.
    pub tally: Tally,
    /// Whether the projector hides their name.
    pub hidden: bool,
    /// Their connection; none when they are gone.
    pub contact: Option<Contact>,
}

/// A room, as the teacher sees it.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Which; none is the public hall's part in this shard.
    pub room: Option<RoomCode>,
    /// Its rules.
    pub rules: Option<Rules>,
    /// What was decided.
    pub decided: Decided,
    /// The round that all play.
    pub round: Option<u32>,
    /// The round before.
    pub ended: Option<Ended>,
    /// Milliseconds until the round closes.
    pub closes_in: Option<u64>,
    /// Players, those who are not shown included.
    pub players: usize,
    /// Those who are shown: connected ones first, at most [`TILES`].
    pub tiles: Vec<Tile>,
    /// The tries of the latest wins, and whether each was by the page, where that is known.
    pub finishes: Vec<(u32, Option<bool>)>,
}

/// The last messages of a connection that is watched.
#[derive(Debug, Default)]
pub(super) struct Watched {
    heard: Box<[u8]>,
    said: Box<[u8]>,
}

impl Watched {
    /// Remembers the beginning of a message received.
    pub(super) fn heard(&mut self, message: &[u8]) {
        self.heard = message[..message.len().min(WATCHED_BYTES)].into();
    }

    /// Remembers the beginning of a message sent.
    pub(super) fn said(&mut self, message: &[u8]) {
        self.said = message[..message.len().min(WATCHED_BYTES)].into();
    }
}

impl Shard {
    /// Opens a room of this shard.
    pub fn open_room(&mut self, code: RoomCode, rules: Rules, now: Now) -> Result<(), NotOpened> {
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
        if open >= SHARED_ROOMS / self.settings.shards {
            return Err(NotOpened::TooMany);
        }
        let seed = self.new_seed();
        self.propose(Record {
            room,
            at: now.at,
            entry: Entry::Open { rules, seed },
        });
        Ok(())
    }

    /// Proposes the teacher's order for a room of this shard.
    pub fn order(&mut self, code: RoomCode, order: Order, now: Now) {
        self.propose(Record {
            room: RoomId::Shared(code),
            at: now.at,
            entry: Entry::Order(order),
        });
    }

    /// Frees a program that is stuck: ends its conversation, with `FIN` where it reads so, or by
    /// closing it at once.
    pub fn free(&mut self, key: ConnKey, at_once: bool, now: Now) {
        match at_once {
            true => self.evict(key, now),
            false => {
                if let Some(talk) = self.talk_mut(key) {
                    talk.end(now);
                    self.touch(key);
                }
            }
        }
    }

    /// The shared rooms of this shard that are open: their rules and how many players they have.
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

    /// How a shared room of this shard looks now; its last messages are remembered from now on.
    pub fn survey(&mut self, code: RoomCode, now: Now) -> Option<Survey> {
        let hosted = self.rooms.get(&RoomId::Shared(code))?;
        let rules = hosted.room.rules()?;
        let keys: Vec<ConnKey> = hosted.keys().take(TILES).collect();
        self.watch(&keys);
        let hosted = self.rooms.get(&RoomId::Shared(code))?;
        let (round, ended) = hosted.room.round();
        let tiles = self.tiles(hosted, now);
        Some(Survey {
            room: Some(code),
            rules: Some(rules),
            decided: hosted.room.decided().clone(),
            round,
            ended: ended.cloned(),
            closes_in: (hosted.room.deadline()).map(|(_, at)| at.saturating_sub(now.at)),
            players: hosted.room.seats().len(),
            tiles,
            finishes: (hosted.room.finishes().iter())
                .map(|finish| (finish.tries, self.doors.get(&finish.player).copied()))
                .collect(),
        })
    }

    /// How this shard's part of the public hall looks now: its connections, those included that
    /// have not played.
    pub fn survey_hall(&mut self, now: Now) -> Survey {
        let in_hall = |talk: &Talk| !matches!(talk.seat.map(|s| s.room), Some(RoomId::Shared(_)));
        let all = self.talks.iter().filter(|(_, talk)| in_hall(talk));
        let key = |(index, talk): (usize, &Talk)| ConnKey {
            index,
            generation: talk.generation,
        };
        let players = all.clone().count();
        let keys: Vec<ConnKey> = all.map(key).take(TILES).collect();
        self.watch(&keys);
        let tiles = keys.iter().filter_map(|key| self.hall_tile(*key, now));
        let tiles = tiles.collect();
        Survey {
            room: None,
            rules: Rules::new(Mode::Solo, self.settings.range, None),
            decided: Decided::default(),
            round: None,
            ended: None,
            closes_in: None,
            players,
            tiles,
            finishes: Vec::new(),
        }
    }

    /// Remembers by which door came who has won in a shared room.
    pub(super) fn remember_door(&mut self, score: &Score) {
        let RoomId::Shared(_) = score.room else {
            return;
        };
        let key = (self.rooms.get(&score.room)).and_then(|hosted| hosted.newest(score.player));
        let Some(talk) = key.and_then(|key| self.talk(key)).filter(|_| score.won) else {
            return;
        };
        let is_page = talk.is_json();
        remember(&mut self.doors, score.player, is_page, DOORS);
    }

    fn hall_tile(&self, key: ConnKey, now: Now) -> Option<Tile> {
        let talk = self.talk(key)?;
        let hosted = talk.seat.and_then(|seat| self.rooms.get(&seat.room));
        let tile = hosted.and_then(|hosted| self.tiles(hosted, now).into_iter().next());
        Some(tile.unwrap_or_else(|| Tile {
            player: None,
            name: String::new(),
            round: 0,
            tries: 0,
            possible: None,
            last: None,
            tally: Tally::default(),
            hidden: false,
            contact: Some(contact(talk, key, now)),
        }))
    }

    /// Remembers the last messages of these connections from now on.
    fn watch(&mut self, keys: &[ConnKey]) {
        for key in keys {
            if let Some(talk) = self.talk_mut(*key) {
                talk.watched.get_or_insert_default();
            }
        }
    }

    fn tiles(&self, hosted: &Hosted, now: Now) -> Vec<Tile> {
        let decided = hosted.room.decided();
        let mut seats: Vec<&Seat> = hosted.room.seats().iter().collect();
        // A stable sort of a few flags: cheap for a room of thousands.
        seats.sort_by_key(|seat| !hosted.has(seat.player));
        seats.truncate(TILES);
        let tile = |seat: &Seat| {
            let key = hosted.newest(seat.player);
            let talk = key.and_then(|key| Some((key, self.talk(key)?)));
            Tile {
                player: Some(seat.player),
                name: seat.name.as_str().to_owned(),
                round: seat.play.round,
                tries: seat.play.tries,
                possible: Some(seat.play.possible),
                last: seat.play.last,
                tally: seat.tally,
                hidden: decided.hides(seat.player),
                contact: talk.map(|(key, talk)| contact(talk, key, now)),
            }
        };
        seats.into_iter().map(tile).collect()
    }
}

/// Remembers a player's door, among those of at most so many.
fn remember(doors: &mut HashMap<PlayerId, bool>, player: PlayerId, is_page: bool, most: usize) {
    if doors.len() >= most {
        doors.clear();
    }
    doors.insert(player, is_page);
}

fn contact(talk: &Talk, key: ConnKey, now: Now) -> Contact {
    let guest = talk.guest.as_deref();
    let watched = talk.watched.as_deref();
    let copy = |bytes: Option<&[u8]>| bytes.unwrap_or_default().into();
    Contact {
        key,
        door: door(talk),
        turn: turn(talk),
        silent_for: now.tick.saturating_sub(talk.heard),
        peer: guest.map(|guest| guest.peer),
        browser: guest.and_then(|guest| guest.browser),
        heard: copy(watched.map(|watched| &*watched.heard)),
        said: copy(watched.map(|watched| &*watched.said)),
    }
}

/// By which door a connection came.
pub(super) fn door(talk: &Talk) -> Door {
    match &talk.guest {
        Some(guest) => Door::Guest(guest.via),
        None if talk.telnet.negotiates() => Door::Telnet,
        None if talk.framing.is_lines() => Door::Lines,
        None if talk.fresh => Door::Silent,
        None => Door::Unframed,
    }
}

fn turn(talk: &Talk) -> Turn {
    if talk.phase != Phase::Talking {
        Turn::Ending
    } else if talk.is_blocked() {
        Turn::Unread
    } else if (talk.owed > 0 && !talk.unasked_seat) || talk.stalled.is_some() {
        Turn::Ours
    } else if talk.framing.unfinished() != Unfinished::Nothing {
        Turn::Begun
    } else {
        Turn::Theirs
    }
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
