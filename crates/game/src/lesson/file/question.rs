//! Parsing of a question in a lesson's file.

use core::net::IpAddr;

use super::fields::{Fields, Words};
use super::mistake::Mistake;
use super::{Ids, NUMBER_CASE_KEYS, OPTION_KEYS, WORD_CASE_KEYS};
use crate::lesson::judge::{Case, Verdict};
use crate::lesson::names::{Asked, Name};
use crate::lesson::number::Number;
use crate::lesson::number::quantity::Quantity;
use crate::lesson::number::read::{Reading, read};
use crate::lesson::practice::PracticeServer;
use crate::lesson::word::{ListingLine, Pattern, Word};
use crate::lesson::{Choice, KINDS, Listing, Question};
use crate::limits::{LESSON_ITEMS, SHORT_ANSWER_BYTES};
use crate::phrases::Lang;

/// The keys of every `[[chapter.question]]`.
pub const QUESTION_KEYS: &[&str] = &["id", "kind", "text"];

/// Parses a question of a chapter about `listing`.
pub(super) fn question(
    fields: &Fields<'_>,
    id: String,
    listing: Option<&Listing>,
    lang: Lang,
) -> Result<Question, Mistake> {
    let kind = fields.needed("kind")?;
    let Some(kind) = KINDS.iter().find(|it| it.word == kind.text) else {
        let known: Vec<&str> = KINDS.iter().map(|it| it.word).collect();
        let args = [("kind", kind.text), ("known", &known.join(", "))];
        return Err(fields.source.mistake(kind.at(), "lesson-file-kind", &args));
    };
    let known = [QUESTION_KEYS, kind.keys].concat();
    fields.only(&known, &format!("kind = \"{}\"", kind.word))?;
    let task = (kind.read)(&QuestionFields {
        fields,
        listing,
        lang,
    })?;
    // A model answer explains a question that the teacher marks.
    let explain = if kind.keys.contains(&"model") {
        Some(fields.needed_text("model", lang)?)
    } else {
        fields.text("explain", lang)?
    };
    Ok(Question {
        id,
        kind,
        text: fields.needed_text("text", lang)?,
        task,
        hint: fields.text("hint", lang)?,
        explain,
    })
}

/// The fields of one question, for [`KINDS`] to read.
pub(in crate::lesson) struct QuestionFields<'a> {
    fields: &'a Fields<'a>,
    listing: Option<&'a Listing>,
    lang: Lang,
}

impl QuestionFields<'_> {
    /// The number of rounds to win.
    pub fn wins(&self) -> Result<u32, Mistake> {
        self.fields.count("wins")
    }

    /// What the practice port speaks: turns, if nothing is said.
    pub fn practice_server(&self) -> Result<PracticeServer, Mistake> {
        let Some(words) = self.fields.string("server")? else {
            return Ok(PracticeServer::default());
        };
        PracticeServer::of(words.text).ok_or_else(|| {
            let known = PracticeServer::ALL.map(PracticeServer::word).join(", ");
            let args = [("server", words.text), ("known", &known)];
            let source = self.fields.source;
            source.mistake(words.at(), "lesson-file-server", &args)
        })
    }

    fn wrong(&self, words: &Words<'_>, id: &'static str) -> Mistake {
        self.fields
            .source
            .mistake(words.at(), id, &[("text", words.text)])
    }

    /// The expected number, and other numbers with an explanation.
    pub fn number(&self) -> Result<Number, Mistake> {
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

    /// Two different addresses of one family.
    pub fn example(&self) -> Result<(IpAddr, IpAddr), Mistake> {
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

    /// The name to resolve.
    pub fn name(&self) -> Result<Name, Mistake> {
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

    /// At least two options, one of them right.
    pub fn choices(&self) -> Result<Vec<Choice>, Mistake> {
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
        if choices.len() >= 2 && choices.iter().any(|it| it.right) {
            Ok(choices)
        } else {
            Err(self.fields.mistake("lesson-file-options", &[]))
        }
    }

    /// The expected words, and other words with an explanation.
    pub fn word(&self) -> Result<Word, Mistake> {
        Ok(Word {
            accept: self.patterns(&self.fields.needed_strings("accept")?)?,
            cases: self.cases(WORD_CASE_KEYS, "words", |words| self.pattern(words))?,
            line: match self.fields.string("line")? {
                None => None,
                Some(words) => Some(self.line(&words)?),
            },
        })
    }

    /// The only line of the chapter's listing that contains these words.
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
