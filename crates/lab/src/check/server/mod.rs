//! `check server`: the checker is the player, or several of them.
//!
//! [`learn`] finds out how the server speaks, and [`conversation`] speaks so. [`exam`] is what checks ask of an examination; the checks are in
//! [`basics`], [`truth`], [`wire`], [`framing`], [`robustness`], [`players`], [`connection_loss`]
//! and [`endings`].

mod basics;
mod connection_loss;
mod conversation;
mod endings;
mod exam;
mod framing;
mod learn;
mod players;
mod robustness;
mod truth;
mod wire;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::name::Check;
use super::outcome::Outcome;
use super::report::{Finding, Report, Seen, Side};
use super::row::{self, Row};
use super::source::Source;
use crate::dialect::{Dialect, Meaning};
use crate::escape::escape;
use crate::sentence::Sentence;
use crate::session::{Subject, Target, Unstarted, asks_for_port, dial, fill};
use basics::STARTS;
use exam::ServerExam;

/// The checks, in the order in which to mend: whoever can't start has nothing else to look for.
static CHECKS: &[&Row<ServerExam>] = &[
    &basics::STARTS,
    &basics::ANSWERS,
    &basics::GAME,
    &truth::TRUTH,
    &wire::RANGE,
    &endings::WON,
    &players::FRESH,
    &wire::SECRET,
    &wire::SENDS,
    &framing::NEWLINE,
    &framing::BYTES,
    &framing::PAIR,
    &robustness::WORD,
    &robustness::EMPTY,
    &robustness::OUTSIDE,
    &robustness::NEGATIVE,
    &robustness::DECIMAL,
    &robustness::LONG,
    &robustness::BINARY,
    &endings::QUIT,
    &players::NEXT,
    &connection_loss::LEAVES,
    &connection_loss::HALF,
    &connection_loss::RESET,
    &players::TWO,
    &players::OWN,
    &endings::RESTART,
    &basics::REACH,
];

/// Checks that are made early, in this order; the others follow in the order of [`CHECKS`]. What a
/// server that can't be started again may not survive comes last.
static EARLY: &[&Row<ServerExam>] = &[
    &basics::STARTS,
    &basics::ANSWERS,
    &basics::GAME,
    &endings::WON,
    &players::NEXT,
    &truth::TRUTH,
    &players::FRESH,
    &wire::RANGE,
    &wire::SECRET,
    &wire::SENDS,
    &players::TWO,
    &players::OWN,
    &endings::QUIT,
];

/// All checks of a server, in the order in which to mend.
pub fn checks() -> Vec<Check> {
    CHECKS.iter().map(|row| row.check).collect()
}

/// All of an examination ends in this time, whatever the server does.
const BUDGET: Duration = Duration::from_secs(75);
/// Ports below are the system's own programs'.
const LOWEST: u16 = 10_000;
/// Ports that are tried when others take them.
const PORTS: usize = 3;
/// Whether anybody listens at an address is known in this time.
const THERE: Duration = Duration::from_secs(3);

/// Why a server's program can't be examined.
#[derive(Debug)]
pub enum NotReady {
    /// No port is free.
    NoPort(io::Error),
    /// The command can't be started.
    NotStarted(io::Error),
}

/// Examines a server that runs already, of which nothing but the wire is seen. `tell` is called
/// before each check; once it is given up, what is left is not examined.
pub fn remote(
    subject: String,
    addresses: Vec<SocketAddr>,
    wanted: &[Check],
    given_up: &Arc<AtomicBool>,
    tell: impl FnMut(Check),
) -> Report {
    let began = Instant::now();
    if dial(&addresses, THERE, THERE).is_err() {
        let address = subject.clone();
        let nobody = Outcome::StartsNobody { address };
        return unreached(subject, nobody.into(), wanted, began);
    }
    let mut target = Target::new(Subject::Elsewhere, addresses, BUDGET);
    target.given_up = given_up.clone();
    examined(subject, target, Source::default(), wanted, began, tell)
}

