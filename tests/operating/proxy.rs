//! The PROXY protocol, byte by byte and by the real HAProxy with the example's own settings.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use game::limits::{PROXY_BYTES, PROXY_DEADLINE};
use serde_json::Value;

use super::metrics::{metrics, scrape};
use super::players::{AFAR, connect_from_afar, lines_from_afar};
use crate::common::{Lines, PATIENCE, Server, connect};
use crate::web::http::{Http, page, server};

const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A header that says that the client is 203.0.113.7, with so many bytes behind the addresses.
fn header(more: usize) -> Vec<u8> {
    let length = 12 + more as u16;
    let mut header = [SIGNATURE, &[0x21, 0x11], &length.to_be_bytes()].concat();
    header.extend([203, 0, 113, 7, 203, 0, 113, 1, 0xc0, 0, 0xc3, 0x50]);
    // One value of a type that nobody knows, if there is any.
    if more > 0 {
        let value = more as u16 - 3;
        header.push(0xe0);
        header.extend(value.to_be_bytes());
        header.resize(header.len() + usize::from(value), 0);
    }
    header
}

/// All that is said until the end, and whether it was a reset.
fn rest(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("an end, and no reset");
    String::from_utf8(said).expect("UTF-8")
}

/// Where the page says that a browser comes from, asked behind these bytes.
fn seen_from(address: SocketAddr, stream: TcpStream, before: &[u8]) -> String {
    let mut http = Http {
        stream: BufReader::new(stream),
    };
    http.stream.get_mut().write_all(before).expect("it reads");
    http.send(&format!("GET /here HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    let answer = http.answer();
    assert_eq!(answer.status, 200, "{answer:?}");
    let here: Value = serde_json::from_str(&answer.body).expect("an object");
    here["you"].as_str().expect("an address").to_owned()
}

/// Protects players behind a proxy: they are who they are, whole header or byte by byte, and the
/// game is as it is for all others. Whoever is not behind it goes on as ever.
#[test]
fn a_trusted_proxy_says_for_whom_it_connects() {
    let server = server(&["--trust-proxy", "127.0.0.1", "--metrics", "127.0.0.1:0"]);
    let page = page(&server);
    assert_eq!(seen_from(page, connect(page), &header(0)), "203.0.113.7");
    assert_eq!(seen_from(page, connect(page), &header(200)), "203.0.113.7");
    // A health check speaks for itself.
    let local = [SIGNATURE, &[0x20, 0, 0, 0]].concat();
    assert_eq!(seen_from(page, connect(page), &local), "127.0.0.1");
    assert_eq!(seen_from(page, connect_from_afar(page), b""), AFAR);

    for door in [server.text, server.quiet] {
        let mut stream = connect(door);
        for byte in header(3) {
            stream.write_all(&[byte]).expect("it reads");
        }
        if door == server.text {
            let mut greeting = String::new();
            let read = BufReader::new(&stream).read_line(&mut greeting);
            assert!(
                read.is_ok() && greeting.starts_with("Bonjour"),
                "{greeting}"
            );
        }
        stream.write_all(b"abc\n").expect("it reads");
        let mut answer = String::new();
        let read = BufReader::new(&stream).read_line(&mut answer);
        assert!(
            read.is_ok() && answer.starts_with("Erreur") && answer.contains("abc"),
            "{answer}"
        );
    }
    lines_from_afar(server.text).play(1, 100);
    // A header with the first message behind it, in one piece.
    let mut stream = connect(server.quiet);
    stream
        .write_all(&[&header(0)[..], b"50\n"].concat())
        .expect("it reads");
    let mut answer = String::new();
    let read = BufReader::new(&stream).read_line(&mut answer);
    assert!(
        read.is_ok() && ["T", "G"].iter().any(|c| answer.starts_with(c)),
        "{answer}"
    );
    // Somebody looks whether the door is open, and goes.
    drop(connect(server.text));
    let scraped = scrape(&server);
    assert_eq!(
        scraped.value("juste_prix_connections_total{door=quiet}"),
        2.0
    );
}

/// Protects from proxies that are set up wrong: what is no header, or too long a one, or none, is
/// refused with what to do, on either port.
#[test]
fn what_is_no_header_is_refused_in_a_sentence() {
    let server = server(&["--trust-proxy", "127.0.0.0/30", "--log", "json"]);
    let mut too_long = header(0);
    too_long[14..16].copy_from_slice(&(PROXY_BYTES as u16).to_be_bytes());
    let mut version_3 = header(0);
    version_3[12] = 0x31;
    let v1 = b"PROXY TCP4 203.0.113.7 203.0.113.1 49152 50000\r\n".to_vec();
    let not_ended = header(0)[..20].to_vec();
    let refused = [
        b"50\n".to_vec(),
        v1,
        too_long,
        version_3,
        b"".to_vec(),
        not_ended,
    ];
    let begun = Instant::now();
    let mut streams = Vec::new();
    for address in [server.text, page(&server)] {
        for bytes in &refused {
            let mut stream = connect(address);
            stream.write_all(bytes).expect("it reads");
            streams.push((address, stream));
        }
    }
    for (address, mut stream) in streams {
        let said = rest(&mut stream);
        let expected = match address == server.text {
            true => "Erreur : ",
            false => "HTTP/1.1 400 Bad Request\r\n",
        };
        assert!(said.starts_with(expected), "{said:?}");
        assert!(said.contains("PROXY de version 2"), "{said:?}");
    }
    let waited = begun.elapsed() + Duration::from_millis(100);
    assert!(
        waited > PROXY_DEADLINE,
        "those that say nothing have their time"
    );
    let mut server = server;
    assert!(server.stop().success());
    let log = server.errors();
    let told = log
        .lines()
        .filter(|line| line.contains("not-introduced"))
        .count();
    assert!((1..=3).contains(&told), "{log}");
}

/// Protects everybody from strangers who say that they are somebody else: one error, and the end;
/// on the page's port they are no HTTP. What version 1 says is a message like any other.
#[test]
fn a_stranger_s_header_is_refused() {
    let server = server(&["--trust-proxy", "192.0.2.1"]);
    let mut stream = connect(server.quiet);
    stream
        .write_all(&[&header(0)[..], b"50\n"].concat())
        .expect("it reads");
    let said = rest(&mut stream);
    assert_eq!(said.lines().count(), 1, "{said:?}");
    assert!(
        said.starts_with("Erreur : cette adresse ne peut pas parler"),
        "{said:?}"
    );
    let mut stream = connect(page(&server));
    stream.write_all(&header(0)).expect("it reads");
    let said = rest(&mut stream);
    assert!(said.starts_with("HTTP/1.1 400 "), "{said:?}");
    let mut player = Lines::connect(server.text);
    let answer = player.ask("PROXY TCP4 203.0.113.7 203.0.113.1 49152 50000");
    assert!(
        answer.starts_with("Erreur") && answer.contains("PROXY TCP4"),
        "{answer}"
    );
    player.play(1, 100);
}

/// The real HAProxy.
struct HaProxy {
    child: Child,
    text: SocketAddr,
    page: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Drop for HaProxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of a port that was free a moment ago.
fn free() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound")
}

impl HaProxy {
    /// Starts it with the example's settings, the addresses of these nodes in place of its own.
    fn start(nodes: &[&Server]) -> HaProxy {
        let (text, page_address) = (free(), free());
        let example = include_str!("../../packaging/haproxy.cfg");
        let mut settings = String::new();
        for line in example.lines() {
            let node = line.trim_start().strip_prefix("server node");
            let Some((number, address)) = node.and_then(|node| node.split_once(' ')) else {
                let line = line.replace("bind :50000", &format!("bind {text}"));
                let line = line.replace("bind :8080", &format!("bind {page_address}"));
                settings += &format!("{line}\n");
                continue;
            };
            let number: usize = number.parse().expect("a number");
            let Some(server) = nodes.get(number - 1) else {
                continue;
            };
            let own = match address.ends_with(":8080") {
                true => page(server),
                false => server.text,
            };
            let port = metrics(server).port();
            settings += &format!("    server node{number} {own} check port {port}\n");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, &settings).expect("our folder");
        let child = Command::new("haproxy")
            .args(["-db", "-f"])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Debian's haproxy is installed");
        HaProxy {
            child,
            text,
            page: page_address,
            _folder: folder,
        }
    }

    /// A player who was greeted; HAProxy may just be starting, or be about to miss a node.
    fn player(&self) -> Lines {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Ok(stream) = TcpStream::connect(self.text) {
                stream.set_read_timeout(Some(PATIENCE)).expect("TCP");
                let mut lines = Lines {
                    stream: BufReader::new(stream),
                    greeting: String::new(),
                };
                let read = lines.stream.read_line(&mut lines.greeting);
                if read.is_ok_and(|count| count > 0) {
                    assert!(lines.greeting.starts_with("Bonjour"), "{}", lines.greeting);
                    return lines;
                }
            }
            assert!(
                Instant::now() < deadline,
                "nobody is greeted through HAProxy"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Protects a public event: through the example's HAProxy programs play and browsers are seen with
/// their own address; a node that is gone is left out, and its players go on at another.
#[test]
fn the_example_s_haproxy_brings_players_to_nodes_that_live() {
    let arguments = ["--trust-proxy", "127.0.0.1", "--metrics", "127.0.0.1:0"];
    let (mut first, second) = (server(&arguments), server(&arguments));
    let proxy = HaProxy::start(&[&first, &second]);
    let mut players: Vec<Lines> = (0..4).map(|_| proxy.player()).collect();
    for player in &mut players {
        player.play(1, 100);
    }
    let count = |server: &Server| scrape(server).value("juste_prix_connections_total{door=text}");
    assert!(
        count(&first) >= 1.0 && count(&second) >= 1.0,
        "both nodes have players"
    );
    let page = proxy.page;
    assert_eq!(seen_from(page, connect_from_afar(page), b""), AFAR);

    first.kill();
    let mut lost = 0;
    for player in &mut players {
        player.send("50");
        let mut line = String::new();
        let read = player.stream.read_line(&mut line);
        if !read.is_ok_and(|count| count > 0) {
            lost += 1;
            proxy.player().play(1, 100);
        }
    }
    assert!((1..4).contains(&lost), "those of one node: {lost}");
    let before = count(&second);
    for _ in 0..3 {
        proxy.player().play(1, 100);
    }
    assert!(count(&second) >= before + 3.0);
    // A page that was being asked for while its node was found dead is asked for again.
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut stream = connect_from_afar(page);
        let request = format!("GET /here HTTP/1.1\r\nHost: {page}\r\nConnection: close\r\n\r\n");
        let _ = stream.write_all(request.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        if answer.contains(&format!("\"you\":\"{AFAR}\"")) {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "no page through HAProxy: {answer:?}"
        );
    }
}

/// Protects the example from a setting that HAProxy does not know.
#[test]
fn haproxy_finds_no_fault_in_the_example() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/haproxy.cfg");
    let done = Command::new("haproxy").args(["-c", "-f", file]).output();
    let done = done.expect("Debian's haproxy is installed");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let clean = !said.contains("ALERT") && !said.contains("WARNING");
    assert!(done.status.success() && clean, "{said}");
}
