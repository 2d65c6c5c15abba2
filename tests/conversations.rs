//! Conversations with engines, step by step: orders of events that chance seldom finds.

use std::sync::{Arc, Mutex};

use game::engine::connection::Interest;
use game::engine::guest::{Guest, Via};
use game::engine::{ConnKey, Engine, Now, Settings, engine_of};
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{BrowserId, Entry, Mode, Range, Record, RoomCode, RoomId, Rules, Seed};
use game::wire::text::Phrasebook;

mod bounds;
mod guests;

const EPOCH: u64 = 1_700_000_000_000;
const QUIET: u64 = 10;

/// Engines, a journal that commits when told to, and connections.
struct Bench {
    engines: Vec<Engine>,
    sequence: u64,
    tick: u64,
    /// Where each connection is.
    places: Vec<Option<(usize, ConnKey)>>,
}

fn code_of(text: &str) -> RoomCode {
    text.parse().expect("a code")
}

impl Bench {
    /// With these shared rooms, open.
    fn new(engines: usize, rooms: &[(&str, Mode)]) -> Bench {
        let hall = Arc::default();
        let mut bench = Bench {
            engines: (0..engines)
                .map(|index| engine(index, engines, &hall))
                .collect(),
            sequence: 0,
            tick: 1000,
            places: Vec::new(),
        };
        for (room, mode) in rooms {
            let limit = (*mode == Mode::Closest).then_some(3600);
            let record = Record {
                room: RoomId::Shared(code_of(room)),
                at: EPOCH,
                entry: Entry::Open {
                    rules: Rules::new(*mode, Range::LESSON, limit).expect("sound rules"),
                    seed: Seed([7; 32]),
                },
            };
            bench.engines[engine_of(record.room, engines)].propose(record);
        }
        bench.commit();
        bench
    }

    fn now(&self) -> Now {
        Now {
            tick: self.tick,
            at: EPOCH + self.tick,
        }
    }

    fn connect(&mut self, engine: usize) -> usize {
        let now = self.now();
        let key = self.engines[engine].connect(false, now);
        self.places.push(Some((engine, key)));
        self.places.len() - 1
    }

    /// A connection by the page's port.
    fn welcome(&mut self, via: Via) -> usize {
        self.welcome_browser(via, None)
    }

    fn welcome_browser(&mut self, via: Via, browser: Option<BrowserId>) -> usize {
        let now = self.now();
        let guest = Guest::new(via, browser, [127, 0, 0, 1].into());
        let key = self.engines[0].welcome(guest, b"", now);
        self.places.push(Some((0, key)));
        self.places.len() - 1
    }

    fn send(&mut self, conn: usize, text: &str) {
        self.send_bytes(conn, text.as_bytes());
    }

    fn send_bytes(&mut self, conn: usize, bytes: &[u8]) {
        let now = self.now();
        let (engine, key) = self.places[conn].expect("a connection that is open");
        self.engines[engine].receive(key, bytes, now);
        self.settle();
    }

    fn cut(&mut self, conn: usize) {
        let now = self.now();
        let (engine, key) = self.places[conn].take().expect("a connection that is open");
        self.engines[engine].lost(key, now);
        self.settle();
    }

    /// Brings connections and entries to the engines where they go.
    fn settle(&mut self) {
        let now = self.now();
        let mut moved = false;
        for engine in 0..self.engines.len() {
            self.engines[engine].take_touched();
            let departures = self.engines[engine].take_departures();
            for (to, record) in self.engines[engine].take_elsewhere() {
                self.engines[to].propose(record);
            }
            assert!(
                departures.len() < 2,
                "one message sends one connection away"
            );
            if let Some(departure) = departures.into_iter().next() {
                let from = Some((engine, departure.key));
                let conn = self.places.iter().position(|place| *place == from);
                let key = self.engines[departure.engine].adopt(*departure.connection, now);
                self.places[conn.expect("a known connection")] = Some((departure.engine, key));
                moved = true;
            }
        }
        if moved {
            self.settle();
        }
    }

    /// What waits for an engine's journal, as one batch on its way.
    fn batch(&mut self, engine: usize) -> Vec<Record> {
        self.engines[engine].take_proposals()
    }

    fn committed(&mut self, engine: usize, batch: &[Record]) {
        let now = self.now();
        self.engines[engine].committed(self.sequence + 1, batch, now);
        self.sequence += batch.len() as u64;
        self.settle();
    }

