//! `juste-prix check pair` with small programs that have their port in their text: each outcome, and the
//! first misunderstanding.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::common;
use crate::common::examined::{document, each, finish, python};

const SERVER: &str = include_str!("server.py");
const CLIENT: &str = include_str!("client.py");
const ONE_GUESS: &str = include_str!("one.py");
const NODE: &str = include_str!("server.js");

/// A program: its interpreter's file ending, its text, and what is changed in it.
struct Text(
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Two programs, and what must become of them.
struct Row {
    name: &'static str,
    server: Text,
    client: Text,
    /// The exit status, and members that the cell must have.
    status: i32,
    cell: fn() -> Value,
    /// What the French report must say.
    said: &'static str,
}

const READS_HINTS: (&str, &str) = ("low = guess + 1", "high = guess - 1");

const ROWS: &[Row] = &[
    Row {
        name: "they understand each other",
        server: Text("py", SERVER, &[]),
        client: Text("py", CLIENT, &[]),
        status: 0,
        cell: || json!({ "outcome": "won", "typed": false }),
        said: "Ils se comprennent",
    },
    Row {
        name: "a client that asks its user is typed for",
        server: Text("py", SERVER, &[]),
        client: Text(
            "py",
            CLIENT,
            &[("(low + high) // 2", "int(input(\"Ton nombre ? \"))")],
        ),
        status: 0,
        cell: || json!({ "outcome": "won", "typed": true }),
        said: "les nombres ont été tapés pour lui",
    },
    Row {
        name: "one guess a connection",
        server: Text("py", ONE_GUESS, &[]),
        client: Text(
            "py",
            CLIENT,
            &[
                ("print(service.recv(1024).decode())\n", ""),
                (
                    "    service.send",
                    "    service = create_connection((\"127.0.0.1\", PORT))\n    service.send",
                ),
                ("Trop", "trop"),
                ("Gagné", "bravo"),
                (
                    "service = socket(AF_INET, SOCK_STREAM)\nservice.connect((\"127.0.0.1\", PORT))\n",
                    "",
                ),
            ],
        ),
        status: 0,
        cell: || json!({ "outcome": "won" }),
        said: "Ils se comprennent",
    },
    Row {
        name: "a server of Node, which listens with IPv6",
        server: Text("js", NODE, &[]),
        client: Text(
            "py",
            CLIENT,
            &[
                ("Trop petit", "Too low\\n"),
                ("Trop grand", "Too high\\n"),
                ("Gagné", "Correct"),
            ],
        ),
        status: 0,
        cell: || json!({ "outcome": "won" }),
        said: "Ils se comprennent",
    },
    Row {
        name: "it goes down where up is said",
        server: Text("py", SERVER, &[("randint(1, 100)", "randint(80, 100)")]),
        client: Text("py", CLIENT, &[READS_HINTS]),
        status: 1,
        cell: || {
            json!({
                "outcome": "misunderstood",
                "said": { "by": "server", "text": "\"Trop petit\"" },
                "expected": { "what": "above", "guess": 50 },
                "came": { "what": "message", "text": "\"25\"" },
            })
        },
        said: "il fallait alors un nombre plus grand que 50, mais le client a dit \"25\"",
    },
    Row {
        name: "the server reads lines",
        server: Text(
            "py",
            SERVER,
            &[("client.recv(1024).decode()", "client.makefile().readline()")],
        ),
        client: Text("py", CLIENT, &[]),
        status: 1,
        cell: || {
            json!({
                "outcome": "misunderstood",
                "said": { "by": "client", "text": "\"50\"" },
                "expected": { "what": "number", "form": "\"50\\n\"" },
                "came": { "what": "nothing" },
            })
        },
        said: "le serveur attendait un nombre écrit comme \"50\\n\"",
    },
    Row {
        name: "the client does not know that it has won",
        server: Text("py", SERVER, &[("randint(1, 100)", "randint(30, 37)")]),
        client: Text(
            "py",
            CLIENT,
            &[("message.startswith(\"Gagné\")", "message == \"Gagné\"")],
        ),
        status: 1,
        cell: || json!({ "outcome": "misunderstood", "expected": { "what": "end" } }),
        said: "le client devait alors s'arrêter",
    },
    Row {
        name: "the client waits for one message more",
        server: Text("py", SERVER, &[]),
        client: Text(
            "py",
            CLIENT,
            &[(
                "low, high = 1, 100",
                "service.recv(1024)\nlow, high = 1, 100",
            )],
        ),
        status: 1,
        cell: || json!({ "outcome": "blocked", "server": "message", "client": "message" }),
        said: "le serveur attend un message dans recv(), et le client attend un message",
    },
    Row {
        name: "the server waits for its keyboard",
        server: Text(
            "py",
            SERVER,
            &[("    tries = 0", "    tries = len(input(\"moi > \"))")],
        ),
        client: Text("py", CLIENT, &[]),
        status: 1,
        cell: || json!({ "outcome": "blocked", "server": "keyboard", "client": "message" }),
        said: "le serveur attend que tu tapes au clavier",
    },
    Row {
        name: "a port where nobody listens",
        server: Text("py", SERVER, &[]),
        client: Text("py", CLIENT, &[("PORT = ", "PORT = 1 + ")]),
        status: 1,
        cell: || {
            json!({
                "outcome": "broken",
                "party": "client",
                "fault": { "place": { "text": "service.connect((\"127.0.0.1\", PORT))" } },
            })
        },
        said: "Le client s'est arrêté sur une erreur : ConnectionRefusedError",
    },
    Row {
        name: "the client reads a hint as a number",
        server: Text("py", SERVER, &[("randint(1, 100)", "randint(60, 100)")]),
        client: Text("py", CLIENT, &[("    print(message)", "    int(message)")]),
        status: 1,
        cell: || {
            json!({
                "outcome": "broken",
                "party": "client",
                "fault": { "place": { "text": "int(message)" } },
                "after": { "by": "server", "text": "\"Trop petit\"" },
            })
        },
        said: "Le client s'est arrêté sur une erreur : ValueError",
    },
    Row {
        name: "the server can't read what the client sends",
        server: Text("py", SERVER, &[]),
        client: Text("py", CLIENT, &[("str(guess)", "str(guess / 2)")]),
        status: 1,
        cell: || {
            json!({
                "outcome": "broken",
                "party": "server",
                "fault": { "place": { "text": "guess = int(message)" } },
            })
        },
        said: "Le serveur s'est arrêté sur une erreur : ValueError",
    },
];

/// The two programs in files, with a port of their own.
struct Pair {
    folder: tempfile::TempDir,
    files: [PathBuf; 2],
}

impl Pair {
    fn new(server: &Text, client: &Text, ports: [u16; 2]) -> Pair {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &Text, port: u16| {
            let mut program = text.1.to_owned();
            for (from, to) in text.2 {
                assert!(program.contains(from), "{from} in {program}");
                program = program.replace(from, to);
            }
            let path = folder.path().join(format!("{name}.{}", text.0));
            let program = program.replace("50000", &port.to_string());
            std::fs::write(&path, program).expect("written");
            path
        };
        let files = [
            write("serveur", server, ports[0]),
            write("client", client, ports[1]),
        ];
        Pair { folder, files }
    }

    fn check(&self, options: &[&str]) -> Output {
        let mut command = common::program();
        command.current_dir(self.folder.path());
        command.args(["check", "pair"]).args(options);
        for file in &self.files {
            let node = file.extension().is_some_and(|it| it == "js");
            let interpreter = if node { "node" } else { python() };
            command.arg("--").arg(interpreter).arg(file);
        }
        finish(&mut command)
    }
}

fn free() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").expect("a port");
    listener.local_addr().expect("bound").port()
}

