//! Replays the journal's file at the start, and verifies that it is complete and undamaged.

use std::path::Path;

use rusqlite::{Connection, Row};

use super::folder::{self, Found};
use super::row::{self, Chain};
use super::{JournalError, wal};
use game::rules::Record;

/// Calls `each` with each entry and returns the end of their chain, or `None` if the file is still
/// empty. Changes nothing.
///
/// # Errors
///
/// If the file can't be read, is not a journal, or is damaged.
pub fn replay(
    dir: &Path,
    each: &mut dyn FnMut(u64, Record),
) -> Result<Option<Chain>, JournalError> {
    let path = folder::file(dir);
    let connection = folder::connect_read_only(dir)?;
    match folder::identify(&path, &connection)? {
        Found::Nothing => return Ok(None),
        Found::Journal => {}
    }
    let log = folder::log(dir);
    let cut = wal::is_damaged(&log).map_err(|error| JournalError::io(&log, error))?;
    let mut sound = 0;
    let read = read(&connection, &mut sound, each);
    let sequence = sound + 1;
    match read {
        Ok(Some(chain)) if !cut => Ok(Some(chain)),
        Ok(_) => Err(JournalError::Damaged { path, sequence }),
        Err(error) => Err(JournalError::read(&path, sequence, error)),
    }
}

/// The chain's end, or `None` if the journal is damaged. Sets `sound` to the last undamaged entry.
fn read(
    connection: &Connection,
    sound: &mut u64,
    each: &mut dyn FnMut(u64, Record),
) -> rusqlite::Result<Option<Chain>> {
    let columns = row::COLUMNS;
    let mut select = connection.prepare(&format!("SELECT {columns} FROM entries ORDER BY seq"))?;
    let mut rows = select.query([])?;
    let mut chain = Chain::default();
    while let Some(found) = rows.next()? {
        let Some((sequence, record, sum)) = row::read(found) else {
            return Ok(None);
        };
        chain.link(&record);
        if (sequence, sum) != (chain.sequence, chain.sum) {
            return Ok(None);
        }
        *sound = sequence;
        each(sequence, record);
    }
    let end = |row: &Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?));
    let head: (u64, u32) = connection.query_row("SELECT seq, sum FROM head", [], end)?;
    let check = |row: &Row<'_>| row.get::<_, String>(0);
    let structure = connection.query_row("PRAGMA quick_check(1)", [], check)?;
    let whole = head == (chain.sequence, chain.sum) && structure == "ok";
    Ok(whole.then_some(chain))
}
