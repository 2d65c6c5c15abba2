//! The style, as a test: what every source file has to keep, and what documents say of the source.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, and its text.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The numbered lines that are neither comments nor unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take_while(|line| *line != "#[cfg(test)]");
        let lines = lines.enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All source files of the program and its crates, without their integration tests.
fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let crates = fs::read_dir(root().join("crates")).expect("the crates");
    let crates = crates.map(|entry| entry.expect("an entry").path());
    for folder in crates.chain([root().to_owned()]) {
        collect(&folder.join("src"), &mut |path| {
            let text = fs::read_to_string(&path).expect("UTF-8");
            sources.push(Source { path, text });
        });
    }
    assert!(sources.len() > 40, "only {} sources found", sources.len());
    sources
}

fn collect(folder: &Path, each: &mut impl FnMut(PathBuf)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, each);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            each(path);
        }
    }
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Protects the reader: each file says what it is for.
#[test]
fn files_say_their_duty() {
    let sources = sources();
    let silent = sources.iter().filter(|it| !it.text.starts_with("//! "));
    let faults: Vec<String> = silent.map(|it| it.path.display().to_string()).collect();
    report(&faults);
}

/// Protects users: no panic that states no invariant, nothing left for later.
#[test]
fn nothing_is_unwrapped_or_left_for_later() {
    let later = [
        "todo!",
        "unimplemented!",
        "dbg!",
        ".unwrap()",
        "#[allow",
        "#![allow",
    ];
    let mut faults = Vec::new();
    for source in sources() {
        for (line, text) in source.code() {
            for word in later.iter().filter(|word| text.contains(**word)) {
                faults.push(format!("{}:{line}: {word}", source.path.display()));
            }
        }
        for word in ["TODO", "FIXME", "XXX"] {
            if source.text.contains(word) {
                faults.push(format!("{}: {word}", source.path.display()));
            }
        }
    }
    report(&faults);
}

/// Protects the other systems: what only one of them has is asked of `crates/os`, which answers on all
/// (and asks `crates/win32` for what only unsafe calls tell).
#[test]
fn only_one_crate_names_a_system() {
    let systems = [
        "std::os::",
        "tokio::signal",
        "rustix::",
        "libc::",
        "nix::",
        "procfs::",
        "/proc/",
        "target_os",
        "target_family",
        "cfg(unix)",
        "cfg(windows)",
        "cfg(not(unix))",
        "cfg(not(windows))",
    ];
    let asked = ["crates/os", "crates/win32"].map(|crate_| root().join(crate_));
    let mut faults = Vec::new();
    for source in sources() {
        if asked.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for (line, text) in source.code() {
            for word in systems.iter().filter(|word| text.contains(**word)) {
                faults.push(format!("{}:{line}: {word}", source.path.display()));
            }
        }
    }
    report(&faults);
}

/// Protects the map: every crate, and every part of each, is on it.
#[test]
fn the_map_shows_every_part() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut faults = Vec::new();
    let folders = [
        "src",
        "crates/game/src",
        "crates/os/src",
        "crates/win32/src",
        "crates/server/src",
        "crates/lab/src",
    ];
    for folder in folders {
        for entry in fs::read_dir(root().join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.into_string().expect("UTF-8");
            if name != "lib.rs" && !map.contains(&name) {
                faults.push(format!("ARCHITECTURE.md does not show {folder}/{name}"));
            }
        }
    }
    report(&faults);
}

/// The bounds of `limits.rs`: name and value.
fn limits() -> Vec<(String, String)> {
    let path = root().join("crates/game/src/limits.rs");
    let text = fs::read_to_string(path).expect("the bounds");
    let mut limits = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(bound) = line.strip_prefix("pub const ") {
            let mut bound = bound.to_owned();
            while !bound.ends_with(';') {
                bound = format!("{bound} {}", lines.next().expect("a semicolon").trim());
            }
            let (head, value) = bound.split_once(" = ").expect("a value");
            let name = head.split(':').next().expect("a name").to_owned();
            limits.push((name, value.trim_end_matches(';').to_owned()));
        }
    }
    limits
}

/// Protects the reader of docs/hostile.md: its table is what the program has.
#[test]
fn the_document_has_every_bound() {
    let document = fs::read_to_string(root().join("docs/hostile.md")).expect("a document");
    let (_, table) = (document.split_once("<!-- table: bounds -->")).expect("its table");
    let mut rows: Vec<&str> = table.trim_start().lines().skip(2).collect();
    let mut faults = Vec::new();
    for (name, value) in limits() {
        let row = format!("| `{name}` | `{value}` |");
        match rows.iter().position(|found| *found == row) {
            Some(found) => drop(rows.remove(found)),
            None => faults.push(format!("docs/hostile.md lacks the row\n{row}")),
        }
    }
    rows.retain(|row| row.starts_with("| `"));
    faults.extend(rows.iter().map(|row| format!("docs/hostile.md has\n{row}")));
    report(&faults);
}
