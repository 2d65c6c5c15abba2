//! Results for a spreadsheet or a program.

use std::fs;
use std::io::Write;
use std::path::Path;

use game::limits::{ENTRIES_IN_MEMORY, HALL_ENTRIES_IN_MEMORY};
use game::rules::{Entry, Range, Record, RoomCode, RoomId, Score};
use server::journal::{JournalError, Store, entries, scores};
use server::results::{Format, Source, Wanted, export};
use tempfile::TempDir;

use super::util::*;

fn write_out(
    dir: &Path,
    format: Format,
    room: Option<RoomCode>,
    out: &mut (dyn Write + Send),
) -> Result<(), JournalError> {
    let source = Source {
        scores: &|each| scores(dir, each),
        entries: &|begin, each| entries(dir, begin, each),
    };
    let wanted = Wanted {
        format,
        table: None,
        room,
    };
    export(source, wanted, out)
}

fn exported(dir: &Path, format: Format, room: Option<RoomCode>) -> String {
    let mut out = Vec::new();
    write_out(dir, format, room, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const HEADER: &str = "date,room,mode,player,round,tries,won,guess,number,range\n";

#[test]
fn csv_defuses_formulas_and_keeps_numbers() {
    let dir = TempDir::new().unwrap();
    let shared = RoomId::Shared(code("4821"));
    let mut low = score(shared, 1, "=1+1");
    low.rules.range = Range { min: -9, max: 9 };
    (low.guess, low.number) = (-3, -4);
    let won = Score {
        won: true,
        ..score(RoomId::Hall(player(2)), 2, "Léa, \"B\"")
    };
    let again = result(won.clone());
    let results = vec![result(low), result(won), guess(2, 1), again];
    write(&Store::Local(dir.path().to_owned()), results);
    assert_eq!(
        exported(dir.path(), Format::Csv, None),
        format!(
            "{HEADER}\
             2023-11-14T22:13:20Z,4821,course,'=1+1,1,3,false,-3,-4,'-9..9\n\
             2023-11-14T22:13:20Z,HALL,course,\"Léa, \"\"B\"\"\",1,3,true,40,42,1..100\n"
        )
    );
    let one = exported(dir.path(), Format::Csv, Some(code("4821")));
    assert_eq!(one.lines().count(), 2, "{one}");
    assert_eq!(exported(dir.path(), Format::Csv, Some(code("X"))), HEADER);
}

#[test]
fn json_is_one_document() {
    let dir = written();
    let text = exported(dir.path(), Format::Json, None);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = serde_json::json!([{
        "date": "2023-11-14T22:13:20Z", "room": "4821", "mode": "course", "player": "Léa B",
        "round": 1, "tries": 3, "won": false, "guess": 40, "number": 42, "range": "1..100",
    }]);
    assert_eq!(found, expected);
    assert_eq!(exported(dir.path(), Format::Json, Some(code("X"))), "[]\n");
}

#[test]
fn pages_follow_each_other() {
    let dir = TempDir::new().unwrap();
    let of = |cause| Score {
        cause,
        round: cause as u32,
        ..score(RoomId::Hall(player(1)), 1, "Léa")
    };
    let results = (1..=2500).map(|cause| result(of(cause))).collect();
    write(&Store::Local(dir.path().to_owned()), results);
    let text = exported(dir.path(), Format::Json, None);
    let found: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert!(
        found
            .iter()
            .map(|line| line["round"].as_u64().unwrap())
            .eq(1..=2500)
    );
}

#[test]
fn export_works_while_a_server_writes() {
    let dir = TempDir::new().unwrap();
    let journal = open(&Store::Local(dir.path().to_owned())).unwrap();
    for count in 1..50u64 {
        let of = |cause| Score {
            cause,
            ..score(RoomId::Hall(player(1)), 1, "Léa")
        };
        block_on(journal.append(vec![result(of(count))])).unwrap();
        let lines = exported(dir.path(), Format::Csv, None).lines().count() as u64;
        assert_eq!(lines, count + 1);
    }
}

/// What a folder holds, but for the file where SQLite's connections meet.
fn holds(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read(&path).unwrap(),
            )
        })
        .filter(|(name, _)| !name.ends_with("-shm"))
        .collect();
    files.sort();
    files
}

