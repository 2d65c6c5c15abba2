//! One thread: an engine, its sockets, and its way to the journal.

use std::cell::{Cell, RefCell};
use std::net::TcpStream;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, Sender, UnboundedReceiver, UnboundedSender};
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::task::LocalSet;

use super::door::{self, Door};
use super::follow::{Followings, Turns};
use super::listen::Place;
use super::log::Log;
use super::log::event::Often;
use super::metrics::{Counted, Work};
use super::stream::Stream;
use super::teacher::{self, Ask, Waiting};
use super::trial::Trials;
use super::visitor::Visitor;
use crate::journal::Journal;
use game::engine::connection::Connection;
use game::engine::guest::Guest;
use game::engine::{Engine, Now, Origin, Settings};
use game::limits::{END_GAP, READ_BYTES, TAKEN_AT_ONCE};
use game::room::Room;
use game::room::board::Board;
use game::rules::{Record, RoomId};
use os::system::{self, Clock};

/// How often rounds are looked at whose time may be over.
const CLOCKS: Duration = Duration::from_millis(50);
/// How often pages are told what others do.
const PAGES: Duration = Duration::from_millis(200);
/// How long the last entries of a worker that stops may take.
const LAST: Duration = Duration::from_secs(1);
/// How often seats are looked at to which nobody may come back.
const SWEEP: Duration = Duration::from_secs(600);

/// What a worker is sent. Bounded by the number of connections: each has one message on its way.
pub enum Mail {
    /// A connection was accepted.
    Connection {
        stream: TcpStream,
        greeted: bool,
        place: Place,
    },
    /// A connection comes from another worker.
    Arrival {
        stream: Stream,
        connection: Box<Connection>,
        place: Place,
    },
    /// A connection comes from the page's port.
    Visitor(Box<Visitor>),
    /// An entry for one of this worker's rooms.
    Propose(Record),
    /// The teacher's screen asks something.
    Ask(Ask),
    /// Descriptors run short: let go of so many that are silent and have never played.
    Evict(usize),
    /// End all conversations by then.
    Stop(Instant),
}

/// What a worker begins with.
pub struct Start {
    pub settings: Settings,
    pub rooms: Vec<(RoomId, Room)>,
    pub hall: Arc<Mutex<Board>>,
    pub journal: Journal,
    /// What comes to a log that several machines share.
    pub followed: Option<Receiver<Followings>>,
    pub clock: Clock,
    pub inbox: UnboundedReceiver<Mail>,
    pub peers: Vec<UnboundedSender<Mail>>,
    pub failed: Sender<()>,
    pub trials: Arc<Trials>,
    pub log: Log,
}

/// Has the server stop, and say so, when this thread panics: its players would wait for ever.
struct Alarm(Sender<()>);

impl Drop for Alarm {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Full means that it stops already.
            let _ = self.0.try_send(());
        }
    }
}

/// One thread's state, shared by its tasks.
pub struct Worker {
    pub(super) engine: RefCell<Engine>,
    pub(super) door: Door,
    /// One buffer to read into, for all connections.
    pub(super) scratch: RefCell<Box<[u8]>>,
    clock: Clock,
    journal: Journal,
    pub(super) peers: Vec<UnboundedSender<Mail>>,
    failed: Sender<()>,
    /// Something waits for the journal.
    flush: Notify,
    /// One batch at a time is on its way to the journal; meanwhile the next one grows.
    flushing: AsyncMutex<()>,
    /// How far a shared log was applied.
    turns: Turns,
    /// Who waits for what they have proposed to be in the journal.
    waiting: RefCell<Vec<Waiting>>,
    /// What it has done, for the page of metrics.
    work: RefCell<Work>,
    log: Log,
    /// Messages that waited when the last question came.
    mail: Cell<usize>,
    /// The room test, whose tickets come to the text door.
    pub(super) trials: Arc<Trials>,
}

