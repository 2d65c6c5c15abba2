//! The documents are true: the programs and commands of README.md, LISEZMOI.md and the pages of
//! docs/ for players, pupils and teachers run with the real binary, every link leads somewhere, and
//! every page of docs/ names its reader.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{Lines, Server, program};
use clap::CommandFactory;
use juste_prix::cli::Cli;

/// The documents of a language below each other, and what is said in that language.
struct Page {
    text: &'static str,
    lang: &'static str,
    locale: &'static str,
    found: &'static str,
    error: &'static str,
}

const PAGES: [Page; 2] = [
    Page {
        text: concat!(
            include_str!("../README.md"),
            include_str!("../docs/class.md"),
            include_str!("../docs/commands.md"),
            include_str!("../docs/data.md"),
            include_str!("../docs/install.md"),
            include_str!("../docs/playing.md"),
            include_str!("../docs/program.md"),
            include_str!("../docs/trouble.md"),
        ),
        lang: "en",
        locale: "en_GB.UTF-8",
        found: "Found in",
        error: "Error",
    },
    Page {
        text: concat!(
            include_str!("../LISEZMOI.md"),
            include_str!("../docs/classe.md"),
            include_str!("../docs/commandes.md"),
            include_str!("../docs/depannage.md"),
            include_str!("../docs/donnees.md"),
            include_str!("../docs/installer.md"),
            include_str!("../docs/jouer.md"),
            include_str!("../docs/programme.md"),
        ),
        lang: "fr",
        locale: "fr_FR.UTF-8",
        found: "Gagné en",
        error: "Erreur",
    },
];

impl Page {
    /// The code blocks of that kind.
    fn blocks(&self, kind: &str) -> Vec<&'static str> {
        let fence = format!("```{kind}\n");
        let after = self.text.split(fence.as_str()).skip(1);
        let blocks = after.map(|rest| rest.split("```").next().expect("split gives one"));
        blocks.collect()
    }

    /// The terminals whose command begins so: the command, and what it prints.
    fn terminals(&self, command: &str) -> Vec<(&'static str, &'static str)> {
        let pairs = self.blocks("console").into_iter().filter_map(|block| {
            let (typed, printed) = block.strip_prefix("$ ")?.split_once('\n')?;
            typed.starts_with(command).then_some((typed, printed))
        });
        let found: Vec<_> = pairs.collect();
        assert!(!found.is_empty(), "no {command} in {}", self.lang);
        found
    }

    /// What stands behind `juste-prix serve` wherever it is shown.
    fn serve_options(&self) -> Vec<&'static str> {
        let shown = self.text.split(['`', '\n', '#', '$']);
        let typed = shown.filter_map(|code| {
            let code = code.trim();
            let rest = code.strip_prefix("juste-prix serve");
            rest.or_else(|| code.strip_prefix("cargo run --release -- serve"))
        });
        typed.collect()
    }

    /// What a shell prints on this line, which may name `juste-prix`.
    fn shell(&self, line: &str) -> String {
        let folder = Path::new(env!("CARGO_BIN_EXE_juste-prix")).parent();
        let mut path = folder
            .expect("a file is in a folder")
            .to_owned()
            .into_os_string();
        path.push(":");
        path.push(std::env::var_os("PATH").expect("a shell needs it"));
        let output = Command::new("sh")
            .args(["-c", line])
            .env("PATH", path)
            .env("LC_ALL", self.locale)
            .output()
            .expect("sh starts");
        assert!(output.status.success(), "{line}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }
}

/// Every number in turn: one of them wins.
#[test]
fn the_program_to_start_from_plays_a_game() {
    for page in &PAGES {
        let server = Server::in_memory(&["--lang", page.lang]);
        let [source] = page.blocks("python")[..] else {
            panic!("one program a language");
        };
        assert!(source.lines().count() <= 12, "{source}");
        let here = format!("\"127.0.0.1\", {}", server.text.port());
        let source = source.replace("\"192.168.1.10\", 50000", &here);
        let mut python = Command::new("python3")
            .args(["-c", &source])
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let mut typed: String = (1..=100).map(|guess| format!("{guess}\n")).collect();
        typed.push_str("FIN\n");
        let mut keyboard = python.stdin.take().expect("piped");
        keyboard.write_all(typed.as_bytes()).expect("it reads");
        let output = python.wait_with_output().expect("our child");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(output.status.success(), "{shown}");
        assert!(shown.contains(page.found), "{shown}");
        assert!(!shown.contains(page.error), "{shown}");
    }
}

#[test]
fn the_proofs_print_what_the_pages_show() {
    for page in &PAGES {
        for command in ["printf", "juste-prix verify"] {
            for (typed, printed) in page.terminals(command) {
                assert_eq!(page.shell(typed), printed, "{typed}");
            }
        }
    }
}

#[test]
fn every_serve_of_the_pages_starts_and_opens_its_rooms() {
    for page in &PAGES {
        let commands = page.serve_options();
        assert!(commands.len() >= 4, "{commands:?}");
        for options in commands {
            let free = options.replace("50001", "127.0.0.1:0");
            let arguments: Vec<&str> = free.split_whitespace().collect();
            let server = Server::in_memory(&arguments);
            let mut player = Lines::connect(server.text);
            for room in arguments.iter().filter_map(|option| option.split_once('=')) {
                let answer = player.ask(&format!("SALLE {}", room.0));
                assert!(answer.starts_with(&format!("Salle {}", room.0)), "{answer}");
            }
        }
    }
}

/// All but what depends on the machine: its addresses and its folders.
#[test]
fn serve_says_at_its_start_what_the_pages_show() {
    for page in &PAGES {
        let mut child = program()
            .args(["serve", "--data", "memory", "--listen", "127.0.0.1:0"])
            .args(["--web", "127.0.0.1:0"])
            .env("LC_ALL", page.locale)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut said = Vec::new();
        for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
            said.push(line.expect("UTF-8"));
            if said.last().is_some_and(|line| line.starts_with("Ctrl-C")) {
                break;
            }
        }
        child.kill().expect("our child");
        child.wait().expect("our child");
        let (_, shown) = page.terminals("juste-prix serve")[0];
        let of_this_machine = ["192.168.1.10", "127.0.0.1", "/home/", "Juste prix 4F2A"];
        for line in shown.lines() {
            let general = !of_this_machine.iter().any(|part| line.contains(part));
            assert!(
                !general || said.iter().any(|it| it == line),
                "{line}: {said:?}"
            );
        }
    }
}

