//! An examination of a pupil's program: the lab's, as `juste-prix check` makes it.
//!
//! A program of a page is started by its page, again for each run that a check wants fresh, and is
//! watched by its calls: [`Exam`] is the lab's host. What it prints, and its end, the page tells. A
//! server is reached by a port of the loopback interface, open as long as the program listens; all
//! connections of a client lead to the examiner. A program on the pupil's own machine is only seen from
//! outside.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::AbortHandle;

use super::relay::{Input, ListenerId, PageId, ProgramId};
use super::{NotChecked, PageKey, Workshop, port, random};
use crate::addresses::address_towards;
use game::limits::{PROGRAM_OUTPUT, WORKSHOP_CHECK_RUN, WORKSHOP_CHECK_START, WORKSHOP_HOLD};
use game::phrases::{Lang, say};
use lab::check::class;
use lab::check::client::Client;
use lab::check::report::{Report, Side};
use lab::check::{Check, Step, client, json, server};
use lab::program::{Bound, Ended, Guest, Host};
use lab::trace::{Event, Log};
use os::process::Thread;

/// What is examined.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A program of the page: its pane, its name and its source.
    Page {
        pane: u32,
        name: String,
        text: String,
    },
    /// A program on the machine from which the page comes, at this port if it is a server.
    Own { address: IpAddr, port: u16 },
}

/// An examination that is asked for.
#[derive(Clone, Debug)]
pub struct Examination {
    pub side: Side,
    pub subject: Subject,
    /// The language of its sentences.
    pub lang: Lang,
}

/// A page's program printed, ended or began, as its page tells.
#[derive(Debug)]
pub enum Told {
    /// Python has begun to run it.
    Runs,
    /// It has printed this.
    Printed(String),
    /// All that it has printed before this number was asked for is told.
    Synced(u64),
    /// It has ended.
    Ended(Ended),
}

/// An examination, as the page's line, the calls of its program and the examining thread share it.
#[derive(Debug)]
pub struct Exam {
    pub page: PageId,
    pane: u32,
    /// What the page is to do and to show.
    orders: mpsc::Sender<Value>,
    pub given_up: Arc<AtomicBool>,
    cancelled: Notify,
    state: Mutex<State>,
    changed: Condvar,
    is_own: bool,
    /// The port of the loopback interface that leads to a server, or at which a client is awaited.
    port: u16,
    side: Side,
}

/// How far an examination is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// It waits for its turn.
    #[default]
    Waits,
    /// So many of all checks have begun.
    Runs { made: usize, all: usize },
}

/// An examination that is asked for or in progress.
#[derive(Clone, Copy, Debug)]
pub struct Going {
    pub side: Side,
    pub is_own: bool,
    pub progress: Progress,
}

#[derive(Debug, Default)]
struct State {
    progress: Progress,
    run: Option<Run>,
    asked: u64,
    synced: u64,
}

/// One run of the program.
#[derive(Debug)]
struct Run {
    program: ProgramId,
    log: Log,
    is_running: bool,
    has_ended: bool,
    printed: usize,
    /// Time in no call so far, and since when it is in none.
    busy: Duration,
    since: Option<Instant>,
    /// How long its latest call waits at most.
    wait: Option<Duration>,
    entrance: Option<(ListenerId, AbortHandle)>,
}

