//! One laptop against a class: what it takes, and what the others still get. Each address of the
//! loopback network is a machine.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use game::limits::{HTTP_CONNECTIONS, POLL_SESSIONS, PRACTICE_PORTS, SEATS_PER_ROOM};
use os::socket::come_from;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use super::enough_descriptors;
use crate::common::{Lines, PATIENCE, Server, program};

/// The attacker's machine.
const LAPTOP: u8 = 66;

/// A socket from a machine.
fn connect_from(machine: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    come_from((&socket).into(), Ipv4Addr::new(127, 0, 3, machine))?;
    socket.connect(&to.into())?;
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// A player who speaks in lines, greeted.
fn lines_from(machine: u8, server: &Server) -> Lines {
    let stream = connect_from(machine, server.text).expect("the server listens");
    let mut lines = Lines {
        stream: BufReader::new(stream),
        greeting: String::new(),
    };
    lines.greeting = lines.read();
    assert!(lines.greeting.starts_with("Bonjour"), "{}", lines.greeting);
    lines
}

fn page(server: &Server) -> SocketAddr {
    let address = server.said["web"][0].as_str().expect("a page");
    address.parse().expect("HOST:PORT")
}

/// What came of a request: the status, the head and the body.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("an object")
    }
}

fn answer(stream: &mut BufReader<TcpStream>) -> std::io::Result<Answer> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut answer = Answer {
        status: status.unwrap_or(0),
        head,
        body: String::new(),
    };
    let length = answer.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    answer.body = String::from_utf8(body).unwrap_or_default();
    Ok(answer)
}

fn request(line: &str, to: SocketAddr, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("{line} HTTP/1.1\r\nHost: {to}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

/// One request on a connection of its own.
fn ask_from(
    machine: u8,
    server: &Server,
    line: &str,
    headers: &str,
    body: &str,
) -> std::io::Result<Answer> {
    let to = page(server);
    let mut stream = BufReader::new(connect_from(machine, to)?);
    let bytes = request(line, to, headers, body);
    stream.get_mut().write_all(bytes.as_bytes())?;
    answer(&mut stream)
}

/// The teacher's cookie, as a header.
fn teacher(server: &Server, machine: u8) -> String {
    let link = server.said["teacher"].as_str().expect("a private link");
    let (_, token) = link.split_once('#').expect("a token");
    let own = format!("Origin: http://{}\r\n", page(server));
    let begun = ask_from(machine, server, "POST /prof/session", &own, token).expect("an answer");
    assert_eq!(begun.status, 204, "{begun:?}");
    let (cookie, _) = begun
        .header("set-cookie")
        .split_once(';')
        .expect("a cookie");
    format!("Cookie: {cookie}\r\n")
}

/// A server with a page, whose process may have that many descriptors.
fn server_of(descriptors: u64, arguments: &[&str]) -> Server {
    let plain = program();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit -n {descriptors} && exec \"$@\""),
        "sh",
    ]);
    command
        .arg(plain.get_program())
        .env("LC_ALL", "fr_FR.UTF-8");
    command.args(["serve", "--json", "--data", "memory"]);
    for listener in ["--listen", "--quiet-listen", "--web"] {
        command.args([listener, "127.0.0.1:0"]);
    }
    Server::spawn(command.args(arguments))
}

fn server(arguments: &[&str]) -> Server {
    Server::in_memory(&[&["--web", "127.0.0.1:0"], arguments].concat())
}

