//! Text without the differences that typing makes: case, accents and compatibility forms.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lowercases a text and removes its accents and strokes (`Ł` is `l`). Compatibility forms become
/// plain ones: a full-width digit a digit, a no-break space a space.
pub fn fold(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c));
    letters
        .flat_map(char::to_lowercase)
        .map(without_stroke)
        .collect()
}

/// Unicode decomposes no letter into a stroke and the rest.
fn without_stroke(c: char) -> char {
    match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        'ß' => 's',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_forms_are_removed() {
        assert_eq!(fold("Échoué\u{a0}２"), "echoue 2");
        assert_eq!(fold("Łódź, Ø"), "lodz, o");
    }
}
