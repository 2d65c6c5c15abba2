//! Whether its hints are true: each is compared with the number, once that is known.

use super::basics::{GAME, plays};
use super::conversation::{Answer, Conversation, End, Game};
use super::exam::ServerExam;
use crate::check::name::Check;
use crate::check::outcome::{Hints, Outcome};
use crate::check::row::{Again, Checked, Row};
use crate::dialect::text::Heard;
use crate::dialect::{Meaning, hint};

/// Guesses of a search from one end of the range to the other: more is not waited for.
const SCAN: i64 = 200;

/// Its hints are true, and never contradict each other.
pub static TRUTH: Row<ServerExam> = Row {
    check: Check::new("truth", "check-truth"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Never,
    look: truth,
};

/// For checks that would misread a server whose hints fit no number: unless they were seen to be
/// false, it may be the checker that takes one for another.
pub fn is_understood(exam: &ServerExam) -> Option<Outcome> {
    let contradiction = matches!(exam.found(&GAME), Some(Outcome::GameContradiction));
    let lies = matches!(
        exam.found(&TRUTH),
        Some(Outcome::TruthFalse { .. } | Outcome::TruthContrary { .. })
    );
    plays(exam).or((contradiction && !lies).then_some(Outcome::NoGame))
}

fn truth(exam: &mut ServerExam) -> Checked {
    if exam.learned.dialect.without_hints {
        return Ok(Outcome::TruthNoHints.into());
    }
    let mut talk = exam.conversation()?;
    let range = talk.range;
    // Texts that are compared in the place of numbers differ at numbers of other lengths.
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let nine = 9.clamp(min, max);
    let mut game = exam.client().play(&mut talk, &[nine, max, min]);
    if game.end == End::Contradiction && max - min <= SCAN {
        scan(exam, &mut talk, &mut game, min..=max);
    }
    talk.connection.leave();
    let (asked, end) = (game.answers.len(), game.end);
    exam.games.push(game);
    if let Some((answer, number)) = exam.games.iter().find_map(lie) {
        let outcome = Outcome::TruthFalse {
            guess: answer.guess,
            answer: answer.reply.bytes(),
            number,
        };
        let compares = ["if n <", "if guess <", " < ", " > "];
        let place = exam.source.line_with(&compares);
        return Ok(exam.seen(outcome).at(place));
    }
    let last = exam.games.last().map(|game| game.answers.as_slice());
    let outcome = match (contradiction(last.unwrap_or_default()), end) {
        (Some((small, big)), _) => Outcome::TruthContrary {
            one: small.guess,
            small: small.reply.bytes(),
            other: big.guess,
            big: big.reply.bytes(),
        },
        (None, End::Contradiction) => Outcome::TruthOutside,
        (None, End::Stopped) => Outcome::TruthStopped,
        _ => {
            let first = exam.games.first().map_or(0, |game| game.answers.len());
            let hints = asked + first;
            Outcome::TruthOk {
                hints: Hints(hints),
            }
        }
    };
    Ok(exam.seen(outcome))
}

/// Guesses every number, until one is it.
fn scan(
    exam: &ServerExam,
    talk: &mut Conversation,
    game: &mut Game,
    mut numbers: std::ops::RangeInclusive<i64>,
) {
    let found = numbers.find(|number| {
        let answer = exam.client().guess(talk, *number);
        let meaning = answer.meaning;
        let over = answer.reply.is_over() || answer.reply.is_empty() || exam.target.is_late();
        game.answers.push(answer);
        meaning == Some(Meaning::Found) || over
    });
    let last = game.answers.last().and_then(|it| it.meaning);
    if let (Some(number), Some(Meaning::Found)) = (found, last) {
        game.end = End::Won(number);
    }
}

/// The first hint of a game that its number shows to be false.
fn lie(game: &Game) -> Option<(&Answer, i64)> {
    let number = game.number()?;
    let lies = |answer: &&Answer| match answer.meaning {
        // What was learned of an answer without words may be a misunderstanding.
        meaning if meaning != worded(answer) => false,
        Some(Meaning::TooSmall) => answer.guess >= number,
        Some(Meaning::TooBig) => answer.guess <= number,
        _ => false,
    };
    Some((game.answers.iter().find(lies)?, number))
}

/// What the words of an answer say, whatever was learned of it.
fn worded(answer: &Answer) -> Option<Meaning> {
    hint::read(&Heard::new(&answer.reply.bytes())).map(|reading| reading.meaning)
}

/// Two hints that no number fits: too small, and too big for a smaller one or the next.
fn contradiction(answers: &[Answer]) -> Option<(&Answer, &Answer)> {
    let with = |meaning| {
        let means = move |it: &&Answer| it.meaning == Some(meaning) && worded(it) == it.meaning;
        answers.iter().filter(means)
    };
    let small = with(Meaning::TooSmall).max_by_key(|it| it.guess)?;
    let big = with(Meaning::TooBig).min_by_key(|it| it.guess)?;
    (small.guess + 1 >= big.guess).then_some((small, big))
}
