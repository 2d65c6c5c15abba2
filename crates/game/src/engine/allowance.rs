//! What all connections of one address may ask of a worker together, however many they are and however
//! often they come again. In memory only.
//!
//! The first connections of an address that say something have the whole rate each, until they end. Those
//! that come later have as much together, so a program that plays through a hundred connections slows
//! itself, not those who played before. A request or a guess of a connection in a crowd costs several: see
//! [`Allowances::price`].

use std::collections::HashMap;

use crate::limits::{
    ADDRESS_SEATS, ADDRESS_SEATS_LEAST, ADDRESSES_REMEMBERED, ANSWERS_HOURLY_BYTES, MOST_PRICE,
};
use crate::rules::{Bucket, Rate};
use crate::shares::Source;

use super::{ConnectionId, Engine, Now};

/// The bytes of answers that players of one address may have journaled.
const WRITING: Rate = Rate {
    per_second: ADDRESS_SEATS * (ANSWERS_HOURLY_BYTES / 3600),
    burst: ADDRESS_SEATS * ANSWERS_HOURLY_BYTES,
};

/// A connection's part of what its address may ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Part {
    /// It has said nothing yet.
    #[default]
    Unused,
    /// It is one of the first and has the whole rate.
    Whole,
    /// It shares a rate with all that came later.
    Shared,
}

/// What one address has asked of this worker.
#[derive(Debug, Default)]
struct Allowance {
    /// Connections with the whole rate.
    whole: u32,
    /// Connections that share a rate.
    shared: u32,
    /// Its newcomers who get a full burst.
    newcomers: Bucket,
    /// The bytes of its players' answers.
    written: Bucket,
}

impl Allowance {
    fn is_used(&self) -> bool {
        self.whole + self.shared > 0
    }

    fn is_worth_remembering(&self, now: Now) -> bool {
        self.is_used() || !self.newcomers.is_full(now.tick) || !self.written.is_full(now.tick)
    }
}

/// The allowances of all addresses at one worker.
pub(super) struct Allowances {
    by_source: HashMap<Source, Allowance>,
    /// Connections of an address that have the whole rate.
    most_whole: u32,
    /// How many addresses were worth remembering when the others were last forgotten.
    remembered: usize,
}

impl Allowances {
    /// No address has used anything yet. `engines`: how many engines the server has, among which the
    /// connections of an address are spread.
    pub(super) fn new(engines: usize) -> Self {
        let engines = u32::try_from(engines.max(1)).unwrap_or(u32::MAX);
        Allowances {
            by_source: HashMap::new(),
            most_whole: ADDRESS_SEATS.div_ceil(engines).max(ADDRESS_SEATS_LEAST),
            remembered: 0,
        }
    }

    /// A connection says something for the first time here.
    fn join(&mut self, source: Source, now: Now) -> Part {
        self.forget(now);
        let allowance = self.by_source.entry(source).or_default();
        if allowance.whole < self.most_whole {
            allowance.whole += 1;
            Part::Whole
        } else {
            allowance.shared += 1;
            Part::Shared
        }
    }

    /// The connection is gone, or goes to another engine.
    fn leave(&mut self, source: Source, part: Part) {
        let Some(allowance) = self.by_source.get_mut(&source) else {
            return;
        };
        match part {
            Part::Unused => {}
            Part::Whole => allowance.whole -= 1,
            Part::Shared => allowance.shared -= 1,
        }
    }

    /// Whether a newcomer of this address begins with a full burst.
    fn grants_burst(&mut self, source: Source, now: Now) -> bool {
        let allowance = self.by_source.entry(source).or_default();
        allowance.newcomers.admits_newcomer(now.tick)
    }

    /// How many requests or guesses one of this connection counts as.
    pub(super) fn price(&self, source: Source, part: Part) -> u32 {
        if part != Part::Shared {
            return 1;
        }
        let shared = self.by_source.get(&source).map_or(1, |it| it.shared);
        shared.div_ceil(self.most_whole).clamp(1, MOST_PRICE)
    }

    /// Takes the bytes of an answer. False if the address has written too much lately.
    pub(super) fn write(&mut self, source: Source, bytes: u32, now: Now) -> bool {
        self.forget(now);
        let allowance = self.by_source.entry(source).or_default();
        let may_write = allowance.written.ready(WRITING) <= now.tick;
        if may_write {
            allowance.written.take_many(bytes, WRITING, now.tick);
        }
        may_write
    }

