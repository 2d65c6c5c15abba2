//! Two programs that meet, as a state machine without I/O: it is told what the programs do, and says
//! what to type and, at the end, what became of them.
//!
//! A driver relays the bytes; programs of this machine and programs in a page differ only in where its
//! facts come from. The answers of the server are read in the dialect that was learned of it before, so
//! a cell rests on what the server's games have shown, and on words only where it was not understood.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::guess::number_in;
use crate::check::cause::is_of_the_other_side;
use crate::check::source::SourceLine;
use crate::dialect::{Dialect, Meaning};
use crate::escape::escape;
use game::rules::{CellKind, Range};
pub use game::rules::{Party, Waiting};

/// Lines that are typed for one client: bisection in the widest range, with questions before it.
const TYPED: usize = 100;
/// Turns after which two programs that go on and on have shown what they can.
const TURNS: usize = 400;
/// Turns behind a misunderstanding: the client may win all the same.
const AFTER: usize = 60;
/// Pieces of one turn, and their bytes: more is a flood.
const PIECES: usize = 64;
const PIECE_BYTES: usize = 64 * 1024;
/// The numbers that are typed where the server announces none.
const USUAL: Range = Range { min: 1, max: 100 };

/// An error that a program told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Its text.
    pub error: String,
    /// The line of the program where it was.
    pub place: Option<Place>,
}

/// A line of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's name.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Without the blanks around it.
    pub text: String,
}

impl From<SourceLine> for Place {
    fn from(line: SourceLine) -> Place {
        let SourceLine { file, line, text } = line;
        Place { file, line, text }
    }
}

/// What one program said to the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who said it.
    pub by: Party,
    /// The bytes in quotes, escaped as Python does; cut if they are many.
    pub text: String,
}

/// What the other program, or its author, had reason to expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Expected {
    /// A number in the form that the server reads.
    Number {
        /// The number as the server reads it, escaped.
        form: String,
    },
    /// A number within the server's range.
    Within {
        /// The smallest.
        min: i64,
        /// The biggest.
        max: i64,
    },
    /// A number above this one.
    Above {
        /// The number.
        guess: i64,
    },
    /// A number below this one.
    Below {
        /// The number.
        guess: i64,
    },
    /// The end of the client, or another game.
    End,
    /// Another number: this one was not the right one.
    Another {
        /// The number.
        guess: i64,
    },
}

/// What came in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Came {
    /// This message.
    Message {
        /// The bytes in quotes, escaped.
        text: String,
    },
    /// Nothing: each waits for the other.
    Nothing,
    /// The connection was closed.
    Close,
    /// The program ended.
    End,
}

/// What became of two programs that met: a cell of a tournament.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The client has found the number.
    Won {
        /// Numbers that it said.
        tries: usize,
    },
    /// They understand each other, and the server's tries were used up.
    Lost {
        /// Numbers that it said.
        tries: usize,
    },
    /// They do not understand each other, first here.
    Misunderstood {
        /// What was said.
        said: Said,
        /// What was expected: in its place if the client said it, behind it if the server did.
        expected: Expected,
        /// What came of it.
        came: Came,
    },
    /// Nothing moves any more.
    Blocked {
        /// What the server waits for.
        server: Waiting,
        /// What the client waits for.
        client: Waiting,
        /// What was said last, if anything was.
        last: Option<Said>,
    },
    /// The client knocks where the server does not listen.
    Apart {
        /// The server's port.
        server: u16,
        /// The client's port.
        client: u16,
    },
    /// One of them was never there.
    Absent {
        /// The program that was missing.
        party: Party,
        /// What it waits for instead of coming.
        waits: Waiting,
    },
    /// One of them told an error, or ended where it was needed.
    Broken {
        /// The program that failed.
        party: Party,
        /// The error, if it told one.
        fault: Option<Fault>,
        /// What it was told last, if anything was.
        after: Option<Said>,
    },
    /// They talk, and what they say was not understood here.
    Unclear {
        /// What was said last.
        last: Said,
    },
}

