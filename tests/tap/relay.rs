//! The relay itself: bytes, ends and waits go through as if it were not there.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::util::{Pair, Tap, address, listener, reset};
use crate::common::{Lines, PATIENCE, Server, program};

/// Bytes that do not repeat soon.
fn noise(seed: u32, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// The kind of error that reading ends with, after these bytes.
fn read_to_reset(stream: &mut TcpStream) -> (Vec<u8>, ErrorKind) {
    let mut all = Vec::new();
    let error = stream
        .read_to_end(&mut all)
        .expect_err("a reset, not an end");
    (all, error.kind())
}

#[test]
fn a_game_is_played_through_it() {
    let server = Server::in_memory(&[]);
    let tap = Tap::start(server.text, &[]);
    let mut player = Lines::connect(tap.address);
    assert!(
        player.greeting.starts_with("Bonjour"),
        "{}",
        player.greeting
    );
    player.play(1, 100);
    let (events, status) = tap.stop();
    assert_eq!(status.code(), Some(0));
    assert_eq!(events.last().expect("sums")["event"], "stopped");
}

/// Protects the promise that bytes are never changed, whatever is sent and both ways at once.
#[test]
fn bytes_go_through_unchanged_both_ways_at_once() {
    let listener = listener();
    let tap = Tap::start(address(&listener), &[]);
    let Pair { client, server } = Pair::new(tap.address, &listener);
    let exchange = |mut stream: TcpStream, sends: u32, expects: u32| {
        let mut writer = stream.try_clone().expect("a descriptor");
        let sender = thread::spawn(move || {
            for piece in noise(sends, 8_000_000).chunks(77_777) {
                writer.write_all(piece).expect("the relay reads");
            }
            writer.shutdown(Shutdown::Write).expect("connected");
        });
        let mut all = Vec::new();
        stream.read_to_end(&mut all).expect("all of it");
        sender.join().expect("sent");
        assert!(
            all == noise(expects, 8_000_000),
            "{} bytes differ",
            all.len()
        );
    };
    let other = thread::spawn(move || exchange(server, 2, 1));
    exchange(client, 1, 2);
    other.join().expect("the server's end");
}

#[test]
fn each_direction_ends_by_itself() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    for first in ["client", "server"] {
        let Pair { client, server } = Pair::new(tap.address, &listener);
        let (mut ends, mut goes_on) = match first {
            "client" => (client, server),
            _ => (server, client),
        };
        ends.write_all(b"last").expect("sent");
        ends.shutdown(Shutdown::Write).expect("connected");
        let mut all = String::new();
        goes_on.read_to_string(&mut all).expect("its end");
        assert_eq!(all, "last");
        assert_eq!(tap.event("finished")["from"], first);
        for _ in 0..3 {
            goes_on.write_all(b"more").expect("sent");
            let mut more = [0; 4];
            ends.read_exact(&mut more)
                .expect("the other direction lives");
            assert_eq!(&more, b"more");
        }
        drop(goes_on);
        assert_eq!(ends.read(&mut [0; 1]).expect("its end"), 0);
        let closed = tap.event("closed");
        assert_eq!(
            (&closed["end"], &closed["by"]),
            (&"finished".into(), &().into())
        );
    }
}

#[test]
fn a_reset_goes_through_with_what_was_sent_before() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    for by in ["client", "server"] {
        let mut pair = Pair::new(tap.address, &listener);
        pair.say(&mut tap, by, b"before");
        let (resets, mut other) = match by {
            "client" => (pair.client, pair.server),
            _ => (pair.server, pair.client),
        };
        reset(resets);
        let expected = (b"before".to_vec(), ErrorKind::ConnectionReset);
        assert_eq!(read_to_reset(&mut other), expected, "by the {by}");
        let closed = tap.event("closed");
        assert_eq!(
            (&closed["end"], &closed["by"]),
            (&"reset".into(), &by.into())
        );
    }
}

