//! The store that keeps a file: SQLite, with one thread that writes.
//!
//! The thread takes every batch that waits, writes them in one transaction, and answers when it is
//! on the disk (write-ahead log, synchronous FULL). After an error it ends, and with it every
//! answer: a sync that failed must not be tried again, since the system may have forgotten what it
//! could not write.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::folder::{self, APPLICATION, Lock, VERSION};
use super::row::{self, Chain};
use super::{Committed, JournalError, Stopped, replay};
use game::limits::{ENTRIES_PER_COMMIT, JOURNAL_QUEUE};
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// How long to wait for somebody who reads the file with a tool of their own.
const BUSY: Duration = Duration::from_secs(1);

/// What the writer thread is told.
enum Order {
    Append(Batch),
    Close,
}

struct Batch {
    records: Vec<Record>,
    answer: oneshot::Sender<Committed>,
}

/// The handle on the writer thread.
pub struct Sqlite {
    dir: PathBuf,
    orders: SyncSender<Order>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failure: Arc<OnceLock<JournalError>>,
}

impl Sqlite {
    /// Opens the journal in a folder, replays it, and starts to write.
    pub fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        let writer = Writer::open(dir, each)?;
        let (orders, queue) = sync_channel(JOURNAL_QUEUE);
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
            orders,
            thread: Mutex::new(Some(thread)),
            failure,
        })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Queues a batch and waits for its commit.
    pub async fn append(&self, records: Vec<Record>) -> Result<Committed, Stopped> {
        let (answer, committed) = oneshot::channel();
        // This blocks while the queue is full: not in practice (see the limit), and never for
        // longer than a commit takes.
        self.orders
            .send(Order::Append(Batch { records, answer }))
            .map_err(|_| Stopped)?;
        committed.await.map_err(|_| Stopped)
    }

    /// Why the thread ended by itself, if it did.
    pub fn failure(&self) -> Option<JournalError> {
        self.failure.get().cloned()
    }

    /// Lets the thread commit what is queued and end, and waits for it.
    pub fn close(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            // Neither can fail in a way that matters: a thread that has gone is what is wanted.
            let _ = self.orders.send(Order::Close);
            let _ = thread.join();
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.close();
    }
}

/// The thread's side: the connection and the end of the chain.
struct Writer {
    // Fields drop in this order: the file is closed before the lock is given back.
    connection: Connection,
    path: PathBuf,
    chain: Chain,
    _lock: Lock,
}

impl Writer {
    fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        folder::prepare(dir)?;
        let lock = folder::lock(dir)?;
        // Until all is read and found sound, the file is open to read only: a journal that is
        // refused stays as it is, byte for byte.
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

    /// Completes the file where it is new, and makes it ready.
    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")?;
        if folder::is_empty(&self.connection)? {
            // All or nothing: a crash leaves an empty file, which is completed next time.
            self.connection.execute_batch(&format!(
                "BEGIN IMMEDIATE;
                 {}
                 PRAGMA application_id = {APPLICATION};
                 PRAGMA user_version = {VERSION};
                 COMMIT;",
                include_str!("schema.sql")
            ))?;
        }
        self.settle()
    }

    /// Moves all that is committed to the main file and empties the log. At the start, so that
    /// nothing is built upon what a failed sync may have left in the log; at the end, so that the
    /// main file alone is the journal. The empty log stays: who only reads need not make one.
    fn settle(&self) -> rusqlite::Result<()> {
        // Somebody who reads at this moment may keep the log from being emptied: the next time.
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    /// Commits until told to end, or until the first error.
    fn run(mut self, queue: &Receiver<Order>, failure: &OnceLock<JournalError>) {
        loop {
            let (mut batches, end) = gather(queue);
            let first = self.chain.sequence + 1;
            if leaves_out(Rule::CommitFirst) {
                batches = answer_too_early(first, batches);
            }
            if let Err(error) = self.commit(&batches) {
                // The error is readable before those who wait see their answers dropped.
                let _ = failure.set(JournalError::write(&self.path, error));
                return;
            }
            answer(first, batches);
            if end {
                break;
            }
        }
        // If it can't be tidied, all is still there: in the log.
        let _ = self.settle();
    }

    /// Writes the batches in one transaction. On an error nothing of them may be answered, and
    /// the chain is wrong: nothing more may be written.
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

/// Hands the committed batches back, in order.
fn answer(mut first: u64, batches: Vec<Batch>) {
    for Batch { records, answer } in batches {
        let next = first + records.len() as u64;
        // Who asked may have gone; the batch is committed all the same.
        let last = next - 1;
        let _ = answer.send(Committed {
            first,
            last,
            records,
        });
        first = next;
    }
}

/// Answers batches that are not committed yet. Gives back what there is to commit, which nobody
/// waits for any more.
fn answer_too_early(first: u64, batches: Vec<Batch>) -> Vec<Batch> {
    let copy = |batch: &Batch| Batch {
        records: batch.records.clone(),
        answer: oneshot::channel().0,
    };
    let copies = batches.iter().map(copy).collect();
    answer(first, batches);
    copies
}

/// Waits for an order, then takes all that wait, up to one commit's worth. True at the end.
fn gather(queue: &Receiver<Order>) -> (Vec<Batch>, bool) {
    let mut batches = Vec::new();
    let mut entries = 0;
    let mut next = queue.recv().ok();
    loop {
        match next {
            Some(Order::Append(batch)) => {
                entries += batch.records.len();
                batches.push(batch);
            }
            Some(Order::Close) | None => return (batches, true),
        }
        if entries >= ENTRIES_PER_COMMIT {
            return (batches, false);
        }
        match queue.try_recv() {
            Ok(order) => next = Some(order),
            Err(_) => return (batches, false),
        }
    }
}
