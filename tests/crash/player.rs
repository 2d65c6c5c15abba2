//! A player who says things at random, as fast as the server answers, and remembers all of it.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use game::rules::{Key, Range, ResumeCode, RoomCode, RoomId};
use game::wire::answer::{self, Read as Told};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::common::{Server, connect};

/// The shared rooms of every server here, as `--room` takes them.
pub const ROOMS: [(&str, &str); 2] = [("COURSE", "course"), ("CLASSE", "solo")];

/// A message. Each gets one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    Guess(i32),
    Name(String),
    /// A shared room, or none for the public hall.
    Enter(Option<RoomCode>),
    Resume(ResumeCode),
    Code,
    Scores,
    Proof,
    Wrong(&'static str),
    End,
}

impl Say {
    /// Whether the journal gets an entry for it. The others are answered without one, and `FIN`
    /// is told by the seat being gone.
    pub fn is_journaled(&self) -> bool {
        matches!(
            self,
            Say::Guess(_) | Say::Name(_) | Say::Enter(_) | Say::Resume(_)
        )
    }
}

impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Say::Guess(value) => write!(f, "{value}"),
            Say::Name(name) => write!(f, "NOM {name}"),
            Say::Enter(None) => f.write_str("SALLE HALL"),
            Say::Enter(Some(code)) => write!(f, "SALLE {code}"),
            Say::Resume(code) => write!(f, "REPRENDRE {code}"),
            Say::Code => f.write_str("REPRENDRE"),
            Say::Scores => f.write_str("SCORES"),
            Say::Proof => f.write_str("PREUVE"),
            Say::Wrong(text) => f.write_str(text),
            Say::End => f.write_str("FIN"),
        }
    }
}

/// How a client marks the end of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// By a newline; several messages may be on their way.
    Lines,
    /// By waiting for the answer, as the lesson's client does.
    None,
}

/// A player of the campaign, from one start of the server to the next.
pub struct Player {
    pub framing: Framing,
    /// What proves who it is, once an answer has told the code.
    pub key: Option<Key>,
    /// Where it plays, as far as it was told: a shared room, or the public hall.
    pub room: Option<RoomCode>,
    /// Messages since the server's start, in order.
    pub said: Vec<Say>,
    /// The answers to the first of them.
    pub answers: Vec<String>,
    /// Whether the server ended the conversation with the words that the protocol has for it.
    pub dismissed: bool,
    stream: Option<BufReader<TcpStream>>,
    rng: ChaCha8Rng,
    names: u32,
    possible: Range,
}

impl Player {
    /// Someone who has never played. What it says is decided by the seed alone.
    pub fn new(framing: Framing, seed: u64) -> Player {
        Player {
            framing,
            key: None,
            room: None,
            said: Vec::new(),
            answers: Vec::new(),
            dismissed: false,
            stream: None,
            rng: ChaCha8Rng::seed_from_u64(seed),
            names: 0,
            possible: Range::LESSON,
        }
    }

    /// Becomes someone who has never played.
    pub fn forget_seat(&mut self) {
        self.key = None;
        self.room = None;
    }

    /// The seat's code in that room.
    pub fn code(&self, room: Option<RoomCode>) -> Option<ResumeCode> {
        let key = self.key?;
        Some(ResumeCode { room, key })
    }

    /// The fold that a room is, for this player.
    pub fn room_id(&self, room: Option<RoomCode>) -> Option<RoomId> {
        self.code(room).map(|code| code.room_id())
    }

    /// The messages that have had no answer.
    pub fn unanswered(&self) -> &[Say] {
        &self.said[self.answers.len()..]
    }

    /// Connects and reads the greeting.
    pub fn connect(&mut self, server: &Server) {
        self.said.clear();
        self.answers.clear();
        self.dismissed = false;
        self.possible = Range::LESSON;
        let mut stream = BufReader::new(connect(server.text));
        let mut greeting = String::new();
        stream.read_line(&mut greeting).expect("a greeting in time");
        self.stream = Some(stream);
    }

    /// Says one thing and reads the answer; none where the server is gone.
    pub fn ask(&mut self, say: Say) -> Option<String> {
        self.exchange(vec![say])
            .then(|| self.answers.last().cloned().expect("just read"))
    }

    /// Plays until the server is gone, or until it has said `FIN` itself.
    pub fn play(&mut self) {
        loop {
            let burst = self.think();
            let is_last = burst.contains(&Say::End);
            if !self.exchange(burst) || is_last {
                return;
            }
        }
    }

    /// Says so many things, and must be answered each time.
    pub fn play_unhurt(&mut self, bursts: u32) {
        for _ in 0..bursts {
            let burst = self.think();
            let is_last = burst.contains(&Say::End);
            assert!(
                self.exchange(burst),
                "expected: an answer in time to {:?}; got: none, after {:?} and {:?}",
                self.unanswered(),
                self.said,
                self.answers
            );
            if is_last {
                return;
            }
        }
    }

