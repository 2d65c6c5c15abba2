//! Servers that flood, hide, stay silent or never end: the checker ends, keeps within its memory,
//! and leaves nothing behind; and it touches nothing that it did not start.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::examined::{DETACH, detaching};

use super::{document, each, finish, found, python, source};

/// An examination ends in this time on any machine; it takes at most half of it.
const ENDS: Duration = Duration::from_secs(200);
/// Memory of the checker at most, in kB.
const MEMORY: u64 = 300_000;

const LISTEN: &str = "import os, signal, socket, sys, time\n\
     s = socket.create_server(('', int(sys.argv[1])))\n";

/// What a server may do that has begun to listen.
const LISTENING: &[&str] = &[
    "time.sleep(1000)",
    "while True: c = s.accept()[0]; c.send(b'x' * 100)\n",
    "c = s.accept()[0]\nwhile True: c.send(b'9' * 60000)",
    "while True:\n    c = s.accept()[0]\n    while True: c.recv(9); c.send(b'\\0\\xff' * 40000)",
    "while True:\n    c = s.accept()[0]\n    while c.recv(1): c.send(b'.'); time.sleep(0.05)",
    "while True: s.accept()[0].close()",
    "while True: print('Bonjour' * 1000)",
    "for n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except OSError: pass\nwhile True: s.accept()[0].recv(10)",
    "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\nwhile True: c = s.accept()[0]; c.send(b'50'); c.recv(9)",
    "b = []\nwhile True: b.append(bytearray(1 << 20))",
    "os.kill(os.getpid(), 19)",
    "while True: pass",
];

/// The processes whose environment holds this text.
fn marked(mark: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("Linux");
    let marked = processes.filter_map(|entry| {
        let path = entry.ok()?.path();
        let environment = fs::read(path.join("environ")).unwrap_or_default();
        let holds = String::from_utf8_lossy(&environment).contains(mark);
        holds.then(|| path.display().to_string())
    });
    marked.collect()
}

/// The most memory that a process has had, in kB.
fn high_water(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn judge(text: &str, arguments: &[&str]) -> Result<(), String> {
    let program = super::program(text);
    // Its path is known to nobody else.
    let mark = format!("JUSTE_PRIX_TEST={}", program.path().display());
    let mut checker = crate::common::program()
        .env("JUSTE_PRIX_TEST", program.path())
        .args(["check", "server", "--json", "--"])
        .arg(python())
        .arg(program.path())
        .arg("{port}")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let (began, mut most) = (Instant::now(), 0);
    let stdout = checker.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || std::io::read_to_string(stdout));
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
    println!("{:.1?}: {text:?}", began.elapsed());
    match sound && ended && left.is_empty() && most < MEMORY {
        true => Ok(()),
        false => Err(format!(
            "{status}, {most} kB, left {left:?}: {text}\n{output}"
        )),
    }
}

#[test]
fn the_checker_ends_whatever_the_server_does() {
    let all: Vec<String> = LISTENING
        .iter()
        .map(|text| format!("{LISTEN}{text}\n"))
        .collect();
    each(&all, |text| judge(text, &[]));
}

#[test]
fn the_checker_ends_on_servers_of_any_seed() {
    let seeds: Vec<u32> = (0..6).collect();
    let text = source("random_server.py");
    each(&seeds, |seed| {
        judge(&text, &[&seed.to_string()]).map_err(|failure| format!("seed {seed}: {failure}"))
    });
}

/// Protects a server that runs elsewhere: only the wire is looked at, it is neither stopped nor
/// started again, and a check that would need that says so.
#[test]
fn a_server_at_an_address_is_examined_and_left_running() {
    let program = super::program(&source("threads.py"));
    let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let address = free.expect("a free port");
    let mut server = Command::new(python())
        .arg(program.path())
        .arg(address.port().to_string())
        .spawn()
        .expect("python3 starts");
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(
            began.elapsed() < crate::common::PATIENCE,
            "it does not listen"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut check = crate::common::program();
    let output = finish(check.args(["check", "server", "--json", &address.to_string()]));
    let document = document(&output);
    assert!(found(&document, "failed").is_empty(), "{document}");
    assert_eq!(output.status.code(), Some(0));
    let skipped = found(&document, "not_examined");
    assert!(skipped.contains(&("restart".to_owned(), "skipped-not-ours".to_owned())));
    assert_eq!(server.try_wait().expect("our child"), None);
    server.kill().expect("our child");
    server.wait().expect("our child");
    // Nobody is there now: nothing could be examined.
    let mut check = crate::common::program();
    let output = finish(check.args(["check", "server", &address.to_string()]));
    assert_eq!(output.status.code(), Some(2));
}

/// Protects who reads only the exit status: a server that answers what nobody understands was not
/// examined, and the first sentence shows what it said.
#[test]
fn a_server_that_is_not_understood_is_not_called_sound() {
    let text = "while True:\n    c, a = s.accept()\n    while c.recv(1024): c.sendall(b'blub')\n";
    let output = super::program(&format!("{LISTEN}{text}")).check(&["--json"]);
    let document = document(&output);
    assert!(found(&document, "failed").is_empty(), "{document}");
    assert_eq!(output.status.code(), Some(2), "{document}");
    let summary = document["summary"].as_str().expect("a text");
    assert!(summary.contains("\"blub\""), "{summary}");
}

/// Protects scripts: a check by its name, its exit status, and the page.
#[test]
fn one_check_is_made_by_its_name_and_written_to_a_page() {
    let program = super::program(&source("threads.py").replace("\"0.0.0.0\"", "\"127.0.0.1\""));
    let page = tempfile::NamedTempFile::new().expect("a file");
    let file = page.path().to_str().expect("UTF-8");
    let output = program.check(&["--json", "--only", "reach", "--report", file]);
    assert_eq!(output.status.code(), Some(1));
    let failed = found(&document(&output), "failed");
    assert_eq!(failed, [("reach".to_owned(), "reach-local".to_owned())]);
    let page = fs::read_to_string(page.path()).expect("written");
    assert!(
        page.contains("127.0.0.1") && page.contains("reach"),
        "{page}"
    );
    let unknown = program.check(&["--only", "nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
}

/// Protects the learner's machine: nothing that was started survives, also what has left its session and
/// its parent and has cleared its environment.
#[test]
fn nothing_survives_however_it_detaches() {
    each(DETACH, |way| {
        let program = super::program(&format!(
            "{}import socket\ns = socket.create_server(('', int(sys.argv[1])))\nwhile True: s.accept()\n",
            detaching(way)
        ));
        let left = program.survivors();
        match left.is_empty() {
            true => Ok(()),
            false => Err(format!("{way} left {left:?}")),
        }
    });
}

/// Protects whoever looks for a fault where there is none: the program that holds the port is named.
#[test]
fn the_program_that_holds_the_port_is_named() {
    let listener = std::net::TcpListener::bind(("0.0.0.0", 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let program = super::program(&format!(
        "import socket\ns = socket.socket()\ns.bind(('', {port}))\ns.listen()\ns.accept()\n"
    ));
    let mut command = crate::common::program();
    command.args(["check", "server", "--json", "--", super::python()]);
    let document = super::document(&super::finish(command.arg(program.path())));
    let starts = &document["checks"][0];
    assert_eq!(starts["found"], "starts-taken-by", "{document}");
    let said = starts["sentence"].as_str().unwrap_or_default();
    let own = format!("({})", std::process::id());
    assert!(
        said.contains(&own) && said.contains(&port.to_string()),
        "{said}"
    );
}
