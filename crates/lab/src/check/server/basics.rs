//! The first things to look at: it starts, it answers, a game can be won, and others can reach it.

use std::net::SocketAddr;
use std::time::Duration;

use super::conversation::{Answer, Conversation, End, Game};
use super::exam::{AfterWin, ServerExam};
use super::learn::Tried;
use crate::check::came::Came;
use crate::check::cause::Cause;
use crate::check::crash::{Crash, is_address_in_use};
use crate::check::name::Check;
use crate::check::outcome::{Kind, Outcome, Tries};
use crate::check::report::Seen;
use crate::check::row::{Again, Checked, Row};
use crate::check::source::Source;
use crate::dialect::question::{self, Question};
use crate::dialect::text::Heard;
use crate::dialect::{LearnError, Meaning, range};
use crate::escape::escape;
use crate::session::{Reply, Target, Unstarted};
use crate::trace::Closing;

/// What comes behind the last word of a game comes in this time.
const MORE: Duration = Duration::from_millis(300);
/// Guesses of the number that was found: a server that draws anew is not met again so often.
const AGAIN: usize = 3;
/// Games that are played with a server that closes without a word: that may be its way to say that
/// the number was found.
const MUTE: usize = 12;

/// Games won at the first guess, in a row, that are no luck.
const LUCK: usize = 4;

/// It starts, and waits for players.
pub static STARTS: Row<ServerExam> = Row {
    check: Check::new("starts", "check-starts").essential(),
    after: &[],
    needs: None,
    again: Again::Never,
    look: starts,
};

/// It answers a guess.
pub static ANSWERS: Row<ServerExam> = Row {
    check: Check::new("answers", "check-answers").essential(),
    after: &[],
    needs: None,
    again: Again::Never,
    look: answers,
};

/// A whole game can be won by bisection.
pub static GAME: Row<ServerExam> = Row {
    check: Check::new("game", "check-game").essential(),
    after: &[&ANSWERS],
    needs: Some(answers_guesses),
    again: Again::Never,
    look: game,
};

/// A neighbour's machine can reach it.
pub static REACH: Row<ServerExam> = Row {
    check: Check::new("reach", "check-reach"),
    after: &[],
    needs: None,
    again: Again::Never,
    look: reach,
};

/// For checks that need a server that answers guesses.
pub fn answers_guesses(exam: &ServerExam) -> Option<Outcome> {
    exam.failed(&ANSWERS).then_some(Outcome::NoAnswer)
}

/// For checks that need a game whose answers are understood.
pub fn plays(exam: &ServerExam) -> Option<Outcome> {
    if exam.is_over {
        return Some(Outcome::OneWin);
    }
    let unclear = matches!(
        exam.found(&GAME),
        Some(Outcome::GameUnclear { .. } | Outcome::GameWithoutHints { .. })
    );
    answers_guesses(exam).or(unclear.then_some(Outcome::NoGame))
}

/// Why a server did not start.
pub fn not_started(target: &Target, source: &Source, why: &Unstarted) -> Seen {
    let printed = target.log.look(|trace| trace.printed_since(0));
    let crash = Crash::of(&printed, target.ended(), source);
    let place = crash.as_ref().and_then(|crash| crash.place.clone());
    let cause = crash.as_ref().map(|crash| Cause::of(crash, source));
    let outcome = match (why, crash) {
        (Unstarted::NoCommand(_), _) => return Outcome::StartsNoCommand.into(),
        (_, Some(crash)) if is_address_in_use(&crash.error) => {
            // Nobody listens there: what keeps the port is the last run of the same program.
            let mut ports: Vec<u16> = target.addresses.iter().map(SocketAddr::port).collect();
            ports.extend(source.ports());
            if let Some(taken) = ports.into_iter().find_map(taken_by) {
                return Seen::new(taken, target.evidence(0));
            }
            let error = crash.error;
            return Seen::new(Outcome::StartsBusy { error }, target.evidence(0));
        }
        (_, Some(crash)) => Outcome::StartsCrash { error: crash.error },
        (Unstarted::Ended(how), None) => Outcome::StartsEnded { how: *how },
        (Unstarted::Elsewhere(addresses), None) => Outcome::StartsElsewhere {
            port: target.addresses.first().map_or(0, SocketAddr::port),
            addresses: listed(addresses),
        },
        (Unstarted::Silent(waits), None) => Outcome::StartsSilent {
            came: waits.map_or(Came::Nothing, Came::Waits),
        },
    };
    let seen = Seen::new(outcome, target.evidence(0)).at(place);
    seen.caused_by(cause)
}

