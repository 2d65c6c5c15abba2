//! Timed work of an engine: rounds end, unused seats are given up, pages get their room's state.

use crate::limits::{CLASS_ENDS, HALL_SEATS, SEAT_IDLE};
use crate::rules::{Entry, Millis, PlayerId, Record, RoomId};

use super::{Engine, Now};

/// A room with a time limit.
pub(super) struct Timed {
    room: RoomId,
    /// The deadline for which the round's end was proposed last, so that it is proposed once, however
    /// long the commit takes.
    proposed: Option<Millis>,
}

impl Timed {
    /// A room in which no round has ended yet.
    pub(super) fn new(room: RoomId) -> Self {
        Timed {
            room,
            proposed: None,
        }
    }
}

/// Milliseconds between two states of a room for its pages.
const PAGES: u64 = 200;
/// Milliseconds between two searches for unused seats.
const SWEEP: u64 = 600_000;

/// The ticks at which periodic work is next due.
#[derive(Default)]
pub(super) struct Schedule {
    pages: u64,
    /// The number of times that pages had their turn.
    pages_told: u64,
    sweep: u64,
}

impl Engine {
    /// Does the work that is due. Called every 50 ms.
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

    /// Proposes ends of rounds whose time is over, and departures from a full hall.
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

    /// Proposes that unused seats are given up.
    fn sweep(&mut self, now: Now) {
        let mut gone = Vec::new();
        for (id, hosted) in &self.rooms {
            for seat in hosted.room.seats() {
                if now.at > kept_until(*id, seat.seen) && !hosted.has(seat.player) {
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

    /// Proposes that players who left the public hall longest ago lose their seats, if there are more
    /// than `most`.
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
        // A few more than needed, so that not every newcomer costs a search of all seats.
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

/// Until when a seat is kept for a player who was seen last at this time.
fn kept_until(room: RoomId, seen: Millis) -> Millis {
    let idle = seen.saturating_add(SEAT_IDLE.as_millis() as u64);
    match room {
        RoomId::Shared(_) => idle.max(end_of_class(seen)),
        RoomId::Hall(_) | RoomId::Results => idle,
    }
}

/// The end of the next [`CLASS_ENDS`], in UTC.
fn end_of_class(at: Millis) -> Millis {
    const DAY: u64 = 86_400_000;
    /// 1 March 2000: the leap day is a year's last from here.
    const EPOCH: u64 = 11_017;
    /// Days from 1 March to the end of [`CLASS_ENDS`].
    const ENDS: u64 = {
        let (month, day) = CLASS_ENDS;
        assert!(month >= 3 && month <= 12);
        ((153 * (month - 3) + 2) / 5 + day) as u64
    };
    let begins = |year: u64| EPOCH + 365 * year + year / 4 - year / 100 + year / 400;
    let years = 0..=u64::from(u16::MAX);
    let mut ends = years.map(|year| (begins(year) + ENDS) * DAY);
    ends.find(|end| at < *end).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{Origin, Settings};
    use crate::phrases::Lang;
    use crate::protocol::Pack;
    use crate::rules::{Mode, Name, Pace, Range, Rules, Seed};
    use crate::wire::text::Phrasebook;

    #[test]
    fn a_class_ends_at_the_end_of_the_next_31_august() {
        let end_2026 = 1_788_220_800_000; // 2026-09-01T00:00:00Z
        let year = 365 * 86_400_000;
        assert_eq!(end_of_class(1_764_374_400_000), end_2026); // 2025-11-29
        assert_eq!(end_of_class(end_2026 - 1), end_2026);
        assert_eq!(end_of_class(end_2026), end_2026 + year);
        // 2028 has a leap day.
        assert_eq!(
            end_of_class(end_2026 + year),
            end_2026 + 2 * year + 86_400_000
        );
        let room = RoomId::Shared("NSI".parse().expect("a code"));
        let idle = SEAT_IDLE.as_millis() as u64;
        assert_eq!(kept_until(room, end_2026 - 5), end_2026 - 5 + idle);
        assert_eq!(kept_until(RoomId::Hall(PlayerId([1; 16])), 7), 7 + idle);
    }

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
            rate: None,
            pace: Pace::Free,
            intermission: 0,
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
