//! Players with a will of their own: they join, guess, go from room to room, vanish and come back.
//! Each keeps what it sent and what it was told, and holds the server to the protocol's turns.

use std::collections::VecDeque;

use game::rules::{PlayerId, ResumeCode};
use game::wire::answer::{Read, read};

use super::world::{Event, World};

/// What a message was, so that its answer can be judged.
#[derive(Clone, Debug)]
pub enum Asked {
    Greeting,
    Guess,
    Code,
    Resume,
    Room(String),
    Other,
}

/// One connection's guesses and their answers, in order: a part of what the journal must explain.
#[derive(Debug)]
pub struct Transcript {
    pub player: PlayerId,
    /// In which room.
    pub room: String,
    /// Guesses that were sent.
    pub sent: Vec<i32>,
    /// Answers to them, as they came.
    pub answers: Vec<Vec<u8>>,
    /// What `REPRENDRE` said when it came back here: the last guess that the journal had.
    pub resumed: Option<Option<i32>>,
}

/// One player.
#[derive(Debug)]
pub struct Player {
    lines: bool,
    /// Messages that a line client sends without waiting.
    pipeline: u64,
    conn: Option<usize>,
    asked: VecDeque<Asked>,
    buffer: Vec<u8>,
    /// The code of the seat, and the ones to try first after a broken move.
    codes: Vec<String>,
    tried: usize,
    actions: u64,
    /// Seats that it asked for on connections that broke before the answer: a node that was stopped may
    /// claim one later, and then shows out whoever has come back elsewhere meanwhile.
    unheard: u32,
    pub transcripts: Vec<Transcript>,
    /// Messages sent and answers got on the present connection.
    pub turns: (u64, u64),
    trace: Vec<u8>,
}

const ROOMS: [&str; 4] = ["SOLO", "RACE", "TV", "HALL"];

impl Player {
    pub fn new(lines: bool, pipeline: u64, actions: u64) -> Player {
        Player {
            lines,
            pipeline,
            conn: None,
            asked: VecDeque::new(),
            buffer: Vec::new(),
            codes: Vec::new(),
            tried: 0,
            actions,
            unheard: 0,
            transcripts: Vec::new(),
            turns: (0, 0),
            trace: Vec::new(),
        }
    }

    /// All bytes that it was ever sent.
    pub fn trace(&self) -> &[u8] {
        &self.trace
    }

    /// Whether it has done all it wanted and was answered.
    pub fn is_done(&self) -> bool {
        self.actions == 0 && self.asked.is_empty() && self.conn.is_some()
    }

    /// Does something, if it may.
    pub fn act(&mut self, me: usize, world: &mut World) {
        let Some(conn) = self.conn else {
            self.conn = Some(world.connect(me));
            self.asked = VecDeque::from([Asked::Greeting]);
            self.turns = (1, 0);
            self.buffer.clear();
            self.tried = 0;
            return;
        };
        // A connection may break while a seat is being taken, too.
        let greeted = !matches!(self.asked.front(), Some(Asked::Greeting));
        if greeted && self.actions > 0 && self.is_moving() && world.below(20) == 0 {
            return self.vanish(me, world);
        }
        let depth = if self.lines { self.pipeline } else { 1 };
        let free = (self.asked.len() as u64) < depth && !self.is_moving();
        if free && self.actions > 0 {
            self.actions -= 1;
            match world.below(40) {
                0 if !self
                    .asked
                    .iter()
                    .any(|asked| matches!(asked, Asked::Greeting)) =>
                {
                    return self.vanish(me, world);
                }
                1 if self.asked.is_empty() => {
                    let room = ROOMS[world.below(4) as usize].to_owned();
                    self.say(conn, &format!("SALLE {room}"), Asked::Room(room), world);
                }
                2 => self.say(conn, "SCORES", Asked::Other, world),
                3 => self.say(conn, "abc", Asked::Other, world),
                4 => self.say(conn, "PREUVE", Asked::Other, world),
                5 if self.asked.is_empty() => self.say(conn, "NOM Zoé", Asked::Other, world),
                _ => {
                    let guess = 1 + world.below(100) as i32;
                    if let Some(transcript) = self.transcripts.last_mut() {
                        transcript.sent.push(guess);
                    }
                    self.say(conn, &guess.to_string(), Asked::Guess, world);
                }
            }
        }
        let pause = 1 + world.below(40);
        world.after(pause, Event::Act { client: me });
    }

    /// Until it knows where it sits nothing else is sent, so that each guess has its room.
    fn is_moving(&self) -> bool {
        let moves = |asked: &Asked| !matches!(asked, Asked::Guess | Asked::Other);
        self.asked.iter().any(moves)
    }

    fn say(&mut self, conn: usize, text: &str, asked: Asked, world: &mut World) {
        let newline = if self.lines { "\n" } else { "" };
        // Until its first newline a line client can't be told from an unframed one.
        let whole = !self.lines || self.turns.0 == 1;
        world.send(conn, format!("{text}{newline}").as_bytes(), whole);
        self.asked.push_back(asked);
        self.turns.0 += 1;
    }

