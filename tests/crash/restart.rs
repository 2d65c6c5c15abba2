//! A teacher's own ways: stopping and starting again, exporting, forgetting.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use crate::common::{Lines, PATIENCE, Server, program, run, wait_for_guess};

const ROOMS: [&str; 6] = [
    "--room",
    "COURSE=course",
    "--room",
    "CLASSE=solo",
    "--room",
    "PRIX=sans-depasser,1..100,3600",
];

/// A player of that name in that room.
fn sit(address: SocketAddr, room: &str, name: &str) -> Lines {
    let mut player = Lines::connect(address);
    player.ask(&format!("SALLE {room}"));
    let named = player.ask(&format!("NOM {name}"));
    assert!(named.starts_with("Tu t'appelles"), "got {named:?}");
    player
}

fn resume(address: SocketAddr, code: &str) -> (Lines, String) {
    let mut player = Lines::connect(address);
    let resumed = player.ask(&format!("REPRENDRE {code}"));
    (player, resumed)
}

/// Runs a command on that folder.
fn tool(folder: &Path, arguments: &[&str]) -> Output {
    run(program().args(arguments).arg("--data").arg(folder))
}

fn output(done: &Output) -> String {
    String::from_utf8(done.stdout.clone()).expect("UTF-8")
}

/// Protects a class that stops at the bell: the next lesson goes on in the same rounds, with the
/// same tries.
#[test]
fn after_a_stop_every_round_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(folder.path(), &ROOMS);
    let mut before = Vec::new();
    for room in ["HALL", "COURSE"] {
        let mut player = sit(server.text, room, "Léa");
        let code = player.code();
        player.play(1, 100);
        player.ask("50");
        player.ask("51");
        let told = player.ask(&format!("REPRENDRE {code}"));
        assert!(told.contains("dernier envoi 51"), "got {told:?}");
        before.push((player, code, told));
    }
    // Two who are waited for, one of whom has guessed: the answer is held back.
    let mut waits = sit(server.text, "PRIX", "Zoé");
    let mut late = sit(server.text, "PRIX", "Tom");
    let (waiting, missing) = (waits.code(), late.code());
    waits.send("1");
    wait_for_guess(folder.path(), "PRIX", 1);
    assert!(server.stop().success(), "expected: exit status 0");
    assert_eq!(server.errors(), "", "a stop is no error");
    let farewell = waits.read();
    assert!(farewell.starts_with("Au revoir"), "got {farewell:?}");

    let mut server = Server::with_data(folder.path(), &ROOMS);
    for (mut player, code, told) in before {
        let farewell = player.read();
        assert!(farewell.starts_with("Au revoir"), "got {farewell:?}");
        let (mut player, resumed) = resume(server.text, &code);
        assert_eq!(resumed, told, "{code} after the restart");
        player.play(1, 100);
    }
    let (mut waits, resumed) = resume(server.text, &waiting);
    assert!(
        resumed.contains("manche 1, 1 essai") && resumed.contains("dernier envoi 1\u{a0}: en"),
        "got {resumed:?}"
    );
    let (mut late, _) = resume(server.text, &missing);
    let lost = late.ask("1");
    assert!(lost.starts_with("Perdu"), "got {lost:?}");
    let news = waits.ask("1");
    assert!(news.contains("Zoé"), "the first of two equal; got {news:?}");
    server.stop();
}

/// Protects who writes ahead: a guess in the same packet as `REPRENDRE` or `SALLE` is the seat's
/// next one, and everything gets its answer.
#[test]
fn what_is_sent_in_one_breath_with_a_move_is_answered() {
    let mut server = Server::in_memory(&ROOMS);
    let mut player = sit(server.text, "COURSE", "Léa");
    let code = player.code();
    player.play(1, 100);
    for breath in [
        &*format!("REPRENDRE {code}\n101\n50\nNOM Zoé\n50"),
        "SALLE HALL\n50\nNOM Léa\n50",
        "SALLE COURSE\n50\nNOM Zoé\n50",
        "SALLE HALL\nSALLE COURSE\nSALLE HALL\n50\nSALLE COURSE\nSALLE CLASSE\nSALLE COURSE\n50",
    ] {
        let mut player = Lines::connect(server.text);
        player.send(breath);
        for message in breath.lines() {
            let answer = player.read();
            let is_error = answer.starts_with("Erreur");
            assert!(
                !answer.is_empty() && is_error == (message == "101"),
                "{message} in {breath:?} was answered {answer:?}"
            );
        }
    }
    server.stop();
}

