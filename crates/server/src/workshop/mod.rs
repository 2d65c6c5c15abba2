//! The workshop: programs that run in pages, and the network between them.
//!
//! [`relay`] is the network, without input or output of its own; [`call`] is how a program speaks with
//! it; [`port`] connects it with real programs; [`directory`] lists the servers that pupils have
//! published, [`tournament`] lets them meet, and [`report`] is what they report to the teacher;
//! [`exam`] has a program examined, in its turn ([`turns`]), [`passes`] remembers which ones may enter the
//! tournament, and [`programs`] is what the teacher sees of them all. [`Workshop`] drives it: it keeps the requests that
//! wait, and passes on to the pages what happens to their programs.

pub mod call;
pub mod directory;
pub mod exam;
mod passes;
mod port;
pub mod practice;
pub mod programs;
pub mod relay;
mod report;
pub mod tournament;
mod turns;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lab::check::pair::meeting::Fact;
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore, mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use crate::listen::Dispatcher;
use crate::permits::Permits;
use call::{Answer, Asked, Call};
use directory::{Directory, Entry, Full, Seat};
use exam::Exam;
use game::limits::{
    ADMISSION_WAIT, WORKSHOP_AHEAD, WORKSHOP_CHECKS, WORKSHOP_CONSOLES, WORKSHOP_EVENTS,
    WORKSHOP_GRACE, WORKSHOP_HOLD, WORKSHOP_LOADS, WORKSHOP_ORDERS, WORKSHOP_PAGES, WORKSHOP_TALK,
};
use game::phrases::Lang;
use game::rules::{PlayerId, RoomCode};
use game::shares::Source;
use os::system;
use passes::Passes;
use practice::{Look, Opening, Practices};
use programs::{Doings, Outcomes, Round};
use relay::{
    Author, Browser, Event, Input, ListenerId, Output, PageId, ProgramId, Published, Relay, TcpId,
    What, class_address, class_number,
};
pub use report::Talk;
use report::{Pupil, Remark, Reports};
use tournament::{Entrant, Expected, Tournament, own_address};
use turns::Turns;

/// What the workshop needs to know of the server.
#[derive(Clone, Debug)]
pub struct Place {
    /// This server's own addresses.
    pub addresses: Vec<Ipv4Addr>,
    /// The port of the text protocol, if it is served.
    pub game: Option<u16>,
    /// The address on which ports for real programs are opened.
    pub listen: IpAddr,
    /// The language of this program's own server in a tournament.
    pub lang: Lang,
}

/// The workshop of a server.
pub struct Workshop {
    inner: Mutex<Inner>,
    place: Place,
    dispatcher: Dispatcher,
    practices: Arc<Practices>,
    /// Whether the teacher has it open.
    open: watch::Sender<bool>,
    /// Tells the pages that the teacher has changed with whom programs may talk.
    talk: watch::Sender<()>,
    /// The turns of pages that load Python.
    pub loads: Arc<Semaphore>,
    /// The turns of examinations.
    turns: Arc<Turns>,
    /// The turns of commands of all consoles.
    consoles: Semaphore,
}

struct Inner {
    relay: Relay,
    /// Requests that wait for their answers.
    asked: HashMap<(ProgramId, u32), (u64, oneshot::Sender<Answer>)>,
    pages: HashMap<PageId, Opened>,
    tcp: HashMap<TcpId, Arc<Notify>>,
    ports: HashMap<ListenerId, AbortHandle>,
    next_page: u64,
    /// Pages whose line is lost, by their keys.
    adrift: HashMap<PageKey, OpenPage>,
    /// The pages by their keys, and what tells the line of one that another takes its place.
    lines: HashMap<PageKey, (PageId, Arc<Notify>)>,
    directory: Directory,
    entrants: Vec<Entrant>,
    tournaments: HashMap<RoomCode, Arc<Tournament>>,
    /// Meetings that wait for their client's page.
    meetings: HashMap<u32, Expected>,
    next_meeting: u32,
    /// Who is told what a client that meets a server, and the server, do.
    facts: HashMap<ProgramId, mpsc::Sender<Fact>>,
    reports: Reports,
    /// Examinations, asked for or in progress.
    checks: HashMap<Browser, Arc<Exam>>,
    /// The same by the program that runs for them now.
    exams: HashMap<ProgramId, Arc<Exam>>,
    /// What came of the pupils' examinations.
    outcomes: Outcomes,
    /// The programs whose essential checks pass.
    passes: Passes,
}

