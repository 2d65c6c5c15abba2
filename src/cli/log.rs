//! The arguments about a log that several machines share.

use std::path::PathBuf;

use clap::Args;

use super::values::Expected;

/// The default port of a NATS server.
const NATS_PORT: u16 = 4222;
/// The default port of its monitoring.
const MONITOR_PORT: u16 = 8222;
/// Characters of an event's name at most.
const EVENT_CHARS: usize = 32;

/// The arguments about a shared log.
#[derive(Clone, Debug, Args)]
pub struct LogArgs {
    /// The log's servers.
    #[arg(long, value_name = "NATS", value_parser = servers, requires = "event")]
    pub journal: Option<Servers>,
    /// The event's name.
    #[arg(long, value_name = "EVENT", value_parser = event, requires = "journal")]
    pub event: Option<String>,
    /// The arguments about access to the log.
    #[command(flatten)]
    pub access: Access,
}

/// The arguments about access to a log, and about its monitoring.
#[derive(Clone, Debug, Default, Args)]
pub struct Access {
    /// A file of NATS credentials.
    #[arg(long, value_name = "FILE", requires = "event")]
    pub nats_creds: Option<PathBuf>,
    /// The file of the authority that signed the servers' certificates.
    #[arg(long, value_name = "FILE", requires = "event")]
    pub nats_ca: Option<PathBuf>,
    /// The file of this machine's certificate.
    #[arg(long, value_name = "FILE", requires = "nats_key")]
    pub nats_cert: Option<PathBuf>,
    /// The file of the certificate's key.
    #[arg(long, value_name = "FILE", requires = "nats_cert")]
    pub nats_key: Option<PathBuf>,
    /// The servers' monitoring addresses, which tell whether the log syncs.
    #[arg(long, value_name = "MONITORS", value_parser = monitors, requires = "event")]
    pub nats_monitor: Option<Servers>,
}

/// Addresses of servers, each with its port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers(pub Vec<String>);

/// `nats://HOST[:PORT],HOST[:PORT]`, or `tls://` likewise. A user, a password or a token before a host
/// is refused, since every user of the machine can read a command line.
pub fn servers(text: &str) -> Result<Servers, Expected> {
    let (scheme, hosts) = text.split_once("://").ok_or(Expected("expect-nats"))?;
    if !matches!(scheme, "nats" | "tls") {
        return Err(Expected("expect-nats"));
    }
    if hosts.contains('@') {
        return Err(Expected::SECRET);
    }
    let server = |host: &str| format!("{scheme}://{host}");
    Ok(Servers(
        list(hosts, NATS_PORT, server).ok_or(Expected("expect-nats"))?,
    ))
}

/// `HOST[:PORT],HOST[:PORT]`, with `http://` before them or not.
pub fn monitors(text: &str) -> Result<Servers, Expected> {
    let hosts = text.strip_prefix("http://").unwrap_or(text);
    let found = list(hosts, MONITOR_PORT, str::to_owned);
    Ok(Servers(found.ok_or(Expected("expect-monitors"))?))
}

fn list(hosts: &str, port: u16, server: impl Fn(&str) -> String) -> Option<Vec<String>> {
    let hosts = hosts.trim_end_matches('/').split(',');
    let each = hosts.map(|host| {
        let name = match host.rsplit_once(':') {
            // An IPv6 address stands in brackets.
            Some((name, port)) if !port.ends_with(']') => {
                port.parse::<u16>().ok()?;
                name
            }
            _ => host,
        };
        let known = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
        if name.is_empty() || !name.chars().all(known) {
            return None;
        }
        Some(match name == host {
            true => server(&format!("{host}:{port}")),
            false => server(host),
        })
    });
    each.collect()
}

/// Letters, digits, `_` and `-`.
pub fn event(text: &str) -> Result<String, Expected> {
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    match text.is_empty() || text.len() > EVENT_CHARS || !text.chars().all(known) {
        true => Err(Expected("expect-event")),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_with_and_without_ports() {
        let read = |text| servers(text).ok().map(|Servers(all)| all);
        let three = read("nats://a,b:5000,c").expect("servers");
        assert_eq!(three, ["nats://a:4222", "nats://b:5000", "nats://c:4222"]);
        let more = read("tls://[::1]:7,[::2]").expect("servers");
        assert_eq!(more, ["tls://[::1]:7", "tls://[::2]:4222"]);
        for secret in ["tls://me:word@a", "nats://a,token@b"] {
            assert_eq!(servers(secret), Err(Expected::SECRET), "{secret}");
        }
        for text in [
            "",
            "a",
            "http://a",
            "nats://",
            "nats://a,,b",
            "nats://a:port",
            "nats://a b",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let seen = monitors("http://127.0.0.1,[::1]:9/").expect("monitors");
        assert_eq!(seen.0, ["127.0.0.1:8222", "[::1]:9"]);
        assert!(event("fete-2026").is_ok() && event("fête").is_err() && event("").is_err());
    }
}
