//! The numbers that a server announces: « entre 1 et 100 », `1-100`, `from 0 to 50`, and how many
//! tries it gives.

use super::text::{Heard, Token};
use crate::game::Range;
use crate::limits::NUMBER;

/// Words that stand before a range.
const BETWEEN: &[&str] = &[
    "entre",
    "between",
    "from",
    "range",
    "intervalle",
    "de",
    "du",
    "desde",
    "del",
    "do",
    "zwischen",
    "von",
    "tra",
    "fra",
    "da",
    "dal",
    "miedzy",
    "pomiedzy",
    "od",
    "min",
    "in",
    "intervalo",
    "intervallo",
    "bereich",
    "zakres",
    "zakresu",
    "zakresie",
];
/// Words between its two numbers that need no other beside them.
const TO: &[&str] = &[
    "to", "through", "a", "au", "bis", "ate", "hasta", "al", "do", "jusqu", "jusque", "until",
];
/// Words between its two numbers that join anything else too.
const AND: &[&str] = &["et", "and", "y", "e", "und", "i", "ed", "max", "o"];
/// Words before the biggest number alone.
const UP_TO: &[&str] = &[
    "up to",
    "max",
    "maximum",
    "jusqu a",
    "inferieur a",
    "less than",
    "below",
    "under",
    "hasta",
    "menor que",
    "ate",
    "fino a",
    "maximo",
    "massimo",
    "hochstens",
    "maximal",
    "maksymalnie",
];
/// What tries are called.
pub const TRIES: &[&str] = &[
    "essai",
    "essais",
    "tentative",
    "tentatives",
    "coup",
    "coups",
    "chance",
    "chances",
    "vie",
    "vies",
    "try",
    "tries",
    "attempt",
    "attempts",
    "guesses",
    "lives",
    "turns",
    "intento",
    "intentos",
    "vidas",
    "oportunidades",
    "tentativas",
    "tentativa",
    "tentativi",
    "tentativo",
    "versuch",
    "versuche",
    "versuchen",
    "leben",
    "prob",
    "proby",
    "probe",
    "szans",
    "szanse",
];
/// Words that say that so many tries are left.
const LEFT: &[&str] = &[
    "encore",
    "reste",
    "restant",
    "restants",
    "restante",
    "restantes",
    "left",
    "remaining",
    "remain",
    "more",
    "quedan",
    "queda",
    "restam",
    "resta",
    "rimasti",
    "rimangono",
    "restano",
    "ubrig",
    "verbleibend",
    "verbleibende",
    "noch",
    "zostalo",
    "pozostalo",
    "pozostale",
];

/// The ranges that a text announces, in its order.
pub fn ranges(heard: &Heard) -> Vec<Range> {
    let all = &heard.tokens;
    let found = (0..all.len()).filter_map(|at| pair(heard, at));
    let found: Vec<Range> = found.collect();
    if !found.is_empty() {
        return found;
    }
    let one_sided = (0..all.len()).filter_map(|at| up_to(all, at));
    one_sided.collect()
}

/// The range that begins with the number there.
fn pair(heard: &Heard, at: usize) -> Option<Range> {
    let all = &heard.tokens;
    let Token::Number(min) = *all.get(at)? else {
        return None;
    };
    let next =
        (at + 1..all.len().min(at + 7)).find(|next| matches!(all[*next], Token::Number(_)))?;
    let Token::Number(max) = all[next] else {
        return None;
    };
    let join = &all[at + 1..next];
    let introduced = || {
        let before = &all[at.saturating_sub(2)..at];
        before
            .iter()
            .any(|token| BETWEEN.iter().any(|word| token.is(word)))
    };
    let word = |words: &[&str]| {
        join.iter()
            .any(|token| words.iter().any(|word| token.is(word)))
    };
    let dots = join.len() >= 2 && join.iter().all(Token::ends);
    let dash = join
        .iter()
        .any(|token| matches!(token, Token::Sign('-' | '–' | '—' | '→' | '~')));
    let compared = join
        .iter()
        .any(|token| matches!(token, Token::Sign('<' | '≤')));
    let ends = join.iter().filter(|token| token.ends()).count();
    let close = join.len() <= 2 && ends == 0;
    let joined = dots
        || compared
        || close && (dash || word(TO) || word(AND) && introduced())
        || ends == join.len() && (introduced() || bracketed(&heard.text, min, max));
    let told_of_tries = all
        .get(next + 1)
        .is_some_and(|token| TRIES.iter().any(|it| token.is(it)));
    let limit = i64::from(NUMBER);
    let sound = min < max && min >= -limit && max <= limit;
    (joined && sound && !told_of_tries).then_some(Range {
        min: i32::try_from(min).ok()?,
        max: i32::try_from(max).ok()?,
    })
}

/// `[1, 100]`, `(1,100)`.
fn bracketed(text: &str, min: i64, max: i64) -> bool {
    let brackets = [("[", "]"), ("(", ")")];
    let commas = [",", ", ", ";", "; "];
    let spelling = |open, comma, close| format!("{open}{min}{comma}{max}{close}");
    brackets.into_iter().any(|(open, close)| {
        commas
            .into_iter()
            .any(|comma| text.contains(&spelling(open, comma, close)))
    })
}

/// « jusqu'à 100 »: from 1.
fn up_to(all: &[Token], at: usize) -> Option<Range> {
    let Token::Number(max) = *all.get(at)? else {
        return None;
    };
    let phrase = |phrase: &&str| {
        let count = phrase.split(' ').count();
        let before = at.checked_sub(count).map(|start| &all[start..at]);
        before.is_some_and(|before| super::text::says(before, phrase))
    };
    let tries = all
        .get(at + 1)
        .is_some_and(|token| TRIES.iter().any(|it| token.is(it)));
    let sound = max > 1 && max <= i64::from(NUMBER) && !tries;
    (sound && UP_TO.iter().any(|it| phrase(&it))).then_some(Range {
        min: 1,
        max: i32::try_from(max).ok()?,
    })
}

/// How many tries a greeting gives, or an answer says are left.
pub fn tries(heard: &Heard, greeting: bool) -> Option<u32> {
    let all = &heard.tokens;
    let is = |token: &Token, words: &[&str]| words.iter().any(|word| token.is(word));
    let left = all.iter().any(|token| is(token, LEFT));
    if !greeting && !left {
        return None;
    }
    let counted = |at: usize| {
        let near = &all[at.saturating_sub(3)..all.len().min(at + 3)];
        near.iter().any(|token| is(token, TRIES))
    };
    (0..all.len()).find_map(|at| match all[at] {
        Token::Number(number) if counted(at) => u32::try_from(number).ok(),
        _ => None,
    })
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
        assert_eq!(tries("Bravo, en 5 essais", false), None);
    }
}
