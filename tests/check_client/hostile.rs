//! Clients that flood, say anything, hide, never end or never speak: the checker ends, its memory
//! stays small, and nothing of what it started is left.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lab::program::{Ended, Program};
use lab::trace::Log;

use crate::common::examined::{DETACH, detaching};

use super::{document, each, python, source};

/// What an examination may take on a loaded machine: its own budget, and the check that was running.
const ENDS: Duration = Duration::from_secs(150);
/// What the checker may hold, in kB: its traces are bounded to a few hundred.
const MEMORY: u64 = 100_000;

/// A connection to the checker, for programs that get so far.
const CONNECT: &str = "import os, socket, sys, time\n\
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n";

/// What the programs do once they are connected.
const CONNECTED: &[&str] = &[
    "while True: s.send(b'9' * 65536)",
    "while True: s.send(b'50\\n')",
    "s.setblocking(False)\nwhile True:\n    try: s.send(b'x' * 100)\n    except OSError: pass",
    "while True: print('9' * 999)",
    "while True: print('9' * 999); s.send(b'50')",
    "while True: pass",
    "time.sleep(1000)",
    "while True: input('> ')",
    "s.close()\ntime.sleep(1000)",
    "s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b'\\1\\0\\0\\0\\0\\0\\0\\0')\ns.close()",
    "keep = [socket.create_connection(('127.0.0.1', int(sys.argv[1]))) for _ in range(50)]\ntime.sleep(1000)",
    "for fd in (0, 1, 2): os.close(fd)\ntime.sleep(1000)",
    "import signal\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: s.recv(10)",
    "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nwhile True: s.send(b'50'); s.recv(9)",
    "for _ in range(30):\n    if os.fork() == 0: time.sleep(1000)\ntime.sleep(1000)",
    "while True:\n    try: os.fork()\n    except OSError: time.sleep(1)",
    "b = []\nwhile True: b.append(bytearray(1 << 20))",
    "os.kill(os.getpid(), 11)",
    "os.kill(os.getpid(), 19)",
];

/// And those that never connect.
const ALONE: &[&str] = &[
    "",
    "import time\ntime.sleep(1000)",
    "while True: input()",
    "while True: print('Où est le serveur ?')",
    "import os\nwhile True: os.write(1, bytes(range(256)))",
    "import socket\nl = socket.create_server(('127.0.0.1', 0))\nl.accept()",
];

/// The processes whose environment holds this text.
fn marked(mark: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("Linux");
    let holds = |path: &Path| {
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        String::from_utf8_lossy(&environment).contains(mark)
    };
    let marked = processes.filter_map(|entry| {
        let path = entry.ok()?.path();
        holds(&path).then(|| path.display().to_string())
    });
    marked.collect()
}

