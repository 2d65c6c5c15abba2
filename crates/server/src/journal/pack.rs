//! Guesses of one commit that share a row.
//!
//! What SQLite spends on a row is most of the cost of a durable guess, and a crowd's guesses come hundreds
//! to a commit. From [`FEWEST`] on, consecutive guesses are one row of the kind `guesses`: its `seq` and
//! `sum` are those of the last, `n` is how many there are, and `text` is a JSON array with one array for
//! each: milliseconds after the row's `at`, the room's code (null in the player's own hall), the player in
//! hexadecimal, epoch, the request's count, and the value. SQLite's JSON functions read it, as the view
//! `essais` does.
//!
//! The checksums are chained from guess to guess, as if each had its row. A guess that was erased has no
//! player and no room any more, and the row's text keeps its length, so that SQLite overwrites it in place.

use data_encoding::HEXUPPER;
use rusqlite::{Connection, OptionalExtension, Row, Statement, params};

use super::chain::{self, Chain};
use super::row::{self, RESULTS};
use game::rules::{Entry, Millis, PlayerId, Record, RoomCode, RoomId};

/// The kind of a row with several guesses.
pub const KIND: &str = "guesses";
/// Guesses from which a row is shared. A class's commits have fewer, and each guess has its row.
pub const FEWEST: usize = 16;
/// Guesses in a row at most: some 30 KB of text.
pub const MOST: usize = 512;
/// Longest time between the first guess and another of its row, in milliseconds, so that what is let go of
/// after some days is of one age.
const SPAN: u64 = 1_000;

/// A guess as `text` has it; without a player it was erased.
type Packed<'a> = (i64, Option<&'a str>, Option<&'a str>, u32, u32, i32);

/// How many of these records, at least one, go to the table together: in one row if [`FEWEST`] or more do.
pub fn run(records: &[&Record]) -> usize {
    let Some(first) = records.first() else {
        return 0;
    };
    let guesses = records.iter().take(MOST);
    let guesses = guesses.take_while(|record| {
        is_packable(record) && distance(first.at, record.at).unsigned_abs() <= SPAN
    });
    guesses.count().max(1)
}

fn is_packable(record: &Record) -> bool {
    match (&record.entry, record.room) {
        (Entry::Guess { player, .. }, RoomId::Hall(host)) => *player == host,
        (Entry::Guess { .. }, RoomId::Shared(_)) => true,
        _ => false,
    }
}

/// Milliseconds from one time to another.
fn distance(from: Millis, to: Millis) -> i64 {
    to.wrapping_sub(from) as i64
}

/// Inserts guesses, the last of which is the chain's end, as one row. `buffer` is reused.
pub fn insert(
    statement: &mut Statement<'_>,
    chain: &Chain,
    guesses: &[&Record],
    buffer: &mut Vec<u8>,
) -> rusqlite::Result<()> {
    let at = guesses[0].at;
    write(at, guesses.iter().copied(), buffer);
    let text = std::str::from_utf8(buffer).expect("JSON is UTF-8");
    let (sequence, sum) = chain.end();
    statement.execute(params![
        sequence as i64,
        at as i64,
        RESULTS,
        KIND,
        None::<&[u8]>,
        None::<u32>,
        guesses.len() as u32,
        None::<i32>,
        text,
        None::<&[u8]>,
        sum,
    ])?;
    Ok(())
}

fn write<'a>(at: Millis, records: impl IntoIterator<Item = &'a Record>, buffer: &mut Vec<u8>) {
    buffer.clear();
    let mut hex = [0; 32];
    for record in records {
        let after = distance(at, record.at);
        let packed: Packed<'_> = match (&record.entry, &record.room) {
            (
                Entry::Guess {
                    player,
                    epoch,
                    n,
                    value,
                },
                room,
            ) => {
                HEXUPPER.encode_mut(&player.0, &mut hex);
                let hex = std::str::from_utf8(&hex).expect("hexadecimal is ASCII");
                let room = match room {
                    RoomId::Shared(code) => Some(code.as_str()),
                    RoomId::Hall(_) | RoomId::Results => None,
                };
                (after, room, Some(hex), *epoch, *n, *value)
            }
            _ => (after, None, None, 0, 0, 0),
        };
        buffer.push(if buffer.is_empty() { b'[' } else { b',' });
        serde_json::to_writer(&mut *buffer, &packed).expect("memory takes it");
    }
    buffer.push(b']');
}

/// Reads a row of [`COLUMNS`](row::COLUMNS): adds its records, more than one only for a row of guesses, and
/// returns the sequence and the checksum of the last. `None` if no program has written it.
pub fn read(row: &Row<'_>, records: &mut Vec<Record>) -> Option<(u64, u32)> {
    let end = (row.get::<_, i64>(0).ok()? as u64, row.get(10).ok()?);
    let at = row.get::<_, i64>(1).ok()? as u64;
    if row.get_ref(3).ok()?.as_str().ok()? == KIND {
        let text = row.get_ref(8).ok()?.as_str().ok()?;
        read_guesses(at, row.get(6).ok()?, text, records)?;
    } else {
        records.push(row::read(row, at)?);
    }
    Some(end)
}