/// A server that a pupil publishes.
#[derive(Clone, Copy, Debug)]
pub enum Offer {
    /// A program of the page.
    Program(ProgramId),
    /// A program on the pupil's own machine.
    Outside(SocketAddr),
}

/// Why a server is not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPublished {
    /// The page is not open, or the program is not one of its own.
    NoSuchPage,
    /// The teacher has closed the workshop.
    Closed,
    /// The program does not listen.
    NotListening,
    /// The program listens at 127.0.0.1, where no neighbour can connect.
    OnlyHere,
    /// Too many are published.
    Full,
}

/// What a page shows to get its programs back on a new line. Random.
pub type PageKey = u128;

struct Opened {
    events: mpsc::Sender<Event>,
    orders: mpsc::Sender<Value>,
    /// Events for which there was no room.
    skipped: u64,
    /// Notified when it tells that it is there.
    here: Arc<Notify>,
    from: Source,
    is_ready: bool,
    /// The turns of its console.
    console: Arc<Semaphore>,
    /// The pupil's name, once the page has told whose seat it works under.
    name: Option<String>,
    /// The seat, if it is one of a room.
    seat: Option<Seat>,
    /// What the programs that its pupil has started do.
    doings: Doings,
    /// Whether it takes part in the teacher's check of all.
    round: Round,
    /// The latest messages from and to other pupils, oldest first.
    talk: VecDeque<Remark>,
}

/// A page of the workshop, as long as it is open. Dropping it ends its programs.
pub struct OpenPage {
    workshop: Arc<Workshop>,
    id: PageId,
    /// What it shows to go on after its line was lost.
    pub key: PageKey,
    /// Notified when another line takes over.
    pub superseded: Arc<Notify>,
    /// What happens to its programs.
    pub events: mpsc::Receiver<Event>,
    /// What it is to do for a tournament or an examination, and to show of it.
    pub orders: mpsc::Receiver<Value>,
}

/// Why an examination is not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChecked {
    /// The page is not open.
    NoSuchPage,
    /// The teacher has closed the workshop.
    Closed,
    /// The page's browser has one in progress.
    Running,
    /// No port is free.
    NoPort,
}

/// How the workshop is used, for the teacher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// Whether it is open.
    pub open: bool,
    /// Pages.
    pub pages: usize,
    /// Pages with a Python that is loaded.
    pub ready: usize,
    /// Programs that run.
    pub programs: usize,
    /// Whether pupils' programs may not talk to each other.
    pub quiet: bool,
    /// Whether they may connect to real programs on the machines of players.
    pub outside: bool,
    /// Reports that the teacher has not put away.
    pub reports: usize,
}

impl Workshop {
    /// An open workshop, without pages.
    pub fn new(place: Place, dispatcher: Dispatcher, practices: Arc<Practices>) -> Arc<Self> {
        let workshop = Arc::new(Workshop {
            inner: Mutex::new(Inner {
                relay: Relay::new(place.addresses.clone(), place.game),
                asked: HashMap::new(),
                pages: HashMap::new(),
                tcp: HashMap::new(),
                ports: HashMap::new(),
                next_page: 0,
                adrift: HashMap::new(),
                lines: HashMap::new(),
                directory: Directory::default(),
                entrants: Vec::new(),
                tournaments: HashMap::new(),
                meetings: HashMap::new(),
                next_meeting: 0,
                facts: HashMap::new(),
                reports: Reports::default(),
                checks: HashMap::new(),
                exams: HashMap::new(),
                outcomes: Outcomes::default(),
                passes: Passes::default(),
            }),
            place,
            dispatcher,
            practices,
            open: watch::Sender::new(true),
            talk: watch::Sender::new(()),
            loads: Arc::new(Semaphore::new(WORKSHOP_LOADS)),
            turns: Turns::new(WORKSHOP_CHECKS),
            consoles: Semaphore::new(WORKSHOP_CONSOLES),
        });
        workshop.act(Input::Publish(own_address(), Published::Own));
        workshop
    }

