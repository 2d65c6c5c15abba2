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
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::CheckClient;
use super::list::Check;
use super::report::{Report, Side};
use super::source::Source;
use crate::program::Program;
use crate::trace::Log;
use door::Door;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print, reason};
use os::endpoint::LESSON_PORT;
use plan::Plan;

/// All runs of a program that was started here end in this time.
const BUDGET: Duration = Duration::from_secs(60);

/// Examines a client, and shows the report.
pub fn client(args: &CheckClient, lang: Lang) -> Result<(), Failure> {
    if args.shown.list {
        for check in Check::CLIENT {
            let title = say(lang, check.title(), &[]);
            print(&format!("{:<10} {title}", check.id()), lang)?;
        }
        return Ok(());
    }
    let began = Instant::now();
    let source = Source::of(&args.command);
    let addresses = addresses(args, &source, lang)?;
    let door = Door::open(&addresses)
        .map_err(|error| not_open(&addresses[0].to_string(), &error, lang))?;
    can_start(&args.command, lang)?;
    let wait = Duration::from_secs(args.wait);
    // Someone who starts the program by hand may take that long for each run.
    let budget = match args.command.is_empty() {
        true => wait * Check::CLIENT.len() as u32,
        false => BUDGET,
    };
    let plan = Plan::new(&args.command, source, &door, wait, budget);
    let wanted = match args.only.is_empty() {
        true => Check::CLIENT.to_vec(),
        false => args.only.clone(),
    };
    let bar = progress(wanted.len());
    if plan.command.is_none() {
        let address = door.first().to_string().into();
        let seconds = args.wait.to_string().into();
        let said = [("address", address), ("seconds", seconds)];
        complain(&say(lang, "client-start-it", &said));
    }
    let found = examine::examine(&plan, &wanted, |check| {
        bar.inc(1);
        bar.set_message(say(lang, check.title(), &[]));
    });
    bar.finish_and_clear();
    let report = Report {
        side: Side::Client,
        subject: subject(args, &door),
        facts: found.facts,
        findings: found.findings,
        took: began.elapsed(),
    };
    super::show(&report, args.shown.json, args.shown.report.as_deref(), lang)
}

/// Where the program is awaited: where it was asked for, else a free port for a program that is
/// told it, else the ports that its files name, and the lesson's.
fn addresses(args: &CheckClient, source: &Source, lang: Lang) -> Result<Vec<SocketAddr>, Failure> {
    if let Some(address) = &args.listen {
        let found = address.resolve();
        return found.map_err(|error| not_open(&address.to_string(), &error, lang));
    }
    let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let told = |word: &OsString| word.to_str().is_some_and(|word| word.contains("{port}"));
    if args.command.iter().any(told) {
        return Ok(vec![here(0)]);
    }
    let mut ports = source.ports();
    if !ports.contains(&LESSON_PORT) {
        ports.push(LESSON_PORT);
    }
    Ok(ports.into_iter().map(here).collect())
}

fn not_open(address: &str, error: &io::Error, lang: Lang) -> Failure {
    let args = [
        ("address", address.into()),
        ("reason", reason(error, lang).into()),
    ];
    Failure::Usage(say(lang, "client-no-door", &args))
}

/// Whether the command can be started at all. It is stopped at once.
fn can_start(command: &[OsString], lang: Lang) -> Result<(), Failure> {
    let Some(name) = command.first() else {
        return Ok(());
    };
    Program::start(command, &Log::default())
        .map(Program::stop)
        .map_err(|error| {
            let id = match error.kind() {
                ErrorKind::NotFound => "client-no-command",
                _ => "client-not-started",
            };
            let args = [
                ("command", name.to_string_lossy().into_owned().into()),
                ("reason", reason(&error, lang).into()),
            ];
            Failure::Usage(say(lang, id, &args))
        })
}

fn subject(args: &CheckClient, door: &Door) -> String {
    if args.command.is_empty() {
        return door.first().to_string();
    }
    let words = args.command.iter().map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

/// A bar on a terminal, nothing elsewhere.
fn progress(checks: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
    let bar = ProgressBar::new(checks as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
