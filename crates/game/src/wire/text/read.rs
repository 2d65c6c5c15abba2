//! Parsing of messages.

use crate::limits::MESSAGE_BYTES;
use crate::protocol::{Misread, Pack, Request};
use crate::rules::HALL;

/// Parses a message, without its framing. One NUL at its end is ignored: it ends a string of C.
pub fn parse(message: &[u8]) -> Result<Request<'_>, Misread> {
    if message.len() > MESSAGE_BYTES {
        return Err(Misread::TooLong);
    }
    if is_utf16(message) {
        return Err(Misread::Utf16);
    }
    let text = std::str::from_utf8(message).map_err(|_| Misread::NotUtf8)?;
    let text = text.trim();
    let text = text.strip_suffix('\0').map_or(text, str::trim_end);
    if text.is_empty() {
        return Err(Misread::Empty);
    }
    if let Some(number) = integer(text) {
        return Ok(Request::Guess(number));
    }
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    command(word, rest.trim())
}

/// Whether a message begins with a byte order mark of UTF-16, or has a NUL in every second byte, as
/// ASCII text in UTF-16 does. One character and a NUL behind it are a string of C.
fn is_utf16(message: &[u8]) -> bool {
    let every_second = |zeros: usize| {
        let is_due = |index: usize| index % 2 == zeros;
        let mut bytes = message.iter().enumerate();
        bytes.all(|(index, &byte)| (byte == 0) == is_due(index))
    };
    let is_marked = starts_utf16(message) || message.starts_with(b"\xfe\xff");
    is_marked || (message.len() > 1 && every_second(0)) || (message.len() > 2 && every_second(1))
}

/// Whether these bytes begin with the byte order mark of little-endian UTF-16 and an ASCII character:
/// to telnet they would be a command (`IAC DONT`).
pub fn starts_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, 1..=0x7f, 0, ..])
}

/// Parses an optional sign and ASCII digits. A number outside `i64` saturates: it is out of any
/// range either way.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nearest = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    // Digits and a sign fail to parse for their size only.
    Some(text.parse().unwrap_or(nearest))
}

/// Parses a command, in French or English and in any case, and its argument.
fn command<'a>(word: &str, rest: &'a str) -> Result<Request<'a>, Misread> {
    let is = |words: &[&str]| words.iter().any(|w| w.eq_ignore_ascii_case(word));
    if is(&["NOM", "NAME"]) {
        return Ok(Request::Name(rest));
    }
    if is(&["SALLE", "ROOM"]) {
        return room(rest);
    }
    if is(&["MOTS", "WORDS"]) {
        let pack = Pack::named(rest).ok_or(Misread::Pack)?;
        return Ok(Request::Words(pack));
    }
    if is(&["REPRENDRE", "RESUME"]) && !rest.is_empty() {
        let code = rest.parse().map_err(|()| Misread::ResumeCode)?;
        return Ok(Request::Resume(code));
    }
    // The others stand alone: `FIN de partie` is not the end.
    if !rest.is_empty() {
        return Err(Misread::Unknown);
    }
    if is(&["AIDE", "HELP"]) {
        Ok(Request::Help)
    } else if word.eq_ignore_ascii_case("SCORES") {
        Ok(Request::Scores)
    } else if is(&["REPRENDRE", "RESUME"]) {
        Ok(Request::Code)
    } else if is(&["PREUVE", "PROOF"]) {
        Ok(Request::Proof)
    } else if is(&["FIN", "QUIT", "EXIT", "BYE"]) {
        Ok(Request::Quit)
    } else {
        Err(Misread::Unknown)
    }
}

fn room(code: &str) -> Result<Request<'_>, Misread> {
    if code.eq_ignore_ascii_case(HALL) {
        return Ok(Request::Room(None));
    }
    let code = code.parse().map_err(|()| Misread::RoomCode)?;
    Ok(Request::Room(Some(code)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_read_or_misread(bytes: Vec<u8>) {
            // Reaching the end without a panic is the property.
            let _ = parse(&bytes);
        }

        /// Protects the promise that a guess is read however it is typed.
        #[test]
        fn any_integer_is_a_guess(n: i64, zeros in 0usize..50, blanks in "[ \t\r]{0,3}") {
            let sign = if n < 0 { "-" } else { "" };
            let text = format!("{blanks}{sign}{}{}{blanks}", "0".repeat(zeros), n.unsigned_abs());
            prop_assert_eq!(parse(text.as_bytes()), Ok(Request::Guess(n)));
        }

        #[test]
        fn letter_case_is_free(upper in proptest::collection::vec(any::<bool>(), 9)) {
            let word: String = "reprendre".chars().zip(upper)
                .map(|(c, up)| if up { c.to_ascii_uppercase() } else { c })
                .collect();
            prop_assert_eq!(parse(word.as_bytes()), Ok(Request::Code));
        }
    }
}
