//! One thread: a shard, its sockets, and its way to the journal.

use std::cell::{Cell, RefCell};
use std::net::TcpStream;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender};
use tokio::sync::{Mutex as AsyncMutex, Notify};
use tokio::task::LocalSet;

use super::door::{self, Socket};
use super::listen::Place;
use super::system::{self, Clock};
use super::visitor::Visitor;
use crate::game::{Record, RoomId};
use crate::journal::Journal;
use crate::limits::{END_GAP, READ_BYTES};
use crate::room::Room;
use crate::room::board::Board;
use crate::shard::talk::Talk;
use crate::shard::{ConnKey, Departure, Now, Settings, Shard};

/// How often rounds are looked at whose time may be over.
const CLOCKS: Duration = Duration::from_millis(50);
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
        stream: TcpStream,
        talk: Box<Talk>,
        place: Place,
    },
    /// A connection comes from the page's port.
    Visitor(Box<Visitor>),
    /// An entry for one of this worker's rooms.
    Propose(Record),
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
    pub clock: Clock,
    pub inbox: UnboundedReceiver<Mail>,
    pub peers: Vec<UnboundedSender<Mail>>,
    pub failed: Sender<()>,
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
    pub(super) shard: RefCell<Shard>,
    /// The sockets, at their connection's index.
    sockets: RefCell<Vec<Option<Rc<Socket>>>>,
    departing: RefCell<Vec<Departure>>,
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
    open: Cell<usize>,
    all_gone: Notify,
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
        clock,
        inbox,
        peers,
        failed,
    } = start;
    let _alarm = Alarm(failed.clone());
    let mut shard = Shard::new(settings, system::entropy(), hall);
    for (id, room) in rooms {
        shard.host(id, room);
    }
    let worker = Rc::new(Worker {
        shard: RefCell::new(shard),
        sockets: RefCell::default(),
        departing: RefCell::default(),
        scratch: RefCell::new(vec![0; READ_BYTES].into()),
        clock,
        journal,
        peers,
        failed,
        flush: Notify::new(),
        flushing: AsyncMutex::new(()),
        open: Cell::new(0),
        all_gone: Notify::new(),
    });
    let tasks = LocalSet::new();
    tasks.spawn_local(flush_for_ever(worker.clone()));
    tasks.spawn_local(watch(worker.clone()));
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
    while let Some(mail) = inbox.recv().await {
        match mail {
            Mail::Connection {
                stream,
                greeted,
                place,
            } => {
                let now = worker.now();
                worker.host(stream, place, |shard| shard.connect(greeted, now));
            }
            Mail::Arrival {
                stream,
                talk,
                place,
            } => {
                let now = worker.now();
                worker.host(stream, place, |shard| shard.adopt(*talk, now));
            }
            Mail::Visitor(visitor) => drop(visitor),
            Mail::Propose(record) => worker.shard.borrow_mut().propose(record),
            Mail::Evict(few) => worker.evict(few),
            Mail::Stop(deadline) => return Some(deadline),
        }
        worker.settle();
    }
    None
}

async fn watch(worker: Rc<Worker>) {
    let mut clocks = tokio::time::interval(CLOCKS);
    let mut sweep = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = clocks.tick() => worker.shard.borrow_mut().watch_clocks(worker.now()),
            _ = sweep.tick() => worker.shard.borrow_mut().sweep(worker.now()),
        }
        worker.settle();
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
    worker.flush_once().await;
    worker.shard.borrow_mut().stop(worker.now());
    worker.settle();
    let gone = async {
        // Connections that others sent here before they stopped too are there by then.
        tokio::time::sleep(END_GAP).await;
        while worker.open.get() > 0 {
            worker.all_gone.notified().await;
        }
    };
    // Who has not closed by the deadline is cut off: the end was sent, and reading on was a
    // courtesy. The mail has no end: this worker could still write to itself.
    tokio::select! {
        () = gone => {}
        () = tokio::time::sleep_until(deadline.into()) => {}
        _ = treat_mail(worker, inbox) => {}
    }
    let left: Vec<ConnKey> = worker
        .sockets
        .borrow()
        .iter()
        .flatten()
        .map(|s| s.key)
        .collect();
    for key in left {
        worker.shard.borrow_mut().lost(key, worker.now());
    }
    worker.flush_all().await;
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

    /// Gives a connection a socket's keeper.
    fn host(
        self: &Rc<Self>,
        stream: TcpStream,
        place: Place,
        enter: impl FnOnce(&mut Shard) -> ConnKey,
    ) {
        let Ok(stream) = tokio::net::TcpStream::from_std(stream) else {
            return;
        };
        // Without it an answer may wait 40 ms for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let key = enter(&mut self.shard.borrow_mut());
        let socket = Rc::new(Socket::new(key, stream));
        let mut sockets = self.sockets.borrow_mut();
        if sockets.len() <= key.index {
            sockets.resize(key.index + 1, None);
        }
        sockets[key.index] = Some(socket.clone());
        drop(sockets);
        self.open.set(self.open.get() + 1);
        tokio::task::spawn_local(door::keep(self.clone(), socket, place));
    }

    /// Forgets a socket whose connection has ended or left.
    pub(super) fn forget(&self, key: ConnKey) {
        if let Some(place) = self.sockets.borrow_mut().get_mut(key.index)
            && place.as_ref().is_some_and(|socket| socket.key == key)
        {
            *place = None;
        }
        self.open.set(self.open.get() - 1);
        self.all_gone.notify_one();
    }

    /// What is remembered of a connection that goes to another worker.
    pub(super) fn departure(&self, key: ConnKey) -> Option<Departure> {
        let mut departing = self.departing.borrow_mut();
        let index = departing
            .iter()
            .position(|departure| departure.key == key)?;
        Some(departing.swap_remove(index))
    }

    /// Carries out what the shard has decided: sends, wakes, forwards, and calls the journal.
    pub(super) fn settle(&self) {
        let mut shard = self.shard.borrow_mut();
        let touched = shard.take_touched();
        let departures = shard.take_departures();
        for (peer, record) in shard.take_elsewhere() {
            // A peer that is gone is stopping, and so are we.
            let _ = self.peers[peer].send(Mail::Propose(record));
        }
        if shard.has_proposals() {
            self.flush.notify_one();
        }
        drop(shard);
        for departure in departures {
            let socket = self.socket(departure.key);
            self.departing.borrow_mut().push(departure);
            if let Some(socket) = socket {
                socket.wake();
            }
        }
        for key in touched {
            if let Some(socket) = self.socket(key) {
                socket.transmit(self);
            }
        }
    }

    fn socket(&self, key: ConnKey) -> Option<Rc<Socket>> {
        let sockets = self.sockets.borrow();
        let socket = sockets.get(key.index)?.as_ref()?;
        (socket.key == key).then(|| socket.clone())
    }

    fn evict(&self, few: usize) {
        let mut shard = self.shard.borrow_mut();
        for key in shard.silent(few) {
            shard.evict(key, self.clock.now());
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
        let batch = self.shard.borrow_mut().take_proposals();
        if batch.is_empty() {
            return false;
        }
        let Ok(committed) = self.journal.append(batch).await else {
            // Full means that it has been told.
            let _ = self.failed.try_send(());
            return false;
        };
        let mut shard = self.shard.borrow_mut();
        shard.committed(committed.first, &committed.records, self.now());
        drop(shard);
        self.settle();
        true
    }
}
