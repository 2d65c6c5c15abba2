//! A win that no word tells, on a server that plays on: was it one? An end of the range that is
//! guessed to learn the direction may be the number itself. Its answer is then taken for a hint,
//! and a hint of the next game for the win. So the guess is made once more: a hint stays the same.

use super::super::game::Effect;
use super::super::memory::Counts;
use super::super::question::{self, Question};
use super::super::seen::{Seen, View};
use super::super::{AfterWin, Meaning};
use super::{Learner, Sent, Turn};

/// Times that the guess is made again: one time in as many as there are numbers, the next game has
/// the same one.
const PROOFS: u32 = 2;

impl Learner {
    /// Whether only the game says that this answer is the win.
    pub(super) fn needs_proof(&self, seen: &Seen) -> bool {
        let told = seen.reading.is_some_and(|it| it.meaning == Meaning::Found);
        let view = self.dialect.memory.codes().next().unwrap_or(View::Words);
        let before = self.dialect.memory.counts(&view, &view.kind(seen));
        let known = before
            .and_then(Counts::most)
            .is_some_and(|(meaning, _)| meaning == Meaning::Found);
        !seen.ended && !told && !known
    }

    /// Makes the guess that seems to have won once more.
    pub(super) fn prove(&mut self, guess: i64) {
        self.talk.proofs += 1;
        let bytes = self.way.guess(guess, self.game.tries + 1);
        self.send(Sent::Proof(guess), bytes);
    }

    /// What came then.
    pub(super) fn proven(&mut self, guess: i64, turn: &Turn) {
        let again = question::asked(&turn.heard) == Some(Question::Again);
        if turn.closed || again || turn.heard.is_empty() {
            return self.over(Some(guess), turn);
        }
        let said = self.without_prompts(&turn.heard);
        let seen = Seen::new(guess, said, false);
        let last = self.game.seen().last().cloned();
        let same = last
            .as_ref()
            .is_some_and(|last| self.game.are_alike(last, &seen));
        if same && self.talk.proofs < PROOFS {
            return self.prove(guess);
        }
        if same {
            return match self.game.earlier_win(&self.dialect.memory, true) {
                Some(number) => self.won_before(number, seen, turn),
                None => self.over(Some(guess), &turn.silence()),
            };
        }
        let again = self.talk.proofs > 1;
        self.over(Some(guess), &turn.silence());
        if again && self.played.len() < self.wish.games as usize {
            // By chance the next number was the same one.
            self.game
                .judge(last.unwrap_or_else(|| seen.clone()), &self.dialect.memory);
            self.over(Some(guess), &turn.silence());
        }
        if seen
            .reading
            .is_some_and(|it| it.meaning == Meaning::Refused)
        {
            return;
        }
        self.dialect.after_win = Some(AfterWin::PlaysOn);
        if self.played.len() < self.wish.games as usize {
            let effect = self.game.judge(seen.clone(), &self.dialect.memory);
            self.game.note(&seen, &mut self.dialect);
            match effect {
                Effect::Won => self.over(Some(guess), turn),
                _ => self.judged(false, turn),
            }
        }
    }
}
