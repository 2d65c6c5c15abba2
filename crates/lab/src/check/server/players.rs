//! More than one player: after each other, at once, each with their own number.

use std::time::Duration;

use super::basics::{GAME, plays};
use super::conversation::{Conversation, End, Game};
use super::endings::WON;
use super::exam::{Scene, ServerExam};
use crate::check::name::Check;
use crate::check::outcome::Outcome;
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::dialect::Meaning;
use crate::session::Reply;

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

/// Once a game is over, the next player is served.
pub static NEXT: Row<ServerExam> = Row {
    check: Check::new("next", "check-next-player"),
    after: &[&GAME],
    needs: Some(plays),
    again: Again::Patiently,
    look: next,
};

/// Two players at once.
pub static TWO: Row<ServerExam> = Row {
    check: Check::new("two", "check-two"),
    after: &[&NEXT],
    needs: Some(plays),
    again: Again::Patiently,
    look: two,
};

/// It draws a new number for each game.
pub static FRESH: Row<ServerExam> = Row {
    check: Check::new("fresh", "check-fresh"),
    after: &[&WON],
    needs: Some(plays),
    again: Again::Never,
    look: fresh,
};

/// Each player has their own number.
pub static OWN: Row<ServerExam> = Row {
    check: Check::new("own", "check-own"),
    after: &[&TWO, &FRESH],
    needs: Some(plays),
    again: Again::Never,
    look: own,
};

fn next(exam: &mut ServerExam) -> Checked {
    let mut talk = match exam.conversation() {
        // Somebody came and left: since then nobody can connect.
        Err(stopped)
            if !exam.target.is_ours()
                && matches!(stopped.0.outcome, Outcome::Gone)
                && exam.learned.won().is_some() =>
        {
            exam.is_over = true;
            return Ok(exam.seen(Outcome::NextGone));
        }
        talk => talk?,
    };
    let game = exam.client().play(&mut talk, &[]);
    let nothing = game.answers.first().is_none_or(|it| it.reply.is_empty());
    if nothing && !exam.target.is_ours() && exam.learned.won().is_some() {
        exam.is_over = true;
        let reply = game.answers.first().map(|it| it.reply.clone());
        return Ok(turned_away(exam, &reply.unwrap_or_default()));
    }
    let over = game.number().is_some() || game.end == End::Lost;
    exam.games.push(game);
    talk.connection.leave();
    if !over {
        return Ok(exam.seen(Outcome::NeverWon));
    }
    if let Some(program) = exam.target.program() {
        // One that ends takes its time.
        program.settle(None, ENDS);
    }
    let reply = match exam.serve() {
        Ok((talk, _)) => {
            talk.connection.leave();
            return Ok(exam.seen(Outcome::NextOk));
        }
        Err(reply) => reply,
    };
    exam.is_over = !exam.target.is_ours();
    let cause = exam.cause(&reply);
    exam.remember(NEXT.check, Scene::Departure, cause);
    Ok(if exam.crash().is_some() {
        exam.seen_instead(&reply, |came| Outcome::NextCrash { came })
    } else if exam.target.ended().is_some() {
        exam.seen(Outcome::NextEnded)
    } else {
        turned_away(exam, &reply)
    })
}

/// The player after a win gets no answer.
fn turned_away(exam: &ServerExam, reply: &Reply) -> Seen {
    let closed = reply.closing.is_some();
    exam.seen_instead(reply, |came| match closed {
        true => Outcome::NextTurned { came },
        false => Outcome::NextWaits { came },
    })
}

