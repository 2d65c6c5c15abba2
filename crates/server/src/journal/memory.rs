//! The store in memory: it numbers the entries, and keeps the latest results and the first entries for
//! the teacher's downloads.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::{Committed, JournalError, Scored, date};
use game::limits::{ENTRIES_IN_MEMORY, HALL_ENTRIES_IN_MEMORY, RESULTS_IN_MEMORY};
use game::rules::{Entry, Record, RoomId};

/// The entries and results that are kept while the process lives.
#[derive(Default)]
pub struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The sequence of the last record.
    last: u64,
    results: VecDeque<Scored>,
    /// The first entries; later ones can't be replayed without them.
    entries: Vec<(u64, Record)>,
    /// The number of kept entries of the public hall.
    of_hall: usize,
}

impl Kept {
    /// Whether an entry is kept: of the public hall, where crowds play, only some are.
    fn has_place(&mut self, record: &Record) -> bool {
        if self.entries.len() == ENTRIES_IN_MEMORY {
            return false;
        }
        if !matches!(record.room, RoomId::Hall(_)) {
            return true;
        }
        let is_guess = matches!(record.entry, Entry::Guess { .. });
        let has_place = !is_guess && self.of_hall < HALL_ENTRIES_IN_MEMORY;
        self.of_hall += usize::from(has_place);
        has_place
    }
}

impl Memory {
    /// Commits at once.
    pub fn append(&self, records: Vec<Record>) -> Committed {
        let mut kept = self.0.lock().expect("no panic under this lock");
        let first = kept.last + 1;
        for (sequence, record) in (first..).zip(&records) {
            if let Entry::Result(score) = &record.entry {
                if kept.results.len() == RESULTS_IN_MEMORY {
                    kept.results.pop_front();
                }
                kept.results.push_back(Scored {
                    date: date(record.at),
                    score: (**score).clone(),
                });
            } else if kept.has_place(record) {
                kept.entries.push((sequence, record.clone()));
            }
        }
        kept.last += records.len() as u64;
        let last = kept.last;
        Committed {
            first,
            last,
            records,
        }
    }

    /// Calls `each` with each kept result, in order. Commits continue meanwhile.
    pub fn scores(
        &self,
        each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let kept = self.0.lock().expect("no panic under this lock");
        let results = kept.results.clone();
        drop(kept);
        results.into_iter().try_for_each(each)
    }

    /// Calls `each` with each kept entry. Commits continue meanwhile.
    pub fn entries(
        &self,
        each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let kept = self.0.lock().expect("no panic under this lock");
        let entries = kept.entries.clone();
        drop(kept);
        let mut entries = entries.into_iter();
        entries.try_for_each(|(sequence, record)| each(sequence, record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::rules::{Mode, Name, PlayerId, Range, RoomId, Rules, Score, Tally};

    /// Protects the memory of a server without a folder that runs for weeks: the oldest results are
    /// dropped first.
    #[test]
    fn so_many_results_are_remembered() {
        let memory = Memory::default();
        let rules = Rules::new(Mode::Solo, Range::LESSON, None).expect("sound rules");
        let record = |cause: u64| Record {
            room: RoomId::Results,
            at: 1,
            entry: Entry::Result(Box::new(Score {
                room: RoomId::Results,
                cause,
                rules,
                round: 1,
                player: PlayerId([1; 16]),
                name: Name::parse("Ada").expect("a name"),
                tries: 1,
                guess: 50,
                number: 50,
                won: true,
                tally: Tally {
                    wins: 1,
                    best: 1,
                    tries: 1,
                },
            })),
        };
        let all = RESULTS_IN_MEMORY as u64 + 2;
        for cause in 0..all {
            memory.append(vec![record(cause)]);
        }
        let mut causes = Vec::new();
        let each = &mut |scored: Scored| {
            causes.push(scored.score.cause);
            Ok(())
        };
        memory.scores(each).expect("it has them");
        assert!(causes.into_iter().eq(2..all), "not the latest ones");
    }
}
