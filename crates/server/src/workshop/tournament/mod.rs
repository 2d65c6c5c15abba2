//! The tournament of a room: the programs that pupils have entered meet each other, this program's own
//! bot and its own server.
//!
//! [`schedule`] says who meets whom, [`podium`] ranks; both are pure. A client's page is told to run its
//! program, whose `connect` then leads to the chosen server; a server's page is told to run its program
//! again if it has ended. What becomes of a meeting is judged by the lab, on the facts of the relay.
//! What became of each pair is in the journal before anybody is told, with what each waits for where they
//! are blocked; what the programs said is in memory only.

mod bot;
pub mod own;
pub mod podium;
pub mod schedule;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lab::alike::{ALIKE, Sketch};
use lab::check::pair::meeting::{
    Cell, Expected as Wanted, Fact, Meeting, Outcome, Party, Step, Waiting,
};
use lab::check::pair::{text, typed};
use lab::check::report::Side;
use lab::dialect::Dialect;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::directory::{Entry as Published, Seat};
use super::passes::Fingerprint;
use super::relay::{Input, PageId, ProgramId, class_address};
use super::{Inner, PageKey, Workshop, port};
use crate::listen::Gone;
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use game::engine::lesson::NotKept;
use game::limits::{
    TOURNAMENT_MEETING_TIME, TOURNAMENT_MEETINGS, TOURNAMENT_START, TOURNAMENT_TIME,
    WORKSHOP_EVENTS, WORKSHOP_PUBLISHED,
};
use game::phrases::Lang;
use game::room::tournament as kept;
use game::rules::{CellKind, Detail, Entry, Met, Name, PlayerId, RoomCode, Topic};
use os::system;
use schedule::{Pair, Schedule};

/// Between two looks at programs that do not move.
const LOOK: Duration = Duration::from_millis(40);
/// Two programs that wait for each other so long will not move.
const STILL: Duration = Duration::from_millis(300);
/// A program that computes or sleeps, or whose waiting is not seen, goes on within this time.
const PATIENCE: Duration = Duration::from_secs(4);
/// A program that is told to stop has ended by then.
const HALT: Duration = Duration::from_secs(2);
/// A server is back in `accept` by then.
const BACK: Duration = Duration::from_millis(800);
/// Pairs of programs that are shown as nearly the same.
const SHOWN_ALIKE: usize = 40;
/// Meetings in a row to which a page did not come, after which it is no longer asked.
const ABSENCES: u32 = 2;
/// Where the client asks its user for an address, this is typed; its `connect` is led elsewhere.
const SOMEWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 50_000);

/// The address of the class of this program's own server.
pub fn own_address() -> Ipv4Addr {
    class_address(0)
}

/// A program that a pupil has entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrant {
    /// Whose it is.
    pub seat: Seat,
    /// The page that runs it.
    pub page: PageId,
    /// Whether it is a server or a client.
    pub party: Party,
    /// Where it is, if it is a server on the pupil's own machine, not in the page.
    pub outside: Option<SocketAddr>,
    /// What its text is like, if it runs in the page and is long enough.
    pub sketch: Option<Arc<Sketch>>,
}

impl Entrant {
    /// Whether an entry of the directory is this server.
    fn is_at(&self, entry: &Published) -> bool {
        let is_theirs = entry.page == self.page && entry.seat.is_same(&self.seat);
        is_theirs && entry.outside == self.outside
    }

    /// Whether an entry of the directory is another server of the same seat or page.
    pub fn is_replaced_by(&self, entry: &Published) -> bool {
        let is_theirs = entry.page == self.page || entry.seat.is_same(&self.seat);
        self.party == Party::Server && is_theirs && !self.is_at(entry)
    }
}

/// An entrant of a tournament.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Who has entered.
    pub entrant: Entrant,
    /// The number of the neutral name that the projector shows.
    pub alias: usize,
    /// Meetings in a row to which its page did not come.
    absences: u32,
    /// How the server speaks, as the bot has learned it.
    dialect: Dialect,
}

