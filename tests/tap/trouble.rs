//! `--trouble`: the bad network is the same for the same seed, and changes no byte.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use super::util::{Pair, Tap, address, listener};

/// What went through before the reset, if one came.
struct Game {
    troubles: Vec<Value>,
    /// What the server got, and what the client got.
    got: [String; 2],
    end: String,
}

/// As many bytes, or as many as come.
fn read(stream: &mut TcpStream, count: usize) -> String {
    let mut bytes = Vec::new();
    // A reset is an end here: what came before it counts.
    let _ = stream.take(count as u64).read_to_end(&mut bytes);
    String::from_utf8(bytes).expect("ASCII")
}

/// Ten turns through the bad network of a seed.
fn game(seed: &str) -> Game {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &["--trouble", seed]);
    let Pair {
        mut client,
        mut server,
    } = Pair::new(tap.address, &listener);
    let mut got = [String::new(), String::new()];
    for turn in 0..10 {
        let (guess, hint) = (format!("Guess {turn}"), format!("Hint {turn}"));
        // After a reset nobody takes anything.
        let _ = client.write_all(guess.as_bytes());
        got[0] += &read(&mut server, guess.len());
        let _ = server.write_all(hint.as_bytes());
        got[1] += &read(&mut client, hint.len());
    }
    drop((client, server));
    let end = tap.event("closed")["end"]
        .as_str()
        .expect("an end")
        .to_owned();
    let (events, _) = tap.stop();
    let troubles = events
        .into_iter()
        .filter(|event| event["event"] == "trouble");
    let troubles = troubles.map(|mut event| {
        event["time"].take();
        event
    });
    let troubles = troubles.collect();
    Game { troubles, got, end }
}

/// What each side says in a whole game.
fn whole(word: &str) -> String {
    (0..10).map(|turn| format!("{word} {turn}")).collect()
}

#[test]
fn a_seed_plays_the_same_trouble_again() {
    let [first, again, other] = ["1", "1", "2"].map(game);
    assert!(!first.troubles.is_empty());
    assert_eq!(first.troubles, again.troubles);
    assert_ne!(first.troubles, other.troubles);
}

/// Protects the lesson: a program that reads rightly is not harmed, unless by a reset.
#[test]
fn no_byte_is_changed() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in ["1", "2", "3", "4"] {
        let game = game(seed);
        let told: Vec<&str> = game
            .troubles
            .iter()
            .filter_map(|it| it["did"].as_str())
            .collect();
        seen.extend(told.iter().map(|did| (*did).to_owned()));
        let [guesses, hints] = [whole("Guess"), whole("Hint")];
        match told.contains(&"reset") {
            false => {
                assert_eq!(game.got, [guesses, hints], "seed {seed}");
                assert_ne!(game.end, "trouble");
            }
            true => {
                let after = game
                    .troubles
                    .last()
                    .and_then(|reset| reset["after"].as_u64());
                assert_eq!(game.got[1].len() as u64, after.expect("a number"));
                assert!(hints.starts_with(&game.got[1]), "seed {seed}");
                assert_eq!(game.end, "trouble");
            }
        }
    }
    let all = ["held", "late", "reset", "split"].map(str::to_owned);
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

/// What is split arrives split, and what is held back arrives with what comes next.
#[test]
fn what_is_told_is_what_is_done() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &["--trouble", "1"]);
    let mut done = std::collections::BTreeSet::new();
    while done.len() < 2 {
        let Pair {
            mut client,
            mut server,
        } = Pair::new(tap.address, &listener);
        let reader = std::thread::spawn(move || {
            let mut receives = Vec::new();
            let mut buffer = [0; 1024];
            while let Ok(count @ 1..) = server.read(&mut buffer) {
                receives.push(count);
            }
            receives
        });
        client.write_all(b"Trop petit").expect("sent");
        let chunk = tap.event("chunk");
        let number = chunk["connection"].as_u64().expect("a number");
        assert!(number < 50, "a seed whose fifty first chunks are spared");
        // A second one, for a chunk that may be held back.
        client.write_all(b"Trop grand").expect("sent");
        tap.event("chunk");
        drop(client);
        let receives = reader.join().expect("the server's end");
        assert_eq!(receives.iter().sum::<usize>(), 20);
        let closed = tap.event("closed");
        assert_eq!(closed["end"], "finished");
        let troubles = tap
            .seen()
            .iter()
            .filter(|event| event["event"] == "trouble" && event["connection"] == number);
        let first = troubles
            .map(|it| it["did"].as_str().expect("a word"))
            .next();
        match first {
            Some("split") => {
                assert!(receives[0] < 10 && receives.len() > 2, "{receives:?}");
                done.insert("split");
            }
            Some("held") => {
                assert_eq!(receives, [20]);
                done.insert("held");
            }
            _ => {}
        }
    }
}
