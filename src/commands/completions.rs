//! `completions`: writes a shell's completion script. Shells that show help beside a word show that
//! of `--help`.

use clap::{Arg, Command, CommandFactory, ValueHint};

use crate::cli::{Cli, Completions, help};
use game::phrases::Lang;
use os::console::{Failure, print};

/// Writes the shell's script on standard output.
///
/// # Errors
/// Standard output cannot be written.
pub fn completions(args: &Completions, lang: Lang) -> Result<(), Failure> {
    let mut command = help::localized(offering(Cli::command()), lang);
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    let script = String::from_utf8(script).expect("made of names and phrases");
    // clap_complete's bash script spells a program's name with a hyphen in two ways, and so offers
    // no options after a command (https://github.com/clap-rs/clap/issues/6421).
    let script = script.replace("juste__subcmd__prix", "juste__prix");
    print(script.trim_end(), lang)
}

/// Adds to each argument what a shell may offer for its value.
fn offering(command: Command) -> Command {
    command.mut_args(offered).mut_subcommands(offering)
}

/// Adds what a shell may offer for a value: words, host names or paths. For any other value it offers
/// nothing, rather than the files of the current folder. The words do not replace the argument's own
/// parser, which reads the command line.
fn offered(arg: Arg) -> Arg {
    let Some(name) = help::value_name(&arg) else {
        return arg;
    };
    let hint = match name {
        "HOST-PORT" | "HOST" | "NAME-OR-IP" | "DNS" => ValueHint::Hostname,
        "DIR" | "DIR-OR-MEMORY" => ValueHint::DirPath,
        "FILE" => ValueHint::FilePath,
        _ => ValueHint::Other,
    };
    match words(name) {
        Some(words) => arg.value_parser(words.to_vec()),
        None => arg.value_hint(hint),
    }
}

/// The words of a value that has no others.
fn words(value: &str) -> Option<&'static [&'static str]> {
    Some(match value {
        "LANG" => &["fr", "en"],
        "PACK" => &["fr", "en", "plus", "signes"],
        "STRATEGY" => &["bisect", "linear", "random"],
        "FORMAT" => &["csv", "json", "xlsx"],
        "TABLE" => &["rounds", "tries", "answers", "tournament"],
        "SHELL" => &["bash", "zsh", "fish", "powershell"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values;

    /// Protects a pupil who takes what Tab offers: the arguments' own parsers know each word.
    #[test]
    fn each_word_that_is_offered_is_accepted() {
        let check = |value: &str, accepts: fn(&str) -> bool| {
            for word in words(value).expect("it has words") {
                assert!(accepts(word), "{value}: {word}");
            }
        };
        check("LANG", |word| values::lang(word).is_ok());
        check("PACK", |word| values::pack(word).is_ok());
        check("STRATEGY", |word| values::strategy(word).is_ok());
        check("FORMAT", |word| values::format(word).is_ok());
        check("TABLE", |word| values::table(word).is_ok());
        check("SHELL", |word| values::shell(word).is_ok());
    }
}
