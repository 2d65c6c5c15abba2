//! A message of the lesson's chat: which may be sent, and which ends the conversation.

use game::limits::MESSAGE_BYTES;

/// The message that ends a conversation, in any case.
pub const FIN: &str = "FIN";

/// Whether this message ends the conversation: in capitals it is `FIN`, as Python's `upper` makes them.
pub fn is_fin(message: &[u8]) -> bool {
    std::str::from_utf8(message).is_ok_and(|text| text.to_uppercase() == FIN)
}

/// A typed line as a message.
///
/// # Errors
/// The id of the phrase that says why the line cannot be sent.
pub fn sendable(line: Vec<u8>) -> Result<String, &'static str> {
    // A line that is too long was cut, perhaps inside a character.
    if line.len() > MESSAGE_BYTES {
        return Err("chat-too-long");
    }
    match String::from_utf8(line) {
        Ok(text) if text.is_empty() => Err("chat-empty"),
        Ok(text) => Ok(text),
        Err(_) => Err("chat-typed-not-utf8"),
    }
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
    fn a_message_fits_one_receive() {
        let e = |count| "é".repeat(count).into_bytes();
        assert_eq!(sendable(e(512)).map(|text| text.len()), Ok(1024));
        assert_eq!(
            sendable([e(512), b"!".to_vec()].concat()),
            Err("chat-too-long")
        );
        assert_eq!(sendable(Vec::new()), Err("chat-empty"));
        assert_eq!(sendable(b" ".to_vec()), Ok(" ".to_owned()));
        assert_eq!(sendable(b"caf\xe9".to_vec()), Err("chat-typed-not-utf8"));
    }
}
