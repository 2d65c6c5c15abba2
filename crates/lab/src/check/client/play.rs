//! The server's side of the game, and the fingers at the program's keyboard: up to a guess, and the
//! answer to it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::number::{Number, read};
use super::words::Words;
use super::wrap::{Wrap, Wrapped};
use crate::session::Prompt;
use crate::session::{Stage, Turn};

/// Turns before a guess has to come: questions, names, prompts.
const STEPS: usize = 16;
/// All of them together.
const GUESS: Duration = Duration::from_secs(8);
/// A program that speaks first, or goes on, does so in this time.
const SPEAKS_FIRST: Duration = Duration::from_millis(1500);
/// How long a person who was greeted may think before the program gets one more message: one that reads a
/// message a turn would be a message behind from then on.
const READS: Duration = Duration::from_secs(6);
/// The rest of a line follows in this time.
const REST: Duration = Duration::from_millis(300);
/// A program answers sooner than this; a person reads, thinks and types.
const THINKS: Duration = Duration::from_millis(1500);
/// Messages beyond the greeting that the program may wait for before its first guess.
const PROMPTS: usize = 2;

/// How the program is spoken to: what was learned of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The words.
    pub words: Words,
    /// What stands around each message.
    pub wrap: Wrap,
    /// Answers end in a newline.
    pub newline: bool,
    /// The program ends its messages in a newline.
    pub lines: bool,
    /// A prompt follows each answer, in a message of its own.
    pub prompt: bool,
    /// Messages in a row that it waits for before its first guess, at most.
    pub opening: usize,
}

impl Guess {
    /// The bytes of the turn.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }
}

/// A guess as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// The pieces of the turn.
    pub pieces: Vec<Vec<u8>>,
    /// What they hold.
    pub number: Number,
    /// Whether the program does not play by itself: the number was typed for it, or, of a program that
    /// runs elsewhere, it came after a person's pause.
    pub by_hand: bool,
}

/// One game on a stage.
#[derive(Debug)]
pub struct Session {
    /// The run.
    pub stage: Stage,
    /// How the program is spoken to.
    pub style: Style,
    /// Whether it sent something before it was greeted.
    pub speaks_first: bool,
    /// Messages that were no guess, before the first guess.
    introduced: usize,
    /// Messages that it waited for in a row, since it last sent something.
    in_a_row: usize,
    /// The most that were.
    pub most_in_a_row: usize,
    /// What it is owed.
    to_say: VecDeque<Vec<u8>>,
    greeted: bool,
    /// What it printed between the last message and its question.
    pub reaction: String,
    /// The last number typed in this turn.
    typed: Option<i64>,
    /// The bounds of the numbers that are left, for typed guesses.
    low: i64,
    high: i64,
}

impl Session {
    /// A game that has not begun.
    pub fn new(stage: Stage, style: Style) -> Self {
        Session {
            stage,
            style,
            speaks_first: false,
            introduced: 0,
            in_a_row: 0,
            most_in_a_row: 0,
            to_say: VecDeque::new(),
            greeted: false,
            reaction: String::new(),
            typed: None,
            low: 1,
            high: 100,
        }
    }

    /// Waits for the program to connect, and types what it asks for on the way.
    pub fn connect(&mut self, patience: Duration) -> Result<(), Turn> {
        let mut asked = 0;
        loop {
            match self.stage.accept(patience) {
                Ok(()) => return Ok(()),
                Err(Turn::Asks(prompt)) if asked < STEPS => {
                    asked += 1;
                    self.type_for(&prompt, asked);
                }
                Err(turn) => return Err(turn),
            }
        }
    }

    /// The first guess: greets, answers names with a prompt, types numbers. `greeting` is without
    /// its newline.
    pub fn first_guess(&mut self, greeting: &str) -> Result<Guess, Turn> {
        self.to_say = self.opening(greeting, PROMPTS).into();
        self.guess()
    }

    /// A greeting and this number of prompts, each in a message of its own if the program reads them so.
    /// As at the lesson's server, what comes before the first guess ends in a newline for everybody.
    pub fn opening(&self, greeting: &str, prompts: usize) -> Vec<Vec<u8>> {
        let wrap = &self.style.wrap;
        let prompt = wrap.around(&self.style.words.prompt, Wrapped::Greeting, true);
        let mut messages = vec![wrap.around(greeting, Wrapped::Greeting, true)];
        messages.extend(std::iter::repeat_n(prompt, prompts));
        messages
    }

    /// Answers a guess, and waits for the next.
    pub fn answer(&mut self, text: &str) -> Result<Guess, Turn> {
        self.say(text);
        self.next_guess()
    }

