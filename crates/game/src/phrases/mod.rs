//! All sentences for people, in French and in English.
//!
//! The sentences are in Fluent files, with one folder for each language and one file for each
//! subject; [`say`] looks one up. To add a sentence, write it in both folders under the same id: a
//! test compares them. French files have ordinary spaces, which [`typography`] makes no-break
//! spaces.

pub mod pseudonyms;
pub mod words;

use std::str::FromStr;
use std::sync::OnceLock;

pub use fluent_bundle::FluentValue as Value;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::langid;

use crate::visible::visible;

/// A language of the program's sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lang {
    /// French, the default.
    Fr,
    /// English.
    En,
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "fr" => Ok(Lang::Fr),
            "en" => Ok(Lang::En),
            _ => Err(()),
        }
    }
}

impl Lang {
    /// The language of a POSIX locale such as `en_GB.UTF-8`: French unless it is English.
    pub fn of_locale(locale: &str) -> Lang {
        let english = locale.len() >= 2 && locale[..2].eq_ignore_ascii_case("en");
        if english { Lang::En } else { Lang::Fr }
    }

    /// The language tag: `fr` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }
}

/// The files of the catalogue: the French and the English text of each subject.
const FILES: &[(&str, &str)] = &[
    (include_str!("fr/wire.ftl"), include_str!("en/wire.ftl")),
    (include_str!("fr/cli.ftl"), include_str!("en/cli.ftl")),
    (include_str!("fr/serve.ftl"), include_str!("en/serve.ftl")),
    (include_str!("fr/web.ftl"), include_str!("en/web.ftl")),
    (include_str!("fr/play.ftl"), include_str!("en/play.ftl")),
    (include_str!("fr/bot.ftl"), include_str!("en/bot.ftl")),
    (
        include_str!("fr/dialect.ftl"),
        include_str!("en/dialect.ftl"),
    ),
    (include_str!("fr/chat.ftl"), include_str!("en/chat.ftl")),
    (include_str!("fr/net.ftl"), include_str!("en/net.ftl")),
    (include_str!("fr/data.ftl"), include_str!("en/data.ftl")),
    (include_str!("fr/load.ftl"), include_str!("en/load.ftl")),
    (include_str!("fr/check.ftl"), include_str!("en/check.ftl")),
    (
        include_str!("fr/check-client.ftl"),
        include_str!("en/check-client.ftl"),
    ),
    (
        include_str!("fr/check-server.ftl"),
        include_str!("en/check-server.ftl"),
    ),
    (
        include_str!("fr/check-pair.ftl"),
        include_str!("en/check-pair.ftl"),
    ),
    (include_str!("fr/man.ftl"), include_str!("en/man.ftl")),
    (include_str!("fr/lesson.ftl"), include_str!("en/lesson.ftl")),
    (
        include_str!("fr/lesson-file.ftl"),
        include_str!("en/lesson-file.ftl"),
    ),
    (include_str!("fr/tap.ftl"), include_str!("en/tap.ftl")),
];

/// Formats the sentence of that id with these arguments. Texts among them may be a stranger's, so their
/// hidden characters are escaped.
///
/// # Panics
/// If there is no such sentence. Tests look up every id in the source.
pub fn say(lang: Lang, id: &str, args: &[(&str, Value<'_>)]) -> String {
    let bundle = bundle(lang);
    let pattern = bundle
        .get_message(id)
        .and_then(|message| message.value())
        .unwrap_or_else(|| panic!("no phrase {id} in {lang:?}"));
    let args: FluentArgs<'_> = args.iter().map(|(k, v)| (*k, shown(v))).collect();
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
    debug_assert!(errors.is_empty(), "phrase {id} in {lang:?}: {errors:?}");
    text.into_owned()
}

/// An argument as it is inserted.
fn shown<'a>(value: &'a Value<'_>) -> Value<'a> {
    match value {
        Value::String(text) => Value::String(visible(text)),
        other => other.clone(),
    }
}

/// Whether there is a sentence of that id.
pub fn has(lang: Lang, id: &str) -> bool {
    bundle(lang).has_message(id)
}

/// Formats a number with this many decimals and the language's decimal mark: `5,3`.
pub fn decimal(lang: Lang, number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    match lang {
        Lang::Fr => text.replace('.', ","),
        Lang::En => text,
    }
}

fn bundle(lang: Lang) -> &'static FluentBundle<FluentResource> {
    static FR: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    static EN: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    match lang {
        Lang::Fr => FR.get_or_init(|| load(lang)),
        Lang::En => EN.get_or_init(|| load(lang)),
    }
}

fn load(lang: Lang) -> FluentBundle<FluentResource> {
    let id = match lang {
        Lang::Fr => langid!("fr"),
        Lang::En => langid!("en"),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // No invisible marks around arguments: learners' programs compare bytes.
    bundle.set_use_isolating(false);
    for (fr, en) in FILES {
        let text = match lang {
            Lang::Fr => typography(fr),
            Lang::En => (*en).to_owned(),
        };
        let resource = FluentResource::try_new(text)
            .unwrap_or_else(|(_, errors)| panic!("a catalogue of {lang:?}: {errors:?}"));
        if let Err(errors) = bundle.add_resource(resource) {
            panic!("a phrase twice in {lang:?}: {errors:?}");
        }
    }
    bundle
}

/// Replaces the spaces before `: ; ! ? »` and after `«` by no-break spaces.
pub fn typography(text: &str) -> String {
    const NBSP: &str = "\u{a0}";
    let mut text = text.replace("« ", &format!("«{NBSP}"));
    for mark in [":", ";", "!", "?", "»"] {
        text = text.replace(&format!(" {mark}"), &format!("{NBSP}{mark}"));
    }
    text
}
