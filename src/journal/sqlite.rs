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

use super::folder::{self, APPLICATION, Found, Lock, VERSION};
use super::{Committed, JournalError, Stopped, row, wal};
use crate::game::Record;
use crate::limits::{ENTRIES_PER_COMMIT, JOURNAL_QUEUE};

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
            orders,
            thread: Mutex::new(Some(thread)),
            failure,
        })
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
    sequence: u64,
    sum: u32,
    scratch: Vec<u8>,
    _lock: Lock,
}

impl Writer {
    fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        let path = folder::file(dir);
        folder::prepare(dir)?;
        let lock = folder::lock(dir)?;
        let connection = folder::connect(dir)?;
        let mut writer = Writer {
            connection,
            path,
            sequence: 0,
            sum: 0,
            scratch: Vec::new(),
            _lock: lock,
        };
        match folder::identify(&writer.path, &writer.connection)? {
            Found::Nothing => writer.create().map_err(|error| writer.write_error(error))?,
            Found::Journal => {
                let log = folder::log(dir);
                let damaged = wal::is_damaged(&log).map_err(|e| JournalError::io(&log, e))?;
                writer.replay(each)?;
                if damaged {
                    return Err(writer.damaged());
                }
            }
        }
        folder::restrict(dir)?;
        writer.settle().map_err(|error| writer.write_error(error))?;
        Ok(writer)
    }

    /// Makes the tables, or nothing: a crash leaves an empty file, which is completed next time.
    fn create(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             {}
             PRAGMA application_id = {APPLICATION};
             PRAGMA user_version = {VERSION};
             COMMIT;",
            include_str!("schema.sql")
        ))
    }

    /// Gives each entry to `each`, as long as they are what was written, all there, and in order.
    fn replay(&mut self, each: &mut dyn FnMut(u64, Record)) -> Result<(), JournalError> {
        match self.read_all(each) {
            Ok(true) => Ok(()),
            Ok(false) => Err(self.damaged()),
            Err(error) => Err(JournalError::read(&self.path, self.sequence + 1, error)),
        }
    }

    /// False where the journal is damaged; [`Writer::sequence`] is then the last sound entry.
    fn read_all(&mut self, each: &mut dyn FnMut(u64, Record)) -> rusqlite::Result<bool> {
        let mut select = self.connection.prepare(&format!(
            "SELECT {} FROM entries ORDER BY seq",
            row::COLUMNS
        ))?;
        let mut rows = select.query([])?;
        while let Some(found) = rows.next()? {
            let Some((sequence, record, sum)) = row::read(found) else {
                return Ok(false);
            };
            if sequence != self.sequence + 1
                || sum != row::sum(self.sum, sequence, &record, &mut self.scratch)
            {
                return Ok(false);
            }
            (self.sequence, self.sum) = (sequence, sum);
            each(sequence, record);
        }
        let end = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?));
        let head = self
            .connection
            .query_row("SELECT seq, sum FROM head", [], end)?;
        let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let sound = self
            .connection
            .query_row("PRAGMA quick_check(1)", [], check)?;
        Ok(head == (self.sequence, self.sum) && sound == "ok")
    }

    /// Prepares for writing, or for the end: all that is committed goes to the main file and the
    /// log is emptied. So nothing that a failed sync left in the log is built upon. The empty log
    /// stays, so that who only reads need not make one.
    fn settle(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")?;
        // Somebody who reads at this moment may keep the log from being emptied; it does not
        // matter then.
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }

    fn damaged(&self) -> JournalError {
        JournalError::Damaged {
            path: self.path.clone(),
            sequence: self.sequence + 1,
        }
    }

    fn write_error(&self, error: rusqlite::Error) -> JournalError {
        JournalError::write(&self.path, error)
    }

    /// Commits until told to end, or until the first error.
    fn run(mut self, queue: &Receiver<Order>, failure: &OnceLock<JournalError>) {
        loop {
            let (batches, end) = gather(queue);
            if let Err(error) = self.commit(&batches) {
                // The error is readable before those who wait see their answers dropped.
                let _ = failure.set(self.write_error(error));
                return;
            }
            self.answer(batches);
            if end {
                break;
            }
        }
        // If it can't be tidied, all is still there: in the log.
        let _ = self.settle();
    }

    /// Writes the batches in one transaction. On an error nothing of them may be answered.
    fn commit(&mut self, batches: &[Batch]) -> rusqlite::Result<()> {
        if batches.is_empty() {
            return Ok(());
        }
        let (mut sequence, mut sum) = (self.sequence, self.sum);
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate)?;
        let mut insert = transaction.prepare_cached(row::INSERT)?;
        for record in batches.iter().flat_map(|batch| &batch.records) {
            sequence += 1;
            sum = row::sum(sum, sequence, record, &mut self.scratch);
            row::insert(&mut insert, sequence, record, sum)?;
        }
        drop(insert);
        transaction
            .prepare_cached("UPDATE head SET seq = ?1, sum = ?2")?
            .execute((sequence as i64, sum))?;
        transaction.commit()?;
        self.sum = sum;
        Ok(())
    }

    /// Hands the committed batches back, in order.
    fn answer(&mut self, batches: Vec<Batch>) {
        for Batch { records, answer } in batches {
            let first = self.sequence + 1;
            self.sequence += records.len() as u64;
            // Who asked may have gone; the batch is committed all the same.
            let _ = answer.send(Committed { first, records });
        }
    }
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
