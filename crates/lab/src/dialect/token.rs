//! Splits text into words, numbers and signs.

use game::fold::fold;
use unicode_normalization::char::is_combining_mark;

/// Tokens read of one answer: a screen of text.
const TOKENS: usize = 400;

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// Letters, in lower case without accents.
    Word(String),
    /// An integer with its sign.
    Number(i64),
    /// A character that has a meaning by itself: `+`, `<`, `↑`.
    Sign(char),
    /// The end of a line or of a sentence.
    Break,
    /// The end of a question.
    Ask,
}

impl Token {
    /// Whether it is that word.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Word(it) if it == word)
    }

    /// Whether a sentence ends there.
    pub fn ends(&self) -> bool {
        matches!(self, Token::Break | Token::Ask)
    }

    /// Whether both are equal, or both are numbers: prompts count tries.
    pub fn like(&self, other: &Token) -> bool {
        matches!((self, other), (Token::Number(_), Token::Number(_))) || self == other
    }
}

/// The characters of a token in its text: the first, and the one behind the last.
pub type Span = (usize, usize);

/// Whether the words of a phrase follow each other. The last word of several also matches a longer
/// word that begins with it: `petit`, `petite`, `petitEntrez`.
pub fn says(tokens: &[Token], phrase: &str) -> bool {
    let count = phrase.split(' ').count();
    tokens.windows(count).any(|window| {
        let mut pairs = window.iter().zip(phrase.split(' ')).enumerate();
        pairs.all(|(index, (token, word))| match token {
            Token::Word(it) if count > 1 && index + 1 == count => it.starts_with(word),
            token => token.is(word),
        })
    })
}

/// The tokens of a text with their places, at most [`TOKENS`].
pub fn tokens(text: &str) -> Vec<(Token, Span)> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() && tokens.len() < TOKENS {
        let (token, next) = token(&chars, at);
        let is_word = matches!(token, Some(Token::Word(_)));
        tokens.extend(token.map(|token| (token, (at, next))));
        at = next;
        // `petitEntrez`: a sentence ends there without punctuation.
        if is_word && chars.get(at).is_some_and(|c| c.is_alphabetic()) {
            tokens.push((Token::Break, (at, at)));
        }
    }
    tokens
}

/// The token that begins at that character, if one does, and where to continue.
fn token(chars: &[char], at: usize) -> (Option<Token>, usize) {
    let c = chars[at];
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let before = at.checked_sub(1).map(|before| chars[before]);
    let mut earlier = chars[..at].iter().rev();
    let signed = matches!(c, '-' | '+' | '\u{2212}')
        && digit(at + 1)
        && !before.is_some_and(char::is_alphanumeric)
        // `1 - 100` and `1 -100` are ranges.
        && !earlier.find(|c| **c != ' ').is_some_and(char::is_ascii_digit);
    if digit(at) || signed {
        return number(chars, at, signed);
    }
    if c.is_alphabetic() {
        return word(chars, at);
    }
    let token = match c {
        '\n' | ',' | ':' | '.' | '!' | ';' | '|' | '…' | '¡' | '¿' => Some(Token::Break),
        '?' => Some(Token::Ask),
        '\'' | '"' | '(' | ')' | '[' | ']' | '{' | '}' | '«' | '»' | '/' | '\\' | '_' | '*'
        | '#' | '&' | '%' | '$' | '’' | '“' | '”' | '`' | '~' | '°' | 'º' => None,
        c if c.is_whitespace() || is_combining_mark(c) => None,
        '\u{fe0f}' | '\u{fffd}' => None,
        c => Some(Token::Sign(c)),
    };
    (token, at + 1)
}

/// Reads digits, with spaces or apostrophes between groups of three: `1 000`.
fn number(chars: &[char], start: usize, signed: bool) -> (Option<Token>, usize) {
    let mut at = start + usize::from(signed);
    let mut digits = String::new();
    let group = |at: usize| {
        let three = chars.get(at + 1..at + 4)?;
        let ends = chars.get(at + 4).is_none_or(|c| !c.is_ascii_digit());
        (ends && three.iter().all(char::is_ascii_digit)).then_some(())
    };
    while let Some(c) = chars.get(at) {
        match c {
            c if c.is_ascii_digit() => digits.push(*c),
            ' ' | '\u{a0}' | '\u{202f}' | '\'' if digits.len() <= 9 && group(at).is_some() => {}
            _ => break,
        }
        at += 1;
    }
    let sign = if signed && chars[start] != '+' { -1 } else { 1 };
    // Beyond every number of the game the exact value does not matter.
    let value = digits.parse::<i64>().unwrap_or(i64::MAX);
    (Some(Token::Number(sign * value)), at)
}

/// Reads letters up to their end, or to where another sentence is glued on: `petitEntrez`.
fn word(chars: &[char], start: usize) -> (Option<Token>, usize) {
    let mut end = start + 1;
    while end < chars.len() && (chars[end].is_alphabetic() || is_combining_mark(chars[end])) {
        if is_glued(&chars[start..], end - start) {
            break;
        }
        end += 1;
    }
    let word: String = chars[start..end].iter().collect();
    (Some(Token::Word(fold(&word))), end)
}

/// Whether another sentence is glued on at that character: `petitEntrez`, `MAYORIngrese`.
fn is_glued(word: &[char], at: usize) -> bool {
    let begins = word[at].is_uppercase();
    let capitals = at >= 3 && word[..at].iter().all(|c| c.is_uppercase());
    let goes_on = word.get(at + 1).is_some_and(|c| c.is_lowercase());
    let before = word[at - 1];
    let small = before.is_alphabetic() && !before.is_uppercase();
    begins && (small || capitals && goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects hints with a prompt glued on, in any script, and words in capitals whose accents
    /// are combining characters.
    #[test]
    fn what_is_glued_on_begins_a_sentence() {
        let sentences = |text: &str| {
            let all: Vec<Token> = tokens(text).into_iter().map(|(token, _)| token).collect();
            all.split(Token::ends).count()
        };
        for text in ["petitEntrez", "MAYORIngrese", "높아요Podaj"] {
            assert_eq!(sentences(text), 2, "{text}");
        }
        for text in [
            "GAGNÉ",
            "DE\u{301}SOLE\u{301}",
            "De\u{301}sole\u{301}",
            "OK",
            "Za duża",
        ] {
            assert_eq!(sentences(text), 1, "{text}");
        }
    }
}
