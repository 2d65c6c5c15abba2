//! No false alarm: sound clients of the dialects that learners' programs were seen to speak, and of
//! some that nobody has seen.

use std::process::Command;

use super::{Program, document, each, finish, found, python, source};

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

/// Reads and writes texts behind their lengths: what is between @ is filled in.
const LENGTHS: &str = "import socket, struct, sys
try:
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
except OSError:
    print('Pas de serveur.'); sys.exit(1)
f = s.makefile('rb')
def lire():
    k = f.read(struct.calcsize('@FORM@'))
    return f.read(struct.unpack('@FORM@', k)[0]).decode() if k else ''
def dire(m): s.sendall(struct.pack('@FORM@', len(m)) + m.encode())
print(lire()); bas, haut = 1, 100
while bas <= haut:
    n = (bas + haut) // 2; dire(str(n)); m = lire()
    if m == '': break
    if 'plus haut' in m: bas = n + 1
    elif 'plus bas' in m: haut = n - 1
    elif 'bravo' in m.lower(): break
s.close()
";

/// Reads and writes JSON objects.
const OBJECTS: &str = "import json, socket, sys
try:
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
except OSError:
    print('Pas de serveur.'); sys.exit(1)
m = json.loads(s.recv(1024)); bas, haut = m['min'], m['max']; print(m['message'])
while bas <= haut:
    n = (bas + haut) // 2; s.send(json.dumps({'type': 'essai', 'essai': n}).encode())
    m = s.recv(1024)
    if not m: break
    m = json.loads(m)
    if m['type'] == 'gagne': break
    if m['type'] == 'indice':
        if m['texte'] == 'trop petit': bas = n + 1
        elif m['texte'] == 'trop grand': haut = n - 1
s.close()
";

/// The same in Node, with lengths in front of what it sends and reads.
const NODE: &str = "const net = require('net');
let bas = 1, haut = 100, n = 0, tampon = Buffer.alloc(0);
const s = net.connect(Number(process.argv[2]), '127.0.0.1');
function dire(m) {
  const k = Buffer.alloc(2); k.writeUInt16BE(Buffer.byteLength(m));
  s.write(Buffer.concat([k, Buffer.from(m)]));
}
function joue() { n = Math.floor((bas + haut) / 2); dire(String(n)); }
s.on('connect', joue);
s.on('data', (d) => {
  tampon = Buffer.concat([tampon, d]);
  while (tampon.length >= 2 && tampon.length >= 2 + tampon.readUInt16BE(0)) {
    const fin = 2 + tampon.readUInt16BE(0);
    const m = tampon.subarray(2, fin).toString(); tampon = tampon.subarray(fin);
    if (m === 'correct') { s.end(); return; }
    if (m === 'higher') bas = n + 1;
    else if (m === 'lower') haut = n - 1;
    if (bas <= haut) joue(); else s.end();
  }
});
s.on('error', () => { console.log('Pas de serveur.'); process.exit(1); });
";

/// A sound client with something around its messages: the program, and the trait that is told.
fn wrapped() -> Vec<(bool, String, &'static str)> {
    let lengths = |form: &str| LENGTHS.replace("@FORM@", form);
    let has_node = Command::new("node").arg("--version").output().is_ok();
    let node = has_node.then(|| (true, NODE.to_owned(), "lengths_big_endian"));
    let python = [
        (false, lengths(">I"), "lengths_big_endian"),
        (false, lengths("<H"), "lengths_little_endian"),
        (false, OBJECTS.to_owned(), "objects"),
    ];
    python.into_iter().chain(node).collect()
}

#[test]
fn sound_clients_pass_whatever_stands_around_their_messages() {
    each(&wrapped(), |(node, text, told)| {
        let program = super::program(text);
        let interpreter = if *node { "node" } else { python() };
        let mut command = crate::common::program();
        command.args(["check", "client", "--json", "--", interpreter]);
        let document = document(&finish(command.arg(program.path()).arg("{port}")));
        let failed = found(&document, "failed");
        let passed = found(&document, "passed");
        let understood = passed.iter().any(|(check, _)| check == "hints");
        let is_told = document["profile"][0] == *told;
        match failed.is_empty() && understood && is_told {
            true => Ok(()),
            false => Err(format!(
                "{told}: failed {failed:?}, passed {passed:?}: {}",
                document["profile"]
            )),
        }
    });
}

#[test]
fn sound_clients_pass_in_every_dialect() {
    each(DIALECTS, Dialect::judge);
}
