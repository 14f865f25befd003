//! Memory for secrets that are on their way out. Who claims much and reads nothing is refused before
//! the next view is spent, and keeps only what it got from others' room, never their views.

use crate::client::ClientTag;
use crate::http::error::ApiError;
use axum::body::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many callers may have as much as they may at once.
const CALLERS: usize = 4;
/// How many callers of one network.
const OF_NETWORK: usize = 2;

/// What is on its way to whom. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Beyond how many bytes nothing more is begun for one caller.
    most: usize,
    under_way: Arc<Mutex<UnderWay>>,
}

/// In bytes. Tags of callers and of networks differ.
#[derive(Debug, Default)]
struct UnderWay {
    all: usize,
    to: HashMap<ClientTag, usize>,
}

/// What one answer takes; given back when this is dropped.
struct Share {
    /// To the caller, and to the network above it.
    to: [ClientTag; 2],
    bytes: usize,
    of: Answers,
}

/// An answer, for as long as somebody holds a part of it.
struct Held {
    bytes: Vec<u8>,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Answers {
    /// Room for so many bytes on their way to one caller.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { most, under_way: Arc::default() }
    }

    /// Looks for room, before anything is spent.
    ///
    /// # Errors
    /// 503 while as much as may be is on its way, to this caller, to its network or to all.
    pub fn check(&self, [caller, network]: [ClientTag; 2]) -> Result<(), ApiError> {
        let under_way = self.lock();
        let to = |tag: ClientTag| under_way.to.get(&tag).copied().unwrap_or_default();
        let is_full =
            to(caller) >= self.most || to(network) >= OF_NETWORK * self.most || under_way.all >= CALLERS * self.most;
        if is_full { Err(ApiError::overloaded()) } else { Ok(()) }
    }

    /// Counts an answer until its last byte has gone to the system, or its connection has.
    #[must_use]
    pub fn hold(&self, to: [ClientTag; 2], bytes: Vec<u8>) -> Bytes {
        let share = Share { to, bytes: bytes.len(), of: self.clone() };
        let mut under_way = self.lock();
        under_way.all += share.bytes;
        for tag in to {
            *under_way.to.entry(tag).or_default() += share.bytes;
        }
        drop(under_way);
        Bytes::from_owner(Held { bytes, _share: share })
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut under_way = self.of.lock();
        under_way.all = under_way.all.saturating_sub(self.bytes);
        for tag in self.to {
            let left = under_way.to.get(&tag).map_or(0, |before| before.saturating_sub(self.bytes));
            if left == 0 {
                under_way.to.remove(&tag);
            } else {
                under_way.to.insert(tag, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(caller: u8, network: u8) -> [ClientTag; 2] {
        [ClientTag::test(caller), ClientTag::test(200 + network)]
    }

    #[test]
    fn what_one_caller_does_not_take_costs_no_other() {
        let answers = Answers::of(10);
        let (one, other) = (to(1, 1), to(2, 1));
        let first = answers.hold(one, vec![0; 6]);
        assert!(answers.check(one).is_ok());
        let part = first.slice(2..3);
        let second = answers.hold(one, vec![0; 4]);
        assert!(answers.check(one).is_err());
        assert!(answers.check(other).is_ok());
        drop((first, second));
        assert!(answers.check(one).is_ok(), "a part of the first is still held");
        assert_eq!(answers.lock().to.get(&one[0]), Some(&6));
        drop(part);
        assert!(answers.lock().to.is_empty(), "nobody is remembered");
        assert_eq!(answers.lock().all, 0);
    }

    #[test]
    fn one_network_leaves_room_for_others() {
        let answers = Answers::of(10);
        let held = [answers.hold(to(1, 1), vec![0; 10]), answers.hold(to(2, 1), vec![0; 10])];
        assert!(answers.check(to(3, 1)).is_err());
        assert!(answers.check(to(4, 2)).is_ok());
        drop(held);
        assert!(answers.check(to(3, 1)).is_ok());
    }

    #[test]
    fn many_callers_have_no_more_than_all_may() {
        let answers = Answers::of(10);
        let held: Vec<_> = (0..5).map(|n| answers.hold(to(n, n), vec![0; 8])).collect();
        assert!(answers.check(to(9, 9)).is_err());
        drop(held);
        assert!(answers.check(to(9, 9)).is_ok());
    }
}
