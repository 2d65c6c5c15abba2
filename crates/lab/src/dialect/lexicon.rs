//! The words of the game in seven languages, from `lexicon.txt`. They are a prior, no more: what an
//! answer means is decided by the game ([`super::infer`]).

use std::sync::OnceLock;

use super::token::{Token, says};

/// What a word does in a sentence of the game. The names are those of `lexicon.txt`, in its order,
/// where each is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is explained in lexicon.txt")]
pub enum Role {
    Big,
    Small,
    Bigger,
    Smaller,
    More,
    Less,
    Too,
    Not,
    Number,
    Article,
    Yours,
    Guess,
    Secret,
    Do,
    Than,
    Is,
    Found,
    PerhapsFound,
    Lost,
    Refused,
    Between,
    To,
    And,
    UpTo,
    Tries,
    Left,
    Name,
    Choice,
    Ready,
    Highest,
    Lowest,
    Again,
    AskGuess,
    Order,
    Easy,
    Quit,
}

const FILE: &str = include_str!("lexicon.txt");

/// A phrase, and the language that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The language's code.
    pub lang: &'static str,
    /// One word or several, small letters without accents.
    pub phrase: &'static str,
}

/// All phrases of a role.
pub fn entries(role: Role) -> &'static [Entry] {
    static LEXICON: OnceLock<Vec<Vec<Entry>>> = OnceLock::new();
    &LEXICON.get_or_init(|| FILE.split("\n[").skip(1).map(section).collect())[role as usize]
}

/// The lines `fr: grand, grande` behind a section's title.
fn section(text: &'static str) -> Vec<Entry> {
    let lines = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "));
    let entries = lines.flat_map(|(lang, phrases)| {
        phrases
            .split(", ")
            .map(move |phrase| Entry { lang, phrase })
    });
    entries.collect()
}

/// Whether a word has that role.
pub fn is(word: &str, role: Role) -> bool {
    entries(role).iter().any(|entry| entry.phrase == word)
}

/// Whether a token is a word of that role.
pub fn is_a(token: &Token, role: Role) -> bool {
    matches!(token, Token::Word(word) if is(word, role))
}

/// The first phrase of a role that is said there.
pub fn said(tokens: &[Token], role: Role) -> Option<Entry> {
    let phrases = entries(role).iter();
    phrases.copied().find(|entry| says(tokens, entry.phrase))
}

/// A whole way to answer, as learners write it: what tests and the check of clients play with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordPack {
    /// The language, by its code; `signs` and `codes` have none.
    pub lang: &'static str,
    /// The guess is smaller than the number.
    pub too_small: &'static str,
    /// The guess is bigger than the number.
    pub too_big: &'static str,
    /// The guess is the number.
    pub found: &'static str,
    /// What is said before each guess.
    pub prompt: &'static str,
}

const fn pack(lang: &'static str, answers: [&'static str; 4]) -> WordPack {
    let [too_small, too_big, found, prompt] = answers;
    WordPack {
        lang,
        too_small,
        too_big,
        found,
        prompt,
    }
}

