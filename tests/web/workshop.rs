//! The workshop's doors: which machine is connected to when a pupil's program is checked, what one page
//! may take of the class's lists, and what the teacher sees of the pupils' programs.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use game::limits::{PROGRAM_BODY_BYTES, PROGRAM_BYTES, PROPOSALS_EACH, RULE_CHARS};
use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket, client};

use super::http::{Answer, Http, page, server};
use super::teacher::Teacher;
use crate::common::{Lines, PATIENCE, Server, connect};
use crate::operating::players::{AFAR, connect_from_afar};

/// A page of the workshop, on the machine [`AFAR`].
struct Page {
    socket: WebSocket<TcpStream>,
    key: String,
    /// The address of its machine.
    address: String,
    /// This server's address, as pages are told it.
    server: String,
}

impl Page {
    fn open(server: &Server) -> Page {
        Page::open_by(server, "")
    }

    /// A page of the browser that sends this header `Cookie`.
    fn open_by(server: &Server, cookie: &str) -> Page {
        let address = page(server);
        let stream = connect_from_afar(address);
        let url = format!("ws://{address}/workshop/socket");
        let mut request = url.into_client_request().expect("a URL");
        let cookie = cookie.parse().expect("a header's value");
        request.headers_mut().insert("Cookie", cookie);
        let (socket, _) = client(request, stream).expect("a handshake");
        let mut page = Page {
            socket,
            key: String::new(),
            address: String::new(),
            server: String::new(),
        };
        let hello = page.read();
        let told = |what: &str| hello[what].as_str().expect("a text").to_owned();
        (page.key, page.address, page.server) = (told("key"), told("address"), told("server"));
        page
    }

    fn read(&mut self) -> Value {
        match self.socket.read().expect("an object in time") {
            Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    /// Reads until the check is in this state; what came last.
    fn wait(&mut self, state: &str) -> Value {
        loop {
            let told = self.read();
            if told["event"] == "check" && told["state"] == state {
                return told;
            }
            let goes_on = ["waits", "runs", "listens"]
                .iter()
                .any(|it| told["state"] == *it);
            assert!(goes_on || told["event"] != "check", "not {state}: {told}");
        }
    }

    /// Starts a program; its number.
    fn start(&mut self) -> String {
        let start = json!({"do": "start", "pane": 0}).to_string();
        self.socket
            .send(Message::text(start))
            .expect("the server reads");
        loop {
            let told = self.read();
            if told["event"] == "started" {
                return told["program"].as_str().expect("a number").to_owned();
            }
        }
    }

    /// What a command of the console has found.
    fn console(&self, server: &Server, command: &Value) -> Answer {
        let body = json!({"key": self.key, "lang": "en", "command": command});
        post(server, "console", &body, "")
    }

    fn say(&mut self, what: &Value) {
        self.socket
            .send(Message::text(what.to_string()))
            .expect("the server reads");
    }

    /// Reads until this is told.
    fn read_until(&mut self, event: &str) {
        while self.read()["event"] != event {}
    }

    fn stop(&mut self) {
        self.say(&json!({"do": "stop-check"}));
        self.wait("stopped");
    }

    fn ask(&self, server: &Server, side: &str, subject: &Value, headers: &str) -> Answer {
        let body = json!({"key": self.key, "side": side, "lang": "en", "subject": subject});
        post(server, "check", &body, headers)
    }
}

/// A request to the workshop from the machine [`AFAR`].
fn post(server: &Server, what: &str, body: &Value, headers: &str) -> Answer {
    post_to(server, &format!("/workshop/{what}"), body, headers)
}

fn post_to(server: &Server, path: &str, body: &Value, headers: &str) -> Answer {
    let (body, address) = (body.to_string(), page(server));
    let mut http = Http {
        stream: std::io::BufReader::new(connect_from_afar(address)),
    };
    http.send(&format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    http.answer()
}

fn refused(answer: &Answer) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.body).expect("a refusal");
    (
        answer.status,
        body["refused"].as_str().expect("its id").to_owned(),
    )
}

/// Protects everybody else's machines: whatever a page asks for, this server connects to the address
/// from which the page comes, and to no other; and only from there a client is let in.
#[test]
fn the_connect_back_goes_to_no_address_but_the_asker_s() {
    let server = server(&[]);
    let mut asker = Page::open(&server);
    let theirs = TcpListener::bind((AFAR, 0)).expect("a free port");
    let port = theirs.local_addr().expect("bound").port();
    let ours = TcpListener::bind(("127.0.0.1", port)).expect("the same port here");
    ours.set_nonblocking(true).expect("a TCP socket");
    let own = |port: u16| json!({"where": "own", "port": port});

    let not_theirs = (400, "web-no-such-port".to_owned());
    for forbidden in [0, 80, 1023, page(&server).port(), server.text.port()] {
        let answer = asker.ask(&server, "server", &own(forbidden), "");
        assert_eq!(refused(&answer), not_theirs, "{forbidden}");
    }
    // Behind a proxy that nobody trusts, the address is the proxy's.
    let relayed = "X-Forwarded-For: 203.0.113.5\r\n";
    let answer = asker.ask(&server, "server", &own(port), relayed);
    assert_eq!(refused(&answer), (409, "web-not-your-address".to_owned()));
    for subject in [
        json!({"where": "own", "port": port, "address": "127.0.0.1"}),
        json!({"where": "page", "pane": 0, "name": "../x.py", "text": ""}),
        json!({"where": "page", "pane": 0, "name": "x.py", "text": "x".repeat(PROGRAM_BYTES + 1)}),
    ] {
        assert_eq!(asker.ask(&server, "server", &subject, "").status, 400);
    }
    let long =
        json!({"where": "page", "pane": 0, "name": "x.py", "text": "x".repeat(PROGRAM_BODY_BYTES)});
    assert_eq!(asker.ask(&server, "server", &long, "").status, 413);

    assert_eq!(asker.ask(&server, "server", &own(port), "").status, 204);
    let (_conversation, from) = theirs.accept().expect("the server comes");
    assert!(from.ip().is_loopback());
    let again = asker.ask(&server, "server", &own(port), "");
    assert_eq!(refused(&again), (409, "web-check-running".to_owned()));
    asker.stop();
    let nobody = ours.accept().expect_err("nobody was to come here");
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);

