//! Players around one game: a room is a fold over its entries.
//!
//! [`Room::apply`] keeps the rule that [`crate::game::entry`] tells beside each entry. It is
//! deterministic, with no clock and no randomness of its own, so replaying the journal gives the
//! same room, byte for byte. It has the last word: whoever proposes an entry may have looked at a
//! state that is a few entries old.

pub mod board;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::game::{
    Effects, Entry, Game, Millis, Mode, Name, Opening, Play, PlayerId, RoomId, Rules, Score, Seat,
    Seed, Table,
};
use crate::limits::SEATS_PER_ROOM;
use crate::protocol::{Line, Proof, Refusal, Reply, Resumed};
use board::Board;

/// Suffixes that are tried in turn for a taken name; then the room's count of joins is used.
const PLAIN_SUFFIXES: u32 = 9;

/// A room, opened or not yet.
#[derive(Debug, Serialize)]
pub struct Room {
    id: RoomId,
    /// The latest time that its entries have carried.
    now: Millis,
    /// The sequence of the last entry.
    applied: u64,
    open: Option<Open>,
}

#[derive(Debug, Serialize)]
struct Open {
    rules: Rules,
    seed: Seed,
    game: Game,
    /// Sorted by player.
    seats: Vec<Seat>,
    /// Skeletons of the names of a shared room.
    looks: BTreeSet<Box<str>>,
    /// Seats ever made.
    joins: u32,
    board: Board,
}

/// A reply and whose it is: the connection that holds this epoch of the player's seat.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    /// Whose seat.
    pub player: PlayerId,
    /// Which of the seat's connections.
    pub epoch: u32,
    /// What they are told.
    pub reply: Reply,
}

/// What came of an entry.
#[derive(Debug, Default)]
pub struct Applied {
    /// Replies, in order.
    pub told: Vec<Told>,
    /// Results for [`RoomId::Results`].
    pub scores: Vec<Score>,
    effects: Effects,
}

impl Room {
    /// A room that nobody has opened.
    pub fn new(id: RoomId) -> Self {
        Room {
            id,
            now: 0,
            applied: 0,
            open: None,
        }
    }

    /// The rules, once it is open.
    pub fn rules(&self) -> Option<Rules> {
        Some(self.open.as_ref()?.rules)
    }

    /// All seats, sorted by player.
    pub fn seats(&self) -> &[Seat] {
        self.open.as_ref().map_or(&[], |open| &open.seats)
    }

    /// A player's seat.
    pub fn seat(&self, player: PlayerId) -> Option<&Seat> {
        let open = self.open.as_ref()?;
        Some(&open.seats[open.find(player).ok()?])
    }

    /// The round whose clock runs, and when it is over.
    pub fn deadline(&self) -> Option<(u32, Millis)> {
        let open = self.open.as_ref()?;
        open.game.deadline(open.rules)
    }

    /// The best few of a shared room.
    pub fn best(&self, few: usize) -> Vec<Line> {
        self.open
            .as_ref()
            .map_or(Vec::new(), |open| open.board.best(few))
    }

    /// What binds the number that this player guesses at, and the round before, opened.
    pub fn proof(&self, player: PlayerId) -> Option<Proof> {
        let open = self.open.as_ref()?;
        let seat = self.seat(player)?;
        let (seed, round) = open.game.fairness(&open.seed, seat);
        let opening = |round| Opening::of(seed, &self.id, round, open.rules.range);
        Some(Proof {
            round,
            commitment: opening(round).commitment(),
            previous: (round > 1).then(|| opening(round - 1)),
        })
    }

    /// What a player who comes back is told.
    pub fn resumed(&self, player: PlayerId) -> Option<Resumed> {
        Some(resumed(self.seat(player)?, self.rules()?))
    }

    /// The whole state as bytes, secrets included: for comparing a replay with what it repeats.
    pub fn image(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a room has no type that postcard can't write")
    }

