//! Pseudonyms for players without a name: an animal and a quality, such as `Loutre agile` or `Agile
//! otter`.
//!
//! The French qualities have the same form for both genders. All names are short enough for the
//! suffix that a name gets if it is taken.

use crate::phrases::Lang;
use crate::rules::Name;

/// Animals and qualities of French.
const FRENCH: (&str, &str) = (
    "Abeille Alouette Baleine Belette Biche Caille Chouette Cigale Cigogne Coccinelle Colombe Écrevisse Fauvette \
     Fourmi Gazelle Girafe Grenouille Hermine Hirondelle Libellule Loutre Luciole Marmotte Mésange \
     Méduse Mouette Otarie Panthère Perdrix Salamandre Tortue Vigogne",
    "agile aimable calme célèbre drôle fidèle habile honnête \
     juste leste magique modeste rapide sage sincère solide",
);

/// Animals and qualities of English.
const ENGLISH: (&str, &str) = (
    "badger beaver bison cricket dolphin dormouse eagle falcon ferret finch gecko gibbon hare \
     heron ibis jackdaw koala lark lemur lynx marmot marten newt otter owl panda \
     puffin robin seal stork tapir wren",
    "Agile Brave Bright Calm Cheery Clever Gentle \
     Happy Jolly Kind Lively Merry Nimble Quick Swift Witty",
);

/// Chooses a pseudonym by a random number.
pub fn pseudonym(lang: Lang, random: u64) -> Name {
    let (animals, qualities) = match lang {
        Lang::Fr => FRENCH,
        Lang::En => ENGLISH,
    };
    let (animal, quality) = (pick(animals, random >> 32), pick(qualities, random));
    let text = match lang {
        Lang::Fr => format!("{animal} {quality}"),
        Lang::En => format!("{quality} {animal}"),
    };
    Name::parse(&text).expect("all pairs are sound names: a test forms each")
}

/// One word of a list, from the low 32 bits of a random number.
fn pick(words: &'static str, random: u64) -> &'static str {
    let index = (random & u64::from(u32::MAX)) as usize % words.split(' ').count();
    let word = words.split(' ').nth(index);
    word.expect("the index is taken modulo the number of words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn all_pseudonyms_are_short_names_that_look_different() {
        for lang in [Lang::Fr, Lang::En] {
            let mut looks = HashSet::new();
            for animal in 0..32u64 {
                for quality in 0..16u64 {
                    let name = pseudonym(lang, animal << 32 | quality);
                    let length = name.as_str().chars().count();
                    assert!(length <= 20, "{name} has {length} characters");
                    assert!(looks.insert(name.skeleton()), "{name} looks like another");
                }
            }
        }
        assert_eq!(pseudonym(Lang::Fr, 20 << 32).as_str(), "Loutre agile");
        assert_eq!(pseudonym(Lang::En, 23 << 32).as_str(), "Agile otter");
    }
}
