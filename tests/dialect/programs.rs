//! Real programs, small ones as learners write them, in Python, C and Java: real sockets, the real
//! clock, and what a simulation leaves out. They draw the same numbers each time: a first guess that wins by
//! chance is for the random dialects.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use lab::dialect::{Dialect, Learner, Wish};
use lab::encounter;

/// A program that runs, and ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn source(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialect/programs");
    folder.join(name)
}

/// Whether that compiler or interpreter is here.
fn is_here(tool: &str, version: &str) -> bool {
    let quiet =
        |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet(Command::new(tool).arg(version)).is_ok_and(|status| status.success())
}

/// How to run a program, compiled into that folder; none where its language is not here.
fn command(name: &str, folder: &Path) -> Option<Command> {
    let (stem, language) = name.split_once('.').expect("a name with an ending");
    let (tool, version) = match language {
        "py" => ("python3", "--version"),
        "c" => ("cc", "--version"),
        _ => ("javac", "-version"),
    };
    if !is_here(tool, version) {
        println!("{name}: not examined: no compiler ({tool})");
        return None;
    }
    let compile = |command: &mut Command| {
        let status = command.status().expect("the compiler starts");
        assert!(status.success(), "{name} does not compile");
    };
    let mut command = match language {
        "py" => {
            let mut python = Command::new(tool);
            python.arg(source(name));
            python
        }
        "c" => {
            let program = folder.join(stem);
            compile(Command::new(tool).arg("-o").arg(&program).arg(source(name)));
            Command::new(program)
        }
        _ => {
            compile(Command::new(tool).arg("-d").arg(folder).arg(source(name)));
            let mut java = Command::new("java");
            java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"])
                .arg(folder)
                .arg(stem);
            java
        }
    };
    command.arg("0");
    Some(command)
}

/// Starts it: it prints a word and its port when it listens.
fn start(command: &mut Command, name: &str) -> (Server, SocketAddr) {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut server = Server(child.unwrap_or_else(|error| panic!("{name}: {error}")));
    let output = server.0.stdout.take().expect("a pipe");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("a line");
    let port = line
        .split_whitespace()
        .last()
        .and_then(|port| port.parse().ok());
    let port: u16 = port.unwrap_or_else(|| panic!("{name} says {line:?} instead of its port"));
    (server, (Ipv4Addr::LOCALHOST, port).into())
}

/// Three games with it are won, each within the optimum and the calibration.
fn is_won(name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(mut command) = command(name, folder.path()) else {
        return;
    };
    let (_server, address) = start(&mut command, name);
    let wish = Wish {
        games: 3,
        seed: 5,
        ..Wish::default()
    };
    let mut learner = Learner::new(Dialect::default(), wish);
    let (outcome, transcript) = encounter::play(&mut learner, &[address]);
    let told = || {
        format!(
            "{name}: {outcome:?} {:?}\n{:#?}",
            learner.played(),
            transcript.moments
        )
    };
    assert!(outcome.is_ok() && learner.played().len() == 3, "{}", told());
    for game in learner.played() {
        let most = game.range.optimum() + 2;
        assert!(
            game.won && game.tries <= most,
            "at most {most} tries: {}",
            told()
        );
    }
}

/// Protects the learner against what Python's learners write: one send a turn, codes the wrong way
/// round, pickles, threads with questions first and prompts in a second read.
#[test]
fn servers_in_python_are_won() {
    ["lesson.py", "codes.py", "objects.py", "threads.py"]
        .iter()
        .for_each(|name| is_won(name));
}

/// Protects the forms of C: raw integers, fixed buffers, a verb to register first.
#[test]
fn servers_in_c_are_won() {
    ["integers.c", "register.c"]
        .iter()
        .for_each(|name| is_won(name));
}

/// Protects the forms of Java: lines in both directions, `writeUTF` and `readInt`.
#[test]
fn servers_in_java_are_won() {
    ["Lines.java", "Data.java"]
        .iter()
        .for_each(|name| is_won(name));
}
