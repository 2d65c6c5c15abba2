//! One thread's rooms and conversations, without input or output.
//!
//! A room lives in one shard, with its connections and without locks; rooms are dealt to shards by
//! [`shard_of`]. The server's threads carry bytes in and out; time and randomness are arguments;
//! so the simulation in `tests/` drives the very same code under a virtual clock.
//!
//! The journal comes first. A message becomes an entry ([`Shard::take_proposals`]); when the
//! journal has committed it, [`Shard::committed`] applies it and answers are written. Nothing is
//! answered before.
//!
//! Methods are grouped by kind: what happened to a connection ([`Shard::connect`],
//! [`Shard::receive`], [`Shard::end_of_input`], [`Shard::tick`], [`Shard::lost`]), what the journal
//! says ([`Shard::committed`]), what there is to do (`take_…`).

pub mod credit;
mod requests;
mod seats;
pub mod talk;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use slab::Slab;

use crate::game::{Entry, Key, Millis, PlayerId, Range, Record, RoomCode, RoomId};
use crate::limits::SEAT_IDLE;
use crate::protocol::{Misread, Reply};
use crate::room::board::Board;
use crate::room::{Applied, Room};
use crate::wire::framing::{Frame, Unfinished};
use crate::wire::text::Speaker;
use talk::{Interest, Phase, Talk};

/// The time, twice.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Milliseconds of a clock that never goes back: for deadlines.
    pub tick: u64,
    /// The wall clock: for entries.
    pub at: Millis,
}

/// What all conversations of a shard share.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Which of the shards this is.
    pub index: usize,
    /// How many there are.
    pub shards: usize,
    /// The range of the public hall.
    pub range: Range,
    /// The language and the words of a connection that has not asked for others.
    pub speaker: Speaker,
    /// After so many quiet milliseconds what came without a newline is a message.
    pub quiet: u64,
}

/// Fills a buffer with random bytes.
pub type Entropy = Box<dyn FnMut(&mut [u8])>;

/// A connection's place in its shard; another connection never has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnKey {
    /// The slot, below the number of connections that were ever open at once.
    pub index: usize,
    generation: u32,
}

/// A connection that goes to another shard, with the message that it goes for.
#[derive(Debug)]
pub struct Departure {
    /// Its socket.
    pub key: ConnKey,
    /// Where to.
    pub shard: usize,
    /// All that is remembered of it.
    pub talk: Box<Talk>,
}

/// A room with the connections that sit in it.
struct Hosted {
    room: Room,
    /// Sorted by player, then epoch.
    here: Vec<Here>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Here {
    player: PlayerId,
    epoch: u32,
    key: (usize, u32),
}

/// The shard in which a room lives.
pub fn shard_of(room: RoomId, shards: usize) -> usize {
    let word = match room {
        // A player's id is a hash already.
        RoomId::Hall(PlayerId([a, b, c, d, ..])) => u32::from_be_bytes([a, b, c, d]),
        RoomId::Shared(code) => crc32fast::hash(code.as_str().as_bytes()),
        RoomId::Results => 0,
    };
    word as usize % shards
}

/// One thread's rooms and conversations.
pub struct Shard {
    settings: Settings,
    entropy: Entropy,
    rooms: HashMap<RoomId, Hosted>,
    talks: Slab<Talk>,
    generation: u32,
    /// The rooms whose rounds have a time limit.
    timed: Vec<RoomId>,
    /// The scores of the public hall, of all shards.
    hall: Arc<Mutex<Board>>,
    proposals: Vec<Record>,
    elsewhere: Vec<(usize, Record)>,
    departures: Vec<Departure>,
    touched: Vec<ConnKey>,
    applied: Applied,
    stopping: bool,
}

impl Shard {
    /// A shard without rooms.
    pub fn new(settings: Settings, entropy: Entropy, hall: Arc<Mutex<Board>>) -> Self {
        Shard {
            settings,
            entropy,
            rooms: HashMap::new(),
            talks: Slab::new(),
            generation: 0,
            timed: Vec::new(),
            hall,
            proposals: Vec::new(),
            elsewhere: Vec::new(),
            departures: Vec::new(),
            touched: Vec::new(),
            applied: Applied::default(),
            stopping: false,
        }
    }

    /// Takes a room that was replayed from the journal.
    pub fn host(&mut self, id: RoomId, room: Room) {
        if room.rules().is_some_and(|rules| rules.limit.is_some()) {
            self.timed.push(id);
        }
        self.rooms.insert(
            id,
            Hosted {
                room,
                here: Vec::new(),
            },
        );
    }

