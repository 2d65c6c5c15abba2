//! A virtual machine for shards: virtual time, a virtual network and a virtual journal, all
//! decided by one seed. Nothing here knows the rules of the game.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use juste_prix::game::{Entry, Order, Record, RoomId};
use juste_prix::phrases::Lang;
use juste_prix::protocol::Pack;
use juste_prix::sabotage::{Rule, leaves_out};
use juste_prix::server::replay::Replay;
use juste_prix::shard::talk::Talk;
use juste_prix::shard::{ConnKey, Now, Settings, Shard, shard_of};
use juste_prix::wire::text::Speaker;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Milliseconds for which the line must be quiet.
pub const QUIET: u64 = 10;
/// The wall clock when the virtual one shows 0.
const EPOCH: u64 = 1_700_000_000_000;
/// How late the journal has what it told too early, in milliseconds.
const LATE: u64 = 5;
/// Of so many batches one has a request that the journal takes twice.
const REPEATS: u64 = 8;

/// Until then the teacher gives orders; then all goes its way.
const TEACHING: u64 = 2_000;

/// What happens at some time.
pub enum Event {
    /// Bytes reach the server; none are the end of the client's sending.
    ToServer { conn: usize, bytes: Vec<u8> },
    /// One send of the server reaches the client; none are the end of the connection.
    ToClient { conn: usize, bytes: Vec<u8> },
    /// The client may do something.
    Act { client: usize },
    /// The journal has committed a shard's batch.
    Committed { shard: usize, life: u32 },
    /// What it has told too early is in the journal.
    Written { life: u32 },
    /// A connection's deadline.
    Tick {
        shard: usize,
        key: ConnKey,
        life: u32,
    },
    /// An entry arrives from another shard.
    Propose {
        shard: usize,
        record: Record,
        life: u32,
    },
    /// A connection arrives from another shard.
    Arrive {
        shard: usize,
        conn: usize,
        talk: Box<Talk>,
        life: u32,
    },
    /// Rounds are looked at whose time may be over.
    Clocks,
    /// The power fails, and comes back.
    Crash,
}

/// One connection, as the network sees it.
pub struct Conn {
    /// Whose it is.
    pub client: usize,
    /// Where it is served; none while it goes from shard to shard, or once it is closed.
    place: Option<(usize, ConnKey)>,
    /// What arrived and was not read yet.
    inbox: VecDeque<Vec<u8>>,
    /// Neither side keeps the order without these.
    last_to_server: u64,
    last_to_client: u64,
    /// Whether it has ended.
    pub closed: bool,
}

/// Everything.
pub struct World {
    /// All chance of the run.
    pub rng: ChaCha8Rng,
    /// The virtual time in milliseconds.
    pub time: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    events: HashMap<u64, Event>,
    next: u64,
    shards: Vec<Shard>,
    /// Batches on their way to the journal.
    in_flight: Vec<Option<Vec<Record>>>,
    /// What the journal has, in order; sequences count from 1.
    pub log: Vec<Record>,
    /// What it has told before it had it: only where a test leaves that rule out.
    late: Vec<Record>,
    /// All connections that ever were.
    pub conns: Vec<Conn>,
    by_key: HashMap<(usize, ConnKey), usize>,
    /// Counts the crashes: what belongs to an earlier life is void.
    pub life: u32,
}

impl World {
    /// A world with these rooms in its journal.
    pub fn new(seed: u64, shards: usize, log: Vec<Record>) -> World {
        let mut world = World {
            rng: ChaCha8Rng::seed_from_u64(seed),
            time: 0,
            queue: BinaryHeap::new(),
            events: HashMap::new(),
            next: 0,
            shards: Vec::new(),
            in_flight: (0..shards).map(|_| None).collect(),
            log,
            late: Vec::new(),
            conns: Vec::new(),
            by_key: HashMap::new(),
            life: 0,
        };
        world.start(shards);
        world.after(50, Event::Clocks);
        world
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.rng.next_u64() % n
    }

    /// Schedules an event.
    pub fn after(&mut self, delay: u64, event: Event) {
        self.at(self.time + delay, event);
    }

    fn at(&mut self, time: u64, event: Event) {
        self.next += 1;
        self.queue.push(Reverse((time, self.next)));
        self.events.insert(self.next, event);
    }

    /// The next event, at its time; none after `end`.
    pub fn next_event(&mut self, end: u64) -> Option<Event> {
        let Reverse((time, id)) = self.queue.pop()?;
        if time > end {
            return None;
        }
        self.time = time;
        self.events.remove(&id)
    }

    fn now(&self) -> Now {
        Now {
            tick: self.time,
            at: EPOCH + self.time,
        }
    }

