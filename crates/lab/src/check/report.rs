//! What a run of checks found: a verdict each, what was seen, and where to look.

use std::sync::Arc;
use std::time::Duration;

use super::cause::{Cause, Language};
use super::name::Check;
use super::outcome::{Hint, Kind, Outcome};
use super::source::SourceLine;
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

/// What a check saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// What it found.
    pub outcome: Outcome,
    /// The line of the program where it was.
    pub place: Option<SourceLine>,
    /// What caused the error that ended the program, if one did.
    pub cause: Option<Cause>,
    /// What happened.
    pub trace: Option<Arc<Trace>>,
}

impl Seen {
    /// An outcome with its evidence.
    pub fn new(outcome: Outcome, trace: Arc<Trace>) -> Seen {
        Seen {
            outcome,
            place: None,
            cause: None,
            trace: Some(trace),
        }
    }

    /// With a line of the program, or none.
    #[must_use]
    pub fn at(self, place: Option<SourceLine>) -> Seen {
        Seen { place, ..self }
    }

    /// With the cause of an error, if there was one.
    #[must_use]
    pub fn caused_by(self, cause: Option<Cause>) -> Seen {
        Seen { cause, ..self }
    }

    /// With a line of the program, unless one is known already.
    #[must_use]
    pub fn or_at(self, place: impl FnOnce() -> Option<SourceLine>) -> Seen {
        let place = self.place.clone().or_else(place);
        Seen { place, ..self }
    }
}

/// An outcome for which nothing had to happen.
impl From<Outcome> for Seen {
    fn from(outcome: Outcome) -> Seen {
        Seen {
            outcome,
            place: None,
            cause: None,
            trace: None,
        }
    }
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// What was seen.
    pub(crate) outcome: Outcome,
    /// Where the program was, in its own text.
    pub place: Option<SourceLine>,
    /// What caused the error that ended the program, if one did.
    cause: Option<Cause>,
    /// The program's language.
    language: Language,
    /// All that happened.
    pub trace: Option<Arc<Trace>>,
}

impl Finding {
    pub(crate) fn new(check: Check, seen: Seen) -> Finding {
        Finding {
            check,
            outcome: seen.outcome,
            place: seen.place,
            cause: seen.cause,
            language: Language::default(),
            trace: seen.trace,
        }
    }

    /// Whether its program can't be said to play: the check is essential and did not pass. Where a person chooses
    /// the numbers, there are no hints for the program to follow.
    pub fn is_in_the_way(&self) -> bool {
        let is_met = self.verdict() == Verdict::Passed || self.outcome == Outcome::HintsByHand;
        self.check.is_essential() && !is_met
    }

    /// What it says.
    pub fn verdict(&self) -> Verdict {
        match self.outcome.kind() {
            Kind::Passed => Verdict::Passed,
            Kind::Failed | Kind::Proven => Verdict::Failed,
            Kind::Skipped => Verdict::NotExamined,
        }
    }

    /// What was done, what was expected, what came. The phrase's id is the finding's stable name.
    pub fn said(&self) -> Sentence {
        self.outcome.sentence()
    }

    /// Where to look.
    pub fn hint(&self) -> Option<Hint> {
        let own = self.outcome.hint().map(|it| self.language.put(it));
        match self.cause {
            // Which of the two sockets it is was seen.
            _ if matches!(self.outcome, Outcome::AnswersListening { .. }) => own,
            Some(cause) => cause.hint(own, !self.outcome.is_told_by_error()),
            None => own,
        }
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
    /// Of a server, what it does, by its name in JSON, if that is known.
    pub kind: Option<&'static str>,
    /// The command or the address.
    pub subject: String,
    /// What was learned about the program on the way: how it speaks.
    pub facts: Vec<Sentence>,
    /// The traits of a server that was understood, by their names in JSON.
    pub profile: Vec<&'static str>,
    /// What the first claim rests on that a game was won, by its name in JSON.
    pub rests_on: Option<&'static str>,
    /// One a check, in the order in which to mend.
    pub findings: Vec<Finding>,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    /// With the lines of its hints in the program's language.
    #[must_use]
    pub(crate) fn written_in(mut self, language: Language) -> Report {
        for finding in &mut self.findings {
            finding.language = language;
        }
        self
    }

    /// The findings with that verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Finding> {
        let has = move |finding: &&Finding| finding.verdict() == verdict;
        self.findings.iter().filter(has)
    }

    /// Whether something was examined, and nothing failed. None if nothing could be.
    pub fn is_sound(&self) -> Option<bool> {
        let has = |verdict| self.with(verdict).next().is_some();
        match (has(Verdict::Failed), has(Verdict::Passed)) {
            (true, _) => Some(false),
            (false, true) if self.not_understood().is_none() && !self.is_mostly_unseen() => {
                Some(true)
            }
            _ => None,
        }
    }

    /// Whether most checks were not examined: nothing can be said of the whole.
    pub fn is_mostly_unseen(&self) -> bool {
        self.with(Verdict::NotExamined).count() * 2 > self.findings.len()
    }

    /// That it answered and was not understood: what passed beside that is not its game.
    pub fn not_understood(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| {
            matches!(
                finding.outcome,
                Outcome::AnswersPassword { .. }
                    | Outcome::AnswersUnclear { .. }
                    | Outcome::AnswersUnsure { .. }
                    | Outcome::GameWithoutHints { .. }
                    | Outcome::GameUnclear { .. }
            )
        })
    }

    /// The one thing to mend next.
    pub fn next(&self) -> Option<&Finding> {
        self.with(Verdict::Failed).next()
    }
}