fn two(exam: &mut ServerExam) -> Checked {
    if matches!(exam.found(&NEXT), Some(Outcome::NextEnded)) {
        return Ok(Outcome::OneGame.into());
    }
    let mut first = exam.begun()?;
    let (second, answer) = match exam.serve() {
        Ok(served) => served,
        Err(reply) => {
            let has_crashed = exam.crash().is_some();
            // A call in the place of its name: the thread begins when the game is over.
            let called = exam.source.line_of(calls_thread_s_target);
            let seen = exam.seen_instead(&reply, |came| match (has_crashed, &called) {
                (true, _) => Outcome::TwoCrash { came },
                (false, Some(_)) => Outcome::TwoCalled { came },
                (false, None) => Outcome::TwoWaits { came },
            });
            return Ok(match has_crashed {
                true => seen,
                false => match called {
                    Some(line) => seen.at(Some(line)),
                    None => seen,
                },
            });
        }
    };
    if !answer.judges() && answer.reply.is_over() {
        let answer = answer.reply.bytes();
        return Ok(exam.seen(Outcome::TwoRefused { answer }));
    }
    let again = exam.client().guess(&mut first, exam.middle() - 1);
    if again.reply.is_empty() {
        return Ok(exam.seen_instead(&again.reply, |came| Outcome::TwoLost { came }));
    }
    first.connection.leave();
    second.connection.leave();
    Ok(exam.seen(Outcome::TwoOk))
}

/// Whether a line starts a thread with what a function returns, in the place of the function:
/// `Thread(target=serve(client))`, `start_new_thread(serve(client), ())`.
pub fn calls_thread_s_target(line: &str) -> bool {
    let starts = ["target=", "target =", "start_new_thread(", "submit("];
    starts.iter().any(|start| {
        let Some((_, target)) = line.split_once(start) else {
            return false;
        };
        let target = target.trim_start();
        let named = |c: char| c.is_alphanumeric() || "_.".contains(c);
        let rest = target.trim_start_matches(named);
        rest.len() < target.len() && rest.starts_with('(')
    })
}

/// How many numbers the server may draw.
fn count(exam: &ServerExam) -> f64 {
    let range = exam.client().range();
    f64::from(range.max.abs_diff(range.min)) + 1.0
}

/// Probability that this number of games of a sound server have the same number, of `count` possible.
fn chance(count: f64, games: usize) -> f64 {
    count.powi(1 - i32::try_from(games).unwrap_or(i32::MAX))
}

