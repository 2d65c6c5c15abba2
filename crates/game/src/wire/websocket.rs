//! WebSocket frames (RFC 6455) to messages and back, without a socket: tungstenite's protocol
//! over buffers in memory.
//!
//! The handshake is the web listener's; this begins after it. Pings are answered, a close is
//! acknowledged. State: one read buffer of [`FRAME_BUFFER`], and a message that has not ended, at
//! most [`FRAME_MESSAGE`].

use std::io::{self, Read, Write};

use tungstenite::Message;
use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader, Utf8Bytes};
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};

use crate::limits::{FRAME_BUFFER, FRAME_MESSAGE};

/// One connection's frames.
#[derive(Debug)]
pub struct WebSocket {
    context: WebSocketContext,
    /// Whether bytes that were taken may hold another message.
    more: bool,
    /// Whether a close was said, by either side.
    closed: bool,
}

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A message, text or binary: what it means is in its bytes.
    Message(Vec<u8>),
    /// The client says that it closes, or breaks the protocol; why the latter is in the close
    /// frame that it was sent.
    Closed,
}

impl Default for WebSocket {
    fn default() -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(FRAME_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(FRAME_MESSAGE))
            .max_frame_size(Some(FRAME_MESSAGE));
        WebSocket {
            context: WebSocketContext::new(Role::Server, Some(config)),
            more: false,
            closed: false,
        }
    }
}

impl WebSocket {
    /// Whether [`next`](Self::next) may find a message without more input.
    pub fn has_more(&self) -> bool {
        self.more
    }

    /// Takes the next message off the input; keeps what has no end yet. What the protocol has to
    /// say by itself is added to `output`.
    pub fn next(&mut self, input: &mut &[u8], output: &mut Vec<u8>) -> Option<Event> {
        while !self.closed {
            let mut pipe = Pipe { input, output };
            match self.context.read(&mut pipe) {
                Ok(Message::Text(text)) => return self.message(text.as_bytes().to_vec()),
                Ok(Message::Binary(bytes)) => return self.message(bytes.to_vec()),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.more = false;
                    return None;
                }
                Err(Error::ConnectionClosed) => return self.over(),
                Err(error) => {
                    self.close(code_of(&error), output);
                    return self.over();
                }
            }
        }
        None
    }

    fn message(&mut self, bytes: Vec<u8>) -> Option<Event> {
        self.more = true;
        Some(Event::Message(bytes))
    }

    fn over(&mut self) -> Option<Event> {
        self.more = false;
        self.closed = true;
        Some(Event::Closed)
    }

    /// Writes a message as one frame. Nothing after a close.
    pub fn write(&self, message: &[u8], output: &mut Vec<u8>) {
        if self.closed {
            return;
        }
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Text),
            ..FrameHeader::default()
        };
        header
            .format(message.len() as u64, output)
            .expect("memory takes it");
        output.extend_from_slice(message);
    }

    /// Says that the server goes away.
    pub fn go_away(&mut self, output: &mut Vec<u8>) {
        self.close(CloseCode::Away, output);
    }

    fn close(&mut self, code: CloseCode, output: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.closed, true) {
            let reason = Utf8Bytes::from_static("");
            Frame::close(Some(CloseFrame { code, reason }))
                .format(output)
                .expect("memory takes it");
        }
    }
}

/// What the peer did wrong, as RFC 6455 numbers it.
fn code_of(error: &Error) -> CloseCode {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => CloseCode::Size,
        Error::Utf8(_) => CloseCode::Invalid,
        _ => CloseCode::Protocol,
    }
}

/// The two buffers as the stream that tungstenite expects.
struct Pipe<'a, 'b> {
    input: &'a mut &'b [u8],
    output: &'a mut Vec<u8>,
}

