//! Starts from a snapshot and the entries after it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use game::limits::SNAPSHOT_ENTRIES;
use game::room::fold::Replay;
use game::rules::{Entry, Mode, Order, Party, Range, Record, RoomId, Rules, Seed};

use server::journal::{ErasedPlayer, Journal, JournalError, Store};
use server::results::{Format, Source, Table, Wanted, export};
use tempfile::TempDir;

use super::util::*;

/// Entries after which an orderly end makes a snapshot.
const ENOUGH: usize = SNAPSHOT_ENTRIES as usize / 10;
/// How long a snapshot may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Games in the hall and in two rooms: so many entries, the first ones of which seat the players.
fn games(entries: usize) -> Vec<Record> {
    let seed = |n: u8| Seed([n; 32]);
    let solo = Rules::new(Mode::Solo, Range::LESSON, None).unwrap();
    let closest = Rules::new(Mode::Closest, Range::LESSON, Some(60)).unwrap();
    let mut records = Vec::new();
    let join = |who| Entry::Join {
        player: player(who),
        name: name("Léa"),
        seed: seed(who),
    };
    for (code, rules) in [("COURSE", race()), ("PROCHE", closest)] {
        let seed = seed(200);
        records.push(in_room(code, Entry::Open { rules, seed }));
        records.extend((0..9).map(|who| in_room(code, join(who))));
    }
    for who in 10..30 {
        let seed = seed(who);
        records.push(in_hall(who, Entry::Open { rules: solo, seed }));
        records.push(in_hall(who, join(who)));
    }
    records.push(in_room("COURSE", Entry::Order(Order::Lock { on: true })));
    let answer = Entry::Answer {
        player: player(1),
        question: "q1".into(),
        verdict: "right".into(),
        text: Some("127.0.0.1".into()),
    };
    records.push(in_room("COURSE", answer));
    for n in 0.. {
        let who = (n % 30) as u8;
        let made = Entry::Guess {
            player: player(who),
            epoch: 1,
            n: n as u32 / 30 + 1,
            value: n % 100 + 1,
        };
        records.push(match who {
            10.. => in_hall(who, made),
            _ if n % 2 == 0 => in_room("COURSE", made),
            _ => in_room("PROCHE", made),
        });
        if records.len() >= entries {
            break;
        }
    }
    for (n, record) in records.iter_mut().enumerate() {
        record.at += n as u64 * 20;
    }
    records
}

fn folded(records: &[Record]) -> Vec<u8> {
    let mut replay = Replay::default();
    replay.all(1, records);
    replay.to_bytes()
}

fn resumed(dir: &Path) -> Result<Vec<u8>, JournalError> {
    let (journal, replay) = Journal::resume(&Store::Local(dir.to_owned()))?;
    journal.close().unwrap();
    Ok(replay.to_bytes())
}

fn snapshot(dir: &Path) -> PathBuf {
    dir.join("journal.snapshot")
}

/// A journal of these games, closed, with a snapshot in their midst.
fn with_snapshot(all: &[Record], tail: usize) -> TempDir {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    let (before, after) = all.split_at(all.len() - tail);
    write(&store, before.to_vec());
    assert!(snapshot(dir.path()).exists(), "an orderly end makes one");
    write(&store, after.to_vec());
    dir
}

/// Protects games from a start that is quick and wrong.
#[test]
fn a_start_from_a_snapshot_is_the_full_replay_byte_for_byte() {
    let all = games(ENOUGH + 400);
    for tail in [0, 1, 37, 400] {
        let dir = with_snapshot(&all, tail);
        assert_only_owner_reads(&snapshot(dir.path()));
        let expected = folded(&all);
        assert!(resumed(dir.path()).unwrap() == expected, "tail of {tail}");
        // What comes before the snapshot is not read: the start does not grow with it.
        let change = "UPDATE entries SET at = at + 1 WHERE seq = 30";
        sql(dir.path()).execute_batch(change).unwrap();
        assert!(resumed(dir.path()).unwrap() == expected, "tail of {tail}");
        let whole = replayed(&Store::Local(dir.path().to_owned()));
        assert!(
            matches!(whole, Err(JournalError::Damaged { sequence: 30, .. })),
            "expected: a full replay notices; got {whole:?}"
        );
    }
}

