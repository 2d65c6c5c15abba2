//! Two engines, a journal that commits when told to, and clients: what a server's threads do for
//! them, without threads. Judges all that is said.

use std::sync::{Arc, Mutex};

use game::engine::connection::Interest;
use game::engine::drive::{self, Host, Written};
use game::engine::guest::{Guest, Via};
use game::engine::survey::{Find, Tile};
use game::engine::trial::Ticket;
use game::engine::{ConnectionId, Departure, Engine, Now, Settings, engine_of};
use game::limits::{CONNECTION_BYTES, LINGER, MESSAGE_BYTES};
use game::phrases::Lang;
use game::protocol::Pack;
use game::room::fold::Replay;
use game::rules::{Entry, Order, Pace, PlayerId, Range, Record, RoomCode, RoomId};
use game::shares::Standing;
use game::wire::text::Phrasebook;

use super::entries::order;
use super::input::Input;

/// The wall clock when the virtual one shows 0.
const EPOCH: u64 = 1_700_000_000_000;
/// Deadlines that may be met at one moment, one after the other: more is a circle.
const AT_ONCE: u32 = 1_000;
/// The bytes that a reader's socket takes at once, in this world.
const TAKEN: usize = 4096;

/// A connection, as its client sees it.
struct Client {
    /// `None` while it goes from engine to engine.
    place: Option<(usize, ConnectionId)>,
    /// What the engine wants of it.
    interest: Interest,
    /// Whether answers are lines of text: not frames, not objects.
    plain: bool,
    /// Bytes that its reader still takes.
    takes: usize,
    /// A line that has not ended.
    line: Vec<u8>,
}

/// Everything.
pub struct World {
    engines: Vec<Engine>,
    network: Network,
    log: Vec<Record>,
    tick: u64,
}

/// What the engines' driver has.
struct Network {
    /// The engine that is driven.
    engine: usize,
    /// On their way to the journal.
    batches: Vec<Option<Vec<Record>>>,
    clients: Vec<Option<Client>>,
    /// The client of the next [`Host::connected`].
    newcomer: usize,
    departures: Vec<(usize, Departure)>,
    forwarded: Vec<(usize, Record)>,
    /// The last code to resume that was said.
    code: String,
}

impl Network {
    fn place(&self, key: ConnectionId) -> usize {
        let place = Some((self.engine, key));
        let is_theirs =
            |client: &Option<Client>| (client.as_ref()).is_some_and(|it| it.place == place);
        let found = self.clients.iter().position(is_theirs);
        found.expect("only clients have connections")
    }

    fn client(&mut self, key: ConnectionId) -> &mut Client {
        let conn = self.place(key);
        self.clients[conn].as_mut().expect("it has just been found")
    }
}

impl Host for Network {
    fn connected(&mut self, key: ConnectionId) {
        let client = self.clients[self.newcomer].as_mut();
        client.expect("only clients connect").place = Some((self.engine, key));
    }

    fn write(&mut self, key: ConnectionId, bytes: &[u8]) -> Written {
        let client = self.client(key);
        let count = bytes.len().min(client.takes).min(TAKEN);
        if count == 0 {
            return Written::Full;
        }
        client.takes -= if client.takes == usize::MAX { 0 } else { count };
        if client.plain {
            client.line.extend_from_slice(&bytes[..count]);
            if let Some(code) = client.judge(count == bytes.len()) {
                self.code = code;
            }
        }
        Written::Bytes(count)
    }

    fn wants(&mut self, key: ConnectionId, interest: Interest) {
        self.client(key).interest = interest;
    }

    fn close(&mut self, key: ConnectionId, _: bool) {
        let conn = self.place(key);
        self.clients[conn] = None;
    }

    fn hand_over(&mut self, departure: Departure) {
        let conn = self.place(departure.key);
        self.client(departure.key).place = None;
        self.departures.push((conn, departure));
    }

    fn forward(&mut self, engine: usize, record: Record) {
        self.forwarded.push((engine, record));
    }

    fn propose(&mut self, batch: Vec<Record>) {
        self.batches[self.engine] = Some(batch);
    }

    fn ticket(&mut self, _: Ticket) {}
}

