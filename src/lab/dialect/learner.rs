//! One conversation after another with an unknown server: when an answer is complete, what it is
//! an answer to, and what to send next.

use std::collections::VecDeque;
use std::time::Duration;

use super::game::{Effect, Game};
use super::infer::Seen;
use super::question::{self, Question};
use super::strategy::Strategy;
use super::text::Heard;
use super::way::{self, Way};
use super::{AfterWin, Belief, Dialect, Grounds, Meaning, hint, range};
use crate::game::Range;

/// Bytes of one answer. A game's answer is a line; this is a page of text.
const ANSWER_BYTES: usize = 64 * 1024;
/// An answer that goes on for so long is taken as it is.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// A server that speaks first does it in this time.
const GREETING: Duration = Duration::from_millis(600);
/// The first sign of an answer comes in this time, while it is not known that answers come…
const ANSWER: Duration = Duration::from_millis(1_500);
/// …on what is sent after a first silence…
const ANSWER_AGAIN: Duration = Duration::from_millis(800);
/// …and once answers have come.
const ANSWER_SURELY: Duration = Duration::from_secs(4);
/// What comes after a game comes in this time.
const AFTER_GAME: Duration = Duration::from_millis(300);
/// Quiet that ends an answer that is understood.
const QUIET: Duration = Duration::from_millis(120);
/// Quiet that ends one that has been whole before.
const QUIET_WHOLE: Duration = Duration::from_millis(20);
/// The same for the first answers: it is not known yet whether a prompt comes behind a hint.
const QUIET_FIRST: Duration = Duration::from_millis(300);
/// Quiet that ends one that is not: the hint may come in a second read.
const QUIET_UNKNOWN: Duration = Duration::from_millis(500);
/// The time in which a game must end.
const GAME_TIME: Duration = Duration::from_secs(120);
/// Conversations in search of a way to be understood.
const CONVERSATIONS: u32 = 24;
/// Messages in a row that were not judged.
const MISSES: u32 = 40;
/// Times that a game may be begun anew because its answers contradict each other.
const RESTARTS: u32 = 3;
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
}

impl Default for Wish {
    fn default() -> Self {
        Wish {
            games: 1,
            strategy: Strategy::Bisect,
            seed: 0,
        }
    }
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Connect; then [`Learner::connected`] or [`Learner::unreachable`].
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
    /// The game is over; what comes tells what the server does then.
    Over,
    /// The last reply of all.
    Farewell,
}

#[derive(Debug)]
enum Phase {
    Apart(Duration),
    Connecting,
    Talking(Sent),
    Leaving(Outcome),
    Done(Outcome),
}

/// The learner.
#[derive(Debug)]
pub struct Learner {
    dialect: Dialect,
    wish: Wish,
    phase: Phase,
    queue: VecDeque<Vec<u8>>,
    way: Way,
    ways: VecDeque<Way>,
    game: Game,
    played: Vec<Played>,
    began: Duration,
    inbox: Inbox,
    /// Words that are still to be said before the first guess of this conversation.
    preamble: VecDeque<String>,
    /// Whether a guess was judged in this conversation.
    judged: bool,
    /// Whether anything was said to a guess in this conversation.
    answered: bool,
    /// Whether a guess was asked for in this conversation.
    prompted: bool,
    conversations: u32,
    failures: u32,
    silences: u32,
    misses: u32,
    restarts: u32,
    /// Tries that the server has said are left.
    left: Option<u32>,
    chance: u64,
}

/// What has arrived since the last message was sent.
#[derive(Debug, Default)]
struct Inbox {
    bytes: Vec<u8>,
    sent: Duration,
    first: Option<Duration>,
    last: Duration,
    /// The longest silence within this answer.
    gap: Duration,
    /// The longest silence within any answer that had to be waited for.
    longest: Duration,
    closed: bool,
    floods: bool,
}