impl Outcome {
    /// Its kind, which is kept of it.
    pub fn kind(&self) -> CellKind {
        match self {
            Outcome::Won { .. } => CellKind::Won,
            Outcome::Lost { .. } => CellKind::Lost,
            Outcome::Misunderstood { .. } => CellKind::Misunderstood,
            Outcome::Blocked { .. } => CellKind::Blocked,
            Outcome::Apart { .. } => CellKind::Apart,
            Outcome::Absent { party, .. } => match party {
                Party::Server => CellKind::AbsentServer,
                Party::Client => CellKind::AbsentClient,
            },
            Outcome::Broken { .. } => CellKind::Broken,
            Outcome::Unclear { .. } => CellKind::Unclear,
        }
    }
}

/// The outcome, and who played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// What became of the two.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether the client asked its user, and the bot typed the numbers.
    pub typed: bool,
}

impl Cell {
    /// Whether the two understand each other; `None` if that was not seen.
    pub fn is_understood(&self) -> Option<bool> {
        self.outcome.kind().is_understood()
    }
}

/// Something that the programs did.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The client connected to this port.
    Connected(u16),
    /// This was said, in one piece.
    Said(Party, Vec<u8>),
    /// The connection was closed by this side.
    Closed(Party),
    /// This program told an error.
    Failed(Party, Fault),
    /// This program has ended; all that it said is known.
    Ended(Party),
    /// Neither moves unless it is given something: what each waits for, and what the client has printed
    /// since it was last given a line.
    Still {
        /// What the server waits for.
        server: Waiting,
        /// What the client waits for.
        client: Waiting,
        /// What the client's user reads.
        asked: String,
    },
    /// The time for this meeting is over.
    Late,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Answer what the client asks its user: a number if it is one that is asked for.
    Type {
        /// The text that asks.
        asked: String,
        /// The number.
        number: i64,
    },
    /// It is over.
    Done(Cell),
}

/// What one side said until the other spoke.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Who said it.
    pub by: Party,
    /// Since the beginning.
    pub at: Duration,
    /// In how many pieces it came.
    pub pieces: Vec<Vec<u8>>,
}

impl Turn {
    /// All of it.
    pub fn bytes(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    fn said(&self) -> Said {
        Said {
            by: self.by,
            text: escape(&self.bytes()),
        }
    }
}

/// Where the game of the two is, read from all that was said.
#[derive(Clone, Debug, Default)]
struct Game {
    /// Numbers that the client said.
    tries: usize,
    /// The first of them.
    first: Option<i64>,
    /// The last of them, until it was judged.
    open: Option<i64>,
    /// The numbers that the hints left.
    low: Option<i64>,
    high: Option<i64>,
    /// The last hint: its guess, its meaning, and the turn.
    hint: Option<(i64, Meaning, usize)>,
    /// The turn in which the server said that the number was found, and the tries.
    won: Option<(usize, usize)>,
    /// Whether no tries are left.
    is_lost: bool,
    /// The first thing that was not understood, and the turn that shows it.
    misunderstood: Option<(Outcome, usize)>,
}

impl Game {
    fn misunderstands(&mut self, outcome: Outcome, turn: usize) {
        self.misunderstood.get_or_insert((outcome, turn));
    }
}

/// The meeting.
#[derive(Debug)]
pub struct Meeting {
    /// How the server speaks, as far as it was learned.
    dialect: Dialect,
    /// The server's port, if both programs have it in their texts.
    port: Option<u16>,
    turns: Vec<Turn>,
    connected: bool,
    /// Whether a port was tried that is not the server's.
    apart: Option<u16>,
    faults: Vec<(Party, Fault)>,
    closed: Option<Party>,
    ended: Vec<Party>,
    typed: usize,
    step: Option<Step>,
    has_enough: bool,
    is_over: bool,
}

impl Meeting {
    /// A meeting with the server that speaks this dialect. `port` is where it listens, if the client has
    /// to know that by itself.
    pub fn new(dialect: Dialect, port: Option<u16>) -> Meeting {
        Meeting {
            dialect,
            port,
            turns: Vec::new(),
            connected: false,
            apart: None,
            faults: Vec::new(),
            closed: None,
            ended: Vec::new(),
            typed: 0,
            step: None,
            has_enough: false,
            is_over: false,
        }
    }

