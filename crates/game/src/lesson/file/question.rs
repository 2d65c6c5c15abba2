//! A question of a lesson's file: what each kind needs.

use core::net::IpAddr;

use super::fields::{Fields, Words};
use super::mistake::Mistake;
use super::{Ids, NUMBER_CASE_KEYS, OPTION_KEYS, WORD_CASE_KEYS};
use crate::lesson::judge::{Case, Verdict};
use crate::lesson::names::{Asked, Name};
use crate::lesson::number::Number;
use crate::lesson::number::quantity::Quantity;
use crate::lesson::number::read::{Reading, read};
use crate::lesson::word::{ListingLine, Pattern, Word};
use crate::lesson::{Choice, Listing, Question, Task};
use crate::limits::{LESSON_ITEMS, SHORT_ANSWER_BYTES};
use crate::phrases::Lang;

/// The keys of every `[[chapter.question]]`.
pub const QUESTION_KEYS: &[&str] = &["id", "kind", "text"];

/// The kinds of questions, each with the keys that it has besides [`QUESTION_KEYS`].
pub const KINDS: &[(&str, &[&str])] = &[
    ("number", &["value", "exact", "case", "hint", "explain"]),
    ("own-address", &["hint", "explain"]),
    ("neighbour-address", &["hint", "explain"]),
    ("common-part", &["example", "hint", "explain"]),
    ("prefix", &["hint", "explain"]),
    ("name", &["name", "nowhere", "hint", "explain"]),
    ("choice", &["option", "hint", "explain"]),
    ("word", &["accept", "line", "case", "hint", "explain"]),
    ("refusal", &["accept", "case", "hint", "explain"]),
    ("text", &["model"]),
    ("program", &["model"]),
    ("practice", &["explain"]),
    ("game", &["wins", "explain"]),
];

/// Reads a question of a chapter that is about that listing.
pub(super) fn question(
    fields: &Fields<'_>,
    id: String,
    listing: Option<&Listing>,
    lang: Lang,
) -> Result<Question, Mistake> {
    let kind = fields.needed("kind")?;
    let Some((_, keys)) = KINDS.iter().find(|it| it.0 == kind.text) else {
        let known: Vec<&str> = KINDS.iter().map(|it| it.0).collect();
        let args = [("kind", kind.text), ("known", &known.join(", "))];
        return Err(fields.source.mistake(kind.at(), "lesson-file-kind", &args));
    };
    let known = [QUESTION_KEYS, keys].concat();
    fields.only(&known, &format!("kind = \"{}\"", kind.text))?;
    let one = One {
        fields,
        listing,
        lang,
    };
    let task = one.task(kind.text)?;
    let explain = match task {
        Task::Text | Task::Program => Some(fields.needed_text("model", lang)?),
        _ => fields.text("explain", lang)?,
    };
    Ok(Question {
        id,
        text: fields.needed_text("text", lang)?,
        task,
        hint: fields.text("hint", lang)?,
        explain,
    })
}

/// One question.
struct One<'a> {
    fields: &'a Fields<'a>,
    listing: Option<&'a Listing>,
    lang: Lang,
}