    fn vanish(&mut self, me: usize, world: &mut World) {
        if let Some(conn) = self.conn.take() {
            world.cut(conn);
        }
        self.doubts();
        self.asked.clear();
        let pause = world.below(100);
        world.after(pause, Event::Act { client: me });
    }

    /// One send of the server, or the end of the connection.
    pub fn receive(&mut self, me: usize, conn: usize, bytes: &[u8], world: &mut World) {
        if self.conn != Some(conn) {
            return;
        }
        if bytes.is_empty() {
            self.conn = None;
            self.doubts();
            self.asked.clear();
            let pause = world.below(100);
            return world.after(pause, Event::Act { client: me });
        }
        self.trace.extend_from_slice(bytes);
        let greeting = matches!(self.asked.front(), Some(Asked::Greeting));
        if !self.lines && !greeting {
            // One send is one answer, and has no newline.
            assert!(
                !bytes.contains(&b'\n'),
                "an unframed client got {:?}",
                bytes.escape_ascii()
            );
            return self.answer(me, conn, bytes, world);
        }
        self.buffer.extend_from_slice(bytes);
        while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            self.answer(me, conn, &line[..end], world);
        }
    }

    fn answer(&mut self, me: usize, conn: usize, line: &[u8], world: &mut World) {
        let text = String::from_utf8_lossy(line).into_owned();
        let read = read(line);
        if (matches!(read, Read::Bye) || line == b"FIN") && self.unheard > 0 && world.is_shared() {
            self.unheard -= 1;
            self.buffer.clear();
            return self.vanish(me, world);
        }
        self.turns.1 += 1;
        let Some(asked) = self.asked.pop_front() else {
            panic!("player {me} was told {text:?} out of turn");
        };
        match (asked, read) {
            (Asked::Greeting, Read::Greeting(_)) => {
                self.come_back(conn, world);
                world.after(1, Event::Act { client: me });
            }
            (Asked::Guess, Read::Error) => {
                assert!(text.contains("en pause"), "a guess was refused: {text}");
                let transcript = self.transcripts.last_mut().expect("it sits somewhere");
                transcript.sent.remove(transcript.answers.len());
            }
            (Asked::Room(_), Read::Error) if text.contains("ne laisse plus entrer") => {}
            (Asked::Guess, _) => {
                let transcript = self.transcripts.last_mut().expect("it sits somewhere");
                transcript.answers.push(line.to_vec());
            }
            (Asked::Code, Read::Code(code)) => self.sits(code, None),
            (Asked::Resume, Read::Resumed { last, .. }) => {
                let code = self.codes[self.tried].clone();
                let code = code.parse().expect("a code that the server gave");
                self.sits(code, Some(last.map(|(value, _)| value)));
            }
            (Asked::Resume, Read::Error) => {
                self.tried += 1;
                assert!(
                    self.tried < self.codes.len(),
                    "a seat is lost: {:?}, {text}",
                    self.codes
                );
                self.come_back(conn, world);
            }
            (Asked::Room(room), Read::Entered(_)) => self.enters(&room, None),
            // A broken move left a seat there.
            (Asked::Room(room), Read::Resumed { last, .. }) => {
                self.enters(&room, Some(last.map(|(value, _)| value)));
            }
            (Asked::Other, _) => {}
            (asked, read) => panic!("{asked:?} was answered {read:?}: {text}"),
        }
    }

    /// Asks for the seat it had, or for a code to the one it gets.
    fn come_back(&mut self, conn: usize, world: &mut World) {
        match self.codes.get(self.tried).cloned() {
            Some(code) => {
                self.say(conn, &format!("REPRENDRE {code}"), Asked::Resume, world);
            }
            None => self.say(conn, "REPRENDRE", Asked::Code, world),
        }
    }

    fn enters(&mut self, room: &str, resumed: Option<Option<i32>>) {
        let old: ResumeCode = self.codes[0].parse().expect("a code that the server gave");
        let code = ResumeCode {
            room: room.parse().ok(),
            ..old
        };
        if code != old {
            self.sits(code, resumed);
        }
    }

    fn sits(&mut self, code: ResumeCode, resumed: Option<Option<i32>>) {
        self.codes = vec![code.to_string()];
        self.tried = 0;
        self.transcripts.push(Transcript {
            player: code.key.player(),
            room: code.room.map_or("HALL".to_owned(), |room| room.to_string()),
            sent: Vec::new(),
            answers: Vec::new(),
            resumed,
        });
    }

    /// A move whose answer may be lost: either room may have the seat.
    fn doubts(&mut self) {
        self.unheard += u32::from(self.is_moving());
        for asked in &self.asked {
            if let Asked::Room(room) = asked
                && let Some(old) = self
                    .codes
                    .first()
                    .and_then(|c| c.parse::<ResumeCode>().ok())
            {
                let code = ResumeCode {
                    room: room.parse().ok(),
                    ..old
                };
                if code != old {
                    self.codes = vec![code.to_string(), old.to_string()];
                }
            }
        }
    }
}
