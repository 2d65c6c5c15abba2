//! What takes a place of the server: connections of the workers and of HTTP, sessions of the long
//! poll, practice ports and the conversations on them, and the metrics listener's. Each holds a [`ConnectionPermit`].
//!
//! All of them share the descriptors; some kinds have a bound of their own besides. When a table is
//! nearly full, [`Shares`] tells who yields. Addresses are kept in memory only, while their places
//! last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::log::Log;
use crate::log::event::Often;
use crate::metrics::counters::AcceptCounters;
use game::engine::ConnectionId;
use game::limits::{
    ACCEPT_BACKOFF, BROWSER_PLACES, EVICTED_AT_ONCE, HTTP_CONNECTIONS, METRICS_CONNECTIONS,
    POLL_SESSIONS, PRACTICE_PORTS, TEACHER_PLACES, WORKSHOP_PAGES,
};
use game::rules::BrowserId;
use game::shares::{Place, Shares, Source, Standing};

/// What a place is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A connection of a worker: the text listeners', or a WebSocket.
    Game,
    /// An HTTP connection.
    Http,
    /// A session of the long poll, which a worker serves.
    Poll,
    /// A practice port, or one of a server in the workshop.
    Port,
    /// A page of the workshop.
    Workshop,
    /// A conversation on a practice port.
    Talk,
    /// A connection of the metrics listener.
    Metrics,
}

impl Kind {
    /// Whether only a player has a seat by a place of this kind: any device may connect to a program's port
    /// and say something.
    fn is_player(self) -> bool {
        match self {
            Kind::Game | Kind::Http | Kind::Poll | Kind::Workshop => true,
            Kind::Port | Kind::Talk | Kind::Metrics => false,
        }
    }
}

/// Kinds with a bound of their own.
const BOUNDED: [(Kind, usize); 5] = [
    (Kind::Http, HTTP_CONNECTIONS),
    (Kind::Poll, POLL_SESSIONS),
    (Kind::Port, PRACTICE_PORTS),
    (Kind::Workshop, WORKSHOP_PAGES),
    (Kind::Metrics, METRICS_CONNECTIONS),
];

/// Who ends it when it yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// It is on its way to a worker, which will find that it has yielded.
    Nobody,
    /// A worker, whose connection it is.
    Worker,
    /// A task, which is aborted.
    Task,
}

/// What is kept of a place: few bytes, since there may be a million.
#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: Kind,
    owner: Owner,
    worker: u16,
    /// The worker's key, in halves, so that it needs no alignment of its own.
    key: [u32; 2],
}

impl Entry {
    fn key(self) -> ConnectionId {
        let [high, low] = self.key.map(u64::from);
        ConnectionId::from_number(high << 32 | low)
    }
}

struct Table {
    all: Shares<Entry>,
    /// The kinds of [`BOUNDED`], with the places of `all`.
    bounded: [Shares<Place>; BOUNDED.len()],
    /// The place in `bounded` of each place of `all` that has one.
    in_bounded: HashMap<Place, Place>,
    tasks: HashMap<Place, AbortHandle>,
}

/// Has the worker of this number end the connection with this key, which yields.
pub type Evict = Box<dyn Fn(usize, ConnectionId) + Send + Sync>;

/// All places of the server.
#[derive(Clone)]
pub struct Permits(Arc<Inner>);

struct Inner {
    table: Mutex<Table>,
    /// Notified when a place is given back.
    freed: Notify,
    capacity: Capacity,
    evict: Evict,
    accept_counters: Arc<AcceptCounters>,
    log: Log,
}

/// How many places there are.
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    places: usize,
    /// Places that games leave free.
    kept: usize,
}

impl Capacity {
    /// The capacity of a process that may open this many descriptors. If the server has a page, some are kept for
    /// the teacher, and games do not get them.
    pub fn new(descriptors: u64, has_page: bool) -> Self {
        let places = usize::try_from(descriptors).unwrap_or(usize::MAX);
        let kept = if has_page {
            TEACHER_PLACES.min(places / 8)
        } else {
            0
        };
        Capacity { places, kept }
    }
}

/// A permit to have a place, given back when dropped.
pub struct ConnectionPermit {
    permits: Permits,
    place: Place,
}

