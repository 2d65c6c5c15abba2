//! Clients that send lines: each plays a whole game, with a name that has accents.

use std::process::Command;

use super::program::Program;
use crate::common::{Server, program};

/// Bisects until the number is found; `ask` sends a guess and returns its answer.
pub fn bisect(mut ask: impl FnMut(&str) -> String) {
    let (mut low, mut high) = (1, 100);
    loop {
        assert!(low <= high, "the answers contradict each other");
        let guess = i32::midpoint(low, high);
        match ask(&guess.to_string()).as_str() {
            "Trop petit" => low = guess + 1,
            "Trop grand" => high = guess - 1,
            answer if answer.starts_with("Gagné en ") => return,
            other => panic!("{guess} was answered {other:?}"),
        }
    }
}

/// A whole game, from the greeting to the farewell.
fn plays(mut client: Program) {
    let greeting = client.line();
    assert!(
        greeting.starts_with("Bonjour\u{a0}! Devine un nombre"),
        "{greeting:?}"
    );
    goes_on(&mut client);
    assert_eq!(client.ask("FIN"), "Au revoir, et à bientôt\u{a0}!");
    client.end_input();
    assert_eq!(client.end().1, "", "nothing is printed after the farewell");
}

/// A name, a game and the scores.
fn goes_on(client: &mut Program) {
    let named = client.ask("NOM Éloïse");
    assert!(named.starts_with("Tu t'appelles Éloïse. "), "{named:?}");
    bisect(|guess| client.ask(guess));
    let scores = client.ask("SCORES");
    assert!(scores.contains("Éloïse, 1 victoire, "), "{scores:?}");
}

/// The server's port, as an argument.
fn port(server: &Server) -> String {
    server.text.port().to_string()
}

/// Runs a client in a terminal, by expect.
fn plays_in_a_terminal(package: &str, client: &[&str]) {
    // Says which package is missing before expect says something less helpful.
    drop(Program::start(package, &[client[0], "--help"]));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/bisect.exp");
    let mut expect = Program::start(
        "expect",
        &[&["expect", "-f", script, "--"], client].concat(),
    );
    let (status, output) = expect.end();
    assert!(status.success(), "{client:?}: {output}");
}

#[test]
fn nc_of_openbsd_plays() {
    let server = Server::in_memory(&[]);
    plays(Program::start(
        "netcat-openbsd",
        &["nc.openbsd", "127.0.0.1", &port(&server)],
    ));
}

#[test]
fn nc_of_openbsd_plays_in_a_terminal() {
    let server = Server::in_memory(&[]);
    plays_in_a_terminal(
        "netcat-openbsd",
        &["nc.openbsd", "127.0.0.1", &port(&server)],
    );
}

/// `printf '50\n25\n' | nc -N`: the end of input is no end of the answers.
#[test]
fn nc_that_sends_all_at_once_and_stops_reads_all_answers() {
    let server = Server::in_memory(&[]);
    let mut client = Program::start(
        "netcat-openbsd",
        &["nc.openbsd", "-N", "127.0.0.1", &port(&server)],
    );
    client.send("NOM Éloïse\n0\nabc\nSCORES");
    client.end_input();
    let (status, output) = client.end();
    let starts = [
        "Bonjour",
        "Tu t'appelles Éloïse.",
        "Erreur\u{20}:",
        "Erreur\u{20}:",
        "Scores",
    ];
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), starts.len(), "{output}");
    for (line, start) in lines.iter().zip(starts) {
        assert!(line.starts_with(start), "{line:?} instead of {start}");
    }
    assert!(status.success());
}

#[test]
fn traditional_nc_plays() {
    let server = Server::in_memory(&[]);
    let command = ["nc.traditional", "127.0.0.1", &port(&server)];
    plays(Program::start("netcat-traditional", &command));
}

#[test]
fn ncat_plays() {
    let server = Server::in_memory(&[]);
    plays(Program::start(
        "ncat",
        &["ncat", "127.0.0.1", &port(&server)],
    ));
}

/// Telnet's CRLF, from a program that is no telnet.
#[test]
fn ncat_with_crlf_plays() {
    let server = Server::in_memory(&[]);
    plays(Program::start(
        "ncat",
        &["ncat", "-C", "127.0.0.1", &port(&server)],
    ));
}

#[test]
fn socat_plays() {
    let server = Server::in_memory(&[]);
    let address = format!("TCP:127.0.0.1:{}", port(&server));
    plays(Program::start("socat", &["socat", "-", &address]));
}

#[test]
fn telnet_plays_in_a_terminal() {
    let server = Server::in_memory(&[]);
    plays_in_a_terminal("inetutils-telnet", &["telnet", "127.0.0.1", &port(&server)]);
}

/// It negotiates as soon as it is connected: its options are skipped and none is sent back.
#[test]
fn plink_plays_in_a_terminal() {
    let server = Server::in_memory(&[]);
    let command = ["plink", "-telnet", "-P", &port(&server), "127.0.0.1"];
    plays_in_a_terminal("putty-tools", &command);
}

#[test]
fn plink_plays_through_pipes() {
    let server = Server::in_memory(&[]);
    let command = [
        "plink",
        "-telnet",
        "-batch",
        "-P",
        &port(&server),
        "127.0.0.1",
    ];
    plays(Program::start("putty-tools", &command));
}

#[test]
fn bash_plays_with_nothing_else() {
    let server = Server::in_memory(&[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/bisect.bash");
    let mut bash = Program::start("bash", &["bash", script, &port(&server)]);
    let (status, output) = bash.end();
    assert!(status.success(), "{output}");
    assert!(output.contains("\nTu t'appelles Éloïse. "), "{output}");
    assert!(output.contains("\nGagné en "), "{output}");
    assert!(
        output.ends_with("\nAu revoir, et à bientôt\u{a0}!\n"),
        "{output}"
    );
}

/// Through pipes it reads guesses line by line and prints answers, no greeting.
#[test]
fn juste_prix_play_plays() {
    let server = Server::in_memory(&[]);
    let mut command: Command = program();
    command.args(["play", &server.text.to_string(), "--lang", "fr"]);
    let mut client = Program::spawn(&mut command);
    goes_on(&mut client);
    assert_eq!(client.ask("FIN"), "Au revoir, et à bientôt\u{a0}!");
    let (status, rest) = client.end();
    assert!(status.success());
    assert_eq!(rest, "");
}
