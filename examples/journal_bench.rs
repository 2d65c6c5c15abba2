//! Measures the journal on this disk, beside other places where entries could lie:
//! `cargo run --release --example journal_bench [ENTRIES [FOLDER]]`.
//!
//! Guesses a second for three sizes of batch, each batch waiting until it is on the disk: the journal
//! (SQLite), and checksummed segments that only grow, with and without space that is taken in advance.
//! In each round each has its turn, so whatever disturbs the machine disturbs all alike. Then starts on a
//! journal of so many entries (1,000,000): from its snapshot, and from its beginning.

use std::error::Error;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use game::rules::{Entry, Mode, Name, PlayerId, Range, Record, RoomId, Rules, Seed};
use server::journal::{Journal, Store};
use tokio::runtime::Runtime;

const PLAYERS: u32 = 1_000;
const ROUNDS: usize = 9;
const TURN: Duration = Duration::from_millis(400);
/// The space that a segment takes in advance.
const SEGMENT: usize = 64 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let entries = match arguments.next() {
        Some(entries) => entries.to_str().ok_or("not a number")?.parse()?,
        None => 1_000_000,
    };
    let dir: PathBuf = match arguments.next() {
        Some(dir) => dir.into(),
        None => std::env::temp_dir().join("juste-prix-bench"),
    };
    server::journal::erase(&dir)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let store = Store::Local(dir.clone());
    let (journal, _) = Journal::resume(&store)?;
    let mut last = runtime.block_on(journal.append(seats()))?.last;
    for size in [1, 32, 512] {
        let mut rates = vec![Vec::new(); 3];
        for round in 0..ROUNDS {
            for turn in 0..3 {
                let place = (round + turn) % 3;
                let rate = match place {
                    0 => sqlite(&runtime, &journal, size, &mut last)?,
                    place => segment(&dir, size, place == 2)?,
                };
                rates[place].push(rate);
            }
        }
        let ratio = |place: usize| {
            let pairs = rates[place].iter().zip(&rates[0]);
            median(pairs.map(|(rate, sqlite)| rate / sqlite).collect())
        };
        println!(
            "batches of {size}: {:.0} guesses/s in SQLite; a segment {:.2}, with its space taken {:.2} times as many",
            median(rates[0].clone()),
            ratio(1),
            ratio(2),
        );
    }
    while last < entries {
        last = runtime
            .block_on(journal.append(guesses(10_000, last)))?
            .last;
    }
    journal.close()?;
    start(&store, "from the snapshot")?;
    start(&store, "from the snapshot")?;
    std::fs::remove_file(dir.join("journal.snapshot"))?;
    start(&store, "from the beginning")?;
    server::journal::erase(&dir)?;
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn player(n: u32) -> PlayerId {
    PlayerId(u128::from(n).to_be_bytes())
}

fn record(n: u32, entry: Entry) -> Record {
    Record {
        room: RoomId::Hall(player(n)),
        at: 1_700_000_000_000,
        entry,
    }
}

/// Everybody sits down.
fn seats() -> Vec<Record> {
    let seat = |n: u32| {
        let mut seed = Seed([0; 32]);
        seed.0[..4].copy_from_slice(&n.to_be_bytes());
        let rules = Rules::new(Mode::Solo, Range::LESSON, None).expect("solo needs no limit");
        let join = Entry::Join {
            player: player(n),
            name: Name::kept("Ada"),
            seed,
        };
        [record(n, Entry::Open { rules, seed }), record(n, join)]
    };
    (0..PLAYERS).flat_map(seat).collect()
}

/// The next guesses: each player makes theirs in turn.
fn guesses(size: u32, last: u64) -> Vec<Record> {
    let guess = |index: u32| {
        let count = last as u32 + index;
        let entry = Entry::Guess {
            player: player(count % PLAYERS),
            epoch: 1,
            n: count / PLAYERS + 1,
            value: (count / PLAYERS % 100) as i32 + 1,
        };
        record(count % PLAYERS, entry)
    };
    (0..size).map(guess).collect()
}

/// Guesses a second in the journal.
fn sqlite(
    runtime: &Runtime,
    journal: &Journal,
    size: u32,
    last: &mut u64,
) -> Result<f64, Box<dyn Error>> {
    let (start, before) = (Instant::now(), *last);
    while start.elapsed() < TURN {
        *last = runtime.block_on(journal.append(guesses(size, *last)))?.last;
    }
    Ok((*last - before) as f64 / start.elapsed().as_secs_f64())
}

/// Guesses a second in a file that only grows: for each batch a length, a checksum and its entries.
fn segment(dir: &Path, size: u32, is_taken: bool) -> Result<f64, Box<dyn Error>> {
    let path = dir.join("segment");
    let file = File::create(&path)?;
    if is_taken {
        file.write_all_at(&vec![0; SEGMENT], 0)?;
        file.sync_all()?;
    }
    let (start, mut end, mut count) = (Instant::now(), 0, 0u64);
    let mut frame = Vec::new();
    while start.elapsed() < TURN && (!is_taken || end < SEGMENT as u64) {
        frame.clear();
        frame.extend([0; 8]);
        for record in guesses(size, count) {
            frame = postcard::to_extend(&record, frame)?;
        }
        let length = (frame.len() - 8) as u32;
        let sum = crc32fast::hash(&frame[8..]);
        frame[..4].copy_from_slice(&length.to_le_bytes());
        frame[4..8].copy_from_slice(&sum.to_le_bytes());
        file.write_all_at(&frame, end)?;
        file.sync_data()?;
        end += frame.len() as u64;
        count += u64::from(size);
    }
    let rate = count as f64 / start.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}

fn start(store: &Store, how: &str) -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let (journal, replay) = Journal::resume(store)?;
    let taken = begin.elapsed();
    println!("a start {how}: {taken:.0?}, {} rooms", replay.rooms.len());
    journal.close()?;
    Ok(())
}
