//! Distributes the entries of a shared log: each worker gets those of its rooms, in the log's order.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{Instant, timeout_at};

use super::log::{Event, Log};
use super::worker::inbox::{Command, Followings, Handle};
use crate::journal::{Followed, Journal};
use game::engine::engine_of;
use game::limits::{HELD_ENTRIES, LOG_AHEAD};
use game::rules::Record;

/// Interval of the check whether the log takes entries.
const LOOK: Duration = Duration::from_millis(500);

/// How long entries of other nodes may wait to be applied together.
const HELD: Duration = Duration::from_millis(5);

/// Hands the log's entries to the workers until the log ends, and then tells `failed`. Runs on the
/// thread that reads the log.
pub async fn distribute(log: Receiver<Followed>, workers: Vec<Handle>, failed: Sender<()>) {
    if Distributor::new(workers).run(log).await.is_some() {
        // Full means that the server stops already.
        let _ = failed.try_send(());
    }
}

/// Entries on their way from the log to the workers.
struct Distributor {
    to: Vec<Handle>,
    /// Room for [`LOG_AHEAD`] messages of each worker that were not applied yet.
    room: Vec<Arc<Semaphore>>,
    /// Entries of other nodes that each worker was not told yet. Nobody here waits for an answer to
    /// them, and waking a thread costs more than applying the entries of one message.
    held: Vec<Vec<(u64, Record)>>,
    /// When the oldest of them came.
    since: Option<Instant>,
    /// Sequence of the last entry that has come.
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

    /// Returns `None` when a worker has ended, and `Some` when the log has.
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

    /// Tells each worker the entries that it was not told yet. `own` has the index of the first entry
    /// of this node for each worker. Returns `None` when a worker has ended.
    async fn tell(&mut self, own: Option<Vec<usize>>) -> Option<()> {
        self.since = None;
        for (worker, to) in self.to.iter().enumerate() {
            let entries = std::mem::take(&mut self.held[worker]);
            // A worker that proposed an entry for another's room waits to hear that it has come.
            if entries.is_empty() && own.is_none() {
                continue;
            }
            let room = self.room[worker].clone().acquire_owned().await.ok()?;
            let followings = Followings {
                own_from: own.as_ref().map_or(entries.len(), |own| own[worker]),
                entries,
                last: self.last,
                room,
            };
            if !to.send(Command::Follow(followings)) {
                return None;
            }
        }
        Some(())
    }
}

/// Reports each time the log stops taking entries, and each time it takes them again. Never returns.
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

    /// Protects memory from a fast log, and the order of entries that are told together.
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
