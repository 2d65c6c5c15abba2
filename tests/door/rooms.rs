//! Shared rooms: how players enter them, and what they learn of each other.

use std::io::Write;
use std::process::Stdio;

use crate::common::{Lines, Server, program};

const RACE: [&str; 2] = ["--room", "4821=course,1..100"];

/// The integers of an answer, in their order: what the document fixes for programs.
fn integers(answer: &str) -> Vec<u32> {
    let digits = answer.split(|c: char| !c.is_ascii_digit());
    digits.filter_map(|word| word.parse().ok()).collect()
}

/// A player in a room.
fn player(server: &Server, name: &str, room: &str) -> Lines {
    let mut player = Lines::connect(server.text);
    let named = player.ask(&format!("NOM {name}"));
    assert!(
        named.starts_with(&format!("Tu t'appelles {name}. ")),
        "{named}"
    );
    let entered = player.ask(&format!("SALLE {room}"));
    assert!(entered.starts_with(&format!("Salle {room}, ")), "{entered}");
    player
}

/// `SALLE` opens no room: a mistyped code must not leave a pupil alone in one.
#[test]
fn an_unknown_room_is_refused_and_the_game_goes_on() {
    let server = Server::in_memory(&RACE);
    let mut client = Lines::connect(server.text);
    for code in ["4822", "zebre", "ABCDEFGHIJKL"] {
        let refused = client.ask(&format!("SALLE {code}"));
        let expected = format!("Erreur : il n'y a pas de salle {}. ", code.to_uppercase());
        assert!(refused.starts_with(&expected), "{refused}");
    }
    client.play(1, 100);
    let scores = client.ask("SCORES");
    assert!(
        scores.contains(", 1 victoire, "),
        "the seat in the hall is still theirs: {scores}"
    );
}

#[test]
fn the_others_learn_of_a_won_race_in_their_next_answer() {
    let server = Server::in_memory(&RACE);
    let mut winner = player(&server, "Léa", "4821");
    let mut other = player(&server, "Max", "4821");
    let tries = winner.play(1, 100);
    let news = other.ask("50");
    assert!(
        news.starts_with("Manche terminée\u{a0}: le nombre était "),
        "{news}"
    );
    assert!(news.contains(", Léa l'a trouvé en "), "{news}");
    assert_eq!(integers(&news)[1], tries, "{news}");
    // That message was not judged: it cost no try of the new round.
    let mine = other.play(1, 100);
    let scores = other.ask("SCORES");
    assert!(
        scores.contains(&format!("Toi\u{a0}: Max, 1 victoire, record {mine},")),
        "{scores}"
    );
    // And the winner of the first round learns of the second.
    let news = winner.ask("50");
    assert!(news.contains(", Max l'a trouvé en "), "{news}");
}

/// *Sans dépasser*: the round closes when all who were there have guessed; until then nobody is
/// answered.
#[test]
fn closest_is_answered_when_all_have_guessed() {
    let server = Server::in_memory(&["--room", "7=sans-depasser,1..100,600"]);
    let mut careful = player(&server, "Léa", "7");
    let mut bold = player(&server, "Max", "7");
    careful.send("1");
    let scores = bold.ask("SCORES");
    assert!(scores.contains("Personne n'a encore gagné."), "{scores}");
    careful
        .stream
        .get_ref()
        .set_nonblocking(true)
        .expect("a TCP socket");
    let early = careful
        .stream
        .get_ref()
        .peek(&mut [0])
        .map_err(|error| error.kind());
    assert_eq!(
        early,
        Err(std::io::ErrorKind::WouldBlock),
        "the answer is held"
    );
    careful
        .stream
        .get_ref()
        .set_nonblocking(false)
        .expect("a TCP socket");
    bold.send("100");
    let (careful, bold) = (careful.read(), bold.read());
    // 1 never goes over; 100 does, unless it is the number.
    let (won, lost) = match bold.starts_with("Gagné") {
        true => (bold, careful),
        false => (careful, bold),
    };
    assert!(won.starts_with("Gagné en 1 essai\u{a0}! Ton "), "{won}");
    assert!(lost.starts_with("Perdu\u{a0}: le nombre était "), "{lost}");
    let number = *integers(&won).last().expect("the number");
    assert_eq!(integers(&lost)[0], number, "{won} {lost}");
}

