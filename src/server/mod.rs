//! The server: a placeholder that only binds, until the real one is merged.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use crate::game::{Range, RoomCode, Rules};
use crate::journal::{JournalError, Store};
use crate::phrases::Lang;
use crate::protocol::Pack;

/// What `serve` was asked for.
#[derive(Debug)]
pub struct Config {
    /// The text door's addresses.
    pub listen: Vec<SocketAddr>,
    /// Nobody chose the addresses: one family may be missing.
    pub listen_is_default: bool,
    /// The quiet door's addresses.
    pub quiet_listen: Vec<SocketAddr>,
    /// Where the journal lies.
    pub store: Store,
    /// The hall's range.
    pub range: Range,
    /// The shared rooms.
    pub rooms: Vec<(RoomCode, Rules)>,
    /// The wire's language.
    pub lang: Lang,
    /// The wire's words.
    pub pack: Pack,
    /// The silence that ends an unframed message.
    pub quiet_time: Duration,
}

/// Where the server listens.
#[derive(Debug)]
pub struct Bound {
    /// The text door.
    pub text: Vec<SocketAddr>,
    /// The quiet door.
    pub quiet: Vec<SocketAddr>,
}

/// Why the server could not start or go on.
#[derive(Debug)]
pub enum RunError {
    /// An address could not be listened on.
    Bind {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The journal failed.
    Journal(JournalError),
    /// The journal has this room with other rules.
    RoomDiffers {
        /// Which.
        code: RoomCode,
        /// What it was opened with.
        open: Rules,
    },
    /// More rooms than [`crate::limits::SHARED_ROOMS`].
    TooManyRooms,
    /// Anything else of the system's.
    System(io::Error),
}

/// Binds, says so, and waits to be stopped.
pub fn run(config: Config, ready: impl FnOnce(&Bound)) -> Result<(), RunError> {
    let mut listeners = Vec::new();
    let mut bind = |addresses: &[SocketAddr]| -> Result<Vec<SocketAddr>, RunError> {
        let mut bound = Vec::new();
        for &address in addresses {
            let tried = if address.is_ipv6() {
                bind_v6(address)
            } else {
                TcpListener::bind(address)
            };
            let listener = tried.map_err(|source| RunError::Bind { address, source })?;
            bound.push(listener.local_addr().map_err(RunError::System)?);
            listeners.push(listener);
        }
        Ok(bound)
    };
    let text = bind(&config.listen)?;
    let quiet = bind(&config.quiet_listen)?;
    ready(&Bound { text, quiet });
    loop {
        std::thread::park();
    }
}

fn bind_v6(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = socket2::Socket::new(socket2::Domain::IPV6, socket2::Type::STREAM, None)?;
    socket.set_only_v6(true)?;
    socket.bind(&address.into())?;
    socket.listen(16)?;
    Ok(socket.into())
}
