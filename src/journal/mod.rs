//! The journal: nothing happens until it is here.
//!
//! A store keeps [`Record`]s in one order and gives each a sequence, from 1 without a gap. A
//! caller appends a batch, waits, and applies and answers only what came back as [`Committed`].
//! Batches that wait together share one commit, so many players cost one wait for the disk.
//!
//! Two stores: [`memory`] keeps nothing, [`sqlite`] keeps a file. To add one, add a variant to
//! [`Store`], follow the compiler, and add a line to the contract test in `tests/journal.rs`,
//! which every store passes.

mod error;
mod folder;
mod memory;
mod order;
mod replay;
mod row;
mod scores;
mod sqlite;
mod wal;

use std::path::PathBuf;
use std::sync::Arc;

pub use error::JournalError;
pub use folder::erase;
pub use scores::{Scored, date, entries, scores};

use crate::game::Record;
use memory::Memory;
use sqlite::Sqlite;

/// Where a journal is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Nowhere: it ends with the process.
    Memory,
    /// In this folder, made if it does not exist.
    Local(PathBuf),
}

/// A batch that the store has committed: from now on it has happened.
#[derive(Debug, PartialEq, Eq)]
pub struct Committed {
    /// The sequence of the first record; the others follow without a gap.
    pub first: u64,
    /// The records as they were given.
    pub records: Vec<Record>,
}

/// The journal commits nothing any more: it failed ([`Journal::failure`] tells why) or was closed.
/// Whether the batch will be found in the journal is unknown, so nobody may be told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal has stopped")]
pub struct Stopped;

/// A handle to the journal. Clones share one store.
#[derive(Clone)]
pub struct Journal(Kind);

#[derive(Clone)]
enum Kind {
    Memory(Arc<Memory>),
    Local(Arc<Sqlite>),
}

impl Journal {
    /// Opens the store, made if it does not exist, and replays it: each committed record goes to
    /// `each` with its sequence, in order. On an error what was replayed is no valid state.
    pub fn open(store: &Store, each: &mut dyn FnMut(u64, Record)) -> Result<Journal, JournalError> {
        Ok(Journal(match store {
            Store::Memory => Kind::Memory(Arc::default()),
            Store::Local(dir) => Kind::Local(Arc::new(Sqlite::open(dir, each)?)),
        }))
    }

    /// Appends a batch and waits until it is committed. Records of one call stay together; calls
    /// that one task makes one after the other are committed in that order.
    pub async fn append(&self, records: Vec<Record>) -> Result<Committed, Stopped> {
        match &self.0 {
            Kind::Memory(memory) => Ok(memory.append(records)),
            Kind::Local(sqlite) => sqlite.append(records).await,
        }
    }

    /// Gives each result to `each`, in the journal's order, once. A journal in memory remembers the
    /// latest ones. Commits go on meanwhile. Blocks for the disk.
    pub fn scores(
        &self,
        each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(memory) => memory.scores(each),
            Kind::Local(sqlite) => scores(sqlite.dir(), each),
        }
    }

    /// Gives each entry to `each` with its sequence, in order. A journal in memory remembers the
    /// first ones, without the public hall's guesses. Commits go on meanwhile. Blocks for the disk.
    pub fn entries(
        &self,
        each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(memory) => memory.entries(each),
            Kind::Local(sqlite) => entries(sqlite.dir(), each),
        }
    }

    /// Why the journal stopped by itself, if it did.
    pub fn failure(&self) -> Option<JournalError> {
        match &self.0 {
            Kind::Memory(_) => None,
            Kind::Local(sqlite) => sqlite.failure(),
        }
    }

    /// Whether entries are taken and committed at present, for health checks: a node whose journal
    /// is not sound answers nobody.
    pub fn is_sound(&self) -> bool {
        match &self.0 {
            Kind::Memory(_) => true,
            Kind::Local(sqlite) => sqlite.failure().is_none(),
        }
    }

    /// Commits all that waits, then ends the store; clones get [`Stopped`] from then on. Blocks
    /// for the last commit. Tells the failure, if there was one.
    pub fn close(self) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(_) => {}
            Kind::Local(sqlite) => sqlite.close(),
        }
        self.failure().map_or(Ok(()), Err)
    }
}
