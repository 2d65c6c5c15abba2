//! Where the players of shared rooms connect from, and which addresses a teacher has barred. In memory
//! only: a restart forgets it.
//!
//! A barred address takes no new seat in the room for an hour, since it may be another pupil's in the
//! next lesson; players who have a seat there keep it. Where the whole class has one address, it is
//! not barred: see [`Engine::bar`].

use std::collections::{HashMap, HashSet, VecDeque};

use crate::limits::{BAR, BARS_REMEMBERED, BROWSER_PLACES, SEATS_PER_ROOM, SEATS_SPARE};
use crate::rules::{Entry, PlayerId, Record, RoomCode, RoomId, Seat};
use crate::shares::{Shares, Source, Standing};

use super::{Engine, Hosted, Now};

/// Players at the barred player's address from which on it may be a class's.
const A_CLASS: usize = 10;
/// Other addresses of a room's players from which on no address is the whole class's.
const SEVERAL: usize = 3;
/// Seats below which those that are gone are not looked for.
const FEW: usize = 1_024;
/// Seats that are chosen at once to yield, since that looks at all of a room.
const CHOSEN_AT_ONCE: usize = 64;
/// Milliseconds before a room is looked at again in which no seat yields.
const LOOK_AGAIN: u64 = 1_000;

#[derive(Default)]
pub(super) struct Sources {
    /// Where each player's latest connection came from.
    players: HashMap<(RoomCode, PlayerId), Source>,
    /// How many of them there were when those without a seat were last forgotten.
    seated: usize,
    /// The barred addresses, each until a tick.
    barred: HashMap<(RoomCode, Source), u64>,
    /// Players of nearly full rooms whose seats yield next.
    yielding: HashMap<RoomCode, Yielding>,
}

#[derive(Default)]
struct Yielding {
    players: VecDeque<PlayerId>,
    /// When the room may be looked at again.
    look_at: u64,
}

impl Sources {
    /// Whether this address takes no new seat in the room.
    pub(super) fn bar(&self, room: RoomCode, source: Option<Source>, now: Now) -> bool {
        let until = source.and_then(|source| self.barred.get(&(room, source)));
        until.is_some_and(|until| *until > now.tick)
    }

    /// Where the player's latest connection came from.
    pub(super) fn of(&self, room: RoomCode, player: PlayerId) -> Option<Source> {
        self.players.get(&(room, player)).copied()
    }
}

/// Whether a seat holds anything: its player has sent a request, or has answers and programs kept.
fn has_done(hosted: &Hosted, seat: &Seat) -> bool {
    let answers = hosted.room.answers();
    seat.n > 0 || answers.is_some_and(|it| !it.of(seat.player).is_empty())
}

impl Engine {
    /// Has a seat of a nearly full room yield to one more of this source: of the address that holds
    /// most, and of its seats first those that were never played and whose player is gone.
    pub(super) fn make_seat(&mut self, code: RoomCode, newcomer: Option<Source>, now: Now) {
        let room = RoomId::Shared(code);
        let seats = self.rooms.get(&room).map_or(0, |it| it.room.seats().len());
        let free = SEATS_PER_ROOM.saturating_sub(seats);
        if free > SEATS_SPARE {
            self.sources.yielding.remove(&code);
            return;
        }
        let is_short = free <= SEATS_SPARE / 16;
        let chosen = self.sources.yielding.entry(code).or_default();
        if chosen.players.is_empty() && now.tick >= chosen.look_at {
            let players = self.choose(code, newcomer.unwrap_or(Source::UNKNOWN), is_short);
            let chosen = self.sources.yielding.entry(code).or_default();
            if players.is_empty() {
                chosen.look_at = now.tick + LOOK_AGAIN;
            }
            chosen.players = players;
        }
        while let Some(player) = self
            .sources
            .yielding
            .get_mut(&code)
            .and_then(|chosen| chosen.players.pop_front())
        {
            if let Some(epoch) = self.epoch_to_quit(room, player, is_short) {
                return self.propose(Record {
                    room,
                    at: now.at,
                    entry: Entry::Quit { player, epoch },
                });
            }
        }
    }

    /// The epoch of a seat that was chosen to yield, if it still does: nobody has taken it since.
    fn epoch_to_quit(&self, room: RoomId, player: PlayerId, is_short: bool) -> Option<u32> {
        let hosted = self.rooms.get(&room)?;
        let seat = hosted.room.seat(player)?;
        let is_unchanged = self.next_epoch(room, player) == Some(seat.epoch + 1);
        let is_unused = !has_done(hosted, seat) && !hosted.has(player);
        (is_unchanged && (is_short || is_unused)).then_some(seat.epoch)
    }

    /// The players of a room whose seats yield next, a few of them.
    fn choose(&self, code: RoomCode, newcomer: Source, is_short: bool) -> VecDeque<PlayerId> {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return VecDeque::new();
        };
        let mut seats: Vec<&Seat> = hosted.room.seats().iter().collect();
        seats.sort_unstable_by_key(|seat| seat.seen);
        let mut shares = Shares::new(BROWSER_PLACES);
        for seat in seats {
            let source = self.sources.of(code, seat.player);
            let place = shares.add(source.unwrap_or(Source::UNKNOWN), seat.player);
            shares.set(
                place,
                match (has_done(hosted, seat), hosted.has(seat.player)) {
                    (false, false) => Standing::New,
                    (false, true) => Standing::Idle,
                    (true, false) => Standing::Present,
                    (true, true) => Standing::Played,
                },
            );
        }
        let mut chosen = VecDeque::new();
        while chosen.len() < CHOSEN_AT_ONCE
            && let Some(place) = shares.yields_to(Some(newcomer))
            && (is_short || shares.is_new(place))
        {
            chosen.extend(shares.remove(place));
        }
        chosen
    }

    /// Remembers where a player of a room connects from. Those who have lost their seats are
    /// forgotten from time to time, so there are at most twice as many as seats.
    pub(super) fn remember_source(&mut self, room: RoomId, player: PlayerId, source: Source) {
        let RoomId::Shared(code) = room else {
            return;
        };
        self.sources.players.insert((code, player), source);
        if self.sources.players.len() <= FEW.max(2 * self.sources.seated) {
            return;
        }
        let rooms = &self.rooms;
        self.sources.players.retain(|(code, player), _| {
            let hosted = rooms.get(&RoomId::Shared(*code));
            hosted.is_some_and(|it| it.has(*player) || it.room.seat(*player).is_some())
        });
        self.sources.seated = self.sources.players.len();
    }

    /// Bars the address of a player who is being kicked. An address with many other players of the
    /// room, and hardly any elsewhere, is that of a class behind one router: it is not barred.
    pub(super) fn bar(&mut self, code: RoomCode, player: PlayerId, now: Now) {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return;
        };
        let Some(source) = self.sources.of(code, player) else {
            return;
        };
        let mut with_them = 0;
        let mut elsewhere = HashSet::new();
        for seat in hosted.room.seats().iter().filter(|it| it.player != player) {
            match self.sources.of(code, seat.player) {
                Some(other) if other == source => with_them += 1,
                Some(other) => drop(elsewhere.insert(other)),
                None => {}
            }
        }
        let is_class = with_them >= A_CLASS && elsewhere.len() < SEVERAL;
        let barred = &mut self.sources.barred;
        barred.retain(|_, until| *until > now.tick);
        if !is_class && barred.len() < BARS_REMEMBERED {
            barred.insert((code, source), now.tick + BAR.as_millis() as u64);
        }
    }
}
