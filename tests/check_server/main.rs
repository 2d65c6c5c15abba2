//! `juste-prix check server` against small programs: each fault is named, and no other; no sound
//! program is accused, in whichever dialect; whatever it does, the checker ends.

#[path = "../common/mod.rs"]
mod common;
mod dialects;
mod faults;
mod hostile;
mod hosts;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Examinations at once: most of their time is waiting.
const AT_ONCE: usize = 4;
/// Longer than any examination takes on a loaded machine: only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(240);

/// The Python that `python3` means: launchers in between only cost time.
fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable, end='')"])
            .output();
        String::from_utf8(output.expect("python3 runs").stdout).expect("UTF-8")
    })
}

/// One of the programs beside this file.
fn source(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_server");
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A program in a folder of its own, which goes with it.
struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    fn new(text: &str) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("serveur.py"), text).expect("written");
        Program { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("serveur.py")
    }

    /// Examines it on a free port.
    fn check(&self, options: &[&str]) -> Output {
        let mut command = common::program();
        command.args(["check", "server"]).args(options).arg("--");
        command.arg(python()).arg(self.path()).arg("{port}");
        finish(&mut command)
    }

    /// The one JSON document of its examination.
    fn document(&self, options: &[&str]) -> Value {
        let output = self.check(&[&["--json"], options].concat());
        document(&output)
    }
}

fn document(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Runs a command that must end by itself.
fn finish(command: &mut Command) -> Output {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = child.expect("the program starts");
    let id = rustix::process::Pid::from_child(&child);
    let (done, waits) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let output = child.wait_with_output();
        let _ = done.send(());
        output
    });
    if waits.recv_timeout(PATIENCE).is_err() {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
        panic!("{command:?} does not end");
    }
    reader.join().expect("no panic").expect("our child")
}

/// The findings with that verdict: the check and what was found.
fn found(document: &Value, verdict: &str) -> Vec<(String, String)> {
    let checks = document["checks"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let has = checks.iter().filter(|check| check["verdict"] == verdict);
    has.map(|check| (text(&check["id"]), text(&check["found"])))
        .collect()
}

/// What there is to say of the findings with that verdict, for whoever reads a failure.
fn sentences(document: &Value, verdict: &str) -> String {
    let checks = document["checks"].as_array().expect("a list");
    let has = checks.iter().filter(|check| check["verdict"] == verdict);
    let lines = has.map(|check| format!("\n    {}: {}", check["id"], check["sentence"]));
    lines.collect()
}

/// Does this for each row, several at once; all failures together.
fn each<T: Sync>(rows: &[T], one: impl Fn(&T) -> Result<(), String> + Sync) {
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = one(row) {
                        failures.lock().expect("no panic").push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    let (count, took) = (rows.len(), began.elapsed());
    println!("{count} programs in {took:.1?}");
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}
