//! The power cut campaign: `strace` records what the operating system was told to write while the real
//! server is played on. Images of what a power cut could leave are then built by seed, and each is
//! opened and compared with what clients had been told by then.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use game::room::fold::Replay;
use game::rules::{Entry, Mode, Name, PlayerId, Range, Record, RoomId, Rules, Seed};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use server::journal::{Journal, Store};
use tempfile::TempDir;

use super::power::{CALLS, Disk, Event, events};
use crate::common::{Lines, PATIENCE, Server, connect, program};

/// Images without `JUSTE_PRIX_IMAGES`.
const IMAGES: u64 = 240;
/// Players in each of a server's lives, their rounds of messages, and guesses on their way at once.
const PLAYERS: usize = 5;
const ROUNDS: usize = 4;
/// Enough that those of one message share a row.
const AT_ONCE: usize = 20;
/// Entries of the journal that was there before: with what is played there are enough for a snapshot
/// at the end.
const OLD: usize = 4_950;
/// Images that are built without one sync before it must have been missed.
const WITHOUT_SYNC: u64 = 60;

/// A recorded story: what was on the disk first, what happened then, and what is true in the end.
struct Story {
    folder: TempDir,
    /// The folder before the first event.
    before: TempDir,
    events: Vec<Event>,
    /// Every entry.
    truth: Vec<Record>,
    /// For each client, the sequences of the entries that its answers were about, in order.
    answered: HashMap<u16, Vec<u64>>,
    /// The state after each number of entries.
    states: Mutex<HashMap<u64, Vec<u8>>>,
}

impl Story {
    /// Plays on a folder that has these entries, in two lives of a server.
    fn record(old: Vec<Record>) -> Story {
        let folder = tempfile::tempdir().expect("a folder");
        let before = tempfile::tempdir().expect("a folder");
        if !old.is_empty() {
            let store = Store::Local(folder.path().to_owned());
            let journal = Journal::open(&store, &mut |_, _| {}).expect("a new journal");
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            let append = journal.append(old.clone());
            runtime
                .expect("a runtime")
                .block_on(append)
                .expect("it is committed");
            journal.close().expect("it is sound");
            for file in fs::read_dir(folder.path()).expect("a folder") {
                let file = file.expect("a file");
                let to = before.path().join(file.file_name());
                fs::copy(file.path(), to).expect("copied");
            }
        }
        let mut trace = String::new();
        let mut names = HashMap::new();
        for life in 0..2 {
            let file = tempfile::NamedTempFile::new().expect("a file for the trace");
            let mut server = traced(folder.path(), file.path());
            let is_first = life == 0;
            names.extend(play(&server, life));
            wait_for_trimming(folder.path(), &old);
            match is_first {
                true => assert!(server.stop().success(), "expected: exit status 0"),
                false => server.kill(),
            }
            trace.push_str(&finished(file.path()));
        }
        let mut truth = old;
        let store = Store::Local(folder.path().to_owned());
        let journal = Journal::open(&store, &mut |sequence, record| {
            let known = sequence as usize - 1;
            assert!(
                known <= truth.len(),
                "entry {sequence} follows {}",
                truth.len()
            );
            match truth.get(known) {
                Some(old) => assert_eq!(*old, record, "entry {sequence} has changed"),
                None => truth.push(record),
            }
        });
        journal.expect("sound").close().expect("sound");
        let shared = "SELECT count(*) FROM entries WHERE kind = 'guesses' AND at > 1750000000000";
        let shared: i64 =
            (sql(folder.path()).query_row(shared, [], |row| row.get(0))).expect("a number");
        assert!(shared > 0, "expected: guesses of one commit share a row");
        Story {
            events: events(&trace, folder.path()),
            answered: answered(&truth, &names),
            folder,
            before,
            truth,
            states: Mutex::default(),
        }
    }

    /// The last entry that somebody has been told about.
    fn acknowledged(&self, disk: &Disk) -> u64 {
        let last = disk.told.iter().filter_map(|(port, lines)| {
            let sequences = self.answered.get(port)?;
            // More lines than entries: the server's farewell.
            let told = (*lines).min(sequences.len()).checked_sub(1)?;
            Some(sequences[told])
        });
        last.max().unwrap_or(0)
    }

