//! The journal: nothing happens until it is here.
//!
//! A store keeps [`Record`]s in one order and gives each a sequence, from 1 without a gap. A
//! caller appends a batch, waits, and applies and answers only what came back as [`Committed`].
//! Batches that wait together share one commit, so many players cost one wait for the disk.
//!
//! Three stores: [`memory`] keeps nothing, [`sqlite`] keeps a file, [`nats`] shares a log with other
//! machines: there more comes back than was given ([`Journal::follow`]). To add one, add a variant to
//! [`Store`], follow the compiler, and add a line to the contract test in
//! `tests/journal/contract.rs`, which every store passes.

mod copy;
mod error;
mod folder;
mod memory;
mod nats;
mod replay;
mod row;
mod scores;
mod sqlite;
mod wal;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::Receiver;

pub use copy::copy;
pub use error::JournalError;
pub use folder::erase;
pub use scores::{Scored, among, date, entries, scores};

use game::rules::Record;
use memory::Memory;
use nats::Nats;
pub use nats::{
    Event, Followed, Note, Place, Unfit, entries as shared_entries, erase as erase_shared,
};
use sqlite::Sqlite;

/// Where a journal is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Store {
    /// Nowhere: it ends with the process.
    Memory,
    /// In this folder, made if it does not exist.
    Local(PathBuf),
    /// In a log that several machines share.
    Shared(Box<Event>),
}

/// A batch that the store has committed: from now on it has happened.
#[derive(Debug, PartialEq, Eq)]
pub struct Committed {
    /// The sequence of the first record; the others follow without a gap.
    pub first: u64,
    /// The sequence of the last record.
    pub last: u64,
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
    Shared(Arc<Nats>),
}

impl Journal {
    /// Opens the store, made if it does not exist, and replays it: each committed record goes to
    /// `each` with its sequence, in order. On an error what was replayed is no valid state.
    pub fn open(store: &Store, each: &mut dyn FnMut(u64, Record)) -> Result<Journal, JournalError> {
        Ok(Journal(match store {
            Store::Memory => Kind::Memory(Arc::default()),
            Store::Local(dir) => Kind::Local(Arc::new(Sqlite::open(dir, each)?)),
            Store::Shared(event) => Kind::Shared(Arc::new(Nats::open(event, each)?)),
        }))
    }

    /// What comes to a log that others share, all of it in order, one's own entries included:
    /// whoever opens one must take it, and apply what comes instead of what an append returns.
    /// None for a journal of one's own.
    pub fn follow(&self) -> Option<Receiver<Followed>> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => nats.follow(),
        }
    }

    /// Has the thread that reads a shared log do this too: what comes then needs to wake one thread
    /// less. Nothing for a journal of one's own.
    pub fn beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Kind::Shared(nats) = &self.0 {
            nats.spawn(task);
        }
    }

    /// Whether entries come from elsewhere too.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Kind::Shared(..))
    }

    /// What all who share the log know, and nobody else.
    pub fn secret(&self) -> Option<[u8; 32]> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => Some(nats.secret()),
        }
    }

    /// What whoever operates the journal should know from the start.
    pub fn notes(&self) -> &[Note] {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => &[],
            Kind::Shared(nats) => nats.notes(),
        }
    }

    /// Why nothing can be committed at present, though it may come back by itself.
    pub fn lost(&self) -> Option<String> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => nats.health().lost(),
        }
    }

    /// Waits until a batch may go, where one commit is dear: those who are answered together speak
    /// again one after the other, and what they say goes as one. Who has a place is waited for.
    pub async fn place(&self) -> Place {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => Place::default(),
            Kind::Shared(nats) => nats.place().await,
        }
    }

    /// Appends as [`append`](Self::append) does, at that place.
    pub async fn append_at(
        &self,
        place: Place,
        records: Vec<Record>,
    ) -> Result<Committed, Stopped> {
        match &self.0 {
            Kind::Shared(nats) => nats.append(place, records).await,
            _ => self.append(records).await,
        }
    }

    /// Appends a batch and waits until it is committed. Records of one call stay together; calls
    /// that one task makes one after the other are committed in that order.
    pub async fn append(&self, records: Vec<Record>) -> Result<Committed, Stopped> {
        match &self.0 {
            Kind::Memory(memory) => Ok(memory.append(records)),
            Kind::Local(sqlite) => sqlite.append(records).await,
            Kind::Shared(nats) => nats.append(Place::default(), records).await,
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
            Kind::Shared(nats) => among(each, &mut |entry| nats.entries(entry)),
        }
    }

    /// Gives each entry to `each` with its sequence, in order. A journal in memory remembers the
    /// first ones, of the public hall only some. Commits go on meanwhile. Blocks for the disk.
    pub fn entries(
        &self,
        each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(memory) => memory.entries(each),
            Kind::Local(sqlite) => entries(sqlite.dir(), each),
            Kind::Shared(nats) => nats.entries(each),
        }
    }

    /// Why the journal stopped by itself, if it did.
    pub fn failure(&self) -> Option<JournalError> {
        match &self.0 {
            Kind::Memory(_) => None,
            Kind::Local(sqlite) => sqlite.failure(),
            Kind::Shared(nats) => nats.health().failure(),
        }
    }

    /// Whether entries are taken and committed at present, for health checks: a node whose journal
    /// is not sound answers nobody.
    pub fn is_sound(&self) -> bool {
        match &self.0 {
            Kind::Memory(_) => true,
            Kind::Local(sqlite) => sqlite.failure().is_none(),
            Kind::Shared(nats) => !nats.health().has_failed() && nats.health().lost().is_none(),
        }
    }

    /// Commits all that waits, then ends the store; clones get [`Stopped`] from then on. Blocks
    /// for the last commit. Tells the failure, if there was one.
    pub fn close(self) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(_) => {}
            Kind::Local(sqlite) => sqlite.close(),
            Kind::Shared(nats) => nats.close(),
        }
        self.failure().map_or(Ok(()), Err)
    }
}
