//! How the server speaks: the learner of dialects plays with it.
//!
//! The learner waits by the clock for what may still come. Of a program that is watched it is known
//! when nothing more can come: then the clock that the learner sees is put forward, and a silence
//! costs no time.

use std::time::{Duration, Instant};

use crate::dialect::{Dialect, LearnError, Learner, Played, Wish, explain};
use crate::encounter::{Wire, drive};
use crate::program::{Activity, Waits};
use crate::session::{Connection, Target};

/// Games that are played to learn, at most. One is enough unless chance ends it before both hints
/// were heard: the other one would be taken at its word, and `+` or `-` is used either way round.
const GAMES: u32 = 4;
/// The search for a way to be understood, by the learner's clock. Half of it for a server that
/// never says anything.
const PATIENCE: Duration = Duration::from_secs(40);
/// All of it ends in this time, by the wall's clock.
const WALL: Duration = Duration::from_secs(25);
/// The longest wait for bytes in one go.
const BEAT: Duration = Duration::from_millis(250);
/// Between two looks at a program.
const LOOK: Duration = Duration::from_millis(4);
/// A program that is given something and does not move in this time takes no notice of it.
const UNMOVED: Duration = Duration::from_millis(250);

/// What was learned.
#[derive(Debug)]
pub struct Learned {
    /// How it speaks.
    pub dialect: Dialect,
    /// The games that were played to learn.
    pub played: Vec<Played>,
    /// Which start of the program they were played in.
    pub start: usize,
    /// How the learner's game ended.
    pub outcome: Result<(), LearnError>,
    /// The first messages that were tried, in their order, without repetitions.
    pub tried: Vec<Attempt>,
    /// What it said last.
    pub heard: Vec<u8>,
}

impl Learned {
    /// The last game that was won.
    pub fn won(&self) -> Option<&Played> {
        self.played.iter().rfind(|game| game.won)
    }

    /// What the first claim rests on that a game was won.
    pub fn rests_on(&self) -> Option<&'static str> {
        let first = self.played.iter().find_map(|game| game.basis);
        first.map(explain::basis)
    }
}

/// A message that was tried, and what came.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The message.
    pub message: Vec<u8>,
    /// What came of it.
    pub outcome: Tried,
}

impl Attempt {
    /// Whether it is a number and nothing else.
    pub fn is_plain(&self) -> bool {
        let text = self.message.trim_ascii_end();
        !text.is_empty() && text.iter().all(u8::is_ascii_digit)
    }
}

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Nothing; where the program waited then, if it was seen.
    Nothing(Option<Waits>),
    /// The server closed, without a word.
    Close,
    /// Something was said.
    Words,
}

/// A program that ends is gone in this time.
const ENDS: Duration = Duration::from_millis(600);
/// Number of starts after which a program that ends before anything is sent to it is given up.
const AT_ONCE: u32 = 2;
/// A server that sends back this number of messages, and says nothing else, plays no game.
const ECHOES: u32 = 3;
/// Messages that are told of those that were tried.
const TOLD: usize = 3;

/// Plays with the server until it is understood, or nothing is left to try.
pub fn learn(target: &mut Target) -> Learned {
    let wish = Wish {
        games: 1,
        patience: PATIENCE,
        ..Wish::default()
    };
    let mut learner = Learner::new(Dialect::default(), wish);
    let mut wire = Watched {
        target,
        began: Instant::now(),
        skipped: Duration::ZERO,
        connection: None,
        second: None,
        before: None,
        given: Instant::now(),
        ended_at_once: 0,
        tried: Vec::new(),
        current: None,
        said: Vec::new(),
        echoes: 0,
        heard: Vec::new(),
    };
    let mut outcome = drive(&mut learner, &mut wire);
    let mut played = learner.played().to_vec();
    for _ in 1..GAMES {
        if outcome.is_err() || learner.dialect().has_both_hints() {
            break;
        }
        learner = Learner::new(learner.dialect().clone(), wish);
        outcome = drive(&mut learner, &mut wire);
        played.extend_from_slice(learner.played());
    }
    wire.close();
    Learned {
        played,
        start: wire.target.starts,
        dialect: learner.dialect().clone(),
        outcome,
        tried: wire.tried,
        heard: wire.heard,
    }
}

