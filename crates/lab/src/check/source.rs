//! The learner's own files: the numbers and words in them, and the line at which the program was.
//!
//! A file is only read. It says which words to try first and which line to show; what the program
//! does is judged by what it does.

use std::ffi::OsString;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

/// A line of the learner's own program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// The file, as its name was given.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Without the blanks around it.
    pub text: String,
}

/// Files that are read: a learner's program has one or two.
const FILES: usize = 16;
/// Bytes of a file that are read: the largest of a learner's programs is a compiled one.
const BYTES: u64 = 4 << 20;
/// Addresses of machines that are looked at.
const HOSTS: usize = 4;
/// Ports that are tried.
const PORTS: usize = 8;

/// Bytes of a text that a message is compared with.
const COMPARED: usize = 60;
/// Calls whose texts go to the screen, or to the other side.
const PRINTS: &[&str] = &[
    "print",
    "Print",
    "puts(",
    "console.log",
    "cout",
    "input(",
    "send",
    "write(",
    "show",
];
/// Marks of a line that compares texts.
const COMPARES: &[&str] = &[
    "==",
    "!=",
    " in ",
    "startswith",
    "startsWith",
    "equals",
    "strcmp",
    "strncmp",
    "strstr",
    "contains",
    "includes",
    "indexOf",
    "find(",
    "case ",
    "HasPrefix",
    "Contains",
    "match",
];
/// Names of fields that are looked at.
const FIELDS: usize = 16;
/// What stands before the name of a field.
const OPENS_FIELD: &[&str] = &[
    "[",
    "get(",
    "getString(",
    "optString(",
    "getInt(",
    "optInt(",
];
/// Texts in quotes that are no message.
const CODES: &[&str] = &[
    "utf8",
    "utf-8",
    "UTF-8",
    "ascii",
    "latin-1",
    "r",
    "rw",
    "localhost",
    "127.0.0.1",
    "__main__",
    "net",
    "socket",
    "fmt",
    "node:net",
    "data",
    "end",
    "close",
    "error",
    "connect",
    "line",
];

/// A text that a program may compare a message with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparand {
    /// The text, without blanks around it.
    pub text: String,
    /// Whether its line compares something.
    pub compared: bool,
}

