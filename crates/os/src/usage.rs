//! What this process uses: the figures that every Prometheus client exports.

/// Figures about this process; `None` for what the system does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Processor time of all threads, in seconds.
    pub cpu: Option<f64>,
    /// Resident memory, in bytes.
    pub resident: Option<u64>,
    /// When it started, in seconds since 1970.
    pub start: Option<f64>,
    /// The number of open descriptors.
    pub descriptors: Option<u64>,
}

impl Usage {
    /// Asks the system: Linux or Windows.
    pub fn of_this_process() -> Self {
        #[cfg(target_os = "linux")]
        return linux::usage();
        #[cfg(windows)]
        return win32::own().map_or_else(
            |_| Usage::default(),
            |own| Usage {
                cpu: Some(own.cpu.as_secs_f64()),
                resident: Some(own.resident),
                start: Some(own.start.as_secs_f64()),
                descriptors: Some(own.handles.into()),
            },
        );
        #[cfg(not(any(target_os = "linux", windows)))]
        Usage::default()
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use procfs::WithCurrentSystemInfo;
    use procfs::process::Process;
    use rustix::time::{ClockId, clock_gettime};

    use super::Usage;
    use crate::system::wall_clock;

    /// The figures in `/proc/self`.
    pub fn usage() -> Usage {
        let Ok(process) = Process::myself() else {
            return Usage::default();
        };
        let stat = process.stat().ok();
        let ticks = procfs::ticks_per_second() as f64;
        Usage {
            cpu: stat.as_ref().map(|it| (it.utime + it.stime) as f64 / ticks),
            resident: stat.as_ref().map(|it| it.rss_bytes().get()),
            start: stat
                .as_ref()
                .map(|it| boot_time() + it.starttime as f64 / ticks),
            descriptors: process.fd_count().ok().map(|count| count as u64),
        }
    }

    /// When the system started, in seconds since 1970. `/proc/stat` has it too, but may be hidden from
    /// a service.
    fn boot_time() -> f64 {
        let since = clock_gettime(ClockId::Boottime);
        let since = Duration::new(since.tv_sec as u64, since.tv_nsec as u32);
        wall_clock() as f64 / 1000.0 - since.as_secs_f64()
    }

    #[test]
    fn the_system_tells_all_of_this_process() {
        let usage = usage();
        assert!(usage.cpu.is_some_and(|cpu| cpu >= 0.0), "{usage:?}");
        assert!(usage.resident > Some(1_000_000), "{usage:?}");
        assert!(usage.start > Some(1_000_000_000.0), "{usage:?}");
        assert!(usage.descriptors > Some(3), "{usage:?}");
    }
}
