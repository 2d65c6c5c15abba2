//! Two engines, a journal that commits when told to, and clients: what a server's threads do for
//! them, without threads. Judges all that is said.

use std::sync::{Arc, Mutex};

use game::engine::connection::Interest;
use game::engine::guest::{Guest, Via};
use game::engine::survey::{Find, Tile};
use game::engine::{ConnKey, Engine, Now, Settings, engine_of};
use game::limits::{CONNECTION_BYTES, LINGER, MESSAGE_BYTES};
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Order, Range, Record, RoomId};
use game::wire::text::Phrasebook;
use server::replay::Replay;

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
    place: (usize, ConnKey),
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
    /// On their way to the journal.
    batches: Vec<Option<Vec<Record>>>,
    log: Vec<Record>,
    clients: Vec<Option<Client>>,
    tick: u64,
    /// The last code to resume that was said.
    code: String,
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
            batches: vec![None, None],
            log: Vec::new(),
            clients: (0..6).map(|_| None).collect(),
            tick: 1,
            code: String::new(),
        };
        for room in rooms {
            world.engines[engine_of(room.room, 2)].propose(room.clone());
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
        let now = self.now();
        self.cut(conn);
        let key = self.engines[engine].connect(greeted, now);
        self.seat(conn, (engine, key), true);
    }

    /// A guest of the page's port.
    pub fn welcome(&mut self, conn: usize, engine: usize, via: Via) {
        let now = self.now();
        self.cut(conn);
        let guest = Guest::new(via, None, [127, 0, 0, 1].into());
        let key = self.engines[engine].welcome(guest, b"", now);
        self.seat(conn, (engine, key), via == Via::PollText);
    }

    fn seat(&mut self, conn: usize, place: (usize, ConnKey), plain: bool) {
        let (takes, line) = (usize::MAX, Vec::new());
        self.clients[conn] = Some(Client {
            place,
            plain,
            takes,
            line,
        });
        self.transmit(conn);
    }

    /// Bytes arrive, if the server reads.
    pub fn send(&mut self, conn: usize, bytes: &[u8]) {
        let now = self.now();
        if let Some((engine, key)) = self.readable(conn)
            && !bytes.is_empty()
        {
            self.engines[engine].receive(key, bytes, now);
        }
    }

    /// The same; `CODE` is the last code that was said.
    pub fn say(&mut self, conn: usize, text: &str) {
        let text = text.replace("CODE", &self.code);
        self.send(conn, text.as_bytes());
    }

    /// The client sends nothing more, if the server reads.
    pub fn end_input(&mut self, conn: usize) {
        let now = self.now();
        if let Some((engine, key)) = self.readable(conn) {
            self.engines[engine].end_of_input(key, now);
        }
    }

    /// The connection breaks.
    pub fn cut(&mut self, conn: usize) {
        let now = self.now();
        if let Some(client) = self.clients[conn].take() {
            let (engine, key) = client.place;
            self.engines[engine].lost(key, now);
        }
    }

    /// The client reads so many hundred bytes more and then stops; 255 stands for never.
    pub fn read(&mut self, conn: usize, hundreds: u8) {
        if let Some(client) = &mut self.clients[conn] {
            client.takes = match hundreds {
                255 => usize::MAX,
                hundreds => usize::from(hundreds) * 100,
            };
            let (engine, key) = client.place;
            self.transmit(conn);
            let now = self.now();
            self.engines[engine].resume(key, now);
        }
    }

    fn readable(&self, conn: usize) -> Option<(usize, ConnKey)> {
        let (engine, key) = self.clients[conn].as_ref()?.place;
        self.interest(conn)?.read.then_some((engine, key))
    }

    fn interest(&self, conn: usize) -> Option<Interest> {
        let (engine, key) = self.clients[conn].as_ref()?.place;
        self.engines[engine].interest(key)
    }

    // What the journal and time do.

    /// The engine's proposals are on their way, if none are.
    pub fn take_batch(&mut self, engine: usize) {
        if self.batches[engine].is_none() && self.engines[engine].has_proposals() {
            self.batches[engine] = Some(self.engines[engine].take_proposals());
        }
    }

    /// They have arrived.
    pub fn commit_batch(&mut self, engine: usize) {
        let now = self.now();
        if let Some(batch) = self.batches[engine].take() {
            let first = self.log.len() as u64 + 1;
            self.log.extend(batch.iter().cloned());
            self.engines[engine].committed(first, &batch, now);
        }
    }

    fn commit_all(&mut self) {
        self.settle();
        while self.batches.iter().any(Option::is_some)
            || self.engines.iter().any(Engine::has_proposals)
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
            let now = self.now();
            if let Some((engine, key)) = self.clients[conn].as_ref().map(|client| client.place) {
                self.engines[engine].tick(key, now);
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
        let Some((engine, key)) = self.clients[conn].as_ref().map(|client| client.place) else {
            return;
        };
        for (code, ..) in self.engines[engine].shared_rooms() {
            let survey = self.engines[engine].survey(code, &Find::Everyone, now);
            let tiles = survey.map_or(Vec::new(), |survey| survey.tiles);
            let is_theirs = |tile: &&Tile| matches!(&tile.contact, Some(found) if found.key == key);
            if let Some(player) = tiles.iter().find(is_theirs).and_then(|tile| tile.player) {
                let order = order(input, player);
                self.engines[engine].order(code, order, now);
            }
        }
    }

    fn first_deadline(&self) -> Option<(u64, usize)> {
        let deadline = |conn| Some((self.interest(conn)?.deadline?, conn));
        (0..self.clients.len()).filter_map(deadline).min()
    }

    /// What a server does now and then.
    pub fn look_after(&mut self, engine: usize) {
        let now = self.now();
        self.engines[engine].watch_clocks(now);
        self.engines[engine].sweep(now);
        self.engines[engine].tell_pages(1, now);
        for (code, _, _) in self.engines[engine].shared_rooms() {
            self.engines[engine].survey(code, &Find::Everyone, now);
        }
        self.engines[engine].survey_hall(&Find::Everyone, now);
    }

    // What the threads do.

    /// Carries entries and connections from engine to engine, and answers to clients.
    pub fn settle(&mut self) {
        let now = self.now();
        let mut moved = true;
        while moved {
            moved = false;
            for engine in 0..2 {
                self.engines[engine].take_touched();
                for (to, record) in self.engines[engine].take_elsewhere() {
                    self.engines[to].propose(record);
                }
                for departure in self.engines[engine].take_departures() {
                    let from = (engine, departure.key);
                    let key = self.engines[departure.engine].adopt(*departure.connection, now);
                    let mut clients = self.clients.iter_mut().flatten();
                    let client = clients.find(|client| client.place == from);
                    client.expect("only clients depart").place = (departure.engine, key);
                    moved = true;
                }
            }
        }
        for conn in 0..self.clients.len() {
            self.transmit(conn);
            let Some(client) = &self.clients[conn] else {
                continue;
            };
            let (engine, key) = client.place;
            let connection = self.engines[engine]
                .connection_mut(key)
                .expect("it did not end");
            assert!(
                connection.held() <= CONNECTION_BYTES,
                "{} bytes are held",
                connection.held()
            );
            if self.engines[engine].is_over(key, now) {
                self.cut(conn);
            }
        }
    }

    /// Sends what the client takes.
    fn transmit(&mut self, conn: usize) {
        let now = self.now();
        let Some(client) = &mut self.clients[conn] else {
            return;
        };
        let (engine, key) = client.place;
        while let Some(connection) = self.engines[engine].connection_mut(key)
            && !connection.transmit().is_empty()
        {
            let piece = connection.transmit();
            let count = piece.len().min(client.takes).min(TAKEN);
            if count == 0 {
                return connection.blocked(now);
            }
            client.takes -= if client.takes == usize::MAX { 0 } else { count };
            if client.plain {
                client.line.extend_from_slice(&piece[..count]);
                if let Some(code) = client.judge(count == piece.len()) {
                    self.code = code;
                }
            }
            connection.sent(count);
        }
    }

    /// Everybody reads, all is committed, time passes: whoever is still there is heard. Then the
    /// server stops.
    pub fn finish(&mut self) {
        for conn in 0..self.clients.len() {
            self.read(conn, 255);
        }
        for engine in 0..2 {
            for (code, ..) in self.engines[engine].shared_rooms() {
                let now = self.now();
                self.engines[engine].order(code, Order::Pause { on: false }, now);
            }
        }
        for _ in 0..3 {
            self.commit_all();
            self.pass(70_000);
            (0..2).for_each(|engine| self.look_after(engine));
        }
        self.commit_all();
        for conn in 0..self.clients.len() {
            let heard = self.interest(conn).is_none_or(|interest| interest.read);
            assert!(
                heard,
                "connection {conn} is heard no more: {:?}",
                self.interest(conn)
            );
        }
        let now = self.now();
        self.engines.iter_mut().for_each(|engine| engine.stop(now));
        self.settle();
        self.pass(LINGER.as_millis() as u64);
        assert!(
            self.clients.iter().all(Option::is_none),
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