/// The laptop at work: it holds so many connections, and opens another for each that it loses.
struct Attack {
    stop: Arc<AtomicBool>,
    /// How many connections it has opened.
    opened: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Attack {
    /// `begin` does with each new connection what makes it a burden. Returns once all are there.
    fn start(
        machine: u8,
        to: SocketAddr,
        count: usize,
        mut begin: impl FnMut(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    ) -> Attack {
        let stop = Arc::new(AtomicBool::new(false));
        let opened = Arc::new(AtomicU64::new(0));
        let (stopped, counter) = (stop.clone(), opened.clone());
        let thread = thread::spawn(move || {
            let mut held: Vec<TcpStream> = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                held.retain_mut(|stream| !is_over(stream));
                while held.len() < count && !stopped.load(Ordering::Relaxed) {
                    let Ok(mut stream) = connect_from(machine, to) else {
                        break;
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                    if begin(&mut stream).is_ok() && stream.set_nonblocking(true).is_ok() {
                        held.push(stream);
                    }
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        let attack = Attack {
            stop,
            opened,
            thread,
        };
        attack.wait_for(count as u64);
        attack
    }

    fn wait_for(&self, count: u64) {
        let deadline = Instant::now() + 3 * PATIENCE;
        while self.opened.load(Ordering::Relaxed) < count {
            assert!(
                Instant::now() < deadline,
                "the laptop opened too few connections"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("an attack does not fail");
    }
}

/// Whether the server has closed it; what it says is thrown away.
fn is_over(stream: &mut TcpStream) -> bool {
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// More connections that send these bytes than there may be HTTP connections.
fn crowd_of(machine: u8, server: &Server, bytes: String) -> Attack {
    let to = page(server);
    Attack::start(machine, to, HTTP_CONNECTIONS + 52, move |stream| {
        stream.write_all(bytes.as_bytes())
    })
}

/// More unfinished requests than there may be HTTP connections.
fn unfinished_posts(machine: u8, server: &Server) -> Attack {
    let to = page(server);
    let head = format!("POST /text HTTP/1.1\r\nHost: {to}\r\nContent-Length: 9\r\n\r\n5");
    crowd_of(machine, server, head)
}

/// As many sessions of the long poll as there may be, each with a request that waits.
fn waiting_gets(machine: u8, server: &Server) -> Attack {
    let to = page(server);
    Attack::start(machine, to, POLL_SESSIONS + 20, move |stream| {
        stream.write_all(request("POST /text", to, "", "").as_bytes())?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let opened = answer(&mut reader)?;
        let at = opened.header("location").to_owned();
        // The first one brings the greeting.
        for _ in 0..2 {
            stream.write_all(format!("GET {at} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes())?;
        }
        Ok(())
    })
}

/// A long poll session of an honest player.
struct Poll<'a> {
    server: &'a Server,
    machine: u8,
    cookie: String,
    at: String,
}

impl<'a> Poll<'a> {
    fn open(server: &'a Server, machine: u8, cookie: &str) -> Poll<'a> {
        let opened = ask_from(machine, server, "POST /text", cookie, "").expect("an answer");
        assert_eq!(opened.status, 201, "{opened:?}");
        let poll = Poll {
            server,
            machine,
            cookie: cookie.to_owned(),
            at: opened.header("location").to_owned(),
        };
        assert!(poll.hear().body.starts_with("Bonjour"));
        poll
    }

    fn hear(&self) -> Answer {
        let line = format!("GET {}", self.at);
        let heard = ask_from(self.machine, self.server, &line, &self.cookie, "");
        let heard = heard.expect("an answer");
        assert_eq!(heard.status, 200, "{heard:?}");
        heard
    }

    fn say(&self, message: &str) {
        let line = format!("POST {}", self.at);
        let said = ask_from(self.machine, self.server, &line, &self.cookie, message);
        assert_eq!(said.expect("an answer").status, 204);
    }
}

/// Pages load for others, for the attacker's own neighbours and for the teacher.
fn pages_load(server: &Server, cookie: &str) {
    let begun = Instant::now();
    for number in 0..30 {
        let machine = if number % 3 == 0 { LAPTOP } else { number };
        let loaded = ask_from(machine, server, "GET /", "", "");
        let loaded = loaded.unwrap_or_else(|error| panic!("page {number} of {machine}: {error}"));
        assert_eq!(loaded.status, 200, "{loaded:?}");
    }
    println!("30 pages took {:?}", begun.elapsed());
    for number in 0..10 {
        let machine = if number % 2 == 0 { LAPTOP } else { number };
        let rooms = ask_from(machine, server, "GET /prof/rooms", cookie, "");
        let rooms = rooms.unwrap_or_else(|error| panic!("the teacher at {machine}: {error}"));
        assert_eq!(rooms.status, 200, "{rooms:?}");
    }
}

/// Protects the class's pages and the teacher's from one laptop with more unfinished requests than
/// there may be connections: nobody's page is cut off, and idle connections of others stay.
#[test]
fn unfinished_requests_of_one_address_cut_off_nobody_else() {
    enough_descriptors(8_000);
    let server = server(&[]);
    let cookie = teacher(&server, 1);
    let to = page(&server);
    let get = request("GET /healthz", to, "", "");
    let mut idle: Vec<BufReader<TcpStream>> = (1..=20)
        .map(|machine| BufReader::new(connect_from(machine, to).expect("it listens")))
        .collect();
    for stream in &mut idle {
        stream
            .get_mut()
            .write_all(get.as_bytes())
            .expect("it reads");
        assert_eq!(answer(stream).expect("an answer").status, 200);
    }
    let begun = Instant::now();
    let attack = unfinished_posts(LAPTOP, &server);
    if begun.elapsed() < Duration::from_secs(8) {
        for (number, stream) in idle.iter_mut().enumerate() {
            stream
                .get_mut()
                .write_all(get.as_bytes())
                .expect("it reads");
            let again = answer(stream).unwrap_or_else(|error| panic!("idle {number}: {error}"));
            assert_eq!(again.status, 200);
        }
    }
    pages_load(&server, &cookie);
    lines_from(2, &server).play(1, 100);
    lines_from(LAPTOP, &server).play(1, 100);
    attack.end();
}

/// The same of other ways to take all HTTP connections: silent ones, unfinished heads, bodies that
/// never end after a whole request, and answered requests.
#[test]
fn whatever_one_address_does_with_its_connections_pages_load() {
    enough_descriptors(8_000);
    let server = server(&[]);
    let cookie = teacher(&server, 1);
    let to = page(&server);
    let get = request("GET /healthz", to, "", "");
    let post = format!("POST /text HTTP/1.1\r\nHost: {to}\r\nContent-Length: 9\r\n\r\n5");
    for bytes in [
        String::new(),
        format!("GET / HTTP/1.1\r\nHost: {to}\r\nX-Long: "),
        format!("{get}{post}"),
        get.clone(),
    ] {
        let attack = crowd_of(LAPTOP, &server, bytes);
        pages_load(&server, &cookie);
        attack.end();
    }
}

/// Protects players whose network blocks WebSockets from one laptop that waits a thousand times.
#[test]
fn requests_that_wait_at_one_address_leave_room_for_others() {
    enough_descriptors(8_000);
    let server = server(&[]);
    let cookie = teacher(&server, 1);
    let seated = Poll::open(&server, LAPTOP, "");
    seated.say("50");
    seated.hear();
    let attack = waiting_gets(LAPTOP, &server);
    for machine in 1..=10 {
        let poll = Poll::open(&server, machine, "");
        poll.say("abc");
        assert!(poll.hear().body.starts_with("Erreur"));
    }
    seated.say("abc");
    assert!(
        seated.hear().body.starts_with("Erreur"),
        "seated before, at the same address"
    );
    pages_load(&server, &cookie);
    attack.end();
}

/// Protects a workshop: forty browsers behind one router, with six requests each that wait, all at
/// once, while laptops elsewhere take all that they can get.
#[test]
fn a_workshop_behind_one_router_is_never_hurt() {
    const ROUTER: u8 = 40;
    const BROWSERS: usize = 40;
    enough_descriptors(10_000);
    let server = server(&[]);
    let attacks = [
        waiting_gets(LAPTOP, &server),
        unfinished_posts(LAPTOP + 1, &server),
    ];
    let begun = Instant::now();
    let all_wait = Barrier::new(BROWSERS);
    thread::scope(|scope| {
        for browser in 0..BROWSERS {
            let (server, all_wait) = (&server, &all_wait);
            scope.spawn(move || {
                let loaded = ask_from(ROUTER, server, "GET /", "", "").expect("a page");
                let cookie = loaded.header("set-cookie").split_once(';');
                let (cookie, _) = cookie.expect("a cookie");
                let cookie = format!("Cookie: {cookie}\r\n");
                let mut waiting = Vec::new();
                for _ in 0..6 {
                    let poll = Poll::open(server, ROUTER, &cookie);
                    let to = page(server);
                    let mut stream = BufReader::new(connect_from(ROUTER, to).expect("a server"));
                    let get = request(&format!("GET {}", poll.at), to, &cookie, "");
                    let sent = stream.get_mut().write_all(get.as_bytes());
                    sent.expect("it reads");
                    waiting.push((poll, stream, get));
                }
                all_wait.wait();
                for (poll, stream, get) in &mut waiting {
                    poll.say("abc");
                    let heard = loop {
                        let heard = answer(stream);
                        let heard =
                            heard.unwrap_or_else(|error| panic!("browser {browser}: {error}"));
                        if heard.status != 204 {
                            break heard;
                        }
                        // The machine was so slow that it waited its whole time: it asks again.
                        let sent = stream.get_mut().write_all(get.as_bytes());
                        sent.expect("it reads");
                    };
                    assert!(heard.body.starts_with("Erreur"), "{heard:?}");
                }
            });
        }
    });
    println!("the workshop took {:?}", begun.elapsed());
    for attack in attacks {
        attack.end();
    }
}

/// Protects newcomers, the teacher, and whoever is seated, from one laptop that takes all places and
/// guesses once with each.
#[test]
fn places_that_one_address_has_taken_are_given_to_others() {
    const DESCRIPTORS: u64 = 1_500;
    enough_descriptors(8_000);
    let server = server_of(DESCRIPTORS, &[]);
    let cookie = teacher(&server, 1);
    let mut seated: Vec<Lines> = [1, 2, LAPTOP]
        .map(|machine| lines_from(machine, &server))
        .into();
    for player in &mut seated {
        assert_ne!(player.ask("50"), "");
    }
    let attack = Attack::start(LAPTOP, server.text, DESCRIPTORS as usize + 200, |stream| {
        stream.write_all(b"50\n")
    });
    // It has taken all that there is, and goes on.
    attack.wait_for(DESCRIPTORS + 400);
    for machine in 3..13 {
        lines_from(machine, &server).play(1, 100);
    }
    for player in &mut seated {
        player.play(1, 100);
    }
    pages_load(&server, &cookie);
    attack.end();
}

/// Protects those behind a trusted proxy from each other: what counts is the address that it tells,
/// and of an IPv6 address its network.
#[test]
fn behind_a_proxy_the_address_counts_that_it_tells() {
    const DESCRIPTORS: u64 = 1_000;
    enough_descriptors(8_000);
    let server = server_of(DESCRIPTORS, &["--trust-proxy", "127.0.3.0/24"]);
    let header = |network: u8, host: u32| {
        let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24".to_vec();
        let mut client = [
            0x20, 1, 0x0d, 0xb8, 0, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        client[12..].copy_from_slice(&host.to_be_bytes());
        header.extend(client);
        header.extend([0; 16]);
        header.extend([0xc0, 0, 0xc3, 0x50]);
        header
    };
    let mut number = 0;
    let attack = Attack::start(1, server.text, DESCRIPTORS as usize + 100, move |stream| {
        number += 1;
        stream.write_all(&[&header(1, number)[..], b"50\n"].concat())
    });
    attack.wait_for(DESCRIPTORS + 200);
    for network in 2..12 {
        let mut stream = connect_from(1, server.text).expect("it listens");
        stream.write_all(&header(network, 1)).expect("it reads");
        let mut lines = Lines {
            stream: BufReader::new(stream),
            greeting: String::new(),
        };
        lines.greeting = lines.read();
        lines.play(1, 100);
    }
    attack.end();
}

/// A pupil's code, from a seat taken by text.
fn code_from(machine: u8, server: &Server) -> (Lines, String) {
    let mut player = lines_from(machine, server);
    let code = player.code();
    (player, code)
}

/// Protects a class's practice ports from one pupil who opens one after the other.
#[test]
fn practice_ports_are_shared() {
    enough_descriptors(8_000);
    let server = server(&[]);
    let open = |machine: u8, code: &str| {
        let body = json!({"code": code}).to_string();
        let headers = "Content-Type: application/json\r\n";
        ask_from(machine, &server, "POST /lesson/practice", headers, &body).expect("an answer")
    };
    let greeted = |opened: &Answer| {
        assert_eq!(opened.status, 200, "{opened:?}");
        let port = opened.json()["port"].as_u64().expect("a port") as u16;
        let mut stream = connect_from(2, (Ipv4Addr::LOCALHOST, port).into()).expect("it listens");
        let mut greeting = [0; 64];
        let count = stream.read(&mut greeting).expect("a greeting");
        assert!(count > 0, "the port is closed");
    };
    let (_first, code) = code_from(1, &server);
    let mine = open(1, &code);
    let mut taken = Vec::new();
    for _ in 0..PRACTICE_PORTS + 30 {
        let (player, code) = code_from(LAPTOP, &server);
        let opened = open(LAPTOP, &code);
        assert_eq!(opened.status, 200, "{opened:?}");
        taken.push(player);
    }
    greeted(&mine);
    for machine in 2..6 {
        let (_player, code) = code_from(machine, &server);
        greeted(&open(machine, &code));
    }
}

/// Protects newcomers from those who ask and are gone before they are answered.
#[test]
fn questions_of_those_who_have_gone_keep_nobody_waiting() {
    enough_descriptors(8_000);
    let server = server(&["--room", "S=solo"]);
    let to = page(&server);
    let mut pupil = lines_from(LAPTOP, &server);
    pupil.ask("SALLE S");
    let code = pupil.code();
    let body = json!({"code": code}).to_string();
    let headers = "Content-Type: application/json\r\n";
    let question = request("POST /lesson/state", to, headers, &body);
    let stop = Arc::new(AtomicBool::new(false));
    let askers: Vec<_> = (0..4)
        .map(|_| {
            let (stop, question) = (stop.clone(), question.clone());
            thread::spawn(move || {
                let mut asked = 0;
                while !stop.load(Ordering::Relaxed) {
                    let burst: Vec<_> = (0..50)
                        .filter_map(|_| {
                            let mut stream = connect_from(LAPTOP, to).ok()?;
                            stream.write_all(question.as_bytes()).ok()?;
                            Some(stream)
                        })
                        .collect();
                    asked += burst.len();
                    for stream in burst {
                        // Unread, so that it is a reset.
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                }
                asked
            })
        })
        .collect();
    let mut longest = Duration::ZERO;
    for machine in 1..=30 {
        let begun = Instant::now();
        lines_from(machine, &server).play(1, 100);
        longest = longest.max(begun.elapsed());
    }
    stop.store(true, Ordering::Relaxed);
    let asked: usize = askers
        .into_iter()
        .map(|asker| asker.join().expect("no panic"))
        .sum();
    println!("{asked} questions; the longest game of a newcomer took {longest:?}");
    assert!(longest < PATIENCE / 4, "a newcomer's game took {longest:?}");
    let begun = Instant::now();
    let state = ask_from(LAPTOP, &server, "POST /lesson/state", headers, &body);
    assert_eq!(state.expect("an answer").status, 200);
    assert!(
        begun.elapsed() < PATIENCE / 4,
        "questions of those who have gone are asked"
    );
}

/// Protects a room from one laptop that takes seat after seat, has a code given for each, and goes:
/// its own yield. Seats of others that were never played wait for their players.
#[test]
fn seats_that_one_address_has_taken_and_left_yield_to_others() {
    enough_descriptors(8_000);
    let server = server(&["--room", "S=solo"]);
    let enter = |machine: u8| {
        let mut player = lines_from(machine, &server);
        let entered = player.ask("SALLE S");
        assert!(entered.starts_with("Salle"), "{machine}: {entered}");
        player
    };
    let mut early = enter(1);
    let mut gone = enter(2);
    let code = gone.code();
    drop(gone);
    let mut neighbour = enter(LAPTOP);
    assert_ne!(neighbour.ask("50"), "");
    let taken = AtomicU64::new(0);
    let wanted = SEATS_PER_ROOM as u64 + 500;
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while taken.fetch_add(50, Ordering::Relaxed) < wanted {
                    let mut burst: Vec<_> = (0..50).map(|_| lines_from(LAPTOP, &server)).collect();
                    for player in &mut burst {
                        player.send("SALLE S\nREPRENDRE");
                    }
                    for player in &mut burst {
                        player.read();
                        assert!(player.read().contains("REPRENDRE S-"), "no code is given");
                    }
                }
            });
        }
    });
    for machine in 3..13 {
        assert_ne!(enter(machine).ask("50"), "");
    }
    assert_ne!(early.ask("50"), "");
    assert_ne!(neighbour.ask("51"), "");
    let mut back = lines_from(2, &server);
    let resumed = back.ask(&format!("REPRENDRE {code}"));
    assert!(
        !resumed.starts_with("Erreur"),
        "a seat that waits: {resumed}"
    );
    // What a pupil asks does not cost more in a room with many seats.
    let body = json!({"code": back.code()}).to_string();
    let headers = "Content-Type: application/json\r\n";
    let begun = Instant::now();
    for _ in 0..100 {
        let state = ask_from(1, &server, "POST /lesson/state", headers, &body);
        assert_eq!(state.expect("an answer").status, 200);
    }
    println!("100 questions in a full room took {:?}", begun.elapsed());
    assert!(begun.elapsed() < PATIENCE / 4, "{:?}", begun.elapsed());
}

/// The teacher kicks the only player of a room, and bars them.
fn bar(server: &Server, cookie: &str, room: &str, name: &str) {
    let path = format!("GET /prof/rooms/{room}?find={name}");
    let survey = ask_from(1, server, &path, cookie, "")
        .expect("an answer")
        .json();
    let player = survey["tiles"][0]["player"]
        .as_str()
        .expect("a player")
        .to_owned();
    let own = format!(
        "{cookie}Origin: http://{}\r\nContent-Type: application/json\r\n",
        page(server)
    );
    let order = json!({"order": "kick", "player": player, "bar": true}).to_string();
    let given = ask_from(1, server, &format!("POST /prof/rooms/{room}"), &own, &order);
    assert_eq!(given.expect("an answer").status, 204);
}

/// Protects a class from a pupil who was barred and comes back at once, by `nc` or with another
/// browser; the others, also those at the same address, play on.
#[test]
fn a_barred_player_s_address_takes_no_new_seat() {
    let server = server(&["--room", "S=solo", "--room", "T=solo"]);
    let cookie = teacher(&server, 1);
    let enter = |machine: u8, room: &str| {
        let mut player = lines_from(machine, &server);
        let entered = player.ask(&format!("SALLE {room}"));
        (player, entered)
    };
    let (mut neighbour, entered) = enter(LAPTOP, "S");
    assert!(entered.starts_with("Salle"), "{entered}");
    assert!(neighbour.ask("NOM Voisine").contains("Voisine"));
    let code = neighbour.code();
    let (mut barred, _) = enter(LAPTOP, "S");
    assert!(barred.ask("NOM Barré").contains("Barré"));
    let (mut other, _) = enter(2, "S");
    // Gone or not, its address is known.
    drop(barred);
    bar(&server, &cookie, "S", "Barr");
    let (_, refused) = enter(LAPTOP, "S");
    assert!(refused.starts_with("Erreur"), "{refused}");
    let (_, entered) = enter(LAPTOP, "T");
    assert!(entered.starts_with("Salle"), "another room: {entered}");
    let (_, entered) = enter(3, "S");
    assert!(entered.starts_with("Salle"), "another address: {entered}");
    assert_ne!(other.ask("50"), "");
    assert_ne!(neighbour.ask("50"), "");
    let mut again = lines_from(LAPTOP, &server);
    let resumed = again.ask(&format!("REPRENDRE {code}"));
    assert!(
        !resumed.starts_with("Erreur"),
        "a seat there is kept: {resumed}"
    );
}
