//! One thread's rooms and conversations, without input or output.
//!
//! A room lives in one engine, with its connections and without locks; rooms are dealt to engines by
//! [`engine_of`]. The server's threads carry bytes in and out; time and randomness are arguments;
//! so the simulation in `tests/` drives the very same code under a virtual clock.
//!
//! The journal comes first. A message becomes an entry ([`Output::Propose`](drive::Output)); when
//! the journal has committed it ([`Input::Committed`](drive::Input)), it is applied and answers are
//! written. Nothing is answered before.
//!
//! What happens goes in by [`Engine::handle`], and [`Engine::poll`] tells what to do: see [`drive`].
//! The other public methods answer questions about rooms and connections.

mod allowance;
mod audience;
mod clocks;
pub mod comeback;
pub mod connection;
mod connections;
pub mod count;
pub mod drive;
mod given_up;
pub mod guest;
pub mod lesson;
mod pacing;
mod pending;
mod programs;
pub mod rate_limiter;
mod requests;
mod seating;
mod seats;
mod sources;
pub mod survey;
pub mod teacher;
pub mod trial;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use slab::Slab;

use crate::limits::ENTRIES_PER_COMMIT;
use crate::protocol::Reply;
use crate::room::board::Board;
use crate::room::fold::{Kept, Rooms};
use crate::room::{Applied, Room};
use crate::rules::{Key, Millis, Pace, PlayerId, Range, Rate, Record, RoomCode, RoomId, Score};
use crate::wire::text::Phrasebook;
use connection::Connection;
use count::Counts;
use pending::Pending;
use seating::HeldSeat;
pub use seats::Origin;
use trial::Ticket;

/// The time, twice.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// Milliseconds of a clock that never goes back: for deadlines.
    pub tick: u64,
    /// The wall clock: for entries.
    pub at: Millis,
}

/// What all conversations of an engine share.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// This engine's index.
    pub index: usize,
    /// The number of engines.
    pub engines: usize,
    /// The range of the public hall.
    pub range: Range,
    /// The language and the words of a connection that has not asked for others.
    pub phrasebook: Phrasebook,
    /// Milliseconds of quiet after which unframed bytes are one message.
    pub quiet: u64,
    /// The rate of a seat of the public hall; `None` without one.
    pub rate: Option<Rate>,
    /// The pace of shared rooms that the teacher opens.
    pub pace: Pace,
    /// Seconds between two rounds of them.
    pub intermission: u32,
}

/// Places that are kept ready for a batch of entries.
const BATCH: usize = 1024;

/// Fills a buffer with random bytes.
pub type Entropy = Box<dyn FnMut(&mut [u8])>;

/// A connection's place in its engine; another connection never has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionId {
    /// The slot, below the number of connections that were ever open at once.
    pub index: usize,
    generation: u32,
}

impl ConnectionId {
    /// The same as one number, to be named by outside.
    pub fn number(self) -> u64 {
        (self.index as u64) << 32 | u64::from(self.generation)
    }

    /// The connection of that number, if there still is one.
    pub fn from_number(number: u64) -> Self {
        ConnectionId {
            index: (number >> 32) as usize,
            generation: number as u32,
        }
    }
}

/// A connection that goes to another engine, with the message that it goes for.
#[derive(Debug)]
pub struct Departure {
    /// Its socket.
    pub key: ConnectionId,
    /// Where to.
    pub engine: usize,
    /// All that is remembered of it.
    pub connection: Box<Connection>,
}

/// A room with the connections that sit in it.
struct Hosted {
    room: Room,
    /// Sorted by player, then epoch.
    here: Vec<Here>,
}

impl AsMut<Room> for Box<Hosted> {
    fn as_mut(&mut self) -> &mut Room {
        &mut self.room
    }
}

impl Kept for Box<Hosted> {
    fn new(room: Room) -> Self {
        Box::new(Hosted {
            room,
            here: Vec::new(),
        })
    }

    /// A player who is about to sit down again in their hall room waits on.
    fn outlives(&mut self, id: RoomId) -> bool {
        let is_needed = !self.here.is_empty();
        if is_needed {
            self.room = Room::new(id);
        }
        is_needed
    }
}

