//! Who sits where: seats taken and left, and replies brought to the connection they are for.

use crate::limits::GUESSES_IN_FLIGHT;
use crate::protocol::{Refusal, Reply};
use crate::room::fold::{self, Folded, Kept};
use crate::room::{Applied, Room, Told};
use crate::rules::{Entry, Name, PlayerId, Record, RoomId, Rules};

use super::clocks::Timed;
use super::connection::Phase;
use super::seating::HeldSeat;
use super::{ConnKey, Departure, Engine, Here, Now, Origin, engine_of};

impl Engine {
    fn is_local(&self, room: RoomId) -> bool {
        engine_of(room, self.settings.engines) == self.settings.index
    }

    /// Lets replies for the connection's seat find it.
    pub(super) fn register(&mut self, key: ConnKey) {
        let Some(seat) = self.seat_of(key) else {
            return;
        };
        if !self.is_local(seat.room) {
            return;
        }
        let hosted = self.rooms.entry(seat.room);
        let hosted = hosted.or_insert_with(|| Kept::new(Room::new(seat.room)));
        let here = here(seat, key);
        if let Err(place) = hosted.here.binary_search(&here) {
            if let RoomId::Hall(_) = seat.room {
                // It is for one.
                hosted.here.reserve_exact(1);
            }
            hosted.here.insert(place, here);
        }
    }

    /// Whether the connection's seat is in a room of this engine.
    pub(super) fn is_home(&self, key: ConnKey) -> bool {
        self.seat_of(key)
            .is_some_and(|seat| self.is_local(seat.room))
    }

    /// Whether somebody took the connection's seat over, or ended it, while it was on its way home.
    pub(super) fn has_lost_seat(&self, key: ConnKey) -> bool {
        let seat = self.seat_of(key);
        seat.is_some_and(|seat| {
            let hosted = self.rooms.get(&seat.room);
            let seated = hosted.and_then(|hosted| hosted.room.seat(seat.player));
            seated.is_none_or(|seated| seated.epoch > seat.epoch)
        })
    }

    /// Forgets where the connection sits.
    pub(super) fn unregister(&mut self, key: ConnKey) {
        let Some(seat) = self.seat_of(key) else {
            return;
        };
        if let Some(hosted) = self.rooms.get_mut(&seat.room)
            && let Ok(place) = hosted.here.binary_search(&here(seat, key))
        {
            hosted.here.remove(place);
            if hosted.here.is_empty() && hosted.room.rules().is_none() {
                self.rooms.remove(&seat.room);
            }
        }
    }

    /// The epoch of a connection that takes a seat over: newer than all that have or want it.
    /// None without a seat, or where its player is leaving it.
    pub(super) fn next_epoch(&self, room: RoomId, player: PlayerId) -> Option<u32> {
        let hosted = self.rooms.get(&room);
        let seat = hosted.and_then(|hosted| hosted.room.seat(player));
        let newest = self
            .pending
            .epoch(room, player, seat.map(|seat| seat.epoch))?;
        Some(newest + 1)
    }

    /// The connection sits there from now on; the seat here is left once the journal has the other.
    pub(super) fn move_to(&mut self, key: ConnKey, seat: HeldSeat) {
        self.unregister(key);
        let connection = &mut self.connections[key.index];
        connection.seating.ask(seat);
        connection.owed += 1;
        self.register(key);
    }

    /// The player of a seat leaves it.
    pub(super) fn leave(&mut self, seat: HeldSeat, now: Now) {
        let HeldSeat { player, epoch, .. } = seat;
        let record = Record {
            room: seat.room,
            at: now.at,
            entry: Entry::Quit { player, epoch },
        };
        match self.is_local(seat.room) {
            true => self.propose(record),
            false => self
                .elsewhere
                .push_back((engine_of(seat.room, self.settings.engines), record)),
        }
    }

    /// The name that the connection's player has, wherever their seat is.
    pub(super) fn name_of(&self, key: ConnKey) -> Option<Name> {
        let connection = self.connection(key)?;
        let seat = connection.seat()?;
        let hosted = self.rooms.get(&seat.room);
        let seat = hosted.and_then(|hosted| hosted.room.seat(seat.player));
        seat.map(|seat| seat.name.clone())
            .or_else(|| connection.seating.name_elsewhere().cloned())
    }

