//! The arguments of `check`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values::{self, Expected};
use lab::check::server::kind::Kind;
use lab::check::{Check as Id, client, server};
use os::endpoint::{ListenAddress, Target};

/// The kinds of programs to examine.
#[derive(Debug, Subcommand)]
pub enum Check {
    /// A learner's client.
    Client(CheckClient),
    /// A learner's server.
    Server(CheckServer),
    /// A learner's server and client, with each other.
    Pair(CheckPair),
}

/// The arguments about the report.
#[derive(Debug, Args)]
pub struct Shown {
    /// Whether to list the checks and examine nothing.
    #[arg(long)]
    pub list: bool,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// The file to write the report to, as a page.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// The arguments of `check client`.
#[derive(Debug, Args)]
pub struct CheckClient {
    /// Where the client is to connect.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub listen: Option<ListenAddress>,
    /// The client's program, to be read only.
    #[arg(long, value_name = "FILE")]
    pub source: Option<PathBuf>,
    /// Seconds to wait for a client that its user starts.
    #[arg(long, value_name = "S", value_parser = values::seconds, default_value = "60")]
    pub wait: u64,
    /// The checks to run; empty runs all.
    #[arg(long, value_name = "CHECK", value_parser = client_check)]
    pub only: Vec<Id>,
    /// The arguments about the report.
    #[command(flatten)]
    pub shown: Shown,
    /// The client's command, and its arguments.
    #[arg(last = true, value_name = "PROGRAM")]
    pub command: Vec<OsString>,
}

fn client_check(text: &str) -> Result<Id, Expected> {
    named(text, &client::checks()).ok_or(Expected("expect-client-check"))
}

/// The arguments of `check server`.
#[derive(Debug, Args)]
pub struct CheckServer {
    /// The address of a server that already runs.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub target: Option<Target>,
    /// A file with the addresses of a class's servers, one in each line.
    #[arg(long, value_name = "FILE")]
    pub hosts: Option<PathBuf>,
    /// The file to write the class's table to.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The port on which the started server listens.
    #[arg(long, value_name = "N", value_parser = port)]
    pub port: Option<u16>,
    /// What the server does; `None` has it recognised.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Option<Kind>,
    /// The checks to run; empty runs all.
    #[arg(long, value_name = "CHECK", value_parser = server_check)]
    pub only: Vec<Id>,
    /// The arguments about the report.
    #[command(flatten)]
    pub shown: Shown,
    /// The server's command, and its arguments.
    #[arg(last = true, value_name = "PROGRAM")]
    pub command: Vec<OsString>,
}

/// The arguments of `check pair`.
#[derive(Debug, Args)]
pub struct CheckPair {
    /// The port on which the started server listens.
    #[arg(long, value_name = "N", value_parser = port)]
    pub port: Option<u16>,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// The server's command, `--`, and the client's.
    #[arg(last = true, value_name = "PROGRAM")]
    pub commands: Vec<OsString>,
}

impl CheckPair {
    /// The server's command and the client's; `None` if one of them is missing.
    pub fn both(&self) -> Option<(&[OsString], &[OsString])> {
        let between = self.commands.iter().position(|word| word == "--")?;
        let (server, client) = (&self.commands[..between], &self.commands[between + 1..]);
        (!server.is_empty() && !client.is_empty()).then_some((server, client))
    }
}

fn server_check(text: &str) -> Result<Id, Expected> {
    let all = Kind::ALL.into_iter().flat_map(server::checks_of);
    named(text, &all.collect::<Vec<_>>()).ok_or(Expected("expect-server-check"))
}

fn kind(text: &str) -> Result<Kind, Expected> {
    let found = Kind::ALL.into_iter().find(|kind| kind.id() == text);
    found.ok_or(Expected("expect-kind"))
}

fn named(text: &str, checks: &[Id]) -> Option<Id> {
    checks.iter().copied().find(|check| check.id() == text)
}

fn port(text: &str) -> Result<u16, Expected> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or(Expected("expect-port"))
}
