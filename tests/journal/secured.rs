//! A log that lets nobody in without a certificate, and none that is not its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use juste_prix::journal::{Event, JournalError, Store, Unfit};
use tempfile::TempDir;

use crate::nats::NatsServer;
use crate::util::*;

fn openssl(folder: &Path, arguments: &str) {
    let done = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl, which scripts/test installs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "openssl {arguments}: {said}");
}

/// An authority, and what it has signed: `ca`, `server` and `node`, each with its key.
fn certificates() -> TempDir {
    let folder = TempDir::new().unwrap();
    let of = folder.path();
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(
        of,
        &format!("req -x509 {new} -keyout ca.key -out ca.pem -days 2 -subj /CN=ca"),
    );
    for name in ["server", "node"] {
        openssl(
            of,
            &format!("req {new} -keyout {name}.key -out {name}.csr -subj /CN={name}"),
        );
        let names = "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";
        std::fs::write(of.join("names"), names).unwrap();
        openssl(
            of,
            &format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
                 -extfile names -out {name}.pem"
            ),
        );
    }
    folder
}

/// Protects a log on a network that others share: whoever shows the right certificate to a server
/// that shows its own is let in with their password, and nobody else.
#[test]
fn certificates_and_a_password_let_one_in_and_nothing_else_does() {
    let folder = certificates();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let of = folder.path().display();
    let server = NatsServer::configured(
        "sync_interval: always",
        &format!(
            "tls {{ cert_file: \"{of}/server.pem\", key_file: \"{of}/server.key\", \
             ca_file: \"{of}/ca.pem\", verify: true }}\n\
             authorization {{ user: jeu, password: secret }}"
        ),
    );
    let event = |password: &str| Event {
        servers: vec![format!("tls://jeu:{password}@127.0.0.1:{}", server.port)],
        name: "secured".to_owned(),
        credentials: None,
        authority: Some(path("ca.pem")),
        certificate: Some((path("node.pem"), path("node.key"))),
        monitors: vec![server.watched()],
    };
    let store = |event: Event| Store::Shared(Box::new(event));
    let right = store(event("secret"));
    write(&right, vec![guess(1, 1)]);
    assert_eq!(replayed(&right).unwrap(), [(1, guess(1, 1))]);

    let stranger = Event {
        certificate: None,
        ..event("secret")
    };
    let believer = Event {
        authority: None,
        ..event("secret")
    };
    // Side by side: each is tried for as long as an election may take.
    let tried = [event("guess"), stranger, believer].map(|wrong| {
        let wrong = store(wrong);
        std::thread::spawn(move || open(&wrong).map(drop).unwrap_err())
    });
    for refused in tried {
        let refused = refused.join().unwrap();
        let JournalError::Log { log, why } = refused else {
            panic!("{refused:?}");
        };
        assert!(matches!(why, Unfit::Unreachable(_)), "{why:?}");
        assert!(!log.contains("secret") && !log.contains("guess"), "{log}");
    }
}
