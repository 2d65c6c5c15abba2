//! The two lessons themselves: nothing of the original is missing, both say the same, every
//! explanation can be reached, and nothing tells an answer before it is due.

use game::address::kind::Kind;
use game::lesson::text::{Block, Piece, Style, Text};
use game::lesson::{Facts, Keep, Lesson, Question, Show, Task, Verdict};
use game::limits::{ANSWER_BYTES, LESSON_BYTES, PROGRAM_BYTES, SHORT_ANSWER_BYTES};
use game::phrases::Lang;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use toml::de::{DeTable, DeValue};

use super::{BOTH, classroom, judge};

/// Each question of the original, and where it is now.
const ORIGINAL: [(&str, &str); 24] = [
    ("I 1: how many machines on the internet", "combien-ipv4"),
    ("I 2: and with IPv6", "combien-ipv6"),
    ("I 3a: your address", "mon-adresse"),
    ("I 3b: your neighbour's", "adresse-voisin"),
    ("I 3c: what they have in common", "partie-commune"),
    ("I 3d: ping", "ping-voisin"),
    ("II 2: the address of the school's server", "nom-local"),
    ("II 3: the address of google.fr", "nom-google"),
    ("III 1: examples", "exemples"),
    ("III 2: parts", "roles"),
    ("IV server 1: the address", "serveur-adresse"),
    ("IV server 2a: the port", "serveur-port"),
    ("IV server 2b: another port, and the client", "mauvais-port"),
    ("IV server 2c: the client adapted", "bon-port"),
    ("IV server 3: what sends", "serveur-envoi"),
    ("IV server 4: the algorithm", "serveur-algorithme"),
    ("IV server 5: the last word", "fin"),
    ("client: where to", "client-destination"),
    ("client: what connects", "client-connexion"),
    ("client: what waits", "client-attente"),
    ("client: the algorithm", "client-algorithme"),
    ("game 1: parts", "jeu-roles"),
    ("game 2: the algorithms", "jeu-algorithmes"),
    ("game 3: the program", "jeu-programme"),
];

#[test]
fn every_question_of_the_original_has_its_place() {
    for lang in BOTH {
        let ids: Vec<&str> = Lesson::built_in(lang)
            .questions()
            .map(|it| it.id.as_str())
            .collect();
        for (what, id) in ORIGINAL {
            assert!(ids.contains(&id), "{what}: no {id} in {lang:?}");
        }
    }
}

/// What both languages must have in common of a question.
fn shape(question: &Question) -> String {
    let task = match &question.task {
        Task::Number(number) => {
            let cases: Vec<_> = number
                .cases
                .iter()
                .map(|it| (&it.when, it.verdict))
                .collect();
            format!("{:?} {} {cases:?}", number.value, number.exact)
        }
        Task::Word(word) | Task::Refusal(word) => {
            let cases: Vec<_> = word.cases.iter().map(|it| it.verdict).collect();
            format!(
                "{cases:?} {:?}",
                word.line.as_ref().map(|it| (&it.listing, it.number))
            )
        }
        Task::Choice(choices) => {
            let choices: Vec<_> = choices
                .iter()
                .map(|it| (&it.id, it.right, it.explain.is_some()))
                .collect();
            format!("{choices:?}")
        }
        Task::Name(name) => format!("{:?} {}", name.name, name.nowhere.is_empty()),
        other => format!("{other:?}"),
    };
    let parts = (question.hint.is_some(), question.explain.is_some());
    format!("{} {} {parts:?} {task}", question.id, question.kind.word)
}

#[test]
fn both_languages_are_one_lesson() {
    let [fr, en] = BOTH.map(Lesson::built_in);
    assert_eq!((fr.lang, en.lang), (Lang::Fr, Lang::En));
    assert_eq!(fr.local_name, en.local_name);
    let chapters = |lesson: &'static Lesson| {
        let one = |it: &'static game::lesson::Chapter| (&it.id, &it.listing, it.questions.len());
        lesson.chapters.iter().map(one).collect::<Vec<_>>()
    };
    assert_eq!(chapters(fr), chapters(en));
    for (fr, en) in fr.questions().zip(en.questions()) {
        assert_eq!(shape(fr), shape(en));
    }
    for (fr, en) in fr.listings.iter().zip(&en.listings) {
        assert_eq!(
            (&fr.id, fr.code.lines().count()),
            (&en.id, en.code.lines().count())
        );
    }
}

