//! `load`: measures a server with many players at once.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::load::Load;
use crate::load::{self, Plan, Stage};
use crate::tunnel;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print, print_json, reason};

/// Runs the players, and prints the report.
///
/// # Errors
/// The server's address is unknown, the players could not be run, or some of them failed.
pub fn load(args: Load, lang: Lang) -> Result<(), Failure> {
    if let Some(part) = load::assigned_part() {
        let ran = load::run_part(part);
        return ran.map_err(|error| Failure::Run(reason(&error, lang)));
    }
    let server = tunnel::through(&args.tls, args.target(), lang)?;
    let addresses = server.resolve().map_err(|error| {
        let (server, reason) = (server.to_string().into(), reason(&error, lang).into());
        Failure::Run(say(
            lang,
            "load-no-address",
            &[("server", server), ("reason", reason)],
        ))
    })?;
    let target = addresses
        .into_iter()
        .next()
        .expect("a name that resolves has an address");
    let shown = match args.tls.tls {
        true => server.to_string(),
        false => target.to_string(),
    };
    let plan = Plan {
        target,
        connections: args.connections,
        first: 0,
        pipeline: args.pipeline,
        seconds: args.seconds,
        idle: args.idle,
        transport: args.door,
        room: args.room,
        pause_ms: args.pause,
    };
    let bar = progress(&plan, lang, args.json);
    let report = load::run(plan, |stage| match stage {
        Stage::Connected(count) => bar.set_position(count as u64),
        Stage::Ready => bar.set_message(say(lang, "load-playing", &[])),
    });
    bar.finish_and_clear();
    let report = report.map_err(|error| {
        let reason = reason(&error, lang).into();
        Failure::Run(say(
            lang,
            "load-failed",
            &[("server", shown.as_str().into()), ("reason", reason)],
        ))
    })?;
    if report.connected == 0 {
        let server = ("server", shown.as_str().into());
        complain(&match plan.room {
            Some(room) => {
                let room = ("room", room.as_str().into());
                say(lang, "load-nobody-entered", &[server, room])
            }
            None => say(lang, "load-nobody", &[server]),
        });
    }
    match args.json {
        true => print_json(&report.json(&plan, &shown), lang)?,
        false => print(&report.text(&plan, lang), lang)?,
    }
    match report.errors {
        0 => Ok(()),
        _ => Err(Failure::FellShort),
    }
}

/// A progress bar; hidden if `quiet`, or if standard error is not a terminal.
fn progress(plan: &Plan, lang: Lang, quiet: bool) -> ProgressBar {
    if quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}")
        .expect("a template that a test has seen");
    let bar = ProgressBar::new(plan.connections as u64).with_style(style);
    bar.set_message(say(lang, "load-connecting", &[]));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
