//! Applies the journal's entries: seats are taken and left, and each reply is brought to its
//! connection.

use std::sync::MutexGuard;

use crate::limits::GUESSES_IN_FLIGHT;
use crate::protocol::{Refusal, Reply};
use crate::room::board::Board;
use crate::room::fold::{self, Folded, Kept};
use crate::room::{Applied, Room, Told};
use crate::rules::{Entry, Name, Order, PlayerId, Record, RoomId, Rules};

use super::clocks::Timed;
use super::connection::{Connection, Phase};
use super::seating::HeldSeat;
use super::{ConnectionId, Departure, Engine, Here, Now, engine_of};

/// Who proposed an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This engine.
    Here,
    /// The engine with the same index on another node, or before a restart.
    Elsewhere,
}

impl Engine {
    /// Applies committed entries in order, and answers the connections that they are about.
    pub(super) fn follow<'a>(
        &mut self,
        entries: impl IntoIterator<Item = (u64, &'a Record)>,
        origin: Origin,
        now: Now,
    ) {
        for (sequence, record) in entries {
            if let Entry::Result(score) = &record.entry {
                // If the win was applied here, the board has it already.
                if let RoomId::Hall(_) = score.room {
                    self.hall_board().record(score);
                }
                continue;
            }
            self.apply(sequence, record, origin, now);
        }
        // Answered connections may have more input. Busy ones wait for their turn.
        for index in 0..self.touched.len() {
            let key = self.touched[index];
            if !self.connection(key).is_some_and(Connection::is_busy) {
                self.resume(key, now);
            }
        }
    }

