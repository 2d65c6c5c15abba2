//! Makes text of strangers safe to show on a terminal.
//!
//! A peer's message, a name on the network or a key in a file may hold characters that a terminal
//! obeys, that reorder the text beside them, or that cannot be seen. They are written as Python writes
//! them in a literal: `\n`, `\x1b`, `\u202e`, `\U000e0041`. [`phrases::say`](crate::phrases::say) does so with each
//! text that it inserts into a sentence.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether a character is invisible or changes how others are displayed: a control, bidi mark,
/// filler, variation selector, line separator, private or unassigned character.
pub fn is_hidden(c: char) -> bool {
    use GeneralCategory::{LineSeparator, ParagraphSeparator};
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let breaks_lines = matches!(c.general_category(), LineSeparator | ParagraphSeparator);
    // "Other" are controls, formats, private, unassigned.
    c.general_category_group() == GeneralCategoryGroup::Other || breaks_lines || is_blank_glyph(c)
}

/// Characters that Unicode classifies as letters, marks or symbols but that are invisible: the
/// default ignorable ones, and those drawn as blanks.
fn is_blank_glyph(c: char) -> bool {
    matches!(c,
        '\u{34F}' // combining grapheme joiner
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{17B4}' | '\u{17B5}' // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}' // Mongolian free variation selectors
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' // variation selectors
        | '\u{2800}' // blank braille pattern
        | '\u{13441}' | '\u{13442}' // blank hieroglyphs
        | '\u{16FE4}' // Khitan filler
        | '\u{1D159}') // null notehead
}

/// Appends a character, escaped if it is hidden.
pub fn push(text: &mut String, c: char) {
    let code = u32::from(c);
    // Writing to a String cannot fail.
    let _ = match c {
        '\n' | '\r' | '\t' => write!(text, "{}", c.escape_default()),
        _ if !is_hidden(c) => write!(text, "{c}"),
        // As a byte it would not be UTF-8: only ASCII is one byte.
        _ if code < 0x80 => write!(text, "\\x{code:02x}"),
        _ if code < 0x1_0000 => write!(text, "\\u{code:04x}"),
        _ => write!(text, "\\U{code:08x}"),
    };
}

/// The text with its hidden characters escaped.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(2 * text.len());
    text.chars().for_each(|c| push(&mut shown, c));
    Cow::Owned(shown)
}

/// The bytes as text. Bytes that are not UTF-8 are written as `\xff`, hidden characters are escaped.
pub fn visible_bytes(bytes: &[u8]) -> String {
    let mut shown = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push(&mut shown, c));
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// A JSON document whose strings have their hidden characters escaped as JSON does it (RFC 8259,
/// section 7), so that the document still means the same. Newlines between values stay.
pub fn json(document: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| c != '\n' && is_hidden(c);
    if !document.chars().any(is_hidden) {
        return Cow::Borrowed(document);
    }
    let mut shown = String::with_capacity(2 * document.len());
    for c in document.chars() {
        if !is_hidden(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_written_as_python_writes_it() {
        for (text, shown) in [
            ("Gagné\u{a0}!", "Gagné\u{a0}!"),
            ("a\n\u{1b}[2J", "a\\n\\x1b[2J"),
            ("\u{202e}gnp\u{200b}", "\\u202egnp\\u200b"),
            ("\u{e0041}\u{85}", "\\U000e0041\\u0085"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(
                visible(&visible(text)),
                shown,
                "a second time changes nothing"
            );
        }
        assert_eq!(visible_bytes(b"caf\xe9\0"), "caf\\xe9\\x00");
    }

    #[test]
    fn a_document_means_the_same() {
        let text = "\u{1b}[2J\u{7f}\u{202e}\u{e0041}é \\u202e";
        let document = serde_json::json!({ text: [text] });
        let shown = document.to_string();
        let shown = json(&shown);
        assert!(!shown.chars().any(is_hidden), "{shown}");
        let read: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(read, document);
    }
}