    /// Opens a page of this browser.
    pub fn open(self: &Arc<Self>, browser: Browser) -> OpenPage {
        let (sender, events) = mpsc::channel(WORKSHOP_EVENTS);
        let (order, orders) = mpsc::channel(WORKSHOP_ORDERS);
        let (key, superseded) = (random(), Arc::new(Notify::new()));
        let mut inner = self.inner();
        inner.next_page += 1;
        let id = PageId(inner.next_page);
        let opened = Opened {
            events: sender,
            orders: order,
            skipped: 0,
            here: Arc::default(),
            from: Source::from(browser.0),
            is_ready: false,
            console: Arc::new(Semaphore::new(1)),
            name: None,
            seat: None,
            doings: Doings::default(),
            round: Round::No,
            talk: VecDeque::new(),
        };
        inner.pages.insert(id, opened);
        inner.lines.insert(key, (id, superseded.clone()));
        drop(inner);
        self.act(Input::Open(id, browser));
        let workshop = self.clone();
        OpenPage {
            workshop,
            id,
            key,
            superseded,
            events,
            orders,
        }
    }

    /// The page that a line was lost of, or that another line still has; `None` if it is gone.
    pub async fn resume(self: &Arc<Self>, key: PageKey) -> Option<OpenPage> {
        let (_, line) = self.inner().lines.get(&key).cloned()?;
        line.notify_one();
        let found = async {
            loop {
                let found = self.inner().adrift.remove(&key);
                match found {
                    Some(page) => return page,
                    None => sleep(RESUME_LOOK).await,
                }
            }
        };
        let found = timeout(ADMISSION_WAIT, found).await.ok()?;
        // The order to give way may not have been needed.
        let _ = timeout(RESUME_LOOK, found.superseded.notified()).await;
        Some(found)
    }

    /// Keeps a page whose line is lost for [`WORKSHOP_GRACE`].
    pub fn lost(self: &Arc<Self>, page: OpenPage) {
        let key = page.key;
        if self.inner().adrift.len() >= WORKSHOP_PAGES {
            return drop(page);
        }
        self.inner().adrift.insert(key, page);
        let workshop = self.clone();
        tokio::spawn(async move {
            sleep(WORKSHOP_GRACE).await;
            let late = workshop.inner().adrift.remove(&key);
            drop(late);
        });
    }

    /// Opens or closes the workshop. Closing ends all programs.
    pub fn set_open(self: &Arc<Self>, is_open: bool) {
        self.open.send_replace(is_open);
        if !is_open {
            let tournaments: Vec<_> = self.inner().tournaments.values().cloned().collect();
            tournaments.iter().for_each(|it| it.stop());
            self.inner().entrants.clear();
            let checks: Vec<Arc<Exam>> = self.inner().checks.values().cloned().collect();
            checks.iter().for_each(|exam| exam.give_up());
            self.act(Input::EndAll);
            self.withdraw(|_| true);
        }
    }

    /// Whether it is open, now and from now on.
    pub fn is_open(&self) -> watch::Receiver<bool> {
        self.open.subscribe()
    }

