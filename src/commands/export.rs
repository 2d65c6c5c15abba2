//! `juste-prix export`: the results, for a spreadsheet or a program.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use serde::Serialize;

use crate::game::{RoomCode, RoomId};
use crate::journal::{JournalError, Scored, scores};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header, then a line for each result, with commas. Cells that a spreadsheet would take
    /// for a formula begin with a `'`.
    Csv,
    /// One document: an array of objects, with the fields of the CSV's header in that order;
    /// `round`, `tries`, `guess` and `number` are numbers, `won` is a boolean, the rest text.
    Json,
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            _ => Err(()),
        }
    }
}

/// A result as it is written. The fields' names and order are a contract.
#[derive(Serialize)]
struct Line<'a> {
    /// ISO 8601, UTC.
    date: &'a str,
    /// The room's code, or `HALL`.
    room: Cow<'a, str>,
    mode: &'a str,
    /// The player's name then.
    player: Cow<'a, str>,
    round: u32,
    tries: u32,
    won: bool,
    /// The player's last guess.
    guess: i32,
    /// The number that had been drawn.
    number: i32,
    /// `MIN..MAX`.
    range: Cow<'a, str>,
}

const HEADER: [&str; 10] = [
    "date", "room", "mode", "player", "round", "tries", "won", "guess", "number", "range",
];

impl<'a> Line<'a> {
    fn of(scored: &'a Scored) -> Self {
        let Scored { date, score } = scored;
        Line {
            date,
            room: score.room.label().into(),
            mode: score.rules.mode.word(),
            player: score.name.as_str().into(),
            round: score.round,
            tries: score.tries,
            won: score.won,
            guess: score.guess,
            number: score.number,
            range: score.rules.range.to_string().into(),
        }
    }

    /// The cells whose text comes from people or may begin with a sign, made harmless.
    fn defused(self) -> Self {
        Line {
            room: defuse(self.room),
            player: defuse(self.player),
            range: defuse(self.range),
            ..self
        }
    }
}

/// A spreadsheet takes text that begins so for a formula, and may run it.
fn defuse(cell: Cow<'_, str>) -> Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match cell.starts_with(SIGNS) {
        true => format!("'{cell}").into(),
        false => cell,
    }
}

/// Writes the results of a journal, or of one room of it, in the order in which they came. Works
/// while a server runs; makes and changes no file.
pub fn export(
    data_dir: &Path,
    format: Format,
    room: Option<RoomCode>,
    out: &mut dyn Write,
) -> Result<(), JournalError> {
    let wanted =
        |scored: &Scored| room.is_none_or(|code| scored.score.room == RoomId::Shared(code));
    match format {
        Format::Csv => export_csv(data_dir, &wanted, out),
        Format::Json => export_json(data_dir, &wanted, out),
    }
}

fn export_csv(
    data_dir: &Path,
    wanted: &dyn Fn(&Scored) -> bool,
    out: &mut dyn Write,
) -> Result<(), JournalError> {
    // The header is there without a result too, so it is not left to the first line.
    let mut csv = csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out);
    let failed = |error: csv::Error| JournalError::output(error.into());
    let mut begun = false;
    scores(data_dir, &mut |scored| {
        if !std::mem::replace(&mut begun, true) {
            csv.write_record(HEADER).map_err(failed)?;
        }
        if wanted(&scored) {
            csv.serialize(Line::of(&scored).defused()).map_err(failed)?;
        }
        Ok(())
    })?;
    if !begun {
        csv.write_record(HEADER).map_err(failed)?;
    }
    csv.flush().map_err(JournalError::output)
}

fn export_json(
    data_dir: &Path,
    wanted: &dyn Fn(&Scored) -> bool,
    out: &mut dyn Write,
) -> Result<(), JournalError> {
    let mut before = "[\n";
    scores(data_dir, &mut |scored| {
        if wanted(&scored) {
            write_json(out, before, &Line::of(&scored)).map_err(JournalError::output)?;
            before = ",\n";
        }
        Ok(())
    })?;
    let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())
        .and_then(|()| out.flush())
        .map_err(JournalError::output)
}

fn write_json(out: &mut dyn Write, before: &str, line: &Line<'_>) -> io::Result<()> {
    out.write_all(before.as_bytes())?;
    Ok(serde_json::to_writer(out, line)?)
}
