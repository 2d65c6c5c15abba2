//! The relay: the machines of the pages, the sockets of their programs, and the bytes between them.
//!
//! It has no clock, randomness or socket of its own. [`Relay::handle`] takes what happens, and
//! [`Relay::poll`] returns what follows of it. A real TCP connection takes part through
//! [`Relay::take`] and [`Relay::put`].
//!
//! A call is answered once. It has a number within its thread; a repeated request with the same number
//! gets the same answer and changes nothing. What a closed side has not been given makes a reset, as
//! with TCP; what it was given is not asked for again.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use lab::check::pair::meeting::{Fact, Fault, Party, Waiting};
use serde::Serialize;
use slab::Slab;

use super::call::{Answer, Call, Fd, errno};
use game::address::kind::Kind;
use game::limits::{
    WORKSHOP_BACKLOG, WORKSHOP_LANES, WORKSHOP_LINES, WORKSHOP_LINES_BYTES, WORKSHOP_MACHINES,
    WORKSHOP_PROGRAMS_EACH, WORKSHOP_SELECTED, WORKSHOP_SHOWN, WORKSHOP_SOCKETS, WORKSHOP_WINDOW,
};
use game::rules::BrowserId;
use os::process::{Doing, File, Polled, Thread};

/// A page that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u64);

/// A program that runs. Whoever knows the number speaks for the program, so it is random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(pub u128);

/// A real TCP connection of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpId(pub u64);

/// A listener, as long as it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListenerId(pub u64);

/// A browser at an address.
pub type Browser = (IpAddr, Option<BrowserId>);

/// What happens.
#[derive(Debug)]
pub enum Input<'a> {
    /// A page was opened.
    Open(PageId, Browser),
    /// A page has gone, and its programs with it.
    Leave(PageId),
    /// A page starts a program.
    Start(PageId, ProgramId),
    /// A program calls: its thread, the number, the call.
    Call(ProgramId, u32, u64, &'a Call),
    /// The time to wait for the answer of this number is over.
    Expire(ProgramId, u32, u64),
    /// A line was typed for a program.
    Line(ProgramId, &'a str),
    /// A program is to stop.
    Stop(ProgramId),
    /// A program has ended, or was ended.
    End(ProgramId),
    /// All programs are to end, since the teacher closes the workshop.
    EndAll,
    /// A listener has a real TCP port, or none could be had.
    Opened(ListenerId, Option<u16>),
    /// A real program has connected to a listener's port.
    Came(ListenerId, TcpId, SocketAddrV4),
    /// The driver has connected, or has failed with this error number.
    Dialled(TcpId, Result<(), u16>),
    /// The real program has ended its sending.
    Finished(TcpId),
    /// The connection to the real program broke.
    Broke(TcpId),
    /// A server is to be reached by every program, at this address of the class.
    Publish(Ipv4Addr, Published),
    /// The server at this address of the class is no longer to be reached.
    Withdraw(Ipv4Addr),
    /// A program meets the server at this address of the class, wherever it connects to.
    Meet(ProgramId, Ipv4Addr),
    /// The teacher lets programs of different browsers talk, or not.
    Quiet(bool),
    /// The teacher lets programs connect to real programs on the machines of players, or not.
    Outside(bool),
    /// A page wants a rough network of this seed for its programs, or none.
    Rough(PageId, Option<u64>),
    /// The teacher ends the programs of this page's browser, which may talk to no other from then on, or
    /// lets it talk again.
    Mute(PageId, bool),
}

/// One side of a talk between pupils.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A program of this page.
    Page(PageId),
    /// A real program at this address.
    Outside(SocketAddrV4),
    /// The practice port of this browser's pupil, at this address: what comes out of it may be others'.
    Port(Browser, SocketAddrV4),
}

/// A server that every program may connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// A page's listener.
    Listener(ListenerId),
    /// A program on a pupil's own machine.
    Outside(SocketAddr),
    /// This program's own server of the game.
    Own,
}

/// Where the driver is to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// The game's text port.
    Game,
    /// A published program on a pupil's own machine, by its address of the class.
    Outside(Ipv4Addr, SocketAddr),
    /// This program's own server of the game, for a meeting.
    Own,
    /// Who examines this program.
    Examiner(ProgramId),
    /// A port of this server that is not the game's: a practice port, if anything.
    Here(u16),
    /// A real program on the machine of a player, if a player is present there.
    Player(SocketAddrV4),
}

/// Whether an address exists in the workshop only: RFC 2544 has set its network aside for tests.
pub fn is_invented(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [198, 18 | 19, ..])
}

/// Whether a player's machine may have this address.
fn is_of_machine(address: Ipv4Addr) -> bool {
    let kind = Kind::of(address.into());
    matches!(kind, Kind::Private | Kind::Shared | Kind::Global) && !is_invented(address)
}

/// The address of the class's server number N, in the half of RFC 2544's network that no machine gets.
pub fn class_address(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(198, 19, high, low)
}

/// What follows.
#[derive(Debug, PartialEq)]
pub enum Output {
    /// The answer to a call.
    Answer(ProgramId, u32, u64, Answer),
    /// Something that a page shows.
    Show(PageId, Event),
    /// The first bytes of what one side has sent to another, which is not in the same page.
    Said(Author, Author, Vec<u8>),
    /// A real TCP port is wanted for a listener, with this number if it is free.
    OpenPort(ListenerId, u16),
    /// A listener's real port is to be closed.
    ClosePort(ListenerId),
    /// A connection is wanted.
    Dial(TcpId, Far),
    /// A published listener has closed.
    Unpublished(Ipv4Addr),
    /// Something that this program, which meets a server, or its server did.
    Fact(ProgramId, Fact),
    /// A real connection has something to take, or room to put.
    Wake(TcpId),
}

/// Messages of a program that are just what the game's own server has said, and no others, after which it
/// forwards: the greeting and two answers.
const FORWARDED: u32 = 3;

/// The number of the class's server at this address.
pub fn class_number(address: Ipv4Addr) -> u16 {
    let [_, _, high, low] = address.octets();
    u16::from_be_bytes([high, low])
}

/// What a page shows of one of its programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    /// The program.
    pub program: ProgramId,
    /// The socket, if it is about one.
    pub fd: Option<Fd>,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
}

/// What happened to a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum What {
    /// It waits in a call; of a connected socket, for whom.
    Waits {
        /// The thread.
        lane: u32,
        /// The call.
        call: &'static str,
        /// The other side, or the address listened on.
        peer: Option<SocketAddrV4>,
    },
    /// It goes on.
    Runs {
        /// The thread.
        lane: u32,
    },
    /// It listens.
    Listens {
        /// The address.
        at: SocketAddrV4,
    },
    /// Its listener has this port of the server, or none.
    Port {
        /// The listener's own port.
        of: u16,
        /// The server's port that leads to it.
        port: Option<u16>,
    },
    /// It has accepted a connection.
    Accepted {
        /// This side.
        ours: SocketAddrV4,
        /// The other side.
        peer: SocketAddrV4,
    },
    /// It has connected.
    Connected {
        /// This side.
        ours: SocketAddrV4,
        /// The other side.
        peer: SocketAddrV4,
    },
    /// A call has failed.
    Failed {
        /// The thread.
        lane: u32,
        /// The call.
        call: &'static str,
        /// The error's number.
        number: u16,
        /// The address it was about.
        at: Option<SocketAddrV4>,
    },
    /// It has sent bytes.
    Sent {
        /// How many.
        length: usize,
        /// The first of them, in hexadecimal digits.
        hex: String,
    },
    /// It was given bytes; none at the end of the stream.
    Received {
        /// How many.
        length: usize,
        /// The first of them, in hexadecimal digits.
        hex: String,
    },
    /// It has closed a socket.
    Closed,
    /// It has ended.
    Ended,
}

impl std::fmt::Debug for ProgramId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProgramId")
    }
}

impl std::fmt::Display for ProgramId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl std::str::FromStr for ProgramId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.len() {
            32 => u128::from_str_radix(text, 16)
                .map(ProgramId)
                .map_err(|_| ()),
            _ => Err(()),
        }
    }
}

impl Serialize for ProgramId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// One browser, as its programs see the network.
#[derive(Debug)]
struct Machine {
    address: Ipv4Addr,
    /// Pages that are open.
    pages: usize,
    /// Whether its programs may talk to no other machine.
    is_mute: bool,
}

#[derive(Debug)]
struct Page {
    browser: Browser,
    programs: Vec<ProgramId>,
    /// The rough network of its programs.
    rough: Option<Rough>,
}

/// A rough network: what is sent is cut into pieces, or kept until more is sent, as the seed decides.
#[derive(Clone, Copy, Debug)]
struct Rough(u64);

impl Rough {
    /// Bytes of a piece at most.
    const PIECE: u64 = 7;

    /// A number below `most` (Knuth's MMIX).
    fn below(&mut self, most: u64) -> u64 {
        let Rough(state) = self;
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % most
    }
}

#[derive(Debug)]
struct Program {
    page: PageId,
    machine: Ipv4Addr,
    sockets: BTreeMap<Fd, Socket>,
    lanes: BTreeMap<u32, Lane>,
    lines: VecDeque<String>,
    line_bytes: usize,
    is_stopped: bool,
    /// The server that it meets, by its address of the class.
    meets: Option<Ipv4Addr>,
    /// The error that ended it.
    fault: Option<Fault>,
    /// All its connections lead to who examines it.
    is_examined: bool,
    /// The first bytes of what the game's own server has said to it last.
    heard: Vec<u8>,
    /// How often it has said just that to another, and something else.
    forwarded: (u32, u32),
    /// Whether it was seen to say only what the game's own server says to it.
    forwards: bool,
}

#[derive(Debug)]
struct Lane {
    seq: u64,
    state: LaneState,
}

#[derive(Debug)]
enum LaneState {
    Waits(Call),
    Answered(Answer),
}

#[derive(Clone, Copy, Debug)]
enum Socket {
    Bound(SocketAddrV4),
    Listening(ListenerId),
    /// The driver dials.
    Connecting(usize),
    /// The driver has failed to connect, with this error number.
    Refused(u16),
    Connected(usize),
}

#[derive(Debug)]
struct Listener {
    program: ProgramId,
    fd: Fd,
    machine: Ipv4Addr,
    at: SocketAddrV4,
    most: usize,
    /// Server's ends of connections that wait for `accept`.
    backlog: VecDeque<usize>,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Program(ProgramId, Fd),
    Listener(ListenerId),
    Tcp(TcpId),
    /// Its owner has closed it.
    Nobody,
}

/// One side of a connection.
#[derive(Debug)]
struct End {
    owner: Owner,
    peer: usize,
    ours: SocketAddrV4,
    /// Bytes that came and were not given to the owner yet.
    inbound: VecDeque<u8>,
    /// The owner sends no more.
    is_shut: bool,
    /// The owner reads no more.
    is_deaf: bool,
    /// The connection was broken off.
    is_broken: bool,
    /// An error that the owner has not been told.
    error: Option<u16>,
    /// Of a real connection's side: the program at the other end.
    program: Option<ProgramId>,
    /// Of a real connection's side: what was taken last may still be on its way out.
    is_passing: bool,
    /// Of a real connection's side that leads to a practice port: the browser of its pupil.
    host: Option<Browser>,
    /// Of a real connection's side: it was told that nothing more comes.
    is_told: bool,
    /// A rough network keeps the last of its inbound bytes, this many.
    kept: usize,
}

/// What a real connection takes from its peer.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Bytes to send.
    Bytes(Vec<u8>),
    /// Nothing now.
    Nothing,
    /// The peer sends no more.
    End,
    /// The connection was broken off, or is over.
    Broken,
}

/// Where an address leads to.
enum Route {
    Listener(ListenerId),
    Dialled(Far),
    Nobody,
    Outside,
}

/// All pages, programs and connections.
#[derive(Debug, Default)]
pub struct Relay {
    /// This server's own addresses.
    server: Vec<Ipv4Addr>,
    game_port: Option<u16>,
    machines: HashMap<Browser, Machine>,
    invented: u16,
    pages: HashMap<PageId, Page>,
    programs: HashMap<ProgramId, Program>,
    listeners: BTreeMap<ListenerId, Listener>,
    published: BTreeMap<Ipv4Addr, Published>,
    ends: Slab<End>,
    tcp: HashMap<TcpId, usize>,
    /// Where those lead to that programs have asked for.
    dialled: HashMap<TcpId, Far>,
    next: u64,
    ephemeral: u16,
    /// Whether no machine may talk to another.
    is_quiet: bool,
    /// Whether programs may connect to real programs on the machines of players.
    is_outside: bool,
    /// Programs whose waiting calls may have an answer now.
    changed: VecDeque<ProgramId>,
    outputs: VecDeque<Output>,
}

/// The first of the ports that the relay picks itself.
const EPHEMERAL: u16 = 49_152;
/// Ports below this one are an administrator's.
const LEAST_PORT: u16 = 1024;