/// Reads the guesses of a row from its `text`. `None` if no program has written it.
fn read_guesses(at: Millis, count: u32, text: &str, records: &mut Vec<Record>) -> Option<()> {
    let guesses: Vec<Packed<'_>> = serde_json::from_str(text).ok()?;
    if guesses.len() != count as usize || guesses.is_empty() {
        return None;
    }
    for (after, room, hex, epoch, n, value) in guesses {
        let at = at.wrapping_add_signed(after);
        let Some(hex) = hex else {
            records.push(erased(at));
            continue;
        };
        let mut player = PlayerId([0; 16]);
        if hex.len() != 2 * player.0.len() {
            return None;
        }
        HEXUPPER.decode_mut(hex.as_bytes(), &mut player.0).ok()?;
        let room = match room {
            Some(code) => RoomId::Shared(code.parse().ok()?),
            None => RoomId::Hall(player),
        };
        records.push(Record {
            room,
            at,
            entry: Entry::Guess {
                player,
                epoch,
                n,
                value,
            },
        });
    }
    Some(())
}

/// What is left of an entry that was erased.
pub fn erased(at: Millis) -> Record {
    Record {
        room: RoomId::Results,
        at,
        entry: Entry::Erased,
    }
}

/// A row in which guesses of a room were erased.
pub struct Changed {
    /// The sequence and the chained checksum of the last of its guesses.
    pub end: (u64, u32),
    /// All of them.
    pub records: Vec<Record>,
    /// How many were erased.
    pub erased: u64,
}

/// The rows in which a room's guesses may be, in their order.
fn rows_of(connection: &Connection) -> rusqlite::Result<Statement<'_>> {
    // A player is longer than any code.
    connection.prepare(&format!(
        "SELECT {} FROM entries WHERE kind = '{KIND}' AND instr(text, '\"' || ?1 || '\"') > 0 ORDER BY seq",
        row::COLUMNS
    ))
}

/// The sequence of the last guess of the first such row that is damaged, if one is. What is erased gets a new
/// checksum of all that its row has then, under which damage would no longer show.
///
/// # Errors
///
/// If SQLite fails.
pub fn damaged(
    connection: &Connection,
    base: (u64, u32),
    code: RoomCode,
) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT seq, sum FROM entries WHERE seq < ?1 ORDER BY seq DESC LIMIT 1";
    let mut select_before = connection.prepare(sql)?;
    let mut select = rows_of(connection)?;
    let mut rows = select.query([code.as_str()])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.clear();
        let sequence = row.get::<_, i64>(0)?;
        let before = select_before
            .query_row([sequence], |row| {
                Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
            })
            .optional()?;
        let before = before
            .filter(|(sequence, _)| *sequence > base.0)
            .unwrap_or(base);
        let is_sound = match read(row, &mut records) {
            Some(end) => chain::follows(connection, before, end, &mut records)?,
            None => false,
        };
        if !is_sound {
            return Ok(Some(sequence as u64));
        }
    }
    Ok(None)
}

