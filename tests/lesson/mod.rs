//! The lesson: that every question can be answered here and now, and that what pupils may write
//! gets the verdict and the words that it should.

mod addresses;
mod content;
mod mistakes;
mod names;
mod numbers;
mod practice;
mod programs;

use game::address::Interface;
use game::lesson::{Facts, Judgement, Lesson, Neighbour, Verdict};
use game::phrases::Lang;

const BOTH: [Lang; 2] = [Lang::Fr, Lang::En];

/// What a lesson says about an answer.
fn judge(lang: Lang, question: &str, answer: &str, facts: &Facts) -> Judgement {
    let judged = Lesson::built_in(lang).judge(question, answer, facts);
    judged.unwrap_or_else(|| panic!("no question {question} in {lang:?}"))
}

/// The verdict, and the explanation in plain words.
fn said(question: &str, answer: &str, facts: &Facts) -> (Verdict, String) {
    let judgement = judge(Lang::Fr, question, answer, facts);
    (judgement.verdict, judgement.explanation.plain())
}

/// Each answer gets its verdict, and an explanation with these words in it.
fn expect(question: &str, facts: &Facts, cases: &[(&str, Verdict, &str)]) {
    for (answer, verdict, words) in cases {
        let (told, why) = said(question, answer, facts);
        assert_eq!(told, *verdict, "{question}: {answer:?}: {why}");
        let why = why.replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
        assert!(
            why.contains(words),
            "{question}: {answer:?}: no {words:?} in {why:?}"
        );
    }
}

/// An interface of the server's.
fn interface(name: &str, address: &str, network: &str) -> Interface {
    Interface {
        name: name.to_owned(),
        address: address.parse().expect("an address"),
        network: network.parse().expect("a network"),
    }
}

/// Another pupil.
fn pupil(name: &str, seen: &str) -> Neighbour {
    Neighbour {
        name: name.to_owned(),
        seen: seen.parse().expect("an address"),
    }
}

/// A classroom: the server, a pupil at 192.168.1.23, Léa beside them and Max.
fn classroom() -> Facts {
    Facts {
        seen: "192.168.1.23".parse().ok(),
        server: vec![
            interface("lo", "127.0.0.1", "127.0.0.0/8"),
            interface("eth0", "192.168.1.10", "192.168.1.0/24"),
            interface("eth0", "2a01:e0a:1:2::10", "2a01:e0a:1:2::/64"),
        ],
        neighbours: vec![pupil("Léa", "192.168.1.77"), pupil("Max", "192.168.1.24")],
        ..Facts::default()
    }
}
