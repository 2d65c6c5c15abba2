//! Drives the engine with a worker's sockets, and asks it for the page.
//!
//! Nothing else of the server calls the engine: bytes, deadlines and journal entries go in by
//! [`Driver::handle`], and a [`Carrier`] carries out what the engine wants.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use mio::event::Event;

use super::inbox::{Arrival, Command, Entrance, Followings, Handle};
use super::sockets::{Read, Sockets};
use crate::addresses::interfaces;
use crate::journal::Committed;
use crate::log::Log;
use crate::log::event::Often;
use crate::metrics::counters::{Counted, Work};
use crate::permits::ConnectionPermit;
use crate::stream::Stream;
use crate::trial::{RunNumber, Trials};
use game::engine::Space;
use game::engine::comeback::NameStanding;
use game::engine::connection::Interest;
use game::engine::drive::{Host, Input, Written, drive};
use game::engine::lesson::{Judged, NotKept, Pupil};
use game::engine::survey::{Find, Survey, Tile};
use game::engine::teacher::NotOpened;
use game::engine::trial::Ticket;
use game::engine::{ConnectionId, Departure, Engine, Now, Origin};
use game::limits::{ENTRIES_OF_THE_BUSY, READ_BYTES, TURN_OF_THE_BUSY};
use game::room::protocol::Protocol;
use game::room::tournament::Tournament;
use game::rules::{
    Entry, Millis, Name, Order, PlayerId, Proposal, Record, ResumeCode, RoomCode, Rules, Topic,
};
use game::shares::Source;
use os::system::{self, Clock};

/// An engine, its sockets, and the time.
pub struct Driver {
    engine: Engine,
    carrier: Carrier,
    /// What is read, of one connection after the other.
    buffer: Box<[u8]>,
    clock: Clock,
    /// What the worker has done, for the page of metrics.
    pub(super) work: Work,
}

/// Carries out what the engine wants.
struct Carrier {
    sockets: Sockets,
    /// All workers, this one included.
    peers: Vec<Handle>,
    /// The room test, whose tickets come to the text listener.
    trials: Arc<Trials>,
    log: Log,
    /// The time of the engine's last input, in ticks.
    tick: u64,
    /// The socket of the connection that the engine is told of.
    newcomer: Option<(Stream, ConnectionPermit)>,
    /// The batch that the engine proposes.
    batch: Vec<Record>,
}

impl Host for Carrier {
    fn connected(&mut self, key: ConnectionId) {
        if let Some((stream, permit)) = self.newcomer.take() {
            self.sockets.add(key, stream, permit, self.tick);
        }
    }

    fn write(&mut self, key: ConnectionId, bytes: &[u8]) -> Written {
        let socket = self.sockets.get_mut(key);
        socket.map_or(Written::Broken, |socket| socket.write(bytes))
    }

    fn wants(&mut self, key: ConnectionId, interest: Interest) {
        self.sockets.wants(key, interest, self.tick);
    }

    fn close(&mut self, key: ConnectionId, unread: bool) {
        if unread {
            self.log.often(Often::Unread, 1);
        }
        self.sockets.close(key);
    }

