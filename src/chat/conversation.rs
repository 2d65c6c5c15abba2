//! A conversation of the lesson's chat. A message is what one `send` sends and one `recv(1024)`
//! receives; the sides take turns. `FIN` from either side is the last message.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;

use super::keyboard::Keyboard;
use super::message::is_fin;
use game::limits::MESSAGE_BYTES;
use game::phrases::{Lang, say};
use game::visible::visible_bytes;
use os::console::{Failure, complain, print};

/// The other side's role.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// A client; this side is the server.
    Client,
    /// A server; this side is its client.
    Server,
}

/// Why a conversation ended without `FIN`.
#[derive(Debug)]
pub enum Broken {
    /// The connection to the other side is lost.
    Lost(io::Error),
    /// Standard input or output of this side failed.
    Local(Failure),
}

/// A conversation over a connection.
#[derive(Debug)]
pub struct Conversation<'a> {
    stream: TcpStream,
    peer: Peer,
    keyboard: &'a mut Keyboard,
    lang: Lang,
}

impl<'a> Conversation<'a> {
    /// A conversation in which nothing was said yet.
    pub fn new(stream: TcpStream, peer: Peer, keyboard: &'a mut Keyboard, lang: Lang) -> Self {
        Conversation {
            stream,
            peer,
            keyboard,
            lang,
        }
    }

    /// Reads a message from the keyboard and sends it. Returns whether it was the last.
    ///
    /// # Errors
    /// The connection is lost, or the keyboard failed.
    pub fn speak(&mut self) -> Result<bool, Broken> {
        let message = self.keyboard.message().map_err(Broken::Local)?;
        // The other side has read everything before, so this message leaves as one segment.
        let sent = self.stream.write_all(message.as_bytes());
        sent.map_err(Broken::Lost)?;
        Ok(is_fin(message.as_bytes()))
    }

    /// Receives a message and shows it. Returns whether it was the last.
    ///
    /// # Errors
    /// The connection is lost, or the message could not be shown.
    pub fn hear(&mut self) -> Result<bool, Broken> {
        let mut buffer = [0; MESSAGE_BYTES];
        let message = match self.stream.read(&mut buffer) {
            Ok(0) => return Err(Broken::Lost(ErrorKind::UnexpectedEof.into())),
            Ok(length) => &buffer[..length],
            Err(error) => return Err(Broken::Lost(error)),
        };
        self.show(message).map_err(Broken::Local)?;
        Ok(is_fin(message))
    }

    fn show(&self, message: &[u8]) -> Result<(), Failure> {
        let id = match self.peer {
            Peer::Client => "chat-client",
            Peer::Server => "chat-server",
        };
        let text = [("message", visible_bytes(message).into())];
        print(&say(self.lang, id, &text), self.lang)?;
        if std::str::from_utf8(message).is_err() {
            complain(&say(self.lang, "chat-not-utf8", &[]));
        }
        Ok(())
    }
}
