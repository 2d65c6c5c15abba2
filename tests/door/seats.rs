//! Seats: what a player keeps when a connection breaks, and what goes with it.

use super::Unframed;
use crate::common::{Lines, Server};

const FAREWELL: &str = "Au revoir, et à bientôt\u{a0}!";
const CLOSEST: [&str; 2] = ["--room", "7=sans-depasser,1..1000000,600"];

#[test]
fn a_player_goes_on_where_they_were_on_another_connection() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut first = Lines::connect(server.text);
    let code = first.code();
    assert_eq!(first.ask("1"), "Trop petit");
    assert_eq!(first.ask("2"), "Trop petit");
    drop(first);
    let mut second = Lines::connect(server.text);
    let resumed = second.ask(&format!("reprendre {}", code.to_lowercase()));
    let expected = "Reprise\u{a0}: solo, manche 1, 2 essais, nombre possible de 3 à 1000000, \
                    dernier envoi 2\u{a0}: Trop petit. Tu es ";
    assert!(resumed.starts_with(expected), "{resumed}");
    assert_eq!(second.code(), code, "the code stays the same");
}

/// Whoever has the code speaks for the seat: the connection that had it is ended, so that its
/// player knows, and never guesses for a seat that is not theirs.
#[test]
fn the_older_connection_is_ended_when_its_seat_is_taken_over() {
    let server = Server::in_memory(&["--range", "1..1000000"]);
    let mut line = Lines::connect(server.text);
    let code = line.code();
    assert_eq!(line.ask("1"), "Trop petit");
    let mut unframed = Unframed::greeted(server.text);
    assert!(
        unframed
            .ask(format!("REPRENDRE {code}"))
            .starts_with("Reprise\u{a0}: ")
    );
    assert_eq!(line.read(), FAREWELL);
    assert_eq!(line.read(), "", "the end");
    assert_eq!(unframed.ask("2"), "Trop petit");
    let mut newest = Lines::connect(server.text);
    assert!(
        newest
            .ask(&format!("REPRENDRE {code}"))
            .starts_with("Reprise\u{a0}: ")
    );
    assert_eq!(unframed.receive(), "FIN");
    assert_eq!(unframed.receive(), "", "the end");
    assert_eq!(newest.ask("3"), "Trop petit");
}

/// A seat to which nobody can come back would make its room wait until the time is over.
#[test]
fn a_seat_without_a_code_goes_with_its_connection() {
    let server = Server::in_memory(&CLOSEST);
    let mut waits = Lines::connect(server.text);
    let mut leaves = Lines::connect(server.text);
    for client in [&mut waits, &mut leaves] {
        assert!(
            client
                .ask("SALLE 7")
                .starts_with("Salle 7, sans dépasser, ")
        );
    }
    waits.send("1");
    drop(leaves);
    let answer = waits.read();
    assert!(
        answer.starts_with("Gagné en 1 essai\u{a0}! Ton 1 "),
        "{answer}"
    );
}

/// `FIN` gives the seat up, with a code or without.
#[test]
fn a_player_who_ends_leaves_their_seat() {
    let server = Server::in_memory(&CLOSEST);
    let mut waits = Lines::connect(server.text);
    let mut leaves = Lines::connect(server.text);
    for client in [&mut waits, &mut leaves] {
        assert!(
            client
                .ask("SALLE 7")
                .starts_with("Salle 7, sans dépasser, ")
        );
    }
    let code = leaves.code();
    waits.send("1");
    assert_eq!(leaves.ask("FIN"), FAREWELL);
    let answer = waits.read();
    assert!(
        answer.starts_with("Gagné en 1 essai\u{a0}! Ton 1 "),
        "{answer}"
    );
    let refused = waits.ask(&format!("REPRENDRE {code}"));
    assert!(
        refused.starts_with("Erreur : ce code ne mène à aucune partie"),
        "{refused}"
    );
}

/// The answer that a player was waiting for when the line broke is told on the new one.
#[test]
fn a_held_guess_is_answered_on_the_new_connection() {
    let server = Server::in_memory(&CLOSEST);
    let mut first = Lines::connect(server.text);
    let mut other = Lines::connect(server.text);
    for client in [&mut first, &mut other] {
        assert!(
            client
                .ask("SALLE 7")
                .starts_with("Salle 7, sans dépasser, ")
        );
    }
    let code = first.code();
    first.send("1");
    // By the time the journal has this, it has the guess too.
    assert!(other.ask("NOM Max").starts_with("Tu t'appelles Max."));
    let mut second = Lines::connect(server.text);
    let resumed = second.ask(&format!("REPRENDRE {code}"));
    assert!(
        resumed.contains("dernier envoi 1\u{a0}: en attente."),
        "{resumed}"
    );
    // The older connection is owed an answer: it gets the end in its place.
    assert_eq!(first.read(), FAREWELL);
    second.send("1");
    other.send("1000000");
    let answer = second.read();
    assert!(
        answer.starts_with("Gagné en 1 essai\u{a0}! Ton 1 "),
        "{answer}"
    );
}

/// A seat taken in a room is the same player's: name, code and the way back.
#[test]
fn a_move_to_a_room_and_back_keeps_the_name() {
    let server = Server::in_memory(&["--room", "4821=course"]);
    let mut client = Lines::connect(server.text);
    assert!(
        client
            .ask("NOM Éloïse")
            .starts_with("Tu t'appelles Éloïse. ")
    );
    for room in ["4821", "HALL", "4821"] {
        let entered = client.ask(&format!("SALLE {room}"));
        assert!(entered.starts_with(&format!("Salle {room}, ")), "{entered}");
        assert!(entered.ends_with("Tu es Éloïse."), "{entered}");
        assert!(client.code().starts_with(&format!("{room}-")));
    }
}

/// The seat that is left goes after the one that is taken: who is back before that must neither
/// be taken for the seat that goes, nor be shown out with it.
#[test]
fn a_player_may_go_to_and_fro_as_fast_as_they_like() {
    const TIMES: usize = 50;
    let server = Server::in_memory(&["--room", "4821=course", "--room", "4822=course"]);
    let mut client = Lines::connect(server.text);
    assert!(client.ask("NOM Max").starts_with("Tu t'appelles Max. "));
    let rooms = ["4821", "HALL", "4821", "4822"];
    let messages: String = rooms.map(|room| format!("SALLE {room}\n")).concat();
    client.send_bytes(messages.repeat(TIMES).as_bytes());
    for room in rooms.iter().cycle().take(TIMES * rooms.len()) {
        let entered = client.read();
        assert!(entered.starts_with(&format!("Salle {room}, ")), "{entered}");
        assert!(entered.ends_with("Tu es Max."), "{entered}");
    }
}
