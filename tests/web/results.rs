//! The results that the teacher downloads.

use std::io::BufRead;
use std::path::Path;
use std::process::Command;

use game::limits::{ANSWERS_HOURLY_BYTES, DOWNLOADS, NAME_CHARS, RESULTS_IN_MEMORY};
use game::rules::{
    CellKind, Entry, Met, Mode, Name, Party, PlayerId, Range, Record, RoomId, Rules, Score, Tally,
};
use serde_json::{Value, json};
use server::journal::{Journal, Store};

use super::http::{Http, ask, page, server};
use super::teacher::{Teacher, cookie, own_origin};
use crate::common::{Lines, Server, program, run};

/// A file as a browser downloads it: the real curl, with the teacher's cookie.
fn download(server: &Server, name: &str, to: &Path) {
    let url = format!("http://{}/prof/{name}", page(server));
    let cookie = cookie(server);
    let mut curl = Command::new("curl");
    curl.args(["-sSf", "-o"])
        .arg(to)
        .args(["-H", cookie.trim_end(), &url]);
    let done = run(&mut curl);
    assert!(done.status.success(), "{name}: {done:?}");
}

fn text(server: &Server, name: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("downloaded");
    download(server, name, &file);
    std::fs::read_to_string(file).expect("UTF-8")
}

/// One who plays a round under a name; once a later request is answered the result is written.
fn play(server: &Server, name: &str, room: &str) {
    let mut player = Lines::connect(server.text);
    player.ask(&format!("SALLE {room}"));
    player.ask(&format!("NOM {name}"));
    player.play(1, 100);
    // A guess might win the next round.
    assert!(player.ask("SCORES").starts_with("Scores"));
}

/// Protects the teacher's marks: what is downloaded is what `export` writes, during the lesson and
/// after a restart.
#[test]
fn what_is_downloaded_is_what_export_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["--web", "127.0.0.1:0", "--room", "4821=course"];
    let mut first = Server::with_data(folder.path(), &arguments);
    play(&first, "Léa", "HALL");
    play(&first, "=1+1", "4821");
    let exported = |more: &[&str]| {
        let mut export = program();
        export
            .args(["export", "--data"])
            .arg(folder.path())
            .args(more);
        String::from_utf8(run(&mut export).stdout).expect("UTF-8")
    };
    let csv = text(&first, "results.csv");
    assert_eq!(csv, exported(&[]));
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains(",'=1+1,"), "{csv}");
    assert_eq!(
        text(&first, "results.json"),
        exported(&["--format", "json"])
    );
    let room = text(&first, "results.csv?room=4821");
    assert_eq!(room, exported(&["--room", "4821"]));
    assert_eq!(room.lines().count(), 2, "{room}");
    first.kill();
    let second = Server::with_data(folder.path(), &arguments);
    assert_eq!(text(&second, "results.csv"), csv);
}

