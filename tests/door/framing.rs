//! Where messages end, and in which order they are answered.

use std::io::Write;

use super::Unframed;
use crate::common::{Lines, Server};

/// A silence long enough that a loaded machine does not end a message in its middle.
const SLOW: [&str; 2] = ["--quiet-time", "300"];

#[test]
fn an_unframed_client_gets_one_send_for_each_answer_and_no_newline() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Unframed::greeted(server.text);
    for guess in 1..=30 {
        let answer = client.ask(guess.to_string());
        assert!(
            answer == "Trop petit" || answer.starts_with("Gagné en "),
            "{answer:?}"
        );
    }
    assert!(client.ask("AIDE").ends_with("FIN\u{a0}: finir."));
    client.hears_nothing();
}

/// Without framing nobody can tell where one of two sends ends: the document says so.
#[test]
fn two_glued_sends_are_one_message() {
    let server = Server::in_memory(&SLOW);
    let mut client = Unframed::greeted(server.text);
    client.send("50");
    client.send("42");
    let answer = client.receive();
    assert!(
        answer.starts_with("Erreur : «\u{a0}5042\u{a0}» n'est pas entre 1 et 100."),
        "{answer}"
    );
    client.hears_nothing();
}

/// A program that sends the newline by itself is no worse off: its answer is completed.
#[test]
fn a_newline_in_a_second_packet_completes_the_answer() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    for newline in ["\n", "\r\n"] {
        let mut client = Unframed::greeted(server.text);
        assert_eq!(client.ask("1"), "Trop petit");
        assert_eq!(client.ask(newline), "\n");
        // It was no message; from here on answers are lines.
        assert_eq!(client.ask("2\n"), "Trop petit\n");
        assert!(
            client
                .ask("\n")
                .starts_with("Erreur : ton message est vide.")
        );
    }
}

#[test]
fn a_line_may_come_byte_by_byte() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Lines::connect(server.text);
    assert_eq!(client.ask("1"), "Trop petit");
    for byte in "NOM Éloïse\r\n2\n".bytes() {
        client.send_bytes(&[byte]);
    }
    assert!(client.read().starts_with("Tu t'appelles Éloïse. "));
    assert_eq!(client.read(), "Trop petit");
}

#[test]
fn crlf_ends_a_line_like_lf() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Lines::connect(server.text);
    client.send_bytes(b"1\r\n2\n3\r\n");
    for _ in 0..3 {
        assert_eq!(client.read(), "Trop petit");
    }
}

/// The answer that overtakes another would be read for it.
#[test]
fn messages_that_come_at_once_are_answered_in_order() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Lines::connect(server.text);
    let long = "x".repeat(5000);
    let messages = ["1", "abc", "2", &long, "SCORES", "0", "3", "MOTS plus", "4"];
    client.send_bytes(format!("{}\n", messages.join("\n")).as_bytes());
    let starts = [
        "Trop petit",
        "Erreur : je ne comprends pas «\u{a0}abc\u{a0}»",
        "Trop petit",
        "Erreur : ton message «\u{a0}xxxx",
        "Scores. Toi\u{a0}: ",
        "Erreur : «\u{a0}0\u{a0}» n'est pas entre",
        "Trop petit",
        "Mots\u{a0}: C'est plus",
        "C'est plus",
    ];
    for start in starts {
        let answer = client.read();
        assert!(answer.starts_with(start), "{answer:?} instead of {start:?}");
    }
}

/// What the document says of a message that is too long, with the character repeated.
fn too_long(character: &str) -> String {
    format!(
        "Erreur : ton message «\u{a0}{}…\u{a0}» dépasse 1024 octets, je l'ai jeté. \
         Envoie un nombre entier entre 1 et 100, ou AIDE.",
        character.repeat(40)
    )
}

