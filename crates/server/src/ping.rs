//! Pings: whether a machine is there, and how long its answer takes.
//!
//! Uses ICMP like `ping`, if the system allows it, otherwise TCP. A TCP connection proves as much, and so
//! does a refused one, since a machine must be there to refuse it.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use surge_ping::{Client, Config, ICMP, PingIdentifier, PingSequence, Pinger, SurgeError};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use os::echo::{self, echo};

/// Time-out for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// Payload of an ICMP ping.
const PAYLOAD: [u8; 56] = [0; 56];
/// Tells the pings of this process apart where a socket receives the answers to all.
static NEXT: AtomicU16 = AtomicU16::new(0);

/// A way to ping.
pub enum Probe {
    /// ICMP by a socket of this process.
    Icmp {
        /// What sends.
        pinger: Box<Pinger>,
        /// Receives the answers, so it must live as long as the pinger.
        _client: Client,
    },
    /// ICMP by a call of the system.
    System,
    /// TCP connections.
    Tcp,
}

/// How the machine answered.
pub enum Answer {
    /// With an ICMP echo reply.
    Echo,
    /// By accepting a TCP connection.
    Open,
    /// By refusing a TCP connection.
    Closed,
}

impl Probe {
    /// ICMP, unless the system forbids it or a port was asked for.
    pub async fn open(address: SocketAddr, tcp: bool) -> Probe {
        let kind = match address.ip() {
            IpAddr::V4(_) => ICMP::V4,
            IpAddr::V6(_) => ICMP::V6,
        };
        if !tcp && echo::HAS_OWN {
            return Probe::System;
        }
        if !tcp && let Ok(client) = Client::new(&Config::builder().kind(kind).build()) {
            let identifier =
                PingIdentifier(std::process::id() as u16 ^ NEXT.fetch_add(1, Ordering::Relaxed));
            let mut pinger = client.pinger(address.ip(), identifier).await;
            pinger.timeout(PATIENCE);
            if let SocketAddr::V6(v6) = address {
                pinger.scope_id(v6.scope_id());
            }
            return Probe::Icmp {
                pinger: Box::new(pinger),
                _client: client,
            };
        }
        Probe::Tcp
    }

    /// Whether it is ICMP.
    pub fn is_icmp(&self) -> bool {
        !matches!(self, Probe::Tcp)
    }

    /// Pings once; returns the answer, and how long it took.
    ///
    /// # Errors
    /// [`ErrorKind::TimedOut`] when no answer came in time, or the system's.
    pub async fn ping(
        &mut self,
        address: SocketAddr,
        number: u16,
    ) -> io::Result<(Answer, Duration)> {
        let pinger = match self {
            Probe::Icmp { pinger, .. } => pinger,
            Probe::System => {
                let asked = spawn_blocking(move || echo(address, &PAYLOAD, PATIENCE));
                return Ok((Answer::Echo, asked.await??));
            }
            Probe::Tcp => return ping_by_tcp(address).await,
        };
        match pinger.ping(PingSequence(number), &PAYLOAD).await {
            Ok((_, took)) => Ok((Answer::Echo, took)),
            Err(SurgeError::IOError(error)) => Err(error),
            Err(_) => Err(ErrorKind::TimedOut.into()),
        }
    }
}

async fn ping_by_tcp(address: SocketAddr) -> io::Result<(Answer, Duration)> {
    let started = Instant::now();
    let connected = timeout(PATIENCE, TcpStream::connect(address)).await;
    let took = started.elapsed();
    match connected {
        Ok(Ok(_)) => Ok((Answer::Open, took)),
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            Ok((Answer::Closed, took))
        }
        Ok(Err(error)) => Err(error),
        Err(_) => Err(ErrorKind::TimedOut.into()),
    }
}
