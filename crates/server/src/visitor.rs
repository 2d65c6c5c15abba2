//! A connection that comes from the page's port, on its way to a worker.

use std::net::IpAddr;

use super::listen::Place;
use super::stream::Stream;
use game::engine::guest::Via;
use game::rules::BrowserId;

/// A connection that comes from the page's port.
pub struct Visitor {
    /// Its socket.
    pub stream: Stream,
    /// How it talks.
    pub via: Via,
    /// What was read already, behind the handshake.
    pub early: Vec<u8>,
    /// The browser, where it is one that has seen the page.
    pub browser: Option<BrowserId>,
    /// Where it comes from.
    pub peer: IpAddr,
    /// Its place among the open connections.
    pub place: Place,
}