impl Relay {
    /// A relay on a server with these addresses and this port of the text protocol.
    pub fn new(server: Vec<Ipv4Addr>, game_port: Option<u16>) -> Self {
        Relay {
            server,
            game_port,
            ephemeral: EPHEMERAL,
            ..Relay::default()
        }
    }

    /// Takes what happens.
    pub fn handle(&mut self, input: Input<'_>) {
        match input {
            Input::Open(page, browser) => self.open(page, browser),
            Input::Leave(page) => self.leave(page),
            Input::Start(page, program) => self.start(page, program),
            Input::Call(program, lane, seq, call) => self.call(program, lane, seq, call),
            Input::Expire(program, lane, seq) => self.expire(program, lane, seq),
            Input::Line(program, line) => self.line(program, line),
            Input::Stop(program) => {
                if let Some(it) = self.programs.get_mut(&program) {
                    it.is_stopped = true;
                }
                self.changed.push_back(program);
            }
            Input::End(program) => self.end(program),
            Input::EndAll => {
                let all: Vec<ProgramId> = self.programs.keys().copied().collect();
                all.into_iter().for_each(|program| self.end(program));
            }
            Input::Quiet(on) => {
                self.is_quiet = on;
                self.break_talks();
            }
            Input::Outside(on) => {
                self.is_outside = on;
                self.break_ways();
            }
            Input::Rough(page, seed) => {
                if let Some(it) = self.pages.get_mut(&page) {
                    it.rough = seed.map(Rough);
                }
            }
            Input::Mute(page, on) => self.mute(page, on),
            Input::Opened(listener, port) => self.opened(listener, port),
            Input::Came(listener, tcp, peer) => self.came(listener, tcp, peer),
            Input::Dialled(tcp, result) => self.dialled(tcp, result),
            Input::Finished(tcp) => {
                if let Some(end) = self.tcp.get(&tcp).copied() {
                    self.shut(end);
                }
            }
            Input::Broke(tcp) => {
                self.dialled.remove(&tcp);
                if let Some(end) = self.tcp.remove(&tcp) {
                    self.break_off(end);
                    self.release(end);
                }
            }
            Input::Publish(address, server) => {
                self.published.insert(address, server);
            }
            Input::Withdraw(address) => {
                self.published.remove(&address);
            }
            Input::Meet(program, address) => {
                if let Some(it) = self.programs.get_mut(&program) {
                    it.meets = Some(address);
                }
            }
        }
        self.settle_all();
    }

    /// The next of what follows.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The address of a page's machine, and whether it is the browser's real one.
    pub fn address(&self, page: PageId) -> Option<(Ipv4Addr, bool)> {
        let browser = self.pages.get(&page)?.browser;
        let address = self.machines.get(&browser)?.address;
        Some((address, IpAddr::V4(address) == browser.0.to_canonical()))
    }

    /// A page of the machine at this address.
    pub fn page_at(&self, address: Ipv4Addr) -> Option<PageId> {
        let here = |page: &Page| {
            let machine = self.machines.get(&page.browser);
            machine.is_some_and(|it| it.address == address)
        };
        let found = self.pages.iter().find(|(_, page)| here(page));
        found.map(|(id, _)| *id)
    }

    /// Whether one browser, and no other, has pages open at this real address.
    pub fn has_one_browser(&self, real: IpAddr) -> bool {
        let all = self.machines.iter();
        let there = all.filter(|((ip, _), it)| ip.to_canonical() == real && it.pages > 0);
        there.count() == 1
    }

    /// How many programs run.
    pub fn running(&self) -> usize {
        self.programs.len()
    }

    /// Whether a program runs.
    pub fn runs(&self, program: ProgramId) -> bool {
        self.programs.contains_key(&program)
    }

    /// The page of a listener's program.
    pub fn page_of(&self, listener: ListenerId) -> Option<PageId> {
        let program = self.listeners.get(&listener)?.program;
        Some(self.programs.get(&program)?.page)
    }

    /// The first listener of a program, and its address.
    pub fn listener_of(&self, program: ProgramId) -> Option<(ListenerId, SocketAddrV4)> {
        let mut all = self.listeners.iter();
        let (id, listener) = all.find(|(_, it)| it.program == program)?;
        Some((*id, listener.at))
    }

    /// The page whose program a real connection was dialled for.
    pub fn page_that_dials(&self, tcp: TcpId) -> Option<PageId> {
        let far = self.ends.get(*self.tcp.get(&tcp)?)?;
        match self.ends.get(far.peer)?.owner {
            Owner::Program(program, _) => Some(self.programs.get(&program)?.page),
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        }
    }

    /// The side of the program that a real connection was dialled for.
    pub fn near_side(&self, tcp: TcpId) -> Option<SocketAddrV4> {
        Some(self.theirs(*self.tcp.get(&tcp)?))
    }

    /// Takes note that a real connection was dialled to the practice port of this browser's pupil; returns
    /// whether the program that has dialled may talk to them.
    pub fn practises(&mut self, tcp: TcpId, owner: Browser) -> bool {
        let Some(end) = self.tcp.get(&tcp).copied() else {
            return false;
        };
        self.ends[end].host = Some(owner);
        let machine = self.machine_at(self.ends[end].peer);
        machine.is_some_and(|it| self.may_talk(it, self.machine_at(end)))
    }

    /// Whether the teacher has ended the talk of this browser, or all talk.
    pub fn is_silent(&self, browser: Browser) -> bool {
        let machine = self.machines.get(&browser);
        self.is_quiet || machine.is_some_and(|it| it.is_mute)
    }

    /// The pages of a browser.
    pub fn pages_of(&self, browser: Browser) -> Vec<PageId> {
        let all = self.pages.iter().filter(|(_, it)| it.browser == browser);
        all.map(|(id, _)| *id).collect()
    }

    /// The number of a new real connection.
    pub fn connection(&mut self) -> TcpId {
        TcpId(self.number())
    }

    /// Lets all connections of a program lead to its examiner.
    pub fn examine(&mut self, program: ProgramId) {
        if let Some(it) = self.programs.get_mut(&program) {
            it.is_examined = true;
        }
    }

    /// The browser of a page.
    pub fn browser(&self, page: PageId) -> Option<Browser> {
        Some(self.pages.get(&page)?.browser)
    }

    /// The listeners of a program.
    pub fn listening(&self, program: ProgramId) -> Vec<(ListenerId, SocketAddrV4)> {
        let theirs = self
            .listeners
            .iter()
            .filter(|(_, it)| it.program == program);
        theirs.map(|(id, it)| (*id, it.at)).collect()
    }

    /// Whether a program has a connection.
    pub fn is_connected(&self, program: ProgramId) -> bool {
        let sockets = self.programs.get(&program).map(|it| it.sockets.values());
        let mut sockets = sockets.into_iter().flatten();
        sockets.any(|it| matches!(it, Socket::Connected(_)))
    }

    /// What the threads of a program do, in the terms of the operating system; none if it does not
    /// run. `at_most` is how long its latest call waits at most.
    pub fn threads(&self, program: ProgramId, at_most: Option<Duration>) -> Vec<Thread> {
        let Some(it) = self.programs.get(&program) else {
            return Vec::new();
        };
        let runs = |switches| Thread {
            doing: Doing::Runs,
            call: None,
            at_most: None,
            switches,
        };
        if it.lanes.is_empty() {
            return vec![runs(0)];
        }
        let is_passing = self.is_passing(program);
        let lanes = it.lanes.values().map(|lane| match &lane.state {
            LaneState::Waits(call) if !is_passing => Thread {
                doing: self.doing(program, call),
                call: None,
                at_most,
                switches: lane.seq,
            },
            _ => runs(lane.seq),
        });
        lanes.collect()
    }

    fn doing(&self, program: ProgramId, call: &Call) -> Doing {
        match call {
            Call::Accept { .. } => Doing::Accepts,
            Call::Recv { .. } => Doing::Reads(File::Socket),
            Call::Send { .. } => Doing::Writes(File::Socket),
            Call::Connect { ip, port, .. } => {
                Doing::Connects(Some(SocketAddrV4::new(*ip, *port).into()))
            }
            Call::Input { .. } => Doing::Reads(File::Terminal),
            Call::Sleep => Doing::Sleeps,
            Call::Select { read, write } => {
                let polled = |fd: &Fd| match self.socket(program, *fd) {
                    Some(Socket::Listening(_)) => Polled::Listener,
                    Some(Socket::Connected(_)) => Polled::Connection,
                    Some(Socket::Connecting(_)) => Polled::Connecting(None),
                    Some(Socket::Bound(_) | Socket::Refused(_)) | None => Polled::Else,
                };
                Doing::Polls(read.iter().chain(write).map(polled).collect())
            }
            Call::Bind { .. }
            | Call::Listen { .. }
            | Call::Shutdown { .. }
            | Call::Close { .. }
            | Call::Exit { .. } => Doing::Runs,
        }
    }

    /// Whether something that a program has sent, or the end of its sending, is on its way to a real
    /// connection.
    fn is_passing(&self, program: ProgramId) -> bool {
        let mut ends = self.tcp.values().filter_map(|end| self.ends.get(*end));
        ends.any(|it| {
            let is_due = |far: &End| far.is_shut && !it.is_told;
            it.program == Some(program)
                && (it.is_passing
                    || !it.inbound.is_empty()
                    || self.ends.get(it.peer).is_some_and(is_due))
        })
    }

    /// Whether a page has started this program.
    pub fn owns(&self, page: PageId, program: ProgramId) -> bool {
        (self.programs.get(&program)).is_some_and(|it| it.page == page)
    }

    /// Whether the teacher has ended the talk of this page's browser.
    pub fn is_mute(&self, page: PageId) -> bool {
        let machine = (self.pages.get(&page)).and_then(|it| self.machines.get(&it.browser));
        machine.is_some_and(|it| it.is_mute)
    }

    /// Whether no machine may talk to another.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Whether programs may connect to real programs on the machines of players.
    pub fn is_outside(&self) -> bool {
        self.is_outside
    }

    /// The page that runs a program.
    pub fn page_with(&self, program: ProgramId) -> Option<PageId> {
        Some(self.programs.get(&program)?.page)
    }

    /// The program at the other end of a connected socket, and its page.
    pub fn facing(&self, program: ProgramId, fd: Fd) -> Option<(PageId, ProgramId)> {
        let Some(Socket::Connected(end)) = self.socket(program, fd) else {
            return None;
        };
        let peer = self.ends.get(self.ends.get(end)?.peer)?;
        match peer.owner {
            Owner::Program(other, _) => Some((self.page_with(other)?, other)),
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        }
    }

