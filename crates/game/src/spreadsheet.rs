//! Protection of exported cells against formula injection.

use std::borrow::Cow;

/// Prefixes a cell that a spreadsheet would evaluate as a formula with an apostrophe.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match cell.starts_with(SIGNS) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}
