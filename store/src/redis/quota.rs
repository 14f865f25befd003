//! What each quota group keeps in Redis. No command sums that up: the sweep, which passes over all
//! records anyway, counts what it meets, and each process adds what it has stored since. So what
//! other processes store counts with the next pass, and what is opened or expires as well.
//!
//! Until its first pass has ended, a process counts only what it has stored itself: after a restart
//! one address can keep more for that long. And a pass counts when it has met all records. While none
//! does, as some server fails each time, what is stored adds up and nothing is taken off: an address
//! may be refused though its secrets have been opened, until a pass is whole or the process starts anew.

use super::RedisStore;
use crate::address::Prefix;
use crate::quota::{self, ByGroup, KEY_MILLIS, QuotaGroup, QuotaKey};
use crate::{Capacity as _, StoreError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Where the key is.
const QUOTA_KEY: &str = "k:quota";
/// Bytes that a secret takes besides its ciphertext, and about what a tombstone takes.
const RECORD_COST: u64 = 640;

/// What is known of quotas.
#[derive(Default)]
pub(super) struct Quotas {
    key: Mutex<Option<QuotaKey>>,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    /// What the servers may hold; `None` where nothing bounds it, or before it is known.
    limit: Option<u64>,
    /// What the last whole pass met.
    met: ByGroup,
    /// What was stored here since that pass began.
    since: ByGroup,
    /// The pass that is under way.
    pass: Option<Pass>,
}

struct Pass {
    began: Instant,
    met: ByGroup,
    stored: ByGroup,
}

/// How a create stands to its sender's quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// It counts against none.
    None,
    /// It fits, and is counted.
    Counted(QuotaGroup, u64),
    /// It does not fit.
    Exceeded,
}

impl Share {
    /// As `create.lua` wants it.
    pub(super) fn argument(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Counted(group, _) => u16::from(group).to_string(),
            Self::Exceeded => "over".to_owned(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RedisStore {
    /// Counts a new secret with so many bytes against its sender's quota.
    pub(super) async fn share(&self, address: Option<Prefix>, bytes: usize) -> Share {
        let Some(address) = address else { return Share::None };
        let known = *lock(&self.quotas.key);
        let key = match known {
            Some(key) => key,
            // Without it nothing can be stored either.
            None => match self.quota_key(QuotaKey::fresh()).await {
                Ok(key) => key,
                Err(_) => return Share::None,
            },
        };
        let (group, cost) = (key.group(address), bytes as u64 + RECORD_COST);
        let mut counts = lock(&self.quotas.counts);
        let held = counts.met.of(group).saturating_add(counts.since.of(group));
        if counts.limit.is_some_and(|limit| !quota::allows(limit, held, cost)) {
            return Share::Exceeded;
        }
        counts.since.add(group, cost);
        if let Some(pass) = &mut counts.pass {
            pass.stored.add(group, cost);
        }
        Share::Counted(group, cost)
    }

    /// Takes back what was counted for a secret that was not stored after all.
    pub(super) fn not_stored(&self, share: Share) {
        let Share::Counted(group, cost) = share else { return };
        let mut counts = lock(&self.quotas.counts);
        counts.since.subtract(group, cost);
        if let Some(pass) = &mut counts.pass {
            pass.stored.subtract(group, cost);
        }
    }

    /// The key that all processes use: the one that is there, or this. It lives on from now.
    async fn quota_key(&self, proposal: QuotaKey) -> Result<QuotaKey, StoreError> {
        let mut call = self.scripts.quota_key.keys(&[QUOTA_KEY.as_bytes()]);
        call.arg(proposal.as_bytes()).arg(KEY_MILLIS);
        let bytes: Vec<u8> = self.change(&call).await?;
        let key = QuotaKey::new(bytes.try_into().map_err(|_| StoreError::Corrupt)?);
        *lock(&self.quotas.key) = Some(key);
        Ok(key)
    }

    /// Begins to count anew, with a pass over all records.
    pub(super) async fn begin_pass(&self) {
        let known = *lock(&self.quotas.key);
        if let Some(key) = known {
            // Where Redis has lost it, this one is as good as any.
            let _ = self.quota_key(key).await;
        }
        let usage = self.usage().await;
        let mut counts = lock(&self.quotas.counts);
        if let Ok(usage) = usage {
            counts.limit = usage.limit;
        }
        counts.pass = Some(Pass { began: Instant::now(), met: ByGroup::default(), stored: ByGroup::default() });
    }

    /// Counts a record that the pass has met, as `expire.lua` tells of it: group, bytes and age,
    /// or nothing. It was asked at this time.
    pub(super) fn met(&self, record: &[u64], asked: Instant) {
        let &[group, bytes, age] = record else { return };
        let Some(group) = u16::try_from(group).ok().and_then(|number| QuotaGroup::try_from(number).ok()) else {
            return;
        };
        if let Some(pass) = &mut lock(&self.quotas.counts).pass {
            let since = asked.saturating_duration_since(pass.began).as_millis();
            // What is younger than the pass is counted by whoever stored it. Both are cut to
            // milliseconds.
            if u128::from(age) + 1 >= since {
                pass.met.add(group, bytes.saturating_add(RECORD_COST));
            }
        }
    }

    /// Takes what a whole pass has met for what there is.
    pub(super) fn end_pass(&self) {
        let mut counts = lock(&self.quotas.counts);
        if let Some(Pass { met, stored, .. }) = counts.pass.take() {
            counts.met = met;
            counts.since = stored;
        }
    }
}
