//! Kinds of programs that learners write, sound and faulty, small ones: what the report says first, what
//! kind it takes them for, and that `bot` claims no win that was none.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{document, each, finish, found, python, sentences};

/// How the program is examined.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Command,
    Address,
}

/// What `bot` must do with it in two games.
#[derive(Clone, Copy, Debug)]
enum Bot {
    /// It wins both.
    Wins,
    /// It stops, with this in its sentence.
    Stops(&'static str),
}

/// A kind of program.
struct Kind {
    name: &'static str,
    /// What follows `kinds/common.py`.
    program: &'static str,
    by: By,
    /// The check to mend first and what it found, or what is said where nothing failed.
    said: (&'static str, &'static str),
    /// A trait that the profile must have.
    profile: &'static str,
    bot: Bot,
}

const SOUND: (&str, &str) = ("", "");

const fn kind(
    name: &'static str,
    by: By,
    said: (&'static str, &'static str),
    profile: &'static str,
    bot: Bot,
    program: &'static str,
) -> Kind {
    Kind {
        name,
        program,
        by,
        said,
        profile,
        bot,
    }
}

/// Serves one player, then ends.
const ONE_PLAYER: &str = r#"
player = Player(service.accept()[0])
player.say("Devine un nombre entre 1 et 100")
player.play(random.randint(1, 100))
player.connection.close()
"#;

/// One number for all; once it is found, the next players hear that the game is over.
const ONE_WINNER: &str = r#"
secret, winner = random.randint(1, 100), None
def game(player):
    global winner
    player.say("Devine un nombre entre 1 et 100\n")
    if not winner and player.play(secret): winner = player
threads(game)
"#;

/// Waits for its own keyboard between two games.
const OWN_KEYBOARD: &str = r#"
while True:
    player = Player(service.accept()[0])
    player.say("Votre proposition ?\n")
    try: player.play(random.randint(1, 100))
    except OSError: pass
    player.connection.close()
    if input("Encore ? (o/n) ") == "n": break
"#;

const KINDS: &[Kind] = &[
    kind(
        "no hints, ten numbers",
        By::Command,
        SOUND,
        "without_hints",
        Bot::Wins,
        r#"
def game(player):
    player.say("Devine un nombre entre 1 et 10\n")
    player.play(random.randint(1, 10), "Non, essaie encore\n", "Non, essaie encore\n", "Oui, c'est lui !\n")
threads(game)
"#,
    ),
    kind(
        "no hints, a thousand numbers",
        By::Command,
        ("game", "game-without-hints"),
        "without_hints",
        Bot::Stops("ne donne pas d'indice"),
        r#"
def game(player):
    player.say("Devine un nombre entre 1 et 1000\n")
    player.play(random.randint(1, 1000), "Non\n", "Non\n", "Oui !\n")
threads(game)
"#,
    ),
    kind(
        "no hints, one number for ever",
        By::Command,
        ("fresh", "fresh-same"),
        "without_hints",
        Bot::Wins,
        r#"
def game(player):
    player.say("Devine un nombre entre 1 et 20\n")
    player.play(7, "Faux\n", "Faux\n", "Exact\n")
threads(game)
"#,
    ),
    kind(
        "a password",
        By::Command,
        ("answers", "answers-password"),
        "speaks_first",
        Bot::Stops("mot de passe"),
        r#"
def game(player):
    player.say("Mot de passe : ")
    if player.read().strip() != "sesame":
        return player.say("Mot de passe incorrect, au revoir\n")
    player.play(random.randint(1, 100))
threads(game)
"#,
    ),
    kind(
        "a password after a name, in English",
        By::Address,
        ("answers", "answers-password"),
        "speaks_first",
        Bot::Stops("mot de passe"),
        r#"
def game(player):
    player.say("Login: ")
    player.read()
    player.say("Password: ")
    player.read()
    player.say("Access denied.\n")
threads(game)
"#,
    ),
    kind(
        "an acknowledgement a hint, with a prompt",
        By::Command,
        SOUND,
        "acknowledged",
        Bot::Wins,
        r#"
def game(player):
    secret = random.randint(1, 100)
    while True:
        player.say("Entrez un nombre")
        message = player.read()
        n = number(message)
        if not message: break
        if n == secret: return player.say("gagné")
        player.say("Erreur : un nombre" if n is None else "plus" if n < secret else "moins")
        if not player.read(): break
threads(game)
"#,
    ),
    kind(
        "an acknowledgement a hint, without a prompt",
        By::Address,
        SOUND,
        "acknowledged",
        Bot::Wins,
        r#"
def game(player):
    secret = random.randint(1, 100)
    while message := player.read():
        n = number(message)
        if n == secret: return player.say("Gagné !")
        player.say("Erreur : un nombre" if n is None else "Trop petit" if n < secret else "Trop grand")
        if not player.read(): break
threads(game)
"#,
    ),
    kind(
        "four bytes of length, the smallest part first",
        By::Command,
        SOUND,
        "lengths_little_endian",
        Bot::Wins,
        r#"
class Framed(Player):
    def say(self, text):
        self.connection.sendall(struct.pack("<I", len(text.encode())) + text.encode())
    def read(self):
        length = self.exactly(4)
        return self.exactly(struct.unpack("<I", length)[0]).decode(errors="replace") if length else ""
    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.connection.recv(count - len(data))
            if not piece: return b""
            data += piece
        return data
threads(lambda player: Framed(player.connection).play(random.randint(1, 100), "higher", "lower", "well done"))
"#,
    ),
    kind(
        "one byte of length, and a greeting",
        By::Address,
        SOUND,
        "lengths_big_endian",
        Bot::Wins,
        r#"
class Framed(Player):
    def say(self, text):
        self.connection.sendall(bytes([len(text.encode())]) + text.encode())
    def read(self):
        length = self.connection.recv(1)
        return self.connection.recv(length[0]).decode(errors="replace") if length else ""
def game(player):
    player = Framed(player.connection)
    player.say("Devine un nombre entre 1 et 100")
    player.play(random.randint(1, 100), "Trop petit", "Trop grand", "Bravo")
threads(game)
"#,
    ),
    kind(
        "objects, under a name of its own",
        By::Command,
        SOUND,
        "objects",
        Bot::Wins,
        r#"
def game(player):
    secret = random.randint(1, 100)
    def say(**answer): player.say(json.dumps(answer))
    say(type="bienvenue", min=1, max=100)
    while message := player.read():
        try: n = int(json.loads(message)["essai"])
        except (ValueError, KeyError, TypeError):
            say(type="erreur")
            continue
        if n == secret: return say(type="gagne")
        say(type="indice", texte="trop petit" if n < secret else "trop grand")
threads(game)
"#,
    ),
    kind(
        "another range each game",
        By::Command,
        SOUND,
        "range_each_game",
        Bot::Wins,
        r#"
highest = [20, 50, 100]
def game(player):
    highest.append(highest.pop(0))
    player.say(f"Devine un nombre entre 1 et {highest[0]}\n")
    player.play(random.randint(1, highest[0]))
threads(game)
"#,
    ),
    kind(
        "hints by the range that is left",
        By::Command,
        SOUND,
        "narrows",
        Bot::Wins,
        r#"
def game(player):
    secret, low, high = random.randint(1, 100), 0, 101
    while True:
        player.say(f"le nombre est entre {low} et {high}, propose\n")
        message = player.read()
        if not message: break
        n = number(message) or 0
        if n == secret: return player.say("Gagné !\n")
        if low < n < secret: low = n
        elif secret < n < high: high = n
threads(game)
"#,
    ),
    kind(
        "the win is the number of tries",
        By::Command,
        SOUND,
        "win_is_tries",
        Bot::Wins,
        r#"
def game(player):
    secret, tries = random.randint(1, 100), 0
    while message := player.read():
        n = number(message)
        tries += 1
        if n == secret: return player.say(str(tries))
        player.say("Erreur\n" if n is None else "Trop petit\n" if n < secret else "Trop grand\n")
threads(game)
"#,
    ),
    kind(
        "the second half of a win comes late",
        By::Address,
        SOUND,
        "win_in_words",
        Bot::Wins,
        r#"
def game(player):
    player.say("Devine un nombre entre 1 et 100\n")
    while player.play(random.randint(1, 100)):
        time.sleep(0.4)
        player.say("Bravo, encore une partie gagnée !\n")
threads(game)
"#,
    ),
    kind(
        "two players are needed",
        By::Address,
        SOUND,
        "two_players",
        Bot::Wins,
        r#"
def game(player):
    player.say("Devine un nombre entre 1 et 100\n")
    try: player.play(random.randint(1, 100))
    except OSError: pass
    player.connection.close()
while True:
    both = []
    while len(both) < 2:
        player = Player(service.accept()[0])
        player.say("En attente d'un autre joueur\n")
        both.append(player)
    for player in both: threading.Thread(target=game, args=(player,), daemon=True).start()
"#,
    ),
    kind(
        "its greeting holds numbers",
        By::Command,
        SOUND,
        "speaks_first",
        Bot::Wins,
        r#"
def game(player):
    player.say("Serveur 0.0.0.0 port 12345, 1 2 3 4 5 6 7 8 9 10\nDevine un nombre entre 0 et 10\n")
    player.play(random.randint(0, 10))
threads(game)
"#,
    ),
    kind(
        "the number stands before the prompt",
        By::Command,
        ("secret", "secret-told"),
        "speaks_first",
        Bot::Wins,
        r#"
def game(player):
    secret = random.randint(1, 100)
    print("secret", secret, flush=True)
    player.say(f"{secret}Devine un nombre entre 1 et 100\n")
    player.play(secret)
threads(game)
"#,
    ),
    kind(
        "one player, by its command",
        By::Command,
        ("next", "next-ended"),
        "speaks_first",
        Bot::Stops("n'accepte plus de connexion"),
        ONE_PLAYER,
    ),
    kind(
        "one player, by its address",
        By::Address,
        ("next", "next-gone"),
        "speaks_first",
        Bot::Stops("n'accepte plus de connexion"),
        ONE_PLAYER,
    ),
    kind(
        "after a win everybody is turned away",
        By::Command,
        ("next", "next-turned"),
        "speaks_first",
        Bot::Stops("joueur suivant sans le laisser jouer"),
        ONE_WINNER,
    ),
    kind(
        "after a win everybody is turned away, by its address",
        By::Address,
        ("next", "next-turned"),
        "speaks_first",
        Bot::Stops("joueur suivant sans le laisser jouer"),
        ONE_WINNER,
    ),
    kind(
        "its own keyboard between games",
        By::Command,
        ("next", "next-waits"),
        "speaks_first",
        Bot::Stops("à son propre clavier"),
        OWN_KEYBOARD,
    ),
    kind(
        "its own keyboard between games, by its address",
        By::Address,
        ("next", "next-waits"),
        "speaks_first",
        Bot::Stops("à son propre clavier"),
        OWN_KEYBOARD,
    ),
    kind(
        "a whole message is compared with the number",
        By::Command,
        ("newline", "newline-deaf"),
        "speaks_first",
        Bot::Wins,
        r#"
def game(player):
    secret = random.randint(1, 100)
    player.say("Devine un nombre entre 1 et 100\n")
    while message := player.read():
        if message == str(secret): return player.say("Gagné !\n")
        n = number(message) or 0
        player.say("Trop petit\n" if n < secret else "Trop grand\n")
threads(game)
"#,
    ),
    kind(
        "the thread's function is called",
        By::Command,
        ("two", "two-waits"),
        "speaks_first",
        Bot::Wins,
        r#"
def serve(connection):
    player = Player(connection)
    player.say("Devine un nombre entre 1 et 100")
    try: player.play(random.randint(1, 100))
    except OSError: pass
    connection.close()
while True:
    connection, address = service.accept()
    threading.Thread(target=serve(connection)).start()
"#,
    ),
    kind(
        "it reads from the socket that listens",
        By::Command,
        ("answers", "answers-crash-at-once"),
        "speaks_first",
        Bot::Stops(""),
        r#"
while True:
    connection, address = service.accept()
    connection.send("Devine un nombre entre 1 et 100".encode())
    while message := service.recv(1024): pass
"#,
    ),
    kind(
        "it reads ten bytes at most",
        By::Command,
        ("long", "long-cut"),
        "speaks_first",
        Bot::Wins,
        r#"
class Short(Player):
    def read(self): return self.connection.recv(10).decode(errors="replace")
def game(player):
    player.say("Devine un nombre entre 1 et 100")
    Short(player.connection).play(random.randint(1, 100), "Trop petit", "Trop grand", "Gagné")
threads(game)
"#,
    ),
    kind(
        "it says the same to everybody",
        By::Address,
        ("answers", "answers-unclear"),
        "",
        Bot::Stops(""),
        r#"
def game(player):
    while player.read(): player.say("Merci de ta participation, bravo !\n")
threads(game)
"#,
    ),
    kind(
        "it closes with a word that says nothing",
        By::Address,
        ("answers", "answers-unclear"),
        "",
        Bot::Stops(""),
        r#"
def game(player):
    player.read()
    player.say("bzzzt\n")
threads(game)
"#,
    ),
];

/// A program that runs, and ends with the test.
struct Server(Child, String);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a program on a port of its own, which it prints. Its keyboard stays open and silent.
fn start(mut command: Command) -> Server {
    let child = command
        .arg("0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("the program starts");
    let output = child.stdout.take().expect("a pipe");
    let mut line = String::new();
    let mut lines = BufReader::new(output);
    lines.read_line(&mut line).expect("a line");
    // What it prints later must find a reader.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    let port = line.trim().trim_start_matches("port ").to_owned();
    Server(child, format!("127.0.0.1:{port}"))
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output)
        .replace(['\u{a0}', '\u{202f}'], " ")
        .replace('’', "'")
}

/// What is wrong with the report of a program, if anything is.
fn judge_report(kind: &Kind, document: &Value, status: Option<i32>) -> Result<(), String> {
    let failed = found(document, "failed");
    let skipped = found(document, "not_examined");
    let profile = document["profile"].as_array().expect("a list");
    let has_trait = kind.profile.is_empty() || profile.iter().any(|it| it == kind.profile);
    let is = |(check, what): &(String, String)| (check.as_str(), what.as_str()) == kind.said;
    let (told, expected) = match () {
        () if kind.said == SOUND => (failed.is_empty(), 0),
        () if failed.first().is_some_and(is) => (document["next"] == kind.said.0, 1),
        () => (failed.is_empty() && skipped.iter().any(is), 2),
    };
    if told && has_trait && status == Some(expected) {
        return Ok(());
    }
    let said = sentences(document, "failed") + &sentences(document, "not_examined");
    Err(format!(
        "{}, {:?}: {:?} and {:?} expected, {failed:?} and {profile:?} came, status {status:?}: {}{said}",
        kind.name, kind.by, kind.said, kind.profile, document["summary"]
    ))
}

/// What is wrong with what the bot did, if anything is.
fn judge_bot(name: &str, (bot, profile): (Bot, &str), address: &str) -> Result<(), String> {
    let arguments = ["bot", address, "--games", "2", "--json", "--explain"];
    let output = finish(crate::common::program().args(arguments));
    let said = text(&output.stderr);
    let document = document(&output);
    let played = document["played"].as_array().expect("a list");
    let based = played
        .iter()
        .all(|it| it["won"] == false || it["rests_on"].is_string());
    let right = match bot {
        Bot::Wins => document["won"] == 2 && output.status.success(),
        Bot::Stops(words) => {
            let claims = document["won"].as_u64().expect("a number");
            said.contains(words) && !output.status.success() && (claims <= 1)
        }
    };
    let traits = document["dialect"]["profile"].as_array().expect("a list");
    let has_trait = profile.is_empty() || traits.iter().any(|it| it == profile);
    match right && based && has_trait {
        true => Ok(()),
        false => Err(format!(
            "{name}: {bot:?} and {profile:?} expected of the bot, came {document}\n{said}"
        )),
    }
}

fn judge(kind: &Kind) -> Result<(), String> {
    let text = super::source("kinds/common.py") + kind.program;
    let program = super::program(&text);
    let run = || {
        let mut command = Command::new(python());
        command.arg(program.path());
        start(command)
    };
    let output = match kind.by {
        By::Command => program.check(&["--json"]),
        By::Address => {
            let server = run();
            finish(crate::common::program().args(["check", "server", "--json", &server.1]))
        }
    };
    judge_report(kind, &document(&output), output.status.code())?;
    judge_bot(kind.name, (kind.bot, ""), &run().1)
}

/// Protects learners whose programs nobody here has seen: their kind is understood, the first thing to
/// mend is the right one, a sound one is told so, and no win is claimed that was none.
#[test]
fn each_kind_of_program_is_understood() {
    each(KINDS, judge);
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_server/kinds")
}

/// Whether that compiler or interpreter is here.
fn is_here(tool: &str, version: &str) -> bool {
    let mut command = Command::new(tool);
    let quiet = command
        .arg(version)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// How to run one of the programs that are not Python, compiled into that folder; none where its
/// language is not here.
fn compiled(name: &str, into: &Path) -> Option<Vec<String>> {
    let source = folder().join(name).display().to_string();
    let into = into.display().to_string();
    let (stem, language) = name.split_once('.').expect("a name with an ending");
    let (tool, version, arguments) = match language {
        "c" => (
            "cc",
            "--version",
            vec![
                "-o".to_owned(),
                format!("{into}/{stem}"),
                "-pthread".to_owned(),
            ],
        ),
        "java" => ("javac", "-version", vec!["-d".to_owned(), into.clone()]),
        _ => ("node", "--version", Vec::new()),
    };
    if !is_here(tool, version) {
        println!("{name}: not examined: no {tool}");
        return None;
    }
    if language == "js" {
        return Some(vec![tool.to_owned(), source]);
    }
    let status = Command::new(tool).args(arguments).arg(&source).status();
    assert!(
        status.is_ok_and(|it| it.success()),
        "{name} does not compile"
    );
    Some(match language {
        "c" => vec![format!("{into}/{stem}")],
        _ => ["java", "-XX:TieredStopAtLevel=1", "-cp", &into, stem]
            .map(str::to_owned)
            .into(),
    })
}

/// Protects the kinds of other languages: Java's lengths, Node's objects, C's buffers.
#[test]
fn kinds_in_other_languages_are_understood() {
    let rows = [
        ("Lengths.java", "lengths_big_endian"),
        ("objects.js", "objects"),
        ("acknowledged.c", "acknowledged"),
    ];
    each(&rows, |(name, profile)| {
        let into = tempfile::tempdir().expect("a folder");
        let Some(words) = compiled(name, into.path()) else {
            return Ok(());
        };
        let kind = kind(name, By::Command, SOUND, profile, Bot::Wins, "");
        let arguments = ["check", "server", "--json", "--"];
        let output = finish(
            crate::common::program()
                .args(arguments)
                .args(&words)
                .arg("{port}"),
        );
        judge_report(&kind, &document(&output), output.status.code())?;
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        judge_bot(name, (Bot::Wins, ""), &start(command).1)
    });
}

/// The kinds above that `kinds/kinds.c` and `kinds/Kinds.java` are too: the word that asks for one, the
/// check that is made of it and what that finds, a trait, and what `bot` does.
const IN_C_AND_JAVA: &[(&str, (&str, &str), &str, Bot)] = &[
    ("objects", ("game", "game-ok"), "objects", Bot::Wins),
    ("nohints", ("game", "game-ok"), "without_hints", Bot::Wins),
    (
        "password",
        ("answers", "answers-password"),
        "speaks_first",
        Bot::Stops("mot de passe"),
    ),
    ("range", ("range", "range-ok"), "range_each_game", Bot::Wins),
    ("narrows", ("game", "game-ok"), "narrows", Bot::Wins),
    ("tries", ("game", "game-ok"), "win_is_tries", Bot::Wins),
    ("two", ("game", "game-ok"), "two_players", Bot::Wins),
    (
        "winner",
        ("next", "next-turned"),
        "",
        Bot::Stops("joueur suivant sans le laisser jouer"),
    ),
    (
        "one",
        ("next", "next-ended"),
        "",
        Bot::Stops("n'accepte plus de connexion"),
    ),
    (
        "keyboard",
        ("next", "next-waits"),
        "",
        Bot::Stops("à son propre clavier"),
    ),
    ("exact", ("newline", "newline-deaf"), "", Bot::Wins),
];

/// Those that only C has, or that Java has in a file of its own.
const IN_C: &[(&str, (&str, &str), &str, Bot)] = &[
    (
        "lengths",
        ("game", "game-ok"),
        "lengths_little_endian",
        Bot::Wins,
    ),
    ("cut", ("long", "long-cut"), "", Bot::Wins),
];

/// Protects the same learners in other languages: a kind is played alike in C and in Java, and the check knows
/// it in C.
#[test]
fn each_kind_is_the_same_in_c_and_java() {
    let folders =
        ["kinds.c", "Kinds.java"].map(|name| (name, tempfile::tempdir().expect("a folder")));
    let [c, java] = folders
        .each_ref()
        .map(|(name, into)| compiled(name, into.path()));
    let both = IN_C_AND_JAVA.iter().map(|row| (&java, row));
    let rows = IN_C.iter().chain(IN_C_AND_JAVA).map(|row| (&c, row));
    let rows: Vec<_> = rows.chain(both).collect();
    each(&rows, |(words, (kind, (check, expected), profile, bot))| {
        let Some(words) = words else {
            return Ok(());
        };
        let name = format!("{kind}: {words:?}");
        // A machine of Java's takes long to start: it plays, and is not examined.
        if words.len() == 1 {
            let mut command = crate::common::program();
            command.args(["check", "server", "--json", "--only", check, "--"]);
            let output = finish(command.args(words).args([kind, "{port}"]));
            let document = document(&output);
            let all = ["passed", "failed", "not_examined"].map(|it| found(&document, it));
            let wanted = |(it, what): &(String, String)| it == check && what == expected;
            if !all.iter().flatten().any(wanted) {
                return Err(format!("{name}: {expected} expected, came {all:?}"));
            }
        }
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(kind);
        judge_bot(&name, (*bot, profile), &start(command).1)
    });
}
