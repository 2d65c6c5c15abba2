//! What time brings to rooms: rounds end, and seats to which nobody came back are given up.

use crate::game::{Entry, Millis, Record, RoomId};
use crate::limits::SEAT_IDLE;

use super::{Now, Shard};

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

impl Shard {
    /// Proposes what time brings: ends of rounds. Call it several times a second.
    pub fn watch_clocks(&mut self, now: Now) {
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
    pub fn sweep(&mut self, now: Now) {
        let idle = SEAT_IDLE.as_millis() as u64;
        let mut gone = Vec::new();
        for (id, hosted) in &self.rooms {
            for seat in hosted.room.seats() {
                if now.at.saturating_sub(seat.seen) > idle && !hosted.has(seat.player) {
                    let entry = Entry::Leave {
                        player: seat.player,
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
}
