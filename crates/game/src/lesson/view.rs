//! The lesson for the page. These types have no field for an answer, a hint or an explanation, so
//! that none can leak early.

use serde::Serialize;

use super::text::Text;
use super::{Chapter, Lesson, Listing, Question};

/// A lesson without its answers.
#[derive(Debug, Serialize)]
pub struct View<'a> {
    lang: &'static str,
    title: &'a str,
    listings: Vec<ShownListing<'a>>,
    chapters: Vec<ShownChapter<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownListing<'a> {
    id: &'a str,
    title: &'a str,
    file: &'a str,
    code: &'a str,
}

#[derive(Debug, Serialize)]
struct ShownChapter<'a> {
    id: &'a str,
    title: &'a str,
    text: &'a Text,
    listing: Option<&'a str>,
    questions: Vec<ShownQuestion<'a>>,
}

#[derive(Debug, Serialize)]
struct ShownQuestion<'a> {
    id: &'a str,
    kind: &'static str,
    text: &'a Text,
    /// Most bytes of an answer.
    most_bytes: usize,
    /// The answers to choose from; empty for other kinds.
    options: Vec<ShownOption<'a>>,
    /// What the practice port speaks that the question needs; `None` for other kinds.
    server: Option<&'static str>,
    /// The number of rounds to win; `None` for other kinds.
    wins: Option<u32>,
}

#[derive(Debug, Serialize)]
struct ShownOption<'a> {
    id: &'a str,
    text: &'a Text,
}

impl Lesson {
    /// Returns the lesson without its answers.
    pub fn view(&self) -> View<'_> {
        View {
            lang: self.lang.tag(),
            title: &self.title,
            listings: self.listings.iter().map(listing).collect(),
            chapters: self.chapters.iter().map(chapter).collect(),
        }
    }
}

fn listing(listing: &Listing) -> ShownListing<'_> {
    ShownListing {
        id: &listing.id,
        title: &listing.title,
        file: &listing.file,
        code: &listing.code,
    }
}

fn chapter(chapter: &Chapter) -> ShownChapter<'_> {
    ShownChapter {
        id: &chapter.id,
        title: &chapter.title,
        text: &chapter.text,
        listing: chapter.listing.as_deref(),
        questions: chapter.questions.iter().map(question).collect(),
    }
}

fn question(question: &Question) -> ShownQuestion<'_> {
    let options = question.task.choices().iter().map(|it| ShownOption {
        id: &it.id,
        text: &it.text,
    });
    ShownQuestion {
        id: &question.id,
        kind: question.kind.word,
        text: &question.text,
        most_bytes: question.kind.most_bytes(),
        options: options.collect(),
        server: question.task.practice_server().map(|it| it.word()),
        wins: question.task.wins(),
    }
}
