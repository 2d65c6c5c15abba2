//! `--help` in both languages: phrases replace clap's own texts.

use clap::{Arg, ArgAction, Command};

use game::phrases::{Lang, say};

/// Display order of the options that every command has; they come after its own.
const LAST: usize = 900;

/// The command line, with its help in this language.
pub fn localized(root: Command, lang: Lang) -> Command {
    let name = root.get_name().to_owned();
    one(root, &name, lang)
        .disable_version_flag(true)
        .arg(flag("version", 'V', ArgAction::Version, lang))
        .mut_arg("lang", |arg| {
            arg.help(say(lang, "help-lang", &[])).display_order(LAST)
        })
        .mut_subcommands(|command| below(command, None, lang))
        .mut_args(|arg| value(arg, lang))
}

/// Localizes a command and its subcommands: `net`, then `net me`.
fn below(command: Command, above: Option<&str>, lang: Lang) -> Command {
    let name = path(above, &command);
    one(command, &name, lang)
        .mut_args(|arg| option(arg, &name, lang))
        .mut_subcommands(|command| below(command, Some(&name), lang))
}

/// A command's name after those of its parents, as in the ids of its phrases: `net-me`.
fn path(above: Option<&str>, command: &Command) -> String {
    match above {
        Some(above) => format!("{above}-{}", command.get_name()),
        None => command.get_name().to_owned(),
    }
}

/// Localizes what all commands have in common: the description, the layout, `--help`.
fn one(command: Command, name: &str, lang: Lang) -> Command {
    let template = template(&command, lang);
    command
        .about(say(lang, &format!("help-{name}"), &[]))
        .long_about(None)
        .help_template(template)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_value_name(say(lang, "value-command", &[]))
        .arg(flag("help", 'h', ArgAction::Help, lang))
}

fn option(arg: Arg, command: &str, lang: Lang) -> Arg {
    // Given to every command by `one`, with its phrase.
    if arg.get_id() == "help" {
        return arg;
    }
    let id = help_id(command, &arg);
    value(arg, lang).help(say(lang, &id, &[])).long_help(None)
}

fn help_id(command: &str, arg: &Arg) -> String {
    let arg = arg.get_id().as_str().replace('_', "-");
    format!("help-{command}-{arg}")
}

/// Localizes the name of an argument's value, such as `DIR`. The default is in the argument's help.
fn value(arg: Arg, lang: Lang) -> Arg {
    match value_id(&arg) {
        Some(id) => arg.value_name(say(lang, &id, &[])).hide_default_value(true),
        None => arg,
    }
}

fn value_id(arg: &Arg) -> Option<String> {
    value_name(arg).map(|name| format!("value-{}", name.to_lowercase()))
}

/// The name of an argument's value as declared, such as `DIR`; `None` for a flag.
pub fn value_name(arg: &Arg) -> Option<&str> {
    // The derive names a value for flags too.
    let takes = arg.get_action().takes_values();
    arg.get_value_names()?
        .first()
        .filter(|_| takes)
        .map(|name| name.as_str())
}

fn flag(name: &'static str, short: char, action: ArgAction, lang: Lang) -> Arg {
    Arg::new(name)
        .long(name)
        .short(short)
        .action(action)
        .display_order(LAST + 1)
        .help(say(lang, &format!("help-{name}"), &[]))
}

fn template(command: &Command, lang: Lang) -> String {
    let title = |id: &str| say(lang, id, &[]);
    let mut text = format!("{{about}}\n\n{} {{usage}}\n", title("help-title-usage"));
    if command.has_subcommands() {
        text += &format!("\n{}\n{{subcommands}}\n", title("help-title-commands"));
    }
    if command.get_positionals().next().is_some() {
        text += &format!("\n{}\n{{positionals}}\n", title("help-title-arguments"));
    }
    text += &format!("\n{}\n{{options}}\n", title("help-title-options"));
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// The ids that `--help` asks for.
    fn ids() -> BTreeSet<String> {
        let fixed = ["juste-prix", "lang", "help", "version"];
        let titles = ["usage", "commands", "arguments", "options"];
        let mut ids: BTreeSet<String> = fixed.iter().map(|it| format!("help-{it}")).collect();
        ids.extend(titles.iter().map(|it| format!("help-title-{it}")));
        ids.extend(["value-command", "value-lang"].map(str::to_owned));
        for command in Cli::command().get_subcommands() {
            collect(command, None, &mut ids);
        }
        ids
    }

    fn collect(command: &Command, above: Option<&str>, ids: &mut BTreeSet<String>) {
        let name = path(above, command);
        ids.insert(format!("help-{name}"));
        for arg in command.get_arguments() {
            ids.insert(help_id(&name, arg));
            ids.extend(value_id(arg));
        }
        for command in command.get_subcommands() {
            collect(command, Some(&name), ids);
        }
    }

    /// Every page of help.
    fn pages(lang: Lang) -> Vec<String> {
        fn render(command: &mut Command, pages: &mut Vec<String>) {
            pages.push(command.render_help().to_string());
            for command in command.get_subcommands_mut() {
                render(command, pages);
            }
        }
        let mut root = localized(Cli::command(), lang);
        root.build();
        let mut pages = Vec::new();
        render(&mut root, &mut pages);
        pages
    }

    /// Protects against an option that panics in `--help` or speaks clap's English, and against
    /// phrases of options that are gone.
    #[test]
    fn each_command_and_argument_has_its_help_and_nothing_else_has() {
        let typed = |catalogue: &str| -> BTreeSet<String> {
            let ids = catalogue.lines().filter_map(|line| line.split_once(" ="));
            let ours = |id: &&str| id.starts_with("help-") || id.starts_with("value-");
            ids.map(|(id, _)| id)
                .filter(ours)
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(
            ids(),
            typed(include_str!("../../crates/game/src/phrases/fr/cli.ftl"))
        );
        assert_eq!(
            ids(),
            typed(include_str!("../../crates/game/src/phrases/en/cli.ftl"))
        );
    }

    #[test]
    fn no_page_of_help_speaks_another_language() {
        for page in pages(Lang::Fr) {
            for english in [
                "Usage", "Options:", "default", "Print", "possible", "DIR", "ADDR",
            ] {
                assert!(!page.contains(english), "{english} in {page}");
            }
            assert!(page.contains("Utilisation"), "{page}");
        }
    }

    /// Protects the terminal of a school PC: 80 columns, and clap does not wrap.
    #[test]
    fn help_fits_eighty_columns() {
        for lang in [Lang::Fr, Lang::En] {
            let pages = pages(lang);
            let wide: Vec<&str> = (pages.iter().flat_map(|page| page.lines()))
                .filter(|line| line.chars().count() > 80)
                .collect();
            assert!(wide.is_empty(), "wider than 80 columns: {wide:#?}");
        }
    }
}
