//! Writes that fail: the size of the server's files is limited, so the journal can't grow.

use std::process::{Command, ExitStatus};

use super::table::Table;
use crate::common::{Server, program};

/// `serve` on the table's folder, its files limited to so many blocks of 512 bytes.
fn limited(table: &Table, blocks: u32) -> Command {
    let plain = program();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -f {blocks} && exec \"$@\""), "sh"]);
    command.arg(plain.get_program());
    command.args(["serve", "--web", "off", "--json", "--listen", "127.0.0.1:0"]);
    command.args(["--quiet-listen", "127.0.0.1:0", "--data"]);
    command.arg(table.folder.path()).args(Table::rooms());
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command
}

/// The server ended by itself: with status 1 and one sentence that names the journal.
fn assert_told(status: ExitStatus, errors: &str) {
    assert_eq!(
        status.code(),
        Some(1),
        "the exit status; it said {errors:?}"
    );
    assert_eq!(errors.lines().count(), 1, "one sentence; got {errors:?}");
    for part in ["journal.sqlite", "ne peut"] {
        assert!(errors.contains(part), "expected {part:?}; got {errors:?}");
    }
}

/// Protects the first promise where the disk fails: no answer is given that the journal lacks,
/// everyone is told the end, and the next start goes on with all that was answered.
#[test]
fn when_a_write_fails_it_says_so_and_stops_and_nothing_answered_is_lost() {
    // The journal's main file has 28 KiB at first: the log reaches the limit in the first,
    // the second or a later batch of play.
    for (seed, blocks) in [(1, 80), (2, 200), (3, 800)] {
        let mut table = Table::new(seed);
        let mut server = Server::spawn(&mut limited(&table, blocks));
        table.sit_down(&server);
        table.play(&mut server, |server| {
            server.wait();
        });
        assert_told(server.wait(), &server.errors());
        table.assert_dismissed();
        let counts = table.check();
        assert!(counts.unanswered > 0, "someone waited; got {counts:?}");

        let mut server = table.serve();
        table.sit_down(&server);
        let status = server.stop();
        assert!(status.success(), "expected: goes on; got {status}");
        table.check();
    }
}

/// Protects a first start that could not even make its journal: the next one does.
#[test]
fn a_first_start_without_room_is_refused_and_the_next_one_plays() {
    let mut table = Table::new(4);
    let done = limited(&table, 8).output().expect("sh starts");
    let errors = String::from_utf8(done.stderr).expect("UTF-8");
    assert_told(done.status, &errors);
    assert!(done.stdout.is_empty(), "no address; got {:?}", done.stdout);
    let mut server = table.serve();
    table.sit_down(&server);
    assert!(server.stop().success(), "expected: exit status 0");
}
