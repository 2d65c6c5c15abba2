//! What the games have shown on the wire: the range, the secret, the messages of a turn.

use super::basics::{GAME, plays};
use super::conversation::{End, Game};
use super::exam::ServerExam;
use super::players::{DRAWS, FRESH};
use super::truth::TRUTH;
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::row::{Again, Checked, Row};
use crate::dialect::text::Heard;
use crate::dialect::{Meaning, question, range};
use crate::session::Reply;
use game::rules::Range;

/// Both ends of the range that it announces can be guessed, and drawn.
pub static RANGE: Row<ServerExam> = Row {
    check: Check::new("range", "check-range"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Never,
    look: range,
};

/// It keeps the number to itself until the end.
pub static SECRET: Row<ServerExam> = Row {
    check: Check::new("secret", "check-secret"),
    after: &[&FRESH],
    needs: Some(plays),
    again: Again::Never,
    look: secret,
};

/// It says one message a turn, or ends each with a newline.
pub static SENDS: Row<ServerExam> = Row {
    check: Check::new("sends", "check-sends"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Never,
    look: sends,
};

fn range(exam: &mut ServerExam) -> Checked {
    if matches!(
        exam.found(&TRUTH),
        Some(Outcome::TruthFalse { .. } | Outcome::TruthContrary { .. })
    ) {
        return Ok(Outcome::NotTrue.into());
    }
    if !matches!(
        exam.found(&GAME),
        Some(Outcome::GameOk { .. } | Outcome::GameFew { .. } | Outcome::GameContradiction)
    ) {
        return Ok(Outcome::NoGame.into());
    }
    let told = announced(exam);
    let range = told.unwrap_or_else(|| exam.client().range());
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let line = exam.source.line_with(DRAWS);
    let mut numbers = exam.games.iter().filter_map(Game::number);
    if let Some(number) = numbers.find(|number| !range.contains(*number)) {
        let outside = Outcome::RangeOutside { min, max, number };
        return Ok(exam.seen(outside).at(line));
    }
    let mut talk = exam.conversation()?;
    for (guess, beyond) in [(min, Meaning::TooBig), (max, Meaning::TooSmall)] {
        let answer = exam.client().guess(&mut talk, guess);
        match answer.meaning {
            Some(Meaning::Found) => break,
            Some(meaning) if meaning == beyond && told.is_some() => {
                let beyond = Outcome::RangeBeyond {
                    min,
                    max,
                    guess,
                    answer: answer.reply.bytes(),
                };
                return Ok(exam.seen(beyond).at(line));
            }
            Some(Meaning::TooSmall | Meaning::TooBig) => {}
            _ if !answer.reply.is_empty() => {
                return Ok(exam.seen(Outcome::RangeRefused {
                    min,
                    max,
                    guess,
                    answer: answer.reply.bytes(),
                }));
            }
            _ => {
                return Ok(
                    exam.seen_instead(&answer.reply, |came| Outcome::RangeUnanswered {
                        min,
                        max,
                        guess,
                        came,
                    }),
                );
            }
        }
        if answer.reply.is_over() {
            break;
        }
    }
    talk.connection.leave();
    let outside = exam.games.iter().any(|it| it.end == End::Contradiction);
    let leads_out = matches!(exam.found(&TRUTH), Some(Outcome::TruthOutside));
    if outside && leads_out && told.is_some() {
        return Ok(exam.seen(Outcome::RangeNever { min, max }).at(line));
    }
    let games = exam.games.len();
    let (once, needed) = seen(max - min + 1, games);
    Ok(exam.seen(match told {
        Some(_) => Outcome::RangeOk {
            min,
            max,
            games,
            once,
            needed,
        },
        None => Outcome::RangeUnannounced {
            min,
            max,
            games,
            once,
            needed,
        },
    }))
}

/// What so many games show of a number that is never drawn, where it should be like so many others:
/// one run in how many would have drawn it, and how many games it takes until a sound server fails
/// to draw it once in a million runs.
fn seen(numbers: i64, games: usize) -> (u64, u64) {
    let missed = 1.0 - 1.0 / numbers.max(2) as f64;
    let shown = 1.0 - missed.powf(games.max(1) as f64);
    let needed = 1e-6_f64.ln() / missed.ln();
    // Two digits tell as much.
    let unit = 10_f64.powf((needed.log10().floor() - 1.0).max(0.0));
    let rounded = (needed / unit).ceil() * unit;
    ((1.0 / shown).round() as u64, rounded as u64)
}

/// The range that it announces: the learner may have had to look beyond it.
fn announced(exam: &ServerExam) -> Option<Range> {
    let mut messages = exam.games.iter().flat_map(|game| &game.greeting);
    let told = messages.find_map(|bytes| {
        let heard = question::without_choices(&Heard::new(bytes));
        range::ranges(&heard).first().copied()
    });
    let learned = exam.learned.dialect.range;
    told.or(learned.filter(|_| exam.learned.dialect.announced))
}

fn secret(exam: &mut ServerExam) -> Checked {
    // A game that was won at the first guess had no time to tell anything.
    let told = |it: &&Game| it.number().is_some() && it.answers.len() > 1;
    let games: Vec<&Game> = exam.games.iter().filter(told).collect();
    let numbers: Vec<i64> = games.iter().filter_map(|it| it.number()).collect();
    let differ = numbers.iter().any(|it| *it != numbers[0]);
    if numbers.len() < 2 {
        return Ok(Outcome::NeverWon.into());
    }
    // Chance shows a number in one game; a leak shows it in each.
    let leaks: Vec<Option<Vec<u8>>> = games.iter().map(|game| leak(exam, game)).collect();
    let told = leaks.iter().flatten().next().cloned();
    let all = leaks.iter().all(Option::is_some);
    let Some(bytes) = told.filter(|_| all && differ) else {
        let games = games.len();
        return Ok(exam.seen(Outcome::SecretOk { games }));
    };
    let number = numbers[0];
    let sends = ["send(str(secret", "{secret", "secret)"];
    let place = exam.source.line_with(&sends);
    Ok(exam.seen(Outcome::SecretTold { bytes, number }).at(place))
}

/// The first message of a game, before its last, in which its number stands, though the player has
/// not named it.
fn leak(exam: &ServerExam, game: &Game) -> Option<Vec<u8>> {
    let number = game.number()?;
    let range = exam.client().range();
    if number == i64::from(range.min) || number == i64::from(range.max) {
        // It is named with the range.
        return Some(game.greeting.first()?.clone());
    }
    let before = game.answers.len().saturating_sub(1);
    let answers = game.answers.iter().take(before).map(|it| it.reply.bytes());
    let mut messages = game.greeting.iter().cloned().chain(answers);
    messages.find(|bytes| Heard::new(bytes).numbers().any(|it| it == number))
}

/// Several sends in one turn, with nothing to tell them apart.
fn sends(exam: &mut ServerExam) -> Checked {
    let answers = exam.games.iter().flat_map(|game| &game.answers);
    let all: Vec<&Reply> = answers.map(|it| &it.reply).collect();
    if all.is_empty() {
        return Ok(Outcome::NoAnswer.into());
    }
    let outcome = if let Some(reply) = all.iter().find(|it| is_several(it)) {
        Outcome::SendsSeveral {
            count: several_count(reply),
            bytes: reply.bytes(),
        }
    } else if all.iter().all(|it| it.bytes().ends_with(b"\n")) {
        Outcome::SendsLines { answers: all.len() }
    } else {
        Outcome::SendsOk { answers: all.len() }
    };
    Ok(exam.seen(outcome))
}

fn several_count(reply: &Reply) -> usize {
    reply.pieces.len().max(reply.segments.unwrap_or(0) as usize)
}

/// Whether an answer came in several goes, and no end of line stands between them.
fn is_several(reply: &Reply) -> bool {
    let bytes = reply.bytes();
    // What stands behind the last newline, if the message does not end in one.
    let tail = bytes
        .split(|byte| *byte == b'\n')
        .next_back()
        .unwrap_or_default();
    if tail.is_empty() || bytes.len() > 1_000 {
        return false;
    }
    if !bytes.contains(&b'\n') {
        return several_count(reply) > 1;
    }
    // A boundary within the tail.
    let last = reply.pieces.last().map_or(0, Vec::len);
    last < tail.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the sentence: five games draw 100 in one run of twenty, and who never drew it in 1,400
    /// of them hardly ever will.
    #[test]
    fn what_a_few_games_show_is_told() {
        assert_eq!(seen(100, 5), (20, 1_400));
        assert_eq!(seen(8, 3), (3, 110));
        assert_eq!(seen(1, 1), (2, 20));
    }
}
