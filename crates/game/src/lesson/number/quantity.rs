//! Exact decimal numbers: digits and a power of ten.

use std::cmp::Ordering;

use num_bigint::BigUint;

use crate::limits::{NUMBER_BITS, NUMBER_TENS};

/// `digits × 10^tens`, not negative. The representation is unique: the digits do not end in 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    digits: BigUint,
    tens: i64,
}

impl Quantity {
    /// Creates a number; `None` beyond the bounds, [`NUMBER_BITS`] bits and a power of ten within
    /// ±[`NUMBER_TENS`].
    pub fn new(digits: BigUint, tens: i64) -> Option<Quantity> {
        let mut quantity = Quantity { digits, tens };
        let ten = BigUint::from(10_u8);
        let zero = BigUint::ZERO;
        if quantity.digits == zero {
            quantity.tens = 0;
        }
        while quantity.digits != zero && &quantity.digits % &ten == zero {
            quantity.digits /= &ten;
            quantity.tens += 1;
        }
        let fits = quantity.digits.bits() <= NUMBER_BITS && quantity.tens.abs() <= NUMBER_TENS;
        fits.then_some(quantity)
    }

    /// Two to the power of `power`.
    pub fn power_of_two(power: u64) -> Option<Quantity> {
        let fits = power < NUMBER_BITS;
        fits.then(|| Quantity::new(BigUint::from(1_u8) << power, 0))?
    }

    /// The digits of both numbers at a common power of ten, and that power.
    fn aligned(&self, other: &Quantity) -> (BigUint, BigUint, i64) {
        let tens = self.tens.min(other.tens);
        let at = |it: &Quantity| &it.digits * ten_to(it.tens - tens);
        (at(self), at(other), tens)
    }

    /// The sum.
    pub fn plus(&self, other: &Quantity) -> Option<Quantity> {
        let (a, b, tens) = self.aligned(other);
        Quantity::new(a + b, tens)
    }

    /// The difference; `None` if it is negative.
    pub fn minus(&self, other: &Quantity) -> Option<Quantity> {
        let (a, b, tens) = self.aligned(other);
        (a >= b).then(|| Quantity::new(a - b, tens))?
    }

    /// The product.
    pub fn times(&self, other: &Quantity) -> Option<Quantity> {
        Quantity::new(&self.digits * &other.digits, self.tens + other.tens)
    }

    /// The power. Its size is checked before it is computed, so that `9^9^9` costs nothing.
    pub fn to_the(&self, exponent: &Quantity) -> Option<Quantity> {
        let exponent = exponent.small()?;
        // A number of n bits is at least 2^(n-1), so its power has at least this many bits.
        let bits = self.digits.bits().saturating_sub(1) * u64::from(exponent);
        let tens = self.tens.checked_mul(exponent.into())?;
        if bits > NUMBER_BITS || tens.abs() > NUMBER_TENS {
            return None;
        }
        Quantity::new(self.digits.pow(exponent), tens)
    }

    /// The number as an integer, if it is one.
    fn integer(&self) -> Option<BigUint> {
        (self.tens >= 0).then(|| &self.digits * ten_to(self.tens))
    }

    /// The number as a `u32`, if it is one.
    pub fn small(&self) -> Option<u32> {
        u32::try_from(self.integer()?).ok()
    }

    /// The number of digits, without trailing zeros.
    pub fn places(&self) -> usize {
        self.digits.to_string().len()
    }

    /// The power of ten of its first digit.
    pub fn magnitude(&self) -> i64 {
        let places = i64::try_from(self.places()).expect("the digits are bounded");
        self.tens + places - 1
    }

    /// Rounds to this many digits, at least one; halves round up.
    pub fn rounded(&self, places: usize) -> Quantity {
        self.shortened(places, 5)
    }

    /// Truncates after this many digits, at least one.
    pub fn cut(&self, places: usize) -> Quantity {
        self.shortened(places, 0)
    }

