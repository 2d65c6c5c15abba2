//! A list of servers at once: the table, its CSV and its document, and mistakes in the file.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use super::{document, finish, python};

/// A sound server that says its port.
const SERVER: &str = include_str!("../python/pupil_server.py");

struct Server(Child, String);

impl Server {
    fn start() -> Server {
        let mut command = Command::new(python());
        let piped = command.args(["-c", SERVER]).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::null()).spawn().expect("python starts");
        let output = child.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a line");
        Server(child, format!("127.0.0.1:{}", line.trim()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Examines a file with that text.
fn check(text: &str, options: &[&str]) -> (Output, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let file: PathBuf = folder.path().join("classe.txt");
    std::fs::write(&file, text).expect("written");
    let mut command = crate::common::program();
    command.args(["--lang", "en", "check", "server", "--hosts"]);
    command.arg(file).args(options).current_dir(folder.path());
    (finish(&mut command), folder)
}

/// Protects a teacher's table: a row for each pupil in the file's order, in text, CSV and JSON, and a
/// server that is not there is told as such beside one that is.
#[test]
fn a_class_is_examined_at_once() {
    let server = Server::start();
    let text = format!("# 4e B\n\n{} Ada\n127.0.0.1:1\n", server.1);
    let only = ["--only", "game", "--only", "truth"];
    let (output, folder) = check(&text, &[&only[..], &["--csv", "table.csv"]].concat());
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        shown.contains("            1 2\nAda         ✓ ✓\n127.0.0.1:1 – –\n"),
        "{shown} {output:?}"
    );
    assert!(
        shown.contains("\n1 Lets a player win who halves what is left\n2 Gives true hints\n"),
        "the checks are named in the reader's language: {shown}"
    );
    assert!(shown.contains("\nAda: All that was examined"), "{shown}");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let csv = std::fs::read_to_string(folder.path().join("table.csv")).expect("the table");
    let expected = format!(
        "name,address,next,Lets a player win who halves what is left,Gives true hints\n\
         Ada,{},,passed,passed\n127.0.0.1:1,127.0.0.1:1,,not examined,not examined\n",
        server.1
    );
    assert_eq!(csv, expected);
    let (output, _folder) = check(&text, &["--only", "game", "--json"]);
    let document = document(&output);
    assert_eq!(document["hosts"][0]["name"], "Ada", "{document}");
    assert_eq!(document["hosts"][0]["report"]["passed"], 1, "{document}");
    assert_eq!(document["hosts"][1]["report"]["passed"], 0, "{document}");
}

/// Protects who writes the file: what is wrong is told with its line, and nothing is examined.
#[test]
fn mistakes_are_told_with_their_line() {
    let many: String = (1..=65).map(|port| format!("127.0.0.1:{port}\n")).collect();
    let long = format!("{}127.0.0.1:1 Ada\n", "# a remark\n".repeat(8_000));
    let cases = [
        (long.as_str(), "too big"),
        ("127.0.0.1:1\n\n127.0.0.1:99999 Ada\n", "line 3"),
        ("127.0.0.1:1 Ada\n127.0.0.1:1 Max\n", "line 2"),
        ("# nobody\n", "no address"),
        (many.as_str(), "more than 64"),
    ];
    for (text, told) in cases {
        let (output, _folder) = check(text, &[]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(told), "{told}: {error}");
        assert_eq!(output.status.code(), Some(2), "{told}: {output:?}");
    }
    let (output, _folder) = check("127.0.0.1:1\n", &["--report", "x.html"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}
