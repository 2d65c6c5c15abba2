//! The results, for a spreadsheet or a program: what `juste-prix export` writes, and what the
//! teacher's screen downloads. Three tables: rounds, tries, and answers to the lesson.

mod csv;
mod fold;
mod json;
mod row;
mod xlsx;

use std::io::Write;

use crate::journal::{JournalError, Scored};
use game::rules::{Record, RoomCode, RoomId};
use row::{Cell, Row};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header, then a line for each row, with commas. Cells that a spreadsheet would take for a
    /// formula begin with a `'`.
    Csv,
    /// One document: an array of objects, with the fields of the CSV's header in that order;
    /// numbers are numbers, `won` is a boolean, the rest text, or null where there is nothing.
    Json,
    /// A workbook, with a sheet for each table and the CSV's columns; dates are dates, in UTC.
    /// Cells that begin like a formula begin with a `'` here too: it stays when the sheet is saved
    /// as CSV.
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

/// What results are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for each round that a player has ended.
    Rounds,
    /// A row for each guess that counted as a try.
    Tries,
    /// A row for each question of the lesson that a player has answered: their latest answer.
    Answers,
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 3] = [Table::Rounds, Table::Tries, Table::Answers];

    /// How the command line, a sheet, and the beginning of a file's name call it.
    pub fn name(self) -> &'static str {
        match self {
            Table::Rounds => "rounds",
            Table::Tries => "tries",
            Table::Answers => "answers",
        }
    }

    /// The table of that name.
    pub fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The columns' names. They, and their order, are a contract.
    fn header(self) -> &'static [&'static str] {
        match self {
            Table::Rounds => &[
                "date", "room", "mode", "player", "round", "tries", "won", "guess", "number",
                "range",
            ],
            Table::Tries => &[
                "date", "room", "mode", "player", "round", "try", "guess", "verdict",
            ],
            Table::Answers => &[
                "date", "room", "player", "question", "verdict", "attempts", "mark", "answer",
            ],
        }
    }
}

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How.
    pub format: Format,
    /// Which table; none means all in a workbook, and the rounds elsewhere.
    pub table: Option<Table>,
    /// Of this room only.
    pub room: Option<RoomCode>,
}

/// What is done with each result of a round.
pub type EachScore<'a> = &'a mut dyn FnMut(Scored) -> Result<(), JournalError>;
/// What is done with each entry of the journal.
pub type EachEntry<'a> = &'a mut dyn FnMut(u64, Record) -> Result<(), JournalError>;
/// What is done with each row.
type EachRow<'a> = &'a mut dyn FnMut(Row<'_>) -> Result<(), JournalError>;

/// A journal that is read: both in its order, from the beginning, as often as it is asked.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Gives the results of rounds, each once.
    pub scores: &'a dyn Fn(EachScore<'_>) -> Result<(), JournalError>,
    /// Gives the entries.
    pub entries: &'a dyn Fn(EachEntry<'_>) -> Result<(), JournalError>,
}

/// A table to be written: its rows are read when they are needed.
struct Rows<'a> {
    source: Source<'a>,
    table: Table,
    room: Option<RoomCode>,
}

impl Rows<'_> {
    fn header(&self) -> &'static [&'static str] {
        self.table.header()
    }

    /// Gives each row.
    fn read(&self, each: EachRow<'_>) -> Result<(), JournalError> {
        let wanted = |room: RoomId| self.room.is_none_or(|code| room == RoomId::Shared(code));
        match self.table {
            Table::Rounds => (self.source.scores)(&mut |scored| match wanted(scored.score.room) {
                true => each(&round_of(&scored)),
                false => Ok(()),
            }),
            Table::Tries => fold::tries(self.source, &wanted, each),
            Table::Answers => fold::answers(self.source, &wanted, each),
        }
    }
}

/// Writes a table, or all.
pub fn export(
    source: Source<'_>,
    wanted: Wanted,
    out: &mut (dyn Write + Send),
) -> Result<(), JournalError> {
    let rows = |table| Rows {
        source,
        table,
        room: wanted.room,
    };
    let one = wanted.table.unwrap_or(Table::Rounds);
    match wanted.format {
        Format::Csv => csv::write(&rows(one), out),
        Format::Json => json::write(&rows(one), out),
        Format::Xlsx => match wanted.table {
            Some(table) => xlsx::write(&[rows(table)], out),
            None => xlsx::write(&Table::ALL.map(rows), out),
        },
    }
}

fn round_of(Scored { date, score }: &Scored) -> Vec<Cell<'_>> {
    vec![
        Cell::Date(date),
        Cell::text(score.room.label()),
        Cell::text(score.rules.mode.word()),
        Cell::text(score.name.as_str()),
        Cell::Number(score.round.into()),
        Cell::Number(score.tries.into()),
        Cell::Bool(score.won),
        Cell::Number(score.guess.into()),
        Cell::Number(score.number.into()),
        Cell::text(score.rules.range.to_string()),
    ]
}
