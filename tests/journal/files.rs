//! The files: who reads them, and what an end at any moment leaves.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
#[cfg(unix)]
use std::path::Path;
use std::process::Command;

use server::journal::{JournalError, Stopped, Store, erase};
use tempfile::TempDir;

use super::util::*;

/// On Windows the folder's rights decide.
#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_files() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let store = Store::Local(data.clone());
    let journal = open(&store).unwrap();
    block_on(journal.append(one_of_each())).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let files: Vec<_> = fs::read_dir(&data)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for path in files {
        assert_eq!(mode(&path), 0o600, "{path:?}");
    }
}

/// A copy made with an ordinary umask.
#[cfg(unix)]
#[test]
fn a_journal_that_others_could_read_is_closed_to_them() {
    let dir = written();
    let path = dir.path().join("journal.sqlite");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    replayed(&Store::Local(dir.path().to_owned())).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_journal_dropped_without_close_is_all_there() {
    let dir = TempDir::new().unwrap();
    let store = Store::Local(dir.path().to_owned());
    let journal = open(&store).unwrap();
    block_on(journal.append(one_of_each())).unwrap();
    drop(journal);
    assert_eq!(replayed(&store).unwrap().len(), one_of_each().len());
    // And goes on where it was.
    let journal = open(&store).unwrap();
    let next = block_on(journal.append(vec![guess(1, 1)])).unwrap();
    assert_eq!(next.first, one_of_each().len() as u64 + 1);
}

#[test]
fn a_creation_cut_short_is_completed() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("journal.sqlite"), b"").unwrap();
    let store = Store::Local(dir.path().to_owned());
    write(&store, one_of_each());
    assert_eq!(replayed(&store).unwrap().len(), one_of_each().len());
}

/// What is left of an erasure cut short must not come back.
#[test]
fn a_log_without_its_main_file_is_no_journal() {
    let dir = TempDir::new().unwrap();
    let live = dir.path().join("live");
    let journal = open(&Store::Local(live.clone())).unwrap();
    block_on(journal.append(one_of_each())).unwrap();
    let left = dir.path().join("left");
    fs::create_dir(&left).unwrap();
    let log = "journal.sqlite-wal";
    fs::copy(live.join(log), left.join(log)).unwrap();
    let store = Store::Local(left);
    assert_eq!(replayed(&store).unwrap(), []);
    write(&store, vec![guess(1, 1)]);
    assert_eq!(replayed(&store).unwrap(), [(1, guess(1, 1))]);
}

/// The child of the next test: appends until it is refused, then tells how much was acknowledged.
#[test]
fn child_appends_until_refused() {
    let Some(dir) = std::env::var_os("JOURNAL_TEST_CHILD") else {
        return;
    };
    let journal = open(&Store::Local(dir.into())).unwrap();
    let mut acknowledged = 0;
    for n in 0.. {
        match block_on(journal.append((0..20).map(|i| guess(1, n * 20 + i)).collect())) {
            Ok(committed) => acknowledged = committed.first + 19,
            Err(Stopped) => break,
        }
    }
    let failure = journal.failure().expect("a journal that stops tells why");
    assert!(matches!(
        failure,
        JournalError::Write { .. } | JournalError::Full { .. }
    ));
    // Never again, even where there would be room.
    assert_eq!(block_on(journal.append(vec![])), Err(Stopped));
    assert!(journal.close().is_err());
    println!("acknowledged={acknowledged}.");
}

#[test]
fn a_write_that_fails_acknowledges_nothing() {
    let dir = TempDir::new().unwrap();
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\" --exact --nocapture journal::files::child_appends_until_refused"])
        .arg(std::env::current_exe().unwrap())
        .env("JOURNAL_TEST_CHILD", dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&child.stderr)
    );
    let (_, count) = said.split_once("acknowledged=").expect("the child tells");
    let acknowledged: usize = count.split('.').next().unwrap().parse().unwrap();
    assert!(acknowledged > 100, "{acknowledged}");
    // It starts again cleanly, with all that was acknowledged, and at most the last batch more.
    let store = Store::Local(dir.path().to_owned());
    let found = replayed(&store).unwrap();
    assert!(
        (acknowledged..=acknowledged + 20).contains(&found.len()),
        "{}",
        found.len()
    );
    let records = found.into_iter().map(|(_, record)| record);
    assert!(
        records
            .enumerate()
            .all(|(n, record)| record == guess(1, n as u32))
    );
}

#[test]
fn forget_erases_all_but_not_under_a_server() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    assert!(!erase(&data).unwrap());
    assert!(!data.exists(), "looking makes nothing");
    let journal = open(&Store::Local(data.clone())).unwrap();
    block_on(journal.append(one_of_each())).unwrap();
    assert!(matches!(erase(&data), Err(JournalError::InUse { .. })));
    journal.close().unwrap();
    fs::write(data.join("notes.txt"), "mine").unwrap();
    assert!(erase(&data).unwrap());
    let left: Vec<_> = fs::read_dir(&data)
        .unwrap()
        .map(|f| f.unwrap().file_name())
        .collect();
    assert_eq!(left, ["notes.txt"]);
    assert!(!erase(&data).unwrap());
}

/// Protects somebody else's file that has our journal's name.
#[test]
fn forget_leaves_a_foreign_file_alone() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("journal.sqlite");
    let letter = "not a database at all, but somebody's letter ".repeat(40);
    fs::write(&file, &letter).unwrap();
    let refused = erase(dir.path());
    assert!(
        matches!(refused, Err(JournalError::NotAJournal { .. })),
        "{refused:?}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), letter);
    fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file)
        .and_then(|other| other.execute_batch("CREATE TABLE recipes (name TEXT)"))
        .unwrap();
    let refused = erase(dir.path());
    assert!(
        matches!(refused, Err(JournalError::NotAJournal { .. })),
        "{refused:?}"
    );
    assert!(file.exists());
}
