//! How long failed attempts at a secret make callers wait: one schedule for every store, and a
//! pure function of how many there were.
//!
//! A caller waits for its own failed attempts and for those of all callers together. While it
//! waits no proof is looked at, right or wrong, and nothing is counted. Both schedules together
//! let anyone, from however many addresses, fail at most [`MOST`] times in any [`WINDOW`].

use ashlink_core::api::{AtLimit, AttemptLimit};

const MINUTE: u64 = 60 * 1000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How many failed attempts of all callers there can be in a [`WINDOW`].
pub const MOST: usize = 100;
/// Milliseconds in which there are at most [`MOST`]: seven days, the default lifetime.
pub const WINDOW: u64 = 7 * DAY;
/// How many failed attempts of all callers make nobody else wait.
const FREE: usize = 10;

/// For how many milliseconds a caller waits after its first, second … failed attempt; the last
/// number goes on.
pub const OF_CALLER: [u64; 10] = [0, 0, 0, 0, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
/// How long after its last failed attempt a caller is forgotten, in milliseconds: longer than each
/// of its waits, and as long as the key lives by which it is known.
pub const CALLER_KEPT: u64 = DAY;

/// For how many milliseconds everybody waits after the first, second … failed attempt of all
/// callers. Behind the last one the schedule begins anew: the wait between two rounds is a whole
/// window, so no window has attempts of both.
pub const OF_ALL: [u64; MOST] = of_all();

const fn of_all() -> [u64; MOST] {
    let mut waits = [0; MOST];
    let mut wait = MINUTE;
    let mut n = FREE;
    while n < MOST {
        waits[n] = wait;
        wait = if 2 * wait < HOUR { 2 * wait } else { HOUR };
        n += 1;
    }
    waits[MOST - 1] = WINDOW;
    waits
}

/// The failed attempts at a secret, the one just looked at included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// By this caller, since it was last forgotten.
    pub by_caller: u32,
    /// By all callers, since the secret was stored.
    pub by_all: u32,
}

/// What a failed attempt means for its caller's next ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// More attempts are looked at right away.
    Attempts {
        /// How many at most, at least one; others who fail meanwhile may use them up.
        left: u32,
        /// What the last of them leads to if it fails, too.
        at_limit: AtLimit,
    },
    /// None is looked at for so many milliseconds.
    Wait(u64),
}

impl AfterFailure {
    /// After these failed attempts at a secret that so many would destroy.
    #[must_use]
    pub fn after(failed: Failed, attempt_limit: Option<AttemptLimit>) -> Self {
        let wait = |more: u32| {
            let of_caller = wait_of_caller(failed.by_caller.saturating_add(more));
            of_caller.max(wait_of_all(failed.by_all.saturating_add(more)))
        };
        if wait(0) > 0 {
            return Self::Wait(wait(0));
        }
        // A caller's own free attempts are the fewest.
        let until_wait = (1..OF_CALLER.len() as u32).find(|more| wait(*more) > 0).unwrap_or(1);
        let until_destroyed = attempt_limit.map(|most| most.get().saturating_sub(failed.by_all).max(1));
        match until_destroyed {
            Some(left) if left <= until_wait => Self::Attempts { left, at_limit: AtLimit::Destroyed },
            _ => Self::Attempts { left: until_wait, at_limit: AtLimit::Wait },
        }
    }
}

/// For how long a caller waits after so many failed attempts of its own, from the last one on.
#[must_use]
pub fn wait_of_caller(failed: u32) -> u64 {
    match failed as usize {
        0 => 0,
        n => OF_CALLER[n.min(OF_CALLER.len()) - 1],
    }
}

/// For how long everybody waits after so many failed attempts of all, from the last one on.
#[must_use]
pub fn wait_of_all(failed: u32) -> u64 {
    match failed as usize {
        0 => 0,
        n => OF_ALL[(n - 1) % MOST],
    }
}

/// Until when nobody's proof is looked at, if that is later than `now`. So many attempts have
/// failed, the last one at `last_at`.
#[must_use]
pub fn paused_until(failed: u32, last_at: Option<u64>, now: u64) -> Option<u64> {
    let until = last_at?.saturating_add(wait_of_all(failed));
    (now < until).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(by_caller: u32, by_all: u32, attempt_limit: Option<u64>) -> AfterFailure {
        AfterFailure::after(Failed { by_caller, by_all }, attempt_limit.map(|most| AttemptLimit::new(most).unwrap()))
    }

    #[test]
    fn others_wait_for_minutes_then_for_an_hour_then_for_a_window() {
        let minutes: Vec<_> = (1..=MOST as u32).map(|n| wait_of_all(n) / MINUTE).collect();
        assert_eq!(minutes[..10], [0; 10]);
        assert_eq!(minutes[10..17], [1, 2, 4, 8, 16, 32, 60]);
        assert!(minutes[17..99].iter().all(|wait| *wait == 60));
        assert_eq!(minutes[99], 7 * 24 * 60);
        assert_eq!([wait_of_all(0), wait_of_all(101), wait_of_all(200)], [0, 0, WINDOW]);
        // What THREAT_MODEL says: three and a half days of attack, before anybody waits longer.
        let attack: u64 = OF_ALL[..MOST - 1].iter().sum();
        assert_eq!(attack / HOUR, 84);
    }

    #[test]
    fn a_callers_own_waits_grow_and_end_before_it_is_forgotten() {
        assert!(OF_CALLER.is_sorted() && OF_CALLER.iter().all(|wait| *wait < CALLER_KEPT));
        assert_eq!(
            [0, 4, 5, 6, 10, 4_000_000_000].map(wait_of_caller).map(|wait| wait / MINUTE),
            [0, 0, 10, 30, 720, 720]
        );
    }

    #[test]
    fn what_comes_first_is_told() {
        let left = |left, at_limit| AfterFailure::Attempts { left, at_limit };
        assert_eq!(after(1, 1, None), left(4, AtLimit::Wait));
        assert_eq!(after(4, 4, None), left(1, AtLimit::Wait));
        assert_eq!(after(5, 5, None), AfterFailure::Wait(10 * MINUTE));
        // Others have failed as well.
        assert_eq!(after(1, 8, None), left(3, AtLimit::Wait));
        assert_eq!(after(1, 30, None), AfterFailure::Wait(HOUR));
        assert_eq!(after(1, MOST as u32, None), AfterFailure::Wait(WINDOW));
        assert_eq!(after(1, 1, Some(5)), left(4, AtLimit::Destroyed));
        assert_eq!(after(1, 1, Some(6)), left(4, AtLimit::Wait));
        assert_eq!(after(1, 5, Some(6)), left(1, AtLimit::Destroyed));
    }
}
