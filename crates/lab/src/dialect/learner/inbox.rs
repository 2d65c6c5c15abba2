//! What has arrived since the last message was sent, and whether more may come.

use std::time::Duration;

use super::ANSWER_BYTES;

/// The bytes of one answer, with their times.
#[derive(Debug, Default)]
pub struct Inbox {
    /// What arrived, at most [`ANSWER_BYTES`].
    pub bytes: Vec<u8>,
    /// When the message was sent that they answer.
    pub sent: Duration,
    /// When the first of them arrived.
    pub first: Option<Duration>,
    /// When the last did.
    pub last: Duration,
    /// The longest silence within this answer.
    pub gap: Duration,
    /// The longest silence within any answer of this server so far.
    pub longest: Duration,
    /// Whether the server has closed.
    pub closed: bool,
    /// Whether more came than an answer holds.
    pub floods: bool,
}

impl Inbox {
    /// A message was sent: what arrives now answers it.
    pub fn clear(&mut self, now: Duration) {
        *self = Inbox {
            sent: now,
            longest: self.longest,
            ..Inbox::default()
        };
    }

    /// Bytes have arrived.
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

    /// The answer is complete: how long one had to wait for its rest counts for the next ones.
    pub fn take(&mut self) -> Vec<u8> {
        self.longest = self.longest.max(self.gap);
        std::mem::take(&mut self.bytes)
    }
}
