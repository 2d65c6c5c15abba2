//! How it ends: at the win, at `FIN`, when the server closes; and whether it ends at all.

use super::came::{failed, fault, spins, spoiled};
use super::examine::Examination;
use super::number::{Number, read};
use super::plan::End;
use super::play::Session;
use super::stage::Turn;
use crate::check::asked::Asked;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::sentence::Sentence;

/// Words for the win that are tried: each costs a run.
const WINS: usize = 6;

/// What it did after the last word.
#[derive(Clone, Debug)]
pub struct Aftermath {
    /// The last thing that it did.
    pub last: Turn,
    /// Whether it closed its connection.
    left: bool,
    /// The rest.
    pub end: End,
}

impl Aftermath {
    /// Whether the program is gone, in whichever way.
    fn is_over(&self) -> bool {
        matches!(self.last, Turn::Ended(_))
    }

    /// Whether it asks its user for more, and printed what it prints after any message.
    fn asks_as(&self, before: &str, message: &str) -> bool {
        matches!(&self.last, Turn::Asks(printed) if bare(printed, message) == before)
    }

    /// Whether it ended by itself and in order.
    fn is_sound(&self) -> bool {
        let stopped = self.is_over() || self.left;
        stopped && self.end.crash.is_none() && !spins(&self.last, &self.end)
    }
}

/// Looks at a program that has heard the last word, and answers its last questions.
fn aftermath(session: &mut Session<'_>, exam: &Examination<'_>) -> Aftermath {
    let mut left = false;
    let mut asked = 0;
    let last = loop {
        match session.stage.next() {
            Turn::Left if !left => left = true,
            Turn::Asks(prompt) if asked < 2 => {
                let question = Asked::by(&prompt);
                if !left && !matches!(question, Asked::Again | Asked::Enter) {
                    break Turn::Asks(prompt);
                }
                asked += 1;
                let answer = match question {
                    Asked::Guess => String::new(),
                    question => question.answer(session.stage.server, 0),
                };
                session.stage.type_line(&answer);
            }
            // A farewell is no guess.
            Turn::Sent(pieces) if read(&pieces) == Number::None && asked < 2 => asked += 1,
            turn => break turn,
        }
    };
    let end = exam.plan.end_of(session, Some(&last));
    Aftermath { last, left, end }
}

