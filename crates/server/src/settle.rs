//! Completes the journal at start: opens the configured rooms, and writes results that a crash left
//! out.

use std::iter;

use tokio::sync::mpsc;

use super::log::Event;
use super::{Config, RunError};
use crate::journal::{Committed, Followed, Journal, Stopped};
use game::engine::Space;
use game::limits::SHARED_ROOMS;
use game::room::Room;
use game::room::fold::Replay;
use game::rules::{Entry, Order, Record, RoomId, Seed};
use os::system::{self, Clock};

/// Opens the configured rooms, unless they are open already, and writes results that a crash left
/// out.
///
/// # Errors
///
/// A room is open with other rules, there would be too many rooms, or the journal has failed.
pub async fn journal(
    config: &Config,
    journal: &Journal,
    followed: &mut Option<mpsc::Receiver<Followed>>,
    replay: &mut Replay,
    clock: Clock,
) -> Result<(), RunError> {
    if journal.space() == Space::Nothing {
        // The next start with some space does it.
        return Ok(());
    }
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
                let orders = Order::of_new_room(config.pace, config.intermission);
                let entries = iter::once(entry).chain(orders.map(Entry::Order));
                records.extend(entries.map(|entry| Record { room, at, entry }));
                opened_now.push((*code, *rules));
            }
        }
    }
    let is_shared = |room: &&RoomId| matches!(room, RoomId::Shared(_));
    if replay.rooms.keys().filter(is_shared).count() + opened_now.len() > SHARED_ROOMS {
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
            // Another node may have opened the room first, with other rules.
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

/// Waits until the batch is appended and has been read back. Applies what is read meanwhile: the log's
/// reader blocks while nobody takes its entries, and the batch comes after them.
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
