//! docs/check.md is true: every check has its section, what it quotes is what the program says, and
//! its tables have the document's names.

use std::collections::BTreeSet;

use lab::check::{client, server};
use serde_json::Value;

use super::source;

const PAGE: &str = include_str!("../../docs/check.md");
const PHRASES: [&str; 3] = [
    include_str!("../../crates/game/src/phrases/fr/check.ftl"),
    include_str!("../../crates/game/src/phrases/fr/check-client.ftl"),
    include_str!("../../crates/game/src/phrases/fr/check-server.ftl"),
];

/// The part of the page under that title, up to the next one.
fn section(title: &str) -> &'static str {
    let part = PAGE
        .split("\n## ")
        .flat_map(|part| part.split("\n### "))
        .find(|part| part.lines().next() == Some(title));
    part.unwrap_or_else(|| panic!("docs/check.md has no section {title}"))
}

/// The cells of its table, without the marks of code.
fn rows(title: &str) -> Vec<Vec<String>> {
    let rows = section(title).lines().filter(|line| line.starts_with('|'));
    rows.skip(2)
        .map(|row| {
            let cells = row.trim_matches('|').split('|').map(str::trim);
            cells.map(|cell| cell.replace('`', "")).collect()
        })
        .collect()
}

/// The names that a table has in its first column.
fn names(title: &str) -> BTreeSet<String> {
    rows(title).into_iter().map(|row| row[0].clone()).collect()
}

fn keys(value: &Value) -> BTreeSet<String> {
    let object = value.as_object().expect("an object");
    object.keys().cloned().collect()
}

/// The text with spaces that any font has: the page is read in a terminal too.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'")
}

/// What a phrase says between its variables, if it has no choices.
fn spoken(id: &str) -> Option<Vec<&'static str>> {
    let start = format!("{id} = ");
    let lines = PHRASES.iter().flat_map(|file| file.lines());
    let phrase = lines.filter_map(|line| line.strip_prefix(&start)).next()?;
    let parts = phrase
        .split('{')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('}').map_or(part, |(_, rest)| rest),
        });
    Some(parts.collect())
}

/// Protects the page's readers: each check is told in its place, with every verdict, with sentences
/// that the program still says.
#[test]
fn every_check_is_told_with_what_it_says() {
    let told: Vec<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("### `"))
        .collect();
    let all = [client::checks(), server::checks()].concat();
    let ids = all.iter().map(|check| check.id());
    let places: Vec<_> = ids
        .map(|id| {
            told.iter()
                .position(|title| title.trim_end_matches('`') == id)
        })
        .collect();
    assert!(
        places.is_sorted() && places[0].is_some(),
        "in the order of the list: {told:?}"
    );
    for check in all {
        let rows = rows(&format!("`{}`", check.id()));
        for verdict in ["passed", "failed", "not_examined"] {
            // Without a connection there is nothing that could not be looked at.
            let never = check.id() == "connects" && verdict == "not_examined";
            let has = rows.iter().any(|row| row[0] == verdict);
            assert!(has || never, "{}: no example that {verdict}", check.id());
        }
        for row in rows {
            let [_, found, sentence @ ..] = row.as_slice() else {
                panic!("{}: three cells a row: {row:?}", check.id());
            };
            // A bar in a cell is written with a backslash before it.
            let sentence = sentence.join(" | ").replace("\\ |", "|");
            let said = spoken(found).unwrap_or_else(|| panic!("no phrase {found}"));
            let sentence = plain(&sentence);
            let mut rest = sentence.as_str();
            for part in said.iter().map(|part| plain(part)) {
                let part = part.trim();
                let at = rest
                    .find(part)
                    .unwrap_or_else(|| panic!("{found} says {said:?}, and the page: {sentence}"));
                rest = &rest[at + part.len()..];
            }
        }
    }
}

/// Protects programs that read `--json`: the tables have its names, no more and no less.
#[test]
fn the_documents_names_are_told() {
    let document = super::program(&source("bot.py")).document(&["--only", "fin"]);
    assert_eq!(keys(&document), names("The document"));
    let checks = document["checks"].as_array().expect("a list");
    let mut seen = 0;
    for check in checks {
        assert_eq!(keys(check), names("Each check"), "{check}");
        for moment in check["evidence"].as_array().expect("a list") {
            let event = moment["event"].as_str().expect("a name");
            let rows = rows("Each moment");
            let row = rows.iter().find(|row| row[0] == event);
            let row = row.unwrap_or_else(|| panic!("{event} is not told"));
            let told =
                |key: &String| key == "ms" || key == "event" || row[1].contains(key.as_str());
            assert!(keys(moment).iter().all(told), "{moment} as {row:?}");
            seen += 1;
        }
    }
    assert!(seen > 3, "a whole game has moments: {document}");
}
