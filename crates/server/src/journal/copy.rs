//! From one store to another: every entry, with its number, read back and compared.

use std::thread;

use sha2::{Digest, Sha256};

use super::{Journal, JournalError, Store, entries, shared_entries};
use game::limits::ENTRIES_PER_COMMIT;
use game::rules::Record;

/// What a journal holds, to be compared with another.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    entries: u64,
    hash: [u8; 32],
}

/// Copies every entry of a journal that nobody writes to into one that is new. Then reads both again
/// and compares them. Gives the number of entries.
pub fn copy(from: &Store, to: &Store) -> Result<u64, JournalError> {
    // A source that is missing or damaged leaves no empty journal behind.
    let before = sum(from)?;
    let mut is_new = true;
    let target = Journal::open(to, &mut |_, _| is_new = false)?;
    if !is_new {
        return Err(JournalError::NotNew { place: place(to) });
    }
    let log = target.follow().map(|mut log| {
        // Whoever opens a shared log must take what comes.
        thread::spawn(move || while log.blocking_recv().is_some() {})
    });
    let copied = transfer(from, &target, to);
    let closed = target.close();
    if let Some(log) = log {
        // It can't panic, and has ended with the journal.
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

/// Reads all that a journal has. Whoever writes to it goes on.
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

/// Where a journal is, as whoever copies it wrote it.
fn place(store: &Store) -> String {
    match store {
        Store::Memory => "memory".to_owned(),
        Store::Local(dir) => dir.display().to_string(),
        Store::Shared(event) => event.to_string(),
    }
}
