//! What the games have shown on the wire: the range, the secret, the messages of a turn.

use std::collections::BTreeSet;

use super::basics::{GAME, plays};
use super::conversation::{End, Game};
use super::exam::ServerExam;
use super::players::{DRAWS, FRESH};
use super::truth::TRUTH;
use crate::check::name::Check;
use crate::check::outcome::{Games, Outcome};
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
    // Each game by the range that it announced itself.
    let mut games = exam.games.iter().filter(|_| told.is_some());
    let outside = games.find_map(|game| {
        let number = game.number()?;
        let own = announced_by(exam, game).unwrap_or(range);
        (!own.contains(number)).then(|| Outcome::RangeOutside {
            min: own.min.into(),
            max: own.max.into(),
            number,
        })
    });
    if let Some(outside) = outside {
        return Ok(exam.seen(outside).at(line));
    }
    let mut talk = exam.conversation()?;
    // This game may be the first that announces another range.
    exam.learned.dialect.ranges_differ |= told.is_some() && talk.range != exam.client().range();
    let (min, max) = match exam.learned.dialect.ranges_differ || announces_differ(exam) {
        true => (talk.range.min.into(), talk.range.max.into()),
        false => (min, max),
    };
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
            Some(Meaning::TooSmall | Meaning::TooBig | Meaning::Wrong) => {}
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
    let count = exam.games.len();
    let (once, needed) = seen(max - min + 1, count);
    let games = Games(count);
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

/// What a run of `games` games shows about a number that was never drawn, where a sound server draws
/// each of `numbers` numbers equally often. First: one sound server in how many draws it in such a run.
/// Second: how many games a run needs so that a sound server misses it in one run of a million.
fn seen(numbers: i64, games: usize) -> (u64, u64) {
    let missed = 1.0 - 1.0 / numbers.max(2) as f64;
    let shown = 1.0 - missed.powf(games.max(1) as f64);
    let needed = 1e-6_f64.ln() / missed.ln();
    // Two digits tell as much.
    let unit = 10_f64.powf((needed.log10().floor() - 1.0).max(0.0));
    let rounded = (needed / unit).ceil() * unit;
    ((1.0 / shown).round() as u64, rounded as u64)
}

/// Whether games announced different ranges.
pub fn announces_differ(exam: &ServerExam) -> bool {
    let mut told = exam
        .games
        .iter()
        .filter_map(|game| announced_by(exam, game));
    let first = told.next();
    told.any(|range| Some(range) != first)
}

/// The range that a game announced, without ends that are never drawn.
fn announced_by(exam: &ServerExam, game: &Game) -> Option<Range> {
    let told = game.greeting.iter().find_map(|bytes| {
        let heard = question::without_choices(&exam.learned.dialect.heard(bytes));
        range::ranges(&heard).first().copied()
    });
    told.map(|told| match exam.learned.dialect.exclusive {
        true => game.range,
        false => told,
    })
}

/// The range that it announces: the learner may have had to look beyond it.
fn announced(exam: &ServerExam) -> Option<Range> {
    let told = exam.games.iter().find_map(|game| announced_by(exam, game));
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
    let leaks: Vec<Option<Vec<u8>>> = games.iter().map(|game| leak(&games, game)).collect();
    let told = leaks.iter().flatten().next().cloned();
    let all = leaks.iter().all(Option::is_some);
    let Some(bytes) = told.filter(|_| all && differ) else {
        let games = Games(games.len());
        return Ok(exam.seen(Outcome::SecretOk { games }));
    };
    let number = numbers[0];
    let sends = ["send(str(secret", "{secret", "secret)"];
    let place = exam.source.line_with(&sends);
    Ok(exam.seen(Outcome::SecretTold { bytes, number }).at(place))
}

/// The first message of a game, before its last, in which its number stands, though the player has
/// not named it.
fn leak(games: &[&Game], game: &Game) -> Option<Vec<u8>> {
    let number = game.number()?;
    // What is said in games with other numbers as well tells nothing.
    let elsewhere: BTreeSet<Vec<u8>> = games
        .iter()
        .filter(|other| other.number() != Some(number))
        .flat_map(|other| messages(other))
        .collect();
    let tells = |bytes: &Vec<u8>| {
        let mut numbers = Heard::new(bytes).numbers().collect::<Vec<_>>().into_iter();
        !elsewhere.contains(bytes) && numbers.any(|it| it == number)
    };
    messages(game).find(tells)
}

/// What a game said before its last answer.
fn messages(game: &Game) -> impl Iterator<Item = Vec<u8>> {
    let before = game.answers.len().saturating_sub(1);
    let answers = game.answers.iter().take(before).map(|it| it.reply.bytes());
    game.greeting.iter().cloned().chain(answers)
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
