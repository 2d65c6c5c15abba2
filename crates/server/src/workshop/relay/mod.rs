//! The relay: the machines of the pages, the sockets of their programs, and the bytes between them.
//!
//! It has no clock, randomness or socket of its own. [`Relay::handle`] takes what happens, and
//! [`Relay::poll`] returns what follows of it. A real TCP connection takes part through
//! [`Relay::take`] and [`Relay::put`].
//!
//! This file has the whole state, how pages and programs begin and end, and what follows when a side of a
//! connection does something. Each of the others uses only this one and those below it:
//!
//! | file | what it has |
//! | --- | --- |
//! | `real.rs` | real TCP connections, which the driver has |
//! | `calls.rs` | the calls of programs, each answered as soon as it can be |
//! | `threads.rs` | what a program waits for, in the terms of the operating system, for its examination |
//! | `sockets.rs` | what a call does: bind, listen, accept, connect, send, receive, close, select |
//! | `talk.rs` | which machines may talk, and what pupils say to others |
//! | `meeting.rs` | facts of two programs that meet, for the tournament |
//! | `forwarding.rs` | servers that say only what the game's own server says |
//! | `route.rs` | where an address leads, and the addresses of the class's servers |
//! | `connection.rs` | the two sides of each connection and the bytes between them |
//! | `lane.rs` | the latest call of each thread of a program, so that it is answered once |
//! | `machine.rs` | machines, which are browsers, and their addresses |
//! | `event.rs` | what a page shows |

mod calls;
mod connection;
mod event;
mod forwarding;
mod lane;
mod machine;
mod meeting;
mod real;
mod route;
mod sockets;
mod talk;
mod threads;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

use lab::check::pair::meeting::{Fact, Fault, Party};
use serde::Serialize;

use super::call::{Answer, Call, Fd};
use connection::{Between, Owner, Rough, SideId, Sides, Written};
pub use event::{Event, What};
use forwarding::Forwarding;
use game::limits::WORKSHOP_PROGRAMS_EACH;
use game::rules::BrowserId;
use lane::Lanes;
use machine::Machines;
pub use real::Taken;
pub use route::{Far, Published, class_address, class_number, is_invented};
pub use talk::Author;

/// The first of the ports that the relay picks itself.
const EPHEMERAL: u16 = 49_152;
/// Ports below this one are an administrator's.
const LEAST_PORT: u16 = 1024;

/// A page that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(pub u64);

/// A program that runs. A request with this number acts for the program, so the number is random.
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

#[derive(Debug)]
struct Page {
    browser: Browser,
    programs: Vec<ProgramId>,
    /// The rough network of its programs.
    rough: Option<Rough>,
}

#[derive(Debug)]
struct Program {
    page: PageId,
    machine: Ipv4Addr,
    sockets: BTreeMap<Fd, Socket>,
    lanes: Lanes,
    lines: VecDeque<String>,
    line_bytes: usize,
    is_stopped: bool,
    /// The server that it meets, by its address of the class.
    meets: Option<Ipv4Addr>,
    /// The error that ended it.
    fault: Option<Fault>,
    /// All its connections lead to who examines it.
    is_examined: bool,
    forwarding: Forwarding,
}

#[derive(Clone, Copy, Debug)]
enum Socket {
    Bound(SocketAddrV4),
    Listening(ListenerId),
    /// The driver dials.
    Connecting(SideId),
    /// The driver has failed to connect, with this error number.
    Refused(u16),
    Connected(SideId),
}

#[derive(Debug)]
struct Listener {
    program: ProgramId,
    fd: Fd,
    machine: Ipv4Addr,
    at: SocketAddrV4,
    most: usize,
    /// Server's sides of connections that wait for `accept`.
    backlog: VecDeque<SideId>,
    port: Option<u16>,
}

/// A real TCP connection of the driver that takes part.
#[derive(Debug)]
struct RealConnection {
    side: SideId,
    /// The program at the other end.
    program: ProgramId,
    /// Where it leads to, if a program has asked for it; else it came to a listener.
    far: Option<Far>,
    /// What was taken last may still be on its way out.
    is_passing: bool,
    /// It was told that nothing more comes.
    is_told: bool,
}

