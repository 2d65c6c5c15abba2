//! A journal's files with any bytes wrong in them: the main file, and SQLite's log beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use game::rules::{
    CellKind, Detail, Entry, Met, Mode, Name, Order, Party, PlayerId, Proposal, Range, Record,
    RoomId, Rules, Score, Seed, Tally, Topic,
};
use rusqlite::Connection;
use server::journal::{Journal, JournalError, Store};
use tempfile::TempDir;

use super::input::Input;

/// The journal is refused and left as it is, or what is read was written so, from the first entry
/// on: damage may cut the last commits off where it can't be told from a crash, and no more.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let mut bytes = SOUND.clone();
    while !input.is_over() {
        let file = &mut bytes[input.below(2)];
        let [high, middle, low] = input.array();
        let position = u32::from_be_bytes([0, high, middle, low]) as usize % file.len().max(1);
        match input.below(3) {
            0 => file.truncate(position),
            1 => overwrite(file, position, input.chunk()),
            _ => overwrite(file, position, &[input.byte(); 24]),
        }
    }
    let dir = folder(&bytes);
    match replayed(dir.path()) {
        Ok(found) => assert!(STORY.starts_with(&found), "another story: {found:?}"),
        Err(_) => assert!(read(dir.path()) == bytes, "what was refused was changed"),
    }
}

fn overwrite(file: &mut [u8], position: usize, with: &[u8]) {
    for (byte, new) in file.iter_mut().skip(position).zip(with) {
        *byte = *new;
    }
}

/// The files that hold data.
fn files(dir: &Path) -> [PathBuf; 2] {
    ["journal.sqlite", "journal.sqlite-wal"].map(|name| dir.join(name))
}

/// What is read of a journal, and that much only where all of it is sound.
pub(super) fn replayed(dir: &Path) -> Result<Vec<(u64, Record)>, JournalError> {
    let mut found = Vec::new();
    let store = Store::Local(dir.to_owned());
    Journal::open(&store, &mut |sequence, record| {
        found.push((sequence, record))
    })?;
    Ok(found)
}

/// A journal of these files, in memory where there is such a place.
pub(super) fn folder(bytes: &[Vec<u8>; 2]) -> TempDir {
    let dir = new_folder();
    for (path, bytes) in files(dir.path()).iter().zip(bytes) {
        fs::write(path, bytes).expect("a folder of ours");
    }
    dir
}

fn read(dir: &Path) -> [Vec<u8>; 2] {
    files(dir).map(|path| fs::read(path).expect("a journal has both files"))
}

fn new_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a folder for files that go again")
}

/// A sound journal as a crash leaves it: its first entries in the main file, the last in the log.
pub(super) static SOUND: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let dir = new_folder();
    let store = Store::Local(dir.path().to_owned());
    let open = || Journal::open(&store, &mut |_, _| {}).expect("a folder of ours");
    for entries in [records(), crowd()] {
        append(&open(), entries);
    }
    let journal = open();
    for record in records() {
        append(&journal, vec![record]);
    }
    append(&journal, crowd());
    // Read while the journal is open: closing it would empty the log.
    read(dir.path())
});

/// What it tells.
pub(super) static STORY: LazyLock<Vec<(u64, Record)>> = LazyLock::new(|| {
    let story = replayed(folder(&SOUND).path()).expect("it is sound");
    assert_eq!(story.len(), 2 * (records().len() + crowd().len()));
    story
});

/// The sequence of the last entry of each of its rows. Some hold several guesses.
pub(super) static ROWS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let dir = folder(&SOUND);
    let connection = Connection::open(dir.path().join("journal.sqlite")).expect("it is sound");
    let mut select = connection.prepare("SELECT seq FROM entries ORDER BY seq");
    let select = select.as_mut().expect("a journal has entries");
    let rows = select.query_map([], |row| row.get::<_, i64>(0));
    let rows: Vec<u64> = rows
        .expect("they are read")
        .map(|seq| seq.expect("a number").unsigned_abs())
        .collect();
    assert_eq!(rows.len(), 2 * (records().len() + 1));
    rows
});

fn append(journal: &Journal, records: Vec<Record>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without input and output needs nothing");
    runtime.block_on(journal.append(records)).expect("commits");
}

/// One entry of each kind.
fn records() -> Vec<Record> {
    let (player, other, seed) = (PlayerId([1; 16]), PlayerId([2; 16]), Seed([9; 32]));
    let name = Name::parse("Léa").expect("a name");
    let rules = Rules::new(Mode::Race, Range::LESSON, Some(60)).expect("sound rules");
    let score = Score {
        room: room(),
        cause: 4,
        rules,
        round: 1,
        player,
        name: name.clone(),
        tries: 1,
        guess: 50,
        number: 50,
        won: true,
        tally: Tally {
            wins: 1,
            best: 1,
            tries: 1,
        },
    };
    let entries = [
        Entry::Open { rules, seed },
        Entry::Join {
            player,
            name: name.clone(),
            seed,
        },
        Entry::Attach { player, epoch: 2 },
        Entry::Guess {
            player,
            epoch: 2,
            n: 1,
            value: 50,
        },
        Entry::Rename {
            player,
            epoch: 2,
            n: 2,
            name: name.clone(),
        },
        Entry::Close { round: 1 },
        Entry::Answer {
            player,
            question: "jouer".into(),
            verdict: "right".into(),
            text: Some("50".into()),
        },
        Entry::Away { player, epoch: 2 },
        Entry::Quit { player, epoch: 2 },
        Entry::Tournament {
            number: 1,
            pairs: 1,
        },
        Entry::Entered {
            player,
            number: 1,
            party: Party::Client,
            alias: 1,
            name: name.clone(),
        },
        Entry::Met {
            number: 1,
            met: Met {
                client: Some(player),
                server: None,
                kind: CellKind::ALL[0],
                tries: 7,
                typed: true,
                detail: Some(Detail::About(Topic::Small)),
            },
        },
        Entry::Proposal(Proposal {
            player,
            topic: Topic::Small,
            text: "+".into(),
        }),
        Entry::Order(Order::Rule {
            topic: Topic::Small,
            text: "+".into(),
        }),
        Entry::Order(Order::Dismiss {
            player,
            topic: Topic::Small,
        }),
        Entry::Order(Order::Return { on: true }),
        Entry::Order(Order::Inherit { player, to: other }),
        Entry::Order(Order::UndoReturn {
            player: other,
            to: player,
        }),
        Entry::Leave { player },
        Entry::Result(Box::new(score)),
    ];
    entries.into_iter().map(record).collect()
}

/// Guesses of one commit, which share a row.
fn crowd() -> Vec<Record> {
    let guess = |n: u8| Entry::Guess {
        player: PlayerId([n % 3; 16]),
        epoch: 2,
        n: n.into(),
        value: n.into(),
    };
    (0..40).map(guess).map(record).collect()
}

fn room() -> RoomId {
    RoomId::Shared("4821".parse().expect("a code"))
}

fn record(entry: Entry) -> Record {
    let (room, at) = (room(), 1_700_000_000_000);
    Record { room, at, entry }
}
