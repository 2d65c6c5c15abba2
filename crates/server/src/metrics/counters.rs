//! The counters that are read when somebody asks for the page.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::histogram::Histogram;
use game::engine::count::{Census, Counts};

/// The buckets of commit times, in microseconds: from memory to a failing disk.
const COMMIT_TIMES: [u64; 12] = [
    100, 300, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 300_000, 1_000_000, 5_000_000,
];
/// The buckets of batch sizes, in entries.
const BATCH_SIZES: [u64; 8] = [1, 4, 16, 64, 256, 1_024, 4_096, 20_000];

/// The counters of one worker's thread, apart from its engine's.
#[derive(Clone, Debug)]
pub struct Work {
    /// Times from a batch to its commit, in microseconds.
    pub(super) commit: Histogram<{ COMMIT_TIMES.len() }>,
    /// Sizes of batches, in entries.
    pub(super) batch: Histogram<{ BATCH_SIZES.len() }>,
    /// Connections closed because descriptors ran short.
    pub evicted: u64,
}

impl Default for Work {
    fn default() -> Self {
        Work {
            commit: Histogram::new(COMMIT_TIMES),
            batch: Histogram::new(BATCH_SIZES),
            evicted: 0,
        }
    }
}

impl Work {
    /// Counts a committed batch.
    pub fn committed(&mut self, entries: usize, took: Duration) {
        self.commit.add(took.as_micros() as u64);
        self.batch.add(entries as u64);
    }
}

/// All counters of one worker, at one moment.
#[derive(Debug)]
pub struct Counted {
    /// Its engine's counters.
    pub counts: Counts,
    /// Its engine's connections, rooms and seats.
    pub census: Census,
    /// Its own counters.
    pub work: Work,
    /// The processor time of its thread, where the system tells.
    pub cpu: Option<Duration>,
    /// Messages in its inbox.
    pub mail: usize,
    /// Connections that have more input than one turn handles.
    pub busy: usize,
}

/// The counters of the accepting threads.
#[derive(Debug, Default)]
pub struct AcceptCounters {
    /// Open HTTP connections.
    pub http: AtomicU64,
    /// All HTTP connections so far.
    pub http_came: AtomicU64,
    /// Idle HTTP connections closed to make room.
    pub http_evicted: AtomicU64,
    /// Connections that could not be accepted, for want of a descriptor or of memory.
    pub shortages: AtomicU64,
}

impl AcceptCounters {
    /// Adds one to a counter.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