/// Erases the room's guesses from the rows that they share with others, which are [not damaged](damaged).
///
/// # Errors
///
/// If SQLite fails.
pub fn erase(connection: &Connection, code: RoomCode) -> rusqlite::Result<Vec<Changed>> {
    let mut select = rows_of(connection)?;
    let mut update = connection.prepare("UPDATE entries SET text = ?2 WHERE seq = ?1")?;
    let mut rows = select.query([code.as_str()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut records = Vec::new();
        let length = row.get_ref(8)?.as_bytes()?.len();
        let end = read(row, &mut records).ok_or(rusqlite::Error::InvalidQuery)?;
        found.push((end, row.get::<_, i64>(1)? as u64, length, records));
    }
    let mut buffer = Vec::new();
    let change = |(end, at, length, mut records): ((u64, u32), u64, usize, Vec<Record>)| {
        let mut count = 0;
        for record in &mut records {
            if record.room == RoomId::Shared(code) {
                *record = erased(record.at);
                count += 1;
            }
        }
        write(at, &records, &mut buffer);
        buffer.resize(length.max(buffer.len()), b' ');
        let text = std::str::from_utf8(&buffer).expect("JSON is UTF-8");
        update.execute(params![end.0 as i64, text])?;
        Ok(Changed {
            end,
            records,
            erased: count,
        })
    };
    found.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Journal, JournalError, Store, base, replay, trim};
    use game::rules::{Name, Seed};
    use std::path::Path;

    fn code(text: &str) -> RoomCode {
        text.parse().expect("a code")
    }

    /// Guesses of two rooms in turn, and of the hall: one a millisecond.
    fn guesses(count: u32) -> Vec<Record> {
        let guess = |n: u32| {
            let player = PlayerId([n as u8 % 5; 16]);
            Record {
                room: match n % 3 {
                    0 => RoomId::Shared(code("A")),
                    1 => RoomId::Shared(code("B")),
                    _ => RoomId::Hall(player),
                },
                at: 1_000 + u64::from(n),
                entry: Entry::Guess {
                    player,
                    epoch: 1,
                    n,
                    value: -7,
                },
            }
        };
        (0..count).map(guess).collect()
    }

    fn join() -> Record {
        Record {
            room: RoomId::Shared(code("A")),
            at: 1_000,
            entry: Entry::Join {
                player: PlayerId([0; 16]),
                name: Name::kept("Ada"),
                seed: Seed([1; 32]),
            },
        }
    }

    fn written(dir: &Path, records: Vec<Record>) -> Journal {
        let journal = Journal::open(&Store::Local(dir.to_owned()), &mut |_, _| {});
        let journal = journal.expect("a new journal");
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let append = journal.append(records);
        runtime.expect("a runtime").block_on(append).expect("kept");
        journal
    }

    fn read_from(dir: &Path, base: (u64, u32)) -> Result<Vec<(u64, Record)>, JournalError> {
        let mut found = Vec::new();
        let mut each = |sequence, record| found.push((sequence, record));
        replay::whole(dir, base, &mut each).map(|_| found)
    }

    fn rows(dir: &Path) -> i64 {
        let file = Connection::open(dir.join("journal.sqlite")).expect("a file");
        let count = "SELECT count(*) FROM entries";
        file.query_row(count, [], |row| row.get(0))
            .expect("a number")
    }

    #[test]
    fn only_what_belongs_together_shares_a_row() {
        let some = guesses(600);
        let mut late = guesses(20);
        late[17].at += 2 * SPAN;
        let mut foreign = guesses(20);
        foreign[16].room = RoomId::Hall(PlayerId([9; 16]));
        let joined = [&[join()], &some[..]].concat();
        for (records, expected) in [
            (&some, MOST),
            (&some[..5].to_vec(), 5),
            (&late, 17),
            (&foreign, 16),
            (&joined, 1),
        ] {
            assert_eq!(run(&records.iter().collect::<Vec<_>>()), expected);
        }
    }

    /// Protects the rest of a journal of which a part is let go of, a room erased, and another part let go of.
    #[test]
    fn rows_are_let_go_of_whole_and_a_room_is_erased_from_them() {
        let dir = tempfile::tempdir().expect("a folder");
        let dir = dir.path();
        let late = Record {
            at: 5_000,
            ..join()
        };
        let all = [vec![join()], guesses(60), vec![late]].concat();
        let journal = written(dir, all.clone());
        assert_eq!(rows(dir), 3);
        let told: Vec<(u64, Record)> = (1..).zip(all).collect();
        assert_eq!(read_from(dir, (0, 0)).expect("sound"), told);
        let last = trim::advance(dir, 1_030, &|| true).expect("advanced");
        assert_eq!(
            last,
            Some(1),
            "the guesses stay until the last is old enough"
        );
        let place = base::place(dir).expect("a base");
        assert_eq!(read_from(dir, place).expect("sound"), told[1..]);

        let of_a = |record: &Record| record.room == RoomId::Shared(code("A"));
        let expected = told.iter().filter(|(_, record)| of_a(record)).count();
        let erased = journal.erase_room(code("A")).expect("a sound row");
        assert_eq!(erased, Some(expected as u64));
        let again = journal.erase_room(code("A")).expect("a sound row");
        assert_eq!(again, Some(0));
        journal.close().expect("closed");
        let left = read_from(dir, place).expect("sound");
        assert_eq!(left.len(), told.len() - 1);
        for ((sequence, now), (expected, before)) in left.iter().zip(&told[1..]) {
            assert_eq!(sequence, expected);
            match of_a(before) {
                true => assert_eq!(now, &super::erased(before.at)),
                false => assert_eq!(now, before),
            }
        }
        // The checksums of what was erased are what the base goes on from.
        let last = trim::advance(dir, 4_000, &|| true).expect("advanced");
        assert_eq!(last, Some(61));
        let place = base::place(dir).expect("a base");
        assert_eq!(read_from(dir, place).expect("sound").len(), 1);
    }

    /// Protects the other rooms: what is wrong in their guesses is not made right by an erasure beside them.
    #[test]
    fn nothing_is_erased_from_a_row_that_is_damaged() {
        for change in [
            "UPDATE entries SET n = 59",
            "UPDATE entries SET text = replace(text, ',\"B\",', ',\"C\",')",
            "UPDATE entries SET text = replace(text, ',13,-7]', ',13,-8]')",
        ] {
            let dir = tempfile::tempdir().expect("a folder");
            let dir = dir.path();
            let journal = written(dir, guesses(60));
            let file = Connection::open(dir.join("journal.sqlite")).expect("a file");
            assert_eq!(file.execute(change, []).expect("changed"), 1, "{change}");
            match journal.erase_room(code("A")) {
                Err(JournalError::Damaged { sequence: 60, .. }) => {}
                other => panic!("{change}: {other:?}"),
            }
        }
    }
}
