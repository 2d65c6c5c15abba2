//! What happened between the checker and a program, in order and with times: the evidence of every
//! finding.
//!
//! A [`Log`] is written by all who see something, each from its thread: the program's keeper, the
//! readers of sockets, the script that sends and types. Whoever waits for something waits here.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::program::{Ended, Waits};
use game::limits::{TRACE_BYTES, TRACE_MOMENTS};

/// Something that happened. `link` numbers the connections of one trace from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The program was started.
    Started,
    /// A line was typed on its keyboard.
    Typed(String),
    /// It wrote this on its terminal.
    Printed(Vec<u8>),
    /// A look at it showed that it waits there.
    Looked(Waits),
    /// Ctrl-C was sent to it, to learn where it is.
    Interrupted,
    /// It ended.
    Ended(Ended),
    /// What was left of it was stopped by the checker.
    Stopped,
    /// A connection was made.
    Connected(usize),
    /// The checker sent this, in one call.
    Sent(usize, Vec<u8>),
    /// The checker received this, in one call.
    Received(usize, Vec<u8>),
    /// The checker closed its side.
    ClosedHere(usize),
    /// The checker will send nothing more, and reads on.
    Finished(usize),
    /// The checker cut the connection off.
    Cut(usize),
    /// The other side closed, or cut the connection off.
    ClosedThere(usize, Closing),
}

/// How the other side ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// In order: a read gives nothing more.
    Closed,
    /// With a reset.
    Reset,
}

impl Event {
    /// The bytes that it holds.
    fn bytes(&mut self) -> Option<&mut Vec<u8>> {
        match self {
            Event::Printed(bytes) | Event::Sent(_, bytes) | Event::Received(_, bytes) => {
                Some(bytes)
            }
            _ => None,
        }
    }
}

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// Since the trace began.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}

/// All that happened, within [`TRACE_BYTES`] and [`TRACE_MOMENTS`].
#[derive(Clone, Debug)]
pub struct Trace {
    began: Instant,
    /// In order.
    pub moments: Vec<Moment>,
    /// Bytes that were received or printed, kept or not.
    pub bytes: usize,
    /// Bytes that found no more room.
    pub lost: usize,
}

impl Default for Trace {
    fn default() -> Self {
        Trace {
            began: Instant::now(),
            moments: Vec::new(),
            bytes: 0,
            lost: 0,
        }
    }
}

impl Trace {
    fn note(&mut self, mut event: Event) {
        let kept = TRACE_BYTES.saturating_sub(self.bytes);
        if let Some(bytes) = event.bytes() {
            self.bytes += bytes.len();
            self.lost += bytes.len().saturating_sub(kept);
            bytes.truncate(kept);
            if kept == 0 {
                return;
            }
        }
        // The end is always kept: whoever waits for it must see it.
        if self.moments.len() < TRACE_MOMENTS || matches!(event, Event::Ended(_)) {
            let at = self.began.elapsed();
            self.moments.push(Moment { at, event });
        }
    }

    /// Whether more came than is kept.
    pub fn overflowed(&self) -> bool {
        self.lost > 0 || self.moments.len() >= TRACE_MOMENTS
    }

    /// The events alone.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.moments.iter().map(|moment| &moment.event)
    }

    /// How the program ended, if it did.
    pub fn ended(&self) -> Option<Ended> {
        self.events().rev().find_map(|event| match event {
            Event::Ended(ended) => Some(*ended),
            _ => None,
        })
    }

    /// All that it printed from that moment on.
    pub fn printed_since(&self, moment: usize) -> String {
        let mut text = Vec::new();
        for moment in self.moments.iter().skip(moment) {
            if let Event::Printed(bytes) = &moment.event {
                text.extend_from_slice(bytes);
            }
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// A trace that several threads write.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<(Mutex<Trace>, Condvar)>);

impl Log {
    /// Writes down what happened.
    pub fn note(&self, event: Event) {
        self.lock().note(event);
        self.0.1.notify_all();
    }

    /// What has happened so far.
    pub fn trace(&self) -> Trace {
        self.lock().clone()
    }

    /// Moments so far: a mark to look from later.
    pub fn mark(&self) -> usize {
        self.lock().moments.len()
    }

    /// Looks at what has happened.
    pub fn look<T>(&self, look: impl FnOnce(&Trace) -> T) -> T {
        look(&self.lock())
    }

    /// Waits until the trace shows something, at most until the deadline.
    pub fn wait<T>(&self, deadline: Instant, look: impl Fn(&Trace) -> Option<T>) -> Option<T> {
        let mut trace = self.lock();
        loop {
            if let Some(found) = look(&trace) {
                return Some(found);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let waited = self.0.1.wait_timeout(trace, left);
            trace = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Trace> {
        // A writer that panics has pushed a moment whole or not at all.
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_leaves_a_bounded_trace_that_knows_it() {
        let log = Log::default();
        for _ in 0..TRACE_MOMENTS {
            log.note(Event::Received(1, vec![b'9'; 4096]));
        }
        log.note(Event::Ended(Ended::Status(0)));
        let trace = log.trace();
        let kept: usize = trace
            .events()
            .map(|event| match event {
                Event::Received(_, bytes) => bytes.len(),
                _ => 0,
            })
            .sum();
        assert_eq!(kept, TRACE_BYTES);
        assert_eq!(trace.lost + kept, TRACE_MOMENTS * 4096);
        assert!(trace.overflowed() && trace.ended().is_some());
    }

    #[test]
    fn a_mark_tells_what_was_printed_after_it() {
        let log = Log::default();
        log.note(Event::Printed(b"one".to_vec()));
        log.note(Event::Typed("50".to_owned()));
        let mark = log.mark();
        log.note(Event::Printed(b"tw".to_vec()));
        log.note(Event::Printed(b"o".to_vec()));
        assert_eq!(log.trace().printed_since(mark), "two");
        assert_eq!(log.mark(), 4);
    }
}
