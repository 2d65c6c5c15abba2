//! The command line of the real program: languages, exit statuses, what goes to which output.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use crate::common;

/// An opening of the lesson's range, and the SHA-256 of its text.
const OPENING: &str =
    "jp1:HALL:1:1..100:57:0000000000000000000000000000000000000000000000000000000000000000";
const COMMITMENT: &str = "4a2853eb701fa77db2e88fa5183e561934d5402f65653a4bb94a3c5bdf4dc4a4";

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_juste-prix"));
    command.args(arguments);
    for variable in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> (String, String, Option<i32>) {
    told(&program(arguments).output().expect("the program runs"))
}

fn run_with_input(arguments: &[&str], input: &str) -> (String, String, Option<i32>) {
    told(&common::run_with_input(&mut program(arguments), input))
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
fn help_and_version_are_success_on_standard_output() {
    let (out, err, status) = run(&["--help"]);
    assert!(out.contains("Utilisation : juste-prix"), "{out}");
    assert_eq!((err.as_str(), status), ("", Some(0)));
    let (out, _, _) = run(&["play", "--help", "--lang", "en"]);
    assert!(out.contains("Usage: juste-prix play"), "{out}");
    let (out, _, status) = run(&["--version"]);
    assert_eq!(status, Some(0));
    assert!(out.starts_with("juste-prix "), "{out}");
}

#[test]
fn wrong_usage_is_one_sentence_on_standard_error() {
    for arguments in [
        &[] as &[&str],
        &["serv"],
        &["serve", "--range", "9..1"],
        &["verify", "x"],
    ] {
        let (out, err, status) = run(arguments);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{arguments:?}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}

#[test]
fn the_terminal_speaks_the_locales_language() {
    let said = |locale: &str| {
        let output = program(&["xyzzy"]).env("LANG", locale).output();
        told(&output.expect("the program runs")).1
    };
    assert!(said("en_GB.UTF-8").starts_with("There is no command"));
    assert!(said("C").starts_with("La commande"));
}

#[test]
fn an_output_that_nobody_reads_is_no_crash() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    for arguments in [&["--help"] as &[&str], &["verify", COMMITMENT, OPENING]] {
        let writer = writer.try_clone().expect("a descriptor");
        let output = program(arguments).stdout(writer).output();
        let (_, err, status) = told(&output.expect("the program runs"));
        assert_eq!((err.as_str(), status), ("", Some(0)), "{arguments:?}");
    }
}

#[test]
fn verify_recomputes_the_commitment() {
    let (out, _, status) = run(&["verify", COMMITMENT, OPENING, "--lang", "en"]);
    assert_eq!(status, Some(0));
    assert!(
        out.starts_with("Verified: ") && out.contains("round 1"),
        "{out}"
    );
    let changed = OPENING.replace(":57:", ":58:");
    let (out, _, status) = run(&["verify", COMMITMENT, &changed]);
    assert_eq!(status, Some(1));
    assert!(out.starts_with("Pas vérifié"), "{out}");
    let (out, _, status) = run(&["verify", "--json", COMMITMENT, OPENING]);
    let document: serde_json::Value = serde_json::from_str(&out).expect("one JSON document");
    assert_eq!((&document["verified"], status), (&true.into(), Some(0)));
    assert_eq!(document["rounds"][0]["number"], 57);
}

#[test]
fn verify_finds_both_in_a_pasted_proof() {
    let proof = format!(
        "Preuve\u{a0}: manche 2, engagement {}. \
         Manche 1\u{a0}: engagement {COMMITMENT}, ouverture {OPENING} Pour vérifier…\n",
        "0".repeat(64)
    );
    let (out, _, status) = run_with_input(&["verify"], &proof);
    assert_eq!(status, Some(0), "{out}");
    let (_, err, status) = run_with_input(&["verify"], "nothing here\n");
    assert_eq!(status, Some(2));
    assert!(err.contains("engagement"), "{err}");
}

#[test]
fn a_port_that_is_taken_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let arguments = [
        "serve", "--web", "off", "--data", "memory", "--listen", &address,
    ];
    let (out, err, status) = run(&arguments);
    assert_eq!((out.as_str(), status), ("", Some(1)));
    assert!(
        err.starts_with("Impossible de démarrer le service : "),
        "{err}"
    );
    assert!(err.contains(&address) && err.contains("--listen"), "{err}");
}

