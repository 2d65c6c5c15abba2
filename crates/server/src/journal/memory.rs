//! The store that keeps nothing on the disk: it numbers, and remembers for the teacher's screen the
//! latest results, and the entries that tries and answers are told from.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::{Committed, JournalError, Scored, date};
use game::limits::{ENTRIES_IN_MEMORY, HALL_ENTRIES_IN_MEMORY, RESULTS_IN_MEMORY};
use game::rules::{Entry, Record, RoomId};

/// What is remembered while the process lives.
#[derive(Default)]
pub struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// The sequence of the last record.
    last: u64,
    results: VecDeque<Scored>,
    /// The first entries: what comes later can't be told without them.
    entries: Vec<(u64, Record)>,
    /// How many of them are of the public hall.
    of_hall: usize,
}

impl Kept {
    /// Whether an entry is worth its place: crowds come to the public hall, and guess there.
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

    /// Gives each entry that is remembered to `each`. Commits go on meanwhile.
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

    /// Protects a server without a folder that runs for weeks: the oldest results go first.
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
