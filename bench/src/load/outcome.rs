//! What a window of load gave.

use crate::process::Usage;
use serde::Serialize;
use std::time::Duration;

/// Beyond this share of its thread the driver may be what is measured.
const BUSY: f64 = 0.9;

/// One measurement.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    pub(crate) cycles_per_second: f64,
    /// Of a whole cycle, in microseconds.
    pub(crate) p50_micros: f64,
    pub(crate) p99_micros: f64,
    /// Share of its one thread that the driver used. The rest it waited for answers.
    pub(crate) driver_busy: f64,
    /// Whether the driver may have been what held the cycles up.
    pub(crate) driver_limits: bool,
    /// Processor time in microseconds for a cycle, by whose it is.
    pub(crate) cpu_micros: Vec<(Side, f64)>,
    /// The highest resident memory of the server, in bytes.
    pub(crate) peak_bytes: Option<u64>,
}

/// Whose processor time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    Driver,
    Server,
    Redis,
}

impl Outcome {
    /// From the microseconds of each cycle, and the driver's time on a processor.
    pub(crate) fn new(mut cycles: Vec<u32>, elapsed: Duration, busy: Duration) -> Self {
        cycles.sort_unstable();
        let at = |share: f64| {
            // The rank is within the list, so it is no loss to cut it off.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank in a list")]
            let rank = (share * cycles.len() as f64) as usize;
            cycles.get(rank.min(cycles.len().saturating_sub(1))).map_or(f64::NAN, |micros| f64::from(*micros))
        };
        let driver_busy = busy.as_secs_f64() / elapsed.as_secs_f64();
        let per_cycle = busy.as_secs_f64() * 1e6 / cycles.len() as f64;
        Self {
            cycles_per_second: cycles.len() as f64 / elapsed.as_secs_f64(),
            p50_micros: at(0.50),
            p99_micros: at(0.99),
            driver_busy,
            driver_limits: driver_busy > BUSY,
            cpu_micros: vec![(Side::Driver, per_cycle)],
            peak_bytes: None,
        }
    }

    /// Adds what another process used meanwhile.
    pub(crate) fn add(&mut self, side: Side, before: Usage, after: Usage, elapsed: Duration) {
        let cycles = self.cycles_per_second * elapsed.as_secs_f64();
        let used = after.cpu.saturating_sub(before.cpu).as_secs_f64() * 1e6;
        self.cpu_micros.push((side, used / cycles));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_of_the_sorted_times() {
        let times = (1..=1000).rev().collect();
        let outcome = Outcome::new(times, Duration::from_secs(2), Duration::from_secs(1));
        assert_eq!((outcome.p50_micros, outcome.p99_micros), (501.0, 991.0));
        assert!((outcome.cycles_per_second - 500.0).abs() < 1e-9);
        assert!((outcome.driver_busy - 0.5).abs() < 1e-9 && !outcome.driver_limits);
    }

    #[test]
    fn a_busy_driver_says_so() {
        assert!(Outcome::new(vec![1], Duration::from_secs(1), Duration::from_millis(950)).driver_limits);
    }
}
