//! What is kept of a caller: an HMAC of its address prefix under a key that lives for a day. The
//! server computes it; stores count by it, and share the key between processes.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// For how long a key is used.
pub const KEY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Half of the HMAC-SHA-256 (RFC 2104) of an address prefix. Without the key, which is never
/// on a disk of ours and gone after a day, nobody can tell whose it was.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallerTag([u8; 16]);

impl CallerTag {
    /// From the first half of an address prefix's HMAC.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The first 16 bytes of the HMAC.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// One that no address has.
    #[cfg(any(test, feature = "conformance"))]
    #[must_use]
    pub const fn test(number: u8) -> Self {
        Self([number; 16])
    }

    /// One for each number, without the cost of an HMAC.
    #[cfg(any(test, feature = "conformance"))]
    #[must_use]
    pub const fn numbered(number: u128) -> Self {
        Self(number.to_be_bytes())
    }
}

impl std::fmt::Debug for CallerTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallerTag(…)")
    }
}

/// A key for tags, and how long it is still to be used.
#[derive(Clone)]
pub struct TagKey {
    /// From the system's random numbers; processes on one store share it.
    pub bytes: [u8; 32],
    /// For how long, from now on, it is used.
    pub rest: Duration,
}

impl TagKey {
    /// A new one, for a whole day.
    #[must_use]
    pub fn fresh() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("without random numbers nothing here can be done safely");
        Self { bytes, rest: KEY_LIFETIME }
    }
}