/// Its clock starts at the first guess: who does not guess is not waited for any longer.
#[test]
fn closest_is_answered_when_its_time_is_over() {
    let server = Server::in_memory(&["--room", "7=sans-depasser,1..100,1"]);
    let mut guesser = player(&server, "Léa", "7");
    let mut silent = player(&server, "Max", "7");
    let answer = guesser.ask("1");
    assert!(
        answer.starts_with("Gagné en 1 essai\u{a0}! Ton 1 est le plus près de "),
        "{answer}"
    );
    let news = silent.ask("50");
    assert!(
        news.starts_with("Manche terminée\u{a0}: le nombre était "),
        "{news}"
    );
    assert!(news.contains(", Léa gagne avec 1."), "{news}");
}

/// Solo: each has their own number, and one scoreboard shows all.
#[test]
fn a_solo_room_has_one_scoreboard() {
    let server = Server::in_memory(&["--room", "6C=solo,1..20"]);
    let mut lea = player(&server, "Léa", "6C");
    let mut max = player(&server, "Max", "6C");
    lea.play(1, 20);
    lea.play(1, 20);
    max.play(1, 20);
    let scores = max.ask("SCORES");
    assert!(scores.contains("Toi\u{a0}: Max, 1 victoire, "), "{scores}");
    assert!(
        scores.contains("Les meilleurs\u{a0}: Léa, 2 victoires, "),
        "{scores}"
    );
    // In the hall the room's scores are not shown, and the other way round.
    assert!(max.ask("SALLE HALL").starts_with("Salle HALL, solo, "));
    assert!(!max.ask("SCORES").contains("Léa"));
}

#[test]
fn a_taken_name_gets_a_number() {
    let server = Server::in_memory(&RACE);
    let _first = player(&server, "Éloïse", "4821");
    // In the hall a name is free for all; in the room it is not, however it is written.
    let mut others = ["Éloïse", "ÉLOÏSE", "E\u{301}loi\u{308}se"].map(|name| {
        let mut other = Lines::connect(server.text);
        other.ask(&format!("NOM {name}"));
        (other.ask("SALLE 4821"), other)
    });
    for ((entered, _), name) in others.iter().zip(["Éloïse 2", "ÉLOÏSE 3", "Éloïse 4"]) {
        assert!(entered.ends_with(&format!("Tu es {name}.")), "{entered}");
    }
    // Renaming inside the room keeps the rule.
    let renamed = others[0].1.ask("NOM Éloïse");
    assert!(renamed.starts_with("Tu t'appelles Éloïse 2."), "{renamed}");
}

/// The number was fixed before the first guess: anyone can check it with what two answers show.
#[test]
fn a_proof_verifies() {
    let server = Server::in_memory(&RACE);
    let mut player = player(&server, "Léa", "4821");
    let before = player.ask("PREUVE");
    assert!(
        before.starts_with("Preuve\u{a0}: manche 1, engagement "),
        "{before}"
    );
    player.play(1, 100);
    let after = player.ask("PREUVE");
    assert!(after.contains("Manche 1\u{a0}: engagement "), "{after}");
    let (_, opening) = after.split_once(", ouverture ").expect("an opening");
    let opening = opening.split(' ').next().expect("a word");
    assert_eq!(verify(&format!("{before}\n{opening}\n")), Some(0));
    // Of another round's commitment it is no opening.
    let now = after
        .split("Manche 1")
        .next()
        .expect("the round that is played");
    assert_eq!(verify(&format!("{now}\n{opening}\n")), Some(1));
}

/// The exit status of `juste-prix verify` with that on its standard input.
fn verify(input: &str) -> Option<i32> {
    let mut command = program();
    command
        .arg("verify")
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait().expect("our child").code()
}
