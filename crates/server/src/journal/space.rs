//! The space that is left for the journal on its disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};

use game::engine::Space;
use game::limits::{DISK_LOW, DISK_NOTHING, DISK_SHARE};
use os::system;

/// The latest measurement of a folder's disk.
pub struct Gauge {
    dir: PathBuf,
    latest: AtomicU8,
}

impl Gauge {
    /// Measures.
    pub fn new(dir: &Path) -> Self {
        let gauge = Gauge {
            dir: dir.to_owned(),
            latest: AtomicU8::new(0),
        };
        gauge.measure();
        gauge
    }

    /// Measures again. A disk that can't be measured has enough space: a write will tell.
    pub fn measure(&self) -> Space {
        let space =
            system::disk(&self.dir).map_or(Space::Enough, |disk| judge(disk.free, disk.size));
        self.latest.store(space as u8, Ordering::Relaxed);
        space
    }

    /// The latest measurement.
    pub fn latest(&self) -> Space {
        let all = [Space::Enough, Space::Low, Space::Nothing];
        let latest = self.latest.load(Ordering::Relaxed);
        let is_it = |space: &Space| *space as u8 == latest;
        all.into_iter().find(is_it).unwrap_or_default()
    }
}

fn judge(free: u64, size: u64) -> Space {
    let share = size / DISK_SHARE;
    if free < DISK_NOTHING.min(share / 4) {
        Space::Nothing
    } else if free < DISK_LOW.min(share) {
        Space::Low
    } else {
        Space::Enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_disk_has_bounds_of_its_own() {
        let big = 1 << 40;
        for (free, size, expected) in [
            (DISK_LOW, big, Space::Enough),
            (DISK_LOW - 1, big, Space::Low),
            (DISK_NOTHING, big, Space::Low),
            (DISK_NOTHING - 1, big, Space::Nothing),
            (16 << 20, 64 << 20, Space::Enough),
            ((16 << 20) - 1, 64 << 20, Space::Low),
            ((4 << 20) - 1, 64 << 20, Space::Nothing),
        ] {
            assert_eq!(judge(free, size), expected, "{free} of {size}");
        }
    }
}
