//! What the games of hints have shown: it connects, it speaks in its turn, its numbers can be read,
//! it goes the right way.

use super::exam::ClientExam;
use super::learn::learn_again;
use super::number::Number;
use super::play::Guess;
use super::trial::Hint;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::session::Turn;

/// It connects.
pub static CONNECTS: Row<ClientExam> = Row {
    check: Check::new("connects", "check-connects").essential(),
    after: &[],
    needs: None,
    again: Again::Never,
    look: connects,
};

/// It waits its turn, or speaks first; one message a turn.
pub static TURN: Row<ClientExam> = Row {
    check: Check::new("turn", "check-turn").essential(),
    after: &[],
    needs: None,
    again: Again::Prepared(learned_more),
    look: turn,
};

/// What it sends is a number that `int()` reads.
pub static NUMBER: Row<ClientExam> = Row {
    check: Check::new("number", "check-number").essential(),
    after: &[],
    needs: None,
    again: Again::Never,
    look: number,
};

/// After too small its next guess is bigger, after too big smaller.
pub static HINTS: Row<ClientExam> = Row {
    check: Check::new("hints", "check-hints").essential(),
    after: &[],
    needs: None,
    again: Again::Prepared(learned_more),
    look: hints,
};

/// For checks that need a game whose hints are followed.
pub fn understands(exam: &ClientExam) -> Option<Outcome> {
    if exam.learned.trial.missed.is_some() {
        return Some(Outcome::NoGuess);
    }
    (!exam.learned.understood).then_some(Outcome::NoHints)
}

/// Whether the program is understood and sends one number a turn. One that sends it twice may seem to
/// go on after an end: that is the same fault.
pub fn takes_turns(exam: &ClientExam) -> Option<Outcome> {
    let is_twice = matches!(exam.notes.found(&TURN), Some(Outcome::TurnTwice { .. }));
    let same = Outcome::SentTwice { check: TURN.check };
    understands(exam).or(is_twice.then_some(same))
}

/// Learns how the program speaks once more; whether that tells more.
fn learned_more(exam: &mut ClientExam) -> bool {
    match learn_again(&exam.plan, &exam.learned.trial) {
        Some(learned) => {
            exam.learned = learned;
            true
        }
        None => false,
    }
}

fn connects(exam: &mut ClientExam) -> Checked {
    let address = exam.plan.listener.first().to_string();
    Ok(exam.learned.trial.end.seen(Outcome::ConnectsOk { address }))
}

/// Who speaks first, and that a turn has one message.
fn turn(exam: &mut ClientExam) -> Checked {
    let trial = &exam.learned.trial;
    let end = &trial.end;
    if let Some(turn) = &trial.missed {
        end.must_have_read()?;
        let came = end.came(turn);
        return Ok(end.seen(match turn {
            Turn::Listens => Outcome::TurnSilent { came },
            _ if end.crash.is_some() => Outcome::TurnSilentCrash { came },
            _ => Outcome::TurnSilentOther { came },
        }));
    }
    let several = |guess: &&Guess| matches!(guess.number, Number::Several(_));
    Ok(end.seen(match trial.guesses.iter().find(several) {
        Some(guess) => Outcome::TurnTwice {
            bytes: guess.bytes(),
        },
        None if trial.style.prompt => Outcome::TurnTwo,
        None if trial.speaks_first => Outcome::TurnFirst,
        None => Outcome::TurnWaits,
    }))
}

