//! What a program of the workshop asks of the relay, and the answers, as they go over HTTP.
//!
//! A request is one line of JSON and then, for `send`, the bytes. An answer is one byte that tells its
//! kind and then its content: see [`Answer::encode`].

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use lab::check::pair::meeting::Fault;
use serde::Deserialize;

/// Characters of each text of an error that are kept.
const FAULT_CHARS: usize = 200;
/// Characters of a line of a program that are kept.
const LINE_CHARS: usize = 80;

/// The number by which a program knows one of its sockets. The program chooses it.
pub type Fd = u32;

/// The numbers of errors, those of CPython on Linux.
pub mod errno {
    /// The teacher has ended the talk between pupils.
    pub const EPERM: u16 = 1;
    /// The descriptor is of no socket.
    pub const EBADF: u16 = 9;
    /// The port is one of those that only an administrator may use.
    pub const EACCES: u16 = 13;
    /// The socket is not in a state for this call.
    pub const EINVAL: u16 = 22;
    /// The program has too many sockets.
    pub const EMFILE: u16 = 24;
    /// The other side has ended the connection.
    pub const EPIPE: u16 = 32;
    /// Another socket has this port.
    pub const EADDRINUSE: u16 = 98;
    /// The address is not one of this machine.
    pub const EADDRNOTAVAIL: u16 = 99;
    /// The address is none that the workshop leads to.
    pub const ENETUNREACH: u16 = 101;
    /// The other side has broken the connection off.
    pub const ECONNRESET: u16 = 104;
    /// The socket is connected already.
    pub const EISCONN: u16 = 106;
    /// The socket is not connected.
    pub const ENOTCONN: u16 = 107;
    /// No answer came in time.
    pub const ETIMEDOUT: u16 = 110;
    /// Nobody listens there.
    pub const ECONNREFUSED: u16 = 111;
    /// No machine of the network has this address.
    pub const EHOSTUNREACH: u16 = 113;
}

/// A call that may have to wait, or changes a socket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case", deny_unknown_fields)]
pub enum Call {
    /// Gives a socket an address of this machine; port 0 picks a free one.
    Bind {
        /// The socket.
        fd: Fd,
        /// The address; 0.0.0.0 for all of this machine.
        ip: Ipv4Addr,
        /// The port.
        port: u16,
    },
    /// Takes connections from now on.
    Listen {
        /// The socket.
        fd: Fd,
        /// How many may wait for `accept`.
        backlog: u16,
    },
    /// Waits for a connection.
    Accept {
        /// The listening socket.
        fd: Fd,
        /// The number of the new socket.
        new: Fd,
    },
    /// Connects to a listener.
    Connect {
        /// The socket.
        fd: Fd,
        /// The listener's address.
        ip: Ipv4Addr,
        /// The listener's port.
        port: u16,
    },
    /// Waits for bytes.
    Recv {
        /// The socket.
        fd: Fd,
        /// At most this many.
        max: usize,
        /// Whether they stay to be read again.
        #[serde(default)]
        peek: bool,
    },
    /// Sends the bytes that follow; waits until some of them fit.
    Send {
        /// The socket.
        fd: Fd,
        /// The bytes.
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    /// Ends one or both directions.
    Shutdown {
        /// The socket.
        fd: Fd,
        /// 0 for reading, 1 for writing, 2 for both.
        how: u8,
    },
    /// Closes a socket.
    Close {
        /// The socket.
        fd: Fd,
    },
    /// Waits until one of these sockets is ready.
    Select {
        /// Those to read from.
        read: Vec<Fd>,
        /// Those to write to.
        write: Vec<Fd>,
    },
    /// Waits for a line of the keyboard.
    Input {
        /// The end of what was printed since the last line.
        #[serde(default)]
        asked: String,
    },
    /// Waits for nothing but time.
    Sleep,
    /// The program has ended.
    Exit {
        /// The error that ended it.
        #[serde(default)]
        fault: Option<Fault>,
    },
}

impl Call {
    /// The call's name, as Python has it.
    pub fn name(&self) -> &'static str {
        match self {
            Call::Bind { .. } => "bind",
            Call::Listen { .. } => "listen",
            Call::Accept { .. } => "accept",
            Call::Connect { .. } => "connect",
            Call::Recv { .. } => "recv",
            Call::Send { .. } => "send",
            Call::Shutdown { .. } => "shutdown",
            Call::Close { .. } => "close",
            Call::Select { .. } => "select",
            Call::Input { .. } => "input",
            Call::Sleep => "sleep",
            Call::Exit { .. } => "exit",
        }
    }

