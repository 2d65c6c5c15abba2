//! Recognises the range that a server announces, as in « entre 1 et 100 », `1-100`, `from 0 to 50`,
//! and how many tries it gives.

use super::lexicon::{Role, entries, is_a};
use super::text::Heard;
use super::token::{Token, says};
use game::limits::NUMBER;
use game::rules::Range;

/// The ranges that a text announces, in order.
pub fn ranges(heard: &Heard) -> Vec<Range> {
    let all = &heard.tokens;
    let found = (0..all.len()).filter_map(|at| pair(heard, at));
    let found: Vec<Range> = found.collect();
    if !found.is_empty() {
        return found;
    }
    if let Some(range) = labelled(all) {
        return vec![range];
    }
    let one_sided = (0..all.len()).filter_map(|at| up_to(all, at));
    one_sided.collect()
}

/// The range that begins with the number at that token.
fn pair(heard: &Heard, at: usize) -> Option<Range> {
    let all = &heard.tokens;
    let min = number(all, at)?;
    let next = (at + 1..all.len().min(at + 7)).find(|next| number(all, *next).is_some())?;
    let max = number(all, next)?;
    let join = &all[at + 1..next];
    let has = |role| join.iter().any(|token| is_a(token, role));
    let sign = |signs: &[char]| {
        let mut tokens = join.iter();
        tokens.any(|token| matches!(token, Token::Sign(sign) if signs.contains(sign)))
    };
    let mut before = all[at.saturating_sub(2)..at].iter();
    let introduced = before.any(|token| is_a(token, Role::Between));
    let ends = join.iter().filter(|token| token.ends()).count();
    let dots = join.len() >= 2 && ends == join.len();
    let close = join.len() <= 2 && ends == 0;
    let dash = sign(&['-', '–', '—', '→', '~']);
    let joined = dots
        || sign(&['<', '≤'])
        || close && (dash || has(Role::To) || has(Role::And) && introduced)
        || ends == join.len() && (introduced || bracketed(&heard.text, min, max));
    let counts_tries = all
        .get(next + 1)
        .is_some_and(|token| is_a(token, Role::Tries));
    (joined && !counts_tries).then(|| range(min, max)).flatten()
}

/// The range whose ends are named: `"min": 1, "max": 100`, « minimum 1, maximum 100 ».
fn labelled(all: &[Token]) -> Option<Range> {
    let named = |role| {
        let at = all.iter().position(|token| is_a(token, role))?;
        let behind = all[at + 1..].iter().find(|token| !token.ends())?;
        match behind {
            Token::Number(number) => Some(*number),
            _ => None,
        }
    };
    range(named(Role::Lowest)?, named(Role::Highest)?)
}

fn number(all: &[Token], at: usize) -> Option<i64> {
    match all.get(at) {
        Some(Token::Number(number)) => Some(*number),
        _ => None,
    }
}

/// A range of at least two numbers within the game's limits.
fn range(min: i64, max: i64) -> Option<Range> {
    let limit = i64::from(NUMBER);
    let sound = min < max && min >= -limit && max <= limit;
    let range = || Range {
        min: min as i32,
        max: max as i32,
    };
    sound.then(range)
}

/// Whether the text contains the pair in brackets: `[1, 100]`, `(1,100)`.
fn bracketed(text: &str, min: i64, max: i64) -> bool {
    [("[", "]"), ("(", ")")].into_iter().any(|(open, close)| {
        let mut commas = [",", ", ", ";", "; "].into_iter();
        commas.any(|comma| text.contains(&format!("{open}{min}{comma}{max}{close}")))
    })
}

/// The range of « jusqu'à 100 », which begins at 1.
fn up_to(all: &[Token], at: usize) -> Option<Range> {
    let max = number(all, at)?;
    let mut phrases = entries(Role::UpTo).iter();
    let introduced = phrases.any(|entry| {
        let start = at.checked_sub(entry.phrase.split(' ').count());
        start.is_some_and(|start| says(&all[start..at], entry.phrase))
    });
    let counts_tries = all
        .get(at + 1)
        .is_some_and(|token| is_a(token, Role::Tries));
    (introduced && !counts_tries)
        .then(|| range(1, max))
        .flatten()
}

/// How many tries a greeting gives, or an answer says are left.
pub fn tries(heard: &Heard, greeting: bool) -> Option<u32> {
    let all = &heard.tokens;
    if !greeting && !all.iter().any(|token| is_a(token, Role::Left)) {
        return None;
    }
    // « Essai 3 » is an ordinal; « 3 essais » and « essais : 3 » are counts.
    let counted = |at: usize| {
        let mut behind = all[at + 1..all.len().min(at + 3)].iter();
        let several = |token: &Token| matches!(token, Token::Word(word) if word.ends_with('s'));
        let told = match &all[at.saturating_sub(2)..at] {
            [name, Token::Break] => is_a(name, Role::Tries) && several(name),
            _ => false,
        };
        told || behind.any(|token| is_a(token, Role::Tries))
    };
    let mut numbers = (0..all.len()).filter(|at| counted(*at));
    numbers.find_map(|at| u32::try_from(number(all, at)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(text: &str) -> Option<(i32, i32)> {
        let range = ranges(&Heard::new(text.as_bytes())).first().copied()?;
        Some((range.min, range.max))
    }

    #[test]
    fn ranges_read_in_many_spellings() {
        let cases = [
            ("Devine un nombre entre 1 et 100 :", (1, 100)),
            ("Nombre (1-100) ?", (1, 100)),
            ("Guess a number from 0 to 50", (0, 50)),
            ("between 1 and 1 000!", (1, 1000)),
            ("Adivina un número entre 1 y 8", (1, 8)),
            ("de 1 à 50", (1, 50)),
            ("um número de 1 a 100", (1, 100)),
            ("Errate eine Zahl zwischen 1 und 20", (1, 20)),
            ("Indovina un numero tra 1 e 100", (1, 100)),
            ("Zgadnij liczbę od 1 do 100", (1, 100)),
            ("między 5 a 9", (5, 9)),
            ("dans [1, 100]", (1, 100)),
            ("(1,100)", (1, 100)),
            ("1..100", (1, 100)),
            ("-10..10", (-10, 10)),
            ("0 <= n <= 255", (0, 255)),
            ("Un nombre jusqu'à 30", (1, 30)),
            ("{\"type\": \"debut\", \"min\": 1, \"max\": 100}", (1, 100)),
            ("nombre entre 1 et 100 inclus, 7 essais", (1, 100)),
        ];
        for (text, range) in cases {
            assert_eq!(announced(text), Some(range), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_range() {
        for text in [
            "Essai 3/10",
            "Tu as 7 essais",
            "1. Facile\n2. Moyen\n3. Difficile",
            "100",
            "HIGHER|3",
            "Joueur 1 : 5 points",
            "maximum 10 essais",
        ] {
            assert_eq!(announced(text), None, "{text}");
        }
    }

    #[test]
    fn tries_are_read_where_they_are_told() {
        let tries = |text: &str, greeting| tries(&Heard::new(text.as_bytes()), greeting);
        assert_eq!(tries("Entre 1 et 100, tu as 7 essais", true), Some(7));
        assert_eq!(tries("Vous avez encore 4 essai(s) !", false), Some(4));
        assert_eq!(tries("tries: 7", true), Some(7));
        assert_eq!(tries("Essai n°1 :", true), None);
        assert_eq!(tries("Bravo, en 5 essais", false), None);
    }
}