#[test]
fn scripts_learn_the_addresses_from_the_first_line() {
    let arguments = [
        "serve",
        "--web",
        "127.0.0.1:0",
        "--json",
        "--data",
        "memory",
        "--listen",
        "127.0.0.1:0",
    ];
    let mut child = program(&arguments)
        .args(["--quiet-listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    out.read_line(&mut line).expect("a line");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    let document: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON");
    assert_eq!(
        document["addresses"].as_array().map(Vec::len),
        Some(3),
        "{line}"
    );
    assert_eq!(document["addresses"][0], document["text"][0]);
    assert_eq!(document["addresses"][2], document["web"][0]);
    assert!(document["data"].is_null());
}

/// Protects the results that a teacher exported last time: an export that fails leaves them alone.
#[test]
fn an_export_that_fails_does_not_touch_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("results.csv");
    std::fs::write(&file, "last week's results").expect("a file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_juste-prix"));
    command
        .args(["export", "--data"])
        .arg(folder.path().join("nowhere"));
    let output = command
        .arg("--output")
        .arg(&file)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert_eq!(kept, "last week's results");
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        1
    );
}

/// Runs a command line in a terminal of its own; `script` (util-linux) makes one.
fn in_a_terminal(line: &str) -> Command {
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", line, "/dev/null"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    command.env("LANG", "fr_FR.UTF-8").env_remove("LC_ALL");
    command
}

#[test]
fn without_a_command_a_terminal_is_shown_what_there_is() {
    let line = env!("CARGO_BIN_EXE_juste-prix");
    let (out, _, status) = told(&in_a_terminal(line).output().expect("script runs"));
    assert_eq!(status, Some(2), "{out}");
    let commands = ["serve", "play", "bot", "chat", "net", "check", "tap"];
    for command in commands {
        assert!(out.contains(&format!("  juste-prix {command}")), "{out}");
    }
    assert_eq!(out.lines().count(), 11, "{out}");
}

/// A desktop is announced by `DISPLAY`; a program named `xdg-open` stands in for the browser.
#[test]
fn at_a_desktop_the_teacher_s_screen_opens_by_a_link_that_works_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (opened, link) = (folder.path().join("xdg-open"), folder.path().join("link"));
    let script = "#!/bin/sh\necho \"$1\" > \"$0.new\" && mv \"$0.new\" \"${0%/*}/link\"\n";
    std::fs::write(&opened, script).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&opened, mode).expect("made executable");
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{path}", folder.path().display());
    let program = env!("CARGO_BIN_EXE_juste-prix");
    let serve = |options: &str| {
        let options = format!("--data memory --no-mdns --listen 127.0.0.1:0 {options}");
        let mut command = in_a_terminal(&format!(
            "timeout --foreground 60 {program} serve {options}"
        ));
        command.env("PATH", &path).env_remove("WAYLAND_DISPLAY");
        command
    };
    let first = |command: &mut Command, wanted: &str| {
        let mut terminal = command.spawn().expect("script runs");
        let out = BufReader::new(terminal.stdout.take().expect("piped"));
        let mut lines = out.lines().map_while(Result::ok);
        let told = lines.find(|line| line.replace('\u{a0}', " ").contains(wanted));
        assert!(told.is_some(), "the server did not say {wanted:?}");
        terminal
    };
    let mut ended = Vec::new();
    let web = "--web 127.0.0.1:0";
    for (options, display) in [("--no-browser", ":1"), ("", "")] {
        let mut command = serve(&format!("{web} {options}"));
        ended.push(first(command.env("DISPLAY", display), "Ctrl-C"));
    }
    assert!(!link.exists(), "a browser was opened without being asked");
    ended.push(first(serve(web).env("DISPLAY", ":1"), "s'ouvre dans"));
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !link.exists() {
        assert!(std::time::Instant::now() < deadline, "no link was opened");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let link = std::fs::read_to_string(&link).expect("a link");
    let (page, token) = link.trim().split_once("/prof#").expect("a teacher's link");
    let session = format!("{page}/prof/session");
    let status = || {
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_code}",
        ]);
        let output = curl.args(["--data", token, &session]).output();
        told(&output.expect("curl runs")).0
    };
    assert_eq!((status(), status()), ("204".to_owned(), "403".to_owned()));
    for mut terminal in ended {
        // Its terminal goes with it, and the server with its terminal.
        terminal.kill().expect("our child");
        terminal.wait().expect("our child");
    }
}
