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
pub mod protocol;
pub mod snapshot;
pub mod tournament;

use serde::{Deserialize, Serialize};

use crate::protocol::{Proof, Reply, Resumed, ScoreLine};
use crate::rules::{
    Bucket, Decided, Effects, Ended, Entry, Game, Millis, Name, Opening, Pace, PlayerId, RoomId,
    Rules, Score, Seat, Seed,
};
use answers::Answers;
use apply::{Applying, nobody_here};
use crowd::Crowd;
pub use crowd::Finish;
use protocol::Protocol;
use tournament::{Entrant, Tournament};

static NOTHING_DECIDED: Decided = Decided::NOTHING;

/// A room, opened or not yet.
#[derive(Debug, Serialize, Deserialize)]
pub struct Room {
    id: RoomId,
    /// The latest time that its entries have carried.
    now: Millis,
    /// The sequence of the last entry.
    applied: u64,
    open: Option<Open>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    rules: Rules,
    seed: Seed,
    game: Game,
    /// Sorted by player.
    seats: Vec<Seat>,
    /// None in the public hall: in a room of one every name is free.
    crowd: Option<Box<Crowd>>,
    /// The newcomers to a room with a pace who have a full burst.
    newcomers: Bucket,
    /// What the teacher has decided; nothing in most rooms.
    decided: Option<Box<Decided>>,
    /// The lesson, once somebody has answered a question.
    answers: Option<Box<Answers>>,
    /// The latest tournament.
    #[serde(default)]
    tournament: Option<Box<Tournament>>,
    /// The protocol page, once somebody has written on it.
    #[serde(default)]
    protocol: Option<Box<Protocol>>,
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

/// A guess that came before its seat's rate or the room's round allows it, and was not judged. The
/// engine that proposed it proposes it again later.
#[derive(Debug, PartialEq, Eq)]
pub struct TooEarly {
    /// Whose seat.
    pub player: PlayerId,
    /// Which of the seat's connections.
    pub epoch: u32,
    /// The guess.
    pub value: i32,
}

/// What came of an entry.
#[derive(Debug, Default)]
pub struct Applied {
    /// Replies, in order.
    pub told: Vec<Told>,
    /// Results for [`RoomId::Results`].
    pub scores: Vec<Score>,
    /// The guess, if it came too early.
    pub too_early: Option<TooEarly>,
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

    /// Whether guesses of this room may have to wait: for their seat's rate, or for the next round.
    pub fn makes_wait(&self) -> bool {
        let decided = self.decided();
        decided.pace != Pace::Free || decided.intermission > 0
    }

    /// The time from which on the player's next guess is not too early.
    pub fn next_guess(&self, player: PlayerId) -> Millis {
        let open = self.open.as_ref();
        let seat = open.and_then(|open| Some((open, &open.seats[open.find(player).ok()?])));
        seat.map_or(0, |(open, seat)| open.next_guess(seat))
    }

    /// The result of the round that the player is about to give up, if they have guessed in it. Where
    /// all play one number, that is not in it: it is 0.
    pub fn unfinished(&self, player: PlayerId, cause: u64) -> Option<Score> {
        let open = self.open.as_ref()?;
        let seat = self.seat(player)?;
        let (guess, _) = seat.play.last.filter(|_| seat.play.tries > 0)?;
        if self.round().0.is_some_and(|round| round != seat.play.round) {
            return None;
        }
        Some(Score {
            room: self.id,
            cause,
            rules: open.rules,
            round: seat.play.round,
            player,
            name: seat.name.clone(),
            tries: seat.play.tries,
            guess,
            number: seat.play.own_number().unwrap_or_default(),
            won: false,
            tally: seat.tally,
        })
    }

