//! A process of the cluster: killed, stopped and continued, ended as asked, and started again.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take that must happen.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One that runs, or that will again.
pub struct Process {
    command: Command,
    /// What it says goes there, each start's behind the one before.
    pub said: PathBuf,
    child: Option<Child>,
}

impl Process {
    /// Not started yet.
    pub fn new(command: Command, said: PathBuf) -> Process {
        Process {
            command,
            said,
            child: None,
        }
    }

    /// Starts it, and gives its standard output.
    pub fn start(&mut self) -> ChildStdout {
        let mut append = OpenOptions::new();
        let said: File = append
            .create(true)
            .append(true)
            .open(&self.said)
            .expect("a log");
        let command = self.command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.stderr(said).spawn().expect("nsenter starts");
        let output = child.stdout.take().expect("piped");
        self.child = Some(child);
        output
    }

    /// Starts it, and waits for its first line; none where it ends without one.
    pub fn start_and_read(&mut self) -> Option<String> {
        let mut output = BufReader::new(self.start());
        let (came, comes) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            output.read_line(&mut line).expect("UTF-8");
            // Who waited no longer has failed already.
            let _ = came.send(line);
        });
        let Ok(line) = comes.recv_timeout(PATIENCE) else {
            let said = fs::read_to_string(&self.said).unwrap_or_default();
            panic!(
                "expected: {:?} serves; got: nothing. It said: {said}",
                self.command
            );
        };
        if line.is_empty() {
            self.wait();
            return None;
        }
        Some(line)
    }

    /// As a power cut ends it.
    pub fn kill(&mut self) {
        self.signal(libc::SIGKILL);
        self.wait();
    }

    /// It stands still, with its sockets open.
    pub fn pause(&self) {
        self.signal(libc::SIGSTOP);
    }

    /// It goes on, and does not know that it stood still.
    pub fn go_on(&self) {
        self.signal(libc::SIGCONT);
    }

    /// As whoever operates it ends it.
    pub fn stop(&mut self) {
        self.signal(libc::SIGTERM);
        self.wait();
    }

    fn wait(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        let deadline = Instant::now() + PATIENCE;
        while child.try_wait().expect("our child").is_none() {
            assert!(Instant::now() < deadline, "{:?} does not end", self.command);
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn signal(&self, number: i32) {
        if let Some(child) = &self.child {
            let signal = Signal::from_named_raw(number).expect("a signal's number");
            kill_process(Pid::from_child(child), signal).expect("our child, not waited for yet");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
