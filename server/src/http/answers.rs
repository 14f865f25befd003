//! Memory for secrets that are on their way out: one client that claims much and reads nothing takes
//! no more than there is for bodies, and nothing from anybody else.

use crate::client::ClientTag;
use axum::body::Bytes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is on its way to whom. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Answers {
    /// How many bytes may be on their way to one client.
    most: usize,
    under_way: Arc<Mutex<HashMap<ClientTag, usize>>>,
}

/// What one answer takes; given back when this is dropped.
#[derive(Debug)]
struct Share {
    client: ClientTag,
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
    /// Room for so many bytes on their way to each client.
    #[must_use]
    pub fn of(most: usize) -> Self {
        Self { most, under_way: Arc::default() }
    }

    /// Counts an answer until its last byte has gone to the system, or its connection has.
    ///
    /// # Errors
    /// With the answer, when as much as may be is on its way to this client already.
    pub fn hold(&self, client: ClientTag, bytes: Vec<u8>) -> Result<Bytes, Vec<u8>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let before = under_way.get(&client).copied().unwrap_or_default();
        // One always finds room, however large.
        if before > 0 && before + bytes.len() > self.most {
            return Err(bytes);
        }
        under_way.insert(client, before + bytes.len());
        let share = Share { client, bytes: bytes.len(), of: self.clone() };
        Ok(Bytes::from_owner(Held { bytes, _share: share }))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut under_way = self.of.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let left = under_way.get(&self.client).map_or(0, |before| before.saturating_sub(self.bytes));
        if left == 0 {
            under_way.remove(&self.client);
        } else {
            under_way.insert(self.client, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_client_does_not_take_costs_no_other() {
        let answers = Answers::of(10);
        let (one, other) = (ClientTag::test(1), ClientTag::test(2));
        let first = answers.hold(one, vec![0; 6]).unwrap();
        let part = first.slice(2..3);
        assert_eq!(answers.hold(one, vec![0; 5]).unwrap_err().len(), 5);
        let second = answers.hold(one, vec![0; 4]).unwrap();
        let _elsewhere = answers.hold(other, vec![0; 10]).unwrap();
        drop((first, second));
        assert!(answers.hold(one, vec![0; 5]).is_err(), "a part of the first is still held");
        drop(part);
        answers.hold(one, vec![0; 10]).unwrap();
    }

    #[test]
    fn one_that_is_larger_than_all_finds_room_alone() {
        let answers = Answers::of(1);
        let large = answers.hold(ClientTag::test(1), vec![0; 9]).unwrap();
        assert!(answers.hold(ClientTag::test(1), vec![0; 1]).is_err());
        drop(large);
        assert!(answers.under_way.lock().unwrap().is_empty(), "nobody is remembered");
    }
}
