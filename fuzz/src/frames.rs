//! WebSocket frames, however the stream is cut, compared with tungstenite.

use std::io::{self, Read, Write};

use game::limits::FRAME_MESSAGE;
use game::wire::websocket::{Event, WebSocket};
use tungstenite::Message;
use tungstenite::error::{CapacityError, Error};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};

use super::input::Input;

/// Checks that cuts do not change the messages, that no message is too long, that nothing follows
/// the end, and that tungstenite finds the same messages and the same reason to close.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let mut sent = Vec::new();
    let (mut socket, mut said) = (WebSocket::default(), Vec::new());
    let mut cut = Vec::new();
    while !input.is_over() {
        let chunk = input.chunk();
        sent.extend_from_slice(chunk);
        cut.extend(events(&mut socket, chunk, &mut said));
    }
    let (mut whole, mut said_whole) = (WebSocket::default(), Vec::new());
    let found = events(&mut whole, &sent, &mut said_whole);
    assert_eq!(cut, found, "a cut changed the messages");
    assert_eq!(said, said_whole, "a cut changed what was said");
    // Pings are given back; besides there is one close, which has a control frame's length.
    assert!(
        said.len() <= sent.len() + 127,
        "{} bytes were made of {}",
        said.len(),
        sent.len()
    );
    let (expected, mut expected_said, code) = reference(&sent);
    assert_eq!(found, expected, "tungstenite finds other messages");
    if let Some(code) = code {
        expected_said.extend_from_slice(&[0x88, 2]);
        expected_said.extend_from_slice(&u16::from(code).to_be_bytes());
    }
    assert_eq!(said, expected_said, "tungstenite answers otherwise");
}

fn events(socket: &mut WebSocket, mut chunk: &[u8], said: &mut Vec<u8>) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(event) = socket.next(&mut chunk, said) {
        if let Event::Message(message) = &event {
            assert!(message.len() <= FRAME_MESSAGE, "{} bytes", message.len());
        }
        events.push(event);
    }
    let closed = events.last() == Some(&Event::Closed);
    assert!(
        closed || chunk.is_empty() || events.is_empty(),
        "something is left over"
    );
    events
}

/// What tungstenite makes of the same bytes: the messages, the frames that answer them, and the
/// code of the close frame that is still to be written.
fn reference(sent: &[u8]) -> (Vec<Event>, Vec<u8>, Option<CloseCode>) {
    let config = WebSocketConfig::default()
        .write_buffer_size(0)
        .max_message_size(Some(FRAME_MESSAGE))
        .max_frame_size(Some(FRAME_MESSAGE));
    let mut context = WebSocketContext::new(Role::Server, Some(config));
    let mut pipe = Pipe {
        input: sent,
        output: Vec::new(),
    };
    let mut events = Vec::new();
    let code = loop {
        match context.read(&mut pipe) {
            Ok(Message::Text(text)) => events.push(Event::Message(text.as_bytes().to_vec())),
            Ok(Message::Binary(bytes)) => events.push(Event::Message(bytes.to_vec())),
            // It answers a code that may not be sent with a reason of its own.
            Ok(Message::Close(Some(close)))
                if close.code == CloseCode::Protocol && close.reason == "Protocol violation" =>
            {
                break Some(CloseCode::Protocol);
            }
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                return (events, pipe.output, None);
            }
            Err(Error::ConnectionClosed) => break None,
            Err(Error::Capacity(CapacityError::MessageTooLong { .. })) => {
                break Some(CloseCode::Size);
            }
            Err(Error::Utf8(_)) => break Some(CloseCode::Invalid),
            Err(_) => break Some(CloseCode::Protocol),
        }
    };
    events.push(Event::Closed);
    (events, pipe.output, code)
}

/// Two buffers as the stream that tungstenite reads and writes.
struct Pipe<'a> {
    input: &'a [u8],
    output: Vec<u8>,
}

impl Read for Pipe<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.input.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.input.read(buffer)
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
