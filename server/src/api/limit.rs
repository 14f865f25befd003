//! How much one caller may ask and store, counted in minutes and hours of the clock. Each process
//! answers from its own count at once, before any work; where the store is shared, the counts are
//! joined twice a second, so that a caller has no more from many processes than from one.

mod join;
mod window;

pub use join::join_forever;

use crate::api::error::ApiError;
use crate::observe::metrics::Metrics;
use crate::web::caller::{Caller, Tags};
use ashlink_store::counters::Class;
use ashlink_store::{Capacity, quota};
use axum::extract::Request;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use window::Window;

/// Between two looks at what has become of old: counts, keys, and how much the store may hold.
const TIDY_PAUSE: Duration = Duration::from_secs(60);
/// How many of the largest secrets one caller can store in an hour, whatever the store may hold.
const LARGEST_AN_HOUR: u64 = 4;

/// What limits callers, and counts those whom it refuses.
#[derive(Clone)]
pub struct Limits {
    /// `None` where everybody is trusted.
    pub limiter: Option<Arc<Limiter>>,
    /// Where refusals are counted.
    pub metrics: Arc<Metrics>,
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

    /// As [`Limiter::new`], by a clock that tests can stop.
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
            Class::Create | Class::Lookup | Class::Open => &self.requests,
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
pub fn refusal(limits: &Limits, request: &Request, class: Class) -> Option<ApiError> {
    let limiter = limits.limiter.as_ref()?;
    let caller = request.extensions().get::<Caller>().expect("who asks is settled before how often");
    let wait = limiter.count(class, caller, 1).err()?;
    limits.metrics.http.limited(class);
    Some(ApiError::rate_limited(wait))
}

/// Counts the bytes of a secret that is about to be stored.
///
/// # Errors
/// When they are more than its caller may store in this hour.
pub fn take_bytes(limits: &Limits, caller: &Caller, bytes: u64) -> Result<(), ApiError> {
    let Some(limiter) = &limits.limiter else { return Ok(()) };
    limiter.count(Class::Bytes, caller, bytes).map_err(|wait| {
        limits.metrics.http.limited(Class::Bytes);
        ApiError::too_many_bytes(wait)
    })
}

#[cfg(test)]
mod tests;
