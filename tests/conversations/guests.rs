//! Guests of the page's port: the same turns in frames and in objects.

use serde_json::{Value, json};

use game::engine::survey::{Contact, Mood, Transport, Turn};
use game::engine::survey::{Find, Tile};
use game::engine::teacher::NotOpened;
use game::rules::{BrowserId, Order, Pack};

use super::{Bench, Input, Mode, Via, code_of, lines};

/// What a browser sends: one masked frame.
pub fn frame(text: &str) -> Vec<u8> {
    let mask = [9, 8, 7, 6];
    let mut bytes = vec![0x81];
    match text.len() {
        short @ 0..126 => bytes.push(0x80 | short as u8),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend_from_slice(&(long as u16).to_be_bytes());
        }
    }
    bytes.extend_from_slice(&mask);
    let masked = text.bytes().enumerate();
    bytes.extend(masked.map(|(index, byte)| byte ^ mask[index % 4]));
    bytes
}

/// The texts of the frames that a server sent, and whether a close came after them.
pub fn frames(mut bytes: &[u8]) -> (Vec<String>, bool) {
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

pub fn ask(bench: &mut Bench, conn: usize, request: &Value) -> Vec<Value> {
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

fn order(bench: &mut Bench, room: &str, order: Order) {
    bench.order(room, order);
    bench.commit();
}

/// The player of a name in a room, and their connection.
fn tile(bench: &mut Bench, room: &str, name: &str) -> Tile {
    let survey = bench.survey(room, &Find::Everyone);
    let mut tiles = survey.tiles.into_iter();
    tiles
        .find(|tile| tile.name == name)
        .expect("a player of that name")
}

#[test]
fn a_paused_room_refuses_guesses_and_its_clock_stands_still() {
    let mut bench = Bench::new(1, &[("TV", Mode::Closest)]);
    let text = bench.connect(0);
    let other = bench.connect(0);
    bench.ask(text, "SALLE TV");
    bench.ask(other, "SALLE TV");
    bench.send(text, "50\n");
    bench.commit();
    order(&mut bench, "TV", Order::Pause { on: true });
    assert!(bench.ask(other, "20").contains("en pause"));
    // Longer than the round lasts.
    bench.tick += 2 * 3_600_000;
    bench.clock();
    bench.commit();
    assert_eq!(bench.said(text), "", "the round goes on after the pause");
    order(&mut bench, "TV", Order::Pause { on: false });
    bench.tick += 3_500_000;
    bench.clock();
    bench.commit();
    assert_eq!(bench.said(text), "", "its time is not over yet");
    assert_ne!(bench.ask(other, "20"), "");
    assert_ne!(bench.said(text), "", "all have guessed");
}

#[test]
fn the_teacher_ends_a_round_that_waits_for_someone() {
    let mut bench = Bench::new(1, &[("TV", Mode::Closest)]);
    let text = bench.connect(0);
    let away = bench.connect(0);
    bench.ask(away, "SALLE TV");
    bench.ask(text, "SALLE TV");
    bench.send(text, "1\n");
    bench.commit();
    order(&mut bench, "TV", Order::Next { round: 2 });
    assert_eq!(bench.said(text), "", "that is another round");
    order(&mut bench, "TV", Order::Next { round: 1 });
    assert!(bench.said(text).starts_with("Gagné"));
}

#[test]
fn who_is_kicked_may_come_back_unless_barred_and_a_locked_room_takes_nobody() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let browser = BrowserId([5; 16]);
    let enter = json!({"type": "room", "room": "A"});
    let seated = |bench: &mut Bench| {
        let page = bench.welcome_browser(Via::WebSocketJson, Some(browser));
        bench.sent(page);
        (page, ask(bench, page, &enter)[0].clone())
    };
    for bar in [false, true] {
        let (page, entered) = seated(&mut bench);
        assert_eq!(entered["type"], "entered", "{entered}");
        let name = entered["name"].as_str().expect("a name");
        let tile = tile(&mut bench, "A", name);
        let contact = tile.contact.expect("connected");
        assert_eq!(contact.transport, Transport::Guest(Via::WebSocketJson));
        let (player, browser) = (tile.player.expect("seated"), contact.browser);
        order(
            &mut bench,
            "A",
            Order::Kick {
                player,
                bar,
                browser,
            },
        );
        let (texts, closed) = frames(&bench.sent(page));
        assert!(closed && texts[0].contains("bye"), "{texts:?}");
    }
    assert_eq!(seated(&mut bench).1["reason"], "barred");
    order(&mut bench, "A", Order::Lock { on: true });
    let text = bench.connect(0);
    assert!(bench.ask(text, "SALLE A").starts_with("Erreur : "));
    order(&mut bench, "A", Order::Lock { on: false });
    assert!(!bench.ask(text, "SALLE A").starts_with("Erreur : "));
}

#[test]
fn a_closed_room_ends_for_all_and_is_not_revived() {
    let mut bench = Bench::new(1, &[("A", Mode::Solo)]);
    let text = bench.connect(0);
    bench.ask(text, "SALLE A");
    order(&mut bench, "A", Order::Close);
    assert_eq!(lines(&bench.said(text)), 1, "the farewell");
    let again = bench.engines[0].may_open(code_of("A"));
    assert_eq!(again, Err(NotOpened::Taken));
    let late = bench.connect(0);
    assert!(bench.ask(late, "SALLE A").starts_with("Erreur : "));
}

#[test]
fn pages_are_told_what_others_do_and_whoever_enters_gets_the_words_of_the_room() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    order(&mut bench, "A", Order::Words { pack: Pack::Signs });
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    let entered = ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
    let text = bench.connect(0);
    bench.ask(text, "SALLE A");
    assert!(
        ["+\n", "-\n", "="]
            .iter()
            .any(|sign| bench.ask(text, "50").starts_with(sign))
    );
    bench.clock();
    let (texts, _) = frames(&bench.sent(page));
    let picture: Value = serde_json::from_str(&texts[0]).expect("an object");
    assert_eq!(
        (&picture["event"], &picture["count"]),
        (&json!("room"), &json!(2))
    );
    assert_eq!(picture["you"], entered[0]["name"]);
    // Nothing has changed since: nothing to tell.
    bench.tick += 200;
    bench.clock();
    assert_eq!(bench.sent(page), b"");
}