    /// Says that the guess is too small.
    pub fn too_small(&mut self, guess: i64) -> Result<Guess, Turn> {
        self.low = guess + 1;
        self.answer(&self.style.words.small.clone())
    }

    /// Says that the guess is too big.
    pub fn too_big(&mut self, guess: i64) -> Result<Guess, Turn> {
        self.high = guess - 1;
        self.answer(&self.style.words.big.clone())
    }

    /// Waits for the next guess after something was said.
    pub fn next_guess(&mut self) -> Result<Guess, Turn> {
        self.to_say.clear();
        if self.style.prompt {
            self.to_say.push_back(self.prompt());
        }
        self.guess()
    }

    /// Waits for the next guess, and says nothing more.
    pub fn next_guess_only(&mut self) -> Result<Guess, Turn> {
        self.to_say.clear();
        self.guess()
    }

    /// Says something, framed as the program is spoken to.
    pub fn say(&mut self, text: &str) {
        self.typed = None;
        let message = self.framed(text);
        self.stage.send(&message);
    }

    /// A text as it is framed for this program.
    pub fn framed(&self, text: &str) -> Vec<u8> {
        let what = match text == self.style.words.error {
            true => Wrapped::Error,
            false => Wrapped::Answer,
        };
        self.style.wrap.around(text, what, self.style.newline)
    }

    fn prompt(&self) -> Vec<u8> {
        let (wrap, prompt) = (&self.style.wrap, &self.style.words.prompt);
        wrap.around(prompt, Wrapped::Greeting, self.style.newline)
    }

    fn guess(&mut self) -> Result<Guess, Turn> {
        let time = match self.stage.program() {
            Some(_) => GUESS * self.stage.times,
            None => GUESS.max(self.stage.turn),
        };
        let deadline = Instant::now() + time;
        let mut asked = 0;
        let mut given = Instant::now();
        for _ in 0..STEPS {
            let turn = match self.to_say.is_empty() {
                true => self.stage.next(),
                false if self.greeted && self.stage.program().is_none() => {
                    self.stage.next_within(READS)
                }
                false => self.stage.next_within(SPEAKS_FIRST),
            };
            match turn {
                Turn::Sent(mut pieces) => {
                    // The rest of a line that was cut on the way.
                    while self.style.lines
                        && !pieces.last().is_some_and(|it| it.ends_with(b"\n"))
                        && let Turn::Sent(rest) = self.stage.next_within(REST)
                    {
                        pieces.extend(rest);
                    }
                    self.speaks_first |= !self.greeted;
                    self.in_a_row = 0;
                    match read(&pieces) {
                        Number::None if self.introduced < PROMPTS => self.introduced += 1,
                        number => return Ok(self.guessed(pieces, number, given.elapsed())),
                    }
                }
                Turn::Listens if self.stage.reads_both() && self.greeted && asked < PROMPTS => {
                    asked += 1;
                    self.type_for("", asked);
                }
                // One that looks again and again whether something has come listens, too.
                Turn::Listens | Turn::Busy(_) => match self.to_say.pop_front() {
                    Some(message) => {
                        self.greeted = true;
                        self.in_a_row += 1;
                        self.most_in_a_row = self.most_in_a_row.max(self.in_a_row);
                        self.stage.send(&message);
                        given = Instant::now();
                    }
                    None => return Err(turn),
                },
                Turn::Asks(prompt) if asked < STEPS / 2 => {
                    asked += 1;
                    self.type_for(&prompt, asked);
                }
                other => return Err(other),
            }
            if Instant::now() >= deadline {
                break;
            }
        }
        Err(Turn::Busy(self.stage.look()))
    }

    fn guessed(&mut self, pieces: Vec<Vec<u8>>, number: Number, took: Duration) -> Guess {
        self.greeted = true;
        let by_hand = match self.stage.program() {
            Some(_) => self.typed.is_some() && number.value() == self.typed,
            None => took >= THINKS,
        };
        Guess {
            pieces,
            number,
            by_hand,
        }
    }

    /// Types what the program asks for. One that asks again did not like the number.
    pub fn type_for(&mut self, prompt: &str, asked: usize) {
        if asked == 1 {
            prompt.clone_into(&mut self.reaction);
        }
        let number = match asked {
            // The first number that is typed is one with which no program would begin by itself.
            1 if (self.low, self.high) == (1, 100) => 37,
            1 => self.low.midpoint(self.high),
            2 => self.low,
            _ => 5,
        };
        let line = match (Prompt::by(prompt), asked) {
            (Prompt::Guess, 4) => "o".to_owned(),
            (asked, _) => asked.answer(self.stage.server, number),
        };
        self.typed = line.parse().ok();
        self.stage.type_line(&line);
    }
}
