//! Joining the counts of several processes.

use super::{Count, Counted, Limiter, WINDOW_SECS};
use crate::client::{TagKey, Tags};
use crate::store::StoreError;
use async_trait::async_trait;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Between two joins.
const PAUSE: Duration = Duration::from_millis(500);
/// Between two questions for the key, which may have been lost with the store's memory.
const KEY_PAUSE: Duration = Duration::from_secs(60);

/// A store that several processes share.
#[async_trait]
pub trait Counters: Send + Sync {
    /// The key for tags that all processes use: the one that is there, or this.
    async fn tag_key(&self, proposal: TagKey) -> Result<TagKey, StoreError>;

    /// Adds to counts of the window of this number, and gives what all processes have, in the
    /// same order: as far as it came, where the store fails on the way, since what was added must
    /// not be added again. What is added is gone some time after the window.
    async fn add(&self, window: u64, counts: &[(Counted, u32)]) -> Result<Vec<u32>, StoreError>;
}

/// Shares key and counts for as long as the server runs. Without the store each process goes on
/// with what it has.
pub async fn join_forever(counters: &dyn Counters, tags: &Tags, limiter: Option<&Limiter>) {
    let mut asked: Option<Instant> = None;
    loop {
        if asked.is_none_or(|asked| asked.elapsed() >= KEY_PAUSE)
            && let Ok(key) = counters.tag_key(TagKey::fresh()).await
        {
            tags.adopt(&key);
            asked = Some(Instant::now());
        }
        if let Some(limiter) = limiter {
            limiter.join(counters, (limiter.now)()).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

impl Limiter {
    /// Tells the others what was counted here, and learns what they have.
    pub(super) async fn join(&self, counters: &dyn Counters, now: SystemTime) {
        let number = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()) / WINDOW_SECS;
        let counts: Vec<_> = {
            let window = self.current(number);
            window
                .counts
                .iter()
                .filter(|(_, count)| count.own > 0)
                .map(|(counted, count)| (*counted, count.own))
                .collect()
        };
        if counts.is_empty() {
            return;
        }
        let Ok(totals) = counters.add(number, &counts).await else { return };
        let mut window = self.window.lock().expect("nothing panics while it has this lock");
        if window.number != number {
            return;
        }
        for ((counted, told), total) in counts.into_iter().zip(totals) {
            let Count { own, joined } = window.counts.entry(counted).or_default();
            *own = own.saturating_sub(told);
            *joined = total;
        }
    }
}
