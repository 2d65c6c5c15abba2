//! Conversations with engines, step by step: orders of events that chance seldom finds.

use std::sync::{Arc, Mutex};

use game::engine::connection::Interest;
use game::engine::drive::{Host, Input, Written, drive};
use game::engine::guest::{Guest, Via};
use game::engine::survey::{Find, Survey};
use game::engine::trial::Ticket;
use game::engine::{ConnectionId, Departure, Engine, Now, Settings, engine_of};
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{
    BrowserId, Entry, Mode, Order, Pace, Range, Record, RoomCode, RoomId, Rules, Seed,
};
use game::wire::text::Phrasebook;

mod bounds;
mod guests;
mod returns;

const EPOCH: u64 = 1_700_000_000_000;
const QUIET: u64 = 10;

/// Engines, a journal that commits when told to, and connections.
struct Bench {
    engines: Vec<Engine>,
    network: Network,
    sequence: u64,
    tick: u64,
}

/// What the engines' driver has: the clients, and what goes from engine to engine.
#[derive(Default)]
struct Network {
    /// The engine that is driven.
    engine: usize,
    clients: Vec<Client>,
    /// The client of the next [`Host::connected`].
    newcomer: usize,
    departures: Vec<(usize, Departure)>,
    forwarded: Vec<(usize, Record)>,
    batch: Vec<Record>,
}

/// A client and its connection.
#[derive(Default)]
struct Client {
    /// `None` while it goes from engine to engine, and once it is closed.
    place: Option<(usize, ConnectionId)>,
    interest: Option<Interest>,
    /// Bytes that were sent to it since the test last looked.
    said: Vec<u8>,
    /// Whether its socket is full.
    full: bool,
}

impl Network {
    fn client(&mut self, key: ConnectionId) -> &mut Client {
        let place = Some((self.engine, key));
        let found = self.clients.iter_mut().find(|it| it.place == place);
        found.expect("a known connection")
    }
}

impl Host for Network {
    fn connected(&mut self, key: ConnectionId) {
        self.clients[self.newcomer].place = Some((self.engine, key));
    }

    fn write(&mut self, key: ConnectionId, bytes: &[u8]) -> Written {
        let client = self.client(key);
        if client.full {
            return Written::Full;
        }
        client.said.extend_from_slice(bytes);
        Written::Bytes(bytes.len())
    }

    fn wants(&mut self, key: ConnectionId, interest: Interest) {
        self.client(key).interest = Some(interest);
    }

    fn close(&mut self, key: ConnectionId, _: bool) {
        self.client(key).place = None;
    }

    fn hand_over(&mut self, departure: Departure) {
        let place = Some((self.engine, departure.key));
        let client = self.clients.iter().position(|it| it.place == place);
        let client = client.expect("a known connection");
        self.clients[client].place = None;
        self.departures.push((client, departure));
    }

    fn forward(&mut self, engine: usize, record: Record) {
        self.forwarded.push((engine, record));
    }

    fn propose(&mut self, batch: Vec<Record>) {
        self.batch = batch;
    }

    fn ticket(&mut self, _: Ticket) {}
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
            network: Network::default(),
            sequence: 0,
            tick: 1000,
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
            bench.handle(engine_of(record.room, engines), Input::Forwarded(record));
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

    /// Something happens to an engine, which does what comes of it.
    fn handle(&mut self, engine: usize, input: Input<'_>) {
        let now = self.now();
        self.engines[engine].handle(input, now);
        self.drive(engine);
    }

    fn drive(&mut self, engine: usize) {
        let now = self.now();
        self.network.engine = engine;
        drive(&mut self.engines[engine], &mut self.network, now);
    }

    /// Something happens to an engine, and what goes to others arrives there.
    fn happens(&mut self, engine: usize, input: Input<'_>) {
        self.handle(engine, input);
        self.settle();
    }

    fn connect(&mut self, engine: usize) -> usize {
        self.newcomer(
            engine,
            Input::Accepted {
                greeted: false,
                from: None,
                early: b"",
            },
        )
    }

    fn newcomer(&mut self, engine: usize, input: Input<'_>) -> usize {
        self.network.newcomer = self.network.clients.len();
        self.network.clients.push(Client::default());
        self.happens(engine, input);
        self.network.newcomer
    }

    /// A connection by the page's port.
    fn welcome(&mut self, via: Via) -> usize {
        self.welcome_browser(via, None)
    }

    fn welcome_browser(&mut self, via: Via, browser: Option<BrowserId>) -> usize {
        let guest = Guest::new(via, browser, [127, 0, 0, 1].into());
        self.newcomer(0, Input::Visited { guest, early: b"" })
    }

    fn place(&self, conn: usize) -> (usize, ConnectionId) {
        let place = self.network.clients[conn].place;
        place.expect("a connection that is open")
    }

