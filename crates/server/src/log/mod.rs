//! What the server says to whoever operates it: one line for each event, as words or as JSON.
//!
//! What may be said is a closed list, with its fields, in one file ([`event`]): nobody can say a
//! number that is not known yet, a code, a token, or a name or address of a player in passing. The
//! lines are written by a thread of their own. When nobody reads them they are lost, and counted;
//! the game never waits for them.

pub mod event;
mod line;

use std::fs::File;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use event::Event;
use event::Often;
use game::limits::{LOG_EVERY, LOG_QUEUE, STOP};
use game::rules::Millis;
use os::system::wall_clock;

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Words, for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A handle to the log; without a format nothing is said. Clones share one thread.
#[derive(Clone, Debug, Default)]
pub struct Log(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    orders: SyncSender<Order>,
    /// What happens too often for a line each, since the last line about it.
    often: [AtomicU64; Often::ALL.len()],
    /// Lines for which there was no room.
    lost: AtomicU64,
    /// Hears that the thread has ended.
    done: Mutex<Receiver<()>>,
}

enum Order {
    Say(Millis, Event),
    /// Something happened that happens often.
    Look,
    Close,
}

impl Log {
    /// A log on standard error. It has a descriptor of its own there: who can't write to it for
    /// want of a reader does not keep others from it.
    pub fn start(format: Format) -> io::Result<Log> {
        let output = File::from(rustix::io::dup(rustix::stdio::stderr())?);
        let (orders, queue) = sync_channel(LOG_QUEUE);
        let (end, done) = sync_channel(1);
        let shared = Arc::new(Shared {
            orders,
            often: Default::default(),
            lost: AtomicU64::new(0),
            done: Mutex::new(done),
        });
        let writer = Writer {
            output,
            format,
            shared: shared.clone(),
            last: [None; Often::ALL.len()],
        };
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                writer.run(&queue);
                // Full or closed: nobody waits.
                let _ = end.try_send(());
            })?;
        Ok(Log(Some(shared)))
    }

    /// Whether anything is said.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Says it, if there is room.
    pub fn say(&self, event: Event) {
        self.order(Order::Say(wall_clock(), event));
    }

    /// Counts what happens too often for a line each; there is one in [`LOG_EVERY`] at most.
    pub fn often(&self, kind: Often, times: u64) {
        let Some(shared) = &self.0 else { return };
        if shared.often[kind as usize].fetch_add(times, Ordering::Relaxed) == 0 {
            self.order(Order::Look);
        }
    }

    /// Lines that were lost because nobody read them.
    pub fn lost(&self) -> u64 {
        let lost = self.0.as_ref().map(|shared| &shared.lost);
        lost.map_or(0, |lost| lost.load(Ordering::Relaxed))
    }

    /// Has a panic said as all else is: where, and not with what.
    pub fn tell_panics(&self) {
        let log = self.clone();
        panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            let at = info.location().map(ToString::to_string);
            log.say(Event::Panicked {
                at: at.unwrap_or_default(),
            });
        }));
    }

    /// Waits until all that was said is written, but not for a reader who does not read.
    pub fn close(&self) {
        let Some(shared) = &self.0 else { return };
        let deadline = Instant::now() + STOP;
        while let Err(TrySendError::Full(_)) = shared.orders.try_send(Order::Close) {
            if Instant::now() >= deadline {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let done = shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        let left = deadline.saturating_duration_since(Instant::now());
        let _ = done.recv_timeout(left);
    }

    fn order(&self, order: Order) {
        let Some(shared) = &self.0 else { return };
        if shared.orders.try_send(order).is_err() {
            shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The thread's side.
struct Writer {
    output: File,
    format: Format,
    shared: Arc<Shared>,
    /// When the last line about each was written.
    last: [Option<Instant>; Often::ALL.len()],
}

impl Writer {
    fn run(mut self, queue: &Receiver<Order>) {
        let mut lost = 0;
        loop {
            match queue.recv_timeout(LOG_EVERY) {
                Ok(Order::Say(at, event)) => self.write(at, &event),
                Ok(Order::Look) | Err(RecvTimeoutError::Timeout) => {}
                Ok(Order::Close) | Err(RecvTimeoutError::Disconnected) => break,
            }
            self.write_often(false);
            let all_lost = self.shared.lost.load(Ordering::Relaxed);
            if all_lost > lost {
                let lines = all_lost - lost;
                self.write(wall_clock(), &Event::LinesLost { lines });
                lost = all_lost;
            }
        }
        self.write_often(true);
    }

    /// Lines about what happened often, each kind not more than once in a while.
    fn write_often(&mut self, is_last: bool) {
        for kind in Often::ALL {
            let is_due = self.last[kind as usize].is_none_or(|last| last.elapsed() >= LOG_EVERY);
            if !is_due && !is_last {
                continue;
            }
            let times = self.shared.often[kind as usize].swap(0, Ordering::Relaxed);
            if times > 0 {
                self.last[kind as usize] = Some(Instant::now());
                self.write(wall_clock(), &Event::Often { kind, times });
            }
        }
    }

    fn write(&mut self, at: Millis, event: &Event) {
        let line = line::line(self.format, at, event);
        // Nobody is left to be told where this can't be written.
        let _ = self.output.write_all(line.as_bytes());
    }
}