/// Fills the way from the client to a server that does not read; how much it took.
fn fill(client: &mut TcpStream) -> usize {
    client.set_nonblocking(true).expect("a socket");
    let mut sent = 0;
    let mut since = Instant::now();
    // All is full when nothing has gone for a while.
    while since.elapsed() < Duration::from_millis(500) {
        match client.write(&noise(3, 100_000)) {
            Ok(count) => (sent, since) = (sent + count, Instant::now()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("{error} after {sent} bytes"),
        }
    }
    client.set_nonblocking(false).expect("a socket");
    sent
}

/// Protects the machine: a reader that does not read makes its sender wait, not the relay grow.
#[test]
fn a_reader_that_does_not_read_makes_its_sender_wait() {
    let listener = listener();
    let tap = Tap::start(address(&listener), &[]);
    let Pair {
        mut client,
        mut server,
    } = Pair::new(tap.address, &listener);
    let sent = fill(&mut client);
    // The system's buffers of two connections.
    assert!(sent < 64_000_000, "{sent} bytes went to nobody");
    assert!(tap.megabytes() < 100, "{} MB", tap.megabytes());
    // Others are served meanwhile, and nothing is lost.
    let mut other = Pair::new(tap.address, &listener);
    other.client.write_all(b"50").expect("sent");
    assert_eq!(crate::common::receive(&mut other.server), b"50");
    drop(client);
    let mut all = Vec::new();
    server.read_to_end(&mut all).expect("all of it");
    assert_eq!(all.len(), sent);
}

/// Protects a server from a client that it would wait for: the relay learns of a reset even while
/// it waits for the server to take more.
#[test]
fn a_reset_overtakes_what_nobody_takes() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let Pair {
        mut client,
        mut server,
    } = Pair::new(tap.address, &listener);
    fill(&mut client);
    reset(client);
    let closed = tap.event("closed");
    assert_eq!(
        (&closed["end"], &closed["by"]),
        (&"reset".into(), &"client".into())
    );
    assert_eq!(read_to_reset(&mut server).1, ErrorKind::ConnectionReset);
}

