//! Messages that are no guess, or none that can be right.

use super::basics::{GAME, plays};
use super::exam::{Cause, Failure, Scene, ServerExam};
use crate::check::name::Check;
use crate::check::outcome::{Kind, Outcome};
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::dialect::way::{Ending, Form};
use crate::dialect::{Meaning, hint, text::Heard};
use crate::session::Reply;

const AFTER: &[&Row<ServerExam>] = &[&GAME];

/// A row of this file: they differ in what is sent in the place of the digits.
const fn row(
    id: &'static str,
    title: &'static str,
    look: fn(&mut ServerExam) -> Checked,
) -> Row<ServerExam> {
    Row {
        check: Check::new(id, title),
        after: AFTER,
        needs: Some(plays),
        again: Again::Patiently,
        look,
    }
}

/// A message that is no number.
pub static WORD: Row<ServerExam> = row("word", "check-word", |exam| {
    stands(exam, &Message::new(&WORD, "abc"))
});

/// An empty message: its end alone.
pub static EMPTY: Row<ServerExam> = row("empty", "check-empty", |exam| {
    stands(
        exam,
        &Message {
            is_empty: true,
            ..Message::new(&EMPTY, "")
        },
    )
});

/// Numbers just outside the range.
pub static OUTSIDE: Row<ServerExam> = row("outside", "check-outside", |exam| {
    let range = exam.client().range();
    let below = (i64::from(range.min) - 1).to_string();
    let seen = stands(exam, &Message::new(&OUTSIDE, below))?;
    if seen.outcome.kind() != Kind::Passed {
        return Ok(seen);
    }
    let above = (i64::from(range.max) + 1).to_string();
    stands(exam, &Message::new(&OUTSIDE, above))
});

/// A negative number.
pub static NEGATIVE: Row<ServerExam> = row("negative", "check-negative", |exam| {
    let below = i64::from(exam.client().range().min) - 1;
    stands(exam, &Message::new(&NEGATIVE, (-5).min(below).to_string()))
});

/// A number with a decimal point.
pub static DECIMAL: Row<ServerExam> = row("decimal", "check-decimal", |exam| {
    let range = exam.client().range();
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let number = format!("{}.5", min + (max - min) / 2);
    stands(
        exam,
        &Message {
            may_be_right: true,
            ..Message::new(&DECIMAL, number)
        },
    )
});

/// A number of forty digits.
pub static LONG: Row<ServerExam> = row("long", "check-long", |exam| {
    stands(
        exam,
        &Message {
            is_long: true,
            ..Message::new(&LONG, "9".repeat(40))
        },
    )
});

/// Bytes that are no text.
pub static BINARY: Row<ServerExam> = row("binary", "check-binary", |exam| {
    stands(
        exam,
        &Message {
            is_text: false,
            ..Message::new(&BINARY, [0xff, 0xfe, 0xe9, 0x80])
        },
    )
});

/// What one of these checks sends.
struct Message {
    check: Check,
    /// What stands in the place of the digits.
    payload: Vec<u8>,
    /// There is nothing but the end of the message, which a server may pass over.
    is_empty: bool,
    /// A sound server may take it for the number.
    may_be_right: bool,
    is_text: bool,
    /// It is longer than some servers read at once.
    is_long: bool,
}

impl Message {
    fn new(row: &Row<ServerExam>, payload: impl Into<Vec<u8>>) -> Message {
        Message {
            check: row.check,
            payload: payload.into(),
            is_empty: false,
            may_be_right: false,
            is_text: true,
            is_long: false,
        }
    }

    /// Its bytes in the way of this server, or why it has none.
    fn framed(&self, exam: &ServerExam) -> Result<Vec<u8>, Outcome> {
        let way = exam.client().way();
        let form = match &way.form {
            Form::Text(form) => form,
            Form::Length(_) if self.is_empty => return Err(Outcome::NotText),
            Form::Length(prefix) => return Ok(prefix.frame(&self.payload)),
            _ => return Err(Outcome::NotText),
        };
        let end: &[u8] = match way.ending {
            Ending::Lf => b"\n",
            Ending::CrLf => b"\r\n",
            Ending::None if self.is_empty => return Err(Outcome::EmptyUnframed),
            Ending::None => b"",
        };
        if self.is_empty {
            return Ok(end.to_vec());
        }
        let form = form.replace("{t}", "2");
        let parts: Vec<&[u8]> = form.split("{n}").map(str::as_bytes).collect();
        Ok([parts.join(&self.payload[..]).as_slice(), end].concat())
    }
}

