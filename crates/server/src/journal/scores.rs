//! Reads the results, or all entries, of a journal's file, which a server may be using.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use time::OffsetDateTime;

use super::chain::Chain;
use super::replay::Reader;
use super::{ErasedPlayer, JournalError, base, folder};
use game::room::fold::Replay;
use game::room::{Applied, Room};
use game::rules::{Entry, Millis, PlayerId, Record, RoomCode, RoomId, Score, Seat};

/// A result and its date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// The time of the round's end in UTC, as ISO 8601.
    pub date: String,
    /// What became of one player's round.
    pub score: Score,
}

/// Calls `each` with each result once, in the journal's order. (After a crash, the journal may hold
/// one twice.) Creates and changes no file.
pub fn scores(
    dir: &Path,
    each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    among(each, &mut |entry| entries(dir, &mut drop, entry))
}

/// Called with each entry and its sequence.
type Each<'a> = dyn FnMut(u64, Record) -> Result<(), JournalError> + 'a;

/// Calls `each` once with each result among these entries.
pub fn among(
    each: &mut dyn FnMut(Scored) -> Result<(), JournalError>,
    entries: &mut dyn FnMut(&mut Each<'_>) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let mut seen = HashSet::new();
    entries(&mut |_, record| {
        let Entry::Result(score) = record.entry else {
            return Ok(());
        };
        if !seen.insert((score.room, score.player, score.cause)) {
            return Ok(());
        }
        each(Scored {
            date: date(record.at),
            score: *score,
        })
    })
}

/// Calls `each` with each entry and its sequence, in the journal's order; before it, `begin` with the
/// state at the journal's base, if the first entries are gone. Creates and changes no file.
///
/// # Errors
///
/// If an entry is damaged or missing; those before it were given to `each`. If `each` fails.
pub fn entries(
    dir: &Path,
    begin: &mut dyn FnMut(Replay),
    each: &mut dyn FnMut(u64, Record) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    let (from, state) = base::start(dir)?;
    if from != (0, 0) {
        begin(state);
    }
    let Some(mut reader) = Reader::open(dir, Chain::at(from))? else {
        let path = folder::file(dir);
        return Err(JournalError::Missing { path });
    };
    loop {
        let page = reader.page()?;
        if page.is_empty() {
            return Ok(());
        }
        for (sequence, record) in page {
            each(sequence, record)?;
        }
    }
}

/// The players who ever had this name in a room. Creates and changes no file.
///
/// # Errors
///
/// As [`entries`].
pub fn players_named(
    dir: &Path,
    code: RoomCode,
    name: &str,
) -> Result<Vec<ErasedPlayer>, JournalError> {
    let id = RoomId::Shared(code);
    let room = RefCell::new(Room::new(id));
    let mut found = BTreeSet::new();
    let entrants = RefCell::new(BTreeSet::new());
    let mut begin = |mut state: Replay| {
        if let Some(kept) = state.rooms.remove(&id) {
            entrants.borrow_mut().extend(entered(&kept, name));
            *room.borrow_mut() = kept;
        }
    };
    let mut applied = Applied::default();
    let mut each = |sequence, record: Record| {
        if let Entry::Result(score) = &record.entry
            && (score.room, score.name.as_str()) == (id, name)
        {
            found.insert(score.player);
        }
        if record.room == id {
            let mut room = room.borrow_mut();
            // Before the entry too: it may take the seat or the name away.
            let players = record.entry.player();
            let is_named = |room: &Room| {
                let seat = players.and_then(|player| room.seat(player));
                seat.filter(|seat| seat.name.as_str() == name)
                    .map(|seat| seat.player)
            };
            found.extend(is_named(&room));
            applied.clear();
            room.apply(sequence, record.at, &record.entry, &mut applied);
            found.extend(is_named(&room));
        }
        Ok(())
    };
    entries(dir, &mut begin, &mut each)?;
    let room = room.into_inner();
    let seated = room
        .seats()
        .iter()
        .filter(|seat| seat.name.as_str() == name);
    found.extend(seated.map(|seat| seat.player));
    found.append(&mut entrants.into_inner());
    let player = |player| ErasedPlayer::new(id, player);
    Ok(found.into_iter().map(player).collect())
}

/// The players who have entered a program into the room's latest tournament under this name.
fn entered<'a>(room: &'a Room, name: &'a str) -> impl Iterator<Item = PlayerId> + 'a {
    let all = room.tournament().into_iter().flat_map(|it| &it.entrants);
    let theirs = all.filter(move |it| it.name.as_str() == name);
    theirs.map(|it| it.player)
}

/// The rooms of a class that the journal has, those that have ended too, in order. Creates and changes
/// no file.
///
/// # Errors
///
/// If the journal can't be read.
pub fn rooms_of_class(dir: &Path, class: RoomCode) -> Result<Vec<RoomCode>, JournalError> {
    let found = RefCell::new(BTreeSet::new());
    let note = |room: RoomId| {
        if let RoomId::Shared(code) = room
            && code.is_of_class(&class)
        {
            found.borrow_mut().insert(code);
        }
    };
    let mut begin = |state: Replay| state.rooms.keys().copied().for_each(note);
    let mut each = |_, record: Record| {
        note(record.room);
        Ok(())
    };
    entries(dir, &mut begin, &mut each)?;
    Ok(found.into_inner().into_iter().collect())
}

/// The players who ever had this name in any room or in the hall, once for each room in which they were.
/// Creates and changes no file.
///
/// # Errors
///
/// As [`entries`].
pub fn players_named_anywhere(dir: &Path, name: &str) -> Result<Vec<ErasedPlayer>, JournalError> {
    let named = RefCell::new(HashSet::new());
    let replay = RefCell::new(Replay::default());
    let is_theirs = |seat: &&Seat| seat.name.as_str() == name;
    let mut begin = |state: Replay| {
        let seats = state.rooms.values().flat_map(Room::seats);
        let players = seats.filter(is_theirs).map(|seat| seat.player);
        named.borrow_mut().extend(players);
        for room in state.rooms.values() {
            named.borrow_mut().extend(entered(room, name));
        }
        *replay.borrow_mut() = state;
    };
    let mut each = |sequence, record: Record| {
        let mut replay = replay.borrow_mut();
        if let Entry::Result(score) = &record.entry
            && score.name.as_str() == name
        {
            named.borrow_mut().insert(score.player);
        }
        // Before the entry too: it may take the seat or the name away.
        let named_now = |replay: &Replay| {
            let seat = replay.rooms.get(&record.room)?;
            let seat = seat.seat(record.entry.player()?).filter(is_theirs)?;
            Some(seat.player)
        };
        named.borrow_mut().extend(named_now(&replay));
        replay.apply(sequence, &record);
        named.borrow_mut().extend(named_now(&replay));
        Ok(())
    };
    entries(dir, &mut begin, &mut each)?;
    let named = named.into_inner();
    let found = RefCell::new(BTreeSet::new());
    let mut begin = |state: Replay| {
        for (id, room) in &state.rooms {
            let theirs = room.seats().iter().map(|seat| (*id, seat.player));
            let theirs = theirs.filter(|(_, player)| named.contains(player));
            found.borrow_mut().extend(theirs);
            let entrants = room.tournament().into_iter().flat_map(|it| &it.entrants);
            let theirs = entrants.map(|it| (*id, it.player));
            let theirs = theirs.filter(|(_, player)| named.contains(player));
            found.borrow_mut().extend(theirs);
        }
    };
    let mut each = |_, record: Record| {
        let room = match &record.entry {
            Entry::Result(score) => score.room,
            _ => record.room,
        };
        let player = record.entry.player();
        let theirs = player.filter(|player| named.contains(player));
        found
            .borrow_mut()
            .extend(theirs.map(|player| (room, player)));
        Ok(())
    };
    entries(dir, &mut begin, &mut each)?;
    let found = found.into_inner().into_iter();
    Ok(found
        .map(|(room, player)| ErasedPlayer::new(room, player))
        .collect())
}

/// The last second of the year 9999, which is as far as the calendar goes.
const LAST_SECOND: Millis = 253_402_300_799;

/// The time in UTC as ISO 8601, to the second.
pub fn date(at: Millis) -> String {
    let seconds = (at / 1000).min(LAST_SECOND);
    let time = OffsetDateTime::from_unix_timestamp(seconds as i64)
        .expect("the calendar goes as far as its last second");
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    /// SQLite knows the calendar too.
    #[test]
    fn dates_are_those_of_sqlite() {
        let connection = Connection::open_in_memory().expect("memory");
        let sql = "SELECT strftime('%FT%TZ', ?1, 'unixepoch')";
        let mut known = connection.prepare(sql).expect("sound");
        // Every few days, and every few seconds of a day, for five centuries.
        for seconds in (0..16_000_000_000_i64).step_by(399_989) {
            let expected: String = known
                .query_row([seconds], |row| row.get(0))
                .expect("a date");
            assert_eq!(date(seconds as Millis * 1000 + 999), expected);
        }
    }
}