    fn shortened(&self, places: usize, add: u8) -> Quantity {
        let extra = self.places().saturating_sub(places.max(1));
        let Some(last) = extra.checked_sub(1) else {
            return self.clone();
        };
        let extra = i64::try_from(extra).expect("the digits are bounded");
        let last = i64::try_from(last).expect("the digits are bounded");
        let digits = (&self.digits + BigUint::from(add) * ten_to(last)) / ten_to(extra);
        // One more power of ten at most, on a number that is written shorter.
        Quantity::new(digits, self.tens + extra).unwrap_or_else(|| self.clone())
    }

    /// Whether two numbers have the same digits, at any power of ten.
    pub fn same_digits(&self, other: &Quantity) -> bool {
        self.digits == other.digits
    }

    /// The exponent of two, if the number is a power of two.
    pub fn which_power_of_two(&self) -> Option<u64> {
        let integer = self.integer()?;
        let zeros = integer.trailing_zeros()?;
        (integer.bits() == zeros + 1).then_some(zeros)
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b, _) = self.aligned(other);
        a.cmp(&b)
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Ten to a power that is not negative and within the bounds of [`Quantity`].
fn ten_to(power: i64) -> BigUint {
    let power = u32::try_from(power).expect("a difference of bounded powers, the smaller taken");
    BigUint::from(10_u8).pow(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(digits: u64, tens: i64) -> Quantity {
        Quantity::new(digits.into(), tens).expect("small")
    }

    #[test]
    fn arithmetic_is_exact() {
        let two_32 = number(4_294_967_296, 0);
        assert_eq!(number(2, 0).to_the(&number(32, 0)), Some(two_32.clone()));
        assert_eq!(number(256, 0).to_the(&number(4, 0)), Some(two_32.clone()));
        assert_eq!(Quantity::power_of_two(32), Some(two_32.clone()));
        assert_eq!(number(43, -1).times(&number(1, 9)), Some(number(43, 8)));
        assert_eq!(number(1, 2).plus(&number(5, -1)), Some(number(1005, -1)));
        assert_eq!(number(1, 2).minus(&number(1, 0)), Some(number(99, 0)));
        assert_eq!(number(1, 0).minus(&number(2, 0)), None);
        assert_eq!(number(0, 0).to_the(&number(0, 0)), Some(number(1, 0)));
        assert_eq!(two_32.which_power_of_two(), Some(32));
        assert_eq!(number(4_294_967_295, 0).which_power_of_two(), None);
        assert_eq!(number(0, 0).which_power_of_two(), None);
        assert_eq!(number(5, -1).which_power_of_two(), None);
        assert!(number(43, 8) > two_32);
    }

    #[test]
    fn rounding_and_cutting() {
        let two_32 = number(4_294_967_296, 0);
        assert_eq!(two_32.rounded(1), number(4, 9));
        assert_eq!(two_32.rounded(2), number(43, 8));
        assert_eq!(two_32.cut(2), number(42, 8));
        assert_eq!(two_32.rounded(10), two_32);
        assert_eq!(two_32.rounded(40), two_32);
        assert_eq!(number(996, 0).rounded(2), number(1, 3));
        assert_eq!(number(996, -5).rounded(2), number(1, -2));
    }

    /// Protects the server: a power is refused before it is computed.
    #[test]
    fn what_is_too_big_is_none() {
        let nine = number(9, 0);
        let big = nine.to_the(&nine).expect("9^9 is small");
        assert_eq!(nine.to_the(&big), None);
        assert_eq!(number(1, 1).to_the(&number(1, 6)), None);
        assert_eq!(number(1, -1).to_the(&number(1, 6)), None);
        assert_eq!(number(2, 0).to_the(&number(1, 40)), None);
        assert_eq!(
            number(1, 0).to_the(&number(4_000_000_000, 0)),
            Some(number(1, 0))
        );
        let most = Quantity::power_of_two(NUMBER_BITS - 1).expect("just fits");
        assert_eq!(most.times(&most), None);
        assert_eq!(Quantity::power_of_two(NUMBER_BITS), None);
        assert_eq!(Quantity::new(1_u8.into(), NUMBER_TENS + 1), None);
    }
}
