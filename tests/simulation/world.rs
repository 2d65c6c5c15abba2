//! A virtual machine for engines: virtual time, a virtual network and a virtual journal, all
//! decided by one seed. Nothing here knows the rules of the game.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use game::engine::connection::{Connection, Interest};
use game::engine::drive::{Host, Input, Written, drive};
use game::engine::trial::Ticket;
use game::engine::{ConnectionId, Departure, Engine, Now, Origin, Settings, engine_of};
use game::phrases::Lang;
use game::protocol::Pack;
use game::room::fold::Replay;
use game::rules::{Entry, Order, Pace, Rate, Record, RoomCode, RoomId};
use game::sabotage::{Rule, leaves_out};
use game::wire::text::Phrasebook;
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

/// The shared rooms.
const CODES: [&str; 3] = ["SOLO", "RACE", "TV"];
/// Until then the teacher gives orders; then all goes its way.
const TEACHING: u64 = 2_000;
/// When no power fails any more they let everybody play for good: who has a guess in a round that waits
/// is answered once it goes on.
const AT_LAST: u64 = 3_100;

/// What happens at some time.
pub enum Event {
    /// Bytes reach the server; none are the end of the client's sending.
    ToServer { conn: usize, bytes: Vec<u8> },
    /// One send of the server reaches the client; none are the end of the connection.
    ToClient { conn: usize, bytes: Vec<u8> },
    /// The client may do something.
    Act { client: usize },
    /// The journal has committed an engine's batch.
    Committed { engine: usize, life: u32 },
    /// What it has told too early is in the journal.
    Written { life: u32 },
    /// What a node has told too early comes into the log that nodes share.
    Published {
        engine: usize,
        records: Vec<Record>,
        life: u32,
    },
    /// A batch comes into that log after its node has died.
    Straggler { engine: usize, records: Vec<Record> },
    /// A node reads on in that log, to this message.
    Read { node: usize, until: usize },
    /// A connection's deadline.
    Tick {
        engine: usize,
        key: ConnectionId,
        life: u32,
    },
    /// An entry arrives from another engine.
    Propose {
        engine: usize,
        record: Record,
        life: u32,
    },
    /// A connection arrives from another engine.
    Arrive {
        engine: usize,
        conn: usize,
        connection: Box<Connection>,
        life: u32,
    },
    /// Rounds are looked at whose time may be over.
    Clocks,
    /// A node's power fails, and comes back.
    Crash,
}

/// One connection, as the network sees it.
pub struct Conn {
    /// Whose it is.
    pub client: usize,
    /// Where it is served; none while it goes from engine to engine, or once it is closed.
    place: Option<(usize, ConnectionId)>,
    /// Whether the server reads.
    reads: bool,
    /// Where it was accepted; it stays on that node.
    engine: usize,
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
    /// The rate of the public hall.
    rate: Option<Rate>,
    /// All chance of the run.
    pub rng: ChaCha8Rng,
    /// The virtual time in milliseconds.
    pub time: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    events: HashMap<u64, Event>,
    next: u64,
    /// Those of each node, one node after the other.
    engines: Vec<Engine>,
    per_node: usize,
    nodes: Vec<Node>,
    /// Where several nodes share the journal: its messages, one a batch.
    messages: Vec<Message>,
    /// Batches on their way to the journal.
    in_flight: Vec<Option<Vec<Record>>>,
    /// What the journal has, in order; sequences count from 1.
    pub log: Vec<Record>,
    /// What it has told before it had it: only where a test leaves that rule out.
    late: Vec<Record>,
    /// All connections that ever were.
    pub conns: Vec<Conn>,
    by_key: HashMap<(usize, ConnectionId), usize>,
    /// The connection of the next [`Step::Connected`].
    newcomer: usize,
}

/// What an engine wants done.
enum Step {
    Connected(ConnectionId),
    Sent(ConnectionId, Vec<u8>),
    Wants(ConnectionId, Interest),
    Close(ConnectionId),
    HandOver(Departure),
    Forward(usize, Record),
}

/// All that an engine wants done, in order. Sockets of this world take all that is written.
#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    batch: Option<Vec<Record>>,
}

impl Host for Steps {
    fn connected(&mut self, key: ConnectionId) {
        self.steps.push(Step::Connected(key));
    }

    fn write(&mut self, key: ConnectionId, bytes: &[u8]) -> Written {
        self.steps.push(Step::Sent(key, bytes.to_vec()));
        Written::Bytes(bytes.len())
    }

