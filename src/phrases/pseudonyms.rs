//! Pleasant names for who gives none.

use crate::game::Name;
use crate::phrases::Lang;

/// A pseudonym; `random` chooses which.
pub fn pseudonym(lang: Lang, random: u64) -> Name {
    let text = match lang {
        Lang::Fr => format!("Loutre {}", random % 100),
        Lang::En => format!("Otter {}", random % 100),
    };
    Name::parse(&text).expect("a pseudonym is a sound name")
}
