//! Watches the space that is left on the journal's disk.

use std::time::Duration;

use tokio::time::sleep;

use crate::journal::Journal;
use crate::log::{Event, Log};
use game::engine::Space;

/// Interval of the measurements.
const LOOK: Duration = Duration::from_secs(1);

/// Reports each time that the space is less than before, or more. Never returns.
pub async fn watch(journal: Journal, log: Log, tell: fn(Space)) {
    let mut known = Space::Enough;
    loop {
        let now = journal.measure_space();
        if now != known {
            known = now;
            tell(now);
            log.say(Event::Space(now));
        }
        sleep(LOOK).await;
    }
}
