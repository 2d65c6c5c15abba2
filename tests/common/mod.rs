//! What the tests of the real binary share: a server on a free port, stopped by process id, and
//! clients that wait for events with a deadline.

pub mod document;
pub mod examined;
pub mod nats;
pub mod spoken;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Longer than anything takes on a loaded machine: only a failure waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The program under test. Another system's can be named instead: see `scripts/test-aarch64`.
pub fn program() -> Command {
    let other = std::env::var_os("JUSTE_PRIX_PROGRAM");
    let own = || env!("CARGO_BIN_EXE_juste-prix").into();
    let mut command = Command::new(other.unwrap_or_else(own));
    // The machine's own language must not decide a test.
    command.env("LC_ALL", "fr_FR.UTF-8").env_remove("NO_COLOR");
    command
}

/// Runs a command with this input, and returns what it says once it has ended.
pub fn run_with_input(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A program that has ended reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// A running `juste-prix serve` on 127.0.0.1.
pub struct Server {
    pub child: Child,
    /// The text door.
    pub text: SocketAddr,
    /// The door without a greeting.
    pub quiet: SocketAddr,
    /// Its first line: where it listens.
    pub said: serde_json::Value,
}

impl Server {
    /// Starts one that keeps nothing.
    pub fn in_memory(arguments: &[&str]) -> Server {
        let mut all = vec!["--data", "memory"];
        all.extend(arguments);
        Server::start(&all)
    }

    /// Starts one with its journal in that folder.
    pub fn with_data(data: &Path, arguments: &[&str]) -> Server {
        let mut all = vec!["--data", data.to_str().expect("a UTF-8 path")];
        all.extend(arguments);
        Server::start(&all)
    }

    fn start(arguments: &[&str]) -> Server {
        let mut command = program();
        command.args(["serve", "--json", "--listen", "127.0.0.1:0"]);
        command
            .args(["--quiet-listen", "127.0.0.1:0"])
            .args(arguments);
        // Most tests are not about rates, and play as fast as they can.
        for (option, value) in [("--rate", "none"), ("--pace", "free"), ("--pause", "0")] {
            if !arguments.contains(&option) {
                command.args([option, value]);
            }
        }
        // Most tests need no page, and none may take the one port where a page usually is.
        if !arguments.contains(&"--web") {
            command.args(["--web", "off"]);
        }
        Server::spawn(&mut command)
    }

    /// Starts that command and reads its first line.
    pub fn spawn(command: &mut Command) -> Server {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a first line");
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&line) else {
            let mut errors = String::new();
            let _ = child
                .stderr
                .as_mut()
                .expect("piped")
                .read_to_string(&mut errors);
            let status = child.wait();
            panic!("the server did not start: {status:?}, {line:?}, {errors:?}");
        };
        let address = |index: usize| {
            let text = json["addresses"][index].as_str().expect("an address");
            text.parse().expect("HOST:PORT")
        };
        Server {
            text: address(0),
            quiet: address(1),
            said: json,
            child,
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, number: i32) {
        signal(&self.child, number);
    }

    /// Kills it as a power cut would end it.
    pub fn kill(&mut self) {
        self.signal(libc::SIGKILL);
        self.child.wait().expect("our child");
    }

    /// Asks it to stop, and waits.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(libc::SIGTERM);
        self.wait()
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("our child") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it wrote on standard error, once it has ended.
    pub fn errors(&mut self) -> String {
        let mut text = String::new();
        let stderr = self.child.stderr.as_mut().expect("piped");
        stderr.read_to_string(&mut text).expect("UTF-8");
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that sends lines and reads lines.
pub struct Lines {
    pub stream: BufReader<TcpStream>,
    /// What the server said on connection.
    pub greeting: String,
}

impl Lines {
    /// Connects, and reads the greeting.
    pub fn connect(address: SocketAddr) -> Lines {
        let stream = connect(address);
        let mut lines = Lines {
            stream: BufReader::new(stream),
            greeting: String::new(),
        };
        lines.greeting = lines.read();
        lines
    }

    /// Sends a line.
    pub fn send(&mut self, line: &str) {
        self.send_bytes(format!("{line}\n").as_bytes());
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).expect("the server reads");
    }

    /// Reads a line without its newline; empty at the end.
    pub fn read(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer in time");
        line.trim_end_matches('\n').to_owned()
    }

    /// Sends a line and reads the answer.
    pub fn ask(&mut self, line: &str) -> String {
        self.send(line);
        self.read()
    }

    /// Plays by bisection until the number is found; returns the tries.
    pub fn play(&mut self, mut low: i32, mut high: i32) -> u32 {
        for tries in 1.. {
            let guess = low.midpoint(high);
            let answer = self.ask(&guess.to_string());
            match answer.as_str() {
                "Trop petit" => low = guess + 1,
                "Trop grand" => high = guess - 1,
                found if found.starts_with("Gagné en") => return tries,
                other => panic!("{guess} between {low} and {high} was answered {other:?}"),
            }
        }
        unreachable!("a bisection ends")
    }

    /// The code to resume.
    pub fn code(&mut self) -> String {
        let answer = self.ask("REPRENDRE");
        answer.rsplit(' ').next().expect("a code").to_owned()
    }

    /// Says that nothing more will be sent.
    pub fn end(&mut self) {
        let _ = self.stream.get_mut().shutdown(Shutdown::Write);
    }
}

/// A socket that fails rather than hangs.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("a TCP socket");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a TCP socket");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("a TCP socket");
    stream
}

/// Sends a signal to a child that has not been waited for.
pub fn signal(child: &Child, number: i32) {
    let id = Pid::from_child(child);
    let signal = Signal::from_named_raw(number).expect("a signal's number");
    kill_process(id, signal).expect("our child, not waited for yet");
}

/// Waits until the journal has that guess in that room: it may get its answer much later.
pub fn wait_for_guess(data: &Path, room: &str, value: i32) {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let journal = rusqlite::Connection::open_with_flags(data.join("journal.sqlite"), flags);
    let journal = journal.expect("readable with plain SQL");
    let made = "SELECT count(*) FROM essais WHERE salle = ?1 AND nombre_propose = ?2";
    let deadline = Instant::now() + PATIENCE;
    while journal.query_row(made, (room, value), |row| row.get(0)) != Ok(1) {
        assert!(Instant::now() < deadline, "{value} is not in the journal");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a command that must end by itself.
pub fn run(command: &mut Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("the program starts");
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().expect("our child").is_none() {
        if Instant::now() >= deadline {
            let _ = child.kill();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("our child")
}

/// One receive of at most 1,024 bytes, as the lesson's client does it; empty at the end.
pub fn receive(stream: &mut TcpStream) -> Vec<u8> {
    let mut buffer = [0; 1024];
    let count = stream.read(&mut buffer).expect("an answer in time");
    buffer[..count].to_vec()
}
