//! docs/dialects.md is true: its tables are those of the code.

use game::phrases::Lang;
use lab::dialect::{Dialect, Wish, explain, way};

use super::clock;
use super::packs::PACKS;
use super::server::Spec;

const PAGE: &str = include_str!("../../docs/dialects.md");

/// The rows of the table under that title, cells without their code marks.
fn table(title: &str) -> Vec<Vec<String>> {
    let section = PAGE.split("\n## ").find(|part| part.starts_with(title));
    let section = section.unwrap_or_else(|| panic!("no section {title}"));
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    })
    .collect()
}

/// Protects who reads `bot --explain --json` in a program: every name is told, and no other.
#[test]
fn the_documents_names_are_told() {
    let document = explain::document(&Dialect::default());
    let mut names: Vec<&String> = document.as_object().expect("an object").keys().collect();
    names.sort();
    let rows = table("The document");
    let mut told: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
    told.sort();
    assert_eq!(told, names);
}

/// Protects the page: the words and the ways that it lists are those that are tried, in order.
#[test]
fn words_and_ways_are_told() {
    let packs = PACKS.iter().filter(|pack| !pack.too_small.contains('|'));
    let packs: Vec<Vec<String>> = packs
        .map(|pack| {
            [pack.lang, pack.too_small, pack.too_big, pack.found]
                .map(str::to_owned)
                .to_vec()
        })
        .collect();
    assert_eq!(table("The words that are known beforehand"), packs);
    let ways: Vec<Vec<String>> = way::all()
        .iter()
        .map(|way| {
            let opening = way
                .opening
                .as_deref()
                .map_or(Vec::new(), |words| way.words(words));
            [opening, way.guess(50, 1)]
                .map(|bytes| bytes.escape_ascii().to_string())
                .to_vec()
        })
        .collect();
    assert_eq!(table("The ways to send a guess"), ways);
}

/// Protects a reader of `bot --explain`: the example of the page is what is really told.
#[test]
fn the_example_is_real() {
    let spec = Spec {
        greeting: Some("¡Hola! Adivina un número entre 1 y 100\n".to_owned()),
        too_small: "mayor".to_owned(),
        too_big: "menor".to_owned(),
        found: "¡Acertaste!".to_owned(),
        ..Spec::default()
    };
    let run = clock::play(&spec, 3, Wish::default());
    let text = explain::text(run.learner.dialect(), "192.168.1.30:5000", Lang::Fr);
    let plain = |text: &str| text.replace(['\u{a0}', '\u{202f}'], " ");
    assert!(
        plain(PAGE).contains(&plain(&text)),
        "docs/dialects.md has not:\n{text}"
    );
}