/// Protects games from damage in what a start does read.
#[test]
fn damage_after_the_snapshot_is_refused() {
    let all = games(ENOUGH + 10);
    let last = all.len();
    for (change, expected) in [
        (
            format!("UPDATE entries SET value = 777 WHERE seq = {}", last - 3),
            last - 3,
        ),
        (format!("DELETE FROM entries WHERE seq = {last}"), last),
        (format!("UPDATE head SET seq = {}", last - 1), last + 1),
    ] {
        let dir = with_snapshot(&all, 10);
        sql(dir.path()).execute_batch(&change).unwrap();
        match resumed(dir.path()) {
            Err(JournalError::Damaged { sequence, .. }) => {
                assert_eq!(sequence as usize, expected, "{change}");
            }
            other => panic!("{change}: {:?}", other.map(|state| state.len())),
        }
    }
}

/// Protects games from a snapshot that does not belong to the journal, or is not sound.
#[test]
fn a_snapshot_that_can_not_be_used_is_ignored() {
    let all = games(ENOUGH + 10);
    let dir = with_snapshot(&all, 10);
    let expected = folded(&all);
    let path = snapshot(dir.path());
    let sound = fs::read(&path).unwrap();
    let mut unsound = vec![Vec::new(), sound[..sound.len() - 1].to_vec()];
    unsound.push([&sound[..], &[0]].concat());
    for position in (0..40).chain((40..sound.len()).step_by(997)) {
        let mut bytes = sound.clone();
        bytes[position] ^= 0x04;
        unsound.push(bytes);
    }
    for (index, bytes) in unsound.into_iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        assert!(resumed(dir.path()).unwrap() == expected, "snapshot {index}");
    }
    // Another journal's, and that of a journal before it was restored from a copy.
    fs::write(&path, &sound).unwrap();
    let other = TempDir::new().unwrap();
    write(&Store::Local(other.path().to_owned()), one_of_each());
    fs::copy(&path, snapshot(other.path())).unwrap();
    assert!(resumed(other.path()).unwrap() == folded(&one_of_each()));
}

/// Protects a school year's start: the server makes snapshots while it is played on, and a crash
/// leaves a sound one.
#[test]
fn a_snapshot_is_made_while_entries_are_committed() {
    let all = games(SNAPSHOT_ENTRIES as usize + 3_000);
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    let journal = open(&store).unwrap();
    let (first, rest) = all.split_at(SNAPSHOT_ENTRIES as usize);
    for batch in first.chunks(1_000) {
        block_on(journal.append(batch.to_vec())).unwrap();
    }
    let since = Instant::now();
    let mut committed = first.len();
    for record in rest {
        block_on(journal.append(vec![record.clone()])).unwrap();
        committed += 1;
        if snapshot(dir.path()).exists() {
            break;
        }
    }
    while !snapshot(dir.path()).exists() {
        assert!(since.elapsed() < PATIENCE, "no snapshot was made");
        std::thread::sleep(Duration::from_millis(5));
    }
    let crashed = TempDir::new().unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal", "journal.snapshot"] {
        fs::copy(dir.path().join(name), crashed.path().join(name)).unwrap();
    }
    assert!(resumed(crashed.path()).unwrap() == folded(&all[..committed]));
    journal.close().unwrap();
}

/// Protects pupils: the snapshot has their names too.
#[test]
fn forget_erases_the_snapshot() {
    let dir = with_snapshot(&games(ENOUGH + 1), 1);
    fs::write(dir.path().join("journal.snapshot.part"), "half").unwrap();
    assert!(server::journal::erase(dir.path()).unwrap());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

const DAY: Duration = Duration::from_secs(86_400);

/// Now, in milliseconds since 1970.
fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_millis() as u64
}