impl World {
    /// With these rooms, open.
    pub fn new(rooms: &[Record]) -> World {
        let hall = Arc::<Mutex<_>>::default();
        let engine = |index| {
            let settings = Settings {
                index,
                engines: 2,
                range: Range::LESSON,
                phrasebook: Phrasebook {
                    lang: Lang::Fr,
                    pack: Pack::French,
                },
                quiet: 10,
                rate: None,
                pace: Pace::Free,
                intermission: 0,
            };
            let mut last = index as u64;
            // Knuth's MMIX numbers: any bytes do, as long as they are the same again.
            let chance = move |bytes: &mut [u8]| {
                for byte in bytes {
                    last = last
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    *byte = (last >> 56) as u8;
                }
            };
            Engine::new(settings, Box::new(chance), hall.clone())
        };
        let mut world = World {
            engines: (0..2).map(engine).collect(),
            network: Network {
                engine: 0,
                batches: vec![None, None],
                clients: (0..6).map(|_| None).collect(),
                newcomer: 0,
                departures: Vec::new(),
                forwarded: Vec::new(),
                code: String::new(),
            },
            log: Vec::new(),
            tick: 1,
        };
        for room in rooms {
            world.handle(
                engine_of(room.room, 2),
                drive::Input::Forwarded(room.clone()),
            );
        }
        world.commit_all();
        world
    }

    fn now(&self) -> Now {
        Now {
            tick: self.tick,
            at: EPOCH + self.tick,
        }
    }

    // What clients do.

    /// A client of the text door, in place of the one there.
    pub fn connect(&mut self, conn: usize, engine: usize, greeted: bool) {
        self.come(
            conn,
            engine,
            true,
            drive::Input::Accepted {
                greeted,
                from: None,
                early: b"",
            },
        );
    }

    /// A guest of the page's port.
    pub fn welcome(&mut self, conn: usize, engine: usize, via: Via) {
        let guest = Guest::new(via, None, [127, 0, 0, 1].into());
        let plain = via == Via::PollText;
        self.come(
            conn,
            engine,
            plain,
            drive::Input::Visited { guest, early: b"" },
        );
    }

    fn come(&mut self, conn: usize, engine: usize, plain: bool, input: drive::Input<'_>) {
        self.cut(conn);
        self.network.clients[conn] = Some(Client {
            place: None,
            interest: Interest {
                read: false,
                deadline: None,
                shut: false,
                standing: Standing::New,
            },
            plain,
            takes: usize::MAX,
            line: Vec::new(),
        });
        self.network.newcomer = conn;
        self.handle(engine, input);
    }

    /// Something happens to an engine, and what it wants is done.
    fn handle(&mut self, engine: usize, input: drive::Input<'_>) {
        let now = self.now();
        self.engines[engine].handle(input, now);
        self.network.engine = engine;
        drive::drive(&mut self.engines[engine], &mut self.network, now);
    }

    /// Bytes arrive, if the server reads.
    pub fn send(&mut self, conn: usize, bytes: &[u8]) {
        if let Some((engine, key)) = self.readable(conn)
            && !bytes.is_empty()
        {
            self.handle(engine, drive::Input::Received { key, bytes });
        }
    }

    /// The same; `CODE` is the last code that was said.
    pub fn say(&mut self, conn: usize, text: &str) {
        let text = text.replace("CODE", &self.network.code);
        self.send(conn, text.as_bytes());
    }

    /// The client sends nothing more, if the server reads.
    pub fn end_input(&mut self, conn: usize) {
        if let Some((engine, key)) = self.readable(conn) {
            self.handle(engine, drive::Input::PeerClosed(key));
        }
    }

    /// The connection breaks.
    pub fn cut(&mut self, conn: usize) {
        if let Some((engine, key)) = self.place(conn) {
            self.network.clients[conn] = None;
            self.handle(engine, drive::Input::Lost(key));
        }
    }

    /// The client reads so many hundred bytes more and then stops; 255 stands for never.
    pub fn read(&mut self, conn: usize, hundreds: u8) {
        if let Some(client) = &mut self.network.clients[conn] {
            client.takes = match hundreds {
                255 => usize::MAX,
                hundreds => usize::from(hundreds) * 100,
            };
        }
        if let Some((engine, key)) = self.place(conn) {
            self.handle(engine, drive::Input::Writable(key));
        }
    }

