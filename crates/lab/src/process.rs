//! What a learner's program waits for, and how it ends.

use std::net::SocketAddr;

use crate::sentence::Sentence;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// A line from the keyboard: `input()`.
    Keyboard,
    /// Bytes on a connection: `recv()`.
    Receive,
    /// The keyboard or a connection, whichever comes first.
    KeyboardOrReceive,
    /// A client: `accept()`.
    Accept,
    /// A client or a connection, whichever comes first: `select()`.
    AcceptOrReceive,
    /// A connection to this address, where it is known: `connect()`.
    Connect(Option<SocketAddr>),
    /// Room to send: the other side does not read.
    Send,
    /// Room to print: the terminal's buffer is full.
    Print,
    /// Time to pass: `sleep()`.
    Sleep,
    /// Another process of the program.
    Child,
    /// Another thread of the program.
    Lock,
    /// Another system call, by its number.
    Other(i64),
    /// Nothing: it runs.
    Runs,
}

impl Waits {
    /// The phrase that follows « ton programme ».
    pub fn sentence(self) -> Sentence {
        match self {
            Waits::Keyboard => Sentence::new("waits-keyboard"),
            Waits::Receive => Sentence::new("waits-receive"),
            Waits::KeyboardOrReceive => Sentence::new("waits-keyboard-or-receive"),
            Waits::Accept => Sentence::new("waits-accept"),
            Waits::AcceptOrReceive => Sentence::new("waits-accept-or-receive"),
            Waits::Connect(Some(address)) => {
                Sentence::new("waits-connect-to").text("address", address.to_string())
            }
            Waits::Connect(None) => Sentence::new("waits-connect"),
            Waits::Send => Sentence::new("waits-send"),
            Waits::Print => Sentence::new("waits-print"),
            Waits::Sleep => Sentence::new("waits-sleep"),
            Waits::Child => Sentence::new("waits-child"),
            Waits::Lock => Sentence::new("waits-lock"),
            Waits::Other(number) => Sentence::new("waits-other").text("number", number.to_string()),
            Waits::Runs => Sentence::new("waits-runs"),
        }
    }
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this exit status.
    Status(i32),
    /// By this signal, such as 11 for an invalid memory access.
    Signal(i32),
    /// By the checker, because it exceeded a bound.
    Beyond(Bound),
}

/// What a program may use only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Output.
    Output,
    /// Memory.
    Memory,
    /// Processes.
    Processes,
}
