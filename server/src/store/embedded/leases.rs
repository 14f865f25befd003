//! The leases of one secret: who may fetch a view again, and until when.

use crate::store::{Lease, LeaseToken};
use serde::{Deserialize, Serialize};

/// Those that run, and such as have run out since the record was last written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leases(Vec<Running>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Running {
    token: [u8; LeaseToken::LEN],
    until: u64,
    views_left: u32,
}

impl Leases {
    /// The views that were left when this token's view was spent, if its lease still runs.
    pub(super) fn views_left(&self, token: LeaseToken, now: u64) -> Option<u32> {
        let running = self.0.iter().find(|lease| lease.token == *token.as_bytes() && now < lease.until);
        running.map(|lease| lease.views_left)
    }

    /// Begins one; forgets those that have run out.
    pub(super) fn begin(&mut self, lease: Lease, views_left: u32, now: u64) {
        self.0.retain(|running| now < running.until);
        let until = now.saturating_add(lease.millis);
        self.0.push(Running { token: *lease.token.as_bytes(), until, views_left });
    }

    /// Ends one; says whether there was one.
    pub(super) fn end(&mut self, token: LeaseToken) -> bool {
        let before = self.0.len();
        self.0.retain(|lease| lease.token != *token.as_bytes());
        self.0.len() != before
    }

    /// When the last of them ends.
    pub(super) fn until(&self) -> Option<u64> {
        self.0.iter().map(|lease| lease.until).max()
    }
}
