//! What a package brings beside the program: pages of the manual, complete, in both languages and
//! without a fault that `man` knows; completions that the real shells take.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use clap::CommandFactory;
use game::phrases::Lang;
use juste_prix::cli::{Cli, help};
use tempfile::TempDir;

const LANGS: [Lang; 2] = [Lang::Fr, Lang::En];

fn program(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_juste-prix"));
    let output = command.args(arguments).output().expect("the program runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The pages that the program writes, by name.
fn pages(lang: Lang) -> (TempDir, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("made").join("for them");
    let path = dir.to_str().expect("UTF-8");
    let said = program(&["man", "--lang", lang.tag(), "--dir", path]);
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(&dir).expect("the folder was made") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        let page = fs::read_to_string(entry.path()).expect("UTF-8");
        pages.insert(name, page);
    }
    let said = text(&said.stdout);
    assert!(said.contains(&pages.len().to_string()), "{said}");
    (folder, pages)
}

/// Every command with its page's name, and those below it.
fn commands(command: &clap::Command, above: &str, found: &mut Vec<(String, clap::Command)>) {
    let name = format!("{above}{}", command.get_name());
    for below in command.get_subcommands() {
        commands(below, &format!("{name}-"), found);
    }
    found.push((format!("{name}.1"), command.clone()));
}

/// A page's text as it was before it became roff.
fn plain(roff: &str) -> String {
    roff.replace(r"\-", "-")
        .replace(r"\*(Aq", "'")
        .replace(r"\ ", "\u{a0}")
}

#[test]
fn each_command_has_its_page_with_all_that_help_says() {
    for lang in LANGS {
        let (_folder, pages) = pages(lang);
        let mut found = Vec::new();
        let mut root = help::localized(Cli::command(), lang);
        root.build();
        commands(&root, "", &mut found);
        let names: Vec<&String> = pages.keys().collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            names,
            found.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        for (name, command) in &found {
            let page = plain(&pages[name]);
            let mut expected = vec![command.get_about().expect("help").to_string()];
            for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
                expected.push(arg.get_help().expect("help").to_string());
                expected.extend(arg.get_long().map(|long| format!("--{long}")));
            }
            for part in &expected {
                assert!(page.contains(part), "{name} lacks {part:?}: {page}");
            }
        }
    }
}

/// Protects French readers: clap_mangen's titles and remarks are English.
#[test]
fn no_page_speaks_two_languages_or_shows_an_id() {
    let (_folder, french) = pages(Lang::Fr);
    for (name, page) in &french {
        for foreign in [
            ".SH NAME",
            "SUBCOMMANDS",
            "EXIT STATUS",
            "default:",
            "Possible values",
        ] {
            assert!(!page.contains(foreign), "{name}: {foreign} in {page}");
        }
        assert!(page.contains(".SH NOM\n"), "{name}: {page}");
    }
    let (_folder, english) = pages(Lang::En);
    for (name, page) in french.iter().chain(&english) {
        for id in ["help-", "value-", "man-", r"help\-", r"value\-"] {
            let shown = page
                .replace(r"juste\-prix\-man", "")
                .replace(r"man\-dir", "");
            assert!(!shown.contains(id), "{name}: {id} in {page}");
        }
    }
}

#[test]
fn man_shows_each_page_without_a_warning() {
    for lang in LANGS {
        let (folder, pages) = pages(lang);
        for name in pages.keys() {
            let path = folder.path().join("made").join("for them").join(name);
            let output = Command::new("man")
                .args(["--warnings", "--encoding=UTF-8", "--local-file"])
                .arg(&path)
                .env("LC_ALL", "C.UTF-8")
                .env("MANROFFSEQ", "")
                .env("MANWIDTH", "80")
                .output()
                .expect("man starts");
            let warnings = text(&output.stderr);
            assert!(
                output.status.success() && warnings.is_empty(),
                "{name}: {warnings}"
            );
            // What whatis and apropos find it by.
            let whatis = Command::new("lexgrog").arg(&path).output();
            let whatis = whatis.expect("lexgrog comes with man");
            assert!(whatis.status.success(), "{name}: {whatis:?}");
        }
    }
}

/// A folder with the completions of the three shells, each under the name that its shell expects.
fn completions() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (shell, name) in [
        ("bash", "juste-prix"),
        ("zsh", "_juste-prix"),
        ("fish", "juste-prix.fish"),
    ] {
        let script = program(&["completions", shell, "--lang", "fr"]).stdout;
        fs::write(folder.path().join(name), script).expect("our folder");
    }
    folder
}

fn shell(shell: &str, script: &str, folder: &Path) -> String {
    let output = Command::new("timeout")
        .args(["120", shell])
        .args(["-c", script])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        // No colours, and no file of the person who runs the tests.
        .env("TERM", "dumb")
        .env("HOME", folder)
        .output()
        .expect("the shell starts");
    let errors = text(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{shell}: {errors}"
    );
    text(&output.stdout)
}

