//! A worker's inbox: what other threads ask of it, and how they wake it.
//!
//! Listeners and the page's requests wait while their part of the inbox is full ([`Handle::enter`]).
//! A question whose asker has gone meanwhile is dropped before it costs anything. The others must not wait for a worker, and need not: another worker sends at most one message for each of
//! its connections, the journal answers one batch at a time, and an in-memory connection tells
//! once that it is ready.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Registry, Token, Waker};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::driver::Driver;
use crate::journal::{Committed, JournalPermit, Stopped};
use crate::permits::ConnectionPermit;
use crate::stream::Stream;
use game::engine::ConnectionId;
use game::engine::connection::Connection;
use game::engine::guest::Guest;
use game::limits::INBOX;
use game::rules::Record;
use game::shares::Source;

/// Queues of commands that take turns: the teacher's questions, connections, and pupils' questions.
const LANES: usize = 3;
/// The waker's token. No connection has this index.
const WAKE: Token = Token(usize::MAX);

/// Called once the journal has what a question proposed. Dropped if it never will.
pub type Receipt = Box<dyn FnOnce() + Send>;
/// The receipt of a question whose answer waits for the journal.
pub type Answer = Option<Receipt>;

/// A closure that runs on the worker.
pub trait Question: Send {
    /// Whether somebody still waits for the answer. If not, the question is never asked.
    fn is_wanted(&self) -> bool;
    /// Runs the closure.
    fn ask(self: Box<Self>, driver: &mut Driver) -> Answer;
}

/// Who asks a question. Each has a bounded queue of their own, which take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// The teacher, or the page of metrics.
    Teacher,
    /// Anybody.
    Pupil,
}

/// What a worker is asked to do.
pub enum Command {
    /// Serve this connection from now on.
    Host(Box<Arrival>),
    /// Answer the page.
    Run(Asker, Box<dyn Question>),
    /// Propose an entry for one of this worker's rooms.
    Propose(Record),
    /// Look at an in-memory connection: it can be read or written again.
    Ready(ConnectionId),
    /// Send the next batch to the journal, with this permit.
    Send(JournalPermit),
    /// Apply and answer the batch that was sent, which is in the journal.
    Committed(Result<Committed, Stopped>),
    /// Apply what came to the shared log.
    Follow(Followings),
    /// End this connection, which yields its place to others.
    Evict(ConnectionId),
    /// End all conversations before this deadline, then the thread.
    Stop(Instant),
}

impl Command {
    /// The queue in which the command takes turns with the sockets. The others are carried out
    /// first.
    fn lane(&self) -> Option<usize> {
        match self {
            Command::Run(Asker::Teacher, _) => Some(0),
            Command::Host(_) => Some(1),
            Command::Run(Asker::Pupil, _) => Some(2),
            _ => None,
        }
    }

    /// Whether anybody wants it to be carried out.
    fn is_wanted(&self) -> bool {
        match self {
            Command::Run(_, question) => question.is_wanted(),
            _ => true,
        }
    }

    /// How much of a turn's [`TAKEN_AT_ONCE`](game::limits::TAKEN_AT_ONCE) the command uses up.
    pub fn cost(&self) -> usize {
        match self {
            Command::Host(_) | Command::Run(..) | Command::Follow(_) => 1,
            _ => 0,
        }
    }
}

/// What came to a log that several machines share: entries of one worker's rooms.
#[derive(Debug)]
pub struct Followings {
    /// Each with its sequence.
    pub entries: Vec<(u64, Record)>,
    /// Index of the first entry that this node proposed; other nodes proposed those before it.
    pub own_from: usize,
    /// Sequence of the last entry of all rooms that has come.
    pub last: u64,
    /// Its share of the messages that the worker has not applied yet.
    #[expect(
        dead_code,
        reason = "held, never read: dropping it gives the room back"
    )]
    pub room: OwnedSemaphorePermit,
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
    Text { greeted: bool, from: Source },
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
    /// Free places of each lane.
    room: [Arc<Semaphore>; LANES],
}

#[derive(Default)]
struct Queue {
    /// Commands that are carried out first.
    first: VecDeque<Command>,
    /// Commands that take turns with the sockets, with their places.
    lanes: [VecDeque<(Command, Option<OwnedSemaphorePermit>)>; LANES],
    /// The lane whose turn it is.
    turn: usize,
    /// Whether the worker must be woken.
    asleep: bool,
    /// Whether the worker has ended.
    closed: bool,
}

impl Queue {
    fn len(&self) -> usize {
        self.first.len() + self.lanes.iter().map(VecDeque::len).sum::<usize>()
    }