/// The strings of a key of a table in the file, one or several.
fn strings(table: &DeTable<'_>, key: &str) -> Vec<String> {
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => text.to_string(),
        other => panic!("a string, not {other:?}"),
    };
    match table
        .iter()
        .find(|(name, _)| name.get_ref() == key)
        .map(|it| it.1.get_ref())
    {
        None => Vec::new(),
        Some(DeValue::Array(values)) => values.iter().map(|it| text(it.get_ref())).collect(),
        Some(value) => vec![text(value)],
    }
}

/// The tables of a key.
fn tables<'a>(table: &'a DeTable<'a>, key: &str) -> Vec<&'a DeTable<'a>> {
    let found = table.iter().find(|(name, _)| name.get_ref() == key);
    let Some(DeValue::Array(values)) = found.map(|it| it.1.get_ref()) else {
        return Vec::new();
    };
    let table =
        |value: &'a toml::Spanned<DeValue<'a>>| value.get_ref().as_table().expect("a table");
    values.iter().map(table).collect()
}

/// Calls this for each question of the file, with its id.
fn each_question(lang: Lang, mut each: impl FnMut(&str, &DeTable<'_>)) {
    let path = format!("{}/lesson/{}.toml", env!("CARGO_MANIFEST_DIR"), lang.tag());
    let file = std::fs::read_to_string(path).expect("the lesson's file");
    let parsed = DeTable::parse(&file).expect("TOML");
    for chapter in tables(parsed.get_ref(), "chapter") {
        for question in tables(chapter, "question") {
            each(&strings(question, "id")[0], question);
        }
    }
}

/// Protects the explanations: a case that another one hides would never be read.
#[test]
fn every_case_is_reached_by_its_own_words() {
    for lang in BOTH {
        let lesson = Lesson::built_in(lang);
        let mut reached = 0;
        each_question(lang, |id, table| {
            let task = &lesson.question(id).expect("a question").task;
            for (index, case) in tables(table, "case").into_iter().enumerate() {
                let (verdict, text) = match task {
                    Task::Number(number) => {
                        (number.cases[index].verdict, &number.cases[index].text)
                    }
                    Task::Word(word) | Task::Refusal(word) => {
                        (word.cases[index].verdict, &word.cases[index].text)
                    }
                    other => panic!("no cases in {other:?}"),
                };
                for answer in [strings(case, "value"), strings(case, "words")].concat() {
                    let judged = judge(lang, id, answer.trim_end_matches('*'), &Facts::default());
                    assert_eq!(judged.verdict, verdict, "{lang:?} {id}: {answer}");
                    assert!(
                        judged.explanation.plain().starts_with(&text.plain()),
                        "{lang:?} {id}: {answer}: {}",
                        judged.explanation.plain()
                    );
                    reached += 1;
                }
            }
        });
        assert!(reached > 80, "{reached} cases");
    }
}

#[test]
fn every_accepted_word_is_right_and_shows_its_line() {
    for lang in BOTH {
        let lesson = Lesson::built_in(lang);
        let mut accepted = 0;
        each_question(lang, |id, table| {
            let question = lesson.question(id).expect("a question");
            for answer in strings(table, "accept") {
                let answer = answer.trim_end_matches('*');
                let judged = judge(lang, id, answer, &Facts::default());
                assert_eq!(judged.verdict, Verdict::Right, "{lang:?} {id}: {answer}");
                let has_line = matches!(&question.task, Task::Word(_));
                assert_eq!(
                    matches!(judged.show, Some(Show::Line { .. })),
                    has_line,
                    "{id}: {answer}"
                );
                accepted += 1;
            }
        });
        assert!(accepted > 20, "{accepted} words");
    }
}

#[test]
fn the_line_that_is_shown_has_the_answer() {
    for (id, part) in [
        ("serveur-adresse", "127.0.0.1"),
        ("serveur-port", "50000"),
        ("serveur-envoi", ".sendall(message.encode(\"utf8\"))"),
        ("fin", "!= \"FIN\":"),
        ("client-destination", "50000"),
        ("client-connexion", ".connect(("),
        ("client-attente", ".recv(1024)"),
    ] {
        for lang in BOTH {
            let lesson = Lesson::built_in(lang);
            let Some(Task::Word(word)) = lesson.question(id).map(|it| &it.task) else {
                panic!("{id} is no word question");
            };
            let line = word.line.as_ref().expect("a line");
            let listing = lesson.listings.iter().find(|it| it.id == line.listing);
            let code = &listing.expect("its listing").code;
            let text = code.lines().nth(line.number - 1).expect("such a line");
            assert!(text.contains(part), "{id}: {text}");
            // And the whole line is an answer, and so is its number.
            for answer in [text.to_owned(), format!("ligne {}", line.number)] {
                let judged = judge(lang, id, &answer, &Facts::default());
                assert_eq!(judged.verdict, Verdict::Right, "{id}: {answer}");
            }
        }
    }
}

#[test]
fn sentences_around_the_answer_will_do() {
    for (id, answer, verdict) in [
        (
            "fin",
            "Il faut taper le message FIN pour terminer.",
            Verdict::Right,
        ),
        ("fin", "« fin »", Verdict::Right),
        ("fin", "fini", Verdict::Wrong),
        ("serveur-envoi", "C'est la fonction send", Verdict::Right),
        ("serveur-envoi", "send et recv", Verdict::Near),
        ("serveur-port", "le port 50 000", Verdict::Right),
        (
            "client-destination",
            "Il se connecte à 127.0.0.1 sur le port 50000.",
            Verdict::Right,
        ),
        ("client-destination", "127.0.0.1", Verdict::Near),
        ("serveur-adresse", "la boucle locale", Verdict::Right),
        ("qui-commence", "serveur", Verdict::Right),
        ("qui-commence", "client", Verdict::Wrong),
        ("qui-commence", "personne", Verdict::Unclear),
        ("ping-voisin", "rien", Verdict::Right),
        ("exemples", "Netflix", Verdict::Kept),
        ("exemples", "  ", Verdict::Unclear),
    ] {
        let judged = judge(Lang::Fr, id, answer, &Facts::default());
        assert_eq!(
            judged.verdict,
            verdict,
            "{id}: {answer}: {}",
            judged.explanation.plain()
        );
    }
}

/// Protects the lesson: no verdict without a word about why, to whatever is answered.
#[test]
fn every_judgement_says_something() {
    for lang in BOTH {
        for question in Lesson::built_in(lang).questions() {
            for answer in [
                "",
                "42",
                "bonjour",
                "127.0.0.1",
                "192.168.1.77",
                "serveur",
                "2^32",
                "send",
                "fin",
            ] {
                for facts in [Facts::default(), classroom()] {
                    let judged = judge(lang, &question.id, answer, &facts);
                    let why = judged.explanation.plain();
                    assert!(
                        why.len() > 10,
                        "{lang:?} {}: {answer:?}: {why:?}",
                        question.id
                    );
                }
            }
        }
        assert!(
            Lesson::built_in(lang)
                .judge("nothing", "42", &Facts::default())
                .is_none()
        );
    }
}

/// Protects the questions: before an answer is sent, the page has nothing that tells it.
#[test]
fn the_page_gets_no_answers() {
    for lang in BOTH {
        let lesson = Lesson::built_in(lang);
        let page = serde_json::to_string(&lesson.view()).expect("JSON");
        let mut secrets = 0;
        let mut hidden = |text: &Text| {
            let told = serde_json::to_string(&text.0).expect("JSON");
            let told = told.trim_start_matches('[').trim_end_matches(']');
            assert!(!page.contains(told), "{told}");
            secrets += 1;
        };
        for question in lesson.questions() {
            question.hint.iter().for_each(&mut hidden);
            question.explain.iter().for_each(&mut hidden);
            match &question.task {
                Task::Number(number) => number.cases.iter().for_each(|it| hidden(&it.text)),
                Task::Word(word) | Task::Refusal(word) => {
                    word.cases.iter().for_each(|it| hidden(&it.text))
                }
                Task::Choice(choices) => choices
                    .iter()
                    .flat_map(|it| &it.explain)
                    .for_each(&mut hidden),
                _ => {}
            }
        }
        assert!(secrets > 80, "{secrets} texts");
        let page: serde_json::Value = serde_json::from_str(&page).expect("JSON");
        for chapter in page["chapters"].as_array().expect("chapters") {
            for question in chapter["questions"].as_array().expect("questions") {
                let keys: Vec<&String> = question.as_object().expect("an object").keys().collect();
                assert_eq!(
                    keys,
                    [
                        "id",
                        "kind",
                        "most_bytes",
                        "options",
                        "server",
                        "text",
                        "wins"
                    ]
                );
                for option in question["options"].as_array().expect("options") {
                    let keys: Vec<&String> =
                        option.as_object().expect("an object").keys().collect();
                    assert_eq!(keys, ["id", "text"]);
                }
            }
        }
    }
}

/// Protects pupils: nothing that tells where they are is kept.
#[test]
fn addresses_are_never_kept() {
    let answers = [
        "192.168.1.23",
        "mon adresse est 192.168.1.23.",
        "2a01:e0a:1:2::23",
        "127.0.0.1 et 10.0.0.7",
    ];
    for question in Lesson::built_in(Lang::Fr).questions() {
        for answer in answers {
            match question.keep(answer) {
                Keep::Verdict => {}
                Keep::Text(text) => {
                    let told = ["192.168", "2a01", "10.0.0"]
                        .iter()
                        .any(|it| text.contains(it));
                    assert!(!told, "{}: {text}", question.id);
                }
            }
        }
        let verdict_only = matches!(
            question.task,
            Task::OwnAddress
                | Task::NeighbourAddress
                | Task::CommonPart { .. }
                | Task::Prefix
                | Task::Name(_)
                | Task::Refusal(_)
                | Task::Practice(_)
                | Task::Game(_)
        );
        assert_eq!(
            question.keep("bonjour") == Keep::Verdict,
            verdict_only,
            "{}",
            question.id
        );
    }
    let question = Lesson::built_in(Lang::Fr)
        .question("exemples")
        .expect("the question");
    assert_eq!(question.keep("un jeu"), Keep::Text("un jeu".to_owned()));
}

proptest! {
    /// Protects pupils: however an address stands in a text, it is struck out.
    #[test]
    fn no_address_survives_in_a_text(
        v4 in any::<u32>(),
        v6 in any::<u128>(),
        before in prop::sample::select(vec!["", "ip ", "ip:", "(", "= ", "é", "x", "http://", "1.", "\n"]),
        after in prop::sample::select(vec!["", ".", ",", ")", ":50000", "/24", " fin", "%eth0", "..."]),
    ) {
        let ranges = [0x2000_u128 << 112, 0xfc00 << 112, 0xfe80 << 112];
        let question = Lesson::built_in(Lang::Fr).question("exemples").expect("the question");
        let ours = ranges.map(|range| IpAddr::V6(Ipv6Addr::from_bits(range | v6 >> 12)));
        for address in ours.into_iter().chain([IpAddr::V4(Ipv4Addr::from_bits(v4))]) {
            let kind = Kind::of(address);
            if matches!(kind, Kind::Loopback | Kind::Unspecified | Kind::Documentation) {
                continue;
            }
            let text = format!("{before}{address}{after}");
            let Keep::Text(kept) = question.keep(&text) else {
                panic!("the text of this question is kept");
            };
            prop_assert!(!kept.contains(&address.to_string()), "{} in {}", address, kept);
            prop_assert!(kept.contains("[IP]"), "{}", kept);
        }
    }

    /// Protects the server: whatever is answered to whatever question, there is a judgement.
    #[test]
    fn any_answer_to_any_question_is_judged(answer in any::<String>()) {
        for lang in BOTH {
            for question in Lesson::built_in(lang).questions() {
                judge(lang, &question.id, &answer, &classroom());
                question.keep(&answer);
            }
        }
    }
}

#[test]
fn answers_have_a_bound() {
    let long = "x".repeat(PROGRAM_BYTES + 1);
    for question in Lesson::built_in(Lang::Fr).questions() {
        let judged = judge(Lang::Fr, &question.id, &long, &Facts::default());
        assert_eq!(judged.verdict, Verdict::Unclear, "{}", question.id);
        assert!(
            judged.explanation.plain().contains("octets"),
            "{}",
            question.id
        );
        let most = match question.task {
            Task::Text => ANSWER_BYTES,
            Task::Program => PROGRAM_BYTES,
            _ => SHORT_ANSWER_BYTES,
        };
        assert_eq!(question.kind.most_bytes(), most, "{}", question.id);
        let one_more = judge(Lang::Fr, &question.id, &long[..=most], &Facts::default());
        assert_eq!(one_more.explanation, judged.explanation, "{}", question.id);
    }
    for lang in BOTH {
        let path = format!("{}/lesson/{}.toml", env!("CARGO_MANIFEST_DIR"), lang.tag());
        let bytes = std::fs::metadata(path).expect("the file").len();
        assert!(
            bytes * 10 <= LESSON_BYTES as u64,
            "{bytes} bytes: the bound says ten times the lesson"
        );
    }
}

/// The words of a text that are no code.
fn prose(text: &Text, each: &mut impl FnMut(&str)) {
    let lines = text.0.iter().flat_map(|block| match block {
        Block::Paragraph(line) => vec![line],
        Block::List(lines) => lines.iter().collect(),
        Block::Code(_) => Vec::new(),
    });
    for span in lines.flatten().filter(|span| span.style != Style::Code) {
        for piece in &span.pieces {
            if let Piece::Words(words) = piece {
                each(words);
            }
        }
    }
}

/// Protects French typography: a no-break space before each double mark, curly apostrophes.
#[test]
fn french_is_set_as_french() {
    let lesson = Lesson::built_in(Lang::Fr);
    let mut checked = 0;
    let mut check = |words: &str| {
        checked += 1;
        let chars: Vec<char> = words.chars().collect();
        for (at, c) in chars.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| chars[at]);
            let after = chars.get(at + 1);
            let wrong = match c {
                '»' | ';' | '!' | '?' | ':' => {
                    before.is_some_and(|c| c != '\u{a0}' && c != '!' && c != '?')
                }
                '«' => after.is_some_and(|c| *c != '\u{a0}'),
                '\'' => true,
                '.' => after == Some(&'.'),
                _ => false,
            };
            assert!(!wrong, "{c} in {words:?}");
        }
    };
    for chapter in &lesson.chapters {
        prose(&chapter.text, &mut check);
        for question in &chapter.questions {
            prose(&question.text, &mut check);
            question
                .hint
                .iter()
                .chain(&question.explain)
                .for_each(|it| prose(it, &mut check));
            match &question.task {
                Task::Number(number) => number
                    .cases
                    .iter()
                    .for_each(|it| prose(&it.text, &mut check)),
                Task::Word(word) | Task::Refusal(word) => {
                    word.cases.iter().for_each(|it| prose(&it.text, &mut check))
                }
                Task::Choice(choices) => {
                    choices.iter().for_each(|it| prose(&it.text, &mut check));
                    choices
                        .iter()
                        .flat_map(|it| &it.explain)
                        .for_each(|it| prose(it, &mut check));
                }
                _ => {}
            }
        }
    }
    assert!(checked > 300, "{checked} pieces");
}
