//! The fairness of turns: which connections are served at once, and which wait with the busy ones.
//!
//! An honest player sends a few bytes now and then, and is answered before connections that have
//! sent much lately or have only just come. Those share the remaining time, each in turn; without a
//! crowd they do not wait either.

use game::limits::{BYTE_REMEMBERED, MOST_REMEMBERED, MUCH_REMEMBERED, NEWCOMER};

const BYTE: u64 = BYTE_REMEMBERED.as_millis() as u64;
const MUCH: u64 = MUCH_REMEMBERED.as_millis() as u64;
const MOST: u64 = MOST_REMEMBERED.as_millis() as u64;
const NEW: u64 = NEWCOMER.as_millis() as u64;

/// The debt of one connection: each byte that is read adds to it, and time pays it off.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    /// The tick at which the debt is paid off.
    forgiven: u64,
}

impl Turns {
    /// The debt of a new connection, which counts as busy for a while.
    pub fn new(tick: u64) -> Self {
        Turns {
            forgiven: tick + MUCH + NEW,
        }
    }

    /// Adds the debt for bytes that were read, up to the maximum.
    pub fn spoke(&mut self, bytes: usize, tick: u64) {
        let forgiven = self.forgiven.max(tick) + bytes as u64 * BYTE;
        self.forgiven = forgiven.min(tick + MOST);
    }

    /// Whether the connection waits with the busy ones.
    pub fn come_last(&self, tick: u64) -> bool {
        self.forgiven > tick + MUCH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects connected players from clients that reconnect again and again.
    #[test]
    fn who_has_just_come_waits() {
        let turns = Turns::new(5);
        assert!(turns.come_last(5) && turns.come_last(5 + NEW - 1));
        assert!(!turns.come_last(5 + NEW));
    }

    /// Protects players from floods, and clients that flood by mistake from waiting without end.
    #[test]
    fn who_speaks_much_waits_until_it_is_forgiven() {
        let mut turns = Turns::new(0);
        let mut tick = NEW + MUCH;
        // Eighty guesses a second, for a minute.
        for _ in 0..80 * 60 {
            turns.spoke("50\n".len(), tick);
            assert!(!turns.come_last(tick));
            tick += 1000 / 80;
        }
        turns.spoke((MUCH / BYTE) as usize + 1, tick);
        assert!(turns.come_last(tick), "it has said much at once");
        turns.spoke(1 << 30, tick);
        assert!(turns.come_last(tick + MOST - MUCH - 1));
        assert!(!turns.come_last(tick + MOST - MUCH));
    }
}
