//! Where secrets are kept: one trait, two implementations, one conformance suite
//! (`conformance.rs`) that both must pass.
//!
//! A store decides everything that must be decided once: whether an id is free, who gets a
//! view, whether the time has come. All times are the store's own, in milliseconds since
//! the Unix epoch.

pub mod address;
pub mod attempt;
pub mod attempt_waits;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod counters;
pub mod embedded;
pub mod files;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod lease;
pub mod quota;
pub mod redis;
pub mod tag;
#[cfg(any(test, feature = "conformance"))]
pub mod testing;
mod usage;

use crate::address::Prefix;
pub use attempt::Attempt;
pub use attempt_waits::AfterFailure;
pub use lease::{Lease, LeaseName};
pub use usage::{Capacity, Usage};

use ashlink_core::api::{AttemptLimit, DestroyedBy, MaxViews, State, Ttl};
use ashlink_core::bytes::{AccessVerifier, OwnerVerifier, SecretId};
use async_trait::async_trait;

/// For how long a tombstone tells what became of its secret, in milliseconds: seven days.
pub const TOMBSTONE_MILLIS: u64 = 7 * 24 * 60 * 60 * 1000;

/// A secret to be stored.
#[derive(Debug, Clone)]
pub struct NewSecret {
    /// Another secret's or tombstone's id is refused with [`Create::IdTaken`].
    pub id: SecretId,
    /// What a claim must match.
    pub access_verifier: AccessVerifier,
    /// What the sender must match.
    pub owner_verifier: OwnerVerifier,
    /// The ciphertext.
    pub envelope: Vec<u8>,
    /// How long it lives.
    pub ttl: Ttl,
    /// How often it can be read.
    pub max_views: MaxViews,
    /// After how many failed attempts it is destroyed.
    pub attempt_limit: Option<AttemptLimit>,
    /// The address from which it is stored, where that counts against a quota. A store keeps of it what
    /// [`quota`] says, and no more.
    pub quota_address: Option<Prefix>,
}

/// What a store knows of a secret, without its ciphertext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it stands, by the store's clock at the time of asking.
    pub state: State,
    /// When it was stored.
    pub created_at: u64,
    /// When it dies or would have died.
    pub expires_at: u64,
    /// When it ceased to wait.
    pub ended_at: Option<u64>,
    /// How often it could be read.
    pub max_views: MaxViews,
    /// How often it can still be read; 0 unless it waits.
    pub views_left: u32,
    /// Bytes of the envelope, while it waits.
    pub size: Option<u64>,
    /// When it was read.
    pub opened_at: Vec<u64>,
    /// Who destroyed it.
    pub destroyed_by: Option<DestroyedBy>,
    /// After how many failed attempts it is destroyed.
    pub attempt_limit: Option<AttemptLimit>,
    /// How often a wrong proof was tried.
    pub failed_attempts: u32,
    /// When the last of them was.
    pub last_failed_at: Option<u64>,
    /// Until when nobody's proof is looked at, while there were so many.
    pub paused_until: Option<u64>,
    /// What the sender must match.
    pub owner_verifier: OwnerVerifier,
}

/// Outcome of storing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Create {
    /// It is stored, by this request or by an earlier one with the same content.
    Stored {
        /// When it expires, by the store's clock.
        expires_at: u64,
    },
    /// Another secret has the id, or had it.
    IdTaken,
    /// There is no room; nothing was stored.
    Full,
    /// There is room, and its sender's address holds as much of it as one may; nothing was stored.
    QuotaExceeded,
}

/// Outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// One view is spent, by this claim or, under a lease, by an earlier one with the same
    /// nonce; and this is what it bought.
    Granted {
        /// The ciphertext.
        envelope: Vec<u8>,
        /// How often it can still be read.
        views_left: u32,
    },
    /// There is no such secret.
    Unknown,
    /// The proof does not match. That was counted, and nothing else changed.
    WrongProof(AfterFailure),
    /// There were too many wrong proofs; this one was not looked at.
    TooManyAttempts {
        /// In how many milliseconds one will be looked at again.
        wait: u64,
    },
    /// It no longer waits.
    Gone(State),
    /// The lease of this very claim was ended by its reader. The secret waits, and nothing was spent.
    Acknowledged,
}

/// Outcome of ending a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ack {
    /// There is no such lease, or no more.
    Ended,
    /// There is no such secret.
    Unknown,
}

/// Outcome of destroying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destroy {
    /// It is destroyed, by this request or by an earlier one of the same side.
    Destroyed,
    /// There is no such secret.
    Unknown,
    /// The recipient's proof does not match. That was counted, and nothing else changed.
    WrongProof(AfterFailure),
    /// The sender's proof does not match. Nothing changed.
    NotSender,
    /// There were too many wrong proofs; this one was not looked at.
    TooManyAttempts {
        /// In how many milliseconds one will be looked at again.
        wait: u64,
    },
    /// It had ceased to wait before.
    Gone(State),
}

/// Why a store gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The request did not reach the store, or the store refused it: nothing happened.
    #[error("the store is not available")]
    Unavailable,
    /// The store was asked and did not answer: it may have happened.
    #[error("the store did not answer")]
    OutcomeUnknown,
    /// The store holds something that this version cannot read.
    #[error("the store holds a record that cannot be read")]
    Corrupt,
}

/// A place for secrets. Each method is one atomic step, however many server processes
/// share the store.
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Stores a secret together with its expiry.
    async fn create(&self, secret: NewSecret) -> Result<Create, StoreError>;

    /// What is known of a secret. Changes nothing.
    async fn lookup(&self, id: SecretId) -> Result<Option<Record>, StoreError>;

    /// Spends a view and hands out the ciphertext. With the last view it leaves the store: at
    /// once, or under a lease when that ends. While a lease runs, its name gets the same
    /// answer again, and spends nothing. An acknowledged one gets [`Claim::Acknowledged`] for the
    /// rest of its time: what comes with its name then is late, and nobody reads the answer.
    async fn claim(&self, attempt: Attempt, lease: Option<Lease>) -> Result<Claim, StoreError>;

    /// Ends a lease: the reader has what it was for. Repeatable.
    async fn ack(&self, id: SecretId, lease: LeaseName) -> Result<Ack, StoreError>;

    /// Destroys what is left, for a recipient.
    async fn destroy(&self, attempt: Attempt) -> Result<Destroy, StoreError>;

    /// Destroys what is left, for the sender; ends every lease.
    async fn destroy_as_sender(&self, id: SecretId, owner: OwnerVerifier) -> Result<Destroy, StoreError>;

    /// Whether the store can be reached.
    async fn ping(&self) -> Result<(), StoreError>;
}
