//! Questions that expect a number, in any notation. Near misses get explanations of their own.
//!
//! [`read`] finds the numbers of an answer, with the tokens of [`lex`] and the number words of
//! [`words`]; [`quantity`] has the arithmetic. Large numbers may be rounded.

mod lex;
pub mod quantity;
pub mod read;
#[cfg(test)]
mod tests;
mod words;

use quantity::Quantity;
use read::{Reading, read};

use super::judge::{Case, Finding, Verdict};
use crate::phrases::Lang;

/// The power of ten from which an answer may be rounded: nobody knows all the digits by heart.
const ROUNDED_FROM: i64 = 6;

/// The power of ten up to which a number may be a side remark beside a large one.
const ASIDE_TO: i64 = 2;

/// The expectation of a number question.
#[derive(Debug)]
pub struct Number {
    /// The expected number.
    pub value: Quantity,
    /// Whether a rounded number is rejected.
    pub exact: bool,
    /// Answers with an explanation of their own.
    pub cases: Vec<Case<Quantity>>,
}

/// Whether `number` is `value`, rounded to at least `places` digits.
fn is_rounded(number: &Quantity, value: &Quantity, places: usize) -> bool {
    let written = number.places();
    value.magnitude() >= ROUNDED_FROM && written >= places && value.rounded(written) == *number
}

impl Number {
    fn accepts(&self, reading: &Reading) -> bool {
        let Reading::Number(number) = reading else {
            return false;
        };
        *number == self.value || !self.exact && is_rounded(number, &self.value, 1)
    }

    /// Judges an answer.
    pub fn judge(&self, answer: &str, lang: Lang) -> Finding<'_> {
        let mut readings = read(answer, lang);
        let right = readings.iter().filter(|it| self.accepts(it)).count();
        if right > 0 {
            readings.retain(|it| self.accepts(it) || !self.is_aside(it));
        }
        let Some(meant) = self.meant(&readings) else {
            return Finding::of(Verdict::Unclear).phrase("lesson-number-none");
        };
        if right == readings.len() {
            let exactly = readings.contains(&Reading::Number(self.value.clone()));
            return if exactly {
                Finding::of(Verdict::Right)
            } else {
                Finding::of(Verdict::Right).phrase("lesson-number-rounded")
            };
        }
        if right > 0 {
            return Finding::of(Verdict::Near).phrase("lesson-number-several");
        }
        match meant {
            Reading::Beyond => Finding::of(Verdict::Wrong).phrase("lesson-number-beyond"),
            Reading::Number(number) => self.miss(number, answer, lang),
        }
    }

    /// Whether a number beside the right one is a side remark: the 32 of « 32 bits donc 2^32 », or
    /// the first digits of the right number.
    fn is_aside(&self, reading: &Reading) -> bool {
        let Reading::Number(number) = reading else {
            return false;
        };
        let big = self.value.magnitude() >= ROUNDED_FROM;
        big && (number.magnitude() <= ASIDE_TO || self.value.cut(number.places()) == *number)
    }

    /// The number that a wrong answer means: the largest, if a large one is expected, since the
    /// terms of a calculation are smaller than its result; else the last.
    fn meant<'a>(&self, readings: &'a [Reading]) -> Option<&'a Reading> {
        let number = |reading: &'a Reading| match reading {
            Reading::Number(number) => Some((number, reading)),
            Reading::Beyond => None,
        };
        let big = self.value.magnitude() >= ROUNDED_FROM;
        let biggest = readings.iter().filter_map(number).max_by_key(|it| it.0);
        match biggest {
            Some((_, reading)) if big => Some(reading),
            _ => readings.last(),
        }
    }

    /// The finding about a wrong number: what it has in common with the right one.
    fn miss(&self, number: &Quantity, answer: &str, lang: Lang) -> Finding<'_> {
        let near = Finding::of(Verdict::Near);
        let big = self.value.magnitude() >= ROUNDED_FROM;
        let written = number.places();
        if big && written > 1 && self.value.cut(written) == *number {
            return near.phrase("lesson-number-cut");
        }
        let known = |value: &Quantity| value == number || is_rounded(number, value, 2);
        let case = self.cases.iter().find(|case| case.when.iter().any(known));
        if let Some(case) = case {
            return case.finding();
        }
        let other = match lang {
            Lang::Fr => Lang::En,
            Lang::En => Lang::Fr,
        };
        let foreign = read(answer, other);
        if !foreign.is_empty() && foreign.iter().all(|it| self.accepts(it)) {
            return near.phrase("lesson-number-scale");
        }
        if let (Some(_), Some(power)) =
            (self.value.which_power_of_two(), number.which_power_of_two())
            && power > 0
        {
            return near.say("lesson-number-power", vec![("power", power.into())]);
        }
        if written > 1 && self.value.rounded(written).same_digits(number) {
            return near.phrase("lesson-number-tens");
        }
        if big && self.value.magnitude() == number.magnitude() {
            return near.phrase("lesson-number-order");
        }
        Finding::of(Verdict::Wrong)
    }
}
