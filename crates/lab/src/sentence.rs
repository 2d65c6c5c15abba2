//! A sentence that is not in a language yet: the id of its phrase, and what is put in.
//!
//! What judges a program speaks no language; what shows the judgement does. The id is also the
//! stable name of what was found, in JSON.

use std::time::Duration;

use crate::escape::escape;
use game::phrases::{Lang, Value, decimal, say};

/// What is put into a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// The same in every language.
    Text(String),
    /// A number of things, for plurals.
    Count(usize),
    /// Seconds, to the tenth.
    Seconds(Duration),
    /// A phrase in a phrase.
    Said(Sentence),
}

/// The sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence {
    /// The phrase.
    pub id: &'static str,
    /// Its arguments.
    args: Vec<(&'static str, Arg)>,
}

impl Sentence {
    /// A sentence without arguments.
    pub fn new(id: &'static str) -> Sentence {
        let args = Vec::new();
        Sentence { id, args }
    }

    /// With this put in.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: Arg) -> Sentence {
        self.args.push((name, arg));
        self
    }

    /// With a text that is the same in every language.
    #[must_use]
    pub fn text(self, name: &'static str, text: impl Into<String>) -> Sentence {
        self.with(name, Arg::Text(text.into()))
    }

    /// With bytes, escaped.
    #[must_use]
    pub fn bytes(self, name: &'static str, bytes: &[u8]) -> Sentence {
        self.with(name, Arg::Text(escape(bytes)))
    }

    /// With a number of things.
    #[must_use]
    pub fn count(self, name: &'static str, count: usize) -> Sentence {
        self.with(name, Arg::Count(count))
    }

    /// With a time.
    #[must_use]
    pub fn seconds(self, name: &'static str, time: Duration) -> Sentence {
        self.with(name, Arg::Seconds(time))
    }

    /// With another sentence in it.
    #[must_use]
    pub fn said(self, name: &'static str, sentence: Sentence) -> Sentence {
        self.with(name, Arg::Said(sentence))
    }

    /// The sentence in that language.
    pub fn say(&self, lang: Lang) -> String {
        let args: Vec<(&str, Value<'_>)> = self
            .args
            .iter()
            .map(|(name, arg)| (*name, value(arg, lang)))
            .collect();
        say(lang, self.id, &args)
    }
}

fn value(arg: &Arg, lang: Lang) -> Value<'static> {
    match arg {
        Arg::Text(text) => Value::from(text.clone()),
        Arg::Count(count) => Value::from(*count),
        Arg::Seconds(time) => Value::from(decimal(lang, time.as_secs_f64(), 1)),
        Arg::Said(sentence) => Value::from(sentence.say(lang)),
    }
}