/// Protects numbers to come: who may read the journal can work them out.
#[test]
fn the_journal_is_its_owners_alone() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("a").join("b");
    let mode = |path: &Path| {
        let metadata = fs::metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    };
    let assert_private = || {
        assert_eq!(mode(&folder), 0o700, "the folder");
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    };
    // With a page there is the teacher's token too.
    let mut server = Server::with_data(&folder, &["--web", "127.0.0.1:0"]);
    Lines::connect(server.text).play(1, 100);
    assert_private();
    server.kill();
    assert_private();
    // As a copy from elsewhere would be.
    for entry in fs::read_dir(&folder).expect("readable") {
        let path = entry.expect("an entry").path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("ours");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("ours");
    let mut server = Server::with_data(&folder, &["--web", "127.0.0.1:0"]);
    Lines::connect(server.text).play(1, 100);
    assert_private();
    server.stop();
    assert_private();
}

/// Protects both who wants nothing kept and who plays meanwhile.
#[test]
fn forget_is_refused_while_a_server_runs_and_erases_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(folder.path(), &[]);
    let mut player = sit(server.text, "HALL", "Léa");
    let code = player.code();
    let done = tool(folder.path(), &["forget", "--yes"]);
    assert_eq!(done.status.code(), Some(1), "while serving; got {done:?}");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert_eq!(errors.lines().count(), 1, "one sentence; got {errors:?}");
    player.play(1, 100);
    server.stop();

    let mut server = Server::with_data(folder.path(), &[]);
    let (_, resumed) = resume(server.text, &code);
    assert!(
        resumed.contains("manche 2"),
        "nothing lost; got {resumed:?}"
    );
    server.stop();

    let done = tool(folder.path(), &["forget", "--yes"]);
    assert!(done.status.success(), "after the stop; got {done:?}");
    let left = fs::read_dir(folder.path()).expect("readable").count();
    assert_eq!(left, 0, "files left in the folder");
    let mut server = Server::with_data(folder.path(), &[]);
    let (_, refused) = resume(server.text, &code);
    assert!(refused.starts_with("Erreur"), "got {refused:?}");
    server.stop();
}

/// Protects a teacher's spreadsheet, and the lesson that goes on while it is made.
#[test]
fn export_works_beside_a_server_and_after_a_crash_and_defuses_formulas() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Server::with_data(folder.path(), &ROOMS);
    for room in ["HALL", "COURSE"] {
        let mut player = sit(server.text, room, "=1+1");
        let tries = player.play(1, 100);
        // A result is written just after its win is told: scores of the hall are read from it.
        let deadline = Instant::now() + PATIENCE;
        while !player.ask("SCORES").contains("Les meilleurs") {
            assert!(Instant::now() < deadline, "the win has no result");
        }
        assert!((1..=7).contains(&tries), "got {tries} tries");
    }
    for is_serving in [true, false] {
        if !is_serving {
            server.kill();
        }
        let done = tool(folder.path(), &["export", "--format", "csv"]);
        let csv = output(&done);
        assert!(done.status.success(), "csv; got {done:?}");
        let hall: Vec<&str> = csv.lines().filter(|line| line.contains(",HALL,")).collect();
        assert_eq!(hall.len(), 1, "one result of the hall; got {csv}");
        assert!(hall[0].contains(",solo,'=1+1,1,"), "defused; got {csv}");

        let done = tool(folder.path(), &["export", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&output(&done)).expect("JSON");
        assert_eq!(json[0]["player"], "=1+1", "as it is; got {json}");
        assert_eq!(json[0]["won"], true, "got {json}");
    }
}
