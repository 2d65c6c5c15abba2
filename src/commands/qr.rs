//! QR codes drawn with the block characters of a terminal.

use fast_qr::qr::QRBuilder;

/// Light modules around the code, which readers need.
const MARGIN: usize = 2;

/// Draws a QR code: its lines, and their width in columns. `None` if the text is too long.
///
/// A character shows two modules, one above the other. The code is black on white whatever the
/// terminal's colours, since many readers accept nothing else.
pub fn lines(text: &str) -> Option<(Vec<String>, usize)> {
    let code = QRBuilder::new(text).build().ok()?;
    let size = code.size + 2 * MARGIN;
    let is_dark = |x: usize, y: usize| {
        let inside = |at: usize| (MARGIN..MARGIN + code.size).contains(&at);
        inside(x) && inside(y) && code[y - MARGIN][x - MARGIN].value()
    };
    let letter = |x: usize, y: usize| match (is_dark(x, y), is_dark(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let line = |y: usize| {
        let letters: String = (0..size).map(|x| letter(x, y)).collect();
        format!("\x1b[30;107m{letters}\x1b[0m")
    };
    Some(((0..size).step_by(2).map(line).collect(), size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_s_address_fits_any_terminal() {
        let (lines, columns) = lines("http://192.168.100.100:8080/#4821").expect("short enough");
        assert!(
            columns <= 40 && lines.len() <= 20,
            "{columns} {}",
            lines.len()
        );
        for line in &lines {
            let letters = line.chars().filter(|c| " ▀▄█".contains(*c)).count();
            assert_eq!(letters, columns, "{line}");
        }
    }
}
