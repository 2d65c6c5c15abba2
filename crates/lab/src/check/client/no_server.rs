//! What it says when no server listens.

use std::time::{Duration, Instant};

use super::exam::ClientExam;
use super::play::Session;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::row::{Again, Checked, Row};
use crate::session::{Stage, Turn};

/// A program may try again for a while before it gives up.
const PATIENCE: Duration = Duration::from_secs(3);
/// Lines that are typed at most: an address, a port, a name, a number.
const LINES: usize = 6;

/// Nobody listens: it says so.
pub static REFUSED: Row<ClientExam> = Row {
    check: Check::new("refused", "check-refused"),
    after: &[],
    needs: Some(is_started_here),
    again: Again::Patiently,
    look: refused,
};

fn is_started_here(exam: &ClientExam) -> Option<Outcome> {
    (!exam.plan.subject.is_ours()).then_some(Outcome::NoCommand)
}

/// Runs the program while the place where its server should be is empty.
fn refused(exam: &mut ClientExam) -> Checked {
    let _empty = exam
        .plan
        .listener
        .close()
        .map_err(|_| Outcome::NoEmptyPort)?;
    let mut session = exam.session();
    let turn = run(&mut session);
    let end = exam.plan.end_of(&session, Some(&turn));
    // What it says when a server listens too is no news.
    let usual = exam.learned.trial.end.evidence.printed_since(0);
    let said = Some(said(&session.stage)).filter(|said| !usual.contains(said));
    let said = said.unwrap_or_default().into_bytes();
    let came = end.came(&turn);
    Ok(end.seen(match &turn {
        _ if end.crash.is_some() => Outcome::RefusedCrash { came },
        turn if end.is_endless(turn) => Outcome::RefusedSpins { came },
        _ if said.is_empty() => Outcome::RefusedSilent { came },
        Turn::Ended(_) => Outcome::RefusedOk { said },
        // It says so and tries again, or asks its user.
        _ => Outcome::RefusedTries { said },
    }))
}

/// Up to the program's end, or until it has had its time.
fn run(session: &mut Session) -> Turn {
    let deadline = Instant::now() + PATIENCE;
    let mut lines = 0;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match session.stage.accept(left) {
            Err(Turn::Asks(prompt)) if lines < LINES => {
                lines += 1;
                session.type_for(&prompt, lines);
            }
            Err(turn) => return turn,
            Ok(()) => unreachable!("nothing listens, so nothing is accepted"),
        }
    }
}

/// The last line that the program printed after it was last asked for something.
fn said(stage: &Stage) -> String {
    let printed = stage.prompt();
    let last = printed.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or_default().trim().to_owned()
}
