//! `check`: examines a learner's program, and prints the report.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::check::{Check, CheckClient, CheckPair, CheckServer, Shown};
use crate::input::read_file;
use game::limits::{HOSTS, HOSTS_FILE};
use game::phrases::{Lang, say};
use lab::check::class::Misread;
use lab::check::client::{self, Client};
use lab::check::hosts::{self, Host};
use lab::check::pair::{self, meeting::Party};
use lab::check::report::Report;
use lab::check::server::kind::Kind;
use lab::check::{Check as Id, Step, html, json, server, text};
use os::console::{Failure, complain, print, print_json, reason};
use os::endpoint::Target;

/// Examines what was asked for.
///
/// # Errors
/// The program fell short, could not be examined, or the report could not be shown.
pub fn check(side: Check, lang: Lang) -> Result<(), Failure> {
    match side {
        Check::Client(args) if args.shown.list => list(&client::checks(), lang),
        Check::Client(args) => examine_client(args, lang),
        Check::Server(args) if args.shown.list => {
            list(&server::checks_of(args.kind.unwrap_or(Kind::Game)), lang)
        }
        Check::Server(args) => examine_server(&args, lang),
        Check::Pair(args) => examine_pair(&args, lang),
    }
}

fn list(checks: &[Id], lang: Lang) -> Result<(), Failure> {
    for check in checks {
        let title = say(lang, check.title(), &[]);
        print(&format!("{:<10} {title}", check.id()), lang)?;
    }
    Ok(())
}

fn examine_client(args: CheckClient, lang: Lang) -> Result<(), Failure> {
    let wait = Duration::from_secs(args.wait);
    let by_hand = args.command.is_empty();
    let name = args.command.first().cloned().unwrap_or_default();
    if let Some(file) = &args.source
        && let Err(error) = std::fs::File::open(file)
    {
        let args = [
            ("file", file.display().to_string().into()),
            ("reason", reason(&error, lang).into()),
        ];
        return Err(Failure::Usage(say(lang, "check-source-unread", &args)));
    }
    let client = Client::awaited(
        args.command,
        args.listen.as_ref(),
        args.source.as_deref(),
        wait,
    )
    .map_err(|why| match why {
        client::NotReady::NotListening(address, error) => {
            let reason = ("reason", reason(&error, lang).into());
            let args = [("address", address.into()), reason];
            Failure::Usage(say(lang, "client-no-door", &args))
        }
        client::NotReady::NotStarted(error) => {
            not_started("client-no-command", &name.to_string_lossy(), &error, lang)
        }
    })?;
    let all = client::checks();
    let wanted = wanted(&args.only, &all);
    let bar = progress(wanted.len());
    if by_hand {
        let address = client.address().to_string().into();
        let seconds = args.wait.to_string().into();
        let said = [("address", address), ("seconds", seconds)];
        complain(&say(lang, "client-start-it", &said));
    }
    let told = bar.clone();
    let report = client.examine(wanted, move |step| match step {
        Step::Begins(check) => {
            told.inc(1);
            told.set_message(say(lang, check.title(), &[]));
        }
        Step::Found(_) => {}
        Step::Start { left } => {
            let said = say(lang, "client-start-again", &[("left", left.into())]);
            told.suspend(|| complain(&said));
        }
    });
    bar.finish_and_clear();
    show(&report, &args.shown, lang)
}

fn examine_server(args: &CheckServer, lang: Lang) -> Result<(), Failure> {
    let all = server::checks();
    let wanted = wanted(&args.only, &all);
    if args.kind.is_some() && args.hosts.is_some() {
        return Err(Failure::Usage(say(lang, "hosts-alone", &[])));
    }
    if let Some(file) = &args.hosts {
        return examine_hosts(file, args, wanted, lang);
    }
    if args.csv.is_some() {
        return Err(Failure::Usage(say(lang, "hosts-csv", &[])));
    }
    let bar = progress(wanted.len());
    let tell = |step: Step<'_>| {
        if let Step::Begins(check) = step
            && wanted.contains(&check)
        {
            bar.inc(1);
            bar.set_message(say(lang, check.title(), &[]));
        }
    };
    let report = match (&args.target, args.command.as_slice()) {
        (Some(target), []) => {
            let addresses = target
                .resolve()
                .map_err(|error| unknown(target, &error, lang))?;
            let subject = target.to_string();
            server::remote_of(args.kind, subject, addresses, wanted, &Arc::default(), tell)
        }
        (None, [name, ..]) => server::started(&args.command, args.port, args.kind, wanted, tell)
            .map_err(|why| match why {
                server::NotReady::NoPort(error) => {
                    let reason = ("reason", reason(&error, lang).into());
                    Failure::Run(say(lang, "server-no-port", &[reason]))
                }
                server::NotReady::NotStarted(error) => {
                    not_started("server-no-command", &name.to_string_lossy(), &error, lang)
                }
            })?,
        _ => return Err(Failure::Usage(say(lang, "server-which", &[]))),
    };
    bar.finish_and_clear();
    show(&report, &args.shown, lang)
}