    /// Publishes a server of this page under a seat's name, in place of the one that the seat or the page
    /// has; returns its number. So a pupil who takes seat after seat does not fill the directory. A server
    /// that was entered into the tournament and is another one leaves it.
    pub fn publish(
        self: &Arc<Self>,
        key: PageKey,
        seat: Seat,
        offer: Offer,
    ) -> Result<u16, NotPublished> {
        if !*self.open.borrow() {
            return Err(NotPublished::Closed);
        }
        let (page, server, port) = {
            let inner = self.inner();
            let page = inner.lines.get(&key).map(|(page, _)| *page);
            let page = page.ok_or(NotPublished::NoSuchPage)?;
            match offer {
                Offer::Program(program) => {
                    if !inner.relay.owns(page, program) {
                        return Err(NotPublished::NoSuchPage);
                    }
                    let listener = inner.relay.listener_of(program);
                    let (listener, at) = listener.ok_or(NotPublished::NotListening)?;
                    if at.ip().is_loopback() {
                        return Err(NotPublished::OnlyHere);
                    }
                    (page, Published::Listener(listener), at.port())
                }
                Offer::Outside(at) => (page, Published::Outside(at), at.port()),
            }
        };
        self.withdraw(|entry| entry.page == page || entry.seat.is_same(&seat));
        let entry = Entry {
            seat,
            page,
            port,
            outside: match offer {
                Offer::Program(_) => None,
                Offer::Outside(at) => Some(at),
            },
            greetings: (0, 0),
        };
        let number = {
            let mut inner = self.inner();
            inner.entrants.retain(|it| !it.is_replaced_by(&entry));
            let added = inner.directory.add(entry);
            added.map_err(|Full| NotPublished::Full)?
        };
        self.act(Input::Publish(class_address(number), server));
        Ok(number)
    }

    /// Takes the entries that meet a condition out of the directory. Their programs go on.
    pub fn withdraw(self: &Arc<Self>, is_wanted: impl Fn(&Entry) -> bool) {
        let numbers = self.inner().directory.numbers(is_wanted);
        numbers.into_iter().for_each(|number| self.take_out(number));
    }

    /// Takes an entry out of the directory.
    pub fn take_out(self: &Arc<Self>, number: u16) {
        self.inner().directory.remove(number);
        self.act(Input::Withdraw(class_address(number)));
    }

    /// The published servers of a room, by number.
    pub fn published(&self, room: RoomCode) -> Vec<(u16, Entry)> {
        let inner = self.inner();
        let all = inner.directory.of(room);
        all.map(|(number, entry)| (number, entry.clone())).collect()
    }

    /// Whether the published server of this number was seen to say only what the game's own server says to it,
    /// or, on a pupil's own machine, to greet as the game does whenever that machine has connected to the game.
    pub fn forwards(&self, number: u16) -> bool {
        let inner = self.inner();
        let entry = inner.directory.get(number);
        entry.is_some_and(Entry::forwards) || inner.relay.forwards(class_address(number))
    }

    /// Keeps nothing of a room, or of one of its players.
    pub fn forget(self: &Arc<Self>, room: RoomCode, player: Option<PlayerId>) {
        self.withdraw(|entry| entry.seat.is(room, player));
        self.forget_tournament(room, player);
        let mut inner = self.inner();
        inner.outcomes.forget(room, player);
        let Inner {
            pages,
            passes,
            relay,
            ..
        } = &mut *inner;
        passes.forget(|pass| pass.is_of(room, player));
        for (id, page) in pages {
            if page.seat.as_ref().is_some_and(|it| it.is(room, player)) {
                (page.seat, page.name) = (None, None);
                let browser = relay.browser(*id);
                passes.forget(|pass| Some(pass.browser) == browser);
            }
        }
    }

    /// A turn to load Python ahead of use, if one is free now. It lasts [`WORKSHOP_AHEAD`], whatever the
    /// browser does with it.
    pub fn load_ahead(&self) -> bool {
        let turn = self.loads.clone().try_acquire_owned().ok();
        let Some(turn) = turn.filter(|_| *self.open.borrow()) else {
            return false;
        };
        tokio::spawn(async move {
            sleep(WORKSHOP_AHEAD).await;
            drop(turn);
        });
        true
    }

    /// How it is used.
    pub fn usage(&self) -> Usage {
        let inner = self.inner();
        Usage {
            open: *self.open.borrow(),
            pages: inner.pages.len(),
            ready: inner.pages.values().filter(|it| it.is_ready).count(),
            programs: inner.relay.running(),
            quiet: inner.relay.is_quiet(),
            outside: inner.relay.is_outside(),
            reports: inner.reports.len(),
        }
    }

