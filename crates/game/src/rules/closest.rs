//! The mode *sans dépasser*: one number for the room, one guess for each player. The nearest guess
//! that does not exceed the number wins; of two equal guesses, the one that comes first in the
//! journal.
//!
//! The answer to a guess is the round's result, so it is held back until the round closes. The
//! clock starts at the round's first guess. The round closes when every player for whom it waits has
//! guessed, or when its time limit has passed. It waits for the players who have a seat at its first
//! guess, but not for those who are gone, by leaving or by losing their connection, nor for those who
//! missed the last round, until they send something again. A player who sits down later may guess,
//! but the round does not wait for them.

use serde::{Deserialize, Serialize};

use super::secret::{self, Secret};
use super::{
    Answer, Ended, Millis, Outcome, PlayerId, Rules, Seed, Table, Verdict, Winner, deadline_of,
};

/// The state of the mode in one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closest {
    round: u32,
    secret: Secret,
    pub(super) began: Option<Millis>,
    /// The round's guesses in the journal's order, at most one for each seat.
    guesses: Vec<(PlayerId, i32)>,
    pub(super) ended: Option<Ended>,
    /// When the round may be played: an intermission after the end of the one before.
    pub(super) opens: Millis,
}

impl Closest {
    /// Starts at round 1.
    pub fn new(rules: Rules, seed: &Seed) -> Self {
        Closest {
            round: 1,
            secret: secret::draw(seed, 1, rules.range),
            began: None,
            guesses: Vec::new(),
            ended: None,
            opens: 0,
        }
    }

    /// The current round, counted from 1.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// When the round ends; `None` before its first guess.
    pub fn deadline(&self, rules: Rules) -> Option<(u32, Millis)> {
        Some((self.round, deadline_of(self.began, rules)?))
    }

    /// Takes the seat's guess. A second one in the same round is not counted: the connection that
    /// sent it waits for the result of the first.
    pub fn guess(&mut self, index: usize, value: i32, table: &mut Table) {
        // A guess after the deadline comes too late, even where nobody has proposed the close yet.
        self.close(self.round, table);
        let seat = &mut table.seats[index];
        if seat.play.round < self.round {
            let ended = self
                .ended
                .clone()
                .expect("a later round has an ended one before it");
            seat.play.renew(self.round, table.rules.range, None);
            seat.play.last = Some((value, Verdict::Over));
            // They are back, and about to guess in this round.
            seat.play.expected = self.began.is_some();
            return table.answer(index, Answer::Over(Box::new(ended)));
        }
        seat.play.waits = true;
        seat.play.away = false;
        seat.play.missed = false;
        if seat.play.tries > 0 {
            return;
        }
        seat.play.tries = 1;
        seat.play.last = Some((value, Verdict::Held));
        self.guesses.push((seat.player, value));
        if self.began.is_none() {
            self.began = Some(table.now);
            for seat in table.seats.iter_mut() {
                seat.play.expected = !seat.play.away && !seat.play.missed;
            }
        }
        table.seats[index].play.expected = false;
        self.close_if_complete(table);
    }

    /// Removes a player who left, with their guess; the round no longer waits for them.
    pub fn left(&mut self, player: PlayerId, table: &mut Table) {
        self.guesses.retain(|(guesser, _)| *guesser != player);
        if self.guesses.is_empty() {
            self.began = None;
            for seat in table.seats.iter_mut() {
                seat.play.expected = false;
            }
        }
        self.close_if_complete(table);
    }

    /// The seat's connection is gone. A guess that was made still counts; its result is told when the
    /// player is back.
    pub fn away(&mut self, index: usize, table: &mut Table) {
        let play = &mut table.seats[index].play;
        play.away = true;
        play.waits = false;
        play.expected = false;
        self.close_if_complete(table);
    }

    /// Ends the round if its deadline has passed.
    pub fn close(&mut self, round: u32, table: &mut Table) {
        if let Some((current, deadline)) = self.deadline(table.rules)
            && current == round
            && table.now >= deadline
        {
            self.end(table);
        }
    }

    fn close_if_complete(&mut self, table: &mut Table) {
        if self.began.is_some() && !table.seats.iter().any(|seat| seat.play.expected) {
            self.end(table);
        }
    }

    pub(super) fn end(&mut self, table: &mut Table) {
        let number = self.secret.number();
        let mut best: Option<(PlayerId, i32)> = None;
        for &(player, guess) in &self.guesses {
            if guess <= number && best.is_none_or(|(_, leader)| guess > leader) {
                best = Some((player, guess));
            }
        }
        let ended = Ended {
            round: self.round,
            number,
            winner: best.and_then(|(player, guess)| {
                let name = table.seats[table.find(player)?].name.clone();
                Some(Winner {
                    player,
                    name,
                    guess,
                    tries: 1,
                })
            }),
        };
        for (player, guess) in std::mem::take(&mut self.guesses) {
            let index = table
                .find(player)
                .expect("the guess of a player who left is forgotten");
            let won = best.is_some_and(|(winner, _)| winner == player);
            self.tell(index, guess, won, &ended, table);
        }
        for seat in table.seats.iter_mut() {
            seat.play.missed |= seat.play.expected;
            seat.play.expected = false;
        }
        self.ended = Some(ended);
        self.round += 1;
        self.secret = table.draw(self.round);
        self.began = None;
        self.opens = table.now + table.intermission;
    }

    /// Ends the round for one player who guessed. A connected player gets the result and enters the
    /// next round; another gets it with the answer to their next guess.
    fn tell(&self, index: usize, guess: i32, won: bool, ended: &Ended, table: &mut Table) {
        let number = ended.number;
        let round = self.round;
        table.score(
            index,
            &Outcome {
                round,
                guess,
                number,
                won,
            },
        );
        let play = &mut table.seats[index].play;
        let verdict = if won { Verdict::Won } else { Verdict::Lost };
        play.last = Some((guess, verdict));
        if play.waits {
            play.renew(round + 1, table.rules.range, None);
            let answer = match won {
                true => Answer::Won { guess, number },
                false => Answer::Lost(Box::new(ended.clone())),
            };
            table.answer(index, answer);
        }
    }
}