    /// What was said, in turns, up to the one that shows the outcome.
    pub fn turns(&self) -> &[Turn] {
        let game = self.game();
        let shown = match game.misunderstood {
            Some((_, turn)) if game.won.is_none() => turn + 1,
            _ => self.turns.len(),
        };
        &self.turns[..shown.min(self.turns.len())]
    }

    /// Whether enough was said: the driver tells what it knows of errors, and that it is late.
    pub fn has_enough(&self) -> bool {
        self.has_enough
    }

    /// Takes a fact.
    pub fn handle(&mut self, fact: Fact, now: Duration) {
        if self.is_over {
            return;
        }
        match fact {
            Fact::Connected(port) => {
                self.connected = true;
                self.closed = None;
                self.apart = self.port.filter(|it| *it != port).map(|_| port);
                if self.apart.is_some() {
                    self.end(Waiting::Player, Waiting::Message);
                }
            }
            Fact::Said(by, bytes) => self.said(by, bytes, now),
            Fact::Closed(by) => self.closed = self.closed.or(Some(by)),
            Fact::Failed(party, fault) => {
                if !self.faults.iter().any(|(it, _)| *it == party) {
                    self.faults.push((party, fault));
                }
            }
            Fact::Ended(party) => {
                if !self.ended.contains(&party) {
                    self.ended.push(party);
                }
                if party == Party::Client {
                    self.end(Waiting::Other, Waiting::Ended);
                }
            }
            Fact::Still {
                server,
                client: Waiting::Keyboard,
                asked,
            } if self.typed < TYPED && self.game().won.is_none() => {
                // A client that asks where its server has nothing more to say talks to nobody.
                if self.closed.is_some() || server == Waiting::Ended {
                    return self.end(server, Waiting::Keyboard);
                }
                self.typed += 1;
                let number = self.number();
                self.step = Some(Step::Type { asked, number });
            }
            Fact::Still { server, client, .. } => self.end(server, client),
            Fact::Late => self.end(Waiting::Other, Waiting::Other),
        }
    }

    /// What to do next, if there is something to do.
    pub fn poll(&mut self) -> Option<Step> {
        self.step.take()
    }

    fn said(&mut self, by: Party, bytes: Vec<u8>, at: Duration) {
        match self.turns.last_mut() {
            Some(last) if last.by == by => {
                let held: usize = last.pieces.iter().map(Vec::len).sum();
                if last.pieces.len() >= PIECES || held >= PIECE_BYTES {
                    self.has_enough = true;
                    return;
                }
                last.pieces.push(bytes);
            }
            _ => self.turns.push(Turn {
                by,
                at,
                pieces: vec![bytes],
            }),
        }
        let turns = self.turns.len();
        if by == Party::Client {
            let game = self.game();
            let is_after_win = game.won.is_some_and(|(turn, _)| turn + 1 < turns);
            let misunderstood = game.misunderstood.map(|(_, turn)| turn);
            let is_hopeless = misunderstood.is_some_and(|turn| turn + AFTER < turns);
            self.has_enough |= is_after_win || is_hopeless || turns >= TURNS;
        }
    }

    /// The number that halves what the hints left.
    fn number(&self) -> i64 {
        let game = self.game();
        let range = self.dialect.range.unwrap_or(USUAL);
        let low = game.low.unwrap_or(range.min.into());
        let high = game.high.unwrap_or(range.max.into());
        if self.dialect.without_hints {
            return i64::from(range.min) + game.tries as i64;
        }
        low + (high - low) / 2
    }

