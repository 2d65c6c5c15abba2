//! The style and the walls between the parts, as a test: what `ARCHITECTURE.md` says holds.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may import whom. A part that is not on a line may not be imported there.
const WALLS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("sabotage", &[]),
    ("address", &[]),
    ("names", &["phrases"]),
    ("game", &["limits"]),
    ("phrases", &["game", "protocol"]),
    ("protocol", &["game", "phrases"]),
    ("wire", &["game", "limits", "phrases", "protocol"]),
    ("room", &["game", "limits", "protocol", "sabotage"]),
    ("journal", &["game", "limits", "phrases", "sabotage"]),
    ("results", &["game", "journal", "protocol", "room"]),
    (
        "shard",
        &["game", "limits", "phrases", "protocol", "room", "wire"],
    ),
    (
        "server",
        &[
            "address", "game", "journal", "lesson", "limits", "names", "phrases", "protocol",
            "results", "room", "shard", "wire",
        ],
    ),
    (
        "player",
        &[
            "cli", "commands", "game", "lab", "limits", "phrases", "protocol", "wire",
        ],
    ),
    (
        "chat",
        &["cli", "commands", "game", "limits", "phrases", "player"],
    ),
    (
        "cli",
        &[
            "address", "commands", "game", "lab", "load", "net", "phrases", "player", "protocol",
            "results",
        ],
    ),
    // Pure as the rest of it: what a program sent is quoted as the text door quotes it.
    ("lesson", &["address", "limits", "phrases", "wire"]),
    ("net", &["address", "cli", "commands", "names", "phrases"]),
    ("load", &["cli", "commands", "game", "phrases"]),
    (
        "lab",
        &[
            "cli", "commands", "game", "limits", "phrases", "protocol", "server",
        ],
    ),
    (
        "commands",
        &[
            "cli", "game", "journal", "lesson", "limits", "phrases", "protocol", "results",
            "server",
        ],
    ),
];

/// Parts in which nothing but arguments decides what happens: no clock, no randomness, no socket
/// and no file, so that the simulation can be exact.
const PURE: &[&str] = &[
    "limits", "address", "game", "phrases", "protocol", "wire", "room", "shard", "lesson",
];
const IMPURE: &[&str] = &[
    "std::net::Tcp",
    "std::net::Udp",
    "std::net::{",
    "std::fs",
    "std::thread",
    "Instant",
    "SystemTime",
    "getrandom",
    "tokio",
    "println!",
    "eprintln!",
];

/// Lines of a file at most, its unit tests included.
const LINES: usize = 420;

/// A source file: where it is, the part it belongs to, and its lines before any unit test.
struct Source {
    path: PathBuf,
    part: String,
    text: String,
}