    /// Commits all that waits and all that comes of it.
    fn commit(&mut self) {
        while let Some(engine) = self.engines.iter().position(Engine::has_proposals) {
            let batch = self.batch(engine);
            self.committed(engine, &batch);
        }
    }

    fn interest(&self, conn: usize) -> Interest {
        let (engine, key) = self.places[conn].expect("a connection that is open");
        self.engines[engine].interest(key).expect("a connection")
    }

    /// The connection's deadline has come.
    fn wake(&mut self, conn: usize) {
        let now = self.now();
        let (engine, key) = self.places[conn].expect("a connection that is open");
        self.engines[engine].tick(key, now);
        self.settle();
    }

    /// What the client has been sent since the last time.
    fn said(&mut self, conn: usize) -> String {
        String::from_utf8(self.sent(conn)).expect("UTF-8")
    }

    fn sent(&mut self, conn: usize) -> Vec<u8> {
        let (engine, key) = self.places[conn].expect("a connection that is open");
        let mut said = Vec::new();
        let connection = self.engines[engine]
            .connection_mut(key)
            .expect("a connection");
        while !connection.transmit().is_empty() {
            said.extend_from_slice(connection.transmit());
            connection.sent(connection.transmit().len());
        }
        said
    }

    fn ask(&mut self, conn: usize, text: &str) -> String {
        self.send(conn, &format!("{text}\n"));
        self.commit();
        self.said(conn)
    }

    fn code(&mut self, conn: usize) -> String {
        let answer = self.ask(conn, "REPRENDRE");
        answer.split_whitespace().last().expect("a code").to_owned()
    }
}

fn engine(index: usize, engines: usize, hall: &Arc<Mutex<game::room::board::Board>>) -> Engine {
    let settings = Settings {
        index,
        engines,
        range: Range::LESSON,
        phrasebook: Phrasebook {
            lang: Lang::Fr,
            pack: Pack::French,
        },
        quiet: QUIET,
    };
    let mut last = index as u64;
    // Knuth's MMIX numbers: any bytes do, as long as no two keys are the same.
    let entropy = move |bytes: &mut [u8]| {
        for byte in bytes {
            last = last
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            *byte = (last >> 56) as u8;
        }
    };
    Engine::new(settings, Box::new(entropy), hall.clone())
}

fn lines(said: &str) -> usize {
    said.lines().count()
}

#[test]
fn guesses_sent_along_with_a_move_are_answered_and_so_are_those_after_them() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    for enter in ["SALLE A", "SALLE HALL"] {
        let conn = bench.connect(0);
        assert_eq!(lines(&bench.ask(conn, &format!("{enter}\n1\n2"))), 3);
        for _ in 0..4 {
            assert_eq!(lines(&bench.ask(conn, "3")), 1, "after {enter}");
        }
        let code = bench.code(conn);
        let other = bench.connect(0);
        let resumed = bench.ask(other, &format!("REPRENDRE {code}\n1"));
        assert_eq!(lines(&resumed), 2, "{resumed}");
    }
}

#[test]
fn a_connection_lost_while_it_resumes_does_not_cost_the_seat() {
    let mut bench = Bench::new(1, &[]);
    let first = bench.connect(0);
    let code = bench.code(first);
    bench.cut(first);
    bench.commit();
    let second = bench.connect(0);
    bench.send(second, &format!("REPRENDRE {code}\n"));
    bench.cut(second);
    bench.commit();
    let third = bench.connect(0);
    let said = bench.ask(third, &format!("REPRENDRE {code}"));
    assert!(said.starts_with("Reprise"), "{said}");
}

#[test]
fn two_who_resume_at_once_are_each_answered_once() {
    let mut bench = Bench::new(1, &[]);
    let first = bench.connect(0);
    let code = bench.code(first);
    let resume = format!("REPRENDRE {code}\n");
    let second = bench.connect(0);
    bench.send(second, &resume);
    bench.cut(second);
    let third = bench.connect(0);
    bench.send(third, &resume);
    bench.commit();
    let said = bench.said(third);
    assert!(said.starts_with("Reprise") && lines(&said) == 1, "{said}");
    assert_eq!(lines(&bench.ask(third, "50")), 1);
}