impl Exam {
    /// Takes note of what a page tells of the program that it runs.
    pub fn told(&self, program: ProgramId, told: Told) {
        let mut state = self.lock();
        if let Told::Synced(number) = told {
            state.synced = state.synced.max(number);
        } else if let Some(run) = state.run.as_mut().filter(|it| it.program == program) {
            match told {
                Told::Runs => {
                    run.is_running = true;
                    run.since = Some(Instant::now());
                }
                Told::Printed(text) => {
                    run.printed += text.len();
                    run.log.note(Event::Printed(text.into_bytes()));
                    if run.printed > PROGRAM_OUTPUT && !run.has_ended {
                        run.end(Ended::Beyond(Bound::Output));
                    }
                }
                Told::Ended(ended) if !run.has_ended => run.end(ended),
                Told::Ended(_) | Told::Synced(_) => {}
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// A call of the program has come, which waits at most so long.
    pub fn called(&self, program: ProgramId, wait: Duration) {
        if let Some(run) = self.lock().run.as_mut().filter(|it| it.program == program) {
            run.busy += run.since.take().map_or(Duration::ZERO, |it| it.elapsed());
            run.wait = (wait < WORKSHOP_HOLD).then_some(wait);
        }
    }

    /// A call of the program is answered: it computes.
    pub fn answered(&self, program: ProgramId) {
        if let Some(run) = self.lock().run.as_mut().filter(|it| it.program == program) {
            run.since = Some(Instant::now());
        }
    }

    /// A listener of the program has closed.
    pub fn closed(&self, listener: ListenerId) {
        if let Some(run) = self.lock().run.as_mut()
            && let Some((open, task)) = &run.entrance
            && *open == listener
        {
            task.abort();
            run.entrance = None;
        }
    }

    /// Which examination it is, and how far.
    pub fn going(&self) -> Going {
        Going {
            side: self.side,
            is_own: self.is_own,
            progress: self.lock().progress,
        }
    }

    /// The address that leads to a server, or at which a client is awaited.
    fn examiner(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// A check begins.
    fn begins(&self, all: usize) {
        let progress = &mut self.lock().progress;
        let made = match progress {
            Progress::Waits => 1,
            Progress::Runs { made, .. } => *made + 1,
        };
        *progress = Progress::Runs { made, all };
    }

    /// Ends the examination: what is left is not examined.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::SeqCst);
        self.cancelled.notify_one();
        // Who waits looks again.
        drop(self.lock());
        self.changed.notify_all();
    }

    fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::SeqCst)
    }

    /// Gives the page an order.
    fn order(&self, order: Value) -> io::Result<()> {
        let sent = self.orders.blocking_send(order);
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Waits until a condition holds, the time is over or the examination is given up.
    fn wait(&self, time: Duration, holds: impl Fn(&State) -> bool) -> bool {
        let going_on = |state: &mut State| !holds(state) && !self.is_given_up();
        let waited = self.changed.wait_timeout_while(self.lock(), time, going_on);
        holds(&waited.expect("no panic under this lock").0)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under this lock")
    }
}

impl Run {
    fn end(&mut self, ended: Ended) {
        self.has_ended = true;
        self.log.note(Event::Ended(ended));
    }
}

/// The lab's host: the page starts the program.
struct PageHost {
    workshop: Arc<Workshop>,
    exam: Arc<Exam>,
    runtime: Handle,
}

/// A run of the page's program.
struct PageGuest {
    workshop: Arc<Workshop>,
    exam: Arc<Exam>,
    runtime: Handle,
    program: ProgramId,
}

impl fmt::Debug for PageHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageHost")
    }
}

impl fmt::Debug for PageGuest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageGuest({:?})", self.program)
    }
}

