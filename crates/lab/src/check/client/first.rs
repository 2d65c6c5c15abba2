//! What the games of hints have shown: it connects, it speaks in its turn, its numbers can be read,
//! it goes the right way.

use super::came::{came, failed, fault, spoiled};
use super::learn::{Hint, Learned, Trial};
use super::number::Number;
use super::plan::{End, Plan};
use super::play::Session;
use super::stage::Turn;
use crate::check::list::Check;
use crate::check::report::Finding;
use crate::program::Waits;
use crate::sentence::Sentence;

/// It did not connect: what it did.
pub fn not_connected(plan: &Plan<'_>, turn: &Turn, session: &Session<'_>) -> Finding {
    let end = plan.end_of(session, Some(turn));
    let check = Check::Connects;
    if plan.command.is_none() {
        let why = Sentence::new("connects-nobody").seconds("time", plan.patience);
        return Finding::not_examined(check, why);
    }
    let crashed = end.crash.is_some();
    let connect = "connexion.connect((HOTE, PORT))";
    match turn {
        Turn::Ended(_) if crashed => {
            let hint = ("hint-connects-crash", "from socket import *");
            failed(check, "connects-crash", (turn, &end), hint)
        }
        Turn::Busy(Some(Waits::Connect(_))) => {
            let hint = ("hint-connects-elsewhere", connect);
            failed(check, "connects-elsewhere", (turn, &end), hint)
        }
        Turn::Busy(Some(Waits::Accept)) => {
            let hint = (
                "hint-connects-server",
                "connexion, adresse = service.accept()",
            );
            failed(check, "connects-server", (turn, &end), hint)
        }
        _ => {
            let addresses: Vec<String> = plan
                .door
                .addresses()
                .iter()
                .map(ToString::to_string)
                .collect();
            let said = Sentence::new("connects-not")
                .text("addresses", addresses.join(", "))
                .said("came", came(turn, &end));
            fault(check, said, ("hint-connects-not", connect), &end)
        }
    }
}

/// It connects.
pub fn connected(trial: &Trial, plan: &Plan<'_>) -> Finding {
    let address = plan.door.first().to_string();
    Finding::passed(
        Check::Connects,
        Sentence::new("connects-ok").text("address", address),
    )
    .seen(&trial.end.evidence)
}

/// Who speaks first, and that a turn has one message.
pub fn turn(learned: &Learned) -> Finding {
    let (trial, check) = (&learned.trial, Check::Turn);
    let end = &trial.end;
    if let Some(turn) = &trial.missed {
        if let Some(finding) = spoiled(check, end) {
            return finding;
        }
        let hint = match (turn, &end.crash) {
            (Turn::Listens, _) => ("hint-turn-silent", "message = connexion.recv(1024)"),
            (_, Some(_)) => ("hint-turn-crash", "n = int(connexion.recv(1024))"),
            _ => ("hint-turn-other", "while message != \"FIN\":"),
        };
        return failed(check, "turn-silent", (turn, end), hint);
    }
    let twice = trial.guesses.iter().find_map(|guess| match &guess.number {
        Number::Several(_) => Some(guess.bytes()),
        _ => None,
    });
    if let Some(bytes) = twice {
        let said = Sentence::new("turn-twice").bytes("bytes", &bytes);
        let hint = ("hint-turn-twice", "connexion.send(b\"\\n\")");
        return fault(check, said, hint, end);
    }
    let id = match (trial.style.prompt, trial.speaks_first) {
        (true, _) => "turn-two",
        (false, true) => "turn-first",
        (false, false) => "turn-waits",
    };
    Finding::passed(check, Sentence::new(id)).seen(&trial.end.evidence)
}

