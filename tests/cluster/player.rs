//! A player who plays on whatever happens: a node that is gone or silent is left for another, with
//! the code to resume. All that is said and told is written down, with its time.

use std::fmt;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use game::rules::{Key, Range, ResumeCode, RoomCode};
use game::wire::answer::{self, Read as Told};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::machines::{DOORS, door};

/// Between an answer and the next guess, in milliseconds: so many people, at so many a second, as
/// two cores carry besides all else.
const THINKS: std::ops::Range<u32> = 200..900;
/// A node that is silent for so long is left, in milliseconds.
const WAITS: std::ops::Range<u32> = 3_000..6_000;
/// Before the next node is tried.
const AGAIN: Duration = Duration::from_millis(100);

/// A message. Each gets one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    Guess(i32),
    Name(String),
    Enter(RoomCode),
    Resume(ResumeCode),
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Say::Guess(value) => write!(f, "{value}"),
            Say::Name(name) => write!(f, "NOM {name}"),
            Say::Enter(code) => write!(f, "SALLE {code}"),
            Say::Resume(code) => write!(f, "REPRENDRE {code}"),
        }
    }
}

/// A message, and what became of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub say: Say,
    pub sent: Instant,
    pub answer: Option<(Instant, String)>,
}

/// From a connection's beginning to its end.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The door: a node's, or HAProxy's.
    pub node: usize,
    pub exchanges: Vec<Exchange>,
    /// What came that nothing had been asked for.
    pub extra: Option<String>,
}

/// A seat, and all conversations that were about it.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// What proves whose it is, once an answer has told the code.
    pub key: Option<Key>,
    pub room: Option<RoomCode>,
    pub conversations: Vec<Conversation>,
}

/// What the campaign and its players know of each other.
pub struct Watch {
    pub begun: Instant,
    pub stop: AtomicBool,
    /// Milliseconds after the beginning at which each player was last answered something else than
    /// an error.
    pub answered: Vec<AtomicU64>,
}

/// Someone who plays.
pub struct Player {
    index: usize,
    rng: ChaCha8Rng,
    room: Option<RoomCode>,
    names: u32,
    possible: Range,
    pub identities: Vec<Identity>,
}

impl Player {
    /// Plays in that room, or in the hall.
    pub fn new(index: usize, room: Option<RoomCode>, seed: u64) -> Player {
        Player {
            index,
            rng: ChaCha8Rng::seed_from_u64(seed ^ (index as u64) << 32),
            room,
            names: 0,
            possible: Range::LESSON,
            identities: Vec::new(),
        }
    }

    /// Plays until it is told to stop, and gives the transcript.
    pub fn play(mut self, watch: &Watch) -> Vec<Identity> {
        let mut node = self.index % DOORS;
        while !watch.stop.load(Ordering::Relaxed) {
            if let Some(stream) = connect(node) {
                self.converse(stream, node, watch);
            }
            thread::sleep(AGAIN);
            node = (node + 1) % DOORS;
        }
        self.identities
    }

    fn converse(&mut self, stream: BufReader<TcpStream>, node: usize, watch: &Watch) {
        let key = self.identities.last().and_then(|identity| identity.key);
        if key.is_none() {
            // A seat whose code was never told is nobody's.
            self.identities.push(Identity {
                room: self.room,
                ..Identity::default()
            });
        }
        let mut line = Line {
            stream,
            kept: Conversation {
                node,
                exchanges: Vec::new(),
                extra: None,
            },
        };
        self.possible = Range::LESSON;
        if self.begin(key, &mut line, watch) {
            while !watch.stop.load(Ordering::Relaxed) {
                let pause = self.within(THINKS);
                thread::sleep(Duration::from_millis(pause.into()));
                let guess = self.guess();
                if self.ask(guess, &mut line, watch).is_none() {
                    break;
                }
            }
        }
        line.listen();
        let identity = self.identities.last_mut().expect("pushed before");
        identity.conversations.push(line.kept);
    }

    /// Sits down, or comes back. Tells whether that worked.
    fn begin(&mut self, key: Option<Key>, line: &mut Line, watch: &Watch) -> bool {
        if let Some(key) = key {
            let room = self.room;
            let code = Say::Resume(ResumeCode { room, key });
            return self.ask(code, line, watch).is_some();
        }
        if let Some(room) = self.room
            && self.ask(Say::Enter(room), line, watch).is_none()
        {
            return false;
        }
        self.names += 1;
        let name = format!("J{}n{}", self.index, self.names);
        self.ask(Say::Name(name), line, watch).is_some()
    }

