//! How players reach the server: what a guess looks like there, and which bytes are an answer.
//!
//! Frames are built and parsed with tungstenite's functions but without its buffers, so that a player
//! costs the generator no more memory than the bytes of an unfinished frame.

use std::io::{self, Cursor};
use std::str::FromStr;

use memchr::memmem;
use serde::de::{self, Deserialize, Deserializer};
use serde::{Serialize, Serializer};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// Bytes of a frame at most; the server never sends longer ones.
const FRAME_BYTES: u64 = 1 << 20;

/// How players reach the server, and how they talk there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// Lines of text over TCP.
    #[default]
    Text,
    /// The page's port: JSON messages in a WebSocket, as the page itself sends them.
    WebSocketJson,
    /// The page's port: the text protocol in a WebSocket.
    WebSocketText,
    /// Lines over TCP to another kind of server, for comparison. It does not greet, and each guess is
    /// replaced by this line.
    Lines(&'static str),
}

impl FromStr for Transport {
    type Err = ();

    fn from_str(text: &str) -> Result<Transport, ()> {
        match text {
            "text" => Ok(Transport::Text),
            "ws" => Ok(Transport::WebSocketJson),
            "ws-text" => Ok(Transport::WebSocketText),
            _ => Err(()),
        }
    }
}

impl Serialize for Transport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Transport {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse()
            .map_err(|()| de::Error::custom("not a transport"))
    }
}

impl Transport {
    /// Its name on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Transport::Text => "text",
            Transport::WebSocketJson => "ws",
            Transport::WebSocketText => "ws-text",
            Transport::Lines(_) => "lines",
        }
    }

    /// The path of the WebSocket on the page's port; `None` for plain TCP.
    pub(crate) fn path(self) -> Option<&'static str> {
        match self {
            Transport::WebSocketJson => Some("/ws"),
            Transport::WebSocketText => Some("/ws/text"),
            Transport::Text | Transport::Lines(_) => None,
        }
    }

    /// Whether the server speaks first.
    pub(crate) fn is_greeted(self) -> bool {
        !matches!(self, Transport::Lines(_))
    }

    /// Appends a guess to `out`. `mask` is the frame's random mask.
    pub(crate) fn guess(self, number: &str, mask: [u8; 4], out: &mut Vec<u8>) {
        match self {
            Transport::Text => line(number, out),
            Transport::WebSocketJson => frame(
                &format!(r#"{{"type":"guess","value":{number}}}"#),
                mask,
                out,
            ),
            Transport::WebSocketText => frame(number, mask, out),
            Transport::Lines(request) => line(request, out),
        }
    }

    /// Appends the request to enter a room.
    pub(crate) fn enter(self, room: &str, mask: [u8; 4], out: &mut Vec<u8>) {
        let text = format!("ROOM {room}");
        match self {
            Transport::WebSocketJson => {
                frame(&format!(r#"{{"type":"room","room":"{room}"}}"#), mask, out)
            }
            Transport::WebSocketText => frame(&text, mask, out),
            Transport::Text | Transport::Lines(_) => line(&text, out),
        }
    }

    /// Whether an answer refuses the request, in either language.
    pub(crate) fn is_refusal(self, answer: &[u8]) -> bool {
        let has = |word: &str| memmem::find(answer, word.as_bytes()).is_some();
        match self {
            Transport::WebSocketJson => has(r#""type":"refused""#),
            Transport::Text | Transport::WebSocketText | Transport::Lines(_) => {
                has("Erreur : ") || has("Error: ")
            }
        }
    }

    /// Counts the answers in these bytes. Also returns the offset at which an unfinished answer begins.
    ///
    /// # Errors
    /// The bytes are no frames of the server, or it closes the conversation.
    pub(crate) fn answers(self, bytes: &[u8]) -> io::Result<(usize, usize)> {
        match self.path() {
            // Only the end of a line matters.
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
        if length > FRAME_BYTES {
            return Err(invalid());
        }
        let begin = taken + cursor.position() as usize;
        let end = begin + length as usize;
        let Some(payload) = bytes.get(begin..end) else {
            return Ok((answers, taken));
        };
        match header.opcode {
            // An event is not an answer.
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
        Transport::WebSocketText.guess("50", [1, 2, 3, 4], &mut out);
        assert_eq!(out, [0x81, 0x82, 1, 2, 3, 4, b'5' ^ 1, b'0' ^ 2]);
        out.clear();
        Transport::Text.guess("50", [1, 2, 3, 4], &mut out);
        assert_eq!(out, b"50\n");
    }

    #[test]
    fn answers_are_whole_frames_but_no_events() {
        let mut bytes =
            b"\x81\x07Gagn\xc3\xa9!\x81\x10{\"event\":\"room\"}\x8a\x00\x81\x05Trop".to_vec();
        let whole = 9 + 18 + 2;
        assert_eq!(
            Transport::WebSocketJson.answers(&bytes).expect("sound"),
            (1, whole),
            "an event and a pong are no answers, and the last has no end yet"
        );
        bytes.push(b'!');
        assert_eq!(
            Transport::WebSocketJson.answers(&bytes).expect("sound").0,
            2
        );
        assert!(
            Transport::WebSocketJson
                .answers(b"\x88\x02\x03\xe9")
                .is_err(),
            "a close"
        );
        assert!(
            Transport::WebSocketJson
                .answers(b"\x81\x7f\xff\0\0\0\0\0\0\0")
                .is_err(),
            "too long"
        );
        assert_eq!(
            Transport::Text.answers(b"Trop petit\nTrop").expect("sound"),
            (1, 15)
        );
    }

    #[test]
    fn transports_are_named_but_for_other_servers() {
        for word in ["text", "ws", "ws-text"] {
            assert_eq!(word.parse().map(Transport::word), Ok(word));
        }
        assert_eq!("lines".parse::<Transport>(), Err(()));
    }
}
