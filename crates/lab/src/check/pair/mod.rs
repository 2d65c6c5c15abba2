//! `check pair`: a pupil's two programs meet, with the checker between them.
//!
//! [`meeting`] judges what they say, without I/O, and is what a tournament is made of; [`relay`] starts
//! the two programs and carries their bytes; [`text`] puts the outcome into words.

mod guess;
pub mod meeting;
mod relay;
pub mod text;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use os::endpoint::LESSON_PORT;

use super::crash::Crash;
use super::server::{self, learn};
use super::source::Source;
use crate::program::{Ended, Program, Waits};
use crate::session::{Prompt, Subject, Target, Unstarted, asks_for_port, fill};
use crate::trace::Log;
use meeting::{Cell, Fault, Outcome, Party, Turn, Waiting};
use relay::{Places, Relay};

/// All of it ends in this time, whatever the two programs do.
const BUDGET: Duration = Duration::from_secs(60);

/// Two programs that met.
#[derive(Debug)]
pub struct Report {
    /// The server's command.
    pub server: String,
    /// The client's command.
    pub client: String,
    /// What became of them.
    pub cell: Cell,
    /// What they said.
    pub turns: Vec<Turn>,
    /// How long it took.
    pub took: Duration,
}

/// Why two programs can't meet.
#[derive(Debug)]
pub enum NotReady {
    /// No port is free.
    NoPort(io::Error),
    /// This program can't be started.
    NotStarted(Party, io::Error),
    /// The checker can't stand between the two at this address.
    NotBetween(SocketAddr, io::Error),
}

/// Lets a client meet a server. `port` is where the server listens, if it is not found by itself.
///
/// # Errors
/// One of them can't be started, or nobody can stand between them.
pub fn examine(
    server: &[OsString],
    client: &[OsString],
    port: Option<u16>,
) -> Result<Report, NotReady> {
    let began = Instant::now();
    let (command, known) = server::filled(server, port).map_err(NotReady::NoPort)?;
    let addresses = known.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let (sources, subject) = (
        Sources {
            server: Source::of(&command),
            client: Source::of(client),
        },
        Subject::of(command),
    );
    // It is stopped at once: whether it can be started at all is what counts.
    if !asks_for_port(client) {
        Program::start(client, &Log::default())
            .map(Program::stop)
            .map_err(|error| NotReady::NotStarted(Party::Client, error))?;
    }
    let mut target = Target::new(subject, addresses.into_iter().collect(), BUDGET);
    let report = |cell, turns| Report {
        server: words(server),
        client: words(client),
        cell,
        turns,
        took: began.elapsed(),
    };
    if let Err(why) = target.start() {
        let cell = unstarted(&target, &sources.server, &why)?;
        return Ok(report(cell, Vec::new()));
    }
    let dialect = learn::learn(&mut target).dialect;
    if let Err(why) = target.start() {
        let cell = unstarted(&target, &sources.server, &why)?;
        return Ok(report(cell, Vec::new()));
    }
    let Some(listens) = target.addresses.first().copied() else {
        let cell = absent(Waiting::Other);
        return Ok(report(cell, Vec::new()));
    };
    // The client knows the server's port by itself, unless one of the two was given one.
    let is_given = asks_for_port(server);
    let places = match (asks_for_port(client), is_given) {
        (true, _) => Places::Given,
        (false, true) => Places::Of(ports(&sources.client)),
        (false, false) => {
            let mut ports = ports(&sources.client);
            ports.retain(|it| *it != listens.port());
            Places::Front(ports)
        }
    };
    let fixed = matches!(places, Places::Front(_)).then(|| listens.port());
    let mut relay = Relay::open(target, places, sources)
        .map_err(|error| NotReady::NotBetween(listens, error))?;
    let command = fill(client, relay.address());
    relay
        .start(&command)
        .map_err(|error| NotReady::NotStarted(Party::Client, error))?;
    let (cell, turns) = relay.meet(dialect, fixed);
    Ok(report(cell, turns))
}

/// The files of the two.
#[derive(Debug)]
struct Sources {
    server: Source,
    client: Source,
}

impl Sources {
    fn of(&self, party: Party) -> &Source {
        match party {
            Party::Server => &self.server,
            Party::Client => &self.client,
        }
    }
}

fn words(command: &[OsString]) -> String {
    let words = command.iter().map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// What to type for a client that asks this of its user: the number where one is wanted.
pub fn typed(asked: &str, server: SocketAddr, number: i64) -> String {
    Prompt::by(asked).answer(server, number)
}

/// Where a client that is given no port may look for its server.
fn ports(source: &Source) -> Vec<u16> {
    let mut ports = source.ports();
    if ports.is_empty() {
        ports.push(LESSON_PORT);
    }
    ports
}

/// The cell of a server that does not come to play.
fn unstarted(target: &Target, source: &Source, why: &Unstarted) -> Result<Cell, NotReady> {
    if let Unstarted::NoCommand(kind) = why {
        return Err(NotReady::NotStarted(Party::Server, (*kind).into()));
    }
    let printed = target.log.look(|trace| trace.printed_since(0));
    let ended = target.ended();
    let fault = fault(&printed, ended, source);
    Ok(match (fault, ended) {
        (None, None) => {
            let waits = target.activity().and_then(|it| it.telling());
            absent(waits.map_or(Waiting::Other, Waiting::from))
        }
        (fault, _) => Cell {
            outcome: Outcome::Broken {
                party: Party::Server,
                fault,
                after: None,
            },
            typed: false,
        },
    })
}

fn absent(waits: Waiting) -> Cell {
    Cell {
        outcome: Outcome::Absent {
            party: Party::Server,
            waits,
        },
        typed: false,
    }
}

/// The error that a program printed.
fn fault(printed: &str, ended: Option<Ended>, source: &Source) -> Option<Fault> {
    let crash = Crash::of(printed, ended, source)?;
    Some(Fault {
        error: crash.error,
        place: crash.place.map(Into::into),
    })
}

impl From<Waits> for Waiting {
    fn from(waits: Waits) -> Waiting {
        match waits {
            Waits::Keyboard | Waits::KeyboardOrReceive => Waiting::Keyboard,
            Waits::Receive => Waiting::Message,
            Waits::Accept | Waits::AcceptOrReceive => Waiting::Player,
            Waits::Send => Waiting::Reader,
            Waits::Sleep => Waiting::Time,
            Waits::Runs | Waits::Print => Waiting::Computing,
            Waits::Connect(_) | Waits::Child | Waits::Lock | Waits::Other(_) => Waiting::Other,
        }
    }
}
