//! The log that several machines share: the contract, one order for all, and what is refused.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use game::rules::{Entry, Record};
use server::journal::{Event, Followed, Journal, JournalError, Store, Unfit, copy};
use tempfile::TempDir;

use super::contract::contract;
use super::util::*;
use crate::nats::NatsServer;

fn event(server: &NatsServer, name: &str) -> Event {
    Event {
        servers: vec![server.url()],
        name: name.to_owned(),
        login: None,
        credentials: None,
        authority: None,
        certificate: None,
        monitors: vec![server.watched()],
    }
}

fn shared(event: &Event) -> Store {
    Store::Shared(Box::new(event.clone()))
}

/// Protects the promise that nothing above the journal changes where machines share it.
#[test]
fn a_shared_log_keeps_the_contract() {
    let server = NatsServer::start();
    contract(&shared(&event(&server, "contract")));
}

/// Everything that a node has heard by the time that it has heard so many entries.
fn heard(journal: &Journal, many: usize) -> Vec<(u64, Record)> {
    let mut log = journal.follow().expect("nobody has taken it");
    let mut all = Vec::new();
    while all.len() < many {
        let Followed { first, records, .. } = log.blocking_recv().expect("more comes");
        all.extend((first..).zip(records));
    }
    all
}

/// Protects that players on several nodes get one winner: entries that nodes write at once have one
/// order, the same for all, and for whoever comes later.
#[test]
fn all_nodes_and_a_late_one_read_one_order() {
    let server = NatsServer::start();
    let store = shared(&event(&server, "order"));
    let nodes: Vec<Journal> = (0..3).map(|_| open(&store).unwrap()).collect();
    let orders: Vec<_> = std::thread::scope(|scope| {
        for (who, node) in (1..).zip(&nodes) {
            scope.spawn(move || {
                for n in 0..40 {
                    block_on(node.append(vec![guess(who, n), guess(who, n + 100)])).unwrap();
                }
            });
        }
        let threads: Vec<_> = (nodes.iter())
            .map(|node| scope.spawn(move || heard(node, 240)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(orders[0].iter().map(|(s, _)| *s).eq(1..=240));
    assert_eq!(orders[0], orders[1]);
    assert_eq!(orders[0], orders[2]);
    for node in nodes {
        node.close().unwrap();
    }
    assert_eq!(replayed(&store).unwrap(), orders[0]);
    let mut read = Vec::new();
    server::journal::shared_entries(&event(&server, "order"), &mut |sequence, record| {
        read.push((sequence, record));
        Ok(())
    })
    .unwrap();
    assert_eq!(read, orders[0]);
}

/// Protects every kind of entry, on its way through the log.
#[test]
fn every_kind_of_entry_reads_back_from_a_shared_log() {
    let server = NatsServer::start();
    let store = shared(&event(&server, "kinds"));
    let mut records = one_of_each();
    let quit = Entry::Quit {
        player: player(1),
        epoch: 3,
    };
    records.push(in_room("4821", quit));
    let journal = open(&store).unwrap();
    drain(&journal);
    block_on(journal.append(records.clone())).unwrap();
    journal.close().unwrap();
    let found = replayed(&store).unwrap();
    assert_eq!(found, (1..).zip(records).collect::<Vec<_>>());
}

/// Protects a node that comes late: nothing is lost on the way, however much there is.
#[test]
fn a_late_node_reads_a_hundred_thousand_entries() {
    let server = NatsServer::start();
    let store = shared(&event(&server, "late"));
    let journal = open(&store).unwrap();
    drain(&journal);
    for batch in 0..200 {
        let records = (0..500).map(|n| guess(1, batch * 500 + n)).collect();
        block_on(journal.append(records)).unwrap();
    }
    journal.close().unwrap();
    let mut next = 0;
    let late = Journal::open(&store, &mut |sequence, record| {
        assert_eq!((sequence, record), (u64::from(next) + 1, guess(1, next)));
        next += 1;
    });
    assert_eq!(next, 100_000);
    late.unwrap().close().unwrap();
}

/// Protects players from a log that may forget what it has acknowledged.
#[test]
fn servers_that_do_not_sync_are_refused() {
    let server = NatsServer::with("");
    let found = open(&shared(&event(&server, "unsynced")));
    let Err(JournalError::Log { why, .. }) = found else {
        panic!("a log that does not sync was opened");
    };
    assert_eq!(why, Unfit::NotSynced(server.watched()));
    let blind = Event {
        monitors: Vec::new(),
        ..event(&server, "unsynced")
    };
    let journal = open(&shared(&blind)).unwrap();
    assert!(
        !journal.notes().is_empty(),
        "nobody says that it is unverified"
    );
    journal.close().unwrap();
    let nowhere = Event {
        monitors: vec![format!("127.0.0.1:{}", server.port)],
        ..blind
    };
    let found = open(&shared(&nowhere)).map(drop);
    let wrong = |error: &JournalError| {
        matches!(
            error,
            JournalError::Log {
                why: Unfit::NotMonitored(_),
                ..
            }
        )
    };
    assert!(found.as_ref().is_err_and(wrong), "{found:?}");
}

/// Protects what was acknowledged from a stream that somebody has made, or changed, by hand: it may
/// not be one that forgets.
#[test]
fn a_stream_that_forgets_is_refused() {
    let server = NatsServer::start();
    let event = event(&server, "forgets");
    write(&shared(&event), vec![guess(1, 1)]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = async_nats::connect(server.url()).await.unwrap();
        let context = async_nats::jetstream::new(client);
        let mut config = context
            .get_stream("juste-prix-forgets")
            .await
            .unwrap()
            .cached_info()
            .config
            .clone();
        config.max_age = std::time::Duration::from_secs(3600);
        context.update_stream(config).await.unwrap();
    });
    let found = open(&shared(&event)).map(drop);
    let Err(JournalError::Log { why, .. }) = found else {
        panic!("a log that forgets was opened");
    };
    assert_eq!(why, Unfit::Forgets("max_age"));
}

/// Protects `forget`: the log is gone, and there is none where nobody has played.
#[test]
fn a_forgotten_event_is_gone() {
    let server = NatsServer::start();
    let event = event(&server, "forgotten");
    let erase = server::journal::erase_shared;
    assert!(!erase(&event).unwrap());
    write(&shared(&event), vec![guess(1, 1)]);
    assert!(erase(&event).unwrap());
    assert!(!erase(&event).unwrap());
    assert_eq!(replayed(&shared(&event)).unwrap(), []);
}

/// Protects an event that moves from a laptop to several machines and back: every entry comes along,
/// with its number, and nothing is written over.
#[test]
fn a_journal_is_copied_to_a_shared_log_and_back() {
    let server = NatsServer::start();
    let laptop = written();
    let (folder, back) = (
        Store::Local(laptop.path().to_owned()),
        TempDir::new().unwrap(),
    );
    let log = shared(&event(&server, "moved"));
    let all = replayed(&folder).unwrap();
    assert_eq!(copy(&folder, &log).unwrap(), all.len() as u64);
    assert_eq!(replayed(&log).unwrap(), all);
    let back = Store::Local(back.path().join("journal"));
    assert_eq!(copy(&log, &back).unwrap(), all.len() as u64);
    assert_eq!(replayed(&back).unwrap(), all);
    for (from, to) in [(&folder, &log), (&log, &folder)] {
        let refused = copy(from, to).unwrap_err();
        assert!(
            matches!(refused, JournalError::NotNew { .. }),
            "{refused:?}"
        );
        assert_eq!(replayed(to).unwrap(), all);
    }
    let missing = Store::Local(laptop.path().join("nothing"));
    let nowhere = shared(&event(&server, "nothing"));
    assert!(matches!(
        copy(&missing, &nowhere),
        Err(JournalError::Missing { .. })
    ));
    assert!(matches!(
        copy(&nowhere, &missing),
        Err(JournalError::Log {
            why: Unfit::Missing,
            ..
        })
    ));
}

/// A way to the server on which the log's clock can be set wrong by a year.
fn wrong_clock(server: &NatsServer) -> (u16, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, wrong) = (
        listener.local_addr().unwrap().port(),
        Arc::new(AtomicBool::new(false)),
    );
    let (to, is_wrong) = (server.port, wrong.clone());
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let far = TcpStream::connect(("127.0.0.1", to)).unwrap();
            relay(near.try_clone().unwrap(), far.try_clone().unwrap(), |_| {});
            let is_wrong = is_wrong.clone();
            relay(far, near, move |bytes| {
                // The time is the last that an answer tells.
                let time = bytes.windows(6).rposition(|six| six == b"\"ts\":\"");
                if let Some(place) = time.filter(|_| is_wrong.load(Ordering::Relaxed)) {
                    bytes[place + 6..place + 10].copy_from_slice(b"2001");
                }
            });
        }
    });
    (port, wrong)
}