/// The files of a program, as far as its command tells them.
#[derive(Debug, Default)]
pub struct Source {
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Source {
    /// The files that a command names, and those that they name: a script's program, a program's
    /// own modules.
    pub fn of(command: &[OsString]) -> Source {
        let mut source = Source::default();
        let folder = Path::new("");
        for word in command {
            let word = Path::new(word);
            for path in spellings(folder, word) {
                source.add(path);
            }
        }
        // What they name is found behind them in the list, and read in its turn.
        let mut next = 0;
        while let Some((path, bytes)) = source.files.get(next) {
            let folder = path.parent().unwrap_or(folder).to_owned();
            for word in named(path, bytes) {
                for path in spellings(&folder, Path::new(&word)) {
                    source.add(path);
                }
            }
            next += 1;
        }
        source
    }

    fn add(&mut self, path: PathBuf) {
        let known = self.files.iter().any(|(it, _)| *it == path);
        let Ok(about) = fs::metadata(&path) else {
            return;
        };
        let system = ["/usr", "/bin", "/lib", "/opt"];
        let ours = !system.iter().any(|start| path.starts_with(start));
        if !known && ours && self.files.len() < FILES && about.is_file() && about.len() <= BYTES {
            self.files
                .extend(fs::read(&path).ok().map(|bytes| (path, bytes)));
        }
    }

    /// Also reads a file that no command names: the program of somebody who starts it elsewhere.
    #[must_use]
    pub fn with(mut self, file: &Path) -> Source {
        self.add(file.to_owned());
        self
    }

    /// One file with this name and text.
    pub fn of_text(name: &str, text: &str) -> Source {
        Source {
            files: vec![(PathBuf::from(name), text.as_bytes().to_vec())],
        }
    }

    /// The name of the first file that is text.
    pub fn first(&self) -> Option<String> {
        let (path, _) = self.texts().next()?;
        Some(path.to_string_lossy().into_owned())
    }

    /// The texts that it may compare a message with, in their order, each once: those in quotes that
    /// are not printed. Those that a line compares are told from the others.
    pub fn comparands(&self) -> Vec<Comparand> {
        let mut found: Vec<Comparand> = Vec::new();
        for (_, text) in self.texts() {
            for line in text.lines().filter(|line| !is_comment(line)) {
                let prints = PRINTS.iter().filter_map(|call| line.find(call)).min();
                let line = &line[..prints.unwrap_or(line.len())];
                let compared = COMPARES.iter().any(|sign| line.contains(sign));
                for text in quoted(line) {
                    let text = text.trim().to_owned();
                    let known = found.iter().any(|it| it.text == text);
                    let code = text.contains(['/', '%', '{', '\\']) || CODES.contains(&&*text);
                    if !known && !code && !text.is_empty() && text.len() <= COMPARED {
                        found.push(Comparand { text, compared });
                    }
                }
            }
        }
        found
    }

    /// The names under which it looks into a message that it has taken apart, each with the texts that
    /// a line compares it with: `m["type"] == "indice"`, `m.get("type")`, `m.type === "indice"`.
    pub fn fields(&self) -> Vec<(String, Vec<String>)> {
        let mut found: Vec<(String, Vec<String>)> = Vec::new();
        for (_, text) in self.texts() {
            for line in text.lines().filter(|line| !is_comment(line)) {
                let compared = COMPARES.iter().any(|sign| line.contains(sign));
                let names = field_names(line, compared);
                let texts = quoted(line);
                for name in &names {
                    if !found.iter().any(|(known, _)| known == name) && found.len() < FIELDS {
                        found.push((name.clone(), Vec::new()));
                    }
                }
                let [name] = names.as_slice() else {
                    continue;
                };
                let of_name = found.iter_mut().find(|(known, _)| known == name);
                if let Some((_, values)) = of_name.filter(|_| compared) {
                    let others = texts.into_iter().filter(|text| text != name);
                    let others = others.filter(|text| text.len() <= COMPARED);
                    values.extend(others);
                }
            }
        }
        found
    }

    /// The first line that receives fewer than `length` bytes at once, and how many it receives at most.
    pub fn small_read(&self, length: usize) -> Option<(SourceLine, usize)> {
        let size = |line: &str| -> Option<usize> {
            let (_, rest) = line.split_once("recv(")?;
            let inside = rest.split_once(')')?.0;
            let size = inside.split(',').find_map(|it| it.trim().parse().ok())?;
            (2..length).contains(&size).then_some(size)
        };
        let place = self.line_of(|line| size(line).is_some())?;
        let size = size(&place.text)?;
        // A reader that goes on until it has all may read as little as it likes.
        let loops = ["+=", "extend(", "append("];
        let gathers =
            self.line_of(|line| line.contains("recv(") && loops.iter().any(|it| line.contains(it)));
        gathers.is_none().then_some((place, size))
    }

    /// Whether a text is in one of the files, as it stands.
    pub fn has(&self, text: &str) -> bool {
        let within = |bytes: &[u8]| memchr::memmem::find(bytes, text.as_bytes()).is_some();
        self.files.iter().any(|(_, bytes)| within(bytes))
    }

    /// The lines of its files that hold texts in quotes, with those texts.
    pub fn lines_with_literals(&self) -> impl Iterator<Item = (SourceLine, Vec<String>)> {
        self.texts().flat_map(|(path, text)| {
            let lines = text.lines().enumerate();
            let lines = lines.filter(|(_, line)| !is_comment(line));
            lines.filter_map(move |(index, line)| {
                let literals = quoted(line);
                (!literals.is_empty()).then(|| (source_line(path, index + 1, line), literals))
            })
        })
    }

    /// The ports that it may mean, the likeliest first: those on a line that speaks of one.
    pub fn ports(&self) -> Vec<u16> {
        let mut numbers: Vec<(usize, u16)> = Vec::new();
        for (_, text) in self.texts() {
            for line in text.lines().filter(|line| !is_comment(line)) {
                let small = line.to_lowercase();
                let rank = match () {
                    () if small.contains("port") || small.contains("connect") => 0,
                    // The size of a read is no port.
                    () if small.contains("recv") || small.contains("read") => continue,
                    () => 1,
                };
                let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let ports = words.filter_map(|word| word.parse().ok());
                numbers.extend(ports.filter(|port| *port >= 1024).map(|port| (rank, port)));
            }
        }
        numbers.sort_by_key(|(rank, _)| *rank);
        let mut ports: Vec<u16> = Vec::new();
        for (_, port) in numbers {
            if !ports.contains(&port) && ports.len() < PORTS {
                ports.push(port);
            }
        }
        ports
    }

    /// The IPv4 addresses that its texts are, each with its first line, without those of this very machine
    /// that every machine has (127.0.0.1, 0.0.0.0).
    pub fn hosts(&self) -> Vec<(Ipv4Addr, SourceLine)> {
        let mut found: Vec<(Ipv4Addr, SourceLine)> = Vec::new();
        for (line, literals) in self.lines_with_literals() {
            let hosts = literals.iter().filter_map(|it| it.trim().parse().ok());
            for host in hosts.filter(|it: &Ipv4Addr| !it.is_loopback() && !it.is_unspecified()) {
                if found.len() < HOSTS && !found.iter().any(|(known, _)| *known == host) {
                    found.push((host, line.clone()));
                }
            }
        }
        found
    }

    /// The first line that holds one of these, in the order in which they are given.
    pub fn line_with(&self, wanted: &[&str]) -> Option<SourceLine> {
        wanted.iter().find_map(|wanted| {
            self.texts().find_map(|(path, text)| {
                let lines = text.lines().enumerate();
                let mut lines = lines.filter(|(_, line)| !is_comment(line));
                let (index, line) = lines.find(|(_, line)| line.contains(wanted))?;
                Some(source_line(path, index + 1, line))
            })
        })
    }

    /// The first line that passes.
    pub fn line_of(&self, passes: impl Fn(&str) -> bool) -> Option<SourceLine> {
        self.texts().find_map(|(path, text)| {
            let mut lines = text.lines().enumerate();
            let (index, line) = lines.find(|(_, line)| !is_comment(line) && passes(line))?;
            Some(source_line(path, index + 1, line))
        })
    }

    /// The line of that number in the file of that name.
    pub fn line(&self, file: &str, number: usize) -> Option<SourceLine> {
        let name = Path::new(file).file_name()?;
        let (path, text) = self
            .texts()
            .find(|(path, _)| path.file_name() == Some(name))?;
        let line = text.lines().nth(number.checked_sub(1)?)?;
        Some(source_line(path, number, line))
    }

    fn texts(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.files.iter().filter_map(|(path, bytes)| {
            let text = std::str::from_utf8(bytes).ok()?;
            (!text.contains('\0')).then_some((path.as_path(), text))
        })
    }
}

fn source_line(path: &Path, line: usize, text: &str) -> SourceLine {
    let file = path.file_name().unwrap_or(path.as_os_str());
    SourceLine {
        file: file.to_string_lossy().into_owned(),
        line,
        text: text.trim().chars().take(120).collect(),
    }
}

/// The files that a word of a command may mean: itself, or a module or a class.
fn spellings(folder: &Path, word: &Path) -> Vec<PathBuf> {
    let path = folder.join(word);
    let mut paths = vec![path.clone()];
    let is_class = word
        .extension()
        .is_some_and(|end| end.to_string_lossy().starts_with(char::is_uppercase));
    if (word.extension().is_none() || is_class) && !word.as_os_str().is_empty() {
        let ends = ["py", "class", "java", "c", "cpp", "go", "js"];
        paths.extend(ends.map(|end| path.with_extension(end)));
        // A Java class by the name of its package.
        let package = word.to_string_lossy();
        if package.contains('.') && !package.starts_with('.') {
            paths.push(
                folder
                    .join(package.replace('.', "/"))
                    .with_extension("java"),
            );
        }
    }
    paths
}

/// The files that a small text may name: what a script starts, what a program imports.
fn named(path: &Path, bytes: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Vec::new();
    };
    let python = path.extension().is_some_and(|end| end == "py");
    let of_line = |line: &str| -> Vec<String> {
        let mut words = line.split([' ', ',', '\t']).filter(|word| !word.is_empty());
        match (python, words.next()) {
            (true, Some("import")) => words.map(str::to_owned).collect(),
            (true, Some("from")) => words.next().into_iter().map(str::to_owned).collect(),
            (true, _) => Vec::new(),
            (false, _) => {
                let words = line.split_ascii_whitespace();
                let file = |word: &&str| word.contains('.') || word.contains('/');
                words
                    .map(|word| word.trim_matches(['"', '\'']))
                    .filter(file)
                    .map(str::to_owned)
                    .collect()
            }
        }
    };
    let script = python || text.starts_with("#!") || path.extension().is_some_and(|it| it == "sh");
    match script {
        true => text.lines().take(500).flat_map(of_line).collect(),
        false => Vec::new(),
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') && !line.starts_with("#define") || line.starts_with("//")
}

/// The names of fields on a line: in quotes behind a bracket, or, where it compares, behind a point.
fn field_names(line: &str, compared: bool) -> Vec<String> {
    let is_name = |text: &str| {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        !text.is_empty() && text.len() <= 20 && text.chars().all(word)
    };
    let mut names: Vec<String> = Vec::new();
    for opens in OPENS_FIELD {
        for (at, _) in line.match_indices(opens) {
            let rest = &line[at + opens.len()..];
            let Some(quote) = rest.chars().next().filter(|c| "'\"".contains(*c)) else {
                continue;
            };
            let name = rest[1..].split(quote).next().unwrap_or_default();
            let is_new = is_name(name) && !names.iter().any(|it| it == name);
            // A list of texts has a bracket, too.
            let closes = rest[1..].get(name.len() + 1..).unwrap_or_default();
            if is_new && closes.trim_start().starts_with([']', ')', ',']) {
                names.push(name.to_owned());
            }
        }
    }
    for (at, _) in line.match_indices('.').filter(|_| compared) {
        let rest = &line[at + 1..];
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let compares = behind.trim_start().starts_with(['=', '!']);
        if compares && is_name(name) && !names.iter().any(|it| it == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// The texts between quotes on a line. `\n` and its like are taken as what they mean.
fn quoted(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '"' && c != '\'' {
            continue;
        }
        let mut text = String::new();
        while let Some(inside) = chars.next() {
            match inside {
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => break,
                },
                _ if inside == c => {
                    found.push(std::mem::take(&mut text));
                    break;
                }
                _ => text.push(inside),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::of_text("dir/client.py", text)
    }

    #[test]
    fn ports_are_found_and_sizes_of_reads_are_not() {
        let source = source(
            "N = 2048\nHOST, PORT = 'localhost', 12345\n# port 7777\ns.connect((HOST, 50001))\n\
             m = s.recv(1024)\nx = 99999\n",
        );
        assert_eq!(source.ports(), [12345, 50001, 2048]);
    }

    #[test]
    fn literals_are_read_as_python_reads_them() {
        let source = source("if m == \"Trop petit\\n\" or m == 'c\\'est':\n# 'no'\n");
        let literals: Vec<_> = source.lines_with_literals().map(|it| it.1).collect();
        assert_eq!(literals, [["Trop petit\n", "c'est"]]);
        assert!(source.has("Trop petit") && !source.has("trop"));
    }

    #[test]
    fn the_fields_of_a_message_are_found_with_what_they_are_compared_with() {
        let source = source(
            "m = json.loads(s.recv(99))\nif m['type'] == 'indice' and x:\n    t = m.get(\"texte\")\n\
             if (r.etat === 'gagne') stop()\nfor x in ['a']: s.send(json.dumps({'essai': n}))\n",
        );
        let fields = source.fields();
        let field = |name: &str, values: &[&str]| {
            let values = values.iter().map(|it| (*it).to_owned()).collect();
            (name.to_owned(), values)
        };
        let expected = [
            field("type", &["indice"]),
            field("texte", &[]),
            field("etat", &["gagne"]),
        ];
        assert_eq!(fields[..3], expected, "{fields:?}");
    }

    #[test]
    fn a_line_is_found_by_what_is_in_it_and_by_its_number() {
        let source = source("import socket\n# recv\n  m = s.recv(1024)\n");
        let line = source
            .line_with(&["nothing", "recv("])
            .expect("it is there");
        assert_eq!((line.file.as_str(), line.line), ("client.py", 3));
        assert_eq!(line.text, "m = s.recv(1024)");
        assert_eq!(source.line("/elsewhere/client.py", 3), Some(line));
        assert_eq!(source.line("client.py", 0), None);
    }
}
