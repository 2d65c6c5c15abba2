//! The store that keeps nothing on the disk: it numbers, and remembers the latest results for the
//! teacher's screen.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::{Committed, JournalError, Scored, date};
use crate::game::{Entry, Record};
use crate::limits::RESULTS_IN_MEMORY;

/// What is remembered while the process lives.
#[derive(Default)]
pub struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The sequence of the last record.
    last: u64,
    results: VecDeque<Scored>,
}

impl Memory {
    /// Commits at once.
    pub fn append(&self, records: Vec<Record>) -> Committed {
        let mut kept = self.0.lock().expect("no panic under this lock");
        for record in &records {
            if let Entry::Result(score) = &record.entry {
                if kept.results.len() == RESULTS_IN_MEMORY {
                    kept.results.pop_front();
                }
                kept.results.push_back(Scored {
                    date: date(record.at),
                    score: (**score).clone(),
                });
            }
        }
        let first = kept.last + 1;
        kept.last += records.len() as u64;
        Committed { first, records }
    }

    /// Gives each result to `each`, in the order in which they came. Commits go on meanwhile.
    pub fn scores(
        &self,
        each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let kept = self.0.lock().expect("no panic under this lock");
        let results = kept.results.clone();
        drop(kept);
        results.into_iter().try_for_each(each)
    }
}
