//! What causes an error: a table from what a program said when it ended, the line where it was and
//! what its files hold, to the one thing that usually causes it.
//!
//! A row applies if the error contains one of its texts, the line one of its calls, and the files one of
//! its words. An error without a row has no hint: a wrong one costs more than none.

use super::crash::Crash;
use super::outcome::Hint;
use super::source::Source;
use crate::sentence::Sentence;

/// When a row replaces what the check itself suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rank {
    /// A fault of the program, whatever the check did.
    Program,
    /// What the network or the other side did: a check that did this itself says more.
    Network,
}
use Rank::{Network, Program};

/// The usual line in Python, Java, C and JavaScript.
type Code = [&'static str; 4];

/// A cause.
#[derive(Debug)]
struct Row {
    /// The phrase that asks the right question.
    phrase: &'static str,
    rank: Rank,
    /// One of these is in the error.
    errors: &'static [&'static str],
    /// One of these is in the line where it was, if there are any.
    calls: &'static [&'static str],
    /// One of these is in the program's files, if there are any.
    has: &'static [&'static str],
    code: Code,
}

const CONNECT: Code = [
    "connexion.connect((HOTE, PORT))",
    "Socket connexion = new Socket(HOTE, PORT);",
    "connect(connexion, (struct sockaddr *)&adresse, sizeof adresse);",
    "const connexion = net.connect(PORT, HOTE);",
];
const BIND: Code = [
    "service.bind((HOTE, PORT))",
    "ServerSocket service = new ServerSocket(PORT);",
    "bind(service, (struct sockaddr *)&adresse, sizeof adresse);",
    "service.listen(PORT);",
];
const RECV: Code = [
    "message = connexion.recv(1024)",
    "String message = entree.readLine();",
    "n = recv(connexion, message, sizeof message, 0);",
    "connexion.on(\"data\", (message) => { … });",
];
const SEND: Code = [
    "connexion.send(message.encode())",
    "sortie.println(message);",
    "send(connexion, message, strlen(message), 0);",
    "connexion.write(message);",
];
const NUMBER: Code = [
    "n = int(message)",
    "int n = Integer.parseInt(message);",
    "n = atoi(message);",
    "n = parseInt(message);",
];

