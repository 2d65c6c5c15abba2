//! The page and a text listener by TLS, with a certificate of a school's own authority.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use game::limits::HANDSHAKE_DEADLINE;

use crate::common::{Server, program, run};

/// How long the server may take to notice a new certificate, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The beginning of a handshake's first message: a record of 512 bytes, and the first of them.
const BEGUN: &[u8] = &[22, 3, 1, 2, 0, 1];

/// A WebSocket by TLS: enters the hall and guesses.
const WEBSOCKET: &str = "
import asyncio, ssl, sys, websockets
context = ssl.create_default_context(cafile=sys.argv[1])
async def play():
    async with websockets.connect(sys.argv[2] + '/ws/text', ssl=context) as socket:
        await socket.recv()
        low, high, answer = 1, 100, ''
        while 'Gagn' not in answer:
            middle = (low + high) // 2
            await socket.send(str(middle))
            answer = await socket.recv()
            if 'petit' in answer: low = middle + 1
            if 'grand' in answer: high = middle - 1
        print(answer)
asyncio.run(play())
";

/// A folder with an authority, and the certificates that it signs.
struct School(tempfile::TempDir);

impl School {
    fn open() -> School {
        let school = School(tempfile::tempdir().expect("a folder"));
        school.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=School",
        );
        school.sign(1);
        school
    }

    /// Signs a new certificate for `localhost`, with this serial number.
    fn sign(&self, serial: u32) {
        std::fs::write(self.file("names"), "subjectAltName=DNS:localhost").expect("written");
        self.openssl(
            "req -newkey rsa:2048 -nodes -keyout new.key -out asked.pem -subj /CN=localhost",
        );
        self.openssl(&format!(
            "x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -set_serial {serial} -days 2 \
             -extfile names -out new.pem"
        ));
        for (new, used) in [("new.key", "key.pem"), ("new.pem", "cert.pem")] {
            std::fs::rename(self.file(new), self.file(used)).expect("renamed");
        }
    }

    fn openssl(&self, arguments: &str) {
        let done = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .expect("openssl");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "openssl {arguments}: {said}");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn serve(&self, arguments: &[&str]) -> Server {
        let (certificate, key) = (self.file("cert.pem"), self.file("key.pem"));
        let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
        let (certificate, key) = (text(&certificate), text(&key));
        let mut all = vec!["--tls-cert", &certificate, "--tls-key", &key];
        all.extend(["--tls-listen", "localhost:0", "--web", "127.0.0.1:0"]);
        all.extend(["--name", "localhost"]);
        all.extend(arguments);
        Server::in_memory(&all)
    }
}

fn port(server: &Server, listener: &str) -> u16 {
    let address = server.said[listener][0].as_str().expect("an address");
    address
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port")
}

/// What `curl` says, with the authority.
fn curl(school: &School, arguments: &[&str]) -> String {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--max-time", "20", "--cacert"]);
    let done = curl
        .arg(school.file("ca.pem"))
        .args(arguments)
        .output()
        .expect("curl");
    format!(
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    )
}

