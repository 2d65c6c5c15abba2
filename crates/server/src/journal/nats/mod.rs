//! The store of several machines: a replicated log, NATS JetStream.
//!
//! An event is one stream with one subject. Every node reads every entry, in the log's order, and
//! applies it, so each node can answer any player without asking another. A node publishes all
//! batches that wait as one message. An entry is committed once it was read back: the servers have
//! then agreed on it and on its position.

mod awaited;
mod connect;
mod event;
mod gather;
mod health;
mod message;
mod publish;
mod read;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_nats::Client;
use tokio::runtime::{Builder, Handle};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

use super::{Answer, JournalError};
use awaited::Awaited;
use connect::Link;
pub use connect::Note;
pub use event::{Event, Login, Unfit};
use game::limits::{JOURNAL_QUEUE, LOG_AHEAD};
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};
pub use gather::JournalPermit;
use gather::{Batch, Linger};
use health::Health;
use message::Lane;
use publish::Publisher;
pub use read::Followed;
use read::{Fault, Reader};

/// The interval of requests that verify that the log answers.
const WATCH: Duration = Duration::from_secs(1);

/// How many comparisons in a row must fail before a clock counts as wrong: one may have met a server
/// whose clock was being corrected.
const WRONG_CLOCKS: u32 = 3;

