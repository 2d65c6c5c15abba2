//! Where the page is.

use std::net::TcpListener;
use std::process::Stdio;

use super::http::{Http, ask, page, server};
use crate::common::{Lines, Server, program, run};

#[test]
fn off_means_none() {
    let server = Server::in_memory(&["--web", "off"]);
    assert_eq!(server.said["web"], serde_json::json!([]));
}

#[test]
fn a_port_that_was_chosen_and_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let arguments = [
        "serve",
        "--data",
        "memory",
        "--listen",
        "127.0.0.1:0",
        "--web",
        &address,
    ];
    let done = run(program().args(arguments));
    let said = String::from_utf8(done.stderr).expect("UTF-8");
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains(&address) && said.contains("--web"), "{said}");
}

/// Protects the lesson: nobody chose port 8080, so a program that has it does not keep the class
/// from playing, and the page is near by. (Whether the port is free where the test runs does not
/// matter: it may be another test's.)
#[test]
fn a_usual_port_that_is_taken_gives_way_to_the_next() {
    let _taken = TcpListener::bind("0.0.0.0:8080");
    let mut command = program();
    command.args([
        "serve",
        "--json",
        "--data",
        "memory",
        "--listen",
        "127.0.0.1:0",
    ]);
    command
        .args(["--quiet-listen", "127.0.0.1:0"])
        .stderr(Stdio::piped());
    let mut server = Server::spawn(&mut command);
    let found = page(&server).port();
    assert!((8081..8090).contains(&found), "{found}");
    Lines::connect(server.text).play(1, 100);
    server.stop();
    let said = server.errors();
    assert!(
        said.contains(&found.to_string()) && said.contains("--web"),
        "{said}"
    );
}

/// Protects the stop: browsers keep connections open, and the server ends all the same.
#[test]
fn open_connections_do_not_hold_up_the_end() {
    let mut server = server(&[]);
    let mut idle = Http::connect(page(&server));
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    idle.send(request);
    assert_eq!(idle.answer().status, 200);
    let mut begun = Http::connect(page(&server));
    begun.send("GET / HT");
    assert_eq!(ask(&server, "GET /", "").status, 200);
    assert!(server.stop().success());
    assert!(idle.is_closed() && begun.is_closed());
}
