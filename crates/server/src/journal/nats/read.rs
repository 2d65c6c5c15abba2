//! Reading the log: every message from the beginning, in order, once; then those that come.
//!
//! One consumer at a time, without a name and without acknowledgements: the reader knows where it
//! is, and makes another one there after any doubt.

use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy};
use async_nats::jetstream::{Context, Message};
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;

use super::message::{Label, Numbering, decode};
use super::publish::Awaited;
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// A server that is silent for twice as long is given up.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long a request for messages stands.
const EXPIRES: Duration = Duration::from_secs(10);
/// Messages asked for at once; a reader that is slow asks later.
const AHEAD: usize = 500;
/// Their bytes.
const AHEAD_BYTES: usize = 8 * 1024 * 1024;
/// Before another consumer is made.
const AGAIN: Duration = Duration::from_millis(100);
/// Consumers that may fail one after the other before who only reads gives up.
const TRIES: u32 = 100;
/// A server forgets a consumer that is not asked for so long.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A message's entries, with their place.
#[derive(Debug)]
pub struct Followed {
    /// The number of the first; the others follow without a gap.
    pub first: u64,
    /// The entries.
    pub records: Vec<Record>,
    /// Whether this node published them.
    pub own: bool,
}

/// What is wrong.
pub enum Fault {
    /// It may pass.
    Trouble(String),
    /// What is there is not what was written: the number of the entry that was to come.
    Damaged(u64),
}

/// A place in the log.
pub struct Reader {
    context: Context,
    stream: String,
    /// The last message read, as the log counts messages.
    last: u64,
    numbering: Numbering,
    /// Who this is, and who waits for what was published.
    own: Option<(u64, Awaited)>,
}

impl Reader {
    /// At the beginning.
    pub fn new(context: Context, stream: &str) -> Self {
        Reader {
            context,
            stream: stream.to_owned(),
            last: 0,
            numbering: Numbering::default(),
            own: None,
        }
    }

    /// From now on those who wait for messages of this instance hear of them.
    pub fn tell(&mut self, instance: u64, awaited: Awaited) {
        self.own = Some((instance, awaited));
    }

    /// Reads on to this message, over passing trouble.
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

    /// Reads on to this message, hands out what comes, and returns what has gone wrong; nothing
    /// where it was reached, or where nobody hears any more.
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

    /// Waits a little, between two consumers.
    pub async fn pause() {
        tokio::time::sleep(AGAIN).await;
    }

    /// The message's entries; none of a repeat.
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
