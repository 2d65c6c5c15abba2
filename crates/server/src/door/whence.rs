//! Where connections come from. The system knows, so nothing is kept for it.

use std::net::IpAddr;

use super::Door;
use game::engine::ConnKey;

impl Door {
    /// The other end of a client's own connection.
    pub fn peer(&self, key: ConnKey) -> Option<IpAddr> {
        self.with(key, |socket| socket.stream.peer())?
    }
}
