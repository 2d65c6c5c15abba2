//! The outcome of a meeting in words, for a terminal and as one JSON document.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::Report;
use super::meeting::{Came, Expected, Fault, Outcome, Party, Said, Turn, Waiting};
use crate::escape::escape;
use crate::sentence::Sentence;
use game::phrases::{Lang, decimal, say};

/// Turns that are shown: the last ones tell where it went wrong.
const SHOWN: usize = 16;
/// Bytes of a turn that are shown in hexadecimal: a message of the game is shorter.
const HEX_BYTES: usize = 1024;

/// What became of the two, the first line of all that is shown.
pub fn sentence(outcome: &Outcome) -> Sentence {
    match outcome {
        Outcome::Won { tries } => Sentence::new("meet-won").said("tries", count(*tries)),
        Outcome::Lost { tries } => Sentence::new("meet-lost").said("tries", count(*tries)),
        Outcome::Misunderstood {
            said,
            expected,
            came,
        } => Sentence::new("meet-misunderstood")
            .said("said", quoted(said))
            .said("expected", wanted(expected))
            .said("came", instead(said, came)),
        Outcome::Blocked {
            server,
            client,
            last,
        } => Sentence::new("meet-blocked")
            .said("server", waits(*server))
            .said("client", waits(*client))
            .said("last", last_said(last.as_ref())),
        Outcome::Apart { server, client } => Sentence::new("meet-apart")
            .text("server", server.to_string())
            .text("client", client.to_string()),
        Outcome::Absent { party, waits: at } => Sentence::new(match party {
            Party::Server => "meet-absent-server",
            Party::Client => "meet-absent-client",
        })
        .said("waits", waits(*at)),
        Outcome::Broken {
            party,
            fault,
            after,
        } => {
            let said = last_said(after.as_ref());
            match fault {
                Some(fault) => Sentence::new(match party {
                    Party::Server => "meet-broken-server",
                    Party::Client => "meet-broken-client",
                })
                .text("error", fault.error.as_str())
                .said("last", said),
                None => Sentence::new(match party {
                    Party::Server => "meet-ended-server",
                    Party::Client => "meet-ended-client",
                })
                .said("last", said),
            }
        }
        Outcome::Unclear { last } => Sentence::new("meet-unclear").said("said", quoted(last)),
    }
}

/// The line of the program that broke.
fn place(outcome: &Outcome) -> Option<Sentence> {
    let Outcome::Broken {
        fault: Some(Fault {
            place: Some(place), ..
        }),
        ..
    } = outcome
    else {
        return None;
    };
    let said = Sentence::new("check-place").text("file", place.file.as_str());
    let said = said.text("line", place.line.to_string());
    Some(said.text("text", place.text.as_str()))
}

/// All of it, for a terminal, without its last newline.
pub fn text(report: &Report, lang: Lang) -> String {
    let title = Sentence::new("meet-title")
        .text("server", report.server.as_str())
        .text("client", report.client.as_str());
    let outcome = &report.cell.outcome;
    let mut paragraphs = vec![sentence(outcome).say(lang)];
    paragraphs.extend(place(outcome).map(|it| it.say(lang)));
    if report.cell.typed {
        paragraphs.push(say(lang, "meet-typed", &[]));
    }
    let mut lines = vec![title.say(lang), String::new()];
    for paragraph in paragraphs {
        lines.extend(crate::check::text::wrap(&paragraph, ""));
    }
    if !report.turns.is_empty() {
        lines.push(String::new());
    }
    let before = report.turns.len().saturating_sub(SHOWN);
    if before > 0 {
        lines.push(say(lang, "check-before", &[("count", before.into())]));
    }
    for turn in report.turns.iter().skip(before) {
        let time = decimal(lang, turn.at.as_secs_f64(), 3);
        lines.push(format!("{time:>8}  {}", told(turn).say(lang)));
    }
    lines.join("\n")
}

/// The document.
pub fn document(report: &Report, lang: Lang) -> Value {
    let cell = serde_json::to_value(&report.cell).unwrap_or_default();
    let turn = |turn: &Turn| {
        let bytes = turn.bytes();
        json!({
            "ms": turn.at.as_secs_f64() * 1000.0,
            "by": turn.by,
            "text": escape(&bytes),
            "hex": HEXLOWER.encode(&bytes[..bytes.len().min(HEX_BYTES)]),
        })
    };
    json!({
        "version": 1,
        "side": "pair",
        "server": report.server,
        "client": report.client,
        "lang": lang.tag(),
        "summary": sentence(&report.cell.outcome).say(lang),
        "cell": cell,
        "seconds": report.took.as_secs_f64(),
        "turns": report.turns.iter().map(turn).collect::<Vec<_>>(),
    })
}

fn count(tries: usize) -> Sentence {
    Sentence::new("count-tries").count("count", tries)
}

fn told(turn: &Turn) -> Sentence {
    let id = match turn.by {
        Party::Server => "meet-server-said",
        Party::Client => "meet-client-said",
    };
    Sentence::new(id).bytes("bytes", &turn.bytes())
}

fn quoted(said: &Said) -> Sentence {
    let id = match said.by {
        Party::Server => "meet-server-said",
        Party::Client => "meet-client-said",
    };
    Sentence::new(id).text("bytes", said.text.as_str())
}

fn last_said(last: Option<&Said>) -> Sentence {
    match last {
        Some(said) => Sentence::new("meet-last").said("said", quoted(said)),
        None => Sentence::new("meet-nothing-said"),
    }
}

fn wanted(expected: &Expected) -> Sentence {
    match expected {
        Expected::Number { form } => {
            Sentence::new("meet-expected-number").text("form", form.as_str())
        }
        Expected::Within { min, max } => Sentence::new("meet-expected-within")
            .text("min", min.to_string())
            .text("max", max.to_string()),
        Expected::Above { guess } => {
            Sentence::new("meet-expected-above").text("guess", guess.to_string())
        }
        Expected::Below { guess } => {
            Sentence::new("meet-expected-below").text("guess", guess.to_string())
        }
        Expected::Another { guess } => {
            Sentence::new("meet-expected-another").text("guess", guess.to_string())
        }
        Expected::End => Sentence::new("meet-expected-end"),
    }
}

/// What came of what was said: of the other program, or of the client after a hint.
fn instead(said: &Said, came: &Came) -> Sentence {
    let other = said.by.other();
    match (came, other) {
        (Came::Message { text }, Party::Server) => {
            Sentence::new("meet-server-said").text("bytes", text.as_str())
        }
        (Came::Message { text }, Party::Client) => {
            Sentence::new("meet-client-said").text("bytes", text.as_str())
        }
        (Came::Nothing, _) => Sentence::new("meet-came-nothing"),
        (Came::Close, Party::Server) => Sentence::new("meet-came-server-closed"),
        (Came::Close, Party::Client) => Sentence::new("meet-came-client-ended"),
        (Came::End, Party::Server) => Sentence::new("meet-came-server-closed"),
        (Came::End, Party::Client) => Sentence::new("meet-came-client-ended"),
    }
}

/// What a program waits for, as a part of a sentence about it.
pub fn waits(waiting: Waiting) -> Sentence {
    Sentence::new(match waiting {
        Waiting::Message => "waits-receive",
        Waiting::Keyboard => "waits-keyboard",
        Waiting::Player => "waits-accept",
        Waiting::Reader => "waits-send",
        Waiting::Time => "waits-sleep",
        Waiting::Computing => "waits-runs",
        Waiting::Other => "meet-waits-other",
        Waiting::Ended => "meet-waits-ended",
    })
}
