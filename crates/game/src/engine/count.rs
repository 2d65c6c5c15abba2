//! An engine's counters: plain numbers of one thread, gathered when the metrics are requested.
//!
//! No counter identifies a player.

use crate::protocol::Refusal;
use crate::rules::{Entry, RoomCode, RoomId};

use super::guest::Via;
use super::survey::{Transport, transport};
use super::{Engine, Hosted};

/// Why requests are refused, in the order of [`reason`].
pub const REASONS: [&str; 14] = [
    "misread",
    "out-of-range",
    "name",
    "no-room",
    "room-full",
    "locked",
    "barred",
    "paused",
    "no-seat",
    "elsewhere",
    "gone",
    "not-a-page",
    "not-trusted",
    "no-space",
];

/// The transports of connections, in the order of [`way`].
pub const WAYS: [&str; 6] = [
    "text",
    "quiet",
    "ws-json",
    "ws-text",
    "poll-json",
    "poll-text",
];

/// The framings of connections, in the order of [`dialect`].
pub const DIALECTS: [&str; 8] = [
    "silent",
    "lines",
    "unframed",
    "telnet",
    "ws-json",
    "ws-text",
    "poll-json",
    "poll-text",
];

/// Counters since the engine was created.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// All connections so far, by [`WAYS`].
    pub came: [u64; WAYS.len()],
    /// Committed guesses.
    pub guesses: u64,
    /// Seats that were taken.
    pub joins: u64,
    /// Seats that another connection took over.
    pub resumes: u64,
    /// Won rounds.
    pub wins: u64,
    /// Refused requests, by [`REASONS`].
    pub refused: [u64; REASONS.len()],
    /// Connections that were dropped because the client did not read.
    pub unread: u64,
}

/// The present numbers of what an engine keeps.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Connections, by [`DIALECTS`].
    pub connections: [u64; DIALECTS.len()],
    /// Connections whose client does not read at present.
    pub blocked: u64,
    /// Open shared rooms.
    pub rooms: u64,
    /// Seats in them.
    pub seats: u64,
    /// Players of the public hall, connected or not.
    pub hall: u64,
    /// Entries that wait for the journal.
    pub proposals: u64,
}

impl Counts {
    /// Counts a committed entry.
    pub(super) fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Guess { .. } => self.guesses += 1,
            Entry::Join { .. } => self.joins += 1,
            Entry::Attach { .. } => self.resumes += 1,
            _ => {}
        }
    }

    /// Counts a connection of the text listener.
    pub(super) fn came_by_text(&mut self, greeted: bool) {
        self.came[usize::from(!greeted)] += 1;
    }

    /// Counts a connection of the page's port.
    pub(super) fn came_by_page(&mut self, via: Via) {
        self.came[way(via)] += 1;
    }

    /// Counts a refused request.
    pub(super) fn refused(&mut self, refusal: &Refusal) {
        self.refused[reason(refusal)] += 1;
    }
}

impl Engine {
    /// The counters.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The present numbers. Looks at every connection and every shared room.
    pub fn census(&self) -> Census {
        let mut census = Census {
            proposals: self.proposals.len() as u64,
            // The few rooms that are not opened yet are counted as hall rooms.
            hall: (self.rooms.len().saturating_sub(self.shared.len())) as u64,
            ..Census::default()
        };
        for (_, connection) in &self.connections {
            census.connections[dialect(transport(connection))] += 1;
            census.blocked += u64::from(connection.is_blocked());
        }
        for hosted in self.open_rooms() {
            census.rooms += 1;
            census.seats += hosted.room.seats().len() as u64;
        }
        census
    }

    fn open_rooms(&self) -> impl Iterator<Item = &Hosted> {
        let room = |code: &RoomCode| self.rooms.get(&RoomId::Shared(*code));
        let rooms = self.shared.iter().filter_map(room).map(|hosted| &**hosted);
        rooms.filter(|hosted| !hosted.room.decided().closed)
    }
}

fn reason(refusal: &Refusal) -> usize {
    match refusal {
        Refusal::Misread(..) => 0,
        Refusal::OutOfRange(..) => 1,
        Refusal::Name(_) => 2,
        Refusal::NoRoom(_) => 3,
        Refusal::RoomFull => 4,
        Refusal::Locked => 5,
        Refusal::Barred => 6,
        Refusal::Paused => 7,
        Refusal::NoSeat => 8,
        Refusal::Elsewhere => 9,
        Refusal::Gone => 10,
        Refusal::NotAPage => 11,
        Refusal::NotTrusted => 12,
        Refusal::NoSpace => 13,
    }
}

/// The first two are the text listeners.
fn way(via: Via) -> usize {
    2 + nth(via)
}

fn dialect(transport: Transport) -> usize {
    match transport {
        Transport::Silent => 0,
        Transport::Lines => 1,
        Transport::Unframed => 2,
        Transport::Telnet => 3,
        Transport::Guest(via) => 4 + nth(via),
    }
}

fn nth(via: Via) -> usize {
    match via {
        Via::WebSocketJson => 0,
        Via::WebSocketText => 1,
        Via::PollJson => 2,
        Via::PollText => 3,
    }
}
