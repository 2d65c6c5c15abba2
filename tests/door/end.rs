//! The end, from either side: said once, never read together with an answer, never waited for.

use std::io::Write;
use std::time::{Duration, Instant};

use game::limits::{END_GAP, LINGER};

use super::Unframed;
use crate::common::{Lines, PATIENCE, Server};

const FAREWELL: &str = "Au revoir, et à bientôt\u{a0}!";
/// What the document promises, and what a loaded machine may add.
const STOP: Duration = Duration::from_millis(2000 + 1000);

#[test]
fn a_line_client_that_ends_gets_one_farewell() {
    let server = Server::in_memory(&[]);
    for word in ["FIN", "fin", "Quit"] {
        let mut fresh = Lines::connect(server.text);
        assert_eq!(fresh.ask(word), FAREWELL);
        assert_eq!(fresh.read(), "", "the end");
        let mut player = Lines::connect(server.text);
        player.ask("50");
        // What it sent after its end is nobody's.
        player.send(&format!("25\n{word}\n30"));
        assert!(!player.read().is_empty(), "the answer to 25");
        assert_eq!(player.read(), FAREWELL);
        assert_eq!(player.read(), "", "the end");
    }
}

/// The lesson's client expects no answer to its `FIN`.
#[test]
fn an_unframed_client_that_ends_gets_nothing() {
    let server = Server::in_memory(&[]);
    let mut fresh = Unframed::greeted(server.text);
    fresh.send("FIN");
    assert_eq!(fresh.rest(), "");
    let mut player = Unframed::greeted(server.text);
    player.ask("50");
    player.send("fin");
    assert_eq!(player.rest(), "");
}

/// SIGTERM with every kind of client there is, none of which closes first: each gets its own end,
/// and the server is gone in two seconds.
#[test]
fn a_stop_ends_every_kind_of_client_in_two_seconds() {
    let mut server = Server::in_memory(&["--room", "7=sans-depasser,1..1000000,600"]);
    let mut fresh_greeted = Unframed::greeted(server.text);
    let mut fresh_quiet = Unframed::quiet(server.quiet);
    let mut unframed = Unframed::greeted(server.text);
    unframed.ask("50");
    let mut line = Lines::connect(server.text);
    line.ask("50");
    let mut begun = Lines::connect(server.text);
    begun.ask("50");
    begun.send_bytes(b"2");
    let [mut owed_line, mut neighbour] = [(); 2].map(|()| {
        let mut client = Lines::connect(server.text);
        assert!(client.ask("SALLE 7").starts_with("Salle 7, "));
        client
    });
    let mut owed_unframed = Unframed::greeted(server.text);
    assert!(owed_unframed.ask("SALLE 7").starts_with("Salle 7, "));
    owed_unframed.send("50");
    owed_line.send("50");
    assert!(neighbour.ask("NOM Max").starts_with("Tu t'appelles Max. "));

    let asked = Instant::now();
    let status = server.stop();
    let took = asked.elapsed();
    assert!(status.success(), "{status}");
    assert!(took < STOP, "the end took {took:?}");
    for client in [
        &mut fresh_greeted,
        &mut fresh_quiet,
        &mut unframed,
        &mut owed_unframed,
    ] {
        assert_eq!(client.receive(), "FIN");
        assert_eq!(client.receive(), "");
    }
    for client in [&mut line, &mut begun, &mut owed_line, &mut neighbour] {
        assert_eq!(client.read(), FAREWELL);
        assert_eq!(client.read(), "");
    }
    assert_eq!(server.errors(), "", "an end that was asked for is no error");
}

/// `Trop petit` and `FIN` in one receive would leave the lesson's client waiting for ever.
#[test]
fn the_end_is_never_received_together_with_an_answer() {
    for _ in 0..5 {
        let mut server = Server::in_memory(&["--quiet-time", "10", "--range", "1..1000000"]);
        let mut clients: Vec<Unframed> = (0..20).map(|_| Unframed::greeted(server.text)).collect();
        let sent = Instant::now();
        for client in &mut clients {
            client.send("1");
        }
        assert_eq!(clients[0].receive(), "Trop petit");
        server.signal(libc::SIGTERM);
        let first_end = clients[0].receive();
        let gap = sent.elapsed();
        assert_eq!(first_end, "FIN");
        assert!(gap >= END_GAP, "the end came {gap:?} after the guess");
        for client in &mut clients[1..] {
            // A guess that was judged is answered, and one that was not gets the end in its place.
            let heard = client.rest();
            assert!(
                ["Trop petitFIN", "FIN"].contains(&heard.as_str()),
                "{heard}"
            );
        }
        drop(clients);
        assert!(server.wait().success());
    }
}

/// A client that closes first is not waited for.
#[test]
fn a_server_whose_clients_close_does_not_linger() {
    let mut server = Server::in_memory(&[]);
    let mut client = Lines::connect(server.text);
    client.ask("50");
    let asked = Instant::now();
    server.signal(libc::SIGTERM);
    assert_eq!(client.read(), FAREWELL);
    drop(client);
    assert!(server.wait().success());
    let took = asked.elapsed();
    assert!(took < LINGER, "the end took {took:?}");
}

/// After the end there is a time to read the last answer in, and then no more.
#[test]
fn who_does_not_close_is_cut_off() {
    let server = Server::in_memory(&[]);
    let mut client = Lines::connect(server.text);
    let asked = Instant::now();
    assert_eq!(client.ask("FIN"), FAREWELL);
    assert_eq!(client.read(), "", "the end");
    while client.stream.get_mut().write_all(b"50\n").is_ok() {
        assert!(asked.elapsed() < LINGER + PATIENCE, "it may stay for ever");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(asked.elapsed() >= LINGER, "a slow reader has its time");
}
