//! What the server counts, for whoever operates it: `/metrics` and `/healthz`, on a listener of
//! their own.
//!
//! Nobody pays for counting: each worker's numbers are its own ([`game::engine::count`], [`Work`]),
//! and a worker is asked for them when somebody wants to know. [`Tally`] has what the accepting
//! sides share, which happens once a connection. [`exposition`] says what all of it means; the
//! program's own words for it are three kinds of lines, so there is no library between.

pub mod exposition;
mod histogram;
mod listener;
mod process;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::listen::Deal;
use super::teacher::Ask;
use crate::journal::Journal;
use game::engine::count::{Census, Counts};
use game::limits::COUNT_DEADLINE;
use histogram::Histogram;
pub use listener::serve;

/// Bounds of the histogram of commits, in microseconds: from memory's to a disk's that is failing.
const COMMIT_TIMES: [u64; 12] = [
    100, 300, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 300_000, 1_000_000, 5_000_000,
];
/// Bounds of the histogram of batches, in entries.
const BATCH_SIZES: [u64; 8] = [1, 4, 16, 64, 256, 1_024, 4_096, 20_000];

/// What one worker has done, beside its engine.
#[derive(Clone, Debug)]
pub struct Work {
    /// How long each batch waited for its commit, in microseconds.
    commit: Histogram<{ COMMIT_TIMES.len() }>,
    /// How many entries each batch had.
    batch: Histogram<{ BATCH_SIZES.len() }>,
    /// Connections that had to go because descriptors ran short.
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
    /// The journal has committed a batch.
    pub fn committed(&mut self, entries: usize, took: Duration) {
        self.commit.add(took.as_micros() as u64);
        self.batch.add(entries as u64);
    }
}

/// All that a worker tells when it is asked.
#[derive(Debug)]
pub struct Counted {
    /// What its engine has counted.
    pub counts: Counts,
    /// What its engine has now.
    pub census: Census,
    /// What it has done itself.
    pub work: Work,
    /// The processor time of its thread.
    pub cpu: Duration,
    /// Messages of other threads that wait for it.
    pub mail: usize,
    /// Connections that wait for another turn, because they have much to say.
    pub busy: usize,
}

/// What the accepting sides count. A connection costs so much more that an atomic is nothing.
#[derive(Debug, Default)]
pub struct Tally {
    /// Connections that speak HTTP now.
    pub http: AtomicU64,
    /// Connections that have spoken HTTP.
    pub http_came: AtomicU64,
    /// Idle connections that spoke HTTP and had to make room.
    pub http_evicted: AtomicU64,
    /// How often nobody could be accepted, for want of a descriptor or of memory.
    pub shortages: AtomicU64,
}

impl Tally {
    /// One more.
    pub fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What [`serve`] reads.
#[derive(Clone)]
pub struct Sources {
    /// To the workers.
    pub deal: Deal,
    /// Whether it still takes entries.
    pub journal: Journal,
}

impl Sources {
    /// What each worker has counted; none of one that did not answer in time.
    async fn counted(&self) -> Vec<Option<Counted>> {
        let asked: Vec<_> = (0..self.deal.workers())
            .map(|worker| {
                let (asker, answer) = oneshot::channel();
                self.deal.ask(worker, Ask::Count(asker));
                answer
            })
            .collect();
        let deadline = tokio::time::Instant::now() + COUNT_DEADLINE;
        let mut all = Vec::with_capacity(asked.len());
        for answer in asked {
            let counted = tokio::time::timeout_at(deadline, answer).await;
            all.push(counted.ok().and_then(Result::ok).map(|counted| *counted));
        }
        all
    }

    /// The page of `/metrics`.
    async fn page(&self) -> String {
        exposition::page(self, &self.counted().await)
    }
}

/// What a health check is told: whether this node has its journal. One that has lost it answers
/// nobody, so whoever deals connections must leave it out.
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

    /// Protects who watches the server from a thread that is stuck: it is left out, and that soon.
    #[tokio::test(start_paused = true)]
    async fn a_thread_that_does_not_answer_is_left_out() {
        let (mail, _unread) = tokio::sync::mpsc::unbounded_channel();
        let journal = Journal::open(&Store::Memory, &mut |_, _| {});
        let sources = Sources {
            deal: Deal::new(vec![mail], 1, Default::default(), Default::default()),
            journal: journal.expect("nothing to read"),
        };
        let begun = tokio::time::Instant::now();
        assert!(matches!(sources.counted().await[..], [None]));
        assert!(begun.elapsed() >= COUNT_DEADLINE, "it has its time");
    }
}
