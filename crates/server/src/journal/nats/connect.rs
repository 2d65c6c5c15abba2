//! Connects to the log's servers, and verifies before play that they keep what they acknowledge.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::{Config, Info, RetentionPolicy, StorageType};
use async_nats::jetstream::{self, Context, ErrorCode};
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions};
use data_encoding::HEXLOWER;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::super::JournalError;
use super::event::{Event, Login, Silence, Unfit};
use game::phrases::{Lang, say};

/// The oldest version of the servers that can sync each message.
const VERSION: (u64, u64) = (2, 15);
/// How long a cluster that has just started may take to elect its leaders.
const READY: Duration = Duration::from_secs(20);
/// The pause between two attempts.
const AGAIN: Duration = Duration::from_millis(250);
/// The time-out of one request.
const REQUEST: Duration = Duration::from_secs(3);
/// The interval of pings. A server that misses two is replaced by another.
const PING: Duration = Duration::from_secs(1);
/// The number of copies of each message, if there are several servers.
const REPLICAS: usize = 3;
/// The largest accepted difference between this clock and the log's.
const CLOCK: i64 = 1_000;
/// The most bytes of a server's monitoring page.
const PAGE_BYTES: u64 = 1024 * 1024;
/// The most bytes of a file of credentials or certificates.
const FILE_BYTES: u64 = 1024 * 1024;
/// The key of the shared secret in the stream's metadata.
const SECRET: &str = "juste-prix-secret";

/// An event's log, ready to use.
pub struct Link {
    /// The connection to the servers.
    pub client: Client,
    /// The connection's JetStream context.
    pub context: Context,
    /// Notes for the operator.
    pub notes: Vec<Note>,
    /// The last message at the time of opening.
    pub last: u64,
    /// The secret that the event's nodes share.
    pub secret: [u8; 32],
}

/// A note for the operator of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// It was not verified that the servers sync before they acknowledge.
    SyncUnverified,
    /// There are fewer than three copies.
    Copies(usize),
}

impl Note {
    /// One sentence for the operator.
    pub fn sentence(self, lang: Lang) -> String {
        match self {
            Note::SyncUnverified => say(lang, "journal-log-unverified", &[]),
            Note::Copies(copies) => say(lang, "journal-log-copies", &[("copies", copies.into())]),
        }
    }
}

/// Whether a file can be read and is short enough for credentials or certificates, all of which the
/// library reads into memory.
fn is_readable(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FILE_BYTES + 1).read_to_end(&mut bytes));
    read.is_ok_and(|length| length as u64 <= FILE_BYTES)
}

