//! Joining the counts of several processes.

use super::Limiter;
use super::window::Count;
use crate::web::caller::Tags;
use ashlink_store::counters::{Class, Counters};
use ashlink_store::tag::TagKey;
use std::time::{Duration, Instant, SystemTime};

/// Between two joins.
const PAUSE: Duration = Duration::from_millis(500);
/// Between two questions for the key, which may have been lost with the store's memory.
const KEY_PAUSE: Duration = Duration::from_secs(60);

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
        for class in [Class::Create, Class::Bytes] {
            self.join_window(class, counters, now).await;
        }
    }

    /// The same for the window of this class.
    async fn join_window(&self, class: Class, counters: &dyn Counters, now: SystemTime) {
        let (number, counts) = {
            let window = self.current(class, now);
            let told = window.counts.iter().filter(|(_, count)| count.own > 0);
            let counts: Vec<_> = told.map(|(counted, count)| (*counted, count.own)).collect();
            (window.number, counts)
        };
        if counts.is_empty() {
            return;
        }
        let Ok(totals) = counters.add(number, &counts).await else { return };
        let mut window = self.window(class).lock().expect("nothing panics while it has this lock");
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
