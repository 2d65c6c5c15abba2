//! What all runs of one examination have in common: the program, the listener, the
//! learner's files, the time.

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::play::{Session, Style};
use crate::check::came::Came;
use crate::check::cause::Cause;
use crate::check::crash::{Crash, interrupted_at};
use crate::check::outcome::{Kind, Outcome};
use crate::check::report::Seen;
use crate::check::row::{Step, Stopped};
use crate::check::source::Source;
use crate::check::source::SourceLine;
use crate::program::{Bound, Ended, Program, Waits};
use crate::session::{Listener, Subject};
use crate::session::{Stage, Turn};
use crate::trace::{Log, Trace};

/// A program that was started here connects in this time, or does not.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a program that seems to compute is watched, to say how much of the processor it takes.
const WATCH: Duration = Duration::from_millis(300);
/// Factor by which a second look at a failure extends the waits.
const PATIENT: u32 = 3;
/// A program that is watched at each of its system calls connects in this time, or does not.
const DIALS: Duration = Duration::from_secs(15);
/// Ports below are the system's own services'.
const OWN_PORTS: u16 = 1024;
/// Words that are tried on a program that its user must start each time.
const TRIES_BY_HAND: usize = 2;

/// Where a program that did not come may be awaited as well, once it is known where it wants to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Only where it is awaited already: an address was asked for.
    Nowhere,
    /// At this machine's other addresses: the program was given the port.
    ThisPort,
    /// Anywhere on this machine.
    Anywhere,
}

/// The examination.
#[derive(Debug)]
pub struct Plan {
    /// The program.
    pub subject: Subject,
    /// Where the program is awaited.
    pub listener: Rc<Listener>,
    /// How long it may take to connect.
    pub patience: Duration,
    /// Its files.
    pub source: Source,
    /// Where else the program may be awaited.
    pub follows: Follows,
    /// Where it wants to connect, once that was looked at.
    dialled: OnceCell<Option<Vec<SocketAddr>>>,
    /// When all must be over.
    pub deadline: Instant,
    /// How many times as long as usual is waited: more for a second look at what seems a failure.
    pub times: Cell<u32>,
    /// Who is told of its starts.
    steps: Rc<Steps>,
    /// Whether nobody wants to know any more.
    pub given_up: Arc<AtomicBool>,
}

/// Who is told.
type Tell = Box<dyn FnMut(Step<'_>)>;

/// Who is told what the examination is about to do, and the starts that remain.
pub struct Steps {
    tell: RefCell<Tell>,
    /// Starts so far.
    starts: Cell<usize>,
    /// Starts that remain, about.
    left: Cell<usize>,
}

impl fmt::Debug for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.left.get();
        f.debug_struct("Steps")
            .field("left", &left)
            .finish_non_exhaustive()
    }
}

impl Steps {
    /// Before the first start.
    pub fn new(tell: impl FnMut(Step<'_>) + 'static) -> Steps {
        Steps {
            tell: RefCell::new(Box::new(tell)),
            starts: Cell::new(0),
            left: Cell::new(0),
        }
    }

    /// So many starts remain, about.
    pub fn expect(&self, left: usize) {
        self.left.set(left);
    }

    /// Tells of a step.
    pub fn tell(&self, step: Step<'_>) {
        (self.tell.borrow_mut())(step);
    }

    /// A start is awaited: told from the second on.
    fn awaits_start(&self) {
        let left = self.left.get().max(1);
        if self.starts.replace(self.starts.get() + 1) > 0 {
            self.tell(Step::Start { left });
        }
        self.left.set(left - 1);
    }
}

/// How a run ended: what there is to say beyond what the program did.
#[derive(Clone, Debug)]
pub struct End {
    /// The error that ended the program.
    pub crash: Option<Crash>,
    /// What caused it.
    pub cause: Option<Cause>,
    /// Where it was when nothing came any more.
    pub place: Option<SourceLine>,
    /// Whether it went round and round then.
    pub spins: bool,
    /// The part of one processor that it took then.
    pub load: f64,
    /// All that happened.
    pub evidence: Arc<Trace>,
}

impl Plan {
    /// The plan for a program that is started here, or one that will connect from anywhere.
    pub fn new(
        subject: Subject,
        source: Source,
        listener: Rc<Listener>,
        wait: Duration,
        budget: Duration,
        steps: Rc<Steps>,
    ) -> Plan {
        Plan {
            patience: if subject.is_ours() { CONNECT } else { wait },
            subject,
            listener,
            source,
            follows: Follows::Nowhere,
            dialled: OnceCell::new(),
            deadline: Instant::now() + budget,
            times: Cell::new(1),
            steps,
            given_up: Arc::default(),
        }
    }

