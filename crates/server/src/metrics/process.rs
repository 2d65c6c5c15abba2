//! The system's figures about this process, for the metrics that every Prometheus client has.

use std::fs;
use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use os::system::wall_clock;

/// Figures about this process, from `/proc`; `None` for what it does not tell.
#[derive(Debug, Default)]
pub struct Process {
    /// Processor time of all threads, in seconds.
    pub cpu: Option<f64>,
    /// Resident memory, in bytes.
    pub resident: Option<u64>,
    /// The time of its start, in seconds since 1970.
    pub start: Option<f64>,
    /// The number of open descriptors.
    pub descriptors: Option<u64>,
    /// The limit of open descriptors.
    pub most_descriptors: Option<u64>,
}

impl Process {
    /// Reads the figures.
    pub fn look() -> Self {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        // The program's name is in brackets, and may contain any character.
        let fields: Vec<u64> = stat.rsplit_once(')').map_or(Vec::new(), |(_, rest)| {
            let numbers = rest.split_whitespace().skip(1);
            numbers.map(|field| field.parse().unwrap_or(0)).collect()
        });
        // proc_pid_stat(5): utime is field 14, stime 15, starttime 22, rss 24; the first here is 4.
        let field = |number: usize| fields.get(number - 4).copied();
        let ticks = clock_ticks_per_second() as f64;
        let cpu = field(14).zip(field(15));
        Process {
            cpu: cpu.map(|(user, system)| (user + system) as f64 / ticks),
            resident: field(24).map(|pages| pages * page_size() as u64),
            start: field(22).map(|since| boot_time() + since as f64 / ticks),
            descriptors: fs::read_dir("/proc/self/fd")
                .ok()
                .map(|all| all.count() as u64),
            most_descriptors: getrlimit(Resource::Nofile).current,
        }
    }
}

/// The time of the system's start, in seconds since 1970. `/proc/stat` has it too, but may be hidden
/// from a service.
fn boot_time() -> f64 {
    let since = clock_gettime(ClockId::Boottime);
    let since = Duration::new(since.tv_sec as u64, since.tv_nsec as u32);
    wall_clock() as f64 / 1000.0 - since.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_all_of_this_process() {
        let process = Process::look();
        assert!(process.cpu.is_some_and(|cpu| cpu >= 0.0), "{process:?}");
        assert!(process.resident > Some(1_000_000), "{process:?}");
        assert!(process.start > Some(1_000_000_000.0), "{process:?}");
        assert!(process.descriptors > Some(3), "{process:?}");
        assert!(
            process.most_descriptors >= process.descriptors,
            "{process:?}"
        );
    }
}