    /// How many programs a page runs.
    pub fn programs_of(&self, page: PageId) -> usize {
        self.pages.get(&page).map_or(0, |it| it.programs.len())
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn show(&mut self, program: ProgramId, fd: Option<Fd>, what: What) {
        if let Some(it) = self.programs.get(&program) {
            let event = Event { program, fd, what };
            self.outputs.push_back(Output::Show(it.page, event));
        }
    }

    // Meetings.

    /// Where a program that meets a server connects to.
    fn meeting_place(&self, program: ProgramId) -> Option<(Ipv4Addr, u16)> {
        let address = self.programs.get(&program)?.meets?;
        let port = match self.published.get(&address) {
            Some(Published::Listener(id)) => self.listeners.get(id)?.at.port(),
            Some(Published::Outside(at)) => at.port(),
            Some(Published::Own) | None => 0,
        };
        Some((address, port))
    }

    /// The program of this connection that meets a server, and which of the two this side is.
    fn met(&self, end: usize) -> Option<(ProgramId, Party)> {
        let meets = |owner| match owner {
            Owner::Program(program, _) => {
                let it = self.programs.get(&program)?;
                it.meets.map(|_| program)
            }
            Owner::Listener(_) | Owner::Tcp(_) | Owner::Nobody => None,
        };
        let side = self.ends.get(end)?;
        let client = meets(side.owner).map(|it| (it, Party::Client));
        let server = || meets(self.ends.get(side.peer)?.owner).map(|it| (it, Party::Server));
        client.or_else(server)
    }

    /// Tells what a side of a meeting does.
    fn tell(&mut self, end: usize, fact: impl FnOnce(Party) -> Fact) {
        if let Some((program, party)) = self.met(end) {
            self.outputs.push_back(Output::Fact(program, fact(party)));
        }
    }

    /// What a program waits for, and what it asks its user.
    fn waits(&self, program: ProgramId) -> (Waiting, String) {
        let Some(it) = self.programs.get(&program) else {
            return (Waiting::Ended, String::new());
        };
        let mut asked = String::new();
        let waits = |lane: &Lane| match &lane.state {
            LaneState::Waits(call) => Some(call.clone()),
            LaneState::Answered(_) => None,
        };
        // There are no threads.
        let waiting = match it.lanes.values().find_map(waits) {
            None => Waiting::Computing,
            Some(Call::Recv { .. }) => Waiting::Message,
            Some(Call::Send { .. }) => Waiting::Reader,
            Some(Call::Accept { .. }) => Waiting::Player,
            Some(Call::Sleep) => Waiting::Time,
            Some(Call::Input { asked: text }) => {
                asked = text;
                Waiting::Keyboard
            }
            Some(Call::Select { read, .. }) => {
                let talks = |fd: &Fd| matches!(it.sockets.get(fd), Some(Socket::Connected(_)));
                match read.iter().any(talks) {
                    true => Waiting::Message,
                    false => Waiting::Player,
                }
            }
            Some(_) => Waiting::Other,
        };
        (waiting, asked)
    }

    /// What the program at an address of the class waits for.
    pub fn server_waits(&self, address: Ipv4Addr) -> Waiting {
        match self.published.get(&address) {
            Some(Published::Listener(id)) => match self.listeners.get(id) {
                Some(listener) => self.waits(listener.program).0,
                None => Waiting::Ended,
            },
            Some(Published::Outside(_)) => Waiting::Other,
            // It answers each message at once.
            Some(Published::Own) => Waiting::Message,
            None => Waiting::Ended,
        }
    }

    /// What a program that meets a server, and the server, wait for; `None` once it has ended.
    pub fn still(&self, program: ProgramId) -> Option<Fact> {
        let it = self.programs.get(&program)?;
        let address = it.meets?;
        let (client, asked) = self.waits(program);
        let ends = it.sockets.values().filter_map(|socket| match socket {
            Socket::Connected(end) => self.ends.get(*end),
            _ => None,
        });
        let far = ends.filter_map(|end| self.ends.get(end.peer)).next_back();
        let server = match far.map(|end| end.owner) {
            Some(Owner::Program(server, _)) => self.waits(server).0,
            Some(Owner::Nobody) => Waiting::Ended,
            Some(Owner::Tcp(_) | Owner::Listener(_)) | None => self.server_waits(address),
        };
        Some(Fact::Still {
            server,
            client,
            asked,
        })
    }

    /// Whether a page runs a program that meets a server.
    pub fn meets(&self, page: PageId) -> bool {
        let mut all = self.programs.values();
        all.any(|it| it.page == page && it.meets.is_some())
    }

    /// The server that is published at an address of the class.
    pub fn published(&self, address: Ipv4Addr) -> Option<Published> {
        self.published.get(&address).copied()
    }

    /// Whether the program that is published at an address of the class was seen to say only what the game's
    /// own server says to it.
    pub fn forwards(&self, address: Ipv4Addr) -> bool {
        let Some(Published::Listener(id)) = self.published.get(&address) else {
            return false;
        };
        let listener = self.listeners.get(id);
        let program = listener.and_then(|it| self.programs.get(&it.program));
        program.is_some_and(|it| it.forwards)
    }

    // Pages and programs.

    fn open(&mut self, page: PageId, browser: Browser) {
        if !self.machines.contains_key(&browser) && self.machines.len() >= WORKSHOP_MACHINES {
            self.machines.retain(|_, machine| machine.pages > 0);
        }
        let address = match self.machines.get(&browser) {
            Some(machine) => machine.address,
            None => self.address_for(browser.0),
        };
        let machine = self.machines.entry(browser).or_insert(Machine {
            address,
            pages: 0,
            is_mute: false,
        });
        machine.pages += 1;
        let programs = Vec::new();
        let rough = None;
        self.pages.insert(
            page,
            Page {
                browser,
                programs,
                rough,
            },
        );
    }

    /// The browser's own address, unless it is this server's or another browser has it.
    fn address_for(&mut self, real: IpAddr) -> Ipv4Addr {
        if let IpAddr::V4(real) = real.to_canonical()
            && !real.is_loopback()
            && !self.server.contains(&real)
            && !self.machines.values().any(|it| it.address == real)
        {
            return real;
        }
        // Of the network that RFC 2544 sets aside for tests: no school has it.
        loop {
            self.invented = self.invented.wrapping_add(1).max(1);
            let [high, low] = self.invented.to_be_bytes();
            let address = Ipv4Addr::new(198, 18, high, low);
            if low != 0 && low != 255 && !self.machines.values().any(|it| it.address == address) {
                return address;
            }
        }
    }

    fn leave(&mut self, page: PageId) {
        let Some(left) = self.pages.remove(&page) else {
            return;
        };
        if let Some(machine) = self.machines.get_mut(&left.browser) {
            machine.pages -= 1;
        }
        left.programs
            .into_iter()
            .for_each(|program| self.end(program));
    }

    fn start(&mut self, page: PageId, program: ProgramId) {
        let Some((machine, _)) = self.address(page) else {
            return;
        };
        let Some(of) = self.pages.get_mut(&page) else {
            return;
        };
        of.programs.push(program);
        let oldest = of.programs[0];
        let is_many = of.programs.len() > WORKSHOP_PROGRAMS_EACH;
        let new = Program {
            page,
            machine,
            sockets: BTreeMap::new(),
            lanes: BTreeMap::new(),
            lines: VecDeque::new(),
            line_bytes: 0,
            is_stopped: false,
            meets: None,
            fault: None,
            is_examined: false,
            heard: Vec::new(),
            forwarded: (0, 0),
            forwards: false,
        };
        self.programs.insert(program, new);
        if is_many {
            self.end(oldest);
        }
    }

    fn end(&mut self, program: ProgramId) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        let page = it.page;
        let (fault, meets) = (it.fault.take(), it.meets);
        let fds: Vec<Fd> = it.sockets.keys().copied().collect();
        if let Some(fault) = fault {
            let told = fds
                .iter()
                .filter_map(|fd| self.connected(program, *fd).ok());
            let mut met: Vec<(ProgramId, Party)> = told.filter_map(|end| self.met(end)).collect();
            if meets.is_some() {
                met.push((program, Party::Client));
            }
            for (client, party) in met {
                let fact = Fact::Failed(party, fault.clone());
                self.outputs.push_back(Output::Fact(client, fact));
            }
        }
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        let lanes = std::mem::take(&mut it.lanes);
        for (lane, it) in lanes {
            if let LaneState::Waits(_) = it.state {
                let answer = Output::Answer(program, lane, it.seq, Answer::Gone);
                self.outputs.push_back(answer);
            }
        }
        for fd in fds {
            self.close(program, fd);
        }
        self.show(program, None, What::Ended);
        if meets.is_some() {
            let ended = Fact::Ended(Party::Client);
            self.outputs.push_back(Output::Fact(program, ended));
        }
        self.programs.remove(&program);
        if let Some(page) = self.pages.get_mut(&page) {
            page.programs.retain(|it| *it != program);
        }
    }

    fn mute(&mut self, page: PageId, on: bool) {
        let Some(browser) = self.pages.get(&page).map(|it| it.browser) else {
            return;
        };
        let Some(machine) = self.machines.get_mut(&browser) else {
            return;
        };
        machine.is_mute = on;
        if on {
            let pages = self.pages.values().filter(|it| it.browser == browser);
            let programs: Vec<ProgramId> = pages.flat_map(|it| it.programs.clone()).collect();
            programs.into_iter().for_each(|program| self.end(program));
            // Those of others may be in this browser's practice port.
            self.break_talks();
        }
    }

    /// Whether two machines may talk; `None` is a real program.
    fn may_talk(&self, one: Ipv4Addr, other: Option<Ipv4Addr>) -> bool {
        let is_mute = |address| {
            let mut machines = self.machines.values();
            machines.any(|it| it.address == address && it.is_mute)
        };
        Some(one) == other || !(self.is_quiet || is_mute(one) || other.is_some_and(is_mute))
    }

    /// Breaks off the connections whose sides may not talk any more.
    fn break_talks(&mut self) {
        let ends: Vec<usize> = self.ends.iter().map(|(end, _)| end).collect();
        for end in ends {
            if let Some(machine) = self.machine_at(end)
                && self.author(self.ends[end].peer).is_some()
                && !self.may_talk(machine, self.machine_at(self.ends[end].peer))
            {
                let peer = self.ends[end].peer;
                self.break_off(end);
                self.break_off(peer);
            }
        }
    }

    /// Breaks off the connections to real programs on players' machines, unless they are allowed.
    fn break_ways(&mut self) {
        let is_over = |far: &Far| matches!(far, Far::Player(_)) && !self.is_outside;
        let over = self.dialled.iter().filter(|(_, far)| is_over(far));
        let ends: Vec<usize> = over
            .filter_map(|(tcp, _)| self.tcp.get(tcp).copied())
            .collect();
        for end in ends {
            let peer = self.ends[end].peer;
            self.break_off(end);
            self.break_off(peer);
        }
    }

    /// The program that has a side, or whose listener has it.
    fn program_at(&self, end: usize) -> Option<&Program> {
        let program = match self.ends[end].owner {
            Owner::Program(program, _) => program,
            Owner::Listener(listener) => self.listeners.get(&listener)?.program,
            Owner::Tcp(_) | Owner::Nobody => return None,
        };
        self.programs.get(&program)
    }

    /// The machine of a side's program, or of the pupil whose practice port has the side.
    fn machine_at(&self, end: usize) -> Option<Ipv4Addr> {
        match self.ends[end].host {
            Some(host) => Some(self.machines.get(&host)?.address),
            None => Some(self.program_at(end)?.machine),
        }
    }

    /// Who is at a side, if another pupil may be.
    fn author(&self, end: usize) -> Option<Author> {
        let End {
            owner,
            ours,
            peer,
            host,
            ..
        } = self.ends[end];
        match owner {
            Owner::Tcp(tcp) => match self.dialled.get(&tcp) {
                None | Some(Far::Outside(..) | Far::Player(_)) => Some(Author::Outside(ours)),
                Some(Far::Here(_)) => {
                    let page = self.pages.get(&self.program_at(peer)?.page)?;
                    let other = host.filter(|host| *host != page.browser);
                    other.map(|host| Author::Port(host, ours))
                }
                Some(Far::Game | Far::Own | Far::Examiner(_)) => None,
            },
            _ => Some(Author::Page(self.program_at(end)?.page)),
        }
    }

    /// Takes note of what one side has sent to another page or to a real program, and reversely.
    fn said(&mut self, end: usize, bytes: &[u8]) {
        if let Some(from) = self.author(end)
            && let Some(to) = self.author(self.ends[end].peer)
            && from != to
        {
            let bytes = bytes[..bytes.len().min(WORKSHOP_SHOWN)].to_vec();
            self.outputs.push_back(Output::Said(from, to, bytes));
        }
    }

