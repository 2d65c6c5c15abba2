//! The kinds of questions.
//!
//! To add one: a variant of [`Task`], its row in [`KINDS`], its arm in `Task::judge`, and the
//! sentences. The rest of the lesson knows kinds only by their rows.

use core::net::IpAddr;

use super::facts::Facts;
use super::file::QuestionFields;
use super::file::mistake::Mistake;
use super::judge::{Finding, Verdict};
use super::names::Name;
use super::number::Number;
use super::practice::PracticeServer;
use super::text::Text;
use super::word::Word;
use super::{common, own, practice};
use crate::limits::{ANSWER_BYTES, PROGRAM_BYTES, SHORT_ANSWER_BYTES};
use crate::phrases::Lang;

/// What a question expects.
#[derive(Debug)]
pub enum Task {
    /// A number.
    Number(Number),
    /// The pupil's own address.
    OwnAddress,
    /// A neighbour's address.
    NeighbourAddress,
    /// What two addresses have in common.
    CommonPart {
        /// Two different addresses of one family, compared where there is no neighbour.
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
    /// The error of a client that connects to a closed port.
    Refusal(Word),
    /// A text in the pupil's own words; the teacher marks it.
    Text,
    /// A program; the teacher marks it.
    Program,
    /// A conversation of the pupil's own clients with the practice port, which speaks this.
    Practice(PracticeServer),
    /// This many rounds of the game to win.
    Game(u32),
}

/// An answer to choose.
#[derive(Debug)]
pub struct Choice {
    /// Its id, which never changes.
    pub id: String,
    /// What the page shows.
    pub text: Text,
    /// Whether it is right.
    pub right: bool,
    /// The explanation for a pupil who chose it.
    pub explain: Option<Text>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// By a few words, or by what the server observes: at most [`SHORT_ANSWER_BYTES`].
    Short,
    /// By sentences: at most [`ANSWER_BYTES`].
    Sentences,
    /// By a program: at most [`PROGRAM_BYTES`].
    Program,
    /// By what the pupil does; nothing is typed.
    Observed,
}

/// What is kept of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    /// The verdict and the text.
    Text,
    /// The verdict alone: the text is an address, or tells one.
    Verdict,
}

/// A kind of question: its name and keys in the lesson's file, and how its answers are treated.
#[derive(Debug)]
pub struct Kind {
    /// Its name in the lesson's file and in JSON.
    pub word: &'static str,
    /// The keys of its questions, besides [`QUESTION_KEYS`](super::file::QUESTION_KEYS).
    pub keys: &'static [&'static str],
    form: Form,
    kept: Kept,
    /// Reads what its questions have of their own.
    pub(super) read: fn(&QuestionFields<'_>) -> Result<Task, Mistake>,
}

