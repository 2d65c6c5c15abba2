//! The room test: who is asked, what they report, what the text door saw, and what is told of it.

use std::io::Write;
use std::time::Instant;

use game::limits::TRIAL_TIME;
use serde_json::{Value, json};

use super::http::{Answer, ask, server};
use super::teacher::Teacher;
use crate::common::{Server, connect, receive, run};

fn post(server: &Server, path: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let headers = format!(
        "{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    ask(server, &format!("POST {path}"), &headers)
}

/// A page that plays by requests.
struct Page<'a> {
    server: &'a Server,
    at: String,
}

impl<'a> Page<'a> {
    fn enter(server: &'a Server, room: &str) -> Page<'a> {
        let opened = post(server, "/json", "", "");
        let at = opened.header("location").to_owned();
        let page = Page { server, at };
        let enter = json!({"type": "room", "room": room}).to_string();
        assert_eq!(post(server, &page.at, "", &enter).status, 204);
        page.hear(|object| object["type"] == "entered");
        page
    }

    /// The next object of that kind that comes.
    fn hear(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let heard = ask(self.server, &format!("GET {}", self.at), "");
            assert_eq!(heard.status, 200, "{heard:?}");
            let objects: Vec<Value> = serde_json::from_str(&heard.body).expect("objects");
            if let Some(found) = objects.into_iter().find(&wanted) {
                return found;
            }
        }
    }

    /// What it was asked: a ticket, and the text door's port.
    fn asked(&self) -> (String, u64) {
        let event = self.hear(|object| object["event"] == "trial");
        let ticket = event["ticket"].as_str().expect("a ticket").to_owned();
        (ticket, event["port"].as_u64().expect("a port"))
    }
}

impl Teacher<'_> {
    fn begin(&self, room: &str) -> u16 {
        let path = format!("POST /prof/rooms/{room}/trial");
        self.ask(&path, "{}").status
    }

    fn look(&self, room: &str) -> Value {
        let line = format!("GET /prof/rooms/{room}/trial");
        let found = self.ask(&line, "");
        assert!(!found.body.contains("127.0.0.1"), "no address: {found:?}");
        serde_json::from_str(&found.body).expect("JSON")
    }
}

fn report(ticket: &str, port: &str) -> String {
    json!({"ticket": ticket, "websocket": "open", "poll": "open", "port": port}).to_string()
}

/// Protects the teacher from a wrong word: that the text door was reached is told from what came to
/// it, whatever a browser says; and that it was not, of the page that it did not come from.
#[test]
fn a_page_is_asked_and_the_text_door_knows_who_reached_it() {
    let server = server(&["--room", "A=solo", "--room", "B=solo"]);
    let teacher = Teacher::of(&server);
    assert_eq!(teacher.look("A"), Value::Null);
    let (near, far) = (Page::enter(&server, "A"), Page::enter(&server, "A"));
    let _elsewhere = Page::enter(&server, "B");
    assert_eq!(teacher.begin("A"), 204);
    let (reached, port) = near.asked();
    assert_eq!(port, u64::from(server.text.port()));
    let (blocked, _) = far.asked();
    assert_eq!(teacher.look("A")["running"], true);
    let mut stream = connect(server.text);
    let request = format!("GET /trial/{reached} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("taken");
    assert!(!receive(&mut stream).is_empty(), "an answer, and the end");
    // The browser calls it an error all the same.
    let first = post(&server, "/trial", "", &report(&reached, "refused"));
    assert_eq!(first.status, 204, "{first:?}");
    let proxy = "Via: 1.1 school\r\n";
    let second = post(&server, "/trial", proxy, &report(&blocked, "silent"));
    assert_eq!(second.status, 204);
    // The first report counts.
    post(&server, "/trial", "", &report(&blocked, "open"));

    let look = teacher.look("A");
    assert_eq!(
        (&look["running"], &look["left_out"]),
        (&json!(false), &json!(0))
    );
    let pages = look["pages"].as_array().expect("a list");
    assert_eq!(
        pages.len(),
        2,
        "those of the other room are not asked: {look}"
    );
    let of = |port: &str| pages.iter().find(|page| page["port"] == port);
    let (open, silent) = (of("open").expect("one"), of("silent").expect("one"));
    assert_eq!(
        (&open["relayed"], &silent["relayed"]),
        (&json!(false), &json!(true))
    );
    for page in pages {
        assert_eq!(page["network"], "here");
        assert_eq!(
            (&page["by"], &page["ipv6"]),
            (&json!("http"), &json!(false))
        );
    }
    // Another test, of the public hall: this one is over and its tickets are none.
    assert_eq!(teacher.begin("HALL"), 204);
    assert_eq!(teacher.look("A"), Value::Null);
    let late = post(&server, "/trial", "", &report(&reached, "open"));
    assert_eq!(late.status, 404, "{late:?}");
}

#[test]
fn what_is_no_report_is_refused() {
    let server = server(&[]);
    let good = report("aaaaaaaaaaaaaaaaaaaaaaaaaa", "open");
    let table = [
        (good.clone(), 404),
        (String::new(), 400),
        ("{}".to_owned(), 400),
        (good.replace("open", "fine"), 400),
        (good.replace("aaaa", "a"), 400),
    ];
    for (body, status) in table {
        let found = post(&server, "/trial", "", &body);
        assert_eq!(found.status, status, "{body}: {found:?}");
    }
    assert_eq!(Teacher::of(&server).begin("no%20room"), 400);
}

/// Protects the teacher's time: who says nothing is told of, and the test ends.
#[test]
fn a_page_that_does_not_report_is_told_of() {
    let server = server(&["--room", "A=solo"]);
    let teacher = Teacher::of(&server);
    let _page = Page::enter(&server, "A");
    let begun = Instant::now();
    assert_eq!(teacher.begin("A"), 204);
    while teacher.look("A")["running"] == true {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(begun.elapsed() >= TRIAL_TIME);
    let look = teacher.look("A");
    assert_eq!(look["pages"][0]["reported"], false);
    assert_eq!(look["pages"][0]["port"], Value::Null);
}

/// Protects players: no address of theirs, and nothing of the test, is journaled.
#[test]
fn nothing_of_it_is_journaled() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--web", "127.0.0.1:0", "--room", "A=solo"];
    let server = Server::with_data(folder.path(), &arguments);
    let teacher = Teacher::of(&server);
    let page = Page::enter(&server, "A");
    let entries = || {
        let file = folder.path().join("journal.sqlite");
        let sql = "SELECT count(*) FROM entries";
        let done = run(std::process::Command::new("sqlite3")
            .arg("-readonly")
            .arg(file)
            .arg(sql));
        String::from_utf8(done.stdout).expect("UTF-8")
    };
    let before = entries();
    assert_eq!(teacher.begin("A"), 204);
    let (ticket, _) = page.asked();
    assert_eq!(
        post(&server, "/trial", "", &report(&ticket, "open")).status,
        204
    );
    assert_eq!(teacher.look("A")["running"], false);
    assert_eq!(entries(), before);
    assert_ne!(before.trim(), "", "the journal was read");
}
