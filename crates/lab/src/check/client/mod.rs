//! `check client`: the checker is the server, and the fingers at the keyboard.
//!
//! [`learn`] finds out how the program speaks; each check then has a run of its own on a
//! [`Stage`](crate::session::Stage), where the program is watched. [`play`] is the server's side of the game, [`words`] what it may
//! say, [`wrap`] what stands around a message. [`exam`] is what checks ask of an examination; the checks are in [`basics`], [`endings`],
//! [`robustness`] and [`no_server`].

mod aftermath;
mod basics;
mod endings;
mod exam;
mod learn;
mod no_server;
pub(super) mod number;
mod plan;
mod play;
mod robustness;
mod trial;
mod words;
mod wrap;

use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::cause::Language;
use super::name::Check;
use super::outcome::{Kind, Outcome};
use super::report::{Finding, Report, Seen, Side};
use super::row::{self, Row, Step, Stopped};
use super::source::Source;
use crate::program::{Host, Program};
use crate::sentence::Sentence;
use crate::session::{Listener, Subject, asks_for_port, fill};
use crate::trace::Log;
use basics::CONNECTS;
use exam::ClientExam;
use learn::Learned;
use os::endpoint::{LESSON_PORT, ListenAddress};
use plan::{Follows, Plan, Steps};

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
/// The same for a program that a host starts, which takes longer.
const HOSTED_BUDGET: Duration = Duration::from_secs(150);

/// The checks of which each has a run of its own.
static WITH_A_RUN: &[&Row<ClientExam>] = &[
    &endings::WIN,
    &endings::FIN,
    &endings::CLOSE,
    &robustness::TEXT,
    &robustness::GLUED,
    &robustness::SPLIT,
    &robustness::ERROR,
    &robustness::SLOW_SERVER,
];

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
    subject: Subject,
    /// The command, the file or the address, as reports name it.
    name: String,
    source: Source,
    listener: Listener,
    wait: Duration,
    /// Where else it may be awaited.
    follows: Follows,
    /// All runs end in this time.
    budget: Duration,
    given_up: Arc<AtomicBool>,
}

impl Client {
    /// Listens for a client: at `listen`, else on a free port if the command asks for one
    /// (`{port}`), else on the ports that the program's files name and on the lesson's. An empty
    /// command is a client that its user starts, who has the time `wait` for each run; `file` is its
    /// program, if it can be read here.
    ///
    /// # Errors
    /// Nothing can be listened on, or the command can't be started.
    pub fn awaited(
        command: Vec<OsString>,
        listen: Option<&ListenAddress>,
        file: Option<&Path>,
        wait: Duration,
    ) -> Result<Client, NotReady> {
        let mut source = Source::of(&command);
        if let Some(file) = file {
            source = source.with(file);
        }
        let addresses = addresses(&command, listen, &source)?;
        let follows = match (listen, asks_for_port(&command)) {
            (Some(_), _) => Follows::Nowhere,
            (None, true) => Follows::ThisPort,
            (None, false) => Follows::Anywhere,
        };
        let listener = Listener::open(&addresses)
            .map_err(|error| NotReady::NotListening(addresses[0].to_string(), error))?;
        if !command.is_empty() {
            // It is stopped at once: whether it can be started at all is what counts.
            Program::start(&command, &Log::default())
                .map(Program::stop)
                .map_err(NotReady::NotStarted)?;
        }
        let words = command.iter().map(|word| word.to_string_lossy());
        let (name, budget) = match command.is_empty() {
            true => (
                listener.first().to_string(),
                // Someone who starts the program by hand may take that long for each run.
                wait * CHECKS.len() as u32,
            ),
            false => (words.collect::<Vec<_>>().join(" "), BUDGET),
        };
        Ok(Client {
            subject: Subject::of(fill(&command, listener.first())),
            name,
            source,
            listener,
            wait,
            follows,
            budget,
            given_up: Arc::default(),
        })
    }

    /// Listens at `listen` for a client that its user starts on the machine at `from`, which has the
    /// time `wait` for each run, and reaches this machine at `here`. Everybody else who connects is cut
    /// off.
    ///
    /// # Errors
    /// The system's, if it can't be listened there.
    pub fn awaited_from(
        (from, here): (IpAddr, IpAddr),
        listen: SocketAddr,
        wait: Duration,
        given_up: &Arc<AtomicBool>,
    ) -> io::Result<Client> {
        let listener = Listener::open(&[listen])?.only(from).reached_at(here);
        Ok(Client {
            subject: Subject::Elsewhere,
            name: listener.first().to_string(),
            source: Source::default(),
            listener,
            wait,
            follows: Follows::Nowhere,
            budget: wait * CHECKS.len() as u32,
            given_up: given_up.clone(),
        })
    }

