//! Look-ups of names, for the lesson and for the workshop's console: few at once, and each kept for a
//! while, since a whole class asks for the same names, and a pupil may ask again and again.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use game::lesson::Resolved;
use game::limits::{LOOKUP_KEPT, LOOKUP_NAMES, LOOKUPS_AT_ONCE};
use game::phrases::Lang;

/// A name, and the language of the sentence that says why it has no address.
type Key = (String, Lang);

/// The latest look-ups, of [`LOOKUP_NAMES`] names at most.
pub struct Lookups {
    known: Mutex<HashMap<Key, (Instant, Resolved)>>,
    permits: Semaphore,
}

impl Default for Lookups {
    fn default() -> Self {
        Lookups {
            known: Mutex::default(),
            permits: Semaphore::new(LOOKUPS_AT_ONCE),
        }
    }
}

impl Lookups {
    /// What is known of a name for less than [`LOOKUP_KEPT`]; else calls `look_up`, at most
    /// [`LOOKUPS_AT_ONCE`] at a time.
    pub async fn get(&self, key: Key, look_up: impl AsyncFnOnce() -> Resolved) -> Resolved {
        if let Some(resolved) = self.fresh(&key) {
            return resolved;
        }
        let _permit = self.permits.acquire().await.expect("it is never closed");
        // Somebody else may have asked for it meanwhile.
        if let Some(resolved) = self.fresh(&key) {
            return resolved;
        }
        let resolved = look_up().await;
        let mut known = self.known.lock().expect("no panic under this lock");
        if known.len() >= LOOKUP_NAMES {
            known.retain(|_, (at, _)| at.elapsed() < LOOKUP_KEPT);
        }
        if known.len() < LOOKUP_NAMES {
            known.insert(key, (Instant::now(), resolved.clone()));
        }
        resolved
    }

    fn fresh(&self, key: &Key) -> Option<Resolved> {
        let known = self.known.lock().expect("no panic under this lock");
        let (at, resolved) = known.get(key)?;
        (at.elapsed() < LOOKUP_KEPT).then(|| resolved.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use tokio::task::JoinSet;

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);

    /// Asks for the address of one of ten names, which takes a second.
    async fn ask(lookups: Arc<Lookups>, number: usize) {
        let key = (format!("poste{}.example", number % 10), Lang::Fr);
        let look_up = async || {
            ASKED.fetch_add(1, Ordering::Relaxed);
            MOST.fetch_max(NOW.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(1)).await;
            NOW.fetch_sub(1, Ordering::Relaxed);
            Resolved::Failed("no such name".into())
        };
        lookups.get(key, look_up).await;
    }

    /// Protects name servers and descriptors from a pupil who asks in a loop.
    #[tokio::test(start_paused = true)]
    async fn names_are_asked_for_few_at_once_and_seldom() {
        let lookups = Arc::new(Lookups::default());
        let mut pupils = JoinSet::new();
        for number in 0..1_000 {
            pupils.spawn(ask(lookups.clone(), number));
        }
        pupils.join_all().await;
        let most = MOST.load(Ordering::Relaxed);
        assert_eq!(most, LOOKUPS_AT_ONCE, "at once");
        let first = ASKED.load(Ordering::Relaxed);
        // Those who asked for one name at the same moment may each have had a permit.
        assert!(
            (10..10 + LOOKUPS_AT_ONCE).contains(&first),
            "{first} look-ups"
        );
        tokio::time::advance(LOOKUP_KEPT).await;
        ask(lookups, 0).await;
        assert_eq!(
            ASKED.load(Ordering::Relaxed),
            first + 1,
            "it is asked again later"
        );
    }
}
