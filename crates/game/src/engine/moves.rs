//! From room to room, and back to a seat: `SALLE` and `REPRENDRE`.
//!
//! A room lives in one engine, so a connection that asks for one of another engine goes there with
//! its message, and comes back if it finds no seat. Moving commits the seat there, then leaves the
//! one here.

use crate::limits::WRONG_CODE_COST;
use crate::protocol::{Refusal, Reply};
use crate::rules::{Entry, Mode, PlayerId, Record, ResumeCode, RoomCode, RoomId, Rules};

use super::connection::Connection;
use super::seating::HeldSeat;
use super::{ConnKey, Engine, Now, engine_of};

/// Older than the epoch of any seat.
pub(super) const NO_EPOCH: u32 = 0;

impl Engine {
    /// `SALLE`: takes a seat there, and leaves the one here once that is in the journal.
    pub(super) fn enter(&mut self, key: ConnKey, code: Option<RoomCode>, message: &[u8], now: Now) {
        let here = self.seat_of(key);
        let Some(code) = code else {
            return self.enter_hall(key, message, now);
        };
        let room = RoomId::Shared(code);
        if self.depart(key, room, message) {
            return;
        }
        let open = self.shared(code);
        let Some(rules) = open.and_then(|room| room.rules()) else {
            self.refuse(key, Refusal::NoRoom(code), now);
            return self.go_home(key);
        };
        if let Some(seat) = here.filter(|seat| seat.room == room) {
            return self.already_here(key, seat, now);
        }
        let browser = self.connection(key).and_then(Connection::browser);
        if open.is_some_and(|room| room.decided().bars_browser(browser)) {
            self.refuse(key, Refusal::Barred, now);
            return self.go_home(key);
        }
        let (proof, player) = match here {
            Some(seat) => (seat.key, seat.player),
            None => self.new_key(),
        };
        let epoch = self.sit_down(key, room, player, now);
        self.move_to(key, HeldSeat::new(room, player, proof, epoch, rules));
    }

    /// Proposes a seat for the connection's player, and returns the epoch that it will have.
    fn sit_down(&mut self, key: ConnKey, room: RoomId, player: PlayerId, now: Now) -> u32 {
        // A crash between a join and a leave can leave the player seated here already.
        if let Some(epoch) = self.next_epoch(room, player) {
            let entry = Entry::Attach { player, epoch };
            self.propose(Record {
                room,
                at: now.at,
                entry,
            });
            return epoch;
        }
        let name = self.name_of(key).unwrap_or_else(|| self.pseudonym(key));
        self.propose_join(room, player, name, now);
        1
    }

    /// `SALLE HALL`: back to a number of one's own.
    fn enter_hall(&mut self, key: ConnKey, message: &[u8], now: Now) {
        let here = self.seat_of(key);
        match here {
            None => {
                let seat = self.propose_hall_seat(key, now);
                self.move_to(key, seat);
            }
            Some(seat) if matches!(seat.room, RoomId::Hall(_)) => self.already_here(key, seat, now),
            Some(seat) => {
                let room = RoomId::Hall(seat.player);
                if self.depart(key, room, message) {
                    return;
                }
                let range = self.settings.range;
                let mut rules = Rules::new(Mode::Solo, range, None).expect("solo needs no limit");
                let seed = self.new_seed();
                self.propose(Record {
                    room,
                    at: now.at,
                    entry: Entry::Open { rules, seed },
                });
                let epoch = self.sit_down(key, room, seat.player, now);
                if epoch > 1
                    && let Some(open) = self.rooms.get(&room).and_then(|open| open.room.rules())
                {
                    // The seat was there already, and so was its room.
                    rules = open;
                }
                self.move_to(
                    key,
                    HeldSeat::new(room, seat.player, seat.key, epoch, rules),
                );
            }
        }
    }

