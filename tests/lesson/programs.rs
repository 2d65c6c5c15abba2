//! The lesson's programs, run for real: what is shown to pupils works as it is told.

use std::fs;
use std::net::SocketAddr;

use game::lesson::Lesson;
use game::lesson::text::Block;
use game::phrases::Lang;
use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

use crate::clients::program::Program;

/// A socket that has a port, so that nobody else gets it, and does not listen.
fn closed_port() -> (Socket, u16) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&any.into()).expect("a free port");
    let bound = socket.local_addr().expect("bound").as_socket();
    (socket, bound.expect("an address").port())
}

/// A server of the lesson's, which says that it is ready, and its port. Between looking for a free
/// port and taking it somebody else may have taken it: then with another one.
fn serve(folder: &TempDir, code: &str, ready: &str) -> (Program, u16) {
    for _ in 0..20 {
        let (_, port) = closed_port();
        let mut server = run(folder, "server.py", code, port);
        if server.line().ends_with(ready) {
            return (server, port);
        }
    }
    panic!("no server says {ready:?}");
}

/// A program of the lesson's on this port in the place of its own.
fn run(folder: &TempDir, name: &str, code: &str, port: u16) -> Program {
    assert_eq!(
        code.matches("50000").count(),
        1,
        "{name} has its port in one place"
    );
    let path = folder.path().join(name);
    fs::write(&path, code.replace("50000", &port.to_string())).expect("written");
    Program::start("python3", &["python3", "-u", path.to_str().expect("UTF-8")])
}

fn listing(lang: Lang, id: &str) -> &'static str {
    let mut listings = Lesson::built_in(lang).listings.iter();
    &listings.find(|it| it.id == id).expect("a listing").code
}

/// What the programs say in each language.
struct Words {
    ready: &'static str,
    me: &'static str,
    client: &'static str,
    server: &'static str,
    ended: &'static str,
    failed: &'static str,
    again: &'static str,
}

fn words(lang: Lang) -> Words {
    match lang {
        Lang::Fr => Words {
            ready: "en attente d'un client...",
            me: "moi > ",
            client: "client > ",
            server: "serveur > ",
            ended: "Connexion terminée.\n",
            failed: "La connexion a échoué : ",
            again: "<R>ecommencer <T>erminer ? ",
        },
        Lang::En => Words {
            ready: "waiting for a client...",
            me: "me > ",
            client: "client > ",
            server: "server > ",
            ended: "Connection ended.\n",
            failed: "The connection failed: ",
            again: "<R>estart <T>erminate? ",
        },
    }
}

#[test]
fn the_two_programs_talk_until_either_says_fin() {
    for lang in super::BOTH {
        let (folder, words) = (TempDir::new().expect("a folder"), words(lang));
        let (mut server, port) = serve(&folder, listing(lang, "serveur"), words.ready);
        let mut client = run(&folder, "client.py", listing(lang, "client"), port);
        server.until(words.me);
        // An empty message is asked for again.
        server.send("");
        server.until(words.me);
        server.send("Bonjour, ça va ?");
        assert_eq!(
            client.until(words.me),
            format!("{}Bonjour, ça va ?\n{}", words.server, words.me)
        );
        client.send("FIN !");
        assert_eq!(
            server.until(words.me),
            format!("{}FIN !\n{}", words.client, words.me)
        );
        server.send("Fin");
        let (status, rest) = client.end();
        assert_eq!(rest, format!("{}Fin\n{}", words.server, words.ended));
        assert!(status.success());
        // And again, ended by the client.
        server.until(words.again);
        server.send("");
        server.until(words.ready);
        let mut client = run(&folder, "client.py", listing(lang, "client"), port);
        server.until(words.me);
        server.send("x");
        client.until(words.me);
        client.send("fin");
        assert!(client.end().1.ends_with(words.ended));
        assert_eq!(
            server.until(words.again),
            format!("{}fin\n{}", words.client, words.again)
        );
        server.send("t");
        assert!(server.end().0.success());
    }
}

/// Protects the conversation: in the original either program would ask for ever.
#[test]
fn a_program_whose_other_side_has_left_says_so_and_ends() {
    for lang in super::BOTH {
        let (folder, words) = (TempDir::new().expect("a folder"), words(lang));
        let (mut server, port) = serve(&folder, listing(lang, "serveur"), words.ready);
        drop(crate::common::connect(([127, 0, 0, 1], port).into()));
        server.until(words.me);
        server.send("?");
        server.until(words.again);
        let mut client = run(&folder, "client.py", listing(lang, "client"), port);
        server.send("r");
        server.until(words.me);
        drop(server);
        assert!(client.end().1.ends_with(words.ended));
    }
}

#[test]
fn a_client_without_a_server_says_that_it_was_refused() {
    for lang in super::BOTH {
        let folder = TempDir::new().expect("a folder");
        let (_taken, port) = closed_port();
        let mut client = run(&folder, "client.py", listing(lang, "client"), port);
        let (status, said) = client.end();
        let words = words(lang);
        assert!(
            said.starts_with(words.failed) && said.ends_with(words.ended),
            "{said}"
        );
        assert!(status.success());
        // And the lesson understands what it said.
        let refused = game::lesson::Facts::default();
        let judged = super::judge(lang, "mauvais-port", &said, &refused);
        assert_eq!(judged.verdict, game::lesson::Verdict::Right, "{said}");
    }
}

/// The model answer of the last question: a game that the lesson's own client plays as it is.
#[test]
fn the_model_game_is_played_by_the_lessons_client() {
    for (lang, small, big, found) in [
        (Lang::Fr, "Trop petit", "Trop grand", "Gagné"),
        (Lang::En, "Too small", "Too big", "Found"),
    ] {
        let question = Lesson::built_in(lang)
            .question("jeu-programme")
            .expect("the question");
        let model = question.explain.as_ref().expect("a model");
        let code = model.0.iter().find_map(|block| match block {
            Block::Code(code) => Some(code),
            _ => None,
        });
        let (folder, words) = (TempDir::new().expect("a folder"), words(lang));
        let (mut game, port) = serve(&folder, code.expect("a program"), "...");
        let mut client = run(&folder, "client.py", listing(lang, "client"), port);
        client.until(words.me);
        for nonsense in ["abc", "-1", "²"] {
            client.send(nonsense);
            assert!(client.until(words.me).contains("Err"), "{nonsense}");
        }
        for _ in 0..2 {
            let (mut low, mut high, mut tries) = (1, 100, 0);
            loop {
                let guess = (low + high) / 2;
                tries += 1;
                client.send(&guess.to_string());
                let answer = client.until(words.me);
                let answer = answer.strip_prefix(words.server).expect("a message");
                match answer {
                    _ if answer.starts_with(small) => low = guess + 1,
                    _ if answer.starts_with(big) => high = guess - 1,
                    _ => {
                        assert!(answer.starts_with(found), "{answer}");
                        assert!(answer.contains(&format!(" {tries}.")), "{tries}: {answer}");
                        break;
                    }
                }
            }
            assert!(
                tries <= 7,
                "{tries} tries, and the lesson says 7 are enough"
            );
        }
        client.send("FIN");
        assert!(client.end().1.ends_with(words.ended));
        // It waits for the next player.
        game.until("...\n");
    }
}
