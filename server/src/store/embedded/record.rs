//! How a record is written in the database: postcard, with a version byte in front.

use crate::store::{Record, TOMBSTONE_MILLIS};
use ashlink_core::api::{BurnedBy, MaxViews, State};
use ashlink_core::bytes::OwnerVerifier;
use serde::{Deserialize, Serialize};

const VERSION: u8 = 1;

/// A record as it is stored: alive, or a tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredRecord {
    pub(super) created_at: u64,
    pub(super) expires_at: u64,
    pub(super) max_views: MaxViews,
    pub(super) opened_at: Vec<u64>,
    pub(super) owner_verifier: [u8; 32],
    pub(super) life: Life,
}

/// What only the living, and what only the dead have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Life {
    Waiting { views_left: u32, size: u64, access_verifier: [u8; 32] },
    Ended { state: State, at: u64, burned_by: Option<BurnedBy> },
}

/// The bytes are no record of this version.
#[derive(Debug, thiserror::Error)]
#[error("a record cannot be read")]
pub(super) struct Unreadable;

impl StoredRecord {
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| Unreadable),
            _ => Err(Unreadable),
        }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![VERSION]).expect("writing to a Vec cannot fail")
    }

    /// When the next thing happens to it by itself: expiry, then removal.
    pub(super) const fn deadline(&self) -> u64 {
        match self.life {
            Life::Waiting { .. } => self.expires_at,
            Life::Ended { at, .. } => at.saturating_add(TOMBSTONE_MILLIS),
        }
    }

    /// The latest time in it that has certainly come.
    pub(super) fn latest(&self) -> u64 {
        let ended = match self.life {
            Life::Waiting { .. } => 0,
            Life::Ended { at, .. } => at,
        };
        self.opened_at.last().copied().unwrap_or(0).max(self.created_at).max(ended)
    }

    /// Turns a record whose time has come into the tombstone of an expired secret.
    pub(super) fn expire(&mut self, now: u64) {
        if matches!(self.life, Life::Waiting { .. }) && now >= self.expires_at {
            self.life = Life::Ended { state: State::Expired, at: self.expires_at, burned_by: None };
        }
    }

    /// What a reader sees of it now; nothing once the tombstone's time is over.
    pub(super) fn seen_at(mut self, now: u64) -> Option<Record> {
        self.expire(now);
        if matches!(self.life, Life::Ended { .. }) && now >= self.deadline() {
            return None;
        }
        let (state, views_left, size, ended_at, burned_by) = match self.life {
            Life::Waiting { views_left, size, .. } => (State::Waiting, views_left, Some(size), None, None),
            Life::Ended { state, at, burned_by } => (state, 0, None, Some(at), burned_by),
        };
        Some(Record {
            state,
            created_at: self.created_at,
            expires_at: self.expires_at,
            ended_at,
            max_views: self.max_views,
            views_left,
            size,
            opened_at: self.opened_at,
            burned_by,
            owner_verifier: OwnerVerifier::new(self.owner_verifier),
        })
    }
}