fn relay(mut from: TcpStream, mut to: TcpStream, change: impl Fn(&mut [u8]) + Send + 'static) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(few @ 1..) = from.read(&mut buffer) {
            change(&mut buffer[..few]);
            if to.write_all(&buffer[..few]).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// Protects rounds against a clock that is wrong, or goes wrong: entries carry the time at which they
/// were proposed.
#[test]
fn a_node_whose_clock_is_not_the_logs_refuses_and_stops() {
    let server = NatsServer::start();
    let (port, wrong) = wrong_clock(&server);
    let event = Event {
        servers: vec![format!("nats://127.0.0.1:{port}")],
        ..event(&server, "clock")
    };
    let journal = open(&shared(&event)).unwrap();
    let mut log = journal.follow().unwrap();
    wrong.store(true, Ordering::Relaxed);
    // Nothing comes, and then nothing can come any more.
    assert!(log.blocking_recv().is_none());
    let is_clock = |error: &JournalError| matches!(error, JournalError::Log { why: Unfit::Clock(off), .. } if *off > 1_000);
    let failure = journal.failure().expect("it has failed");
    assert!(is_clock(&failure), "{failure:?}");
    assert!(!journal.is_sound());
    let refused = open(&shared(&event)).map(drop).unwrap_err();
    assert!(is_clock(&refused), "{refused:?}");
}