    /// The pages, and the reports that wait for the teacher.
    pub fn talk(&self) -> Talk {
        let inner = self.inner();
        let mut pages: Vec<PageId> = inner.pages.keys().copied().collect();
        pages.sort_unstable();
        let pupil = |page: PageId| Pupil {
            page: page.0,
            who: inner.who(page),
            programs: inner.relay.programs_of(page),
            mute: inner.relay.is_mute(page),
        };
        Talk {
            pupils: pages.into_iter().map(pupil).collect(),
            reports: inner.reports.all(),
        }
    }

    /// Lets pupils' programs talk to each other, or not.
    pub fn set_quiet(self: &Arc<Self>, is_quiet: bool) {
        self.act(Input::Quiet(is_quiet));
        self.silence_practices();
        self.talk.send_replace(());
    }

    /// Lets pupils' programs connect to real programs on the machines of players who are present, or not.
    pub fn set_outside(self: &Arc<Self>, is_outside: bool) {
        self.act(Input::Outside(is_outside));
        self.talk.send_replace(());
    }

    /// Ends the programs of a page's browser and its talk to others, or lets it talk again.
    pub fn set_mute(self: &Arc<Self>, page: u64, is_mute: bool) {
        if is_mute {
            self.withdraw(|entry| entry.page == PageId(page));
        }
        self.act(Input::Mute(PageId(page), is_mute));
        self.silence_practices();
        self.talk.send_replace(());
    }

    /// Opens a pupil's practice port: see [`Practices::open`].
    ///
    /// # Errors
    ///
    /// If the address can't be bound.
    pub async fn practise(&self, player: PlayerId, opening: Opening) -> io::Result<Option<Look>> {
        let look = self.practices.open(player, opening).await?;
        self.silence_practices();
        Ok(look)
    }

    /// Closes the practice ports to all but their pupils where the teacher has ended talk.
    fn silence_practices(&self) {
        let inner = self.inner();
        self.practices.silence(|owner| inner.relay.is_silent(owner));
    }

    /// Puts a report away, which the teacher has seen.
    pub fn put_away(&self, report: u64) {
        self.inner().reports.put_away(report);
    }

    /// Carries out a command of a page's console, in the page's turn; `None` if the page is not open. The
    /// command is given the address of the page's machine.
    pub async fn console<T>(
        &self,
        key: PageKey,
        command: impl AsyncFnOnce(Ipv4Addr) -> T,
    ) -> Option<T> {
        let (address, turns) = {
            let inner = self.inner();
            let (id, _) = inner.lines.get(&key)?;
            let (address, _) = inner.relay.address(*id)?;
            (address, inner.pages.get(id)?.console.clone())
        };
        let _turn = turns.acquire().await.ok()?;
        let _one_of_all = self.consoles.acquire().await.ok()?;
        Some(command(address).await)
    }

    /// Whether a player is present on the machine at this address, which is, as far as was seen, no proxy or
    /// router of several. Of IPv6, somebody with a page of the workshop: permits know its networks only.
    pub fn is_player(&self, address: IpAddr) -> bool {
        let is_one = match address {
            IpAddr::V4(_) => self.permits().is_player(Source::from(address)),
            IpAddr::V6(_) => self.inner().relay.has_one_browser(address),
        };
        is_one && !self.dispatcher.trusts(address)
    }

    /// Whether a page is open on the machine at this address.
    pub fn has_page(&self, address: Ipv4Addr) -> bool {
        self.inner().relay.page_at(address).is_some()
    }

    /// What tells that the teacher has changed with whom programs may talk.
    pub fn talk_changes(&self) -> watch::Receiver<()> {
        self.talk.subscribe()
    }

