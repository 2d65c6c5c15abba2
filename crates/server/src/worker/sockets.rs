//! A worker's sockets: where they are, which of them wait for a turn, and their deadlines.
//!
//! A silent player costs their socket and a few words here, and no task or timer of their own.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::net::IpAddr;

use mio::Registry;

use super::turns::Turns;
use crate::permits::ConnectionPermit;
use crate::pipe::Ready;
use crate::stream::Stream;
use game::engine::ConnectionId;
use game::engine::connection::Interest;
use game::engine::drive::Written;
use game::shares::Standing;

/// A connection's socket.
pub struct Socket {
    key: ConnectionId,
    stream: Stream,
    permit: ConnectionPermit,
    /// How much its place matters, as the permit has it.
    standing: Standing,
    /// When the engine wants to be called, or the TLS handshake must be done, as [`Sockets::deadlines`]
    /// has it.
    deadline: Option<u64>,
    /// Whether there may be more to read: readiness is told once only.
    readable: bool,
    /// Whether the engine wants it to be read.
    wanted: bool,
    /// Whether the engine waits for its turn, since a deadline has come.
    due: bool,
    /// Whether it took nothing when it was last written.
    blocked: bool,
    /// Whether it is in [`Sockets::busy`].
    busy: bool,
    /// Whether the client has said all, or is gone: reading will tell which.
    ended: bool,
    /// Whether nothing more will be written.
    shut: bool,
    /// Whether the system can't watch it, or its place was given to another on its way here.
    broken: bool,
    turns: Turns,
}

/// What came of reading.
pub enum Read {
    /// Bytes: at least one.
    Bytes(usize),
    /// The client sends nothing more.
    End,
    /// Nothing, for now.
    Nothing,
    /// The connection is broken.
    Broken,
}

impl Socket {
    /// Whether the engine wants it to be read, and there may be something to read.
    pub fn may_read(&self) -> bool {
        (self.wanted && self.readable) || self.broken
    }

    /// Whether its TLS handshake has taken too long.
    pub fn is_late(&self, tick: u64) -> bool {
        self.stream
            .handshake_deadline()
            .is_some_and(|end| end <= tick)
    }

    /// Takes note that the engine is told that a deadline has come.
    pub fn take_due(&mut self) -> bool {
        std::mem::take(&mut self.due)
    }

    /// Takes note that the engine writes again what was not taken before.
    pub fn take_blocked(&mut self) -> bool {
        std::mem::take(&mut self.blocked)
    }

    /// Writes once.
    pub fn write(&mut self, bytes: &[u8]) -> Written {
        if self.broken {
            return Written::Broken;
        }
        match self.stream.write(bytes) {
            Ok(count) => Written::Bytes(count),
            Err(error) if would_block(&error) => {
                self.blocked = true;
                Written::Full
            }
            Err(_) => Written::Broken,
        }
    }

    /// Reads once.
    pub fn read(&mut self, buffer: &mut [u8], tick: u64) -> Read {
        if self.broken {
            return Read::Broken;
        }
        let read = self.stream.read(buffer);
        let count = *read.as_ref().unwrap_or(&0);
        self.turns.spoke(count, tick);
        match read {
            Ok(count) => {
                let is_short = count < buffer.len();
                let is_emptied = is_short && self.stream.is_emptied_by_short_read();
                // The end, told already, comes behind what was read and is not told again.
                self.readable = count > 0 && (!is_emptied || self.ended);
                if count == 0 {
                    Read::End
                } else {
                    Read::Bytes(count)
                }
            }
            Err(error) if would_block(&error) => {
                self.readable = false;
                self.ended = false;
                Read::Nothing
            }
            Err(_) => Read::Broken,
        }
    }

    /// Says to the client that nothing more will be written, once.
    pub fn shut(&mut self) {
        if !std::mem::replace(&mut self.shut, true) {
            // Broken already, if this fails; reading will tell.
            let _ = self.stream.shutdown_write();
        }
    }
}

/// A worker's sockets.
pub struct Sockets {
    registry: Registry,
    /// The worker's number.
    index: usize,
    /// How connections in memory tell the worker.
    ready: Ready,
    /// At their connection's index.
    slots: Vec<Option<Socket>>,
    /// The tick of each deadline, with the connection's index.
    deadlines: BTreeSet<(u64, usize)>,
    /// Connections that have more for us than one turn takes. They wait for those that have
    /// little, and for each other.
    busy: VecDeque<ConnectionId>,
    open: usize,
}

impl Sockets {
    /// None yet. They wake the worker of this number, those in memory by `ready`.
    pub fn new(registry: Registry, index: usize, ready: Ready) -> Self {
        Sockets {
            registry,
            index,
            ready,
            slots: Vec::new(),
            deadlines: BTreeSet::new(),
            busy: VecDeque::new(),
            open: 0,
        }
    }

    /// Keeps a connection's socket from now on.
    pub fn add(
        &mut self,
        key: ConnectionId,
        mut stream: Stream,
        permit: ConnectionPermit,
        tick: u64,
    ) {
        let watched = stream.watch(&self.registry, &self.ready, key);
        let is_kept = permit.served_by(self.index, key);
        let handshake = stream.begin(tick);
        if self.slots.len() <= key.index {
            self.slots.resize_with(key.index + 1, || None);
        }
        // What came by TLS may be in its session already, where nothing tells of it.
        let readable = matches!(stream, Stream::Tls(_));
        self.slots[key.index] = Some(Socket {
            key,
            stream,
            permit,
            standing: Standing::New,
            deadline: None,
            readable,
            wanted: false,
            due: false,
            blocked: false,
            busy: false,
            ended: false,
            shut: false,
            // Closed at once.
            broken: watched.is_err() || !is_kept,
            turns: Turns::new(tick),
        });
        self.open += 1;
        self.set_deadline(key, handshake);
    }

