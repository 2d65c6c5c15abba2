//! Clients that are not ours at the WebSockets.

use std::process::Command;

use super::http::{page, server};

/// Protects who writes a program for the page's port: Python's `websockets` plays both ways.
#[test]
fn python_s_websockets_plays_by_text_and_by_objects() {
    let server = server(&["--room", "S=solo"]);
    let address = page(&server).to_string();
    // Debian's own Python, which has Debian's package.
    let mut client = Command::new("/usr/bin/python3");
    client.args(["tests/python/websockets_client.py", &address, "S"]);
    let output = client
        .output()
        .expect("Python, as scripts/test installs it");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        !errors.contains("No module named 'websockets'"),
        "install the Debian package python3-websockets"
    );
    assert!(output.status.success(), "{said}{errors}");
    let games: Vec<(&str, u32)> = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(how, tries)| (how, tries.parse().expect("a number")))
        .collect();
    assert_eq!(games.len(), 2, "{said}");
    assert!(games.iter().all(|(_, tries)| *tries <= 7), "{said}");
}
