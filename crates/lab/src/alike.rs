//! How alike two programs are: the share of their token shingles that they have in common (Jaccard, as
//! Broder 1997 and MOSS take it), with names, texts and numbers made equal, and comments and blanks left
//! out. Of a program only the hashes of its shingles are kept, from which it can't be read.

use std::collections::BTreeSet;
use std::hash::Hasher;

use game::limits::ALIKE_SHINGLES;

/// Tokens of a shingle: a call with its argument and what follows.
const SHINGLE: usize = 6;
/// A program with fewer shingles is like many others.
const LEAST: usize = 24;
/// Two programs of which this share is the same, in percent, are shown as nearly the same.
pub const ALIKE: usize = 85;

/// Names that are not the program's own: what a program that uses sockets is made of.
const KEPT: [&str; 59] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "accept",
    "bind",
    "close",
    "connect",
    "decode",
    "encode",
    "input",
    "int",
    "isdigit",
    "len",
    "listen",
    "print",
    "randint",
    "random",
    "range",
    "recv",
    "send",
    "sendall",
    "setsockopt",
    "settimeout",
    "socket",
    "split",
    "start",
    "str",
    "strip",
    "Thread",
    "threading",
    "time",
];

/// The hashes of a program's shingles, sorted: the smallest [`ALIKE_SHINGLES`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch(Box<[u32]>);

impl Sketch {
    /// The sketch of a program's text; `None` if it is too short to say anything.
    pub fn of(text: &str) -> Option<Sketch> {
        let tokens = tokens(text);
        let hashes: BTreeSet<u32> = tokens.windows(SHINGLE).map(hash).collect();
        let few = hashes.into_iter().take(ALIKE_SHINGLES);
        let few: Box<[u32]> = few.collect();
        (few.len() >= LEAST).then_some(Sketch(few))
    }

    /// The share of shingles that both have, in percent.
    pub fn alike(&self, other: &Sketch) -> usize {
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let (mut all, mut both) = (0, 0);
        while all < ALIKE_SHINGLES {
            match (ours.peek(), theirs.peek()) {
                (None, None) => break,
                (Some(one), Some(other)) if one == other => {
                    both += 1;
                    ours.next();
                    theirs.next();
                }
                (Some(one), Some(other)) if one > other => drop(theirs.next()),
                (Some(_), _) => drop(ours.next()),
                (None, Some(_)) => drop(theirs.next()),
            }
            all += 1;
        }
        100 * both / all.max(1)
    }
}

fn hash(shingle: &[&str]) -> u32 {
    // FNV-1a; the same on every machine.
    let mut hash = Fnv(0x811c_9dc5);
    for token in shingle {
        hash.write(token.as_bytes());
        hash.write_u8(0);
    }
    hash.0
}

struct Fnv(u32);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn finish(&self) -> u64 {
        self.0.into()
    }
}

/// The tokens of a program: its own names are one token, and so are texts and numbers.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                tokens.push("text");
                text_length(rest, first)
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = while_length(rest, |c| c.is_alphanumeric() || c == '_');
                let word = &rest[..length];
                let kept = KEPT.iter().find(|kept| **kept == word);
                // The letter before a text, as of b"".
                if !rest[length..].starts_with(['"', '\'']) {
                    tokens.push(kept.copied().unwrap_or("name"));
                }
                length
            }
            c if c.is_ascii_digit() => {
                tokens.push("number");
                while_length(rest, |c| c.is_alphanumeric() || c == '.' || c == '_')
            }
            c if c.is_whitespace() || c == '\\' => c.len_utf8(),
            c => {
                tokens.push(&rest[..c.len_utf8()]);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

fn while_length(rest: &str, is_part: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !is_part(c)).unwrap_or(rest.len())
}

/// Bytes of the text at the beginning, quotes included; one that does not end, ends with its line.
fn text_length(rest: &str, quote: char) -> usize {
    let triple: String = [quote; 3].iter().collect();
    if let Some(behind) = rest.strip_prefix(&triple) {
        return behind.find(&triple).map_or(rest.len(), |end| end + 6);
    }
    let mut is_escaped = false;
    for (place, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return place,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = r#"
from socket import *
from random import randint
service = socket(AF_INET, SOCK_STREAM)
service.bind(('', 50000))
service.listen()
while True:
    joueur, adresse = service.accept()
    nombre = randint(1, 100)
    joueur.send("Propose un nombre".encode())
    while True:
        essai = int(joueur.recv(1024).decode())
        if essai < nombre:
            joueur.send("Trop petit".encode())
        elif essai > nombre:
            joueur.send("Trop grand".encode())
        else:
            joueur.send("Gagné".encode())
            break
    joueur.close()
"#;

    /// Another pupil's own way to the same game.
    const MAX: &str = r#"
import socket, random
def partie(c):
    secret = random.randint(1, 100)
    fini = False
    while not fini:
        recu = c.recv(1024).decode().strip()
        if not recu.isdigit():
            c.sendall(b"Un nombre !")
            continue
        n = int(recu)
        fini = n == secret
        c.sendall(("+" if n < secret else "-" if n > secret else "=").encode())
    c.close()
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 50000))
s.listen(5)
while True:
    partie(s.accept()[0])
"#;

    #[test]
    fn a_copy_with_other_names_words_and_comments_is_alike_and_another_s_own_way_is_not() {
        let sketch = |text: &str| Sketch::of(text).expect("long enough");
        let mut copy = format!("# Mon serveur\n{ADA}  # fini");
        for (theirs, ours) in [("joueur", "client"), ("essai", "n"), ("nombre", "x1")] {
            copy = copy.replace(theirs, ours);
        }
        copy = copy.replace("\"Trop petit\"", "'plus'");
        copy = copy.replace("50000", "4_000");
        assert_eq!(sketch(ADA).alike(&sketch(&copy)), 100);
        // Two lines that were taken out or added leave it nearly the same.
        let less = copy.replace(
            "            break\n",
            "            print(n)\n            break\n",
        );
        let alike = sketch(ADA).alike(&sketch(&less));
        assert!((ALIKE..100).contains(&alike), "{alike}");
        let apart = sketch(ADA).alike(&sketch(MAX));
        assert!(apart < ALIKE / 2, "{apart}");
    }

    #[test]
    fn any_text_has_a_sketch_within_its_bound_or_none() {
        assert_eq!(Sketch::of("print('a')\n"), None);
        for odd in ["'", "\"\"\"", "b'\\", "é\"\u{301}'''", "#", "\\\n\\"] {
            let long: String = std::iter::repeat_n(odd, 500).collect();
            assert!(Sketch::of(&long).is_none_or(|it| it.0.len() <= ALIKE_SHINGLES));
        }
        let many: String = (0..9_000)
            .map(|n| ["+", "-", "*", "("][n * 7919 % 10_007 % 4])
            .collect();
        assert!(Sketch::of(&many).is_some_and(|it| it.0.len() <= ALIKE_SHINGLES));
    }
}
