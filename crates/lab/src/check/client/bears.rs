//! What a network or another server may do to it: accents, two messages in one segment, one in two,
//! an error, a long silence.

use std::thread;
use std::time::Duration;

use super::came::{failed, is_misread, spins, spoiled};
use super::examine::Examination;
use super::play::{Guess, Session};
use super::stage::Turn;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::sentence::Sentence;

/// How long the slow server thinks: longer than a program waits that has not thought of it.
const SLOW: Duration = Duration::from_secs(2);
/// Between the halves of a hint: a program that takes the first for the whole goes on in this time.
const HALVES: Duration = Duration::from_millis(150);

/// What the greeting with accents says, and what it looks like where its bytes were misread.
const ACCENTS: &str = "Bienvenue à l'école ! Devine un nombre entre 1 et 100, ça va être drôle.";

/// Letters with accents, in what the program reads and shows.
pub fn text(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Text;
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
    if end
        .crash
        .as_ref()
        .is_some_and(|crash| crash.is_about_text())
    {
        let turn = turn.unwrap_or(Turn::Left);
        let hint = (
            "hint-text-crash",
            "message = connexion.recv(1024).decode(\"ascii\")",
        );
        return failed(check, "text-crash", (&turn, &end), hint);
    }
    let printed = end.evidence.printed_since(0);
    let shown = Sentence::new("text-shown").bytes("bytes", line_of(&printed).as_bytes());
    let fault = |said: Sentence, hint| super::came::fault(check, said, hint, &end);
    if printed.contains("\\xc3\\xa") || printed.contains("b'Bienvenue") {
        let said = Sentence::new("text-bytes").said("shown", shown);
        return fault(said, ("hint-text-bytes", "print(connexion.recv(1024))"));
    }
    if is_misread(&printed) {
        let said = Sentence::new("text-mojibake").said("shown", shown);
        let python = "message = connexion.recv(1024).decode(\"latin-1\")";
        return fault(said, ("hint-text-mojibake", python));
    }
    if let Some(turn) = turn.filter(|_| greets) {
        return exam.unsteady(check, &turn, &end);
    }
    let id = match printed.contains('é') || printed.contains('à') {
        true => "text-ok",
        false => "text-read",
    };
    Finding::passed(check, Sentence::new(id)).seen(&end.evidence)
}

/// The printed line that shows most of the accents.
fn line_of(printed: &str) -> &str {
    let odd = |line: &&str| line.contains("\\x") || !line.is_ascii();
    printed.lines().find(odd).unwrap_or_default()
}

/// What the next guess shows of a hint that said to go up.
fn rises(from: i64, guess: &Guess) -> bool {
    guess.by_hand || guess.number.value().is_some_and(|next| next > from)
}