    fn line(&mut self, program: ProgramId, line: &str) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        if it.line_bytes + line.len() <= WORKSHOP_LINES_BYTES && it.lines.len() < WORKSHOP_LINES {
            it.line_bytes += line.len();
            it.lines.push_back(line.to_owned());
        }
        self.changed.push_back(program);
    }

    // Calls.

    fn call(&mut self, program: ProgramId, lane: u32, seq: u64, call: &Call) {
        let Some(it) = self.programs.get_mut(&program) else {
            let gone = Output::Answer(program, lane, seq, Answer::Gone);
            return self.outputs.push_back(gone);
        };
        match it.lanes.get(&lane) {
            Some(known) if known.seq == seq => {
                if let LaneState::Answered(answer) = &known.state {
                    let again = Output::Answer(program, lane, seq, answer.clone());
                    self.outputs.push_back(again);
                }
                // Else the request that came before is replaced, and the call goes on waiting.
                return;
            }
            // A request that was overtaken: its program has long had the answer.
            Some(known) if known.seq > seq => {
                let old = Output::Answer(program, lane, seq, Answer::Again);
                return self.outputs.push_back(old);
            }
            None if it.lanes.len() >= WORKSHOP_LANES => {
                let refused = Output::Answer(program, lane, seq, Answer::Failed(errno::EMFILE));
                return self.outputs.push_back(refused);
            }
            _ => {}
        }
        let state = LaneState::Waits(call.clone());
        it.lanes.insert(lane, Lane { seq, state });
        if let Call::Exit { fault } = call {
            it.fault.clone_from(fault);
            return self.end(program);
        }
        self.changed.push_back(program);
        self.settle_all();
        self.deliver(program, lane);
        let known = self
            .programs
            .get(&program)
            .and_then(|it| it.lanes.get(&lane));
        if let Some(Lane {
            state: LaneState::Waits(_),
            ..
        }) = known
        {
            let peer = self.awaited(program, call);
            let call_name = call.name();
            let what = What::Waits {
                lane,
                call: call_name,
                peer,
            };
            self.show(program, call.fd(), what);
        }
    }

    /// Whom a call waits for.
    pub fn awaited(&self, program: ProgramId, call: &Call) -> Option<SocketAddrV4> {
        match (call, self.socket(program, call.fd()?)?) {
            (Call::Connect { ip, port, .. }, _) => Some(SocketAddrV4::new(*ip, *port)),
            (_, Socket::Listening(listener)) => Some(self.listeners.get(&listener)?.at),
            (_, Socket::Connected(end)) => Some(self.theirs(end)),
            _ => None,
        }
    }

    fn expire(&mut self, program: ProgramId, lane: u32, seq: u64) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        if let Some(known) = it.lanes.get_mut(&lane)
            && known.seq == seq
            && let LaneState::Waits(call) = &known.state
        {
            // A time that has passed is what `sleep` waits for.
            let answer = match call {
                Call::Sleep => Answer::Done(Vec::new()),
                _ => Answer::Again,
            };
            self.answer(program, lane, answer);
        }
    }

    fn answer(&mut self, program: ProgramId, lane: u32, answer: Answer) {
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        if let Some(known) = it.lanes.get_mut(&lane) {
            let seq = known.seq;
            known.state = LaneState::Answered(answer.clone());
            self.outputs
                .push_back(Output::Answer(program, lane, seq, answer));
        }
    }

    /// Answers what can be answered of the calls of programs for which something has changed.
    fn settle_all(&mut self) {
        while let Some(program) = self.changed.pop_front() {
            self.settle(program);
        }
    }

    fn settle(&mut self, program: ProgramId) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let waits = |(lane, it): (&u32, &Lane)| match &it.state {
            LaneState::Waits(call) => Some((*lane, call.clone())),
            LaneState::Answered(_) => None,
        };
        let waiting: Vec<(u32, Call)> = it.lanes.iter().filter_map(waits).collect();
        for (lane, call) in waiting {
            let Some(it) = self.programs.get_mut(&program) else {
                return;
            };
            // KeyboardInterrupt is raised in a program's main thread.
            let answer = if lane == 0 && std::mem::take(&mut it.is_stopped) {
                Some(Answer::Interrupted)
            } else {
                self.attempt(program, &call)
            };
            if let Some(answer) = answer {
                if let Answer::Failed(number) = answer {
                    let at = match call {
                        Call::Bind { ip, port, .. } | Call::Connect { ip, port, .. } => {
                            Some(SocketAddrV4::new(ip, port))
                        }
                        _ => None,
                    };
                    let call_name = call.name();
                    let what = What::Failed {
                        lane,
                        call: call_name,
                        number,
                        at,
                    };
                    self.show(program, call.fd(), what);
                } else {
                    self.show(program, None, What::Runs { lane });
                }
                self.answer(program, lane, answer);
            }
        }
    }

    /// The answer to a call, if there is one now.
    fn attempt(&mut self, program: ProgramId, call: &Call) -> Option<Answer> {
        let done = || Ok(Some(Answer::Done(Vec::new())));
        let answered = match call {
            Call::Bind { fd, ip, port } => self.bind(program, *fd, *ip, *port),
            Call::Listen { fd, backlog } => self.listen(program, *fd, *backlog),
            Call::Accept { fd, new } => self.accept(program, *fd, *new),
            Call::Connect { fd, ip, port } => self.connect(program, *fd, *ip, *port),
            Call::Recv { fd, max, peek } => self.recv(program, *fd, *max, *peek),
            Call::Send { fd, bytes } => self.send(program, *fd, bytes),
            Call::Shutdown { fd, how } => self.shutdown(program, *fd, *how),
            Call::Close { fd } => {
                if self.close(program, *fd) {
                    self.show(program, Some(*fd), What::Closed);
                }
                done()
            }
            Call::Select { read, write } => self.select(program, read, write),
            Call::Input { .. } => Ok(self.typed(program)),
            Call::Sleep => Ok(None),
            Call::Exit { .. } => done(),
        };
        answered.unwrap_or_else(|number| Some(Answer::Failed(number)))
    }

    fn typed(&mut self, program: ProgramId) -> Option<Answer> {
        let it = self.programs.get_mut(&program)?;
        let line = it.lines.pop_front()?;
        it.line_bytes -= line.len();
        Some(Answer::text(line))
    }

    fn socket(&self, program: ProgramId, fd: Fd) -> Option<Socket> {
        self.programs.get(&program)?.sockets.get(&fd).copied()
    }

    fn set(&mut self, program: ProgramId, fd: Fd, socket: Socket) -> Result<(), u16> {
        let it = self.programs.get_mut(&program).ok_or(errno::EBADF)?;
        if !it.sockets.contains_key(&fd) && it.sockets.len() >= WORKSHOP_SOCKETS {
            return Err(errno::EMFILE);
        }
        it.sockets.insert(fd, socket);
        Ok(())
    }

    fn machine_of(&self, program: ProgramId) -> Result<Ipv4Addr, u16> {
        let it = self.programs.get(&program);
        it.map(|it| it.machine).ok_or(errno::EBADF)
    }

    fn bind(&mut self, program: ProgramId, fd: Fd, ip: Ipv4Addr, port: u16) -> Outcome {
        if self.socket(program, fd).is_some() {
            return Err(errno::EINVAL);
        }
        let at = self.free_address(program, ip, port)?;
        self.set(program, fd, Socket::Bound(at))?;
        Ok(Some(Answer::text(at)))
    }

    /// An address of the program's machine that no socket has.
    fn free_address(
        &mut self,
        program: ProgramId,
        ip: Ipv4Addr,
        port: u16,
    ) -> Result<SocketAddrV4, u16> {
        let machine = self.machine_of(program)?;
        if !(ip.is_unspecified() || ip.is_loopback() || ip == machine) {
            return Err(errno::EADDRNOTAVAIL);
        }
        if port != 0 && port < LEAST_PORT {
            return Err(errno::EACCES);
        }
        if port != 0 {
            let at = SocketAddrV4::new(ip, port);
            let is_free = !self.is_taken(machine, at);
            return is_free.then_some(at).ok_or(errno::EADDRINUSE);
        }
        for _ in EPHEMERAL..=u16::MAX {
            let at = SocketAddrV4::new(ip, self.ephemeral_port());
            if !self.is_taken(machine, at) {
                return Ok(at);
            }
        }
        Err(errno::EADDRINUSE)
    }

    fn ephemeral_port(&mut self) -> u16 {
        let port = self.ephemeral;
        self.ephemeral = port.checked_add(1).unwrap_or(EPHEMERAL);
        port
    }

    fn is_taken(&self, machine: Ipv4Addr, at: SocketAddrV4) -> bool {
        let here = self.programs.values().filter(|it| it.machine == machine);
        let mut bound = here
            .flat_map(|it| it.sockets.values())
            .filter_map(|socket| match socket {
                Socket::Bound(bound) => Some(*bound),
                Socket::Listening(listener) => Some(self.listeners.get(listener)?.at),
                _ => None,
            });
        bound.any(|bound| {
            let is_any = bound.ip().is_unspecified() || at.ip().is_unspecified();
            bound.port() == at.port() && (is_any || bound.ip() == at.ip())
        })
    }

    fn listen(&mut self, program: ProgramId, fd: Fd, backlog: u16) -> Outcome {
        // As Linux: one more than asked for.
        let most = usize::from(backlog).min(WORKSHOP_BACKLOG) + 1;
        let at = match self.socket(program, fd) {
            Some(Socket::Listening(listener)) => {
                let listener = self.listeners.get_mut(&listener).ok_or(errno::EBADF)?;
                listener.most = most;
                return Ok(Some(Answer::text(listener.at)));
            }
            Some(Socket::Bound(at)) => at,
            None => self.free_address(program, Ipv4Addr::UNSPECIFIED, 0)?,
            Some(_) => return Err(errno::EINVAL),
        };
        let machine = self.machine_of(program)?;
        let id = ListenerId(self.number());
        self.set(program, fd, Socket::Listening(id))?;
        let listener = Listener {
            program,
            fd,
            machine,
            at,
            most,
            backlog: VecDeque::new(),
            port: None,
        };
        self.listeners.insert(id, listener);
        self.show(program, Some(fd), What::Listens { at });
        if !at.ip().is_loopback() {
            self.outputs.push_back(Output::OpenPort(id, at.port()));
        }
        Ok(Some(Answer::text(at)))
    }

    fn opened(&mut self, id: ListenerId, port: Option<u16>) {
        let Some(listener) = self.listeners.get_mut(&id) else {
            return self.outputs.push_back(Output::ClosePort(id));
        };
        listener.port = port;
        let (program, fd, of) = (listener.program, listener.fd, listener.at.port());
        self.show(program, Some(fd), What::Port { of, port });
    }

    fn accept(&mut self, program: ProgramId, fd: Fd, new: Fd) -> Outcome {
        let Some(Socket::Listening(id)) = self.socket(program, fd) else {
            return Err(errno::EINVAL);
        };
        if self.socket(program, new).is_some() {
            return Err(errno::EINVAL);
        }
        let listener = self.listeners.get_mut(&id).ok_or(errno::EBADF)?;
        let Some(end) = listener.backlog.pop_front() else {
            return Ok(None);
        };
        if let Err(number) = self.set(program, new, Socket::Connected(end)) {
            let listener = self.listeners.get_mut(&id).ok_or(errno::EBADF)?;
            listener.backlog.push_front(end);
            return Err(number);
        }
        self.ends[end].owner = Owner::Program(program, new);
        let (ours, peer) = (self.ends[end].ours, self.theirs(end));
        self.show(program, Some(new), What::Accepted { ours, peer });
        // Somebody may wait for room in the backlog.
        let waiting: Vec<ProgramId> = self.programs.keys().copied().collect();
        for other in waiting {
            if other != program && self.waits_to_connect(other) {
                self.changed.push_back(other);
            }
        }
        Ok(Some(Answer::sides(ours, peer)))
    }

    fn waits_to_connect(&self, program: ProgramId) -> bool {
        let lanes = self.programs.get(&program).map(|it| it.lanes.values());
        let mut lanes = lanes.into_iter().flatten();
        lanes.any(|it| matches!(it.state, LaneState::Waits(Call::Connect { .. })))
    }

    fn route(&self, machine: Ipv4Addr, ip: Ipv4Addr, port: u16) -> Route {
        let is_own = ip.is_loopback() || ip.is_unspecified() || ip == machine;
        let target = if is_own { machine } else { ip };
        let mut there = self.listeners.iter().filter(|(_, it)| it.machine == target);
        let found = there.find(|(_, it)| {
            let reached = match it.at.ip() {
                any if any.is_unspecified() => true,
                bound if bound.is_loopback() => is_own && ip != machine,
                bound => *bound == ip,
            };
            it.at.port() == port && reached
        });
        if let Some((id, _)) = found {
            return Route::Listener(*id);
        }
        let is_there = is_own || self.machines.values().any(|it| it.address == ip);
        let is_outside = self.is_outside && is_of_machine(ip) && port >= LEAST_PORT;
        if is_there && is_outside && !self.server.contains(&ip) {
            return Route::Dialled(Far::Player(SocketAddrV4::new(ip, port)));
        }
        if is_there {
            return Route::Nobody;
        }
        if let Some(server) = self.published.get(&ip) {
            return match *server {
                Published::Listener(id) => match self.listeners.get(&id) {
                    Some(listener) if listener.at.port() == port => Route::Listener(id),
                    _ => Route::Nobody,
                },
                Published::Outside(at) if at.port() == port => Route::Dialled(Far::Outside(ip, at)),
                Published::Outside(_) => Route::Nobody,
                Published::Own => Route::Dialled(Far::Own),
            };
        }
        if self.server.contains(&ip) {
            if self.game_port == Some(port) {
                return Route::Dialled(Far::Game);
            }
            let published = self.listeners.iter().find(|(_, it)| it.port == Some(port));
            return match published {
                Some((id, _)) => Route::Listener(*id),
                None if port >= LEAST_PORT => Route::Dialled(Far::Here(port)),
                None => Route::Nobody,
            };
        }
        if is_outside {
            return Route::Dialled(Far::Player(SocketAddrV4::new(ip, port)));
        }
        Route::Outside
    }

    fn connect(&mut self, program: ProgramId, fd: Fd, ip: Ipv4Addr, port: u16) -> Outcome {
        let bound = match self.socket(program, fd) {
            Some(Socket::Connected(_)) => return Err(errno::EISCONN),
            Some(Socket::Listening(_)) => return Err(errno::EINVAL),
            Some(Socket::Connecting(_)) => return Ok(None),
            Some(Socket::Refused(number)) => {
                self.forget(program, fd);
                return Err(number);
            }
            Some(Socket::Bound(at)) => Some(at.port()),
            None => None,
        };
        let machine = self.machine_of(program)?;
        let (ip, port) = self.meeting_place(program).unwrap_or((ip, port));
        let is_examined = (self.programs.get(&program)).is_some_and(|it| it.is_examined);
        let theirs = SocketAddrV4::new(ip, port);
        let from = match ip.is_loopback() || ip.is_unspecified() {
            true => Ipv4Addr::LOCALHOST,
            false => machine,
        };
        let route = match is_examined {
            true => Route::Dialled(Far::Examiner(program)),
            false => self.route(machine, ip, port),
        };
        match route {
            Route::Nobody => Err(errno::ECONNREFUSED),
            Route::Outside => Err(errno::ENETUNREACH),
            Route::Listener(id) => {
                let listener = &self.listeners[&id];
                if !self.may_talk(machine, Some(listener.machine)) {
                    return Err(errno::EPERM);
                }
                if listener.backlog.len() >= listener.most {
                    return Ok(None);
                }
                let server = listener.program;
                let ours = SocketAddrV4::new(from, bound.unwrap_or_else(|| self.ephemeral_port()));
                let client = self.pair(Owner::Program(program, fd), ours, theirs);
                let far = self.ends[client].peer;
                if let Err(number) = self.set(program, fd, Socket::Connected(client)) {
                    self.drop_pair(client);
                    return Err(number);
                }
                self.ends[far].owner = Owner::Listener(id);
                if let Some(listener) = self.listeners.get_mut(&id) {
                    listener.backlog.push_back(far);
                }
                let what = What::Connected { ours, peer: theirs };
                self.show(program, Some(fd), what);
                self.tell(client, |_| Fact::Connected(port));
                self.changed.push_back(server);
                Ok(Some(Answer::sides(ours, theirs)))
            }
            Route::Dialled(Far::Outside(..)) if !self.may_talk(machine, None) => Err(errno::EPERM),
            Route::Dialled(Far::Player(at)) if !self.may_talk(machine, Some(*at.ip())) => {
                Err(errno::EPERM)
            }
            Route::Dialled(far_away) => {
                let ours = SocketAddrV4::new(from, bound.unwrap_or_else(|| self.ephemeral_port()));
                let client = self.pair(Owner::Program(program, fd), ours, theirs);
                let far = self.ends[client].peer;
                if let Err(number) = self.set(program, fd, Socket::Connecting(client)) {
                    self.drop_pair(client);
                    return Err(number);
                }
                let tcp = TcpId(self.number());
                self.ends[far].owner = Owner::Tcp(tcp);
                self.ends[far].program = Some(program);
                self.tcp.insert(tcp, far);
                self.dialled.insert(tcp, far_away);
                self.outputs.push_back(Output::Dial(tcp, far_away));
                Ok(None)
            }
        }
    }

    fn dialled(&mut self, tcp: TcpId, result: Result<(), u16>) {
        let Some(far) = self.tcp.get(&tcp).copied() else {
            return;
        };
        let near = self.ends[far].peer;
        let Owner::Program(program, fd) = self.ends[near].owner else {
            return;
        };
        let is_over = matches!(self.dialled.get(&tcp), Some(Far::Player(_))) && !self.is_outside;
        let result = if is_over { Err(errno::EPERM) } else { result };
        if let Err(number) = result {
            self.tcp.remove(&tcp);
            self.dialled.remove(&tcp);
            self.drop_pair(near);
            let is_set = self.set(program, fd, Socket::Refused(number));
            debug_assert!(is_set.is_ok(), "the socket was there");
            self.changed.push_back(program);
        } else {
            // The call that waits is answered here: its socket is connected by now.
            let (ours, peer) = (self.ends[near].ours, self.ends[far].ours);
            if self.set(program, fd, Socket::Connected(near)).is_ok() {
                self.show(program, Some(fd), What::Connected { ours, peer });
                self.tell(near, |_| Fact::Connected(peer.port()));
                self.answer_connect(program, fd, Answer::sides(ours, peer));
            }
        }
    }

    fn answer_connect(&mut self, program: ProgramId, fd: Fd, answer: Answer) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let lane = it.lanes.iter().find(|(_, it)| {
            matches!(&it.state, LaneState::Waits(Call::Connect { fd: waits, .. }) if *waits == fd)
        });
        if let Some(lane) = lane.map(|(lane, _)| *lane) {
            self.show(program, None, What::Runs { lane });
            self.answer(program, lane, answer);
        }
    }

    fn came(&mut self, id: ListenerId, tcp: TcpId, peer: SocketAddrV4) {
        let has_room = self
            .listeners
            .get(&id)
            .is_some_and(|it| it.backlog.len() < it.most && self.may_talk(it.machine, None));
        if !has_room {
            // The driver finds that there is no such connection.
            return;
        }
        let (machine, port, program) = {
            let it = &self.listeners[&id];
            (it.machine, it.at.port(), it.program)
        };
        let theirs = SocketAddrV4::new(machine, port);
        let far = self.pair(Owner::Tcp(tcp), peer, theirs);
        let near = self.ends[far].peer;
        self.ends[near].owner = Owner::Listener(id);
        self.ends[far].program = Some(program);
        self.tcp.insert(tcp, far);
        if let Some(listener) = self.listeners.get_mut(&id) {
            listener.backlog.push_back(near);
        }
        self.changed.push_back(program);
    }

    // Connections.

    /// A new connection; returns the side that has begun it.
    fn pair(&mut self, owner: Owner, ours: SocketAddrV4, theirs: SocketAddrV4) -> usize {
        let end = |owner, ours| End {
            owner,
            peer: 0,
            ours,
            inbound: VecDeque::new(),
            is_shut: false,
            is_deaf: false,
            is_broken: false,
            error: None,
            program: None,
            is_passing: false,
            host: None,
            is_told: false,
            kept: 0,
        };
        let one = self.ends.insert(end(owner, ours));
        let other = self.ends.insert(end(Owner::Nobody, theirs));
        self.ends[one].peer = other;
        self.ends[other].peer = one;
        one
    }

    fn drop_pair(&mut self, end: usize) {
        let peer = self.ends[end].peer;
        self.ends.remove(end);
        self.ends.remove(peer);
    }

    fn theirs(&self, end: usize) -> SocketAddrV4 {
        self.ends[self.ends[end].peer].ours
    }

    fn connected(&self, program: ProgramId, fd: Fd) -> Result<usize, u16> {
        match self.socket(program, fd) {
            Some(Socket::Connected(end)) => Ok(end),
            _ => Err(errno::ENOTCONN),
        }
    }

    /// Lets the owner of a side know that something has changed.
    fn wake(&mut self, end: usize) {
        match self.ends[end].owner {
            Owner::Program(program, _) => self.changed.push_back(program),
            Owner::Tcp(tcp) => self.outputs.push_back(Output::Wake(tcp)),
            Owner::Listener(_) | Owner::Nobody => {}
        }
    }

    fn recv(&mut self, program: ProgramId, fd: Fd, max: usize, peek: bool) -> Outcome {
        let end = self.connected(program, fd)?;
        let Some(bytes) = self.read(end, max, peek)? else {
            return Ok(None);
        };
        let what = What::Received {
            length: bytes.len(),
            hex: shown(&bytes),
        };
        self.show(program, Some(fd), what);
        Ok(Some(Answer::Done(bytes)))
    }

    /// Up to `max` bytes; none at the end of the stream.
    fn read(&mut self, end: usize, max: usize, peek: bool) -> Result<Option<Vec<u8>>, u16> {
        let peer = self.ends[end].peer;
        let has_ended = self.ends[peer].is_shut;
        let has_some = self.ends[end].inbound.len() > self.ends[end].kept;
        let piece = match self.rough(end) {
            Some(rough) if has_some && !peek => rough.below(Rough::PIECE) as usize + 1,
            _ => usize::MAX,
        };
        let it = &mut self.ends[end];
        if max == 0 || it.is_deaf {
            return Ok(Some(Vec::new()));
        }
        if has_some {
            let count = max.min(it.inbound.len() - it.kept).min(piece);
            let bytes = if peek {
                it.inbound.iter().take(count).copied().collect()
            } else {
                it.inbound.drain(..count).collect()
            };
            if !peek {
                self.wake(peer);
            }
            return Ok(Some(bytes));
        }
        if has_ended {
            return Ok(Some(Vec::new()));
        }
        match (it.error.take(), it.is_broken) {
            (Some(number), _) => Err(number),
            (None, true) => Ok(Some(Vec::new())),
            (None, false) => Ok(None),
        }
    }

    fn send(&mut self, program: ProgramId, fd: Fd, bytes: &[u8]) -> Outcome {
        let end = self.connected(program, fd)?;
        if bytes.is_empty() {
            return Ok(Some(Answer::text(0)));
        }
        let count = self.write(end, bytes)?;
        if count == 0 {
            return Ok(None);
        }
        let what = What::Sent {
            length: count,
            hex: shown(&bytes[..count]),
        };
        self.show(program, Some(fd), what);
        self.said(end, &bytes[..count]);
        Ok(Some(Answer::text(count)))
    }

    /// How many bytes were sent; none if there is no room.
    fn write(&mut self, end: usize, bytes: &[u8]) -> Result<usize, u16> {
        let peer = self.ends[end].peer;
        let it = &mut self.ends[end];
        if let Some(number) = it.error.take() {
            return Err(number);
        }
        if it.is_shut || it.is_broken {
            return Err(errno::EPIPE);
        }
        let far = &mut self.ends[peer];
        if far.owner == Owner::Nobody {
            // The peer has closed: its machine answers with a reset, of which the next call hears.
            let it = &mut self.ends[end];
            it.is_broken = true;
            it.error = Some(errno::EPIPE);
            return Ok(bytes.len());
        }
        if far.is_deaf {
            return Ok(bytes.len());
        }
        let count = bytes.len().min(WORKSHOP_WINDOW - far.inbound.len());
        far.inbound.extend(&bytes[..count]);
        let is_kept = self.rough(end).is_some_and(|it| it.below(2) == 0);
        self.ends[peer].kept = if is_kept {
            self.ends[peer].kept + count
        } else {
            0
        };
        if count > 0 {
            self.tell(end, |party| Fact::Said(party, bytes[..count].to_vec()));
            self.note_forwarding(end, &bytes[..count]);
            self.wake(peer);
        }
        Ok(count)
    }

    /// The rough network of the page whose program has this side, if it wants one. An examination has
    /// none.
    fn rough(&mut self, end: usize) -> Option<&mut Rough> {
        let program = self.program_at(end)?;
        let page = match program.is_examined {
            true => return None,
            false => program.page,
        };
        self.pages.get_mut(&page)?.rough.as_mut()
    }

    /// What a rough network has kept of a program's sending arrives once this thread of it waits: it sends
    /// no more for now.
    fn deliver(&mut self, program: ProgramId, lane: u32) {
        let Some(it) = self.programs.get(&program) else {
            return;
        };
        let state = it.lanes.get(&lane).map(|it| &it.state);
        if !matches!(state, Some(LaneState::Waits(_))) {
            return;
        }
        let ends = it.sockets.values().filter_map(|socket| match socket {
            Socket::Connected(end) => Some(self.ends[*end].peer),
            _ => None,
        });
        let kept: Vec<usize> = ends.filter(|far| self.ends[*far].kept > 0).collect();
        for far in kept {
            self.ends[far].kept = 0;
            self.wake(far);
        }
        self.settle_all();
    }

    /// Takes note of what a program hears from the game's own server, and whether it says the same to
    /// others.
    fn note_forwarding(&mut self, end: usize, bytes: &[u8]) {
        let bytes = bytes.trim_ascii();
        let bytes = &bytes[..bytes.len().min(WORKSHOP_SHOWN)];
        let (from, to) = (self.ends[end].owner, self.ends[self.ends[end].peer].owner);
        let is_game = |owner| match owner {
            Owner::Tcp(tcp) => matches!(self.dialled.get(&tcp), Some(Far::Game | Far::Own)),
            _ => false,
        };
        match (from, to) {
            (from, Owner::Program(program, _)) if is_game(from) => {
                if let Some(it) = self.programs.get_mut(&program) {
                    it.heard = bytes.to_vec();
                }
            }
            (Owner::Program(program, _), to) if !is_game(to) => {
                let Some(it) = self.programs.get_mut(&program) else {
                    return;
                };
                // A program that has heard nothing of the game forwards nothing.
                if it.heard.is_empty() {
                    return;
                }
                let (same, other) = &mut it.forwarded;
                match it.heard == bytes {
                    true => *same += 1,
                    false => *other += 1,
                }
                it.forwards |= *same == FORWARDED && *other == 0;
            }
            _ => {}
        }
    }

    fn shutdown(&mut self, program: ProgramId, fd: Fd, how: u8) -> Outcome {
        let end = self.connected(program, fd)?;
        if how != 1 {
            self.ends[end].is_deaf = true;
        }
        if how != 0 {
            self.shut(end);
        }
        Ok(Some(Answer::Done(Vec::new())))
    }

    /// Ends the sending of a side.
    fn shut(&mut self, end: usize) {
        if !std::mem::replace(&mut self.ends[end].is_shut, true) {
            self.tell(end, Fact::Closed);
            let peer = self.ends[end].peer;
            self.ends[peer].kept = 0;
            self.wake(peer);
        }
    }

    /// Breaks a connection off: its other side is told so.
    fn break_off(&mut self, end: usize) {
        self.tell(end, Fact::Closed);
        let peer = self.ends[end].peer;
        let far = &mut self.ends[peer];
        far.kept = 0;
        far.is_broken = true;
        far.error = Some(errno::ECONNRESET);
        self.wake(peer);
    }

    /// The owner of a side is done with it.
    fn release(&mut self, end: usize) {
        self.ends[end].owner = Owner::Nobody;
        let peer = self.ends[end].peer;
        if self.ends[peer].owner == Owner::Nobody {
            self.drop_pair(end);
        }
    }

    fn hang_up(&mut self, end: usize) {
        let is_unread = !self.ends[end].inbound.is_empty();
        self.ends[end].inbound.clear();
        if is_unread && !self.ends[end].is_shut {
            self.break_off(end);
        } else {
            self.shut(end);
        }
        self.release(end);
    }

    fn forget(&mut self, program: ProgramId, fd: Fd) -> Option<Socket> {
        self.programs.get_mut(&program)?.sockets.remove(&fd)
    }

    /// Closes a socket; returns whether there was one.
    fn close(&mut self, program: ProgramId, fd: Fd) -> bool {
        match self.forget(program, fd) {
            Some(Socket::Listening(id)) => {
                if let Some(listener) = self.listeners.remove(&id) {
                    for end in listener.backlog {
                        self.break_off(end);
                        self.release(end);
                    }
                    self.outputs.push_back(Output::ClosePort(id));
                    let here =
                        (self.published.iter()).find(|(_, it)| **it == Published::Listener(id));
                    if let Some(address) = here.map(|(address, _)| *address) {
                        self.published.remove(&address);
                        self.outputs.push_back(Output::Unpublished(address));
                    }
                }
                true
            }
            Some(Socket::Connected(end)) => {
                self.hang_up(end);
                true
            }
            Some(Socket::Connecting(end)) => {
                let far = self.ends[end].peer;
                if let Owner::Tcp(tcp) = self.ends[far].owner {
                    self.tcp.remove(&tcp);
                    self.outputs.push_back(Output::Wake(tcp));
                }
                self.drop_pair(end);
                true
            }
            Some(Socket::Bound(_) | Socket::Refused(_)) => true,
            None => false,
        }
    }

    fn select(&mut self, program: ProgramId, read: &[Fd], write: &[Fd]) -> Outcome {
        if read.len() + write.len() > WORKSHOP_SELECTED {
            return Err(errno::EINVAL);
        }
        let can_read: Vec<Fd> = (read.iter().copied())
            .filter(|fd| self.is_readable(program, *fd))
            .collect();
        let can_write: Vec<Fd> = (write.iter().copied())
            .filter(|fd| self.is_writable(program, *fd))
            .collect();
        if can_read.is_empty() && can_write.is_empty() {
            return Ok(None);
        }
        let text = |fds: &[Fd]| fds.iter().map(Fd::to_string).collect::<Vec<_>>().join(",");
        Ok(Some(Answer::text(format!(
            "{} {}",
            text(&can_read),
            text(&can_write)
        ))))
    }

    fn is_readable(&self, program: ProgramId, fd: Fd) -> bool {
        match self.socket(program, fd) {
            Some(Socket::Listening(id)) => {
                let listener = self.listeners.get(&id);
                listener.is_some_and(|it| !it.backlog.is_empty())
            }
            Some(Socket::Connected(end)) => {
                let it = &self.ends[end];
                it.inbound.len() > it.kept
                    || it.is_deaf
                    || it.is_broken
                    || self.ends[it.peer].is_shut
            }
            Some(Socket::Connecting(_)) => false,
            Some(Socket::Bound(_) | Socket::Refused(_)) | None => true,
        }
    }

    fn is_writable(&self, program: ProgramId, fd: Fd) -> bool {
        match self.socket(program, fd) {
            Some(Socket::Connected(end)) => {
                let it = &self.ends[end];
                let far = &self.ends[it.peer];
                it.is_broken
                    || it.is_shut
                    || far.owner == Owner::Nobody
                    || far.inbound.len() < WORKSHOP_WINDOW
            }
            Some(Socket::Listening(_) | Socket::Connecting(_)) => false,
            Some(Socket::Bound(_) | Socket::Refused(_)) | None => true,
        }
    }

    // Real connections.

    /// What is to be sent on a real connection.
    pub fn take(&mut self, tcp: TcpId) -> Taken {
        let Some(end) = self.tcp.get(&tcp).copied() else {
            return Taken::Broken;
        };
        let read = self.read(end, WORKSHOP_WINDOW, false);
        self.ends[end].is_passing = matches!(&read, Ok(Some(bytes)) if !bytes.is_empty());
        self.ends[end].is_told |= matches!(&read, Ok(Some(bytes)) if bytes.is_empty());
        self.settle_all();
        match read {
            Ok(Some(bytes)) if bytes.is_empty() => Taken::End,
            Ok(Some(bytes)) => Taken::Bytes(bytes),
            Ok(None) => Taken::Nothing,
            Err(_) => Taken::Broken,
        }
    }

    /// Takes bytes of a real connection; returns how many there was room for, or none if nobody reads
    /// them any more.
    pub fn put(&mut self, tcp: TcpId, bytes: &[u8]) -> Option<usize> {
        let end = self.tcp.get(&tcp).copied()?;
        if self.ends[self.ends[end].peer].owner == Owner::Nobody {
            return None;
        }
        let written = self.write(end, bytes).ok();
        if let Some(count) = written.filter(|count| *count > 0) {
            self.said(end, &bytes[..count]);
        }
        self.settle_all();
        written
    }
}

