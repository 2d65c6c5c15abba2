//! docs/tap.md is true: what `--json` prints is what its tables say. And the front pages show what
//! `tap` prints.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use serde_json::Value;

use crate::common::connect;
use super::shown::printed;
use super::util::{Pair, Tap, address, listener, reset};

const PAGE: &str = include_str!("../../docs/tap.md");

/// The keys of each event, as the page's table has them.
fn described() -> BTreeMap<String, BTreeSet<String>> {
    let mut events = BTreeMap::new();
    for line in PAGE
        .lines()
        .filter(|line| line.starts_with("| `{\"event\": \""))
    {
        let cell = line
            .trim_start_matches("| `")
            .split("`")
            .next()
            .expect("a cell");
        let object: Value = serde_json::from_str(cell).unwrap_or_else(|_| panic!("{cell}"));
        let name = object["event"].as_str().expect("a name").to_owned();
        let keys = object.as_object().expect("an object").keys().cloned();
        events.insert(name, keys.collect());
    }
    assert!(events.len() > 8, "{events:?}");
    events
}

/// Protects the tools that read the lines: each event has the keys that the page shows, no more
/// and no less; and each of the page's events but the rare ones is seen.
#[test]
fn each_event_is_as_the_page_has_it() {
    let described = described();
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &["--trouble", "1"]);
    let mut seen = vec![tap.first.clone()];
    for _ in 0..12 {
        let mut pair = Pair::new(tap.address, &listener);
        pair.say(&mut tap, "server", b"Trop petit");
        pair.say(&mut tap, "server", b"Trop grand");
        reset(pair.client);
        tap.event("closed");
    }
    let gone = address(&listener);
    drop(listener);
    drop(connect(tap.address));
    tap.event("unreached");
    assert_eq!(gone.to_string(), tap.first["target"]);
    let (events, _) = tap.stop();
    seen.extend(events);
    let mut names = BTreeSet::new();
    for event in &seen {
        let name = event["event"].as_str().expect("a name");
        let keys: BTreeSet<String> = event
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        let expected = described
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not on the page"));
        // A trouble has the keys of what was done.
        match name {
            "trouble" => assert!(keys.is_superset(expected), "{event}"),
            _ => assert_eq!(&keys, expected, "{name}"),
        }
        names.insert(name.to_owned());
    }
    let rare = ["capture-failed", "finished", "full", "glued"].map(str::to_owned);
    let all: BTreeSet<String> = described.into_keys().collect();
    let missing: Vec<&String> = all
        .difference(&names)
        .filter(|it| !rare.contains(it))
        .collect();
    assert!(missing.is_empty(), "{missing:?} were never seen");
}

/// Each mark and each trouble of the source is on the page.
#[test]
fn marks_and_troubles_are_on_the_page() {
    let source = include_str!("../../crates/lab/src/tap/json.rs");
    for key in ["\"mark\": \"", "\"did\": \"", "let (end, by)"] {
        assert!(source.contains(key), "{key}");
    }
    for key in ["\"mark\": \"", "\"did\": \""] {
        for word in source
            .split(key)
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a word"))
        {
            assert!(
                PAGE.contains(&format!("`{word}`")),
                "{word} is not on the page"
            );
        }
    }
}

/// What a front page shows below that command, from the first event on.
fn example(page: &str) -> Vec<String> {
    let mut blocks = page.split("```console\n$ juste-prix tap ").skip(1);
    let block = blocks.next().expect("an example").split("```").next();
    let lines = block.expect("split gives one").lines();
    lines
        .skip_while(|line| !line.starts_with('#'))
        .map(timeless)
        .collect()
}

/// A line without what differs each time: ports, times, and the spaces before these.
fn timeless(line: &str) -> String {
    if !line.starts_with('#') {
        return line.to_owned();
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut timeless = Vec::new();
    for (i, word) in words.iter().enumerate() {
        let time = words
            .get(i + 1)
            .is_some_and(|unit| unit.starts_with('s') && unit.len() < 3);
        let fraction = word.contains(['.', ',']) && word.starts_with(|c: char| c.is_ascii_digit());
        timeless.push(match word {
            _ if word.starts_with("127.0.0.1:") => "ADDRESS",
            _ if time && fraction => "TIME",
            word => word,
        });
    }
    timeless.join(" ")
}

/// A client that never ends its line, and a server that waits for that end.
#[test]
fn the_front_pages_show_what_is_printed() {
    let pages = [
        ("en", include_str!("../../README.md")),
        ("fr", include_str!("../../LISEZMOI.md")),
    ];
    for (lang, page) in pages {
        let told = printed(&["--lang", lang], |pair, printed| {
            let mut server = pair.server.try_clone().expect("a descriptor");
            server
                .write_all("Devine le numéro caché!\n".as_bytes())
                .expect("sent");
            crate::common::receive(&mut pair.client);
            printed.until("21 0A");
            pair.client.write_all(b"50").expect("sent");
            crate::common::receive(&mut server);
            printed.until("silence");
        });
        let told = told.iter().skip_while(|line| !line.starts_with('#'));
        let told: Vec<String> = told.map(|line| timeless(line)).collect();
        let shown = example(page);
        assert_eq!(told[..shown.len()], shown[..], "{told:#?}");
    }
}