/// Typed lines, and words that Tab must offer at their end.
const OFFERED: [(&str, &[&str]); 8] = [
    ("juste-prix s", &["serve"]),
    (
        "juste-prix serve --",
        &["--listen", "--range", "--room", "--lang", "--help"],
    ),
    ("juste-prix serve --words ", &["fr", "en", "plus", "signes"]),
    ("juste-prix chat ", &["join"]),
    ("juste-prix chat serve --", &["--listen"]),
    ("juste-prix net ping --", &["--port", "--count"]),
    (
        "juste-prix bot --strategy ",
        &["bisect", "linear", "random"],
    ),
    ("juste-prix play --lang ", &["en", "fr"]),
];

fn assert_offered(line: &str, words: &[&str], offered: &str) {
    let found: Vec<&str> = offered.split_whitespace().collect();
    for word in words {
        assert!(found.contains(word), "{line:?}: no {word} in {offered:?}");
    }
    assert!(!offered.contains("help-serve"), "{line:?}: {offered:?}");
}

/// The function that `complete -p` names is called as bash calls it.
#[test]
fn bash_completes() {
    let folder = completions();
    for (line, words) in OFFERED {
        let script = format!(
            "source ./juste-prix
             registered=$(complete -p juste-prix)
             function=${{registered#*-F }}
             read -ra COMP_WORDS <<<'{line}'
             [[ '{line}' == *' ' ]] && COMP_WORDS+=('')
             COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
             ${{function%% *}} juste-prix \"${{COMP_WORDS[COMP_CWORD]}}\" \
                 \"${{COMP_WORDS[COMP_CWORD - 1]}}\"
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        assert_offered(line, words, &shell("bash", &script, folder.path()));
    }
}

#[test]
fn fish_completes_and_explains() {
    let folder = completions();
    for (line, words) in OFFERED {
        let script = format!("source juste-prix.fish; complete --do-complete '{line}'");
        assert_offered(line, words, &shell("fish", &script, folder.path()));
    }
    let script = "source juste-prix.fish; complete --do-complete 'juste-prix serv'";
    let shown = shell("fish", script, folder.path());
    assert_eq!(shown, "serve\tOuvre le serveur du jeu\n");
}

/// zsh completes only at a prompt: on a terminal of its own, where each line is typed and wiped.
#[test]
fn zsh_completes_and_explains() {
    let folder = completions();
    let mut script = String::from(
        "zmodload zsh/zpty
         zpty typist zsh -f -i
         zpty -w typist 'fpath=($PWD $fpath); autoload -U compinit; compinit -D -u'
         zpty -w typist \"bindkey '^I' list-choices; PS1='rea''dy> '\"
         zpty -r typist shown '*ready> '
        ",
    );
    for (line, words) in OFFERED {
        // They are listed in the alphabet's order.
        let last = words.iter().max().expect("some words");
        script += &format!(
            "zpty -w -n typist '{line}'$'\\t'
             zpty -r typist shown '*{line}*{last}*'
             print -r -- ${{shown//$'\\n'/ }}
             zpty -w typist $'\\C-u'\"print wip''ed\"
             zpty -r typist shown '*wiped*ready> '
            "
        );
    }
    let shown = shell("zsh", &script, folder.path());
    assert_eq!(shown.lines().count(), OFFERED.len(), "{shown}");
    for ((line, words), offered) in OFFERED.into_iter().zip(shown.lines()) {
        let (_, offered) = offered.split_once(line).expect("it waited for that");
        assert_offered(line, words, offered);
    }
    assert!(shown.contains("Où garder les parties"), "{shown}");
}

/// Protects whoever upgrades: the package's changelog begins with the version that is built.
#[test]
fn the_packages_changelog_knows_this_version() {
    let changelog = include_str!("../packaging/changelog");
    let expected = format!("juste-prix ({}-1) ", env!("CARGO_PKG_VERSION"));
    assert!(
        changelog.starts_with(&expected),
        "expected {expected}: {changelog}"
    );
}

/// Protects the authors of what the program contains: every crate of it is in the notices, which each
/// artefact brings.
#[test]
fn the_notices_name_every_crate_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("THIRD-PARTY-NOTICES");
    let made = Command::new(root.join("scripts/notices"))
        .arg(&file)
        .output();
    let made = made.expect("scripts/notices runs");
    assert!(made.status.success(), "{made:?}");
    let notices = fs::read_to_string(&file).expect("the notices");
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "juste-prix",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .args(["--locked", "--target", "x86_64-unknown-linux-gnu"])
        .current_dir(root)
        .output();
    let tree = tree.expect("cargo runs");
    assert!(tree.status.success(), "{tree:?}");
    let mut named = 0;
    for line in String::from_utf8_lossy(&tree.stdout).lines() {
        let mut words = line.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        // The project's own crates show their folder.
        if !line.contains(&*root.to_string_lossy()) {
            let title = format!("\n{name} {}: ", version.trim_start_matches('v'));
            assert!(notices.contains(&title), "{title:?} is missing");
            named += 1;
        }
    }
    assert!(named > 100, "only {named} crates");
    for maker in [
        "scripts/deb",
        "scripts/static",
        "packaging/Containerfile",
        "Cargo.toml",
    ] {
        let text = fs::read_to_string(root.join(maker)).expect("a file");
        assert!(text.contains("THIRD-PARTY-NOTICES"), "{maker}");
    }
}
