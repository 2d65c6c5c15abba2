//! What the operating system gives: clocks, randomness, descriptors.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use tokio::signal::unix::{SignalKind, signal};

use game::engine::{Entropy, Now};
use game::limits::{SPARE_DESCRIPTORS, WORKER_DESCRIPTORS};
use game::rules::Millis;

/// Both clocks of [`Now`], from one beginning.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    at: Millis,
}

impl Clock {
    /// A clock whose ticks begin now, and whose time is after the journal's: where the wall clock
    /// was set back since, the rounds that run would not end before it has caught up.
    pub fn start(journal: Millis) -> Self {
        Clock {
            start: Instant::now(),
            at: wall_clock().max(journal),
        }
    }

    /// The time: the wall clock's, and never slower than the ticks.
    pub fn now(self) -> Now {
        let tick = self.start.elapsed().as_millis() as u64;
        Now {
            tick,
            at: wall_clock().max(self.at + tick),
        }
    }

    /// When a tick is over: the first instant at which [`now`](Self::now) shows it.
    pub fn instant(self, tick: u64) -> Instant {
        self.start + Duration::from_millis(tick)
    }
}

/// Milliseconds since 1970; 0 for a clock that is set before.
pub fn wall_clock() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as Millis)
}

/// The operating system's randomness.
pub fn entropy() -> Entropy {
    Box::new(|buffer| {
        // Without randomness no number can be drawn fairly: nothing may go on.
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    })
}

/// The processor time that this thread has taken.
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Raises the number of descriptors to what is allowed; returns how many connections fit besides
/// so many workers.
pub fn descriptors(workers: usize) -> io::Result<u64> {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum;
    setrlimit(
        Resource::Nofile,
        Rlimit {
            current: most,
            maximum: most,
        },
    )?;
    // No maximum at all is one that is never reached.
    let most = most.unwrap_or(u64::MAX);
    let own = SPARE_DESCRIPTORS + WORKER_DESCRIPTORS * workers as u64;
    Ok(most.saturating_sub(own).max(1))
}

/// A write past the limit on a file's size then fails, and the journal can say so, instead of
/// killing the process. Needs the runtime; holds for the process's life.
pub fn survive_file_size_signal() -> io::Result<()> {
    signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_goes_on_from_the_journal_s_time() {
        let ahead = wall_clock() + 3_600_000;
        let clock = Clock::start(ahead);
        let first = clock.now();
        std::thread::sleep(Duration::from_millis(2));
        let second = clock.now();
        assert!(first.at >= ahead && second.at > first.at);
        assert!(Clock::start(0).now().at < ahead);
    }
}
