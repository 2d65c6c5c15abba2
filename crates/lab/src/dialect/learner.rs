//! The learner: one conversation after another with an unknown server, until the wanted games are
//! played. It decides when an answer is complete, what it answers, and what to do next.
//!
//! | phase | leaves it by |
//! |---|---|
//! | [`Phase::Apart`] | its time: `Connecting` |
//! | [`Phase::Connecting`] | [`Learner::connected`]: `Talking(Nothing)`; [`Learner::unreachable`]: `Apart`, at last `Done` |
//! | [`Phase::Talking`] | a complete answer: `Talking` of the next message, `Apart` for another connection, or `Leaving` |
//! | [`Phase::Leaving`] | the connection is closed: `Done` |

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use super::deduction::{Deduction, Effect};
use super::hint::{self, Reading, Trust};
use super::inbox::Inbox;
use super::learned::{AfterWin, Basis, Dialect, WinSign};
use super::meaning::Meaning;
use super::observation::{Feature, Observation};
use super::question::{self, Question};
use super::range;
use super::strategy::Strategy;
use super::text::Heard;
use super::way::{self, Ending, Form, LengthPrefix, Way};
use game::rules::Range;

/// Attempts to reconnect to a server that was reachable before.
const UNREACHABLE: u32 = 4;
/// The pause before the first attempt to reconnect; each further one waits that much longer.
const PAUSE: Duration = Duration::from_millis(250);
/// Endless answers after which the server counts as flooding.
const ENDLESS: u32 = 3;
/// Conversations in search of a way to be understood.
const CONVERSATIONS: u32 = 30;
/// Messages in a row that may go unjudged.
const MISSES: u32 = 40;
/// Times that a game may be restarted because its answers contradict each other.
const RESTARTS: u32 = 3;
/// What is sent to a server that takes a message before the first guess without having asked.
const UNASKED: &str = "50";
/// Guesses that a server may swallow before the first one that it judges.
const SWALLOWED: u32 = 3;
/// Guesses in one game.
const TRIES: u32 = 100_000;
/// Connections that are closed before a guess is judged, after which the server plays with nobody more.
const TURNED_AWAY: u32 = 2;
/// Games that seemed to be won without a proof, and are played again.
const UNPROVEN: u32 = 20;
/// Games in a row that seemed to be won at the first guess: it says the same to everybody.
const LUCK: u32 = 4;
/// What is sent where a server takes a message after a hint before the next number.
const ACKNOWLEDGEMENT: &str = "ok";
/// Times that a winning guess is repeated to prove the win. More than once, because the next game
/// may by chance have the same number.
const PROOFS: u32 = 2;

/// An answer that goes on for longer is taken as it is.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// The time in which a server that speaks first sends its greeting.
const GREETING: Duration = Duration::from_millis(600);
/// The time to wait for the first byte of an answer, while it is not known that answers come…
const ANSWER: Duration = Duration::from_millis(1_500);
/// …after a first silence…
const ANSWER_AGAIN: Duration = Duration::from_millis(800);
/// …and once answers have come.
const ANSWER_SURELY: Duration = Duration::from_secs(4);
/// The time to wait for what follows the end of a game.
const AFTER_GAME: Duration = Duration::from_millis(300);
/// The silence that ends an answer which is understood.
const QUIET: Duration = Duration::from_millis(120);
/// The silence that ends an answer which was complete before.
const QUIET_COMPLETE: Duration = Duration::from_millis(20);
/// The silence that ends one of the first two answers: a prompt may follow the hint.
const QUIET_FIRST: Duration = Duration::from_millis(300);
/// The silence that ends an answer which is not understood: the hint may come in a second read.
const QUIET_UNKNOWN: Duration = Duration::from_millis(500);
/// The silence within an answer from which it counts as sent in several calls.
const APART: Duration = Duration::from_millis(20);
/// The time in which a game must end.
pub const GAME_TIME: Duration = Duration::from_secs(120);

/// What to do with a server.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Games to play.
    pub games: u32,
    /// How to choose guesses once the hints are understood.
    pub strategy: Strategy,
    /// Seed of all random choices.
    pub seed: u64,
    /// Time to search for a way to be understood, until the first guess is judged.
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

/// What the caller must do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Close any connection, connect, then call [`Learner::connected`] or [`Learner::unreachable`].
    Connect,
    /// Close the connection.
    Close,
    /// Send these bytes in one call.
    Send(Vec<u8>),
    /// Make one more connection, as a second player, and keep it until this one is closed.
    Join,
    /// Wait for bytes or a close, at most until this time.
    Wait(Duration),
    /// Stop: the games are played, or cannot be.
    Done(Result<(), LearnError>),
}

/// Why the games were not played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LearnError {
    /// The server never sent anything.
    Silent,
    /// The server closes the connection without an answer.
    Closes,
    /// The server asks for a password. Its question.
    Password(String),
    /// The server says only whether a number is right, and has too many to try each.
    WithoutHints(Range),
    /// The server played, and takes no notice of the next player.
    Stuck,
    /// The server played, and closes the connection of the next player.
    TurnsAway,
    /// The server answers, but judges no message. The last answer, on one line.
    NotUnderstood(String),
    /// The server's hints contradict each other.
    Contradiction,
    /// The server sends without end.
    Floods,
    /// A game did not end within [`GAME_TIME`].
    TooLong,
    /// The server cannot be reached any more.
    Gone,
}

/// A game that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Whether the game was won.
    pub won: bool,
    /// Guesses that were judged.
    pub tries: u32,
    /// Guesses that were made at an end of the range to learn the hints' direction.
    pub calibrations: u32,
    /// The range that the game was played in.
    pub range: Range,
    /// The secret number, if the game was won.
    pub number: Option<i64>,
    /// What the win rests on, if the game was won.
    pub basis: Option<Basis>,
}

/// How a game ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum GameEnd {
    /// This number is the secret one.
    Won(i64, Basis),
    /// It seems to be, but nothing proves it: the game is not counted.
    Unproven(i64),
    Lost,
}

