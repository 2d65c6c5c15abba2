//! No false alarm: sound servers of the dialects that learners' programs were seen to speak, and of
//! some that nobody has seen; and servers in C and in Java.

use std::path::Path;
use std::process::Command;

use super::{Program, document, each, finish, found, sentences, source};

/// A dialect: who speaks first, what ends a message, the range; the greeting, what is said before
/// each guess, too small, too big, the win, an error; how a guess is read, what is asked before the
/// game and done after it.
struct Dialect {
    first: bool,
    end: &'static str,
    range: &'static str,
    words: [&'static str; 6],
    guess: &'static str,
    before: &'static str,
    after: &'static str,
    /// Whether the learner guesses how to talk with it. Nothing is said of one that it does not
    /// understand: it is not accused either.
    guessed: bool,
}

const LESSON: Dialect = Dialect {
    first: true,
    end: "",
    range: "1, 100",
    words: ["", "", "Trop petit", "Trop grand", "Gagné", "Erreur"],
    guess: "text",
    before: "pass",
    after: "self.open = False",
    guessed: true,
};

const DIALECTS: &[Dialect] = &[
    Dialect {
        first: true,
        end: "\n",
        range: "1, 100",
        words: [
            "Bienvenue.",
            "Entrez un nombre entre 1 et 100 :",
            "Le nombre est plus grand.",
            "Le nombre est plus petit.",
            "Bravo !",
            "Erreur",
        ],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "\n",
        range: "1, 100",
        words: ["", "", "Plus grand", "Plus petit", "Bravo !", "Erreur"],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 999",
        words: [
            "Dis 'prêt' pour jouer, le nombre est entre 1 et 999.",
            "",
            "trop petit",
            "trop grand",
            "Bravo",
            "Erreur",
        ],
        before: "self.read()\n            self.say('À toi !')",
        guessed: false,
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "0, 100",
        words: [
            "Devinez un nombre entre 0 et 100.",
            "Vous avez encore plusieurs essais.",
            "SVP donnez un nombre plus grand",
            "SVP donnez un nombre plus petit",
            "Vous avez gagne",
            "Erreur",
        ],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\r\n",
        range: "1, 100",
        words: [
            "Quel est le plus grand nombre ?",
            "",
            "Plus !",
            "Moins !",
            "Vous avez trouvé le nombre en @N@ tentatives",
            "Erreur",
        ],
        before: "self.read()\n            self.say('Devinez !')",
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: [
            "",
            "",
            "Too low",
            "Too high",
            "You found the secret",
            "Not a number",
        ],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "0, 100",
        words: [
            "",
            "",
            "Too small!",
            "Too large!",
            "Right!",
            "Send a number",
        ],
        after: "pass",
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: ["", "", "Too small!", "Too big!", "Exactly! You win!", "?"],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "\n",
        range: "1, 100",
        words: ["", "", "Too Low", "Too High", "Correct", "invalid input"],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "\n",
        range: "1, 100",
        words: ["", "", "MORE", "LESS", "EQUAL", "ERR send GUESS n"],
        guess: "text.split('GUESS ')[1]",
        guessed: false,
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 100",
        words: [
            "Your name?",
            "",
            "higher",
            "lower",
            "Correct",
            "That is no number",
        ],
        before: "self.read()\n            self.say('Level (easy/hard)?')\n            self.read()\n            self.say('Guess a number between 1 and 100.')",
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 100",
        words: [
            "Guess the number between 1 and 100",
            "",
            "number is greater than guess",
            "number is less than guess",
            "correct",
            "not a number",
        ],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 50",
        words: [
            "Enter your name: ",
            "",
            "guess is lesser than value!",
            "guess is greater than value!",
            "guess is correct",
            "not a number",
        ],
        before: "self.read()\n            self.say('Guess between 1 and 50')",
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 100",
        words: [
            "Guess a number from 1 to 100",
            "",
            "Enter high value",
            "Enter low value",
            "Correct",
            "Enter a number",
        ],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 8",
        words: [
            "Adivina un numero entre 1 y 8",
            "",
            "Mi numero es mayor",
            "Mi numero es menor",
            "HAS ACERTADO",
            "Eso no es un numero",
        ],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: ["", "", "NUMERO MAYOR", "NUMERO MENOR", "BIEN", "ERROR"],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: ["", "", "menor que", "maior que", "Parabéns", "invalido"],
        guess: "text.split(',')[0]",
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 100",
        words: ["이름?", "", "낮아요", "높아요", "정답", "숫자가 아니에요"],
        before: "self.read()\n            self.say('1-100')",
        guessed: false,
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: [
            "",
            "",
            "Wrong! Too low",
            "Wrong! Too high",
            "Congratulations",
            "Wrong input",
        ],
        after: "pass",
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 100",
        words: [
            "Say STA to start, TRY n to guess (1-100)",
            "",
            "LTH",
            "GTH",
            "WIN",
            "ERR",
        ],
        guess: "text.split('TRY ')[1]",
        before: "self.read()\n            self.say('OK')",
        guessed: false,
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 100",
        words: [
            "username?",
            "",
            "HIGHER",
            "LOWER",
            "won the game",
            "not a number",
        ],
        before: "self.read()\n            self.say('Guess 1 to 100')",
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: ["", "", "HIGHER|@N@", "LOWER|@N@", "WIN", "ERR"],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "",
        range: "1, 100",
        words: ["", "", "higher", "lower", "Congratulations", "bad input"],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 100",
        words: ["1-100", "", "-", "+", "=", "?"],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "",
        range: "1, 100",
        words: [
            "Devine un nombre entre 1 et 100.",
            "",
            "C'est plus",
            "C'est moins",
            "Gagné",
            "Erreur",
        ],
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 1000",
        words: [
            "Hello! Guess a number between 1 and 1000.",
            "",
            "Too small",
            "Too big",
            "Found in @N@ tries!",
            "Error: a number is expected",
        ],
        after: "pass",
        ..LESSON
    },
    Dialect {
        first: true,
        end: "\n",
        range: "1, 100",
        words: [
            "Rate eine Zahl zwischen 1 und 100.",
            "",
            "Zu klein",
            "Zu groß",
            "Richtig!",
            "Das ist keine Zahl.",
        ],
        ..LESSON
    },
    Dialect {
        first: false,
        end: "\n",
        range: "1, 100",
        words: [
            "",
            "",
            "Troppo basso",
            "Troppo alto",
            "Indovinato!",
            "Non è un numero",
        ],
        ..LESSON
    },
];

impl Dialect {
    fn program(&self) -> Program {
        let first = if self.first { "True" } else { "False" };
        let words: Vec<String> = self.words.iter().map(|it| format!("{it:?}")).collect();
        let text = source("dialect.py")
            .replace("@FRAME@", &format!("{first}, {:?}", self.end))
            .replace("@RANGE@", self.range)
            .replace("@WORDS@", &words.join(", "))
            .replace("@GUESS@", self.guess)
            .replace("@BEFORE@", self.before)
            .replace("@AFTER@", self.after);
        super::program(&text)
    }

