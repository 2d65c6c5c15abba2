//! What happens to a connection: it comes, is heard, ends its input, is lost.
//!
//! Bytes become frames, frames become messages ([`super::requests`]); what can't be treated yet
//! is kept, and the socket is then not read.

use crate::protocol::Misread;
use crate::rules::Entry;
use crate::shares::Source;
use crate::wire::framing::Frame;
use crate::wire::text::starts_utf16;

use super::connection::{Connection, Phase};
use super::guest::Guest;
use super::requests;
use super::seating::HeldSeat;
use super::trial::Ticket;
use super::{ConnectionId, Engine, Now};

impl Engine {
    /// A connection on the text door. A quiet one is not greeted.
    pub(super) fn connect(
        &mut self,
        greeted: bool,
        from: Option<Source>,
        now: Now,
    ) -> ConnectionId {
        self.counts.came_by_text(greeted);
        let mut connection = Connection::new(self.settings.phrasebook, now);
        connection.source = from;
        if greeted {
            connection.greet(self.settings.range);
        }
        self.insert(connection)
    }

    /// A connection that came by the page's port.
    pub(super) fn welcome(&mut self, guest: Guest, now: Now) -> ConnectionId {
        self.counts.came_by_page(guest.via);
        let mut connection = Connection::with_guest(guest, self.settings.phrasebook, now);
        connection.greet(self.settings.range);
        self.insert(connection)
    }

    /// A connection that comes from another engine, for the message that it carries.
    pub(super) fn adopt(&mut self, connection: Connection, now: Now) {
        // A page that another thread has told that the journal is away hears here that it is back.
        self.told_away |= connection.guest.as_ref().is_some_and(|it| it.knows_away);
        let key = self.insert(connection);
        self.bring_allowance(key, now);
        let is_home = self.is_home(key);
        let lost_seat = is_home && self.has_lost_seat(key);
        let connection = &mut self.connections[key.index];
        if lost_seat {
            connection.seating.lose();
        } else if is_home {
            connection.seating.arrive();
        }
        if lost_seat || self.stopping {
            connection.end(now);
        }
        self.register(key);
        self.resume(key, now);
    }

    /// Queues the connection for [`Engine::poll`], once.
    pub(super) fn touch(&mut self, key: ConnectionId) {
        if let Some(connection) = self.connection_mut(key)
            && !std::mem::replace(&mut connection.touched, true)
        {
            self.touched.push_back(key);
        }
    }

    fn insert(&mut self, mut connection: Connection) -> ConnectionId {
        self.generation = self.generation.wrapping_add(1);
        connection.generation = self.generation;
        connection.touched = false;
        let generation = connection.generation;
        let index = self.connections.insert(connection);
        let key = ConnectionId { index, generation };
        self.connected.push_back(key);
        self.touch(key);
        key
    }

    /// Bytes came.
    pub(super) fn receive(&mut self, key: ConnectionId, bytes: &[u8], now: Now) {
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        connection.heard(now);
        if connection.phase != Phase::Talking {
            return;
        }
        if connection.guest.is_some() {
            return self.data(key, bytes, now);
        }
        if connection.fresh
            && let Some(refusal) = requests::is_no_game(bytes)
        {
            self.shown_tickets.extend(Ticket::in_request(bytes));
            return self.turn_away(key, refusal, now);
        }
        if connection.fresh && starts_utf16(bytes) {
            return self.data(key, bytes, now);
        }
        let data = connection.strip_telnet(bytes, now);
        self.data(key, &data, now);
    }

    /// The bytes of messages.
    fn data(&mut self, key: ConnectionId, data: &[u8], now: Now) {
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        if data.is_empty() {
            return;
        }
        if !connection.input().is_empty() {
            connection.keep_input(data);
            return self.resume(key, now);
        }
        self.advance(key, data, now);
    }

    /// The client will send nothing more; it may still read.
    pub(super) fn end_of_input(&mut self, key: ConnectionId, now: Now) {
        if let Some(connection) = self.connection_mut(key) {
            connection.end_input();
            self.resume(key, now);
        }
    }

    /// The connection's deadline has come; harmless at any other time.
    pub(super) fn tick(&mut self, key: ConnectionId, now: Now) {
        let quiet = self.settings.quiet;
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        match connection.phase {
            Phase::Ending(at) if now.tick >= at => {
                connection.say_fin(now);
                self.touch(key);
            }
            Phase::Talking => {
                connection.refill(now);
                if connection
                    .message_deadline(quiet)
                    .is_some_and(|at| now.tick >= at)
                {
                    match connection.framing.quiet() {
                        Some(frame) => self.frame(key, frame, now),
                        None => self.unfinished_line(key, now),
                    }
                }
                self.resume(key, now);
            }
            // The journal takes too long; who has gone need not see it.
            Phase::Leaving(at) if now.tick >= at => self.farewell(key, now),
            Phase::Leaving(_) | Phase::Ending(_) | Phase::Closing(_) => {}
        }
    }

