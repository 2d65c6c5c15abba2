//! What a network or another server may do to it: accents, two messages in one segment, one in two,
//! an error, a long silence.

use std::thread;
use std::time::Duration;

use super::basics::{takes_turns, understands};
use super::exam::ClientExam;
use super::plan::is_misread;
use super::play::{Guess, Session};
use super::wrap::Wrap;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::program::Waits;
use crate::session::Turn;

/// How long the slow server thinks: longer than a program waits that has not thought of it.
const SLOW: Duration = Duration::from_secs(2);
/// Between the halves of a hint: a program that takes the first for the whole goes on in this time.
const HALVES: Duration = Duration::from_millis(150);

/// What the greeting with accents says, and what it looks like where its bytes were misread.
const ACCENTS: &str = "Bienvenue à l'école ! Devine un nombre entre 1 et 100, ça va être drôle.";

/// It shows the server's text, accents too.
pub static TEXT: Row<ClientExam> = Row {
    check: Check::new("text", "check-text"),
    after: &[],
    needs: Some(understands),
    again: Again::Never,
    look: text,
};

/// A hint and a prompt in one segment.
pub static GLUED: Row<ClientExam> = Row {
    check: Check::new("glued", "check-glued"),
    after: &[],
    needs: Some(understands),
    again: Again::Patiently,
    look: glued,
};

/// A hint in two segments.
pub static SPLIT: Row<ClientExam> = Row {
    check: Check::new("split", "check-split"),
    after: &[],
    needs: Some(understands),
    again: Again::Patiently,
    look: split,
};

/// An error message.
pub static ERROR: Row<ClientExam> = Row {
    check: Check::new("error", "check-error"),
    after: &[],
    needs: Some(understands),
    again: Again::Patiently,
    look: error,
};

/// A server that takes its time.
pub static SLOW_SERVER: Row<ClientExam> = Row {
    check: Check::new("slow", "check-slow"),
    after: &[],
    needs: Some(takes_turns),
    again: Again::Patiently,
    look: slow,
};

/// Letters with accents, in what the program reads and shows.
fn text(exam: &mut ClientExam) -> Checked {
    let greets = !exam.learned.trial.speaks_first;
    let mut session = exam.session();
    let started = session.connect(exam.plan.patience);
    let first = started.and_then(|()| session.first_guess(ACCENTS));
    // Who speaks first reads its first accents in the answer: the word for the win has one.
    let turn = match (first, greets) {
        (Err(turn), _) => Some(turn),
        (Ok(_), true) => None,
        (Ok(_), false) => {
            session.say("Gagné ! Bravo à l'élève.");
            let turn = session.stage.next();
            matches!(turn, Turn::Ended(_)).then_some(turn)
        }
    };
    let end = exam.plan.end_of(&session, turn.as_ref());
    let crash = end.crash.as_ref();
    if crash.is_some_and(|crash| crash.is_about_text()) {
        let came = end.came(&turn.unwrap_or(Turn::Left));
        return Ok(end.seen(Outcome::TextCrash { came }));
    }
    let printed = end.evidence.printed_since(0);
    let shown = line_of(&printed).as_bytes().to_vec();
    if printed.contains("\\xc3\\xa") || printed.contains("b'Bienvenue") {
        return Ok(end.seen(Outcome::TextBytes { shown }));
    }
    if is_misread(&printed) {
        return Ok(end.seen(Outcome::TextMojibake { shown }));
    }
    if let Some(turn) = turn.filter(|_| greets) {
        return Ok(exam.unsteady(&turn, &end));
    }
    let is_shown = printed.contains('é') || printed.contains('à');
    Ok(end.seen(if is_shown {
        Outcome::TextOk
    } else {
        Outcome::TextRead
    }))
}

/// The printed line that shows most of the accents.
fn line_of(printed: &str) -> &str {
    let odd = |line: &&str| line.contains("\\x") || !line.is_ascii();
    printed.lines().find(odd).unwrap_or_default()
}

/// What came after a hint that said to go up, if that is no bigger guess.
fn must_rise(from: i64, came: Result<Guess, Turn>) -> Result<(), Turn> {
    let guess = came?;
    let rises = guess.number.value().is_some_and(|next| next > from);
    if guess.by_hand || rises {
        return Ok(());
    }
    Err(Turn::Sent(guess.pieces))
}

