//! The PROXY protocol, version 2: a trusted proxy names the client that connects through it.
//!
//! Only proxies given by `--trust-proxy` are believed, and they must send the header: a receiver that
//! guesses whether a header is present lets anybody forge one. Exactly the header is read; what
//! follows is the client's own conversation.

use std::io;
use std::net::IpAddr;

use ppp::v2::{Addresses, Command, Header, PROTOCOL_PREFIX, ParseError, Protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use game::address::prefix::Prefix;
use game::limits::{LINGER, PROXY_BYTES, PROXY_DEADLINE, READ_BYTES};

/// Bytes of a header before its addresses; the last two are the length of what follows.
const FIXED: usize = 16;

/// The trusted proxies.
#[derive(Clone, Debug, Default)]
pub struct Trusted(pub Vec<Prefix>);

impl Trusted {
    /// Whether this peer is a trusted proxy.
    pub fn includes(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|prefix| prefix.contains(peer))
    }
}

/// Why no client address was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The connection was closed without a byte, as a port scan does.
    Gone,
    /// No valid header of version 2 came in time, or it was too long.
    NotSaid,
}

/// Reads the header. `None` if the proxy connects for itself, as in a health check.
pub async fn introduced(stream: &mut TcpStream) -> Result<Option<IpAddr>, Unknown> {
    match timeout(PROXY_DEADLINE, read(stream)).await {
        Ok(read) => read,
        Err(_) => Err(Unknown::NotSaid),
    }
}

async fn read(stream: &mut TcpStream) -> Result<Option<IpAddr>, Unknown> {
    let mut header = [0; PROXY_BYTES];
    let mut filled = 0;
    let mut whole = FIXED;
    while filled < whole {
        match stream.read(&mut header[filled..whole]).await {
            Ok(0) | Err(_) if filled == 0 => return Err(Unknown::Gone),
            Ok(0) | Err(_) => return Err(Unknown::NotSaid),
            Ok(count) => filled += count,
        }
        let known = filled.min(PROTOCOL_PREFIX.len());
        if header[..known] != PROTOCOL_PREFIX[..known] {
            return Err(Unknown::NotSaid);
        }
        if filled == FIXED && whole == FIXED {
            whole += usize::from(u16::from_be_bytes([header[FIXED - 2], header[FIXED - 1]]));
        }
        if whole > PROXY_BYTES {
            return Err(Unknown::NotSaid);
        }
    }
    client(&header[..whole]).map_err(|_| Unknown::NotSaid)
}

/// The client's address in a complete header.
fn client(header: &[u8]) -> Result<Option<IpAddr>, ParseError> {
    let header = Header::try_from(header)?;
    match (header.command, header.protocol, header.addresses) {
        (Command::Local, ..) => Ok(None),
        (_, Protocol::Datagram, _) => Err(ParseError::Protocol(header.protocol as u8)),
        (_, _, Addresses::IPv4(addresses)) => Ok(Some(addresses.source_address.into())),
        (_, _, Addresses::IPv6(addresses)) => Ok(Some(addresses.source_address.into())),
        // The proxy does not know the client, or the client is on the proxy's machine.
        (_, _, Addresses::Unspecified | Addresses::Unix(_)) => Ok(None),
    }
}

/// Sends the reason and closes the sending side, then reads for [`LINGER`] at most, so that a reset
/// does not destroy the sent bytes.
pub async fn refuse(mut stream: TcpStream, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    let mut rest = vec![0; READ_BYTES];
    let ended = async { while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {} };
    // A peer that keeps writing is cut off.
    let _ = timeout(LINGER, ended).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(command: u8, family: u8, addresses: &[u8]) -> Vec<u8> {
        let length = (addresses.len() as u16).to_be_bytes();
        [PROTOCOL_PREFIX, &[command, family], &length, addresses].concat()
    }

    #[test]
    fn a_header_tells_the_client_or_nobody() {
        let v4 = [192, 0, 2, 7, 192, 0, 2, 1, 0xc0, 0, 0xc3, 0x50];
        let mut v6 = [0; 36];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[15] = 7;
        // With a type, length and value behind the addresses, as proxies add them.
        let more = [&v4[..], &[0x04, 0, 2, 9, 9]].concat();
        let told = |bytes: Vec<u8>| client(&bytes).map(|ip| ip.map(|ip| ip.to_string()));
        let is = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(told(header(0x21, 0x11, &v4)), is("192.0.2.7"));
        assert_eq!(told(header(0x21, 0x11, &more)), is("192.0.2.7"));
        assert_eq!(told(header(0x21, 0x21, &v6)), is("2001:db8::7"));
        assert_eq!(told(header(0x20, 0x00, &[])), Ok(None));
        assert_eq!(told(header(0x20, 0x11, &v4)), Ok(None), "a health check");
        assert_eq!(
            told(header(0x21, 0x00, &[])),
            Ok(None),
            "unknown to the proxy"
        );
        assert_eq!(told(header(0x21, 0x31, &[0; 216])), Ok(None));
        for (command, family, addresses) in [
            (0x11, 0x11, &v4[..]),
            (0x22, 0x11, &v4),
            (0x21, 0x12, &v4),
            (0x21, 0x41, &v4),
            (0x21, 0x11, &v4[..11]),
            (0x21, 0x21, &v4),
        ] {
            let wrong = header(command, family, addresses);
            assert!(
                client(&wrong).is_err(),
                "{command:x} {family:x} {addresses:?}"
            );
        }
    }

    #[test]
    fn only_named_networks_are_trusted() {
        let prefix = |text: &str| text.parse().expect("a network");
        let trusted = Trusted(vec![prefix("10.0.0.0/8"), prefix("2001:db8::1/128")]);
        let includes = |text: &str| trusted.includes(text.parse().expect("an address"));
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"] {
            assert!(includes(text), "{text}");
        }
        for text in ["11.0.0.1", "127.0.0.1", "2001:db8::2", "::1"] {
            assert!(!includes(text), "{text}");
        }
        assert!(!Trusted::default().includes("127.0.0.1".parse().expect("an address")));
    }
}
