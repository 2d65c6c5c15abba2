//! Starts the two programs, carries what they say, and tells the meeting where each of them waits.
//!
//! Most pupils write the port into both programs. Then the checker listens in front of the server, at
//! its own address: the server's listener is asked to share it, and the programs stay as they are.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use os::listen::in_front;
use os::socket::readable;

use super::meeting::{Cell, Fact, Meeting, Party, Step, Turn, Waiting};
use super::{Sources, fault};
use crate::dialect::Dialect;
use crate::program::{Activity, Program, Waits};
use crate::session::{Prompt, Target, dial, prepare};
use crate::trace::{Event, Log};

/// The two programs have met after this time, or never will.
const MEETS: Duration = Duration::from_secs(25);
/// A program that computes or sleeps goes on within this time, or is taken as it is.
const PATIENCE: Duration = Duration::from_secs(5);
/// A connection to a program of this machine is made in this time.
const CONNECT: Duration = Duration::from_secs(2);
/// What a program does not take within this time is lost.
const WRITE: Duration = Duration::from_secs(1);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);
/// Two looks that agree are at least this far apart.
const APART: Duration = Duration::from_millis(12);
/// A program that is given something and does not move in this time takes no notice of it.
const UNMOVED: Duration = Duration::from_millis(300);
/// A program that ends is gone in this time.
const ENDS: Duration = Duration::from_millis(400);

/// Where the client is awaited.
#[derive(Debug)]
pub enum Places {
    /// It is told a port.
    Given,
    /// At these ports.
    Of(Vec<u16>),
    /// At the server's own address, and at these ports.
    Front(Vec<u16>),
}

/// One connection of the client, and the one that stands for it at the server.
#[derive(Debug)]
struct Link {
    client: Side,
    server: Side,
}

#[derive(Debug)]
struct Side {
    stream: TcpStream,
    is_open: bool,
}

/// A look at both programs.
#[derive(Clone, Debug, PartialEq)]
struct Look {
    server: Option<Activity>,
    client: Option<Activity>,
}

/// The relay.
#[derive(Debug)]
pub struct Relay {
    target: Target,
    sources: Sources,
    /// The address in front of the server's listener, if the client knows only that.
    front: Option<SocketAddr>,
    ahead: Option<TcpListener>,
    listeners: Vec<TcpListener>,
    client: Option<Program>,
    log: Log,
    links: Vec<Link>,
    began: Instant,
    /// Since when nothing has moved.
    quiet: Instant,
    /// The programs before the last of them was given something.
    given: Option<Look>,
    last: Option<(Look, Instant)>,
}

