//! Clients in words of their own, and errors with their causes: small programs, a row each.

use std::process::Command;

use super::{Program, document, each, finish, found};

/// A program that plays by itself: what is between @ is filled in.
const PLAYS: &str = "import socket, sys
try:
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
except OSError:
    print('Pas de serveur.'); sys.exit(1)
print(s.recv(1024).decode()); bas, haut = 1, 100
while bas <= haut:
    n = (bas + haut) // 2; s.send(str(n).encode())
    m = s.recv(1024).decode()
    if m == '': break
    @HINTS@
s.close()
";

/// The comparisons, and what the check of hints finds.
const WORDS: &[(&str, &str)] = &[
    (
        "if 'trop bas' in m.lower(): bas = n + 1
    elif 'trop haut' in m.lower(): haut = n - 1
    elif 'victoire' in m.lower(): break",
        "hints-other",
    ),
    (
        "if m == 'KO1': bas = n + 1
    elif m == 'KO2': haut = n - 1
    elif m == 'OUI': break",
        "hints-other",
    ),
    (
        "if m == 'KO2': haut = n - 1
    elif m == 'KO1': bas = n + 1
    elif m == 'OUI': break",
        "hints-other",
    ),
    // Its words come from elsewhere: nothing is said of it.
    (
        "import hashlib
    if hashlib.md5(m.encode()).hexdigest()[0] == hashlib.md5(m.encode()).hexdigest()[1:2] + '?': bas = n + 1",
        "hints-foreign",
    ),
    (
        "if len(m) % 7 > 9: bas = n + 1",
        "hints-unknown",
    ),
];

#[test]
fn clients_are_served_in_their_own_words() {
    each(WORDS, |(hints, expected)| {
        let document = super::program(&PLAYS.replace("@HINTS@", hints)).document(&[]);
        let all = ["passed", "failed", "not_examined"].map(|it| found(&document, it));
        let came = all.iter().flatten().find(|(check, _)| check == "hints");
        let failed = &all[1];
        let is_right = came.is_some_and(|(_, found)| found == expected);
        match is_right && failed.is_empty() {
            true => Ok(()),
            false => Err(format!("{hints}: {came:?}, failed {failed:?}")),
        }
    });
}

const START: &str = "import socket, sys
P = int(sys.argv[1])
s = socket.socket()
";

/// What a program does after it was started; the check that fails first, and its hint's beginning.
const ERRORS: &[(&str, &str, &str)] = &[
    (
        "s.connect('127.0.0.1', P)",
        "connects",
        "l'adresse est une seule valeur",
    ),
    (
        "s.connect(('127.0.0.1', sys.argv[1]))",
        "connects",
        "le port est un nombre entier",
    ),
    (
        "s.connect(('127.0.0.1', P)); s.recv(99); s.send(str(50))",
        "turn",
        "ce sont des octets",
    ),
    (
        "s.connect(('127.0.0.1', P)); s.recv(99); s.close(); s.send(b'50')",
        "turn",
        "cette socket est déjà fermée",
    ),
    (
        "s.send(b'50')",
        "connects",
        "cette socket n'est pas encore connectée",
    ),
    (
        "s.connect(('127.0.0.1', 1))",
        "connects",
        "personne n'écoute à cette adresse",
    ),
    (
        "s.bind(('192.0.2.1', P))",
        "connects",
        "cette adresse n'est pas",
    ),
    (
        "s.connect(('a.invalid', P))",
        "connects",
        "ce nom de machine",
    ),
    (
        "s.connect(('192.0.2.7', P))",
        "connects",
        "quand le serveur est sur la même machine",
    ),
    ("conect(P)", "connects", "un nom n'est pas connu"),
    (
        "s.bind(('127.0.0.1', 0)); s.accept()",
        "connects",
        "accept() ne marche que",
    ),
    (
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).listen()",
        "connects",
        "une socket UDP",
    ),
    (
        "s.connect(('127.0.0.1', P)); s.recv(99); s.send(b'50')\nif s.recv(4).decode() == 'Trop petit': s.send(b'75')",
        "hints",
        "combien d'octets",
    ),
    ("1 / 0", "connects", ""),
];

fn program(rest: &str) -> Program {
    super::program(&format!("{START}{rest}\n"))
}

