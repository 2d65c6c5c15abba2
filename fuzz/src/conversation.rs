//! Whole conversations with two engines: any chunks from any connections, in any order with the
//! journal, the clock, and what becomes of connections.

use game::engine::guest::Via;
use game::rules::{Entry, Mode, Range, Record, RoomId, Rules, Seed};

use super::input::Input;
use super::world::World;

/// What a client may say that takes the fuzzer long to find. `CODE` is the last code that was said.
const SAYINGS: [&str; 16] = [
    "50\n",
    "25\r\n",
    "99",
    "AIDE\n",
    "NOM Zoé\n",
    "SALLE A\n",
    "SALLE B\n",
    "SALLE C\n",
    "SALLE HALL\n",
    "SCORES\n",
    "MOTS signes\n",
    "REPRENDRE\n",
    "REPRENDRE CODE\n",
    "PREUVE\n",
    "FIN\n",
    "50\n51\n52\nAIDE\n53\n",
];
/// How long nothing happens, in milliseconds.
const PAUSES: [u64; 6] = [1, 10, 50, 1_000, 20_000, 61_000];
const VIAS: [Via; 4] = [
    Via::WebSocketJson,
    Via::WebSocketText,
    Via::PollJson,
    Via::PollText,
];

/// Nothing panics, nobody holds more than the bounds say, all that is said is whole lines, whoever
/// may speak is heard again, the journal folded again gives the same rooms, and all ends in time.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let mut world = World::new(&rooms());
    while !input.is_over() {
        step(&mut world, &mut input);
        world.settle();
    }
    world.finish();
}

fn step(world: &mut World, input: &mut Input<'_>) {
    let action = input.below(16);
    let (conn, engine) = (input.below(6), input.below(2));
    match action {
        0 => world.connect(conn, engine, input.below(2) == 0),
        1 => world.welcome(conn, engine, VIAS[input.below(4)]),
        2..=5 => world.send(conn, input.chunk()),
        6..=8 => world.say(conn, SAYINGS[input.below(SAYINGS.len())]),
        9 => world.pass(PAUSES[input.below(PAUSES.len())]),
        10 => world.take_batch(engine),
        11 => world.commit_batch(engine),
        12 => world.end_input(conn),
        13 => world.cut(conn),
        14 => world.read(conn, input.byte()),
        15 if input.below(2) == 0 => world.order(conn, input),
        _ => world.look_after(engine),
    }
}

/// A shared room of each mode, in both engines.
fn rooms() -> Vec<Record> {
    let rooms = [
        ("A", Mode::Solo, None),
        ("B", Mode::Race, Some(1)),
        ("C", Mode::Closest, Some(1)),
    ];
    let open = |(code, mode, limit): (&str, Mode, Option<u32>)| Record {
        room: RoomId::Shared(code.parse().expect("a code")),
        at: 1,
        entry: Entry::Open {
            rules: Rules::new(mode, Range::LESSON, limit).expect("sound rules"),
            seed: Seed([7; 32]),
        },
    };
    rooms.map(open).into()
}
