//! What all runs of one examination have in common: the command, the door, the learner's files, the
//! time.

use std::cell::Cell;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::door::Door;
use super::play::{Session, Style};
use super::stage::{Stage, Turn};
use crate::check::crash::{Crash, interrupted_at};
use crate::check::list::Check;
use crate::check::report::{Finding, SourceLine, Verdict};
use crate::check::source::Source;
use crate::program::{Program, Waits};
use crate::trace::{Log, Trace};

/// A program that was started here connects in this time, or does not.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a program that seems to compute is watched, to say how much of the processor it takes.
const WATCH: Duration = Duration::from_millis(300);
/// A second look at what seems a failure waits so many times as long.
const PATIENT: u32 = 3;
/// Words that are tried on a program that its user must start each time.
const TRIES_BY_HAND: usize = 2;

/// The examination.
#[derive(Debug)]
pub struct Plan<'a> {
    /// What to start, if anything.
    pub command: Option<Vec<OsString>>,
    /// Where the program is awaited.
    pub door: &'a Door,
    /// How long it may take to connect.
    pub patience: Duration,
    /// Its files.
    pub source: Source,
    /// When all must be over.
    pub deadline: Instant,
    /// How many times as long as usual is waited: more for a second look at what seems a failure.
    pub times: Cell<u32>,
}

/// How a run ended: what there is to say beyond what the program did.
#[derive(Clone, Debug)]
pub struct End {
    /// The error that ended the program.
    pub crash: Option<Crash>,
    /// Where it was when nothing came any more.
    pub place: Option<SourceLine>,
    /// Whether it went round and round then.
    pub spins: bool,
    /// The part of one processor that it took then.
    pub load: f64,
    /// All that happened.
    pub evidence: Arc<Trace>,
}

impl<'a> Plan<'a> {
    /// The plan for a program that is started here, or one that will connect from anywhere.
    pub fn new(
        command: &[OsString],
        source: Source,
        door: &'a Door,
        wait: Duration,
        budget: Duration,
    ) -> Plan<'a> {
        let started = !command.is_empty();
        Plan {
            command: started.then(|| filled(command, door.first())),
            door,
            patience: if started { CONNECT } else { wait },
            source,
            deadline: Instant::now() + budget,
            times: Cell::new(1),
        }
    }

    /// A run that has not connected yet.
    pub fn session(&self, style: Style) -> Session<'a> {
        let log = Log::default();
        let program = self.start(&log);
        let stage = Stage::new(self.door, program, log, (self.patience, self.times.get()));
        Session::new(stage, style)
    }

    /// Starts the program, if there is one to start. It has been started once before, to see that
    /// it can be.
    pub fn start(&self, log: &Log) -> Option<Program> {
        let command = self.command.as_ref()?;
        self.door.forget();
        Program::start(command, log).ok()
    }

    /// Does something with the waits of a second look.
    pub fn patiently<T>(&self, look: impl FnOnce() -> T) -> T {
        self.times.set(PATIENT);
        let seen = look();
        self.times.set(1);
        seen
    }

    /// Whether a failure may be a busy machine's: it was seen in a silence, or in what came when. An
    /// error that the program told, what it sent, and what it takes of the processor are no matter
    /// of time. Who starts a program by hand has all the time that they asked for.
    pub fn may_be_late(&self, finding: &Finding) -> bool {
        let id = finding.said.id;
        let told = ["-crash", "-spins", "-server", "-elsewhere"]
            .iter()
            .any(|end| id.ends_with(end));
        let shown = matches!(finding.check, Check::Number | Check::Text)
            || ["hints-same", "hints-up", "hints-down", "turn-twice"].contains(&id);
        let failed = finding.verdict == Verdict::Failed && self.command.is_some();
        failed && !told && !shown && Instant::now() < self.deadline
    }

    /// What the server says first: no word of it is a hint, and no letter of it has an accent.
    pub fn greeting(&self) -> &'static str {
        "Bonjour ! Devine un nombre entier entre 1 et 100."
    }

    /// Other words that are tried.
    pub fn tries(&self) -> usize {
        match self.command {
            Some(_) => usize::MAX,
            None => TRIES_BY_HAND,
        }
    }

    /// What there is to say of the end of a run, which the program made so.
    pub fn end_of(&self, session: &Session<'_>, turn: Option<&Turn>) -> End {
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
            crash,
            spins,
            load,
            evidence,
        }
    }
}

/// The command with the server's address where it asks for it.
fn filled(command: &[OsString], server: SocketAddr) -> Vec<OsString> {
    let fill = |word: &OsString| match word.to_str() {
        Some(text) => text
            .replace("{host}", &server.ip().to_string())
            .replace("{port}", &server.port().to_string())
            .into(),
        None => word.clone(),
    };
    command.iter().map(fill).collect()
}
