//! Reading the results, or all entries, beside a running server or without one.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::{Connection, params};

use super::folder::{self, Found};
use super::{JournalError, row};
use game::rules::{Entry, Millis, Record, Score};

/// Entries read at once. Between two reads the server is free to tidy its log, however slowly the
/// results go out.
const PAGE: usize = 1_000;

/// A result and its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// ISO 8601, UTC.
    pub date: String,
    /// What became of one player's round.
    pub score: Score,
}

/// Gives each result to `each`, in the journal's order, once: the journal may hold one twice after
/// a crash. Makes and changes nothing.
pub fn scores(
    dir: &Path,
    each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    among(each, &mut |entry| read(dir, Some("result"), entry))
}

/// Who is given entries, one after the other.
type Each<'a> = dyn FnMut(u64, Record) -> Result<(), JournalError> + 'a;

/// Gives each result that is among these entries to `each`, once.
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

/// Gives each entry to `each` with its sequence, in the journal's order. Makes and changes nothing.
pub fn entries(
    dir: &Path,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    read(dir, None, each)
}

/// Gives the entries of this kind, or all.
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

/// ISO 8601 to the second, UTC.
pub fn date(at: Millis) -> String {
    let seconds = at / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day since 1970: the algorithm `civil_from_days` of Howard Hinnant's
/// *chrono-Compatible Low-Level Date Algorithms*, for days that are not negative. Years begin in
/// March there, so that a leap day is a year's last.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leaps = day_of_era / 1_460 + day_of_era / 146_096;
    let year_of_era = (day_of_era + day_of_era / 36_524 - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
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
