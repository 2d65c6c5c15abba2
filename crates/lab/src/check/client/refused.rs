//! What it says when no server listens.

use std::time::{Duration, Instant};

use super::came::{failed, spins};
use super::examine::Examination;
use super::play::Session;
use super::stage::{Stage, Turn};
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::sentence::Sentence;

/// A program may try again for a while before it gives up.
const PATIENCE: Duration = Duration::from_secs(3);
/// Lines that are typed at most: an address, a port, a name, a number.
const LINES: usize = 6;

/// Runs the program while the place where its server should be is empty.
pub fn refused(exam: &Examination<'_>) -> Finding {
    let check = Check::Refused;
    let _empty = match exam.plan.door.close() {
        Ok(empty) => empty,
        Err(_) => return Finding::not_examined(check, Sentence::new("skipped-door")),
    };
    let mut session = exam.session();
    let turn = run(&mut session);
    let end = exam.plan.end_of(&session, Some(&turn));
    let said = said(&session.stage);
    // What it says when a server listens too is no news.
    let usual = exam.learned.trial.end.evidence.printed_since(0);
    let said = if usual.contains(&said) {
        String::new()
    } else {
        said
    };
    let connect = "connexion.connect((HOTE, PORT))";
    match &turn {
        _ if end.crash.is_some() => failed(
            check,
            "refused-crash",
            (&turn, &end),
            ("hint-refused-crash", connect),
        ),
        turn if spins(turn, &end) => failed(
            check,
            "refused-spins",
            (turn, &end),
            ("hint-refused-spins", "while True:"),
        ),
        _ if said.is_empty() => {
            let hint = ("hint-refused-silent", "except:");
            failed(check, "refused-silent", (&turn, &end), hint)
        }
        Turn::Ended(_) => {
            let said = Sentence::new("refused-ok").bytes("said", said.as_bytes());
            Finding::passed(check, said).seen(&end.evidence)
        }
        // It says so and tries again, or asks its user.
        _ => {
            let said = Sentence::new("refused-tries").bytes("said", said.as_bytes());
            Finding::passed(check, said).seen(&end.evidence)
        }
    }
}

/// Up to the program's end, or until it has had its time.
fn run(session: &mut Session<'_>) -> Turn {
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
fn said(stage: &Stage<'_>) -> String {
    let printed = stage.prompt();
    let last = printed.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or_default().trim().to_owned()
}
