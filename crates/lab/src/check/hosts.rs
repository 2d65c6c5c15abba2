//! `check server --hosts FILE`: a class's servers at once, several at a time, as one table: pupils
//! by checks, and for each pupil what to mend first.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::name::Check;
use super::report::{Finding, Report, Verdict};
use super::{server, text};
use game::limits::{HOSTS, HOSTS_AT_ONCE};
use game::phrases::{Lang, say};
use game::spreadsheet::defuse;
use game::visible::is_hidden;
use os::endpoint::Target;

/// Characters of a pupil's name in the table: with every check beside it, eighty columns.
const NAME: usize = 22;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Where the pupil's server is.
    pub target: Target,
    /// The pupil's name, else the address.
    pub name: String,
}

/// Why a host list was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    /// This line, counted from 1, begins with no address.
    NoAddress(usize),
    /// The address of this line is above already: two examinations would be in each other's way.
    Twice(usize),
    /// There are more than [`HOSTS`].
    TooMany,
    /// There is none.
    Empty,
}

/// The hosts of a list: an address a line, and a pupil's name behind it if there is one.
///
/// # Errors
/// The line that is no address or comes twice; too many lines, or none.
pub fn parse(text: &str) -> Result<Vec<Host>, Misread> {
    let mut hosts = Vec::new();
    let mut known = HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let number = index + 1;
        let (address, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let target = address
            .parse::<Target>()
            .map_err(|_| Misread::NoAddress(number))?;
        if !known.insert(target.to_string()) {
            return Err(Misread::Twice(number));
        }
        let name: String = name.trim().chars().filter(|c| !is_hidden(*c)).collect();
        let name = match name.is_empty() {
            true => target.to_string(),
            false => name,
        };
        hosts.push(Host { target, name });
        if hosts.len() > HOSTS {
            return Err(Misread::TooMany);
        }
    }
    match hosts.is_empty() {
        true => Err(Misread::Empty),
        false => Ok(hosts),
    }
}

/// All reports, in the order of the hosts. Each examination ends in its own time; `tell` is called
/// after each.
pub fn examine(hosts: &[Host], wanted: &[Check], tell: impl Fn(&Host) + Sync) -> Vec<Report> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..HOSTS_AT_ONCE.min(hosts.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(host) = hosts.get(index) else {
                        break;
                    };
                    // A name that nobody knows is a server that is not there.
                    let addresses = host.target.resolve().unwrap_or_default();
                    let subject = host.target.to_string();
                    let report =
                        server::remote(subject, addresses, wanted, &Arc::default(), |_| ());
                    tell(host);
                    let mut done = done.lock().unwrap_or_else(|held| held.into_inner());
                    done.push((index, report));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|held| held.into_inner());
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, report)| report).collect()
}

/// What was found of that check, if it was made.
fn verdict(report: &Report, check: Check) -> Option<Verdict> {
    let mut findings = report.findings.iter();
    let finding = findings.find(|finding| finding.check == check);
    finding.map(Finding::verdict)
}

/// The table, and a sentence for each pupil.
pub fn table(rows: &[(&Host, &Report)], wanted: &[Check], lang: Lang) -> String {
    let short = |name: &str| name.chars().take(NAME).collect::<String>();
    let names = rows
        .iter()
        .map(|(host, _)| short(&host.name).chars().count());
    let width = names.max().unwrap_or(0);
    let mut lines = Vec::new();
    // Each column has a number, upright above it; the list below has the checks' names.
    let tall = wanted.len().to_string().len();
    for height in 0..tall {
        let digits = (1..=wanted.len()).map(|number| {
            let upright = format!("{number:>tall$}");
            format!(" {}", upright.chars().nth(height).unwrap_or(' '))
        });
        let line = format!("{:width$}{}", "", digits.collect::<String>());
        lines.push(line.trim_end().to_owned());
    }
    for (host, report) in rows {
        let marks = wanted.iter().map(|check| match verdict(report, *check) {
            Some(Verdict::Passed) => " ✓",
            Some(Verdict::Failed) => " ✗",
            Some(Verdict::NotExamined) => " –",
            None => "  ",
        });
        let name = short(&host.name);
        lines.push(format!("{name:width$}{}", marks.collect::<String>()));
    }
    lines.push(String::new());
    lines.push(say(lang, "hosts-legend", &[]));
    lines.push(String::new());
    for (index, check) in wanted.iter().enumerate() {
        let title = say(lang, check.title(), &[]);
        lines.push(format!("{:>tall$} {title}", index + 1));
    }
    lines.push(String::new());
    for (host, report) in rows {
        let args = [
            ("name", host.name.as_str().into()),
            ("summary", text::summary(report, lang).into()),
        ];
        lines.push(say(lang, "hosts-pupil", &args));
    }
    lines.join("\n")
}

/// The same for programs; `docs/check.md` has its names.
pub fn document(rows: &[(&Host, &Report)], lang: Lang) -> Value {
    let hosts = rows.iter().map(|(host, report)| {
        json!({
            "name": host.name,
            "address": host.target.to_string(),
            "report": super::json::document(report, lang),
        })
    });
    json!({ "version": 1, "hosts": hosts.collect::<Vec<_>>() })
}

/// One server's row of a spreadsheet: the pupil, the address, what to mend first, and the verdicts, in
/// the reader's words.
pub type SheetRow<'a> = (&'a str, &'a str, String, Vec<String>);

/// The table for a spreadsheet: a pupil a row, a check a column, named by what a sound program does.
pub fn sheet<'a>(
    out: impl Write,
    checks: &[String],
    rows: impl Iterator<Item = SheetRow<'a>>,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let start = ["name", "address", "next"].into_iter();
    csv.write_record(start.chain(checks.iter().map(String::as_str)))?;
    for (name, address, next, verdicts) in rows {
        let start = [&*defuse(name), &*defuse(address), &next];
        csv.write_record(start.into_iter().chain(verdicts.iter().map(String::as_str)))?;
    }
    csv.flush()
}

/// Writes the same for a spreadsheet: a pupil a row, a check a column.
///
/// # Errors
/// `out` can't be written.
pub fn write_csv(
    out: impl Write,
    rows: &[(&Host, &Report)],
    wanted: &[Check],
    lang: Lang,
) -> io::Result<()> {
    let title = |check: Check| say(lang, check.title(), &[]);
    let titles: Vec<String> = wanted.iter().map(|check| title(*check)).collect();
    let addresses = rows.iter().map(|(host, _)| host.target.to_string());
    let addresses: Vec<String> = addresses.collect();
    let rows = rows
        .iter()
        .zip(&addresses)
        .map(|((host, report), address)| {
            let next = report.next().map(|finding| title(finding.check));
            let word = |check: &Check| {
                let verdict = verdict(report, *check);
                verdict.map_or(String::new(), |verdict| text::word(verdict, lang))
            };
            let verdicts = wanted.iter().map(word).collect();
            (&*host.name, &**address, next.unwrap_or_default(), verdicts)
        });
    sheet(out, &titles, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the teacher's spreadsheet: pupils choose their names, and a name is no formula.
    #[test]
    fn a_name_is_no_formula() {
        let words = ["plays", "tells the truth", "failed", ""].map(str::to_owned);
        let [plays, truth, failed, nothing] = words;
        let rows = [("=1+1", "127.0.0.1:1", plays.clone(), vec![failed, nothing])];
        let mut out = Vec::new();
        sheet(&mut out, &[plays, truth], rows.into_iter()).expect("written");
        let expected = "name,address,next,plays,tells the truth\n'=1+1,127.0.0.1:1,plays,failed,\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
