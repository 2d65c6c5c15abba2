//! `serve --log`: what is said, what is never said, and who waits for it.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use super::metrics::scrape;
use super::players::{AFAR, by_every_door, lines_from_afar, post, post_as};
use crate::common::document::table_in;
use crate::common::{Server, program, run};
use crate::web::http::{ask, ask_as, server};

const OPERATING: &str = include_str!("../../docs/operating.md");

/// Numbers that stand in no time, port or count.
const RANGE: (i32, i32) = (700_000_001, 899_999_999);

/// The lines of a server that has ended, each an object.
fn lines(server: &mut Server) -> Vec<Value> {
    let errors = server.errors();
    let read = |line: &str| {
        let read = serde_json::from_str(line);
        read.unwrap_or_else(|error| panic!("{line:?} is no object: {error}"))
    };
    errors.lines().map(read).collect()
}

/// The events' names, in order.
fn events(lines: &[Value]) -> Vec<&str> {
    let name = |line: &Value| line["event"].as_str().map(str::len);
    assert!(lines.iter().all(|line| name(line).is_some()), "{lines:?}");
    lines
        .iter()
        .filter_map(|line| line["event"].as_str())
        .collect()
}

/// The teacher's session: the token, and the header that a browser sends.
fn teacher(server: &Server) -> (String, String) {
    let link = server.said["teacher"].as_str().expect("a link");
    let (_, token) = link.split_once("/prof#").expect("the teacher's page");
    let answer = post(server, "/prof/session", token);
    assert_eq!(answer.status, 204, "{answer:?}");
    let cookie = answer.header("set-cookie").split(';').next();
    let cookie = cookie.expect("a cookie").to_owned();
    (token.to_owned(), cookie)
}

fn order(server: &Server, cookie: &str, path: &str, body: &Value) -> crate::web::http::Answer {
    let headers = format!("Cookie: {cookie}\r\nContent-Type: application/json\r\n");
    let answer = post_as(server, &headers, path, &body.to_string());
    assert!((200..300).contains(&answer.status), "{body}: {answer:?}");
    answer
}

/// Protects players: no line tells a number, a code, a token, a name or an address of theirs, by
/// whichever door they came and whatever was done to them.
#[test]
fn no_line_tells_what_players_would_mind() {
    let folder = tempfile::tempdir().expect("a folder");
    let range = format!("{}..{}", RANGE.0, RANGE.1);
    let mut server = Server::with_data(
        folder.path(),
        &[
            "--web",
            "127.0.0.1:0",
            "--log",
            "json",
            "--range",
            &range,
            "--room",
            "4821=course",
        ],
    );
    let (token, cookie) = teacher(&server);
    let (mut table, rounds) = by_every_door(&server, RANGE);
    let mut secrets = vec![token, cookie.clone(), AFAR.to_owned(), "Zorglub".to_owned()];
    secrets.extend(cookie.split_once('=').map(|(_, value)| value.to_owned()));
    secrets.extend(rounds.iter().map(|round| round.number.to_string()));
    secrets.push(table.lines.code());
    assert!(table.lines.ask("NOM Zorglub").contains("Zorglub"));
    // The round that is open now, and what binds it: nothing of either is anybody's business.
    let proof = table.lines.ask("PREUVE");
    let commitment = proof.split(' ').find(|word| word.len() >= 64);
    secrets.extend(commitment.map(str::to_owned));
    assert!(post(&server, "/prof/session", "wrong").status == 403);

    table.lines.ask("SALLE 4821");
    secrets.push(table.lines.code());
    let survey = ask(
        &server,
        "GET /prof/rooms/4821",
        &format!("Cookie: {cookie}\r\n"),
    );
    let survey: Value = serde_json::from_str(&survey.body).expect("an object");
    let player = survey["tiles"][0]["player"]
        .as_str()
        .expect("one player")
        .to_owned();
    for body in [
        json!({"order": "rename", "player": player, "name": "Zorglub2"}),
        json!({"order": "pause", "on": true}),
        json!({"order": "kick", "player": player, "bar": true}),
        json!({"order": "close"}),
    ] {
        order(&server, &cookie, "/prof/rooms/4821", &body);
    }
    secrets.push(player);
    let wanted =
        json!({"code": "B2", "mode": "course", "min": 1, "max": 9, "limit": null, "pack": null});
    order(&server, &cookie, "/prof/rooms", &wanted);
    secrets.extend(seeds(folder.path()));
    assert!(server.stop().success());

    let lines = lines(&mut server);
    assert_eq!(
        events(&lines),
        [
            "room-opened",
            "started",
            "teacher-came",
            "wrong-token",
            "order",
            "order",
            "order",
            "room-closed",
            "room-opened",
            "stopping",
            "stopped",
        ],
        "{lines:#?}"
    );
    for line in &lines {
        let text = line.to_string().to_lowercase();
        for secret in &secrets {
            assert!(!text.contains(&secret.to_lowercase()), "{secret} in {line}");
        }
    }
    let kick =
        json!({"room": "4821", "order": "kick", "bar": true, "level": "info", "event": "order"});
    let same = |line: &&Value| {
        kick.as_object()
            .expect("it")
            .iter()
            .all(|(k, v)| line[k] == *v)
    };
    assert!(lines.iter().any(|line| same(&line)), "{lines:#?}");
    let text = server.text.to_string();
    assert_eq!(
        lines[1]["text"], text,
        "its own address is told: {:?}",
        lines[1]
    );
    assert_eq!(lines[1]["journal"], "folder");
}

