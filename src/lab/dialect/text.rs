//! What a server said, as words, numbers and signs: small letters without accents, so that
//! « Élevé », `eleve` and `ELEVE` are one word.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of an answer that are shown as a sample.
const SAMPLE_CHARS: usize = 80;
/// Bytes of a binary answer that make its key: an integer, or what is told from its start.
const KEY_BYTES: usize = 16;
/// Tokens of one answer that are looked at: a screen of text.
const TOKENS: usize = 400;

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// Letters.
    Word(String),
    /// An integer, with its sign.
    Number(i64),
    /// A mark that means something by itself: `+`, `<`, `↑`.
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

    /// Whether both are the same, but for the value of a number: prompts count tries.
    fn like(&self, other: &Token) -> bool {
        matches!((self, other), (Token::Number(_), Token::Number(_))) || self == other
    }
}

/// What was received, cut into tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The text on one line, for people.
    pub sample: String,
    /// Its pieces.
    pub tokens: Vec<Token>,
    /// The bytes in hexadecimal, where there is no text in them.
    binary: Option<String>,
    /// The text as it came, without what a terminal would obey.
    pub text: String,
}

impl Heard {
    /// Reads bytes: UTF-8, or Latin-1 where it is not.
    pub fn new(bytes: &[u8]) -> Heard {
        let text = decode(bytes);
        let tokens = tokens(without_mark(&text));
        let mark = !text.trim().is_empty() && without_mark(&text).trim().is_empty();
        let said = mark || tokens.iter().any(|token| !token.ends());
        let start = &bytes[..bytes.len().min(KEY_BYTES)];
        let binary = (!said && bytes.iter().any(|byte| !byte.is_ascii_whitespace()))
            .then(|| data_encoding::HEXLOWER.encode(start));
        Heard {
            sample: binary.clone().unwrap_or_else(|| one_line(&text)),
            tokens,
            binary,
            text,
        }
    }

    /// These tokens alone.
    pub fn of(tokens: &[Token]) -> Heard {
        Heard {
            tokens: tokens.to_vec(),
            ..Heard::default()
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.binary.is_none() && self.tokens.iter().all(Token::ends)
    }

    /// The integers in it, from left to right.
    pub fn numbers(&self) -> impl Iterator<Item = i64> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Number(number) => Some(*number),
            _ => None,
        })
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        let word = |token: &&Token| matches!(token, Token::Word(_));
        self.tokens.iter().filter(word).count()
    }

    /// What it says whatever the numbers in it: two answers with the same key are the same hint.
    /// A lone number is its own key: it may be a code.
    pub fn key(&self) -> String {
        if let Some(binary) = &self.binary {
            return format!("0x{binary}");
        }
        let mut parts: Vec<String> = Vec::new();
        let lone = self.tokens.iter().filter(|token| !token.ends()).count() == 1;
        for token in &self.tokens {
            let part = match token {
                Token::Word(word) => word.clone(),
                Token::Number(number) if lone => number.to_string(),
                Token::Number(_) => "#".to_owned(),
                Token::Sign(sign) => sign.to_string(),
                Token::Break | Token::Ask => continue,
            };
            // A list of earlier guesses grows.
            if part != "#" || parts.last().is_none_or(|last| last != "#") {
                parts.push(part);
            }
        }
        parts.join(" ")
    }

    /// Without the sentences that were said before anything was asked: they are prompts, and may
    /// be glued to a hint. All of it, if nothing else would be left.
    pub fn without(&self, prompts: &[Vec<Token>]) -> Heard {
        let mut rest = self.tokens.clone();
        for prompt in prompts {
            while let Some(at) = find(&rest, prompt) {
                rest.splice(at..at + prompt.len(), [Token::Break]);
            }
        }
        if rest.iter().all(Token::ends) {
            return self.clone();
        }
        self.with(rest)
    }

    /// The same, of which only these tokens count.
    pub fn with(&self, tokens: Vec<Token>) -> Heard {
        Heard {
            tokens,
            ..self.clone()
        }
    }

    /// Its sentences, longest first: what [`Heard::without`] takes.
    pub fn sentences(&self) -> Vec<Vec<Token>> {
        let split = self.tokens.split(Token::ends);
        let worded = |part: &&[Token]| part.iter().any(|token| matches!(token, Token::Word(_)));
        let mut parts: Vec<Vec<Token>> = split.filter(worded).map(<[Token]>::to_vec).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts
    }

    /// Whether these words follow each other in it. The last may go on (`petit`, `petite`,
    /// `petitEntrez`) where the phrase has several.
    pub fn says(&self, phrase: &str) -> bool {
        says(&self.tokens, phrase)
    }
}

/// Whether the words of a phrase follow each other in these tokens.
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

/// Without the `> ` that invites to type.
fn without_mark(text: &str) -> &str {
    let line = text.trim_end_matches(' ');
    match line.len() < text.len() {
        true => line.trim_end_matches('>'),
        false => text,
    }
}

