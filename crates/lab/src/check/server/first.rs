//! The first things to look at: it starts, it answers, a game can be won, and others can reach it.

use std::net::SocketAddr;

use super::came::came_waits;
use super::exam::Exam;
use super::learn::Came;
use super::talk::{Answer, End, Game};
use super::target::{Target, Unstarted};
use crate::check::crash::Crash;
use crate::check::events;
use crate::check::list::Check;
use crate::check::report::{Finding, Hint};
use crate::dialect::text::Heard;
use crate::dialect::{Stop, range};
use crate::escape::escape;
use crate::program::Waits;
use crate::sentence::Sentence;
use crate::trace::Closing;
use game::rules::Range;

/// Games that are played with a server that closes without a word: that may be its way to say that
/// the number was found.
const MUTE: usize = 12;

/// Games won at the first guess, in a row, that are no luck.
const LUCK: usize = 4;

/// It does not start, or nobody is there: what came.
pub fn not_started(target: &Target, why: &Unstarted) -> Finding {
    let check = Check::Starts;
    let printed = target.log.look(|trace| trace.printed_since(0));
    let crash = Crash::of(&printed, target.ended(), &target.source);
    let port = target.addresses.first().map_or(0, SocketAddr::port);
    let port = port.to_string();
    let failed = |said: Sentence, (hint, python): (&'static str, &'static str)| {
        let hint = Hint {
            said: Sentence::new(hint),
            python,
        };
        let place = crash.as_ref().and_then(|crash| crash.place.clone());
        Finding::failed(check, said, hint)
            .seen(&target.evidence(0))
            .at(place)
    };
    let listen = "service.listen()";
    match (why, &crash) {
        (Unstarted::NoCommand(_), _) => {
            Finding::not_examined(check, Sentence::new("starts-no-command"))
        }
        (_, Some(crash)) if is_taken(&crash.error) => {
            // The port is free: what keeps it is the last run of the same program.
            let said = Sentence::new("starts-busy").text("error", crash.error.as_str());
            Finding::not_examined(check, said).seen(&target.evidence(0))
        }
        (_, Some(crash)) => {
            let said = Sentence::new("starts-crash").text("error", crash.error.as_str());
            failed(said, ("hint-starts-crash", "from socket import *"))
        }
        (Unstarted::Ended(ended), None) => {
            let said = Sentence::new("starts-ended").said("how", events::ended(*ended));
            failed(said, ("hint-starts-ended", "while True:"))
        }
        (Unstarted::Elsewhere(addresses), None) => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            let said = Sentence::new("starts-elsewhere")
                .text("port", port)
                .text("addresses", addresses.join(", "));
            failed(
                said,
                ("hint-starts-elsewhere", "service.bind((HOTE, PORT))"),
            )
        }
        (Unstarted::Silent(waits), None) => {
            let waits = waits.map_or(Sentence::new("came-nothing"), came_waits);
            failed(
                Sentence::new("starts-silent").said("came", waits),
                ("hint-starts-silent", listen),
            )
        }
    }
}

/// Whether it ended because somebody else has its port.
pub fn met_taken(target: &Target) -> bool {
    is_taken(&target.log.look(|trace| trace.printed_since(0)))
}

/// Whether an error says that an address is in use, in any language.
pub fn is_taken(error: &str) -> bool {
    [
        "Errno 98",
        "EADDRINUSE",
        "ddress already in use",
        "déjà utilisée",
    ]
    .iter()
    .any(|it| error.contains(it))
}

/// It starts and listens.
pub fn starts(exam: &mut Exam) -> Finding {
    let addresses = exam.target.addresses.iter().map(ToString::to_string);
    let addresses: Vec<String> = addresses.collect();
    let id = match exam.target.is_ours() {
        true => "starts-ok",
        false => "starts-there",
    };
    let said = Sentence::new(id).text("address", addresses.join(", "));
    exam.passed(Check::Starts, said)
}

