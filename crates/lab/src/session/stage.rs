//! One run of the learner's program, with the checker as its server and at its keyboard.
//!
//! A program that the checker started is watched: it is spoken to when it waits, and nothing is
//! left to a time-out but a program that computes or sleeps. Of one that was started elsewhere only
//! the connection is seen; what it has said is whole when the line has been quiet.

use std::io::Write;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::accepted::Accepted;
use super::facts::Facts;
use super::listener::Listener;
use crate::program::{Activity, Ended, Patience, Program, Waits};
use crate::trace::{Closing, Event, Log, Trace};

/// A message from elsewhere is whole when nothing more has come for so long.
const QUIET: Duration = Duration::from_millis(300);
/// A turn of a program that computes or sleeps before it goes on.
const TURN: Duration = Duration::from_secs(4);
/// Between two looks whether an examination was given up.
const BEAT: Duration = Duration::from_millis(200);
/// Between two looks for a client.
const ACCEPT: Duration = Duration::from_millis(5);

/// What the program did when it was its turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// It sent this, in one or more pieces; now it waits, or has ended.
    Sent(Vec<Vec<u8>>),
    /// It waits for a message.
    Listens,
    /// It waits for its user; this stands before the cursor.
    Asks(String),
    /// It has closed its connection, and lives on.
    Left,
    /// It has ended.
    Ended(Ended),
    /// It did nothing of all this in time. Where it is, if that can be seen.
    Busy(Option<Waits>),
}

/// The run.
#[derive(Debug)]
pub struct Stage {
    listener: Rc<Listener>,
    /// All that happened.
    pub log: Log,
    program: Option<Program>,
    link: Option<Accepted>,
    facts: Facts,
    /// Where its server is, for a program that asks for it.
    pub server: SocketAddr,
    /// A look from before it was last given something.
    before: Option<Activity>,
    /// Moments up to here have been dealt with.
    seen: usize,
    /// How long a turn may take.
    pub turn: Duration,
    /// How many times as long as usual is waited.
    pub times: u32,
    /// Whether nobody wants to know any more.
    pub given_up: Arc<AtomicBool>,
}

impl Stage {
    /// A run of a program that was started, or will be elsewhere.
    pub fn new(
        listener: Rc<Listener>,
        program: Option<Program>,
        log: Log,
        (patience, times): (Duration, u32),
    ) -> Self {
        let turn = match program {
            Some(_) => TURN,
            None => patience,
        };
        Stage {
            server: listener.first(),
            listener,
            log,
            program,
            link: None,
            facts: Facts::open(),
            before: None,
            seen: 0,
            turn,
            times,
            given_up: Arc::default(),
        }
    }

    /// The program, if the checker started it.
    pub fn program(&self) -> Option<&Program> {
        self.program.as_ref()
    }

    /// Takes the program's connection. Else what it does in the place of connecting.
    pub fn accept(&mut self, patience: Duration) -> Result<(), Turn> {
        let patience = patience * self.times;
        let deadline = Instant::now() + patience;
        let patience = self.program().map(|it| Patience::new(it, patience));
        loop {
            if self.take_client() {
                return Ok(());
            }
            let ended = self.program().and_then(Program::ended);
            if let Some(ended) = ended {
                return Err(Turn::Ended(ended));
            }
            let over = match (&self.program, &patience) {
                (Some(program), Some(patience)) => patience.is_over(program),
                _ => Instant::now() >= deadline,
            };
            if over || self.given_up.load(Ordering::Relaxed) {
                return Err(Turn::Busy(self.look()));
            }
            let Some(program) = &self.program else {
                thread::sleep(ACCEPT);
                continue;
            };
            let activity = program.settle(self.before.as_ref(), 4 * ACCEPT);
            // It may have connected while it was looked at.
            if activity.is_settled() && activity.at_keyboard() && !self.take_client() {
                return Err(Turn::Asks(self.prompt()));
            }
            if self.link.is_some() {
                return Ok(());
            }
        }
    }

    fn take_client(&mut self) -> bool {
        if let Some((stream, address)) = self.listener.accept() {
            self.link = Accepted::new(stream, &self.log);
            self.server = address;
        }
        self.link.is_some()
    }

    /// What the program does now.
    pub fn next(&mut self) -> Turn {
        self.next_within(self.turn)
    }

    /// What the program does now, within this time.
    pub fn next_within(&mut self, time: Duration) -> Turn {
        let time = time * self.times;
        let activity = match &self.program {
            Some(program) => Some(self.settle(program, time)),
            None => {
                self.wait_for_quiet(Instant::now() + time);
                None
            }
        };
        if let Some(link) = &self.link {
            link.catch_up();
        }
        let sent = self.news();
        if !sent.is_empty() {
            self.seen = self.log.mark();
            return Turn::Sent(sent);
        }
        let (closing, ended) = self.log.look(|trace| (closing(trace), trace.ended()));
        if let Some(ended) = ended {
            return Turn::Ended(ended);
        }
        if (closing.is_some() || self.hung_up()) && self.link.take().is_some() {
            return Turn::Left;
        }
        let Some(activity) = activity else {
            return Turn::Busy(None);
        };
        match activity.telling() {
            waits if !activity.is_settled() => Turn::Busy(waits),
            _ if activity.receives() => Turn::Listens,
            _ if activity.at_keyboard() => Turn::Asks(self.prompt()),
            waits => Turn::Busy(waits),
        }
    }