/// Lines that checks show, beside those above. An empty one is not known in that language.
static LINES: &[Code] = &[
    CONNECT,
    BIND,
    RECV,
    NUMBER,
    [
        "connexion, adresse = service.accept()",
        "Socket connexion = service.accept();",
        "int connexion = accept(service, NULL, NULL);",
        "net.createServer((connexion) => { … });",
    ],
    [
        "message = connexion.recv(1024).decode()",
        "String message = entree.readLine();",
        "n = recv(connexion, message, sizeof message, 0);",
        "connexion.on(\"data\", (octets) => { message = octets.toString(); … });",
    ],
    [
        "n = int(connexion.recv(1024))",
        "int n = Integer.parseInt(entree.readLine());",
        "n = atoi(message);",
        "n = parseInt(message);",
    ],
    [
        "connexion.close()",
        "connexion.close();",
        "close(connexion);",
        "connexion.end();",
    ],
    [
        "service.close()",
        "service.close();",
        "close(service);",
        "service.close();",
    ],
    [
        "service.listen()",
        "ServerSocket service = new ServerSocket(PORT);",
        "listen(service, 5);",
        "service.listen(PORT);",
    ],
    [
        "while True:",
        "while (true) {",
        "while (1) {",
        "while (true) {",
    ],
    [
        "while not gagne:",
        "while (!gagne) {",
        "while (!gagne) {",
        "while (!gagne) {",
    ],
    [
        "while message != \"FIN\":",
        "while (!message.equals(\"FIN\")) {",
        "while (strcmp(message, \"FIN\") != 0) {",
        "while (message !== \"FIN\") {",
    ],
    [
        "if message == \"FIN\":",
        "if (message.equals(\"FIN\")) {",
        "if (strcmp(message, \"FIN\") == 0) {",
        "if (message === \"FIN\") {",
    ],
    [
        "if message == \"Trop petit\":",
        "if (message.equals(\"Trop petit\")) {",
        "if (strcmp(message, \"Trop petit\") == 0) {",
        "if (message === \"Trop petit\") {",
    ],
    [
        "if message == \"Gagné\":",
        "if (message.equals(\"Gagné\")) {",
        "if (strcmp(message, \"Gagné\") == 0) {",
        "if (message === \"Gagné\") {",
    ],
    [
        "if message == str(secret):",
        "if (message.equals(\"\" + secret)) {",
        "if (strcmp(message, secret_en_texte) == 0) {",
        "if (message === String(secret)) {",
    ],
    [
        "if not message:",
        "if (message == null) {",
        "if (n <= 0) {",
        "connexion.on(\"end\", () => { … });",
    ],
    [
        "except ValueError:",
        "} catch (NumberFormatException e) {",
        "long n = strtol(message, &fin, 10);",
        "if (Number.isNaN(n)) {",
    ],
    [
        "except:",
        "} catch (IOException e) {",
        "if (connect(connexion, (struct sockaddr *)&adresse, sizeof adresse) < 0) {",
        "connexion.on(\"error\", () => { … });",
    ],
    ["else:", "} else {", "} else {", "} else {"],
    ["break", "break;", "break;", "break;"],
    [
        "secret = randint(1, 100)",
        "int secret = new Random().nextInt(100) + 1;",
        "secret = rand() % 100 + 1;",
        "const secret = 1 + Math.floor(Math.random() * 100);",
    ],
    [
        "secret = randrange(1, 100)",
        "int secret = new Random().nextInt(100);",
        "secret = rand() % 100;",
        "const secret = Math.floor(Math.random() * 100);",
    ],
    [
        "for essai in range(5):",
        "for (int essai = 0; essai < 5; essai++) {",
        "for (int essai = 0; essai < 5; essai++) {",
        "for (let essai = 0; essai < 5; essai++) {",
    ],
    [
        "if 1 < n < 100:",
        "if (1 < n && n < 100) {",
        "if (1 < n && n < 100) {",
        "if (1 < n && n < 100) {",
    ],
    [
        "secret = 42",
        "int secret = 42;",
        "int secret = 42;",
        "const secret = 42;",
    ],
    [
        "HOTE = \"127.0.0.1\"",
        "String HOTE = \"127.0.0.1\";",
        "adresse.sin_addr.s_addr = inet_addr(\"127.0.0.1\");",
        "const HOTE = \"127.0.0.1\";",
    ],
    [
        "reponse = input()",
        "String reponse = clavier.nextLine();",
        "fgets(reponse, sizeof reponse, stdin);",
        "",
    ],
    [
        "message = connexion.recv(10)",
        "",
        "n = recv(connexion, message, 10, 0);",
        "",
    ],
];

