//! Typed access to the fields of a table in a lesson's file.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::mistake::{Mistake, Source};
use crate::lesson::markup::{self, SlipKind};
use crate::lesson::text::{Place, Text};
use crate::limits::{LESSON_ID_CHARS, LESSON_ITEMS};
use crate::phrases::Lang;

/// A table, and its offset in the file.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub source: Source<'a>,
    table: &'a DeTable<'a>,
    at: usize,
}

/// A string of the file, and its position.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    pub text: &'a str,
    span: Range<usize>,
}

impl Words<'_> {
    /// The offset of its first byte.
    pub fn at(&self) -> usize {
        self.span.start
    }
}

impl<'a> Fields<'a> {
    /// The fields of the whole file.
    pub fn of_file(source: Source<'a>, table: &'a Spanned<DeTable<'a>>) -> Self {
        Fields {
            source,
            table: table.get_ref(),
            at: 0,
        }
    }

    /// Creates a mistake about the table as a whole.
    pub fn mistake(&self, id: &'static str, args: &[(&'static str, &str)]) -> Mistake {
        self.source.mistake(self.at, id, args)
    }

    /// Rejects unknown keys. `table` is the table's name for the message; empty for the file
    /// itself.
    pub fn only(&self, known: &[&str], table: &str) -> Result<(), Mistake> {
        let unknown = self
            .table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()));
        let Some(key) = unknown.min_by_key(|key| key.span().start) else {
            return Ok(());
        };
        let args = [
            ("key", key.get_ref().as_ref()),
            ("known", &known.join(", ")),
            ("table", table),
        ];
        let id = match table {
            "" => "lesson-file-unknown-top",
            _ => "lesson-file-unknown-key",
        };
        Err(self.source.mistake(key.span().start, id, &args))
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut pairs = self.table.iter();
        pairs
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| value)
    }

    fn missing(&self, key: &str) -> Mistake {
        self.mistake("lesson-file-missing", &[("key", key)])
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, id: &'static str) -> Mistake {
        self.source.mistake(value.span().start, id, &[("key", key)])
    }

    /// An optional string; it may not be blank.
    pub fn string(&self, key: &str) -> Result<Option<Words<'a>>, Mistake> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::String(text) = value.get_ref() else {
            return Err(self.wrong(key, value, "lesson-file-not-string"));
        };
        if text.trim().is_empty() {
            return Err(self.wrong(key, value, "lesson-file-empty"));
        }
        let span = value.span();
        Ok(Some(Words { text, span }))
    }

    /// A required string.
    pub fn needed(&self, key: &str) -> Result<Words<'a>, Mistake> {
        self.string(key)?.ok_or_else(|| self.missing(key))
    }

    /// A required id: lower-case letters, digits and hyphens.
    pub fn id(&self) -> Result<Words<'a>, Mistake> {
        let id = self.needed("id")?;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if id.text.len() > LESSON_ID_CHARS || !id.text.bytes().all(allowed) {
            return Err(self
                .source
                .mistake(id.at(), "lesson-file-id", &[("id", id.text)]));
        }
        Ok(id)
    }

    /// An optional text with markup.
    pub fn text(&self, key: &str, lang: Lang) -> Result<Option<Text>, Mistake> {
        let words = self.string(key)?;
        words.map(|words| self.marked(&words, lang)).transpose()
    }

    /// A required text with markup.
    pub fn needed_text(&self, key: &str, lang: Lang) -> Result<Text, Mistake> {
        self.text(key, lang)?.ok_or_else(|| self.missing(key))
    }

    fn marked(&self, words: &Words<'_>, lang: Lang) -> Result<Text, Mistake> {
        markup::text(words.text, lang).map_err(|slip| {
            // A string with escapes is not found as it stands: its beginning must do.
            let raw = &self.source.text[words.span.clone()];
            let at = raw
                .find(words.text)
                .map_or(words.at(), |start| words.at() + start + slip.at);
            match slip.kind {
                SlipKind::Open(mark) => {
                    self.source
                        .mistake(at, "lesson-file-open-mark", &[("mark", mark)])
                }
                SlipKind::Place(place) => {
                    let known = Place::ALL
                        .map(|place| format!("{{{}}}", place.word()))
                        .join(", ");
                    let args = [("place", place.as_str()), ("known", &known)];
                    self.source.mistake(at, "lesson-file-place", &args)
                }
            }
        })
    }

    /// An optional flag; false by default.
    pub fn flag(&self, key: &str) -> Result<bool, Mistake> {
        match self.get(key).map(|value| (value, value.get_ref())) {
            None => Ok(false),
            Some((_, DeValue::Boolean(flag))) => Ok(*flag),
            Some((value, _)) => Err(self.wrong(key, value, "lesson-file-not-flag")),
        }
    }

    /// A required number from 1 to 100.
    pub fn count(&self, key: &str) -> Result<u32, Mistake> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let number = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        let number = number.filter(|it| (1..=100).contains(it));
        number.ok_or_else(|| self.wrong(key, value, "lesson-file-not-count"))
    }

    /// An optional string or array of strings; integers are taken as strings. Empty without the
    /// key.
    pub fn strings(&self, key: &str) -> Result<Vec<Words<'a>>, Mistake> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let one = |value: &'a Spanned<DeValue<'a>>| match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                Err(self.wrong(key, value, "lesson-file-empty"))
            }
            DeValue::String(text) => Ok(Words {
                text,
                span: value.span(),
            }),
            DeValue::Integer(number) if number.radix() == 10 => Ok(Words {
                text: number.as_str(),
                span: value.span(),
            }),
            _ => Err(self.wrong(key, value, "lesson-file-not-strings")),
        };
        match value.get_ref() {
            DeValue::Array(values) if values.is_empty() => {
                Err(self.wrong(key, value, "lesson-file-empty"))
            }
            DeValue::Array(values) if values.len() > LESSON_ITEMS => {
                Err(self.too_many(key, value.span().start, LESSON_ITEMS))
            }
            DeValue::Array(values) => values.iter().map(one).collect(),
            _ => Ok(vec![one(value)?]),
        }
    }

    /// A required string or array of strings.
    pub fn needed_strings(&self, key: &str) -> Result<Vec<Words<'a>>, Mistake> {
        let strings = self.strings(key)?;
        if strings.is_empty() {
            Err(self.missing(key))
        } else {
            Ok(strings)
        }
    }

    /// The tables `[[key]]`, at most `most`.
    pub fn tables(&self, key: &'static str, most: usize) -> Result<Vec<Fields<'a>>, Mistake> {
        let Some(value) = self.get(key) else {
            return Ok(Vec::new());
        };
        let DeValue::Array(values) = value.get_ref() else {
            return Err(self.wrong(key, value, "lesson-file-not-tables"));
        };
        let mut tables = Vec::new();
        for value in values {
            let DeValue::Table(table) = value.get_ref() else {
                return Err(self.wrong(key, value, "lesson-file-not-tables"));
            };
            let at = value.span().start;
            if tables.len() == most {
                return Err(self.too_many(key, at, most));
            }
            tables.push(Fields {
                source: self.source,
                table,
                at,
            });
        }
        Ok(tables)
    }

    fn too_many(&self, key: &str, at: usize, most: usize) -> Mistake {
        let args = [("key", key), ("most", &most.to_string())];
        self.source.mistake(at, "lesson-file-too-many", &args)
    }
}

/// Turns a syntax error of TOML into a mistake.
pub(super) fn syntax(source: Source<'_>, error: &Error) -> Mistake {
    let at = error.span().map_or(source.text.len(), |span| span.start);
    let said = error.message();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let behind = source.text.get(at..).unwrap_or_default();
    let nothing = behind.trim_start_matches([' ', '\t', '\r']);
    let nothing = nothing.is_empty() || nothing.starts_with(['\n', '#']);
    let id = if has(&["duplicate key"]) {
        "lesson-file-twice-key"
    } else if nothing && has(&["must be quoted"]) {
        "lesson-file-equals"
    } else if has(&["string", "quote", "escape"]) {
        "lesson-file-quotes"
    } else if has(&["unclosed", "array", "table"]) {
        "lesson-file-brackets"
    } else if has(&["assignment", "no value", "missing value", "key-value"]) {
        "lesson-file-equals"
    } else {
        "lesson-file-syntax"
    };
    source.mistake(at, id, &[])
}
