//! What a conversation wants of its socket, and when it must be looked at again.

use crate::limits::{LINE_DEADLINE, WRITE_DEADLINE};
use crate::wire::framing::Unfinished;

use super::connection::{Connection, Interest, Phase};

impl Connection {
    /// The tick at which the unfinished message ends. `None` while its turn has not come, since its
    /// deadline would fire again and again.
    pub(super) fn message_deadline(&self, quiet: u64) -> Option<u64> {
        match self.framing.unfinished() {
            Unfinished::Quiet if self.may_speak() => Some(self.since + quiet),
            Unfinished::Line if self.may_speak() && self.owed == 0 => {
                Some(self.since + LINE_DEADLINE.as_millis() as u64)
            }
            _ => None,
        }
    }

    /// What the driver must do with the socket. `quiet`: milliseconds of quiet that end an unframed
    /// message.
    pub(super) fn interest(&self, quiet: u64) -> Interest {
        let deadlines = match self.phase {
            Phase::Talking if self.may_go_on() => [Some(self.since), None],
            Phase::Talking => [self.message_deadline(quiet), self.limiter.wait_until()],
            Phase::Leaving(at) | Phase::Ending(at) | Phase::Closing(at) => [Some(at), None],
        };
        let stuck = self
            .unread
            .map(|since| since + WRITE_DEADLINE.as_millis() as u64);
        let read = match self.phase {
            Phase::Talking => self.may_speak() && self.input.is_empty(),
            Phase::Leaving(_) => false,
            Phase::Ending(_) | Phase::Closing(_) => true,
        };
        Interest {
            read: read && !self.input_ended,
            deadline: deadlines.into_iter().flatten().chain(stuck).min(),
            shut: matches!(self.phase, Phase::Closing(_)) && self.transmit().is_empty(),
        }
    }
}
