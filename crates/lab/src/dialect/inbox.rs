//! The bytes received since the last message was sent, and their timing.

use std::time::Duration;

/// Bytes kept of one answer. A game's answer is a line; this is a page of text.
const ANSWER_BYTES: usize = 64 * 1024;

/// The answer that is being received.
#[derive(Debug, Default)]
pub struct Inbox {
    /// At most [`ANSWER_BYTES`].
    bytes: Vec<u8>,
    /// When the message that they answer was sent.
    sent: Duration,
    /// When the first byte arrived.
    first: Option<Duration>,
    /// When the last byte arrived.
    last: Duration,
    /// The longest silence within this answer.
    gap: Duration,
    /// The longest silence within any answer of this server.
    longest_gap: Duration,
    closed: bool,
    floods: bool,
}

impl Inbox {
    /// Starts a new answer, to a message sent now.
    pub fn clear(&mut self, now: Duration) {
        *self = Inbox {
            sent: now,
            longest_gap: self.longest_gap,
            ..Inbox::default()
        };
    }

    /// Adds received bytes. Those beyond [`ANSWER_BYTES`] are dropped.
    pub fn add(&mut self, now: Duration, bytes: &[u8]) {
        if self.first.is_some() {
            self.gap = self.gap.max(now.saturating_sub(self.last));
        }
        self.first.get_or_insert(now);
        self.last = now;
        let room = ANSWER_BYTES - self.bytes.len();
        self.floods |= bytes.len() > room;
        let kept = &bytes[..bytes.len().min(room)];
        self.bytes.extend_from_slice(kept);
    }

    /// The server has closed the connection: nothing more will arrive.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// Takes the complete answer. Its longest silence counts towards [`Inbox::longest_gap`].
    pub fn take(&mut self) -> Vec<u8> {
        self.longest_gap = self.longest_gap.max(self.gap);
        std::mem::take(&mut self.bytes)
    }

    /// The bytes received so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// When the message that the answer is for was sent.
    pub fn sent(&self) -> Duration {
        self.sent
    }

    /// When the first byte of the answer arrived.
    pub fn first(&self) -> Option<Duration> {
        self.first
    }

    /// When the last byte of the answer arrived.
    pub fn last(&self) -> Duration {
        self.last
    }

    /// The longest silence within this answer.
    pub fn gap(&self) -> Duration {
        self.gap
    }

    /// The longest silence within any earlier answer of this server.
    pub fn longest_gap(&self) -> Duration {
        self.longest_gap
    }

    /// Whether the server has closed the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether more arrived than an answer holds.
    pub fn is_flooded(&self) -> bool {
        self.floods
    }
}