#[test]
fn an_error_leads_to_its_one_cause() {
    each(ERRORS, |(rest, check, hint)| {
        let document = program(rest).document(&["--only", check]);
        let checks = document["checks"].as_array().expect("a list");
        let came = checks.iter().find(|it| it["verdict"] == "failed");
        let came = came.ok_or_else(|| format!("{rest}: nothing failed: {document}"))?;
        let said = came["hint"]["sentence"].as_str().unwrap_or_default();
        let is_right = match hint.is_empty() {
            true => said.is_empty(),
            false => said.starts_with(hint),
        };
        match came["id"] == *check && is_right {
            true => Ok(()),
            false => Err(format!("{rest}: {} {said:?}", came["found"])),
        }
    });
}

/// The same in other languages: the language's file, the program, the check that fails first, the
/// beginning of its hint, and the line that is shown in that language.
const ELSEWHERE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "client.js",
        "const s = require('net').connect(+process.argv[2]);
s.once('data', () => s.write(50));",
        "turn",
        "ce sont des octets",
        "connexion.write(n);",
    ),
    (
        "client.js",
        "const s = require('net').connect(+process.argv[2]);
s.once('data', () => { s.end(); s.write('50'); });",
        "turn",
        "cette socket est déjà fermée",
        "connexion.end();",
    ),
    (
        "client.js",
        "require('net').connect(1, '127.0.0.1');",
        "connects",
        "personne n'écoute à cette adresse",
        "const connexion = net.connect(PORT, HOTE);",
    ),
    (
        "client.js",
        "require('net').connect(+process.argv[2], 'a.invalid');",
        "connects",
        "ce nom de machine",
        "const connexion = net.connect(PORT, HOTE);",
    ),
    (
        "client.js",
        "nett.connect(+process.argv[2]);",
        "connects",
        "un nom n'est pas connu",
        "const net = require(\"net\");",
    ),
    (
        "Client.java",
        "import java.net.*;
class Client {
  public static void main(String[] a) throws Exception { new Socket(\"127.0.0.1\", 1); }
}",
        "connects",
        "personne n'écoute à cette adresse",
        "Socket connexion = new Socket(HOTE, PORT);",
    ),
    (
        "Client.java",
        "import java.net.*;
class Client {
  public static void main(String[] a) throws Exception {
    Socket s = new Socket(\"127.0.0.1\", Integer.parseInt(a[0]));
    s.getInputStream().read();
    s.close();
    s.getOutputStream().write(53);
  }
}",
        "turn",
        "cette socket est déjà fermée",
        "connexion.close();",
    ),
    (
        "client.c",
        "#include <sys/socket.h>
int main(void) { int s = socket(AF_INET, SOCK_STREAM, 0); send(s, \"50\", 2, 0); return 0; }",
        "connects",
        "cette socket n'est pas encore connectée",
        "connect(connexion, (struct sockaddr *)&adresse, sizeof adresse);",
    ),
];

/// The command of a program in that file, compiled if need be; `None` where the machine has no such
/// language.
fn command_of(path: &std::path::Path) -> Option<Vec<std::ffi::OsString>> {
    let path_word = path.as_os_str().to_owned();
    match path.extension()?.to_str()? {
        "js" => {
            Command::new("node").arg("--version").output().ok()?;
            Some(vec!["node".into(), path_word])
        }
        "java" => {
            Command::new("java").arg("-version").output().ok()?;
            Some(vec![
                "java".into(),
                "-XX:TieredStopAtLevel=1".into(),
                path_word,
            ])
        }
        _ => {
            let program = path.with_extension("");
            let mut compiler = Command::new("cc");
            let output = compiler.arg("-o").arg(&program).arg(path).output().ok()?;
            assert!(output.status.success(), "{output:?}");
            // The text beside a compiled program tells what it holds.
            Some(vec![program.into()])
        }
    }
}

#[test]
fn an_error_leads_to_its_cause_in_other_languages() {
    each(ELSEWHERE, |(file, text, check, hint, code)| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(file);
        std::fs::write(&path, text).expect("written");
        let Some(words) = command_of(&path) else {
            return Ok(());
        };
        let mut command = crate::common::program();
        command.args(["check", "client", "--json", "--only", check, "--"]);
        let document = document(&finish(command.args(words).arg("{port}")));
        let checks = document["checks"].as_array().expect("a list");
        let came = checks.iter().find(|it| it["verdict"] == "failed");
        let came = came.ok_or_else(|| format!("{text}: nothing failed: {document}"))?;
        let said = came["hint"]["sentence"].as_str().unwrap_or_default();
        let is_right = said.starts_with(hint) && came["hint"]["code"] == *code;
        match came["id"] == *check && is_right {
            true => Ok(()),
            false => Err(format!("{text}: {} {}", came["found"], came["hint"])),
        }
    });
}