    /// The next of the commands that take turns, one of each lane after the other.
    fn next_in_turn(&mut self) -> Option<Command> {
        for _ in 0..LANES {
            let lane = &mut self.lanes[self.turn];
            self.turn = (self.turn + 1) % LANES;
            if let Some((command, _)) = lane.pop_front() {
                return Some(command);
            }
        }
        None
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
        match command.lane() {
            Some(lane) => queue.lanes[lane].push_back((command, place)),
            None => queue.first.push_back(command),
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

    /// Waits for room in the command's lane, then sends. Returns false if the worker has ended.
    pub async fn enter(&self, command: Command) -> bool {
        let Some(lane) = command.lane() else {
            return self.send(command);
        };
        match self.0.room[lane].clone().acquire_owned().await {
            Ok(place) => self.0.put(command, Some(place)),
            Err(_) => false,
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
            room: [(); LANES].map(|()| Arc::new(Semaphore::new(INBOX))),
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

    /// The next command. Questions for whose answers nobody waits are dropped.
    pub fn next(&mut self) -> Option<Command> {
        loop {
            let mut queue = self.shared.queue();
            queue.asleep = false;
            let first = queue.first.pop_front();
            let command = first.or_else(|| queue.next_in_turn())?;
            drop(queue);
            if command.is_wanted() {
                return Some(command);
            }
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        for room in &self.shared.room {
            room.close();
        }
        let mut queue = self.shared.queue();
        queue.closed = true;
        let left = (
            std::mem::take(&mut queue.first),
            std::mem::take(&mut queue.lanes),
        );
        drop(queue);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use super::*;

    /// A question that is wanted as long as the other end is there.
    struct Wanted(Weak<()>);

    impl Question for Wanted {
        fn is_wanted(&self) -> bool {
            self.0.strong_count() > 0
        }

        fn ask(self: Box<Self>, _: &mut Driver) -> Answer {
            None
        }
    }

    fn question(asker: Asker, end: &Arc<()>) -> Command {
        Command::Run(asker, Box::new(Wanted(Arc::downgrade(end))))
    }

    /// Protects memory from pages that ask faster than a worker answers, players from waiting for
    /// an answer of the journal behind them, and the teacher from waiting behind pupils.
    #[tokio::test]
    async fn questions_wait_for_room_and_the_journal_overtakes_them() {
        let (handle, mut inbox) = Inbox::open().expect("a poll");
        let end = Arc::new(());
        for _ in 0..INBOX {
            assert!(handle.enter(question(Asker::Pupil, &end)).await);
        }
        let soon = Duration::from_millis(20);
        let entering = handle.enter(question(Asker::Pupil, &end));
        let late = tokio::time::timeout(soon, entering).await;
        assert!(late.is_err(), "it waits");
        assert!(handle.enter(question(Asker::Teacher, &end)).await);
        assert!(handle.send(Command::Committed(Err(Stopped))));
        assert!(matches!(inbox.next(), Some(Command::Committed(_))));
        let first = [inbox.next(), inbox.next()];
        assert!(matches!(first[0], Some(Command::Run(Asker::Teacher, _))));
        assert!(matches!(first[1], Some(Command::Run(Asker::Pupil, _))));
        let entering = handle.enter(question(Asker::Pupil, &end));
        let taken = tokio::time::timeout(soon, entering).await;
        assert_eq!(taken, Ok(true), "there is room again");
        drop(inbox);
        let key = ConnectionId::from_number(7);
        assert!(!handle.enter(question(Asker::Pupil, &end)).await);
        assert!(!handle.send(Command::Evict(key)));
    }

    /// Protects a worker from those who ask and are gone before they are answered.
    #[tokio::test]
    async fn a_question_for_whose_answer_nobody_waits_is_dropped() {
        let (handle, mut inbox) = Inbox::open().expect("a poll");
        let (gone, here) = (Arc::new(()), Arc::new(()));
        for _ in 0..INBOX - 1 {
            assert!(handle.enter(question(Asker::Pupil, &gone)).await);
        }
        assert!(handle.enter(question(Asker::Pupil, &here)).await);
        drop(gone);
        assert!(matches!(inbox.next(), Some(Command::Run(..))));
        assert_eq!(handle.waiting(), 0);
        assert!(inbox.next().is_none());
    }

    #[test]
    fn a_command_wakes_a_worker_that_sleeps() {
        let (handle, mut inbox) = Inbox::open().expect("a poll");
        let mut events = Events::with_capacity(1);
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            handle.send(Command::Evict(ConnectionId::from_number(7)))
        });
        let long = Duration::from_secs(60);
        let begun = Instant::now();
        inbox.wait(&mut events, long);
        assert!(begun.elapsed() < long, "nobody woke it");
        assert!(sender.join().expect("no panic"));
        assert!(matches!(inbox.next(), Some(Command::Evict(_))));
    }
}