/// What became of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What is kept of it.
    pub kind: CellKind,
    /// Numbers that the client said, if it has found the number.
    pub tries: u32,
    /// Whether the bot typed the client's numbers.
    pub typed: bool,
    /// What is kept of why they do not understand each other.
    pub detail: Option<Detail>,
    /// All of it, with what was said; none after a restart.
    pub outcome: Option<Outcome>,
}

impl From<Cell> for Shown {
    fn from(Cell { outcome, typed }: Cell) -> Shown {
        Shown {
            kind: outcome.kind(),
            tries: match outcome {
                Outcome::Won { tries } => u32::try_from(tries).unwrap_or(u32::MAX),
                _ => 0,
            },
            typed,
            detail: detail_of(&outcome),
            outcome: Some(outcome),
        }
    }
}

/// A program that takes part, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The pupil's name.
    pub name: String,
    /// The number of the neutral name that the projector shows.
    pub alias: usize,
}

/// A tournament as it is shown: one that is held, or the latest of before a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The clients.
    pub clients: Vec<Named>,
    /// The servers.
    pub servers: Vec<Named>,
    /// What became of the pairs that have met.
    pub cells: BTreeMap<Pair, Shown>,
    /// All pairs.
    pub pairs: usize,
    /// Whether it has ended.
    pub is_over: bool,
}

impl From<State> for Held {
    fn from(state: State) -> Held {
        let named = |it: Participant| Named {
            name: it.entrant.seat.name,
            alias: it.alias,
        };
        Held {
            clients: state.clients.into_iter().map(named).collect(),
            servers: state.servers.into_iter().map(named).collect(),
            cells: state.cells,
            pairs: state.pairs,
            is_over: state.is_over,
        }
    }
}

impl From<kept::Tournament> for Held {
    fn from(kept: kept::Tournament) -> Held {
        let of = |party| kept.entrants.iter().filter(move |it| it.party == party);
        let named = |it: &kept::Entrant| Named {
            name: it.name.to_string(),
            alias: it.alias as usize,
        };
        // The program's own has no place. A player's program takes part, or the cell would not be kept.
        let place = |party, player: Option<PlayerId>| match player {
            None => Some(None),
            Some(player) => of(party).position(|it| it.player == player).map(Some),
        };
        let cell = |it: &Met| {
            let pair = Pair {
                client: place(Party::Client, it.client)?,
                server: place(Party::Server, it.server)?,
            };
            let shown = Shown {
                kind: it.kind,
                tries: it.tries,
                typed: it.typed,
                detail: it.detail,
                outcome: None,
            };
            Some((pair, shown))
        };
        Held {
            clients: of(Party::Client).map(named).collect(),
            servers: of(Party::Server).map(named).collect(),
            cells: kept.met.iter().filter_map(cell).collect(),
            pairs: kept.pairs as usize,
            is_over: true,
        }
    }
}

/// A tournament as it is now.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The clients.
    pub clients: Vec<Participant>,
    /// The servers.
    pub servers: Vec<Participant>,
    /// What became of the pairs that have met.
    pub cells: BTreeMap<Pair, Shown>,
    /// All pairs.
    pub pairs: usize,
    /// Whether it has ended.
    pub is_over: bool,
}

/// A tournament of a room.
#[derive(Debug)]
pub struct Tournament {
    room: RoomCode,
    /// Its number in the journal.
    number: u32,
    state: Mutex<State>,
    stop: watch::Sender<bool>,
}

/// A meeting that waits for its client's page.
pub struct Expected {
    page: PageId,
    server: Ipv4Addr,
    facts: mpsc::Sender<Fact>,
    started: oneshot::Sender<ProgramId>,
}

/// Why a tournament has not begun, or a program is not entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotEntered {
    /// The page is not open.
    NoSuchPage,
    /// The teacher has closed the workshop.
    Closed,
    /// Too many are entered.
    Full,
    /// The program's essential checks have not passed, or it was changed since.
    NotFit,
    /// The server is not published by this page.
    NotPublished,
    /// Nobody has entered.
    Nobody,
    /// One is going on.
    Running,
    /// The journal takes nothing more.
    NotKept,
}

