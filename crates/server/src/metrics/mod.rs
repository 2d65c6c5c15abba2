//! The metrics for the operator: `/metrics` and `/healthz`, on a listener of their own.
//!
//! Counting is cheap: each worker has counters of its own ([`game::engine::count`], [`Work`]), and is
//! asked for them when the page is requested. [`Tally`] has the counters that the accepting threads
//! share, which change once a connection. [`exposition`] writes the page. Its format has three kinds
//! of lines, which need no library.

pub mod exposition;
mod histogram;
mod listener;
mod process;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::listen::Dispatcher;
use crate::journal::Journal;
use game::engine::count::{Census, Counts};
use game::limits::COUNT_DEADLINE;
use histogram::Histogram;
pub use listener::serve;

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
    commit: Histogram<{ COMMIT_TIMES.len() }>,
    /// Sizes of batches, in entries.
    batch: Histogram<{ BATCH_SIZES.len() }>,
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
    /// The processor time of its thread.
    pub cpu: Duration,
    /// Messages in its inbox.
    pub mail: usize,
    /// Connections that have more input than one turn handles.
    pub busy: usize,
}

/// The counters of the accepting threads.
#[derive(Debug, Default)]
pub struct Tally {
    /// Open HTTP connections.
    pub http: AtomicU64,
    /// All HTTP connections so far.
    pub http_came: AtomicU64,
    /// Idle HTTP connections closed to make room.
    pub http_evicted: AtomicU64,
    /// Connections that could not be accepted, for want of a descriptor or of memory.
    pub shortages: AtomicU64,
}

impl Tally {
    /// Adds one to a counter.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What the page of [`serve`] is made of.
#[derive(Clone)]
pub struct Sources {
    /// Access to the workers and to the shared counters.
    pub dispatcher: Dispatcher,
    /// The journal, whose health is shown.
    pub journal: Journal,
}

impl Sources {
    /// Each worker's counters; `None` for a worker that did not answer within [`COUNT_DEADLINE`].
    async fn counted(&self) -> Vec<Option<Counted>> {
        let deadline = tokio::time::Instant::now() + COUNT_DEADLINE;
        let ask = |worker| {
            let dispatcher = self.dispatcher.clone();
            let asked = async move { dispatcher.ask(worker, |driver| driver.counted()).await };
            tokio::spawn(tokio::time::timeout_at(deadline, asked))
        };
        let asked: Vec<_> = (0..self.dispatcher.workers()).map(ask).collect();
        let mut all = Vec::with_capacity(asked.len());
        for counted in asked {
            let counted = counted
                .await
                .expect("neither a panic nor an end in between");
            all.push(counted.ok().and_then(Result::ok));
        }
        all
    }

    /// The page of `/metrics`.
    async fn page(&self) -> String {
        exposition::page(self, &self.counted().await)
    }
}

/// The answer to a health check: whether the journal takes entries. A node without its journal
/// answers no player, so a load balancer must not send any.
///
/// # Errors
///
/// If the journal takes no entries.
pub fn health(journal: &Journal) -> Result<&'static str, &'static str> {
    match journal.is_sound() {
        true => Ok("ok\n"),
        false => Err("the journal takes no entries\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Store;
    use crate::worker::inbox::Inbox;

    /// Protects the page of metrics from a thread that is stuck: it is left out after a deadline.
    #[tokio::test(start_paused = true)]
    async fn a_thread_that_does_not_answer_is_left_out() {
        let (worker, _unread) = Inbox::open().expect("a poll");
        let journal = Journal::open(&Store::Memory, &mut |_, _| {});
        let sources = Sources {
            dispatcher: Dispatcher::new(vec![worker], 1, Default::default(), Default::default()),
            journal: journal.expect("nothing to read"),
        };
        let begun = tokio::time::Instant::now();
        assert!(matches!(sources.counted().await[..], [None]));
        assert!(begun.elapsed() >= COUNT_DEADLINE, "it is given its time");
    }
}
