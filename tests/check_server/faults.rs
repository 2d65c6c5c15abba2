//! One fault a row: a sound program with one thing changed. The fault is named, and no other.

use std::collections::BTreeSet;

use super::{Program, each, found, sentences, source};

/// A sound program, what is changed in it, and what the checker must find.
struct Row {
    base: &'static str,
    edits: &'static [(&'static str, &'static str)],
    check: &'static str,
    found: &'static str,
}

const fn row(
    base: &'static str,
    edits: &'static [(&'static str, &'static str)],
    check: &'static str,
    found: &'static str,
) -> Row {
    Row {
        base,
        edits,
        check,
        found,
    }
}

const ROWS: &[Row] = &[
    row(
        "threads.py",
        &[("service.listen()", "service.lisen()")],
        "starts",
        "starts-crash",
    ),
    row(
        "threads.py",
        &[("service.listen()", "sys.exit()")],
        "starts",
        "starts-ended",
    ),
    row(
        "threads.py",
        &[("service.listen()", "service.recv_into")],
        "starts",
        "starts-crash",
    ),
    row(
        "threads.py",
        &[("service.listen()", "while True: input()")],
        "starts",
        "starts-silent",
    ),
    row(
        "threads.py",
        &[("int(sys.argv[1])", "0")],
        "starts",
        "starts-elsewhere",
    ),
    // Nobody is ever answered: each place where it can wait.
    row(
        "threads.py",
        &[("connexion.sendall(", "print(")],
        "answers",
        "answers-silent",
    ),
    row(
        "threads.py",
        &[(
            "    secret = random",
            "    socket.create_server((HOTE, 0)).accept()\n    secret = random",
        )],
        "answers",
        "answers-silent",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        essais += 1\n        input('moi > ')\n",
        )],
        "answers",
        "answers-silent",
    ),
    row(
        "threads.py",
        &[("        essais += 1\n", "        while True: essais += 1\n")],
        "answers",
        "answers-silent",
    ),
    row(
        "threads.py",
        &[("n = int(message)", "n = int(mesage)")],
        "answers",
        "answers-crash",
    ),
    row(
        "threads.py",
        &[("        essais += 1\n", "        break\n")],
        "answers",
        "answers-closes",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        essais += 1\n        if essais > 5:\n            connexion.sendall(\"Perdu !\".encode())\n            break\n",
        )],
        "game",
        "game-few",
    ),
    row(
        "threads.py",
        &[
            (
                "        essais += 1\n",
                "        essais += 1\n        if essais == 4:\n            connexion.recv(1024)\n            continue\n",
            ),
            // No number that bisection finds before the fourth guess.
            (
                "random.randint(1, 100)",
                "random.choice([n for n in range(1, 101, 2) if n not in (13, 25, 37, 49, 51, 63, 75, 87)])",
            ),
        ],
        "game",
        "game-stops",
    ),
    row(
        "threads.py",
        &[
            ("if n < secret:", "if message < str(secret):"),
            ("elif n > secret:", "elif message > str(secret):"),
        ],
        "truth",
        "truth-false",
    ),
    row(
        "threads.py",
        &[("randint(1, 100)", "randint(101, 150)")],
        "range",
        "range-outside",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        essais += 1\n        if not 1 < n < 100:\n            connexion.sendall(\"Erreur : hors des bornes\".encode())\n            continue\n",
        )],
        "range",
        "range-refused",
    ),
    row(
        "threads.py",
        &[(
            "            connexion.sendall(f\"Gagné en {essais} essais !\".encode())\n",
            "",
        )],
        "won",
        "won-mute",
    ),
    row(
        "threads.py",
        &[(
            " essais !\".encode())\n            break\n",
            " essais !\".encode())\n            while connexion.recv(1024): pass\n            break\n",
        )],
        "won",
        "won-open",
    ),
    row(
        "threads.py",
        &[("random.randint(1, 100)", "42")],
        "fresh",
        "fresh-same",
    ),
    row(
        "threads.py",
        &[
            ("    secret = random.randint(1, 100)\n", ""),
            (
                "\nservice = ",
                "\nsecret = random.randint(1, 100)\nservice = ",
            ),
        ],
        "fresh",
        "fresh-once",
    ),
    row(
        "turns.py",
        &[(
            "    secrets[joueur] = random.randint(1, 100)\n    return",
            "    return",
        )],
        "fresh",
        "fresh-kept",
    ),
    row(
        "threads.py",
        &[(
            "\"Bonjour ! Devine un nombre entre 1 et 100.\"",
            "f\"Bonjour ! Devine un nombre entre 1 et 100. (test : {secret})\"",
        )],
        "secret",
        "secret-told",
    ),
    row(
        "threads.py",
        &[
            (
                "\"Trop petit\".encode()",
                "f\"Trop petit, secret={secret}\".encode()",
            ),
            (
                "\"Trop grand\".encode()",
                "f\"Trop grand, secret={secret}\".encode()",
            ),
        ],
        "secret",
        "secret-told",
    ),
    row(
        "threads.py",
        &[(
            "\"Trop petit\".encode())",
            "\"Trop petit\".encode())\n            connexion.sendall(b\"Ton nombre ? \")",
        )],
        "sends",
        "sends-several",
    ),
    row(
        "threads.py",
        &[
            (".strip()", ""),
            ("message.upper()", "message.strip().upper()"),
            (
                "        try:\n            n = int(message)\n",
                "        try:\n            n = int(message) if message.isdigit() else int('?')\n",
            ),
        ],
        "newline",
        "newline-line-refused",
    ),
    row(
        "threads.py",
        &[
            (".strip()", ""),
            ("message.upper()", "message.strip().upper()"),
            ("int(message)", "int(message[:-1])"),
        ],
        "newline",
        "newline-bare-refused",
    ),
    row(
        "lines.py",
        &[
            (
                "        return self.rfile.readline().decode(\"utf8\", \"replace\")",
                "        while not self.lignes:\n            recu = self.request.recv(1024)\n            if not recu: return \"\"\n            if recu.endswith(b\"\\n\"): self.lignes = recu.splitlines(True)\n        return self.lignes.pop(0).decode(\"utf8\", \"replace\")",
            ),
            ("    def say(", "    lignes = []\n\n    def say("),
        ],
        "bytes",
        "bytes-lost",
    ),
    row(
        "lines.py",
        &[(
            "        return self.rfile.readline()",
            "        recu = b\"\"\n        while b\"\\n\" not in recu:\n            morceau = self.request.recv(1024)\n            if not morceau: return \"\"\n            recu += morceau\n        return recu.split(b\"\\n\")[0].decode(\"utf8\", \"replace\") + \"\\n\" #",
        )],
        "pair",
        "pair-lost",
    ),
    // What is no number kills it, silences it, or ends the connection.
    row(
        "turns.py",
        &[("except ValueError:", "except KeyError:")],
        "word",
        "odd-crash",
    ),
    row(
        "threads.py",
        &[(
            "            connexion.sendall(\"Erreur : il faut un nombre entier.\".encode())\n",
            "",
        )],
        "word",
        "odd-silent",
    ),
    row(
        "threads.py",
        &[(
            "            connexion.sendall(\"Erreur : il faut un nombre entier.\".encode())\n            continue",
            "            break",
        )],
        "word",
        "odd-closes",
    ),
    row(
        "turns.py",
        &[(
            "    try:\n        n",
            "    if message.strip() == '':\n        raise SystemExit\n    try:\n        n",
        )],
        "empty",
        "odd-ends",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        assert 1 <= n, n\n        essais += 1\n",
        )],
        "outside",
        "odd-crash",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        if n < 0: continue\n        essais += 1\n",
        )],
        "negative",
        "odd-silent",
    ),
    row(
        "threads.py",
        &[(
            "        try:\n            n = ",
            "        if \".\" in message:\n            break\n        try:\n            n = ",
        )],
        "decimal",
        "odd-closes",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        n.to_bytes(8, signed=True, byteorder=\"big\")\n        essais += 1\n",
        )],
        "long",
        "odd-crash",
    ),
    row(
        "threads.py",
        &[("decode(errors=\"replace\")", "decode()")],
        "binary",
        "odd-crash",
    ),
    row(
        "threads.py",
        &[("if message.upper() == \"FIN\":", "if recu == \"FIN\":")],
        "quit",
        "quit-goes-on",
    ),
    row("lesson.py", &[], "next", "next-ended"),
    row(
        "turns.py",
        &[(
            "    secrets[joueur] = random.randint(1, 100)\n    return",
            "    service.close()\n    return",
        )],
        "next",
        "next-crash",
    ),
    row(
        "threads.py",
        &[(
            "            break\n        message",
            "            continue\n        message",
        )],
        "leaves",
        "gone-spins",
    ),
    row(
        "turns.py",
        &[(
            "        del secrets[pret]\n",
            "        del secrets[adresse]\n",
        )],
        "leaves",
        "gone-crash",
    ),
    row(
        "threads.py",
        &[(
            "        essais += 1\n",
            "        essais += 1\n        import select\n        if select.select([connexion], [], [], 0.1)[0] and connexion.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b\"\": break\n",
        )],
        "half",
        "half-unanswered",
    ),
    row(
        "turns.py",
        &[("except ConnectionError", "except BrokenPipeError")],
        "reset",
        "gone-crash",
    ),
    row(
        "threads.py",
        &[(
            "    threading.Thread(target=servir, args=(connexion,), daemon=True).start()",
            "    servir(connexion)",
        )],
        "two",
        "two-waits",
    ),
    row(
        "turns.py",
        &[
            (
                "    secret = secrets[joueur]\n",
                "    global commun\n    secret = commun\n",
            ),
            (
                "    secrets[joueur] = random.randint(1, 100)\n    return",
                "    commun = random.randint(1, 100)\n    return",
            ),
            ("secrets = {}", "secrets = {}\ncommun = 50"),
        ],
        "own",
        "own-shared",
    ),
    row(
        "threads.py",
        &[(
            "service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n",
            "",
        )],
        "restart",
        "restart-taken",
    ),
    row(
        "threads.py",
        &[("\"0.0.0.0\"", "\"127.0.0.1\"")],
        "reach",
        "reach-local",
    ),
];

