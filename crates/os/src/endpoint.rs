//! Where a program listens and what it connects to, as people type it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// The port of the lesson's server.
pub const LESSON_PORT: u16 = 50_000;

/// The text is not a host with an optional port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEndpoint;

impl fmt::Display for InvalidEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not HOST or HOST:PORT")
    }
}

impl Error for InvalidEndpoint {}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// A bare port: all addresses of this machine.
    Everywhere(u16),
    /// `HOST:PORT`.
    Host(Target),
}

impl ListenAddress {
    /// The addresses to bind. A name is looked up.
    pub fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let v4 = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
        let v6 = |port| SocketAddr::new(IpAddr::V6(Ipv6Addr::UNSPECIFIED), port);
        match self {
            // Each family would get another free port; a script wants one.
            ListenAddress::Everywhere(0) => Ok(vec![v4(0)]),
            ListenAddress::Everywhere(port) => Ok(vec![v4(*port), v6(*port)]),
            ListenAddress::Host(target) => target.resolve(),
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListenAddress::Everywhere(port) => write!(f, "{port}"),
            ListenAddress::Host(target) => target.fmt(f),
        }
    }
}

/// A machine, by name or by address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The address of a relay to connect to instead.
    via: Option<SocketAddr>,
}

impl Target {
    /// A machine and a port.
    pub fn new(host: String, port: u16) -> Self {
        let via = None;
        Target { host, port, via }
    }

    /// The same machine, by way of a relay.
    pub fn via(self, relay: SocketAddr) -> Self {
        let via = Some(relay);
        Target { via, ..self }
    }

    /// The addresses to connect to, in the system's order; at least one.
    pub fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        if let Some(relay) = self.via {
            return Ok(vec![relay]);
        }
        let found: Vec<SocketAddr> = (self.host.as_str(), self.port).to_socket_addrs()?.collect();
        if found.is_empty() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(found)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target { host, port, .. } = self;
        match host.contains(':') {
            true => write!(f, "[{host}]:{port}"),
            false => write!(f, "{host}:{port}"),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = InvalidEndpoint;

    /// `HOST:PORT`, `[v6]:PORT` or a bare port.
    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        if let Ok(port) = text.parse() {
            return Ok(ListenAddress::Everywhere(port));
        }
        let (host, port) = split(text).ok_or(InvalidEndpoint)?;
        let port = port.ok_or(InvalidEndpoint)?;
        Ok(ListenAddress::Host(Target::new(host, port)))
    }
}

impl FromStr for Target {
    type Err = InvalidEndpoint;

    /// `HOST`, `HOST:PORT`, an IPv6 address, or one in brackets with a port. Without a port it is
    /// the lesson's.
    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        let (host, port) = split(text).ok_or(InvalidEndpoint)?;
        let port = port.unwrap_or(LESSON_PORT);
        Ok(Target::new(host, port))
    }
}

/// A host without brackets, and a port if there is one.
pub fn split(text: &str) -> Option<(String, Option<u16>)> {
    let bare = text
        .strip_prefix('[')
        .and_then(|t| t.strip_suffix(']'))
        .unwrap_or(text);
    if bare.parse::<Ipv6Addr>().is_ok() {
        return Some((bare.to_owned(), None));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let host = match host.strip_prefix('[') {
        Some(inside) => {
            let inside = inside.strip_suffix(']')?;
            inside.parse::<Ipv6Addr>().ok()?;
            inside
        }
        None => host,
    };
    let bracketed = text.starts_with('[');
    let plain = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c == '/');
    (plain && (bracketed || !host.contains(':'))).then(|| (host.to_owned(), port))
}
