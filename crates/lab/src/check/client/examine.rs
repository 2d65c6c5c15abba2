//! The examination of one program: what was learned first, then a run for each check.

use super::bears::{error, glued, slow, split, text};
use super::came::{came, spoiled};
use super::endings::{Aftermath, close, ends, fin, win};
use super::first::{connected, hints, number, turn};
use super::learn::{Learned, learn, learn_again};
use super::plan::{End, Plan};
use super::play::{Session, Style};
use super::refused::refused;
use super::stage::Turn;
use crate::check::list::Check;
use crate::check::report::{Finding, SourceLine, Verdict};
use crate::program::{Bound, Ended};
use crate::sentence::Sentence;

/// Texts of the lesson: a program that has one of them was made from it.
const LESSON: &[&str] = &["FIN", "moi >", "serveur >", "Trop petit", "Gagné"];

/// What a word for the win holds.
const WINS: &[&str] = &[
    "gagn", "bravo", "trouv", "win", "correct", "congrat", "found",
];

/// The examination.
#[derive(Debug)]
pub struct Examination<'a> {
    /// What all runs have in common.
    pub plan: &'a Plan<'a>,
    /// How the program speaks.
    pub learned: Learned,
    /// What it did after the last words of games.
    pub endings: Vec<Aftermath>,
}

/// What was found, and what was learned of how the program speaks.
#[derive(Debug)]
pub struct Found {
    /// One finding a check.
    pub findings: Vec<Finding>,
    /// How it speaks.
    pub facts: Vec<Sentence>,
}

/// Makes the checks that are wanted; `tell` is called before each.
pub fn examine(plan: &Plan<'_>, wanted: &[Check], mut tell: impl FnMut(Check)) -> Found {
    tell(Check::Connects);
    let learned = match learn(plan) {
        Ok(learned) => learned,
        Err(finding) => return unreached(*finding, wanted),
    };
    let facts = facts(&learned);
    let mut exam = Examination {
        plan,
        learned,
        endings: Vec::new(),
    };
    let mut findings = Vec::new();
    for check in Check::CLIENT {
        if wanted.contains(check) || (*check < Check::Ends && wanted.contains(&Check::Ends)) {
            tell(*check);
            findings.push(exam.check(*check));
        }
    }
    findings.retain(|finding| wanted.contains(&finding.check));
    Found { findings, facts }
}

/// Nothing can be said of a program that does not connect.
fn unreached(finding: Finding, wanted: &[Check]) -> Found {
    let why = || match finding.verdict {
        Verdict::NotExamined => finding.said.clone(),
        _ => Sentence::new("skipped-not-connected"),
    };
    let others = wanted.iter().filter(|check| **check != finding.check);
    let others = others.map(|check| Finding::not_examined(*check, why()));
    let findings = std::iter::once(finding.clone()).chain(others).collect();
    Found {
        findings,
        facts: Vec::new(),
    }
}

/// How the program speaks, for its author.
fn facts(learned: &Learned) -> Vec<Sentence> {
    let trial = &learned.trial;
    if trial.guesses.is_empty() {
        return Vec::new();
    }
    let mut facts = vec![
        Sentence::new(match trial.by_hand() {
            true => "fact-by-hand",
            false => "fact-by-itself",
        }),
        Sentence::new(match trial.sends_lines() {
            true => "fact-lines",
            false => "fact-no-lines",
        }),
    ];
    if learned.understood && !trial.by_hand() {
        let words = &trial.style.words;
        let fact = Sentence::new("fact-words").bytes("small", words.small.as_bytes());
        facts.push(fact.bytes("big", words.big.as_bytes()));
    }
    facts
}

impl<'a> Examination<'a> {
    fn check(&mut self, check: Check) -> Finding {
        let needs_game = !matches!(
            check,
            Check::Connects | Check::Turn | Check::Number | Check::Hints | Check::Refused
        );
        if std::time::Instant::now() >= self.plan.deadline {
            return Finding::not_examined(check, Sentence::new("skipped-time"));
        }
        if needs_game && let Some(why) = self.no_game() {
            return Finding::not_examined(check, why);
        }
        self.judged(check)
    }

