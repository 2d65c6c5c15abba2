//! The numbers in an answer: `2^32`, `4 294 967 296`, `4,3 milliards`, `256⁴`, `2³² = 4,29e9`.
//!
//! A recursive descent parser of sums of products of powers. Words that are not part of a number
//! separate numbers, so that a whole sentence can be read.

use super::lex::{Token, tokens};
use super::quantity::Quantity;
use crate::phrases::Lang;

/// One number of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A number within the bounds.
    Number(Quantity),
    /// A calculation beyond the bounds, or below zero.
    Beyond,
}

/// The numbers of an answer, in order. The language decides what a comma and `billion` mean. The
/// text has at most [`SHORT_ANSWER_BYTES`](crate::limits::SHORT_ANSWER_BYTES).
pub fn read(text: &str, lang: Lang) -> Vec<Reading> {
    let mut parser = Parser {
        tokens: tokens(text, lang),
        at: 0,
        depth: 0,
    };
    let mut found = Vec::new();
    while parser.at < parser.tokens.len() {
        match parser.sum() {
            Ok(number) => found.push(Reading::Number(number)),
            Err(Trouble::Beyond) => {
                found.push(Reading::Beyond);
                parser.skip();
            }
            Err(Trouble::Broken) => parser.skip(),
        }
    }
    found
}

#[derive(Debug)]
enum Trouble {
    /// The result is too large or negative.
    Beyond,
    /// An operand is missing.
    Broken,
}

/// Most nested brackets and powers, which the stack holds easily.
const DEPTH: usize = 40;