    /// What is wrong with an image, of which this entry was acknowledged.
    fn wrong(&self, image: &[(String, Vec<u8>)], acknowledged: u64) -> Option<String> {
        let folder = new_folder();
        for (name, bytes) in image {
            fs::write(folder.path().join(name), bytes).expect("a folder of ours");
        }
        let store = Store::Local(folder.path().to_owned());
        let (journal, replay) = match Journal::resume(&store) {
            Ok(resumed) => resumed,
            Err(error) => return Some(format!("it is refused: {error:?}")),
        };
        journal.close().expect("nothing was written");
        let last = head(folder.path());
        if last < acknowledged {
            return Some(format!(
                "entry {acknowledged} was acknowledged, and {last} is the last"
            ));
        }
        if last > self.truth.len() as u64 {
            return Some(format!("entry {last} was never written"));
        }
        let mut states = self.states.lock().expect("no panic under this lock");
        let state = states.entry(last).or_insert_with(|| {
            let mut replay = Replay::default();
            replay.all(1, &self.truth[..last as usize]);
            replay.to_bytes()
        });
        (replay.to_bytes() != *state).then(|| format!("another state after {last} entries"))
    }

    /// Builds an image for each seed, and checks it. Returns how many acknowledged entries they had.
    fn check(&self, seeds: std::ops::Range<u64>) -> u64 {
        let mut cuts: Vec<(usize, u64)> = seeds
            .map(|seed| {
                let at = ChaCha8Rng::seed_from_u64(seed).next_u64();
                ((at % (self.events.len() as u64 + 1)) as usize, seed)
            })
            .collect();
        cuts.sort_unstable();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (images, taken) = sync_channel::<Image>(threads);
        let taken = Mutex::new(taken);
        let wrong = Mutex::new(Vec::new());
        let check = || {
            while let Some(image) = next(&taken) {
                let found = image.wrong(self);
                wrong
                    .lock()
                    .expect("no panic under this lock")
                    .extend(found);
            }
        };
        let mut sum = 0;
        thread::scope(|scope| {
            (0..threads).for_each(|_| drop(scope.spawn(check)));
            let mut disk = Disk::of(self.before.path());
            let mut done = 0;
            for (cut, seed) in cuts {
                self.events[done..cut]
                    .iter()
                    .for_each(|event| disk.apply(event));
                done = cut;
                let acknowledged = self.acknowledged(&disk);
                sum += acknowledged;
                let files = disk.image(&mut ChaCha8Rng::seed_from_u64(!seed));
                let image = Image {
                    files,
                    acknowledged,
                    cut,
                    seed,
                };
                images.send(image).expect("the checks take all images");
            }
            drop(images);
        });
        let wrong = wrong.into_inner().expect("no panic under this lock");
        assert!(
            wrong.is_empty(),
            "{} images are wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        sum
    }

    /// Whether the campaign notices that this sync, an event, was left out: looks at images from then
    /// to the end.
    fn misses(&self, sync: usize) -> bool {
        let file = match &self.events[sync] {
            Event::Sync { file } => file,
            other => panic!("{other:?} is no sync of a file"),
        };
        // The next sync of the file makes good for it.
        let next = (sync + 1..self.events.len()).find(
            |index| matches!(&self.events[*index], Event::Sync { file: other } if other == file),
        );
        let next = next.unwrap_or(self.events.len());
        let mut disk = Disk::of(self.before.path());
        self.events[..sync]
            .iter()
            .for_each(|event| disk.apply(event));
        let span = (next - sync - 1).max(1) as u64;
        let mut cuts: Vec<(usize, u64)> = (0..WITHOUT_SYNC)
            .map(|image| (sync + 1 + (image * span / WITHOUT_SYNC) as usize, image))
            .collect();
        cuts.push((next, WITHOUT_SYNC));
        let mut done = sync + 1;
        for (cut, seed) in cuts {
            self.events[done..cut]
                .iter()
                .for_each(|event| disk.apply(event));
            done = cut;
            let image = disk.image(&mut ChaCha8Rng::seed_from_u64(seed));
            if self.wrong(&image, self.acknowledged(&disk)).is_some() {
                return true;
            }
        }
        false
    }

    /// The syncs of a file after which the event that follows is of this kind.
    fn syncs(&self, file: &str, before: fn(&Event) -> bool) -> Vec<usize> {
        let is_meant = |index: &usize| {
            matches!(&self.events[*index], Event::Sync { file: found } if found == file)
                && self.events.get(index + 1).is_some_and(before)
        };
        (0..self.events.len()).filter(is_meant).collect()
    }
}

struct Image {
    files: Vec<(String, Vec<u8>)>,
    acknowledged: u64,
    cut: usize,
    seed: u64,
}

impl Image {
    /// What is wrong with it.
    fn wrong(&self, story: &Story) -> Option<String> {
        let wrong = story.wrong(&self.files, self.acknowledged)?;
        let last = self
            .cut
            .checked_sub(1)
            .map(|last| brief(&story.events[last]));
        let sizes: Vec<_> = self
            .files
            .iter()
            .map(|(name, bytes)| (name, bytes.len()))
            .collect();
        Some(format!(
            "image {}, after event {} of {} ({}), with {sizes:?}: {wrong}",
            self.seed,
            self.cut,
            story.events.len(),
            last.unwrap_or_default(),
        ))
    }
}

fn next(images: &Mutex<Receiver<Image>>) -> Option<Image> {
    images.lock().expect("no panic under this lock").recv().ok()
}

/// An event without its bytes.
fn brief(event: &Event) -> String {
    match event {
        Event::Write { file, at, bytes } => format!("{} bytes to {file} at {at:?}", bytes.len()),
        other => format!("{other:?}"),
    }
}

fn new_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a folder for files that go again")
}