/// What the next answer answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    /// Nothing: a greeting may come.
    Nothing,
    /// A word that opens the conversation, or one that was not asked for.
    Words,
    /// The reply to a question.
    Reply(Question),
    Guess(i64),
    /// The message that the server takes after a hint.
    Acknowledgement,
    /// The only number that is left, which got a hint, with another end of the message.
    OtherEnd(i64),
    /// A repetition of the guess that seems to have won: a hint would stay the same.
    Proof(i64),
    /// Nothing: the game is over, and what comes shows what the server does then.
    Over,
    /// The refusal to play again.
    Farewell,
}

/// What the learner waits for.
#[derive(Debug)]
enum Phase {
    /// The time of the next connection.
    Apart(Duration),
    /// A connection.
    Connecting,
    /// An answer.
    Talking(Sent),
    /// The close of the connection.
    Leaving(Result<(), LearnError>),
    /// Nothing.
    Done(Result<(), LearnError>),
}

/// A complete answer, or a silence.
#[derive(Debug)]
struct Turn {
    /// When it became complete.
    now: Duration,
    bytes: Vec<u8>,
    heard: Heard,
    /// Whether the server closed the connection after it.
    closed: bool,
}

impl Turn {
    fn not_understood(&self) -> LearnError {
        LearnError::NotUnderstood(self.heard.sample.clone())
    }

    /// A silence at the same moment.
    fn silence(&self) -> Turn {
        Turn {
            now: self.now,
            bytes: Vec::new(),
            heard: Heard::default(),
            closed: false,
        }
    }
}

/// The state of one conversation.
#[derive(Debug, Default)]
struct Conversation {
    /// Words to send before the first guess.
    preamble: VecDeque<String>,
    /// Whether a guess was judged.
    judged: bool,
    /// Whether any guess got an answer.
    answered: bool,
    /// An answer that was taken for a greeting, and its guess: if it occurs again, it judged.
    greeting: Option<(i64, Heard)>,
    /// Guesses that were repeated to prove a win.
    proofs: u32,
    /// A hint was heard since the last acknowledgement.
    owes: bool,
    /// A guess after a hint got no answer: it may have been taken for an acknowledgement.
    swallows: bool,
    /// The answer with which the hints left no number, and the numbers that are still to be sent with
    /// another end of the message.
    squeezed: Option<(Observation, Vec<i64>)>,
    /// A second player was connected.
    joined: bool,
    /// Whether anything was heard.
    heard: bool,
    /// Whether the server prompted for a guess.
    prompted: bool,
    /// Guesses in a row that got no answer.
    silences: u32,
    /// Guesses that were answered by a prompt only: they were taken for something else.
    swallowed: u32,
    /// Tries that are left, as the server said.
    left: Option<u32>,
    /// Games finished in this conversation.
    games: u32,
}

/// Plays with an unknown server, and learns its dialect.
#[derive(Debug)]
pub struct Learner {
    dialect: Dialect,
    wish: Wish,
    phase: Phase,
    /// Bytes to send now.
    outbox: Option<Vec<u8>>,
    /// A second player is to be connected now.
    joins: bool,
    /// Whether anything was ever heard.
    heard: bool,
    /// Games that seemed to be won without a proof, and how many of them at the first guess, in a row.
    unproven: u32,
    luck: u32,
    /// The numbers of those games: a server may have the same number in every game.
    suspects: BTreeSet<i64>,
    inbox: Inbox,
    conversation: Conversation,
    /// How guesses are sent.
    way: Way,
    /// The ways that were not tried yet, the most likely first.
    ways: VecDeque<Way>,
    game: Deduction,
    played: Vec<Played>,
    /// When this game, or the search for a way to play, began.
    began: Duration,
    /// Connections made.
    conversations: u32,
    /// Connections in which the server let nobody play, once a game was over.
    turned_away: u32,
    /// Failed attempts to connect, in a row.
    unreachable: u32,
    /// Messages in a row that were not judged, over all connections.
    misses: u32,
    /// Times that this game was restarted.
    restarts: u32,
    /// Answers that lasted longer than [`ANSWER_TIME`].
    endless: u32,
    /// Why the last conversation failed.
    failed: LearnError,
    /// The state of the random number generator.
    chance: u64,
}

impl Learner {
    /// A learner that is not connected. `prior` is what is known already: usually nothing.
    pub fn new(prior: Dialect, wish: Wish) -> Learner {
        let mut ways: VecDeque<Way> = way::all().into();
        let way = prior.way.clone().or_else(|| ways.pop_front());
        Learner {
            game: Deduction::new(wish.strategy, prior.range),
            dialect: prior,
            wish,
            phase: Phase::Apart(Duration::ZERO),
            outbox: None,
            joins: false,
            heard: false,
            unproven: 0,
            luck: 0,
            suspects: BTreeSet::new(),
            inbox: Inbox::default(),
            conversation: Conversation::default(),
            way: way.expect("there are several ways"),
            ways,
            played: Vec::new(),
            began: Duration::ZERO,
            conversations: 0,
            turned_away: 0,
            unreachable: 0,
            misses: 0,
            restarts: 0,
            endless: 0,
            failed: LearnError::Silent,
            chance: wish.seed,
        }
    }

    /// Whether a game was played to an end, counted or not.
    fn has_played(&self) -> bool {
        !self.played.is_empty() || self.unproven > 0
    }

    /// What is known of the server's dialect.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The finished games, in order.
    pub fn played(&self) -> &[Played] {
        &self.played
    }

    /// Reports that the connection is made.
    pub fn connected(&mut self, now: Duration) {
        if self.conversations == 0 {
            self.began = now;
        }
        self.conversations += 1;
        self.unreachable = 0;
        // What the server took unasked in an earlier conversation was a number.
        let unasked = std::iter::repeat_n(UNASKED.to_owned(), self.dialect.unasked as usize);
        self.conversation = Conversation {
            preamble: self.way.opening.iter().cloned().chain(unasked).collect(),
            ..Conversation::default()
        };
        self.outbox = None;
        self.joins = self.dialect.two_players;
        self.phase = Phase::Talking(Sent::Nothing);
        self.inbox.clear(now);
    }

    /// Reports that the connection failed.
    pub fn unreachable(&mut self, now: Duration) {
        self.unreachable += 1;
        // A server that restarts after each game needs a moment.
        self.phase = if self.conversations > 1 && !self.heard {
            // Its queue of connections is full, since it takes none of them.
            Phase::Done(Err(LearnError::Silent))
        } else if self.conversations > 0 && self.unreachable < UNREACHABLE {
            Phase::Apart(now + PAUSE * self.unreachable)
        } else {
            Phase::Done(Err(LearnError::Gone))
        };
    }

