//! The doors by which players come: how they say a number there, and which bytes are an answer.
//!
//! Frames are built and read by tungstenite, without its buffers: a player costs the generator no
//! more than the bytes that have no end yet.

use std::io::{self, Cursor};
use std::str::FromStr;

use memchr::memmem;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// A frame longer than this is none of our server's.
const FRAME: u64 = 1 << 20;

/// Where players come in, and how they talk there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// The text door.
    #[default]
    Text,
    /// The page's port: objects, as the page itself talks.
    Socket,
    /// The page's port: the text protocol in WebSocket messages.
    SocketText,
    /// A Redis, for comparison: it does not greet, and is sent PING.
    Redis,
}

impl FromStr for Door {
    type Err = ();

    fn from_str(text: &str) -> Result<Door, ()> {
        let all = [Door::Text, Door::Socket, Door::SocketText];
        let named = |door: &Door| door.word() == text;
        all.into_iter().find(named).ok_or(())
    }
}

impl Door {
    /// As the command line names it.
    pub fn word(self) -> &'static str {
        match self {
            Door::Text => "text",
            Door::Socket => "ws",
            Door::SocketText => "ws-text",
            Door::Redis => "redis",
        }
    }

    /// What a WebSocket asks the page's port for; none for what is none.
    pub fn path(self) -> Option<&'static str> {
        match self {
            Door::Socket => Some("/ws"),
            Door::SocketText => Some("/ws/text"),
            Door::Text | Door::Redis => None,
        }
    }

    /// Appends a guess. The mask is what a browser draws for each frame.
    pub fn guess(self, number: &str, mask: [u8; 4], out: &mut Vec<u8>) {
        match self {
            Door::Text => line(number, out),
            Door::Socket => frame(
                &format!(r#"{{"type":"guess","value":{number}}}"#),
                mask,
                out,
            ),
            Door::SocketText => frame(number, mask, out),
            Door::Redis => line("PING", out),
        }
    }

    /// Appends the wish to enter a room.
    pub fn enter(self, room: &str, mask: [u8; 4], out: &mut Vec<u8>) {
        let text = format!("ROOM {room}");
        match self {
            Door::Socket => frame(&format!(r#"{{"type":"room","room":"{room}"}}"#), mask, out),
            Door::SocketText => frame(&text, mask, out),
            Door::Text | Door::Redis => line(&text, out),
        }
    }

    /// Whether what was asked for is refused, in either language.
    pub fn is_refusal(self, answer: &[u8]) -> bool {
        let has = |word: &str| memmem::find(answer, word.as_bytes()).is_some();
        match self {
            Door::Socket => has(r#""type":"refused""#),
            Door::Text | Door::SocketText | Door::Redis => has("Erreur : ") || has("Error: "),
        }
    }

    /// How many answers these bytes hold, and where what has no end yet begins.
    pub fn answers(self, bytes: &[u8]) -> io::Result<(usize, usize)> {
        match self.path() {
            // Of a line nothing but its end matters.
            None => Ok((memchr::memchr_iter(b'\n', bytes).count(), bytes.len())),
            Some(_) => frames(bytes),
        }
    }
}

fn line(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
    out.push(b'\n');
}

fn frame(text: &str, mask: [u8; 4], out: &mut Vec<u8>) {
    let header = FrameHeader {
        opcode: OpCode::Data(Data::Text),
        mask: Some(mask),
        ..FrameHeader::default()
    };
    let length = text.len() as u64;
    header.format(length, out).expect("memory takes it");
    let masked = text.bytes().zip(mask.into_iter().cycle());
    out.extend(masked.map(|(byte, mask)| byte ^ mask));
}

fn frames(bytes: &[u8]) -> io::Result<(usize, usize)> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let (mut answers, mut taken) = (0, 0);
    loop {
        let mut cursor = Cursor::new(&bytes[taken..]);
        let parsed = FrameHeader::parse(&mut cursor).map_err(|_| invalid())?;
        let Some((header, length)) = parsed else {
            return Ok((answers, taken));
        };
        if length > FRAME {
            return Err(invalid());
        }
        let begin = taken + cursor.position() as usize;
        let end = begin + length as usize;
        let Some(payload) = bytes.get(begin..end) else {
            return Ok((answers, taken));
        };
        match header.opcode {
            // What comes out of turn is not an answer.
            OpCode::Data(_) if memmem::find(payload, br#""event":"#).is_some() => {}
            OpCode::Data(_) => answers += usize::from(header.is_final),
            OpCode::Control(Control::Close) => return Err(io::ErrorKind::UnexpectedEof.into()),
            OpCode::Control(_) => {}
        }
        taken = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_a_masked_frame() {
        let mut out = Vec::new();
        Door::SocketText.guess("50", [1, 2, 3, 4], &mut out);
        assert_eq!(out, [0x81, 0x82, 1, 2, 3, 4, b'5' ^ 1, b'0' ^ 2]);
        out.clear();
        Door::Text.guess("50", [1, 2, 3, 4], &mut out);
        assert_eq!(out, b"50\n");
    }

    #[test]
    fn answers_are_whole_frames_that_came_in_turn() {
        let mut bytes =
            b"\x81\x07Gagn\xc3\xa9!\x81\x10{\"event\":\"room\"}\x8a\x00\x81\x05Trop".to_vec();
        let whole = 9 + 18 + 2;
        assert_eq!(
            Door::Socket.answers(&bytes).expect("sound"),
            (1, whole),
            "an event and a pong are no answers, and the last has no end yet"
        );
        bytes.push(b'!');
        assert_eq!(Door::Socket.answers(&bytes).expect("sound").0, 2);
        assert!(
            Door::Socket.answers(b"\x88\x02\x03\xe9").is_err(),
            "a close"
        );
        assert!(
            Door::Socket.answers(b"\x81\x7f\xff\0\0\0\0\0\0\0").is_err(),
            "too long"
        );
        assert_eq!(
            Door::Text.answers(b"Trop petit\nTrop").expect("sound"),
            (1, 15)
        );
    }

    #[test]
    fn doors_are_named_and_a_redis_is_not() {
        for word in ["text", "ws", "ws-text"] {
            assert_eq!(word.parse().map(Door::word), Ok(word));
        }
        assert_eq!("redis".parse::<Door>(), Err(()));
    }
}
