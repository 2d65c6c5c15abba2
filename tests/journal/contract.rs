//! What every store promises; a new store adds its line here.

use game::limits::JOURNAL_QUEUE;
use game::rules::Record;
use proptest::prelude::*;
use server::journal::{Committed, Journal, Stopped, Store};
use tempfile::TempDir;

use super::util::*;

/// Every store passes these.
pub fn contract(store: &Store) {
    let journal = Journal::open(store, &mut |_, _| panic!("a new journal is empty")).unwrap();
    let mut acknowledged = Vec::new();
    drain(&journal);

    // Sequences are contiguous from 1, and records come back as they were given.
    let mut next = 1;
    for size in [1, 3, 0, 2] {
        let records: Vec<Record> = (0..size).map(|i| guess(1, i)).collect();
        let first = next;
        next += u64::from(size);
        let committed = block_on(journal.append(records.clone())).unwrap();
        let last = next - 1;
        let expected = Committed {
            first,
            last,
            records,
        };
        assert_eq!(committed, expected);
        acknowledged.extend(numbered(committed));
    }

    // Many append at once: one order for all, each one's own order kept, batches unbroken.
    let batches: Vec<_> = std::thread::scope(|scope| {
        let append = |who: u8| {
            let journal = journal.clone();
            scope.spawn(move || {
                let batch = |b: u32| (0..3).map(|i| guess(who, b * 3 + i)).collect();
                let append = |b| block_on(journal.append(batch(b))).unwrap();
                (0..50).map(append).collect::<Vec<Committed>>()
            })
        };
        let threads: Vec<_> = (2..6).map(append).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for (who, committed) in (2..6).zip(batches) {
        assert!(committed.windows(2).all(|two| two[0].first < two[1].first));
        let records = committed.iter().flat_map(|c| c.records.clone());
        assert!(records.eq((0..150).map(|n| guess(who, n))));
        acknowledged.extend(committed.into_iter().flat_map(numbered));
    }
    acknowledged.sort_by_key(|(sequence, _)| *sequence);
    assert!(acknowledged.iter().map(|(s, _)| *s).eq(1..=606));

    let clone = journal.clone();
    assert!(journal.failure().is_none());
    journal.close().unwrap();
    match store {
        Store::Memory => {}
        Store::Local(_) | Store::Shared(_) => {
            assert_eq!(block_on(clone.append(vec![guess(1, 0)])), Err(Stopped));
            assert_eq!(replayed(store).unwrap(), acknowledged);
        }
    }
}

#[test]
fn memory_keeps_the_contract() {
    contract(&Store::Memory);
}

#[test]
fn sqlite_keeps_the_contract() {
    let dir = TempDir::new().unwrap();
    // The folder is made, with those above it.
    contract(&Store::Local(dir.path().join("a/b")));
}

/// Who appends while the queue is full waits for a place in it.
#[test]
fn more_batches_than_the_queue_takes_are_all_committed() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    let journal = open(&store).unwrap();
    let batches = JOURNAL_QUEUE as u32 + 50;
    let committed = block_on(async {
        let mut appends = tokio::task::JoinSet::new();
        for n in 0..batches {
            let journal = journal.clone();
            appends.spawn(async move { journal.append(vec![guess(1, n)]).await });
        }
        appends.join_all().await
    });
    let mut sequences: Vec<u64> = committed.into_iter().map(|c| c.unwrap().first).collect();
    sequences.sort_unstable();
    assert!(sequences.into_iter().eq(1..=u64::from(batches)));
    journal.close().unwrap();
    assert_eq!(replayed(&store).unwrap().len(), batches as usize);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_survives(runs in prop::collection::vec(run(), 1..12)) {
        let records = runs.concat();
        let dir = TempDir::new().unwrap();
        let store = Store::Local(dir.path().to_owned());
        write(&store, records.clone());
        let found = replayed(&store).unwrap();
        prop_assert_eq!(found, (1..).zip(records).collect::<Vec<_>>());
    }
}

/// Protects journals that exist: the sums of entries once written must stay right.
#[test]
fn a_journal_of_the_first_version_is_still_read() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    write(&store, one_of_each());
    // One sum for the kinds of each step of the format.
    for (sequence, expected) in [(8, 185_396_541), (9, 279_516_255)] {
        let sum: u32 = sql(dir.path())
            .query_row("SELECT sum FROM entries WHERE seq = ?", [sequence], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(
            sum, expected,
            "the encoding of entry {sequence} has changed: old journals are unreadable"
        );
    }
}
