//! What the server is asked for, where it then listens, and why it may not.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::log::Log;
use super::mdns::Announced;
use super::proxy::Trusted;
use crate::Token;
use crate::journal::{JournalError, Note, Store};
use game::lesson::Lesson;
use game::limits::SHARED_ROOMS;
use game::phrases::Lang;
use game::protocol::Pack;
use game::rules::{Range, RoomCode, Rules};

/// What `serve` was asked for.
#[derive(Clone, Debug)]
pub struct Config {
    /// Text doors that greet.
    pub listen: Vec<SocketAddr>,
    /// Whether nobody chose them: one that this machine has no protocol for is then left out.
    pub listen_is_default: bool,
    /// Text doors that do not greet.
    pub quiet_listen: Vec<SocketAddr>,
    /// Where the journal is.
    pub store: Store,
    /// The range of the public hall.
    pub range: Range,
    /// Shared rooms to open, unless they are open already.
    pub rooms: Vec<(RoomCode, Rules)>,
    /// The language on the wire.
    pub lang: Lang,
    /// The words on the wire.
    pub pack: Pack,
    /// How long the line must be quiet for a message without a newline to be over.
    pub quiet_time: Duration,
    /// The page, if one is wanted.
    pub page: Option<PageConfig>,
    /// Where metrics are told.
    pub metrics: Vec<SocketAddr>,
    /// Whether nobody chose their family.
    pub metrics_any_family: bool,
    /// What is said to whoever operates it.
    pub log: Log,
    /// Is called when a log that machines share takes no entries, with the reason, and when it does
    /// again.
    pub log_lost: fn(Option<&str>),
    /// Whether the local network is told.
    pub mdns: bool,
    /// Who may say for whom they connect.
    pub trusted: Trusted,
}

/// What was asked about the page.
#[derive(Clone, Debug)]
pub struct PageConfig {
    /// Where it is.
    pub listen: Vec<SocketAddr>,
    /// Whether nobody chose the port: one that is taken gives way to another.
    pub any_port: bool,
    /// Whether nobody chose the addresses: one that this machine has no protocol for is left out.
    pub any_family: bool,
    /// Names of this machine that it can't know by itself.
    pub names: Vec<String>,
    /// Origins of other pages whose programs may play, such as `https://notebook.example`.
    pub origins: Vec<String>,
    /// Whether the teacher wants another private link than last time.
    pub new_token: bool,
    /// The lesson that the teacher gives instead of the program's own.
    pub lesson: Option<Arc<Lesson>>,
    /// The name of the school's own server, in the lesson.
    pub local_name: Option<String>,
}

/// The addresses that were bound.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Text doors that greet.
    pub text: Vec<SocketAddr>,
    /// Text doors that do not.
    pub quiet: Vec<SocketAddr>,
    /// The page; none where none was wanted, or where all its ports were taken.
    pub page: Vec<SocketAddr>,
    /// The metrics.
    pub metrics: Vec<SocketAddr>,
    /// Whether the local network knows.
    pub announced: Announced,
    /// The teacher's token, where there is a page.
    pub teacher: Option<Token>,
    /// What whoever operates the journal should know.
    pub notes: Vec<Note>,
}

/// What an address is listened on for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The text door.
    Text,
    /// The text door without a greeting.
    Quiet,
    /// The page.
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
        /// What for.
        door: Door,
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The journal can't be opened, or has failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A room to open is open already with other rules.
    #[error("room {code} is open with other rules")]
    RoomDiffers {
        /// Which.
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
