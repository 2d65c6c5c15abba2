//! One thread: an event loop around an engine, its sockets, and its way to the journal.
//!
//! A turn of the loop waits in one poll for sockets, for commands of other threads and for the next
//! deadline, and then does all that there is to do. Nothing else waits, and nothing is shared with
//! other threads but the [`inbox`]. [`driver`] has the engine, [`sockets`] the sockets, [`turns`]
//! whose turn comes first.

pub mod driver;
pub mod inbox;
mod sockets;
mod turns;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mio::Events;
use tokio::sync::mpsc::Sender;

use crate::journal::{self, Committed, Journal, Stopped};
use crate::log::Log;
use crate::trial::Trials;
use driver::Driver;
use game::engine::{Engine, Settings};
use game::limits::{END_GAP, EVENTS_AT_ONCE, TAKEN_AT_ONCE};
use game::room::Room;
use game::room::board::Board;
use game::rules::RoomId;
use inbox::{Command, Followings, Handle, Inbox, Receipt};
use os::system::{self, Clock};
use sockets::Sockets;

/// How often the engine is told that time passes.
const CLOCKS: Duration = Duration::from_millis(50);
/// How long the last entries of a worker that stops may take.
const LAST: Duration = Duration::from_secs(1);

/// What a worker begins with.
pub struct Start {
    pub settings: Settings,
    pub rooms: Vec<(RoomId, Room)>,
    pub hall: Arc<Mutex<Board>>,
    pub journal: Journal,
    pub clock: Clock,
    pub inbox: Inbox,
    /// All workers, this one included.
    pub peers: Vec<Handle>,
    /// Told when the journal or a worker has failed, so that the server stops.
    pub failed: Sender<()>,
    pub trials: Arc<Trials>,
    pub log: Log,
}

/// Has the server stop when this thread panics: its players would wait without end.
struct Alarm(Sender<()>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Full means that the server stops already.
            let _ = self.0.try_send(());
        }
    }
}

/// What is on its way to the journal. One batch at a time is; meanwhile the next one grows.
enum Commit {
    /// Nothing.
    Idle,
    /// Nothing yet: the shared log will tell when a batch may go.
    Asked,
    /// A batch.
    Sent {
        entries: usize,
        since: Instant,
        receipts: Vec<Receipt>,
    },
    /// A batch that the shared log has, and that this worker has not read back to its end.
    Returning { last: u64, receipts: Vec<Receipt> },
    /// Nothing any more: the journal has stopped.
    Failed,
}

/// What the worker is about.
enum Phase {
    /// Serving.
    Serving,
    /// Stopping: answers this many batches more, then ends the conversations.
    Draining { batches: u8, deadline: Instant },
    /// Waiting for the clients to close their ends, at least until `gap`.
    Ending { gap: Instant, deadline: Instant },
    /// Waiting for the journal to have the last entries.
    Leaving { until: Instant },
}

/// Something to do at a fixed interval.
struct Periodic {
    every: Duration,
    next: Instant,
}

impl Periodic {
    fn new(every: Duration, now: Instant) -> Self {
        Periodic { every, next: now }
    }

    fn is_due(&mut self, now: Instant) -> bool {
        let is_due = now >= self.next;
        if is_due {
            self.next = now + self.every;
        }
        is_due
    }
}

/// The thread's state.
struct Worker {
    driver: Driver,
    inbox: Inbox,
    journal: Journal,
    failed: Sender<()>,
    commit: Commit,
    /// Receipts for entries that were not sent to the journal yet.
    receipts: Vec<Receipt>,
    /// The last entry of a shared log that was applied.
    followed: u64,
    phase: Phase,
    clocks: Periodic,
}

