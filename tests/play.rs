//! `juste-prix play` against a server that does what a script says: answers, cuts the connection
//! before or after a guess has counted, goes away and comes back.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::common::{program, run_with_input};

const GREETING: &str = "Bonjour\u{a0}! Devine un nombre entier entre 1 et 100.\n";
const WORDS: &str = "Mots\u{a0}: Trop petit, Trop grand, Gagné.\n";
const KEY: &str = "AAAAAAAAAAAAAAAA";

/// One step of a connection, from the server's side.
#[derive(Clone, Debug)]
enum Step {
    /// The client must send this line.
    Hear(String),
    /// The server sends these bytes.
    Say(String),
    /// Between connections: nobody listens for so long.
    Away(Duration),
}

fn hear(line: &str) -> Step {
    Step::Hear(line.to_owned())
}

fn say(bytes: &str) -> Step {
    Step::Say(bytes.to_owned())
}

/// A request and its answer.
fn turn(request: &str, answer: &str) -> [Step; 2] {
    [hear(request), say(&format!("{answer}\n"))]
}

/// What every connection begins with.
fn greet() -> Vec<Step> {
    vec![say(GREETING), hear("MOTS fr"), say(WORDS)]
}

/// A first connection: the client gets a code unasked.
fn first() -> Vec<Step> {
    let code = format!("Pour reprendre plus tard\u{a0}: REPRENDRE HALL-{KEY}");
    [greet(), turn("REPRENDRE", &code).to_vec()].concat()
}

/// A later connection: the client comes back to a seat in this state.
fn again(state: &str) -> Vec<Step> {
    let resumed = format!("Reprise\u{a0}: {state}. Tu es Loutre vive.");
    let request = format!("REPRENDRE HALL-{KEY}");
    [greet(), turn(&request, &resumed).to_vec()].concat()
}

fn end() -> Vec<Step> {
    turn("FIN", "Au revoir, et à bientôt\u{a0}!").to_vec()
}

/// Starts a server that plays these connections one after the other. Each is cut at its end.
fn server(connections: Vec<Vec<Step>>) -> (SocketAddr, JoinHandle<()>) {
    let mut listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let play = move || {
        for steps in connections {
            if let [Step::Away(pause)] = steps[..] {
                drop(listener);
                std::thread::sleep(pause);
                listener = TcpListener::bind(address).expect("the port is free again");
                continue;
            }
            let (stream, _) = listener.accept().expect("a client");
            serve(stream, steps);
        }
    };
    (address, std::thread::spawn(play))
}

fn serve(stream: TcpStream, steps: Vec<Step>) {
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a socket");
    let mut stream = BufReader::new(stream);
    for step in steps {
        match step {
            Step::Hear(expected) => {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a line in time");
                assert_eq!(line, format!("{expected}\n"));
            }
            Step::Say(bytes) => {
                let sent = stream.get_mut().write_all(bytes.as_bytes());
                sent.expect("a client that listens");
            }
            Step::Away(_) => panic!("a server is away between connections"),
        }
    }
}

fn play(arguments: &[&str], input: &str) -> Output {
    run_with_input(program().arg("play").args(arguments), input)
}

/// Plays these lines against these connections; standard output, standard error, exit status.
fn game(connections: Vec<Vec<Step>>, input: &str) -> (String, String, Option<i32>) {
    let (address, server) = server(connections);
    let output = play(&[&address.to_string()], input);
    server.join().expect("the client did as the script says");
    told(&output)
}

