//! An event as a line of text or of JSON.

use serde_json::Value as Json;

use super::Format;
use super::event::{Event, Value};
use crate::journal::date;
use game::rules::Millis;
use game::visible;

/// An event's line, with its newline.
pub fn line(format: Format, at: Millis, event: &Event) -> String {
    let time = time(at);
    let (level, name) = (event.level().word(), event.name());
    let mut line = match format {
        Format::Text => format!("{time} {level} {name}"),
        // Written by hand: an object in memory would not keep this order.
        Format::Json => format!("{{\"time\":\"{time}\",\"level\":\"{level}\",\"event\":\"{name}\""),
    };
    for (name, value) in event.fields() {
        match format {
            Format::Text => line += &format!(" {name}={}", word(&value)),
            Format::Json => line += &format!(",\"{name}\":{}", json(value)),
        }
    }
    if format == Format::Json {
        line.push('}');
    }
    // Both formats quote texts as JSON does.
    let mut line = visible::json(&line).into_owned();
    line.push('\n');
    line
}

/// The time in UTC as ISO 8601, to the millisecond.
fn time(at: Millis) -> String {
    let seconds = date(at);
    let millis = at % 1000;
    format!("{}.{millis:03}Z", seconds.trim_end_matches('Z'))
}

fn json(value: Value) -> Json {
    match value {
        Value::Number(number) => number.into(),
        Value::Flag(flag) => flag.into(),
        Value::Text(text) => text.into(),
    }
}

/// A value in a line of text, in quotes if it could be mistaken for what follows.
fn word(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Text(text) => {
            let is_plain = |c: char| c.is_alphanumeric() || "-_.:[]/".contains(c);
            match !text.is_empty() && text.chars().all(is_plain) {
                true => text.clone(),
                false => Json::from(text.as_str()).to_string(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::event::Often;
    use game::rules::{Mode, Name, Order, PlayerId, Range, Rules};

    #[test]
    fn an_event_is_a_line_of_text_or_of_json() {
        let rules = Rules::new(Mode::Closest, Range::LESSON, Some(20)).expect("rules");
        let room = "4821".parse().expect("a code");
        let opened = Event::RoomOpened {
            room,
            rules,
            at_start: true,
        };
        let at = 1_764_123_256_007;
        assert_eq!(
            line(Format::Text, at, &opened),
            "2025-11-26T02:14:16.007Z info room-opened room=4821 mode=sans-depasser \
             range=1..100 by=start limit=20\n"
        );
        assert_eq!(
            line(Format::Json, at, &opened),
            "{\"time\":\"2025-11-26T02:14:16.007Z\",\"level\":\"info\",\"event\":\"room-opened\",\
             \"room\":\"4821\",\"mode\":\"sans-depasser\",\"range\":\"1..100\",\"by\":\"start\",\
             \"limit\":20}\n"
        );
        let reason = "can't \"go\"\non".to_owned();
        let failed = line(Format::Json, at, &Event::Failed { reason });
        assert_eq!(failed.lines().count(), 1, "{failed}");
        let read: Json = serde_json::from_str(&failed).expect("JSON");
        assert_eq!(read["reason"], "can't \"go\"\non");
        let reason = "can't \"go\"\non".to_owned();
        let failed = line(Format::Text, at, &Event::Failed { reason });
        assert!(failed.ends_with(" error failed reason=\"can't \\\"go\\\"\\non\"\n"));
    }

    #[test]
    fn an_order_is_logged_without_its_player() {
        let room = "4821".parse().expect("a code");
        let player = PlayerId([0xab; 16]);
        let name = Name::parse("Zébulon").expect("a name");
        let orders = [
            (Order::Close, " info room-closed room=4821\n"),
            (
                Order::Lock { on: true },
                " info order room=4821 order=lock on=true\n",
            ),
            (
                Order::Kick {
                    player,
                    bar: true,
                    browser: None,
                },
                " info order room=4821 order=kick bar=true\n",
            ),
            (
                Order::Rename {
                    player,
                    name: name.clone(),
                },
                " info order room=4821 order=rename\n",
            ),
            (
                Order::Erase { player, name },
                " info order room=4821 order=erase\n",
            ),
            (
                Order::Next { round: 3 },
                " info order room=4821 order=next round=3\n",
            ),
        ];
        for (order, expected) in orders {
            let said = line(Format::Text, 0, &Event::Ordered { room, order });
            assert!(
                said.ends_with(expected),
                "expected {expected:?}; got {said:?}"
            );
        }
        let often = Event::Often {
            kind: Often::WrongToken,
            times: 8,
        };
        let said = line(Format::Text, 0, &often);
        assert!(said.ends_with("Z warning wrong-token times=8\n"), "{said}");
    }
}
