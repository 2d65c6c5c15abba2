//! Puts a dialect into sentences, with the evidence for each, and into JSON.

use serde_json::{Value as Json, json};

use super::learned::{AfterWin, Basis, Belief, Dialect, Grounds};
use super::learner::{GAME_TIME, LearnError, Played};
use super::meaning::Meaning;
use super::profile;
use super::question::Question;
use super::way::Way;
use game::phrases::{Lang, say};

/// What is known of a server, one sentence a line.
pub fn text(dialect: &Dialect, server: &str, lang: Lang) -> String {
    let mut lines = vec![say(lang, "dialect-title", &[("server", server.into())])];
    lines.extend(start(dialect, lang));
    lines.extend(dialect.asked.iter().map(|(question, text, reply)| {
        let args = [
            ("what", say(lang, asked(*question).phrase, &[]).into()),
            ("text", text.as_str().into()),
            ("reply", reply.as_str().into()),
        ];
        say(lang, "dialect-asked", &args)
    }));
    if dialect.unasked > 0 {
        lines.push(say(
            lang,
            "dialect-unasked",
            &[("count", dialect.unasked.into())],
        ));
    }
    lines.extend(messages(dialect, lang));
    lines.extend(dialect.answers.iter().map(|belief| answer(belief, lang)));
    lines.extend(
        dialect
            .after_win
            .map(|after| say(lang, after_win(after).phrase, &[])),
    );
    lines.join("\n- ")
}

/// What kind of program it is, and what is announced.
fn start(dialect: &Dialect, lang: Lang) -> Vec<String> {
    let size = ("size", profile::size(dialect).into());
    let traits = profile::of(dialect);
    let mut lines: Vec<String> = traits
        .map(|row| say(lang, row.phrase, std::slice::from_ref(&size)))
        .collect();
    if let Some(range) = dialect.range {
        let id = if dialect.announced {
            "dialect-range"
        } else {
            "dialect-no-range"
        };
        let args = [
            ("min", range.min.to_string().into()),
            ("max", range.max.to_string().into()),
        ];
        lines.push(say(lang, id, &args));
    }
    let tries = dialect
        .tries
        .map(|tries| say(lang, "dialect-tries", &[("tries", tries.into())]));
    lines.extend(tries);
    lines
}

/// How messages look in both directions.
fn messages(dialect: &Dialect, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(way) = &dialect.way {
        let message = |id, bytes: &[u8]| say(lang, id, &[("message", quoted(bytes).into())]);
        let opening = way.opening.as_ref().map(|words| way.words(words));
        lines.extend(opening.map(|bytes| message("dialect-opening", &bytes)));
        lines.push(message("dialect-message", &example(way)));
    }
    let second = dialect.second_read.then_some("dialect-second-read");
    lines.extend(second.map(|id| say(lang, id, &[])));
    lines.extend(dialect.deaf_to.map(|ending| {
        let end = Way::text("", ending).guess(0, 1);
        say(lang, "dialect-deaf", &[("end", quoted(&end).into())])
    }));
    lines
}

/// What an answer means: « "mayor" veut dire : ton nombre est trop petit, vu 4 fois ».
fn answer(belief: &Belief, lang: Lang) -> String {
    let id = if belief.is_contrary() {
        "dialect-answer-contrary"
    } else {
        "dialect-answer"
    };
    let phrase = |name: Name| say(lang, name.phrase, &[]);
    let args = [
        ("answer", belief.sample().into()),
        ("meaning", phrase(meaning(belief.meaning)).into()),
        ("times", belief.times.into()),
        ("grounds", phrase(grounds(belief.grounds)).into()),
    ];
    say(lang, id, &args)
}

/// How a value is named in JSON, and the id of its phrase.
struct Name {
    json: &'static str,
    phrase: &'static str,
}

const fn name(json: &'static str, phrase: &'static str) -> Name {
    Name { json, phrase }
}

fn meaning(meaning: Meaning) -> Name {
    match meaning {
        Meaning::TooSmall => name("too_small", "dialect-too-small"),
        Meaning::TooBig => name("too_big", "dialect-too-big"),
        Meaning::Found => name("found", "dialect-found"),
        Meaning::Wrong => name("wrong", "dialect-wrong"),
        Meaning::Lost => name("lost", "dialect-lost"),
        Meaning::Refused => name("refused", "dialect-refused"),
        Meaning::Nothing => name("nothing", "dialect-nothing"),
    }
}

fn grounds(grounds: Grounds) -> Name {
    match grounds {
        Grounds::Words => name("words", "dialect-grounds-words"),
        Grounds::Game => name("game", "dialect-grounds-game"),
        Grounds::Win => name("win", "dialect-grounds-win"),
    }
}