    /// Whether something came unasked: only the end does.
    fn has_heard(&self) -> bool {
        let stream = self.stream.as_ref().expect("connected before it plays");
        let socket = stream.get_ref();
        socket.set_nonblocking(true).expect("a socket");
        let came = socket.peek(&mut [0]).is_ok_and(|count| count > 0);
        socket.set_nonblocking(false).expect("a socket");
        came || !stream.buffer().is_empty()
    }

    /// Says all that at once, then reads the answers. False when the server is gone.
    fn exchange(&mut self, burst: Vec<Say>) -> bool {
        // What is written to a server that has gone takes its farewell away before it is read.
        if self.has_heard() {
            let farewell = self.read().map(|said| answer::read(said.as_bytes()));
            self.dismissed = matches!(farewell, Some(Told::Bye | Told::Fin));
            return false;
        }
        let mut text = String::new();
        for say in &burst {
            text.push_str(&say.to_string());
            if self.framing == Framing::Lines {
                text.push('\n');
            }
        }
        self.said.extend(burst.iter().cloned());
        let stream = self.stream.as_mut().expect("connected before it plays");
        // A server that is gone takes nothing, but may have answered: reading tells.
        let _ = stream.get_mut().write_all(text.as_bytes());
        for say in burst {
            let Some(answer) = self.read() else {
                return false;
            };
            let told = answer::read(answer.as_bytes());
            if matches!(told, Told::Bye | Told::Fin) && say != Say::End {
                self.dismissed = true;
                return false;
            }
            self.learn(&say, &told);
            self.answers.push(answer);
        }
        true
    }

    /// One answer. What came of it before a crash is none.
    fn read(&mut self) -> Option<String> {
        let stream = self.stream.as_mut()?;
        let mut bytes = Vec::new();
        match self.framing {
            Framing::Lines => {
                stream.read_until(b'\n', &mut bytes).ok()?;
                (bytes.pop() == Some(b'\n')).then_some(())?;
            }
            Framing::None => {
                let mut buffer = [0; 1024];
                let count = stream.get_mut().read(&mut buffer).ok()?;
                (count > 0).then(|| bytes.extend_from_slice(&buffer[..count]))?;
            }
        }
        Some(String::from_utf8(bytes).expect("answers are UTF-8"))
    }

    fn learn(&mut self, say: &Say, told: &Told) {
        match (say, told) {
            (Say::Guess(value), Told::TooSmall) => self.possible.min = value + 1,
            (Say::Guess(value), Told::TooBig) => self.possible.max = value - 1,
            (_, Told::Named(Some(code)) | Told::Code(code)) => self.key = Some(code.key),
            (_, Told::Resumed { possible, .. }) => self.possible = *possible,
            _ => self.possible = Range::LESSON,
        }
        if let Say::Enter(room) = say {
            self.room = *room;
        }
    }

    /// What to say next.
    fn think(&mut self) -> Vec<Say> {
        if self.key.is_none() {
            return vec![self.new_name()];
        }
        let one = match self.below(100) {
            0..70 => return self.guesses(),
            70..75 => self.new_name(),
            75..80 => Say::Scores,
            80..84 => Say::Proof,
            84..88 => Say::Code,
            88..91 => Say::Wrong("douze"),
            91..93 => Say::Wrong("101"),
            93..97 => return self.in_one_breath(),
            97..99 => self.another_room(),
            _ if self.framing == Framing::Lines => Say::End,
            _ => Say::Scores,
        };
        vec![one]
    }

    fn guesses(&mut self) -> Vec<Say> {
        let most = match self.framing {
            Framing::Lines => 12,
            Framing::None => 1,
        };
        let count = 1 + self.below(most);
        (0..count).map(|_| self.guess()).collect()
    }

    /// All kinds behind each other: answers keep their turn.
    fn in_one_breath(&mut self) -> Vec<Say> {
        if self.framing == Framing::None {
            return vec![self.another_room()];
        }
        let [first, second, third, last] = std::array::from_fn(|_| self.guess());
        vec![
            first,
            Say::Scores,
            second,
            self.another_room(),
            third,
            self.new_name(),
            Say::Proof,
            last,
        ]
    }

    /// In what is still possible; anything where guesses on their way have made that empty.
    fn guess(&mut self) -> Say {
        let Range { min, max } = self.possible;
        if min > max {
            self.possible = Range::LESSON;
            return self.guess();
        }
        let among = (max - min + 1) as u32;
        Say::Guess(min + self.below(among) as i32)
    }

    /// A name that nobody else in the campaign ever has.
    fn new_name(&mut self) -> Say {
        self.names += 1;
        Say::Name(format!("J{}n{}", self.rng.next_u32(), self.names))
    }

    fn another_room(&mut self) -> Say {
        let shared = ROOMS.map(|(code, _)| code.parse().ok());
        let mut others = vec![None, shared[0], shared[1]];
        others.retain(|room| *room != self.room);
        Say::Enter(others[self.below(2) as usize])
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.rng.next_u32() % bound
    }
}
