//! From a log that several machines share to the workers: each gets its rooms' entries, in order.

use std::cell::Cell;
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::log::{Event, Log};
use crate::game::Record;
use crate::journal::{Followed, Journal};
use crate::limits::LOG_AHEAD;
use crate::shard::shard_of;

/// How often is looked whether the log takes entries.
const LOOK: Duration = Duration::from_millis(500);

/// Entries of one worker's rooms.
#[derive(Debug)]
pub struct Followings {
    /// Each with its sequence.
    pub entries: Vec<(u64, Record)>,
    /// Whether this node proposed them.
    pub own: bool,
    /// The last entry of all rooms that has come.
    pub last: u64,
}

/// How far a worker has applied what comes.
#[derive(Default)]
pub struct Turns {
    /// The last entry that was applied.
    last: Cell<u64>,
    /// Told that there is another.
    moved: Notify,
}

impl Turns {
    /// That entry, and all before it, have been applied.
    pub fn reached(&self, last: u64) {
        self.last.set(last);
        self.moved.notify_waiters();
    }

    /// Waits until that entry, and all before it, have been applied.
    pub async fn wait_for(&self, last: u64) {
        while self.last.get() < last {
            self.moved.notified().await;
        }
    }
}

/// Deals what comes among so many workers. `failed` is told when nothing can come any more.
pub fn deal(
    mut log: Receiver<Followed>,
    workers: usize,
    failed: Sender<()>,
) -> std::io::Result<Vec<Receiver<Followings>>> {
    let (to, boxes): (Vec<_>, Vec<_>) = (0..workers).map(|_| channel(LOG_AHEAD)).unzip();
    let thread = thread::Builder::new().name("follow".to_owned());
    thread.spawn(move || {
        while let Some(followed) = log.blocking_recv() {
            if !pass_on(followed, &to) {
                return;
            }
        }
        // Full means that it has been told.
        let _ = failed.try_send(());
    })?;
    Ok(boxes)
}

/// False when the workers have gone.
fn pass_on(followed: Followed, to: &[Sender<Followings>]) -> bool {
    let Followed {
        first,
        records,
        own,
    } = followed;
    let last = first + records.len() as u64 - 1;
    let mut dealt: Vec<Vec<(u64, Record)>> = to.iter().map(|_| Vec::new()).collect();
    for (sequence, record) in (first..).zip(records) {
        dealt[shard_of(record.room, to.len())].push((sequence, record));
    }
    for (entries, worker) in dealt.into_iter().zip(to) {
        // Who proposed something waits to hear that its turn has come, wherever it belongs.
        if entries.is_empty() && !own {
            continue;
        }
        let followings = Followings { entries, own, last };
        if worker.blocking_send(followings).is_err() {
            return false;
        }
    }
    true
}

/// Says so, for as long as the server runs, when the log takes nothing, and when it does again.
pub async fn watch(journal: Journal, log: Log, tell: fn(Option<&str>)) {
    let mut lost = false;
    loop {
        tokio::time::sleep(LOOK).await;
        let now = journal.lost();
        if now.is_some() == lost {
            continue;
        }
        lost = now.is_some();
        tell(now.as_deref());
        log.say(match now {
            Some(reason) => Event::LogLost { reason },
            None => Event::LogBack,
        });
    }
}
