//! A guess with its answer, and the features by which answers can be told apart.

use std::collections::BTreeMap;

use super::hint::{self, Reading};
use super::meaning::Meaning;
use super::text::Heard;
use super::token::Token;

/// How many of an answer's numbers, from the left, may be codes.
pub const SLOTS: usize = 3;
/// Words tried one by one as the feature that tells answers apart.
const WORDS_TRIED: usize = 8;

/// A guess and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The guess.
    pub guess: i64,
    /// The answer, without prompts.
    pub heard: Heard,
    /// What the answer's words say.
    pub reading: Option<Reading>,
    /// The answer's text with its numbers left out; see [`Heard::key`].
    pub key: String,
    /// Whether the server closed, or asked to play again, right after it.
    pub ended: bool,
}

impl Observation {
    /// An answer to `guess`, read by its words.
    pub fn new(guess: i64, heard: Heard, ended: bool) -> Observation {
        Observation {
            guess,
            reading: hint::read(&heard),
            key: heard.key(),
            heard,
            ended,
        }
    }

    /// The same answer, read by the range that it leaves: two directions have the same words.
    pub fn narrowed(self, reading: Reading) -> Observation {
        let mark = match reading.meaning {
            Meaning::TooSmall => " >",
            _ => " <",
        };
        Observation {
            reading: Some(reading),
            key: self.key + mark,
            ..self
        }
    }

    /// What its words say, if they are a hint.
    pub fn hint(&self) -> Option<Reading> {
        self.reading.filter(|it| it.meaning.is_hint())
    }
}

/// What tells two answers apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// What their words say, else their text.
    Words,
    /// Their text.
    Text,
    /// One of the numbers in them, counted from 0.
    Slot(usize),
    /// Whether they contain this word.
    Word(String),
}

/// The value of a feature. Answers of the same kind are taken to mean the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerKind {
    /// Of [`Feature::Words`]: a hint, [`Meaning::Found`], or [`Meaning::Nothing`] for the rest.
    Says(Meaning),
    /// The answer's key.
    Text(String),
    /// Of [`Feature::Slot`].
    Number(i64),
    /// Of [`Feature::Word`].
    Contains(bool),
}

impl Feature {
    /// The kind of an answer under this feature.
    pub fn kind(&self, seen: &Observation) -> AnswerKind {
        let text = || AnswerKind::Text(seen.key.clone());
        match self {
            Feature::Words => match seen.reading.map(|reading| reading.meaning) {
                // What stands beside « wrong » may be the hint.
                None | Some(Meaning::Wrong) => text(),
                Some(Meaning::Lost | Meaning::Refused) => AnswerKind::Says(Meaning::Nothing),
                Some(meaning) => AnswerKind::Says(meaning),
            },
            Feature::Text => text(),
            Feature::Slot(slot) => {
                let number = seen.heard.numbers().nth(*slot);
                number.map_or_else(text, AnswerKind::Number)
            }
            Feature::Word(word) => {
                let mut tokens = seen.heard.tokens.iter();
                AnswerKind::Contains(tokens.any(|token| token.is(word)))
            }
        }
    }
}

/// The features that could tell this game's answers apart.
pub fn features(game: &[Observation]) -> Vec<Feature> {
    let mut features = vec![Feature::Words, Feature::Text];
    features.extend(
        (0..SLOTS)
            .filter(|slot| is_code(game, *slot))
            .map(Feature::Slot),
    );
    let mut keys: Vec<&str> = game.iter().map(|seen| seen.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    // Single words are tried only if whole texts vary too much.
    if keys.len() > 3 {
        features.extend(distinctive_words(game).into_iter().map(Feature::Word));
    }
    features
}

/// Whether the number at this place of each answer may be a code: it takes two or three values,
/// and neither counts the tries nor repeats the guess.
pub fn is_code(game: &[Observation], slot: usize) -> bool {
    let number = |seen: &Observation| seen.heard.numbers().nth(slot);
    let numbers: Vec<i64> = game.iter().filter_map(number).collect();
    let mut values = numbers.clone();
    values.sort_unstable();
    values.dedup();
    (2..=3).contains(&values.len()) && (values.len() < numbers.len() || numbers.len() == 2)
}

/// At most [`WORDS_TRIED`] words that some answers contain and others do not, those nearest to one
/// half of the answers first.
fn distinctive_words(game: &[Observation]) -> Vec<String> {
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
        .take(WORDS_TRIED)
        .map(|(word, _)| word.to_owned())
        .collect()
}