/// Protects a class that wants its room gone, and the games that go on: erased from the teacher's
/// screen while the server runs, and by the command without it.
#[test]
fn rooms_are_erased_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let rooms = [
        "4821=course",
        "4822=course",
        "4822_2=course",
        "48221=course",
    ];
    let rooms = rooms.map(|room| ["--room", room]).concat();
    let mut server = Server::with_data(
        folder.path(),
        &[&["--web", "127.0.0.1:0"], &rooms[..]].concat(),
    );
    play(&server, "Zora", "4821");
    play(&server, "Yves", "4822");
    play(&server, "Rose", "4822_2");
    play(&server, "Enzo", "48221");
    play(&server, "Ada", "HALL");
    let forget = |folder: &Path| {
        let mut forget = program();
        forget
            .args(["forget", "--yes", "--class", "4822", "--data"])
            .arg(folder);
        run(&mut forget)
    };
    assert!(!forget(folder.path()).status.success(), "a server uses it");
    let teacher = Teacher::of(&server);
    let answer = teacher.ask("POST /prof/rooms/4821/forget", "{}");
    assert_eq!(answer.status, 204, "{answer:?}");
    let rounds = text(&server, "results.csv");
    assert!(!rounds.contains("Zora") && rounds.contains("Yves") && rounds.contains("Ada"));
    play(&server, "Bob", "HALL");
    assert!(server.stop().success(), "expected: an orderly end");
    let done = forget(folder.path());
    assert!(done.status.success(), "{done:?}");
    let mut export = program();
    export.args(["export", "--data"]).arg(folder.path());
    let rounds = String::from_utf8(run(&mut export).stdout).expect("UTF-8");
    assert!(!rounds.contains("Yves") && rounds.contains("Ada") && rounds.contains("Bob"));
    let is_class = !rounds.contains("Rose") && rounds.contains("Enzo");
    assert!(
        is_class,
        "a class is its half-groups, and no other room: {rounds}"
    );
    let files = std::fs::read_dir(folder.path()).expect("a folder");
    for file in files {
        let bytes = std::fs::read(file.expect("a file").path()).expect("readable");
        let holds = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
        assert!(
            !holds(b"Zora") && !holds(b"Yves"),
            "a name is left in a file"
        );
    }
    // The server starts on what is left, and opens the rooms anew.
    let server = Server::with_data(folder.path(), &rooms);
    let mut newcomer = Lines::connect(server.text);
    newcomer.ask("SALLE 4821");
    assert!(!newcomer.ask("SCORES").contains("Zora"));
}

/// Protects a pupil who wants to be gone, and those who played with them: erased from the teacher's screen
/// while the server runs, and by the command without it.
#[test]
fn players_are_erased_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "--web",
        "127.0.0.1:0",
        "--room",
        "4821=course",
        "--pause",
        "0",
    ];
    let mut server = Server::with_data(folder.path(), &arguments);
    let mut zora = Lines::connect(server.text);
    zora.ask("NOM Zora");
    zora.ask("SALLE 4821");
    let mut second = Lines::connect(server.text);
    second.ask("NOM Zora");
    assert!(second.ask("SALLE 4821").contains("Zora 2"));
    play(&server, "Yves", "4821");
    // One who won in the hall, one who only sat there, and one with a result in the room.
    let mut in_hall = Lines::connect(server.text);
    in_hall.ask("NOM Wanda");
    in_hall.play(1, 100);
    let mut seated = Lines::connect(server.text);
    seated.ask("NOM Wanda");
    play(&server, "Wanda", "4821");
    let teacher = Teacher::of(&server);
    let look = || -> serde_json::Value {
        let found = teacher.ask("GET /prof/rooms/4821", "");
        serde_json::from_str(&found.body).expect("JSON")
    };
    let survey = look();
    let tiles = survey["tiles"].as_array().expect("tiles");
    let tile = tiles.iter().find(|tile| tile["name"] == "Zora");
    let player = &tile.expect("the pupil's tile")["player"];
    let body = serde_json::json!({ "player": player }).to_string();
    let answer = teacher.ask("POST /prof/rooms/4821/forget", &body);
    assert_eq!(answer.status, 204, "{answer:?}");
    assert!(
        zora.ask("50").contains("revoir"),
        "expected: the seat is gone"
    );
    let survey = look().to_string();
    assert!(
        survey.contains("Zora 2") && !survey.contains("\"Zora\""),
        "{survey}"
    );
    // What was erased is in no file, also while the server runs. The other keeps the name with its suffix,
    // and has asked for it without in the hall.
    let times = |word: &str| -> usize {
        let files = std::fs::read_dir(folder.path()).expect("a folder");
        let bytes =
            files.map(|file| std::fs::read(file.expect("a file").path()).expect("readable"));
        bytes
            .map(|bytes| {
                let parts = bytes.windows(word.len());
                parts.filter(|part| *part == word.as_bytes()).count()
            })
            .sum()
    };
    let names = ["Zora", "Zora 2"].map(times);
    assert_eq!(names, [2, 1], "expected: the other's two entries");
    assert!(times("Yves") > 0, "expected: who was not erased");
    assert!(server.stop().success(), "expected: an orderly end");
    drop((in_hall, seated));
    let forget = |rooms: &[&str], name: &str| {
        let mut forget = program();
        forget
            .args(["forget", "--yes", "--player", name])
            .args(rooms);
        run(forget.arg("--data").arg(folder.path()))
    };
    for (rooms, name, is_there) in [
        (&["--room", "4821"][..], "Yves", true),
        (&["--room", "4821"], "Zora 2", true),
        (&["--room", "4821"], "Zora", false),
        (&[], "Wanda", true),
        (&[], "Wanda", false),
    ] {
        let done = forget(rooms, name);
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains(name), "{done:?}");
        assert_eq!(said.contains("Effacé"), is_there, "{said}");
    }
    assert_eq!(["Zora", "Yves", "Wanda"].map(times), [0, 0, 0]);
    let server = Server::with_data(folder.path(), &arguments);
    let rounds = text(&server, "results.csv?room=4821");
    assert!(rounds.contains("anonyme "), "{rounds}");
    let mut newcomer = Lines::connect(server.text);
    let scores = newcomer.ask("SCORES");
    assert!(scores.contains("anonyme "), "{scores}");
}

