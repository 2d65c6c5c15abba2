//! Bytes beside their text: each byte has the column of its character, so that « é » is at the
//! place of C3 A9.
//!
//! ```text
//! 47 61 67 6E C3·A9 20 21 0A   Gagné· !␊
//! ```
//!
//! The bytes of one character are joined by a dot; in the text dots stand for all but the first of
//! them. Control characters are shown as symbols.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthChar;

use game::visible::is_hidden;

/// Columns of the offset in front of a row.
const NUMBER: usize = 5;

/// Stands for a byte that is not UTF-8.
const NO_TEXT: char = '\u{fffd}';
/// Stands for a byte of the character before.
const MORE: char = '·';
/// Stands for a character that the chunk leaves incomplete.
const BEGUN: char = '▸';
/// Stands for white space other than the space itself.
const OTHER_SPACE: char = '␣';
/// Stands for a character without a width, such as a combining accent, or one that is hidden.
const NO_PLACE: char = '◦';

/// One byte as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    byte: u8,
    /// The character in the text column; `None` after a character that is two columns wide.
    text: Option<char>,
    /// Whether the next byte belongs to the same character.
    joined: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A character of one byte.
    Plain,
    /// A byte of a longer character.
    Part,
    /// A control character.
    Control,
    /// A byte that is not UTF-8.
    Bad,
}

impl Kind {
    fn style(self) -> Style {
        match self {
            Kind::Plain => Style::new(),
            Kind::Part => Style::new().fg(Color::Yellow),
            Kind::Control => Style::new().add_modifier(Modifier::DIM),
            Kind::Bad => Style::new().fg(Color::Red),
        }
    }
}

/// How many bytes fit a row that is `columns` wide: 16, or 8.
pub fn row(columns: usize) -> usize {
    if columns > width(16) { 16 } else { 8 }
}

/// Columns of a row: the offset, the bytes, two spaces and the text.
fn width(row: usize) -> usize {
    NUMBER + 1 + 3 * row + 1 + row
}

/// The rows of a chunk, each of `row` bytes; `begun` is the beginning of a character that the chunk
/// before left incomplete.
pub fn rows(begun: &[u8], bytes: &[u8], row: usize) -> Vec<Line<'static>> {
    let cells = cells(begun, bytes);
    let numbered = cells.len() > row;
    let rows = cells.chunks(row).enumerate();
    rows.map(|(i, cells)| line(numbered.then_some(i * row), cells, row))
        .collect()
}

/// The bytes as text on one line, cut after `most` characters: for quotes in sentences.
pub fn text(bytes: &[u8], most: usize) -> String {
    let mut text = String::new();
    for (i, c) in String::from_utf8_lossy(bytes).chars().enumerate() {
        if i == most {
            text.push('…');
            break;
        }
        text.push(sign(c).0);
    }
    text
}

/// How many bytes at the end of `bytes` begin a character without completing it.
pub fn unfinished(bytes: &[u8]) -> usize {
    // A character has four bytes at most, so its beginning is among the last three.
    let tails = (1..=bytes.len().min(3)).rev();
    let mut tails = tails.map(|count| &bytes[bytes.len() - count..]);
    let begins = |tail: &&[u8]| {
        let error = std::str::from_utf8(tail).err();
        error.is_some_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    tails.find(begins).map_or(0, <[u8]>::len)
}

fn line(number: Option<usize>, cells: &[Cell], row: usize) -> Line<'static> {
    let number = match number {
        Some(number) => format!("{number:>NUMBER$} "),
        None => " ".repeat(NUMBER + 1),
    };
    let mut spans = vec![Span::styled(
        number,
        Style::new().add_modifier(Modifier::DIM),
    )];
    for cell in cells {
        let between = if cell.joined { MORE } else { ' ' };
        let hex = format!("{:02X}{between}", cell.byte);
        push(&mut spans, hex, cell.kind.style());
    }
    push(
        &mut spans,
        "   ".repeat(row - cells.len()) + " ",
        Style::new(),
    );
    for (i, cell) in cells.iter().enumerate() {
        // A wide character at the end of the row above leaves its second column to this row.
        let text = cell.text.or((i == 0).then_some(MORE));
        push(
            &mut spans,
            text.map(String::from).unwrap_or_default(),
            cell.kind.style(),
        );
    }
    Line::from(spans)
}

/// Appends text, to the last span if the style is the same.
fn push(spans: &mut Vec<Span<'static>>, text: String, style: Style) {
    match spans.last_mut() {
        Some(last) if last.style == style => last.content.to_mut().push_str(&text),
        _ => spans.push(Span::styled(text, style)),
    }
}

fn cells(begun: &[u8], bytes: &[u8]) -> Vec<Cell> {
    let whole = [begun, bytes].concat();
    let mut cells = Vec::with_capacity(whole.len());
    for chunk in whole.utf8_chunks() {
        for c in chunk.valid().chars() {
            character(&mut cells, c, begun.len());
        }
        for &byte in chunk.invalid() {
            cells.push(bad(byte, NO_TEXT));
        }
    }
    let cut = unfinished(&whole).min(bytes.len());
    let end = cells.len();
    for (i, cell) in cells[end - cut..].iter_mut().enumerate() {
        *cell = Cell {
            text: Some(if i == 0 { BEGUN } else { MORE }),
            joined: i + 1 < cut,
            kind: Kind::Part,
            ..*cell
        };
    }
    cells.split_off(begun.len())
}

