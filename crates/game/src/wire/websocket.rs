//! The server's side of a WebSocket connection (RFC 6455): frames to messages and back, without a
//! socket.
//!
//! The opening handshake is the web listener's; this begins after it. Pings are answered and a close
//! is acknowledged. A server's frames are not masked, so that nothing here needs randomness.

use crate::limits::FRAME_MESSAGE;

/// Opcodes (RFC 6455, section 5.2).
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// Bits of a header's two bytes.
const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0F;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7F;

/// Values of the length bits that announce a length of 2 or 8 bytes.
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;

/// Bytes of a control frame's payload, at most.
const CONTROL_PAYLOAD: usize = 125;

/// A status code of a close frame (RFC 6455, section 7.4.1).
type CloseCode = u16;
const GOING_AWAY: CloseCode = 1001;
const PROTOCOL_ERROR: CloseCode = 1002;
const INVALID_DATA: CloseCode = 1007;
const TOO_BIG: CloseCode = 1009;

/// The framing of one connection. It holds at most one frame and the earlier fragments of its
/// message, and no memory between messages.
#[derive(Debug, Default)]
pub struct WebSocket {
    /// What has arrived of the next frame: at most a header and [`FRAME_MESSAGE`] bytes.
    frame: Vec<u8>,
    /// The message whose last fragment has not arrived.
    unfinished: Option<Unfinished>,
    /// Whether a close frame was written.
    closed: bool,
}

/// What the bytes so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// A message, text or binary, of at most [`FRAME_MESSAGE`] bytes.
    Message(Vec<u8>),
    /// The client closed the connection or broke the protocol; the close frame that answers it has
    /// been written.
    Closed,
}

/// The fragments of a message, joined: at most [`FRAME_MESSAGE`] bytes.
#[derive(Debug)]
struct Unfinished {
    is_text: bool,
    bytes: Vec<u8>,
    /// How many of `bytes` are known to be UTF-8.
    checked: usize,
}

impl WebSocket {
    /// Takes the next message off the input, and what there is of an unfinished one. Appends pongs
    /// and close frames to `output`. After [`Event::Closed`], input is ignored.
    pub fn next(&mut self, input: &mut &[u8], output: &mut Vec<u8>) -> Option<Event> {
        while !self.closed {
            match self.take_frame(input) {
                Ok(None) => return None,
                Ok(Some(frame)) => match self.handle(frame, output) {
                    Ok(None) => {}
                    Ok(event) => return event,
                    Err(code) => return Some(self.fail(code, output)),
                },
                Err(code) => return Some(self.fail(code, output)),
            }
        }
        None
    }

    /// Appends a message to `output`, as one text frame. After a close it appends nothing.
    pub fn write(&self, message: &[u8], output: &mut Vec<u8>) {
        if !self.closed {
            write_frame(TEXT, message, output);
        }
    }

    /// Closes the connection because the server goes away.
    pub fn go_away(&mut self, output: &mut Vec<u8>) {
        self.close(&GOING_AWAY.to_be_bytes(), output);
    }

    fn fail(&mut self, code: CloseCode, output: &mut Vec<u8>) -> Event {
        self.close(&code.to_be_bytes(), output);
        Event::Closed
    }

    fn close(&mut self, payload: &[u8], output: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.closed, true) {
            write_frame(CLOSE, payload, output);
        }
    }

    /// Takes bytes off the input until a frame is complete. `None` if it is not.
    fn take_frame(&mut self, input: &mut &[u8]) -> Result<Option<Frame>, CloseCode> {
        loop {
            let missing = frame_length(&self.frame)? - self.frame.len();
            if missing == 0 {
                return Frame::parse(std::mem::take(&mut self.frame)).map(Some);
            }
            if input.is_empty() {
                return Ok(None);
            }
            let (taken, rest) = input.split_at(missing.min(input.len()));
            self.frame.extend_from_slice(taken);
            *input = rest;
        }
    }

    fn handle(&mut self, frame: Frame, output: &mut Vec<u8>) -> Result<Option<Event>, CloseCode> {
        let is_control = matches!(frame.opcode, CLOSE | PING | PONG);
        if is_control && (!frame.is_final || frame.payload.len() > CONTROL_PAYLOAD) {
            return Err(PROTOCOL_ERROR);
        }
        match frame.opcode {
            CLOSE => {
                check_close(&frame.payload)?;
                self.close(&frame.payload, output);
                Ok(Some(Event::Closed))
            }
            PING => {
                write_frame(PONG, &frame.payload, output);
                Ok(None)
            }
            PONG => Ok(None),
            _ => self.join(frame),
        }
    }

    /// Adds a data frame to its message, and returns the message if that was the last fragment.
    fn join(&mut self, frame: Frame) -> Result<Option<Event>, CloseCode> {
        let mut message = match (frame.opcode, self.unfinished.take()) {
            (CONTINUATION, Some(mut message)) => {
                if message.bytes.len() + frame.payload.len() > FRAME_MESSAGE {
                    return Err(TOO_BIG);
                }
                message.bytes.extend_from_slice(&frame.payload);
                message
            }
            (TEXT | BINARY, None) => Unfinished {
                is_text: frame.opcode == TEXT,
                bytes: frame.payload,
                checked: 0,
            },
            _ => return Err(PROTOCOL_ERROR),
        };
        if message.is_text {
            message.check_text(frame.is_final)?;
        }
        if frame.is_final {
            return Ok(Some(Event::Message(message.bytes)));
        }
        self.unfinished = Some(message);
        Ok(None)
    }
}

