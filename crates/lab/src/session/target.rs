//! The server that is examined: a program that is started here, again for each check that needs it
//! fresh, or one that runs elsewhere.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::connection::{Connection, dial};
use super::facts::Facts;
use super::pace::Pace;
use super::prompt::Prompt;
use super::subject::Subject;
use crate::dialect::text::Heard;
use crate::program::{Activity, Ended, Patience, Program, Waits};
use crate::trace::{Event, Log, Trace};

/// A program listens in this time, or does not.
const LISTENS: Duration = Duration::from_secs(8);
/// A program that waits for something else than a client does not listen.
const STEADY: Duration = Duration::from_millis(600);
/// Between two looks at a program that starts.
const LOOK: Duration = Duration::from_millis(8);
/// A program gets ready for the next client in this time.
const READY: Duration = Duration::from_millis(400);
/// A program that waits for something else than a client in looks so far apart will not come back to its
/// clients by itself.
const ELSEWHERE: Duration = Duration::from_millis(120);
/// Quiet that ends an answer that was whole before.
const KNOWN_QUIET: Duration = Duration::from_millis(30);
/// A wait is never longer than this for one answer, however slow the server was before.
const LONGEST: Duration = Duration::from_secs(6);
/// The same for the quiet behind an answer.
const LONGEST_QUIET: Duration = Duration::from_millis(600);
/// Answers that are remembered.
const WHOLE: usize = 256;
/// What is typed for a server that asks its user for the secret: another one each time.
const SECRETS: [i64; 4] = [37, 62, 18, 81];
/// Lines that are typed for a program before it listens.
const TYPED: usize = 6;

/// Why a program can't be reached after it was started.
#[derive(Clone, Debug)]
pub enum Unstarted {
    /// The command can't be started at all.
    NoCommand(ErrorKind),
    /// It ended.
    Ended(Ended),
    /// It listens, but not there.
    Elsewhere(Vec<SocketAddr>),
    /// It listens nowhere. What it does.
    Silent(Option<Waits>),
}

/// The server.
#[derive(Debug)]
pub struct Target {
    subject: Subject,
    /// Where it is to be reached. Empty until a program has told, by listening.
    pub addresses: Vec<SocketAddr>,
    program: Option<Program>,
    /// All that happened since the program was last started, or a check begun.
    pub log: Log,
    links: Cell<usize>,
    /// Lines that were typed for its programs.
    typed: Cell<usize>,
    /// The first connection, until it is used: a server may serve one player only.
    ready: RefCell<Option<TcpStream>>,
    /// Answers after which nothing more came.
    whole: RefCell<BTreeSet<String>>,
    facts: Facts,
    pace: Cell<Pace>,
    /// How many times as long as usual is waited: more for a second look at what seems a failure.
    pub patience: u32,
    /// Times that the program was started.
    pub starts: usize,
    /// When all must be over.
    pub deadline: Instant,
    /// Whether nobody wants to know any more.
    pub given_up: Arc<AtomicBool>,
}

impl Target {
    /// A server to start, or one at an address.
    pub fn new(subject: Subject, addresses: Vec<SocketAddr>, budget: Duration) -> Target {
        Target {
            subject,
            addresses,
            program: None,
            log: Log::default(),
            links: Cell::new(0),
            typed: Cell::new(0),
            ready: RefCell::new(None),
            whole: RefCell::default(),
            facts: Facts::open(),
            pace: Cell::default(),
            patience: 1,
            starts: 0,
            deadline: Instant::now() + budget,
            given_up: Arc::default(),
        }
    }

    /// Whether the checker starts it itself.
    pub fn is_ours(&self) -> bool {
        self.subject.is_ours()
    }

    /// Whether a host starts it.
    pub fn is_hosted(&self) -> bool {
        self.subject.is_hosted()
    }

