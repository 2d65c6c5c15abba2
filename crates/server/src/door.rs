//! The text door of one thread: all its sockets, and their deadlines.
//!
//! A silent player costs their socket and a few words here. A task and a timer for each would cost
//! more than all that is remembered of the player, so one task keeps them all: the sockets are
//! behind an epoll of their own, which the thread's runtime sees as one more descriptor.

mod turns;
mod whence;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::future;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::{Events, Interest, Poll, Registry, Token};
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

use super::listen::Place;
use super::stream::{Stream, is_nothing};
use super::worker::{Mail, Worker};
use game::engine::connection::Connection;
use game::engine::{ConnKey, Departure};
use game::limits::{ENTRIES_OF_THE_BUSY, EVENTS_AT_ONCE, READ_BYTES, TURN_OF_THE_BUSY};
use turns::Turns;

/// A connection's socket.
struct Socket {
    key: ConnKey,
    stream: Stream,
    place: Place,
    /// When [`game::engine::Engine::tick`] is to be called, as [`Door::deadlines`] has it.
    deadline: Option<u64>,
    /// There may be more to read: the system tells once only.
    readable: bool,
    /// Whether it is in [`Door::busy`].
    busy: bool,
    /// The peer has said all, or is gone: reading will tell which.
    ended: bool,
    shut: bool,
    broken: bool,
    turns: Turns,
}

impl Socket {
    /// Sends what there is, one write for each send that the client must see as one. Whether the
    /// reader takes again what it did not take before.
    fn transmit(&mut self, connection: &mut Connection, worker: &Worker) -> bool {
        let was_blocked = connection.is_blocked();
        while !connection.transmit().is_empty() && !self.broken {
            match self.stream.write(connection.transmit()) {
                Ok(count) => connection.sent(count),
                Err(error) if is_nothing(&error) => {
                    connection.blocked(worker.now());
                    break;
                }
                Err(_) => self.broken = true,
            }
        }
        was_blocked && !connection.is_blocked()
    }
}

/// What for a connection wants a turn.
#[derive(PartialEq, Eq)]
enum Wants {
    /// It wants none.
    Nothing,
    /// Something can be read.
    Read,
    /// Its time has come, or something that was read before can be treated.
    Tick,
}

/// One thread's sockets.
pub struct Door {
    registry: Registry,
    /// At their connection's index.
    sockets: RefCell<Vec<Option<Socket>>>,
    deadlines: RefCell<BTreeSet<(u64, usize)>>,
    /// Connections that have more for us than one turn takes. They wait for those that have
    /// little, and for each other.
    busy: RefCell<VecDeque<ConnKey>>,
    /// There are such, or there is an earlier deadline.
    bell: Notify,
    open: Cell<usize>,
    all_gone: Notify,
}

/// A door, and what its keeper waits for.
pub fn new() -> io::Result<(Door, AsyncFd<Poll>)> {
    let poll = Poll::new()?;
    let door = Door {
        registry: poll.registry().try_clone()?,
        sockets: RefCell::default(),
        deadlines: RefCell::default(),
        busy: RefCell::default(),
        bell: Notify::new(),
        open: Cell::new(0),
        all_gone: Notify::new(),
    };
    #[expect(
        deprecated,
        reason = "what replaces it is unsafe, for the sake of types that lie about their \
            descriptor; a Poll has its own for as long as it lives"
    )]
    let poll = AsyncFd::with_interest(poll, tokio::io::Interest::READABLE)?;
    Ok((door, poll))
}

/// Keeps the thread's sockets for ever.
pub async fn keep(worker: Rc<Worker>, mut poll: AsyncFd<Poll>) {
    let mut events = Events::with_capacity(EVENTS_AT_ONCE);
    loop {
        events.clear();
        tokio::select! {
            biased;
            ready = poll.readable_mut() => {
                let Ok(mut ready) = ready else {
                    // The runtime is ending, and the thread with it.
                    return;
                };
                let polled = ready.get_inner_mut().poll(&mut events, Some(Duration::ZERO));
                if polled.is_ok() && events.iter().count() < EVENTS_AT_ONCE {
                    ready.clear_ready();
                }
            }
            () = worker.door.bell.notified() => {}
            () = worker.door.first_deadline(&worker) => {}
        }
        for event in &events {
            worker.door.event(&worker, event);
        }
        worker.door.meet_deadlines(&worker);
        worker.settle();
        if worker.door.busy() > 0 && worker.engine.borrow().has_proposals() {
            // Those who have asked for little have their answers before the busy have their turn.
            tokio::task::yield_now().await;
        }
        worker.door.attend_busy(&worker);
        worker.settle();
        // What was read is on its way to the journal; that and the mail have their turn.
        tokio::task::yield_now().await;
    }
}

