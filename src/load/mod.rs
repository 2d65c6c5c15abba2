//! The load generator: many players at once, and how fast they are answered.
//!
//! [`swarm`] is one process's connections, each a [`line`](mod@line) by a [`door`]; [`report`] adds up what they saw. Where one process may
//! not hold as many descriptors as there are connections, [`crowd`] starts several, which wait for
//! each other between connecting and playing.

mod crowd;
pub mod door;
mod line;
mod report;
mod swarm;

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::load::Load;
use door::Door;
use game::phrases::{Lang, say};
use game::rules::RoomCode;
use os::console::{Failure, complain, print, reason};
use report::Report;

/// What a swarm is to do.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Where they come in.
    pub target: SocketAddr,
    /// How many connections.
    pub connections: usize,
    /// The number of the first of them, among those of all processes.
    pub first: usize,
    /// Guesses of one connection that are on their way at once.
    pub pipeline: usize,
    /// How long.
    pub time: Duration,
    /// Guess once, and say nothing more.
    pub idle: bool,
    /// How they talk there.
    pub door: Door,
    /// The shared room that they enter; none is the public hall.
    pub room: Option<RoomCode>,
    /// How long a player thinks before each guess, about.
    pub pause: Duration,
}

/// How far a swarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// So many have been greeted.
    Connected(usize),
    /// All have, or have failed: waiting for the others.
    Ready,
}

/// Runs the load, or one process's part of it.
pub fn load(args: Load, lang: Lang) -> Result<(), Failure> {
    let server = args.target();
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
        .expect("an address that resolves has one at least");
    let plan = Plan {
        target,
        connections: args.connections,
        first: args.part.unwrap_or(0),
        pipeline: args.pipeline,
        time: Duration::from_secs(args.seconds),
        idle: args.idle,
        door: if args.redis { Door::Redis } else { args.door },
        room: args.room,
        pause: Duration::from_millis(args.pause),
    };
    if args.part.is_some() {
        return part(plan, lang);
    }
    let bar = progress(&plan, lang, args.json);
    let report = crowd::run(plan, |stage| match stage {
        Stage::Connected(count) => bar.set_position(count as u64),
        Stage::Ready => bar.set_message(say(lang, "load-playing", &[])),
    });
    bar.finish_and_clear();
    let report = report.map_err(|error| {
        let reason = reason(&error, lang).into();
        Failure::Run(say(
            lang,
            "load-failed",
            &[("server", target.to_string().into()), ("reason", reason)],
        ))
    })?;
    if report.connected == 0 {
        let server = ("server", target.to_string().into());
        complain(&match plan.room {
            Some(room) => {
                let room = ("room", room.as_str().into());
                say(lang, "load-nobody-entered", &[server, room])
            }
            None => say(lang, "load-nobody", &[server]),
        });
    }
    match args.json {
        true => print(&report.json(&plan).to_string(), lang)?,
        false => print(&report.text(&plan, lang), lang)?,
    }
    match report.errors {
        0 => Ok(()),
        _ => Err(Failure::FellShort),
    }
}

/// One process's part, led by the first process through standard input and output: `ready`, then
/// a line from it, then the report.
fn part(plan: Plan, lang: Lang) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Run(reason(&error, lang));
    let report = swarm::run(plan, |stage| {
        if stage == Stage::Ready {
            let mut out = io::stdout().lock();
            // The first process is gone if this fails, and the read below ends at once.
            let _ = writeln!(out, "ready").and_then(|()| out.flush());
            let _ = io::stdin().read_line(&mut String::new());
        }
    })
    .map_err(failed)?;
    print(&report.encode(&plan).map_err(failed)?, lang)
}

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
