//! A conversation in the dialect that was learned: what has to be said first, guesses, a game.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crate::dialect::question::{self, Question};
use crate::dialect::way::Way;
use crate::dialect::{Dialect, Meaning, range};
use crate::session::Connection;
use crate::session::Reply;
use crate::session::Target;
use game::rules::Range;

/// How long nothing at all may come.
const FIRST: Duration = Duration::from_millis(1_500);
/// The same after words that are not always answered.
const WORDS: Duration = Duration::from_millis(400);
/// Messages before the first guess.
const OPENING: usize = 8;
/// Guesses of one game: bisection in the widest range needs half of it.
const GUESSES: usize = 64;
/// Guesses of one game on a server that gives no hints.
const ONE_BY_ONE: usize = 130;
/// What is said where a server takes a message after a hint before the next number.
const ACKNOWLEDGEMENT: &str = "ok";
/// A server on the same network has read a message in this time.
const READ: Duration = Duration::from_millis(40);
/// How long nothing may come after it: some servers prompt for the next number.
const ACKNOWLEDGED: Duration = Duration::from_millis(150);

/// A client of the examined server, which speaks its dialect and opens conversations.
#[derive(Clone, Copy, Debug)]
pub struct DialectClient<'a> {
    /// The server.
    pub target: &'a Target,
    /// How it speaks.
    pub dialect: &'a Dialect,
    /// The start of the program in which a game was won last, if one was.
    pub won_in: &'a Cell<Option<usize>>,
}

/// A guess and what came of it.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The guess.
    pub guess: i64,
    /// What came.
    pub reply: Reply,
    /// What it means.
    pub meaning: Option<Meaning>,
}

impl Answer {
    /// Whether it judges the guess.
    pub fn judges(&self) -> bool {
        self.meaning.is_some_and(Meaning::judges)
    }
}

/// How a game ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server said that this is the number.
    Won(i64),
    /// The server closed without a word at the only number that was left.
    Mute(i64),
    /// No tries were left.
    Lost,
    /// No number is left that fits all hints.
    Contradiction,
    /// The last answer tells: none, or a close, or something else than a hint.
    Stopped,
}

/// A game.
#[derive(Clone, Debug)]
pub struct Game {
    /// What the server said before the first guess.
    pub greeting: Vec<Vec<u8>>,
    /// Guesses and answers.
    pub answers: Vec<Answer>,
    /// How it ended.
    pub end: End,
    /// The numbers that it is played with, as it announced them.
    pub range: Range,
    /// Which start of the program it was in.
    pub start: usize,
}

impl Game {
    /// The number, if the game showed it.
    pub fn number(&self) -> Option<i64> {
        match self.end {
            End::Won(number) | End::Mute(number) => Some(number),
            _ => None,
        }
    }
}

/// The conversation.
#[derive(Debug)]
pub struct Conversation {
    /// The connection.
    pub connection: Connection,
    /// The second player's, where the server waits for one.
    pub second: Option<Connection>,
    /// The numbers that are played with, as this game announced them.
    pub range: Range,
    /// Whether the server takes a message before the next guess.
    pub owes: bool,
    /// Guesses so far.
    pub tries: u32,
    /// What was said before the first guess.
    pub greeting: Vec<Vec<u8>>,
    /// The last answer.
    pub last: Reply,
}

impl<'a> DialectClient<'a> {
    /// How a guess is sent.
    pub fn way(&self) -> Way {
        let way = self.dialect.way.clone();
        way.unwrap_or_else(|| Way::text("{n}", crate::dialect::way::Ending::Lf))
    }

    /// The numbers that are played with.
    pub fn range(&self) -> Range {
        let usual = Range { min: 1, max: 100 };
        self.drawn(self.dialect.range.unwrap_or(usual))
    }

    /// What is drawn of a range, where its ends never are.
    fn drawn(self, range: Range) -> Range {
        let inner = Range {
            min: range.min.saturating_add(1),
            max: range.max.saturating_sub(1),
        };
        let is_inner = self.dialect.exclusive && inner.min < inner.max;
        if is_inner { inner } else { range }
    }

    /// Connects, and says what has to be said before the first guess.
    pub fn open(self) -> io::Result<Conversation> {
        let before = self.target.activity();
        let mut talk = Conversation {
            connection: self.target.connect()?,
            second: None,
            range: self.range(),
            owes: false,
            tries: 0,
            greeting: Vec::new(),
            last: Reply::default(),
        };
        if self.dialect.two_players {
            talk.second = Some(self.target.connect()?);
        }
        if self.dialect.speaks_first != Some(false) || self.dialect.two_players {
            talk.last = Reply::on(self.target, &mut talk.connection, before.as_ref(), FIRST);
            talk.greeting.push(talk.last.bytes());
        }
        let unasked = std::iter::repeat_n(question::NAME, self.dialect.unasked as usize);
        let opening = self.way().opening;
        let mut words: VecDeque<&str> = opening.as_deref().into_iter().chain(unasked).collect();
        for _ in 0..OPENING {
            if talk.last.is_over() {
                break;
            }
            let heard = self.dialect.heard(&talk.last.bytes());
            let reply = match question::asked(&heard) {
                Some(question) if !matches!(question, Question::Guess | Question::Again) => {
                    question::reply(question, &heard)
                }
                _ => match words.pop_front() {
                    Some(words) => words.to_owned(),
                    None => break,
                },
            };
            let bytes = self.way().words(&reply);
            let answer = talk.say_for(self.target, &bytes, WORDS);
            talk.greeting.push(answer.bytes());
        }
        talk.range = self.announced(&talk.greeting).unwrap_or(talk.range);
        Ok(talk)
    }