    fn place(&self, conn: usize) -> Option<(usize, ConnectionId)> {
        self.network.clients[conn].as_ref()?.place
    }

    fn readable(&self, conn: usize) -> Option<(usize, ConnectionId)> {
        self.place(conn)
            .filter(|_| self.interest(conn).is_some_and(|it| it.read))
    }

    fn interest(&self, conn: usize) -> Option<Interest> {
        Some(self.network.clients[conn].as_ref()?.interest)
    }

    // What the journal and time do.

    /// The engine's proposals are on their way, if none are.
    pub fn take_batch(&mut self, engine: usize) {
        if self.network.batches[engine].is_none() {
            self.handle(engine, drive::Input::JournalReady);
        }
    }

    /// They have arrived.
    pub fn commit_batch(&mut self, engine: usize) {
        if let Some(batch) = self.network.batches[engine].take() {
            let (first, records) = (self.log.len() as u64 + 1, &batch[..]);
            self.log.extend_from_slice(records);
            self.handle(engine, drive::Input::Committed { first, records });
        }
    }

    fn commit_all(&mut self) {
        self.settle();
        while self.network.batches.iter().any(Option::is_some)
            || self.engines.iter().any(|engine| engine.waiting() > 0)
        {
            for engine in 0..2 {
                self.commit_batch(engine);
                self.settle();
                self.take_batch(engine);
            }
        }
    }

    /// Time passes, with all the deadlines in it.
    pub fn pass(&mut self, milliseconds: u64) {
        let end = self.tick + milliseconds;
        let mut met = 0;
        while let Some((deadline, conn)) = self.first_deadline().filter(|(at, _)| *at <= end) {
            met = if deadline > self.tick { 0 } else { met + 1 };
            assert!(met < AT_ONCE, "a deadline is met again and again");
            self.tick = self.tick.max(deadline);
            if let Some((engine, key)) = self.place(conn) {
                self.handle(engine, drive::Input::Timer(key));
            }
            self.settle();
        }
        self.tick = end;
        self.settle();
    }

    /// The teacher decides something about a room of the engine where the connection is, and about
    /// its player.
    pub fn order(&mut self, conn: usize, input: &mut Input<'_>) {
        let now = self.now();
        let Some((engine, key)) = self.place(conn) else {
            return;
        };
        for (code, ..) in self.engines[engine].shared_rooms() {
            let survey = self.engines[engine].survey(code, &Find::Everyone, now);
            let tiles = survey.map_or(Vec::new(), |survey| survey.tiles);
            let is_theirs = |tile: &&Tile| matches!(&tile.contact, Some(found) if found.key == key);
            if let Some(player) = tiles.iter().find(is_theirs).and_then(|tile| tile.player) {
                let teacher = match input.below(4) {
                    0 => drive::Input::ReturnTo {
                        code,
                        from: self.somebody(code, input),
                        to: player,
                        with_answers: input.below(2) == 0,
                    },
                    1 => drive::Input::UndoReturn {
                        code,
                        from: self.somebody(code, input),
                    },
                    _ => drive::Input::Order {
                        code,
                        order: order(input, player),
                    },
                };
                self.handle(engine, teacher);
            }
        }
    }

    /// Somebody who has taken a seat in the room; nobody's id where none has.
    fn somebody(&self, code: RoomCode, input: &mut Input<'_>) -> PlayerId {
        let joined = |record: &&Record| {
            record.room == RoomId::Shared(code) && matches!(record.entry, Entry::Join { .. })
        };
        let all: Vec<PlayerId> = self
            .log
            .iter()
            .filter(joined)
            .filter_map(|it| it.entry.player())
            .collect();
        let place = input.below(all.len().max(1));
        all.get(place).copied().unwrap_or(PlayerId([0; 16]))
    }

    fn first_deadline(&self) -> Option<(u64, usize)> {
        let deadline = |conn| Some((self.interest(conn)?.deadline?, conn));
        (0..self.network.clients.len()).filter_map(deadline).min()
    }

