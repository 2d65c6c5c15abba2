//! A guess and its answer, and the ways to tell two answers apart.

use std::collections::BTreeMap;

use super::Meaning;
use super::hint::{self, Reading};
use super::text::Heard;
use super::token::Token;

/// Numbers of an answer that may be codes.
pub const SLOTS: usize = 3;
/// Words of the answers that may make the difference.
const MARKS: usize = 8;

/// A guess and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The guess.
    pub guess: i64,
    /// The answer, prompts taken off.
    pub heard: Heard,
    /// What its words say.
    pub reading: Option<Reading>,
    /// What it says whatever the numbers.
    pub key: String,
    /// The server closed, or asked to play again, right after it.
    pub ended: bool,
}

impl Seen {
    /// An answer to this guess.
    pub fn new(guess: i64, heard: Heard, ended: bool) -> Seen {
        Seen {
            guess,
            reading: hint::read(&heard),
            key: heard.key(),
            heard,
            ended,
        }
    }

    /// What its words say, if they are those of a hint.
    pub fn hint(&self) -> Option<Reading> {
        let hint = |it: &Reading| matches!(it.meaning, Meaning::TooSmall | Meaning::TooBig);
        self.reading.filter(hint)
    }
}

/// How two answers are told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// By what their words say, else by their text.
    Words,
    /// By their text.
    Text,
    /// By one of the numbers in them, counted from 0.
    Slot(usize),
    /// By whether this word is in them.
    Mark(String),
}

impl View {
    /// The kind of an answer.
    pub fn kind(&self, seen: &Seen) -> String {
        let said = seen.reading.map(|reading| match reading.meaning {
            Meaning::TooSmall => "@small",
            Meaning::TooBig => "@big",
            Meaning::Found => "@found",
            Meaning::Lost | Meaning::Refused | Meaning::Nothing => "@other",
        });
        match self {
            View::Words => said.map_or_else(|| seen.key.clone(), str::to_owned),
            View::Text => seen.key.clone(),
            View::Slot(slot) => match seen.heard.numbers().nth(*slot) {
                Some(number) => format!("[{number}]"),
                None => seen.key.clone(),
            },
            View::Mark(word) => match seen.heard.tokens.iter().any(|token| token.is(word)) {
                true => format!("with {word}"),
                false => format!("without {word}"),
            },
        }
    }
}

/// The views under which this game's answers could be told apart.
pub fn views(game: &[Seen]) -> Vec<View> {
    let mut views = vec![View::Words, View::Text];
    views.extend(
        (0..SLOTS)
            .filter(|slot| is_code(game, *slot))
            .map(View::Slot),
    );
    let mut keys: Vec<&str> = game.iter().map(|seen| seen.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    // Words are asked one by one only where whole texts vary too much.
    if keys.len() > 3 {
        views.extend(marks(game).into_iter().map(View::Mark));
    }
    views
}

/// Whether the number at this place of each answer may be a code: it has few values, and neither
/// counts the tries nor repeats the guess.
pub fn is_code(game: &[Seen], slot: usize) -> bool {
    let number = |seen: &Seen| seen.heard.numbers().nth(slot);
    let numbers: Vec<i64> = game.iter().filter_map(number).collect();
    let mut values = numbers.clone();
    values.sort_unstable();
    values.dedup();
    (2..=3).contains(&values.len()) && (values.len() < numbers.len() || numbers.len() == 2)
}

/// The words that are in some of the answers and not in others, the most even first.
fn marks(game: &[Seen]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for seen in game {
        let mut words: Vec<&str> = seen
            .heard
            .tokens
            .iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(word.as_str()),
                _ => None,
            })
            .collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    let mut some: Vec<(&str, usize)> = counts
        .into_iter()
        .filter(|(_, count)| *count < game.len() && *count > 1)
        .collect();
    some.sort_by_key(|(_, count)| (count * 2).abs_diff(game.len()));
    some.into_iter()
        .take(MARKS)
        .map(|(word, _)| word.to_owned())
        .collect()
}
