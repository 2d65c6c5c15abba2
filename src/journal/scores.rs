//! Reading the results, beside a running server or without one.

use std::collections::HashSet;
use std::path::Path;

use rusqlite::Connection;

use super::folder::{self, Found};
use super::{JournalError, row};
use crate::game::{Entry, Score};

/// Results read at once. Between two reads the server is free to tidy its log, however slowly the
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
    let path = folder::file(dir);
    let connection = folder::connect_read_only(dir)?;
    match folder::identify(&path, &connection)? {
        Found::Nothing => return Err(JournalError::Missing { path }),
        Found::Journal => {}
    }
    let mut seen = HashSet::new();
    let mut last = 0;
    loop {
        let page = read_page(&path, &connection, last)?;
        for (_, scored) in &page {
            let Scored { score, .. } = scored;
            if seen.insert((score.room, score.player, score.cause)) {
                each(scored.clone())?;
            }
        }
        match page.last() {
            Some((sequence, _)) if page.len() == PAGE => last = *sequence,
            _ => return Ok(()),
        }
    }
}

fn read_page(
    path: &Path,
    connection: &Connection,
    after: u64,
) -> Result<Vec<(u64, Scored)>, JournalError> {
    let mut page = Vec::new();
    let mut last = after;
    let mut read = || {
        let columns = row::COLUMNS;
        let mut select = connection.prepare_cached(&format!(
            "SELECT {columns}, ifnull(strftime('%FT%TZ', at / 1000, 'unixepoch'), '')
             FROM entries WHERE kind = 'result' AND seq > ?1 ORDER BY seq LIMIT {PAGE}"
        ))?;
        let mut rows = select.query([after as i64])?;
        while let Some(found) = rows.next()? {
            let Some((sequence, record, _)) = row::read(found) else {
                return Ok(false);
            };
            last = sequence;
            if let Entry::Result(score) = record.entry {
                let date = found.get(11)?;
                page.push((
                    sequence,
                    Scored {
                        date,
                        score: *score,
                    },
                ));
            }
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
