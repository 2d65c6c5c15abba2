//! The results, for a spreadsheet or a program: what `juste-prix export` writes, and what the
//! teacher's screen downloads. Four tables: rounds, tries, answers to the lesson, and tournaments.

mod csv;
mod fold;
mod json;
mod row;
mod xlsx;

use std::io::Write;

use crate::journal::{JournalError, Scored};
use game::room::fold::Replay;
use game::rules::{Record, RoomCode, RoomId};
use row::{Cell, Row};

/// The format of a file of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values: a header, then a line for each row. A cell that a spreadsheet would
    /// take for a formula begins with a `'`.
    Csv,
    /// One document: an array of objects with the fields of the CSV's header, in its order. Numbers
    /// are numbers, `won` is a boolean, the rest are strings, or null for an empty cell.
    Json,
    /// A workbook with a sheet for each table and the CSV's columns; dates are dates, in UTC. Cells
    /// that look like a formula begin with a `'` here too, since the sheet may be saved as CSV.
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Xlsx];

    /// The format's name on the command line, and its file extension.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Xlsx => "xlsx",
        }
    }

    /// The format with this name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A table of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for each round that a player has ended.
    Rounds,
    /// A row for each guess that counted as a try.
    Tries,
    /// A row for each question of the lesson that a player has answered: their latest answer.
    Answers,
    /// A row for each two programs that have met in a tournament.
    Tournament,
}

impl Table {
    /// All tables.
    pub const ALL: [Table; 4] = [
        Table::Rounds,
        Table::Tries,
        Table::Answers,
        Table::Tournament,
    ];

    /// The table's name on the command line, as a sheet, and at the start of a file's name.
    pub fn name(self) -> &'static str {
        match self {
            Table::Rounds => "rounds",
            Table::Tries => "tries",
            Table::Answers => "answers",
            Table::Tournament => "tournament",
        }
    }

    /// The table with this name.
    pub fn named(name: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.name() == name)
    }

    /// The columns' names. Names and order are part of the documented format.
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
            Table::Tournament => &[
                "date",
                "room",
                "tournament",
                "client",
                "server",
                "outcome",
                "tries",
                "typed",
            ],
        }
    }
}

/// What [`export`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The file's format.
    pub format: Format,
    /// The table; `None` for all tables in a workbook, and for the rounds in another format.
    pub table: Option<Table>,
    /// The room; `None` for all rooms.
    pub room: Option<RoomCode>,
}

/// Called with each result of a round.
pub type EachScore<'a> = &'a mut dyn FnMut(Scored) -> Result<(), JournalError>;
/// Called with each entry of the journal and its sequence.
pub type EachEntry<'a> = &'a mut dyn FnMut(u64, Record) -> Result<(), JournalError>;
/// Called with the state before the first entry that there is, if earlier ones are gone.
pub type Begin<'a> = &'a mut dyn FnMut(Replay);
/// Called with each row.
type EachRow<'a> = &'a mut dyn FnMut(Row<'_>) -> Result<(), JournalError>;

/// A journal to read. Each call reads it from the beginning, in its order.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Reads the results of rounds, each once.
    pub scores: &'a dyn Fn(EachScore<'_>) -> Result<(), JournalError>,
    /// Reads the entries, after the state before them if the first ones are gone.
    pub entries: &'a dyn Fn(Begin<'_>, EachEntry<'_>) -> Result<(), JournalError>,
}

/// A table to write. Its rows are read while it is written.
struct Rows<'a> {
    source: Source<'a>,
    table: Table,
    room: Option<RoomCode>,
}

impl Rows<'_> {
    fn header(&self) -> &'static [&'static str] {
        self.table.header()
    }

    /// Calls `each` with each row.
    fn read(&self, each: EachRow<'_>) -> Result<(), JournalError> {
        let wanted = |room: RoomId| self.room.is_none_or(|code| room == RoomId::Shared(code));
        match self.table {
            Table::Rounds => (self.source.scores)(&mut |scored| match wanted(scored.score.room) {
                true => each(&round_of(&scored)),
                false => Ok(()),
            }),
            Table::Tries => fold::tries(self.source, &wanted, each),
            Table::Answers => fold::answers(self.source, &wanted, each),
            Table::Tournament => fold::tournaments(self.source, &wanted, each),
        }
    }
}

/// Writes a table, or all, to `out`.
///
/// # Errors
///
/// If the journal can't be read, or `out` can't be written.
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