/// The numbers that it sends.
pub fn number(learned: &Learned) -> Finding {
    let (trial, check) = (&learned.trial, Check::Number);
    let end = &trial.end;
    let bytes = |id, bytes: &[u8]| Sentence::new(id).bytes("bytes", bytes);
    for guess in &trial.guesses {
        let (id, hint) = match guess.number {
            Number::Int(_) | Number::Worded(_) | Number::Several(_) | Number::None => continue,
            Number::Decimal(_) => (
                "number-decimal",
                ("hint-number-decimal", "n = (bas + haut) / 2"),
            ),
            Number::Repr(_) => (
                "number-repr",
                (
                    "hint-number-repr",
                    "connexion.send(str(n.encode()).encode())",
                ),
            ),
            Number::Odd(_) => (
                "number-odd",
                (
                    "hint-number-odd",
                    "connexion.send(f\"Mon nombre : {n}\".encode())",
                ),
            ),
            Number::Binary => (
                "number-binary",
                ("hint-number-binary", "connexion.send(bytes([n]))"),
            ),
        };
        return fault(check, bytes(id, &guess.bytes()), hint, end);
    }
    let worded = |guess: &&super::play::Guess| matches!(guess.number, Number::Worded(_));
    let said = match (trial.guesses.iter().find(worded), trial.guesses.first()) {
        (Some(guess), _) => bytes("number-worded", &guess.bytes()),
        (None, Some(guess)) => bytes("number-ok", &guess.bytes()),
        (None, None) => {
            return Finding::not_examined(check, Sentence::new("skipped-no-guess"));
        }
    };
    Finding::passed(check, said).seen(&trial.end.evidence)
}

/// Whether its next guess goes the right way.
pub fn hints(learned: &Learned, plan: &Plan<'_>) -> Finding {
    let (trial, check) = (&learned.trial, Check::Hints);
    let end = &trial.end;
    if let Some(finding) = spoiled(check, end) {
        return finding;
    }
    let words = &trial.style.words;
    if trial.by_hand() && learned.understood {
        let why = Sentence::new("hints-by-hand");
        return Finding::not_examined(check, why).seen(&trial.end.evidence);
    }
    if learned.understood {
        let said = Sentence::new(if words.lesson {
            "hints-ok"
        } else {
            "hints-other"
        })
        .bytes("small", words.small.as_bytes())
        .bytes("big", words.big.as_bytes());
        return Finding::passed(check, said).seen(&trial.end.evidence);
    }
    let wrong = trial.hints.iter().find(|hint| !hint.is_right());
    let Some(hint) = wrong else {
        let why = Sentence::new("skipped-no-guess");
        return Finding::not_examined(check, why);
    };
    let said = |id| {
        let sent = if hint.small { &words.small } else { &words.big };
        let sentence = Sentence::new(id)
            .bytes("hint", sent.as_bytes())
            .text("guess", hint.guess.to_string());
        match &hint.came {
            Ok(next) => sentence.text("next", next.to_string()),
            Err(turn) => sentence.said("came", came(turn, end)),
        }
    };
    let (id, look) = wrong_hint(hint, end);
    let finding = fault(check, said(id), look, end);
    match finding.place {
        Some(_) => finding,
        // The comparison is the first thing to look at.
        None => finding.at(plan.source.line_with(&[&words.small, &words.big])),
    }
}

/// What a hint that was not followed shows, and where to look.
fn wrong_hint(hint: &Hint, end: &End) -> (&'static str, (&'static str, &'static str)) {
    let compares = "if message == \"Trop petit\":";
    match &hint.came {
        Ok(next) if *next == hint.guess => ("hints-same", ("hint-hints-same", compares)),
        Ok(_) if hint.small => ("hints-down", ("hint-hints-wrong", "haut = n")),
        Ok(_) => ("hints-up", ("hint-hints-wrong", "bas = n")),
        Err(Turn::Listens) => (
            "hints-waits",
            ("hint-hints-waits", "message = connexion.recv(1024)"),
        ),
        Err(_) if end.crash.is_some() => ("hints-crash", ("hint-hints-crash", compares)),
        Err(Turn::Ended(_) | Turn::Left) => ("hints-stops", ("hint-hints-stops", "else:")),
        Err(_) => ("hints-else", ("hint-hints-same", compares)),
    }
}