impl RealConnection {
    fn new(side: SideId, program: ProgramId, far: Option<Far>) -> Self {
        RealConnection {
            side,
            program,
            far,
            is_passing: false,
            is_told: false,
        }
    }
}

/// All pages, programs and connections.
#[derive(Debug, Default)]
pub struct Relay {
    game_port: Option<u16>,
    machines: Machines,
    pages: HashMap<PageId, Page>,
    programs: HashMap<ProgramId, Program>,
    listeners: BTreeMap<ListenerId, Listener>,
    published: BTreeMap<Ipv4Addr, Published>,
    sides: Sides,
    real: HashMap<TcpId, RealConnection>,
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

impl Relay {
    /// A relay on a server with these addresses and this port of the text protocol.
    pub fn new(server: Vec<Ipv4Addr>, game_port: Option<u16>) -> Self {
        Relay {
            game_port,
            machines: Machines::new(server),
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
            Input::Stop(program) => self.stop(program),
            Input::End(program) => self.end(program),
            Input::EndAll => {
                let all: Vec<ProgramId> = self.programs.keys().copied().collect();
                all.into_iter().for_each(|program| self.end(program));
            }
            Input::Quiet(on) => self.quiet(on),
            Input::Outside(on) => self.outside(on),
            Input::Rough(page, seed) => {
                if let Some(it) = self.pages.get_mut(&page) {
                    it.rough = seed.map(Rough::new);
                }
            }
            Input::Mute(page, on) => self.mute(page, on),
            Input::Opened(listener, port) => self.opened(listener, port),
            Input::Came(listener, tcp, peer) => self.came(listener, tcp, peer),
            Input::Dialled(tcp, result) => self.dialled(tcp, result),
            Input::Finished(tcp) => self.finished(tcp),
            Input::Broke(tcp) => self.broke(tcp),
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

    // Pages and programs.

    /// The browser of a page.
    pub fn browser(&self, page: PageId) -> Option<Browser> {
        Some(self.pages.get(&page)?.browser)
    }

    /// The address of a page's machine, and whether it is the browser's real one.
    pub fn address(&self, page: PageId) -> Option<(Ipv4Addr, bool)> {
        let browser = self.browser(page)?;
        let address = self.machines.address(browser)?;
        Some((address, IpAddr::V4(address) == browser.0.to_canonical()))
    }

    /// A page of the machine at this address.
    pub fn page_at(&self, address: Ipv4Addr) -> Option<PageId> {
        let here = |page: &Page| self.machines.address(page.browser) == Some(address);
        let found = self.pages.iter().find(|(_, page)| here(page));
        found.map(|(id, _)| *id)
    }

    /// The pages of a browser.
    pub fn pages_of(&self, browser: Browser) -> Vec<PageId> {
        let all = self.pages.iter().filter(|(_, it)| it.browser == browser);
        all.map(|(id, _)| *id).collect()
    }

    /// Whether one browser, and no other, has pages open at this real address.
    pub fn has_one_browser(&self, real: IpAddr) -> bool {
        self.machines.has_one_browser(real)
    }

    /// How many programs run.
    pub fn running(&self) -> usize {
        self.programs.len()
    }

    /// Whether a program runs.
    pub fn runs(&self, program: ProgramId) -> bool {
        self.programs.contains_key(&program)
    }

    /// The page that runs a program.
    pub fn page_with(&self, program: ProgramId) -> Option<PageId> {
        Some(self.programs.get(&program)?.page)
    }

    /// Whether a page has started this program.
    pub fn owns(&self, page: PageId, program: ProgramId) -> bool {
        (self.programs.get(&program)).is_some_and(|it| it.page == page)
    }

    /// How many programs a page runs.
    pub fn programs_of(&self, page: PageId) -> usize {
        self.pages.get(&page).map_or(0, |it| it.programs.len())
    }

    fn open(&mut self, page: PageId, browser: Browser) {
        self.machines.open(browser);
        let new = Page {
            browser,
            programs: Vec::new(),
            rough: None,
        };
        self.pages.insert(page, new);
    }

    fn leave(&mut self, page: PageId) {
        let Some(left) = self.pages.remove(&page) else {
            return;
        };
        self.machines.leave(left.browser);
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
            lanes: Lanes::default(),
            lines: VecDeque::new(),
            line_bytes: 0,
            is_stopped: false,
            meets: None,
            fault: None,
            is_examined: false,
            forwarding: Forwarding::default(),
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
        if let Some(fault) = it.fault.take() {
            self.tell_fault(program, &fault);
        }
        let Some(it) = self.programs.get_mut(&program) else {
            return;
        };
        let (page, meets) = (it.page, it.meets);
        let fds: Vec<Fd> = it.sockets.keys().copied().collect();
        let lanes = std::mem::take(&mut it.lanes);
        for (lane, it) in lanes.iter().filter(|(_, it)| it.waits().is_some()) {
            let answer = Output::Answer(program, lane, it.seq(), Answer::Gone);
            self.outputs.push_back(answer);
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

    // What a side does, and what follows of it.

    /// Lets the owner of a side know that something has changed.
    fn wake(&mut self, owner: Owner) {
        match owner {
            Owner::Program(program, _) => self.changed.push_back(program),
            Owner::Tcp(tcp) => self.outputs.push_back(Output::Wake(tcp)),
            Owner::Listener(_) | Owner::Nobody => {}
        }
    }

    /// Up to `max` bytes of what came to a side; none at the end of the stream.
    fn read(&mut self, side: SideId, max: usize, peek: bool) -> Result<Option<Vec<u8>>, u16> {
        let page = self.rough_page(side);
        let rough = page.and_then(|page| self.pages.get_mut(&page)?.rough.as_mut());
        let read = self.sides.read(side, max, peek, rough)?;
        if !peek && read.as_ref().is_some_and(|bytes| !bytes.is_empty()) {
            // There is room for more.
            self.wake(self.sides.between(side).to);
        }
        Ok(read)
    }

    /// Sends bytes of a side; returns how many, none if there is no room.
    fn write(&mut self, side: SideId, bytes: &[u8]) -> Result<usize, u16> {
        let page = self.rough_page(side);
        let rough = page.and_then(|page| self.pages.get_mut(&page)?.rough.as_mut());
        match self.sides.write(side, bytes, rough)? {
            Written::Lost => Ok(bytes.len()),
            Written::Arrived(0, _) => Ok(0),
            Written::Arrived(count, between) => {
                let bytes = &bytes[..count];
                self.tell(between, |party| Fact::Said(party, bytes.to_vec()));
                self.note_forwarding(between, bytes);
                self.wake(between.to);
                Ok(count)
            }
        }
    }

    /// The program that has a side, or whose listener has it.
    fn program_at(&self, side: SideId) -> Option<&Program> {
        let program = match self.sides.between(side).from {
            Owner::Program(program, _) => program,
            Owner::Listener(listener) => self.listeners.get(&listener)?.program,
            Owner::Tcp(_) | Owner::Nobody => return None,
        };
        self.programs.get(&program)
    }

    /// The page whose rough network a side has, if there is one. An examination has none.
    fn rough_page(&self, side: SideId) -> Option<PageId> {
        let program = self.program_at(side)?;
        (!program.is_examined).then_some(program.page)
    }

    /// Ends the sending of a side.
    fn shut(&mut self, side: SideId) {
        if let Some(between) = self.sides.shut(side) {
            self.closed(between);
        }
    }

    /// Tells what follows when a side has ended its sending or has broken the connection off.
    fn closed(&mut self, between: Between) {
        self.tell(between, Fact::Closed);
        self.wake(between.to);
    }
}

#[cfg(test)]
mod bench;

#[cfg(test)]
mod tests {
    use super::bench::*;
    use super::*;
    use crate::workshop::call::errno;
    use game::limits::{WORKSHOP_LINES, WORKSHOP_SOCKETS, WORKSHOP_WINDOW};

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
}
