//! `check client`: the checker is the server, and the fingers at the keyboard.
//!
//! [`learn`] finds out how the program speaks; each check then has a run of its own on a
//! [`Stage`](crate::session::Stage), where the program is watched. [`play`] is the server's side of the game, [`words`] what it may
//! say. [`exam`] is what checks ask of an examination; the checks are in [`basics`], [`endings`],
//! [`robustness`] and [`no_server`].

mod aftermath;
mod basics;
mod endings;
mod exam;
mod learn;
mod no_server;
mod number;
mod plan;
mod play;
mod robustness;
mod words;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::name::Check;
use super::outcome::{Kind, Outcome};
use super::report::{Finding, Report, Seen, Side};
use super::row::{self, Row, Stopped};
use super::source::Source;
use crate::program::Program;
use crate::sentence::Sentence;
use crate::session::{Listener, asks_for_port};
use crate::trace::Log;
use basics::CONNECTS;
use exam::ClientExam;
use learn::Learned;
use os::endpoint::{LESSON_PORT, ListenAddress};
use plan::Plan;

/// The checks, in the order in which to mend, which is that in which they are made.
static CHECKS: &[&Row<ClientExam>] = &[
    &basics::CONNECTS,
    &basics::TURN,
    &basics::NUMBER,
    &basics::HINTS,
    &endings::WIN,
    &endings::FIN,
    &endings::CLOSE,
    &endings::ENDS,
    &robustness::TEXT,
    &robustness::GLUED,
    &robustness::SPLIT,
    &robustness::ERROR,
    &robustness::SLOW_SERVER,
    &no_server::REFUSED,
];

/// All checks of a client, in the order in which to mend.
pub fn checks() -> Vec<Check> {
    CHECKS.iter().map(|row| row.check).collect()
}

/// Time for all runs of a program that was started here.
const BUDGET: Duration = Duration::from_secs(60);

/// Why a client can't be examined.
#[derive(Debug)]
pub enum NotReady {
    /// None of the addresses can be listened on: the first of them, and why.
    NotListening(String, io::Error),
    /// The command can't be started.
    NotStarted(io::Error),
}

/// A client that is awaited.
#[derive(Debug)]
pub struct Client {
    command: Vec<OsString>,
    source: Source,
    listener: Listener,
    wait: Duration,
}

impl Client {
    /// Listens for a client: at `listen`, else on a free port if the command asks for one
    /// (`{port}`), else on the ports that the program's files name and on the lesson's. An empty
    /// command is a client that its user starts, who has the time `wait` for each run.
    ///
    /// # Errors
    /// Nothing can be listened on, or the command can't be started.
    pub fn awaited(
        command: Vec<OsString>,
        listen: Option<&ListenAddress>,
        wait: Duration,
    ) -> Result<Client, NotReady> {
        let source = Source::of(&command);
        let addresses = addresses(&command, listen, &source)?;
        let listener = Listener::open(&addresses)
            .map_err(|error| NotReady::NotListening(addresses[0].to_string(), error))?;
        if !command.is_empty() {
            // It is stopped at once: whether it can be started at all is what counts.
            Program::start(&command, &Log::default())
                .map(Program::stop)
                .map_err(NotReady::NotStarted)?;
        }
        Ok(Client {
            command,
            source,
            listener,
            wait,
        })
    }

    /// The address to which the client should connect.
    pub fn address(&self) -> SocketAddr {
        self.listener.first()
    }

    /// Makes the checks that are wanted; `tell` is called before each.
    pub fn examine(self, wanted: &[Check], mut tell: impl FnMut(Check)) -> Report {
        let began = Instant::now();
        let subject = self.subject();
        // Someone who starts the program by hand may take that long for each run.
        let budget = match self.command.is_empty() {
            true => self.wait * CHECKS.len() as u32,
            false => BUDGET,
        };
        let listener = Rc::new(self.listener);
        let plan = Plan::new(&self.command, self.source, listener, self.wait, budget);
        let (facts, findings) = match learn::learn(&plan) {
            Ok(learned) => {
                let facts = facts(&learned);
                let mut exam = ClientExam::new(plan, learned);
                row::run(&mut exam, CHECKS, wanted, tell);
                let mut findings = exam.notes.findings;
                findings.retain(|it| wanted.contains(&it.check));
                (facts, findings)
            }
            Err(Stopped(seen)) => {
                tell(CONNECTS.check);
                (Vec::new(), unreached(*seen, wanted))
            }
        };
        Report {
            side: Side::Client,
            subject,
            facts,
            findings,
            took: began.elapsed(),
        }
    }

    fn subject(&self) -> String {
        if self.command.is_empty() {
            return self.address().to_string();
        }
        let words = self.command.iter().map(|word| word.to_string_lossy());
        words.collect::<Vec<_>>().join(" ")
    }
}

fn addresses(
    command: &[OsString],
    listen: Option<&ListenAddress>,
    source: &Source,
) -> Result<Vec<SocketAddr>, NotReady> {
    if let Some(address) = listen {
        let found = address.resolve();
        return found.map_err(|error| NotReady::NotListening(address.to_string(), error));
    }
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    if asks_for_port(command) {
        return Ok(vec![here(0)]);
    }
    let mut ports = source.ports();
    if !ports.contains(&LESSON_PORT) {
        ports.push(LESSON_PORT);
    }
    Ok(ports.into_iter().map(here).collect())
}

/// Nothing can be said of a program that does not connect.
fn unreached(connects: Seen, wanted: &[Check]) -> Vec<Finding> {
    let why = match connects.outcome.kind() {
        Kind::Skipped => connects.outcome.clone(),
        _ => Outcome::NotConnected,
    };
    let others = wanted.iter().filter(|check| **check != CONNECTS.check);
    let others = others.map(|check| Finding::new(*check, why.clone().into()));
    std::iter::once(Finding::new(CONNECTS.check, connects))
        .chain(others)
        .collect()
}

/// How the program speaks, for its author.
fn facts(learned: &Learned) -> Vec<Sentence> {
    let trial = &learned.trial;
    if trial.guesses.is_empty() {
        return Vec::new();
    }
    let mut facts = vec![
        Sentence::new(match trial.by_hand() {
            true => "fact-by-hand",
            false => "fact-by-itself",
        }),
        Sentence::new(match trial.sends_lines() {
            true => "fact-lines",
            false => "fact-no-lines",
        }),
    ];
    if learned.understood && !trial.by_hand() {
        let words = &trial.style.words;
        let fact = Sentence::new("fact-words").bytes("small", words.small.as_bytes());
        facts.push(fact.bytes("big", words.big.as_bytes()));
    }
    facts
}
