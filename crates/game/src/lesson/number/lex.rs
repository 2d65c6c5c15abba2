//! Splits an answer into the tokens of a calculation.

use num_bigint::BigUint;

use super::quantity::Quantity;
use super::words::{Word, meaning, spelled};
use crate::fold::fold;
use crate::phrases::Lang;

/// A token of a calculation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A number, without its scale.
    Value(Quantity),
    /// A number beyond the bounds of a [`Quantity`].
    Beyond,
    /// A power of ten.
    Scale(u32),
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `×`
    Times,
    /// `^`
    Power,
    /// `(`
    Open,
    /// `)`
    Close,
    /// A word that ends a number.
    Break,
}

/// The tokens of an answer; the language decides what a comma and `billion` mean.
pub fn tokens(text: &str, lang: Lang) -> Vec<Token> {
    Lexer::new(text, lang).tokens()
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    lang: Lang,
    tokens: Vec<Token>,
}

impl Lexer {
    fn new(text: &str, lang: Lang) -> Lexer {
        let folded = fold(&raised(text));
        let spaced = folded.split_whitespace().collect::<Vec<_>>().join(" ");
        Lexer {
            chars: spaced.chars().collect(),
            at: 0,
            lang,
            tokens: Vec::new(),
        }
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    /// The next character that is not a space.
    fn next_visible(&self, ahead: usize) -> char {
        let space = usize::from(self.peek(ahead) == ' ');
        self.peek(ahead + space)
    }

    fn tokens(mut self) -> Vec<Token> {
        while self.at < self.chars.len() {
            let (token, length) = self.token();
            self.tokens.extend(token);
            self.at += length;
        }
        self.tokens
    }

    /// The next token and its length in characters, if a token begins here.
    fn token(&self) -> (Option<Token>, usize) {
        match self.peek(0) {
            '0'..='9' => self.literal(),
            'x' if self.behind_value() && matches!(self.next_visible(1), '0'..='9' | '(') => {
                (Some(Token::Times), 1)
            }
            c if c.is_alphabetic() => self.word(),
            ' ' | '\'' | '’' => (None, 1),
            '*' if self.peek(1) == '*' => (Some(Token::Power), 2),
            '*' | '×' | '·' | '⋅' | '∗' => (Some(Token::Times), 1),
            '^' => (Some(Token::Power), 1),
            '+' => (Some(Token::Plus), 1),
            '-' | '−' => (Some(Token::Minus), 1),
            '(' => (Some(Token::Open), 1),
            ')' => (Some(Token::Close), 1),
            '.' if self.behind_value() && self.is_power_of_ten(1) => (Some(Token::Times), 1),
            _ => (Some(Token::Break), 1),
        }
    }

    fn behind_value(&self) -> bool {
        let last = self.tokens.last();
        matches!(last, Some(Token::Value(_) | Token::Scale(_) | Token::Close))
    }

    /// Whether `10^` or `10**` follows: in French physics a point before it multiplies.
    fn is_power_of_ten(&self, ahead: usize) -> bool {
        let from = ahead + usize::from(self.peek(ahead) == ' ');
        let ten = self.digits(from) == 2 && self.peek(from) == '1' && self.peek(from + 1) == '0';
        let mark = self.next_visible(from + 2);
        ten && (matches!(mark, '^' | '*') || self.run(from + 3) == "puissance")
    }

    fn digits(&self, from: usize) -> usize {
        (from..)
            .take_while(|at| self.peek(*at).is_ascii_digit())
            .count()
    }

    /// Digits, grouped or not, with optional decimals and exponent.
    fn literal(&self) -> (Option<Token>, usize) {
        let (mut length, separator) = self.grouped();
        let whole = &self.chars[self.at..self.at + length];
        let mut digits: String = whole.iter().filter(|c| c.is_ascii_digit()).collect();
        let mut tens = 0;
        let mark = self.peek(length);
        let places = self.digits(length + 1);
        let multiplies = mark == '.' && self.is_power_of_ten(length + 1);
        if matches!(mark, '.' | ',') && Some(mark) != separator && places > 0 && !multiplies {
            let from = self.at + length + 1;
            digits.extend(&self.chars[from..from + places]);
            tens = -i64::try_from(places).expect("an answer is short");
            length += 1 + places;
        }
        if let Some((exponent, used)) = self.exponent(length) {
            tens = tens.saturating_add(exponent);
            length += used;
        }
        let digits: BigUint = digits.parse().expect("digits");
        let token = Quantity::new(digits, tens).map(Token::Value);
        (token.or(Some(Token::Beyond)), length)
    }

    /// The length of the digits before any decimals, and the separator of their groups of three.
    fn grouped(&self) -> (usize, Option<char>) {
        let first = self.digits(0);
        if first > 3 {
            return (first, None);
        }
        for separator in [' ', '\'', '’', '_', '.', ','] {
            let mut length = first;
            while self.peek(length) == separator && self.digits(length + 1) == 3 {
                length += 4;
            }
            let mark = matches!(separator, '.' | ',');
            let torn = mark && self.peek(length) == separator && self.digits(length + 1) > 0;
            let single = mark && length == first + 4 && self.decimal(separator, length);
            if length > first && !torn && !single {
                return (length, Some(separator));
            }
        }
        (first, None)
    }

    /// Whether a single mark before three digits begins decimals: 4,294. It depends on the
    /// language; in French a point groups (65.536) unless a scale follows (4.294 milliards).
    fn decimal(&self, mark: char, length: usize) -> bool {
        match (self.lang, mark) {
            (Lang::Fr, ',') | (Lang::En, '.') => true,
            (Lang::En, _) => false,
            (Lang::Fr, _) => {
                let space = usize::from(self.peek(length) == ' ');
                let word = self.run(length + space);
                let scale = matches!(meaning(&word, self.lang), Word::Scale(_));
                scale
                    || self.exponent(length).is_some()
                    || matches!(self.next_visible(length), '*' | '×' | '·' | 'x')
            }
        }
    }

    /// The exponent `e9` at this position, and its length.
    fn exponent(&self, from: usize) -> Option<(i64, usize)> {
        let sign = usize::from(matches!(self.peek(from + 1), '+' | '-'));
        let digits = self.digits(from + 1 + sign);
        let length = 1 + sign + digits;
        let ends = !self.peek(from + length).is_alphabetic();
        if self.peek(from) != 'e' || digits == 0 || !ends {
            return None;
        }
        let start = self.at + from + 1;
        let text: String = self.chars[start..start + sign + digits].iter().collect();
        // One that no i64 holds is beyond all bounds, and so is this.
        Some((text.parse().unwrap_or(i64::from(i32::MAX)), length))
    }

    /// The letters and digits at this position.
    fn run(&self, from: usize) -> String {
        let chars = self.chars.iter().skip(self.at + from);
        chars.take_while(|c| c.is_alphanumeric()).collect()
    }

    /// A number in words, or a word between numbers.
    fn word(&self) -> (Option<Token>, usize) {
        // Words that may say one number stand together: deux cent quatre-vingt-quatorze.
        let mut words = vec![self.run(0)];
        let mut ends = vec![words[0].chars().count()];
        while let Some(end) = ends.last().copied().filter(|_| words.len() < 12) {
            let joined = matches!(self.peek(end), ' ' | '-') && self.peek(end + 1).is_alphabetic();
            if !joined {
                break;
            }
            let word = self.run(end + 1);
            ends.push(end + 1 + word.chars().count());
            words.push(word);
        }
        let shown: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some((number, used)) = spelled(&shown) {
            let value = Quantity::new(number.into(), 0).map(Token::Value);
            return (value, ends[used - 1]);
        }
        // 2 to the 32, but also 2 to the power of 32.
        let to_the = shown.starts_with(&["to", "the"]) && shown.get(2) != Some(&"power");
        if to_the && self.behind_value() {
            return (Some(Token::Power), ends[1]);
        }
        let end = ends[0];
        let between = self.behind_value() && self.next_visible(end).is_ascii_digit();
        let token = match meaning(&words[0], self.lang) {
            Word::Scale(power) => Some(Token::Scale(power)),
            Word::Power => Some(Token::Power),
            Word::Times => Some(Token::Times),
            Word::Plus if between => Some(Token::Plus),
            Word::Minus if between => Some(Token::Minus),
            Word::Glue => None,
            Word::Plus | Word::Minus | Word::Other => Some(Token::Break),
        };
        // A hyphen behind a word is no minus: elle-même.
        let hyphen = self.peek(end) == '-' && self.peek(end + 1).is_alphabetic();
        (token, end + usize::from(hyphen))
    }
}

/// Rewrites superscript digits as a power: `2³²` as `2^(32)`.
fn raised(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        let digit = "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|it| it == c);
        if digit.is_some() != inside {
            plain.push_str(if inside { ")" } else { "^(" });
            inside = digit.is_some();
        }
        match digit {
            Some(digit) => plain.push_str(&digit.to_string()),
            None => plain.push(c),
        }
    }
    if inside {
        plain.push(')');
    }
    plain
}
