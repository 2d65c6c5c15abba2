//! The store in a file: SQLite, with one thread that writes.
//!
//! The thread takes all batches that wait, writes them in one transaction, and answers once it is on
//! the disk (write-ahead log, synchronous FULL). After an error the thread ends and answers no batch.
//! A failed sync is never retried, since the system may have discarded the pages that it could not
//! write.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::chain::Chain;
use super::erasure::ErasedPlayer;
use super::folder::{self, ERASED_VERSION, Lock, VERSION};
use super::maker::{self, Maker};
use super::row;
use super::space::Gauge;
use super::{Answer, Committed, JournalError, base, erasure, pack, replay, snapshot};
use game::limits::{ENTRIES_PER_COMMIT, JOURNAL_QUEUE};
use game::room::fold::Replay;
use game::rules::{Record, RoomCode};
use game::sabotage::{Rule, leaves_out};

/// How long to wait for a lock that another tool holds on the file.
const BUSY: Duration = Duration::from_secs(1);

/// Entries that are deleted in one transaction, and those that share a row with the last of them. A commit that
/// waits meanwhile takes a few milliseconds longer.
const DELETED_AT_ONCE: i64 = 500;

/// A command to the writer thread.
enum Command {
    Append(Batch),
    /// Let go of entries that are older than this.
    Keep(Duration),
    /// Erase a room, and tell how many entries it had.
    EraseRoom(RoomCode, SyncSender<Result<u64, JournalError>>),
    /// Erase a player, and tell how many entries changed.
    ErasePlayer(ErasedPlayer, SyncSender<Result<u64, JournalError>>),
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
    gauge: Gauge,
}

impl Sqlite {
    /// Opens the journal in a folder, replays it, and starts the writer thread.
    pub fn open(dir: &Path, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        let mut erased = Vec::new();
        let mut each = |sequence, record: Record| {
            erased.extend(ErasedPlayer::of(&record));
            each(sequence, record);
        };
        let whole = |dir: &Path, base| {
            let chain = replay::whole(dir, base, &mut each)?;
            let found = snapshot::read(dir).map(|found| (found.at.0, found.bytes));
            Ok((chain, found.unwrap_or_default()))
        };
        let writer = Writer::open(dir, whole)?;
        Self::start(dir, writer, erased)
    }

    /// Opens the journal in a folder from its snapshot and the entries after it, or from its beginning
    /// if there is no snapshot that fits, and starts the writer thread. Returns the state at its end.
    pub fn resume(dir: &Path) -> Result<(Self, Replay), JournalError> {
        let mut replay = Replay::default();
        let mut erased = Vec::new();
        let writer = Writer::open(dir, |dir, base| {
            let (mut last, mut bytes) = (0, 0);
            let chain = match snapshot::read(dir) {
                Some(found) => {
                    (last, bytes, replay) = (found.at.0, found.bytes, found.replay);
                    replay::tail(dir, found.at, &mut |sequence, record| {
                        erased.extend(ErasedPlayer::of(&record));
                        replay.apply(sequence, &record);
                    })?
                }
                None => {
                    (_, replay) = base::start(dir)?;
                    replay::whole(dir, base, &mut |sequence, record| {
                        erased.extend(ErasedPlayer::of(&record));
                        replay.apply(sequence, &record);
                    })?
                }
            };
            if let Some(chain) = &chain
                && maker::is_due(chain.sequence - last, bytes)
                && let Ok(written) = snapshot::write(dir, chain.end(), &replay)
            {
                // Otherwise a thread would replay it all once more.
                (last, bytes) = (chain.sequence, written);
            }
            Ok((chain, (last, bytes)))
        })?;
        Ok((Self::start(dir, writer, erased)?, replay))
    }