#[test]
fn a_line_has_at_most_1024_bytes_and_a_longer_one_gets_one_error() {
    let server = Server::in_memory(&[]);
    let mut client = Lines::connect(server.text);
    let answer = client.ask(&"7".repeat(1024));
    assert!(answer.contains("n'est pas entre 1 et 100"), "{answer}");
    for length in [1025, 1026, 100_000] {
        assert_eq!(
            client.ask(&"7".repeat(length)),
            too_long("7"),
            "{length} bytes"
        );
    }
    assert_eq!(client.ask(&"é".repeat(513)), too_long("é"));
    assert!(
        client.ask("AIDE").starts_with("Aide"),
        "the next line is read"
    );
}

#[test]
fn an_unframed_message_has_at_most_1024_bytes_and_a_longer_one_gets_one_error() {
    let server = Server::in_memory(&SLOW);
    let mut client = Unframed::greeted(server.text);
    let answer = client.ask("7".repeat(1024));
    assert!(answer.contains("n'est pas entre 1 et 100"), "{answer}");
    for length in [1025, 1026, 100_000] {
        assert_eq!(
            client.ask("7".repeat(length)),
            too_long("7"),
            "{length} bytes"
        );
    }
    assert!(
        client.ask("AIDE").starts_with("Aide"),
        "the next message is read"
    );
}

/// `printf '1\n2' | nc -N`: whoever stops sending still reads all their answers, then the end.
#[test]
fn the_end_of_input_ends_the_last_message_and_no_answer_is_lost() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Lines::connect(server.text);
    client.send_bytes(b"1\nSCORES\n2\n3");
    client.end();
    assert_eq!(client.read(), "Trop petit");
    assert!(client.read().starts_with("Scores. "));
    assert_eq!(client.read(), "Trop petit");
    assert_eq!(client.read(), "Trop petit");
    assert_eq!(client.read(), "", "the end");

    let mut unframed = Unframed::greeted(server.text);
    unframed.send("1");
    unframed
        .0
        .shutdown(std::net::Shutdown::Write)
        .expect("a TCP socket");
    assert_eq!(unframed.rest(), "Trop petit");
}

/// On the quiet door the first thing to read is the first answer.
#[test]
fn the_quiet_door_does_not_greet() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut client = Unframed::quiet(server.quiet);
    assert_eq!(client.ask("1"), "Trop petit");
    let mut lines = Unframed::quiet(server.quiet);
    lines.0.write_all(b"1\n2\n").expect("the server reads");
    lines
        .0
        .shutdown(std::net::Shutdown::Write)
        .expect("a TCP socket");
    assert_eq!(lines.rest(), "Trop petit\nTrop petit\n");
}

/// Programs of Windows, of C and of Java send more than their text: it costs nobody a try.
#[test]
fn what_machines_send_besides_their_text_is_no_message() {
    let server = Server::in_memory(&["--range", "1..1000000000"]);
    let hint = "Trop petit";
    let mut marked = Unframed::greeted(server.text);
    assert_eq!(marked.ask(b"\xef\xbb\xbf7"), hint, "a byte order mark");
    assert_eq!(marked.ask(b"7\0"), hint, "a string of C with its end");
    marked.hears_nothing();

    let mut lines = Lines::connect(server.text);
    for message in [&b"\xef\xbb\xbf7\r\n"[..], b"7\n\0", b"7\0\n", b"7\r\0"] {
        lines.send_bytes(message);
        assert_eq!(lines.read(), hint, "{}", message.escape_ascii());
    }

    let mut wide = Unframed::greeted(server.text);
    for message in [&b"\xff\xfe4\x002\0"[..], b"4\x002\0", b"\x004\x002"] {
        let answer = wide.ask(message);
        assert!(answer.contains("est du texte UTF-16"), "{answer}");
    }
    assert_eq!(wide.ask("7"), hint, "an error costs no try");
}

#[test]
fn every_word_of_the_end_ends() {
    let server = Server::in_memory(&[]);
    for word in ["FIN", "quit", "exit", "Bye"] {
        let mut client = Lines::connect(server.text);
        assert_eq!(client.ask(word), "Au revoir, et à bientôt\u{a0}!", "{word}");
    }
}