    /// Reports received bytes.
    pub fn received(&mut self, now: Duration, bytes: &[u8]) {
        self.inbox.add(now, bytes);
    }

    /// Reports that the server has closed or reset the connection.
    pub fn closed(&mut self) {
        self.inbox.close();
    }

    /// What to do now. `now` must not go back.
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
                    if std::mem::take(&mut self.joins) {
                        self.conversation.joined = true;
                        return Action::Join;
                    }
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

    /// Handles a complete answer, or a silence.
    fn complete(&mut self, now: Duration, sent: Sent) {
        let first = self.inbox.first().unwrap_or(now);
        self.endless += u32::from(now >= first + ANSWER_TIME);
        if self.inbox.is_flooded() || self.endless >= ENDLESS {
            return self.fail(LearnError::Floods);
        }
        if now >= self.deadline() {
            return self.fail(if self.dialect.way.is_some() {
                LearnError::TooLong
            } else {
                self.failed.clone()
            });
        }
        self.dialect.second_read |= self.inbox.gap() > APART;
        let bytes = self.inbox.take();
        if self.dialect.way.is_none() && self.dialect.prefix.is_none() {
            self.dialect.prefix = LengthPrefix::of(&bytes);
        }
        let heard = self.dialect.heard(&bytes);
        self.heard |= !heard.is_empty();
        self.conversation.heard |= !heard.is_empty();
        let turn = Turn {
            now,
            heard,
            bytes,
            closed: self.inbox.is_closed(),
        };
        match sent {
            Sent::Nothing | Sent::Words | Sent::Reply(_) => self.opened(sent, &turn),
            Sent::Guess(guess) => self.guessed(guess, &turn),
            Sent::Acknowledgement => self.acknowledged(&turn),
            Sent::OtherEnd(guess) => self.answered_other_end(guess, &turn),
            Sent::Proof(guess) => self.proven(guess, &turn),
            Sent::Over => self.after(&turn),
            Sent::Farewell => self.phase = Phase::Leaving(Ok(())),
        }
    }
}

// Before the first guess: greetings, questions and their replies, words that have to be said.
impl Learner {
    /// Handles what came before a guess was made.
    fn opened(&mut self, sent: Sent, turn: &Turn) {
        let heard = &turn.heard;
        if sent == Sent::Nothing {
            let known = self.dialect.speaks_first.unwrap_or(false);
            let spoke_before = self.dialect.speaks_first == Some(true);
            self.dialect.speaks_first = Some(known || !heard.is_empty());
            if self.conversation.joined && !heard.is_empty() {
                self.dialect.two_players = true;
            }
            if spoke_before && heard.is_empty() && !turn.closed && self.has_played() {
                // It has greeted others, and says nothing to this player.
                return self.fail(LearnError::Stuck);
            }
        }
        self.learn_prompt(heard);
        if turn.closed {
            return self.broke_off(turn);
        }
        let is_text = matches!(self.way.form, Form::Text(_));
        if self.dialect.way.is_none()
            && is_text
            && let Some(prefix) = self.dialect.prefix
        {
            self.prefer(way::behind(prefix));
            return self.other_way(false, turn.not_understood());
        }
        if heard.is_object() && self.dialect.way.is_none() && !self.way.is_object() {
            return self.other_way(false, turn.not_understood());
        }
        if is(hint::read(heard), Meaning::Nothing) && !self.conversation.joined {
            return self.join(turn.now);
        }
        let asked = question::asked(heard);
        if asked == Some(Question::Password) {
            return self.fail(LearnError::Password(heard.sample.clone()));
        }
        let prompt = heard.text.trim_end().ends_with([':', '>', '?']);
        self.conversation.prompted |= prompt && asked == Some(Question::Guess);
        match asked {
            Some(question) if question != Question::Guess && self.misses < MISSES => {
                self.misses += 1;
                self.reply(question, heard);
            }
            _ => self.go_on(),
        }
    }

    /// Connects a second player, and waits for what the server says then.
    fn join(&mut self, now: Duration) {
        self.joins = true;
        self.outbox = None;
        self.phase = Phase::Talking(Sent::Nothing);
        self.inbox.clear(now);
    }

    /// Replies to a question.
    fn reply(&mut self, question: Question, heard: &Heard) {
        let reply = question::reply(question, heard);
        let known = self.dialect.asked.iter().any(|(it, _, _)| *it == question);
        if question != Question::Again && !known {
            let asked = (question, heard.sample.clone(), reply.clone());
            self.dialect.asked.push(asked);
        }
        if question == Question::Highest {
            let max = reply.parse().expect("the reply is a number");
            self.announced(Range { min: 1, max });
        }
        // An opening word that was sent before the question was taken for the reply to it.
        self.conversation.preamble = self.way.opening.iter().cloned().collect();
        self.send(Sent::Reply(question), self.way.words(&reply));
    }

    /// Sends the next word that is due before the first guess, else guesses.
    fn go_on(&mut self) {
        match self.conversation.preamble.pop_front() {
            Some(words) => self.send(Sent::Words, self.way.words(&words)),
            None => self.guess(),
        }
    }

    /// Learns from a text that judges no guess: the announced range and tries, and the prompt itself.
    fn learn_prompt(&mut self, heard: &Heard) {
        if self.game.is_fresh() {
            let without_levels = question::without_choices(heard);
            if let Some(range) = range::ranges(&without_levels).first() {
                self.announced(*range);
            }
            self.dialect.tries = range::tries(heard, true).or(self.dialect.tries);
        }
        self.prefer_named(heard);
        self.dialect.add_prompts(heard);
    }

    /// Adopts the range that the server announces.
    fn announced(&mut self, range: Range) {
        let other = self.dialect.range.is_some_and(|it| it != range);
        self.dialect.ranges_differ |= other && self.dialect.announced && self.game.is_fresh();
        self.dialect.range = Some(range);
        self.dialect.announced = true;
        self.dialect.told = Some(range);
        let inner = range.min + 1 < range.max - 1 && self.dialect.exclusive;
        self.game.announce(match inner {
            true => Range {
                min: range.min + 1,
                max: range.max - 1,
            },
            false => range,
        });
    }
}

