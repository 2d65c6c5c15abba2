//! Where the threads of a program wait: the system tells whether a thread has moved since the last look,
//! and only then is its stack read.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, PoisonError};

use win32::{ProcessState, Symbols, TcpEntry, ThreadState};

use super::super::calls::{Call, call, telling};
use super::super::{Doing, File, Polled, Thread};

/// What earlier looks at a program saw.
#[derive(Debug, Default)]
pub struct Looks(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Of each process, the names of its functions.
    symbols: HashMap<u32, Symbols>,
    /// Of each thread that waited, how it was, and in which call.
    waits: HashMap<u32, (ThreadState, Call)>,
    /// Of each thread, its processor time at the last look.
    cpu: HashMap<u32, u64>,
}

impl Looks {
    /// What these processes' threads do now. `sockets` lists the program's sockets.
    pub fn threads(
        &self,
        processes: &[ProcessState],
        sockets: impl Fn() -> Vec<TcpEntry>,
    ) -> Vec<Thread> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let alive = |id: &u32| processes.iter().any(|process| process.id == *id);
        seen.symbols.retain(|id, _| alive(id));
        let threads = processes.iter().flat_map(|process| {
            let threads = process.threads.iter();
            threads.map(move |thread| (process.id, *thread))
        });
        let threads: Vec<(u32, ThreadState)> = threads.collect();
        seen.waits
            .retain(|id, _| threads.iter().any(|(_, state)| state.id == *id));
        seen.cpu
            .retain(|id, _| threads.iter().any(|(_, state)| state.id == *id));
        let calls: Vec<(ThreadState, Option<Call>, bool)> = threads
            .into_iter()
            .map(|(process, state)| (state, seen.call(process, state), seen.runs(state)))
            .collect();
        let polls = calls
            .iter()
            .any(|(_, it, _)| matches!(it, Some(Call::Polls | Call::Events)));
        let polled = if polls {
            polled(&sockets())
        } else {
            Vec::new()
        };
        let thread = |(state, call, runs): (ThreadState, Option<Call>, bool)| Thread {
            doing: doing(call, runs, &polled),
            call: None,
            at_most: None,
            // A thread that has used the processor has moved, even where it was not put aside.
            switches: u64::from(state.switches).wrapping_add(state.cpu),
        };
        calls.into_iter().map(thread).collect()
    }
}

impl Seen {
    /// The call in which a thread is; `None` where its stack names none.
    fn call(&mut self, process: u32, state: ThreadState) -> Option<Call> {
        if let Some((before, call)) = self.waits.get(&state.id)
            && *before == state
            // A system that does not count tells nothing.
            && state.switches > 0
        {
            return Some(*call);
        }
        let symbols = self.symbols(process)?;
        let names = symbols.functions(state.id, |name| telling(name).is_some());
        let names = names.ok()?;
        let found = call(&names);
        match found {
            Some(call) if state.waits => self.waits.insert(state.id, (state, call)),
            _ => self.waits.remove(&state.id),
        };
        found
    }

    /// Whether a thread that is in no call of [`Call`] runs, as far as the system tells.
    fn runs(&mut self, state: ThreadState) -> bool {
        let before = self.cpu.insert(state.id, state.cpu);
        match state.switches {
            // A system that does not count does not tell either whether a thread waits (wine).
            0 => before.is_some_and(|before| state.cpu > before),
            _ => !state.waits,
        }
    }

    fn symbols(&mut self, process: u32) -> Option<&Symbols> {
        match self.symbols.entry(process) {
            Entry::Occupied(known) => Some(known.into_mut()),
            Entry::Vacant(place) => Some(place.insert(Symbols::of(process).ok()?)),
        }
    }
}

/// What a thread does that is in this call.
fn doing(call: Option<Call>, runs: bool, polled: &[Polled]) -> Doing {
    match call {
        Some(Call::ReadsSocket) => Doing::Reads(File::Socket),
        Some(Call::WritesSocket) => Doing::Writes(File::Socket),
        Some(Call::Reads) => Doing::Reads(File::Terminal),
        Some(Call::Writes) => Doing::Writes(File::Terminal),
        Some(Call::Accepts) => Doing::Accepts,
        Some(Call::Connects) => Doing::Connects(None),
        Some(Call::Polls) if polled.is_empty() => Doing::Unknown,
        // A language's machine that waits for nothing outside serves its other threads.
        Some(Call::Events) if polled.is_empty() => Doing::WaitsForThread,
        Some(Call::Polls | Call::Events) => Doing::Polls(polled.to_vec()),
        Some(Call::Sleeps) => Doing::Sleeps,
        Some(Call::Waits) => Doing::WaitsForThread,
        None if runs => Doing::Runs,
        None => Doing::Unknown,
    }
}

/// What `select` may wait for, which takes sockets only: those that the program has.
fn polled(sockets: &[TcpEntry]) -> Vec<Polled> {
    let mut polled = Vec::new();
    if sockets.iter().any(|entry| entry.listens) {
        polled.push(Polled::Listener);
    }
    if sockets.iter().any(|entry| entry.connected) {
        polled.push(Polled::Connection);
    }
    polled
}
