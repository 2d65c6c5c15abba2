//! Any sound entries in any order, as a journal may hold them, folded into rooms.

use game::limits::MESSAGE_BYTES;
use game::phrases::Lang;
use game::protocol::{Pack, Reply};
use game::room::fold::Replay;
use game::room::{Applied, Room};
use game::rules::{
    CellKind, Detail, Entry, Met, Mode, Name, Order, Pace, Party, PlayerId, Proposal, Range,
    Record, RoomId, Rules, Score, Seed, Tally, Topic,
};
use game::wire::text::Phrasebook;

use super::input::Input;

/// Folding them never fails; twice the same entry is once; the same entries are the same rooms, also
/// where a snapshot was taken in between; and whatever comes of them can be said in one line.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let mut records = Vec::new();
    while !input.is_over() {
        records.push(record(&mut input));
    }
    let (mut once, mut twice) = (Replay::default(), Replay::default());
    let (mut packed, mut named) = (Replay::default(), Replay::default());
    // Any entry may be the last before a snapshot; which one, the entries' times say.
    let snapshot = records.iter().map(|record| record.at).max().unwrap_or(0) % 64;
    for (sequence, record) in (1..).zip(&records) {
        once.apply(sequence, record);
        twice.apply(sequence, record);
        twice.apply(sequence, record);
        packed.apply(sequence, record);
        named.apply(sequence, record);
        if sequence == snapshot {
            packed = Replay::from_bytes(&packed.to_bytes()).expect("it was written so");
            let json = serde_json::to_vec(&named).expect("JSON");
            named = serde_json::from_slice(&json).expect("it was written so");
        }
    }
    assert_eq!(images(&once), images(&twice), "a repeat changed a room");
    for from_snapshot in [&packed, &named] {
        assert_eq!(
            from_snapshot.to_bytes(),
            once.to_bytes(),
            "a replay from a snapshot differs from a full one"
        );
    }
    let again = once.unrecorded(0);
    assert_eq!(again, twice.unrecorded(0), "a repeat changed a result");
    for id in once.rooms.keys() {
        said(*id, &records);
    }
}

fn images(replay: &Replay) -> Vec<(RoomId, Vec<u8>)> {
    let mut images: Vec<_> = replay
        .rooms
        .iter()
        .map(|(id, room)| (*id, room.image()))
        .collect();
    images.sort();
    images
}

/// Says all that the room's players are told, in both languages.
fn said(id: RoomId, records: &[Record]) {
    let (mut room, mut applied) = (Room::new(id), Applied::default());
    for (sequence, record) in (1..).zip(records) {
        if record.room == id {
            room.apply(sequence, record.at, &record.entry, &mut applied);
        }
    }
    let mut replies: Vec<Reply> = applied.told.into_iter().map(|told| told.reply).collect();
    for seat in room.seats() {
        replies.extend(
            room.resumed(seat.player)
                .map(|r| Reply::Resumed(Box::new(r))),
        );
        replies.extend(room.proof(seat.player).map(|p| Reply::Proof(Box::new(p))));
    }
    let best = room.best(usize::MAX);
    replies.push(Reply::Scores {
        mine: best.first().cloned(),
        best,
    });
    for reply in &replies {
        for (lang, pack) in [(Lang::Fr, Pack::French), (Lang::En, Pack::English)] {
            let mut line = Vec::new();
            Phrasebook { lang, pack }.write(reply, &mut line);
            assert!(
                line.len() < MESSAGE_BYTES,
                "{} bytes: {reply:?}",
                line.len()
            );
            assert!(!line.contains(&b'\n'), "more than a line: {reply:?}");
        }
    }
}

fn record(input: &mut Input<'_>) -> Record {
    let room = match input.below(8) {
        who @ 0..3 => RoomId::Hall(player(who)),
        7 => RoomId::Results,
        room => RoomId::Shared(["A", "B", "C", "D"][room - 3].parse().expect("a code")),
    };
    let at = u64::from(u32::from_be_bytes(input.array()));
    let entry = entry(input, room, at);
    Record { room, at, entry }
}

fn player(who: usize) -> PlayerId {
    PlayerId([who as u8; 16])
}