/// The cells of a workbook's first sheet, or of another, as Python's own library unpacks them, and
/// how many are formulas.
const READ_WORKBOOK: &str = "
import sys, zipfile, xml.etree.ElementTree as tree
book = zipfile.ZipFile(sys.argv[1])
main = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
number = sys.argv[2] if len(sys.argv) > 2 else '1'
sheet = tree.fromstring(book.read('xl/worksheets/sheet' + number + '.xml'))
for row in sheet.iter(main + 'row'):
    print('|'.join(''.join(cell.itertext()) for cell in row))
print(len(list(sheet.iter(main + 'f'))), 'formulas')
";

#[test]
fn a_workbook_has_the_same_cells_and_no_formula() {
    let server = server(&["--room", "4821=solo"]);
    for name in ["Léa", "=1+1", "@SUM"] {
        play(&server, name, "4821");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("results.xlsx");
    download(&server, "results.xlsx", &file);
    let read = run(Command::new("python3")
        .args(["-c", READ_WORKBOOK])
        .arg(&file));
    let rows = String::from_utf8(read.stdout).expect("UTF-8");
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(
        rows.len(),
        5,
        "{rows:?} {:?}",
        String::from_utf8(read.stderr)
    );
    assert_eq!(
        rows[0],
        "date|room|mode|player|round|tries|won|guess|number|range"
    );
    assert!(rows[1].contains("|4821|solo|Léa|1|"), "{rows:?}");
    assert!(
        rows[2].contains("|'=1+1|1|") && rows[3].contains("|'@SUM|1|"),
        "{rows:?}"
    );
    assert_eq!(rows[4], "0 formulas");
    // A date is a number of days, as spreadsheets have it.
    let date = rows[1]
        .split('|')
        .next()
        .and_then(|days| days.parse::<f64>().ok());
    assert!(date.is_some_and(|days| days > 46_000.0), "{rows:?}");
}

/// Python's own reader of CSV: each row as one line of JSON.
const READ_CSV: &str = "
import csv, json, sys
for row in csv.reader(open(sys.argv[1], newline='', encoding='utf-8')):
    print(json.dumps(row, ensure_ascii=False))
";

fn python(script: &str, arguments: &[&str]) -> Vec<String> {
    let done = run(Command::new("python3").args(["-c", script]).args(arguments));
    assert!(done.status.success(), "{done:?}");
    let text = String::from_utf8(done.stdout).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

/// The first question of that kind, in the lesson that the server gives.
fn question(server: &Server, kind: &str) -> String {
    let lesson: Value =
        serde_json::from_str(&ask(server, "GET /lesson?lang=fr", "").body).expect("JSON");
    let chapters = lesson["lesson"]["chapters"].as_array().expect("chapters");
    let mut all = chapters
        .iter()
        .flat_map(|it| it["questions"].as_array().expect("a list"));
    let found = all.find(|it| it["kind"] == kind).expect("one of that kind");
    found["id"].as_str().expect("an id").to_owned()
}

fn post(server: &Server, path: &str, headers: &str, body: &Value) -> Value {
    let body = body.to_string();
    let length = body.len();
    let headers = format!(
        "{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let found = ask(server, &format!("POST {path}"), &headers);
    assert!(found.status / 100 == 2, "{path}: {found:?}");
    serde_json::from_str(&found.body).unwrap_or_default()
}

/// Protects the disk from a pupil who sends answers without pause: what one may have journaled is
/// bounded by the hour, and the others' answers are kept.
#[test]
fn a_pupil_s_answers_fill_no_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with_data(
        folder.path(),
        &["--web", "127.0.0.1:0", "--room", "4821=solo"],
    );
    let [mut greedy, mut other] = [(); 2].map(|()| Lines::connect(server.text));
    let [greedy, other] = [&mut greedy, &mut other].map(|player| {
        player.ask("SALLE 4821");
        player.code()
    });
    let id = question(&server, "program");
    let answer = "x".repeat(15_000);
    let send = |code: &str, answer: &str| {
        let given = json!({"code": code, "question": id, "answer": answer}).to_string();
        let headers = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{given}",
            given.len()
        );
        ask(&server, "POST /lesson/answer", &headers).status
    };
    let kept = (0..100)
        .take_while(|_| send(&greedy, &answer) == 200)
        .count();
    assert_eq!(
        kept,
        (ANSWERS_HOURLY_BYTES as usize).div_ceil(answer.len() + 150),
        "answers of 15,000 bytes"
    );
    assert_eq!(send(&greedy, "print(1)"), 429);
    assert_eq!(send(&other, "print(1)"), 200);
}

/// Protects the marks: rounds, tries and answers to the lesson are in each format, the same by
/// download and by `export`, read by others than us, and after the server was killed too. What
/// pupils write is no formula.
#[test]
fn rounds_tries_and_answers_are_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [
        "--web",
        "127.0.0.1:0",
        "--room",
        "4821=solo",
        "--room",
        "TV=sans-depasser,1..100,600",
    ];
    let mut first = Server::with_data(folder.path(), &arguments);
    let mut player = Lines::connect(first.text);
    for (line, answer) in [("SALLE 4821", ""), ("NOM =1+1", ""), ("1000", "Erreur")] {
        assert!(player.ask(line).starts_with(answer), "{line}");
    }
    let code = player.code();
    let tries = player.play(1, 100);
    let [id, number] = ["text", "number"].map(|kind| question(&first, kind));
    for (question, answer) in [
        (&number, "5"),
        (&id, "avant"),
        (&id, "=HYPERLINK(\"x\")\nla suite"),
    ] {
        let given = json!({"code": code, "question": question, "answer": answer});
        post(&first, "/lesson/answer", "", &given);
    }
    let headers = cookie(&first) + &own_origin(&first);
    let look: Value =
        serde_json::from_str(&ask(&first, "GET /prof/rooms/4821", &headers).body).expect("JSON");
    let mark = json!({"order": "mark", "player": look["tiles"][0]["player"], "question": id, "mark": "good"});
    post(&first, "/prof/rooms/4821", &headers, &mark);
    let (mut left, mut right) = (Lines::connect(first.text), Lines::connect(first.text));
    for each in [&mut left, &mut right] {
        each.ask("SALLE TV");
    }
    left.send("1");
    right.ask("100");
    left.read();
    first.kill();
    hold_tournament(folder.path());

    let second = Server::with_data(folder.path(), &arguments);
    let kept = tempfile::tempdir().expect("a folder");
    let file = |name: &str| {
        let path = kept.path().join(name);
        download(&second, name, &path);
        path.to_str().expect("UTF-8").to_owned()
    };
    let book = file("results.xlsx");
    for (sheet, table) in [
        ("1", "rounds"),
        ("2", "tries"),
        ("3", "answers"),
        ("4", "tournament"),
    ] {
        let csv = file(&format!("{table}.csv"));
        let json = file(&format!("{table}.json"));
        for (format, file) in [("csv", &csv), ("json", &json)] {
            let mut export = program();
            export
                .args(["export", "--table", table, "--format", format, "--data"])
                .arg(folder.path());
            let exported = String::from_utf8(run(&mut export).stdout).expect("UTF-8");
            assert_eq!(
                exported,
                std::fs::read_to_string(file).expect("UTF-8"),
                "{table}.{format}"
            );
        }
        let rows = python(READ_CSV, &[&csv]);
        let objects: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(&json).expect("UTF-8")).expect("JSON");
        let cells = python(READ_WORKBOOK, &[&book, sheet]);
        assert_eq!(rows.len(), objects.len() + 1, "{table}: {rows:?}");
        assert_eq!(
            cells.last().map(String::as_str),
            Some("0 formulas"),
            "{table}"
        );
        match table {
            "rounds" => assert_eq!(objects.len(), 3, "{rows:?}"),
            "tries" => {
                assert_eq!(objects.len() as u32, tries + 2, "{rows:?}");
                assert_eq!(objects[tries as usize - 1]["verdict"], "found");
                assert_eq!(
                    (&objects[0]["try"], &objects[0]["player"]),
                    (&json!(1), &json!("=1+1"))
                );
                let tv = objects.iter().filter(|it| it["room"] == "TV");
                let mut tv: Vec<_> = tv
                    .map(|it| (it["guess"].as_i64(), &it["try"], &it["verdict"]))
                    .collect();
                tv.sort_by_key(|(guess, ..)| *guess);
                let one = json!(1);
                let (won, lost) = (json!("won"), json!("lost"));
                // 1 is never above the number; 100 is it in one game of a hundred.
                let (low, high) = (tv[0].2.clone(), tv[1].2.clone());
                assert!(
                    [(&won, &lost), (&lost, &won)].contains(&(&low, &high)),
                    "{tv:?}"
                );
                assert_eq!(
                    tv.iter().map(|it| (it.0, it.1)).collect::<Vec<_>>(),
                    [(Some(1), &one), (Some(100), &one)]
                );
                assert!(rows[1].contains("\"'=1+1\""), "{rows:?}");
            }
            "tournament" => {
                assert_eq!(objects.len(), 3, "{rows:?}");
                let cell = |row: usize, column: &str| objects[row][column].clone();
                assert_eq!(
                    ["tournament", "client", "server", "outcome", "tries"].map(|it| cell(0, it)),
                    [json!(1), json!("=1+1"), Value::Null, json!("won"), json!(7)]
                );
                assert_eq!(
                    ["tournament", "client", "server", "outcome", "tries"].map(|it| cell(2, it)),
                    [
                        json!(2),
                        Value::Null,
                        json!("Léa"),
                        json!("absent-server"),
                        Value::Null
                    ]
                );
                assert!(rows[1].contains("'=1+1"), "{rows:?}");
            }
            _ => {
                assert_eq!(objects.len(), 2, "{rows:?}");
                assert_eq!(objects[0]["question"], number);
                assert_eq!(objects[1]["answer"], "=HYPERLINK(\"x\")\nla suite");
                assert_eq!(
                    (&objects[1]["attempts"], &objects[1]["mark"]),
                    (&json!(2), &json!("good"))
                );
                assert!(rows[2].contains("'=HYPERLINK"), "{rows:?}");
                assert!(
                    cells.iter().any(|it| it.contains("'=HYPERLINK")),
                    "{cells:?}"
                );
            }
        }
    }
}

