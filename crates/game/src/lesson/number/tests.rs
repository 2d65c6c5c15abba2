//! Numbers in all their writings are the same number.

use proptest::prelude::*;

use super::quantity::Quantity;
use super::read::{Reading, read};
use crate::phrases::Lang;

/// The digits in groups of three.
fn grouped(number: u128, separator: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

/// The ways to write an integer that say it exactly.
fn writings(number: u128, lang: Lang) -> Vec<String> {
    let mut all = vec![number.to_string()];
    let separators = [" ", "\u{a0}", "\u{202f}", "'", "’", "_", ".", ","];
    // A single mark before three digits may begin decimals.
    let lone = number < 1_000_000;
    let kept = separators
        .iter()
        .filter(|it| !(lone && matches!(**it, "." | ",")));
    all.extend(kept.map(|separator| grouped(number, separator)));
    let (whole, rest) = (number / 1_000_000, number % 1_000_000);
    let mark = if lang == Lang::Fr { ',' } else { '.' };
    all.push(format!("{whole}{mark}{rest:06} million"));
    all.push(format!("{whole}{mark}{rest:06}e6"));
    all.push(format!("{whole}{mark}{rest:06} × 10^6"));
    all.push(format!("({whole} * 1000 * 1000) + {rest}"));
    all.push(format!("on en trouve {number} !"));
    all
}

proptest! {
    /// Protects fairness: nobody is wrong for the way they write.
    #[test]
    fn every_writing_of_a_number_agrees(number in prop_oneof![any::<u128>(), any::<u32>().prop_map(u128::from)]) {
        for lang in [Lang::Fr, Lang::En] {
            let expected = Quantity::new(number.into(), 0).map(Reading::Number);
            for text in writings(number, lang) {
                prop_assert_eq!(read(&text, lang), Vec::from_iter(expected.clone()), "{}", text);
            }
        }
    }

    #[test]
    fn every_writing_of_a_power_agrees(base in 0_u32..70_000, exponent in 0_u32..40) {
        let raised: String = exponent.to_string().chars().map(|c| {
            "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().nth(c.to_digit(10).expect("a digit") as usize).expect("ten digits")
        }).collect();
        let product = vec![base.to_string(); exponent as usize].join(" × ");
        let by_hand = if exponent == 0 { "1" } else { &product };
        let expected = read(by_hand, Lang::Fr);
        prop_assert_eq!(expected.len(), 1);
        for text in [format!("{base}^{exponent}"), format!("{base}**{exponent}"), format!("{base}{raised}"),
            format!("{base} puissance {exponent}"), format!("({base})^({exponent})")]
        {
            prop_assert_eq!(&read(&text, Lang::Fr), &expected, "{}", text);
        }
    }
}
