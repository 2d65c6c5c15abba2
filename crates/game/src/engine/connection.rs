//! One conversation on the text door: what is remembered between two packets.
//!
//! Idle, it holds no buffer. Its turns: `owed` answers wait for the journal; a message that can't
//! be treated before they have come is `stalled`, and nothing is read meanwhile.

use std::borrow::Cow;

use crate::limits::{
    END_GAP, GUESSES_IN_FLIGHT, LINE_DEADLINE, LINGER, MESSAGE_BYTES, OUTPUT_BYTES, WRITE_DEADLINE,
};
use crate::protocol::Reply;
use crate::rules::{BrowserId, Range, Rate};
use crate::shares::{Source, Standing};
use crate::wire::framing::{Frame, Framing, Unfinished};
use crate::wire::telnet::Telnet;
use crate::wire::text::Phrasebook;
use crate::wire::websocket::Event;

use super::Now;
use super::allowance::Part;
use super::guest::Guest;
use super::pacing::Pacing;
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
    /// How much its place matters when places run short.
    pub standing: Standing,
}

/// What waits for its turn.
#[derive(Debug, Default)]
struct Backlog {
    /// A message that waits for the answers owed before it.
    stalled: Option<Box<[u8]>>,
    /// What was read and can't be treated yet.
    input: Vec<u8>,
    /// Where one send of the output ends and the next begins, for unframed clients.
    cuts: Vec<usize>,
}

/// One conversation.
#[derive(Debug)]
pub struct Connection {
    pub(super) generation: u32,
    /// Whether it is queued for [`Engine::poll`](super::Engine::poll).
    pub(super) touched: bool,
    /// What is known besides of one that came by the page's port.
    pub(super) guest: Option<Box<Guest>>,
    /// Where it connects from, if that is known.
    pub(super) source: Option<Source>,
    /// Its part of what its address may ask.
    pub(super) part: Part,
    telnet: Telnet,
    pub(super) framing: Framing,
    pub(super) phrasebook: Phrasebook,
    pub(super) seating: Seating,
    /// Guesses that wait for their turn to be proposed.
    pub(super) pacing: Pacing,
    /// Answers that wait for a guess's turn, for the journal, or for a round to close.
    pub(super) owed: u16,
    /// Whether any message has been treated.
    pub(super) fresh: bool,
    /// What waits on either side. Few connections have any.
    backlog: Option<Box<Backlog>>,
    /// The client sends nothing more.
    input_ended: bool,
    pub(super) phase: Phase,
    limiter: RateLimiter,
    /// When the unfinished message began (a line), or last grew (unframed).
    since: u64,
    /// When something was last received: how long the client has been silent.
    heard: u64,
    answered: u64,
    /// When output last began to wait for the reader.
    unread: Option<u64>,
    /// Whether the reader takes nothing for now.
    full: bool,
    output: Vec<u8>,
    /// The last messages, while a teacher watches.
    watched: Option<Box<Watched>>,
}

impl Connection {
    /// A conversation that begins.
    pub(super) fn new(phrasebook: Phrasebook, now: Now) -> Self {
        Connection {
            generation: 0,
            guest: None,
            source: None,
            part: Part::Unused,
            telnet: Telnet::default(),
            framing: Framing::default(),
            phrasebook,
            seating: Seating::new(),
            touched: false,
            pacing: Pacing::default(),
            owed: 0,
            fresh: true,
            backlog: None,
            input_ended: false,
            phase: Phase::Talking,
            limiter: RateLimiter::new(now.tick),
            since: now.tick,
            heard: now.tick,
            answered: now.tick,
            unread: None,
            full: false,
            output: Vec::new(),
            watched: None,
        }
    }

    /// A conversation with a guest, whose messages have an end that is marked.
    pub(super) fn with_guest(guest: Guest, phrasebook: Phrasebook, now: Now) -> Self {
        Connection {
            source: Some(Source::from(guest.peer)),
            guest: Some(Box::new(guest)),
            framing: Framing::lines(),
            ..Connection::new(phrasebook, now)
        }
    }

    /// The seat, or the one that is on its way to the journal.
    pub(super) fn seat(&self) -> Option<HeldSeat> {
        self.seating.seat()
    }

