//! `check server`: the checker is the player, or several of them.
//!
//! [`learn`] finds out how the server speaks, and [`conversation`] speaks so. [`exam`] is what checks ask of an examination; the checks are in
//! [`basics`], [`truth`], [`wire`], [`framing`], [`robustness`], [`players`], [`connection_loss`]
//! and [`endings`]; those of an echo and of a chat are in [`crowd`].

mod basics;
mod connection_loss;
mod conversation;
mod crowd;
mod endings;
mod exam;
mod framing;
pub mod kind;
pub(super) mod learn;
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

use os::ports::first_ephemeral;

use super::cause::Language;
use super::name::Check;
use super::outcome::Outcome;
use super::report::{Finding, Report, Seen, Side};
use super::row::{self, Row, Step};
use super::source::Source;
use crate::dialect::{Dialect, Meaning, profile};
use crate::escape::escape;
use crate::program::Host;
use crate::sentence::Sentence;
use crate::session::{Subject, Target, Unstarted, asks_for_port, dial, fill};
use basics::STARTS;
use exam::ServerExam;
use kind::{Crowd, Kind};
use learn::Learned;

/// The checks, in the order in which to mend: what every player meets comes before what few send.
static CHECKS: &[&Row<ServerExam>] = &[
    &basics::STARTS,
    &basics::ANSWERS,
    &basics::GAME,
    &truth::TRUTH,
    &wire::RANGE,
    &endings::WON,
    &players::NEXT,
    &connection_loss::LEAVES,
    &basics::REACH,
    &players::TWO,
    &players::FRESH,
    &players::OWN,
    &wire::SECRET,
    &wire::SENDS,
    &framing::NEWLINE,
    &endings::QUIT,
    &robustness::WORD,
    &robustness::EMPTY,
    &robustness::OUTSIDE,
    &framing::BYTES,
    &framing::PAIR,
    &connection_loss::HALF,
    &connection_loss::RESET,
    &robustness::NEGATIVE,
    &robustness::DECIMAL,
    &robustness::LONG,
    &robustness::BINARY,
    &endings::RESTART,
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

/// All checks of a server of the game, in the order in which to mend.
pub fn checks() -> Vec<Check> {
    checks_of(Kind::Game)
}

/// All checks of a server of that kind, in the order in which to mend.
pub fn checks_of(kind: Kind) -> Vec<Check> {
    rows_of(kind).iter().map(|row| row.check).collect()
}

fn rows_of(kind: Kind) -> &'static [&'static Row<ServerExam>] {
    match kind {
        Kind::Game => CHECKS,
        Kind::Echo => crowd::ECHO_CHECKS,
        Kind::Chat => crowd::CHAT_CHECKS,
    }
}

