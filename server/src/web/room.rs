//! Memory that callers share: all of them together take no more than there is, and none of them,
//! nor the network above it, the part of the others.

use crate::web::rate_limit::RateLimit;
use ashlink_store::tag::CallerTag;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// One caller has a quarter of a room.
const CALLERS: usize = 4;
/// The callers of one network have half of it together.
const NETWORKS: usize = 2;

/// Memory for one purpose. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// What all shares together may take, in bytes.
    size: usize,
    limit: RateLimit,
    taken: Mutex<Taken>,
    /// Told when something was given back.
    freed: Notify,
}

/// In bytes. Tags of callers and of networks differ.
#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<CallerTag, usize>,
}

/// What one request has of it; given back when this is dropped.
#[derive(Debug)]
pub struct Share {
    /// The caller, and the network above it.
    of: [CallerTag; 2],
    bytes: usize,
    room: Arc<Inner>,
}

/// There is no more just now: all of it is taken, or all that this caller or its network may have.
#[derive(Debug)]
pub struct NoRoom;

impl Room {
    /// So many bytes. Without limits, one caller may have all of them.
    #[must_use]
    pub fn of(size: usize, limit: RateLimit) -> Self {
        Self(Arc::new(Inner { size, limit, taken: Mutex::default(), freed: Notify::new() }))
    }

    /// The share, still empty, of a request from this caller in this network.
    #[must_use]
    pub fn share(&self, of: [CallerTag; 2]) -> Share {
        Share { of, bytes: 0, room: Arc::clone(&self.0) }
    }

    /// Takes all that is left, as many callers would together.
    #[cfg(test)]
    pub(crate) fn take_all(&self) -> Vec<Share> {
        let shares = (0..CALLERS as u8).map(|n| {
            let mut share = self.share([CallerTag::test(100 + n), CallerTag::test(200 + n)]);
            share.grow(self.0.size / CALLERS).expect("nothing was taken before");
            share
        });
        shares.collect()
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much the caller and the network may have, in this order.
    const fn parts(&self) -> [usize; 2] {
        match self.limit {
            RateLimit::On => [self.size / CALLERS, self.size / NETWORKS],
            RateLimit::Off => [self.size; 2],
        }
    }
}

impl Share {
    /// Takes so many more bytes.
    ///
    /// # Errors
    /// [`NoRoom`]; the share is as it was.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let mut taken = self.room.lock();
        let fits = |tag, most| taken.by.get(&tag).copied().unwrap_or_default() + bytes <= most;
        let all_fit = self.of.into_iter().zip(self.room.parts()).all(|(tag, most)| fits(tag, most));
        if !all_fit || taken.all + bytes > self.room.size {
            return Err(NoRoom);
        }
        taken.all += bytes;
        for tag in self.of {
            *taken.by.entry(tag).or_default() += bytes;
        }
        drop(taken);
        self.bytes += bytes;
        Ok(())
    }

    /// Takes so many more bytes, and waits for them if it must, but no longer than this.
    ///
    /// # Errors
    /// [`NoRoom`]; the share is as it was.
    pub async fn grow_within(&mut self, bytes: usize, patience: Duration) -> Result<(), NoRoom> {
        let end = Instant::now() + patience;
        let room = Arc::clone(&self.room);
        loop {
            // Listening begins before the look, so that nothing is missed in between.
            let mut freed = pin!(room.freed.notified());
            freed.as_mut().enable();
            if self.grow(bytes).is_ok() {
                return Ok(());
            }
            timeout_at(end, freed).await.map_err(|_| NoRoom)?;
        }
    }

    /// Gives back what is beyond so many bytes.
    pub fn shrink_to(&mut self, bytes: usize) {
        let beyond = self.bytes.saturating_sub(bytes);
        if beyond == 0 {
            return;
        }
        self.bytes -= beyond;
        let mut taken = self.room.lock();
        taken.all = taken.all.saturating_sub(beyond);
        for tag in self.of {
            let left = taken.by.get(&tag).map_or(0, |before| before.saturating_sub(beyond));
            if left == 0 {
                taken.by.remove(&tag);
            } else {
                taken.by.insert(tag, left);
            }
        }
        drop(taken);
        self.room.freed.notify_waiters();
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shrink_to(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(caller: u8, network: u8) -> [CallerTag; 2] {
        [CallerTag::test(caller), CallerTag::test(200 + network)]
    }

    #[test]
    fn what_is_taken_comes_back() {
        let room = Room::of(100, RateLimit::Off);
        let mut one = room.share(from(1, 1));
        one.grow(99).unwrap();
        let mut other = room.share(from(2, 2));
        assert!(other.grow(2).is_err());
        one.grow(1).unwrap();
        assert!(one.grow(1).is_err());
        one.shrink_to(60);
        other.grow(40).unwrap();
        drop(one);
        other.grow(60).unwrap();
        drop(other);
        assert!(room.0.lock().by.is_empty(), "nobody is remembered");
        assert_eq!(room.0.lock().all, 0);
    }

    #[test]
    fn one_caller_and_one_network_leave_room_for_the_others() {
        let room = Room::of(100, RateLimit::On);
        let mut one = room.share(from(1, 1));
        one.grow(25).unwrap();
        assert!(one.grow(1).is_err() && room.share(from(1, 1)).grow(1).is_err());
        let mut neighbour = room.share(from(2, 1));
        neighbour.grow(25).unwrap();
        assert!(room.share(from(3, 1)).grow(1).is_err(), "the network has its half");
        let mut others = [room.share(from(4, 2)), room.share(from(5, 3))];
        for other in &mut others {
            other.grow(25).unwrap();
        }
        assert!(room.share(from(6, 4)).grow(1).is_err(), "all of it is taken");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_gets_what_comes_back_in_time() {
        let room = Room::of(100, RateLimit::On);
        let mut first = room.share(from(1, 1));
        first.grow(25).unwrap();
        let mut second = room.share(from(1, 1));
        let waiting =
            tokio::spawn(async move { second.grow_within(20, Duration::from_secs(5)).await.map(|()| second) });
        tokio::time::sleep(Duration::from_secs(1)).await;
        first.shrink_to(10);
        tokio::time::sleep(Duration::from_secs(1)).await;
        first.shrink_to(5);
        let second = waiting.await.unwrap().unwrap();
        let start = Instant::now();
        assert!(room.share(from(1, 1)).grow_within(1, Duration::from_secs(5)).await.is_err());
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        drop(second);
    }
}
