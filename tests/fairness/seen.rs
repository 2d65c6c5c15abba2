//! What comes out of the program besides answers, and what of it may differ.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use crate::common::{program, signal};

/// The text with a mask for each of its words that is one of these; the rest is between words.
pub fn masked(seen: &str, mask: &str, in_word: fn(char) -> bool, is: fn(&str) -> bool) -> String {
    let mut text = String::new();
    for part in seen.split_inclusive(|c| !in_word(c)) {
        let word = part.trim_end_matches(|c| !in_word(c));
        text += if is(word) { mask } else { word };
        text += &part[word.len()..];
    }
    text
}

/// 256 bits in hexadecimal.
pub fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `2026-01-31T08:30:00Z`
pub fn is_date(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    word.len() == 20 && word.ends_with('Z') && word.split(['-', 'T', ':', 'Z']).all(digits)
}

/// What `serve` tells the teacher, at its start and at its end, on both outputs.
pub fn banner(folder: &Path) -> String {
    let mut command: Command = program();
    command
        .args(["serve", "--web", "off", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("the program starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut shown = String::new();
    // The last line tells how to stop.
    while !shown.contains("Ctrl-C") {
        let count = stdout.read_line(&mut shown).expect("UTF-8");
        assert!(count > 0, "expected: how to stop; got {shown:?}");
    }
    signal(&child, libc::SIGTERM);
    stdout.read_to_string(&mut shown).expect("UTF-8");
    let done = child.wait_with_output().expect("our child");
    shown += &text(&done.stderr);
    let port = shown.split("127.0.0.1:").nth(1).expect("an address");
    let end = port.find(|c: char| !c.is_ascii_digit());
    let port = port[..end.unwrap_or(port.len())].to_owned();
    shown.replace(&port, "PORT")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn read_only(folder: &Path) -> Connection {
    let journal = folder.join("journal.sqlite");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(journal, flags).expect("readable with plain SQL")
}

/// All rows of all views, dates aside.
pub fn views(folder: &Path) -> String {
    let journal = read_only(folder);
    let names = "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name";
    let mut names = journal.prepare(names).expect("sound SQL");
    let names = names.query_map([], |row| row.get(0)).expect("rows");
    let names: Vec<String> = names.collect::<Result<_, _>>().expect("names");
    assert!(
        names.len() >= 4,
        "expected: the teacher's views; got {names:?}"
    );
    let mut shown = String::new();
    for name in names {
        let mut all = journal
            .prepare(&format!("SELECT * FROM {name}"))
            .expect("a view");
        let columns: Vec<String> = all.column_names().map(str::to_owned).collect();
        let mut rows = all.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for (index, column) in columns.iter().enumerate() {
                if !matches!(&**column, "date" | "depuis") {
                    let value: Value = row.get(index).expect("a value");
                    shown += &format!("{name}.{column}: {value:?}\n");
                }
            }
        }
    }
    shown
}
