//! The word packs: the exact words with which an answer to a guess begins, with ordinary spaces, so
//! that a learner's program can compare them.
//!
//! To add a pack: a variant of [`Pack`], and its row here.

use crate::phrases::Lang;
use crate::protocol::Pack;

/// The exact words of one pack.
#[derive(Debug)]
pub struct Words {
    /// The pack's name after `MOTS` and `--words`.
    name: &'static str,
    /// Another name that is accepted.
    alias: Option<&'static str>,
    /// The language of the words; `None` if they are signs, which suit every language.
    pub lang: Option<Lang>,
    /// The guess is smaller than the number.
    pub small: &'static str,
    /// The guess is bigger than the number.
    pub big: &'static str,
    /// The guess won; the number of tries follows on the same line.
    pub found: &'static str,
    /// Closest: the round is over and the guess did not win.
    pub lost: &'static str,
    /// The round had already ended; the guess was not judged.
    pub over: &'static str,
}

const FRENCH: Words = Words {
    name: "fr",
    alias: None,
    lang: Some(Lang::Fr),
    small: "Trop petit",
    big: "Trop grand",
    found: "Gagné",
    lost: "Perdu",
    over: "Manche terminée",
};

const ENGLISH: Words = Words {
    name: "en",
    alias: None,
    lang: Some(Lang::En),
    small: "Too small",
    big: "Too big",
    found: "Found",
    lost: "Lost",
    over: "Round over",
};

const PLUS: Words = Words {
    name: "plus",
    small: "C'est plus",
    big: "C'est moins",
    ..FRENCH
};

const SIGNS: Words = Words {
    name: "signes",
    alias: Some("signs"),
    lang: None,
    small: "+",
    big: "-",
    found: "=",
    lost: "#",
    over: "!",
};

impl Words {
    /// The words of a pack.
    pub fn of(pack: Pack) -> &'static Words {
        match pack {
            Pack::French => &FRENCH,
            Pack::English => &ENGLISH,
            Pack::Plus => &PLUS,
            Pack::Signs => &SIGNS,
        }
    }
}

impl Pack {
    /// All packs.
    pub const ALL: [Pack; 4] = [Pack::French, Pack::English, Pack::Plus, Pack::Signs];

    /// The name of the pack after `MOTS` and `--words`.
    pub fn word(self) -> &'static str {
        Words::of(self).name
    }

    /// The pack of that name, in any case.
    pub fn named(text: &str) -> Option<Pack> {
        let text = text.to_lowercase();
        Pack::ALL.into_iter().find(|pack| {
            let words = Words::of(*pack);
            words.name == text || words.alias == Some(&*text)
        })
    }
}

/// The exact words with which an error begins.
pub fn error_prefix(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "Erreur : ",
        Lang::En => "Error: ",
    }
}