    fn send(&mut self, conn: usize, text: &str) {
        self.send_bytes(conn, text.as_bytes());
    }

    fn send_bytes(&mut self, conn: usize, bytes: &[u8]) {
        let (engine, key) = self.place(conn);
        self.happens(engine, Input::Received { key, bytes });
    }

    fn cut(&mut self, conn: usize) {
        let (engine, key) = self.place(conn);
        self.network.clients[conn].place = None;
        self.happens(engine, Input::Lost(key));
    }

    /// Brings connections and entries to the engines where they go.
    fn settle(&mut self) {
        loop {
            for (engine, record) in std::mem::take(&mut self.network.forwarded) {
                self.handle(engine, Input::Forwarded(record));
            }
            let mut departures = std::mem::take(&mut self.network.departures);
            assert!(
                departures.len() < 2,
                "one message sends one connection away"
            );
            let Some((client, departure)) = departures.pop() else {
                return;
            };
            self.arrive(client, departure);
        }
    }

    fn arrive(&mut self, client: usize, departure: Departure) {
        self.network.newcomer = client;
        self.handle(departure.engine, Input::Arrived(departure.connection));
    }

    /// What waits for an engine's journal, as one batch on its way.
    fn batch(&mut self, engine: usize) -> Vec<Record> {
        self.handle(engine, Input::JournalReady);
        std::mem::take(&mut self.network.batch)
    }

    fn committed(&mut self, engine: usize, batch: &[Record]) {
        let (first, records) = (self.sequence + 1, batch);
        self.sequence += batch.len() as u64;
        self.happens(engine, Input::Committed { first, records });
    }

    /// Commits all that waits and all that comes of it.
    fn commit(&mut self) {
        while let Some(engine) = self.engines.iter().position(|it| it.waiting() > 0) {
            let batch = self.batch(engine);
            self.committed(engine, &batch);
        }
    }

    /// Another moment has come for what time does to rooms and pages.
    fn clock(&mut self) {
        let journal_away = false;
        self.happens(0, Input::Clock { journal_away });
    }

    fn order(&mut self, room: &str, order: Order) {
        let code = code_of(room);
        self.happens(0, Input::Order { code, order });
    }

    fn survey(&mut self, room: &str, find: &Find) -> Survey {
        let now = self.now();
        let survey = self.engines[0].survey(code_of(room), find, now);
        survey.expect("a room")
    }

    fn interest(&self, conn: usize) -> Interest {
        self.network.clients[conn].interest.expect("a connection")
    }

    /// The connection's deadline has come.
    fn wake(&mut self, conn: usize) {
        let (engine, key) = self.place(conn);
        self.happens(engine, Input::Timer(key));
    }

    /// The client reads nothing until the test looks at what it was sent.
    fn fill(&mut self, conn: usize) {
        self.network.clients[conn].full = true;
    }

    /// What the client has been sent since the last time.
    fn said(&mut self, conn: usize) -> String {
        String::from_utf8(self.sent(conn)).expect("UTF-8")
    }

    fn sent(&mut self, conn: usize) -> Vec<u8> {
        let client = &mut self.network.clients[conn];
        if let (true, Some((engine, key))) = (client.full, client.place) {
            client.full = false;
            self.happens(engine, Input::Writable(key));
            self.fill(conn);
        }
        std::mem::take(&mut self.network.clients[conn].said)
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
        rate: None,
        pace: Pace::Free,
        intermission: 0,
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
    bench.happens(0, Input::Stop);
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
    bench.fill(conn);
    bench.send(conn, "AIDE\n50");
    let deadline = bench.interest(conn).deadline;
    assert_eq!(deadline, Some(bench.tick + 20_000));
}

#[test]
fn who_comes_home_to_a_seat_that_was_taken_over_is_ended() {
    let mut bench = Bench::new(2, &[]);
    let first = bench.connect(0);
    let code = bench.code(first);
    let (home, _) = bench.place(first);
    let second = bench.connect(home);
    let away = ["A", "B", "C", "D", "E", "F", "G"]
        .into_iter()
        .find(|text| engine_of(RoomId::Shared(code_of(text)), 2) != home)
        .expect("a room of the other engine");
    let (_, key) = bench.place(first);
    let bytes = format!("SALLE {away}\n");
    let bytes = bytes.as_bytes();
    bench.handle(home, Input::Received { key, bytes });
    let departure = bench.network.departures.pop();
    let (_, departure) = departure.expect("it goes to the other engine");

    let resumed = bench.ask(second, &format!("REPRENDRE {code}"));
    assert!(resumed.starts_with("Reprise"), "{resumed}");
    bench.arrive(first, departure);
    bench.settle();
    assert_eq!(lines(&bench.said(first)), 2, "no such room; goodbye");
    assert!(bench.interest(first).shut);
    assert_eq!(lines(&bench.ask(second, "50")), 1);
}
