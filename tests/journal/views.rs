//! The views: what a teacher sees with any SQLite tool.

use std::path::Path;

use game::rules::{Entry, Record, RoomId, Rules, Score, Seed};
use rusqlite::types::Value;
use server::journal::Store;
use tempfile::TempDir;

use super::util::*;

const VIEWS: [&str; 4] = ["salles", "joueurs", "resultats", "essais"];

/// All rows of a view but for dates, which are local.
fn rows(dir: &Path, view: &str) -> Vec<Vec<Value>> {
    let sql = sql(dir);
    let mut select = sql.prepare(&format!("SELECT * FROM {view}")).unwrap();
    let names: Vec<String> = select.column_names().map(str::to_owned).collect();
    let shown = |name: &String| name != "date" && name != "depuis";
    let columns: Vec<usize> = (0..names.len()).filter(|&i| shown(&names[i])).collect();
    select
        .query_map([], |row| columns.iter().map(|&i| row.get(i)).collect())
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn text(rows: Vec<Vec<Value>>) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        other => panic!("{other:?} in a view"),
    };
    rows.iter()
        .map(|row| row.iter().map(cell).collect::<Vec<_>>().join("|"))
        .collect()
}

/// A room with an open round, a player of the hall, and a result that came twice.
fn story(seed: Seed) -> Vec<Record> {
    let other = Rules {
        limit: None,
        ..race()
    };
    let join = |who, called| Entry::Join {
        player: player(who),
        name: name(called),
        seed,
    };
    let ended = Score {
        won: true,
        guess: 42,
        ..score(RoomId::Hall(player(2)), 2, "Tom")
    };
    vec![
        in_room(
            "4821",
            Entry::Open {
                rules: race(),
                seed,
            },
        ),
        in_room("4821", Entry::Open { rules: other, seed }),
        in_hall(2, Entry::Open { rules: other, seed }),
        in_hall(2, join(2, "Tom")),
        in_room("4821", join(1, "Léa")),
        guess(2, 1),
        in_room(
            "4821",
            Entry::Guess {
                player: player(1),
                epoch: 1,
                n: 1,
                value: 60,
            },
        ),
        in_room(
            "4821",
            Entry::Rename {
                player: player(1),
                epoch: 1,
                n: 2,
                name: name("Léa B"),
            },
        ),
        result(ended.clone()),
        result(ended),
    ]
}

#[test]
fn a_teacher_reads_the_journal() {
    let dir = TempDir::new().unwrap();
    write(&Store::Local(dir.path().to_owned()), story(Seed([7; 32])));
    let view = |name| text(rows(dir.path(), name));
    assert_eq!(view("salles"), ["4821|course|1|100|60"]);
    assert_eq!(view("joueurs"), ["HALL|Tom", "4821|Léa B"]);
    assert_eq!(view("essais"), ["HALL|Tom|1|50", "4821|Léa B|1|60"]);
    assert_eq!(view("resultats"), ["HALL|course|Tom|1|3|oui|42"]);
    let date: String = sql(dir.path())
        .query_row("SELECT date FROM resultats", [], |row| row.get(0))
        .unwrap();
    assert_eq!(date.len(), "2023-11-14 22:13:20".len(), "{date}");
}

/// Protects a teacher's queries: guesses that share a row are seen like others, also in a journal that was
/// begun by an earlier version.
#[test]
fn guesses_that_share_a_row_are_seen_like_others() {
    let all = [story(Seed([7; 32])), crowd(40)].concat();
    let [alone, together] = [0, 1].map(|_| TempDir::new().unwrap());
    for record in &all {
        write(&Store::Local(alone.path().to_owned()), vec![record.clone()]);
    }
    let store = Store::Local(together.path().to_owned());
    write(&store, story(Seed([7; 32])));
    let earlier = "DROP VIEW essais; CREATE VIEW essais AS SELECT seq FROM entries";
    sql(together.path()).execute_batch(earlier).unwrap();
    write(&store, crowd(40));
    for view in VIEWS {
        assert_eq!(rows(together.path(), view), rows(alone.path(), view));
    }
    assert_eq!(rows(together.path(), "essais").len(), 42);
    let version = |dir: &Path| -> i64 {
        let sql = sql(dir);
        let version = sql.query_row("PRAGMA user_version", [], |row| row.get(0));
        version.unwrap()
    };
    assert_eq!((version(alone.path()), version(together.path())), (1, 3));
    // An earlier program would not know a tournament either, however few guesses there are.
    let tournament = |record: &Record| matches!(record.entry, Entry::Tournament { .. });
    let known = one_of_each().into_iter().find(tournament).unwrap();
    write(&Store::Local(alone.path().to_owned()), vec![known]);
    assert_eq!(version(alone.path()), 3);
}

/// Two journals that differ only in their seeds, so in the numbers to be found, look the same.
#[test]
fn no_view_shows_a_seed_or_an_open_round() {
    let seen = [3, 200].map(|byte| {
        let dir = TempDir::new().unwrap();
        write(
            &Store::Local(dir.path().to_owned()),
            story(Seed([byte; 32])),
        );
        let views: Vec<String> = sql(dir.path())
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY rowid")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(views, VIEWS);
        VIEWS.map(|view| rows(dir.path(), view))
    });
    assert_eq!(seen[0], seen[1]);
}
