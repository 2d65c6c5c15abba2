//! Nobody sees a number before its round is over, and everybody can verify it afterwards.
//!
//! Twins: two folders that differ in their seeds alone. The seeds are chosen so that round 1 has
//! the same number in both and round 2 has not, but one that deserves the same answers to all that
//! is said. The real program is run on each, the same is said to it, and every byte that comes out
//! of it anywhere must be the same, commitments aside.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime};

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER, HEXUPPER};
use juste_prix::game::secret::draw;
use juste_prix::game::{Entry, Key, Mode, Name, Range, Record, ResumeCode, Rules, Seed};
use juste_prix::journal::{Journal, Store};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use common::{Lines, PATIENCE, Server, program, run};

/// Numbers of round 2: bigger than all that is guessed before it is won.
const SECRETS: RangeInclusive<i32> = 60..=100;
/// The players' proofs. Their codes are the same in both twins.
const KEYS: [Key; 2] = [Key([0x41; 10]), Key([0x53; 10])];
const NAMES: [&str; 2] = ["Léa", "Zoé"];
/// What the first player says in round 2, with guesses below both numbers.
const SAID: [&str; 17] = [
    "PREUVE",
    "SCORES",
    "50",
    "AIDE",
    "NOM Lou",
    "douze",
    "1e1",
    "101",
    "-3",
    "",
    "PREUVE 2",
    "MOTS signes",
    "MOTS fr",
    "REPRENDRE",
    "SALLE 9999",
    "1",
    "REPRENDRE HALL-AAAAAAAAAAAAAAAA",
];

/// The number of a round.
fn number(seed: &Seed, round: u32) -> i32 {
    draw(seed, round, Range::LESSON).number()
}

/// Two seeds with the same number in round 1 and different ones of [`SECRETS`] in round 2.
fn twin_seeds() -> [Seed; 2] {
    let seeds = (0u32..).map(|count| Seed(Sha256::digest(count.to_be_bytes()).into()));
    let mut known: Vec<Seed> = Vec::new();
    for seed in seeds.filter(|seed| SECRETS.contains(&number(seed, 2))) {
        let is_twin = |other: &&Seed| {
            number(other, 1) == number(&seed, 1) && number(other, 2) != number(&seed, 2)
        };
        if let Some(twin) = known.iter().find(is_twin) {
            return [*twin, seed];
        }
        known.push(seed);
    }
    unreachable!("a hundred numbers of round 1 repeat soon")
}

