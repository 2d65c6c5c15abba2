//! Measures the journal on this disk: `cargo run --release --example journal_bench [FOLDER]`.
//!
//! Guesses a second for three sizes of batch, each batch waiting for its commit, then the replay
//! of a million entries.

use std::time::{Duration, Instant};

use game::rules::{Entry, PlayerId, Record, RoomId};
use server::journal::{Journal, JournalError, Store};

const REPLAYED: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = match std::env::args_os().nth(1) {
        Some(dir) => dir.into(),
        None => std::env::temp_dir().join("juste-prix-bench"),
    };
    server::journal::erase(&dir)?;
    let store = Store::Local(dir.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let journal = Journal::open(&store, &mut |_, _| {})?;
    let mut last = 0;
    for size in [1, 32, 512] {
        let (start, before) = (Instant::now(), last);
        while start.elapsed() < Duration::from_secs(3) {
            last = runtime.block_on(append(&journal, size))?;
        }
        let rate = (last - before) as f64 / start.elapsed().as_secs_f64();
        println!("batches of {size}: {rate:.0} guesses/s");
    }
    while last < REPLAYED {
        last = runtime.block_on(append(&journal, 10_000))?;
    }
    journal.close()?;
    replay(&store)?;
    server::journal::erase(&dir)?;
    Ok(())
}

async fn append(journal: &Journal, size: u32) -> Result<u64, server::journal::Stopped> {
    let guess = |n: u32| {
        let player = PlayerId(u128::from(n % 1000).to_be_bytes());
        Record {
            room: RoomId::Hall(player),
            at: 1_700_000_000_000,
            entry: Entry::Guess {
                player,
                epoch: 1,
                n,
                value: 50,
            },
        }
    };
    let committed = journal.append((0..size).map(guess).collect()).await?;
    Ok(committed.first + u64::from(size) - 1)
}

fn replay(store: &Store) -> Result<(), JournalError> {
    let start = Instant::now();
    let mut count = 0u64;
    let journal = Journal::open(store, &mut |_, _| count += 1)?;
    println!("replay of {count} entries: {:?}", start.elapsed());
    journal.close()
}