/// These games, half of them of some years ago and half of today.
fn half_old(entries: usize) -> Vec<Record> {
    let mut all = games(entries);
    let late = now() - 1_000_000;
    for (n, record) in all.iter_mut().skip(entries / 2).enumerate() {
        record.at = late + n as u64 * 20;
    }
    all
}

fn count(dir: &Path) -> usize {
    let sql = sql(dir);
    // Guesses of one commit share a row.
    let count = "SELECT sum(iif(kind = 'guesses', n, 1)) FROM entries";
    let entries = sql.query_row(count, [], |row| row.get::<_, i64>(0));
    entries.unwrap() as usize
}

/// Serves the folder until the entries of another year are gone.
fn trimmed(dir: &Path, expected: usize) -> Journal {
    let (journal, _) = Journal::resume(&Store::Local(dir.to_owned())).unwrap();
    journal.keep(400 * DAY);
    let since = Instant::now();
    while count(dir) > expected {
        assert!(
            since.elapsed() < PATIENCE,
            "{} entries are left",
            count(dir)
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    journal
}

fn tries(dir: &Path) -> String {
    let mut out = Vec::new();
    let source = Source {
        scores: &|each| server::journal::scores(dir, each),
        entries: &|begin, each| server::journal::entries(dir, begin, each),
    };
    let wanted = Wanted {
        format: Format::Csv,
        table: Some(Table::Tries),
        room: None,
    };
    export(source, wanted, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Protects a disk from ten years of games, and the games that go on from the loss of the old ones.
#[test]
fn entries_older_than_is_kept_are_let_go_of_and_the_games_go_on() {
    let all = half_old(2_000);
    let dir = TempDir::new().unwrap();
    write(&Store::Local(dir.path().to_owned()), all.clone());
    let whole = tries(dir.path());
    let journal = trimmed(dir.path(), 1_000);
    // Entries are committed on top, and read with those before.
    let more = in_hall(
        10,
        Entry::Rename {
            player: player(10),
            epoch: 1,
            n: 900,
            name: name("Zoé"),
        },
    );
    let more = Record { at: now(), ..more };
    let committed = block_on(journal.append(vec![more.clone()])).unwrap();
    assert_eq!(committed.first, 2_001);
    journal.close().unwrap();

    let base = dir.path().join("journal.base");
    assert_only_owner_reads(&base);
    let expected = folded(&[&all[..], &[more]].concat());
    assert!(resumed(dir.path()).unwrap() == expected);
    assert!(
        replayed(&Store::Local(dir.path().to_owned()))
            .unwrap()
            .len()
            == 1_001
    );
    // The tries of today are what they were, each with its verdict, round and name.
    let kept = tries(dir.path());
    let of_today = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("2023-"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(of_today(&kept), of_today(&whole));
    assert!(kept.lines().count() > 500 && whole.lines().count() > kept.lines().count());

    // A copy of it is one, too.
    let copied = TempDir::new().unwrap();
    let (from, to) = (dir.path().to_owned(), copied.path().to_owned());
    let entries = server::journal::copy(&Store::Local(from), &Store::Local(to)).unwrap();
    assert_eq!(entries, 1_001);
    assert!(resumed(copied.path()).unwrap() == expected);
    assert_eq!(tries(copied.path()), kept);

    // Without its base, or with a damaged one, the rest is refused.
    let sound = fs::read(&base).unwrap();
    let mut damaged = sound.clone();
    damaged[sound.len() / 2] ^= 1;
    for wrong in [Some(damaged), None] {
        match wrong {
            Some(bytes) => fs::write(&base, bytes).unwrap(),
            None => fs::remove_file(&base).unwrap(),
        }
        let refused = resumed(dir.path());
        let is_damaged = matches!(refused, Err(JournalError::Damaged { sequence: 1, .. }));
        assert!(is_damaged, "expected: damaged at entry 1");
    }
    assert!(server::journal::erase(dir.path()).unwrap());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// Protects the teacher who wants it gone: what is let go of can't be read from the file.
#[test]
fn what_is_let_go_of_is_not_left_in_the_file() {
    let mut all = half_old(400);
    let secret = "Barnabé";
    all.insert(100, {
        let name = name(secret);
        let player = player(10);
        let renamed = in_hall(
            10,
            Entry::Rename {
                player,
                epoch: 1,
                n: 400,
                name,
            },
        );
        Record {
            at: all[100].at,
            ..renamed
        }
    });
    let again = Entry::Rename {
        player: player(10),
        epoch: 1,
        n: 401,
        name: name("Ada"),
    };
    all.insert(
        101,
        Record {
            at: all[100].at,
            ..in_hall(10, again)
        },
    );
    let dir = TempDir::new().unwrap();
    write(&Store::Local(dir.path().to_owned()), all);
    let holds = |dir: &Path| {
        let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
        let mut texts = files.map(|file| fs::read(file).unwrap());
        texts.any(|text| {
            text.windows(secret.len())
                .any(|part| part == secret.as_bytes())
        })
    };
    assert!(holds(dir.path()));
    trimmed(dir.path(), 200).close().unwrap();
    assert!(!holds(dir.path()), "the old name is still there");
}

/// Protects backups: a copy that is made while a server commits is sound, and a moment of the journal.
#[test]
fn a_folder_that_is_served_is_copied() {
    let all = games(3_000);
    let dir = TempDir::new().unwrap();
    let journal = open(&Store::Local(dir.path().to_owned())).unwrap();
    let (first, rest) = all.split_at(1_000);
    block_on(journal.append(first.to_vec())).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for record in rest {
                block_on(journal.append(vec![record.clone()])).unwrap();
            }
        });
        for _ in 0..3 {
            let copied = TempDir::new().unwrap();
            let (from, to) = (dir.path().to_owned(), copied.path().to_owned());
            let entries = server::journal::copy(&Store::Local(from), &Store::Local(to)).unwrap();
            let found = resumed(copied.path()).unwrap();
            assert!(entries >= 1_000 && found == folded(&all[..entries as usize]));
        }
    });
    journal.close().unwrap();
}

/// Protects a class that wants its room gone: the journal is served on, the other games are what they
/// were, and nothing of the room is left in any file.
#[test]
fn one_room_is_erased_while_others_play() {
    let mut all = half_old(2_000);
    let secret = "Barnabé";
    let named = |at: u64, n: u32| {
        let (player, name) = (player(3), name(secret));
        let renamed = Entry::Rename {
            player,
            epoch: 1,
            n,
            name,
        };
        Record {
            at,
            ..in_room("PROCHE", renamed)
        }
    };
    all.insert(500, named(all[500].at, 1_000));
    all.insert(1_500, named(all[1_500].at, 1_001));
    let of_room = score(RoomId::Shared(code("PROCHE")), 3, secret);
    all.push(Record {
        at: now(),
        ..result(of_room)
    });
    let dir = TempDir::new().unwrap();
    write(&Store::Local(dir.path().to_owned()), all.clone());
    // With a base, and with entries after it.
    let journal = trimmed(dir.path(), 1_003);
    let others = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.contains(",PROCHE,"));
        lines.map(str::to_owned).collect()
    };
    let before = tries(dir.path());
    let erased = journal.erase_room(code("PROCHE")).unwrap();
    assert!(erased > Some(100), "{erased:?}");
    assert_eq!(journal.erase_room(code("PROCHE")).unwrap(), Some(0));
    let more = guess(10, 2_000);
    block_on(journal.append(vec![more.clone()])).unwrap();
    journal.close().unwrap();

    let holds = |word: &str| {
        let files = fs::read_dir(dir.path())
            .unwrap()
            .map(|file| file.unwrap().path());
        let mut texts = files.map(|file| fs::read(file).unwrap());
        texts.any(|text| text.windows(word.len()).any(|part| part == word.as_bytes()))
    };
    assert!(
        !holds(secret) && !holds("PROCHE"),
        "something of the room is left"
    );
    assert_eq!(tries(dir.path()).lines().count(), others(&before).len() + 1);
    assert!(tries(dir.path()).contains(&others(&before)[1..].join("\n")));
    // The rest is the state of a journal that never had the room.
    let rest = all.iter().chain([&more]);
    let rest: Vec<(u64, Record)> = (1..)
        .zip(rest.cloned())
        .filter(|(_, record)| record.room != RoomId::Shared(code("PROCHE")))
        .filter(|(_, record)| record.room != RoomId::Results)
        .collect();
    let mut expected = Replay::default();
    for (sequence, record) in &rest {
        expected.apply(*sequence, record);
    }
    expected.latest = expected
        .latest
        .max(all.iter().map(|record| record.at).max().unwrap());
    assert!(resumed(dir.path()).unwrap() == expected.to_bytes());
    // What is left of an entry is protected like the others.
    let change = "UPDATE entries SET at = at + 1 WHERE kind = 'erased'";
    sql(dir.path()).execute_batch(change).unwrap();
    assert!(matches!(
        resumed(dir.path()),
        Err(JournalError::Damaged { .. })
    ));
}

