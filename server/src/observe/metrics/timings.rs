//! How long things took, as histograms.
//!
//! Not the library's: those have a lock around every observation.

use super::label::Label;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the buckets, in microseconds. From what the memory of this process
/// takes, over what a disk's sync takes, to a store's time-out.
const BOUNDS: [u64; 16] = [
    50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// A histogram for each value of a label.
#[derive(Debug)]
pub(crate) struct Timings<L> {
    rows: Box<[Row]>,
    label: PhantomData<fn(L)>,
}

#[derive(Debug, Default)]
struct Row {
    /// How many took at most so long; the last one is for those that took longer.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    /// All of them together, in nanoseconds: enough for 500 years.
    sum: AtomicU64,
}

/// What one histogram has counted.
pub(super) struct Timed {
    /// Whose it is: name and value of the label.
    pub(super) label: (&'static str, &'static str),
    /// Seconds in all.
    pub(super) sum: f64,
    /// How many.
    pub(super) count: u64,
    /// Upper bounds in seconds, and how many lie below each but not below the one before.
    pub(super) buckets: Vec<(f64, u64)>,
}

impl<L: Label> Default for Timings<L> {
    fn default() -> Self {
        Self { rows: L::VALUES.iter().map(|_| Row::default()).collect(), label: PhantomData }
    }
}

impl<L: Label> Timings<L> {
    /// One more, which took so long.
    pub(crate) fn observe(&self, label: L, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| bound * 1000 < nanos);
        let row = &self.rows[label.place()];
        row.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        row.sum.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Each histogram.
    pub(super) fn each(&self) -> impl Iterator<Item = Timed> {
        let bounds = || BOUNDS.iter().map(|micros| *micros as f64 / 1e6).chain([f64::INFINITY]);
        self.rows.iter().zip(L::VALUES).map(move |(row, value)| {
            let counts = row.buckets.iter().map(|count| count.load(Ordering::Relaxed));
            let buckets: Vec<_> = bounds().zip(counts).collect();
            Timed {
                label: (L::NAME, value),
                sum: row.sum.load(Ordering::Relaxed) as f64 / 1e9,
                // Of the same reading, so that the last bucket never disagrees with it.
                count: buckets.iter().map(|(_, count)| count).sum(),
                buckets,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_store::counters::Class;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let timings = Timings::<Class>::default();
        for micros in [0, 50, 51, 10_000_000, 10_000_001] {
            timings.observe(Class::Look, Duration::from_micros(micros));
        }
        let [create, look, open, _] = timings.each().collect::<Vec<_>>().try_into().ok().unwrap();
        assert_eq!((create.count, open.count), (0, 0));
        assert_eq!((look.label, look.count), (("class", "look"), 5));
        assert!((look.sum - 20.000102).abs() < 1e-9);
        let filled: Vec<_> = look.buckets.into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(0.00005, 2), (0.0001, 1), (10.0, 1), (f64::INFINITY, 1)]);
    }
}