fn asked(question: Question) -> Name {
    match question {
        Question::Name => name("name", "dialect-ask-name"),
        Question::Password => name("password", "dialect-ask-password"),
        Question::Choice => name("choice", "dialect-ask-choice"),
        Question::Ready => name("ready", "dialect-ask-ready"),
        Question::Highest => name("highest", "dialect-ask-highest"),
        Question::Lowest => name("lowest", "dialect-ask-lowest"),
        Question::Again => name("again", "dialect-ask-again"),
        Question::Guess => name("guess", "dialect-ask-guess"),
    }
}

fn after_win(after: AfterWin) -> Name {
    match after {
        AfterWin::Closes => name("closes", "dialect-after-closes"),
        AfterWin::Asks => name("asks", "dialect-after-asks"),
        AfterWin::PlaysOn => name("plays_on", "dialect-after-plays-on"),
        AfterWin::StaysOpen => name("stays_open", "dialect-after-stays-open"),
        AfterWin::Hangs => name("hangs", "dialect-after-hangs"),
    }
}

/// The games that were played: what became of each, and what the claim rests on that it was won.
pub fn played(games: &[Played]) -> Json {
    let games = games.iter().map(|game| {
        json!({
            "won": game.won,
            "tries": game.tries,
            "number": game.number,
            "rests_on": game.basis.map(basis),
        })
    });
    games.collect()
}

/// The name of what a claim rests on. It never changes.
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Words => "words",
        Basis::LeftOver => "left_over",
        Basis::Tries => "tries",
        Basis::Known => "known",
    }
}

/// Why the games were not played.
pub fn error(error: &LearnError, server: &str, lang: Lang) -> String {
    let server = ("server", server.into());
    // The first message that is sent to any server.
    let first = quoted(b"50\n");
    let message = ("message", first.into());
    match error {
        LearnError::Silent => say(lang, "dialect-silent", &[server, message]),
        LearnError::Closes => say(lang, "dialect-closes", &[server, message]),
        LearnError::NotUnderstood(answer) => {
            let answer = ("answer", answer.as_str().into());
            say(lang, "dialect-not-understood", &[server, answer])
        }
        LearnError::Password(question) => {
            let question = ("question", question.as_str().into());
            say(lang, "dialect-password", &[server, question])
        }
        LearnError::WithoutHints(range) => {
            let range = [
                ("min", range.min.to_string().into()),
                ("max", range.max.to_string().into()),
            ];
            say(
                lang,
                "dialect-without-hints",
                &[&[server][..], &range].concat(),
            )
        }
        LearnError::TurnsAway => say(lang, "dialect-turns-away", &[server]),
        LearnError::Stuck => say(lang, "dialect-stuck", &[server]),
        LearnError::Contradiction => say(lang, "dialect-contradiction", &[server]),
        LearnError::Floods => say(lang, "dialect-floods", &[server]),
        LearnError::TooLong => {
            let seconds = ("seconds", GAME_TIME.as_secs().into());
            say(lang, "dialect-too-long", &[server, seconds])
        }
        LearnError::Gone => say(lang, "dialect-gone", &[server]),
    }
}

/// A guess as it is sent.
fn example(way: &Way) -> Vec<u8> {
    way.guess(50, 1)
}

/// Bytes between quotation marks, as Python writes them.
fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

/// The same as [`text`], for programs; `docs/dialects.md` has the table.
pub fn document(dialect: &Dialect) -> Json {
    let asked = dialect.asked.iter().map(|(question, text, reply)| {
        json!({ "question": asked(*question).json, "text": text, "reply": reply })
    });
    let answers = dialect.answers.iter().map(|belief| {
        json!({
            "text": belief.sample(),
            "guess": belief.first.guess,
            "meaning": meaning(belief.meaning).json,
            "times": belief.times,
            "grounds": grounds(belief.grounds).json,
            "words": belief.words().map(|it| meaning(it).json),
        })
    });
    let message = |bytes: Vec<u8>| bytes.escape_ascii().to_string();
    let way = dialect.way.as_ref();
    json!({
        "profile": profile::of(dialect).map(|row| row.id).collect::<Vec<_>>(),
        "speaks_first": dialect.speaks_first,
        "range": dialect.range.map(|range| json!({ "min": range.min, "max": range.max })),
        "announced": dialect.announced,
        "tries": dialect.tries,
        "asked": asked.collect::<Vec<_>>(),
        "unasked": dialect.unasked,
        "opening": way.and_then(|way| way.opening.as_ref().map(|words| message(way.words(words)))),
        "message": way.map(|way| message(example(way))),
        "newline": dialect.newline,
        "second_read": dialect.second_read,
        "restarts": dialect.restarts,
        "inverted": dialect.is_inverted(),
        "answers": answers.collect::<Vec<_>>(),
        "after_win": dialect.after_win.map(|after| after_win(after).json),
    })
}
