//! The log for the operator: one line for each event, as text or as JSON.
//!
//! The events and their fields are a closed list in one file ([`event`]), so that no secret number,
//! code, token, and no player's name or address can slip in. A thread of its own writes the lines.
//! When nobody reads them they are dropped and counted: the game never waits for the log.

pub mod event;
mod line;

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
use os::console::log_output;
use os::system::wall_clock;

/// The format of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text, for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A handle to the log; the default logs nothing. Clones share one thread.
#[derive(Clone, Debug, Default)]
pub struct Log(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    commands: SyncSender<Command>,
    /// Occurrences of each kind since the last line about it.
    often: [AtomicU64; Often::ALL.len()],
    /// Lines dropped, since the queue was full.
    lost: AtomicU64,
    /// Receives when the thread has ended.
    done: Mutex<Receiver<()>>,
}

/// A command to the writing thread.
enum Command {
    Write(Millis, Event),
    /// A frequent event was counted: write its line if one is due.
    WriteOften,
    Close,
}

impl Log {
    /// Starts a log on standard error.
    ///
    /// # Errors
    ///
    /// If the system gives no descriptor or no thread.
    pub fn start(format: Format) -> io::Result<Log> {
        let output = log_output()?;
        let (commands, queue) = sync_channel(LOG_QUEUE);
        let (end, done) = sync_channel(1);
        let shared = Arc::new(Shared {
            commands,
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
                // Nobody may be waiting; ignore it.
                let _ = end.try_send(());
            })?;
        Ok(Log(Some(shared)))
    }

    /// Whether anything is logged.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Logs an event; drops it if the queue is full.
    pub fn say(&self, event: Event) {
        self.send(Command::Write(wall_clock(), event));
    }

    /// Counts a frequent event. Each kind has at most one line in [`LOG_EVERY`].
    pub fn often(&self, kind: Often, times: u64) {
        let Some(shared) = &self.0 else { return };
        if shared.often[kind as usize].fetch_add(times, Ordering::Relaxed) == 0 {
            self.send(Command::WriteOften);
        }
    }

    /// The number of lines dropped, since nobody read them.
    pub fn lost(&self) -> u64 {
        let lost = self.0.as_ref().map(|shared| &shared.lost);
        lost.map_or(0, |lost| lost.load(Ordering::Relaxed))
    }

    /// Logs panics from now on: their location, without their message.
    pub fn tell_panics(&self) {
        let log = self.clone();
        panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            let at = info.location().map(ToString::to_string);
            log.say(Event::Panicked {
                at: at.unwrap_or_default(),
            });
        }));
    }

    /// Waits until all lines are written, for [`STOP`] at most.
    pub fn close(&self) {
        let Some(shared) = &self.0 else { return };
        let deadline = Instant::now() + STOP;
        while let Err(TrySendError::Full(_)) = shared.commands.try_send(Command::Close) {
            if Instant::now() >= deadline {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let done = shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        let left = deadline.saturating_duration_since(Instant::now());
        let _ = done.recv_timeout(left);
    }

    fn send(&self, command: Command) {
        let Some(shared) = &self.0 else { return };
        if shared.commands.try_send(command).is_err() {
            shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The writing thread's state.
struct Writer {
    output: Box<dyn Write + Send>,
    format: Format,
    shared: Arc<Shared>,
    /// When the last line about each kind was written.
    last: [Option<Instant>; Often::ALL.len()],
}

impl Writer {
    fn run(mut self, queue: &Receiver<Command>) {
        let mut lost = 0;
        loop {
            match queue.recv_timeout(LOG_EVERY) {
                Ok(Command::Write(at, event)) => self.write(at, &event),
                Ok(Command::WriteOften) | Err(RecvTimeoutError::Timeout) => {}
                Ok(Command::Close) | Err(RecvTimeoutError::Disconnected) => break,
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

    /// Writes the lines about frequent events that are due, or all if `is_last`.
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
        // There is nowhere to report an error of the log.
        let _ = self.output.write_all(line.as_bytes());
    }
}