fn find(tokens: &[Token], part: &[Token]) -> Option<usize> {
    let same = |window: &[Token]| window.iter().zip(part).all(|(a, b)| a.like(b));
    tokens.windows(part.len().max(1)).position(same)
}

/// Bytes as text, without the control characters that could command a terminal.
fn decode(bytes: &[u8]) -> String {
    let latin = || bytes.iter().map(|byte| char::from(*byte)).collect();
    let text: String = std::str::from_utf8(bytes).map_or_else(|_| latin(), str::to_owned);
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A terminal's escape sequence: colours, mostly.
            '\x1b' if chars.next_if_eq(&'[').is_some() => {
                while chars.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
                chars.next();
            }
            '\n' => clean.push('\n'),
            c if c.is_control() => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SAMPLE_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Small letters without accents.
pub fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !is_combining_mark(*c));
    letters
        .flat_map(char::to_lowercase)
        .map(unaccented)
        .collect()
}

/// The letters whose stroke is no accent to Unicode.
fn unaccented(c: char) -> char {
    match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        'ß' => 's',
        c => c,
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let text: String = text.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() && tokens.len() < TOKENS {
        let (token, next) = token(&chars, at);
        tokens.extend(token);
        at = next;
    }
    tokens
}

/// The token that begins there, if one does, and where to go on.
fn token(chars: &[char], at: usize) -> (Option<Token>, usize) {
    let c = chars[at];
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let before = at.checked_sub(1).map(|before| chars[before]);
    let signed = matches!(c, '-' | '+' | '\u{2212}')
        && digit(at + 1)
        && !before.is_some_and(char::is_alphanumeric)
        // `1 - 100` and `1 -100` are ranges.
        && !chars[..at].iter().rev().find(|c| **c != ' ').is_some_and(char::is_ascii_digit);
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
        c if c.is_whitespace() || c == '\u{fe0f}' || c == '\u{fffd}' => None,
        c => Some(Token::Sign(c)),
    };
    (token, at + 1)
}

/// Digits, with spaces or marks between groups of three: `1 000`.
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
    // What no integer of the game holds is only a big number.
    let value = digits.parse::<i64>().unwrap_or(i64::MAX);
    (Some(Token::Number(sign * value)), at)
}

/// Letters up to their end, or to where a new sentence was glued on: `petitEntrez`.
fn word(chars: &[char], start: usize) -> (Option<Token>, usize) {
    let mut end = start + 1;
    while end < chars.len() && chars[end].is_alphabetic() {
        if chars[end - 1].is_lowercase() && chars[end].is_uppercase() {
            break;
        }
        end += 1;
    }
    let word: String = chars[start..end].iter().collect();
    (Some(Token::Word(plain(&word))), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        Heard::new(text.as_bytes()).key()
    }

    #[test]
    fn words_are_the_same_whatever_their_case_and_accents() {
        assert_eq!(key("Trop ÉLEVÉ !\r\n"), key("trop eleve"));
        assert_eq!(key("Za duża"), "za duza");
        assert_eq!(key("Größer"), "groser");
        let latin = Heard::new(b"Gagn\xe9 !");
        assert_eq!(latin.key(), "gagne");
    }

    #[test]
    fn numbers_do_not_make_another_hint_unless_they_are_all_there_is() {
        assert_eq!(key("HIGHER|3"), key("HIGHER|4"));
        assert_eq!(key("plus grand (12, 30)"), key("plus grand (12, 30, 40)"));
        assert_ne!(key("1\n"), key("-1\n"));
        assert_ne!(key("+"), key("-"));
        assert_ne!(
            Heard::new(&[0, 0, 0, 1]).key(),
            Heard::new(&[0, 0, 0, 2]).key()
        );
    }

    #[test]
    fn a_prompt_that_is_known_is_taken_off_a_hint() {
        let greeting = Heard::new("Bienvenue !\nEssai 1, entrez un nombre :".as_bytes());
        let glued = Heard::new("trop petitEssai 2, entrez un nombre :".as_bytes());
        assert_eq!(glued.without(&greeting.sentences()).key(), "trop petit");
        let alone = Heard::new("Essai 3, entrez un nombre :".as_bytes());
        assert_eq!(alone.without(&greeting.sentences()), alone);
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let numbers = |text: &str| Heard::new(text.as_bytes()).numbers().collect::<Vec<_>>();
        assert_eq!(numbers("1-100"), [1, 100]);
        assert_eq!(numbers("de -5 à 5"), [-5, 5]);
        assert_eq!(numbers("1 - 1 000"), [1, 1000]);
        assert_eq!(numbers("1..100"), [1, 100]);
        assert_eq!(numbers("99999999999999999999999"), [i64::MAX]);
    }

    #[test]
    fn nothing_is_shown_that_a_terminal_would_obey() {
        let heard = Heard::new(b"\x1b[31mrouge\x1b[0m\x07 vert");
        assert_eq!(heard.sample, "rouge vert");
    }
}
