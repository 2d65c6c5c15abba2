//! The results that the teacher downloads.

use std::path::Path;
use std::process::Command;

use juste_prix::limits::RESULTS_IN_MEMORY;

use crate::common::{Lines, Server, program, run};
use crate::http::{ask, page, server};
use crate::teacher::cookie;

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
    player.ask("1");
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

/// The cells of a workbook, as Python's own library unpacks them, and how many are formulas.
const READ_WORKBOOK: &str = "
import sys, zipfile, xml.etree.ElementTree as tree
book = zipfile.ZipFile(sys.argv[1])
main = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
sheet = tree.fromstring(book.read('xl/worksheets/sheet1.xml'))
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

#[test]
fn a_server_without_a_folder_remembers_this_lesson_s_results() {
    const { assert!(RESULTS_IN_MEMORY > 1000) };
    let server = server(&[]);
    let header = text(&server, "results.csv");
    assert_eq!(header.lines().count(), 1, "{header}");
    assert_eq!(text(&server, "results.json"), "[]\n");
    play(&server, "Léa", "HALL");
    let csv = text(&server, "results.csv");
    assert!(csv.contains(",HALL,solo,Léa,1,"), "{csv}");
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