/// The thread's whole life.
pub fn run(start: Start) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime needs an epoll and an eventfd: descriptors are kept for them");
    let Start {
        settings,
        rooms,
        hall,
        journal,
        followed,
        clock,
        inbox,
        peers,
        failed,
        trials,
        log,
    } = start;
    let _alarm = Alarm(failed.clone());
    let mut engine = Engine::new(settings, system::entropy(), hall);
    if journal.is_shared() {
        engine.share_journal();
    }
    for (id, room) in rooms {
        engine.host(id, room);
    }
    let (door, poll) = {
        let _context = runtime.enter();
        door::new().expect("descriptors are kept for another epoll too")
    };
    let worker = Rc::new(Worker {
        engine: RefCell::new(engine),
        door,
        scratch: RefCell::new(vec![0; READ_BYTES].into()),
        clock,
        journal,
        peers,
        failed,
        flush: Notify::new(),
        flushing: AsyncMutex::new(()),
        turns: Turns::default(),
        waiting: RefCell::default(),
        work: RefCell::default(),
        mail: Cell::new(0),
        trials,
        log,
    });
    let tasks = LocalSet::new();
    tasks.spawn_local(door::keep(worker.clone(), poll));
    tasks.spawn_local(flush_for_ever(worker.clone()));
    tasks.spawn_local(watch(worker.clone()));
    if let Some(followed) = followed {
        tasks.spawn_local(follow(worker.clone(), followed));
    }
    tasks.block_on(&runtime, work(worker, inbox));
}

/// Treats the mail until it says stop, and then ends everything.
async fn work(worker: Rc<Worker>, mut inbox: UnboundedReceiver<Mail>) {
    if let Some(deadline) = treat_mail(&worker, &mut inbox).await {
        stop(&worker, &mut inbox, deadline).await;
    }
}

/// Treats the mail until it says stop, and by when.
async fn treat_mail(worker: &Rc<Worker>, inbox: &mut UnboundedReceiver<Mail>) -> Option<Instant> {
    let mut taken = 0;
    while let Some(mail) = inbox.recv().await {
        match mail {
            Mail::Connection {
                stream,
                greeted,
                place,
            } => {
                let now = worker.now();
                let key = worker.engine.borrow_mut().connect(greeted, now);
                worker.door.host(worker, key, Stream::tcp(stream), place);
            }
            Mail::Visitor(visitor) => {
                let Visitor { stream, place, .. } = *visitor;
                let guest = Guest::new(visitor.via, visitor.browser, visitor.peer);
                let now = worker.now();
                let key = (worker.engine.borrow_mut()).welcome(guest, &visitor.early, now);
                worker.door.host(worker, key, stream, place);
            }
            Mail::Arrival {
                stream,
                connection,
                place,
            } => {
                let now = worker.now();
                let key = worker.engine.borrow_mut().adopt(*connection, now);
                worker.door.host(worker, key, stream, place);
            }
            Mail::Propose(record) => worker.engine.borrow_mut().propose(record),
            Mail::Ask(ask) => {
                worker.mail.set(inbox.len());
                let waiting = teacher::answer(worker, ask);
                worker.waiting.borrow_mut().extend(waiting);
            }
            Mail::Evict(few) => worker.evict(few),
            Mail::Stop(deadline) => return Some(deadline),
        }
        worker.settle();
        taken += 1;
        if taken % TAKEN_AT_ONCE == 0 {
            // A storm of newcomers: those who are here have their turn between them.
            tokio::task::yield_now().await;
        }
    }
    None
}

async fn watch(worker: Rc<Worker>) {
    let mut clocks = tokio::time::interval(CLOCKS);
    let mut pages = tokio::time::interval(PAGES);
    let mut sweep = tokio::time::interval(SWEEP);
    let mut count = 0;
    loop {
        tokio::select! {
            _ = clocks.tick() => worker.engine.borrow_mut().watch_clocks(worker.now()),
            _ = pages.tick() => {
                count += 1;
                let mut engine = worker.engine.borrow_mut();
                engine.tell_of_journal(worker.journal.lost().is_some(), count);
                engine.tell_pages(count, worker.now());
            }
            _ = sweep.tick() => worker.engine.borrow_mut().sweep(worker.now()),
        }
        worker.settle();
    }
}

/// Applies what comes to a log that several machines share, this one's own entries too.
async fn follow(worker: Rc<Worker>, mut followed: Receiver<Followings>) {
    while let Some(followings) = followed.recv().await {
        let (theirs, own) = followings.entries.split_at(followings.own_from);
        for (entries, origin) in [(theirs, Origin::Elsewhere), (own, Origin::Here)] {
            let entries = entries.iter().map(|(sequence, record)| (*sequence, record));
            (worker.engine.borrow_mut()).follow(entries, origin, worker.now());
        }
        worker.settle();
        worker.turns.reached(followings.last);
        // Many may come at once, and the others have their turn.
        tokio::task::yield_now().await;
    }
}

async fn flush_for_ever(worker: Rc<Worker>) {
    loop {
        worker.flush.notified().await;
        worker.flush_all().await;
    }
}

