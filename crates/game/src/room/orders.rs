//! What each of the teacher's orders does to an open room. The orders are in [`crate::rules::Order`].

use crate::limits::{INTERMISSION_SECONDS, SEATS_PER_ROOM};
use crate::protocol::Refusal;
use crate::rules::{Barred, Decided, Millis, Order, PlayerId, RoomId, Seat, Tally};

use super::apply::Applying;
use super::protocol::Protocol;

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
                if let Some(protocol) = &mut self.open.protocol {
                    protocol.erase(player);
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
            Order::Pace { pace } => self.decide().pace = *pace,
            Order::Intermission { seconds } => {
                self.decide().intermission = (*seconds).min(INTERMISSION_SECONDS);
            }
            Order::Model { question, on } => self.decide().open_model(question, *on),
            Order::Inherit { player, to } => self.inherit(*player, *to),
            Order::UndoReturn { player, to } => self.undo_return(*player, *to),
            Order::Return { on } => self.decide().returns = *on,
            Order::Rule { topic, text } => self.protocol().set(*topic, text),
            Order::Dismiss { player, topic } => self.protocol().dismiss(*player, *topic),
            Order::Erase { player, name } => {
                if let Ok(index) = self.open.find(*player) {
                    self.open.rename_seat(index, name);
                    self.decide().hide(*player, true);
                }
                self.open.erase(*player, name);
                self.leave(*player);
            }
            Order::Hide { player, hidden } => {
                // Only seated players can be hidden, which bounds the list.
                if self.open.find(*player).is_ok() || !hidden {
                    self.decide().hide(*player, *hidden);
                }
            }
        }
    }

    /// The score of `from` becomes that of `to`, who must be seated. What either won stays won.
    fn inherit(&mut self, from: PlayerId, to: PlayerId) {
        let decided = self.open.decided();
        if decided.returned(to, from).is_some() {
            // So returns were undone before there was an order of its own.
            return self.undo_return(from, to);
        }
        if from == to || decided.heir(from).is_some() || self.open.crowd.is_none() {
            return;
        }
        if let Ok(index) = self.open.find(to) {
            let own = self.open.seats[index].tally;
            let mut both = own;
            both.merge(self.score_of(from));
            self.give_score(from, Tally::default());
            self.give_score(to, both);
            self.decide().inherit(from, to, own);
        }
    }

    /// The score of `from`, who came back under the name of `to`, goes back to `to`, who must be seated,
    /// without what `from` had won before.
    fn undo_return(&mut self, from: PlayerId, to: PlayerId) {
        let heir = self.open.decided().returned(to, from);
        let Some((kept, index)) = heir.map(|it| it.own).zip(self.open.find(to).ok()) else {
            return;
        };
        let own = self.open.seats[index].tally;
        let mut both = own;
        both.merge(self.score_of(from).without(kept));
        self.give_score(from, kept);
        self.give_score(to, both);
        self.decide().undo_return(from, to, own);
    }

    /// What a player has won: in their seat or, if they have left, on the board.
    fn score_of(&self, player: PlayerId) -> Tally {
        let crowd = self.open.crowd.as_ref();
        let on_board = || crowd.and_then(|crowd| crowd.board.tally(player));
        let index = self.open.find(player).ok();
        let in_seat = index.map(|index| self.open.seats[index].tally);
        in_seat.or_else(on_board).unwrap_or_default()
    }

    /// Gives a player this score in place of theirs.
    fn give_score(&mut self, player: PlayerId, tally: Tally) {
        let Some(crowd) = &mut self.open.crowd else {
            return;
        };
        let name = match self
            .open
            .seats
            .binary_search_by_key(&player, |it| it.player)
        {
            Ok(index) => {
                self.open.seats[index].tally = tally;
                Some(self.open.seats[index].name.clone())
            }
            Err(_) => crowd.board.name(player),
        };
        if let Some(name) = name {
            crowd.board.give(player, name, tally, self.sequence);
        }
    }

    /// Ends the pause: the round's clock continues where it stood.
    fn unpause(&mut self) {
        let now: Millis = self.now;
        if let Some(since) = self.decide().paused.take() {
            self.open.game.stood_still(now - since);
        }
    }

    fn protocol(&mut self) -> &mut Protocol {
        self.open.protocol.get_or_insert_default()
    }

    fn decide(&mut self) -> &mut Decided {
        self.open.decided.get_or_insert_default()
    }
}