/// Protects a game that goes on from one that was told otherwise: after a player is erased, with a base
/// and a snapshot or without, a replay gives the very state that the running server has.
#[test]
fn an_erased_player_is_gone_from_entries_snapshot_and_base() {
    let others = |state: &Replay| {
        let room = &state.rooms[&RoomId::Shared("COURSE".parse().unwrap())];
        let names = room.seats().iter().map(|seat| seat.name.to_string());
        names.collect::<Vec<_>>()
    };
    let all = half_old(ENOUGH + 400);
    for (with_base, who) in [(false, 1), (true, 1), (false, 0), (true, 8)] {
        let dir = TempDir::new().unwrap();
        let store = Store::Local(dir.path().to_owned());
        write(&store, all.clone());
        if with_base {
            trimmed(dir.path(), all.len() / 2).close().unwrap();
        }
        let (journal, mut running) = Journal::resume(&store).unwrap();
        let held = [
            Entry::Tournament {
                number: 1,
                pairs: 5,
            },
            entered(who, Party::Server, "Zora"),
            entered(2, Party::Client, "Yves"),
            met(None, Some(who)),
            met(Some(2), Some(who)),
            met(Some(2), None),
            proposed(who, "Zora dit"),
            proposed(2, "+"),
        ];
        let held: Vec<Record> = (held.into_iter())
            .map(|entry| Record {
                at: running.latest,
                ..in_room("COURSE", entry)
            })
            .collect();
        let committed = block_on(journal.append(held.clone())).unwrap();
        running.all(committed.first, &held);
        let erased = ErasedPlayer::new(RoomId::Shared("COURSE".parse().unwrap()), player(who));
        let order = Record {
            at: running.latest,
            ..in_room("COURSE", Entry::Order(erased.order()))
        };
        let committed = block_on(journal.append(vec![order.clone()])).unwrap();
        running.apply(committed.first, &order);
        let changed = journal.erase_player(erased.clone()).unwrap();
        assert!(with_base || changed > Some(0), "{changed:?}");
        // A crash in between is mended by a second time, which changes nothing else.
        assert_eq!(journal.erase_player(erased).unwrap(), Some(0));
        assert!(!snapshot(dir.path()).exists(), "it has the name");
        journal.close().unwrap();
        let (journal, replay) = Journal::resume(&store).unwrap();
        journal.close().unwrap();
        assert_eq!(others(&replay), others(&running));
        let is_same = replay.to_bytes() == running.to_bytes();
        assert!(is_same, "player {who}, base: {with_base}");
        assert_eq!(others(&replay).len(), 8);
        let room = &replay.rooms[&RoomId::Shared(code("COURSE"))];
        let left = room.tournament().unwrap();
        assert_eq!((left.entrants.len(), left.met.len()), (1, 1), "{left:?}");
        let proposals = &room.protocol().unwrap().proposals;
        assert_eq!(proposals.len(), 1, "{proposals:?}");
        let file = fs::read(dir.path().join("journal.sqlite")).unwrap();
        let zora = file.windows(4).filter(|part| part == b"Zora").count();
        assert_eq!(zora, 0, "the name under which a program was entered");
        if !with_base {
            assert!(replayed(&store).is_ok(), "every row is verified");
        }
    }
}
