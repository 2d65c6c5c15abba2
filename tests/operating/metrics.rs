//! `/metrics` after real games, read by Prometheus' own parser, and `/healthz`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use game::limits::{METRICS_CONNECTIONS, METRICS_DEADLINE};

use super::players::by_every_door;
use crate::common::document::table_in;
use crate::common::{Lines, PATIENCE, Server, connect, program, run};
use crate::web::http::{Answer, Http, page, server};

/// Reads a page with the parser of Debian's python3-prometheus-client; each metric and each sample
/// on a line of its own.
const PARSER: &str = r#"
import sys
from prometheus_client.parser import text_string_to_metric_families
for family in text_string_to_metric_families(open(sys.argv[1]).read()):
    print("metric", family.name, family.type)
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        print("sample", f"{sample.name}{{{labels}}}", sample.value)
"#;

const OPERATING: &str = include_str!("../../docs/operating.md");

/// The metrics' address.
pub fn metrics(server: &Server) -> SocketAddr {
    let address = server.said["metrics"][0].as_str().expect("a listener");
    address.parse().expect("HOST:PORT")
}

/// One request to the metrics' listener.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    let mut http = Http::connect(address);
    http.send(&format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    http.answer()
}

/// What a page tells: each metric's type, and each sample's value.
#[derive(Debug, Default)]
pub struct Scraped {
    types: BTreeMap<String, String>,
    samples: BTreeMap<String, f64>,
}

impl Scraped {
    /// A sample's value.
    pub fn value(&self, sample: &str) -> f64 {
        let value = self.samples.get(sample);
        *value.unwrap_or_else(|| panic!("no {sample} in {:#?}", self.samples))
    }
}

/// Fetches the page and has it parsed.
pub fn scrape(server: &Server) -> Scraped {
    let answer = get(metrics(server), "/metrics");
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.header("content-type");
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &answer.body).expect("our file");
    // The system's own Python has the system's packages.
    let mut python = Command::new("/usr/bin/python3");
    let done = run(python.args(["-c", PARSER]).arg(file.path()));
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "Debian's python3-prometheus-client reads the page: {errors}\n{}",
        answer.body
    );
    let mut scraped = Scraped::default();
    for line in String::from_utf8(done.stdout).expect("UTF-8").lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["metric", name, kind] => {
                let before = scraped.types.insert(name.to_owned(), kind.to_owned());
                assert_eq!(before, None, "{name} is told once");
            }
            ["sample", name, value] => {
                let value = value.parse().expect("a number");
                scraped.samples.insert(name.to_owned(), value);
            }
            _ => panic!("not expected of the parser: {line}"),
        }
    }
    scraped
}

fn scrape_until(server: &Server, wanted: impl Fn(&Scraped) -> bool) -> Scraped {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let scraped = scrape(server);
        if wanted(&scraped) {
            return scraped;
        }
        assert!(Instant::now() < deadline, "not in time: {scraped:#?}");
    }
}

/// Protects whoever watches: what happened is what is told, by every door.
#[test]
fn games_by_every_door_are_counted() {
    let server = server(&["--metrics", "127.0.0.1:0", "--room", "4821=course"]);
    let before = scrape(&server);
    assert_eq!(before.value("juste_prix_guesses_total{}"), 0.0);
    assert_eq!(before.value("juste_prix_rooms{}"), 1.0);

    let (mut table, rounds) = by_every_door(&server, (1, 100));
    assert!(table.lines.ask("abc").starts_with("Erreur"));
    assert!(table.lines.ask("1000").starts_with("Erreur"));
    assert!(table.by_text.ask("SALLE 9").starts_with("Erreur"));
    table.by_text.ask("SALLE 4821");
    let code = table.lines.code();
    let mut again = Lines::connect(server.text);
    again.ask(&format!("REPRENDRE {code}"));

    // The older connection ends by itself, when its client has closed or later.
    drop(table.lines);
    let open = "juste_prix_open_connections{talk=lines}";
    let after = scrape_until(&server, |scraped| scraped.value(open) == 1.0);
    let guesses: usize = rounds.iter().map(|round| round.guesses()).sum();
    let expected = [
        ("juste_prix_guesses_total{}", guesses as f64),
        ("juste_prix_wins_total{}", rounds.len() as f64),
        // One by each door, and the one who went to the shared room.
        ("juste_prix_joins_total{}", rounds.len() as f64 + 1.0),
        ("juste_prix_resumes_total{}", 1.0),
        ("juste_prix_refusals_total{reason=misread}", 1.0),
        ("juste_prix_refusals_total{reason=out-of-range}", 1.0),
        ("juste_prix_refusals_total{reason=no-room}", 1.0),
        ("juste_prix_refusals_total{reason=no-seat}", 0.0),
        ("juste_prix_connections_total{door=text}", 2.0),
        ("juste_prix_connections_total{door=quiet}", 1.0),
        ("juste_prix_seats{place=rooms}", 1.0),
        ("juste_prix_seats{place=hall}", rounds.len() as f64 - 1.0),
        ("juste_prix_journal_up{}", 1.0),
        ("juste_prix_worker_up{worker=0}", 1.0),
        ("juste_prix_build_info{version=0.1.0}", 1.0),
    ];
    for (sample, expected) in expected {
        assert_eq!(after.value(sample), expected, "{sample}");
    }
    for round in &rounds {
        let came = format!("juste_prix_connections_total{{door={}}}", round.door);
        assert!(after.value(&came) >= 1.0, "{came}");
        let open = format!("juste_prix_open_connections{{talk={}}}", round.talk);
        assert_eq!(after.value(&open), 1.0, "{open}");
    }
    // Each batch is in both histograms, and each guess in one of them.
    let batches = after.value("juste_prix_journal_commit_seconds_count{}");
    assert_eq!(
        after.value("juste_prix_journal_batch_entries_count{}"),
        batches
    );
    let entries = after.value("juste_prix_journal_batch_entries_sum{}");
    assert!(batches > 0.0 && entries > guesses as f64, "{entries}");
    assert!(after.value("process_open_fds{}") > 5.0);
}