// A guess and its answer: a hint, the win, a question, a refusal, silence.
impl Learner {
    /// Makes the next guess.
    fn guess(&mut self) {
        // A step of Knuth's linear congruential generator.
        let step = self.chance.wrapping_mul(6_364_136_223_846_793_005);
        self.chance = step.wrapping_add(1_442_695_040_888_963_407);
        let given = self.dialect.tries;
        let left = given.map(|all| all.saturating_sub(self.game.tries()));
        if self.dialect.acknowledged && std::mem::take(&mut self.conversation.owes) {
            let bytes = self.way.words(ACKNOWLEDGEMENT);
            return self.send(Sent::Acknowledgement, bytes);
        }
        self.note_hints();
        if self.game.is_hopeless() && self.wish.strategy == Strategy::Bisect {
            let range = self.game.range();
            return self.fail(LearnError::WithoutHints(range));
        }
        let left = self.conversation.left.or(left);
        match self.game.next(left, self.chance, &self.suspects) {
            Some(guess) if self.game.tries() < TRIES => self.send_guess(guess),
            _ => self.fail(LearnError::Contradiction),
        }
    }

    /// Learns whether the server gives hints, once its answers show it.
    fn note_hints(&mut self) {
        if self.game.is_without_hints() {
            self.dialect.without_hints = true;
        } else if self.game.ends_on_hint() && self.game.left_over().is_some() {
            self.dialect.without_hints = false;
        }
    }

    fn send_guess(&mut self, guess: i64) {
        let bytes = self.way.guess(guess, self.game.tries() + 1);
        self.send(Sent::Guess(guess), bytes);
    }

    /// Handles what came after a guess.
    fn guessed(&mut self, guess: i64, turn: &Turn) {
        let heard = &turn.heard;
        if heard.is_empty() {
            return if turn.closed {
                self.broke_off(turn)
            } else {
                self.silent(guess, turn)
            };
        }
        self.conversation.answered = true;
        self.dialect.newline = Some(turn.bytes.ends_with(b"\n"));
        let is_raw = heard.raw || self.dialect.prefix.is_some();
        if is_raw && self.prefer_raw(&turn.bytes) {
            return self.other_way(true, turn.not_understood());
        }
        let said = self.without_prompts(heard);
        let seen = self.dialect.observe(guess, said.clone(), false);
        let read = seen.reading;
        if question::asked(heard) == Some(Question::Password) && !read.is_some_and(is_verdict) {
            return self.fail(LearnError::Password(heard.sample.clone()));
        }
        if !turn.closed && read.is_none() && self.only_prompts(heard) {
            self.conversation.swallowed += 1;
            return self.send_guess(guess);
        }
        if !turn.closed && read.is_none() && self.took_for_acknowledgement(heard) {
            self.dialect.acknowledged = true;
            self.conversation.owes = false;
            return self.send_guess(guess);
        }
        if is(read, Meaning::Nothing) && !self.conversation.joined && !turn.closed {
            return self.join(turn.now);
        }
        let known = self.dialect.knows(&said);
        if !turn.closed && !known && self.is_no_answer(guess, &said, read, heard) {
            return;
        }
        let again = question::asked(heard) == Some(Question::Again);
        let ended = turn.closed || again;
        if is(read, Meaning::Lost) || ended && hint::lost(&said) {
            self.game.count_try();
            return self.over(GameEnd::Lost, turn);
        }
        if !known && is(read, Meaning::Refused) {
            self.refused(guess, turn);
        } else {
            let seen = self.dialect.observe(guess, said, ended);
            self.weigh(seen, turn);
        }
    }

    /// Whether a prompt alone answers a guess after a hint that came without one: the server has taken
    /// the guess for an acknowledgement of the hint.
    fn took_for_acknowledgement(&self, heard: &Heard) -> bool {
        let prompts =
            self.dialect.speaks_first == Some(true) && self.dialect.is_only_prompts(heard);
        // Another range than the announced one is a hint.
        let told = |range: &Range| Some(*range) == self.dialect.told;
        self.conversation.owes && prompts && range::ranges(heard).iter().all(told)
    }

    /// Goes on after the message that the server takes after a hint.
    fn acknowledged(&mut self, turn: &Turn) {
        let read = hint::read(&turn.heard);
        if turn.closed {
            return self.broke_off(turn);
        }
        self.dialect.acknowledged_silently = turn.heard.is_empty();
        if is(read, Meaning::Refused) || read.is_some_and(|read| read.meaning.is_hint()) {
            // It was judged: nothing was waited for.
            self.dialect.acknowledged = false;
        } else {
            self.dialect.add_prompts(&turn.heard);
        }
        self.guess();
    }

    /// The answer without its prompts. If it shows that an earlier answer was a prompt only, that
    /// is forgotten.
    fn without_prompts(&mut self, heard: &Heard) -> Heard {
        let said = self.dialect.without_prompts(heard);
        let prompts = self.game.drop_prompts(&said);
        if prompts.is_empty() {
            return said;
        }
        for prompt in &prompts {
            self.dialect.forget(prompt);
            self.dialect.add_prompts(prompt);
            self.conversation.swallowed += 1;
        }
        self.dialect.without_prompts(heard)
    }

    /// Whether the answer is a prompt only: the guess was taken for a name, or for something else that
    /// was not asked for.
    fn only_prompts(&self, heard: &Heard) -> bool {
        self.conversation.swallowed < SWALLOWED
            && self.game.is_fresh()
            && !self.dialect.knows(heard)
            && !question::asked(heard).is_some_and(is_other)
            && self.dialect.is_only_prompts(heard)
    }

    /// Whether the server asked something or sent its greeting instead of judging; if so, handles it.
    fn is_no_answer(
        &mut self,
        guess: i64,
        said: &Heard,
        read: Option<Reading>,
        heard: &Heard,
    ) -> bool {
        let asked = question::asked(heard);
        let hint = read.is_some_and(|read| read.meaning != Meaning::Refused);
        if self.misses >= MISSES || hint {
            return false;
        }
        if let Some(question) = asked.filter(|it| is_other(*it)) {
            self.misses += 1;
            self.learn_prompt(heard);
            self.reply(question, heard);
            return true;
        }
        let greets = !range::ranges(said).is_empty() || question::only_asks_for_guess(said);
        let first = self.game.is_fresh() && self.misses == 0 && !self.conversation.judged;
        let greeting = first && read.is_none() && asked != Some(Question::Again) && greets;
        if greeting {
            self.misses += 1;
            self.greeted(guess, said, heard);
        }
        greeting
    }

