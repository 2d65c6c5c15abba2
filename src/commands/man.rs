//! `man`: writes the pages of the manual, one for each command, from the texts of `--help`.
//!
//! clap_mangen renders the sections. Its titles exist in English only, so they are replaced.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::{self, Cli, help};
use game::phrases::{Lang, say};
use os::console::{Failure, print, reason};

/// The section of the manual: commands of users.
const SECTION: &str = "1";

/// Writes the pages to a folder, which is created if it does not exist.
///
/// # Errors
/// A page cannot be written.
pub fn man(args: &cli::Man, lang: Lang) -> Result<(), Failure> {
    let mut root = help::localized(Cli::command(), lang);
    root.build();
    let mut pages = Vec::new();
    collect(&root, None, lang, &mut pages);
    let dir = args.dir.display().to_string();
    write_all(&args.dir, &pages).map_err(|error| {
        let reason = reason(&error, lang).into();
        let args = [("dir", dir.as_str().into()), ("reason", reason)];
        Failure::Run(say(lang, "man-failed", &args))
    })?;
    let args = [("dir", dir.as_str().into()), ("count", pages.len().into())];
    print(&say(lang, "man-written", &args), lang)
}

fn write_all(dir: &Path, pages: &[(String, String)]) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for (name, page) in pages {
        fs::write(dir.join(format!("{name}.{SECTION}")), page)?;
    }
    Ok(())
}

/// Collects the pages of a command and of its subcommands, by name: `juste-prix-net-me`.
fn collect(command: &Command, above: Option<&str>, lang: Lang, pages: &mut Vec<(String, String)>) {
    let name = match above {
        Some(above) => format!("{above}-{}", command.get_name()),
        None => command.get_name().to_owned(),
    };
    pages.push((name.clone(), page(command, &name, above, lang)));
    for below in command.get_subcommands() {
        collect(below, Some(&name), lang, pages);
    }
}

fn page(command: &Command, name: &str, above: Option<&str>, lang: Lang) -> String {
    let man = Man::new(command.clone()).section(SECTION);
    let mut page = Page {
        text: title(name, lang),
        lang,
    };
    page.section("man-name", &rendered(&man, Man::render_name_section));
    page.section(
        "man-synopsis",
        &rendered(&man, Man::render_synopsis_section),
    );
    page.paragraphs("man-description", description(name));
    if command.has_subcommands() {
        let commands = rendered(&man, Man::render_subcommands_section);
        page.section("man-commands", &commands);
    }
    page.section("man-options", &rendered(&man, Man::render_options_section));
    if above.is_none() {
        page.list("man-examples", &EXAMPLES);
    }
    page.list("man-status", &STATUSES);
    if above.is_none() {
        page.list("man-environment", &ENVIRONMENT);
        page.list("man-files", &FILES);
    }
    if let Some(above) = above {
        let mut link = Roff::new();
        link.text([bold(above), roman(format!("({SECTION})"))]);
        page.section("man-see-also", &without_preamble(&link.render()));
    }
    // A French colon stays with its word here too; not every terminal's font has the character.
    page.text.replace('\u{a0}', r"\ ")
}

/// The phrases of a command's description: what its options do not say.
fn description(name: &str) -> &'static [&'static str] {
    match name {
        "juste-prix" => &["man-about"],
        "juste-prix-serve" => &["man-addresses", "man-rooms"],
        _ => &[],
    }
}

const EXAMPLES: [(&str, &str); 4] = [
    ("juste-prix serve", "man-example-serve"),
    ("juste-prix serve --room 4821=course", "man-example-room"),
    ("juste-prix play 192.168.1.10", "man-example-play"),
    (
        "juste-prix export --output scores.csv",
        "man-example-export",
    ),
];

const STATUSES: [(&str, &str); 3] = [
    ("0", "man-status-done"),
    ("1", "man-status-failed"),
    ("2", "man-status-usage"),
];

const ENVIRONMENT: [(&str, &str); 2] = [
    ("LC_ALL, LC_MESSAGES, LANG", "man-locale"),
    ("XDG_DATA_HOME", "man-data-home"),
];

const FILES: [(&str, &str); 1] = [("~/.local/share/juste-prix/journal.sqlite", "man-journal")];

/// A page being written.
struct Page {
    text: String,
    lang: Lang,
}

impl Page {
    /// Adds a section, given the phrase of its title and its text as roff.
    fn section(&mut self, title: &str, text: &str) {
        let title = say(self.lang, title, &[]);
        self.text += &format!(".SH {title}\n{text}");
    }

    /// Adds a section with a paragraph for each phrase; nothing if there are no phrases.
    fn paragraphs(&mut self, title: &str, ids: &[&str]) {
        let mut roff = Roff::new();
        for (index, id) in ids.iter().enumerate() {
            if index > 0 {
                roff.control("PP", []);
            }
            roff.text([roman(say(self.lang, id, &[]))]);
        }
        if !ids.is_empty() {
            self.section(title, &without_preamble(&roff.render()));
        }
    }

    /// Adds a section that lists things, each with the phrase that explains it.
    fn list(&mut self, title: &str, things: &[(&str, &str)]) {
        let mut roff = Roff::new();
        for (thing, id) in things {
            roff.control("TP", []);
            roff.text([bold(*thing)]);
            roff.text([roman(say(self.lang, id, &[]))]);
        }
        self.section(title, &without_preamble(&roff.render()));
    }
}

/// The page's first lines. There is no date, so that a version always gives the same bytes.
fn title(name: &str, lang: Lang) -> String {
    let preamble = Roff::new().render();
    let name = name.to_uppercase().replace('-', r"\-");
    let version = env!("CARGO_PKG_VERSION");
    let manual = say(lang, "man-title", &[]);
    format!("{preamble}.TH {name} {SECTION} \"\" \"juste\\-prix {version}\" \"{manual}\"\n")
}

/// A section as clap_mangen writes it, without its title.
fn rendered(man: &Man, render: fn(&Man, &mut dyn Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    render(man, &mut bytes).expect("memory takes all that is written");
    let text = String::from_utf8(bytes).expect("made of names and phrases");
    let text = without_preamble(&text);
    let (_, body) = text.split_once('\n').expect("the title is a line");
    body.to_owned()
}

/// Removes the preamble with which each piece of roff begins; a page needs it only once.
fn without_preamble(text: &str) -> String {
    let preamble = Roff::new().render();
    text.strip_prefix(preamble.as_str())
        .unwrap_or(text)
        .to_owned()
}
