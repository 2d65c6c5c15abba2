//! The teacher's check of the pupils' servers: a list, what is refused of it, the table, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use super::http::{Answer, page, server};
use super::teacher::Teacher;
use crate::common::{Lines, PATIENCE};

/// A sound server, which says its port; with an argument it always draws that number.
const PUPIL: &str = include_str!("../python/pupil_server.py");

/// A pupil's server.
struct Pupil {
    child: Child,
    address: String,
}

impl Pupil {
    fn start(more: &[&str]) -> Pupil {
        let mut command = Command::new("python3");
        command.args(["-c", PUPIL]).args(more);
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = piped.spawn().expect("python starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let address = format!("127.0.0.1:{}", line.trim());
        Pupil { child, address }
    }
}

impl Drop for Pupil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Teacher<'_> {
    fn bring(&self, list: &str) -> Answer {
        let body = json!({ "list": list }).to_string();
        self.ask("POST /prof/checks?lang=en", &body)
    }

    fn get(&self, path: &str) -> Value {
        let found = self.ask(&format!("GET {path}"), "");
        assert_eq!(found.status, 200, "{path}: {found:?}");
        serde_json::from_str(&found.body).expect("JSON")
    }

    /// Looks until it is so.
    fn wait(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let began = Instant::now();
        loop {
            let look = self.get("/prof/checks?lang=en");
            if wanted(&look) {
                return look;
            }
            assert!(began.elapsed() < 4 * PATIENCE, "{what} in time: {look}");
            thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    fn end(&self) -> Value {
        self.wait("the end", |look| look["running"] == false)
    }
}

/// The verdict of one check in a row of the table.
fn verdict<'a>(look: &'a Value, row: usize, check: &str) -> &'a str {
    let checks = look["checks"].as_array().expect("a list");
    let column = checks.iter().position(|it| it["id"] == check);
    let verdict = &look["rows"][row]["verdicts"][column.expect("such a check")];
    verdict
        .as_str()
        .unwrap_or_else(|| panic!("{check}: {look}"))
}

/// Protects a teacher's table and the pupils in it: the faulty server is accused of its fault, the
/// sound one of nothing, who is not there is not examined, what may not be examined is refused in a
/// sentence; each sentence comes in both languages; the sheet is the table; and a game goes on
/// beside it.
#[test]
fn a_list_is_examined_beside_a_game() {
    let server = server(&["--room", "A=course"]);
    let teacher = Teacher::of(&server);
    assert_eq!(teacher.get("/prof/checks"), Value::Null);
    assert_eq!(teacher.ask("GET /prof/checks.csv", "").status, 404);
    let (sound, faulty) = (Pupil::start(&[]), Pupil::start(&["42"]));
    let list = format!(
        "# 4e B\n{} =Ada\n{} Max\n127.0.0.1:1 Zoé\n203.0.113.5:50000\n{} moi\nlocalhost:{} page\n",
        sound.address,
        faulty.address,
        server.text,
        page(&server).port(),
    );
    let begun = teacher.bring(&list);
    assert_eq!(begun.status, 204, "{begun:?}");
    Lines::connect(server.text).play(1, 100);
    let look = teacher.end();
    assert_eq!(look["given_up"], false);
    let states = |look: &Value| -> Vec<String> {
        let rows = look["rows"].as_array().expect("rows").iter();
        rows.map(|row| row["state"].as_str().expect("a word").to_owned())
            .collect()
    };
    let expected = ["done", "done", "done", "refused", "refused", "refused"];
    assert_eq!(states(&look), expected, "{look}");
    assert_eq!(look["rows"][0]["name"], "=Ada");
    assert_eq!(look["rows"][0]["next"], Value::Null, "{look}");
    assert_eq!(verdict(&look, 0, "fresh"), "passed");
    assert_eq!(look["rows"][0]["made"], 28);
    assert_eq!(verdict(&look, 1, "fresh"), "failed", "{look}");
    assert_eq!(look["rows"][1]["next"], "fresh", "{look}");
    assert_eq!(verdict(&look, 2, "starts"), "not_examined");
    let said = |row: usize| look["rows"][row]["said"].as_str().expect("a sentence");
    assert!(said(0).contains("All that was examined"), "{look}");
    assert!(
        said(3).contains("none of this computer's networks"),
        "{look}"
    );
    assert!(said(4).contains("door of this server"), "{look}");
    assert!(said(5).contains("door of this server"), "{look}");

    for (lang, word) in [("en", "42"), ("fr", "nombre")] {
        let cells = teacher.get(&format!("/prof/checks/1?lang={lang}"));
        let cells = cells.as_array().expect("cells");
        assert_eq!(cells.len(), 28);
        let fresh = cells.iter().find(|cell| cell["id"] == "fresh");
        let fresh = fresh.expect("the check").to_string();
        assert!(fresh.contains(word), "{fresh}");
        assert!(fresh.contains("python"), "{fresh}");
    }
    for row in ["3", "6", "-1", "x"] {
        let line = format!("GET /prof/checks/{row}");
        assert_eq!(teacher.ask(&line, "").status, 404, "{line}");
    }

    let sheet = teacher.ask("GET /prof/checks.csv?lang=en", "");
    assert!(
        sheet
            .header("content-disposition")
            .contains("juste-prix-checks.csv")
    );
    let lines: Vec<&str> = sheet.body.lines().collect();
    assert_eq!(lines.len(), 7, "{lines:?}");
    assert!(lines[0].starts_with("name,address,next,Starts and waits for players,"));
    let first = format!("'=Ada,{},,passed,passed,passed,passed,", sound.address);
    assert!(lines[1].starts_with(&first), "{lines:?}");
    let fresh = "Draws a new number for each game";
    let second = format!("Max,{},{fresh},passed,passed,", faulty.address);
    assert!(lines[2].starts_with(&second), "{lines:?}");
    let commas = ",".repeat(28);
    assert_eq!(
        lines[4],
        format!("203.0.113.5:50000,203.0.113.5:50000,{commas}")
    );
}

