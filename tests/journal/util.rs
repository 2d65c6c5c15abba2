//! Records, journals and SQL for the tests.

use std::future::Future;
use std::path::Path;

use game::rules::{
    BrowserId, Entry, Mode, Name, Order, Pack, PlayerId, Range, Record, RoomCode, RoomId, Rules,
    Score, Seed, Tally,
};
use proptest::option;
use proptest::prelude::*;
use server::journal::{Committed, Journal, JournalError, Store};
use tempfile::TempDir;

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().unwrap().block_on(future)
}

pub fn open(store: &Store) -> Result<Journal, JournalError> {
    Journal::open(store, &mut |_, _| {})
}

/// Reads what a shared log brings, as whoever opens one must.
pub fn drain(journal: &Journal) {
    if let Some(mut log) = journal.follow() {
        std::thread::spawn(move || while log.blocking_recv().is_some() {});
    }
}

pub fn replayed(store: &Store) -> Result<Vec<(u64, Record)>, JournalError> {
    let mut found = Vec::new();
    Journal::open(store, &mut |sequence, record| {
        found.push((sequence, record))
    })?;
    Ok(found)
}

pub fn write(store: &Store, records: Vec<Record>) {
    let journal = open(store).unwrap();
    drain(&journal);
    block_on(journal.append(records)).unwrap();
    journal.close().unwrap();
}

pub fn numbered(committed: Committed) -> impl Iterator<Item = (u64, Record)> {
    (committed.first..).zip(committed.records)
}

/// A journal with [`one_of_each`], closed.
pub fn written() -> TempDir {
    let dir = TempDir::new().unwrap();
    write(&Store::Local(dir.path().to_owned()), one_of_each());
    dir
}

/// The file as anybody with SQLite sees it.
pub fn sql(dir: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(dir.join("journal.sqlite")).unwrap()
}

pub fn player(who: u8) -> PlayerId {
    PlayerId([who; 16])
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn code(text: &str) -> RoomCode {
    text.parse().unwrap()
}

pub fn in_hall(who: u8, entry: Entry) -> Record {
    let room = RoomId::Hall(player(who));
    Record {
        room,
        at: 1_700_000_000_000,
        entry,
    }
}

pub fn in_room(room: &str, entry: Entry) -> Record {
    let room = RoomId::Shared(code(room));
    Record {
        room,
        at: 1_700_000_000_000,
        entry,
    }
}

pub fn guess(who: u8, n: u32) -> Record {
    let entry = Entry::Guess {
        player: player(who),
        epoch: 1,
        n,
        value: 50,
    };
    in_hall(who, entry)
}

pub fn race() -> Rules {
    Rules::new(Mode::Race, Range::LESSON, Some(60)).unwrap()
}

pub fn score(room: RoomId, who: u8, called: &str) -> Score {
    Score {
        room,
        cause: 7,
        rules: race(),
        round: 1,
        player: player(who),
        name: name(called),
        tries: 3,
        guess: 40,
        number: 42,
        won: false,
        tally: Tally::default(),
    }
}

pub fn result(score: Score) -> Record {
    let entry = Entry::Result(Box::new(score));
    Record {
        room: RoomId::Results,
        at: 1_700_000_000_000,
        entry,
    }
}

/// Each kind of entry, once.
pub fn one_of_each() -> Vec<Record> {
    let (who, seed) = (player(1), Seed([9; 32]));
    vec![
        in_room(
            "4821",
            Entry::Open {
                rules: race(),
                seed,
            },
        ),
        in_room(
            "4821",
            Entry::Join {
                player: who,
                name: name("Léa"),
                seed,
            },
        ),
        in_room(
            "4821",
            Entry::Attach {
                player: who,
                epoch: 2,
            },
        ),
        in_room(
            "4821",
            Entry::Guess {
                player: who,
                epoch: 2,
                n: 1,
                value: 50,
            },
        ),
        in_room(
            "4821",
            Entry::Rename {
                player: who,
                epoch: 2,
                n: 2,
                name: name("Léa B"),
            },
        ),
        in_room("4821", Entry::Close { round: 1 }),
        in_room("4821", Entry::Leave { player: who }),
        result(score(RoomId::Shared(code("4821")), 1, "Léa B")),
        in_room("4821", Entry::Order(Order::Lock { on: true })),
    ]
}

prop_compose! {
    /// Any record, sensible or not.
    pub fn record()(room in room(), at in edges(), entry in entry()) -> Record {
        Record { room, at, entry }
    }
}

/// Any number, and often the first and the last.
fn edges() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(i64::MAX as u64)]
}