fn bounded(kind: Kind) -> Option<usize> {
    BOUNDED.iter().position(|(bounded, _)| *bounded == kind)
}

/// How many places of a table are kept free, so that newcomers need not wait for those who yield.
fn kept_free(limit: usize) -> usize {
    EVICTED_AT_ONCE.min(limit / 16)
}

impl Permits {
    /// No place is taken yet.
    pub fn new(
        evict: Evict,
        capacity: Capacity,
        accept_counters: Arc<AcceptCounters>,
        log: Log,
    ) -> Self {
        let table = Table {
            all: Shares::new(2 * BROWSER_PLACES),
            bounded: [(); BOUNDED.len()].map(|()| Shares::new(BROWSER_PLACES)),
            in_bounded: HashMap::new(),
            tasks: HashMap::new(),
        };
        Permits(Arc::new(Inner {
            table: Mutex::new(table),
            freed: Notify::new(),
            capacity,
            evict,
            accept_counters,
            log,
        }))
    }

    /// How many places are taken.
    pub fn open(&self) -> usize {
        self.table().all.taken()
    }

    /// How many there are.
    pub fn most(&self) -> usize {
        self.0.capacity.places
    }

    /// Takes a place. When few are left, the address that holds most loses one. Waits while there is none.
    pub async fn admit(
        &self,
        kind: Kind,
        from: Source,
        browser: Option<BrowserId>,
    ) -> ConnectionPermit {
        let mut has_waited = false;
        loop {
            let freed = self.0.freed.notified();
            if let Some(permit) = self.try_admit(kind, from, browser) {
                return permit;
            }
            if !std::mem::replace(&mut has_waited, true) {
                self.0.log.often(Often::Full, 1);
            }
            tokio::select! {
                () = freed => {}
                () = sleep(ACCEPT_BACKOFF) => {}
            }
        }
    }

    /// Takes a place if there is one now; has somebody yield if few are left.
    pub fn try_admit(
        &self,
        kind: Kind,
        from: Source,
        browser: Option<BrowserId>,
    ) -> Option<ConnectionPermit> {
        let mut table = self.table();
        if !self.make_room(&mut table, kind, from) {
            return None;
        }
        let entry = Entry {
            kind,
            owner: Owner::Nobody,
            worker: 0,
            key: [0; 2],
        };
        let place = table.all.add(from, entry);
        if let Some(index) = bounded(kind) {
            let inner = table.bounded[index].add(from, place);
            table.in_bounded.insert(place, inner);
        }
        drop(table);
        let permit = ConnectionPermit {
            permits: self.clone(),
            place,
        };
        if let Some(browser) = browser {
            permit.identify(browser);
        }
        Some(permit)
    }

    /// Has a task aborted when its place yields. The task has the permit, and must not have run yet.
    pub fn owned_by(&self, place: Place, task: AbortHandle) {
        let mut table = self.table();
        if let Some(entry) = table.all.get_mut(place) {
            entry.owner = Owner::Task;
            table.tasks.insert(place, task);
        }
    }

    /// Changes how much a place matters.
    pub fn set(&self, place: Place, standing: Standing) {
        self.table().change(
            place,
            |all| all.set(place, standing),
            |one, inner| one.set(inner, standing),
        );
    }

    /// Whether a place is used by somebody who has a seat.
    pub fn is_seated(&self, place: Place) -> bool {
        self.table().all.is_seated(place)
    }

    /// Whether this source is, as far as was seen, a player's own machine: somebody who has a seat, or a page
    /// of the workshop, is connected from it, and it is no proxy or router of others.
    pub fn is_player(&self, source: Source) -> bool {
        let table = self.table();
        let mut seated = table.all.seated(source);
        seated.any(|it| it.kind.is_player()) && !table.all.is_gateway(source)
    }

    /// How many connections to the game a source has.
    pub fn games_of(&self, source: Source) -> usize {
        let table = self.table();
        let games = table.all.of(source).filter(|it| it.kind == Kind::Game);
        games.count()
    }