/// Recursive descent, no deeper than [`DEPTH`].
struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// Skips at least one token, to after the next break.
    fn skip(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            let end = *token == Token::Break;
            self.at += 1;
            if end {
                break;
            }
        }
    }

    fn sum(&mut self) -> Result<Quantity, Trouble> {
        // What stands before a number without one on its left: a bullet, a closing bracket.
        let loose = [Token::Break, Token::Close, Token::Plus, Token::Minus];
        while self.peek().is_some_and(|token| loose.contains(token)) {
            self.at += 1;
        }
        let mut sum = self.product()?;
        loop {
            let minus = match self.peek() {
                Some(Token::Plus) => false,
                Some(Token::Minus) => true,
                _ => return Ok(sum),
            };
            let operand = self.tokens.get(self.at + 1);
            if !matches!(
                operand,
                Some(Token::Value(_) | Token::Scale(_) | Token::Open)
            ) {
                return Ok(sum);
            }
            self.at += 1;
            let right = self.product()?;
            let result = if minus {
                sum.minus(&right)
            } else {
                sum.plus(&right)
            };
            sum = result.ok_or(Trouble::Beyond)?;
        }
    }

    fn product(&mut self) -> Result<Quantity, Trouble> {
        let mut product = self.power()?;
        while self.takes(&Token::Times) {
            product = product.times(&self.power()?).ok_or(Trouble::Beyond)?;
        }
        Ok(product)
    }

    fn power(&mut self) -> Result<Quantity, Trouble> {
        if self.depth == DEPTH {
            return Err(Trouble::Beyond);
        }
        self.depth += 1;
        let power = self.power_inside();
        self.depth -= 1;
        power
    }

    /// Parses a power, right-associative: 2^3^2 is 2^9.
    fn power_inside(&mut self) -> Result<Quantity, Trouble> {
        let base = self.atom()?;
        if !self.takes(&Token::Power) {
            return Ok(base);
        }
        base.to_the(&self.power()?).ok_or(Trouble::Beyond)
    }

    fn atom(&mut self) -> Result<Quantity, Trouble> {
        if !self.takes(&Token::Open) {
            return self.parts();
        }
        let inside = self.sum()?;
        if self.takes(&Token::Close) {
            Ok(inside)
        } else {
            Err(Trouble::Broken)
        }
    }

    /// Parses consecutive parts, each smaller than the one before: 4 milliards 294 millions.
    fn parts(&mut self) -> Result<Quantity, Trouble> {
        let (mut sum, mut power) = self.part()?.ok_or(Trouble::Broken)?;
        loop {
            let before = self.at;
            let next = self.part()?;
            let operand = matches!(self.peek(), Some(Token::Times | Token::Power));
            let below = Quantity::new(1_u8.into(), power.into());
            match next {
                Some((value, smaller))
                    if smaller < power && !operand && Some(&value) < below.as_ref() =>
                {
                    sum = sum.plus(&value).ok_or(Trouble::Beyond)?;
                    power = smaller;
                }
                _ => {
                    self.at = before;
                    return Ok(sum);
                }
            }
        }
    }

    /// Parses a number with its scales, such as 340 milliards de milliards, and the power of ten of
    /// these scales.
    fn part(&mut self) -> Result<Option<(Quantity, u32)>, Trouble> {
        let value = match self.peek() {
            Some(Token::Value(value)) => {
                let value = value.clone();
                self.at += 1;
                value
            }
            Some(Token::Scale(_)) => Quantity::new(1_u8.into(), 0).expect("one is small"),
            Some(Token::Beyond) => return Err(Trouble::Beyond),
            _ => return Ok(None),
        };
        let mut power = 0_u32;
        while let Some(Token::Scale(scale)) = self.peek() {
            power = power.saturating_add(*scale);
            self.at += 1;
        }
        let scale = Quantity::new(1_u8.into(), power.into()).ok_or(Trouble::Beyond)?;
        let value = value.times(&scale).ok_or(Trouble::Beyond)?;
        Ok(Some((value, power)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str, lang: Lang) -> Vec<Quantity> {
        let number = |reading| match reading {
            Reading::Number(number) => number,
            Reading::Beyond => panic!("{text} is beyond the bounds"),
        };
        read(text, lang).into_iter().map(number).collect()
    }

    fn small(number: u64) -> Quantity {
        Quantity::new(number.into(), 0).expect("small")
    }

    #[test]
    fn one_number_has_many_writings() {
        for text in [
            "4294967296",
            "2^32",
            "2**32",
            "2 ^ 32",
            "2³²",
            "2 puissance 32",
            "2 à la puissance 32",
            "2 to the power of 32",
            "two to the 32nd",
            "deux puissance trente-deux",
            "256⁴",
            "256*256*256*256",
            "256 x 256 × 256 fois 256",
            "(2^8)^4",
            "2^(8*4)",
            "2^16 * 2^16",
            "4 294 967 296",
            "4\u{202f}294\u{202f}967\u{202f}296",
            "4\u{a0}294\u{a0}967\u{a0}296",
            "4.294.967.296",
            "4,294,967,296",
            "4'294'967'296",
            "4’294’967’296",
            "4_294_967_296",
            "４２９４９６７２９６",
            "4294967296.",
            "4 294 967 296 adresses !",
            "On peut en connecter 2^32.",
            "4,294967296 milliards",
            "4.294967296 milliards",
            "4 milliards 294 millions 967 mille 296",
            "4 milliards 294 millions 967 296",
            "4294,967296 millions",
            "4,294967296 × 10^9",
            "4,294967296.10^9",
            "4,294967296 . 10⁹",
            "4,294967296e9",
            "4.294967296E+09",
            "2^32 - 1 + 1",
            "- 2^32",
        ] {
            assert_eq!(numbers(text, Lang::Fr), [small(4_294_967_296)], "{text}");
        }
    }

    #[test]
    fn each_language_has_its_marks_and_scales() {
        let cases = [
            ("4,3 milliards", Lang::Fr, 4_300_000_000),
            ("4.3 milliards", Lang::Fr, 4_300_000_000),
            ("4,294 milliards", Lang::Fr, 4_294_000_000),
            ("4.294 milliards", Lang::Fr, 4_294_000_000),
            ("4,3 billions", Lang::Fr, 4_300_000_000_000),
            ("4.3 billion", Lang::En, 4_300_000_000),
            ("4,294 million", Lang::En, 4_294_000_000),
            ("four billion", Lang::En, 4_000_000_000),
            ("quatre milliards", Lang::Fr, 4_000_000_000),
            ("un milliard", Lang::Fr, 1_000_000_000),
            ("mille milliards", Lang::Fr, 1_000_000_000_000),
            ("65.536", Lang::Fr, 65_536),
            ("4.10^9", Lang::Fr, 4_000_000_000),
            ("4.10^9", Lang::En, 4_000_000_000),
            ("65,536", Lang::En, 65_536),
            ("un peu plus de 4 milliards", Lang::Fr, 4_000_000_000),
            ("IPv4 : 50 000", Lang::Fr, 50_000),
        ];
        for (text, lang, expected) in cases {
            assert_eq!(numbers(text, lang), [small(expected)], "{text}");
        }
        let billions = Quantity::new(34_u8.into(), 37);
        let read = numbers(
            "340 milliards de milliards de milliards de milliards",
            Lang::Fr,
        );
        assert_eq!(Some(&read[0]), billions.as_ref());
    }

    #[test]
    fn a_sentence_may_hold_several() {
        let two = [small(4_294_967_296), small(4_300_000_000)];
        for text in [
            "2^32 = 4,3 milliards",
            "2^32 soit 4,3 milliards",
            "2^32 (4,3 milliards)",
        ] {
            assert_eq!(numbers(text, Lang::Fr), two, "{text}");
        }
        let both = [small(32), small(4_294_967_296)];
        assert_eq!(numbers("32 bits donc 2^32", Lang::Fr), both);
        assert_eq!(numbers("2 32", Lang::Fr), [small(2), small(32)]);
        for text in ["", "beaucoup", "2^", "(2", "^", ")(", "e9", "..."] {
            assert_eq!(numbers(text, Lang::Fr), [], "{text}");
        }
        assert_eq!(read("9^9^9^9", Lang::Fr), [Reading::Beyond]);
        assert_eq!(read("2 - 5", Lang::Fr), [Reading::Beyond]);
        assert_eq!(read("1e999999999999", Lang::Fr), [Reading::Beyond]);
    }
}
