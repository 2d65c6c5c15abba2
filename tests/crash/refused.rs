//! What the server refuses to start on: one sentence that says what and where, exit status 1, and
//! nothing changed.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::common::{Lines, Server, program, run};

/// Runs a command that must be refused; returns its sentence.
fn refused(arguments: &[&str]) -> String {
    let done = run(program().args(arguments));
    let errors = String::from_utf8(done.stderr).expect("UTF-8");
    let output = String::from_utf8(done.stdout).expect("UTF-8");
    let got = format!("{arguments:?}: {:?}, {output:?}, {errors:?}", done.status);
    assert_eq!(done.status.code(), Some(1), "the exit status; got {got}");
    assert_eq!(output, "", "nothing on standard output; got {got}");
    assert_eq!(errors.lines().count(), 1, "one sentence; got {got}");
    errors.replace('\u{a0}', " ")
}

/// Refused with a sentence that has these parts.
fn assert_refused(arguments: &[&str], parts: &[&str]) {
    let sentence = refused(arguments);
    for part in parts {
        assert!(
            sentence.contains(part),
            "expected {part:?}; got {sentence:?}"
        );
    }
}

/// `serve` on this folder is refused with a sentence that names the journal and has this part,
/// and leaves every byte as it was.
fn assert_journal_refused(folder: &Path, part: &str) {
    let before = files(folder);
    let data = folder.to_str().expect("a UTF-8 path");
    let journal = folder.join("journal.sqlite");
    let name = journal.to_str().expect("a UTF-8 path");
    let serve = [
        "serve",
        "--web",
        "off",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
    ];
    assert_refused(&serve, &[name, part]);
    let after = files(folder);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after), "the folder's files");
    for (name, bytes) in &before {
        assert!(after[name] == *bytes, "{name} has changed: {part}");
    }
}

/// The files that hold something: not the lock, nor SQLite's shared memory.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if name != "journal.lock" && !name.ends_with("-shm") {
            let bytes = fs::read(&path).expect("a readable file");
            files.insert(name.into_owned(), bytes);
        }
    }
    files
}

/// A folder in which `Abracadabra` has played, and the server was stopped.
fn played() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(folder.path(), &[]);
    let mut player = Lines::connect(server.text);
    player.ask("NOM Abracadabra");
    player.play(1, 100);
    assert!(server.stop().success(), "the server stops");
    folder
}

fn sql(folder: &Path, statement: &str) {
    let journal = Connection::open(folder.join("journal.sqlite")).expect("SQLite opens it");
    journal.execute_batch(statement).expect("sound SQL");
}

/// Protects results from an older program that would not understand them.
#[test]
fn a_journal_of_a_newer_version_is_refused() {
    let folder = played();
    sql(folder.path(), "PRAGMA user_version = 99");
    assert_journal_refused(folder.path(), "version plus récente");
}

/// Protects results from being shortened or believed after a disk has changed them.
#[test]
fn a_damaged_journal_is_refused() {
    let folder = played();
    let path = folder.path().join("journal.sqlite");
    let sound = fs::read(&path).expect("the journal");

    // One letter of a name, where SQLite itself notices nothing.
    let name = b"Abracadabra";
    let found = sound.windows(name.len()).position(|bytes| bytes == name);
    let mut changed = sound.clone();
    changed[found.expect("the name is in the journal")] = b'E';
    fs::write(&path, changed).expect("writable");
    assert_journal_refused(folder.path(), "endommagé");

    // The end is missing.
    fs::write(&path, &sound[..sound.len() - 4096]).expect("writable");
    assert_journal_refused(folder.path(), "endommagé");

    // The last entry is missing, in a file that is sound for SQLite.
    fs::write(&path, &sound).expect("writable");
    let last = "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)";
    sql(folder.path(), last);
    assert_journal_refused(folder.path(), "endommagé");

    // As it was written, it is taken.
    fs::write(&path, &sound).expect("writable");
    let mut server = Server::with_data(folder.path(), &[]);
    assert!(server.stop().success(), "the sound journal is served");
}

/// Protects what a crash leaves only in SQLite's log: damage there is no reason to forget it.
#[test]
fn a_damaged_log_is_refused_after_a_crash() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(folder.path(), &[]);
    let mut player = Lines::connect(server.text);
    player.play(1, 100);
    player.play(1, 100);
    server.kill();
    let path = folder.path().join("journal.sqlite-wal");
    let mut log = fs::read(&path).expect("the log");
    // In the first page of the first commit: behind it are all the others.
    log[32 + 24 + 2000] ^= 1;
    fs::write(&path, log).expect("writable");
    assert_journal_refused(folder.path(), "endommagé");
}

/// Protects files of other programs.
#[test]
fn a_file_that_is_no_journal_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    sql(folder.path(), "CREATE TABLE notes (text)");
    assert_journal_refused(folder.path(), "n'est pas un journal");

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("journal.sqlite");
    fs::write(path, "Cher journal, aujourd'hui…").expect("writable");
    assert_journal_refused(folder.path(), "n'est pas un journal");
}

/// Protects a lesson from a second start: the server that runs goes on.
#[test]
fn a_journal_in_use_is_refused_and_its_server_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a UTF-8 path");
    let mut server = Server::with_data(folder.path(), &[]);
    let mut player = Lines::connect(server.text);
    player.ask("NOM Léa");
    let serve = [
        "serve",
        "--web",
        "off",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
    ];
    assert_refused(&serve, &["Un serveur", data]);
    player.play(1, 100);
    assert!(server.stop().success(), "the first server goes on");
    assert_eq!(server.errors(), "", "the first server notices nothing");
}

/// Protects the person who starts it twice: what is in the way is said, and where.
#[test]
fn a_port_that_is_taken_is_named_and_no_folder_is_made() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("data");
    let data = folder.to_str().expect("a UTF-8 path");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let parts = [
        "Impossible de démarrer le service : ",
        &*address,
        "--listen",
    ];
    assert_refused(
        &[
            "serve", "--web", "off", "--listen", &address, "--data", data,
        ],
        &parts,
    );
    let quiet = ["--quiet-listen", &address, "--data", data];
    let serve = [
        &["serve", "--web", "off", "--listen", "127.0.0.1:0"],
        &quiet[..],
    ]
    .concat();
    assert_refused(&serve, &parts[..2]);
    assert!(!folder.exists(), "expected: no folder; got {data}");
}

/// Protects a room's players from a change of rules between two lessons.
#[test]
fn a_room_keeps_its_rules_and_goes_on_under_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a UTF-8 path");
    let same = ["--room", "4821=course,1..50"];
    let mut server = Server::with_data(folder.path(), &same);
    let mut player = Lines::connect(server.text);
    player.ask("SALLE 4821");
    player.ask("NOM Léa");
    player.play(1, 50);
    let (code, scores) = (player.code(), player.ask("SCORES"));
    server.stop();

    let serve = [
        "serve",
        "--web",
        "off",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
    ];
    for other in ["4821=solo,1..50", "4821=course", "4821=course,1..50,60"] {
        let arguments = [&serve[..], &["--room", other]].concat();
        assert_refused(&arguments, &["4821", "--room 4821=course,1..50, ou"]);
    }

    let mut server = Server::with_data(folder.path(), &same);
    let mut player = Lines::connect(server.text);
    let resumed = player.ask(&format!("REPRENDRE {code}"));
    assert!(resumed.contains("manche 2, 0 essai"), "got {resumed:?}");
    assert_eq!(player.ask("SCORES"), scores, "the scores of before");
    server.stop();
}