fn entry(input: &mut Input<'_>, room: RoomId, at: u64) -> Entry {
    let kind = input.below(15);
    let player = player(input.below(4));
    let (epoch, n) = (u32::from(input.byte()), u32::from(input.byte()));
    let seed = Seed([n as u8; 32]);
    match kind {
        0 => Entry::Open {
            rules: rules(input),
            seed,
        },
        1 => Entry::Join {
            player,
            name: name(input),
            seed,
        },
        2 => Entry::Attach { player, epoch },
        3 => Entry::Guess {
            player,
            epoch,
            n,
            value: i32::from_be_bytes(input.array()),
        },
        4 => Entry::Rename {
            player,
            epoch,
            n,
            name: name(input),
        },
        5 => Entry::Close { round: n },
        6 => Entry::Leave { player },
        7 => Entry::Away { player, epoch },
        8 => Entry::Quit { player, epoch },
        9 => Entry::Order(order(input, player)),
        10 => Entry::Tournament {
            number: epoch,
            pairs: n,
        },
        11 => Entry::Entered {
            player,
            number: epoch,
            party: party(input),
            alias: n,
            name: name(input),
        },
        12 => Entry::Met {
            number: epoch,
            met: Met {
                client: Some(player).filter(|_| input.below(4) > 0),
                server: Some(self::player(input.below(4))).filter(|_| input.below(4) > 0),
                kind: CellKind::ALL[input.below(CellKind::ALL.len())],
                tries: n,
                typed: input.below(2) == 0,
                detail: match input.below(3) {
                    0 => None,
                    1 => Some(Detail::About(topic(input))),
                    _ => Some(Detail::Failed(party(input))),
                },
            },
        },
        13 => Entry::Proposal(Proposal {
            player,
            topic: topic(input),
            text: name(input).as_str().into(),
        }),
        _ => Entry::Result(Box::new(Score {
            room,
            cause: at % 64,
            rules: rules(input),
            round: n,
            player,
            name: name(input),
            tries: epoch,
            guess: 1,
            number: 1,
            won: input.below(2) == 0,
            tally: Tally {
                wins: n,
                best: epoch,
                tries: at,
            },
        })),
    }
}

fn party(input: &mut Input<'_>) -> Party {
    [Party::Server, Party::Client][input.below(2)]
}

fn topic(input: &mut Input<'_>) -> Topic {
    Topic::ALL[input.below(Topic::ALL.len())]
}

/// What a teacher may decide.
pub(super) fn order(input: &mut Input<'_>, player: PlayerId) -> Order {
    let kind = input.below(17);
    let yes = input.below(2) == 0;
    match kind {
        0 => Order::Words {
            pack: Pack::ALL[input.below(4)],
        },
        1 => Order::Lock { on: yes },
        2 => Order::Pause { on: yes },
        3 => Order::Next {
            round: input.byte().into(),
        },
        4 => Order::Close,
        5 => Order::Kick {
            player,
            bar: yes,
            browser: None,
        },
        6 => Order::Rename {
            player,
            name: name(input),
        },
        7 => Order::Pace {
            pace: Pace::ALL[input.below(3)],
        },
        8 => Order::Intermission {
            seconds: input.byte().into(),
        },
        9 => Order::Erase {
            player,
            name: Name::of_erased(player),
        },
        10 => Order::Model {
            question: name(input).as_str().into(),
            on: yes,
        },
        11 => Order::Inherit {
            player,
            to: self::player(input.below(4)),
        },
        12 => Order::UndoReturn {
            player,
            to: self::player(input.below(4)),
        },
        13 => Order::Return { on: yes },
        14 => Order::Rule {
            topic: topic(input),
            text: name(input).as_str().into(),
        },
        15 => Order::Dismiss {
            player,
            topic: topic(input),
        },
        _ => Order::Hide {
            player,
            hidden: yes,
        },
    }
}

fn name(input: &mut Input<'_>) -> Name {
    let text = String::from_utf8_lossy(input.chunk());
    Name::parse(&text).unwrap_or_else(|_| Name::parse("Léa").expect("a name"))
}

/// Rules that a room may be opened with.
fn rules(input: &mut Input<'_>) -> Rules {
    let mode = Mode::ALL[input.below(3)];
    let (min, max) = (
        i16::from_be_bytes(input.array()),
        i16::from_be_bytes(input.array()),
    );
    let limit = Some(u32::from(input.byte())).filter(|limit| *limit > 0);
    let range = Range {
        min: min.into(),
        max: max.into(),
    };
    let range = if min < max { range } else { Range::LESSON };
    let plain = Rules::new(Mode::Solo, Range::LESSON, None).expect("solo needs no limit");
    Rules::new(mode, range, limit).unwrap_or(plain)
}