impl Tournament {
    /// The tournament as it is now.
    pub fn state(&self) -> State {
        self.lock().clone()
    }

    /// Ends it; what has been found stays.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether it is a room's, and this player takes part in it if one is given.
    fn has_part(&self, room: RoomCode, player: Option<PlayerId>) -> bool {
        let state = self.lock();
        let mut all = state.clients.iter().chain(&state.servers);
        self.room == room && player.is_none_or(|_| all.any(|it| it.entrant.seat.is(room, player)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under this lock")
    }

    fn participant(&self, party: Party, place: usize) -> Participant {
        let state = self.lock();
        match party {
            Party::Server => state.servers[place].clone(),
            Party::Client => state.clients[place].clone(),
        }
    }

    fn change(&self, party: Party, place: usize, change: impl FnOnce(&mut Participant)) {
        let mut state = self.lock();
        change(match party {
            Party::Server => &mut state.servers[place],
            Party::Client => &mut state.clients[place],
        });
    }
}

impl Workshop {
    /// Enters a program of this page, in place of the earlier one of the same kind that the seat or the
    /// page has, once its essential checks have passed in the page's browser. A server is the one that the
    /// page has published; a program of the page has this text.
    ///
    /// # Errors
    ///
    /// If it may not enter. An earlier one then stays.
    pub fn enter(
        &self,
        key: PageKey,
        seat: Seat,
        party: Party,
        text: Option<&str>,
    ) -> Result<(), NotEntered> {
        if !*self.open.borrow() {
            return Err(NotEntered::Closed);
        }
        let mut inner = self.inner();
        let page = inner.page_of_line(key)?;
        let outside = match party {
            Party::Client => None,
            Party::Server => {
                let published = inner.directory.of(seat.room).map(|(_, entry)| entry);
                let ours = |it: &&Published| it.page == page && it.seat.is_same(&seat);
                let published = published.into_iter().find(ours);
                published.ok_or(NotEntered::NotPublished)?.outside
            }
        };
        let side = match party {
            Party::Client => Side::Client,
            Party::Server => Side::Server,
        };
        let program = match (outside, text) {
            (Some(at), _) => Some(Fingerprint::Server(at)),
            (None, text) => text.map(|text| Fingerprint::of_text(side, text)),
        };
        let browser = inner.relay.browser(page).ok_or(NotEntered::NoSuchPage)?;
        if !program.is_some_and(|it| inner.passes.has(browser, &it)) {
            return Err(NotEntered::NotFit);
        }
        let is_theirs = |it: &Entrant| it.page == page || it.seat.is_same(&seat);
        let is_other = |it: &&Entrant| !(is_theirs(it) && it.party == party);
        if inner.entrants.iter().filter(is_other).count() >= WORKSHOP_PUBLISHED {
            return Err(NotEntered::Full);
        }
        let before = std::mem::take(&mut inner.entrants);
        inner.entrants = before.into_iter().filter(|it| is_other(&it)).collect();
        let sketch = text.filter(|_| outside.is_none()).and_then(Sketch::of);
        inner.entrants.push(Entrant {
            seat,
            page,
            party,
            outside,
            sketch: sketch.map(Arc::new),
        });
        Ok(())
    }

    /// Takes the programs of this seat and this page out of the tournament.
    ///
    /// # Errors
    ///
    /// If the teacher has closed the workshop, or the page is not open.
    pub fn leave(&self, key: PageKey, seat: &Seat) -> Result<(), NotEntered> {
        if !*self.open.borrow() {
            return Err(NotEntered::Closed);
        }
        let mut inner = self.inner();
        let page = inner.page_of_line(key)?;
        let is_theirs = |it: &Entrant| it.page == page || it.seat.is_same(seat);
        inner.entrants.retain(|it| !is_theirs(it));
        Ok(())
    }

    /// The programs that are entered in a room.
    pub fn entrants(&self, room: RoomCode) -> Vec<Entrant> {
        let inner = self.inner();
        let all = inner.entrants.iter().filter(|it| it.seat.is(room, None));
        all.cloned().collect()
    }

    /// The programs of a kind that are entered in a room and are nearly the same: two pupils' names, and
    /// how much is the same, in percent; those that are most alike first.
    pub fn alike(&self, room: RoomCode, party: Party) -> Vec<(String, String, usize)> {
        let all = self.entrants(room).into_iter();
        let all: Vec<_> = all
            .filter(|it| it.party == party)
            .filter_map(|it| Some((it.seat.name, it.sketch?)))
            .collect();
        let mut found = Vec::new();
        for (place, (one, ours)) in all.iter().enumerate() {
            for (other, theirs) in &all[place + 1..] {
                let percent = ours.alike(theirs);
                if percent >= ALIKE {
                    found.push((one.clone(), other.clone(), percent));
                }
            }
        }
        found.sort_by_key(|(.., percent)| std::cmp::Reverse(*percent));
        found.truncate(SHOWN_ALIKE);
        found
    }

    /// The latest tournament of a room.
    pub fn tournament(&self, room: RoomCode) -> Option<Arc<Tournament>> {
        self.inner().tournaments.get(&room).cloned()
    }

    /// Begins a tournament of all that are entered in a room, in place of the earlier one.
    pub async fn begin(self: &Arc<Self>, room: RoomCode) -> Result<(), NotEntered> {
        if !*self.open.borrow() {
            return Err(NotEntered::Closed);
        }
        let entrants = self.entrants(room);
        if entrants.is_empty() {
            return Err(NotEntered::Nobody);
        }
        let worker = self.dispatcher.worker_of(room);
        let latest = move |driver: &mut Driver| driver.tournament(room);
        let latest = self.dispatcher.ask(worker, Asker::Teacher, latest).await;
        let latest = latest.map_err(|Gone| NotEntered::NotKept)?;
        let mut aliases = shuffled(entrants.len());
        let mut of = |party| {
            let all = entrants.iter().filter(|it| it.party == party);
            all.map(|entrant| Participant {
                entrant: entrant.clone(),
                alias: aliases.pop().unwrap_or_default(),
                absences: 0,
                dialect: Dialect::default(),
            })
            .collect::<Vec<_>>()
        };
        let (clients, servers) = (of(Party::Client), of(Party::Server));
        let schedule = Schedule::new(clients.len(), servers.len(), TOURNAMENT_MEETINGS);
        let state = State {
            pairs: schedule.left(),
            clients,
            servers,
            ..State::default()
        };
        let number = latest.map_or(0, |it| it.number) + 1;
        let entries = beginning(number, &state);
        let tournament = Arc::new(Tournament {
            room,
            number,
            state: Mutex::new(state),
            stop: watch::Sender::new(false),
        });
        {
            let mut inner = self.inner();
            let before = inner.tournaments.get(&room);
            if before.is_some_and(|it| !it.lock().is_over) {
                return Err(NotEntered::Running);
            }
            inner.tournaments.insert(room, tournament.clone());
        }
        if self.keep(room, entries).await.is_err() {
            self.inner().tournaments.remove(&room);
            return Err(NotEntered::NotKept);
        }
        tokio::spawn(run(self.clone(), tournament, schedule));
        Ok(())
    }

    /// Takes a player's server out of the published ones and out of the tournament, where it would no
    /// longer be met. Their programs go on, and their client stays entered.
    pub fn withdraw_server(self: &Arc<Self>, room: RoomCode, player: PlayerId) {
        self.withdraw(|entry| entry.seat.is(room, Some(player)));
        let is_theirs = |it: &Entrant| it.party == Party::Server && it.seat.is(room, Some(player));
        self.inner().entrants.retain(|it| !is_theirs(it));
    }

    /// Forgets what is entered in a room, or by one of its players, and the room's tournament: one in
    /// which that player takes no part stays.
    pub fn forget_tournament(&self, room: RoomCode, player: Option<PlayerId>) {
        let mut inner = self.inner();
        inner.entrants.retain(|it| !it.seat.is(room, player));
        let tournament = inner.tournaments.get(&room);
        if tournament.is_some_and(|it| it.has_part(room, player)) {
            let tournament = inner.tournaments.remove(&room);
            tournament.iter().for_each(|it| it.stop());
        }
    }

    /// Journals what the programs of a room have done; returns once it is committed.
    async fn keep(&self, room: RoomCode, entries: Vec<Entry>) -> Result<(), NotEntered> {
        let worker = self.dispatcher.worker_of(room);
        let order = move |driver: &mut Driver| driver.programs(room, entries);
        let kept = self.dispatcher.order(worker, Asker::Teacher, order).await;
        let kept = kept.map_err(|Gone| NotEntered::NotKept)?;
        kept.map_err(|_: NotKept| NotEntered::NotKept)
    }

    /// Tells a page something about its programs in a tournament; a page that has gone is not told.
    fn order(&self, page: PageId, order: Value) {
        if let Some(page) = self.inner().pages.get(&page) {
            // A page that takes nothing is asleep.
            let _ = page.orders.try_send(order);
        }
    }

    fn is_here(&self, page: PageId) -> bool {
        self.inner().pages.contains_key(&page)
    }

    /// Whether the page of an entrant is awake: it shows that it is there within [`TOURNAMENT_START`]. A server
    /// on the pupil's own machine needs no page.
    async fn is_awake(&self, it: &Entrant) -> bool {
        if it.outside.is_some() {
            return true;
        }
        let here = (self.inner().pages.get(&it.page)).map(|page| page.here.clone());
        let Some(here) = here else { return false };
        let told = here.notified();
        self.order(it.page, json!({"event": "here"}));
        timeout(TOURNAMENT_START, told).await.is_ok()
    }

    fn server_waits(&self, server: Ipv4Addr) -> Waiting {
        self.inner().relay.server_waits(server)
    }

    /// Takes the meeting that this page is to start its client for, unless it has given up.
    pub(super) fn expected(&self, page: PageId, meeting: u32) -> Option<Expected> {
        let mut inner = self.inner();
        // The numbers are easily guessed: another page's meeting is not its to take away.
        let its = inner.meetings.get(&meeting).filter(|it| it.page == page);
        its.is_some().then(|| inner.meetings.remove(&meeting))?
    }

    /// Leads the client of a meeting to its server, and tells what both do.
    pub(super) fn meet(self: &Arc<Self>, expected: Expected, program: ProgramId) {
        let mut inner = self.inner();
        inner.facts.insert(program, expected.facts);
        inner.relay.handle(Input::Meet(program, expected.server));
        // The meeting may have given up; ignore it.
        let _ = expected.started.send(program);
    }

    /// A connection to the server of an entrant.
    async fn reach(self: &Arc<Self>, entrant: &Entrant) -> Option<TcpStream> {
        let address = self.server_of(entrant).await?;
        port::reach(self, address).await
    }

    /// What the server of an entrant waits for.
    fn waits_of(&self, it: &Entrant) -> Waiting {
        let inner = self.inner();
        let address = inner.server_of(it);
        address.map_or(Waiting::Ended, |it| inner.relay.server_waits(it))
    }

    /// Where a participant's server is, once its page runs it.
    async fn server_of(self: &Arc<Self>, it: &Entrant) -> Option<Ipv4Addr> {
        let find = || self.inner().server_of(it);
        if let Some(address) = find() {
            return Some(address);
        }
        self.order(it.page, json!({"event": "serve"}));
        let found = async {
            loop {
                match find() {
                    Some(address) => return address,
                    None if self.is_here(it.page) => sleep(LOOK).await,
                    None => std::future::pending().await,
                }
            }
        };
        timeout(TOURNAMENT_START, found).await.ok()
    }
}

impl Inner {
    /// The address of the class of an entrant's server, while it is published.
    fn server_of(&self, it: &Entrant) -> Option<Ipv4Addr> {
        let numbers = self.directory.numbers(|entry| it.is_at(entry));
        numbers.first().copied().map(class_address)
    }

    /// The page of this line.
    fn page_of_line(&self, key: PageKey) -> Result<PageId, NotEntered> {
        let line = self.lines.get(&key);
        line.map(|(page, _)| *page).ok_or(NotEntered::NoSuchPage)
    }
}

/// What the journal has of a tournament that begins.
fn beginning(number: u32, state: &State) -> Vec<Entry> {
    let begins = Entry::Tournament {
        number,
        pairs: u32::try_from(state.pairs).unwrap_or(u32::MAX),
    };
    let entered = |it: &Participant| Entry::Entered {
        player: it.entrant.seat.player,
        number,
        party: it.entrant.party,
        alias: u32::try_from(it.alias).unwrap_or_default(),
        name: Name::kept(&it.entrant.seat.name),
    };
    let all = state.clients.iter().chain(&state.servers);
    std::iter::once(begins).chain(all.map(entered)).collect()
}

/// The numbers below this one, in any order.
fn shuffled(count: usize) -> Vec<usize> {
    let mut keyed: Vec<(u64, usize)> = (0..count)
        .map(|number| {
            let mut key = [0; 8];
            system::entropy()(&mut key);
            (u64::from_be_bytes(key), number)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// Holds the meetings of a tournament until all have met, its time is over, or it is stopped.
async fn run(workshop: Arc<Workshop>, tournament: Arc<Tournament>, mut schedule: Schedule) {
    let end = Instant::now() + TOURNAMENT_TIME;
    let mut stop = tournament.stop.subscribe();
    let mut meetings = JoinSet::new();
    loop {
        while let Some(pair) = schedule.next() {
            let (workshop, tournament) = (workshop.clone(), tournament.clone());
            let mut stop = tournament.stop.subscribe();
            meetings.spawn(async move {
                let cell = tokio::select! {
                    cell = meet(&workshop, &tournament, pair) => cell,
                    () = stopped(&mut stop) => None,
                };
                let kept = async {
                    match cell {
                        Some(cell) => tell(&workshop, &tournament, pair, cell).await,
                        None => Ok(()),
                    }
                };
                let (kept, ()) = tokio::join!(kept, clear(&workshop, &tournament, pair));
                (pair, kept)
            });
        }
        if meetings.is_empty() {
            break;
        }
        tokio::select! {
            met = meetings.join_next() => match met {
                Some(Ok((pair, Ok(())))) => schedule.done(pair),
                // The journal takes nothing more.
                _ => schedule.stop(),
            },
            () = stopped(&mut stop), if schedule.left() > 0 => schedule.stop(),
            () = sleep_until(end), if schedule.left() > 0 => schedule.stop(),
        }
    }
    let participants = {
        let mut state = tournament.lock();
        state.is_over = true;
        let all = state.clients.iter().chain(&state.servers);
        all.map(|it| it.entrant.page).collect::<Vec<_>>()
    };
    for page in participants {
        workshop.order(page, json!({"event": "tournament-over"}));
    }
}

/// Waits until a tournament is stopped, or has gone.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // What is waited for must not be held over an await.
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}

/// Keeps a cell, and tells it to the owners of the two programs. A tournament that was stopped meanwhile
/// keeps nothing more: a player of it may have been forgotten.
async fn tell(
    workshop: &Arc<Workshop>,
    tournament: &Tournament,
    pair: Pair,
    cell: Cell,
) -> Result<(), NotEntered> {
    if *tournament.stop.borrow() {
        return Ok(());
    }
    let said = text::sentence(&cell.outcome);
    let is_understood = cell.is_understood();
    let shown = Shown::from(cell);
    let topic = shown.detail.and_then(Detail::topic);
    let player = |party, place: Option<usize>| {
        place.map(|place| tournament.participant(party, place).entrant.seat.player)
    };
    let met = Met {
        client: player(Party::Client, pair.client),
        server: player(Party::Server, pair.server),
        kind: shown.kind,
        tries: shown.tries,
        typed: shown.typed,
        detail: shown.detail,
    };
    let number = tournament.number;
    workshop
        .keep(tournament.room, vec![Entry::Met { number, met }])
        .await?;
    let owners = {
        let mut state = tournament.lock();
        state.cells.insert(pair, shown);
        let servers = pair.server.and_then(|place| state.servers.get(place));
        let clients = pair.client.and_then(|place| state.clients.get(place));
        let owners: Vec<_> = servers.into_iter().chain(clients).cloned().collect();
        owners
    };
    for owner in owners {
        let told = json!({
            "event": "met",
            "party": owner.entrant.party,
            "alias": owner.alias,
            "topic": topic,
            "understood": is_understood,
            "fr": said.say(Lang::Fr),
            "en": said.say(Lang::En),
        });
        workshop.order(owner.entrant.page, told);
    }
    Ok(())
}

/// What may be kept of why two programs do not understand each other: nothing that they said.
fn detail_of(outcome: &Outcome) -> Option<Detail> {
    match *outcome {
        Outcome::Misunderstood { ref expected, .. } => Some(Detail::About(match expected {
            Wanted::Number { .. } | Wanted::Within { .. } => Topic::Guess,
            Wanted::Above { .. } => Topic::Small,
            Wanted::Below { .. } => Topic::Big,
            Wanted::Another { .. } => Topic::Found,
            Wanted::End => Topic::End,
        })),
        Outcome::Blocked { server, client, .. } => Some(Detail::Waits { server, client }),
        Outcome::Broken { party, .. } => Some(Detail::Failed(party)),
        _ => None,
    }
}

fn absent(party: Party) -> Cell {
    Cell {
        outcome: Outcome::Absent {
            party,
            waits: Waiting::Other,
        },
        typed: false,
    }
}

/// Lets two programs meet; `None` if its time was over while they were still playing. Programs that do not
/// move are absent if it is their page that has fallen asleep.
async fn meet(workshop: &Arc<Workshop>, tournament: &Tournament, pair: Pair) -> Option<Cell> {
    let cell = play(workshop, tournament, pair).await?;
    if matches!(cell.outcome, Outcome::Blocked { .. }) {
        let parties = [(Party::Server, pair.server), (Party::Client, pair.client)];
        for (party, place) in parties {
            let Some(place) = place else { continue };
            let it = tournament.participant(party, place);
            if !workshop.is_awake(&it.entrant).await {
                tournament.change(party, place, |it| it.absences += 1);
                return Some(absent(party));
            }
        }
    }
    Some(cell)
}

/// Lets two programs play; `None` if its time was over while they still did.
async fn play(workshop: &Arc<Workshop>, tournament: &Tournament, pair: Pair) -> Option<Cell> {
    let mut dialect = Dialect::default();
    let mut server = own_address();
    if let Some(place) = pair.server {
        let it = tournament.participant(Party::Server, place);
        let found = match it.absences {
            ABSENCES.. => None,
            _ => match workshop.server_of(&it.entrant).await {
                Some(_) if !workshop.is_awake(&it.entrant).await => None,
                found => found,
            },
        };
        let absences = if found.is_some() { 0 } else { it.absences + 1 };
        tournament.change(Party::Server, place, |it| it.absences = absences);
        match found {
            Some(address) => (server, dialect) = (address, it.dialect),
            None => return Some(absent(Party::Server)),
        }
    }
    let Some(place) = pair.client else {
        let of = pair.server?;
        let it = tournament.participant(Party::Server, of);
        let (dialect, cell) = bot::play(workshop, &it.entrant).await;
        tournament.change(Party::Server, of, |it| it.dialect = dialect);
        return Some(cell);
    };
    let it = tournament.participant(Party::Client, place);
    if it.absences >= ABSENCES || !workshop.is_here(it.entrant.page) {
        return Some(absent(Party::Client));
    }
    let (sender, facts) = mpsc::channel(WORKSHOP_EVENTS);
    let (started, starts) = oneshot::channel();
    let meeting = {
        let mut inner = workshop.inner();
        inner.next_meeting = inner.next_meeting.wrapping_add(1);
        let expected = Expected {
            page: it.entrant.page,
            server,
            facts: sender,
            started,
        };
        let meeting = inner.next_meeting;
        inner.meetings.insert(meeting, expected);
        meeting
    };
    let order = json!({"event": "meet", "meeting": meeting});
    workshop.order(it.entrant.page, order);
    let program = timeout(TOURNAMENT_START, starts).await;
    workshop.inner().meetings.remove(&meeting);
    let Ok(Ok(program)) = program else {
        tournament.change(Party::Client, place, |it| it.absences += 1);
        return Some(absent(Party::Client));
    };
    tournament.change(Party::Client, place, |it| it.absences = 0);
    let cell = watch(workshop, program, facts, Meeting::new(dialect, None)).await;
    workshop.inner().facts.remove(&program);
    cell
}

/// Watches a client and its server until it is clear what becomes of them; `None` if they still play
/// when the time is over: nothing was seen that would be a fault of theirs.
async fn watch(
    workshop: &Arc<Workshop>,
    program: ProgramId,
    mut facts: mpsc::Receiver<Fact>,
    mut meeting: Meeting,
) -> Option<Cell> {
    let began = Instant::now();
    let (mut quiet, mut last) = (began, None);
    loop {
        match meeting.poll() {
            Some(Step::Done(cell)) => return Some(cell),
            Some(Step::Type { asked, number }) => {
                let line = typed(&asked, SOMEWHERE, number);
                workshop.act(Input::Line(program, &line));
                (quiet, last) = (Instant::now(), None);
            }
            None => {}
        }
        let now = began.elapsed();
        if meeting.has_enough() {
            meeting.handle(Fact::Late, now);
            continue;
        }
        if now > TOURNAMENT_MEETING_TIME {
            return None;
        }
        tokio::select! {
            biased;
            fact = facts.recv() => match fact {
                Some(fact) => {
                    meeting.handle(fact, now);
                    (quiet, last) = (Instant::now(), None);
                }
                None => meeting.handle(Fact::Ended(Party::Client), now),
            },
            () = sleep(LOOK) => {
                let still = workshop.inner().relay.still(program);
                let Some(still) = still else {
                    meeting.handle(Fact::Ended(Party::Client), now);
                    continue;
                };
                if last.as_ref() != Some(&still) {
                    (quiet, last) = (Instant::now(), Some(still.clone()));
                }
                let limit = if is_settled(&still) { STILL } else { PATIENCE };
                if quiet.elapsed() >= limit {
                    meeting.handle(still, now);
                }
            }
        }
    }
}

/// Whether both programs are seen to wait for something that only the other, or a user, gives.
fn is_settled(still: &Fact) -> bool {
    let waits = |it: &Waiting| {
        use Waiting::{Ended, Keyboard, Message, Player, Reader};
        matches!(it, Message | Keyboard | Player | Reader | Ended)
    };
    match still {
        // A client that asks its user waits for nobody else.
        Fact::Still { server, client, .. } => {
            waits(client) && (waits(server) || *client == Waiting::Keyboard)
        }
        _ => false,
    }
}

/// Ends what a meeting has left running, so that both can meet others.
async fn clear(workshop: &Arc<Workshop>, tournament: &Tournament, pair: Pair) {
    if let Some(place) = pair.client {
        let page = tournament.participant(Party::Client, place).entrant.page;
        workshop.order(page, json!({"event": "halt", "party": Party::Client}));
        let ended = async {
            while workshop.inner().relay.meets(page) {
                sleep(LOOK).await;
            }
        };
        // A program that does not stop is cut off by its page.
        let _ = timeout(HALT, ended).await;
    }
    if let Some(place) = pair.server {
        let it = tournament.participant(Party::Server, place).entrant;
        let address = match it.outside {
            Some(_) => None,
            None => workshop.inner().server_of(&it),
        };
        let Some(address) = address else {
            return;
        };
        let back = async {
            loop {
                match workshop.server_waits(address) {
                    Waiting::Player | Waiting::Ended => return,
                    _ => sleep(LOOK).await,
                }
            }
        };
        if timeout(BACK, back).await.is_err() {
            workshop.order(it.page, json!({"event": "halt", "party": Party::Server}));
            let ended = async {
                while workshop.server_waits(address) != Waiting::Ended {
                    sleep(LOOK).await;
                }
            };
            let _ = timeout(HALT, ended).await;
        }
    }
}
