//! A worker's inbox: what other threads ask of it, and how they wake it.
//!
//! Listeners and the page's requests wait while the inbox is full ([`Handle::enter`]). The others
//! must not wait for a worker, and need not: another worker sends at most one message for each of
//! its connections, the journal answers one batch at a time, and an in-memory connection tells
//! once that it is ready.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Registry, Token, Waker};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::driver::Driver;
use crate::follow::Followings;
use crate::journal::{Committed, Place, Stopped};
use crate::listen::ConnectionPermit;
use crate::stream::Stream;
use game::engine::ConnKey;
use game::engine::connection::Connection;
use game::engine::guest::Guest;
use game::limits::INBOX;
use game::rules::Record;

/// The waker's token. No connection has this index.
const WAKE: Token = Token(usize::MAX);

/// Called once the journal has what a question proposed. Dropped if it never will.
pub type Receipt = Box<dyn FnOnce() + Send>;
/// A closure that runs on the worker, with a receipt if its answer waits for the journal.
pub type Question = Box<dyn FnOnce(&mut Driver) -> Option<Receipt> + Send>;

/// What a worker is asked to do.
pub enum Command {
    /// Serve this connection from now on.
    Host(Box<Arrival>),
    /// Answer the page.
    Run(Question),
    /// Propose an entry for one of this worker's rooms.
    Propose(Record),
    /// Look at an in-memory connection: it can be read or written again.
    Ready(ConnKey),
    /// Send the next batch to the journal, at this place.
    Send(Place),
    /// Apply and answer the batch that was sent, which is in the journal.
    Committed(Result<Committed, Stopped>),
    /// Apply what came to a log that several machines share.
    Follow(Followings),
    /// End up to this many connections that are silent and have never played: descriptors run
    /// short.
    Evict(usize),
    /// End all conversations before this deadline, then the thread.
    Stop(Instant),
}

impl Command {
    /// Whether the command waits behind those that keep players waiting.
    fn takes_turns(&self) -> bool {
        matches!(self, Command::Host(_) | Command::Run(_))
    }

    /// How much of a turn's [`TAKEN_AT_ONCE`](game::limits::TAKEN_AT_ONCE) the command uses up.
    pub fn cost(&self) -> usize {
        match self {
            Command::Host(_) | Command::Run(_) | Command::Follow(_) => 1,
            _ => 0,
        }
    }
}

/// A connection on its way to a worker.
pub struct Arrival {
    /// Its socket.
    pub stream: Stream,
    /// Its share of the connections that may be open.
    pub permit: ConnectionPermit,
    /// Where it comes from.
    pub entrance: Entrance,
    /// Bytes that were read from it already.
    pub early: Vec<u8>,
}

/// Where a connection comes from.
pub enum Entrance {
    /// The text listener, which greets, or the quiet one.
    Text { greeted: bool },
    /// The page's port.
    Page(Guest),
    /// Another worker, with the state of its conversation.
    Worker(Box<Connection>),
}

/// The sending side. Clones send to the same worker.
#[derive(Clone)]
pub struct Handle(Arc<Shared>);

/// The worker's side, with the poll that it sleeps in.
pub struct Inbox {
    poll: Poll,
    shared: Arc<Shared>,
}

struct Shared {
    queue: Mutex<Queue>,
    waker: Waker,
    /// Free places of the bounded part of the queue.
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Queue {
    /// Commands that are carried out first.
    first: VecDeque<Command>,
    /// Commands that take turns with the sockets, with their places.
    turns: VecDeque<(Command, Option<OwnedSemaphorePermit>)>,
    /// Whether the worker must be woken.
    asleep: bool,
    /// Whether the worker has ended.
    closed: bool,
}

impl Queue {
    fn len(&self) -> usize {
        self.first.len() + self.turns.len()
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Senders may outlive a worker that panicked; the queue is whole all the same.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, command: Command, place: Option<OwnedSemaphorePermit>) -> bool {
        let mut queue = self.queue();
        if queue.closed {
            // A command may own a connection, which is closed without this lock.
            drop(queue);
            return false;
        }
        if command.takes_turns() || place.is_some() {
            queue.turns.push_back((command, place));
        } else {
            queue.first.push_back(command);
        }
        let wakes = std::mem::take(&mut queue.asleep);
        drop(queue);
        if wakes {
            self.waker
                .wake()
                .expect("an open eventfd, pipe or completion port takes a wake-up");
        }
        true
    }
}

impl Handle {
    /// Sends a command that is bounded by itself. Returns false if the worker has ended.
    pub fn send(&self, command: Command) -> bool {
        self.0.put(command, None)
    }

