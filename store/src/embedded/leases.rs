//! The leases of one secret: who may fetch a view again, and until when.

use crate::{Lease, LeaseName};
use serde::{Deserialize, Serialize};

/// Those whose time has not ended, and such as have run out since the record was last written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Leases(Vec<Listed>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    name: [u8; LeaseName::LEN],
    until: u64,
    standing: Standing,
}

/// What a claim of this lease's name gets, until its time ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Standing {
    /// The same again.
    Runs {
        /// The views that were left when this one was spent.
        views_left: u32,
    },
    /// Nothing, and no other view either: such a claim comes late.
    Acknowledged,
}

impl Leases {
    /// What the lease of this name stands for, if its time has not ended.
    pub(super) fn standing(&self, name: LeaseName, now: u64) -> Option<Standing> {
        let listed = self.0.iter().find(|lease| lease.name == *name.as_bytes() && now < lease.until);
        listed.map(|lease| lease.standing)
    }

    /// Begins one; forgets those whose time has ended.
    pub(super) fn begin(&mut self, lease: Lease, views_left: u32, now: u64) {
        self.0.retain(|listed| now < listed.until);
        let until = now.saturating_add(lease.millis);
        self.0.push(Listed { name: *lease.name.as_bytes(), until, standing: Standing::Runs { views_left } });
    }

    /// Ends one before its time; says whether it ran.
    pub(super) fn acknowledge(&mut self, name: LeaseName) -> bool {
        let running = self.0.iter_mut().find(|lease| lease.name == *name.as_bytes() && lease.runs());
        running.map(|lease| lease.standing = Standing::Acknowledged).is_some()
    }

    /// When the last of those that run ends.
    pub(super) fn until(&self) -> Option<u64> {
        self.0.iter().filter(|lease| lease.runs()).map(|lease| lease.until).max()
    }
}

impl Listed {
    fn runs(&self) -> bool {
        self.standing != Standing::Acknowledged
    }
}
