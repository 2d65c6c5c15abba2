//! The learner's own files: the numbers and words in them, and the line at which the program was.
//!
//! A file is only read. It says which words to try first and which line to show; what the program
//! does is judged by what it does.

use std::ffi::OsString;
use std::fs;
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
/// Ports that are tried.
const PORTS: usize = 8;

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
    if word.extension().is_none() && !word.as_os_str().is_empty() {
        paths.extend(["py", "class", "java"].map(|end| path.with_extension(end)));
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
        Source {
            files: vec![(PathBuf::from("dir/client.py"), text.as_bytes().to_vec())],
        }
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
