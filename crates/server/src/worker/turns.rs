//! Who has their turn at once, and who waits with the busy ones.
//!
//! An honest player says a few bytes now and then, and is answered before anybody who asks for much or
//! has only just come. Those share what is left, each in turn; without a crowd that is at once too.

use game::limits::{BYTE_REMEMBERED, MOST_REMEMBERED, MUCH_REMEMBERED, NEWCOMER};

const BYTE: u64 = BYTE_REMEMBERED.as_millis() as u64;
const MUCH: u64 = MUCH_REMEMBERED.as_millis() as u64;
const MOST: u64 = MOST_REMEMBERED.as_millis() as u64;
const NEW: u64 = NEWCOMER.as_millis() as u64;

/// What is remembered of a connection: the tick when nothing will be.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    forgiven: u64,
}

impl Turns {
    /// One that has just come.
    pub fn new(tick: u64) -> Self {
        Turns {
            forgiven: tick + MUCH + NEW,
        }
    }

    /// So many bytes of it were read.
    pub fn spoke(&mut self, bytes: usize, tick: u64) {
        let forgiven = self.forgiven.max(tick) + bytes as u64 * BYTE;
        self.forgiven = forgiven.min(tick + MOST);
    }

    /// Whether it waits with the busy ones.
    pub fn come_last(&self, tick: u64) -> bool {
        self.forgiven > tick + MUCH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects those who are here from those who come and go without end.
    #[test]
    fn who_has_just_come_waits() {
        let turns = Turns::new(5);
        assert!(turns.come_last(5) && turns.come_last(5 + NEW - 1));
        assert!(!turns.come_last(5 + NEW));
    }

    /// Protects players from floods, and those who flood by mistake from waiting for ever.
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
