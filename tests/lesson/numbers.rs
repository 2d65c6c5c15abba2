//! Numbers in all their writings, near misses, and whatever else comes in.

use game::lesson::{Facts, Lesson, Verdict};
use game::limits::SHORT_ANSWER_BYTES;
use proptest::prelude::*;

use super::expect;
use Verdict::{Near, Right, Unclear, Wrong};

#[test]
fn the_number_of_ipv4_addresses() {
    expect(
        "combien-ipv4",
        &Facts::default(),
        &[
            ("2^32", Right, "4 294 967 296"),
            ("4294967296", Right, "256"),
            ("4,3 milliards", Right, "Bien arrondi"),
            ("environ 4 milliards", Right, "Bien arrondi"),
            ("256⁴", Right, ""),
            ("2^32 = 4 294 967 296 ≈ 4,3 milliards", Right, ""),
            ("4,29e9", Right, "Bien arrondi"),
            ("4,2 milliards", Near, "coupé"),
            ("4.3 billion", Near, "faux amis"),
            ("4,3 millions", Near, "leur rang"),
            ("4,5 milliards", Near, "ordre de grandeur"),
            ("2^31", Near, "2^31"),
            ("2147483648", Near, "2^31"),
            ("2^33", Near, "2^33"),
            ("2^64", Near, "2^64"),
            ("65536", Near, "deux octets"),
            ("65 536", Near, "deux octets"),
            ("256²", Near, "deux octets"),
            ("4294967295", Near, "Tout près"),
            ("255^4", Near, "en comptant le 0"),
            ("32 bits donc 2^32", Right, "4 294 967 296"),
            ("4,29.10^9", Right, "Bien arrondi"),
            ("2^32 soit plus de 4,2 milliards", Right, "256"),
            ("2^32 - 2 car on enlève 2 adresses", Near, "Tout près"),
            ("4 octets, 2^31", Near, "2^31"),
            ("2^32 ou 2^128", Near, "pas tout seul"),
            ("9^9^9^9", Wrong, "mille chiffres"),
            ("12", Wrong, "combinaisons"),
            ("80 milliards", Wrong, "combinaisons"),
            ("une infinité", Unclear, "pas de nombre"),
            ("", Unclear, "vide"),
        ],
    );
    // 2^128 in all its writings.
    for answer in [
        "2^128",
        "2**128",
        "2¹²⁸",
        "256^16",
        "16^32",
        "3,4 × 10^38",
        "3,4e38",
        "3.4*10**38",
        "340 sextillions",
        "340282366920938463463374607431768211456",
        "340 282 366 920 938 463 463 374 607 431 768 211 456",
        "340 milliards de milliards de milliards de milliards",
    ] {
        expect("combien-ipv4", &Facts::default(), &[(answer, Near, "IPv6")]);
        expect(
            "combien-ipv6",
            &Facts::default(),
            &[(answer, Right, "sextillions")],
        );
    }
}

#[test]
fn the_number_of_ipv6_addresses() {
    expect(
        "combien-ipv6",
        &Facts::default(),
        &[
            ("3,4 x 10^38", Right, "Bien arrondi"),
            ("2^32", Near, "128"),
            ("2^127", Near, "2^127"),
            ("2^129", Near, "2^129"),
            ("2^64", Near, "2^64"),
            ("256^128", Near, "128 octets"),
            ("128^2", Near, "échangés"),
            ("3,4e37", Near, "leur rang"),
            ("340 undecillion", Near, "faux amis"),
        ],
    );
}

/// Small numbers are not rounded: 10 is not nearly 7.
#[test]
fn small_numbers_are_exact() {
    expect(
        "essais",
        &Facts::default(),
        &[
            ("7", Right, "dichotomie"),
            ("sept", Right, "dichotomie"),
            ("7 essais", Right, "dichotomie"),
            ("6", Near, "après 6 essais"),
            ("7,2", Wrong, "élimine"),
            ("70", Wrong, "élimine"),
            ("100", Near, "trop petit"),
        ],
    );
}

#[test]
fn a_teacher_may_ask_for_all_digits() {
    let file = "lang = 'en'\ntitle = 'x'\nlocal-name = 'x'\n[[chapter]]\nid = 'x'\ntitle = 'x'\n\
        [[chapter.question]]\nid = 'n'\nkind = 'number'\ntext = 'x'\nvalue = '2^32'\nexact = true\n";
    let lesson = Lesson::parse(file.as_bytes()).expect("a lesson");
    let verdict = |answer| {
        lesson
            .judge("n", answer, &Facts::default())
            .expect("n")
            .verdict
    };
    assert_eq!(verdict("4.3 billion"), Near);
    assert_eq!(verdict("4,294,967,296"), Right);
}

proptest! {
    /// Protects the server: whatever is typed is read in bounded time and memory, without a panic.
    #[test]
    fn anything_is_read(text in prop_oneof![
        any::<String>(),
        "[0-9 .,^*x×+()e'_²³-]{0,400}",
        "(\\(|9\\^|2\\*\\*|999999999|e999|mille |milliards ){0,60}",
    ]) {
        let text: String = text.chars().scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= SHORT_ANSWER_BYTES).then_some(c)
        }).collect();
        for lang in super::BOTH {
            super::judge(lang, "combien-ipv4", &text, &Facts::default());
        }
    }
}