    /// Waits until the program is settled. One that never is, because it looks again and again
    /// whether something has come, has said what it has to say when the line is quiet.
    fn settle(&self, program: &Program, time: Duration) -> Activity {
        let patience = Patience::new(program, time);
        let mut heard = self.news().len();
        loop {
            let activity = program.settle(self.before.as_ref(), (QUIET * self.times).min(time));
            let now = self.news().len();
            let said = now > 0 && now == heard;
            let over = program.ended().is_some() || patience.is_over(program);
            if activity.is_settled() || said || over {
                return activity;
            }
            heard = now;
        }
    }

    /// What it has sent that was not dealt with yet.
    fn news(&self) -> Vec<Vec<u8>> {
        let from = self.seen;
        self.log.look(|trace| {
            let news = trace.moments.iter().skip(from);
            let pieces = news.filter_map(|moment| match &moment.event {
                Event::Received(_, bytes) => Some(bytes.clone()),
                _ => None,
            });
            pieces.collect()
        })
    }

    /// Whether the program has closed its side after this one was closed.
    fn hung_up(&self) -> bool {
        let closed = |link: &Accepted| link.closed.load(Ordering::Relaxed);
        let holds = |program: &Program| program.is_connected();
        self.link.as_ref().is_some_and(closed) && !self.program().is_some_and(holds)
    }

    /// Whether the program reads its keyboard too while it waits for a message.
    pub fn reads_both(&self) -> bool {
        let activity = self.program().map(Program::activity);
        activity.is_some_and(|activity| activity.at_keyboard() && activity.receives())
    }

    /// What it has printed since it was last given something.
    pub fn prompt(&self) -> String {
        if let Some(program) = &self.program {
            program.catch_up();
        }
        let from = self.log.look(|trace| {
            let given = |event: &Event| matches!(event, Event::Typed(_));
            let last = trace
                .moments
                .iter()
                .rposition(|moment| given(&moment.event));
            last.map_or(0, |last| last + 1)
        });
        self.log.look(|trace| trace.printed_since(from))
    }

    /// Types a line on the program's keyboard.
    pub fn type_line(&mut self, line: &str) {
        self.will_give();
        if let Some(program) = &self.program {
            program.type_line(line);
        }
    }

    /// Sends these bytes, in one call.
    pub fn send(&mut self, bytes: &[u8]) {
        self.will_give();
        let Some(link) = &mut self.link else {
            return;
        };
        self.log.note(Event::Sent(1, bytes.to_vec()));
        // An error says nothing yet: the next read shows whether the program has gone or only does not
        // read.
        if link.stream.write_all(bytes).is_ok() {
            link.sent += bytes.len() as u64;
        }
        self.carry();
    }

    /// Waits until what was sent has reached the side of a program of ours.
    fn carry(&self) {
        let (Some(program), Some(link)) = (&self.program, &self.link) else {
            return;
        };
        if let (Ok(ours), Ok(theirs)) = (link.stream.local_addr(), link.stream.peer_addr()) {
            // Of a connection that the program has closed nothing is known any more.
            let sent = link.sent;
            let passed_on = program.is_guest();
            self.facts
                .carry((ours, theirs), (sent, passed_on), |is_known| !is_known);
        }
    }

    /// Closes the connection, as a server does that has ended.
    pub fn close(&mut self) {
        self.will_give();
        if let Some(link) = &self.link {
            self.log.note(Event::ClosedHere(1));
            link.close();
        }
    }

    /// Takes what has happened so far as dealt with.
    fn will_give(&mut self) {
        self.before = self.program().map(Program::activity);
        self.seen = self.log.mark();
    }

    /// Where the program waits, written down as evidence.
    pub fn look(&self) -> Option<Waits> {
        let waits = self.program()?.activity().telling()?;
        self.log.note(Event::Looked(waits));
        Some(waits)
    }

    /// All that happened so far.
    pub fn evidence(&self) -> Arc<Trace> {
        Arc::new(self.log.trace())
    }

    fn wait_for_quiet(&self, deadline: Instant) {
        let from = self.seen;
        let news = |trace: &Trace| {
            let news = trace.moments.iter().skip(from).map(|moment| &moment.event);
            let count = news
                .filter(|it| matches!(it, Event::Received(..) | Event::ClosedThere(..)))
                .count();
            (count > 0).then_some(count)
        };
        let mut count = None;
        while count.is_none() && Instant::now() < deadline && !self.given_up.load(Ordering::Relaxed)
        {
            count = self.log.wait(deadline.min(Instant::now() + BEAT), news);
        }
        while let Some(so_far) = count {
            let more = |trace: &Trace| news(trace).filter(|count| *count > so_far);
            let quiet = (Instant::now() + QUIET).min(deadline);
            count = self.log.wait(quiet, more);
        }
    }
}

/// How the program ended its connection, if it did.
fn closing(trace: &Trace) -> Option<Closing> {
    trace.events().rev().find_map(|event| match event {
        Event::ClosedThere(_, closing) => Some(*closing),
        _ => None,
    })
}