    fn end(&mut self, server: Waiting, client: Waiting) {
        self.is_over = true;
        self.step = Some(Step::Done(Cell {
            outcome: self.outcome(server, client),
            typed: self.typed > 0,
        }));
    }

    fn last_of(&self, party: Party) -> Option<Said> {
        let last = self.turns.iter().rfind(|turn| turn.by == party);
        last.map(Turn::said)
    }

    fn fault_of(&self, party: Party) -> Option<Fault> {
        let fault = self.faults.iter().find(|(it, _)| *it == party);
        fault.map(|(_, fault)| fault.clone())
    }

    fn broken(&self, party: Party) -> Outcome {
        Outcome::Broken {
            party,
            fault: self.fault_of(party),
            after: self.last_of(party.other()),
        }
    }

    /// The program that failed. What failed first is the cause of what followed; but an error that only
    /// says that the other side is gone leads to that side, if it failed too, has ended, or has closed.
    fn at_fault(&self) -> Option<Party> {
        let (first, fault) = self.faults.first()?;
        let other = first.other();
        let has_failed = self
            .faults
            .iter()
            .any(|(party, fault)| *party == other && !is_of_the_other_side(&fault.error));
        let is_gone = self.ended.contains(&other) || self.closed == Some(other);
        match is_of_the_other_side(&fault.error) && (has_failed || is_gone) {
            true => Some(other),
            false => Some(*first),
        }
    }

    fn outcome(&self, server: Waiting, client: Waiting) -> Outcome {
        if let (Some(port), Some(client)) = (self.port, self.apart) {
            return Outcome::Apart {
                server: port,
                client,
            };
        }
        let game = self.game();
        let is_end = |outcome: &Outcome| {
            matches!(
                outcome,
                Outcome::Misunderstood {
                    expected: Expected::End,
                    ..
                }
            )
        };
        // A client that wins has understood enough, unless it does not notice that it has won.
        if let Some((outcome, _)) = &game.misunderstood
            && (game.won.is_none() || is_end(outcome))
        {
            return outcome.clone();
        }
        if let Some(party) = self.at_fault() {
            let is_late = game.won.is_some() && party == Party::Server;
            if !is_late {
                return self.broken(party);
            }
        }
        if let Some((_, tries)) = game.won {
            return Outcome::Won { tries };
        }
        if !self.connected {
            return Outcome::Absent {
                party: Party::Client,
                waits: client,
            };
        }
        if game.is_lost {
            return Outcome::Lost { tries: game.tries };
        }
        self.unfinished(&game, server, client)
    }

    /// A game that stopped before its end.
    fn unfinished(&self, game: &Game, server: Waiting, client: Waiting) -> Outcome {
        let closed_by_server = self.closed == Some(Party::Server) && !self.dialect.one_guess;
        let client_ended = self.ended.contains(&Party::Client);
        let came = if closed_by_server {
            Came::Close
        } else if client_ended {
            Came::End
        } else {
            Came::Nothing
        };
        let Some(last) = self.turns.last() else {
            return match client_ended {
                true => self.broken(Party::Client),
                false => self.blocked(server, client),
            };
        };
        // The client spoke last, and was not answered: was it said as the server reads it?
        if last.by == Party::Client {
            let number = number_in(&last.pieces, &self.dialect);
            let expected = self.form_of(number, game.tries, &last.bytes());
            if let (Some(expected), false) = (expected, client_ended && !closed_by_server) {
                return Outcome::Misunderstood {
                    said: last.said(),
                    expected,
                    came,
                };
            }
            return match (closed_by_server, client_ended) {
                (true, _) => self.broken(Party::Server),
                (false, true) => self.broken(Party::Client),
                (false, false) => self.blocked(server, client),
            };
        }
        // The server spoke last, and the client does not go on.
        let hinted = game
            .hint
            .filter(|(_, _, turn)| *turn + 1 == self.turns.len());
        match (hinted, client_ended) {
            (Some(_), false) if closed_by_server => Outcome::Lost { tries: game.tries },
            (Some((guess, meaning, turn)), true) => Outcome::Misunderstood {
                said: self.turns[turn].said(),
                expected: after(guess, meaning),
                came,
            },
            (None, true) if game.tries > 0 => Outcome::Unclear { last: last.said() },
            (None, true) => self.broken(Party::Client),
            (None, false) if closed_by_server && game.tries > 0 => {
                Outcome::Unclear { last: last.said() }
            }
            (None, false) if closed_by_server => self.broken(Party::Server),
            (_, false) => self.blocked(server, client),
        }
    }

