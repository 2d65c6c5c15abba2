//! Coming back to a name and a score without the code of their seat: another player of the room, who
//! says that the name is theirs, gets it once nobody plays under it and the teacher lets them.
//!
//! The name and the score change hands by the teacher's orders. What the seat has besides, its answers
//! and programs, stays with its code unless the teacher gives it too; and the code takes the name and
//! the score back.

use crate::limits::RETURN_SEATS;
use crate::room::answers::Answered;
use crate::rules::{Entry, Name, Order, PlayerId, Record, RoomCode, RoomId};

use super::{Engine, Hosted, Now};

/// Milliseconds after which a player counts as gone of whom another node may have the connection.
const GONE_ELSEWHERE: u64 = 5 * 60_000;

/// Whether a player may come back to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameStanding {
    /// Nobody else had the name here, or the room is too large for that.
    Nobody,
    /// Somebody plays under it now.
    Playing,
    /// Nobody does: this player had it.
    Away(PlayerId),
    /// The player who asks has come back already.
    Back,
}

impl Engine {
    /// Whether a player may come back to a name, and whether without asking the teacher: nobody may on
    /// a disk that is full.
    pub fn standing(
        &self,
        code: RoomCode,
        asker: PlayerId,
        name: &Name,
        now: Now,
    ) -> (NameStanding, bool) {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return (NameStanding::Nobody, false);
        };
        let decided = hosted.room.decided();
        let without_asking = decided.returns && self.has_space();
        let standing = self.found(hosted, code, asker, name, now);
        (standing, without_asking)
    }

    fn found(
        &self,
        hosted: &Hosted,
        code: RoomCode,
        asker: PlayerId,
        name: &Name,
        now: Now,
    ) -> NameStanding {
        let decided = hosted.room.decided();
        if decided.forerunner(asker).is_some() {
            return NameStanding::Back;
        }
        if hosted.room.seats().len() > RETURN_SEATS {
            return NameStanding::Nobody;
        }
        match hosted.room.named(name, asker) {
            Some(player) if decided.bars(player) || decided.heir(player).is_some() => {
                NameStanding::Nobody
            }
            Some(player) if self.plays(code, player, now) => NameStanding::Playing,
            Some(player) => NameStanding::Away(player),
            None => NameStanding::Nobody,
        }
    }

    /// Whether somebody speaks for the player now.
    fn plays(&self, code: RoomCode, player: PlayerId, now: Now) -> bool {
        let Some(hosted) = self.rooms.get(&RoomId::Shared(code)) else {
            return false;
        };
        let is_here = hosted.newest(player).is_some();
        let seen = hosted.room.seat(player).map(|seat| seat.seen);
        let may_be_elsewhere =
            self.is_shared && seen.is_some_and(|seen| now.at.saturating_sub(seen) < GONE_ELSEWHERE);
        is_here || may_be_elsewhere
    }

    /// The seats of the person who has this one, and their names: those who came back by name have
    /// several.
    pub fn seats_of(&self, code: RoomCode, player: PlayerId) -> Vec<(PlayerId, Option<Name>)> {
        let hosted = self.rooms.get(&RoomId::Shared(code));
        hosted.map_or(vec![(player, None)], |hosted| {
            let room = &hosted.room;
            let seats = room.decided().seats_of(player);
            let named = |player| (player, room.name(player));
            seats.into_iter().map(named).collect()
        })
    }

    /// Those of these players who have a seat in the room.
    pub fn seated(&self, code: RoomCode, players: &[PlayerId]) -> Vec<PlayerId> {
        let hosted = self.rooms.get(&RoomId::Shared(code));
        let has_seat =
            |player: &&PlayerId| hosted.is_some_and(|it| it.room.seat(**player).is_some());
        players.iter().filter(has_seat).copied().collect()
    }

    /// Proposes that the name and the score of a player become another's, and the answers and programs
    /// too where the teacher says so. Proposes nothing if somebody plays under the name now, the other
    /// has no seat, or the name or score of one of them is changing hands already.
    pub(super) fn return_to(
        &mut self,
        code: RoomCode,
        from: PlayerId,
        to: PlayerId,
        with_answers: bool,
        now: Now,
    ) {
        let room = RoomId::Shared(code);
        if self.plays(code, from, now) || self.pending.returns(room, [from, to]) {
            return;
        }
        let last = Order::Inherit { player: from, to };
        for entry in self.change_of_hands(room, from, to, last, with_answers) {
            let at = now.at;
            self.propose(Record { room, at, entry });
        }
    }

    /// Proposes that a player whose name and score another has gets them back: the code of their seat
    /// was shown, or the teacher says so.
    pub(super) fn undo_return(&mut self, room: RoomId, player: PlayerId, now: Now) {
        let hosted = self.rooms.get(&room);
        let Some(heir) = hosted.and_then(|hosted| hosted.room.decided().heir(player)) else {
            return;
        };
        if self.pending.returns(room, [heir, player]) {
            return;
        }
        let last = Order::UndoReturn {
            player: heir,
            to: player,
        };
        for entry in self.change_of_hands(room, heir, player, last, false) {
            let at = now.at;
            self.propose(Record { room, at, entry });
        }
    }

    /// The entries by which the name of `from` becomes that of `to`, and the score by this order. Each is
    /// one that the teacher could give alone, so that an erasure finds every name where it always is.
    fn change_of_hands(
        &self,
        room: RoomId,
        from: PlayerId,
        to: PlayerId,
        last: Order,
        with_answers: bool,
    ) -> Vec<Entry> {
        let hosted = self.rooms.get(&room);
        let Some((room, seat)) = hosted.and_then(|it| Some((&it.room, it.room.seat(to)?))) else {
            return Vec::new();
        };
        let mut orders = Vec::new();
        let rename = |player, name| Order::Rename { player, name };
        let is_seated = room.seat(from).is_some();
        if let Some(name) = room.name(from) {
            // Both names are taken: one of them steps aside for a moment.
            if is_seated {
                orders.push(rename(from, Name::of_erased(from)));
            }
            orders.push(rename(to, name));
            if is_seated {
                orders.push(rename(from, seat.name.clone()));
            }
        }
        orders.push(last);
        let mut entries: Vec<Entry> = orders.into_iter().map(Entry::Order).collect();
        if with_answers && let Some(answers) = room.answers() {
            let has = |one: &&Answered| answers.of(to).iter().any(|it| it.question == one.question);
            for answered in answers.of(from).iter().filter(|one| !has(one)) {
                entries.extend(again(to, answered));
            }
            entries.push(Entry::Order(Order::Kick {
                player: from,
                bar: false,
                browser: None,
            }));
        }
        entries
    }
}

/// An answer, and its mark, as another player's.
fn again(player: PlayerId, answered: &Answered) -> impl Iterator<Item = Entry> + use<> {
    let question = answered.question.clone();
    let mark = answered.mark.clone().map(|mark| {
        Entry::Order(Order::Mark {
            player,
            question: question.clone(),
            mark,
        })
    });
    let answer = Entry::Answer {
        player,
        question: question.clone(),
        verdict: answered.verdict.clone(),
        text: answered.text.clone(),
    };
    [Some(answer), mark].into_iter().flatten()
}