impl Learner {
    /// Before the first connection. `prior` is what is known already: usually nothing.
    pub fn new(prior: Dialect, wish: Wish) -> Learner {
        let mut ways: VecDeque<Way> = way::all().into();
        let way = prior.way.clone();
        let way = way
            .or_else(|| ways.pop_front())
            .expect("there are several ways");
        Learner {
            game: Game::new(wish.strategy, prior.range),
            dialect: prior,
            wish,
            phase: Phase::Apart(Duration::ZERO),
            queue: VecDeque::new(),
            way,
            ways,
            played: Vec::new(),
            began: Duration::ZERO,
            inbox: Inbox::default(),
            preamble: VecDeque::new(),
            judged: false,
            answered: false,
            prompted: false,
            conversations: 0,
            failures: 0,
            silences: 0,
            misses: 0,
            restarts: 0,
            left: None,
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
        self.failures = 0;
        self.judged = false;
        self.answered = false;
        self.prompted = false;
        self.silences = 0;
        self.left = None;
        self.queue.clear();
        self.preamble = self.way.opening.iter().cloned().collect();
        let unasked = std::iter::repeat_n(question::NAME.to_owned(), self.dialect.unasked as usize);
        self.preamble.extend(unasked);
        self.phase = Phase::Talking(Sent::Nothing);
        self.inbox.clear(now);
    }

    /// There is no connection to be had.
    pub fn unreachable(&mut self, now: Duration) {
        self.failures += 1;
        // A server that starts anew after each game needs a moment.
        self.phase = match self.failures {
            failures @ 1..4 if self.conversations > 0 => {
                Phase::Apart(now + Duration::from_millis(250) * failures)
            }
            _ => Phase::Done(Err(Stop::Gone)),
        };
    }

    /// Bytes have arrived.
    pub fn received(&mut self, now: Duration, bytes: &[u8]) {
        self.inbox.add(now, bytes);
    }

    /// The server has closed or reset the connection.
    pub fn closed(&mut self, _now: Duration) {
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
                    if let Some(bytes) = self.queue.pop_front() {
                        self.inbox.clear(now);
                        return Action::Send(bytes);
                    }
                    if now >= self.began + GAME_TIME {
                        self.stop(Stop::TooLong);
                        continue;
                    }
                    let until = self.complete_at(sent);
                    if now < until {
                        return Action::Wait(until.min(self.began + GAME_TIME));
                    }
                    self.answered(now, sent);
                }
            }
        }
    }

    /// When what has arrived, or has not, is the answer.
    fn complete_at(&self, sent: Sent) -> Duration {
        if self.inbox.closed || self.inbox.floods {
            return Duration::ZERO;
        }
        let Some(first) = self.inbox.first else {
            return self.inbox.sent + self.patience(sent);
        };
        let heard = Heard::new(&self.inbox.bytes);
        let understood = match sent {
            Sent::Guess(_) => self.meaning_of(&self.inbox.bytes).is_some(),
            _ => question::asked(&heard).is_some(),
        };
        let met: u32 = self.dialect.answers.iter().map(|known| known.times).sum();
        let least = if met < 2 { QUIET_FIRST } else { QUIET };
        let usual = (self.inbox.longest * 2).clamp(least, ANSWER);
        let quiet = match understood {
            true if self.dialect.is_whole(&heard) => QUIET_WHOLE,
            true => usual,
            false => usual.max(QUIET_UNKNOWN),
        };
        (self.inbox.last + quiet).min(first + ANSWER_TIME)
    }

    /// How long nothing at all may come.
    fn patience(&self, sent: Sent) -> Duration {
        match sent {
            Sent::Nothing => match self.dialect.speaks_first {
                None => GREETING,
                Some(true) => ANSWER_SURELY,
                Some(false) => Duration::ZERO,
            },
            Sent::Words => ANSWER_AGAIN / 2,
            Sent::Over if self.dialect.after_win == Some(AfterWin::PlaysOn) => QUIET_WHOLE,
            Sent::Over | Sent::Farewell => AFTER_GAME,
            Sent::Reply(_) => ANSWER_AGAIN,
            Sent::Guess(_) if self.silences > 0 || self.conversations > 3 => ANSWER_AGAIN,
            Sent::Guess(_) if self.dialect.way.is_some() => ANSWER_SURELY,
            Sent::Guess(_) => ANSWER,
        }
    }

    /// An answer is complete, or did not come.
    fn answered(&mut self, now: Duration, sent: Sent) {
        if self.inbox.floods {
            return self.stop(Stop::Floods);
        }
        let (bytes, closed) = (std::mem::take(&mut self.inbox.bytes), self.inbox.closed);
        self.inbox.settle();
        let heard = Heard::new(&bytes);
        self.dialect.second_read |= self.inbox.gap > QUIET / 4;
        match sent {
            Sent::Nothing | Sent::Words | Sent::Reply(_) => self.before(now, sent, &heard, closed),
            Sent::Guess(guess) => {
                if !heard.is_empty() {
                    self.dialect.newline = Some(bytes.ends_with(b"\n"));
                    self.dialect.add_whole(&heard);
                }
                self.guessed(now, guess, &heard, closed);
            }
            Sent::Over => self.after(now, &heard, closed),
            Sent::Farewell => self.phase = Phase::Leaving(Ok(())),
        }
    }

    /// What was said before a guess: a greeting, a question.
    fn before(&mut self, now: Duration, sent: Sent, heard: &Heard, closed: bool) {
        if sent == Sent::Nothing {
            let known = self.dialect.speaks_first.unwrap_or(false);
            self.dialect.speaks_first = Some(known || !heard.is_empty());
        }
        self.learn_prompt(heard);
        if closed {
            return self.fail(now, heard);
        }
        let prompt = heard.text.trim_end().ends_with([':', '>', '?']);
        self.prompted |= prompt && question::asked(heard) == Some(Question::Guess);
        match question::asked(heard) {
            Some(question) if question != Question::Guess && self.misses < MISSES => {
                self.misses += 1;
                self.answer_question(question, heard);
            }
            _ => self.go_on(now),
        }
    }

    /// Replies to a question.
    fn answer_question(&mut self, question: Question, heard: &Heard) {
        let reply = question::reply(question, heard);
        let asked = (question, heard.sample.clone(), reply.clone());
        let known = |it: &(Question, String, String)| it.0 == question;
        if question != Question::Again && !self.dialect.asked.iter().any(known) {
            self.dialect.asked.push(asked);
        }
        if question == Question::Highest {
            self.announced(Range { min: 1, max: 100 });
        }
        // A word that was said too early was taken for the reply to this question's forerunner.
        self.preamble.clear();
        self.preamble.extend(self.way.opening.clone());
        self.send(Sent::Reply(question), self.way.words(&reply));
    }

    /// The next word that has to be said, else a guess.
    fn go_on(&mut self, now: Duration) {
        match self.preamble.pop_front() {
            Some(words) => self.send(Sent::Words, self.way.words(&words)),
            None => self.guess(now),
        }
    }

    fn guess(&mut self, _now: Duration) {
        // A step of Weyl's sequence: any seed gives another order.
        self.chance = self
            .chance
            .wrapping_mul(0x5851_f42d_4c95_7f2d)
            .wrapping_add(0x1405_7b7e_f767_814f);
        let left = self.left.or(self
            .dialect
            .tries
            .map(|all| all.saturating_sub(self.game.tries)));
        match self.game.next(left, self.chance) {
            Some(guess) if self.game.tries < TRIES => self.send_guess(guess),
            _ => self.stop(Stop::Contradiction),
        }
    }

    fn send_guess(&mut self, guess: i64) {
        let bytes = self.way.guess(guess, self.game.tries + 1);
        self.send(Sent::Guess(guess), bytes);
    }

    fn send(&mut self, sent: Sent, bytes: Vec<u8>) {
        self.phase = Phase::Talking(sent);
        self.queue.push_back(bytes);
    }

    /// What is announced, and what is no answer.
    fn learn_prompt(&mut self, heard: &Heard) {
        if self.game.is_fresh() {
            if let Some(range) = range::ranges(&question::without_choices(heard)).first() {
                self.announced(*range);
            }
            self.dialect.tries = range::tries(heard, true).or(self.dialect.tries);
        }
        self.ways.extend(
            way::named(heard)
                .into_iter()
                .filter(|way| !self.ways.contains(way))
                .rev()
                .collect::<Vec<_>>(),
        );
        self.dialect.add_prompts(heard);
    }

    fn announced(&mut self, range: Range) {
        self.dialect.range = Some(range);
        self.game.announce(range);
    }

    /// The answer to a guess.
    fn guessed(&mut self, now: Duration, guess: i64, heard: &Heard, closed: bool) {
        if heard.is_empty() {
            return match closed {
                true => self.fail(now, heard),
                false => self.silent(now, guess),
            };
        }
        self.answered = true;
        let mut said = heard.without(&self.dialect.prompts);
        for prompt in self.game.drop_prompts(&said) {
            self.dialect.forget(&prompt);
            self.dialect.add_prompts(&prompt);
            said = heard.without(&self.dialect.prompts);
        }
        let asked = question::asked(heard).filter(|question| *question != Question::Guess);
        let again = asked == Some(Question::Again);
        let known = self
            .dialect
            .answers
            .iter()
            .any(|known| known.first.key == said.key());
        let read = hint::read(&said);
        let hints = known || read.is_some_and(|read| read.meaning != Meaning::Refused);
        if let Some(question) = asked
            && !again
            && !hints
            && !closed
            && self.misses < MISSES
        {
            self.misses += 1;
            self.learn_prompt(heard);
            return self.answer_question(question, heard);
        }
        if read.is_none() && !known && !again && !closed && !self.judged && self.is_greeting(&said)
        {
            self.misses += 1;
            self.learn_prompt(heard);
            return self.send_guess(guess);
        }
        if read.is_some_and(|read| read.meaning == Meaning::Lost)
            || (closed || again) && hint::lost(&said)
        {
            self.game.tries += 1;
            return self.over(now, None, heard, closed);
        }
        if !known && read.is_some_and(|read| read.meaning == Meaning::Refused) {
            return self.refused(now, guess, heard, closed);
        }
        let seen = Seen::new(guess, said, closed || again);
        let effect = self.game.judge(seen.clone(), &self.dialect.memory);
        self.game.note(&seen, &mut self.dialect);
        self.left = range::tries(heard, false);
        match effect {
            Effect::WonBefore(number) => self.won_before(now, number, seen, heard, closed),
            Effect::Won => self.over(now, Some(guess), heard, closed),
            Effect::NotJudged => self.refused(now, guess, heard, closed),
            Effect::Contradiction if self.restarts >= RESTARTS => self.stop(Stop::Contradiction),
            Effect::Contradiction => {
                self.restarts += 1;
                self.judged(now, heard, closed, again);
            }
            Effect::Hint => self.judged(now, heard, closed, again),
        }
    }

    /// The game had been won by then, and another one has begun.
    fn won_before(&mut self, now: Duration, number: i64, seen: Seen, heard: &Heard, closed: bool) {
        let game = std::mem::replace(&mut self.game, Game::new(self.wish.strategy, None));
        let (won, mut next) = game.split(number, &self.dialect.memory);
        self.dialect.memory.learn(won.seen(), number);
        next.judge(seen, &self.dialect.memory);
        self.game = won;
        self.dialect.after_win = Some(AfterWin::PlaysOn);
        self.over(now, Some(number), &Heard::default(), false);
        self.game = next;
        if self.played.len() < self.wish.games as usize {
            self.judged(now, heard, closed, false);
        }
    }

    /// A guess was judged: this way of sending is understood.
    fn judged(&mut self, now: Duration, heard: &Heard, closed: bool, again: bool) {
        if !self.judged && self.dialect.way.is_none() {
            self.dialect.unasked = self.silences;
        }
        self.judged = true;
        self.silences = 0;
        self.misses = 0;
        if self.game.is_understood() {
            self.dialect.way = Some(self.way.clone());
        }
        match closed || again {
            // It ends on a hint: no tries are left.
            true => self.over(now, None, heard, closed),
            false => self.guess(now),
        }
    }

    /// Whether this is what a server says at the start, to whoever spoke before it.
    fn is_greeting(&self, said: &Heard) -> bool {
        let first = self.game.is_fresh() && self.misses < 1;
        let announces = !range::ranges(said).is_empty();
        first && (announces || question::only_asks_for_guess(said))
    }

    /// Nothing came.
    fn silent(&mut self, now: Duration, guess: i64) {
        self.silences += 1;
        // What was sent may have been taken for a name that was not asked for.
        if self.silences <= 2 && !self.answered && !self.prompted {
            return self.send_guess(guess);
        }
        if self.judged
            && let Some(number) = self.game.ended(&self.dialect.memory)
        {
            self.dialect.after_win = Some(AfterWin::Hangs);
            self.over(now, Some(number), &Heard::default(), false);
            if self.played.len() < self.wish.games as usize {
                self.phase = Phase::Apart(now);
            }
            return;
        }
        match self.dialect.way.is_some() {
            true => self.reconnect(now, Stop::Silent),
            false => self.other_way(now, true, Stop::Silent),
        }
    }

    /// The guess was not understood, or is not allowed.
    fn refused(&mut self, now: Duration, guess: i64, heard: &Heard, closed: bool) {
        self.misses += 1;
        let stop = Stop::NotUnderstood(heard.sample.clone());
        if self.misses > MISSES {
            return self.stop(stop);
        }
        let range = range::ranges(heard).first().copied();
        let renewed =
            range.is_some_and(|range| !range.contains(guess) && self.game.announce(range));
        self.ways
            .extend(way::named(heard).into_iter().filter(|way| *way != self.way));
        let proven = self.dialect.way.is_some();
        match () {
            () if closed => self.other_way(now, true, stop),
            () if renewed || proven && self.game.shrink(guess) => self.guess(now),
            () if proven => self.stop(stop),
            () => self.other_way(now, false, stop),
        }
    }

    /// The next way to send a guess, on a new connection or on this one.
    fn other_way(&mut self, now: Duration, anew: bool, stop: Stop) {
        let Some(way) = self.ways.pop_front() else {
            return self.stop(stop);
        };
        self.way = way;
        self.silences = 0;
        self.fresh_game();
        if anew {
            return self.reconnect(now, stop);
        }
        self.preamble = self.way.opening.iter().cloned().collect();
        self.go_on(now);
    }

    fn reconnect(&mut self, now: Duration, stop: Stop) {
        if self.conversations >= CONVERSATIONS + self.wish.games {
            return self.stop(stop);
        }
        self.fresh_game();
        self.phase = Phase::Apart(now);
    }

    /// The conversation broke off.
    fn fail(&mut self, now: Duration, heard: &Heard) {
        let stop = match heard.is_empty() {
            true => Stop::Closes,
            false => Stop::NotUnderstood(heard.sample.clone()),
        };
        match self.dialect.way.is_some() {
            true => self.reconnect(now, stop),
            false => self.other_way(now, true, stop),
        }
    }

    fn fresh_game(&mut self) {
        self.game = Game::new(self.wish.strategy, self.dialect.range);
    }

    /// A game is over, won with this number or lost.
    fn over(&mut self, now: Duration, number: Option<i64>, heard: &Heard, closed: bool) {
        if let Some(number) = number {
            self.dialect.way = Some(self.way.clone());
            if !self.game.range_holds(number) {
                self.dialect.range = Some(self.game.range());
            }
            let seen: Vec<Seen> = self.game.seen().to_vec();
            self.dialect.memory.learn(&seen, number);
            for known in &mut self.dialect.answers {
                if seen.iter().any(|seen| seen.key == known.first.key) {
                    known.grounds = Grounds::Win;
                }
            }
        }
        self.played.push(Played {
            won: number.is_some(),
            tries: self.game.tries,
            calibrations: self.game.calibrations,
            range: self.game.range(),
            number,
        });
        self.fresh_game();
        (self.silences, self.misses, self.restarts, self.left) = (0, 0, 0, None);
        self.began = now;
        self.phase = Phase::Talking(Sent::Over);
        let again = question::asked(heard) == Some(Question::Again);
        match closed || again {
            true => self.after(now, heard, closed),
            false => self.inbox.clear(now),
        }
    }

    /// What the server does once a game is over.
    fn after(&mut self, now: Duration, heard: &Heard, closed: bool) {
        let done = self.played.len() >= self.wish.games as usize;
        let again = question::asked(heard) == Some(Question::Again);
        let known = self.dialect.after_win;
        self.dialect.after_win = Some(match () {
            () if closed => AfterWin::Closes,
            () if again => AfterWin::Asks,
            () => known.unwrap_or(AfterWin::StaysOpen),
        });
        match () {
            () if done && again && !closed => {
                let reply = self.way.words(&question::no(heard));
                self.send(Sent::Farewell, reply);
            }
            () if done => self.phase = Phase::Leaving(Ok(())),
            () if closed => self.phase = Phase::Apart(now),
            () if again => self.answer_question(Question::Again, heard),
            () => {
                self.learn_prompt(heard);
                self.guess(now);
            }
        }
    }

    fn stop(&mut self, stop: Stop) {
        self.phase = Phase::Leaving(Err(stop));
    }
}

impl Inbox {
    fn clear(&mut self, now: Duration) {
        *self = Inbox {
            sent: now,
            longest: self.longest,
            ..Inbox::default()
        };
    }

    fn add(&mut self, now: Duration, bytes: &[u8]) {
        if self.first.is_some() {
            self.gap = self.gap.max(now.saturating_sub(self.last));
        }
        self.first.get_or_insert(now);
        self.last = now;
        let room = ANSWER_BYTES - self.bytes.len();
        self.floods |= bytes.len() > room;
        self.bytes
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// An answer is complete: how long one had to wait for it counts for the next ones.
    fn settle(&mut self) {
        self.longest = self.longest.max(self.gap);
    }
}
