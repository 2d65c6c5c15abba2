//! The arguments of `check`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::values::{self, Expected};
use lab::check::{Check as Id, client, server};
use os::endpoint::{ListenAddress, Target};

/// What is examined.
#[derive(Debug, Subcommand)]
pub enum Check {
    /// A learner's client.
    Client(CheckClient),
    /// A learner's server.
    Server(CheckServer),
}

/// How a report is shown.
#[derive(Debug, Args)]
pub struct Shown {
    /// Only the names of the checks.
    #[arg(long)]
    pub list: bool,
    /// One JSON document.
    #[arg(long)]
    pub json: bool,
    /// A page to write.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// The arguments of `check client`.
#[derive(Debug, Args)]
pub struct CheckClient {
    /// Where the client is awaited.
    #[arg(long, value_name = "ADDR", value_parser = values::address)]
    pub listen: Option<ListenAddress>,
    /// How long to wait for a client that its user starts.
    #[arg(long, value_name = "S", value_parser = values::seconds, default_value = "60")]
    pub wait: u64,
    /// The checks to make.
    #[arg(long, value_name = "CHECK", value_parser = client_check)]
    pub only: Vec<Id>,
    /// How to show the report.
    #[command(flatten)]
    pub shown: Shown,
    /// The client, and its arguments.
    #[arg(last = true, value_name = "PROGRAM")]
    pub command: Vec<OsString>,
}

fn client_check(text: &str) -> Result<Id, Expected> {
    named(text, &client::checks()).ok_or(Expected("expect-client-check"))
}

/// The arguments of `check server`.
#[derive(Debug, Args)]
pub struct CheckServer {
    /// Where the server is, if it runs already.
    #[arg(value_name = "HOST-PORT", value_parser = values::target)]
    pub target: Option<Target>,
    /// A file of addresses, a line each: a class's servers at once.
    #[arg(long, value_name = "FILE")]
    pub hosts: Option<PathBuf>,
    /// The table of such a class to write.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// The port on which the command listens.
    #[arg(long, value_name = "N", value_parser = port)]
    pub port: Option<u16>,
    /// The checks to make.
    #[arg(long, value_name = "CHECK", value_parser = server_check)]
    pub only: Vec<Id>,
    /// How to show the report.
    #[command(flatten)]
    pub shown: Shown,
    /// The server, and its arguments.
    #[arg(last = true, value_name = "PROGRAM")]
    pub command: Vec<OsString>,
}

fn server_check(text: &str) -> Result<Id, Expected> {
    named(text, &server::checks()).ok_or(Expected("expect-server-check"))
}

fn named(text: &str, checks: &[Id]) -> Option<Id> {
    checks.iter().copied().find(|check| check.id() == text)
}

fn port(text: &str) -> Result<u16, Expected> {
    let port = text.parse().ok().filter(|port| *port > 0);
    port.ok_or(Expected("expect-port"))
}