/// It answers a guess, or where it waits instead.
pub fn answers(exam: &mut Exam) -> Finding {
    let check = Check::Answers;
    let learned = &exam.learned;
    if learned.dialect.way.is_some()
        && let Some(known) = learned.dialect.answers.first()
    {
        let message = exam.tongue().way().guess(known.first.guess, 1);
        let said = Sentence::new("answers-ok")
            .bytes("guess", &message)
            .bytes("answer", known.first.heard.sample.as_bytes());
        return exam.passed(check, said);
    }
    let tried: Vec<String> = learned.tried.iter().map(|it| escape(&it.message)).collect();
    let said = |id| Sentence::new(id).text("tried", tried.join(", "));
    if let Some(crash) = exam.crash() {
        let said = said("answers-crash").text("error", crash.error);
        return exam.fault(
            check,
            said,
            ("hint-answers-crash", "n = int(connexion.recv(1024))"),
        );
    }
    // What came of numbers alone tells more than what came of the last thing that was tried.
    let plain: Vec<Came> = learned
        .tried
        .iter()
        .filter(|it| it.is_plain())
        .map(|it| it.outcome)
        .collect();
    let mute = |came: &Came| *came != Came::Words;
    let outcome = match (plain.first(), plain.iter().all(mute)) {
        (Some(Came::Nothing(_)), true) => Err(Stop::Silent),
        (Some(Came::Close), true) if learned.outcome != Err(Stop::Gone) => Err(Stop::Closes),
        _ => learned.outcome.clone(),
    };
    match &outcome {
        Err(Stop::Silent) => silent(exam, said("answers-silent")),
        Err(Stop::Closes) => exam.fault(
            check,
            said("answers-closes"),
            ("hint-answers-closes", "connexion.close()"),
        ),
        Err(Stop::Floods) => exam.fault(
            check,
            said("answers-floods"),
            ("hint-answers-floods", "while True:"),
        ),
        Err(Stop::Gone) if exam.target.is_ours() => exam.fault(
            check,
            said("answers-gone"),
            ("hint-answers-closes", "service.close()"),
        ),
        Err(Stop::Gone) => exam.skipped(check, Sentence::new("skipped-gone")),
        Err(Stop::NotUnderstood(answer)) => {
            let said = said("answers-unclear").bytes("answer", answer.as_bytes());
            exam.skipped(check, said)
        }
        Err(Stop::Contradiction | Stop::TooLong) | Ok(()) => {
            let said = said("answers-unsure").bytes("answer", &exam.learned.heard);
            exam.skipped(check, said)
        }
    }
}

/// No answer at all: the hang, from facts.
fn silent(exam: &Exam, said: Sentence) -> Finding {
    let check = Check::Answers;
    let waits = exam
        .learned
        .tried
        .iter()
        .rev()
        .find_map(|it| match it.outcome {
            Came::Nothing(waits) if it.is_plain() => waits,
            _ => None,
        });
    let Some(waits) = waits.filter(|_| exam.target.is_ours()) else {
        let came = Sentence::new("came-nothing");
        let hint = ("hint-answers-wire", "connexion.send(reponse.encode())");
        return exam.fault(check, said.said("came", came), hint);
    };
    exam.target.look();
    let hint = match waits {
        Waits::Receive | Waits::AcceptOrReceive => {
            ("hint-answers-receive", "message = connexion.recv(1024)")
        }
        Waits::Accept => (
            "hint-answers-accept",
            "connexion, adresse = service.accept()",
        ),
        Waits::Keyboard | Waits::KeyboardOrReceive => {
            ("hint-answers-keyboard", "reponse = input()")
        }
        Waits::Runs | Waits::Print => ("hint-answers-runs", "while True:"),
        _ => ("hint-answers-wire", "connexion.send(reponse.encode())"),
    };
    let finding = exam.fault(check, said.said("came", came_waits(waits)), hint);
    finding.at(exam.interrupted())
}

/// Guesses that find any number of the range for sure.
pub fn optimum(range: Range) -> u32 {
    let count = u64::from(range.max.abs_diff(range.min)) + 1;
    u64::BITS - count.leading_zeros()
}

/// A whole game, halving what is left.
pub fn game(exam: &mut Exam) -> Finding {
    let check = Check::Game;
    let mut luck = 0;
    for left in (0..MUTE).rev() {
        let mut talk = match exam.talk(check) {
            Ok(talk) => talk,
            Err(finding) => return *finding,
        };
        let game = exam.tongue().play(&mut talk, &[]);
        let finding = judge_game(exam, &game);
        let closed = game
            .answers
            .last()
            .is_some_and(|it| it.reply.is_empty() && it.reply.closing == Some(Closing::Closed));
        let mute = game.end == End::Stopped && closed && exam.crash().is_none();
        let first = game.answers.first().cloned();
        let lucky = game.number().is_some() && game.answers.len() == 1;
        exam.games.push(game);
        super::ends::after_win(exam, talk);
        luck += usize::from(lucky);
        if let Some(answer) = first.filter(|_| luck == LUCK) {
            // What was taken for the win is something that it says to everybody.
            return exam.skipped(check, unclear(&answer));
        }
        if left == 0 || !mute && !lucky {
            return finding;
        }
    }
    unreachable!("the last round returns")
}

