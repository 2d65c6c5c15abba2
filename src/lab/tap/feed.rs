//! From the relay to whoever shows: a bounded queue that the relay never waits for.
//!
//! When showing can't keep up, chunks are left out, and counted by the flow that they belong to;
//! the beginnings and ends of connections have places of their own in the queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::event::Event;
use crate::limits::{TAP_CHUNKS_WAITING, TAP_EVENTS_WAITING};

/// The relay's end.
#[derive(Clone, Debug)]
pub struct Feed {
    queue: SyncSender<Event>,
    counts: Arc<Counts>,
    keep: usize,
}

/// The end of whoever shows.
#[derive(Debug)]
pub struct Events {
    queue: Receiver<Event>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    waiting: AtomicUsize,
    lost: AtomicU64,
}

/// What waiting for an event comes to.
#[derive(Debug)]
pub enum Next {
    /// One has happened.
    Event(Event),
    /// None has, in that time.
    Quiet,
    /// There will be no more.
    Over,
}

/// A queue for those who show `keep` bytes of a chunk.
pub fn queue(keep: usize) -> (Feed, Events) {
    let (sender, receiver) = sync_channel(TAP_EVENTS_WAITING);
    let counts = Arc::<Counts>::default();
    let feed = Feed {
        queue: sender,
        counts: counts.clone(),
        keep,
    };
    let events = Events {
        queue: receiver,
        counts,
    };
    (feed, events)
}

impl Feed {
    /// Bytes of a chunk that are worth sending on.
    pub fn keep(&self) -> usize {
        self.keep
    }

    /// Whether showing keeps up, so that a chunk may be told.
    pub fn keeps_up(&self) -> bool {
        self.counts.waiting.load(Ordering::Relaxed) < TAP_CHUNKS_WAITING
    }

    /// Tells an event. Without a place in the queue it is lost, and counted.
    pub fn tell(&self, event: Event) {
        self.counts.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(event).is_err() {
            self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Events {
    /// The next event, if one comes in that time.
    pub fn next(&self, within: Duration) -> Next {
        match self.queue.recv_timeout(within) {
            Ok(event) => {
                self.counts.waiting.fetch_sub(1, Ordering::Relaxed);
                Next::Event(event)
            }
            Err(RecvTimeoutError::Timeout) => Next::Quiet,
            Err(RecvTimeoutError::Disconnected) => Next::Over,
        }
    }

    /// Events that found no place, other than chunks.
    pub fn lost(&self) -> u64 {
        self.counts.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Side, What};
    use super::*;

    fn event() -> Event {
        Event {
            connection: 1,
            at: Duration::ZERO,
            what: What::Finished(Side::Client),
        }
    }

    /// Protects the relay and its memory from a screen that has stopped.
    #[test]
    fn nobody_waits_for_who_shows() {
        let (feed, events) = queue(16);
        for _ in 0..TAP_CHUNKS_WAITING {
            assert!(feed.keeps_up());
            feed.tell(event());
        }
        assert!(!feed.keeps_up());
        for _ in TAP_CHUNKS_WAITING..TAP_EVENTS_WAITING + 3 {
            feed.tell(event());
        }
        assert_eq!(events.lost(), 3);
        for _ in 0..TAP_EVENTS_WAITING {
            assert!(matches!(events.next(Duration::ZERO), Next::Event(_)));
        }
        assert!(matches!(events.next(Duration::ZERO), Next::Quiet));
        assert!(feed.keeps_up());
        drop(feed);
        assert!(matches!(events.next(Duration::ZERO), Next::Over));
    }
}
