//! The lanes of a program, which are its threads: each makes one call at a time.
//!
//! A call is answered once. It has a number within its lane; a repeated request with the same number gets
//! the same answer and changes nothing.

use std::collections::BTreeMap;

use crate::workshop::call::{Answer, Call, errno};
use game::limits::WORKSHOP_LANES;

/// The lanes of a program, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Lanes(BTreeMap<u32, Lane>);

/// The latest call of a lane.
#[derive(Debug)]
pub(super) struct Lane {
    seq: u64,
    state: State,
}

#[derive(Debug)]
enum State {
    Waits(Call),
    Answered(Answer),
}

/// What becomes of a request.
pub(super) enum Request {
    /// It begins a call.
    New,
    /// It repeats a call that waits for its answer.
    Waiting,
    /// It has this answer, and begins nothing.
    Answered(Answer),
}

impl Lanes {
    /// Takes a request, which begins a call if it is new.
    pub(super) fn request(&mut self, lane: u32, seq: u64, call: &Call) -> Request {
        match self.0.get(&lane) {
            Some(known) if known.seq == seq => match &known.state {
                State::Answered(answer) => return Request::Answered(answer.clone()),
                State::Waits(_) => return Request::Waiting,
            },
            // A request that was overtaken: its program has long had the answer.
            Some(known) if known.seq > seq => return Request::Answered(Answer::Again),
            None if self.0.len() >= WORKSHOP_LANES => {
                return Request::Answered(Answer::Failed(errno::EMFILE));
            }
            _ => {}
        }
        let state = State::Waits(call.clone());
        self.0.insert(lane, Lane { seq, state });
        Request::New
    }

    /// Keeps the answer to a lane's call; returns the call's number.
    pub(super) fn answer(&mut self, lane: u32, answer: Answer) -> Option<u64> {
        let known = self.0.get_mut(&lane)?;
        known.state = State::Answered(answer);
        Some(known.seq)
    }

    /// A lane that has made a call.
    pub(super) fn get(&self, lane: u32) -> Option<&Lane> {
        self.0.get(&lane)
    }

    /// All lanes that have made a call, in the order of their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Lane)> {
        self.0.iter().map(|(lane, it)| (*lane, it))
    }

    /// The calls that wait for their answers, with their lanes.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (u32, &Call)> {
        self.iter()
            .filter_map(|(lane, it)| Some((lane, it.waits()?)))
    }
}

impl Lane {
    /// The number of its call.
    pub(super) fn seq(&self) -> u64 {
        self.seq
    }

    /// Its call, if it waits for the answer.
    pub(super) fn waits(&self) -> Option<&Call> {
        match &self.state {
            State::Waits(call) => Some(call),
            State::Answered(_) => None,
        }
    }
}
