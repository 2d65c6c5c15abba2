//! What the games have shown on the wire: the range, the secret, the messages of a turn.

use super::exam::Exam;
use super::players::DRAWS;
use super::reply::Reply;
use super::talk::{End, Game};
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::dialect::text::Heard;
use crate::dialect::{Meaning, question, range};
use crate::sentence::Sentence;
use game::rules::Range;

/// Both ends of the range.
pub fn range(exam: &mut Exam) -> Finding {
    let check = Check::Range;
    if exam
        .found(Check::Truth)
        .is_some_and(|it| it == "truth-false" || it == "truth-contrary")
    {
        return Finding::not_examined(check, Sentence::new("skipped-truth"));
    }
    let played = ["game-ok", "game-few", "game-contradiction"];
    if !exam
        .found(Check::Game)
        .is_some_and(|it| played.contains(&it))
    {
        return Finding::not_examined(check, Sentence::new("skipped-no-game"));
    }
    let told = announced(exam);
    let range = told.unwrap_or_else(|| exam.tongue().range());
    let announced = told.is_some();
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let said = |id| {
        let sentence = Sentence::new(id).text("min", min.to_string());
        sentence.text("max", max.to_string())
    };
    let outside = |exam: &Exam| {
        let numbers = exam.games.iter().filter_map(Game::number);
        let mut outside = numbers.filter(|number| !range.contains(*number));
        outside.next()
    };
    let hint = ("hint-range", "secret = randrange(1, 100)");
    let line = exam.target.source.line_with(DRAWS);
    if let Some(number) = outside(exam) {
        let said = said("range-outside").text("number", number.to_string());
        return exam.fault(check, said, hint).at(line);
    }
    let mut talk = match exam.talk(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    for (end, beyond) in [(min, Meaning::TooBig), (max, Meaning::TooSmall)] {
        let answer = exam.tongue().guess(&mut talk, end);
        let said = |id| {
            let sentence = said(id).text("guess", end.to_string());
            sentence.bytes("answer", &answer.reply.bytes())
        };
        match answer.meaning {
            Some(Meaning::Found) => break,
            Some(meaning) if meaning == beyond && announced => {
                return exam.fault(check, said("range-beyond"), hint).at(line);
            }
            Some(Meaning::TooSmall | Meaning::TooBig) => {}
            _ if !answer.reply.is_empty() => {
                let hint = ("hint-range-refused", "if 1 < n < 100:");
                return exam.fault(check, said("range-refused"), hint);
            }
            _ => {
                let hint = ("hint-range-refused", "if 1 < n < 100:");
                return exam.failed_with(check, said("range-unanswered"), &answer.reply, hint);
            }
        }
        if answer.reply.is_over() {
            break;
        }
    }
    talk.line.leave();
    let outside = exam.games.iter().any(|it| it.end == End::Contradiction);
    if outside && exam.found(Check::Truth) == Some("truth-outside") && announced {
        return exam.fault(check, said("range-never"), hint).at(line);
    }
    let id = if announced {
        "range-ok"
    } else {
        "range-unannounced"
    };
    let (once, needed) = seen(max - min + 1, exam.games.len());
    let said = said(id).count("games", exam.games.len());
    let said = said.text("once", once.to_string());
    exam.passed(check, said.text("needed", needed.to_string()))
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
fn announced(exam: &Exam) -> Option<Range> {
    let mut messages = exam.games.iter().flat_map(|game| &game.greeting);
    let told = messages.find_map(|bytes| {
        let heard = question::without_choices(&Heard::new(bytes));
        range::ranges(&heard).first().copied()
    });
    let learned = exam.learned.dialect.range;
    told.or(learned.filter(|_| exam.learned.dialect.announced))
}

/// Whether the number is told before the end.
pub fn secret(exam: &mut Exam) -> Finding {
    let check = Check::Secret;
    // A game that was won at the first guess had no time to tell anything.
    let told = |it: &&Game| it.number().is_some() && it.answers.len() > 1;
    let games: Vec<&Game> = exam.games.iter().filter(told).collect();
    let numbers: Vec<i64> = games.iter().filter_map(|it| it.number()).collect();
    let differ = numbers.iter().any(|it| *it != numbers[0]);
    if numbers.len() < 2 {
        return Finding::not_examined(check, Sentence::new("skipped-never-won"));
    }
    // Chance shows a number in one game; a leak shows it in each.
    let leaks: Vec<Option<Vec<u8>>> = games.iter().map(|game| leak(exam, game)).collect();
    let told = leaks.iter().flatten().next().cloned();
    let all = leaks.iter().all(Option::is_some);
    match (told, all && differ) {
        (Some(bytes), true) => {
            let said = Sentence::new("secret-told")
                .bytes("bytes", &bytes)
                .text("number", numbers[0].to_string());
            let place = exam
                .target
                .source
                .line_with(&["send(str(secret", "{secret", "secret)"]);
            let hint = ("hint-secret", "connexion.send(str(secret).encode())");
            exam.fault(check, said, hint).at(place)
        }
        _ => exam.passed(
            check,
            Sentence::new("secret-ok").count("games", games.len()),
        ),
    }
}

/// The first message of a game, before its last, in which its number stands, though the player has
/// not named it.
fn leak(exam: &Exam, game: &Game) -> Option<Vec<u8>> {
    let number = game.number()?;
    let range = exam.tongue().range();
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
pub fn sends(exam: &mut Exam) -> Finding {
    let check = Check::Sends;
    let answers = exam.games.iter().flat_map(|game| &game.answers);
    let all: Vec<&Reply> = answers.map(|it| &it.reply).collect();
    if all.is_empty() {
        return Finding::not_examined(check, Sentence::new("skipped-no-answer"));
    }
    let several = all.iter().find(|it| is_several(it));
    match several {
        Some(reply) => {
            let said = Sentence::new("sends-several")
                .count("count", several_count(reply))
                .bytes("bytes", &reply.bytes());
            let hint = ("hint-sends", "connexion.send(b\"Ton nombre ? \")");
            exam.fault(check, said, hint)
        }
        None => {
            let lines = all.iter().all(|it| it.bytes().ends_with(b"\n"));
            let id = if lines { "sends-lines" } else { "sends-ok" };
            exam.passed(check, Sentence::new(id).count("answers", all.len()))
        }
    }
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
