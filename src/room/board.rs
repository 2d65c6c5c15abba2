//! A scoreboard: who has won, best first. Bounded; who leaves stays on it.

use std::cmp::Ordering;

use serde::Serialize;

use crate::game::{Name, PlayerId, Score, Tally};
use crate::limits::BOARD_LINES;
use crate::protocol::Line;

/// The winners of a room, or of the public hall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Best first: `SCORES` takes the first few while other threads wait for the hall's board.
    lines: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Entry {
    player: PlayerId,
    name: Name,
    tally: Tally,
}

/// More wins first, then the lower mean, then the better best.
fn rank(tally: &Tally) -> impl Ord + use<> {
    let tally = *tally;
    (
        std::cmp::Reverse(tally.wins),
        tally.mean_tenths(),
        tally.best,
    )
}

impl Board {
    /// Takes note of a win. Idempotent: the tally is absolute, and a smaller one (of a player who
    /// sat down again and started from nothing) does not replace a bigger one.
    pub fn record(&mut self, score: &Score) {
        if !score.won {
            return;
        }
        let entry = Entry {
            player: score.player,
            name: score.name.clone(),
            tally: score.tally,
        };
        let new = rank(&entry.tally);
        if let Some(index) = self.position(score.player) {
            match new.cmp(&rank(&self.lines[index].tally)) {
                Ordering::Less => drop(self.lines.remove(index)),
                Ordering::Equal => return self.lines[index] = entry,
                Ordering::Greater => return,
            }
        }
        let place = self.lines.partition_point(|line| rank(&line.tally) <= new);
        if place < BOARD_LINES {
            self.lines.truncate(BOARD_LINES - 1);
            self.lines.insert(place, entry);
        }
    }

    fn position(&self, player: PlayerId) -> Option<usize> {
        self.lines.iter().position(|line| line.player == player)
    }

    /// What this player won before, as far as it is remembered.
    pub fn tally(&self, player: PlayerId) -> Option<Tally> {
        Some(self.lines[self.position(player)?].tally)
    }

    /// The best few, best first; who came to a rank first stands first among equals.
    pub fn best(&self, few: usize) -> Vec<Line> {
        self.lines
            .iter()
            .take(few)
            .map(|line| Line {
                name: line.name.clone(),
                tally: line.tally,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::{Mode, Range, RoomId, Rules};

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
