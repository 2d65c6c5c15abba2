//! The catalogues are complete: French and English have the same phrases with the same variables,
//! and the source uses each of them and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use game::phrases::{Lang, has};

/// The files below a folder whose name ends so, with their text.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for entry in fs::read_dir(&root).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            found.extend(files(&format!("{folder}/{name}"), end));
        } else if name.ends_with(end) {
            found.push((name, fs::read_to_string(&path).expect("UTF-8")));
        }
    }
    found.sort();
    found
}

/// The variables of each phrase of a catalogue.
fn phrases(catalogue: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut phrases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut id = String::new();
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        if let Some((start, _)) = line.split_once('=')
            && line.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            id = start.trim().to_owned();
        }
        if line.trim().is_empty() {
            continue;
        }
        let variables = phrases.entry(id.clone()).or_default();
        for behind in line.split('$').skip(1) {
            let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
            variables.insert(behind[..end.unwrap_or(behind.len())].to_owned());
        }
    }
    phrases
}

#[test]
fn both_languages_have_the_same_phrases_and_variables() {
    let french = files("crates/game/src/phrases/fr", ".ftl");
    let english = files("crates/game/src/phrases/en", ".ftl");
    assert_eq!(french.len(), english.len());
    for ((fr_name, fr), (en_name, en)) in french.iter().zip(&english) {
        assert_eq!(fr_name, en_name);
        let (fr, en) = (phrases(fr), phrases(en));
        for id in fr.keys().chain(en.keys()) {
            assert_eq!(fr.get(id), en.get(id), "{id} in {fr_name}");
        }
    }
}

#[test]
fn the_source_uses_each_phrase_and_no_others() {
    let source: String = ["src", "crates"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .map(|(_, text)| text)
        .collect();
    for (name, catalogue) in files("crates/game/src/phrases/fr", ".ftl") {
        for id in phrases(&catalogue).keys() {
            // Made of the names of commands and arguments; a test in `cli::help` compares them.
            if id.starts_with("help-") || id.starts_with("value-") {
                continue;
            }
            assert!(
                source.contains(&format!("\"{id}\"")),
                "{id} of {name} is not used"
            );
        }
    }
    for call in source.split("say(").skip(1) {
        // `say(LANG, "ID"…`; an id that is computed comes from literals near by.
        if let Some((lang, rest)) = call.split_once('"')
            && lang.len() < 40
            && lang.trim_end().ends_with(',')
            && !lang.contains([';', ')'])
        {
            let id = rest.split('"').next().unwrap_or_default();
            assert!(has(Lang::Fr, id) && has(Lang::En, id), "no phrase {id}");
        }
    }
}

/// Protects French typography: a space, which becomes a no-break one, before each double mark.
#[test]
fn french_is_typed_with_a_space_before_double_marks() {
    for (name, catalogue) in files("crates/game/src/phrases/fr", ".ftl") {
        for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
            assert!(
                !line.contains('\u{a0}'),
                "{name}: type an ordinary space: {line}"
            );
            let chars: Vec<char> = line.chars().collect();
            for (i, c) in chars.iter().enumerate() {
                let spaced_before = i > 0 && chars[i - 1] == ' ';
                let ends = chars.get(i + 1).is_none_or(|next| *next == ' ');
                let wrong = match c {
                    '»' => !spaced_before,
                    ':' | ';' | '!' | '?' => ends && !spaced_before,
                    '«' => !ends,
                    _ => false,
                };
                assert!(!wrong, "{name}: a space is missing beside {c}: {line}");
            }
        }
    }
}
