//! The protocol as JSON objects, for pages. A message becomes the text message of the same meaning;
//! a reply becomes an object that also holds the text.
//!
//! An object can express only what a line can, so that both share every rule. `docs/protocol.md`
//! has tables of both.

use serde_json::{Map, Value, json};

use super::text::Phrasebook;
use crate::limits::MESSAGE_BYTES;
use crate::protocol::{Misread, Proof, Refusal, Reply, Resumed, ScoreLine};
use crate::rules::{
    Answer, Ended, HALL, Mode, NameError, Range, ResumeCode, Rules, Verdict, Winner,
};

/// The text message with the meaning of this object, for [`super::text::parse`].
pub fn to_text(message: &[u8]) -> Result<String, Misread> {
    if message.len() > MESSAGE_BYTES {
        return Err(Misread::TooLong);
    }
    if message.trim_ascii().is_empty() {
        return Err(Misread::Empty);
    }
    let object: Map<String, Value> =
        serde_json::from_slice(message).map_err(|_| Misread::NotJson)?;
    let kind = object.get("type").and_then(Value::as_str);
    let field = |name: &str| match object.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(Misread::NotJson),
    };
    Ok(match kind.ok_or(Misread::NotJson)? {
        "guess" => match object.get("value") {
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(Misread::NotJson),
        },
        "help" => "HELP".to_owned(),
        "name" => format!("NAME {}", field("name")?),
        "room" if object.get("room") == Some(&Value::Null) => format!("ROOM {HALL}"),
        "room" => format!("ROOM {}", field("room")?),
        "scores" => "SCORES".to_owned(),
        "words" => format!("WORDS {}", field("pack")?),
        "code" => "RESUME".to_owned(),
        "resume" => format!("RESUME {}", field("code")?),
        "proof" => "PROOF".to_owned(),
        "quit" => "QUIT".to_owned(),
        _ => return Err(Misread::Unknown),
    })
}

/// Appends the reply as one object, with the code of the player's current seat. Its `text` is the
/// line that a text client gets.
pub fn write(reply: &Reply, phrasebook: Phrasebook, code: Option<ResumeCode>, out: &mut Vec<u8>) {
    let mut object = object(reply);
    let mut text = Vec::new();
    phrasebook.write(reply, &mut text);
    object["text"] = String::from_utf8_lossy(&text).into();
    if let (Reply::Entered { .. } | Reply::Resumed(_), Some(code)) = (reply, code) {
        object["code"] = code.to_string().into();
        object["room"] = code.room_id().label().into();
    }
    serde_json::to_writer(out, &object).expect("an object with text for keys, into memory");
}

fn object(reply: &Reply) -> Value {
    match reply {
        Reply::Greeting(range) => json!({"type": "greeting", "range": pair(*range)}),
        Reply::Guess(answer) => answered(answer),
        Reply::Help(range) => json!({"type": "help", "range": pair(*range)}),
        Reply::Named(name, code) => json!({
            "type": "named",
            "name": name.as_str(),
            "code": code.map(|code| code.to_string()),
        }),
        Reply::Entered { room, rules, name } => json!({
            "type": "entered",
            "room": room,
            "rules": rules_of(*rules),
            "name": name.as_str(),
        }),
        Reply::Scores { mine, best } => json!({
            "type": "scores",
            "mine": mine.as_ref().map(line),
            "best": best.iter().map(line).collect::<Vec<_>>(),
        }),
        Reply::Words(pack) => json!({"type": "words", "pack": pack.word()}),
        Reply::Code(code) => json!({"type": "code", "code": code.to_string()}),
        Reply::Resumed(resumed) => resumed_of(resumed),
        Reply::Proof(proof) => proof_of(proof),
        Reply::Bye => json!({"type": "bye"}),
        Reply::Refused(refusal) => refused(refusal),
    }
}

/// `[min, max]`.
pub fn pair(range: Range) -> Value {
    json!([range.min, range.max])
}

