//! A client that knows no framing: what it sends has no newline, what one receive brings is one
//! message.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::common::{connect, receive};

/// The client.
pub struct Unframed(pub TcpStream);

impl Unframed {
    /// Connects, and reads the greeting in one receive.
    pub fn greeted(address: SocketAddr) -> Unframed {
        let mut client = Unframed::quiet(address);
        let greeting = client.receive();
        assert!(
            greeting.starts_with("Bonjour\u{a0}! ") && greeting.ends_with(".\n"),
            "{greeting}"
        );
        client
    }

    /// Connects to a door that does not greet.
    pub fn quiet(address: SocketAddr) -> Unframed {
        Unframed(connect(address))
    }

    /// Sends these bytes at once.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).expect("the server reads");
    }

    /// One receive; empty at the end.
    pub fn receive(&mut self) -> String {
        String::from_utf8(receive(&mut self.0)).expect("UTF-8, and never a telnet option")
    }

    /// Sends a message and receives one.
    pub fn ask(&mut self, message: impl AsRef<[u8]>) -> String {
        self.send(message);
        self.receive()
    }

    /// All that comes until the end.
    pub fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.0
            .read_to_string(&mut rest)
            .expect("UTF-8, then the end");
        rest
    }

    /// Checks that nothing has come.
    pub fn hears_nothing(&mut self) {
        self.0.set_nonblocking(true).expect("a TCP socket");
        let heard = self.0.peek(&mut [0; 16]).map_err(|error| error.kind());
        assert_eq!(
            heard,
            Err(ErrorKind::WouldBlock),
            "nothing may come out of turn"
        );
        self.0.set_nonblocking(false).expect("a TCP socket");
    }
}