/// A folder with two players seated in a room of that mode, all numbers drawn from one seed.
/// Solo is played in the public hall, by the first of them; the other sits in their own.
fn folder(mode: Mode, seed: Seed) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::Local(folder.path().to_owned());
    let journal = Journal::open(&store, &mut |_, _| {}).expect("a new journal");
    let limit = (mode == Mode::Closest).then_some(3600);
    let rules = Rules::new(mode, Range::LESSON, limit).expect("rules that fit");
    // Now: nobody comes back to a seat that has been idle for long.
    let since = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock that is set");
    let at = since.as_millis() as u64;
    let mut records = Vec::new();
    for (key, name) in KEYS.into_iter().zip(NAMES) {
        let (room, player) = (code(mode, key).room_id(), key.player());
        let name = Name::parse(name).expect("a name");
        for entry in [
            Entry::Open { rules, seed },
            Entry::Join { player, name, seed },
        ] {
            records.push(Record { room, at, entry });
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let appended = runtime
        .expect("a runtime")
        .block_on(journal.append(records));
    appended.expect("committed");
    journal.close().expect("committed");
    folder
}

/// What brings a player back to their seat.
fn code(mode: Mode, key: Key) -> ResumeCode {
    let room = match mode {
        Mode::Solo => None,
        Mode::Race | Mode::Closest => "TWIN".parse().ok(),
    };
    ResumeCode { room, key }
}

/// A game on one of the twins.
struct Game {
    mode: Mode,
    seed: Seed,
    folder: TempDir,
    server: Server,
    players: [Lines; 2],
    /// All that has come out, in order.
    seen: String,
}

impl Game {
    /// Serves the folder; both players come back.
    fn start(mode: Mode, seed: Seed) -> Game {
        let folder = folder(mode, seed);
        let mut seen = banner(folder.path());
        let server = Server::with_data(folder.path(), &[]);
        let players = KEYS.map(|key| {
            let mut player = Lines::connect(server.text);
            seen += &player.greeting;
            seen += &player.ask(&format!("REPRENDRE {}", code(mode, key)));
            player
        });
        Game {
            mode,
            seed,
            folder,
            server,
            players,
            seen,
        }
    }

    /// A player says something and is answered.
    fn ask(&mut self, player: usize, message: &str) -> String {
        let answer = self.players[player].ask(message);
        self.seen += &format!("{player} {message:?}: {answer}\n");
        answer
    }

    /// The second player's guess waits for the first's: who is here may look on.
    fn guess_and_wait(&mut self, value: i32) {
        self.players[1].send(&value.to_string());
        let journal = read_only(self.folder.path());
        let made = "SELECT count(*) FROM essais WHERE nombre_propose = ?1";
        let deadline = Instant::now() + PATIENCE;
        while journal.query_row(made, [value], |row| row.get(0)) != Ok(1) {
            assert!(Instant::now() < deadline, "{value} is not in the journal");
        }
        self.see_scores(0);
    }

    /// The first player wins round 1, which shows the same number in both twins.
    fn win_first(&mut self) {
        if self.mode == Mode::Closest {
            self.guess_and_wait(1);
        }
        self.ask(0, &number(&self.seed, 1).to_string());
        if self.mode == Mode::Closest {
            self.seen += &self.players[1].read();
        }
        // The hall's scores are read from the results, which come just after the win.
        let deadline = Instant::now() + PATIENCE;
        while !self.players[0].ask("SCORES").contains("Les meilleurs") {
            assert!(Instant::now() < deadline, "the win has no result");
        }
    }

    /// Asks for what a player may look at at any time.
    fn see_scores(&mut self, player: usize) {
        for message in ["SCORES", "PREUVE"] {
            self.ask(player, message);
        }
    }

    /// Round 2 as far as both numbers deserve the same.
    fn play(&mut self) {
        let holds = self.mode == Mode::Closest;
        for message in SAID {
            let is_guess = message.parse().is_ok_and(|n: i32| (1..=100).contains(&n));
            // In this mode the first player's guess would be answered with the number.
            if !(is_guess && holds) {
                self.ask(0, message);
            }
        }
        self.see_scores(1);
        if holds {
            self.guess_and_wait(50);
        } else {
            // The news of round 1, where there is some, then a guess.
            self.ask(1, "2");
            self.ask(1, "3");
        }
        // Both come back on another connection, which asks in other words.
        for (index, words) in [(0, "plus"), (0, "en"), (1, "signes")] {
            let mut player = Lines::connect(self.server.text);
            player.ask(&format!("MOTS {words}"));
            self.seen += &player.ask(&format!("RESUME {}", code(self.mode, KEYS[index])));
            self.players[index] = player;
            self.ask(index, "HELP");
            self.see_scores(index);
        }
        self.ask(0, "MOTS fr");
    }

    /// What other doors than the text door show: exports, and the journal's views.
    fn outside(&mut self) {
        let folder = self.folder.path();
        for format in ["csv", "json"] {
            let arguments = ["export", "--format", format, "--data"];
            let done = run(program().args(arguments).arg(folder));
            self.seen += &text(&done.stdout);
            self.seen += &text(&done.stderr);
        }
        self.seen += &views(folder);
    }

    /// What is seen, without what differs from run to run: the folder, the ports, dates, and what
    /// nobody can foresee: commitments and nonces, 64 hexadecimal digits each.
    fn comparable(&self) -> String {
        let folder = self.folder.path().to_str().expect("a UTF-8 path");
        let seen = self.seen.replace(folder, "FOLDER");
        let seen = masked(&seen, "DIGEST", |c| c.is_ascii_hexdigit(), is_digest);
        masked(&seen, "DATE", |c| !matches!(c, '"' | ',' | '\n'), is_date)
    }
}

/// The text with a mask for each of its words that is one of these; the rest is between words.
fn masked(seen: &str, mask: &str, in_word: fn(char) -> bool, is: fn(&str) -> bool) -> String {
    let mut text = String::new();
    for part in seen.split_inclusive(|c| !in_word(c)) {
        let word = part.trim_end_matches(|c| !in_word(c));
        text += if is(word) { mask } else { word };
        text += &part[word.len()..];
    }
    text
}

/// 256 bits in hexadecimal.
fn is_digest(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `2026-01-31T08:30:00Z`
fn is_date(word: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    word.len() == 20 && word.ends_with('Z') && word.split(['-', 'T', ':', 'Z']).all(digits)
}

/// What `serve` tells the teacher, at its start and at its end, on both outputs.
fn banner(folder: &Path) -> String {
    let mut command: Command = program();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.expect("the program starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut shown = String::new();
    // The last line tells how to stop.
    while !shown.contains("Ctrl-C") {
        let count = stdout.read_line(&mut shown).expect("UTF-8");
        assert!(count > 0, "expected: how to stop; got {shown:?}");
    }
    // SAFETY: kill has no effect on this process: the id is our child's, not waited for yet.
    unsafe { libc::kill(child.id() as i32, libc::SIGTERM) };
    stdout.read_to_string(&mut shown).expect("UTF-8");
    let done = child.wait_with_output().expect("our child");
    shown += &text(&done.stderr);
    let port = shown.split("127.0.0.1:").nth(1).expect("an address");
    let end = port.find(|c: char| !c.is_ascii_digit());
    let port = port[..end.unwrap_or(port.len())].to_owned();
    shown.replace(&port, "PORT")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn read_only(folder: &Path) -> Connection {
    let journal = folder.join("journal.sqlite");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    Connection::open_with_flags(journal, flags).expect("readable with plain SQL")
}

/// All rows of all views, dates aside.
fn views(folder: &Path) -> String {
    let journal = read_only(folder);
    let names = "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name";
    let mut names = journal.prepare(names).expect("sound SQL");
    let names = names.query_map([], |row| row.get(0)).expect("rows");
    let names: Vec<String> = names.collect::<Result<_, _>>().expect("names");
    assert!(
        names.len() >= 4,
        "expected: the teacher's views; got {names:?}"
    );
    let mut shown = String::new();
    for name in names {
        let mut all = journal
            .prepare(&format!("SELECT * FROM {name}"))
            .expect("a view");
        let columns: Vec<String> = all.column_names().map(str::to_owned).collect();
        let mut rows = all.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for (index, column) in columns.iter().enumerate() {
                if !matches!(&**column, "date" | "depuis") {
                    let value: Value = row.get(index).expect("a value");
                    shown += &format!("{name}.{column}: {value:?}\n");
                }
            }
        }
    }
    shown
}

/// What an answer to `PREUVE` says: the commitment, and the round before's commitment and opening.
fn proof(answer: &str) -> (String, Option<(String, String)>) {
    let words = answer.split(|c: char| c.is_whitespace() || c == ',');
    let words = words.map(|word| word.trim_end_matches('.'));
    let digests: Vec<&str> = words.clone().filter(|word| is_digest(word)).collect();
    let opening = words.clone().find(|word| word.starts_with("jp1:"));
    let previous = opening.map(|opening| (digests[1].to_owned(), opening.to_owned()));
    (digests[0].to_owned(), previous)
}

/// The round is opened as it was committed to, for this program and for any other.
fn assert_opens(committed: &str, answer: &str, round: u32, number: i32) {
    let (_, previous) = proof(answer);
    let (kept, opening) = previous.unwrap_or_else(|| panic!("expected an opening; got {answer}"));
    assert_eq!(kept, committed, "the commitment before the first guess");
    let digest = HEXLOWER.encode(&Sha256::digest(&opening));
    assert_eq!(digest, committed, "SHA-256 of {opening:?}");
    let fields: Vec<&str> = opening.split(':').collect();
    let expected = [&*round.to_string(), "1..100", &*number.to_string()];
    assert_eq!(
        fields[2..5],
        expected,
        "round, range and number of {opening:?}"
    );
    let done = run(program().args(["verify", committed, &opening]));
    assert!(done.status.success(), "verify; got {done:?}");
}

/// No seed comes out, in any way to write it down.
fn assert_no_seed(seed: &Seed, seen: &str) {
    let written = [
        HEXLOWER.encode(&seed.0),
        HEXUPPER.encode(&seed.0),
        BASE32_NOPAD.encode(&seed.0),
        BASE64.encode(&seed.0),
        format!("{:?}", seed.0),
    ];
    for seed in written {
        // The beginning is enough to tell.
        let seed = &seed[..20];
        assert!(
            !seen.contains(seed),
            "expected: no seed; got {seed} in {seen}"
        );
    }
}

/// Two numbers that deserve the same answers look the same until the round is over; then the
/// number is told, and it is the one that was committed to.
fn assert_fair(mode: Mode) {
    let seeds = twin_seeds();
    let mut games = seeds.map(|seed| Game::start(mode, seed));
    let mut commitments = Vec::new();
    for game in &mut games {
        let (first, none) = proof(&game.ask(0, "PREUVE"));
        assert_eq!(none, None, "nothing is opened before the first round ends");
        game.win_first();
        // Readable before round 2's first guess.
        let answer = game.ask(0, "PREUVE");
        assert_opens(&first, &answer, 1, number(&game.seed, 1));
        commitments.push(proof(&answer).0);
        game.play();
        game.outside();
    }
    let [one, other] = [0, 1].map(|index: usize| games[index].comparable());
    for (line, (one, other)) in one.lines().zip(other.lines()).enumerate() {
        assert_eq!(
            one, other,
            "line {line} tells two numbers apart: {mode:?}, {seeds:?}"
        );
    }
    assert_eq!(one.len(), other.len(), "what two numbers show: {mode:?}");
    assert_ne!(commitments[0], commitments[1], "the numbers are two");

    for (game, committed) in games.iter_mut().zip(commitments) {
        let before = proof(&game.ask(0, "PREUVE")).0;
        assert_eq!(
            before, committed,
            "the commitment while the round is played"
        );
        let won = game.ask(0, &number(&game.seed, 2).to_string());
        assert!(won.starts_with("Gagné"), "expected a win; got {won:?}");
        let answer = game.ask(0, "PREUVE");
        assert_opens(&committed, &answer, 2, number(&game.seed, 2));
        game.outside();
        assert!(game.server.stop().success(), "the server stops");
        game.seen += &game.server.errors();
        assert_no_seed(&game.seed, &game.seen);
        assert_no_key(game.folder.path());
    }
}

/// Who reads the journal can't take a seat over: it holds the keys' hashes.
fn assert_no_key(folder: &Path) {
    for name in ["journal.sqlite", "journal.sqlite-wal"] {
        let bytes = fs::read(folder.join(name)).unwrap_or_default();
        for key in KEYS {
            let is_there = |written: &[u8]| bytes.windows(written.len()).any(|w| w == written);
            let text = BASE32_NOPAD.encode(&key.0);
            let found = is_there(&key.0) || is_there(text.as_bytes());
            assert!(!found, "expected: no key in {name}; got {key:?}, {text}");
        }
    }
}

/// Protects a player alone: nothing tells the number before it is found.
#[test]
fn a_solo_number_shows_nowhere_before_it_is_found() {
    assert_fair(Mode::Solo);
}

/// Protects a race: nothing tells one player what another could use.
#[test]
fn a_races_number_shows_nowhere_before_it_is_found() {
    assert_fair(Mode::Race);
}

/// Protects *sans dépasser*: a guess that waits tells nothing, nor does the number.
#[test]
fn a_number_not_to_go_over_shows_nowhere_before_the_round_closes() {
    assert_fair(Mode::Closest);
}