/// A room's rules: mode, range, and time limit in seconds.
pub fn rules_of(rules: Rules) -> Value {
    json!({
        "mode": mode(rules.mode),
        "range": pair(rules.range),
        "limit": rules.limit,
        "optimum": rules.range.optimum(),
    })
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Solo => "solo",
        Mode::Race => "race",
        Mode::Closest => "closest",
    }
}

fn answered(answer: &Answer) -> Value {
    match answer {
        Answer::TooSmall => json!({"type": "guess", "verdict": "too-small"}),
        Answer::TooBig => json!({"type": "guess", "verdict": "too-big"}),
        Answer::Found { tries } => json!({"type": "guess", "verdict": "found", "tries": tries}),
        Answer::Won { guess, number } => {
            json!({"type": "guess", "verdict": "won", "guess": guess, "number": number})
        }
        Answer::Lost(ended) => {
            json!({"type": "guess", "verdict": "lost", "ended": ended_of(ended)})
        }
        Answer::Over(ended) => {
            json!({"type": "guess", "verdict": "over", "ended": ended_of(ended)})
        }
    }
}

/// A finished round: its number and winner.
pub fn ended_of(ended: &Ended) -> Value {
    let winner = |winner: &Winner| json!({"name": winner.name.as_str(), "guess": winner.guess, "tries": winner.tries});
    json!({
        "round": ended.round,
        "number": ended.number,
        "winner": ended.winner.as_ref().map(winner),
    })
}

fn line(line: &ScoreLine) -> Value {
    let tally = line.tally;
    json!({
        "name": line.name.as_str(),
        "wins": tally.wins,
        "best": tally.best,
        "mean": tally.mean_tenths() as f64 / 10.0,
    })
}

/// A guess and its verdict.
pub fn guess_of((guess, verdict): (i32, Verdict)) -> Value {
    let verdict = match verdict {
        Verdict::TooSmall => "too-small",
        Verdict::TooBig => "too-big",
        Verdict::Found => "found",
        Verdict::Over => "over",
        Verdict::Held => "held",
        Verdict::Won => "won",
        Verdict::Lost => "lost",
    };
    json!({"guess": guess, "verdict": verdict})
}

fn resumed_of(resumed: &Resumed) -> Value {
    let last = resumed.last.map(guess_of);
    json!({
        "type": "resumed",
        "rules": rules_of(resumed.rules),
        "name": resumed.name.as_str(),
        "round": resumed.round,
        "tries": resumed.tries,
        "possible": pair(resumed.possible),
        "last": last,
    })
}

fn proof_of(proof: &Proof) -> Value {
    let previous = proof.previous.as_ref().map(|opening| {
        json!({
            "round": opening.round,
            "commitment": opening.commitment().to_string(),
            "opening": opening.to_string(),
        })
    });
    json!({
        "type": "proof",
        "round": proof.round,
        "commitment": proof.commitment.to_string(),
        "previous": previous,
    })
}

fn refused(refusal: &Refusal) -> Value {
    let reason = match refusal {
        Refusal::Misread(misread, ..) => misread_reason(*misread),
        Refusal::OutOfRange(..) => "out-of-range",
        Refusal::Name(NameError::Empty) => "name-empty",
        Refusal::Name(NameError::TooLong) => "name-too-long",
        Refusal::Name(NameError::Forbidden(_)) => "name-forbidden",
        Refusal::NoRoom(_) => "no-room",
        Refusal::RoomFull => "room-full",
        Refusal::Locked => "locked",
        Refusal::Barred => "barred",
        Refusal::Paused => "paused",
        Refusal::NoSeat => "no-seat",
        Refusal::Elsewhere => "elsewhere",
        Refusal::Gone => "gone",
        Refusal::NotAPage => "not-a-page",
        Refusal::NotTrusted => "not-trusted",
        Refusal::NoSpace => "no-space",
    };
    json!({"type": "refused", "reason": reason})
}

