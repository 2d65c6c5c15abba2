//! A player who goes: whether the server goes on for the next one, and does not spin.

use std::time::Duration;

use super::exam::Exam;
use super::players::serve;
use super::reply::Reply;
use super::talk::Talk;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::program::{Ended, Waits};
use crate::sentence::Sentence;

/// How long a program that seems to compute is watched.
const WATCH: Duration = Duration::from_millis(300);
/// A program that has had less of the processor than this was kept waiting by the machine.
const SHARE: f64 = 0.5;
/// A program deals with a player who has gone in this time.
const DEALS: Duration = Duration::from_millis(600);

/// Leaves in mid-game.
pub fn leaves(exam: &mut Exam) -> Finding {
    let check = Check::Leaves;
    match exam.begun(check) {
        Ok(talk) => {
            let before = exam.target.activity();
            talk.line.leave();
            served(exam, check, before)
        }
        Err(finding) => *finding,
    }
}

/// The connection is cut off.
pub fn reset(exam: &mut Exam) -> Finding {
    let check = Check::Reset;
    match exam.begun(check) {
        Ok(talk) => {
            let before = exam.target.activity();
            talk.line.reset();
            served(exam, check, before)
        }
        Err(finding) => *finding,
    }
}

/// Sends a last guess and closes the sending side, as `echo 50 | nc` does.
pub fn half(exam: &mut Exam) -> Finding {
    let check = Check::Half;
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let range = exam.tongue().range();
    let low = i64::midpoint(i64::from(range.min), i64::from(range.max)) - 1;
    let message = exam.tongue().way().guess(low, 2);
    let before = exam.target.activity();
    talk.line.send(&message);
    talk.line.finish();
    let reply = last_words(exam, &mut talk);
    if reply.is_empty() && exam.crash().is_none() {
        let said = Sentence::new("half-unanswered").bytes("sent", &message);
        let hint = ("hint-half", "if not message:");
        return exam.failed_with(check, said, &reply, hint);
    }
    let finding = served(exam, check, before);
    drop(talk);
    finding
}

fn last_words(exam: &Exam, talk: &mut Talk) -> Reply {
    let first = Duration::from_millis(1_500);
    exam.target.listen(&mut talk.line, None, first)
}

/// Whether the next player is served.
fn served(exam: &mut Exam, check: Check, before: Option<crate::program::Activity>) -> Finding {
    let hint = ("hint-gone-crash", "message = connexion.recv(1024).decode()");
    if let Some(program) = exam.target.program() {
        let now = program.settle(before.as_ref(), DEALS);
        if matches!(now.telling(), Some(Waits::Runs | Waits::Print)) {
            let (spins, load) = match program.spins(WATCH) {
                // On a busy machine it may want the processor only to deal with who has gone.
                (true, load) if load < SHARE => program.spins(WATCH * 5),
                seen => seen,
            };
            if spins {
                exam.target.look();
                if let Some(finding) = known(exam, check, "spins") {
                    return finding;
                }
                let said =
                    Sentence::new("gone-spins").text("percent", format!("{:.0}", load * 100.0));
                let finding = exam.fault(check, said, ("hint-gone-spins", "while True:"));
                return finding.at(exam.interrupted());
            }
        }
        program.catch_up();
    }
    let crash = exam.crash();
    let one_game = exam.found(Check::Next) == Some("next-ended");
    if let (Some(ended), None, true) = (exam.target.ended(), &crash, one_game)
        && ended == Ended::Status(0)
    {
        return exam.skipped(check, Sentence::new("skipped-one-game"));
    }
    match serve(exam) {
        Ok((talk, _)) => {
            talk.line.leave();
            let said = match crash {
                Some(crash) => Sentence::new("gone-raises").text("error", crash.error),
                None => Sentence::new("gone-ok"),
            };
            exam.passed(check, said)
        }
        Err(_) if !exam.target.is_ours() && exam.failed(Check::Next) => {
            exam.skipped(check, Sentence::new("skipped-one-game"))
        }
        Err(reply) => {
            let cause = cause(exam, &reply);
            if let Some(finding) = known(exam, check, &cause) {
                return finding;
            }
            let (id, hint) = match (exam.crash().is_some(), reply.ended) {
                (true, _) => ("gone-crash", hint),
                (false, Some(_)) => ("gone-ended", ("hint-gone-ended", "break")),
                (false, None) => ("gone-waits", ("hint-gone-waits", "if not message:")),
            };
            exam.failed_with(check, Sentence::new(id), &reply, hint)
        }
    }
}

/// What a failure comes from: the error and its line, or how the program ended.
fn cause(exam: &Exam, reply: &Reply) -> String {
    match exam.crash() {
        Some(crash) => {
            let name = crash.error.split(':').next().unwrap_or_default();
            format!("{name} {:?}", crash.place)
        }
        None => format!("{:?}", reply.ended),
    }
}

/// Another check has failed because a player has gone.
pub fn remember(exam: &mut Exam, check: Check, reply: &Reply) {
    let cause = format!("gone {}", cause(exam, reply));
    exam.causes.push((check, cause));
}

/// A failure that an earlier check has told already; else it is remembered.
fn known(exam: &mut Exam, check: Check, cause: &str) -> Option<Finding> {
    let cause = format!("gone {cause}");
    let why = |check: Check| Sentence::new("skipped-same-end").text("check", check.id());
    match exam.causes.iter_mut().find(|(_, it)| *it == cause) {
        // The player of the game before had gone, too: that is what it died of.
        Some((first, _)) if *first == Check::Next => {
            *first = check;
            let next = exam.findings.iter_mut().find(|it| it.check == Check::Next);
            if let Some(next) = next {
                *next = Finding::not_examined(Check::Next, why(check));
            }
            None
        }
        Some((first, _)) => {
            let why = why(*first);
            let finding = exam.skipped(check, why);
            exam.target.stop();
            Some(finding)
        }
        None => {
            exam.causes.push((check, cause));
            None
        }
    }
}
