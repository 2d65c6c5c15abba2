//! How messages are cut: with and without an end of line, byte by byte, two in one go.

use std::thread;
use std::time::Duration;

use super::exam::Exam;
use super::reply::Reply;
use super::talk::Talk;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::dialect::Meaning;
use crate::dialect::way::{Ending, Form, Way};
use crate::sentence::Sentence;

/// Between the bytes of a guess: long enough for each to be read alone.
const APART: Duration = Duration::from_millis(40);

/// Two guesses that every range holds, away from its ends: those are another check's.
fn guesses(exam: &Exam) -> (i64, i64) {
    let range = exam.tongue().range();
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let middle = i64::midpoint(min, max);
    // One digit where that can be: whoever takes its last byte for an end has nothing left.
    let low = if min < 9 && 9 < middle { 9 } else { middle - 1 };
    (low, middle + 1)
}

/// The guess with another end.
fn ended(exam: &Exam, guess: i64, ending: Ending) -> Vec<u8> {
    let way = Way {
        ending,
        ..exam.tongue().way()
    };
    way.guess(guess, 2)
}

/// With and without an end of line.
pub fn newline(exam: &mut Exam) -> Finding {
    let check = Check::Newline;
    let way = exam.tongue().way();
    match (&way.form, way.ending) {
        (Form::Text(_), Ending::Lf) => bare(exam, check),
        (Form::Text(_), Ending::None) => {
            exam.unframed = Some(true);
            lined(exam, check)
        }
        _ => Finding::not_examined(check, Sentence::new("skipped-raw")),
    }
}

/// A server that takes lines gets digits alone.
fn bare(exam: &mut Exam, check: Check) -> Finding {
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let (guess, _) = guesses(exam);
    let (digits, line) = (
        ended(exam, guess, Ending::None),
        ended(exam, guess, Ending::Lf),
    );
    let reply = talk.say(&exam.target, &digits);
    let said = |id| {
        Sentence::new(id)
            .bytes("bare", &digits)
            .bytes("line", &line)
    };
    let hint = ("hint-newline-bare", "message = connexion.recv(1024)");
    exam.unframed = Some(!reply.is_empty());
    if judged(exam, &reply) {
        talk.line.leave();
        return exam.passed(check, said("newline-both"));
    }
    if exam.crash().is_some() || reply.is_over() {
        return exam.failed_with(check, said("newline-bare-fails"), &reply, hint);
    }
    if !reply.is_empty() {
        talk.line.leave();
        return exam.failed_with(check, said("newline-bare-refused"), &reply, hint);
    }
    // It waits for the rest of the line; whether it then knows the start is the next check's.
    let waits = reply.waits;
    talk.line.leave();
    match waits.filter(|_| exam.target.is_ours()) {
        Some(waits) => {
            let said = said("newline-line-waits").said("waits", waits.sentence());
            exam.passed(check, said)
        }
        None => exam.passed(check, said("newline-line")),
    }
}

/// A server that takes digits alone gets a line.
fn lined(exam: &mut Exam, check: Check) -> Finding {
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let (guess, _) = guesses(exam);
    let (digits, line) = (
        ended(exam, guess, Ending::None),
        ended(exam, guess, Ending::Lf),
    );
    let reply = talk.say(&exam.target, &line);
    let said = |id| {
        Sentence::new(id)
            .bytes("bare", &digits)
            .bytes("line", &line)
    };
    if judged(exam, &reply) {
        talk.line.leave();
        return exam.passed(check, said("newline-both"));
    }
    let id = match (exam.crash().is_some() || reply.is_over(), reply.is_empty()) {
        (true, _) => "newline-line-fails",
        (false, true) => "newline-line-silent",
        (false, false) => "newline-line-refused",
    };
    let hint = ("hint-newline-line", "if message.isdigit():");
    exam.failed_with(check, said(id), &reply, hint)
}

fn judged(exam: &Exam, reply: &Reply) -> bool {
    let meaning = exam.learned.dialect.meaning_of(&reply.bytes());
    !reply.is_empty()
        && matches!(
            meaning,
            Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Found | Meaning::Lost)
        )
}

/// Why there is nothing to see where its messages have no end of their own.
fn not_framed(exam: &Exam, check: Check, unframed: &'static str) -> Option<Finding> {
    let why = match exam.unframed {
        Some(false) => return None,
        Some(true) => unframed,
        None => "skipped-raw",
    };
    Some(Finding::not_examined(check, Sentence::new(why)))
}

