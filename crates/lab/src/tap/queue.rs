//! The bounded queue of events from the relay to the display. The relay never waits for it.
//!
//! When the display is behind, chunks are left out and counted by their flow. Beginnings and ends
//! of connections have reserved places in the queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::event::{EventKind, TapEvent};
use game::limits::{
    TAP_BYTES_WAITING, TAP_CHUNKS_WAITING, TAP_EVENTS_WAITING, TAP_MESSAGE, TAP_SHOWN,
    TAP_SHOWN_OF_MUCH,
};

/// The relay's end of the queue.
#[derive(Clone, Debug)]
pub struct EventSender {
    queue: SyncSender<TapEvent>,
    counts: Arc<Counts>,
    whole: bool,
}

/// The display's end of the queue.
#[derive(Debug)]
pub struct EventReceiver {
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

/// The bytes that an event counts for in the queue: the whole size of its chunk, even if fewer
/// bytes are kept, so that little is shown when much passes.
fn cost(event: &TapEvent) -> usize {
    match &event.kind {
        EventKind::Chunk(chunk) => chunk.size,
        _ => 0,
    }
}

/// The result of waiting for an event.
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(TapEvent),
    /// No event within the time.
    Quiet,
    /// No event will follow.
    Over,
}

/// A queue; `whole` keeps all bytes of a chunk rather than its beginning.
pub fn queue(whole: bool) -> (EventSender, EventReceiver) {
    let (sender, receiver) = sync_channel(TAP_EVENTS_WAITING);
    let counts = Arc::<Counts>::default();
    let feed = EventSender {
        queue: sender,
        counts: counts.clone(),
        whole,
    };
    let events = EventReceiver {
        queue: receiver,
        counts,
    };
    (feed, events)
}

impl EventSender {
    /// How many bytes to keep of a chunk of `size` bytes.
    pub fn keep(&self, size: usize) -> usize {
        match size {
            _ if self.whole => size,
            0..=TAP_MESSAGE => size.min(TAP_SHOWN),
            _ => TAP_SHOWN_OF_MUCH,
        }
    }

    /// Whether the display keeps up, so that a chunk may be reported.
    pub fn keeps_up(&self) -> bool {
        let Counts { waiting, bytes, .. } = &*self.counts;
        waiting.load(Ordering::Relaxed) < TAP_CHUNKS_WAITING
            && bytes.load(Ordering::Relaxed) < TAP_BYTES_WAITING
    }

    /// Reports an event. If the queue is full, drops and counts it.
    pub fn tell(&self, event: TapEvent) {
        // Counted first: the display may take it at once.
        self.counts.add(&event);
        if let Err(TrySendError::Full(event) | TrySendError::Disconnected(event)) =
            self.queue.try_send(event)
        {
            self.counts.take(&event);
            self.counts.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl EventReceiver {
    /// Waits for the next event, at most for `within`.
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

    /// Events dropped because the queue was full. Chunks are never among them.
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

    /// Protects the relay and its memory from a display that has stopped.
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

    /// Protects memory from a few large chunks: they are reported until they hold too much.
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

    /// Protects the relay's time: of what is too large for a game's message only the beginning is
    /// shown.
    #[test]
    fn of_much_only_the_beginning_is_kept_to_be_shown() {
        let (feed, _events) = queue(false);
        assert_eq!(feed.keep(TAP_SHOWN), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_SHOWN + 1), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_MESSAGE), TAP_SHOWN);
        assert_eq!(feed.keep(TAP_MESSAGE + 1), TAP_SHOWN_OF_MUCH);
    }
}