    // What there is to know.

    /// The rooms, for tests that compare them with a replay.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomId, &Room)> {
        self.rooms.iter().map(|(id, hosted)| (id, &hosted.room))
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.talks.len()
    }

    /// What the socket's keeper must do; none when the connection has left the shard.
    pub fn interest(&self, key: ConnKey) -> Option<Interest> {
        Some(self.talk(key)?.interest(self.settings.quiet))
    }

    /// Whether the connection is over and its socket can be closed.
    pub fn is_over(&self, key: ConnKey, now: Now) -> bool {
        self.talk(key)
            .is_none_or(|talk| talk.is_over(now) || talk.is_stuck(now))
    }

    /// The connections that have been silent longest and have never played, at most so many.
    pub fn silent(&self, few: usize) -> Vec<ConnKey> {
        let mut silent: Vec<(u64, ConnKey)> = self
            .talks
            .iter()
            .filter(|(_, talk)| talk.seat.is_none() && talk.from.is_none())
            .map(|(index, talk)| {
                let generation = talk.generation;
                (talk.heard, ConnKey { index, generation })
            })
            .collect();
        silent.sort_unstable_by_key(|(heard, _)| *heard);
        silent.truncate(few);
        silent.into_iter().map(|(_, key)| key).collect()
    }

    fn talk(&self, key: ConnKey) -> Option<&Talk> {
        let talk = self.talks.get(key.index)?;
        (talk.generation == key.generation).then_some(talk)
    }

    /// The conversation, for reading what it sends and telling what was sent.
    pub fn talk_mut(&mut self, key: ConnKey) -> Option<&mut Talk> {
        let talk = self.talks.get_mut(key.index)?;
        (talk.generation == key.generation).then_some(talk)
    }

    // What there is to do.

