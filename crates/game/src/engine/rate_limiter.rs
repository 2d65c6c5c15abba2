//! What one connection may ask for besides guesses: a budget that comes back with time.
//!
//! Guesses are free: they are bounded by [`crate::limits::GUESSES_IN_FLIGHT`]. What formats a
//! sentence, searches a table or tries a code costs credit, and so do bytes that are read to be
//! thrown away: telnet's, the rest of a line that is too long. A connection without credit is not
//! read until it has some again: it is slowed, never refused, and nobody else notices.

use crate::limits::{CREDIT, CREDIT_PER_SECOND};

/// A connection's budget, in thousandths of a unit.
#[derive(Clone, Copy, Debug)]
pub struct RateLimiter {
    balance: i32,
    /// When the balance was right, in milliseconds.
    tick: u64,
}

impl RateLimiter {
    /// All that one can have.
    pub fn new(tick: u64) -> Self {
        let balance = CREDIT * 1000;
        RateLimiter { balance, tick }
    }

    /// Takes all credit.
    pub fn begin_without_credit(&mut self, tick: u64) {
        *self = RateLimiter { balance: 0, tick };
    }

    /// Takes the cost of a request; the balance may go below zero by one request.
    pub fn spend(&mut self, cost: i32, tick: u64) {
        self.refill(tick);
        self.balance -= cost * 1000;
    }

    /// Takes the cost of bytes that were read for nothing: a request's for a thousand of them.
    pub fn waste(&mut self, bytes: usize, tick: u64) {
        self.refill(tick);
        // At most what is read at once.
        self.balance -= i32::try_from(bytes).unwrap_or(i32::MAX / 2);
    }

    /// When a request may be treated again: none means now.
    pub fn wait_until(&self) -> Option<u64> {
        let missing = u64::try_from(-i64::from(self.balance))
            .ok()
            .filter(|m| *m > 0)?;
        Some(self.tick + missing.div_ceil(CREDIT_PER_SECOND as u64))
    }

    /// Brings the balance up to date.
    pub fn refill(&mut self, tick: u64) {
        let earned = (tick - self.tick).saturating_mul(CREDIT_PER_SECOND as u64);
        let earned = i32::try_from(earned).unwrap_or(i32::MAX);
        self.balance = self.balance.saturating_add(earned).min(CREDIT * 1000);
        self.tick = tick;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_spends_too_much_waits_and_then_goes_on() {
        let mut limiter = RateLimiter::new(1000);
        for _ in 0..CREDIT {
            assert_eq!(limiter.wait_until(), None);
            limiter.spend(1, 1000);
        }
        assert_eq!(limiter.wait_until(), None);
        limiter.spend(50, 1000);
        assert_eq!(limiter.wait_until(), Some(2000));
        limiter.refill(2000);
        assert_eq!(limiter.wait_until(), None);
        limiter.refill(1_000_000_000);
        assert_eq!(limiter.balance, CREDIT * 1000, "credit is not saved up");
    }
}
