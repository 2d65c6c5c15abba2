//! What the tests of both sides of `check` share: programs in files of their own, examinations that
//! must end, what they found, and tables of rows.

use std::io::Write;
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
/// Examinations of a program for which the time is too short, again and again.
const EXAMINATIONS: usize = 3;
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

    /// The one JSON document of its examination. One that ran out of time is made again, which is told,
    /// since what is examined must not hang on how busy the machine is.
    pub fn document(&self, options: &[&str]) -> Value {
        let examine = || document(&self.check(&[&["--json"], options].concat()));
        let ran_out = |document: &Value| {
            let left_out = found(document, "not_examined");
            left_out.iter().any(|(_, why)| why == "skipped-time")
        };
        let mut document = examine();
        for _ in 1..EXAMINATIONS {
            if is_busy() || !ran_out(&document) {
                break;
            }
            tell("an examination ran out of time, and is made again");
            document = examine();
        }
        document
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

/// Whether `scripts/check-busy` runs, whose subject is what a busy machine does: then nothing is done twice.
pub fn is_busy() -> bool {
    std::env::var_os("CHECK_BUSY").is_some()
}

/// Says this also where the test passes, whose own output is not shown.
fn tell(what: &str) {
    // Nobody may listen.
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Does this for each row, several at once; all failures together. A row that fails beside the others is
/// told, and done once more by itself; but if more than one row in fifty fails, none of it is chance.
pub fn each<T: Sync>(rows: &[T], one: impl Fn(&T) -> Result<(), String> + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = one(row) {
                        tell(&format!("beside others: {failure}"));
                        failed.lock().expect("no panic").push((row, failure));
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no panic");
    let is_chance = !is_busy() && failed.len() <= rows.len().div_ceil(50);
    let again = |(row, failure): (&T, String)| match is_chance {
        true => one(row).err(),
        false => Some(failure),
    };
    let failures: Vec<String> = failed.into_iter().filter_map(again).collect();
    let (count, took) = (rows.len(), began.elapsed());
    println!("{count} programs in {took:.1?}");
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

/// Ways in which a program leaves another behind that its parent can't find by its session, its group
/// or its environment: after each, `sys.argv[-1]` names the file that the hidden one writes.
pub const DETACH: &[&str] = &[
    // Two forks and a session of its own.
    "hide()",
    // It lowers the limits that it has.
    "import resource\nfor n in (resource.RLIMIT_RTTIME, resource.RLIMIT_CPU): resource.setrlimit(n, (9, 9))\nhide()",
    // It heeds no signal, and what started it has gone before.
    "if os.fork() == 0:\n    time.sleep(0.05)\n    for n in (1, 2, 3, 13, 15): signal.signal(n, signal.SIG_IGN)\n    hide()\n    os._exit(0)",
];

/// A program that hides another so, and goes on when that one runs.
pub fn detaching(way: &str) -> String {
    format!(
        "import os, signal, sys, time\n\
         def hide():\n\
         \x20   if os.fork(): return\n\
         \x20   os.setsid()\n\
         \x20   if os.fork(): os._exit(0)\n\
         \x20   code = 'import sys, time; open(sys.argv[1], \"w\").close(); time.sleep(1000)'\n\
         \x20   os.execve(sys.executable, [sys.executable, '-c', code, sys.argv[-1]], {{}})\n\
         {way}\n\
         while not os.path.exists(sys.argv[-1]): time.sleep(0.01)\n"
    )
}

impl Program {
    /// Examines it, and returns the processes that it left behind. Each of them has the path of a file
    /// among its arguments, and has written that file.
    pub fn survivors(&self) -> Vec<String> {
        let file = self.path().with_extension("runs");
        let mut command = common::program();
        command.args(["check", self.side.0, "--json", "--"]);
        command.arg(python()).arg(self.path()).arg("{port}");
        let output = finish(command.arg(&file));
        assert!(
            file.exists(),
            "nothing was hidden: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        let name = file.to_str().expect("UTF-8").to_owned();
        let processes = std::fs::read_dir("/proc").expect("Linux").flatten();
        let lines = processes.filter_map(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).ok()?;
            Some(String::from_utf8_lossy(&line).replace('\0', " "))
        });
        lines.filter(|line| line.contains(&name)).collect()
    }
}
