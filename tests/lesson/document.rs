//! docs/lesson.md and docs/lecon.md: their examples are a lesson, and they explain every key.

use std::collections::BTreeSet;

use game::lesson::text::Place;
use game::lesson::{
    CHAPTER_KEYS, KINDS, LESSON_KEYS, LISTING_KEYS, Lesson, NUMBER_CASE_KEYS, OPTION_KEYS,
    QUESTION_KEYS, Task, WORD_CASE_KEYS,
};
use game::limits::{LESSON_CHAPTERS, LESSON_LISTINGS, LESSON_QUESTIONS};
use game::phrases::Lang;

const DOCUMENTS: [(Lang, &str); 2] = [
    (Lang::Fr, include_str!("../../docs/lecon.md")),
    (Lang::En, include_str!("../../docs/lesson.md")),
];

/// The examples below each other.
fn examples(document: &str) -> String {
    let mut toml = String::new();
    let mut inside = false;
    let mut texts = 0;
    for line in document.lines() {
        match line {
            "```toml" => inside = true,
            // A fence within a text between three apostrophes is the text's.
            "```" if inside && texts % 2 == 0 => inside = false,
            _ if inside => {
                texts += line.matches("'''").count();
                toml.push_str(line);
                toml.push('\n');
            }
            _ => {}
        }
    }
    toml
}

#[test]
fn the_examples_are_a_lesson_with_every_kind_of_question() {
    for (lang, document) in DOCUMENTS {
        let lesson = Lesson::parse(examples(document).as_bytes());
        let lesson =
            lesson.unwrap_or_else(|it| panic!("{}", it.sentence("the examples", Lang::En)));
        assert_eq!(lesson.lang, lang);
        let kinds: BTreeSet<&str> = lesson.questions().map(|it| it.kind.word).collect();
        assert_eq!(kinds, KINDS.iter().map(|it| it.word).collect());
        let model = lesson
            .questions()
            .find(|it| matches!(it.task, Task::Program));
        assert!(model.expect("a program").explain.is_some());
    }
}

/// The codes of the first columns of a table, one set a row.
fn rows(document: &str, name: &str, column: usize) -> Vec<BTreeSet<String>> {
    let mark = format!("<!-- table: {name} -->");
    let (_, after) = document
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no table {name}"));
    let rows = after
        .trim_start()
        .lines()
        .take_while(|line| line.starts_with('|'))
        .skip(2);
    let codes = |row: &str| {
        let cell = row
            .trim_matches('|')
            .split('|')
            .nth(column)
            .expect("a cell");
        cell.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect()
    };
    rows.map(codes).collect()
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn every_key_kind_and_place_is_explained() {
    for (lang, document) in DOCUMENTS {
        let told = |name: &str| {
            rows(document, name, 0)
                .into_iter()
                .flatten()
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(told("lesson"), set(LESSON_KEYS), "{lang:?}");
        assert_eq!(told("listing"), set(LISTING_KEYS), "{lang:?}");
        assert_eq!(told("chapter"), set(CHAPTER_KEYS), "{lang:?}");
        assert_eq!(told("option"), set(OPTION_KEYS), "{lang:?}");
        assert_eq!(
            told("question"),
            set(&[QUESTION_KEYS, &["hint", "explain"]].concat()),
            "{lang:?}"
        );
        assert_eq!(
            told("case"),
            set(&[NUMBER_CASE_KEYS, WORD_CASE_KEYS].concat()),
            "{lang:?}"
        );
        assert_eq!(
            told("places"),
            Place::ALL.map(|it| format!("{{{}}}", it.word())).into(),
            "{lang:?}"
        );
        let kinds: Vec<_> = rows(document, "kinds", 0)
            .into_iter()
            .zip(rows(document, "kinds", 1))
            .collect();
        let expected: Vec<_> = KINDS
            .iter()
            .map(|kind| (set(&[kind.word]), set(kind.keys)))
            .collect();
        assert_eq!(kinds, expected, "{lang:?}");
        // And each has a line that tells what it is.
        for key in KINDS.iter().flat_map(|it| it.keys) {
            let item = document.contains(&format!("- `{key}`"));
            assert!(
                item || ["hint", "explain", "option"].contains(key),
                "{lang:?}: {key}"
            );
        }
        for bound in [LESSON_CHAPTERS, LESSON_LISTINGS, LESSON_QUESTIONS] {
            assert!(
                document.contains(&format!(" {bound} ")),
                "{lang:?}: {bound}"
            );
        }
    }
}

/// Protects the reader: the error that is shown is what the program says.
#[test]
fn the_mistake_that_is_shown_is_told_so() {
    for (lang, wrong, file) in [
        (Lang::Fr, "titre", "ma-lecon.toml"),
        (Lang::En, "titel", "my-lesson.toml"),
    ] {
        let document = DOCUMENTS.iter().find(|it| it.0 == lang).expect("both").1;
        let lesson = "lang = 'fr'\ntitle = 'x'\nlocal-name = 'x'\n\n[[chapter]]\nid = 'x'\ntext = '''\n\n\n\n'''\n";
        let lesson = format!("{lesson}{wrong} = 'x'\n");
        let mistake = Lesson::parse(lesson.as_bytes()).expect_err("a mistake");
        let said = mistake.sentence(file, lang).replace('\u{a0}', " ");
        assert!(document.contains(&said), "{said}");
    }
}
