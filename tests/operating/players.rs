//! A player for each door, who plays until the number is found.

use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};

use os::socket::come_from;
use serde_json::Value;
use socket2::{Domain, Socket, Type};
use tungstenite::{Message, WebSocket, client};

use crate::common::{Lines, PATIENCE, Server, receive};
use crate::web::http::{Answer, Http, page};

/// An address of this machine that no server listens at: that of players.
pub const AFAR: &str = "127.0.0.77";

/// A socket from that address.
pub fn connect_from_afar(to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let from = AFAR.parse().expect("an address");
    come_from((&socket).into(), from).expect("a loopback address");
    socket.connect(&to.into()).expect("the server listens");
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true).expect("a TCP socket");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a TCP socket");
    stream
}

/// A player who speaks in lines, from that address.
pub fn lines_from_afar(to: SocketAddr) -> Lines {
    let mut lines = Lines {
        stream: BufReader::new(connect_from_afar(to)),
        greeting: String::new(),
    };
    lines.greeting = lines.read();
    lines
}

/// A player who came by the page's port and speaks in messages.
pub struct Page {
    socket: WebSocket<TcpStream>,
}

impl Page {
    /// Connects to `/ws` or `/ws/text` and reads the greeting.
    pub fn connect(address: SocketAddr, path: &str) -> (Page, String) {
        let stream = connect_from_afar(address);
        let (socket, _) = client(format!("ws://{address}{path}"), stream).expect("a handshake");
        let mut page = Page { socket };
        let greeting = page.read();
        (page, greeting)
    }

    fn read(&mut self) -> String {
        loop {
            if let Message::Text(text) = self.socket.read().expect("a message in time") {
                return text.to_string();
            }
        }
    }

    /// Sends a message and reads the one that follows.
    pub fn ask(&mut self, message: &str) -> String {
        self.socket.send(Message::text(message)).expect("it reads");
        self.read()
    }
}

/// Plays a round by bisection: `ask` answers whether a guess was too small or too big.
fn bisect(range: (i32, i32), mut ask: impl FnMut(i32) -> String) -> (i32, Vec<String>) {
    let (mut low, mut high) = range;
    let mut said = Vec::new();
    loop {
        let guess = i32::midpoint(low, high);
        let answer = ask(guess);
        let hint = |words: [&str; 2]| words.iter().any(|word| answer.contains(word));
        let (small, big) = (
            hint(["Trop petit", "too-small"]),
            hint(["Trop grand", "too-big"]),
        );
        said.push(answer);
        match (small, big) {
            (true, false) => low = guess + 1,
            (false, true) => high = guess - 1,
            _ => return (guess, said),
        }
    }
}

/// What each door's player was told in a round that they won.
pub struct Round {
    /// The door, as the metrics name it.
    pub door: &'static str,
    /// How the player talked, as the metrics name it.
    pub talk: &'static str,
    /// The number that was found.
    pub number: i32,
    /// All that was told.
    pub said: Vec<String>,
}

impl Round {
    /// How many guesses it took.
    pub fn guesses(&self) -> usize {
        self.said.len()
    }
}

/// Who stays connected.
#[expect(dead_code, reason = "some only stay")]
pub struct Table {
    pub lines: Lines,
    pub unframed: TcpStream,
    pub page: Page,
    pub by_text: Page,
}

/// One player by each door plays one round; all but those who play by requests stay.
pub fn by_every_door(server: &Server, range: (i32, i32)) -> (Table, Vec<Round>) {
    let mut rounds = Vec::new();
    let mut add = |door, talk, (number, said)| {
        rounds.push(Round {
            door,
            talk,
            number,
            said,
        });
    };

    let mut lines = lines_from_afar(server.text);
    add(
        "text",
        "lines",
        bisect(range, |guess| lines.ask(&guess.to_string())),
    );

    let mut unframed = connect_from_afar(server.quiet);
    let said = bisect(range, |guess| {
        unframed
            .write_all(guess.to_string().as_bytes())
            .expect("it reads");
        String::from_utf8(receive(&mut unframed)).expect("UTF-8")
    });
    add("quiet", "unframed", said);

    let (mut json, greeting) = Page::connect(page(server), "/ws");
    let greeting: Value = serde_json::from_str(&greeting).expect("an object");
    assert!(greeting.is_object(), "{greeting}");
    let said = bisect(range, |guess| {
        json.ask(&format!(r#"{{"type":"guess","value":{guess}}}"#))
    });
    add("ws-json", "ws-json", said);

    let (mut by_text, _) = Page::connect(page(server), "/ws/text");
    add(
        "ws-text",
        "ws-text",
        bisect(range, |guess| by_text.ask(&guess.to_string())),
    );

    let session = post(server, "/text", "").header("location").to_owned();
    let greeting = crate::web::http::ask(server, &format!("GET {session}"), "").body;
    assert!(greeting.starts_with("Bonjour"), "{greeting}");
    let said = bisect(range, |guess| {
        assert_eq!(post(server, &session, &guess.to_string()).status, 204);
        crate::web::http::ask(server, &format!("GET {session}"), "").body
    });
    add("poll-text", "poll-text", said);

    let table = Table {
        lines,
        unframed,
        page: json,
        by_text,
    };
    (table, rounds)
}

/// A request with a body, from this server's own page.
pub fn post(server: &Server, path: &str, body: &str) -> Answer {
    post_as(server, "", path, body)
}

/// The same, with more headers; each ends in CRLF.
pub fn post_as(server: &Server, headers: &str, path: &str, body: &str) -> Answer {
    let address = page(server);
    let mut http = Http {
        stream: BufReader::new(connect_from_afar(address)),
    };
    let length = body.len();
    let own = format!("Host: {address}\r\nOrigin: http://{address}\r\nContent-Length: {length}");
    http.send(&format!(
        "POST {path} HTTP/1.1\r\n{own}\r\n{headers}\r\n{body}"
    ));
    http.answer()
}
