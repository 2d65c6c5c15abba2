//! What is known of the log: whether it takes entries, and whether it has failed for good.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::super::JournalError;

/// Trouble that is shorter is none: an election, a lost message.
const PASSING: Duration = Duration::from_millis(500);

/// Shared by all that talk to the log.
#[derive(Default)]
pub struct Health {
    /// Since when, why, and whether something waits to be published.
    trouble: Mutex<Option<(Instant, String, bool)>>,
    failure: OnceLock<JournalError>,
    /// Told of the failure.
    over: Notify,
}

impl Health {
    /// The log took something, or answered.
    pub fn well(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The log answers. What it does not take is told by whoever publishes.
    pub fn answers(&self) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble
            .as_ref()
            .is_some_and(|(_, _, publishing)| !publishing)
        {
            *trouble = None;
        }
    }

    /// The log did not answer.
    pub fn trouble(&self, reason: String) {
        self.note(reason, false);
    }

    /// The log did not take something, which will be published again.
    pub fn refused(&self, reason: String) {
        self.note(reason, true);
    }

    fn note(&self, reason: String, publishing: bool) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, _, before) = trouble
            .take()
            .unwrap_or_else(|| (Instant::now(), String::new(), false));
        *trouble = Some((since, reason, before || publishing));
    }

    /// Why the log takes nothing at present, where that has lasted.
    pub fn lost(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, reason, _) = trouble.as_ref()?;
        (since.elapsed() >= PASSING).then(|| reason.clone())
    }

    /// It is over: the log is not what it must be.
    pub fn fail(&self, error: JournalError) {
        // The first reason is the one to tell.
        let _ = self.failure.set(error);
        self.over.notify_one();
    }

    /// Waits until it is over. For one at a time.
    pub async fn failed(&self) {
        while !self.has_failed() {
            self.over.notified().await;
        }
    }

    /// Why it is over.
    pub fn failure(&self) -> Option<JournalError> {
        self.failure.get().cloned()
    }

    /// Whether it is over.
    pub fn has_failed(&self) -> bool {
        self.failure.get().is_some()
    }
}
