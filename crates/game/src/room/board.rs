//! A scoreboard: who has won, best first. Bounded; who leaves stays on it.

use std::cmp::{Ordering, Reverse};

use serde::{Deserialize, Serialize};

use crate::limits::BOARD_LINES;
use crate::protocol::ScoreLine;
use crate::rules::{Name, PlayerId, Score, Tally};

/// The winners of a room, or of the public hall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Best first: `SCORES` takes the first few while other threads wait for the hall's board.
    lines: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    player: PlayerId,
    name: Name,
    tally: Tally,
    /// The entry of the journal with which they came to it.
    cause: u64,
}

impl Entry {
    /// More wins first, then the lower mean, then the better best.
    fn rank(&self) -> impl Ord + use<> {
        let tally = self.tally;
        (Reverse(tally.wins), tally.mean_tenths(), tally.best)
    }

    /// Among equals, whose win the journal has first: whichever thread is quicker, on every node the
    /// same.
    fn place(&self) -> impl Ord + use<> {
        (self.rank(), self.cause)
    }
}

impl Board {
    /// Takes note of a win. Idempotent: the tally is absolute, and a smaller one (of a player who
    /// sat down again and started from nothing) does not replace a bigger one. The order in which wins
    /// are told changes nothing: the hall's come from several threads.
    pub fn record(&mut self, score: &Score) {
        if !score.won {
            return;
        }
        let mut entry = Entry {
            player: score.player,
            name: score.name.clone(),
            tally: score.tally,
            cause: score.cause,
        };
        if let Some(index) = self.position(score.player) {
            let known = &self.lines[index];
            match entry.rank().cmp(&known.rank()) {
                Ordering::Less => {}
                // They may have another name since.
                Ordering::Equal if entry.cause < known.cause => entry.name = known.name.clone(),
                Ordering::Equal | Ordering::Greater => return,
            }
            self.lines.remove(index);
        }
        self.insert(entry);
    }

    fn insert(&mut self, entry: Entry) {
        let place = (self.lines).partition_point(|line| line.place() < entry.place());
        if place < BOARD_LINES {
            self.lines.truncate(BOARD_LINES - 1);
            self.lines.insert(place, entry);
        }
    }

    /// The player has another name from now on.
    pub fn rename(&mut self, player: PlayerId, name: &Name) {
        if let Some(index) = self.position(player) {
            self.lines[index].name = name.clone();
        }
    }

    /// The player other than `asker` with a name of this skeleton.
    pub fn named(&self, skeleton: &str, asker: PlayerId) -> Option<PlayerId> {
        let mut lines = self.lines.iter().filter(|line| line.player != asker);
        let line = lines.find(|line| line.name.skeleton() == skeleton);
        line.map(|line| line.player)
    }

    /// The name that a player had with their last win, or got since.
    pub fn name(&self, player: PlayerId) -> Option<Name> {
        Some(self.lines[self.position(player)?].name.clone())
    }

    /// Takes a player's line away; returns its tally.
    pub fn take(&mut self, player: PlayerId) -> Option<Tally> {
        Some(self.lines.remove(self.position(player)?).tally)
    }

    /// Gives a player a line, in place of theirs.
    pub fn give(&mut self, player: PlayerId, name: Name, tally: Tally, cause: u64) {
        let _ = self.take(player);
        if tally.wins > 0 {
            self.insert(Entry {
                player,
                name,
                tally,
                cause,
            });
        }
    }

    fn position(&self, player: PlayerId) -> Option<usize> {
        self.lines.iter().position(|line| line.player == player)
    }

    /// What this player won before, as far as it is remembered.
    pub fn tally(&self, player: PlayerId) -> Option<Tally> {
        Some(self.lines[self.position(player)?].tally)
    }

    /// The best few, best first.
    pub fn best(&self, few: usize) -> Vec<ScoreLine> {
        self.lines
            .iter()
            .take(few)
            .map(|line| ScoreLine {
                name: line.name.clone(),
                tally: line.tally,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Mode, Range, RoomId, Rules};

    fn score(player: u8, wins: u32, best: u32) -> Score {
        let player = PlayerId([player; 16]);
        Score {
            room: RoomId::Hall(player),
            cause: 1,
            rules: Rules::new(Mode::Solo, Range::LESSON, None).expect("sound rules"),
            round: wins,
            player,
            name: Name::parse("Léa").expect("a sound name"),
            tries: best,
            guess: 1,
            number: 1,
            won: true,
            tally: Tally {
                wins,
                best,
                tries: u64::from(wins * best),
            },
        }
    }

    #[test]
    fn more_wins_come_first_then_fewer_tries() {
        let mut board = Board::default();
        for (player, wins, best) in [(1, 2, 5), (2, 3, 7), (3, 2, 4)] {
            board.record(&score(player, wins, best));
        }
        let best: Vec<_> = board
            .best(2)
            .iter()
            .map(|l| (l.tally.wins, l.tally.best))
            .collect();
        assert_eq!(best, [(3, 7), (2, 4)]);
    }

    /// Protects several nodes, each with several threads, from boards that differ: whichever thread
    /// tells first, equals stand in the journal's order, and a new name stays.
    #[test]
    fn the_order_of_telling_changes_nothing() {
        let wins: Vec<Score> = (1..=4)
            .map(|player| Score {
                cause: 10 - u64::from(player),
                ..score(player, 2, 5)
            })
            .collect();
        let boards = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]].map(|order| {
            let mut board = Board::default();
            for index in order {
                board.record(&wins[index]);
            }
            board.rename(
                PlayerId([2; 16]),
                &Name::parse("Zoé").expect("a sound name"),
            );
            // The result of the same win, written behind the new name.
            board.record(&wins[1]);
            board
        });
        assert_eq!(boards[0], boards[1]);
        assert_eq!(boards[0], boards[2]);
        let lines = boards[0].lines.iter();
        assert!(lines.map(|line| line.cause).eq(6..10));
        assert_eq!(boards[0].lines[2].name.as_str(), "Zoé");
    }

    #[test]
    fn a_repeat_or_an_older_result_changes_nothing() {
        let mut board = Board::default();
        board.record(&score(1, 2, 5));
        let before = board.clone();
        board.record(&score(1, 2, 5));
        board.record(&score(1, 1, 5));
        assert_eq!(board, before);
    }

    #[test]
    fn it_is_bounded_and_keeps_the_better() {
        let mut board = Board::default();
        for n in 0..BOARD_LINES as u32 + 50 {
            let mut win = score(0, n + 1, 5);
            win.player.0[..4].copy_from_slice(&n.to_be_bytes());
            board.record(&win);
        }
        assert_eq!(board.lines.len(), BOARD_LINES);
        assert_eq!(board.best(1)[0].tally.wins, BOARD_LINES as u32 + 50);
    }
}
