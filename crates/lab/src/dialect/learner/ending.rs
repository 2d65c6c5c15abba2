//! The end of a game, and what the server does then.

use std::time::Duration;

use super::super::question::{self, Question};
use super::super::{AfterWin, Grounds};
use super::{Learner, Phase, Played, Sent, Stop, Turn};
use crate::dialect::game::Game;

impl Learner {
    /// A game is over, won with this number or lost.
    pub(super) fn over(&mut self, number: Option<i64>, turn: &Turn) {
        if let Some(number) = number {
            self.learn_from_win(number);
        }
        self.played.push(Played {
            won: number.is_some(),
            tries: self.game.tries,
            calibrations: self.game.calibrations,
            range: self.game.range(),
            number,
        });
        self.fresh_game();
        (self.misses, self.restarts) = (0, 0);
        (self.talk.silences, self.talk.proofs, self.talk.left) = (0, 0, None);
        self.talk.greeting = None;
        self.talk.games += 1;
        self.began = turn.now;
        let again = question::asked(&turn.heard) == Some(Question::Again);
        match turn.closed || again {
            true => self.after(turn),
            false => {
                self.phase = Phase::Talking(Sent::Over);
                self.inbox.clear(turn.now);
            }
        }
    }

    /// The number shows what each answer meant.
    fn learn_from_win(&mut self, number: i64) {
        self.dialect.way = Some(self.way.clone());
        if self.dialect.range.is_none() || !self.game.range_holds(number) {
            self.dialect.range = Some(self.game.range());
        }
        let seen = self.game.seen();
        self.dialect.memory.learn(seen, number);
        let in_game = |key: &str| seen.iter().any(|seen| seen.key == key);
        for known in &mut self.dialect.answers {
            if in_game(&known.first.key) {
                known.grounds = Grounds::Win;
            }
        }
    }

    /// What the server does once a game is over.
    pub(super) fn after(&mut self, turn: &Turn) {
        let done = self.played.len() >= self.wish.games as usize;
        let again = question::asked(&turn.heard) == Some(Question::Again);
        let known = self.dialect.after_win;
        self.dialect.after_win = Some(match () {
            () if turn.closed => AfterWin::Closes,
            () if again => AfterWin::Asks,
            () => known.unwrap_or(AfterWin::StaysOpen),
        });
        match () {
            () if done && again && !turn.closed => {
                let reply = self.way.words(&question::no(&turn.heard));
                self.send(Sent::Farewell, reply);
            }
            () if done || turn.closed => self.go_elsewhere(turn.now),
            () if again => self.reply(Question::Again, &turn.heard),
            () => {
                self.learn_prompt(&turn.heard);
                self.guess();
            }
        }
    }

    /// Leaves, for the next game if there is one.
    pub(super) fn go_elsewhere(&mut self, now: Duration) {
        self.phase = match self.played.len() >= self.wish.games as usize {
            true => Phase::Leaving(Ok(())),
            false => Phase::Apart(now),
        };
    }

    pub(super) fn fresh_game(&mut self) {
        self.game = Game::new(self.wish.strategy, self.dialect.range);
    }

    pub(super) fn stop(&mut self, stop: Stop) {
        self.phase = Phase::Leaving(Err(stop));
    }
}
