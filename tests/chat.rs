//! `juste-prix chat` against the lesson's own two programs, and byte by byte.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use crate::clients::program::Program;
use crate::common::{connect, receive};

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/");
const AGAIN: &str = "<R>ecommencer <T>erminer\u{a0}? ";

/// Our server on a free port, ready for its first client, and the port.
fn serve() -> (Program, u16) {
    let listen = ["chat", "serve", "--listen", "127.0.0.1:0"];
    let mut server = Program::spawn(crate::common::program().args(listen));
    let how = server.line();
    let port = how.rsplit(':').next().and_then(|port| port.parse().ok());
    assert_eq!(server.line(), "Serveur prêt, en attente de requêtes…");
    (server, port.unwrap_or_else(|| panic!("a port in {how:?}")))
}

fn join(port: u16) -> Program {
    let server = format!("127.0.0.1:{port}");
    Program::spawn(crate::common::program().args(["chat", "join", &server]))
}

/// Our client, connected to a server of the test's.
fn joined() -> (Program, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let client = join(port);
    let (stream, _) = listener.accept().expect("our client");
    let patience = Some(crate::common::PATIENCE);
    stream.set_read_timeout(patience).expect("a TCP socket");
    (client, stream)
}

/// A client of the test's, connected to our server.
fn served() -> (Program, TcpStream) {
    let (mut server, port) = serve();
    let stream = connect(([127, 0, 0, 1], port).into());
    assert_eq!(
        server.until("moi > "),
        "Client connecté\u{a0}: 127.0.0.1\nmoi > "
    );
    (server, stream)
}

/// Sends one message as the lesson's programs do.
fn send(stream: &mut TcpStream, message: &[u8]) {
    stream.write_all(message).expect("the other side reads");
}

/// Nothing more comes.
fn ends(mut stream: TcpStream) {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("an end in time");
    assert_eq!(rest, b"");
}

/// The lesson's server on this port instead of its own.
fn lesson_server(port: u16) -> (tempfile::TempDir, Program) {
    let program = fs::read_to_string(format!("{SCRIPTS}lesson_server.py")).expect("the program");
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("server.py");
    fs::write(&copy, program.replace("50000", &port.to_string())).expect("written");
    let copy = copy.to_str().expect("UTF-8");
    let server = Program::start("python3", &["python3", "-u", copy]);
    (folder, server)
}

#[test]
fn our_client_speaks_with_the_lessons_server() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("bound").port();
    drop(free);
    let (_folder, mut server) = lesson_server(port);
    server.until("Serveur prêt, en attente de requètes ...\n");
    server.send("Bonjour");
    // It says that it is ready just before it is.
    let mut client = loop {
        let mut client = join(port);
        match client.line().as_str() {
            "serveur > Bonjour" => break client,
            line => assert!(line.starts_with("La connexion a échoué. "), "{line}"),
        }
    };
    client.until("moi > ");
    client.send("ça va ?");
    server.until("client >  ça va ?\nmoi > ");
    server.send("Fin");
    let (status, said) = client.end();
    assert_eq!(said, "serveur > Fin\nConnexion terminée.\n");
    assert!(status.success());

    server.until("<R>ecommencer <T>erminer ? ");
    server.send("R");
    let mut client = join(port);
    server.until("moi > ");
    server.send("Encore ?");
    assert_eq!(client.until("moi > "), "serveur > Encore ?\nmoi > ");
    client.send("fin");
    let (status, said) = client.end();
    assert_eq!(
        (said.as_str(), status.success()),
        ("Connexion terminée.\n", true)
    );
    server.until("client >  fin\n<R>ecommencer <T>erminer ? ");
    server.send("T");
    assert!(server.end().0.success());
}

#[test]
fn the_lessons_client_speaks_with_our_server() {
    let (mut server, port) = serve();
    let client = || {
        let script = format!("{SCRIPTS}lesson_client.py");
        Program::start("python3", &["python3", "-u", &script, &port.to_string()])
    };
    let mut first = client();
    server.until("moi > ");
    server.send("Bonjour, ça va ?");
    assert_eq!(first.until("moi > "), "serveur > Bonjour, ça va ?\nmoi > ");
    first.send("à merveille");
    assert_eq!(server.until("moi > "), "client > à merveille\nmoi > ");
    server.send("fIn");
    assert_eq!(first.end().1, "serveur > fIn\nConnexion terminée.\n");

    assert_eq!(server.until(AGAIN), AGAIN);
    server.send("");
    assert_eq!(server.until(AGAIN), AGAIN, "an empty answer is asked again");
    server.send("r");
    assert_eq!(server.line(), "Serveur prêt, en attente de requêtes…");
    let mut second = client();
    server.until("moi > ");
    server.send("?");
    second.until("moi > ");
    second.send("FIN");
    assert_eq!(server.until(AGAIN), format!("client > FIN\n{AGAIN}"));
    server.send("terminer");
    let (status, said) = server.end();
    assert_eq!((said.as_str(), status.success()), ("", true));
}

