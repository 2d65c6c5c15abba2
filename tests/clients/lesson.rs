//! The lesson's client, which knows no framing: one receive is one message, one send is one answer.

use std::io::Write;

use super::lines::bisect;
use super::program::Program;
use crate::common::{Lines, Server};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/");

/// A Python program of ours.
fn python(script: &str, port: u16) -> Program {
    let script = format!("{SCRIPTS}{script}");
    Program::start("python3", &["python3", "-u", &script, &port.to_string()])
}

/// One turn of the lesson's client: the one message that it shows before it asks the keyboard.
fn message(client: &mut Program) -> String {
    let shown = client.until("moi > ");
    let message = shown
        .strip_prefix("serveur > ")
        .and_then(|m| m.strip_suffix("\nmoi > "));
    message
        .unwrap_or_else(|| panic!("one message and one prompt, not {shown:?}"))
        .to_owned()
}

/// Types a line into the lesson's client; the message that it shows next.
fn turn(client: &mut Program, typed: &str) -> String {
    client.send(typed);
    message(client)
}

/// After `FIN` it says so and ends.
fn ends(client: &mut Program) {
    let (status, output) = client.end();
    assert_eq!(output, "serveur > FIN\nConnexion terminée.\n");
    assert!(status.success());
}

#[test]
fn the_lesson_client_plays() {
    let mut server = Server::in_memory(&[]);
    let mut client = python("lesson_client.py", server.text.port());
    let greeting = message(&mut client);
    assert!(
        greeting.starts_with("Bonjour\u{a0}! Devine"),
        "{greeting:?}"
    );
    let named = turn(&mut client, "NOM Éloïse");
    assert!(named.starts_with("Tu t'appelles Éloïse. "), "{named:?}");
    bisect(|guess| turn(&mut client, guess));
    let scores = turn(&mut client, "SCORES");
    assert!(scores.contains("Éloïse, 1 victoire, "), "{scores:?}");
    // It expects no answer to its own FIN.
    client.send("FIN");
    let (status, output) = client.end();
    assert_eq!(output, "Connexion terminée.\n");
    assert!(status.success());
    // And gets none: what an unframed client is sent after its FIN is the end of the stream alone.
    let mut bare = crate::common::connect(server.text);
    crate::common::receive(&mut bare);
    bare.write_all(b"FIN").expect("the server reads");
    assert_eq!(
        crate::common::receive(&mut bare),
        b"",
        "nothing is sent after its FIN"
    );
    assert!(server.stop().success());
}

#[test]
fn a_python_client_that_speaks_first_plays_on_the_quiet_door() {
    let server = Server::in_memory(&[]);
    let mut client = python("speaks_first.py", server.quiet.port());
    let (status, output) = client.end();
    assert!(status.success(), "{output}");
    let last = output.lines().last().unwrap_or_default();
    assert!(last.contains(" Gagné en "), "{output}");
}

/// Its user types while the server stops: the next line ends it, whenever that is.
#[test]
fn the_lesson_client_ends_when_the_server_stops_while_its_user_types() {
    let mut server = Server::in_memory(&[]);
    let mut during = python("lesson_client.py", server.text.port());
    let mut after = python("lesson_client.py", server.text.port());
    let mut silent = python("lesson_client.py", server.text.port());
    for client in [&mut during, &mut after] {
        message(client);
        let answer = turn(client, "0");
        assert!(answer.starts_with("Erreur : "), "{answer:?}");
    }
    message(&mut silent);
    server.signal(libc::SIGTERM);
    during.send("50");
    ends(&mut during);
    assert!(server.wait().success());
    // Nobody listens any more, but the end is on this side already.
    after.send("50");
    ends(&mut after);
    silent.send("50");
    ends(&mut silent);
}

/// It waits for the answer to its guess, which is held until the round closes: it gets the end
/// instead.
#[test]
fn the_lesson_client_that_is_owed_an_answer_gets_the_end_in_its_place() {
    let mut server = Server::in_memory(&["--room", "7=sans-depasser,1..1000000,600"]);
    let mut neighbour = Lines::connect(server.text);
    assert!(
        neighbour
            .ask("SALLE 7")
            .starts_with("Salle 7, sans dépasser")
    );
    let mut client = python("lesson_client.py", server.text.port());
    message(&mut client);
    let entered = turn(&mut client, "SALLE 7");
    assert!(entered.starts_with("Salle 7, sans dépasser"), "{entered:?}");
    client.send("50");
    // By the time the journal has this, it has the guess too; a guess would close the round.
    assert!(neighbour.ask("NOM Max").starts_with("Tu t'appelles Max."));
    assert!(server.stop().success());
    ends(&mut client);
}
