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

use std::fs;
use std::path::Path;

use crate::cli::check::Check;
use crate::commands::{Failure, print, reason};
use crate::phrases::{Lang, say};
use report::Report;

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