/// The copy that the tests run is the lesson's program, where the lesson is at hand.
#[test]
fn the_lessons_server_is_as_it_stands_in_the_lesson() {
    let beside = "../shared/source-lesson/reseau-serveur.md";
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join(beside);
    let lesson = match std::env::var_os("JUSTE_PRIX_LESSON") {
        Some(file) => fs::read_to_string(file).expect("the file that JUSTE_PRIX_LESSON names"),
        None if beside.exists() => fs::read_to_string(beside).expect("UTF-8"),
        None => return,
    };
    let copy = fs::read_to_string(format!("{SCRIPTS}lesson_server.py")).expect("the copy");
    let (_, copy) = copy.split_once('\n').expect("where it is from");
    let program = lesson.split("```python\n").nth(1).expect("a program");
    let (program, _) = program.split_once("```").expect("its end");
    assert_eq!(copy, program);
}

/// One send is the text and nothing else, from both sides.
#[test]
fn a_message_is_its_text_and_nothing_else() {
    let (mut server, mut stream) = served();
    server.send(" é ");
    assert_eq!(receive(&mut stream), " é ".as_bytes());
    send(&mut stream, "oui".as_bytes());
    assert_eq!(server.until("moi > "), "client > oui\nmoi > ");
    server.send("FIN");
    assert_eq!(receive(&mut stream), b"FIN");
    ends(stream);

    let (mut client, mut stream) = joined();
    send(&mut stream, "é".as_bytes());
    assert_eq!(client.until("moi > "), "serveur > é\nmoi > ");
    client.send("50");
    assert_eq!(receive(&mut stream), b"50");
    send(&mut stream, b"FIN");
    assert_eq!(client.end().1, "serveur > FIN\nConnexion terminée.\n");
    ends(stream);
}

#[test]
fn the_end_of_the_input_is_fin() {
    let (mut server, mut stream) = served();
    server.end_input();
    assert_eq!(receive(&mut stream), b"FIN");
    let (status, said) = server.end();
    assert_eq!((said, status.code()), (format!("\n{AGAIN}\n"), Some(0)));
    ends(stream);

    let (mut client, mut stream) = joined();
    client.end_input();
    send(&mut stream, b"bonjour");
    assert_eq!(receive(&mut stream), b"FIN");
    let (status, said) = client.end();
    assert_eq!(said, "serveur > bonjour\nmoi > \nConnexion terminée.\n");
    assert!(status.success());
}

#[test]
fn what_can_not_be_sent_is_refused_with_a_sentence() {
    let (mut client, mut stream) = joined();
    send(&mut stream, b"?");
    client.until("moi > ");
    // The sentences are on the other output than the prompts: the two come in no certain order.
    client.send("");
    client.until("Un message vide n'envoie rien");
    client.send(&"x".repeat(1025));
    client.until("Ce message dépasse 1024 octets");
    let longest = "é".repeat(512);
    client.send(&longest);
    assert_eq!(
        receive(&mut stream),
        longest.as_bytes(),
        "the first thing that is sent"
    );
    send(&mut stream, b"FIN");
    assert!(client.end().0.success());
}

#[test]
fn what_is_not_text_is_shown_escaped_with_a_sentence() {
    let (mut server, mut stream) = served();
    server.send("?");
    receive(&mut stream);
    send(&mut stream, b"caf\xe9\x07\n");
    // The sentence is on the other output: the two come in no certain order.
    server.end_input();
    assert_eq!(receive(&mut stream), b"FIN");
    let (_, said) = server.end();
    assert!(said.contains("client > caf\\xe9\\x07\\n\n"), "{said}");
    assert!(said.contains("n'est pas du texte UTF-8"), "{said}");
}

#[test]
fn a_client_that_vanishes_ends_its_conversation_only() {
    let (mut server, stream) = served();
    drop(stream);
    server.send("Bonjour");
    server.send("T");
    let (status, said) = server.end();
    assert!(
        said.contains("Le client est parti sans envoyer FIN"),
        "{said}"
    );
    assert_eq!((said.contains(AGAIN), status.code()), (true, Some(0)));
}

#[test]
fn a_server_that_vanishes_is_one_sentence() {
    let (mut client, stream) = joined();
    drop(stream);
    let (status, said) = client.end();
    assert!(said.contains("est parti sans envoyer FIN"), "{said}");
    assert_eq!((said.lines().count(), status.code()), (1, Some(1)));
}

#[test]
fn no_server_and_no_port_are_one_sentence() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    let taken = ["chat", "serve", "--listen", &address.to_string()];
    let (status, said) = Program::spawn(crate::common::program().args(taken)).end();
    assert!(
        said.starts_with("Impossible de démarrer le service\u{a0}: "),
        "{said}"
    );
    assert_eq!((said.lines().count(), status.code()), (1, Some(1)));

    drop(listener);
    let (status, said) = join(address.port()).end();
    assert!(said.starts_with("La connexion a échoué. "), "{said}");
    assert!(said.contains(&address.to_string()), "{said}");
    assert_eq!((said.lines().count(), status.code()), (1, Some(1)));

    let wrong = ["chat", "join", "http://x"];
    let (status, said) = Program::spawn(crate::common::program().args(wrong)).end();
    assert_eq!((said.lines().count(), status.code()), (1, Some(2)));
}
