//! From a log that several machines share to the workers: each gets its rooms' entries, in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::log::{Event, Log};
use super::worker::inbox::{Command, Handle};
use crate::journal::{Followed, Journal};
use game::engine::engine_of;
use game::limits::{HELD_ENTRIES, LOG_AHEAD};
use game::rules::Record;

/// How often is looked whether the log takes entries.
const LOOK: Duration = Duration::from_millis(500);

/// How long what others have written may wait for company.
const HELD: Duration = Duration::from_millis(5);

/// Entries of one worker's rooms.
#[derive(Debug)]
pub struct Followings {
    /// Each with its sequence.
    pub entries: Vec<(u64, Record)>,
    /// From here on this node proposed them, before it others did.
    pub own_from: usize,
    /// The last entry of all rooms that has come.
    pub last: u64,
    /// Its place among those that the worker has not applied yet.
    _room: OwnedSemaphorePermit,
}

/// Hands what comes to the workers, until nothing can come any more: then `failed` is told. To be
/// run on the thread that reads the log.
pub async fn distribute(log: Receiver<Followed>, workers: Vec<Handle>, failed: Sender<()>) {
    if Distributor::new(workers).run(log).await.is_some() {
        // Full means that the server stops already.
        let _ = failed.try_send(());
    }
}

/// What came, on its way to the workers.
struct Distributor {
    to: Vec<Handle>,
    /// Room for [`LOG_AHEAD`] messages of each worker that were not applied yet.
    room: Vec<Arc<Semaphore>>,
    /// What others have written and each worker has not been told yet. Nobody here waits for an
    /// answer to it, and waking a thread costs more than applying what one message brings.
    held: Vec<Vec<(u64, Record)>>,
    /// Since when.
    since: Option<Instant>,
    /// The last entry that has come.
    last: u64,
}

impl Distributor {
    fn new(to: Vec<Handle>) -> Self {
        Distributor {
            room: to
                .iter()
                .map(|_| Arc::new(Semaphore::new(LOG_AHEAD)))
                .collect(),
            held: to.iter().map(|_| Vec::new()).collect(),
            to,
            since: None,
            last: 0,
        }
    }

    /// None when the workers have gone, something when nothing comes any more.
    async fn run(mut self, mut log: Receiver<Followed>) -> Option<()> {
        loop {
            let came = match self.since {
                None => log.recv().await,
                Some(since) => match timeout_at(since + HELD, log.recv()).await {
                    Ok(came) => came,
                    Err(_) => {
                        self.tell(None).await?;
                        continue;
                    }
                },
            };
            let Some(followed) = came else {
                return Some(());
            };
            let theirs: Vec<usize> = self.held.iter().map(Vec::len).collect();
            let own = followed.own;
            self.take(followed);
            match own {
                true => self.tell(Some(theirs)).await?,
                false if self.is_full() => self.tell(None).await?,
                false => {}
            }
        }
    }

    fn take(&mut self, followed: Followed) {
        let Followed { first, records, .. } = followed;
        self.last = first + records.len() as u64 - 1;
        self.since.get_or_insert_with(Instant::now);
        for (sequence, record) in (first..).zip(records) {
            self.held[engine_of(record.room, self.to.len())].push((sequence, record));
        }
    }

    fn is_full(&self) -> bool {
        self.held.iter().any(|held| held.len() >= HELD_ENTRIES)
    }

    /// Tells each worker what it was not told yet; from which entry on they are this node's. None when
    /// the workers have gone.
    async fn tell(&mut self, own: Option<Vec<usize>>) -> Option<()> {
        self.since = None;
        for (worker, to) in self.to.iter().enumerate() {
            let entries = std::mem::take(&mut self.held[worker]);
            // Who proposed something waits to hear that its turn has come, wherever it belongs.
            if entries.is_empty() && own.is_none() {
                continue;
            }
            let room = self.room[worker].clone().acquire_owned().await.ok()?;
            let followings = Followings {
                own_from: own.as_ref().map_or(entries.len(), |own| own[worker]),
                entries,
                last: self.last,
                _room: room,
            };
            if !to.send(Command::Follow(followings)) {
                return None;
            }
        }
        Some(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::inbox::Inbox;
    use game::rules::{Entry, RoomId};
    use tokio::sync::mpsc::channel;

    fn came(first: u64, few: u64, own: bool) -> Followed {
        let room = RoomId::Shared("4821".parse().expect("a code"));
        let record = |round| Record {
            room,
            at: 5,
            entry: Entry::Close { round },
        };
        Followed {
            first,
            records: (0..few as u32).map(record).collect(),
            own,
        }
    }

    /// Protects memory from a log that runs fast, and the order of what is told together.
    #[test]
    fn what_others_write_waits_for_company_but_no_more_than_so_much() {
        let (worker, mut told) = Inbox::open().expect("a poll");
        let mut distributor = Distributor::new(vec![worker]);
        let many = HELD_ENTRIES as u64;
        distributor.take(came(1, many - 1, false));
        assert!(!distributor.is_full());
        distributor.take(came(many, 1, false));
        assert!(distributor.is_full());

        let (log, heard) = channel(LOG_AHEAD);
        log.try_send(came(many + 1, 2, true)).expect("it is empty");
        drop(log);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        assert!(runtime.block_on(distributor.run(heard)).is_some());
        let Some(Command::Follow(Followings {
            entries,
            own_from,
            last,
            ..
        })) = told.next()
        else {
            panic!("it was not told");
        };
        assert!(
            entries
                .iter()
                .map(|(sequence, _)| *sequence)
                .eq(1..=many + 2)
        );
        assert_eq!((own_from as u64, last), (many, many + 2));
        assert!(told.next().is_none(), "it was told twice");
    }
}
