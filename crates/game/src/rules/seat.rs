//! A player's seat in a room, and their state in the game.

use serde::{Deserialize, Serialize};

use super::secret::Secret;
use super::{Bucket, Millis, Name, PlayerId, Range, Seed, Tally};

/// The verdict on a guess, as a player who resumes is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// The guess is smaller than the number.
    TooSmall,
    /// The guess is bigger than the number.
    TooBig,
    /// The guess is the number.
    Found,
    /// Not judged: the round had already ended.
    Over,
    /// Not judged yet: the result comes when the round closes.
    Held,
    /// The round closed and this was the best guess.
    Won,
    /// The round closed and this was not the best guess.
    Lost,
}

/// A seat's state in the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Play {
    /// The round that the seat is in, from 1. If the room's round is newer, the player has not seen
    /// a round end.
    pub round: u32,
    /// The number of guesses judged in this round.
    pub tries: u32,
    /// The numbers still possible for this player.
    pub possible: Range,
    /// The last guess and its verdict, kept from round to round.
    pub last: Option<(i32, Verdict)>,
    /// Solo: the seat's own number. In other modes the room has one for all.
    pub(super) secret: Option<Secret>,
    /// Closest: whether a connection waits for the round's result.
    pub(super) waits: bool,
    /// Closest: whether the round waits for this seat's guess.
    pub(super) expected: bool,
    /// Closest: whether the player's connection is gone.
    pub(super) away: bool,
    /// Closest: whether the round that ended last waited for this seat in vain.
    pub(super) missed: bool,
}

impl Play {
    pub(super) fn new(round: u32, range: Range, secret: Option<Secret>) -> Self {
        Play {
            round,
            tries: 0,
            possible: range,
            last: None,
            secret,
            waits: false,
            expected: false,
            away: false,
            missed: false,
        }
    }

    /// The seat's own number, in a mode where each seat has one.
    pub(crate) fn own_number(&self) -> Option<i32> {
        self.secret.map(Secret::number)
    }

    /// Enters the next round; only the last guess is kept.
    pub(super) fn renew(&mut self, round: u32, range: Range, secret: Option<Secret>) {
        *self = Play {
            last: self.last,
            ..Play::new(round, range, secret)
        };
    }

    /// Judges a guess against a number and narrows the possible range.
    pub(super) fn judge(&mut self, value: i32, secret: Secret) -> Verdict {
        self.tries += 1;
        let number = secret.number();
        let verdict = match value.cmp(&number) {
            std::cmp::Ordering::Less => {
                self.possible.min = self.possible.min.max(value + 1);
                Verdict::TooSmall
            }
            std::cmp::Ordering::Greater => {
                self.possible.max = self.possible.max.min(value - 1);
                Verdict::TooBig
            }
            std::cmp::Ordering::Equal => Verdict::Found,
        };
        self.last = Some((value, verdict));
        verdict
    }
}

/// A player in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The player.
    pub player: PlayerId,
    /// The player's name; no other in the room looks alike.
    pub name: Name,
    /// The epoch of the newest connection, which alone may act for the player.
    pub epoch: u32,
    /// The number of the player's last request.
    pub n: u32,
    /// The time of the last entry about this seat.
    pub seen: Millis,
    /// What the player has won.
    pub tally: Tally,
    /// The player's state in the game.
    pub play: Play,
    /// Its guesses, where the room has a pace.
    pub(crate) bucket: Bucket,
    pub(super) seed: Seed,
}

impl Seat {
    /// Creates the seat of a player who sits down, with epoch 1.
    pub fn new(player: PlayerId, name: Name, seed: Seed, play: Play, now: Millis) -> Self {
        Seat {
            player,
            name,
            epoch: 1,
            n: 0,
            seen: now,
            tally: Tally::default(),
            play,
            bucket: Bucket::default(),
            seed,
        }
    }
}