    /// How much its place matters: whether it has a seat, and has played.
    pub(super) fn standing(&self) -> Standing {
        match self.seat() {
            None => Standing::New,
            Some(seat) if seat.n == 0 => Standing::Seated,
            Some(_) => Standing::Played,
        }
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
        if !self.is_talking() || !self.output.is_empty() {
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

    /// What was read and can't be treated yet.
    pub(super) fn input(&self) -> &[u8] {
        (self.backlog.as_ref()).map_or(&[], |backlog| &backlog.input)
    }

    /// Keeps bytes that can't be treated yet.
    pub(super) fn keep_input(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            let backlog = self.backlog.get_or_insert_default();
            backlog.input.extend_from_slice(bytes);
        }
    }

    /// Takes what was read and could not be treated before.
    pub(super) fn take_input(&mut self) -> Vec<u8> {
        self.take_backlog(|backlog| std::mem::take(&mut backlog.input))
    }

    /// Keeps a message until the answers that are owed before it were sent.
    pub(super) fn stall(&mut self, message: &[u8]) {
        self.backlog.get_or_insert_default().stalled = Some(message.into());
    }

    /// Whether a message waits for the answers that are owed before it.
    pub(super) fn is_stalled(&self) -> bool {
        (self.backlog.as_ref()).is_some_and(|backlog| backlog.stalled.is_some())
    }

    /// Takes the message that waited for answers.
    pub(super) fn take_stalled(&mut self) -> Option<Box<[u8]>> {
        self.take_backlog(|backlog| backlog.stalled.take())
    }

    /// Takes something of what waits.
    fn take_backlog<T: Default>(&mut self, take: impl FnOnce(&mut Backlog) -> T) -> T {
        let Some(backlog) = &mut self.backlog else {
            return T::default();
        };
        let taken = take(backlog);
        if backlog.stalled.is_none() && backlog.input.is_empty() && backlog.cuts.is_empty() {
            self.backlog = None;
        }
        taken
    }

    /// Ends one send of the output here.
    fn end_send(&mut self) {
        let length = self.output.len();
        self.backlog.get_or_insert_default().cuts.push(length);
    }

    /// Something was received.
    pub(super) fn heard(&mut self, now: Now) {
        self.heard = now.tick;
    }

    /// The tick at which something was last received.
    pub(super) fn heard_at(&self) -> u64 {
        self.heard
    }

    /// Whether the client has sent a telnet option.
    pub(super) fn negotiates_telnet(&self) -> bool {
        self.telnet.negotiates()
    }

    /// Removes telnet's options from received bytes, and charges for them.
    pub(super) fn strip_telnet<'a>(&mut self, bytes: &'a [u8], now: Now) -> Cow<'a, [u8]> {
        let data = self.telnet.strip(bytes);
        // A byte that was held back may come with the data after it.
        let wasted = bytes.len().saturating_sub(data.len());
        if wasted > 0 {
            self.limiter.waste(wasted, now.tick);
        }
        data
    }

    /// Charges for a request.
    pub(super) fn spend(&mut self, cost: i32, now: Now) {
        self.limiter.spend(cost, now.tick);
    }

    /// It begins without a burst of guesses and without credit: its address has had many lately.
    pub(super) fn begin_without_burst(&mut self, rate: Rate, now: Now) {
        self.pacing.begin_without_burst(rate, now);
        self.limiter.begin_without_credit(now.tick);
    }

    /// Adds the credit that time has brought.
    pub(super) fn refill(&mut self, now: Now) {
        self.limiter.refill(now.tick);
    }

    /// The client sends nothing more.
    pub(super) fn end_input(&mut self) {
        self.input_ended = true;
    }

    /// Keeps the last messages from now on, for a teacher who watches.
    pub(super) fn watch(&mut self) {
        self.watched.get_or_insert_default();
    }

    /// The last messages, while a teacher watches.
    pub(super) fn watched(&self) -> Option<&Watched> {
        self.watched.as_deref()
    }

    /// Keeps a received message, while a teacher watches.
    pub(super) fn watch_heard(&mut self, message: &[u8]) {
        if let Some(watched) = &mut self.watched {
            watched.heard(message);
        }
    }

    /// Takes the next message off the input, and charges for bytes that belong to none.
    pub(super) fn next_frame<'a>(&mut self, input: &mut &'a [u8], now: Now) -> Option<Frame<'a>> {
        let began = self.framing.unfinished();
        let frame = self.take_paid_frame(input, now);
        let is_line = self.framing.unfinished() == Unfinished::Line;
        if frame.is_some() || !is_line || began != Unfinished::Line {
            self.since = now.tick;
        }
        frame
    }

    /// Takes back the line that has begun and does not end.
    pub(super) fn give_up_line(&mut self, now: Now) -> Vec<u8> {
        self.since = now.tick;
        self.framing.give_up()
    }

    fn take_paid_frame<'a>(&mut self, input: &mut &'a [u8], now: Now) -> Option<Frame<'a>> {
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
            self.end_send();
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
        if self.owed == 0 && !self.is_stalled() {
            self.output.push(b'\n');
        }
    }

    /// Whether turns are taken, still.
    pub(super) fn is_talking(&self) -> bool {
        self.phase == Phase::Talking
    }

    /// Whether the next message may be treated.
    pub(super) fn may_speak(&self) -> bool {
        self.is_talking()
            && self.owed < GUESSES_IN_FLIGHT
            && !self.is_stalled()
            && self.unread.is_none()
            && self.output.len() < OUTPUT_BYTES
            && self.limiter.wait_until().is_none()
    }

    /// Whether the client sends nothing more and all of its complete messages were treated.
    pub(super) fn may_finish(&self) -> bool {
        self.input_ended && self.may_speak() && self.input().is_empty()
    }

    /// Whether there is something to treat at once: it waited until what was said before was sent.
    pub(super) fn may_go_on(&self) -> bool {
        let is_last = self.input_ended && self.owed == 0;
        self.may_speak() && (!self.input().is_empty() || is_last)
    }

    /// Whether so much was read before and can be treated now that it waits for the connection's
    /// turn: its deadline has come.
    pub(super) fn is_busy(&self) -> bool {
        self.may_go_on() && self.input().len() > MESSAGE_BYTES
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
            || self.is_stalled()
            || !self.input().is_empty()
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
            self.end_send();
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
        self.take_input();
        self.take_stalled();
        self.pacing.clear();
    }

    /// Bytes of what was read and of what is to be said; [`crate::limits::CONNECTION_BYTES`] at
    /// most. Idle, none.
    pub(super) fn held(&self) -> usize {
        let backlog = self.backlog.as_ref().map_or(0, |backlog| {
            let stalled = backlog.stalled.as_ref().map_or(0, |message| message.len());
            backlog.input.len() + stalled
        });
        self.output.len() + backlog + self.framing.held()
    }

    /// What to send next, in one piece.
    pub(super) fn transmit(&self) -> &[u8] {
        let cuts = self.backlog.as_ref().map(|backlog| &backlog.cuts);
        let end = cuts.and_then(|cuts| cuts.first()).copied();
        let end = end.unwrap_or(self.output.len());
        &self.output[..end]
    }

    /// Whether there is anything to send, or an end to come to.
    pub(super) fn has_something(&self) -> bool {
        !self.output.is_empty() || !self.is_talking()
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
            self.take_backlog(|backlog| std::mem::take(&mut backlog.cuts));
            return was_blocked;
        }
        if was_blocked {
            self.unread = Some(now.tick);
        }
        self.output.drain(..bytes);
        self.take_backlog(|backlog| {
            backlog.cuts.iter_mut().for_each(|cut| *cut -= bytes);
            backlog.cuts.retain(|cut| *cut > 0);
        });
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

    /// The tick at which the unfinished message ends. `None` while its turn has not come, since its
    /// deadline would fire again and again.
    pub(super) fn message_deadline(&self, quiet: u64) -> Option<u64> {
        match self.framing.unfinished() {
            Unfinished::Quiet if self.may_speak() => Some(self.since + quiet),
            Unfinished::Line if self.may_speak() && self.owed == 0 => {
                Some(self.since + LINE_DEADLINE.as_millis() as u64)
            }
            _ => None,
        }
    }

    /// What the driver must do with the socket. `quiet`: milliseconds of quiet that end an unframed
    /// message.
    pub(super) fn interest(&self, quiet: u64) -> Interest {
        let deadlines = match self.phase {
            Phase::Talking if self.may_go_on() => [Some(self.since), None, None],
            Phase::Talking => [
                self.message_deadline(quiet),
                self.limiter.wait_until(),
                self.pacing.deadline(),
            ],
            Phase::Leaving(at) | Phase::Ending(at) | Phase::Closing(at) => [Some(at), None, None],
        };
        let stuck = self
            .unread
            .map(|since| since + WRITE_DEADLINE.as_millis() as u64);
        let read = match self.phase {
            Phase::Talking => self.may_speak() && self.input().is_empty(),
            Phase::Leaving(_) => false,
            Phase::Ending(_) | Phase::Closing(_) => true,
        };
        Interest {
            read: read && !self.input_ended,
            deadline: deadlines.into_iter().flatten().chain(stuck).min(),
            shut: matches!(self.phase, Phase::Closing(_)) && self.transmit().is_empty(),
            standing: self.standing(),
        }
    }
}
