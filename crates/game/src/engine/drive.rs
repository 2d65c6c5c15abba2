//! The engine's face: what happens goes in by [`Engine::handle`], what is to be done comes out of
//! [`Engine::poll`]. [`drive`] carries it out, for the server, the simulation, the fuzzers and the
//! tests alike.

use crate::rules::{Entry, Order, PlayerId, Record, ResumeCode, RoomCode, RoomId, Rules};
use crate::shares::Source;

use super::connection::{Connection, Interest};
use super::guest::Guest;
use super::lesson::Judged;
use super::trial::Ticket;
use super::{ConnectionId, Departure, Engine, Now, Origin, Space};

/// Something that has happened.
pub enum Input<'a> {
    /// The text listener accepted a connection. Answered by [`Output::Connected`], as the next two.
    Accepted {
        /// Whether the client is greeted.
        greeted: bool,
        /// Where it connects from, if that is known.
        from: Option<Source>,
        /// Bytes that were read from it already.
        early: &'a [u8],
    },
    /// A connection came by the page's port.
    Visited {
        /// What is known of it.
        guest: Guest,
        /// Bytes that were read from it already.
        early: &'a [u8],
    },
    /// Another engine handed a connection over.
    Arrived(Box<Connection>),
    /// Bytes were read.
    Received {
        /// The connection.
        key: ConnectionId,
        /// At most [`READ_BYTES`](crate::limits::READ_BYTES).
        bytes: &'a [u8],
    },
    /// The client will send nothing more; it may still read.
    PeerClosed(ConnectionId),
    /// The connection is broken: the driver has closed it.
    Lost(ConnectionId),
    /// The first `bytes` bytes of an [`Output::Write`] were written.
    Sent {
        /// The connection.
        key: ConnectionId,
        /// More than 0.
        bytes: usize,
    },
    /// The socket of an [`Output::Write`] takes nothing for now.
    Blocked(ConnectionId),
    /// A blocked socket may take bytes again.
    Writable(ConnectionId),
    /// The deadline of the connection's last [`Output::Wants`] has come. Harmless at other times.
    Timer(ConnectionId),
    /// Another 50 ms are over. Ends rounds, tells pages what has changed, gives up seats.
    Clock {
        /// Whether the journal takes nothing for now.
        journal_away: bool,
    },
    /// The space that is left for the journal has changed.
    Space(Space),
    /// The journal can take a batch. Answered by [`Output::Propose`] if an entry waits.
    JournalReady,
    /// The journal has a batch that this engine proposed.
    Committed {
        /// The sequence of the first entry.
        first: u64,
        /// The batch.
        records: &'a [Record],
    },
    /// A journal that machines share has these entries, with their sequences.
    Followed {
        /// In the journal's order.
        entries: &'a [(u64, Record)],
        /// Which engine proposed them.
        origin: Origin,
    },
    /// Another engine forwards an entry for one of this engine's rooms.
    Forwarded(Record),
    /// The teacher opens a room of this engine. Ask [`Engine::may_open`] first.
    Open {
        /// The room's code.
        code: RoomCode,
        /// Its rules.
        rules: Rules,
    },
    /// The teacher gives an order for a room of this engine.
    Order {
        /// The room's code.
        code: RoomCode,
        /// The order.
        order: Order,
    },
    /// The teacher lets a player come back to the name and score of another seat. Ask
    /// [`Engine::standing`] first: nothing is proposed where somebody plays under that name.
    ReturnTo {
        /// The room's code.
        code: RoomCode,
        /// The player of that seat.
        from: PlayerId,
        /// The player who comes back.
        to: PlayerId,
        /// Whether they get the answers and programs too.
        with_answers: bool,
    },
    /// The teacher gives a seat the name and the score back with which another player came back.
    UndoReturn {
        /// The room's code.
        code: RoomCode,
        /// The player of that seat.
        from: PlayerId,
    },
    /// A player has answered a question of the lesson.
    Answered {
        /// The player's code.
        code: ResumeCode,
        /// The answer, as far as it is kept.
        judged: Judged,
    },
    /// The programs of a room of this engine have done something.
    Programs {
        /// The room's code.
        code: RoomCode,
        /// What they have done.
        entries: Vec<Entry>,
    },
    /// The teacher frees a stuck program, or descriptors run short.
    Free {
        /// The program's connection.
        key: ConnectionId,
        /// Whether the connection is closed without waiting for the client.
        at_once: bool,
    },
    /// The server stops. What waits for the journal should be committed before.
    Stop,
}