    // A client is awaited from the same machine only.
    assert_eq!(
        asker
            .ask(&server, "client", &json!({"where": "own"}), "")
            .status,
        204
    );
    let told = asker.wait("listens");
    let at = told["at"].as_str().expect("an address");
    // AFAR is another address of this machine, which is reached from there at the same one.
    let listens: SocketAddr = at.parse().expect("an address");
    let mut stranger = connect(listens);
    assert!(
        !matches!(stranger.read(&mut [0; 8]), Ok(1..)),
        "a stranger is cut off"
    );
    let mut greeting = [0; 8];
    let mut client = connect_from_afar(listens);
    client.read_exact(&mut greeting).expect("a greeting");
    assert_eq!(&greeting, b"Bonjour ");

    // The teacher closes the workshop: what runs ends, and nothing more begins.
    let teacher = Teacher::of(&server);
    assert_eq!(
        teacher
            .ask("POST /prof/workshop", r#"{"open":false}"#)
            .status,
        200
    );
    asker.wait("stopped");
    let closed = asker.ask(&server, "client", &json!({"where": "own"}), "");
    assert_eq!(refused(&closed), (409, "web-workshop-closed".to_owned()));
}

/// Protects the class's lists from a pupil who takes seat after seat: a page has one server in the
/// directory and one program of a kind in the tournament.
#[test]
fn a_page_has_one_place_in_the_class_s_lists() {
    let server = server(&["--room", "4821=course"]);
    let opened = Page::open(&server);
    let theirs = TcpListener::bind((AFAR, 0)).expect("a free port");
    let port = theirs.local_addr().expect("bound").port();
    let codes = ["Ada", "Max", "Zoé"].map(|name| {
        let mut player = Lines::connect(server.text);
        player.ask("SALLE 4821");
        player.ask(&format!("NOM {name}"));
        player.code()
    });
    let mut body = json!({"code": codes[0], "key": "0", "port": port});
    let lost = post(&server, "publish", &body, "");
    assert_eq!(refused(&lost), (404, "web-no-workshop-page".to_owned()));
    for code in &codes {
        body["code"] = code.as_str().into();
        body["key"] = opened.key.as_str().into();
        assert_eq!(post(&server, "publish", &body, "").status, 204);
    }
    let seen = post(&server, "class", &json!({"code": codes[0]}), "").body;
    let seen: Value = serde_json::from_str(&seen).expect("JSON");
    let names: Vec<&Value> = (seen["servers"].as_array().expect("a list").iter())
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, ["Zoé"], "{seen}");
    // The protocol page takes a visible line of who has a seat, and so many of one pupil.
    let propose = |code: &str, text: &str| {
        let body = json!({"code": code, "topic": "small", "text": text});
        post(&server, "propose", &body, "")
    };
    for text in ["", "a\nb", "a\u{202e}b", &"e".repeat(RULE_CHARS + 1)] {
        let bad = refused(&propose(&codes[0], text));
        assert_eq!(bad, (400, "web-bad-rule".to_owned()), "{text:?}");
    }
    let stranger = refused(&propose("4821-AAAAAAAAAAAAAAAA", "+"));
    assert_eq!(stranger.1, "web-no-seat");
    for number in 0..PROPOSALS_EACH {
        let taken = propose(&codes[0], &format!("règle {number}"));
        assert_eq!(taken.status, 204, "{number}");
    }
    let more = refused(&propose(&codes[0], "+"));
    assert_eq!(more, (429, "web-wrote-too-much".to_owned()));
    let teacher = Teacher::of(&server);
    let page = teacher.ask("GET /prof/rooms/4821/protocol", "").body;
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(page["proposals"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["proposals"][0]["name"], "Ada");
    let wall = teacher.ask("GET /prof/rooms/4821/protocol/wall", "").body;
    assert!(!wall.contains("règle"), "{wall}");
}

/// Protects the teacher from taking the game's own server for a pupil's: one on a pupil's own machine that only
/// passes on what the game says is told, and one that says the same by itself is not.
#[test]
fn a_server_on_a_pupil_s_machine_that_forwards_to_the_game_is_told() {
    let server = server(&["--room", "4821=course"]);
    let opened = Page::open(&server);
    let mut neighbour = Page::open_by(&server, "jp=cafecafecafecafecafecafecafecafe");
    let mut player = Lines::connect(server.text);
    player.ask("SALLE 4821");
    player.ask("NOM Ada");
    let code = player.code();
    let teacher = Teacher::of(&server);
    let program = neighbour.start();
    let (game, mut seq) = (server.text, 0);
    let hear = |line: &mut TcpStream| {
        let mut greeting = [0; 1024];
        let count = line.read(&mut greeting).expect("a greeting");
        greeting[..count].to_vec()
    };
    let known = hear(&mut connect_from_afar(game));
    for forwards in [true, false] {
        let theirs = TcpListener::bind((AFAR, 0)).expect("a free port");
        let port = theirs.local_addr().expect("bound").port();
        let known = known.clone();
        thread::spawn(move || {
            let mut lines = Vec::new();
            for mut player in theirs.incoming().map_while(Result::ok) {
                let greeting = if forwards {
                    lines.push(connect_from_afar(game));
                    lines.last_mut().map(hear)
                } else {
                    Some(known.clone())
                };
                let greeting = greeting.expect("a line");
                player.write_all(&greeting).expect("it reads");
            }
        });
        let body = json!({"code": code, "key": opened.key, "port": port});
        assert_eq!(post(&server, "publish", &body, "").status, 204);
        let seen = post(&server, "class", &json!({"code": code}), "").body;
        let seen: Value = serde_json::from_str(&seen).expect("JSON");
        let address = &seen["servers"][0]["address"];
        let told = || -> Value {
            let servers = teacher.ask("GET /prof/rooms/4821/servers", "").body;
            let servers: Value = serde_json::from_str(&servers).expect("JSON");
            servers[0]["forwards"].clone()
        };
        for games in 1..=3 {
            assert_eq!(told(), false, "before game {games}");
            seq += 3;
            let connect = json!({"call": "connect", "fd": seq, "ip": address, "port": port});
            let connected = call(&server, &program, seq, &connect);
            assert_eq!(connected.0, '=', "{connected:?}");
            let recv = json!({"call": "recv", "fd": seq, "max": 1024});
            let heard = call(&server, &program, seq + 1, &recv).1;
            assert!(heard.contains("Devine un nombre"), "{heard}");
            let close = json!({"call": "close", "fd": seq});
            call(&server, &program, seq + 2, &close);
        }
        assert_eq!(told(), forwards);
    }
}

/// A sound server of the game on the machine [`AFAR`]; its port.
fn game_server() -> u16 {
    let listener = TcpListener::bind((AFAR, 0)).expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let play = |mut player: TcpStream, number: i64| -> Option<()> {
        player.write_all(b"Propose un nombre entre 1 et 100").ok()?;
        loop {
            let mut message = [0; 1024];
            let count = player.read(&mut message).ok().filter(|count| *count > 0)?;
            let guess = str::from_utf8(&message[..count]).ok()?;
            let answer = match guess.trim().parse::<i64>() {
                Err(_) => "Ce n'est pas un nombre.",
                Ok(guess) if guess < number => "Trop petit",
                Ok(guess) if guess > number => "Trop grand",
                Ok(_) => "Gagné",
            };
            player.write_all(answer.as_bytes()).ok()?;
            if answer == "Gagné" {
                return Some(());
            }
        }
    };
    thread::spawn(move || {
        for (game, player) in (1..).zip(listener.incoming().map_while(Result::ok)) {
            thread::spawn(move || play(player, game * 37 % 100 + 1));
        }
    });
    port
}

/// Protects a pupil from being shown up, and the tournament from what never played: the server lets in
/// only what has passed its essential checks and is still what it was then, whatever a page asks for.
#[test]
fn only_what_has_passed_its_essential_checks_enters() {
    let server = server(&["--room", "4821=course"]);
    let mut opened = Page::open(&server);
    let codes = ["Ada", "Max", "Zoé"].map(|name| {
        let mut player = Lines::connect(server.text);
        player.ask("SALLE 4821");
        player.ask(&format!("NOM {name}"));
        (player.code(), player)
    });
    let code = codes[0].0.as_str();
    let enter = |key: &str, code: &str, party: &str, text: Option<&str>| {
        let body = json!({"code": code, "key": key, "party": party, "text": text});
        post(&server, "enter", &body, "")
    };
    let publish = |key: &str, code: &str, port: u16| {
        let body = json!({"code": code, "key": key, "port": port});
        assert_eq!(post(&server, "publish", &body, "").status, 204);
    };
    let teacher = Teacher::of(&server);
    let entered = || -> Value {
        let look = teacher.ask("GET /prof/rooms/4821/tournament", "").body;
        let look: Value = serde_json::from_str(&look).expect("JSON");
        json!([look["servers"], look["clients"]])
    };
    let not_fit = (409, "web-not-fit".to_owned());
    let not_listening = (409, "web-not-listening".to_owned());
    let (checked, other) = (game_server(), game_server());
    let key = opened.key.clone();
    opened.say(&json!({"do": "sit", "code": code}));

    // Nothing was examined, or published.
    for text in [None, Some(""), Some("print(1)")] {
        assert_eq!(refused(&enter(&key, code, "client", text)), not_fit);
        let answer = enter(&key, code, "server", text);
        assert_eq!(refused(&answer), not_listening, "{text:?}");
    }
    publish(&key, code, checked);
    assert_eq!(refused(&enter(&key, code, "server", None)), not_fit);

    // A client that fails, and a server that passes; in one page after the other, since a browser has one
    // examination at a time.
    let silent = json!({"where": "page", "pane": 0, "name": "a.py", "text": "print(1)"});
    assert_eq!(opened.ask(&server, "client", &silent, "").status, 204);
    let run = loop {
        let told = opened.read();
        if told["event"] == "exam-run" {
            break told["program"].clone();
        }
    };
    opened.say(&json!({"do": "exam-runs", "program": run}));
    opened.say(&json!({"do": "exam-ended", "program": run, "status": 0}));
    opened.wait("done");
    let subject = json!({"where": "own", "port": checked});
    assert_eq!(opened.ask(&server, "server", &subject, "").status, 204);
    opened.wait("done");
    for text in [None, Some("print(1)")] {
        let answer = enter(&key, code, "client", text);
        assert_eq!(refused(&answer), not_fit, "{text:?}");
    }
    assert_eq!(entered(), json!([0, 0]));

    // The server that was examined enters, from its browser and under one seat.
    let stranger = Page::open_by(&server, "jp=cafecafecafecafecafecafecafecafe");
    publish(&stranger.key, &codes[1].0, checked);
    let answer = enter(&stranger.key, &codes[1].0, "server", None);
    assert_eq!(refused(&answer), not_fit);
    let answer = enter(&stranger.key, code, "server", None);
    assert_eq!(refused(&answer), not_listening, "another page's server");
    for (code, _) in &codes {
        publish(&key, code, checked);
        assert_eq!(enter(&key, code, "server", None).status, 204);
    }
    assert_eq!(entered(), json!([1, 0]));
    // Another one in its place takes it out, and does not enter itself.
    publish(&key, &codes[2].0, other);
    assert_eq!(entered(), json!([0, 0]));
    let answer = enter(&key, &codes[2].0, "server", None);
    assert_eq!(refused(&answer), not_fit);
    // Of a pupil who is erased nothing is known any more, not even that.
    let room = teacher.ask("GET /prof/rooms/4821", "").body;
    let room: Value = serde_json::from_str(&room).expect("JSON");
    let tiles = room["tiles"].as_array().expect("a list");
    let ada = tiles.iter().find(|it| it["name"] == "Ada").expect("a tile");
    let body = json!({ "player": ada["player"] }).to_string();
    // There is no folder to erase anything in.
    teacher.ask("POST /prof/rooms/4821/forget", &body);
    publish(&key, code, checked);
    assert_eq!(refused(&enter(&key, code, "server", None)), not_fit);
}

/// One call of a program; the answer's kind and content.
fn call(server: &Server, program: &str, seq: u64, what: &Value) -> (char, String) {
    call_with(server, program, seq, what, "")
}

/// One call with this text; the answer's kind and content.
fn call_with(server: &Server, program: &str, seq: u64, what: &Value, text: &str) -> (char, String) {
    let line = json!({"lane": 0, "seq": seq, "wait": 8000, "what": what});
    let line = format!("{line}\n{text}");
    let address = page(server);
    let mut http = Http {
        stream: std::io::BufReader::new(connect_from_afar(address)),
    };
    http.send(&format!(
        "POST /workshop/call/{program} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n{line}",
        line.len()
    ));
    let answer = http.answer();
    assert_eq!(answer.status, 200, "{what}");
    let mut chars = answer.body.chars();
    (chars.next().expect("a kind"), chars.collect())
}

/// Protects everybody's machines from programs in pages: even where the teacher lets them reach players'
/// own programs, none reaches loopback, link-local addresses, machines where no player is, low ports, or
/// anything of this server but its game and the practice ports.
#[test]
fn programs_of_pages_reach_players_machines_only() {
    let server = server(&[]);
    let mut asker = Page::open(&server);
    let theirs = TcpListener::bind((AFAR, 0)).expect("a free port");
    theirs.set_nonblocking(true).expect("a TCP socket");
    let port = theirs.local_addr().expect("bound").port();
    let program = asker.start();
    let mut seq = 0;
    let mut connect = |ip: &str, port: u16| {
        seq += 1;
        let what = json!({"call": "connect", "fd": seq, "ip": ip, "port": port});
        call(&server, &program, seq, &what)
    };
    let teacher = Teacher::of(&server);
    for allowed in [false, true] {
        let order = json!({"outside": allowed}).to_string();
        let said = teacher.ask("POST /prof/workshop", &order);
        let said: Value = serde_json::from_str(&said.body).expect("JSON");
        assert_eq!(said["outside"], allowed);
        let refused = ('!', "111".to_owned());
        let unreachable = ('!', "101".to_owned());
        // The machine of the page, whose address is no other than a loopback address here.
        assert_eq!(connect(AFAR, port), refused);
        assert_eq!(connect("127.0.0.1", page(&server).port()), refused);
        assert_eq!(connect("127.0.0.1", server.text.port()), refused);
        assert_eq!(connect("0.0.0.0", port), refused);
        for nowhere in [
            "169.254.169.254",
            "169.254.0.1",
            "224.0.0.1",
            "255.255.255.255",
        ] {
            assert_eq!(connect(nowhere, 5000), unreachable, "{nowhere}");
        }
        // Nobody plays from there.
        for absent in ["10.255.255.254", "192.168.254.254", "1.1.1.1"] {
            for port in [80, 5000] {
                assert_eq!(connect(absent, port), unreachable, "{absent}:{port}");
            }
        }
        let own = asker.server.clone();
        for of_server in [22, 80, page(&server).port(), port] {
            assert_eq!(connect(&own, of_server), refused, "{of_server}");
        }
    }
    let nobody = theirs.accept().expect_err("nobody was to come here");
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);

