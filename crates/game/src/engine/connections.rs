//! What happens to a connection: it comes, is heard, ends its input, is lost.
//!
//! Bytes become frames, frames become messages ([`super::requests`]); what can't be treated yet
//! is kept, and the socket is then not read.

use crate::protocol::Misread;
use crate::wire::framing::{Frame, Unfinished};

use super::guest::Guest;
use super::requests;
use super::talk::{Phase, Talk};
use super::trial::Ticket;
use super::{ConnKey, Now, Shard};

impl Shard {
    /// A connection on the text door. A quiet one is not greeted.
    pub fn connect(&mut self, greeted: bool, now: Now) -> ConnKey {
        self.counts.came_by_text(greeted);
        let mut talk = Talk::new(self.settings.speaker, now);
        if greeted {
            talk.greet(self.settings.range);
        }
        self.seat_talk(talk)
    }

    /// A connection that came by the page's port, with what it has sent already.
    pub fn welcome(&mut self, guest: Guest, early: &[u8], now: Now) -> ConnKey {
        self.counts.came_by_page(guest.via);
        let mut talk = Talk::with_guest(guest, self.settings.speaker, now);
        talk.greet(self.settings.range);
        let key = self.seat_talk(talk);
        self.receive(key, early, now);
        key
    }

    /// A connection that comes from another shard, for the message that it carries.
    pub fn adopt(&mut self, talk: Talk, now: Now) -> ConnKey {
        let key = self.seat_talk(talk);
        let lost_seat = self.has_lost_seat(key);
        let talk = &mut self.talks[key.index];
        if lost_seat {
            talk.seat = None;
        }
        if lost_seat || self.stopping {
            talk.end(now);
        }
        self.register(key);
        self.resume(key, now);
        self.touch(key);
        key
    }

    /// Has the connection looked at by the socket's keeper.
    pub(super) fn touch(&mut self, key: ConnKey) {
        if let Some(talk) = self.talk_mut(key)
            && !std::mem::replace(&mut talk.touched, true)
        {
            self.touched.push(key);
        }
    }

    fn seat_talk(&mut self, mut talk: Talk) -> ConnKey {
        self.generation = self.generation.wrapping_add(1);
        talk.generation = self.generation;
        talk.touched = false;
        let generation = talk.generation;
        let index = self.talks.insert(talk);
        ConnKey { index, generation }
    }

    /// Bytes came.
    pub fn receive(&mut self, key: ConnKey, bytes: &[u8], now: Now) {
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        talk.heard = now.tick;
        if talk.phase != Phase::Talking {
            return;
        }
        if talk.guest.is_some() {
            return self.data(key, bytes, now);
        }
        if talk.fresh
            && let Some(refusal) = requests::is_no_game(bytes)
        {
            self.shown_tickets.extend(Ticket::in_request(bytes));
            return self.turn_away(key, refusal, now);
        }
        let mut telnet = talk.telnet;
        let data = telnet.strip(bytes);
        talk.telnet = telnet;
        // One may come with the byte before it, which was held back.
        let wasted = bytes.len().saturating_sub(data.len());
        if wasted > 0 {
            talk.credit.waste(wasted, now.tick);
        }
        self.data(key, &data, now);
    }

    /// The bytes of messages.
    fn data(&mut self, key: ConnKey, data: &[u8], now: Now) {
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        if data.is_empty() {
            return;
        }
        if !talk.input.is_empty() {
            talk.input.extend_from_slice(data);
            return self.resume(key, now);
        }
        self.advance(key, data, now);
    }

    /// The client will send nothing more; it may still read.
    pub fn end_of_input(&mut self, key: ConnKey, now: Now) {
        if let Some(talk) = self.talk_mut(key) {
            talk.input_ended = true;
            self.resume(key, now);
        }
    }

