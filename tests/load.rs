//! `load` against the real server: what it counts is what happened.

use std::process::Output;

use crate::common::{Server, program};
use serde_json::Value;

fn load(arguments: &[&str]) -> (Output, Value) {
    let output = program()
        .arg("load")
        .args(arguments)
        .arg("--json")
        .output()
        .expect("it runs");
    let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output, document)
}

/// Protects the figures: every guess that is counted was answered, and every connection made.
#[test]
fn all_players_connect_and_are_answered() {
    let server = Server::in_memory(&[]);
    let target = server.text.to_string();
    let arguments = [
        &target,
        "--connections",
        "60",
        "--pipeline",
        "4",
        "--seconds",
        "1",
    ];
    let (output, document) = load(&arguments);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        (&document["connected"], &document["errors"]),
        (&60.into(), &0.into())
    );
    let guesses = document["guesses"].as_u64().expect("a number");
    assert!(
        guesses >= 240,
        "each player had at least its first four answered: {document}"
    );
    let p50 = document["latency_us"]["p50"].as_u64().expect("a number");
    let p99 = document["latency_us"]["p99"].as_u64().expect("a number");
    assert!(0 < p50 && p50 <= p99, "{document}");
}

/// Protects the page's figures: players by WebSocket, by objects and by text, are answered as many
/// times as they guess, in the hall and in a shared room whose pictures come in between.
#[test]
fn players_come_by_websocket() {
    let server = Server::in_memory(&["--web", "127.0.0.1:0", "--room", "S=race"]);
    let target = server.said["web"][0]
        .as_str()
        .expect("an address")
        .to_owned();
    let rooms: [&[&str]; 2] = [&[], &["--room", "S", "--pause", "100"]];
    for (door, room) in ["ws", "ws-text"]
        .into_iter()
        .zip(rooms.iter().cycle())
        .chain([("ws", &rooms[1])])
    {
        let mut arguments = vec![target.as_str(), "--door", door, "--connections", "30"];
        arguments.extend(["--pipeline", "2", "--seconds", "1"]);
        arguments.extend(*room);
        let (output, document) = load(&arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let seen = (
            &document["connected"],
            &document["errors"],
            &document["door"],
        );
        assert_eq!(seen, (&30.into(), &0.into(), &door.into()), "{document}");
        assert!(document["guesses"].as_u64() >= Some(60), "{document}");
    }
}

/// Protects who mistakes one port for the other: it is told, at once.
#[test]
fn a_door_at_the_other_port_is_a_failure() {
    let server = Server::in_memory(&[]);
    let target = server.text.to_string();
    let (output, document) = load(&[
        &target,
        "--door",
        "ws",
        "--connections",
        "2",
        "--seconds",
        "1",
    ]);
    assert_eq!(output.status.code(), Some(1), "{document}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("--door"), "what to do is said: {said}");
}

/// Protects who measures a room: one that is not there is no measure of the hall.
#[test]
fn a_room_that_is_not_open_is_a_failure() {
    let server = Server::in_memory(&["--web", "127.0.0.1:0"]);
    let text = server.text.to_string();
    let page = server.said["web"][0].as_str().expect("an address");
    for (target, door) in [(text.as_str(), "text"), (page, "ws"), (page, "ws-text")] {
        let arguments = [
            "--door",
            door,
            "--room",
            "X",
            "--connections",
            "2",
            "--seconds",
            "1",
        ];
        let (output, document) = load(&[&[target], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(1), "{door}: {document}");
        assert_eq!(document["errors"], 2, "{document}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("salle X"), "what is wrong is said: {said}");
    }
}

/// Protects the count where one process is not enough: its parts add up.
#[test]
fn several_processes_share_the_connections() {
    let server = Server::in_memory(&["--web", "127.0.0.1:0"]);
    let page = server.said["web"][0].as_str().expect("an address");
    for (target, door) in [(server.text.to_string().as_str(), "text"), (page, "ws")] {
        shared(target, door);
    }
}

fn shared(target: &str, door: &str) {
    let script = format!(
        "ulimit -n 100; exec {} load {target} --door {door} --connections 90 --seconds 1 --idle --json",
        env!("CARGO_BIN_EXE_juste-prix"),
    );
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .output()
        .expect("sh");
    let document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(document["connected"], 90, "{document}");
    assert_eq!(document["guesses"], 90, "idle players guess once");
}

/// Protects who reads the figures: a server that is not there is no figure of zero.
#[test]
fn a_server_that_is_not_there_is_a_failure() {
    let mut server = Server::in_memory(&[]);
    let target = server.text.to_string();
    server.kill();
    let (output, document) = load(&[&target, "--connections", "3", "--seconds", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        (&document["connected"], &document["errors"]),
        (&0.into(), &3.into())
    );
}