    /// Entries that wait for the journal. Give them back to [`committed`](Self::committed).
    pub fn take_proposals(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.proposals)
    }

    /// Whether any entry waits for the journal.
    pub fn has_proposals(&self) -> bool {
        !self.proposals.is_empty()
    }

    /// Connections with something to send, or that may be read again.
    pub fn take_touched(&mut self) -> Vec<ConnKey> {
        let touched = std::mem::take(&mut self.touched);
        for key in &touched {
            if let Some(talk) = self.talk_mut(*key) {
                talk.touched = false;
            }
        }
        touched
    }

    /// Connections that go to other shards.
    pub fn take_departures(&mut self) -> Vec<Departure> {
        std::mem::take(&mut self.departures)
    }

    /// Entries for rooms of other shards: [`propose`](Self::propose) them there.
    pub fn take_elsewhere(&mut self) -> Vec<(usize, Record)> {
        std::mem::take(&mut self.elsewhere)
    }

    // What happened to a connection.

    /// A connection on the text door. A quiet one is not greeted.
    pub fn connect(&mut self, greeted: bool, now: Now) -> ConnKey {
        let mut talk = Talk::new(self.settings.speaker, now);
        if greeted {
            talk.greet(self.settings.range);
        }
        self.seat_talk(talk)
    }

    /// A connection that comes from another shard, for the message that it carries.
    pub fn adopt(&mut self, talk: Talk, now: Now) -> ConnKey {
        let key = self.seat_talk(talk);
        self.register(key);
        if self.stopping {
            self.talks[key.index].end(now);
        }
        self.resume(key, now);
        self.touch(key);
        key
    }

    /// Has the connection looked at by the socket's keeper.
    fn touch(&mut self, key: ConnKey) {
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
        if talk.fresh && requests::is_no_game(bytes) {
            return self.point_to_page(key, now);
        }
        let mut telnet = talk.telnet;
        let data = telnet.strip(bytes);
        talk.telnet = telnet;
        if data.is_empty() {
            return;
        }
        if !talk.input.is_empty() {
            talk.input.extend_from_slice(&data);
            return self.resume(key, now);
        }
        self.advance(key, &data, now);
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
                if talk.framing.unfinished() == Unfinished::Quiet
                    && talk.may_speak()
                    && now.tick >= talk.since + quiet
                    && let Some(frame) = talk.framing.quiet()
                {
                    self.frame(key, frame, now);
                }
                self.line_deadline(key, now);
                self.resume(key, now);
            }
            Phase::Leaving | Phase::Ending(_) | Phase::Closing(_) => {}
        }
    }

    /// The connection is gone. A seat whose code was given waits for its player; any other goes.
    pub fn lost(&mut self, key: ConnKey, now: Now) {
        if self.talk(key).is_none() {
            return;
        }
        self.unregister(key);
        let talk = self.talks.remove(key.index);
        if talk.code_given {
            return;
        }
        for seat in talk.seat.into_iter().chain(talk.from.map(|seat| *seat)) {
            self.leave(seat, now);
        }
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
            if input.is_empty() {
                return;
            }
            let began = talk.framing.unfinished();
            let frame = talk.framing.next(&mut input);
            let is_line = talk.framing.unfinished() == Unfinished::Line;
            if frame.is_some() || !is_line || began != Unfinished::Line {
                talk.since = now.tick;
            }
            match frame {
                Some(frame) => self.frame(key, frame, now),
                None => return,
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
            Frame::Message(message) => self.message(key, &message, now),
            Frame::Completes => {
                if let Some(talk) = self.talk_mut(key) {
                    talk.complete();
                }
            }
        }
        self.touch(key);
    }

    fn line_deadline(&mut self, key: ConnKey, now: Now) {
        let Some(talk) = self.talk_mut(key) else {
            return;
        };
        let deadline = talk.since + crate::limits::LINE_DEADLINE.as_millis() as u64;
        if talk.framing.unfinished() == Unfinished::Line && now.tick >= deadline && talk.owed == 0 {
            let partial = talk.framing.give_up();
            talk.since = now.tick;
            self.misread(key, Misread::Unfinished, &partial, now);
            self.touch(key);
        }
    }

    // What the journal says, and what time does to rooms.

    /// Adds an entry to those that wait for the journal.
    pub fn propose(&mut self, record: Record) {
        self.proposals.push(record);
    }

    /// The journal has these entries now: applies them in order, and answers.
    pub fn committed(&mut self, first: u64, records: &[Record], now: Now) {
        for (sequence, record) in (first..).zip(records) {
            if let Entry::Result(score) = &record.entry {
                self.record_result(score);
                continue;
            }
            self.apply(sequence, record, now);
        }
        // Those who were answered may have more to say.
        for index in 0..self.touched.len() {
            self.resume(self.touched[index], now);
        }
    }

    /// Proposes what time brings: ends of rounds. Call it several times a second.
    pub fn watch_clocks(&mut self, now: Now) {
        for index in 0..self.timed.len() {
            let id = self.timed[index];
            let due = self
                .rooms
                .get(&id)
                .and_then(|hosted| hosted.room.deadline());
            if let Some((round, deadline)) = due
                && now.at >= deadline
            {
                let entry = Entry::Close { round };
                self.propose(Record {
                    room: id,
                    at: now.at,
                    entry,
                });
            }
        }
    }

    /// Proposes that seats to which nobody came back are given up. Call it now and then.
    pub fn sweep(&mut self, now: Now) {
        let idle = SEAT_IDLE.as_millis() as u64;
        let mut gone = Vec::new();
        for (id, hosted) in &self.rooms {
            for seat in hosted.room.seats() {
                let is_here = hosted.here.iter().any(|here| here.player == seat.player);
                if !is_here && now.at.saturating_sub(seat.seen) > idle {
                    let entry = Entry::Leave {
                        player: seat.player,
                    };
                    gone.push(Record {
                        room: *id,
                        at: now.at,
                        entry,
                    });
                }
            }
        }
        self.proposals.extend(gone);
    }

    fn record_result(&mut self, score: &crate::game::Score) {
        if let RoomId::Hall(_) = score.room {
            let mut board = self
                .hall
                .lock()
                .expect("nobody panics while holding the scores");
            board.record(score);
        }
    }

    /// Random bytes for a code, until its hall room is one of this shard's.
    fn new_key(&mut self) -> (Key, PlayerId) {
        loop {
            let mut bytes = [0; 10];
            (self.entropy)(&mut bytes);
            let key = Key(bytes);
            let player = key.player();
            if shard_of(RoomId::Hall(player), self.settings.shards) == self.settings.index {
                return (key, player);
            }
        }
    }

    fn shared(&self, code: RoomCode) -> Option<&Room> {
        let room = &self.rooms.get(&RoomId::Shared(code))?.room;
        room.rules().map(|_| room)
    }

    /// Answers at once. Only when nothing is owed before.
    fn answer(&mut self, key: ConnKey, reply: &Reply, now: Now) {
        if let Some(talk) = self.talk_mut(key) {
            debug_assert_eq!(talk.owed, 0, "an answer overtakes those owed before it");
            talk.answer(reply, now);
        }
    }
}
