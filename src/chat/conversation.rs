//! One conversation: a message is what one `send` sent and one `recv(1024)` received, and whoever
//! spoke listens next. `FIN` is the last message, whoever says it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use super::keyboard::Keyboard;
use game::limits::MESSAGE_BYTES;
use game::phrases::{Lang, say};
use os::console::{Failure, complain, print};

/// The message that ends a conversation, in any case.
pub const FIN: &str = "FIN";

/// Who is at the other end.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// A client: this side is the server.
    Client,
    /// The server: this side is its client.
    Server,
}

/// Why a conversation ended without `FIN`.
#[derive(Debug)]
pub enum Broken {
    /// The other side has vanished.
    Gone(io::Error),
    /// Something failed on this side.
    Here(Failure),
}

/// The conversation.
#[derive(Debug)]
pub struct Conversation<'a> {
    stream: TcpStream,
    peer: Peer,
    keyboard: &'a mut Keyboard,
    lang: Lang,
}

impl<'a> Conversation<'a> {
    /// A conversation that has not begun.
    pub fn new(stream: TcpStream, peer: Peer, keyboard: &'a mut Keyboard, lang: Lang) -> Self {
        Conversation {
            stream,
            peer,
            keyboard,
            lang,
        }
    }

    /// My turn: one message typed, one send. Tells whether it was the last.
    pub fn speak(&mut self) -> Result<bool, Broken> {
        let message = self.keyboard.message().map_err(Broken::Here)?;
        // The other side has read all that was sent before, so this leaves as one piece.
        let sent = self.stream.write_all(message.as_bytes());
        sent.map_err(Broken::Gone)?;
        Ok(is_fin(message.as_bytes()))
    }

    /// Their turn: one receive, shown. Tells whether it was the last.
    pub fn hear(&mut self) -> Result<bool, Broken> {
        let mut buffer = [0; MESSAGE_BYTES];
        let message = match self.stream.read(&mut buffer) {
            Ok(0) => return Err(Broken::Gone(ErrorKind::UnexpectedEof.into())),
            Ok(length) => &buffer[..length],
            Err(error) => return Err(Broken::Gone(error)),
        };
        self.show(message).map_err(Broken::Here)?;
        Ok(is_fin(message))
    }

    fn show(&self, message: &[u8]) -> Result<(), Failure> {
        let id = match self.peer {
            Peer::Client => "chat-client",
            Peer::Server => "chat-server",
        };
        let text = [("message", visible(message).into())];
        print(&say(self.lang, id, &text), self.lang)?;
        if std::str::from_utf8(message).is_err() {
            complain(&say(self.lang, "chat-not-utf8", &[]));
        }
        Ok(())
    }
}

/// Whether this is the last message: in capitals it is `FIN`, as Python's `upper` makes them.
fn is_fin(message: &[u8]) -> bool {
    std::str::from_utf8(message).is_ok_and(|text| text.to_uppercase() == FIN)
}

/// A message as a terminal can show it: bytes that are no text and characters that a terminal would
/// obey are written with a backslash.
fn visible(message: &[u8]) -> String {
    let mut text = String::new();
    for chunk in message.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c.is_control() {
                true => text.extend(c.escape_default()),
                false => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text += &format!("\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the end: both sides must take the same messages for the last one.
    #[test]
    fn fin_in_any_case_and_alone_is_the_end() {
        for end in ["FIN", "fin", "Fin", "ﬁn"] {
            assert!(is_fin(end.as_bytes()), "{end}");
        }
        for message in ["", "FIN ", "FIN\n", "FINI", " fin"] {
            assert!(!is_fin(message.as_bytes()), "{message:?}");
        }
        assert!(!is_fin(b"FIN\xff"));
    }

    #[test]
    fn a_message_does_not_command_the_terminal() {
        assert_eq!(
            visible("salut, ça va\u{a0}? 👋🏽".as_bytes()),
            "salut, ça va\u{a0}? 👋🏽"
        );
        assert_eq!(visible(b"FIN\r\n"), "FIN\\r\\n");
        assert_eq!(visible(b"\x1b[2Jcaf\xe9"), "\\u{1b}[2Jcaf\\xe9");
    }
}