#[test]
fn who_comes_back_before_the_old_seat_is_left_gets_a_new_one() {
    for engines in [1, 2, 3] {
        let mut bench = Bench::new(engines, &[("A", Mode::Solo), ("B", Mode::Race)]);
        for (there, back) in [("A", "HALL"), ("A", "B"), ("HALL", "A")] {
            let conn = bench.connect(0);
            bench.ask(conn, &format!("SALLE {back}"));
            let said = bench.ask(conn, &format!("SALLE {there}\nSALLE {back}\n50"));
            assert_eq!(lines(&said), 3, "{said}");
            let last = said.lines().nth(1).expect("three lines");
            assert!(last.starts_with(&format!("Salle {back}")), "{said}");
            assert_eq!(lines(&bench.ask(conn, "51")), 1);
        }
    }
}

#[test]
fn who_says_fin_while_another_takes_the_seat_over_is_not_kept() {
    let mut bench = Bench::new(1, &[]);
    let first = bench.connect(0);
    let code = bench.code(first);
    let second = bench.connect(0);
    bench.send(second, &format!("REPRENDRE {code}\n"));
    bench.send(first, "FIN\n");
    bench.commit();
    assert_eq!(lines(&bench.said(first)), 1);
    assert!(bench.interest(first).shut);
}

#[test]
fn the_end_does_not_wait_for_a_journal_that_has_failed() {
    let mut bench = Bench::new(1, &[]);
    let conns = [bench.connect(0), bench.connect(0)];
    for conn in conns {
        bench.ask(conn, "50");
    }
    bench.send(conns[0], "FIN\n");
    bench.send(conns[1], "51\n");
    bench.batch(0);
    let now = bench.now();
    bench.engines[0].stop(now);
    for conn in conns {
        assert_eq!(bench.said(conn).trim(), "Au revoir, et à bientôt\u{a0}!");
        assert!(bench.interest(conn).shut);
    }
}

#[test]
fn no_deadline_is_waited_for_that_nothing_can_be_done_about() {
    let mut bench = Bench::new(1, &[("TV", Mode::Closest)]);
    let conns = [bench.connect(0), bench.connect(0)];
    for conn in conns {
        bench.ask(conn, "SALLE TV");
    }
    // The answer is held, and a line has begun: it can't be refused before its turn.
    bench.send(conns[0], "50\n4");
    bench.commit();
    assert_eq!(bench.interest(conns[0]).deadline, None);
    bench.tick += 61_000;
    bench.ask(conns[1], "50");
    let deadline = bench.interest(conns[0]).deadline;
    assert!(deadline.is_some_and(|deadline| deadline <= bench.tick));
    bench.wake(conns[0]);
    assert_eq!(lines(&bench.said(conns[0])), 2);
    assert_eq!(bench.interest(conns[0]).deadline, None);

    // Nor can a message be taken while its reader takes nothing.
    let conn = bench.connect(0);
    bench.send(conn, "50");
    let now = bench.now();
    let (engine, key) = bench.places[conn].expect("a connection that is open");
    let connection = bench.engines[engine]
        .connection_mut(key)
        .expect("a connection");
    connection.blocked(now);
    let deadline = bench.interest(conn).deadline;
    assert_eq!(deadline, Some(bench.tick + 20_000));
}

#[test]
fn who_comes_home_to_a_seat_that_was_taken_over_is_ended() {
    let mut bench = Bench::new(2, &[]);
    let first = bench.connect(0);
    let code = bench.code(first);
    let (home, _) = bench.places[first].expect("a connection that is open");
    let second = bench.connect(home);
    let now = bench.now();
    let away = ["A", "B", "C", "D", "E", "F", "G"]
        .into_iter()
        .find(|text| engine_of(RoomId::Shared(code_of(text)), 2) != home)
        .expect("a room of the other engine");
    let (_, key) = bench.places[first].expect("a connection that is open");
    bench.engines[home].receive(key, format!("SALLE {away}\n").as_bytes(), now);
    let departure = bench.engines[home].take_departures().pop();
    let departure = departure.expect("it goes to the other engine");
    bench.places[first] = None;

    let resumed = bench.ask(second, &format!("REPRENDRE {code}"));
    assert!(resumed.starts_with("Reprise"), "{resumed}");
    let key = bench.engines[1 - home].adopt(*departure.connection, now);
    bench.places[first] = Some((1 - home, key));
    bench.settle();
    assert_eq!(lines(&bench.said(first)), 2, "no such room; goodbye");
    assert!(bench.interest(first).shut);
    assert_eq!(lines(&bench.ask(second, "50")), 1);
}