    /// Guesses again after an answer that is a greeting, or a hint in unknown words beside a prompt:
    /// the next answer shows which.
    fn greeted(&mut self, guess: i64, said: &Heard, heard: &Heard) {
        let prompt = said
            .only(|it| question::asks_for_guess(it) || !range::ranges(&Heard::of(it)).is_empty());
        let whole = said.sentences().len() == prompt.sentences().len();
        if whole {
            self.learn_prompt(heard);
            return self.send_guess(guess);
        }
        self.learn_prompt(&prompt);
        self.conversation.greeting = Some((guess, self.dialect.without_prompts(heard)));
        let next = self.game.first_calibration().unwrap_or(guess);
        self.send_guess(next);
    }

    /// Judges the answer that was taken for a greeting, if it occurs again.
    fn judge_greeting(&mut self, seen: &Observation) {
        let same = |(_, heard): &(i64, Heard)| heard.tokens == seen.heard.tokens;
        if let Some((guess, heard)) = self.conversation.greeting.take_if(|it| same(it)) {
            let first = Observation::new(guess, heard, false);
            self.game.judge(first.clone(), self.dialect.memory());
            self.game.note(&first, &mut self.dialect);
        }
    }

    /// Weighs an answer against the others.
    fn weigh(&mut self, seen: Observation, turn: &Turn) {
        self.judge_greeting(&seen);
        let is_new = self.conversation.squeezed.is_none() && self.dialect.deaf_to.is_none();
        if is_new
            && !seen.ended
            && let Some(numbers) = self.game.squeezed(&seen)
        {
            self.conversation.squeezed = Some((seen, numbers));
            return self.send_other_end(turn);
        }
        if seen.reading.is_some() && hint::read(&seen.heard).is_none() {
            self.narrowed(&seen);
        }
        let effect = self.game.judge(seen.clone(), self.dialect.memory());
        self.game.note(&seen, &mut self.dialect);
        self.conversation.left = range::tries(&turn.heard, false);
        match effect {
            Effect::Won if self.needs_proof(&seen) => self.prove(seen.guess),
            Effect::Won => self.over(self.claim(&seen), turn),
            Effect::WonBefore(number) => self.won_before(number, seen, turn),
            Effect::NotJudged => self.refused(seen.guess, turn),
            Effect::Contradiction if self.restarts >= RESTARTS => {
                self.fail(LearnError::Contradiction)
            }
            Effect::Contradiction => {
                self.restarts += 1;
                self.dialect.restarts += 1;
                self.judged(Some(&seen), turn);
            }
            Effect::Hint => self.judged(Some(&seen), turn),
        }
    }

    /// Goes on after a guess that was judged, by the answer that came last, if it may have ended the game:
    /// this way of sending is understood.
    fn judged(&mut self, last: Option<&Observation>, turn: &Turn) {
        if !self.conversation.judged {
            self.conversation.swallowed += self.conversation.silences;
        }
        if self.dialect.way.is_none() {
            self.dialect.unasked = self.conversation.swallowed;
        }
        if self.conversation.games > 0 && self.dialect.after_win == Some(AfterWin::StaysOpen) {
            self.dialect.after_win = Some(AfterWin::PlaysOn);
        }
        if std::mem::take(&mut self.conversation.swallows) {
            self.dialect.acknowledged = true;
        }
        self.conversation.judged = true;
        self.conversation.owes = true;
        // Only hints: a prompt follows a hint, and perhaps not the win.
        self.dialect.add_complete(&turn.heard);
        (self.conversation.silences, self.misses) = (0, 0);
        if self.game.is_understood() {
            self.dialect.way = Some(self.way.clone());
        }
        let Some(last) = last.filter(|it| it.ended) else {
            return self.guess();
        };
        if self.may_go_on_elsewhere(turn) {
            self.dialect.one_guess = true;
            self.phase = Phase::Apart(turn.now);
        } else if last.hint().is_some() || self.dialect.times(last) > 1 {
            // The game ends on a hint: no tries are left.
            self.over(GameEnd::Lost, turn);
        } else {
            self.over(GameEnd::Unproven(last.guess), turn);
        }
    }

    /// Ends the game that an earlier guess had won, and goes on with the one that has begun since.
    fn won_before(&mut self, number: i64, seen: Observation, turn: &Turn) {
        let game = std::mem::replace(&mut self.game, Deduction::new(self.wish.strategy, None));
        let (won, mut next) = game.split(number, self.dialect.memory());
        next.judge(seen, self.dialect.memory());
        self.game = won;
        self.over(GameEnd::Unproven(number), &turn.silence());
        if matches!(self.phase, Phase::Leaving(_)) {
            return;
        }
        self.dialect.after_win = Some(AfterWin::PlaysOn);
        self.game = next;
        if self.played.len() < self.wish.games as usize {
            self.judged(None, turn);
        }
    }

    /// Handles a guess without an answer.
    fn silent(&mut self, guess: i64, turn: &Turn) {
        self.conversation.silences += 1;
        if !self.conversation.heard && self.has_played() {
            return self.fail(LearnError::Stuck);
        }
        if !self.heard && self.conversations == 1 && !self.conversation.joined {
            return self.join(turn.now);
        }
        // The guess may have been taken for a name that was not asked for.
        if self.conversation.silences <= 2
            && !self.conversation.answered
            && !self.conversation.prompted
            && matches!(self.way.form, Form::Text(_))
        {
            return self.send_guess(guess);
        }
        // Or for an acknowledgement of the hint before it.
        let hinted = self.conversation.owes && self.game.ends_on_hint();
        if hinted && !self.dialect.acknowledged && !self.conversation.swallows {
            self.conversation.swallows = true;
            return self.send_guess(guess);
        }
        if self.conversation.games > 0 && self.game.is_fresh() {
            self.dialect.after_win = Some(AfterWin::Hangs);
            return self.go_elsewhere(turn.now);
        }
        let hangs = self
            .conversation
            .judged
            .then(|| self.game.ended(self.dialect.memory()));
        if hangs.flatten().is_some() {
            let last = self
                .game
                .seen()
                .last()
                .expect("an answer was weighed")
                .clone();
            self.over(self.claim(&last), turn);
            if matches!(self.phase, Phase::Leaving(_)) {
                return;
            }
            self.dialect.after_win = Some(AfterWin::Hangs);
            return self.go_elsewhere(turn.now);
        }
        if self.dialect.way.is_some() {
            self.reconnect(LearnError::Silent);
        } else {
            if !self.heard
                && self.way.ending == Ending::None
                && self.way == Way::text("{n}", Ending::None)
            {
                self.prefer(way::unspoken());
            }
            self.other_way(true, LearnError::Silent);
        }
    }