    /// The range that these messages announce, without ends that the server never draws.
    fn announced(self, messages: &[Vec<u8>]) -> Option<Range> {
        let mut told = messages.iter().filter_map(|bytes| {
            let heard = question::without_choices(&self.dialect.heard(bytes));
            range::ranges(&heard).first().copied()
        });
        let range = told.next()?;
        if Some(range) == self.dialect.told {
            // The learner knows better what is drawn: numbers beyond it, perhaps.
            return None;
        }
        Some(self.drawn(range))
    }

    /// Connects anew where a server takes one guess a connection.
    pub fn again(self, talk: &mut Conversation) {
        if !self.dialect.one_guess || !talk.last.is_over() {
            return;
        }
        if let Ok(next) = self.open() {
            let tries = talk.tries;
            *talk = Conversation { tries, ..next };
        }
    }

    /// Says what the server waits for between a hint and the next number, if it waits for something.
    pub fn make_due(self, talk: &mut Conversation) {
        if self.dialect.acknowledged && std::mem::take(&mut talk.owes) {
            let bytes = self.way().words(ACKNOWLEDGEMENT);
            if self.dialect.acknowledged_silently && !self.target.is_ours() {
                // It only has to be read before the number comes.
                talk.connection.send(&bytes);
                std::thread::sleep(READ);
                return;
            }
            talk.say_for(self.target, &bytes, ACKNOWLEDGED);
        }
    }

    /// Makes a guess.
    pub fn guess(self, talk: &mut Conversation, guess: i64) -> Answer {
        self.again(talk);
        self.make_due(talk);
        let way = self.way();
        let bytes = way.guess(guess, talk.tries + 1);
        let mut reply = talk.say(self.target, &bytes);
        // Some ask or greet only when they are spoken to.
        for _ in 0..OPENING {
            let heard = self.dialect.heard(&reply.bytes());
            let known = self.dialect.meaning_of(guess, &reply.bytes());
            if reply.is_over() || talk.tries > 0 || heard.is_empty() || known.is_some() {
                break;
            }
            if let Some(range) = self.announced(&[reply.bytes()]) {
                talk.range = range;
            }
            let greets = !range::ranges(&heard).is_empty() || question::only_asks_for_guess(&heard);
            let next = match question::asked(&heard) {
                Some(it) if !matches!(it, Question::Guess | Question::Again) => {
                    way.words(&question::reply(it, &heard))
                }
                _ if greets => bytes.clone(),
                _ => break,
            };
            reply = talk.say(self.target, &next);
        }
        talk.tries += 1;
        let meaning = match reply.is_empty() {
            true => None,
            false => self.dialect.meaning_of(guess, &reply.bytes()),
        };
        talk.owes = meaning.is_some_and(Meaning::is_miss);
        if meaning == Some(Meaning::Found) {
            self.won_in.set(Some(self.target.starts));
        }
        Answer {
            guess,
            reply,
            meaning,
        }
    }

    /// Plays to the end. `first` are the first guesses, whatever the hints.
    pub fn play(self, talk: &mut Conversation, first: &[i64]) -> Game {
        let range = talk.range;
        let (mut low, mut high) = (i64::from(range.min), i64::from(range.max));
        let mut first = first.iter().copied().filter(|guess| range.contains(*guess));
        let mut answers: Vec<Answer> = Vec::new();
        let end = loop {
            let guess = first
                .next()
                .unwrap_or_else(|| match self.dialect.without_hints {
                    true => low,
                    false => low + (high - low) / 2,
                });
            let answer = self.guess(talk, guess);
            let (meaning, over) = (answer.meaning, answer.reply.is_over());
            let mute = answer.reply.is_empty() && over && low == high;
            answers.push(answer);
            match meaning {
                Some(Meaning::Found) => break End::Won(guess),
                _ if mute => break End::Mute(guess),
                Some(Meaning::Wrong) if guess == low => low += 1,
                Some(Meaning::Wrong) => {}
                Some(Meaning::TooSmall) => low = low.max(guess + 1),
                Some(Meaning::TooBig) => high = high.min(guess - 1),
                Some(Meaning::Lost) => break End::Lost,
                _ => break End::Stopped,
            }
            if low > high {
                break End::Contradiction;
            }
            // It ends on a hint: no tries are left.
            if over && !self.dialect.one_guess {
                break End::Lost;
            }
            let most = match self.dialect.without_hints {
                true => ONE_BY_ONE,
                false => GUESSES,
            };
            if answers.len() >= most || self.target.is_late() {
                break End::Stopped;
            }
        };
        Game {
            greeting: talk.greeting.clone(),
            answers,
            end,
            range,
            start: self.target.starts,
        }
    }
}

impl Conversation {
    /// The guess that halves the range of this game.
    pub fn middle(&self) -> i64 {
        i64::midpoint(self.range.min.into(), self.range.max.into())
    }

    /// Sends these bytes, and what the server says then.
    pub fn say(&mut self, target: &Target, bytes: &[u8]) -> Reply {
        self.say_for(target, bytes, FIRST)
    }

    /// The same, where nothing may come for so long.
    fn say_for(&mut self, target: &Target, bytes: &[u8], first: Duration) -> Reply {
        let segments = target.segments(&self.connection);
        let before = target.activity();
        self.connection.send(bytes);
        let mut reply = Reply::on(target, &mut self.connection, before.as_ref(), first);
        let now = target.segments(&self.connection);
        reply.segments = segments
            .zip(now)
            .map(|(before, now)| now.wrapping_sub(before));
        self.last = reply.clone();
        reply
    }
}
