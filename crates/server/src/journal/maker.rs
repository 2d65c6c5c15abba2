//! Decides when a snapshot is due and when old entries are let go of, and has a thread of its own do
//! the work.
//!
//! The thread has the lowest priority, reads the journal's file as an export does, and needs nothing
//! of the workers or of the writer: it folds the entries once more.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{snapshot, trim};
use game::limits::{SNAPSHOT_AT_END_BYTES, SNAPSHOT_BYTES_PER_ENTRY, SNAPSHOT_ENTRIES};

/// Of [`SNAPSHOT_ENTRIES`], the part after which an orderly end makes a snapshot too. Fewer entries are
/// replayed at once, and a full replay verifies all of them.
const AT_END: u64 = 10;
/// How often the entries' age is looked at.
const DAY: Duration = Duration::from_secs(86_400);
/// How often the writer looks whether a thread has ended, or deletes entries, while it does either.
const SOON: Duration = Duration::from_millis(20);

/// What a thread has done.
enum Done {
    /// A snapshot at this sequence, of this length.
    Snapshot(u64, usize),
    /// A base at this sequence.
    Base(u64),
    Nothing,
}

/// A thread at work.
struct Working {
    thread: JoinHandle<Done>,
    goes_on: Arc<AtomicBool>,
}

/// Makes a journal's snapshots, and its base.
pub struct Maker {
    dir: PathBuf,
    /// Sequence of the last snapshot's entry, 0 without one.
    last: u64,
    /// Length of the last snapshot.
    bytes: usize,
    /// How long entries are kept, and when their age is looked at next.
    keep: Option<(Duration, Instant)>,
    /// The base's sequence, while entries up to there may have to be deleted.
    delete_to: Option<u64>,
    working: Option<Working>,
}

impl Maker {
    /// Continues after a snapshot at this sequence, of this length, on a base at this sequence.
    pub fn new(dir: &Path, (last, bytes): (u64, usize), base: u64) -> Self {
        Maker {
            dir: dir.to_owned(),
            last,
            bytes,
            keep: None,
            // A crash may have left some of them.
            delete_to: (base > 0).then_some(base),
            working: None,
        }
    }

    /// Lets go of entries that are older than this from now on.
    pub fn keep(&mut self, keep: Duration) {
        self.keep = Some((keep, Instant::now()));
    }

    /// How long the writer may wait for a batch before it asks here again.
    pub fn patience(&self) -> Duration {
        if self.working.is_some() || self.delete_to.is_some() {
            return SOON;
        }
        let next = self.keep.map(|(_, next)| next);
        next.map_or(DAY, |next| next.saturating_duration_since(Instant::now()))
    }

    /// The sequence up to which entries are to be deleted, a few at a time.
    pub fn delete_to(&self) -> Option<u64> {
        self.delete_to
    }

    /// All of them are deleted.
    pub fn has_deleted(&mut self) {
        self.delete_to = None;
    }

    /// The journal has entries up to this sequence: starts what is due.
    pub fn reached(&mut self, sequence: u64) {
        if self
            .working
            .as_ref()
            .is_some_and(|it| it.thread.is_finished())
        {
            self.join();
        }
        if self.working.is_some() {
            return;
        }
        // Without the thread, or after an error, the next attempt is as far away as after a success.
        if is_due(sequence.saturating_sub(self.last), self.bytes) {
            self.last = sequence;
            self.working = start(&self.dir, |dir, goes_on| {
                let made = snapshot::make(dir, goes_on).ok().flatten();
                made.map_or(Done::Nothing, |(last, bytes)| Done::Snapshot(last, bytes))
            });
        } else if let Some((keep, next)) = &mut self.keep
            && Instant::now() >= *next
        {
            *next = Instant::now() + DAY;
            let before = SystemTime::now() - *keep;
            let before = before.duration_since(UNIX_EPOCH).unwrap_or_default();
            self.working = start(&self.dir, move |dir, goes_on| {
                let advanced = trim::advance(dir, before.as_millis() as u64, goes_on);
                advanced.ok().flatten().map_or(Done::Nothing, Done::Base)
            });
        }
    }

    /// Stops what a thread does, and waits until it has ended.
    pub fn cancel(&mut self) {
        if let Some(working) = &self.working {
            working.goes_on.store(false, Ordering::Relaxed);
        }
        self.join();
    }

    /// There is no snapshot any more.
    pub fn start_again(&mut self) {
        self.cancel();
        (self.last, self.bytes) = (0, 0);
    }

    /// The journal ends in order with this sequence: makes a last snapshot if that is quick and saves
    /// the next start something.
    pub fn end(&mut self, sequence: u64) {
        self.cancel();
        let tail = sequence.saturating_sub(self.last);
        if (SNAPSHOT_ENTRIES / AT_END..=SNAPSHOT_ENTRIES).contains(&tail)
            && self.bytes <= SNAPSHOT_AT_END_BYTES
        {
            // A snapshot is never needed: without it the next start replays more.
            let _ = snapshot::make(&self.dir, &|| true);
        }
    }

    fn join(&mut self) {
        let Some(working) = self.working.take() else {
            return;
        };
        match working.thread.join() {
            Ok(Done::Snapshot(last, bytes)) => (self.last, self.bytes) = (last, bytes),
            Ok(Done::Base(sequence)) => self.delete_to = Some(sequence),
            Ok(Done::Nothing) | Err(_) => {}
        }
    }
}

/// Whether another snapshot is due: `tail` is the number of entries since the last one, `bytes` is its length.
pub fn is_due(tail: u64, bytes: usize) -> bool {
    tail >= SNAPSHOT_ENTRIES && tail >= bytes as u64 / SNAPSHOT_BYTES_PER_ENTRY
}

fn start(
    dir: &Path,
    work: impl FnOnce(&Path, &dyn Fn() -> bool) -> Done + Send + 'static,
) -> Option<Working> {
    let goes_on = Arc::new(AtomicBool::new(true));
    let thread = thread::Builder::new().name("snapshot".to_owned());
    let (dir, goes) = (dir.to_owned(), goes_on.clone());
    let thread = thread.spawn(move || {
        os::system::lower_priority();
        work(&dir, &|| goes.load(Ordering::Relaxed))
    });
    let thread = thread.ok()?;
    Some(Working { thread, goes_on })
}