    /// Handles a guess that was not understood, or is not allowed.
    fn refused(&mut self, guess: i64, turn: &Turn) {
        self.misses += 1;
        let error = turn.not_understood();
        if self.misses > MISSES {
            return self.fail(error);
        }
        let ranges = range::ranges(&turn.heard);
        let narrower = ranges.first().filter(|range| !range.contains(guess));
        if let Some(range) = narrower {
            self.announced(*range);
        }
        self.prefer_named(&turn.heard);
        let proven = self.dialect.way.is_some();
        if turn.closed {
            self.other_way(true, error);
        } else if narrower.is_some() || proven && self.game.shrink(guess) {
            self.guess();
        } else if proven {
            self.fail(error);
        } else {
            self.other_way(false, error);
        }
    }
}

// The proof of a win that no known word tells, on a server that plays on. A guess at an end of the range
// may win by chance; its answer would be taken for a hint, and a hint of the next game for the win, or
// for the answer to the only number that is left. So the guess is made once more: a hint stays the same.
impl Learner {
    /// Whether nothing but the other answers of the game says that this one is the win.
    fn needs_proof(&self, seen: &Observation) -> bool {
        match self.claim(seen) {
            // Chance may have hidden a win among the hints, of which this answer is one then.
            GameEnd::Won(_, Basis::LeftOver)
                if seen.reading.is_none() && self.dialect.win.is_none() =>
            {
                return !seen.ended;
            }
            GameEnd::Won(..) => return false,
            GameEnd::Unproven(_) | GameEnd::Lost => {}
        }
        let told = seen.reading.is_some_and(|it| it.meaning == Meaning::Found);
        // What comes late behind the win of the game before would look like another one.
        if self.game.tries() <= 1 && self.conversation.games > 0 {
            return !seen.ended;
        }
        let memory = self.dialect.memory();
        let feature = memory.codes().next().unwrap_or(Feature::Words);
        let known = memory.usual(&feature, feature.kind(seen)) == Some(Meaning::Found);
        !seen.ended && !told && !known
    }

    /// What this answer to a guess, which seems to be the win, proves.
    fn claim(&self, seen: &Observation) -> GameEnd {
        let meaning = seen.reading.map(|reading| reading.meaning);
        let refuses = matches!(
            meaning,
            Some(Meaning::Lost | Meaning::Refused | Meaning::Nothing | Meaning::Wrong)
        );
        // What is left over is no proof where chance hid the win of the game before.
        let hints = self.dialect.knows_hint(seen)
            || seen
                .hint()
                .is_some_and(|reading| reading.trust > Trust::Low);
        let first = self.game.tries() <= 1;
        let missed = self.game.has_miss() || self.dialect.knows_miss();
        let counts = seen.heard.lone_number() == Some(self.game.tries().into());
        let basis = if refuses || first && self.conversation.games > 0 {
            None
        } else if self.dialect.knows_win(seen) {
            Some(Basis::Known)
        } else if meaning == Some(Meaning::Found) && missed {
            Some(Basis::Words)
        } else if self.game.left_before() == Some(seen.guess) && !hints {
            Some(Basis::LeftOver)
        } else if counts && !first && self.dialect.has_worded_hints() {
            Some(Basis::Tries)
        } else {
            None
        };
        basis.map_or(GameEnd::Unproven(seen.guess), |basis| {
            GameEnd::Won(seen.guess, basis)
        })
    }

    /// Repeats the guess that seems to have won.
    fn prove(&mut self, guess: i64) {
        self.conversation.proofs += 1;
        let bytes = self.way.guess(guess, self.game.tries() + 1);
        self.send(Sent::Proof(guess), bytes);
    }

    /// Handles the answer to the repeated guess.
    fn proven(&mut self, guess: i64, turn: &Turn) {
        let again = question::asked(&turn.heard) == Some(Question::Again);
        let last = self.game.seen().last().cloned();
        let win = last
            .as_ref()
            .map_or(GameEnd::Unproven(guess), |last| self.claim(last));
        if turn.closed || again || turn.heard.is_empty() {
            return self.over(win, turn);
        }
        let said = self.without_prompts(&turn.heard);
        let seen = self.dialect.observe(guess, said, false);
        let same = last
            .as_ref()
            .is_some_and(|last| self.game.are_alike(last, &seen));
        if same && self.conversation.proofs < PROOFS {
            return self.prove(guess);
        }
        if same {
            return match self.game.earlier_win(self.dialect.memory(), true) {
                Some(number) => self.won_before(number, seen, turn),
                None => self.over(GameEnd::Unproven(guess), &turn.silence()),
            };
        }
        self.over(win, &turn.silence());
        let refuses = is(seen.reading, Meaning::Refused);
        if refuses || matches!(self.phase, Phase::Leaving(_)) {
            return;
        }
        self.dialect.after_win = Some(AfterWin::PlaysOn);
        if self.played.len() < self.wish.games as usize {
            let effect = self.game.judge(seen.clone(), self.dialect.memory());
            self.game.note(&seen, &mut self.dialect);
            match effect {
                Effect::Won => self.over(GameEnd::Unproven(guess), turn),
                _ => self.judged(None, turn),
            }
        }
    }
}

// A server that compares a whole message with its number: with the wrong end it is never right.
impl Learner {
    /// Sends the next of the numbers between which the hints leave none, with another end of the message;
    /// once all were sent, weighs the answer that left none.
    fn send_other_end(&mut self, turn: &Turn) {
        let Some((last, numbers)) = &mut self.conversation.squeezed else {
            return self.guess();
        };
        match (numbers.pop(), self.way.with_other_end()) {
            (Some(guess), Some(way)) => {
                let bytes = way.guess(guess, self.game.tries() + 1);
                self.send(Sent::OtherEnd(guess), bytes);
            }
            _ => {
                let last = last.clone();
                self.weigh(last, turn);
            }
        }
    }

