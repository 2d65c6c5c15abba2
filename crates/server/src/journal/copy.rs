//! Copies a journal from one store to another, also while a server uses it, then verifies the copy.

use std::fs;
use std::io;
use std::path::Path;
use std::thread;

use sha2::{Digest, Sha256};

use super::{Journal, JournalError, Store, base, entries, folder, replay, shared_entries};
use game::limits::ENTRIES_PER_COMMIT;
use game::rules::Record;
use os::files::{sync_file, sync_folder};

/// A digest of a journal's entries, to compare two journals by.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    entries: u64,
    hash: [u8; 32],
}

/// Copies a journal, up to its last entry at this moment, into a new one, then verifies the copy.
/// Returns the number of entries.
///
/// # Errors
///
/// If a journal can't be read or written, the destination exists, or the copy differs. If the first
/// entries are gone and the destination is a log.
pub fn copy(from: &Store, to: &Store) -> Result<u64, JournalError> {
    if let (Store::Local(from), Store::Local(to)) = (from, to) {
        return copy_folder(from, to);
    }
    if let Store::Local(dir) = from
        && base::place(dir)? != (0, 0)
    {
        let path = folder::file(dir);
        return Err(JournalError::HasBase { path });
    }
    // A source that is missing or damaged leaves no empty journal behind.
    let before = sum(from, u64::MAX)?;
    let mut is_new = true;
    let target = Journal::open(to, &mut |_, _| is_new = false)?;
    if !is_new {
        return Err(JournalError::NotNew { place: to.place() });
    }
    let log = target.follow().map(|mut log| {
        // The entries of a shared log must be received, or its reader stalls.
        thread::spawn(move || while log.blocking_recv().is_some() {})
    });
    let copied = transfer(from, before.entries, &target, to);
    let closed = target.close();
    if let Some(log) = log {
        // The task can't panic, and ends with the journal.
        let _ = log.join();
    }
    copied?;
    closed?;
    match (sum(from, before.entries)?, sum(to, u64::MAX)?) {
        (now, copied) if now == before && copied == before => Ok(copied.entries),
        _ => Err(JournalError::Differs { place: to.place() }),
    }
}

/// Copies a folder's journal as it is at one moment: SQLite copies its file in one transaction, and a
/// server writes on meanwhile. The base is copied after the entries: it never stands for more than the
/// journal has let go of.
fn copy_folder(from: &Path, to: &Path) -> Result<u64, JournalError> {
    let source = folder::connect_read_only(from)?;
    if let folder::Found::Nothing = folder::identify(&folder::file(from), &source)? {
        let path = folder::file(from);
        return Err(JournalError::Missing { path });
    }
    folder::prepare(to)?;
    let _lock = folder::lock(to)?;
    let target = folder::file(to);
    let size = fs::metadata(&target).map_err(|error| JournalError::io(&target, error))?;
    if size.len() > 0 {
        let place = to.display().to_string();
        return Err(JournalError::NotNew { place });
    }
    let Some(name) = target.to_str() else {
        // SQLite knows UTF-8 only.
        return Err(JournalError::io(
            &target,
            io::ErrorKind::InvalidFilename.into(),
        ));
    };
    let copied = source.execute("VACUUM INTO ?1", [name]);
    copied.map_err(|error| JournalError::write(&target, error))?;
    if folder::base(from).exists() {
        let (from, to) = (folder::base(from), folder::base(to));
        fs::copy(&from, &to).map_err(|error| JournalError::io(&to, error))?;
        sync(&to)?;
    }
    folder::restrict(to)?;
    sync(&target)?;
    sync_folder(to).map_err(|error| JournalError::io(to, error))?;
    verify(from, to)
}

fn sync(path: &Path) -> Result<(), JournalError> {
    sync_file(path).map_err(|error| JournalError::io(path, error))
}

/// Replays a folder's copy, whose last entry must be one of the source's. Returns the number of its
/// entries.
fn verify(from: &Path, to: &Path) -> Result<u64, JournalError> {
    let mut entries = 0;
    let end = replay::whole(to, base::place(to)?, &mut |_, _| entries += 1)?;
    let end = end.map_or((0, 0), |chain| chain.end());
    // A source that has let go of all its entries has none to compare.
    if end == base::place(from)? || replay::has(from, end) {
        Ok(entries)
    } else {
        let place = to.display().to_string();
        Err(JournalError::Differs { place })
    }
}

fn transfer(from: &Store, last: u64, target: &Journal, to: &Store) -> Result<(), JournalError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(JournalError::output)?;
    let mut batch = Vec::new();
    let append = |batch: Vec<Record>| {
        let appended = runtime.block_on(target.append(batch));
        let failed = || JournalError::Differs { place: to.place() };
        appended
            .map(drop)
            .map_err(|_| target.failure().unwrap_or_else(failed))
    };
    read(from, last, &mut |_, record| {
        batch.push(record);
        match batch.len() < ENTRIES_PER_COMMIT {
            true => Ok(()),
            false => append(std::mem::take(&mut batch)),
        }
    })?;
    match batch.is_empty() {
        true => Ok(()),
        false => append(batch),
    }
}

/// Reads a journal, which may be in use, up to this entry.
fn read(
    store: &Store,
    last: u64,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut bounded = |sequence, record| match sequence <= last {
        true => each(sequence, record),
        false => Ok(()),
    };
    match store {
        Store::Memory => Ok(()),
        Store::Local(dir) => entries(dir, &mut drop, &mut bounded),
        Store::Shared(event) => shared_entries(event, &mut bounded),
    }
}

fn sum(store: &Store, last: u64) -> Result<Sum, JournalError> {
    let mut hash = Sha256::new();
    let mut entries = 0;
    read(store, last, &mut |sequence, record| {
        let bytes = postcard::to_stdvec(&(sequence, record))
            .expect("a record has no type that postcard refuses, and memory takes it");
        hash.update(bytes);
        entries = sequence;
        Ok(())
    })?;
    Ok(Sum {
        entries,
        hash: hash.finalize().into(),
    })
}