/// Runs a worker until it is told to stop, and has.
pub fn run(start: Start) {
    let _alarm = Alarm(start.failed.clone());
    let mut engine = Engine::new(start.settings, system::entropy(), start.hall);
    if start.journal.is_shared() {
        engine.share_journal();
    }
    for (id, room) in start.rooms {
        engine.host(id, room);
    }
    let registry = start.inbox.registry().try_clone();
    let registry = registry.expect("a descriptor is kept for a second way to the poll");
    let own = start.inbox.handle();
    let ready = Arc::new(move |key| {
        // Once the worker has ended, so have its connections.
        own.send(Command::Ready(key));
    });
    let sockets = Sockets::new(registry, engine.index(), ready);
    let now = Instant::now();
    let worker = Worker {
        driver: Driver::new(
            engine,
            sockets,
            start.clock,
            start.peers,
            start.trials,
            start.log,
        ),
        inbox: start.inbox,
        journal: start.journal,
        failed: start.failed,
        commit: Commit::Idle,
        receipts: Vec::new(),
        followed: 0,
        phase: Phase::Serving,
        clocks: Periodic::new(CLOCKS, now),
    };
    worker.serve();
}

impl Worker {
    /// The event loop.
    fn serve(mut self) {
        let mut events = Events::with_capacity(EVENTS_AT_ONCE);
        while !self.is_over() {
            let timeout = self.timeout();
            self.inbox.wait(&mut events, timeout);
            for event in &events {
                self.driver.event(event);
            }
            self.driver.meet_deadlines();
            // Those who have asked for little go to the journal before the others have their turn.
            self.flush();
            self.treat_commands();
            self.meet_intervals();
            self.flush();
            self.driver.attend_busy();
            self.flush();
        }
    }

    /// How long the poll may wait.
    fn timeout(&self) -> Duration {
        if self.driver.has_busy() {
            return Duration::ZERO;
        }
        let phase = match self.phase {
            Phase::Serving => None,
            Phase::Draining { deadline, .. } => Some(deadline),
            Phase::Ending { gap, deadline } => {
                let now = Instant::now();
                Some(if now < gap {
                    gap.min(deadline)
                } else {
                    deadline
                })
            }
            Phase::Leaving { until } => Some(until),
        };
        let others = phase.into_iter().chain(self.driver.next_deadline());
        let next = others.fold(self.clocks.next, Instant::min);
        next.saturating_duration_since(Instant::now())
    }

    /// Carries out what other threads have asked. Of a storm of newcomers only a few have their
    /// turn at a time, and those who are here have theirs between them.
    fn treat_commands(&mut self) {
        let mut taken = 0;
        while taken < TAKEN_AT_ONCE
            && let Some(command) = self.inbox.next()
        {
            taken += command.cost();
            self.treat(command);
        }
    }

    fn treat(&mut self, command: Command) {
        match command {
            Command::Host(arrival) => self.driver.host(*arrival),
            Command::Run(_, question) => {
                if let Some(receipt) = question.ask(&mut self.driver)
                    && !matches!(self.commit, Commit::Failed)
                {
                    self.receipts.push(receipt);
                }
            }
            Command::Propose(record) => self.driver.propose(record),
            Command::Ready(key) => self.driver.ready(key),
            Command::Send(permit) => self.send(permit),
            Command::Committed(answer) => self.answered(answer),
            Command::Follow(followings) => self.follow(&followings),
            Command::Evict(key) => self.driver.evict(key),
            Command::Stop(deadline) => self.stop(deadline),
        }
    }

    fn meet_intervals(&mut self) {
        let now = Instant::now();
        if self.clocks.is_due(now) {
            self.driver.space(self.journal.space());
            self.driver.clock(self.journal.lost().is_some());
        }
    }

    // The way to the journal.

    /// Sends what waits for the journal, if nothing is on its way.
    fn flush(&mut self) {
        if !matches!(self.commit, Commit::Idle) || !self.driver.has_proposals() {
            return;
        }
        if !self.journal.is_shared() {
            return self.send(journal::JournalPermit::default());
        }
        self.commit = Commit::Asked;
        let handle = self.inbox.handle();
        self.journal.permit(move |permit| {
            handle.send(Command::Send(permit));
        });
    }