/// Protects players from a silence that nobody explains: pages are told that the journal is away, once
/// now and again every two seconds, and that it is back. The text door waits its turn.
#[test]
fn pages_are_told_that_the_journal_is_away_and_that_it_is_back() {
    let mut bench = Bench::new(1, &[]);
    let page = bench.welcome(Via::WebSocketJson);
    let text = bench.connect(0);
    bench.sent(page);
    bench.said(text);
    let away = r#"{"away":true,"event":"journal"}"#;
    let back = r#"{"away":false,"event":"journal"}"#;
    for count in 1..=20 {
        let journal_away = (2..=10).contains(&count);
        bench.happens(0, Input::Clock { journal_away });
        bench.tick += 200;
        let expected = match count {
            2 | 10 => away,
            11 => back,
            _ => "",
        };
        assert_eq!(bench.said(text), "", "the text door");
        let (texts, _) = frames(&bench.sent(page));
        assert_eq!(texts.join(" "), expected, "call {count}");
    }
}

/// Protects a page that goes to its room's thread after another thread has told it that the journal is
/// away: it hears that it is back.
#[test]
fn a_page_that_changes_threads_hears_that_the_journal_is_back() {
    let rooms = ["A", "B", "C", "D", "E", "F"];
    let mut bench = Bench::new(2, &rooms.map(|code| (code, Mode::Race)));
    for code in rooms {
        let page = bench.welcome(Via::WebSocketJson);
        let clock = |bench: &mut Bench, journal_away| {
            for engine in 0..2 {
                bench.happens(engine, Input::Clock { journal_away });
            }
            bench.tick += 200;
        };
        bench.happens(0, Input::Clock { journal_away: true });
        bench.sent(page);
        ask(&mut bench, page, &json!({"type": "room", "room": code}));
        clock(&mut bench, false);
        clock(&mut bench, false);
        let (texts, _) = frames(&bench.sent(page));
        let back = r#"{"away":false,"event":"journal"}"#;
        assert_eq!(
            texts.iter().filter(|it| *it == back).count(),
            1,
            "{code}: {texts:?}"
        );
    }
}

/// The only player of a room, as the teacher sees their connection.
fn look(bench: &mut Bench) -> Contact {
    let survey = bench.survey("A", &Find::Everyone);
    survey.tiles[0].contact.clone().expect("connected")
}

#[test]
fn the_teacher_sees_whose_turn_it_is_and_what_was_said() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let text = bench.connect(0);
    bench.ask(text, "SALLE A");
    look(&mut bench);
    bench.tick += 12_000;
    bench.send(text, "5");
    let contact = look(&mut bench);
    assert_eq!(
        (contact.transport, contact.turn),
        (Transport::Lines, Turn::Begun)
    );
    assert_eq!(contact.silent_for, 0);
    bench.send(text, "0\n");
    assert_eq!(look(&mut bench).turn, Turn::Ours);
    bench.commit();
    let contact = look(&mut bench);
    assert_eq!((&*contact.heard, contact.turn), (&b"50"[..], Turn::Theirs));
    assert!(contact.said.starts_with(b"Trop") || contact.said.starts_with("Gagné".as_bytes()));
    let (key, at_once) = (contact.key, false);
    bench.happens(0, Input::Free { key, at_once });
    assert_eq!(lines(&bench.said(text)), 2, "the answer, and the farewell");
}

/// Protects teachers and players from a claim that a node can't make: who is not connected to it may
/// play at another that shares its journal, and is not called gone.
#[test]
fn who_may_play_at_another_node_is_not_called_gone() {
    let mut bench = Bench::new(1, &[("A", Mode::Race)]);
    let text = bench.connect(0);
    bench.ask(text, "SALLE A\n");
    bench.ask(text, "NOM Tom\n");
    bench.cut(text);
    let page = bench.welcome(Via::WebSocketJson);
    bench.sent(page);
    ask(&mut bench, page, &json!({"type": "room", "room": "A"}));
    let alone = tile(&mut bench, "A", "Tom");
    assert_eq!((alone.mood, alone.elsewhere), (Mood::Gone, None));
    bench.engines[0].share_journal();
    let shared = tile(&mut bench, "A", "Tom");
    assert_eq!(shared.mood, Mood::Elsewhere);
    assert!(shared.elsewhere.is_some(), "nothing tells since when");
    bench.clock();
    let (texts, _) = frames(&bench.sent(page));
    let picture: Value = serde_json::from_str(&texts[0]).expect("an object");
    let mut players = picture["players"].as_array().expect("players").iter();
    let tom = players.find(|player| player["name"] == "Tom").expect("Tom");
    assert_eq!(tom["here"], json!(true), "{picture}");
}
