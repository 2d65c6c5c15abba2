//! A system whose programs are not watched yet: none is started, so there is no value of these types.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::{Bounds, End, Thread, Usage};

/// A program; there is none.
#[derive(Debug)]
pub enum Child {}

/// A program's terminal; there is none.
#[derive(Debug)]
pub enum Terminal {}

/// Tasks of the whole machine: unknown.
pub fn tasks() -> Option<u64> {
    None
}

impl Child {
    /// Starts nothing.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`], always.
    pub fn start(
        _command: &[OsString],
        _environment: &[(&str, &str)],
        _bounds: &Bounds,
    ) -> io::Result<(Child, Terminal)> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// How it ended, if it did.
    pub fn ended(&self) -> Option<End> {
        match *self {}
    }

    /// Waits until it prints or ends.
    pub fn wait(&self, _terminal: &Terminal, _time: Duration) {
        match *self {}
    }

    /// Sends Ctrl-C.
    pub fn interrupt(&self) {
        match *self {}
    }

    /// Ends all of it.
    pub fn kill(&self) {
        match *self {}
    }

    /// What the processes that do not hide use.
    pub fn usage(&self) -> Usage {
        match *self {}
    }

    /// What all processes use.
    pub fn whole_usage(&self) -> Usage {
        match *self {}
    }

    /// What its threads do.
    pub fn threads(&self) -> Vec<Thread> {
        match *self {}
    }

    /// Where it listens.
    pub fn listening(&self) -> Vec<SocketAddr> {
        match *self {}
    }

    /// Lets others share its listeners.
    pub fn share_listeners(&self) -> io::Result<()> {
        match *self {}
    }

    /// Whether it holds a connection.
    pub fn is_connected(&self) -> bool {
        match *self {}
    }
}

impl Terminal {
    /// Whether something was printed.
    pub fn has_output(&self) -> bool {
        match *self {}
    }

    /// Reads what was printed.
    ///
    /// # Errors
    /// None: there is no terminal.
    pub fn read(&self, _buffer: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    /// Types a line.
    ///
    /// # Errors
    /// None: there is no terminal.
    pub fn type_line(&self, _line: &str) -> io::Result<()> {
        match *self {}
    }
}
