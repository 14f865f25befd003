//! Bytes in use, as the budget counts them.

use crate::quota::{ByGroup, QuotaGroup};

/// Bytes that a secret counts besides its envelope, and a tombstone counts in all: record,
/// deadline, and their share of the pages they lie in.
pub const RECORD_COST: u64 = 384;

/// In all, and by quota group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Used {
    total: u64,
    by_group: ByGroup,
}

impl Used {
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn of(&self, group: QuotaGroup) -> u64 {
        self.by_group.of(group)
    }

    pub(super) fn add(&mut self, group: Option<QuotaGroup>, bytes: u64) {
        self.total = self.total.saturating_add(bytes);
        if let Some(group) = group {
            self.by_group.add(group, bytes);
        }
    }

    pub(super) fn subtract(&mut self, group: Option<QuotaGroup>, bytes: u64) {
        self.total = self.total.saturating_sub(bytes);
        if let Some(group) = group {
            self.by_group.subtract(group, bytes);
        }
    }
}