    /// The program, while it is one of ours and was started.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref()
    }

    /// How the program ended, if it did.
    pub fn ended(&self) -> Option<Ended> {
        self.program.as_ref().and_then(Program::ended)
    }

    /// What the program does now.
    pub fn activity(&self) -> Option<Activity> {
        self.program.as_ref().map(Program::activity)
    }

    /// Whether the time of the examination is over, or it was given up.
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline || self.given_up.load(Ordering::Relaxed)
    }

    /// Stops the program.
    pub fn stop(&mut self) {
        self.program = None;
    }

    /// Starts the program, whatever was there before, and waits until it listens.
    pub fn start(&mut self) -> Result<(), Unstarted> {
        self.stop();
        (self.log, self.links) = (Log::default(), Cell::new(0));
        self.start_beside()
    }

    /// The same, with the old log going on.
    pub fn start_beside(&mut self) -> Result<(), Unstarted> {
        self.starts += 1;
        let mark = self.log.mark();
        let started = self.subject.start(&self.log);
        let started = started.map_err(|error| Unstarted::NoCommand(error.kind()))?;
        let Some(program) = started else {
            return Ok(());
        };
        let outcome = self.wait_for(&program, mark);
        self.program = Some(program);
        outcome
    }

    fn wait_for(&mut self, program: &Program, mark: usize) -> Result<(), Unstarted> {
        let patience = Patience::new(program, LISTENS);
        let mut steady: Option<(Activity, Instant)> = None;
        let mut typed = 0;
        loop {
            let listening = program.listening();
            if let Some(entrance) = program.entrance() {
                self.addresses = vec![entrance];
                return Ok(());
            }
            if self.addresses.is_empty() && !listening.is_empty() {
                self.addresses = listening.iter().map(|it| local(*it)).collect();
            }
            let reached = |it: &SocketAddr| self.addresses.iter().any(|to| reaches(*it, *to));
            if listening.iter().any(reached) {
                return Ok(());
            }
            let ended = self.log.look(|trace| {
                let mut later = trace.moments.iter().skip(mark).map(|it| &it.event);
                later.find_map(|event| match event {
                    Event::Ended(ended) => Some(*ended),
                    _ => None,
                })
            });
            if let Some(ended) = ended {
                return Err(Unstarted::Ended(ended));
            }
            let activity = program.activity();
            if activity.at_keyboard() && activity.is_settled() && typed < TYPED {
                self.type_for(program);
                typed += 1;
                thread::sleep(LOOK * 4);
            }
            // Where it is now it will stay: there is nothing to wait for.
            let waits = activity.is_settled();
            let same = steady.as_ref().is_some_and(|(then, _)| *then == activity);
            if !same {
                steady = waits.then(|| (activity, Instant::now()));
            }
            let stays = steady.as_ref().is_some_and(|it| it.1.elapsed() > STEADY);
            if stays || patience.is_over(program) {
                return Err(match listening.is_empty() {
                    false => Unstarted::Elsewhere(listening),
                    true => Unstarted::Silent(program.activity().telling()),
                });
            }
            thread::sleep(LOOK);
        }
    }

    /// Types what a server asks its user: its port, its address, the secret, whether it should go on.
    fn type_for(&self, program: &Program) {
        program.catch_up();
        let printed = self.log.look(|trace| trace.printed_since(0));
        let server = self.addresses.first().copied();
        let server = server.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let typed = self.typed.replace(self.typed.get() + 1);
        program.type_line(&match Prompt::by(&printed) {
            Prompt::Again => Prompt::yes(&printed).to_owned(),
            Prompt::Guess if Prompt::asks_for_secret(&printed) => {
                SECRETS[typed % SECRETS.len()].to_string()
            }
            prompt => prompt.answer(server, i64::from(server.port())),
        });
    }

    /// Whether a program that waits for its own keyboard comes back to its clients once a line is typed:
    /// that costs less than a start.
    fn goes_on_from_keyboard(&self) -> bool {
        let asks = |program: &&Program| {
            let activity = program.activity();
            program.ended().is_none() && activity.at_keyboard() && activity.is_settled()
        };
        let Some(program) = self.program.as_ref().filter(asks) else {
            return false;
        };
        self.type_for(program);
        self.awaits_player()
    }

    /// Makes sure that a program of ours runs and waits for a player; starts it again if not.
    pub fn ready(&mut self) -> Result<(), Unstarted> {
        if !self.is_ours() {
            (self.log, self.links) = (Log::default(), Cell::new(0));
            return Ok(());
        }
        let awaits = self.awaits_player() || self.goes_on_from_keyboard();
        match awaits && !self.log.look(Trace::overflowed) {
            true => Ok(()),
            false => self.start(),
        }
    }

    fn awaits_player(&self) -> bool {
        let Some(program) = &self.program else {
            return false;
        };
        let accepts = |it: &Activity| it.has(Waits::Accept) || it.has(Waits::AcceptOrReceive);
        let until = Instant::now() + READY;
        let mut elsewhere: Option<(Activity, Instant)> = None;
        while program.ended().is_none() {
            let activity = program.activity();
            if accepts(&activity) && !activity.has(Waits::Runs) {
                return true;
            }
            match &elsewhere {
                Some((same, since)) if *same == activity => {
                    if since.elapsed() > ELSEWHERE {
                        return false;
                    }
                }
                _ => {
                    elsewhere = activity
                        .is_settled()
                        .then(|| (activity.clone(), Instant::now()))
                }
            }
            if Instant::now() > until {
                // A program that looks again and again whether somebody has come sleeps between.
                return activity.telling() == Some(Waits::Sleep);
            }
            thread::sleep(LOOK);
        }
        false
    }

    /// Connects to a server that runs already. The connection is the first player's.
    pub fn reach(&self, patience: Duration) -> io::Result<()> {
        *self.ready.borrow_mut() = Some(dial(&self.addresses, patience, patience)?);
        Ok(())
    }

    /// A new connection.
    pub fn connect(&self) -> io::Result<Connection> {
        self.links.set(self.links.get() + 1);
        if let Some(stream) = self.ready.borrow_mut().take() {
            return Ok(Connection::over(stream, self.links.get(), &self.log));
        }
        let connection = Connection::open(&self.addresses, self.links.get(), &self.log)?;
        self.carry(&connection);
        Ok(connection)
    }

    /// Waits until what was sent has reached the side of a program of ours.
    pub fn carry(&self, connection: &Connection) {
        if let (Some(program), Some(ends)) = (&self.program, connection.ends()) {
            // Of a connection that the program has closed nothing is known any more.
            let sent = (connection.sent, program.is_guest());
            self.facts.carry(ends, sent, |_| connection.has_arrived());
        }
    }

    /// An answer has begun to come after this time.
    pub fn answered(&self, took: Duration) {
        let mut pace = self.pace.get();
        pace.answered(took);
        self.pace.set(pace);
    }

    /// How long nothing at all may come, where `usual` is for a quick server.
    pub fn silence(&self, usual: Duration) -> Duration {
        let slow = self.pace.get().slow() * 4;
        (usual.max(slow) * self.patience).min(LONGEST.max(usual))
    }

    /// Segments that have arrived on a connection so far, if the system tells.
    pub fn segments(&self, connection: &Connection) -> Option<u32> {
        let (ours, theirs) = connection.ends()?;
        self.facts.segments(ours, theirs)
    }

    /// How long to wait for more behind this answer, `usual` if it was never met before.
    pub fn quiet_after(&self, answer: &[u8], usual: Duration) -> Duration {
        let key = Heard::new(answer).key();
        let quiet = match self.whole.borrow().contains(&key) {
            true => KNOWN_QUIET,
            false => usual,
        };
        (quiet.max(self.pace.get().slow()) * self.patience).min(LONGEST_QUIET)
    }

    /// This was a whole answer.
    pub fn was_whole(&self, answer: &[u8]) {
        let mut whole = self.whole.borrow_mut();
        if whole.len() < WHOLE {
            whole.insert(Heard::new(answer).key());
        }
    }

    /// Where the program waits, written down as evidence.
    pub fn look(&self) -> Option<Waits> {
        let waits = self.activity()?.telling()?;
        self.log.note(Event::Looked(waits));
        Some(waits)
    }

    /// What happened from that moment on.
    pub fn evidence(&self, from: usize) -> Arc<Trace> {
        if let Some(program) = &self.program {
            program.catch_up();
        }
        let mut trace = self.log.trace();
        trace.moments.drain(..from.min(trace.moments.len()));
        Arc::new(trace)
    }
}

/// Where to connect for a listener: anywhere means here.
fn local(listens: SocketAddr) -> SocketAddr {
    let mut address = listens;
    if listens.ip().is_unspecified() {
        match listens {
            SocketAddr::V4(_) => address.set_ip([127, 0, 0, 1].into()),
            SocketAddr::V6(_) => address.set_ip(std::net::Ipv6Addr::LOCALHOST.into()),
        }
    }
    address
}

/// Whether a connection to that address of this machine arrives at this listener.
fn reaches(listens: SocketAddr, to: SocketAddr) -> bool {
    let same = listens.ip() == to.ip() || listens.ip().is_unspecified();
    listens.port() == to.port() && same
}