fn examine_pair(args: &CheckPair, lang: Lang) -> Result<(), Failure> {
    let Some((server, client)) = args.both() else {
        return Err(Failure::Usage(say(lang, "meet-which", &[])));
    };
    let bar = progress(0);
    let report = pair::examine(server, client, args.port).map_err(|why| match why {
        pair::NotReady::NoPort(error) => {
            let reason = ("reason", reason(&error, lang).into());
            Failure::Run(say(lang, "server-no-port", &[reason]))
        }
        pair::NotReady::NotStarted(party, error) => {
            let (phrase, command) = match party {
                Party::Server => ("server-no-command", server),
                Party::Client => ("client-no-command", client),
            };
            not_started(phrase, &command[0].to_string_lossy(), &error, lang)
        }
        pair::NotReady::NotBetween(address, error) => {
            let address = ("address", address.to_string().into());
            let reason = ("reason", reason(&error, lang).into());
            Failure::Usage(say(lang, "meet-not-between", &[address, reason]))
        }
    })?;
    bar.finish_and_clear();
    if args.json {
        print_json(&pair::text::document(&report, lang), lang)?;
    } else {
        print(&pair::text::text(&report, lang), lang)?;
    }
    match report.cell.is_understood() {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::FellShort),
        None => Err(Failure::NotExamined),
    }
}

/// The checks that were asked for, or all of them.
fn wanted<'a>(only: &'a [Id], all: &'a [Id]) -> &'a [Id] {
    if only.is_empty() { all } else { only }
}

fn unknown(target: &Target, error: &io::Error, lang: Lang) -> Failure {
    let server = ("server", target.to_string().into());
    let reason = ("reason", reason(error, lang).into());
    Failure::Usage(say(lang, "server-unknown", &[server, reason]))
}

/// `missing` is the phrase for a command that does not exist.
fn not_started(missing: &'static str, command: &str, error: &io::Error, lang: Lang) -> Failure {
    let phrase = match error.kind() {
        ErrorKind::NotFound => missing,
        _ => "client-not-started",
    };
    let reason = ("reason", reason(error, lang).into());
    Failure::Usage(say(lang, phrase, &[("command", command.into()), reason]))
}

/// Examines all servers of the file, and prints the table.
fn examine_hosts(
    file: &Path,
    args: &CheckServer,
    wanted: &[Id],
    lang: Lang,
) -> Result<(), Failure> {
    let alone = args.target.is_none() && args.command.is_empty() && args.port.is_none();
    if !alone || args.shown.report.is_some() {
        return Err(Failure::Usage(say(lang, "hosts-alone", &[])));
    }
    let hosts = read_hosts(file, lang)?;
    let bar = progress(hosts.len());
    let reports = hosts::examine(&hosts, wanted, |host| {
        bar.set_message(host.name.clone());
        bar.inc(1);
    });
    bar.finish_and_clear();
    let rows: Vec<(&Host, &Report)> = hosts.iter().zip(&reports).collect();
    if let Some(path) = &args.csv {
        let written =
            File::create(path).and_then(|file| hosts::write_csv(file, &rows, wanted, lang));
        written.map_err(|error| not_written("hosts-csv-failed", path, &error, lang))?;
    }
    if args.shown.json {
        print_json(&hosts::document(&rows, lang), lang)?;
    } else {
        print(&hosts::table(&rows, wanted, lang), lang)?;
    }
    let any = |sound| reports.iter().any(|it| it.is_sound() == Some(sound));
    match (any(false), any(true)) {
        (true, _) => Err(Failure::FellShort),
        (false, true) => Ok(()),
        (false, false) => Err(Failure::NotExamined),
    }
}

fn read_hosts(path: &Path, lang: Lang) -> Result<Vec<Host>, Failure> {
    let file = || ("file", path.display().to_string().into());
    let text = read_file(path, HOSTS_FILE + 1).and_then(|bytes| {
        if bytes.len() as u64 > HOSTS_FILE {
            return Err(ErrorKind::FileTooLarge.into());
        }
        String::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData.into())
    });
    let text = text.map_err(|error: io::Error| {
        let reason = ("reason", reason(&error, lang).into());
        Failure::Usage(say(lang, "hosts-unread", &[file(), reason]))
    })?;
    hosts::parse(&text).map_err(|misread| {
        let (phrase, name, number) = match misread {
            Misread::NoAddress(line) => ("hosts-line", "line", line),
            Misread::Twice(line) => ("hosts-twice", "line", line),
            Misread::TooMany => ("hosts-many", "most", HOSTS),
            Misread::Empty => ("hosts-none", "most", 0),
        };
        let args = [file(), (name, number.to_string().into())];
        Failure::Usage(say(lang, phrase, &args))
    })
}

/// Prints a report.
///
/// # Errors
/// A check failed, nothing could be examined, or the report could not be written.
fn show(report: &Report, shown: &Shown, lang: Lang) -> Result<(), Failure> {
    if let Some(file) = &shown.report {
        fs::write(file, html::page(report, lang))
            .map_err(|error| not_written("check-report-failed", file, &error, lang))?;
    }
    if shown.json {
        print_json(&json::document(report, lang), lang)?;
    } else {
        print(&text::text(report, lang), lang)?;
    }
    match report.is_sound() {
        Some(false) => Err(Failure::FellShort),
        Some(true) => Ok(()),
        None => Err(Failure::NotExamined),
    }
}

fn not_written(phrase: &'static str, file: &Path, error: &io::Error, lang: Lang) -> Failure {
    let file = ("file", file.display().to_string().into());
    let reason = ("reason", reason(error, lang).into());
    Failure::Run(say(lang, phrase, &[file, reason]))
}

/// A progress bar, which indicatif draws only on a terminal.
fn progress(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}");
    let bar = ProgressBar::new(steps as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
