//! What the journal still lacks at the start: rooms that were asked for, and results that a crash
//! left out.

use tokio::sync::mpsc;

use super::log::Event;
use super::replay::Replay;
use super::system::{self, Clock};
use super::{Config, RunError};
use crate::game::{Entry, Record, RoomId, Seed};
use crate::journal::{Followed, Journal};
use crate::limits::SHARED_ROOMS;
use crate::room::Room;

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
    match journal.append(records).await {
        Ok(committed) => {
            match followed {
                None => replay.all(committed.first, &committed.records),
                Some(log) => catch_up(log, committed.last, replay).await,
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

/// Applies what has come by now to a log that others write to too.
async fn catch_up(log: &mut mpsc::Receiver<Followed>, last: u64, replay: &mut Replay) {
    while let Some(Followed { first, records, .. }) = log.recv().await {
        replay.all(first, &records);
        if first + records.len() as u64 > last {
            return;
        }
    }
}