fn bad(byte: u8, text: char) -> Cell {
    Cell {
        byte,
        text: Some(text),
        joined: false,
        kind: Kind::Bad,
    }
}

/// Appends the cells of a character. If its first `begun` bytes were in the chunk before, it is
/// shown at its first byte in this one.
fn character(cells: &mut Vec<Cell>, c: char, begun: usize) {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).as_bytes();
    let (sign, kind) = sign(c);
    let start = cells.len();
    let at = begun.saturating_sub(start);
    let wide = sign.width() == Some(2);
    for (i, &byte) in bytes.iter().enumerate() {
        let text = match i {
            // A wide character without a second column cannot be shown.
            _ if i == at && wide && at + 1 == bytes.len() => Some(NO_PLACE),
            _ if i == at => Some(sign),
            _ if i == at + 1 && wide => None,
            _ => Some(MORE),
        };
        let joined = i + 1 < bytes.len();
        cells.push(Cell {
            byte,
            text,
            joined,
            kind,
        });
    }
}

/// The symbol that stands for a character in the text.
fn sign(c: char) -> (char, Kind) {
    let kind = if c.is_ascii() {
        Kind::Plain
    } else {
        Kind::Part
    };
    match c {
        // U+2400 to U+241F are symbols for the control characters, in their order.
        '\0'..='\x1f' => (
            char::from_u32(0x2400 + c as u32).unwrap_or(NO_TEXT),
            Kind::Control,
        ),
        '\x7f' => ('␡', Kind::Control),
        _ if is_hidden(c) => (NO_PLACE, Kind::Control),
        ' ' => (c, kind),
        _ if c.is_whitespace() => (OTHER_SPACE, kind),
        _ if c.width().unwrap_or(0) == 0 => (NO_PLACE, kind),
        _ => (c, kind),
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;

    fn shown(begun: &[u8], bytes: &[u8]) -> Vec<String> {
        rows(begun, bytes, 16)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_character_stands_beside_its_bytes() {
        let row = &shown(b"", "Gagné !\n".as_bytes())[0];
        assert!(row.contains("47 61 67 6E C3·A9 20 21 0A "), "{row}");
        assert!(row.ends_with(" Gagné· !␊"), "{row}");
        let row = &shown(b"", "👋.\u{a0}?\r\n\t\0".as_bytes())[0];
        assert!(
            row.contains("F0·9F·91·8B 2E C2·A0 3F 0D 0A 09 00 "),
            "{row}"
        );
        assert!(row.ends_with(" 👋··.␣·?␍␊␉␀"), "{row}");
    }

    /// Protects what chunks are about: a character that is cut is visible on both sides of the cut.
    #[test]
    fn a_character_that_is_cut_is_seen_on_both_sides() {
        assert!(shown(b"", b"Gagn\xc3")[0].ends_with(" Gagn▸"));
        let rest = &shown(b"\xc3", b"\xa9 !")[0];
        assert!(
            rest.contains(" A9 20 21 ") && rest.ends_with(" é !"),
            "{rest}"
        );
        let wave = "👋".as_bytes();
        assert!(shown(b"", &wave[..3])[0].ends_with(" ▸··"));
        assert!(shown(&wave[..2], &wave[2..])[0].ends_with(" 👋"));
        assert!(shown(&wave[..3], &wave[3..])[0].ends_with(" ◦"));
        assert!(shown(&wave[..1], &wave[1..2])[0].ends_with(" ▸"));
    }

    #[test]
    fn what_is_no_text_is_shown_as_such() {
        assert!(shown(b"", b"\xff50\xe9 \x1b[2J")[0].ends_with(" �50� ␛[2J"));
        // An accent alone, and a mark that turns the line round.
        assert!(shown(b"", "a\u{301}\u{202e}\u{85}".as_bytes())[0].ends_with(" a◦·◦··◦·"));
        assert!(shown(b"\xc3", b"!")[0].ends_with(" !"));
    }

    /// Protects the columns: the text of each row begins in the same column and is as wide as its
    /// bytes.
    #[test]
    fn rows_are_aligned_whatever_the_bytes() {
        let wide = "数字".repeat(20);
        let text = "é👋aé\u{301}数\n".repeat(9);
        for bytes in [wide.as_bytes(), text.as_bytes(), &[0xf0; 40], b"50"] {
            for cut in 0..bytes.len().min(6) {
                let (before, after) = bytes.split_at(cut);
                let begun = &before[before.len() - unfinished(before)..];
                let rows = shown(begun, after);
                for (i, row) in rows.iter().enumerate() {
                    let count = after.len().saturating_sub(i * 16).min(16);
                    let width = width(16) - 16 + count;
                    // A wide character at a row's end has its second place beyond.
                    let over = row.width() - width;
                    assert!(over <= 1, "{row:?}");
                    assert!(over == 0 || rows[i + 1].contains(" ·"), "{rows:?}");
                }
            }
        }
    }

    #[test]
    fn a_quote_is_one_short_line() {
        assert_eq!(text("Gagné !\n".as_bytes(), 20), "Gagné !␊");
        assert_eq!(text("Gagné en 7 essais".as_bytes(), 8), "Gagné en…");
        assert_eq!(text(b"\x1b[2J\xe9", 8), "␛[2J\u{fffd}");
    }
}