/// A hint and the next prompt in one segment.
fn glued(exam: &mut ClientExam) -> Checked {
    if exam.style().opening > 1 {
        return glued_opening(exam);
    }
    let (mut session, value) = exam.game()?;
    let style = session.style.clone();
    let mut bytes = session.framed(&style.words.small);
    let prompt = match (style.newline, style.prompt) {
        _ if style.wrap != Wrap::Bare => session.framed(&style.words.prompt),
        // The program reads a hint and a prompt, each a line.
        (true, true) => format!("{}\n", style.words.prompt).into_bytes(),
        (true, false) => style.words.prompt.clone().into_bytes(),
        (false, _) => format!("\n{}", style.words.prompt).into_bytes(),
    };
    bytes.extend_from_slice(&prompt);
    session.stage.send(&bytes);
    let Err(turn) = must_rise(value, session.next_guess_only()) else {
        let evidence = session.stage.evidence();
        return Ok(Seen::new(Outcome::GluedOk { bytes }, evidence));
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    end.must_have_read()?;
    let came = end.came(&turn);
    Ok(end.seen(match &turn {
        Turn::Listens => Outcome::GluedWaits { came },
        // Two objects without a line's end between them are no object.
        _ if !style.newline && matches!(style.wrap, Wrap::Object(_)) => {
            Outcome::GluedUnread { bytes }
        }
        _ if end.crash.is_some() => Outcome::GluedCrash { came },
        turn if end.is_endless(turn) => Outcome::GluedSpins { came },
        // The lesson's server never does it, and a comparison of the whole message is allowed.
        _ => Outcome::GluedUnread { bytes },
    }))
}

/// The same for a program that waits for several messages before its first guess.
fn glued_opening(exam: &ClientExam) -> Checked {
    let mut session = exam.session();
    let prompts = session.style.opening - 1;
    let bytes = session.opening(exam.plan.greeting(), prompts).concat();
    let first = session.connect(exam.plan.patience).and_then(|()| {
        session.stage.send(&bytes);
        session.next_guess_only()
    });
    Ok(match first {
        Ok(_) => Seen::new(Outcome::GluedOpening { bytes }, session.stage.evidence()),
        Err(turn) => {
            let end = exam.plan.end_of(&session, Some(&turn));
            let came = end.came(&turn);
            end.seen(Outcome::GluedWaits { came })
        }
    })
}

/// A hint in two segments, for a program that reads lines.
fn split(exam: &mut ClientExam) -> Checked {
    if !exam.style().newline {
        return Ok(Outcome::SplitUnframed.into());
    }
    let (mut session, value) = exam.game()?;
    let whole = session.framed(&exam.style().words.small);
    let (start, rest) = whole.split_at(whole.len() / 2);
    session.stage.send(start);
    let followed = match session.stage.next_within(HALVES) {
        Turn::Listens | Turn::Busy(_) => {
            thread::sleep(HALVES * session.stage.times);
            session.stage.send(rest);
            must_rise(value, session.next_guess())
        }
        turn => Err(turn),
    };
    let (start, rest) = (start.to_vec(), rest.to_vec());
    let Err(turn) = followed else {
        let outcome = Outcome::SplitOk { start, rest };
        return Ok(Seen::new(outcome, session.stage.evidence()));
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    end.must_have_read()?;
    let came = end.came(&turn);
    Ok(end.seen(Outcome::SplitUnread { start, rest, came }))
}

/// An error message in the place of a hint.
fn error(exam: &mut ClientExam) -> Checked {
    let (mut session, _) = exam.game()?;
    let text = exam.style().words.error;
    let error = text.as_bytes().to_vec();
    session.say(text);
    let Err(turn) = next_or_prompted(&mut session) else {
        let evidence = session.stage.evidence();
        return Ok(Seen::new(Outcome::ErrorOk { error }, evidence));
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    end.must_have_read()?;
    let came = end.came(&turn);
    Ok(end.seen(match &turn {
        _ if end.crash.is_some() => Outcome::ErrorCrash { came },
        turn if end.is_endless(turn) => Outcome::ErrorSpins { came },
        Turn::Ended(_) | Turn::Left | Turn::Asks(_) => Outcome::ErrorEnded { error },
        _ => Outcome::ErrorWaits { came },
    }))
}

/// The next guess; a program that waits for one more message gets a prompt, as after any answer.
fn next_or_prompted(session: &mut Session) -> Result<Guess, Turn> {
    match session.next_guess() {
        Err(Turn::Listens) => {
            let prompt = session.style.words.prompt.clone();
            session.say(&prompt);
            session.next_guess_only()
        }
        other => other,
    }
}

/// A server that thinks for a while.
fn slow(exam: &mut ClientExam) -> Checked {
    let (mut session, value) = exam.game()?;
    let (spins, load) = match session.stage.program() {
        Some(program) => program.spins(SLOW),
        None => {
            thread::sleep(SLOW);
            (false, 0.0)
        }
    };
    let meanwhile = session.stage.next_within(HALVES);
    let mut end = exam.plan.end_of(&session, None);
    (end.spins, end.load) = (spins, load);
    let came = end.came(&meanwhile);
    match &meanwhile {
        Turn::Sent(_) => return Ok(end.seen(Outcome::SlowTalks { came })),
        Turn::Ended(_) | Turn::Left => return Ok(end.seen(Outcome::SlowLeaves { came })),
        _ if spins => {
            let came = end.came(&Turn::Busy(Some(Waits::Runs)));
            return Ok(end.seen(Outcome::SlowSpins { came }));
        }
        _ => {}
    }
    let Err(turn) = must_rise(value, session.too_small(value)) else {
        let evidence = session.stage.evidence();
        return Ok(Seen::new(Outcome::SlowOk { time: SLOW }, evidence));
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    end.must_have_read()?;
    Ok(exam.unsteady(&turn, &end))
}