    /// Sends a batch to the journal, which answers by the inbox.
    fn send(&mut self, permit: journal::JournalPermit) {
        let batch = self.driver.take_proposals();
        // Theirs may be among those that are left for the next batch.
        let receipts = if self.driver.has_proposals() {
            Vec::new()
        } else {
            std::mem::take(&mut self.receipts)
        };
        self.commit = Commit::Sent {
            entries: batch.len(),
            since: Instant::now(),
            receipts,
        };
        let handle = self.inbox.handle();
        self.journal.submit(permit, batch, move |answer| {
            handle.send(Command::Committed(answer));
        });
    }

    /// The journal answers the batch that was sent.
    fn answered(&mut self, answer: Result<Committed, Stopped>) {
        let commit = std::mem::replace(&mut self.commit, Commit::Failed);
        let (
            Ok(committed),
            Commit::Sent {
                entries,
                since,
                receipts,
            },
        ) = (answer, commit)
        else {
            // Full means that the server stops already.
            let _ = self.failed.try_send(());
            self.receipts.clear();
            return;
        };
        self.driver.work.committed(entries, since.elapsed());
        self.commit = Commit::Returning {
            last: committed.last,
            receipts,
        };
        if self.journal.is_shared() {
            // What others have written comes in between: all is applied as it comes.
            self.finish_if_returned();
        } else {
            self.driver.committed(&committed);
            self.followed = committed.last;
            self.finish_if_returned();
        }
    }

    /// Applies what came to a shared log.
    fn follow(&mut self, followings: &Followings) {
        self.driver.follow(followings);
        self.followed = followings.last;
        self.finish_if_returned();
    }

    /// Gives the receipts of a batch that was applied to its end.
    fn finish_if_returned(&mut self) {
        let Commit::Returning { last, receipts } = &mut self.commit else {
            return;
        };
        if self.followed < *last {
            return;
        }
        for receipt in std::mem::take(receipts) {
            receipt();
        }
        self.commit = Commit::Idle;
        if let Phase::Draining { batches, .. } = &mut self.phase {
            *batches = batches.saturating_sub(1);
        }
    }

    // The end.

    fn stop(&mut self, deadline: Instant) {
        let on_its_way = matches!(self.commit, Commit::Sent { .. } | Commit::Returning { .. });
        let batches = u8::from(on_its_way) + u8::from(self.driver.has_proposals());
        self.phase = Phase::Draining { batches, deadline };
    }

    /// Goes on to the next phase where the time has come, and tells whether the last one is over.
    ///
    /// What is on its way to the journal is answered; then every conversation ends as the protocol
    /// says; then the seats are left to which nobody can come back.
    fn is_over(&mut self) -> bool {
        let now = Instant::now();
        let has_failed = matches!(self.commit, Commit::Failed);
        match self.phase {
            Phase::Serving => false,
            Phase::Draining { batches, deadline } => {
                // A log that others share may be out of reach.
                if batches == 0 || has_failed || now >= deadline {
                    self.driver.end_conversations();
                    // Connections that others sent here before they stopped too are there by then.
                    let gap = now + END_GAP;
                    self.phase = Phase::Ending { gap, deadline };
                    self.flush();
                }
                false
            }
            Phase::Ending { gap, deadline } => {
                // A client that has not closed by the deadline is cut off: the end was sent, and
                // reading on was a courtesy.
                let all_gone = now >= gap && self.driver.is_deserted();
                if all_gone || now >= deadline {
                    self.driver.cut_off();
                    self.flush();
                    let until = deadline.max(now + LAST);
                    self.phase = Phase::Leaving { until };
                    return self.is_over();
                }
                false
            }
            Phase::Leaving { until } => {
                let is_done = matches!(self.commit, Commit::Idle) && !self.driver.has_proposals();
                is_done || has_failed || now >= until
            }
        }
    }
}
