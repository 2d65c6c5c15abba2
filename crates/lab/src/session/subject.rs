//! What is examined, and how a run of it begins.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::program::{self, Host, Program};
use crate::trace::Log;

/// What is examined.
#[derive(Debug)]
pub enum Subject {
    /// A program that is started here, again for each run that needs it fresh, and watched.
    Program(Vec<OsString>),
    /// The same, of a program that a host starts.
    Hosted(Arc<dyn Host>),
    /// A program that runs already, or is started by its user: only its connections are seen.
    Elsewhere,
}

impl Subject {
    /// The program of a command; without one, a program that is not started here.
    pub fn of(command: Vec<OsString>) -> Subject {
        match command.is_empty() {
            true => Subject::Elsewhere,
            false => Subject::Program(command),
        }
    }

    /// Whether the checker starts it itself.
    pub fn is_ours(&self) -> bool {
        !matches!(self, Subject::Elsewhere)
    }

    /// Whether a host starts it.
    pub fn is_hosted(&self) -> bool {
        matches!(self, Subject::Hosted(_))
    }

    /// Starts it, if it is started here. All that happens to it is written to the log.
    pub fn start(&self, log: &Log) -> io::Result<Option<Program>> {
        match self {
            Subject::Program(command) => Program::start(command, log).map(Some),
            Subject::Hosted(host) => Program::hosted(&**host, log).map(Some),
            Subject::Elsewhere => Ok(None),
        }
    }

    /// The addresses to which it connects; `None` where the system does not tell.
    pub fn dials(&self, time: Duration) -> Option<Vec<SocketAddr>> {
        match self {
            Subject::Program(command) => program::dials(command, time),
            Subject::Hosted(_) | Subject::Elsewhere => None,
        }
    }
}

/// Whether a command asks for a port: with `{port}` in one of its words.
pub(crate) fn asks_for_port(command: &[OsString]) -> bool {
    let asks = |word: &OsString| word.to_str().is_some_and(|word| word.contains("{port}"));
    command.iter().any(asks)
}

/// The command with an address where it asks for one: `{host}`, `{port}`.
pub(crate) fn fill(command: &[OsString], address: SocketAddr) -> Vec<OsString> {
    let fill = |word: &OsString| match word.to_str() {
        Some(text) => text
            .replace("{host}", &address.ip().to_string())
            .replace("{port}", &address.port().to_string())
            .into(),
        None => word.clone(),
    };
    command.iter().map(fill).collect()
}