/// The first row that applies counts.
static ROWS: &[Row] = &[
    Row {
        phrase: "cause-no-file",
        rank: Program,
        errors: &["can't open file", "Could not find or load main class"],
        calls: &[],
        has: &[],
        code: ["python3 programme.py", "java Programme", "", ""],
    },
    Row {
        phrase: "cause-own-module",
        rank: Program,
        errors: &["partially initialized module", "consider renaming"],
        calls: &[],
        has: &[],
        code: ["import socket", "", "", ""],
    },
    Row {
        phrase: "cause-not-bytes",
        rank: Program,
        errors: &[
            "a bytes-like object is required, not 'str'",
            "a bytes-like object is required, not 'int'",
            "The \"chunk\" argument must be of type string",
        ],
        calls: &["send", "write"],
        has: &[],
        code: ["connexion.send(str(n))", "", "", "connexion.write(n);"],
    },
    Row {
        phrase: "cause-bytes-and-text",
        rank: Program,
        errors: &["a bytes-like object is required, not 'str'"],
        calls: &[],
        has: &[],
        code: ["if \"Gagné\" in connexion.recv(1024):", "", "", ""],
    },
    Row {
        phrase: "cause-one-address",
        rank: Program,
        errors: &[
            "takes exactly one argument (2 given)",
            "address must be tuple",
            "AF_INET address must be",
        ],
        calls: &["connect", "bind"],
        has: &[],
        code: ["connexion.connect(HOTE, PORT)", "", "", ""],
    },
    Row {
        phrase: "cause-port-text",
        rank: Program,
        errors: &[
            "'str' object cannot be interpreted as an integer",
            "an integer is required (got type str)",
        ],
        calls: &["connect", "bind"],
        has: &[],
        code: ["connexion.connect((HOTE, \"50000\"))", "", "", ""],
    },
    Row {
        phrase: "cause-accept-pair",
        rank: Program,
        errors: &[
            "'tuple' object has no attribute 'recv'",
            "'tuple' object has no attribute 'send'",
            "'tuple' object has no attribute 'close'",
            "'tuple' object has no attribute 'makefile'",
        ],
        calls: &[],
        has: &["accept("],
        code: ["connexion = service.accept()", "", "", ""],
    },
    Row {
        phrase: "cause-called-at-once",
        rank: Program,
        errors: &["'NoneType' object is not callable"],
        calls: &[],
        has: &["Thread("],
        code: ["Thread(target=servir(connexion))", "", "", ""],
    },
    Row {
        phrase: "cause-name",
        rank: Program,
        errors: &[
            "NameError: ",
            "ImportError: ",
            "ModuleNotFoundError: ",
            "ReferenceError: ",
            "Cannot find module",
        ],
        calls: &[],
        has: &[],
        code: [
            "from socket import *",
            "import java.net.Socket;",
            "#include <sys/socket.h>",
            "const net = require(\"net\");",
        ],
    },
    Row {
        phrase: "cause-listening-socket",
        rank: Program,
        errors: &[
            "Errno 107]",
            "Errno 57]",
            "WinError 10057",
            "Errno 32]",
            "signal 13",
        ],
        calls: &["recv", "send", "read", "write"],
        has: &["accept("],
        code: [
            "message = service.recv(1024)",
            "",
            "recv(service, message, sizeof message, 0);",
            "",
        ],
    },
    Row {
        phrase: "cause-not-connected",
        rank: Program,
        errors: &[
            "Errno 107]",
            "Errno 57]",
            "WinError 10057",
            "Socket is not connected",
            "Socket is unconnected",
        ],
        calls: &[],
        has: &[],
        code: CONNECT,
    },
    Row {
        phrase: "cause-listen-forgotten",
        rank: Program,
        errors: &["Errno 22]", "WinError 10022"],
        calls: &["accept"],
        has: &[],
        code: [
            "connexion, adresse = service.accept()",
            "",
            "accept(service, NULL, NULL);",
            "",
        ],
    },
    Row {
        phrase: "cause-listen-udp",
        rank: Program,
        errors: &["Errno 95]", "Errno 102]", "WinError 10045"],
        calls: &["listen", "accept"],
        has: &[],
        code: [
            "service = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "",
            "service = socket(AF_INET, SOCK_DGRAM, 0);",
            "",
        ],
    },
    Row {
        phrase: "cause-closed-listener",
        rank: Program,
        errors: &[
            "Errno 9]",
            "WinError 10038",
            "Socket is closed",
            "Socket closed",
        ],
        calls: &["accept"],
        has: &[],
        code: [
            "service.close()",
            "service.close();",
            "close(service);",
            "service.close();",
        ],
    },
    Row {
        phrase: "cause-send-after-close",
        rank: Program,
        errors: &[
            "Errno 9]",
            "WinError 10038",
            "Socket is closed",
            "Socket closed",
            "Stream closed",
            "write after end",
            "ERR_STREAM_DESTROYED",
        ],
        calls: &[],
        has: &[],
        code: [
            "connexion.close()",
            "connexion.close();",
            "close(connexion);",
            "connexion.end();",
        ],
    },
    Row {
        phrase: "cause-empty-number",
        rank: Network,
        errors: &[
            "invalid literal for int() with base 10: ''",
            "invalid literal for int() with base 10: b''",
            "For input string: \"\"",
            "Cannot parse null string",
        ],
        calls: &[],
        has: &[],
        code: NUMBER,
    },
    Row {
        phrase: "cause-half-character",
        rank: Program,
        errors: &["unexpected end of data"],
        calls: &[],
        has: &[],
        code: ["message = connexion.recv(4).decode()", "", "", ""],
    },
    Row {
        phrase: "cause-in-use",
        rank: Network,
        errors: &[
            "Errno 98]",
            "Errno 48]",
            "WinError 10048",
            "EADDRINUSE",
            "ddress already in use",
            "déjà utilisée",
        ],
        calls: &[],
        has: &[],
        code: BIND,
    },
    Row {
        phrase: "cause-refused",
        rank: Network,
        errors: &[
            "Errno 111]",
            "Errno 61]",
            "WinError 10061",
            "ECONNREFUSED",
            "onnection refused",
        ],
        calls: &[],
        has: &[],
        code: CONNECT,
    },
    Row {
        phrase: "cause-not-here",
        rank: Network,
        errors: &[
            "Errno 99]",
            "Errno 49]",
            "WinError 10049",
            "EADDRNOTAVAIL",
            "annot assign requested address",
        ],
        calls: &[],
        has: &[],
        code: BIND,
    },
    Row {
        phrase: "cause-reset",
        rank: Network,
        errors: &[
            "Errno 104]",
            "Errno 54]",
            "WinError 10054",
            "WinError 10053",
            "Errno 103]",
            "ECONNRESET",
            "ECONNABORTED",
            "onnection reset",
        ],
        calls: &[],
        has: &[],
        code: RECV,
    },
    Row {
        phrase: "cause-pipe",
        rank: Network,
        errors: &["Errno 32]", "EPIPE", "roken pipe", "signal 13"],
        calls: &[],
        has: &[],
        code: SEND,
    },
    Row {
        phrase: "cause-unreachable",
        rank: Network,
        errors: &[
            "Errno 101]",
            "Errno 113]",
            "Errno 51]",
            "Errno 65]",
            "WinError 10051",
            "WinError 10065",
            "ENETUNREACH",
            "EHOSTUNREACH",
            "etwork is unreachable",
            "No route to host",
        ],
        calls: &[],
        has: &[],
        code: CONNECT,
    },
    Row {
        phrase: "cause-no-answer",
        rank: Network,
        errors: &[
            "Errno 110]",
            "Errno 60]",
            "WinError 10060",
            "ETIMEDOUT",
            "onnection timed out",
        ],
        calls: &[],
        has: &[],
        code: CONNECT,
    },
    Row {
        phrase: "cause-name-unknown",
        rank: Network,
        errors: &[
            "gaierror",
            "11001",
            "UnknownHostException",
            "ENOTFOUND",
            "EAI_AGAIN",
            "Name or service not known",
        ],
        calls: &[],
        has: &[],
        code: CONNECT,
    },
    Row {
        phrase: "cause-low-port",
        rank: Network,
        errors: &["Errno 13]", "WinError 10013", "EACCES"],
        calls: &["bind", "listen"],
        has: &[],
        code: BIND,
    },
];

