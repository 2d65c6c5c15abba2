//! A crash, read from what the program printed: what Python, Java, Node, Rust, Go or C say when
//! nobody caught an error, and the line of the learner's own text where it was.

use super::source::{Source, SourceLine};
use crate::program::Ended;

/// Characters of an error that are shown.
const SHOWN: usize = 160;

/// An error that nobody caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// What was said: `ConnectionRefusedError: [Errno 111] Connection refused`.
    pub error: String,
    /// Where it was.
    pub place: Option<SourceLine>,
}

impl Crash {
    /// The crash in what a program printed before it ended so.
    pub fn of(printed: &str, ended: Option<Ended>, source: &Source) -> Option<Crash> {
        let error = error(printed).or_else(|| match ended {
            Some(Ended::Signal(signal)) => Some(format!("signal {signal}")),
            _ => None,
        })?;
        Some(Crash {
            error: error.chars().take(SHOWN).collect(),
            place: place(printed, source),
        })
    }

    /// Whether it is about bytes that could not be read as text.
    pub fn is_about_text(&self) -> bool {
        let of_text = ["UnicodeDecodeError", "UnicodeEncodeError", "MalformedInput"];
        of_text.iter().any(|name| self.error.contains(name))
    }
}

/// Whether an error says that an address is in use, in any language.
pub fn is_address_in_use(error: &str) -> bool {
    [
        "Errno 98",
        "EADDRINUSE",
        "ddress already in use",
        "déjà utilisée",
    ]
    .iter()
    .any(|it| error.contains(it))
}

/// The line that names the error.
fn error(printed: &str) -> Option<String> {
    let starts = |starts: &'static [&str]| {
        let starts = move |line: &&str| starts.iter().any(|it| line.starts_with(it));
        printed.lines().find(starts).map(str::to_owned)
    };
    let java = starts(&["Exception in thread "]);
    let others = starts(&["panic: ", "terminate called", "Segmentation fault"]);
    python(printed)
        .or(java)
        .or_else(|| rust(printed))
        .or_else(|| node(printed))
        .or(others)
        .or_else(|| unopened(printed))
}

/// What Python and Java say of a program that is not where the command names it.
fn unopened(printed: &str) -> Option<String> {
    let says = |line: &&str| {
        line.contains(": can't open file '")
            || line.starts_with("Error: Could not find or load main class")
    };
    printed.lines().find(says).map(str::to_owned)
}

/// Behind the last traceback, or a syntax error, the first line that is not indented.
fn python(printed: &str) -> Option<String> {
    let (_, after) = printed
        .rsplit_once("Traceback (most recent call last):")
        .or_else(|| {
            let at = printed.find("  File \"")?;
            let names = ["SyntaxError: ", "IndentationError: ", "TabError: "];
            let after = &printed[at..];
            names
                .iter()
                .any(|name| after.contains(name))
                .then_some(("", after))
        })?;
    let mut lines = after.lines().skip(1);
    lines
        .find(|line| !line.is_empty() && !line.starts_with([' ', '\t']))
        .map(str::to_owned)
}

fn rust(printed: &str) -> Option<String> {
    let line = printed
        .lines()
        .find(|line| line.contains("' panicked at "))?;
    let after = printed.lines().skip_while(|it| *it != line).nth(1);
    Some(after.unwrap_or(line).to_owned())
}

fn node(printed: &str) -> Option<String> {
    let thrown = printed.contains("    at ") && printed.contains("node:");
    let names = |line: &str| line.contains("Error: ") || line.contains("Error [ERR_");
    let error = |line: &&str| names(line) && !line.starts_with(' ');
    let line = printed.lines().find(error);
    line.filter(|_| thrown).map(str::to_owned)
}

/// The last line of the learner's files that the text names: the innermost of their own frames.
fn place(printed: &str, source: &Source) -> Option<SourceLine> {
    let python = |line: &str| {
        let (file, rest) = line.trim().strip_prefix("File \"")?.split_once('"')?;
        let number = rest.strip_prefix(", line ")?;
        let end = number.find(|c: char| !c.is_ascii_digit());
        let number = number[..end.unwrap_or(number.len())].parse().ok()?;
        source.line(file, number)
    };
    let colon = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || c == '(' || c == ')');
        words
            .filter_map(|word| {
                let mut parts = word.split(':');
                source.line(parts.next()?, parts.next()?.parse().ok()?)
            })
            .next()
    };
    let last = printed.lines().rev().find_map(python);
    last.or_else(|| printed.lines().find_map(colon))
}

/// Where Python was when Ctrl-C came, from what it printed then.
pub fn interrupted_at(printed: &str, source: &Source) -> Option<SourceLine> {
    printed
        .contains("KeyboardInterrupt")
        .then(|| place(printed, source))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crash(printed: &str) -> Option<String> {
        let crash = Crash::of(printed, Some(Ended::Status(1)), &Source::default());
        crash.map(|crash| crash.error)
    }

    #[test]
    fn what_each_language_says_is_read() {
        let python = "moi > Traceback (most recent call last):\n  File \"c.py\", line 4, in <module>\n\
                      \x20   s.connect(('x', 1))\nConnectionRefusedError: [Errno 111] Connection refused\n";
        assert_eq!(
            crash(python).as_deref(),
            Some("ConnectionRefusedError: [Errno 111] Connection refused")
        );
        let chained = "Traceback (most recent call last):\n  File \"a\", line 1\nKeyError: 1\n\n\
                       During handling of the above exception, another exception occurred:\n\n\
                       Traceback (most recent call last):\n  File \"a\", line 2\n    x\n    ^\nValueError\n";
        assert_eq!(crash(chained).as_deref(), Some("ValueError"));
        let syntax = "  File \"c.py\", line 2\n    if x\n        ^\nSyntaxError: expected ':'\n";
        assert_eq!(crash(syntax).as_deref(), Some("SyntaxError: expected ':'"));
        let java = "Exception in thread \"main\" java.net.ConnectException: Connexion refusée\n\tat C.main(C.java:7)\n";
        assert!(crash(java).is_some_and(|error| error.contains("ConnectException")));
        let node = "node:events:497\n      throw er;\n\nError: connect ECONNREFUSED\n    at TCPConnectWrap (node:net:1)\n";
        assert_eq!(crash(node).as_deref(), Some("Error: connect ECONNREFUSED"));
        let coded = "node:internal/streams/writable:480\n    at c.js:2:1\nError [ERR_STREAM_WRITE_AFTER_END]: write after end\n";
        assert!(crash(coded).is_some_and(|error| error.contains("AFTER_END")));
        let rust = "thread 'main' panicked at src/main.rs:4:5:\ncalled `Result::unwrap()`\n";
        assert_eq!(crash(rust).as_deref(), Some("called `Result::unwrap()`"));
    }

    #[test]
    fn a_sentence_is_no_crash() {
        for text in [
            "La connexion a échoué.\n",
            "connect: Connection refused\n",
            "Erreur : [Errno 111] Connection refused\n",
            "",
        ] {
            assert_eq!(crash(text), None, "{text}");
        }
        let fault = Crash::of("", Some(Ended::Signal(11)), &Source::default());
        assert!(fault.is_some());
    }
}