    pub(super) fn hall_board(&self) -> MutexGuard<'_, Board> {
        let board = self.hall.lock();
        board.expect("nobody panics while holding the scores")
    }

    fn is_local(&self, room: RoomId) -> bool {
        engine_of(room, self.settings.engines) == self.settings.index
    }

    /// Registers the connection in the room of its seat, so that replies find it.
    pub(super) fn register(&mut self, key: ConnectionId) {
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
                // A hall room has one player.
                hosted.here.reserve_exact(1);
            }
            hosted.here.insert(place, here);
        }
        if let Some(source) = self.connections[key.index].source {
            self.remember_source(seat.room, seat.player, source);
        }
    }

    /// Whether the connection's seat is in a room of this engine.
    pub(super) fn is_home(&self, key: ConnectionId) -> bool {
        self.seat_of(key)
            .is_some_and(|seat| self.is_local(seat.room))
    }

    /// Whether the connection's seat was taken over or given up while it travelled.
    pub(super) fn has_lost_seat(&self, key: ConnectionId) -> bool {
        let seat = self.seat_of(key);
        seat.is_some_and(|seat| {
            let hosted = self.rooms.get(&seat.room);
            let seated = hosted.and_then(|hosted| hosted.room.seat(seat.player));
            seated.is_none_or(|seated| seated.epoch > seat.epoch)
        })
    }

    /// Removes the connection from the room of its seat.
    pub(super) fn unregister(&mut self, key: ConnectionId) {
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

    /// The epoch for a connection that takes a seat over: newer than all committed and proposed ones.
    /// `None` without a seat, or if its player is leaving it.
    pub(super) fn next_epoch(&self, room: RoomId, player: PlayerId) -> Option<u32> {
        let hosted = self.rooms.get(&room);
        let seat = hosted.and_then(|hosted| hosted.room.seat(player));
        let newest = self
            .pending
            .epoch(room, player, seat.map(|seat| seat.epoch))?;
        Some(newest + 1)
    }

    /// The connection asks for that seat. The one it has is given up once the journal has the other.
    pub(super) fn move_to(&mut self, key: ConnectionId, seat: HeldSeat) {
        self.unregister(key);
        let connection = &mut self.connections[key.index];
        connection.seating.ask(seat);
        connection.owed += 1;
        self.register(key);
    }

    /// Proposes that a seat is given up.
    pub(super) fn leave(&mut self, seat: HeldSeat, now: Now) {
        let HeldSeat { player, epoch, .. } = seat;
        self.propose_for(seat, Entry::Quit { player, epoch }, now);
    }

    /// Proposes an entry for the room of a seat, which may be another engine's.
    pub(super) fn propose_for(&mut self, seat: HeldSeat, entry: Entry, now: Now) {
        let record = Record {
            room: seat.room,
            at: now.at,
            entry,
        };
        if self.is_local(seat.room) {
            self.propose(record);
        } else {
            let engine = engine_of(seat.room, self.settings.engines);
            self.elsewhere.push_back((engine, record));
        }
    }

    /// The name of the connection's player, whose seat may be in another engine.
    pub(super) fn name_of(&self, key: ConnectionId) -> Option<Name> {
        let connection = self.connection(key)?;
        let seat = connection.seat()?;
        let hosted = self.rooms.get(&seat.room);
        let seat = hosted.and_then(|hosted| hosted.room.seat(seat.player));
        seat.map(|seat| seat.name.clone())
            .or_else(|| connection.seating.name_elsewhere().cloned())
    }

    /// Hands the connection over to another engine.
    pub(super) fn send_to(&mut self, key: ConnectionId, engine: usize) {
        let name = self.name_of(key);
        self.unregister(key);
        let mut connection = self.connections.remove(key.index);
        self.leave_allowance(connection.source, connection.part);
        connection.seating.travel(name);
        let connection = Box::new(connection);
        self.departures.push_back(Departure {
            key,
            engine,
            connection,
        });
    }

    /// Hands a connection that got no seat here over to the engine of its own seat.
    pub(super) fn go_home(&mut self, key: ConnectionId) {
        if let Some(seat) = self.seat_of(key)
            && !self.is_local(seat.room)
        {
            self.send_to(key, engine_of(seat.room, self.settings.engines));
        }
    }

    /// Applies a committed entry and brings its replies to their connections. Its origin matters to
    /// this engine's bookkeeping only: the room is the same on every node.
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
        let given_up = match is_own {
            true => self.given_up(sequence, record),
            false => None,
        };
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
        // Most entries have one reply, and the room is in the cache now.
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
        if let Some(guess) = applied.too_early.take() {
            self.came_too_early(room, &guess);
        }
        for score in applied.scores.drain(..) {
            self.remember_transport(&score);
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
        if let Entry::Order(Order::Erase { player, name }) = &record.entry {
            self.erase_given_up(room, *player, name);
            self.hall_board().rename(*player, name);
        }
        self.record_given_up(room, given_up, sequence, now);
        if let RoomId::Shared(code) = room {
            self.changed.insert(code);
        }
        if is_over {
            fold::end(&mut self.rooms, room);
            self.given_up.remove(&room);
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

    fn holder(&self, room: RoomId, player: PlayerId, epoch: u32) -> Option<ConnectionId> {
        self.rooms.get(&room)?.holder(player, epoch)
    }

    fn deliver(
        &mut self,
        room: RoomId,
        key: Option<ConnectionId>,
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
                let is_gone = matches!(reply, Reply::Refused(Refusal::Gone));
                let reply = self.settle(key, reply, now);
                if let Some(connection) = self.connection_mut(key) {
                    connection.answer(&reply, now);
                }
                if is_gone {
                    self.refuse_waiting(key, now);
                }
                self.go_home(key);
            }
            _ => {}
        }
    }

    /// Updates the connection's seat by a reply. Returns the reply that the player gets.
    fn settle(&mut self, key: ConnectionId, reply: Reply, now: Now) -> Reply {
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

    /// Ends older connections of a player whose seat a newer one has taken over.
    fn take_over(&mut self, room: RoomId, player: PlayerId, epoch: u32, now: Now) {
        let Some(hosted) = self.rooms.get(&room) else {
            return;
        };
        // A connection that is still asking has no seat yet, and will hear what comes of its own entry:
        // this view may be behind the log, and the entry read now older than the connection.
        let has_seat = |here: &Here| {
            let (index, generation) = here.key;
            let connection = self.connection(ConnectionId { index, generation });
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
            let key = ConnectionId { index, generation };
            if let Some(connection) = self.connection_mut(key) {
                connection.seating.lose();
                connection.end(now);
                self.touch(key);
            }
        }
    }
}

fn here(seat: HeldSeat, key: ConnectionId) -> Here {
    Here {
        player: seat.player,
        epoch: seat.epoch,
        key: (key.index, key.generation),
    }
}

#[cfg(test)]
mod tests;
