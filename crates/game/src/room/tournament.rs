//! What a room remembers of its latest tournament.

use serde::{Deserialize, Serialize};

use crate::limits::{TOURNAMENT_CELLS, TOURNAMENT_ENTRANTS};
use crate::rules::{Met, Millis, Name, Party, PlayerId};

/// A program that takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrant {
    /// Whose it is.
    pub player: PlayerId,
    /// Whether it is a server or a client.
    pub party: Party,
    /// The number of the neutral name that the projector shows.
    pub alias: u32,
    /// The player's name when it was entered.
    pub name: Name,
}

/// A tournament: who takes part, and what became of the pairs that have met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tournament {
    /// Counted from 1 in the room.
    pub number: u32,
    /// When it began.
    pub at: Millis,
    /// How many pairs there are.
    pub pairs: u32,
    /// The programs, in the order of their entries.
    pub entrants: Vec<Entrant>,
    /// The pairs that have met, in order.
    pub met: Vec<Met>,
}

impl Tournament {
    pub(super) fn new(number: u32, at: Millis, pairs: u32) -> Tournament {
        Tournament {
            number,
            at,
            pairs,
            entrants: Vec::new(),
            met: Vec::new(),
        }
    }

    /// The name of a player who takes part, as it was then.
    pub fn name_of(&self, player: PlayerId) -> Option<&Name> {
        let mut all = self.entrants.iter();
        Some(&all.find(|it| it.player == player)?.name)
    }

    /// Adds a program. A player has one of a kind.
    pub(super) fn enter(&mut self, entrant: Entrant) {
        let is_new = !self.has(Some(entrant.player), entrant.party);
        if is_new && self.entrants.len() < TOURNAMENT_ENTRANTS {
            self.entrants.push(entrant);
        }
    }

    /// Adds what became of a pair of its programs. A pair meets once.
    pub(super) fn add(&mut self, met: Met) {
        let is_known =
            (self.met.iter()).any(|it| (it.client, it.server) == (met.client, met.server));
        let are_here = self.has(met.client, Party::Client) && self.has(met.server, Party::Server);
        if are_here && !is_known && self.met.len() < TOURNAMENT_CELLS {
            self.met.push(met);
        }
    }

    /// Forgets a player's programs and what became of them.
    pub(super) fn erase(&mut self, player: PlayerId) {
        self.entrants.retain(|it| it.player != player);
        self.met.retain(|it| !it.is_of(player));
    }

    /// Whether this player's program takes part; `None` is this program's own, which always does.
    fn has(&self, player: Option<PlayerId>, party: Party) -> bool {
        player.is_none_or(|player| {
            let mut all = self.entrants.iter();
            all.any(|it| (it.player, it.party) == (player, party))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::CellKind;

    /// Protects a room's memory from a journal that has more than any server proposes, and a pupil who
    /// is forgotten from what is proposed afterwards.
    #[test]
    fn a_tournament_has_bounds_and_only_pairs_of_its_programs() {
        let player = |n: usize| {
            let mut id = [0; 16];
            id[..8].copy_from_slice(&n.to_be_bytes());
            PlayerId(id)
        };
        let mut held = Tournament::new(1, 0, 9);
        for n in 0..=TOURNAMENT_ENTRANTS {
            for _ in 0..2 {
                held.enter(Entrant {
                    player: player(n),
                    party: Party::Server,
                    alias: 0,
                    name: Name::kept("Ada"),
                });
            }
        }
        assert_eq!(held.entrants.len(), TOURNAMENT_ENTRANTS);
        let met = |client, server| Met {
            client,
            server,
            kind: CellKind::Won,
            tries: 7,
            typed: false,
            detail: None,
        };
        held.add(met(None, Some(player(0))));
        held.add(met(None, Some(player(0))));
        held.add(met(None, Some(player(TOURNAMENT_ENTRANTS))));
        held.add(met(Some(player(1)), Some(player(0))));
        assert_eq!(held.met, [met(None, Some(player(0)))]);
        held.erase(player(0));
        held.add(met(None, Some(player(0))));
        assert!(held.met.is_empty());
        assert_eq!(held.entrants.len(), TOURNAMENT_ENTRANTS - 1);
    }
}
