//! Records, journals and SQL for the tests.

use std::future::Future;
use std::path::Path;

use game::rules::{
    BrowserId, CellKind, Detail, Entry, Met, Mode, Name, Order, Pace, Pack, Party, PlayerId,
    Proposal, Range, Record, RoomCode, RoomId, Rules, Score, Seed, Tally, Topic, Waiting,
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

/// So many guesses of a room and of the hall, which share a row if they are committed together.
pub fn crowd(guesses: u32) -> Vec<Record> {
    let guess = |n: u32| {
        let who = (n % 3) as u8 + 1;
        let made = Entry::Guess {
            player: player(who),
            epoch: 1,
            n: n / 3 + 2,
            value: 50,
        };
        let record = if who == 1 {
            in_room("4821", made)
        } else {
            in_hall(who, made)
        };
        Record {
            // Threads that commit together read their clocks at other times.
            at: record.at + u64::from(n * 7 % 5),
            ..record
        }
    };
    (0..guesses).map(guess).collect()
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

/// A player's program takes part in the first tournament.
pub fn entered(who: u8, party: Party, called: &str) -> Entry {
    Entry::Entered {
        player: player(who),
        number: 1,
        party,
        alias: who.into(),
        name: name(called),
    }
}

/// A pupil proposes a rule.
pub fn proposed(who: u8, text: &str) -> Entry {
    Entry::Proposal(Proposal {
        player: player(who),
        topic: Topic::Small,
        text: text.into(),
    })
}

/// Two programs have met in the first tournament.
pub fn met(client: Option<u8>, server: Option<u8>) -> Entry {
    let met = Met {
        client: client.map(player),
        server: server.map(player),
        kind: CellKind::Won,
        tries: 7,
        typed: true,
        detail: Some(Detail::Failed(Party::Client)),
    };
    Entry::Met { number: 1, met }
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
        in_room(
            "4821",
            Entry::Tournament {
                number: 1,
                pairs: 3,
            },
        ),
        in_room("4821", entered(1, Party::Client, "Léa B")),
        in_room("4821", met(Some(1), None)),
        in_room("4821", proposed(1, "Dis « + »")),
    ]
}

prop_compose! {
    /// Any record, sensible or not.
    pub fn record()(room in room(), at in edges(), entry in entry()) -> Record {
        Record { room, at, entry }
    }
}

/// A record, or a crowd's guesses at about one time.
pub fn run() -> impl Strategy<Value = Vec<Record>> {
    let guess = (
        room(),
        players(),
        counts(),
        counts(),
        values(),
        -900i64..900,
    );
    let crowd = (edges(), prop::collection::vec(guess, 10..60)).prop_map(|(at, guesses)| {
        let record = |(room, player, epoch, n, value, after)| Record {
            // In the hall mostly the host's own.
            room: match room {
                RoomId::Results => RoomId::Hall(player),
                room => room,
            },
            at: u64::wrapping_add_signed(at, after),
            entry: Entry::Guess {
                player,
                epoch,
                n,
                value,
            },
        };
        guesses.into_iter().map(record).collect()
    });
    prop_oneof![record().prop_map(|record| vec![record]), crowd]
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
        (players(), any::<u32>()).prop_map(|(player, epoch)| Entry::Away { player, epoch }),
        scores().prop_map(|score| Entry::Result(Box::new(score))),
        order().prop_map(Entry::Order),
        (counts(), counts()).prop_map(|(number, pairs)| Entry::Tournament { number, pairs }),
        (players(), counts(), parties(), counts(), names()).prop_map(
            |(player, number, party, alias, name)| Entry::Entered {
                player,
                number,
                party,
                alias,
                name
            }
        ),
        (players(), topics(), "[a-z« +]{0,9}").prop_map(|(player, topic, text)| {
            Entry::Proposal(Proposal {
                player,
                topic,
                text: text.into(),
            })
        }),
        (counts(), meetings()).prop_map(|(number, met)| Entry::Met { number, met }),
    ]
}

fn topics() -> impl Strategy<Value = Topic> {
    prop::sample::select(Topic::ALL.to_vec())
}

fn parties() -> impl Strategy<Value = Party> {
    prop::sample::select(vec![Party::Server, Party::Client])
}

fn details() -> impl Strategy<Value = Detail> {
    let about = topics().prop_map(Detail::About);
    let waiting = || prop::sample::select(vec![Waiting::Message, Waiting::Player, Waiting::Ended]);
    let waits = (waiting(), waiting());
    let waits = waits.prop_map(|(server, client)| Detail::Waits { server, client });
    prop_oneof![about, waits, Just(Detail::Failed(Party::Server))]
}

prop_compose! {
    fn meetings()(
        client in option::of(players()),
        server in option::of(players()),
        kind in prop::sample::select(CellKind::ALL.to_vec()),
        tries in counts(),
        typed in any::<bool>(),
        detail in option::of(details()),
    ) -> Met {
        Met { client, server, kind, tries, typed, detail }
    }
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
        prop::sample::select(Pace::ALL.to_vec()).prop_map(|pace| Order::Pace { pace }),
        any::<u32>().prop_map(|seconds| Order::Intermission { seconds }),
        ("[a-z-]{1,9}", any::<bool>()).prop_map(|(question, on)| Order::Model {
            question: question.into(),
            on
        }),
        (topics(), "[a-z]{0,9}").prop_map(|(topic, text)| Order::Rule {
            topic,
            text: text.into()
        }),
        (players(), topics()).prop_map(|(player, topic)| Order::Dismiss { player, topic }),
        (players(), names()).prop_map(|(player, name)| Order::Erase { player, name }),
        (players(), players()).prop_map(|(player, to)| Order::Inherit { player, to }),
        (players(), players()).prop_map(|(player, to)| Order::UndoReturn { player, to }),
        any::<bool>().prop_map(|on| Order::Return { on }),
    ]
}

/// Asserts that a file is its owner's alone. On Windows the folder's rights decide.
pub fn assert_only_owner_reads(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).expect("a file").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "only the owner reads {path:?}");
    }
    #[cfg(not(unix))]
    let _ = path;
}