/// Errors about what a message holds: the check knows what it sent, and asks about that.
const ABOUT_MESSAGES: &[&str] = &[
    "ValueError",
    "IndexError",
    "KeyError",
    "JSONDecodeError",
    "NumberFormatException",
    "IndexOutOfBounds",
    "NullPointerException",
    "SyntaxError: Unexpected",
    "Unicode",
    "MalformedInput",
    "argument must be a string",
    "'NoneType'",
];

/// What is known about the cause of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// This row of the table, and the language of the program.
    Known(usize, usize),
    /// It is about what a message holds.
    Message,
    /// Nothing is.
    Unknown,
}

impl Cause {
    /// The cause of a crash.
    pub fn of(crash: &Crash, source: &Source) -> Cause {
        let within = |text: &str, parts: &[&str]| parts.iter().any(|part| text.contains(part));
        let line = crash.place.as_ref().map_or("", |place| place.text.as_str());
        let row = ROWS.iter().position(|row| {
            within(&crash.error, row.errors)
                && (row.calls.is_empty() || within(line, row.calls))
                && (row.has.is_empty() || row.has.iter().any(|word| source.has(word)))
        });
        // Nobody closed a connection that was never made.
        let never = source.first().is_some()
            && !["connect", "accept(", "Socket("]
                .iter()
                .any(|call| source.has(call));
        let named = |phrase| ROWS.iter().position(|row| row.phrase == phrase);
        let row = match row {
            row if never && row == named("cause-pipe") => named("cause-not-connected"),
            // Sending breaks a pipe on a socket that listens, too; on any other the peer has gone.
            row if row == named("cause-listening-socket")
                && within(&crash.error, &["Errno 32]"])
                && !listens(line, source) =>
            {
                named("cause-pipe")
            }
            row => row,
        };
        match row {
            Some(row) => Cause::Known(row, language(crash, source)),
            None if within(&crash.error, ABOUT_MESSAGES) => Cause::Message,
            None => Cause::Unknown,
        }
    }

