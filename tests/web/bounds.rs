//! What nobody may do to the port: be slow, be long, be many.

use std::io::ErrorKind;
use std::io::Write;
use std::time::Instant;

use game::limits::{
    BODY_BYTES, BODY_DEADLINE, HEAD_BYTES, HEAD_DEADLINE, HTTP_CONNECTIONS, LIST_BODY_BYTES,
    PROGRAM_BODY_BYTES,
};

use super::http::{Http, ask, page, server};
use crate::common::{Lines, PATIENCE};

#[test]
fn a_request_that_is_too_long_is_refused() {
    let server = server(&[]);
    let long = |bytes: usize| format!("X-Long: {}\r\n", "x".repeat(bytes));
    assert_eq!(ask(&server, "GET /", &long(HEAD_BYTES / 2)).status, 200);
    assert_eq!(ask(&server, "GET /", &long(HEAD_BYTES)).status, 431);
    let many: String = (0..500).map(|n| format!("X-{n}: x\r\n")).collect();
    assert_eq!(ask(&server, "GET /", &many).status, 431);

    let body = |bytes: usize| format!("Content-Length: {bytes}\r\n\r\n{}", "x".repeat(bytes));
    // There is nothing to post to at `/`, but the body is looked at first.
    assert_eq!(ask(&server, "POST /", &body(BODY_BYTES)).status, 405);
    assert_eq!(ask(&server, "POST /", &body(BODY_BYTES + 1)).status, 413);
    // A program is longer than a guess; what is none is misread.
    let program = |bytes: usize| ask(&server, "POST /lesson/answer", &body(bytes)).status;
    assert_eq!(program(PROGRAM_BODY_BYTES), 400);
    assert_eq!(program(PROGRAM_BODY_BYTES + 1), 413);
    let told = ask(
        &server,
        "POST /lesson/answer",
        &body(PROGRAM_BODY_BYTES + 1),
    )
    .body;
    assert!(told.contains(&PROGRAM_BODY_BYTES.to_string()), "{told}");
    // So is a list of servers; who asks is another matter.
    let list = |bytes: usize| ask(&server, "POST /prof/checks", &body(bytes)).status;
    assert_eq!(list(LIST_BODY_BYTES), 401);
    assert_eq!(list(LIST_BODY_BYTES + 1), 413);
    let declared = format!("Content-Length: {}\r\n", u64::MAX);
    let found = ask(&server, "POST /", &declared);
    assert!([413, 431].contains(&found.status), "{found:?}");
}

#[test]
fn what_is_no_http_is_closed() {
    let server = server(&[]);
    for bytes in [
        "50\r\n\r\n",
        "\x16\x03\x01\x02\x00",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\n\n",
    ] {
        let mut http = Http::connect(page(&server));
        http.send(bytes);
        let mut rest = String::new();
        let read = std::io::Read::read_to_string(&mut http.stream, &mut rest);
        let closed = read.is_ok() || read.is_err_and(|e| e.kind() == ErrorKind::ConnectionReset);
        assert!(closed, "{bytes:?} is not closed: {rest:?}");
    }
    assert_eq!(ask(&server, "GET /healthz", "").status, 200);
}

/// Protects the port from those who begin and never end: neither a head nor a body nor a pause
/// lasts.
#[test]
fn a_head_that_never_ends_and_an_idle_connection_are_closed() {
    let server = server(&[]);
    let begun = Instant::now();
    let mut body = Http::connect(page(&server));
    body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{");
    let mut slow = Http::connect(page(&server));
    slow.send("GET / HTTP/1.1\r\nHost: ");
    let mut silent = Http::connect(page(&server));
    let mut idle = Http::connect(page(&server));
    idle.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(idle.answer().status, 200);
    assert_eq!(body.answer().status, 408);
    assert!(begun.elapsed() >= BODY_DEADLINE, "a slow body has its time");
    for (name, http) in [
        ("slow", &mut slow),
        ("silent", &mut silent),
        ("idle", &mut idle),
    ] {
        assert!(http.is_closed(), "the {name} one stays");
    }
    let after = begun.elapsed();
    assert!(
        after + PATIENCE / 20 >= HEAD_DEADLINE,
        "closed after {after:?}"
    );
}

/// Protects the class from a program that opens one connection after the other: newcomers come in,
/// and the text door's players notice nothing.
#[test]
fn more_connections_than_there_may_be_make_room_for_the_next() {
    let server = server(&[]);
    let mut player = Lines::connect(server.text);
    let mut silent: Vec<Http> = (0..HTTP_CONNECTIONS + 40)
        .map(|_| Http::connect(page(&server)))
        .collect();
    let found = ask(&server, "GET /healthz", "");
    assert_eq!(found.status, 200);
    assert!(silent[0].is_closed(), "the one that was silent longest");
    player.play(1, 100);
}

/// Protects a page that loads while others stop reading theirs.
#[test]
fn readers_that_do_not_read_slow_nobody() {
    let server = server(&[]);
    let mut stuck: Vec<Http> = (0..50).map(|_| Http::connect(page(&server))).collect();
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for http in &mut stuck {
        let stream = http.stream.get_mut();
        stream.set_nonblocking(true).expect("a TCP socket");
        // As much as it takes without being read.
        while stream.write_all(request.repeat(50).as_bytes()).is_ok() {}
    }
    assert_eq!(ask(&server, "GET /", "").status, 200);
    Lines::connect(server.text).play(1, 100);
}
