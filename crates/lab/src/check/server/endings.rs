//! How it ends: after a win, at `FIN`, and when the server itself is stopped and started again.

use super::basics::{GAME, after_win, plays};
use super::conversation::End;
use super::exam::{AfterWin, ServerExam};
use crate::check::crash::{Crash, is_address_in_use};
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::session::Unstarted;

/// It says that the player has won, and doesn't leave them waiting.
pub static WON: Row<ServerExam> = Row {
    check: Check::new("won", "check-won"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Patiently,
    look: won,
};

/// It lets a player go who says `FIN`.
pub static QUIT: Row<ServerExam> = Row {
    check: Check::new("quit", "check-quit"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Patiently,
    look: quit,
};

/// It can be started again at once.
pub static RESTART: Row<ServerExam> = Row {
    check: Check::new("restart", "check-restart"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Patiently,
    look: restart,
};

/// How programs write the word of the end.
const FIN: &[&str] = &["\"FIN\"", "'FIN'", "\"fin\"", "'fin'"];

fn won(exam: &mut ServerExam) -> Checked {
    if exam.target.patience > 1 {
        // A second look: another game.
        let mut talk = exam.conversation()?;
        let game = exam.client().play(&mut talk, &[]);
        if game.number().is_none() {
            return Ok(exam.seen(Outcome::NeverWon));
        }
        exam.games.push(game);
        after_win(exam, talk);
    }
    let won = exam.games.iter().rev().find(|game| game.number().is_some());
    let (Some(game), Some((after, evidence))) = (won, exam.after.clone()) else {
        return Ok(Outcome::NeverWon.into());
    };
    let last = game.answers.last();
    let said = last.map(|it| it.reply.bytes()).unwrap_or_default();
    let outcome = match (game.end, after) {
        (End::Mute(number), _) => Outcome::WonMute { number },
        (_, AfterWin::Closed) => Outcome::WonCloses { said },
        (_, AfterWin::Asks) => Outcome::WonAsks { said },
        (_, AfterWin::PlaysOn) => Outcome::WonPlaysOn { said },
        (_, AfterWin::Open(reply)) => {
            let came = (&reply).into();
            Outcome::WonOpen { said, came }
        }
    };
    let seen = exam.seen(outcome);
    Ok(Seen {
        trace: Some(evidence),
        ..seen
    })
}

/// `FIN`, as the lesson's client says it.
fn quit(exam: &mut ServerExam) -> Checked {
    if !exam.is_text() {
        return Ok(Outcome::NotText.into());
    }
    let mut talk = exam.begun()?;
    let sent = exam.client().way().words("FIN");
    let reply = talk.say(&exam.target, &sent);
    let has_crashed = exam.crash().is_some();
    if reply.closing.is_some() && !has_crashed {
        return Ok(exam.seen(Outcome::QuitOk { sent }));
    }
    if !FIN.iter().any(|it| exam.source.has(it)) {
        // How it takes words that it does not know is another check's.
        return Ok(exam.seen(Outcome::QuitNotSpoken { sent }));
    }
    let is_silent = reply.is_empty();
    let seen = exam.seen_instead(&reply, |came| {
        if has_crashed {
            Outcome::QuitCrash { sent, came }
        } else if is_silent {
            Outcome::QuitWaits { sent, came }
        } else {
            Outcome::QuitGoesOn { sent, came }
        }
    });
    Ok(seen.or_at(|| exam.source.line_with(FIN)))
}

/// Stopped while a player is there, and started again at once.
fn restart(exam: &mut ServerExam) -> Checked {
    if !exam.target.is_ours() {
        return Ok(Outcome::NotOurs.into());
    }
    // The workshop's ports are free at once, as no system's are.
    if exam.target.is_hosted() {
        return Ok(Outcome::InPage.into());
    }
    let talk = exam.begun()?;
    exam.target.stop();
    let mark = exam.target.log.mark();
    let seen = match exam.target.start_beside() {
        Ok(()) => exam.seen(Outcome::RestartOk),
        Err(why) => not_restarted(exam, &why, mark),
    };
    // The connection of before keeps the port until it is cut off.
    exam.target.stop();
    drop(talk);
    Ok(seen)
}

fn not_restarted(exam: &ServerExam, why: &Unstarted, mark: usize) -> Seen {
    let printed = exam.target.log.look(|trace| trace.printed_since(mark));
    let crash = Crash::of(&printed, exam.target.ended(), &exam.source);
    let mut lines = printed.lines();
    let taken = lines.find(|it| is_address_in_use(it));
    let error = crash.map(|crash| crash.error);
    let outcome = match error.or_else(|| taken.map(|line| line.trim().to_owned())) {
        Some(error) => Outcome::RestartTaken { error },
        None if matches!(why, Unstarted::Ended(_)) => Outcome::RestartEnds,
        None => return exam.seen(Outcome::NotAsBefore),
    };
    let binds = [".bind(", "bind(", "ServerSocket("];
    exam.seen(outcome).at(exam.source.line_with(&binds))
}
