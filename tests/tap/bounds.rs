//! The relay's own bounds, each reached on purpose.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use game::limits::{TAP_CAPTURE_QUEUE, TAP_CONNECT, TAP_CONNECTIONS, TAP_READ};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::util::{Pair, Tap, address, listener};
use crate::common::PATIENCE;

/// Protects memory from a program that sends much at once: it goes through in pieces.
#[test]
fn a_chunk_has_at_most_what_is_read_at_once() {
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let Pair { mut client, server } = Pair::new(tap.address, &listener);
    const ALL: usize = 4 << 20;
    let reader = thread::spawn(move || {
        let mut server = server;
        let mut all = Vec::new();
        server.read_to_end(&mut all).expect("all of it");
        all.len()
    });
    client.write_all(&vec![b'5'; ALL]).expect("the relay reads");
    drop(client);
    assert_eq!(reader.join().expect("it reads"), ALL);
    tap.event("closed");
    let (events, _) = tap.stop();
    let sizes = events.iter().filter_map(|event| event["size"].as_u64());
    let largest = sizes.max().expect("chunks were told");
    assert_eq!(largest, TAP_READ as u64, "of {ALL} bytes at once");
}

/// Protects the class's programs from one that connects without end: the next one waits its turn.
#[test]
fn a_thousand_are_relayed_and_the_next_one_waits() {
    // Both ends of each are here, and the relay's two are its own.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, limit).expect("up to the maximum it is allowed");
    let listener = listener();
    let mut tap = Tap::start(address(&listener), &[]);
    let mut pairs: Vec<Pair> = (0..TAP_CONNECTIONS)
        .map(|_| Pair::new(tap.address, &listener))
        .collect();
    assert_eq!(tap.event("full")["connection"], TAP_CONNECTIONS as u64);
    let mut waiting = crate::common::connect(tap.address);
    waiting.write_all(b"me too").expect("the system keeps it");
    pairs[0].say(&mut tap, "client", b"50");
    drop(pairs.pop());
    let (mut server, _) = listener.accept().expect("the relay connects");
    server.set_read_timeout(Some(PATIENCE)).expect("a socket");
    assert_eq!(crate::common::receive(&mut server), b"me too");
}

/// Protects a learner from waiting for ever: a target that neither accepts nor refuses is told.
#[test]
fn a_target_that_says_nothing_is_given_up() {
    let silent = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let silent = silent.expect("a socket");
    let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    silent.bind(&any.into()).expect("a free port");
    silent.listen(0).expect("a socket");
    let target = silent.local_addr().expect("bound");
    let target = target.as_socket().expect("an address");
    // The system accepts one or two without the program; it answers nobody who comes after them.
    let mut before = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&target, Duration::from_millis(500)) {
        before.push(stream);
        assert!(before.len() < 10, "the system accepts without end");
    }
    let mut tap = Tap::start(target, &[]);
    let begun = Instant::now();
    let mut client = crate::common::connect(tap.address);
    let unreached = tap.event("unreached");
    assert!(begun.elapsed() >= TAP_CONNECT, "{unreached} came too soon");
    let reset = client.read(&mut [0]).expect_err("it is reset");
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
}

/// Protects memory from a disk that takes nothing: the relay waits for it, and goes on with it.
#[test]
fn a_capture_that_nobody_takes_holds_no_memory() {
    const ALL: usize = 64 << 20;
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("capture");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("it starts").success());
    // Open for both, so that nobody waits for the other end; nothing is read yet.
    let both = std::fs::File::options().read(true).write(true).open(&pipe);
    let mut capture = both.expect("a pipe");
    let listener = listener();
    let tap = Tap::start(
        address(&listener),
        &["--pcap", pipe.to_str().expect("UTF-8")],
    );
    let Pair {
        mut client,
        mut server,
    } = Pair::new(tap.address, &listener);
    client.set_write_timeout(None).expect("a socket");
    server.set_read_timeout(None).expect("a socket");
    let sender = thread::spawn(move || client.write_all(&vec![b'5'; ALL]).expect("sent"));
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = arrived.clone();
    let receiver = thread::spawn(move || {
        let mut buffer = vec![0; TAP_READ];
        while let Ok(1..) = server.read(&mut buffer).inspect(|read| {
            count.fetch_add(*read, Ordering::Relaxed);
        }) {}
    });
    // It comes to a stand.
    let deadline = Instant::now() + PATIENCE;
    let mut before = 0;
    loop {
        thread::sleep(Duration::from_secs(1));
        let now = arrived.load(Ordering::Relaxed);
        if now > 0 && now == before {
            break;
        }
        before = now;
        assert!(Instant::now() < deadline, "{now} bytes, and no stand");
    }
    // What waits for the file, what its writer and the relay have in their hands, and what the pipe
    // and the sockets hold, which the system decides: a part of what was sent, whatever is sent.
    let most = 2 * TAP_CAPTURE_QUEUE * TAP_READ;
    assert!(most < ALL / 4, "enough was sent to tell");
    assert!(before <= most, "{before} bytes went through: {most} may");
    assert!(tap.megabytes() < 100, "{} MB", tap.megabytes());
    let drain = thread::spawn(move || {
        let mut buffer = vec![0; TAP_READ];
        while capture.read(&mut buffer).is_ok_and(|read| read > 0) {}
    });
    sender.join().expect("the relay goes on");
    receiver.join().expect("all of it");
    assert_eq!(arrived.load(Ordering::Relaxed), ALL);
    // It reads for ever: the pipe's other end is its own.
    drop((tap, drain));
}
