//! What the journal says: entries that this engine has proposed, and others'.

use std::sync::MutexGuard;

use super::connection::Connection;
use super::{Engine, Now};
use crate::room::board::Board;
use crate::rules::{Entry, Record, RoomId};

/// Who proposed an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// This engine.
    Here,
    /// The same engine's like on another node, or in an earlier life of this one.
    Elsewhere,
}

impl Engine {
    /// The journal has these entries now: applies them in order, and answers whom they are about.
    pub(super) fn follow<'a>(
        &mut self,
        entries: impl IntoIterator<Item = (u64, &'a Record)>,
        origin: Origin,
        now: Now,
    ) {
        for (sequence, record) in entries {
            if let Entry::Result(score) = &record.entry {
                // The win was told when it was applied, if that was here.
                if let RoomId::Hall(_) = score.room {
                    self.hall_board().record(score);
                }
                continue;
            }
            self.apply(sequence, record, origin, now);
        }
        // Those who were answered may have more to say; who has much to say waits for a turn.
        for index in 0..self.touched.len() {
            let key = self.touched[index];
            if !self.connection(key).is_some_and(Connection::is_busy) {
                self.resume(key, now);
            }
        }
    }

    pub(super) fn hall_board(&self) -> MutexGuard<'_, Board> {
        let board = self.hall.lock();
        board.expect("nobody panics while holding the scores")
    }
}
