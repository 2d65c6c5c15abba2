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

mod base;
mod chain;
mod copy;
mod erasure;
mod error;
mod folder;
mod maker;
mod memory;
mod nats;
mod pack;
mod replay;
mod row;
mod scores;
mod snapshot;
mod space;
mod sqlite;
mod state;
mod trim;
mod wal;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::oneshot;

pub use copy::copy;
pub use erasure::ErasedPlayer;
pub use error::JournalError;
pub use folder::erase;
pub use scores::{
    Scored, among, date, entries, players_named, players_named_anywhere, rooms_of_class, scores,
};

use game::engine::Space;
use game::room::fold::Replay;
use game::rules::{Entry, Millis, Record, RoomCode};
use memory::Memory;
use nats::Nats;
pub use nats::{
    Event, Followed, JournalPermit, Login, Note, Unfit, entries as shared_entries,
    erase as erase_shared,
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

impl Store {
    /// Its word in the log.
    pub fn word(&self) -> &'static str {
        match self {
            Store::Memory => "memory",
            Store::Local(_) => "folder",
            Store::Shared(_) => "log",
        }
    }

    /// Where it is, as it is written on the command line.
    fn place(&self) -> String {
        match self {
            Store::Memory => "memory".to_owned(),
            Store::Local(dir) => dir.display().to_string(),
            Store::Shared(event) => event.to_string(),
        }
    }
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

    /// Opens the store, creating it if it does not exist, and returns the state of all rooms at its end.
    /// A folder's journal is read from its snapshot, if that is usable: what came before the snapshot
    /// is neither read nor verified.
    ///
    /// # Errors
    ///
    /// If the store can't be opened or read, or is damaged in what is read.
    pub fn resume(store: &Store) -> Result<(Journal, Replay), JournalError> {
        if let Store::Local(dir) = store {
            let (sqlite, replay) = Sqlite::resume(dir)?;
            return Ok((Journal(Kind::Local(Arc::new(sqlite))), replay));
        }
        let mut replay = Replay::default();
        let journal = Journal::open(store, &mut |sequence, record| {
            replay.apply(sequence, &record);
        })?;
        Ok((journal, replay))
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

    /// Calls `ready` when the next commit is about to begin, with a permit for it: the commit waits for
    /// its batch. Only a shared log, whose commits are expensive, waits.
    pub fn permit(&self, ready: impl FnOnce(JournalPermit) + Send + 'static) {
        match &self.0 {
            Kind::Memory(_) | Kind::Local(_) => ready(JournalPermit::default()),
            Kind::Shared(nats) => nats.permit(ready),
        }
    }

    /// Appends a batch with that permit. Calls `answer` once the batch is committed, or never will be:
    /// on the journal's thread, or at once for a journal in memory.
    pub fn submit(
        &self,
        permit: JournalPermit,
        records: Vec<Record>,
        answer: impl FnOnce(Result<Committed, Stopped>) + Send + 'static,
    ) {
        match &self.0 {
            Kind::Memory(memory) => answer(Ok(memory.append(records))),
            Kind::Local(sqlite) => sqlite.submit(records, Answer::new(answer)),
            Kind::Shared(nats) => nats.submit(permit, records, Answer::new(answer)),
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
        self.submit(JournalPermit::default(), records, move |answer| {
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

    /// Lets go of a folder's entries that are older than this, now and once a day. The logs that machines
    /// share keep all of theirs.
    pub fn keep(&self, keep: Duration) {
        if let Kind::Local(sqlite) = &self.0 {
            sqlite.keep(keep);
        }
    }

    /// Calls `each` with each entry and its sequence, in order; before it, `begin` with the state at the
    /// journal's base, if the first entries are gone. A journal in memory has the first entries only, and
    /// few of the public hall. Commits continue meanwhile. Blocks for the disk.
    ///
    /// # Errors
    ///
    /// If the journal can't be read, or `each` fails.
    pub fn entries(
        &self,
        begin: &mut dyn FnMut(Replay),
        each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        match &self.0 {
            Kind::Memory(memory) => memory.entries(each),
            Kind::Local(sqlite) => entries(sqlite.dir(), begin, each),
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

    /// Erases a shared room from a folder's journal, with its snapshot and its base: entries, results,
    /// names and answers. Blocks for the disk; what others append waits meanwhile. Returns the number of
    /// entries that were erased, or `None` if the store is no folder.
    ///
    /// # Errors
    ///
    /// If a file can't be read or written, or the journal has failed or was closed.
    pub fn erase_room(&self, code: RoomCode) -> Result<Option<u64>, JournalError> {
        match &self.0 {
            Kind::Memory(_) | Kind::Shared(_) => Ok(None),
            Kind::Local(sqlite) => sqlite.erase_room(code).map(Some),
        }
    }

    /// Erases a player from a folder's journal, with its snapshot and its base: names and answers. The
    /// journal has the [order](game::rules::Order::Erase) already. Blocks for the disk; what others append waits meanwhile.
    /// Returns the number of entries that changed, or `None` if the store is no folder.
    ///
    /// # Errors
    ///
    /// As [`Journal::erase_room`].
    pub fn erase_player(&self, erased: ErasedPlayer) -> Result<Option<u64>, JournalError> {
        match &self.0 {
            Kind::Memory(_) | Kind::Shared(_) => Ok(None),
            Kind::Local(sqlite) => sqlite.erase_player(erased).map(Some),
        }
    }

    /// Gives the order to erase a player at this time, and erases them: of a folder's journal that no
    /// worker writes on. Blocks for the disk. Returns as [`Journal::erase_player`].
    ///
    /// # Errors
    ///
    /// As [`Journal::erase_room`].
    pub fn order_and_erase(
        &self,
        erased: ErasedPlayer,
        at: Millis,
    ) -> Result<Option<u64>, JournalError> {
        let Kind::Local(sqlite) = &self.0 else {
            return Ok(None);
        };
        let order = Record {
            room: erased.room,
            at,
            entry: Entry::Order(erased.order()),
        };
        let (told, committed) = std::sync::mpsc::sync_channel(1);
        let tell =
            move |outcome: Result<Committed, Stopped>| told.send(outcome.is_ok()).unwrap_or(());
        sqlite.submit(vec![order], Answer::new(tell));
        // If the writer has stopped, erasing says why.
        let _ = committed.recv();
        sqlite.erase_player(erased).map(Some)
    }

    /// Whether players and rooms can be erased from the journal: whether it is a folder.
    pub fn can_erase(&self) -> bool {
        matches!(&self.0, Kind::Local(_))
    }

    /// The space on a folder's disk as it was last measured. Other stores always have enough.
    pub fn space(&self) -> Space {
        match &self.0 {
            Kind::Memory(_) | Kind::Shared(_) => Space::Enough,
            Kind::Local(sqlite) => sqlite.gauge().latest(),
        }
    }

    /// Measures the space on a folder's disk.
    pub fn measure_space(&self) -> Space {
        match &self.0 {
            Kind::Memory(_) | Kind::Shared(_) => Space::Enough,
            Kind::Local(sqlite) => sqlite.gauge().measure(),
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