    /// Starts the writer thread. Players whose order to be erased was read are erased once more: a crash
    /// may have come between the order and the rewriting of the entries.
    fn start(
        dir: &Path,
        mut writer: Writer,
        erased: Vec<ErasedPlayer>,
    ) -> Result<Self, JournalError> {
        for player in erased {
            // An error leaves the entries as they were, and the next start tries again.
            let _ = writer.erase_player(&player);
        }
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
            gauge: Gauge::new(dir),
        })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Erases a room, and waits for it.
    pub fn erase_room(&self, code: RoomCode) -> Result<u64, JournalError> {
        self.erase(|answer| Command::EraseRoom(code, answer))
    }

    /// Erases a player whom the journal has the order to erase, and waits for it.
    pub fn erase_player(&self, erased: ErasedPlayer) -> Result<u64, JournalError> {
        self.erase(|answer| Command::ErasePlayer(erased, answer))
    }

    fn erase(
        &self,
        command: impl FnOnce(SyncSender<Result<u64, JournalError>>) -> Command,
    ) -> Result<u64, JournalError> {
        let (answer, erased) = sync_channel(1);
        let _ = self.commands.send(command(answer));
        let stopped = || io::Error::other("the journal has stopped");
        erased.recv().unwrap_or_else(|_| {
            let failure = self.failure();
            Err(failure.unwrap_or_else(|| JournalError::io(&self.dir, stopped())))
        })
    }

    /// The space on the disk.
    pub fn gauge(&self) -> &Gauge {
        &self.gauge
    }

    /// Queues a batch. Its answer comes from the writer's thread.
    pub fn submit(&self, records: Vec<Record>, answer: Answer) {
        // This blocks while the queue is full: not in practice (see the limit), and never for
        // longer than a commit takes. A writer that has ended drops the batch, which answers it.
        let _ = self
            .commands
            .send(Command::Append(Batch { records, answer }));
    }

    /// Lets go of entries that are older than this, now and once a day.
    pub fn keep(&self, keep: Duration) {
        // A writer that has ended has nothing to let go of.
        let _ = self.commands.send(Command::Keep(keep));
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
    maker: Maker,
    /// Whether the file is known to have the latest version of the format.
    is_latest: bool,
    /// The text of such a row.
    buffer: Vec<u8>,
    _lock: Lock,
}

impl Writer {
    /// Opens the journal. `replay` reads it, given the base's place, and returns the end of the chain,
    /// and the last snapshot's sequence and length.
    fn open(
        dir: &Path,
        replay: impl FnOnce(&Path, (u64, u32)) -> Result<(Option<Chain>, (u64, usize)), JournalError>,
    ) -> Result<Self, JournalError> {
        folder::prepare(dir)?;
        let lock = folder::lock(dir)?;
        // The file is opened read-only until all of it is found sound: a journal that is refused
        // stays as it is, byte for byte.
        let base = base::place(dir)?;
        let (chain, last) = replay(dir, base)?;
        if chain.is_none() {
            folder::create(dir)?;
        }
        folder::restrict(dir)?;
        let writer = Writer {
            connection: folder::connect(dir)?,
            path: folder::file(dir),
            chain: chain.unwrap_or_default(),
            maker: Maker::new(dir, last, base.0),
            is_latest: false,
            buffer: Vec::new(),
            _lock: lock,
        };
        writer
            .prepare()
            .map_err(|error| JournalError::write(&writer.path, error))?;
        Ok(writer)
    }