/// An answer that was not understood.
fn unclear(answer: &Answer) -> Sentence {
    Sentence::new("game-unclear")
        .text("guess", answer.guess.to_string())
        .bytes("answer", &answer.reply.bytes())
}

fn judge_game(exam: &Exam, game: &Game) -> Finding {
    let check = Check::Game;
    let needed = optimum(exam.tongue().range());
    let tries = game.answers.len();
    let few = |given: u32| {
        let said = Sentence::new("game-few")
            .count("given", given as usize)
            .count("needed", needed as usize);
        exam.fault(check, said, ("hint-game-few", "for essai in range(5):"))
    };
    if let Some(given) = given(exam, game).filter(|given| *given < needed) {
        return few(given);
    }
    let last = game.answers.last();
    match (game.end, last) {
        (End::Won(number) | End::Mute(number), _) => {
            let said = Sentence::new("game-ok")
                .count("tries", tries)
                .text("number", number.to_string());
            exam.passed(check, said)
        }
        (End::Lost, _) => few(u32::try_from(tries).unwrap_or(u32::MAX)),
        (End::Contradiction, _) => exam.skipped(check, Sentence::new("game-contradiction")),
        (End::Stopped, Some(last)) if !last.reply.is_empty() && !last.reply.is_over() => {
            // It has spoken: what it means is not understood, and that is nobody's fault.
            exam.skipped(check, unclear(last))
        }
        (End::Stopped, Some(last)) => {
            let said = Sentence::new("game-stops")
                .count("tries", tries)
                .text("guess", last.guess.to_string());
            let hint = ("hint-game-stops", "while not gagne:");
            exam.failed_with(check, said, &last.reply, hint)
        }
        (End::Stopped, None) => exam.skipped(check, Sentence::new("skipped-no-answer")),
    }
}

/// A game that was lost later on, though the first was won.
pub fn lost_later(exam: &Exam) -> Option<Finding> {
    let won = exam.found(Check::Game) == Some("game-ok");
    let lost = exam
        .games
        .iter()
        .find(|game| won && game.end == End::Lost)?;
    let finding = judge_game(exam, lost);
    // What happened is in the evidence of that game's check only: it is over.
    Some(Finding {
        trace: None,
        ..finding
    })
}

/// The tries that the server gives, as far as it has told.
fn given(exam: &Exam, game: &Game) -> Option<u32> {
    let told = game.answers.iter().zip(1..).find_map(|(answer, guesses)| {
        let heard = Heard::new(&answer.reply.bytes());
        Some(range::tries(&heard, false)? + guesses)
    });
    exam.learned.dialect.tries.or(told)
}

/// Whether somebody else's machine can reach it.
pub fn reach(exam: &mut Exam) -> Finding {
    let check = Check::Reach;
    let local = |it: &SocketAddr| it.ip().is_loopback();
    if !exam.target.is_ours() {
        return match exam.target.addresses.iter().all(local) {
            true => Finding::not_examined(check, Sentence::new("reach-here")),
            false => Finding::passed(check, Sentence::new("reach-there")),
        };
    }
    if let Err(finding) = exam.begin(check) {
        return *finding;
    }
    let listening = exam.target.program().map(|it| it.listening());
    let listening = listening.unwrap_or_default();
    if listening.is_empty() {
        // It has ended since it was started.
        return exam.skipped(check, Sentence::new("skipped-not-again-server"));
    }
    let texts: Vec<String> = listening.iter().map(ToString::to_string).collect();
    let said = |id| Sentence::new(id).text("addresses", texts.join(", "));
    if listening.iter().all(local) {
        let place = exam.target.source.line_with(&["127.0.0.1", "localhost"]);
        let hint = ("hint-reach", "HOTE = \"127.0.0.1\"");
        return exam.fault(check, said("reach-local"), hint).at(place);
    }
    exam.passed(check, said("reach-ok"))
}
