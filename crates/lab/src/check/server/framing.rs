//! How messages are cut: with and without an end of line, byte by byte, two in one go.

use std::thread;
use std::time::Duration;

use super::basics::GAME;
use super::conversation::Conversation;
use super::exam::ServerExam;
use super::truth::is_understood;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::row::{Again, Checked, Row, Stopped};
use crate::dialect::Meaning;
use crate::dialect::way::{Ending, Form, Way};
use crate::session::Reply;

/// Between the bytes of a guess: long enough for each to be read alone.
const APART: Duration = Duration::from_millis(40);

/// A guess with and without a newline.
pub static NEWLINE: Row<ServerExam> = Row {
    check: Check::new("newline", "check-newline"),
    after: &[&GAME],
    needs: Some(is_understood),
    again: Again::Patiently,
    look: newline,
};

/// A guess byte by byte.
pub static BYTES: Row<ServerExam> = Row {
    check: Check::new("bytes", "check-bytes"),
    after: &[&NEWLINE],
    needs: Some(is_understood),
    again: Again::Patiently,
    look: bytes,
};

/// Two guesses glued together.
pub static PAIR: Row<ServerExam> = Row {
    check: Check::new("pair", "check-pair"),
    after: &[&NEWLINE],
    needs: Some(is_understood),
    again: Again::Patiently,
    look: pair,
};

/// Two guesses that every range holds, away from its ends: those are another check's.
fn guesses(exam: &ServerExam) -> (i64, i64) {
    let (min, middle) = (i64::from(exam.client().range().min), exam.middle());
    // One digit where possible: a server that takes the last byte for a terminator then has no number.
    let low = if min < 9 && 9 < middle { 9 } else { middle - 1 };
    (low, middle + 1)
}

/// The guess with another end.
fn ended(exam: &ServerExam, guess: i64, ending: Ending) -> Vec<u8> {
    let way = Way {
        ending,
        ..exam.client().way()
    };
    way.guess(guess, 2)
}

/// The guesses, each with an end of line, in one message.
fn glued(exam: &ServerExam, guesses: [i64; 2]) -> Vec<u8> {
    let lines = guesses.map(|guess| ended(exam, guess, Ending::Lf));
    lines.concat()
}

fn newline(exam: &mut ServerExam) -> Checked {
    let way = exam.client().way();
    if let Some(end) = exam.learned.dialect.deaf_to {
        exam.unframed = Some(way.ending == Ending::None);
        let guess = guesses(exam).0;
        let with = ended(exam, guess, end);
        let without = way.guess(guess, 2);
        let compares = ["== str(", "str(secret)", "== secret", ".equals(", "strcmp("];
        let place = exam.source.line_with(&compares);
        return Ok(exam.seen(Outcome::NewlineDeaf { with, without }).at(place));
    }
    match (&way.form, way.ending) {
        (Form::Text(_), Ending::Lf) => without_newline(exam),
        (Form::Text(_), Ending::None) => {
            exam.unframed = Some(true);
            with_newline(exam)
        }
        _ => Ok(Outcome::NotText.into()),
    }
}

/// A server that takes lines gets digits alone.
fn without_newline(exam: &mut ServerExam) -> Checked {
    let mut talk = exam.begun()?;
    let (guess, _) = guesses(exam);
    let bare = ended(exam, guess, Ending::None);
    let line = ended(exam, guess, Ending::Lf);
    let reply = talk.say(&exam.target, &bare);
    exam.unframed = Some(!reply.is_empty());
    if is_judged(exam, guess, &reply) {
        talk.connection.leave();
        return Ok(exam.seen(Outcome::NewlineBoth { bare, line }));
    }
    if exam.crash().is_some() || reply.is_over() {
        return Ok(exam.seen_instead(&reply, |came| Outcome::NewlineBareFails {
            bare,
            line,
            came,
        }));
    }
    let waits = reply.waits.filter(|_| exam.target.is_ours());
    talk.connection.leave();
    if !reply.is_empty() {
        return Ok(
            exam.seen_instead(&reply, |came| Outcome::NewlineBareRefused {
                bare,
                line,
                came,
            }),
        );
    }
    // It waits for the rest of the line; whether it then knows the start is the next check's.
    Ok(exam.seen(match waits {
        Some(waits) => Outcome::NewlineLineWaits { bare, line, waits },
        None => Outcome::NewlineLine { bare, line },
    }))
}

/// A server that takes digits alone gets a line.
fn with_newline(exam: &mut ServerExam) -> Checked {
    let mut talk = exam.begun()?;
    let (guess, _) = guesses(exam);
    let bare = ended(exam, guess, Ending::None);
    let line = ended(exam, guess, Ending::Lf);
    let reply = talk.say(&exam.target, &line);
    if is_judged(exam, guess, &reply) {
        talk.connection.leave();
        return Ok(exam.seen(Outcome::NewlineBoth { bare, line }));
    }
    let failed = exam.crash().is_some() || reply.is_over();
    let silent = reply.is_empty();
    Ok(exam.seen_instead(&reply, |came| {
        if failed {
            Outcome::NewlineLineFails { bare, line, came }
        } else if silent {
            Outcome::NewlineLineSilent { bare, line, came }
        } else {
            Outcome::NewlineLineRefused { bare, line, came }
        }
    }))
}

fn is_judged(exam: &ServerExam, guess: i64, reply: &Reply) -> bool {
    let meaning = exam.learned.dialect.meaning_of(guess, &reply.bytes());
    !reply.is_empty() && meaning.is_some_and(Meaning::judges)
}