/// The answer to a call if there is one now, or the number of its error.
type Outcome = Result<Option<Answer>, u16>;

/// The first bytes of a message, in hexadecimal digits.
fn shown(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&bytes[..bytes.len().min(WORKSHOP_SHOWN)])
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
    const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
    const SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
    const GAME: u16 = 50_000;

    /// A relay with its programs, each alone in a page; calls are numbered by themselves.
    struct Bench {
        relay: Relay,
        seq: u64,
        outputs: Vec<Output>,
    }

    impl Bench {
        fn new() -> Self {
            let relay = Relay::new(vec![SERVER, HERE], Some(GAME));
            let outputs = Vec::new();
            Bench {
                relay,
                seq: 0,
                outputs,
            }
        }

        fn handle(&mut self, input: Input<'_>) {
            self.relay.handle(input);
            self.outputs
                .extend(std::iter::from_fn(|| self.relay.poll()));
        }

        fn program(&mut self, number: u8, address: [u8; 4]) -> ProgramId {
            let page = PageId(u64::from(number));
            let browser = (IpAddr::from(address), Some(BrowserId([number; 16])));
            self.handle(Input::Open(page, browser));
            self.sibling(number, u128::from(number))
        }

        fn sibling(&mut self, page: u8, id: u128) -> ProgramId {
            self.handle(Input::Start(PageId(u64::from(page)), ProgramId(id)));
            ProgramId(id)
        }

        fn address(&self, number: u8) -> Ipv4Addr {
            let address = self.relay.address(PageId(u64::from(number)));
            address.expect("an open page").0
        }

        /// Calls; returns the call's number.
        fn begin(&mut self, program: ProgramId, call: Call) -> u64 {
            self.seq += 1;
            self.handle(Input::Call(program, 0, self.seq, &call));
            self.seq
        }

        /// The answer to a number, if it has come.
        fn answer(&self, seq: u64) -> Option<Answer> {
            self.outputs.iter().find_map(|it| match it {
                Output::Answer(_, _, number, answer) if *number == seq => Some(answer.clone()),
                _ => None,
            })
        }

        /// Calls what is answered at once.
        fn call(&mut self, program: ProgramId, call: Call) -> Answer {
            let seq = self.begin(program, call.clone());
            let answer = self.answer(seq);
            answer.unwrap_or_else(|| panic!("{call:?} waits"))
        }

        fn waits(&mut self, program: ProgramId, call: Call) -> u64 {
            let seq = self.begin(program, call.clone());
            assert_eq!(self.answer(seq), None, "{call:?} was answered");
            seq
        }

        fn listen(&mut self, program: ProgramId, ip: Ipv4Addr, port: u16) {
            let bound = self.call(program, Call::Bind { fd: 3, ip, port });
            assert_eq!(bound, Answer::text(SocketAddrV4::new(ip, port)));
            self.call(program, Call::Listen { fd: 3, backlog: 1 });
        }

        /// A server and a client that are connected, each by its socket 4.
        fn connected(&mut self) -> (ProgramId, ProgramId) {
            let server = self.program(1, [10, 0, 0, 1]);
            let client = self.program(2, [10, 0, 0, 2]);
            self.listen(server, ANY, 50_000);
            let ip = self.address(1);
            let done = self.call(client, connect(4, ip, 50_000));
            assert!(matches!(done, Answer::Done(_)), "{done:?}");
            let done = self.call(server, Call::Accept { fd: 3, new: 4 });
            assert!(matches!(done, Answer::Done(_)), "{done:?}");
            (server, client)
        }
    }

    fn connect(fd: Fd, ip: Ipv4Addr, port: u16) -> Call {
        Call::Connect { fd, ip, port }
    }

    fn recv(fd: Fd) -> Call {
        let (max, peek) = (1024, false);
        Call::Recv { fd, max, peek }
    }

    fn send(fd: Fd, bytes: &[u8]) -> Call {
        let bytes = bytes.to_vec();
        Call::Send { fd, bytes }
    }

    fn done(bytes: &[u8]) -> Answer {
        Answer::Done(bytes.to_vec())
    }

    #[test]
    fn bytes_are_a_stream_and_its_end_is_read_last() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        let waits = bench.waits(server, recv(4));
        assert_eq!(bench.call(client, send(4, b"ab")), Answer::text(2));
        assert_eq!(bench.answer(waits), Some(done(b"ab")), "a waiting recv");
        bench.call(client, send(4, b"cd"));
        bench.call(client, send(4, b"ef"));
        bench.call(client, Call::Close { fd: 4 });
        let part = Call::Recv {
            fd: 4,
            max: 3,
            peek: true,
        };
        assert_eq!(
            bench.call(server, part),
            done(b"cde"),
            "a look takes nothing"
        );
        assert_eq!(
            bench.call(server, recv(4)),
            done(b"cdef"),
            "two sends in one"
        );
        assert_eq!(bench.call(server, recv(4)), done(b""));
        assert_eq!(bench.call(server, recv(4)), done(b""), "the end stays");
        // The peer has closed: its machine answers with a reset, of which the next call hears.
        assert_eq!(bench.call(server, send(4, b"x")), Answer::text(1));
        let broken = Answer::Failed(errno::EPIPE);
        assert_eq!(bench.call(server, send(4, b"x")), broken);
        assert_eq!(bench.call(server, recv(4)), done(b""));
    }

    /// A program that takes each `recv` for one `send` is seen to be wrong on a rough network, which a seed
    /// repeats; nothing is lost, and what was kept arrives once the sender waits.
    #[test]
    fn a_rough_network_cuts_and_merges_what_is_sent_and_loses_nothing() {
        let pieces = |seed| {
            let mut bench = Bench::new();
            let (server, client) = bench.connected();
            bench.handle(Input::Rough(PageId(1), Some(seed)));
            bench.handle(Input::Rough(PageId(2), Some(seed)));
            for message in ["Trop grand", "Trop petit", "Bravo"] {
                bench.call(server, send(4, message.as_bytes()));
            }
            // The sender waits: what was kept arrives.
            bench.waits(server, recv(4));
            let mut pieces = Vec::new();
            let mut length = 0;
            while length < 25 {
                match bench.call(client, recv(4)) {
                    Answer::Done(bytes) => {
                        length += bytes.len();
                        pieces.push(String::from_utf8(bytes).expect("ASCII"));
                    }
                    other => panic!("{other:?}"),
                }
            }
            pieces
        };
        let seen = pieces(7);
        assert_eq!(seen.concat(), "Trop grandTrop petitBravo");
        assert!(seen.len() > 3, "{seen:?}");
        assert_eq!(seen, pieces(7), "the same seed");
        assert_ne!(seen, pieces(8), "another seed");

        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.handle(Input::Rough(PageId(1), Some(1)));
        let mut is_merged = false;
        for _ in 0..20 {
            let waits = bench.begin(client, recv(4));
            bench.call(server, send(4, b"un"));
            let is_kept = bench.answer(waits).is_none();
            bench.call(server, send(4, b"deux"));
            bench.waits(server, recv(4));
            let mut heard = match bench.answer(waits) {
                Some(Answer::Done(bytes)) => bytes,
                other => panic!("{other:?}"),
            };
            is_merged |= is_kept && heard == b"undeux";
            while heard.len() < 6 {
                match bench.call(client, recv(4)) {
                    Answer::Done(bytes) => heard.extend(bytes),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(heard, b"undeux");
            bench.call(client, send(4, b"!"));
        }
        assert!(is_merged, "two sends in one recv");
    }

    #[test]
    fn what_was_not_read_before_a_close_makes_a_reset() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.call(server, send(4, b"unread"));
        bench.call(client, send(4, b"read first"));
        bench.call(client, Call::Close { fd: 4 });
        assert_eq!(bench.call(server, recv(4)), done(b"read first"));
        let reset = Answer::Failed(errno::ECONNRESET);
        assert_eq!(bench.call(server, recv(4)), reset);
        assert_eq!(
            bench.call(server, recv(4)),
            done(b""),
            "an error is told once"
        );
        let broken = Answer::Failed(errno::EPIPE);
        assert_eq!(bench.call(server, send(4, b"x")), broken);
        bench.call(server, Call::Close { fd: 4 });
        assert!(bench.relay.ends.is_empty(), "{:?}", bench.relay.ends);
    }

    #[test]
    fn a_repeated_request_changes_nothing() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        let again = |bench: &mut Bench, program, call: Call| {
            let seq = bench.begin(program, call.clone());
            let first = bench.answer(seq);
            bench.outputs.clear();
            bench.handle(Input::Call(program, 0, seq, &call));
            assert_eq!(bench.answer(seq), first, "{call:?}");
        };
        again(&mut bench, client, send(4, b"once"));
        again(&mut bench, server, recv(4));
        again(
            &mut bench,
            server,
            Call::Bind {
                fd: 5,
                ip: ANY,
                port: 0,
            },
        );
        let ip = bench.address(1);
        again(&mut bench, client, connect(5, ip, 50_000));
        again(&mut bench, server, Call::Accept { fd: 3, new: 6 });
        again(&mut bench, client, Call::Close { fd: 5 });
        let waits = bench.waits(server, recv(4));
        bench.handle(Input::Call(server, 0, waits, &recv(4)));
        bench.call(client, send(4, b"more"));
        assert_eq!(bench.answer(waits), Some(done(b"more")));
        // A request that was overtaken on its way.
        bench.handle(Input::Call(client, 0, 1, &send(4, b"old")));
        let waits = bench.waits(server, recv(4));
        bench.handle(Input::Expire(server, 0, waits));
        assert_eq!(bench.answer(waits), Some(Answer::Again));
    }

    #[test]
    fn errors_are_those_of_a_machine() {
        let mut bench = Bench::new();
        let one = bench.program(1, [10, 0, 0, 1]);
        let two = bench.sibling(1, 12);
        let far = bench.program(2, [10, 0, 0, 2]);
        let failed = Answer::Failed;
        bench.listen(one, HERE, 50_000);
        let bind = |ip, port| Call::Bind { fd: 3, ip, port };
        assert_eq!(
            bench.call(two, bind(ANY, 50_000)),
            failed(errno::EADDRINUSE)
        );
        assert_eq!(bench.call(two, bind(HERE, 80)), failed(errno::EACCES));
        let strange = Ipv4Addr::new(10, 9, 9, 9);
        assert_eq!(
            bench.call(two, bind(strange, 5000)),
            failed(errno::EADDRNOTAVAIL)
        );
        assert_eq!(bench.call(two, recv(9)), failed(errno::ENOTCONN));
        assert_eq!(
            bench.call(two, Call::Accept { fd: 9, new: 10 }),
            failed(errno::EINVAL)
        );
        assert_eq!(
            bench.call(two, connect(5, HERE, 50_001)),
            failed(errno::ECONNREFUSED)
        );
        let done = bench.call(two, connect(5, HERE, 50_000));
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
        assert_eq!(
            bench.call(two, connect(5, HERE, 50_000)),
            failed(errno::EISCONN)
        );
        // 127.0.0.1 is one's own machine, for the server and for the client.
        assert_eq!(
            bench.call(far, connect(5, HERE, 50_000)),
            failed(errno::ECONNREFUSED)
        );
        let ip = bench.address(1);
        assert_eq!(
            bench.call(far, connect(5, ip, 50_000)),
            failed(errno::ECONNREFUSED)
        );
        bench.call(one, Call::Close { fd: 3 });
        let done = bench.call(far, bind(ANY, 50_000));
        assert!(
            matches!(done, Answer::Done(_)),
            "ports are each machine's own"
        );
        assert_eq!(
            bench.call(two, recv(5)),
            failed(errno::ECONNRESET),
            "it was not accepted"
        );
    }

    /// Protects the school's network from a page's program: nothing but the pages' listeners and the
    /// game's port is ever reached.
    #[test]
    fn no_other_address_is_reached() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        let addresses = [
            "169.254.169.254",
            "10.0.0.2",
            "192.168.1.1",
            "192.168.1.255",
            "224.0.0.1",
            "1.1.1.1",
            "255.255.255.255",
            "172.17.0.1",
            "100.64.0.1",
            "198.18.0.1",
        ];
        for address in addresses {
            for port in [22, 80, 8080, GAME, 65_535] {
                let ip = address.parse().expect("an address");
                let refused = bench.call(program, connect(3, ip, port));
                assert_eq!(
                    refused,
                    Answer::Failed(errno::ENETUNREACH),
                    "{address}:{port}"
                );
            }
        }
        for ip in [HERE, ANY, Ipv4Addr::new(127, 1, 2, 3), SERVER] {
            for port in [22, 80, 8080, 65_535] {
                if ip == SERVER && port >= LEAST_PORT {
                    // It may be a practice port; the driver knows.
                    continue;
                }
                let refused = bench.call(program, connect(3, ip, port));
                assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED), "{ip}:{port}");
            }
        }
        let refused = bench.call(program, connect(3, HERE, GAME));
        assert_eq!(
            refused,
            Answer::Failed(errno::ECONNREFUSED),
            "127.0.0.1 is the page"
        );
        let dials = |it: &Output| matches!(it, Output::Dial(..));
        assert!(!bench.outputs.iter().any(dials));
        bench.waits(program, connect(3, SERVER, GAME));
        // The game counts it as the page's own, with its shares and bars.
        let dialled = bench.outputs.iter().find_map(|it| match it {
            Output::Dial(tcp, _) => Some(*tcp),
            _ => None,
        });
        let page = dialled.and_then(|tcp| bench.relay.page_that_dials(tcp));
        assert_eq!(page, Some(PageId(1)));
    }

    /// Where the teacher lets programs connect to real ones, the driver is asked for machines that a player
    /// may have, at ports from 1024 on, and for nothing else; it asks whether a player is present there.
    #[test]
    fn real_programs_are_reached_while_the_teacher_allows_it() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        bench.program(2, [10, 0, 0, 2]);
        bench.handle(Input::Outside(true));
        let dialled = |bench: &Bench| {
            let last = bench.outputs.iter().rev().find_map(|it| match it {
                Output::Dial(tcp, far) => Some((*tcp, *far)),
                _ => None,
            });
            last.expect("the driver is to connect")
        };
        let never = [
            ("127.0.0.1", errno::ECONNREFUSED),
            ("0.0.0.0", errno::ECONNREFUSED),
            ("0.1.2.3", errno::ENETUNREACH),
            ("169.254.169.254", errno::ENETUNREACH),
            ("192.0.2.1", errno::ENETUNREACH),
            ("198.18.0.9", errno::ENETUNREACH),
            ("198.19.3.3", errno::ENETUNREACH),
            ("224.0.0.1", errno::ENETUNREACH),
            ("255.255.255.255", errno::ENETUNREACH),
        ];
        for (address, number) in never {
            let ip = address.parse().expect("an address");
            let refused = bench.call(program, connect(3, ip, GAME));
            assert_eq!(refused, Answer::Failed(number), "{address}");
        }
        let near = Ipv4Addr::new(10, 0, 0, 2);
        for port in [22, 80, 1023] {
            let refused = bench.call(program, connect(3, near, port));
            assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED), "{port}");
        }
        let far = Ipv4Addr::new(10, 0, 0, 3);
        for port in [22, 1023] {
            let refused = bench.call(program, connect(3, far, port));
            assert_eq!(refused, Answer::Failed(errno::ENETUNREACH), "{port}");
        }
        assert!(
            !bench
                .outputs
                .iter()
                .any(|it| matches!(it, Output::Dial(..)))
        );
        // Of this server only the game; anything else of it is no machine of a player.
        bench.waits(program, connect(3, SERVER, 8080));
        assert_eq!(dialled(&bench).1, Far::Here(8080));

        let waits = bench.waits(program, connect(4, far, 5000));
        let (tcp, to) = dialled(&bench);
        assert_eq!(to, Far::Player(SocketAddrV4::new(far, 5000)));
        bench.handle(Input::Dialled(tcp, Err(errno::EHOSTUNREACH)));
        let failed = Some(Answer::Failed(errno::EHOSTUNREACH));
        assert_eq!(bench.answer(waits), failed);

        // A page is open there, and nobody listens in it: its machine may have a real program.
        bench.waits(program, connect(5, near, 5000));
        let (tcp, to) = dialled(&bench);
        assert_eq!(to, Far::Player(SocketAddrV4::new(near, 5000)));
        bench.handle(Input::Dialled(tcp, Ok(())));
        bench.call(program, send(5, b"hello"));
        let said = Output::Said(
            Author::Page(PageId(1)),
            Author::Outside(SocketAddrV4::new(near, 5000)),
            b"hello".to_vec(),
        );
        assert!(
            bench.outputs.contains(&said),
            "pupils' talk can be reported"
        );
        let waits = bench.waits(program, recv(5));
        bench.handle(Input::Outside(false));
        let reset = Some(Answer::Failed(errno::ECONNRESET));
        assert_eq!(bench.answer(waits), reset);
        let refused = bench.call(program, connect(6, near, 5000));
        assert_eq!(refused, Answer::Failed(errno::ECONNREFUSED));

        // What is allowed ends with the pupil's talk, too.
        bench.handle(Input::Outside(true));
        bench.handle(Input::Quiet(true));
        let refused = bench.call(program, connect(7, near, 5000));
        assert_eq!(refused, Answer::Failed(errno::EPERM));
    }

    #[test]
    fn a_browser_has_its_own_address_unless_another_has_it() {
        let mut bench = Bench::new();
        for (number, address, expected) in [
            (1, [10, 0, 0, 7], Some([10, 0, 0, 7])),
            (2, [10, 0, 0, 7], None),
            (3, [127, 0, 0, 1], None),
            (4, [192, 168, 1, 10], None),
        ] {
            bench.program(number, address);
            let got = bench.address(number);
            match expected {
                Some(expected) => assert_eq!(got, Ipv4Addr::from(expected)),
                None => assert_eq!(got.octets()[..2], [198, 18], "{got}"),
            }
        }
        let first = bench.address(2);
        assert!(
            !bench.relay.has_one_browser([10, 0, 0, 7].into()),
            "two have it"
        );
        bench.handle(Input::Leave(PageId(2)));
        assert!(bench.relay.has_one_browser([10, 0, 0, 7].into()));
        assert!(!bench.relay.has_one_browser([10, 0, 0, 8].into()));
        bench.program(2, [10, 0, 0, 7]);
        assert_eq!(bench.address(2), first, "it stays after a reload");
    }

    /// Protects the fact that the teacher is shown: a server that says only what the game says to it is
    /// told apart from one that plays with the game and has words of its own, and from the page's other
    /// program, whenever either is published.
    #[test]
    fn a_server_that_only_forwards_is_told() {
        for (own, expected) in [(None, true), (Some(b"Trop petit".as_slice()), false)] {
            let mut bench = Bench::new();
            let program = bench.program(1, [10, 0, 0, 1]);
            bench.listen(program, ANY, 50_000);
            bench.waits(program, connect(5, SERVER, GAME));
            let game = bench.outputs.iter().find_map(|it| match it {
                Output::Dial(tcp, _) => Some(*tcp),
                _ => None,
            });
            let game = game.expect("the driver is to connect");
            bench.handle(Input::Dialled(game, Ok(())));
            let client = bench.program(2, [10, 0, 0, 2]);
            let address = bench.address(1);
            bench.call(client, connect(3, address, 50_000));
            bench.call(program, Call::Accept { fd: 3, new: 4 });
            for said in ["Bonjour\n", "Trop grand\n", "Trop petit\n", "Gagné\n"] {
                bench.relay.put(game, said.as_bytes());
                bench.call(program, recv(5));
                bench.call(program, send(5, b"50"));
                bench.call(program, send(4, own.unwrap_or(said.trim().as_bytes())));
                bench.call(client, recv(3));
            }
            let other = bench.sibling(1, 11);
            bench.listen(other, ANY, 50_001);
            let at = class_address(1);
            for (program, expected) in [(program, expected), (other, false), (program, expected)] {
                let (listener, _) = bench.relay.listener_of(program).expect("it listens");
                bench.handle(Input::Publish(at, Published::Listener(listener)));
                assert_eq!(bench.relay.forwards(at), expected, "{own:?}");
                bench.handle(Input::Withdraw(at));
                assert!(!bench.relay.forwards(at));
            }
        }
    }

    #[test]
    fn a_real_connection_takes_part() {
        let mut bench = Bench::new();
        let program = bench.program(1, [10, 0, 0, 1]);
        bench.listen(program, ANY, 50_000);
        let opens = |it: &Output| match it {
            Output::OpenPort(id, 50_000) => Some(*id),
            _ => None,
        };
        let id = bench
            .outputs
            .iter()
            .find_map(opens)
            .expect("a port is wanted");
        bench.handle(Input::Opened(id, Some(50_001)));
        let waits = bench.waits(program, Call::Accept { fd: 3, new: 4 });
        let tcp = bench.relay.connection();
        bench.handle(Input::Came(
            id,
            tcp,
            "10.0.0.9:4000".parse().expect("an address"),
        ));
        let sides = bench.answer(waits);
        assert_eq!(sides, Some(Answer::text("10.0.0.1:50000 10.0.0.9:4000")));
        assert_eq!(bench.relay.put(tcp, b"hello"), Some(5));
        assert_eq!(bench.call(program, recv(4)), done(b"hello"));
        bench.call(program, send(4, b"hi"));
        assert_eq!(bench.relay.take(tcp), Taken::Bytes(b"hi".to_vec()));
        assert_eq!(bench.relay.take(tcp), Taken::Nothing);
        bench.handle(Input::Finished(tcp));
        assert_eq!(bench.call(program, recv(4)), done(b""));
        bench.call(program, Call::Exit { fault: None });
        assert_eq!(bench.relay.take(tcp), Taken::End);
        assert_eq!(bench.relay.put(tcp, b"late"), None);
        bench.handle(Input::Broke(tcp));
        assert_eq!(bench.relay.take(tcp), Taken::Broken);
        assert!(bench.relay.ends.is_empty() && bench.relay.listeners.is_empty());
        assert!(bench.outputs.contains(&Output::ClosePort(id)));
    }

    #[test]
    fn a_program_is_stopped_in_each_call_and_its_end_is_heard() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        for call in [
            recv(4),
            Call::Accept { fd: 3, new: 5 },
            Call::Input {
                asked: String::new(),
            },
            Call::Sleep,
            Call::Select {
                read: vec![3, 4],
                write: vec![],
            },
        ] {
            let waits = bench.waits(server, call.clone());
            bench.handle(Input::Stop(server));
            assert_eq!(bench.answer(waits), Some(Answer::Interrupted), "{call:?}");
        }
        let waits = bench.waits(client, recv(4));
        let lines = bench.waits(
            server,
            Call::Input {
                asked: String::new(),
            },
        );
        bench.handle(Input::Line(server, "été"));
        assert_eq!(bench.answer(lines), Some(done("été".as_bytes())));
        bench.handle(Input::Leave(PageId(1)));
        assert_eq!(
            bench.answer(waits),
            Some(done(b"")),
            "a page that is closed"
        );
        assert_eq!(bench.call(server, recv(4)), Answer::Gone);
    }

    /// Protects the server's memory from programs that open, send and listen without end.
    #[test]
    fn sockets_bytes_and_programs_have_bounds() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        let much = vec![b'x'; WORKSHOP_WINDOW];
        assert_eq!(
            bench.call(client, send(4, &much)),
            Answer::text(WORKSHOP_WINDOW)
        );
        let waits = bench.waits(client, send(4, b"more"));
        let all = Call::Recv {
            fd: 4,
            max: usize::MAX,
            peek: false,
        };
        assert_eq!(bench.call(server, all), done(&much));
        assert_eq!(bench.answer(waits), Some(Answer::text(4)));
        let mut made = 0;
        let refused = loop {
            let fd = 100 + made;
            match bench.call(client, Call::Listen { fd, backlog: 5 }) {
                Answer::Done(_) => made += 1,
                refused => break refused,
            }
            assert!(made as usize <= WORKSHOP_SOCKETS, "{made} listeners");
        };
        assert_eq!(refused, Answer::Failed(errno::EMFILE));
        // A listener's backlog.
        let flood = bench.program(3, [10, 0, 0, 3]);
        let ip = bench.address(1);
        for fd in [10, 11] {
            bench.call(flood, connect(fd, ip, 50_000));
        }
        let waits = bench.waits(flood, connect(12, ip, 50_000));
        bench.call(server, Call::Accept { fd: 3, new: 5 });
        assert!(matches!(bench.answer(waits), Some(Answer::Done(_))));
        for line in 0..2 * WORKSHOP_LINES {
            bench.handle(Input::Line(server, &line.to_string()));
        }
        assert_eq!(bench.relay.programs[&server].lines.len(), WORKSHOP_LINES);
        for id in 1000..1010 {
            bench.sibling(3, id);
        }
        assert_eq!(
            bench.relay.pages[&PageId(3)].programs.len(),
            WORKSHOP_PROGRAMS_EACH
        );
        assert_eq!(
            bench.call(
                flood,
                Call::Input {
                    asked: String::new()
                }
            ),
            Answer::Gone,
            "the oldest has ended"
        );
    }

    /// Protects a class from a talk that gets out of hand: the teacher ends it for all or for one, and
    /// each pupil's own two programs and the game go on.
    #[test]
    fn the_teacher_ends_talk_between_browsers() {
        let mut bench = Bench::new();
        let (server, client) = bench.connected();
        bench.call(client, send(4, b"hello"));
        let authors = [1, 2].map(|page| Author::Page(PageId(page)));
        let said = Output::Said(authors[1], authors[0], b"hello".to_vec());
        assert!(bench.outputs.contains(&said));
        let neighbour = bench.sibling(1, 11);
        bench.call(neighbour, connect(4, HERE, 50_000));
        bench.call(server, Call::Accept { fd: 3, new: 5 });
        bench.waits(client, connect(6, SERVER, GAME));
        let waits = bench.waits(client, recv(4));
        let reset = Answer::Failed(errno::ECONNRESET);
        let refused = Answer::Failed(errno::EPERM);
        bench.handle(Input::Quiet(true));
        assert_eq!(bench.answer(waits), Some(reset.clone()));
        let ip = bench.address(1);
        assert_eq!(bench.call(client, connect(7, ip, 50_000)), refused);
        bench.call(neighbour, send(4, b"mine"));
        assert_eq!(bench.call(server, recv(5)), done(b"mine"));
        let own = bench
            .outputs
            .iter()
            .filter(|it| matches!(it, Output::Said(..)));
        assert_eq!(own.count(), 1, "a page's own programs are no talk");
        bench.handle(Input::Quiet(false));
        bench.call(client, connect(7, ip, 50_000));
        bench.call(server, Call::Accept { fd: 3, new: 6 });
        let waits = bench.waits(server, recv(6));
        bench.handle(Input::Mute(PageId(2), true));
        assert_eq!(
            bench.answer(waits),
            Some(done(b"")),
            "its programs have ended"
        );
        assert!(bench.relay.is_mute(PageId(2)) && !bench.relay.is_mute(PageId(1)));
        let again = bench.sibling(2, 22);
        assert_eq!(bench.call(again, connect(4, ip, 50_000)), refused);
        bench.handle(Input::Mute(PageId(2), false));
        let done = bench.call(again, connect(4, ip, 50_000));
        assert!(matches!(done, Answer::Done(_)), "{done:?}");
    }

    /// Protects a class from talk that goes by a pupil's practice port: there, too, the teacher ends it, what
    /// was said can be reported, and the pupil's own programs go on.
    #[test]
    fn talk_by_a_practice_port_is_talk() {
        let mut bench = Bench::new();
        let owner = bench.program(1, [10, 0, 0, 1]);
        let guest = bench.program(2, [10, 0, 0, 2]);
        let browser = bench.relay.browser(PageId(1)).expect("an open page");
        let port = SocketAddrV4::new(SERVER, 5000);
        let enter = |bench: &mut Bench, program, fd| {
            bench.waits(program, connect(fd, SERVER, 5000));
            let dialled = bench.outputs.iter().rev().find_map(|it| match it {
                Output::Dial(tcp, Far::Here(5000)) => Some(*tcp),
                _ => None,
            });
            let tcp = dialled.expect("the driver is to connect");
            let may = bench.relay.practises(tcp, browser);
            let result = if may { Ok(()) } else { Err(errno::EPERM) };
            bench.handle(Input::Dialled(tcp, result));
            (tcp, may)
        };
        let (own, _) = enter(&mut bench, owner, 4);
        let (other, _) = enter(&mut bench, guest, 4);
        bench.call(owner, send(4, b"mine"));
        bench.call(guest, send(4, b"theirs"));
        bench.relay.put(own, b"an echo");
        bench.relay.put(other, b"of a third");
        bench.handle(Input::Expire(guest, 0, 0));
        let said: Vec<&Output> = (bench.outputs.iter())
            .filter(|it| matches!(it, Output::Said(..)))
            .collect();
        let (page, hosted) = (Author::Page(PageId(2)), Author::Port(browser, port));
        let expected = [
            Output::Said(page, hosted, b"theirs".to_vec()),
            Output::Said(hosted, page, b"of a third".to_vec()),
        ];
        assert_eq!(said, expected.iter().collect::<Vec<_>>());
        bench.call(guest, recv(4));
        assert_eq!(bench.relay.take(other), Taken::Bytes(b"theirs".to_vec()));

        let reset = Answer::Failed(errno::ECONNRESET);
        bench.handle(Input::Quiet(true));
        assert_eq!(bench.call(guest, recv(4)), reset);
        assert_eq!(bench.relay.take(other), Taken::Broken);
        assert_eq!(bench.call(owner, recv(4)), done(b"an echo"));
        assert_eq!(bench.relay.take(own), Taken::Bytes(b"mine".to_vec()));
        assert!(!enter(&mut bench, guest, 5).1 && enter(&mut bench, owner, 5).1);

        // Whichever of the two is mute.
        bench.handle(Input::Quiet(false));
        for (mute, guest) in [(1, guest), (2, bench.sibling(2, 22))] {
            let (tcp, may) = enter(&mut bench, guest, 6);
            assert!(may, "{mute}");
            bench.handle(Input::Mute(PageId(mute), true));
            let taken = bench.relay.take(tcp);
            assert!(matches!(taken, Taken::Broken | Taken::End), "{taken:?}");
            let fresh = bench.sibling(2, 30 + u128::from(mute));
            assert!(!enter(&mut bench, fresh, 7).1, "{mute}");
            assert_eq!(bench.relay.is_silent(browser), mute == 1);
            bench.handle(Input::Mute(PageId(mute), false));
        }
    }

    /// Whatever is sent arrives once, in order and whole, however sends and receives are cut, asked
    /// again or given up; and when all have ended nothing is left.
    #[test]
    fn streams_arrive_whole_whatever_is_repeated() {
        for seed in 0..60 {
            let mut dice = Rough(seed);
            let mut bench = Bench::new();
            let (server, client) = bench.connected();
            let sides = [server, client];
            let (mut sent, mut got) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
            for step in 0..300_u32 {
                let side = dice.below(2) as usize;
                let program = sides[side];
                let call = if dice.below(2) == 0 {
                    let length = 1 + dice.below(6000) as usize;
                    let bytes: Vec<u8> = (0..length).map(|at| (at as u32 ^ step) as u8).collect();
                    send(4, &bytes)
                } else {
                    let max = 1 + dice.below(9000) as usize;
                    Call::Recv {
                        fd: 4,
                        max,
                        peek: false,
                    }
                };
                let seq = bench.begin(program, call.clone());
                // The request is lost on its way back, and comes again.
                for _ in 0..dice.below(3) {
                    bench.handle(Input::Call(program, 0, seq, &call));
                }
                if bench.answer(seq).is_none() {
                    bench.handle(Input::Expire(program, 0, seq));
                }
                match (bench.answer(seq), &call) {
                    (Some(Answer::Done(count)), Call::Send { bytes, .. }) => {
                        let count = String::from_utf8(count).expect("digits");
                        let count: usize = count.parse().expect("a number");
                        sent[side].extend(&bytes[..count]);
                    }
                    (Some(Answer::Done(bytes)), _) => got[side].extend(bytes),
                    (answer, _) => assert_eq!(answer, Some(Answer::Again), "seed {seed}"),
                }
                bench.outputs.clear();
                assert!(
                    sent[1 - side].starts_with(&got[side]),
                    "seed {seed}, step {step}"
                );
            }
            bench.call(client, Call::Shutdown { fd: 4, how: 1 });
            loop {
                match bench.call(server, recv(4)) {
                    Answer::Done(bytes) if bytes.is_empty() => break,
                    Answer::Done(bytes) => got[0].extend(bytes),
                    other => panic!("seed {seed}: {other:?}"),
                }
            }
            assert_eq!(got[0], sent[1], "seed {seed}");
            for page in [1, 2] {
                bench.handle(Input::Leave(PageId(page)));
            }
            let relay = &bench.relay;
            let left = (
                relay.ends.len(),
                relay.listeners.len(),
                relay.programs.len(),
            );
            assert_eq!(left, (0, 0, 0), "seed {seed}");
        }
    }
}
