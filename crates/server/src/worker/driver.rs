//! Drives the engine with a worker's sockets, and asks it for the page.
//!
//! Nothing else of the server calls the engine: bytes, deadlines and journal entries go in here,
//! and what the engine has decided is carried out by [`Driver::settle`].

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use mio::event::Event;

use super::inbox::{Arrival, Command, Entrance, Handle};
use super::sockets::Sockets;
use crate::follow::Followings;
use crate::journal::Committed;
use crate::log::Log;
use crate::log::event::Often;
use crate::metrics::{Counted, Work};
use crate::trial::{RunNumber, Trials};
use game::engine::lesson::{Judged, Pupil};
use game::engine::survey::{Find, Survey, Tile};
use game::engine::teacher::NotOpened;
use game::engine::{ConnKey, Departure, Engine, Now, Origin};
use game::limits::{ENTRIES_OF_THE_BUSY, READ_BYTES, TURN_OF_THE_BUSY};
use game::rules::{Order, Record, ResumeCode, RoomCode, Rules};
use os::system::{self, Clock};

/// An engine, its sockets, and the time.
pub struct Driver {
    engine: Engine,
    sockets: Sockets,
    /// What is read, of one connection after the other.
    buffer: Box<[u8]>,
    clock: Clock,
    /// All workers, this one included.
    peers: Vec<Handle>,
    /// The room test, whose tickets come to the text listener.
    trials: Arc<Trials>,
    log: Log,
    /// What the worker has done, for the page of metrics.
    pub(super) work: Work,
}

/// What a connection needs a turn for.
#[derive(PartialEq, Eq)]
enum Turn {
    /// For nothing.
    Unneeded,
    /// To be read.
    Read,
    /// For its deadline, or to treat what was read before.
    Tick,
}

impl Driver {
    /// Drives an engine that has its rooms, and no connection yet.
    pub fn new(
        engine: Engine,
        sockets: Sockets,
        clock: Clock,
        peers: Vec<Handle>,
        trials: Arc<Trials>,
        log: Log,
    ) -> Self {
        Driver {
            engine,
            sockets,
            buffer: vec![0; READ_BYTES].into(),
            clock,
            peers,
            trials,
            log,
            work: Work::default(),
        }
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    // Connections and their sockets.

    /// Serves a connection from now on, and sends what there is for it.
    pub(super) fn host(&mut self, arrival: Arrival) {
        let now = self.now();
        let key = match arrival.entrance {
            Entrance::Text { greeted } => {
                let key = self.engine.connect(greeted, now);
                if !arrival.early.is_empty() {
                    self.engine.receive(key, &arrival.early, now);
                }
                key
            }
            Entrance::Page(guest) => self.engine.welcome(guest, &arrival.early, now),
            Entrance::Worker(connection) => self.engine.adopt(*connection, now),
        };
        let (stream, permit) = (arrival.stream, arrival.permit);
        self.sockets.add(key, stream, permit, now.tick);
        self.serve(key, now);
    }

    /// The system tells that a socket is ready.
    pub(super) fn event(&mut self, event: &Event) {
        let ended = event.is_read_closed() || event.is_error();
        self.became_ready(event.token().0, event.is_readable(), ended);
    }

    /// A connection in memory is ready.
    pub(super) fn ready(&mut self, key: ConnKey) {
        if self.sockets.get_mut(key).is_some() {
            self.became_ready(key.index, true, false);
        }
    }

    fn became_ready(&mut self, index: usize, readable: bool, ended: bool) {
        let now = self.now();
        if let Some(key) = (self.sockets).became_ready(index, readable, ended, now.tick) {
            self.attend(key, now);
        }
    }

    /// Calls the engine for all deadlines that have come.
    pub(super) fn meet_deadlines(&mut self) {
        let due = self.now();
        while let Some((key, at_once)) = self.sockets.next_due(due.tick) {
            if at_once {
                let now = self.now();
                self.engine.tick(key, now);
                self.attend(key, now);
            }
        }
    }

    /// When the next deadline comes.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let tick = self.sockets.first_deadline()?;
        Some(self.clock.instant(tick))
    }

    /// Gives their turn, for a short time, to those who have had one and want more: so a crowd of
    /// them takes no more of an honest player's time than one does.
    pub(super) fn attend_busy(&mut self) {
        if !self.has_busy() {
            return;
        }
        let end = Instant::now() + TURN_OF_THE_BUSY;
        let entries = self.engine.waiting() + ENTRIES_OF_THE_BUSY;
        while let Some(key) = self.sockets.next_busy() {
            self.attend(key, self.now());
            if Instant::now() >= end || self.engine.waiting() >= entries {
                break;
            }
        }
    }

