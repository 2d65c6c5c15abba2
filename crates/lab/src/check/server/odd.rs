//! Messages that are no guess, or none that can be right.

use super::exam::Exam;
use super::reply::Reply;
use crate::check::crash::Crash;
use crate::check::list::Check;
use crate::check::report::{Finding, Verdict};
use crate::dialect::way::{Ending, Form};
use crate::dialect::{Meaning, hint, text::Heard};
use crate::sentence::Sentence;

/// What is sent for each of these checks, in the place of the digits.
fn payloads(exam: &Exam, check: Check) -> Vec<Vec<u8>> {
    let range = exam.tongue().range();
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let text = |text: String| text.into_bytes();
    match check {
        Check::Word => vec![text("abc".to_owned())],
        Check::Outside => vec![text((min - 1).to_string()), text((max + 1).to_string())],
        Check::Negative => vec![text((-5).min(min - 1).to_string())],
        Check::Decimal => vec![text(format!("{}.5", min + (max - min) / 2))],
        Check::Long => vec![vec![b'9'; 40]],
        Check::Binary => vec![vec![0xff, 0xfe, 0xe9, 0x80]],
        // An empty message is its end alone.
        _ => vec![Vec::new()],
    }
}

/// One of these messages, and whether the game goes on behind it.
pub fn odd(exam: &mut Exam, check: Check) -> Finding {
    let way = exam.tongue().way();
    let Form::Text(form) = &way.form else {
        return Finding::not_examined(check, Sentence::new("skipped-raw"));
    };
    let end: &[u8] = match way.ending {
        Ending::Lf => b"\n",
        Ending::CrLf => b"\r\n",
        Ending::None if check == Check::Empty => {
            return Finding::not_examined(check, Sentence::new("empty-unframed"));
        }
        Ending::None => b"",
    };
    let mut finding = None;
    for payload in payloads(exam, check) {
        let message = match check {
            Check::Empty => end.to_vec(),
            _ => {
                let (before, after) = form.split_once("{n}").unwrap_or(("", ""));
                let after = after.replace("{t}", "2");
                [before.as_bytes(), &payload, after.as_bytes(), end].concat()
            }
        };
        let found = one(exam, check, &message);
        let passed = found.verdict == Verdict::Passed;
        finding = Some(found);
        if !passed {
            break;
        }
    }
    finding.expect("each check has a message")
}

fn one(exam: &mut Exam, check: Check, message: &[u8]) -> Finding {
    let mut talk = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let reply = talk.say(&exam.target, message);
    let said = |id| Sentence::new(id).bytes("sent", message);
    let crash = exam.crash();
    if let Some(failure) = failure(check, &reply, crash.as_ref()) {
        return failed(exam, check, message, &reply, failure);
    }
    if reply.closing.is_some() {
        let said = said("odd-told").bytes("answer", &reply.bytes());
        talk.line.leave();
        return exam.passed(check, said);
    }
    let range = exam.tongue().range();
    let middle = i64::midpoint(i64::from(range.min), i64::from(range.max));
    let next = exam.tongue().guess(&mut talk, middle + 1);
    let meaning = exam.learned.dialect.meaning_of(&reply.bytes());
    if next.reply.is_empty() && next.reply.closing.is_none() {
        let crash = exam.crash();
        let next = &next.reply;
        return failed(exam, check, message, next, Failure::Stuck(crash.is_some()));
    }
    talk.line.leave();
    let said = |id| said(id).bytes("answer", &reply.bytes());
    if check == Check::Empty && reply.is_empty() {
        return exam.passed(check, Sentence::new("empty-ignored"));
    }
    let nothing = !matches!(check, Check::Empty | Check::Decimal);
    let lie = nothing && meaning == Some(Meaning::Found);
    let read = hint::read(&Heard::new(&reply.bytes())).map(|it| it.meaning);
    if lie && read == Some(Meaning::Found) {
        return exam.fault(check, said("odd-won"), ("hint-odd-won", "else:"));
    }
    let judged = matches!(meaning, Some(Meaning::TooSmall | Meaning::TooBig));
    exam.passed(check, said(if judged { "odd-judged" } else { "odd-ok" }))
}

/// How a message that is no guess was taken badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Crash,
    Ends,
    Silent,
    Closes,
    /// The next guess was not answered; whether because of a crash.
    Stuck(bool),
}

fn failure(check: Check, reply: &Reply, crash: Option<&Crash>) -> Option<Failure> {
    let mute = reply.is_empty();
    match () {
        () if crash.is_some() && (mute || reply.is_over()) => Some(Failure::Crash),
        () if reply.ended.is_some() && mute => Some(Failure::Ends),
        () if reply.closing.is_some() && mute => Some(Failure::Closes),
        // A line with nothing on it may be passed over.
        () if mute && check != Check::Empty => Some(Failure::Silent),
        () => None,
    }
}

fn failed(exam: &mut Exam, check: Check, message: &[u8], reply: &Reply, how: Failure) -> Finding {
    let crash = exam.crash();
    // The same error at the same line is one fault, whatever message met it.
    let cause = match &crash {
        Some(crash) => {
            let name = crash.error.split(':').next().unwrap_or_default();
            format!("{name} {:?}", crash.place)
        }
        None => format!("{:?}", std::mem::discriminant(&how)),
    };
    let known = exam.causes.iter().find(|(_, it)| *it == cause);
    if let Some((first, _)) = known {
        let why = Sentence::new("skipped-same-cause")
            .bytes("sent", message)
            .text("check", first.id());
        let finding = exam.skipped(check, why);
        exam.target.stop();
        return finding;
    }
    exam.causes.push((check, cause));
    let said = |id| Sentence::new(id).bytes("sent", message);
    let number = "n = int(message)";
    let (id, hint) = match (how, check) {
        (Failure::Crash | Failure::Stuck(true), Check::Binary) => {
            ("odd-crash", ("hint-odd-bytes", "message = recu.decode()"))
        }
        (Failure::Crash | Failure::Stuck(true), _) => ("odd-crash", ("hint-odd-crash", number)),
        (Failure::Ends, _) => ("odd-ends", ("hint-odd-crash", number)),
        (Failure::Silent, _) => ("odd-silent", ("hint-odd-silent", "except ValueError:")),
        (Failure::Closes, _) => ("odd-closes", ("hint-odd-closes", "connexion.close()")),
        (Failure::Stuck(false), _) => ("odd-stuck", ("hint-odd-stuck", "except ValueError:")),
    };
    exam.failed_with(check, said(id), reply, hint)
}
