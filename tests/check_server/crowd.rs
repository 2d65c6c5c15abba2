//! Servers of the lesson's sequel, an echo and a chat for all, in three languages: the kind is recognised,
//! a sound one passes, and one changed line is named.

use std::process::Command;

use super::{document, each, finish, found, python, sentences};
use crate::common;

const ECHO: &str = r#"
import socket, sys, threading
def serve(connexion):
    while True:
        message = connexion.recv(1024).decode()
        if not message or message == "FIN": break
        connexion.send(message.encode())
    connexion.close()
service = socket.socket()
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
while True:
    connexion, adresse = service.accept()
    threading.Thread(target=serve, args=(connexion,)).start()
"#;

const CHAT: &str = r#"
import socket, sys, threading
clients = []
def serve(connexion):
    try:
        while True:
            message = connexion.recv(1024).decode()
            if not message or message == "exit": break
            for client in clients:
                if client is not connexion: client.send(message.encode())
    except OSError: pass
    clients.remove(connexion)
    connexion.close()
service = socket.socket()
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
while True:
    connexion, adresse = service.accept()
    clients.append(connexion)
    threading.Thread(target=serve, args=(connexion,)).start()
"#;

const JAVA_ECHO: &str = r#"
import java.io.*; import java.net.*;
public class Echo { public static void main(String[] args) throws Exception {
  ServerSocket service = new ServerSocket(Integer.parseInt(args[0]));
  while (true) { Socket client = service.accept(); new Thread(() -> { try {
    BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()));
    PrintWriter out = new PrintWriter(client.getOutputStream(), true);
    String line;
    while ((line = in.readLine()) != null) { if (line.equals("exit")) break; out.println("Echo: " + line); }
    client.close();
  } catch (IOException error) {} }).start(); } } }
"#;

const NODE_CHAT: &str = r#"
const net = require("net"), all = new Set();
net.createServer(client => {
  all.add(client);
  client.on("data", data => { for (const other of all) if (other !== client) other.write(data); });
  client.on("close", () => all.delete(client));
  client.on("error", () => all.delete(client));
}).listen(+process.argv[2]);
"#;

/// A program, what is changed in it, and what is to be found.
struct Row {
    name: &'static str,
    file: &'static str,
    text: &'static str,
    edits: &'static [(&'static str, &'static str)],
    options: &'static [&'static str],
    kind: &'static str,
    /// The check to mend first and what it found; empty if all is well.
    first: (&'static str, &'static str),
}

const fn row(
    name: &'static str,
    text: &'static str,
    edits: &'static [(&'static str, &'static str)],
    kind: &'static str,
    first: (&'static str, &'static str),
) -> Row {
    Row {
        name,
        file: "serveur.py",
        text,
        edits,
        options: &[],
        kind,
        first,
    }
}

const SOUND: (&str, &str) = ("", "");

const ROWS: &[Row] = &[
    row("an echo", ECHO, &[], "echo", SOUND),
    row(
        "an echo with words around it",
        ECHO,
        &[("send(message", "send(('Reçu : ' + message)")],
        "echo",
        SOUND,
    ),
    row("a chat", CHAT, &[], "chat", SOUND),
    row(
        "an echo for one at a time",
        ECHO,
        &[(
            "threading.Thread(target=serve, args=(connexion,)).start()",
            "serve(connexion)",
        )],
        "echo",
        ("together", "crowd-together-waits"),
    ),
    row(
        "an echo whose thread is called",
        ECHO,
        &[("target=serve, args=(connexion,)", "target=serve(connexion)")],
        "echo",
        ("together", "crowd-together-waits"),
    ),
    Row {
        options: &["--kind", "echo"],
        ..row(
            "an echo that answers whoever came last",
            ECHO,
            &[
                (
                    "    while True:\n        message",
                    "    global dernier\n    dernier = connexion\n    while True:\n        message",
                ),
                ("connexion.send", "dernier.send"),
            ],
            "echo",
            ("together", "crowd-together-waits"),
        )
    },
    row(
        "an echo that knows its word only with a newline",
        ECHO,
        &[("message == \"FIN\"", "message[:-1] == \"FIN\"")],
        "echo",
        ("ends-word", "crowd-ends-not"),
    ),
    row(
        "an echo that ends with the first who leaves",
        ECHO,
        &[(
            "    connexion.close()\n",
            "    import os\n    os._exit(0)\n",
        )],
        "echo",
        ("stays", "crowd-stays-not"),
    ),
    row(
        "a chat that keeps who has left",
        CHAT,
        &[("    clients.remove(connexion)\n", "")],
        "chat",
        ("stays", "crowd-stays-not"),
    ),
    row(
        "a chat that forgets one",
        CHAT,
        &[("for client in clients:", "for client in clients[:2]:")],
        "chat",
        ("passes", "crowd-passes-not"),
    ),
    Row {
        file: "Echo.java",
        ..row("an echo in Java", JAVA_ECHO, &[], "echo", SOUND)
    },
    Row {
        file: "chat.js",
        options: &["--kind", "chat"],
        ..row("a chat in Node", NODE_CHAT, &[], "chat", SOUND)
    },
];

/// The interpreter of a file, if this machine has it.
fn interpreter(file: &str) -> Option<&'static str> {
    let name = match file.rsplit('.').next() {
        Some("java") => "java",
        Some("js") => "node",
        _ => return Some(python()),
    };
    let there = Command::new(name).arg("--version").output();
    there.is_ok().then_some(name)
}

#[test]
fn an_echo_and_a_chat_are_recognised_and_examined() {
    each(ROWS, |row| {
        let Some(interpreter) = interpreter(row.file) else {
            return Ok(());
        };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(row.file);
        let text = row
            .edits
            .iter()
            .fold(row.text.to_owned(), |text, (from, to)| {
                assert!(text.contains(from), "{from}");
                text.replace(from, to)
            });
        std::fs::write(&path, text).expect("written");
        let mut command = common::program();
        command
            .args(["check", "server", "--json"])
            .args(row.options);
        command.arg("--").arg(interpreter).arg(&path).arg("{port}");
        let output = finish(&mut command);
        let document = document(&output);
        let failed = found(&document, "failed");
        let first = failed
            .first()
            .map_or(SOUND, |it| (it.0.as_str(), it.1.as_str()));
        let status = if row.first == SOUND { 0 } else { 1 };
        match document["kind"] == row.kind
            && first == row.first
            && output.status.code() == Some(status)
        {
            true => Ok(()),
            false => Err(format!(
                "{}: expected {} and {:?}, came {} and {failed:?} {}{}",
                row.name,
                row.kind,
                row.first,
                document["kind"],
                document["summary"],
                sentences(&document, "failed")
            )),
        }
    });
}