    fn wants(&mut self, key: ConnectionId, interest: Interest) {
        self.steps.push(Step::Wants(key, interest));
    }

    fn close(&mut self, key: ConnectionId, _: bool) {
        self.steps.push(Step::Close(key));
    }

    fn hand_over(&mut self, departure: Departure) {
        self.steps.push(Step::HandOver(departure));
    }

    fn forward(&mut self, engine: usize, record: Record) {
        self.steps.push(Step::Forward(engine, record));
    }

    fn propose(&mut self, batch: Vec<Record>) {
        self.batch = Some(batch);
    }

    fn ticket(&mut self, _: Ticket) {}
}

/// One machine.
#[derive(Clone, Default)]
struct Node {
    /// Messages of the shared log that it has read.
    read: usize,
    /// It reads nothing until then: it was stopped, or cut off.
    stalled: u64,
    /// Counts the crashes: what belongs to an earlier life is void.
    life: u32,
}

/// A batch in the log that nodes share.
struct Message {
    /// Its place in the log.
    records: std::ops::Range<usize>,
    /// Who published it, in which life.
    engine: usize,
    life: u32,
}

impl World {
    /// A world of so many machines, with so many engines each, and these rooms in its journal.
    pub fn new(seed: u64, nodes: usize, per_node: usize, log: Vec<Record>) -> World {
        #[cfg(feature = "sabotage")]
        if let Ok(rule) = std::env::var("JUSTE_PRIX_SABOTAGE") {
            game::sabotage::leave_out(&rule);
        }
        let engines = nodes * per_node;
        let mut world = World {
            rate: seed.is_multiple_of(5).then_some(Rate {
                per_second: 10,
                burst: 5,
            }),
            rng: ChaCha8Rng::seed_from_u64(seed),
            time: 0,
            queue: BinaryHeap::new(),
            events: HashMap::new(),
            next: 0,
            engines: Vec::new(),
            per_node,
            nodes: vec![Node::default(); nodes],
            messages: Vec::new(),
            in_flight: (0..engines).map(|_| None).collect(),
            log,
            late: Vec::new(),
            conns: Vec::new(),
            by_key: HashMap::new(),
            newcomer: 0,
        };
        for node in 0..nodes {
            let engines = world.start(node);
            world.engines.extend(engines);
        }
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

    /// Whether several nodes share the journal.
    pub fn is_shared(&self) -> bool {
        self.nodes.len() > 1
    }

    /// The life of that engine's node.
    fn life(&self, engine: usize) -> u32 {
        self.nodes[engine / self.per_node].life
    }

    fn engines_of(&self, node: usize) -> std::ops::Range<usize> {
        node * self.per_node..(node + 1) * self.per_node
    }

    /// Starts a node's engines from the journal.
    fn start(&mut self, node: usize) -> Vec<Engine> {
        let mut replay = replayed(&self.log);
        self.nodes[node].read = self.messages.len();
        let engines = self.per_node;
        let hall = Arc::new(Mutex::new(std::mem::take(&mut replay.hall)));
        let mut started: Vec<Engine> = (0..engines)
            .map(|index| {
                let settings = Settings {
                    index,
                    engines,
                    range: "1..100".parse().expect("a range"),
                    phrasebook: Phrasebook {
                        lang: Lang::Fr,
                        pack: Pack::French,
                    },
                    quiet: QUIET,
                    rate: self.rate,
                    pace: Pace::Free,
                    intermission: 0,
                };
                let mut random = ChaCha8Rng::seed_from_u64(self.rng.next_u64());
                Engine::new(
                    settings,
                    Box::new(move |bytes| random.fill_bytes(bytes)),
                    hall.clone(),
                )
            })
            .collect();
        let now = self.now();
        for record in replay.unrecorded(now.at) {
            let engine = &mut started[engine_of(record.room, engines)];
            engine.handle(Input::Forwarded(record), now);
        }
        let mut rooms: Vec<_> = replay.rooms.into_iter().collect();
        rooms.sort_by_key(|(id, _)| *id);
        for (id, room) in rooms {
            started[engine_of(id, engines)].host(id, room);
        }
        if self.is_shared() {
            started.iter_mut().for_each(Engine::share_journal);
        }
        started
    }

    /// The power fails: connections and memory are gone. Of each batch on its way, some reached
    /// the journal whole and nobody was told.
    pub fn crash(&mut self) {
        let node = self.below_nodes();
        for engine in self.engines_of(node) {
            let Some(batch) = self.in_flight[engine].take() else {
                continue;
            };
            match self.below(2) {
                0 if !self.is_shared() => self.log.extend(batch),
                0 => self.publish(engine, batch),
                // It was sent, and nobody knows how long it takes.
                _ if self.is_shared() && self.below(2) == 0 => {
                    let (delay, records) = (self.below(100), batch);
                    self.after(delay, Event::Straggler { engine, records });
                }
                _ => {}
            }
        }
        self.nodes[node].life += 1;
        self.late.clear();
        let engines = self.engines_of(node);
        self.by_key
            .retain(|(engine, _), _| !engines.contains(engine));
        for conn in 0..self.conns.len() {
            if !self.conns[conn].closed && engines.contains(&self.conns[conn].engine) {
                self.conns[conn].closed = true;
                self.conns[conn].place = None;
                self.at_client(conn, Vec::new());
            }
        }
        let started = self.start(node);
        self.engines.splice(engines, started);
    }

    fn below_nodes(&mut self) -> usize {
        match self.nodes.len() {
            1 => 0,
            nodes => self.below(nodes as u64) as usize,
        }
    }

    /// The log that nodes share has the batch. Each reads it after a time of its own; sometimes one
    /// reads nothing for a while.
    fn publish(&mut self, engine: usize, batch: Vec<Record>) {
        let first = self.log.len();
        self.log.extend(batch);
        let life = self.life(engine);
        self.messages.push(Message {
            records: first..self.log.len(),
            engine,
            life,
        });
        let until = self.messages.len();
        for node in 0..self.nodes.len() {
            if self.below(50) == 0 {
                self.nodes[node].stalled = self.time + 200 + self.below(600);
            }
            let delay = self.below(20);
            self.after(delay, Event::Read { node, until });
        }
    }

    /// The node reads on, in the log's order.
    fn read(&mut self, node: usize, until: usize) {
        let now = self.now();
        while self.nodes[node].read < until {
            let message = &self.messages[self.nodes[node].read];
            self.nodes[node].read += 1;
            let life = self.nodes[node].life;
            let engines = self.engines_of(node);
            let is_own = engines.contains(&message.engine) && message.life == life;
            if is_own && leaves_out(Rule::CommitFirst) {
                continue;
            }
            if is_own {
                self.in_flight[message.engine] = None;
            }
            let origin = match is_own {
                true => Origin::Here,
                false => Origin::Elsewhere,
            };
            for (index, engine) in engines.clone().enumerate() {
                let records = message.records.clone();
                let entries = records.map(|place| (place as u64 + 1, self.log[place].clone()));
                let theirs =
                    entries.filter(|(_, record)| engine_of(record.room, self.per_node) == index);
                let entries: Vec<(u64, Record)> = theirs.collect();
                let entries = entries.as_slice();
                self.engines[engine].handle(Input::Followed { entries, origin }, now);
            }
            for engine in engines {
                self.settle(engine);
            }
        }
    }

    /// A node tells what it has proposed before the log has it: only where that rule is left out.
    fn tell_early(&mut self, engine: usize, records: Vec<Record>) {
        let (first, life) = (self.log.len() as u64 + 1, self.life(engine));
        self.happens(
            engine,
            Input::Committed {
                first,
                records: &records,
            },
        );
        let event = Event::Published {
            engine,
            records,
            life,
        };
        self.after(LATE, event);
    }

    /// A client connects.
    pub fn connect(&mut self, client: usize) -> usize {
        let engine = self.below(self.engines.len() as u64) as usize;
        let conn = self.conns.len();
        self.conns.push(Conn {
            client,
            place: None,
            reads: false,
            engine,
            inbox: VecDeque::new(),
            last_to_server: self.time,
            last_to_client: self.time,
            closed: false,
        });
        self.newcomer = conn;
        self.happens(
            engine,
            Input::Accepted {
                greeted: true,
                from: None,
                early: b"",
            },
        );
        conn
    }

    /// The client's side of the connection breaks without a word.
    pub fn cut(&mut self, conn: usize) {
        if let Some((engine, key)) = self.conns[conn].place.take() {
            self.by_key.remove(&(engine, key));
            self.happens(engine, Input::Lost(key));
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
        match event {
            Event::ToServer { conn, bytes } => {
                self.conns[conn].inbox.push_back(bytes);
                self.pump(conn);
            }
            Event::Committed { engine, life } if life == self.life(engine) && self.is_shared() => {
                let batch = self.in_flight[engine].as_mut();
                let records = std::mem::take(batch.expect("one batch at a time"));
                if leaves_out(Rule::CommitFirst) {
                    self.in_flight[engine] = None;
                    self.tell_early(engine, records);
                } else {
                    self.publish(engine, records);
                }
            }
            Event::Published {
                engine,
                records,
                life,
            } if life == self.life(engine) => self.publish(engine, records),
            Event::Straggler { engine, records } => {
                self.publish(engine, records);
                // It is a dead node's.
                let message = self.messages.last_mut().expect("it was just written");
                message.life = u32::MAX;
            }
            Event::Read { node, until } => match self.nodes[node].stalled {
                time if time > self.time => self.at(time, Event::Read { node, until }),
                _ => self.read(node, until),
            },
            Event::Committed { engine, life } if life == self.life(engine) => {
                let records = self.in_flight[engine].take().expect("one batch at a time");
                let first = (self.log.len() + self.late.len()) as u64 + 1;
                self.late.extend(records.iter().cloned());
                if leaves_out(Rule::CommitFirst) {
                    self.after(LATE, Event::Written { life });
                } else {
                    self.log.append(&mut self.late);
                }
                self.happens(
                    engine,
                    Input::Committed {
                        first,
                        records: &records,
                    },
                );
            }
            Event::Written { life } if life == self.life(0) => self.log.append(&mut self.late),
            Event::Tick { engine, key, life } if life == self.life(engine) => {
                self.happens(engine, Input::Timer(key));
            }
            Event::Propose {
                engine,
                record,
                life,
            } if life == self.life(engine) => {
                self.happens(engine, Input::Forwarded(record));
            }
            Event::Arrive {
                engine,
                conn,
                connection,
                life,
            } if life == self.life(engine) => {
                self.newcomer = conn;
                self.happens(engine, Input::Arrived(connection));
                self.pump(conn);
            }
            Event::Clocks => {
                self.teach();
                for engine in 0..self.engines.len() {
                    let journal_away = false;
                    self.happens(engine, Input::Clock { journal_away });
                }
                self.after(50, Event::Clocks);
            }
            Event::Crash => self.crash(),
            _ => {}
        }
    }

    /// A teacher who can't make up their mind; at last they let everybody play.
    fn teach(&mut self) {
        if self.time == AT_LAST {
            for room in 0..3 {
                self.order(room, Order::Pause { on: false });
            }
        }
        if self.time > TEACHING + 900 {
            return;
        }
        let over = self.time > TEACHING;
        let (dice, room) = (self.below(40), self.below(3) as usize);
        if !over && dice >= 30 {
            return self.names_change_hands(room, dice);
        }
        let order = match dice {
            0 if !over => Order::Pause { on: true },
            1 if !over => Order::Lock { on: true },
            2 if !over => Order::Next { round: 1 },
            dice if over || dice < 20 => match dice % 2 {
                0 => Order::Pause { on: false },
                _ => Order::Lock { on: false },
            },
            _ => return,
        };
        self.order(room, order);
    }

    /// The teacher lets a player come back under a name, or undoes that; or the log has what another
    /// server's teacher said of the same players.
    fn names_change_hands(&mut self, room: usize, dice: u64) {
        let code = CODES[room].parse().expect("a code");
        let of_room = self.log.iter();
        let of_room = of_room.filter(|record| record.room == RoomId::Shared(code));
        let (mut players, mut pairs) = (Vec::new(), Vec::new());
        for record in of_room {
            match record.entry {
                Entry::Join { player, .. } => players.push(player),
                Entry::Order(Order::Inherit { player, to }) => pairs.push((player, to)),
                _ => {}
            }
        }
        if players.is_empty() {
            return;
        }
        let [from, to] = [0, 1].map(|_| players[self.below(players.len() as u64) as usize]);
        let with_answers = false;
        let input = match (dice, pairs.last()) {
            (38.., Some((from, _))) => Input::UndoReturn { code, from: *from },
            (36.., Some((player, to))) => {
                let (player, to) = (*to, *player);
                let order = Order::UndoReturn { player, to };
                Input::Order { code, order }
            }
            (33.., _) => {
                let order = Order::Inherit { player: from, to };
                Input::Order { code, order }
            }
            _ => Input::ReturnTo {
                code,
                from,
                to,
                with_answers,
            },
        };
        self.teaches(code, input);
    }

    fn order(&mut self, room: usize, order: Order) {
        let code = CODES[room].parse().expect("a code");
        self.teaches(code, Input::Order { code, order });
    }

    /// What the teacher does arrives at some node.
    fn teaches(&mut self, code: RoomCode, input: Input<'_>) {
        let node = self.below_nodes();
        let engine = self.engines_of(node).start + engine_of(RoomId::Shared(code), self.per_node);
        self.happens(engine, input);
    }

    /// Lets the server read, if it wants to.
    fn pump(&mut self, conn: usize) {
        while self.conns[conn].reads
            && let Some((engine, key)) = self.conns[conn].place
            && let Some(bytes) = self.conns[conn].inbox.pop_front()
        {
            let bytes = bytes.as_slice();
            self.happens(engine, Input::Received { key, bytes });
        }
    }

    /// Something happens to an engine, and what it wants is done.
    fn happens(&mut self, engine: usize, input: Input<'_>) {
        let now = self.now();
        self.engines[engine].handle(input, now);
        self.settle(engine);
    }

    /// Does what an engine wants.
    fn settle(&mut self, engine: usize) {
        let now = self.now();
        if self.in_flight[engine].is_none() {
            self.engines[engine].handle(Input::JournalReady, now);
        }
        let mut steps = Steps::default();
        drive(&mut self.engines[engine], &mut steps, now);
        // At once: what is done may be heard by the engine again, and one batch is on its way.
        if let Some(batch) = steps.batch {
            self.propose(engine, batch);
        }
        for step in steps.steps {
            self.step(engine, step);
        }
    }

    fn step(&mut self, engine: usize, step: Step) {
        let life = self.life(engine);
        let first = self.engines_of(engine / self.per_node).start;
        match step {
            Step::Connected(key) if self.conns[self.newcomer].closed => {
                self.happens(engine, Input::Lost(key));
            }
            Step::Connected(key) => {
                self.conns[self.newcomer].place = Some((engine, key));
                self.by_key.insert((engine, key), self.newcomer);
            }
            Step::Sent(key, bytes) => {
                if let Some(&conn) = self.by_key.get(&(engine, key)) {
                    self.at_client(conn, bytes);
                }
            }
            Step::Wants(key, interest) => {
                if let Some(deadline) = interest.deadline {
                    let time = deadline.max(self.time + 1);
                    self.at(time, Event::Tick { engine, key, life });
                }
                if let Some(&conn) = self.by_key.get(&(engine, key)) {
                    self.conns[conn].reads = interest.read;
                    self.pump(conn);
                }
            }
            Step::Close(key) => {
                if let Some(conn) = self.by_key.remove(&(engine, key)) {
                    self.conns[conn].place = None;
                    self.conns[conn].closed = true;
                    self.at_client(conn, Vec::new());
                }
            }
            Step::HandOver(departure) => {
                if let Some(conn) = self.by_key.remove(&(engine, departure.key)) {
                    self.conns[conn].place = None;
                    let delay = self.below(5);
                    let event = Event::Arrive {
                        engine: first + departure.engine,
                        conn,
                        connection: departure.connection,
                        life,
                    };
                    self.after(delay, event);
                }
            }
            Step::Forward(there, record) => {
                let delay = self.below(5);
                let event = Event::Propose {
                    engine: first + there,
                    record,
                    life,
                };
                self.after(delay, event);
            }
        }
    }

    /// A batch goes to the journal.
    fn propose(&mut self, engine: usize, mut batch: Vec<Record>) {
        if self.below(REPEATS) == 0 {
            batch.extend(batch.iter().rfind(|record| is_request(record)).cloned());
        }
        self.in_flight[engine] = Some(batch);
        let (delay, life) = (self.below(12), self.life(engine));
        self.after(delay, Event::Committed { engine, life });
    }

    /// The live rooms' images, by room, of each node.
    pub fn images(&self) -> Vec<Vec<(RoomId, Vec<u8>)>> {
        let of_node = |engines: &[Engine]| {
            let rooms = engines.iter().flat_map(Engine::rooms);
            let mut images: Vec<_> = rooms
                .filter(|(_, room)| room.rules().is_some())
                .map(|(id, room)| (*id, room.image()))
                .collect();
            images.sort();
            images
        };
        self.engines.chunks(self.per_node).map(of_node).collect()
    }

    /// Whether nothing is on its way to the journal.
    pub fn is_settled(&self) -> bool {
        let all_read = (self.nodes.iter()).all(|node| node.read == self.messages.len());
        self.in_flight.iter().all(Option::is_none)
            && self.engines.iter().all(|engine| engine.waiting() == 0)
            && all_read
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
