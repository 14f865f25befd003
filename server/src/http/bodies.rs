//! Memory for bodies that arrive: however many callers send at once, and however slowly, all of
//! them together take no more than there is, and none of them the part of the others.

use crate::client::ClientTag;
use crate::limit::RateLimit;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What bodies may take together, in bytes.
const LEAST: usize = 32 * 1024 * 1024;
/// At least so many of the largest body find room at once. One caller has the room of one of them,
/// a quarter of all.
const LARGEST_AT_ONCE: usize = 4;
/// Callers of one network have half of all together.
const NETWORKS: usize = 2;

/// The memory for all bodies. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bodies(Arc<Pool>);

#[derive(Debug)]
struct Pool {
    /// In bytes.
    most: usize,
    limit: RateLimit,
    taken: Mutex<Taken>,
}

/// In bytes. Tags of callers and of networks differ.
#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<ClientTag, usize>,
}

/// A body's share; given back when this is dropped.
#[derive(Debug)]
pub struct Share {
    /// Of the caller, and of the network above it.
    from: [ClientTag; 2],
    bytes: usize,
    pool: Arc<Pool>,
}

/// What may be under way at once, in bytes, where no body has more than `largest`.
#[must_use]
pub fn most_under_way(largest: usize) -> usize {
    LEAST.max(LARGEST_AT_ONCE * largest)
}

impl Bodies {
    /// Room for bodies of at most so many bytes. Without limits, one caller may have all of it.
    #[must_use]
    pub fn of(largest: usize, limit: RateLimit) -> Self {
        Self(Arc::new(Pool { most: most_under_way(largest), limit, taken: Mutex::default() }))
    }

    /// The share of a body of which nothing has come yet, from this caller in this network.
    #[must_use]
    pub fn share(&self, from: [ClientTag; 2]) -> Share {
        Share { from, bytes: 0, pool: Arc::clone(&self.0) }
    }

    /// Takes all that is left, as many callers would together.
    #[cfg(test)]
    pub(crate) fn take_all(&self) -> Vec<Share> {
        let part = self.0.most / LARGEST_AT_ONCE;
        let shares = (0..LARGEST_AT_ONCE as u8).map(|n| {
            let mut share = self.share([ClientTag::test(100 + n), ClientTag::test(200 + n)]);
            share.grow(part).expect("nothing was taken before");
            share
        });
        shares.collect()
    }
}

/// There is no room for more just now.
#[derive(Debug)]
pub struct NoRoom;

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much the caller and the network may have, in this order.
    fn parts(&self) -> [usize; 2] {
        match self.limit {
            RateLimit::On => [self.most / LARGEST_AT_ONCE, self.most / NETWORKS],
            RateLimit::Off => [self.most; 2],
        }
    }
}

impl Share {
    /// Takes room for so many more bytes.
    ///
    /// # Errors
    /// [`NoRoom`] when all of it is taken, or all that this caller or its network may have.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let mut taken = self.pool.lock();
        let tags = self.from;
        let fits = |tag, most| taken.by.get(&tag).copied().unwrap_or_default() + bytes <= most;
        let all_fit = tags.into_iter().zip(self.pool.parts()).all(|(tag, most)| fits(tag, most));
        if !all_fit || taken.all + bytes > self.pool.most {
            return Err(NoRoom);
        }
        taken.all += bytes;
        for tag in tags {
            *taken.by.entry(tag).or_default() += bytes;
        }
        drop(taken);
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.pool.lock();
        taken.all = taken.all.saturating_sub(self.bytes);
        for tag in self.from {
            let left = taken.by.get(&tag).map_or(0, |before| before.saturating_sub(self.bytes));
            if left == 0 {
                taken.by.remove(&tag);
            } else {
                taken.by.insert(tag, left);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(caller: u8, network: u8) -> [ClientTag; 2] {
        [ClientTag::test(caller), ClientTag::test(200 + network)]
    }

    #[test]
    fn what_is_taken_comes_back() {
        let bodies = Bodies::of(1, RateLimit::Off);
        let mut one = bodies.share(from(1, 1));
        one.grow(LEAST - 1).unwrap();
        let mut other = bodies.share(from(2, 2));
        assert!(other.grow(2).is_err());
        one.grow(1).unwrap();
        assert!(one.grow(1).is_err());
        drop(one);
        other.grow(LEAST).unwrap();
        assert!(bodies.share(from(1, 1)).grow(1).is_err());
        drop(other);
        assert!(bodies.0.lock().by.is_empty(), "nobody is remembered");
        assert_eq!(bodies.0.lock().all, 0);
    }

    #[test]
    fn one_caller_leaves_room_for_others() {
        let bodies = Bodies::of(1, RateLimit::On);
        let mut mine = [bodies.share(from(1, 1)), bodies.share(from(1, 1))];
        mine[0].grow(LEAST / 4 - 1).unwrap();
        mine[1].grow(1).unwrap();
        assert!(mine[0].grow(1).is_err() && mine[1].grow(1).is_err(), "more than a quarter");
        let mut neighbour = bodies.share(from(2, 1));
        neighbour.grow(LEAST / 4).unwrap();
        assert!(bodies.share(from(3, 1)).grow(1).is_err(), "a network has more than half");
        let mut stranger = bodies.share(from(4, 2));
        stranger.grow(LEAST / 4).unwrap();
    }

    #[test]
    fn large_bodies_find_room() {
        let largest = 90 * 1024 * 1024;
        let bodies = Bodies::of(largest, RateLimit::On);
        let mut shares: Vec<_> = (0..LARGEST_AT_ONCE as u8).map(|n| bodies.share(from(n, n))).collect();
        for share in &mut shares {
            share.grow(largest).unwrap();
        }
    }
}
