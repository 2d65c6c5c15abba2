//! The examination of a server: what was learned of it, the games that were played, and what checks
//! ask of it. It knows no check.

use std::cell::Cell;
use std::sync::Arc;

use super::conversation::{Answer, Conversation, DialectClient, Game};
use super::kind::{self, Crowd};
use super::learn::Learned;
use crate::check;
use crate::check::came::Came;
use crate::check::crash::{Crash, interrupted_at};
use crate::check::name::Check;
use crate::check::outcome::{Kind, Outcome};
use crate::check::report::Seen;
use crate::check::row::{Exam, Notes, Row, Stopped};
use crate::check::source::{Source, SourceLine};
use crate::dialect::Meaning;
use crate::dialect::way::Form;
use crate::program::{Ended, Waits};
use crate::session::Reply;
use crate::session::{Target, Unstarted};
use crate::trace::Trace;

/// Factor by which the waits of a second look at what seems a failure are longer.
const PATIENT: u32 = 3;

/// What the server did after a win.
#[derive(Clone, Debug)]
pub enum AfterWin {
    /// It closed.
    Closed,
    /// It asked whether to play again.
    Asks,
    /// It played on.
    PlaysOn,
    /// It said nothing more and did not close.
    Open(Reply),
}

/// In which situation a server failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// It got a message that is no valid guess.
    Message,
    /// A player left.
    Departure,
}

/// How a message that is no guess was taken badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The program told an error.
    Crash,
    /// The program ended without an answer.
    Ends,
    /// Nothing came.
    Silent,
    /// The connection was closed without an answer.
    Closes,
    /// The next guess was not answered.
    Stuck,
}

/// What a failure comes from: one cause can make several checks fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This error at this line of the program.
    Error(String, Option<SourceLine>),
    /// How the program ended, if it did.
    Ended(Option<Ended>),
    /// It computes without end.
    Spins,
    /// It took a message badly, without an error.
    Message(Failure),
}

impl Cause {
    /// Whether a failure in the same situation comes from the same: also where one line meets both ways in
    /// which a player leaves, an empty message and an error.
    pub fn is_same(&self, other: &Cause, scene: Scene) -> bool {
        match (self, other) {
            (Cause::Error(_, Some(first)), Cause::Error(_, Some(next))) => {
                first == next && (scene == Scene::Departure || self == other)
            }
            _ => self == other,
        }
    }
}

/// A cause, the situation, and the check that told of it first.
pub type Told = (Check, Scene, Cause);

/// The examination.
#[derive(Debug)]
pub struct ServerExam {
    /// The server.
    pub target: Target,
    /// Its files.
    pub source: Source,
    /// How it speaks.
    pub learned: Learned,
    /// The games that were played.
    pub games: Vec<Game>,
    /// How it is spoken to, if it is an echo or a chat.
    pub crowd: Crowd,
    /// What was found so far, and the causes of failures.
    pub notes: Notes<Vec<Told>>,
    /// Whether it answers digits without an end of line, once that was tried.
    pub unframed: Option<bool>,
    /// Whether it keeps its number when it has been found.
    pub keeps: bool,
    /// Whether it plays with nobody once a game was won, until it is started again.
    pub is_spent_by_a_win: bool,
    /// Whether a server that can't be started again plays with nobody any more.
    pub is_over: bool,
    /// The start of the program in which a game was won last, if one was.
    won_in: Cell<Option<usize>>,
    /// What it did after a win, and what was seen then.
    pub after: Option<(AfterWin, Arc<Trace>)>,
    /// Where this check began in the log.
    from: usize,
}

impl ServerExam {
    /// Before the first check. The server listens.
    pub fn new(target: Target, source: Source, learned: Learned) -> ServerExam {
        ServerExam {
            target,
            source,
            learned,
            games: Vec::new(),
            crowd: Crowd {
                kind: kind::Kind::Game,
                newline: false,
            },
            notes: Notes::default(),
            unframed: None,
            keeps: false,
            is_spent_by_a_win: false,
            is_over: false,
            won_in: Cell::new(None),
            after: None,
            from: 0,
        }
    }

