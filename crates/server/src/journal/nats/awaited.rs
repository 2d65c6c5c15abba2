//! The messages that are being published, until they are read back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::message::Label;

/// The messages being published, each with the receiver of its first entry's number.
#[derive(Clone, Default)]
pub struct Awaited(Arc<Mutex<Waits>>);

#[derive(Default)]
struct Waits {
    all: HashMap<Label, oneshot::Sender<u64>>,
    /// The last entry that was read.
    last: u64,
}

impl Awaited {
    /// Notes that a message was read back, with its entries' numbers.
    pub fn came(&self, label: Label, first: u64, last: u64) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.last = last;
        if let Some(waits) = waits.all.remove(&label) {
            // The receiver may be dropped; ignore it.
            let _ = waits.send(first);
        }
    }

    /// The last entry that was read back.
    pub fn last(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last
    }

    /// Where the number of the first entry of a message goes once it is read back.
    pub fn wait(&self, label: Label) -> oneshot::Receiver<u64> {
        let (waits, came) = oneshot::channel();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.all.insert(label, waits);
        came
    }
}
