//! The rules: pure, without clock, randomness or input and output.
//!
//! [`entry`] is the page to read first: all that can happen to a room. [`secret`] draws the
//! numbers. A room has one [`Mode`]; each has its file: [`solo`], [`race`], [`closest`]. To add
//! one, add a variant to [`Mode`] and to [`Game`], and follow the compiler.

pub mod closest;
pub mod entry;
pub mod id;
pub mod name;
pub mod order;
pub mod race;
pub mod room_rules;
pub mod seat;
pub mod secret;
pub mod solo;

use serde::Serialize;

pub use entry::{Entry, Record, Score};
pub use id::{BrowserId, HALL, Key, Millis, PlayerId, ResumeCode, RoomCode, RoomId, Seed};
pub use name::{Name, NameError};
pub use order::{Barred, Decided, Order, OrderJson, Pack};
pub use room_rules::{Mode, Range, Rules, Tally};
pub use seat::{Play, Seat, Verdict};
pub use secret::{Commitment, Opening};

use secret::Secret;

/// A round that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// Which.
    pub round: u32,
    /// The number, no secret any more.
    pub number: i32,
    /// Who won it, if anyone did.
    pub winner: Option<Winner>,
}

/// Who won a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Winner {
    /// Their seat, if they have it still.
    pub player: PlayerId,
    /// Their name then, or the one that the teacher has given them since.
    pub name: Name,
    /// Their guess.
    pub guess: i32,
    /// Their tries.
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
        /// Guesses that it took.
        tries: u32,
    },
    /// Closest: the round is over and this player has won.
    Won {
        /// Their guess.
        guess: i32,
        /// The number.
        number: i32,
    },
    /// Closest: the round is over and this player has not won.
    Lost(Box<Ended>),
    /// A round ended unseen; this guess was not judged.
    Over(Box<Ended>),
}

/// What applying an entry to a game has for its players.
#[derive(Debug, Default)]
pub struct Effects {
    /// Answers, each to the seat at this index.
    pub answers: Vec<(usize, Answer)>,
    /// What the end of a round means for those who played it.
    pub scores: Vec<Score>,
}

/// One round's end for one seat, before the room makes it a [`Score`].
struct Outcome {
    round: u32,
    guess: i32,
    number: i32,
    won: bool,
}

/// What a mode sees of its room.
pub struct Table<'a> {
    /// Where.
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
    /// What comes of it.
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

    /// Tells the results what became of a seat's round; counts a win.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Game {
    /// [`Mode::Solo`]: all is in the seats.
    Solo,
    /// [`Mode::Race`]. Boxed: nearly all rooms are the hall's, which are solo.
    Race(Box<race::Race>),
    /// [`Mode::Closest`].
    Closest(Box<closest::Closest>),
}

impl Game {
    /// A game before its first guess.
    pub fn new(rules: Rules, seed: &Seed) -> Self {
        match rules.mode {
            Mode::Solo => Game::Solo,
            Mode::Race => Game::Race(race::Race::new(rules, seed).into()),
            Mode::Closest => Game::Closest(closest::Closest::new(rules, seed).into()),
        }
    }

    /// The part of a player who sits down.
    pub fn join(&self, rules: Rules, seed: &Seed) -> Play {
        match self {
            Game::Solo => solo::join(rules, seed),
            Game::Race(race) => Play::new(race.round(), rules.range, None),
            Game::Closest(closest) => Play::new(closest.round(), rules.range, None),
        }
    }

    /// A guess by the seat at this index. An answer may come at once, later, or with another's.
    pub fn guess(&mut self, seat: usize, value: i32, table: &mut Table) {
        match self {
            Game::Solo => solo::guess(seat, value, table),
            Game::Race(race) => race.guess(seat, value, table),
            Game::Closest(closest) => closest.guess(seat, value, table),
        }
    }

    /// A new connection speaks for the seat: it waits for nothing yet.
    pub fn attach(&self, seat: &mut Seat) {
        seat.play.waits = false;
    }

    /// A player has left; their seat is gone already.
    pub fn left(&mut self, player: PlayerId, table: &mut Table) {
        match self {
            Game::Solo | Game::Race(_) => {}
            Game::Closest(closest) => closest.left(player, table),
        }
    }

    /// The round's time is over, if it is.
    pub fn close(&mut self, round: u32, table: &mut Table) {
        match self {
            Game::Solo => {}
            Game::Race(race) => race.close(round, table),
            Game::Closest(closest) => closest.close(round, table),
        }
    }

    /// The teacher ends the round, whatever its time.
    pub fn next(&mut self, round: u32, table: &mut Table) {
        match self {
            Game::Race(race) if race.round() == round => race.end(None, table),
            Game::Closest(closest) if closest.round() == round => closest.end(table),
            Game::Solo | Game::Race(_) | Game::Closest(_) => {}
        }
    }

    /// The room stood still for so long: the round's clock did not run.
    pub fn stood_still(&mut self, millis: Millis) {
        match self {
            Game::Solo => {}
            Game::Race(race) => race.began = race.began.map(|at| at + millis),
            Game::Closest(closest) => closest.began = closest.began.map(|at| at + millis),
        }
    }

    /// The round that all play, where they play one.
    pub fn round(&self) -> Option<u32> {
        match self {
            Game::Solo => None,
            Game::Race(race) => Some(race.round()),
            Game::Closest(closest) => Some(closest.round()),
        }
    }

    /// The round before, once it is over.
    pub fn ended(&self) -> Option<&Ended> {
        match self {
            Game::Solo => None,
            Game::Race(race) => race.ended.as_ref(),
            Game::Closest(closest) => closest.ended.as_ref(),
        }
    }

    /// The teacher has renamed a player: the round before tells of them by the new name too.
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

    /// The round that has a deadline, and when it is.
    pub fn deadline(&self, rules: Rules) -> Option<(u32, Millis)> {
        match self {
            Game::Solo => None,
            Game::Race(race) => race.deadline(rules),
            Game::Closest(closest) => closest.deadline(rules),
        }
    }

    /// The seed and the current round of what this seat guesses at: what `PREUVE` is about.
    pub fn fairness<'a>(&self, room: &'a Seed, seat: &'a Seat) -> (&'a Seed, u32) {
        match self {
            Game::Solo => (&seat.seed, seat.play.round),
            Game::Race(race) => (room, race.round()),
            Game::Closest(closest) => (room, closest.round()),
        }
    }
}

/// When a round that began then is over.
fn deadline_of(began: Option<Millis>, rules: Rules) -> Option<Millis> {
    let limit = rules.limit?;
    Some(began? + u64::from(limit) * 1000)
}