    /// The socket of a connection.
    pub fn get_mut(&mut self, key: ConnectionId) -> Option<&mut Socket> {
        let socket = self.slots.get_mut(key.index)?.as_mut()?;
        (socket.key == key).then_some(socket)
    }

    /// Notes that a socket has something to read, or has come to its end. Returns the connection
    /// if it has its turn at once, and has it wait with the busy ones otherwise.
    pub fn became_ready(
        &mut self,
        index: usize,
        readable: bool,
        ended: bool,
        tick: u64,
    ) -> Option<ConnectionId> {
        let socket = self.slots.get_mut(index)?.as_mut()?;
        socket.ended |= ended;
        socket.readable |= ended || readable;
        if socket.busy {
            return None;
        }
        let key = socket.key;
        if socket.turns.come_last(tick) {
            self.queue(key);
            return None;
        }
        Some(key)
    }

    /// Takes a connection's socket out, for another worker.
    pub fn remove(&mut self, key: ConnectionId) -> Option<(Stream, ConnectionPermit)> {
        let Socket {
            mut stream, permit, ..
        } = self.forget(key)?;
        // It fails for a socket that could not be watched; the other worker tries anew.
        let _ = stream.unwatch(&self.registry);
        permit.on_its_way();
        Some((stream, permit))
    }

    /// Closes a connection's socket.
    pub fn close(&mut self, key: ConnectionId) {
        drop(self.forget(key));
    }

    fn forget(&mut self, key: ConnectionId) -> Option<Socket> {
        self.get_mut(key)?;
        self.set_deadline(key, None);
        self.open -= 1;
        self.slots[key.index].take()
    }

    /// Has a connection wait for a turn among the busy ones.
    pub fn queue(&mut self, key: ConnectionId) {
        let socket = self.get_mut(key);
        if socket.is_some_and(|socket| !std::mem::replace(&mut socket.busy, true)) {
            self.busy.push_back(key);
        }
    }

    /// The next of the busy connections.
    pub fn next_busy(&mut self) -> Option<ConnectionId> {
        let key = self.busy.pop_front()?;
        if let Some(socket) = self.get_mut(key) {
            socket.busy = false;
        }
        Some(key)
    }

    /// How many connections wait for another turn.
    pub fn busy(&self) -> usize {
        self.busy.len()
    }

    /// Does what the engine wants: reading and deadlines that have come wait for a turn.
    pub fn wants(&mut self, key: ConnectionId, interest: Interest, tick: u64) {
        let Some(socket) = self.get_mut(key) else {
            return;
        };
        let deadlines = [interest.deadline, socket.stream.handshake_deadline()];
        let deadline = deadlines.into_iter().flatten().min();
        let is_due = deadline.is_some_and(|deadline| deadline <= tick);
        self.set_deadline(key, deadline.filter(|_| !is_due));
        let Some(socket) = self.get_mut(key) else {
            return;
        };
        if interest.shut {
            socket.shut();
        }
        if socket.standing != interest.standing {
            socket.standing = interest.standing;
            socket.permit.set(interest.standing);
        }
        socket.wanted = interest.read;
        socket.due = is_due;
        if is_due || socket.may_read() {
            self.queue(key);
        }
    }

    /// Has the engine called at this tick, instead of an earlier wish.
    fn set_deadline(&mut self, key: ConnectionId, deadline: Option<u64>) {
        let slot = self.slots.get_mut(key.index).and_then(Option::as_mut);
        let Some(socket) = slot.filter(|socket| socket.key == key) else {
            return;
        };
        if socket.deadline == deadline {
            return;
        }
        if let Some(old) = std::mem::replace(&mut socket.deadline, deadline) {
            self.deadlines.remove(&(old, key.index));
        }
        if let Some(tick) = deadline {
            self.deadlines.insert((tick, key.index));
        }
    }

    /// The tick of the next deadline.
    pub fn first_deadline(&self) -> Option<u64> {
        self.deadlines.first().map(|(tick, _)| *tick)
    }

    /// Takes one deadline that has come. Returns its connection, and whether that has its turn at
    /// once; it waits with the busy ones otherwise.
    pub fn next_due(&mut self, tick: u64) -> Option<(ConnectionId, bool)> {
        if self.first_deadline()? > tick {
            return None;
        }
        let (_, index) = self.deadlines.pop_first()?;
        let socket = self.slots.get_mut(index)?.as_mut()?;
        socket.deadline = None;
        let (key, comes_last) = (socket.key, socket.turns.come_last(tick));
        if comes_last {
            socket.due = true;
            self.queue(key);
        }
        Some((key, !comes_last))
    }

    /// Whether no connection is left.
    pub fn is_empty(&self) -> bool {
        self.open == 0
    }

    /// The connections.
    pub fn keys(&self) -> Vec<ConnectionId> {
        let sockets = self.slots.iter().flatten();
        sockets.map(|socket| socket.key).collect()
    }

    /// The address of a client's own connection. The system knows it, so nothing is kept for it.
    pub fn peer(&mut self, key: ConnectionId) -> Option<IpAddr> {
        self.get_mut(key)?.stream.peer()
    }
}

/// Whether nothing can be read, or written, for now.
fn would_block(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}