/// Ways to answer, in every language and in signs.
#[rustfmt::skip]
pub const PACKS: &[WordPack] = &[
    pack("fr", ["Trop petit", "Trop grand", "Gagné !", "Ton nombre : "]),
    pack("fr", ["C'est plus", "C'est moins", "Bravo !", "Entrez un nombre entre 1 et 100 : "]),
    pack("fr", ["Plus grand", "Plus petit", "Bravo, tu as trouvé !", "Devine : "]),
    pack("fr", ["Le nombre est plus grand.", "Le nombre est plus petit.", "Félicitations", "? "]),
    pack("en", ["Too low", "Too high", "Correct!", "Enter a number: "]),
    pack("en", ["Too small", "Too big", "Congratulations, you win!", "Guess: "]),
    pack("en", ["Higher", "Lower", "You win", "Your guess? "]),
    pack("en", ["MORE", "LESS", "EQUAL", "> "]),
    pack("es", ["Demasiado bajo", "Demasiado alto", "¡Has acertado!", "Número: "]),
    pack("es", ["Mi número es mayor", "Mi número es menor", "¡Felicidades!", "Introduce un número: "]),
    pack("pt", ["Muito baixo", "Muito alto", "Parabéns!", "Digite um número: "]),
    pack("pt", ["O número é maior", "O número é menor", "Você acertou!", "Palpite: "]),
    pack("it", ["Troppo basso", "Troppo alto", "Hai vinto!", "Inserisci un numero: "]),
    pack("it", ["Il numero è più grande", "Il numero è più piccolo", "Esatto!", "Numero: "]),
    pack("de", ["Zu klein", "Zu groß", "Gewonnen!", "Deine Zahl: "]),
    pack("de", ["Zu niedrig", "Zu hoch", "Richtig!", "Rate: "]),
    pack("pl", ["Za mało", "Za dużo", "Brawo, wygrałeś!", "Podaj liczbę: "]),
    pack("pl", ["Za mała", "Za duża", "Gratulacje!", "Twoja liczba: "]),
    pack("signs", ["+", "-", "=", ""]),
    pack("codes", ["-1", "1", "0", ""]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use game::fold::fold;

    /// The roles, in the order of the file.
    const ROLES: [Role; 36] = [
        Role::Big,
        Role::Small,
        Role::Bigger,
        Role::Smaller,
        Role::More,
        Role::Less,
        Role::Too,
        Role::Not,
        Role::Number,
        Role::Article,
        Role::Yours,
        Role::Guess,
        Role::Secret,
        Role::Do,
        Role::Than,
        Role::Is,
        Role::Found,
        Role::PerhapsFound,
        Role::Lost,
        Role::Refused,
        Role::Between,
        Role::To,
        Role::And,
        Role::UpTo,
        Role::Tries,
        Role::Left,
        Role::Name,
        Role::Choice,
        Role::Ready,
        Role::Highest,
        Role::Lowest,
        Role::Again,
        Role::AskGuess,
        Role::Order,
        Role::Easy,
        Role::Quit,
    ];

    #[test]
    fn the_file_has_the_roles_in_their_order() {
        let titles = FILE
            .split("\n[")
            .skip(1)
            .filter_map(|text| text.split(']').next());
        let titles: Vec<String> = titles.map(|title| title.replace('_', "")).collect();
        let names: Vec<String> = ROLES
            .iter()
            .map(|role| format!("{role:?}").to_lowercase())
            .collect();
        assert_eq!(titles, names);
        for (index, role) in ROLES.into_iter().enumerate() {
            assert_eq!(role as usize, index);
        }
    }

    #[test]
    fn phrases_are_written_as_text_is_read() {
        for role in ROLES {
            for entry in entries(role) {
                assert!(
                    ["fr", "en", "es", "pt", "it", "de", "pl", "ko"].contains(&entry.lang),
                    "{entry:?}"
                );
                let is_letter = |c: char| match entry.lang {
                    "ko" => c.is_alphabetic(),
                    _ => c.is_ascii_lowercase(),
                };
                let letters = entry.phrase.chars().all(|c| is_letter(c) || c == ' ');
                assert!(letters && fold(entry.phrase) == entry.phrase, "{entry:?}");
            }
            assert!(entries(role).len() >= 6, "{role:?}");
        }
    }

    #[test]
    fn every_language_has_words_for_all_that_can_be_answered() {
        for lang in ["fr", "en", "es", "pt", "it", "de", "pl"] {
            for role in [
                Role::Big,
                Role::Small,
                Role::Too,
                Role::Found,
                Role::Lost,
                Role::Refused,
            ] {
                assert!(
                    entries(role).iter().any(|entry| entry.lang == lang),
                    "{lang} {role:?}"
                );
            }
        }
    }
}