    fn answered_other_end(&mut self, guess: i64, turn: &Turn) {
        if turn.heard.is_empty() && !turn.closed {
            // It waits for the rest of the line.
            let end = Way::text("", self.way.ending).guess(guess, 1);
            return self.send(Sent::Guess(guess), end);
        }
        let said = self.without_prompts(&turn.heard);
        let again = question::asked(&turn.heard) == Some(Question::Again);
        let seen = self.dialect.observe(guess, said, turn.closed || again);
        let differs =
            !self.game.is_hint(&seen) && seen.reading.is_none_or(|it| it.meaning == Meaning::Found);
        if !differs || seen.heard.is_empty() {
            return self.send_other_end(turn);
        }
        self.dialect.deaf_to = Some(self.way.ending);
        self.way = self
            .way
            .with_other_end()
            .unwrap_or_else(|| self.way.clone());
        self.game.judge(seen.clone(), self.dialect.memory());
        self.game.note(&seen, &mut self.dialect);
        self.over(GameEnd::Won(guess, Basis::LeftOver), turn);
    }

    /// Learns from a hint that is the range which is left, and whether its ends are still possible.
    fn narrowed(&mut self, seen: &Observation) {
        self.dialect.narrows = true;
        let Some(left) = range::ranges(&seen.heard).first().copied() else {
            return;
        };
        let excluded = i64::from(left.min) == seen.guess || i64::from(left.max) == seen.guess;
        let range = self.game.range();
        if excluded && self.dialect.announced && !self.dialect.exclusive && range.size() > 2 {
            self.dialect.exclusive = true;
            let (min, max) = (range.min + 1, range.max - 1);
            self.game.announce(Range { min, max });
        }
    }

    /// Whether a hint and then a close, at the first guess of a connection, may mean that the game goes
    /// on with the next connection.
    fn may_go_on_elsewhere(&self, turn: &Turn) -> bool {
        let tries = if self.dialect.one_guess {
            1
        } else {
            self.game.tries()
        };
        let hinted = self.game.ends_on_hint() && self.dialect.tries != Some(1);
        turn.closed && tries == 1 && hinted && (self.dialect.one_guess || self.played.is_empty())
    }
}

// The end of a game, and what the server does then.
impl Learner {
    /// Ends a game. One that seems to be won, and is not proven to be, is not counted.
    fn over(&mut self, end: GameEnd, turn: &Turn) {
        match end {
            GameEnd::Won(number, basis) => {
                self.learn_from_win(number, basis);
                self.luck = 0;
                self.suspects.clear();
                self.add_played(Some((number, basis)));
            }
            GameEnd::Lost => self.add_played(None),
            GameEnd::Unproven(number) => {
                self.suspects.insert(number);
                self.unproven += 1;
                self.luck = if self.game.tries() <= 1 {
                    self.luck + 1
                } else {
                    0
                };
                if self.unproven > UNPROVEN || self.luck >= LUCK {
                    let said = self.game.seen().last();
                    let sample = said.map_or(String::new(), |it| it.heard.sample.clone());
                    return self.fail(LearnError::NotUnderstood(sample));
                }
            }
        }
        self.fresh_game();
        (self.misses, self.restarts) = (0, 0);
        (
            self.conversation.silences,
            self.conversation.proofs,
            self.conversation.left,
        ) = (0, 0, None);
        self.conversation.greeting = None;
        (self.conversation.owes, self.conversation.swallows) = (false, false);
        self.conversation.squeezed = None;
        self.conversation.games += 1;
        self.began = turn.now;
        let again = question::asked(&turn.heard) == Some(Question::Again);
        if turn.closed || again {
            self.after(turn);
        } else {
            self.phase = Phase::Talking(Sent::Over);
            self.inbox.clear(turn.now);
        }
    }

    fn add_played(&mut self, won: Option<(i64, Basis)>) {
        self.played.push(Played {
            won: won.is_some(),
            tries: self.game.tries(),
            calibrations: self.game.calibrations(),
            range: self.game.range(),
            number: won.map(|(number, _)| number),
            basis: won.map(|(_, basis)| basis),
        });
    }

    /// Learns what each answer meant from the secret number.
    fn learn_from_win(&mut self, number: i64, basis: Basis) {
        self.dialect.way = Some(self.way.clone());
        self.note_hints();
        if let Some(last) = self.game.seen().last().filter(|it| it.guess == number) {
            let tries = last.heard.lone_number() == Some(self.game.tries().into());
            let bare = tries && self.dialect.has_worded_hints() || basis == Basis::Tries;
            let sign = match bare {
                true => WinSign::Tries,
                false => WinSign::Words,
            };
            self.dialect.add_win(&last.clone(), sign);
        }
        if self.dialect.range.is_none() || !self.game.range_holds(number) {
            self.dialect.range = Some(self.game.range());
        }
        self.dialect.learn(self.game.seen(), number);
    }

    /// Handles what the server does once a game is over.
    fn after(&mut self, turn: &Turn) {
        let done = self.played.len() >= self.wish.games as usize;
        let again = question::asked(&turn.heard) == Some(Question::Again);
        let known = self.dialect.after_win;
        self.dialect.after_win = Some(if turn.closed {
            AfterWin::Closes
        } else if again {
            AfterWin::Asks
        } else {
            known.unwrap_or(AfterWin::StaysOpen)
        });
        if done && again && !turn.closed {
            let reply = self.way.words(&question::no(&turn.heard));
            self.send(Sent::Farewell, reply);
        } else if done || turn.closed {
            self.go_elsewhere(turn.now);
        } else if again {
            self.reply(Question::Again, &turn.heard);
        } else {
            self.learn_prompt(&turn.heard);
            self.guess();
        }
    }

    /// Leaves this connection: for another one if games are left to play.
    fn go_elsewhere(&mut self, now: Duration) {
        self.phase = if self.played.len() >= self.wish.games as usize {
            Phase::Leaving(Ok(()))
        } else {
            Phase::Apart(now)
        };
    }

    fn fresh_game(&mut self) {
        self.game = Deduction::new(self.wish.strategy, self.dialect.range);
    }

