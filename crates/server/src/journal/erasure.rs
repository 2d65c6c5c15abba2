//! Erases one room, or one player of a room or of the public hall, from a journal, also while it is
//! written on.
//!
//! A room's entries, and the results of its rounds, are replaced by entries that say nothing
//! ([`Entry::Erased`]). A player's are rewritten: their names become the one that [`Order::Erase`] gave
//! them, their answers and their programs' meetings say nothing, and their guesses stay, since others played the same rounds. Where
//! another player's name has a suffix because the erased one had it first, the name is written as it was
//! given, so that a replay still gives it.
//!
//! Sequences stay, and so do the chained checksums of the rows, so that no other row changes; the table
//! `erased` has the checksum of what is in each such row now.

use std::io;
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::chain::Chain;
use super::folder::{self, ERASED_VERSION};
use super::row;
use super::{JournalError, base, pack, state};
use game::room::{Applied, Room};
use game::rules::{Entry, Name, Order, PlayerId, Record, RoomCode, RoomId};

/// A player to erase from a room, and the name that they have instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedPlayer {
    /// The shared room, or their own in the hall.
    pub(super) room: RoomId,
    /// The player.
    pub(super) player: PlayerId,
    /// Their name from then on: [`Name::of_erased`].
    pub(super) name: Name,
}

impl ErasedPlayer {
    /// A player to erase from a shared room, or from the hall.
    pub fn new(room: RoomId, player: PlayerId) -> Self {
        let name = Name::of_erased(player);
        ErasedPlayer { room, player, name }
    }

    /// The order that erases them from the room, which comes before they are erased from the journal.
    pub fn order(&self) -> Order {
        Order::Erase {
            player: self.player,
            name: self.name.clone(),
        }
    }

    /// The player whom this entry erases, if it does.
    pub fn of(record: &Record) -> Option<Self> {
        match (&record.room, &record.entry) {
            (room, Entry::Order(Order::Erase { player, name })) => Some(ErasedPlayer {
                room: *room,
                player: *player,
                name: name.clone(),
            }),
            _ => None,
        }
    }

    /// Whether this is the room, or the player's own in the hall, through which they may have come.
    fn concerns(&self, room: RoomId) -> bool {
        [self.room, RoomId::Hall(self.player)].contains(&room)
    }

    /// What the entry becomes, if it tells who the player was.
    fn rewritten(&self, record: &Record) -> Option<Entry> {
        let entry = &record.entry;
        let room = match entry {
            Entry::Result(score) => score.room,
            _ => record.room,
        };
        let is_about = |entry: &Entry| match entry {
            Entry::Met { met, .. } => met.is_of(self.player),
            entry => entry.player() == Some(self.player),
        };
        if !is_about(entry) || !self.concerns(room) {
            return None;
        }
        let mut new = entry.clone();
        match &mut new {
            Entry::Join { name, .. }
            | Entry::Rename { name, .. }
            | Entry::Order(Order::Rename { name, .. }) => *name = self.name.clone(),
            Entry::Result(score) => score.name = self.name.clone(),
            Entry::Answer { .. }
            | Entry::Order(Order::Mark { .. })
            | Entry::Entered { .. }
            | Entry::Proposal(_)
            | Entry::Met { .. } => new = Entry::Erased,
            _ => {}
        }
        (new != *entry).then_some(new)
    }
}