    /// The cause that a program told in a sentence of its own.
    pub fn told(printed: &str, source: &Source) -> Option<Cause> {
        let last = printed.lines().rev().take(3).collect::<Vec<_>>();
        let crash = Crash {
            error: last.join(" "),
            place: None,
        };
        let cause = Cause::of(&crash, source);
        cause.is_network().then_some(cause)
    }

    /// Whether the network or the other side caused it.
    pub fn is_network(self) -> bool {
        matches!(self, Cause::Known(row, _) if ROWS[row].rank == Network)
    }

    /// Where to look, given what the check itself would say. `caused` if the check did itself what
    /// the error tells, or knows it already.
    pub fn hint(self, own: Option<Hint>, caused: bool) -> Option<Hint> {
        match self {
            Cause::Known(row, language) if ROWS[row].rank == Program || !caused => {
                let row = &ROWS[row];
                let code = Some(row.code[language]).filter(|code| !code.is_empty());
                Some(Hint {
                    said: Sentence::new(row.phrase),
                    python: row.code[0],
                    code: code.unwrap_or(row.code[0]),
                })
            }
            Cause::Message | Cause::Known(..) => own,
            // A check that caused the error knows what to ask.
            Cause::Unknown => own.filter(|_| caused),
        }
    }
}

/// Whether an error says that the other side of a connection has ended, closed or cut it.
pub fn is_of_the_other_side(error: &str) -> bool {
    let rows = ROWS
        .iter()
        .filter(|row| ["cause-reset", "cause-pipe"].contains(&row.phrase));
    rows.flat_map(|row| row.errors).any(|it| error.contains(it))
}

/// Whether the socket of a Python line that sends or receives is one that accepts elsewhere.
fn listens(line: &str, source: &Source) -> bool {
    let calls = [".send", ".recv", ".write", ".read"];
    let end = calls.iter().filter_map(|call| line.find(call)).min();
    let before = end.map_or("", |end| &line[..end]);
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
    let name = name.into_iter().next().unwrap_or_default();
    !name.is_empty() && source.has(&format!("{name}.accept("))
}

/// The languages in which lines are known, by their places in [`Code`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Language(usize);

impl Language {
    /// That of a program's first file; Python where none is known.
    pub fn of(source: &Source) -> Language {
        let file = source.first().unwrap_or_default();
        Language(of_file(&file).unwrap_or_default())
    }

    /// The same hint with its line in this language, where that is known.
    pub fn put(self, hint: Hint) -> Hint {
        let row = LINES.iter().find(|line| line[0] == hint.code);
        let code = row.map(|line| line[self.0]).filter(|it| !it.is_empty());
        Hint {
            code: code.unwrap_or(hint.code),
            ..hint
        }
    }
}

fn of_file(name: &str) -> Option<usize> {
    match name.rsplit_once('.')?.1 {
        "java" => Some(1),
        "c" | "h" => Some(2),
        "js" | "mjs" | "cjs" => Some(3),
        _ => Some(0),
    }
}