impl Unfinished {
    /// Checks that the bytes are UTF-8; before the last fragment, a character may be incomplete.
    fn check_text(&mut self, is_complete: bool) -> Result<(), CloseCode> {
        match std::str::from_utf8(&self.bytes[self.checked..]) {
            Ok(_) => self.checked = self.bytes.len(),
            Err(error) if error.error_len().is_none() && !is_complete => {
                self.checked += error.valid_up_to();
            }
            Err(_) => return Err(INVALID_DATA),
        }
        Ok(())
    }
}

/// One frame, unmasked.
struct Frame {
    is_final: bool,
    /// One of the six opcodes.
    opcode: u8,
    payload: Vec<u8>,
}

impl Frame {
    /// Splits a whole frame, as [`frame_length`] found its end.
    fn parse(mut frame: Vec<u8>) -> Result<Frame, CloseCode> {
        let (first, header) = (frame[0], header_length(frame[1]));
        // RFC 6455, section 5.1: a client's frames are masked. No extension uses the reserved bits.
        if frame[1] & MASKED == 0 || first & RESERVED != 0 {
            return Err(PROTOCOL_ERROR);
        }
        let mut payload = frame.split_off(header);
        let key = &frame[header - 4..];
        for chunk in payload.chunks_mut(key.len()) {
            for (byte, key) in chunk.iter_mut().zip(key) {
                *byte ^= key;
            }
        }
        Ok(Frame {
            is_final: first & FINAL != 0,
            opcode: first & OPCODE,
            payload,
        })
    }
}

/// Bytes of the header whose second byte this is.
fn header_length(second: u8) -> usize {
    let length = match second & LENGTH {
        LENGTH_16 => 2,
        LENGTH_64 => 8,
        _ => 0,
    };
    let key = if second & MASKED == 0 { 0 } else { 4 };
    2 + length + key
}

/// Bytes of the frame that begins with `start`: of its header, until that is complete.
///
/// # Errors
/// [`PROTOCOL_ERROR`] for an unknown opcode, [`TOO_BIG`] for a payload beyond [`FRAME_MESSAGE`].
fn frame_length(start: &[u8]) -> Result<usize, CloseCode> {
    let [first, second, rest @ ..] = start else {
        return Ok(2);
    };
    let header = header_length(*second);
    if start.len() < header {
        return Ok(header);
    }
    if !matches!(
        first & OPCODE,
        CONTINUATION | TEXT | BINARY | CLOSE | PING | PONG
    ) {
        return Err(PROTOCOL_ERROR);
    }
    let payload = match (second & LENGTH, rest) {
        (LENGTH_16, [a, b, ..]) => u64::from(u16::from_be_bytes([*a, *b])),
        (LENGTH_64, [a, b, c, d, e, f, g, h, ..]) => {
            u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h])
        }
        (short, _) => u64::from(short),
    };
    let payload = usize::try_from(payload).unwrap_or(usize::MAX);
    if payload > FRAME_MESSAGE {
        return Err(TOO_BIG);
    }
    Ok(header + payload)
}

/// Checks the payload of a close frame: nothing, or a code that may be sent and a reason in UTF-8.
fn check_close(payload: &[u8]) -> Result<(), CloseCode> {
    let (code, reason) = match payload {
        [] => return Ok(()),
        [a, b, reason @ ..] => (CloseCode::from_be_bytes([*a, *b]), reason),
        [_] => return Err(PROTOCOL_ERROR),
    };
    if std::str::from_utf8(reason).is_err() {
        return Err(INVALID_DATA);
    }
    match code {
        1000..=1003 | 1007..=1013 | 3000..=4999 => Ok(()),
        _ => Err(PROTOCOL_ERROR),
    }
}

/// Appends one whole frame.
fn write_frame(opcode: u8, payload: &[u8], output: &mut Vec<u8>) {
    output.push(FINAL | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ ..LENGTH_16), _) => output.push(short),
        (_, Ok(length)) => {
            output.push(LENGTH_16);
            output.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            output.push(LENGTH_64);
            output.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    output.extend_from_slice(payload);
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