impl Source {
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take_while(|line| *line != "#[cfg(test)]");
        let lines = lines.enumerate().map(|(index, line)| (index + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    collect(&root, &mut |path| {
        let inside = path.strip_prefix(&root).expect("found there");
        let part = inside.components().next().expect("a name").as_os_str();
        let part = part
            .to_str()
            .expect("UTF-8")
            .trim_end_matches(".rs")
            .to_owned();
        let text = fs::read_to_string(&path).expect("UTF-8");
        sources.push(Source { path, part, text });
    });
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

/// Protects the layout: rules know no sockets, and the server is known to commands only.
#[test]
fn imports_stay_within_the_walls() {
    let mut faults = Vec::new();
    for source in sources() {
        let part = source.part.as_str();
        if matches!(part, "lib" | "main") {
            continue;
        }
        let Some((_, allowed)) = WALLS.iter().find(|(name, _)| *name == part) else {
            faults.push(format!(
                "{}: the part {part} has no walls",
                source.path.display()
            ));
            continue;
        };
        for (line, text) in source.code() {
            for imported in text.split("crate::").skip(1) {
                let end = imported.find(|c: char| !c.is_alphanumeric() && c != '_');
                let imported = &imported[..end.unwrap_or(imported.len())];
                if imported != part && !allowed.contains(&imported) {
                    faults.push(format!(
                        "{}:{line}: {part} may not import {imported}",
                        source.path.display()
                    ));
                }
            }
        }
    }
    report(&faults);
}

/// Protects determinism: the same entries give the same rooms, the same seed the same run.
#[test]
fn the_core_has_no_clock_no_chance_and_no_files() {
    let mut faults = Vec::new();
    for source in sources() {
        if !PURE.contains(&source.part.as_str()) {
            continue;
        }
        for (line, text) in source.code() {
            for word in IMPURE.iter().filter(|word| text.contains(**word)) {
                faults.push(format!(
                    "{}:{line}: {word} in {}",
                    source.path.display(),
                    source.part
                ));
            }
        }
    }
    report(&faults);
}

/// Protects the reader: each file says what it is for, and fits the head.
#[test]
fn files_are_short_and_say_their_duty() {
    let mut faults = Vec::new();
    for Source { path, text, .. } in sources() {
        if !text.starts_with("//! ") {
            faults.push(format!("{}: does not say what it is for", path.display()));
        }
        // The bounds are a list, which is looked up and not read in one go.
        let is_list = path.ends_with("src/limits.rs");
        let lines = text.lines().count();
        if !is_list && lines > LINES {
            faults.push(format!("{}: {lines} lines", path.display()));
        }
    }
    report(&faults);
}

/// Protects those who run it: no panic that states no invariant, nothing left for later.
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

/// Protects the map: every part and every test is on it.
#[test]
fn the_map_shows_every_part() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let map = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut faults = Vec::new();
    for folder in ["src", "tests"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let name = entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8");
            if !map.contains(&name) {
                faults.push(format!("ARCHITECTURE.md does not show {folder}/{name}"));
            }
        }
    }
    report(&faults);
}

/// Bounds that no test reaches: fifty servers would have to be announced on the network where the
/// tests run, and of examinations at once the threads that are started are the bound.
const NOT_REACHED: &[&str] = &["SERVERS_FOUND", "HOSTS_AT_ONCE", "CLASS_AT_ONCE"];

/// A bound: its name, what it is, and the test that it names.
struct Limit {
    name: String,
    value: String,
    test: Option<String>,
}

/// The bounds, as `src/limits.rs` has them.
fn limits() -> Vec<Limit> {
    let text = fs::read_to_string(root().join("src/limits.rs")).expect("the bounds");
    let (mut limits, mut test) = (Vec::new(), None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(named) = line.strip_prefix("/// Test: `") {
            test = named.strip_suffix("`.").map(str::to_owned);
        } else if let Some(bound) = line.strip_prefix("pub const ") {
            let mut bound = bound.to_owned();
            while !bound.ends_with(';') {
                bound = format!("{bound} {}", lines.next().expect("a semicolon").trim());
            }
            let (head, value) = bound.split_once(" = ").expect("a value");
            let name = head.split(':').next().expect("a name").to_owned();
            let value = value.trim_end_matches(';').to_owned();
            let test = test.take();
            limits.push(Limit { name, value, test });
        }
    }
    limits
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Protects every bound: each names a test that reaches it on purpose, and there is such a test.
#[test]
fn every_bound_has_a_test_that_reaches_it() {
    let mut faults = Vec::new();
    let reached = |limit: &Limit| !NOT_REACHED.contains(&limit.name.as_str());
    for Limit { name, test, .. } in limits().into_iter().filter(reached) {
        let named = test.as_deref().and_then(|test| test.split_once("::"));
        let is_there = named.is_some_and(|(file, test)| {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            text.contains(&format!("fn {test}("))
        });
        if !is_there {
            faults.push(format!(
                "src/limits.rs: {name}: \"/// Test: `file::test`.\" names none that is there"
            ));
        }
    }
    report(&faults);
}

/// Protects the reader of docs/hostile.md: its table is what the program has.
#[test]
fn the_document_has_every_bound() {
    let document = fs::read_to_string(root().join("docs/hostile.md")).expect("a document");
    let (_, table) = (document.split_once("<!-- table: bounds -->")).expect("its table");
    let mut rows: Vec<&str> = table.trim_start().lines().skip(2).collect();
    let mut faults = Vec::new();
    for Limit { name, value, test } in limits() {
        let row = format!(
            "| `{name}` | `{value}` | `{}` |",
            test.as_deref().unwrap_or("none: see tests/tidy.rs")
        );
        match rows.iter().position(|found| *found == row) {
            Some(found) => drop(rows.remove(found)),
            None => faults.push(format!("docs/hostile.md lacks the row\n{row}")),
        }
    }
    rows.retain(|row| row.starts_with("| `"));
    faults.extend(rows.iter().map(|row| format!("docs/hostile.md has\n{row}")));
    report(&faults);
}