    /// Answers a program's request: at once, or when there is something to tell, or when the time is
    /// over.
    pub async fn ask(self: &Arc<Self>, program: ProgramId, asked: Asked) -> Answer {
        let (sender, mut answer) = oneshot::channel();
        let (lane, seq) = (asked.lane, asked.seq);
        {
            let mut inner = self.inner();
            if !inner.relay.runs(program) {
                return Answer::Gone;
            }
            if let Some(exam) = inner.exams.get(&program) {
                exam.called(program, asked.wait);
            }
            if let Call::Exit { fault } = &asked.call
                && let Some(page) = inner.page_with(program)
            {
                page.doings.exits(program, fault.as_ref());
            }
            inner.asked.insert((program, lane), (seq, sender));
            inner
                .relay
                .handle(Input::Call(program, lane, seq, &asked.call));
            self.follow(&mut inner);
            let waits = inner.asked.get(&(program, lane));
            if waits.is_some_and(|(waits, _)| *waits == seq) {
                let peer = inner.relay.awaited(program, &asked.call);
                if let Some(page) = inner.page_with(program) {
                    page.doings.waits(program, &asked, peer);
                }
            }
        }
        let in_time = timeout(asked.wait.min(WORKSHOP_HOLD), &mut answer).await;
        let answered = match in_time {
            Ok(answered) => answered,
            Err(_) => {
                self.act(Input::Expire(program, lane, seq));
                answer.await
            }
        };
        // A newer request of the same thread has taken its place.
        answered.unwrap_or(Answer::Again)
    }

    /// Lets the relay know what happens, and does what follows.
    fn act(self: &Arc<Self>, input: Input<'_>) {
        let mut inner = self.inner();
        inner.relay.handle(input);
        self.follow(&mut inner);
    }

    fn follow(self: &Arc<Self>, inner: &mut Inner) {
        while let Some(output) = inner.relay.poll() {
            match output {
                Output::Answer(program, lane, seq, answer) => {
                    if let Some(exam) = inner.exams.get(&program) {
                        exam.answered(program);
                    }
                    if answer != Answer::Again
                        && let Some(page) = inner.page_with(program)
                    {
                        page.doings.goes_on(program, lane);
                    }
                    let waits = inner.asked.get(&(program, lane));
                    if waits.is_some_and(|(waits, _)| *waits == seq)
                        && let Some((_, sender)) = inner.asked.remove(&(program, lane))
                    {
                        // The page may have gone; ignore it.
                        let _ = sender.send(answer);
                    }
                }
                Output::Show(page, event) => {
                    if let Some(page) = inner.pages.get_mut(&page) {
                        if event.what == What::Ended {
                            page.doings.ended(event.program);
                        }
                        if page.events.try_send(event).is_err() {
                            page.skipped += 1;
                        }
                    }
                }
                Output::Said(from, to, bytes) => {
                    let remark = Remark {
                        at: system::wall_clock(),
                        author: inner.author(from),
                        text: String::from_utf8_lossy(&bytes).into_owned(),
                    };
                    let sides = [from, to].map(|side| inner.pages_of(side));
                    for page in sides.into_iter().flatten() {
                        if let Some(page) = inner.pages.get_mut(&page) {
                            if page.talk.len() >= WORKSHOP_TALK {
                                page.talk.pop_front();
                            }
                            page.talk.push_back(remark.clone());
                        }
                    }
                }
                Output::OpenPort(listener, port) => {
                    let page = inner.relay.page_of(listener);
                    if let Some(from) = inner.source(page) {
                        let task = tokio::spawn(port::serve(self.clone(), listener, port, from));
                        inner.ports.insert(listener, task.abort_handle());
                    }
                }
                Output::ClosePort(listener) => {
                    if let Some(task) = inner.ports.remove(&listener) {
                        task.abort();
                    }
                    inner.exams.values().for_each(|exam| exam.closed(listener));
                }
                Output::Fact(program, fact) => {
                    if let Some(meeting) = inner.facts.get(&program) {
                        // More than it can take is a flood, which ends by its deadline.
                        let _ = meeting.try_send(fact);
                    }
                }
                Output::Unpublished(address) => {
                    inner.directory.remove(class_number(address));
                }
                Output::Dial(tcp, far) => {
                    let page = inner.relay.page_that_dials(tcp);
                    let from = inner.source(page).unwrap_or(Source::UNKNOWN);
                    let wake = Arc::new(Notify::new());
                    inner.tcp.insert(tcp, wake.clone());
                    tokio::spawn(port::dial(self.clone(), tcp, far, wake, from));
                }
                Output::Wake(tcp) => {
                    if let Some(wake) = inner.tcp.get(&tcp) {
                        wake.notify_one();
                    }
                }
            }
        }
    }

