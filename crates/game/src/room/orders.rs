//! What each of the teacher's orders does to an open room: see [`crate::rules::order`].

use crate::limits::SEATS_PER_ROOM;
use crate::protocol::Refusal;
use crate::rules::{Barred, Decided, Millis, Order, PlayerId, RoomId, Seat};

use super::apply::Applying;

impl Applying<'_> {
    /// Why this player may not sit down here, if they have no seat.
    pub(super) fn closed_to(&self, player: PlayerId) -> Option<Refusal> {
        let decided = self.open.decided();
        match self.id {
            RoomId::Shared(code) if decided.closed => Some(Refusal::NoRoom(code)),
            _ if decided.bars(player) => Some(Refusal::Barred),
            _ if decided.locked => Some(Refusal::Locked),
            _ => None,
        }
    }

    /// Whether guesses are refused; the seat at this index is told so.
    pub(super) fn stands_still(&mut self, index: usize) -> bool {
        let stands_still = self.open.decided().paused.is_some();
        if stands_still {
            let (player, epoch) = (self.open.seats[index].player, self.open.seats[index].epoch);
            self.refuse(player, epoch, Refusal::Paused);
        }
        stands_still
    }

    pub(super) fn order(&mut self, order: &Order) {
        match order {
            Order::Words(pack) => self.decide().pack = Some(*pack),
            Order::Lock(locked) => self.decide().locked = *locked,
            Order::Pause(true) => {
                let now = self.now;
                self.decide().paused.get_or_insert(now);
            }
            Order::Pause(false) => self.go_on(),
            Order::Next { round } => self.play(|game, table| game.next(*round, table)),
            Order::Close => {
                self.decide().closed = true;
                while let Some(seat) = self.open.seats.last() {
                    self.leave(seat.player);
                }
            }
            Order::Kick {
                player,
                bar,
                browser,
            } => {
                let (player, browser) = (*player, *browser);
                let barred = &mut self.decide().barred;
                if *bar && barred.len() < SEATS_PER_ROOM {
                    barred.push(Barred { player, browser });
                }
                // Who was shown out is not named on the wall for the round that they had won.
                if self.open.find(player).is_ok() {
                    self.decide().hide(player, true);
                }
                self.leave(player);
            }
            Order::Rename { player, name } => {
                if let Ok(index) = self.open.find(*player) {
                    self.rename(index, name, false);
                    let Seat { player, name, .. } = &self.open.seats[index];
                    self.open.game.rename_winner(*player, name);
                }
            }
            Order::Mark {
                player,
                question,
                mark,
            } => {
                if let Some(answers) = &mut self.open.answers {
                    answers.mark(*player, question, mark);
                }
            }
            Order::Hide { player, hidden } => {
                // Bounded by the seats that there ever are at once, and by the teacher's patience.
                if self.open.find(*player).is_ok() || !hidden {
                    self.decide().hide(*player, *hidden);
                }
            }
        }
    }

    /// The pause is over: the round's clock goes on where it stood.
    fn go_on(&mut self) {
        let now: Millis = self.now;
        if let Some(since) = self.decide().paused.take() {
            self.open.game.stood_still(now - since);
        }
    }

    fn decide(&mut self) -> &mut Decided {
        self.open.decided.get_or_insert_default()
    }
}