impl Row {
    fn program(&self) -> Program {
        let mut text = source(self.base);
        for (old, new) in self.edits {
            assert!(text.contains(old), "{} has no {old:?}", self.base);
            text = text.replace(old, new);
        }
        super::program(&text)
    }

    fn judge(&self) -> Result<(), String> {
        let document = self.program().document(&[]);
        let failed = found(&document, "failed");
        let expected = vec![(self.check.to_owned(), self.found.to_owned())];
        if failed == expected {
            return Ok(());
        }
        let Row { base, edits, .. } = self;
        let said = sentences(&document, "failed") + &sentences(&document, "not_examined");
        Err(format!(
            "{base} {edits:?}: expected {expected:?}, came {failed:?}{said}"
        ))
    }
}

#[test]
fn each_fault_is_named_and_no_other() {
    each(ROWS, Row::judge);
}

/// Protects the table: every check has a program that fails it.
#[test]
fn every_check_has_a_fault() {
    let output = super::finish(crate::common::program().args(["check", "server", "--list"]));
    let listed = String::from_utf8(output.stdout).expect("UTF-8");
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let faulty: BTreeSet<&str> = ROWS.iter().map(|row| row.check).collect();
    assert_eq!(listed, faulty);
}

/// Protects whoever has done well: a sound program is told so.
#[test]
fn the_sound_programs_pass() {
    each(&["threads.py", "turns.py", "lines.py"], |base| {
        let document = super::program(&source(base)).document(&[]);
        let failed = found(&document, "failed");
        match failed.is_empty() && found(&document, "passed").len() > 24 {
            true => Ok(()),
            false => Err(format!(
                "{base}: {failed:?}{}",
                sentences(&document, "not_examined")
            )),
        }
    });
}

