//! A histogram with fixed buckets.

/// Counts values by the bucket they fall in. The last bucket is for values above all bounds.
#[derive(Clone, Debug)]
pub struct Histogram<const N: usize> {
    bounds: [u64; N],
    counts: [u64; N],
    above: u64,
    sum: u64,
}

impl<const N: usize> Histogram<N> {
    /// An empty histogram. The bounds must ascend.
    pub fn new(bounds: [u64; N]) -> Self {
        Histogram {
            bounds,
            counts: [0; N],
            above: 0,
            sum: 0,
        }
    }

    /// Counts a value in the first bucket whose bound it does not exceed.
    pub fn add(&mut self, value: u64) {
        self.sum = self.sum.saturating_add(value);
        let bucket = self.bounds.partition_point(|bound| *bound < value);
        match self.counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => self.above += 1,
        }
    }

    /// Adds the counts of a histogram with the same bounds.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.above += other.above;
        self.sum = self.sum.saturating_add(other.sum);
    }

    /// Each bound with the number of values that do not exceed it.
    pub fn cumulative(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut so_far = 0;
        self.bounds.iter().zip(self.counts).map(move |(bound, n)| {
            so_far += n;
            (*bound, so_far)
        })
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.above
    }

    /// The sum of all values.
    pub fn sum(&self) -> u64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_in_every_bucket_whose_bound_it_does_not_exceed() {
        let mut histogram = Histogram::new([1, 10, 100]);
        for value in [0, 1, 2, 10, 11, 100, 101, 5_000] {
            histogram.add(value);
        }
        let found: Vec<_> = histogram.cumulative().collect();
        assert_eq!(found, [(1, 2), (10, 4), (100, 6)]);
        assert_eq!((histogram.count(), histogram.sum()), (8, 5_225));
        let mut both = histogram.clone();
        both.merge(&histogram);
        let found: Vec<_> = both.cumulative().collect();
        assert_eq!(found, [(1, 4), (10, 8), (100, 12)]);
        assert_eq!((both.count(), both.sum()), (16, 10_450));
    }
}