    // The console pings no machine where no player is, and asks for no name that is none.
    for (host, place) in [
        ("127.0.0.1", "own"),
        ("0.0.0.0", "absent"),
        ("::1", "own"),
        (AFAR, "own"),
        ("169.254.169.254", "absent"),
        ("fe80::1", "absent"),
        ("10.255.255.254", "absent"),
        ("224.0.0.1", "absent"),
        ("255.255.255.255", "absent"),
        ("198.18.200.200", "workshop"),
    ] {
        let told = asker.console(&server, &json!({"ping": host}));
        let told: Value = serde_json::from_str(&told.body).expect("JSON");
        assert_eq!(
            (&told["place"], &told["times"]),
            (&place.into(), &Value::Null),
            "{host}"
        );
    }
    for wrong in [
        json!({"ping": "a b"}),
        json!({"name": "../x"}),
        json!({"name": ""}),
    ] {
        assert_eq!(asker.console(&server, &wrong).status, 400, "{wrong}");
    }
    let told = asker.console(&server, &json!("address"));
    let told: Value = serde_json::from_str(&told.body).expect("JSON");
    assert_eq!((&told["seen"], &told["here"]), (&AFAR.into(), &true.into()));
    asker.key = "0".to_owned();
    let lost = asker.console(&server, &json!("address"));
    assert_eq!(refused(&lost), (404, "web-no-workshop-page".to_owned()));
}