    /// Whether a connection waits for another turn.
    pub(super) fn has_busy(&self) -> bool {
        self.sockets.busy() > 0
    }

    /// Gives a connection its turn: reads once, or treats what was read before.
    fn attend(&mut self, key: ConnKey, now: Now) {
        match self.tend(key, now) {
            Turn::Unneeded => return,
            Turn::Read => self.read(key, now),
            Turn::Tick => self.engine.tick(key, now),
        }
        self.serve(key, now);
    }

    /// Does what has become possible for a connection; reading has its turn later.
    fn serve(&mut self, key: ConnKey, now: Now) {
        if self.tend(key, now) != Turn::Unneeded {
            self.sockets.queue(key);
        }
    }

    /// Sends what there is, and brings a socket to what its conversation wants.
    fn tend(&mut self, key: ConnKey, now: Now) -> Turn {
        // Without a connection it has left the engine, and its socket is about to follow.
        let (Some(connection), Some(socket)) =
            (self.engine.connection_mut(key), self.sockets.get_mut(key))
        else {
            return Turn::Unneeded;
        };
        if socket.transmit(connection, now) {
            self.engine.resume(key, now);
        }
        let Some(interest) = self.engine.interest(key) else {
            return Turn::Unneeded;
        };
        let may_be_over = interest.shut || interest.deadline.is_some();
        if socket.is_broken() || (may_be_over && self.engine.is_over(key, now)) {
            if self.engine.lost(key, now) {
                self.log.often(Often::Unread, 1);
            }
            self.sockets.close(key);
            return Turn::Unneeded;
        }
        if interest.shut {
            socket.shut();
        }
        let reads = interest.read && socket.is_readable();
        if interest.deadline.is_some_and(|tick| tick <= now.tick) {
            self.sockets.set_deadline(key, None);
            return Turn::Tick;
        }
        self.sockets.set_deadline(key, interest.deadline);
        if reads { Turn::Read } else { Turn::Unneeded }
    }

    /// Reads once, and lets the engine treat it.
    fn read(&mut self, key: ConnKey, now: Now) {
        let Some(socket) = self.sockets.get_mut(key) else {
            return;
        };
        match socket.read(&mut self.buffer, now.tick) {
            Some(0) => self.engine.end_of_input(key, now),
            Some(count) => self.engine.receive(key, &self.buffer[..count], now),
            None => {}
        }
    }

    /// Gives a connection's socket to another worker.
    fn depart(&mut self, departure: Departure) {
        let Some((stream, permit)) = self.sockets.remove(departure.key) else {
            return;
        };
        // A peer that has ended is stopping; the connection closes with it.
        self.peers[departure.engine].send(Command::Host(Box::new(Arrival {
            stream,
            permit,
            entrance: Entrance::Worker(departure.connection),
            early: Vec::new(),
        })));
    }

    /// Carries out what the engine has decided for connections: sends, and forwards.
    pub(super) fn settle(&mut self) {
        loop {
            let touched = self.engine.take_touched();
            let departures = self.engine.take_departures();
            for ticket in self.engine.take_shown_tickets() {
                self.trials.reached(ticket);
            }
            for (peer, record) in self.engine.take_elsewhere() {
                // A peer that has ended is stopping, and so is this worker.
                self.peers[peer].send(Command::Propose(record));
            }
            for departure in departures {
                self.depart(departure);
            }
            if touched.is_empty() {
                return;
            }
            let now = self.now();
            for key in touched {
                self.serve(key, now);
            }
        }
    }

    /// Ends up to this many connections that are silent and have never played.
    pub(super) fn evict(&mut self, most: usize) {
        let now = self.now();
        let silent = self.engine.silent(most);
        let count = silent.len() as u64;
        for key in silent {
            self.engine.evict(key, now);
        }
        self.work.evicted += count;
        if count > 0 {
            self.log.often(Often::Evicted, count);
        }
    }

    /// Ends all conversations, as the protocol says.
    pub(super) fn end_conversations(&mut self) {
        self.engine.stop(self.now());
        self.settle();
    }

    /// Whether no connection is left.
    pub(super) fn is_deserted(&self) -> bool {
        self.sockets.is_empty()
    }

    /// Closes the connections that are left, and gives up the seats to which nobody can come back.
    pub(super) fn cut_off(&mut self) {
        let now = self.now();
        for key in self.sockets.keys() {
            self.engine.lost(key, now);
            self.sockets.close(key);
        }
    }

    // Time.

    /// Ends the rounds whose time is over.
    pub(super) fn watch_clocks(&mut self) {
        self.engine.watch_clocks(self.now());
    }

