//! `juste-prix net`: addresses, a name server of the test's, pings of this machine. Nothing but the
//! loopback is contacted.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use crate::common::program;
use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType, rdata};
use serde_json::Value;

/// What a run has said, with ordinary spaces, and its exit status.
fn net(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = program().arg("net").args(arguments).output();
    let output = output.expect("the program runs");
    let text = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        text.replace(['\u{a0}', '\u{202f}'], " ")
    };
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

/// What a run that goes well says.
fn told(arguments: &[&str]) -> String {
    let (out, err, status) = net(arguments);
    assert_eq!((err.as_str(), status), ("", Some(0)), "{arguments:?}");
    out
}

/// The one document of a run that goes well.
fn document(arguments: &[&str]) -> Value {
    let out = told(&[arguments, &["--json"]].concat());
    serde_json::from_str(&out).expect("one JSON document")
}

/// The one sentence of a run that does not.
fn refused(arguments: &[&str], expected: i32) -> String {
    let (out, err, status) = net(arguments);
    assert_eq!((out.as_str(), status), ("", Some(expected)), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
    err
}

/// A name server that knows two names and one address. It answers until the test ends.
fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let address = socket.local_addr().expect("bound");
    std::thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, client)) = socket.recv_from(&mut buffer) {
            let question = Message::from_vec(&buffer[..length]).expect("a question");
            let answer = answer(&question).to_vec().expect("an answer");
            socket.send_to(&answer, client).expect("sent");
        }
    });
    address
}

fn answer(question: &Message) -> Message {
    let query = question.queries[0].clone();
    let name = query.name().clone();
    let mut answer = Message::new(question.id, MessageType::Response, OpCode::Query);
    answer.add_query(query.clone());
    let asked = name.to_lowercase().to_ascii();
    let data: Vec<RData> = match (asked.trim_end_matches('.'), query.query_type()) {
        ("prof.example", RecordType::A) => ["192.0.2.10", "192.0.2.11"]
            .map(|it| RData::A(rdata::A(it.parse().expect("an address"))))
            .to_vec(),
        ("prof.example", RecordType::AAAA) => {
            vec![RData::AAAA(rdata::AAAA(
                "2001:db8::10".parse().expect("an address"),
            ))]
        }
        ("10.2.0.192.in-addr.arpa", RecordType::PTR) => {
            let name = Name::from_ascii("prof.example.").expect("a name");
            vec![RData::PTR(rdata::PTR(name))]
        }
        ("text.example", _) => Vec::new(),
        ("refused.example", _) => {
            answer.metadata.response_code = ResponseCode::Refused;
            Vec::new()
        }
        _ => {
            answer.metadata.response_code = ResponseCode::NXDomain;
            Vec::new()
        }
    };
    let records = data
        .into_iter()
        .map(|data| Record::from_rdata(name.clone(), 60, data));
    answer.add_answers(records);
    answer
}