impl Hosted {
    /// Whether a connection speaks for the player here.
    fn has(&self, player: PlayerId) -> bool {
        let first = self.here.partition_point(|here| here.player < player);
        self.here
            .get(first)
            .is_some_and(|here| here.player == player)
    }

    /// The connection that took the player's seat with this epoch.
    fn holder(&self, player: PlayerId, epoch: u32) -> Option<ConnectionId> {
        let first = (self.here).partition_point(|here| (here.player, here.epoch) < (player, epoch));
        let found = self.here.get(first)?;
        let (index, generation) = found.key;
        let is_theirs = (found.player, found.epoch) == (player, epoch);
        is_theirs.then_some(ConnectionId { index, generation })
    }

    /// The connection that speaks for the player.
    fn newest(&self, player: PlayerId) -> Option<ConnectionId> {
        let after = self.here.partition_point(|here| here.player <= player);
        let here = self.here.get(after.checked_sub(1)?)?;
        let (index, generation) = here.key;
        (here.player == player).then_some(ConnectionId { index, generation })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Here {
    player: PlayerId,
    epoch: u32,
    key: (usize, u32),
}

/// The engine in which a room lives.
pub fn engine_of(room: RoomId, engines: usize) -> usize {
    let word = match room {
        // A player's id is a hash already.
        RoomId::Hall(PlayerId([a, b, c, d, ..])) => u32::from_be_bytes([a, b, c, d]),
        RoomId::Shared(code) => crc32fast::hash(code.as_str().as_bytes()),
        RoomId::Results => 0,
    };
    word as usize % engines
}

/// The space that is left for the journal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// Enough.
    #[default]
    Enough,
    /// Games that have begun go on; no seat is taken and no room is opened.
    Low,
    /// No request is journaled any more, except that players may leave.
    Nothing,
}

/// One thread's rooms and conversations.
pub struct Engine {
    settings: Settings,
    space: Space,
    entropy: Entropy,
    /// Boxed: half of a table's places may be empty, and a room is much larger than its box.
    rooms: Rooms<Box<Hosted>>,
    connections: Slab<Connection>,
    generation: u32,
    timed: Vec<clocks::Timed>,
    schedule: clocks::Schedule,
    /// The shared rooms that were ever opened here.
    shared: Vec<RoomCode>,
    /// The scores of the public hall, of all engines.
    hall: Arc<Mutex<Board>>,
    proposals: VecDeque<Record>,
    pending: Pending,
    elsewhere: VecDeque<(usize, Record)>,
    departures: VecDeque<Departure>,
    /// Connections of which the driver does not know the key yet.
    connected: VecDeque<ConnectionId>,
    /// Connections with something to send, or whose driver may have to do something else.
    touched: VecDeque<ConnectionId>,
    /// The batch that the journal is ready for.
    batch: Option<Vec<Record>>,
    applied: Applied,
    /// Shared rooms of which pages have not been told the latest.
    changed: HashSet<RoomCode>,
    /// Whether some page was told that the journal takes nothing for now.
    told_away: bool,
    /// Whether players of shared rooms who have won came by the page's port when they last did.
    by_page: HashMap<PlayerId, bool>,
    counts: Counts,
    sources: sources::Sources,
    writers: lesson::Writers,
    /// Rounds of rooms with one number that players gave up, until they end. Few rooms have any.
    given_up: HashMap<RoomId, Vec<Score>>,
    allowances: allowance::Allowances,
    /// Tickets of the room test that came to the text door: one a connection, which then ends.
    shown_tickets: VecDeque<Ticket>,
    stopping: bool,
    /// Whether others write to the journal too.
    is_shared: bool,
}

impl Engine {
    /// An engine without rooms.
    pub fn new(settings: Settings, entropy: Entropy, hall: Arc<Mutex<Board>>) -> Self {
        Engine {
            settings,
            space: Space::Enough,
            entropy,
            rooms: Rooms::default(),
            connections: Slab::new(),
            generation: 0,
            timed: Vec::new(),
            schedule: clocks::Schedule::default(),
            shared: Vec::new(),
            hall,
            proposals: VecDeque::new(),
            pending: Pending::default(),
            elsewhere: VecDeque::new(),
            departures: VecDeque::new(),
            connected: VecDeque::new(),
            touched: VecDeque::new(),
            batch: None,
            applied: Applied::default(),
            changed: HashSet::new(),
            told_away: false,
            by_page: HashMap::new(),
            counts: Counts::default(),
            shown_tickets: VecDeque::new(),
            sources: sources::Sources::default(),
            given_up: HashMap::new(),
            writers: lesson::Writers::default(),
            allowances: allowance::Allowances::new(settings.engines),
            stopping: false,
            is_shared: false,
        }
    }

