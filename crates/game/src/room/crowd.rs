//! What a room that several players share remembers of them besides their seats: which names are
//! taken, and who has won.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::board::Board;
use crate::limits::FINISHES;
use crate::rules::{Name, PlayerId, Score};

/// Suffixes that are tried in turn for a taken name; then the room's count of names is used.
const PLAIN_SUFFIXES: u32 = 9;

/// A shared room's names and scores.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Crowd {
    /// Skeletons of the names.
    looks: BTreeSet<Box<str>>,
    /// Names ever given, renamings too: it stands behind no name yet, unless somebody chose so.
    named: u32,
    pub(super) board: Board,
    /// The latest wins, oldest first, at most [`FINISHES`].
    pub(super) finishes: Vec<Finish>,
}

/// A number found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// Who found it.
    pub player: PlayerId,
    /// In how many tries.
    pub tries: u32,
}

impl Crowd {
    /// The name, with a suffix if another seat looks the same.
    pub(super) fn take_name(&mut self, wanted: &Name) -> Name {
        self.named += 1;
        let numbers = (2..=PLAIN_SUFFIXES).chain(self.named.max(PLAIN_SUFFIXES + 1)..);
        let mut name = wanted.clone();
        for number in numbers {
            if self.looks.insert(name.skeleton().into()) {
                break;
            }
            name = wanted.with_suffix(number);
        }
        name
    }

    /// Remembers a win.
    pub(super) fn scored(&mut self, score: &Score) {
        self.board.record(score);
        if score.won {
            if self.finishes.len() >= FINISHES {
                self.finishes.remove(0);
            }
            let Score { player, tries, .. } = *score;
            self.finishes.push(Finish { player, tries });
        }
    }

    /// A seat has another name, which no seat has had: the room's count of names stays.
    pub(super) fn replace_name(&mut self, before: &Name, name: &Name) {
        self.looks.remove(&*before.skeleton());
        self.looks.insert(name.skeleton().into());
    }

    /// The name is free again.
    pub(super) fn give_back(&mut self, name: &Name) {
        self.looks.remove(&*name.skeleton());
    }
}
