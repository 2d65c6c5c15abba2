//! Who may ask: names and origins.

use super::http::{Http, ask, ask_as, page, server};

/// Protects players' browsers from pages that point their own name at this machine.
#[test]
fn a_name_that_is_not_this_server_s_gets_nothing() {
    let server = server(&["--name", "prof.lycee.example"]);
    let port = page(&server).port();
    let table = [
        (format!("127.0.0.1:{port}"), 200),
        (format!("localhost:{port}"), 200),
        ("[::1]:8080".to_owned(), 200),
        (format!("prof.local:{port}"), 200),
        (format!("PROF.lycee.example:{port}"), 200),
        ("poste3".to_owned(), 200),
        (format!("evil.example:{port}"), 421),
        (format!("127.0.0.1.evil.example:{port}"), 421),
        (String::new(), 421),
    ];
    for (host, status) in table {
        let found = ask_as(&server, "GET /", &format!("Host: {host}\r\n"));
        assert_eq!(found.status, status, "{host}: {found:?}");
    }
    let found = ask_as(&server, "GET /", "Host: evil.example\r\n");
    assert!(found.body.contains("--name evil.example"), "{found:?}");

    // Neither without a name, nor with two, nor with one behind another.
    let host = format!("Host: 127.0.0.1:{port}\r\n");
    for (line, headers) in [
        ("GET /", String::new()),
        ("GET /", format!("{host}Host: evil.example\r\n")),
        ("GET http://evil.example/", host.clone()),
    ] {
        let found = ask_as(&server, line, &headers);
        assert_eq!(found.status, 400, "{line} {headers:?}: {found:?}");
    }
    let itself = format!("GET http://127.0.0.1:{port}/");
    assert_eq!(ask_as(&server, &itself, &host).status, 200);
}

const HANDSHAKE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Version: 13\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Protects a game from the programs of other pages that a player has open.
#[test]
fn a_socket_opens_for_this_page_for_programs_and_for_pages_that_are_allowed() {
    let server = server(&["--origin", "https://notebook.example"]);
    let address = page(&server);
    let table = [
        (String::new(), 101),
        (format!("Origin: http://{address}\r\n"), 101),
        (format!("Origin: https://{address}\r\n"), 101),
        ("Origin: https://notebook.example\r\n".to_owned(), 101),
        ("Origin: http://notebook.example\r\n".to_owned(), 403),
        ("Origin: http://127.0.0.1:1\r\n".to_owned(), 403),
        (format!("Origin: http://{address}.evil.example\r\n"), 403),
        (format!("Origin: http://evil.example/{address}\r\n"), 403),
        ("Origin: null\r\n".to_owned(), 403),
        (format!("Origin: http://{address}\r\nOrigin: null\r\n"), 403),
    ];
    for door in ["GET /ws", "GET /ws/text"] {
        for (origin, status) in &table {
            let found = ask(&server, door, &format!("{HANDSHAKE}{origin}"));
            assert_eq!(found.status, *status, "{door} {origin}: {found:?}");
        }
    }
}

/// Protects programs from a socket that they did not ask for, and whoever waits from a request that
/// would take what is theirs.
#[test]
fn what_looks_like_a_handshake_and_is_none_is_refused() {
    let server = server(&[]);
    let key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let version = "Sec-WebSocket-Version: 13\r\n";
    let host = format!("Host: {}\r\n", page(&server));
    for path in ["/ws", "/ws/text"] {
        let table = [
            (format!("HEAD {path} HTTP/1.1"), HANDSHAKE.to_owned(), 405),
            (format!("POST {path} HTTP/1.1"), HANDSHAKE.to_owned(), 405),
            (
                format!("OPTIONS {path} HTTP/1.1"),
                HANDSHAKE.to_owned(),
                405,
            ),
            (format!("GET {path} HTTP/1.0"), HANDSHAKE.to_owned(), 426),
            (
                format!("GET {path} HTTP/1.1"),
                format!("{HANDSHAKE}{key}"),
                400,
            ),
            (
                format!("GET {path} HTTP/1.1"),
                format!("{HANDSHAKE}{version}"),
                400,
            ),
            (format!("GET {path} HTTP/1.1"), HANDSHAKE.to_owned(), 101),
        ];
        for (line, headers, status) in table {
            let mut http = Http::connect(page(&server));
            http.send(&format!("{line}\r\n{host}{headers}\r\n"));
            assert_eq!(http.head().status, status, "{line} {headers}");
        }
    }
    let opened = ask(&server, "POST /text", "Content-Length: 0\r\n");
    let at = opened.header("location");
    let mut http = Http::connect(page(&server));
    http.send(&format!("HEAD {at} HTTP/1.1\r\n{host}\r\n"));
    assert_eq!(http.head().status, 405);
    let heard = ask(&server, &format!("GET {at}"), "");
    assert!(heard.body.starts_with("Bonjour"), "{heard:?}");
}

#[test]
fn a_handshake_is_answered_without_extensions() {
    let server = server(&[]);
    let offers = "Sec-WebSocket-Extensions: permessage-deflate\r\n\
                  Sec-WebSocket-Protocol: chat\r\n";
    let found = ask(&server, "GET /ws", &format!("{HANDSHAKE}{offers}"));
    let accept = found.header("sec-websocket-accept");
    assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "RFC 6455, 1.3");
    assert_eq!(found.header("upgrade"), "websocket");
    assert_eq!(found.header("sec-websocket-extensions"), "");
    assert_eq!(found.header("sec-websocket-protocol"), "");

    let old = HANDSHAKE.replace("13", "8");
    let found = ask(&server, "GET /ws", &old);
    assert_eq!(found.status, 426);
    assert_eq!(found.header("sec-websocket-version"), "13");
}
