//! The examination of a client: what was learned of it, and the runs that checks ask for. It knows no
//! check.

use super::aftermath::Aftermath;
use super::learn::Learned;
use super::plan::{End, Plan};
use super::play::{Session, Style};
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Exam, Notes, Stopped};
use crate::check::source::SourceLine;
use crate::program::{Bound, Ended};
use crate::session::Turn;

/// Texts of the lesson: a program that has one of them was made from it.
const LESSON: &[&str] = &["FIN", "moi >", "serveur >", "Trop petit", "Gagné"];

/// What a word for the win holds.
const WINS: &[&str] = &[
    "gagn", "bravo", "trouv", "win", "correct", "congrat", "found",
];

/// The examination.
#[derive(Debug)]
pub struct ClientExam {
    /// What all runs have in common.
    pub plan: Plan,
    /// How the program speaks.
    pub learned: Learned,
    /// What was found so far, and what the program did after the last words of games.
    pub notes: Notes<Vec<Aftermath>>,
}

impl ClientExam {
    /// Before the first check. The program has connected.
    pub fn new(plan: Plan, learned: Learned) -> ClientExam {
        let notes = Notes::default();
        ClientExam {
            plan,
            learned,
            notes,
        }
    }

    /// How the program is spoken to.
    pub fn style(&self) -> Style {
        self.learned.trial.style.clone()
    }

    /// A run that has not connected yet.
    pub fn session(&self) -> Session {
        self.plan.session(self.style())
    }

    /// The first number of each of its games.
    pub fn first_value(&self) -> Option<i64> {
        let first = self.learned.trial.guesses.first()?;
        first.number.value()
    }

    /// The first line of its files that compares something with a word for the win, and what it
    /// compares with; only of a program whose user plays, for it alone shows nothing else of it.
    pub fn compares_wins(&self) -> Option<(SourceLine, Vec<String>)> {
        let compares = |text: &str| {
            ["==", "!=", " in ", "startswith"]
                .iter()
                .any(|it| text.contains(it))
        };
        let win = |text: &str| {
            let text = text.to_lowercase();
            WINS.iter().any(|word| text.contains(word))
        };
        let by_hand = self.learned.trial.by_hand();
        self.plan
            .source
            .lines_with_literals()
            .find_map(|(line, literals)| {
                let wins: Vec<String> = literals.into_iter().filter(|it| win(it)).collect();
                (by_hand && compares(&line.text) && !wins.is_empty()).then_some((line, wins))
            })
    }

    /// Whether it can be expected to know `FIN`: it speaks of it, or its words are the lesson's, or
    /// its user plays and it was made from the lesson's client.
    pub fn knows_fin(&self) -> bool {
        let (trial, source) = (&self.learned.trial, &self.plan.source);
        let has = |texts: &[&str]| texts.iter().any(|text| source.has(text));
        let lesson = match trial.by_hand() {
            true => has(LESSON),
            false => trial.style.words.lesson && !trial.style.newline && trial.is_bare(),
        };
        lesson || has(&["\"FIN\"", "'FIN'", "\"fin\"", "'fin'"])
    }

    /// A game in which one hint was followed, and the guess that is to be answered now.
    pub fn game(&self) -> Result<(Session, i64), Stopped> {
        let mut session = self.session();
        let hinted = session.connect(self.plan.patience).and_then(|()| {
            let first = session.first_guess(self.plan.greeting())?;
            let value = first.number.value().ok_or(Turn::Sent(first.pieces))?;
            // One more is possible above any number that it begins with.
            let next = match self.learned.trial.hints.first() {
                Some(hint) if !hint.small => session.too_big(value)?,
                _ => session.too_small(value)?,
            };
            next.number.value().ok_or(Turn::Sent(next.pieces))
        });
        match hinted {
            Ok(value) => Ok((session, value)),
            Err(turn) => {
                let end = self.plan.end_of(&session, Some(&turn));
                end.must_have_read()?;
                Err(self.unsteady(&turn, &end).into())
            }
        }
    }

    /// The program did not do again what it had done before: nothing is said of it.
    pub fn unsteady(&self, turn: &Turn, end: &End) -> Seen {
        let came = end.came(turn);
        end.seen(match turn {
            Turn::Ended(Ended::Beyond(Bound::Output | Bound::Memory | Bound::Processes)) => {
                Outcome::BeyondBounds { came }
            }
            Turn::Busy(None) if !self.plan.subject.is_ours() => Outcome::NotStartedByHand {
                seconds: self.plan.patience,
            },
            _ => Outcome::UnsteadyClient { came },
        })
    }
}

impl Exam for ClientExam {
    type Memory = Vec<Aftermath>;

    fn notes(&mut self) -> &mut Notes<Self::Memory> {
        &mut self.notes
    }

    fn is_late(&self) -> bool {
        self.plan.is_late()
    }

    fn may_look_again(&self) -> bool {
        self.plan.may_look_again()
    }

    fn set_patient(&mut self, patient: bool) {
        self.plan.set_patient(patient);
    }

    fn too_slow() -> Outcome {
        Outcome::SlowClient
    }

    /// Each check has a run of its own.
    fn recover(&mut self) {}
}
