//! What the server costs while all that goes on: memory, descriptors, time on a processor.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// A process that is looked at.
#[derive(Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    /// Its memory in bytes.
    pub fn memory(self) -> u64 {
        let status = self.read("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        kilobytes
            .and_then(|text| text.parse::<u64>().ok())
            .expect("a number")
            * 1024
    }

    /// The processor time that it has taken, all its threads together.
    pub fn cpu(self) -> Duration {
        let stat = self.read("stat");
        // Behind the name, which is in brackets and may hold anything.
        let fields = stat.rsplit(')').next().expect("it has a name");
        let mut fields = fields.split_whitespace().skip(11);
        let mut ticks = || fields.next().and_then(|field| field.parse::<u64>().ok());
        let ticks = ticks().zip(ticks()).expect("two numbers");
        // A hundredth of a second is what Linux counts in, on every machine that we know.
        Duration::from_millis((ticks.0 + ticks.1) * 10)
    }

    /// Its open descriptors.
    pub fn descriptors(self) -> usize {
        let folder = fs::read_dir(format!("/proc/{}/fd", self.0));
        folder.expect("it runs").count()
    }

    /// Waits until it has no more than so many descriptors; returns how many it had at the end.
    pub fn wait_for_descriptors(self, most: usize, patience: Duration) -> usize {
        let deadline = Instant::now() + patience;
        loop {
            let now = self.descriptors();
            if now <= most || Instant::now() >= deadline {
                return now;
            }
            thread::sleep(LOOK);
        }
    }

    fn read(self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.0)).expect("it runs")
    }
}

/// The most memory that a process has had since the beginning.
pub struct Top {
    most: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Top {
    /// Looks from now on.
    pub fn watch(process: Process) -> Top {
        let (most, stop) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (top, stopped) = (most.clone(), stop.clone());
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                top.fetch_max(process.memory(), Ordering::Relaxed);
                thread::sleep(LOOK);
            }
        });
        Top { most, stop, thread }
    }

    /// The most until now; looks no more.
    pub fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("it only looks");
        self.most.load(Ordering::Relaxed)
    }
}
