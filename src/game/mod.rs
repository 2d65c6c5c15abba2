//! The rules: pure, without clock, randomness or input and output.
//!
//! [`entry`] is the page to read first: all that can happen to a room. [`secret`] draws the
//! numbers. A room has one [`Mode`]; each has its file: [`solo`], [`race`], [`closest`]. To add
//! one, add a variant to [`Mode`] and [`Game`], and follow the compiler.

pub mod closest;
pub mod entry;
pub mod id;
pub mod name;
pub mod race;
pub mod secret;
pub mod solo;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

pub use entry::{Entry, Record, Score};
pub use id::{HALL, Key, Millis, PlayerId, ResumeCode, RoomCode, RoomId, Seed};
pub use name::{Name, NameError};
pub use secret::{Commitment, Opening};

use crate::limits::{NUMBER, ROUND_SECONDS};
use secret::Secret;

/// The numbers that can be drawn, both ends included. Written `1..100`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Range {
    /// The smallest.
    pub min: i32,
    /// The biggest.
    pub max: i32,
}

impl Range {
    /// The range of the lesson: 1 to 100.
    pub const LESSON: Range = Range { min: 1, max: 100 };

    /// Whether a guess may be this number.
    pub fn contains(self, value: i64) -> bool {
        (i64::from(self.min)..=i64::from(self.max)).contains(&value)
    }

    /// How many numbers there are, at least 2.
    pub fn size(self) -> u64 {
        (i64::from(self.max) - i64::from(self.min) + 1) as u64
    }

    /// The tries that bisection needs at worst: 7 for 1..100.
    pub fn optimum(self) -> u32 {
        64 - self.size().leading_zeros()
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.min, self.max)
    }
}

impl FromStr for Range {
    type Err = ();

    /// `MIN..MAX`, with MIN smaller than MAX, both within ±[`NUMBER`].
    fn from_str(text: &str) -> Result<Self, ()> {
        let (min, max) = text.split_once("..").ok_or(())?;
        let (min, max): (i32, i32) = (min.parse().map_err(drop)?, max.parse().map_err(drop)?);
        let valid = min < max && min >= -NUMBER && max <= NUMBER;
        if valid {
            Ok(Range { min, max })
        } else {
            Err(())
        }
    }
}

/// How a room is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Mode {
    /// Each player has their own number; one scoreboard.
    Solo,
    /// One number for all; the first to find it wins the round.
    Race,
    /// One number for all, one guess each; the nearest that does not go over wins.
    Closest,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 3] = [Mode::Solo, Mode::Race, Mode::Closest];

    /// The word for it on the command line, in the journal and in exports.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Solo => "solo",
            Mode::Race => "course",
            Mode::Closest => "sans-depasser",
        }
    }
}

impl FromStr for Mode {
    type Err = ();

    /// French and English words, in any case.
    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_lowercase().as_str() {
            "solo" => Ok(Mode::Solo),
            "course" | "race" => Ok(Mode::Race),
            "sans-depasser" | "sans-dépasser" | "closest" => Ok(Mode::Closest),
            _ => Err(()),
        }
    }
}

/// What a room is opened with; it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// How it is played.
    pub mode: Mode,
    /// From which range numbers are drawn.
    pub range: Range,
    /// Seconds from a round's first guess to its end. Mandatory in [`Mode::Closest`], allowed in
    /// [`Mode::Race`], refused in [`Mode::Solo`].
    pub limit: Option<u32>,
}

impl Rules {
    /// Rules that fit together, or none.
    pub fn new(mode: Mode, range: Range, limit: Option<u32>) -> Option<Self> {
        let fits = match (mode, limit) {
            (Mode::Solo, limit) => limit.is_none(),
            (Mode::Closest, None) => false,
            (Mode::Race | Mode::Closest, limit) => {
                limit.is_none_or(|s| (1..=ROUND_SECONDS).contains(&s))
            }
        };
        fits.then_some(Rules { mode, range, limit })
    }
}

/// What a player has won in a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rounds won.
    pub wins: u32,
    /// Fewest tries of a win; 0 without one.
    pub best: u32,
    /// Tries of all wins together.
    pub tries: u64,
}

impl Tally {
    /// Counts a win.
    pub fn add(&mut self, tries: u32) {
        self.best = if self.wins == 0 {
            tries
        } else {
            self.best.min(tries)
        };
        self.wins += 1;
        self.tries += u64::from(tries);
    }

    /// Mean tries of a win, in tenths, rounded; 0 without one.
    pub fn mean_tenths(&self) -> u64 {
        let wins = u64::from(self.wins);
        if wins == 0 {
            0
        } else {
            (self.tries * 20 + wins) / (2 * wins)
        }
    }
}

