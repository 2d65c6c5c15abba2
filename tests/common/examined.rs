//! What the tests of both sides of `check` share: programs in files of their own, examinations that
//! must end, what they found, and tables of rows.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common;

/// Examinations at once: most of their time is waiting.
const AT_ONCE: usize = 4;
/// Longer than any examination takes on a loaded machine: only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(240);

/// The Python that `python3` means: launchers in between only cost time.
pub fn python() -> &'static str {
    static PYTHON: OnceLock<String> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let output = Command::new("python3")
            .args(["-c", "import sys; print(sys.executable, end='')"])
            .output();
        String::from_utf8(output.expect("python3 runs").stdout).expect("UTF-8")
    })
}

/// A side of `check`, its folder beside the tests, and the file that it examines.
#[derive(Clone, Copy)]
pub struct Side(pub &'static str, pub &'static str);

impl Side {
    /// One of the programs in its folder.
    pub fn source(self, name: &str) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/check_{}", self.0));
        std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A program in a folder of its own, which goes with it.
    pub fn program(self, text: &str) -> Program {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(self.1), text).expect("written");
        Program { side: self, folder }
    }
}

/// A program in a folder of its own.
pub struct Program {
    side: Side,
    folder: tempfile::TempDir,
}

impl Program {
    /// Its file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(self.side.1)
    }

    /// Examines it on a free port.
    pub fn check(&self, options: &[&str]) -> Output {
        let mut command = common::program();
        command.args(["check", self.side.0]).args(options).arg("--");
        command.arg(python()).arg(self.path()).arg("{port}");
        finish(&mut command)
    }

    /// The one JSON document of its examination.
    pub fn document(&self, options: &[&str]) -> Value {
        let output = self.check(&[&["--json"], options].concat());
        document(&output)
    }
}

/// The document that was printed.
pub fn document(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// Runs a command that must end by itself.
pub fn finish(command: &mut Command) -> Output {
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
pub fn found(document: &Value, verdict: &str) -> Vec<(String, String)> {
    let checks = document["checks"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let has = checks.iter().filter(|check| check["verdict"] == verdict);
    has.map(|check| (text(&check["id"]), text(&check["found"])))
        .collect()
}

/// Does this for each row, several at once; all failures together.
pub fn each<T: Sync>(rows: &[T], one: impl Fn(&T) -> Result<(), String> + Sync) {
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
