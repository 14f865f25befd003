//! Memory for bodies that arrive: however many clients send at once, and however slowly, all of
//! them together take no more than there is.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What one step of the counter stands for.
const UNIT: usize = 1024;
/// What bodies may take together, in bytes.
const LEAST: usize = 32 * 1024 * 1024;
/// At least so many of the largest body find room at once.
const LARGEST_AT_ONCE: usize = 4;

/// The memory for all bodies. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bodies(Arc<Semaphore>);

/// A body's share; given back when this is dropped.
#[derive(Debug)]
pub struct Share {
    taken: Option<OwnedSemaphorePermit>,
    /// Of the bytes that came.
    bytes: usize,
    from: Arc<Semaphore>,
}

/// What may be under way at once, in bytes, where no body has more than `largest`.
#[must_use]
pub fn most_under_way(largest: usize) -> usize {
    LEAST.max(LARGEST_AT_ONCE * largest)
}

impl Bodies {
    /// Room for bodies of at most so many bytes.
    #[must_use]
    pub fn of(largest: usize) -> Self {
        Self(Arc::new(Semaphore::new(most_under_way(largest).div_ceil(UNIT))))
    }

    /// The share of a body of which nothing has come yet.
    #[must_use]
    pub fn share(&self) -> Share {
        Share { taken: None, bytes: 0, from: Arc::clone(&self.0) }
    }
}

/// There is no room for more just now.
#[derive(Debug)]
pub struct NoRoom;

impl Share {
    /// Takes room for so many more bytes.
    ///
    /// # Errors
    /// [`NoRoom`] when others have all of it.
    pub fn grow(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let after = self.bytes + bytes;
        let more = u32::try_from(after.div_ceil(UNIT) - self.bytes.div_ceil(UNIT)).map_err(|_| NoRoom)?;
        let permit = Arc::clone(&self.from).try_acquire_many_owned(more).map_err(|_| NoRoom)?;
        match &mut self.taken {
            Some(taken) => taken.merge(permit),
            None => self.taken = Some(permit),
        }
        self.bytes = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_comes_back() {
        let bodies = Bodies::of(1);
        let mut one = bodies.share();
        one.grow(LEAST - 1).unwrap();
        let mut other = bodies.share();
        assert!(other.grow(1).is_err());
        one.grow(1).unwrap();
        assert!(one.grow(1).is_err());
        drop(one);
        other.grow(LEAST - 1).unwrap();
        assert!(bodies.share().grow(1).is_err());
    }

    #[test]
    fn large_bodies_find_room() {
        let largest = 90 * 1024 * 1024;
        let bodies = Bodies::of(largest);
        let mut shares: Vec<_> = (0..LARGEST_AT_ONCE).map(|_| bodies.share()).collect();
        for share in &mut shares {
            share.grow(largest).unwrap();
        }
    }
}
