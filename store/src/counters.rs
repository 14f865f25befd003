//! What server processes on one store share besides secrets: the key for tags, and how much each
//! caller has asked and stored in the current windows of time.

use crate::StoreError;
use crate::tag::{CallerTag, TagKey};
use async_trait::async_trait;

/// What is counted by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Requests that store a secret.
    Create,
    /// Lookups of secrets and receipts.
    Lookup,
    /// Opening and destroying.
    Open,
    /// Bytes of what is stored.
    Bytes,
}

impl Class {
    /// Every class; the metrics begin with a zero for each.
    pub const ALL: [Self; 4] = [Self::Create, Self::Lookup, Self::Open, Self::Bytes];

    /// How much one caller has in a window. Of bytes it is that for a store that nothing bounds.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Create => 60,
            Self::Lookup => 300,
            Self::Open => 120,
            Self::Bytes => 64 * 1024 * 1024,
        }
    }

    /// How long a count lasts, in seconds.
    #[must_use]
    pub const fn window_secs(self) -> u64 {
        match self {
            Self::Create | Self::Lookup | Self::Open => 60,
            Self::Bytes => 60 * 60,
        }
    }

    /// A short name, for shared counts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Lookup => "lookup",
            Self::Open => "open",
            Self::Bytes => "bytes",
        }
    }
}

/// Whose a count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// One caller's: an address, or a /64 of IPv6.
    Caller(CallerTag),
    /// All callers' of a network.
    Network(CallerTag),
    /// Those callers' of a region for whom there was no room.
    Region(u16),
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counted {
    /// What was asked for, or that it is bytes.
    pub class: Class,
    /// The caller, network or region that asked.
    pub whose: Whose,
}

/// A store that several processes share.
#[async_trait]
pub trait Counters: Send + Sync {
    /// The key for tags that all processes use: the one that is there, or this.
    async fn tag_key(&self, proposal: TagKey) -> Result<TagKey, StoreError>;

    /// Adds to counts of the window of this number, which all of them have; and gives what all processes have, in the
    /// same order: as far as it came, where the store fails on the way, since what was added must
    /// not be added again. What is added is gone some time after the window.
    async fn add(&self, window: u64, counts: &[(Counted, u64)]) -> Result<Vec<u64>, StoreError>;
}