/// What is on its way to the journal is answered; then every conversation ends as the protocol
/// says; then the seats are left to which nobody can come back.
async fn stop(worker: &Rc<Worker>, inbox: &mut UnboundedReceiver<Mail>, deadline: Instant) {
    // A log that others share may be out of reach.
    let _ = tokio::time::timeout_at(deadline.into(), worker.flush_once()).await;
    worker.engine.borrow_mut().stop(worker.now());
    worker.settle();
    let gone = async {
        // Connections that others sent here before they stopped too are there by then.
        tokio::time::sleep(END_GAP).await;
        worker.door.empty().await;
    };
    // Who has not closed by the deadline is cut off: the end was sent, and reading on was a
    // courtesy. The mail has no end: this worker could still write to itself.
    tokio::select! {
        () = gone => {}
        () = tokio::time::sleep_until(deadline.into()) => {}
        _ = treat_mail(worker, inbox) => {}
    }
    for key in worker.door.keys() {
        worker.engine.borrow_mut().lost(key, worker.now());
    }
    let last = deadline.max(Instant::now() + LAST);
    let _ = tokio::time::timeout_at(last.into(), worker.flush_all()).await;
}

impl Worker {
    /// The time.
    pub(super) fn now(&self) -> Now {
        self.clock.now()
    }

    /// When a tick is over.
    pub(super) fn instant(&self, tick: u64) -> Instant {
        self.clock.instant(tick)
    }

    /// Carries out what the engine has decided: sends, forwards, and calls the journal.
    pub(super) fn settle(&self) {
        loop {
            let mut engine = self.engine.borrow_mut();
            let touched = engine.take_touched();
            let departures = engine.take_departures();
            for ticket in engine.take_shown_tickets() {
                self.trials.reached(ticket);
            }
            for (peer, record) in engine.take_elsewhere() {
                // A peer that is gone is stopping, and so are we.
                let _ = self.peers[peer].send(Mail::Propose(record));
            }
            if engine.has_proposals() {
                self.flush.notify_one();
            }
            drop(engine);
            for departure in departures {
                self.door.depart(self, departure);
            }
            if touched.is_empty() {
                return;
            }
            for key in touched {
                self.door.serve(self, key);
            }
        }
    }

    fn evict(&self, few: usize) {
        let mut engine = self.engine.borrow_mut();
        let silent = engine.silent(few);
        let count = silent.len() as u64;
        for key in silent {
            engine.evict(key, self.clock.now());
        }
        self.work.borrow_mut().evicted += count;
        if count > 0 {
            self.log.often(Often::Evicted, count);
        }
    }

    /// A connection was dropped because nobody read what was sent.
    pub(super) fn unread(&self) {
        self.log.often(Often::Unread, 1);
    }

    /// What this worker has counted, and what there is now.
    pub(super) fn counted(&self, engine: &Engine) -> Counted {
        Counted {
            counts: engine.counts().clone(),
            census: engine.census(),
            work: self.work.borrow().clone(),
            cpu: system::thread_time(),
            mail: self.mail.get(),
            busy: self.door.busy(),
        }
    }

    /// Commits what waits, and what comes of it, until nothing waits: for ever while clients go on.
    async fn flush_all(&self) {
        while self.flush_once().await {
            // A journal that commits at once does not let the others have their turn.
            tokio::task::yield_now().await;
        }
    }

    /// Commits one batch of what waits. False when nothing waits, or the journal has failed.
    async fn flush_once(&self) -> bool {
        let _one = self.flushing.lock().await;
        if !self.engine.borrow().has_proposals() {
            return false;
        }
        // Meanwhile the batch grows.
        let place = self.journal.place().await;
        let batch = self.engine.borrow_mut().take_proposals();
        let waiting = match self.engine.borrow().has_proposals() {
            // Theirs may be among those that are left for the next batch.
            true => Vec::new(),
            false => self.waiting.take(),
        };
        let (entries, since) = (batch.len(), Instant::now());
        let Ok(committed) = self.journal.append_at(place, batch).await else {
            // Full means that it has been told.
            let _ = self.failed.try_send(());
            return false;
        };
        self.work.borrow_mut().committed(entries, since.elapsed());
        match self.journal.is_shared() {
            // What others have written comes in between: all is applied as it comes.
            true => self.turns.wait_for(committed.last).await,
            false => {
                let mut engine = self.engine.borrow_mut();
                engine.committed(committed.first, &committed.records, self.now());
                drop(engine);
                self.settle();
            }
        }
        waiting.into_iter().for_each(Waiting::tell);
        true
    }
}