/// Adds two tournaments of the room TV to a journal.
fn hold_tournament(folder: &Path) {
    let entered = |who, number, party, name| Entry::Entered {
        player: PlayerId([who; 16]),
        number,
        party,
        alias: 0,
        name: Name::parse(name).expect("a name"),
    };
    let met = |number, client: Option<u8>, server: Option<u8>, kind| Entry::Met {
        number,
        met: Met {
            client: client.map(|who| PlayerId([who; 16])),
            server: server.map(|who| PlayerId([who; 16])),
            kind,
            tries: 7,
            typed: false,
            detail: None,
        },
    };
    let begins = |number| Entry::Tournament { number, pairs: 3 };
    let entries = [
        begins(1),
        entered(1, 1, Party::Client, "=1+1"),
        entered(2, 1, Party::Server, "Léa"),
        met(1, Some(1), None, CellKind::Won),
        met(1, Some(1), Some(2), CellKind::Blocked),
        begins(2),
        entered(2, 2, Party::Server, "Léa"),
        met(2, None, Some(2), CellKind::AbsentServer),
    ];
    let record = |entry| Record {
        room: RoomId::Shared("TV".parse().expect("a code")),
        at: 1_700_000_000_000,
        entry,
    };
    let store = Store::Local(folder.to_owned());
    let journal = Journal::open(&store, &mut |_, _| {}).expect("a folder of ours");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let written = journal.append(entries.into_iter().map(record).collect());
    runtime
        .expect("a runtime")
        .block_on(written)
        .expect("commits");
}

