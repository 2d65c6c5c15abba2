//! Programs of pages and real programs on players' machines, which no loopback address can stand for.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, client};

use crate::network::{Network, address};
use crate::process::{PATIENCE, Process};

const SERVER: usize = 100;
const OTHER: usize = 101;
/// The machine of this test, as the server sees it.
const OWN: &str = "10.77.100.1";
const PORT: u16 = 5000;

/// A request to the page's port; the status and the body.
fn ask(page: SocketAddr, line: &str, headers: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(page).expect("the server listens");
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {page}\r\nOrigin: http://{page}\r\nConnection: close\r\n{headers}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
    (status.expect("a status"), head.to_owned(), body.to_owned())
}

/// A page of the workshop, with one program.
struct Page {
    at: SocketAddr,
    key: String,
    program: String,
    seq: u64,
    /// With it the page would end.
    _socket: WebSocket<TcpStream>,
}

impl Page {
    fn open(at: SocketAddr) -> Page {
        let stream = TcpStream::connect(at).expect("the server listens");
        let (mut socket, _) = client(format!("ws://{at}/workshop/socket"), stream).expect("a page");
        let read = |socket: &mut WebSocket<TcpStream>| -> Value {
            let message = socket.read().expect("an object");
            serde_json::from_str(message.to_text().expect("text")).expect("JSON")
        };
        let hello = read(&mut socket);
        assert_eq!(hello["address"], OWN, "{hello}");
        let start = json!({"do": "start", "pane": 0}).to_string();
        socket.send(Message::text(start)).expect("it reads");
        let program = loop {
            let told = read(&mut socket);
            if told["event"] == "started" {
                break told["program"].as_str().expect("a number").to_owned();
            }
        };
        Page {
            at,
            key: hello["key"].as_str().expect("a key").to_owned(),
            program,
            seq: 0,
            _socket: socket,
        }
    }

    fn call(&mut self, what: &Value, bytes: &str) -> String {
        self.seq += 1;
        let line = json!({"lane": 0, "seq": self.seq, "wait": 9000, "what": what});
        let path = format!("POST /workshop/call/{}", self.program);
        ask(self.at, &path, "", &format!("{line}\n{bytes}")).2
    }

    fn connect(&mut self, fd: u32, ip: &str, port: u16) -> String {
        self.call(
            &json!({"call": "connect", "fd": fd, "ip": ip, "port": port}),
            "",
        )
    }

    fn ping(&self, host: &str) -> Value {
        let body = json!({"key": self.key, "lang": "en", "command": {"ping": host}});
        let told = ask(self.at, "POST /workshop/console", "", &body.to_string()).2;
        serde_json::from_str(&told).expect("JSON")
    }
}

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn piped(command: &mut Command) -> Ended {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    Ended(command.spawn().expect("it starts"))
}

/// What a program of a page sends to `nc -l` on a pupil's PC arrives, and what is typed there; but only
/// while the teacher allows it, and only on machines of players who are present.
#[test]
#[ignore = "scripts/test-cluster runs it, in a network of its own"]
fn a_program_of_a_page_reaches_nc_where_the_teacher_allows_it() {
    let network = Network::from(SERVER, 2);
    let folder = tempfile::tempdir().expect("a folder");
    let at = SocketAddr::from((address(SERVER), 8080));
    let text = SocketAddr::from((address(SERVER), 50_000));
    let mut command = network.command(SERVER, env!("CARGO_BIN_EXE_juste-prix"));
    command.args(["serve", "--json", "--data", "memory"]);
    command.args(["--listen", &text.to_string(), "--web", &at.to_string()]);
    let mut server = Process::new(command, folder.path().join("said"));
    let said = server.start_and_read().expect("its first line");
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let link = said["teacher"].as_str().expect("a link");
    let (_, token) = link.split_once('#').expect("a token");
    let (status, head, _) = ask(at, "POST /prof/session", "", token);
    assert_eq!(status, 204, "{head}");
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|it| it.split(';').next())
        .map(|it| format!("Cookie: {it}\r\n"))
        .expect("a cookie");
    let allow = |on: bool| {
        let order = json!({ "outside": on }).to_string();
        let (status, _, body) = ask(at, "POST /prof/workshop", &cookie, &order);
        assert_eq!(status, 200, "{body}");
    };

    let mut page = Page::open(at);
    let port = PORT.to_string();
    let mut nc = piped(Command::new("nc.openbsd").args(["-l", OWN, &port]));
    let far = address(OTHER).to_string();
    let _far_nc = piped(network.command(OTHER, "nc.openbsd").args(["-l", &port]));
    assert_eq!(page.connect(3, OWN, PORT), "!111", "it is off at first");
    assert_eq!(page.connect(3, &far, PORT), "!101", "it is off at first");

    allow(true);
    assert_eq!(page.connect(3, OWN, 22), "!111", "a low port");
    let deadline = Instant::now() + PATIENCE;
    while !page.connect(4, OWN, PORT).starts_with('=') {
        assert!(Instant::now() < deadline, "nc does not listen");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(
        page.call(&json!({"call": "send", "fd": 4}), "bonjour\n"),
        "=8"
    );
    let mut heard = [0; 8];
    let output = nc.0.stdout.as_mut().expect("piped");
    output.read_exact(&mut heard).expect("what was sent");
    assert_eq!(&heard, b"bonjour\n");
    let typed = nc.0.stdin.as_mut().expect("piped");
    typed.write_all(b"salut\n").expect("it reads");
    let recv = json!({"call": "recv", "fd": 4, "max": 100});
    assert_eq!(page.call(&recv, ""), "=salut\n");

    // Nobody plays on the other machine, until somebody does.
    assert_eq!(page.connect(5, &far, PORT), "!101", "nobody is there");
    assert_eq!(page.ping(&far)["place"], "absent");
    let mut player = piped(
        network
            .command(OTHER, "nc.openbsd")
            .args([&address(SERVER).to_string(), &text.port().to_string()]),
    );
    let typed = player.0.stdin.as_mut().expect("piped");
    typed.write_all(b"NOM Max\n").expect("it reads");
    let deadline = Instant::now() + PATIENCE;
    let mut fd = 6;
    while !page.connect(fd, &far, PORT).starts_with('=') {
        assert!(Instant::now() < deadline, "its player is not present");
        fd += 1;
        std::thread::sleep(Duration::from_millis(5));
    }
    let told = page.ping(&far);
    let times = told["times"].as_array().expect("times");
    assert!(
        told["place"] == "measured" && times.iter().all(Value::is_number),
        "{told}"
    );
    assert_eq!(
        page.connect(50, &address(SERVER).to_string(), 8080),
        "!111",
        "of the server the game only"
    );
    assert!(
        page.connect(51, &address(SERVER).to_string(), text.port())
            .starts_with('=')
    );

    allow(false);
    assert_eq!(page.call(&recv, ""), "!104", "what was open is broken off");
    assert_eq!(page.connect(52, OWN, PORT), "!111");
    server.stop();
}
