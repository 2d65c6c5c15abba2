//! What pages are told out of turn: how their room looks now.
//!
//! A picture, not a change: one that a page could not take is made up for by the next. It shows
//! nothing by which a player could find a number sooner.

use serde_json::{Value, json};

use crate::limits::{PICTURE_PLAYERS, PICTURES_AT_ONCE};
use crate::rules::{Mode, PlayerId, RoomCode, RoomId, Seat};
use crate::wire::json::{ended_of, rules_of};

use super::{ConnKey, Engine, Here, Hosted, Now};

/// While the journal is away, pages are told so once in this many calls.
const AWAY_AGAIN: u64 = 10;

impl Engine {
    /// Tells pages what has changed in their rooms. Call it several times a second; `count` is
    /// how often that was: a room with many pages has its turn less often.
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

    /// Tells pages that the journal takes nothing for now, from time to time for as long as that
    /// lasts: a page that hears nothing at all takes its line for lost. Then it takes that back. Call
    /// it as often as [`Engine::tell_pages`].
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
                told.push(ConnKey { index, generation });
            } else {
                // Tried again the next time.
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

    /// The connections of a room that are pages.
    fn pages(&self, code: RoomCode) -> Vec<(PlayerId, ConnKey)> {
        let hosted = self.rooms.get(&RoomId::Shared(code));
        let here = hosted.map_or(&[][..], |hosted| &hosted.here);
        let key = |here: &Here| {
            let (index, generation) = here.key;
            (here.player, ConnKey { index, generation })
        };
        let is_page = |key: ConnKey| {
            self.connection(key)
                .is_some_and(|connection| connection.is_json())
        };
        here.iter()
            .map(key)
            .filter(|(_, key)| is_page(*key))
            .collect()
    }

    /// Tells these pages of the room; false if one could not take it.
    fn tell_room(&mut self, code: RoomCode, pages: &[(PlayerId, ConnKey)], now: Now) -> bool {
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

/// How a room looks to those who sit in it.
fn picture(code: RoomCode, hosted: &Hosted, is_shared: bool, now: Now) -> Value {
    let room = &hosted.room;
    let (round, ended) = room.round();
    let decided = room.decided();
    let closes = room.deadline().map(|(_, at)| at.saturating_sub(now.at));
    let mut seats: Vec<&Seat> = room.seats().iter().collect();
    // Those who are here, then the best.
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
            // Where others share the journal, who is not at this node may be at another.
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
        "paused": decided.paused.is_some(),
        "closed": decided.closed,
        "ended": ended.map(ended_of),
        "count": room.seats().len(),
        "players": seats.iter().map(player).collect::<Vec<_>>(),
    })
}