    fn blocked(&self, server: Waiting, client: Waiting) -> Outcome {
        Outcome::Blocked {
            server,
            client,
            last: self.turns.last().map(Turn::said),
        }
    }

    /// How the server reads a number, if the client said it otherwise.
    fn form_of(&self, number: Option<i64>, tries: usize, said: &[u8]) -> Option<Expected> {
        let way = self.dialect.way.as_ref()?;
        let form = way.guess(
            number.unwrap_or(50),
            u32::try_from(tries).unwrap_or(1).max(1),
        );
        // Of an object only that it is one is known, and many servers read a message with and without
        // its newline.
        let same = match way.is_object() {
            true => said.trim_ascii().starts_with(b"{"),
            false => said == form,
        };
        let is_apart = !same && (number.is_none() || !way.is_object());
        is_apart.then(|| Expected::Number {
            form: escape(&form),
        })
    }

    /// Reads all that was said.
    fn game(&self) -> Game {
        let mut game = Game::default();
        for (index, turn) in self.turns.iter().enumerate() {
            match turn.by {
                Party::Client => self.guessed(&mut game, index, turn),
                Party::Server => self.judged(&mut game, index, turn),
            }
        }
        game
    }

    fn guessed(&self, game: &mut Game, index: usize, turn: &Turn) {
        game.open = number_in(&turn.pieces, &self.dialect);
        if let Some((win, _)) = game.won {
            if self.goes_on(game, win, turn) {
                let outcome = Outcome::Misunderstood {
                    said: self.turns[win].said(),
                    expected: Expected::End,
                    came: Came::Message {
                        text: escape(&turn.bytes()),
                    },
                };
                game.misunderstood = Some((outcome, index));
            }
            return;
        }
        let Some(number) = game.open else {
            return;
        };
        game.tries += 1;
        game.first.get_or_insert(number);
        let Some((guess, meaning, hint)) = game.hint else {
            return;
        };
        let follows = match meaning {
            Meaning::TooSmall => number > guess,
            Meaning::TooBig => number < guess,
            _ => number != guess,
        };
        // A number that was typed here follows the hints by itself.
        if !follows && self.typed == 0 && hint + 1 == index {
            let outcome = Outcome::Misunderstood {
                said: self.turns[hint].said(),
                expected: after(guess, meaning),
                came: Came::Message {
                    text: escape(&turn.bytes()),
                },
            };
            game.misunderstands(outcome, index);
        }
    }

    /// Whether the client says with this turn that it has not noticed its win: a number that the last
    /// hints allow, and is not the first of another game; or the number that won, again and again. Nobody
    /// answers any more, so that many of them come in one piece.
    fn goes_on(&self, game: &Game, win: usize, turn: &Turn) -> bool {
        let mut turns = self.turns[..win].iter();
        let winning = turns.rfind(|it| it.by == Party::Client);
        let (winning, said) = (winning.map(Turn::bytes).unwrap_or_default(), turn.bytes());
        let mut again = said.chunks(winning.len().max(1));
        if said.len() > winning.len() && again.all(|it| winning.starts_with(it)) {
            return game.open.is_none() || game.open != game.first;
        }
        let (Some(number), Some(low), Some(high)) = (game.open, game.low, game.high) else {
            return false;
        };
        game.first != Some(number) && (low..=high).contains(&number)
    }

