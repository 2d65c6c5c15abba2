//! What a swarm of players is to do, and how far it is.

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::transport::Transport;
use game::rules::RoomCode;

/// What a swarm of players is to do. As JSON it is how a process is given its part.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The server's address.
    pub target: SocketAddr,
    /// Number of connections.
    pub connections: usize,
    /// Index of the first connection, among those of all processes.
    pub first: usize,
    /// Guesses that a player sends before their answers arrive.
    pub pipeline: usize,
    /// Seconds of play.
    pub seconds: u64,
    /// Whether players guess once and are silent afterwards.
    pub idle: bool,
    /// How the players reach the server.
    pub transport: Transport,
    /// The shared room to enter; `None` stays in the public hall.
    pub room: Option<RoomCode>,
    /// Milliseconds that a player waits before each guess, on average.
    pub pause_ms: u64,
}

impl Plan {
    /// The time of play.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// The time that a player waits before each guess, on average.
    pub(crate) fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_ms)
    }
}

/// How far a swarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// This many players have been greeted.
    Connected(usize),
    /// Every connection has been greeted or has failed; play has not begun.
    Ready,
}
