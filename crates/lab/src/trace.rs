//! What happened between the checker and a program, in order and with times: the evidence for every
//! finding.
//!
//! A [`Log`] is written by several threads: the one that watches the program, those that read
//! sockets, and the check that sends and types. [`Log::wait`] waits for an event.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::process::{Ended, Waits};
use game::limits::{TRACE_BYTES, TRACE_MOMENTS};

/// Something that happened. A `usize` is the number of a connection in the trace, from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The program was started.
    Started,
    /// This line was typed on the program's keyboard.
    Typed(String),
    /// The program wrote these bytes to its terminal.
    Printed(Vec<u8>),
    /// The program was seen to wait for this.
    Looked(Waits),
    /// The program was sent Ctrl-C, to learn from its traceback where it is.
    Interrupted,
    /// The program ended.
    Ended(Ended),
    /// The checker killed what was left of the program.
    Stopped,
    /// A connection was made.
    Connected(usize),
    /// The checker sent these bytes in one call.
    Sent(usize, Vec<u8>),
    /// The checker received these bytes in one call.
    Received(usize, Vec<u8>),
    /// The checker closed the connection.
    ClosedHere(usize),
    /// The checker sent a FIN, and reads on.
    Finished(usize),
    /// The checker reset the connection.
    Cut(usize),
    /// The program closed or reset the connection.
    ClosedThere(usize, Closing),
}

/// How the program ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// With a FIN.
    Closed,
    /// With a reset.
    Reset,
}

impl Event {
    /// The bytes that were printed, sent or received.
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
    /// Time since the trace began.
    pub at: Duration,
    /// What happened.
    pub event: Event,
}

/// Everything that happened, within [`TRACE_BYTES`] and [`TRACE_MOMENTS`].
#[derive(Clone, Debug)]
pub struct Trace {
    began: Instant,
    /// The events, in order.
    pub moments: Vec<Moment>,
    /// Bytes that were sent, received or printed, kept or not.
    pub bytes: usize,
    /// Bytes that were dropped because the trace was full.
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
        // The end is always kept, since a thread may wait for it.
        if self.moments.len() < TRACE_MOMENTS || matches!(event, Event::Ended(_)) {
            let at = self.began.elapsed();
            self.moments.push(Moment { at, event });
        }
    }

    /// Whether anything was dropped.
    pub fn overflowed(&self) -> bool {
        self.lost > 0 || self.moments.len() >= TRACE_MOMENTS
    }

    /// The events without their times.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.moments.iter().map(|moment| &moment.event)
    }

    /// How the program ended; `None` while it runs.
    pub fn ended(&self) -> Option<Ended> {
        self.events().rev().find_map(|event| match event {
            Event::Ended(ended) => Some(*ended),
            _ => None,
        })
    }

    /// What the program printed since a [`Log::mark`], as UTF-8.
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

/// A trace that several threads write. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<(Mutex<Trace>, Condvar)>);

impl Log {
    /// Adds an event, and wakes those that wait.
    pub fn note(&self, event: Event) {
        self.lock().note(event);
        self.0.1.notify_all();
    }

    /// A copy of the trace so far.
    pub fn trace(&self) -> Trace {
        self.lock().clone()
    }

    /// The number of events so far, to look for later ones from.
    pub fn mark(&self) -> usize {
        self.lock().moments.len()
    }

    /// Reads the trace without copying it.
    pub fn look<T>(&self, look: impl FnOnce(&Trace) -> T) -> T {
        look(&self.lock())
    }

    /// Waits until `look` finds something in the trace. `None` if the deadline passes first.
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
        // A thread that panics has added its event completely or not at all.
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
