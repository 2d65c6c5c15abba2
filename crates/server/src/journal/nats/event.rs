//! An event's log: its servers and the credentials for them.

use std::fmt;
use std::path::PathBuf;

use super::super::JournalError;
use game::phrases::{Lang, say};

/// What a node shows the servers to be let in.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// A user's name and password.
    Password {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// A token.
    Token(String),
}

/// Omits the secrets, which must not reach a log.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login")
    }
}

/// An event's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The servers, each as `nats://HOST:PORT`.
    pub servers: Vec<String>,
    /// The event's name: letters, digits, `_` and `-`.
    pub name: String,
    /// How this node logs in, if not by credentials.
    pub login: Option<Login>,
    /// A file of NATS credentials.
    pub credentials: Option<PathBuf>,
    /// The authority that signed the servers' certificates, if the system does not trust it.
    pub authority: Option<PathBuf>,
    /// This node's certificate and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// The servers' monitoring addresses, each as `HOST:PORT`.
    pub monitors: Vec<String>,
}

impl Event {
    /// The stream's name.
    pub fn stream(&self) -> String {
        format!("juste-prix-{}", self.name)
    }

    /// The subject of its messages.
    pub fn subject(&self) -> String {
        format!("juste-prix.{}", self.name)
    }

    /// What is wrong with it.
    pub fn unfit(&self, why: Unfit) -> JournalError {
        let log = self.to_string();
        JournalError::Log { log, why }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.servers.iter();
        let hosts = hosts.map(|server| {
            server
                .rsplit_once("://")
                .map_or(&**server, |(_, host)| host)
        });
        let hosts: Vec<&str> = hosts.collect();
        write!(f, "nats://{} ({})", hosts.join(","), self.name)
    }
}

/// Why a log can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There is no connection to any server.
    NotReached(Silence),
    /// A file of credentials or certificates does not exist or is malformed.
    Unread(PathBuf),
    /// The servers reject the user, the password or the credentials.
    NotLetIn,
    /// The servers don't answer as expected; the client's message.
    Unreachable(String),
    /// This setting of its stream lets the log lose entries.
    Forgets(&'static str),
    /// A server is too old to sync each message.
    TooOld(String),
    /// A server may lose what it has acknowledged.
    NotSynced(String),
    /// A monitoring address does not answer as expected.
    NotMonitored(String),
    /// This machine's clock and the log's differ by this many milliseconds.
    Clock(i64),
    /// The log does not hold what was written.
    Damaged(u64),
    /// There is no such event.
    Missing,
}

/// The reason of a failed connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The server's name does not resolve.
    NoName,
    /// The connection was refused.
    Refused,
    /// The server did not answer in time.
    NoAnswer,
    /// One side rejects the other's certificate; the client's message.
    Tls(String),
    /// Another reason; the client's message.
    Other(String),
}

impl Silence {
    fn reason(&self, lang: Lang) -> String {
        match self {
            Silence::NoName => say(lang, "journal-log-no-name", &[]),
            Silence::Refused => say(lang, "journal-log-refused", &[]),
            Silence::NoAnswer => say(lang, "journal-log-no-answer", &[]),
            Silence::Tls(reason) => {
                let reason = ("reason", reason.clone().into());
                say(lang, "journal-log-tls", &[reason])
            }
            Silence::Other(reason) => reason.clone(),
        }
    }
}

impl Unfit {
    /// One sentence for the operator.
    pub fn sentence(&self, log: &str, lang: Lang) -> String {
        let log = ("log", log.to_owned().into());
        match self {
            Unfit::NotReached(silence) => {
                let reason = ("reason", silence.reason(lang).into());
                say(lang, "journal-log-unreachable", &[log, reason])
            }
            Unfit::Unread(path) => {
                let path = ("path", path.display().to_string().into());
                say(lang, "journal-log-unread", &[path])
            }
            Unfit::NotLetIn => say(lang, "journal-log-not-let-in", &[log]),
            Unfit::Forgets(setting) => {
                let setting = ("setting", (*setting).into());
                say(lang, "journal-log-forgets", &[log, setting])
            }
            Unfit::Unreachable(reason) => {
                let reason = ("reason", reason.clone().into());
                say(lang, "journal-log-unreachable", &[log, reason])
            }
            Unfit::TooOld(version) => {
                let version = ("version", version.clone().into());
                say(lang, "journal-log-old", &[log, version])
            }
            Unfit::NotSynced(server) => {
                let server = ("server", server.clone().into());
                say(lang, "journal-log-not-synced", &[server])
            }
            Unfit::NotMonitored(server) => {
                let server = ("server", server.clone().into());
                say(lang, "journal-log-not-monitored", &[server])
            }
            Unfit::Clock(off) => {
                let seconds = format!("{:.1}", *off as f64 / 1000.0);
                let seconds = match lang {
                    Lang::Fr => seconds.replace('.', ","),
                    Lang::En => seconds,
                };
                say(
                    lang,
                    "journal-log-clock",
                    &[log, ("seconds", seconds.into())],
                )
            }
            Unfit::Damaged(sequence) => {
                let sequence = ("sequence", sequence.to_string().into());
                say(lang, "journal-log-damaged", &[log, sequence])
            }
            Unfit::Missing => say(lang, "journal-log-missing", &[log]),
        }
    }
}
