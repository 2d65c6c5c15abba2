//! What the server did, as the end of a sentence.

use super::reply::Reply;
use crate::check::crash::Crash;
use crate::check::events;
use crate::program::Waits;
use crate::sentence::Sentence;

/// What came in the place of what was expected.
pub fn came(reply: &Reply, crash: Option<&Crash>) -> Sentence {
    if let Some(crash) = crash {
        return Sentence::new("came-crash").text("error", crash.error.as_str());
    }
    match (reply.ended, reply.waits) {
        _ if reply.floods => Sentence::new("came-floods"),
        _ if !reply.is_empty() => Sentence::new("came-sent").bytes("bytes", &reply.bytes()),
        (Some(ended), _) => Sentence::new("came-ended").said("how", events::ended(ended)),
        _ if reply.closing.is_some() => Sentence::new("came-left"),
        (None, Some(waits)) => came_waits(waits),
        (None, None) => Sentence::new("came-nothing"),
    }
}

/// Where it waits instead.
pub fn came_waits(waits: Waits) -> Sentence {
    Sentence::new("came-waits").said("waits", waits.sentence())
}
