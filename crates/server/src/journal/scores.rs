//! Reads the results, or all entries, of a journal's file, which a server may be using.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, params};
use time::OffsetDateTime;

use super::folder::{self, Found};
use super::{JournalError, row};
use game::rules::{Entry, Millis, Record, Score};

/// Entries read at once. Between two reads the server can truncate its log, however slowly the
/// results are consumed.
const PAGE: usize = 1_000;

/// A result and its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The time of the round's end in UTC, as ISO 8601.
    pub date: String,
    /// What became of one player's round.
    pub score: Score,
}

/// Calls `each` with each result once, in the journal's order. (After a crash, the journal may hold
/// one twice.) Creates and changes no file.
pub fn scores(
    dir: &Path,
    each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    among(each, &mut |entry| read(dir, Some("result"), entry))
}

/// Called with each entry and its sequence.
type Each<'a> = dyn FnMut(u64, Record) -> Result<(), JournalError> + 'a;

/// Calls `each` once with each result among these entries.
pub fn among(
    each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
    entries: &mut dyn FnMut(&mut Each<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut seen = HashSet::new();
    entries(&mut |_, record| {
        let Entry::Result(score) = record.entry else {
            return Ok(());
        };
        if !seen.insert((score.room, score.player, score.cause)) {
            return Ok(());
        }
        each(Scored {
            date: date(record.at),
            score: *score,
        })
    })
}

/// Calls `each` with each entry and its sequence, in the journal's order. Creates and changes no file.
pub fn entries(
    dir: &Path,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    read(dir, None, each)
}

/// Reads the entries of a kind, or all.
fn read(
    dir: &Path,
    kind: Option<&str>,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let path = folder::file(dir);
    let connection = folder::connect_read_only(dir)?;
    match folder::identify(&path, &connection)? {
        Found::Nothing => return Err(JournalError::Missing { path }),
        Found::Journal => {}
    }
    let mut last = 0;
    loop {
        let page = read_page(&path, &connection, kind, last)?;
        let is_full = page.len() == PAGE;
        for (sequence, record) in page {
            last = sequence;
            each(sequence, record)?;
        }
        if !is_full {
            return Ok(());
        }
    }
}

/// The last second of the year 9999, which is as far as the calendar goes.
const LAST_SECOND: Millis = 253_402_300_799;

/// The time in UTC as ISO 8601, to the second.
pub fn date(at: Millis) -> String {
    let seconds = (at / 1000).min(LAST_SECOND);
    let time = OffsetDateTime::from_unix_timestamp(seconds as i64)
        .expect("the calendar goes as far as its last second");
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

fn read_page(
    path: &Path,
    connection: &Connection,
    kind: Option<&str>,
    after: u64,
) -> Result<Vec<(u64, Record)>, JournalError> {
    let mut page = Vec::new();
    let mut last = after;
    let mut read = || {
        let columns = row::COLUMNS;
        let of_kind = kind.map_or("", |_| "kind = ?2 AND");
        let mut select = connection.prepare_cached(&format!(
            "SELECT {columns} FROM entries WHERE {of_kind} seq > ?1 ORDER BY seq LIMIT {PAGE}"
        ))?;
        let mut rows = match kind {
            Some(kind) => select.query(params![after as i64, kind])?,
            None => select.query(params![after as i64])?,
        };
        while let Some(found) = rows.next()? {
            let Some((sequence, record, _)) = row::read(found) else {
                return Ok(false);
            };
            last = sequence;
            page.push((sequence, record));
        }
        Ok(true)
    };
    let fine = read();
    let sequence = last + 1;
    match fine {
        Ok(true) => Ok(page),
        Ok(false) => Err(JournalError::Damaged {
            path: path.to_owned(),
            sequence,
        }),
        Err(error) => Err(JournalError::read(path, sequence, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite knows the calendar too.
    #[test]
    fn dates_are_those_of_sqlite() {
        let connection = Connection::open_in_memory().expect("memory");
        let sql = "SELECT strftime('%FT%TZ', ?1, 'unixepoch')";
        let mut known = connection.prepare(sql).expect("sound");
        // Every few days, and every few seconds of a day, for five centuries.
        for seconds in (0..16_000_000_000_i64).step_by(399_989) {
            let expected: String = known
                .query_row([seconds], |row| row.get(0))
                .expect("a date");
            assert_eq!(date(seconds as Millis * 1000 + 999), expected);
        }
    }
}