    /// The system has no descriptor or no memory left: the addresses that hold most lose some of the places
    /// that are not in use. Places of those who play are not taken.
    pub fn shortage(&self) {
        let mut table = self.table();
        for _ in 0..EVICTED_AT_ONCE {
            match table.all.yields_to(None) {
                Some(place) if !table.all.is_in_use(place) => self.evict(&mut table, place),
                _ => break,
            }
        }
    }

    /// Whether there is a place for one more of a kind; has somebody yield where few are left.
    fn make_room(&self, table: &mut Table, kind: Kind, from: Source) -> bool {
        let Capacity { places, kept } = self.0.capacity;
        let limit = if kind == Kind::Game {
            places - kept
        } else {
            places
        };
        if table.all.staying() + kept_free(limit) >= limit
            && let Some(place) = table.all.yields_to(Some(from))
        {
            self.evict(table, place);
        }
        let mut has_room = table.all.taken() < limit;
        if let Some(index) = bounded(kind) {
            let (_, limit) = BOUNDED[index];
            let shares = &mut table.bounded[index];
            if shares.staying() + kept_free(limit) >= limit
                && let Some(inner) = shares.yields_to(Some(from))
                && let Some(place) = shares.get_mut(inner).copied()
            {
                self.evict(table, place);
            }
            has_room &= table.bounded[index].taken() < limit;
        }
        has_room
    }

    /// Ends what has this place.
    fn evict(&self, table: &mut Table, place: Place) {
        let Some(entry) = table.all.get_mut(place).copied() else {
            return;
        };
        table.leave(place, entry.kind);
        match entry.owner {
            Owner::Nobody => {}
            Owner::Worker => (self.0.evict)(entry.worker.into(), entry.key()),
            Owner::Task => {
                if let Some(task) = table.tasks.remove(&place) {
                    task.abort();
                }
                match entry.kind {
                    Kind::Http => AcceptCounters::count(&self.0.accept_counters.http_evicted),
                    _ => self.0.log.often(Often::Evicted, 1),
                }
            }
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().expect("no panic under this lock")
    }
}

impl Table {
    fn leave(&mut self, place: Place, kind: Kind) {
        self.all.leave(place);
        if let Some((index, inner)) = self.inner(place, kind) {
            self.bounded[index].leave(inner);
        }
    }

    /// A place's kind, and its place in the table of that kind if that has a bound.
    fn inner(&self, place: Place, kind: Kind) -> Option<(usize, Place)> {
        Some((bounded(kind)?, *self.in_bounded.get(&place)?))
    }

    /// Changes a place in its tables.
    fn change(
        &mut self,
        place: Place,
        all: impl FnOnce(&mut Shares<Entry>),
        one: impl FnOnce(&mut Shares<Place>, Place),
    ) {
        all(&mut self.all);
        let Some(kind) = self.all.get_mut(place).map(|entry| entry.kind) else {
            return;
        };
        if let Some((index, inner)) = self.inner(place, kind) {
            one(&mut self.bounded[index], inner);
        }
    }
}

impl ConnectionPermit {
    /// Counts it against this source, which a trusted proxy has told.
    pub fn belongs_to(&self, source: Source) {
        let place = self.place;
        self.permits.table().change(
            place,
            |all| all.move_to(place, source),
            |one, inner| one.move_to(inner, source),
        );
    }

    /// Whether it is the teacher's.
    pub fn is_teachers(&self) -> bool {
        self.permits.table().all.is_kept(self.place)
    }

    /// Counts it as this browser's.
    pub fn identify(&self, browser: BrowserId) {
        let place = self.place;
        self.permits.table().change(
            place,
            |all| all.identify(place, browser),
            |one, inner| one.identify(inner, browser),
        );
    }

    /// Takes note that a proxy's request came by it.
    pub fn comes_by_proxy(&self) {
        let place = self.place;
        self.permits.table().all.comes_by_proxy(place);
    }

    /// Changes how much it matters.
    pub fn set(&self, standing: Standing) {
        self.permits.set(self.place, standing);
    }

    /// Turns an HTTP connection's permit into a game's; waits for a place for one.
    pub async fn becomes_game(&self, from: Source) {
        loop {
            let freed = self.permits.0.freed.notified();
            if self.try_become_game(from) {
                return;
            }
            tokio::select! {
                () = freed => {}
                () = sleep(ACCEPT_BACKOFF) => {}
            }
        }
    }