    /// The socket that the call is about.
    pub fn fd(&self) -> Option<Fd> {
        match *self {
            Call::Bind { fd, .. }
            | Call::Listen { fd, .. }
            | Call::Accept { fd, .. }
            | Call::Connect { fd, .. }
            | Call::Recv { fd, .. }
            | Call::Send { fd, .. }
            | Call::Shutdown { fd, .. }
            | Call::Close { fd } => Some(fd),
            Call::Select { .. } | Call::Input { .. } | Call::Sleep | Call::Exit { .. } => None,
        }
    }
}

/// A request, as a worker of the page sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The thread of the program that calls.
    pub lane: u32,
    /// The call's number within its thread. A repeated number is the same call.
    pub seq: u64,
    /// How long the answer may be waited for.
    pub wait: Duration,
    /// The program's line from which it calls, counted from 1, and its text.
    pub at: Option<(usize, String)>,
    /// The call.
    pub call: Call,
}

#[derive(Deserialize)]
struct Line {
    lane: u32,
    seq: u64,
    /// Milliseconds.
    wait: u64,
    at: Option<(usize, String)>,
    what: Call,
}

impl Asked {
    /// Reads a request; `None` if it is not one.
    pub fn read(body: &[u8]) -> Option<Self> {
        let end = body.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = body.split_at(end);
        let line: Line = serde_json::from_slice(line).ok()?;
        let mut call = line.what;
        if let Call::Send { bytes, .. } = &mut call {
            *bytes = rest[1..].to_vec();
        }
        if let Call::Exit { fault: Some(fault) } = &mut call {
            let place = fault.place.iter_mut();
            let texts = place.flat_map(|it| [&mut it.file, &mut it.text]);
            for text in texts.chain([&mut fault.error]) {
                *text = text.chars().take(FAULT_CHARS).collect();
            }
        }
        Some(Asked {
            lane: line.lane,
            seq: line.seq,
            wait: Duration::from_millis(line.wait),
            at: (line.at).map(|(line, text)| (line, text.chars().take(LINE_CHARS).collect())),
            call,
        })
    }
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done. After `recv` these are the bytes, none at the end of the stream; after `input` the line;
    /// after `send` the number of bytes; after `accept` and `connect` the addresses of the two sides.
    Done(Vec<u8>),
    /// The wait is over and nothing has happened: ask again with the next number.
    Again,
    /// The call has failed with this error number.
    Failed(u16),
    /// The program is asked to stop.
    Interrupted,
    /// The server has no such program (any more).
    Gone,
}

impl Answer {
    /// Done, with a text.
    pub fn text(text: impl ToString) -> Self {
        Answer::Done(text.to_string().into_bytes())
    }

    /// Done, with the addresses of this side and the other one.
    pub fn sides(ours: SocketAddrV4, theirs: SocketAddrV4) -> Self {
        Answer::text(format!("{ours} {theirs}"))
    }

    /// One byte that tells the kind, then the content.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, content) = match self {
            Answer::Done(content) => (b'=', content.clone()),
            Answer::Again => (b'?', Vec::new()),
            Answer::Failed(number) => (b'!', number.to_string().into_bytes()),
            Answer::Interrupted => (b'^', Vec::new()),
            Answer::Gone => (b'#', Vec::new()),
        };
        [&[kind], &*content].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_a_line_and_for_send_the_bytes() {
        let body =
            b"{\"lane\":0,\"seq\":7,\"wait\":50,\"what\":{\"call\":\"send\",\"fd\":3}}\na\nb";
        let asked = Asked::read(body).expect("a request");
        let bytes = b"a\nb".to_vec();
        assert_eq!(asked.call, Call::Send { fd: 3, bytes });
        assert_eq!((asked.seq, asked.wait), (7, Duration::from_millis(50)));
        for wrong in [
            &b""[..],
            b"{}\n",
            b"{\"lane\":0,\"seq\":7,\"wait\":50,\"what\":{\"call\":\"fork\"}}\n",
            b"{\"lane\":0,\"seq\":7,\"wait\":50,\"what\":{\"call\":\"bind\",\"fd\":3,\"ip\":\"x\",\"port\":1}}\n",
            b"{\"lane\":0,\"seq\":7,\"wait\":50,\"what\":{\"call\":\"input\"}}",
        ] {
            assert_eq!(Asked::read(wrong), None, "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn each_kind_of_answer_begins_with_a_byte_of_its_own() {
        assert_eq!(Answer::Done(b"ab".to_vec()).encode(), b"=ab");
        assert_eq!(Answer::Failed(errno::ECONNREFUSED).encode(), b"!111");
        let kinds = [Answer::Again, Answer::Interrupted, Answer::Gone];
        assert_eq!(kinds.map(|it| it.encode()), [b"?", b"^", b"#"]);
    }
}
