//! The words of the game, from `lexicon.txt`. They are only a prior: what an answer means is inferred
//! from the game.

use std::sync::OnceLock;

use super::token::{Token, says};

/// Defines [`Role`] and lists it: each role is a section of `lexicon.txt`.
macro_rules! roles {
    ($($role:ident),* $(,)?) => {
        /// What a word does in a sentence of the game. Each role is explained in `lexicon.txt`, in
        /// the section of its name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Role {
            $($role),*
        }

        const ROLES: &[Role] = &[$(Role::$role),*];
    };
}

roles! {
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
    Yes,
    No,
    TooBehind,
    AskFor,
    Placeholder,
    Wrong,
    Waiting,
    Password,
}

const FILE: &str = include_str!("lexicon.txt");

/// A phrase, and its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The language's ISO 639-1 code.
    pub lang: &'static str,
    /// One or several words, in lower case without accents.
    pub phrase: &'static str,
}

/// All phrases of a role, in the order of the file.
pub fn entries(role: Role) -> &'static [Entry] {
    static LEXICON: OnceLock<Vec<Vec<Entry>>> = OnceLock::new();
    &LEXICON.get_or_init(|| ROLES.iter().map(|role| section(*role)).collect())[role as usize]
}

/// Reads the lines `fr: grand, grande` of a role's section.
fn section(role: Role) -> Vec<Entry> {
    let name = format!("{role:?}").to_lowercase();
    let mut sections = FILE.split("\n[").skip(1);
    let section = sections.find(|text| title(text) == name);
    let section = section.unwrap_or_else(|| panic!("lexicon.txt has no section for {role:?}"));
    let lines = section.lines().skip(1);
    let entries = lines
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(lang, phrases)| {
            let phrases = phrases.split(", ");
            phrases.map(move |phrase| Entry { lang, phrase })
        });
    entries.collect()
}

/// The title of a section, `too_behind] …`, without what separates words.
fn title(section: &str) -> String {
    let title = section.split(']').next().unwrap_or_default();
    title.replace('_', "")
}

/// Whether a word has that role.
pub fn is(word: &str, role: Role) -> bool {
    entries(role).iter().any(|entry| entry.phrase == word)
}

/// Whether a token is a word of that role.
pub fn is_a(token: &Token, role: Role) -> bool {
    matches!(token, Token::Word(word) if is(word, role))
}

/// The first phrase of a role, in the order of the file, that the tokens contain.
pub fn said(tokens: &[Token], role: Role) -> Option<Entry> {
    let phrases = entries(role).iter();
    phrases.copied().find(|entry| says(tokens, entry.phrase))
}

#[cfg(test)]
mod tests {
    use super::*;
    use game::fold::fold;

    #[test]
    fn each_section_is_a_role_and_each_role_a_section() {
        let titles: Vec<String> = FILE.split("\n[").skip(1).map(title).collect();
        let names: Vec<String> = ROLES
            .iter()
            .map(|role| format!("{role:?}").to_lowercase())
            .collect();
        assert_eq!(titles, names);
    }

    #[test]
    fn phrases_are_written_as_text_is_read() {
        for &role in ROLES {
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
            assert!(!entries(role).is_empty(), "{role:?}");
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