    fn try_become_game(&self, from: Source) -> bool {
        let mut table = self.permits.table();
        let is_teacher = table.all.is_kept(self.place);
        if !is_teacher && !self.permits.make_room(&mut table, Kind::Game, from) {
            return false;
        }
        table.tasks.remove(&self.place);
        if let Some((index, inner)) = table.inner(self.place, Kind::Http) {
            table.bounded[index].remove(inner);
            table.in_bounded.remove(&self.place);
        }
        if let Some(entry) = table.all.get_mut(self.place) {
            entry.kind = Kind::Game;
            entry.owner = Owner::Nobody;
        }
        table.all.set(self.place, Standing::New);
        true
    }

    /// The number by which [`Permits`] know it.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Has a worker end its connection when the permit yields. Returns whether it has not yielded
    /// yet.
    pub fn served_by(&self, worker: usize, key: ConnectionId) -> bool {
        let mut table = self.permits.table();
        let number = key.number();
        if let Some(entry) = table.all.get_mut(self.place) {
            entry.owner = Owner::Worker;
            entry.worker = worker as u16;
            entry.key = [(number >> 32) as u32, number as u32];
        }
        !table.all.is_leaving(self.place)
    }

    /// Takes note that it goes to a worker, which asks [`ConnectionPermit::served_by`].
    pub fn on_its_way(&self) {
        let mut table = self.permits.table();
        table.tasks.remove(&self.place);
        if let Some(entry) = table.all.get_mut(self.place) {
            entry.owner = Owner::Nobody;
        }
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut table = self.permits.table();
        table.tasks.remove(&self.place);
        if let Some(entry) = table.all.remove(self.place)
            && let Some((index, inner)) = table.inner(self.place, entry.kind)
        {
            table.bounded[index].remove(inner);
            table.in_bounded.remove(&self.place);
        }
        drop(table);
        self.permits.0.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    /// Protects the devices of the network: neither one that has only spoken to a program's port nor a proxy
    /// or a router of several browsers is a player's machine.
    #[test]
    fn a_player_s_machine_is_told_from_other_devices() {
        let capacity = Capacity::new(1000, true);
        let permits = Permits::new(
            Box::new(|_, _| {}),
            capacity,
            Arc::default(),
            Log::default(),
        );
        let source = |host| Source::from(IpAddr::from([10, 0, 0, host]));
        let browser = |byte| BrowserId([byte; 16]);
        let admit = |host, kind, byte: Option<u8>, standing| {
            let permit = permits.try_admit(kind, source(host), byte.map(browser));
            let permit = permit.expect("a place");
            permit.set(standing);
            permit
        };
        let mut kept = Vec::new();
        for (host, kind) in [
            (1, Kind::Game),
            (2, Kind::Workshop),
            (3, Kind::Http),
            (4, Kind::Poll),
            (5, Kind::Talk),
            (6, Kind::Port),
        ] {
            kept.push(admit(host, kind, None, Standing::Seated));
        }
        // A proxy tells that it is one by its pages' requests, not by their WebSockets.
        kept.push(admit(7, Kind::Workshop, Some(1), Standing::Seated));
        kept.push(admit(7, Kind::Http, None, Standing::Idle));
        kept.last().expect("a place").comes_by_proxy();
        let neighbour = admit(8, Kind::Http, Some(2), Standing::Idle);
        kept.push(admit(8, Kind::Workshop, Some(1), Standing::Seated));
        drop(neighbour);
        kept.push(admit(9, Kind::Http, Some(3), Standing::Present));
        let games = |host| permits.games_of(source(host));
        assert_eq!([games(1), games(2), games(100)], [1, 0, 0]);
        let more = permits.try_admit(Kind::Game, source(1), None);
        assert_eq!(games(1), 2, "one that has not played yet counts");
        drop(more);
        assert_eq!(games(1), 1);
        let players = (0..=10).filter(|host| permits.is_player(source(*host)));
        assert_eq!(players.collect::<Vec<u8>>(), [1, 2, 3, 4]);
    }
}