/// Erases the file of the last snapshot.
fn erase_snapshot(dir: &Path) -> Result<(), JournalError> {
    let path = folder::snapshot(dir);
    for path in [state::part(&path), path] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(JournalError::io(&path, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Erases a player, from the snapshot and the base too. Returns the number of entries that changed. The
/// journal has the order to erase them already. A crash may leave a part; erasing again completes it.
///
/// # Errors
///
/// If a file can't be read or written.
pub fn erase_player(
    connection: &mut Connection,
    dir: &Path,
    erased: &ErasedPlayer,
) -> Result<u64, JournalError> {
    let failed = |error| JournalError::write(&folder::file(dir), error);
    let (at, mut replay) = base::start(dir)?;
    let id = erased.room;
    let mut room = replay.rooms.remove(&id).unwrap_or_else(|| Room::new(id));
    let transaction = begin(connection).map_err(failed)?;
    let changes = changes(&transaction, at.0, &mut room, erased).map_err(failed)?;
    let base = base::without(dir, erased.room, erased.player, &erased.name)?;
    if !changes.is_empty() || base.is_some() {
        erase_snapshot(dir)?;
    }
    if !changes.is_empty() {
        for (row, record) in &changes {
            replace(&transaction, *row, record).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
    }
    if let Some(base) = base {
        base.write(dir)?;
    }
    Ok(changes.len() as u64)
}

/// The rows that change, with what is to be in each.
fn changes(
    transaction: &Transaction<'_>,
    base: u64,
    room: &mut Room,
    erased: &ErasedPlayer,
) -> rusqlite::Result<Vec<((u64, u32), Record)>> {
    let columns = row::COLUMNS;
    let mut select = transaction.prepare(&format!(
        "SELECT {columns} FROM entries WHERE seq > ?1
         AND (room IN (?2, ?3) OR kind = 'result' AND player = ?3 OR kind = '{}') ORDER BY seq",
        pack::KIND
    ))?;
    let mut rows = select.query(params![
        base as i64,
        row::room(&erased.room),
        &erased.player.0[..]
    ])?;
    let mut applied = Applied::default();
    let mut changes = Vec::new();
    let mut records = Vec::new();
    while let Some(found) = rows.next()? {
        records.clear();
        // A start verifies the rows: one that can't be read is not found here first.
        let Some((last, sum)) = pack::read(found, &mut records) else {
            continue;
        };
        let first = (last + 1).saturating_sub(records.len() as u64);
        for (sequence, record) in (first..).zip(records.drain(..)) {
            let mut new = erased.rewritten(&record);
            if record.room == erased.room {
                applied.clear();
                room.apply(sequence, record.at, &record.entry, &mut applied);
                new = new.or_else(|| as_given(room, &record.entry));
            }
            // Guesses stay: what changes has its row alone.
            if let Some(entry) = new {
                let room = match entry {
                    Entry::Erased => RoomId::Results,
                    _ => record.room,
                };
                let record = Record {
                    room,
                    entry,
                    ..record
                };
                changes.push(((sequence, sum), record));
            }
        }
    }
    Ok(changes)
}

/// The entry that was just applied with the name that it gave, where that is not the one it asks for.
fn as_given(room: &Room, entry: &Entry) -> Option<Entry> {
    let mut new = entry.clone();
    let (Entry::Join { player, name, .. }
    | Entry::Rename { player, name, .. }
    | Entry::Order(Order::Rename { player, name })) = &mut new
    else {
        return None;
    };
    *name = room.seat(*player)?.name.clone();
    (new != *entry).then_some(new)
}

/// Begins a transaction that may replace rows.
fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS erased (seq INTEGER PRIMARY KEY, sum INTEGER NOT NULL) STRICT",
    )?;
    // An older program would take the rows for damaged.
    folder::raise(&transaction, ERASED_VERSION)?;
    Ok(transaction)
}

/// Replaces what is in a row.
fn replace(
    transaction: &Transaction<'_>,
    (sequence, sum): (u64, u32),
    record: &Record,
) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached(row::UPDATE)?;
    row::write(&mut update, (sequence, sum), record)?;
    note(transaction, (sequence, sum), std::slice::from_ref(record))
}

/// Notes the checksum of what is in a row now.
fn note(
    transaction: &Transaction<'_>,
    (sequence, sum): (u64, u32),
    records: &[Record],
) -> rusqlite::Result<()> {
    let own = Chain::own(sequence, records, sum);
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO erased VALUES (?1, ?2)")?;
    insert.execute(params![sequence as i64, own])?;
    Ok(())
}

/// Erases the files that hold the rooms' states, or the room from them. Comes before [`erase_room`],
/// which a crash may prevent: the room is then erased in part, and can be erased again.
///
/// # Errors
///
/// If a file can't be read, written or deleted.
pub fn erase_states(dir: &Path, code: RoomCode) -> Result<(), JournalError> {
    erase_snapshot(dir)?;
    base::erase_room(dir, code)
}

/// Erases the room's entries. Returns their number.
///
/// # Errors
///
/// If SQLite fails, or a row that the room's guesses share with others is damaged; nothing is erased then.
pub fn erase_room(
    connection: &mut Connection,
    dir: &Path,
    code: RoomCode,
) -> Result<u64, JournalError> {
    let base = base::place(dir)?;
    let failed = |error| JournalError::write(&folder::file(dir), error);
    let transaction = begin(connection).map_err(failed)?;
    let damaged = pack::damaged(&transaction, base, code).map_err(failed)?;
    if let Some(sequence) = damaged {
        let path = folder::file(dir);
        return Err(JournalError::Damaged { path, sequence });
    }
    erase_rows(transaction, code).map_err(failed)
}

fn erase_rows(transaction: Transaction<'_>, code: RoomCode) -> rusqlite::Result<u64> {
    // These are overwritten in place. Rows that become shorter may have SQLite move others, and leave what it
    // moved.
    let packs = pack::erase(&transaction, code)?;
    let mut count = 0;
    for pack in packs {
        note(&transaction, pack.end, &pack.records)?;
        count += pack.erased;
    }
    let found: Vec<(i64, i64, u32)> = {
        let mut select = transaction.prepare(
            "SELECT seq, at, sum FROM entries WHERE room = ?1
             OR kind = 'result' AND text ->> 'room' = ?1",
        )?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let rows = select.query_map([code.as_str()], row)?;
        rows.collect::<Result<_, _>>()?
    };
    for (sequence, at, sum) in &found {
        let left = pack::erased(*at as u64);
        replace(&transaction, (*sequence as u64, *sum), &left)?;
    }
    transaction.commit()?;
    Ok(count + found.len() as u64)
}
