//! One conversation on the text door: what is remembered between two packets.
//!
//! Idle, it holds no buffer. Its turns: `owed` answers wait for the journal; a message that can't
//! be treated before they have come is `stalled`, and nothing is read meanwhile.

use crate::limits::{
    END_GAP, GUESSES_IN_FLIGHT, LINGER, MESSAGE_BYTES, OUTPUT_BYTES, WRITE_DEADLINE,
};
use crate::protocol::Reply;
use crate::rules::{BrowserId, Range};
use crate::wire::framing::{Frame, Framing, Unfinished};
use crate::wire::telnet::Telnet;
use crate::wire::text::Phrasebook;
use crate::wire::websocket::Event;

use super::Now;
use super::guest::Guest;
use super::rate_limiter::RateLimiter;
use super::seating::{HeldSeat, Seating};
use super::teacher::Watched;

/// Bytes that mark where a message ends, at most: a WebSocket frame's header.
const MARKS_BYTES: usize = 14;
/// The length of most answers.
const HINT_BYTES: usize = 16;

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Turns are taken.
    Talking,
    /// The client said `FIN`; its leaving is on its way to the journal, and is waited for until
    /// this tick.
    Leaving(u64),
    /// The server ends it: `FIN` is said at this tick, so that no one reads it with an answer.
    Ending(u64),
    /// All is said: the sending side is shut, what still comes is thrown away, until this tick.
    Closing(u64),
}

/// What the driver must do with a conversation's socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Read from the socket.
    pub read: bool,
    /// The tick of the next [`Timer`](super::drive::Input::Timer).
    pub deadline: Option<u64>,
    /// All is sent: shut the sending side.
    pub shut: bool,
}

/// One conversation.
#[derive(Debug)]
pub struct Connection {
    pub(super) generation: u32,
    /// Whether it is queued for [`Engine::poll`](super::Engine::poll).
    pub(super) touched: bool,
    /// What is known besides of one that came by the page's port.
    pub(super) guest: Option<Box<Guest>>,
    pub(super) telnet: Telnet,
    pub(super) framing: Framing,
    pub(super) phrasebook: Phrasebook,
    pub(super) seating: Seating,
    /// Answers that wait for the journal, or for a round to close.
    pub(super) owed: u16,
    /// Whether any message has been treated.
    pub(super) fresh: bool,
    /// A message that waits for the answers owed before it.
    pub(super) stalled: Option<Box<[u8]>>,
    /// What was read and can't be treated yet.
    pub(super) input: Vec<u8>,
    /// The client sends nothing more.
    pub(super) input_ended: bool,
    pub(super) phase: Phase,
    pub(super) limiter: RateLimiter,
    /// When the unfinished message began (a line), or last grew (unframed).
    pub(super) since: u64,
    /// When something was last received: how long the client has been silent.
    pub(super) heard: u64,
    answered: u64,
    /// When output last began to wait for the reader.
    pub(super) unread: Option<u64>,
    /// Whether the reader takes nothing for now.
    full: bool,
    output: Vec<u8>,
    /// Where one send of the output ends and the next begins, for unframed clients.
    cuts: Vec<usize>,
    /// The last messages, while a teacher watches.
    pub(super) watched: Option<Box<Watched>>,
}

impl Connection {
    /// A conversation that begins.
    pub(super) fn new(phrasebook: Phrasebook, now: Now) -> Self {
        Connection {
            generation: 0,
            guest: None,
            telnet: Telnet::default(),
            framing: Framing::default(),
            phrasebook,
            seating: Seating::new(),
            touched: false,
            owed: 0,
            fresh: true,
            stalled: None,
            input: Vec::new(),
            input_ended: false,
            phase: Phase::Talking,
            limiter: RateLimiter::new(now.tick),
            since: now.tick,
            heard: now.tick,
            answered: now.tick,
            unread: None,
            full: false,
            output: Vec::new(),
            cuts: Vec::new(),
            watched: None,
        }
    }

    /// A conversation with a guest, whose messages have an end that is marked.
    pub(super) fn with_guest(guest: Guest, phrasebook: Phrasebook, now: Now) -> Self {
        Connection {
            guest: Some(Box::new(guest)),
            framing: Framing::lines(),
            ..Connection::new(phrasebook, now)
        }
    }

    /// The seat, or the one that is on its way to the journal.
    pub(super) fn seat(&self) -> Option<HeldSeat> {
        self.seating.seat()
    }

