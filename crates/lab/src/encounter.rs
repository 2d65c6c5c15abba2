//! A learner meets a real server: sockets and the clock for [`crate::dialect`].

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::dialect::{Action, LearnError, Learner};
use super::session::{dial, prepare};

/// Bytes that one transcript keeps; of what comes after only the sizes.
const TRANSCRIPT_BYTES: usize = 1024 * 1024;
/// Events that one transcript keeps.
const TRANSCRIPT_EVENTS: usize = 100_000;
/// A machine that does not answer in this time is taken for absent.
const CONNECT: Duration = Duration::from_secs(5);
/// A server that takes nothing for so long is given up.
const WRITE: Duration = Duration::from_secs(5);
/// What a server says to a client that leaves is read for so long.
const FAREWELL: Duration = Duration::from_millis(100);
/// Bytes read at once.
const READ: usize = 16 * 1024;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A connection was made.
    Connected,
    /// There is none to be had.
    Unreachable(ErrorKind),
    /// These bytes were sent.
    Sent(Vec<u8>),
    /// These bytes arrived, in one read.
    Received(Vec<u8>),
    /// The server closed its side.
    Closed,
    /// The connection broke.
    Broken(ErrorKind),
    /// This side closed.
    Left,
}

/// What happened, and when, since the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time since the start.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}

/// Everything that went over the line, as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// In order.
    pub moments: Vec<Moment>,
    /// Bytes that were not kept: more had come than is kept.
    pub dropped: usize,
    kept: usize,
}

impl Transcript {
    fn add(&mut self, at: Duration, event: Event) {
        let bytes = match &event {
            Event::Sent(bytes) | Event::Received(bytes) => bytes.len(),
            _ => 0,
        };
        if self.kept + bytes > TRANSCRIPT_BYTES || self.moments.len() >= TRANSCRIPT_EVENTS {
            self.dropped += bytes;
            return;
        }
        self.kept += bytes;
        self.moments.push(Moment { at, event });
    }
}

/// Lets a learner play with the server at one of these addresses until it is done.
pub fn play(
    learner: &mut Learner,
    addresses: &[SocketAddr],
) -> (Result<(), LearnError>, Transcript) {
    play_over(None, learner, addresses)
}

/// The same, with a first connection that is there already, and on which nothing was read yet.
pub fn play_over(
    stream: Option<TcpStream>,
    learner: &mut Learner,
    addresses: &[SocketAddr],
) -> (Result<(), LearnError>, Transcript) {
    let mut driver = Driver {
        addresses,
        start: Instant::now(),
        ready: stream,
        stream: None,
        second: None,
        transcript: Transcript::default(),
        buffer: vec![0; READ],
    };
    let outcome = drive(learner, &mut driver);
    driver.close();
    (outcome, driver.transcript)
}

/// What a learner's conversation goes over: sockets and a clock.
pub(crate) trait Wire {
    /// Time since the start, as the learner sees it.
    fn now(&self) -> Duration;

    /// Whether the conversation must end now.
    fn is_late(&self) -> bool {
        false
    }

    /// Makes a new connection, and tells the learner.
    fn connect(&mut self, learner: &mut Learner);

    /// Leaves the connection.
    fn close(&mut self);

    /// Makes one more connection, as a second player, and keeps it until this one is left.
    fn join(&mut self);

    /// Sends these bytes.
    fn send(&mut self, learner: &mut Learner, bytes: Vec<u8>);

    /// Waits for something to happen, at most until then, and tells the learner.
    fn wait(&mut self, learner: &mut Learner, until: Duration);
}

/// Lets a learner play over a wire until it is done.
pub(crate) fn drive(learner: &mut Learner, wire: &mut impl Wire) -> Result<(), LearnError> {
    loop {
        if wire.is_late() {
            return Err(LearnError::TooLong);
        }
        match learner.next(wire.now()) {
            Action::Connect => wire.connect(learner),
            Action::Close => wire.close(),
            Action::Send(bytes) => wire.send(learner, bytes),
            Action::Join => wire.join(),
            Action::Wait(until) => wire.wait(learner, until),
            Action::Done(outcome) => return outcome,
        }
    }
}

struct Driver<'a> {
    addresses: &'a [SocketAddr],
    start: Instant,
    /// The first connection, until it is used.
    ready: Option<TcpStream>,
    stream: Option<TcpStream>,
    /// The second player's.
    second: Option<TcpStream>,
    transcript: Transcript,
    buffer: Vec<u8>,
}

impl Driver<'_> {
    fn note(&mut self, event: Event) -> Duration {
        let now = self.start.elapsed();
        self.transcript.add(now, event);
        now
    }

    fn broken(&mut self, learner: &mut Learner, error: &io::Error) {
        self.stream = None;
        self.note(Event::Broken(error.kind()));
        learner.closed();
    }
}

impl Wire for Driver<'_> {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn connect(&mut self, learner: &mut Learner) {
        self.close();
        let connected = match self.ready.take() {
            Some(stream) => prepare(stream, WRITE),
            None => dial(self.addresses, CONNECT, WRITE),
        };
        match connected {
            Ok(stream) => {
                self.stream = Some(stream);
                let now = self.note(Event::Connected);
                learner.connected(now);
            }
            Err(error) => {
                let now = self.note(Event::Unreachable(error.kind()));
                learner.unreachable(now);
            }
        }
    }

    fn join(&mut self) {
        self.second = dial(self.addresses, CONNECT, WRITE).ok();
    }

    fn send(&mut self, learner: &mut Learner, bytes: Vec<u8>) {
        let Some(stream) = &mut self.stream else {
            return learner.closed();
        };
        let sent = stream.write_all(&bytes);
        self.note(Event::Sent(bytes));
        // What the server said before it closed is still to be read.
        if let Err(error) = sent
            && error.kind() == ErrorKind::WouldBlock
        {
            self.broken(learner, &error);
        }
    }

    fn wait(&mut self, learner: &mut Learner, until: Duration) {
        let left = until.saturating_sub(self.start.elapsed());
        let left = left.max(Duration::from_millis(1));
        let Some(stream) = &mut self.stream else {
            return std::thread::sleep(left);
        };
        let read = stream
            .set_read_timeout(Some(left))
            .and_then(|()| stream.read(&mut self.buffer));
        match read {
            Ok(0) => {
                self.stream = None;
                self.note(Event::Closed);
                learner.closed();
            }
            Ok(count) => {
                let bytes = self.buffer[..count].to_vec();
                let now = self.note(Event::Received(bytes));
                learner.received(now, &self.buffer[..count]);
            }
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                _ => self.broken(learner, &error),
            },
        }
    }

    /// Leaves as a program does that has read everything: a reset would be an error to the server.
    fn close(&mut self) {
        self.second = None;
        let Some(mut stream) = self.stream.take() else {
            return;
        };
        let end = Instant::now() + FAREWELL;
        // The server may be gone already.
        let _ = stream.shutdown(Shutdown::Write);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let limited = left.is_zero() || stream.set_read_timeout(Some(left)).is_err();
            if limited || !matches!(stream.read(&mut self.buffer), Ok(1..)) {
                break;
            }
        }
        self.note(Event::Left);
    }
}