    /// A run that has not connected yet.
    pub fn session(&self, style: Style) -> Session {
        if !self.subject.is_ours() {
            self.steps.awaits_start();
        }
        let log = Log::default();
        let program = self.start(&log);
        let mut stage = Stage::new(
            self.listener.clone(),
            program,
            log,
            (self.patience, self.times.get()),
        );
        stage.given_up = self.given_up.clone();
        Session::new(stage, style)
    }

    /// Starts the program, if there is one to start. It has been started once before, to see that
    /// it can be.
    pub fn start(&self, log: &Log) -> Option<Program> {
        if self.subject.is_ours() {
            self.listener.forget();
        }
        self.subject.start(log).ok().flatten()
    }

    /// Does something with the waits of a second look.
    pub fn patiently<T>(&self, look: impl FnOnce() -> T) -> T {
        let before = self.times.get();
        self.set_patient(true);
        let seen = look();
        self.times.set(before);
        seen
    }

    /// Makes waits those of a second look, or the usual ones.
    pub fn set_patient(&self, patient: bool) {
        self.times.set(if patient { PATIENT } else { 1 });
    }

    /// Whether all must be over.
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline || self.given_up.load(Ordering::Relaxed)
    }

    /// Whether it makes sense to look again at what a busy machine may cause. Who starts a program
    /// by hand has all the time that they asked for.
    pub fn may_look_again(&self) -> bool {
        self.subject.is_ours() && !self.is_late()
    }

    /// What the server says first: no word of it is a hint, and no letter of it has an accent.
    pub fn greeting(&self) -> &'static str {
        "Bonjour ! Devine un nombre entier entre 1 et 100."
    }

    /// The addresses in its files that are other machines', each with its line.
    pub fn far_hosts(&self) -> Vec<(IpAddr, SourceLine)> {
        let own = own_addresses();
        let hosts = self.source.hosts().into_iter();
        let hosts = hosts.map(|(host, line)| (IpAddr::V4(host), line));
        hosts.filter(|(host, _)| !own.contains(host)).collect()
    }

    /// Where a program that did not come wants to connect, in its order; `None` where the system does not
    /// tell.
    pub fn dialled(&self) -> Option<&[SocketAddr]> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let dialled = (self.dialled).get_or_init(|| self.subject.dials(DIALS.min(left)));
        dialled.as_deref()
    }

    /// Awaits a program that did not come also where it wants to connect; whether that is new.
    pub fn awaits_where_dialled(&self) -> bool {
        if self.dialled.get().is_some() || self.follows == Follows::Nowhere {
            return false;
        }
        let own = own_addresses();
        let is_ours = |it: &&SocketAddr| it.ip().is_loopback() || own.contains(&it.ip());
        let port = self.listener.first().port();
        let any_port = self.follows == Follows::Anywhere;
        let may = |it: &&SocketAddr| any_port && it.port() >= OWN_PORTS || it.port() == port;
        let dialled = self.dialled().unwrap_or_default().iter();
        let mut is_new = false;
        for address in dialled.filter(is_ours).filter(may) {
            is_new |= self.listener.also(*address).is_ok();
        }
        is_new
    }

    /// Other words that are tried.
    pub fn tries(&self) -> usize {
        match self.subject {
            Subject::Program(_) | Subject::Hosted(_) => usize::MAX,
            Subject::Elsewhere => TRIES_BY_HAND,
        }
    }

    /// What there is to say of the end of a run, which the program made so.
    pub fn end_of(&self, session: &Session, turn: Option<&Turn>) -> End {
        let stage = &session.stage;
        let waits = matches!(
            turn,
            Some(Turn::Listens | Turn::Asks(_) | Turn::Busy(_) | Turn::Left)
        );
        let (mut spins, mut load) = (false, 0.0);
        if waits
            && matches!(stage.look(), Some(Waits::Runs | Waits::Print))
            && let Some(program) = stage.program()
        {
            (spins, load) = program.spins(WATCH);
        }
        if let Some(program) = stage.program() {
            program.catch_up();
        }
        let evidence = stage.evidence();
        let printed = evidence.printed_since(0);
        let crash = Crash::of(&printed, evidence.ended(), &self.source);
        // Python says its line when it is interrupted; only then is it known, not guessed.
        let interrupted = stage
            .program()
            .filter(|_| waits)
            .map(Program::interrupt)
            .and_then(|said| interrupted_at(&said, &self.source));
        End {
            place: crash
                .as_ref()
                .and_then(|crash| crash.place.clone())
                .or(interrupted),
            cause: crash.as_ref().map(|crash| Cause::of(crash, &self.source)),
            crash,
            spins,
            load,
            evidence,
        }
    }
}

