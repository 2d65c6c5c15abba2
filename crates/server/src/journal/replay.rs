//! Reads the journal's file from a known place on, and verifies that it is complete and undamaged.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row};

use super::chain::{Chain, follow};
use super::folder::{self, Found};
use super::{JournalError, base, pack, row, wal};
use game::rules::Record;

/// Entries read at once, and those that share a row with the last of them. Between two reads the writer can truncate SQLite's log, however slowly the
/// entries are consumed.
const PAGE: usize = 1_000;

/// Reads entries in pages, and follows the chain of their checksums. A server may write meanwhile.
/// Changes nothing.
pub struct Reader {
    dir: PathBuf,
    path: PathBuf,
    connection: Connection,
    /// The end of what was read.
    pub chain: Chain,
    /// The sequence and checksum at the end of each row of the last page.
    pub ends: Vec<(u64, u32)>,
    is_at_end: bool,
}

impl Reader {
    /// Prepares to read what follows this end of the chain. `None` if the file is still empty.
    ///
    /// # Errors
    ///
    /// If the file can't be read, or is not a journal.
    pub fn open(dir: &Path, from: Chain) -> Result<Option<Reader>, JournalError> {
        let path = folder::file(dir);
        let connection = folder::connect_read_only(dir)?;
        match folder::identify(&path, &connection)? {
            Found::Nothing => Ok(None),
            Found::Journal => Ok(Some(Reader {
                dir: dir.to_owned(),
                path,
                connection,
                chain: from,
                ends: Vec::new(),
                is_at_end: false,
            })),
        }
    }

    /// The next entries with their sequences; none at the end of the journal.
    ///
    /// # Errors
    ///
    /// If they can't be read, or one is missing or damaged.
    pub fn page(&mut self) -> Result<Vec<(u64, Record)>, JournalError> {
        if self.is_at_end {
            return Ok(Vec::new());
        }
        let read = self.read_page();
        let sequence = self.chain.sequence + 1;
        match read {
            Ok(Some(page)) => Ok(page),
            // The server has let go of entries that were still to be read.
            Ok(None) if base::place(&self.dir)?.0 > self.chain.sequence => {
                Err(JournalError::Trimmed {
                    path: self.path.clone(),
                })
            }
            Ok(None) => Err(JournalError::Damaged {
                path: self.path.clone(),
                sequence,
            }),
            Err(error) => Err(JournalError::read(&self.path, sequence, error)),
        }
    }

    /// The first entry that is still to be read, unverified.
    ///
    /// # Errors
    ///
    /// If SQLite can't read it.
    pub fn first(&self) -> Result<Option<Record>, JournalError> {
        let columns = row::COLUMNS;
        let sql = format!("SELECT {columns} FROM entries WHERE seq > ?1 ORDER BY seq LIMIT 1");
        let mut records = Vec::new();
        let read = |found: &Row<'_>| Ok(pack::read(found, &mut records));
        let last = self.chain.sequence as i64;
        let found = self.connection.query_row(&sql, [last], read).optional();
        found.map_err(|error| JournalError::read(&self.path, self.chain.sequence + 1, error))?;
        Ok(records.into_iter().next())
    }

    /// `None` if the journal is damaged after the end of the chain.
    fn read_page(&mut self) -> rusqlite::Result<Option<Vec<(u64, Record)>>> {
        // One transaction: the last page and the head belong together.
        let transaction = self.connection.unchecked_transaction()?;
        let mut page = Vec::with_capacity(PAGE);
        self.ends.clear();
        {
            let columns = row::COLUMNS;
            let mut select = transaction.prepare_cached(&format!(
                "SELECT {columns} FROM entries WHERE seq > ?1 ORDER BY seq"
            ))?;
            let mut rows = select.query([self.chain.sequence as i64])?;
            let mut records = Vec::new();
            while page.len() < PAGE {
                let Some(found) = rows.next()? else {
                    self.is_at_end = true;
                    break;
                };
                let Some(end) = pack::read(found, &mut records) else {
                    return Ok(None);
                };
                let chain = &mut self.chain;
                if !follow(chain, &transaction, end, &mut records, &mut page)? {
                    return Ok(None);
                }
                self.ends.push(end);
            }
        }
        if self.is_at_end && head(&transaction)? != self.chain.end() {
            return Ok(None);
        }
        Ok(Some(page))
    }

