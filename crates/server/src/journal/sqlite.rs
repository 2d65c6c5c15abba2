//! The store in a file: SQLite, with one thread that writes.
//!
//! The thread takes all batches that wait, writes them in one transaction, and answers once it is on
//! the disk (write-ahead log, synchronous FULL). After an error the thread ends and answers no batch.
//! A failed sync is never retried, since the system may have discarded the pages that it could not
//! write.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::folder::{self, APPLICATION, Lock, VERSION};
use super::row::{self, Chain};
use super::{Answer, Committed, JournalError, replay};
use game::limits::{ENTRIES_PER_COMMIT, JOURNAL_QUEUE};
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// How long to wait for a lock that another tool holds on the file.
const BUSY: Duration = Duration::from_secs(1);

/// A command to the writer thread.
enum Command {
    Append(Batch),
    Close,
}

struct Batch {
    records: Vec<Record>,
    answer: Answer,
}

/// The handle on the writer thread.
pub struct Sqlite {
    dir: PathBuf,
    commands: SyncSender<Command>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failure: Arc<OnceLock<JournalError>>,
}

impl Sqlite {
    /// Opens the journal in a folder, replays it, and starts the writer thread.
    pub fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        let writer = Writer::open(dir, each)?;
        let (commands, queue) = sync_channel(JOURNAL_QUEUE);
        let failure = Arc::new(OnceLock::new());
        let thread = thread::Builder::new()
            .name("journal".to_owned())
            .spawn({
                let failure = failure.clone();
                move || writer.run(&queue, &failure)
            })
            .map_err(|error| JournalError::io(dir, error))?;
        Ok(Sqlite {
            dir: dir.to_owned(),
            commands,
            thread: Mutex::new(Some(thread)),
            failure,
        })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Queues a batch. Its answer comes from the writer's thread.
    pub fn submit(&self, records: Vec<Record>, answer: Answer) {
        // This blocks while the queue is full: not in practice (see the limit), and never for
        // longer than a commit takes. A writer that has ended drops the batch, which answers it.
        let _ = self
            .commands
            .send(Command::Append(Batch { records, answer }));
    }

    /// The error that ended the thread, if one did.
    pub fn failure(&self) -> Option<JournalError> {
        self.failure.get().cloned()
    }

    /// Lets the thread commit what is queued and end, and waits for it.
    pub fn close(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // An error means that the thread has ended already.
            let _ = self.commands.send(Command::Close);
            let _ = thread.join();
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

/// The writer thread's state: the connection and the end of the chain.
struct Writer {
    // Fields drop in this order: the file is closed before the lock is released.
    connection: Connection,
    path: PathBuf,
    chain: Chain,
    _lock: Lock,
}

impl Writer {
    fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        folder::prepare(dir)?;
        let lock = folder::lock(dir)?;
        // The file is opened read-only until all of it is found sound: a journal that is refused
        // stays as it is, byte for byte.
        let chain = replay::replay(dir, each)?;
        folder::restrict(dir)?;
        let writer = Writer {
            connection: folder::connect(dir)?,
            path: folder::file(dir),
            chain: chain.unwrap_or_default(),
            _lock: lock,
        };
        writer
            .prepare()
            .map_err(|error| JournalError::write(&writer.path, error))?;
        Ok(writer)
    }

    /// Creates the tables if the file is new, and configures the connection.
    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")?;
        if folder::is_empty(&self.connection)? {
            // In one transaction: a crash leaves an empty file, which the next start completes.
            self.connection.execute_batch(&format!(
                "BEGIN IMMEDIATE;
                 {}
                 PRAGMA application_id = {APPLICATION};
                 PRAGMA user_version = {VERSION};
                 COMMIT;",
                include_str!("schema.sql")
            ))?;
        }
        self.checkpoint()
    }

    /// Moves all commits to the main file and truncates the log: at the start, so that no commit
    /// follows what a failed sync may have left in the log, and at the end, so that the main file
    /// alone is the journal. The empty log stays, so that a reader need not create one.
    fn checkpoint(&self) -> rusqlite::Result<()> {
        // A reader may prevent the truncation; it then happens next time.
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Commits until it is closed, or until the first error.
    fn run(mut self, queue: &Receiver<Command>, failure: &OnceLock<JournalError>) {
        loop {
            let (mut batches, end) = gather(queue);
            let first = self.chain.sequence + 1;
            if leaves_out(Rule::CommitFirst) {
                batches = answer_too_early(first, batches);
            }
            if let Err(error) = self.commit(&batches) {
                // The error is set before the callers see that their answers are dropped.
                let _ = failure.set(JournalError::write(&self.path, error));
                return;
            }
            answer(first, batches);
            if end {
                break;
            }
        }
        // If this fails, the commits are still in the log.
        let _ = self.checkpoint();
    }

    /// Writes the batches in one transaction.
    ///
    /// # Errors
    ///
    /// If SQLite fails. No batch may then be answered, and nothing more may be written, since the
    /// chain is ahead of the file.
    fn commit(&mut self, batches: &[Batch]) -> rusqlite::Result<()> {
        if batches.is_empty() {
            return Ok(());
        }
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate)?;
        let mut insert = transaction.prepare_cached(row::INSERT)?;
        for record in batches.iter().flat_map(|batch| &batch.records) {
            self.chain.link(record);
            row::insert(&mut insert, &self.chain, record)?;
        }
        drop(insert);
        transaction
            .prepare_cached("UPDATE head SET seq = ?1, sum = ?2")?
            .execute((self.chain.sequence as i64, self.chain.sum))?;
        transaction.commit()
    }
}

/// Answers the committed batches, in order.
fn answer(mut first: u64, batches: Vec<Batch>) {
    for Batch { records, answer } in batches {
        let next = first + records.len() as u64;
        let last = next - 1;
        answer.give(Ok(Committed {
            first,
            last,
            records,
        }));
        first = next;
    }
}

/// Answers batches before their commit, as a sabotage. Returns copies to commit, which nobody waits
/// for.
fn answer_too_early(first: u64, batches: Vec<Batch>) -> Vec<Batch> {
    let copy = |batch: &Batch| Batch {
        records: batch.records.clone(),
        answer: Answer::new(drop),
    };
    let copies = batches.iter().map(copy).collect();
    answer(first, batches);
    copies
}

/// Waits for a command, then takes all that wait, up to [`ENTRIES_PER_COMMIT`] entries. Returns
/// whether the store is closed.
fn gather(queue: &Receiver<Command>) -> (Vec<Batch>, bool) {
    let mut batches = Vec::new();
    let mut entries = 0;
    let mut next = queue.recv().ok();
    loop {
        match next {
            Some(Command::Append(batch)) => {
                entries += batch.records.len();
                batches.push(batch);
            }
            Some(Command::Close) | None => return (batches, true),
        }
        if entries >= ENTRIES_PER_COMMIT {
            return (batches, false);
        }
        match queue.try_recv() {
            Ok(command) => next = Some(command),
            Err(_) => return (batches, false),
        }
    }
}
