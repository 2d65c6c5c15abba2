//! Who meets whom, and when: a pure list without a clock.
//!
//! In each round every client meets one server, and every server one client; so whenever a tournament
//! is stopped, all have met nearly as many. A program meets one other at a time.

/// Two programs that meet. `None` is the program's own bot, or its own server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The client, by its place among the clients.
    pub client: Option<usize>,
    /// The server, by its place among the servers.
    pub server: Option<usize>,
}

/// The pairs that have not met, in order, and the programs that are meeting.
#[derive(Debug)]
pub struct Schedule {
    waiting: Vec<Pair>,
    meeting: Vec<Pair>,
    most: usize,
}

impl Schedule {
    /// All pairs, of which at most `most` meet at once. The bot comes first to every server: what it
    /// learns is needed to judge the server's other meetings.
    pub fn new(clients: usize, servers: usize, most: usize) -> Schedule {
        let bot = (0..servers).map(|server| (None, Some(server)));
        let own = (0..clients).map(|client| (Some(client), None));
        let all = clients.max(servers);
        let rounds = (0..all).flat_map(|round| {
            (0..clients).map(move |client| (Some(client), Some((client + round) % all)))
        });
        let rounds = rounds.filter(|(_, server)| *server < Some(servers));
        let pairs = bot.chain(own).chain(rounds);
        Schedule {
            waiting: (pairs.map(|(client, server)| Pair { client, server })).collect(),
            meeting: Vec::new(),
            most,
        }
    }

    /// How many pairs have not begun to meet.
    pub fn left(&self) -> usize {
        self.waiting.len()
    }

    /// The next pair that can meet now.
    pub fn next(&mut self) -> Option<Pair> {
        if self.meeting.len() >= self.most {
            return None;
        }
        let is_busy = |pair: &Pair| {
            let same = |one: Option<usize>, other| one.is_some() && one == other;
            let mut all = self.meeting.iter();
            all.any(|it| same(it.client, pair.client) || same(it.server, pair.server))
        };
        let place = self.waiting.iter().position(|pair| !is_busy(pair))?;
        let pair = self.waiting.remove(place);
        self.meeting.push(pair);
        Some(pair)
    }

    /// A pair has met.
    pub fn done(&mut self, pair: Pair) {
        self.meeting.retain(|it| *it != pair);
    }

    /// No more pairs meet.
    pub fn stop(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Protects the fairness of a tournament that is stopped: after any number of meetings, of the
    /// programs that have met others none has met two more than another.
    #[test]
    fn all_meet_once_and_no_program_is_ahead_by_two() {
        for (clients, servers) in [(35, 35), (6, 3), (3, 6), (1, 1), (0, 4), (4, 0)] {
            let mut schedule = Schedule::new(clients, servers, 1);
            let mut seen = BTreeSet::new();
            let mut met = vec![0; clients];
            while let Some(pair) = schedule.next() {
                assert!(seen.insert(pair), "{pair:?} twice");
                if let (Some(client), Some(_)) = (pair.client, pair.server) {
                    met[client] += 1;
                    let (least, most) = (met.iter().min(), met.iter().max());
                    let apart = most.unwrap_or(&0) - least.unwrap_or(&0);
                    assert!(
                        servers < clients || apart <= 1,
                        "{clients} x {servers}: {met:?}"
                    );
                }
                schedule.done(pair);
            }
            assert_eq!(seen.len(), clients * servers + clients + servers);
        }
    }

    #[test]
    fn a_program_meets_one_other_at_a_time_and_the_bot_is_first() {
        let mut schedule = Schedule::new(4, 4, 100);
        let mut known = BTreeSet::new();
        while schedule.left() > 0 {
            let now: Vec<Pair> = std::iter::from_fn(|| schedule.next()).collect();
            assert!(!now.is_empty());
            let clients: BTreeSet<_> = now.iter().filter_map(|it| it.client).collect();
            let servers: BTreeSet<_> = now.iter().filter_map(|it| it.server).collect();
            assert_eq!(
                clients.len(),
                now.iter().filter(|it| it.client.is_some()).count()
            );
            assert_eq!(
                servers.len(),
                now.iter().filter(|it| it.server.is_some()).count()
            );
            for pair in now {
                match pair {
                    Pair {
                        client: None,
                        server,
                    } => assert!(known.insert(server)),
                    Pair { server: None, .. } => {}
                    Pair { server, .. } => assert!(known.contains(&server)),
                }
                schedule.done(pair);
            }
        }
        let mut few = Schedule::new(4, 4, 2);
        assert_eq!(std::iter::from_fn(|| few.next()).count(), 2);
        few.stop();
        assert_eq!((few.left(), few.next()), (0, None));
    }
}