    fn judged(&self, game: &mut Game, index: usize, turn: &Turn) {
        let bytes = turn.bytes();
        let asked = index.checked_sub(1).map(|before| &self.turns[before]);
        let Some(number) = game.open.take() else {
            // What is no number was refused, by a server whose words are known.
            let refused = self.dialect.meaning_of(0, &bytes) == Some(Meaning::Refused);
            if let (true, Some(asked), Some(way)) =
                (refused && game.won.is_none(), asked, &self.dialect.way)
            {
                let outcome = Outcome::Misunderstood {
                    said: asked.said(),
                    expected: Expected::Number {
                        form: escape(&way.guess(50, 1)),
                    },
                    came: Came::Message {
                        text: escape(&bytes),
                    },
                };
                game.misunderstands(outcome, index);
            }
            return;
        };
        if game.won.is_some() {
            return;
        }
        match self.dialect.meaning_of(number, &bytes) {
            Some(Meaning::Found) => game.won = Some((index, game.tries)),
            Some(Meaning::Lost) => game.is_lost = true,
            Some(meaning) if meaning.is_miss() => {
                match meaning {
                    Meaning::TooSmall => game.low = game.low.max(Some(number + 1)),
                    Meaning::TooBig => {
                        game.high = Some(game.high.unwrap_or(i64::MAX).min(number - 1));
                    }
                    _ => {}
                }
                game.hint = Some((number, meaning, index));
            }
            Some(Meaning::Refused) => {
                let range = self.dialect.range.unwrap_or(USUAL);
                let said = asked.map(Turn::said);
                let expected = match range.contains(number) {
                    false => Some(Expected::Within {
                        min: range.min.into(),
                        max: range.max.into(),
                    }),
                    true => {
                        asked.and_then(|it| self.form_of(Some(number), game.tries, &it.bytes()))
                    }
                };
                if let (Some(said), Some(expected)) = (said, expected) {
                    let outcome = Outcome::Misunderstood {
                        said,
                        expected,
                        came: Came::Message {
                            text: escape(&bytes),
                        },
                    };
                    game.misunderstands(outcome, index);
                }
            }
            _ => {}
        }
    }
}

/// What follows a hint.
fn after(guess: i64, meaning: Meaning) -> Expected {
    match meaning {
        Meaning::TooSmall => Expected::Above { guess },
        Meaning::TooBig => Expected::Below { guess },
        _ => Expected::Another { guess },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays these messages, `>` the client's and `<` the server's, and then this.
    fn became(messages: &[&str], last: Fact) -> Outcome {
        let mut meeting = Meeting::new(Dialect::default(), None);
        meeting.handle(Fact::Connected(1), Duration::ZERO);
        for message in messages {
            let by = match &message[..1] {
                ">" => Party::Client,
                _ => Party::Server,
            };
            let bytes = message.as_bytes()[1..].to_vec();
            meeting.handle(Fact::Said(by, bytes), Duration::ZERO);
        }
        meeting.handle(last, Duration::ZERO);
        match meeting.poll() {
            Some(Step::Done(cell)) => cell.outcome,
            step => panic!("{step:?}"),
        }
    }

    fn both_wait() -> Fact {
        Fact::Still {
            server: Waiting::Message,
            client: Waiting::Message,
            asked: String::new(),
        }
    }

    #[test]
    fn a_game_is_won_by_the_number_that_was_found() {
        let game = [
            "<Bonjour",
            ">50",
            "<Trop petit",
            ">75",
            "<Gagné en 2 essais !",
        ];
        assert_eq!(
            became(&game, Fact::Ended(Party::Client)),
            Outcome::Won { tries: 2 }
        );
        assert_eq!(became(&game, both_wait()), Outcome::Won { tries: 2 });
    }

    /// Protects the verdict on a slow machine: what a client repeats is read in one piece.
    #[test]
    fn a_client_that_does_not_notice_its_win_is_told_so() {
        let game = [
            "<Bonjour",
            ">50",
            "<Trop petit",
            ">75",
            "<Trop grand",
            ">62",
            "<Gagné en 3 essais !",
        ];
        for (again, goes_on) in [
            (">62", true),
            (">6262626", true),
            (">70", true),
            (">50", false),
            (">FIN", false),
        ] {
            let messages = [&game[..], &[again]].concat();
            let outcome = became(&messages, Fact::Late);
            let expected = Expected::End;
            let told =
                matches!(&outcome, Outcome::Misunderstood { expected: it, .. } if *it == expected);
            assert_eq!(told, goes_on, "{again}: {outcome:?}");
        }
    }

    #[test]
    fn the_first_misunderstanding_is_told() {
        let contrary = became(
            &["<Bonjour", ">50", "<Trop petit", ">25", "<Trop petit"],
            both_wait(),
        );
        let said = Said {
            by: Party::Server,
            text: "\"Trop petit\"".to_owned(),
        };
        let text = "\"25\"".to_owned();
        assert_eq!(
            contrary,
            Outcome::Misunderstood {
                said,
                expected: Expected::Above { guess: 50 },
                came: Came::Message { text },
            }
        );
        let ends = became(
            &["<Bonjour", ">50", "<Trop petit"],
            Fact::Ended(Party::Client),
        );
        assert!(matches!(
            ends,
            Outcome::Misunderstood {
                came: Came::End,
                ..
            }
        ));
    }

    /// Protects the program that only met the other one's end.
    #[test]
    fn where_the_other_side_is_gone_that_side_is_at_fault() {
        let fault = |error: &str| Fault {
            error: error.to_owned(),
            place: None,
        };
        let reset =
            || fault("ConnectionResetError: [WinError 10054] An existing connection was closed");
        let own = || fault("ValueError: invalid literal for int() with base 10: b'50\\n'");
        for (facts, party) in [
            (
                vec![(Party::Client, reset()), (Party::Server, own())],
                Party::Server,
            ),
            (
                vec![(Party::Server, own()), (Party::Client, fault("signal 13"))],
                Party::Server,
            ),
            (
                vec![(
                    Party::Server,
                    fault("BrokenPipeError: [Errno 32] Broken pipe"),
                )],
                Party::Client,
            ),
            (vec![(Party::Client, own())], Party::Client),
        ] {
            let mut meeting = Meeting::new(Dialect::default(), None);
            meeting.handle(Fact::Connected(1), Duration::ZERO);
            for (party, fault) in &facts {
                meeting.handle(Fact::Failed(*party, fault.clone()), Duration::ZERO);
            }
            meeting.handle(Fact::Ended(Party::Client), Duration::ZERO);
            let Some(Step::Done(cell)) = meeting.poll() else {
                panic!("{facts:?}: it goes on");
            };
            let at_fault = match &cell.outcome {
                Outcome::Broken { party, .. } => *party,
                other => panic!("{facts:?}: {other:?}"),
            };
            assert_eq!(at_fault, party, "{facts:?}");
        }
    }

    #[test]
    fn who_waits_for_whom_is_told() {
        let nobody = became(&[], both_wait());
        let expected = Outcome::Blocked {
            server: Waiting::Message,
            client: Waiting::Message,
            last: None,
        };
        assert_eq!(nobody, expected);
    }

    /// Protects the tournament's cells, which are kept: a cell reads back as it was written.
    #[test]
    fn a_cell_is_a_value_that_can_be_written_and_read() {
        let cell = Cell {
            outcome: became(&["<Bonjour", ">50", "<Trop petit", ">25"], both_wait()),
            typed: true,
        };
        let text = serde_json::to_string(&cell).expect("a document");
        assert!(text.contains("\"outcome\":\"misunderstood\""), "{text}");
        assert_eq!(serde_json::from_str::<Cell>(&text).ok(), Some(cell));
    }
}
