//! A simulated server of the game, made of parts: who speaks first, framing, questions, words,
//! prompts, mistakes, what it does after a win. It has no clock and no socket.

use std::time::Duration;

/// How the server finds the end of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// It reads lines.
    Lines,
    /// One read is one message; blanks around it don't matter.
    Reads,
    /// One read is one message, which must be digits alone.
    Strict,
}

/// What it does with what it can't read as a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misread {
    Says(&'static str),
    Nothing,
    Closes,
}

/// Where the prompt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompting {
    None,
    /// In the same send, with nothing between.
    Glued,
    /// In the same send, on its own line.
    NextLine,
    /// In a send of its own, so many milliseconds later.
    Later(u64),
}

/// After a win.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Closes,
    PlaysOn,
    Asks,
    Hangs,
}

/// What kind of program it is, beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As most are.
    Usual,
    /// Every answer but the win's is the same.
    WithoutHints,
    /// It takes a message after each hint.
    Acknowledged,
    /// Its hints are the range that is left.
    Narrows,
    /// The win is the number of tries alone.
    TriesAlone,
    /// The length stands before each text, in so many bytes; whether the biggest part is first.
    Lengths(usize, bool),
    /// It closes without a word when the number is found.
    ClosesAtWin,
    /// It closes after each hint, and keeps its number for the next connection.
    OneGuess,
    /// Messages are JSON objects, both ways.
    Objects,
    /// It plays once a second player is there.
    TwoPlayers,
    /// Two players guess in turn: the second one's guess is due after the first one's.
    Alternates,
}

/// A dialect.
#[derive(Clone, Debug)]
pub struct Spec {
    pub kind: Kind,
    /// What is said on connection, before any question.
    pub greeting: Option<String>,
    pub framing: Framing,
    /// Whether answers end in a newline.
    pub newline: bool,
    pub range: (i64, i64),
    /// Asked before the game; without a text the server waits without a word.
    pub questions: Vec<Option<String>>,
    /// Words around the number, `{n}`.
    pub form: String,
    /// What must be said first.
    pub opening: Option<String>,
    /// `{k}` stands for the tries so far.
    pub too_small: String,
    pub too_big: String,
    pub found: String,
    pub prompt: String,
    pub prompting: Prompting,
    /// A line before the hint, in a send of its own, so many milliseconds before it.
    pub receipt: Option<(String, u64)>,
    pub misread: Misread,
    pub after: After,
    /// Before each answer.
    pub latency: u64,
    /// Tries, then the game is lost.
    pub tries: Option<u32>,
    pub lost: String,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            kind: Kind::Usual,
            greeting: None,
            framing: Framing::Reads,
            newline: false,
            range: (1, 100),
            questions: Vec::new(),
            form: "{n}".to_owned(),
            opening: None,
            too_small: "Trop petit".to_owned(),
            too_big: "Trop grand".to_owned(),
            found: "Gagné".to_owned(),
            prompt: String::new(),
            prompting: Prompting::None,
            receipt: None,
            misread: Misread::Says("Erreur"),
            after: After::Closes,
            latency: 1,
            tries: None,
            lost: "Vous avez perdu !".to_owned(),
        }
    }
}

/// What the server does, after so many milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    Says(Vec<u8>),
    Closes,
}

/// One conversation with it.
#[derive(Debug)]
pub struct Talk {
    spec: Spec,
    secret: i64,
    next_secret: u64,
    buffer: Vec<u8>,
    question: usize,
    opened: bool,
    asks_again: bool,
    tries: u32,
    /// What the hints so far leave, for a server that says it.
    left: (i64, i64),
    /// The next message is taken and not looked at.
    takes: bool,
    hangs: bool,
    /// It waits for a second player.
    is_alone: bool,
    /// The second player's guess is due.
    is_others_turn: bool,
    /// The milliseconds that what was said last takes.
    delay: u64,
    out: Vec<(Duration, Does)>,
    /// The games that are over, in order: the number if it was found, and the guesses judged.
    pub over: Vec<(Option<i64>, u32)>,
}

impl Talk {
    pub fn new(spec: &Spec, seed: u64) -> Talk {
        let mut talk = Talk {
            spec: spec.clone(),
            secret: 0,
            next_secret: seed,
            buffer: Vec::new(),
            question: 0,
            opened: spec.opening.is_none(),
            asks_again: false,
            tries: 0,
            left: spec.range,
            takes: false,
            hangs: false,
            is_alone: false,
            is_others_turn: false,
            delay: 0,
            out: Vec::new(),
            over: Vec::new(),
        };
        talk.draw();
        talk
    }