    /// What a server does now and then.
    pub fn look_after(&mut self, engine: usize) {
        let now = self.now();
        let journal_away = false;
        self.handle(engine, drive::Input::Clock { journal_away });
        for (code, ..) in self.engines[engine].shared_rooms() {
            self.engines[engine].survey(code, &Find::Everyone, now);
        }
        self.engines[engine].survey_hall(&Find::Everyone, now);
    }

    // What the threads do.

    /// Carries entries and connections from engine to engine.
    pub fn settle(&mut self) {
        loop {
            for (engine, record) in std::mem::take(&mut self.network.forwarded) {
                self.handle(engine, drive::Input::Forwarded(record));
            }
            let departures = std::mem::take(&mut self.network.departures);
            if departures.is_empty() {
                break;
            }
            for (conn, departure) in departures {
                self.network.newcomer = conn;
                self.handle(
                    departure.engine,
                    drive::Input::Arrived(departure.connection),
                );
            }
        }
        for conn in 0..self.network.clients.len() {
            if let Some((engine, key)) = self.place(conn) {
                let held = self.engines[engine].held(key);
                assert!(held <= CONNECTION_BYTES, "{held} bytes are held");
            }
        }
    }

    /// Everybody reads, all is committed, time passes: whoever is still there is heard. Then the
    /// server stops.
    pub fn finish(&mut self) {
        for conn in 0..self.network.clients.len() {
            self.read(conn, 255);
        }
        for engine in 0..2 {
            for (code, ..) in self.engines[engine].shared_rooms() {
                let order = Order::Pause { on: false };
                self.handle(engine, drive::Input::Order { code, order });
            }
        }
        for _ in 0..3 {
            self.commit_all();
            self.pass(70_000);
            (0..2).for_each(|engine| self.look_after(engine));
        }
        self.commit_all();
        for conn in 0..self.network.clients.len() {
            let heard = self.interest(conn).is_none_or(|interest| interest.read);
            assert!(
                heard,
                "connection {conn} is heard no more: {:?}",
                self.interest(conn)
            );
        }
        (0..2).for_each(|engine| self.handle(engine, drive::Input::Stop));
        self.settle();
        self.pass(LINGER.as_millis() as u64);
        assert!(
            self.network.clients.iter().all(Option::is_none),
            "a conversation does not end"
        );
        self.commit_all();
        let mut replay = Replay::default();
        for (sequence, record) in (1..).zip(&self.log) {
            replay.apply(sequence, record);
        }
        let folded = replay.rooms.iter().map(|(id, room)| (*id, room.image()));
        let rooms = self.engines.iter().flat_map(Engine::rooms);
        let live = rooms.filter(|(_, room)| room.rules().is_some());
        let live = live.map(|(id, room)| (*id, room.image()));
        assert_eq!(
            sorted(live),
            sorted(folded),
            "the journal tells of other rooms"
        );
    }
}

fn sorted(images: impl Iterator<Item = (RoomId, Vec<u8>)>) -> Vec<(RoomId, Vec<u8>)> {
    let mut images: Vec<_> = images.collect();
    images.sort();
    images
}

impl Client {
    /// Takes whole answers off what was said, and judges them; returns a code to resume. `whole`
    /// tells that no more of the last one will come: without a newline it is an unframed client's.
    fn judge(&mut self, whole: bool) -> Option<String> {
        let mut code = None;
        while let Some(end) = self.line.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.line.drain(..=end).collect();
            code = judge(&line).or(code);
        }
        if whole {
            code = judge(&std::mem::take(&mut self.line)).or(code);
        }
        code
    }
}

/// One answer fits a message and is text; returns the code to resume that it ends in.
fn judge(answer: &[u8]) -> Option<String> {
    assert!(
        answer.len() <= MESSAGE_BYTES,
        "{} bytes in an answer",
        answer.len()
    );
    let text = std::str::from_utf8(answer).expect("answers are UTF-8");
    let last = text.trim_end().rsplit(' ').next()?;
    let is_code = last.split_once('-').is_some_and(|(_, key)| key.len() == 16);
    is_code.then(|| last.to_owned())
}