/// Examines a program that is started here. `port` is where it listens; without one it listens
/// on a free port if its command asks for one (`{port}`), else wherever it wants.
///
/// # Errors
/// There is no free port, or the command can't be started.
pub fn started(
    command: &[OsString],
    asked: Option<u16>,
    wanted: &[Check],
    tell: impl FnMut(Check),
) -> Result<Report, NotReady> {
    let began = Instant::now();
    let words = command.iter().map(|word| word.to_string_lossy());
    let subject = words.collect::<Vec<_>>().join(" ");
    let (filled_command, port) = filled(command, asked).map_err(NotReady::NoPort)?;
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let addresses: Vec<SocketAddr> = port.map(here).into_iter().collect();
    if let Some(address) = addresses.first()
        && dial(&addresses, THERE, THERE).is_ok()
    {
        let port = address.port();
        let taken = Outcome::StartsTaken { port };
        return Ok(unreached(subject, taken.into(), wanted, began));
    }
    let source = Source::of(&filled_command);
    let mut target = Target::new(Subject::of(filled_command), addresses, BUDGET);
    let mut outcome = target.start();
    for _ in 0..PORTS {
        // Somebody else has taken the port that was free a moment ago: no fault of the program's.
        let chosen = asked.is_none() && port.is_some();
        if !chosen || !outcome.as_ref().is_err_and(|_| basics::met_taken(&target)) {
            break;
        }
        target.stop();
        let Ok((command, Some(port))) = filled(command, None) else {
            break;
        };
        target = Target::new(Subject::of(command), vec![here(port)], BUDGET);
        outcome = target.start();
    }
    match outcome {
        Ok(()) => Ok(examined(subject, target, source, wanted, began, tell)),
        Err(Unstarted::NoCommand(kind)) => Err(NotReady::NotStarted(kind.into())),
        Err(why) => {
            let seen = basics::not_started(&target, &source, &why);
            target.stop();
            Ok(unreached(subject, seen, wanted, began))
        }
    }
}

/// The command with a port where it asks for one, and the port on which it will listen if that is
/// known.
fn filled(command: &[OsString], port: Option<u16>) -> io::Result<(Vec<OsString>, Option<u16>)> {
    let port = match port {
        None if asks_for_port(command) => Some(free()?),
        port => port,
    };
    let filled = match port {
        Some(port) => fill(command, (Ipv4Addr::LOCALHOST, port).into()),
        None => command.to_vec(),
    };
    Ok((filled, port))
}

/// A free port. Not one of those that the system gives to whoever connects somewhere: while the
/// program is stopped and started again, another program's connection might take it, and the
/// program would seem unable to restart.
fn free() -> io::Result<u16> {
    let listen = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    let given = std::fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range");
    let given = given.unwrap_or_default();
    let first = given.split_ascii_whitespace().next().map(str::parse::<u16>);
    if let Some(Ok(first)) = first
        && let Some(count) = first.checked_sub(LOWEST).filter(|count| *count > 0)
    {
        for _ in 0..PORTS * 4 {
            let bits = getrandom::u32().map_err(io::Error::other)?;
            let port = LOWEST + u16::try_from(bits % u32::from(count)).unwrap_or_default();
            if listen(port).is_ok() {
                return Ok(port);
            }
        }
    }
    Ok(listen(0)?.local_addr()?.port())
}

fn examined(
    subject: String,
    mut target: Target,
    source: Source,
    wanted: &[Check],
    began: Instant,
    mut tell: impl FnMut(Check),
) -> Report {
    let learned = learn::learn(&mut target);
    let mut exam = ServerExam::new(target, source, learned);
    let late = CHECKS.iter().filter(|row| !is_early(row));
    let order: Vec<&Row<ServerExam>> = EARLY.iter().chain(late).copied().collect();
    row::run(&mut exam, &order, wanted, &mut tell);
    if let Some(lost) = basics::lost_later(&exam) {
        exam.notes.replace(&basics::GAME, lost);
    }
    exam.target.stop();
    let mut findings = exam.notes.findings;
    findings.retain(|it| wanted.contains(&it.check));
    findings.sort_by_key(|it| CHECKS.iter().position(|row| row.check == it.check));
    Report {
        side: Side::Server,
        subject,
        facts: facts(&exam.learned.dialect),
        findings,
        took: began.elapsed(),
    }
}

fn is_early(row: &Row<ServerExam>) -> bool {
    EARLY.iter().any(|it| it.check == row.check)
}

/// Nothing can be said of a server that can't be reached.
fn unreached(subject: String, starts: Seen, wanted: &[Check], began: Instant) -> Report {
    let others = wanted.iter().filter(|check| **check != STARTS.check);
    let others = others.map(|check| Finding::new(*check, Outcome::NotReached.into()));
    Report {
        side: Side::Server,
        subject,
        facts: Vec::new(),
        findings: std::iter::once(Finding::new(STARTS.check, starts))
            .chain(others)
            .collect(),
        took: began.elapsed(),
    }
}

/// How the server speaks, for its author.
fn facts(dialect: &Dialect) -> Vec<Sentence> {
    let mut facts = Vec::new();
    let Some(way) = &dialect.way else {
        return facts;
    };
    if let Some(first) = dialect.speaks_first {
        facts.push(Sentence::new(match first {
            true => "fact-server-first",
            false => "fact-server-second",
        }));
    }
    facts.push(Sentence::new("fact-guess").bytes("guess", &way.guess(50, 1)));
    let words = |wanted| {
        let beliefs = dialect.answers.iter();
        let mut of_it = beliefs.filter(move |it| it.meaning == wanted);
        of_it
            .next()
            .map(|belief| escape(belief.sample().as_bytes()))
    };
    if let (Some(small), Some(big)) = (words(Meaning::TooSmall), words(Meaning::TooBig)) {
        let fact = Sentence::new("fact-server-words").text("small", small);
        facts.push(fact.text("big", big));
    }
    facts
}
