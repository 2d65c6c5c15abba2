//! A sound SQLite file whose rows hold anything: what is no entry, or another one, is refused.

use rusqlite::Connection;
use rusqlite::types::Value;
use server::journal::{JournalError, scores};

use super::input::Input;
use super::journal::{ROWS, SOUND, STORY, folder, replayed};

const COLUMNS: [&str; 11] = [
    "seq", "at", "room", "kind", "player", "epoch", "n", "value", "text", "seed", "sum",
];

/// A changed row is noticed, whatever is in it, and named; an export of it does not fail otherwise.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let dir = folder(&SOUND);
    let connection = Connection::open(dir.path().join("journal.sqlite")).expect("it is sound");
    let mut first = u64::MAX;
    for _ in 0..4 {
        let column = COLUMNS[input.below(COLUMNS.len())];
        let row = input.below(ROWS.len());
        let sequence = ROWS[row] as i64;
        let value = value(&mut input);
        let update =
            format!("UPDATE entries SET {column} = ?1 WHERE seq = ?2 AND {column} IS NOT ?1");
        // Refused where the column's type forbids it, or the sequence is another's.
        if connection.execute(&update, (value, sequence)) == Ok(1) {
            // A row that has another place may be met before its own. Of guesses that share a row the
            // first is named.
            let before = row.checked_sub(1).map_or(0, |before| ROWS[before]);
            first = first.min(if column == "seq" { 1 } else { before + 1 });
        }
        if input.is_over() {
            break;
        }
    }
    drop(connection);
    match replayed(dir.path()) {
        Ok(found) => assert!(found == *STORY, "row {first} changed, and nobody noticed"),
        Err(JournalError::Damaged { sequence, .. }) => assert!(sequence >= first, "row {sequence}"),
        Err(error) => panic!("{error}"),
    }
    let exported = scores(dir.path(), &mut |_| Ok(()));
    assert!(
        matches!(exported, Ok(()) | Err(JournalError::Damaged { .. })),
        "{exported:?}"
    );
}

fn value(input: &mut Input<'_>) -> Value {
    match input.below(6) {
        0 => Value::Null,
        1 => Value::Integer(i64::from_be_bytes(input.array())),
        2 => Value::Integer(input.byte().into()),
        3 => Value::Real(f64::from_be_bytes(input.array())),
        4 => Value::Text(String::from_utf8_lossy(input.chunk()).into_owned()),
        _ => Value::Blob(input.chunk().into()),
    }
}
