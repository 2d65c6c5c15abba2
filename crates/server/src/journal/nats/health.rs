//! The log's health: whether it takes entries, and whether it has failed for good.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::super::JournalError;

/// Trouble that passes within this time, such as an election, is not reported.
const PASSING: Duration = Duration::from_millis(500);

/// The log's health, shared by all tasks that use it.
#[derive(Default)]
pub struct Health {
    /// The current trouble: its start, its reason, and whether a message waits to be published.
    trouble: Mutex<Option<(Instant, String, bool)>>,
    failure: OnceLock<JournalError>,
    /// Notified of the failure.
    over: Notify,
}

impl Health {
    /// Notes that the log took a message, or answered.
    pub fn well(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that the log answers. Trouble with publishing stays, until a message is taken.
    pub fn answers(&self) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if trouble
            .as_ref()
            .is_some_and(|(_, _, publishing)| !publishing)
        {
            *trouble = None;
        }
    }

    /// Notes that the log did not answer.
    pub fn trouble(&self, reason: String) {
        self.note(reason, false);
    }

    /// Notes that the log did not take a message, which will be published again.
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

    /// Why the log takes nothing at present, if the trouble has lasted.
    pub fn lost(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, reason, _) = trouble.as_ref()?;
        (since.elapsed() >= PASSING).then(|| reason.clone())
    }

    /// Notes that the log has failed for good.
    pub fn fail(&self, error: JournalError) {
        // Only the first reason is kept.
        let _ = self.failure.set(error);
        self.over.notify_one();
    }

    /// Waits until the log has failed for good. For one caller at a time.
    pub async fn failed(&self) {
        while !self.has_failed() {
            self.over.notified().await;
        }
    }

    /// Why the log has failed for good, if it has.
    pub fn failure(&self) -> Option<JournalError> {
        self.failure.get().cloned()
    }

    /// Whether the log has failed for good.
    pub fn has_failed(&self) -> bool {
        self.failure.get().is_some()
    }
}