    fn judge(&self) -> Result<(), String> {
        let document = self.program().document(&[]);
        let failed = found(&document, "failed");
        let passed = found(&document, "passed").len();
        match failed.is_empty() && (passed >= 24 || !self.guessed) {
            true => Ok(()),
            false => Err(format!(
                "{:?}: {passed} passed, failed {failed:?}{}{}",
                self.words,
                sentences(&document, "failed"),
                sentences(&document, "not_examined")
            )),
        }
    }
}

#[test]
fn sound_servers_pass_in_every_dialect() {
    each(DIALECTS, Dialect::judge);
}

/// Protects a pupil whose signs are the other way round, and whose first number is found by chance
/// before both were heard.
#[test]
fn a_lucky_first_game_turns_no_hint_round() {
    const LUCKY: [&str; 4] = ["draw(50)", "draw(25)", "draw(75)", "draw(100)"];
    let rows = LUCKY.map(|before| Dialect {
        words: ["1-100", "", "-", "+", "=", "?"],
        before,
        ..LESSON
    });
    each(&rows, Dialect::judge);
}

/// Protects those who write in another language: what a compiled server does is seen as well.
#[test]
fn sound_servers_in_c_and_java_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_server");
    let (program, classes) = (folder.path().join("server"), folder.path().to_owned());
    let mut commands: Vec<(&str, Command, Vec<String>)> = Vec::new();
    let mut cc = Command::new("cc");
    cc.arg(here.join("server.c")).arg("-o").arg(&program);
    commands.push(("cc", cc, vec![program.display().to_string()]));
    let mut javac = Command::new("javac");
    javac.arg("-d").arg(&classes).arg(here.join("Server.java"));
    let java = [
        "java",
        "-Xmx64m",
        "-cp",
        &classes.display().to_string(),
        "Server",
    ];
    commands.push(("javac", javac, java.map(str::to_owned).to_vec()));
    for (name, mut compile, run) in commands {
        match compile.status() {
            Ok(status) => assert!(status.success(), "{name}: {status}"),
            // No compiler, no test.
            Err(_) => continue,
        }
        let mut check = crate::common::program();
        check.args(["check", "server", "--json", "--"]).args(run);
        let output = finish(check.arg("{port}"));
        let document = document(&output);
        let failed = found(&document, "failed");
        assert!(
            failed.is_empty(),
            "{name}: {failed:?}{}",
            sentences(&document, "failed")
        );
        let passed = found(&document, "passed").len();
        assert!(
            passed >= 24,
            "{name}: {passed} passed{}",
            sentences(&document, "not_examined")
        );
    }
}
