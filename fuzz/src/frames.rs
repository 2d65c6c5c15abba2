//! WebSocket frames, however the stream is cut.

use game::limits::FRAME_MESSAGE;
use game::wire::websocket::{Event, WebSocket};

use super::input::Input;

/// Cut or whole, the messages are the same; none is too long; nothing comes after the end, and
/// the protocol says no more by itself than was asked.
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
}

fn events(socket: &mut WebSocket, mut chunk: &[u8], said: &mut Vec<u8>) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(event) = socket.next(&mut chunk, said) {
        if let Event::Message(message) = &event {
            assert!(message.len() <= FRAME_MESSAGE, "{} bytes", message.len());
        }
        events.push(event);
    }
    assert!(!socket.has_more(), "something is left over");
    events
}