    /// The time at which the round opens that all play; 0 if it is open already.
    pub fn opens(&self) -> Millis {
        let game = self.open.as_ref().map(|open| &open.game);
        game.map_or(0, Game::opens)
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

    /// The latest tournament.
    pub fn tournament(&self) -> Option<&Tournament> {
        self.open.as_ref()?.tournament.as_deref()
    }

    /// The protocol page, once somebody has written on it.
    pub fn protocol(&self) -> Option<&Protocol> {
        self.open.as_ref()?.protocol.as_deref()
    }

    /// The room's time: the latest that its entries have carried.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The best few of a shared room.
    pub fn best(&self, few: usize) -> Vec<ScoreLine> {
        self.crowd()
            .map_or(Vec::new(), |crowd| crowd.board.best(few))
    }

    /// The player other than `asker` whose name this is, or looks like this: of a seat, or of one who
    /// has won here and left.
    pub fn named(&self, name: &Name, asker: PlayerId) -> Option<PlayerId> {
        let skeleton = name.skeleton();
        let is_theirs = |seat: &&Seat| seat.player != asker && seat.name.skeleton() == skeleton;
        let seat = self.seats().iter().find(is_theirs);
        let winner = || self.crowd()?.board.named(&skeleton, asker);
        seat.map(|seat| seat.player).or_else(winner)
    }

    /// The name of a player who has a seat, or has won here and left.
    pub fn name(&self, player: PlayerId) -> Option<Name> {
        let winner = || self.crowd()?.board.name(player);
        self.seat(player)
            .map(|seat| seat.name.clone())
            .or_else(winner)
    }

    fn crowd(&self) -> Option<&Crowd> {
        self.open.as_ref()?.crowd.as_deref()
    }

    /// Erases who a player was, without an order: in a state that stands for entries which are rewritten.
    pub fn erase(&mut self, player: PlayerId, name: &Name) {
        if let Some(open) = &mut self.open {
            if let Ok(index) = open.find(player) {
                open.rename_seat(index, name);
            }
            open.erase(player, name);
        }
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
            Entry::Open { .. } | Entry::Result(_) | Entry::Erased => {}
            Entry::Join { player, name, seed } => room.join(*player, name, *seed),
            Entry::Attach { player, epoch } => room.attach(*player, *epoch),
            Entry::Guess {
                player,
                epoch,
                n,
                value,
            } => {
                if let Some(seat) = room.accept(*player, *epoch, *n) {
                    room.guess(seat, *value);
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
            Entry::Away { player, epoch } => room.away(*player, *epoch),
            Entry::Order(order) => room.order(order),
            Entry::Proposal(proposal) => {
                if let Ok(index) = room.open.find(proposal.player) {
                    room.open.seats[index].seen = room.now;
                    let protocol = room.open.protocol.get_or_insert_default();
                    protocol.propose(proposal.clone());
                }
            }
            Entry::Tournament { number, pairs } => {
                let latest = room.open.tournament.as_ref().map_or(0, |it| it.number);
                if *number > latest {
                    let new = Tournament::new(*number, room.now, *pairs);
                    room.open.tournament = Some(Box::new(new));
                }
            }
            Entry::Entered {
                player,
                number,
                party,
                alias,
                name,
            } => {
                if let Some(held) = room.tournament(*number) {
                    held.enter(Entrant {
                        player: *player,
                        party: *party,
                        alias: *alias,
                        name: name.clone(),
                    });
                }
            }
            Entry::Met { number, met } => {
                if let Some(held) = room.tournament(*number) {
                    held.add(*met);
                }
            }
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
            newcomers: Bucket::default(),
            decided: None,
            answers: None,
            tournament: None,
            protocol: None,
        }
    }

    fn decided(&self) -> &Decided {
        self.decided.as_deref().unwrap_or(&NOTHING_DECIDED)
    }

    /// Gives the seat at this index another name, which no other seat has.
    fn rename_seat(&mut self, index: usize, name: &Name) {
        let seat = &mut self.seats[index];
        if let Some(crowd) = &mut self.crowd {
            crowd.replace_name(&seat.name, name);
        }
        seat.name = name.clone();
    }

    /// Erases who a player was, wherever the room remembers it besides their seat.
    fn erase(&mut self, player: PlayerId, name: &Name) {
        if let Some(crowd) = &mut self.crowd {
            crowd.board.rename(player, name);
        }
        self.game.rename_winner(player, name);
        if let Some(tournament) = &mut self.tournament {
            tournament.erase(player);
        }
        if let Some(protocol) = &mut self.protocol {
            protocol.erase(player);
        }
        if let Some(answers) = &mut self.answers {
            answers.erase(player);
            if answers.is_empty() {
                self.answers = None;
            }
        }
    }

    /// The time from which on the seat's next guess is not too early. How a round ended is told at
    /// once; so is that the room is paused, at the seat's rate.
    fn next_guess(&self, seat: &Seat) -> Millis {
        let decided = self.decided();
        let rate = decided.pace.rate();
        let ready = rate.map_or(0, |rate| seat.bucket.ready(rate));
        if decided.paused.is_some() {
            ready
        } else if self.game.has_news(&seat.play) {
            0
        } else {
            ready.max(self.game.opens())
        }
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
