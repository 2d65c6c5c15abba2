//! The rules of the game.
//!
//! Read [`entry`] first: it lists everything that can happen to a room. [`secret`] draws the
//! numbers. Each [`Mode`] has a file: [`solo`], [`race`], [`closest`]. To add one, add a variant to
//! [`Mode`] and to [`Game`], and follow the compiler.

pub mod closest;
pub mod entry;
pub mod id;
pub mod meeting;
pub mod name;
pub mod order;
pub mod pace;
pub mod race;
pub mod room_rules;
pub mod rule;
pub mod seat;
pub mod secret;
pub mod solo;

use serde::{Deserialize, Serialize};

pub use entry::{Entry, Record, Score};
pub use id::{BrowserId, HALL, Key, Millis, PlayerId, ResumeCode, RoomCode, RoomId, Seed};
pub use meeting::{CellKind, Detail, Met, Party, Waiting};
pub use name::{Name, NameError};
pub use order::{Barred, Decided, Heir, Order, OrderJson, Pack};
pub use pace::{Bucket, Pace, Rate};
pub use room_rules::{Mode, Range, Rules, Tally};
pub use rule::{Proposal, Topic};
pub use seat::{Play, Seat, Verdict};
pub use secret::{Commitment, Opening};

use secret::Secret;

/// A finished round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The round's number, counted from 1.
    pub round: u32,
    /// The number that was drawn.
    pub number: i32,
    /// The winner, if there is one.
    pub winner: Option<Winner>,
}

/// The winner of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Winner {
    /// The winner's player id; they may have left since.
    pub player: PlayerId,
    /// Their name at that time, or the name that the teacher has given them since.
    pub name: Name,
    /// Their winning guess.
    pub guess: i32,
    /// The number of guesses it took.
    pub tries: u32,
}

/// The answer to a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The guess is smaller than the number.
    TooSmall,
    /// The guess is bigger than the number.
    TooBig,
    /// The guess is the number; the next guess is the first of a new round.
    Found {
        /// The number of guesses it took.
        tries: u32,
    },
    /// Closest: the round is over and this player won.
    Won {
        /// Their winning guess.
        guess: i32,
        /// The number.
        number: i32,
    },
    /// Closest: the round is over and this player did not win.
    Lost(Box<Ended>),
    /// A round ended since the player's last guess; this guess was not judged.
    Over(Box<Ended>),
}

/// What applying an entry produces for the players.
#[derive(Debug, Default)]
pub struct Effects {
    /// Answers, each with the index of its seat.
    pub answers: Vec<(usize, Answer)>,
    /// Results of a round that ended, for those who played it.
    pub scores: Vec<Score>,
}

/// The result of a round for one seat, from which the room makes a [`Score`].
struct Outcome {
    round: u32,
    guess: i32,
    number: i32,
    won: bool,
}

/// The part of a room that a mode may use.
pub struct Table<'a> {
    /// The room.
    pub room: RoomId,
    /// Mode, range and limit.
    pub rules: Rules,
    /// The room's seed.
    pub seed: &'a Seed,
    /// All players, sorted by id.
    pub seats: &'a mut Vec<Seat>,
    /// The room's time.
    pub now: Millis,
    /// The sequence of the entry.
    pub sequence: u64,
    /// Milliseconds from the end of a round to the next one's first guess.
    pub intermission: Millis,
    /// The answers and results produced so far.
    pub effects: &'a mut Effects,
}

impl Table<'_> {
    fn find(&self, player: PlayerId) -> Option<usize> {
        let by_player = |seat: &Seat| seat.player;
        self.seats.binary_search_by_key(&player, by_player).ok()
    }

    fn draw(&self, round: u32) -> Secret {
        secret::draw(self.seed, round, self.rules.range)
    }

    fn answer(&mut self, seat: usize, answer: Answer) {
        self.effects.answers.push((seat, answer));
    }

    /// Adds the result of a seat's round, and counts a win.
    fn score(&mut self, seat: usize, outcome: &Outcome) {
        let who = &mut self.seats[seat];
        if outcome.won {
            who.tally.add(who.play.tries);
        }
        self.effects.scores.push(Score {
            room: self.room,
            cause: self.sequence,
            rules: self.rules,
            round: outcome.round,
            player: who.player,
            name: who.name.clone(),
            tries: who.play.tries,
            guess: outcome.guess,
            number: outcome.number,
            won: outcome.won,
            tally: who.tally,
        });
    }
}

/// The state of a room's mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Game {
    /// [`Mode::Solo`]: the seats hold all state.
    Solo,
    /// [`Mode::Race`]. Boxed, because nearly all rooms are solo rooms of the hall.
    Race(Box<race::Race>),
    /// [`Mode::Closest`].
    Closest(Box<closest::Closest>),
}

impl Game {
    /// Creates a game before its first guess.
    pub fn new(rules: Rules, seed: &Seed) -> Self {
        match rules.mode {
            Mode::Solo => Game::Solo,
            Mode::Race => Game::Race(race::Race::new(rules, seed).into()),
            Mode::Closest => Game::Closest(closest::Closest::new(rules, seed).into()),
        }
    }

