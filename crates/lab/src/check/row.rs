//! A check is one static row; the runner makes the checks that are wanted.
//!
//! The runner serves clients and servers: what is examined is a type ([`Exam`]), and a row belongs
//! to one of them, so that a check of a client can't be made on a server.

use super::name::Check;
use super::outcome::{Kind, Outcome};
use super::report::{Finding, Seen};

/// Everything about one check.
#[derive(Debug)]
pub(crate) struct Row<E: 'static> {
    /// Its names.
    pub check: Check,
    /// Checks whose outcomes it reads: they are made before it, wanted or not.
    pub after: &'static [&'static Row<E>],
    /// What must hold before it: the reason to skip it otherwise. `None` for a check that can
    /// always be made, even when the time is over.
    pub needs: Option<fn(&E) -> Option<Outcome>>,
    /// Whether a failure that may be a busy machine's is looked at a second time.
    pub again: Again<E>,
    /// Makes the check.
    pub look: fn(&mut E) -> Checked,
}

/// The second look at what seems a failure.
#[derive(Debug)]
pub(crate) enum Again<E: 'static> {
    /// None: what the check sees is no matter of time.
    Never,
    /// The check is made again, with longer waits.
    Patiently,
    /// The same, once this has prepared it; `false` if there is nothing new to see.
    Prepared(fn(&mut E) -> bool),
}

/// Ends a check early: what it says then.
#[derive(Debug)]
pub(crate) struct Stopped(pub Box<Seen>);

impl From<Seen> for Stopped {
    fn from(seen: Seen) -> Stopped {
        Stopped(Box::new(seen))
    }
}

impl From<Outcome> for Stopped {
    fn from(outcome: Outcome) -> Stopped {
        Seen::from(outcome).into()
    }
}

/// What a check returns: `?` ends it early.
pub(crate) type Checked = Result<Seen, Stopped>;

/// What was found so far, as far as a second look undoes it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes<M> {
    /// One a check that was made.
    pub findings: Vec<Finding>,
    /// What checks tell each other beyond that.
    pub memory: M,
}

impl<M> Notes<M> {
    /// What a check found, if it was made.
    pub fn found<E>(&self, row: &Row<E>) -> Option<&Outcome> {
        let mut findings = self.findings.iter();
        let finding = findings.find(|it| it.check == row.check);
        finding.map(|it| &it.outcome)
    }

    /// Lets a check that was made say something else.
    pub fn replace<E>(&mut self, row: &Row<E>, seen: impl Into<Seen>) {
        let made = self.findings.iter_mut().find(|it| it.check == row.check);
        if let Some(finding) = made {
            *finding = Finding::new(row.check, seen.into());
        }
    }

    /// Whether a check was made and not passed.
    pub fn failed<E>(&self, row: &Row<E>) -> bool {
        let found = self.found(row);
        found.is_some_and(|it| it.kind() != Kind::Passed)
    }
}

/// An examination of one kind of program.
pub(crate) trait Exam: Sized {
    /// What checks tell each other.
    type Memory: Clone;

    /// What was found so far.
    fn notes(&mut self) -> &mut Notes<Self::Memory>;

    /// Whether the time is over, or the examination was given up.
    fn is_late(&self) -> bool;

    /// Whether a second look makes sense for this program.
    fn may_look_again(&self) -> bool;

    /// Prepares for a second look, with longer waits, or for the usual ones again.
    fn set_patient(&mut self, patient: bool);

    /// What is said when no time is left for the second look.
    fn too_slow() -> Outcome;

    /// Makes sure that a failure is not met again in the next check.
    fn recover(&mut self);
}

/// How far an examination is.
#[derive(Debug)]
pub enum Step<'a> {
    /// This check is made now.
    Begins(Check),
    /// This was found. A later check may change it: the report has the last word.
    Found(&'a Finding),
    /// The program is awaited, which its user starts once more.
    Start {
        /// About how many starts remain, this one included.
        left: usize,
    },
}

/// Makes the checks that are wanted, and those that they need, in this order; `tell` is called
/// before and after each.
pub(crate) fn run<E: Exam>(
    exam: &mut E,
    order: &[&'static Row<E>],
    wanted: &[Check],
    mut tell: impl FnMut(Step<'_>),
) {
    let wanted_rows = order.iter().filter(|row| wanted.contains(&row.check));
    let wanted_rows: Vec<&Row<E>> = wanted_rows.copied().collect();
    for row in order {
        if wanted_rows.iter().any(|it| needs(it, row)) {
            tell(Step::Begins(row.check));
            let finding = Finding::new(row.check, judged(exam, row));
            tell(Step::Found(&finding));
            exam.notes().findings.push(finding);
        }
    }
}

/// Whether a check is the other, or needs what it finds.
fn needs<E>(row: &Row<E>, other: &Row<E>) -> bool {
    row.check == other.check || row.after.iter().any(|it| needs(it, other))
}

fn judged<E: Exam>(exam: &mut E, row: &Row<E>) -> Seen {
    if let Some(needs) = row.needs {
        if exam.is_late() {
            return Outcome::OutOfTime.into();
        }
        if let Some(why) = needs(exam) {
            return why.into();
        }
    }
    let seen = twice(exam, row);
    let failed = matches!(seen.outcome.kind(), Kind::Failed | Kind::Proven);
    if failed && row.needs.is_some() {
        exam.recover();
    }
    seen
}

/// What a check sees, after a second and more patient look where it may be the machine that was
/// slow.
fn twice<E: Exam>(exam: &mut E, row: &Row<E>) -> Seen {
    let before = exam.notes().clone();
    let first = look(exam, row);
    let unsure = first.outcome.kind() == Kind::Failed && exam.may_look_again();
    if !unsure || matches!(row.again, Again::Never) || exam.is_late() {
        return first;
    }
    let earlier = std::mem::replace(exam.notes(), before);
    exam.set_patient(true);
    let second = match row.again {
        Again::Prepared(prepare) => prepare(exam).then(|| look(exam, row)),
        _ => Some(look(exam, row)),
    };
    exam.set_patient(false);
    match second {
        Some(second) if second.outcome.kind() != Kind::Skipped => second,
        Some(_) if exam.is_late() => E::too_slow().into(),
        // The program does not even do the same thing twice.
        Some(second) if matches!(second.outcome, Outcome::UnsteadyServer { .. }) => second,
        // It can't be looked at again: what was seen first stands.
        _ => {
            *exam.notes() = earlier;
            first
        }
    }
}

fn look<E>(exam: &mut E, row: &Row<E>) -> Seen {
    (row.look)(exam).unwrap_or_else(|stopped| *stopped.0)
}
