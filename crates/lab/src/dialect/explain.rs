//! A dialect in sentences, with the evidence for each, and as JSON.

use serde_json::{Value as Json, json};

use super::learned::{AfterWin, Belief, Dialect, Grounds};
use super::learner::{GAME_TIME, Stop};
use super::meaning::Meaning;
use super::question::Question;
use super::way::Way;
use game::phrases::{Lang, say};

/// What is believed of a server, a sentence a line.
pub fn text(dialect: &Dialect, server: &str, lang: Lang) -> String {
    let mut lines = vec![say(lang, "dialect-title", &[("server", server.into())])];
    lines.extend(start(dialect, lang));
    lines.extend(dialect.asked.iter().map(|(question, text, reply)| {
        let args = [
            ("what", say(lang, asked(*question), &[]).into()),
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
            .map(|after| say(lang, after_win(after), &[])),
    );
    lines.join("\n- ")
}

/// Who speaks first, and what is announced.
fn start(dialect: &Dialect, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let first = dialect.speaks_first.map(|first| match first {
        true => "dialect-speaks-first",
        false => "dialect-listens-first",
    });
    lines.extend(first.map(|id| say(lang, id, &[])));
    if let Some(range) = dialect.range {
        let id = match dialect.announced {
            true => "dialect-range",
            false => "dialect-no-range",
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
    let ending = dialect.newline.map(|newline| match newline {
        true => "dialect-answers-in-lines",
        false => "dialect-answers-bare",
    });
    let second = dialect.second_read.then_some("dialect-second-read");
    lines.extend(
        ending
            .into_iter()
            .chain(second)
            .map(|id| say(lang, id, &[])),
    );
    lines
}

/// « "mayor" veut dire : ton nombre est trop petit, vu 4 fois ».
pub fn answer(belief: &Belief, lang: Lang) -> String {
    let id = match belief.is_contrary() {
        true => "dialect-answer-contrary",
        false => "dialect-answer",
    };
    let args = [
        ("answer", belief.sample().into()),
        ("meaning", meaning(belief.meaning, lang).into()),
        ("times", belief.times.into()),
        ("grounds", say(lang, grounds(belief.grounds), &[]).into()),
    ];
    say(lang, id, &args)
}

/// A meaning in words.
pub fn meaning(meaning: Meaning, lang: Lang) -> String {
    let id = match meaning {
        Meaning::TooSmall => "dialect-too-small",
        Meaning::TooBig => "dialect-too-big",
        Meaning::Found => "dialect-found",
        Meaning::Lost => "dialect-lost",
        Meaning::Refused => "dialect-refused",
        Meaning::Nothing => "dialect-nothing",
    };
    say(lang, id, &[])
}

fn grounds(grounds: Grounds) -> &'static str {
    match grounds {
        Grounds::Words => "dialect-grounds-words",
        Grounds::Game => "dialect-grounds-game",
        Grounds::Win => "dialect-grounds-win",
    }
}

fn asked(question: Question) -> &'static str {
    match question {
        Question::Name => "dialect-ask-name",
        Question::Choice => "dialect-ask-choice",
        Question::Ready => "dialect-ask-ready",
        Question::Highest => "dialect-ask-highest",
        Question::Lowest => "dialect-ask-lowest",
        Question::Again => "dialect-ask-again",
        Question::Guess => "dialect-ask-guess",
    }
}

fn after_win(after: AfterWin) -> &'static str {
    match after {
        AfterWin::Closes => "dialect-after-closes",
        AfterWin::Asks => "dialect-after-asks",
        AfterWin::PlaysOn => "dialect-after-plays-on",
        AfterWin::StaysOpen => "dialect-after-stays-open",
        AfterWin::Hangs => "dialect-after-hangs",
    }
}

/// Why the games were cut short.
pub fn stop(stop: &Stop, server: &str, lang: Lang) -> String {
    let server = ("server", server.into());
    // What is sent to everybody first.
    let first = quoted(b"50\n");
    let message = ("message", first.into());
    match stop {
        Stop::Silent => say(lang, "dialect-silent", &[server, message]),
        Stop::Closes => say(lang, "dialect-closes", &[server, message]),
        Stop::NotUnderstood(answer) => {
            let answer = ("answer", answer.as_str().into());
            say(lang, "dialect-not-understood", &[server, answer])
        }
        Stop::Contradiction => say(lang, "dialect-contradiction", &[server]),
        Stop::Floods => say(lang, "dialect-floods", &[server]),
        Stop::TooLong => {
            let seconds = ("seconds", GAME_TIME.as_secs().into());
            say(lang, "dialect-too-long", &[server, seconds])
        }
        Stop::Gone => say(lang, "dialect-gone", &[server]),
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
        json!({ "question": word(question), "text": text, "reply": reply })
    });
    let answers = dialect.answers.iter().map(|belief| {
        json!({
            "text": belief.sample(),
            "guess": belief.first.guess,
            "meaning": word(&belief.meaning),
            "times": belief.times,
            "grounds": word(&belief.grounds),
            "words": belief.words().map(|it| word(&it)),
        })
    });
    let message = |bytes: Vec<u8>| bytes.escape_ascii().to_string();
    let way = dialect.way.as_ref();
    json!({
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
        "after_win": dialect.after_win.as_ref().map(word),
    })
}

/// The name of a variant as documents have it: `too_small`.
fn word(variant: &impl std::fmt::Debug) -> String {
    let name = format!("{variant:?}");
    let mut word = String::with_capacity(name.len() + 2);
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}
