//! Players' names: 1 to 24 characters, without control, bidi or invisible ones. No two names of a
//! room look alike.
//!
//! A name is shown to a whole class, so it may not look empty, reverse the line, or pass for
//! another player's. [`Name::parse`] decides which texts are names; [`Name::skeleton`] tells which
//! names look alike.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::PlayerId;
use crate::limits::{NAME_CHARS, NAME_MARKS};
use crate::visible::is_hidden;

/// A name that may be shown. Only [`Name::parse`] creates new ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    /// Reads the name of a stored record; see [`Name::kept`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Name::kept(&String::deserialize(deserializer)?))
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing but blanks.
    Empty,
    /// More than [`crate::limits::NAME_CHARS`] characters.
    TooLong,
    /// A control, bidi, invisible or unassigned character, a mark with no letter before it, or
    /// too many marks on one letter.
    Forbidden(char),
}

impl Name {
    /// The name of a player whose own was erased: the same in both languages, with five digits of their
    /// id, which tell several apart.
    pub fn of_erased(player: PlayerId) -> Self {
        let [a, b, c, d, ..] = player.0;
        let number = 10_000 + u32::from_be_bytes([a, b, c, d]) % 90_000;
        Name(format!("anonyme {number}").into())
    }

    /// Normalizes (NFC, one ordinary space for any run of blanks, none at the ends) and checks.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let mut name = String::new();
        let mut length = 0;
        let mut marks = 0;
        // A blank is written when a character follows it: so none stays at the end.
        let mut blank = false;
        for c in text.trim().nfc() {
            if c.general_category() == GeneralCategory::SpaceSeparator {
                blank = true;
                continue;
            }
            let starts_word = blank || name.is_empty();
            marks = if is_mark(c) { marks + 1 } else { 0 };
            if is_hidden(c) || marks > NAME_MARKS || (starts_word && marks > 0) {
                return Err(NameError::Forbidden(c));
            }
            if std::mem::take(&mut blank) && !name.is_empty() {
                name.push(' ');
                length += 1;
            }
            name.push(c);
            length += 1;
            // Checked at each character: a text of any length costs no more than a name.
            if length > NAME_CHARS {
                return Err(NameError::TooLong);
            }
        }
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        Ok(Name(name.into()))
    }

    /// A name read from a journal. It was parsed before it was written and is valid, even if newer
    /// rules would reject it.
    pub fn kept(text: &str) -> Name {
        Name(text.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name's skeleton (UTS #39), ignoring case: two names with the same skeleton look alike.
    pub fn skeleton(&self) -> String {
        // Up, then down: ß and SS, ſ and s, ς and σ become one.
        let folded = self.0.to_uppercase().to_lowercase();
        let skeleton: String = unicode_security::skeleton(&folded).collect();
        // UTS #39 takes 0 for O and 1 for l. A capital I looks like an l too, and its small letter
        // is an i, so with letter case aside all three are one.
        skeleton.to_lowercase().replace('i', "l")
    }

    /// The name followed by a number, shortened so that both fit.
    pub fn with_suffix(&self, number: u32) -> Name {
        let suffix = format!(" {number}");
        let kept: String = self.0.chars().take(NAME_CHARS - suffix.len()).collect();
        Name(format!("{}{suffix}", kept.trim_end()).into())
    }
}

fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<String, NameError> {
        Name::parse(text).map(|name| name.as_str().to_owned())
    }

    fn skeleton(text: &str) -> String {
        Name::parse(text).expect(text).skeleton()
    }

    #[test]
    fn names_are_normalized() {
        for (text, name) in [
            ("Léa", "Léa"),
            ("  Le\u{301}a\r\n", "Léa"),
            ("Jean \u{a0}\u{2003} Paul", "Jean Paul"),
            ("Nguyễn", "Nguyễn"),
            ("名前", "名前"),
            ("🦦", "🦦"),
            ("Gagné 12", "Gagné 12"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(name), "{text:?}");
        }
    }

    #[test]
    fn what_can_not_be_seen_is_refused() {
        for c in "\0\t\u{7f}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180e}\
            \u{200b}\u{200d}\u{202e}\u{2028}\u{2029}\u{2066}\u{2800}\u{3164}\u{e000}\u{fe0f}\
            \u{feff}\u{ffa0}\u{fff9}\u{ffff}\u{e0041}\u{e0100}\u{378}"
            .chars()
        {
            let refused = Err(NameError::Forbidden(c));
            assert_eq!(parse(&format!("a{c}b")), refused, "{c:?}");
        }
    }

    #[test]
    fn marks_need_a_letter_and_do_not_pile_up() {
        assert!(parse("x\u{301}\u{302}").is_ok());
        let piled = parse("x\u{301}\u{302}\u{303}");
        assert_eq!(piled, Err(NameError::Forbidden('\u{303}')));
        for text in ["\u{301}a", "a \u{301}a"] {
            assert_eq!(
                parse(text),
                Err(NameError::Forbidden('\u{301}')),
                "{text:?}"
            );
        }
    }

    #[test]
    fn length_counts_characters_after_normalization() {
        assert_eq!(parse(" \u{a0} "), Err(NameError::Empty));
        assert!(parse(&"é".repeat(24)).is_ok());
        assert!(parse(&"e\u{301}".repeat(24)).is_ok());
        assert_eq!(parse(&"a".repeat(25)), Err(NameError::TooLong));
    }

    #[test]
    fn look_alikes_collide() {
        for (one, other) in [
            ("LEA", "lea"),
            ("Léa", "Le\u{301}a"),
            ("Lea", "L\u{435}\u{430}"),
            ("Paul", "\u{420}aul"),
            ("Ian", "lan"),
            ("Zoe", "Z0e"),
            ("Alma", "Alrna"),
            ("Strauß", "STRAUSS"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("Léa"), skeleton("Lea"));
        assert_ne!(skeleton("Max"), skeleton("Mix"));
    }

    #[test]
    fn a_suffix_fits() {
        let name = Name::parse("Léa").expect("a name");
        assert_eq!(name.with_suffix(2).as_str(), "Léa 2");
        let long = Name::parse("abcdefghijklmnopqrst vwx").expect("a name");
        assert_eq!(long.with_suffix(13).as_str(), "abcdefghijklmnopqrst 13");
    }

    /// Texts in which the characters that matter are frequent.
    fn texts() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(
            "aé \u{a0}\u{301}\u{327}\u{200b}\u{202e}\u{fe0f}\u{1100}\u{1161}\u{11a8}İẞ0Il🦦"
                .chars()
                .collect::<Vec<_>>(),
        );
        let near = prop::collection::vec(prop_oneof![odd, any::<char>()], 0..30);
        prop_oneof![any::<String>(), near.prop_map(String::from_iter)]
    }

    proptest! {
        /// Protects every place that shows a name: what parses is bounded, visible and stable.
        #[test]
        fn a_name_is_bounded_visible_and_stable(text in texts(), number: u32) {
            let Ok(name) = Name::parse(&text) else { return Ok(()) };
            for name in [name.with_suffix(number), name] {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                let chars = name.as_str().chars().count();
                prop_assert!((1..=NAME_CHARS).contains(&chars));
                prop_assert!(name.as_str().len() <= 4 * NAME_CHARS);
                prop_assert!(!name.as_str().chars().any(is_hidden));
                prop_assert!(!name.as_str().contains("  "));
            }
        }

        #[test]
        fn letter_case_never_tells_names_apart(text in "[a-zà-öø-ÿ]{1,12}") {
            prop_assert_eq!(skeleton(&text), skeleton(&text.to_uppercase()));
        }
    }
}
