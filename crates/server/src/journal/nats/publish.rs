//! Publishes the messages of a lane one after another, retrying each until the log has it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::Context;
use async_nats::jetstream::message::PublishMessage;
use tokio::sync::mpsc;

use super::super::{Answer, Committed};
use super::awaited::Awaited;
use super::gather::{Batch, Linger};
use super::health::Health;
use super::message::{Label, Lane, pack};
use super::read::Followed;
use game::rules::Record;
use game::sabotage::{Rule, leaves_out};

/// How long to wait for an acknowledgement before the message is sent again.
const ACKNOWLEDGED: Duration = Duration::from_secs(2);
/// The pause between two attempts: an election takes a few seconds.
const AGAIN: Duration = Duration::from_millis(100);

/// What a lane uses to publish.
#[derive(Clone)]
pub struct Publisher {
    /// The connection to the servers.
    pub context: Context,
    /// The subject of the messages.
    pub subject: String,
    /// The messages being published.
    pub awaited: Awaited,
    /// The log's health.
    pub health: Arc<Health>,
    /// Where entries go that a sabotage answers before the log has them.
    pub early: Option<mpsc::Sender<Followed>>,
}

/// Publishes the batches in their order, until their sender is dropped.
pub async fn run(
    publisher: Publisher,
    lane: Lane,
    mut queue: mpsc::Receiver<Batch>,
    linger: Arc<Linger>,
) {
    let mut count = 0;
    let mut left = None;
    while let Some(batches) = linger.gather(&mut queue, &mut left).await {
        let entries = batches.iter().map(|batch| batch.records.len()).sum();
        let since = Instant::now();
        if publisher.bring(lane, &mut count, batches).await.is_none() {
            break;
        }
        linger.returned(entries, since.elapsed());
    }
    // The batches that still wait are dropped, which their senders notice.
    drop(queue);
    linger.returned(0, Duration::ZERO);
}

fn next_label(lane: Lane, count: &mut u64) -> Label {
    *count += 1;
    Label {
        lane,
        count: *count,
    }
}

impl Publisher {
    /// Publishes the batches, and reports their commits. `None` if the log has failed for good.
    async fn bring(&self, lane: Lane, count: &mut u64, batches: Vec<Batch>) -> Option<()> {
        let (mut records, mut waiting) = (Vec::new(), Vec::with_capacity(batches.len()));
        for mut batch in batches {
            waiting.push((batch.records.len(), batch.answer));
            match records.is_empty() {
                true => records = batch.records,
                false => records.append(&mut batch.records),
            }
        }
        let packed = pack(&records, || next_label(lane, count));
        if let Some(early) = &self.early {
            let first = self.awaited.last() + 1;
            let told = Followed {
                first,
                records: records.clone(),
                own: true,
            };
            let last = first + records.len() as u64 - 1;
            // The receiver may be dropped; ignore it.
            let _ = early.send(told).await;
            answer(waiting, records, first, last);
            for (label, _, bytes) in packed {
                self.publish(label, bytes).await;
            }
            return Some(());
        }
        let (mut first, mut last) = (None, self.awaited.last());
        for (label, few, bytes) in packed {
            let begins = self.publish(label, bytes).await?;
            first.get_or_insert(begins);
            last = begins + few as u64 - 1;
        }
        answer(waiting, records, first.unwrap_or(last + 1), last);
        Some(())
    }

    /// Publishes a message, and waits until it was read back: the servers have then agreed on it and
    /// on its position. `None` if the log has failed for good.
    async fn publish(&self, label: Label, bytes: Vec<u8>) -> Option<u64> {
        let mut came = self.awaited.wait(label);
        let payload = bytes::Bytes::from(bytes);
        loop {
            let sent = async {
                self.send(label, payload.clone()).await?;
                self.health.well();
                // The log has it; it is about to be read back.
                std::future::pending::<Result<(), String>>().await
            };
            tokio::select! {
                first = &mut came => {
                    // Read back before an acknowledgement came: that of a message sent again may never be
                    // looked at, and the trouble is over.
                    if first.is_ok() {
                        self.health.well();
                    }
                    return first.ok();
                }
                failed = sent => if let Err(reason) = failed {
                    self.health.refused(reason);
                },
            }
            if self.health.has_failed() {
                return None;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Sends a message once, and waits for the servers' acknowledgement that it is on their disks.
    async fn send(&self, label: Label, payload: bytes::Bytes) -> Result<(), String> {
        let mut message = PublishMessage::build().payload(payload);
        if !leaves_out(Rule::IgnoreRepeats) {
            message = message.message_id(label.id());
        }
        let acknowledged = async {
            let sent = self.context.send_publish(self.subject.clone(), message);
            sent.await?.await
        };
        match tokio::time::timeout(ACKNOWLEDGED, acknowledged).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("no acknowledgement".to_owned()),
        }
    }
}

/// Reports the commit of each batch. The batches of one message follow each other without a gap.
fn answer(waiting: Vec<(usize, Answer)>, mut records: Vec<Record>, mut first: u64, last: u64) {
    let mut waiting = waiting.into_iter().peekable();
    while let Some((few, answer)) = waiting.next() {
        let rest = records.split_off(few);
        let last = match waiting.peek() {
            Some(_) => first + few as u64 - 1,
            None => last,
        };
        answer.give(Ok(Committed {
            first,
            last,
            records,
        }));
        (first, records) = (last + 1, rest);
    }
}