    /// Sends the connection, with all that is remembered of it, to another engine.
    pub(super) fn send_to(&mut self, key: ConnKey, engine: usize) {
        let name = self.name_of(key);
        self.unregister(key);
        let mut connection = self.connections.remove(key.index);
        connection.seating.travel(name);
        let connection = Box::new(connection);
        self.departures.push_back(Departure {
            key,
            engine,
            connection,
        });
    }

    /// Sends a connection that found no seat here back to where it has one.
    pub(super) fn go_home(&mut self, key: ConnKey) {
        if let Some(seat) = self.seat_of(key)
            && !self.is_local(seat.room)
        {
            self.send_to(key, engine_of(seat.room, self.settings.engines));
        }
    }

    /// Applies a committed entry and brings its replies to their connections. Whose it is matters
    /// to this engine's own books only: the room is the same everywhere.
    pub(super) fn apply(&mut self, sequence: u64, record: &Record, origin: Origin, now: Now) {
        let room = record.room;
        let is_own = origin == Origin::Here;
        if is_own {
            self.pending.committed(record);
            self.counts.entry(&record.entry);
        }
        let is_arrival = matches!(record.entry, Entry::Join { .. } | Entry::Attach { .. });
        let takes_seat = is_own && is_arrival;
        // Of two nodes that asked for the same epoch one is refused, and told so there: the
        // connection that has the epoch here has asked for nothing.
        let refused_elsewhere = !is_own && is_arrival;
        let mut applied: Applied = std::mem::take(&mut self.applied);
        let folded = fold::apply(&mut self.rooms, sequence, record, &mut applied);
        let Some(Folded {
            kept: hosted,
            is_opened,
            is_over,
        }) = folded
        else {
            self.applied = applied;
            return;
        };
        // Most entries have one reply, and the room is at hand.
        let told = applied.told.first();
        let mut first = told.and_then(|told| hosted.holder(told.player, told.epoch));
        if is_opened && let Entry::Open { rules, .. } = record.entry {
            self.opened(room, rules);
        }
        if applied.concerns_hall(room) {
            applied.tell_hall(room, &mut self.hall_board());
        }
        for told in applied.told.drain(..) {
            let key = first.take();
            if refused_elsewhere && matches!(told.reply, Reply::Refused(_)) {
                continue;
            }
            let key = key.or_else(|| self.holder(room, told.player, told.epoch));
            self.deliver(room, key, told, takes_seat, now);
        }
        for score in applied.scores.drain(..) {
            self.remember_door(&score);
            if !is_own {
                continue;
            }
            self.counts.wins += u64::from(score.won);
            let entry = Entry::Result(Box::new(score));
            self.propose(Record {
                room: RoomId::Results,
                at: now.at,
                entry,
            });
        }
        self.applied = applied;
        if let RoomId::Shared(code) = room {
            self.changed.insert(code);
        }
        if is_over {
            fold::end(&mut self.rooms, room);
        }
    }

    /// Takes note of a room that is open from now on.
    pub(super) fn opened(&mut self, id: RoomId, rules: Rules) {
        if rules.limit.is_some() {
            self.timed.push(Timed::new(id));
        }
        if let RoomId::Shared(code) = id {
            self.shared.push(code);
        }
    }

    fn holder(&self, room: RoomId, player: PlayerId, epoch: u32) -> Option<ConnKey> {
        self.rooms.get(&room)?.holder(player, epoch)
    }