/// Protects schools whose pages must be https: the page, its WebSocket and the text port are served with
/// the school's certificate, and our own clients believe its authority and nothing less.
#[test]
fn a_school_s_certificate_serves_the_page_and_the_game() {
    let school = School::open();
    let server = school.serve(&[]);
    let (web, text) = (port(&server, "web"), port(&server, "tls"));
    let origin = format!("https://localhost:{web}");
    let link = server.said["teacher"].as_str().expect("a link");
    assert!(link.starts_with(&format!("{origin}/prof#")), "{link}");

    let page = curl(&school, &["--include", &format!("{origin}/")]);
    assert!(
        page.contains("200 OK") && page.contains("</html>"),
        "{page}"
    );
    assert!(
        page.contains("; Secure") && !page.contains("strict-transport"),
        "{page}"
    );
    // Somebody typed http.
    let moved = curl(
        &school,
        &["--include", &format!("http://localhost:{web}/lecon?x=1")],
    );
    let to = format!("location: {origin}/lecon?x=1");
    assert!(
        moved.contains("307") && moved.to_lowercase().contains(&to),
        "{moved}"
    );

    let socket = Command::new("/usr/bin/python3")
        .args(["-c", WEBSOCKET])
        .arg(school.file("ca.pem"))
        .arg(format!("wss://localhost:{web}"))
        .output()
        .expect("Python");
    let said = String::from_utf8_lossy(&socket.stdout);
    assert!(said.contains("Gagn"), "{socket:?}");

    let server_at = format!("localhost:{text}");
    let trusted = school.file("ca.pem");
    let trusted = trusted.to_str().expect("UTF-8");
    let bot = |arguments: &[&str]| {
        let mut bot = program();
        run(bot.arg("bot").args(arguments))
    };
    let played = bot(&[
        &server_at, "--tls", "--tls-ca", trusted, "--games", "3", "--json",
    ]);
    let said: serde_json::Value = serde_json::from_slice(&played.stdout).expect("JSON");
    assert_eq!(said["won"], 3, "{played:?}");
    let mut load = program();
    load.args(["load", &server_at, "--tls", "--tls-ca", trusted, "--json"]);
    load.args(["--connections", "30", "--pipeline", "16", "--seconds", "1"]);
    let report = run(&mut load);
    let said: serde_json::Value = serde_json::from_slice(&report.stdout).expect("JSON");
    assert_eq!(said["connected"], 30, "{report:?}");
    assert!(said["guesses"].as_u64() > Some(30), "{said}");

    // Each thing that may be wrong with a certificate has its sentence.
    let plain = server.text.port();
    for (arguments, expected) in [
        (vec![server_at.as_str(), "--tls"], "autorité inconnue"),
        (
            vec![&format!("127.0.0.1:{text}"), "--tls", "--tls-ca", trusted],
            "n'est pas au nom de 127.0.0.1",
        ),
        (
            vec![&format!("localhost:{plain}"), "--tls", "--tls-ca", trusted],
            "ne parle pas TLS",
        ),
    ] {
        let refused = bot(&arguments);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    for (of_authority, used) in [("ca.pem", "cert.pem"), ("ca.key", "key.pem")] {
        std::fs::copy(school.file(of_authority), school.file(used)).expect("copied");
    }
    let server = school.serve(&[]);
    let server_at = format!("localhost:{}", port(&server, "tls"));
    let refused = bot(&[&server_at, "--tls", "--tls-ca", trusted]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("celui d'une autorité"), "{said}");
}

/// Protects a server that runs for months: a renewed certificate is used without a restart, and one that is
/// half written changes nothing. Meanwhile handshakes that never end are ended, and no silent player is.
#[test]
fn a_renewed_certificate_is_used_and_a_handshake_has_its_time() {
    let school = School::open();
    let server = school.serve(&["--log", "text"]);
    let address = format!("localhost:{}", port(&server, "tls"));
    let begun = Instant::now();
    // Nothing; a handshake that has begun; and, on the page, the same.
    let unfinished = [("tls", &b""[..]), ("tls", BEGUN), ("web", BEGUN)].map(|(at, bytes)| {
        let mut socket = TcpStream::connect(("localhost", port(&server, at))).expect("a listener");
        socket.set_read_timeout(Some(PATIENCE)).expect("a socket");
        socket.write_all(bytes).expect("sent");
        socket
    });
    let mut player = Command::new("openssl")
        .args([
            "s_client", "-quiet", "-CAfile", "ca.pem", "-connect", &address,
        ])
        .current_dir(school.0.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    let mut heard = BufReader::new(player.stdout.take().expect("piped")).lines();
    assert!(heard.next().is_some(), "expected: a greeting");
    let serial = || {
        let script = format!(
            "openssl s_client -connect {address} -CAfile ca.pem </dev/null 2>/dev/null | openssl x509 -noout -serial"
        );
        let shown = Command::new("sh")
            .args(["-c", &script])
            .current_dir(school.0.path())
            .output();
        String::from_utf8(shown.expect("sh").stdout).expect("UTF-8")
    };
    assert_eq!(serial(), "serial=01\n");
    std::fs::write(school.file("cert.pem"), "half").expect("written");
    std::thread::sleep(Duration::from_millis(10));
    assert_eq!(serial(), "serial=01\n");
    school.sign(2);
    let since = Instant::now();
    while serial() != "serial=02\n" {
        assert!(
            since.elapsed() < PATIENCE,
            "expected: serial=02; got: {}",
            serial()
        );
        std::thread::sleep(Duration::from_millis(100));
    }

    let ends = unfinished.into_iter().map(|mut socket| {
        std::thread::spawn(move || {
            let mut rest = Vec::new();
            if let Err(error) = socket.read_to_end(&mut rest) {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            }
            begun.elapsed()
        })
    });
    for end in ends.collect::<Vec<_>>() {
        let took = end.join().expect("it is closed");
        let expected = HANDSHAKE_DEADLINE..3 * HANDSHAKE_DEADLINE;
        assert!(
            expected.contains(&took),
            "expected: {expected:?}; closed after {took:?}"
        );
    }
    let mut says = player.stdin.take().expect("piped");
    says.write_all(b"50\n").expect("sent");
    let answer = heard.next().expect("an answer").expect("text");
    assert!(
        ["Trop", "Gagn"]
            .iter()
            .any(|verdict| answer.starts_with(verdict)),
        "expected: a verdict on a silent player's guess; got: {answer}"
    );
    // By itself it would stay.
    player.kill().expect("our child");
    player.wait().expect("our child");
}

/// Protects an administrator from a server that starts without what they asked for.
#[test]
fn files_that_are_no_certificate_are_refused_by_name() {
    let school = School::open();
    std::fs::write(school.file("nothing.pem"), "nothing").expect("written");
    std::fs::copy(school.file("ca.key"), school.file("other.pem")).expect("copied");
    for (certificate, key, expected) in [
        ("absent.pem", "key.pem", "absent.pem"),
        (
            "nothing.pem",
            "key.pem",
            "nothing.pem ne contient rien au format PEM",
        ),
        (
            "cert.pem",
            "nothing.pem",
            "nothing.pem ne contient rien au format PEM",
        ),
        ("cert.pem", "other.pem", "other.pem n'est pas la clé"),
    ] {
        let mut serve = program();
        serve.args([
            "serve",
            "--data",
            "memory",
            "--listen",
            "127.0.0.1:0",
            "--web",
            "off",
        ]);
        serve.arg("--tls-cert").arg(school.file(certificate));
        let refused = run(serve.arg("--tls-key").arg(school.file(key)));
        let said = String::from_utf8_lossy(&refused.stderr).replace('\u{a0}', " ");
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
