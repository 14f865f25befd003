//! The failed attempts at one secret: by whom lately, and how many in all.

use crate::attempt_waits::{self, CALLER_KEPT, Failed, wait_of_caller};
use crate::tag::CallerTag;
use serde::{Deserialize, Serialize};

/// What is counted. The schedule lets at most `attempt_waits::MOST` callers be listed: each has
/// failed within a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FailedAttempts {
    /// Since the secret was stored.
    pub(super) total: u32,
    /// When the last one was.
    pub(super) last_at: Option<u64>,
    of_callers: Vec<OfCaller>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct OfCaller {
    caller: CallerTag,
    failed: u32,
    last_at: u64,
}

impl OfCaller {
    const fn forget_at(self) -> u64 {
        self.last_at.saturating_add(CALLER_KEPT)
    }
}

impl FailedAttempts {
    /// For how long this caller's proofs are not looked at, in milliseconds.
    pub(super) fn wait(&self, caller: CallerTag, now: u64) -> Option<u64> {
        let own = self.of_callers.iter().find(|own| own.caller == caller);
        let own = own.map(|own| own.last_at.saturating_add(wait_of_caller(own.failed))).filter(|until| now < *until);
        own.max(self.paused_until(now)).map(|until| until - now)
    }

    /// Until when nobody's proof is looked at, if that has not come.
    pub(super) fn paused_until(&self, now: u64) -> Option<u64> {
        attempt_waits::paused_until(self.total, self.last_at, now)
    }

    /// Counts one more; says how many this caller and all of them now have.
    pub(super) fn count(&mut self, caller: CallerTag, now: u64) -> Failed {
        self.forget(now);
        self.total = self.total.saturating_add(1);
        self.last_at = Some(now);
        let mut by_caller = 1;
        match self.of_callers.iter_mut().find(|own| own.caller == caller) {
            Some(own) => {
                own.failed = own.failed.saturating_add(1);
                own.last_at = now;
                by_caller = own.failed;
            }
            None => self.of_callers.push(OfCaller { caller, failed: by_caller, last_at: now }),
        }
        Failed { by_caller, by_all: self.total }
    }

    /// When a caller is next to be forgotten.
    pub(super) fn forget_at(&self) -> Option<u64> {
        self.of_callers.iter().map(|own| own.forget_at()).min()
    }

    /// Forgets the callers whose time is over.
    pub(super) fn forget(&mut self, now: u64) {
        self.of_callers.retain(|own| now < own.forget_at());
    }

    /// Forgets all of them.
    pub(super) fn forget_callers(&mut self) {
        self.of_callers.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt_waits::{MOST, WINDOW};

    #[test]
    fn an_attack_lists_few_callers_and_a_day_later_none() {
        let mut attempts = FailedAttempts::default();
        let (mut now, mut most) = (0, 0);
        for n in 0..MOST as u8 {
            assert_eq!(attempts.wait(CallerTag::test(n), now), None);
            attempts.count(CallerTag::test(n), now);
            most = most.max(attempts.of_callers.len());
            now = attempts.paused_until(now).unwrap_or(now);
        }
        assert!(most < MOST / 2, "{most}");
        assert_eq!(now, attempts.last_at.unwrap() + WINDOW);
        attempts.forget(attempts.last_at.unwrap() + CALLER_KEPT);
        assert_eq!((attempts.of_callers.len(), attempts.forget_at()), (0, None));
    }
}
