//! What each of the teacher's orders does to an open room. The orders are in [`crate::rules::Order`].

use crate::limits::SEATS_PER_ROOM;
use crate::protocol::Refusal;
use crate::rules::{Barred, Decided, Millis, Order, PlayerId, RoomId, Seat};

use super::apply::Applying;

impl Applying<'_> {
    /// Why a player without a seat may not take one here, if so.
    pub(super) fn closed_to(&self, player: PlayerId) -> Option<Refusal> {
        let decided = self.open.decided();
        match self.id {
            RoomId::Shared(code) if decided.closed => Some(Refusal::NoRoom(code)),
            _ if decided.bars(player) => Some(Refusal::Barred),
            _ if decided.locked => Some(Refusal::Locked),
            _ => None,
        }
    }

    /// Whether the room is paused. If it is, refuses the guess of the seat at this index.
    pub(super) fn refuses_while_paused(&mut self, index: usize) -> bool {
        let is_paused = self.open.decided().paused.is_some();
        if is_paused {
            let (player, epoch) = (self.open.seats[index].player, self.open.seats[index].epoch);
            self.refuse(player, epoch, Refusal::Paused);
        }
        is_paused
    }

    pub(super) fn order(&mut self, order: &Order) {
        match order {
            Order::Words { pack } => self.decide().pack = Some(*pack),
            Order::Lock { on } => self.decide().locked = *on,
            Order::Pause { on: true } => {
                let now = self.now;
                self.decide().paused.get_or_insert(now);
            }
            Order::Pause { on: false } => self.unpause(),
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
                // The projector does not name a kicked player as the winner of a round.
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
                // Only seated players can be hidden, which bounds the list.
                if self.open.find(*player).is_ok() || !hidden {
                    self.decide().hide(*player, *hidden);
                }
            }
        }
    }

    /// Ends the pause: the round's clock continues where it stood.
    fn unpause(&mut self) {
        let now: Millis = self.now;
        if let Some(since) = self.decide().paused.take() {
            self.open.game.stood_still(now - since);
        }
    }

    fn decide(&mut self) -> &mut Decided {
        self.open.decided.get_or_insert_default()
    }
}
