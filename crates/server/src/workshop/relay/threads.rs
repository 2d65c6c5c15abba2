//! The threads of a program that is examined, in the terms of the operating system.

use std::net::SocketAddrV4;
use std::time::Duration;

use super::{ProgramId, Relay, Socket};
use crate::workshop::call::{Call, Fd};
use os::process::{Doing, File, Polled, Thread};

impl Relay {
    /// Lets all connections of a program lead to its examiner.
    pub fn examine(&mut self, program: ProgramId) {
        if let Some(it) = self.programs.get_mut(&program) {
            it.is_examined = true;
        }
    }

    /// What the threads of a program do; none if it does not run. `at_most` is how long its latest call
    /// waits at most.
    pub fn threads(&self, program: ProgramId, at_most: Option<Duration>) -> Vec<Thread> {
        let Some(it) = self.programs.get(&program) else {
            return Vec::new();
        };
        let runs = |switches| Thread {
            doing: Doing::Runs,
            call: None,
            at_most: None,
            switches,
        };
        let is_passing = self.is_passing(program);
        let lanes = it.lanes.iter().map(|(_, lane)| match lane.waits() {
            Some(call) if !is_passing => Thread {
                doing: self.doing(program, call),
                call: None,
                at_most,
                switches: lane.seq(),
            },
            _ => runs(lane.seq()),
        });
        let threads: Vec<Thread> = lanes.collect();
        match threads.is_empty() {
            // It has made no call yet.
            true => vec![runs(0)],
            false => threads,
        }
    }

    fn doing(&self, program: ProgramId, call: &Call) -> Doing {
        match call {
            Call::Accept { .. } => Doing::Accepts,
            Call::Recv { .. } => Doing::Reads(File::Socket),
            Call::Send { .. } => Doing::Writes(File::Socket),
            Call::Connect { ip, port, .. } => {
                Doing::Connects(Some(SocketAddrV4::new(*ip, *port).into()))
            }
            Call::Input { .. } => Doing::Reads(File::Terminal),
            Call::Sleep => Doing::Sleeps,
            Call::Select { read, write } => {
                let polled = |fd: &Fd| match self.socket(program, *fd) {
                    Some(Socket::Listening(_)) => Polled::Listener,
                    Some(Socket::Connected(_)) => Polled::Connection,
                    Some(Socket::Connecting(_)) => Polled::Connecting(None),
                    Some(Socket::Bound(_) | Socket::Refused(_)) | None => Polled::Else,
                };
                Doing::Polls(read.iter().chain(write).map(polled).collect())
            }
            Call::Bind { .. }
            | Call::Listen { .. }
            | Call::Shutdown { .. }
            | Call::Close { .. }
            | Call::Exit { .. } => Doing::Runs,
        }
    }

    /// Whether something that a program has sent, or the end of its sending, is on its way to a real
    /// connection.
    fn is_passing(&self, program: ProgramId) -> bool {
        let mut real = self.real.values().filter(|it| it.program == program);
        real.any(|it| {
            it.is_passing
                || self.sides.has_unread(it.side)
                || (self.sides.has_ended(it.side) && !it.is_told)
        })
    }
}