/// A hint and the next prompt in one segment.
pub fn glued(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Glued;
    if exam.style().opening > 1 {
        return glued_opening(exam);
    }
    let (mut session, value) = match exam.game(check) {
        Ok(game) => game,
        Err(finding) => return *finding,
    };
    let style = session.style.clone();
    let mut both = session.framed(&style.words.small);
    let prompt = match (style.newline, style.prompt) {
        // Two lines, for whoever reads two.
        (true, true) => format!("{}\n", style.words.prompt),
        (true, false) => style.words.prompt.to_owned(),
        (false, _) => format!("\n{}", style.words.prompt),
    };
    both.extend_from_slice(prompt.as_bytes());
    session.stage.send(&both);
    let next = session.next_guess_only();
    let turn = match next {
        Ok(guess) if rises(value, &guess) => {
            let said = Sentence::new("glued-ok").bytes("bytes", &both);
            return Finding::passed(check, said).seen(&session.stage.evidence());
        }
        Ok(guess) => Turn::Sent(guess.pieces),
        Err(turn) => turn,
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    if let Some(finding) = spoiled(check, &end) {
        return finding;
    }
    let recv = "question = connexion.recv(1024)";
    match &turn {
        Turn::Listens => failed(
            check,
            "glued-waits",
            (&turn, &end),
            ("hint-glued-waits", recv),
        ),
        _ if end.crash.is_some() => {
            let hint = ("hint-glued-crash", "if message == \"Trop petit\":");
            failed(check, "glued-crash", (&turn, &end), hint)
        }
        turn if spins(turn, &end) => {
            let hint = ("hint-glued-crash", "while message != \"Trop petit\":");
            failed(check, "glued-spins", (turn, &end), hint)
        }
        // The lesson's server never does it, and a comparison of the whole message is allowed.
        _ => {
            let why = Sentence::new("glued-unread").bytes("bytes", &both);
            Finding::not_examined(check, why).seen(&end.evidence)
        }
    }
}

/// The same for a program that waits for several messages before its first guess.
fn glued_opening(exam: &Examination<'_>) -> Finding {
    let check = Check::Glued;
    let mut session = exam.session();
    let prompts = session.style.opening - 1;
    let both = session.opening(exam.plan.greeting(), prompts).concat();
    let first = session.connect(exam.plan.patience).and_then(|()| {
        session.stage.send(&both);
        session.next_guess_only()
    });
    match first {
        Ok(_) => {
            let said = Sentence::new("glued-opening").bytes("bytes", &both);
            Finding::passed(check, said).seen(&session.stage.evidence())
        }
        Err(turn) => {
            let end = exam.plan.end_of(&session, Some(&turn));
            let hint = ("hint-glued-waits", "question = connexion.recv(1024)");
            failed(check, "glued-waits", (&turn, &end), hint)
        }
    }
}

/// A hint in two segments, for a program that reads lines.
pub fn split(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Split;
    if !exam.style().newline {
        return Finding::not_examined(check, Sentence::new("split-unframed"));
    }
    let (mut session, value) = match exam.game(check) {
        Ok(game) => game,
        Err(finding) => return *finding,
    };
    let whole = session.framed(&exam.style().words.small);
    let (start, rest) = whole.split_at(whole.len() / 2);
    session.stage.send(start);
    let early = match session.stage.next_within(HALVES) {
        Turn::Listens | Turn::Busy(_) => None,
        turn => Some(turn),
    };
    let turn = match early {
        Some(turn) => turn,
        None => {
            thread::sleep(HALVES * session.stage.times);
            session.stage.send(rest);
            match session.next_guess() {
                Ok(guess) if rises(value, &guess) => {
                    let said = Sentence::new("split-ok").bytes("start", start);
                    let said = said.bytes("rest", rest);
                    return Finding::passed(check, said).seen(&session.stage.evidence());
                }
                Ok(guess) => Turn::Sent(guess.pieces),
                Err(turn) => turn,
            }
        }
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    if let Some(finding) = spoiled(check, &end) {
        return finding;
    }
    let said = Sentence::new("split-unread")
        .bytes("start", start)
        .bytes("rest", rest)
        .said("came", super::came::came(&turn, &end));
    let hint = ("hint-split", "ligne = connexion.recv(1024).decode()");
    super::came::fault(check, said, hint, &end)
}

/// An error message in the place of a hint.
pub fn error(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Error;
    let (mut session, _) = match exam.game(check) {
        Ok(game) => game,
        Err(finding) => return *finding,
    };
    let text = exam.style().words.error;
    session.say(text);
    let turn = match next_or_prompted(&mut session) {
        Ok(_) => {
            let said = Sentence::new("error-ok").bytes("error", text.as_bytes());
            return Finding::passed(check, said).seen(&session.stage.evidence());
        }
        Err(turn) => turn,
    };
    let end = exam.plan.end_of(&session, Some(&turn));
    if let Some(finding) = spoiled(check, &end) {
        return finding;
    }
    match &turn {
        _ if end.crash.is_some() => {
            let hint = ("hint-error-crash", "n = int(message)");
            failed(check, "error-crash", (&turn, &end), hint)
        }
        turn if spins(turn, &end) => {
            let hint = ("hint-error-spins", "while message != \"Gagné\":");
            failed(check, "error-spins", (turn, &end), hint)
        }
        Turn::Ended(_) | Turn::Left | Turn::Asks(_) => {
            let said = Sentence::new("error-ended").bytes("error", text.as_bytes());
            Finding::passed(check, said).seen(&end.evidence)
        }
        _ => {
            let hint = ("hint-error-waits", "elif message == \"Gagné\":");
            failed(check, "error-waits", (&turn, &end), hint)
        }
    }
}

/// The next guess; a program that waits for one more message gets a prompt, as after any answer.
fn next_or_prompted(session: &mut Session<'_>) -> Result<Guess, Turn> {
    match session.next_guess() {
        Err(Turn::Listens) => {
            let prompt = session.style.words.prompt;
            session.say(prompt);
            session.next_guess_only()
        }
        other => other,
    }
}

/// A server that thinks for a while.
pub fn slow(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Slow;
    let (mut session, value) = match exam.game(check) {
        Ok(game) => game,
        Err(finding) => return *finding,
    };
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
    match &meanwhile {
        Turn::Sent(_) => {
            let hint = ("hint-slow-talks", "connexion.settimeout(1)");
            return failed(check, "slow-talks", (&meanwhile, &end), hint);
        }
        Turn::Ended(_) | Turn::Left => {
            let hint = ("hint-slow-leaves", "connexion.settimeout(1)");
            return failed(check, "slow-leaves", (&meanwhile, &end), hint);
        }
        _ if spins => {
            let turn = Turn::Busy(Some(crate::program::Waits::Runs));
            let hint = ("hint-slow-spins", "connexion.setblocking(False)");
            return failed(check, "slow-spins", (&turn, &end), hint);
        }
        _ => {}
    }
    match session.too_small(value) {
        Ok(guess) if rises(value, &guess) => {
            let said = Sentence::new("slow-ok").seconds("time", SLOW);
            Finding::passed(check, said).seen(&session.stage.evidence())
        }
        Ok(guess) => {
            let turn = Turn::Sent(guess.pieces);
            let end = exam.plan.end_of(&session, Some(&turn));
            exam.unsteady(check, &turn, &end)
        }
        Err(turn) => {
            let end = exam.plan.end_of(&session, Some(&turn));
            exam.unsteady(check, &turn, &end)
        }
    }
}
