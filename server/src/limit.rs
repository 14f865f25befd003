//! How much one caller may ask and store, counted in minutes and hours of the clock. Each process
//! answers from its own count at once, before any work; where the store is shared, the counts are
//! joined twice a second, so that a caller has no more from many processes than from one.

mod join;
mod window;

pub use join::{Counters, join_forever};
pub use window::{Counted, Whose};

use crate::client::{Caller, Tags};
use crate::http::error::ApiError;
use crate::state::AppState;
use crate::store::{Capacity, quota};
use axum::extract::Request;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use window::Window;

/// Between two looks at what has become of old: counts, keys, and how much the store may hold.
const TIDY_PAUSE: Duration = Duration::from_secs(60);
/// How many of the largest secrets one caller can store in an hour, whatever the store may hold.
const LARGEST_AN_HOUR: u64 = 4;

/// What is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Storing.
    Create,
    /// Looking: at a secret, or at a receipt.
    Look,
    /// Opening and destroying.
    Open,
    /// Bytes of what is stored.
    Bytes,
}

impl Class {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Look, Self::Open, Self::Bytes];

    /// How much one caller has in a window. Of bytes it is that for a store that nothing bounds.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Create => 60,
            Self::Look => 300,
            Self::Open => 120,
            Self::Bytes => 64 * 1024 * 1024,
        }
    }

    /// How long a count lasts, in seconds.
    #[must_use]
    pub const fn window_secs(self) -> u64 {
        match self {
            Self::Create | Self::Look | Self::Open => 60,
            Self::Bytes => 60 * 60,
        }
    }

    /// A short name, for shared counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Look => "look",
            Self::Open => "open",
            Self::Bytes => "bytes",
        }
    }
}

/// Whether callers are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RateLimit {
    /// They are.
    On,
    /// They are not: for a network in which everybody is trusted.
    Off,
}

/// The counts of the current minute and the current hour.
pub struct Limiter {
    requests: Mutex<Window>,
    bytes: Mutex<Window>,
    /// How many bytes one caller can store in an hour.
    most_bytes: AtomicU64,
    /// Bytes of the largest secret.
    largest: u64,
    now: fn() -> SystemTime,
}

impl Limiter {
    /// For a server whose secrets have so many bytes at most.
    #[must_use]
    pub fn new(largest: u64) -> Self {
        Self::by(largest, SystemTime::now)
    }

    /// By this clock.
    pub(crate) fn by(largest: u64, now: fn() -> SystemTime) -> Self {
        let (requests, bytes) = (Mutex::default(), Mutex::default());
        let limiter = Self { requests, bytes, most_bytes: AtomicU64::new(0), largest, now };
        limiter.fit(None);
        limiter
    }

    /// Fits the bytes of an hour to what the store may hold: as much as one address may keep
    /// there, and some secrets of the largest in any case.
    pub(crate) fn fit(&self, limit: Option<u64>) {
        let most = limit.map_or(Class::Bytes.most(), quota::of).max(self.largest.saturating_mul(LARGEST_AN_HOUR));
        self.most_bytes.store(most, Ordering::Relaxed);
    }

    /// Counts one request, or so many bytes.
    ///
    /// # Errors
    /// When it is too much: in how many seconds it will be taken.
    pub fn count(&self, class: Class, caller: &Caller, by: u64) -> Result<(), u64> {
        self.count_at(class, caller, by, (self.now)())
    }

    fn count_at(&self, class: Class, caller: &Caller, by: u64, now: SystemTime) -> Result<(), u64> {
        let most = if class == Class::Bytes { self.most_bytes.load(Ordering::Relaxed) } else { class.most() };
        if self.current(class, now).add(class, caller, by, most) {
            return Ok(());
        }
        Err(class.window_secs() - secs(now) % class.window_secs())
    }

    /// Forgets the counts of windows that are over.
    fn tidy(&self) {
        for class in [Class::Create, Class::Bytes] {
            drop(self.current(class, (self.now)()));
        }
    }

    const fn window(&self, class: Class) -> &Mutex<Window> {
        match class {
            Class::Create | Class::Look | Class::Open => &self.requests,
            Class::Bytes => &self.bytes,
        }
    }

    /// The counts of the window in which such a class is now; those of another are forgotten.
    fn current(&self, class: Class, now: SystemTime) -> MutexGuard<'_, Window> {
        let mut window = self.window(class).lock().expect("nothing panics while it has this lock");
        let number = secs(now) / class.window_secs();
        if window.number != number {
            *window = Window { number, ..Window::default() };
        }
        window
    }
}

/// Seconds since the Unix epoch.
fn secs(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Forgets in time what is kept of callers, also when nobody asks any more.
pub async fn tidy_forever(tags: &Tags, limiter: Option<&Limiter>) {
    loop {
        tokio::time::sleep(TIDY_PAUSE).await;
        tags.renew();
        if let Some(limiter) = limiter {
            limiter.tidy();
        }
    }
}

/// Follows how much the store may hold, which its operator can change while it runs.
pub async fn fit_forever(limiter: &Limiter, store: &dyn Capacity) {
    loop {
        if let Ok(usage) = store.usage().await {
            limiter.fit(usage.limit);
        }
        tokio::time::sleep(TIDY_PAUSE).await;
    }
}

/// The refusal of a request of this class whose caller asks too often.
#[must_use]
pub fn refusal(state: &AppState, request: &Request, class: Class) -> Option<ApiError> {
    let limiter = state.limiter.as_ref()?;
    let caller = request.extensions().get::<Caller>().expect("who asks is settled before how often");
    let wait = limiter.count(class, caller, 1).err()?;
    state.metrics.http.limited(class);
    Some(ApiError::rate_limited(wait))
}

/// Counts the bytes of a secret that is about to be stored.
///
/// # Errors
/// When they are more than its caller may store in this hour.
pub fn take_bytes(state: &AppState, caller: &Caller, bytes: u64) -> Result<(), ApiError> {
    let Some(limiter) = &state.limiter else { return Ok(()) };
    limiter.count(Class::Bytes, caller, bytes).map_err(|wait| {
        state.metrics.http.limited(Class::Bytes);
        ApiError::too_many_bytes(wait)
    })
}

#[cfg(test)]
mod tests;