/// Byte by byte.
pub fn bytes(exam: &mut Exam) -> Finding {
    let check = Check::Bytes;
    if let Some(finding) = not_framed(exam, check, "bytes-unframed") {
        return finding;
    }
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let message = ended(exam, guesses(exam).1, Ending::Lf);
    let (last, start) = message.split_last().expect("a message has an end");
    for byte in start {
        talk.line.send(&[*byte]);
        thread::sleep(APART);
    }
    let reply = talk.say(&exam.target, &[*last]);
    let said = |id| Sentence::new(id).bytes("sent", &message);
    if judged(exam, &reply) {
        talk.line.leave();
        return exam.passed(check, said("bytes-ok"));
    }
    if let Some(finding) = not_understood(exam, check, &message, &reply) {
        return finding;
    }
    let hint = ("hint-bytes", "message = connexion.recv(1024).decode()");
    exam.failed_with(check, said("bytes-lost"), &reply, hint)
}

/// Two guesses in one go.
pub fn pair(exam: &mut Exam) -> Finding {
    let check = Check::Pair;
    if exam.unframed == Some(true) {
        return unframed_pair(exam, check);
    }
    if let Some(finding) = not_framed(exam, check, "pair-unframed") {
        return finding;
    }
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let (low, high) = guesses(exam);
    let one = ended(exam, low, Ending::Lf);
    let other = ended(exam, high, Ending::Lf);
    let both = [one, other].concat();
    let first = talk.say(&exam.target, &both);
    let (answers, reply) = answers(exam, &mut talk, first);
    let said = |id| Sentence::new(id).bytes("sent", &both);
    if answers >= 2 {
        talk.line.leave();
        return exam.passed(check, said("pair-ok"));
    }
    if answers == 0
        && let Some(finding) = not_understood(exam, check, &both, &reply)
    {
        return finding;
    }
    let hint = ("hint-pair", "message = connexion.recv(1024).decode()");
    let id = match answers {
        1 => "pair-lost",
        _ => "pair-fails",
    };
    exam.failed_with(check, said(id), &reply, hint)
}

/// What was said of an answer that means nothing that was learned: it may be its way to judge, and
/// nobody knows. Of a server that has stopped or says nothing more is known.
fn not_understood(exam: &Exam, check: Check, sent: &[u8], reply: &Reply) -> Option<Finding> {
    let unknown = exam.learned.dialect.meaning_of(&reply.bytes()).is_none();
    let told = !reply.is_empty() && exam.crash().is_none();
    (unknown && told).then(|| {
        let why = Sentence::new("skipped-unclear-answer");
        let why = why.bytes("sent", sent).bytes("answer", &reply.bytes());
        exam.skipped(check, why)
    })
}

/// Answers to two guesses: two lines at least, or two reads; the game may end with the first.
fn answers(exam: &Exam, talk: &mut Talk, first: Reply) -> (usize, Reply) {
    let mut bytes = first.bytes();
    let count = |bytes: &[u8]| {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        lines.filter(|line| judges(exam, line)).count()
    };
    let whole = first.clone();
    let won = exam.learned.dialect.meaning_of(&bytes) == Some(Meaning::Found);
    if first.is_over() && (won || count(&bytes) > 0) {
        return (2, whole);
    }
    if count(&bytes) < 2 && !exam.target.is_ours() {
        let quiet = Duration::from_millis(300);
        bytes.extend(exam.target.listen(&mut talk.line, None, quiet).bytes());
    }
    // Two answers without a newline between them, in two reads.
    let reads = first.pieces.iter().filter(|it| judges(exam, it)).count();
    let segments = first.segments.unwrap_or(0) as usize;
    let glued = usize::from(!bytes.contains(&b'\n') && segments >= 2) * 2;
    (count(&bytes).max(reads).max(glued), whole)
}

fn judges(exam: &Exam, line: &[u8]) -> bool {
    matches!(
        exam.learned.dialect.meaning_of(line),
        Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Found)
    )
}

/// A server without ends of messages gets what two `send` may become: it can't be asked to see
/// two, but it can be asked to stand it.
fn unframed_pair(exam: &mut Exam, check: Check) -> Finding {
    let way = exam.tongue().way();
    if way.ending == Ending::None {
        return Finding::not_examined(check, Sentence::new("pair-unframed"));
    }
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let (low, high) = guesses(exam);
    let one = ended(exam, low, Ending::Lf);
    let other = ended(exam, high, Ending::Lf);
    let both = [one, other].concat();
    let reply = talk.say(&exam.target, &both);
    let said = |id| Sentence::new(id).bytes("sent", &both);
    if !reply.is_empty() && exam.crash().is_none() {
        talk.line.leave();
        let said = said("pair-one").bytes("answer", &reply.bytes());
        return exam.passed(check, said);
    }
    // The same as any message that is no number: that check speaks of it.
    let finding = exam.skipped(check, said("pair-as-word"));
    exam.target.stop();
    finding
}