/// The place of the program's language in [`Code`].
fn language(crash: &Crash, source: &Source) -> usize {
    let file = crash.place.as_ref().map(|place| place.file.clone());
    let file = file.or_else(|| source.first()).unwrap_or_default();
    match of_file(&file) {
        Some(language) => language,
        None if crash.error.starts_with("Exception in thread") => 1,
        None if crash.error.starts_with("signal ") => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::source::SourceLine;
    use game::phrases::{Lang, say};

    /// The error, the line where it was, and the phrase: none where nothing is known.
    const SAID: &[(&str, &str, &str)] = &[
        (
            "python3: can't open file '/home/lea/serveur.py': [Errno 2] No such file or directory",
            "",
            "cause-no-file",
        ),
        (
            "Error: Could not find or load main class Serveur",
            "",
            "cause-no-file",
        ),
        (
            "TypeError: a bytes-like object is required, not 'str'",
            "s.send(str(g))",
            "cause-not-bytes",
        ),
        (
            "TypeError: a bytes-like object is required, not 'str'",
            "if \"Gagné\" in m:",
            "cause-bytes-and-text",
        ),
        (
            "TypeError [ERR_INVALID_ARG_TYPE]: The \"chunk\" argument must be of type string or an instance of Buffer. Received type number (50)",
            "s.write(50)",
            "cause-not-bytes",
        ),
        (
            "TypeError: socket.connect() takes exactly one argument (2 given)",
            "s.connect(\"h\", 1)",
            "cause-one-address",
        ),
        (
            "TypeError: _socket.socket.bind() takes exactly one argument (2 given)",
            "s.bind(\"\", 1)",
            "cause-one-address",
        ),
        (
            "TypeError: 'str' object cannot be interpreted as an integer",
            "s.connect((\"h\", \"1\"))",
            "cause-port-text",
        ),
        (
            "AttributeError: partially initialized module 'socket' has no attribute 'socket' (most likely due to a circular import)",
            "s = socket.socket()",
            "cause-own-module",
        ),
        (
            "AttributeError: module 'random' has no attribute 'randint' (consider renaming '/home/a/random.py' since it has the same name as the standard library module)",
            "n = random.randint(1, 100)",
            "cause-own-module",
        ),
        (
            "AttributeError: 'tuple' object has no attribute 'recv'",
            "c.recv(1024)",
            "cause-accept-pair",
        ),
        (
            "TypeError: 'NoneType' object is not callable",
            "self._target(*self._args)",
            "cause-called-at-once",
        ),
        (
            "NameError: name 'sockett' is not defined",
            "s = sockett()",
            "cause-name",
        ),
        (
            "ReferenceError: nett is not defined",
            "nett.connect(1)",
            "cause-name",
        ),
        (
            "OSError: [Errno 107] Transport endpoint is not connected",
            "m = service.recv(1024)",
            "cause-listening-socket",
        ),
        (
            "OSError: [WinError 10057] A request to send or receive data was disallowed",
            "m = service.recv(1024)",
            "cause-listening-socket",
        ),
        (
            "BrokenPipeError: [Errno 32] Broken pipe",
            "service.send(b'a')",
            "cause-listening-socket",
        ),
        (
            "OSError: [Errno 22] Invalid argument",
            "c, a = s.accept()",
            "cause-listen-forgotten",
        ),
        (
            "OSError: [WinError 10022] Un argument non valide a été fourni",
            "c, a = s.accept()",
            "cause-listen-forgotten",
        ),
        (
            "OSError: [Errno 95] Operation not supported",
            "s.listen()",
            "cause-listen-udp",
        ),
        (
            "OSError: [Errno 9] Bad file descriptor",
            "c, a = s.accept()",
            "cause-closed-listener",
        ),
        (
            "OSError: [WinError 10038] An operation was attempted on something that is not a socket",
            "c.send(b'')",
            "cause-send-after-close",
        ),
        (
            "Exception in thread \"main\" java.net.SocketException: Socket is closed",
            "out.write(1);",
            "cause-send-after-close",
        ),
        (
            "Error [ERR_STREAM_WRITE_AFTER_END]: write after end",
            "s.write('a')",
            "cause-send-after-close",
        ),
        (
            "ValueError: invalid literal for int() with base 10: ''",
            "n = int(c.recv(9))",
            "cause-empty-number",
        ),
        (
            "Exception in thread \"main\" java.lang.NumberFormatException: For input string: \"\"",
            "",
            "cause-empty-number",
        ),
        (
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc3 in position 3: unexpected end of data",
            "m = s.recv(4).decode()",
            "cause-half-character",
        ),
        (
            "OSError: [Errno 98] Address already in use",
            "s.bind(A)",
            "cause-in-use",
        ),
        (
            "OSError: [WinError 10048] Une seule utilisation de chaque adresse de socket",
            "s.bind(A)",
            "cause-in-use",
        ),
        (
            "Exception in thread \"main\" java.net.BindException: Address already in use",
            "",
            "cause-in-use",
        ),
        (
            "Error: listen EADDRINUSE: address already in use :::50000",
            "",
            "cause-in-use",
        ),
        (
            "ConnectionRefusedError: [Errno 111] Connection refused",
            "s.connect(A)",
            "cause-refused",
        ),
        (
            "ConnectionRefusedError: [WinError 10061] No connection could be made",
            "s.connect(A)",
            "cause-refused",
        ),
        (
            "Error: connect ECONNREFUSED 127.0.0.1:1",
            "",
            "cause-refused",
        ),
        (
            "OSError: [Errno 99] Cannot assign requested address",
            "s.bind(A)",
            "cause-not-here",
        ),
        (
            "OSError: [WinError 10049] The requested address is not valid in its context",
            "s.bind(A)",
            "cause-not-here",
        ),
        (
            "ConnectionResetError: [Errno 104] Connection reset by peer",
            "c.close(); m()",
            "cause-reset",
        ),
        (
            "ConnectionResetError: [WinError 10054] Une connexion existante a dû être fermée",
            "c.recv(9)",
            "cause-reset",
        ),
        (
            "ConnectionAbortedError: [WinError 10053] An established connection was aborted",
            "c.recv(9)",
            "cause-reset",
        ),
        (
            "BrokenPipeError: [Errno 32] Broken pipe",
            "m()",
            "cause-pipe",
        ),
        (
            "BrokenPipeError: [Errno 32] Broken pipe",
            "connexion.send(b'a')",
            "cause-pipe",
        ),
        ("signal 13", "", "cause-pipe"),
        (
            "OSError: [Errno 101] Network is unreachable",
            "s.connect(A)",
            "cause-unreachable",
        ),
        (
            "OSError: [Errno 113] No route to host",
            "s.connect(A)",
            "cause-unreachable",
        ),
        (
            "TimeoutError: [WinError 10060] A connection attempt failed",
            "s.connect(A)",
            "cause-no-answer",
        ),
        (
            "TimeoutError: [Errno 110] Connection timed out",
            "s.connect(A)",
            "cause-no-answer",
        ),
        (
            "socket.gaierror: [Errno -2] Name or service not known",
            "s.connect(A)",
            "cause-name-unknown",
        ),
        (
            "socket.gaierror: [Errno 11001] getaddrinfo failed",
            "s.connect(A)",
            "cause-name-unknown",
        ),
        (
            "Exception in thread \"main\" java.net.UnknownHostException: serveur",
            "",
            "cause-name-unknown",
        ),
        (
            "PermissionError: [WinError 10013] An attempt was made to access a socket",
            "s.bind(A)",
            "cause-low-port",
        ),
        ("ZeroDivisionError: division by zero", "a = 1 / 0", ""),
        (
            "AttributeError: 'int' object has no attribute 'upper'",
            "n.upper()",
            "",
        ),
    ];

    #[test]
    fn each_error_has_its_one_cause_and_others_none() {
        let source = Source::of_text("dir/client.py", "service.accept()\nThread(target=f)\n");
        for (error, text, phrase) in SAID {
            let place = (!text.is_empty()).then(|| SourceLine {
                file: "a.py".to_owned(),
                line: 1,
                text: (*text).to_owned(),
            });
            let error = (*error).to_owned();
            let hint = Cause::of(&Crash { error, place }, &source).hint(None, false);
            let id = hint.as_ref().map_or("", |hint| hint.said.id);
            assert_eq!(id, *phrase, "{text}");
        }
    }

    /// Protects learners of other languages from a line that was reworded in one place only.
    #[test]
    fn each_line_is_one_that_a_check_shows() {
        let shown = include_str!("outcome.rs");
        for [python, ..] in LINES {
            let written = python.replace('"', "\\\"");
            assert!(shown.contains(&format!("\"{written}\"")), "{python}");
        }
    }

    #[test]
    fn every_row_is_met_and_can_be_said() {
        for row in ROWS {
            let is_met = SAID.iter().any(|(_, _, phrase)| *phrase == row.phrase);
            let only_without = row.phrase == "cause-not-connected";
            assert!(is_met || only_without, "{}", row.phrase);
            for lang in [Lang::Fr, Lang::En] {
                assert!(!say(lang, row.phrase, &[]).is_empty(), "{}", row.phrase);
            }
        }
    }
}