    /// Applies an entry. What comes of it is added to `out`.
    pub fn apply(&mut self, sequence: u64, at: Millis, entry: &Entry, out: &mut Applied) {
        if sequence <= self.applied {
            return;
        }
        self.applied = sequence;
        self.now = self.now.max(at);
        if let Entry::Open { rules, seed } = entry {
            self.open.get_or_insert_with(|| Open::new(*rules, *seed));
            return;
        }
        let Some(open) = self.open.as_mut() else {
            out.told.extend(nobody_here(entry));
            return;
        };
        let mut room = Applying {
            id: self.id,
            now: self.now,
            sequence,
            open,
            out,
        };
        match entry {
            Entry::Open { .. } | Entry::Result(_) => {}
            Entry::Join { player, name, seed } => room.join(*player, name, *seed),
            Entry::Attach { player, epoch } => room.attach(*player, *epoch),
            Entry::Guess {
                player,
                epoch,
                n,
                value,
            } => {
                if let Some(seat) = room.accept(*player, *epoch, *n) {
                    room.play(|game, table| game.guess(seat, *value, table));
                }
            }
            Entry::Rename {
                player,
                epoch,
                n,
                name,
            } => {
                if let Some(seat) = room.accept(*player, *epoch, *n) {
                    room.rename(seat, name);
                }
            }
            Entry::Close { round } => room.play(|game, table| game.close(*round, table)),
            Entry::Leave { player } => room.leave(*player),
        }
    }
}

impl Open {
    fn new(rules: Rules, seed: Seed) -> Self {
        Open {
            rules,
            seed,
            game: Game::new(rules, &seed),
            seats: Vec::new(),
            looks: BTreeSet::new(),
            joins: 0,
            board: Board::default(),
        }
    }

    fn find(&self, player: PlayerId) -> Result<usize, usize> {
        self.seats.binary_search_by_key(&player, |seat| seat.player)
    }

    /// The name, with a suffix if another seat looks the same.
    fn free_name(&mut self, wanted: &Name) -> Name {
        let joins = self.joins;
        let numbers = (2..=PLAIN_SUFFIXES).chain(joins.max(PLAIN_SUFFIXES + 1)..);
        let mut name = wanted.clone();
        for number in numbers {
            if self.looks.insert(name.skeleton().into()) {
                break;
            }
            name = wanted.with_suffix(number);
        }
        name
    }
}

/// One entry being applied to an open room.
struct Applying<'a> {
    id: RoomId,
    now: Millis,
    sequence: u64,
    open: &'a mut Open,
    out: &'a mut Applied,
}

