//! What is shown: bytes beside their text, turns and silences, merges and splits.

use std::io::Write;
use std::process::Stdio;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use serde_json::{Value, json};

use super::util::{Pair, Tap, address, lines, listener, wait};
use crate::common::{PATIENCE, program, signal};

/// Stops the relay while this is done: what is sent meanwhile is there when it reads.
fn while_stopped(tap: &Tap, during: impl FnOnce()) {
    let stat = format!("/proc/{}/stat", tap.child.id());
    let is = |state: &str| {
        let stat = std::fs::read_to_string(&stat).expect("Linux");
        stat.rsplit(") ")
            .next()
            .is_some_and(|rest| rest.starts_with(state))
    };
    signal(&tap.child, libc::SIGSTOP);
    let deadline = Instant::now() + PATIENCE;
    while !is("T") {
        assert!(Instant::now() < deadline, "the relay does not stop");
        std::thread::yield_now();
    }
    during();
    signal(&tap.child, libc::SIGCONT);
}

fn mark<'a>(chunk: &'a Value, name: &str) -> Option<&'a Value> {
    let marks = chunk["marks"].as_array().expect("a list");
    marks.iter().find(|mark| mark["mark"] == name)
}

#[test]
fn a_chunk_is_told_with_its_place_and_the_turn() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    let hello = pair.say(&mut tap, "server", "Gagné\n".as_bytes());
    assert_eq!(hello["hex"], "4761676ec3a90a");
    assert_eq!(hello["text"], "Gagné\n");
    assert_eq!(
        (&hello["turn"], &hello["previous"]),
        (&"client".into(), &Value::Null)
    );
    let guess = pair.say(&mut tap, "client", b"50");
    assert_eq!(
        (&guess["turn"], &guess["previous"]),
        (&"server".into(), &"server".into())
    );
    let again = pair.say(&mut tap, "client", b"\xff");
    let place = ["number", "position", "size"].map(|key| again[key].clone());
    assert_eq!(place, [2, 2, 1].map(Value::from));
    assert_eq!(
        (&again["text"], &again["previous"]),
        (&Value::Null, &"client".into())
    );
}

/// Protects the word « sure »: both programs run here, so each small `send` is counted.
#[test]
fn two_sends_in_one_recv_are_seen_for_sure() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    let alone = pair.say(&mut tap, "client", b"75");
    assert_eq!(mark(&alone, "sends"), None);
    for from in ["client", "server"] {
        while_stopped(&tap, || {
            let sender = if from == "client" {
                &mut pair.client
            } else {
                &mut pair.server
            };
            sender.write_all(b"50").expect("sent");
            sender.write_all(b"42").expect("sent");
        });
        let chunk = tap.event("chunk");
        assert_eq!(
            (&chunk["text"], &chunk["from"]),
            (&"5042".into(), &from.into())
        );
        let sends = json!({"mark": "sends", "count": 2, "sure": true});
        assert_eq!(mark(&chunk, "sends"), Some(&sends), "{chunk}");
    }
}

/// Protects the trust in that word: a `send` is never said to be two.
#[test]
fn one_send_is_never_taken_for_two() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    for size in [1, 2, 100, 1024, 1448, 4000] {
        for from in ["client", "server"] {
            let chunk = pair.say(&mut tap, from, &vec![b'x'; size]);
            assert_eq!(mark(&chunk, "sends"), None, "{chunk}");
        }
    }
}

/// The other merge: each `send` was read by the relay alone, but its receiver reads both at once.
#[test]
fn what_its_receiver_has_not_read_is_glued() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    pair.say(&mut tap, "server", b"Trop petit");
    pair.say(&mut tap, "server", b"Votre nombre ? ");
    let glued = tap.event("glued");
    assert_eq!(
        (&glued["from"], &glued["unread"]),
        (&"server".into(), &25.into())
    );
}

#[test]
fn a_character_that_is_cut_is_told_on_both_sides() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    let cut = pair.say(&mut tap, "server", b"Gagn\xc3");
    assert!(mark(&cut, "cut-character").is_some(), "{cut}");
    let rest = pair.say(&mut tap, "server", b"\xa9 !");
    let ends = mark(&rest, "character-ends").expect("its end");
    assert_eq!(
        (&ends["character"], &ends["sure"]),
        (&"é".into(), &true.into())
    );
}

