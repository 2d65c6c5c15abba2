//! `check client`: the checker is the server, and the fingers at the keyboard.
//!
//! [`learn`] finds out how the program speaks; [`examine`] then makes one run for each check, on a
//! [`stage`] where the program is watched. [`play`] is the server's side of the game, [`words`] what
//! it may say. [`first`], [`endings`], [`bears`] and [`refused`] judge.

mod bears;
mod came;
mod door;
mod endings;
mod examine;
mod first;
mod learn;
mod link;
mod number;
mod plan;
mod play;
mod refused;
mod stage;
mod words;

use std::ffi::OsString;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::list::Check;
use super::report::{Report, Side};
use super::source::Source;
use crate::program::Program;
use crate::trace::Log;
use door::Door;
use os::endpoint::{LESSON_PORT, ListenAddress};
use plan::Plan;

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
    door: Door,
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
        let door = Door::open(&addresses)
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
            door,
            wait,
        })
    }

    /// The address to which the client should connect.
    pub fn address(&self) -> SocketAddr {
        self.door.first()
    }

    /// Makes the checks that are wanted; `tell` is called before each.
    pub fn examine(self, wanted: &[Check], tell: impl FnMut(Check)) -> Report {
        let began = Instant::now();
        let subject = self.subject();
        // Someone who starts the program by hand may take that long for each run.
        let budget = match self.command.is_empty() {
            true => self.wait * Check::CLIENT.len() as u32,
            false => BUDGET,
        };
        let plan = Plan::new(&self.command, self.source, &self.door, self.wait, budget);
        let found = examine::examine(&plan, wanted, tell);
        Report {
            side: Side::Client,
            subject,
            facts: found.facts,
            findings: found.findings,
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
    let told = |word: &OsString| word.to_str().is_some_and(|word| word.contains("{port}"));
    if command.iter().any(told) {
        return Ok(vec![here(0)]);
    }
    let mut ports = source.ports();
    if !ports.contains(&LESSON_PORT) {
        ports.push(LESSON_PORT);
    }
    Ok(ports.into_iter().map(here).collect())
}