    /// From now on others write to the journal too: what it has is not known here at once.
    pub fn share_journal(&mut self) {
        self.is_shared = true;
    }

    /// Takes a room that was replayed from the journal.
    pub fn host(&mut self, id: RoomId, room: Room) {
        if let Some(rules) = room.rules() {
            self.opened(id, rules);
        }
        self.rooms.insert(id, Kept::new(room));
    }

    // What there is to know.

    /// The rooms, for tests that compare them with a replay.
    pub fn rooms(&self) -> impl Iterator<Item = (&RoomId, &Room)> {
        self.rooms.iter().map(|(id, hosted)| (id, &hosted.room))
    }

    /// This engine's index.
    pub fn index(&self) -> usize {
        self.settings.index
    }

    /// How many connections there are.
    pub fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// Bytes that a connection has read and not treated, or has to send; at most
    /// [`CONNECTION_BYTES`](crate::limits::CONNECTION_BYTES).
    pub fn held(&self, key: ConnectionId) -> usize {
        self.connection(key).map_or(0, Connection::held)
    }

    fn connection(&self, key: ConnectionId) -> Option<&Connection> {
        let connection = self.connections.get(key.index)?;
        (connection.generation == key.generation).then_some(connection)
    }

    /// The seat of a connection, or the one that is on its way to the journal.
    fn seat_of(&self, key: ConnectionId) -> Option<HeldSeat> {
        self.connection(key)?.seat()
    }

    fn connection_mut(&mut self, key: ConnectionId) -> Option<&mut Connection> {
        let connection = self.connections.get_mut(key.index)?;
        (connection.generation == key.generation).then_some(connection)
    }

    // What there is to do.

    /// Entries that wait for the journal, at most one commit's worth.
    fn take_proposals(&mut self) -> Vec<Record> {
        if self.proposals.len() <= ENTRIES_PER_COMMIT {
            // The next batch is about as large.
            let next = VecDeque::with_capacity(self.proposals.len().min(BATCH));
            return std::mem::replace(&mut self.proposals, next).into();
        }
        self.proposals.drain(..ENTRIES_PER_COMMIT).collect()
    }

    /// How many entries wait for the journal.
    pub fn waiting(&self) -> usize {
        self.proposals.len()
    }

    // What the journal says, and what time does to rooms.

    /// Adds an entry to those that wait for the journal.
    fn propose(&mut self, record: Record) {
        self.pending.proposed(&record);
        self.proposals.push_back(record);
    }

    /// Random bytes for a code, until its hall room is one of this engine's.
    fn new_key(&mut self) -> (Key, PlayerId) {
        loop {
            let mut bytes = [0; 10];
            (self.entropy)(&mut bytes);
            let key = Key(bytes);
            let player = key.player();
            if engine_of(RoomId::Hall(player), self.settings.engines) == self.settings.index {
                return (key, player);
            }
        }
    }

    fn shared(&self, code: RoomCode) -> Option<&Room> {
        let room = &self.rooms.get(&RoomId::Shared(code))?.room;
        (room.rules().is_some() && !room.decided().closed).then_some(room)
    }

    fn count_refusal(&mut self, reply: &Reply) {
        if let Reply::Refused(refusal) = reply {
            self.counts.refused(refusal);
        }
    }

    /// Answers at once. Only when nothing is owed before.
    fn answer(&mut self, key: ConnectionId, reply: &Reply, now: Now) {
        self.count_refusal(reply);
        if let Some(connection) = self.connection_mut(key) {
            debug_assert_eq!(
                connection.owed, 0,
                "an answer overtakes those owed before it"
            );
            connection.answer(reply, now);
        }
    }
}
