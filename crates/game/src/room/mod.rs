//! Players around one game: a room is a fold over its entries.
//!
//! [`Room::apply`] keeps the rule that [`crate::rules::entry`] tells beside each entry. It is
//! deterministic, with no clock and no randomness of its own, so replaying the journal gives the
//! same room, byte for byte. It has the last word: an entry may have been
//! proposed on a state that is a few entries old.

pub mod answers;
mod apply;
pub mod board;
mod crowd;
pub mod fold;
mod orders;

use serde::Serialize;

use crate::protocol::{Line, Proof, Reply, Resumed};
use crate::rules::{
    Decided, Effects, Ended, Entry, Game, Millis, Opening, PlayerId, RoomId, Rules, Score, Seat,
    Seed,
};
use answers::Answers;
use apply::{Applying, nobody_here};
use crowd::Crowd;
pub use crowd::Finish;

static NOTHING_DECIDED: Decided = Decided {
    pack: None,
    locked: false,
    paused: None,
    closed: false,
    barred: Vec::new(),
    hidden: Vec::new(),
};

/// A room, opened or not yet.
#[derive(Debug, Serialize)]
pub struct Room {
    id: RoomId,
    /// The latest time that its entries have carried.
    now: Millis,
    /// The sequence of the last entry.
    applied: u64,
    open: Option<Open>,
}

#[derive(Debug, Serialize)]
struct Open {
    rules: Rules,
    seed: Seed,
    game: Game,
    /// Sorted by player.
    seats: Vec<Seat>,
    /// None in the public hall: in a room of one every name is free.
    crowd: Option<Box<Crowd>>,
    /// What the teacher has decided; nothing in most rooms.
    decided: Option<Box<Decided>>,
    /// The lesson, once somebody has answered a question.
    answers: Option<Box<Answers>>,
}

/// A reply and whose it is: the connection that holds this epoch of the player's seat.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    /// Whose seat.
    pub player: PlayerId,
    /// Which of the seat's connections.
    pub epoch: u32,
    /// What they are told.
    pub reply: Reply,
}

/// What came of an entry.
#[derive(Debug, Default)]
pub struct Applied {
    /// Replies, in order.
    pub told: Vec<Told>,
    /// Results for [`RoomId::Results`].
    pub scores: Vec<Score>,
    effects: Effects,
}

impl Room {
    /// A room that nobody has opened.
    pub fn new(id: RoomId) -> Self {
        Room {
            id,
            now: 0,
            applied: 0,
            open: None,
        }
    }

    /// The rules, once it is open.
    pub fn rules(&self) -> Option<Rules> {
        Some(self.open.as_ref()?.rules)
    }

    /// All seats, sorted by player.
    pub fn seats(&self) -> &[Seat] {
        self.open.as_ref().map_or(&[], |open| &open.seats)
    }

    /// A player's seat.
    pub fn seat(&self, player: PlayerId) -> Option<&Seat> {
        let open = self.open.as_ref()?;
        Some(&open.seats[open.find(player).ok()?])
    }

    /// The round whose clock runs, and when it is over.
    pub fn deadline(&self) -> Option<(u32, Millis)> {
        let open = self.open.as_ref()?;
        let stands_still = open.decided().paused.is_some();
        open.game.deadline(open.rules).filter(|_| !stands_still)
    }

    /// What the teacher has decided.
    pub fn decided(&self) -> &Decided {
        self.open.as_ref().map_or(&NOTHING_DECIDED, Open::decided)
    }

    /// The round that all play, where they play one, and the one before, once it is over.
    pub fn round(&self) -> (Option<u32>, Option<&Ended>) {
        let game = self.open.as_ref().map(|open| &open.game);
        (game.and_then(Game::round), game.and_then(Game::ended))
    }

    /// The latest wins of a shared room, oldest first.
    pub fn finishes(&self) -> &[Finish] {
        self.crowd().map_or(&[], |crowd| &crowd.finishes)
    }

    /// The answers to the lesson, once there are any.
    pub fn answers(&self) -> Option<&Answers> {
        self.open.as_ref()?.answers.as_deref()
    }

    /// The room's time: the latest that its entries have carried.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The best few of a shared room.
    pub fn best(&self, few: usize) -> Vec<Line> {
        self.crowd()
            .map_or(Vec::new(), |crowd| crowd.board.best(few))
    }