#[test]
fn a_name_has_all_its_addresses_and_who_told_them() {
    let server = name_server().to_string();
    let out = told(&["resolve", "prof.example", "--server", &server]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[..3], ["192.0.2.10", "192.0.2.11", "2001:db8::10"]);
    assert!(
        lines[3].starts_with(&format!("Réponse du serveur de noms {server}, en ")),
        "{out}"
    );
    let json = document(&["resolve", "prof.example", "--server", &server]);
    assert_eq!(json["answers"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        (&json["source"], &json["server"]),
        (&"dns".into(), &server.into())
    );
    assert!(json["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{json}");
}

#[test]
fn an_address_has_its_name() {
    let server = name_server().to_string();
    let out = told(&["resolve", "192.0.2.10", "--server", &server]);
    assert_eq!(out.lines().next(), Some("prof.example"));
    let err = refused(&["resolve", "192.0.2.99", "--server", &server], 1);
    assert!(
        err.starts_with("L'adresse 192.0.2.99 n'a pas de nom"),
        "{err}"
    );
}

#[test]
fn names_without_an_answer_are_told_apart() {
    let server = name_server().to_string();
    let err = |name: &str| refused(&["resolve", name, "--server", &server], 1);
    assert!(
        err("nobody.example").contains("n'existe pas"),
        "{}",
        err("nobody.example")
    );
    assert!(
        err("text.example").contains("n'a pas d'adresse"),
        "{}",
        err("text.example")
    );
    assert!(
        err("refused.example").contains("refuse de chercher"),
        "{}",
        err("refused.example")
    );
    // Bound, and never answered.
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let silent = silent.local_addr().expect("bound").to_string();
    let started = std::time::Instant::now();
    let err = refused(&["resolve", "prof.example", "--server", &silent], 1);
    assert!(err.starts_with("Pas de réponse pour prof.example"), "{err}");
    assert!(
        err.contains(&silent) && started.elapsed().as_secs() < 8,
        "{err}"
    );
}

#[test]
fn the_machines_own_names_need_no_server() {
    let json = document(&["resolve", "localhost"]);
    let answers = json["answers"].as_array().expect("a list");
    assert!(answers.contains(&"127.0.0.1".into()) || answers.contains(&"::1".into()));
    assert_ne!(json["source"], "dns");
}

#[test]
fn this_machine_has_a_loopback() {
    let json = document(&["me"]);
    let all = json["addresses"].as_array().expect("a list");
    let loopback = all.iter().find(|it| it["address"] == "127.0.0.1");
    let loopback = loopback.expect("every machine has it");
    assert_eq!(
        (&loopback["prefix"], &loopback["kind"]),
        (&8.into(), &"loopback".into())
    );
    assert_eq!(loopback["network"], "127.0.0.0/8");
    let out = told(&["me"]);
    assert_eq!(out.lines().count(), all.len());
    assert!(out.contains("127.0.0.1/8"), "{out}");
    assert!(
        out.contains("boucle locale : la machine parle à elle-même"),
        "{out}"
    );
}

#[test]
fn addresses_are_compared_bit_by_bit() {
    let out = told(&["common", "127.0.0.1", "127.0.0.9", "127.0.0.4"]);
    assert!(out.contains("28 bits en commun : préfixe 127.0.0.0/28, masque 255.255.255.240."));
    assert!(out.contains("01111111.00000000.00000000.00001001"), "{out}");
    assert!(
        out.contains("Même réseau : celui de l'interface lo "),
        "{out}"
    );
    let json = document(&["common", "2001:db8::1", "2001:db8:0:1::1"]);
    assert_eq!(
        (&json["bits"], &json["same_network"]),
        (&63.into(), &false.into())
    );
    assert_eq!(json["prefix"], "2001:db8::/63");
    let err = refused(&["common", "127.0.0.1", "::1"], 2);
    assert!(err.contains("IPv4") && err.contains("IPv6"), "{err}");
    for wrong in [
        &["common"] as &[&str],
        &["common", "::1"],
        &["common", "::1", "x"],
    ] {
        refused(wrong, 2);
    }
}

#[test]
fn addresses_are_counted_exactly_and_in_words() {
    let cases = [
        (
            "ipv4",
            "IPv4 : 4 294 967 296 adresses (2^32), soit 4,3 milliards.\n",
        ),
        (
            "ipv6",
            "IPv6 : 340 282 366 920 938 463 463 374 607 431 768 211 456 adresses (2^128), \
             soit 340 sextillions.\n",
        ),
    ];
    for (what, expected) in cases {
        assert_eq!(told(&["count", what]), expected);
    }
    let out = told(&["count", "192.168.1.77/24"]);
    assert!(
        out.starts_with("192.168.1.0/24 : 256 adresses (2^8).\n254 machines"),
        "{out}"
    );
    let json = document(&["count", "::/0"]);
    assert_eq!(json["addresses"], "340282366920938463463374607431768211456");
    assert_eq!(json["hosts"], u128::MAX.to_string());
    refused(&["count", "ipv5"], 2);
}

#[test]
fn this_machine_answers_a_ping() {
    let out = told(&["ping", "127.0.0.1", "--count", "2"]);
    assert!(
        out.starts_with("Ping de 127.0.0.1 (127.0.0.1) par "),
        "{out}"
    );
    assert!(out.contains("\n2 : réponse en "), "{out}");
    assert!(out.contains("\n2 envois, 2 réponses. De "), "{out}");
    let json = document(&["ping", "127.0.0.1", "--count", "1"]);
    assert!(
        json["method"] == "icmp" || json["method"] == "tcp",
        "{json}"
    );
    assert_eq!((&json["sent"], &json["received"]), (&1.into(), &1.into()));
}

#[test]
fn a_ping_by_tcp_takes_a_refusal_for_an_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port().to_string();
    let arguments = ["ping", "127.0.0.1", "--port", &port, "--count", "1"];
    let open = told(&arguments);
    assert!(open.contains(&format!("par TCP, port {port}.")), "{open}");
    assert!(open.contains("le port est ouvert"), "{open}");
    drop(listener);
    assert!(told(&arguments).contains("le port est fermé, donc la machine répond"));
    let json = document(&arguments);
    assert_eq!(
        (&json["method"], &json["received"]),
        (&"tcp".into(), &1.into())
    );
    for wrong in [
        &["ping"] as &[&str],
        &["ping", "x:1"],
        &["ping", "x", "--port", "0"],
    ] {
        refused(wrong, 2);
    }
}