    /// Tells pages what others do, for the `count`th time, and whether the journal is away.
    pub(super) fn tell_pages(&mut self, is_away: bool, count: u64) {
        self.engine.tell_of_journal(is_away, count);
        self.engine.tell_pages(count, self.now());
    }

    /// Gives up the seats to which nobody has come back for long.
    pub(super) fn sweep(&mut self) {
        self.engine.sweep(self.now());
    }

    // The journal.

    /// Adds an entry to those that wait for the journal.
    pub(super) fn propose(&mut self, record: Record) {
        self.engine.propose(record);
    }

    /// Whether an entry waits for the journal.
    pub(super) fn has_proposals(&self) -> bool {
        self.engine.has_proposals()
    }

    /// Takes the entries of the next batch.
    pub(super) fn take_proposals(&mut self) -> Vec<Record> {
        self.engine.take_proposals()
    }

    /// Applies a batch that this worker proposed, and answers.
    pub(super) fn committed(&mut self, batch: &Committed) {
        (self.engine).committed(batch.first, &batch.records, self.now());
    }

    /// Applies what came to a shared log, this worker's own entries too, and answers.
    pub(super) fn follow(&mut self, followings: &Followings) {
        let (theirs, own) = followings.entries.split_at(followings.own_from);
        for (entries, origin) in [(theirs, Origin::Elsewhere), (own, Origin::Here)] {
            let entries = entries.iter().map(|(sequence, record)| (*sequence, record));
            self.engine.follow(entries, origin, self.now());
        }
    }

    // What the page asks.

    /// The shared rooms that are open here, with the number of their players.
    pub fn shared_rooms(&self) -> Vec<(RoomCode, Rules, usize)> {
        self.engine.shared_rooms()
    }

    /// A room as it is now, or this worker's part of the public hall. `None` if it is not open.
    pub fn survey(&mut self, room: Option<RoomCode>, find: &Find) -> Option<Survey> {
        let now = self.now();
        match room {
            Some(code) => self.engine.survey(code, find, now),
            None => Some(self.engine.survey_hall(find, now)),
        }
    }

    /// The names and addresses of the players of a room, or of this worker's part of the public
    /// hall, for the teacher's check of their servers. `None` if it is not open.
    pub fn whereabouts(&mut self, room: Option<RoomCode>) -> Option<Vec<(String, IpAddr)>> {
        let survey = self.survey(room, &Find::Everyone)?;
        let whereabouts = |tile: Tile| {
            let contact = tile.contact?;
            let peer = contact.peer.or_else(|| self.sockets.peer(contact.key))?;
            Some((tile.name, peer))
        };
        Some(survey.tiles.into_iter().filter_map(whereabouts).collect())
    }

    /// Proposes to open a room.
    pub fn open_room(&mut self, code: RoomCode, rules: Rules) -> Result<(), NotOpened> {
        self.engine.open_room(code, rules, self.now())
    }

    /// Proposes an order of the teacher.
    pub fn order(&mut self, code: RoomCode, order: Order) -> Result<(), Infallible> {
        self.engine.order(code, order, self.now());
        Ok(())
    }

    /// The player with this code, and their answers in the lesson.
    pub fn pupil(&self, code: ResumeCode) -> Option<Pupil> {
        self.engine.pupil(code)
    }

    /// The answers of a room's players in the lesson.
    pub fn pupils(&self, code: RoomCode) -> Vec<Pupil> {
        self.engine.pupils(code)
    }

    /// Proposes a player's answer in the lesson.
    pub fn answered(&mut self, code: ResumeCode, judged: Judged) -> Result<(), Infallible> {
        self.engine.answered(code, judged, self.now());
        Ok(())
    }

    /// What this worker has counted, for the page of metrics.
    pub fn counted(&self) -> Counted {
        Counted {
            counts: self.engine.counts().clone(),
            census: self.engine.census(),
            work: self.work.clone(),
            cpu: system::thread_time(),
            mail: self.peers[self.engine.index()].waiting(),
            busy: self.sockets.busy(),
        }
    }

    /// Has the pages of a room, or of the public hall, begin a room test, with the port of the text
    /// listener.
    pub fn ask_pages(&mut self, run: RunNumber, room: Option<RoomCode>, port: Option<u16>) {
        let (pages, left_out) = self.engine.ask_pages(room, port);
        // Before anything is sent: a page may be quick.
        (self.trials).add(run, self.engine.index(), pages, left_out);
    }

    /// Frees a program that is stuck: ends its conversation, or closes it at once.
    pub fn free(&mut self, key: ConnKey, at_once: bool) {
        self.engine.free(key, at_once, self.now());
    }
}
