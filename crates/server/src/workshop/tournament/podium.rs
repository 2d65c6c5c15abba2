//! The ranking of programs: servers by soundness, clients by tries. Pure.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use game::rules::{CellKind, Party};

use super::Shown;
use super::schedule::Pair;

/// A program's meetings, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Meetings that the program is judged by.
    pub met: usize,
    /// Those in which the two understood each other.
    pub understood: usize,
    /// Games that the client won.
    pub won: usize,
    /// Tries of the games that were won.
    pub tries: usize,
}

/// The tally of the client, or server, in this place. A meeting to which the other program did not
/// come, or which was not understood here, judges nobody.
pub fn tally(cells: &BTreeMap<Pair, Shown>, party: Party, place: usize) -> Tally {
    let mut tally = Tally::default();
    for (pair, cell) in cells {
        let own = match party {
            Party::Server => pair.server,
            Party::Client => pair.client,
        };
        let is_others = cell.kind.absent().is_some_and(|absent| absent != party);
        let understood = cell.kind.is_understood();
        let (Some(understood), true, false) = (understood, own == Some(place), is_others) else {
            continue;
        };
        tally.met += 1;
        tally.understood += usize::from(understood);
        if cell.kind == CellKind::Won {
            tally.won += 1;
            tally.tries += cell.tries as usize;
        }
    }
    tally
}

/// The servers' places, the soundest first: those that understand the largest part of the programs
/// that they meet. A server that understands nobody has no rank.
pub fn servers(cells: &BTreeMap<Pair, Shown>, count: usize) -> Vec<usize> {
    ranked(cells, Party::Server, count, |a, b| {
        part(b.understood, b.met, a.understood, a.met).then(b.understood.cmp(&a.understood))
    })
}

/// The clients' places, that with the fewest tries a game first, of those that have won at least half
/// as large a part of their games as the best; then the others. A client that has won no game has no
/// rank.
pub fn clients(cells: &BTreeMap<Pair, Shown>, count: usize) -> Vec<usize> {
    let tallies = (0..count).map(|place| tally(cells, Party::Client, place));
    let best = tallies.fold(Tally::default(), |best, it| {
        match part(best.won, best.met, it.won, it.met) {
            Ordering::Less => it,
            _ => best,
        }
    });
    let is_sound = |it: &Tally| part(2 * it.won, it.met, best.won, best.met).is_ge();
    ranked(cells, Party::Client, count, |a, b| {
        let sound = is_sound(b).cmp(&is_sound(a));
        let tries = part(a.tries, a.won, b.tries, b.won);
        sound.then(tries).then(b.won.cmp(&a.won))
    })
}

fn ranked(
    cells: &BTreeMap<Pair, Shown>,
    party: Party,
    count: usize,
    order: impl Fn(&Tally, &Tally) -> Ordering,
) -> Vec<usize> {
    let all = (0..count).map(|place| (place, tally(cells, party, place)));
    let mut all: Vec<(usize, Tally)> = all
        .filter(|(_, it)| match party {
            Party::Server => it.understood > 0,
            Party::Client => it.won > 0,
        })
        .collect();
    all.sort_by(|(_, a), (_, b)| order(a, b));
    all.into_iter().map(|(place, _)| place).collect()
}

/// Compares a/b with c/d, where nothing of nothing is nothing.
fn part(a: usize, b: usize, c: usize, d: usize) -> Ordering {
    (a * d.max(1)).cmp(&(c * b.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(rows: &[&[Shown]]) -> BTreeMap<Pair, Shown> {
        let mut cells = BTreeMap::new();
        for (client, row) in rows.iter().enumerate() {
            for (server, shown) in row.iter().enumerate() {
                let (client, server) = (Some(client), Some(server));
                cells.insert(Pair { client, server }, shown.clone());
            }
        }
        cells
    }

    const fn cell(kind: CellKind, tries: u32) -> Shown {
        Shown {
            kind,
            tries,
            typed: false,
            detail: None,
            outcome: None,
        }
    }

    const fn won(tries: u32) -> Shown {
        cell(CellKind::Won, tries)
    }

    const BLOCKED: Shown = cell(CellKind::Blocked, 0);

    #[test]
    fn servers_stand_by_soundness_and_clients_by_tries() {
        let rows: [&[Shown]; 4] = [
            &[won(7), won(7), BLOCKED],
            &[won(5), BLOCKED, cell(CellKind::AbsentServer, 0)],
            &[won(50), won(50), won(50)],
            &[BLOCKED, BLOCKED, BLOCKED],
        ];
        let cells = cells(&rows);
        assert_eq!(servers(&cells, 3), [0, 1, 2]);
        assert_eq!(clients(&cells, 4), [1, 0, 2]);
        let third = tally(&cells, Party::Client, 1);
        assert_eq!((third.met, third.understood, third.tries), (2, 1, 5));
        let absent = tally(&cells, Party::Server, 2);
        assert_eq!((absent.met, absent.understood), (4, 1));
    }

    #[test]
    fn luck_in_one_game_of_many_does_not_lead() {
        let lucky: &[Shown] = &[won(1), BLOCKED, BLOCKED, BLOCKED];
        let steady: &[Shown] = &[won(7), won(6), won(7), won(6)];
        let cells = cells(&[lucky, steady, &[BLOCKED; 4]]);
        assert_eq!(clients(&cells, 3), [1, 0]);
        assert!(clients(&BTreeMap::new(), 3).is_empty());
    }
}
