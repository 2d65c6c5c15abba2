//! Reads the log: every message from the beginning, once and in order, then those that follow.
//!
//! It uses one consumer at a time, unnamed and without acknowledgements. The reader keeps its position
//! and creates another consumer there after any trouble.

use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy};
use async_nats::jetstream::{Context, Message};
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;

use super::awaited::Awaited;
use super::message::{Label, Numbering, decode};
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// The interval of a server's heartbeats. After twice as long without one, the consumer is replaced.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long a request for messages is valid.
const EXPIRES: Duration = Duration::from_secs(10);
/// The number of messages of one request.
const AHEAD: usize = 500;
/// The bytes of messages of one request.
const AHEAD_BYTES: usize = 8 * 1024 * 1024;
/// The pause before another consumer is created.
const AGAIN: Duration = Duration::from_millis(100);
/// How many consumers may fail in a row before a read-only command gives up.
const TRIES: u32 = 100;
/// The time after which a server removes an unused consumer.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A message's entries and their numbers.
#[derive(Debug)]
pub struct Followed {
    /// The number of the first entry; the others follow without a gap.
    pub first: u64,
    /// The entries.
    pub records: Vec<Record>,
    /// Whether this node published them.
    pub own: bool,
}

/// Trouble while reading.
pub enum Fault {
    /// Trouble that may pass.
    Trouble(String),
    /// The log does not hold what was written; the number of the next entry.
    Damaged(u64),
}

/// A reader at a position in the log.
pub struct Reader {
    context: Context,
    stream: String,
    /// The sequence of the last message read.
    last: u64,
    numbering: Numbering,
    /// This process's instance, and its messages that wait to be read back.
    own: Option<(u64, Awaited)>,
}

impl Reader {
    /// A reader at the beginning.
    pub fn new(context: Context, stream: &str) -> Self {
        Reader {
            context,
            stream: stream.to_owned(),
            last: 0,
            numbering: Numbering::default(),
            own: None,
        }
    }

    /// Reports this instance's messages to their publishers from now on.
    pub fn tell(&mut self, instance: u64, awaited: Awaited) {
        self.own = Some((instance, awaited));
    }

    /// Reads up to this message, in spite of passing trouble.
    pub async fn read_to(&mut self, until: u64, out: &Sender<Followed>) -> Result<(), Fault> {
        let mut tries = 0;
        loop {
            let before = self.last;
            match self.read_on(until, out).await {
                Err(Fault::Trouble(reason)) => {
                    tries = if self.last > before { 0 } else { tries + 1 };
                    if tries > TRIES {
                        return Err(Fault::Trouble(reason));
                    }
                    Reader::pause().await;
                }
                done => return done,
            }
        }
    }

    /// Reads up to this message and hands out the entries. Returns the trouble, or nothing if the
    /// message was reached or nobody receives the entries any longer.
    pub async fn read_on(&mut self, until: u64, out: &Sender<Followed>) -> Result<(), Fault> {
        if self.last >= until {
            return Ok(());
        }
        let config = Config {
            deliver_policy: match self.last {
                0 => DeliverPolicy::All,
                last => DeliverPolicy::ByStartSequence {
                    start_sequence: last + 1,
                },
            },
            ack_policy: AckPolicy::None,
            replay_policy: ReplayPolicy::Instant,
            inactive_threshold: FORGOTTEN,
            num_replicas: 1,
            memory_storage: true,
            ..Config::default()
        };
        let made = self
            .context
            .create_consumer_on_stream(config, self.stream.clone());
        let consumer = made.await.map_err(|error| trouble(&error))?;
        let messages = consumer
            .stream()
            .max_messages_per_batch(AHEAD)
            .max_bytes_per_batch(AHEAD_BYTES)
            .expires(EXPIRES)
            .heartbeat(HEARTBEAT);
        let mut messages = messages.messages().await.map_err(|error| trouble(&error))?;
        while let Some(message) = messages.next().await {
            let message = message.map_err(|error| trouble(&error))?;
            if let Some((label, followed)) = self.take(&message)? {
                let first = followed.first;
                let last = self.numbering.sequence;
                let was_told = followed.own && leaves_out(Rule::CommitFirst);
                if !was_told && out.send(followed).await.is_err() {
                    return Ok(());
                }
                if let Some((_, awaited)) = &self.own {
                    awaited.came(label, first, last);
                }
            }
            if self.last >= until {
                return Ok(());
            }
        }
        Err(Fault::Trouble("the consumer has ended".to_owned()))
    }

    /// Pauses between two consumers.
    pub async fn pause() {
        tokio::time::sleep(AGAIN).await;
    }

    /// The message's entries; `None` for a duplicate.
    fn take(&mut self, message: &Message) -> Result<Option<(Label, Followed)>, Fault> {
        let damaged = Fault::Damaged(self.numbering.sequence + 1);
        let Ok(info) = message.info() else {
            return Err(damaged);
        };
        if info.stream_sequence <= self.last {
            return Ok(None);
        }
        if info.stream_sequence != self.last + 1 {
            // One was lost on its way, or is gone from the log: then the next consumer begins with
            // a later one too.
            return Err(match info.consumer_sequence {
                1 => damaged,
                _ => Fault::Trouble("a message was lost on its way".to_owned()),
            });
        }
        let Some((label, records)) = decode(&message.payload) else {
            return Err(damaged);
        };
        self.last = info.stream_sequence;
        let first = self.numbering.next(label, records.len());
        let own = self.own.as_ref();
        let own = own.is_some_and(|(instance, _)| *instance == label.lane.instance);
        let followed = |first| Followed {
            first,
            records,
            own,
        };
        Ok(first.map(|first| (label, followed(first))))
    }
}

fn trouble(error: &dyn std::error::Error) -> Fault {
    Fault::Trouble(error.to_string())
}
