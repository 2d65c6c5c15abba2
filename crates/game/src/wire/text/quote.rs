//! Quotes a message in an error: escaped, so that everything is visible, and shortened.

use std::fmt::Write;

use crate::limits::QUOTE_CHARS;
use crate::visible;

/// Escapes a message as Python writes bytes and text (`\xNN` a byte that is not UTF-8, `\x00`,
/// `\ufeff` or `\U000e0041` a character that can't be seen, `\r`, `\\` a backslash) and cuts it at
/// [`QUOTE_CHARS`] characters, with `…` where something is missing.
pub fn quote(message: &[u8]) -> Box<str> {
    let mut quoted = Quoted::default();
    // A character is at least one byte, so this much holds all that can be quoted; the 3 bytes
    // more see to it that no character of it is cut.
    let start = &message[..message.len().min(4 * QUOTE_CHARS + 3)];
    for chunk in start.utf8_chunks() {
        for c in chunk.valid().chars() {
            let fits = quoted.push(|text| match c {
                '\\' => text.push_str("\\\\"),
                _ => visible::push(text, c),
            });
            if !fits {
                return quoted.cut();
            }
        }
        for byte in chunk.invalid() {
            let fits = quoted.push(|text| {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\x{byte:02x}");
            });
            if !fits {
                return quoted.cut();
            }
        }
    }
    quoted.text.into()
}

#[derive(Default)]
struct Quoted {
    text: String,
    chars: usize,
}

impl Quoted {
    /// Appends what `piece` writes, or nothing if it does not fit.
    fn push(&mut self, piece: impl FnOnce(&mut String)) -> bool {
        let before = self.text.len();
        piece(&mut self.text);
        self.chars += self.text[before..].chars().count();
        let fits = self.chars <= QUOTE_CHARS;
        if !fits {
            self.text.truncate(before);
        }
        fits
    }

    fn cut(mut self) -> Box<str> {
        self.text.push('…');
        self.text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_can_not_be_seen_is_escaped() {
        for (message, quoted) in [
            (&b"abc"[..], "abc"),
            ("é « ２ »".as_bytes(), "é « ２ »"),
            (b"50\0", "50\\x00"),
            (b"caf\xe9", "caf\\xe9"),
            (b"\xff\xfb\x01", "\\xff\\xfb\\x01"),
            (b"a\\x00\r\n", "a\\\\x00\\r\\n"),
            ("\u{202e}24".as_bytes(), "\\u202e24"),
            ("\u{feff}50".as_bytes(), "\\ufeff50"),
            ("\u{85}\u{e0041}".as_bytes(), "\\u0085\\U000e0041"),
            (b"\xe2\x82", "\\xe2\\x82"),
        ] {
            assert_eq!(&*quote(message), quoted);
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let forty = "é".repeat(40);
        assert_eq!(*quote(forty.as_bytes()), *forty);
        assert_eq!(*quote("é".repeat(41).as_bytes()), *format!("{forty}…"));
        let zeros = "\\x00".repeat(10);
        assert_eq!(*quote(&[0; 1024]), *format!("{zeros}…"));
        let otters = "🦦".repeat(40);
        assert_eq!(*quote("🦦".repeat(256).as_bytes()), *format!("{otters}…"));
    }

    /// Undoes the escapes.
    fn unquote(quoted: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = quoted;
        while let Some(c) = rest.chars().next() {
            let escaped = if let Some(hex) = rest.strip_prefix("\\x") {
                bytes.push(u8::from_str_radix(&hex[..2], 16).expect("two hex digits"));
                4
            } else if let Some((digits, start)) = [(4, "\\u"), (8, "\\U")]
                .into_iter()
                .find(|(_, start)| rest.starts_with(start))
            {
                let hex = &rest[start.len()..][..digits];
                let code = u32::from_str_radix(hex, 16).expect("hex digits");
                let c = char::from_u32(code).expect("a character");
                bytes.extend_from_slice(c.to_string().as_bytes());
                start.len() + digits
            } else {
                let escaped = rest.strip_prefix('\\').map(|it| match it.as_bytes()[0] {
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'r' => b'\r',
                    byte => byte,
                });
                match escaped {
                    Some(byte) => bytes.push(byte),
                    None => bytes.extend_from_slice(c.to_string().as_bytes()),
                }
                escaped.map_or(c.len_utf8(), |_| 2)
            };
            rest = &rest[escaped..];
        }
        bytes
    }

    proptest! {
        /// Protects learners (they see what they really sent) and the line (nothing breaks it).
        #[test]
        fn a_quote_is_lossless_visible_and_bounded(message in prop_oneof![
            any::<Vec<u8>>(), any::<String>().prop_map(String::into_bytes), "[a\\\\{}xu\u{0}]*".prop_map(String::into_bytes)
        ]) {
            let quoted = quote(&message);
            prop_assert!(!quoted.chars().any(visible::is_hidden));
            prop_assert!(quoted.chars().count() <= QUOTE_CHARS + 1);
            let whole = unquote(&quoted) == message;
            let cut = quoted.strip_suffix('…').is_some_and(|s| message.starts_with(&unquote(s)));
            prop_assert!(whole || cut, "{}", quoted);
        }
    }
}