/// A program of a page reaches its pupil's practice port, which tells what it does, as of any other
/// program; and the port beside it refuses.
#[test]
fn a_program_of_a_page_practises() {
    let server = server(&[]);
    let mut asker = Page::open(&server);
    let mut player = Lines::connect(server.text);
    player.ask("NOM Ada");
    let code = player.code();
    let ask = |path: &str| -> Value {
        let body = json!({"code": code, "lang": "en"});
        let answer = post_to(&server, path, &body, "");
        serde_json::from_str(&answer.body).expect("JSON")
    };
    let opened = ask("/lesson/practice");
    let port = |which: &str| opened[which].as_u64().expect("a port");
    let (own, program) = (asker.server.clone(), asker.start());
    let to =
        |fd: u32, which: &str| json!({"call": "connect", "fd": fd, "ip": own, "port": port(which)});
    if own.starts_with("127.") {
        // This machine has no other address, and 127.0.0.1 is the page's own machine. The tests' own
        // macros for it are captured.
        let told = b"not tested: no program of a page reaches a practice port at 127.0.0.1\n";
        return std::io::stderr().write_all(told).expect("an output");
    }
    assert_eq!(
        call(&server, &program, 1, &to(3, "closed_port")),
        ('!', "111".to_owned())
    );
    let (kind, sides) = call(&server, &program, 2, &to(4, "port"));
    assert_eq!(kind, '=', "{sides}");
    let heard = call(
        &server,
        &program,
        3,
        &json!({"call": "recv", "fd": 4, "max": 100}),
    );
    assert_eq!(heard.0, '=', "{heard:?}");
    assert!(!heard.1.is_empty(), "it speaks first");
    call(&server, &program, 4, &json!({"call": "close", "fd": 4}));
    let near = sides.split(' ').next().and_then(|it| it.rsplit(':').next());
    let seen = loop {
        let state = ask("/lesson/state");
        let seen = state["practice"]["seen"].to_string();
        if state["practice"]["seen"]
            .as_array()
            .is_some_and(|it| it.len() >= 3)
        {
            break seen;
        }
    };
    assert!(seen.contains(near.expect("a port")), "{near:?}: {seen}");

    // A neighbour's program is let in, and what it says can be reported, until the teacher ends talk.
    let body = json!({"code": code, "lang": "en", "server": "echo"});
    let echo = post_to(&server, "/lesson/practice", &body, "").body;
    let echo: Value = serde_json::from_str(&echo).expect("JSON");
    let teacher = Teacher::of(&server);
    let mut neighbour = Page::open_by(&server, "jp=cafecafecafecafecafecafecafecafe");
    let theirs = neighbour.start();
    // Socket `fd` connects, says something, and hears it.
    let echoes = |program: &str, seq: u64, fd: u64| {
        let connect = json!({"call": "connect", "fd": fd, "ip": own, "port": echo["port"]});
        let (kind, told) = call(&server, program, seq, &connect);
        if kind == '!' {
            return told;
        }
        let send = json!({"call": "send", "fd": fd});
        call_with(&server, program, seq + 1, &send, "allô");
        let recv = json!({"call": "recv", "fd": fd, "max": 100});
        call(&server, program, seq + 2, &recv).1
    };
    assert_eq!(echoes(&theirs, 1, 3), "allô");
    neighbour.say(&json!({"do": "report"}));
    neighbour.read_until("reported");
    let reports = teacher.ask("GET /prof/workshop/talk", "").body;
    let of_port = format!("{own}:{} ({})", echo["port"], asker.address);
    let (by_page, by_port) = (neighbour.address.as_str(), of_port.as_str());
    for author in [by_page, by_port] {
        assert!(reports.contains(author), "{author}: {reports}");
    }
    teacher.ask("POST /prof/workshop", r#"{"quiet":true}"#);
    let recv = json!({"call": "recv", "fd": 3, "max": 100});
    assert_eq!(call(&server, &theirs, 4, &recv), ('!', "104".to_owned()));
    assert_eq!(echoes(&theirs, 5, 4), "1", "not permitted");
    assert_eq!(echoes(&program, 5, 5), "allô", "it is their own port");
}

/// Protects the teacher's view of the class: what came of a pupil's check is in the table of their room and
/// of no other, in the reader's language; the teacher asks all pages for one; and `forget` leaves nothing
/// of a pupil with two seats.
#[test]
fn what_came_of_a_check_is_on_the_teacher_s_table() {
    let server = server(&["--room", "4821=course", "--room", "99=course"]);
    let mut opened = Page::open(&server);
    let mut player = Lines::connect(server.text);
    player.ask("SALLE 4821");
    player.ask("NOM Zoé");
    opened.say(&json!({"do": "sit", "code": player.code()}));
    let teacher = Teacher::of(&server);
    let table = |room: &str, lang: &str| -> Value {
        let path = format!("GET /prof/rooms/{room}/programs?lang={lang}");
        serde_json::from_str(&teacher.ask(&path, "").body).expect("JSON")
    };
    let nobody = teacher.ask("POST /prof/rooms/99/programs", r#"{"check":true}"#);
    assert_eq!(refused(&nobody), (409, "web-nobody-in-workshop".to_owned()));
    // What a page says that was not asked changes nothing.
    opened.say(&json!({"do": "checked", "programs": false}));
    opened.say(&json!({"do": "report"}));
    opened.read_until("reported");
    let order = |check: bool| {
        let body = json!({ "check": check }).to_string();
        let answer = teacher.ask("POST /prof/rooms/4821/programs", &body);
        assert_eq!(answer.status, 204, "{answer:?}");
    };
    order(true);
    opened.read_until("check-all");
    let asked = &table("4821", "fr")[0];
    assert_eq!(asked["name"], "Zoé", "{asked}");
    assert_eq!(
        (&asked["asked"], &asked["nothing"]),
        (&json!(true), &json!(false))
    );

    // A server that hangs up on everybody.
    let theirs = TcpListener::bind((AFAR, 0)).expect("a free port");
    let port = theirs.local_addr().expect("bound").port();
    thread::spawn(move || theirs.incoming().for_each(drop));
    let subject = json!({"where": "own", "port": port});
    assert_eq!(opened.ask(&server, "server", &subject, "").status, 204);
    opened.wait("done");
    opened.say(&json!({"do": "checked", "programs": true}));
    let row = loop {
        let row = table("4821", "fr")[0].clone();
        if row["asked"] == false {
            break row;
        }
    };
    let outcome = &row["outcomes"][0];
    assert_eq!(
        (&outcome["side"], &outcome["own"]),
        (&json!("server"), &json!(true))
    );
    assert_eq!(
        outcome["first"]["title"], "Répond à une proposition",
        "{row}"
    );
    assert_eq!(row["stuck"][0]["cause"], "check", "{row}");
    let table_en = table("4821", "en");
    let english = &table_en[0]["outcomes"][0]["first"]["title"];
    assert_eq!(english, "Answers a guess");
    assert_eq!(table("99", "fr"), json!([]));
    let report = |room: &str| {
        let path = format!("GET /prof/rooms/{room}/programs/{}?lang=en", outcome["id"]);
        teacher.ask(&path, "")
    };
    let checks: Value = serde_json::from_str(&report("4821").body).expect("JSON");
    let failed = (checks.as_array().expect("a list").iter()).find(|it| it["verdict"] == "failed");
    let failed = failed.expect("a check to mend");
    assert_eq!(
        (&failed["title"], &failed["essential"]),
        (english, &json!(true))
    );
    assert_eq!(
        refused(&report("99")),
        (404, "web-no-checked-program".to_owned())
    );

    // The teacher stops the check: the examination ends, and is not kept.
    order(true);
    assert_eq!(
        opened
            .ask(&server, "client", &json!({"where": "own"}), "")
            .status,
        204
    );
    opened.wait("listens");
    order(false);
    opened.wait("stopped");
    let row = table("4821", "fr")[0].clone();
    assert_eq!(
        (&row["asked"], &row["outcomes"][1]),
        (&json!(false), &Value::Null)
    );
    // The pupil comes back by name, and another says that they are that pupil. Erasing one seat erases
    // what is known of the other, and the name in the other's wish.
    drop(player);
    let mut again = Lines::connect(server.text);
    again.ask("SALLE 4821");
    let mut neighbour = Lines::connect(server.text);
    neighbour.ask("SALLE 4821");
    let claims = |code: &str| {
        let body = json!({"code": code, "name": "Zoé", "ask": true});
        while !post_to(&server, "/back", &body, "").body.contains("asked") {}
    };
    let room = || -> Value {
        serde_json::from_str(&teacher.ask("GET /prof/rooms/4821", "").body).expect("JSON")
    };
    claims(&again.code());
    let back = room()["asking"][0]["player"].clone();
    let body = json!({"player": back, "word": "let"}).to_string();
    let answer = teacher.ask("POST /prof/rooms/4821/back", &body);
    assert_eq!(answer.status, 204, "{answer:?}");
    drop(again);
    claims(&neighbour.code());
    // Who asks and leaves the room waits for nothing.
    let mut leaver = Lines::connect(server.text);
    leaver.ask("SALLE 4821");
    claims(&leaver.code());
    leaver.ask("FIN");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let asking = room()["asking"].clone();
        if asking.as_array().map(Vec::len) == Some(1) {
            break;
        }
        assert!(Instant::now() < deadline, "expected one, got {asking}");
    }
    assert_ne!(table("4821", "fr"), json!([]));
    let body = json!({ "player": back }).to_string();
    // There is no folder to erase anything in.
    assert_ne!(
        teacher.ask("POST /prof/rooms/4821/forget", &body).status,
        204
    );
    assert_eq!(table("4821", "fr"), json!([]));
    assert_eq!(room()["asking"], json!([]));
}
