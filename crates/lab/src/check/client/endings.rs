//! How it ends: at the win, at `FIN`, when the server closes; and whether it ends at all.

use super::aftermath::{Aftermath, aftermath, bare};
use super::basics::takes_turns;
use super::exam::ClientExam;
use super::number::read;
use super::play::Session;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::session::Turn;

/// Words for the win that are tried: each costs a run.
const WINS: usize = 6;

/// It stops at the win, or plays on.
pub static WIN: Row<ClientExam> = Row {
    check: Check::new("win", "check-win"),
    after: &[],
    needs: Some(takes_turns),
    again: Again::Patiently,
    look: win,
};

/// It stops at `FIN`.
pub static FIN: Row<ClientExam> = Row {
    check: Check::new("fin", "check-fin"),
    after: &[],
    needs: Some(takes_turns),
    again: Again::Patiently,
    look: fin,
};

/// It stops when the server closes.
pub static CLOSE: Row<ClientExam> = Row {
    check: Check::new("close", "check-close"),
    after: &[],
    needs: Some(takes_turns),
    again: Again::Patiently,
    look: close,
};

/// Its process ends when the game has.
pub static ENDS: Row<ClientExam> = Row {
    check: Check::new("ends", "check-ends"),
    after: &[&WIN, &FIN, &CLOSE],
    needs: Some(takes_turns),
    again: Again::Prepared(ended_games),
    look: ends,
};

/// Hears what a program does after the last word, and remembers it.
fn ended(exam: &mut ClientExam, mut session: Session) -> Aftermath {
    let after = aftermath(&mut session, &exam.plan);
    drop(session);
    exam.notes.memory.push(after.clone());
    after
}

/// What became of a win.
enum Won {
    Ends,
    PlaysOn,
    /// It waits for the last word, which is for the next checks.
    Waits,
    /// It asks its user for another number: it may play on, or not have noticed.
    Asks,
    /// It did not understand.
    Not,
}

/// Tells the program that it has won, in the words that it understands.
fn win(exam: &mut ClientExam) -> Checked {
    let compares = exam.compares_wins();
    let mut words = exam.style().words.found.clone();
    words.extend(compares.iter().flat_map(|(_, texts)| texts.clone()));
    words.truncate(WINS);
    let mut first: Option<(String, Aftermath)> = None;
    for text in words {
        let (mut session, _) = exam.game()?;
        let before = bare(&session.reaction, &session.style.words.small);
        session.say(&text);
        let after = ended(exam, session);
        after.end.must_have_read()?;
        let found = text.clone().into_bytes();
        let outcome = match won(&after, exam) {
            Won::Ends => Outcome::WinEnds { found },
            Won::PlaysOn => Outcome::WinPlaysOn { found },
            Won::Waits => Outcome::WinWaits { found },
            Won::Asks if compares.is_none() || !after.asks_as(&before, &text) => {
                Outcome::WinAsks { found }
            }
            Won::Asks | Won::Not => {
                first.get_or_insert((text, after));
                continue;
            }
        };
        return Ok(after.end.seen(outcome));
    }
    let (text, after) = first.expect("every pack has a word for the win");
    Ok(not_won(text, &after).or_at(|| compares.map(|(place, _)| place)))
}

fn won(after: &Aftermath, exam: &ClientExam) -> Won {
    if after.end.is_endless(&after.last) || after.end.crash.is_some() {
        return Won::Not;
    }
    if after.is_sound() {
        return Won::Ends;
    }
    match &after.last {
        Turn::Asks(_) => Won::Asks,
        Turn::Listens => Won::Waits,
        // It begins again as it began.
        Turn::Sent(pieces) if read(pieces).value() == exam.first_value() => Won::PlaysOn,
        _ => Won::Not,
    }
}

fn not_won(text: String, after: &Aftermath) -> Seen {
    let (found, came) = (text.into_bytes(), after.end.came(&after.last));
    after.end.seen(match &after.last {
        _ if after.end.crash.is_some() => Outcome::WinCrash { found, came },
        turn if after.end.is_endless(turn) => Outcome::WinSpins { found, came },
        Turn::Asks(_) => Outcome::WinUnnoticed { found, came },
        _ => Outcome::WinGoesOn { found, came },
    })
}

/// `FIN`, in the place of an answer.
fn fin(exam: &mut ClientExam) -> Checked {
    let (mut session, _) = exam.game()?;
    session.say("FIN");
    let after = ended(exam, session);
    after.end.must_have_read()?;
    if after.is_sound() {
        return Ok(after.end.seen(Outcome::FinOk));
    }
    if !exam.knows_fin() {
        return Ok(after.end.seen(Outcome::FinNotSpoken));
    }
    let came = after.end.came(&after.last);
    Ok(after.end.seen(match &after.last {
        turn if after.end.is_endless(turn) => Outcome::FinSpins { came },
        _ if after.end.crash.is_some() => Outcome::FinCrash { came },
        Turn::Asks(_) | Turn::Sent(_) => Outcome::FinGoesOn { came },
        _ => Outcome::FinWaits { came },
    }))
}

/// The server closes, in the place of an answer.
fn close(exam: &mut ClientExam) -> Checked {
    let (mut session, _) = exam.game()?;
    session.stage.close();
    let after = ended(exam, session);
    if after.is_sound() {
        return Ok(after.end.seen(Outcome::CloseOk));
    }
    let came = after.end.came(&after.last);
    Ok(after.end.seen(match &after.last {
        turn if after.end.is_endless(turn) => Outcome::CloseSpins { came },
        _ if after.end.crash.is_some() => Outcome::CloseCrash { came },
        _ => Outcome::CloseGoesOn { came },
    }))
}

/// Whether the process ends when the game has: from all that was seen after the last words.
fn ends(exam: &mut ClientExam) -> Checked {
    let endings = &exam.notes.memory;
    let stays = |after: &&Aftermath| after.left && !after.is_over();
    if let Some(after) = endings.iter().find(stays) {
        let came = after.end.came(&after.last);
        return Ok(after.end.seen(Outcome::EndsStays { came }));
    }
    Ok(match endings.iter().find(|after| after.is_over()) {
        Some(after) => after.end.seen(Outcome::EndsOk),
        None => Outcome::NeverStops.into(),
    })
}

/// What games have shown at their ends is seen at new ones.
fn ended_games(exam: &mut ClientExam) -> bool {
    exam.notes.memory.clear();
    // Their outcomes are other checks'.
    let _ = (win(exam), close(exam));
    true
}