impl Read for Pipe<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for Pipe<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a browser sends: masked.
    fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![opcode];
        match payload.len() {
            short @ 0..126 => frame.push(0x80 | short as u8),
            long => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&(long as u16).to_be_bytes());
            }
        }
        let mask = [7, 1, 2, 3];
        frame.extend_from_slice(&mask);
        let bytes = payload.iter().enumerate();
        frame.extend(bytes.map(|(index, byte)| byte ^ mask[index % 4]));
        frame
    }

    fn events(socket: &mut WebSocket, mut input: &[u8]) -> (Vec<Event>, Vec<u8>) {
        let (mut found, mut output) = (Vec::new(), Vec::new());
        while let Some(event) = socket.next(&mut input, &mut output) {
            found.push(event);
        }
        (found, output)
    }

    fn message(text: &str) -> Event {
        Event::Message(text.into())
    }

    #[test]
    fn frames_are_messages_fragments_too() {
        let mut bytes = masked(0x81, b"50");
        bytes.extend(masked(0x82, b"25"));
        bytes.extend(masked(0x01, b"1"));
        bytes.extend(masked(0x89, b"ping"));
        bytes.extend(masked(0x80, b"2"));
        let (found, output) = events(&mut WebSocket::default(), &bytes);
        assert_eq!(found, [message("50"), message("25"), message("12")]);
        assert_eq!(output, b"\x8a\x04ping");
    }

    #[test]
    fn a_close_is_acknowledged_and_ends_it() {
        let mut bytes = masked(0x88, &1001u16.to_be_bytes());
        bytes.extend(masked(0x81, b"50"));
        let mut socket = WebSocket::default();
        let (found, mut output) = events(&mut socket, &bytes);
        assert_eq!(found, [Event::Closed]);
        assert_eq!(output, b"\x88\x02\x03\xe9");
        socket.write(b"late", &mut output);
        socket.go_away(&mut output);
        assert_eq!(output.len(), 4);
    }

    #[test]
    fn who_breaks_the_protocol_is_told_how() {
        let table: &[(&[u8], u16)] = &[
            (b"\x81\x0250", 1002),
            (&masked(0x81, b"\xff\xfe"), 1007),
            (&masked(0x81, &[b'9'; FRAME_MESSAGE + 1]), 1009),
            (&masked(0x83, b"50"), 1002),
            (b"GET / HTTP/1.1\r\n\r\n", 1002),
        ];
        for (bytes, code) in table {
            let (found, output) = events(&mut WebSocket::default(), bytes);
            assert_eq!(found, [Event::Closed], "{}", bytes.escape_ascii());
            assert_eq!(output[..2], *b"\x88\x02");
            assert_eq!(output[2..], code.to_be_bytes(), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn an_answer_is_one_frame_whatever_its_length() {
        let socket = WebSocket::default();
        let mut output = Vec::new();
        socket.write(b"Trop petit", &mut output);
        assert_eq!(output, b"\x81\x0aTrop petit");
        output.clear();
        socket.write(&[b'x'; 300], &mut output);
        assert_eq!(output[..4], *b"\x81\x7e\x01\x2c");
    }

    proptest! {
        /// However the bytes are cut, the messages are the same.
        #[test]
        fn splits_do_not_matter(
            texts in prop::collection::vec("[a-z0-9é]{0,200}", 1..6),
            cut in 1usize..50,
        ) {
            let bytes: Vec<u8> = texts.iter().flat_map(|text| masked(0x81, text.as_bytes())).collect();
            let mut socket = WebSocket::default();
            let mut found = Vec::new();
            for chunk in bytes.chunks(cut) {
                found.extend(events(&mut socket, chunk).0);
            }
            let expected: Vec<Event> = texts.iter().map(|text| message(text)).collect();
            prop_assert_eq!(found, expected);
        }

        /// No bytes make it panic, and after a close it says nothing more.
        #[test]
        fn anything_may_come(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8)) {
            let mut socket = WebSocket::default();
            for chunk in &chunks {
                events(&mut socket, chunk);
            }
        }
    }
}