/// Sends the message in mid-game, and looks whether the game goes on behind it.
fn stands(exam: &mut ServerExam, message: &Message) -> Checked {
    let sent = message.framed(exam)?;
    let mut talk = exam.begun()?;
    let reply = talk.say(&exam.target, &sent);
    let has_crashed = exam.crash().is_some();
    if let Some(failure) = failure(message, &reply, has_crashed) {
        if message.is_empty && failure == Failure::Closes {
            // It has read what is left when blanks are stripped: nothing, as when a player leaves.
            talk.connection.leave();
            return Ok(exam.seen(Outcome::EmptyEnds));
        }
        return Ok(failed(exam, message, sent, &reply, failure));
    }
    let answer = reply.bytes();
    let pieces = repetitions(exam, &answer);
    if message.is_long && pieces > 1 {
        talk.connection.leave();
        let place = exam.source.line_with(&["recv("]);
        let outcome = Outcome::LongCut {
            sent,
            count: pieces,
            answer,
        };
        return Ok(exam.seen(outcome).at(place));
    }
    if reply.closing.is_some() {
        talk.connection.leave();
        return Ok(exam.seen(Outcome::OddTold { sent, answer }));
    }
    let number = talk.middle() + 1;
    let mut next = exam.client().guess(&mut talk, number).reply;
    if next.is_empty() && next.closing.is_none() && exam.learned.dialect.acknowledged {
        // It took the guess for what follows its answer.
        next = exam.client().guess(&mut talk, number).reply;
    }
    if next.is_empty() && next.closing.is_none() {
        let failure = match exam.crash() {
            Some(_) => Failure::Crash,
            None => Failure::Stuck,
        };
        return Ok(failed(exam, message, sent, &next, failure));
    }
    talk.connection.leave();
    if message.is_empty && reply.is_empty() {
        return Ok(exam.seen(Outcome::EmptyIgnored));
    }
    let meaning = exam.learned.dialect.meaning_of(exam.middle(), &answer);
    let lie = !message.is_empty && !message.may_be_right && meaning == Some(Meaning::Found);
    let read = hint::read(&Heard::new(&answer)).map(|it| it.meaning);
    Ok(exam.seen(match meaning {
        _ if lie && read == Some(Meaning::Found) => Outcome::OddWon { sent, answer },
        Some(Meaning::TooSmall | Meaning::TooBig) => Outcome::OddJudged { sent, answer },
        _ => Outcome::OddOk { sent, answer },
    }))
}

/// How many times an answer says the same hint: once for each piece that a message was read in.
fn repetitions(exam: &ServerExam, answer: &[u8]) -> usize {
    let answer = exam.learned.dialect.heard(answer).text;
    let beliefs = exam.learned.dialect.answers.iter();
    let hints = beliefs.filter(|belief| belief.meaning.is_hint() && belief.words().is_some());
    let times = hints.map(|belief| answer.matches(belief.sample()).count());
    times.max().unwrap_or(0)
}

fn failure(message: &Message, reply: &Reply, has_crashed: bool) -> Option<Failure> {
    let mute = reply.is_empty();
    if has_crashed && (mute || reply.is_over()) {
        Some(Failure::Crash)
    } else if reply.ended.is_some() && mute {
        Some(Failure::Ends)
    } else if reply.closing.is_some() && mute {
        Some(Failure::Closes)
    } else {
        // A line with nothing on it may be passed over.
        (mute && !message.is_empty).then_some(Failure::Silent)
    }
}

fn failed(
    exam: &mut ServerExam,
    message: &Message,
    sent: Vec<u8>,
    reply: &Reply,
    failure: Failure,
) -> Seen {
    let cause = match exam.crash() {
        Some(crash) => crash.into(),
        None => Cause::Message(failure),
    };
    if let Some(check) = exam.teller(Scene::Message, &cause) {
        let seen = exam.seen(Outcome::SameCause { sent, check });
        exam.target.stop();
        return seen;
    }
    exam.remember(message.check, Scene::Message, cause);
    exam.seen_instead(reply, |came| match failure {
        Failure::Crash if message.is_text => Outcome::OddCrash { sent, came },
        Failure::Crash => Outcome::OddBytesCrash { sent, came },
        Failure::Ends => Outcome::OddEnds { sent, came },
        Failure::Silent => Outcome::OddSilent { sent, came },
        Failure::Closes => Outcome::OddCloses { sent, came },
        Failure::Stuck => Outcome::OddStuck { sent, came },
    })
}