impl One<'_> {
    fn task(&self, kind: &str) -> Result<Task, Mistake> {
        Ok(match kind {
            "number" => Task::Number(self.number()?),
            "own-address" => Task::OwnAddress,
            "neighbour-address" => Task::NeighbourAddress,
            "common-part" => Task::CommonPart {
                example: self.example()?,
            },
            "prefix" => Task::Prefix,
            "name" => Task::Name(self.name()?),
            "choice" => Task::Choice(self.choices()?),
            "word" => Task::Word(self.word()?),
            "refusal" => Task::Refusal(self.word()?),
            "text" => Task::Text,
            "program" => Task::Program,
            "practice" => Task::Practice,
            "game" => Task::Game(self.fields.count("wins")?),
            _ => unreachable!("KINDS has all kinds, and the kind is one of them"),
        })
    }

    fn wrong(&self, words: &Words<'_>, id: &'static str) -> Mistake {
        self.fields
            .source
            .mistake(words.at(), id, &[("text", words.text)])
    }

    fn number(&self) -> Result<Number, Mistake> {
        let values = self.fields.needed_strings("value")?;
        if let [_, second, ..] = &values[..] {
            return Err(self.wrong(second, "lesson-file-one-value"));
        }
        let value = self.quantity(&values[0])?;
        let cases = self.cases(NUMBER_CASE_KEYS, "value", |words| self.quantity(words))?;
        let exact = self.fields.flag("exact")?;
        Ok(Number {
            value,
            exact,
            cases,
        })
    }

    fn quantity(&self, words: &Words<'_>) -> Result<Quantity, Mistake> {
        let short = words.text.len() <= SHORT_ANSWER_BYTES;
        let readings = if short {
            read(words.text, self.lang)
        } else {
            Vec::new()
        };
        match &readings[..] {
            [Reading::Number(number)] => Ok(number.clone()),
            _ => Err(self.wrong(words, "lesson-file-number")),
        }
    }

    fn cases<T>(
        &self,
        keys: &[&str],
        key: &str,
        one: impl Fn(&Words<'_>) -> Result<T, Mistake>,
    ) -> Result<Vec<Case<T>>, Mistake> {
        let mut cases = Vec::new();
        for fields in self.fields.tables("case", LESSON_ITEMS)? {
            fields.only(keys, "[[chapter.question.case]]")?;
            let verdict = match fields.string("verdict")? {
                None => Verdict::Near,
                Some(words) => match words.text.parse() {
                    Ok(verdict @ (Verdict::Right | Verdict::Near | Verdict::Wrong)) => verdict,
                    _ => return Err(self.wrong(&words, "lesson-file-verdict")),
                },
            };
            let when = fields.needed_strings(key)?;
            cases.push(Case {
                when: when.iter().map(&one).collect::<Result<_, _>>()?,
                verdict,
                text: fields.needed_text("text", self.lang)?,
            });
        }
        Ok(cases)
    }

    fn example(&self) -> Result<(IpAddr, IpAddr), Mistake> {
        let example = self.fields.needed_strings("example")?;
        let addresses = example.iter().map(|words| {
            let address = words.text.parse::<IpAddr>();
            address.map_err(|_| self.wrong(words, "lesson-file-address"))
        });
        match addresses.collect::<Result<Vec<_>, _>>()?[..] {
            [a, b] if a != b && a.is_ipv4() == b.is_ipv4() => Ok((a, b)),
            _ => Err(self.wrong(&example[0], "lesson-file-example")),
        }
    }

    fn name(&self) -> Result<Name, Mistake> {
        let name = self.fields.needed("name")?;
        let asked = Asked::new(name.text).ok_or_else(|| {
            let args = [("name", name.text)];
            self.fields
                .source
                .mistake(name.at(), "lesson-file-name", &args)
        })?;
        Ok(Name {
            name: asked,
            nowhere: self.patterns(&self.fields.strings("nowhere")?)?,
        })
    }

    fn patterns(&self, strings: &[Words<'_>]) -> Result<Vec<Pattern>, Mistake> {
        let mut patterns = strings
            .iter()
            .map(|words| self.pattern(words))
            .collect::<Result<Vec<_>, _>>()?;
        // A longer one is looked for before those that are in it.
        patterns.sort_by_key(|it| std::cmp::Reverse(it.length()));
        Ok(patterns)
    }

    fn pattern(&self, words: &Words<'_>) -> Result<Pattern, Mistake> {
        Pattern::new(words.text).ok_or_else(|| self.wrong(words, "lesson-file-no-word"))
    }

    fn choices(&self) -> Result<Vec<Choice>, Mistake> {
        let mut ids = Ids::default();
        let mut choices = Vec::new();
        for fields in self.fields.tables("option", LESSON_ITEMS)? {
            fields.only(OPTION_KEYS, "[[chapter.question.option]]")?;
            choices.push(Choice {
                id: ids.take(fields.source, &fields.id()?)?,
                text: fields.needed_text("text", self.lang)?,
                right: fields.flag("right")?,
                explain: fields.text("explain", self.lang)?,
            });
        }
        match choices.len() >= 2 && choices.iter().any(|it| it.right) {
            true => Ok(choices),
            false => Err(self.fields.mistake("lesson-file-options", &[])),
        }
    }

    fn word(&self) -> Result<Word, Mistake> {
        Ok(Word {
            accept: self.patterns(&self.fields.needed_strings("accept")?)?,
            cases: self.cases(WORD_CASE_KEYS, "words", |words| self.pattern(words))?,
            line: match self.fields.string("line")? {
                None => None,
                Some(words) => Some(self.line(&words)?),
            },
        })
    }

    /// The one line of the chapter's listing in which these words are.
    fn line(&self, words: &Words<'_>) -> Result<ListingLine, Mistake> {
        let Some(listing) = self.listing else {
            return Err(self.wrong(words, "lesson-file-line-nowhere"));
        };
        let lines = listing.code.lines().enumerate();
        let found: Vec<(usize, &str)> = lines
            .filter(|(_, line)| line.contains(words.text))
            .collect();
        let args = [("text", words.text), ("listing", listing.id.as_str())];
        match found[..] {
            [(index, line)] => Ok(ListingLine {
                listing: listing.id.clone(),
                number: index + 1,
                pattern: Pattern::of_line(line)
                    .ok_or_else(|| self.wrong(words, "lesson-file-no-word"))?,
            }),
            [] => Err(self
                .fields
                .source
                .mistake(words.at(), "lesson-file-no-line", &args)),
            _ => Err(self
                .fields
                .source
                .mistake(words.at(), "lesson-file-lines", &args)),
        }
    }
}