/// The numbers that it sends.
fn number(exam: &mut ClientExam) -> Checked {
    let trial = &exam.learned.trial;
    for guess in &trial.guesses {
        let bytes = guess.bytes();
        let outcome = match guess.number {
            Number::Int(_) | Number::Worded(_) | Number::Several(_) | Number::None => continue,
            Number::Framed(..) | Number::Object(_) => continue,
            Number::Marked(_) => {
                let writes = &["utf-8-sig", "utf_8_sig", "feff", "FEFF", "BOM"];
                let place = exam.plan.source.line_with(writes);
                let seen = trial.end.seen(Outcome::NumberMarked { bytes });
                return Ok(seen.or_at(|| place));
            }
            Number::Decimal(_) => Outcome::NumberDecimal { bytes },
            Number::Repr(_) => Outcome::NumberRepr { bytes },
            Number::Odd(_) => Outcome::NumberOdd { bytes },
            Number::Binary => Outcome::NumberBinary { bytes },
        };
        return Ok(trial.end.seen(outcome));
    }
    let worded = |guess: &&Guess| matches!(guess.number, Number::Worded(_));
    let outcome = match (trial.guesses.iter().find(worded), trial.guesses.first()) {
        (None, Some(guess)) if matches!(guess.number, Number::Framed(..)) => {
            Outcome::NumberFramed {
                bytes: guess.bytes(),
            }
        }
        (None, Some(guess)) if matches!(guess.number, Number::Object(_)) => Outcome::NumberObject {
            bytes: guess.bytes(),
        },
        (Some(guess), _) => Outcome::NumberWorded {
            bytes: guess.bytes(),
        },
        (None, Some(guess)) => Outcome::NumberOk {
            bytes: guess.bytes(),
        },
        (None, None) => return Ok(Outcome::NoGuess.into()),
    };
    Ok(trial.end.seen(outcome))
}

/// Whether its next guess goes the right way.
fn hints(exam: &mut ClientExam) -> Checked {
    let (learned, trial) = (&exam.learned, &exam.learned.trial);
    trial.end.must_have_read()?;
    let words = &trial.style.words;
    if learned.understood {
        let small = words.small.clone().into_bytes();
        let big = words.big.clone().into_bytes();
        return Ok(trial.end.seen(if trial.by_hand() {
            Outcome::HintsByHand
        } else if words.lesson {
            Outcome::HintsOk { small, big }
        } else {
            Outcome::HintsOther { small, big }
        }));
    }
    let Some(wrong) = trial.hints.iter().find(|hint| !hint.is_right()) else {
        return Ok(Outcome::NoGuess.into());
    };
    let source = &exam.plan.source;
    let read = [&words.small, &words.big].map(|text| source.has(text));
    if let Some(size) = small_read(exam, wrong) {
        return Ok(size);
    }
    if read != [true, true] && !matches!(wrong_hint(exam, wrong), Outcome::HintsCrash { .. }) {
        let known = source.comparands().into_iter().filter(|it| it.compared);
        let known: Vec<String> = known.map(|it| format!("{:?}", it.text)).take(8).collect();
        return Ok(match known.is_empty() {
            true => Outcome::HintsUnknown,
            false => Outcome::HintsForeign {
                words: known.join(", "),
            },
        }
        .into());
    }
    let seen = trial.end.seen(wrong_hint(exam, wrong));
    // The comparison is the first thing to look at.
    Ok(seen.or_at(|| exam.plan.source.line_with(&[&words.small, &words.big])))
}

/// A limit of `recv` that is less than the hint: the program sees its beginning only.
fn small_read(exam: &ClientExam, wrong: &Hint) -> Option<Seen> {
    let trial = &exam.learned.trial;
    let words = &trial.style.words;
    let hint = match wrong.small {
        true => &words.small,
        false => &words.big,
    };
    let (place, size) = exam.plan.source.small_read(hint.len())?;
    let (hint, length) = (hint.clone().into_bytes(), hint.len());
    let outcome = Outcome::HintsCut { hint, size, length };
    Some(trial.end.seen(outcome).at(Some(place)))
}

/// What a hint that was not followed shows.
fn wrong_hint(exam: &ClientExam, wrong: &Hint) -> Outcome {
    let trial = &exam.learned.trial;
    let words = &trial.style.words;
    let said = if wrong.small {
        &words.small
    } else {
        &words.big
    };
    let (hint, guess) = (said.clone().into_bytes(), wrong.guess);
    let turn = match &wrong.came {
        Ok(next) => {
            let next = *next;
            return if next == guess {
                Outcome::HintsSame { hint, guess, next }
            } else if wrong.small {
                Outcome::HintsDown { hint, guess, next }
            } else {
                Outcome::HintsUp { hint, guess, next }
            };
        }
        Err(turn) => turn,
    };
    let came = trial.end.came(turn);
    match turn {
        Turn::Listens => Outcome::HintsWaits { hint, guess, came },
        _ if trial.end.crash.is_some() => Outcome::HintsCrash { hint, guess, came },
        Turn::Ended(_) | Turn::Left => Outcome::HintsStops { hint, guess, came },
        _ => Outcome::HintsElse { hint, guess, came },
    }
}
