//! What is no sound journal is refused with a sentence, and stays as it was.

use std::fs;
use std::path::Path;

use game::phrases::Lang;
use server::journal::{JournalError, Store};
use tempfile::TempDir;

use super::util::*;

/// The files that matter, to compare before and after. The `-shm` file is where SQLite's
/// connections meet; it holds no data.
fn bytes(dir: &Path) -> Vec<Option<Vec<u8>>> {
    let names = [
        "journal.sqlite",
        "journal.sqlite-wal",
        "journal.sqlite-journal",
    ];
    names
        .iter()
        .map(|name| fs::read(dir.join(name)).ok())
        .collect()
}

fn refused(dir: &Path) -> JournalError {
    let before = bytes(dir);
    let error = replayed(&Store::Local(dir.to_owned())).expect_err("refused");
    assert!(before == bytes(dir), "{error} changed the files");
    for lang in [Lang::Fr, Lang::En] {
        let sentence = error.sentence(lang);
        assert!(sentence.contains(&dir.display().to_string()), "{sentence}");
    }
    error
}

#[test]
fn a_newer_journal_is_refused() {
    let dir = written();
    sql(dir.path())
        .pragma_update(None, "user_version", 4)
        .unwrap();
    let error = refused(dir.path());
    assert!(
        matches!(
            error,
            JournalError::NewerVersion {
                found: 4,
                known: 3,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn what_is_no_journal_is_refused() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("journal.sqlite");
    fs::write(&path, "Chère maman, ").unwrap();
    assert!(matches!(
        refused(dir.path()),
        JournalError::NotAJournal { .. }
    ));
    fs::remove_file(&path).unwrap();
    sql(dir.path())
        .execute_batch("CREATE TABLE recettes (nom)")
        .unwrap();
    assert!(matches!(
        refused(dir.path()),
        JournalError::NotAJournal { .. }
    ));
}

#[test]
fn any_changed_row_is_named() {
    let behind_the_last = one_of_each().len() as u64 + 1;
    for (change, expected) in [
        ("UPDATE entries SET value = 51 WHERE seq = 4", 4),
        ("UPDATE entries SET at = at + 1 WHERE seq = 2", 2),
        ("UPDATE entries SET seed = zeroblob(32) WHERE seq = 2", 2),
        ("UPDATE entries SET text = 'Zoé' WHERE seq = 5", 5),
        ("UPDATE entries SET kind = 'pause' WHERE seq = 3", 3),
        ("UPDATE entries SET room = 'B' WHERE seq = 3", 3),
        ("UPDATE entries SET sum = 0 WHERE seq = 6", 6),
        ("DELETE FROM entries WHERE seq = 3", 3),
        ("DELETE FROM entries WHERE seq = 1", 1),
        ("DELETE FROM entries WHERE seq = 9", 9),
        ("DELETE FROM entries", 1),
        ("UPDATE entries SET seq = 100 - seq", 1),
        ("UPDATE head SET seq = 7", behind_the_last),
    ] {
        let dir = written();
        sql(dir.path()).execute_batch(change).unwrap();
        match refused(dir.path()) {
            JournalError::Damaged { sequence, .. } => assert_eq!(sequence, expected, "{change}"),
            error => panic!("{change}: {error:?}"),
        }
    }
}

/// Of guesses that share a row the first is named.
#[test]
fn a_changed_row_of_several_guesses_is_named() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    write(&store, one_of_each());
    let first = one_of_each().len() as u64 + 1;
    write(&store, crowd(40));
    write(&store, vec![guess(1, 1)]);
    let file = dir.path().join("journal.sqlite");
    let sound = fs::read(&file).unwrap();
    for change in [
        "SET text = replace(text, ',7,50]', ',7,51]')",
        "SET text = replace(text, '],[', '], [') || ' ]'",
        "SET text = '[]', n = 0",
        "SET n = n - 1",
        "SET at = at + 1",
        "SET sum = 0",
        "SET seq = seq - 1",
        "SET kind = 'guess'",
    ] {
        fs::write(&file, &sound).unwrap();
        let change = format!("UPDATE entries {change} WHERE kind = 'guesses'");
        assert_eq!(sql(dir.path()).execute(&change, []).unwrap(), 1);
        match refused(dir.path()) {
            JournalError::Damaged { sequence, .. } => assert_eq!(sequence, first, "{change}"),
            error => panic!("{change}: {error:?}"),
        }
    }
}

/// Whatever byte of the file is wrong, the journal is refused or replayed as it was written.
#[test]
fn a_wrong_byte_never_changes_the_story() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    write(&store, (0..300).map(|n| guess(1, n)).collect());
    let story = replayed(&store).unwrap();
    let path = dir.path().join("journal.sqlite");
    let sound = fs::read(&path).unwrap();
    let mut refusals = 0;
    for position in (0..sound.len()).step_by(137) {
        let mut damaged = sound.clone();
        damaged[position] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        match replayed(&store) {
            Ok(found) => assert!(found == story, "byte {position}"),
            Err(_) => {
                refusals += 1;
                assert!(
                    fs::read(&path).unwrap() == damaged,
                    "byte {position}: file changed"
                );
            }
        }
    }
    assert!(refusals > 20, "{refusals}");
}

/// SQLite alone would forget all that follows a wrong byte of its log.
#[test]
fn a_wrong_byte_in_the_log_is_no_crash() {
    let live = TempDir::new().unwrap();
    let journal = open(&Store::Local(live.path().to_owned())).unwrap();
    for n in 0..20 {
        block_on(journal.append(vec![guess(1, n)])).unwrap();
    }
    // As a crash would leave it.
    let dir = TempDir::new().unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        fs::copy(live.path().join(name), dir.path().join(name)).unwrap();
    }
    let wal = dir.path().join("journal.sqlite-wal");
    let sound = fs::read(&wal).unwrap();
    for position in [
        0,
        9,
        17,
        25,
        32 + 4,
        32 + 9,
        32 + 17,
        32 + 24 + 4000,
        sound.len() / 2,
    ] {
        let mut damaged = sound.clone();
        damaged[position] ^= 0x10;
        fs::write(&wal, &damaged).unwrap();
        let error = refused(dir.path());
        assert!(
            matches!(error, JournalError::Damaged { .. }),
            "byte {position}: {error:?}"
        );
    }
    // The last commit cut short is a crash: it was not answered, and is forgotten.
    fs::write(&wal, &sound[..sound.len() - 100]).unwrap();
    assert_eq!(
        replayed(&Store::Local(dir.path().to_owned()))
            .unwrap()
            .len(),
        19
    );
}

#[test]
fn a_journal_in_use_is_refused() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    let journal = open(&store).unwrap();
    assert!(matches!(refused(dir.path()), JournalError::InUse { .. }));
    block_on(journal.append(vec![guess(1, 1)])).unwrap();
    journal.close().unwrap();
    assert_eq!(replayed(&store).unwrap().len(), 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = open(&Store::Local(file.join("data"))).err().unwrap();
    assert!(matches!(error, JournalError::Io { .. }), "{error:?}");
}