    /// Starts the shards from the journal.
    fn start(&mut self, shards: usize) {
        let mut replay = replayed(&self.log);
        let hall = Arc::new(Mutex::new(std::mem::take(&mut replay.hall)));
        self.shards = (0..shards)
            .map(|index| {
                let settings = Settings {
                    index,
                    shards,
                    range: "1..100".parse().expect("a range"),
                    speaker: Speaker {
                        lang: Lang::Fr,
                        pack: Pack::French,
                    },
                    quiet: QUIET,
                };
                let mut random = ChaCha8Rng::seed_from_u64(self.rng.next_u64());
                Shard::new(
                    settings,
                    Box::new(move |bytes| random.fill_bytes(bytes)),
                    hall.clone(),
                )
            })
            .collect();
        let at = self.now().at;
        for record in replay.unrecorded(at) {
            self.shards[shard_of(record.room, shards)].propose(record);
        }
        let mut rooms: Vec<_> = replay.rooms.into_iter().collect();
        rooms.sort_by_key(|(id, _)| *id);
        for (id, room) in rooms {
            self.shards[shard_of(id, shards)].host(id, room);
        }
    }

    /// The power fails: connections and memory are gone. Of each batch on its way, some reached
    /// the journal whole and nobody was told.
    pub fn crash(&mut self) {
        let shards = self.shards.len();
        for shard in 0..shards {
            if let Some(batch) = self.in_flight[shard].take()
                && self.below(2) == 0
            {
                self.log.extend(batch);
            }
        }
        self.life += 1;
        self.late.clear();
        self.by_key.clear();
        for conn in 0..self.conns.len() {
            if !self.conns[conn].closed {
                self.conns[conn].closed = true;
                self.conns[conn].place = None;
                self.at_client(conn, Vec::new());
            }
        }
        self.start(shards);
    }

    /// A client connects.
    pub fn connect(&mut self, client: usize) -> usize {
        let shard = self.below(self.shards.len() as u64) as usize;
        let now = self.now();
        let key = self.shards[shard].connect(true, now);
        let conn = self.conns.len();
        self.conns.push(Conn {
            client,
            place: Some((shard, key)),
            inbox: VecDeque::new(),
            last_to_server: self.time,
            last_to_client: self.time,
            closed: false,
        });
        self.by_key.insert((shard, key), conn);
        self.look(shard, key);
        conn
    }

    /// The client's side of the connection breaks without a word.
    pub fn cut(&mut self, conn: usize) {
        if let Some((shard, key)) = self.conns[conn].place.take() {
            self.by_key.remove(&(shard, key));
            let now = self.now();
            self.shards[shard].lost(key, now);
            self.settle(shard);
        }
        self.conns[conn].closed = true;
    }

    /// Sends, cut at random; a message's pieces stay within the quiet time if `whole`.
    pub fn send(&mut self, conn: usize, mut bytes: &[u8], whole: bool) {
        while !bytes.is_empty() {
            let cut = 1 + self.below(bytes.len() as u64) as usize;
            let (piece, rest) = bytes.split_at(cut);
            bytes = rest;
            let delay = if whole { self.below(2) } else { self.below(30) };
            let time = self.conns[conn].last_to_server.max(self.time) + delay;
            self.conns[conn].last_to_server = time;
            self.at(
                time,
                Event::ToServer {
                    conn,
                    bytes: piece.to_vec(),
                },
            );
        }
    }

    fn at_client(&mut self, conn: usize, bytes: Vec<u8>) {
        let delay = self.below(15);
        let time = self.conns[conn].last_to_client.max(self.time) + delay;
        self.conns[conn].last_to_client = time;
        self.at(time, Event::ToClient { conn, bytes });
    }

    /// Carries out an event of the server's side.
    pub fn handle(&mut self, event: Event) {
        let now = self.now();
        match event {
            Event::ToServer { conn, bytes } => {
                self.conns[conn].inbox.push_back(bytes);
                self.pump(conn);
            }
            Event::Committed { shard, life } if life == self.life => {
                let records = self.in_flight[shard].take().expect("one batch at a time");
                let first = (self.log.len() + self.late.len()) as u64 + 1;
                self.late.extend(records.iter().cloned());
                if leaves_out(Rule::CommitFirst) {
                    self.after(LATE, Event::Written { life });
                } else {
                    self.log.append(&mut self.late);
                }
                self.shards[shard].committed(first, &records, now);
                self.settle(shard);
            }
            Event::Written { life } if life == self.life => self.log.append(&mut self.late),
            Event::Tick { shard, key, life } if life == self.life => {
                self.shards[shard].tick(key, now);
                self.look(shard, key);
                self.settle(shard);
            }
            Event::Propose {
                shard,
                record,
                life,
            } if life == self.life => {
                self.shards[shard].propose(record);
                self.settle(shard);
            }
            Event::Arrive {
                shard,
                conn,
                talk,
                life,
            } if life == self.life => {
                if self.conns[conn].closed {
                    let key = self.shards[shard].adopt(*talk, now);
                    self.shards[shard].lost(key, now);
                } else {
                    let key = self.shards[shard].adopt(*talk, now);
                    self.conns[conn].place = Some((shard, key));
                    self.by_key.insert((shard, key), conn);
                    self.look(shard, key);
                }
                self.settle(shard);
                self.pump(conn);
            }
            Event::Clocks => {
                self.teach();
                for shard in 0..self.shards.len() {
                    self.shards[shard].watch_clocks(now);
                    self.settle(shard);
                }
                self.after(50, Event::Clocks);
            }
            Event::Crash => self.crash(),
            _ => {}
        }
    }

