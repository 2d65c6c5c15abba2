//! Events for pages, sent out of turn: the state of their room, and whether the journal is away.
//!
//! Each event holds the whole state, not a change, so a page that missed one is right after the next.
//! None helps to find a number.

use serde_json::{Value, json};

use crate::limits::{PICTURE_PLAYERS, PICTURES_AT_ONCE};
use crate::rules::{Mode, PlayerId, RoomCode, RoomId, Seat};
use crate::wire::json::{ended_of, rules_of};

use super::survey::opens_in;
use super::{ConnectionId, Engine, Here, Hosted, Now};

/// While the journal is away, pages are told so in every this-many-th call.
const AWAY_AGAIN: u64 = 10;

impl Engine {
    /// Sends the state of each changed room to its pages. Called several times a second; `count` is
    /// the number of calls. A room with many pages is sent less often.
    pub(super) fn tell_pages(&mut self, count: u64, now: Now) {
        let changed: Vec<RoomCode> = self.changed.iter().copied().collect();
        for code in changed {
            let pages = self.pages(code);
            let every = 1 + pages.len() as u64 / PICTURES_AT_ONCE;
            if !count.is_multiple_of(every) {
                continue;
            }
            if self.tell_room(code, &pages, now) {
                self.changed.remove(&code);
            }
        }
    }

    /// Tells pages that the journal takes nothing for now, and repeats it while that lasts, since a
    /// page that hears nothing takes its connection for lost; tells them when the journal is back.
    /// Called as often as [`Engine::tell_pages`].
    pub(super) fn tell_of_journal(&mut self, away: bool, count: u64) {
        if !away && !self.told_away {
            return;
        }
        let again = away && count.is_multiple_of(AWAY_AGAIN);
        let line = json!({"event": "journal", "away": away}).to_string();
        self.told_away = away;
        let mut told = Vec::new();
        for (index, connection) in &mut self.connections {
            let Some(knows) = connection.guest.as_ref().map(|guest| guest.knows_away) else {
                continue;
            };
            if !connection.is_json() || (knows == away && !again) {
                continue;
            }
            if connection.event(line.as_bytes()) {
                let generation = connection.generation;
                told.push(ConnectionId { index, generation });
            } else {
                // Retried in the next call.
                self.told_away = true;
            }
        }
        for key in told {
            if let Some(guest) = self
                .connection_mut(key)
                .and_then(|connection| connection.guest.as_mut())
            {
                guest.knows_away = away;
            }
            self.touch(key);
        }
    }

    /// The pages in a room.
    fn pages(&self, code: RoomCode) -> Vec<(PlayerId, ConnectionId)> {
        let hosted = self.rooms.get(&RoomId::Shared(code));
        let here = hosted.map_or(&[][..], |hosted| &hosted.here);
        let key = |here: &Here| {
            let (index, generation) = here.key;
            (here.player, ConnectionId { index, generation })
        };
        let is_page = |key: ConnectionId| {
            self.connection(key)
                .is_some_and(|connection| connection.is_json())
        };
        here.iter()
            .map(key)
            .filter(|(_, key)| is_page(*key))
            .collect()
    }

    /// Sends the room's state to these pages. Returns whether all of them took it.
    fn tell_room(&mut self, code: RoomCode, pages: &[(PlayerId, ConnectionId)], now: Now) -> bool {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return true;
        };
        if pages.is_empty() {
            return true;
        }
        let mut picture = picture(code, hosted, self.is_shared, now);
        let names: Vec<Option<String>> = pages
            .iter()
            .map(|(player, _)| Some(hosted.room.seat(*player)?.name.as_str().to_owned()))
            .collect();
        let mut all_told = true;
        for ((_, key), name) in pages.iter().zip(names) {
            picture["you"] = name.into();
            let line = picture.to_string();
            let Some(connection) = self.connection_mut(*key) else {
                continue;
            };
            all_told &= connection.event(line.as_bytes());
            self.touch(*key);
        }
        all_told
    }
}

/// A room's state, as its players may see it.
fn picture(code: RoomCode, hosted: &Hosted, is_shared: bool, now: Now) -> Value {
    let room = &hosted.room;
    let (round, ended) = room.round();
    let decided = room.decided();
    let closes = room.deadline().map(|(_, at)| at.saturating_sub(now.at));
    let mut seats: Vec<&Seat> = room.seats().iter().collect();
    // Connected players first, then by score.
    seats.sort_by_key(|seat| {
        let tally = seat.tally;
        (
            !hosted.has(seat.player),
            std::cmp::Reverse(tally.wins),
            tally.mean_tenths(),
        )
    });
    seats.truncate(PICTURE_PLAYERS);
    let mode = room.rules().map(|rules| rules.mode);
    let player = |seat: &&Seat| {
        let in_round = round.is_none_or(|round| seat.play.round == round);
        let tries = if in_round { seat.play.tries } else { 0 };
        json!({
            "name": seat.name.as_str(),
            "tries": tries,
            "wins": seat.tally.wins,
            "best": seat.tally.best,
            // If machines share the journal, a player without a connection here may be at another
            // node.
            "here": is_shared || hosted.has(seat.player),
            "guessed": mode == Some(Mode::Closest) && tries > 0,
        })
    };
    json!({
        "event": "room",
        "room": code.as_str(),
        "rules": room.rules().map(rules_of),
        "round": round,
        "closes_in": closes,
        "opens_in": opens_in(room, now),
        "paused": decided.paused.is_some(),
        "locked": decided.locked,
        "closed": decided.closed,
        "ended": ended.map(ended_of),
        "count": room.seats().len(),
        "players": seats.iter().map(player).collect::<Vec<_>>(),
    })
}
