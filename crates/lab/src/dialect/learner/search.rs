//! The search for a way to be understood: another form of message, another connection.

use std::time::Duration;

use super::super::text::Heard;
use super::super::way::{self, Form, Way};
use super::{CONVERSATIONS, Learner, Phase, Stop, Turn};

impl Learner {
    /// The next way to send a guess, on a new connection or on this one.
    pub(super) fn other_way(&mut self, anew: bool, failed: Stop) {
        let Some(way) = self.ways.pop_front() else {
            return self.stop(failed);
        };
        self.way = way;
        self.talk.silences = 0;
        self.fresh_game();
        if anew {
            return self.reconnect(failed);
        }
        self.talk.preamble = self.way.opening.iter().cloned().collect();
        self.go_on();
    }

    /// Begins again on a new connection.
    pub(super) fn reconnect(&mut self, failed: Stop) {
        if self.conversations >= CONVERSATIONS + self.wish.games {
            return self.stop(failed);
        }
        self.failed = failed;
        self.fresh_game();
        self.phase = Phase::Apart(Duration::ZERO);
    }

    /// The server has ended the conversation, and not the game.
    pub(super) fn broke_off(&mut self, turn: &Turn) {
        let failed = match turn.heard.is_empty() {
            true => Stop::Closes,
            false => turn.not_understood(),
        };
        match self.dialect.way.is_some() {
            true => self.reconnect(failed),
            false => self.other_way(true, failed),
        }
    }

    /// Tries first what the server itself names.
    pub(super) fn prefer_named(&mut self, heard: &Heard) {
        self.prefer(way::named(heard));
    }

    /// Tries first the ways that are no text, with a server whose answers are none. Whether that
    /// is to be tried.
    pub(super) fn prefer_raw(&mut self, answer: &[u8]) -> bool {
        let is_text = matches!(self.way.form, Form::Text(_));
        let unknown = is_text && self.dialect.way.is_none();
        if unknown {
            self.prefer(way::raw(answer));
        }
        unknown
    }

    fn prefer(&mut self, ways: Vec<Way>) {
        for way in ways.into_iter().rev().filter(|way| *way != self.way) {
            self.ways.retain(|other| *other != way);
            self.ways.push_front(way);
        }
    }
}