#[test]
fn glue_is_suspected_by_what_was_said_before() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    for hint in ["Trop petit", "Trop grand"] {
        let chunk = pair.say(&mut tap, "server", hint.as_bytes());
        assert_eq!(mark(&chunk, "looks-glued"), None);
    }
    let chunk = pair.say(&mut tap, "server", b"Trop petitTrop grand");
    let glued = mark(&chunk, "looks-glued").expect("a suspicion");
    assert_eq!(
        (&glued["first"], &glued["sure"]),
        (&10.into(), &false.into())
    );
}

/// What `tap --lines` has printed, and prints.
pub struct Printed {
    lines: Receiver<String>,
    all: Vec<String>,
}

impl Printed {
    /// Reads until a line has these words.
    pub fn until(&mut self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no {words} after {:#?}", self.all);
            };
            self.all.push(line);
            if self.all.last().is_some_and(|line| line.contains(words)) {
                return;
            }
        }
    }
}

/// What `tap --lines` prints between two programs that do this.
pub fn printed(options: &[&str], during: impl FnOnce(&mut Pair, &mut Printed)) -> Vec<String> {
    let listener = listener();
    let mut child = program()
        .args([
            "tap",
            "127.0.0.1:0",
            &address(&listener).to_string(),
            "--lines",
        ])
        .args(options)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let ordinary = |line: String| line.replace('\u{a0}', " ");
    let mut printed = Printed {
        lines: lines(child.stdout.take().expect("piped"), ordinary),
        all: Vec::new(),
    };
    printed.until("Ctrl-C");
    let tap = printed.all[0]
        .split_whitespace()
        .find_map(|word| word.parse().ok());
    let mut pair = Pair::new(tap.expect("its address"), &listener);
    during(&mut pair, &mut printed);
    drop(pair);
    signal(&child, libc::SIGINT);
    assert!(wait(&mut child).success());
    printed.all.extend(printed.lines.iter());
    printed.all
}

#[test]
fn lines_show_each_byte_beside_its_text() {
    let told = printed(&[], |pair, printed| {
        pair.server.write_all("Gagné !\n".as_bytes()).expect("sent");
        printed.until("Gagné· !␊");
        pair.client.write_all(b"50\xff").expect("sent");
        printed.until("35 30 FF");
    });
    let told = told.join("\n");
    assert!(told.contains("client ◀── serveur  9 octets\n"), "{told}");
    let row = "      47 61 67 6E C3·A9 20 21 0A                       Gagné· !␊\n";
    assert!(told.contains(row), "{told}");
    assert!(
        told.contains("client ──▶ serveur  3 octets, après "),
        "{told}"
    );
    assert!(told.contains(" 50\u{fffd}\n"), "{told}");
    let sums = "1 connexion ; clients : 3 octets ; serveurs : 9 octets.";
    assert!(told.ends_with(sums), "{told}");
}

/// Protects the pupil who waits: who has to speak, since when, and whether the words were read.
#[test]
fn a_silence_is_told_with_whose_turn_it_is() {
    let told = printed(&["--lang", "en"], |pair, printed| {
        pair.client.write_all(b"50").expect("sent");
        printed.until("3 s of silence");
    });
    let silence = told.iter().find(|line| line.contains("silence"));
    let silence = silence.expect("a silence");
    let expected =
        "3 s of silence: it is the server's turn; 2 bytes wait for the server to read them";
    assert!(silence.ends_with(expected), "{silence}");
}

/// Protects the terminal: what a program sends does not command it.
#[test]
fn what_is_sent_does_not_command_the_terminal() {
    let told = printed(&[], |pair, printed| {
        pair.server.write_all(b"\x1b[2J\x07\x9b").expect("sent");
        printed.until("1B 5B 32 4A 07 9B");
    });
    let all = told.join("\n");
    assert!(!all.contains('\x1b') && !all.contains('\x07'), "{all:?}");
    assert!(all.contains("␛[2J␇"), "{all}");
}