    /// Gives up.
    fn fail(&mut self, error: LearnError) {
        self.phase = Phase::Leaving(Err(error));
    }
}

// The search for a way to be understood: another form of message, another connection.
impl Learner {
    /// Tries the next way to send a guess, on a new connection if `anew`.
    fn other_way(&mut self, anew: bool, failed: LearnError) {
        let Some(way) = self.ways.pop_front() else {
            return self.fail(failed);
        };
        // What is left of a binary message would be the start of the next one.
        let is_text = |way: &Way| matches!(way.form, Form::Text(_));
        let anew = anew || self.conversation.answered && !(is_text(&way) && is_text(&self.way));
        self.way = way;
        self.conversation.silences = 0;
        self.fresh_game();
        if anew {
            return self.reconnect(failed);
        }
        self.conversation.preamble = self.way.opening.iter().cloned().collect();
        self.go_on();
    }

    /// Restarts the game on a new connection.
    fn reconnect(&mut self, failed: LearnError) {
        if self.conversations >= CONVERSATIONS + self.wish.games {
            return self.fail(failed);
        }
        self.failed = failed;
        self.fresh_game();
        self.phase = Phase::Apart(Duration::ZERO);
    }

    /// Handles a close amid a game.
    fn broke_off(&mut self, turn: &Turn) {
        if let Phase::Talking(Sent::Guess(guess)) = self.phase
            && self.game.left_over() == Some(guess)
            && turn.heard.is_empty()
        {
            // The close is how it tells the win: nothing else was left.
            self.game.count_try();
            self.over(GameEnd::Won(guess, Basis::LeftOver), turn);
            self.dialect.win = Some(WinSign::Close);
            return;
        }
        if self.has_played() && !self.conversation.judged && self.conversation.games == 0 {
            self.turned_away += 1;
            if self.turned_away >= TURNED_AWAY {
                return self.fail(LearnError::TurnsAway);
            }
        }
        let failed = if turn.heard.is_empty() {
            LearnError::Closes
        } else {
            turn.not_understood()
        };
        if self.dialect.way.is_some() {
            self.reconnect(failed);
        } else {
            self.other_way(true, failed);
        }
    }

    /// Puts the ways that the server itself names first.
    fn prefer_named(&mut self, heard: &Heard) {
        self.prefer(way::named(heard));
    }

    /// Puts binary ways first, for a server whose answers are binary. Whether to try one now.
    fn prefer_raw(&mut self, answer: &[u8]) -> bool {
        let is_text = matches!(self.way.form, Form::Text(_));
        let unknown = is_text && self.dialect.way.is_none();
        if unknown {
            self.prefer(way::raw(answer));
        }
        unknown
    }

    fn prefer(&mut self, ways: Vec<Way>) {
        for way in ways.into_iter().rev().filter(|way| *way != self.way) {
            self.ways.retain(|other| *other != way);
            self.ways.push_front(way);
        }
    }
}

// How long to wait: for the first byte of an answer, for the rest of it, for the end of a game.
impl Learner {
    /// When this game, or the search for a way to play, must be over.
    fn deadline(&self) -> Duration {
        // There is little to try on a server that has never sent anything.
        let dumb = self.dialect.speaks_first != Some(true) && self.failed == LearnError::Silent;
        let time = if self.dialect.way.is_some() {
            GAME_TIME
        } else if dumb {
            self.wish.patience / 3
        } else {
            self.wish.patience
        };
        self.began + time
    }

    /// When the answer is complete if nothing more arrives.
    fn complete_at(&self, sent: Sent) -> Duration {
        if self.inbox.is_closed() || self.inbox.is_flooded() {
            return Duration::ZERO;
        }
        let Some(first) = self.inbox.first() else {
            return self.inbox.sent() + self.patience(sent);
        };
        let heard = self.dialect.heard(self.inbox.bytes());
        let understood = match sent {
            Sent::Guess(guess) | Sent::OtherEnd(guess) | Sent::Proof(guess) => {
                let bytes = self.inbox.bytes();
                self.dialect.meaning_of(guess, bytes).is_some()
            }
            _ => question::asked(&heard).is_some(),
        };
        let met: u32 = self.dialect.answers.iter().map(|it| it.times).sum();
        let least = if met < 2 { QUIET_FIRST } else { QUIET };
        let usual = (self.inbox.longest_gap() * 2).clamp(least, ANSWER);
        let quiet = if !understood {
            usual.max(QUIET_UNKNOWN)
        } else if self.dialect.is_complete(&heard) {
            QUIET_COMPLETE
        } else {
            usual
        };
        (self.inbox.last() + quiet).min(first + ANSWER_TIME)
    }

    /// How long to wait for the first byte of an answer.
    fn patience(&self, sent: Sent) -> Duration {
        match sent {
            Sent::Nothing if self.conversation.joined => ANSWER,
            Sent::Nothing => match self.dialect.speaks_first {
                None => GREETING,
                Some(true) => ANSWER_SURELY,
                Some(false) => Duration::ZERO,
            },
            Sent::Words => ANSWER_AGAIN / 2,
            Sent::Acknowledgement if self.dialect.acknowledged_silently => APART * 2,
            Sent::Acknowledgement => QUIET,
            Sent::OtherEnd(_) => ANSWER_AGAIN,
            Sent::Over if self.dialect.after_win == Some(AfterWin::PlaysOn) => QUIET_COMPLETE,
            Sent::Over | Sent::Farewell => AFTER_GAME,
            Sent::Reply(_) | Sent::Proof(_) => ANSWER_AGAIN,
            Sent::Guess(_) if !self.heard && self.conversations > 2 => ANSWER_AGAIN / 2,
            Sent::Guess(_) if self.conversation.silences > 0 || self.conversations > 3 => {
                ANSWER_AGAIN
            }
            Sent::Guess(_) if self.dialect.way.is_some() => ANSWER_SURELY,
            Sent::Guess(_) => ANSWER,
        }
    }
}

/// Whether it judges the guess.
fn is_verdict(reading: Reading) -> bool {
    reading.meaning.is_hint() || reading.meaning == Meaning::Found
}

/// Whether the question is not part of the game itself.
fn is_other(question: Question) -> bool {
    !matches!(question, Question::Guess | Question::Again)
}

fn is(read: Option<Reading>, meaning: Meaning) -> bool {
    read.is_some_and(|read| read.meaning == meaning)
}