fn misread_reason(misread: Misread) -> &'static str {
    match misread {
        Misread::Unknown => "unknown",
        Misread::Empty => "empty",
        Misread::TooLong => "too-long",
        Misread::NotUtf8 => "not-utf8",
        Misread::Utf16 => "utf-16",
        Misread::NotJson => "not-json",
        Misread::Unfinished => "unfinished",
        Misread::RoomCode => "bad-room",
        Misread::Pack => "bad-pack",
        Misread::ResumeCode => "bad-code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::Lang;
    use crate::protocol::{Pack, Request};
    use crate::wire::text;
    use proptest::prelude::*;

    const SPEAKER: Phrasebook = Phrasebook {
        lang: Lang::Fr,
        pack: Pack::French,
    };

    fn told(reply: &Reply) -> Value {
        let mut out = Vec::new();
        write(reply, SPEAKER, None, &mut out);
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn an_object_asks_what_a_line_asks() {
        let table = [
            (r#"{"type":"guess","value":50}"#, "50"),
            (r#"{"type":"guess","value":-3}"#, "-3"),
            (r#"{"type":"name","name":"Léa"}"#, "NAME Léa"),
            (r#"{"type":"room","room":"4821"}"#, "ROOM 4821"),
            (r#"{"type":"room","room":null}"#, "ROOM HALL"),
            (r#"{"type":"resume","code":"HALL-AA"}"#, "RESUME HALL-AA"),
            (r#"{"type":"code"}"#, "RESUME"),
            (r#"{"type":"quit"}"#, "QUIT"),
        ];
        for (object, line) in table {
            assert_eq!(to_text(object.as_bytes()).as_deref(), Ok(line), "{object}");
        }
    }

    #[test]
    fn what_is_no_object_of_ours_is_told_as_such() {
        let long = format!(r#"{{"type":"name","name":"{}"}}"#, "é".repeat(600));
        let table = [
            ("50", Misread::NotJson),
            ("[]", Misread::NotJson),
            ("{", Misread::NotJson),
            (" ", Misread::Empty),
            (r#"{"value":50}"#, Misread::NotJson),
            (r#"{"type":"guess"}"#, Misread::NotJson),
            (r#"{"type":"guess","value":[1]}"#, Misread::NotJson),
            (r#"{"type":"guess","value":"FIN"}"#, Misread::NotJson),
            (r#"{"type":"cheat"}"#, Misread::Unknown),
            (&long, Misread::TooLong),
        ];
        for (object, misread) in table {
            assert_eq!(to_text(object.as_bytes()), Err(misread), "{object}");
        }
        // A number that is no integer is a text that is none.
        let half = to_text(br#"{"type":"guess","value":2.5}"#).expect("a value");
        assert_eq!(text::parse(half.as_bytes()), Err(Misread::Unknown));
    }

    #[test]
    fn an_answer_has_its_line_and_its_parts() {
        let found = told(&Reply::Guess(Answer::Found { tries: 5 }));
        assert_eq!(found["verdict"], "found");
        assert_eq!(found["tries"], 5);
        assert!(
            found["text"]
                .as_str()
                .is_some_and(|text| text.starts_with("Gagné"))
        );
        let refused = told(&Reply::Refused(Refusal::RoomFull));
        assert_eq!(
            (&refused["type"], &refused["reason"]),
            (&"refused".into(), &"room-full".into())
        );
    }

    proptest! {
        /// No object and no bytes make it panic, and what it makes is one line that can be read.
        #[test]
        fn any_object_is_read_or_misread(bytes: Vec<u8>, kind in "[a-z]{0,8}", field in "\\PC{0,40}") {
            let _ = to_text(&bytes);
            let object = json!({"type": kind, "value": field, "name": field, "room": field});
            if let Ok(line) = to_text(object.to_string().as_bytes()) {
                let _ = text::parse(line.as_bytes());
            }
            let name = json!({"type": "name", "name": field}).to_string();
            if let Ok(line) = to_text(name.as_bytes()) {
                prop_assert!(matches!(text::parse(line.as_bytes()), Ok(Request::Name(_))));
            }
        }
    }
}
