//! How a record is written in the database: postcard, with a version byte in front.

use super::attempts::FailedAttempts;
use super::leases::Leases;
use crate::quota::QuotaGroup;
use crate::{Record, TOMBSTONE_MILLIS};
use ashlink_core::api::{AttemptLimit, DestroyedBy, MaxViews, State};
use ashlink_core::bytes::OwnerVerifier;
use serde::{Deserialize, Serialize};

const VERSION: u8 = 3;

/// A record as it is stored: alive, or a tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredRecord {
    pub(super) created_at: u64,
    pub(super) expires_at: u64,
    pub(super) max_views: MaxViews,
    pub(super) opened_at: Vec<u64>,
    pub(super) owner_verifier: [u8; 32],
    pub(super) attempt_limit: Option<AttemptLimit>,
    pub(super) attempts: FailedAttempts,
    pub(super) leases: Leases,
    /// Against whose quota it counts, also as a tombstone.
    pub(super) quota_group: Option<QuotaGroup>,
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
        destroyed_by: Option<DestroyedBy>,
        leased_until: Option<u64>,
    },
}

/// What settling a record by the time asks of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    /// The record has not changed; its removal may still be due.
    AsItWas,
    /// It has changed.
    Changed,
    /// It has changed, and its ciphertext is to go.
    Emptied,
}

/// The bytes are no record of this version.
#[derive(Debug, thiserror::Error)]
#[error("a record cannot be read")]
pub(crate) struct Unreadable;

impl StoredRecord {
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let Some((&VERSION, rest)) = bytes.split_first() else { return Err(Unreadable) };
        match postcard::take_from_bytes::<Self>(rest) {
            Ok((record, [])) if record.makes_sense() => Ok(record),
            _ => Err(Unreadable),
        }
    }

    /// Whether a store could have written it: what waits has a view left and no more than there
    /// were, the dead do not wait, and only what was opened has a lease left, which ends before
    /// the tombstone does.
    fn makes_sense(&self) -> bool {
        let lives = match self.life {
            Life::Waiting { views_left, .. } => (1..=self.max_views.get()).contains(&views_left),
            Life::Ended { state: State::Waiting, .. } => false,
            Life::Ended { state, at, leased_until, .. } => {
                leased_until.is_none_or(|until| state == State::Opened && until <= at.saturating_add(TOMBSTONE_MILLIS))
            }
        };
        lives && self.created_at <= self.expires_at
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        postcard::to_extend(self, vec![VERSION]).expect("writing to a Vec cannot fail")
    }

    /// When the next thing happens to it by itself: callers are forgotten, it expires, a lease
    /// ends, it is removed.
    pub(crate) fn deadline(&self) -> u64 {
        match self.life {
            Life::Waiting { .. } => self.attempts.forget_at().map_or(self.expires_at, |at| at.min(self.expires_at)),
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
            Life::Waiting { .. } if self.attempts.forget_at().is_some_and(|at| now >= at) => {
                self.attempts.forget(now);
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
    pub(super) fn end(&mut self, state: State, at: u64, destroyed_by: Option<DestroyedBy>) {
        self.leases = Leases::default();
        self.attempts.forget_callers();
        self.life = Life::Ended { state, at, destroyed_by, leased_until: None };
    }

    /// The latest time in it that has certainly come.
    pub(super) fn latest(&self) -> u64 {
        let ended = match self.life {
            Life::Waiting { .. } => 0,
            Life::Ended { at, .. } => at,
        };
        let opened = self.opened_at.last().copied().unwrap_or(0);
        opened.max(self.created_at).max(ended).max(self.attempts.last_at.unwrap_or(0))
    }

    /// What a reader sees of it now; nothing once the tombstone's time is over.
    pub(crate) fn seen_at(mut self, now: u64) -> Option<Record> {
        self.settle(now);
        let waits = matches!(self.life, Life::Waiting { .. });
        if matches!(self.life, Life::Ended { .. }) && now >= self.deadline() {
            return None;
        }
        let (state, views_left, size, ended_at, destroyed_by) = match self.life {
            Life::Waiting { views_left, size, .. } => (State::Waiting, views_left, Some(size), None, None),
            Life::Ended { state, at, destroyed_by, .. } => (state, 0, None, Some(at), destroyed_by),
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
            destroyed_by,
            attempt_limit: self.attempt_limit,
            failed_attempts: self.attempts.total,
            last_failed_at: self.attempts.last_at,
            paused_until: self.attempts.paused_until(now).filter(|_| waits),
            owner_verifier: OwnerVerifier::new(self.owner_verifier),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(life: Life) -> StoredRecord {
        StoredRecord {
            created_at: 1,
            expires_at: 60_001,
            max_views: MaxViews::new(3).unwrap(),
            opened_at: vec![5, 9],
            owner_verifier: [7; 32],
            attempt_limit: None,
            attempts: FailedAttempts::default(),
            leases: Leases::default(),
            quota_group: Some(QuotaGroup::try_from(4095).unwrap()),
            life,
        }
    }

    fn waiting(views_left: u32) -> StoredRecord {
        record(Life::Waiting { views_left, size: 300, access_verifier: [8; 32] })
    }

    fn ended(state: State) -> StoredRecord {
        record(Life::Ended { state, at: 9, destroyed_by: None, leased_until: None })
    }

    #[test]
    fn a_record_is_read_as_written_and_nothing_else_is() {
        for record in [waiting(1), waiting(3), ended(State::Opened), ended(State::Lost)] {
            let bytes = record.encode();
            assert_eq!(StoredRecord::decode(&bytes).unwrap(), record);
            assert!(StoredRecord::decode(&[&*bytes, &[0]].concat()).is_err());
            assert!(StoredRecord::decode(&bytes[..bytes.len() - 1]).is_err());
            assert!(StoredRecord::decode(&[&[VERSION + 1], &bytes[1..]].concat()).is_err());
        }
    }

    #[test]
    fn a_record_that_makes_no_sense_is_unreadable() {
        // With no view left to wait for, a claim would count below zero.
        let endless = Life::Ended { state: State::Destroyed, at: 9, destroyed_by: None, leased_until: Some(60) };
        let late = Some(10 + TOMBSTONE_MILLIS);
        let late = Life::Ended { state: State::Opened, at: 9, destroyed_by: None, leased_until: late };
        let backwards = StoredRecord { created_at: 60_002, ..waiting(1) };
        for record in [waiting(0), waiting(4), ended(State::Waiting), record(endless), record(late), backwards] {
            assert!(StoredRecord::decode(&record.encode()).is_err(), "{record:?}");
        }
    }
}