    fn hand_over(&mut self, departure: Departure) {
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

    fn forward(&mut self, engine: usize, record: Record) {
        // A peer that has ended is stopping, and so is this worker.
        self.peers[engine].send(Command::Propose(record));
    }

    fn propose(&mut self, batch: Vec<Record>) {
        self.batch = batch;
    }

    fn ticket(&mut self, ticket: Ticket) {
        self.trials.reached(ticket);
    }
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
            carrier: Carrier {
                sockets,
                peers,
                trials,
                log,
                tick: 0,
                newcomer: None,
                batch: Vec::new(),
            },
            buffer: vec![0; READ_BYTES].into(),
            clock,
            work: Work::default(),
        }
    }

    fn now(&self) -> Now {
        self.clock.now()
    }

    /// Tells the engine what has happened, and carries out what it wants.
    fn handle(&mut self, input: Input<'_>) {
        let now = self.now();
        self.engine.handle(input, now);
        self.carry_out(now);
    }

    fn carry_out(&mut self, now: Now) {
        self.carrier.tick = now.tick;
        drive(&mut self.engine, &mut self.carrier, now);
    }

    // Connections and their sockets.

    /// Serves a connection from now on, and sends what there is for it.
    pub(super) fn host(&mut self, arrival: Arrival) {
        self.carrier.newcomer = Some((arrival.stream, arrival.permit));
        let early = arrival.early.as_slice();
        self.handle(match arrival.entrance {
            Entrance::Text { greeted, from } => Input::Accepted {
                greeted,
                from: Some(from),
                early,
            },
            Entrance::Page(guest) => Input::Visited { guest, early },
            Entrance::Worker(connection) => Input::Arrived(connection),
        });
    }

    /// The system tells that a socket is ready.
    pub(super) fn event(&mut self, event: &Event) {
        let ended = event.is_read_closed() || event.is_error();
        self.became_ready(event.token().0, event.is_readable(), ended);
    }

    /// A connection in memory is ready.
    pub(super) fn ready(&mut self, key: ConnectionId) {
        if self.carrier.sockets.get_mut(key).is_some() {
            self.became_ready(key.index, true, false);
        }
    }

    fn became_ready(&mut self, index: usize, readable: bool, ended: bool) {
        let tick = self.now().tick;
        let sockets = &mut self.carrier.sockets;
        if let Some(key) = sockets.became_ready(index, readable, ended, tick) {
            self.attend(key);
        }
    }

    /// Tells the engine of all deadlines that have come.
    pub(super) fn meet_deadlines(&mut self) {
        let due = self.now().tick;
        while let Some((key, at_once)) = self.carrier.sockets.next_due(due) {
            if at_once {
                self.meet_deadline(key);
            }
        }
    }

    /// A connection's deadline has come: the engine's, or that of its TLS handshake.
    fn meet_deadline(&mut self, key: ConnectionId) {
        let tick = self.now().tick;
        let socket = self.carrier.sockets.get_mut(key);
        if socket.is_some_and(|socket| socket.is_late(tick)) {
            self.lose(key);
        } else {
            self.handle(Input::Timer(key));
        }
    }

    /// Closes a connection that is broken.
    fn lose(&mut self, key: ConnectionId) {
        self.handle(Input::Lost(key));
        self.carrier.close(key, false);
    }

    /// When the next deadline comes.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        let tick = self.carrier.sockets.first_deadline()?;
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
        while let Some(key) = self.carrier.sockets.next_busy() {
            self.attend(key);
            if Instant::now() >= end || self.engine.waiting() >= entries {
                break;
            }
        }
    }

    /// Whether a connection waits for another turn.
    pub(super) fn has_busy(&self) -> bool {
        self.carrier.sockets.busy() > 0
    }

    /// Gives a connection its turn: has the engine write what was blocked, meet a deadline or treat
    /// what was read before, or reads once.
    fn attend(&mut self, key: ConnectionId) {
        let tick = self.now().tick;
        let Some(socket) = self.carrier.sockets.get_mut(key) else {
            return;
        };
        if socket.take_blocked() {
            self.handle(Input::Writable(key));
        }
        let Some(socket) = self.carrier.sockets.get_mut(key) else {
            return;
        };
        if socket.take_due() {
            return self.meet_deadline(key);
        }
        if !socket.may_read() {
            return;
        }
        match socket.read(&mut self.buffer, tick) {
            Read::Bytes(count) => {
                let now = self.clock.now();
                let bytes = &self.buffer[..count];
                self.engine.handle(Input::Received { key, bytes }, now);
                self.carry_out(now);
            }
            Read::End => self.handle(Input::PeerClosed(key)),
            Read::Nothing => {}
            Read::Broken => self.lose(key),
        }
    }

    /// Ends a connection that yields its place, if it is here.
    pub(super) fn evict(&mut self, key: ConnectionId) {
        if self.carrier.sockets.get_mut(key).is_some() {
            self.handle(Input::Free { key, at_once: true });
            self.work.evicted += 1;
            self.carrier.log.often(Often::Evicted, 1);
        }
    }

    /// Ends all conversations, as the protocol says.
    pub(super) fn end_conversations(&mut self) {
        self.handle(Input::Stop);
    }

    /// Whether no connection is left.
    pub(super) fn is_deserted(&self) -> bool {
        self.carrier.sockets.is_empty()
    }

    /// Closes the connections that are left, and gives up the seats to which nobody can come back.
    pub(super) fn cut_off(&mut self) {
        for key in self.carrier.sockets.keys() {
            self.lose(key);
        }
    }

    // Time.

    /// Tells the engine how much space the journal has left.
    pub(super) fn space(&mut self, space: Space) {
        self.handle(Input::Space(space));
    }

    /// Does what time brings to rooms and pages. Called every 50 ms.
    pub(super) fn clock(&mut self, journal_away: bool) {
        self.handle(Input::Clock { journal_away });
    }

    // The journal.

    /// Adds an entry to those that wait for the journal.
    pub(super) fn propose(&mut self, record: Record) {
        self.handle(Input::Forwarded(record));
    }

    /// Whether an entry waits for the journal.
    pub(super) fn has_proposals(&self) -> bool {
        self.engine.waiting() > 0
    }

    /// Takes the entries of the next batch.
    pub(super) fn take_proposals(&mut self) -> Vec<Record> {
        self.handle(Input::JournalReady);
        std::mem::take(&mut self.carrier.batch)
    }

    /// Applies a batch that this worker proposed, and answers.
    pub(super) fn committed(&mut self, batch: &Committed) {
        let (first, records) = (batch.first, &batch.records[..]);
        self.handle(Input::Committed { first, records });
    }

    /// Applies what came to a shared log, this worker's own entries too, and answers.
    pub(super) fn follow(&mut self, followings: &Followings) {
        let (theirs, own) = followings.entries.split_at(followings.own_from);
        for (entries, origin) in [(theirs, Origin::Elsewhere), (own, Origin::Here)] {
            self.handle(Input::Followed { entries, origin });
        }
    }

    // What the page asks.

    /// The shared rooms that are open here, with the number of their players.
    pub fn shared_rooms(&self) -> Vec<(RoomCode, Rules, usize, Millis)> {
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
            let peer = contact
                .peer
                .or_else(|| self.carrier.sockets.peer(contact.key))?;
            Some((tile.name, peer))
        };
        Some(survey.tiles.into_iter().filter_map(whereabouts).collect())
    }

    /// Proposes to open a room.
    pub fn open_room(&mut self, code: RoomCode, rules: Rules) -> Result<(), NotOpened> {
        self.engine.may_open(code)?;
        self.handle(Input::Open { code, rules });
        Ok(())
    }

    /// Proposes an order of the teacher.
    pub fn order(&mut self, code: RoomCode, order: Order) -> Result<(), Infallible> {
        self.handle(Input::Order { code, order });
        Ok(())
    }

    /// Whether a player of a room may come back to a name, and whether everybody may.
    pub fn standing(
        &mut self,
        room: RoomCode,
        player: PlayerId,
        name: &Name,
    ) -> (NameStanding, bool) {
        let now = self.now();
        self.engine.standing(room, player, name, now)
    }

    /// Those of these players who have a seat in a room.
    pub fn seated(&self, room: RoomCode, players: &[PlayerId]) -> Vec<PlayerId> {
        self.engine.seated(room, players)
    }

    /// Proposes that a player gets the name and the score of another seat.
    pub fn return_to(
        &mut self,
        code: RoomCode,
        from: PlayerId,
        to: PlayerId,
        with_answers: bool,
    ) -> Result<(), Infallible> {
        self.handle(Input::ReturnTo {
            code,
            from,
            to,
            with_answers,
        });
        Ok(())
    }

    /// Proposes that a seat has again the name and the score with which another player came back.
    pub fn undo_return(&mut self, code: RoomCode, from: PlayerId) -> Result<(), Infallible> {
        self.handle(Input::UndoReturn { code, from });
        Ok(())
    }

    /// The seats of the person who has this one in a room, and their names.
    pub fn seats_of(&self, room: RoomCode, player: PlayerId) -> Vec<(PlayerId, Option<Name>)> {
        self.engine.seats_of(room, player)
    }

    /// The player with this code, and their answers in the lesson.
    pub fn pupil(&self, code: ResumeCode) -> Option<Pupil> {
        self.engine.pupil(code)
    }

    /// How many players of a room have answered something in the lesson, and how many each question.
    pub fn answered_by(&self, code: RoomCode) -> (usize, HashMap<Box<str>, usize>) {
        self.engine.answered_by(code)
    }

    /// The answers of a room's players in the lesson.
    pub fn pupils(&self, code: RoomCode) -> Vec<Pupil> {
        self.engine.pupils(code)
    }

    /// Proposes the answer of a player in the lesson, who asks from this address.
    pub fn answered(
        &mut self,
        code: ResumeCode,
        judged: Judged,
        source: Source,
    ) -> Result<(), NotKept> {
        let now = self.now();
        self.engine.may_answer(code, &judged, source, now)?;
        self.handle(Input::Answered { code, judged });
        Ok(())
    }

    /// The latest tournament of a room.
    pub fn tournament(&self, code: RoomCode) -> Option<Tournament> {
        self.engine.tournament(code).cloned()
    }

    /// The protocol page of a room, and the names of those who propose something.
    pub fn protocol(&self, code: RoomCode) -> Option<(Protocol, BTreeMap<PlayerId, String>)> {
        self.engine.protocol(code)
    }

    /// Proposes a pupil's rule for the protocol page of their room.
    ///
    /// # Errors
    ///
    /// If they have written too much, the page has too many proposals, or the disk is full.
    pub fn proposed(
        &mut self,
        code: ResumeCode,
        topic: Topic,
        text: Box<str>,
        source: Source,
    ) -> Result<(), NotKept> {
        let (now, room) = (self.now(), code.room.ok_or(NotKept::WroteTooMuch)?);
        let player = code.key.player();
        let proposal = Proposal {
            player,
            topic,
            text,
        };
        self.engine.may_propose(code, &proposal, source, now)?;
        self.programs(room, vec![Entry::Proposal(proposal)])
    }

    /// Proposes what the programs of a room have done.
    ///
    /// # Errors
    ///
    /// If the disk is full.
    pub fn programs(&mut self, code: RoomCode, entries: Vec<Entry>) -> Result<(), NotKept> {
        if !self.engine.has_space() {
            return Err(NotKept::NoSpace);
        }
        self.handle(Input::Programs { code, entries });
        Ok(())
    }

    /// What this worker has counted, for the page of metrics.
    pub fn counted(&self) -> Counted {
        Counted {
            counts: self.engine.counts().clone(),
            census: self.engine.census(),
            work: self.work.clone(),
            cpu: system::thread_time(),
            mail: self.carrier.peers[self.engine.index()].waiting(),
            busy: self.carrier.sockets.busy(),
        }
    }

    /// Has the pages of a room, or of the public hall, begin a room test, with the port of the text
    /// listener.
    pub fn ask_pages(&mut self, run: RunNumber, room: Option<RoomCode>, port: Option<u16>) {
        let (pages, left_out) = self.engine.ask_pages(room, port, &interfaces());
        // Before anything is sent: a page may be quick.
        (self.carrier.trials).add(run, self.engine.index(), pages, left_out);
        self.carry_out(self.now());
    }

    /// Frees a program that is stuck: ends its conversation, or closes it at once.
    pub fn free(&mut self, key: ConnectionId, at_once: bool) {
        self.handle(Input::Free { key, at_once });
    }
}