/// Ends a check where messages have no end of their own: there is nothing to see.
fn must_be_framed(exam: &ServerExam, unframed: Outcome) -> Result<(), Stopped> {
    match exam.unframed {
        Some(false) => Ok(()),
        Some(true) => Err(unframed.into()),
        None => Err(Outcome::NotText.into()),
    }
}

fn bytes(exam: &mut ServerExam) -> Checked {
    must_be_framed(exam, Outcome::BytesUnframed)?;
    let mut talk = exam.begun()?;
    let sent = ended(exam, guesses(exam).1, Ending::Lf);
    let (last, start) = sent.split_last().expect("a message has an end");
    for byte in start {
        talk.connection.send(&[*byte]);
        thread::sleep(APART);
    }
    let reply = talk.say(&exam.target, &[*last]);
    if is_judged(exam, guesses(exam).1, &reply) {
        talk.connection.leave();
        return Ok(exam.seen(Outcome::BytesOk { sent }));
    }
    must_be_understood(exam, &sent, &reply)?;
    Ok(exam.seen_instead(&reply, |came| Outcome::BytesLost { sent, came }))
}

fn pair(exam: &mut ServerExam) -> Checked {
    if exam.unframed == Some(true) {
        return unframed_pair(exam);
    }
    must_be_framed(exam, Outcome::PairUnframed)?;
    let (low, high) = guesses(exam);
    let mut orders = [[low, high], [high, low], [low, high]].into_iter();
    let (mut talk, sent, first) = loop {
        let Some(order) = orders.next() else {
            return Err(Outcome::PairWon.into());
        };
        let mut talk = exam.begun()?;
        let sent = glued(exam, order);
        let first = talk.say(&exam.target, &sent);
        if !is_won_by_first(exam, &first) {
            break (talk, sent, first);
        }
    };
    let (answers, reply) = answers(exam, &mut talk, first);
    if answers >= 2 {
        talk.connection.leave();
        return Ok(exam.seen(Outcome::PairOk { sent }));
    }
    if answers == 1 {
        return Ok(exam.seen_instead(&reply, |came| Outcome::PairLost { sent, came }));
    }
    must_be_understood(exam, &sent, &reply)?;
    Ok(exam.seen_instead(&reply, |came| Outcome::PairFails { sent, came }))
}

/// Ends a check at an answer that means nothing that was learned: it may be its way to judge, and
/// nobody knows. Of a server that has stopped or says nothing more is known.
fn must_be_understood(exam: &ServerExam, sent: &[u8], reply: &Reply) -> Result<(), Stopped> {
    let unknown = exam
        .learned
        .dialect
        .meaning_of(exam.middle(), &reply.bytes())
        .is_none();
    if !unknown || reply.is_empty() || exam.crash().is_some() {
        return Ok(());
    }
    let unclear = exam.seen(Outcome::UnclearAnswer {
        sent: sent.to_vec(),
        answer: reply.bytes(),
    });
    Err(unclear.into())
}

/// Whether the first of two guesses was the number and the server closed at the win: it has shown
/// nothing of the second guess.
fn is_won_by_first(exam: &ServerExam, reply: &Reply) -> bool {
    let bytes = reply.bytes();
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let is_one = lines.filter(|line| judges(exam, line)).count() == 1;
    let won = exam.learned.dialect.meaning_of(exam.middle(), &bytes) == Some(Meaning::Found);
    is_one && won && reply.is_over()
}

/// Answers to two guesses: two lines at least, or two reads. The second may be the win, after which
/// the server closes.
fn answers(exam: &ServerExam, talk: &mut Conversation, first: Reply) -> (usize, Reply) {
    let mut bytes = first.bytes();
    let count = |bytes: &[u8]| {
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        lines.filter(|line| judges(exam, line)).count()
    };
    let whole = first.clone();
    let won = exam.learned.dialect.meaning_of(exam.middle(), &bytes) == Some(Meaning::Found);
    if first.is_over() && (won || count(&bytes) > 0) {
        return (2, whole);
    }
    if count(&bytes) < 2 && !exam.target.is_ours() {
        let quiet = Duration::from_millis(300);
        let more = Reply::on(&exam.target, &mut talk.connection, None, quiet);
        bytes.extend(more.bytes());
    }
    // Two answers without a newline between them, in two reads.
    let reads = first.pieces.iter().filter(|it| judges(exam, it)).count();
    let segments = first.segments.unwrap_or(0) as usize;
    let glued = usize::from(!bytes.contains(&b'\n') && segments >= 2) * 2;
    (count(&bytes).max(reads).max(glued), whole)
}

fn judges(exam: &ServerExam, line: &[u8]) -> bool {
    matches!(
        exam.learned.dialect.meaning_of(exam.middle(), line),
        Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Found)
    )
}

/// A server without ends of messages gets what two `send` may become: it can't be asked to see
/// two, but it can be asked to stand it.
fn unframed_pair(exam: &mut ServerExam) -> Checked {
    if exam.client().way().ending == Ending::None {
        return Ok(Outcome::PairUnframed.into());
    }
    let mut talk = exam.begun()?;
    let (low, high) = guesses(exam);
    let sent = glued(exam, [low, high]);
    let reply = talk.say(&exam.target, &sent);
    if !reply.is_empty() && exam.crash().is_none() {
        talk.connection.leave();
        let answer = reply.bytes();
        return Ok(exam.seen(Outcome::PairOne { sent, answer }));
    }
    // The same as any message that is no number: that check speaks of it.
    let seen = exam.seen(Outcome::PairAsWord { sent });
    exam.target.stop();
    Ok(seen)
}
