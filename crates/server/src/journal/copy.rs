//! Copies a journal from one store to another, then reads both again and compares them.

use std::thread;

use sha2::{Digest, Sha256};

use super::{Journal, JournalError, Store, entries, shared_entries};
use game::limits::ENTRIES_PER_COMMIT;
use game::rules::Record;

/// A digest of a journal's entries, to compare two journals by.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    entries: u64,
    hash: [u8; 32],
}

/// Copies every entry of a journal that is not in use into a new one, then reads both again and
/// compares them. Returns the number of entries.
///
/// # Errors
///
/// If a journal can't be read or written, the destination exists, or the copy differs.
pub fn copy(from: &Store, to: &Store) -> Result<u64, JournalError> {
    // A source that is missing or damaged leaves no empty journal behind.
    let before = sum(from)?;
    let mut is_new = true;
    let target = Journal::open(to, &mut |_, _| is_new = false)?;
    if !is_new {
        return Err(JournalError::NotNew { place: place(to) });
    }
    let log = target.follow().map(|mut log| {
        // The entries of a shared log must be received, or its reader stalls.
        thread::spawn(move || while log.blocking_recv().is_some() {})
    });
    let copied = transfer(from, &target, to);
    let closed = target.close();
    if let Some(log) = log {
        // The task can't panic, and ends with the journal.
        let _ = log.join();
    }
    copied?;
    closed?;
    match (sum(from)?, sum(to)?) {
        (now, copied) if now == before && copied == before => Ok(copied.entries),
        _ => Err(JournalError::Differs { place: place(to) }),
    }
}

fn transfer(from: &Store, target: &Journal, to: &Store) -> Result<(), JournalError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(JournalError::output)?;
    let mut batch = Vec::new();
    let append = |batch: Vec<Record>| {
        let appended = runtime.block_on(target.append(batch));
        let failed = || JournalError::Differs { place: place(to) };
        appended
            .map(drop)
            .map_err(|_| target.failure().unwrap_or_else(failed))
    };
    read(from, &mut |_, record| {
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

/// Reads a whole journal, which may be in use.
fn read(
    store: &Store,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    match store {
        Store::Memory => Ok(()),
        Store::Local(dir) => entries(dir, each),
        Store::Shared(event) => shared_entries(event, each),
    }
}

fn sum(store: &Store) -> Result<Sum, JournalError> {
    let mut hash = Sha256::new();
    let mut last = 0;
    read(store, &mut |sequence, record| {
        let bytes = postcard::to_stdvec(&(sequence, record))
            .expect("a record has no type that postcard refuses, and memory takes it");
        hash.update(bytes);
        last = sequence;
        Ok(())
    })?;
    Ok(Sum {
        entries: last,
        hash: hash.finalize().into(),
    })
}

/// A store's location, as it is written on the command line.
fn place(store: &Store) -> String {
    match store {
        Store::Memory => "memory".to_owned(),
        Store::Local(dir) => dir.display().to_string(),
        Store::Shared(event) => event.to_string(),
    }
}