    fn draw(&mut self) {
        let size = (self.spec.range.1 - self.spec.range.0 + 1) as u64;
        self.next_secret = self
            .next_secret
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.secret = self.spec.range.0 + ((self.next_secret >> 33) % size) as i64;
        self.tries = 0;
        self.left = (self.spec.range.0 - 1, self.spec.range.1 + 1);
    }

    /// A client connects.
    pub fn accept(&mut self) -> Vec<(Duration, Does)> {
        self.delay = self.spec.latency;
        if matches!(self.spec.kind, Kind::TwoPlayers | Kind::Alternates) {
            self.is_alone = true;
            self.say("En attente d'un second joueur...");
            return std::mem::take(&mut self.out);
        }
        self.begin()
    }

    /// A second player connects.
    pub fn join(&mut self) -> Vec<(Duration, Does)> {
        match std::mem::take(&mut self.is_alone) {
            true => self.begin(),
            false => Vec::new(),
        }
    }

    fn begin(&mut self) -> Vec<(Duration, Does)> {
        self.delay = self.spec.latency;
        if let Some(greeting) = self.spec.greeting.clone() {
            self.say(&greeting);
            self.ask_or_prompt();
        }
        std::mem::take(&mut self.out)
    }

    /// Bytes arrive.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<(Duration, Does)> {
        self.delay = self.spec.latency;
        if self.hangs || self.is_alone {
            return Vec::new();
        }
        if self.spec.kind == Kind::Objects {
            let object = serde_json::from_slice::<serde_json::Value>(bytes).ok();
            let object = object.and_then(|it| it.as_object().cloned());
            let number = object.and_then(|it| it.values().find_map(serde_json::Value::as_i64));
            match number {
                Some(guess) => self.judge(guess),
                None => self.say("objet attendu"),
            }
            return std::mem::take(&mut self.out);
        }
        if let Kind::Lengths(size, big_endian) = self.spec.kind {
            self.buffer.extend_from_slice(bytes);
            while let Some(length) = self.buffer.get(..size).map(|it| length(it, big_endian)) {
                if self.buffer.len() < size + length || self.hangs {
                    break;
                }
                let message: Vec<u8> = self.buffer.drain(..size + length).skip(size).collect();
                self.message(String::from_utf8_lossy(&message).trim());
            }
            return std::mem::take(&mut self.out);
        }
        match self.spec.framing {
            Framing::Lines => {
                self.buffer.extend_from_slice(bytes);
                while let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                    let line: Vec<u8> = self.buffer.drain(..=end).collect();
                    self.message(String::from_utf8_lossy(&line).trim());
                }
            }
            Framing::Reads => self.message(String::from_utf8_lossy(bytes).trim()),
            Framing::Strict => self.message(&String::from_utf8_lossy(bytes)),
        }
        std::mem::take(&mut self.out)
    }

    fn say(&mut self, text: &str) {
        let end = if self.spec.newline { "\n" } else { "" };
        self.say_raw(&format!("{text}{end}"));
    }

    fn say_raw(&mut self, text: &str) {
        if !text.is_empty() {
            let mut bytes = text.as_bytes().to_vec();
            if self.spec.kind == Kind::Objects {
                let object = serde_json::json!({ "message": text.trim() });
                bytes = format!("{object}\n").into_bytes();
            }
            if let Kind::Lengths(size, big_endian) = self.spec.kind {
                let length = u32::try_from(bytes.len()).expect("a short text");
                let prefix = match big_endian {
                    true => length.to_be_bytes()[4 - size..].to_vec(),
                    false => length.to_le_bytes()[..size].to_vec(),
                };
                bytes.splice(0..0, prefix);
            }
            let does = Does::Says(bytes);
            self.out.push((Duration::from_millis(self.delay), does));
        }
    }

    fn close(&mut self) {
        self.out
            .push((Duration::from_millis(self.delay), Does::Closes));
        self.hangs = true;
    }

    fn ask_or_prompt(&mut self) {
        match self.spec.questions.get(self.question).cloned() {
            Some(Some(text)) => self.say(&text),
            Some(None) => {}
            None if self.spec.prompting != Prompting::None => {
                let prompt = self.spec.prompt.clone();
                self.say_raw(&prompt);
            }
            None => {}
        }
    }

    fn message(&mut self, text: &str) {
        if self.hangs {
            return;
        }
        if std::mem::take(&mut self.takes) {
            return self.ask_or_prompt();
        }
        if self.asks_again {
            self.asks_again = false;
            return match text.starts_with(['o', 'y', 's', 'R']) {
                true => self.ask_or_prompt(),
                false => self.close(),
            };
        }
        if self.question < self.spec.questions.len() {
            self.question += 1;
            return self.ask_or_prompt();
        }
        if !self.opened && Some(text) == self.spec.opening.as_deref() {
            self.opened = true;
            return self.say("OK");
        }
        let (before, after) = self
            .spec
            .form
            .split_once("{n}")
            .expect("a form has a number");
        let after = after.replace("{t}", &(self.tries + 1).to_string());
        let number = text.strip_prefix(before);
        let number = number.and_then(|rest| rest.strip_suffix(after.as_str()));
        match number.and_then(|digits| digits.parse::<i64>().ok()) {
            Some(guess) if self.opened => self.judge(guess),
            _ => match self.spec.misread {
                Misread::Says(text) => self.say(text),
                Misread::Nothing => {}
                Misread::Closes => self.close(),
            },
        }
    }

    fn judge(&mut self, guess: i64) {
        if self.is_others_turn {
            return self.say("Ce n'est pas ton tour");
        }
        self.is_others_turn = self.spec.kind == Kind::Alternates;
        self.tries += 1;
        if let Some((receipt, later)) = self.spec.receipt.clone() {
            self.say(&receipt);
            self.delay += later;
        }
        if guess == self.secret {
            return self.won();
        }
        let small = guess < self.secret || self.spec.kind == Kind::WithoutHints;
        match small {
            true => self.left.0 = self.left.0.max(guess),
            false => self.left.1 = self.left.1.min(guess),
        }
        let hint = match small {
            _ if self.spec.kind == Kind::Narrows => {
                format!("Le nombre est entre {} et {}", self.left.0, self.left.1)
            }
            true => self.spec.too_small.clone(),
            false => self.spec.too_big.clone(),
        };
        if self.spec.kind == Kind::OneGuess {
            self.say(&hint);
            return self.close();
        }
        if self.spec.kind == Kind::Acknowledged {
            self.takes = true;
            return self.say(&hint);
        }
        let left = self.spec.tries.map_or(0, |all| all - self.tries);
        let mut answer = hint.replace("{k}", &self.tries.to_string());
        answer = answer.replace("{l}", &left.to_string());
        if self.spec.tries == Some(self.tries) {
            self.over.push((None, self.tries));
            self.say(&answer);
            let lost = self.spec.lost.clone();
            self.say(&lost);
            return self.close();
        }
        match self.spec.prompting {
            Prompting::None => self.say(&answer),
            Prompting::Glued => {
                answer.push_str(&self.spec.prompt);
                self.say_raw(&answer);
            }
            Prompting::NextLine => {
                let prompt = self.spec.prompt.clone();
                self.say_raw(&format!("{answer}\n{prompt}"));
            }
            Prompting::Later(later) => {
                self.say(&answer);
                self.delay += later;
                let prompt = self.spec.prompt.clone();
                self.say_raw(&prompt);
            }
        }
    }

    fn won(&mut self) {
        let found = match self.spec.kind {
            Kind::TriesAlone => self.tries.to_string(),
            _ => self.spec.found.replace("{k}", &self.tries.to_string()),
        };
        if self.spec.kind == Kind::ClosesAtWin {
            self.over.push((Some(self.secret), self.tries));
            return self.close();
        }
        self.over.push((Some(self.secret), self.tries));
        self.say(&found);
        self.draw();
        match self.spec.after {
            _ if self.spec.kind == Kind::OneGuess => self.close(),
            After::Closes => self.close(),
            After::PlaysOn => self.ask_or_prompt(),
            After::Hangs => self.hangs = true,
            After::Asks => {
                self.asks_again = true;
                self.say("Rejouer ? (o/n)");
            }
        }
    }
}

/// The number that these bytes are.
fn length(bytes: &[u8], big_endian: bool) -> usize {
    let digits = |length: usize, byte: &u8| length << 8 | usize::from(*byte);
    match big_endian {
        true => bytes.iter().fold(0, digits),
        false => bytes.iter().rev().fold(0, digits),
    }
}