    /// What a check found, if it was made.
    pub fn found(&self, row: &Row<ServerExam>) -> Option<&Outcome> {
        self.notes.found(row)
    }

    /// Whether a check was made and not passed.
    pub fn failed(&self, row: &Row<ServerExam>) -> bool {
        self.notes.failed(row)
    }

    /// How the server is spoken to.
    pub fn client(&self) -> DialectClient<'_> {
        DialectClient {
            target: &self.target,
            dialect: &self.learned.dialect,
            won_in: &self.won_in,
        }
    }

    /// Whether guesses are text.
    pub fn is_text(&self) -> bool {
        matches!(self.client().way().form, Form::Text(_))
    }

    /// The guess that halves the whole range.
    pub fn middle(&self) -> i64 {
        let range = self.client().range();
        i64::midpoint(i64::from(range.min), i64::from(range.max))
    }

    /// A server that waits for a player, and a fresh page for the evidence.
    pub fn begin(&mut self) -> Result<(), Stopped> {
        let is_spent = self.is_spent_by_a_win && self.won_in.get() == Some(self.target.starts);
        if is_spent && self.target.is_ours() {
            self.target.stop();
        }
        let started = self.target.ready();
        self.from = self.target.log.mark();
        started.map_err(|error| self.not_again(&error).into())
    }

    /// The program does not start as it did before.
    fn not_again(&self, error: &Unstarted) -> Seen {
        let printed = self.target.log.look(|trace| trace.printed_since(0));
        let crash = Crash::of(&printed, self.target.ended(), &self.source);
        let outcome = match (crash, error) {
            (Some(crash), _) => Outcome::NotStartedAgain { error: crash.error },
            _ => Outcome::NotAsBefore,
        };
        Seen::new(outcome, self.target.evidence(0))
    }

    /// A conversation with a server that waits for a player.
    pub fn conversation(&mut self) -> Result<Conversation, Stopped> {
        self.begin()?;
        let talk = self.client().open();
        talk.map_err(|_| self.seen(Outcome::Gone).into())
    }

    /// A conversation in which one guess was judged, and was not the number.
    pub fn begun(&mut self) -> Result<Conversation, Stopped> {
        for _ in 0..4 {
            let mut talk = self.conversation()?;
            let middle = talk.middle();
            let answer = self.client().guess(&mut talk, middle);
            let goes_on = !answer.reply.is_over() || self.client().dialect.one_guess;
            match answer.meaning {
                Some(Meaning::Found) => talk.connection.leave(),
                _ if answer.judges() && goes_on => {
                    // What is sent next goes where a number is due.
                    self.client().again(&mut talk);
                    self.client().make_due(&mut talk);
                    return Ok(talk);
                }
                _ => {
                    let came = self.came(&answer.reply);
                    let seen = self.seen(Outcome::UnsteadyServer { came });
                    self.target.stop();
                    return Err(seen.into());
                }
            }
        }
        Err(self.seen(Outcome::Lucky).into())
    }

    /// A new player, and the answer to their first guess: what came in its place otherwise.
    pub fn serve(&self) -> Result<(Conversation, Answer), Reply> {
        let client = self.client();
        let Ok(mut talk) = client.open() else {
            let ended = self.target.ended();
            return Err(Reply {
                ended,
                ..Reply::default()
            });
        };
        let middle = talk.middle();
        let answer = client.guess(&mut talk, middle);
        if answer.reply.is_empty() {
            return Err(answer.reply);
        }
        Ok((talk, answer))
    }

    /// What happened in this check.
    pub fn evidence(&self) -> Arc<Trace> {
        self.target.evidence(self.from)
    }

    /// The error that the program told in this check.
    pub fn crash(&self) -> Option<Crash> {
        if let Some(program) = self.target.program() {
            program.catch_up();
        }
        let printed = self.target.log.look(|trace| trace.printed_since(self.from));
        Crash::of(&printed, self.target.ended(), &self.source)
    }

    /// What came in the place of what was expected.
    pub fn came(&self, reply: &Reply) -> Came {
        match self.crash() {
            Some(crash) => Came::Crash(crash.error),
            None => reply.into(),
        }
    }

    /// An outcome with what happened in this check, and of a failure the line of an error.
    pub fn seen(&self, outcome: Outcome) -> Seen {
        let failed = matches!(outcome.kind(), Kind::Failed | Kind::Proven);
        let seen = Seen::new(outcome, self.evidence());
        if failed {
            let Some(crash) = self.crash() else {
                return seen;
            };
            let cause = check::cause::Cause::of(&crash, &self.source);
            return seen.at(crash.place).caused_by(Some(cause));
        }
        seen
    }

    /// A failure that is told with what came: also where the program waits instead of speaking.
    pub fn seen_instead(&self, reply: &Reply, outcome: impl FnOnce(Came) -> Outcome) -> Seen {
        let seen = self.seen(outcome(self.came(reply)));
        // Where it is when it has spoken or closed is not where it went wrong.
        if reply.waits.is_some() {
            return seen.or_at(|| self.interrupted());
        }
        seen
    }

    /// The line at which a program of ours is that waits where it should speak. Python tells it
    /// of the one thread that is interrupted: nothing is said of a program that has several.
    pub fn interrupted(&self) -> Option<SourceLine> {
        let program = self.target.program().filter(|it| it.ended().is_none())?;
        let activity = program.activity();
        let alone = activity.len() == 1 && !activity.has(Waits::AcceptOrReceive);
        let said = alone.then(|| program.interrupt())?;
        interrupted_at(&said, &self.source)
    }

    /// What a failure comes from: the error and its line, or how the program ended.
    pub fn cause(&self, reply: &Reply) -> Cause {
        match self.crash() {
            Some(crash) => crash.into(),
            None => Cause::Ended(reply.ended),
        }
    }

    /// The check that has told of this cause already.
    pub fn teller(&self, scene: Scene, cause: &Cause) -> Option<Check> {
        let mut told = self.notes.memory.iter();
        let told = told.find(|(_, it, first)| *it == scene && first.is_same(cause, scene));
        told.map(|(check, _, _)| *check)
    }

    /// Remembers which check tells of a cause.
    pub fn remember(&mut self, check: Check, scene: Scene, cause: Cause) {
        self.notes.memory.push((check, scene, cause));
    }
}

