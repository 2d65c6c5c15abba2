//! `tap`: a relay between a client and a server that shows each `send` and `recv`, byte for byte.
//! It needs no privileges: the client connects to it instead of to the server.
//!
//! [`Tap::open`] binds and resolves, [`Tap::run`] relays on a thread of its own and shows events on
//! the caller's. The relay never waits for the display.
//!
//! - [`listener`] binds; [`relay`] accepts; [`connection`] relays one client until it ends; [`flow`]
//!   is one of its two directions; [`shared`] is what all connections use.
//! - [`event`] defines what the relay reports, [`queue`] is the bounded queue that carries it.
//!   [`marks`] detects merged and split messages with the help of [`os::socket`]; [`trouble`] simulates
//!   a bad network.
//! - [`wording`] puts events into words and [`dump`] sets bytes beside their text; [`turn`] tracks
//!   which side speaks next. [`lines`] (on [`output`]), [`screen`] and [`json`] are the displays.
//! - [`capture`] writes the file for Wireshark from the [`packet`]s of each connection.

mod capture;
mod connection;
mod dump;
mod event;
mod flow;
mod json;
mod lines;
mod listener;
mod marks;
mod output;
mod packet;
mod queue;
mod relay;
mod screen;
mod shared;
mod trouble;
mod turn;
mod wording;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::thread;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub use event::Count;
pub use output::terminal_has_cursor;
pub use screen::Title;
pub use shared::Sums;

use capture::Capture;
use game::limits::TAP_CONNECTIONS;
use game::phrases::{Lang, say};
use os::descriptors;
use os::endpoint::{ListenAddress, Target};
use os::signals::survive_file_size_limit;
use queue::queue;
use relay::{DisplayState, RelayConfig};
use shared::Clock;
use trouble::Trouble;

/// What to relay.
#[derive(Debug)]
pub struct Config {
    /// Where clients connect.
    pub listen: ListenAddress,
    /// The server to relay to.
    pub target: Target,
    /// The capture file to write, in pcapng format.
    pub pcap: Option<PathBuf>,
    /// Seed of the simulated bad network; `None` leaves the traffic alone.
    pub trouble: Option<u64>,
    /// The language of everything that is shown, and of the capture's comments.
    pub lang: Lang,
}

/// Why a relay could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The system refused something the relay cannot do without.
    System(io::Error),
    /// The target's name could not be resolved.
    ResolveTarget(io::Error),
    /// The listen address could not be resolved.
    ResolveListen(io::Error),
    /// An address could not be bound.
    Bind(SocketAddr, io::Error),
    /// The target is the relay itself.
    TargetIsItself,
    /// The capture file could not be created.
    Capture(io::Error),
}

/// Why a relay ended early.
#[derive(Debug)]
pub enum RunError {
    /// The system refused something the relay cannot do without.
    System(io::Error),
    /// Standard output could not be written.
    Output(io::Error),
}

/// How events are shown on standard output.
#[derive(Debug)]
pub enum Display {
    /// One JSON object a line.
    Json,
    /// Text, one event below the other.
    Lines,
    /// The full screen of a terminal.
    Screen(Title),
}

/// A relay that listens and does not accept yet.
#[derive(Debug)]
pub struct Tap {
    config: Config,
    runtime: Runtime,
    targets: Vec<SocketAddr>,
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    capture: Option<Capture>,
    max_connections: usize,
    clock: Clock,
}

/// What a relay did, once it has stopped.
#[derive(Debug)]
pub struct Summary {
    /// The sums of all connections.
    pub sums: Sums,
    /// Packets in the capture file, or why it is incomplete; `None` without a capture.
    pub captured: Option<io::Result<u64>>,
    /// Events, other than chunks, that were dropped because the queue was full.
    pub lost: u64,
    clock: Clock,
}

impl Tap {
    /// Resolves, binds and creates the capture file.
    ///
    /// # Errors
    ///
    /// See [`OpenError`].
    pub fn open(config: Config) -> Result<Tap, OpenError> {
        // Each connection takes two descriptors.
        let descriptors = descriptors::connections_beside(1).map_err(OpenError::System)?;
        let fitting = usize::try_from(descriptors / 2).unwrap_or(usize::MAX);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(OpenError::System)?;
        let targets = config.target.resolve().map_err(OpenError::ResolveTarget)?;
        let wanted = config.listen.resolve().map_err(OpenError::ResolveListen)?;
        let (listeners, addresses) = {
            let _context = runtime.enter();
            survive_file_size_limit().map_err(OpenError::System)?;
            listener::open(wanted).map_err(|(address, error)| OpenError::Bind(address, error))?
        };
        if listener::loops(&addresses, &targets) {
            return Err(OpenError::TargetIsItself);
        }
        let capture = match &config.pcap {
            None => None,
            Some(path) => {
                let title = say(config.lang, "tap-pcap-title", &[]);
                Some(Capture::create(path, &title).map_err(OpenError::Capture)?)
            }
        };
        Ok(Tap {
            config,
            runtime,
            targets,
            listeners,
            addresses,
            capture,
            max_connections: fitting.clamp(1, TAP_CONNECTIONS),
            clock: Clock::start(),
        })
    }

    /// The addresses that the relay listens on; at least one.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// An address that a client on this machine can connect to: loopback instead of 0.0.0.0.
    pub fn client_address(&self) -> SocketAddr {
        let mut address = self.addresses[0];
        if address.ip().is_unspecified() {
            address.set_ip(match address.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        address
    }

    /// The first line of [`Display::Json`].
    pub fn json(&self) -> String {
        let Config {
            target,
            pcap,
            trouble,
            ..
        } = &self.config;
        json::listening(
            &self.addresses,
            target,
            pcap.as_deref(),
            *trouble,
            self.clock,
        )
    }

    /// Relays and shows until a signal arrives, the user at the screen quits or nobody reads the
    /// output any more.
    ///
    /// # Errors
    ///
    /// See [`RunError`].
    pub fn run(self, display: &Display) -> Result<Summary, RunError> {
        let (lang, clock) = (self.config.lang, self.clock);
        let (feed, events) = queue(matches!(display, Display::Json));
        let config = RelayConfig {
            targets: self.targets,
            feed,
            capture: self.capture,
            trouble: self.config.trouble.map(Trouble::new),
            max_connections: self.max_connections,
            clock,
            lang,
        };
        let (state, watched) = watch::channel(DisplayState::Showing);
        let (runtime, listeners) = (self.runtime, self.listeners);
        let relay = thread::spawn(move || relay::run(&runtime, listeners, config, watched));
        let shown = match display {
            Display::Json => json::show(&events, clock),
            Display::Lines => lines::show(&events, clock, lang),
            Display::Screen(title) => screen::show(&events, clock, title, &state, lang),
        };
        state.send_replace(DisplayState::Done);
        let relayed = match relay.join() {
            Ok(relayed) => relayed.map_err(RunError::System)?,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        shown.map_err(RunError::Output)?;
        Ok(Summary {
            sums: relayed.sums,
            captured: relayed.captured,
            lost: events.lost(),
            clock,
        })
    }
}

impl Summary {
    /// Packets in the capture file, if it is complete.
    pub fn packets(&self) -> Option<u64> {
        let captured = self.captured.as_ref()?;
        captured.as_ref().ok().copied()
    }

    /// The last line of [`Display::Json`].
    pub fn json(&self) -> String {
        json::stopped(&self.sums, self.packets(), self.lost, self.clock)
    }
}
