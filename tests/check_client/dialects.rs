//! No false alarm: sound clients of the dialects that learners' programs were seen to speak, and of
//! some that nobody has seen.

use super::{Program, each, found, source};

/// How a message ends, and how an answer is read.
#[derive(Clone, Copy, PartialEq)]
enum Framing {
    None,
    Lf,
    Crlf,
    /// Lines, two an answer.
    TwoLines,
}
use Framing::{Crlf, Lf, None as Raw, TwoLines};

/// A dialect: who speaks first, framing, range, what is said before playing, the words, a guess.
struct Dialect {
    server_first: bool,
    framing: Framing,
    range: &'static str,
    before: &'static str,
    words: [&'static str; 3],
    guess: &'static str,
}

const fn dialect(
    server_first: bool,
    framing: Framing,
    range: &'static str,
    words: [&'static str; 3],
) -> Dialect {
    Dialect {
        server_first,
        framing,
        range,
        before: "",
        words,
        guess: "str(guess)",
    }
}

const DIALECTS: &[Dialect] = &[
    dialect(
        true,
        Lf,
        "1, 100",
        [
            "Le nombre est plus grand.",
            "Le nombre est plus petit.",
            "Bravo !",
        ],
    ),
    dialect(false, Lf, "1, 100", ["Plus grand", "Plus petit", "Bravo !"]),
    Dialect {
        before: "say('prêt')",
        ..dialect(true, Lf, "1, 999", ["trop petit", "trop grand", "Bravo"])
    },
    dialect(
        true,
        TwoLines,
        "0, 100",
        [
            "SVP donnez un nombre plus grand",
            "SVP donnez un nombre plus petit",
            "Vous avez gagne",
        ],
    ),
    Dialect {
        before: "say('100')\nread_line()",
        ..dialect(
            true,
            Crlf,
            "1, 100",
            ["Plus !", "Moins !", "Vous avez trouvé le nombre"],
        )
    },
    dialect(
        false,
        Raw,
        "1, 100",
        ["Too low", "Too high", "You found the secret"],
    ),
    dialect(false, Raw, "0, 100", ["Too small!", "Too large!", "Right!"]),
    dialect(
        false,
        Raw,
        "1, 100",
        ["Too small!", "Too big!", "Exactly! You win!"],
    ),
    dialect(false, Lf, "1, 100", ["Too Low", "Too High", "Correct"]),
    Dialect {
        guess: "'GUESS ' + str(guess)",
        ..dialect(false, Lf, "1, 100", ["MORE", "LESS", "EQUAL"])
    },
    Dialect {
        before: "say('Ana')\nread_line()\nsay('easy')\nread_line()",
        ..dialect(true, Lf, "1, 100", ["higher", "lower", "Correct"])
    },
    dialect(
        true,
        Raw,
        "1, 100",
        [
            "number is greater than guess",
            "number is less than guess",
            "correct",
        ],
    ),
    Dialect {
        before: "say('Ana')\nread_message()",
        ..dialect(
            true,
            Raw,
            "1, 50",
            [
                "guess is lesser than value!",
                "guess is greater than value!",
                "guess is correct",
            ],
        )
    },
    dialect(
        true,
        Raw,
        "1, 100",
        ["Enter high value", "Enter low value", "Correct"],
    ),
    dialect(
        true,
        Raw,
        "1, 8",
        ["Mi numero es mayor", "Mi numero es menor", "HAS ACERTADO"],
    ),
    dialect(
        false,
        Raw,
        "1, 100",
        ["NUMERO MAYOR", "NUMERO MENOR", "BIEN"],
    ),
    Dialect {
        guess: "str(guess) + ',' + str(tries)",
        ..dialect(false, Raw, "1, 100", ["menor que", "maior que", "Parabéns"])
    },
    Dialect {
        before: "say('Ana')\nread_line()",
        ..dialect(true, Lf, "1, 100", ["낮아요", "높아요", "정답"])
    },
    dialect(
        false,
        Raw,
        "1, 100",
        ["Wrong! Too low", "Wrong! Too high", "Congratulations"],
    ),
    Dialect {
        before: "say('STA')\nread_message()",
        guess: "'TRY ' + str(guess)",
        ..dialect(true, Raw, "1, 100", ["LTH", "GTH", "WIN"])
    },
    Dialect {
        before: "say('username:ana')\nread_line()",
        ..dialect(true, Lf, "1, 100", ["HIGHER", "LOWER", "won the game"])
    },
    Dialect {
        before: "say('REGISTER ana')\nread_message()",
        ..dialect(false, Raw, "1, 100", ["HIGHER|", "LOWER|", "WIN"])
    },
    dialect(false, Raw, "1, 100", ["higher", "lower", "Congratulations"]),
    dialect(true, Raw, "1, 100", ["C'est plus", "C'est moins", "Gagné"]),
    dialect(true, Lf, "1, 100", ["Trop petit", "Trop grand", "Gagné"]),
    dialect(true, Raw, "1, 1000", ["Too small", "Too big", "Found"]),
];

impl Dialect {
    fn program(&self) -> Program {
        let (end, read) = match self.framing {
            Raw => ("\"\"", "read_message()"),
            Lf => ("\"\\n\"", "read_line()"),
            Crlf => ("\"\\r\\n\"", "read_line()"),
            TwoLines => ("\"\\n\"", "read_line() + read_line()"),
        };
        let greeting = match (self.server_first, self.framing) {
            (false, _) => "",
            (true, Raw) => "print(read_message())\n",
            (true, _) => "print(read_line())\n",
        };
        let text = source("dialect.py")
            .replace(
                "@WORDS@",
                &format!(
                    "{:?}, {:?}, {:?}",
                    self.words[0], self.words[1], self.words[2]
                ),
            )
            .replace("@END@", end)
            .replace("@RANGE@", self.range)
            .replace("@GUESS@", self.guess)
            .replace("@READ@", read)
            .replace("@BEFORE@", &format!("{greeting}{}", self.before));
        super::program(&text)
    }

    fn judge(&self) -> Result<(), String> {
        let document = self.program().document(&[]);
        let failed = found(&document, "failed");
        let passed = found(&document, "passed");
        let understood = passed.iter().any(|(check, _)| check == "hints");
        match failed.is_empty() && understood {
            true => Ok(()),
            false => Err(format!(
                "{:?}: failed {failed:?}, passed {passed:?}",
                self.words
            )),
        }
    }
}

#[test]
fn sound_clients_pass_in_every_dialect() {
    each(DIALECTS, Dialect::judge);
}
