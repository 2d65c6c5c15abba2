//! One game of hints with the program: what it was told, and where it went.

use super::number::Number;
use super::plan::End;
use super::play::{Guess, Style};
use super::wrap::Wrap;
use crate::check::source::Source;
use crate::dialect::way::LengthPrefix;
use crate::sentence::Sentence;
use crate::session::Turn;

/// What a program's files hold that reads lengths or integers of several bytes.
const LENGTHS: &[&str] = &[
    "struct.unpack",
    "struct.pack",
    "from_bytes",
    "to_bytes",
    "readUTF",
    "readInt(",
    "readShort(",
    "readUInt",
    "readFully",
    "ntohl",
    "ntohs",
    "binary.Read",
    "BigEndian",
];
/// Marks of lengths of which the lowest byte comes first.
const LITTLE: &[&str] = &[
    "'<",
    "\"<",
    "little",
    "LittleEndian",
    "UInt16LE",
    "UInt32LE",
    "LITTLE_ENDIAN",
];
/// The same of JSON.
const OBJECTS: &[&str] = &["json", "JSON", "Json", "Gson"];

/// A hint, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// The guess that it answered.
    pub guess: i64,
    /// Whether it said too small, or too big.
    pub small: bool,
    /// What came then: the next guess, or something else.
    pub came: Result<i64, Turn>,
}

impl Hint {
    /// Whether the next guess went the right way.
    pub fn is_right(&self) -> bool {
        match (&self.came, self.small) {
            (Ok(next), true) => *next > self.guess,
            (Ok(next), false) => *next < self.guess,
            (Err(_), _) => false,
        }
    }
}

/// One game of hints.
#[derive(Clone, Debug)]
pub struct Trial {
    /// How the program was spoken to.
    pub style: Style,
    /// Its guesses, as they came.
    pub guesses: Vec<Guess>,
    /// The hints that it got.
    pub hints: Vec<Hint>,
    /// What it did in the place of its first guess.
    pub missed: Option<Turn>,
    /// Whether it spoke before it was greeted.
    pub speaks_first: bool,
    /// Whether somebody else started it: nothing can be typed for it.
    pub elsewhere: bool,
    /// How it ended.
    pub end: End,
}

impl Trial {
    /// Whether it plays what is typed: the check types itself, or a person does, elsewhere, whose pause
    /// before the first number may be lost in the greeting.
    pub fn by_hand(&self) -> bool {
        match self.guesses.as_slice() {
            [first, rest @ ..] if self.elsewhere => {
                let pauses = rest.iter().all(|guess| guess.by_hand);
                pauses && (!rest.is_empty() || first.by_hand)
            }
            guesses => guesses.first().is_some_and(|guess| guess.by_hand),
        }
    }

    /// Whether its messages are lines.
    pub fn sends_lines(&self) -> bool {
        let first = self.guesses.first();
        first.is_some_and(|guess| guess.bytes().ends_with(b"\n"))
    }

    /// Whether nothing stands around its numbers, and nothing around the answers.
    pub fn is_bare(&self) -> bool {
        let first = self.guesses.first().map(|guess| &guess.number);
        let wrapped = matches!(first, Some(Number::Framed(..) | Number::Object(_)));
        !wrapped && self.style.wrap == Wrap::Bare
    }

    /// Whether this game tells more than another that was not understood either.
    pub fn tells_more_than(&self, other: &Trial) -> bool {
        let missed = |it: &Trial| it.missed.is_some();
        (!missed(self) && missed(other)) || self.followed() > other.followed()
    }

    /// Whether it waits for a message after a hint.
    pub fn waits_after_hint(&self) -> bool {
        let last = self.hints.last();
        last.is_some_and(|hint| hint.came == Err(Turn::Listens))
    }

    /// Hints that were followed.
    pub fn followed(&self) -> usize {
        self.hints.iter().take_while(|hint| hint.is_right()).count()
    }

    /// Whether every hint was followed, and both ways were seen where that was possible.
    pub fn is_understood(&self, certain: bool) -> bool {
        let all = !self.hints.is_empty() && self.followed() == self.hints.len();
        let both = self.hints.iter().any(|hint| !hint.small);
        all && (both || certain)
    }

    /// Whether the game could go on: nothing else is known of a program that does not play by
    /// itself.
    pub fn flows(&self) -> bool {
        self.missed.is_none() && self.hints.iter().all(|hint| hint.came.is_ok())
    }

    /// What stands around a program's own messages, if anything does.
    pub fn own_wrap(&self, source: &Source) -> Option<Wrap> {
        match self.guesses.first().map(|guess| &guess.number) {
            Some(Number::Framed(_, prefix)) => Some(Wrap::Length(*prefix)),
            Some(Number::Object(_)) => Some(Wrap::Object(source.fields())),
            _ => None,
        }
    }

    /// What may stand around messages to a program that does not understand bare ones, likeliest first:
    /// what stands around its own, then what its files speak of. A program without files that waits may
    /// wait for the rest of a length.
    pub fn wraps(&self, source: &Source) -> Vec<Wrap> {
        let speaks = |words: &[&str]| words.iter().any(|word| source.has(word));
        let own = self.own_wrap(source);
        let is_odd = self.missed.is_some() || own.is_some();
        let mut found: Vec<Wrap> = own.into_iter().collect();
        if is_odd && speaks(OBJECTS) {
            found.push(Wrap::Object(source.fields()));
        }
        let unknown = source.first().is_none() && self.missed == Some(Turn::Listens);
        if unknown || (is_odd && speaks(LENGTHS)) {
            let mut prefixes = LengthPrefix::ALL;
            if speaks(LITTLE) {
                prefixes.sort_by_key(|prefix| prefix.big_endian);
            }
            found.extend(prefixes.map(Wrap::Length));
        }
        found
    }

    /// What stands around the messages of a program: its name in JSON and the sentence that tells it.
    pub fn framing(&self) -> Option<(&'static str, Sentence)> {
        let own = self.guesses.first().map(|guess| &guess.number);
        let prefix = match (own, &self.style.wrap) {
            (Some(Number::Framed(_, prefix)), _) | (_, Wrap::Length(prefix)) => *prefix,
            (Some(Number::Object(_)), _) | (_, Wrap::Object(_)) => {
                return Some(("objects", Sentence::new("profile-objects")));
            }
            _ => return None,
        };
        let (id, phrase) = match prefix.big_endian {
            true => ("lengths_big_endian", "profile-lengths-big"),
            false => ("lengths_little_endian", "profile-lengths-little"),
        };
        Some((id, Sentence::new(phrase).count("size", prefix.size)))
    }
}