#[test]
fn export_makes_and_changes_nothing() {
    let dir = written();
    let before = holds(dir.path());
    assert_eq!(before.len(), 3);
    exported(dir.path(), Format::Csv, None);
    assert!(holds(dir.path()) == before);
    // A copy of the main file alone, in a folder that needs care in an URI.
    let copy = dir.path().join("50 % de # ?");
    fs::create_dir(&copy).unwrap();
    fs::copy(
        dir.path().join("journal.sqlite"),
        copy.join("journal.sqlite"),
    )
    .unwrap();
    let text = exported(&copy, Format::Csv, None);
    assert_eq!(text.lines().count(), 2);
    assert_eq!(fs::read_dir(&copy).unwrap().count(), 1);
    // After a crash, what is still in the log counts, and stays there.
    let crashed = TempDir::new().unwrap();
    let journal = open(&Store::Local(dir.path().to_owned())).unwrap();
    block_on(journal.append(vec![result(score(RoomId::Results, 3, "Zoé"))])).unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        fs::copy(dir.path().join(name), crashed.path().join(name)).unwrap();
    }
    let before = holds(crashed.path());
    let text = exported(crashed.path(), Format::Csv, None);
    assert_eq!(text.lines().count(), 3);
    assert!(holds(crashed.path()) == before);
}

#[test]
fn no_journal_is_told() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let error = write_out(&data, Format::Csv, None, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, JournalError::Missing { .. }));
    assert!(!data.exists());
    fs::create_dir(&data).unwrap();
    fs::write(data.join("journal.sqlite"), "").unwrap();
    let error = write_out(&data, Format::Csv, None, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, JournalError::Missing { .. }));
    fs::write(data.join("journal.sqlite"), "no journal").unwrap();
    let error = write_out(&data, Format::Csv, None, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, JournalError::NotAJournal { .. }));
}

/// A place that takes nothing, as a closed pipe.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_is_told() {
    let dir = written();
    for format in [Format::Csv, Format::Json] {
        let error = write_out(dir.path(), format, None, &mut Closed).unwrap_err();
        let JournalError::Output { source } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), std::io::ErrorKind::BrokenPipe, "{format:?}");
    }
}

/// Protects the memory of a server without a folder.
#[test]
fn a_journal_in_memory_remembers_so_many_entries() {
    let journal = open(&Store::Memory).unwrap();
    let hall = |n| guess(2, n);
    let many: Vec<Record> = (1..=ENTRIES_IN_MEMORY as u32)
        .flat_map(|n| [hall(n), shared_guess(n)])
        .chain([shared_guess(1)])
        .collect();
    block_on(journal.append(many)).unwrap();
    let mut count = 0;
    journal
        .entries(&mut drop, &mut |sequence, record| {
            count += 1;
            assert_eq!(sequence, 2 * count, "a guess of the hall is not among them");
            assert!(matches!(record.room, RoomId::Shared(_)));
            Ok(())
        })
        .unwrap();
    assert_eq!(count, ENTRIES_IN_MEMORY as u64);
}

/// Protects the memory of a server without a folder from a crowd that plays in the public hall, and
/// a class that comes after it.
#[test]
fn of_the_hall_a_journal_in_memory_remembers_less() {
    let journal = open(&Store::Memory).unwrap();
    let attach = |n: usize| Record {
        entry: Entry::Attach {
            player: player(2),
            epoch: n as u32,
        },
        ..guess(2, 1)
    };
    let crowd = (0..=HALL_ENTRIES_IN_MEMORY).map(attach);
    block_on(journal.append(crowd.chain([shared_guess(1)]).collect())).unwrap();
    let mut rooms = Vec::new();
    journal
        .entries(&mut drop, &mut |_, record| {
            rooms.push(record.room);
            Ok(())
        })
        .unwrap();
    let hall = RoomId::Hall(player(2));
    let kept = rooms.iter().filter(|room| **room == hall).count();
    assert_eq!(kept, HALL_ENTRIES_IN_MEMORY);
    assert_eq!(rooms.last(), Some(&RoomId::Shared(code("4821"))));
}

fn shared_guess(n: u32) -> Record {
    Record {
        room: RoomId::Shared(code("4821")),
        ..guess(2, n)
    }
}