/// And while one direction has ended and the other is silent.
#[test]
fn a_reset_after_a_half_close_goes_through() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let Pair { client, mut server } = Pair::new(tap.address, &listener);
    client.shutdown(Shutdown::Write).expect("connected");
    assert_eq!(server.read(&mut [0; 1]).expect("its end"), 0);
    reset(client);
    assert_eq!(tap.event("closed")["by"], "client");
    // Its error is told where it writes: it has read the end already.
    let deadline = Instant::now() + PATIENCE;
    while server.write_all(b"?").is_ok() {
        assert!(Instant::now() < deadline, "the server is not told");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_refusal_is_told_and_passed_on() {
    let gone = listener();
    let target = address(&gone);
    drop(gone);
    let mut tap = Tap::start(target, &[]);
    let mut client = crate::common::connect(tap.address);
    assert_eq!(read_to_reset(&mut client).1, ErrorKind::ConnectionReset);
    let unreached = tap.event("unreached");
    assert_eq!(unreached["refused"], true);
    assert_eq!(unreached["server"], target.to_string());
    // Once there is a server, the next client reaches it.
    let listener = TcpListener::bind(target).expect("the same port");
    let mut pair = Pair::new(tap.address, &listener);
    assert_eq!(pair.say(&mut tap, "client", b"50")["connection"], 2);
}

#[test]
fn many_connections_at_once_are_told_apart() {
    let listener = listener();
    let tap = Tap::start(address(&listener), &[]);
    let mut pairs: Vec<Pair> = (0..150)
        .map(|_| Pair::new(tap.address, &listener))
        .collect();
    for (i, pair) in pairs.iter_mut().enumerate() {
        pair.client
            .write_all(format!("I am {i}").as_bytes())
            .expect("sent");
    }
    for (i, pair) in pairs.iter_mut().enumerate() {
        assert_eq!(
            crate::common::receive(&mut pair.server),
            format!("I am {i}").as_bytes()
        );
    }
    drop(pairs);
    let (events, _) = tap.stop();
    let chunks = events.iter().filter(|event| event["event"] == "chunk");
    for chunk in chunks {
        let number = chunk["connection"].as_u64().expect("a number");
        assert_eq!(chunk["text"], format!("I am {}", number - 1));
    }
    assert_eq!(events.last().expect("sums")["connections"], 150);
}

/// Protects telnet: its synch is sent as urgent, and a byte of it must not go missing.
#[test]
fn an_urgent_byte_keeps_its_place() {
    let listener = listener();
    let tap = Tap::start(address(&listener), &[]);
    let Pair { client, mut server } = Pair::new(tap.address, &listener);
    (&client).write_all(b"\xff").expect("sent");
    let socket = socket2::SockRef::from(&client);
    socket.send_out_of_band(b"\xf2").expect("sent");
    (&client).write_all(b"50\n").expect("sent");
    client.shutdown(Shutdown::Write).expect("connected");
    let mut all = Vec::new();
    server.read_to_end(&mut all).expect("all of it");
    assert_eq!(all, b"\xff\xf250\n");
}

#[test]
fn ipv6_and_names_are_relayed_too() {
    let listener = TcpListener::bind("[::1]:0").expect("a free port");
    let mut tap = Tap::between("[::1]:0", &address(&listener).to_string(), &[]);
    let mut pair = Pair::new(tap.address, &listener);
    pair.say(&mut tap, "client", b"50");
    // `localhost` may be ::1 first, where nobody listens.
    let listener = self::listener();
    let target = format!("localhost:{}", address(&listener).port());
    let mut tap = Tap::between("127.0.0.1:0", &target, &[]);
    let mut pair = Pair::new(tap.address, &listener);
    pair.say(&mut tap, "client", b"50");
    assert_eq!(tap.first["target"], target);
}

#[test]
fn what_can_t_be_relayed_is_said_in_one_sentence() {
    let taken = listener();
    let taken = address(&taken).to_string();
    let free = "127.0.0.1:0";
    let cases: [(&[&str], i32, &str); 4] = [
        (&[&taken, "127.0.0.1:9"], 1, &taken),
        (&[free, "nowhere.invalid"], 1, "nowhere.invalid:50000"),
        (
            &[free, "127.0.0.1:9", "--pcap", "/nowhere/x"],
            1,
            "/nowhere/x",
        ),
        (&[free, "127.0.0.1:9", "--trouble", "x"], 2, "42"),
    ];
    for (arguments, code, names) in cases {
        let output = crate::common::run(program().arg("tap").args(arguments));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(names) && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn a_relay_to_itself_is_refused() {
    // Not among those that the system gives away: another test would have it in the meantime.
    let free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
    let port = (20_000..30_000).find(free).expect("a free port");
    for listen in [format!("127.0.0.1:{port}"), port.to_string()] {
        let target = format!("127.0.0.1:{port}");
        let output = crate::common::run(program().args(["tap", &listen, &target]));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(&target));
    }
}

/// Protects the pupil's game from a screen that stands still: here, a pipe that nobody reads.
#[test]
fn showing_never_holds_the_relay() {
    let listener = listener();
    let mut child = program()
        .args([
            "tap",
            "127.0.0.1:0",
            &address(&listener).to_string(),
            "--lines",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut shown = child.stdout.take().expect("piped");
    let mut start = Vec::new();
    while !start.ends_with(b" \xe2\x86\x92") {
        let mut byte = [0];
        shown.read_exact(&mut byte).expect("where it listens");
        start.extend(byte);
    }
    let start = String::from_utf8(start).expect("UTF-8");
    let tap = start.split_whitespace().rev().nth(1).expect("an address");
    let Pair {
        mut client,
        mut server,
    } = Pair::new(tap.parse().expect("HOST:PORT"), &listener);
    let reader = thread::spawn(move || {
        let mut all = Vec::new();
        server.read_to_end(&mut all).map(|_| all.len())
    });
    // More than may wait to be shown.
    for _ in 0..800 {
        client
            .write_all(&noise(5, 100_000))
            .expect("the relay reads");
    }
    drop(client);
    assert_eq!(reader.join().expect("read").expect("all of it"), 80_000_000);
    crate::common::signal(&child, libc::SIGINT);
    let mut rest = String::new();
    shown.read_to_string(&mut rest).expect("UTF-8");
    assert!(rest.contains("L'affichage ne suit pas"), "{}", rest.len());
    assert!(rest.contains("80000000 octets"), "the sums count all");
    assert!(super::util::wait(&mut child).success());
}

/// And from a reader of its lines that goes away: it has enough, and the relay ends.
#[test]
fn it_ends_with_its_reader() {
    let listener = listener();
    let mut child = program()
        .args([
            "tap",
            "127.0.0.1:0",
            &address(&listener).to_string(),
            "--json",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut shown = std::io::BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut shown, &mut line).expect("its first line");
    let first: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let tap = first["addresses"][0].as_str().expect("an address");
    drop(shown);
    drop(TcpStream::connect(tap).expect("it listens"));
    assert!(super::util::wait(&mut child).success());
}

/// A relay in a shell that has bounded it; its address.
fn bounded(limits: &str, target: SocketAddr, options: &[&str]) -> Tap {
    let mut shell = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_juste-prix");
    let line = format!("{limits}; exec \"$0\" tap 127.0.0.1:0 {target} --json \"$@\"");
    shell.args(["-c", &line, program]).args(options);
    Tap::spawn(&mut shell)
}

/// Protects those who play already: beyond the bound the next ones wait, and are told.
#[test]
fn beyond_the_bound_the_next_ones_wait() {
    let listener = listener();
    // Of 83 descriptors 67 are kept for other things: room for eight connections.
    let mut tap = bounded("ulimit -n 83", address(&listener), &[]);
    let mut pairs: Vec<Pair> = (0..8).map(|_| Pair::new(tap.address, &listener)).collect();
    assert_eq!(tap.event("full")["connection"], 8);
    let mut waiting = crate::common::connect(tap.address);
    waiting.write_all(b"me too").expect("the system keeps it");
    for pair in &mut pairs {
        pair.say(&mut tap, "client", b"50");
    }
    drop(pairs.pop());
    let (mut server, _) = listener.accept().expect("the relay connects");
    server.set_read_timeout(Some(PATIENCE)).expect("a socket");
    assert_eq!(crate::common::receive(&mut server), b"me too");
}

/// Protects the game from the disk: a capture that can't go on is told, and the relay goes on.
#[test]
fn a_capture_that_fails_does_not_end_the_relay() {
    let listener = listener();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.pcapng");
    let file = file.to_str().expect("UTF-8");
    let options = ["--pcap", file, "--lang", "en"];
    // In blocks of 512 bytes, or of 1,024.
    let mut tap = bounded("ulimit -f 64", address(&listener), &options);
    let mut pair = Pair::new(tap.address, &listener);
    // It is told at the next chunk after the disk has said so.
    let deadline = Instant::now() + PATIENCE;
    while !tap
        .seen()
        .iter()
        .any(|event| event["event"] == "capture-failed")
    {
        assert!(Instant::now() < deadline, "the file takes more than it may");
        pair.say(&mut tap, "client", &noise(1, 8_000));
        // The server reads: else the client would wait in the end.
        crate::common::receive(&mut pair.server);
    }
    pair.say(&mut tap, "client", b"50");
    drop(pair);
    let (events, status) = tap.stop();
    assert_eq!(status.code(), Some(1));
    assert_eq!(
        events.last().expect("sums")["packets"],
        serde_json::Value::Null
    );
}
