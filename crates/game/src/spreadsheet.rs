//! Protection of exported cells against formula injection.

use std::borrow::Cow;

/// What makes a spreadsheet take a cell for a formula.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What a spreadsheet may take for the end of a cell, whatever the file's own separator is: Excel and
/// LibreOffice take a comma, a semicolon or a tab, by the country or by the person who opens the file.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];
/// What may stand before a formula in its cell.
const SKIPPED: [char; 3] = [' ', '"', '\u{a0}'];

/// Puts an apostrophe before each part of a cell that a spreadsheet would evaluate as a formula,
/// whichever separator it splits the file at.
pub fn defuse(cell: &str) -> Cow<'_, str> {
    if !cell.contains(SIGNS) && !cell.starts_with(SEPARATORS) {
        return cell.into();
    }
    let mut defused = String::with_capacity(cell.len() + 2);
    let mut begins = true;
    if cell.starts_with(SEPARATORS) {
        defused.push('\'');
    }
    for char in cell.chars() {
        if begins && SIGNS.contains(&char) {
            defused.push('\'');
        }
        begins = SEPARATORS.contains(&char) || (begins && SKIPPED.contains(&char));
        defused.push(char);
    }
    match defused.len() == cell.len() {
        true => cell.into(),
        false => defused.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_separator_makes_a_formula_of_a_part() {
        let cells = [
            ("Léa", "Léa"),
            ("a-b = c", "a-b = c"),
            ("=1+1", "'=1+1"),
            ("\t=1", "'\t'=1"),
            (";=cmd|'/C calc'!A", "';'=cmd|'/C calc'!A"),
            ("a; \"=1", "a; \"'=1"),
            ("x,@y|+z", "x,'@y|'+z"),
            ("", ""),
        ];
        for (cell, expected) in cells {
            assert_eq!(defuse(cell), expected, "{cell:?}");
        }
    }
}