/// Something for the driver to do.
pub enum Output<'a> {
    /// The connection that came has this key.
    Connected(ConnectionId),
    /// Write these bytes, in one send. Answered by [`Input::Sent`], [`Input::Blocked`] or
    /// [`Input::Lost`].
    Write {
        /// The connection.
        key: ConnectionId,
        /// At least one.
        bytes: &'a [u8],
    },
    /// From now on, do this for the connection.
    Wants {
        /// The connection.
        key: ConnectionId,
        /// What to do.
        interest: Interest,
    },
    /// Close the connection: the engine has forgotten it.
    Close {
        /// The connection.
        key: ConnectionId,
        /// Whether the reason is that nobody read what was sent.
        unread: bool,
    },
    /// Give the connection, with its socket, to another engine as [`Input::Arrived`].
    HandOver(Departure),
    /// Give this entry to the engine with this index as [`Input::Forwarded`].
    Forward(usize, Record),
    /// Give this batch to the journal.
    Propose(Vec<Record>),
    /// The ticket of a room test came to the text listener.
    Ticket(Ticket),
}

/// What became of a write.
pub enum Written {
    /// The first bytes were written: at least one.
    Bytes(usize),
    /// The socket takes nothing for now.
    Full,
    /// The connection is broken.
    Broken,
}

/// What carries out the outputs of an engine: sockets and threads, or their models.
pub trait Host {
    /// See [`Output::Connected`].
    fn connected(&mut self, key: ConnectionId);
    /// See [`Output::Write`].
    fn write(&mut self, key: ConnectionId, bytes: &[u8]) -> Written;
    /// See [`Output::Wants`].
    fn wants(&mut self, key: ConnectionId, interest: Interest);
    /// See [`Output::Close`]. Also called where [`Host::write`] found the connection broken.
    fn close(&mut self, key: ConnectionId, unread: bool);
    /// See [`Output::HandOver`].
    fn hand_over(&mut self, departure: Departure);
    /// See [`Output::Forward`].
    fn forward(&mut self, engine: usize, record: Record);
    /// See [`Output::Propose`].
    fn propose(&mut self, batch: Vec<Record>);
    /// See [`Output::Ticket`].
    fn ticket(&mut self, ticket: Ticket);
}

/// Carries out all that the engine wants done. Call it after [`Engine::handle`]; several inputs may
/// be handled before.
pub fn drive(engine: &mut Engine, host: &mut impl Host, now: Now) {
    while let Some(output) = engine.poll(now) {
        match output {
            Output::Connected(key) => host.connected(key),
            Output::Write { key, bytes } => match host.write(key, bytes) {
                Written::Bytes(bytes) => engine.handle(Input::Sent { key, bytes }, now),
                Written::Full => engine.handle(Input::Blocked(key), now),
                Written::Broken => {
                    engine.handle(Input::Lost(key), now);
                    host.close(key, false);
                }
            },
            Output::Wants { key, interest } => host.wants(key, interest),
            Output::Close { key, unread } => host.close(key, unread),
            Output::HandOver(departure) => host.hand_over(departure),
            Output::Forward(engine, record) => host.forward(engine, record),
            Output::Propose(batch) => host.propose(batch),
            Output::Ticket(ticket) => host.ticket(ticket),
        }
    }
}