    fn already_here(&mut self, key: ConnKey, seat: HeldSeat, now: Now) {
        if let Some(hosted) = self.rooms.get(&seat.room)
            && let Some((rules, seated)) = hosted.room.rules().zip(hosted.room.seat(seat.player))
        {
            let name = seated.name.clone();
            let room = seat.room.label().into();
            self.answer(key, &Reply::Entered { room, rules, name }, now);
        }
    }

    /// `REPRENDRE c`: this connection speaks for that seat from now on.
    pub(super) fn come_back(&mut self, key: ConnKey, code: ResumeCode, message: &[u8], now: Now) {
        let room = code.room_id();
        if self.depart(key, room, message) {
            return;
        }
        let player = code.key.player();
        let found = self.rooms.get(&room).and_then(|hosted| {
            let epoch = self.next_epoch(room, player)?;
            Some((hosted.room.rules()?, epoch, hosted.room.resumed(player)?))
        });
        let Some((rules, epoch, resumed)) = found else {
            if self.is_shared {
                return self.ask_the_log(key, code, now);
            }
            self.connections[key.index]
                .limiter
                .spend(WRONG_CODE_COST, now.tick);
            self.refuse(key, Refusal::NoSeat, now);
            return self.go_home(key);
        };
        let mine = self.seat_of(key);
        if mine.is_some_and(|seat| seat.room == room && seat.player == player) {
            return self.answer(key, &Reply::Resumed(Box::new(resumed)), now);
        }
        let entry = Entry::Attach { player, epoch };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
        self.move_to(key, HeldSeat::new(room, player, code.key, epoch, rules));
    }

    /// No seat is known here, but this view may be behind a log that others write to: what the log
    /// tells of an epoch that nobody can have comes after all that was in it.
    fn ask_the_log(&mut self, key: ConnKey, code: ResumeCode, now: Now) {
        let (room, player) = (code.room_id(), code.key.player());
        let entry = Entry::Attach {
            player,
            epoch: NO_EPOCH,
        };
        self.propose(Record {
            room,
            at: now.at,
            entry,
        });
        let range = self.settings.range;
        let rules = Rules::new(Mode::Solo, range, None).expect("solo needs no limit");
        self.move_to(key, HeldSeat::new(room, player, code.key, NO_EPOCH, rules));
    }

    /// The log has told what came of coming back. If there is a seat, and only this view of it was old,
    /// the connection tries again, and is owed the answer to that; else the refusal is its answer.
    pub(super) fn log_has_told(&mut self, key: ConnKey, reply: &Reply, now: Now) -> bool {
        let Some(connection) = self.connection(key).filter(|_| self.is_shared) else {
            return false;
        };
        // Who moves on as the same player has asked for a room, not for a seat.
        let moves = connection.seating.kept_seat().map(|kept| kept.player);
        let Some(asked) = (connection.seat()).filter(|seat| moves != Some(seat.player)) else {
            return false;
        };
        match reply {
            Reply::Refused(Refusal::Elsewhere)
                if connection.seating.is_asking() && asked.epoch != 1 => {}
            Reply::Refused(Refusal::NoSeat) if asked.epoch == NO_EPOCH => {
                let limiter = &mut self.connections[key.index].limiter;
                limiter.spend(WRONG_CODE_COST, now.tick);
                return false;
            }
            _ => return false,
        }
        self.give_up_move(key);
        self.come_back(key, asked.code(), &[], now);
        true
    }

    /// The connection stays where it was.
    pub(super) fn give_up_move(&mut self, key: ConnKey) {
        self.unregister(key);
        self.connections[key.index].seating.stay();
        self.register(key);
    }

    /// Sends the connection to the engine of the room that its message is about, if that is
    /// another one.
    fn depart(&mut self, key: ConnKey, room: RoomId, message: &[u8]) -> bool {
        let engine = engine_of(room, self.settings.engines);
        if engine == self.settings.index {
            return false;
        }
        self.connections[key.index].stalled = Some(message.into());
        self.send_to(key, engine);
        true
    }
}