impl Door {
    /// Keeps a connection's socket from now on, and sends what there is.
    pub fn host(&self, worker: &Worker, key: ConnKey, mut stream: Stream, place: Place) {
        // Without it an answer may wait 40 ms for the client's acknowledgement.
        let _ = stream.set_nodelay();
        let interests = Interest::READABLE | Interest::WRITABLE;
        let token = Token(key.index);
        let watched = self.registry.register(&mut stream, token, interests);
        let mut sockets = self.sockets.borrow_mut();
        if sockets.len() <= key.index {
            sockets.resize_with(key.index + 1, || None);
        }
        sockets[key.index] = Some(Socket {
            key,
            stream,
            place,
            deadline: None,
            readable: false,
            busy: false,
            ended: false,
            shut: false,
            // The system can watch no more sockets: this one is closed at once.
            broken: watched.is_err(),
            turns: Turns::new(worker.now().tick),
        });
        drop(sockets);
        self.open.set(self.open.get() + 1);
        self.serve(worker, key);
    }

    /// Gives a connection's socket to another worker.
    pub fn depart(&self, worker: &Worker, departure: Departure) {
        let Some(mut socket) = self.forget(departure.key) else {
            return;
        };
        // It would fail for a socket that is not watched, and the other worker watches it then.
        let _ = self.registry.deregister(&mut socket.stream);
        let arrival = Mail::Arrival {
            stream: socket.stream,
            connection: departure.connection,
            place: socket.place,
        };
        // A peer that is gone is stopping; the connection closes with it.
        let _ = worker.peers[departure.engine].send(arrival);
    }

    /// Does what has become possible for a connection; reading has its turn later.
    pub fn serve(&self, worker: &Worker, key: ConnKey) {
        if self.tend(worker, key) != Wants::Nothing {
            self.queue(key);
        }
    }

    /// Has a connection wait for a turn among the busy ones.
    fn queue(&self, key: ConnKey) {
        let is_new = self.with(key, |socket| !std::mem::replace(&mut socket.busy, true));
        if is_new == Some(true) {
            self.busy.borrow_mut().push_back(key);
            self.bell.notify_one();
        }
    }

    /// Waits until no connection is left.
    pub async fn empty(&self) {
        while self.open.get() > 0 {
            self.all_gone.notified().await;
        }
    }

    /// How many connections wait for another turn.
    pub fn busy(&self) -> usize {
        self.busy.borrow().len()
    }

    /// The connections that are left.
    pub fn keys(&self) -> Vec<ConnKey> {
        let sockets = self.sockets.borrow();
        sockets.iter().flatten().map(|socket| socket.key).collect()
    }

    fn with<T>(&self, key: ConnKey, act: impl FnOnce(&mut Socket) -> T) -> Option<T> {
        let mut sockets = self.sockets.borrow_mut();
        let socket = sockets.get_mut(key.index)?.as_mut()?;
        (socket.key == key).then(|| act(socket))
    }

    fn forget(&self, key: ConnKey) -> Option<Socket> {
        self.with(key, |socket| self.set_deadline(socket, None))?;
        self.open.set(self.open.get() - 1);
        self.all_gone.notify_one();
        self.sockets.borrow_mut()[key.index].take()
    }

    /// What the system tells of a socket.
    fn event(&self, worker: &Worker, event: &Event) {
        let Token(index) = event.token();
        let (key, comes_last) = {
            let mut sockets = self.sockets.borrow_mut();
            let Some(socket) = sockets.get_mut(index).and_then(Option::as_mut) else {
                return;
            };
            let ended = event.is_read_closed() || event.is_error();
            socket.ended |= ended;
            socket.readable |= ended || event.is_readable();
            if socket.busy {
                return;
            }
            (socket.key, socket.turns.come_last(worker.now().tick))
        };
        if comes_last {
            return self.queue(key);
        }
        self.attend(worker, key);
    }

    /// A connection's turn: what there is to read is treated, or what was read before.
    fn attend(&self, worker: &Worker, key: ConnKey) {
        match self.tend(worker, key) {
            Wants::Nothing => return,
            Wants::Read => self.read(worker, key),
            Wants::Tick => worker.engine.borrow_mut().tick(key, worker.now()),
        }
        self.serve(worker, key);
    }

