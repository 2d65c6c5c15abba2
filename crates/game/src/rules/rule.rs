//! The room's protocol page: what two programs must agree on to understand each other, a rule for each
//! topic. Pupils propose rules; the teacher writes them.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::PlayerId;
use crate::limits::RULE_CHARS;
use crate::visible::is_hidden;

/// What a rule is about. The order of the variants is a part of the journal's format (postcard): a new
/// one goes to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    /// Who speaks first, and who waits for whom.
    Turns,
    /// How a guess is said, and how a message ends.
    Guess,
    /// How the server says that the guess is too small.
    Small,
    /// How the server says that the guess is too big.
    Big,
    /// How the server says that the number is found.
    Found,
    /// Who ends the game, and how.
    End,
}

impl Topic {
    /// All topics, in the page's order.
    pub const ALL: [Topic; 6] = [
        Topic::Turns,
        Topic::Guess,
        Topic::Small,
        Topic::Big,
        Topic::Found,
        Topic::End,
    ];

    /// Its word, as in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Topic::Turns => "turns",
            Topic::Guess => "guess",
            Topic::Small => "small",
            Topic::Big => "big",
            Topic::Found => "found",
            Topic::End => "end",
        }
    }
}

/// The text of a rule: one line that may be shown, perhaps an empty one. `None` for another text.
pub fn rule_text(text: &str) -> Option<Box<str>> {
    let text: String = text.trim().nfc().take(RULE_CHARS + 1).collect();
    let is_shown = text.chars().count() <= RULE_CHARS && !text.chars().any(is_hidden);
    is_shown.then(|| text.into())
}

/// A rule that a pupil proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who proposes it.
    pub player: PlayerId,
    /// What it is about.
    pub topic: Topic,
    /// The rule.
    pub text: Box<str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_one_line_that_may_be_shown() {
        assert_eq!(
            rule_text("  « Trop petit » ").as_deref(),
            Some("« Trop petit »")
        );
        assert_eq!(rule_text("").as_deref(), Some(""));
        let longest = "é".repeat(RULE_CHARS);
        assert_eq!(rule_text(&longest).as_deref(), Some(longest.as_str()));
        assert_eq!(rule_text(&"e".repeat(RULE_CHARS + 1)), None);
        for hidden in ["a\nb", "a\u{202e}b", "\u{1b}[2J", "a\u{200b}"] {
            assert_eq!(rule_text(hidden), None, "{hidden:?}");
        }
    }
}
