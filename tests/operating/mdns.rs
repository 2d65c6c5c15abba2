//! Servers that are found without an address, on a network that has nobody else: one of the
//! test's own, made of a loopback interface alone.

use std::env;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use mdns_sd::{ServiceDaemon, ServiceEvent};

use crate::common::{PATIENCE, Server, program, run};

/// Set for the test within its own network.
const INSIDE: &str = "JUSTE_PRIX_TEST_ALONE";

/// Runs the test of this thread again, in a network of its own, and takes over its end.
fn alone() {
    let thread = std::thread::current();
    let test = thread
        .name()
        .expect("tests have the names of their threads");
    let uid = std::fs::metadata("/proc/self").map(|it| std::os::unix::fs::MetadataExt::uid(&it));
    let mut command = Command::new("unshare");
    if uid.expect("this process") != 0 {
        command.args(["--user", "--map-root-user"]);
    }
    command
        .arg("--net")
        .arg(env::current_exe().expect("this test"));
    command
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1");
    let done = command.output().expect("unshare starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        done.status.success() && text(&done.stdout).contains("1 passed"),
        "in a network of its own: {}{}",
        text(&done.stdout),
        text(&done.stderr)
    );
}

fn server(port: &str, more: &[&str]) -> Server {
    let mut command = program();
    command.args(["serve", "--data", "memory", "--json", "--web", "off"]);
    command.args(["--listen", port, "--quiet-listen", "127.0.0.1:0"]);
    Server::spawn(command.args(more))
}

/// `play` without an address, one guess by a program.
fn play() -> (String, String, Option<i32>) {
    let mut command = Command::new("sh");
    command.args(["-c", "printf '50\\nFIN\\n' | \"$0\" play --lang en"]);
    let done: Output = run(command.arg(program().get_program()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&done.stdout), text(&done.stderr), done.status.code())
}

/// Plays until it is told what is expected: a network takes its time to know of a server.
fn play_until(expected: &str) -> (String, String, Option<i32>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let played = play();
        if played.1.contains(expected) {
            return played;
        }
        assert!(
            Instant::now() < deadline,
            "expected {expected:?}; got {played:?}"
        );
    }
}

/// Protects pupils from having to type an address, and from playing at another class's server.
#[test]
fn play_finds_the_server_of_the_network() {
    if env::var_os(INSIDE).is_none() {
        return alone();
    }
    let up = run(Command::new("ip").args(["link", "set", "lo", "up"]));
    assert!(up.status.success(), "{up:?}");

    let (_, said, status) = play_until("No server was found");
    assert!(said.contains("trying 127.0.0.1:50000"), "as ever: {said}");
    assert_eq!(status, Some(1), "{said}");
    for (port, more) in [
        ("127.0.0.1:50009", &[] as &[&str]),
        ("50009", &["--no-mdns"]),
    ] {
        let quiet = server(port, more);
        assert!(quiet.said["mdns"].is_null(), "{port}: {}", quiet.said);
        play_until("No server was found");
    }

    let mut first = server("50000", &[]);
    let name = first.said["mdns"].as_str().expect("a name").to_owned();
    let (answer, said, status) = play_until(&format!("{name}, 127.0.0.1:50000."));
    assert_eq!(status, Some(0), "{said}");
    assert!(
        answer.starts_with("Too ") || answer.starts_with("Found"),
        "{answer}"
    );
    nothing_personal(&name);

    let second = server("50001", &[]);
    let (answer, said, status) = play_until("Several servers");
    assert_eq!((answer.as_str(), status), ("", Some(2)), "{said}");
    for part in [&name, "127.0.0.1:50000", "127.0.0.1:50001"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    choose(&second);

    // One that ends says so.
    assert!(first.stop().success());
    play_until(second.said["mdns"].as_str().expect("a name"));
}

/// What the network is told of a server: a name that was drawn, and nothing of the machine.
fn nothing_personal(name: &str) {
    let daemon = ServiceDaemon::new().expect("a network");
    let events = daemon.browse("_juste-prix._tcp.local.").expect("a service");
    let deadline = Instant::now() + PATIENCE;
    let service = loop {
        match events.recv_deadline(deadline).expect("found in time") {
            ServiceEvent::ServiceResolved(service) => break service,
            _ => continue,
        }
    };
    let word = name.strip_prefix("Juste prix ").expect("the game's name");
    let is_drawn = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(is_drawn, "{name}");
    assert_eq!(service.fullname, format!("{name}._juste-prix._tcp.local."));
    let host = format!("juste-prix-{}.local.", word.to_ascii_lowercase());
    assert_eq!(service.host, host);
    assert!(
        service.txt_properties.is_empty(),
        "{:?}",
        service.txt_properties
    );
    let _ = daemon.shutdown();
    std::thread::sleep(Duration::from_millis(50));
}

/// A person at a terminal is asked which one they mean.
fn choose(wanted: &Server) {
    let name = wanted.said["mdns"].as_str().expect("a name");
    let script = format!(
        "set timeout 20
         spawn $env(PROGRAM) play --lang en
         expect -re {{(\\d)  {name}  }}
         set number $expect_out(1,string)
         expect {{Which one (1 to 2)?}}
         send \"7\\r\"
         expect {{Which one (1 to 2)?}}
         send \"$number\\r\"
         expect {{Connected to 127.0.0.1:50001}}
         send \"FIN\\r\"
         expect {{Goodbye}}
         puts {{ chosen}}"
    );
    let mut expect = Command::new("expect");
    expect
        .args(["-c", &script])
        .env("PROGRAM", program().get_program());
    let done = run(&mut expect);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(said.contains("Connected to 127.0.0.1:50001"), "{said}");
    assert!(said.trim_end().ends_with("chosen"), "{said}");
}