    fn crowd(&self) -> Option<&Crowd> {
        self.open.as_ref()?.crowd.as_deref()
    }

    /// What binds the number that this player guesses at, and the round before, opened.
    pub fn proof(&self, player: PlayerId) -> Option<Proof> {
        let open = self.open.as_ref()?;
        let seat = self.seat(player)?;
        let (seed, round) = open.game.fairness(&open.seed, seat);
        let opening = |round| Opening::of(seed, &self.id, round, open.rules.range);
        Some(Proof {
            round,
            commitment: opening(round).commitment(),
            previous: (round > 1).then(|| opening(round - 1)),
        })
    }

    /// What a player who comes back is told.
    pub fn resumed(&self, player: PlayerId) -> Option<Resumed> {
        Some(resumed(self.seat(player)?, self.rules()?))
    }

    /// Whether nobody will ever need it again: a hall room is gone with its only player.
    pub fn is_over(&self) -> bool {
        matches!(self.id, RoomId::Hall(_)) && self.open.is_some() && self.seats().is_empty()
    }

    /// The whole state as bytes, secrets included: for comparing a replay with what it repeats.
    pub fn image(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a room has no type that postcard can't write")
    }

    /// Applies an entry. What comes of it is added to `out`.
    pub fn apply(&mut self, sequence: u64, at: Millis, entry: &Entry, out: &mut Applied) {
        if sequence <= self.applied {
            return;
        }
        self.applied = sequence;
        self.now = self.now.max(at);
        if let Entry::Open { rules, seed } = entry {
            let is_shared = matches!(self.id, RoomId::Shared(_));
            let crowd = is_shared.then(Box::default);
            self.open
                .get_or_insert_with(|| Open::new(*rules, *seed, crowd));
            return;
        }
        let Some(open) = self.open.as_mut() else {
            out.told.extend(nobody_here(entry));
            return;
        };
        let mut room = Applying {
            id: self.id,
            now: self.now,
            sequence,
            open,
            out,
        };
        match entry {
            Entry::Open { .. } | Entry::Result(_) => {}
            Entry::Join { player, name, seed } => room.join(*player, name, *seed),
            Entry::Attach { player, epoch } => room.attach(*player, *epoch),
            Entry::Guess {
                player,
                epoch,
                n,
                value,
            } => {
                if let Some(seat) = room.accept(*player, *epoch, *n)
                    && !room.refuses_while_paused(seat)
                {
                    room.play(|game, table| game.guess(seat, *value, table));
                }
            }
            Entry::Rename {
                player,
                epoch,
                n,
                name,
            } => {
                if let Some(seat) = room.accept(*player, *epoch, *n) {
                    room.rename(seat, name, true);
                }
            }
            Entry::Close { round } => room.play(|game, table| game.close(*round, table)),
            Entry::Leave { player } => room.leave(*player),
            Entry::Quit { player, epoch } => room.quit(*player, *epoch),
            Entry::Order(order) => room.order(order),
            Entry::Answer {
                player,
                question,
                verdict,
                text,
            } => {
                if let Ok(index) = room.open.find(*player) {
                    room.open.seats[index].seen = room.now;
                    let answers = room.open.answers.get_or_insert_default();
                    answers.add(*player, question, verdict, text.as_deref());
                }
            }
        }
    }
}

impl Open {
    fn new(rules: Rules, seed: Seed, crowd: Option<Box<Crowd>>) -> Self {
        Open {
            rules,
            seed,
            game: Game::new(rules, &seed),
            seats: Vec::new(),
            crowd,
            decided: None,
            answers: None,
        }
    }

    fn decided(&self) -> &Decided {
        self.decided.as_deref().unwrap_or(&NOTHING_DECIDED)
    }

    fn find(&self, player: PlayerId) -> Result<usize, usize> {
        self.seats.binary_search_by_key(&player, |seat| seat.player)
    }
}

fn resumed(seat: &Seat, rules: Rules) -> Resumed {
    let Seat { name, play, .. } = seat;
    Resumed {
        name: name.clone(),
        round: play.round,
        tries: play.tries,
        possible: play.possible,
        last: play.last,
        rules,
    }
}