/// All of an examination ends in this time, whatever the server does.
const BUDGET: Duration = Duration::from_secs(75);
/// The same of a program that a host starts, which takes longer.
const HOSTED_BUDGET: Duration = Duration::from_secs(150);
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
/// at each step; once it is given up, what is left is not examined.
pub fn remote(
    subject: String,
    addresses: Vec<SocketAddr>,
    wanted: &[Check],
    given_up: &Arc<AtomicBool>,
    tell: impl FnMut(Step<'_>),
) -> Report {
    remote_of(None, subject, addresses, wanted, given_up, tell)
}

/// The same of a server whose kind is known; without one it is recognised.
pub fn remote_of(
    kind: Option<Kind>,
    subject: String,
    addresses: Vec<SocketAddr>,
    wanted: &[Check],
    given_up: &Arc<AtomicBool>,
    tell: impl FnMut(Step<'_>),
) -> Report {
    let began = Instant::now();
    let mut target = Target::new(Subject::Elsewhere, addresses, BUDGET);
    if target.reach(THERE).is_err() {
        let address = subject.clone();
        let nobody = Outcome::StartsNobody { address };
        return unreached(subject, nobody.into(), wanted, began);
    }
    target.given_up = given_up.clone();
    let source = Source::default();
    examined(subject, target, source, kind, wanted, began, tell)
}

/// Examines a program that is started here. `port` is where it listens; without one it listens
/// on a free port if its command asks for one (`{port}`), else wherever it wants. A server whose kind
/// is not given is recognised.
///
/// # Errors
/// There is no free port, or the command can't be started.
pub fn started(
    command: &[OsString],
    asked: Option<u16>,
    kind: Option<Kind>,
    wanted: &[Check],
    tell: impl FnMut(Step<'_>),
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
        let taken = basics::taken_by(port).unwrap_or(Outcome::StartsTaken { port });
        return Ok(unreached(subject, taken.into(), wanted, began));
    }
    let source = Source::of(&filled_command);
    let language = Language::of(&source);
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
        Ok(()) => {
            let report = examined(subject, target, source, kind, wanted, began, tell);
            Ok(report.written_in(language))
        }
        Err(Unstarted::NoCommand(kind)) => Err(NotReady::NotStarted(kind.into())),
        Err(why) => {
            let seen = basics::not_started(&target, &source, &why);
            target.stop();
            Ok(unreached(subject, seen, wanted, began).written_in(language))
        }
    }
}

/// Examines a program that a host starts, again for each check that needs it fresh. `text` is its
/// source. Once it is given up, what is left is not examined.
///
/// # Errors
/// The host can't start it.
pub fn hosted(
    host: Arc<dyn Host>,
    (name, text): (&str, &str),
    given_up: &Arc<AtomicBool>,
    mut tell: impl FnMut(Step<'_>),
) -> io::Result<Report> {
    let began = Instant::now();
    let (subject, wanted) = (name.to_owned(), checks());
    let source = Source::of_text(name, text);
    let mut target = Target::new(Subject::Hosted(host), Vec::new(), HOSTED_BUDGET);
    target.given_up = given_up.clone();
    match target.start() {
        Ok(()) => {
            let report = examined(subject, target, source, None, &wanted, began, tell);
            Ok(report)
        }
        Err(Unstarted::NoCommand(kind)) => Err(kind.into()),
        Err(why) => {
            let seen = basics::not_started(&target, &source, &why);
            target.stop();
            let report = unreached(subject, seen, &wanted, began);
            report.findings.iter().for_each(|it| tell(Step::Found(it)));
            Ok(report)
        }
    }
}

/// The command with a port where it asks for one, and the port on which it will listen if that is
/// known.
pub(super) fn filled(
    command: &[OsString],
    port: Option<u16>,
) -> io::Result<(Vec<OsString>, Option<u16>)> {
    let port = match port {
        None if asks_for_port(command) => Some(free_port()?),
        port => port,
    };
    let filled = match port {
        Some(port) => fill(command, (Ipv4Addr::LOCALHOST, port).into()),
        None => command.to_vec(),
    };
    Ok((filled, port))
}

/// A free port outside the range of ephemeral ports: while the program is stopped and started again,
/// another program's connection might take such a port, and the program would seem unable to restart.
///
/// # Errors
/// The system has none.
pub fn free_port() -> io::Result<u16> {
    let listen = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    let count = first_ephemeral().and_then(|first| first.checked_sub(LOWEST));
    if let Some(count) = count.filter(|count| *count > 0) {
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
    kind: Option<Kind>,
    wanted: &[Check],
    began: Instant,
    mut tell: impl FnMut(Step<'_>),
) -> Report {
    let (learned, crowd) = match kind {
        Some(Kind::Game) => (learn::learn(&mut target), None),
        Some(kind) => {
            let crowd = kind::settled(&mut target, Some(kind));
            (Learned::without_game(target.starts), crowd)
        }
        None => {
            let learned = learn::learn(&mut target);
            let is_game = learned.outcome.is_ok() || learned.won().is_some();
            let crowd = (!is_game).then(|| kind::recognised(&mut target)).flatten();
            (learned, crowd)
        }
    };
    let mut exam = ServerExam::new(target, source, learned);
    if let Some(crowd) = crowd {
        return crowded(subject, exam, crowd, wanted, began, tell);
    }
    let late = CHECKS.iter().filter(|row| !is_early(row));
    let order: Vec<&Row<ServerExam>> = EARLY.iter().chain(late).copied().collect();
    row::run(&mut exam, &order, wanted, &mut tell);
    if let Some(lost) = basics::lost_later(&exam) {
        exam.notes.replace(&basics::GAME, lost);
    }
    exam.target.stop();
    exam.learned.dialect.ranges_differ |= wire::announces_differ(&exam);
    let mut findings = exam.notes.findings;
    let shown = findings.iter().filter(|it| wanted.contains(&it.check));
    let referred = shown.filter_map(|it| it.outcome.refers().map(str::to_owned));
    let referred: Vec<String> = referred.collect();
    findings
        .retain(|it| wanted.contains(&it.check) || referred.iter().any(|id| *id == it.check.id()));
    findings.sort_by_key(|it| CHECKS.iter().position(|row| row.check == it.check));
    Report {
        side: Side::Server,
        kind: exam.learned.dialect.way.is_some().then(|| Kind::Game.id()),
        subject,
        facts: facts(&exam.learned.dialect),
        profile: profile::of(&exam.learned.dialect)
            .map(|row| row.id)
            .collect(),
        rests_on: exam.learned.rests_on(),
        findings,
        took: began.elapsed(),
    }
}

/// The examination of an echo or a chat. Checks of the game that were wanted are not made.
fn crowded(
    subject: String,
    mut exam: ServerExam,
    crowd: Crowd,
    wanted: &[Check],
    began: Instant,
    mut tell: impl FnMut(Step<'_>),
) -> Report {
    exam.crowd = crowd;
    let rows = rows_of(crowd.kind);
    let of_kind = checks_of(crowd.kind);
    let is_all = wanted.len() == CHECKS.len();
    let wanted: Vec<Check> = of_kind
        .into_iter()
        .filter(|it| is_all || wanted.contains(it))
        .collect();
    row::run(&mut exam, rows, &wanted, &mut tell);
    exam.target.stop();
    let mut findings = exam.notes.findings;
    findings.retain(|it| wanted.contains(&it.check));
    let fact = match crowd.kind {
        Kind::Echo => "fact-kind-echo",
        Kind::Game | Kind::Chat => "fact-kind-chat",
    };
    let end = match crowd.newline {
        true => "fact-lines",
        false => "fact-kind-bare",
    };
    Report {
        side: Side::Server,
        kind: Some(crowd.kind.id()),
        subject,
        facts: vec![Sentence::new(fact), Sentence::new(end)],
        profile: Vec::new(),
        rests_on: None,
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
        kind: None,
        subject,
        facts: Vec::new(),
        profile: Vec::new(),
        rests_on: None,
        findings: std::iter::once(Finding::new(STARTS.check, starts))
            .chain(others)
            .collect(),
        took: began.elapsed(),
    }
}

/// How the server speaks, for its author.
fn facts(dialect: &Dialect) -> Vec<Sentence> {
    let size = profile::size(dialect);
    let traits = profile::of(dialect).map(|row| Sentence::new(row.phrase).count("size", size));
    let mut facts: Vec<Sentence> = traits.collect();
    let Some(way) = &dialect.way else {
        return facts;
    };
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
