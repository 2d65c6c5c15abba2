//! More than one player: after each other, at once, each with their own number.

use std::time::Duration;

use super::exam::Exam;
use super::reply::Reply;
use super::talk::{Answer, End, Game, Talk};
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::dialect::Meaning;
use crate::sentence::Sentence;

/// Numbers that agree by chance so rarely are no chance.
const CHANCE: f64 = 1e-6;
/// What stands on the line that draws a number.
pub const DRAWS: &[&str] = &[
    "randint(",
    "randrange(",
    "randbelow(",
    "random",
    "rand()",
    "Random",
];
/// A program that ends with its game is gone in this time.
const ENDS: Duration = Duration::from_millis(800);
/// Games that are played at most to see two numbers that differ.
const GAMES: usize = 10;

/// A new player, and the answer to their first guess: what came in its place otherwise.
pub fn serve(exam: &Exam) -> Result<(Talk, Answer), Reply> {
    let tongue = exam.tongue();
    let Ok(mut talk) = tongue.open() else {
        let ended = exam.target.ended();
        return Err(Reply {
            ended,
            ..Reply::default()
        });
    };
    let range = tongue.range();
    let middle = i64::midpoint(i64::from(range.min), i64::from(range.max));
    let answer = tongue.guess(&mut talk, middle);
    match answer.reply.is_empty() {
        true => Err(answer.reply),
        false => Ok((talk, answer)),
    }
}