/// Examines a program that does its worst.
fn judge(text: &str, arguments: &[&str]) -> Result<(), String> {
    let program = super::program(text);
    // Its path is known to nobody else.
    let mark = format!("JUSTE_PRIX_TEST={}", program.path().display());
    let mut checker = crate::common::program()
        .env("JUSTE_PRIX_TEST", program.path())
        .args(["check", "client", "--json", "--"])
        .arg(python())
        .arg(program.path())
        .arg("{port}")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let (began, mut most) = (Instant::now(), 0);
    let reader = {
        let stdout = checker.stdout.take().expect("piped");
        std::thread::spawn(move || std::io::read_to_string(stdout))
    };
    let status = loop {
        most = most.max(high_water(checker.id()));
        if let Some(status) = checker.try_wait().expect("our child") {
            break status;
        }
        if began.elapsed() > ENDS {
            let _ = checker.kill();
            return Err(format!("does not end: {text}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let output = reader.join().expect("no panic").expect("UTF-8");
    let left = marked(&mark);
    let sound = serde_json::from_str::<serde_json::Value>(&output).is_ok();
    let ended = matches!(status.code(), Some(0..=2));
    match sound && ended && left.is_empty() && most < MEMORY {
        true => Ok(()),
        false => Err(format!(
            "{status}, {most} kB, left {left:?}: {text}\n{output}"
        )),
    }
}

/// The most memory that a process has had, in kB.
fn high_water(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[test]
fn the_checker_ends_whatever_the_program_does() {
    let connected = CONNECTED.iter().map(|text| format!("{CONNECT}{text}\n"));
    let alone = ALONE.iter().map(|text| (*text).to_owned());
    let all: Vec<String> = connected.chain(alone).collect();
    each(&all, |text| judge(text, &[]));
}

#[test]
fn the_checker_ends_on_programs_of_any_seed() {
    let seeds: Vec<u32> = (0..8).collect();
    let text = source("random_client.py");
    each(&seeds, |seed| {
        judge(&text, &[&seed.to_string()]).map_err(|failure| format!("seed {seed}: {failure}"))
    });
}

/// Protects the learner's machine: Ctrl-C on the checker ends the program too.
#[test]
fn ctrl_c_ends_the_program_with_the_checker() {
    let program = super::program(&format!(
        "{CONNECT}import signal\nsignal.signal(2, 1)\ntime.sleep(1000)\n"
    ));
    let mark = format!("JUSTE_PRIX_TEST={}", program.path().display());
    let mut checker = crate::common::program()
        .env("JUSTE_PRIX_TEST", program.path())
        .args(["check", "client", "--"])
        .args([python().as_ref(), program.path().as_os_str()])
        .arg("{port}")
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    // The checker and the program: both have the mark.
    while marked(&mark).len() < 2 {
        assert!(
            began.elapsed() < crate::common::PATIENCE,
            "the program is not started"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    crate::common::signal(&checker, 2);
    let status = checker.wait().expect("our child");
    assert_eq!(status.code(), Some(130));
    assert_eq!(marked(&mark), Vec::<String>::new());
}

/// Protects whoever starts their program themselves: the checker ends nothing that it did not start.
#[test]
fn a_program_started_by_hand_is_left_alone() {
    let mut checker = crate::common::program()
        .args([
            "check",
            "client",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--only",
            "connects",
            "--only",
            "turn",
            "--wait",
            "10",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut said = String::new();
    let stderr = checker.stderr.take().expect("piped");
    BufReader::new(stderr).read_line(&mut said).expect("UTF-8");
    let address = said
        .split([' ', '\u{a0}'])
        .find_map(|word| word.parse::<std::net::SocketAddr>().ok());
    let address = address.unwrap_or_else(|| panic!("no address in {said}"));
    let mut client = Command::new(python())
        .args(["-c", &format!("import socket, time\ns = socket.create_connection(('127.0.0.1', {}))\ntime.sleep(1000)", address.port())])
        .spawn()
        .expect("python3 starts");
    let output = checker.wait_with_output().expect("our child");
    assert_eq!(document(&output)["checks"][1]["verdict"], "failed");
    assert_eq!(client.try_wait().expect("our child"), None);
    client.kill().expect("our child");
    client.wait().expect("our child");
}

/// A person plays elsewhere: the pauses tell it, and so does the number of starts that remain.
#[test]
fn a_person_is_recognised_by_the_pauses() {
    let mut checker = crate::common::program()
        .args(["check", "client", "--json", "--listen", "127.0.0.1:0"])
        .args(["--only", "hints", "--only", "win", "--wait", "30"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stderr = BufReader::new(checker.stderr.take().expect("piped"));
    let mut said = String::new();
    stderr.read_line(&mut said).expect("UTF-8");
    let address = said
        .split([' ', '\u{a0}'])
        .find_map(|word| word.parse::<std::net::SocketAddr>().ok());
    let address = address.unwrap_or_else(|| panic!("no address in {said}"));
    let person = format!(
        "import socket, time
while True:
    try: s = socket.create_connection(('127.0.0.1', {}))
    except OSError: break
    s.recv(1024); bas, haut = 1, 100
    try:
        while bas <= haut:
            n = (bas + haut) // 2; time.sleep(1.6); s.send(str(n).encode()); m = s.recv(1024).decode()
            if 'petit' in m: bas = n + 1
            elif 'grand' in m: haut = n - 1
            else: break
    except OSError: pass
    s.close()
",
        address.port()
    );
    let mut client = Command::new(python())
        .args(["-c", &person])
        .spawn()
        .expect("python3 starts");
    let mut again = String::new();
    stderr.read_line(&mut again).expect("UTF-8");
    let output = checker.wait_with_output().expect("our child");
    client.wait().expect("our child");
    let document = document(&output);
    assert_eq!(
        document["checks"][0]["found"], "hints-by-hand",
        "{document}"
    );
    assert_eq!(document["checks"][1]["verdict"], "passed", "{document}");
    assert!(again.starts_with("Relance ton programme"), "{again}");
}

/// Protects the learner's machine: nothing that was started survives, also what has left its session and
/// its parent and has cleared its environment.
#[test]
fn nothing_survives_however_it_detaches() {
    each(DETACH, |way| {
        let program = super::program(&format!("{}raise SystemExit(1)\n", detaching(way)));
        let left = program.survivors();
        match left.is_empty() {
            true => Ok(()),
            false => Err(format!("{way} left {left:?}")),
        }
    });
}

/// Protects the checker's terminal: the program's `/dev/tty` is its own, and what it writes there is shown
/// as what it printed, escaped.
#[test]
fn a_program_does_not_reach_the_checker_s_terminal() {
    let program = super::program(
        "import os\nos.write(os.open('/dev/tty', os.O_RDWR), b'\\x1b]0;taken\\x07')\nraise SystemExit(1)\n",
    );
    let command = [
        env!("CARGO_BIN_EXE_juste-prix").as_ref(),
        "check".as_ref(),
        "client".as_ref(),
        "--json".as_ref(),
        "--".as_ref(),
        python().as_ref(),
        program.path().as_os_str(),
        // A port that is free, whoever else runs here.
        "{port}".as_ref(),
    ]
    .map(std::ffi::OsStr::to_owned);
    // The checker itself is a program on a terminal of its own here.
    let log = Log::default();
    let checker = Program::start(&command, &log).expect("it starts");
    let ended = log.wait(Instant::now() + ENDS, |trace| trace.ended());
    checker.catch_up();
    let output = log.look(|trace| trace.printed_since(0));
    assert_eq!(ended, Some(Ended::Status(1)), "{output}");
    assert!(!output.contains('\u{1b}'), "{output:?}");
    assert!(output.contains("]0;taken"), "shown as printed: {output}");
}
