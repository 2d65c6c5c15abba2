//! The results, for a spreadsheet or a program: what `juste-prix export` writes, and what the
//! teacher's screen downloads.

mod csv;
mod json;
mod xlsx;

use std::borrow::Cow;
use std::io::Write;

use serde::Serialize;

use crate::game::{RoomCode, RoomId};
use crate::journal::{JournalError, Scored};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header, then a line for each result, with commas. Cells that a spreadsheet would take
    /// for a formula begin with a `'`.
    Csv,
    /// One document: an array of objects, with the fields of the CSV's header in that order;
    /// `round`, `tries`, `guess` and `number` are numbers, `won` is a boolean, the rest text.
    Json,
    /// A workbook of one sheet with the CSV's columns; dates are dates, in UTC. Cells that begin
    /// like a formula begin with a `'` here too: it stays when the sheet is saved as CSV.
    Xlsx,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Xlsx];

    /// How the command line, and the end of a file's name, call it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Xlsx => "xlsx",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What is done with each result.
pub type Each<'a> = &'a mut dyn FnMut(Scored) -> Result<(), JournalError>;

/// Something that has results: it gives them, in the order in which they came.
pub type Source<'a> = &'a dyn Fn(Each<'_>) -> Result<(), JournalError>;

/// Writes all results, or those of one room.
pub fn export(
    source: Source<'_>,
    format: Format,
    room: Option<RoomCode>,
    out: &mut (dyn Write + Send),
) -> Result<(), JournalError> {
    let wanted =
        |scored: &Scored| room.is_none_or(|code| scored.score.room == RoomId::Shared(code));
    let source = |each: Each<'_>| {
        source(&mut |scored| match wanted(&scored) {
            true => each(scored),
            false => Ok(()),
        })
    };
    match format {
        Format::Csv => csv::write(&source, out),
        Format::Json => json::write(&source, out),
        Format::Xlsx => xlsx::write(&source, out),
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
