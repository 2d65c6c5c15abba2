//! A player who goes: whether the server goes on for the next one, and does not spin.

use std::time::Duration;

use super::basics::plays;
use super::exam::{Cause, Scene, ServerExam};
use super::players::NEXT;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::row::{Again, Checked, Row, Stopped};
use crate::program::{Activity, Ended, Program, Waits};
use crate::session::Reply;

/// How long a program that seems to compute is watched.
const WATCH: Duration = Duration::from_millis(300);
/// A program that has had less of the processor than this was kept waiting by the machine.
const SHARE: f64 = 0.5;
/// A program deals with a player who has gone in this time.
const DEALS: Duration = Duration::from_millis(600);
/// How long nothing may come for a player who has stopped sending.
const LAST_WORDS: Duration = Duration::from_millis(1_500);

/// A player leaves in mid-game.
pub static LEAVES: Row<ServerExam> = Row {
    check: Check::new("leaves", "check-leaves"),
    after: &[&NEXT],
    needs: Some(plays),
    again: Again::Patiently,
    look: leaves,
};

/// A player closes their sending side.
pub static HALF: Row<ServerExam> = Row {
    check: Check::new("half", "check-half"),
    after: &[&NEXT],
    needs: Some(plays),
    again: Again::Patiently,
    look: half,
};

/// A player's connection is cut off.
pub static RESET: Row<ServerExam> = Row {
    check: Check::new("reset", "check-reset"),
    after: &[&NEXT],
    needs: Some(plays),
    again: Again::Patiently,
    look: reset,
};

fn leaves(exam: &mut ServerExam) -> Checked {
    let talk = exam.begun()?;
    let before = exam.target.activity();
    talk.connection.leave();
    serves_next(exam, LEAVES.check, before.as_ref())
}

fn reset(exam: &mut ServerExam) -> Checked {
    let talk = exam.begun()?;
    let before = exam.target.activity();
    talk.connection.reset();
    serves_next(exam, RESET.check, before.as_ref())
}

/// Sends a last guess and closes the sending side, as `echo 50 | nc` does.
fn half(exam: &mut ServerExam) -> Checked {
    let mut talk = exam.begun()?;
    let sent = exam.client().way().guess(exam.middle() - 1, 2);
    let before = exam.target.activity();
    talk.connection.send(&sent);
    talk.connection.finish();
    let reply = Reply::on(&exam.target, &mut talk.connection, None, LAST_WORDS);
    if reply.is_empty() && exam.crash().is_none() {
        return Ok(exam.seen_instead(&reply, |came| Outcome::HalfUnanswered { sent, came }));
    }
    // The connection stays open on this side until the next player was served.
    serves_next(exam, HALF.check, before.as_ref())
}

/// Whether the next player is served. `before` is a look at the program before this one went.
fn serves_next(exam: &mut ServerExam, check: Check, before: Option<&Activity>) -> Checked {
    if let Some(load) = exam.target.program().and_then(|it| spins(it, before)) {
        exam.target.look();
        must_be_news(exam, check, Cause::Spins)?;
        let seen = exam.seen(Outcome::PlayerGoneSpins { percent: load });
        return Ok(seen.at(exam.interrupted()));
    }
    if let Some(program) = exam.target.program() {
        program.catch_up();
    }
    let crash = exam.crash();
    let one_game = matches!(exam.found(&NEXT), Some(Outcome::NextEnded));
    if one_game && crash.is_none() && exam.target.ended() == Some(Ended::Status(0)) {
        return Ok(exam.seen(Outcome::OneGame));
    }
    let reply = match exam.serve() {
        Ok((talk, _)) => {
            talk.connection.leave();
            return Ok(exam.seen(match crash {
                Some(crash) => Outcome::PlayerGoneRaises { error: crash.error },
                None => Outcome::PlayerGoneOk,
            }));
        }
        Err(reply) => reply,
    };
    if !exam.target.is_ours() && exam.failed(&NEXT) {
        return Ok(exam.seen(Outcome::OneGame));
    }
    let cause = exam.cause(&reply);
    must_be_news(exam, check, cause)?;
    let has_crashed = exam.crash().is_some();
    let has_ended = reply.ended.is_some();
    Ok(exam.seen_instead(&reply, |came| {
        if has_crashed {
            Outcome::PlayerGoneCrash { came }
        } else if has_ended {
            Outcome::PlayerGoneEnded { came }
        } else {
            Outcome::PlayerGoneWaits { came }
        }
    }))
}

/// The part of one processor that a program takes which computes without end.
fn spins(program: &Program, before: Option<&Activity>) -> Option<f64> {
    let now = program.settle(before, DEALS);
    if !matches!(now.telling(), Some(Waits::Runs | Waits::Print)) {
        return None;
    }
    let (spins, load) = match program.spins(WATCH) {
        // On a busy machine it may want the processor only to deal with who has gone.
        (true, load) if load < SHARE => program.spins(WATCH * 5),
        seen => seen,
    };
    spins.then_some(load)
}

/// Ends a check whose failure another has told of already; else remembers it.
fn must_be_news(exam: &mut ServerExam, check: Check, cause: Cause) -> Result<(), Stopped> {
    match exam.teller(Scene::Departure, &cause) {
        // The player of the game before had gone, too: that is what it died of.
        Some(first) if first == NEXT.check && cause != Cause::Ended(None) => {
            for told in &mut exam.notes.memory {
                if told.1 == Scene::Departure && told.2.is_same(&cause, told.1) {
                    told.0 = check;
                }
            }
            exam.notes.replace(&NEXT, Outcome::SameEnd { check });
            Ok(())
        }
        Some(first) => {
            let seen = exam.seen(Outcome::SameEnd { check: first });
            exam.target.stop();
            Err(seen.into())
        }
        None => {
            exam.remember(check, Scene::Departure, cause);
            Ok(())
        }
    }
}
