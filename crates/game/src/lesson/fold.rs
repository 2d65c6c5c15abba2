//! Words without what hands write differently: capitals, accents, spacing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case and without accents; a full-width digit is a digit, a no-break space a
/// space.
pub fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).collect()
}

/// The words of a text, folded: what is neither a letter nor a digit only separates. So
/// `127.0.0.1` is four words and `conn.send()` two.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_write_differently() {
        assert_eq!(fold("Échoué\u{a0}２"), "echoue 2");
        assert_eq!(words("« Fin »"), ["fin"]);
        assert_eq!(
            words("l’adresse 127.0.0.1 !"),
            ["l", "adresse", "127", "0", "0", "1"]
        );
        assert_eq!(words("MON_IP"), ["mon_ip"]);
        assert!(words(" … ").is_empty());
    }
}