    /// The connection is gone. A seat whose code was given waits for its player; any other goes.
    /// True for one that was dropped because nobody read what was sent.
    pub(super) fn lost(&mut self, key: ConnectionId, now: Now) -> bool {
        if self.connection(key).is_none() {
            return false;
        }
        self.unregister(key);
        let connection = self.connections.remove(key.index);
        self.leave_allowance(connection.source, connection.part);
        let is_unread = connection.is_stuck(now);
        self.counts.unread += u64::from(is_unread);
        if connection.seating.is_code_given() {
            // When the server stops, everybody goes, and comes back to the same round.
            if let Some(seat) = connection.seat()
                && seat.holds
                && !self.stopping
                && !connection.seating.is_asking()
            {
                let HeldSeat { player, epoch, .. } = seat;
                self.propose_for(seat, Entry::Away { player, epoch }, now);
            }
            return is_unread;
        }
        let seats = [connection.seat(), connection.seating.kept_seat()];
        for seat in seats.into_iter().flatten() {
            // Who takes a seat over has its code, even where the journal does not know it yet.
            let has_code = seat.epoch != 1;
            if !has_code {
                self.leave(seat, now);
            }
        }
        is_unread
    }

    /// Goes on with what was read before, where that has become possible.
    pub(super) fn resume(&mut self, key: ConnectionId, now: Now) {
        self.propose_guesses(key, now);
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        let input = connection.take_input();
        self.advance(key, &input, now);
        self.finish(key, now);
    }

    /// Ends all conversations. What waits for the journal should be committed before.
    pub(super) fn stop(&mut self, now: Now) {
        self.stopping = true;
        let keys: Vec<usize> = self.connections.iter().map(|(index, _)| index).collect();
        for index in keys {
            let connection = &mut self.connections[index];
            connection.end(now);
            let generation = connection.generation;
            self.touch(ConnectionId { index, generation });
        }
    }

    /// Treats what it can of the input; keeps the rest.
    fn advance(&mut self, key: ConnectionId, mut input: &[u8], now: Now) {
        while let Some(connection) = self.connection_mut(key) {
            if connection.phase != Phase::Talking {
                return;
            }
            if connection.owed == 0
                && let Some(message) = connection.take_stalled()
            {
                self.message(key, &message, now);
                continue;
            }
            if !connection.may_speak() {
                connection.keep_input(input);
                return;
            }
            if input.is_empty() {
                return;
            }
            match connection.next_frame(&mut input, now) {
                Some(frame) => self.frame(key, frame, now),
                None => {
                    // A ping may have been answered.
                    if connection.guest.is_some() {
                        self.touch(key);
                    }
                    return;
                }
            }
        }
        // The message sent the connection to another engine: the rest goes with it.
        if let Some(departure) = self.departures.back_mut()
            && departure.key == key
        {
            departure.connection.keep_input(input);
        }
    }

    /// A client that sends nothing more: its last message, then the end once all is answered.
    fn finish(&mut self, key: ConnectionId, now: Now) {
        while let Some(connection) = self.connection_mut(key) {
            if !connection.may_finish() {
                return;
            }
            if let Some(frame) = connection.framing.end() {
                self.frame(key, frame, now);
                continue;
            }
            if connection.owed == 0 {
                connection.close(now);
                self.touch(key);
            }
            return;
        }
    }

    fn frame(&mut self, key: ConnectionId, frame: Frame<'_>, now: Now) {
        match frame {
            Frame::Message(message) => {
                if let Some(connection) = self.connection_mut(key) {
                    connection.watch_heard(&message);
                }
                self.message(key, &message, now)
            }
            Frame::Completes => {
                if let Some(connection) = self.connection_mut(key) {
                    connection.complete();
                }
            }
            Frame::Closed => {
                if let Some(connection) = self.connection_mut(key) {
                    connection.close(now);
                }
            }
        }
        // A guess has no answer yet.
        if self.connection(key).is_some_and(Connection::has_something) {
            self.touch(key);
        }
    }

    /// A line has begun and does not end.
    fn unfinished_line(&mut self, key: ConnectionId, now: Now) {
        let Some(connection) = self.connection_mut(key) else {
            return;
        };
        let partial = connection.give_up_line(now);
        self.misread(key, Misread::Unfinished, &partial, now);
        self.touch(key);
    }
}