/// The program that holds a port, if the system names it.
pub fn taken_by(port: u16) -> Option<Outcome> {
    let holder = os::ports::holder(port)?;
    let program = format!("{} ({})", escape(holder.command.as_bytes()), holder.pid);
    Some(Outcome::StartsTakenBy { port, program })
}

/// Whether it ended because another program has its port.
pub fn met_taken(target: &Target) -> bool {
    is_address_in_use(&target.log.look(|trace| trace.printed_since(0)))
}

fn listed(addresses: &[SocketAddr]) -> String {
    let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn starts(exam: &mut ServerExam) -> Checked {
    let address = listed(&exam.target.addresses);
    Ok(exam.seen(match exam.target.is_ours() {
        true => Outcome::StartsOk { address },
        false => Outcome::StartsThere { address },
    }))
}

fn answers(exam: &mut ServerExam) -> Checked {
    let learned = &exam.learned;
    if learned.dialect.way.is_some()
        && let Some(known) = learned.dialect.answers.first()
    {
        return Ok(exam.seen(Outcome::AnswersOk {
            guess: exam.client().way().guess(known.first.guess, 1),
            answer: known.first.heard.sample.clone().into_bytes(),
        }));
    }
    let tried: Vec<String> = learned.tried.iter().map(|it| escape(&it.message)).collect();
    let tried = tried.join(", ");
    if let Some(crash) = exam.crash() {
        let error = crash.error;
        let line = crash.place.as_ref().map_or("", |place| place.text.as_str());
        return Ok(
            exam.seen(match (asks_listener(&error, line), tried.is_empty()) {
                (true, _) => Outcome::AnswersListening { error },
                (false, true) => Outcome::AnswersCrashAtOnce { error },
                (false, false) => Outcome::AnswersCrash { tried, error },
            }),
        );
    }
    // What came of numbers alone tells more than what came of the last thing that was tried.
    let plain: Vec<Tried> = learned
        .tried
        .iter()
        .filter(|it| it.is_plain())
        .map(|it| it.outcome)
        .collect();
    let mute = |came: &Tried| *came != Tried::Words;
    let ended = match (plain.first(), plain.iter().all(mute)) {
        (Some(Tried::Nothing(_)), true) => Err(LearnError::Silent),
        (Some(Tried::Close), true) if learned.outcome != Err(LearnError::Gone) => {
            Err(LearnError::Closes)
        }
        _ => learned.outcome.clone(),
    };
    let outcome = match ended {
        Err(LearnError::Silent) => return Ok(silent(exam, tried)),
        Err(LearnError::Closes) => Outcome::AnswersCloses { tried },
        Err(LearnError::Floods) => Outcome::AnswersFloods { tried },
        Err(LearnError::Gone) if exam.target.is_ours() => Outcome::AnswersGone { tried },
        Err(LearnError::Gone) => Outcome::Gone,
        Err(LearnError::NotUnderstood(answer)) => Outcome::AnswersUnclear {
            tried,
            answer: answer.into_bytes(),
        },
        Err(LearnError::Password(question)) => Outcome::AnswersPassword {
            question: question.into_bytes(),
        },
        Err(LearnError::Stuck | LearnError::TurnsAway) => return Ok(silent(exam, tried)),
        Err(LearnError::Contradiction | LearnError::TooLong | LearnError::WithoutHints(_))
        | Ok(()) => Outcome::AnswersUnsure {
            tried,
            answer: exam.learned.heard.clone(),
        },
    };
    Ok(exam.seen(outcome))
}

/// Whether a line reads from or writes to a socket without a peer: the one that listens.
fn asks_listener(error: &str, line: &str) -> bool {
    let talks = ["recv", "send", "read", "write"];
    let errors = ["Errno 107", "WinError 10057", "ENOTCONN", "not connected"];
    errors.iter().any(|it| error.contains(it)) && talks.iter().any(|it| line.contains(it))
}

/// No answer at all: the hang, from facts.
fn silent(exam: &ServerExam, tried: String) -> Seen {
    let mut messages = exam.learned.tried.iter().rev();
    let waits = messages.find_map(|it| match it.outcome {
        Tried::Nothing(waits) if it.is_plain() => waits,
        _ => None,
    });
    let Some(waits) = waits.filter(|_| exam.target.is_ours()) else {
        let came = Came::Nothing;
        return exam.seen(match exam.target.is_ours() {
            true => Outcome::AnswersSilent { tried, came },
            false => Outcome::AnswersMute { tried },
        });
    };
    exam.target.look();
    let came = Came::Waits(waits);
    let seen = exam.seen(Outcome::AnswersSilent { tried, came });
    seen.at(exam.interrupted())
}

/// What a game shows that the learner won, where the server plays no other one.
fn learned_game(exam: &ServerExam) -> Option<Outcome> {
    let won = exam.learned.won()?;
    Some(Outcome::GameOk {
        tries: Tries(won.tries as usize),
        number: won.number?,
    })
}

/// A whole game, halving what is left.
fn game(exam: &mut ServerExam) -> Checked {
    let range = exam.client().range();
    if exam.learned.dialect.without_hints && exam.learned.won().is_none() {
        let (min, max) = (i64::from(range.min), i64::from(range.max));
        return Ok(exam.seen(Outcome::GameWithoutHints { min, max }));
    }
    let mut luck = 0;
    let mut left = MUTE;
    loop {
        left -= 1;
        let mut talk = match (exam.conversation(), learned_game(exam)) {
            (Err(stopped), Some(won)) if !exam.target.is_ours() => {
                // It served one player: that is another check's.
                let Outcome::Gone = stopped.0.outcome else {
                    return Err(stopped);
                };
                return Ok(exam.seen(won));
            }
            (talk, _) => talk?,
        };
        let game = exam.client().play(&mut talk, &[]);
        let seen = judge_game(exam, &game);
        let nothing = game.answers.first().is_none_or(|it| it.reply.is_empty());
        if nothing
            && seen.outcome.kind() != Kind::Passed
            && let Some(won) = learned_game(exam)
        {
            // It played with the learner, and turns the next player away.
            if !exam.target.is_ours() {
                return Ok(exam.seen(won));
            }
            if !exam.is_spent_by_a_win && exam.learned.start == exam.target.starts {
                exam.is_spent_by_a_win = true;
                exam.target.stop();
                continue;
            }
        }
        let closed = game
            .answers
            .last()
            .is_some_and(|it| it.reply.is_empty() && it.reply.closing == Some(Closing::Closed));
        let mute = game.end == End::Stopped && closed && exam.crash().is_none();
        // An end of the range that it refuses says nothing of the game: the check of the range does.
        let refused = game.end == End::Stopped
            && game.answers.last().is_some_and(|it| {
                let range = exam.client().range();
                let ends = [i64::from(range.min), i64::from(range.max)];
                ends.contains(&it.guess) && !it.reply.is_empty() && !it.reply.is_over()
            });
        let first = game.answers.first().cloned();
        let lucky = game.number().is_some() && game.answers.len() == 1;
        exam.games.push(game);
        after_win(exam, talk);
        luck += usize::from(lucky);
        if let Some(answer) = first.filter(|_| luck == LUCK) {
            // What was taken for the win is something that it says to everybody.
            return Ok(exam.seen(unclear(&answer)));
        }
        if left == 0 || !mute && !lucky && !refused {
            return Ok(seen);
        }
    }
}

/// An answer that was not understood.
fn unclear(answer: &Answer) -> Outcome {
    Outcome::GameUnclear {
        guess: answer.guess,
        answer: answer.reply.bytes(),
    }
}

fn judge_game(exam: &ServerExam, game: &Game) -> Seen {
    let needed = exam.client().range().optimum();
    let tries = game.answers.len();
    let few = |given: usize| {
        exam.seen(Outcome::GameFew {
            given: Tries(given),
            needed: needed as usize,
        })
    };
    if let Some(given) = given(exam, game).filter(|given| *given < needed) {
        return few(given as usize);
    }
    match (game.end, game.answers.last()) {
        (End::Won(number) | End::Mute(number), _) => exam.seen(Outcome::GameOk {
            tries: Tries(tries),
            number,
        }),
        (End::Lost, _) if tries < needed as usize => few(tries),
        // Halving has left no number.
        (End::Lost, _) => exam.seen(Outcome::GameContradiction),
        (End::Contradiction, _) => exam.seen(Outcome::GameContradiction),
        (End::Stopped, Some(last)) if !last.reply.is_empty() && !last.reply.is_over() => {
            // It has spoken: what it means is not understood, and that is nobody's fault.
            exam.seen(unclear(last))
        }
        (End::Stopped, Some(last)) => exam.seen_instead(&last.reply, |came| Outcome::GameStops {
            tries: Tries(tries),
            guess: last.guess,
            came,
        }),
        (End::Stopped, None) => exam.seen(Outcome::NoAnswer),
    }
}

/// A game that was lost later on, though the first was won: what the check of the first should say.
/// Checks that begin with guesses of their own may need more tries than halving does.
pub fn lost_later(exam: &ServerExam) -> Option<Seen> {
    let won = matches!(exam.found(&GAME), Some(Outcome::GameOk { .. }));
    let needed = exam.client().range().optimum() as usize;
    let is_lost = |game: &&Game| game.end == End::Lost && game.answers.len() < needed;
    let lost = exam.games.iter().find(|game| won && is_lost(game))?;
    let seen = judge_game(exam, lost);
    // What happened is in the evidence of that game's check only: it is over.
    Some(Seen {
        trace: None,
        ..seen
    })
}

/// The tries that the server gives, as far as it has told.
fn given(exam: &ServerExam, game: &Game) -> Option<u32> {
    let told = game.answers.iter().zip(1..).find_map(|(answer, guesses)| {
        let heard = Heard::new(&answer.reply.bytes());
        Some(range::tries(&heard, false)? + guesses)
    });
    exam.learned.dialect.tries.or(told)
}

/// Looks at what comes after a win, and leaves. Also whether it keeps its number.
pub fn after_win(exam: &mut ServerExam, mut talk: Conversation) {
    let Some(game) = exam.games.last() else {
        return;
    };
    let Some(number) = game.number() else {
        return talk.connection.leave();
    };
    let last = game.answers.last().map(|it| it.reply.clone());
    let mut last = last.unwrap_or_default();
    if last.closing.is_none() && !exam.target.is_ours() {
        // What comes behind the last word takes its time.
        let more = Reply::on(&exam.target, &mut talk.connection, None, MORE);
        last.pieces.extend(more.pieces);
        last.closing = more.closing;
    }
    let heard = exam.learned.dialect.heard(&last.bytes());
    let after = if last.closing.is_some() {
        AfterWin::Closed
    } else if question::asked(&heard) == Some(Question::Again) {
        let no = exam.client().way().words(&question::no(&heard));
        talk.say(&exam.target, &no);
        AfterWin::Asks
    } else {
        plays_on(exam, &mut talk, number)
    };
    exam.after = Some((after, exam.evidence()));
    talk.connection.leave();
}

fn plays_on(exam: &mut ServerExam, talk: &mut Conversation, number: i64) -> AfterWin {
    for kept in 0..AGAIN {
        let answer = exam.client().guess(talk, number);
        if answer.reply.is_empty() {
            return match answer.reply.closing {
                Some(_) => AfterWin::Closed,
                None if kept > 0 => AfterWin::PlaysOn,
                None => AfterWin::Open(answer.reply),
            };
        }
        if answer.meaning != Some(Meaning::Found) {
            return AfterWin::PlaysOn;
        }
    }
    exam.keeps = true;
    AfterWin::PlaysOn
}

/// Whether somebody else's machine can reach it.
fn reach(exam: &mut ServerExam) -> Checked {
    let local = |it: &SocketAddr| it.ip().is_loopback();
    if !exam.target.is_ours() {
        let here = exam.target.addresses.iter().all(local);
        return Ok(if here {
            Outcome::ReachHere.into()
        } else {
            Outcome::ReachThere.into()
        });
    }
    exam.begin()?;
    let listening = exam.target.program().map(|it| it.listening());
    let listening = listening.unwrap_or_default();
    if listening.is_empty() {
        // It has ended since it was started.
        return Ok(exam.seen(Outcome::NotAsBefore));
    }
    let addresses = listed(&listening);
    if listening.iter().all(local) {
        let place = exam.source.line_with(&["127.0.0.1", "localhost"]);
        return Ok(exam.seen(Outcome::ReachLocal { addresses }).at(place));
    }
    Ok(exam.seen(Outcome::ReachOk { addresses }))
}
