//! From the relay to whoever shows: a bounded queue that the relay never waits for.
//!
//! When showing can't keep up, chunks are left out, and counted by the flow that they belong to;
//! the beginnings and ends of connections have places of their own in the queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::event::{EventKind, TapEvent};
use game::limits::{
    TAP_BYTES_WAITING, TAP_CHUNKS_WAITING, TAP_EVENTS_WAITING, TAP_MESSAGE, TAP_SHOWN,
    TAP_SHOWN_OF_MUCH,
};

/// The relay's end.
#[derive(Clone, Debug)]
pub struct Feed {
    queue: SyncSender<TapEvent>,
    counts: Arc<Counts>,
    whole: bool,
}

/// The end of whoever shows.
#[derive(Debug)]
pub struct Events {
    queue: Receiver<TapEvent>,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    waiting: AtomicUsize,
    bytes: AtomicUsize,
    lost: AtomicU64,
}

impl Counts {
    fn add(&self, event: &TapEvent) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(cost(event), Ordering::Relaxed);
    }

    fn take(&self, event: &TapEvent) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(cost(event), Ordering::Relaxed);
    }
}

/// What an event takes of the queue's bytes: all of its chunk's, though fewer may be kept. When
/// much goes by, little of it is shown.
fn cost(event: &TapEvent) -> usize {
    match &event.kind {
        EventKind::Chunk(chunk) => chunk.size,
        _ => 0,
    }
}

/// What waiting for an event comes to.
#[derive(Debug)]
pub enum Next {
    /// One has happened.
    Event(TapEvent),
    /// None has, in that time.
    Quiet,
    /// There will be no more.
    Over,
}

/// A queue, for those who take chunks whole or for those who show a part of each.
pub fn queue(whole: bool) -> (Feed, Events) {
    let (sender, receiver) = sync_channel(TAP_EVENTS_WAITING);
    let counts = Arc::<Counts>::default();
    let feed = Feed {
        queue: sender,
        counts: counts.clone(),
        whole,
    };
    let events = Events {
        queue: receiver,
        counts,
    };
    (feed, events)
}

impl Feed {
    /// Bytes of a chunk of that size that are worth sending on.
    pub fn keep(&self, size: usize) -> usize {
        match size {
            _ if self.whole => size,
            0..=TAP_MESSAGE => size.min(TAP_SHOWN),
            _ => TAP_SHOWN_OF_MUCH,
        }
    }

    /// Whether showing keeps up, so that a chunk may be told.
    pub fn keeps_up(&self) -> bool {
        let Counts { waiting, bytes, .. } = &*self.counts;
        waiting.load(Ordering::Relaxed) < TAP_CHUNKS_WAITING
            && bytes.load(Ordering::Relaxed) < TAP_BYTES_WAITING
    }

    /// Tells an event. Without a place in the queue it is lost, and counted.
    pub fn tell(&self, event: TapEvent) {
        // Counted before it is taken.
        self.counts.add(&event);
        if let Err(TrySendError::Full(event) | TrySendError::Disconnected(event)) =
            self.queue.try_send(event)
        {
            self.counts.take(&event);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Events {
    /// The next event, if one comes in that time.
    pub fn next(&self, within: Duration) -> Next {
        match self.queue.recv_timeout(within) {
            Ok(event) => {
                self.counts.take(&event);
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
    use bytes::Bytes;

    use super::super::event::{Chunk, Count, Side};
    use super::*;
    use game::limits::TAP_READ;

    fn event() -> TapEvent {
        TapEvent {
            connection: 1,
            at: Duration::ZERO,
            kind: EventKind::Finished(Side::Client),
        }
    }

    /// Protects the relay and its memory from a screen that has stopped.
    #[test]
    fn nobody_waits_for_who_shows() {
        let (feed, events) = queue(false);
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

    fn chunk(size: usize) -> TapEvent {
        let kind = EventKind::Chunk(Chunk {
            from: Side::Client,
            number: 1,
            position: 0,
            bytes: Bytes::from(vec![0; size]),
            size,
            begun: Bytes::new(),
            after: None,
            marks: Vec::new(),
            skipped: Count::default(),
        });
        TapEvent { kind, ..event() }
    }

    /// Protects memory from few chunks that are large: they are told until they hold too much.
    #[test]
    fn large_chunks_are_told_until_they_hold_too_much() {
        let (feed, events) = queue(true);
        let mut told = 0;
        while feed.keeps_up() {
            assert!(told * TAP_READ <= TAP_BYTES_WAITING, "without end");
            feed.tell(chunk(feed.keep(TAP_READ)));
            told += 1;
        }
        assert!(told > 1 && told < TAP_CHUNKS_WAITING, "{told} chunks");
        assert!(matches!(events.next(Duration::ZERO), Next::Event(_)));
        assert!(feed.keeps_up(), "one was shown, and there is room again");
    }

    /// Protects the relay's time: what is no message of a game is shown by how it begins.
    #[test]
    fn of_much_only_the_beginning_is_kept_to_be_shown() {
        let (feed, _events) = queue(false);
        assert_eq!(feed.keep(TAP_SHOWN), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_SHOWN + 1), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_MESSAGE), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_MESSAGE + 1), TAP_SHOWN_OF_MUCH);
    }
}
