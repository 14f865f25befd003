//! How a record is written in the database: postcard, with a version byte in front.

use super::leases::Leases;
use super::tries::WrongTries;
use crate::store::{Record, TOMBSTONE_MILLIS};
use ashlink_core::api::{BurnAfter, BurnedBy, MaxViews, State};
use ashlink_core::bytes::OwnerVerifier;
use serde::{Deserialize, Serialize};

const VERSION: u8 = 2;

/// A record as it is stored: alive, or a tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredRecord {
    pub(super) created_at: u64,
    pub(super) expires_at: u64,
    pub(super) max_views: MaxViews,
    pub(super) opened_at: Vec<u64>,
    pub(super) owner_verifier: [u8; 32],
    pub(super) burn_after: Option<BurnAfter>,
    pub(super) tries: WrongTries,
    pub(super) leases: Leases,
    pub(super) life: Life,
}

/// What only the living, and what only the dead have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Life {
    Waiting {
        views_left: u32,
        size: u64,
        access_verifier: [u8; 32],
    },
    /// Of one that was opened to the end, the ciphertext stays until `leased_until`.
    Ended {
        state: State,
        at: u64,
        burned_by: Option<BurnedBy>,
        leased_until: Option<u64>,
    },
}

/// What settling a record by the time asks of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// Nothing.
    AsItWas,
    /// It has changed.
    Changed,
    /// It has changed, and its ciphertext is to go.
    Emptied,
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

    /// When the next thing happens to it by itself: clients are forgotten, it expires, a lease
    /// ends, it is removed.
    pub(super) fn deadline(&self) -> u64 {
        match self.life {
            Life::Waiting { .. } => self.tries.forget_at().map_or(self.expires_at, |at| at.min(self.expires_at)),
            Life::Ended { leased_until: Some(until), .. } => until,
            Life::Ended { at, .. } => at.saturating_add(TOMBSTONE_MILLIS),
        }
    }

    /// Lets happen what was to happen by itself, but for the removal.
    pub(super) fn settle(&mut self, now: u64) -> Settled {
        match &mut self.life {
            Life::Waiting { .. } if now >= self.expires_at => {
                self.end(State::Expired, self.expires_at, None);
                Settled::Emptied
            }
            Life::Waiting { .. } if self.tries.forget_at().is_some_and(|at| now >= at) => {
                self.tries.forget(now);
                Settled::Changed
            }
            Life::Ended { leased_until, .. } if leased_until.is_some_and(|until| now >= until) => {
                *leased_until = None;
                self.leases = Leases::default();
                Settled::Emptied
            }
            Life::Waiting { .. } | Life::Ended { .. } => Settled::AsItWas,
        }
    }

    /// Makes it a tombstone, and ends its leases.
    pub(super) fn end(&mut self, state: State, at: u64, burned_by: Option<BurnedBy>) {
        self.leases = Leases::default();
        self.tries.forget_clients();
        self.life = Life::Ended { state, at, burned_by, leased_until: None };
    }

    /// The latest time in it that has certainly come.
    pub(super) fn latest(&self) -> u64 {
        let ended = match self.life {
            Life::Waiting { .. } => 0,
            Life::Ended { at, .. } => at,
        };
        let opened = self.opened_at.last().copied().unwrap_or(0);
        opened.max(self.created_at).max(ended).max(self.tries.last_at.unwrap_or(0))
    }

    /// What a reader sees of it now; nothing once the tombstone's time is over.
    pub(super) fn seen_at(mut self, now: u64) -> Option<Record> {
        self.settle(now);
        if matches!(self.life, Life::Ended { .. }) && now >= self.deadline() {
            return None;
        }
        let (state, views_left, size, ended_at, burned_by) = match self.life {
            Life::Waiting { views_left, size, .. } => (State::Waiting, views_left, Some(size), None, None),
            Life::Ended { state, at, burned_by, .. } => (state, 0, None, Some(at), burned_by),
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
            burn_after: self.burn_after,
            wrong_tries: self.tries.total,
            wrong_at: self.tries.last_at,
            owner_verifier: OwnerVerifier::new(self.owner_verifier),
        })
    }
}
