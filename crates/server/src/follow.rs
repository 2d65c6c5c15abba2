//! From a log that several machines share to the workers: each gets its rooms' entries, in order.

use std::cell::Cell;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout_at};

use super::log::{Event, Log};
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

/// Deals what comes among so many workers, until nothing can come any more: then `failed` is told.
/// To be run on the thread that reads the log.
pub fn deal(
    log: Receiver<Followed>,
    workers: usize,
    failed: Sender<()>,
) -> (impl Future<Output = ()>, Vec<Receiver<Followings>>) {
    let (to, boxes) = (0..workers).map(|_| channel(LOG_AHEAD)).unzip();
    let dealing = async move {
        let held = (0..workers).map(|_| Vec::new()).collect();
        let dealer = Dealer {
            to,
            held,
            since: None,
            last: 0,
        };
        if dealer.run(log).await.is_some() {
            // Full means that it has been told.
            let _ = failed.try_send(());
        }
    };
    (dealing, boxes)
}

/// What came, on its way to the workers.
struct Dealer {
    to: Vec<Sender<Followings>>,
    /// What others have written and each worker has not been told yet. Nobody here waits for an
    /// answer to it, and waking a thread costs more than applying what one message brings.
    held: Vec<Vec<(u64, Record)>>,
    /// Since when.
    since: Option<Instant>,
    /// The last entry that has come.
    last: u64,
}

impl Dealer {
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
            let followings = Followings {
                own_from: own.as_ref().map_or(entries.len(), |own| own[worker]),
                entries,
                last: self.last,
            };
            to.send(followings).await.ok()?;
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
    use game::rules::{Entry, RoomId};

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
        let (to, mut told) = channel(LOG_AHEAD);
        let mut dealer = Dealer {
            to: vec![to],
            held: vec![Vec::new()],
            since: None,
            last: 0,
        };
        let many = HELD_ENTRIES as u64;
        dealer.take(came(1, many - 1, false));
        assert!(!dealer.is_full());
        dealer.take(came(many, 1, false));
        assert!(dealer.is_full());

        let (log, heard) = channel(LOG_AHEAD);
        log.try_send(came(many + 1, 2, true)).expect("it is empty");
        drop(log);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        assert!(runtime.block_on(dealer.run(heard)).is_some());
        let Followings {
            entries,
            own_from,
            last,
        } = told.try_recv().expect("it was told");
        assert!(
            entries
                .iter()
                .map(|(sequence, _)| *sequence)
                .eq(1..=many + 2)
        );
        assert_eq!((own_from as u64, last), (many, many + 2));
        assert!(told.try_recv().is_err(), "it was told twice");
    }
}
