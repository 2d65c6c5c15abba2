//! The word packs: the exact words with which an answer to a guess begins. Plain bytes, ready at
//! start, with ordinary spaces, so that a learner's program can compare them.

use crate::phrases::Lang;
use crate::protocol::Pack;

/// The exact words of one pack.
#[derive(Debug)]
pub struct Words {
    /// The guess is smaller than the number.
    pub small: &'static str,
    /// The guess is bigger than the number.
    pub big: &'static str,
    /// The guess won; the number of tries follows on the same line.
    pub found: &'static str,
    /// Closest: the round is over and the guess did not win.
    pub lost: &'static str,
    /// The round had ended unseen; the guess was not judged.
    pub over: &'static str,
}

const FRENCH: Words = Words {
    small: "Trop petit",
    big: "Trop grand",
    found: "Gagné",
    lost: "Perdu",
    over: "Manche terminée",
};

const ENGLISH: Words = Words {
    small: "Too small",
    big: "Too big",
    found: "Found",
    lost: "Lost",
    over: "Round over",
};

const PLUS: Words = Words {
    small: "C'est plus",
    big: "C'est moins",
    ..FRENCH
};

const SIGNS: Words = Words {
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

    /// The word for it after `MOTS` and `--words`.
    pub fn word(self) -> &'static str {
        match self {
            Pack::French => "fr",
            Pack::English => "en",
            Pack::Plus => "plus",
            Pack::Signs => "signes",
        }
    }

    /// The pack that a player named, in any case.
    pub fn named(text: &str) -> Option<Pack> {
        let text = text.to_lowercase();
        let found = Pack::ALL.into_iter().find(|pack| pack.word() == text);
        found.or((text == "signs").then_some(Pack::Signs))
    }
}

/// How an error begins, and the language's word for the end.
pub fn error_prefix(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "Erreur : ",
        Lang::En => "Error: ",
    }
}
