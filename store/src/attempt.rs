//! Attempts to open or destroy a secret: by whom, and what a lease is bound to.

use ashlink_core::bytes::{AccessVerifier, ClaimNonce, SecretId};
use sha2::{Digest as _, Sha256};

use crate::tag::CallerTag;

/// Somebody attempts to open or destroy a secret. That they hold its link is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The secret that is to be opened or destroyed.
    pub id: SecretId,
    /// The verifier of the proof that was sent.
    pub access: AccessVerifier,
    /// Who, for counting failed attempts.
    pub caller: CallerTag,
}

/// For a time, the reader of a view can fetch it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// What a repetition must match.
    pub token: LeaseToken,
    /// For how long, in milliseconds.
    pub millis: u64,
}

/// What a lease is bound to: half of a SHA-256 over the access verifier and the claim's nonce.
/// So a tombstone needs no access verifier for the lease of its last view.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeaseToken([u8; 16]);

impl LeaseToken {
    /// Bytes of a token.
    pub const LEN: usize = 16;

    /// For this proof and this nonce.
    #[must_use]
    pub fn of(access: &AccessVerifier, nonce: &ClaimNonce) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"ashlink/v1 lease");
        digest.update(access.as_bytes());
        digest.update(nonce.as_bytes());
        let digest = digest.finalize();
        Self(std::array::from_fn(|index| digest[index]))
    }

    /// As a store keeps it, to compare it with later claims.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Debug for LeaseToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LeaseToken(…)")
    }
}