    /// Whether messages are JSON objects.
    pub(super) fn is_json(&self) -> bool {
        self.guest.as_ref().is_some_and(|guest| guest.is_json())
    }

    /// The browser that it came from.
    pub(super) fn browser(&self) -> Option<BrowserId> {
        self.guest.as_ref()?.browser
    }

    /// Says something out of turn, to a page; false if the page has not read what it was told
    /// before.
    pub(super) fn event(&mut self, line: &[u8]) -> bool {
        if self.phase != Phase::Talking || !self.output.is_empty() {
            return false;
        }
        if let Some(guest) = &self.guest {
            guest.put(line, &mut self.output);
        }
        true
    }

    /// Says hello; the greeting ends in a newline for everyone.
    pub(super) fn greet(&mut self, range: Range) {
        self.write(&Reply::Greeting(range), true);
    }

    fn write(&mut self, reply: &Reply, newline: bool) {
        if self.output.is_empty() {
            // The hints that are owed mostly come together with this one.
            self.output
                .reserve(HINT_BYTES * (1 + usize::from(self.owed)));
        }
        let Some(guest) = &self.guest else {
            self.phrasebook.write(reply, &mut self.output);
            if newline {
                self.output.push(b'\n');
            }
            return;
        };
        let code = self.seat().map(|seat| seat.code());
        // The page is given the code with the seat, without asking.
        if guest.is_json() && matches!(reply, Reply::Entered { .. }) {
            self.seating.give_code();
        }
        guest.write(reply, self.phrasebook, code, &mut self.output);
    }

