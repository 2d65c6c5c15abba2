//! Strangers' text on a terminal: what a terminal obeys, what reorders or what can't be seen is escaped
//! by every command, and files that a command reads are bounded before they are read.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output, Stdio};

use game::visible::is_hidden;
use serde_json::Value;

use crate::common::examined::{finish, python};
use crate::common::{program, run_with_input};
use crate::tap::util::{Pair, Tap, address, listener};

/// Escapes of a terminal in one byte and in two, a right-to-left override, an isolate, a zero-width
/// space and a tag.
const EVIL: &str = "\u{1b}[2J\u{9b}\u{202e}gnp\u{2066}\u{200b}\u{e0041}";
const GREETING: &str = "Bonjour\u{a0}! Devine un nombre entier entre 1 et 100.\n";

/// A server that sends each client the greeting, then this answer to each message.
fn server(greeting: &str, answer: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (greeting, answer) = (greeting.to_owned(), answer.to_owned());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (greeting, answer) = (greeting.clone(), answer.clone());
            std::thread::spawn(move || {
                let _ = stream.write_all(greeting.as_bytes());
                while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {
                    let _ = stream.write_all(format!("{answer}\n").as_bytes());
                }
            });
        }
    });
    address
}

/// Runs a command with this input.
fn run(arguments: &[&str], input: &str) -> Output {
    run_with_input(program().args(arguments), input)
}

/// The outputs, in which nothing is hidden.
#[track_caller]
fn safe(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&both).into_owned();
    let hidden: Vec<char> = text
        .chars()
        .filter(|c| is_hidden(*c) && *c != '\n')
        .collect();
    assert!(hidden.is_empty(), "{hidden:?} in {text:?}");
    text
}

#[test]
fn a_server_s_words_do_not_command_the_terminal_of_play() {
    let address = server(GREETING, EVIL).to_string();
    let text = safe(&run(&["play", &address], "50\n"));
    assert!(text.contains("\\x1b[2J\\u009b\\u202egnp"), "{text}");
}

#[test]
fn a_server_s_words_do_not_command_the_terminal_of_bot() {
    let native = server(GREETING, EVIL).to_string();
    let foreign = server(&format!("{EVIL}\n"), EVIL).to_string();
    // Side by side: the learner gives up on such a server only after a while.
    std::thread::scope(|scope| {
        for options in [&["--explain"][..], &["--explain", "--json"]] {
            for address in [&native, &foreign] {
                let arguments = [&["bot", address], options].concat();
                scope.spawn(move || safe(&run(&arguments, "")));
            }
        }
    });
    let text = safe(&run(&["bot", &native], ""));
    assert!(text.contains("\\u202egnp"), "{text}");
}

#[test]
fn a_server_s_words_do_not_command_the_terminal_of_chat() {
    let address = server(EVIL, EVIL).to_string();
    let text = safe(&run(&["chat", "join", &address], "FIN\n"));
    assert!(
        text.contains("\\u202egnp\\u2066\\u200b\\U000e0041"),
        "{text}"
    );
}

#[test]
fn the_tap_s_objects_hide_nothing_and_mean_the_same() {
    let server = listener();
    let mut raw = program()
        .args([
            "tap",
            "127.0.0.1:0",
            &address(&server).to_string(),
            "--json",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(raw.stdout.take().expect("piped")).lines();
    let mut line = || lines.next().expect("a line").expect("UTF-8");
    let first: Value = serde_json::from_str(&line()).expect("JSON");
    let relay: SocketAddr = first["addresses"][0]
        .as_str()
        .expect("one")
        .parse()
        .expect("one");
    let mut pair = Pair::new(relay, &server);
    pair.server.write_all(EVIL.as_bytes()).expect("sent");
    loop {
        let line = line();
        assert!(!line.chars().any(is_hidden), "{line:?}");
        let event: Value = serde_json::from_str(&line).expect("JSON");
        if event["event"] == "chunk" {
            assert_eq!(event["text"], EVIL);
            break;
        }
    }
    raw.kill().expect("our child");
    raw.wait().expect("our child");
    // What reads these objects reads the same text as before.
    let mut tap = Tap::start(address(&server), &[]);
    let mut pair = Pair::new(tap.address, &server);
    assert_eq!(pair.say(&mut tap, "server", EVIL.as_bytes())["text"], EVIL);
}

#[test]
fn a_program_s_words_do_not_command_the_terminal_of_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil: String = EVIL.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let source = format!(
        "import socket\n\
         s = socket.create_server(('127.0.0.1', 0))\n\
         print('port', s.getsockname()[1], b'{evil}'.decode(), flush=True)\n\
         while True:\n    c, _ = s.accept()\n    c.sendall(b'{evil}\\n')\n\
         \x20   while c.recv(1024): c.sendall(b'{evil}\\n')\n"
    );
    std::fs::write(folder.path().join("serveur.py"), source).expect("written");
    for options in [&[][..], &["--json"]] {
        let mut command = program();
        command.args(["check", "server", "--only", "game", "--only", "truth"]);
        command.args(options).args(["--", python(), "serveur.py"]);
        safe(&finish(command.current_dir(folder.path())));
    }
}

/// Protects a teacher who was given a lesson: its file is shown escaped, and only so much of it is read
/// as a lesson may have.
#[test]
fn a_lesson_s_file_is_escaped_and_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("evil.toml"), "\"\\u001b[2J\\u202e\" = 1\n").expect("written");
    std::fs::File::create(path("huge.toml"))
        .and_then(|file| file.set_len(2 << 30))
        .expect("a file with a hole");
    let huge = path("huge.toml");
    for (file, part) in [
        (
            path("evil.toml").to_str().expect("UTF-8"),
            "\\x1b[2J\\u202e",
        ),
        (huge.to_str().expect("UTF-8"), "512"),
        ("/dev/zero", "512"),
    ] {
        let serve = format!(
            "ulimit -v 4000000; exec {} serve --data memory --listen 127.0.0.1:0 --web 127.0.0.1:0 --lesson {file}",
            env!("CARGO_BIN_EXE_juste-prix")
        );
        let output = finish(Command::new("sh").args(["-c", &serve]));
        let text = safe(&output);
        assert_eq!(output.status.code(), Some(2), "{file}: {text}");
        assert!(text.contains(part), "{file}: {text}");
        assert_eq!(text.trim_end().lines().count(), 1, "one sentence: {text}");
    }
}

#[test]
fn a_list_of_servers_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let latin = folder.path().join("latin.txt");
    std::fs::write(&latin, b"127.0.0.1 L\xe9a\n").expect("written");
    for (file, part) in [
        ("/dev/zero", "trop gros"),
        (latin.to_str().expect("UTF-8"), "UTF-8"),
    ] {
        let output = run(&["check", "server", "--hosts", file], "");
        let text = safe(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(part), "{text}");
    }
}

/// Protects a shared log's password, which `ps` shows to every user.
#[test]
fn a_password_on_the_command_line_is_refused() {
    for arguments in [
        &["serve", "--journal", "nats://jeu:hunter2@h", "--event", "e"][..],
        &["export", "--journal", "nats://a,hunter2@h", "--event", "e"],
        &[
            "journal",
            "copy",
            "x",
            "tls://jeu:hunter2@h",
            "--event",
            "e",
        ],
    ] {
        let output = run(arguments, "");
        let text = safe(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("NATS_PASSWORD"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
