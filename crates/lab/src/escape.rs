//! Shows bytes as a learner would write them in Python: `"Trop petit\n"`.

use std::fmt::Write;

use game::visible;

/// Characters shown of one message.
const SHOWN: usize = 120;

/// The bytes in quotes, with invisible characters escaped as Python does, and cut after [`SHOWN`]
/// characters with `…` and the number of bytes left out.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    let (mut chars, mut used) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if chars == SHOWN {
                return cut(text, bytes.len() - used);
            }
            push(&mut text, c);
            (chars, used) = (chars + 1, used + c.len_utf8());
        }
        for byte in chunk.invalid() {
            if chars == SHOWN {
                return cut(text, bytes.len() - used);
            }
            // Writing to a String cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
            (chars, used) = (chars + 1, used + 1);
        }
    }
    text.push('"');
    text
}

fn push(text: &mut String, c: char) {
    match c {
        '\\' => text.push_str("\\\\"),
        '"' => text.push_str("\\\""),
        _ => visible::push(text, c),
    }
}

fn cut(mut text: String, missing: usize) -> String {
    // Writing to a String cannot fail.
    let _ = write!(text, "\"… (+{missing})");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_python_writes_them() {
        for (bytes, shown) in [
            (&b"50"[..], r#""50""#),
            (b"Trop petit\r\n", r#""Trop petit\r\n""#),
            ("Gagn\u{e9} !".as_bytes(), "\"Gagné !\""),
            (b"caf\xe9\xff", r#""caf\xe9\xff""#),
            (b"\"\\\0\x1b", r#""\"\\\x00\x1b""#),
            ("\u{202e}".as_bytes(), r#""\u202e""#),
            (b"", r#""""#),
        ] {
            assert_eq!(escape(bytes), shown);
        }
    }

    #[test]
    fn a_flood_is_cut_and_says_how_much_is_missing() {
        assert_eq!(
            escape(&[b'9'; 1000]),
            format!("\"{}\"… (+880)", "9".repeat(120))
        );
        let shown = escape(&[0xff; 1000]);
        assert!(shown.ends_with("\\xff\"… (+880)"), "{shown}");
    }
}