/// The next player, once a game is over.
pub fn next(exam: &mut Exam) -> Finding {
    let check = Check::Next;
    let mut talk = match exam.talk(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let game = exam.tongue().play(&mut talk, &[]);
    let over = game.number().is_some() || game.end == End::Lost;
    exam.games.push(game);
    talk.line.leave();
    if !over {
        return exam.skipped(check, Sentence::new("skipped-never-won"));
    }
    if let Some(program) = exam.target.program() {
        // One that ends takes its time.
        program.settle(None, ENDS);
    }
    match serve(exam) {
        Ok((talk, _)) => {
            talk.line.leave();
            exam.passed(check, Sentence::new("next-ok"))
        }
        Err(reply) => {
            let crash = exam.crash().is_some();
            super::gone::remember(exam, check, &reply);
            let (id, hint) = match (crash, exam.target.ended()) {
                (true, _) => (
                    "next-crash",
                    ("hint-next-crash", "message = connexion.recv(1024)"),
                ),
                (false, Some(_)) => (
                    "next-ended",
                    ("hint-next-ended", "connexion, adresse = service.accept()"),
                ),
                (false, None) => (
                    "next-waits",
                    ("hint-next-waits", "connexion, adresse = service.accept()"),
                ),
            };
            let said = Sentence::new(id);
            match id {
                "next-ended" => exam.fault(check, said, hint),
                _ => exam.failed_with(check, said, &reply, hint),
            }
        }
    }
}

/// Two players at once.
pub fn two(exam: &mut Exam) -> Finding {
    let check = Check::Two;
    if exam.found(Check::Next) == Some("next-ended") {
        return Finding::not_examined(check, Sentence::new("skipped-one-game"));
    }
    let mut first = match exam.begun(check) {
        Ok(talk) => talk,
        Err(finding) => return *finding,
    };
    let (second, answer) = match serve(exam) {
        Ok(served) => served,
        Err(reply) => {
            let crash = exam.crash().is_some();
            let id = if crash { "two-crash" } else { "two-waits" };
            let hint = ("hint-two", "connexion, adresse = service.accept()");
            return exam.failed_with(check, Sentence::new(id), &reply, hint);
        }
    };
    if !answer.judges() && answer.reply.is_over() {
        let said = Sentence::new("two-refused").bytes("answer", &answer.reply.bytes());
        return exam.fault(
            check,
            said,
            ("hint-two", "connexion, adresse = service.accept()"),
        );
    }
    let range = exam.tongue().range();
    let low = i64::midpoint(i64::from(range.min), i64::from(range.max)) - 1;
    let again = exam.tongue().guess(&mut first, low);
    if again.reply.is_empty() {
        let hint = ("hint-two-lost", "connexion, adresse = service.accept()");
        return exam.failed_with(check, Sentence::new("two-lost"), &again.reply, hint);
    }
    first.line.leave();
    second.line.leave();
    exam.passed(check, Sentence::new("two-ok"))
}

/// A new number for each game.
pub fn fresh(exam: &mut Exam) -> Finding {
    let check = Check::Fresh;
    let line = |exam: &Exam| exam.target.source.line_with(DRAWS);
    let hint = ("hint-fresh", "secret = randint(1, 100)");
    if exam.keeps {
        let number = exam.games.iter().find_map(Game::number).unwrap_or_default();
        let said = Sentence::new("fresh-kept").text("number", number.to_string());
        let evidence = exam.after.as_ref().map(|(_, evidence)| evidence.clone());
        let finding = exam.fault(check, said, hint).at(line(exam));
        return match evidence {
            Some(evidence) => finding.seen(&evidence),
            None => finding,
        };
    }
    let range = exam.tongue().range();
    let count = f64::from(range.max.abs_diff(range.min)) + 1.0;
    let numbers = loop {
        let numbers: Vec<(i64, usize)> = exam
            .games
            .iter()
            .filter_map(|game| Some((game.number()?, game.start)))
            .collect();
        let differ = numbers.iter().any(|(number, _)| *number != numbers[0].0);
        let chance = count.powi(1 - i32::try_from(numbers.len()).unwrap_or(i32::MAX));
        if differ || chance < CHANCE || exam.games.len() >= GAMES {
            break numbers;
        }
        let mut talk = match exam.talk(check) {
            Ok(talk) => talk,
            Err(finding) => return *finding,
        };
        let game = exam.tongue().play(&mut talk, &[]);
        talk.line.leave();
        let lost = game.number().is_none();
        exam.games.push(game);
        if lost {
            break numbers;
        }
    };
    let shown: Vec<String> = numbers
        .iter()
        .map(|(number, _)| number.to_string())
        .collect();
    let said = |id| Sentence::new(id).text("numbers", shown.join(", "));
    let Some((first, _)) = numbers.first().filter(|_| numbers.len() > 1) else {
        return exam.skipped(check, Sentence::new("skipped-never-won"));
    };
    let chance = count.powi(1 - i32::try_from(numbers.len()).unwrap_or(i32::MAX));
    if numbers.iter().all(|(number, _)| number == first) && chance >= CHANCE {
        // Too few games were won: chance may draw the same number in so few.
        return exam.skipped(check, Sentence::new("skipped-never-won"));
    }
    // Within one start of the program, if it plays more than one game.
    let same_start: Vec<&(i64, usize)> = numbers
        .iter()
        .filter(|(_, start)| numbers.iter().filter(|(_, it)| it == start).count() > 1)
        .collect();
    let within = same_start.iter().any(|(number, start)| {
        same_start
            .iter()
            .any(|(other, it)| it == start && other != number)
    });
    let differ = numbers.iter().any(|(number, _)| number != first);
    match (differ, within || same_start.is_empty()) {
        (true, true) => exam.passed(check, said("fresh-ok")),
        (true, false) => again(exam, check, &numbers, said("fresh-once"), hint),
        (false, _) => {
            let first = *first;
            let (said, once) = (said("fresh-same"), said("fresh-once"));
            match draws_at_start(exam, first) {
                true => exam.fault(check, once, hint).at(line(exam)),
                false => {
                    let hint = ("hint-fresh-same", "secret = 42");
                    exam.fault(check, said, hint).at(line(exam))
                }
            }
        }
    }
}

/// Whether a program that never draws another number draws one when it is started again.
fn draws_at_start(exam: &mut Exam, first: i64) -> bool {
    for _ in 0..2 {
        if !exam.target.is_ours() || exam.target.start().is_err() {
            return false;
        }
        let Ok(mut talk) = exam.tongue().open() else {
            return false;
        };
        let game = exam.tongue().play(&mut talk, &[]);
        if game.number().is_some_and(|number| number != first) {
            return true;
        }
    }
    false
}

/// The numbers differ from start to start only: whether they do within one was seen too seldom.
fn again(
    exam: &mut Exam,
    check: Check,
    numbers: &[(i64, usize)],
    said: Sentence,
    hint: (&'static str, &'static str),
) -> Finding {
    let range = exam.tongue().range();
    let count = f64::from(range.max.abs_diff(range.min)) + 1.0;
    if let Err(finding) = exam.begin(check) {
        return *finding;
    }
    let start = exam.target.starts;
    let mut seen: Vec<i64> = numbers
        .iter()
        .filter(|(_, it)| *it == start)
        .map(|(number, _)| *number)
        .collect();
    while seen.len() < GAMES {
        let differ = seen.iter().any(|number| *number != seen[0]);
        if differ {
            let shown: Vec<String> = seen.iter().map(ToString::to_string).collect();
            let said = Sentence::new("fresh-ok").text("numbers", shown.join(", "));
            return exam.passed(check, said);
        }
        let chance = count.powi(1 - i32::try_from(seen.len()).unwrap_or(i32::MAX));
        if !seen.is_empty() && chance < CHANCE {
            let place = exam.target.source.line_with(DRAWS);
            return exam.fault(check, said, hint).at(place);
        }
        let Ok(mut talk) = exam.tongue().open() else {
            break;
        };
        let game = exam.tongue().play(&mut talk, &[]);
        talk.line.leave();
        let Some(number) = game.number() else {
            break;
        };
        exam.games.push(game);
        seen.push(number);
    }
    exam.skipped(check, Sentence::new("skipped-never-won"))
}

/// Not the same number for two players.
pub fn own(exam: &mut Exam) -> Finding {
    let check = Check::Own;
    if exam.failed(Check::Two) {
        return Finding::not_examined(check, Sentence::new("skipped-not-two"));
    }
    if exam.failed(Check::Fresh) {
        return Finding::not_examined(check, Sentence::new("skipped-not-fresh"));
    }
    let range = exam.tongue().range();
    let count = f64::from(range.max.abs_diff(range.min)) + 1.0;
    let mut chance = 1.0;
    let mut numbers = Vec::new();
    for _ in 0..GAMES {
        let mut first = match exam.talk(check) {
            Ok(talk) => talk,
            Err(finding) => return *finding,
        };
        let Ok(mut second) = exam.tongue().open() else {
            return exam.skipped(check, Sentence::new("skipped-gone"));
        };
        // A number may change for all when one has found it: the second's is known before.
        let about = about(exam, &mut second);
        let game = about.as_ref().map(|_| exam.tongue().play(&mut first, &[]));
        first.line.leave();
        second.line.leave();
        let (Some((low, high)), Some(game)) = (about, game) else {
            continue;
        };
        let Some(number) = game.number() else {
            return exam.skipped(check, Sentence::new("skipped-never-won"));
        };
        if !(low..=high).contains(&number) {
            let said = Sentence::new("own-ok").text("number", number.to_string());
            return exam.passed(check, said);
        }
        numbers.push(number.to_string());
        chance *= (high - low + 1) as f64 / count;
        if chance < CHANCE {
            let said = Sentence::new("own-shared").text("numbers", numbers.join(", "));
            let place = exam.target.source.line_with(DRAWS);
            let hint = ("hint-own", "secret = randint(1, 100)");
            return exam.fault(check, said, hint).at(place);
        }
    }
    exam.skipped(check, Sentence::new("skipped-lucky"))
}

/// Halves what is left of the range until few numbers are: where this player's number is. None if
/// chance has found it, or the server says something else.
fn about(exam: &Exam, talk: &mut Talk) -> Option<(i64, i64)> {
    let range = exam.tongue().range();
    let (mut low, mut high) = (i64::from(range.min), i64::from(range.max));
    let few = ((high - low) / 12).max(2);
    while high - low >= few {
        let middle = i64::midpoint(low, high);
        match exam.tongue().guess(talk, middle).meaning? {
            Meaning::TooSmall => low = middle + 1,
            Meaning::TooBig => high = middle - 1,
            _ => return None,
        }
    }
    (low <= high).then_some((low, high))
}
