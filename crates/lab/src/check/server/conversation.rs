//! A conversation in the dialect that was learned: what has to be said first, guesses, a game.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use crate::dialect::question::{self, Question};
use crate::dialect::text::Heard;
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

/// A client of the examined server, which speaks its dialect and opens conversations.
#[derive(Clone, Copy, Debug)]
pub struct DialectClient<'a> {
    /// The server.
    pub target: &'a Target,
    /// How it speaks.
    pub dialect: &'a Dialect,
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
        matches!(
            self.meaning,
            Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Found | Meaning::Lost)
        )
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
        self.dialect.range.unwrap_or(usual)
    }

    /// Connects, and says what has to be said before the first guess.
    pub fn open(self) -> io::Result<Conversation> {
        let before = self.target.activity();
        let mut talk = Conversation {
            connection: self.target.connect()?,
            tries: 0,
            greeting: Vec::new(),
            last: Reply::default(),
        };
        if self.dialect.speaks_first != Some(false) {
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
            let heard = Heard::new(&talk.last.bytes());
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
        Ok(talk)
    }

    /// Makes a guess.
    pub fn guess(self, talk: &mut Conversation, guess: i64) -> Answer {
        let way = self.way();
        let bytes = way.guess(guess, talk.tries + 1);
        let mut reply = talk.say(self.target, &bytes);
        // Some ask or greet only when they are spoken to.
        for _ in 0..OPENING {
            let heard = Heard::new(&reply.bytes());
            let known = self.dialect.meaning_of(&reply.bytes());
            if reply.is_over() || talk.tries > 0 || heard.is_empty() || known.is_some() {
                break;
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
            false => self.dialect.meaning_of(&reply.bytes()),
        };
        Answer {
            guess,
            reply,
            meaning,
        }
    }

    /// Plays to the end. `first` are the first guesses, whatever the hints.
    pub fn play(self, talk: &mut Conversation, first: &[i64]) -> Game {
        let range = self.range();
        let (mut low, mut high) = (i64::from(range.min), i64::from(range.max));
        let mut first = first.iter().copied();
        let mut answers: Vec<Answer> = Vec::new();
        let end = loop {
            let guess = first.next().unwrap_or_else(|| low + (high - low) / 2);
            let answer = self.guess(talk, guess);
            let (meaning, over) = (answer.meaning, answer.reply.is_over());
            let mute = answer.reply.is_empty() && over && low == high;
            answers.push(answer);
            match meaning {
                Some(Meaning::Found) => break End::Won(guess),
                _ if mute => break End::Mute(guess),
                Some(Meaning::TooSmall) => low = low.max(guess + 1),
                Some(Meaning::TooBig) => high = high.min(guess - 1),
                Some(Meaning::Lost) => break End::Lost,
                _ => break End::Stopped,
            }
            if low > high {
                break End::Contradiction;
            }
            // It ends on a hint: no tries are left.
            if over {
                break End::Lost;
            }
            if answers.len() >= GUESSES || self.target.is_late() {
                break End::Stopped;
            }
        };
        Game {
            greeting: talk.greeting.clone(),
            answers,
            end,
            start: self.target.starts,
        }
    }
}

impl Conversation {
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