    /// Forgets from time to time who has asked for little, and who is gone where there are too many.
    fn forget(&mut self, now: Now) {
        if self.by_source.len() <= (2 * self.remembered).max(1_024) {
            return;
        }
        self.by_source.retain(|_, it| it.is_worth_remembering(now));
        if self.by_source.len() > ADDRESSES_REMEMBERED {
            self.by_source.retain(|_, it| it.is_used());
        }
        self.remembered = self.by_source.len();
    }
}

impl Engine {
    /// Counts a connection that says something for the first time. Without a burst left for its address
    /// it begins with an empty one.
    pub(super) fn join_allowance(&mut self, key: ConnectionId, now: Now) {
        let Some(connection) = self.connections.get_mut(key.index) else {
            return;
        };
        let Some(rate) = self
            .settings
            .rate
            .filter(|_| connection.part == Part::Unused)
        else {
            return;
        };
        let source = connection.source.unwrap_or(Source::UNKNOWN);
        connection.part = self.allowances.join(source, now);
        if !self.allowances.grants_burst(source, now) {
            connection.begin_without_burst(rate, now);
        }
    }

    /// Gives back what a connection of this engine has of its address's allowance.
    pub(super) fn leave_allowance(&mut self, source: Option<Source>, part: Part) {
        if part != Part::Unused {
            let source = source.unwrap_or(Source::UNKNOWN);
            self.allowances.leave(source, part);
        }
    }

    /// Counts a connection that comes from another engine, if it was counted there.
    pub(super) fn bring_allowance(&mut self, key: ConnectionId, now: Now) {
        let connection = &mut self.connections[key.index];
        if connection.part != Part::Unused {
            let source = connection.source.unwrap_or(Source::UNKNOWN);
            connection.part = self.allowances.join(source, now);
        }
    }

    /// How many requests or guesses one of this connection counts as.
    pub(super) fn price(&self, key: ConnectionId) -> u32 {
        self.connection(key).map_or(1, |it| {
            let source = it.source.unwrap_or(Source::UNKNOWN);
            self.allowances.price(source, it.part)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tick: u64) -> Now {
        Now { tick, at: tick }
    }

    /// Protects who played before a crowd of the same address came, and the journal from the crowd.
    #[test]
    fn the_first_connections_keep_the_whole_rate_and_all_later_ones_share_one() {
        let source = Source::from("192.0.2.7".parse::<std::net::IpAddr>().expect("an address"));
        let mut allowances = Allowances::new(1);
        let parts: Vec<Part> = (0..ADDRESS_SEATS * 21)
            .map(|_| allowances.join(source, at(0)))
            .collect();
        let first = ADDRESS_SEATS as usize;
        assert!(parts[..first].iter().all(|part| *part == Part::Whole));
        assert!(parts[first..].iter().all(|part| *part == Part::Shared));
        let prices = [Part::Whole, Part::Shared].map(|part| allowances.price(source, part));
        assert_eq!(prices, [1, 20], "twenty crowds share the rate of one");
        let other = Source::from("192.0.2.8".parse::<std::net::IpAddr>().expect("an address"));
        assert_eq!(allowances.join(other, at(0)), Part::Whole);

        for part in parts {
            allowances.leave(source, part);
        }
        assert_eq!(allowances.join(source, at(0)), Part::Whole);
    }

    /// Protects the journal from a connection that is closed and opened again in a loop.
    #[test]
    fn a_burst_is_renewed_for_an_address_not_for_a_connection() {
        let source = Source::UNKNOWN;
        let mut allowances = Allowances::new(2);
        let mut granted = 0;
        // A thousand connections a second, for ten seconds.
        for tick in 0..10_000 {
            let part = allowances.join(source, at(tick));
            granted += u32::from(allowances.grants_burst(source, at(tick)));
            allowances.leave(source, part);
        }
        let most = crate::limits::NEWCOMERS_BURST + 10 * crate::limits::NEWCOMERS_RATE;
        assert!(
            granted <= most,
            "expected: at most {most} bursts; got {granted}"
        );
    }

    /// Protects the journal from answers under seats that are taken anew for each.
    #[test]
    fn the_answers_of_an_address_are_bounded_whatever_seats_they_come_from() {
        let mut allowances = Allowances::new(2);
        let mut written = 0u64;
        while allowances.write(Source::UNKNOWN, 16 * 1024, at(0)) {
            written += 16 * 1024;
        }
        let most = u64::from(ADDRESS_SEATS * ANSWERS_HOURLY_BYTES);
        assert!(written <= most + 16 * 1024, "{written} bytes at once");
        assert!(allowances.write(Source::UNKNOWN, 1, at(60_000)));
    }
}
