//! The mode *course*: one number for the room. The first player who finds it in the journal's order
//! wins; the others learn it from the answer to their next guess, which is not judged.

use serde::{Deserialize, Serialize};

use super::secret::{self, Secret};
use super::{Answer, Ended, Millis, Outcome, Rules, Seed, Table, Verdict, Winner, deadline_of};

/// The state of the mode in one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Race {
    round: u32,
    secret: Secret,
    /// When the round's first guess was made, which starts its clock.
    pub(super) began: Option<Millis>,
    pub(super) ended: Option<Ended>,
    /// When the round may be played: an intermission after the end of the one before.
    pub(super) opens: Millis,
}

impl Race {
    /// Starts at round 1.
    pub fn new(rules: Rules, seed: &Seed) -> Self {
        Race {
            round: 1,
            secret: secret::draw(seed, 1, rules.range),
            began: None,
            ended: None,
            opens: 0,
        }
    }

    /// The current round, counted from 1.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// When the round ends; `None` without a limit or before its first guess.
    pub fn deadline(&self, rules: Rules) -> Option<(u32, Millis)> {
        Some((self.round, deadline_of(self.began, rules)?))
    }

    /// Judges a guess, or answers how a round ended that the player did not see end.
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
            return table.answer(index, Answer::Over(Box::new(ended)));
        }
        self.began.get_or_insert(table.now);
        match seat.play.judge(value, self.secret) {
            Verdict::TooSmall => table.answer(index, Answer::TooSmall),
            Verdict::TooBig => table.answer(index, Answer::TooBig),
            _ => {
                let tries = seat.play.tries;
                table.answer(index, Answer::Found { tries });
                self.end(Some(index), table);
            }
        }
    }

    /// Ends the round without a winner if its deadline has passed.
    pub fn close(&mut self, round: u32, table: &mut Table) {
        if let Some((current, deadline)) = self.deadline(table.rules)
            && current == round
            && table.now >= deadline
        {
            self.end(None, table);
        }
    }

    pub(super) fn end(&mut self, winner: Option<usize>, table: &mut Table) {
        let number = self.secret.number();
        for index in 0..table.seats.len() {
            let play = &table.seats[index].play;
            // Who made no guess in this round has no result.
            if let Some((guess, _)) = play.last
                && play.round == self.round
                && play.tries > 0
            {
                let outcome = Outcome {
                    round: self.round,
                    guess,
                    number,
                    won: winner == Some(index),
                };
                table.score(index, &outcome);
            }
        }
        self.ended = Some(Ended {
            round: self.round,
            number,
            winner: winner.map(|index| Winner {
                player: table.seats[index].player,
                name: table.seats[index].name.clone(),
                guess: number,
                tries: table.seats[index].play.tries,
            }),
        });
        self.round += 1;
        self.secret = table.draw(self.round);
        self.began = None;
        self.opens = table.now + table.intermission;
        if let Some(index) = winner {
            table.seats[index]
                .play
                .renew(self.round, table.rules.range, None);
        }
    }
}
