//! How often one client may ask, counted in minutes of the clock. Each process answers from its
//! own count at once, before any work; where the store is shared, the counts are joined twice a
//! second, so that a client has no more from many processes than from one.

mod join;

pub use join::{Counters, join_forever};

use crate::client::{ClientTag, Tags};
use crate::http::error::ApiError;
use crate::state::AppState;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a count lasts, in seconds.
pub const WINDOW_SECS: u64 = 60;
/// How many clients are counted one by one; those beyond share one count. Bounds the memory
/// that a flood from many addresses takes to some megabytes.
const MOST_CLIENTS: usize = 65_536;

/// What is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Storing.
    Create,
    /// Looking: at a secret, or at a receipt.
    Look,
    /// Opening and destroying.
    Open,
}

impl Class {
    /// Of a request to the API; `None` for what is not counted.
    fn of(method: &Method, route: &str) -> Option<Self> {
        // By the methods that do something: a page elsewhere can have a browser ask for anything.
        Some(match (route.strip_prefix("/api/v1/")?, method.as_str()) {
            ("secrets", "POST") => Self::Create,
            ("open/{id}" | "receipts/{id}", "GET" | "HEAD") => Self::Look,
            ("open/{id}" | "receipts/{id}", "DELETE") => Self::Open,
            ("open/{id}/claim" | "open/{id}/ack", "POST") => Self::Open,
            _ => return None,
        })
    }

    /// How many requests one client has in a minute.
    #[must_use]
    pub const fn most(self) -> u32 {
        match self {
            Self::Create => 60,
            Self::Look => 300,
            Self::Open => 120,
        }
    }

    /// A short name, for shared counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Look => "look",
            Self::Open => "open",
        }
    }
}

/// Whether clients are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RateLimit {
    /// They are.
    On,
    /// They are not: for a network in which everybody is trusted.
    Off,
}

/// One client's requests of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counted {
    /// Of which kind.
    pub class: Class,
    /// Whose; `None` for all those for whom there was no room.
    pub client: Option<ClientTag>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    /// Not yet told to the other processes.
    own: u32,
    /// What all processes had when they were last asked.
    joined: u32,
}

/// The counts of the current minute.
pub struct Limiter {
    window: Mutex<Window>,
    now: fn() -> SystemTime,
}

#[derive(Default)]
struct Window {
    /// Minutes since the Unix epoch.
    number: u64,
    counts: HashMap<Counted, Count>,
}

impl Default for Limiter {
    fn default() -> Self {
        Self::by(SystemTime::now)
    }
}

impl Limiter {
    /// By this clock.
    pub(crate) fn by(now: fn() -> SystemTime) -> Self {
        Self { window: Mutex::default(), now }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When it is one too many: in how many seconds the next one will be taken.
    pub fn count(&self, class: Class, client: ClientTag) -> Result<(), u64> {
        self.count_at(class, client, (self.now)())
    }

    fn count_at(&self, class: Class, client: ClientTag, now: SystemTime) -> Result<(), u64> {
        let secs = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut window = self.current(secs / WINDOW_SECS);
        let mut counted = Counted { class, client: Some(client) };
        if window.counts.len() >= MOST_CLIENTS && !window.counts.contains_key(&counted) {
            counted.client = None;
        }
        let count = window.counts.entry(counted).or_default();
        if count.own.saturating_add(count.joined) >= class.most() {
            return Err(WINDOW_SECS - secs % WINDOW_SECS);
        }
        count.own += 1;
        Ok(())
    }

    /// Forgets the counts of a minute that is over.
    fn tidy(&self) {
        let secs = (self.now)().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        drop(self.current(secs / WINDOW_SECS));
    }

    /// The counts of this window; those of another are forgotten.
    fn current(&self, number: u64) -> MutexGuard<'_, Window> {
        let mut window = self.window.lock().expect("nothing panics while it has this lock");
        if window.number != number {
            *window = Window { number, counts: HashMap::new() };
        }
        window
    }
}

/// Forgets in time what is kept of clients, also when nobody asks any more.
pub async fn tidy_forever(tags: &Tags, limiter: Option<&Limiter>) {
    loop {
        tokio::time::sleep(Duration::from_secs(WINDOW_SECS)).await;
        tags.renew();
        if let Some(limiter) = limiter {
            limiter.tidy();
        }
    }
}

/// The refusal of a request whose client asks too often.
#[must_use]
pub fn refusal(state: &AppState, request: &Request) -> Option<ApiError> {
    let limiter = state.limiter.as_ref()?;
    let class = Class::of(request.method(), request.extensions().get::<MatchedPath>()?.as_str())?;
    let client = *request.extensions().get::<ClientTag>().expect("who asks is settled before how often");
    let wait = limiter.count(class, client).err()?;
    state.metrics.http.limited(class);
    Some(ApiError::rate_limited(wait))
}

#[cfg(test)]
mod tests;
