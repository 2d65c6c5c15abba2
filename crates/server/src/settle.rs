//! What the journal still lacks at the start: rooms that were asked for, and results that a crash
//! left out.

use tokio::sync::mpsc;

use super::log::Event;
use super::{Config, RunError};
use crate::journal::{Committed, Followed, Journal, Stopped};
use game::limits::SHARED_ROOMS;
use game::room::Room;
use game::room::fold::Replay;
use game::rules::{Entry, Record, RoomId, Seed};
use os::system::{self, Clock};

/// Brings the journal up to what was asked: opens rooms, writes results that a crash left out.
pub async fn journal(
    config: &Config,
    journal: &Journal,
    followed: &mut Option<mpsc::Receiver<Followed>>,
    replay: &mut Replay,
    clock: Clock,
) -> Result<(), RunError> {
    let at = clock.now().at;
    let mut entropy = system::entropy();
    let mut records = replay.unrecorded(at);
    let mut opened_now = Vec::new();
    for (code, rules) in &config.rooms {
        let room = RoomId::Shared(*code);
        match replay.rooms.get(&room).and_then(Room::rules) {
            Some(open) if open == *rules => {}
            Some(open) => return Err(RunError::RoomDiffers { code: *code, open }),
            None => {
                let mut seed = Seed([0; 32]);
                entropy(&mut seed.0);
                let entry = Entry::Open {
                    rules: *rules,
                    seed,
                };
                records.push(Record { room, at, entry });
                opened_now.push((*code, *rules));
            }
        }
    }
    let is_shared = |room: &&RoomId| matches!(room, RoomId::Shared(_));
    let opened = records
        .iter()
        .map(|record| &record.room)
        .filter(is_shared)
        .count();
    if replay.rooms.keys().filter(is_shared).count() + opened > SHARED_ROOMS {
        return Err(RunError::TooManyRooms);
    }
    if records.is_empty() {
        return Ok(());
    }
    let appended = journal.append(records);
    let appended = match followed {
        None => appended.await,
        Some(log) => follow_until(appended, log, replay).await,
    };
    match appended {
        Ok(committed) => {
            if followed.is_none() {
                replay.all(committed.first, &committed.records);
            }
            // Another node may have been quicker.
            for (code, rules) in &opened_now {
                let open = replay
                    .rooms
                    .get(&RoomId::Shared(*code))
                    .and_then(Room::rules);
                if let Some(open) = open.filter(|open| open != rules) {
                    return Err(RunError::RoomDiffers { code: *code, open });
                }
            }
            for (room, rules) in opened_now {
                config.log.say(Event::RoomOpened {
                    room,
                    rules,
                    at_start: true,
                });
            }
            Ok(())
        }
        Err(_) => Err(super::failure_of(journal)),
    }
}

/// Waits until it was appended and has come back. What comes meanwhile is applied: who reads the
/// log waits for whoever does not take it, and what was appended may lie behind that.
async fn follow_until(
    appended: impl Future<Output = Result<Committed, Stopped>>,
    log: &mut mpsc::Receiver<Followed>,
    replay: &mut Replay,
) -> Result<Committed, Stopped> {
    let mut appended = std::pin::pin!(appended);
    let mut take = |Followed { first, records, .. }: Followed| {
        replay.all(first, &records);
        first + records.len() as u64 - 1
    };
    let mut reached = 0;
    let committed = loop {
        tokio::select! {
            done = &mut appended => break done?,
            Some(followed) = log.recv() => reached = take(followed),
        }
    };
    while reached < committed.last
        && let Some(followed) = log.recv().await
    {
        reached = take(followed);
    }
    Ok(committed)
}