impl Relay {
    /// Stands between the server, which runs, and a client to come.
    pub fn open(target: Target, places: Places, sources: Sources) -> io::Result<Relay> {
        let mut relay = Relay {
            target,
            sources,
            front: None,
            ahead: None,
            listeners: Vec::new(),
            client: None,
            log: Log::default(),
            links: Vec::new(),
            began: Instant::now(),
            quiet: Instant::now(),
            given: None,
            last: None,
        };
        let (ports, must) = match places {
            Places::Given => (vec![0], true),
            Places::Of(ports) => (ports, true),
            Places::Front(ports) => {
                relay.stand_in_front()?;
                (ports, false)
            }
        };
        let mut failed = None;
        for port in ports {
            match listen((Ipv4Addr::LOCALHOST, port).into()) {
                Ok(listener) => {
                    let port = listener.local_addr()?.port();
                    relay.listeners.push(listener);
                    // A machine without IPv6 has no `::1`, and needs none.
                    let twin = listen((Ipv6Addr::LOCALHOST, port).into());
                    relay.listeners.extend(twin.ok());
                }
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            Some(error) if must && relay.listeners.is_empty() => Err(error),
            _ => Ok(relay),
        }
    }

    /// Listens at the server's own address, before the server.
    fn stand_in_front(&mut self) -> io::Result<()> {
        let program = self.target.program().ok_or(io::ErrorKind::NotConnected)?;
        let wanted = self.target.addresses.first().map(SocketAddr::port);
        let mut listening = program.listening().into_iter();
        let address = listening.find(|it| Some(it.port()) == wanted);
        let address = address.ok_or(io::ErrorKind::NotConnected)?;
        program.share_listeners()?;
        self.ahead = Some(in_front(address)?);
        self.front = Some(address);
        Ok(())
    }

    /// The address for a client that asks for one.
    pub fn address(&self) -> SocketAddr {
        let first = self.listeners.first().and_then(|it| it.local_addr().ok());
        let server = self.target.addresses.first().copied();
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        first.or(server).unwrap_or(nowhere)
    }

    /// Starts the client.
    pub fn start(&mut self, command: &[OsString]) -> io::Result<()> {
        self.client = Some(Program::start(command, &self.log)?);
        Ok(())
    }

    /// Lets them play until the meeting is over. `port` is the server's, if the client has to know it.
    pub fn meet(mut self, dialect: Dialect, port: Option<u16>) -> (Cell, Vec<Turn>) {
        let mut meeting = Meeting::new(dialect, port);
        (self.began, self.quiet) = (Instant::now(), Instant::now());
        let cell = loop {
            match meeting.poll() {
                Some(Step::Done(cell)) => break cell,
                Some(Step::Type { asked, number }) => self.type_for(&asked, number),
                None => {}
            }
            self.step(&mut meeting);
        };
        self.client = None;
        self.target.stop();
        (cell, meeting.turns().to_vec())
    }

    /// One round: takes what has come, else looks where the programs are.
    fn step(&mut self, meeting: &mut Meeting) {
        let now = self.began.elapsed();
        let moved = self.accept(meeting, now) | self.carry(meeting, now);
        if moved && !meeting.has_enough() {
            (self.quiet, self.last) = (Instant::now(), None);
            return;
        }
        if now > MEETS || meeting.has_enough() {
            self.faults(meeting, now);
            return meeting.handle(Fact::Late, now);
        }
        let client_ended = self.client.as_ref().is_none_or(|it| it.ended().is_some());
        if client_ended {
            // What it said last is still on its way, and what it left behind.
            if self.quiet.elapsed() > APART {
                if let Some(program) = self.target.program() {
                    program.settle(None, ENDS);
                }
                self.faults(meeting, now);
                meeting.handle(Fact::Ended(Party::Client), now);
            }
            return thread::sleep(LOOK);
        }
        let look = self.look();
        let is_still = self.is_still(&look);
        match &self.last {
            Some((last, since)) if is_still && *last == look => {
                if since.elapsed() >= APART {
                    self.tell_still(meeting, now);
                }
            }
            _ if is_still => self.last = Some((look, Instant::now())),
            _ => self.last = None,
        }
        if self.quiet.elapsed() > PATIENCE {
            self.tell_still(meeting, now);
        }
        thread::sleep(LOOK);
    }

    fn tell_still(&mut self, meeting: &mut Meeting, now: Duration) {
        self.faults(meeting, now);
        let fact = Fact::Still {
            server: self.waiting(self.target.activity(), self.target.ended().is_some()),
            client: self.waiting(
                self.client.as_ref().map(Program::activity),
                self.client.as_ref().is_none_or(|it| it.ended().is_some()),
            ),
            asked: self.asked(),
        };
        self.last = None;
        meeting.handle(fact, now);
    }

    fn waiting(&self, activity: Option<Activity>, ended: bool) -> Waiting {
        let Some(activity) = activity.filter(|_| !ended) else {
            return Waiting::Ended;
        };
        // A server with a thread for the player waits for that player, although another thread accepts.
        match activity.has(Waits::Receive) {
            true if !activity.at_keyboard() => Waiting::Message,
            _ => activity.telling().map_or(Waiting::Other, Waiting::from),
        }
    }

    fn look(&self) -> Look {
        Look {
            server: self.target.activity(),
            client: self.client.as_ref().map(Program::activity),
        }
    }

    /// Whether neither program will move unless it is given something.
    fn is_still(&self, look: &Look) -> bool {
        let settled = |it: &Option<Activity>| it.as_ref().is_none_or(Activity::is_settled);
        let ended = self.target.ended().is_some();
        let moved = self.given.as_ref() != Some(look) || self.quiet.elapsed() >= UNMOVED;
        moved && settled(&look.client) && (ended || settled(&look.server))
    }

    /// Takes a client that waits, and connects it to the server.
    fn accept(&mut self, meeting: &mut Meeting, now: Duration) -> bool {
        let waiting = self.ahead.iter().chain(&self.listeners);
        let Some(stream) = waiting.filter_map(|it| it.accept().ok()).next() else {
            return false;
        };
        let (stream, _) = stream;
        let Ok(port) = stream.local_addr().map(|it| it.port()) else {
            return true;
        };
        meeting.handle(Fact::Connected(port), now);
        let given = self.look();
        // The checker must not meet itself.
        self.ahead = None;
        let server = dial(&self.target.addresses, CONNECT, WRITE);
        self.ahead = self.front.and_then(|address| in_front(address).ok());
        self.given = Some(given);
        if stream.set_nonblocking(false).is_err() {
            return true;
        }
        if let (Ok(client), Ok(server)) = (prepare(stream, WRITE), server) {
            let side = |stream| Side {
                stream,
                is_open: true,
            };
            self.links.push(Link {
                client: side(client),
                server: side(server),
            });
        }
        true
    }

    /// Carries what has come on all connections. Returns whether something has.
    fn carry(&mut self, meeting: &mut Meeting, now: Duration) -> bool {
        let mut moved = false;
        for index in 0..self.links.len() {
            for party in [Party::Server, Party::Client] {
                let Some(bytes) = self.take(index, party) else {
                    continue;
                };
                moved = true;
                self.given = Some(self.look());
                if bytes.is_empty() {
                    meeting.handle(Fact::Closed(party), now);
                    self.side(index, party.other()).finish();
                } else {
                    // The other side may have gone; reading from it notices.
                    let _ = self.side(index, party.other()).stream.write_all(&bytes);
                    meeting.handle(Fact::Said(party, bytes), now);
                }
            }
        }
        moved
    }

    fn side(&mut self, index: usize, party: Party) -> &mut Side {
        let link = &mut self.links[index];
        match party {
            Party::Server => &mut link.server,
            Party::Client => &mut link.client,
        }
    }

    /// What has come from this side; nothing at all for its end.
    fn take(&mut self, index: usize, party: Party) -> Option<Vec<u8>> {
        let side = self.side(index, party);
        if !side.is_open || !readable(&side.stream, Some(Duration::ZERO)).unwrap_or(true) {
            return None;
        }
        let mut buffer = [0; 4096];
        match side.stream.read(&mut buffer) {
            Ok(count) if count > 0 => Some(buffer[..count].to_vec()),
            _ => {
                side.is_open = false;
                Some(Vec::new())
            }
        }
    }

    /// What the client has printed since it was last given a line.
    fn asked(&self) -> String {
        if let Some(program) = &self.client {
            program.catch_up();
        }
        self.log.look(|trace| {
            let typed = |event: &Event| matches!(event, Event::Typed(_));
            let last = trace.moments.iter().rposition(|it| typed(&it.event));
            trace.printed_since(last.map_or(0, |last| last + 1))
        })
    }

    fn type_for(&mut self, asked: &str, number: i64) {
        let (server, given) = (self.address(), self.look());
        if let Some(program) = &self.client {
            program.type_line(&Prompt::by(asked).answer(server, number));
        }
        (self.given, self.quiet, self.last) = (Some(given), Instant::now(), None);
    }

    /// Tells of errors that the programs have printed.
    fn faults(&self, meeting: &mut Meeting, now: Duration) {
        let server = (Party::Server, self.target.program(), &self.target.log);
        for (party, program, log) in [server, (Party::Client, self.client.as_ref(), &self.log)] {
            if let Some(program) = program {
                program.catch_up();
            }
            let printed = log.look(|trace| trace.printed_since(0));
            let ended = program.and_then(Program::ended);
            if let Some(fault) = fault(&printed, ended, self.sources.of(party)) {
                meeting.handle(Fact::Failed(party, fault), now);
            }
        }
    }
}

impl Side {
    /// Nothing more will be sent to this side.
    fn finish(&self) {
        // It may be gone.
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