impl Engine {
    /// Takes note of what has happened. What is to be done then comes out of [`Engine::poll`].
    pub fn handle(&mut self, input: Input<'_>, now: Now) {
        match input {
            Input::Accepted {
                greeted,
                from,
                early,
            } => {
                let key = self.connect(greeted, from, now);
                self.receive(key, early, now);
            }
            Input::Visited { guest, early } => {
                let key = self.welcome(guest, now);
                self.receive(key, early, now);
            }
            Input::Arrived(connection) => self.adopt(*connection, now),
            Input::Received { key, bytes } => {
                self.receive(key, bytes, now);
                self.touch(key);
            }
            Input::PeerClosed(key) => {
                self.end_of_input(key, now);
                self.touch(key);
            }
            Input::Lost(key) => {
                self.lost(key, now);
            }
            Input::Sent { key, bytes } => {
                if self
                    .connection_mut(key)
                    .is_some_and(|it| it.sent(bytes, now))
                {
                    self.resume(key, now);
                }
            }
            Input::Blocked(key) => {
                if let Some(connection) = self.connection_mut(key) {
                    connection.blocked(now);
                }
            }
            Input::Writable(key) => {
                if self.connection_mut(key).is_some_and(Connection::unblock) {
                    self.touch(key);
                }
            }
            Input::Timer(key) => {
                self.tick(key, now);
                self.touch(key);
            }
            Input::Clock { journal_away } => self.clock(journal_away, now),
            Input::Space(space) => self.space = space,
            Input::JournalReady => {
                if self.batch.is_none() && !self.proposals.is_empty() {
                    self.batch = Some(self.take_proposals());
                }
            }
            Input::Committed { first, records } => {
                self.follow((first..).zip(records), Origin::Here, now);
            }
            Input::Followed { entries, origin } => {
                let entries = entries.iter().map(|(sequence, record)| (*sequence, record));
                self.follow(entries, origin, now);
            }
            Input::Forwarded(record) => self.propose(record),
            Input::Open { code, rules } => self.propose_room(code, rules, now),
            Input::Order { code, order } => self.order(code, order, now),
            Input::ReturnTo {
                code,
                from,
                to,
                with_answers,
            } => self.return_to(code, from, to, with_answers, now),
            Input::UndoReturn { code, from } => self.undo_return(RoomId::Shared(code), from, now),
            Input::Answered { code, judged } => self.answered(code, judged, now),
            Input::Programs { code, entries } => self.programs(code, entries, now),
            Input::Free { key, at_once } => self.free(key, at_once, now),
            Input::Stop => self.stop(now),
        }
    }

    /// The next thing to do. `None` until something else happens.
    pub fn poll(&mut self, now: Now) -> Option<Output<'_>> {
        if let Some(key) = self.connected.pop_front() {
            return Some(Output::Connected(key));
        }
        // A seat is left before its player can come back: entries go before connections.
        if let Some((engine, record)) = self.elsewhere.pop_front() {
            return Some(Output::Forward(engine, record));
        }
        if let Some(departure) = self.departures.pop_front() {
            return Some(Output::HandOver(departure));
        }
        if let Some(batch) = self.batch.take() {
            return Some(Output::Propose(batch));
        }
        if let Some(ticket) = self.shown_tickets.pop_front() {
            return Some(Output::Ticket(ticket));
        }
        while let Some(&key) = self.touched.front() {
            let Some(connection) = self.connection_mut(key) else {
                self.touched.pop_front();
                continue;
            };
            if connection.may_write() {
                let bytes = self.connections[key.index].transmit();
                return Some(Output::Write { key, bytes });
            }
            connection.touched = false;
            let is_over = connection.is_over(now) || connection.is_stuck(now);
            self.touched.pop_front();
            if is_over {
                let unread = self.lost(key, now);
                return Some(Output::Close { key, unread });
            }
            let interest = self.connection(key)?.interest(self.settings.quiet);
            return Some(Output::Wants { key, interest });
        }
        None
    }
}
