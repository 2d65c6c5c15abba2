//! How fast a server answers, so that waits fit it and the machine it runs on: a smoothed mean and
//! its deviation, as TCP keeps them for its own waits.

use std::time::Duration;

/// The part of a new measure in the mean, as TCP has it: one in eight.
const SHARE: u32 = 8;
/// Deviations beyond the mean that an answer hardly ever takes.
const DEVIATIONS: u32 = 4;

/// What is known of a server's answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    mean: Option<Duration>,
    deviation: Duration,
}

impl Pace {
    /// An answer took so long.
    pub fn answered(&mut self, took: Duration) {
        let Some(mean) = self.mean else {
            (self.mean, self.deviation) = (Some(took), took / 2);
            return;
        };
        let off = mean.abs_diff(took);
        self.deviation = (self.deviation * (SHARE / 2 - 1) + off) / (SHARE / 2);
        self.mean = Some((mean * (SHARE - 1) + took) / SHARE);
    }

    /// An answer hardly ever takes longer. Nothing while none has come.
    pub fn slow(&self) -> Duration {
        self.mean.unwrap_or_default() + self.deviation * DEVIATIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects a quick server from long waits, and a slow one from short ones.
    #[test]
    fn the_wait_follows_the_answers() {
        let mut pace = Pace::default();
        assert_eq!(pace.slow(), Duration::ZERO);
        for _ in 0..50 {
            pace.answered(Duration::from_millis(2));
        }
        assert!(pace.slow() < Duration::from_millis(4), "{pace:?}");
        for _ in 0..3 {
            pace.answered(Duration::from_millis(200));
        }
        assert!(pace.slow() > Duration::from_millis(200), "{pace:?}");
    }
}
