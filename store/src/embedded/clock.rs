//! The embedded store's time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, by a clock that people and programs set.
    fn wall_millis(&self) -> u64;
    /// Milliseconds since some moment, by a clock that only goes forward.
    fn steady_millis(&self) -> u64;
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The steady one begins now.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two of them tell different steady times")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn wall_millis(&self) -> u64 {
        // A clock before 1970 counts as 1970; a store that knows better goes on from there.
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as u64)
    }

    fn steady_millis(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }
}

/// The store's time: the machine's, except that it never goes back.
///
/// When the machine's clock is put back, or has been while the server was down, the store
/// goes on from the latest time it knows, second by second, until the machine's clock is past
/// it. So nothing that has expired comes back to life, and what is stored in the meantime
/// still lives exactly as long as the sender said; only the dates shown are ahead.
pub(super) struct StoreClock {
    machine: Arc<dyn Clock>,
    latest: Mutex<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    time: u64,
    steady: u64,
}

impl StoreClock {
    /// A clock that shows at least `latest`, the latest time that the store holds.
    pub(super) fn from(machine: Arc<dyn Clock>, latest: u64) -> Self {
        let behind = latest.saturating_sub(machine.wall_millis());
        if behind > 0 {
            tracing::warn!(
                seconds = behind.div_ceil(1000),
                "the machine's clock is behind the latest time in the store, which goes on from there"
            );
        }
        let steady = machine.steady_millis();
        Self { machine, latest: Mutex::new(Reading { time: latest, steady }) }
    }

    /// Milliseconds since the Unix epoch.
    pub(super) fn now_millis(&self) -> u64 {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let steady = self.machine.steady_millis();
        let passed = steady.saturating_sub(latest.steady);
        let time = self.machine.wall_millis().max(latest.time.saturating_add(passed));
        *latest = Reading { time, steady };
        time
    }

    /// Milliseconds since some moment, for measuring how long something took.
    pub(super) fn steady_millis(&self) -> u64 {
        self.machine.steady_millis()
    }
}

/// A clock that tests set.
#[cfg(any(test, feature = "conformance"))]
#[derive(Debug)]
pub struct ManualClock {
    wall: std::sync::atomic::AtomicU64,
    steady: std::sync::atomic::AtomicU64,
}

#[cfg(any(test, feature = "conformance"))]
impl ManualClock {
    /// At a day in 2026.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "it has no time that goes without saying")]
    pub fn new() -> Self {
        Self { wall: 1_795_356_180_000.into(), steady: 0.into() }
    }

    /// Lets so much time pass.
    pub fn advance(&self, millis: u64) {
        self.steady.fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
        self.wall.fetch_add(millis, std::sync::atomic::Ordering::SeqCst);
    }

    /// Puts the wall clock back; no time passes.
    pub fn put_back(&self, millis: u64) {
        self.wall.fetch_sub(millis, std::sync::atomic::Ordering::SeqCst);
    }
}

#[cfg(any(test, feature = "conformance"))]
impl Clock for ManualClock {
    fn wall_millis(&self) -> u64 {
        self.wall.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn steady_millis(&self) -> u64 {
        self.steady.load(std::sync::atomic::Ordering::SeqCst)
    }
}