impl Host for PageHost {
    fn start(&self, log: &Log) -> io::Result<Box<dyn Guest>> {
        let program = ProgramId(random());
        let run = Run {
            program,
            log: log.clone(),
            is_running: false,
            has_ended: false,
            printed: 0,
            busy: Duration::ZERO,
            since: None,
            wait: None,
            entrance: None,
        };
        self.exam.lock().run = Some(run);
        self.workshop
            .inner()
            .exams
            .insert(program, self.exam.clone());
        // Dropping it ends the run, begun or not.
        let guest = PageGuest {
            workshop: self.workshop.clone(),
            exam: self.exam.clone(),
            runtime: self.runtime.clone(),
            program,
        };
        self.workshop.act(Input::Start(self.exam.page, program));
        if self.exam.side == Side::Client {
            self.workshop.inner().relay.examine(program);
        }
        let pane = self.exam.pane;
        self.exam
            .order(json!({"event": "exam-run", "pane": pane, "program": program}))?;
        let is_running = |state: &State| state.run.as_ref().is_some_and(|run| run.is_running);
        match self.exam.wait(WORKSHOP_CHECK_START, is_running) {
            true => Ok(Box::new(guest)),
            false => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl PageGuest {
    fn run<T>(&self, look: impl FnOnce(&mut Run) -> T) -> Option<T> {
        self.exam.lock().run.as_mut().map(look)
    }

    /// Opens the port that leads to the program's listener, if it has one.
    fn open_entrance(&self) -> bool {
        let listening = self.workshop.inner().relay.listening(self.program);
        let Some((listener, _)) = listening.first().copied() else {
            return false;
        };
        let open = self.run(|run| run.entrance.as_ref().is_some_and(|(it, _)| *it == listener));
        if open == Some(true) {
            return true;
        }
        // The one before may still be closing: the next look finds it closed.
        let Ok(socket) = TcpListener::bind(self.exam.examiner()) else {
            return false;
        };
        if socket.set_nonblocking(true).is_err() {
            return false;
        }
        let workshop = self.workshop.clone();
        let task = self.runtime.spawn(port::admit(workshop, listener, socket));
        self.run(|run| run.entrance = Some((listener, task.abort_handle())));
        true
    }
}

impl Guest for PageGuest {
    fn threads(&self) -> Vec<Thread> {
        match self.run(|run| (run.has_ended, run.wait)) {
            Some((false, wait)) => self.workshop.inner().relay.threads(self.program, wait),
            _ => Vec::new(),
        }
    }

    fn busy(&self) -> Duration {
        let busy = self.run(|run| run.busy + run.since.map_or(Duration::ZERO, |it| it.elapsed()));
        busy.unwrap_or_default()
    }

    fn type_line(&self, line: &str) {
        self.workshop.act(Input::Line(self.program, line));
    }

    fn catch_up(&self) {
        let number = {
            let mut state = self.exam.lock();
            state.asked += 1;
            state.asked
        };
        let order = json!({"event": "exam-sync", "pane": self.exam.pane, "number": number});
        if self.exam.order(order).is_ok() {
            let is_told = |state: &State| state.synced >= number;
            self.exam.wait(CATCH_UP, is_told);
        }
    }

    fn interrupt(&self) {
        self.workshop.act(Input::Stop(self.program));
    }

    fn is_connected(&self) -> bool {
        self.workshop.inner().relay.is_connected(self.program)
    }

    fn listening(&self) -> Vec<SocketAddr> {
        let listening = self.workshop.inner().relay.listening(self.program);
        listening.into_iter().map(|(_, at)| at.into()).collect()
    }

    fn entrance(&self) -> Option<SocketAddr> {
        self.open_entrance().then(|| self.exam.examiner())
    }
}

impl Drop for PageGuest {
    fn drop(&mut self) {
        self.workshop.act(Input::End(self.program));
        self.workshop.inner().exams.remove(&self.program);
        let entrance = self.run(|run| run.entrance.take()).flatten();
        if let Some((_, task)) = entrance {
            task.abort();
        }
        let (pane, program) = (self.exam.pane, self.program);
        // The page may have gone; ignore it.
        let _ = self
            .exam
            .order(json!({"event": "exam-end", "pane": pane, "program": program}));
    }
}

/// What a page has printed comes in this time, or its line is broken.
const CATCH_UP: Duration = Duration::from_millis(500);

impl Workshop {
    /// Begins an examination for a page. What comes of it, the page is told.
    ///
    /// # Errors
    ///
    /// If the page is not open, the teacher has closed the workshop, its browser has one in progress,
    /// or no port is free.
    pub fn check(self: &Arc<Self>, key: PageKey, wanted: Examination) -> Result<(), NotChecked> {
        if !*self.open.borrow() {
            return Err(NotChecked::Closed);
        }
        let port = server::free_port().map_err(|_| NotChecked::NoPort)?;
        let (exam, browser, source) = {
            let mut inner = self.inner();
            let page = inner.lines.get(&key).map(|(page, _)| *page);
            let page = page.ok_or(NotChecked::NoSuchPage)?;
            let browser = inner.relay.browser(page).ok_or(NotChecked::NoSuchPage)?;
            if inner.checks.contains_key(&browser) {
                return Err(NotChecked::Running);
            }
            let opened = inner.pages.get(&page).ok_or(NotChecked::NoSuchPage)?;
            let exam = Arc::new(Exam {
                page,
                pane: match &wanted.subject {
                    Subject::Page { pane, .. } => *pane,
                    Subject::Own { .. } => 0,
                },
                orders: opened.orders.clone(),
                is_own: matches!(wanted.subject, Subject::Own { .. }),
                given_up: Arc::default(),
                cancelled: Notify::new(),
                state: Mutex::default(),
                changed: Condvar::new(),
                port,
                side: wanted.side,
            });
            let from = opened.from;
            inner.checks.insert(browser, exam.clone());
            (exam, browser, from)
        };
        let workshop = self.clone();
        tokio::spawn(async move {
            let _ = exam.orders.send(state("waits")).await;
            let turn = tokio::select! {
                turn = workshop.turns.take(source) => Some(turn),
                () = exam.cancelled.notified() => None,
            };
            let report = match &turn {
                Some(_) => workshop.clone().examined(exam.clone(), wanted).await,
                None => Err(()),
            };
            workshop.inner().checks.remove(&browser);
            drop(turn);
            let told = match report {
                _ if exam.is_given_up() => state("stopped"),
                Ok(report) => report,
                Err(()) => state("broken"),
            };
            // The page may have gone; ignore it.
            let _ = exam.orders.send(told).await;
        });
        Ok(())
    }

    /// Runs an examination in a thread of its own; what the page is told at its end.
    async fn examined(self: Arc<Self>, exam: Arc<Exam>, wanted: Examination) -> Result<Value, ()> {
        let (sender, ended) = oneshot::channel();
        let runtime = Handle::current();
        let thread = thread::Builder::new().name("pupil's check".to_owned());
        let examine = move || {
            let workshop = self.clone();
            let host = Arc::new(PageHost {
                workshop: self,
                exam: exam.clone(),
                runtime,
            });
            let lang = wanted.lang;
            let report = catch_unwind(AssertUnwindSafe(|| examine(&exam, host, &wanted)));
            let report = report.unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
            if let Ok(report) = &report
                && !exam.is_given_up()
            {
                let examined = class::examined(report);
                workshop.keep_outcome(exam.page, exam.side, &wanted.subject, examined);
            }
            // The server may be stopping; ignore it.
            let _ = sender.send(report.map(|report| done(&report, lang)));
        };
        thread.spawn(examine).map_err(|_| ())?;
        ended.await.map_err(|_| ())?.map_err(|_| ())
    }

    /// Ends the examination of a page's browser.
    pub fn stop_check(&self, page: PageId) {
        let inner = self.inner();
        let browser = inner.relay.browser(page);
        let exam = browser.and_then(|it| inner.checks.get(&it));
        if let Some(exam) = exam.filter(|exam| exam.page == page) {
            exam.give_up();
        }
    }

    /// Where the examiner of a client waits, while it is examined.
    pub fn examiner_of(&self, program: ProgramId) -> Option<SocketAddr> {
        let inner = self.inner();
        inner.exams.get(&program).map(|exam| exam.examiner())
    }
}

/// Examines, and tells the page of each step.
fn examine(exam: &Arc<Exam>, host: Arc<PageHost>, wanted: &Examination) -> io::Result<Report> {
    let lang = wanted.lang;
    let all = match wanted.side {
        Side::Server => server::checks(),
        Side::Client => client::checks(),
    };
    let (told, checks) = (exam.clone(), all.clone());
    let (workshop, subject) = (host.workshop.clone(), wanted.subject.clone());
    // The essential checks that may still be in the way.
    let mut awaited: Vec<Check> = all.iter().filter(|it| it.is_essential()).copied().collect();
    let tell = move |step: Step<'_>| {
        let shown = match step {
            Step::Begins(check) => {
                told.begins(checks.len());
                let number = checks
                    .iter()
                    .position(|it| *it == check)
                    .map_or(0, |it| it + 1);
                let title = say(lang, check.title(), &[]);
                json!({"title": title, "number": number, "all": checks.len()})
            }
            Step::Found(finding) => {
                let passed = awaited.contains(&finding.check) && !finding.is_in_the_way();
                awaited.retain(|it| *it != finding.check || !passed);
                // A pupil need not wait for the rest; the report has the last word.
                let fits = passed && awaited.is_empty();
                if fits {
                    workshop.keep_pass(told.page, told.side, &subject, true);
                }
                json!({"finding": json::shown(finding, lang), "fits": fits})
            }
            Step::Start { left } => json!({"left": left}),
        };
        let mut order = state("runs");
        order["step"] = shown;
        // A page that has gone gives up by itself.
        let _ = told.order(order);
    };
    let given_up = &exam.given_up;
    match (&wanted.subject, wanted.side) {
        (Subject::Page { name, text, .. }, Side::Server) => {
            server::hosted(host, (name, text), given_up, tell)
        }
        (Subject::Page { name, text, .. }, Side::Client) => {
            let client = Client::hosted(host, (name, text), exam.examiner(), given_up)?;
            Ok(client.examine(&all, tell))
        }
        (Subject::Own { address, port }, Side::Server) => {
            let at = SocketAddr::new(*address, *port);
            Ok(server::remote(
                at.to_string(),
                vec![at],
                &all,
                given_up,
                tell,
            ))
        }
        (Subject::Own { address, .. }, Side::Client) => {
            let any: IpAddr = match address {
                IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
            };
            let listen = SocketAddr::new(any, exam.port);
            let here = address_towards(*address).unwrap_or(any);
            let both = (*address, here);
            let client = Client::awaited_from(both, listen, WORKSHOP_CHECK_RUN, given_up)?;
            let mut order = state("listens");
            order["at"] = client.address().to_string().into();
            exam.order(order)?;
            Ok(client.examine(&all, tell))
        }
    }
}

fn state(name: &str) -> Value {
    json!({"event": "check", "state": name})
}

/// The whole report, as the page shows it in the end.
fn done(report: &Report, lang: Lang) -> Value {
    let mut told = state("done");
    told["report"] = json::view(report, lang);
    told
}
