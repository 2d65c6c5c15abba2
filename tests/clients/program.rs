//! A client program, driven through pipes: what it is sent, what it prints, its end. Every wait
//! has a deadline.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::common::PATIENCE;

/// A running client.
pub struct Program {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Vec<u8>>,
    /// What was printed and not yet read by the test.
    unread: Vec<u8>,
}

impl Program {
    /// Starts a program that the Debian package brings.
    pub fn start(package: &str, command: &[&str]) -> Program {
        let name = command[0];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let is_here = std::env::split_paths(&path).any(|folder| folder.join(name).exists());
        assert!(
            is_here,
            "{name} is not on this machine: install the Debian package {package}"
        );
        let mut started = Command::new(name);
        started.args(&command[1..]);
        Program::spawn(&mut started)
    }

    /// Starts that command. Both its outputs are read.
    pub fn spawn(command: &mut Command) -> Program {
        let name = format!("{command:?}");
        command.env("LC_ALL", "C.UTF-8").env("TERM", "dumb");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
        let (sender, output) = channel();
        forward(child.stdout.take().expect("piped"), sender.clone());
        forward(child.stderr.take().expect("piped"), sender);
        let input = child.stdin.take();
        let unread = Vec::new();
        Program {
            name,
            child,
            input,
            output,
            unread,
        }
    }

    /// Types a line.
    pub fn send(&mut self, line: &str) {
        let input = self.input.as_mut().expect("the input is still open");
        let sent = input.write_all(format!("{line}\n").as_bytes());
        sent.unwrap_or_else(|error| panic!("{} does not read: {error}", self.name));
    }

    /// What it prints up to this mark, and the mark.
    pub fn until(&mut self, mark: &str) -> String {
        let mark = mark.as_bytes();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self
                .unread
                .windows(mark.len())
                .position(|part| part == mark);
            if let Some(start) = found {
                let read = self.unread.drain(..start + mark.len()).collect();
                return String::from_utf8(read).expect("UTF-8, byte for byte");
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.unread.extend(bytes),
                Err(error) => panic!(
                    "{} did not print {:?}: {error}, but {:?}",
                    self.name,
                    String::from_utf8_lossy(mark),
                    String::from_utf8_lossy(&self.unread)
                ),
            }
        }
    }

    /// The next line, without its end.
    pub fn line(&mut self) -> String {
        self.until("\n").trim_end_matches(['\r', '\n']).to_owned()
    }

    /// Types a line, and reads a line.
    pub fn ask(&mut self, line: &str) -> String {
        self.send(line);
        self.line()
    }

    /// Types nothing more.
    pub fn end_input(&mut self) {
        self.input = None;
    }

    /// Waits for its end; returns what else it printed.
    pub fn end(&mut self) -> (ExitStatus, String) {
        let deadline = Instant::now() + PATIENCE;
        // Both outputs close when it ends.
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.unread.extend(bytes),
                Err(_) if Instant::now() >= deadline => {
                    let seen = String::from_utf8_lossy(&self.unread);
                    panic!("{} does not end, and has printed {seen:?}", self.name)
                }
                Err(_) => break,
            }
        }
        let status = self.child.wait().expect("our child");
        let rest = std::mem::take(&mut self.unread);
        (
            status,
            String::from_utf8(rest).expect("UTF-8, byte for byte"),
        )
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends on what is read, until the end.
fn forward(mut from: impl Read + Send + 'static, to: std::sync::mpsc::Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if to.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
}