    /// The state of a player who sits down.
    pub fn join(&self, rules: Rules, seed: &Seed) -> Play {
        match self {
            Game::Solo => solo::join(rules, seed),
            Game::Race(race) => Play::new(race.round(), rules.range, None),
            Game::Closest(closest) => Play::new(closest.round(), rules.range, None),
        }
    }

    /// Handles a guess of the seat at this index. Its answer may be produced now, or by a later
    /// entry.
    pub fn guess(&mut self, seat: usize, value: i32, table: &mut Table) {
        match self {
            Game::Solo => solo::guess(seat, value, table),
            Game::Race(race) => race.guess(seat, value, table),
            Game::Closest(closest) => closest.guess(seat, value, table),
        }
    }

    /// Another connection took the seat over: it waits for no answer.
    pub fn attach(&self, seat: &mut Seat) {
        seat.play.waits = false;
        seat.play.away = false;
    }

    /// The connection of the seat at this index is gone.
    pub fn away(&mut self, seat: usize, table: &mut Table) {
        match self {
            Game::Solo | Game::Race(_) => {}
            Game::Closest(closest) => closest.away(seat, table),
        }
    }

    /// Removes a player who left; their seat is gone already.
    pub fn left(&mut self, player: PlayerId, table: &mut Table) {
        match self {
            Game::Solo | Game::Race(_) => {}
            Game::Closest(closest) => closest.left(player, table),
        }
    }

    /// Ends the round if its deadline has passed.
    pub fn close(&mut self, round: u32, table: &mut Table) {
        match self {
            Game::Solo => {}
            Game::Race(race) => race.close(round, table),
            Game::Closest(closest) => closest.close(round, table),
        }
    }

    /// Ends the round by the teacher's order, whatever its deadline. The next one opens at once.
    pub fn next(&mut self, round: u32, table: &mut Table) {
        match self {
            Game::Race(race) if race.round() == round => {
                race.end(None, table);
                race.opens = 0;
            }
            Game::Closest(closest) if closest.round() == round => {
                closest.end(table);
                closest.opens = 0;
            }
            Game::Solo | Game::Race(_) | Game::Closest(_) => {}
        }
    }

    /// Moves the round's start by the time for which the room was paused, in milliseconds.
    pub fn stood_still(&mut self, millis: Millis) {
        match self {
            Game::Solo => {}
            Game::Race(race) => race.began = race.began.map(|at| at + millis),
            Game::Closest(closest) => closest.began = closest.began.map(|at| at + millis),
        }
    }

    /// The time from which on the room's round may be played; 0 in a mode where each player has their
    /// own.
    pub fn opens(&self) -> Millis {
        match self {
            Game::Solo => 0,
            Game::Race(race) => race.opens,
            Game::Closest(closest) => closest.opens,
        }
    }

    /// Whether a round ended since the seat's last guess: its next guess is not judged, since its
    /// answer says how the round ended.
    pub fn has_news(&self, play: &Play) -> bool {
        self.round().is_some_and(|round| play.round < round)
    }

    /// The room's round; `None` in a mode where each player has their own.
    pub fn round(&self) -> Option<u32> {
        match self {
            Game::Solo => None,
            Game::Race(race) => Some(race.round()),
            Game::Closest(closest) => Some(closest.round()),
        }
    }

    /// The previous round of the room, if there is one.
    pub fn ended(&self) -> Option<&Ended> {
        match self {
            Game::Solo => None,
            Game::Race(race) => race.ended.as_ref(),
            Game::Closest(closest) => closest.ended.as_ref(),
        }
    }

    /// Renames a player in the previous round, after the teacher renamed them.
    pub fn rename_winner(&mut self, player: PlayerId, name: &Name) {
        let ended = match self {
            Game::Solo => None,
            Game::Race(race) => race.ended.as_mut(),
            Game::Closest(closest) => closest.ended.as_mut(),
        };
        if let Some(winner) = ended.and_then(|ended| ended.winner.as_mut())
            && winner.player == player
        {
            winner.name = name.clone();
        }
    }

    /// The round that has a deadline, and the deadline.
    pub fn deadline(&self, rules: Rules) -> Option<(u32, Millis)> {
        match self {
            Game::Solo => None,
            Game::Race(race) => race.deadline(rules),
            Game::Closest(closest) => closest.deadline(rules),
        }
    }

    /// The seed and the round of the number that this seat guesses, for `PREUVE`.
    pub fn fairness<'a>(&self, room: &'a Seed, seat: &'a Seat) -> (&'a Seed, u32) {
        match self {
            Game::Solo => (&seat.seed, seat.play.round),
            Game::Race(race) => (room, race.round()),
            Game::Closest(closest) => (room, closest.round()),
        }
    }
}

/// The deadline of a round that began at this time.
fn deadline_of(began: Option<Millis>, rules: Rules) -> Option<Millis> {
    let limit = rules.limit?;
    Some(began? + u64::from(limit) * 1000)
}