/// Protects the table from a list that is none: each mistake is told with its line, in the language
/// of the page, and nothing begins.
#[test]
fn mistakes_in_a_list_are_told() {
    let server = server(&[]);
    let teacher = Teacher::of(&server);
    let many: String = (1..=65).map(|port| format!("127.0.0.1:{port}\n")).collect();
    let cases = [
        ("127.0.0.1:1\n\n127.0.0.1:99999 Ada\n", "Line 3"),
        ("127.0.0.1:1 Ada\n127.0.0.1:1 Max\n", "Line 2"),
        ("# nobody\n", "no address"),
        (many.as_str(), "more than 64"),
    ];
    for (list, told) in cases {
        let found = teacher.bring(list);
        assert_eq!(found.status, 400, "{found:?}");
        assert!(found.body.contains(told), "{told}: {found:?}");
    }
    let misread = teacher.ask("POST /prof/checks", "{\"hosts\": 1}");
    assert_eq!(misread.status, 400, "{misread:?}");
    assert_eq!(teacher.get("/prof/checks"), Value::Null);
}

/// A server that accepts and never says a word.
fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound").to_string();
    let accepted = listener.try_clone().expect("a descriptor");
    thread::spawn(move || {
        for stream in accepted.incoming() {
            thread::spawn(move || {
                let mut stream = stream.expect("a connection");
                let _ = stream.read_to_end(&mut Vec::new());
                let _ = stream.write_all(b"");
            });
        }
    });
    (listener, address)
}

/// Protects the teacher's time: a run is given up and ends soon, another one waits for that, and the
/// server does not stay for it when it stops.
#[test]
fn a_run_is_given_up_and_ends_with_the_server() {
    let mut server = server(&[]);
    let servers: Vec<_> = (0..6).map(|_| silent()).collect();
    let list: String = servers.iter().map(|it| format!("{}\n", it.1)).collect();
    {
        let teacher = Teacher::of(&server);
        assert_eq!(teacher.bring(&list).status, 204);
        let look = teacher.wait("a start", |look| look["rows"][3]["state"] == "runs");
        assert_eq!(look["rows"][4]["state"], "waits", "four at a time: {look}");
        let busy = teacher.bring(&list);
        assert_eq!(busy.status, 409, "{busy:?}");
        assert!(busy.body.contains("not over"), "{busy:?}");
        assert_eq!(teacher.ask("DELETE /prof/checks", "").status, 204);
        let given_up = teacher.get("/prof/checks");
        assert_eq!(given_up["given_up"], true);
        assert_eq!(given_up["rows"][0]["state"], "given-up");
        assert_eq!(teacher.end()["rows"][5]["state"], "given-up");
        assert_eq!(teacher.bring(&list).status, 204, "the next may begin");
        teacher.wait("a start", |look| look["rows"][0]["state"] == "runs");
    }
    let stopping = Instant::now();
    server.stop();
    assert!(stopping.elapsed() < PATIENCE, "{:?}", stopping.elapsed());
}

/// Protects the list that is filled in: each player's address once, as this server sees it, with
/// their names; of the room that was asked for, and of the hall.
#[test]
fn players_addresses_are_told_to_the_teacher() {
    let server = server(&["--room", "A=course", "--room", "B=course"]);
    let teacher = Teacher::of(&server);
    let mut players = Vec::new();
    for name in ["Zoé", "Ada"] {
        let mut player = Lines::connect(server.text);
        player.ask("SALLE A");
        player.ask(&format!("NOM {name}"));
        players.push(player);
    }
    let found = teacher.get("/prof/rooms/A/addresses");
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found[0]["host"], "127.0.0.1");
    let names = found[0]["name"].as_str().expect("a text");
    assert!(["Ada, Zoé", "Zoé, Ada"].contains(&names), "{found}");
    assert_eq!(teacher.get("/prof/rooms/B/addresses"), json!([]));
    assert_eq!(teacher.get("/prof/rooms/NONE/addresses"), json!([]));
    let mut alone = Lines::connect(server.text);
    alone.ask("NOM Inès");
    let hall = teacher.get("/prof/rooms/hall/addresses");
    assert_eq!(hall[0]["name"], "Inès", "{hall}");
}
