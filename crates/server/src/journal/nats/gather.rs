//! One message for all that waits: when the next one goes, and who is waited for.
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

use super::message::size;
use super::publish::Batch;
use game::limits::MESSAGE_OF_LOG_BYTES;

/// Entries of a message from which on the next waits for company.
const COMPANY: usize = 4;
/// It waits for so small a part of the time that the last one took,
const PART: u32 = 4;
/// and no longer than this.
const LONGEST: Duration = Duration::from_millis(4);
/// Who has a place and does not come is waited for no longer than this.
const LATE: Duration = Duration::from_millis(2);

/// Where batches wait for the next message.
pub struct Stop {
    /// When the next one goes; none while one is on its way.
    next: watch::Sender<Option<Instant>>,
    /// Those who are about to come.
    coming: Arc<AtomicUsize>,
}

/// A place in the next message, until it is dropped.
#[derive(Debug, Default)]
pub struct Place(Option<Arc<AtomicUsize>>);

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(coming) = &self.0 {
            coming.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Default for Stop {
    fn default() -> Self {
        Stop {
            next: watch::channel(Some(Instant::now())).0,
            coming: Arc::default(),
        }
    }
}

impl Stop {
    /// A place in the next message, once that is about to go.
    pub async fn place(&self) -> Place {
        let mut next = self.next.subscribe();
        let at = match next.wait_for(Option::is_some).await {
            Ok(at) => *at,
            // Nothing goes any more, as whoever has the place will hear.
            Err(_) => None,
        };
        self.coming.fetch_add(1, Ordering::Relaxed);
        let place = Place(Some(self.coming.clone()));
        if let Some(at) = at {
            sleep_until(at).await;
        }
        place
    }

    /// All batches that go together, as many as one message takes; at least one. `left` waits for the
    /// next.
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

    /// The message has come back: it had so many entries, and took so long.
    pub fn returned(&self, entries: usize, took: Duration) {
        let wait = match entries < COMPANY {
            true => Duration::ZERO,
            false => (took / PART).min(LONGEST),
        };
        self.next.send_replace(Some(Instant::now() + wait));
    }
}
