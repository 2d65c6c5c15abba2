//! What a run of checks found: a verdict each, what was seen, and where to look.

use std::sync::Arc;
use std::time::Duration;

use super::list::Check;
use crate::sentence::Sentence;
use crate::trace::Trace;

/// What a check says of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The program does it.
    Passed,
    /// It does not.
    Failed,
    /// It could not be looked at, or does not apply; the sentence says why.
    NotExamined,
}

impl Verdict {
    /// Its name in JSON. It never changes.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::NotExamined => "not_examined",
        }
    }
}

/// A line of the learner's own program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// The file, as its name was given.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Without the blanks around it.
    pub text: String,
}

/// Where to look: never what to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// What to ask oneself.
    pub said: Sentence,
    /// The Python line that usually causes it.
    pub python: &'static str,
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// What it says.
    pub verdict: Verdict,
    /// What was done, what was expected, what came. The phrase's id is the finding's stable name.
    pub said: Sentence,
    /// Where to look.
    pub hint: Option<Hint>,
    /// Where the program was, in its own text.
    pub place: Option<SourceLine>,
    /// All that happened.
    pub trace: Option<Arc<Trace>>,
}

impl Finding {
    /// A check that the program passes.
    pub fn passed(check: Check, said: Sentence) -> Finding {
        Finding::new(check, Verdict::Passed, said)
    }

    /// A check that the program fails, and where to look.
    pub fn failed(check: Check, said: Sentence, hint: Hint) -> Finding {
        let hint = Some(hint);
        Finding {
            hint,
            ..Finding::new(check, Verdict::Failed, said)
        }
    }

    /// A check that was not made, and why.
    pub fn not_examined(check: Check, why: Sentence) -> Finding {
        Finding::new(check, Verdict::NotExamined, why)
    }

    fn new(check: Check, verdict: Verdict, said: Sentence) -> Finding {
        Finding {
            check,
            verdict,
            said,
            hint: None,
            place: None,
            trace: None,
        }
    }

    /// With what happened.
    #[must_use]
    pub fn seen(mut self, trace: &Arc<Trace>) -> Finding {
        self.trace = Some(trace.clone());
        self
    }

    /// With a line of the program.
    #[must_use]
    pub fn at(mut self, place: Option<SourceLine>) -> Finding {
        self.place = place;
        self
    }
}

/// Which kind of program was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// One that connects and guesses.
    Client,
    /// One that draws a number and answers.
    Server,
}

impl Side {
    /// Its name in JSON. It never changes.
    pub fn id(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }
}

/// All findings of one run.
#[derive(Clone, Debug)]
pub struct Report {
    /// What was examined.
    pub side: Side,
    /// The command or the address.
    pub subject: String,
    /// What was learned about the program on the way: how it speaks.
    pub facts: Vec<Sentence>,
    /// One a check, in the order in which to mend.
    pub findings: Vec<Finding>,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// The findings with that verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Finding> {
        let has = move |finding: &&Finding| finding.verdict == verdict;
        self.findings.iter().filter(has)
    }

    /// Whether something was examined, and nothing failed. None if nothing could be.
    pub fn is_sound(&self) -> Option<bool> {
        let has = |verdict| self.with(verdict).next().is_some();
        match (has(Verdict::Failed), has(Verdict::Passed)) {
            (true, _) => Some(false),
            (false, true) if self.not_understood().is_none() => Some(true),
            _ => None,
        }
    }

    /// That it answered and was not understood: what passed beside that is not its game.
    pub fn not_understood(&self) -> Option<&Finding> {
        let unclear = ["answers-unclear", "answers-unsure", "game-unclear"];
        let mut findings = self.with(Verdict::NotExamined);
        findings.find(|finding| unclear.contains(&finding.said.id))
    }

    /// The one thing to mend next.
    pub fn next(&self) -> Option<&Finding> {
        self.with(Verdict::Failed).next()
    }
}