    fn permits(&self) -> &Permits {
        self.dispatcher.permits()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no panic under this lock")
    }
}

impl Inner {
    /// The page that runs a program.
    fn page_with(&mut self, program: ProgramId) -> Option<&mut Opened> {
        let page = self.relay.page_with(program)?;
        self.pages.get_mut(&page)
    }

    /// A page's pupil: the name, if it is known, and the address of the machine.
    fn who(&self, page: PageId) -> String {
        let name = self.pages.get(&page).and_then(|it| it.name.clone());
        let address = self
            .relay
            .address(page)
            .map(|(address, _)| address.to_string());
        let parts: Vec<String> = name.into_iter().chain(address).collect();
        parts.join(" · ")
    }

    fn author(&self, author: Author) -> String {
        match author {
            Author::Page(page) => self.who(page),
            Author::Outside(at) => at.ip().to_string(),
            Author::Port(_, at) => match self.pages_of(author).first() {
                Some(page) => format!("{at} ({})", self.who(*page)),
                None => at.to_string(),
            },
        }
    }

    /// The pages that are one side of a talk.
    fn pages_of(&self, author: Author) -> Vec<PageId> {
        match author {
            Author::Page(page) => vec![page],
            Author::Outside(_) => Vec::new(),
            Author::Port(browser, _) => self.relay.pages_of(browser),
        }
    }

    /// Where a page connects from.
    fn source(&self, page: Option<PageId>) -> Option<Source> {
        Some(self.pages.get(&page?)?.from)
    }
}

/// Why a page's programs may talk to no other pupil's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// The teacher has ended the talk of this browser.
    Mute,
    /// The teacher has ended all talk.
    Quiet,
}

/// Interval at which a page that comes back looks for its programs.
const RESUME_LOOK: Duration = Duration::from_millis(20);

/// What a page hears when a sign of life that it has asked for has come.
pub fn probed(number: u32) -> Value {
    json!({"event": "probed", "number": number})
}

fn random() -> u128 {
    let mut number = [0; 16];
    system::entropy()(&mut number);
    u128::from_be_bytes(number)
}

impl OpenPage {
    /// Starts the program of a pane, which has this file name, perhaps for a meeting; `None` if that meeting
    /// is over, or not this page's.
    pub fn start(&self, pane: u32, file: String, meeting: Option<u32>) -> Option<ProgramId> {
        let program = ProgramId(random());
        match meeting {
            Some(meeting) => {
                let expected = self.workshop.expected(self.id, meeting)?;
                self.workshop.act(Input::Start(self.id, program));
                self.workshop.meet(expected, program);
            }
            None => {
                self.workshop.act(Input::Start(self.id, program));
                self.change(|page| page.doings.starts(program, pane, file));
            }
        }
        Some(program)
    }

    /// Gives a typed line to a program of this page.
    pub fn line(&self, program: ProgramId, line: &str) {
        if self.owns(program) {
            self.workshop.act(Input::Line(program, line));
        }
    }

    /// Asks a program of this page to stop.
    pub fn stop(&self, program: ProgramId) {
        if self.owns(program) {
            self.workshop.act(Input::Stop(program));
        }
    }

    /// A program of this page has ended.
    pub fn end(&self, program: ProgramId) {
        if self.owns(program) {
            self.workshop.act(Input::End(program));
        }
    }

    /// Takes note of its pupil's name, and of the seat if it is one of a room.
    pub fn is_of(&self, name: String, seat: Option<Seat>) {
        self.change(|page| (page.name, page.seat) = (Some(name), seat));
    }

    /// It has made its checks for the teacher's check of all, or has no program to check.
    pub fn has_checked(&self, has_programs: bool) {
        self.change(|page| {
            if page.round == Round::Asked {
                page.round = if has_programs {
                    Round::No
                } else {
                    Round::Nothing
                };
            }
        });
    }

