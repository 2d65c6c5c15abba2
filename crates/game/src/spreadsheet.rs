//! Cells of exports that a spreadsheet must not take for formulas.

use std::borrow::Cow;

/// A spreadsheet takes text that begins so for a formula, and may run it: made harmless.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match cell.starts_with(SIGNS) {
        true => format!("'{cell}").into(),
        false => cell.into(),
    }
}