/// The handle on the log.
pub struct Nats {
    event: Event,
    link: Link,
    runtime: Handle,
    linger: Arc<Linger>,
    /// `None` once the log is closed.
    batches: Mutex<Option<mpsc::Sender<Batch>>>,
    followed: Mutex<Option<mpsc::Receiver<Followed>>>,
    health: Arc<Health>,
    end: watch::Sender<bool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Nats {
    /// Opens the event's log and replays it.
    pub fn open(event: &Event, each: &mut dyn FnMut(u64, Record)) -> Result<Self, JournalError> {
        let (runtime, thread, end) = start_thread(event)?;
        let link = ask(&runtime, {
            let event = event.clone();
            async move { connect::open(&event, true).await }
        })
        .unwrap_or_else(|| Err(event.unfit(Unfit::Unreachable("no thread".to_owned()))))?;
        let mut own = [0; 8];
        getrandom::fill(&mut own)
            .map_err(|error| event.unfit(Unfit::Unreachable(error.to_string())))?;
        let instance = u64::from_le_bytes(own);
        let (health, awaited) = (Arc::new(Health::default()), Awaited::default());
        let reader = Reader::new(link.context.clone(), &event.stream());
        let mut reader = read_until(
            &runtime,
            event,
            reader,
            link.last,
            &mut |sequence, record| {
                each(sequence, record);
                Ok(())
            },
        )?;
        reader.tell(instance, awaited.clone());
        let (out, followed) = mpsc::channel(LOG_AHEAD);
        let early = leaves_out(Rule::CommitFirst).then(|| out.clone());
        runtime.spawn(follow(reader, event.clone(), health.clone(), out));
        let publisher = Publisher {
            context: link.context.clone(),
            subject: event.subject(),
            awaited,
            health: health.clone(),
            early,
        };
        runtime.spawn(watch(link.client.clone(), event.clone(), health.clone()));
        let (batches, queue) = mpsc::channel(JOURNAL_QUEUE);
        let lane = Lane {
            instance,
            number: 0,
        };
        let linger = Arc::new(Linger::default());
        runtime.spawn(publish::run(publisher, lane, queue, linger.clone()));
        Ok(Nats {
            linger,
            batches: Mutex::new(Some(batches)),
            event: event.clone(),
            link,
            runtime,
            followed: Mutex::new(Some(followed)),
            health,
            end,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// The entries after those that were replayed. Can be taken once.
    pub fn follow(&self) -> Option<mpsc::Receiver<Followed>> {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.take()
    }

    /// Calls `ready` when the next message is about to go, with a permit for it.
    pub fn permit(&self, ready: impl FnOnce(JournalPermit) + Send + 'static) {
        let linger = self.linger.clone();
        self.spawn(async move { ready(linger.permit().await) });
    }

    /// Publishes a batch. Its answer comes once it was read back.
    pub fn submit(&self, permit: JournalPermit, records: Vec<Record>, answer: Answer) {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = Batch { records, answer };
        match &*batches {
            Some(batches) => match batches.try_send(batch) {
                Ok(()) => {}
                Err(TrySendError::Full(batch)) => {
                    let batches = batches.clone();
                    self.spawn(async move {
                        // A publisher that has ended drops the batch, which answers it.
                        let _ = batches.send(batch).await;
                        drop(permit);
                    });
                }
                Err(TrySendError::Closed(batch)) => drop(batch),
            },
            None => drop(batch),
        }
    }

    /// Calls `each` with each entry that the log has now. Blocks.
    pub fn entries(
        &self,
        each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let (context, name) = (self.link.context.clone(), self.event.stream());
        let found = ask(&self.runtime, async move {
            let found = context.get_stream(name).await;
            found.map(|stream| stream.cached_info().state.last_sequence)
        });
        let unreachable = |reason: String| self.event.unfit(Unfit::Unreachable(reason));
        let last = found.ok_or_else(|| unreachable("no thread".to_owned()))?;
        let last = last.map_err(|error| unreachable(error.to_string()))?;
        let reader = Reader::new(self.link.context.clone(), &self.event.stream());
        read_until(&self.runtime, &self.event, reader, last, each).map(drop)
    }

    /// The log's health.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Notes for the operator.
    pub fn notes(&self) -> &[Note] {
        &self.link.notes
    }

    /// The secret that the event's nodes share.
    pub fn secret(&self) -> [u8; 32] {
        self.link.secret
    }

    /// Runs a task on the journal's thread.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// Ends the thread; all that waits is dropped.
    pub fn close(&self) {
        (self.batches.lock().unwrap_or_else(PoisonError::into_inner)).take();
        // An error means that the thread has ended already.
        let _ = self.end.send(true);
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.close();
    }
}

/// Reads an event's log, which may be in use.
///
/// # Errors
///
/// If there is no such log, or it can't be read.
pub fn entries(
    event: &Event,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    with_log(event, |runtime, event| {
        let opening = event.clone();
        let link = ask(runtime, async move { connect::open(&opening, false).await });
        let link = link.unwrap_or_else(|| Err(event.unfit(Unfit::Missing)))?;
        let reader = Reader::new(link.context, &event.stream());
        read_until(runtime, event, reader, link.last, each).map(drop)
    })
}

/// Erases an event's log. Returns whether there was one.
pub fn erase(event: &Event) -> Result<bool, JournalError> {
    with_log(event, |runtime, event| {
        let erased = event.clone();
        let erased = ask(runtime, async move { connect::erase(&erased).await });
        erased.unwrap_or_else(|| Err(event.unfit(Unfit::Missing)))
    })
}

fn with_log<T>(
    event: &Event,
    act: impl FnOnce(&Handle, &Event) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let (runtime, thread, end) = start_thread(event)?;
    let done = act(&runtime, event);
    // An error means that the thread has ended already.
    let _ = end.send(true);
    let _ = thread.join();
    done
}

/// Starts the log's own thread, so that the log is read however busy the others are.
fn start_thread(
    event: &Event,
) -> Result<(Handle, JoinHandle<()>, watch::Sender<bool>), JournalError> {
    let failed = |error: std::io::Error| event.unfit(Unfit::Unreachable(error.to_string()));
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(failed)?;
    let handle = runtime.handle().clone();
    let (end, mut ended) = watch::channel(false);
    let thread = thread::Builder::new().name("journal".to_owned());
    let thread = thread.spawn(move || {
        // A dropped sender ends the thread too.
        let _ = runtime.block_on(ended.wait_for(|end| *end));
        runtime.shutdown_background();
    });
    Ok((handle, thread.map_err(failed)?, end))
}

/// Runs a task on the thread, and waits for it. `None` if the thread has ended.
fn ask<T: Send + 'static>(
    runtime: &Handle,
    task: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let (answer, answered) = std::sync::mpsc::sync_channel(1);
    runtime.spawn(async move {
        // The receiver may be dropped; ignore it.
        let _ = answer.send(task.await);
    });
    answered.recv().ok()
}

/// Reads up to this message. Blocks.
fn read_until(
    runtime: &Handle,
    event: &Event,
    mut reader: Reader,
    until: u64,
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<Reader, JournalError> {
    let (out, mut came) = mpsc::channel(LOG_AHEAD);
    let (done, ended) = oneshot::channel();
    runtime.spawn(async move {
        let read = reader.read_to(until, &out).await;
        drop(out);
        // The receiver may be dropped; ignore it.
        let _ = done.send(read.map(|()| reader));
    });
    while let Some(Followed { first, records, .. }) = came.blocking_recv() {
        for (sequence, record) in (first..).zip(records) {
            each(sequence, record)?;
        }
    }
    match ended.blocking_recv() {
        Ok(Ok(reader)) => Ok(reader),
        Ok(Err(Fault::Damaged(sequence))) => Err(event.unfit(Unfit::Damaged(sequence))),
        Ok(Err(Fault::Trouble(reason))) => Err(event.unfit(Unfit::Unreachable(reason))),
        Err(_) => Err(event.unfit(Unfit::Unreachable("no thread".to_owned()))),
    }
}

/// Reads the log until it fails, or nobody follows it any longer.
async fn follow(
    mut reader: Reader,
    event: Event,
    health: Arc<Health>,
    out: mpsc::Sender<Followed>,
) {
    loop {
        let read = tokio::select! {
            read = reader.read_on(u64::MAX, &out) => read,
            () = health.failed() => return,
        };
        match read {
            Ok(()) => return,
            Err(Fault::Trouble(reason)) => {
                health.trouble(reason);
                Reader::pause().await;
            }
            Err(Fault::Damaged(sequence)) => {
                return health.fail(event.unfit(Unfit::Damaged(sequence)));
            }
        }
    }
}

/// Periodically verifies that the log answers and that the clocks agree: a node with nothing to
/// publish notices a loss too, and a node with a wrong clock stops. Never returns.
async fn watch(client: Client, event: Event, health: Arc<Health>) {
    let mut off = 0;
    loop {
        tokio::time::sleep(WATCH).await;
        match connect::verify_clock(&client, &event).await {
            Ok(()) => {
                off = 0;
                health.answers();
            }
            Err(
                error @ JournalError::Log {
                    why: Unfit::Clock(_),
                    ..
                },
            ) => {
                off += 1;
                health.answers();
                if off >= WRONG_CLOCKS {
                    return health.fail(error);
                }
            }
            Err(JournalError::Log {
                why: Unfit::Unreachable(reason),
                ..
            }) => health.trouble(reason),
            Err(error) => health.trouble(error.to_string()),
        }
    }
}