/// All kinds of questions.
pub const KINDS: &[Kind] = &[
    Kind {
        word: "number",
        keys: &["value", "exact", "case", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Text,
        read: |fields| fields.number().map(Task::Number),
    },
    Kind {
        word: "own-address",
        keys: &["hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |_| Ok(Task::OwnAddress),
    },
    Kind {
        word: "neighbour-address",
        keys: &["hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |_| Ok(Task::NeighbourAddress),
    },
    Kind {
        word: "common-part",
        keys: &["example", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |fields| {
            let example = fields.example()?;
            Ok(Task::CommonPart { example })
        },
    },
    Kind {
        word: "prefix",
        keys: &["hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |_| Ok(Task::Prefix),
    },
    Kind {
        word: "name",
        keys: &["name", "nowhere", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |fields| fields.name().map(Task::Name),
    },
    Kind {
        word: "choice",
        keys: &["option", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Text,
        read: |fields| fields.choices().map(Task::Choice),
    },
    Kind {
        word: "word",
        keys: &["accept", "line", "case", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Text,
        read: |fields| fields.word().map(Task::Word),
    },
    Kind {
        word: "refusal",
        keys: &["accept", "case", "hint", "explain"],
        form: Form::Short,
        kept: Kept::Verdict,
        read: |fields| fields.word().map(Task::Refusal),
    },
    Kind {
        word: "text",
        keys: &["model"],
        form: Form::Sentences,
        kept: Kept::Text,
        read: |_| Ok(Task::Text),
    },
    Kind {
        word: "program",
        keys: &["model"],
        form: Form::Program,
        kept: Kept::Text,
        read: |_| Ok(Task::Program),
    },
    Kind {
        word: "practice",
        keys: &["server", "explain"],
        form: Form::Observed,
        kept: Kept::Verdict,
        read: |fields| fields.practice_server().map(Task::Practice),
    },
    Kind {
        word: "game",
        keys: &["wins", "explain"],
        form: Form::Observed,
        kept: Kept::Verdict,
        read: |fields| fields.wins().map(Task::Game),
    },
];

impl Kind {
    /// Most bytes of an answer.
    pub fn most_bytes(&self) -> usize {
        match self.form {
            Form::Short | Form::Observed => SHORT_ANSWER_BYTES,
            Form::Sentences => ANSWER_BYTES,
            Form::Program => PROGRAM_BYTES,
        }
    }

    /// Whether a question is answered by what the pupil does, and not by what they type.
    pub fn is_observed(&self) -> bool {
        self.form == Form::Observed
    }

    /// Whether the text of an answer may be kept.
    pub(super) fn keeps_text(&self) -> bool {
        self.kept == Kept::Text
    }
}

impl Task {
    /// Judges an answer; `local` is the name that stands for the school's own server.
    pub(super) fn judge(
        &self,
        answer: &str,
        facts: &Facts,
        local: &str,
        lang: Lang,
    ) -> Finding<'_> {
        match self {
            Task::Number(number) => number.judge(answer, lang),
            Task::OwnAddress => own::own(answer, facts, lang),
            Task::NeighbourAddress => own::neighbour(answer, facts, lang),
            Task::CommonPart { example } => {
                common::common(answer, common::pair(facts, *example), facts, lang)
            }
            Task::Prefix => common::prefix(answer, facts, lang),
            Task::Name(name) => name.judge(answer, facts, local, lang),
            Task::Choice(choices) => choose(choices, answer),
            Task::Word(word) => word.judge(answer),
            Task::Refusal(word) => {
                // A message that fits a case is that case, whatever else a program says with it.
                let misdirected = practice::came_here(facts.practice.as_ref());
                misdirected
                    .or_else(|| word.case(answer))
                    .unwrap_or_else(|| word.judge(answer))
            }
            Task::Text | Task::Program => Finding::of(Verdict::Kept).phrase("lesson-kept"),
            Task::Practice(server) => practice::conversation(*server, facts.practice.as_ref()),
            Task::Game(wins) => game(*wins, facts.wins),
        }
    }

    /// The answers to choose from; none for other kinds.
    pub(super) fn choices(&self) -> &[Choice] {
        match self {
            Task::Choice(choices) => choices,
            _ => &[],
        }
    }

    /// What the practice port speaks that the question needs, if it needs one.
    pub(super) fn practice_server(&self) -> Option<PracticeServer> {
        match self {
            Task::Practice(server) => Some(*server),
            Task::Refusal(_) => Some(PracticeServer::Turns),
            _ => None,
        }
    }

    /// How many rounds of the game are to be won, if that is the question.
    pub(super) fn wins(&self) -> Option<u32> {
        match self {
            Task::Game(wins) => Some(*wins),
            _ => None,
        }
    }
}

fn choose<'a>(choices: &'a [Choice], answer: &str) -> Finding<'a> {
    let Some(choice) = choices.iter().find(|choice| choice.id == answer.trim()) else {
        return Finding::of(Verdict::Unclear).phrase("lesson-choose");
    };
    let finding = Finding::of(if choice.right {
        Verdict::Right
    } else {
        Verdict::Wrong
    });
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
