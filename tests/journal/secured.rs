//! Logs that let in only whom they know, by certificate and password or by credentials.

use std::path::{Path, PathBuf};
use std::process::Command;

use data_encoding::BASE64URL_NOPAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use server::journal::{Event, JournalError, Login, Store, Unfit};
use tempfile::TempDir;

use super::util::*;
use crate::nats::NatsServer;

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
        servers: vec![format!("tls://127.0.0.1:{}", server.port)],
        name: "secured".to_owned(),
        login: Some(Login::Password {
            user: "jeu".to_owned(),
            password: password.to_owned(),
        }),
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
    // Side by side: those without a connection are tried for as long as an election may take.
    let tried = [event("guess"), stranger, believer].map(|wrong| {
        let wrong = store(wrong);
        std::thread::spawn(move || open(&wrong).map(drop).unwrap_err())
    });
    let [password, stranger, believer] = tried.map(|refused| reason(refused.join().unwrap()));
    assert_eq!(password, Unfit::NotLetIn);
    for why in [stranger, believer] {
        assert!(matches!(why, Unfit::NotReached(_)), "{why:?}");
    }
}

/// Why the log can't be used, in a message that gives nothing away.
fn reason(error: JournalError) -> Unfit {
    let JournalError::Log { log, why } = error else {
        panic!("{error:?}");
    };
    assert!(!log.contains("secret") && !log.contains("guess"), "{log}");
    why
}

/// What an operator, an account or a user may do, signed by whoever stands above.
fn token(signer: &KeyPair, subject: &KeyPair, rights: &Value) -> String {
    let encode = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let header = encode(json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let claims = encode(json!({
        "jti": subject.public_key(), "iat": 1_700_000_000, "name": "test",
        "iss": signer.public_key(), "sub": subject.public_key(), "nats": rights,
    }));
    let signed = format!("{header}.{claims}");
    let signature = signer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

/// Protects a log whose servers know people by credentials, as NATS' own tools write them: the file
/// lets one in, that of a user whom another account has signed does not.
#[test]
fn credentials_let_one_in_and_those_of_others_do_not() {
    let (operator, system) = (KeyPair::new_operator(), KeyPair::new_account());
    let (account, stranger) = (KeyPair::new_account(), KeyPair::new_account());
    let disk = json!({ "type": "account", "version": 2, "limits": {
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
        "conn": -1, "leaf": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    } });
    let none = json!({ "type": "account", "version": 2, "limits": {
        "subs": -1, "data": -1, "payload": -1, "conn": -1,
    } });
    let own = json!({ "type": "operator", "version": 2 });
    let server = NatsServer::configured(
        "sync_interval: always",
        &format!(
            "operator: {}\nsystem_account: {}\nresolver: MEMORY\nresolver_preload: {{\n\
             {}: {}\n{}: {}\n}}",
            token(&operator, &operator, &own),
            system.public_key(),
            system.public_key(),
            token(&operator, &system, &none),
            account.public_key(),
            token(&operator, &account, &disk),
        ),
    );
    let folder = TempDir::new().unwrap();
    let credentials = |name: &str, account: &KeyPair| -> PathBuf {
        let (file, user) = (folder.path().join(name), KeyPair::new_user());
        let rights = json!({
            "type": "user", "version": 2, "subs": -1, "data": -1, "payload": -1,
        });
        let text = format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            token(account, &user, &rights),
            user.seed().unwrap()
        );
        std::fs::write(&file, text).unwrap();
        file
    };
    let store = |credentials: Option<PathBuf>| {
        Store::Shared(Box::new(Event {
            servers: vec![server.url()],
            name: "credentials".to_owned(),
            login: None,
            credentials,
            authority: None,
            certificate: None,
            monitors: vec![server.watched()],
        }))
    };
    let right = store(Some(credentials("right.creds", &account)));
    write(&right, vec![guess(1, 1)]);
    assert_eq!(replayed(&right).unwrap(), [(1, guess(1, 1))]);
    let missing = folder.path().join("missing.creds");
    let refused = open(&store(Some(missing.clone()))).map(drop).unwrap_err();
    assert_eq!(reason(refused), Unfit::Unread(missing));
    for wrong in [Some(credentials("other.creds", &stranger)), None] {
        let refused = open(&store(wrong)).map(drop).unwrap_err();
        assert_eq!(reason(refused), Unfit::NotLetIn);
    }
}