    /// Takes the next message off the input. What was neither a message nor kept for one is paid.
    pub(super) fn next_frame<'a>(&mut self, input: &mut &'a [u8], now: Now) -> Option<Frame<'a>> {
        let before = self.framing.held() + input.len();
        let frame = self.take_frame(input);
        let used = match &frame {
            Some(Frame::Message(message)) => message.len() + MARKS_BYTES,
            Some(Frame::Completes | Frame::Closed) | None => 0,
        };
        let after = self.framing.held() + input.len();
        let wasted = (before - after).saturating_sub(used);
        if wasted > 0 {
            self.limiter.waste(wasted, now.tick);
        }
        frame
    }

    fn take_frame<'a>(&mut self, input: &mut &'a [u8]) -> Option<Frame<'a>> {
        let Some(frames) = self.guest.as_mut().and_then(|guest| guest.frames()) else {
            return self.framing.next(input);
        };
        match frames.next(input, &mut self.output)? {
            Event::Message(message) => Some(Frame::Message(message.into())),
            Event::Closed => Some(Frame::Closed),
        }
    }

    /// Gives one answer its place in the output.
    pub(super) fn answer(&mut self, reply: &Reply, now: Now) {
        let lines = self.framing.is_lines();
        if !lines && !self.output.is_empty() {
            self.cuts.push(self.output.len());
        }
        let before = self.output.len();
        self.write(reply, lines);
        self.answered = now.tick;
        if let Some(watched) = &mut self.watched {
            watched.said(&self.output[before..]);
        }
    }

    /// The newline of the last message came late: its answer gets its own.
    pub(super) fn complete(&mut self) {
        // An answer that is still owed will be written as a line anyway.
        if self.owed == 0 && self.stalled.is_none() {
            self.output.push(b'\n');
        }
    }

    /// Whether the next message may be treated.
    pub(super) fn may_speak(&self) -> bool {
        self.phase == Phase::Talking
            && self.owed < GUESSES_IN_FLIGHT
            && self.stalled.is_none()
            && self.unread.is_none()
            && self.output.len() < OUTPUT_BYTES
            && self.limiter.wait_until().is_none()
    }

    /// Whether there is something to treat at once: it waited until what was said before was sent.
    pub(super) fn may_go_on(&self) -> bool {
        let is_last = self.input_ended && self.owed == 0;
        self.may_speak() && (!self.input.is_empty() || is_last)
    }

    /// Whether so much was read before and can be treated now that it waits for the connection's
    /// turn: its deadline has come.
    pub(super) fn is_busy(&self) -> bool {
        self.may_go_on() && self.input.len() > MESSAGE_BYTES
    }

    /// Ends the conversation from this side, as the protocol says.
    pub(super) fn end(&mut self, now: Now) {
        match self.phase {
            Phase::Talking => {}
            // It need not wait for the journal, which may never have it.
            Phase::Leaving(_) => return self.farewell(now),
            Phase::Ending(_) | Phase::Closing(_) => return,
        }
        if self.framing.is_lines() {
            return self.farewell(now);
        }
        let is_owed = (self.owed > 0 && !self.seating.is_opening())
            || self.stalled.is_some()
            || !self.input.is_empty()
            || self.framing.unfinished() != Unfinished::Nothing;
        let gap = END_GAP.as_millis() as u64;
        let at = if is_owed {
            now.tick
        } else {
            now.tick.max(self.answered + gap)
        };
        self.phase = Phase::Ending(at);
        if at == now.tick {
            self.say_fin(now);
        }
    }

    /// The end without `FIN`: a line client is told, an unframed one is not.
    pub(super) fn farewell(&mut self, now: Now) {
        if self.framing.is_lines() {
            self.answer(&Reply::Bye, now);
        }
        self.close(now);
    }

    /// `FIN`, alone in its send.
    pub(super) fn say_fin(&mut self, now: Now) {
        if !self.output.is_empty() {
            self.cuts.push(self.output.len());
        }
        self.output.extend_from_slice(b"FIN");
        self.close(now);
    }

    /// Ends the conversation at once: the client is not waited for.
    pub(super) fn cut(&mut self, now: Now) {
        if let Phase::Ending(_) = self.phase {
            self.say_fin(now);
        }
        self.phase = Phase::Closing(now.tick);
    }

    /// All is said.
    pub(super) fn close(&mut self, now: Now) {
        self.phase = Phase::Closing(now.tick + LINGER.as_millis() as u64);
        if let Some(frames) = self.guest.as_mut().and_then(|guest| guest.frames()) {
            frames.go_away(&mut self.output);
        }
        self.input = Vec::new();
        self.stalled = None;
    }

    /// Bytes of what was read and of what is to be said; [`crate::limits::CONNECTION_BYTES`] at
    /// most. Idle, none.
    pub(super) fn held(&self) -> usize {
        let stalled = self.stalled.as_ref().map_or(0, |message| message.len());
        self.output.len() + self.input.len() + stalled + self.framing.held()
    }

    /// What to send next, in one piece.
    pub(super) fn transmit(&self) -> &[u8] {
        let end = self.cuts.first().copied().unwrap_or(self.output.len());
        &self.output[..end]
    }

    /// Whether there is anything to send, or an end to come to.
    pub(super) fn has_something(&self) -> bool {
        !self.output.is_empty() || self.phase != Phase::Talking
    }

    /// The reader takes nothing at present.
    pub(super) fn blocked(&mut self, now: Now) {
        self.full = true;
        self.unread.get_or_insert(now.tick);
    }

    /// Whether there is something to send that the reader may take.
    pub(super) fn may_write(&self) -> bool {
        !self.full && !self.output.is_empty()
    }

    /// The reader took the first `bytes` bytes. Returns whether it now has taken all, after it had
    /// taken nothing for a time: what was read before may be treated again.
    pub(super) fn sent(&mut self, bytes: usize, now: Now) -> bool {
        let was_blocked = self.unread.take().is_some();
        if bytes == self.output.len() {
            // Idle, a conversation holds no buffer.
            self.output = Vec::new();
            self.cuts = Vec::new();
            return was_blocked;
        }
        if was_blocked {
            self.unread = Some(now.tick);
        }
        self.output.drain(..bytes);
        self.cuts.iter_mut().for_each(|cut| *cut -= bytes);
        self.cuts.retain(|cut| *cut > 0);
        false
    }

    /// A reader that took nothing may take bytes again. Returns whether it took nothing.
    pub(super) fn unblock(&mut self) -> bool {
        std::mem::take(&mut self.full)
    }

    /// Whether output waits for the reader.
    pub(super) fn is_blocked(&self) -> bool {
        self.unread.is_some()
    }

    /// Whether the reader has taken nothing for too long.
    pub(super) fn is_stuck(&self, now: Now) -> bool {
        self.unread
            .is_some_and(|since| now.tick >= since + WRITE_DEADLINE.as_millis() as u64)
    }

    /// Whether it is over, and its socket can be closed.
    pub(super) fn is_over(&self, now: Now) -> bool {
        let Phase::Closing(until) = self.phase else {
            return false;
        };
        now.tick >= until || (self.input_ended && self.output.is_empty())
    }
}