/// Connects to the servers.
async fn connect(event: &Event) -> Result<Client, JournalError> {
    let certificate = event.certificate.iter().flat_map(|(one, key)| [one, key]);
    let named = event.credentials.iter().chain(&event.authority);
    for path in named.chain(certificate) {
        if !is_readable(path) {
            return Err(event.unfit(Unfit::Unread(path.clone())));
        }
    }
    let mut options = ConnectOptions::new()
        .name("juste-prix")
        .connection_timeout(REQUEST)
        .request_timeout(Some(REQUEST))
        .ping_interval(PING)
        .max_reconnects(None)
        .reconnect_delay_callback(|tries| Duration::from_millis(100 * tries.min(10) as u64));
    match event.login.clone() {
        Some(Login::Password { user, password }) => {
            options = options.user_and_password(user, password);
        }
        Some(Login::Token(token)) => options = options.token(token),
        None => {}
    }
    if let Some(path) = &event.credentials {
        let with = options.credentials_file(path).await;
        options = with.map_err(|_| event.unfit(Unfit::Unread(path.clone())))?;
    }
    if let Some(path) = &event.authority {
        options = options.add_root_certificates(path.clone());
    }
    if let Some((certificate, key)) = &event.certificate {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    let begun = Instant::now();
    loop {
        match options.clone().connect(event.servers.clone()).await {
            Ok(client) => return Ok(client),
            Err(error) => {
                let is_refused = matches!(
                    error.kind(),
                    ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication
                );
                if is_refused {
                    return Err(event.unfit(Unfit::NotLetIn));
                }
                if begun.elapsed() > READY {
                    return Err(event.unfit(Unfit::NotReached(silence(&error))));
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// The reason of a failed connection.
fn silence(error: &ConnectError) -> Silence {
    let source = error.source().map(ToString::to_string);
    let cause = error
        .source()
        .and_then(<dyn Error>::downcast_ref::<io::Error>);
    match (error.kind(), cause.map(io::Error::kind)) {
        (ConnectErrorKind::Dns, _) => Silence::NoName,
        (ConnectErrorKind::TimedOut, _) => Silence::NoAnswer,
        (_, Some(io::ErrorKind::ConnectionRefused)) => Silence::Refused,
        (ConnectErrorKind::Tls, _) => Silence::Tls(source.unwrap_or_else(|| error.to_string())),
        _ => Silence::Other(source.unwrap_or_else(|| error.to_string())),
    }
}

/// Connects, and creates the event's log if it does not exist and `make` is set.
///
/// # Errors
///
/// If there is no connection, no log, or the log would not keep what it acknowledges.
///
pub async fn open(event: &Event, make: bool) -> Result<Link, JournalError> {
    let client = connect(event).await?;
    let server = client.server_info();
    if !is_new_enough(&server.version) {
        return Err(event.unfit(Unfit::TooOld(server.version)));
    }
    let mut notes = Vec::new();
    match event.monitors.is_empty() {
        true => notes.push(Note::SyncUnverified),
        false => verify_sync(event).await?,
    }
    let mut context = jetstream::new(client.clone());
    context.set_timeout(REQUEST);
    let begun = Instant::now();
    let info = loop {
        match stream(&context, event, make, server.cluster.is_some()).await {
            Ok(info) => break info,
            Err(
                error @ JournalError::Log {
                    why: Unfit::Missing,
                    ..
                },
            ) => return Err(error),
            Err(error) if begun.elapsed() > READY => return Err(error),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    };
    if let Some(setting) = forgets(&info.config) {
        return Err(event.unfit(Unfit::Forgets(setting)));
    }
    if info.config.num_replicas < REPLICAS {
        notes.push(Note::Copies(info.config.num_replicas));
    }
    verify_clock(&client, event).await?;
    let secret = info.config.metadata.get(SECRET);
    let secret = secret.and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok());
    Ok(Link {
        client,
        context,
        notes,
        last: info.state.last_sequence,
        secret: secret.ok_or_else(|| event.unfit(Unfit::Damaged(1)))?,
    })
}

/// Erases the event's log. Returns whether there was one.
pub async fn erase(event: &Event) -> Result<bool, JournalError> {
    let link = match open(event, false).await {
        Ok(link) => link,
        Err(JournalError::Log {
            why: Unfit::Missing,
            ..
        }) => return Ok(false),
        Err(error) => return Err(error),
    };
    let erased = link.context.delete_stream(event.stream()).await;
    let erased = erased.map_err(|error| event.unfit(Unfit::Unreachable(error.to_string())))?;
    Ok(erased.success)
}

async fn stream(
    context: &Context,
    event: &Event,
    make: bool,
    clustered: bool,
) -> Result<Info, JournalError> {
    let unreachable = |reason: String| event.unfit(Unfit::Unreachable(reason));
    match context.get_stream(event.stream()).await {
        Ok(found) => return Ok(found.cached_info().clone()),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(error)
                if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {}
            _ => return Err(unreachable(error.to_string())),
        },
    }
    if !make {
        return Err(event.unfit(Unfit::Missing));
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| unreachable(error.to_string()))?;
    let copies = match clustered && event.servers.len() > 1 {
        true => REPLICAS,
        false => 1,
    };
    let config = Config {
        name: event.stream(),
        subjects: vec![event.subject()],
        storage: StorageType::File,
        num_replicas: copies,
        deny_delete: true,
        deny_purge: true,
        metadata: [(SECRET.to_owned(), HEXLOWER.encode(&secret))].into(),
        ..Config::default()
    };
    match context.create_stream(config).await {
        Ok(made) => Ok(made.cached_info().clone()),
        // Another node has set its own secret first; the next read finds it.
        Err(error) => Err(unreachable(error.to_string())),
    }
}

/// The setting by which a stream may lose entries, if there is one.
fn forgets(config: &Config) -> Option<&'static str> {
    let settings = [
        ("storage", config.storage != StorageType::File),
        ("retention", config.retention != RetentionPolicy::Limits),
        ("max_age", !config.max_age.is_zero()),
        ("max_bytes", config.max_bytes > 0),
        ("max_msgs", config.max_messages > 0),
        ("max_msgs_per_subject", config.max_messages_per_subject > 0),
        ("no_ack", config.no_ack),
    ];
    let found = settings.iter().find(|(_, forgets)| *forgets);
    found.map(|(name, _)| *name)
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version
        .split(['.', '-'])
        .map(|part| part.parse().unwrap_or(0));
    let version: (u64, u64) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    version >= VERSION
}

/// Compares this machine's clock with the log's.
pub async fn verify_clock(client: &Client, event: &Event) -> Result<(), JournalError> {
    let unreachable = |reason: String| event.unfit(Unfit::Unreachable(reason));
    let millis = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis() as i64)
    };
    let before = millis();
    let subject = format!("$JS.API.STREAM.INFO.{}", event.stream());
    let answer = client.request(subject, bytes::Bytes::new()).await;
    let answer = answer.map_err(|error| unreachable(error.to_string()))?;
    let after = millis();
    let told: Option<serde_json::Value> = serde_json::from_slice(&answer.payload).ok();
    let told = told.as_ref().and_then(|told| told.get("ts")?.as_str());
    let Some(theirs) = told.and_then(millis_of) else {
        return Err(unreachable("no time in STREAM.INFO".to_owned()));
    };
    // The log's time was read between these two.
    let off = (before - theirs).max(0) + (after - theirs).min(0);
    match off.abs() > CLOCK {
        true => Err(event.unfit(Unfit::Clock(off))),
        false => Ok(()),
    }
}

/// Parses a time as the servers write it: `2026-05-09T07:29:33.186123456Z`.
fn millis_of(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok()
}

/// Verifies at each monitoring address that its server syncs each message.
async fn verify_sync(event: &Event) -> Result<(), JournalError> {
    for monitor in &event.monitors {
        let address = monitor.clone();
        let asked = tokio::task::spawn_blocking(move || varz(&address)).await;
        let found = asked.ok().flatten();
        let Some(found) = found else {
            return Err(event.unfit(Unfit::NotMonitored(monitor.clone())));
        };
        let version = found["version"].as_str().unwrap_or_default();
        if !is_new_enough(version) {
            return Err(event.unfit(Unfit::TooOld(version.to_owned())));
        }
        if found["jetstream"]["config"]["sync_always"] != true {
            return Err(event.unfit(Unfit::NotSynced(monitor.clone())));
        }
    }
    Ok(())
}

/// Reads a server's monitoring page.
fn varz(address: &str) -> Option<serde_json::Value> {
    let address = address.to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&address, REQUEST).ok()?;
    stream.set_read_timeout(Some(REQUEST)).ok()?;
    let request = format!("GET /varz HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.take(PAGE_BYTES).read_to_end(&mut answer).ok()?;
    let body = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    serde_json::from_slice(&answer[body + 4..]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_versions_are_read_as_the_servers_write_them() {
        let known = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-03-01T00:00:00.5Z", 951_868_800_500),
            ("2026-11-26T02:18:47.123456789Z", 1_795_659_527_123),
        ];
        for (text, millis) in known {
            assert_eq!(millis_of(text), Some(millis), "{text}");
        }
        assert_eq!(millis_of("yesterday"), None);
        for (version, fits) in [("2.15.0", true), ("2.14.9", false), ("3.0.0-beta", true)] {
            assert_eq!(is_new_enough(version), fits, "{version}");
        }
    }
}