    /// Lets those have their turn that have had one and want more, for a short time: so a crowd
    /// of them takes no more of an honest player's time than one does.
    fn attend_busy(&self, worker: &Worker) {
        let end = Instant::now() + TURN_OF_THE_BUSY;
        let entries = worker.engine.borrow().waiting() + ENTRIES_OF_THE_BUSY;
        loop {
            let Some(key) = self.busy.borrow_mut().pop_front() else {
                return;
            };
            self.with(key, |socket| socket.busy = false);
            self.attend(worker, key);
            if Instant::now() >= end || worker.engine.borrow().waiting() >= entries {
                break;
            }
        }
        if !self.busy.borrow().is_empty() {
            self.bell.notify_one();
        }
    }

    /// Sends what there is, and brings a socket to what its conversation wants. Tells what for it
    /// wants a turn.
    fn tend(&self, worker: &Worker, key: ConnKey) -> Wants {
        let mut engine = worker.engine.borrow_mut();
        let mut sockets = self.sockets.borrow_mut();
        let socket = sockets.get_mut(key.index).and_then(Option::as_mut);
        let socket = socket.filter(|socket| socket.key == key);
        // No connection: it has left the engine, and its socket is about to follow.
        let (Some(connection), Some(socket)) = (engine.connection_mut(key), socket) else {
            return Wants::Nothing;
        };
        if socket.transmit(connection, worker) {
            engine.resume(key, worker.now());
        }
        let Some(interest) = engine.interest(key) else {
            return Wants::Nothing;
        };
        let may_be_over = interest.shut || interest.deadline.is_some();
        if socket.broken || (may_be_over && engine.is_over(key, worker.now())) {
            if engine.lost(key, worker.now()) {
                worker.unread();
            }
            drop(sockets);
            self.forget(key);
            return Wants::Nothing;
        }
        if interest.shut && !std::mem::replace(&mut socket.shut, true) {
            // Broken already, if this fails; reading will tell.
            let _ = socket.stream.shutdown_write();
        }
        let is_due = |deadline: &u64| *deadline <= worker.now().tick;
        if interest.deadline.as_ref().is_some_and(is_due) {
            self.set_deadline(socket, None);
            return Wants::Tick;
        }
        self.set_deadline(socket, interest.deadline);
        match interest.read && socket.readable {
            true => Wants::Read,
            false => Wants::Nothing,
        }
    }

    /// Reads once into the thread's buffer, and lets the engine treat it.
    fn read(&self, worker: &Worker, key: ConnKey) {
        let mut scratch = worker.scratch.borrow_mut();
        let read = self.with(key, |socket| {
            let read = socket.stream.read(&mut scratch);
            let count = *read.as_ref().unwrap_or(&0);
            socket.turns.spoke(count, worker.now().tick);
            match &read {
                // Less than there was room for: that was all, unless the end comes after it.
                Ok(count) => socket.readable = *count > 0 && (*count == READ_BYTES || socket.ended),
                Err(error) if is_nothing(error) => {
                    socket.readable = false;
                    socket.ended = false;
                }
                Err(_) => socket.broken = true,
            }
            read
        });
        let now = worker.now();
        match read {
            Some(Ok(0)) => worker.engine.borrow_mut().end_of_input(key, now),
            Some(Ok(count)) => worker
                .engine
                .borrow_mut()
                .receive(key, &scratch[..count], now),
            Some(Err(_)) | None => {}
        }
    }

    fn set_deadline(&self, socket: &mut Socket, deadline: Option<u64>) {
        if socket.deadline == deadline {
            return;
        }
        let index = socket.key.index;
        let mut deadlines = self.deadlines.borrow_mut();
        if let Some(old) = socket.deadline {
            deadlines.remove(&(old, index));
        }
        if let Some(tick) = deadline {
            deadlines.insert((tick, index));
            if deadlines.first() == Some(&(tick, index)) {
                self.bell.notify_one();
            }
        }
        socket.deadline = deadline;
    }

    async fn first_deadline(&self, worker: &Worker) {
        let first = self.deadlines.borrow().first().copied();
        match first {
            Some((tick, _)) => tokio::time::sleep_until(worker.instant(tick).into()).await,
            None => future::pending().await,
        }
    }

    fn meet_deadlines(&self, worker: &Worker) {
        let now = worker.now();
        loop {
            let mut deadlines = self.deadlines.borrow_mut();
            if deadlines.first().is_none_or(|(tick, _)| *tick > now.tick) {
                return;
            }
            let Some((_, index)) = deadlines.pop_first() else {
                return;
            };
            drop(deadlines);
            let met = self.sockets.borrow_mut()[index].as_mut().map(|socket| {
                socket.deadline = None;
                (socket.key, socket.turns.come_last(now.tick))
            });
            match met {
                Some((key, true)) => self.queue(key),
                Some((key, false)) => {
                    worker.engine.borrow_mut().tick(key, now);
                    self.attend(worker, key);
                }
                None => {}
            }
        }
    }
}