    /// Listens on a port of this machine for a client that a host starts, to which all its connections
    /// lead. `text` is its source.
    ///
    /// # Errors
    /// The system's, if it can't be listened there.
    pub fn hosted(
        host: Arc<dyn Host>,
        (name, text): (&str, &str),
        listener: SocketAddr,
        given_up: &Arc<AtomicBool>,
    ) -> io::Result<Client> {
        Ok(Client {
            subject: Subject::Hosted(host),
            name: name.to_owned(),
            source: Source::of_text(name, text),
            listener: Listener::open(&[listener])?,
            wait: Duration::ZERO,
            follows: Follows::Nowhere,
            budget: HOSTED_BUDGET,
            given_up: given_up.clone(),
        })
    }

    /// The address to which the client should connect.
    pub fn address(&self) -> SocketAddr {
        self.listener.first()
    }

    /// Makes the checks that are wanted; `tell` is called at each step.
    pub fn examine(self, wanted: &[Check], tell: impl FnMut(Step<'_>) + 'static) -> Report {
        let began = Instant::now();
        let subject = self.name;
        let language = Language::of(&self.source);
        let listener = Rc::new(self.listener);
        let steps = Rc::new(Steps::new(tell));
        let runs = |from: Option<Check>| {
            let rows = CHECKS.iter().map(|row| row.check);
            let rows = rows.skip_while(|it| from.is_some_and(|from| from != *it));
            let with_a_run = |it: &Check| WITH_A_RUN.iter().any(|row| row.check == *it);
            rows.filter(|it| wanted.contains(it) && with_a_run(it))
                .count()
        };
        steps.expect(runs(None) + 1);
        let mut tell = {
            let steps = steps.clone();
            move |step: Step<'_>| {
                if let Step::Begins(check) = step {
                    steps.expect(runs(Some(check)));
                }
                steps.tell(step);
            }
        };
        let mut plan = Plan::new(
            self.subject,
            self.source,
            listener,
            self.wait,
            self.budget,
            steps,
        );
        plan.given_up = self.given_up;
        plan.follows = self.follows;
        let mut profile = Vec::new();
        let (facts, findings) = match learn::learn(&plan) {
            Ok(learned) => {
                profile.extend(learned.trial.framing().map(|(id, _)| id));
                let facts = facts(&learned);
                let mut exam = ClientExam::new(plan, learned);
                row::run(&mut exam, CHECKS, wanted, &mut tell);
                let mut findings = exam.notes.findings;
                findings.retain(|it| wanted.contains(&it.check));
                (facts, findings)
            }
            Err(Stopped(seen)) => {
                tell(Step::Begins(CONNECTS.check));
                let findings = unreached(*seen, wanted);
                findings.iter().for_each(|it| tell(Step::Found(it)));
                (Vec::new(), findings)
            }
        };
        let report = Report {
            profile,
            rests_on: None,
            side: Side::Client,
            kind: None,
            subject,
            facts,
            findings,
            took: began.elapsed(),
        };
        report.written_in(language)
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
    let own = plan::own_addresses();
    let named = source.hosts().into_iter().map(|(host, _)| host);
    let mut hosts: Vec<Ipv4Addr> = named.filter(|it| own.contains(&(*it).into())).collect();
    if source.has("gethostname") {
        // The machine's own name may mean any of its addresses.
        hosts.push(Ipv4Addr::new(127, 0, 1, 1));
        hosts.extend(own.iter().filter_map(|it| match it {
            IpAddr::V4(host) if !host.is_loopback() => Some(*host),
            _ => None,
        }));
    }
    if asks_for_port(command) {
        return Ok(vec![here(0)]);
    }
    let mut ports = source.ports();
    if !ports.contains(&LESSON_PORT) {
        ports.push(LESSON_PORT);
    }
    let others = ports.iter().flat_map(|port| {
        let at = hosts.iter().map(|host| SocketAddr::from((*host, *port)));
        at.collect::<Vec<_>>()
    });
    let others: Vec<SocketAddr> = others.collect();
    Ok(ports.into_iter().map(here).chain(others).collect())
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
        Sentence::new(match (trial.by_hand(), trial.elsewhere) {
            (true, false) => "fact-by-hand",
            (true, true) => "fact-by-person",
            (false, _) => "fact-by-itself",
        }),
        match trial.framing() {
            Some((_, fact)) => fact,
            None if trial.sends_lines() => Sentence::new("fact-lines"),
            None => Sentence::new("fact-no-lines"),
        },
    ];
    if learned.understood && !trial.by_hand() {
        let words = &trial.style.words;
        let fact = Sentence::new("fact-words").bytes("small", words.small.as_bytes());
        facts.push(fact.bytes("big", words.big.as_bytes()));
    }
    facts
}
