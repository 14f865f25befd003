//! Attempts to open or destroy a secret, and by whom.

use ashlink_core::bytes::{AccessVerifier, SecretId};

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
