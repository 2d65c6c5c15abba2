//! The game by requests that wait.

use std::process::Command;

use game::limits::{BODY_BYTES, MESSAGE_BYTES, POLL_SESSIONS};
use serde_json::{Value, json};

use super::http::{Answer, Http, ask, page, server};
use crate::common::{Lines, Server, run};

/// A conversation by requests.
struct Poll<'a> {
    server: &'a Server,
    address: String,
}

impl<'a> Poll<'a> {
    fn open(server: &'a Server, door: &str) -> Poll<'a> {
        let opened = post(server, door, "");
        assert_eq!(opened.status, 201, "{opened:?}");
        let address = opened.header("location").to_owned();
        assert!(address.starts_with(&format!("{door}/")), "{address}");
        Poll { server, address }
    }

    /// One that plays by text, greeted.
    fn text(server: &'a Server) -> Poll<'a> {
        let poll = Poll::open(server, "/text");
        assert!(poll.hear().body.starts_with("Bonjour"));
        poll
    }

    fn say(&self, message: &str) -> u16 {
        post(self.server, &self.address, message).status
    }

    fn hear(&self) -> Answer {
        ask(self.server, &format!("GET {}", self.address), "")
    }

    /// Says something and waits for its answer.
    fn ask(&self, message: &str) -> String {
        assert_eq!(self.say(message), 204, "{message}");
        let heard = self.hear();
        assert_eq!(heard.status, 200, "{message}: {heard:?}");
        heard.body.trim_end_matches('\n').to_owned()
    }

    fn close(&self) -> u16 {
        ask(self.server, &format!("DELETE {}", self.address), "").status
    }
}

fn post(server: &Server, address: &str, body: &str) -> Answer {
    let headers = format!("Content-Length: {}\r\n\r\n{body}", body.len());
    ask(server, &format!("POST {address}"), &headers)
}

/// The document's own lines, by the real curl.
#[test]
fn the_document_s_conversation_happens_as_it_is_written() {
    let server = server(&[]);
    let document = include_str!("../../docs/protocol.md");
    let block = document.split("```sh\nat=").nth(1).expect("curl's lines");
    let block = block.split("```").next().expect("its end");
    let address = page(&server).to_string();
    let script = format!("at={}", block.replace("192.168.1.10:8080", &address));
    let done = run(Command::new("sh").args(["-ec", &script]));
    let said = String::from_utf8(done.stdout).expect("UTF-8");
    let said: Vec<&str> = said.lines().collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("Bonjour"), "{said:?}");
    assert!(["Trop petit", "Trop grand"].contains(&said[1]) || said[1].starts_with("Gagné"));
    assert_eq!(said[2], "Au revoir, et à bientôt\u{a0}!");
}

#[test]
fn a_game_is_played_like_by_any_other_door() {
    let server = server(&["--room", "4821=course"]);
    let poll = Poll::text(&server);
    let entered = poll.ask("SALLE 4821");
    assert!(entered.starts_with("Salle 4821, course, "), "{entered}");
    let mut other = Lines::connect(server.text);
    other.ask("SALLE 4821");
    other.play(1, 100);
    assert!(poll.ask("50").starts_with("Manche terminée"));
    // An answer is never lost to a message that is too long or empty.
    let long = poll.ask(&"7".repeat(MESSAGE_BYTES + 1));
    assert!(long.contains("1024 octets"), "{long}");
    assert!(poll.ask("").starts_with("Erreur"));
    assert_eq!(poll.say(&"7".repeat(BODY_BYTES + 1)), 413);
    assert_eq!(poll.say("50\n51"), 400);
    assert!(poll.ask("SCORES\r\n").starts_with("Scores"));
}

#[test]
fn objects_come_as_an_array_and_may_be_written_on_several_lines() {
    let server = server(&[]);
    let poll = Poll::open(&server, "/json");
    let heard = |answer: &Answer| -> Value {
        assert_eq!(answer.header("content-type"), "application/json");
        serde_json::from_str(&answer.body).expect("JSON")
    };
    assert_eq!(heard(&poll.hear())[0]["type"], "greeting");
    assert_eq!(
        poll.say("{\r\n  \"type\": \"guess\",\n  \"value\": 50\n}\n"),
        204
    );
    let answer = heard(&poll.hear());
    assert_eq!(answer[0]["type"], "guess", "{answer}");
    poll.say("{\"type\":\"guess\",\"value\":51}");
    poll.say("{\"type\":\"quit\"}");
    let mut rest = Vec::new();
    loop {
        let answer = poll.hear();
        if answer.status != 200 {
            assert_eq!(answer.status, 410);
            let refused: Value = serde_json::from_str(&answer.body).expect("JSON");
            assert_eq!(refused["refused"], json!("web-over"));
            break;
        }
        rest.extend(heard(&answer).as_array().expect("an array").clone());
    }
    assert!(rest.len() >= 2, "{rest:?}");
}

#[test]
fn a_name_that_is_not_a_conversation_is_none_and_doors_are_not_mixed() {
    let server = server(&[]);
    let poll = Poll::text(&server);
    let elsewhere = poll.address.replace("/text/", "/json/");
    for address in [elsewhere.as_str(), "/text/", "/text/a", "/text/../healthz"] {
        let found = ask(&server, &format!("GET {address}"), "");
        assert_eq!(found.status, 404, "{address}: {found:?}");
        assert_eq!(post(&server, address, "50").status / 100, 4, "{address}");
    }
    assert_eq!(poll.close(), 204);
    assert_eq!(
        (poll.hear().status, poll.say("50"), poll.close()),
        (404, 404, 404)
    );
}

/// Protects a player whose browser lost the answer to a request: the next one gets what follows.
#[test]
fn of_two_requests_that_wait_the_newer_one_is_served() {
    let server = server(&[]);
    let poll = Poll::text(&server);
    let request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", poll.address);
    let mut older = Http::connect(page(&server));
    older.send(&request);
    let mut newer = Http::connect(page(&server));
    // The older one has got there once a later request on the same thread is answered.
    assert_eq!(ask(&server, "GET /healthz", "").status, 200);
    newer.send(&request);
    assert_eq!(older.answer().status, 409);
    assert_eq!(poll.say("50"), 204);
    assert_eq!(newer.answer().status, 200);
    // One that is gone while it waits takes nothing along.
    drop((older, newer));
    let mut gone = Http::connect(page(&server));
    gone.send(&request);
    drop(gone);
    assert!(poll.ask("AIDE").starts_with("Aide"));
}

/// Protects a game from a Wi-Fi that comes and goes.
#[test]
fn a_conversation_that_is_closed_leaves_a_game_to_go_on_with() {
    let server = server(&["--range", "1..1000000"]);
    let first = Poll::text(&server);
    assert_eq!(first.ask("1"), "Trop petit");
    let code = first.ask("REPRENDRE");
    let code = code.rsplit(' ').next().expect("a code");
    assert_eq!(first.close(), 204);
    let second = Poll::text(&server);
    let resumed = second.ask(&format!("REPRENDRE {code}"));
    assert!(resumed.contains("1 essai"), "{resumed}");
}

/// Protects the server's memory from a player who never fetches: nothing more is taken from them,
/// and the others play.
#[test]
fn answers_that_nobody_fetches_stop_the_messages() {
    let server = server(&[]);
    let poll = Poll::open(&server, "/text");
    let long = "x".repeat(MESSAGE_BYTES);
    let mut taken = 0;
    let refused = loop {
        match poll.say(&long) {
            204 => taken += 1,
            other => break other,
        }
        assert!(taken < 2_000, "messages without end");
    };
    assert!(
        [429, 410, 404].contains(&refused),
        "{refused} after {taken}"
    );
    Lines::connect(server.text).play(1, 100);
    Poll::text(&server).ask("50");
}

/// Protects those who play by requests from somebody who opens conversations without end.
#[test]
fn more_conversations_than_there_may_be_close_the_ones_nobody_asks_for() {
    let server = server(&[]);
    let player = Poll::text(&server);
    let mut http = Http::connect(page(&server));
    let waits = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", player.address);
    http.send(&waits);
    let mut opener = Http::connect(page(&server));
    let mut first = None;
    for _ in 0..POLL_SESSIONS + 20 {
        opener.send("POST /text HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
        let opened = opener.answer();
        assert_eq!(opened.status, 201, "{opened:?}");
        first.get_or_insert(opened.header("location").to_owned());
    }
    let first = first.expect("opened");
    // What it was told before can still be fetched.
    let end = (0..3).map(|_| ask(&server, &format!("GET {first}"), "").status);
    assert!(end.into_iter().any(|status| [404, 410].contains(&status)));
    assert_eq!(player.say("50"), 204);
    assert_eq!(http.answer().status, 200, "the one that waits was kept");
}

/// Protects the lesson's end: whoever waits is told, and the server does not wait for them.
#[test]
fn who_waits_when_the_server_stops_is_told() {
    let mut server = server(&[]);
    let poll = Poll::text(&server);
    poll.ask("50");
    let mut http = Http::connect(page(&server));
    let waits = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", poll.address);
    http.send(&waits);
    // It waits once a later request on the same thread is answered.
    assert_eq!(ask(&server, "GET /healthz", "").status, 200);
    assert!(server.stop().success());
    let told = http.answer();
    assert_eq!(
        (told.status, told.body.as_str()),
        (200, "Au revoir, et à bientôt\u{a0}!\n")
    );
}

/// Protects a notebook in a browser, which the teacher allowed, from its browser's own caution.
#[test]
fn an_allowed_page_may_read_what_it_gets() {
    let server = server(&["--origin", "http://notebook.example:8888"]);
    let origin = "Origin: http://notebook.example:8888\r\n";
    let opened = ask(
        &server,
        "POST /text",
        &format!("{origin}Content-Length: 0\r\n"),
    );
    assert_eq!(opened.status, 201);
    let allowed = opened.header("access-control-allow-origin");
    assert_eq!(allowed, "http://notebook.example:8888");
    let heard = ask(
        &server,
        &format!("GET {}", opened.header("location")),
        origin,
    );
    assert_eq!(heard.header("access-control-allow-origin"), allowed);
    let plain = post(&server, "/text", "");
    assert_eq!(plain.header("access-control-allow-origin"), "");
}