/// Connections to a server that is watched, if it is a program of ours.
struct Watched<'a> {
    target: &'a mut Target,
    began: Instant,
    /// Time that the learner has seen pass, and nobody else.
    skipped: Duration,
    connection: Option<Connection>,
    /// The second player's.
    second: Option<Connection>,
    /// The program before it was last given something, and when that was.
    before: Option<Activity>,
    given: Instant,
    /// Times that the program ended before anything was sent to it.
    ended_at_once: u32,
    tried: Vec<Attempt>,
    /// The last of them, while nothing else was sent.
    current: Option<usize>,
    /// The last message, until something came.
    said: Vec<u8>,
    /// How often in a row the answer was the message itself.
    echoes: u32,
    heard: Vec<u8>,
}

impl Watched<'_> {
    fn look(&mut self) {
        self.before = self.target.activity();
        self.given = Instant::now();
    }

    /// The message that was sent last has this outcome, unless it has had another.
    fn came(&mut self, outcome: Tried) {
        let tried = self.current.and_then(|at| self.tried.get_mut(at));
        if let Some(tried) = tried
            && matches!(tried.outcome, Tried::Nothing(_))
        {
            tried.outcome = outcome;
        }
    }

    /// Whether nothing more will come unless something is sent.
    fn is_settled(&self) -> bool {
        let Some(program) = self.target.program() else {
            return false;
        };
        if program.ended().is_some() {
            // Its sockets have closed with it: the end is about to be read.
            return false;
        }
        let first = program.activity();
        let moved = self.before.as_ref() != Some(&first) || self.given.elapsed() >= UNMOVED;
        if !moved || !first.is_settled() {
            return false;
        }
        std::thread::sleep(LOOK);
        let connection = self.connection.as_ref();
        let arrived = connection.is_some_and(Connection::has_arrived);
        !arrived && program.activity() == first
    }
}

impl Wire for Watched<'_> {
    fn now(&self) -> Duration {
        self.began.elapsed() + self.skipped
    }

    fn is_late(&self) -> bool {
        let at_once = self.ended_at_once >= AT_ONCE;
        let is_echo = self.echoes >= ECHOES;
        at_once || is_echo || self.began.elapsed() > WALL || self.target.is_late()
    }

    fn connect(&mut self, learner: &mut Learner) {
        self.close();
        if self.target.ready().is_ok() {
            self.look();
            self.current = None;
            self.connection = self.target.connect().ok();
        }
        let now = self.now();
        match self.connection {
            Some(_) => learner.connected(now),
            None => learner.unreachable(now),
        }
    }

    fn join(&mut self) {
        self.second = self.target.connect().ok();
    }

    fn close(&mut self) {
        self.second = None;
        if let Some(connection) = self.connection.take() {
            connection.leave();
        }
    }

    fn send(&mut self, _: &mut Learner, bytes: Vec<u8>) {
        self.look();
        self.said.clone_from(&bytes);
        if let Some(connection) = &mut self.connection {
            connection.send(&bytes);
            self.target.carry(connection);
        }
        self.current = None;
        if self.tried.len() < TOLD && !self.tried.iter().any(|it| it.message == bytes) {
            self.current = Some(self.tried.len());
            self.tried.push(Attempt {
                message: bytes,
                outcome: Tried::Nothing(None),
            });
        }
    }

    fn wait(&mut self, learner: &mut Learner, until: Duration) {
        let left = until.saturating_sub(self.now());
        let ours = self.target.program().is_some();
        let Some(connection) = &mut self.connection else {
            return std::thread::sleep(left.min(BEAT));
        };
        let bytes = connection.read(if ours { LOOK } else { left.min(BEAT) });
        let closed = connection.closing.is_some();
        if !bytes.is_empty() {
            self.came(Tried::Words);
            let said = std::mem::take(&mut self.said);
            if !said.is_empty() {
                let is_echo = said.trim_ascii() == bytes.trim_ascii();
                self.echoes = if is_echo { self.echoes + 1 } else { 0 };
            }
            learner.received(self.now(), &bytes);
            self.heard = bytes;
        } else if closed {
            if self.tried.is_empty()
                && let Some(program) = self.target.program()
            {
                // One that ends closes first, and is gone a moment later.
                program.settle(None, ENDS);
                self.ended_at_once += u32::from(program.ended().is_some());
            }
            self.came(Tried::Close);
            learner.closed();
            self.close();
        } else if ours && self.is_settled() {
            let waits = self.target.activity().and_then(|it| it.telling());
            self.came(Tried::Nothing(waits));
            self.skipped += until.saturating_sub(self.now());
        }
    }
}