    /// A teacher who can't make up their mind; at last they let everybody play.
    fn teach(&mut self) {
        if self.time > TEACHING + 900 {
            return;
        }
        let over = self.time > TEACHING;
        let (dice, room) = (self.below(40), self.below(3) as usize);
        let order = match dice {
            0 if !over => Order::Pause(true),
            1 if !over => Order::Lock(true),
            2 if !over => Order::Next { round: 1 },
            dice if over || dice < 20 => match dice % 2 {
                0 => Order::Pause(false),
                _ => Order::Lock(false),
            },
            _ => return,
        };
        let code = ["SOLO", "RACE", "TV"][room].parse().expect("a code");
        let shard = shard_of(RoomId::Shared(code), self.shards.len());
        let now = self.now();
        self.shards[shard].order(code, order, now);
        self.settle(shard);
    }

    /// Lets the server read, if it wants to.
    fn pump(&mut self, conn: usize) {
        while let Some((shard, key)) = self.conns[conn].place
            && self.shards[shard]
                .interest(key)
                .is_some_and(|interest| interest.read)
            && let Some(bytes) = self.conns[conn].inbox.pop_front()
        {
            let now = self.now();
            self.shards[shard].receive(key, &bytes, now);
            self.look(shard, key);
            self.settle(shard);
        }
    }

    /// Does for one connection what a socket's keeper does.
    fn look(&mut self, shard: usize, key: ConnKey) {
        let Some(&conn) = self.by_key.get(&(shard, key)) else {
            return;
        };
        let now = self.now();
        while let Some(talk) = self.shards[shard].talk_mut(key)
            && !talk.transmit().is_empty()
        {
            let bytes = talk.transmit().to_vec();
            talk.sent(bytes.len());
            self.at_client(conn, bytes);
        }
        let life = self.life;
        match self.shards[shard].interest(key) {
            Some(_) if self.shards[shard].is_over(key, now) => {
                self.shards[shard].lost(key, now);
                self.by_key.remove(&(shard, key));
                self.conns[conn].place = None;
                self.conns[conn].closed = true;
                self.at_client(conn, Vec::new());
            }
            Some(interest) => {
                if let Some(deadline) = interest.deadline {
                    self.at(
                        deadline.max(self.time + 1),
                        Event::Tick { shard, key, life },
                    );
                }
            }
            None => {}
        }
    }

    /// Carries out what a shard has decided.
    fn settle(&mut self, shard: usize) {
        let life = self.life;
        let touched = self.shards[shard].take_touched();
        for departure in self.shards[shard].take_departures() {
            let conn = self.by_key.remove(&(shard, departure.key));
            if let Some(conn) = conn {
                self.conns[conn].place = None;
                let delay = self.below(5);
                let talk = departure.talk;
                self.after(
                    delay,
                    Event::Arrive {
                        shard: departure.shard,
                        conn,
                        talk,
                        life,
                    },
                );
            }
        }
        for (shard, record) in self.shards[shard].take_elsewhere() {
            let delay = self.below(5);
            self.after(
                delay,
                Event::Propose {
                    shard,
                    record,
                    life,
                },
            );
        }
        if self.in_flight[shard].is_none() && self.shards[shard].has_proposals() {
            let mut batch = self.shards[shard].take_proposals();
            if self.below(REPEATS) == 0 {
                batch.extend(batch.iter().rfind(|record| is_request(record)).cloned());
            }
            self.in_flight[shard] = Some(batch);
            let delay = self.below(12);
            self.after(delay, Event::Committed { shard, life });
        }
        for key in touched {
            self.look(shard, key);
            if let Some(&conn) = self.by_key.get(&(shard, key)) {
                self.pump(conn);
            }
        }
    }

    /// The live rooms' images, by room.
    pub fn images(&self) -> Vec<(RoomId, Vec<u8>)> {
        let rooms = self.shards.iter().flat_map(Shard::rooms);
        let mut images: Vec<_> = rooms
            .filter(|(_, room)| room.rules().is_some())
            .map(|(id, room)| (*id, room.image()))
            .collect();
        images.sort();
        images
    }

    /// Whether nothing is on its way to the journal.
    pub fn is_settled(&self) -> bool {
        self.in_flight.iter().all(Option::is_none) && !self.shards.iter().any(Shard::has_proposals)
    }
}

/// Whether the entry counts a player's requests: a journal may take it twice, as where its answer
/// was lost and it was asked again.
fn is_request(record: &Record) -> bool {
    matches!(record.entry, Entry::Guess { .. } | Entry::Rename { .. })
}

/// The journal, folded again from its beginning.
pub fn replayed(log: &[Record]) -> Replay {
    let mut replay = Replay::default();
    for (sequence, record) in (1..).zip(log) {
        replay.apply(sequence, record);
    }
    replay
}
