//! Identifiers of players, rooms and browsers.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use crate::limits::ROOM_CODE_CHARS;

/// Milliseconds since 1970-01-01 UTC.
pub type Millis = u64;

/// 256 random bits from which all numbers and nonces of a room or a seat are derived. Secret.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed(pub [u8; 32]);

impl fmt::Debug for Seed {
    /// Prints no seed, so that none reaches a log through a derived `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// A player's id: the hash of their [`Key`]. It does not suffice to resume the seat.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlayerId(#[serde(with = "hex_if_readable")] pub [u8; 16]);

impl Hash for PlayerId {
    /// The id is a hash already: 64 of its bits suffice for a table, which each guess looks up.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        state.write_u64(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
    }
}

impl fmt::Debug for PlayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlayerId({self})")
    }
}

impl fmt::Display for PlayerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// 80 random bits that prove the ownership of a seat. With the room's code they form the
/// [`ResumeCode`]. Only their hash ([`Key::player`]) is journaled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub [u8; 10]);

impl Key {
    /// The id of the player with this key.
    pub fn player(&self) -> PlayerId {
        let hash = Sha256::new()
            .chain_update(b"juste-prix player")
            .chain_update(self.0)
            .finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        PlayerId(id)
    }
}

impl fmt::Debug for Key {
    /// Prints no key: it is a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A shared room's code: 1 to 12 ASCII letters, digits or `_`, kept in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RoomCode {
    len: u8,
    chars: [u8; ROOM_CODE_CHARS],
}

impl RoomCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.chars[..self.len as usize])
            .expect("a room code holds ASCII only: from_str checks it")
    }
}

/// The name of the public hall where a room's code is expected.
pub const HALL: &str = "HALL";

impl RoomCode {
    /// Whether this is a room of the class with this code: half-groups have the same code before the
    /// first `_`, such as `4821` and `4821_2`.
    pub fn is_of_class(&self, class: &RoomCode) -> bool {
        let class = class.as_str();
        let rest = self.as_str().strip_prefix(class);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    }
}

impl FromStr for RoomCode {
    type Err = ();

    /// Accepts any case, but not `HALL`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if text.is_empty() || text.len() > ROOM_CODE_CHARS || !text.bytes().all(valid) {
            return Err(());
        }
        if text.eq_ignore_ascii_case(HALL) {
            return Err(());
        }
        let mut chars = [0; ROOM_CODE_CHARS];
        chars[..text.len()].copy_from_slice(text.to_ascii_uppercase().as_bytes());
        Ok(RoomCode {
            len: text.len() as u8,
            chars,
        })
    }
}

impl<'de> Deserialize<'de> for RoomCode {
    /// Accepts what `Serialize` wrote and nothing else: [`RoomCode::as_str`] relies on it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            len: u8,
            chars: [u8; ROOM_CODE_CHARS],
        }
        let Parts { len, chars } = Parts::deserialize(deserializer)?;
        let text = chars.get(..usize::from(len));
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let code = text.and_then(|text| text.parse().ok());
        code.ok_or_else(|| D::Error::custom("not a room's code"))
    }
}

impl fmt::Debug for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A browser's id: 128 random bits that it stores until it is closed. Used only for fair shares,
/// and to keep barred players out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BrowserId(#[serde(with = "hex_if_readable")] pub [u8; 16]);

/// 16 bytes as lower-case hexadecimal digits in JSON, and as they are in the journal's encoding.
mod hex_if_readable {
    use super::*;
    use serde::Serializer;

    pub fn serialize<S: Serializer>(bytes: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            HEXLOWER.encode(bytes).serialize(serializer)
        } else {
            bytes.serialize(serializer)
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer);
        }
        let text = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| D::Error::custom("not 32 hexadecimal digits"))
    }
}

/// A sequence of entries that is ordered and applied on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RoomId {
    /// The public hall: each of its players has a room of one.
    Hall(PlayerId),
    /// A room that several players share.
    Shared(RoomCode),
    /// The results of all rooms, for scores and exports; nobody plays there.
    Results,
}

impl RoomId {
    /// The name that players see: the room's code, or `HALL`.
    pub fn label(&self) -> &str {
        match self {
            RoomId::Hall(_) => HALL,
            RoomId::Shared(code) => code.as_str(),
            RoomId::Results => "RESULTS",
        }
    }
}

/// What a player types after `REPRENDRE`: `4821-ABCDEFGHIJKLMNOP`, the room and the key in base 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResumeCode {
    /// The shared room; `None` for the public hall.
    pub room: Option<RoomCode>,
    /// The key that proves the ownership.
    pub key: Key,
}

impl ResumeCode {
    /// The code that resumes a seat.
    pub fn new(room: RoomId, key: Key) -> Self {
        let room = match room {
            RoomId::Shared(code) => Some(code),
            RoomId::Hall(_) | RoomId::Results => None,
        };
        ResumeCode { room, key }
    }

    /// The room where the seat is.
    pub fn room_id(&self) -> RoomId {
        match self.room {
            Some(code) => RoomId::Shared(code),
            None => RoomId::Hall(self.key.player()),
        }
    }
}

impl fmt::Display for ResumeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let room = self.room.as_ref().map_or(HALL, RoomCode::as_str);
        write!(f, "{room}-{}", BASE32_NOPAD.encode(&self.key.0))
    }
}

impl FromStr for ResumeCode {
    type Err = ();

    /// Accepts any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (room, key) = text.trim().rsplit_once('-').ok_or(())?;
        let room = if room.eq_ignore_ascii_case(HALL) {
            None
        } else {
            Some(room.parse()?)
        };
        let bytes = BASE32_NOPAD
            .decode(key.to_ascii_uppercase().as_bytes())
            .map_err(drop)?;
        let key = Key(bytes.try_into().map_err(drop)?);
        Ok(ResumeCode { room, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resume_code_reads_back_in_any_case() {
        let code = ResumeCode {
            room: "class4".parse().ok(),
            key: Key([7; 10]),
        };
        let text = code.to_string();
        assert_eq!(text.to_lowercase().parse(), Ok(code), "{text}");
        let hall = ResumeCode { room: None, ..code };
        assert_eq!(hall.to_string().parse(), Ok(hall));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            "-",
            "HALL-",
            "4821-ABC",
            "48 21-DMDQOBYHA4DQOBYH",
            "4821",
        ] {
            assert_eq!(text.parse::<ResumeCode>(), Err(()), "{text:?}");
        }
        for text in ["", "hall", "a-b", "é", "ABCDEFGHIJKLM"] {
            assert_eq!(text.parse::<RoomCode>(), Err(()), "{text:?}");
        }
    }

    #[test]
    fn secrets_do_not_show_through_debug() {
        let shown = format!("{:?} {:?}", Seed([200; 32]), Key([200; 10]));
        assert!(!shown.contains("200"), "{shown}");
    }
}