    /// The verdict, after a second and more patient look where it may be the machine that was slow.
    fn judged(&mut self, check: Check) -> Finding {
        let known = self.endings.len();
        let first = self.look(check);
        if !self.plan.may_be_late(&first) {
            return first;
        }
        let plan = self.plan;
        let mut earlier = self.endings.split_off(known);
        let second = match check {
            Check::Turn | Check::Hints => match learn_again(plan, &self.learned.trial) {
                Some(learned) => {
                    self.learned = learned;
                    self.look(check)
                }
                None => return first,
            },
            // What games have shown at their ends is seen at new ones.
            Check::Ends => plan.patiently(|| {
                earlier = std::mem::take(&mut self.endings);
                // Their findings are other checks'.
                let _ = (win(self), close(self));
                ends(self)
            }),
            _ => plan.patiently(|| self.look(check)),
        };
        match second.verdict {
            Verdict::Failed | Verdict::Passed => second,
            Verdict::NotExamined if std::time::Instant::now() >= plan.deadline => {
                Finding::not_examined(check, Sentence::new("skipped-slow-client"))
            }
            // It can't be looked at again: what was seen first stands.
            Verdict::NotExamined => {
                self.endings.truncate(known);
                self.endings.append(&mut earlier);
                first
            }
        }
    }

    fn look(&mut self, check: Check) -> Finding {
        match check {
            Check::Connects => connected(&self.learned.trial, self.plan),
            Check::Turn => turn(&self.learned),
            Check::Number => number(&self.learned),
            Check::Hints => hints(&self.learned, self.plan),
            Check::Win => win(self),
            Check::Fin => fin(self),
            Check::Close => close(self),
            Check::Ends => ends(self),
            Check::Text => text(self),
            Check::Glued => glued(self),
            Check::Split => split(self),
            Check::Error => error(self),
            Check::Slow => slow(self),
            Check::Refused if self.plan.command.is_none() => {
                Finding::not_examined(check, Sentence::new("skipped-no-command"))
            }
            Check::Refused => refused(self),
            other => unreachable!("{other:?} is no check of a client"),
        }
    }

    /// Why no game can be played, if none can.
    fn no_game(&self) -> Option<Sentence> {
        let trial = &self.learned.trial;
        match (&trial.missed, self.learned.understood) {
            (None, true) => None,
            (Some(_), _) => Some(Sentence::new("skipped-no-guess")),
            (None, false) => Some(Sentence::new("skipped-no-hints")),
        }
    }

    /// How the program is spoken to.
    pub fn style(&self) -> Style {
        self.learned.trial.style.clone()
    }

    /// A run that has not connected yet.
    pub fn session(&self) -> Session<'a> {
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
            false => trial.style.words.lesson && !trial.style.newline,
        };
        lesson || has(&["\"FIN\"", "'FIN'", "\"fin\"", "'fin'"])
    }

    /// A game in which one hint was followed, and the guess that is to be answered now.
    pub fn game(&self, check: Check) -> Result<(Session<'a>, i64), Box<Finding>> {
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
                Err(Box::new(self.unsteady(check, &turn, &end)))
            }
        }
    }

    /// The program did not do again what it had done before: nothing is said of it.
    pub fn unsteady(&self, check: Check, turn: &Turn, end: &End) -> Finding {
        if let Some(finding) = spoiled(check, end) {
            return finding;
        }
        let why = match turn {
            Turn::Ended(Ended::Beyond(Bound::Output | Bound::Memory | Bound::Processes)) => {
                Sentence::new("skipped-bounds").said("came", came(turn, end))
            }
            Turn::Busy(None) if self.plan.command.is_none() => {
                Sentence::new("skipped-not-again").seconds("time", self.plan.patience)
            }
            _ => Sentence::new("skipped-unsteady").said("came", came(turn, end)),
        };
        Finding::not_examined(check, why).seen(&end.evidence)
    }
}
