//! The lesson: chapters with questions, whose answers are judged by the facts of this network.
//!
//! The content is one TOML file for each language, which a teacher can copy and edit
//! (`docs/lesson.md`). [`file`] parses it into a [`Lesson`], and [`markup`] its texts into [`text`]
//! trees. [`Lesson::judge`] compares an answer with the [`facts`] that the server knows. [`task`]
//! lists the kinds of questions; [`number`], [`own`], [`common`], [`names`], [`word`] and
//! [`practice`] judge them, and [`typed`] reads the addresses that pupils type. [`view`] is the
//! lesson without its answers, for the page, and [`keep`] decides what of an answer may be stored.
//!
//! The server collects the facts; nothing here knows a clock, a socket or a file.

mod common;
mod facts;
mod file;
mod judge;
mod keep;
mod markup;
mod names;
mod number;
mod own;
pub mod practice;
mod task;
pub mod text;
mod typed;
mod view;
mod word;

use core::net::IpAddr;
use std::sync::OnceLock;

pub use facts::{Facts, Models, NameSource, Neighbour, Resolved};
pub use file::mistake::Mistake;
pub use file::{
    CHAPTER_KEYS, LESSON_KEYS, LISTING_KEYS, NUMBER_CASE_KEYS, OPTION_KEYS, QUESTION_KEYS,
    WORD_CASE_KEYS,
};
pub use judge::{Judgement, Mark, Show, Verdict};
pub use keep::Keep;
pub use names::is_name;
pub use task::{Choice, KINDS, Kind, Task};

use crate::phrases::Lang;
use judge::Finding;
use text::Text;

/// A lesson.
#[derive(Debug)]
pub struct Lesson {
    /// The language of its texts and judgements, in which answers are read too.
    pub lang: Lang,
    /// Its title.
    pub title: String,
    /// The name of the school's server, unless the teacher gives another.
    pub local_name: String,
    /// Programs that chapters show.
    pub listings: Vec<Listing>,
    /// The chapters, in order.
    pub chapters: Vec<Chapter>,
}

/// A program that a chapter shows.
#[derive(Debug)]
pub struct Listing {
    /// Its id in the lesson.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// The file name under which it is saved.
    pub file: String,
    /// The program's text.
    pub code: String,
}

/// A chapter.
#[derive(Debug)]
pub struct Chapter {
    /// Its id, which never changes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The text before its questions.
    pub text: Text,
    /// The id of the listing that it is about.
    pub listing: Option<String>,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug)]
pub struct Question {
    /// Its id, under which answers are stored; it never changes.
    pub id: String,
    /// The question, and the text before it.
    pub text: Text,
    /// Its kind.
    pub kind: &'static Kind,
    /// What it expects.
    pub task: Task,
    /// The explanation of a wrong answer that has none of its own.
    pub hint: Option<Text>,
    /// The explanation once the question is answered.
    pub explain: Option<Text>,
}

impl Lesson {
    /// Parses a lesson's file.
    ///
    /// # Errors
    /// The first mistake in the file, with its line.
    pub fn parse(file: &[u8]) -> Result<Lesson, Mistake> {
        file::lesson(file)
    }

    /// The lesson that comes with the program.
    pub fn built_in(lang: Lang) -> &'static Lesson {
        static FR: OnceLock<Lesson> = OnceLock::new();
        static EN: OnceLock<Lesson> = OnceLock::new();
        let (lesson, file) = match lang {
            Lang::Fr => (&FR, include_str!("../../../../lesson/fr.toml")),
            Lang::En => (&EN, include_str!("../../../../lesson/en.toml")),
        };
        lesson.get_or_init(|| {
            let read = Lesson::parse(file.as_bytes());
            read.unwrap_or_else(|mistake| panic!("the lesson in {lang:?}: {mistake:?}"))
        })
    }

    /// All questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.chapters.iter().flat_map(|chapter| &chapter.questions)
    }

    /// The question with that id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|question| question.id == id)
    }

    /// The names that the server must resolve before their questions can be judged, sorted. `local`
    /// is the teacher's name for the school's server.
    pub fn names<'a>(&'a self, local: Option<&'a str>) -> Vec<&'a str> {
        let local = local.unwrap_or(&self.local_name);
        let names = self
            .questions()
            .filter_map(|question| match &question.task {
                Task::Name(name) => Some(name.name.name(local)),
                _ => None,
            });
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name that a question asks to resolve, if it asks for one.
    pub fn name_of<'a>(&'a self, question: &str, local: Option<&'a str>) -> Option<&'a str> {
        match &self.question(question)?.task {
            Task::Name(name) => Some(name.name.name(local.unwrap_or(&self.local_name))),
            _ => None,
        }
    }

    /// The two addresses that a question compares, for its places `{mine}` and `{theirs}`; `None`
    /// for other kinds.
    pub fn pair(&self, question: &str, facts: &Facts) -> Option<(IpAddr, IpAddr)> {
        match self.question(question)?.task {
            Task::CommonPart { example } => Some(common::pair(facts, example)),
            _ => None,
        }
    }

    /// The model answer of a program, if it is open.
    pub fn open_model(&self, question: &str, facts: &Facts) -> Option<&Text> {
        let question = self.question(question)?;
        let is_open = matches!(question.task, Task::Program) && question.shows_model(facts);
        question.explain.as_ref().filter(|_| is_open)
    }

    /// Judges an answer to a question; `None` if there is no such question.
    pub fn judge(&self, question: &str, answer: &str, facts: &Facts) -> Option<Judgement> {
        let question = self.question(question)?;
        let finding = match question.unreadable(answer) {
            Some(finding) => finding,
            None if !question.shows_model(facts) => {
                Finding::of(Verdict::Kept).phrase("lesson-kept-model-later")
            }
            None => {
                let local = facts.local_name.as_deref().unwrap_or(&self.local_name);
                question.finish(question.task.judge(answer, facts, local, self.lang))
            }
        };
        Some(finding.judgement(self.lang))
    }
}

impl Question {
    /// What may be stored of an answer.
    pub fn keep(&self, answer: &str) -> Keep {
        if self.kind.keeps_text() {
            Keep::Text(keep::without_addresses(answer))
        } else {
            Keep::Verdict
        }
    }

    /// Whether the judgement of an answer may show the explanation: a program's model answer is shown
    /// only once it is open.
    fn shows_model(&self, facts: &Facts) -> bool {
        !matches!(self.task, Task::Program) || facts.models.has(&self.id)
    }

    /// The finding about an answer that is empty or too long; `None` if it can be judged.
    fn unreadable(&self, answer: &str) -> Option<Finding<'_>> {
        let unclear = Finding::of(Verdict::Unclear);
        if answer.len() > self.kind.most_bytes() {
            let args = vec![("bytes", self.kind.most_bytes().into())];
            return Some(unclear.say("lesson-too-long", args));
        }
        let empty = answer.trim().is_empty() && !self.kind.is_observed();
        empty.then(|| unclear.phrase("lesson-empty"))
    }

    /// Adds the question's own hint or explanation.
    fn finish<'a>(&'a self, finding: Finding<'a>) -> Finding<'a> {
        let words = match finding.verdict {
            Verdict::Wrong => self.hint.as_ref(),
            verdict if verdict.is_done() => self.explain.as_ref(),
            _ => None,
        };
        match words {
            Some(words) => finding.text(words),
            None if finding.is_silent() && finding.verdict.is_done() => {
                finding.phrase("lesson-right")
            }
            None if finding.is_silent() => finding.phrase("lesson-wrong"),
            None => finding,
        }
    }
}
