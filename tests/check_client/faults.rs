//! One fault a row: a sound program with one thing changed. The fault is named, and no other.

use std::collections::BTreeSet;

use super::{Program, each, found, source};

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

const ASK: &str = "    message = connexion.recv(1024).decode(\"utf8\")\n    print(n";

const ROWS: &[Row] = &[
    row(
        "bot.py",
        &[("connexion.connect(", "conexion.connect(")],
        "connects",
        "connects-crash",
    ),
    row(
        "bot.py",
        &[("HOTE, PORT = ", "HOTE, PORT = \"127.0.0.1\", 1 #")],
        "connects",
        "connects-asked",
    ),
    // It tries again and again.
    row(
        "bot.py",
        &[
            (
                "HOTE, PORT = ",
                "import time\nHOTE, PORT = \"127.0.0.1\", 1 #",
            ),
            (
                "    connexion.connect(",
                "    while connexion.connect_ex((HOTE, PORT)): time.sleep(0.2)\n    connexion.connect(",
            ),
        ],
        "connects",
        "connects-asked",
    ),
    row(
        "bot.py",
        &[(
            "connexion.connect((HOTE, PORT))",
            "connexion.listen(); connexion.accept()",
        )],
        "connects",
        "connects-server",
    ),
    row(
        "bot.py",
        &[(
            "bas, haut = 1, 100\n",
            "bas, haut = 1, 100\nfor _ in range(4): connexion.recv(1024)\n",
        )],
        "turn",
        "turn-silent",
    ),
    row(
        "bot.py",
        &[("print(\"serveur >\", message)", "bas = int(message)")],
        "turn",
        "turn-silent",
    ),
    row(
        "bot.py",
        &[(
            "    connexion.send(str(n).encode(\"utf8\"))\n",
            "    connexion.send(str(n).encode(\"utf8\"))\n    connexion.send(str(n).encode(\"utf8\"))\n",
        )],
        "turn",
        "turn-twice",
    ),
    row("bot.py", &[("// 2", "/ 2")], "number", "number-decimal"),
    row(
        "bot.py",
        &[("str(n).encode", "str(str(n).encode()).encode")],
        "number",
        "number-repr",
    ),
    row(
        "bot.py",
        &[("str(n).encode", "f\"Je propose {n}\".encode")],
        "number",
        "number-odd",
    ),
    row(
        "bot.py",
        &[("str(n).encode(\"utf8\")", "n.to_bytes(4, \"big\")")],
        "number",
        "number-binary",
    ),
    row(
        "bot.py",
        &[("str(n).encode(\"utf8\")", "str(n).encode(\"utf-8-sig\")")],
        "number",
        "number-marked",
    ),
    // Bytes are compared with text: never equal.
    row(
        "bot.py",
        &[
            (ASK, "    message = connexion.recv(1024)\n    print(n"),
            (
                "message.startswith(\"Trop petit\")",
                "message == \"Trop petit\"",
            ),
            (
                "message.startswith(\"Trop grand\")",
                "message == \"Trop grand\"",
            ),
            ("message.startswith(\"Gagné\")", "message == \"Gagné\""),
        ],
        "hints",
        "hints-same",
    ),
    // The wrong words: one of them.
    row(
        "bot.py",
        &[("Trop grand", "Trop grande !")],
        "hints",
        "hints-same",
    ),
    row(
        "bot.py",
        &[
            ("bas = n + 1", "haut = n - 1 #"),
            (
                "        haut = n - 1\n    elif message.startswith(\"G",
                "        bas = n + 1\n    elif message.startswith(\"G",
            ),
        ],
        "hints",
        "hints-down",
    ),
    row(
        "bot.py",
        &[("        haut = n - 1\n", "        bas = n + 1\n")],
        "hints",
        "hints-up",
    ),
    row(
        "bot.py",
        &[(
            "        bas = n + 1\n",
            "        bas = int(message.split()[2])\n",
        )],
        "hints",
        "hints-crash",
    ),
    row(
        "bot.py",
        &[("        bas = n + 1\n", "        break\n")],
        "hints",
        "hints-stops",
    ),
    row(
        "bot.py",
        &[(
            "        bas = n + 1\n",
            "        for _ in range(4): connexion.recv(1024)\n",
        )],
        "hints",
        "hints-waits",
    ),
    row(
        "bot.py",
        &[(
            "        bas = n + 1\n",
            "        input(\"Encore ? \"); input(); input(); input(); input(); input(); input(); input(); input(); input()\n",
        )],
        "hints",
        "hints-else",
    ),
    row(
        "bot.py",
        &[("\"Gagné\"", "\"Trouvé !!\"")],
        "win",
        "win-goes-on",
    ),
    row(
        "bot.py",
        &[(
            "message.startswith(\"Gagné\")",
            "message.encode() == \"Gagné\"",
        )],
        "win",
        "win-goes-on",
    ),
    row(
        "bot.py",
        &[("print(\"Le nombre était\", n)", "print(int(message[6:]))")],
        "win",
        "win-crash",
    ),
    row(
        "bot.py",
        &[("        break\n", "        while True: pass\n")],
        "win",
        "win-spins",
    ),
    row(
        "hand.py",
        &[("message.startswith(\"Gagné\")", "recu == \"Gagné\"")],
        "win",
        "win-unnoticed",
    ),
    row(
        "bot.py",
        &[(" and message.upper() != \"FIN\"", "")],
        "fin",
        "fin-goes-on",
    ),
    row(
        "hand.py",
        &[
            ("while message.upper() != \"FIN\"", "while True"),
            ("if message.upper() != \"FIN\"", "if True"),
        ],
        "fin",
        "fin-goes-on",
    ),
    row(
        "bot.py",
        &[
            (" and message.upper() != \"FIN\"", ""),
            (
                ASK,
                "    message = connexion.recv(1024).decode(\"utf8\")\n    while message == \"FIN\": message = input()\n    print(n",
            ),
        ],
        "fin",
        "fin-goes-on",
    ),
    row(
        "bot.py",
        &[
            (" and message.upper() != \"FIN\"", ""),
            (
                ASK,
                "    message = connexion.recv(1024).decode(\"utf8\")\n    while message == \"FIN\": message = connexion.recv(1024).decode()\n    print(n",
            ),
        ],
        "fin",
        "fin-waits",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    assert message != \"FIN\"\n    print(n",
        )],
        "fin",
        "fin-crash",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    while message == \"FIN\": pass\n    print(n",
        )],
        "fin",
        "fin-spins",
    ),
    row(
        "hand.py",
        &[("    if message == \"\":\n        break\n", "")],
        "close",
        "close-goes-on",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    print(message[0])\n    print(n",
        )],
        "close",
        "close-crash",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = \"\"\n    while message == \"\": message = connexion.recv(1024).decode(\"utf8\")\n    print(n",
        )],
        "close",
        "close-spins",
    ),
    // It prints without end, too.
    row(
        "bot.py",
        &[(
            ASK,
            "    message = \"\"\n    while message == \"\":\n        message = connexion.recv(1024).decode(\"utf8\")\n        print(\"serveur >\", message)\n    print(n",
        )],
        "close",
        "close-spins",
    ),
    row(
        "bot.py",
        &[(
            "bas, haut = 1, 100\n",
            "bas, haut = 1, 100\nimport threading\nthreading.Thread(target=threading.Event().wait).start()\n",
        )],
        "ends",
        "ends-stays",
    ),
    row(
        "bot.py",
        &[("decode(\"utf8\")", "decode(\"ascii\")")],
        "text",
        "text-crash",
    ),
    row(
        "hand.py",
        &[("decode(\"utf8\")", "decode(\"ascii\")")],
        "text",
        "text-crash",
    ),
    row(
        "hand.py",
        &[(
            "print(\"serveur >\", message)",
            "print(\"serveur >\", recu)",
        )],
        "text",
        "text-bytes",
    ),
    row(
        "bot.py",
        &[("decode(\"utf8\")", "decode(\"latin-1\")")],
        "text",
        "text-mojibake",
    ),
    // A second message is waited for, which may have come with the first.
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    if message.startswith(\"Trop\"): connexion.recv(1024)\n    print(n",
        )],
        "glued",
        "glued-waits",
    ),
    row(
        "bot.py",
        &[(
            "bas, haut = 1, 100\n",
            "bas, haut = 1, 100\nconnexion.recv(1024)\n",
        )],
        "glued",
        "glued-waits",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    if message: (message,) = message.splitlines()\n    print(n",
        )],
        "glued",
        "glued-crash",
    ),
    row(
        "bot.py",
        &[(
            ASK,
            "    message = connexion.recv(1024).decode(\"utf8\")\n    while \"\\n\" in message: pass\n    print(n",
        )],
        "glued",
        "glued-spins",
    ),
    row(
        "lines.py",
        &[(
            "    line = received.readline()\n    print",
            "    line = connection.recv(1024).decode()\n    print",
        )],
        "split",
        "split-unread",
    ),
    row(
        "bot.py",
        &[(
            "    elif message.startswith(\"Gagné\"):",
            "    elif message.startswith(\"Erreur\"):\n        n = int(message)\n    elif message.startswith(\"Gagné\"):",
        )],
        "error",
        "error-crash",
    ),
    row(
        "bot.py",
        &[(
            "    elif message.startswith(\"Gagné\"):",
            "    elif message.startswith(\"Erreur\"):\n        while True: pass\n    elif message.startswith(\"Gagné\"):",
        )],
        "error",
        "error-spins",
    ),
    row(
        "bot.py",
        &[(
            "    elif message.startswith(\"Gagné\"):",
            "    elif message.startswith(\"Erreur\"):\n        connexion.recv(1024); connexion.recv(1024)\n    elif message.startswith(\"Gagné\"):",
        )],
        "error",
        "error-waits",
    ),
    row(
        "bot.py",
        &[(
            "bas, haut = 1, 100\n",
            "bas, haut = 1, 100\nconnexion.settimeout(1)\n",
        )],
        "slow",
        "slow-leaves",
    ),
    row(
        "bot.py",
        &[
            (
                "bas, haut = 1, 100\n",
                "bas, haut = 1, 100\nconnexion.settimeout(1)\n",
            ),
            (
                ASK,
                "    while True:\n        try:\n            message = connexion.recv(1024).decode(\"utf8\")\n            break\n        except TimeoutError:\n            connexion.send(str(n).encode(\"utf8\"))\n    print(n",
            ),
        ],
        "slow",
        "slow-talks",
    ),
    row(
        "bot.py",
        &[
            (
                "bas, haut = 1, 100\nmessage = connexion",
                "bas, haut = 1, 100\nmessage = connexion",
            ),
            (
                ASK,
                "    connexion.setblocking(False)\n    while True:\n        try:\n            message = connexion.recv(1024).decode(\"utf8\")\n            break\n        except BlockingIOError:\n            pass\n    print(n",
            ),
        ],
        "slow",
        "slow-spins",
    ),
    row(
        "bot.py",
        &[("except OSError:", "except KeyError:")],
        "refused",
        "refused-crash",
    ),
    row(
        "bot.py",
        &[("    print(\"La connexion a échoué.\")\n", "")],
        "refused",
        "refused-silent",
    ),
    row(
        "bot.py",
        &[(
            "try:\n    connexion.connect((HOTE, PORT))\nexcept OSError:\n    print(\"La connexion a échoué.\")\n    sys.exit(1)\n",
            "while connexion.connect_ex((HOTE, PORT)): pass\n",
        )],
        "refused",
        "refused-spins",
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
        let mut failed = found(&document, "failed");
        if self.found == "turn-twice" {
            // Who sends twice in a turn reads the second answer for the first, or both as one:
            // whether a hint is then understood is the system's to decide.
            failed.retain(|(check, _)| check != "hints");
        }
        let expected = vec![(self.check.to_owned(), self.found.to_owned())];
        // `scripts/check-busy` says so: there a fault may be missed, but none is invented.
        let busy = crate::common::examined::is_busy();
        let Row { base, edits, .. } = self;
        if failed == expected {
            return Ok(());
        }
        if busy && failed.is_empty() {
            println!("missed: {base} {edits:?}: {expected:?}");
            return Ok(());
        }
        Err(format!(
            "{base} {edits:?}: expected {expected:?}, came {failed:?}"
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
    let output = super::finish(crate::common::program().args(["check", "client", "--list"]));
    let listed = String::from_utf8(output.stdout).expect("UTF-8");
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    let faulty: BTreeSet<&str> = ROWS.iter().map(|row| row.check).collect();
    assert_eq!(listed, faulty);
}

#[test]
fn the_sound_programs_pass() {
    // An address that no line names is read from the program's own connect.
    let elsewhere = ("\"127.0.0.1\"", "\"127.0.0.%d\" % 9");
    let same = ("", "");
    let all = [
        ("bot.py", same),
        ("bot.py", elsewhere),
        ("hand.py", same),
        ("lines.py", same),
        ("first.py", same),
        ("chat.py", same),
    ];
    each(&all, |(base, (old, new))| {
        let text = source(base).replacen(old, new, 1);
        let document = super::program(&text).document(&[]);
        match found(&document, "failed") {
            failed if failed.is_empty() => Ok(()),
            failed => Err(format!("{base} {new}: {failed:?}")),
        }
    });
}