/// All seeds that the journal has, as hexadecimal digits.
fn seeds(data: &std::path::Path) -> Vec<String> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let journal = rusqlite::Connection::open_with_flags(data.join("journal.sqlite"), flags);
    let journal = journal.expect("readable with plain SQL");
    let mut found = journal
        .prepare("SELECT lower(hex(seed)) FROM entries WHERE seed IS NOT NULL")
        .expect("the table");
    let rows = found.query_map([], |row| row.get(0)).expect("rows");
    let seeds: Vec<String> = rows.map(|seed| seed.expect("text")).collect();
    assert!(seeds.len() > 5, "{seeds:?}");
    seeds
}

/// Protects the disk from whoever wants to fill it: a line at once, and one for all the others.
#[test]
fn what_happens_often_has_one_line_in_a_while() {
    let mut server = server(&["--log", "json"]);
    for _ in 0..50 {
        let answer = ask_as(&server, "GET /", "Host: evil.example\r\n");
        assert_eq!(answer.status, 421, "{answer:?}");
    }
    assert!(server.stop().success());
    let lines = lines(&mut server);
    let told: Vec<u64> = lines
        .iter()
        .filter(|line| line["event"] == "other-name")
        .map(|line| line["times"].as_u64().expect("a count"))
        .collect();
    // On a machine that takes longer than that for fifty requests there is a line more. The first has what came
    // until it was written, which is one unless the machine is busy.
    assert!(told.len() <= 3, "{told:?}");
    assert_eq!(told.iter().sum::<u64>(), 50, "{told:?}");
    assert!(!lines.iter().any(|line| line.to_string().contains("evil")));
}

/// Protects the game from a log that nobody reads: lines are lost, and counted; players and the
/// end wait for none of them.
#[test]
fn a_log_that_nobody_reads_delays_nobody() {
    let metrics = ["--metrics", "127.0.0.1:0"];
    let mut server = server(&[&["--log", "json", "--room", "4821=course"], &metrics[..]].concat());
    let (_, cookie) = teacher(&server);
    let mut player = lines_from_afar(server.text);
    // The pipe takes 64 KiB, the queue 1,024 lines.
    let lost = || scrape(&server).value("juste_prix_log_lines_lost_total{}");
    let mut orders = 0;
    while lost() == 0.0 {
        assert!(orders < 10_000, "no line is lost after {orders}");
        for _ in 0..250 {
            let body = json!({"order": "lock", "on": orders % 2 == 0});
            order(&server, &cookie, "/prof/rooms/4821", &body);
            orders += 1;
        }
    }
    player.play(1, 100);
    assert!(server.stop().success(), "it ends in time");
}

/// Protects whoever reads the log by program: a failure is a line like any other, the only one.
#[test]
fn a_failure_is_a_line_too() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let start = |format: &str| {
        let arguments = ["serve", "--data", "memory", "--web", "off", "--lang", "en"];
        let mut command = program();
        command
            .args(arguments)
            .args(["--listen", &address, "--log", format]);
        let done = run(&mut command);
        assert_eq!(done.status.code(), Some(1), "{done:?}");
        String::from_utf8(done.stderr).expect("UTF-8")
    };
    let line: Value = serde_json::from_str(&start("json")).expect("one object");
    assert_eq!(
        (&line["event"], &line["level"]),
        (&json!("failed"), &json!("error"))
    );
    let reason = line["reason"].as_str().expect("a sentence");
    assert!(
        reason.contains(&address) && reason.contains("another program"),
        "{reason}"
    );
    let text = start("text");
    assert_eq!(text.lines().count(), 1, "{text:?}");
    assert!(
        text.contains("Z error failed reason=\"The service can't start"),
        "{text:?}"
    );
}

/// Protects whoever is called at night: a journal that fails is told as the reason of the end.
#[test]
fn a_journal_that_fails_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = program();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 120 && exec \"$@\"", "sh"]);
    command
        .arg(plain.get_program())
        .args(["serve", "--json", "--web", "off", "--log", "json"]);
    command.args(["--listen", "127.0.0.1:0", "--quiet-listen", "127.0.0.1:0"]);
    command.arg("--data").arg(folder.path());
    let mut server = Server::spawn(&mut command);
    let mut player = lines_from_afar(server.text);
    loop {
        player.send(&["50"; 64].join("\n"));
        if (0..64).any(|_| !player.read().starts_with(['T', 'G'])) {
            break;
        }
    }
    assert_eq!(server.wait().code(), Some(1));
    let lines = lines(&mut server);
    assert_eq!(
        events(&lines),
        ["started", "stopping", "failed"],
        "{lines:?}"
    );
    assert_eq!(lines[1]["why"], "failure");
    let reason = lines[2]["reason"].as_str().expect("a sentence");
    assert!(reason.contains("journal.sqlite"), "{reason}");
}

/// Protects the document: the events of its table are those of the program.
#[test]
fn the_document_tells_every_event() {
    let told: BTreeSet<String> = table_in(OPERATING, "events")
        .into_iter()
        .map(|row| row[0].clone())
        .collect();
    let source = include_str!("../../crates/server/src/log/event.rs");
    let names = source.lines().filter_map(|line| {
        let (_, name) = line.split_once("=> \"")?;
        let arm = line.trim_start();
        let is_name = arm.starts_with("Event::") || arm.starts_with("Often::");
        is_name.then(|| name.trim_end_matches("\",").to_owned())
    });
    let mut names: BTreeSet<String> = names.collect();
    names.insert("room-closed".to_owned());
    assert_eq!(told, names);
}