#[test]
fn a_server_without_a_folder_remembers_this_lesson_s_results() {
    const { assert!(RESULTS_IN_MEMORY > 1000) };
    let server = server(&["--room", "A=solo"]);
    let header = text(&server, "results.csv");
    assert_eq!(header.lines().count(), 1, "{header}");
    assert_eq!(text(&server, "results.json"), "[]\n");
    play(&server, "Léa", "HALL");
    let csv = text(&server, "results.csv");
    assert!(csv.contains(",HALL,solo,Léa,1,"), "{csv}");
    let mut player = Lines::connect(server.text);
    player.ask("SALLE A");
    player.play(1, 100);
    assert!(text(&server, "tries.csv").contains(",A,solo,"));
}

/// Protects the machine from a browser that asks for one file after the other and reads none: the
/// next one waits, and players notice nothing.
#[test]
fn a_download_that_nobody_reads_makes_the_next_ones_wait() {
    // More than the system keeps for both ends of a connection.
    const RESULTS: u64 = 30_000;
    let folder = tempfile::tempdir().expect("a folder");
    let result = |cause| Record {
        room: RoomId::Results,
        at: 1_700_000_000_000,
        entry: Entry::Result(Box::new(Score {
            room: RoomId::Shared("4821".parse().expect("a code")),
            cause,
            rules: Rules::new(Mode::Race, Range::LESSON, None).expect("sound rules"),
            round: 1,
            player: PlayerId([1; 16]),
            name: Name::parse(&"W".repeat(NAME_CHARS)).expect("a name"),
            tries: 1,
            guess: 50,
            number: 50,
            won: true,
            tally: Tally {
                wins: 1,
                best: 1,
                tries: 1,
            },
        })),
    };
    let store = Store::Local(folder.path().to_owned());
    let journal = Journal::open(&store, &mut |_, _| {}).expect("a folder of ours");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let written = journal.append((1..=RESULTS).map(result).collect());
    runtime
        .expect("a runtime")
        .block_on(written)
        .expect("commits");
    drop(journal);

    let server = Server::with_data(folder.path(), &["--web", "127.0.0.1:0"]);
    let request = format!(
        "GET /prof/results.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}\r\n",
        cookie(&server)
    );
    let ask = || {
        let mut http = Http::connect(page(&server));
        http.send(&request);
        http
    };
    let mut unread: Vec<Http> = (0..DOWNLOADS).map(|_| ask()).collect();
    for http in &mut unread {
        http.stream.fill_buf().expect("it has begun");
    }
    let mut next = ask();
    Lines::connect(server.text).play(1, 100);
    let socket = next.stream.get_ref();
    socket.set_nonblocking(true).expect("a TCP socket");
    let early = next.stream.get_ref().peek(&mut [0]);
    assert!(early.is_err(), "a third one has begun: {early:?}");
    let socket = next.stream.get_ref();
    socket.set_nonblocking(false).expect("a TCP socket");
    drop(unread.pop());
    assert_eq!(next.answer().status, 200, "there is room for it now");
}

#[test]
fn what_is_no_results_file_is_said_so() {
    let server = server(&[]);
    let cookie = cookie(&server);
    for (path, status) in [
        ("results.csv?room=a%20b", 400),
        ("results.pdf", 404),
        ("results.", 404),
        ("teacher.token", 404),
    ] {
        let found = ask(&server, &format!("GET /prof/{path}"), &cookie);
        assert_eq!(found.status, status, "{path}: {found:?}");
    }
}
