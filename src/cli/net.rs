//! The arguments of `net`.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;

use clap::{Args, Subcommand};
use hickory_resolver::proto::rr::Name;

use super::values::{self, Expected};
use game::address::prefix::Prefix;

/// The port of name servers.
const DNS_PORT: u16 = 53;

/// The commands of `net`.
#[derive(Debug, Subcommand)]
pub enum Net {
    /// This machine's addresses.
    Me(Me),
    /// What addresses have in common.
    Common(Common),
    /// A name's addresses, or an address's names.
    Resolve(Resolve),
    /// Asks whether a machine is there.
    Ping(Ping),
    /// The number of addresses.
    Count(Count),
}

/// The arguments of `net me`.
#[derive(Debug, Args)]
pub struct Me {
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `net common`.
#[derive(Debug, Args)]
pub struct Common {
    /// The first address.
    #[arg(value_name = "IP", value_parser = ip)]
    pub first: IpAddr,
    /// The addresses to compare it with.
    #[arg(value_name = "IP-2", value_parser = ip, required = true)]
    pub others: Vec<IpAddr>,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `net resolve`.
#[derive(Debug, Args)]
pub struct Resolve {
    /// The name or address to look up.
    #[arg(value_name = "NAME-OR-IP", value_parser = subject)]
    pub what: Subject,
    /// The name server to ask; by default the system's.
    #[arg(long, value_name = "DNS", value_parser = name_server)]
    pub server: Option<SocketAddr>,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `net ping`.
#[derive(Debug, Args)]
pub struct Ping {
    /// The machine's name or address.
    #[arg(value_name = "HOST", value_parser = host)]
    pub host: String,
    /// The port to ping over TCP.
    #[arg(long, value_name = "PORT", value_parser = port)]
    pub port: Option<NonZero<u16>>,
    /// The number of pings.
    #[arg(long, value_name = "N", value_parser = values::count, default_value = "4")]
    pub count: usize,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// The arguments of `net count`.
#[derive(Debug, Args)]
pub struct Count {
    /// The block of addresses to count.
    #[arg(value_name = "BLOCK", value_parser = block)]
    pub what: Block,
    /// Whether to print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// A name or an address to look up.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A name, for its addresses.
    Name(Name),
    /// An address, for its names.
    Address(IpAddr),
}

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// All of IPv4.
    Ipv4,
    /// All of IPv6.
    Ipv6,
    /// Those of a network.
    Network(Prefix),
}

impl Block {
    /// The number of bits that distinguish its addresses.
    pub fn bits(self) -> u8 {
        match self {
            Block::Ipv4 => 32,
            Block::Ipv6 => 128,
            Block::Network(prefix) => prefix.host_bits(),
        }
    }

    /// The network, if it is one.
    pub fn network(self) -> Option<Prefix> {
        match self {
            Block::Network(prefix) => Some(prefix),
            Block::Ipv4 | Block::Ipv6 => None,
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Block::Ipv4 => f.write_str("IPv4"),
            Block::Ipv6 => f.write_str("IPv6"),
            Block::Network(prefix) => prefix.fmt(f),
        }
    }
}

fn ip(text: &str) -> Result<IpAddr, Expected> {
    text.parse().map_err(|_| Expected("expect-ip"))
}

fn subject(text: &str) -> Result<Subject, Expected> {
    if let Ok(address) = text.parse() {
        return Ok(Subject::Address(address));
    }
    let plausible = text != "." && !text.is_empty() && !text.contains(char::is_whitespace);
    let name = Name::from_utf8(text).ok().filter(|_| plausible);
    name.map(Subject::Name).ok_or(Expected("expect-dns-name"))
}

fn name_server(text: &str) -> Result<SocketAddr, Expected> {
    let whole = text.parse().ok();
    let address = || Some(SocketAddr::new(text.parse().ok()?, DNS_PORT));
    whole.or_else(address).ok_or(Expected("expect-dns"))
}

fn host(text: &str) -> Result<String, Expected> {
    let bare = |target: os::endpoint::Target| (target.to_string() != text).then_some(target.host);
    let target = values::target(text).ok().and_then(bare);
    target.ok_or(Expected("expect-host"))
}

fn port(text: &str) -> Result<NonZero<u16>, Expected> {
    text.parse().map_err(|_| Expected("expect-port"))
}

fn block(text: &str) -> Result<Block, Expected> {
    match text.to_ascii_lowercase().as_str() {
        "ipv4" => Ok(Block::Ipv4),
        "ipv6" => Ok(Block::Ipv6),
        _ => {
            let network = text.parse().map(Block::Network);
            network.map_err(|()| Expected("expect-block"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_up_is_a_name_or_an_address() {
        assert!(matches!(subject("::1"), Ok(Subject::Address(_))));
        assert!(matches!(subject("école.example"), Ok(Subject::Name(_))));
        for text in ["", ".", "a b", "a..b"] {
            let refused = subject(text).err();
            assert_eq!(refused, Some(Expected("expect-dns-name")), "{text:?}");
        }
        let server = |text: &str| name_server(text).map(|server| server.to_string());
        assert_eq!(server("10.0.0.1"), Ok("10.0.0.1:53".to_owned()));
        assert_eq!(server("::1"), Ok("[::1]:53".to_owned()));
        assert_eq!(server("127.0.0.1:5353"), Ok("127.0.0.1:5353".to_owned()));
        assert_eq!(server("dns.example"), Err(Expected("expect-dns")));
    }

    #[test]
    fn a_host_has_its_port_in_its_own_option() {
        assert_eq!(host("prof.local").as_deref(), Ok("prof.local"));
        assert_eq!(host("::1").as_deref(), Ok("::1"));
        assert_eq!(host("prof.local:80"), Err(Expected("expect-host")));
        assert_eq!(block("IPv6"), Ok(Block::Ipv6));
        assert_eq!(block("24"), Err(Expected("expect-block")));
    }
}
