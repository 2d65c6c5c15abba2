//! Odd messages: each has its one stable answer, the document's, however it is framed.

use super::Unframed;
use crate::common::document::{bytes, table};
use crate::common::{Lines, Server};

/// What a guess may be answered.
fn is_verdict(answer: &str) -> bool {
    ["Trop petit", "Trop grand"].contains(&answer) || answer.starts_with("Gagné en ")
}

#[test]
fn odd_lines_get_the_answers_of_the_document() {
    for (column, lang) in [(1, "fr"), (2, "en")] {
        let server = Server::in_memory(&["--lang", lang]);
        let mut client = Lines::connect(server.text);
        for row in table("odd") {
            client.send_bytes(&[bytes(&row[0]), b"\n".to_vec()].concat());
            assert_eq!(client.read(), row[column], "to {}", row[0]);
        }
    }
}

#[test]
fn odd_unframed_messages_get_the_answers_of_the_document() {
    let server = Server::in_memory(&[]);
    let mut client = Unframed::greeted(server.text);
    for row in table("odd") {
        assert_eq!(client.ask(bytes(&row[0])), row[1], "to {}", row[0]);
    }
}

/// Nothing odd costs a try: the game that follows is as long as its guesses.
#[test]
fn an_error_costs_no_try() {
    let server = Server::in_memory(&["--range", "7..8"]);
    let mut client = Lines::connect(server.text);
    for odd in ["abc", "", "6", "9", "-7", "7.0", "٧"] {
        assert!(client.ask(odd).starts_with("Erreur : "), "{odd:?}");
    }
    let tries = client.play(7, 8);
    let scores = client.ask("SCORES");
    assert!(
        scores.contains(&format!("record {tries}, ")),
        "{tries}: {scores}"
    );
}

/// The document's table of requests says which messages are guesses.
#[test]
fn guesses_are_read_in_all_their_spellings() {
    let server = Server::in_memory(&["--range", "-10..100"]);
    let mut client = Lines::connect(server.text);
    let spellings = ["+7", "007", " 50 ", "-3", "-0", "\t50", "50\r"];
    for spelling in spellings {
        let answer = client.ask(spelling);
        assert!(is_verdict(&answer), "{spelling:?}: {answer}");
    }
    let answer = client.ask(&"9".repeat(40));
    assert!(answer.contains("n'est pas entre -10 et 100"), "{answer}");
}

/// An empty line is a message like any other, and has its error.
#[test]
fn an_empty_line_gets_the_error_of_an_empty_message() {
    let server = Server::in_memory(&[]);
    let mut client = Lines::connect(server.text);
    for empty in ["", "\r", " ", "\t"] {
        assert!(
            client
                .ask(empty)
                .starts_with("Erreur : ton message est vide."),
            "{empty:?}"
        );
    }
}

/// A browser or a TLS client came to the wrong door: one line says where to go, then it is closed.
#[test]
fn http_and_tls_get_one_pointer_and_are_closed() {
    let server = Server::in_memory(&[]);
    let row = table("errors")
        .into_iter()
        .find(|row| row[0] == "HTTP or TLS");
    let pointer = &row.expect("a row of the document")[1];
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03random\n\xff\xfb\x1f";
    let requests: [&[u8]; 3] = [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /guess HTTP/1.1\r\nContent-Length: 2\r\n\r\n50",
        hello,
    ];
    for request in requests {
        let mut greeted = Unframed::greeted(server.text);
        greeted.send(request);
        assert_eq!(&greeted.rest(), pointer);
        let mut quiet = Unframed::quiet(server.quiet);
        quiet.send(request);
        assert_eq!(&quiet.rest(), pointer);
    }
}

/// Telnet's options are no text: skipped wherever they stand, and never sent.
#[test]
fn telnet_options_are_skipped_and_never_sent() {
    let server = Server::in_memory(&[]);
    let mut client = Unframed::greeted(server.text);
    // WILL NAWS, DO SUPPRESS-GO-AHEAD, a window's size, NOP: as plink and telnet send them.
    client.send(b"\xff\xfb\x1f\xff\xfd\x03\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0\xff\xf1");
    let answer = client.ask(b"5\xff\xf10\r\n");
    assert!(is_verdict(answer.trim_end()), "{answer:?}");
    let answer = client.ask(b"\xff\xfd\x01AIDE\r\0");
    assert!(answer.starts_with("Aide"), "{answer:?}");
    client.send(b"\xff\xfd\x06FIN\r\n");
    assert_eq!(client.rest(), "Au revoir, et à bientôt\u{a0}!\n");
}