/// Whether a document has all of these members.
fn has(document: &Value, wanted: &Value) -> bool {
    match (document, wanted) {
        (Value::Object(document), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, value)| document.get(name).is_some_and(|it| has(it, value))),
        _ => document == wanted,
    }
}

fn has_node() -> bool {
    Command::new("node").arg("--version").output().is_ok()
}

#[test]
fn two_programs_of_a_pupil_meet() {
    each(ROWS, |row| {
        if row.server.0 == "js" && !has_node() {
            return Ok(());
        }
        let port = free();
        let pair = Pair::new(&row.server, &row.client, [port, port]);
        let output = pair.check(&["--json"]);
        let document = document(&output);
        let (cell, wanted) = (&document["cell"], (row.cell)());
        let summary = document["summary"].as_str().unwrap_or_default();
        let summary = summary.replace(['\u{a0}', '\u{202f}'], " ");
        let said = summary.contains(row.said) || cell["typed"] == true;
        match output.status.code() == Some(row.status) && has(cell, &wanted) && said {
            true => Ok(()),
            false => Err(format!(
                "{}: status {:?}, expected {wanted} and « {} », came {cell}, « {summary} »",
                row.name,
                output.status.code(),
                row.said
            )),
        }
    });
}

/// Two ports in two files: the client knocks where nobody listens, and both ports are told.
#[test]
fn programs_that_do_not_meet_are_told_their_ports() {
    let ports = [free(), free()];
    let pair = Pair::new(&Text("py", SERVER, &[]), &Text("py", CLIENT, &[]), ports);
    let output = pair.check(&[]);
    let text = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
    assert_eq!(output.status.code(), Some(1), "{text}");
    for port in ports {
        assert!(text.contains(&format!("port {port}")), "{text}");
    }
}

/// Both commands are asked for, and a port in one of them is filled in.
#[test]
fn a_port_may_be_given() {
    let mut command = common::program();
    command.args(["check", "pair", "--", python(), "serveur.py"]);
    let output = finish(&mut command);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let from_argument: &[(&str, &str)] = &[("PORT = 50000", "import sys\nPORT = int(sys.argv[1])")];
    let text = |program| Text("py", program, from_argument);
    let pair = Pair::new(&text(SERVER), &text(CLIENT), [0, 0]);
    let mut command = common::program();
    command.args(["check", "pair", "--json"]);
    for file in &pair.files {
        command.arg("--").arg(python()).arg(file).arg("{port}");
    }
    let output = finish(&mut command);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(document(&output)["cell"]["outcome"], "won");
}
