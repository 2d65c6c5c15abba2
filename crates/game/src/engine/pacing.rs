//! Guesses that wait for their seat's rate, or for the next round of their room.
//!
//! Bytes are read and framed as they come; it is the answer that waits. A waiting guess is owed its
//! answer, so [`GUESSES_IN_FLIGHT`](crate::limits::GUESSES_IN_FLIGHT) bounds the queue.
//!
//! The rate of the public hall is this server's, and kept here. The pace and the intermissions of a
//! shared room are the room's: [`Room::apply`](crate::room::Room::apply) judges them by the entries'
//! times, so that all nodes agree, and sends a guess back that came too early. The engine looks at
//! the room before it proposes a guess, so that this is rare, and proposes one guess at a time, so
//! that guesses keep their order.

use std::collections::VecDeque;

use crate::protocol::{Refusal, Reply};
use crate::room::TooEarly;
use crate::rules::{Bucket, Entry, Rate, Record, RoomId};

use super::seating::HeldSeat;
use super::{ConnectionId, Engine, Now};

/// A connection's guesses that wait.
#[derive(Debug, Default)]
pub(super) struct Pacing {
    /// The guesses in the public hall.
    hall: Bucket,
    /// Boxed, since few connections have any.
    waiting: Option<Box<Waiting>>,
}

#[derive(Debug, Default)]
struct Waiting {
    /// In order; at least one.
    guesses: VecDeque<i32>,
    /// The tick at which the first may be proposed; `None` while it waits for the answer to the guess
    /// before it.
    until: Option<u64>,
}

impl Pacing {
    /// The connection begins without a burst.
    pub(super) fn begin_without_burst(&mut self, rate: Rate, now: Now) {
        self.hall.take_many(rate.burst, rate, now.tick);
    }

    /// Number of guesses that wait.
    pub(super) fn waiting(&self) -> usize {
        (self.waiting.as_ref()).map_or(0, |waiting| waiting.guesses.len())
    }

    /// The tick at which the first waiting guess may be proposed.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.waiting.as_ref()?.until
    }

    fn first(&self) -> Option<i32> {
        self.waiting.as_ref()?.guesses.front().copied()
    }

    fn push(&mut self, guess: i32) {
        let waiting = self.waiting.get_or_insert_default();
        waiting.guesses.push_back(guess);
    }

    /// A guess comes back, ahead of those that were not proposed yet.
    fn push_back(&mut self, guess: i32) {
        let waiting = self.waiting.get_or_insert_default();
        waiting.guesses.push_front(guess);
    }

    fn pop(&mut self) {
        if let Some(waiting) = &mut self.waiting {
            waiting.guesses.pop_front();
            if waiting.guesses.is_empty() {
                self.waiting = None;
            }
        }
    }

    fn wait(&mut self, until: Option<u64>) {
        if let Some(waiting) = &mut self.waiting {
            waiting.until = until;
        }
    }

    /// Forgets what waits. Returns how many guesses that were.
    pub(super) fn clear(&mut self) -> usize {
        let waiting = self.waiting();
        self.waiting = None;
        waiting
    }
}

/// When a guess may be proposed.
enum Turn {
    Now,
    /// At this tick.
    At(u64),
    /// After the answer to the guess before it.
    AfterAnswer,
}

impl Engine {
    /// Takes a guess in the range: proposes it, or lets it wait for its turn.
    pub(super) fn guess(&mut self, key: ConnectionId, value: i32, now: Now) {
        let Some(connection) = self.connection(key) else {
            return;
        };
        let is_first = connection.pacing.waiting() == 0;
        if is_first && matches!(self.turn_of_guess(key, now), Turn::Now) {
            self.connections[key.index].owed += 1;
            return self.propose_guess(key, value, now);
        }
        let connection = &mut self.connections[key.index];
        connection.owed += 1;
        connection.pacing.push(value);
        self.propose_guesses(key, now);
    }

    /// Proposes the waiting guesses whose time has come.
    pub(super) fn propose_guesses(&mut self, key: ConnectionId, now: Now) {
        while let Some(connection) = self.connection(key)
            && connection.is_talking()
            && let Some(value) = connection.pacing.first()
        {
            let until = match self.turn_of_guess(key, now) {
                Turn::Now => {
                    self.connections[key.index].pacing.pop();
                    self.propose_guess(key, value, now);
                    continue;
                }
                Turn::At(tick) => Some(tick),
                Turn::AfterAnswer => None,
            };
            self.connections[key.index].pacing.wait(until);
            return;
        }
    }

    fn turn_of_guess(&self, key: ConnectionId, now: Now) -> Turn {
        let connection = &self.connections[key.index];
        let shared = connection.seat().filter(|seat| seat.is_shared());
        let Some(seat) = shared else {
            let rate = self.settings.rate;
            let ready = rate.map_or(0, |rate| connection.pacing.hall.ready(rate));
            return match ready > now.tick {
                true => Turn::At(ready),
                false => Turn::Now,
            };
        };
        let Some(hosted) = self.rooms.get(&seat.room) else {
            return Turn::Now;
        };
        if !hosted.room.makes_wait() {
            return Turn::Now;
        }
        if usize::from(connection.owed) > connection.pacing.waiting() {
            return Turn::AfterAnswer;
        }
        let time = now.at.max(hosted.room.now());
        match hosted.room.next_guess(seat.player).checked_sub(time) {
            None | Some(0) => Turn::Now,
            Some(wait) => Turn::At(now.tick + wait),
        }
    }

    /// Proposes a guess that is owed its answer.
    fn propose_guess(&mut self, key: ConnectionId, value: i32, now: Now) {
        self.ensure_seat(key, now);
        let rate = self.settings.rate;
        let price = self.price(key);
        let connection = &mut self.connections[key.index];
        let Some(seat) = connection.seating.count_request() else {
            return;
        };
        if let Some(rate) = rate
            && !seat.is_shared()
        {
            connection.pacing.hall.take_many(price, rate, now.tick);
        }
        let HeldSeat {
            room,
            player,
            epoch,
            n,
            ..
        } = seat;
        let entry = Entry::Guess {
            player,
            epoch,
            n,
            value,
        };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
    }

    /// The room has sent a guess back.
    pub(super) fn came_too_early(&mut self, room: RoomId, guess: &TooEarly) {
        let TooEarly {
            player,
            epoch,
            value,
        } = *guess;
        let hosted = self.rooms.get(&room);
        let key = hosted.and_then(|hosted| hosted.holder(player, epoch));
        if let Some(key) = key
            && let Some(connection) = self.connection_mut(key)
            && connection.is_talking()
            && usize::from(connection.owed) > connection.pacing.waiting()
        {
            connection.pacing.push_back(value);
            self.touch(key);
        }
    }

    /// The connection has lost its seat: guesses that waited for it are refused.
    pub(super) fn refuse_waiting(&mut self, key: ConnectionId, now: Now) {
        let connection = &mut self.connections[key.index];
        for _ in 0..connection.pacing.clear() {
            connection.owed -= 1;
            connection.answer(&Reply::Refused(Refusal::Gone), now);
        }
    }
}
