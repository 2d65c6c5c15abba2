//! One conversation after another with an unknown server: when an answer is complete, and what it
//! is an answer to. What comes of it is told in [`opening`], [`guessing`], [`proof`], [`ending`], and in
//! [`search`] where nothing was understood.

mod ending;
mod guessing;
mod inbox;
mod opening;
mod patience;
mod proof;
mod search;

use std::collections::VecDeque;
use std::time::Duration;

use super::game::Game;
use super::question::Question;
use super::strategy::Strategy;
use super::text::Heard;
use super::way::{self, Way};
use super::{Belief, Dialect, Meaning};
use game::rules::Range;
use inbox::Inbox;
pub use patience::GAME_TIME;
use patience::{ANSWER_SURELY, ANSWER_TIME, APART};

/// Bytes of one answer. A game's answer is a line; this is a page of text.
const ANSWER_BYTES: usize = 64 * 1024;
/// Tries to connect again to a server that is gone…
const UNREACHABLE: u32 = 4;
/// …and the pause before the first of them.
const PAUSE: Duration = Duration::from_millis(250);
/// Answers that were cut off because they did not end.
const ENDLESS: u32 = 3;
/// Conversations in search of a way to be understood.
const CONVERSATIONS: u32 = 24;
/// Messages in a row that were not judged.
const MISSES: u32 = 40;
/// Times that a game may be begun anew because its answers contradict each other.
const RESTARTS: u32 = 3;
/// What is said to a server that takes a message before the first guess without having asked.
const UNASKED: &str = "50";
/// Such messages.
const SWALLOWED: u32 = 3;
/// Guesses in one game.
const TRIES: u32 = 100_000;

/// What is wanted of a server.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// How many games.
    pub games: u32,
    /// How to guess once the hints are understood.
    pub strategy: Strategy,
    /// Where chance comes from.
    pub seed: u64,
    /// How long to look for a way to be understood, before the first guess is judged.
    pub patience: Duration,
}

impl Default for Wish {
    fn default() -> Self {
        Wish {
            games: 1,
            strategy: Strategy::Bisect,
            seed: 0,
            patience: Duration::from_secs(60),
        }
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect, and leave any connection that is there; then [`Learner::connected`] or [`Learner::unreachable`].
    Connect,
    /// Close the connection.
    Close,
    /// Send these bytes, in one go.
    Send(Vec<u8>),
    /// Wait for bytes or a close, until then at most.
    Wait(Duration),
    /// All is done, or can't be.
    Done(Outcome),
}

/// How it ended.
pub type Outcome = Result<(), Stop>;

/// Why the games were not played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It never said anything.
    Silent,
    /// It closes the connection without an answer.
    Closes,
    /// It answered, but no way was found to be judged: its last answer.
    NotUnderstood(String),
    /// Its hints contradict each other.
    Contradiction,
    /// It sends without an end.
    Floods,
    /// The game did not end in time.
    TooLong,
    /// It can't be reached any more.
    Gone,
}

/// A game that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Whether it was won.
    pub won: bool,
    /// Guesses that were judged.
    pub tries: u32,
    /// Of these, the guesses at an end of the range to learn the direction.
    pub calibrations: u32,
    /// The range that it was played in.
    pub range: Range,
    /// The number, if it was won.
    pub number: Option<i64>,
}

/// What the next answer is an answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// Nothing: a greeting may come.
    Nothing,
    /// A word that opens the conversation, or one that was not asked for.
    Words,
    Reply(Question),
    Guess(i64),
    /// The guess that seems to have won, again: a hint would be the same as before.
    Proof(i64),
    /// The game is over; what comes tells what the server does then.
    Over,
    /// The last reply of all.
    Farewell,
}

/// Where the learner is.
#[derive(Debug)]
enum Phase {
    /// Without a connection that is good for anything, until it is time for another one.
    Apart(Duration),
    Connecting,
    Talking(Sent),
    Leaving(Outcome),
    Done(Outcome),
}

/// An answer that is complete, or a silence.
#[derive(Debug)]
struct Turn {
    now: Duration,
    bytes: Vec<u8>,
    heard: Heard,
    /// Whether the server has closed behind it.
    closed: bool,
}

impl Turn {
    fn not_understood(&self) -> Stop {
        Stop::NotUnderstood(self.heard.sample.clone())
    }

    /// The same moment, and nothing said.
    fn silence(&self) -> Turn {
        Turn {
            now: self.now,
            bytes: Vec::new(),
            heard: Heard::default(),
            closed: false,
        }
    }
}

/// What is true of one conversation only.
#[derive(Debug, Default)]
struct Talk {
    /// Words that are still to be said before the first guess.
    preamble: VecDeque<String>,
    /// Whether a guess was judged.
    judged: bool,
    /// Whether anything was said to a guess.
    answered: bool,
    /// What was taken for a greeting, and the guess that it answers: if it is said again, it judged.
    greeting: Option<(i64, Heard)>,
    /// Guesses that were made again to prove a win.
    proofs: u32,
    /// Whether a guess was asked for.
    prompted: bool,
    /// Guesses in a row that nothing was said to.
    silences: u32,
    /// Guesses that only a prompt was said to: they were taken for something else.
    swallowed: u32,
    /// Tries that the server has said are left.
    left: Option<u32>,
    /// Games that are over.
    games: u32,
}

