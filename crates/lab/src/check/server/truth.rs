//! Whether its hints are true: each is compared with the number, once that is known.

use super::exam::Exam;
use super::talk::{Answer, End, Game, Talk};
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::dialect::text::Heard;
use crate::dialect::{Meaning, hint};
use crate::sentence::Sentence;

/// Guesses of a search from one end of the range to the other: more is not waited for.
const SCAN: i64 = 200;

/// Whether its hints are true.
pub fn truth(exam: &mut Exam) -> Finding {
    let check = Check::Truth;
    let mut talk = match exam.talk(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let range = exam.tongue().range();
    // Texts that are compared in the place of numbers differ at numbers of other lengths.
    let (min, max) = (i64::from(range.min), i64::from(range.max));
    let nine = 9.clamp(min, max);
    let mut game = exam.tongue().play(&mut talk, &[nine, max, min]);
    if game.end == End::Contradiction && max - min <= SCAN {
        scan(exam, &mut talk, &mut game, min..=max);
    }
    talk.line.leave();
    let (asked, end) = (game.answers.len(), game.end);
    exam.games.push(game);
    if let Some((answer, number)) = exam.games.iter().find_map(lie) {
        let said = Sentence::new("truth-false")
            .text("guess", answer.guess.to_string())
            .bytes("answer", &answer.reply.bytes())
            .text("number", number.to_string());
        let place = exam
            .target
            .source
            .line_with(&["if n <", "if guess <", " < ", " > "]);
        return exam
            .fault(check, said, ("hint-truth", "if message < secret:"))
            .at(place);
    }
    let last = exam.games.last().map(|game| game.answers.as_slice());
    match (contradiction(last.unwrap_or_default()), end) {
        (Some((small, big)), _) => {
            let said = Sentence::new("truth-contrary")
                .text("one", small.guess.to_string())
                .bytes("small", &small.reply.bytes())
                .text("other", big.guess.to_string())
                .bytes("big", &big.reply.bytes());
            exam.fault(check, said, ("hint-truth", "if message < secret:"))
        }
        (None, End::Contradiction) => exam.skipped(check, Sentence::new("truth-outside")),
        (None, End::Stopped) => exam.skipped(check, Sentence::new("truth-stopped")),
        _ => {
            let asked = asked + exam.games.first().map_or(0, |game| game.answers.len());
            exam.passed(check, Sentence::new("truth-ok").count("hints", asked))
        }
    }
}

/// Guesses every number, until one is it.
fn scan(exam: &Exam, talk: &mut Talk, game: &mut Game, mut numbers: std::ops::RangeInclusive<i64>) {
    let found = numbers.find(|number| {
        let answer = exam.tongue().guess(talk, *number);
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