impl End {
    /// What came in the place of what was expected.
    pub fn came(&self, turn: &Turn) -> Came {
        if let Some(crash) = &self.crash
            && matches!(turn, Turn::Ended(_))
        {
            return Came::Crash(crash.error.clone());
        }
        match turn {
            Turn::Sent(pieces) => Came::Sent(pieces.concat()),
            Turn::Listens => Came::Waits(Waits::Receive),
            Turn::Asks(_) => Came::Waits(Waits::Keyboard),
            Turn::Left => Came::Left,
            Turn::Ended(ended) => Came::Ended(*ended),
            Turn::Busy(Some(Waits::Runs | Waits::Print)) => Came::Spins(self.load),
            Turn::Busy(Some(waits)) => Came::Waits(*waits),
            Turn::Busy(None) => Came::Nothing,
        }
    }

    /// Whether the program goes round and round, or prints without end.
    pub fn is_endless(&self, turn: &Turn) -> bool {
        match turn {
            Turn::Busy(Some(Waits::Runs | Waits::Print)) => self.spins,
            Turn::Ended(Ended::Beyond(Bound::Output)) => true,
            _ => false,
        }
    }

    /// An outcome with what happened, and of a failure the line of the program.
    pub fn seen(&self, outcome: Outcome) -> Seen {
        let failed = matches!(outcome.kind(), Kind::Failed | Kind::Proven);
        let place = self.place.clone().filter(|_| failed);
        let cause = self.cause.filter(|_| failed);
        let seen = Seen::new(outcome, self.evidence.clone());
        seen.at(place).caused_by(cause)
    }

    /// Ends a check at accents that are misread: they are the fault of one check, and all others
    /// that meet it can't say anything.
    pub fn must_have_read(&self) -> Result<(), Stopped> {
        let crashed = self.crash.as_ref().filter(|crash| crash.is_about_text());
        let outcome = match crashed {
            Some(crash) => Outcome::Accents {
                error: crash.error.clone(),
            },
            None if is_misread(&self.evidence.printed_since(0)) => Outcome::Misread,
            None => return Ok(()),
        };
        Err(self.seen(outcome).into())
    }
}

/// The addresses of this machine, as far as the system lists them.
pub fn own_addresses() -> Vec<IpAddr> {
    let all = os::interfaces::interfaces().unwrap_or_default();
    all.into_iter().map(|it| it.address).collect()
}

/// Whether a text that was printed has accents of which each byte was taken for a letter: « Ã© ».
pub fn is_misread(printed: &str) -> bool {
    printed.contains(['Ã', 'Â'])
}
