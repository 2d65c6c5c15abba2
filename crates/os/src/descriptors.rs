//! How many files and sockets this process may have open at once.

use std::io;

use game::limits::{SPARE_DESCRIPTORS, WORKER_DESCRIPTORS};

/// Raises the limit of open descriptors as far as the system allows. Returns the new limit;
/// `None` where the system has none.
///
/// # Errors
/// The system's, when it does not raise the limit.
#[cfg(unix)]
pub fn raise_limit() -> io::Result<Option<u64>> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let maximum = getrlimit(Resource::Nofile).maximum;
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    setrlimit(Resource::Nofile, raised)?;
    Ok(maximum)
}

/// Returns `None`: this system has no limit of open descriptors.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn raise_limit() -> io::Result<Option<u64>> {
    Ok(None)
}

/// The limit of open descriptors; `None` where the system has none.
pub fn limit() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit};
        getrlimit(Resource::Nofile).current
    }
    #[cfg(not(unix))]
    None
}

/// Raises the limit of open descriptors; returns how many connections fit beside this number of
/// workers, at least 1.
///
/// # Errors
/// The system's, when it does not raise the limit.
pub fn connections_beside(workers: usize) -> io::Result<u64> {
    let most = raise_limit()?.unwrap_or(u64::MAX);
    let own = SPARE_DESCRIPTORS + WORKER_DESCRIPTORS * workers as u64;
    Ok(most.saturating_sub(own).max(1))
}
