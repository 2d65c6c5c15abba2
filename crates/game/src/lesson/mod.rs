//! The lesson: chapters with questions, and how an answer is judged by what is true here and now.
//!
//! The content is a file, one a language, that a teacher can copy and edit (`docs/lesson.md`).
//! [`file`] reads it into a [`Lesson`], [`markup`] its texts into [`text`] trees. [`Lesson::judge`]
//! compares an answer with the [`facts`] that the server knows: [`number`], [`own`], [`common`],
//! [`names`], [`word`] and [`practice`] are the kinds of questions, [`typed`] reads what
//! pupils type, [`judge`] is what comes out. [`view`] is the lesson without its answers, for
//! the page, and [`keep`] is what of an answer may be kept.
//!
//! Nothing here knows a clock, a socket or a file.

pub mod common;
pub mod facts;
pub mod file;
pub mod judge;
pub mod keep;
pub mod markup;
pub mod names;
pub mod number;
pub mod own;
pub mod practice;
pub mod text;
pub mod typed;
pub mod view;
pub mod word;

use core::net::IpAddr;
use std::sync::OnceLock;

pub use facts::Facts;
pub use file::mistake::Mistake;
pub use judge::{Judgement, Mark, Verdict};
pub use keep::Keep;

use crate::limits::{ANSWER_BYTES, PROGRAM_BYTES, SHORT_ANSWER_BYTES};
use crate::phrases::Lang;
use judge::Finding;
use names::Name;
use number::Number;
use text::Text;
use word::Word;

/// A lesson.
#[derive(Debug)]
pub struct Lesson {
    /// Its language, in which answers are read and judgements are told.
    pub lang: Lang,
    /// Its title.
    pub title: String,
    /// The name of the school's own server when the teacher gives no other.
    pub local_name: String,
    /// Programs that chapters show.
    pub listings: Vec<Listing>,
    /// What is taught, in its order.
    pub chapters: Vec<Chapter>,
}

/// A program that is shown.
#[derive(Debug)]
pub struct Listing {
    /// Its name in the lesson.
    pub id: String,
    /// What stands above it.
    pub title: String,
    /// The name under which it is saved.
    pub file: String,
    /// Its text.
    pub code: String,
}

/// A part of the lesson.
#[derive(Debug)]
pub struct Chapter {
    /// Its name, which never changes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What stands before its questions.
    pub text: Text,
    /// The program that it is about.
    pub listing: Option<String>,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Debug)]
pub struct Question {
    /// Its name, under which answers are kept: it never changes.
    pub id: String,
    /// What is asked, and what stands before it.
    pub text: Text,
    /// What kind of answer is expected, and which.
    pub task: Task,
    /// What is said to a wrong answer that has no explanation of its own.
    pub hint: Option<Text>,
    /// What is said once it is answered.
    pub explain: Option<Text>,
}

/// What is expected.
#[derive(Debug)]
pub enum Task {
    /// A number.
    Number(Number),
    /// The pupil's own address.
    OwnAddress,
    /// A neighbour's address.
    NeighbourAddress,
    /// What two addresses have in common; the example is for who has nobody to compare with.
    CommonPart {
        /// Two addresses of one family.
        example: (IpAddr, IpAddr),
    },
    /// The length of the prefix of the pupil's network.
    Prefix,
    /// The address of a name.
    Name(Name),
    /// One of several answers.
    Choice(Vec<Choice>),
    /// A word.
    Word(Word),
    /// What a client says that finds nobody at its port.
    Refusal(Word),
    /// A text in the pupil's own words; the teacher marks it.
    Text,
    /// A program; the teacher marks it.
    Program,
    /// A conversation of the pupil's own client with the practice port.
    Practice,
    /// So many rounds of the game to be won.
    Game(u32),
}

/// An answer to choose.
#[derive(Debug)]
pub struct Choice {
    /// Its name, which never changes.
    pub id: String,
    /// What it says.
    pub text: Text,
    /// Whether it is right.
    pub right: bool,
    /// What is said to who chose it.
    pub explain: Option<Text>,
}

impl Lesson {
    /// Reads a lesson's file; what is wrong in it is told with its line.
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

