//! The page's files.

use std::process::Command;

use super::http::{ask, page, server};
use crate::common::run;

#[test]
fn the_page_has_its_type_its_tag_and_its_headers() {
    let server = server(&[]);
    let found = ask(&server, "GET /", "");
    assert_eq!(found.status, 200);
    assert_eq!(found.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(found.header("cache-control"), "no-cache");
    assert!(found.body.starts_with("<!doctype html>"), "{}", found.body);
    let address = page(&server);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' ws://{address} wss://{address} http://{}/trial/; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'",
        server.text
    );
    assert_eq!(found.header("content-security-policy"), policy);

    // The same file again costs its headers only.
    let tag = format!("If-None-Match: {}\r\n", found.header("etag"));
    let again = ask(&server, "GET /", &tag);
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    assert_eq!(again.header("etag"), found.header("etag"));
    let other = ask(&server, "GET /", "If-None-Match: \"0\"\r\n");
    assert_eq!(other.status, 200);
}

/// Protects the visitor: no answer of this port, whatever it says, may be sniffed, framed or told
/// to another site.
#[test]
fn every_answer_has_the_headers_that_keep_a_browser_safe() {
    let server = server(&[]);
    let asked = [
        ("GET /", "", 200),
        ("GET /healthz", "", 200),
        ("GET /nothing", "", 404),
        ("POST /", "Content-Length: 0\r\n", 405),
        ("GET /ws", "", 426),
        (
            "POST /",
            "Origin: http://evil.example\r\nContent-Length: 0\r\n",
            403,
        ),
    ];
    for (line, headers, status) in asked {
        let found = ask(&server, line, headers);
        assert_eq!(found.status, status, "{line}: {found:?}");
        let policy = found.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{line}");
        assert_eq!(found.header("x-content-type-options"), "nosniff", "{line}");
        assert_eq!(found.header("referrer-policy"), "no-referrer", "{line}");
        let opener = found.header("cross-origin-opener-policy");
        assert_eq!(opener, "same-origin", "{line}");
        assert!(!found.header("permissions-policy").is_empty(), "{line}");
        assert!(!found.header("cache-control").is_empty(), "{line}");
    }
}

#[test]
fn a_browser_gets_a_cookie_of_its_own_once() {
    let server = server(&[]);
    let cookie = |headers: &str| {
        ask(&server, "GET /", headers)
            .header("set-cookie")
            .to_owned()
    };
    let (first, second) = (cookie(""), cookie(""));
    assert_ne!(first, second);
    let (value, rest) = first.split_once(';').expect("attributes");
    assert_eq!(rest, " Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(value.len(), "jp=".len() + 32, "{value}");
    assert_eq!(cookie(&format!("Cookie: {value}\r\n")), "");
    assert_ne!(cookie("Cookie: jp=made-up\r\n"), "");
    assert_eq!(ask(&server, "GET /healthz", "").header("set-cookie"), "");
    // Another site's link comes without the cookie that the browser may have.
    assert_eq!(cookie("Sec-Fetch-Site: cross-site\r\n"), "");
    let style = |site: &str| {
        let headers = format!("Sec-Fetch-Site: {site}\r\n");
        let found = ask(&server, "GET /style.css", &headers);
        found.header("set-cookie").starts_with("jp=")
    };
    assert!(style("same-origin") && !style("cross-site"));
}

/// Protects the machine's other files.
#[test]
fn no_path_leads_out_of_the_page_s_folder() {
    let server = server(&[]);
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/./../src/main.rs",
        "/index.html",
    ] {
        let found = ask(&server, &format!("GET {path}"), "");
        assert_eq!(found.status, 404, "{path}: {found:?}");
    }
}

/// As a person would look: the real curl, `HEAD` and all.
#[test]
fn curl_sees_the_page_and_that_the_server_is_well() {
    let server = server(&[]);
    let curl = |arguments: &[&str], path: &str| {
        let url = format!("http://{}{path}", page(&server));
        let done = run(Command::new("curl").args(["-sS"]).args(arguments).arg(url));
        String::from_utf8(done.stdout).expect("UTF-8")
    };
    assert_eq!(curl(&[], "/healthz"), "ok\n");
    assert!(curl(&[], "/").contains("<title"));
    let head = curl(&["--head"], "/");
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "no body: {head}");
}
