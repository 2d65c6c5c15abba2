//! The protocol as JSON objects, for pages. A message becomes the text message of the same meaning;
//! a reply becomes an object that also holds the text.
//!
//! An object can express only what a line can, so that both share every rule. `docs/protocol.md`
//! has tables of both.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::text::Phrasebook;
use crate::limits::MESSAGE_BYTES;
use crate::protocol::{Misread, Proof, Refusal, Reply, Resumed, ScoreLine};
use crate::rules::{
    Answer, Ended, HALL, Mode, NameError, Range, ResumeCode, Rules, Verdict, Winner,
};

/// The fields of an object as they come. Most messages have two, for which a map would cost more than the rest.
struct Fields(Vec<(String, Value)>);

impl Fields {
    /// A field; of several with this name the last.
    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().rev().find(|(it, _)| it == name);
        found.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = object.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        object.deserialize_map(Reader)
    }
}

/// The text message with the meaning of this object, for [`super::text::parse`].
pub fn to_text(message: &[u8]) -> Result<String, Misread> {
    if message.len() > MESSAGE_BYTES {
        return Err(Misread::TooLong);
    }
    if message.trim_ascii().is_empty() {
        return Err(Misread::Empty);
    }
    let object: Fields = serde_json::from_slice(message).map_err(|_| Misread::NotJson)?;
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

/// A reply with the line that a text client gets.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    object: Object<'a>,
    text: Cow<'a, str>,
}

/// A reply. An answer to a guess is written without a tree of JSON, since most replies are that.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Object<'a> {
    Greeting {
        range: [i32; 2],
    },
    Guess(Answered),
    Help {
        range: [i32; 2],
    },
    Named {
        name: &'a str,
        code: Option<String>,
    },
    Entered {
        room: Cow<'a, str>,
        rules: Value,
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
    Scores {
        mine: Option<Value>,
        best: Vec<Value>,
    },
    Words {
        pack: &'static str,
    },
    Code {
        code: String,
    },
    Resumed(Value),
    Proof(Value),
    Bye,
    Refused {
        reason: &'static str,
    },
}

#[derive(Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
enum Answered {
    TooSmall,
    TooBig,
    Found { tries: u32 },
    Won { guess: i32, number: i32 },
    Lost { ended: Value },
    Over { ended: Value },
}

/// Appends the reply as one object, with the code of the player's current seat. Its `text` is the
/// line that a text client gets.
pub fn write(reply: &Reply, phrasebook: Phrasebook, code: Option<ResumeCode>, out: &mut Vec<u8>) {
    let mut text = Vec::new();
    phrasebook.write(reply, &mut text);
    let told = Told {
        object: object(reply, code),
        text: String::from_utf8_lossy(&text),
    };
    serde_json::to_writer(out, &told).expect("an object with text for keys, into memory");
}

fn object(reply: &Reply, code: Option<ResumeCode>) -> Object<'_> {
    match reply {
        Reply::Greeting(range) => Object::Greeting {
            range: pair(*range),
        },
        Reply::Guess(answer) => Object::Guess(answered(answer)),
        Reply::Help(range) => Object::Help {
            range: pair(*range),
        },
        Reply::Named(name, code) => Object::Named {
            name: name.as_str(),
            code: code.map(|code| code.to_string()),
        },
        Reply::Entered { room, rules, name } => Object::Entered {
            room: match code {
                Some(code) => code.room_id().label().to_owned().into(),
                None => Cow::Borrowed(room),
            },
            rules: rules_of(*rules),
            name: name.as_str(),
            code: code.map(|code| code.to_string()),
        },
        Reply::Scores { mine, best } => Object::Scores {
            mine: mine.as_ref().map(line),
            best: best.iter().map(line).collect(),
        },
        Reply::Words(pack) => Object::Words { pack: pack.word() },
        Reply::Code(code) => Object::Code {
            code: code.to_string(),
        },
        Reply::Resumed(resumed) => Object::Resumed(resumed_of(resumed, code)),
        Reply::Proof(proof) => Object::Proof(proof_of(proof)),
        Reply::Bye => Object::Bye,
        Reply::Refused(refusal) => Object::Refused {
            reason: reason(refusal),
        },
    }
}

/// `[min, max]`.
pub fn pair(range: Range) -> [i32; 2] {
    [range.min, range.max]
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

fn answered(answer: &Answer) -> Answered {
    match *answer {
        Answer::TooSmall => Answered::TooSmall,
        Answer::TooBig => Answered::TooBig,
        Answer::Found { tries } => Answered::Found { tries },
        Answer::Won { guess, number } => Answered::Won { guess, number },
        Answer::Lost(ref ended) => Answered::Lost {
            ended: ended_of(ended),
        },
        Answer::Over(ref ended) => Answered::Over {
            ended: ended_of(ended),
        },
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

fn resumed_of(resumed: &Resumed, code: Option<ResumeCode>) -> Value {
    let mut object = json!({
        "rules": rules_of(resumed.rules),
        "name": resumed.name.as_str(),
        "round": resumed.round,
        "tries": resumed.tries,
        "possible": pair(resumed.possible),
        "last": resumed.last.map(guess_of),
    });
    if let Some(code) = code {
        object["code"] = code.to_string().into();
        object["room"] = code.room_id().label().into();
    }
    object
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
        "round": proof.round,
        "commitment": proof.commitment.to_string(),
        "previous": previous,
    })
}

fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
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
    }
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
            (r#"{"type":"help","type":"quit","other":[1]}"#, "QUIT"),
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
            (r#"{"type":"quit","other":1e400}"#, Misread::NotJson),
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
