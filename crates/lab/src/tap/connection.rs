//! One relayed connection, from the client's arrival to its end.

use std::io;
use std::net::SocketAddr;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::capture::FrameKind;
use super::event::{Count, End, Endpoints, EventKind, Side, Totals};
use super::flow::{Duplex, Flow, broken};
use super::shared::Shared;
use game::limits::{TAP_CONNECT, TAP_KEEPALIVE};

/// Relays a client until both sides have finished, one has broken off, or the relay stops.
pub async fn relay(shared: &Shared, number: u32, client: TcpStream, address: SocketAddr) {
    let opened = Instant::now();
    let here = client.local_addr().unwrap_or(address);
    shared.tell(
        number,
        EventKind::Opened {
            client: address,
            here,
        },
    );
    let reached = tokio::select! {
        reached = reach(&shared.targets) => reached,
        () = shared.stopped() => {
            shared.close(number, Totals {
                end: End::Stopped,
                lasted: opened.elapsed(),
                client: Count::default(),
                server: Count::default(),
                skipped: Count::default(),
            });
            return;
        }
    };
    match reached {
        Ok((server, ends)) => {
            let ends = Endpoints {
                client: address,
                facing_client: here,
                facing_server: ends.0,
                server: ends.1,
            };
            relay_both(shared, number, ends, &client, &server, opened).await;
        }
        Err((server, error)) => {
            let reason = (&error).into();
            shared.tell(number, EventKind::Unreached { server, reason });
            let happened = match error.kind() {
                io::ErrorKind::ConnectionRefused => FrameKind::Refused(address, server),
                _ => FrameKind::Unanswered(address, server),
            };
            shared.record(number, happened, None).await;
            // The client sees what it would have seen, only later: a refused connection.
            let _ = client.set_zero_linger();
        }
    }
    shared.record(number, FrameKind::Over, None).await;
}

/// Connects to the first of the addresses that accepts. Returns the stream with its local and
/// remote address.
///
/// # Errors
///
/// The last address that was tried, and why it failed.
async fn reach(
    targets: &[SocketAddr],
) -> Result<(TcpStream, (SocketAddr, SocketAddr)), (SocketAddr, io::Error)> {
    let mut failed = None;
    for &target in targets {
        let connected = match timeout(TAP_CONNECT, TcpStream::connect(target)).await {
            Ok(connected) => connected,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        let stream = connected.and_then(|stream| {
            let ends = (stream.local_addr()?, stream.peer_addr()?);
            Ok((stream, ends))
        });
        match stream {
            Ok(stream) => return Ok(stream),
            Err(error) => failed = Some((target, error)),
        }
    }
    Err(failed.expect("a target that resolves has an address at least"))
}

async fn relay_both(
    shared: &Shared,
    number: u32,
    ends: Endpoints,
    client: &TcpStream,
    server: &TcpStream,
    opened: Instant,
) {
    let opening = FrameKind::Opened(ends.client, ends.server);
    shared.tell(number, EventKind::Reached(ends));
    shared.record(number, opening, None).await;
    let duplex = Duplex::new(number, ends);
    let mut up = Flow::new(shared, &duplex, Side::Client, client, server);
    let mut down = Flow::new(shared, &duplex, Side::Server, server, client);
    let prepared = prepare(client).and_then(|()| prepare(server));
    let ended = match prepared {
        Err(error) => Err(broken(Side::Client, &error)),
        Ok(()) => tokio::select! {
            // Pending bytes are read before a reset is noticed.
            biased;
            both = async { tokio::try_join!(up.run(), down.run()) } => both.map(drop),
            end = lost(Side::Client, client) => Err(end),
            end = lost(Side::Server, server) => Err(end),
            () = shared.stopped() => Err(End::Stopped),
        },
    };
    let end = ended.err().unwrap_or(End::Finished);
    let resets: &[Side] = match end {
        End::Finished | End::Stopped => &[],
        End::Reset(side) | End::Lost(side, _) => &[side],
        End::Trouble => &[Side::Client, Side::Server],
    };
    if !resets.is_empty() {
        // A socket closed with a zero linger time sends a RST.
        let _ = client.set_zero_linger();
        let _ = server.set_zero_linger();
    }
    for &side in resets {
        shared.record(number, FrameKind::Reset(side), None).await;
    }
    let totals = Totals {
        end,
        lasted: opened.elapsed(),
        client: up.read,
        server: down.read,
        skipped: Count {
            chunks: up.skipped.chunks + down.skipped.chunks,
            bytes: up.skipped.bytes + down.skipped.bytes,
        },
    };
    shared.close(number, totals);
}

/// Sets the socket options that make the relay transparent: no Nagle delay, urgent bytes (telnet's)
/// in their place, and keep-alive probes that notice a peer which has vanished.
fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_out_of_band_inline(true)?;
    let often = TAP_KEEPALIVE / 4;
    let alive = TcpKeepalive::new()
        .with_time(TAP_KEEPALIVE)
        .with_interval(often);
    socket.set_tcp_keepalive(&alive)
}

/// Waits until a side has broken off. A flow that waits to write to the other side would not
/// notice.
async fn lost(side: Side, stream: &TcpStream) -> End {
    loop {
        if let Err(error) = stream.ready(Interest::ERROR).await {
            return broken(side, &error);
        }
        match stream.take_error() {
            Ok(Some(error)) | Err(error) => return broken(side, &error),
            Ok(None) => {
                // Readiness must be cleared, else it is reported again at once.
                let nothing = || Err::<(), _>(io::ErrorKind::WouldBlock.into());
                let _ = stream.try_io(Interest::ERROR, nothing);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects a relay from peers that vanish without a FIN: the system probes them.
    #[tokio::test]
    async fn silence_has_the_ends_asked_whether_they_are_there() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let stream = TcpStream::connect(address).await.expect("it listens");
        prepare(&stream).expect("a TCP socket");
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().expect("an option"));
        // Windows does not tell after how long.
        #[cfg(not(windows))]
        assert_eq!(socket.tcp_keepalive_time().ok(), Some(TAP_KEEPALIVE));
    }
}
