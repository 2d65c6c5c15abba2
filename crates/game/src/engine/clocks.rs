//! What time brings to rooms: rounds end, and seats to which nobody came back are given up.

use crate::limits::{HALL_SEATS, SEAT_IDLE};
use crate::rules::{Entry, Millis, PlayerId, Record, RoomId};

use super::{Engine, Now};

/// A room whose rounds have a time limit.
pub(super) struct Timed {
    room: RoomId,
    /// The deadline of the round whose end was proposed last: once is enough, however long the
    /// journal takes.
    proposed: Option<Millis>,
}

impl Timed {
    /// A room of which no round has ended yet.
    pub(super) fn new(room: RoomId) -> Self {
        Timed {
            room,
            proposed: None,
        }
    }
}

/// Milliseconds between two pictures of a room for its pages.
const PAGES: u64 = 200;
/// Milliseconds between two looks for seats to which nobody comes back.
const SWEEP: u64 = 600_000;

/// When things are done that are done now and then, in ticks.
#[derive(Default)]
pub(super) struct Schedule {
    pages: u64,
    /// How often pages had their turn.
    pages_told: u64,
    sweep: u64,
}

impl Engine {
    /// Does what time brings. Call it every 50 ms.
    pub(super) fn clock(&mut self, journal_away: bool, now: Now) {
        self.watch_clocks(now);
        if now.tick >= self.schedule.pages {
            self.schedule.pages = now.tick + PAGES;
            self.schedule.pages_told += 1;
            let count = self.schedule.pages_told;
            self.tell_of_journal(journal_away, count);
            self.tell_pages(count, now);
        }
        if now.tick >= self.schedule.sweep {
            self.schedule.sweep = now.tick + SWEEP;
            self.sweep(now);
        }
    }

    /// Proposes what time brings: ends of rounds, and of seats where there are too many. Call it
    /// several times a second.
    fn watch_clocks(&mut self, now: Now) {
        self.bound_hall(HALL_SEATS, now);
        for index in 0..self.timed.len() {
            let Timed { room, proposed } = self.timed[index];
            let due = self
                .rooms
                .get(&room)
                .and_then(|hosted| hosted.room.deadline());
            if let Some((round, deadline)) = due
                && now.at >= deadline
                && proposed != Some(deadline)
            {
                self.timed[index].proposed = Some(deadline);
                let entry = Entry::Close { round };
                self.propose(Record {
                    room,
                    at: now.at,
                    entry,
                });
            }
        }
    }

    /// Proposes that seats to which nobody came back are given up. Call it now and then.
    fn sweep(&mut self, now: Now) {
        let idle = SEAT_IDLE.as_millis() as u64;
        let mut gone = Vec::new();
        for (id, hosted) in &self.rooms {
            for seat in hosted.room.seats() {
                if now.at.saturating_sub(seat.seen) > idle && !hosted.has(seat.player) {
                    let entry = Entry::Quit {
                        player: seat.player,
                        epoch: seat.epoch,
                    };
                    gone.push(Record {
                        room: *id,
                        at: now.at,
                        entry,
                    });
                }
            }
        }
        for record in gone {
            self.propose(record);
        }
    }

    /// Proposes that those who left the public hall longest ago lose their seats, where more
    /// than `most` are remembered.
    fn bound_hall(&mut self, most: usize, now: Now) {
        let excess = self
            .rooms
            .len()
            .saturating_sub(self.pending.leaves() + most);
        if excess == 0 {
            return;
        }
        let mut away: Vec<(Millis, PlayerId, u32)> = Vec::new();
        for (id, hosted) in &self.rooms {
            if let RoomId::Hall(player) = *id
                && hosted.here.is_empty()
                && let Some(seat) = hosted.room.seat(player)
                && self.pending.epoch(*id, player, Some(seat.epoch)).is_some()
            {
                away.push((seat.seen, player, seat.epoch));
            }
        }
        // Some more than needed, so that not every newcomer costs a look at all seats.
        let gone = (excess + most / 100).min(away.len());
        if gone < away.len() {
            away.select_nth_unstable(gone);
        }
        for (_, player, epoch) in away.drain(..gone) {
            self.propose(Record {
                room: RoomId::Hall(player),
                at: now.at,
                entry: Entry::Quit { player, epoch },
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Origin, Settings};
    use crate::phrases::Lang;
    use crate::protocol::Pack;
    use crate::rules::{Mode, Name, Range, Rules, Seed};
    use crate::wire::text::Phrasebook;

    #[test]
    fn who_left_the_hall_longest_ago_loses_their_seat_first() {
        let settings = Settings {
            index: 0,
            engines: 1,
            range: Range::LESSON,
            phrasebook: Phrasebook {
                lang: Lang::Fr,
                pack: Pack::French,
            },
            quiet: 10,
        };
        let mut engine = Engine::new(settings, Box::new(|bytes| bytes.fill(1)), Arc::default());
        let now = Now { tick: 0, at: 100 };
        let rules = Rules::new(Mode::Solo, Range::LESSON, None).expect("sound rules");
        let seed = Seed([1; 32]);
        for (byte, at) in [(1, 30), (2, 10), (3, 40), (4, 20)] {
            let player = PlayerId([byte; 16]);
            let name = Name::parse("Léa").expect("a name");
            let entries = [
                Entry::Open { rules, seed },
                Entry::Join { player, name, seed },
            ];
            let room = RoomId::Hall(player);
            for entry in entries {
                engine.propose(Record { room, at, entry });
            }
        }
        let records = engine.take_proposals();
        engine.follow((1..).zip(&records), Origin::Here, now);

        engine.bound_hall(4, now);
        assert_eq!(engine.waiting(), 0);
        engine.bound_hall(2, now);
        // Those are on their way already: nobody else has to go.
        engine.bound_hall(2, now);
        let leaves = engine.take_proposals();
        let mut gone: Vec<_> = leaves.iter().map(|record| record.entry.player()).collect();
        gone.sort();
        let expected = [2, 4].map(|byte| Some(PlayerId([byte; 16])));
        assert_eq!(gone, expected);
        engine.follow((9..).zip(&leaves), Origin::Here, now);
        assert_eq!(engine.rooms().count(), 2);
    }
}
