//! Parsing of a lesson's TOML file into a [`Lesson`]. Reports the first mistake with its line.

mod fields;
pub mod mistake;
mod question;

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::names::is_name;
use super::text::Text;
use super::{Chapter, Lesson, Listing};
use crate::limits::{LESSON_BYTES, LESSON_CHAPTERS, LESSON_LISTINGS, LESSON_QUESTIONS};
use crate::phrases::Lang;
use fields::{Fields, Words, syntax};
use mistake::{Mistake, Source};
pub use question::QUESTION_KEYS;
pub(super) use question::QuestionFields;

/// The keys of the file itself.
pub const LESSON_KEYS: &[&str] = &["lang", "title", "local-name", "listing", "chapter"];
/// The keys of `[[listing]]`.
pub const LISTING_KEYS: &[&str] = &["id", "title", "file", "code"];
/// The keys of `[[chapter]]`.
pub const CHAPTER_KEYS: &[&str] = &["id", "title", "text", "listing", "question"];
/// The keys of `[[chapter.question.case]]` where a number is expected.
pub const NUMBER_CASE_KEYS: &[&str] = &["value", "verdict", "text"];
/// The keys of `[[chapter.question.case]]` where a word is expected.
pub const WORD_CASE_KEYS: &[&str] = &["words", "verdict", "text"];
/// The keys of `[[chapter.question.option]]`.
pub const OPTION_KEYS: &[&str] = &["id", "text", "right", "explain"];

/// Parses a file.
pub(super) fn lesson(file: &[u8]) -> Result<Lesson, Mistake> {
    let text = readable(file)?;
    let source = Source { text };
    let table = DeTable::parse(text).map_err(|error| syntax(source, &error))?;
    let fields = Fields::of_file(source, &table);
    fields.only(LESSON_KEYS, "")?;
    let lang = fields.needed("lang")?;
    let lang: Lang = lang
        .text
        .parse()
        .map_err(|()| source.mistake(lang.at(), "lesson-file-lang", &[]))?;
    let mut ids = Ids::default();
    let listings = fields.tables("listing", LESSON_LISTINGS)?;
    let listings = listings.iter().map(|fields| listing(fields, &mut ids));
    let listings = listings.collect::<Result<Vec<_>, _>>()?;
    let mut reader = Reader {
        lang,
        listings: &listings,
        chapter_ids: Ids::default(),
        question_ids: Ids::default(),
    };
    let chapters = fields.tables("chapter", LESSON_CHAPTERS)?;
    let chapters = chapters.iter().map(|fields| reader.chapter(fields));
    let chapters = chapters.collect::<Result<Vec<_>, _>>()?;
    if reader.question_ids.0.is_empty() {
        return Err(fields.mistake("lesson-file-no-question", &[]));
    }
    Ok(Lesson {
        lang,
        title: fields.needed("title")?.text.to_owned(),
        local_name: local_name(&fields)?,
        listings,
        chapters,
    })
}

/// The file as text, without a byte order mark.
fn readable(file: &[u8]) -> Result<&str, Mistake> {
    if file.len() > LESSON_BYTES {
        let limit = (LESSON_BYTES / 1024).to_string();
        return Err(Source { text: "" }.mistake(0, "lesson-file-too-long", &[("limit", &limit)]));
    }
    let text = std::str::from_utf8(file).map_err(|error| {
        let sound = std::str::from_utf8(&file[..error.valid_up_to()]);
        let text = sound.expect("valid up to there");
        Source { text }.mistake(text.len(), "lesson-file-not-utf8", &[])
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn local_name(fields: &Fields<'_>) -> Result<String, Mistake> {
    let name = fields.needed("local-name")?;
    match is_name(name.text) {
        true => Ok(name.text.to_owned()),
        false => Err(fields
            .source
            .mistake(name.at(), "lesson-file-name", &[("name", name.text)])),
    }
}

/// The ids so far, each with its offset.
#[derive(Default)]
struct Ids(BTreeMap<String, usize>);

impl Ids {
    fn take(&mut self, source: Source<'_>, id: &Words<'_>) -> Result<String, Mistake> {
        match self.0.insert(id.text.to_owned(), id.at()) {
            None => Ok(id.text.to_owned()),
            Some(first) => {
                let args = [("id", id.text), ("first", &source.line(first))];
                Err(source.mistake(id.at(), "lesson-file-twice-id", &args))
            }
        }
    }
}

fn listing(fields: &Fields<'_>, ids: &mut Ids) -> Result<Listing, Mistake> {
    fields.only(LISTING_KEYS, "[[listing]]")?;
    let id = ids.take(fields.source, &fields.id()?)?;
    let file = fields.needed("file")?;
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if file.text.len() > 64 || file.text.starts_with('.') || !file.text.bytes().all(allowed) {
        return Err(fields
            .source
            .mistake(file.at(), "lesson-file-file", &[("name", file.text)]));
    }
    let code = fields.needed("code")?.text.replace("\r\n", "\n");
    Ok(Listing {
        id,
        title: fields.needed("title")?.text.to_owned(),
        file: file.text.to_owned(),
        code: format!("{}\n", code.trim_end()),
    })
}

/// Parser of chapters and questions.
struct Reader<'a> {
    lang: Lang,
    listings: &'a [Listing],
    chapter_ids: Ids,
    question_ids: Ids,
}

impl<'a> Reader<'a> {
    fn chapter(&mut self, fields: &Fields<'_>) -> Result<Chapter, Mistake> {
        fields.only(CHAPTER_KEYS, "[[chapter]]")?;
        let id = self.chapter_ids.take(fields.source, &fields.id()?)?;
        let listing = match fields.string("listing")? {
            None => None,
            Some(name) => Some(self.listing(fields, &name)?),
        };
        let most = LESSON_QUESTIONS.saturating_sub(self.question_ids.0.len());
        let mut questions = Vec::new();
        for question in fields.tables("question", most)? {
            let id = self.question_ids.take(question.source, &question.id()?)?;
            questions.push(question::question(&question, id, listing, self.lang)?);
        }
        Ok(Chapter {
            id,
            title: fields.needed("title")?.text.to_owned(),
            text: fields
                .text("text", self.lang)?
                .unwrap_or_else(Text::default),
            listing: listing.map(|it| it.id.clone()),
            questions,
        })
    }

    /// The listing with that id.
    fn listing(&self, fields: &Fields<'_>, name: &Words<'_>) -> Result<&'a Listing, Mistake> {
        let found = self.listings.iter().find(|it| it.id == name.text);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.listings.iter().map(|it| it.id.as_str()).collect();
            let args = [("name", name.text), ("known", &known.join(", "))];
            fields
                .source
                .mistake(name.at(), "lesson-file-no-listing", &args)
        })
    }
}
