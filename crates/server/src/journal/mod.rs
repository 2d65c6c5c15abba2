//! The journal: nothing happens until it is committed here.
//!
//! A store keeps [`Record`]s in one order and gives each a sequence, from 1 without a gap. A caller
//! appends a batch, waits, and applies and answers only what is returned as [`Committed`]. Batches
//! that wait together share one commit.
//!
//! There are three stores: [`memory`] keeps nothing, [`sqlite`] keeps a file, [`nats`] shares a log
//! with other machines, and also returns their entries ([`Journal::follow`]). To add one, add a
//! variant to [`Store`], follow the compiler, and add a line to the contract test in
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
use tokio::sync::oneshot;

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
    /// In memory, until the process ends.
    Memory,
    /// In this folder, which is created if it does not exist.
    Local(PathBuf),
    /// In a log that several machines share.
    Shared(Box<Event>),
}

/// A committed batch.
#[derive(Debug, PartialEq, Eq)]
pub struct Committed {
    /// The sequence of the first record; the others follow without a gap.
    pub first: u64,
    /// The sequence of the last record.
    pub last: u64,
    /// The records, as they were appended.
    pub records: Vec<Record>,
}

/// The journal has failed (see [`Journal::failure`]) or was closed, and commits nothing more. Whether
/// the batch is in the journal is unknown, so its players must not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal has stopped")]
pub struct Stopped;

/// What is done with the outcome of a batch.
type Tell = Box<dyn FnOnce(Result<Committed, Stopped>) + Send>;

/// Where the outcome of a batch goes. Dropped without one, it tells [`Stopped`].
struct Answer(Option<Tell>);

impl Answer {
    fn new(tell: impl FnOnce(Result<Committed, Stopped>) + Send + 'static) -> Self {
        Answer(Some(Box::new(tell)))
    }

    fn give(mut self, outcome: Result<Committed, Stopped>) {
        if let Some(tell) = self.0.take() {
            tell(outcome);
        }
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if let Some(tell) = self.0.take() {
            tell(Err(Stopped));
        }
    }
}

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
    /// Opens the store, creating it if it does not exist, and replays it: calls `each` with each
    /// committed record and its sequence, in order.
    ///
    /// # Errors
    ///
    /// If the store can't be opened or read, or is damaged. What was replayed must then be discarded.
    pub fn open(store: &Store, each: &mut dyn FnMut(u64, Record)) -> Result<Journal, JournalError> {
        Ok(Journal(match store {
            Store::Memory => Kind::Memory(Arc::default()),
            Store::Local(dir) => Kind::Local(Arc::new(Sqlite::open(dir, each)?)),
            Store::Shared(event) => Kind::Shared(Arc::new(Nats::open(event, each)?)),
        }))
    }

    /// The entries of a shared log, in order, this node's own included. The caller must apply these
    /// instead of what an append returns. `None` if the journal is not shared.
    pub fn follow(&self) -> Option<Receiver<Followed>> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => nats.follow(),
        }
    }

    /// Runs a task on the thread that reads a shared log, which saves waking another thread for each
    /// entry. Does nothing if the journal is not shared.
    pub fn beside(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Kind::Shared(nats) = &self.0 {
            nats.spawn(task);
        }
    }

    /// Whether other nodes append entries too.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Kind::Shared(..))
    }

    /// The secret that the nodes of a shared log have in common; `None` if it is not shared.
    pub fn secret(&self) -> Option<[u8; 32]> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => Some(nats.secret()),
        }
    }

    /// Notes for the operator, known from the start.
    pub fn notes(&self) -> &[Note] {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => &[],
            Kind::Shared(nats) => nats.notes(),
        }
    }

    /// Why nothing can be committed at present, if the trouble may pass by itself.
    pub fn lost(&self) -> Option<String> {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => None,
            Kind::Shared(nats) => nats.health().lost(),
        }
    }

    /// Calls `ready` when the next commit is about to begin, with a place in it: the commit waits for
    /// its batch. Only a shared log, whose commits are expensive, waits.
    pub fn place(&self, ready: impl FnOnce(Place) + Send + 'static) {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => ready(Place::default()),
            Kind::Shared(nats) => nats.place(ready),
        }
    }

    /// Appends a batch at that place. Calls `answer` once the batch is committed, or never will be:
    /// on the journal's thread, or at once for a journal in memory.
    pub fn submit(
        &self,
        place: Place,
        records: Vec<Record>,
        answer: impl FnOnce(Result<Committed, Stopped>) + Send + 'static,
    ) {
        match &self.0 {
            Kind::Memory(memory) => answer(Ok(memory.append(records))),
            Kind::Local(sqlite) => sqlite.submit(records, Answer::new(answer)),
            Kind::Shared(nats) => nats.submit(place, records, Answer::new(answer)),
        }
    }

    /// Appends a batch and waits until it is committed. The records of one call stay together, and
    /// successive calls of one task are committed in their order.
    ///
    /// # Errors
    ///
    /// If the journal has failed or was closed.
    pub async fn append(&self, records: Vec<Record>) -> Result<Committed, Stopped> {
        let (asker, committed) = oneshot::channel();
        self.submit(Place::default(), records, move |answer| {
            // The receiver may be dropped; the batch is committed all the same.
            let _ = asker.send(answer);
        });
        committed.await.unwrap_or(Err(Stopped))
    }

    /// Calls `each` with each result once, in the journal's order. A journal in memory has the latest
    /// results only. Commits continue meanwhile. Blocks for the disk.
    ///
    /// # Errors
    ///
    /// If the journal can't be read, or `each` fails.
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

    /// Calls `each` with each entry and its sequence, in order. A journal in memory has the first
    /// entries only, and few of the public hall. Commits continue meanwhile. Blocks for the disk.
    ///
    /// # Errors
    ///
    /// If the journal can't be read, or `each` fails.
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

    /// The error that stopped the journal, if one did.
    pub fn failure(&self) -> Option<JournalError> {
        match &self.0 {
            Kind::Memory(_) => None,
            Kind::Local(sqlite) => sqlite.failure(),
            Kind::Shared(nats) => nats.health().failure(),
        }
    }

    /// Whether entries can be committed at present, for health checks. A node whose journal is not
    /// sound answers no player.
    pub fn is_sound(&self) -> bool {
        match &self.0 {
            Kind::Memory(_) => true,
            Kind::Local(sqlite) => sqlite.failure().is_none(),
            Kind::Shared(nats) => !nats.health().has_failed() && nats.health().lost().is_none(),
        }
    }

    /// Commits what waits, then closes the store; clones get [`Stopped`] from then on. Blocks for the
    /// last commit.
    ///
    /// # Errors
    ///
    /// If the journal has failed.
    pub fn close(self) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(_) => {}
            Kind::Local(sqlite) => sqlite.close(),
            Kind::Shared(nats) => nats.close(),
        }
        self.failure().map_or(Ok(()), Err)
    }
}