/// What became of a win.
enum Won {
    /// It stopped, plays on, or waits for the last word, which is for the next checks.
    Sound(&'static str),
    /// It asks its user for another number: it may play on, or not have noticed.
    Asks,
    /// It did not understand.
    Not,
}

/// Tells the program that it has won, in the words that it understands.
pub fn win(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Win;
    let compares = exam.compares_wins();
    let mut found = exam.style().words.found.clone();
    found.extend(compares.iter().flat_map(|(_, texts)| texts.clone()));
    found.truncate(WINS);
    let mut first: Option<(String, Aftermath)> = None;
    for text in found {
        let (mut session, _) = match exam.game(check) {
            Ok(game) => game,
            Err(finding) => return *finding,
        };
        let before = bare(&session.reaction, &session.style.words.small);
        session.say(&text);
        let after = aftermath(&mut session, exam);
        drop(session);
        exam.endings.push(after.clone());
        if let Some(finding) = spoiled(check, &after.end) {
            return finding;
        }
        let id = match won(&after, exam) {
            Won::Sound(id) => id,
            Won::Asks if compares.is_none() || !after.asks_as(&before, &text) => "win-asks",
            Won::Asks | Won::Not => {
                first.get_or_insert((text, after));
                continue;
            }
        };
        let said = Sentence::new(id).bytes("found", text.as_bytes());
        return Finding::passed(check, said).seen(&after.end.evidence);
    }
    let (text, after) = first.expect("every pack has a word for the win");
    let finding = not_won(&text, &after);
    match (finding.place.is_some(), compares) {
        (false, Some((place, _))) => finding.at(Some(place)),
        _ => finding,
    }
}

/// What was printed, without the message and whatever the numbers: what the program made of it.
fn bare(printed: &str, message: &str) -> String {
    let rest = printed.replace(message, "");
    rest.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn won(after: &Aftermath, exam: &Examination<'_>) -> Won {
    match &after.last {
        _ if spins(&after.last, &after.end) || after.end.crash.is_some() => Won::Not,
        _ if after.is_sound() => Won::Sound("win-ends"),
        Turn::Asks(_) => Won::Asks,
        Turn::Listens => Won::Sound("win-waits"),
        // It begins again as it began.
        Turn::Sent(pieces) if read(pieces).value() == exam.first_value() => {
            Won::Sound("win-plays-on")
        }
        _ => Won::Not,
    }
}

fn not_won(text: &str, after: &Aftermath) -> Finding {
    let (check, turn) = (Check::Win, &after.last);
    let (id, hint) = match turn {
        _ if after.end.crash.is_some() => ("win-crash", ("hint-win-crash", "n = int(message)")),
        _ if spins(turn, &after.end) => ("win-spins", ("hint-win-spins", "while not gagne:")),
        Turn::Asks(_) => (
            "win-unnoticed",
            ("hint-win-unnoticed", "if message == \"Gagné\":"),
        ),
        _ => (
            "win-goes-on",
            ("hint-win-goes-on", "if message == \"Gagné\":"),
        ),
    };
    let said = Sentence::new(id)
        .bytes("found", text.as_bytes())
        .said("came", super::came::came(turn, &after.end));
    fault(check, said, hint, &after.end)
}

/// `FIN`, in the place of an answer.
pub fn fin(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Fin;
    let mut session = match exam.game(check) {
        Ok((session, _)) => session,
        Err(finding) => return *finding,
    };
    session.say("FIN");
    let after = aftermath(&mut session, exam);
    drop(session);
    exam.endings.push(after.clone());
    if let Some(finding) = spoiled(check, &after.end) {
        return finding;
    }
    if after.is_sound() {
        return Finding::passed(check, Sentence::new("fin-ok")).seen(&after.end.evidence);
    }
    if !exam.knows_fin() {
        let why = Sentence::new("fin-not-spoken");
        return Finding::not_examined(check, why).seen(&after.end.evidence);
    }
    let (id, hint) = match &after.last {
        turn if spins(turn, &after.end) => ("fin-spins", ("hint-fin-spins", "while True:")),
        _ if after.end.crash.is_some() => ("fin-crash", ("hint-fin-crash", "n = int(message)")),
        Turn::Asks(_) | Turn::Sent(_) => ("fin-goes-on", ("hint-fin-goes-on", "while True:")),
        _ => (
            "fin-waits",
            ("hint-fin-waits", "message = connexion.recv(1024)"),
        ),
    };
    failed(check, id, (&after.last, &after.end), hint)
}

/// The server closes, in the place of an answer.
pub fn close(exam: &mut Examination<'_>) -> Finding {
    let check = Check::Close;
    let mut session = match exam.game(check) {
        Ok((session, _)) => session,
        Err(finding) => return *finding,
    };
    session.stage.close();
    let after = aftermath(&mut session, exam);
    drop(session);
    exam.endings.push(after.clone());
    if after.is_sound() {
        return Finding::passed(check, Sentence::new("close-ok")).seen(&after.end.evidence);
    }
    let recv = "message = connexion.recv(1024).decode()";
    let (id, hint) = match &after.last {
        turn if spins(turn, &after.end) => ("close-spins", ("hint-close-spins", recv)),
        _ if after.end.crash.is_some() => ("close-crash", ("hint-close-crash", recv)),
        _ => ("close-goes-on", ("hint-close-goes-on", recv)),
    };
    failed(check, id, (&after.last, &after.end), hint)
}

/// Whether the process ends when the game has: from all that was seen after the last words.
pub fn ends(exam: &Examination<'_>) -> Finding {
    let check = Check::Ends;
    let stays = |after: &&Aftermath| after.left && !after.is_over();
    if let Some(after) = exam.endings.iter().find(stays) {
        let hint = (
            "hint-ends-stays",
            "threading.Thread(target=ecouter).start()",
        );
        return failed(check, "ends-stays", (&after.last, &after.end), hint);
    }
    let over = exam.endings.iter().find(|after| after.is_over());
    match over {
        Some(after) => Finding::passed(check, Sentence::new("ends-ok")).seen(&after.end.evidence),
        None => Finding::not_examined(check, Sentence::new("skipped-never-stops")),
    }
}
