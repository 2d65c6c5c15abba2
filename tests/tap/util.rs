//! A running relay, whose events are read as they come, and the two programs at its ends.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::{PATIENCE, program};

/// `juste-prix tap … --json`.
pub struct Tap {
    pub child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its first line.
    pub first: Value,
    events: Receiver<Value>,
    seen: Vec<Value>,
}

impl Tap {
    /// A relay to that server.
    pub fn start(target: SocketAddr, options: &[&str]) -> Tap {
        Tap::between("127.0.0.1:0", &target.to_string(), options)
    }

    /// A relay from there to that server.
    pub fn between(listen: &str, target: &str, options: &[&str]) -> Tap {
        let mut command = program();
        command
            .args(["tap", listen, target, "--json"])
            .args(options);
        Tap::spawn(&mut command)
    }

    /// Starts that command, and reads where it listens.
    pub fn spawn(command: &mut Command) -> Tap {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let events = lines(child.stdout.take().expect("piped"), |line| {
            serde_json::from_str::<Value>(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))
        });
        let first = events.recv_timeout(PATIENCE).expect("a first line");
        let address = first["addresses"][0].as_str().expect("an address");
        Tap {
            child,
            address: address.parse().expect("HOST:PORT"),
            first,
            events,
            seen: Vec::new(),
        }
    }

    /// The next event of that name. Those before it are kept for the end.
    pub fn event(&mut self, name: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(event) = self.events.recv_timeout(left) else {
                let text = |event: &Value| event.to_string().chars().take(300).collect();
                let seen: Vec<String> = self.seen.iter().map(text).collect();
                panic!("no {name} after {seen:#?}");
            };
            self.seen.push(event.clone());
            if event["event"] == name {
                return event;
            }
        }
    }

    /// The events that were waited for, and those before them.
    pub fn seen(&self) -> &[Value] {
        &self.seen
    }

    /// Asks it to stop; all events of its life, and its exit status.
    pub fn stop(mut self) -> (Vec<Value>, ExitStatus) {
        crate::common::signal(&self.child, libc::SIGINT);
        let mut seen = std::mem::take(&mut self.seen);
        while let Ok(event) = self.events.recv_timeout(PATIENCE) {
            seen.push(event);
        }
        let status = wait(&mut self.child);
        (seen, status)
    }

    /// Kills it without a word.
    pub fn kill(&mut self) {
        crate::common::signal(&self.child, libc::SIGKILL);
        wait(&mut self.child);
    }

    /// Megabytes of memory that it holds.
    pub fn megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        kilobytes.expect("a number").parse::<u64>().expect("kB") / 1024
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines of a program, as they come.
pub fn lines<T: Send + 'static>(
    output: ChildStdout,
    read: impl Fn(String) -> T + Send + 'static,
) -> Receiver<T> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let Ok(line) = line else { return };
            if sender.send(read(line)).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Waits for a child's end.
pub fn wait(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("our child") {
            return status;
        }
        assert!(Instant::now() < deadline, "the relay does not end");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The two ends of one relayed connection.
pub struct Pair {
    pub client: TcpStream,
    pub server: TcpStream,
}

impl Pair {
    /// Connects a client, and accepts what the relay makes of it.
    pub fn new(tap: SocketAddr, listener: &TcpListener) -> Pair {
        let client = crate::common::connect(tap);
        let server = accept(listener);
        for stream in [&client, &server] {
            stream.set_nodelay(true).expect("a TCP socket");
            stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
            stream.set_write_timeout(Some(PATIENCE)).expect("a socket");
        }
        Pair { client, server }
    }

    /// Sends from one end; waits until the relay has told it.
    pub fn say(&mut self, tap: &mut Tap, from: &str, bytes: &[u8]) -> Value {
        let stream = match from {
            "client" => &mut self.client,
            _ => &mut self.server,
        };
        stream.write_all(bytes).expect("the relay reads");
        let chunk = tap.event("chunk");
        assert_eq!(chunk["from"], from);
        chunk
    }
}

/// What the relay makes of a client; fails rather than hangs.
fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a socket");
    let deadline = Instant::now() + PATIENCE;
    let stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(error) => assert!(
                Instant::now() < deadline,
                "the relay does not connect: {error}"
            ),
        }
        thread::sleep(Duration::from_millis(2));
    };
    listener.set_nonblocking(false).expect("a socket");
    stream.set_nonblocking(false).expect("a socket");
    stream
}

/// A server's listener on a free port.
pub fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}

/// The listener's address.
pub fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().expect("bound")
}

/// Ends a connection with a RST.
pub fn reset(stream: TcpStream) {
    let now = Some(Duration::ZERO);
    socket2::SockRef::from(&stream)
        .set_linger(now)
        .expect("a TCP socket");
}

/// A program that a Debian package brings.
pub fn tool(package: &str, name: &str) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = std::env::split_paths(&path).any(|folder| Path::new(&folder).join(name).exists());
    assert!(
        is_here,
        "{name} is not on this machine: install the Debian package {package}"
    );
    Command::new(name)
}
