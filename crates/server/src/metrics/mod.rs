//! The metrics for the operator: `/metrics` and `/healthz`, on a listener of their own.
//!
//! Counting is cheap: each worker has [counters] of its own, beside its engine's ([`game::engine::count`]),
//! and is asked for them when the page is requested. Those that the accepting threads share change once a
//! connection. [`exposition`] writes the page. Its format has three kinds of lines, which need no library.

pub mod counters;
pub mod exposition;
mod histogram;
mod listener;

use super::listen::Dispatcher;
use crate::journal::Journal;
use crate::worker::inbox::Asker;
use counters::Counted;
use game::engine::Space;
use game::limits::COUNT_DEADLINE;
pub use listener::serve;

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
            let asked = async move {
                dispatcher
                    .ask(worker, Asker::Teacher, |driver| driver.counted())
                    .await
            };
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

/// The answer to a health check: whether the journal takes entries, and has space for more. A node without its journal
/// answers no player, so a load balancer must not send any.
///
/// # Errors
///
/// If the journal takes no entries, or its disk is full.
pub fn health(journal: &Journal) -> Result<&'static str, &'static str> {
    match journal.space() {
        _ if !journal.is_sound() => Err("the journal takes no entries\n"),
        Space::Enough => Ok("ok\n"),
        Space::Low => Ok("ok, but the disk is nearly full: no new game begins\n"),
        Space::Nothing => Err("the disk is full\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Store;
    use crate::permits::Capacity;
    use crate::worker::inbox::Inbox;

    /// Protects the page of metrics from a thread that is stuck: it is left out after a deadline.
    #[tokio::test(start_paused = true)]
    async fn a_thread_that_does_not_answer_is_left_out() {
        let (worker, _unread) = Inbox::open().expect("a poll");
        let journal = Journal::open(&Store::Memory, &mut |_, _| {});
        let sources = Sources {
            dispatcher: Dispatcher::new(
                vec![worker],
                Capacity::new(1, false),
                Default::default(),
                Default::default(),
            ),
            journal: journal.expect("nothing to read"),
        };
        let begun = tokio::time::Instant::now();
        assert!(matches!(sources.counted().await[..], [None]));
        assert!(begun.elapsed() >= COUNT_DEADLINE, "it is given its time");
    }
}