    /// Configures the connection.
    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        self.connection.pragma_update(None, "synchronous", "full")?;
        // What is deleted is overwritten.
        self.connection.pragma_update(None, "secure_delete", true)?;
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
            let (mut batches, end) = self.gather(queue);
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
            self.maker.reached(self.chain.sequence);
            if let Err(error) = self.delete_some() {
                // A failed sync is an error of the whole file.
                let _ = failure.set(JournalError::write(&self.path, error));
                return;
            }
        }
        // If this fails, the commits are still in the log.
        let _ = self.checkpoint();
        self.maker.end(self.chain.sequence);
    }

    /// Waits for a command, then takes all that wait, up to [`ENTRIES_PER_COMMIT`] entries. Returns
    /// whether the store is closed. Returns nothing if other work is due first.
    fn gather(&mut self, queue: &Receiver<Command>) -> (Vec<Batch>, bool) {
        let mut batches = Vec::new();
        let mut entries = 0;
        let mut next = match queue.recv_timeout(self.maker.patience()) {
            Ok(command) => command,
            Err(RecvTimeoutError::Timeout) => return (batches, false),
            Err(RecvTimeoutError::Disconnected) => return (batches, true),
        };
        loop {
            match next {
                Command::Append(batch) => {
                    entries += batch.records.len();
                    batches.push(batch);
                }
                Command::Keep(keep) => self.maker.keep(keep),
                Command::EraseRoom(code, answer) => {
                    let erased = self.erase_room(code);
                    // The receiver may be dropped; the room is erased all the same.
                    let _ = answer.send(erased);
                }
                Command::ErasePlayer(erased, answer) => {
                    let erased = self.erase_player(&erased);
                    // As above.
                    let _ = answer.send(erased);
                }
                Command::Close => return (batches, true),
            }
            if entries >= ENTRIES_PER_COMMIT {
                return (batches, false);
            }
            match queue.try_recv() {
                Ok(command) => next = command,
                Err(_) => return (batches, false),
            }
        }
    }

    /// Erases a player. Nothing that is committed before or afterwards is lost by an error here.
    fn erase_player(&mut self, erased: &ErasedPlayer) -> Result<u64, JournalError> {
        self.maker.start_again();
        let dir = self.path.parent().unwrap_or(Path::new("."));
        let changed = erasure::erase_player(&mut self.connection, dir, erased)?;
        // SQLite's log has the old rows, too.
        self.checkpoint()
            .map_err(|error| JournalError::write(&self.path, error))?;
        Ok(changed)
    }

    /// Erases a room. Nothing that is committed before or afterwards is lost by an error here.
    fn erase_room(&mut self, code: RoomCode) -> Result<u64, JournalError> {
        self.maker.start_again();
        let dir = self.path.parent().unwrap_or(Path::new("."));
        erasure::erase_states(dir, code)?;
        let failed = |error| JournalError::write(&self.path, error);
        let erased = erasure::erase_room(&mut self.connection, dir, code)?;
        // SQLite's log has the old rows, too.
        self.checkpoint().map_err(failed)?;
        Ok(erased)
    }

    /// Deletes a few of the entries that the base stands for.
    ///
    /// # Errors
    ///
    /// If SQLite fails.
    fn delete_some(&mut self) -> rusqlite::Result<()> {
        let Some(last) = self.maker.delete_to() else {
            return Ok(());
        };
        let immediate = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(immediate)?;
        let deleted = transaction
            .prepare_cached(
                "DELETE FROM entries WHERE seq <= min(?1, (SELECT min(seq) FROM entries) + ?2)",
            )?
            .execute([last as i64, DELETED_AT_ONCE])?;
        if deleted == 0 {
            self.maker.has_deleted();
            return transaction.rollback();
        }
        // An older program would take what is left for damaged.
        folder::raise(&transaction, ERASED_VERSION)?;
        transaction.commit()
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
        let records: Vec<&Record> = batches.iter().flat_map(|batch| &batch.records).collect();
        let mut rest = &records[..];
        while !rest.is_empty() {
            let (run, others) = rest.split_at(pack::run(rest));
            rest = others;
            let is_shared = run.len() >= pack::FEWEST;
            if !self.is_latest && (is_shared || run.iter().any(|it| row::is_latest(it))) {
                // An older program would take the row for damaged.
                folder::raise(&transaction, VERSION)?;
                self.is_latest = true;
            }
            if !is_shared {
                let mut insert = transaction.prepare_cached(row::INSERT)?;
                for record in run {
                    self.chain.link(record);
                    row::write(&mut insert, self.chain.end(), record)?;
                }
                continue;
            }
            for record in run {
                self.chain.link(record);
            }
            let mut insert = transaction.prepare_cached(row::INSERT)?;
            pack::insert(&mut insert, &self.chain, run, &mut self.buffer)?;
        }
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