/// The options that a command and those below it show.
fn collect_options(command: &clap::Command, options: &mut BTreeSet<String>) {
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    options.extend(shown.filter_map(|arg| arg.get_long()).map(str::to_owned));
    for below in command.get_subcommands() {
        collect_options(below, options);
    }
}

#[test]
fn the_tables_of_commands_name_every_option_and_no_other() {
    let longs = |text: &str| -> BTreeSet<String> {
        let name = |part: &str| {
            let end = part.find(|c: char| !c.is_ascii_lowercase() && c != '-');
            part[..end.unwrap_or(part.len())].to_owned()
        };
        // `--` alone stands before a command.
        let names = text.split("--").skip(1).map(name);
        names.filter(|name| !name.is_empty()).collect()
    };
    for page in &PAGES {
        for command in Cli::command().get_subcommands() {
            let start = format!("| `juste-prix {}", command.get_name());
            // A command may have a row for each of those below it.
            let rows = page.text.lines().filter(|line| line.starts_with(&start));
            let rows: String = rows.collect();
            let mut has = BTreeSet::new();
            collect_options(command, &mut has);
            assert_eq!(longs(&rows), has, "{start}");
        }
    }
}

#[test]
fn results_are_exported_and_queried_as_the_pages_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with_data(folder.path(), &[]);
    let mut player = Lines::connect(server.text);
    player.ask("NOM Léa");
    let tries = player.play(1, 100);
    // A result that is not written yet when the win is told is, when a later request is answered. A guess
    // might win the next round.
    player.ask("SCORES");
    let data = folder.path().to_str().expect("UTF-8");
    for page in &PAGES {
        let export = page.shell(&format!("juste-prix export --data {data}"));
        let (_, shown) = page.terminals("juste-prix export")[0];
        assert_eq!(export.lines().next(), shown.lines().next());
        let mut shells = page.blocks("sh").into_iter();
        let query = shells.find(|block| block.starts_with("sqlite3"));
        let query = query
            .expect("one")
            .replace("~/.local/share/juste-prix", data);
        assert_eq!(page.shell(&query), format!("Léa|{tries}\n"));
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages of docs/.
fn pages() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .collect()
}

/// The names by which a document's headings can be linked to, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| -> String {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut documents = pages();
    documents.extend(["README.md", "LISEZMOI.md", "ARCHITECTURE.md"].map(|name| root().join(name)));
    let mut broken = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).expect("UTF-8");
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().expect("split gives one");
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => document.clone(),
                file => document.with_file_name(file),
            };
            let is_there = match anchor {
                "" => target.exists(),
                anchor => fs::read_to_string(target)
                    .is_ok_and(|text| anchors(&text).iter().any(|it| it == anchor)),
            };
            if !is_there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// A page of docs/ has one reader, whom it names below its title.
#[test]
fn every_page_names_its_reader() {
    let readers = [
        "*For players.",
        "*For pupils.",
        "*For teachers.",
        "*For operators.",
        "*For developers.",
        "*Pour les joueurs.",
        "*Pour les élèves.",
        "*Pour les professeurs.",
        "*Pour les exploitants.",
    ];
    for page in pages() {
        let text = fs::read_to_string(&page).expect("UTF-8");
        let first = text.lines().nth(2).unwrap_or_default();
        let named = readers.iter().any(|reader| first.starts_with(reader));
        assert!(named, "{}: {first}", page.display());
    }
}