impl Applying<'_> {
    fn tell(&mut self, player: PlayerId, epoch: u32, reply: Reply) {
        self.out.told.push(Told {
            player,
            epoch,
            reply,
        });
    }

    fn refuse(&mut self, player: PlayerId, epoch: u32, refusal: Refusal) {
        self.tell(player, epoch, Reply::Refused(refusal));
    }

    fn is_hall(&self) -> bool {
        matches!(self.id, RoomId::Hall(_))
    }

    fn join(&mut self, player: PlayerId, wanted: &Name, seed: Seed) {
        let place = match self.open.find(player) {
            Err(place) => place,
            Ok(index) => return self.welcome(index),
        };
        if self.open.seats.len() >= SEATS_PER_ROOM {
            return self.refuse(player, 1, Refusal::RoomFull);
        }
        self.open.joins += 1;
        // In a room of one every name is free.
        let name = match self.is_hall() {
            true => wanted.clone(),
            false => self.open.free_name(wanted),
        };
        let play: Play = self.open.game.join(self.open.rules, &seed);
        let mut seat = Seat::new(player, name, seed, play, self.now);
        seat.tally = self.open.board.tally(player).unwrap_or_default();
        if self.is_hall() {
            self.open.seats.reserve_exact(1);
        }
        self.open.seats.insert(place, seat);
        self.welcome(place);
    }

    fn welcome(&mut self, index: usize) {
        let Seat {
            player, ref name, ..
        } = self.open.seats[index];
        let reply = Reply::Entered {
            room: self.id.label().into(),
            rules: self.open.rules,
            name: name.clone(),
        };
        self.tell(player, 1, reply);
    }

    fn attach(&mut self, player: PlayerId, epoch: u32) {
        let Ok(index) = self.open.find(player) else {
            return self.refuse(player, epoch, Refusal::NoSeat);
        };
        let seat = &mut self.open.seats[index];
        if epoch <= seat.epoch {
            return self.refuse(player, epoch, Refusal::Elsewhere);
        }
        seat.epoch = epoch;
        seat.seen = self.now;
        self.open.game.attach(seat);
        let resumed = resumed(seat, self.open.rules);
        self.tell(player, epoch, Reply::Resumed(Box::new(resumed)));
    }

    /// The seat of a request, if this connection may speak for it and has not said it before.
    fn accept(&mut self, player: PlayerId, epoch: u32, n: u32) -> Option<usize> {
        let Ok(index) = self.open.find(player) else {
            self.refuse(player, epoch, Refusal::Gone);
            return None;
        };
        let seat = &mut self.open.seats[index];
        if epoch < seat.epoch {
            self.refuse(player, epoch, Refusal::Elsewhere);
            return None;
        }
        if n <= seat.n {
            return None;
        }
        seat.n = n;
        seat.seen = self.now;
        Some(index)
    }

    fn rename(&mut self, index: usize, wanted: &Name) {
        let old = self.open.seats[index].name.clone();
        let name = match self.is_hall() {
            true => wanted.clone(),
            false => {
                self.open.looks.remove(&*old.skeleton());
                self.open.free_name(wanted)
            }
        };
        let seat = &mut self.open.seats[index];
        seat.name = name.clone();
        let (player, epoch) = (seat.player, seat.epoch);
        self.tell(player, epoch, Reply::Named(name, None));
    }

    fn leave(&mut self, player: PlayerId) {
        let Ok(index) = self.open.find(player) else {
            return;
        };
        let seat = self.open.seats.remove(index);
        self.open.looks.remove(&*seat.name.skeleton());
        self.tell(player, seat.epoch, Reply::Bye);
        self.play(|game, table| game.left(player, table));
    }

    /// Lets the game do its part, then tells its players.
    fn play(&mut self, act: impl FnOnce(&mut Game, &mut Table)) {
        let Applied {
            told,
            scores,
            effects,
        } = &mut *self.out;
        let Open {
            rules,
            seed,
            game,
            seats,
            board,
            ..
        } = &mut *self.open;
        let mut table = Table {
            room: self.id,
            rules: *rules,
            seed,
            seats,
            now: self.now,
            sequence: self.sequence,
            effects,
        };
        act(game, &mut table);
        for (index, answer) in effects.answers.drain(..) {
            let Seat { player, epoch, .. } = seats[index];
            told.push(Told {
                player,
                epoch,
                reply: Reply::Guess(answer),
            });
        }
        for score in effects.scores.drain(..) {
            if matches!(self.id, RoomId::Shared(_)) {
                board.record(&score);
            }
            scores.push(score);
        }
    }
}

impl Room {
    /// Whether nobody will ever need it again: a hall room is gone with its only player.
    pub fn is_over(&self) -> bool {
        matches!(self.id, RoomId::Hall(_)) && self.open.is_some() && self.seats().is_empty()
    }

    /// Whether a guess here may be answered only when others have guessed too.
    pub fn holds_answers(&self) -> bool {
        self.rules()
            .is_some_and(|rules| rules.mode == Mode::Closest)
    }
}

/// What an entry is told that comes to a seat after the seat and its room are over.
fn nobody_here(entry: &Entry) -> Option<Told> {
    let (player, epoch, refusal) = match *entry {
        Entry::Attach { player, epoch } => (player, epoch, Refusal::NoSeat),
        Entry::Guess { player, epoch, .. } | Entry::Rename { player, epoch, .. } => {
            (player, epoch, Refusal::Gone)
        }
        _ => return None,
    };
    Some(Told {
        player,
        epoch,
        reply: Reply::Refused(refusal),
    })
}

fn resumed(seat: &Seat, rules: Rules) -> Resumed {
    let Seat { name, play, .. } = seat;
    Resumed {
        name: name.clone(),
        round: play.round,
        tries: play.tries,
        possible: play.possible,
        last: play.last,
        rules,
    }
}
