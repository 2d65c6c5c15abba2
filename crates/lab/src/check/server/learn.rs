//! How the server speaks: the learner of dialects plays with it.
//!
//! The learner waits by the clock for what may still come. Of a program that is watched it is known
//! when nothing more can come: then the clock that the learner sees is put forward, and a silence
//! costs no time.

use std::time::{Duration, Instant};

use super::line::Line;
use super::target::Target;
use crate::dialect::{Action, Dialect, LearnError, Learner, Wish};
use crate::program::{Activity, Waits};

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
    /// How the learner's game ended.
    pub outcome: Result<(), LearnError>,
    /// The first messages that were tried, in their order, without repetitions.
    pub tried: Vec<Attempt>,
    /// What it said last.
    pub heard: Vec<u8>,
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

/// Messages that are told of those that were tried.
const TOLD: usize = 3;

/// Plays with the server until it is understood, or nothing is left to try.
pub fn learn(target: &mut Target) -> Learned {
    let wish = Wish {
        games: 1,
        patience: PATIENCE,
        ..Wish::default()
    };
    let mut driver = Driver {
        learner: Learner::new(Dialect::default(), wish),
        began: Instant::now(),
        skipped: Duration::ZERO,
        line: None,
        before: None,
        given: Instant::now(),
        tried: Vec::new(),
        current: None,
        heard: Vec::new(),
    };
    let mut games = 1;
    let outcome = loop {
        if driver.began.elapsed() > WALL || target.is_late() {
            break Err(LearnError::TooLong);
        }
        match driver.learner.next(driver.now()) {
            Action::Connect => driver.connect(target),
            Action::Close => driver.leave(),
            Action::Send(bytes) => driver.send(target, &bytes),
            Action::Wait(until) => driver.wait(target, until),
            Action::Done(Ok(())) if games < GAMES && !driver.learner.dialect().has_both_hints() => {
                games += 1;
                driver.learner = Learner::new(driver.learner.dialect().clone(), wish);
            }
            Action::Done(outcome) => break outcome,
        }
    };
    driver.leave();
    Learned {
        dialect: driver.learner.dialect().clone(),
        outcome,
        tried: driver.tried,
        heard: driver.heard,
    }
}

struct Driver {
    learner: Learner,
    began: Instant,
    /// Time that the learner has seen pass, and nobody else.
    skipped: Duration,
    line: Option<Line>,
    /// The program before it was last given something, and when that was.
    before: Option<Activity>,
    given: Instant,
    tried: Vec<Attempt>,
    /// The last of them, while nothing else was sent.
    current: Option<usize>,
    heard: Vec<u8>,
}

impl Driver {
    fn now(&self) -> Duration {
        self.began.elapsed() + self.skipped
    }

    fn connect(&mut self, target: &mut Target) {
        self.leave();
        let line = target.ready().ok().and_then(|()| {
            self.look(target);
            self.current = None;
            target.connect().ok()
        });
        let now = self.now();
        match line {
            Some(_) => self.learner.connected(now),
            None => self.learner.unreachable(now),
        }
        self.line = line;
    }

    fn look(&mut self, target: &Target) {
        self.before = target.activity();
        self.given = Instant::now();
    }

    fn leave(&mut self) {
        if let Some(line) = self.line.take() {
            line.leave();
        }
    }

    fn send(&mut self, target: &Target, bytes: &[u8]) {
        self.look(target);
        if self.tried.len() < TOLD && !self.tried.iter().any(|it| it.message == bytes) {
            self.tried.push(Attempt {
                message: bytes.to_vec(),
                outcome: Tried::Nothing(None),
            });
            self.current = Some(self.tried.len() - 1);
        } else {
            self.current = None;
        }
        if let Some(line) = &mut self.line {
            line.send(bytes);
            target.carry(line);
        }
    }

    fn wait(&mut self, target: &Target, until: Duration) {
        let left = until.saturating_sub(self.now());
        let ours = target.program().is_some();
        let Some(line) = &mut self.line else {
            return std::thread::sleep(left.min(BEAT));
        };
        let wait = if ours { LOOK } else { left.min(BEAT) };
        let bytes = line.read(wait);
        let closed = line.closing.is_some();
        if !bytes.is_empty() {
            let now = self.now();
            self.came(Tried::Words);
            self.heard.clone_from(&bytes);
            self.learner.received(now, &bytes);
        } else if closed {
            self.came(Tried::Close);
            self.learner.closed();
            self.leave();
        } else if ours && self.is_settled(target) {
            let waits = target.activity().and_then(|it| it.telling());
            self.came(Tried::Nothing(waits));
            self.skipped += until.saturating_sub(self.now());
        }
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
    fn is_settled(&mut self, target: &Target) -> bool {
        let Some(program) = target.program() else {
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
        let arrived = self.line.as_ref().is_some_and(|line| line.has_arrived());
        !arrived && program.activity() == first
    }
}