    /// The connection's deadline has come; harmless at any other time.
    pub fn tick(&mut self, key: ConnKey, now: Now) {
        let quiet = self.settings.quiet;
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        match talk.phase {
            Phase::Ending(at) if now.tick >= at => {
                talk.say_fin(now);
                self.touch(key);
            }
            Phase::Talking => {
                talk.credit.refill(now.tick);
                if talk
                    .message_deadline(quiet)
                    .is_some_and(|at| now.tick >= at)
                {
                    match talk.framing.quiet() {
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
    pub fn lost(&mut self, key: ConnKey, now: Now) -> bool {
        if self.talk(key).is_none() {
            return false;
        }
        self.unregister(key);
        let talk = self.talks.remove(key.index);
        let is_unread = talk.is_stuck(now);
        self.counts.unread += u64::from(is_unread);
        if talk.code_given {
            return is_unread;
        }
        for seat in talk.seat.into_iter().chain(talk.from.map(|seat| *seat)) {
            // Who takes a seat over has its code, even where the journal does not know it yet.
            let has_code = seat.epoch != 1;
            if !has_code {
                self.leave(seat, now);
            }
        }
        is_unread
    }

    /// Goes on with what was read before, where that has become possible.
    pub fn resume(&mut self, key: ConnKey, now: Now) {
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        let input = std::mem::take(&mut talk.input);
        self.advance(key, &input, now);
        self.finish(key, now);
    }

    /// Ends all conversations. What waits for the journal should be committed before.
    pub fn stop(&mut self, now: Now) {
        self.stopping = true;
        let keys: Vec<usize> = self.talks.iter().map(|(index, _)| index).collect();
        for index in keys {
            let talk = &mut self.talks[index];
            talk.end(now);
            let generation = talk.generation;
            self.touch(ConnKey { index, generation });
        }
    }

    /// Ends one conversation at once, to make room for another.
    pub fn evict(&mut self, key: ConnKey, now: Now) {
        if let Some(talk) = self.talk_mut(key) {
            talk.end(now);
            if let Phase::Ending(_) = talk.phase {
                talk.say_fin(now);
            }
            talk.phase = Phase::Closing(now.tick);
            self.touch(key);
        }
    }

    /// Treats what it can of the input; keeps the rest.
    fn advance(&mut self, key: ConnKey, mut input: &[u8], now: Now) {
        while let Some(talk) = self.talk_mut(key) {
            if talk.phase != Phase::Talking {
                return;
            }
            if talk.owed == 0
                && let Some(message) = talk.stalled.take()
            {
                self.message(key, &message, now);
                continue;
            }
            if !talk.may_speak() {
                talk.input.extend_from_slice(input);
                return;
            }
            if input.is_empty() && !talk.has_more() {
                return;
            }
            let began = talk.framing.unfinished();
            let frame = talk.next_frame(&mut input, now);
            let is_line = talk.framing.unfinished() == Unfinished::Line;
            if frame.is_some() || !is_line || began != Unfinished::Line {
                talk.since = now.tick;
            }
            match frame {
                Some(frame) => self.frame(key, frame, now),
                None => {
                    // A ping may have been answered.
                    if talk.guest.is_some() {
                        self.touch(key);
                    }
                    return;
                }
            }
        }
        // The message sent the connection to another shard: the rest goes with it.
        if let Some(departure) = self.departures.last_mut()
            && departure.key == key
        {
            departure.talk.input.extend_from_slice(input);
        }
    }

    /// A client that sends nothing more: its last message, then the end once all is answered.
    fn finish(&mut self, key: ConnKey, now: Now) {
        while let Some(talk) = self.talk_mut(key) {
            let is_last = talk.input_ended && talk.may_speak() && talk.input.is_empty();
            if !is_last {
                return;
            }
            if let Some(frame) = talk.framing.end() {
                self.frame(key, frame, now);
                continue;
            }
            if talk.owed == 0 {
                talk.close(now);
                self.touch(key);
            }
            return;
        }
    }

    fn frame(&mut self, key: ConnKey, frame: Frame<'_>, now: Now) {
        match frame {
            Frame::Message(message) => {
                let talk = self.talk_mut(key);
                if let Some(watched) = talk.and_then(|talk| talk.watched.as_mut()) {
                    watched.heard(&message);
                }
                self.message(key, &message, now)
            }
            Frame::Completes => {
                if let Some(talk) = self.talk_mut(key) {
                    talk.complete();
                }
            }
            Frame::Closed => {
                if let Some(talk) = self.talk_mut(key) {
                    talk.close(now);
                }
            }
        }
        // A guess has no answer yet.
        if self.talk(key).is_some_and(Talk::has_something) {
            self.touch(key);
        }
    }

    /// A line has begun and does not end.
    fn unfinished_line(&mut self, key: ConnKey, now: Now) {
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        let partial = talk.framing.give_up();
        talk.since = now.tick;
        self.misread(key, Misread::Unfinished, &partial, now);
        self.touch(key);
    }
}