    /// Waits for room in the inbox, then sends. Returns false if the worker has ended.
    pub async fn enter(&self, command: Command) -> bool {
        match self.0.room.clone().acquire_owned().await {
            Ok(place) => self.0.put(command, Some(place)),
            Err(_) => false,
        }
    }

    /// Sends if there is room, and drops the command otherwise.
    pub fn offer(&self, command: Command) {
        if let Ok(place) = self.0.room.clone().try_acquire_owned() {
            self.0.put(command, Some(place));
        }
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        self.0.queue().len()
    }
}

impl Inbox {
    /// An empty inbox, and its sending side.
    pub fn open() -> io::Result<(Handle, Inbox)> {
        let poll = Poll::new()?;
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            waker: Waker::new(poll.registry(), WAKE)?,
            room: Arc::new(Semaphore::new(INBOX)),
        });
        Ok((Handle(shared.clone()), Inbox { poll, shared }))
    }

    /// Where sockets are registered to wake the worker.
    pub fn registry(&self) -> &Registry {
        self.poll.registry()
    }

    /// The sending side.
    pub fn handle(&self) -> Handle {
        Handle(self.shared.clone())
    }

    /// Waits for a socket, for a command, or for the time-out. Does not wait if commands are left.
    pub fn wait(&mut self, events: &mut Events, timeout: Duration) {
        let mut queue = self.shared.queue();
        let is_empty = queue.len() == 0;
        queue.asleep = is_empty && !timeout.is_zero();
        drop(queue);
        let timeout = if is_empty { timeout } else { Duration::ZERO };
        match self.poll.poll(events, Some(timeout)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => panic!("polling an open poll failed: {error}"),
        }
    }

    /// The next command.
    pub fn next(&mut self) -> Option<Command> {
        let mut queue = self.shared.queue();
        queue.asleep = false;
        let first = queue.first.pop_front();
        first.or_else(|| queue.turns.pop_front().map(|(command, _)| command))
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.shared.room.close();
        let mut queue = self.shared.queue();
        queue.closed = true;
        let left = (
            std::mem::take(&mut queue.first),
            std::mem::take(&mut queue.turns),
        );
        drop(queue);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Command {
        Command::Run(Box::new(|_| None))
    }

    /// Protects memory from pages that ask faster than a worker answers, and players from waiting
    /// for an answer of the journal behind them.
    #[tokio::test]
    async fn questions_wait_for_room_and_the_journal_overtakes_them() {
        let (handle, mut inbox) = Inbox::open().expect("a poll");
        for _ in 0..INBOX {
            assert!(handle.enter(question()).await);
        }
        handle.offer(Command::Evict(1));
        assert_eq!(handle.waiting(), INBOX, "there is no room for more");
        let soon = Duration::from_millis(20);
        let late = tokio::time::timeout(soon, handle.enter(question())).await;
        assert!(late.is_err(), "it waits");
        assert!(handle.send(Command::Committed(Err(Stopped))));
        assert!(matches!(inbox.next(), Some(Command::Committed(_))));
        assert!(matches!(inbox.next(), Some(Command::Run(_))));
        let taken = tokio::time::timeout(soon, handle.enter(question())).await;
        assert_eq!(taken, Ok(true), "there is room again");
        drop(inbox);
        assert!(!handle.enter(question()).await && !handle.send(Command::Evict(1)));
    }

    #[test]
    fn a_command_wakes_a_worker_that_sleeps() {
        let (handle, mut inbox) = Inbox::open().expect("a poll");
        let mut events = Events::with_capacity(1);
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            handle.send(Command::Evict(1))
        });
        let long = Duration::from_secs(60);
        let begun = Instant::now();
        inbox.wait(&mut events, long);
        assert!(begun.elapsed() < long, "nobody woke it");
        assert!(sender.join().expect("no panic"));
        assert!(matches!(inbox.next(), Some(Command::Evict(1))));
    }
}