    /// Says it and learns from the answer. None where the conversation is over.
    fn ask(&mut self, say: Say, line: &mut Line, watch: &Watch) -> Option<()> {
        let patience = Duration::from_millis(self.within(WAITS).into());
        let told = line.ask(&say, patience)?;
        match (&say, &told) {
            (_, Told::Error) => return None,
            (Say::Guess(value), Told::TooSmall) => self.possible.min = value + 1,
            (Say::Guess(value), Told::TooBig) => self.possible.max = value - 1,
            (_, Told::Named(Some(code)) | Told::Code(code)) => {
                self.identities.last_mut()?.key = Some(code.key);
            }
            (_, Told::Resumed { possible, .. }) => self.possible = *possible,
            _ => self.possible = Range::LESSON,
        }
        let now = watch.begun.elapsed().as_millis() as u64;
        watch.answered[self.index].store(now, Ordering::Relaxed);
        Some(())
    }

    /// In what is still possible.
    fn guess(&mut self) -> Say {
        if self.possible.min > self.possible.max {
            self.possible = Range::LESSON;
        }
        let Range { min, max } = self.possible;
        Say::Guess(min + (self.rng.next_u32() % (max - min + 1) as u32) as i32)
    }

    fn within(&mut self, range: std::ops::Range<u32>) -> u32 {
        range.start + self.rng.next_u32() % (range.end - range.start)
    }
}

/// A connection, and what is written down of it.
struct Line {
    stream: BufReader<TcpStream>,
    kept: Conversation,
}

impl Line {
    fn ask(&mut self, say: &Say, patience: Duration) -> Option<Told> {
        if !self.listen() {
            return None;
        }
        let sent = Instant::now();
        self.kept.exchanges.push(Exchange {
            say: say.clone(),
            sent,
            answer: None,
        });
        self.stream
            .get_mut()
            .write_all(format!("{say}\n").as_bytes())
            .ok()?;
        self.stream
            .get_ref()
            .set_read_timeout(Some(patience))
            .ok()?;
        let answer = read_line(&mut self.stream)?;
        let told = answer::read(answer.as_bytes());
        if matches!(told, Told::Bye | Told::Fin) {
            return None;
        }
        let exchange = self.kept.exchanges.last_mut().expect("just pushed");
        exchange.answer = Some((Instant::now(), answer));
        Some(told)
    }

    /// Whether the server still listens, and has said nothing that it was not asked.
    fn listen(&mut self) -> bool {
        let owed = |kept: &Conversation| {
            kept.exchanges
                .last()
                .is_some_and(|last| last.answer.is_none())
        };
        if owed(&self.kept) || self.stream.get_ref().set_nonblocking(true).is_err() {
            return false;
        }
        let waiting = self
            .stream
            .fill_buf()
            .map(<[u8]>::len)
            .map_err(|error| error.kind());
        let is_silent = waiting == Err(ErrorKind::WouldBlock);
        let blocks = self.stream.get_ref().set_nonblocking(false);
        if !is_silent && waiting.is_ok_and(|count| count > 0) && blocks.is_ok() {
            let line = read_line(&mut self.stream);
            let is_end =
                |line: &String| matches!(answer::read(line.as_bytes()), Told::Bye | Told::Fin);
            self.kept.extra = line.filter(|line| !is_end(line));
        }
        is_silent
    }
}

/// A connection that was greeted.
fn connect(node: usize) -> Option<BufReader<TcpStream>> {
    let stream = TcpStream::connect_timeout(&door(node), Duration::from_secs(1)).ok()?;
    stream.set_nodelay(true).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(3))).ok()?;
    stream
        .set_write_timeout(Some(Duration::from_secs(3)))
        .ok()?;
    let mut stream = BufReader::with_capacity(1024, stream);
    read_line(&mut stream)?;
    Some(stream)
}

/// A whole line, without its end.
fn read_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    stream.read_until(b'\n', &mut bytes).ok()?;
    (bytes.pop() == Some(b'\n')).then_some(())?;
    Some(String::from_utf8(bytes).expect("answers are UTF-8"))
}

/// Asks a node for its best scores, as someone who has just come.
pub fn scores(node: usize, room: Option<RoomCode>) -> Option<String> {
    let mut stream = connect(node)?;
    let mut ask = |text: String| {
        stream
            .get_mut()
            .write_all(format!("{text}\n").as_bytes())
            .ok()?;
        read_line(&mut stream)
    };
    if let Some(room) = room {
        ask(format!("SALLE {room}"))?;
    }
    let told = ask("SCORES".to_owned())?;
    // Who has taken a seat leaves it.
    ask("FIN".to_owned())?;
    // Before the best stands what only this player has.
    let (_, best) = told.split_once("Les meilleurs")?;
    Some(best.to_owned())
}
