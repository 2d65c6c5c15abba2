//! Writes that fail: the size of the server's files is limited, so the journal can't grow; or a small
//! disk of their own fills up.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::table::Table;
use crate::common::{Lines, PATIENCE, Server, connect, program, run};
use crate::web::http::{Answer, ask};

/// `serve` on the table's folder, its files limited to so many blocks of 512 bytes.
fn limited(table: &Table, blocks: u32) -> Command {
    let plain = program();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -f {blocks} && exec \"$@\""), "sh"]);
    command.arg(plain.get_program());
    command.args([
        "serve",
        "--rate",
        "none",
        "--web",
        "off",
        "--json",
        "--listen",
        "127.0.0.1:0",
    ]);
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

/// The size of the disk of the tests below, and what the server says of its last bytes: below a fourth
/// no new game begins, below a sixteenth nothing is kept.
const DISK: usize = 64 << 20;

/// A small disk of its own, in memory, as long as this process lives.
struct SmallDisk {
    holder: Child,
    folder: TempDir,
    is_root: bool,
}

impl SmallDisk {
    fn mount() -> SmallDisk {
        let folder = tempfile::tempdir().expect("a place to mount it");
        let is_root = rustix::process::geteuid().is_root();
        let mut unshare = Command::new("unshare");
        unshare.arg("--mount");
        if !is_root {
            unshare.args(["--user", "--map-root-user"]);
        }
        let mount =
            "mount -t tmpfs -o size=64m,mode=700 none \"$0\" && echo ready && exec sleep 1000";
        unshare.args(["sh", "-c", mount]).arg(folder.path());
        let mut holder = unshare
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut line = String::new();
        let stdout = holder.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        assert_eq!(line, "ready\n", "a disk in memory is mounted");
        SmallDisk {
            holder,
            folder,
            is_root,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The program with these arguments, where the disk is seen.
    fn program(&self, arguments: &[&str]) -> Command {
        let plain = program();
        let mut command = Command::new("nsenter");
        command.args(["--mount", "--target", &self.holder.id().to_string()]);
        if !self.is_root {
            command.args(["--user", "--preserve-credentials"]);
        }
        command
            .arg(plain.get_program())
            .args(arguments)
            .arg("--data")
            .arg(self.data());
        for (name, value) in plain.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
    }

    fn serve(&self) -> Server {
        let fixed = ["serve", "--json", "--listen", "127.0.0.1:0"];
        let more = ["--quiet-listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"];
        let page = ["--web", "127.0.0.1:0"];
        Server::spawn(&mut self.program(&[&fixed[..], &more[..], &page[..]].concat()))
    }

    /// Fills the disk so that so many bytes are free; all of it is used up where it is 0.
    fn leave(&self, free: usize) {
        let root = PathBuf::from(format!("/proc/{}/root", self.holder.id()));
        let folder = root.join(
            self.folder
                .path()
                .strip_prefix("/")
                .expect("an absolute path"),
        );
        let fill = folder.join("fill");
        let _ = fs::remove_file(&fill);
        let disk = rustix::fs::statvfs(&folder).expect("a disk");
        let now = (disk.f_bavail * disk.f_frsize) as usize;
        let mut file = fs::File::create(&fill).expect("a place for a file");
        let piece = vec![1; 4096];
        for _ in 0..now.saturating_sub(free) / 4096 {
            if file.write_all(&piece).is_err() {
                break;
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Asks until the answer is as expected: the server looks at its disk once a second.
fn until(what: &str, mut asked: impl FnMut() -> String, is_expected: impl Fn(&str) -> bool) {
    let since = Instant::now();
    loop {
        let got = asked();
        if is_expected(&got) {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "expected: {what}; got {got:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn health(server: &Server) -> String {
    let address = server.said["metrics"][0].as_str().expect("an address");
    let mut stream = connect(address.parse().expect("an address"));
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// A pupil's answer to the lesson, sent by their page.
fn answer_lesson(server: &Server, code: &str, answer: &str) -> Answer {
    let given = json!({"code": code, "question": "combien-ipv4", "answer": answer}).to_string();
    let length = given.len();
    let headers = "Content-Type: application/json\r\n";
    let headers = format!("{headers}Content-Length: {length}\r\n\r\n{given}");
    ask(server, "POST /lesson/answer", &headers)
}

/// How many answers of a pupil the server has kept.
fn answers_kept(server: &Server, code: &str) -> usize {
    let who = json!({ "code": code }).to_string();
    let length = who.len();
    let headers = "Content-Type: application/json\r\n";
    let headers = format!("{headers}Content-Length: {length}\r\n\r\n{who}");
    let state = ask(server, "POST /lesson/state", &headers).body;
    let state: Value = serde_json::from_str(&state).expect("the pupil's state");
    let attempts = state["answers"].as_array().expect("their answers").iter();
    attempts
        .map(|it| it["attempts"].as_u64().unwrap_or(0))
        .sum::<u64>() as usize
}

/// Protects games that go on from new ones, where the disk is nearly full: newcomers are refused with a
/// sentence, then everybody is, nothing stops, and all goes on once there is space.
#[test]
fn a_disk_that_fills_up_stops_no_game() {
    let disk = SmallDisk::mount();
    let mut server = disk.serve();
    let mut ada = Lines::connect(server.text);
    ada.ask("NOM Ada");
    let code = ada.code();
    let guess = |lines: &mut Lines| lines.ask("50");
    let is_judged = |answer: &str| !answer.starts_with("Erreur");
    let is_refused = |answer: &str| answer.starts_with("Erreur") && answer.contains("disque");
    assert!(health(&server).starts_with("HTTP/1.1 200"));

    disk.leave(DISK / 6);
    let newcomer = || Lines::connect(server.text).ask("50");
    until("newcomers are refused", newcomer, is_refused);
    assert!(is_judged(&guess(&mut ada)), "expected: her game goes on");
    let answered = answer_lesson(&server, &code, "1");
    assert_eq!(
        answered.status, 200,
        "expected: her lesson goes on; {answered:?}"
    );
    let told = health(&server);
    assert!(
        told.starts_with("HTTP/1.1 200") && told.contains("nearly full"),
        "{told}"
    );

    disk.leave(DISK / 40);
    until("no guess is kept", || guess(&mut ada), is_refused);
    assert!(health(&server).starts_with("HTTP/1.1 503"));
    let answered = answer_lesson(&server, &code, "2");
    assert_eq!(answered.status, 507, "{answered:?}");
    let sentence = "Le disque du serveur est plein";
    assert!(answered.body.contains(sentence), "{answered:?}");
    // Guesses that are on their way together have their answers in order.
    ada.send("AIDE\n50\nSCORES");
    let answers = [ada.read(), ada.read(), ada.read()];
    assert!(is_refused(&answers[1]) && is_judged(&answers[0]) && is_judged(&answers[2]));

    disk.leave(DISK / 2);
    until("her game goes on", || guess(&mut ada), is_judged);
    until(
        "newcomers are welcome",
        || Lines::connect(server.text).ask("50"),
        is_judged,
    );
    assert_eq!(answer_lesson(&server, &code, "3").status, 200);
    assert_eq!(
        answers_kept(&server, &code),
        2,
        "expected: those that were judged"
    );
    assert!(server.stop().success(), "expected: an orderly end");
    let mut again = disk.serve();
    assert_eq!(
        answers_kept(&again, &code),
        2,
        "expected: the same after a restart"
    );
    assert!(again.stop().success(), "expected: an orderly end");
    let errors = server.errors();
    for part in [
        "presque plein",
        "disque est plein",
        "de nouveau de la place",
    ] {
        assert!(errors.contains(part), "expected {part:?}; got {errors:?}");
    }
}

/// Protects a teacher whose disk is full: the server starts, and the results can be had and erased.
#[test]
fn a_start_on_a_full_disk_serves_what_can_be_served() {
    let disk = SmallDisk::mount();
    let mut server = disk.serve();
    let mut ada = Lines::connect(server.text);
    ada.ask("NOM Ada");
    ada.play(1, 100);
    let code = ada.code();
    drop(ada);
    assert!(server.stop().success(), "expected: an orderly end");
    disk.leave(0);
    let mut server = disk.serve();
    let mut ada = Lines::connect(server.text);
    let refused = ada.ask(&format!("REPRENDRE {code}"));
    assert!(
        refused.contains("disque"),
        "expected: refused; got {refused:?}"
    );
    assert!(
        ada.ask("SCORES").contains("Ada"),
        "expected: the scores are told"
    );
    let exported = run(&mut disk.program(&["export"]));
    let text = String::from_utf8(exported.stdout).expect("UTF-8");
    assert!(text.contains("Ada"), "expected: her result; got {text:?}");
    assert!(server.stop().success(), "expected: an orderly end");
    let exported = run(&mut disk.program(&["export"]));
    let text = String::from_utf8(exported.stdout).expect("UTF-8");
    assert!(text.contains("Ada"), "expected: her result; got {text:?}");
    let forgotten = run(&mut disk.program(&["forget", "--yes"]));
    assert!(
        forgotten.status.success(),
        "{:?}",
        String::from_utf8(forgotten.stderr)
    );
}
