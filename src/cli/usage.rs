//! Explains a wrong command line in one sentence: what is wrong, with which argument, and what to type
//! instead.

use std::error::Error;
use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use super::values::Expected;
use game::phrases::{Lang, Value, say};
use os::console::{Failure, is_terminal};

/// Handles what clap returned instead of a command line. Help and version are printed.
///
/// # Errors
/// The command line is wrong, or standard output cannot be written.
pub fn answer(error: &clap::Error, args: &[OsString], lang: Lang) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => error
            .print()
            .map_err(|source| Failure::output(&source, lang)),
        _ if args.len() <= 1 && is_terminal() => Err(Failure::Usage(say(lang, "usage-tour", &[]))),
        _ => Err(Failure::Usage(sentence(error, args, lang))),
    }
}

/// The sentence for a command line that clap refused.
pub fn sentence(error: &clap::Error, args: &[OsString], lang: Lang) -> String {
    let argument = argument(error);
    let help = format!("{} --help", command_path(args));
    let say = |id: &str, more: &[(&str, Value<'_>)]| {
        let mut all = vec![
            ("argument", Value::from(argument.as_str())),
            ("help", Value::from(help.as_str())),
        ];
        all.extend_from_slice(more);
        game::phrases::say(lang, id, &all)
    };
    let suggested =
        |kind| text(error, kind).map(|it| say("usage-suggestion", &[("it", it.into())]));
    match error.kind() {
        ErrorKind::UnknownArgument => match suggested(ContextKind::SuggestedArg) {
            Some(hint) => say("usage-unknown-close", &[("hint", hint.into())]),
            None => say("usage-unknown", &[]),
        },
        ErrorKind::InvalidSubcommand => {
            let command = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let hint = suggested(ContextKind::SuggestedSubcommand);
            let id = hint
                .as_ref()
                .map_or("usage-command", |_| "usage-command-close");
            let hint = hint.unwrap_or_default();
            say(id, &[("command", command.into()), ("hint", hint.into())])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let above = command_path(args);
            match above.as_str() {
                "juste-prix" => say("usage-no-command", &[]),
                _ => say("usage-no-subcommand", &[("command", above.into())]),
            }
        }
        ErrorKind::ValueValidation => {
            if expected_id(error) == Some(Expected::SECRET) {
                return say("usage-secret", &[]);
            }
            let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
            let expected = expected(error, lang);
            let args = [("value", value.into()), ("expected", expected.into())];
            say("usage-value", &args)
        }
        ErrorKind::InvalidValue => say("usage-no-value", &[]),
        ErrorKind::TooManyValues => say("usage-flag-value", &[]),
        ErrorKind::ArgumentConflict => say("usage-twice", &[]),
        ErrorKind::MissingRequiredArgument => say("usage-missing", &[]),
        ErrorKind::InvalidUtf8 => say("usage-utf8", &[]),
        _ => say("usage-other", &[]),
    }
}

/// The sentence that says what to type instead of the refused value.
fn expected(error: &clap::Error, lang: Lang) -> String {
    let id = expected_id(error).map_or("expect-help", |expected| expected.0);
    say(lang, id, &[])
}

fn expected_id(error: &clap::Error) -> Option<Expected> {
    let source = error.source()?.downcast_ref::<Expected>();
    source.copied()
}

/// The wrong argument: an option as it is typed, a positional argument by its name.
fn argument(error: &clap::Error) -> String {
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    match argument.starts_with('-') {
        true => argument
            .split([' ', '='])
            .next()
            .unwrap_or_default()
            .to_owned(),
        false => bare(&argument).to_owned(),
    }
}

/// The name of a positional argument, without the brackets that mark it as optional or required.
fn bare(argument: &str) -> &str {
    let inside = |open, close| argument.strip_prefix(open)?.strip_suffix(close);
    inside('[', ']')
        .or_else(|| inside('<', '>'))
        .unwrap_or(argument)
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

/// The commands that were typed: `juste-prix serve` or `juste-prix net me`.
fn command_path(args: &[OsString]) -> String {
    let mut command = Cli::command();
    let mut path = command.get_name().to_owned();
    for arg in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if let Some(below) = command.find_subcommand(arg).cloned() {
            path = format!("{path} {arg}");
            command = below;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    fn refused(line: &str, lang: Lang) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = parse(&args, lang).expect_err(line);
        sentence(&error, &args, lang).replace('\u{a0}', " ")
    }

    /// Each wrong line has its own sentence, which names what is wrong, in both languages.
    #[test]
    fn a_wrong_line_is_told_in_one_sentence() {
        let lines = [
            ("juste-prix", "juste-prix --help"),
            ("juste-prix server", "serve"),
            ("juste-prix chat", "juste-prix chat --help"),
            ("juste-prix chat serv", "serve"),
            (
                "juste-prix chat join --xyzzy",
                "juste-prix chat join --help",
            ),
            ("juste-prix xyzzy", "xyzzy"),
            ("juste-prix serve --liste 5", "--listen"),
            ("juste-prix serve --xyzzy", "juste-prix serve --help"),
            ("juste-prix serve extra", "extra"),
            ("juste-prix serve --listen", "--listen"),
            ("juste-prix serve --listen nowhere", "192.168.1.10:50000"),
            ("juste-prix serve --json=yes", "--json"),
            ("juste-prix serve --json --json", "--json"),
            ("juste-prix serve --range 5", "1..100"),
            (
                "juste-prix serve --room A=sans-depasser",
                "4821=sans-depasser,1..100,60",
            ),
            ("juste-prix verify 00", "PREUVE"),
            ("juste-prix export --format pdf", "json"),
            ("juste-prix --lang de serve", "fr"),
        ];
        for lang in [Lang::Fr, Lang::En] {
            for (line, names) in lines {
                let sentence = refused(line, lang);
                assert!(sentence.contains(names), "{line}: {sentence}");
                assert!(
                    sentence.ends_with('.') && !sentence.contains('\n'),
                    "{sentence}"
                );
            }
        }
    }

    #[test]
    fn one_argument_of_verify_misses_the_other() {
        let line = format!("juste-prix verify {}", "0".repeat(64));
        assert!(refused(&line, Lang::En).contains("OPENING"));
        assert!(refused(&line, Lang::Fr).contains("OUVERTURE"));
    }
}
