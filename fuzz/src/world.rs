//! Two shards, a journal that commits when told to, and clients: what a server's threads do for
//! them, without threads. Judges all that is said.

use std::sync::{Arc, Mutex};

use game::engine::guest::{Guest, Via};
use game::engine::survey::{Find, Tile};
use game::engine::talk::Interest;
use game::engine::{ConnKey, Now, Settings, Shard, shard_of};
use game::limits::{CONNECTION_BYTES, LINGER, MESSAGE_BYTES};
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Order, Range, Record, RoomId};
use game::wire::text::Speaker;
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
    shards: Vec<Shard>,
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
        let shard = |index| {
            let settings = Settings {
                index,
                shards: 2,
                range: Range::LESSON,
                speaker: Speaker {
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
            Shard::new(settings, Box::new(chance), hall.clone())
        };
        let mut world = World {
            shards: (0..2).map(shard).collect(),
            batches: vec![None, None],
            log: Vec::new(),
            clients: (0..6).map(|_| None).collect(),
            tick: 1,
            code: String::new(),
        };
        for room in rooms {
            world.shards[shard_of(room.room, 2)].propose(room.clone());
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
    pub fn connect(&mut self, conn: usize, shard: usize, greeted: bool) {
        let now = self.now();
        self.cut(conn);
        let key = self.shards[shard].connect(greeted, now);
        self.seat(conn, (shard, key), true);
    }

    /// A guest of the page's port.
    pub fn welcome(&mut self, conn: usize, shard: usize, via: Via) {
        let now = self.now();
        self.cut(conn);
        let guest = Guest::new(via, None, [127, 0, 0, 1].into());
        let key = self.shards[shard].welcome(guest, b"", now);
        self.seat(conn, (shard, key), via == Via::PollText);
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
        if let Some((shard, key)) = self.readable(conn)
            && !bytes.is_empty()
        {
            self.shards[shard].receive(key, bytes, now);
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
        if let Some((shard, key)) = self.readable(conn) {
            self.shards[shard].end_of_input(key, now);
        }
    }

    /// The connection breaks.
    pub fn cut(&mut self, conn: usize) {
        let now = self.now();
        if let Some(client) = self.clients[conn].take() {
            let (shard, key) = client.place;
            self.shards[shard].lost(key, now);
        }
    }

    /// The client reads so many hundred bytes more and then stops; 255 stands for never.
    pub fn read(&mut self, conn: usize, hundreds: u8) {
        if let Some(client) = &mut self.clients[conn] {
            client.takes = match hundreds {
                255 => usize::MAX,
                hundreds => usize::from(hundreds) * 100,
            };
            let (shard, key) = client.place;
            self.transmit(conn);
            let now = self.now();
            self.shards[shard].resume(key, now);
        }
    }

    fn readable(&self, conn: usize) -> Option<(usize, ConnKey)> {
        let (shard, key) = self.clients[conn].as_ref()?.place;
        self.interest(conn)?.read.then_some((shard, key))
    }

    fn interest(&self, conn: usize) -> Option<Interest> {
        let (shard, key) = self.clients[conn].as_ref()?.place;
        self.shards[shard].interest(key)
    }

    // What the journal and time do.

    /// The shard's proposals are on their way, if none are.
    pub fn take_batch(&mut self, shard: usize) {
        if self.batches[shard].is_none() && self.shards[shard].has_proposals() {
            self.batches[shard] = Some(self.shards[shard].take_proposals());
        }
    }

    /// They have arrived.
    pub fn commit_batch(&mut self, shard: usize) {
        let now = self.now();
        if let Some(batch) = self.batches[shard].take() {
            let first = self.log.len() as u64 + 1;
            self.log.extend(batch.iter().cloned());
            self.shards[shard].committed(first, &batch, now);
        }
    }

    fn commit_all(&mut self) {
        self.settle();
        while self.batches.iter().any(Option::is_some)
            || self.shards.iter().any(Shard::has_proposals)
        {
            for shard in 0..2 {
                self.commit_batch(shard);
                self.settle();
                self.take_batch(shard);
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
            if let Some((shard, key)) = self.clients[conn].as_ref().map(|client| client.place) {
                self.shards[shard].tick(key, now);
            }
            self.settle();
        }
        self.tick = end;
        self.settle();
    }

    /// The teacher decides something about a room of the shard where the connection is, and about
    /// its player.
    pub fn order(&mut self, conn: usize, input: &mut Input<'_>) {
        let now = self.now();
        let Some((shard, key)) = self.clients[conn].as_ref().map(|client| client.place) else {
            return;
        };
        for (code, ..) in self.shards[shard].shared_rooms() {
            let survey = self.shards[shard].survey(code, &Find::Everyone, now);
            let tiles = survey.map_or(Vec::new(), |survey| survey.tiles);
            let is_theirs = |tile: &&Tile| matches!(&tile.contact, Some(found) if found.key == key);
            if let Some(player) = tiles.iter().find(is_theirs).and_then(|tile| tile.player) {
                let order = order(input, player);
                self.shards[shard].order(code, order, now);
            }
        }
    }

    fn first_deadline(&self) -> Option<(u64, usize)> {
        let deadline = |conn| Some((self.interest(conn)?.deadline?, conn));
        (0..self.clients.len()).filter_map(deadline).min()
    }

    /// What a server does now and then.
    pub fn look_after(&mut self, shard: usize) {
        let now = self.now();
        self.shards[shard].watch_clocks(now);
        self.shards[shard].sweep(now);
        self.shards[shard].tell_pages(1, now);
        for (code, _, _) in self.shards[shard].shared_rooms() {
            self.shards[shard].survey(code, &Find::Everyone, now);
        }
        self.shards[shard].survey_hall(&Find::Everyone, now);
    }

    // What the threads do.

    /// Carries entries and connections from shard to shard, and answers to clients.
    pub fn settle(&mut self) {
        let now = self.now();
        let mut moved = true;
        while moved {
            moved = false;
            for shard in 0..2 {
                self.shards[shard].take_touched();
                for (to, record) in self.shards[shard].take_elsewhere() {
                    self.shards[to].propose(record);
                }
                for departure in self.shards[shard].take_departures() {
                    let from = (shard, departure.key);
                    let key = self.shards[departure.shard].adopt(*departure.talk, now);
                    let mut clients = self.clients.iter_mut().flatten();
                    let client = clients.find(|client| client.place == from);
                    client.expect("only clients depart").place = (departure.shard, key);
                    moved = true;
                }
            }
        }
        for conn in 0..self.clients.len() {
            self.transmit(conn);
            let Some(client) = &self.clients[conn] else {
                continue;
            };
            let (shard, key) = client.place;
            let talk = self.shards[shard].talk_mut(key).expect("it did not end");
            assert!(
                talk.held() <= CONNECTION_BYTES,
                "{} bytes are held",
                talk.held()
            );
            if self.shards[shard].is_over(key, now) {
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
        let (shard, key) = client.place;
        while let Some(talk) = self.shards[shard].talk_mut(key)
            && !talk.transmit().is_empty()
        {
            let piece = talk.transmit();
            let count = piece.len().min(client.takes).min(TAKEN);
            if count == 0 {
                return talk.blocked(now);
            }
            client.takes -= if client.takes == usize::MAX { 0 } else { count };
            if client.plain {
                client.line.extend_from_slice(&piece[..count]);
                if let Some(code) = client.judge(count == piece.len()) {
                    self.code = code;
                }
            }
            talk.sent(count);
        }
    }

    /// Everybody reads, all is committed, time passes: whoever is still there is heard. Then the
    /// server stops.
    pub fn finish(&mut self) {
        for conn in 0..self.clients.len() {
            self.read(conn, 255);
        }
        for shard in 0..2 {
            for (code, ..) in self.shards[shard].shared_rooms() {
                let now = self.now();
                self.shards[shard].order(code, Order::Pause(false), now);
            }
        }
        for _ in 0..3 {
            self.commit_all();
            self.pass(70_000);
            (0..2).for_each(|shard| self.look_after(shard));
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
        self.shards.iter_mut().for_each(|shard| shard.stop(now));
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
        let rooms = self.shards.iter().flat_map(Shard::rooms);
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
