//! The dialects of the sample: each row of `dialects.csv` as a server, as far as the row says.

use std::collections::BTreeMap;

use game::rules::Range;
use lab::dialect::{AfterWin, Wish};

use super::clock;
use super::server::{After, Framing, Misread, Prompting, Spec};

const ROWS: &str = include_str!("dialects.csv");

type Row = BTreeMap<String, String>;

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(ROWS.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("a row of the sample"))
        .collect()
}

/// What is between single quotes in a remark.
fn quoted(remark: &str) -> Vec<&str> {
    remark.split('\'').skip(1).step_by(2).collect()
}

/// What a server of that language asks first.
fn questions(asked: &str) -> Vec<Option<String>> {
    let texts = [
        (
            "asks the largest number",
            &["Quel est le plus grand nombre ? "][..],
        ),
        (
            "asks the name then the level",
            &["What is your name? ", "Level (easy, medium, hard)? "],
        ),
        ("asks the name", &["Enter your name: "]),
        ("username", &["username? "]),
    ];
    let found = texts
        .into_iter()
        .find(|(start, _)| asked.starts_with(start));
    let texts = found.map_or(&[][..], |(_, texts)| texts);
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

fn spec(row: &Row) -> Spec {
    let (range, other, asked) = (&row["range"], &row["other"], &row["asked_before_playing"]);
    let (min, max) = range.split_once("..").expect("MIN..MAX");
    // 1..N: the number that the client has asked for.
    let range = (min.parse().expect("an integer"), max.parse().unwrap_or(100));
    let speaks = row["first"] == "server";
    let quotes = quoted(other);
    let prompt = quotes.iter().find(|_| other.contains("prompt")).copied();
    let announced = format!("{min} - {}\n", range.1);
    let greeting = match prompt {
        Some(prompt) => prompt.to_owned(),
        None if asked.contains('\'') => quoted(asked)[0].to_owned(),
        None => announced,
    };
    let (form, opening) = match row["other"].as_str() {
        other if other.contains("'GUESS n'") => ("GUESS {n}", None),
        other if other.contains("'n,try'") => ("{n},{t}", None),
        other if other.contains("'STA'") => ("TRY {n}", Some("STA")),
        other if other.contains("'username:x'") => ("{n}", Some("username:Robot")),
        _ if asked.contains("REGISTER") => ("{n}", Some("REGISTER Robot")),
        _ => ("{n}", None),
    };
    let words = |key: &str| row[key].replace("|k", "|{k}").replace(" N ", " {k} ");
    let lines = other.contains("encore N essai(s)");
    Spec {
        greeting: speaks.then_some(greeting),
        framing: match row["framing"].as_str() {
            "lf" | "crlf" => Framing::Lines,
            _ => Framing::Reads,
        },
        newline: row["framing"] != "none",
        range,
        questions: if asked == "username" {
            Vec::new()
        } else {
            questions(asked)
        },
        form: form.to_owned(),
        opening: opening.map(str::to_owned),
        too_small: words("too_low")
            + if lines {
                "\nVous avez encore {l} essai(s) !"
            } else {
                ""
            },
        too_big: words("too_high")
            + if lines {
                "\nVous avez encore {l} essai(s) !"
            } else {
                ""
            },
        found: words("won"),
        prompt: prompt.unwrap_or_default().to_owned(),
        prompting: prompt.map_or(Prompting::None, |_| Prompting::NextLine),
        misread: Misread::Says("error"),
        after: match row["after_win"].as_str() {
            "plays on" | "0 quits" => After::PlaysOn,
            "asks to play again" => After::Asks,
            "hangs" => After::Hangs,
            _ => After::Closes,
        },
        tries: lines.then_some(5),
        ..Spec::default()
    }
}

fn optimum(spec: &Spec) -> u32 {
    let (min, max) = (spec.range.0 as i32, spec.range.1 as i32);
    Range { min, max }.optimum()
}

/// Whether the learner can know the range.
fn is_told(spec: &Spec) -> bool {
    spec.range == (1, 100) || spec.greeting.as_ref().is_some_and(|it| it.contains(" - "))
}

/// Every number of the range is found, in the optimum and two tries more.
#[test]
fn every_dialect_of_the_sample_is_won() {
    for (index, row) in rows().iter().enumerate() {
        let spec = spec(row);
        let optimum = optimum(&spec);
        // A range that nobody tells is taken for the lesson's until its numbers are ruled out.
        let search = if is_told(&spec) {
            0
        } else {
            Range::LESSON.optimum()
        };
        for seed in 0..40 {
            let run = clock::play(&spec, seed, Wish::default());
            let told = || format!("row {} {row:?}, seed {seed}: {}", index + 2, run.told());
            let played = run.learner.played();
            assert!(run.outcome.is_ok() && played.len() == 1, "{}", told());
            if spec.tries.is_some() {
                // Five tries of a hundred and one numbers: one game in three.
                assert!(played[0].tries <= 5, "{}", told());
                continue;
            }
            let most = optimum + 2 + search;
            assert!(played[0].won && played[0].tries <= most, "{}", told());
            let after = run.learner.dialect().after_win;
            let expected = match spec.after {
                // A first win that nothing proves is played again, which shows it.
                After::PlaysOn if run.truth.len() > 1 => AfterWin::PlaysOn,
                After::Closes => AfterWin::Closes,
                After::Asks => AfterWin::Asks,
                After::PlaysOn | After::Hangs => AfterWin::StaysOpen,
            };
            assert_eq!(after, Some(expected), "{}", told());
        }
    }
}

/// A second game costs no calibration: the words are known.
#[test]
fn later_games_need_no_more_than_the_optimum() {
    for row in rows().iter().filter(|row| row["after_win"] != "crashes") {
        let spec = spec(row);
        if spec.tries.is_some() {
            continue;
        }
        let optimum = optimum(&spec);
        let run = clock::play(
            &spec,
            5,
            Wish {
                games: 6,
                ..Wish::default()
            },
        );
        let played = run.learner.played();
        assert_eq!(run.won(), 6, "{row:?}: {}", run.told());
        let most = played[1..].iter().map(|game| game.tries).max();
        assert!(most <= Some(optimum), "{row:?}: {}", run.told());
    }
}