/// What a run has said, with ordinary spaces, and its exit status.
fn told(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\u{a0}', " ");
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

#[test]
fn each_line_gets_its_answer_and_nothing_else_is_written() {
    let script = [
        first(),
        turn("50", "Trop petit").to_vec(),
        turn("SCORES", "Scores. Personne n'a encore gagné.").to_vec(),
        turn("", "Erreur : ton message est vide.").to_vec(),
        turn("75", "Gagné en 2 essais !").to_vec(),
        end(),
    ];
    let (out, err, status) = game(vec![script.concat()], "50\nSCORES\r\n\n75");
    let expected = "Trop petit\nScores. Personne n'a encore gagné.\n\
                    Erreur : ton message est vide.\nGagné en 2 essais !\n";
    assert_eq!(
        (out.as_str(), err.as_str(), status),
        (expected, "", Some(0))
    );
}

#[test]
fn fin_in_the_input_ends_the_game_with_the_farewell() {
    let script = [first(), end()].concat();
    let (out, err, status) = game(vec![script], "fin\n50\n");
    assert_eq!(out, "Au revoir, et à bientôt !\n");
    assert_eq!((err.as_str(), status), ("", Some(0)));
}

#[test]
fn a_guess_that_had_counted_is_not_sent_again() {
    let cut = [first(), turn("50", "Trop grand").to_vec(), vec![hear("25")]].concat();
    let state = "solo, manche 1, 2 essais, nombre possible de 26 à 49, \
                 dernier envoi 25\u{a0}: Trop petit";
    let back = [again(state), turn("30", "Trop grand").to_vec(), end()].concat();
    let (out, err, status) = game(vec![cut, back], "50\n25\n30\n");
    assert_eq!(out, "Trop grand\nTrop petit\nTrop grand\n");
    assert!(
        err.contains("perdue") && err.contains("était bien arrivé"),
        "{err}"
    );
    assert_eq!(status, Some(0));
}

#[test]
fn a_guess_that_was_lost_is_sent_again() {
    // Half an answer is no answer: `Trop` could have gone on either way.
    let lost = vec![hear("25"), say("Trop ")];
    let cut = [first(), turn("50", "Trop grand").to_vec(), lost].concat();
    let state = "solo, manche 1, 1 essai, nombre possible de 1 à 49, \
                 dernier envoi 50\u{a0}: Trop grand";
    let back = [again(state), turn("25", "Trop petit").to_vec(), end()].concat();
    let (out, err, status) = game(vec![cut, back], "50\n25\n");
    assert_eq!(out, "Trop grand\nTrop petit\n");
    assert!(err.contains("je renvoie"), "{err}");
    assert_eq!(status, Some(0));
}

#[test]
fn a_win_whose_answer_was_lost_is_still_told() {
    let cut = [first(), turn("50", "Trop grand").to_vec(), vec![hear("25")]].concat();
    let state = "solo, manche 2, 0 essai, nombre possible de 1 à 100, \
                 dernier envoi 25\u{a0}: Gagné";
    let back = [again(state), end()].concat();
    let (out, _, status) = game(vec![cut, back], "50\n25\n");
    assert_eq!(
        (out.as_str(), status),
        ("Trop grand\nGagné en 2 essais !\n", Some(0))
    );
}

#[test]
fn a_held_guess_is_sent_again_and_waits_for_the_result() {
    let cut = [first(), vec![hear("42")]].concat();
    let state = "sans dépasser, manche 1, 1 essai, nombre possible de 1 à 100, \
                 dernier envoi 42\u{a0}: en attente";
    let result = "Gagné en 1 essai ! Ton 42 est le plus près de 50 sans dépasser.";
    let back = [again(state), turn("42", result).to_vec(), end()].concat();
    let (out, _, status) = game(vec![cut, back], "42\n");
    assert_eq!((out, status), (format!("{result}\n"), Some(0)));
}

#[test]
fn a_server_that_restarts_is_waited_for() {
    let cut = [first(), vec![hear("SCORES")]].concat();
    let state = "solo, manche 1, 0 essai, nombre possible de 1 à 100";
    let back = [again(state), turn("SCORES", "Scores.").to_vec(), end()].concat();
    let away = vec![Step::Away(Duration::from_millis(600))];
    let (out, err, status) = game(vec![cut, away, back], "SCORES\n");
    assert_eq!((out.as_str(), status), ("Scores.\n", Some(0)), "{err}");
}

#[test]
fn a_server_that_forgot_begins_anew() {
    let cut = [first(), vec![hear("50")]].concat();
    let refused = turn(&format!("REPRENDRE HALL-{KEY}"), "Erreur : aucune partie.");
    let code = format!("Pour reprendre plus tard\u{a0}: REPRENDRE HALL-{KEY}");
    let anew = turn("REPRENDRE", &code);
    let back = [
        greet(),
        refused.to_vec(),
        anew.to_vec(),
        turn("50", "Trop petit").to_vec(),
        end(),
    ];
    let (out, err, status) = game(vec![cut, back.concat()], "50\n");
    assert_eq!((out.as_str(), status), ("Trop petit\n", Some(0)));
    assert!(err.contains("elle recommence"), "{err}");
}

#[test]
fn the_servers_end_is_told_with_the_way_back() {
    for goodbye in ["Au revoir, et à bientôt\u{a0}!\n", "FIN"] {
        let script = [first(), vec![hear("50"), say(goodbye)]].concat();
        let (out, err, status) = game(vec![script], "50\n25\n");
        assert_eq!((out.as_str(), status), ("", Some(1)));
        assert!(err.contains(&format!("--resume HALL-{KEY}")), "{err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}

#[test]
fn room_name_and_code_are_asked_for_in_that_order() {
    let room = "Salle CE1, course, de 1 à 50 : le premier gagne. Tu es Loutre.";
    let steps = [
        greet(),
        turn("SALLE CE1", room).to_vec(),
        turn(
            "NOM Léa",
            &format!("Tu t'appelles Léa. Pour reprendre plus tard\u{a0}: REPRENDRE CE1-{KEY}"),
        )
        .to_vec(),
        turn("25", "Trop petit").to_vec(),
        end(),
    ];
    let (address, server) = server(vec![steps.concat()]);
    let arguments = ["--room", "ce1", "--name", "Léa", &address.to_string()];
    let (out, err, status) = told(&play(&arguments, "25\n"));
    server.join().expect("the client did as the script says");
    assert_eq!(
        (out.as_str(), err.as_str(), status),
        ("Trop petit\n", "", Some(0))
    );
}

#[test]
fn a_room_that_is_not_there_ends_it_with_the_servers_sentence() {
    let steps = [
        greet(),
        turn("SALLE 1", "Erreur : il n'y a pas de salle 1.").to_vec(),
    ];
    let (address, server) = server(vec![steps.concat()]);
    let (out, err, status) = told(&play(&["--room", "1", &address.to_string()], "25\n"));
    server.join().expect("the client did as the script says");
    assert_eq!((out.as_str(), status), ("", Some(1)));
    assert_eq!(err, "Erreur : il n'y a pas de salle 1.\n");
}

#[test]
fn words_are_asked_for_in_the_users_language() {
    let steps = [
        vec![
            say(GREETING),
            hear("MOTS en"),
            say("Words: Too small, Too big, Found.\n"),
        ],
        turn("REPRENDRE", &format!("To go on later: RESUME HALL-{KEY}")).to_vec(),
        turn("50", "Too small").to_vec(),
        end(),
    ];
    let (address, server) = server(vec![steps.concat()]);
    let output = play(&["--lang", "en", &address.to_string()], "50\n");
    server.join().expect("the client did as the script says");
    assert_eq!(
        told(&output),
        ("Too small\n".into(), String::new(), Some(0))
    );
}

#[test]
fn no_server_is_one_sentence_with_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let (out, err, status) = told(&play(&[&address], "50\n"));
    assert_eq!((out.as_str(), status), ("", Some(1)));
    assert!(
        err.contains(&address) && err.contains("juste-prix serve"),
        "{err}"
    );
    assert_eq!(err.lines().count(), 1, "{err}");
}

#[test]
fn another_kind_of_server_is_recognized() {
    let (_, err, status) = game(vec![vec![say("220 mail.example ESMTP\r\n")]], "50\n");
    assert_eq!(status, Some(1));
    assert!(err.contains("porte texte"), "{err}");
}