/// How a guess was judged, as a resumed player is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The guess is smaller than the number.
    TooSmall,
    /// The guess is bigger than the number.
    TooBig,
    /// The guess is the number.
    Found,
    /// Not judged: the round had ended unseen.
    Over,
    /// Not judged yet: the result comes when the round closes.
    Held,
    /// The round closed and this was the best guess.
    Won,
    /// The round closed and this was not the best guess.
    Lost,
}

/// A seat's part in the game.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Play {
    /// The round that the seat is in, from 1. Older than the room's: a round ended unseen.
    pub round: u32,
    /// Guesses judged in this round.
    pub tries: u32,
    /// The numbers still possible for this player.
    pub possible: Range,
    /// The last guess and its verdict, kept from round to round.
    pub last: Option<(i32, Verdict)>,
    /// Solo: the seat's own number. In other modes the room has one for all.
    secret: Option<Secret>,
    /// Closest: whether a connection waits for the round's result.
    waits: bool,
    /// Closest: whether the round waits for this seat's guess.
    expected: bool,
}

impl Play {
    fn new(round: u32, range: Range, secret: Option<Secret>) -> Self {
        Play {
            round,
            tries: 0,
            possible: range,
            last: None,
            secret,
            waits: false,
            expected: false,
        }
    }

    /// The next round, unseen by nobody: only the last guess is remembered.
    fn renew(&mut self, round: u32, range: Range, secret: Option<Secret>) {
        *self = Play {
            last: self.last,
            ..Play::new(round, range, secret)
        };
    }

    /// Judges a guess against a number and narrows what is possible.
    fn judge(&mut self, value: i32, secret: Secret) -> Verdict {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// Who.
    pub player: PlayerId,
    /// Unique in the room by look.
    pub name: Name,
    /// The connection that may speak for the player: the newest.
    pub epoch: u32,
    /// The player's requests so far.
    pub n: u32,
    /// The time of the last entry about this seat.
    pub seen: Millis,
    /// What they won.
    pub tally: Tally,
    /// Their part in the game.
    pub play: Play,
    seed: Seed,
}

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
    /// Their name then.
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
    /// All players.
    pub seats: &'a mut Vec<Seat>,
    /// The room's time.
    pub now: Millis,
    /// The sequence of the entry.
    pub sequence: u64,
    /// What comes of it.
    pub effects: &'a mut Effects,
}

impl Table<'_> {
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
    /// [`Mode::Race`].
    Race(race::Race),
    /// [`Mode::Closest`].
    Closest(closest::Closest),
}

impl Game {
    /// A game before its first guess.
    pub fn new(rules: Rules, seed: &Seed) -> Self {
        match rules.mode {
            Mode::Solo => Game::Solo,
            Mode::Race => Game::Race(race::Race::new(rules, seed)),
            Mode::Closest => Game::Closest(closest::Closest::new(rules, seed)),
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

impl Seat {
    /// A player who sits down, with epoch 1.
    pub fn new(player: PlayerId, name: Name, seed: Seed, play: Play, now: Millis) -> Self {
        Seat {
            player,
            name,
            epoch: 1,
            n: 0,
            seen: now,
            tally: Tally::default(),
            play,
            seed,
        }
    }
}

/// When a round that began then is over.
fn deadline_of(began: Option<Millis>, rules: Rules) -> Option<Millis> {
    let limit = rules.limit?;
    Some(began? + u64::from(limit) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_back_and_know_their_optimum() {
        assert_eq!("1..100".parse(), Ok(Range::LESSON));
        for text in [
            "1..1",
            "5..2",
            "1-100",
            "..",
            "1..",
            "0..9999999999",
            "-2000000000..1",
        ] {
            assert_eq!(text.parse::<Range>(), Err(()), "{text}");
        }
        let optimum = |text: &str| text.parse::<Range>().expect(text).optimum();
        assert_eq!(optimum("1..100"), 7);
        assert_eq!(optimum("1..127"), 7);
        assert_eq!(optimum("0..127"), 8);
        assert_eq!(optimum("1..2"), 2);
        assert_eq!(optimum("-1000000000..1000000000"), 31);
    }

    #[test]
    fn a_tally_keeps_the_best_and_the_mean() {
        let mut tally = Tally::default();
        assert_eq!(tally.mean_tenths(), 0);
        for tries in [7, 4, 8] {
            tally.add(tries);
        }
        assert_eq!((tally.wins, tally.best, tally.mean_tenths()), (3, 4, 63));
    }

    #[test]
    fn only_closest_must_have_a_limit() {
        let rules = |mode, limit| Rules::new(mode, Range::LESSON, limit).is_some();
        assert!(rules(Mode::Solo, None) && !rules(Mode::Solo, Some(5)));
        assert!(rules(Mode::Race, None) && rules(Mode::Race, Some(5)));
        assert!(!rules(Mode::Closest, None) && rules(Mode::Closest, Some(5)));
        assert!(!rules(Mode::Closest, Some(0)) && !rules(Mode::Race, Some(90_000)));
    }
}
