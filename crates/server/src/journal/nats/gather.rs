//! Gathers the batches of all threads into one message: when the next message goes, and which threads
//! it waits for.
//!
//! A message costs every server a write to its disk, and every node the waking of its threads, however
//! little is in it. While one is on its way nobody sends another: what waits grows. When it has come
//! back, its players are answered together and speak again one after the other; so the next goes a
//! moment later, with the batches of all threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::super::Answer;
use super::message::size;
use game::limits::MESSAGE_OF_LOG_BYTES;
use game::rules::Record;

/// The number of entries of a message from which the next message lingers.
const COMPANY: usize = 4;
/// The next message lingers for this fraction of the time that the last one took,
const PART: u32 = 4;
/// and for this long at most.
const LONGEST: Duration = Duration::from_millis(4);
/// How long a message waits for a batch with a reserved permit.
const LATE: Duration = Duration::from_millis(2);

/// A batch that waits.
pub struct Batch {
    /// The entries.
    pub records: Vec<Record>,
    /// Where its outcome goes.
    pub answer: Answer,
}

/// The batches that wait for the next message.
pub struct Linger {
    /// When the next message goes; `None` while one is being published.
    next: watch::Sender<Option<Instant>>,
    /// The number of reserved places.
    coming: Arc<AtomicUsize>,
}

/// A reserved permit in the next message, until it is dropped.
#[derive(Debug, Default)]
pub struct JournalPermit(Option<Arc<AtomicUsize>>);

impl Drop for JournalPermit {
    fn drop(&mut self) {
        if let Some(coming) = &self.0 {
            coming.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Default for Linger {
    fn default() -> Self {
        Linger {
            next: watch::channel(Some(Instant::now())).0,
            coming: Arc::default(),
        }
    }
}

impl Linger {
    /// Waits until the next message is about to go, and reserves a permit in it.
    pub async fn permit(&self) -> JournalPermit {
        let mut next = self.next.subscribe();
        let at = match next.wait_for(Option::is_some).await {
            Ok(at) => *at,
            // The log has ended; the append will return that.
            Err(_) => None,
        };
        self.coming.fetch_add(1, Ordering::Relaxed);
        let permit = JournalPermit(Some(self.coming.clone()));
        if let Some(at) = at {
            sleep_until(at).await;
        }
        permit
    }

    /// Waits for the batches of the next message: at least one, and as many as a message takes. A
    /// batch that does not fit is left in `left` for the next.
    pub async fn gather(
        &self,
        queue: &mut Receiver<Batch>,
        left: &mut Option<Batch>,
    ) -> Option<Vec<Batch>> {
        let first = match left.take() {
            Some(left) => left,
            None => queue.recv().await?,
        };
        let mut batches = vec![first];
        let mut bytes = None;
        while let Some(next) = self.another(queue).await {
            let before = bytes.unwrap_or_else(|| size(&batches[0].records));
            let with = before + size(&next.records);
            if with > MESSAGE_OF_LOG_BYTES {
                *left = Some(next);
                break;
            }
            bytes = Some(with);
            batches.push(next);
        }
        self.next.send_replace(None);
        Some(batches)
    }

    async fn another(&self, queue: &mut Receiver<Batch>) -> Option<Batch> {
        if let Ok(next) = queue.try_recv() {
            return Some(next);
        }
        match self.coming.load(Ordering::Relaxed) {
            0 => None,
            _ => timeout(LATE, queue.recv()).await.ok()?,
        }
    }

    /// Notes that a message was read back: its number of entries, and the time it took.
    pub fn returned(&self, entries: usize, took: Duration) {
        let wait = match entries < COMPANY {
            true => Duration::ZERO,
            false => (took / PART).min(LONGEST),
        };
        self.next.send_replace(Some(Instant::now() + wait));
    }
}
