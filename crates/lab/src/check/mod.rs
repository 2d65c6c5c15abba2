//! `check`: examines a learner's program, and says what is wrong in the learner's words.
//!
//! [`list`] has every check. A run makes a [`report`] of findings, each with its verdict, a
//! sentence, a hint and what happened; [`text`], [`json`] and [`html`] show it. Nothing here speaks
//! a language before it is shown.

mod asked;
pub mod class;
pub mod client;
mod crash;
mod events;
mod hosts;
pub mod html;
pub mod json;
pub mod list;
pub mod report;
pub mod server;
mod source;
pub mod text;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use game::phrases::{Lang, say};
use os::console::{Failure, print, reason};
use os::endpoint::{ListenAddress, Target};
use report::Report;

/// What is examined.
#[derive(Debug)]
pub enum Check {
    /// A learner's client.
    Client(CheckClient),
    /// A learner's server.
    Server(CheckServer),
}

/// How a report is shown.
#[derive(Debug)]
pub struct Shown {
    /// Only the names of the checks.
    pub list: bool,
    /// One JSON document.
    pub json: bool,
    /// A page to write.
    pub report: Option<PathBuf>,
}

/// What `check client` is asked for.
#[derive(Debug)]
pub struct CheckClient {
    /// Where the client is awaited.
    pub listen: Option<ListenAddress>,
    /// Seconds to wait for a client that its user starts.
    pub wait: u64,
    /// The checks to make; all of them if there are none.
    pub only: Vec<list::Check>,
    /// How to show the report.
    pub shown: Shown,
    /// The client and its arguments; empty for one that its user starts.
    pub command: Vec<OsString>,
}

/// What `check server` is asked for.
#[derive(Debug)]
pub struct CheckServer {
    /// Where the server is, if it runs already.
    pub target: Option<Target>,
    /// A file of addresses, a line each: a class's servers at once.
    pub hosts: Option<PathBuf>,
    /// The table of such a class to write.
    pub csv: Option<PathBuf>,
    /// The port on which the command listens.
    pub port: Option<u16>,
    /// The checks to make; all of them if there are none.
    pub only: Vec<list::Check>,
    /// How to show the report.
    pub shown: Shown,
    /// The server, and its arguments.
    pub command: Vec<OsString>,
}

/// Examines what was asked for.
pub fn check(side: &Check, lang: Lang) -> Result<(), Failure> {
    match side {
        Check::Client(args) => client::client(args, lang),
        Check::Server(args) => server::server(args, lang),
    }
}

/// Shows a report as it was asked for. The exit status is success if nothing failed.
pub fn show(report: &Report, json: bool, file: Option<&Path>, lang: Lang) -> Result<(), Failure> {
    if let Some(file) = file {
        fs::write(file, html::page(report, lang)).map_err(|error| {
            let args = [
                ("file", file.display().to_string().into()),
                ("reason", reason(&error, lang).into()),
            ];
            Failure::Run(say(lang, "check-report-failed", &args))
        })?;
    }
    match json {
        true => print(&json::document(report, lang).to_string(), lang)?,
        false => print(&text::text(report, lang), lang)?,
    }
    match report.is_sound() {
        Some(false) => Err(Failure::FellShort),
        Some(true) => Ok(()),
        None => Err(Failure::NotExamined),
    }
}
