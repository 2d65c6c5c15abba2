//! What each entry does to an open room: the rules that [`crate::rules::entry`] tells.

use crate::limits::SEATS_PER_ROOM;
use crate::protocol::{Refusal, Reply};
use crate::rules::{Bucket, Entry, Game, Millis, Name, Play, PlayerId, RoomId, Seat, Seed, Table};
use crate::sabotage::{Rule, leaves_out};

use super::tournament::Tournament;
use super::{Applied, Open, Told, TooEarly, resumed};

/// One entry being applied to an open room.
pub(super) struct Applying<'a> {
    pub(super) id: RoomId,
    pub(super) now: Millis,
    pub(super) sequence: u64,
    pub(super) open: &'a mut Open,
    pub(super) out: &'a mut Applied,
}

impl Applying<'_> {
    fn tell(&mut self, player: PlayerId, epoch: u32, reply: Reply) {
        self.out.told.push(Told {
            player,
            epoch,
            reply,
        });
    }

    pub(super) fn refuse(&mut self, player: PlayerId, epoch: u32, refusal: Refusal) {
        self.tell(player, epoch, Reply::Refused(refusal));
    }

    pub(super) fn join(&mut self, player: PlayerId, wanted: &Name, seed: Seed) {
        let place = match self.open.find(player) {
            Err(place) => place,
            Ok(_) => return self.refuse(player, 1, Refusal::Elsewhere),
        };
        if let Some(refusal) = self.closed_to(player) {
            return self.refuse(player, 1, refusal);
        }
        if self.open.seats.len() >= SEATS_PER_ROOM {
            return self.refuse(player, 1, Refusal::RoomFull);
        }
        let name = match &mut self.open.crowd {
            Some(crowd) => crowd.take_name(wanted),
            None => wanted.clone(),
        };
        let play: Play = self.open.game.join(self.open.rules, &seed);
        let mut seat = Seat::new(player, name, seed, play, self.now);
        if let Some(rate) = self.open.decided().pace.rate() {
            seat.bucket = Bucket::of_newcomer(&mut self.open.newcomers, rate, self.now);
        }
        match &self.open.crowd {
            Some(crowd) => seat.tally = crowd.board.tally(player).unwrap_or_default(),
            None => self.open.seats.reserve_exact(1),
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

    pub(super) fn attach(&mut self, player: PlayerId, epoch: u32) {
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
    pub(super) fn accept(&mut self, player: PlayerId, epoch: u32, n: u32) -> Option<usize> {
        let Ok(index) = self.open.find(player) else {
            self.refuse(player, epoch, Refusal::Gone);
            return None;
        };
        let seat = &mut self.open.seats[index];
        if epoch < seat.epoch {
            self.refuse(player, epoch, Refusal::Elsewhere);
            return None;
        }
        if n <= seat.n && !leaves_out(Rule::IgnoreRepeats) {
            return None;
        }
        seat.n = n;
        seat.seen = self.now;
        Some(index)
    }

    /// Judges the guess of the seat at this index, unless it comes too early or the room is paused.
    pub(super) fn guess(&mut self, index: usize, value: i32) {
        let seat = &self.open.seats[index];
        if self.now < self.open.next_guess(seat) {
            self.out.too_early = Some(TooEarly {
                player: seat.player,
                epoch: seat.epoch,
                value,
            });
            return;
        }
        let is_paused = self.open.decided().paused.is_some();
        if let Some(rate) = self.open.decided().pace.rate()
            && (is_paused || !self.open.game.has_news(&seat.play))
        {
            self.open.seats[index].bucket.take(rate, self.now);
        }
        if !self.refuses_while_paused(index) {
            self.play(|game, table| game.guess(index, value, table));
        }
    }

    /// Takes another name. Who asked for it is told.
    pub(super) fn rename(&mut self, index: usize, wanted: &Name, asked: bool) {
        let seat = &mut self.open.seats[index];
        let (player, epoch) = (seat.player, seat.epoch);
        let name = match &mut self.open.crowd {
            None => wanted.clone(),
            Some(crowd) => {
                crowd.give_back(&seat.name);
                let name = crowd.take_name(wanted);
                crowd.board.rename(player, &name);
                name
            }
        };
        seat.name = name.clone();
        if asked {
            self.tell(player, epoch, Reply::Named(name, None));
        }
    }

    /// The latest tournament, if it has this number.
    pub(super) fn tournament(&mut self, number: u32) -> Option<&mut Tournament> {
        let latest = self.open.tournament.as_deref_mut();
        latest.filter(|it| it.number == number)
    }

    /// Leaves, unless a newer connection speaks for the player.
    pub(super) fn quit(&mut self, player: PlayerId, epoch: u32) {
        let seat = self.open.find(player);
        if seat.is_ok_and(|index| self.open.seats[index].epoch <= epoch) {
            self.leave(player);
        }
    }

    /// The player's connection is gone, unless a newer one speaks for them.
    pub(super) fn away(&mut self, player: PlayerId, epoch: u32) {
        if let Ok(index) = self.open.find(player)
            && self.open.seats[index].epoch <= epoch
        {
            self.play(|game, table| game.away(index, table));
        }
    }

    pub(super) fn leave(&mut self, player: PlayerId) {
        let Ok(index) = self.open.find(player) else {
            return;
        };
        let seat = self.open.seats.remove(index);
        if let Some(crowd) = &mut self.open.crowd {
            crowd.give_back(&seat.name);
        }
        self.tell(player, seat.epoch, Reply::Bye);
        self.play(|game, table| game.left(player, table));
    }

    /// Lets the game do its part, then tells its players.
    pub(super) fn play(&mut self, act: impl FnOnce(&mut Game, &mut Table)) {
        let Applied {
            told,
            scores,
            effects,
            ..
        } = &mut *self.out;
        let intermission = Millis::from(self.open.decided().intermission) * 1000;
        let Open {
            rules,
            seed,
            game,
            seats,
            crowd,
            ..
        } = &mut *self.open;
        let mut table = Table {
            room: self.id,
            rules: *rules,
            seed,
            seats,
            now: self.now,
            sequence: self.sequence,
            intermission,
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
            if let Some(crowd) = crowd {
                crowd.scored(&score);
            }
            scores.push(score);
        }
    }
}

/// What an entry is told that comes to a seat after the seat and its room are over.
pub(super) fn nobody_here(entry: &Entry) -> Option<Told> {
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