    /// All questions, in their order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.chapters.iter().flat_map(|chapter| &chapter.questions)
    }

    /// The question of that name.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|question| question.id == id)
    }

    /// The names that the server has to resolve before their questions can be judged; `local` is
    /// the teacher's name for the school's own server.
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

    /// The name that this question is about, if it is about one.
    pub fn name_of<'a>(&'a self, question: &str, local: Option<&'a str>) -> Option<&'a str> {
        match &self.question(question)?.task {
            Task::Name(name) => Some(name.name.name(local.unwrap_or(&self.local_name))),
            _ => None,
        }
    }

    /// The two addresses that a question compares, for its places `{mine}` and `{theirs}`; none if
    /// it compares nothing.
    pub fn pair(&self, question: &str, facts: &Facts) -> Option<(IpAddr, IpAddr)> {
        match self.question(question)?.task {
            Task::CommonPart { example } => Some(common::pair(facts, example)),
            _ => None,
        }
    }

    /// Judges an answer to a question; none if there is no such question.
    pub fn judge(&self, question: &str, answer: &str, facts: &Facts) -> Option<Judgement> {
        let question = self.question(question)?;
        let finding = match question.unreadable(answer) {
            Some(finding) => finding,
            None => question.finish(self.finding(question, answer, facts)),
        };
        Some(finding.judgement(self.lang))
    }

    fn finding<'a>(&self, question: &'a Question, answer: &str, facts: &Facts) -> Finding<'a> {
        let lang = self.lang;
        match &question.task {
            Task::Number(number) => number.judge(answer, lang),
            Task::OwnAddress => own::own(answer, facts, lang),
            Task::NeighbourAddress => own::neighbour(answer, facts, lang),
            Task::CommonPart { example } => {
                common::common(answer, common::pair(facts, *example), facts, lang)
            }
            Task::Prefix => common::prefix(answer, facts, lang),
            Task::Name(name) => {
                let local = facts.local_name.as_deref().unwrap_or(&self.local_name);
                name.judge(answer, facts, local, lang)
            }
            Task::Choice(choices) => choose(choices, answer),
            Task::Word(word) => word.judge(answer),
            Task::Refusal(word) => {
                // A message that fits a case is that case, whatever else a program says with it.
                let came = practice::came_here(facts.practice.as_ref());
                came.or_else(|| word.case(answer))
                    .unwrap_or_else(|| word.judge(answer))
            }
            Task::Text | Task::Program => Finding::of(Verdict::Kept).phrase("lesson-kept"),
            Task::Practice => practice::conversation(facts.practice.as_ref()),
            Task::Game(wins) => game(*wins, facts.wins),
        }
    }
}

fn choose<'a>(choices: &'a [Choice], answer: &str) -> Finding<'a> {
    let Some(choice) = choices.iter().find(|choice| choice.id == answer.trim()) else {
        return Finding::of(Verdict::Unclear).phrase("lesson-choose");
    };
    let verdict = match choice.right {
        true => Verdict::Right,
        false => Verdict::Wrong,
    };
    let finding = Finding::of(verdict);
    match &choice.explain {
        Some(text) => finding.text(text),
        None => finding,
    }
}

fn game(needed: u32, won: u32) -> Finding<'static> {
    let args = |number: u32| vec![("wins", number.into())];
    match needed.saturating_sub(won) {
        0 => Finding::of(Verdict::Right).say("lesson-game-won", args(won)),
        missing => Finding::of(Verdict::Waiting).say("lesson-game-missing", args(missing)),
    }
}

impl Question {
    /// Bytes that an answer may have.
    pub fn most_bytes(&self) -> usize {
        match self.task {
            Task::Text => ANSWER_BYTES,
            Task::Program => PROGRAM_BYTES,
            _ => SHORT_ANSWER_BYTES,
        }
    }

    /// Whether it is answered by what happens, and not by what is typed.
    pub fn is_observed(&self) -> bool {
        matches!(self.task, Task::Practice | Task::Game(_))
    }

    /// What of that answer may be kept.
    pub fn keep(&self, answer: &str) -> Keep {
        match self.task {
            Task::Number(_) | Task::Choice(_) | Task::Word(_) | Task::Text | Task::Program => {
                Keep::Text(keep::without_addresses(answer))
            }
            Task::OwnAddress
            | Task::NeighbourAddress
            | Task::CommonPart { .. }
            | Task::Prefix
            | Task::Name(_)
            | Task::Refusal(_)
            | Task::Practice
            | Task::Game(_) => Keep::Verdict,
        }
    }

    /// What to say to an answer that is none, or too long for one.
    fn unreadable(&self, answer: &str) -> Option<Finding<'_>> {
        let unclear = Finding::of(Verdict::Unclear);
        if answer.len() > self.most_bytes() {
            let args = vec![("bytes", self.most_bytes().into())];
            return Some(unclear.say("lesson-too-long", args));
        }
        let empty = answer.trim().is_empty() && !self.is_observed();
        empty.then(|| unclear.phrase("lesson-empty"))
    }

    /// Adds the question's own words.
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
