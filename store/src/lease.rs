//! Leases: for how long a claim can be repeated, and what it is known by then.

use ashlink_core::bytes::{AccessVerifier, ClaimNonce};
use sha2::{Digest as _, Sha256};

/// For a time, the reader of a view can fetch it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// What a repeated claim must match.
    pub name: LeaseName,
    /// For how long, in milliseconds.
    pub millis: u64,
}

/// What a lease is bound to: half of a SHA-256 over the access verifier and the claim's nonce.
/// So a tombstone needs no access verifier for the lease of its last view.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LeaseName([u8; 16]);

impl LeaseName {
    /// Bytes of a name.
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

impl std::fmt::Debug for LeaseName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LeaseName(…)")
    }
}