    /// Whether the file's structure is sound. Reads all of it.
    fn has_sound_structure(&self) -> rusqlite::Result<bool> {
        let check = |row: &Row<'_>| row.get::<_, String>(0);
        let structure = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], check)?;
        Ok(structure == "ok")
    }
}

/// The last entry's sequence and checksum.
fn head(connection: &Connection) -> rusqlite::Result<(u64, u32)> {
    connection.query_row("SELECT seq, sum FROM head", [], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
    })
}

/// Whether the journal has an entry with this sequence and checksum.
pub fn has(dir: &Path, (sequence, sum): (u64, u32)) -> bool {
    let found = folder::connect_read_only(dir).and_then(|connection| {
        let sql = "SELECT sum FROM entries WHERE seq = ?1";
        let found = connection.query_row(sql, [sequence as i64], |row| row.get::<_, u32>(0));
        found.map_err(|error| JournalError::read(&folder::file(dir), sequence, error))
    });
    found.is_ok_and(|found| found == sum)
}

/// Calls `each` with each entry of the journal after its base and returns the end of their chain, or
/// `None` if the file is still empty. Changes nothing.
///
/// # Errors
///
/// If the file can't be read, is not a journal, or is damaged.
pub fn whole(
    dir: &Path,
    base: (u64, u32),
    each: &mut dyn FnMut(u64, Record),
) -> Result<Option<Chain>, JournalError> {
    let Some(reader) = Reader::open(dir, Chain::at(base))? else {
        return Ok(None);
    };
    refuse_cut_log(dir)?;
    let reader = to_end(reader, each)?;
    let path = folder::file(dir);
    let sequence = reader.chain.sequence + 1;
    match reader.has_sound_structure() {
        Ok(true) => Ok(Some(reader.chain)),
        Ok(false) => Err(JournalError::Damaged { path, sequence }),
        Err(error) => Err(JournalError::read(&path, sequence, error)),
    }
}

/// Calls `each` with each entry after the snapshot's, and returns the end of their chain. Only what it
/// reads is verified: the cost does not grow with what came before the snapshot.
///
/// # Errors
///
/// If the file can't be read, is not a journal, or is damaged.
pub fn tail(
    dir: &Path,
    snapshot: (u64, u32),
    each: &mut dyn FnMut(u64, Record),
) -> Result<Option<Chain>, JournalError> {
    let Some(reader) = Reader::open(dir, Chain::at(snapshot))? else {
        return Ok(None);
    };
    refuse_cut_log(dir)?;
    Ok(Some(to_end(reader, each)?.chain))
}

fn to_end(mut reader: Reader, each: &mut dyn FnMut(u64, Record)) -> Result<Reader, JournalError> {
    loop {
        let page = reader.page()?;
        if page.is_empty() {
            return Ok(reader);
        }
        for (sequence, record) in page {
            each(sequence, record);
        }
    }
}

/// Refuses a journal whose log has lost commits.
fn refuse_cut_log(dir: &Path) -> Result<(), JournalError> {
    let log = folder::log(dir);
    let cut = wal::is_damaged(&log).map_err(|error| JournalError::io(&log, error))?;
    if !cut {
        return Ok(());
    }
    // The first entry that is missing comes after the last that SQLite still finds.
    let path = folder::file(dir);
    let last = folder::connect_read_only(dir)
        .ok()
        .and_then(|connection| head(&connection).ok());
    let sequence = last.map_or(1, |(sequence, _)| sequence + 1);
    Err(JournalError::Damaged { path, sequence })
}
