//! The server's configuration, the addresses it is bound to, and why it could not start.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::log::Log;
use super::mdns::Announced;
use super::proxy::Trusted;
use super::tls::Tls;
use crate::Token;
use crate::journal::{JournalError, Note, Store};
use game::engine::Space;
use game::lesson::Lesson;
use game::limits::SHARED_ROOMS;
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Pace, Range, Rate, RoomCode, Rules};

/// The configuration of [`serve`](crate::serve).
#[derive(Clone, Debug)]
pub struct Config {
    /// Addresses of text listeners that greet.
    pub listen: Vec<SocketAddr>,
    /// Whether `listen` is the default: an address of a family that this machine lacks is then left
    /// out.
    pub listen_is_default: bool,
    /// Addresses of text listeners that do not greet.
    pub quiet_listen: Vec<SocketAddr>,
    /// Addresses of text listeners by TLS, which greet.
    pub tls_listen: Vec<SocketAddr>,
    /// The certificate of those, and of the page; without one neither has TLS.
    pub tls: Option<Tls>,
    /// Where the journal is.
    pub store: Store,
    /// How long entries are kept in a folder.
    pub keep: Duration,
    /// The range of the public hall.
    pub range: Range,
    /// Shared rooms to open, unless they are open already.
    pub rooms: Vec<(RoomCode, Rules)>,
    /// The language on the wire.
    pub lang: Lang,
    /// The words on the wire.
    pub pack: Pack,
    /// The rate of each seat of the public hall; `None` without one.
    pub rate: Option<Rate>,
    /// The pace of shared rooms that are opened from now on.
    pub pace: Pace,
    /// Seconds between two rounds of them.
    pub intermission: u32,
    /// How long an unframed client must be quiet for its message to be complete.
    pub quiet_time: Duration,
    /// The page's configuration; `None` for a server without a page.
    pub page: Option<PageConfig>,
    /// Addresses of the metrics listener.
    pub metrics: Vec<SocketAddr>,
    /// Whether the metrics' address family is the default: one that this machine lacks is left out.
    pub metrics_any_family: bool,
    /// The operator's log.
    pub log: Log,
    /// Called when a log that machines share stops taking entries, with the reason, and with `None`
    /// when it takes them again.
    pub log_lost: fn(Option<&str>),
    /// Called when the space on the journal's disk becomes less, or more again.
    pub space_left: fn(Space),
    /// Whether the server is announced on the local network.
    pub mdns: bool,
    /// The proxies whose PROXY headers are believed.
    pub trusted: Trusted,
}

/// The page's configuration.
#[derive(Clone, Debug)]
pub struct PageConfig {
    /// Addresses of the page's listeners.
    pub listen: Vec<SocketAddr>,
    /// Whether the port is the default: if it is taken, another one is used.
    pub any_port: bool,
    /// Whether the addresses are the default: one of a family that this machine lacks is left out.
    pub any_family: bool,
    /// Further names of this machine, which requests may name as their host.
    pub names: Vec<String>,
    /// Origins of other pages that may open WebSockets, such as `https://notebook.example`.
    pub origins: Vec<String>,
    /// Whether a new teacher's token replaces the stored one.
    pub new_token: bool,
    /// A lesson that replaces the built-in one.
    pub lesson: Option<Arc<Lesson>>,
    /// The name of the school's own server, in the lesson.
    pub local_name: Option<String>,
}

/// The addresses that were bound.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Text listeners that greet.
    pub text: Vec<SocketAddr>,
    /// Text listeners that do not greet.
    pub quiet: Vec<SocketAddr>,
    /// Text listeners by TLS.
    pub tls: Vec<SocketAddr>,
    /// The name in links to the page by TLS, whose certificate no address proves; an address otherwise.
    pub name: Option<String>,
    /// Whether the page is served by TLS.
    pub is_secure: bool,
    /// The page's listeners; none for a server without a page, or if all ports were taken.
    pub page: Vec<SocketAddr>,
    /// Metrics listeners.
    pub metrics: Vec<SocketAddr>,
    /// Whether the server is announced on the local network.
    pub announced: Announced,
    /// The teacher's token, where there is a page.
    pub teacher: Option<Token>,
    /// A second token, which is accepted once: for a link that other users of this machine may see
    /// among a process's arguments.
    pub once: Option<Token>,
    /// Notes about the journal for the operator.
    pub notes: Vec<Note>,
}

/// What a listener serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenerKind {
    /// The text protocol.
    Text,
    /// The text protocol, without a greeting.
    Quiet,
    /// The text protocol by TLS.
    Tls,
    /// The page and its WebSockets.
    Page,
    /// The metrics.
    Metrics,
}

/// Why the server did not start, or why it stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Bind {
        /// What the listener was for.
        listener: ListenerKind,
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The journal can't be opened, or has failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A room to open is open already with other rules.
    #[error("room {code} is open with other rules")]
    RoomDiffers {
        /// The room's code.
        code: RoomCode,
        /// The rules that it has.
        open: Rules,
    },
    /// More rooms than a server keeps.
    #[error("more than {SHARED_ROOMS} rooms")]
    TooManyRooms,
    /// The operating system refused something else.
    #[error(transparent)]
    System(#[from] io::Error),
}