/// The learner.
#[derive(Debug)]
pub struct Learner {
    dialect: Dialect,
    wish: Wish,
    phase: Phase,
    /// What is to be sent now.
    outbox: Option<Vec<u8>>,
    inbox: Inbox,
    talk: Talk,
    /// How guesses are sent, and the ways that were not tried yet.
    way: Way,
    ways: VecDeque<Way>,
    game: Game,
    played: Vec<Played>,
    /// When this game began, or the search for a way to play.
    began: Duration,
    conversations: u32,
    /// Tries to connect, in a row, that failed.
    unreachable: u32,
    /// Messages in a row that were not judged, whatever the connection.
    misses: u32,
    /// Times that this game was begun anew.
    restarts: u32,
    /// Answers that did not end.
    endless: u32,
    /// Why the last conversation failed.
    failed: Stop,
    chance: u64,
}

impl Learner {
    /// Before the first connection. `prior` is what is known already: usually nothing.
    pub fn new(prior: Dialect, wish: Wish) -> Learner {
        let mut ways: VecDeque<Way> = way::all().into();
        let way = prior.way.clone().or_else(|| ways.pop_front());
        Learner {
            game: Game::new(wish.strategy, prior.range),
            dialect: prior,
            wish,
            phase: Phase::Apart(Duration::ZERO),
            outbox: None,
            inbox: Inbox::default(),
            talk: Talk::default(),
            way: way.expect("there are several ways"),
            ways,
            played: Vec::new(),
            began: Duration::ZERO,
            conversations: 0,
            unreachable: 0,
            misses: 0,
            restarts: 0,
            endless: 0,
            failed: Stop::Silent,
            chance: wish.seed,
        }
    }

    /// What is known of the server's dialect.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// What each answer is taken to mean, and why.
    pub fn beliefs(&self) -> Vec<Belief> {
        self.dialect.answers.iter().map(Belief::from).collect()
    }

    /// What this answer means, if anything is known or its words say.
    pub fn meaning_of(&self, text: &[u8]) -> Option<Meaning> {
        self.dialect.meaning_of(text)
    }

    /// The games that are over.
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// A connection is there.
    pub fn connected(&mut self, now: Duration) {
        if self.conversations == 0 {
            self.began = now;
        }
        self.conversations += 1;
        self.unreachable = 0;
        // What was taken once, before anything was judged, was a number.
        let unasked = std::iter::repeat_n(UNASKED.to_owned(), self.dialect.unasked as usize);
        self.talk = Talk {
            preamble: self.way.opening.iter().cloned().chain(unasked).collect(),
            ..Talk::default()
        };
        self.outbox = None;
        self.phase = Phase::Talking(Sent::Nothing);
        self.inbox.clear(now);
    }

    /// There is no connection to be had.
    pub fn unreachable(&mut self, now: Duration) {
        self.unreachable += 1;
        // A server that starts anew after each game needs a moment.
        self.phase = match self.conversations > 0 && self.unreachable < UNREACHABLE {
            true => Phase::Apart(now + PAUSE * self.unreachable),
            false => Phase::Done(Err(Stop::Gone)),
        };
    }

    /// Bytes have arrived.
    pub fn received(&mut self, now: Duration, bytes: &[u8]) {
        self.inbox.add(now, bytes);
    }

    /// The server has closed or reset the connection.
    pub fn closed(&mut self) {
        self.inbox.closed = true;
    }

    /// What to do now.
    pub fn next(&mut self, now: Duration) -> Action {
        loop {
            match &self.phase {
                Phase::Done(outcome) => return Action::Done(outcome.clone()),
                Phase::Leaving(outcome) => {
                    self.phase = Phase::Done(outcome.clone());
                    return Action::Close;
                }
                Phase::Apart(from) if now < *from => return Action::Wait(*from),
                Phase::Apart(_) => {
                    self.phase = Phase::Connecting;
                    return Action::Connect;
                }
                Phase::Connecting => return Action::Wait(now + ANSWER_SURELY),
                Phase::Talking(sent) => {
                    let sent = *sent;
                    if let Some(bytes) = self.outbox.take() {
                        self.inbox.clear(now);
                        return Action::Send(bytes);
                    }
                    let until = self.complete_at(sent).min(self.deadline());
                    if now < until {
                        return Action::Wait(until);
                    }
                    self.complete(now, sent);
                }
            }
        }
    }

    fn send(&mut self, sent: Sent, bytes: Vec<u8>) {
        self.phase = Phase::Talking(sent);
        self.outbox = Some(bytes);
    }

    /// An answer is complete, or did not come.
    fn complete(&mut self, now: Duration, sent: Sent) {
        let first = self.inbox.first.unwrap_or(now);
        self.endless += u32::from(now >= first + ANSWER_TIME);
        if self.inbox.floods || self.endless >= ENDLESS {
            return self.stop(Stop::Floods);
        }
        if now >= self.deadline() {
            return self.stop(match self.dialect.way.is_some() {
                true => Stop::TooLong,
                false => self.failed.clone(),
            });
        }
        self.dialect.second_read |= self.inbox.gap > APART;
        let bytes = self.inbox.take();
        let turn = Turn {
            now,
            heard: Heard::new(&bytes),
            bytes,
            closed: self.inbox.closed,
        };
        match sent {
            Sent::Nothing | Sent::Words | Sent::Reply(_) => self.opened(sent, &turn),
            Sent::Guess(guess) => self.guessed(guess, &turn),
            Sent::Proof(guess) => self.proven(guess, &turn),
            Sent::Over => self.after(&turn),
            Sent::Farewell => self.phase = Phase::Leaving(Ok(())),
        }
    }
}