    fn deliver(
        &mut self,
        room: RoomId,
        key: Option<ConnKey>,
        told: Told,
        takes_seat: bool,
        now: Now,
    ) {
        let Told {
            player,
            epoch,
            reply,
        } = told;
        if matches!(reply, Reply::Resumed(_)) {
            self.take_over(room, player, epoch, now);
        }
        let Some(key) = key else {
            return;
        };
        self.touch(key);
        self.count_refusal(&reply);
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        if connection.seating.is_asking() && !takes_seat {
            // The seat is not this connection's yet. Another node may have proposed the same epoch
            // first: then this is told to the connection over there.
            return;
        }
        match (connection.phase, reply) {
            (Phase::Leaving(_), Reply::Bye) => {
                self.unregister(key);
                self.connections[key.index].seating.lose();
                self.farewell(key, now);
            }
            (Phase::Talking, Reply::Bye) => {
                self.unregister(key);
                let connection = &mut self.connections[key.index];
                connection.seating.lose();
                connection.end(now);
            }
            (Phase::Talking, Reply::Entered { .. }) if connection.seating.is_opening() => {
                connection.seating.opened();
                connection.owed -= 1;
            }
            (Phase::Talking, reply) => {
                debug_assert!(connection.owed > 0 && connection.owed <= GUESSES_IN_FLIGHT + 1);
                connection.owed -= 1;
                if let Reply::Guess(_) = reply {
                    return connection.answer(&reply, now);
                }
                if takes_seat && self.log_has_told(key, &reply, now) {
                    return;
                }
                let reply = self.settle(key, reply, now);
                if let Some(connection) = self.connection_mut(key) {
                    connection.answer(&reply, now);
                }
                self.go_home(key);
            }
            _ => {}
        }
    }

    /// What a reply means for the connection's seat; the reply as the player gets it.
    fn settle(&mut self, key: ConnKey, reply: Reply, now: Now) -> Reply {
        let connection = &mut self.connections[key.index];
        match reply {
            Reply::Entered { .. } | Reply::Resumed(_) => {
                if let Reply::Resumed(_) = reply {
                    connection.seating.give_code();
                }
                let mut requests = 0;
                if let Some(seat) = connection.seat()
                    && let Some(hosted) = self.rooms.get(&seat.room)
                    && let Some(seated) = hosted.room.seat(seat.player)
                {
                    requests = seated.n;
                    if let Some(pack) = hosted.room.decided().pack
                        && matches!(reply, Reply::Entered { .. })
                    {
                        connection.phrasebook = connection.phrasebook.with_pack(pack);
                    }
                }
                if let Some(left) = connection.seating.sit(requests) {
                    self.leave(left, now);
                }
                reply
            }
            Reply::Named(name, _) => {
                connection.seating.give_code();
                Reply::Named(name, connection.seat().map(|seat| seat.code()))
            }
            Reply::Refused(
                Refusal::RoomFull
                | Refusal::Locked
                | Refusal::Barred
                | Refusal::NoRoom(_)
                | Refusal::NoSeat
                | Refusal::Elsewhere,
            ) if connection.seating.is_asking() => {
                self.give_up_move(key);
                reply
            }
            Reply::Refused(Refusal::Gone) => {
                self.unregister(key);
                self.connections[key.index].seating.lose();
                reply
            }
            reply => reply,
        }
    }

    /// A newer connection speaks for the player: older ones are ended.
    fn take_over(&mut self, room: RoomId, player: PlayerId, epoch: u32, now: Now) {
        let Some(hosted) = self.rooms.get(&room) else {
            return;
        };
        // Whose own entry is still to come has no seat yet, and hears what comes of that: this view may
        // be behind the log, and what it reads now older than the connection.
        let has_seat = |here: &Here| {
            let (index, generation) = here.key;
            let connection = self.connection(ConnKey { index, generation });
            connection.is_some_and(|connection| !connection.seating.is_asking())
        };
        let is_older = |here: &Here| here.player == player && here.epoch < epoch && has_seat(here);
        let older: Vec<Here> = hosted.here.iter().copied().filter(is_older).collect();
        if let Some(hosted) = self.rooms.get_mut(&room) {
            hosted.here.retain(|here| !older.contains(here));
        }
        for Here {
            key: (index, generation),
            ..
        } in older
        {
            let key = ConnKey { index, generation };
            if let Some(connection) = self.connection_mut(key) {
                connection.seating.lose();
                connection.end(now);
                self.touch(key);
            }
        }
    }
}

fn here(seat: HeldSeat, key: ConnKey) -> Here {
    Here {
        player: seat.player,
        epoch: seat.epoch,
        key: (key.index, key.generation),
    }
}

#[cfg(test)]
mod tests;