fn listed(numbers: &[i64]) -> String {
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn fresh(exam: &mut ServerExam) -> Checked {
    if exam.is_spent_by_a_win {
        return Ok(exam.seen(Outcome::OneWin));
    }
    if exam.keeps {
        let number = exam.games.iter().find_map(Game::number).unwrap_or_default();
        let draws = exam.source.line_with(DRAWS);
        let seen = exam.seen(Outcome::FreshKept { number }).at(draws);
        let trace = exam.after.as_ref().map(|(_, evidence)| evidence.clone());
        return Ok(Seen {
            trace: trace.or(seen.trace),
            ..seen
        });
    }
    let count = count(exam);
    // Each number and the start of the program in which it was drawn.
    let drawn = loop {
        let drawn: Vec<(i64, usize)> = exam
            .games
            .iter()
            .filter_map(|game| Some((game.number()?, game.start)))
            .collect();
        let differ = drawn.iter().any(|(number, _)| *number != drawn[0].0);
        if differ || chance(count, drawn.len()) < CHANCE || exam.games.len() >= GAMES {
            break drawn;
        }
        let mut talk = exam.conversation()?;
        let game = exam.client().play(&mut talk, &[]);
        talk.connection.leave();
        let lost = game.number().is_none();
        exam.games.push(game);
        if lost {
            break drawn;
        }
    };
    let Some((first, _)) = drawn.first().copied().filter(|_| drawn.len() > 1) else {
        return Ok(exam.seen(Outcome::NeverWon));
    };
    let numbers: Vec<i64> = drawn.iter().map(|(number, _)| *number).collect();
    let numbers = listed(&numbers);
    if drawn.iter().any(|(number, _)| *number != first) {
        return if differ_within_a_start(&drawn) {
            Ok(exam.seen(Outcome::FreshOk { numbers }))
        } else {
            within_one_start(exam, &drawn, numbers)
        };
    }
    if chance(count, drawn.len()) >= CHANCE {
        // Too few games were won: chance may draw the same number in so few.
        return Ok(exam.seen(Outcome::NeverWon));
    }
    let outcome = match draws_at_start(exam, first) {
        true => Outcome::FreshOnce { numbers },
        false => Outcome::FreshSame { numbers },
    };
    let draws = exam.source.line_with(DRAWS);
    Ok(exam.seen(outcome).at(draws))
}

/// Whether numbers differ within one start of the program, if it plays more than one game.
fn differ_within_a_start(drawn: &[(i64, usize)]) -> bool {
    let several = |start: usize| drawn.iter().filter(|(_, it)| *it == start).count() > 1;
    let mut repeated = drawn.iter().filter(|(_, start)| several(*start)).peekable();
    repeated.peek().is_none()
        || repeated.any(|(number, start)| {
            drawn
                .iter()
                .any(|(other, it)| it == start && other != number)
        })
}

/// Whether a program that never draws another number draws one when it is started again.
fn draws_at_start(exam: &mut ServerExam, first: i64) -> bool {
    for _ in 0..2 {
        if !exam.target.is_ours() || exam.target.start().is_err() {
            return false;
        }
        let Ok(mut talk) = exam.client().open() else {
            return false;
        };
        let game = exam.client().play(&mut talk, &[]);
        if game.number().is_some_and(|number| number != first) {
            return true;
        }
    }
    false
}

/// The numbers differ from start to start only: whether they do within one was seen too seldom.
fn within_one_start(exam: &mut ServerExam, drawn: &[(i64, usize)], numbers: String) -> Checked {
    let count = count(exam);
    exam.begin()?;
    let start = exam.target.starts;
    let mut seen: Vec<i64> = drawn
        .iter()
        .filter(|(_, it)| *it == start)
        .map(|(number, _)| *number)
        .collect();
    while seen.len() < GAMES {
        if seen.iter().any(|number| *number != seen[0]) {
            let numbers = listed(&seen);
            return Ok(exam.seen(Outcome::FreshOk { numbers }));
        }
        if !seen.is_empty() && chance(count, seen.len()) < CHANCE {
            let draws = exam.source.line_with(DRAWS);
            return Ok(exam.seen(Outcome::FreshOnce { numbers }).at(draws));
        }
        let Ok(mut talk) = exam.client().open() else {
            break;
        };
        let game = exam.client().play(&mut talk, &[]);
        talk.connection.leave();
        let Some(number) = game.number() else {
            break;
        };
        exam.games.push(game);
        seen.push(number);
    }
    Ok(exam.seen(Outcome::NeverWon))
}

/// Not the same number for two players.
fn own(exam: &mut ServerExam) -> Checked {
    if exam.failed(&TWO) {
        return Ok(Outcome::NotTwo.into());
    }
    if exam.failed(&FRESH) {
        return Ok(Outcome::NotFresh.into());
    }
    let count = count(exam);
    let mut chance = 1.0;
    let mut numbers = Vec::new();
    for _ in 0..GAMES {
        let mut first = exam.conversation()?;
        let Ok(mut second) = exam.client().open() else {
            return Ok(exam.seen(Outcome::Gone));
        };
        // A number may change for all when one has found it: the second's is known before.
        let about = about(exam, &mut second);
        let game = about.as_ref().map(|_| exam.client().play(&mut first, &[]));
        first.connection.leave();
        second.connection.leave();
        let (Some((low, high)), Some(game)) = (about, game) else {
            continue;
        };
        let Some(number) = game.number() else {
            return Ok(exam.seen(Outcome::NeverWon));
        };
        if !(low..=high).contains(&number) {
            return Ok(exam.seen(Outcome::OwnOk { number }));
        }
        numbers.push(number);
        chance *= (high - low + 1) as f64 / count;
        if chance < CHANCE {
            let numbers = listed(&numbers);
            let draws = exam.source.line_with(DRAWS);
            return Ok(exam.seen(Outcome::OwnShared { numbers }).at(draws));
        }
    }
    Ok(exam.seen(Outcome::Lucky))
}

/// Halves what is left of the range until few numbers are: where this player's number is. None if
/// chance has found it, or the server says something else.
fn about(exam: &ServerExam, talk: &mut Conversation) -> Option<(i64, i64)> {
    let range = talk.range;
    let (mut low, mut high) = (i64::from(range.min), i64::from(range.max));
    let few = ((high - low) / 12).max(2);
    while high - low >= few {
        let middle = i64::midpoint(low, high);
        match exam.client().guess(talk, middle).meaning? {
            Meaning::TooSmall => low = middle + 1,
            Meaning::TooBig => high = middle - 1,
            _ => return None,
        }
    }
    (low <= high).then_some((low, high))
}