/// A reply as something that came in the place of what was expected.
impl From<&Reply> for Came {
    fn from(reply: &Reply) -> Came {
        if reply.floods {
            return Came::Floods;
        }
        if !reply.is_empty() {
            return Came::Sent(reply.bytes());
        }
        match (reply.ended, reply.waits) {
            (Some(ended), _) => Came::Ended(ended),
            _ if reply.closing.is_some() => Came::Left,
            (None, Some(waits)) => Came::Waits(waits),
            (None, None) => Came::Nothing,
        }
    }
}

/// The same error at the same line is one cause, whatever message met it.
impl From<Crash> for Cause {
    fn from(crash: Crash) -> Cause {
        // Java's threads have numbers.
        let thrown = crash.error.strip_prefix("Exception in thread \"");
        let named = thrown.and_then(|it| it.split_once("\" "));
        let error = named.map_or(crash.error.as_str(), |(_, error)| error);
        let name = error.split(':').next().unwrap_or_default();
        Cause::Error(name.to_owned(), crash.place)
    }
}

impl Exam for ServerExam {
    type Memory = Vec<Told>;

    fn notes(&mut self) -> &mut Notes<Self::Memory> {
        &mut self.notes
    }

    fn is_late(&self) -> bool {
        self.target.is_late()
    }

    fn may_look_again(&self) -> bool {
        true
    }

    fn set_patient(&mut self, patient: bool) {
        if patient {
            self.recover();
        }
        self.target.patience = if patient { PATIENT } else { 1 };
    }

    fn too_slow() -> Outcome {
        Outcome::SlowServer
    }

    fn recover(&mut self) {
        if self.target.is_ours() {
            self.target.stop();
        }
    }
}
