//! The teacher's private link, and what nobody else may do.

use std::thread;
use std::time::Instant;

use game::limits::{WRONG_TOKEN_WAIT, WRONG_TOKENS_AT_ONCE};
use server::teacher_routes;

use super::http::{Answer, ask, page, server};
use crate::common::Server;

/// The token in the private link.
pub fn token(server: &Server) -> String {
    let link = server.said["teacher"].as_str().expect("a link");
    let (address, token) = link.split_once("/prof#").expect("the teacher's page");
    assert_eq!(address, format!("http://{}", page(server)));
    token.to_owned()
}

/// The teacher, who has opened the private link.
pub struct Teacher<'a> {
    server: &'a Server,
    headers: String,
}

impl<'a> Teacher<'a> {
    pub fn of(server: &'a Server) -> Self {
        let headers = cookie(server) + &own_origin(server);
        Teacher { server, headers }
    }

    /// Sends a request with that body, in JSON.
    pub fn ask(&self, line: &str, body: &str) -> Answer {
        let length = body.len();
        let headers = format!(
            "{}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
            self.headers
        );
        ask(self.server, line, &headers)
    }
}

/// Sends a token, from this server's page.
fn begin(server: &Server, token: &str) -> Answer {
    let headers = format!(
        "{}Content-Length: {}\r\n\r\n{token}",
        own_origin(server),
        token.len()
    );
    ask(server, "POST /prof/session", &headers)
}

pub fn own_origin(server: &Server) -> String {
    format!("Origin: http://{}\r\n", page(server))
}

/// The header that a browser sends once it has opened the private link.
pub fn cookie(server: &Server) -> String {
    let answer = begin(server, &token(server));
    assert_eq!(answer.status, 204, "{answer:?}");
    let (cookie, rest) = answer
        .header("set-cookie")
        .split_once(';')
        .expect("attributes");
    assert_eq!(rest, " Path=/; HttpOnly; SameSite=Strict");
    format!("Cookie: {cookie}\r\n")
}

/// Who asks, and what they send to be taken for the teacher.
struct Role {
    name: &'static str,
    headers: String,
    reads: u16,
    changes: u16,
}

/// Protects the class from everybody but the teacher, request by request of the router's own list;
/// and the teacher from the other pages that they have open.
#[test]
fn only_the_teacher_may_do_what_the_teacher_does() {
    let server = server(&["--origin", "https://notebook.example"]);
    let cookie = cookie(&server);
    let other = super::http::server(&[]);
    let value = cookie.trim_end();
    let own = own_origin(&server);
    let role = |name, headers, reads, changes| Role {
        name,
        headers,
        reads,
        changes,
    };
    let roles = [
        role("a player", own.clone(), 401, 401),
        role("a program", String::new(), 401, 401),
        role(
            "a forger",
            format!("{own}Cookie: jp_prof=1; jp=2\r\n"),
            401,
            401,
        ),
        role(
            "a shortener",
            format!("{own}{}\r\n", &value[..value.len() - 1]),
            401,
            401,
        ),
        role(
            "the token as cookie",
            format!("{own}{}={}\r\n", name(value), token(&server)),
            401,
            401,
        ),
        role(
            "another server's teacher",
            own.clone() + &self::cookie(&other),
            401,
            401,
        ),
        role("the teacher by program", cookie.clone(), 200, 403),
        role(
            "another page",
            format!("{cookie}Origin: http://evil.example\r\n"),
            403,
            403,
        ),
        role(
            "an allowed page",
            format!("{cookie}Origin: https://notebook.example\r\n"),
            403,
            403,
        ),
        role("the teacher", cookie.clone() + &own, 200, 200),
    ];
    for Role {
        name,
        headers,
        reads,
        changes,
    } in &roles
    {
        for (method, path) in teacher_routes() {
            let expected = if method == "GET" { *reads } else { *changes };
            let path = path
                .replace("{code}", "A")
                .replace("{file}", "results.csv")
                .replace("{row}", "0");
            let line = format!("{method} {path}");
            let found = ask(&server, &line, &format!("{headers}Content-Length: 0\r\n"));
            // Whether it makes sense is another matter: there is no body.
            let status = match found.status {
                401 | 403 => found.status,
                _ => 200,
            };
            assert_eq!(status, expected, "{name}, {line}: {found:?}");
            if status == 401 {
                let document: serde_json::Value =
                    serde_json::from_str(&found.body).expect("refused in JSON");
                assert_eq!(document["refused"], "web-not-the-teacher");
            }
        }
    }
    // A player's own browser, with all that the pages gave it.
    let browser = ask(&server, "GET /", "");
    let browser = browser.header("set-cookie").split(';').next().expect("one");
    let players = format!("{own}Cookie: {browser}\r\nContent-Length: 0\r\n");
    for (method, path) in teacher_routes() {
        let found = ask(&server, &format!("{method} {path}"), &players);
        assert_eq!(found.status, 401, "a player's cookie, {method} {path}");
    }
}

fn name(cookie: &str) -> &str {
    cookie.split_once('=').expect("a value").0
}

/// Protects the token from being tried: each wrong one waits, few wait at once, and the right one
/// does not wait behind them.
#[test]
fn wrong_tokens_wait_and_the_right_one_does_not() {
    let server = server(&[]);
    let right = token(&server);
    let begun = Instant::now();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = (0..2 * WRONG_TOKENS_AT_ONCE)
            .map(|n| {
                let server = &server;
                let wrong = match n {
                    0 => String::new(),
                    1 => right[1..].to_owned(),
                    _ => "a".repeat(26),
                };
                scope.spawn(move || begin(server, &wrong).status)
            })
            .collect();
        assert_eq!(begin(&server, &right).status, 204);
        tries
            .into_iter()
            .map(|each| each.join().expect("answered"))
            .collect()
    });
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert!(begun.elapsed() >= WRONG_TOKEN_WAIT);
    assert!(count(403) >= WRONG_TOKENS_AT_ONCE, "{statuses:?}");
    assert_eq!(count(403) + count(429), statuses.len(), "{statuses:?}");
}

/// Protects the lesson after a restart: the link is the same, the browser is still the teacher's,
/// until a new link is asked for.
#[test]
fn the_link_stays_until_another_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |port: u16, more: &[&str]| {
        let web = format!("127.0.0.1:{port}");
        Server::with_data(folder.path(), &[&["--web", web.as_str()], more].concat())
    };
    let mut first = start(0, &[]);
    let (link, cookie) = (token(&first), cookie(&first));
    let port = page(&first).port();
    first.kill();
    let mut second = start(port, &[]);
    assert_eq!(token(&second), link);
    assert_eq!(ask(&second, "GET /prof/session", &cookie).status, 204);
    second.stop();
    let third = start(port, &["--new-token"]);
    assert_ne!(token(&third), link);
    assert_eq!(ask(&third, "GET /prof/session", &cookie).status, 401);
    assert_eq!(begin(&third, &link).status, 403);
}

#[test]
fn the_session_ends_when_the_teacher_says_so() {
    let server = server(&[]);
    let headers = cookie(&server) + &own_origin(&server);
    let ended = ask(&server, "DELETE /prof/session", &headers);
    assert_eq!(ended.status, 204);
    let (cookie, rest) = ended
        .header("set-cookie")
        .split_once(';')
        .expect("attributes");
    assert!(
        cookie.ends_with('=') && rest.contains("Max-Age=0"),
        "{cookie};{rest}"
    );
}