fn counts() -> impl Strategy<Value = u32> {
    prop_oneof![any::<u32>(), Just(0), Just(u32::MAX)]
}

fn values() -> impl Strategy<Value = i32> {
    prop_oneof![any::<i32>(), Just(i32::MIN), Just(i32::MAX)]
}

fn players() -> impl Strategy<Value = PlayerId> {
    (0u8..4).prop_map(player)
}

fn seeds() -> impl Strategy<Value = Seed> {
    any::<[u8; 32]>().prop_map(Seed)
}

fn names() -> impl Strategy<Value = Name> {
    prop::sample::select(vec!["Léa", "=1+1", "O'Neil \"x\"", "Nguyễn", "7"]).prop_map(name)
}

fn room() -> impl Strategy<Value = RoomId> {
    prop_oneof![
        players().prop_map(RoomId::Hall),
        "[A-Z0-9_]{1,12}"
            .prop_filter_map("HALL", |c| c.parse().ok())
            .prop_map(RoomId::Shared),
        Just(RoomId::Results),
    ]
}

prop_compose! {
    fn rules()(
        mode in prop::sample::select(Mode::ALL.to_vec()),
        min in values(),
        max in values(),
        limit in option::of(counts()),
    ) -> Rules {
        Rules { mode, range: Range { min, max }, limit }
    }
}

prop_compose! {
    fn scores()(
        (room, cause, rules, player, name) in (room(), edges(), rules(), players(), names()),
        (round, tries, wins, best) in (counts(), counts(), counts(), counts()),
        (guess, number, won, total) in (values(), values(), any::<bool>(), edges()),
    ) -> Score {
        let tally = Tally { wins, best, tries: total };
        Score { room, cause, rules, round, player, name, tries, guess, number, won, tally }
    }
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        (rules(), seeds()).prop_map(|(rules, seed)| Entry::Open { rules, seed }),
        (players(), names(), seeds()).prop_map(|(player, name, seed)| Entry::Join {
            player,
            name,
            seed
        }),
        (players(), counts()).prop_map(|(player, epoch)| Entry::Attach { player, epoch }),
        (players(), counts(), counts(), values()).prop_map(|(player, epoch, n, value)| {
            Entry::Guess {
                player,
                epoch,
                n,
                value,
            }
        }),
        (players(), counts(), counts(), names()).prop_map(|(player, epoch, n, name)| {
            Entry::Rename {
                player,
                epoch,
                n,
                name,
            }
        }),
        counts().prop_map(|round| Entry::Close { round }),
        players().prop_map(|player| Entry::Leave { player }),
        (players(), any::<u32>()).prop_map(|(player, epoch)| Entry::Quit { player, epoch }),
        scores().prop_map(|score| Entry::Result(Box::new(score))),
        order().prop_map(Entry::Order),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    let pack = prop::sample::select(Pack::ALL.to_vec());
    let browser = prop::option::of(any::<[u8; 16]>().prop_map(BrowserId));
    prop_oneof![
        pack.prop_map(|pack| Order::Words { pack }),
        any::<bool>().prop_map(|on| Order::Lock { on }),
        any::<bool>().prop_map(|on| Order::Pause { on }),
        counts().prop_map(|round| Order::Next { round }),
        Just(Order::Close),
        (players(), any::<bool>(), browser).prop_map(|(player, bar, browser)| Order::Kick {
            player,
            bar,
            browser
        }),
        (players(), names()).prop_map(|(player, name)| Order::Rename { player, name }),
        (players(), any::<bool>()).prop_map(|(player, hidden)| Order::Hide { player, hidden }),
    ]
}
