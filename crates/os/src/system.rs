//! What every operating system gives: clocks, randomness, the machine's name.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use game::engine::{Entropy, Now};
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

/// The processor time that this thread has taken; `None` where the system is not asked.
pub fn thread_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Some(Duration::new(time.tv_sec as u64, time.tv_nsec as u32))
    }
    #[cfg(windows)]
    win32::thread_time().ok()
}

/// Gives this thread a low priority where the system has one for a thread alone (Linux, Windows). A
/// refusal is ignored: the thread's work only costs the others more.
pub fn lower_priority() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(19);
    #[cfg(windows)]
    let _ = win32::lower_thread_priority();
}

/// The locale in the system's settings, such as `fr-FR`; `None` where variables of the environment
/// alone tell it.
pub fn user_locale() -> Option<String> {
    #[cfg(windows)]
    return win32::user_locale();
    #[cfg(not(windows))]
    None
}

/// This machine's name, as it calls itself: with or without a domain.
pub fn host_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// A disk's free space for this user, and its size, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// What this user may still write.
    pub free: u64,
    /// Of the file system.
    pub size: u64,
}

/// The disk on which this file or folder is.
///
/// # Errors
///
/// If the system does not tell.
pub fn disk(path: &Path) -> io::Result<Disk> {
    let found = fs4::statvfs(path)?;
    Ok(Disk {
        free: found.available_space(),
        size: found.total_space(),
    })
}

/// Whether this is a Linux in Windows (WSL), which has an address of its own that a class does not reach.
pub fn is_wsl() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    release.to_ascii_lowercase().contains("microsoft")
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
