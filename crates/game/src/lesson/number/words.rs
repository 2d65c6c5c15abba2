//! Number words: `quatre milliards`, `twenty-one`, and the words around numbers.

use crate::phrases::Lang;

/// The meaning of a word between numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A power of ten: `milliard`.
    Scale(u32),
    /// `puissance`.
    Power,
    /// `fois`.
    Times,
    /// `plus`, between two numbers.
    Plus,
    /// `moins`, between two numbers.
    Minus,
    /// A word that only connects others: `de`.
    Glue,
    /// Any other word, which separates two numbers.
    Other,
}

/// Powers of ten: the word, its power in French (the long scale) and in English (the short one).
const SCALES: [(&str, u32, u32); 30] = [
    ("mille", 3, 3),
    ("millier", 3, 3),
    ("thousand", 3, 3),
    ("million", 6, 6),
    ("milliard", 9, 9),
    ("md", 9, 9),
    ("mrd", 9, 9),
    ("bn", 9, 9),
    ("billion", 12, 9),
    ("billiard", 15, 15),
    ("trillion", 18, 12),
    ("trilliard", 21, 21),
    ("quadrillion", 24, 15),
    ("quadrilliard", 27, 27),
    ("quintillion", 30, 18),
    ("quintilliard", 33, 33),
    ("sextillion", 36, 21),
    ("sextilliard", 39, 39),
    ("septillion", 42, 24),
    ("septilliard", 45, 45),
    ("octillion", 48, 27),
    ("octilliard", 51, 51),
    ("nonillion", 54, 30),
    ("nonilliard", 57, 57),
    ("decillion", 60, 33),
    ("decilliard", 63, 63),
    ("undecillion", 66, 36),
    ("undecilliard", 69, 69),
    ("duodecillion", 72, 39),
    ("duodecilliard", 75, 75),
];

/// The meaning of a folded word between numbers, with the scale of the language.
pub fn meaning(word: &str, scale: Lang) -> Word {
    let one = word.strip_suffix('s').unwrap_or(word);
    if let Some((_, french, english)) = SCALES.iter().find(|it| it.0 == one) {
        return Word::Scale(match scale {
            Lang::Fr => *french,
            Lang::En => *english,
        });
    }
    match word {
        "puissance" | "exposant" | "power" | "exponent" => Word::Power,
        "fois" | "times" | "multiplie" | "multiplied" => Word::Times,
        "plus" => Word::Plus,
        "moins" | "minus" => Word::Minus,
        "a" | "la" | "le" | "les" | "l" | "de" | "d" | "des" | "du" | "par" | "of" | "to"
        | "the" | "by" => Word::Glue,
        _ => Word::Other,
    }
}

/// Numbers that are one word, in either language.
const SPELLED: [(&str, u32); 58] = [
    ("zero", 0),
    ("un", 1),
    ("une", 1),
    ("deux", 2),
    ("trois", 3),
    ("quatre", 4),
    ("cinq", 5),
    ("six", 6),
    ("sept", 7),
    ("huit", 8),
    ("neuf", 9),
    ("dix", 10),
    ("onze", 11),
    ("douze", 12),
    ("treize", 13),
    ("quatorze", 14),
    ("quinze", 15),
    ("seize", 16),
    ("vingt", 20),
    ("vingts", 20),
    ("trente", 30),
    ("quarante", 40),
    ("cinquante", 50),
    ("soixante", 60),
    ("septante", 70),
    ("huitante", 80),
    ("octante", 80),
    ("nonante", 90),
    ("cent", 100),
    ("cents", 100),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("thirteen", 13),
    ("fourteen", 14),
    ("fifteen", 15),
    ("sixteen", 16),
    ("seventeen", 17),
    ("eighteen", 18),
    ("nineteen", 19),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("hundred", 100),
    ("hundreds", 100),
];

/// The number below a thousand with which these folded words begin, and how many of them form it.
/// `un`, `une` and `one` alone are articles and not numbers.
pub fn spelled(words: &[&str]) -> Option<(u32, usize)> {
    let (mut total, mut used) = (None, 0);
    for (index, word) in words.iter().enumerate() {
        // In the middle of a number: vingt et un, one hundred and five.
        if matches!(*word, "et" | "and") && total.is_some() {
            continue;
        }
        let Some((_, value)) = SPELLED.iter().find(|it| it.0 == *word) else {
            break;
        };
        let Some(sum) = join(total, *value) else {
            break;
        };
        (total, used) = (Some(sum), index + 1);
    }
    let article = used == 1 && matches!(words[0], "un" | "une" | "one");
    let next = words.get(1).copied().unwrap_or_default();
    let counts = matches!(meaning(next, Lang::Fr), Word::Scale(_));
    (!article || counts).then_some((total?, used))
}

/// The number continued by this word, if it can continue it.
fn join(total: Option<u32>, value: u32) -> Option<u32> {
    match (total, value) {
        (None, value) => Some(value),
        // quatre-vingts
        (Some(total), 20) if total % 100 == 4 => Some(total + 76),
        (Some(total @ 1..=9), 100) => Some(total * 100),
        // soixante-dix, quatre-vingt-onze
        (Some(total), 1..=19) if total >= 20 && total % 20 == 0 => Some(total + value),
        (Some(total), 1..=9) if total > 9 && total % 10 == 0 => Some(total + value),
        // soixante-dix-sept
        (Some(total), 7..=9) if total % 20 == 10 && total > 60 => Some(total + value),
        (Some(total), 1..=99) if total >= 100 && total % 100 == 0 => Some(total + value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        let cases = [
            ("deux", 2),
            ("trente deux", 32),
            ("vingt et un", 21),
            ("soixante dix sept", 77),
            ("quatre vingts", 80),
            ("quatre vingt dix neuf", 99),
            ("deux cent quatre vingt quatorze", 294),
            ("neuf cent soixante sept", 967),
            ("cent vingt huit", 128),
            ("one hundred and twenty eight", 128),
            ("two hundred fifty six", 256),
        ];
        for (text, expected) in cases {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(spelled(&words), Some((expected, words.len())), "{text}");
        }
        assert_eq!(spelled(&["un", "peu"]), None);
        assert_eq!(spelled(&["un", "milliard"]), Some((1, 1)));
        assert_eq!(spelled(&["deux", "trois"]), Some((2, 1)));
        assert_eq!(spelled(&["machines"]), None);
    }
}
