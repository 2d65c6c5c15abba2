//! `load` against the real server: what it counts is what happened.

mod common;

use std::process::Output;

use common::{Server, program};
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

/// Protects the count where one process is not enough: its parts add up.
#[test]
fn several_processes_share_the_connections() {
    let server = Server::in_memory(&[]);
    let script = format!(
        "ulimit -n 100; exec {} load {} --connections 90 --seconds 1 --idle --json",
        env!("CARGO_BIN_EXE_juste-prix"),
        server.text
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
