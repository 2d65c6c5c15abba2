//! Guests of the page's port: the same turns in frames and in objects.

use serde_json::{Value, json};

use super::{Bench, Mode, Via};

/// What a browser sends: one masked frame.
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("short");
    assert!(length < 126, "short");
    let mask = [9, 8, 7, 6];
    let mut bytes = vec![0x81, 0x80 | length];
    bytes.extend_from_slice(&mask);
    let masked = text.bytes().enumerate();
    bytes.extend(masked.map(|(index, byte)| byte ^ mask[index % 4]));
    bytes
}

/// The texts of the frames that a server sent, and whether a close came after them.
fn frames(mut bytes: &[u8]) -> (Vec<String>, bool) {
    let mut texts = Vec::new();
    while let [opcode, length, rest @ ..] = bytes {
        if *opcode == 0x88 {
            return (texts, true);
        }
        assert_eq!(*opcode, 0x81, "a text in one frame");
        let (length, rest) = match *length {
            126 => (
                usize::from(u16::from_be_bytes([rest[0], rest[1]])),
                &rest[2..],
            ),
            short => (usize::from(short), rest),
        };
        let text = String::from_utf8(rest[..length].into()).expect("UTF-8");
        texts.push(text);
        bytes = &rest[length..];
    }
    assert!(bytes.is_empty(), "whole frames");
    (texts, false)
}

fn ask(bench: &mut Bench, conn: usize, request: &Value) -> Vec<Value> {
    bench.send_bytes(conn, &frame(&request.to_string()));
    bench.commit();
    let (texts, _) = frames(&bench.sent(conn));
    let object = |text: &String| serde_json::from_str(text).expect("an object");
    texts.iter().map(object).collect()
}

#[test]
fn a_page_plays_a_round_in_objects_and_may_go_on_later() {
    let mut bench = Bench::new(2, &[("A", Mode::Solo)]);
    let page = bench.welcome(Via::WebSocketJson);
    let (greeting, _) = frames(&bench.sent(page));
    assert!(greeting[0].contains("\"greeting\""), "{greeting:?}");
    let entered = ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
    assert_eq!(entered.len(), 1);
    assert_eq!(entered[0]["room"], "A");
    assert_eq!(entered[0]["rules"]["range"], json!([1, 100]));
    let code = entered[0]["code"].as_str().expect("a code").to_owned();
    let (mut low, mut high) = (1, 100);
    loop {
        let guess = (low + high) / 2;
        let answer = ask(&mut bench, page, &json!({"type": "guess", "value": guess}));
        match answer[0]["verdict"].as_str() {
            Some("too-small") => low = guess + 1,
            Some("too-big") => high = guess - 1,
            Some("found") => break,
            other => panic!("a verdict, not {other:?}"),
        }
        assert!(low <= high, "hints that agree");
    }
    // The connection breaks: another one goes on, by the text door if it likes.
    bench.cut(page);
    let text = bench.connect(0);
    let resumed = bench.ask(text, &format!("REPRENDRE {code}"));
    assert!(resumed.starts_with("Reprise"), "{resumed}");
    let back = bench.welcome(Via::WebSocketJson);
    bench.sent(back);
    let resumed = ask(&mut bench, back, &json!({"type": "resume", "code": code}));
    assert_eq!(resumed[0]["last"]["verdict"], "found");
    assert_eq!(resumed[0]["code"], code);
}

#[test]
fn what_is_no_request_is_refused_in_its_turn() {
    let mut bench = Bench::new(1, &[]);
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    let mut bytes = frame(r#"{"type":"guess","value":1}"#);
    bytes.extend(frame("50"));
    bytes.extend(frame(r#"{"type":"guess","value":101}"#));
    bench.send_bytes(page, &bytes);
    bench.commit();
    let (texts, _) = frames(&bench.sent(page));
    let reasons: Vec<Value> = texts
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).expect("an object")["reason"].clone())
        .collect();
    assert_eq!(
        reasons,
        [Value::Null, "not-json".into(), "out-of-range".into()]
    );
}

#[test]
fn the_text_protocol_has_one_message_in_each_frame() {
    let mut bench = Bench::new(1, &[]);
    let conn = bench.welcome(Via::WebSocketText);
    bench.sent(conn);
    let mut bytes = frame("SCORES");
    bytes.extend(frame("101\n"));
    bytes.extend(frame("FIN"));
    bench.send_bytes(conn, &bytes);
    bench.commit();
    let (texts, closed) = frames(&bench.sent(conn));
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[1].starts_with("Erreur : "), "{texts:?}");
    assert!(closed, "the farewell, and the close");
}

#[test]
fn a_relayed_guest_is_answered_in_lines() {
    let mut bench = Bench::new(1, &[]);
    let page = bench.welcome(Via::PollJson);
    assert_eq!(bench.said(page).lines().count(), 1);
    let said = bench.ask(page, "{\"type\":\"scores\"}\n50");
    let types: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("an object")["type"].clone())
        .collect();
    assert_eq!(types, ["scores", "refused"]);
}

#[test]
fn a_ping_is_answered_while_an_answer_waits() {
    let mut bench = Bench::new(1, &[]);
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    bench.send_bytes(page, &frame(r#"{"type":"guess","value":1}"#));
    bench.send_bytes(page, b"\x89\x80\x01\x02\x03\x04");
    assert_eq!(bench.sent(page), b"\x8a\x00");
}