    /// Freezes its latest talk with other pupils for the teacher; false if there is none, or no room.
    pub fn report(&self) -> bool {
        let mut inner = self.workshop.inner();
        let talk = inner.pages.get(&self.id).map(|page| page.talk.clone());
        let remarks: Vec<Remark> = talk.into_iter().flatten().collect();
        let by = inner.who(self.id);
        !remarks.is_empty() && inner.reports.add(self.id, by, remarks)
    }

    /// Whether its programs may talk to no other pupil's, and why.
    pub fn silence(&self) -> Option<Silence> {
        let inner = self.workshop.inner();
        if inner.relay.is_mute(self.id) {
            return Some(Silence::Mute);
        }
        inner.relay.is_quiet().then_some(Silence::Quiet)
    }

    /// Gives its programs a rough network of this seed, or none.
    pub fn set_rough(&self, seed: Option<u64>) {
        self.workshop.act(Input::Rough(self.id, seed));
    }

    /// Whether its programs may connect to real programs on the machines of players.
    pub fn is_outside(&self) -> bool {
        self.workshop.inner().relay.is_outside()
    }

    /// Takes note of what the page tells of a program that it runs for an examination.
    pub fn told(&self, program: ProgramId, told: exam::Told) {
        let exam = self.workshop.inner().exams.get(&program).cloned();
        if let Some(exam) = exam.filter(|exam| exam.page == self.id) {
            exam.told(program, told);
        }
    }

    /// Ends the examination of its browser.
    pub fn stop_check(&self) {
        self.workshop.stop_check(self.id);
    }

    /// Takes note that the page is awake.
    pub fn is_here(&self) {
        self.change(|page| page.here.notify_waiters());
    }

    /// Takes note that its Python is loaded.
    pub fn is_ready(&self) {
        self.change(|page| page.is_ready = true);
    }

    fn change(&self, change: impl FnOnce(&mut Opened)) {
        if let Some(page) = self.workshop.inner().pages.get_mut(&self.id) {
            change(page);
        }
    }

    /// Asks a page of the machine at this address for a sign of life. None comes if there is no such page,
    /// or if it has much to do.
    pub fn probe(&self, to: Ipv4Addr, number: u32) {
        let inner = self.workshop.inner();
        let there = inner.relay.page_at(to).and_then(|it| inner.pages.get(&it));
        if let Some(there) = there.filter(|it| it.orders.capacity() > WORKSHOP_ORDERS / 2) {
            let asked = json!({"event": "probe", "from": self.id.0, "number": number});
            // It may be closing; ignore it.
            let _ = there.orders.try_send(asked);
        }
    }

    /// Passes the sign of life on to the page that asked for it. It is lost, as on a network, if that page
    /// has much to do.
    pub fn probed(&self, from: u64, number: u32) {
        let inner = self.workshop.inner();
        let asker = inner.pages.get(&PageId(from));
        if let Some(asker) = asker.filter(|it| it.orders.capacity() > WORKSHOP_ORDERS / 2) {
            // It may be closing; ignore it.
            let _ = asker.orders.try_send(probed(number));
        }
    }

    /// The address of its machine, and whether it is the browser's real one.
    pub fn address(&self) -> (Ipv4Addr, bool) {
        let address = self.workshop.inner().relay.address(self.id);
        address.expect("a page that is open has a machine")
    }

    /// How many events were left out since the last call.
    pub fn skipped(&self) -> u64 {
        let mut inner = self.workshop.inner();
        let page = inner.pages.get_mut(&self.id);
        page.map_or(0, |page| std::mem::take(&mut page.skipped))
    }

    fn owns(&self, program: ProgramId) -> bool {
        self.workshop.inner().relay.owns(self.id, program)
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        self.workshop.stop_check(self.id);
        self.workshop.act(Input::Leave(self.id));
        self.workshop.withdraw(|entry| entry.page == self.id);
        let mut inner = self.workshop.inner();
        inner.pages.remove(&self.id);
        inner.lines.remove(&self.key);
        inner.entrants.retain(|it| it.page != self.id);
    }
}