/// Protects a server whose answer to two guesses in one go is none that its games have shown: it may
/// be its way to judge them.
#[test]
fn an_answer_that_nobody_knows_is_no_fault() {
    let text = source("lines.py").replace(
        "        return self.rfile.readline()",
        "        recu = b\"\"\n        while not recu.endswith(b\"\\n\"):\n            morceau = self.request.recv(1024)\n            if not morceau: return \"\"\n            recu += morceau\n        if recu.count(b\"\\n\") > 1:\n            self.say(\"Blub.\")\n            return self.line()\n        return recu",
    );
    assert!(text.contains("Blub"), "lines.py reads another way");
    let document = super::program(&text).document(&["--only", "pair"]);
    let expected = vec![("pair".to_owned(), "skipped-unclear-answer".to_owned())];
    assert_eq!(found(&document, "not_examined"), expected, "{document}");
}

/// Protects the pupil from luck: where the first of two glued guesses wins and the server closes, the
/// second is asked for again, in another order.
#[test]
fn a_win_by_the_first_of_two_guesses_hides_no_fault() {
    let text = source("lines.py")
        .replace("random.randint(low, high)", "9")
        .replace(
            "        return self.rfile.readline()",
            "        recu = b\"\"\n        while b\"\\n\" not in recu:\n            morceau = self.request.recv(1024)\n            if not morceau: return \"\"\n            recu += morceau\n        return recu.split(b\"\\n\")[0].decode(\"utf8\", \"replace\") + \"\\n\" #",
        );
    let document = super::program(&text).document(&["--only", "pair"]);
    let expected = vec![("pair".to_owned(), "pair-lost".to_owned())];
    let said = sentences(&document, "passed") + &sentences(&document, "not_examined");
    assert_eq!(found(&document, "failed"), expected, "{said}");
}