fn sql(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join("journal.sqlite")).expect("an SQLite file")
}

fn head(folder: &Path) -> u64 {
    let head = sql(folder).query_row("SELECT seq FROM head", [], |row| row.get::<_, i64>(0));
    head.expect("a journal has a head") as u64
}

/// The server on this folder, its system calls recorded in a file.
fn traced(folder: &Path, trace: &Path) -> Server {
    let plain = program();
    let mut command = Command::new("strace");
    // The tracer is the server's grandchild, so the child is the server itself.
    command.args([
        "-D",
        "-f",
        "-xx",
        "-yy",
        "-s",
        "100000000",
        "-e",
        &format!("trace={CALLS}"),
    ]);
    command.arg("-o").arg(trace).arg(plain.get_program());
    command.args(["serve", "--web", "off", "--json", "--listen", "127.0.0.1:0"]);
    command
        .args(["--quiet-listen", "127.0.0.1:0", "--data"])
        .arg(folder);
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    Server::spawn(&mut command)
}

/// The trace of a server that has ended, once the tracer has written all of it.
fn finished(trace: &Path) -> String {
    let (mut since, mut length) = (Instant::now(), 0);
    loop {
        let text = fs::read_to_string(trace).expect("strace writes a trace");
        if text.len() > length {
            (since, length) = (Instant::now(), text.len());
        }
        // strace writes small numbers of processes with more spaces behind them.
        let server = text.split(' ').next().unwrap_or_default();
        let is_end = |line: &str| {
            let what = line.strip_prefix(server).unwrap_or_default().trim_start();
            what.starts_with("+++ exited") || what.starts_with("+++ killed")
        };
        if !server.is_empty() && text.lines().rev().any(is_end) {
            return text;
        }
        assert!(since.elapsed() < PATIENCE, "strace does not end its trace");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Players play, and stay connected. Returns the name of each client's player.
fn play(server: &Server, life: usize) -> HashMap<u16, String> {
    let address = server.quiet;
    let players = (0..PLAYERS).map(|who| {
        let name = format!("L{life}P{who}");
        thread::spawn(move || (converse(address, &name), name))
    });
    let players: Vec<_> = players.collect();
    let names = players
        .into_iter()
        .map(|player| player.join().expect("it is answered"));
    names.collect()
}

fn converse(address: SocketAddr, name: &str) -> u16 {
    let stream = connect(address);
    let port = stream.local_addr().expect("a TCP socket").port();
    let mut lines = Lines {
        stream: std::io::BufReader::new(stream),
        greeting: String::new(),
    };
    assert!(lines.ask(&format!("NOM {name}")).contains(name));
    for round in 0..ROUNDS {
        let guesses = (0..AT_ONCE).map(|n| ((round * AT_ONCE + n) * 7 % 100 + 1).to_string());
        lines.send(&guesses.collect::<Vec<_>>().join("\n"));
        (0..AT_ONCE).for_each(|_| assert!(!lines.read().is_empty(), "an answer"));
    }
    port
}

/// Waits until the server has let go of the entries of another year.
fn wait_for_trimming(folder: &Path, old: &[Record]) {
    let since = Instant::now();
    let kept = "SELECT count(*) FROM entries WHERE at < 1750000000000";
    while !old.is_empty() && sql(folder).query_row(kept, [], |row| row.get(0)) != Ok(0) {
        assert!(since.elapsed() < 3 * PATIENCE, "old entries are kept");
        thread::sleep(Duration::from_millis(20));
    }
}

/// For each client, the entries that its answers were about.
fn answered(truth: &[Record], names: &HashMap<u16, String>) -> HashMap<u16, Vec<u64>> {
    let mut ids: HashMap<&str, PlayerId> = HashMap::new();
    for record in truth {
        if let Entry::Rename { player, name, .. } = &record.entry {
            ids.insert(name.as_str(), *player);
        }
    }
    let of = |name: &String| -> Vec<u64> {
        let player = ids[name.as_str()];
        let of_player = (1..).zip(truth).filter(|(_, record)| match &record.entry {
            Entry::Rename { player: who, .. } | Entry::Guess { player: who, .. } => *who == player,
            _ => false,
        });
        let sequences: Vec<u64> = of_player.map(|(sequence, _)| sequence).collect();
        assert_eq!(
            sequences.len(),
            1 + ROUNDS * AT_ONCE,
            "each message has an entry"
        );
        sequences
    };
    names.iter().map(|(port, name)| (*port, of(name))).collect()
}

/// Games in the hall, half of them of 2023.
fn old_games() -> Vec<Record> {
    let rules = Rules::new(Mode::Solo, Range::LESSON, None).expect("solo needs no limit");
    let seed = Seed([3; 32]);
    let mut entries = Vec::new();
    for who in 0..20u8 {
        let player = PlayerId([who; 16]);
        let name = Name::parse("Léa").expect("a name");
        entries.push((who, Entry::Open { rules, seed }));
        entries.push((who, Entry::Join { player, name, seed }));
    }
    for n in 0..OLD as i32 - 40 {
        let who = (n % 20) as u8;
        let player = PlayerId([who; 16]);
        let (value, n) = (n % 100 + 1, n as u32 / 20 + 1);
        entries.push((
            who,
            Entry::Guess {
                player,
                epoch: 1,
                n,
                value,
            },
        ));
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("after 1970").as_millis() as u64 - 100_000;
    let record = |(index, (who, entry)): (usize, (u8, Entry))| Record {
        room: RoomId::Hall(PlayerId([who; 16])),
        at: if index < OLD / 2 {
            1_700_000_000_000
        } else {
            now
        },
        entry,
    };
    entries.into_iter().enumerate().map(record).collect()
}

/// The seeds that `JUSTE_PRIX_IMAGES` asks for, as a number or a range.
fn seeds() -> std::ops::Range<u64> {
    let Ok(asked) = std::env::var("JUSTE_PRIX_IMAGES") else {
        return 0..IMAGES;
    };
    let (first, end) = asked.split_once("..").unwrap_or(("0", &asked));
    match (first.parse(), end.parse()) {
        (Ok(first), Ok(end)) => first..end,
        _ => {
            panic!("JUSTE_PRIX_IMAGES must be a number or a range such as 10..20; it is {asked:?}")
        }
    }
}

/// Protects the first promise from a power cut at any moment: nothing that was answered is lost, and
/// nothing is accepted that was not written so.
#[test]
fn a_power_cut_loses_nothing_that_was_answered() {
    let seeds = seeds();
    let half = seeds.start + (seeds.end - seeds.start) / 2;
    let new = Story::record(Vec::new());
    let told = new.check(seeds.start..half);
    assert!(told > 0, "expected: images after answers");
    // A journal that lets go of old entries, and makes a snapshot as it ends.
    let old = Story::record(old_games());
    let has_synced = |name: &str| {
        let is_it = |event: &Event| matches!(event, Event::Sync { file } if file == name);
        old.events.iter().any(is_it)
    };
    for name in ["journal.snapshot.part", "journal.base.part"] {
        assert!(
            has_synced(name),
            "expected: {name} is written; {:?} was",
            old.folder.path()
        );
    }
    old.check(half..seeds.end);
    println!("{} images", seeds.end - seeds.start);
}

/// Protects the campaign from proving nothing: each kind of sync that is left out is noticed.
#[test]
fn a_sync_that_is_left_out_is_noticed() {
    let new = Story::record(Vec::new());
    let is_told: fn(&Event) -> bool = |event| matches!(event, Event::Told { .. });
    let commits = new.syncs("journal.sqlite-wal", is_told);
    assert!(
        commits.len() > 5,
        "expected: commits, then answers; got {commits:?}"
    );
    for sync in commits.into_iter().take(5) {
        assert!(
            new.misses(sync),
            "the commit of event {sync} was not synced: nobody noticed"
        );
    }
    let cuts_log: fn(&Event) -> bool = |event| matches!(event, Event::Truncate { .. });
    let checkpoints = new.syncs("journal.sqlite", cuts_log);
    // The first checkpoints are of an empty journal.
    let last = *checkpoints
        .last()
        .expect("an orderly end moves the log to the main file");
    assert!(
        new.misses(last),
        "the main file was not synced before its log was cut: nobody noticed"
    );
    let old = Story::record(old_games());
    let renamed: fn(&Event) -> bool = |event| matches!(event, Event::Rename { .. });
    for sync in old.syncs("journal.base.part", renamed) {
        assert!(
            old.misses(sync),
            "the base was not synced before it was named: nobody noticed"
        );
    }
}