/// Protects the document: each metric is in its table, with its type, and no other.
#[test]
fn the_document_tells_every_metric() {
    let server = server(&["--metrics", "127.0.0.1:0"]);
    let scraped = scrape(&server);
    let told: BTreeMap<String, String> = table_in(OPERATING, "metrics")
        .into_iter()
        .map(|row| {
            let kind = row[1].clone();
            let name = row[0].split('{').next().expect("a name").to_owned();
            // The parser leaves the suffix of counters out of a metric's name.
            (name.trim_end_matches("_total").to_owned(), kind)
        })
        .collect();
    assert_eq!(told, scraped.types);
    // The labels too, each with all its words.
    let labels: BTreeSet<String> = table_in(OPERATING, "metrics")
        .into_iter()
        .filter_map(|row| {
            let (_, label) = row[0].split_once('{')?;
            Some(label.trim_end_matches('}').to_owned())
        })
        .collect();
    let found: BTreeSet<String> = scraped
        .samples
        .keys()
        .filter_map(|sample| {
            let label = sample.split_once('{')?.1.split_once('=')?.0;
            (label != "le").then(|| label.to_owned())
        })
        .collect();
    assert_eq!(labels, found);
    for sample in scraped.samples.keys() {
        let word = sample
            .split_once('=')
            .map(|(_, word)| word.trim_end_matches('}'));
        let Some(word) = word.filter(|word| word.parse::<f64>().is_err()) else {
            continue;
        };
        let is_told = ["+Inf", env!("CARGO_PKG_VERSION")].contains(&word);
        let is_told = is_told || OPERATING.contains(&format!("`{word}`"));
        assert!(
            is_told,
            "docs/operating.md does not tell {word} of {sample}"
        );
    }
}

/// Protects players: who asks for nothing gets nothing, and metrics are off unless asked for.
#[test]
fn there_is_no_listener_unless_one_is_asked_for() {
    let server = server(&[]);
    assert_eq!(server.said["metrics"].as_array().map(Vec::len), Some(0));
    let answer = get(page(&server), "/metrics");
    assert_eq!(answer.status, 404, "not on the page's port: {answer:?}");
}

/// Protects a balancer from a player's node that seems dead: those who connect and say nothing yield
/// to those who ask.
#[test]
fn those_who_say_nothing_leave_the_page_to_others() {
    let server = server(&["--metrics", "127.0.0.1:0"]);
    let address = metrics(&server);
    let silent: Vec<_> = (0..200).map(|_| connect(address)).collect();
    for path in ["/healthz", "/metrics"] {
        let begun = Instant::now();
        let answer = get(address, path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let waited = begun.elapsed();
        assert!(waited < METRICS_DEADLINE, "{path} took {waited:?}");
    }
    let mut open = silent;
    open.retain_mut(|stream| {
        stream.set_nonblocking(true).expect("a TCP socket");
        stream
            .peek(&mut [0])
            .is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    });
    assert!(open.len() <= METRICS_CONNECTIONS, "{} are open", open.len());
    drop(open);
    assert_eq!(get(address, "/nothing").status, 404);
    let mut http = Http::connect(address);
    http.send(&format!(
        "POST /metrics HTTP/1.1\r\nHost: {address}\r\n\r\n"
    ));
    assert_eq!(http.answer().status, 405);
}

/// Protects players of a node behind a balancer: it is sound as long as its journal is, and one
/// whose journal has failed never says that it is sound.
#[test]
fn health_is_that_of_the_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = program();
    let mut command = Command::new("sh");
    // Files of at most 120 blocks of 512 bytes: the journal soon can't grow.
    command.args(["-c", "ulimit -f 120 && exec \"$@\"", "sh"]);
    command.arg(plain.get_program()).args(["serve", "--json"]);
    for door in ["--listen", "--quiet-listen", "--web", "--metrics"] {
        command.args([door, "127.0.0.1:0"]);
    }
    command.arg("--data").arg(folder.path());
    let mut server = Server::spawn(&mut command);
    let metrics = metrics(&server);
    for address in [metrics, page(&server)] {
        let answer = get(address, "/healthz");
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    }
    let mut player = Lines::connect(server.text);
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        // 64 at once, until there is no answer, since there is no room for them.
        player.send(&["50"; 64].join("\n"));
        if (0..64).any(|_| {
            !player
                .read()
                .chars()
                .next()
                .is_some_and(|c| "TG".contains(c))
        }) {
            break;
        }
    }
    if let Ok(mut stream) = std::net::TcpStream::connect(metrics) {
        use std::io::{Read, Write};
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    assert_eq!(server.wait().code(), Some(1));
}
