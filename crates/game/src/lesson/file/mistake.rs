//! Mistakes in a lesson's file.

use crate::phrases::{Lang, Value, say};

/// A mistake in a lesson's file, and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// The phrase that says what is wrong, and its arguments.
    what: (&'static str, Vec<(&'static str, String)>),
}

impl Mistake {
    /// Describes the mistake in one sentence; `file` is the file's name.
    pub fn sentence(&self, file: &str, lang: Lang) -> String {
        let (id, args) = &self.what;
        let args: Vec<(&str, Value<'_>)> =
            args.iter().map(|(k, v)| (*k, v.as_str().into())).collect();
        let place = [
            ("file", file.into()),
            ("line", self.line.to_string().into()),
            ("column", self.column.to_string().into()),
            ("what", say(lang, id, &args).into()),
        ];
        say(lang, "lesson-file-mistake", &place)
    }
}

/// A file's text, for the positions of mistakes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub text: &'a str,
}

impl Source<'_> {
    /// Creates a mistake at that byte.
    pub fn mistake(self, at: usize, id: &'static str, args: &[(&'static str, &str)]) -> Mistake {
        let (line, column) = self.position(at);
        let args = args.iter().map(|(key, value)| (*key, (*value).to_owned()));
        Mistake {
            line,
            column,
            what: (id, args.collect()),
        }
    }

    /// The line and the column of a byte.
    fn position(self, at: usize) -> (usize, usize) {
        let before = (0..=at).rev().find_map(|at| self.text.get(..at));
        let before = before.expect("the empty text is a beginning");
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (line, before[start..].chars().count() + 1)
    }

    /// The line of a byte, as an argument of a sentence.
    pub fn line(self, at: usize) -> String {
        self.position(at).0.to_string()
    }
}
